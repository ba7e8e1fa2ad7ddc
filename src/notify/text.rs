//! The end of a run in lines for people, as chats and pings show it.

use std::fmt::Write as _;
use std::time::Duration;

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::notify::facts::{Archive, Counts, Facts, Outcome};

/// Error messages may quote a server, and a server may say anything.
const LINE_CHARS_MAX: usize = 300;

/// The lines that tell of a run; the first says whose, and how it ended.
pub(super) fn lines(facts: &Facts) -> Vec<String> {
    let mut lines = vec![headline(facts)];
    if facts.outcome == Outcome::Test {
        lines.push("This is a test of the channel; no run has ended.".to_owned());
        return lines;
    }
    if facts.outcome != Outcome::Done {
        lines.push(format!("{} (exit code {})", facts.meaning, facts.exit_code));
    }
    if let Some(archive) = &facts.archive {
        lines.extend(of_archive(archive));
    }
    if !facts.missing_titles.is_empty() {
        lines.push(format!("titles: {}", facts.missing_titles.join("; ")));
    }
    if !facts.trouble.is_empty() {
        lines.push(format!("error: {}", facts.trouble.join(": ")));
    }
    if let Some(next_step) = &facts.next_step {
        lines.push(format!("next: {next_step}"));
    }
    let left: Vec<String> = facts
        .quota_left
        .iter()
        .map(|(api, left)| format!("{api} {left}"))
        .collect();
    if !left.is_empty() {
        lines.push(format!("quota left: {}", left.join(", ")));
    }
    lines.push(format!("took: {}", duration(facts.took)));
    lines.iter().map(|line| clean(line)).collect()
}

fn headline(facts: &Facts) -> String {
    let word = facts.outcome.word();
    let whose = match (&facts.account, &facts.app_id) {
        (Some(name), Some(app_id)) => format!("{name} ({app_id})"),
        (Some(name), None) => name.clone(),
        (None, Some(app_id)) => app_id.to_string(),
        // The word that a chat robot can be told to ask for comes first.
        (None, None) => return format!("wxbackup: {word}"),
    };
    format!("wxbackup: {whose}: {word}")
}

fn of_archive(archive: &Archive) -> Vec<String> {
    let mut lines = vec![format!(
        "archive: {}, {}, {}",
        archive.file_name(),
        bytes(archive.bytes),
        archive.status
    )];
    if let Some(run) = &archive.unchanged_since {
        lines.push(format!("unchanged since: {run}"));
    }
    let counted = |what: &str, count: fn(&Counts) -> u64| {
        let counts: Vec<String> = archive
            .counts
            .iter()
            .filter(|(_, counts)| count(counts) > 0)
            .map(|(section, counts)| format!("{} {section}", count(counts)))
            .collect();
        (!counts.is_empty()).then(|| format!("{what}: {}", counts.join(", ")))
    };
    lines.extend(counted("stored", |counts| counts.stored));
    lines.extend(counted("missing", |counts| counts.missing));
    let unlisted: Vec<&str> = archive
        .counts
        .iter()
        .filter(|(_, counts)| !counts.listed)
        .map(|(section, _)| *section)
        .collect();
    if !unlisted.is_empty() {
        lines.push(format!("not listed: {}", unlisted.join(", ")));
    }
    let reasons: Vec<String> = archive
        .gaps_by_reason
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    if !reasons.is_empty() {
        lines.push(format!("gaps: {}", reasons.join(", ")));
    }
    lines
}

/// `text` on one line, without what could reverse or hide a part of it, and not too long.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned: String = text
        .chars()
        .map(|c| if is_plain(c) { c } else { ' ' })
        .take(LINE_CHARS_MAX + 1)
        .collect();
    if cleaned.chars().count() > LINE_CHARS_MAX {
        cleaned.pop();
        cleaned.push('…');
    }
    cleaned
}

fn is_plain(c: char) -> bool {
    use GeneralCategory as G;
    !matches!(
        get_general_category(c),
        G::Control | G::Format | G::LineSeparator | G::ParagraphSeparator | G::PrivateUse
    )
}

