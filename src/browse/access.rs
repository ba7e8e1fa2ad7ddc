//! Who may come in: whoever has the address that the program printed, once.
//!
//! Other programs on the machine, other users of it and every page that the
//! browser has open can reach a loopback port too. So the address holds a
//! token that opens the archive once and becomes a cookie at that: a token
//! that someone reads later, in a history or a list of processes, is worth
//! nothing, and one that somebody else was quicker to use shows, because the
//! owner is refused. The `Host` header must be ours: a page whose own name was
//! pointed at this machine (DNS rebinding) has another one there.

use std::fmt;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::request::Parts;
use axum::http::{Method, header};

use crate::model::Sha256;

/// What cannot be guessed: 32 random bytes each, which the caller brings.
pub struct Keys {
    /// For the address.
    pub token: [u8; 32],
    /// For the cookie.
    pub session: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

/// Judges who comes to a port.
pub(super) struct Door {
    port: u16,
    token: String,
    session: String,
    is_used: AtomicBool,
}

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is answered.
    Granted,
    /// It brought the token: the first answer, with this `Set-Cookie`.
    Welcome(Option<String>),
    /// It is not for this server.
    WrongHost,
    /// It wants something done.
    WrongMethod,
    /// It has neither the cookie nor the token.
    NoKey,
    /// It has the token, which was used before.
    UsedToken,
}

impl Door {
    pub(super) fn new(port: u16, keys: &Keys) -> Self {
        Self {
            port,
            token: hex(&keys.token),
            session: hex(&keys.session),
            is_used: AtomicBool::new(false),
        }
    }

    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    pub(super) fn judge(&self, request: &Parts) -> Verdict {
        if !self.is_host(request) {
            return Verdict::WrongHost;
        }
        if request.method != Method::GET && request.method != Method::HEAD {
            return Verdict::WrongMethod;
        }
        let has_cookie = self.has_cookie(request);
        let token = match request.uri.path() {
            "/" => request
                .uri
                .query()
                .and_then(|query| value_of("token", query)),
            _ => None,
        };
        match token {
            Some(_) if has_cookie => Verdict::Welcome(None),
            // Who only looks whether the address is alive must not use it up.
            Some(token) if request.method == Method::GET && is_same(&token, &self.token) => {
                if self.is_used.swap(true, Ordering::SeqCst) {
                    Verdict::UsedToken
                } else {
                    Verdict::Welcome(Some(self.cookie()))
                }
            }
            _ if has_cookie => Verdict::Granted,
            _ => Verdict::NoKey,
        }
    }

    /// Cookies know no ports: the name keeps two servers apart.
    fn cookie_name(&self) -> String {
        format!("wxbackup-{}", self.port)
    }

    fn cookie(&self) -> String {
        format!(
            "{}={}; Path=/; HttpOnly; SameSite=Strict",
            self.cookie_name(),
            self.session
        )
    }

    fn is_host(&self, request: &Parts) -> bool {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return false;
        };
        let ours = ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", self.port));
        ours.iter().any(|ours| host.as_bytes() == ours.as_bytes())
    }

    fn has_cookie(&self, request: &Parts) -> bool {
        let name = self.cookie_name();
        let lines = request.headers.get_all(header::COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && is_same(value, &self.session))
    }
}

/// The first value of `name` in a query.
pub(super) fn value_of(name: &str, query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Compares digests, so that the time it takes tells nothing of the secret.
fn is_same(given: &str, secret: &str) -> bool {
    Sha256::of(given.as_bytes()) == Sha256::of(secret.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all that is written");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn door() -> Door {
        let keys = Keys {
            token: [0xab; 32],
            session: [0xcd; 32],
        };
        Door::new(4000, &keys)
    }

    fn asks(door: &Door, method: &str, path: &str, headers: &[(&str, &str)]) -> Verdict {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        door.judge(&request.body(()).unwrap().into_parts().0)
    }

    const HOST: (&str, &str) = ("host", "127.0.0.1:4000");

    #[test]
    fn the_token_opens_once_and_the_cookie_from_then_on() {
        let door = door();
        let token = format!("/?token={}", "ab".repeat(32));
        let session = format!("a=b; wxbackup-4000={}", "cd".repeat(32));
        let cookie = ("cookie", session.as_str());
        assert_eq!(asks(&door, "HEAD", &token, &[HOST]), Verdict::NoKey);
        assert_eq!(
            asks(&door, "GET", &token, &[HOST]),
            Verdict::Welcome(Some(format!(
                "wxbackup-4000={}; Path=/; HttpOnly; SameSite=Strict",
                "cd".repeat(32)
            )))
        );
        assert_eq!(asks(&door, "GET", &token, &[HOST]), Verdict::UsedToken);
        assert_eq!(
            asks(&door, "GET", &token, &[HOST, cookie]),
            Verdict::Welcome(None)
        );
        assert_eq!(asks(&door, "GET", "/x", &[HOST, cookie]), Verdict::Granted);
        assert_eq!(asks(&door, "HEAD", "/x", &[HOST, cookie]), Verdict::Granted);
        assert_eq!(
            asks(&door, "POST", "/x", &[HOST, cookie]),
            Verdict::WrongMethod
        );
    }

    #[test]
    fn what_is_nearly_a_key_is_none() {
        let door = door();
        let session = format!("wxbackup-4001={}", "cd".repeat(32));
        let token_as_cookie = format!("wxbackup-4000={}", "ab".repeat(32));
        for cookie in [
            &session,
            &token_as_cookie,
            "wxbackup-4000=",
            "wxbackup-4000",
        ] {
            let headers = [HOST, ("cookie", cookie)];
            assert_eq!(
                asks(&door, "GET", "/", &headers),
                Verdict::NoKey,
                "{cookie}"
            );
        }
        for path in ["/?token=", "/?token=ab", "/x?token=abab", "/"] {
            assert_eq!(asks(&door, "GET", path, &[HOST]), Verdict::NoKey, "{path}");
        }
    }

    #[test]
    fn only_our_own_name_is_answered() {
        let door = door();
        let session = format!("wxbackup-4000={}", "cd".repeat(32));
        let cookie = ("cookie", session.as_str());
        let verdict = |hosts: &[(&str, &str)]| {
            let headers: Vec<_> = hosts.iter().copied().chain([cookie]).collect();
            asks(&door, "GET", "/", &headers)
        };
        assert_eq!(verdict(&[("host", "localhost:4000")]), Verdict::Granted);
        for host in [
            "127.0.0.1",
            "127.0.0.1:4001",
            "evil.example:4000",
            "[::1]:4000",
            "",
        ] {
            assert_eq!(verdict(&[("host", host)]), Verdict::WrongHost, "{host}");
        }
        assert_eq!(verdict(&[]), Verdict::WrongHost);
        assert_eq!(
            verdict(&[HOST, ("host", "evil.example")]),
            Verdict::WrongHost
        );
    }
}
