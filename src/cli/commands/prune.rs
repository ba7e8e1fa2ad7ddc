//! `wxbackup prune`: a line for each archive that stays or goes, and why.

use std::path::PathBuf;

use indicatif::{BinaryBytes, HumanCount};
use serde::Serialize;
use wxbackup::interrupt::Interrupt;
use wxbackup::model::{RunStatus, rfc3339};
use wxbackup::prune;
use wxbackup::prune::{Archived, Fate, Keep, Mode, Pruned};

use crate::cli::args::{Global, Prune};
use crate::cli::commands::Outcome;
use crate::cli::commands::export::holder;
use crate::cli::commands::status::in_china;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::folder;
use crate::cli::folder::Account;
use crate::cli::report::{Align, Ending, Report, columns, safe};

/// Prunes every account that is meant, whatever is wrong with the others.
pub(crate) fn run(
    global: &Global,
    args: &Prune,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    let folder = folder::look(global, args.output.folder.as_deref())?;
    let options = prune::Options {
        keep: keep(args),
        mode: if args.apply {
            Mode::Apply
        } else {
            Mode::Preview
        },
        clock: CLOCK,
        holder: holder(),
    };
    let mut sums = Sums::default();
    let mut trouble = Vec::new();
    let mut lines = Vec::new();
    for account in folder.accounts.iter().filter(|account| account.has_files) {
        match prune::prune(&folder.path, &account.stem, &options, report, interrupt) {
            Ok(pruned) => {
                for archive in &pruned.archives {
                    if let Fate::Stuck(error) = &archive.fate {
                        trouble.push(ExitCode::Failed);
                        report.fail(error);
                    }
                    sums.add(archive);
                    lines.push(Line::of(account, &pruned, archive));
                }
            }
            Err(prune::Error::Interrupted) => break,
            Err(source) => {
                trouble.push(match source {
                    prune::Error::Lock(prune::LockError::Held(_)) => ExitCode::Locked,
                    _ => ExitCode::Failed,
                });
                report.fail(&CannotPrune {
                    account: account.shown().to_owned(),
                    source,
                });
            }
        }
    }
    show(&lines, report);
    // Another run ends by itself; what failed does not mend itself.
    let exit = [ExitCode::Failed, ExitCode::Locked]
        .into_iter()
        .find(|exit| trouble.contains(exit))
        .unwrap_or(ExitCode::Done);
    let ending = Ending::new(exit).facts(&Facts {
        applied: args.apply,
        sums: &sums,
    });
    Ok(sums
        .words(options.mode)
        .into_iter()
        .fold(ending, Ending::says))
}

fn keep(args: &Prune) -> Keep {
    let count = |count: Option<std::num::NonZeroU32>| count.map_or(0, std::num::NonZeroU32::get);
    Keep {
        last: count(args.keep.last),
        daily: count(args.keep.daily),
        weekly: count(args.keep.weekly),
        monthly: count(args.keep.monthly),
        yearly: count(args.keep.yearly),
    }
}

/// The archives of an account were left as they are.
#[derive(Debug, thiserror::Error)]
#[error("nothing of {account} was removed")]
struct CannotPrune {
    account: String,
    source: prune::Error,
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    applied: bool,
    #[serde(flatten)]
    sums: &'a Sums,
}

/// How many archives stay and go.
#[derive(Debug, Default, Serialize)]
struct Sums {
    kept: u64,
    doomed: u64,
    doomed_bytes: u64,
    removed: u64,
    removed_bytes: u64,
    stuck: u64,
}

impl Sums {
    fn add(&mut self, archive: &Archived) {
        match archive.fate {
            Fate::Kept(_) => self.kept += 1,
            Fate::Doomed => {
                self.doomed += 1;
                self.doomed_bytes += archive.bytes;
            }
            Fate::Removed => {
                self.removed += 1;
                self.removed_bytes += archive.bytes;
            }
            Fate::Stuck(_) => self.stuck += 1,
        }
    }

