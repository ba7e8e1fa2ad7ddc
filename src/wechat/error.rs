//! What can go wrong between here and WeChat, and what it means.
//!
//! An error names the API path, or the host and path of a download: never a
//! query, which holds the token or a signature. It says how often it was tried.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use crate::message;
use crate::model::GapReason;
use crate::text::Message;
use crate::wechat::api::Api;
use crate::wechat::errcode;
use crate::wechat::errcode::Class;
use crate::wechat::wire;

/// A call or a download failed.
#[derive(Clone, Debug)]
pub struct Error {
    at: Arc<str>,
    attempts: u32,
    kind: Arc<ErrorKind>,
}

/// In which way it failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// WeChat answered with an error code. It does so with HTTP status 200.
    Refused(Refusal),
    /// The HTTP status was not that of success.
    Status {
        /// The status.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The connection did not come about, or broke, before the answer began.
    Network {
        /// In which way.
        failure: NetworkFailure,
        /// What the HTTP library says, without the URL.
        source: reqwest::Error,
    },
    /// The body ended early: the connection broke, or fell silent.
    Cut {
        /// In which way.
        failure: NetworkFailure,
        /// How many bytes had come.
        received: u64,
        /// What the HTTP library says, without the URL.
        source: reqwest::Error,
    },
    /// The body is not what was asked for.
    Body(BodyFault),
    /// The API's answer cannot be read, or is no answer to this call.
    Answer(wire::Error),
    /// An address that must not be asked.
    Address(AddressFault),
    /// The endpoint was closed for this run by an earlier answer; nothing was sent.
    Closed(Refusal),
    /// What is left of the endpoint's quota is kept for others; nothing was sent.
    Reserved,
    /// Whoever takes the bytes cannot.
    Sink(io::Error),
    /// The settings cannot work.
    Settings(Message),
    /// The HTTP library cannot be set up.
    Setup(reqwest::Error),
    /// Someone asked the run to stop.
    Interrupted,
}

/// An error code of WeChat with what came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub errcode: i64,
    /// The text, on one line, cut, and free of tokens; may be empty.
    pub errmsg: String,
    /// WeChat's name for the request, for its diagnosis page.
    pub rid: Option<String>,
    /// What it means for the run.
    pub class: Class,
}

/// How a connection failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkFailure {
    /// No connection, for lack of an address or of somebody who answers there.
    Connect,
    /// The other side has no certificate that is trusted here.
    Certificate,
    /// Nothing came for too long.
    Silence,
    /// The connection broke.
    Broken,
}

/// What is wrong with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// There is none.
    Empty,
    /// An error of the API where media was asked for.
    ErrorJson(Refusal),
    /// A web page where media was asked for.
    Html,
    /// Neither its length nor its kind shows that it is complete.
    Unframed,
    /// It is a part of something.
    Partial,
    /// It is compressed, though nobody asked for that.
    Encoded,
    /// Longer than any answer should be.
    TooLong,
}

/// Why an address must not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFault {
    /// It is no `http` or `https` URL, or it holds a user name.
    NoWebAddress,
    /// Its host is not one that assets come from.
    ForeignHost,
    /// Its port is not the usual one.
    OddPort,
    /// It is, or its name resolves to, an address that is not public.
    NotPublic,
    /// It redirects too often.
    TooManyRedirects,
}

