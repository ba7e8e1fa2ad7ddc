//! The settings file: where it is, and what it may say.
//!
//! Read strictly: an unknown key is an error that suggests the near one.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wxbackup::archive::{Recipient, RecipientError};
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::message;
use wxbackup::text::{Language, Message};

use crate::cli::args::Global;
use crate::cli::settings::{
    AccountSettings, Credential, Error, Lookup, Notify, Origin, Setting, Settings, Source, nearest,
    variable,
};

/// A settings file is written by a person.
const SETTINGS_BYTES_MAX: u64 = 1024 * 1024;

/// The settings file in each folder where one may be.
const NAME: &str = "wxbackup/config.toml";

/// What the file may say.
pub(super) const KEYS: [&str; 8] = [
    "lang",
    "output",
    "proxy",
    "quota_reserve",
    "recipients",
    "identity",
    "notify",
    "accounts",
];

/// What it may say of an account.
pub(super) const ACCOUNT_KEYS: [&str; 7] = [
    "appid",
    "secret",
    "token",
    "quota_reserve",
    "recipients",
    "identity",
    "notify",
];

/// Where it may say that a secret is.
pub(super) const SOURCE_KEYS: [&str; 3] = ["file", "env", "command"];

/// Reads the settings file: the one that a flag or variable names, else the
/// first that exists of the user's and the system's, else nothing.
///
/// # Errors
///
/// A file that is named must be there; one that is there must be right.
pub(crate) fn read(global: &Global, env: Lookup<'_>) -> Result<Settings, Error> {
    read_each(global, env).and_then(refuse_broken)
}

/// The language that the file asks for, told before anything else in it is
/// judged. Whatever is wrong with the file is for those to say who need it.
pub(crate) fn language(global: &Global, env: Lookup<'_>) -> Option<Language> {
    let text = match named(global, env) {
        Some(named) => text_of_file(&named.value),
        None => usual_places(env).iter().find_map(|path| text_of_file(path)),
    }?;
    let table = DeTable::parse(&text).ok()?;
    table
        .get_ref()
        .get("lang")?
        .get_ref()
        .as_str()?
        .parse()
        .ok()
}

/// The text of a file; a pipe can be read only once, and that is not for us.
fn text_of_file(path: &Path) -> Option<String> {
    let is_file = path.metadata().is_ok_and(|it| it.is_file());
    is_file.then(|| read_text(path).ok())?
}

/// As [`read`], but an account whose table is wrong takes no other with it.
///
/// # Errors
///
/// As for `read`, for all that is outside the tables of accounts.
pub(crate) fn read_each(
    global: &Global,
    env: Lookup<'_>,
) -> Result<(Settings, BrokenAccounts), Error> {
    if let Some(named) = named(global, env) {
        let text = read_text(&named.value).map_err(Error::Unreadable)?;
        return parse_each(named, &text);
    }
    for path in usual_places(env) {
        match read_text(&path) {
            Ok(text) => return parse_each(Setting::by_default(path), &text),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(Error::Unreadable(error)),
        }
    }
    Ok((Settings::default(), Vec::new()))
}

/// Accounts whose tables are wrong, by name, and what is wrong.
pub(crate) type BrokenAccounts = Vec<(String, Error)>;

/// The settings, if every account is right.
fn refuse_broken((settings, broken): (Settings, BrokenAccounts)) -> Result<Settings, Error> {
    match broken.into_iter().next() {
        Some((_, error)) => Err(error),
        None => Ok(settings),
    }
}

/// Where the settings of this user are, whether there are any or not: the file
/// that a flag or variable names, else the usual one; none where the user has
/// no home.
pub(crate) fn place_of_user(global: &Global, env: Lookup<'_>) -> Option<PathBuf> {
    named(global, env)
        .map(|named| named.value)
        .or_else(|| of_user(env))
}

fn named(global: &Global, env: Lookup<'_>) -> Option<Setting<PathBuf>> {
    let by_flag = global.config.clone();
    by_flag
        .map(|path| Setting::by_flag("config", path))
        .or_else(|| {
            let path = variable(env, "WXBACKUP_CONFIG")?;
            Some(Setting::by_variable("WXBACKUP_CONFIG", path.into()))
        })
}

