//! Signatures (format 10.2): an SSHSIG over the tagmanifest, made and checked as
//! `ssh-keygen -Y` does it, in the namespace `wxbackup-archive`.
//!
//! Checksums prove that nothing rotted; whoever changes an archive on purpose
//! computes them anew. A signature proves who made it, to someone who has the
//! public key from elsewhere: nothing inside an archive gives trust.

mod allowed;

use std::fmt;

use ssh_key::{HashAlg, LineEnding, PrivateKey, SshSig};

pub use allowed::{AllowedError, AllowedSigners};

use crate::message;
use crate::model::Timestamp;

/// What a signature is for, so that one made for mail or for git does not pass.
pub const NAMESPACE: &str = "wxbackup-archive";
/// A signature file is a few hundred bytes; one of a large key a few thousand.
pub const SIGNATURE_BYTES_MAX: u64 = 64 << 10;

/// A private key that archives are signed with. It is never shown.
pub struct SigningKey(PrivateKey);

/// Why a text is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It is no private key in OpenSSH's form.
    #[error("{}", message!("sign-key-form"))]
    Form,
    /// It needs a passphrase, and nobody is there to type it at night.
    #[error("{}", message!("sign-key-passphrase"))]
    Passphrase,
    /// It is of a kind that this program does not sign with.
    #[error("{}", message!("sign-key-kind", kind = _0))]
    Kind(String),
}

impl SigningKey {
    /// The key in `text`, the content of a file that `ssh-keygen -t ed25519` made.
    ///
    /// # Errors
    ///
    /// [`KeyError`], which says nothing of the text itself.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let key = PrivateKey::from_openssh(text).map_err(|_| KeyError::Form)?;
        if key.is_encrypted() {
            return Err(KeyError::Passphrase);
        }
        match key.algorithm() {
            // The same message gives the same signature.
            ssh_key::Algorithm::Ed25519 => Ok(Self(key)),
            other => Err(KeyError::Kind(other.to_string())),
        }
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The signature file for `tagmanifest`.
    ///
    /// # Panics
    ///
    /// Never: a key that was read signs any message.
    pub fn sign(&self, tagmanifest: &[u8]) -> String {
        SshSig::sign(&self.0, NAMESPACE, HashAlg::Sha512, tagmanifest)
            .and_then(|signature| signature.to_pem(LineEnding::LF))
            .expect("an Ed25519 key signs any message")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey")
            .field(&self.fingerprint())
            .finish()
    }
}

/// Who signed an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The principals of the line that allows the key, as they stand there.
    pub principals: String,
    /// `SHA256:…` of the key.
    pub fingerprint: String,
}

/// Why a signature proves nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file is no signature.
    #[error("{}", message!("signature-form"))]
    Form,
    /// It was made for something else.
    #[error("{}", message!("signature-namespace", namespace = NAMESPACE))]
    Namespace,
    /// It belongs to other bytes, or was forged.
    #[error("{}", message!("signature-wrong"))]
    Wrong,
    /// The key is not among those that are allowed, at this time and for this use.
    #[error("{}", message!("signature-stranger", fingerprint = fingerprint))]
    Stranger {
        /// `SHA256:…` of the key.
        fingerprint: String,
    },
}

