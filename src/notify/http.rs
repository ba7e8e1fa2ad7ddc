//! The HTTP client of pings and chats. It follows no redirect: the address is a
//! secret, and is not to be told to whoever a server names.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, StatusCode};
use url::Url;

use crate::net;
use crate::net::{ProxyRules, Unusable};
use crate::notify::error::Error;

/// An answer is a line of JSON, or `OK`.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// Tries to connect. Nothing has been sent where that fails, so that nothing is told twice.
const CONNECT_TRIES_MAX: u32 = 3;

/// The longest pause between two of them.
const CONNECT_PAUSE: Duration = Duration::from_secs(1);

/// A client for what is short: its requests have no time limit of their own.
pub(super) fn client(
    proxy: &ProxyRules,
    ca_pem: Option<&[u8]>,
    user_agent: &str,
) -> Result<Client, Unusable> {
    let proxies = proxy.proxies()?;
    net::build(ca_pem, || {
        let builder = Client::builder()
            .user_agent(user_agent)
            .referer(false)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy();
        proxies.iter().cloned().fold(builder, ClientBuilder::proxy)
    })
}

/// What a request carries.
pub(super) enum Body {
    Text(String),
    Json(String),
}

/// Posts `body`, and gives the answer to it, which is one of success. The caller
/// ends it after `limit`.
pub(super) async fn post(
    client: &Client,
    url: Url,
    body: &Body,
    limit: Duration,
) -> Result<Vec<u8>, Error> {
    let (content_type, text) = match body {
        Body::Text(text) => ("text/plain; charset=utf-8", text),
        Body::Json(text) => ("application/json; charset=utf-8", text),
    };
    let mut tries = 1;
    let answer = loop {
        let request = client
            .post(url.clone())
            .header(reqwest::header::CONTENT_TYPE, content_type)
            .body(text.clone());
        match request.send().await {
            Err(error) if error.is_connect() && tries < CONNECT_TRIES_MAX => {
                tries += 1;
                // Why it fails is to be known before the time is up.
                tokio::time::sleep(CONNECT_PAUSE.min(limit / 4)).await;
            }
            answer => break answer.map_err(broken)?,
        }
    };
    let status = answer.status();
    if !status.is_success() {
        return Err(Error::Status(StatusCode::as_u16(&status)));
    }
    beginning(answer).await
}

/// The body, as far as it is read at all.
async fn beginning(mut answer: reqwest::Response) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX {
        match answer.chunk().await.map_err(broken)? {
            Some(chunk) => bytes.extend_from_slice(&chunk),
            None => break,
        }
    }
    bytes.truncate(ANSWER_BYTES_MAX);
    Ok(bytes)
}

fn broken(error: reqwest::Error) -> Error {
    Error::Network(error.without_url())
}
