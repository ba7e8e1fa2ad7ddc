//! Which account a run works on, and how it proves who it is.
//!
//! Order: flag, environment, settings file, default. Choosing is pure; only
//! [`read`] and [`Secret source`](Source::take) touch a disk. No error here
//! shows a line of the settings file or a part of a secret.

mod choose;
mod file;
mod near;
mod notify;
mod origin;
mod secret;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use wxbackup::archive::Recipient;
use wxbackup::error::PathError;
use wxbackup::message;
use wxbackup::model::AppId;
use wxbackup::text;
use wxbackup::text::{Language, Message};

use crate::cli::names::listed;

pub(crate) use choose::{choose, choose_with_origins, named_account};
pub(crate) use file::{BrokenAccounts, language, place_of_user, read, read_each};
pub(crate) use near::nearest;
pub(crate) use notify::{Chat, Notify, Place};
pub(crate) use origin::{Origin, Setting};
pub(crate) use secret::State;

/// Looks a variable of the environment up.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What a settings file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The file itself, where there is one, and why it is this one.
    pub(crate) file: Option<Setting<PathBuf>>,
    /// What the program speaks.
    pub(crate) lang: Option<Setting<Language>>,
    /// Where archives go.
    pub(crate) output: Option<Setting<PathBuf>>,
    /// The proxy for everything.
    pub(crate) proxy: Option<Setting<String>>,
    /// What is kept of each call's daily quota, in percent.
    pub(crate) quota_reserve: Option<Setting<u8>>,
    /// For whom archives are encrypted.
    pub(crate) recipients: Option<Setting<Vec<Recipient>>>,
    /// The files of the keys that open what is encrypted.
    pub(crate) identity: Option<Setting<Vec<PathBuf>>>,
    /// Whom to tell how a run ended.
    pub(crate) notify: Notify,
    /// The accounts by name.
    pub(crate) accounts: BTreeMap<String, AccountSettings>,
}

/// What a settings file says of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountSettings {
    /// Its AppId.
    pub(crate) appid: Setting<AppId>,
    /// How it proves who it is.
    pub(crate) credential: Setting<Credential>,
    /// What is kept of each call's daily quota, in percent, where it is another
    /// part than other accounts keep.
    pub(crate) quota_reserve: Option<Setting<u8>>,
    /// For whom its archives are encrypted, in the place of what is said for all.
    pub(crate) recipients: Option<Setting<Vec<Recipient>>>,
    /// The files of the keys that open its archives, likewise.
    pub(crate) identity: Option<Setting<Vec<PathBuf>>>,
    /// Whom to tell of it, in the place of what is said for all.
    pub(crate) notify: Notify,
}

impl Settings {
    /// What the file says is kept of the quotas of the account `name`.
    pub(crate) fn quota_reserve(&self, name: &str) -> Option<&Setting<u8>> {
        let account = self.accounts.get(name);
        account
            .and_then(|account| account.quota_reserve.as_ref())
            .or(self.quota_reserve.as_ref())
    }

    /// For whom the file says archives of the account `name` are encrypted.
    pub(crate) fn recipients(&self, name: &str) -> Option<&Vec<Recipient>> {
        let account = self.accounts.get(name);
        let own = account.and_then(|account| account.recipients.as_ref());
        own.or(self.recipients.as_ref()).map(|it| &it.value)
    }

    /// The files of the keys that the file says open archives of the account `name`.
    pub(crate) fn identities(&self, name: &str) -> Option<&Vec<PathBuf>> {
        let account = self.accounts.get(name);
        let own = account.and_then(|account| account.identity.as_ref());
        own.or(self.identity.as_ref()).map(|it| &it.value)
    }
}

/// An account that a run can work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its name in the settings file; `default` where there is none.
    pub(crate) name: String,
    /// Its AppId.
    pub(crate) appid: AppId,
    /// How it proves who it is.
    pub(crate) credential: Credential,
}

/// What proves to WeChat who is calling, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    /// The AppSecret, for which WeChat gives a token.
    Secret(Source),
    /// A token that someone else obtained.
    Token(Source),
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In a file of its own.
    File(PathBuf),
    /// In a variable of the environment.
    Variable(String),
    /// In what a command prints.
    Command(Vec<String>),
}

