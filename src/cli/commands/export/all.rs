//! `wxbackup export --all`: every account of the settings, some side by side.
//!
//! Each has a client, a runtime and a lock of its own; what goes wrong with one
//! is its row of the table, and the others go on. An interrupt stops all.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{BinaryBytes, HumanCount};
use serde::Serialize;
use serde_json::{Map, Value};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::AppId;

use super::{run_account, shard};
use crate::cli::args::{Export, Global, Shard};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain::UsageError;
use crate::cli::language::say;
use crate::cli::report::{Align, Ending, Report, columns, safe};
use crate::cli::settings;
use crate::cli::settings::{Account, BrokenAccounts, Lookup, Settings, variable};
use crate::cli::telling::{Telling, Whose};

const ALL: &str = "WXBACKUP_ALL";

/// Whether all accounts are meant: a flag beats a variable, also one that names
/// a single account.
///
/// # Errors
///
/// Where the environment asks for both, or a part is asked for of one account.
pub(super) fn is_meant(
    global: &Global,
    args: &Export,
    env: Lookup<'_>,
) -> Result<bool, UsageError> {
    if args.many.all {
        return Ok(true);
    }
    let connection = &args.connection;
    let one_by_flag = global.account.is_some()
        || connection.appid.is_some()
        || connection.secret_file.is_some()
        || connection.access_token_file.is_some();
    if !one_by_flag && asks_for_all(env)? {
        return match variable(env, "WXBACKUP_ACCOUNT") {
            None => Ok(true),
            Some(_) => Err(UsageError(message!("all-two-wishes", variable = ALL))),
        };
    }
    // A variable may be there for other runs; a flag is meant for this one.
    let of_flag = |is_given: bool, name| is_given && env(name).is_none();
    if of_flag(args.many.shard.is_some(), "WXBACKUP_SHARD")
        || of_flag(args.many.shards.is_some(), "WXBACKUP_SHARDS")
    {
        return Err(UsageError(message!("all-one-has-no-parts")));
    }
    Ok(false)
}

fn asks_for_all(env: Lookup<'_>) -> Result<bool, UsageError> {
    match variable(env, ALL).as_deref().and_then(|it| it.to_str()) {
        None if variable(env, ALL).is_none() => Ok(false),
        Some("1" | "true" | "yes" | "on") => Ok(true),
        Some("0" | "false" | "no" | "off") => Ok(false),
        _ => Err(UsageError(message!("all-wrong-word", variable = ALL))),
    }
}

/// Exports every account, or those of this machine's part.
pub(super) fn run(
    global: &Global,
    args: &Export,
    report: &Arc<Report>,
    interrupt: &Interrupt,
    env: Lookup<'_>,
) -> Outcome {
    if args
        .base
        .as_ref()
        .is_some_and(|base| base.as_os_str() != "none")
    {
        return Err(UsageError(message!("all-base")).into());
    }
    let shard = shard::chosen(&args.many, env)?;
    let (settings, broken) = settings::read_each(global, env)?;
    let mut tasks = tasks(&settings, broken);
    let total = tasks.len();
    if total == 0 {
        return Err(settings::Error::NoAccounts.into());
    }
    if let Some(shard) = shard {
        tasks.retain(|task| shard.has(task.key()));
    }
    report.expect_accounts(tasks.len());
    let runs = run_tasks(tasks, args.many.accounts_at_once, |task| {
        let (name, appid) = (task.name.clone(), task.appid.clone());
        if interrupt.is_set() {
            return Run::not_begun(name, appid, interrupt);
        }
        let report = Arc::new(report.of_account(&name));
        let result = run_task(task, &settings, args, &report, interrupt);
        let (ending, elapsed_ms) = report.settle(result, interrupt.cause());
        Run {
            name,
            appid,
            ending,
            elapsed_ms: Some(elapsed_ms),
        }
    });
    Ok(ending(&runs, shard, total))
}

