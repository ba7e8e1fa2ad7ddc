//! Which account a run works on, and how it proves who it is.
//!
//! Order: flag, environment, settings file, default. Choosing is pure; only
//! [`read`] and [`Secret source`](Source::take) touch a disk. No error here
//! shows a line of the settings file or a part of a secret.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::model::AppId;

use crate::cli::args::{Connection, Global};

/// Looks a variable of the environment up.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A secret or a token is a short word; whatever is longer is another file.
const SECRET_BYTES_MAX: u64 = 4096;

/// A settings file is written by a person.
const SETTINGS_BYTES_MAX: u64 = 1024 * 1024;

/// What a settings file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Where archives go.
    pub(crate) output: Option<PathBuf>,
    /// The proxy for everything.
    pub(crate) proxy: Option<String>,
    /// The accounts by name.
    pub(crate) accounts: BTreeMap<String, AccountSettings>,
}

/// What a settings file says of one account.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AccountSettings {
    appid: AppId,
    credential: Credential,
}

/// An account that a run can work on.
#[derive(Debug, PartialEq, Eq)]
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

/// A secret, and what is wrong with the place it came from.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) secret: SecretString,
    /// The file that other users can read.
    pub(crate) exposed: Option<PathBuf>,
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
    #[error("the variable {variable} is not set")]
    NoVariable { variable: String },
    #[error("the secret is empty: {place}")]
    EmptySecret { place: String },
    #[error("this does not look like a secret: {place}")]
    OddSecret { place: String },
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
}

