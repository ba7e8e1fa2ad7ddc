//! `wxbackup config check`: whether an export could begin, as far as that shows
//! without the network. All that is wrong is told, not only the first of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;
use serde::Serialize;
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::export;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::AppId;
use wxbackup::wechat;

use crate::cli::args::{ConfigCheck, Export, Global};
use crate::cli::commands::Outcome;
use crate::cli::connection;
use crate::cli::exit_code::ExitCode;
use crate::cli::language::say;
use crate::cli::report::{Ending, Report};
use crate::cli::settings;
use crate::cli::settings::{Account, Lookup, Settings};
use crate::cli::telling::Whom;

/// Checks what an export with the same flags would use.
pub(crate) fn run(
    global: &Global,
    args: &ConfigCheck,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let env = |name: &str| std::env::var_os(name);
    let settings = settings::read(global, &env)?;
    let mut check = Check {
        report,
        problems: 0,
    };
    let accounts = check.accounts(global, &args.export, &settings, &env);
    for account in &accounts {
        if interrupt.is_set() {
            break;
        }
        check.secret(account, &env);
    }
    check.notify(&settings, interrupt, &env);
    check.note(output_folder(&args.export, &settings));
    check.network(&args.export, &settings, interrupt, &env);

    let exit = match check.problems {
        0 => ExitCode::Done,
        _ => ExitCode::Usage,
    };
    let words = match check.problems {
        0 => say!("check-right", accounts = accounts.len()),
        problems => say!("check-problems", problems = problems),
    };
    Ok(Ending::new(exit)
        .facts(&Facts {
            accounts: accounts.len(),
            problems: check.problems,
        })
        .says(words))
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts {
    accounts: usize,
    problems: usize,
}

/// A problem that is one account's.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("check-account", name = name))]
struct Unusable {
    name: String,
    source: settings::Error,
}

/// Someone who is to be told cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("check-channel", name = name))]
struct NobodyThere {
    name: String,
    source: settings::Error,
}

/// The folder for metrics cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("check-metrics"))]
struct NoMetrics(#[source] PathError);

/// The folder for archives cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("check-archives"))]
struct NoArchives(#[source] PathError);

/// Tells of problems as they are found.
struct Check<'r> {
    report: &'r Arc<Report>,
    problems: usize,
}

impl Check<'_> {
    fn note<E: Into<Box<dyn Error>>>(&mut self, result: Result<(), E>) {
        if let Err(error) = result {
            self.report.fail(&*error.into());
            self.problems += 1;
        }
    }

    /// The accounts to look at: the one that is named, else every one.
    fn accounts(
        &mut self,
        global: &Global,
        export: &Export,
        settings: &Settings,
        env: Lookup<'_>,
    ) -> Vec<Account> {
        for same in same_appids(settings) {
            self.note(Err(same));
        }
        let mut accounts = Vec::new();
        match settings::choose(global, &export.connection, env, settings) {
            Ok(account) => accounts.push(account),
            // Which of them is for each run to say.
            Err(settings::Error::SeveralAccounts { .. }) => {}
            Err(error) => self.note(Err(error)),
        }
        if settings::named_account(global, env).is_none() {
            let chosen = accounts.first().map(|account| account.name.clone());
            let others = settings
                .accounts
                .iter()
                .filter(|(name, _)| Some(*name) != chosen.as_ref());
            accounts.extend(others.map(|(name, account)| Account {
                name: name.clone(),
                appid: account.appid.value.clone(),
                credential: account.credential.value.clone(),
            }));
        }
        accounts
    }

    fn secret(&mut self, account: &Account, env: Lookup<'_>) {
        let taken = connection::credential(account, env, &**self.report);
        self.note(taken.map(drop).map_err(|source| Unusable {
            name: account.name.clone(),
            source,
        }));
    }

    /// Whom the settings name, without telling them anything.
    fn notify(&mut self, settings: &Settings, interrupt: &Interrupt, env: Lookup<'_>) {
        for (_, whom) in Whom::of_each(settings) {
            if interrupt.is_set() {
                return;
            }
            let (_, failures) = whom.channels(env, &**self.report);
            for (name, source) in failures {
                self.note(Err(NobodyThere { name, source }));
            }
            if let Some(folder) = whom.metrics() {
                let made = tempfile::tempfile_in(folder).map(drop);
                self.note(made.at("create-a-file-in", folder).map_err(NoMetrics));
            }
        }
    }

    /// Addresses and certificates.
    fn network(
        &mut self,
        export: &Export,
        settings: &Settings,
        interrupt: &Interrupt,
        env: Lookup<'_>,
    ) {
        let before = self.problems;
        self.note(connection::api_base(&export.connection, env).map(drop));
        self.note(connection::proxies(settings, env).map(drop));
        if self.problems > before {
            return;
        }
        // A client says nothing to anyone before it is asked to, and judges
        // the rest when it is made.
        let options = connection::options_as(
            wechat::Credential::Token(SecretString::from("none").into()),
            &export.connection,
            &export.asset_hosts,
            export.jobs,
            settings,
            env,
        );
        match options {
            Ok(options) => {
                let observer = Arc::clone(self.report) as Arc<_>;
                let client = wechat::Client::new(options, observer, interrupt.clone());
                self.note(client.map(drop));
            }
            Err(error) => self.note(Err(error)),
        }
    }
}

/// What is wrong with each AppId that several accounts of the file have: their
/// runs would wait for each other's lock.
fn same_appids(settings: &Settings) -> Vec<settings::Error> {
    let mut names_of: BTreeMap<&AppId, Vec<String>> = BTreeMap::new();
    for (name, account) in &settings.accounts {
        let names = names_of.entry(&account.appid.value).or_default();
        names.push(name.clone());
    }
    names_of
        .into_iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(appid, names)| settings::Error::SameAppId {
            names,
            appid: appid.clone(),
        })
        .collect()
}

/// Whether an archive could be written where an export would write it.
fn output_folder(export: &Export, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let folder = output_of(export, settings);
    if !folder.is_dir() {
        return Err(export::Error::NoOutput(folder).into());
    }
    // Modes do not tell of file systems that are read-only, of lists of rights,
    // or of a user who may do everything.
    tempfile::tempfile_in(&folder)
        .at("create-a-file-in", &folder)
        .map_err(NoArchives)?;
    Ok(())
}

fn output_of(export: &Export, settings: &Settings) -> PathBuf {
    let filed = settings.output.as_ref().map(|output| output.value.clone());
    export
        .output
        .folder
        .clone()
        .or(filed)
        .unwrap_or_else(|| Path::new(".").to_owned())
}