/// An account that is to be exported, or what keeps it from that.
struct Task {
    name: String,
    appid: Option<AppId>,
    account: Result<Account, settings::Error>,
}

impl Task {
    /// What its part is chosen by: an account whose table is wrong may have no
    /// AppId, and one machine must tell of it all the same.
    fn key(&self) -> &str {
        self.appid.as_ref().map_or(&self.name, AppId::as_str)
    }
}

/// Every account by name. Of several with one AppId the first is exported; the
/// others would wait for its lock or make the same archive again.
fn tasks(settings: &Settings, broken: BrokenAccounts) -> Vec<Task> {
    let mut first_of: BTreeMap<&AppId, &str> = BTreeMap::new();
    let mut tasks: Vec<Task> = Vec::new();
    for (name, account) in &settings.accounts {
        let appid = &account.appid.value;
        let first = *first_of.entry(appid).or_insert(name);
        let account = if first == name {
            Ok(Account {
                name: name.clone(),
                appid: appid.clone(),
                credential: account.credential.value.clone(),
            })
        } else {
            Err(settings::Error::AppIdOfAnother {
                first: first.to_owned(),
                appid: appid.clone(),
            })
        };
        tasks.push(Task {
            name: name.clone(),
            appid: Some(appid.clone()),
            account,
        });
    }
    tasks.extend(broken.into_iter().map(|(name, error)| Task {
        name,
        appid: None,
        account: Err(error),
    }));
    tasks.sort_by(|one, other| one.name.cmp(&other.name));
    tasks
}