fn did_you_mean(near: Option<&impl std::fmt::Display>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// Reads the settings file: the one that a flag or variable names, else the
/// first that exists of the user's and the system's, else nothing.
///
/// # Errors
///
/// A file that is named must be there; one that is there must be right.
pub(crate) fn read(global: &Global, env: Lookup<'_>) -> Result<Settings, Error> {
    let named = global
        .config
        .clone()
        .or_else(|| variable(env, "WXBACKUP_CONFIG").map(PathBuf::from));
    if let Some(path) = named {
        let text = read_text(&path).map_err(Error::Unreadable)?;
        return parse(&path, &text);
    }
    for path in usual_places(env) {
        match read_text(&path) {
            Ok(text) => return parse(&path, &text),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(Error::Unreadable(error)),
        }
    }
    Ok(Settings::default())
}

fn usual_places(env: Lookup<'_>) -> Vec<PathBuf> {
    let of_user = variable(env, "XDG_CONFIG_HOME")
        .map(PathBuf::from)
        // Relative ones must be ignored, says the XDG specification.
        .filter(|folder| folder.is_absolute())
        .or_else(|| variable(env, "HOME").map(|home| PathBuf::from(home).join(".config")));
    of_user
        .into_iter()
        .chain([PathBuf::from("/etc")])
        .map(|folder| folder.join("wxbackup/config.toml"))
        .collect()
}

fn is_absent(error: &PathError) -> bool {
    matches!(
        error.source.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

fn read_text(path: &Path) -> Result<String, PathError> {
    let file = std::fs::File::open(path).at("open", path)?;
    let mut text = String::new();
    file.take(SETTINGS_BYTES_MAX)
        .read_to_string(&mut text)
        .at("read", path)?;
    Ok(text)
}

/// A variable that is set to nothing is not set: that is how compose files and
/// service managers pass one that nobody filled in.
pub(crate) fn variable(env: Lookup<'_>, name: &str) -> Option<OsString> {
    env(name).filter(|value| !value.is_empty())
}

/// Reads the text of a settings file.
///
/// # Errors
///
/// Names the line, and what is wrong with it, without showing it: a secret may
/// stand there by mistake.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Settings, Error> {
    let file = File { path, text };
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = file.place(error.span().map_or(0, |span| span.start));
        Error::Syntax {
            path: path.to_owned(),
            line,
            column,
            message: error.message().to_owned(),
        }
    })?;
    let mut settings = Settings::default();
    for (key, value) in table.get_ref() {
        match file.known(key, &["output", "proxy", "accounts"])? {
            "output" => settings.output = Some(PathBuf::from(file.string(key, value)?)),
            "proxy" => settings.proxy = Some(file.string(key, value)?),
            _ => {
                for (name, account) in file.table(key, value, "a table of accounts")? {
                    let account = file.account(name, account)?;
                    settings
                        .accounts
                        .insert(name.get_ref().to_string(), account);
                }
            }
        }
    }
    Ok(settings)
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// A settings file while it is read.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn account(&self, name: &Key<'_>, value: &Value<'_>) -> Result<AccountSettings, Error> {
        let (mut appid, mut secret, mut token) = (None, None, None);
        for (key, value) in self.table(name, value, "a table with appid and secret")? {
            match self.known(key, &["appid", "secret", "token"])? {
                "appid" => {
                    let text = self.string(key, value)?;
                    appid = Some(text.parse().map_err(|_| {
                        self.wrong(
                            key,
                            "an AppId: printable ASCII without blanks, such as wx0123456789abcdef",
                        )
                    })?);
                }
                "secret" => secret = Some(self.source(key, value)?),
                _ => token = Some(self.source(key, value)?),
            }
        }
        let credential = match (secret, token) {
            (Some(source), None) => Credential::Secret(source),
            (None, Some(source)) => Credential::Token(source),
            _ => return Err(self.wrong(name, "a table with one of secret and token")),
        };
        let appid = appid.ok_or_else(|| self.wrong(name, "a table with an appid"))?;
        Ok(AccountSettings { appid, credential })
    }

    fn source(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Source, Error> {
        const EXPECTED: &str = "{ file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }; a secret itself has no place in this file";
        let table = self.table(key, value, EXPECTED)?;
        let mut source = None;
        for (inner, value) in table {
            let found = match self.known(inner, &["file", "env", "command"])? {
                "file" => Source::File(PathBuf::from(self.string(inner, value)?)),
                "env" => Source::Variable(self.string(inner, value)?),
                _ => {
                    let words: Option<Vec<String>> = value.get_ref().as_array().and_then(|array| {
                        array
                            .iter()
                            .map(|word| word.get_ref().as_str().map(str::to_owned))
                            .collect()
                    });
                    match words {
                        Some(words) if words.first().is_some_and(|word| !word.is_empty()) => {
                            Source::Command(words)
                        }
                        _ => return Err(self.wrong(inner, "a list of words, the program first")),
                    }
                }
            };
            if source.replace(found).is_some() {
                return Err(self.wrong(key, EXPECTED));
            }
        }
        source.ok_or_else(|| self.wrong(key, EXPECTED))
    }

    /// The one of `known` that `key` is.
    fn known(&self, key: &Key<'_>, known: &[&'static str]) -> Result<&'static str, Error> {
        let text = key.get_ref().as_ref();
        known
            .iter()
            .copied()
            .find(|word| *word == text)
            .ok_or_else(|| Error::UnknownKey {
                path: self.path.to_owned(),
                line: self.place(key.span().start).0,
                key: text.chars().take(60).collect(),
                near: nearest(text, known.iter().copied()),
            })
    }

    fn string(&self, key: &Key<'_>, value: &Value<'_>) -> Result<String, Error> {
        value
            .get_ref()
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key, "a text that is not empty"))
    }

    fn table<'v, 'i>(
        &self,
        key: &Key<'_>,
        value: &'v Value<'i>,
        expected: &'static str,
    ) -> Result<&'v DeTable<'i>, Error> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong(key, expected))
    }

    fn wrong(&self, key: &Key<'_>, expected: &'static str) -> Error {
        Error::WrongValue {
            path: self.path.to_owned(),
            line: self.place(key.span().start).0,
            key: key.get_ref().to_string(),
            expected,
        }
    }

    /// Line and column, both from 1, of a byte.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .map_or(1, |rest| rest.chars().count() + 1);
        (line, column)
    }
}

