//! Whom the settings name, and how they can be told.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use wxbackup::event::Observer;
use wxbackup::notify::{Address, Channel, Limits, Severity, Way, When};

use crate::cli::connection;
use crate::cli::settings;
use crate::cli::settings::{Chat, Lookup, Notify, Place, Settings, Source};

/// How long a ping or a message may take, unless the settings say otherwise.
const REQUEST_MAX: Duration = Duration::from_secs(15);

/// How long a command may take, unless the settings say otherwise.
const COMMAND_MAX: Duration = Duration::from_secs(600);

/// Whoever has asked the program to stop waits for it to end.
const INTERRUPTED_MAX: Duration = Duration::from_secs(3);

/// The least that is worth a message, unless the settings say otherwise.
const FROM: Severity = Severity::Problem;

/// Whom the settings name for an account: what its own table says beats what
/// is said for all, key by key.
pub(crate) struct Whom<'s> {
    tables: Vec<Table<'s>>,
    /// How many of them, from the first, say who is told; the others only say how.
    naming: usize,
}

struct Table<'s> {
    /// What the names of its keys begin with.
    prefix: String,
    notify: &'s Notify,
}

impl<'s> Whom<'s> {
    /// For the account of this name; a name that is not in the settings has
    /// what is said for all.
    pub(crate) fn of(account: Option<&str>, settings: &'s Settings) -> Self {
        let own = account.and_then(|name| Some((name, settings.accounts.get(name)?)));
        let own = own.map(|(name, account)| Table::of_account(name, &account.notify));
        let for_all = Table {
            prefix: "notify".to_owned(),
            notify: &settings.notify,
        };
        let tables: Vec<_> = own.into_iter().chain([for_all]).collect();
        Self {
            naming: tables.len(),
            tables,
        }
    }

    /// What each table of the settings says, each for itself, with the account
    /// that the table belongs to.
    pub(crate) fn of_each(settings: &'s Settings) -> Vec<(Option<&'s str>, Self)> {
        let own = settings.accounts.keys().map(|name| {
            let mut whom = Self::of(Some(name), settings);
            whom.naming = 1;
            (Some(name.as_str()), whom)
        });
        let for_all = (None, Self::of(None, settings));
        [for_all].into_iter().chain(own).collect()
    }

    /// Whether nobody is to be told.
    pub(crate) fn is_nobody(&self) -> bool {
        let mut naming = self.tables.iter().take(self.naming);
        naming.all(|table| table.notify.is_silent())
    }

    pub(super) fn wants_titles(&self) -> bool {
        self.how(|notify| notify.titles.as_ref())
            .is_some_and(|titles| titles.value)
    }

    pub(super) fn limits(&self) -> Limits {
        let timeout = self.how(|notify| notify.timeout.as_ref());
        let command = self.how(|notify| notify.command_timeout.as_ref());
        Limits {
            request_max: timeout.map_or(REQUEST_MAX, |limit| limit.value),
            command_max: command.map_or(COMMAND_MAX, |limit| limit.value),
            interrupted_max: INTERRUPTED_MAX,
        }
    }

    /// How they are told, by the first table that says it.
    fn how<T>(&self, get: impl Fn(&'s Notify) -> Option<T>) -> Option<T> {
        self.tables.iter().find_map(|table| get(table.notify))
    }

    /// Who is told, by the first table that names them, and what their name begins with.
    fn first<T>(&self, get: impl Fn(&'s Notify) -> Option<T>) -> Option<(&str, T)> {
        self.tables
            .iter()
            .take(self.naming)
            .find_map(|table| Some((table.prefix.as_str(), get(table.notify)?)))
    }

    /// The ways to tell, and those that cannot be used, with the reason.
    pub(crate) fn channels(
        &self,
        env: Lookup<'_>,
        observer: &dyn Observer,
    ) -> (Vec<Channel>, Vec<(String, settings::Error)>) {
        let (mut channels, mut failures) = (Vec::new(), Vec::new());
        for (name, way) in self.ways(env, observer) {
            match way {
                Ok(way) => channels.push(Channel { name, way }),
                Err(error) => failures.push((name, error)),
            }
        }
        (channels, failures)
    }

    fn ways(
        &self,
        env: Lookup<'_>,
        observer: &dyn Observer,
    ) -> Vec<(String, Result<Way, settings::Error>)> {
        let mut ways = Vec::new();
        if let Some((prefix, folder)) = self.first(|notify| notify.metrics.as_ref()) {
            let way = Way::Metrics(folder.value.clone());
            ways.push((format!("{prefix}.metrics"), Ok(way)));
        }
        if let Some((prefix, place)) = self.first(|notify| notify.ping.as_ref()) {
            let name = format!("{prefix}.ping");
            let address = address(&place.value, &name, env, observer);
            ways.push((name, address.map(Way::Ping)));
        }
        if let Some((prefix, chats)) = self.first(|notify| notify.chats.as_ref()) {
            for (number, chat) in (1..).zip(chats) {
                let name = format!("{prefix}.chat.{number}");
                let way = chat_way(chat, &name, env, observer);
                ways.push((name, way));
            }
        }
        for (key, when, get) in [
            (
                "on_success",
                When::Success,
                (|notify| notify.on_success.as_ref()) as fn(&'s Notify) -> Option<_>,
            ),
            ("on_problem", When::Problem, |notify| {
                notify.on_problem.as_ref()
            }),
        ] {
            if let Some((prefix, words)) = self.first(get) {
                let words = words.value.clone();
                ways.push((format!("{prefix}.{key}"), Ok(Way::Command { when, words })));
            }
        }
        ways
    }

    /// The folder of metrics.
    pub(crate) fn metrics(&self) -> Option<&'s PathBuf> {
        let (_, folder) = self.first(|notify| notify.metrics.as_ref())?;
        Some(&folder.value)
    }
}

impl<'s> Table<'s> {
    fn of_account(name: &str, notify: &'s Notify) -> Self {
        Self {
            prefix: format!("accounts.{name}.notify"),
            notify,
        }
    }
}

fn chat_way(
    chat: &Chat,
    name: &str,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<Way, settings::Error> {
    let secret = chat.secret.as_ref();
    Ok(Way::Chat {
        kind: chat.kind.value,
        address: address(&chat.url.value, &format!("{name}.url"), env, observer)?,
        secret: secret
            .map(|source| taken(&source.value, env, observer))
            .transpose()?,
        from: chat.from.as_ref().map_or(FROM, |from| from.value),
    })
}

fn address(
    place: &Place,
    name: &str,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<Address, settings::Error> {
    let parsed = match place {
        Place::Here(text) => text.parse(),
        Place::Elsewhere(source) => taken(source, env, observer)?.expose_secret().parse(),
    };
    parsed.map_err(|_| settings::Error::NoWebAddress {
        name: name.to_owned(),
    })
}

fn taken(
    source: &Source,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<SecretString, settings::Error> {
    let taken = source.take(env)?;
    if let Some(path) = &taken.exposed {
        connection::warn_of_exposed(path, observer);
    }
    Ok(taken.secret)
}
