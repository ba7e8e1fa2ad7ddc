//! Bytes to be sent: held, or held at the front and made as they are read.

use std::fmt;

use axum::body::Bytes;
use sha2::Digest;
use sha2::Sha256;

use crate::seed;
use crate::seed::Seed;

/// What is made at a time.
const CHUNK: usize = 64 * 1024;

/// Bytes of known length, cheap to clone.
#[derive(Clone)]
pub struct Source {
    head: Bytes,
    /// Repeats after the head.
    filler: Bytes,
    filler_len: u64,
    /// Bytes at the front that are passed over.
    skip: u64,
}

impl Source {
    /// `head`, then `filler_len` bytes that depend on `seed`.
    pub(crate) fn padded(head: Bytes, seed: u64, filler_len: u64) -> Self {
        let filler = if filler_len == 0 {
            Vec::new()
        } else {
            Seed::new(seed, "filler", 0).filler(CHUNK)
        };
        Self {
            head,
            filler: filler.into(),
            filler_len,
            skip: 0,
        }
    }

    /// How many bytes there are.
    #[expect(
        clippy::len_without_is_empty,
        reason = "nobody asks; bodies are counted"
    )]
    pub fn len(&self) -> u64 {
        self.head.len() as u64 + self.filler_len - self.skip
    }

    /// The bytes at `offset`: one to 65,536 of them, or none at the end.
    pub(crate) fn chunk(&self, offset: u64) -> Bytes {
        let left = self.len() - offset.min(self.len());
        if left == 0 {
            return Bytes::new();
        }
        let offset = offset + self.skip;
        let head_len = self.head.len() as u64;
        if offset < head_len {
            let start = usize::try_from(offset).expect("inside what is held");
            return self.head.slice(start..self.head.len().min(start + CHUNK));
        }
        let start = usize::try_from((offset - head_len) % CHUNK as u64).expect("below a chunk");
        let take = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK - start);
        self.filler.slice(start..start + take)
    }

    /// What is left after the first `skip` bytes.
    pub(crate) fn after(mut self, skip: u64) -> Self {
        self.skip = (self.skip + skip).min(self.skip + self.len());
        self
    }

    /// All of it in memory.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::new();
        self.each(|chunk| all.extend_from_slice(chunk));
        all
    }

    /// Lower-case hexadecimal, without holding the bytes.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        self.each(|chunk| hash.update(chunk));
        seed::hex(&hash.finalize())
    }

    fn each(&self, mut take: impl FnMut(&[u8])) {
        let mut offset = 0;
        while offset < self.len() {
            let chunk = self.chunk(offset);
            take(&chunk);
            offset += chunk.len() as u64;
        }
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }
}

impl From<Bytes> for Source {
    fn from(head: Bytes) -> Self {
        Self {
            head,
            filler: Bytes::new(),
            filler_len: 0,
            skip: 0,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;

    use super::Source;

    #[test]
    fn reading_from_any_place_gives_the_same_bytes() {
        let source = Source::padded(Bytes::from_static(b"head"), 5, 200_000);
        let all = source.to_vec();
        assert_eq!(all.len(), 200_004);
        for offset in [0, 3, 4, 65_539, 65_540, 65_541, 199_999, 200_003] {
            let chunk = source.chunk(offset as u64);
            assert_eq!(chunk[..], all[offset..offset + chunk.len()]);
        }
        assert!(source.chunk(200_004).is_empty());
        for skip in [0, 2, 70_000, 200_004] {
            assert_eq!(source.clone().after(skip as u64).to_vec(), all[skip..]);
        }
    }
}
