//! V5: whether someone who is trusted has signed the archive.

use std::io;
use std::io::BufRead;
use std::io::Read as _;

use super::findings::Findings;
use crate::message;
use crate::model::EntryPath;
use crate::model::Timestamp;
use crate::model::layout;
use crate::record::signature;
use crate::record::signature::{AllowedSigners, Signer};
use crate::text::Message;

/// The tagmanifest lists a few dozen files; a longer one is nothing that we signed.
const TAGMANIFEST_BYTES_MAX: u64 = 1 << 20;

/// The A codes, one sentence each.
pub const CODES: &[(&str, &str)] = &[
    (UNSIGNED, "the archive is not signed"),
    (
        NOT_TRUSTED,
        "the signature is not that of an allowed signer over this archive",
    ),
];

const UNSIGNED: &str = "A01";
const NOT_TRUSTED: &str = "A02";

/// Whose signatures are believed, and at what time.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The keys, from a file that did not come with the archive.
    pub signers: AllowedSigners,
    /// The time at which a key must be valid.
    pub now: Timestamp,
}

/// The two files that a signature is about, as they pass by.
#[derive(Debug)]
pub(super) struct Authenticity {
    trust: Trust,
    tagmanifest: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Authenticity {
    pub(super) fn new(trust: Trust) -> Self {
        Self {
            trust,
            tagmanifest: None,
            signature: None,
        }
    }

    /// Reads `body` where it is one of the two; gives its bytes back for other readers.
    pub(super) fn take(
        &mut self,
        path: &EntryPath,
        body: &mut dyn BufRead,
    ) -> io::Result<Option<Vec<u8>>> {
        let (kept, bytes_max) = match path.as_str() {
            layout::TAGMANIFEST => (&mut self.tagmanifest, TAGMANIFEST_BYTES_MAX),
            layout::SIGNATURE => (&mut self.signature, signature::SIGNATURE_BYTES_MAX),
            _ => return Ok(None),
        };
        let mut bytes = Vec::new();
        body.take(bytes_max).read_to_end(&mut bytes)?;
        *kept = Some(bytes.clone());
        Ok(Some(bytes))
    }

    /// Who signed, or a finding.
    pub(super) fn finish(self, findings: &mut Findings) -> Option<Signer> {
        let Some(signature) = self.signature else {
            findings.add(UNSIGNED, "", message!("signature-none"));
            return None;
        };
        let tagmanifest = self.tagmanifest.unwrap_or_default();
        let Trust { signers, now } = self.trust;
        match signature::check(&tagmanifest, &signature, &signers, now) {
            Ok(signer) => Some(signer),
            Err(refused) => {
                findings.add(NOT_TRUSTED, layout::SIGNATURE, Message::said(&refused));
                None
            }
        }
    }
}