/// Chooses the account of this run.
///
/// What a flag says beats what the environment says, and that beats the file.
/// `--account` is a flag too: with it the environment's AppId and secret, which
/// may be another account's, are not looked at. A secret is never paired with
/// an AppId that the same place contradicts.
///
/// # Errors
///
/// Says what is missing or contradictory.
pub(crate) fn choose(
    global: &Global,
    connection: &Connection,
    env: Lookup<'_>,
    settings: &Settings,
) -> Result<Account, Error> {
    let flags = Given::by_flags(connection)?;
    let given = match &global.account {
        Some(_) => flags,
        None => flags.or(Given::by_environment(env)?),
    };
    let name = global.account.clone().or_else(|| {
        variable(env, "WXBACKUP_ACCOUNT").map(|name| name.to_string_lossy().into_owned())
    });
    let (name, filed) = match pick(name, &given, settings)? {
        Some((name, filed)) => (name, Some(filed)),
        None => ("default".to_owned(), None),
    };
    let appid = match (given.appid, filed) {
        (Some(appid), Some(filed)) if given.credential.is_none() && appid != filed.appid => {
            return Err(Error::OtherAppId {
                whose: format!("account `{name}`"),
                theirs: filed.appid.clone(),
                given: appid,
            });
        }
        (Some(appid), _) => appid,
        (None, Some(filed)) => filed.appid.clone(),
        (None, None) => return Err(Error::NoAppId),
    };
    let credential = given
        .credential
        .or_else(|| filed.map(|filed| filed.credential.clone()))
        .ok_or_else(|| Error::NoCredential {
            appid: appid.clone(),
        })?;
    Ok(Account {
        name,
        appid,
        credential,
    })
}

/// The account of the file that is meant, if one is.
fn pick<'s>(
    name: Option<String>,
    given: &Given,
    settings: &'s Settings,
) -> Result<Option<(String, &'s AccountSettings)>, Error> {
    if let Some(name) = name {
        return match settings.accounts.get(&name) {
            Some(account) => Ok(Some((name, account))),
            None => Err(Error::UnknownAccount {
                near: nearest(&name, settings.accounts.keys().map(String::as_str))
                    .map(str::to_owned),
                name,
            }),
        };
    }
    if given.appid.is_some() && given.credential.is_some() {
        return Ok(None);
    }
    // An AppId alone may be one of the file's.
    if let Some(appid) = &given.appid
        && let Some((name, account)) = settings
            .accounts
            .iter()
            .find(|(_, account)| account.appid == *appid)
    {
        return Ok(Some((name.clone(), account)));
    }
    let mut accounts = settings.accounts.iter();
    match (accounts.next(), accounts.next()) {
        (Some((name, account)), None) => Ok(Some((name.clone(), account))),
        (Some(_), Some(_)) => Err(Error::SeveralAccounts {
            names: settings.accounts.keys().cloned().collect(),
        }),
        (None, _) if given.appid.is_none() && given.credential.is_none() => Err(Error::NoAccount),
        (None, _) => Ok(None),
    }
}

/// What flags or variables say of the account.
#[derive(Debug, Default)]
struct Given {
    appid: Option<AppId>,
    credential: Option<Credential>,
}

impl Given {
    fn by_flags(connection: &Connection) -> Result<Self, Error> {
        let secret = connection.secret_file.clone().map(Source::File);
        let token = connection.access_token_file.clone().map(Source::File);
        Ok(Self {
            appid: connection.appid.as_deref().map(parse_appid).transpose()?,
            credential: one_credential(secret, token)?,
        })
    }

    fn by_environment(env: Lookup<'_>) -> Result<Self, Error> {
        let appid = variable(env, "WXBACKUP_APPID")
            .map(|text| parse_appid(&text.to_string_lossy()))
            .transpose()?;
        let source = |itself: &str, file: &str| {
            let itself = env(itself).map(|_| Source::Variable(itself.to_owned()));
            itself.or_else(|| variable(env, file).map(|path| Source::File(path.into())))
        };
        Ok(Self {
            appid,
            credential: one_credential(
                source("WXBACKUP_SECRET", "WXBACKUP_SECRET_FILE"),
                source("WXBACKUP_ACCESS_TOKEN", "WXBACKUP_ACCESS_TOKEN_FILE"),
            )?,
        })
    }

