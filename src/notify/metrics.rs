//! The end of a run for Prometheus: a text file that `node_exporter`'s textfile
//! collector reads, one an account, in a folder that other programs use too.
//!
//! A time that a run does not have is taken over from the file before, so that
//! a failed run does not hide when the last good one was. That file is input
//! like any other: only a whole number that is no time to come is taken.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::model::{AppId, Timestamp};
use crate::notify::facts::{Facts, Severity};

/// Ours has some kilobytes.
const EARLIER_BYTES_MAX: u64 = 256 * 1024;

const LAST_SUCCESS: &str = "wxbackup_last_success_timestamp_seconds";
const LAST_ARCHIVE: &str = "wxbackup_last_archive_timestamp_seconds";

/// The name of an account's file.
pub fn file_name(app_id: &AppId) -> String {
    format!("wxbackup-{}.prom", app_id.file_stem())
}

/// Writes the file of a run into `folder`, in place of the one before. Whoever
/// reads it sees one of them. A run of no known account has none.
///
/// # Errors
///
/// Names the path; then the file is as it was.
pub(super) fn write(folder: &Path, facts: &Facts) -> Result<(), PathError> {
    let Some(app_id) = &facts.app_id else {
        return Ok(());
    };
    let path = folder.join(file_name(app_id));
    let earlier = Times::of_file(&path, facts.ended_at);
    let text = text(facts, app_id, earlier);
    fs::write_atomic_for_all(&path, text.as_bytes())
}

/// Whether files can be made in `folder`; leaves none there.
///
/// # Errors
///
/// Names the folder.
pub(super) fn try_folder(folder: &Path) -> Result<(), PathError> {
    let made = tempfile::tempfile_in(folder);
    made.map(drop).at("create-a-file-in", folder)
}

/// What outlives a run that did not do it, in seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Times {
    success: Option<i64>,
    archive: Option<i64>,
}

impl Times {
    /// What the file says; nothing where it is none of ours.
    fn of_file(path: &Path, now: Timestamp) -> Self {
        // A pipe would wait for its writer, for ever.
        if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            return Self::default();
        }
        let mut bytes = Vec::new();
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(EARLIER_BYTES_MAX).read_to_end(&mut bytes));
        match read {
            Ok(_) => Self::of_text(&String::from_utf8_lossy(&bytes), now),
            Err(_) => Self::default(),
        }
    }

    fn of_text(text: &str, now: Timestamp) -> Self {
        let time_of = |name: &str| {
            let line = text.lines().find(|line| {
                line.strip_prefix(name)
                    .is_some_and(|rest| rest.starts_with('{'))
            })?;
            let (_, value) = line.rsplit_once("} ")?;
            let seconds: i64 = value.parse().ok()?;
            (1..=now.as_second()).contains(&seconds).then_some(seconds)
        };
        Self {
            success: time_of(LAST_SUCCESS),
            archive: time_of(LAST_ARCHIVE),
        }
    }

    /// With the times of the run itself.
    fn after(self, facts: &Facts) -> Self {
        let now = Some(facts.ended_at.as_second());
        let is_success = facts.outcome.severity() == Severity::Success;
        Self {
            success: if is_success { now } else { self.success },
            archive: if facts.archive.is_some() {
                now
            } else {
                self.archive
            },
        }
    }
}

fn text(facts: &Facts, app_id: &AppId, earlier: Times) -> String {
    let times = earlier.after(facts);
    let mut page = Page {
        text: String::new(),
        whose: format!(
            "account=\"{}\",appid=\"{}\"",
            escaped(facts.account.as_deref().unwrap_or_default()),
            escaped(app_id.as_str())
        ),
    };
    page.gauge(
        "wxbackup_last_run_timestamp_seconds",
        "When the last export ended, well or not.",
        Some(facts.ended_at.as_second()),
    );
    page.gauge(
        "wxbackup_last_run_exit_code",
        "Exit code of the last export.",
        Some(facts.exit_code),
    );
    page.gauge(
        "wxbackup_last_run_duration_seconds",
        "How long the last export took.",
        Some(facts.took.as_secs_f64()),
    );
    page.gauge(
        LAST_SUCCESS,
        "When the last export ended that had exit code 0.",
        times.success,
    );
    page.gauge(
        LAST_ARCHIVE,
        "When the last export ended that wrote an archive, with gaps or without, or found it unchanged.",
        times.archive,
    );
    if let Some(archive) = &facts.archive {
        page.gauge(
            "wxbackup_archive_bytes",
            "Size of the archive after the last export.",
            Some(archive.bytes),
        );
        let by_section = |count: fn(&super::Counts) -> u64| {
            let counts = archive.counts.iter();
            counts.map(move |(section, counts)| (*section, count(counts)))
        };
        page.gauges(
            "wxbackup_items",
            "Items in the archive after the last export.",
            "section",
            by_section(|counts| counts.stored),
        );
        page.gauges(
            "wxbackup_gaps",
            "Items that WeChat named and the archive after the last export lacks.",
            "section",
            by_section(|counts| counts.missing),
        );
        page.gauges(
            "wxbackup_section_listed",
            "Whether the list of the section was read to its end.",
            "section",
            by_section(|counts| counts.listed.into()),
        );
        page.gauges(
            "wxbackup_gaps_by_reason",
            "Gaps of the archive after the last export, sections that may not be read included.",
            "reason",
            archive.gaps_by_reason.iter().map(|(r, n)| (r.as_str(), *n)),
        );
    }
    page.gauges(
        "wxbackup_quota_left",
        "Calls of the API that the day had left after the last export.",
        "api",
        facts.quota_left.iter().map(|(api, n)| (api.as_str(), *n)),
    );
    page.text
}