fn usual_places(env: Lookup<'_>) -> Vec<PathBuf> {
    of_user(env)
        .into_iter()
        .chain([Path::new("/etc").join(NAME)])
        .collect()
}

fn of_user(env: Lookup<'_>) -> Option<PathBuf> {
    variable(env, "XDG_CONFIG_HOME")
        .map(PathBuf::from)
        // Relative ones must be ignored, says the XDG specification.
        .filter(|folder| folder.is_absolute())
        .or_else(|| variable(env, "HOME").map(|home| PathBuf::from(home).join(".config")))
        .map(|folder| folder.join(NAME))
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

/// Reads the text of a settings file in which all is right.
#[cfg(test)]
pub(super) fn parse(place: Setting<PathBuf>, text: &str) -> Result<Settings, Error> {
    parse_each(place, text).and_then(refuse_broken)
}

/// Reads the text of a settings file.
///
/// # Errors
///
/// Names the line, and what is wrong with it, without showing it: a secret may
/// stand there by mistake.
fn parse_each(place: Setting<PathBuf>, text: &str) -> Result<(Settings, BrokenAccounts), Error> {
    let file = File {
        path: &place.value,
        text,
    };
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = file.place(error.span().map_or(0, |span| span.start));
        Error::Syntax {
            path: place.value.clone(),
            line,
            column,
            message: error.message().to_owned(),
        }
    })?;
    let mut settings = Settings::default();
    let mut broken = Vec::new();
    for (key, value) in table.get_ref() {
        match file.known(key, &KEYS)? {
            "lang" => settings.lang = Some(file.said(key, file.language(key, value)?)),
            "output" => settings.output = Some(file.said(key, file.string(key, value)?.into())),
            "proxy" => settings.proxy = Some(file.said(key, file.string(key, value)?)),
            "quota_reserve" => {
                settings.quota_reserve = Some(file.said(key, file.percent(key, value)?));
            }
            "recipients" => {
                settings.recipients = Some(file.said(key, file.recipients(key, value)?));
            }
            "identity" => settings.identity = Some(file.said(key, file.paths(key, value)?)),
            "notify" => settings.notify = file.notify(key, value)?,
            _ => {
                for (name, account) in file.table(key, value, message!("expected-accounts"))? {
                    let account = file.account(name, account);
                    let name = name.get_ref().to_string();
                    match account {
                        Ok(account) => {
                            settings.accounts.insert(name, account);
                        }
                        Err(error) => broken.push((name, error)),
                    }
                }
            }
        }
    }
    settings.file = Some(place);
    Ok((settings, broken))
}

