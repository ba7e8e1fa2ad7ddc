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

use wxbackup::error::PathError;
use wxbackup::model::AppId;

pub(crate) use choose::{choose, choose_with_origins, named_account};
pub(crate) use file::{BrokenAccounts, place_of_user, read, read_each};
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
    /// Where archives go.
    pub(crate) output: Option<Setting<PathBuf>>,
    /// The proxy for everything.
    pub(crate) proxy: Option<Setting<String>>,
    /// What is kept of each call's daily quota, in percent.
    pub(crate) quota_reserve: Option<Setting<u8>>,
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
    #[error("cannot read the settings")]
    Unreadable(#[source] PathError),
    #[error("{}, line {line}, column {column}: {message}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
    #[error("{}, line {line}: unknown key `{key}`{}", path.display(), did_you_mean(near.as_ref()))]
    UnknownKey {
        path: PathBuf,
        line: usize,
        key: String,
        near: Option<&'static str>,
    },
    #[error("{}, line {line}: `{key}` must be {expected}", path.display())]
    WrongValue {
        path: PathBuf,
        line: usize,
        key: String,
        expected: &'static str,
    },
    #[error("no account is given")]
    NoAccount,
    #[error("the settings have no accounts")]
    NoAccounts,
    #[error("the settings have no account `{name}`{}", did_you_mean(near.as_ref()))]
    UnknownAccount { name: String, near: Option<String> },
    #[error("the settings have several accounts: {}", names.join(", "))]
    SeveralAccounts { names: Vec<String> },
    #[error("the AppId of the account is not given")]
    NoAppId,
    #[error("`{text}` is no AppId")]
    InvalidAppId {
        text: String,
        source: wxbackup::model::InvalidAppId,
    },
    #[error("no secret and no access token is given for {appid}")]
    NoCredential { appid: AppId },
    #[error("both a secret and an access token are given")]
    TwoCredentials,
    #[error("{whose} belongs to {theirs}, but the AppId given is {given}")]
    OtherAppId {
        whose: String,
        theirs: AppId,
        given: AppId,
    },
    #[error("the accounts {} have the same AppId, {appid}", names.join(", "))]
    SameAppId { names: Vec<String>, appid: AppId },
    #[error("account `{first}` has the same AppId, {appid}")]
    AppIdOfAnother { first: String, appid: AppId },
    #[error("the variable {variable} is not set")]
    NoVariable { variable: String },
    #[error("the secret is empty: {place}")]
    EmptySecret { place: String },
    #[error("this does not look like a secret: {place}")]
    OddSecret { place: String },
    #[error("{name} is no http or https address")]
    NoWebAddress { name: String },
    #[error("the settings name nobody to tell")]
    NobodyToTell,
    #[error("cannot read the secret")]
    SecretFile(#[source] PathError),
    #[error("cannot read the certificates")]
    CaFile(#[source] PathError),
    #[error("{what} is no address that can be used")]
    WrongAddress { what: &'static str },
    #[error("cannot run `{program}` to ask for the secret")]
    SecretCommand {
        program: String,
        source: std::io::Error,
    },
    #[error("`{program}`, asked for the secret, ended with {status}")]
    SecretCommandFailed {
        program: String,
        status: std::process::ExitStatus,
    },
    #[error("`{program}`, asked for the secret, gave none within {limit:?}")]
    SecretCommandLate {
        program: String,
        limit: std::time::Duration,
    },
}

fn did_you_mean(near: Option<&impl std::fmt::Display>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
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
