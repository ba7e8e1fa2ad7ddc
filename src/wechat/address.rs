//! Which addresses may be asked.
//!
//! URLs come from answers, from redirects, and from articles that anyone may
//! have written. Assets come from allow-listed hosts alone. Everything else may
//! be anywhere public: neither a literal nor a name may lead to this machine,
//! its network or its cloud's metadata. Names that are WeChat's, or that the
//! owner gave, are trusted whatever they resolve to: proxies that answer every
//! name with an address of their own are common in China.

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::message;
use crate::model::AssetHosts;
use crate::wechat::error::AddressFault;

/// Which hosts a download may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Where the API points for a picture, voice or video: anywhere public.
    Material,
    /// Where an article points: the hosts of assets.
    Asset,
}

/// How far an address is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Whatever its name resolves to.
    Named,
    /// Only where its name resolves to public addresses.
    Public,
}

/// Whether `url` may be asked for what `source` means, and how far its name is trusted.
pub(crate) fn judge(url: &Url, source: Source, hosts: &AssetHosts) -> Result<Trust, AddressFault> {
    let is_web = matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none();
    let host = url
        .host()
        .filter(|_| is_web)
        .ok_or(AddressFault::NoWebAddress)?;
    if hosts.are_named(url) {
        return Ok(Trust::Named);
    }
    if source == Source::Asset && !hosts.allow(url) {
        return Err(AddressFault::ForeignHost);
    }
    if url.port().is_some() {
        return Err(AddressFault::OddPort);
    }
    match host {
        Host::Domain(name) if is_wechats(name) => Ok(Trust::Named),
        Host::Domain(name) if is_local_name(name) => Err(AddressFault::NotPublic),
        Host::Domain(_) => Ok(Trust::Public),
        Host::Ipv4(address) if is_public_v4(address) => Ok(Trust::Public),
        Host::Ipv6(address) if is_public_v6(address) => Ok(Trust::Public),
        Host::Ipv4(_) | Host::Ipv6(_) => Err(AddressFault::NotPublic),
    }
}

/// The address as it is asked: WeChat's own hosts by https, which they all
/// speak though the API mostly writes http. A bare address stays as it is.
///
/// An `api_base` that the owner set and named stands in for WeChat: it is asked
/// as it is written, and for what lies on a fixed host of WeChat's. So nothing
/// goes past a gateway, and nothing leaves a rehearsal.
pub(crate) fn secured(mut url: Url, hosts: &AssetHosts, api_base: &Url) -> Url {
    if hosts.are_named(api_base) {
        let is_fixed = url.host_str() == Some("res.wx.qq.com") && url.port().is_none();
        let is_base = (url.host(), url.port()) == (api_base.host(), api_base.port());
        if is_fixed || is_base {
            let mut stand_in = api_base.clone();
            stand_in.set_path(url.path());
            stand_in.set_query(url.query());
            url = stand_in;
        }
    }
    let is_own = url.scheme() == "http"
        && url.port().is_none()
        && !hosts.are_named(&url)
        && matches!(url.host(), Some(Host::Domain(name)) if is_wechats(name));
    if is_own {
        // Between http and https it cannot fail.
        let _ = url.set_scheme("https");
    }
    url.set_fragment(None);
    url
}

/// Host and path: what may be said of an address.
pub(crate) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}{}", url.path()),
        None => format!("{host}{}", url.path()),
    }
}

