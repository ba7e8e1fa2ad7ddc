//! `wxbackup config show`: every value in effect, and who said it.
//!
//! No secret is read to show where it is, and no proxy is shown with its
//! password. A table on a terminal, lines with tabs in a pipe, JSON for programs.

use std::io;
use std::io::Write;
use std::path::PathBuf;

use clap::ArgMatches;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;
use url::Url;
use wxbackup::archive::Recipient;
use wxbackup::notify::Address;
use wxbackup::text::speaking;

use crate::cli::args;
use crate::cli::args::{ConfigShow, Connection, FlagValue, Global, QUOTA_RESERVE_PERCENT};
use crate::cli::commands::Outcome;
use crate::cli::connection;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::language::{language, say};
use crate::cli::report::{Ending, Report, safe};
use crate::cli::settings;
use crate::cli::settings::{
    Credential, Lookup, Notify, Origin, Place, Setting, Settings, Source, State,
};

/// Shows what an export with the same flags would use.
pub(crate) fn run(
    global: &Global,
    args: &ConfigShow,
    matches: &ArgMatches,
    report: &Report,
) -> Outcome {
    let env = |name: &str| std::env::var_os(name);
    let settings = settings::read(global, &env)?;
    let flags = args::flag_values(matches, &["config", "show"]);
    let shown = shown(global, &args.export.connection, flags, &settings, &env);

    let lines = Lines::that_suit(report);
    report
        .screen()
        .results(|out| lines.write(out, &shown.rows))?;
    for trouble in &shown.troubles {
        report.fail(trouble);
    }
    let mut ending = Ending::new(if shown.troubles.is_empty() {
        ExitCode::Done
    } else {
        ExitCode::Usage
    });
    if let Some(why) = &shown.no_account {
        ending = ending.says(say!("show-no-account", why = explain::line(why)));
    }
    Ok(ending)
}

/// What is in effect.
#[derive(Debug, Default)]
struct Shown {
    rows: Vec<Row>,
    /// Why a value that should be there is not.
    troubles: Vec<settings::Error>,
    /// Why there is no account, where that is no trouble.
    no_account: Option<settings::Error>,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    value: Option<String>,
    /// What is known of the secret that the value says the place of.
    state: Option<State>,
    origin: Origin,
}

fn shown(
    global: &Global,
    connection: &Connection,
    flags: Vec<FlagValue>,
    settings: &Settings,
    env: Lookup<'_>,
) -> Shown {
    let mut shown = Shown::default();
    let file = settings.file.clone();
    shown.optional("config", file.map(|file| file.map(|path| path_text(&path))));
    let choice = settings::choose_with_origins(global, connection, env, settings);
    let name = choice.as_ref().ok().map(|choice| choice.name.value.clone());
    for flag in flags {
        shown.flag(flag, settings, name.as_deref().unwrap_or_default());
    }
    shown.network(connection, settings, env);
    match choice {
        Ok(choice) => {
            let credential = &choice.credential;
            let word = match credential.value {
                Credential::Secret(_) => "secret",
                Credential::Token(_) => "access-token",
            };
            shown.push("account", choice.name);
            shown.push("appid", choice.appid.map(|appid| appid.to_string()));
            shown.credential(word, credential, env);
        }
        Err(error @ (settings::Error::NoAccount | settings::Error::SeveralAccounts { .. })) => {
            shown.no_account = Some(error);
        }
        Err(error) => shown.troubles.push(error),
    }
    shown.notify("notify", &settings.notify, env);
    for (name, account) in &settings.accounts {
        let appid = account.appid.clone();
        shown.push(
            &format!("accounts.{name}.appid"),
            appid.map(|appid| appid.to_string()),
        );
        let word = match account.credential.value {
            Credential::Secret(_) => "secret",
            Credential::Token(_) => "token",
        };
        shown.credential(&format!("accounts.{name}.{word}"), &account.credential, env);
        if let Some(reserve) = account.quota_reserve.clone() {
            let name = format!("accounts.{name}.quota_reserve");
            shown.push(&name, reserve.map(|percent| percent.to_string()));
        }
        if let Some(recipients) = account.recipients.clone() {
            let name = format!("accounts.{name}.recipients");
            shown.push(&name, recipients.map(|keys| recipients_text(&keys)));
        }
        if let Some(files) = account.identity.clone() {
            let name = format!("accounts.{name}.identity");
            shown.push(&name, files.map(|files| paths_text(&files)));
        }
        shown.notify(&format!("accounts.{name}.notify"), &account.notify, env);
    }
    shown
}

