//! `wxbackup diff A B`: what was added, removed, changed and retired from one
//! archive of an account to another.
//!
//! A line a change: signs and colours on a terminal, tabs in a pipe, JSON for
//! programs. Differences are no failure: the exit code is 0 wherever both
//! archives could be read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use wxbackup::archive::Archive;
use wxbackup::diff;
use wxbackup::diff::{Assets, Counts, ItemChange, Options};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::{Section, china_date_time};
use wxbackup::record::run::{Change, ChangeOp};

use crate::cli::args::{Diff, Global};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Ending, Paint, Report, padded, row, safe};

/// Compares two archives.
pub(crate) fn run(global: &Global, args: &Diff, report: &Report, interrupt: &Interrupt) -> Outcome {
    let paths = [args.old.as_path(), args.new.as_path()];
    let keys = keys::to_read(global, &args.identity, paths, report)?;
    let (old, new) = (
        Archive::open(&args.old, &keys)?,
        Archive::open(&args.new, &keys)?,
    );
    let assets = if args.assets {
        Assets::Listed
    } else {
        Assets::Counted
    };
    let compared = diff::diff(&old, &new, &Options { assets }, report, interrupt)?;
    let lines = Lines::that_suit(report);
    report.screen().results(|out| {
        for change in &compared.changes {
            lines.write(out, change, report)?;
        }
        Ok::<(), io::Error>(())
    })?;
    let ending = Ending::new(ExitCode::Done).facts(&Facts {
        appid: compared.appid.as_str(),
        old: Of::new(&old, &compared.old_run),
        new: Of::new(&new, &compared.new_run),
        changes: Totals::of(&compared),
    });
    Ok(words(&compared, assets)
        .into_iter()
        .fold(ending, Ending::says))
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    appid: &'a str,
    old: Of<'a>,
    new: Of<'a>,
    changes: Totals<'a>,
}

/// One of the two archives.
#[derive(Serialize)]
struct Of<'a> {
    archive: &'a str,
    run_id: &'a str,
}

impl<'a> Of<'a> {
    fn new(archive: &'a Archive, run_id: &'a str) -> Self {
        Self {
            archive: archive.name(),
            run_id,
        }
    }
}

/// How many changes there are.
#[derive(Serialize)]
struct Totals<'a> {
    sections: BTreeMap<&'a str, Numbers>,
    assets: Numbers,
}

impl Totals<'_> {
    fn of(compared: &diff::Outcome) -> Self {
        let sections = compared.sections.iter();
        Self {
            sections: sections
                .map(|(section, counts)| (section.as_str(), Numbers::of(*counts)))
                .collect(),
            assets: Numbers::of(compared.assets),
        }
    }
}

/// [`Counts`] for programs.
#[derive(Serialize)]
struct Numbers {
    added: u64,
    removed: u64,
    changed: u64,
    retired: u64,
}

impl Numbers {
    fn of(counts: Counts) -> Self {
        let Counts {
            added,
            removed,
            changed,
            retired,
        } = counts;
        Self {
            added,
            removed,
            changed,
            retired,
        }
    }
}

/// The totals for people: a line a section.
fn words(compared: &diff::Outcome, assets: Assets) -> Vec<String> {
    let mut lines: Vec<String> = compared
        .sections
        .iter()
        .map(|(section, counts)| {
            let name = names::section(*section).in_language(language());
            row(&name, &in_words(*counts))
        })
        .collect();
    if compared.assets.total() > 0 {
        let counts = in_words(compared.assets);
        let counts = match assets {
            Assets::Counted => say!("diff-assets", counts = counts),
            Assets::Listed => counts,
        };
        lines.push(row(&say!("row-assets"), &counts));
    }
    if lines.is_empty() {
        lines.push(say!("diff-nothing"));
    }
    lines
}