    fn words(&self, mode: Mode) -> Vec<String> {
        let line = |word: &str, count: u64, bytes: Option<u64>| {
            let size = bytes.map(|bytes| format!(", {}", BinaryBytes(bytes)));
            format!(
                "{word:<9} {} archives{}",
                HumanCount(count),
                size.unwrap_or_default()
            )
        };
        let kept = line("kept", self.kept, None);
        let mut words = match mode {
            Mode::Preview => vec![kept, line("would go", self.doomed, Some(self.doomed_bytes))],
            Mode::Apply => vec![
                kept,
                line("removed", self.removed, Some(self.removed_bytes)),
            ],
        };
        if mode == Mode::Preview && self.doomed > 0 {
            words.push("hint: nothing was removed; --apply removes them".to_owned());
        }
        words
    }
}

/// What became of one archive.
#[derive(Debug, Serialize)]
struct Line {
    message_type: &'static str,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    path: PathBuf,
    run_time: String,
    #[serde(skip)]
    run_second: i64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<RunStatus>,
    fate: &'static str,
    reasons: Vec<String>,
}

impl Line {
    fn of(account: &Account, pruned: &Pruned, archive: &Archived) -> Self {
        let app_id = account.app_id.as_ref().or(pruned.app_id.as_ref());
        let name = account.name.as_ref().or(pruned.account_name.as_ref());
        let (fate, reasons) = match &archive.fate {
            Fate::Kept(reasons) => ("keep", reasons.as_slice()),
            Fate::Doomed => ("remove", &[][..]),
            Fate::Removed => ("removed", &[][..]),
            Fate::Stuck(_) => ("stuck", &[][..]),
        };
        Self {
            message_type: "archive",
            account: account.stem.clone(),
            appid: app_id.map(ToString::to_string),
            name: name.cloned(),
            path: archive.path.clone(),
            run_time: rfc3339(archive.stamp.time()),
            run_second: archive.stamp.time().as_second(),
            bytes: archive.bytes,
            status: archive.status,
            fate,
            reasons: reasons.iter().map(ToString::to_string).collect(),
        }
    }

    /// What people call the account.
    fn shown(&self) -> &str {
        self.name
            .as_ref()
            .or(self.appid.as_ref())
            .unwrap_or(&self.account)
    }

    fn status(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        status.unwrap_or_else(|| "-".to_owned())
    }

    fn tabs(&self) -> String {
        [
            self.fate.to_owned(),
            safe(self.shown()).into_owned(),
            self.run_time.clone(),
            self.bytes.to_string(),
            self.status(),
            self.reasons.join(", "),
            safe(&self.path.display().to_string()).into_owned(),
        ]
        .join("\t")
    }

    fn cells(&self) -> [String; 6] {
        [
            self.fate.to_owned(),
            safe(self.shown()).into_owned(),
            in_china(self.run_second),
            BinaryBytes(self.bytes).to_string(),
            self.status(),
            self.reasons.join(", "),
        ]
    }
}

const ALIGNS: [Align; 6] = [
    Align::Left,
    Align::Left,
    Align::Left,
    Align::Right,
    Align::Left,
    Align::Left,
];

fn show(lines: &[Line], report: &Report) {
    if report.is_json() {
        for line in lines {
            report.line(line);
        }
    } else if report.place().stdout_columns.is_some() && !lines.is_empty() {
        let head = ["WHAT", "ACCOUNT", "TIME", "SIZE", "STATUS", "WHY"].map(str::to_owned);
        let rows: Vec<[String; 6]> = std::iter::once(head)
            .chain(lines.iter().map(Line::cells))
            .collect();
        for line in columns(ALIGNS, &rows) {
            report.result(&line);
        }
    } else {
        for line in lines {
            report.result(&line.tabs());
        }
    }
}