fn recipients_text(keys: &[Recipient]) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.join(",")
}

fn paths_text(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path_text(path)).collect();
    paths.join(",")
}

impl Shown {
    fn push(&mut self, name: &str, setting: Setting<String>) {
        self.optional(name, Some(setting));
    }

    fn optional(&mut self, name: &str, setting: Option<Setting<String>>) {
        let (value, origin) = match setting {
            Some(Setting { value, origin }) => (Some(value), origin),
            None => (None, Origin::Default),
        };
        self.rows.push(Row {
            name: name.to_owned(),
            value,
            state: None,
            origin,
        });
    }

    /// What a table says of whom to tell; nothing of what it does not say.
    fn notify(&mut self, table: &str, notify: &Notify, env: Lookup<'_>) {
        let words = [
            ("on_success", &notify.on_success),
            ("on_problem", &notify.on_problem),
        ];
        for (key, words) in words {
            if let Some(words) = words.clone() {
                self.push(
                    &format!("{table}.{key}"),
                    words.map(|words| words_text(&words)),
                );
            }
        }
        if let Some(ping) = &notify.ping {
            self.place(&format!("{table}.ping"), ping, env);
        }
        if let Some(folder) = notify.metrics.clone() {
            self.push(
                &format!("{table}.metrics"),
                folder.map(|path| path_text(&path)),
            );
        }
        if let Some(titles) = notify.titles.clone() {
            self.push(
                &format!("{table}.titles"),
                titles.map(|titles| titles.to_string()),
            );
        }
        let limits = [
            ("timeout_seconds", &notify.timeout),
            ("command_timeout_seconds", &notify.command_timeout),
        ];
        for (key, limit) in limits {
            if let Some(limit) = limit.clone() {
                let seconds = limit.map(|limit| limit.as_secs().to_string());
                self.push(&format!("{table}.{key}"), seconds);
            }
        }
        for (number, chat) in (1..).zip(notify.chats.iter().flatten()) {
            let chat_name = format!("{table}.chat.{number}");
            self.push(
                &format!("{chat_name}.kind"),
                chat.kind.clone().map(|kind| kind.to_string()),
            );
            self.place(&format!("{chat_name}.url"), &chat.url, env);
            if let Some(secret) = &chat.secret {
                self.source(
                    &format!("{chat_name}.secret"),
                    &secret.value,
                    &secret.origin,
                    env,
                );
            }
            if let Some(from) = chat.from.clone() {
                self.push(
                    &format!("{chat_name}.from"),
                    from.map(|from| from.to_string()),
                );
            }
        }
    }

    /// An address that whoever knows it can send to.
    fn place(&mut self, name: &str, place: &Setting<Place>, env: Lookup<'_>) {
        match &place.value {
            Place::Elsewhere(source) => self.source(name, source, &place.origin, env),
            Place::Here(text) => {
                let shown = text.parse::<Address>();
                let shown = shown.map_or_else(|_| "…".to_owned(), |address| address.to_string());
                self.push(name, place.clone().map(|_| shown));
            }
        }
    }

    fn source(&mut self, name: &str, source: &Source, origin: &Origin, env: Lookup<'_>) {
        self.rows.push(Row {
            name: name.to_owned(),
            value: Some(source_text(source)),
            state: Some(source.state(env)),
            origin: origin.clone(),
        });
    }