fn in_words(counts: Counts) -> String {
    let counted = |count: u64, text: fn(u64) -> String| (count > 0).then(|| text(count));
    let words = [
        counted(counts.added, |count| say!("diff-added", count = count)),
        counted(counts.removed, |count| say!("diff-removed", count = count)),
        counted(counts.changed, |count| say!("diff-changed", count = count)),
        counted(counts.retired, |count| say!("diff-retired", count = count)),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join(&say!("between-counts"))
}

/// In which form changes are written.
#[derive(Clone, Copy, Debug)]
enum Lines {
    /// For people.
    Signs,
    /// With tabs in between.
    Tabs,
    Json,
}

impl Lines {
    fn that_suit(report: &Report) -> Self {
        if report.is_json() {
            Self::Json
        } else if report.place().stdout_columns.is_some() {
            Self::Signs
        } else {
            Self::Tabs
        }
    }

    fn write(self, out: &mut dyn Write, change: &ItemChange, report: &Report) -> io::Result<()> {
        let paint = |word| {
            let screen = report.screen();
            screen
                .paint_result(colour(change.change.op), word)
                .into_owned()
        };
        match self {
            Self::Signs => writeln!(out, "{}", paint(&line_of_signs(change))),
            Self::Tabs => {
                let Change { op, id, fields, .. } = &change.change;
                writeln!(
                    out,
                    "{}\t{}\t{}\t{}\t{}\t{}",
                    paint(word(*op)),
                    place(change),
                    updated(change, "%Y-%m-%d %H:%M:%S"),
                    safe(id),
                    safe(&fields.join(",")),
                    safe(&change.title)
                )
            }
            Self::Json => {
                serde_json::to_writer(&mut *out, &Row::of(change))?;
                writeln!(out)
            }
        }
    }
}

/// `~ draft      2023-05-17 10:15  a new title (was "an old one"; content, title)`
fn line_of_signs(change: &ItemChange) -> String {
    let Change { op, id, fields, .. } = &change.change;
    let sign = match op {
        ChangeOp::Added => '+',
        ChangeOp::Removed | ChangeOp::Retired => '-',
        ChangeOp::Changed => '~',
    };
    let name = if change.title.is_empty() {
        safe(id)
    } else {
        safe(&change.title)
    };
    let was = change
        .old_title
        .as_ref()
        .map(|title| say!("diff-was", title = safe(title)));
    let how = match op {
        ChangeOp::Added | ChangeOp::Removed => None,
        ChangeOp::Changed => Some(safe(&fields.join(", ")).into_owned()),
        ChangeOp::Retired => Some(say!("diff-is-retired")),
    };
    let notes: Vec<String> = was.into_iter().chain(how).collect();
    let text = if notes.is_empty() {
        name.into_owned()
    } else {
        let notes = notes.join(&say!("between-notes"));
        say!("line-noted", line = name, note = notes)
    };
    format!(
        "{sign} {}  {}  {text}",
        padded(&place_name(change), 9),
        padded(&updated(change, "%Y-%m-%d %H:%M"), 16)
    )
}

/// The section as people call it, and an asset as what it is.
fn place_name(change: &ItemChange) -> String {
    let name = change
        .section
        .map_or_else(|| names::kind("asset"), names::section);
    name.in_language(language())
}

fn colour(op: ChangeOp) -> Paint {
    match op {
        ChangeOp::Added => Paint::Good,
        ChangeOp::Removed => Paint::Error,
        ChangeOp::Changed => Paint::Hint,
        ChangeOp::Retired => Paint::Warning,
    }
}

fn word(op: ChangeOp) -> &'static str {
    match op {
        ChangeOp::Added => "added",
        ChangeOp::Removed => "removed",
        ChangeOp::Changed => "changed",
        ChangeOp::Retired => "retired",
    }
}

/// The section; an asset is of none.
fn place(change: &ItemChange) -> &'static str {
    change.section.map_or("asset", Section::as_str)
}

/// In the time of China, where WeChat and its users are; empty where no time is known.
fn updated(change: &ItemChange, format: &str) -> String {
    if change.update_time == 0 {
        return String::new();
    }
    china_date_time(change.update_time)
        .map(|time| time.strftime(format).to_string())
        .unwrap_or_default()
}

/// A change as a line for programs.
#[derive(Serialize)]
struct Row<'a> {
    message_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<Section>,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_time: Option<i64>,
    #[serde(flatten)]
    change: &'a Change,
}

impl<'a> Row<'a> {
    fn of(change: &'a ItemChange) -> Self {
        Self {
            message_type: "change",
            section: change.section,
            title: &change.title,
            old_title: change.old_title.as_deref(),
            update_time: Some(change.update_time).filter(|time| *time != 0),
            change: &change.change,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(op: ChangeOp, fields: &[&str]) -> ItemChange {
        ItemChange {
            section: Some(Section::Draft),
            title: "春\u{202e}天".to_owned(),
            old_title: None,
            update_time: 1_684_289_700,
            change: Change {
                op,
                kind: "article".to_owned(),
                id: "m1".to_owned(),
                old_sha256: None,
                new_sha256: None,
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            },
        }
    }

    #[test]
    fn a_line_for_people_says_what_happened_to_what() {
        let mut renamed = change(ChangeOp::Changed, &["con\ntent", "title"]);
        renamed.old_title = Some("冬\u{1b}".to_owned());
        let mut nameless = change(ChangeOp::Removed, &[]);
        (nameless.title, nameless.update_time) = (String::new(), 0);
        let lines = [
            change(ChangeOp::Added, &["status"]),
            nameless,
            renamed,
            change(ChangeOp::Retired, &["status"]),
        ];
        assert_eq!(
            lines.each_ref().map(line_of_signs),
            [
                "+ draft      2023-05-17 10:15  春\\u{202e}天",
                "- draft                        m1",
                "~ draft      2023-05-17 10:15  春\\u{202e}天 (was \"冬\\u{1b}\"; con\\u{a}tent, title)",
                "- draft      2023-05-17 10:15  春\\u{202e}天 (retired: no longer listed, and kept)",
            ]
        );
    }

    #[test]
    fn what_did_not_happen_is_not_counted() {
        let counts = Counts {
            added: 1200,
            changed: 1,
            ..Counts::default()
        };
        assert_eq!(in_words(counts), "1,200 added, 1 changed");
    }
}