impl Error {
    pub(crate) fn new(at: impl Into<Arc<str>>, kind: ErrorKind) -> Self {
        Self {
            at: at.into(),
            attempts: 1,
            kind: Arc::new(kind),
        }
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The same failure, as one that a person must deal with.
    pub(crate) fn escalated(self) -> Self {
        match &*self.kind {
            ErrorKind::Refused(refusal) => {
                let refusal = Refusal {
                    class: Class::Account,
                    ..refusal.clone()
                };
                Self::new(self.at, ErrorKind::Refused(refusal)).with_attempts(self.attempts)
            }
            _ => self,
        }
    }

    /// The API path (`material/get_material`), or the host and path of a download.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// How often it was tried, the failures included.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// In which way it failed.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// What it means for the run.
    pub fn class(&self) -> Class {
        match &*self.kind {
            ErrorKind::Refused(refusal) | ErrorKind::Closed(refusal) => refusal.class,
            ErrorKind::Status { status, .. } => match status {
                408 | 425 | 500..=599 => Class::Transient,
                429 => Class::RateLimited,
                _ => Class::Permanent,
            },
            ErrorKind::Network { failure, .. } | ErrorKind::Cut { failure, .. } => match failure {
                // Another try meets the same certificate.
                NetworkFailure::Certificate => Class::Permanent,
                _ => Class::Transient,
            },
            ErrorKind::Body(fault) => match fault {
                BodyFault::ErrorJson(refusal) => match refusal.class {
                    Class::Transient | Class::RateLimited => Class::Transient,
                    _ => Class::Permanent,
                },
                BodyFault::Empty | BodyFault::Unframed | BodyFault::Partial => Class::Transient,
                BodyFault::Html | BodyFault::Encoded | BodyFault::TooLong => Class::Permanent,
            },
            // Whoever fills an answer so will do so again.
            ErrorKind::Answer(error) if error.is_too_large() => Class::Permanent,
            // What something in between puts there, or a cut that nothing else shows.
            ErrorKind::Answer(_) => Class::Transient,
            ErrorKind::Address(_) => Class::Permanent,
            ErrorKind::Reserved => Class::Quota,
            ErrorKind::Sink(_) | ErrorKind::Settings(_) | ErrorKind::Setup(_) => Class::Local,
            ErrorKind::Interrupted => Class::Interrupted,
        }
    }

    /// WeChat's error code, where it gave one.
    pub fn errcode(&self) -> Option<i64> {
        self.refusal().map(|refusal| refusal.errcode)
    }

    /// WeChat's name for the request, where it gave one.
    pub fn rid(&self) -> Option<&str> {
        self.refusal()?.rid.as_deref()
    }

    /// The HTTP status, where an answer came: 200 for an error code.
    pub fn http_status(&self) -> Option<u16> {
        match &*self.kind {
            ErrorKind::Status { status, .. } => Some(*status),
            ErrorKind::Refused(_)
            | ErrorKind::Cut { .. }
            | ErrorKind::Body(_)
            | ErrorKind::Answer(_) => Some(200),
            _ => None,
        }
    }

    /// The address that WeChat saw, where it refused it (40164): the first
    /// dotted quad of its text.
    pub fn seen_address(&self) -> Option<IpAddr> {
        let refusal = self.refusal()?;
        matches!(
            refusal.errcode,
            40164 | 45035 | 61004 | 89501 | 89503 | 89506 | 89507
        )
        .then(|| first_dotted_quad(&refusal.errmsg))
        .flatten()
        .map(IpAddr::V4)
    }

    /// What whoever takes the bytes said, where that is the trouble.
    pub fn sink_error(&self) -> Option<&io::Error> {
        match &*self.kind {
            ErrorKind::Sink(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the call may have done its work although no answer says so: of a
    /// call that makes something, the thing must be looked for before another try.
    pub fn outcome_is_unknown(&self) -> bool {
        match &*self.kind {
            ErrorKind::Network {
                failure: NetworkFailure::Connect,
                ..
            } => false,
            _ => self.class() == Class::Transient,
        }
    }

    /// Whether someone asked the run to stop.
    pub fn is_interrupted(&self) -> bool {
        matches!(*self.kind, ErrorKind::Interrupted)
    }

    /// Why an item is missing that failed so. `None` where the run must end
    /// instead: an interrupt, a full disk, settings.
    pub fn gap_reason(&self) -> Option<GapReason> {
        Some(match &*self.kind {
            ErrorKind::Refused(refusal) | ErrorKind::Closed(refusal) => {
                errcode::gap_reason(refusal.errcode, refusal.class)
            }
            ErrorKind::Status { status, .. } => match status {
                404 => GapReason::Http404,
                410 => GapReason::Http410,
                429 => GapReason::RateLimited,
                408 | 425 => GapReason::Timeout,
                500..=599 => GapReason::Http5xx,
                // The one word of the format for "has it, does not give it".
                400..=499 => GapReason::Http403,
                _ => GapReason::TypeMismatch,
            },
            ErrorKind::Network { failure, .. } => match failure {
                NetworkFailure::Silence => GapReason::Timeout,
                _ => GapReason::Network,
            },
            ErrorKind::Cut { failure, .. } => match failure {
                NetworkFailure::Silence => GapReason::Timeout,
                _ => GapReason::TruncatedBody,
            },
            ErrorKind::Body(fault) => match fault {
                BodyFault::Empty => GapReason::EmptyBody,
                BodyFault::ErrorJson(_) => GapReason::ErrorJsonInsteadOfMedia,
                BodyFault::Unframed | BodyFault::Partial => GapReason::TruncatedBody,
                BodyFault::TooLong => GapReason::OverSizeLimit,
                BodyFault::Html | BodyFault::Encoded => GapReason::TypeMismatch,
            },
            ErrorKind::Answer(error) if error.is_too_large() => GapReason::OverSizeLimit,
            ErrorKind::Answer(_) => GapReason::TypeMismatch,
            ErrorKind::Reserved => GapReason::QuotaExhausted,
            // We do not ask there, whatever the source has: policy.
            ErrorKind::Address(_) => GapReason::EmbedNotDownloadable,
            ErrorKind::Sink(_)
            | ErrorKind::Settings(_)
            | ErrorKind::Setup(_)
            | ErrorKind::Interrupted => return None,
        })
    }

    /// How long the server asks to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match &*self.kind {
            ErrorKind::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        match &*self.kind {
            ErrorKind::Refused(refusal)
            | ErrorKind::Closed(refusal)
            | ErrorKind::Body(BodyFault::ErrorJson(refusal)) => Some(refusal),
            _ => None,
        }
    }
}

impl Error {
    /// What it says of its own layer; the cause is its `source`.
    pub fn message(&self) -> Message {
        let at = &*self.at;
        match &*self.kind {
            ErrorKind::Refused(refusal) => {
                message!("wechat-refused", at = at, refusal = refusal.message())
            }
            ErrorKind::Status { status, .. } => {
                message!("wechat-status", at = at, status = status.to_string())
            }
            ErrorKind::Network { failure, .. } => match failure {
                NetworkFailure::Connect => message!("wechat-no-connection", at = at),
                NetworkFailure::Certificate => message!("wechat-certificate", at = at),
                NetworkFailure::Silence => message!("wechat-silence", at = at),
                NetworkFailure::Broken => message!("wechat-broken", at = at),
            },
            ErrorKind::Cut {
                failure, received, ..
            } => {
                let bytes = received.to_string();
                match failure {
                    NetworkFailure::Silence => {
                        message!("wechat-fell-silent", at = at, bytes = bytes)
                    }
                    _ => message!("wechat-cut", at = at, bytes = bytes),
                }
            }
            ErrorKind::Body(fault) => message!("wechat-body", at = at, fault = fault.message()),
            ErrorKind::Answer(_) => message!("wechat-answer", at = at),
            ErrorKind::Address(fault) => {
                message!("wechat-not-asked", at = at, fault = fault.message())
            }
            ErrorKind::Closed(refusal) => {
                message!("wechat-closed", at = at, refusal = refusal.message())
            }
            ErrorKind::Reserved => message!("wechat-reserved", at = at),
            ErrorKind::Sink(_) => message!("wechat-sink", at = at),
            ErrorKind::Settings(why) => why.clone(),
            ErrorKind::Setup(_) => message!("net-client"),
            ErrorKind::Interrupted => message!("wechat-interrupted"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            ErrorKind::Network { source, .. }
            | ErrorKind::Cut { source, .. }
            | ErrorKind::Setup(source) => Some(source),
            ErrorKind::Answer(source) => Some(source),
            ErrorKind::Sink(source) => Some(source),
            _ => None,
        }
    }
}

impl Refusal {
    /// The refusal of an answer of `api`; `errmsg` must be free of secrets.
    pub(crate) fn new(errcode: i64, errmsg: &str, api: Api) -> Self {
        Self {
            errcode,
            rid: rid(errmsg),
            errmsg: one_line(errmsg),
            class: errcode::class_of(errcode, api),
        }
    }
}

impl Refusal {
    fn message(&self) -> Message {
        let code = self.errcode.to_string();
        if self.errmsg.is_empty() {
            message!("wechat-refusal-code", code = code)
        } else {
            message!("wechat-refusal", text = &self.errmsg, code = code)
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl BodyFault {
    fn message(&self) -> Message {
        match self {
            Self::Empty => message!("wechat-body-empty"),
            Self::ErrorJson(refusal) => {
                message!("wechat-body-error", refusal = refusal.message())
            }
            Self::Html => message!("wechat-body-html"),
            Self::Unframed => message!("wechat-body-unframed"),
            Self::Partial => message!("wechat-body-partial"),
            Self::Encoded => message!("wechat-body-encoded"),
            Self::TooLong => message!("wechat-body-too-long"),
        }
    }
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl AddressFault {
    fn message(self) -> Message {
        match self {
            Self::NoWebAddress => message!("wechat-address-none"),
            Self::ForeignHost => message!("wechat-address-foreign"),
            Self::OddPort => message!("wechat-address-port"),
            Self::NotPublic => message!("wechat-address-not-public"),
            Self::TooManyRedirects => message!("wechat-address-redirects"),
        }
    }
}

impl fmt::Display for AddressFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// The `rid: xxxxxxxx-xxxxxxxx-xxxxxxxx` of an error text.
fn rid(errmsg: &str) -> Option<String> {
    let (_, rest) = errmsg.rsplit_once("rid:")?;
    let rid: String = rest
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(64)
        .collect();
    (!rid.is_empty()).then_some(rid)
}

/// A text of the server, fit for one line of ours.
fn one_line(text: &str) -> String {
    text.chars()
        .take(300)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn first_dotted_quad(text: &str) -> Option<Ipv4Addr> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find_map(|word| word.trim_matches('.').parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errcode: i64, errmsg: &str) -> Error {
        let refusal = Refusal::new(errcode, errmsg, Api::StableToken);
        Error::new(Api::StableToken.name(), ErrorKind::Refused(refusal))
    }

    #[test]
    fn the_address_that_wechat_saw_is_the_first_dotted_quad_of_every_text_form() {
        for text in [
            "invalid ip 47.94.148.108 ipv6 ::ffff:47.94.148.108, not in whitelist rid: 5fab84d2-09424a07-00bd7fe3",
            "invalid ip 47.94.148.108, not in whitelist hint: [x.y]",
            "invalid ip 47.94.148.108. hints: [ req_id: abc ]",
            "access clientip is not registered requestIP: 47.94.148.108",
        ] {
            assert_eq!(
                refused(40164, text).seen_address(),
                Some(IpAddr::from([47, 94, 148, 108])),
                "{text}"
            );
        }
        assert_eq!(
            refused(40164, "not in whitelist 1.2.3").seen_address(),
            None
        );
        assert_eq!(refused(40013, "1.2.3.4").seen_address(), None);
    }

    #[test]
    fn a_refusal_says_text_code_and_rid_on_one_line() {
        let error = refused(
            40164,
            "invalid ip\n47.94.148.108 rid: 5fab84d2-09424a07-00bd7fe3 ",
        );
        assert_eq!(
            error.to_string(),
            "WeChat refused stable_token: invalid ip 47.94.148.108 rid: 5fab84d2-09424a07-00bd7fe3 (40164)"
        );
        assert_eq!(error.rid(), Some("5fab84d2-09424a07-00bd7fe3"));
        assert_eq!(
            refused(40007, "").to_string(),
            "WeChat refused stable_token: (40007)"
        );
    }
}