    fn credential(&mut self, name: &str, credential: &Setting<Credential>, env: Lookup<'_>) {
        let (Credential::Secret(source) | Credential::Token(source)) = &credential.value;
        self.source(name, source, &credential.origin, env);
    }

    /// A flag of export; the settings file may say some of them too, in places
    /// for the `account` alone.
    fn flag(&mut self, flag: FlagValue, settings: &Settings, account: &str) {
        let setting = flag.value.map(|value| Setting {
            value,
            origin: flag.origin,
        });
        let setting = if flag.name == "quota-reserve" {
            let filed = settings.quota_reserve(account).cloned();
            let default = Setting::by_default(QUOTA_RESERVE_PERCENT);
            setting.or_else(|| {
                let percent = filed.unwrap_or(default);
                Some(percent.map(|percent| percent.to_string()))
            })
        } else if flag.name == "recipient" {
            let own = settings.accounts.get(account);
            let own = own.and_then(|account| account.recipients.clone());
            let filed = own.or_else(|| settings.recipients.clone());
            setting.or_else(|| filed.map(|keys| keys.map(|keys| recipients_text(&keys))))
        } else if flag.name == "identity" {
            let own = settings.accounts.get(account);
            let own = own.and_then(|account| account.identity.clone());
            let filed = own.or_else(|| settings.identity.clone());
            setting.or_else(|| filed.map(|files| files.map(|files| paths_text(&files))))
        } else if flag.name == "lang" {
            let filed = settings.lang.clone();
            let lang = setting.or_else(|| filed.map(|lang| lang.map(|it| it.as_str().to_owned())));
            Some(lang.unwrap_or_else(|| Setting::by_default(language().as_str().to_owned())))
        } else if flag.name == "output" {
            let filed = settings.output.clone();
            Some(
                setting
                    .or_else(|| filed.map(|output| output.map(|path| path_text(&path))))
                    .unwrap_or_else(|| Setting::by_default(".".to_owned())),
            )
        } else {
            setting
        };
        self.optional(&flag.name, setting);
    }

    fn network(&mut self, connection: &Connection, settings: &Settings, env: Lookup<'_>) {
        match connection::api_base(connection, env) {
            Ok(base) => self.push("api-base", base.map(|url| without_user(&url))),
            Err(error) => self.troubles.push(error),
        }
        let ca_file = connection::ca_file(connection, env);
        self.optional(
            "ca-file",
            ca_file.map(|file| file.map(|path| path_text(&path))),
        );
        match connection::proxies(settings, env) {
            Ok(proxies) => {
                let text = |proxy: Option<Setting<Url>>| {
                    proxy.map(|proxy| proxy.map(|url| without_user(&url)))
                };
                self.optional("https-proxy", text(proxies.https));
                self.optional("http-proxy", text(proxies.http));
                self.optional("no-proxy", proxies.no_proxy);
            }
            Err(error) => self.troubles.push(error),
        }
    }
}

fn path_text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The place of a secret as a settings file says it. What a program is told
/// besides its name may be a secret itself.
fn source_text(source: &Source) -> String {
    match source {
        Source::File(path) => format!("{{ file = {:?} }}", path_text(path)),
        Source::Variable(name) => format!("{{ env = {name:?} }}"),
        Source::Command(words) => format!("{{ command = {} }}", words_text(words)),
    }
}

/// A program, and that it is given something.
fn words_text(words: &[String]) -> String {
    match words {
        [program] => format!("[{program:?}]"),
        words => format!("[{:?}, …]", words[0]),
    }
}

/// The address without the name and password that it may hold.
fn without_user(url: &Url) -> String {
    let mut url = url.clone();
    let is_bare = url.set_username("").is_ok() && url.set_password(None).is_ok();
    if is_bare {
        url.to_string()
    } else {
        format!("{}:…", url.scheme())
    }
}

/// In which form rows are written.
#[derive(Clone, Copy, Debug)]
enum Lines {
    /// In columns.
    Table,
    /// With tabs in between.
    Tabs,
    Json,
}

/// No value moves the column behind it further away than this.
const VALUE_COLUMNS_MAX: usize = 56;

