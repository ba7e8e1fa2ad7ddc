//! Sixteen bytes in place of a text of which only equality matters.

use crate::model::Sha256;

/// The first half of the SHA-256 of a text: a library of 100,000 ids fits in
/// memory, and nobody can make two texts with one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mark([u8; 16]);

impl Mark {
    pub(crate) fn of(text: &str) -> Self {
        let digest = Sha256::of(text.as_bytes());
        let (half, _) = digest
            .as_bytes()
            .split_first_chunk()
            .expect("32 bytes are more than 16");
        Self(*half)
    }
}