pub(super) type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// A settings file while it is read.
pub(super) struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn account(&self, name: &Key<'_>, value: &Value<'_>) -> Result<AccountSettings, Error> {
        let (mut appid, mut secret, mut token) = (None, None, None);
        let mut quota_reserve = None;
        let (mut recipients, mut identity) = (None, None);
        let mut notify = Notify::default();
        for (key, value) in self.table(name, value, message!("expected-account"))? {
            match self.known(key, &ACCOUNT_KEYS)? {
                "appid" => {
                    let text = self.string(key, value)?;
                    let parsed = text
                        .parse()
                        .map_err(|_| self.wrong(key, message!("expected-appid")))?;
                    appid = Some(self.said(key, parsed));
                }
                "secret" => secret = Some(self.said(key, self.source(key, value)?)),
                "quota_reserve" => {
                    quota_reserve = Some(self.said(key, self.percent(key, value)?));
                }
                "recipients" => {
                    recipients = Some(self.said(key, self.recipients(key, value)?));
                }
                "identity" => identity = Some(self.said(key, self.paths(key, value)?)),
                "notify" => notify = self.notify(key, value)?,
                _ => token = Some(self.said(key, self.source(key, value)?)),
            }
        }
        let credential = match (secret, token) {
            (Some(source), None) => source.map(Credential::Secret),
            (None, Some(source)) => source.map(Credential::Token),
            _ => return Err(self.wrong(name, message!("expected-one-credential"))),
        };
        let appid = appid.ok_or_else(|| self.wrong(name, message!("expected-table-with-appid")))?;
        Ok(AccountSettings {
            appid,
            credential,
            quota_reserve,
            recipients,
            identity,
            notify,
        })
    }

    pub(super) fn source(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Source, Error> {
        let expected = || message!("expected-source");
        let table = self.table(key, value, expected())?;
        let mut source = None;
        for (inner, value) in table {
            let found = match self.known(inner, &SOURCE_KEYS)? {
                "file" => Source::File(PathBuf::from(self.string(inner, value)?)),
                "env" => Source::Variable(self.string(inner, value)?),
                _ => {
                    let words = words(value);
                    Source::Command(
                        words.ok_or_else(|| self.wrong(inner, message!("expected-words")))?,
                    )
                }
            };
            if source.replace(found).is_some() {
                return Err(self.wrong(key, expected()));
            }
        }
        source.ok_or_else(|| self.wrong(key, expected()))
    }

    /// The one of `known` that `key` is.
    pub(super) fn known(
        &self,
        key: &Key<'_>,
        known: &[&'static str],
    ) -> Result<&'static str, Error> {
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

    pub(super) fn string(&self, key: &Key<'_>, value: &Value<'_>) -> Result<String, Error> {
        value
            .get_ref()
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| self.wrong(key, message!("expected-text")))
    }

    fn language(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Language, Error> {
        let name = value.get_ref().as_str().unwrap_or_default();
        let wrong = |_| self.wrong(key, message!("expected-language"));
        name.parse().map_err(wrong)
    }

    /// A part of a whole that leaves something over.
    fn percent(&self, key: &Key<'_>, value: &Value<'_>) -> Result<u8, Error> {
        value
            .get_ref()
            .as_integer()
            .and_then(|number| u8::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|percent| *percent < 100)
            .ok_or_else(|| self.wrong(key, message!("expected-percent")))
    }

    /// Keys for whom to encrypt; none at all says that nothing is encrypted.
    fn recipients(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Vec<Recipient>, Error> {
        let words = texts(value).unwrap_or_else(|| vec![String::new()]);
        let keys = words.iter().map(|word| word.parse());
        keys.collect::<Result<_, RecipientError>>().map_err(|why| {
            self.wrong(
                key,
                message!("expected-recipients", why = Message::said(&why)),
            )
        })
    }

    /// One file or several.
    fn paths(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Vec<PathBuf>, Error> {
        let one = value.get_ref().as_str().map(|one| vec![one.to_owned()]);
        one.or_else(|| texts(value))
            .filter(|paths| !paths.iter().any(String::is_empty))
            .map(|paths| paths.into_iter().map(PathBuf::from).collect())
            .ok_or_else(|| self.wrong(key, message!("expected-paths")))
    }

    pub(super) fn table<'v, 'i>(
        &self,
        key: &Key<'_>,
        value: &'v Value<'i>,
        expected: Message,
    ) -> Result<&'v DeTable<'i>, Error> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.wrong(key, expected))
    }

    /// A value that the line of `key` says.
    pub(super) fn said<T>(&self, key: &Key<'_>, value: T) -> Setting<T> {
        Setting {
            value,
            origin: Origin::File {
                path: self.path.to_owned(),
                line: self.place(key.span().start).0,
            },
        }
    }

    pub(super) fn wrong(&self, key: &Key<'_>, expected: Message) -> Error {
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

/// A list of texts; `None` where it is anything else.
fn texts(value: &Value<'_>) -> Option<Vec<String>> {
    value
        .get_ref()
        .as_array()?
        .iter()
        .map(|word| word.get_ref().as_str().map(str::to_owned))
        .collect()
}

/// A program and what it is given; `None` where it is anything else.
pub(super) fn words(value: &Value<'_>) -> Option<Vec<String>> {
    let words = texts(value)?;
    words
        .first()
        .is_some_and(|program| !program.is_empty())
        .then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::cli::commands::config::init;
    use crate::cli::settings::environment;
    use crate::cli::settings::notify::{CHAT_KEYS, NOTIFY_KEYS};

    fn refusal(text: &str) -> String {
        parse(Setting::by_default("c.toml".into()), text)
            .unwrap_err()
            .to_string()
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
    fn a_reserve_is_a_percentage_for_all_accounts_or_one() {
        let settings = parse(
            Setting::by_default("c.toml".into()),
            "quota_reserve = 30\n[accounts.shop]\nappid = \"wx\"\nsecret = { env = \"S\" }\nquota_reserve = 0\n",
        )
        .unwrap();
        let of = |name| settings.quota_reserve(name).map(|reserve| reserve.value);
        assert_eq!((of("shop"), of("other")), (Some(0), Some(30)));
        for value in ["100", "-1", "\"20\"", "1.5", "99999999999"] {
            assert_eq!(
                refusal(&format!("quota_reserve = {value}")),
                "c.toml, line 1: `quota_reserve` must be a percentage: a number from 0 to 99, without quotes"
            );
        }
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
            let error = parse(Setting::by_default("c.toml".into()), text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        assert_eq!(
            refusal("a = 1\n  b ="),
            "c.toml, line 2, column 6: string values must be quoted, expected literal string"
        );
    }

    #[test]
    fn the_users_settings_come_before_the_systems() {
        assert_eq!(
            usual_places(&environment(&[("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")])),
            [
                PathBuf::from("/x/wxbackup/config.toml"),
                PathBuf::from("/etc/wxbackup/config.toml")
            ]
        );
        assert_eq!(
            usual_places(&environment(&[("XDG_CONFIG_HOME", "x"), ("HOME", "/h")]))[0],
            PathBuf::from("/h/.config/wxbackup/config.toml")
        );
    }

    #[test]
    fn a_language_is_zh_or_en() {
        let settings = parse(Setting::by_default("c.toml".into()), "lang = 'zh'").unwrap();
        assert_eq!(settings.lang.map(|lang| lang.value), Some(Language::Zh));
        for value in ["'fr'", "''", "7"] {
            assert_eq!(
                refusal(&format!("lang = {value}")),
                "c.toml, line 1: `lang` must be zh or en"
            );
        }
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let words = ["wxbackup", "man", "--config", "/nonexistent/c.toml"];
        let named = <crate::cli::args::Args as clap::Parser>::try_parse_from(words)
            .unwrap()
            .global;
        assert!(matches!(
            read(&named, &environment(&[])),
            Err(Error::Unreadable(_))
        ));
    }

    #[test]
    fn the_file_to_begin_with_shows_every_key_and_all_of_it_can_be_said_together() {
        for language in Language::ALL {
            assert_shows_every_key(init::template(language));
        }
        let examples = |language| {
            let lines = init::template(language).lines();
            lines.filter(|line| is_example(line)).collect::<Vec<_>>()
        };
        assert_eq!(examples(Language::Zh), examples(Language::En));
    }

    fn is_example(line: &str) -> bool {
        line.strip_prefix('#')
            .is_some_and(|line| !line.is_empty() && !line.starts_with(' '))
    }

    fn assert_shows_every_key(template: &str) {
        let place = || Setting::by_default(PathBuf::from("c.toml"));
        let nothing = parse(place(), template).unwrap();
        assert_eq!((nothing.output, nothing.proxy), (None, None));
        assert_eq!(nothing.accounts.len(), 0);

        let examples: Vec<&str> = template
            .lines()
            .filter(|line| is_example(line))
            .map(|line| &line[1..])
            .collect();
        let all = parse(place(), &examples.join("\n")).unwrap();
        assert_eq!(all.accounts.len(), 4);
        assert!(!all.notify.is_silent() && !all.accounts["shop"].notify.is_silent());
        let keys = KEYS.into_iter().chain(ACCOUNT_KEYS);
        for key in keys.chain(SOURCE_KEYS).chain(NOTIFY_KEYS).chain(CHAT_KEYS) {
            let is_shown = examples
                .iter()
                .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
                .any(|word| word == key);
            assert!(is_shown, "{key}");
        }
    }
}