/// Whether `url` leads to this machine by its very text.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Names under the zones that WeChat serves files from.
fn is_wechats(name: &str) -> bool {
    ["qpic.cn", "qlogo.cn", "qq.com"].iter().any(|zone| {
        name.strip_suffix(zone)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Names that only a local network knows: no dot, or a zone reserved for such.
/// Behind a proxy the name is all that can be judged.
fn is_local_name(name: &str) -> bool {
    const ZONES: [&str; 9] = [
        "localhost",
        "local",
        "internal",
        "localdomain",
        "home.arpa",
        "intranet",
        "lan",
        "corp",
        "home",
    ];
    let name = name.trim_end_matches('.');
    !name.contains('.')
        || ZONES.iter().any(|zone| {
            name.strip_suffix(zone)
                .is_some_and(|rest| rest.ends_with('.'))
        })
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    let is_reserved = match (a, b) {
        // This network, loopback, private; shared by carriers (which is also where
        // one cloud has its metadata) and link-local, where others have theirs;
        // benchmarks; multicast, reserved, broadcast.
        (0 | 10 | 127 | 224..=255, _)
        | (172, 16..=31)
        | (192, 168)
        | (100, 64..=127)
        | (169, 254)
        | (198, 18 | 19) => true,
        // Protocol assignments, documentation, the old 6to4 relay.
        (192, 0) => matches!(c, 0 | 2),
        (192, 88) => c == 99,
        (198, 51) => c == 100,
        (203, 0) => c == 113,
        // The one cloud whose host agent answers at a public address.
        (168, 63) => (c, d) == (129, 16),
        _ => false,
    };
    !is_reserved
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded =
        |high: u16, low: u16| is_public_v4((u32::from(high) << 16 | u32::from(low)).into());
    match address.segments() {
        // Mapped, and translated: as public as the address within.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            embedded(high, low)
        }
        [0x2002, high, low, ..] => embedded(high, low),
        // Of the rest only global unicast, without tunnels and documentation.
        [0x2001, 0 | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Resolves names to public addresses alone.
pub(crate) struct PublicOnly {
    /// Proxies, which may well stand in the local network.
    pub(crate) exempt: Arc<BTreeSet<String>>,
}

/// A name led nowhere public.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message!("wechat-name-not-public").fmt(f)
    }
}

impl std::error::Error for NotPublic {}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_exempt = self.exempt.contains(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let usable: Vec<SocketAddr> = found
                .filter(|address| is_exempt || is_public(address.ip()))
                .collect();
            if usable.is_empty() {
                return Err(NotPublic.into());
            }
            let usable: Addrs = Box::new(usable.into_iter());
            Ok(usable)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn verdict(text: &str, source: Source) -> Result<Trust, AddressFault> {
        let hosts = AssetHosts::new(["127.0.0.1:8080".to_owned(), "cdn.example".to_owned()]);
        judge(&url(text), source, &hosts)
    }

    #[test]
    fn nothing_that_leads_inwards_is_asked_however_it_is_written() {
        for text in [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0/",
            "http://10.1.2.3/",
            "http://172.31.0.1/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://100.100.100.200/",
            "http://168.63.129.16/",
            "http://198.18.0.7/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a00:1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:7f00:1::]/",
            "http://[2001:0:1::1]/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[ff02::1]/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://metadata.google.internal/",
            "http://router/",
            "http://nas.local/",
        ] {
            assert_eq!(
                verdict(text, Source::Material),
                Err(AddressFault::NotPublic),
                "{text}"
            );
        }
    }

    #[test]
    fn public_places_are_asked_for_material_and_named_ones_are_trusted() {
        for (text, expected) in [
            ("http://203.205.137.71/x.mp4?vkey=1", Trust::Public),
            ("https://[2400:3200::1]/", Trust::Public),
            ("https://[::ffff:203.205.137.71]/", Trust::Public),
            ("https://video.example/x", Trust::Public),
            ("http://mp.weixin.qq.com/mp/video", Trust::Named),
            ("https://mmbiz.qpic.cn/x", Trust::Named),
            ("http://127.0.0.1:8080/x", Trust::Named),
            ("https://cdn.example/x", Trust::Named),
        ] {
            assert_eq!(verdict(text, Source::Material), Ok(expected), "{text}");
        }
    }

    #[test]
    fn assets_come_from_the_hosts_of_assets_alone() {
        assert_eq!(
            verdict("https://wx.qlogo.cn/x", Source::Asset),
            Ok(Trust::Named)
        );
        for text in [
            "https://video.example/x",
            "http://203.205.137.71/x",
            "https://mp.weixin.qq.com/s",
            "https://qpic.cn.evil.example/x",
            "https://mmbiz.qpic.cn:8443/x",
            "http://127.0.0.1:8081/x",
        ] {
            assert_eq!(
                verdict(text, Source::Asset),
                Err(AddressFault::ForeignHost),
                "{text}"
            );
        }
    }

    #[test]
    fn odd_ports_schemes_and_user_names_are_refused() {
        for (text, fault) in [
            ("https://video.example:8443/x", AddressFault::OddPort),
            ("http://mmbiz.qpic.cn:22/x", AddressFault::OddPort),
            ("ftp://mmbiz.qpic.cn/x", AddressFault::NoWebAddress),
            ("file:///etc/passwd", AddressFault::NoWebAddress),
            ("http://u:p@mmbiz.qpic.cn/x", AddressFault::NoWebAddress),
        ] {
            assert_eq!(verdict(text, Source::Material), Err(fault), "{text}");
        }
    }

    #[test]
    fn wechats_own_hosts_are_asked_by_https_and_a_bare_address_as_written() {
        let hosts = AssetHosts::new(["named.qpic.cn".to_owned()]);
        for (written, asked) in [
            (
                "http://mmbiz.qpic.cn/a/0?wx_fmt=png#x",
                "https://mmbiz.qpic.cn/a/0?wx_fmt=png",
            ),
            ("http://mp.weixin.qq.com/mp", "https://mp.weixin.qq.com/mp"),
            ("http://203.205.137.71/x", "http://203.205.137.71/x"),
            ("http://evilqq.com/x", "http://evilqq.com/x"),
            ("http://named.qpic.cn/x", "http://named.qpic.cn/x"),
            ("http://mmbiz.qpic.cn:8080/x", "http://mmbiz.qpic.cn:8080/x"),
        ] {
            assert_eq!(
                secured(url(written), &hosts, &url("https://api.weixin.qq.com")).as_str(),
                asked
            );
        }
    }

    #[test]
    fn a_base_that_the_owner_named_stands_in_for_the_fixed_hosts() {
        let base = url("http://127.0.0.1:8080/");
        let hosts = AssetHosts::new(["127.0.0.1:8080".to_owned()]);
        for (written, asked) in [
            (
                "https://res.wx.qq.com/voice/getvoice?mediaid=a",
                "http://127.0.0.1:8080/voice/getvoice?mediaid=a",
            ),
            (
                "https://127.0.0.1:8080/mmbiz/x/0",
                "http://127.0.0.1:8080/mmbiz/x/0",
            ),
            (
                "https://mmbiz.qpic.cn/mmbiz/x/0",
                "https://mmbiz.qpic.cn/mmbiz/x/0",
            ),
        ] {
            assert_eq!(secured(url(written), &hosts, &base).as_str(), asked);
        }
        let voice = "https://res.wx.qq.com/voice/getvoice?mediaid=a";
        assert_eq!(
            secured(url(voice), &AssetHosts::default(), &base).as_str(),
            voice
        );
    }

    #[tokio::test]
    async fn a_name_that_leads_inwards_resolves_to_nothing() {
        let resolver = |exempt: &[&str]| PublicOnly {
            exempt: Arc::new(exempt.iter().map(|&name| name.to_owned()).collect()),
        };
        let refused = resolver(&[]).resolve("localhost".parse().unwrap()).await;
        assert!(refused.err().unwrap().is::<NotPublic>());
        let exempt = resolver(&["localhost"]);
        assert!(exempt.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