/// Runs the tasks, so many at once; what they come to is in their order.
fn run_tasks<T: Send, R: Send>(
    tasks: Vec<T>,
    at_once: NonZeroUsize,
    run: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let workers = at_once.get().min(tasks.len());
    let queue = Mutex::new(tasks.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    let next = || {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.next()
    };
    let work = || {
        while let Some((place, task)) = next() {
            let answer = run(task);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.push((place, answer));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers {
            // Fewer at once, where the system gives no more threads.
            let _ = std::thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// The run of one account. Not even a mistake of ours in it ends the others.
fn run_task(
    task: Task,
    settings: &Settings,
    args: &Export,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    // Those who want to hear of it hear of a run that could not begin, too.
    let tell = |appid: Option<AppId>, outcome: Outcome| {
        let whose = Whose {
            name: Some(task.name),
            appid,
        };
        Telling::begin(whose, settings, &args.connection, report, interrupt).end(&outcome);
        outcome
    };
    let account = match task.account {
        Ok(account) => account,
        // Its AppId may be another account's, which has metrics of its own.
        Err(error) => return tell(None, Err(error.into())),
    };
    catch_unwind(AssertUnwindSafe(|| {
        run_account(&account, settings, args, report, interrupt)
    }))
    .unwrap_or_else(|_| tell(task.appid, Err(Panicked.into())))
}

/// The words of the panic are on stderr already.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("all-panicked"))]
struct Panicked;

/// What the run of one account came to.
struct Run {
    name: String,
    appid: Option<AppId>,
    ending: Ending,
    /// None where it was not begun.
    elapsed_ms: Option<u64>,
}

impl Run {
    fn not_begun(name: String, appid: Option<AppId>, interrupt: &Interrupt) -> Self {
        let exit = interrupt
            .cause()
            .map_or(ExitCode::Failed, ExitCode::of_signal);
        Self {
            name,
            appid,
            ending: Ending::new(exit),
            elapsed_ms: None,
        }
    }

    /// A row of the table: account, exit code, items stored, gaps, size, and what it came to.
    fn row(&self) -> [String; 6] {
        let facts = self.ending.summary_facts();
        let coverage = facts.get("coverage");
        let stored = coverage
            .and_then(|coverage| coverage["sections"].as_object())
            .map(|sections| {
                let stored = sections.values().map(|section| &section["stored"]);
                stored.filter_map(Value::as_u64).sum()
            });
        let gaps = coverage.and_then(|coverage| coverage["gaps"]["total"].as_u64());
        let bytes = facts.get("file_bytes").and_then(Value::as_u64);
        let count = |count: Option<u64>| count.map(|count| HumanCount(count).to_string());
        [
            safe(&self.name).into_owned(),
            self.ending.exit().number().to_string(),
            count(stored).unwrap_or_default(),
            count(gaps).unwrap_or_default(),
            bytes
                .map(|bytes| BinaryBytes(bytes).to_string())
                .unwrap_or_default(),
            safe(&self.result()).into_owned(),
        ]
    }

    fn result(&self) -> String {
        let is_stopped = matches!(
            self.ending.exit(),
            ExitCode::Interrupted | ExitCode::Terminated
        );
        let status = self.ending.summary_facts().get("status");
        match (self.elapsed_ms, self.ending.trouble_line()) {
            (None, _) => say!("all-not-begun"),
            (_, Some(trouble)) => trouble,
            (_, None) if is_stopped => say!("all-interrupted"),
            (_, None) => status
                .and_then(Value::as_str)
                .map_or_else(String::new, |status| say!("name-status", status = status)),
        }
    }

    fn facts(&self) -> RunFacts<'_> {
        RunFacts {
            account: &self.name,
            appid: self.appid.as_ref().map(AppId::as_str),
            exit_code: self.ending.exit().number(),
            elapsed_ms: self.elapsed_ms,
            error: self.ending.trouble_line(),
            facts: self.ending.summary_facts(),
        }
    }
}

/// What the summary line says of all.
#[derive(Serialize)]
struct Facts<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
    /// Of the settings, those of other parts included.
    accounts: usize,
    runs: Vec<RunFacts<'a>>,
}

/// What it says of one account: what the summary of its own run would say.
#[derive(Serialize)]
struct RunFacts<'a> {
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<&'a str>,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    facts: &'a Map<String, Value>,
}

/// The table, and the gravest of the exit codes.
fn ending(runs: &[Run], shard: Option<Shard>, total: usize) -> Ending {
    let exit = ExitCode::gravest(runs.iter().map(|run| run.ending.exit()));
    let ending = Ending::new(exit).facts(&Facts {
        shard: shard.map(|shard| shard.to_string()),
        accounts: total,
        runs: runs.iter().map(Run::facts).collect(),
    });
    let accounts = message!("all-accounts", count = total);
    let ending = match shard {
        Some(shard) if runs.is_empty() => {
            return ending.says(say!(
                "all-nothing-to-do",
                accounts = accounts,
                shard = shard.to_string()
            ));
        }
        Some(shard) => ending.says(say!(
            "all-in-shard",
            shard = shard.to_string(),
            count = runs.len().to_string(),
            accounts = accounts
        )),
        None => ending,
    };
    let title = [
        say!("head-account"),
        say!("head-exit"),
        say!("head-stored"),
        say!("head-gaps"),
        say!("head-size"),
        say!("head-result"),
    ];
    let rows: Vec<_> = std::iter::once(title)
        .chain(runs.iter().map(Run::row))
        .collect();
    let aligns = [
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Left,
    ];
    columns(aligns, &rows)
        .into_iter()
        .fold(ending, Ending::says)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn so_many_run_at_once_and_answers_keep_the_order() {
        let (now, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));
        // Three meet each time: fewer at once would wait for ever.
        let meeting = Barrier::new(3);
        let answers = run_tasks((0..12).collect(), NonZeroUsize::new(3).unwrap(), |task| {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            meeting.wait();
            now.fetch_sub(1, Ordering::SeqCst);
            task * 2
        });
        assert_eq!(answers, (0..12).map(|task| task * 2).collect::<Vec<_>>());
        assert!(peak.into_inner() <= 3);
    }
}
