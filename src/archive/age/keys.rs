//! For whom archives are encrypted, and the keys that open them.

use std::fmt;
use std::str::FromStr;

use age::x25519;

use crate::message;

/// Someone for whom an archive is encrypted: an X25519 key `age1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(pub(super) x25519::Recipient);

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is nobody for whom an archive can be encrypted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// A key of OpenSSH.
    #[error("{}", message!("recipient-ssh"))]
    Ssh,
    /// A key of a plugin of age, or of another kind.
    #[error("{}", message!("recipient-other-kind"))]
    OtherKind,
    /// A secret key: an identity, which must not be shown.
    #[error("{}", message!("recipient-is-secret"))]
    Secret,
    /// Anything else.
    #[error("{}", message!("recipient-form"))]
    Form,
}

impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.to_ascii_uppercase().starts_with("AGE-") {
            return Err(RecipientError::Secret);
        }
        if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
            return Err(RecipientError::Ssh);
        }
        match text.parse() {
            Ok(key) => Ok(Self(key)),
            // `age1NAME1…` is a plugin's, `age1pq1…` one of age's own.
            Err(_) if text.starts_with("age1") && text[4..].contains('1') => {
                Err(RecipientError::OtherKind)
            }
            Err(_) => Err(RecipientError::Form),
        }
    }
}

/// The keys that open encrypted archives; none where none was given. No output
/// shows them.
#[derive(Clone, Default)]
pub struct Identities(Vec<x25519::Identity>);

/// A file is none of keys that open archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// It is itself encrypted.
    #[error("{}", message!("identity-passphrase"))]
    Passphrase,
    /// It is a key of OpenSSH.
    #[error("{}", message!("identity-ssh"))]
    Ssh,
    /// It has a key of a plugin of age, or of another kind, in this line.
    #[error("{}", message!("identity-other-kind", line = _0.to_string()))]
    OtherKind(usize),
    /// This line is neither a key nor a comment.
    #[error("{}", message!("identity-form", line = _0.to_string()))]
    Form(usize),
    /// It has no key.
    #[error("{}", message!("identity-none"))]
    Empty,
}

impl Identities {
    /// No key at all.
    pub const NONE: Self = Self(Vec::new());

    /// Takes in the keys of an identity file as `age-keygen` writes it: a key a
    /// line, comments and empty lines between them.
    ///
    /// # Errors
    ///
    /// Where it has anything else; then nothing of it was taken. No error shows
    /// a line of it.
    pub fn read(&mut self, text: &str) -> Result<(), IdentityError> {
        let head = text.trim_start();
        if head.starts_with("age-encryption.org/") || head.starts_with("-----BEGIN AGE") {
            return Err(IdentityError::Passphrase);
        }
        if head.starts_with("-----BEGIN") {
            return Err(IdentityError::Ssh);
        }
        let mut keys = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            keys.push(match line.parse() {
                Ok(key) => key,
                Err(_) if line.starts_with("AGE-PLUGIN-") => {
                    return Err(IdentityError::OtherKind(number));
                }
                // `AGE-SECRET-KEY-PQ-1…` is a kind of its own.
                Err(_)
                    if line.starts_with("AGE-SECRET-KEY-")
                        && !line.starts_with("AGE-SECRET-KEY-1") =>
                {
                    return Err(IdentityError::OtherKind(number));
                }
                Err(_) => return Err(IdentityError::Form(number)),
            });
        }
        if keys.is_empty() {
            return Err(IdentityError::Empty);
        }
        self.0.append(&mut keys);
        Ok(())
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of `recipients`, as receipts have them, is the public key of
    /// one of these.
    pub(in crate::archive) fn are_among(&self, recipients: &[String]) -> bool {
        let mut keys = self.0.iter().map(|key| key.to_public().to_string());
        keys.any(|public| recipients.contains(&public))
    }

    pub(super) fn keys(&self) -> &[x25519::Identity] {
        &self.0
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identities({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> IdentityError {
        Identities::default().read(text).unwrap_err()
    }

    #[test]
    fn a_file_of_age_keygen_gives_all_its_keys() {
        use age::secrecy::ExposeSecret as _;
        let keys = [x25519::Identity::generate(), x25519::Identity::generate()];
        let lines: Vec<String> = keys
            .iter()
            .map(|key| {
                format!(
                    "# public key: {}\r\n{}\r\n",
                    key.to_public(),
                    key.to_string().expose_secret()
                )
            })
            .collect();
        let mut identities = Identities::default();
        identities
            .read(&format!("# created: today\n\n{}", lines.concat()))
            .unwrap();
        assert_eq!(format!("{identities:?}"), "Identities(2)");
        let public: Vec<_> = identities
            .keys()
            .iter()
            .map(x25519::Identity::to_public)
            .collect();
        assert_eq!(public, keys.map(|key| key.to_public()));
    }

    #[test]
    fn what_is_no_file_of_keys_is_refused_for_its_own_reason() {
        assert_eq!(refusal("# nothing\n"), IdentityError::Empty);
        assert_eq!(
            refusal("age-encryption.org/v1\n-> scrypt x 18\n"),
            IdentityError::Passphrase
        );
        assert_eq!(
            refusal("-----BEGIN AGE ENCRYPTED FILE-----\n"),
            IdentityError::Passphrase
        );
        assert_eq!(
            refusal("-----BEGIN OPENSSH PRIVATE KEY-----\n"),
            IdentityError::Ssh
        );
        assert_eq!(
            refusal("\nAGE-PLUGIN-YUBIKEY-1QQ\n"),
            IdentityError::OtherKind(2)
        );
        assert_eq!(
            refusal("AGE-SECRET-KEY-PQ-1QQ\n"),
            IdentityError::OtherKind(1)
        );
        assert_eq!(refusal("AGE-SECRET-KEY-1QQ\n"), IdentityError::Form(1));
        assert_eq!(refusal("hunter2\n"), IdentityError::Form(1));
    }

    #[test]
    fn a_recipient_is_a_public_key_of_age_alone() {
        let key = x25519::Identity::generate().to_public().to_string();
        assert_eq!(key.parse::<Recipient>().unwrap().to_string(), key);
        for (text, error) in [
            ("ssh-ed25519 AAAA", RecipientError::Ssh),
            ("age1yubikey1qqq", RecipientError::OtherKind),
            ("AGE-SECRET-KEY-1QQ", RecipientError::Secret),
            ("age1qqq", RecipientError::Form),
            ("", RecipientError::Form),
        ] {
            assert_eq!(text.parse::<Recipient>(), Err(error), "{text}");
        }
    }
}