/// Checks `signature`, the content of a signature file, over `tagmanifest`; the
/// key must be allowed at the time `now`.
///
/// # Errors
///
/// [`Refused`]: the archive is then no better than an unsigned one.
pub fn check(
    tagmanifest: &[u8],
    signature: &[u8],
    allowed: &AllowedSigners,
    now: Timestamp,
) -> Result<Signer, Refused> {
    let text = signature;
    let signature = SshSig::from_pem(text).map_err(|_| Refused::Form)?;
    // One signature has one form, as all in an archive has.
    if signature
        .to_pem(LineEnding::LF)
        .map_err(|_| Refused::Form)?
        .as_bytes()
        != text
    {
        return Err(Refused::Form);
    }
    if signature.namespace() != NAMESPACE {
        return Err(Refused::Namespace);
    }
    let key = ssh_key::PublicKey::from(signature.public_key().clone());
    key.verify(NAMESPACE, tagmanifest, &signature)
        .map_err(|_| Refused::Wrong)?;
    let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
    match allowed.principals_of(&key, now) {
        Some(principals) => Ok(Signer {
            principals: principals.to_owned(),
            fingerprint,
        }),
        None => Err(Refused::Stranger { fingerprint }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys made once for these tests; they sign nothing else.
    const KEY: &str = include_str!("signature/test_key");
    const KEY_PUBLIC: &str = include_str!("signature/test_key.pub");
    const OTHER_PUBLIC: &str = include_str!("signature/other_key.pub");
    const BY_SSH_KEYGEN: &str = include_str!("signature/by_ssh_keygen.sig");
    const MESSAGE: &[u8] =
        b"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  bagit.txt\n";

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    fn allowed(text: &str) -> AllowedSigners {
        AllowedSigners::read(text).unwrap()
    }

    #[test]
    fn a_signature_is_what_ssh_keygen_makes() {
        let key = SigningKey::read(KEY).unwrap();
        assert_eq!(key.sign(MESSAGE), BY_SSH_KEYGEN);
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey(\"{}\")", key.fingerprint())
        );
    }

    #[test]
    fn a_signature_holds_for_its_bytes_and_its_key_alone() {
        let ours = allowed(&format!("backup@example.org {KEY_PUBLIC}"));
        let signature = BY_SSH_KEYGEN.as_bytes();
        let signer = check(MESSAGE, signature, &ours, now()).unwrap();
        assert_eq!(signer.principals, "backup@example.org");
        assert_eq!(
            signer.fingerprint,
            SigningKey::read(KEY).unwrap().fingerprint()
        );

        let others = allowed(&format!("other@example.org {OTHER_PUBLIC}"));
        assert_eq!(
            check(MESSAGE, signature, &others, now()),
            Err(Refused::Stranger {
                fingerprint: signer.fingerprint
            })
        );
        let mut changed = MESSAGE.to_vec();
        changed[0] ^= 1;
        assert_eq!(
            check(&changed, signature, &ours, now()),
            Err(Refused::Wrong)
        );
        assert_eq!(check(MESSAGE, b"", &ours, now()), Err(Refused::Form));
        // A flip breaks the form or the signature.
        for at in 0..signature.len() {
            let mut flipped = signature.to_vec();
            flipped[at] ^= 1;
            assert!(check(MESSAGE, &flipped, &ours, now()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_signature_for_something_else_is_refused() {
        let key = PrivateKey::from_openssh(KEY).unwrap();
        let for_git = SshSig::sign(&key, "git", HashAlg::Sha512, MESSAGE)
            .unwrap()
            .to_pem(LineEnding::LF)
            .unwrap();
        let ours = allowed(&format!("a {KEY_PUBLIC}"));
        assert_eq!(
            check(MESSAGE, for_git.as_bytes(), &ours, now()),
            Err(Refused::Namespace)
        );
    }

    #[test]
    fn keys_that_cannot_sign_say_why() {
        let why = |text: &str| SigningKey::read(text).unwrap_err().to_string();
        assert_eq!(
            why("nonsense"),
            "it is no private key as ssh-keygen writes it"
        );
        assert_eq!(
            why(KEY_PUBLIC),
            "it is no private key as ssh-keygen writes it"
        );
        assert_eq!(
            why(include_str!("signature/passphrase_key")),
            "the key has a passphrase; use one without, in a file that only its owner can read"
        );
        assert_eq!(
            why(include_str!("signature/ecdsa_key")),
            "a key of the kind ecdsa-sha2-nistp256 cannot be used here; make one with ssh-keygen -t ed25519"
        );
    }
}