    fn or(self, other: Self) -> Self {
        Self {
            appid: self.appid.or(other.appid),
            credential: self.credential.or(other.credential),
        }
    }
}

fn one_credential(
    secret: Option<Source>,
    token: Option<Source>,
) -> Result<Option<Credential>, Error> {
    match (secret, token) {
        (Some(_), Some(_)) => Err(Error::TwoCredentials),
        (Some(source), None) => Ok(Some(Credential::Secret(source))),
        (None, Some(source)) => Ok(Some(Credential::Token(source))),
        (None, None) => Ok(None),
    }
}

fn parse_appid(text: &str) -> Result<AppId, Error> {
    text.parse().map_err(|source| Error::InvalidAppId {
        text: text.chars().take(64).collect(),
        source,
    })
}

impl Source {
    /// Takes the secret from where it is.
    ///
    /// # Errors
    ///
    /// Where it is not there, empty, longer than a secret is, or has blanks
    /// inside, which only a wrong file has.
    pub(crate) fn take(&self, env: Lookup<'_>) -> Result<Taken, Error> {
        let (bytes, exposed) = match self {
            Self::File(path) => {
                let (bytes, exposed) = read_secret(path).map_err(Error::SecretFile)?;
                (bytes, exposed.then(|| path.clone()))
            }
            Self::Variable(name) => {
                let value = env(name).ok_or_else(|| Error::NoVariable {
                    variable: name.clone(),
                })?;
                (value.into_encoded_bytes(), None)
            }
            Self::Command(words) => (run(words)?, None),
        };
        let place = || self.to_string();
        let odd = || Error::OddSecret { place: place() };
        let text = std::str::from_utf8(&bytes).map_err(|_| odd())?.trim();
        if text.is_empty() {
            return Err(Error::EmptySecret { place: place() });
        }
        if bytes.len() as u64 > SECRET_BYTES_MAX || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(odd());
        }
        Ok(Taken {
            secret: SecretString::from(text),
            exposed,
        })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Command(words) => write!(f, "command `{}`", words[0]),
        }
    }
}

/// The bytes of the file, and whether others than its owner may read them.
fn read_secret(path: &Path) -> Result<(Vec<u8>, bool), PathError> {
    let file = std::fs::File::open(path).at("open", path)?;
    #[cfg(unix)]
    let exposed = {
        let mode = file.metadata().at("look at", path)?;
        std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o044 != 0
    };
    #[cfg(not(unix))]
    let exposed = false;
    let mut bytes = Vec::new();
    file.take(SECRET_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .at("read", path)?;
    Ok((bytes, exposed))
}

/// What the command prints. Its complaints go to our stderr; what it printed is
/// shown to nobody, not even when it fails.
fn run(words: &[String]) -> Result<Vec<u8>, Error> {
    let program = words[0].clone();
    let output = Command::new(&program)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::SecretCommand {
            program: program.clone(),
            source,
        })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::SecretCommandFailed {
            program,
            status: output.status,
        })
    }
}

/// The one of `known` that `word` was probably meant to be.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// How many letters to insert, drop, change or swap with the next to come from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().take(64).collect();
    let to: Vec<char> = to.chars().take(64).collect();
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut best = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    use secrecy::ExposeSecret as _;

    const TWO: &str = r#"
