//! Tells all channels side by side. Each has its time, and none waits for another.

use std::fmt;
use std::time::Duration;

use futures::future::join_all;

use crate::interrupt::Interrupt;
use crate::model::Clock;
use crate::net::{ProxyRules, Unusable};
use crate::notify::channel::{Channel, Way};
use crate::notify::chat;
use crate::notify::command;
use crate::notify::environment;
use crate::notify::error::Error;
use crate::notify::facts::Facts;
use crate::notify::http;
use crate::notify::http::Body;
use crate::notify::metrics;
use crate::notify::ping;
use crate::notify::ping::Moment;
use crate::notify::text;
use crate::text::Language;

/// How to tell.
#[derive(Clone, Debug)]
pub struct Options {
    /// How pings and chats are reached; without it they cannot be.
    pub network: Option<Network>,
    /// How long each channel has.
    pub limits: Limits,
    /// Variables of the environment that no command gets: they hold secrets.
    pub hidden_variables: Vec<String>,
    /// Tells when a message was signed.
    pub clock: Clock,
    /// The language of what is told.
    pub language: Language,
}

/// How pings and chats are reached.
#[derive(Clone, Debug)]
pub struct Network {
    /// Proxies; the environment is not looked at.
    pub proxy: ProxyRules,
    /// Certificates, in PEM, that are trusted besides those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// How the program names itself.
    pub user_agent: String,
}

/// How long each channel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A ping or a message, from the first byte to the last.
    pub request_max: Duration,
    /// A command.
    pub command_max: Duration,
    /// Any of them, once somebody has asked the program to stop.
    pub interrupted_max: Duration,
}

/// Whether a channel could be told.
#[derive(Debug)]
pub struct Told {
    /// Its name.
    pub channel: String,
    /// Why not, where it could not.
    pub result: Result<(), Error>,
}

/// Tells channels.
pub struct Sender {
    client: Option<reqwest::Client>,
    options: Options,
    interrupt: Interrupt,
}

impl Sender {
    /// A sender that hurries once `interrupt` is set.
    ///
    /// # Errors
    ///
    /// Where a proxy or the certificates cannot be used.
    pub fn new(options: Options, interrupt: Interrupt) -> Result<Self, Unusable> {
        let client = options.network.as_ref().map(|network| {
            let ca_pem = network.ca_pem.as_deref();
            http::client(&network.proxy, ca_pem, &network.user_agent)
        });
        Ok(Self {
            client: client.transpose()?,
            options,
            interrupt,
        })
    }

    /// Tells those who want to know that a run begins.
    pub async fn begun(&self, channels: &[Channel]) -> Vec<Told> {
        let tell = channels.iter().filter_map(|channel| match &channel.way {
            Way::Ping(address) => {
                let url = ping::url(address, Moment::Start);
                Some(self.told(channel, async move {
                    let body = Body::Text(String::new());
                    self.request(url, &body).await.map(drop)
                }))
            }
            _ => None,
        });
        join_all(tell).await
    }

    /// Tells those who want to know that a run has ended, and for the log of a
    /// ping the last lines of it.
    pub async fn ended(
        &self,
        channels: &[Channel],
        facts: &Facts,
        last_lines: &[String],
    ) -> Vec<Told> {
        let severity = facts.outcome.severity();
        let tell = channels
            .iter()
            .filter(|channel| match &channel.way {
                Way::Command { when, .. } => when.is_for(severity),
                Way::Chat { from, .. } => severity >= *from,
                Way::Ping(_) | Way::Metrics(_) => true,
            })
            .map(|channel| {
                let moment = Moment::of(facts);
                let told = self.tell(&channel.way, moment, facts, last_lines);
                self.told(channel, told)
            });
        join_all(tell).await
    }

    /// Tells every channel that somebody tries it. A ping is only logged, and
    /// metrics stay as they are.
    pub async fn try_out(&self, channels: &[Channel], facts: &Facts) -> Vec<Told> {
        let tell = channels.iter().map(|channel| {
            self.told(channel, async {
                match &channel.way {
                    Way::Metrics(folder) => metrics::try_folder(folder).map_err(Error::Metrics),
                    way => self.tell(way, Moment::Log, facts, &[]).await,
                }
            })
        });
        join_all(tell).await
    }

    async fn told(
        &self,
        channel: &Channel,
        telling: impl Future<Output = Result<(), Error>>,
    ) -> Told {
        Told {
            channel: channel.name.clone(),
            result: telling.await,
        }
    }

    async fn tell(
        &self,
        way: &Way,
        moment: Moment,
        facts: &Facts,
        last_lines: &[String],
    ) -> Result<(), Error> {
        match way {
            Way::Command { words, .. } => {
                let told = environment::variables(facts, self.options.language);
                let running = command::run(words, &told, &self.options.hidden_variables);
                self.in_time(self.options.limits.command_max, running).await
            }
            Way::Ping(address) => {
                let body = Body::Text(ping::body(facts, self.options.language, last_lines));
                let url = ping::url(address, moment);
                self.request(url, &body).await.map(drop)
            }
            Way::Chat {
                kind,
                address,
                secret,
                ..
            } => {
                let lines = text::lines(facts, self.options.language);
                let now = (self.options.clock)();
                let message = chat::message(*kind, address, secret.as_ref(), &lines, now);
                let body = Body::Json(message.body.to_string());
                let answer = self.request(message.url, &body).await?;
                chat::judge(*kind, address, &answer)
            }
            Way::Metrics(folder) => metrics::write(folder, facts).map_err(Error::Metrics),
        }
    }

    async fn request(&self, url: url::Url, body: &Body) -> Result<Vec<u8>, Error> {
        let limit = self.options.limits.request_max;
        let client = self.client.as_ref().ok_or(Error::NoNetwork)?;
        let posting = http::post(client, url, body, limit);
        self.in_time(limit, posting).await
    }

    /// What comes of `telling` before its time is up, which is sooner where
    /// somebody asks the program to stop.
    async fn in_time<T>(
        &self,
        limit: Duration,
        telling: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let stopped = async {
            self.interrupt.wait().await;
            tokio::time::sleep(self.options.limits.interrupted_max).await;
        };
        tokio::select! {
            biased;
            told = telling => told,
            () = stopped => Err(Error::Stopped),
            () = tokio::time::sleep(limit) => Err(Error::Late(limit)),
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}
