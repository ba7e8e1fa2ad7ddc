//! `wxbackup status`: a line for each account. In columns on a terminal, with
//! tabs in a pipe, JSON for programs.

use std::path::PathBuf;
use std::time::Duration;

use indicatif::{BinaryBytes, HumanCount};
use serde::Serialize;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::{RunStatus, china_date_time, rfc3339};
use wxbackup::status;
use wxbackup::status::{Newest, Occupancy, Status};
use wxbackup::text::{Language, Message};

use crate::cli::args::{Age, Global};
use crate::cli::commands::Outcome;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::folder;
use crate::cli::folder::Account;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Align, Ending, Report, columns, safe};

/// Accounts that an error names; a machine may have hundreds.
const NAMED_MAX: usize = 10;

/// Looks at every account that is meant, whatever is wrong with the others.
pub(crate) fn run(
    global: &Global,
    args: &crate::cli::args::Status,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    let folder = folder::look(global, args.output.folder.as_deref())?;
    let options = status::Options {
        stage: args.stage.folder.clone(),
        identities: folder.identities(global, &args.identity, report)?,
        clock: CLOCK,
    };
    let mut lines = Vec::new();
    let mut failed = false;
    for account in &folder.accounts {
        match status::status(&folder.path, &account.stem, &options, report, interrupt) {
            Ok(status) => lines.push(Line::of(account, &status, args.max_age)),
            Err(status::Error::Interrupted) => break,
            Err(source) => {
                failed = true;
                report.fail(&CannotTell {
                    account: account.shown().to_owned(),
                    source,
                });
            }
        }
    }
    show(&lines, report);
    let late: Vec<&str> = lines
        .iter()
        .filter(|line| line.late == Some(true))
        .map(Line::shown)
        .collect();
    let is_late = args.max_age.is_some() && (!late.is_empty() || folder.accounts.is_empty());
    let exit = if failed || is_late {
        ExitCode::Failed
    } else {
        ExitCode::Done
    };
    let mut ending = Ending::new(exit).facts(&Facts {
        accounts: folder.accounts.len(),
        late: args.max_age.map(|_| late.len()),
        max_age_seconds: args.max_age.map(|age| age.0.as_secs()),
    });
    if folder.accounts.is_empty() {
        ending = ending.says(say!("status-empty", folder = folder.path.display()));
    }
    if let Some(Age(age_max)) = args.max_age
        && is_late
    {
        ending = ending.because(TooOld {
            late: late.len(),
            accounts: folder.accounts.len(),
            age_max,
            names: late
                .iter()
                .take(NAMED_MAX)
                .map(|name| safe(name).into_owned())
                .collect(),
        });
    }
    Ok(ending)
}

/// It cannot be told how an account stands.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("status-cannot-tell", account = account))]
struct CannotTell {
    account: String,
    source: status::Error,
}

/// Backups are older than they may be.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
struct TooOld {
    late: usize,
    accounts: usize,
    age_max: Duration,
    /// Who they are, as many as are named.
    names: Vec<String>,
}

