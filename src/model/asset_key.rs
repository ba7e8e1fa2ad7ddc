//! What an article's URL means: which asset it names, and where to ask for it.
//!
//! One picture is written in many ways: other sizes, `tp=webp`, page
//! decorations. They share one key, so that it is fetched and stored once
//! (format 8.4).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// The identity of an asset: `mmbiz_png/<id>` for a picture on a picture host,
/// host + path + query for anything else, `media:<id>` for what only an id names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssetKey(String);

impl AssetKey {
    /// The key of media that is named by its id alone, such as a cover without a URL.
    pub fn of_media_id(media_id: &str) -> Self {
        Self(format!("media:{media_id}"))
    }

    /// The media id in a key made by [`of_media_id`](Self::of_media_id).
    pub fn media_id(&self) -> Option<&str> {
        self.0.strip_prefix("media:")
    }

    /// The key as records write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AssetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A URL that names an asset, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetAddress {
    /// Which asset it is.
    pub key: AssetKey,
    /// Where to ask for it, best first: the `/0` size, then as written; without
    /// fragment, `tp` and page decorations. Schemes are as written, `https`
    /// where the URL had none; never empty.
    pub candidates: Vec<Url>,
}

/// The hosts that assets may come from: WeChat's own, and those that the owner names.
///
/// Articles are HTML that anyone may have written; a host outside this list is
/// never asked for anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetHosts {
    /// `host` or `host:port`, lower case, from `--asset-host` and a set `--api-base`.
    named: Vec<String>,
}

impl AssetHosts {
    /// WeChat's own hosts and `named`, each `host` or `host:port`.
    pub fn new(named: impl IntoIterator<Item = String>) -> Self {
        Self {
            named: named
                .into_iter()
                .map(|host| host.to_ascii_lowercase())
                .collect(),
        }
    }

    /// These, and the places that `urls` name.
    #[must_use]
    pub fn and_those_of<'u>(&self, urls: impl IntoIterator<Item = &'u str>) -> Self {
        let mut hosts = self.clone();
        for url in urls {
            let url = url.strip_prefix("//").map_or_else(
                || Url::parse(url),
                |rest| Url::parse(&format!("https://{rest}")),
            );
            let Ok(url) = url else { continue };
            if hosts.allow(&url) {
                continue;
            }
            if let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) {
                hosts.named.push(format!("{host}:{port}"));
            }
        }
        hosts
    }

    /// Whether an asset may be fetched from where `url` points.
    pub fn allow(&self, url: &Url) -> bool {
        self.are_named(url)
            || (url.port().is_none()
                && url
                    .host_str()
                    .is_some_and(|host| host == "res.wx.qq.com" || is_picture_zone(host)))
    }

    /// Whether the owner named this very host and port, so that its address is not judged.
    pub fn are_named(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let place = url
            .port_or_known_default()
            .map(|port| format!("{host}:{port}"));
        self.named
            .iter()
            .any(|named| named == host || Some(named) == place.as_ref())
    }

    fn serve_pictures(&self, url: &Url) -> bool {
        self.are_named(url) || url.host_str().is_some_and(is_picture_zone)
    }
}

fn is_picture_zone(host: &str) -> bool {
    ["qpic.cn", "qlogo.cn"].iter().any(|zone| {
        host.strip_suffix(zone)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// The longest address that can be an asset's. Servers refuse longer ones; a key
/// or an address of megabytes would not fit into a line of a record or journal.
const URL_BYTES_MAX: usize = 8 * 1024;

/// Query parameters that ask for a conversion or decorate a page.
const DECORATIONS: [&str; 4] = ["tp", "wxfrom", "wx_lazy", "wx_co"];

impl AssetAddress {
    /// Reads a URL as it stands in an article, character references decoded:
    /// `http(s)://…` or `//host/…`. `None` for everything else: relative links,
    /// `data:`, `javascript:`, URLs with a password, hosts that are no name, and
    /// what is longer than 8 KiB.
    pub fn parse(text: &str, hosts: &AssetHosts) -> Option<Self> {
        let text = text.trim();
        if text.len() > URL_BYTES_MAX {
            return None;
        }
        let mut url = match text.strip_prefix("//") {
            Some(rest) => Url::parse(&format!("https://{rest}")).ok()?,
            None => Url::parse(text).ok()?,
        };
        let is_web = matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none();
        is_web.then_some(())?;
        let host = url.host_str()?.to_owned();
        url.set_fragment(None);
        strip_decorations(&mut url);

        let place = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host,
        };
        let picture = hosts
            .serve_pictures(&url)
            .then(|| picture_at(url.path()))
            .flatten()
            .map(str::to_owned);
        let Some(picture) = picture else {
            let query = sorted_query(&url);
            return Some(Self {
                key: AssetKey(format!("{place}{}{query}", url.path())),
                candidates: vec![url],
            });
        };
        let mut full = url.clone();
        full.set_path(&format!("/{picture}/0"));
        let candidates = if full == url {
            vec![url]
        } else {
            vec![full, url]
        };
        Some(Self {
            key: AssetKey(picture),
            candidates,
        })
    }
}

/// The `<kind>/<id>` of a path `/(sz_)?mmbiz(_x)?/<id>[/<size>]`.
fn picture_at(path: &str) -> Option<&str> {
    let trimmed = path.strip_prefix('/')?;
    let mut parts = trimmed.split('/');
    let (kind, id, size, rest) = (parts.next()?, parts.next()?, parts.next(), parts.next());
    let plain = kind.strip_prefix("sz_").unwrap_or(kind);
    let is_kind = plain == "mmbiz" || plain.strip_prefix("mmbiz_").is_some_and(|x| !x.is_empty());
    let is_size = size.is_none_or(|size| size.bytes().all(|b| b.is_ascii_digit()));
    (is_kind && !id.is_empty() && is_size && rest.is_none())
        .then(|| &trimmed[..=kind.len() + id.len()])
}

fn strip_decorations(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !DECORATIONS.contains(&pair.split('=').next().unwrap_or_default()))
        .collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(kept.as_str()));
}

