//! Tells those whom the settings name how the run of an account ended.
//!
//! Whoever cannot be told is a warning: what the run ends with is no matter of
//! theirs. Where the settings name nobody, nothing happens here.

mod whom;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use wxbackup::event::{Event, Observer};
use wxbackup::export::{QuotaLeft, Sealed};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::AppId;
use wxbackup::notify;
use wxbackup::notify::{Archive, Channel, Facts, LastLines, Network, Sender, Told};
use wxbackup::text::Message;

use crate::cli::args::Connection;
use crate::cli::commands::Outcome;
use crate::cli::connection;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::language::language;
use crate::cli::report::Report;
use crate::cli::settings::{Account, Credential, Lookup, Notify, Settings};

pub(crate) use whom::Whom;

/// Whose run it is, as far as that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whose {
    /// What the settings call the account.
    pub(crate) name: Option<String>,
    pub(crate) appid: Option<AppId>,
}

impl Whose {
    /// That of an account which the settings may name.
    pub(crate) fn of(account: &Account, settings: &Settings) -> Self {
        let is_named = settings.accounts.contains_key(&account.name);
        Self {
            name: is_named.then(|| account.name.clone()),
            appid: Some(account.appid.clone()),
        }
    }
}

/// The run of an account, for those who want to hear of it.
pub(crate) struct Telling {
    report: Arc<Report>,
    /// None where nobody wants to hear of it, or nobody can be told.
    voice: Option<Voice>,
    interrupt: Interrupt,
    whose: Whose,
    archive: Mutex<Option<Archive>>,
    quota_left: Mutex<BTreeMap<String, u64>>,
    begun: Instant,
}

struct Voice {
    runtime: tokio::runtime::Runtime,
    sender: Sender,
    channels: Vec<Channel>,
    last_lines: Arc<LastLines>,
}

impl Telling {
    /// A run begins, or what should have been one. Pings are told.
    pub(crate) fn begin(
        whose: Whose,
        settings: &Settings,
        connection: &Connection,
        report: &Arc<Report>,
        interrupt: &Interrupt,
    ) -> Self {
        let whom = Whom::of(whose.name.as_deref(), settings);
        let voice = if whom.is_nobody() {
            None
        } else {
            let voice = Voice::new(&whom, settings, connection, report, interrupt);
            voice
                .inspect_err(|error| warn(report, "notify", &**error))
                .ok()
        };
        let telling = Self {
            report: Arc::clone(report),
            voice,
            interrupt: interrupt.clone(),
            whose,
            archive: Mutex::new(None),
            quota_left: Mutex::default(),
            begun: Instant::now(),
        };
        if let Some(voice) = &telling.voice {
            let told = voice.runtime.block_on(voice.sender.begun(&voice.channels));
            telling.warn_of(told);
        }
        telling
    }

    /// The observer that the run is to tell what happens.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        match &self.voice {
            Some(voice) => Arc::clone(&voice.last_lines) as _,
            None => Arc::clone(&self.report) as _,
        }
    }

    /// The run has written an archive, or found that one still stands.
    pub(crate) fn sealed(&self, sealed: &Sealed) {
        let (path, bytes) = (sealed.archive.clone(), sealed.receipt.file_bytes);
        let archive = Archive {
            unchanged_since: sealed.receipt.unchanged_since.clone(),
            ..Archive::of(path, bytes, &sealed.completeness)
        };
        *self.archive.lock().unwrap_or_else(PoisonError::into_inner) = Some(archive);
    }

    /// So much is left of the quotas that were asked for.
    pub(crate) fn quota(&self, known: &[QuotaLeft]) {
        let left = known.iter();
        let left = left.map(|quota| (quota.api.name().to_owned(), quota.left));
        *self
            .quota_left
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = left.collect();
    }

    /// The run has ended like this; all are told.
    pub(crate) fn end(mut self, outcome: &Outcome) {
        let Some(voice) = self.voice.take() else {
            return;
        };
        let secrets = self.report.secrets();
        let kept = |texts: &[String]| -> Vec<String> {
            let texts = texts.iter();
            texts.map(|text| secrets.scrub(text).into_owned()).collect()
        };
        let mut facts = self.facts(outcome, &voice.last_lines);
        facts.trouble = kept(&facts.trouble);
        facts.missing_titles = kept(&facts.missing_titles);
        let lines = kept(&voice.last_lines.lines());
        let telling = voice.sender.ended(&voice.channels, &facts, &lines);
        self.warn_of(voice.runtime.block_on(telling));
        // A name that is still being looked up is waited for by nobody.
        voice.runtime.shutdown_background();
    }

    fn facts(&self, outcome: &Outcome, last_lines: &LastLines) -> Facts {
        let trouble = match outcome {
            Ok(ending) => ending.trouble(),
            Err(error) => Some(&**error as _),
        };
        let signal = self.interrupt.cause().map(ExitCode::of_signal);
        // What fails because it was asked to stop has not failed.
        let explained = trouble.filter(|_| signal.is_none()).map(explain::explain);
        let exit = signal.unwrap_or_else(|| match outcome {
            Ok(ending) => ending.exit(),
            Err(error) => explain::exit_code(&**error),
        });
        let (trouble, next_step) = match explained {
            Some(explained) => (explained.chain, explained.hint),
            None => (Vec::new(), None),
        };
        let archive = &self.archive;
        Facts {
            account: self.whose.name.clone(),
            app_id: self.whose.appid.clone(),
            outcome: outcome_of(exit),
            exit_code: exit.number(),
            meaning: exit.meaning(),
            ended_at: CLOCK(),
            took: self.begun.elapsed(),
            archive: archive
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
            trouble,
            next_step,
            missing_titles: last_lines.missing_titles(),
            quota_left: self
                .quota_left
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone(),
        }
    }

    fn warn_of(&self, told: Vec<Told>) {
        for told in told {
            if let Err(error) = told.result {
                warn(&self.report, &told.channel, &error);
            }
        }
    }
}