/// `text` in at most so many bytes.
pub(super) fn cut_to_bytes(text: &str, bytes_max: usize) -> String {
    const MARK: char = '…';
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let mut end = bytes_max.saturating_sub(MARK.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut cut = text[..end].to_owned();
    cut.push(MARK);
    cut
}

/// `12.3 MiB`.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    // In tenths of the unit, rounded down.
    let mut tenths = count.saturating_mul(10) / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// `1 h 2 min 3 s`.
fn duration(took: Duration) -> String {
    let seconds = took.as_secs();
    let mut text = String::new();
    if seconds >= 3600 {
        let _ = write!(text, "{} h ", seconds / 3600);
    }
    if seconds >= 60 {
        let _ = write!(text, "{} min ", seconds / 60 % 60);
    }
    let _ = write!(text, "{} s", seconds % 60);
    text
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use crate::model::{RunStatus, Timestamp};

    /// A run that wrote an archive with gaps.
    pub(in crate::notify) fn with_gaps() -> Facts {
        let counts = |listed, stored, missing| Counts {
            listed,
            stored,
            missing,
        };
        Facts {
            account: Some("小店".into()),
            app_id: Some("wx0123456789abcdef".parse().unwrap()),
            outcome: Outcome::Gaps,
            exit_code: 3,
            meaning: "it lacks some items".into(),
            ended_at: Timestamp::from_second(1_763_841_600).unwrap(),
            took: Duration::from_millis(3_723_500),
            archive: Some(Archive {
                path: "/b/wxbackup-wx0123456789abcdef-20251122T200000Z.zip".into(),
                bytes: 12_900_000,
                status: RunStatus::CompleteWithGaps,
                unchanged_since: Some("20251120T200000Z".into()),
                counts: BTreeMap::from([
                    ("image", counts(true, 12, 1)),
                    ("published", counts(false, 0, 0)),
                    ("voice", counts(true, 0, 0)),
                ]),
                gaps_by_reason: BTreeMap::from([
                    ("http_404".into(), 1),
                    ("no_permission".into(), 1),
                ]),
            }),
            trouble: Vec::new(),
            next_step: None,
            missing_titles: Vec::new(),
            quota_left: BTreeMap::new(),
        }
    }

    /// A run that failed.
    pub(in crate::notify) fn failed() -> Facts {
        Facts {
            outcome: Outcome::Refused,
            exit_code: 4,
            meaning: "a person must act".into(),
            took: Duration::from_secs(2),
            archive: None,
            trouble: vec![
                "cannot get a token".into(),
                "WeChat\r\nrefused <b>\u{202e}it".into(),
            ],
            next_step: Some("copy the secret".into()),
            ..with_gaps()
        }
    }

    #[test]
    fn a_run_is_told_in_lines() {
        let mut facts = with_gaps();
        facts.missing_titles = vec!["春天".into(), "b".into()];
        facts.quota_left = BTreeMap::from([("material/get_material".into(), 7)]);
        assert_eq!(
            lines(&facts),
            [
                "wxbackup: 小店 (wx0123456789abcdef): gaps",
                "it lacks some items (exit code 3)",
                "archive: wxbackup-wx0123456789abcdef-20251122T200000Z.zip, 12.3 MiB, complete-with-gaps",
                "unchanged since: 20251120T200000Z",
                "stored: 12 image",
                "missing: 1 image",
                "not listed: published",
                "gaps: 1 http_404, 1 no_permission",
                "titles: 春天; b",
                "quota left: material/get_material 7",
                "took: 1 h 2 min 3 s",
            ]
        );
        assert_eq!(
            lines(&failed()),
            [
                "wxbackup: 小店 (wx0123456789abcdef): refused",
                "a person must act (exit code 4)",
                "error: cannot get a token: WeChat  refused <b> it",
                "next: copy the secret",
                "took: 2 s",
            ]
        );
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut_to_bytes("春天", 6), "春天");
        assert_eq!(cut_to_bytes("春天天", 8), "春…");
        assert_eq!(cut_to_bytes("春天天", 6), "春…");
        assert_eq!(clean(&"x".repeat(400)).chars().count(), LINE_CHARS_MAX + 1);
        assert_eq!(clean(&"x".repeat(300)), "x".repeat(300));
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!(
            [0, 1023, 1024, 1_048_575, 1_048_576, 1 << 51].map(bytes),
            [
                "0 B",
                "1023 B",
                "1.0 KiB",
                "1023.9 KiB",
                "1.0 MiB",
                "2048.0 TiB"
            ]
        );
    }
}
