//! The settings file: where it is, and what it may say.
//!
//! Read strictly: an unknown key is an error that suggests the near one.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use wxbackup::error::{PathContext as _, PathError};

use crate::cli::args::Global;
use crate::cli::settings::{
    AccountSettings, Credential, Error, Lookup, Settings, Source, nearest, variable,
};

/// A settings file is written by a person.
const SETTINGS_BYTES_MAX: u64 = 1024 * 1024;

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

/// Reads the text of a settings file.
///
/// # Errors
///
/// Names the line, and what is wrong with it, without showing it: a secret may
/// stand there by mistake.
pub(super) fn parse(path: &Path, text: &str) -> Result<Settings, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    use crate::cli::settings::environment;

    fn refusal(text: &str) -> String {
        parse(Path::new("c.toml"), text).unwrap_err().to_string()
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
}