/// The settings are wrong, or too little is known of the account.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}", message!("settings-unreadable"))]
    Unreadable(#[source] PathError),
    #[error(
        "{}",
        message!(
            "settings-syntax",
            path = path.display(),
            line = line.to_string(),
            column = column.to_string(),
            message = message
        )
    )]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    #[error(
        "{}",
        did_you_mean(
            message!(
                "settings-unknown-key",
                path = path.display(),
                line = line.to_string(),
                key = key
            ),
            *near
        )
    )]
    UnknownKey {
        path: PathBuf,
        line: usize,
        key: String,
        near: Option<&'static str>,
    },
    #[error(
        "{}",
        message!(
            "settings-wrong-value",
            path = path.display(),
            line = line.to_string(),
            key = key,
            expected = expected
        )
    )]
    WrongValue {
        path: PathBuf,
        line: usize,
        key: String,
        expected: Message,
    },
    #[error("{}", message!("settings-no-account"))]
    NoAccount,
    #[error("{}", message!("settings-no-accounts"))]
    NoAccounts,
    #[error(
        "{}",
        did_you_mean(message!("settings-unknown-account", name = name), near.as_deref())
    )]
    UnknownAccount { name: String, near: Option<String> },
    #[error("{}", message!("settings-several-accounts", names = listed(names)))]
    SeveralAccounts { names: Vec<String> },
    #[error("{}", message!("settings-no-appid"))]
    NoAppId,
    #[error("{}", message!("settings-invalid-appid", text = text))]
    InvalidAppId {
        text: String,
        source: wxbackup::model::InvalidAppId,
    },
    #[error("{}", message!("settings-no-credential", appid = appid.as_str()))]
    NoCredential { appid: AppId },
    #[error("{}", message!("settings-two-credentials"))]
    TwoCredentials,
    #[error(
        "{}",
        message!(
            "settings-other-appid",
            name = name,
            theirs = theirs.as_str(),
            given = given.as_str()
        )
    )]
    OtherAppId {
        name: String,
        theirs: AppId,
        given: AppId,
    },
    #[error(
        "{}",
        message!("settings-same-appid", names = listed(names), appid = appid.as_str())
    )]
    SameAppId { names: Vec<String>, appid: AppId },
    #[error(
        "{}",
        message!("settings-appid-of-another", first = first, appid = appid.as_str())
    )]
    AppIdOfAnother { first: String, appid: AppId },
    #[error("{}", message!("settings-no-variable", variable = variable))]
    NoVariable { variable: String },
    #[error("{}", message!("settings-empty-secret", place = place))]
    EmptySecret { place: Message },
    #[error("{}", message!("settings-odd-secret", place = place))]
    OddSecret { place: Message },
    #[error("{}", message!("settings-no-web-address", name = name))]
    NoWebAddress { name: String },
    #[error("{}", message!("settings-nobody-to-tell"))]
    NobodyToTell,
    #[error("{}", message!("settings-secret-file"))]
    SecretFile(#[source] PathError),
    #[error("{}", message!("settings-ca-file"))]
    CaFile(#[source] PathError),
    #[error("{}", message!("settings-wrong-address", what = *what))]
    WrongAddress { what: &'static str },
    #[error("{}", message!("settings-secret-command", program = program))]
    SecretCommand {
        program: String,
        source: std::io::Error,
    },
    #[error(
        "{}",
        message!(
            "settings-secret-command-failed",
            program = program,
            status = ended(*status)
        )
    )]
    SecretCommandFailed {
        program: String,
        status: std::process::ExitStatus,
        source: Option<secret::SaidByCommand>,
    },
    #[error(
        "{}",
        message!(
            "settings-secret-command-late",
            program = program,
            limit = format!("{limit:?}")
        )
    )]
    SecretCommandLate {
        program: String,
        limit: std::time::Duration,
    },
}

/// How a program ended, as the system says it.
fn ended(status: std::process::ExitStatus) -> text::Value {
    match status.code() {
        Some(code) => message!("process-ended", code = code.to_string()).into(),
        None => status.to_string().into(),
    }
}

fn did_you_mean(error: Message, near: Option<&str>) -> Message {
    match near {
        None => error,
        Some(near) => message!("settings-did-you-mean", error = error, near = near),
    }
}

/// A variable that is set to nothing is not set: that is how compose files and
/// service managers pass one that nobody filled in.
pub(crate) fn variable(env: Lookup<'_>, name: &str) -> Option<OsString> {
    env(name).filter(|value| !value.is_empty())
}

/// An environment of these variables alone.
#[cfg(test)]
pub(crate) fn environment(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
    move |name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| OsString::from(value))
    }
}