impl Voice {
    fn new(
        whom: &Whom<'_>,
        settings: &Settings,
        connection: &Connection,
        report: &Arc<Report>,
        interrupt: &Interrupt,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let env = |name: &str| std::env::var_os(name);
        let (channels, failures) = whom.channels(&env, &**report);
        for (name, error) in failures {
            warn(report, &name, &error);
        }
        // Commands are told even where the network cannot be used.
        let sender = match sender(whom, settings, connection, &env, interrupt) {
            Ok(sender) => sender,
            Err(error) => {
                warn(report, "notify", &*error);
                Sender::new(options(whom, settings, None), interrupt.clone())?
            }
        };
        let inner = Arc::clone(report) as Arc<dyn Observer>;
        Ok(Self {
            runtime: runtime()?,
            sender,
            channels,
            last_lines: Arc::new(if whom.wants_titles() {
                LastLines::with_titles(inner, language())
            } else {
                LastLines::without_titles(inner, language())
            }),
        })
    }
}

fn warn(report: &Report, channel: &str, error: &(dyn std::error::Error + 'static)) {
    report.event(&Event::Warning {
        code: "notify_failed",
        about: channel,
        message: &Message::verbatim(explain::line(error)),
    });
}

fn outcome_of(exit: ExitCode) -> notify::Outcome {
    match exit {
        ExitCode::Done => notify::Outcome::Done,
        ExitCode::Gaps => notify::Outcome::Gaps,
        ExitCode::Later => notify::Outcome::Unfinished,
        ExitCode::Locked => notify::Outcome::Locked,
        ExitCode::Interrupted | ExitCode::Terminated => notify::Outcome::Interrupted,
        ExitCode::Person => notify::Outcome::Refused,
        ExitCode::Failed | ExitCode::Usage | ExitCode::Damage => notify::Outcome::Failed,
    }
}

/// The runtime of what is told: it waits, and does no work.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// Tells as the settings say.
///
/// # Errors
///
/// Where proxies or certificates cannot be used.
pub(crate) fn sender(
    whom: &Whom<'_>,
    settings: &Settings,
    connection: &Connection,
    env: Lookup<'_>,
    interrupt: &Interrupt,
) -> Result<Sender, Box<dyn std::error::Error + Send + Sync>> {
    let network = Network {
        proxy: connection::proxies(settings, env)?.into_rules(),
        ca_pem: connection::ca_pem(connection, env)?,
        user_agent: connection::user_agent(),
    };
    let options = options(whom, settings, Some(network));
    Ok(Sender::new(options, interrupt.clone())?)
}

fn options(whom: &Whom<'_>, settings: &Settings, network: Option<Network>) -> notify::Options {
    notify::Options {
        network,
        limits: whom.limits(),
        hidden_variables: hidden_variables(settings),
        clock: CLOCK,
        language: language(),
    }
}

/// The variables that hold secrets, of all accounts.
fn hidden_variables(settings: &Settings) -> Vec<String> {
    let credentials = settings.accounts.values().filter_map(|account| {
        let (Credential::Secret(source) | Credential::Token(source)) = &account.credential.value;
        source.variable()
    });
    let notified = settings.accounts.values().map(|account| &account.notify);
    let addresses = notified
        .chain([&settings.notify])
        .flat_map(Notify::secret_variables);
    ["WXBACKUP_SECRET", "WXBACKUP_ACCESS_TOKEN"]
        .into_iter()
        .chain(credentials)
        .chain(addresses)
        .map(str::to_owned)
        .collect()
}
