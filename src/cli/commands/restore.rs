//! `wxbackup restore ARCHIVE --to DIR`, and `--to-account NAME`.

pub(crate) mod account;
mod confirm;
mod undo;
mod words;

use std::path::Path;
use std::sync::Arc;

use indicatif::BinaryBytes;
use serde::Serialize;
use wxbackup::archive::recovery::Lost;
use wxbackup::archive::select::Select;
use wxbackup::event::{Event, Observer as _};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::Finding;
use wxbackup::restore;
use wxbackup::text::Message;

use crate::cli::args::{Global, Layout, Restore};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::say;
use crate::cli::report::{Ending, Report, padded};

/// Restores an archive into a folder or an account, or undoes the latter.
pub(crate) fn run(
    global: &Global,
    args: &Restore,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    if let Some(receipt) = &args.account.undo {
        return undo::run(global, args, receipt, report, interrupt);
    }
    let archive = args.archive.as_deref().unwrap_or(Path::new(""));
    match &args.to {
        Some(to) => into_folder(global, args, archive, to, report, interrupt),
        None => account::run(global, args, archive, report, interrupt),
    }
}

fn into_folder(
    global: &Global,
    args: &Restore,
    archive: &Path,
    to: &Path,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    let options = restore::Options {
        layout: match args.layout {
            Layout::Human => restore::Layout::Human,
            Layout::Bag => restore::Layout::Bag,
        },
        only: selected(args),
        identities: keys::to_read(global, &args.identity, [archive], report)?,
    };
    let restored = restore::restore(archive, to, &options, report, interrupt)?;
    let archive = archive.display().to_string();
    tell_losses(&archive, &restored.findings, &restored.lost, report);
    report.result(&to.display().to_string());
    Ok(ending(args, to, &restored))
}

/// What `--only` picks.
fn selected(args: &Restore) -> Select {
    let clauses = args.only.clauses.iter().cloned();
    clauses.fold(Select::default(), Select::and)
}

/// Losses that people are told one by one; an archive that is cut in the middle
/// has thousands, and a person needs the first and their number.
const LOSSES_TOLD: usize = 20;

/// Says what is damaged, and what is lost by it, item by item.
pub(crate) fn tell_losses(archive: &str, findings: &[Finding], lost: &[Lost], report: &Report) {
    let told = if report.tells_all() {
        usize::MAX
    } else {
        LOSSES_TOLD
    };
    for finding in findings.iter().take(told) {
        report.event(&Event::Finding { archive, finding });
    }
    if let Some(more @ 1..) = findings.len().checked_sub(told) {
        report.event(&Event::Warning {
            code: "findings_not_told",
            about: archive,
            message: &message!("findings-more", more = more.to_string()),
        });
    }
    for lost in lost.iter().take(told) {
        report.event(&Event::Warning {
            code: "not_restored",
            about: &lost.about,
            message: &Message::said(&lost.reason),
        });
    }
    if let Some(more @ 1..) = lost.len().checked_sub(told) {
        report.event(&Event::Warning {
            code: "not_restored",
            about: "",
            message: &message!("lost-more", more = more.to_string()),
        });
    }
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    path: &'a Path,
    files: u64,
    bytes: u64,
    missing_items: u64,
    lost: usize,
    findings: usize,
}

fn ending(args: &Restore, to: &Path, restored: &restore::Outcome) -> Ending {
    let exit = if restored.is_damaged() {
        ExitCode::Damage
    } else {
        ExitCode::Done
    };
    let mut ending = Ending::new(exit)
        .facts(&Facts {
            path: to,
            files: restored.files,
            bytes: restored.bytes,
            missing_items: restored.missing_items,
            lost: restored.lost.len(),
            findings: restored.findings.len(),
        })
        .says(row(
            &say!("row-restored"),
            &say!(
                "restore-files",
                files = restored.files,
                size = BinaryBytes(restored.bytes).to_string()
            ),
        ));
    if restored.missing_items > 0 {
        let text = say!("restore-missing", count = restored.missing_items);
        ending = ending.says(row(&say!("row-missing"), &text));
    }
    if !restored.lost.is_empty() {
        let text = say!("restore-lost", count = restored.lost.len().to_string());
        ending = ending.says(row(&say!("row-lost"), &text));
    }
    if restored.files == 0 && !args.only.clauses.is_empty() {
        ending = ending.hints(&message!("nothing-fits"));
    }
    ending
}

/// How wide the names of rows are in what is said at the end.
const NAME_COLUMNS: usize = 8;

fn row(name: &str, text: &str) -> String {
    format!("{}  {text}", padded(name, NAME_COLUMNS))
}
