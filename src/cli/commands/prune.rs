//! `wxbackup prune`: a line for each archive that stays or goes, and why.

use std::path::PathBuf;

use indicatif::BinaryBytes;
use serde::Serialize;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::{RunStatus, rfc3339};
use wxbackup::prune;
use wxbackup::prune::{Archived, Fate, Keep, Mode, Pruned, Reason, Rule};
use wxbackup::text::Message;

use crate::cli::args::{Global, Prune};
use crate::cli::commands::Outcome;
use crate::cli::commands::export::holder;
use crate::cli::commands::status::in_china;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::folder;
use crate::cli::folder::Account;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Align, Ending, Report, columns, padded, safe};

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
        identities: folder.identities(global, &args.identity, report)?,
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
    let ending = sums
        .words(options.mode)
        .into_iter()
        .fold(ending, Ending::says);
    Ok(if options.mode == Mode::Preview && sums.doomed > 0 {
        ending.hints(&message!("prune-preview"))
    } else {
        ending
    })
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
#[error("{}", message!("prune-cannot", account = account))]
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
            let mut parts = vec![say!("prune-archives", count = count)];
            parts.extend(bytes.map(|bytes| BinaryBytes(bytes).to_string()));
            let parts = parts.join(&say!("between-counts"));
            format!("{} {parts}", padded(word, 9))
        };
        vec![
            line(&say!("prune-kept"), self.kept, None),
            match mode {
                Mode::Preview => line(
                    &say!("prune-would-go"),
                    self.doomed,
                    Some(self.doomed_bytes),
                ),
                Mode::Apply => line(
                    &say!("prune-removed"),
                    self.removed,
                    Some(self.removed_bytes),
                ),
            },
        ]
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
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_receipt: bool,
    fate: &'static str,
    reasons: Vec<String>,
    #[serde(skip)]
    why: Vec<Message>,
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
            by_receipt: archive.by_receipt,
            fate,
            reasons: reasons.iter().map(ToString::to_string).collect(),
            why: reasons
                .iter()
                .copied()
                .map(why)
                .chain(archive.by_receipt.then(|| message!("by-receipt")))
                .collect(),
        }
    }

    /// What people call the account.
    fn shown(&self) -> &str {
        self.name
            .as_ref()
            .or(self.appid.as_ref())
            .unwrap_or(&self.account)
    }

    /// Why it stays, and that nobody could read it, in the words of scripts.
    fn notes(&self) -> String {
        let by_receipt = self.by_receipt.then_some("by receipt");
        let reasons = self.reasons.iter().map(String::as_str);
        reasons.chain(by_receipt).collect::<Vec<_>>().join(", ")
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
            self.notes(),
            safe(&self.path.display().to_string()).into_owned(),
        ]
        .join("\t")
    }

    fn cells(&self) -> [String; 6] {
        let in_words = |why: &Message| why.in_language(language());
        let why: Vec<String> = self.why.iter().map(in_words).collect();
        let status = self
            .status
            .map(|status| names::status(status).in_language(language()));
        [
            say!("prune-fate", fate = self.fate),
            safe(self.shown()).into_owned(),
            in_china(self.run_second),
            BinaryBytes(self.bytes).to_string(),
            status.unwrap_or_else(|| "-".to_owned()),
            why.join(&say!("between-counts")),
        ]
    }
}

/// Why an archive is kept, for people.
fn why(reason: Reason) -> Message {
    let rule = |rule: Rule| message!("prune-rule", rule = rule.to_string());
    match reason {
        Reason::Rule(kept_by) => rule(kept_by),
        Reason::Oldest(kept_by) => message!("prune-oldest", rule = rule(kept_by)),
        Reason::NewestGood => message!("prune-newest-good"),
        Reason::Unreadable => message!("prune-unreadable"),
        Reason::Future => message!("prune-future"),
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
        let head = [
            say!("head-what"),
            say!("head-account"),
            say!("head-time"),
            say!("head-size"),
            say!("head-status"),
            say!("head-why"),
        ];
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