impl TooOld {
    fn message(&self) -> Message {
        let said = message!(
            "status-too-old",
            late = self.late.to_string(),
            accounts = self.accounts.to_string(),
            age = span(self.age_max)
        );
        let names = names::listed(&self.names);
        let names = match self.late - self.names.len() {
            0 if names.is_empty() => return said,
            0 => names,
            more => {
                message!("status-names-more", names = names, more = more.to_string()).to_string()
            }
        };
        message!("line-named", name = said, line = names)
    }
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts {
    accounts: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    late: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age_seconds: Option<u64>,
}

/// How one account stands.
#[derive(Debug, Serialize)]
struct Line {
    message_type: &'static str,
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest_good: Option<NewestLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late: Option<bool>,
    archives: u64,
    archives_bytes: u64,
    newer_partial: u64,
    newer_unreadable: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    staged: Option<Staged>,
    unfinished_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    running: Option<Running>,
}

#[derive(Debug, Serialize)]
struct NewestLine {
    path: PathBuf,
    run_time: String,
    #[serde(skip)]
    run_second: i64,
    confirmed_at: String,
    age_seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_at: Option<String>,
    status: RunStatus,
    gaps: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_receipt: bool,
}

/// What a run left, or gathers.
#[derive(Debug, Serialize)]
struct Staged {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    bytes: u64,
}

/// A run at work; who it is, where its lock tells.
#[derive(Debug, Serialize)]
struct Running {
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
}

impl Line {
    fn of(account: &Account, status: &Status, max_age: Option<Age>) -> Self {
        let app_id = account.app_id.as_ref().or(status.app_id.as_ref());
        let name = account.name.as_ref().or(status.account_name.as_ref());
        Self {
            message_type: "account",
            account: account.stem.clone(),
            appid: app_id.map(ToString::to_string),
            name: name.cloned(),
            newest_good: status.newest_good.as_ref().map(NewestLine::of),
            late: max_age.map(|Age(age_max)| status.is_late(age_max)),
            archives: status.archives,
            archives_bytes: status.archives_bytes,
            newer_partial: status.newer_partial,
            newer_unreadable: status.newer_unreadable,
            staged: status.staged.as_ref().map(|remains| Staged {
                since: remains
                    .begun
                    .as_ref()
                    .map(|start| rfc3339(start.started_at)),
                bytes: remains.bytes,
            }),
            unfinished_bytes: status.unfinished_bytes,
            running: match &status.occupancy {
                Occupancy::Free => None,
                Occupancy::Held(holder) => Some(Running {
                    pid: holder.as_ref().map(|holder| holder.pid),
                    host: holder.as_ref().map(|holder| holder.host.clone()),
                    started_at: holder.as_ref().map(|holder| holder.started_at.clone()),
                }),
            },
        }
    }

    /// What people call the account.
    fn shown(&self) -> &str {
        self.name
            .as_ref()
            .or(self.appid.as_ref())
            .unwrap_or(&self.account)
    }

    /// What the account has besides its newest good archive, in words.
    fn notes(&self, language: Language) -> String {
        let mut notes = Vec::new();
        if self.late == Some(true) {
            notes.push(message!("status-late"));
        }
        if self.newest_good.as_ref().is_some_and(|it| it.by_receipt) {
            notes.push(message!("by-receipt"));
        }
        if self.running.is_some() {
            notes.push(message!("status-running"));
        }
        if let Some(staged) = &self.staged {
            let size = BinaryBytes(staged.bytes).to_string();
            notes.push(message!("status-staged", size = size));
        }
        if self.newer_partial > 0 {
            notes.push(message!("status-newer-partial", count = self.newer_partial));
        }
        if self.newer_unreadable > 0 {
            let count = self.newer_unreadable;
            notes.push(message!("status-newer-unreadable", count = count));
        }
        let notes: Vec<String> = notes
            .iter()
            .map(|note| note.in_language(language))
            .collect();
        notes.join(&message!("between-counts").in_language(language))
    }

    fn tabs(&self) -> String {
        let newest = self.newest_good.as_ref();
        let text = |of: &dyn Fn(&NewestLine) -> String| newest.map(of).unwrap_or_default();
        [
            safe(self.shown()).into_owned(),
            self.account.clone(),
            text(&|newest| newest.confirmed_at.clone()),
            text(&|newest| newest.age_seconds.to_string()),
            text(&|newest| newest.status.to_string()),
            text(&|newest| newest.gaps.to_string()),
            text(&|newest| newest.bytes.to_string()),
            self.archives.to_string(),
            text(&|newest| safe(&newest.path.display().to_string()).into_owned()),
            // Scripts look for its words.
            self.notes(Language::En),
        ]
        .join("\t")
    }

