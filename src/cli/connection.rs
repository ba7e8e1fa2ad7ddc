//! How to reach WeChat: flags, variables and settings become the client's options.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use wxbackup::error::PathContext as _;
use wxbackup::event::{Event, Observer};
use wxbackup::message;
use wxbackup::model::{AssetHosts, Clock, Timestamp};
use wxbackup::wechat;
use wxbackup::wechat::{Pace, ProxyRules};

use crate::cli::args::Connection;
use crate::cli::settings::{
    Account, Credential, Error, Lookup, Origin, Setting, Settings, Source, variable,
};

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
    let credential = credential(account, env, observer)?;
    options_as(credential, connection, asset_hosts, jobs, settings, env)
}

/// The options of a client that proves who it is by `credential`.
///
/// # Errors
///
/// Where an address or a file is wrong.
pub(crate) fn options_as(
    credential: wechat::Credential,
    connection: &Connection,
    asset_hosts: &[String],
    jobs: NonZeroUsize,
    settings: &Settings,
    env: Lookup<'_>,
) -> Result<wechat::Options, Error> {
    let api_base = api_base(connection, env)?;
    let is_named = api_base.origin != Origin::Default;
    let named_hosts = asset_hosts
        .iter()
        .cloned()
        .chain(is_named.then(|| place_of(&api_base.value)).flatten());
    Ok(wechat::Options {
        asset_hosts: AssetHosts::new(named_hosts),
        api_base: api_base.value,
        credential,
        ca_pem: ca_pem(connection, env)?,
        proxy: proxies(settings, env)?.into_rules(),
        connect_max: CONNECT_MAX,
        silence_max: SILENCE_MAX,
        api_jobs_max: API_JOBS_MAX,
        media_connections: jobs.get(),
        pace: Pace::WECHAT,
        jitter_seed: jitter_seed(),
        clock: CLOCK,
        user_agent: user_agent(),
        secrets: wechat::Secrets::default(),
        on_call: Arc::new(|_| {}),
    })
}

/// Where the API is.
///
/// # Errors
///
/// Where that is no address of the web.
pub(crate) fn api_base(connection: &Connection, env: Lookup<'_>) -> Result<Setting<Url>, Error> {
    let by_flag = connection.api_base.clone();
    by_flag
        .map(|base| Setting::by_flag("api-base", base))
        .or_else(|| {
            let base = variable(env, "WXBACKUP_API_BASE")?;
            let base = base.to_string_lossy().into_owned();
            Some(Setting::by_variable("WXBACKUP_API_BASE", base))
        })
        .unwrap_or_else(|| Setting::by_default(API_BASE.to_owned()))
        .try_map(|base| web_address("--api-base", &base))
}

/// The file of certificates to trust besides the system's.
pub(crate) fn ca_file(connection: &Connection, env: Lookup<'_>) -> Option<Setting<PathBuf>> {
    let by_flag = connection.ca_file.path.clone();
    by_flag
        .map(|path| Setting::by_flag("ca-file", path))
        .or_else(|| {
            let path = variable(env, "WXBACKUP_CA_FILE")?;
            Some(Setting::by_variable("WXBACKUP_CA_FILE", path.into()))
        })
}

/// The certificates to trust besides the system's.
///
/// # Errors
///
/// Where their file cannot be read.
pub(crate) fn ca_pem(connection: &Connection, env: Lookup<'_>) -> Result<Option<Vec<u8>>, Error> {
    ca_file(connection, env)
        .map(|path| std::fs::read(&path.value).at("read", &path.value))
        .transpose()
        .map_err(Error::CaFile)
}

/// How the program names itself.
pub(crate) fn user_agent() -> String {
    format!("wxbackup/{}", env!("CARGO_PKG_VERSION"))
}

/// Which proxy is for what, and who said so.
#[derive(Debug)]
pub(crate) struct Proxies {
    /// For `https` addresses.
    pub(crate) https: Option<Setting<Url>>,
    /// For `http` addresses.
    pub(crate) http: Option<Setting<Url>>,
    /// What is asked directly.
    pub(crate) no_proxy: Option<Setting<String>>,
}

