//! What is known of a run of bytes: its SHA-256, its CRC-32 and its length.

use std::fmt;
use std::io;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::message;

/// A SHA-256 digest; written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256([u8; 32]);

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The text is not 64 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("model-no-sha256"))]
pub struct InvalidSha256;

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest of all that `body` gives.
    ///
    /// # Errors
    ///
    /// Those of `body`.
    pub fn read(body: &mut impl io::Read) -> io::Result<Self> {
        let mut digest = sha2::Sha256::new();
        for_each_window(body, |bytes| digest.update(bytes))?;
        Ok(Self(digest.finalize().into()))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0_u8; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).expect("hex digits are ASCII"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = InvalidSha256;

    fn from_str(text: &str) -> Result<Self, InvalidSha256> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return Err(InvalidSha256);
        }
        let mut bytes = [0; 32];
        // Judged once, at the end: which digit comes next nobody can foresee.
        let mut wrong = 0;
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
            *byte = high << 4 | low;
            wrong |= high | low;
        }
        (wrong < 16).then_some(Self(bytes)).ok_or(InvalidSha256)
    }
}

/// What each byte is as a hex digit; 16 and more where it is none.
const DIGITS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        table[HEX[value as usize] as usize] = value;
        value += 1;
    }
    table
};

impl TryFrom<String> for Sha256 {
    type Error = InvalidSha256;

    fn try_from(text: String) -> Result<Self, InvalidSha256> {
        text.parse()
    }
}

impl From<Sha256> for String {
    fn from(digest: Sha256) -> Self {
        digest.to_string()
    }
}

/// SHA-256, CRC-32 and length of one run of bytes: all that an archive entry
/// needs besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The digest that names a blob.
    pub sha256: Sha256,
    /// The checksum of the zip entry.
    pub crc32: u32,
    /// Length in bytes.
    pub bytes: u64,
}

impl Fingerprint {
    /// The fingerprint of bytes that are at hand.
    pub fn of(bytes: &[u8]) -> Self {
        let mut print = Fingerprinter::default();
        print.update(bytes);
        print.finish()
    }

    /// The fingerprint of all that `body` gives.
    ///
    /// # Errors
    ///
    /// Those of `body`.
    pub fn read(body: &mut impl io::Read) -> io::Result<Self> {
        let mut print = Fingerprinter::default();
        for_each_window(body, |bytes| print.update(bytes))?;
        Ok(print.finish())
    }
}

/// Gives all bytes of `body` to `take`, as many at a time as the processor's
/// cache holds.
fn for_each_window(body: &mut impl io::Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut window = vec![0; 64 * 1024];
    loop {
        match body.read(&mut window) {
            Ok(0) => return Ok(()),
            Ok(bytes) => take(&window[..bytes]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Makes a [`Fingerprint`] while the bytes pass by.
#[derive(Clone, Default)]
pub struct Fingerprinter {
    sha256: sha2::Sha256,
    crc32: crc32fast::Hasher,
    bytes: u64,
}

impl Fingerprinter {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.crc32.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// The fingerprint of all that was taken.
    pub fn finish(self) -> Fingerprint {
        Fingerprint {
            sha256: Sha256(self.sha256.finalize().into()),
            crc32: self.crc32.finalize(),
            bytes: self.bytes,
        }
    }
}

impl fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fingerprinter")
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_digest_reads_back_from_its_own_text_and_from_no_other_spelling() {
        assert_eq!(Sha256::of(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(Sha256::of(b"abc")));
        for text in [
            &ABC[1..],
            &ABC.to_uppercase(),
            &format!("{ABC}0"),
            "",
            &format!("{}+f", &ABC[..62]),
        ] {
            assert_eq!(text.parse::<Sha256>(), Err(InvalidSha256), "{text}");
        }
    }

    #[test]
    fn a_fingerprint_does_not_depend_on_how_the_bytes_arrive() {
        let mut print = Fingerprinter::default();
        for byte in b"123456789" {
            print.update(&[*byte]);
        }
        let print = print.finish();
        assert_eq!(print, Fingerprint::of(b"123456789"));
        assert_eq!((print.crc32, print.bytes), (0xcbf4_3926, 9));
    }
}
