//! `wxbackup doctor`: a line for each thing that an export depends on, and what
//! to do where it is not as it should be. In columns on a terminal, with tabs in
//! a pipe, JSON for programs.

mod advice;
mod row;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use wxbackup::archive::Identities;
use wxbackup::doctor;
use wxbackup::doctor::{Check, Verdict};
use wxbackup::event::Observer;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::wechat;
use wxbackup::wechat::Pace;

use crate::cli::args::{Doctor, Global};
use crate::cli::commands::{Outcome, runtime};
use crate::cli::connection;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::report::{Ending, Report};
use crate::cli::settings;
use crate::cli::settings::{Account, Settings};

use row::Row;

/// Somebody waits for the answer: one more try, and no long silence.
const PACE: Pace = Pace {
    wait_max: Duration::from_secs(2),
    tries_max: 2,
    rate_answers_max: 0,
    retry_after_max: Duration::from_secs(2),
    ..Pace::WECHAT
};
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Looks at one account.
pub(crate) fn run(
    global: &Global,
    args: &Doctor,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let env = |name: &str| std::env::var_os(name);
    let settings = settings::read(global, &env)?;
    let account = settings::choose(global, &args.connection, &env, &settings)?;
    let mut client = connection::options(
        &account,
        &args.connection,
        &[],
        NonZeroUsize::MIN,
        &settings,
        &env,
        &**report,
    );
    if let Ok(client) = &mut client {
        client.secrets = report.secrets();
    }
    let first = Row::of_settings(&account, client.as_ref().err());
    let identities = keys::of(&settings, Some(&account.name), &args.identity, &**report);
    let (identities, unusable) = match identities {
        Ok(identities) => (identities, None),
        // What was asked for on the command line was asked for by a slip of the pen.
        Err(error) if !args.identity.files.is_empty() => return Err(error.into()),
        Err(error) => (Identities::NONE, Some(Row::of_identity(&error))),
    };
    let options = options(args, &account, settings, client.ok(), identities);
    let host = options.client.as_ref().map(|client| {
        let base = &client.api_base;
        base.host_str().unwrap_or_default().to_owned()
    });
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let checks = runtime()?.block_on(doctor::diagnose(options, observer, interrupt))?;

    let about = row::About {
        app_id: &account.appid,
        host: host.as_deref().unwrap_or_default(),
        credential: &account.credential,
    };
    let rows: Vec<Row> = std::iter::once(first)
        .chain(unusable)
        .chain(checks.iter().map(|check| Row::of(check, &about)))
        .collect();
    row::show(&rows, report);
    Ok(ending(&account, &rows, &checks))
}

fn options(
    args: &Doctor,
    account: &Account,
    settings: Settings,
    client: Option<wechat::Options>,
    identities: Identities,
) -> doctor::Options {
    doctor::Options {
        app_id: account.appid.clone(),
        client: client.map(|client| wechat::Options {
            pace: PACE,
            silence_max: SILENCE_MAX,
            ..client
        }),
        sections: args.sections.named(),
        output: args
            .output
            .folder
            .clone()
            .or(settings.output.map(|output| output.value))
            .unwrap_or_else(|| PathBuf::from(".")),
        stage: args.stage.folder.clone(),
        identities,
        clock: CLOCK,
    }
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    appid: &'a str,
    account: &'a str,
    problems: usize,
    warnings: usize,
}

/// An export would fail, or lack something.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}",
    message!("doctor-unwell", problems = names.len(), names = names.join(&say!("between-names")))
)]
struct Unwell {
    names: Vec<String>,
}

fn ending(account: &Account, rows: &[Row], checks: &[Check]) -> Ending {
    let names: Vec<String> = rows
        .iter()
        .filter(|row| row.verdict() == Verdict::Problem)
        .map(|row| row.name().in_language(language()))
        .collect();
    let warnings = rows
        .iter()
        .filter(|row| row.verdict() == Verdict::Warning)
        .count();
    let ending = Ending::new(exit_of(rows, checks)).facts(&Facts {
        appid: account.appid.as_str(),
        account: &account.name,
        problems: names.len(),
        warnings,
    });
    match (names.is_empty(), warnings) {
        (true, 0) => ending.says(say!("doctor-well")),
        (true, _) => ending.says(say!("doctor-well-warned", warnings = warnings)),
        (false, _) => ending.because(Unwell { names }),
    }
}

/// Who can act on what is wrong, with the codes that an export would end with
/// where a person must.
fn exit_of(rows: &[Row], checks: &[Check]) -> ExitCode {
    let is_wrong_usage = |check: &Check| match &check.finding {
        doctor::Finding::Failed(error) => explain::exit_code(error) == ExitCode::Usage,
        _ => false,
    };
    if checks.iter().any(Check::needs_person) {
        ExitCode::Person
    } else if rows.iter().any(Row::is_of_settings_and_wrong) || checks.iter().any(is_wrong_usage) {
        ExitCode::Usage
    } else if rows.iter().any(|row| row.verdict() == Verdict::Problem) {
        ExitCode::Failed
    } else {
        ExitCode::Done
    }
}