impl Proxies {
    pub(crate) fn into_rules(self) -> ProxyRules {
        ProxyRules {
            https: self.https.map(|proxy| proxy.value),
            http: self.http.map(|proxy| proxy.value),
            no_proxy: self.no_proxy.map(|list| list.value).unwrap_or_default(),
        }
    }
}

/// The proxies of the environment, as other programs read them, then that of
/// the settings for what the environment leaves open.
///
/// # Errors
///
/// Where one is no address; it may hold a password, so it is not shown.
pub(crate) fn proxies(settings: &Settings, env: Lookup<'_>) -> Result<Proxies, Error> {
    let said = |names: &[&'static str]| {
        names.iter().copied().find_map(|name| {
            let text = variable(env, name)?.to_string_lossy().into_owned();
            Some((name, text))
        })
    };
    let by_variable = |names: &[&'static str]| {
        said(names)
            .map(|(name, text)| {
                Setting::by_variable(name, text).try_map(|text| proxy_address(name, &text))
            })
            .transpose()
    };
    let filed = settings
        .proxy
        .clone()
        .map(|proxy| proxy.try_map(|text| proxy_address("proxy", &text)))
        .transpose()?;
    // `HTTP_PROXY` in capitals is not read: a CGI server sets it from a
    // header of the request.
    let https = by_variable(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?;
    let http = by_variable(&["http_proxy", "all_proxy", "ALL_PROXY"])?;
    Ok(Proxies {
        https: https.or_else(|| filed.clone()),
        http: http.or(filed),
        no_proxy: said(&["no_proxy", "NO_PROXY"])
            .map(|(name, list)| Setting::by_variable(name, list)),
    })
}

/// Takes the secret or token of `account` from where it is. One that others can
/// read is used, and said.
///
/// # Errors
///
/// As for [`Source::take`](crate::cli::settings::Source::take).
pub(crate) fn credential(
    account: &Account,
    env: Lookup<'_>,
    observer: &dyn Observer,
) -> Result<wechat::Credential, Error> {
    let (Credential::Secret(source) | Credential::Token(source)) = &account.credential;
    let taken = source.take(env)?;
    if let Some(path) = &taken.exposed {
        warn_of_exposed(path, observer);
    }
    Ok(match account.credential {
        Credential::Secret(_) => wechat::Credential::Secret {
            app_id: account.appid.clone(),
            secret: taken.secret,
        },
        Credential::Token(_) => wechat::Credential::Token(issued(source, taken.secret)),
    })
}

/// A token that its issuer may replace while we run: then the file has another
/// one, and the command prints another one. A variable stays as it is.
fn issued(source: &Source, token: SecretString) -> wechat::Issued {
    match source.clone() {
        Source::Variable(_) => token.into(),
        source @ (Source::File(_) | Source::Command(_)) => wechat::Issued {
            token,
            again: Arc::new(move || Ok(source.take(&|_| None)?.secret)),
        },
    }
}

/// Says that others can read the secret in the file at `path`.
pub(crate) fn warn_of_exposed(path: &Path, observer: &dyn Observer) {
    observer.event(&Event::Warning {
        code: "exposed_secret",
        about: &path.display().to_string(),
        message: &message!("secret-exposed"),
    });
}

/// `host:port` of a base that the owner named, as asset hosts are written.
fn place_of(base: &Url) -> Option<String> {
    let (host, port) = (base.host_str()?, base.port_or_known_default()?);
    Some(format!("{host}:{port}"))
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

    use crate::cli::settings::environment;

    fn rules(
        variables: &[(&str, &str)],
        filed: Option<&str>,
    ) -> Result<[Option<String>; 2], Error> {
        let settings = Settings {
            proxy: filed.map(|text| Setting::by_default(text.to_owned())),
            ..Settings::default()
        };
        let rules = proxies(&settings, &environment(variables))?.into_rules();
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
