//! What must not be seen: the secret, and every token of this run.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

/// All secrets that were met: by a client, or by all clients of a process.
/// Clones share everything.
#[derive(Clone, Default)]
pub struct Secrets {
    met: Arc<Mutex<Met>>,
}

#[derive(Default)]
struct Met {
    secrets: Vec<SecretString>,
    /// Finds each spelling of each; made when it is wanted.
    finder: Option<AhoCorasick>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Secrets")
            .field(&self.met().secrets.len())
            .finish()
    }
}

impl Secrets {
    /// Takes down one that must not be seen from here on.
    pub fn add(&self, secret: &SecretString) {
        let mut met = self.met();
        let text = secret.expose_secret();
        let is_new = |known: &SecretString| known.expose_secret() != text;
        if !text.is_empty() && met.secrets.iter().all(is_new) {
            met.secrets.push(secret.clone());
            met.finder = None;
        }
    }

    /// Not one that is short: any line might hold that. WeChat gives none such.
    pub(crate) fn add_long(&self, secret: &SecretString) {
        if secret.expose_secret().len() >= 8 {
            self.add(secret);
        }
    }

    pub(crate) fn all(&self) -> Vec<SecretString> {
        self.met().secrets.clone()
    }

    fn met(&self) -> MutexGuard<'_, Met> {
        self.met.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What finds every spelling; `None` where nothing was met.
    fn finder(&self) -> Option<AhoCorasick> {
        let mut met = self.met();
        if met.secrets.is_empty() {
            return None;
        }
        if met.finder.is_none() {
            let spellings = met.secrets.iter();
            let spellings = spellings.flat_map(|secret| spellings_of(secret.expose_secret()));
            // The longest first: a spelling may hold another one.
            let made = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(spellings);
            met.finder = Some(made.expect("a few short patterns make an automaton"));
        }
        met.finder.clone()
    }

    /// Every secret in every spelling that a text may hold it in: plain,
    /// escaped as in addresses and in JSON, in base64 wherever in it the secret
    /// begins, and in hex.
    pub(crate) fn spellings(&self) -> Vec<SecretString> {
        let mut spellings: Vec<String> = self
            .all()
            .iter()
            .flat_map(|secret| spellings_of(secret.expose_secret()))
            .collect();
        spellings.sort_unstable();
        spellings.dedup();
        spellings.into_iter().map(SecretString::from).collect()
    }

    /// Whether the text holds a secret in any spelling.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.finder().is_some_and(|finder| finder.is_match(text))
    }

    /// The text with each secret replaced, however it is spelt: some servers
    /// echo what they were sent.
    pub fn scrub<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.finder() {
            Some(finder) if finder.is_match(text) => {
                let mut scrubbed = String::with_capacity(text.len());
                finder.replace_all_with(text, &mut scrubbed, |_, _, scrubbed| {
                    scrubbed.push_str("[redacted]");
                    true
                });
                scrubbed.into()
            }
            _ => text.into(),
        }
    }
}

fn spellings_of(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let escaped: String = url::form_urlencoded::byte_serialize(bytes).collect();
    let mut spellings = vec![
        secret.to_owned(),
        // Some servers write the digits of an escape small.
        with_small_escapes(&escaped),
        escaped,
        secret.replace('/', "\\/"),
        secret.replace('\\', "\\\\").replace('"', "\\\""),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
    ];
    // Of a short one these are so short that any text might hold them.
    if bytes.len() >= LONG_BYTES_MIN {
        let each =
            |write: &dyn Fn(u8) -> String| -> String { bytes.iter().copied().map(write).collect() };
        spellings.extend([
            each(&|byte| format!("{byte:02x}")),
            each(&|byte| format!("{byte:02X}")),
            each(&|byte| format!("%{byte:02x}")),
            each(&|byte| format!("%{byte:02X}")),
            each(&|byte| format!("\\u{byte:04x}")),
            each(&|byte| format!("\\u{byte:04X}")),
        ]);
        for before in 0..3 {
            spellings.extend([
                within_base64(&STANDARD_NO_PAD, bytes, before),
                within_base64(&URL_SAFE_NO_PAD, bytes, before),
            ]);
        }
    }
    spellings
}

/// An `AppSecret` has 32 bytes, and a token more than 100.
const LONG_BYTES_MIN: usize = 16;

fn with_small_escapes(escaped: &str) -> String {
    let mut parts = escaped.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(part.len().min(2));
        text.push('%');
        text.push_str(&digits.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
}

/// The part of a longer text's base64 that is the secret's alone, where
/// `before` bytes, modulo 3, stand before it.
fn within_base64(engine: &GeneralPurpose, secret: &[u8], before: usize) -> String {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(secret);
    let encoded = engine.encode(&bytes);
    let first = (before * 8).div_ceil(6);
    let behind = bytes.len() * 8 / 6;
    encoded[first..behind].to_owned()
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
    #[test]
    fn a_long_one_is_found_in_the_middle_of_base64_and_in_hex_and_escapes() {
        let secret = "0123456789abcdef+/xyz";
        let secrets = Secrets::default();
        secrets.add(&secret.into());
        for before in ["", "a", "ab", "abc", "abcd"] {
            for behind in ["", "x", "xy", "xyz"] {
                let text = format!("{before}{secret}{behind}");
                assert!(secrets.are_in(&STANDARD.encode(&text)), "{text}");
                assert!(secrets.are_in(&URL_SAFE_NO_PAD.encode(&text)), "{text}");
            }
        }
        for text in [
            "0123456789abcdef%2B%2Fxyz",
            "0123456789abcdef%2b%2fxyz",
            "0123456789abcdef+\\/xyz",
            "303132333435363738396162636465662b2f78797a",
            "303132333435363738396162636465662B2F78797A",
            "%30%31%32%33%34%35%36%37%38%39%61%62%63%64%65%66%2b%2f%78%79%7a",
            "\\u0030\\u0031\\u0032\\u0033\\u0034\\u0035\\u0036\\u0037\\u0038\\u0039\\u0061\\u0062\\u0063\\u0064\\u0065\\u0066\\u002b\\u002f\\u0078\\u0079\\u007a",
        ] {
            assert!(secrets.are_in(text), "{text}");
        }
        assert!(!secrets.are_in("0123456789abcdef+/xy"));
    }
}