output = "/var/backups/wechat"
proxy = "http://proxy:3128"
[accounts.shop]
appid = "wxshop"
secret = { file = "/run/credentials/shop" }
[accounts.news]
appid = "wxnews"
token = { command = ["central", "token"] }
"#;

    fn parsed(text: &str) -> Settings {
        parse(Path::new("c.toml"), text).unwrap()
    }

    fn refusal(text: &str) -> String {
        parse(Path::new("c.toml"), text).unwrap_err().to_string()
    }

    fn global(account: Option<&str>) -> Global {
        let words = ["wxbackup"]
            .into_iter()
            .chain(account.into_iter().flat_map(|name| ["--account", name]))
            .chain(["man"]);
        <crate::cli::args::Args as clap::Parser>::try_parse_from(words)
            .unwrap()
            .global
    }

    /// The account that flags (appid, secret file), variables and a file make.
    fn chosen(
        account: Option<&str>,
        flags: (Option<&str>, Option<&str>),
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<Account, String> {
        let connection = Connection {
            appid: flags.0.map(str::to_owned),
            secret_file: flags.1.map(PathBuf::from),
            ..Connection::default()
        };
        choose(
            &global(account),
            &connection,
            &env(variables),
            &parsed(file),
        )
        .map_err(|error| error.to_string())
    }

    fn env(variables: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| OsString::from(value))
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with what `choose` gives"
    )]
    fn account(name: &str, appid: &str, credential: Credential) -> Result<Account, String> {
        Ok(Account {
            name: name.to_owned(),
            appid: appid.parse().unwrap(),
            credential,
        })
    }

    fn secret_in(path: &str) -> Credential {
        Credential::Secret(Source::File(path.into()))
    }

    #[test]
    fn a_file_names_its_accounts_and_where_their_secrets_are() {
        let settings = parsed(TWO);
        assert_eq!(settings.output, Some("/var/backups/wechat".into()));
        assert_eq!(settings.proxy.as_deref(), Some("http://proxy:3128"));
        assert_eq!(
            chosen(Some("news"), (None, None), &[], TWO),
            account(
                "news",
                "wxnews",
                Credential::Token(Source::Command(vec!["central".into(), "token".into()]))
            )
        );
    }

    #[test]
    fn a_flag_beats_a_variable_and_a_variable_beats_the_file() {
        let one = "[accounts.shop]\nappid = \"wxshop\"\nsecret = { file = \"f\" }\n";
        let variables = [("WXBACKUP_APPID", "wxenv"), ("WXBACKUP_SECRET", "s3cret")];
        let by_variable = Credential::Secret(Source::Variable("WXBACKUP_SECRET".into()));
        assert_eq!(
            chosen(None, (Some("wxflag"), Some("g")), &variables, one),
            account("default", "wxflag", secret_in("g"))
        );
        assert_eq!(
            chosen(None, (None, None), &variables, one),
            account("default", "wxenv", by_variable)
        );
        assert_eq!(
            chosen(None, (None, None), &[], one),
            account("shop", "wxshop", secret_in("f"))
        );
        assert_eq!(
            chosen(Some("shop"), (None, Some("g")), &variables, one),
            account("shop", "wxshop", secret_in("g"))
        );
    }

    #[test]
    fn an_account_that_is_named_takes_no_other_accounts_secret() {
        let variables = [("WXBACKUP_APPID", "wxother"), ("WXBACKUP_SECRET", "s3cret")];
        assert_eq!(
            chosen(Some("shop"), (None, None), &variables, TWO),
            account("shop", "wxshop", secret_in("/run/credentials/shop"))
        );
        assert_eq!(
            chosen(Some("shop"), (Some("wxother"), None), &[], TWO),
            Err("account `shop` belongs to wxshop, but the AppId given is wxother".into())
        );
    }

    #[test]
    fn an_appid_alone_finds_its_account() {
        assert_eq!(
            chosen(None, (Some("wxshop"), None), &[], TWO),
            account("shop", "wxshop", secret_in("/run/credentials/shop"))
        );
    }

    #[test]
    fn what_is_missing_or_contradictory_is_said() {
        let secret = ("WXBACKUP_SECRET", "s");
        let cases: [(Result<Account, String>, &str); 8] = [
            (chosen(None, (None, None), &[], ""), "no account is given"),
            (
                chosen(None, (None, None), &[], TWO),
                "the settings have several accounts: news, shop",
            ),
            (
                chosen(Some("shpo"), (None, None), &[], TWO),
                "the settings have no account `shpo`; did you mean `shop`?",
            ),
            (
                chosen(Some("x"), (None, None), &[], ""),
                "the settings have no account `x`",
            ),
            (
                chosen(None, (Some("wx1"), None), &[], ""),
                "no secret and no access token is given for wx1",
            ),
            (
                chosen(None, (None, None), &[secret], ""),
                "the AppId of the account is not given",
            ),
            (
                chosen(None, (Some("w x"), None), &[secret], ""),
                "`w x` is no AppId",
            ),
            (
                chosen(
                    None,
                    (None, None),
                    &[secret, ("WXBACKUP_ACCESS_TOKEN", "t")],
                    "",
                ),
                "both a secret and an access token are given",
            ),
        ];
        for (answer, words) in cases {
            assert_eq!(answer, Err(words.to_owned()));
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_near_one() {
        assert_eq!(
            refusal("outptu = \"x\""),
            "c.toml, line 1: unknown key `outptu`; did you mean `output`?"
        );
        assert_eq!(
            refusal("[accounts.shop]\nappid = \"wx\"\nsecert = { file = \"f\" }"),
            "c.toml, line 3: unknown key `secert`; did you mean `secret`?"
        );
        assert_eq!(
            refusal("colour = 1"),
            "c.toml, line 1: unknown key `colour`"
        );
    }

    #[test]
    fn no_error_shows_the_line_that_it_is_about() {
        for text in [
            "[accounts.shop]\nappid = \"wx\"\nsecret = \"hunter2\"",
            "[accounts.shop]\nappid = \"wx\"\nsecret = \"hunter2",
            "secret = hunter2",
            "[accounts.shop]\nappid = \"wx\"\nsecret = { file = 'hunter2', env = 'hunter2' }",
            "[accounts.shop]\nsecret = { file = \"hunter2\" }",
            "[accounts.shop]\nappid = \"hunter2 \"\nsecret = { file = \"f\" }",
        ] {
            let error = parse(Path::new("c.toml"), text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert_eq!(
            refusal("a = 1\n  b ="),
            "c.toml, line 2, column 6: string values must be quoted, expected literal string"
        );
    }

    #[test]
    fn a_secret_comes_from_a_file_a_variable_or_a_command_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        wxbackup::fs::write_atomic(&path, b"hunter2\n").unwrap();
        let variables = [("PASS", "hunter2"), ("EMPTY", "  "), ("TWO", "a b")];
        let take = |source: Source| source.take(&env(&variables));
        for source in [
            Source::File(path.clone()),
            Source::Variable("PASS".into()),
            Source::Command(vec!["printf".into(), "hunter2\\n".into()]),
        ] {
            let taken = take(source).unwrap();
            assert_eq!(taken.secret.expose_secret(), "hunter2");
            assert_eq!(taken.exposed, None);
            assert!(!format!("{taken:?}").contains("hunter2"));
        }
        for (source, words) in [
            (
                Source::Variable("EMPTY".into()),
                "the secret is empty: variable EMPTY",
            ),
            (
                Source::Variable("TWO".into()),
                "this does not look like a secret: variable TWO",
            ),
            (
                Source::Variable("NONE".into()),
                "the variable NONE is not set",
            ),
            (
                Source::Command(vec!["false".into()]),
                "`false`, asked for the secret, ended with exit status: 1",
            ),
        ] {
            assert_eq!(take(source).unwrap_err().to_string(), words);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_reported() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        wxbackup::fs::write_atomic(&path, b"hunter2").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let taken = Source::File(path.clone()).take(&env(&[])).unwrap();
        assert_eq!(taken.exposed, Some(path));
    }

    #[test]
    fn the_users_settings_come_before_the_systems() {
        assert_eq!(
            usual_places(&env(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")])),
            [
                PathBuf::from("/x/wxbackup/config.toml"),
                PathBuf::from("/etc/wxbackup/config.toml")
            ]
        );
        assert_eq!(
            usual_places(&env(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")]))[0],
            PathBuf::from("/h/.config/wxbackup/config.toml")
        );
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let mut named = global(None);
        named.config = Some("/nonexistent/c.toml".into());
        assert!(matches!(read(&named, &env(&[])), Err(Error::Unreadable(_))));
    }
}
