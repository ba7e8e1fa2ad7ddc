//! What must not be seen: the secret, and every token of this run.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

/// All secrets that a client has met.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    met: Mutex<Vec<SecretString>>,
}

impl Secrets {
    pub(crate) fn add(&self, secret: &SecretString) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let text = secret.expose_secret();
        if !text.is_empty() && met.iter().all(|known| known.expose_secret() != text) {
            met.push(secret.clone());
        }
    }

    pub(crate) fn all(&self) -> Vec<SecretString> {
        self.met
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Every secret in every spelling that a text may hold it in: plain,
    /// percent-escaped, and in the three spellings of base64.
    pub(crate) fn spellings(&self) -> Vec<SecretString> {
        let mut spellings: Vec<String> = self
            .all()
            .iter()
            .flat_map(|secret| {
                let text = secret.expose_secret();
                [
                    text.to_owned(),
                    url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
                    STANDARD.encode(text),
                    STANDARD_NO_PAD.encode(text),
                    URL_SAFE_NO_PAD.encode(text),
                ]
            })
            .collect();
        spellings.sort_unstable();
        spellings.dedup();
        spellings.into_iter().map(SecretString::from).collect()
    }

    /// The text with each secret replaced: some servers echo what they were sent.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut spellings = self.spellings();
        // The longest first: a spelling may hold another one.
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.expose_secret().len()));
        spellings.iter().fold(text.to_owned(), |text, spelling| {
            text.replace(spelling.expose_secret(), "[redacted]")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_spelling() {
        let secrets = Secrets::default();
        secrets.add(&"a+b/c?d".into());
        secrets.add(&"a+b/c?d".into());
        secrets.add(&"".into());
        assert_eq!(secrets.all().len(), 1);
        assert_eq!(
            secrets.scrub("x a+b/c?d a%2Bb%2Fc%3Fd YStiL2M/ZA== YStiL2M_ZA x"),
            "x [redacted] [redacted] [redacted] [redacted] x"
        );
        assert_eq!(format!("{secrets:?}").find("a+b"), None);
    }
}
