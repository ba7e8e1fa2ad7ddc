//! How to reach WeChat: flags, variables and settings become the client's options.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use url::Url;
use wxbackup::error::PathContext as _;
use wxbackup::event::{Event, Observer};
use wxbackup::model::{AssetHosts, Clock, Timestamp};
use wxbackup::wechat;
use wxbackup::wechat::{Pace, ProxyRules};

use crate::cli::args::Connection;
use crate::cli::settings::{Account, Credential, Error, Lookup, Settings, variable};

/// Where the API is unless someone says otherwise.
const API_BASE: &str = "https://api.weixin.qq.com";

/// The whole of WeChat sees one account's calls together; more than these at
/// once gain nothing (their answers are small) and look like a flood.
const API_JOBS_MAX: NonZeroUsize = NonZeroUsize::new(4).expect("4 is not 0");

const CONNECT_MAX: Duration = Duration::from_secs(10);
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// The one clock of the program.
pub(crate) const CLOCK: Clock = Timestamp::now;

/// The options of a client that works as `account`.
///
/// A secret that others can read is used, and said.
///
/// # Errors
///
/// Where the secret cannot be had, or an address or a file is wrong.
pub(crate) fn options(
    account: &Account,
    connection: &Connection,
    asset_hosts: &[String],
    jobs: NonZeroUsize,
    settings: &Settings,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<wechat::Options, Error> {
    let given_base = connection.api_base.clone().or_else(|| {
        variable(env, "WXBACKUP_API_BASE").map(|base| base.to_string_lossy().into_owned())
    });
    let api_base = web_address("--api-base", given_base.as_deref().unwrap_or(API_BASE))?;
    let named_hosts = asset_hosts
        .iter()
        .cloned()
        .chain(given_base.is_some().then(|| place_of(&api_base)).flatten());
    let ca_file = connection
        .ca_file
        .clone()
        .or_else(|| variable(env, "WXBACKUP_CA_FILE").map(Into::into));
    let ca_pem = ca_file
        .map(|path| std::fs::read(&path).at("read", &path))
        .transpose()
        .map_err(Error::CaFile)?;
    Ok(wechat::Options {
        asset_hosts: AssetHosts::new(named_hosts),
        api_base,
        credential: credential(account, env, observer)?,
        ca_pem,
        proxy: proxy(settings, env)?,
        connect_max: CONNECT_MAX,
        silence_max: SILENCE_MAX,
        api_jobs_max: API_JOBS_MAX,
        media_connections: jobs.get(),
        pace: Pace::WECHAT,
        jitter_seed: jitter_seed(),
        clock: CLOCK,
        user_agent: format!("wxbackup/{}", env!("CARGO_PKG_VERSION")),
        on_call: Arc::new(|_| {}),
    })
}

/// Takes the secret or token from where it is.
fn credential(
    account: &Account,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<wechat::Credential, Error> {
    let (Credential::Secret(source) | Credential::Token(source)) = &account.credential;
    let taken = source.take(env)?;
    if let Some(path) = taken.exposed {
        observer.event(&Event::Warning {
            code: "exposed_secret",
            about: &path.display().to_string(),
            message: "other users of this machine can read this secret; chmod 600 keeps it to its owner",
        });
    }
    Ok(match account.credential {
        Credential::Secret(_) => wechat::Credential::Secret {
            app_id: account.appid.clone(),
            secret: taken.secret,
        },
        Credential::Token(_) => wechat::Credential::Token(taken.secret),
    })
}

/// `host:port` of a base that the owner named, as asset hosts are written.
fn place_of(base: &Url) -> Option<String> {
    let (host, port) = (base.host_str()?, base.port_or_known_default()?);
    Some(format!("{host}:{port}"))
}

/// The proxies of the environment, as other programs read them, then that of
/// the settings for what the environment leaves open.
fn proxy(settings: &Settings, env: Lookup<'_>) -> Result<ProxyRules, Error> {
    let from_env = |names: &[&'static str]| {
        names.iter().find_map(|name| {
            let text = variable(env, name)?.to_string_lossy().into_owned();
            Some(proxy_address(name, &text))
        })
    };
    let filed = settings
        .proxy
        .as_deref()
        .map(|text| proxy_address("proxy", text))
        .transpose()?;
    // `HTTP_PROXY` in capitals is not read: a CGI server sets it from a
    // header of the request.
    let https = from_env(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]).transpose()?;
    let http = from_env(&["http_proxy", "all_proxy", "ALL_PROXY"]).transpose()?;
    let no_proxy = ["no_proxy", "NO_PROXY"]
        .into_iter()
        .find_map(|name| variable(env, name));
    Ok(ProxyRules {
        https: https.or_else(|| filed.clone()),
        http: http.or(filed),
        no_proxy: no_proxy.map_or_else(String::new, |list| list.to_string_lossy().into_owned()),
    })
}

/// A proxy may be written without a scheme, `proxy:3128`.
fn proxy_address(what: &'static str, text: &str) -> Result<Url, Error> {
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    Url::parse(&with_scheme)
        .ok()
        .filter(|url| {
            let known = ["http", "https", "socks5", "socks5h"];
            known.contains(&url.scheme()) && url.has_host()
        })
        .ok_or(Error::WrongAddress { what })
}

fn web_address(what: &'static str, text: &str) -> Result<Url, Error> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(Error::WrongAddress { what })
}

/// Different for each process, so that two that were sent away together do not
/// come back together.
fn jitter_seed() -> u64 {
    let nanos = CLOCK().subsec_nanosecond().unsigned_abs();
    u64::from(nanos) | u64::from(std::process::id()) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::ffi::OsString;

    fn rules(
        variables: &[(&str, &str)],
        filed: Option<&str>,
    ) -> Result<[Option<String>; 2], Error> {
        let settings = Settings {
            proxy: filed.map(str::to_owned),
            ..Settings::default()
        };
        let env = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| OsString::from(value))
        };
        let rules = proxy(&settings, &env)?;
        Ok([rules.https, rules.http].map(|url| url.map(String::from)))
    }

    #[test]
    fn the_environments_proxy_beats_the_files() {
        let file = Some("file:3128");
        assert_eq!(
            rules(&[("HTTPS_PROXY", "env:1")], file).unwrap(),
            [
                Some("http://env:1/".into()),
                Some("http://file:3128/".into())
            ]
        );
        assert_eq!(
            rules(&[("ALL_PROXY", "socks5h://env:1")], None).unwrap(),
            [
                Some("socks5h://env:1".into()),
                Some("socks5h://env:1".into())
            ]
        );
        assert_eq!(
            rules(&[("HTTP_PROXY", "evil:1")], None).unwrap(),
            [None, None]
        );
        assert_eq!(rules(&[("HTTPS_PROXY", "")], None).unwrap(), [None, None]);
    }

    #[test]
    fn a_wrong_address_is_not_shown_for_it_may_hold_a_password() {
        let error = rules(&[("HTTPS_PROXY", "ftp://me:hunter2@proxy")], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "HTTPS_PROXY is no address that can be used"
        );
        assert!(!format!("{error:?}").contains("hunter2"));
    }
}