fn sorted_query(url: &Url) -> String {
    let Some(query) = url.query() else {
        return String::new();
    };
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    format!("?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<AssetAddress> {
        AssetAddress::parse(text, &AssetHosts::default())
    }

    fn key(text: &str) -> String {
        parse(text).unwrap().key.to_string()
    }

    #[test]
    fn every_spelling_of_a_picture_has_one_key() {
        for text in [
            "https://mmbiz.qpic.cn/mmbiz_png/AbC/640?wx_fmt=png&tp=webp&wxfrom=5&wx_lazy=1&wx_co=1#imgIndex=2",
            "http://mmbiz.qpic.cn/mmbiz_png/AbC/0?wx_fmt=png",
            "//mmbiz.qpic.cn/mmbiz_png/AbC/300",
            "https://mmbiz.qlogo.cn/mmbiz_png/AbC",
            " https://mmecoa.qpic.cn/mmbiz_png/AbC/640?from=appmsg ",
        ] {
            assert_eq!(key(text), "mmbiz_png/AbC", "{text}");
        }
        assert_eq!(
            key("https://mmbiz.qpic.cn/sz_mmbiz_jpg/x/640"),
            "sz_mmbiz_jpg/x"
        );
    }

    #[test]
    fn the_largest_size_is_asked_first_and_the_written_one_second() {
        let address = parse("http://mmbiz.qpic.cn/mmbiz/Q/640?wx_fmt=gif&tp=webp#x").unwrap();
        let urls: Vec<&str> = address.candidates.iter().map(Url::as_str).collect();
        assert_eq!(
            urls,
            [
                "http://mmbiz.qpic.cn/mmbiz/Q/0?wx_fmt=gif",
                "http://mmbiz.qpic.cn/mmbiz/Q/640?wx_fmt=gif"
            ]
        );
        assert_eq!(
            parse("http://mmbiz.qpic.cn/mmbiz/Q/0")
                .unwrap()
                .candidates
                .len(),
            1
        );
    }

    #[test]
    fn other_addresses_keep_host_path_and_sorted_query() {
        assert_eq!(
            key("https://res.wx.qq.com/voice/getvoice?mediaid=MzI&b=1&a=2"),
            "res.wx.qq.com/voice/getvoice?a=2&b=1&mediaid=MzI"
        );
        assert_eq!(key("http://127.0.0.1:8080/x?tp=webp"), "127.0.0.1:8080/x");
        assert_ne!(
            key("https://res.wx.qq.com/voice/getvoice?mediaid=a"),
            key("https://res.wx.qq.com/voice/getvoice?mediaid=b")
        );
        assert_eq!(
            key("https://evil.example/mmbiz_png/AbC/0"),
            "evil.example/mmbiz_png/AbC/0"
        );
        assert_eq!(
            key("https://evilqpic.cn/mmbiz_png/AbC/0"),
            "evilqpic.cn/mmbiz_png/AbC/0"
        );
    }

    #[test]
    fn what_is_no_web_address_is_no_asset() {
        for text in [
            "",
            "x.png",
            "/x.png",
            "data:image/png;base64,AA",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://u:p@host/x",
            "ftp://h/x",
            &format!("https://mmbiz.qpic.cn/{}", "x".repeat(URL_BYTES_MAX)),
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_wechats_hosts_and_named_ones_may_be_asked() {
        let hosts = AssetHosts::new(["127.0.0.1:8080".to_owned(), "CDN.example".to_owned()]);
        let allows = |text: &str| hosts.allow(&Url::parse(text).unwrap());
        for text in [
            "https://mmbiz.qpic.cn/x",
            "http://wx.qlogo.cn/x",
            "https://res.wx.qq.com/x",
            "http://127.0.0.1:8080/x",
            "https://cdn.example/x",
        ] {
            assert!(allows(text), "{text}");
        }
        for text in [
            "http://127.0.0.1/x",
            "https://mmbiz.qpic.cn:8443/x",
            "https://evilqpic.cn/x",
            "https://wx.qq.com/x",
            "https://mp.weixin.qq.com/s",
        ] {
            assert!(!allows(text), "{text}");
        }
        let address =
            AssetAddress::parse("http://127.0.0.1:8080/mmbiz_png/AbC/640?wx_fmt=png", &hosts)
                .unwrap();
        assert_eq!(address.key.as_str(), "mmbiz_png/AbC");
    }

    #[test]
    fn media_without_a_url_is_named_by_its_id() {
        let key = AssetKey::of_media_id("-aB_9");
        assert_eq!(
            (key.as_str(), key.media_id()),
            ("media:-aB_9", Some("-aB_9"))
        );
    }
}
