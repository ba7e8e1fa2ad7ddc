//! How the HTTP clients of this program reach the network: proxies and
//! certificates. What they send, and to whom, is for their owners.

use std::fmt;

use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy};
use url::Url;

use crate::message;

/// Which proxy to use for what. A loopback address is always asked directly.
#[derive(Clone, Default)]
pub struct ProxyRules {
    /// For `https` addresses: an `http`, `https`, `socks5` or `socks5h` URL.
    pub https: Option<Url>,
    /// For `http` addresses.
    pub http: Option<Url>,
    /// Hosts, domains and networks that are asked directly, with commas between them.
    pub no_proxy: String,
}

impl fmt::Debug for ProxyRules {
    /// Without the user name and password that a proxy URL may hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |url: &Option<Url>| {
            let url = url.as_ref()?;
            Some(url.host_str()?.to_owned())
        };
        f.debug_struct("ProxyRules")
            .field("https", &host(&self.https))
            .field("http", &host(&self.http))
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

impl ProxyRules {
    /// The proxies as a client takes them; none of them asks for a loopback address.
    ///
    /// # Errors
    ///
    /// Where one cannot be used.
    pub fn proxies(&self) -> Result<Vec<Proxy>, Unusable> {
        let direct = format!("localhost,127.0.0.0/8,::1,{}", self.no_proxy);
        let usable = |url: &Url| {
            matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.host().is_some()
        };
        let mut made = Vec::new();
        for (url, proxy) in [
            (
                &self.https,
                Proxy::https as fn(Url) -> reqwest::Result<Proxy>,
            ),
            (&self.http, Proxy::http),
        ] {
            let Some(url) = url else { continue };
            if !usable(url) {
                return Err(Unusable::Proxy);
            }
            let proxy = proxy(url.clone()).map_err(|_| Unusable::Proxy)?;
            made.push(proxy.no_proxy(NoProxy::from_string(&direct)));
        }
        Ok(made)
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The address of a proxy is none; it may hold a password, so it is not shown.
    #[error("{}", message!("net-proxy"))]
    Proxy,
    /// The certificates to trust are none.
    #[error("{}", message!("net-no-certificate"))]
    Certificates,
    /// The HTTP library refused.
    #[error("{}", message!("net-client"))]
    Client(#[source] reqwest::Error),
}

/// A client with the certificates of the system and those of `ca_pem`; where
/// the system has none (a bare container), with those that came with the program.
///
/// # Errors
///
/// Where `ca_pem` holds none, or the HTTP library refuses.
pub fn build(
    ca_pem: Option<&[u8]>,
    builder: impl Fn() -> ClientBuilder,
) -> Result<Client, Unusable> {
    // Somebody may have installed one before; any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = match ca_pem {
        None => Vec::new(),
        Some(pem) => Certificate::from_pem_bundle(pem)
            .ok()
            .filter(|certificates| !certificates.is_empty())
            .ok_or(Unusable::Certificates)?,
    };
    let with_system = if own.is_empty() {
        builder().build()
    } else {
        builder().tls_certs_merge(own.clone()).build()
    };
    with_system.or_else(|_| {
        let brought = webpki_root_certs::TLS_SERVER_ROOT_CERTS
            .iter()
            .filter_map(|der| Certificate::from_der(der).ok());
        builder()
            .tls_certs_only(brought.chain(own))
            .build()
            .map_err(|error| Unusable::Client(error.without_url()))
    })
}
