//! `wxbackup notify test`: tells everyone that the settings name, and says who
//! could be told. In columns on a terminal, with tabs in a pipe, JSON for programs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use wxbackup::interrupt::Interrupt;
use wxbackup::notify::{Facts, Outcome as RunOutcome};

use crate::cli::args::{CaFile, Connection, Global, NotifyTest};
use crate::cli::commands::Outcome;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::language::say;
use crate::cli::report::{Align, Ending, Report, columns, safe};
use crate::cli::settings;
use crate::cli::settings::{Settings, nearest};
use crate::cli::telling::{Whom, runtime, sender};

/// Tells those whom an export of the named account would tell; where none is
/// named, everyone of the settings file.
pub(crate) fn run(
    global: &Global,
    args: &NotifyTest,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    let env = |name: &str| std::env::var_os(name);
    let settings = settings::read(global, &env)?;
    let account = settings::named_account(global, &env).map(|named| named.value);
    let tests = tests(account.as_deref(), &settings)?;
    let connection = Connection {
        ca_file: CaFile {
            path: args.ca_file.path.clone(),
        },
        ..Connection::default()
    };
    let mut lines = Vec::new();
    let runtime = runtime()?;
    for test in &tests {
        let sender = sender(&test.whom, &settings, &connection, &env, interrupt)?;
        let (channels, failures) = test.whom.channels(&env, report);
        lines.extend(failures.iter().map(|(name, error)| Line {
            channel: name.clone(),
            error: Some(explain::line(error)),
        }));
        let told = runtime.block_on(sender.try_out(&channels, &test.facts));
        lines.extend(told.into_iter().map(|told| Line {
            channel: told.channel,
            error: told.result.err().map(|error| explain::line(&error)),
        }));
    }
    runtime.shutdown_background();
    tell(&lines, report);
    Ok(ending(&lines))
}

/// Whom to tell, and of what.
struct Test<'s> {
    whom: Whom<'s>,
    facts: Facts,
}

fn tests<'s>(
    account: Option<&str>,
    settings: &'s Settings,
) -> Result<Vec<Test<'s>>, settings::Error> {
    let mut tests: Vec<Test<'s>> = match account {
        Some(name) if settings.accounts.contains_key(name) => {
            vec![Test {
                whom: Whom::of(account, settings),
                facts: facts(account, settings),
            }]
        }
        Some(name) => {
            let names = settings.accounts.keys().map(String::as_str);
            return Err(settings::Error::UnknownAccount {
                name: name.to_owned(),
                near: nearest(name, names).map(str::to_owned),
            });
        }
        None => Whom::of_each(settings)
            .into_iter()
            .map(|(name, whom)| Test {
                whom,
                facts: facts(name, settings),
            })
            .collect(),
    };
    tests.retain(|test| !test.whom.is_nobody());
    if tests.is_empty() {
        return Err(settings::Error::NobodyToTell);
    }
    Ok(tests)
}

fn facts(account: Option<&str>, settings: &Settings) -> Facts {
    let filed = account.and_then(|name| settings.accounts.get(name));
    Facts {
        account: account.map(str::to_owned),
        app_id: filed.map(|account| account.appid.value.clone()),
        outcome: RunOutcome::Test,
        exit_code: ExitCode::Done.number(),
        meaning: ExitCode::Done.meaning(),
        ended_at: CLOCK(),
        took: Duration::ZERO,
        archive: None,
        trouble: Vec::new(),
        next_step: None,
        missing_titles: Vec::new(),
        quota_left: BTreeMap::new(),
    }
}

/// Whether a channel could be told.
#[derive(Debug, Serialize)]
struct Line {
    channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The same for programs.
#[derive(Debug, Serialize)]
struct JsonLine<'a> {
    message_type: &'static str,
    works: bool,
    #[serde(flatten)]
    line: &'a Line,
}

impl Line {
    fn cells(&self, works: &str) -> [String; 2] {
        let result = self.error.as_deref().unwrap_or(works);
        [&self.channel, result].map(|text| safe(text).into_owned())
    }
}

fn tell(lines: &[Line], report: &Report) {
    if report.is_json() {
        for line in lines {
            report.line(&JsonLine {
                message_type: "channel",
                works: line.error.is_none(),
                line,
            });
        }
    } else if report.place().stdout_columns.is_some() {
        let head = [say!("head-channel"), say!("head-result")];
        let works = say!("notify-works");
        let rows: Vec<[String; 2]> = std::iter::once(head)
            .chain(lines.iter().map(|line| line.cells(&works)))
            .collect();
        for line in columns([Align::Left, Align::Left], &rows) {
            report.result(&line);
        }
    } else {
        for line in lines {
            // Scripts look for its word.
            report.result(&line.cells("works").join("\t"));
        }
    }
}

/// What the summary line says.
#[derive(Serialize)]
struct SummaryFacts {
    channels: usize,
    failed: usize,
}

fn ending(lines: &[Line]) -> Ending {
    let failed = lines.iter().filter(|line| line.error.is_some()).count();
    let facts = SummaryFacts {
        channels: lines.len(),
        failed,
    };
    let count = lines.len().to_string();
    let (exit, words) = if failed == 0 {
        (ExitCode::Done, say!("notify-told", count = count))
    } else {
        let failed = failed.to_string();
        let words = say!("notify-not-told", failed = failed, count = count);
        (ExitCode::Failed, words)
    };
    Ending::new(exit).facts(&facts).says(words)
}
