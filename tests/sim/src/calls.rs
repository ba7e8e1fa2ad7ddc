//! The log of every request, for a test's assertions.

use std::collections::HashMap;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::time::Duration;
use std::time::Instant;

use axum::http::HeaderMap;
use axum::http::header::HeaderName;
use serde_json::Value;

/// Longer than any test should take; a wait that is in vain must end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// `stable_token` and `token`.
    Token,
    /// Everything else under `/cgi-bin/`.
    Api,
    /// Pictures and voices.
    Cdn,
    /// Video files.
    VideoHost,
    /// Web pages, and what nobody serves.
    Page,
}

/// The access token of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSeen {
    /// None was sent.
    Absent,
    /// It was good.
    Valid,
    /// It was unknown, replaced or past its time.
    Invalid,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is under way, or held.
    Open,
    /// All of it was sent.
    Whole,
    /// The connection was closed before the last byte.
    Cut,
    /// The connection was reset.
    Reset,
    /// The client left first.
    Abandoned,
}

/// One request and what became of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// 1 for the first request of all.
    pub seq: u64,
    /// What it was for.
    pub resource: Resource,
    /// `GET`, `POST`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Without the token, and decoded.
    pub query: Vec<(String, String)>,
    /// What its token was worth.
    pub token: TokenSeen,
    /// The request's body, if it was JSON.
    pub body: Option<Value>,
    /// The request's headers; a name that repeats stands as last sent.
    pub headers: HashMap<String, String>,
    /// The HTTP status sent; 0 while there is none.
    pub status: u16,
    /// The error code sent, if any.
    pub errcode: Option<i64>,
    /// Bytes of the answer's body that went to the connection.
    pub sent_bytes: u64,
    /// How it ended.
    pub ending: Ending,
    /// The faults that struck it.
    pub faults: Vec<String>,
}

impl Call {
    /// A header of the request by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The request body's member `name`, as text.
    pub fn body_text(&self, name: &str) -> Option<&str> {
        self.body.as_ref()?.get(name)?.as_str()
    }
}

/// Every call in the order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Log {
    calls: Mutex<Vec<Call>>,
    changed: Condvar,
}

impl Log {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls
            .lock()
            .expect("nobody panics with the log in hand")
    }

    /// Enters a request and gives its number.
    pub(crate) fn begin(
        &self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        headers: &HeaderMap,
    ) -> u64 {
        let mut calls = self.lock();
        let seq = calls.len() as u64 + 1;
        calls.push(Call {
            seq,
            resource: resource(path),
            method: method.to_owned(),
            path: path.to_owned(),
            query: query
                .iter()
                .filter(|(name, _)| name != "access_token")
                .cloned()
                .collect(),
            token: TokenSeen::Absent,
            body: None,
            headers: readable(headers),
            status: 0,
            errcode: None,
            sent_bytes: 0,
            ending: Ending::Open,
            faults: Vec::new(),
        });
        self.changed.notify_all();
        seq
    }

    pub(crate) fn update(&self, seq: u64, change: impl FnOnce(&mut Call)) {
        let mut calls = self.lock();
        let index = usize::try_from(seq - 1).expect("a log fits in memory");
        change(&mut calls[index]);
        self.changed.notify_all();
    }

    /// Waits until `done` holds of the log. Whether it did in time.
    pub(crate) fn wait(&self, mut done: impl FnMut(&[Call]) -> bool) -> bool {
        let end = Instant::now() + PATIENCE;
        let mut calls = self.lock();
        while !done(&calls) {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return false;
            };
            (calls, _) = self
                .changed
                .wait_timeout(calls, left)
                .expect("nobody panics with the log in hand");
        }
        true
    }
}

/// What a path is for.
pub(crate) fn resource(path: &str) -> Resource {
    match path {
        "/cgi-bin/stable_token" | "/cgi-bin/token" => Resource::Token,
        path if path.starts_with("/cgi-bin/") => Resource::Api,
        path if path.starts_with("/vweixinp.tc.qq.com/") => Resource::VideoHost,
        path if path.starts_with("/mp/") || path == "/s" || path == "/" => Resource::Page,
        _ => Resource::Cdn,
    }
}

fn readable(headers: &HeaderMap) -> HashMap<String, String> {
    let text = |name: &HeaderName| name.as_str().to_owned();
    headers
        .iter()
        .map(|(name, value)| {
            (
                text(name),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}
