//! Whom the settings file tells how a run ended: `[notify]`, and the same table
//! within an account, whose keys beat those of the first one by one.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use wxbackup::message;
use wxbackup::notify::{ChatKind, Severity};

use crate::cli::settings::{Error, Setting, Source};

use super::file::{File, Key, Value};

/// What `[notify]` may say.
pub(super) const NOTIFY_KEYS: [&str; 8] = [
    "on_success",
    "on_problem",
    "ping",
    "metrics",
    "titles",
    "timeout_seconds",
    "command_timeout_seconds",
    "chat",
];

/// What `[[notify.chat]]` may say.
pub(super) const CHAT_KEYS: [&str; 4] = ["kind", "url", "secret", "from"];

/// Nobody waits longer than a day for a command.
const SECONDS_MAX: i64 = 24 * 60 * 60;

/// What one table says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notify {
    /// The program to run after a run that ended with 0.
    pub(crate) on_success: Option<Setting<Vec<String>>>,
    /// The program to run after any other.
    pub(crate) on_problem: Option<Setting<Vec<String>>>,
    /// Where to ping.
    pub(crate) ping: Option<Setting<Place>>,
    /// The folder of files for Prometheus.
    pub(crate) metrics: Option<Setting<PathBuf>>,
    /// Whether titles of what is missing may be told.
    pub(crate) titles: Option<Setting<bool>>,
    /// How long a ping or a message may take.
    pub(crate) timeout: Option<Setting<Duration>>,
    /// How long a command may take.
    pub(crate) command_timeout: Option<Setting<Duration>>,
    /// The groups to write to.
    pub(crate) chats: Option<Vec<Chat>>,
}

/// A group to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chat {
    /// Whose robot it has.
    pub(crate) kind: Setting<ChatKind>,
    /// Where the robot is.
    pub(crate) url: Setting<Place>,
    /// What messages are signed with.
    pub(crate) secret: Option<Setting<Source>>,
    /// The least severity that is worth a message.
    pub(crate) from: Option<Setting<Severity>>,
}

/// An address, or where it is: whoever knows it can send there.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It stands in the file.
    Here(String),
    /// It is where a secret can be.
    Elsewhere(Source),
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(_) => f.write_str("[hidden]"),
            Self::Elsewhere(source) => source.fmt(f),
        }
    }
}

impl Notify {
    /// Whether it names nobody to tell.
    pub(crate) fn is_silent(&self) -> bool {
        self.on_success.is_none()
            && self.on_problem.is_none()
            && self.ping.is_none()
            && self.metrics.is_none()
            && self.chats.as_ref().is_none_or(Vec::is_empty)
    }

    /// The variables of the environment that hold an address or a secret.
    pub(crate) fn secret_variables(&self) -> impl Iterator<Item = &str> {
        let chats = self.chats.iter().flatten();
        let places = chats.clone().map(|chat| &chat.url).chain(&self.ping);
        let sources = places.filter_map(|place| match &place.value {
            Place::Elsewhere(source) => Some(source),
            Place::Here(_) => None,
        });
        let secrets = chats.filter_map(|chat| Some(&chat.secret.as_ref()?.value));
        sources.chain(secrets).filter_map(Source::variable)
    }
}

