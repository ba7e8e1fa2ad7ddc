//! Encrypted archives: one age file that holds one finished zip (format 2.1).
//!
//! Keys and the header are the business of the `age` crate, and so is writing.
//! Reading is done here, chunk by chunk: every chunk of 64 KiB is authentic or
//! damaged by itself, so that many threads read at any place, and a bad place
//! costs what lies in it and no more.

mod chunks;
mod keys;
mod writer;

pub(super) use chunks::{Chunks, NotOpened, PipeReader, is_age, open};
pub use keys::{Identities, IdentityError, Recipient, RecipientError};
pub use writer::encrypt;

/// The first bytes of an age file of any version.
const MAGIC: &[u8] = b"age-encryption.org/";
/// For how many an archive can be encrypted: more headers are not read.
pub const RECIPIENTS_MAX: usize = 500;
/// What a chunk holds, but for the last.
pub(super) const CHUNK_BYTES: u64 = 64 << 10;
/// What proves a chunk, behind it.
const TAG_BYTES: u64 = 16;
/// A chunk with its tag.
const SEALED_BYTES: u64 = CHUNK_BYTES + TAG_BYTES;
