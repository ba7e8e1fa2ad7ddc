//! Where a ping or a message goes. Whoever knows the address can send there.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::message;

/// A shorter part of an address is a word of the service, such as `send` or `hook`.
const SECRET_PART_CHARS_MIN: usize = 12;

/// An `http` or `https` address that nothing shows in full.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// The text is no `http` or `https` address. It is not shown, for it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("notify-no-address"))]
pub struct NoAddress;

impl Address {
    /// The whole of it.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// The address with `segment` behind its path: `https://host/id` becomes
    /// `https://host/id/start`.
    pub(super) fn with_segment(&self, segment: &str) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(segment);
        }
        url
    }

    /// `text` without those parts of the address that only its owner knows:
    /// some servers echo what they were asked.
    pub(super) fn scrub(&self, text: &str) -> String {
        let values = self.0.query_pairs().map(|(_, value)| value.into_owned());
        let segments = self.0.path().split('/').map(str::to_owned);
        let user = [self.0.username(), self.0.password().unwrap_or_default()].map(str::to_owned);
        values
            .chain(segments)
            .chain(user)
            .filter(|part| part.chars().count() >= SECRET_PART_CHARS_MIN)
            .fold(text.to_owned(), |text, part| {
                text.replace(&part, "[redacted]")
            })
    }
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .map(Self)
            .ok_or(NoAddress)
    }
}

/// `https://hc-ping.com/…`: enough to know it by.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.0.scheme())?;
        f.write_str(self.0.host_str().unwrap_or_default())?;
        if let Some(port) = self.0.port() {
            write!(f, ":{port}")?;
        }
        f.write_str("/…")
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_host_and_shows_nothing_else() {
        let address: Address = "https://me:hunter2@chat.example.com:8443/hook/hunter2?key=hunter2"
            .parse()
            .unwrap();
        assert_eq!(address.to_string(), "https://chat.example.com:8443/…");
        assert_eq!(format!("{address:?}"), "https://chat.example.com:8443/…");
    }

    #[test]
    fn what_is_no_address_of_the_web_is_refused_and_not_shown() {
        for text in ["", "hunter2", "ftp://hunter2/", "file:///hunter2", "https:"] {
            let error = text.parse::<Address>().unwrap_err();
            assert_eq!(error.to_string(), "it must be an http or https address");
        }
    }

    #[test]
    fn a_word_goes_behind_the_path_whatever_is_behind_that() {
        for (base, with_word) in [
            ("https://p/id", "https://p/id/start"),
            ("https://p/id/", "https://p/id/start"),
            ("https://p/id?create=1", "https://p/id/start?create=1"),
            ("https://p", "https://p/start"),
        ] {
            let address: Address = base.parse().unwrap();
            assert_eq!(address.with_segment("start").as_str(), with_word);
        }
    }

    #[test]
    fn what_a_server_echoes_is_shown_without_the_key() {
        let address: Address = "https://c/cgi-bin/send?key=0123456789abcdef"
            .parse()
            .unwrap();
        assert_eq!(
            address.scrub("no cgi-bin/send?key=0123456789abcdef here"),
            "no cgi-bin/send?key=[redacted] here"
        );
    }
}