    fn cells(&self) -> [String; 8] {
        let newest = self.newest_good.as_ref();
        let text = |of: &dyn Fn(&NewestLine) -> String| newest.map_or_else(|| "-".to_owned(), of);
        [
            safe(self.shown()).into_owned(),
            text(&|newest| in_china(newest.run_second)),
            text(&|newest| span(Duration::from_secs(newest.age_seconds)).in_language(language())),
            text(&|newest| names::status(newest.status).in_language(language())),
            text(&|newest| HumanCount(newest.gaps).to_string()),
            text(&|newest| BinaryBytes(newest.bytes).to_string()),
            HumanCount(self.archives).to_string(),
            self.notes(language()),
        ]
    }
}

impl NewestLine {
    fn of(newest: &Newest) -> Self {
        Self {
            path: newest.path.clone(),
            run_time: rfc3339(newest.stamp.time()),
            run_second: newest.stamp.time().as_second(),
            confirmed_at: rfc3339(newest.confirmed.time()),
            age_seconds: newest.age.as_secs(),
            verified_at: newest.verified_at.map(rfc3339),
            status: newest.status,
            gaps: newest.gaps,
            bytes: newest.bytes,
            by_receipt: newest.by_receipt,
        }
    }
}

fn show(lines: &[Line], report: &Report) {
    if report.is_json() {
        for line in lines {
            report.line(line);
        }
    } else if report.place().stdout_columns.is_some() && !lines.is_empty() {
        let head = [
            say!("head-account"),
            say!("head-newest-good"),
            say!("head-age"),
            say!("head-status"),
            say!("head-gaps"),
            say!("head-size"),
            say!("head-archives"),
            String::new(),
        ];
        let rows: Vec<[String; 8]> = std::iter::once(head)
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

const ALIGNS: [Align; 8] = [
    Align::Left,
    Align::Left,
    Align::Right,
    Align::Left,
    Align::Right,
    Align::Right,
    Align::Right,
    Align::Left,
];

/// In the time of China, where WeChat and its users are.
pub(super) fn in_china(second: i64) -> String {
    china_date_time(second)
        .map(|time| time.strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}

/// `3d 4h`, `26h`, `5m`: days from the third on, and nothing smaller than a minute.
pub(super) fn span(time: Duration) -> Message {
    let minutes = time.as_secs() / 60;
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    match (days, hours % 24, hours, minutes % 60) {
        (2.., 0, ..) => message!("span-days", days = days.to_string()),
        (2.., hours, ..) => {
            let (days, hours) = (days.to_string(), hours.to_string());
            message!("span-days-hours", days = days, hours = hours)
        }
        (_, _, 1.., 0) => message!("span-hours", hours = hours.to_string()),
        (_, _, 1.., minutes) => {
            let (hours, minutes) = (hours.to_string(), minutes.to_string());
            message!("span-hours-minutes", hours = hours, minutes = minutes)
        }
        _ => message!("span-minutes", minutes = minutes.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_two_units_at_most() {
        let told = |minutes: u64| span(Duration::from_secs(minutes * 60 + 59)).to_string();
        assert_eq!(
            [0, 5, 60, 61, 26 * 60, 48 * 60, 52 * 60 + 7].map(told),
            ["0m", "5m", "1h", "1h 1m", "26h", "2d", "2d 4h"]
        );
    }

    #[test]
    fn only_some_of_many_late_accounts_are_named() {
        let told = |names: &[&str], late| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let too_old = TooOld {
                late,
                accounts: 20,
                age_max: Duration::from_secs(26 * 3600),
                names,
            };
            too_old.to_string()
        };
        assert_eq!(
            [told(&[], 0), told(&["a", "b"], 2), told(&["a"; 10], 12)],
            [
                "0 of 20 accounts have no good archive of the last 26h",
                "2 of 20 accounts have no good archive of the last 26h: a, b",
                "12 of 20 accounts have no good archive of the last 26h: a, a, a, a, a, a, a, a, a, a and 2 more"
            ]
        );
    }
}