/// The text format of Prometheus, while it is written.
struct Page {
    text: String,
    whose: String,
}

impl Page {
    fn gauge(&mut self, name: &str, help: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.head(name, help);
            let _ = writeln!(self.text, "{name}{{{}}} {value}", self.whose);
        }
    }

    /// One value for each value of `label`.
    fn gauges<'v>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl Iterator<Item = (&'v str, u64)>,
    ) {
        for (place, (word, value)) in values.enumerate() {
            if place == 0 {
                self.head(name, help);
            }
            let word = escaped(word);
            let _ = writeln!(
                self.text,
                "{name}{{{},{label}=\"{word}\"}} {value}",
                self.whose
            );
        }
    }

    fn head(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }
}

/// The value of a label.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::notify::Outcome;
    use crate::notify::text::tests::{failed, with_gaps};

    fn written(folder: &Path, facts: &Facts) -> String {
        write(folder, facts).unwrap();
        let name = file_name(facts.app_id.as_ref().unwrap());
        std::fs::read_to_string(folder.join(name)).unwrap()
    }

    fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{name}{{")))?;
        Some(line.rsplit_once(' ').unwrap().1)
    }

    #[test]
    fn a_run_is_told_in_the_format_of_prometheus() {
        let folder = tempfile::tempdir().unwrap();
        let mut facts = with_gaps();
        facts.account = Some("a\"b\\c\nd".into());
        facts.quota_left.insert("material/get_material".into(), 7);
        insta::assert_snapshot!(written(folder.path(), &facts));
    }

    #[test]
    fn a_failed_run_keeps_the_times_of_those_before() {
        let folder = tempfile::tempdir().unwrap();
        let mut good = with_gaps();
        good.outcome = Outcome::Done;
        let good_at = good.ended_at.as_second().to_string();
        written(folder.path(), &good);
        let mut bad = failed();
        bad.ended_at = Timestamp::from_second(good.ended_at.as_second() + 86_400).unwrap();
        for _ in 0..2 {
            let text = written(folder.path(), &bad);
            assert_eq!(value(&text, LAST_SUCCESS), Some(good_at.as_str()));
            assert_eq!(value(&text, LAST_ARCHIVE), Some(good_at.as_str()));
            assert_eq!(value(&text, "wxbackup_last_run_exit_code"), Some("4"));
            assert_eq!(value(&text, "wxbackup_items"), None);
        }
    }

    #[test]
    fn an_archive_with_gaps_is_an_archive_and_no_success() {
        let folder = tempfile::tempdir().unwrap();
        let text = written(folder.path(), &with_gaps());
        assert_eq!(value(&text, LAST_SUCCESS), None);
        assert_eq!(value(&text, LAST_ARCHIVE), Some("1763841600"));
    }

    #[test]
    fn what_another_hand_wrote_is_no_time_of_ours() {
        let now = Timestamp::from_second(1000).unwrap();
        for value in [
            "1001",
            "-1",
            "0",
            "9e2",
            "NaN",
            "",
            "1 2",
            "99999999999999999999",
        ] {
            let text = format!("{LAST_SUCCESS}{{appid=\"x\"}} {value}\n");
            assert_eq!(Times::of_text(&text, now), Times::default(), "{value}");
        }
        let text = format!("{LAST_SUCCESS}_x{{}} 7\n{LAST_SUCCESS}{{a=\"}} 5\"}} 9\n");
        let times = Times::of_text(&text, now);
        assert_eq!((times.success, times.archive), (Some(9), None));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_others_to_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        written(folder.path(), &failed());
        let path = folder.path().join("wxbackup-wx0123456789abcdef.prom");
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o444, 0o444, "{mode:o}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_in_the_place_of_the_file_holds_nothing_up() {
        use rustix::fs::{CWD, FileType, Mode};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wxbackup-wx0123456789abcdef.prom");
        rustix::fs::mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
        let text = written(folder.path(), &with_gaps());
        assert_eq!(value(&text, LAST_ARCHIVE), Some("1763841600"));
    }
}