impl File<'_> {
    /// The table that tells whom to tell.
    pub(super) fn notify(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Notify, Error> {
        let mut notify = Notify::default();
        for (key, value) in self.table(key, value, message!("expected-notify"))? {
            match self.known(key, &NOTIFY_KEYS)? {
                "on_success" => notify.on_success = Some(self.said(key, self.words(key, value)?)),
                "on_problem" => notify.on_problem = Some(self.said(key, self.words(key, value)?)),
                "ping" => notify.ping = Some(self.said(key, self.web_place(key, value)?)),
                "metrics" => {
                    notify.metrics = Some(self.said(key, self.string(key, value)?.into()));
                }
                "titles" => {
                    let titles = value.get_ref().as_bool();
                    let titles =
                        titles.ok_or_else(|| self.wrong(key, message!("expected-bool")))?;
                    notify.titles = Some(self.said(key, titles));
                }
                "timeout_seconds" => {
                    notify.timeout = Some(self.said(key, self.seconds(key, value)?));
                }
                "command_timeout_seconds" => {
                    notify.command_timeout = Some(self.said(key, self.seconds(key, value)?));
                }
                _ => notify.chats = Some(self.chats(key, value)?),
            }
        }
        Ok(notify)
    }

    fn chats(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Vec<Chat>, Error> {
        let list = value.get_ref().as_array();
        list.ok_or_else(|| self.wrong(key, message!("expected-chats")))?
            .iter()
            .map(|value| self.chat(key, value))
            .collect()
    }

    fn chat(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Chat, Error> {
        let (mut kind, mut url, mut secret, mut from) = (None, None, None, None);
        for (key, value) in self.table(key, value, message!("expected-chat"))? {
            match self.known(key, &CHAT_KEYS)? {
                "kind" => {
                    let word = self.string(key, value)?.parse();
                    let word = word.map_err(|_| self.wrong(key, message!("expected-chat-kind")))?;
                    kind = Some(self.said(key, word));
                }
                "url" => url = Some(self.said(key, self.web_place(key, value)?)),
                "secret" => secret = Some(self.said(key, self.source(key, value)?)),
                _ => {
                    let word = self.string(key, value)?.parse();
                    let word = word.map_err(|_| self.wrong(key, message!("expected-severity")))?;
                    from = Some(self.said(key, word));
                }
            }
        }
        let (Some(kind), Some(url)) = (kind, url) else {
            return Err(self.wrong(key, message!("expected-chat-whole")));
        };
        if kind.value == ChatKind::WeCom && secret.is_some() {
            return Err(self.wrong(key, message!("expected-no-secret")));
        }
        Ok(Chat {
            kind,
            url,
            secret,
            from,
        })
    }

    /// An address itself, or where it is.
    fn web_place(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Place, Error> {
        if value.get_ref().as_table().is_some() {
            return self.source(key, value).map(Place::Elsewhere);
        }
        let text = self.string(key, value);
        text.map(Place::Here)
            .map_err(|_| self.wrong(key, message!("expected-address")))
    }

    fn words(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Vec<String>, Error> {
        super::file::words(value).ok_or_else(|| self.wrong(key, message!("expected-words")))
    }

    fn seconds(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Duration, Error> {
        let number = value.get_ref().as_integer().and_then(|number| {
            i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
        });
        match number {
            Some(seconds @ 1..=SECONDS_MAX) => Ok(Duration::from_secs(seconds.unsigned_abs())),
            _ => Err(self.wrong(key, message!("expected-seconds"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::cli::settings::{Settings, file};

    fn parsed(text: &str) -> Result<Settings, Error> {
        file::parse(Setting::by_default("c.toml".into()), text)
    }

    fn refusal(text: &str) -> String {
        parsed(text).unwrap_err().to_string()
    }

    const ALL: &str = r#"
[notify]
on_success = ["ok"]
on_problem = ["mail", "me"]
ping = "https://hc-ping.com/hunter2"
metrics = "/m"
titles = true
timeout_seconds = 7
command_timeout_seconds = 1_000
[[notify.chat]]
kind = "feishu"
url = { env = "URL" }
secret = { env = "SECRET" }
from = "failure"
[[notify.chat]]
kind = "wecom"
url = "https://w/hunter2"
[accounts.shop]
appid = "wx"
token = { file = "f" }
notify = { ping = { env = "PING" } }
"#;

    #[test]
    fn a_file_says_whom_to_tell_and_an_account_says_it_for_itself() {
        let settings = parsed(ALL).unwrap();
        let notify = &settings.notify;
        assert_eq!(notify.on_problem.as_ref().unwrap().value, ["mail", "me"]);
        assert_eq!(
            notify.titles.as_ref().map(|titles| titles.value),
            Some(true)
        );
        let seconds = [&notify.timeout, &notify.command_timeout];
        let seconds = seconds.map(|limit| limit.as_ref().unwrap().value.as_secs());
        assert_eq!(seconds, [7, 1000]);
        let chats = notify.chats.as_ref().unwrap();
        let first = (chats[0].kind.value, chats[0].from.as_ref().unwrap().value);
        assert_eq!(first, (ChatKind::Feishu, Severity::Failure));
        assert_eq!(chats[1].url.value, Place::Here("https://w/hunter2".into()));
        assert_eq!((&chats[1].secret, &chats[1].from), (&None, &None));
        assert_eq!(
            notify.secret_variables().collect::<Vec<_>>(),
            ["URL", "SECRET"]
        );
        let own = &settings.accounts["shop"].notify;
        assert_eq!(own.secret_variables().collect::<Vec<_>>(), ["PING"]);
        assert_eq!((&own.titles, own.is_silent()), (&None, false));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_showing_it() {
        for (text, refused) in [
            (
                "ping = 7",
                "`ping` must be an address, { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }",
            ),
            (
                "pign = 'hunter2'",
                "unknown key `pign`; did you mean `ping`?",
            ),
            (
                "on_success = 'hunter2'",
                "`on_success` must be a list of words, the program first",
            ),
            (
                "on_problem = []",
                "`on_problem` must be a list of words, the program first",
            ),
            ("titles = 'hunter2'", "`titles` must be true or false"),
            (
                "timeout_seconds = 0",
                "`timeout_seconds` must be a number of seconds, from 1 to those of a day",
            ),
            (
                "timeout_seconds = 1.5",
                "`timeout_seconds` must be a number of seconds, from 1 to those of a day",
            ),
            (
                "chat = { kind = 'feishu' }",
                "`chat` must be a list of tables, [[notify.chat]]",
            ),
            (
                "chat = [{ url = 'hunter2' }]",
                "`chat` must be a list of tables with a kind and a url each",
            ),
            (
                "chat = [{ kind = 'hunter2' }]",
                "`kind` must be wecom, dingtalk or feishu",
            ),
            (
                "chat = [{ from = 'hunter2' }]",
                "`from` must be success, problem or failure",
            ),
            (
                "chat = [{ kind = 'feishu', url = 'u', secret = 'hunter2' }]",
                "`secret` must be { file = \"…\" }, { env = \"…\" } or { command = [\"…\"] }; a secret itself has no place in this file",
            ),
            (
                "chat = [{ kind = 'wecom', url = 'u', secret = { env = 'S' } }]",
                "`chat` must be without a secret where kind is wecom, which signs nothing",
            ),
        ] {
            let shown = refusal(&format!("[notify]\n{text}"));
            assert_eq!(shown, format!("c.toml, line 2: {refused}"));
        }
    }
}