impl Lines {
    fn that_suit(report: &Report) -> Self {
        if report.is_json() {
            Self::Json
        } else if report.place().stdout_columns.is_some() {
            Self::Table
        } else {
            Self::Tabs
        }
    }

    fn write(self, out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
        match self {
            Self::Table => {
                let texts = speaking(language(), || texts(rows));
                let header = [say!("head-setting"), say!("head-value"), say!("head-from")];
                let all = || std::iter::once(&header).chain(&texts);
                let widest = |column: usize| all().map(|row| row[column].width()).max();
                let first = widest(0).unwrap_or(0);
                let second = widest(1).unwrap_or(0).min(VALUE_COLUMNS_MAX);
                for [name, value, origin] in all() {
                    let name_gap = " ".repeat(first - name.width() + 2);
                    let value_gap = " ".repeat(second.saturating_sub(value.width()) + 2);
                    writeln!(out, "{name}{name_gap}{value}{value_gap}{origin}")?;
                }
            }
            Self::Tabs => {
                for row in texts(rows) {
                    writeln!(out, "{}", row.join("\t"))?;
                }
            }
            Self::Json => {
                for row in rows {
                    serde_json::to_writer(&mut *out, &JsonRow::of(row))?;
                    writeln!(out)?;
                }
            }
        }
        Ok(())
    }
}

/// Name, value and origin of each row, in the language that is spoken.
fn texts(rows: &[Row]) -> Vec<[String; 3]> {
    rows.iter().map(Row::texts).collect()
}

impl Row {
    /// Name, value and origin for people.
    fn texts(&self) -> [String; 3] {
        let value = self.value.as_deref().unwrap_or_default();
        let value = match self.state {
            Some(state) => format!("{value} {}", state.words()),
            None => value.to_owned(),
        };
        [&self.name, &value, &self.origin.to_string()].map(|text| safe(text).into_owned())
    }
}

/// A row for programs.
#[derive(Debug, Serialize)]
struct JsonRow<'a> {
    message_type: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

impl<'a> JsonRow<'a> {
    fn of(row: &'a Row) -> Self {
        let mut json = Self {
            message_type: "setting",
            name: &row.name,
            value: row.value.as_deref(),
            state: row.state,
            origin: "default",
            flag: None,
            variable: None,
            path: None,
            line: None,
        };
        match &row.origin {
            Origin::Flag(flag) => {
                json.origin = "flag";
                json.flag = Some(format!("--{flag}"));
            }
            Origin::Variable(name) => {
                json.origin = "variable";
                json.variable = Some(name);
            }
            Origin::File { path, line } => {
                json.origin = "file";
                json.path = Some(path_text(path));
                json.line = Some(*line);
            }
            Origin::Default => {}
        }
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            ("http://me:hunter2@proxy:3128", "http://proxy:3128/"),
            ("socks5h://me:hunter2@proxy:1", "socks5h://proxy:1"),
            ("https://hunter2@proxy", "https://proxy/"),
            ("data:hunter2", "data:…"),
        ] {
            assert_eq!(without_user(&url.parse().unwrap()), shown);
        }
    }

    #[test]
    fn a_table_keeps_its_columns_beside_chinese_and_a_long_value() {
        let row = |name: &str, value: &str| Row {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            state: None,
            origin: Origin::Default,
        };
        let long = "x".repeat(VALUE_COLUMNS_MAX + 4);
        let rows = [
            row("output", "备份"),
            row("a", &long),
            row("b\tc", "\u{1b}[2J"),
        ];
        let mut out = Vec::new();
        Lines::Table.write(&mut out, &rows).unwrap();
        let gap = |used: usize| " ".repeat(VALUE_COLUMNS_MAX + 2 - used);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!(
                "SETTING  VALUE{}FROM\noutput   备份{}default\na        {long}  default\nb\\u{{9}}c  \\u{{1b}}[2J{}default\n",
                gap(5),
                gap(4),
                gap(9)
            )
        );
    }
}
