//! The HTTP clients, and the one boundary where their errors become ours.
//!
//! `api` is for JSON and may compress; `media` is for bytes that must arrive as
//! they are, over HTTP/1 so that downloads do not share one connection; `public`
//! is like `media`, and its names resolve to public addresses alone. None of
//! them follows redirects, retries, sends a Referer of its own accord, or reads
//! the environment; and no error that leaves this file holds a URL.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use url::Url;

use crate::message;
use crate::net;
use crate::net::Unusable;
use crate::text::Message;
use crate::wechat::address;
use crate::wechat::address::{NotPublic, PublicOnly};
use crate::wechat::error::{AddressFault, Error, ErrorKind, NetworkFailure};
use crate::wechat::options::Options;

/// How long sending 10 MB may take, the largest file there is: 32 KiB a second.
const UPLOAD_MAX: Duration = Duration::from_secs(320);

#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) api: reqwest::Client,
    pub(crate) media: reqwest::Client,
    pub(crate) public: reqwest::Client,
    /// For forms, whose answer begins when the last byte has been sent.
    pub(crate) upload: reqwest::Client,
    proxy_hosts: Arc<BTreeSet<String>>,
}

impl Http {
    pub(crate) fn new(options: &Options) -> Result<Self, Error> {
        let base = &options.api_base;
        let is_safe =
            base.scheme() == "https" || (base.scheme() == "http" && address::is_loopback(base));
        if !is_safe || base.host().is_none() {
            return Err(settings(message!("wechat-api-base")));
        }
        let proxies = options.proxy.proxies().map_err(unusable)?;
        let proxy_hosts = [&options.proxy.http, &options.proxy.https]
            .into_iter()
            .flatten()
            .filter_map(|proxy| Some(proxy.host_str()?.to_owned()))
            .collect::<BTreeSet<_>>();
        let proxy_hosts = Arc::new(proxy_hosts);
        let common = || {
            let mut builder = reqwest::Client::builder()
                .user_agent(&options.user_agent)
                .referer(false)
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(options.connect_max)
                .read_timeout(options.silence_max)
                // Shorter than servers keep theirs: a connection that they close
                // under a request costs a try.
                .pool_idle_timeout(Duration::from_secs(20))
                .no_proxy();
            for proxy in &proxies {
                builder = builder.proxy(proxy.clone());
            }
            builder
        };
        let media = || {
            common()
                .http1_only()
                .no_gzip()
                .pool_max_idle_per_host(options.media_connections)
        };
        let public = || {
            media().dns_resolver(PublicOnly {
                exempt: Arc::clone(&proxy_hosts),
            })
        };
        Ok(Self {
            api: build(options, common)?,
            media: build(options, media)?,
            public: build(options, public)?,
            upload: build(options, || {
                common()
                    .http1_only()
                    .read_timeout(options.silence_max + UPLOAD_MAX)
            })?,
            proxy_hosts,
        })
    }

    /// Whether `url` is on the host of a proxy.
    pub(crate) fn is_proxy(&self, url: &Url) -> bool {
        url.host_str()
            .is_some_and(|host| self.proxy_hosts.contains(host))
    }
}

fn build(options: &Options, builder: impl Fn() -> ClientBuilder) -> Result<reqwest::Client, Error> {
    net::build(options.ca_pem.as_deref(), builder).map_err(unusable)
}

fn unusable(why: Unusable) -> Error {
    match why {
        Unusable::Proxy => settings(message!("net-proxy")),
        Unusable::Certificates => settings(message!("net-no-certificate")),
        Unusable::Client(error) => Error::new("", ErrorKind::Setup(error)),
    }
}

/// An error before the answer began.
pub(crate) fn before_answer(at: &str, error: reqwest::Error) -> Error {
    let source = error.without_url();
    let kind = if find::<NotPublic>(&source).is_some() {
        ErrorKind::Address(AddressFault::NotPublic)
    } else {
        let failure = failure(&source);
        ErrorKind::Network { failure, source }
    };
    Error::new(at, kind)
}

/// An error within the answer, after `received` bytes of its body.
pub(crate) fn within_answer(at: &str, received: u64, error: reqwest::Error) -> Error {
    let source = error.without_url();
    let kind = ErrorKind::Cut {
        failure: failure(&source),
        received,
        source,
    };
    Error::new(at, kind)
}

fn failure(error: &reqwest::Error) -> NetworkFailure {
    let has_bad_certificate = find::<rustls::Error>(error)
        .is_some_and(|error| matches!(error, rustls::Error::InvalidCertificate(_)));
    if has_bad_certificate {
        NetworkFailure::Certificate
    } else if error.is_connect() {
        NetworkFailure::Connect
    } else if error.is_timeout() {
        NetworkFailure::Silence
    } else {
        NetworkFailure::Broken
    }
}

/// The first error of type `E` among `error` and its causes.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        // An I/O error names the cause of what it wraps, and so skips that itself.
        next = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

fn settings(why: Message) -> Error {
    Error::new("", ErrorKind::Settings(why))
}

/// A header's value, where it is text of a decent length.
pub(crate) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (!value.is_empty() && value.len() <= 500).then(|| value.to_owned())
}
