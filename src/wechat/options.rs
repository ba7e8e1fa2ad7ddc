//! What a client is told: where, as whom, and how patiently.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::model::{AppId, AssetHosts, Clock, Sha256, Timestamp};
use crate::net::ProxyRules;
use crate::wechat::api::Api;
use crate::wechat::secrets::Secrets;

/// How to reach one account.
#[derive(Clone)]
pub struct Options {
    /// Where the API is; plain http only to a loopback address.
    pub api_base: Url,
    /// As whom.
    pub credential: Credential,
    /// Where assets may come from, a set `api_base` included: its host is then
    /// not judged by its address.
    pub asset_hosts: AssetHosts,
    /// Certificates, in PEM, that are trusted besides those of the system.
    pub ca_pem: Option<Vec<u8>>,
    /// Proxies; the environment is not looked at.
    pub proxy: ProxyRules,
    /// How long a connection may take to come about.
    pub connect_max: Duration,
    /// How long the other side may be silent, before and within an answer.
    /// Nothing limits the whole of an answer.
    pub silence_max: Duration,
    /// API calls under way at the same time.
    pub api_jobs_max: NonZeroUsize,
    /// Idle connections kept for downloads: as many as there are jobs.
    pub media_connections: usize,
    /// Waits between tries.
    pub pace: Pace,
    /// Where the jitter of those waits begins.
    pub jitter_seed: u64,
    /// Tells when a call was made.
    pub clock: Clock,
    /// How the program names itself.
    pub user_agent: String,
    /// Hears of the secret and of every token that the client meets, so that
    /// whoever speaks for several clients can keep them all.
    pub secrets: Secrets,
    /// Hears of every API call, for the call log of an archive.
    pub on_call: Arc<dyn Fn(CallRecord) + Send + Sync>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("api_base", &self.api_base.host_str())
            .field("credential", &self.credential)
            .field("asset_hosts", &self.asset_hosts)
            .field("proxy", &self.proxy)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

/// As whom the API is called.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Tokens are asked for, and renewed.
    Secret {
        /// The account.
        app_id: AppId,
        /// Its `AppSecret`.
        secret: SecretString,
    },
    /// A token that somebody else issues: renewing it is for its issuer to do.
    Token(Issued),
}

/// A token that a central service or a third-party platform issues.
///
/// It is used until WeChat refuses it. Then the issuer is asked, once for each
/// token that is refused, which one is in force now; WeChat never is.
#[derive(Clone)]
pub struct Issued {
    /// The token at the start.
    pub token: SecretString,
    /// Asks for the one that is in force. It may block.
    pub again: Arc<dyn Fn() -> Result<SecretString, Box<dyn Error + Send + Sync>> + Send + Sync>,
}

impl From<SecretString> for Issued {
    /// A token that is all there is: no other will come.
    fn from(token: SecretString) -> Self {
        let same = token.clone();
        Self {
            token,
            again: Arc::new(move || Ok(same.clone())),
        }
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Issued").field(&self.token).finish()
    }
}

/// How long to wait, and how often to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Before the second try; doubled before each further one, with jitter of
    /// up to as much again.
    pub wait_first: Duration,
    /// The longest such wait, jitter aside.
    pub wait_max: Duration,
    /// Tries of one call or download, the first included, passing failures only.
    pub tries_max: u32,
    /// How long nobody calls the API after it said "slower" (45011).
    pub rate_wait: Duration,
    /// How many such answers one call takes before it gives up.
    pub rate_answers_max: u32,
    /// The longest `Retry-After` that is honoured; a longer one counts as this.
    pub retry_after_max: Duration,
}

impl Pace {
    /// What suits WeChat.
    pub const WECHAT: Self = Self {
        wait_first: Duration::from_secs(1),
        wait_max: Duration::from_secs(30),
        tries_max: 7,
        rate_wait: Duration::from_secs(60),
        rate_answers_max: 5,
        retry_after_max: Duration::from_secs(120),
    };
}

/// One attempt of an API call, as `run/calls.jsonl` tells it (format 9.6).
#[derive(Clone, Debug, PartialEq)]
pub struct CallRecord {
    /// 1 for the first call of this client; in the order of sending.
    pub seq: u64,
    /// When it was sent.
    pub at: Timestamp,
    /// What was called.
    pub api: Api,
    /// The parameters, without secret and token.
    pub request: Value,
    /// 1 for the first try.
    pub attempt: u32,
    /// Where an answer came.
    pub http_status: Option<u16>,
    /// Where WeChat gave one that is not 0.
    pub errcode: Option<i64>,
    /// WeChat's name for the request, where it gave one.
    pub rid: Option<String>,
    /// Of the body, where it came whole and holds no token.
    pub body_sha256: Option<Sha256>,
    /// How much of the body came.
    pub body_bytes: u64,
    /// The time of the server's clock, where the answer tells it.
    pub server_date: Option<Timestamp>,
    /// From sending to the last byte, in milliseconds.
    pub millis: u64,
}
