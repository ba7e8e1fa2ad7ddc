//! Downloads from where the API and articles point: no API calls, no token.
//!
//! Redirects are followed here, hop by hop, under the same rules as the first
//! address.

use std::sync::Arc;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderMap, LOCATION, REFERER};
use url::Url;

use crate::wechat::address;
use crate::wechat::address::{Source, Trust};
use crate::wechat::body::{Body, BodySink, Download};
use crate::wechat::client::Client;
use crate::wechat::error::{AddressFault, BodyFault, Error, ErrorKind};
use crate::wechat::http::{before_answer, header};
use crate::wechat::retry::Verdict;

/// How to ask for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadRules {
    /// Which hosts it may be on.
    pub source: Source,
    /// Whether the address was made just now.
    pub age: Age,
    /// What to say about where it was found.
    pub referer: Referer,
}

/// How fresh an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Known for a while: 404 is final.
    Settled,
    /// Made for us just now: 404 may pass within seconds.
    Fresh,
}

/// Which `Referer` is sent. A foreign one gets a placeholder picture, none gets
/// the picture, mostly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referer {
    /// None.
    Absent,
    /// That of WeChat's article pages, to ask again where a placeholder came.
    ArticlePage,
}

impl DownloadRules {
    /// For what an article names.
    pub const ASSET: Self = Self {
        source: Source::Asset,
        age: Age::Settled,
        referer: Referer::Absent,
    };

    /// For the `url` of a list.
    pub const LISTED: Self = Self {
        source: Source::Material,
        age: Age::Settled,
        referer: Referer::Absent,
    };

    /// For the `down_url` of a video, which `get_material` made just now.
    pub const FRESH_VIDEO: Self = Self {
        source: Source::Material,
        age: Age::Fresh,
        referer: Referer::Absent,
    };
}

const ARTICLE_PAGE: &str = "https://mp.weixin.qq.com/";
const REDIRECTS_MAX: usize = 5;

impl Client {
    /// Downloads the file at `url`.
    ///
    /// It goes into `sink` while it comes; only when this returns is it known to
    /// be whole.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`] for an address that must not be asked, wherever
    /// the redirects lead; [`ErrorKind::Body`] for what is no file;
    /// [`ErrorKind::Sink`]; and the failures of the network.
    pub async fn download(
        &self,
        url: &Url,
        rules: DownloadRules,
        sink: &mut dyn BodySink,
    ) -> Result<Download, Error> {
        let mut retry = self.retry();
        if rules.age == Age::Fresh {
            retry = retry.of_fresh_address();
        }
        loop {
            if self.inner.interrupt.is_set() {
                return Err(Error::new(self.shown(url), ErrorKind::Interrupted));
            }
            let error = match self.download_once(url, rules, sink).await {
                Ok(download) => return Ok(download),
                Err(error) => error.with_attempts(retry.attempt()),
            };
            match retry.after(&error) {
                // The gate is for API calls: here only this download waits.
                Verdict::Wait(wait) | Verdict::ShutGate(wait) => self.wait(&error, wait).await?,
                Verdict::GiveUp | Verdict::RenewToken(_) => return Err(error),
            }
        }
    }

    async fn download_once(
        &self,
        url: &Url,
        rules: DownloadRules,
        sink: &mut dyn BodySink,
    ) -> Result<Download, Error> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS_MAX {
            url = address::secured(
                url,
                &self.inner.options.asset_hosts,
                &self.inner.options.api_base,
            );
            let at: Arc<str> = self.shown(&url).into();
            let response = self.ask(&url, &at, rules).await?;
            let status = response.status();
            if status.is_redirection()
                && let Some(target) = target(&url, response.headers())
            {
                url = target;
                continue;
            }
            if !(status == 200 || (status == 206 && is_whole(response.headers()))) {
                let kind = match status.as_u16() {
                    204 | 205 => ErrorKind::Body(BodyFault::Empty),
                    206 => ErrorKind::Body(BodyFault::Partial),
                    status => ErrorKind::Status {
                        status,
                        retry_after: self.retry_after(response.headers()),
                    },
                };
                return Err(Error::new(at, kind));
            }
            sink.restart()
                .map_err(|error| Error::new(Arc::clone(&at), ErrorKind::Sink(error)))?;
            return Body::of_download(response, at)
                .file(&self.inner.secrets, sink)
                .await;
        }
        let fault = ErrorKind::Address(AddressFault::TooManyRedirects);
        Err(Error::new(self.shown(&url), fault))
    }

    /// What may be said of an address: a server may have put the token into it.
    fn shown(&self, url: &Url) -> String {
        self.inner.secrets.scrub(&address::shown(url)).into_owned()
    }

    /// Sends one request, if the address may be asked at all.
    async fn ask(
        &self,
        url: &Url,
        at: &Arc<str>,
        rules: DownloadRules,
    ) -> Result<reqwest::Response, Error> {
        let trust = address::judge(url, rules.source, &self.inner.options.asset_hosts)
            .and_then(|trust| match trust {
                // Its name may resolve to anything, for the proxy's sake alone.
                Trust::Public if self.inner.http.is_proxy(url) => Err(AddressFault::NotPublic),
                trust => Ok(trust),
            })
            .map_err(|fault| Error::new(Arc::clone(at), ErrorKind::Address(fault)))?;
        let http = match trust {
            Trust::Named => &self.inner.http.media,
            Trust::Public => &self.inner.http.public,
        };
        let mut request = http.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if rules.referer == Referer::ArticlePage {
            request = request.header(REFERER, ARTICLE_PAGE);
        }
        request
            .send()
            .await
            .map_err(|error| before_answer(at, error))
    }
}

fn target(url: &Url, headers: &HeaderMap) -> Option<Url> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    url.join(location).ok()
}

/// Whether a `206` that nobody asked for has all the bytes.
fn is_whole(headers: &HeaderMap) -> bool {
    let range = || {
        let range = header(headers, CONTENT_RANGE.as_str())?;
        let (last, total) = range.strip_prefix("bytes 0-")?.split_once('/')?;
        let (last, total): (u64, u64) = (last.parse().ok()?, total.parse().ok()?);
        Some(last.checked_add(1)? == total)
    };
    range().unwrap_or(false)
}
