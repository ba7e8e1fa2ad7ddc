//! Reads an age file (C2SP, age-encryption.org/v1): the key of the payload, and
//! each of its chunks by itself.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use age::secrecy::ExposeSecret as _;
use age_core::format::{FileKey, Stanza};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf;

use super::{CHUNK_BYTES, Identities, MAGIC, SEALED_BYTES, TAG_BYTES};
use crate::archive::pread::{self, FileRange};
use crate::archive::source::Damage;
use crate::message;
use crate::text::Message;

/// More than a header of ours has for [`RECIPIENTS_MAX`](super::RECIPIENTS_MAX).
const HEADER_BYTES_MAX: usize = 64 << 10;
/// Two lines a recipient, and some that nobody knows.
const LINES_MAX: usize = 2 * super::RECIPIENTS_MAX + 100;
/// Longer than a line of any kind of key that there is.
const LINE_BYTES_MAX: usize = 2 << 10;
/// Enough for each thread that reads to keep its own.
const CACHED_CHUNKS: usize = 16;
/// What stands between the header and the first chunk.
const PAYLOAD_NONCE_BYTES: usize = 16;
/// Enough to open any header.
const HEAD_BYTES_MAX: u64 = (HEADER_BYTES_MAX + PAYLOAD_NONCE_BYTES) as u64;

/// Whether the first bytes of a file are those of an age file, damaged or not.
pub(in crate::archive) fn is_age(head: &[u8]) -> bool {
    const STANZA: &[u8] = b"\n-> X25519 ";
    let has_stanza = || head.windows(STANZA.len()).any(|window| window == STANZA);
    head.starts_with(MAGIC) || !head.starts_with(b"PK") && has_stanza()
}

/// Why an age file was not opened.
#[derive(Debug)]
pub(in crate::archive) enum NotOpened {
    /// There is no key to try.
    NoIdentity,
    /// None of the keys opens it, or what the keys open of the header is damaged.
    NoKeyFits,
    /// Its header is not what was written.
    Damaged,
    /// It cannot be read.
    Read(io::Error),
}

/// The key of the payload, and where that begins.
struct Opened {
    key: LessSafeKey,
    start: u64,
}

/// Opens the header in the first bytes of an age file, of which there are more
/// than the longest header has, or all.
fn open_header(head: &[u8], identities: &Identities) -> Result<Opened, NotOpened> {
    let header = header(head).ok_or(NotOpened::Damaged)?;
    let start = header.len() + PAYLOAD_NONCE_BYTES;
    let nonce = head.get(header.len()..start).ok_or(NotOpened::Damaged)?;
    let decryptor = age::Decryptor::new_buffered(Head {
        header,
        behind: nonce,
    });
    let decryptor = decryptor.map_err(not_opened)?;
    if identities.is_empty() {
        return Err(NotOpened::NoIdentity);
    }
    let found = Cell::new(None);
    let keys: Vec<Catch<'_>> = identities
        .keys()
        .iter()
        .map(|key| Catch { key, found: &found })
        .collect();
    // It proves the header by the key that it finds.
    let opened = decryptor.decrypt(keys.iter().map(|key| key as &dyn age::Identity));
    drop(opened.map_err(not_opened)?);
    let file_key = found.take().ok_or(NotOpened::NoKeyFits)?;
    Ok(Opened {
        key: payload_key(nonce, &file_key).map_err(|_| NotOpened::Damaged)?,
        start: start as u64,
    })
}

/// The header that `head` begins with, to the end of the line with its MAC;
/// `None` where there is none of a length that we read. What parses it takes a
/// time that grows with the square of its length, so that is looked at first.
fn header(head: &[u8]) -> Option<&[u8]> {
    let head = &head[..head.len().min(HEADER_BYTES_MAX)];
    let mut end = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n').take(LINES_MAX) {
        if line.len() > LINE_BYTES_MAX || line.last() != Some(&b'\n') {
            return None;
        }
        end += line.len();
        if line.starts_with(b"--- ") {
            return Some(&head[..end]);
        }
    }
    None
}

fn not_opened(error: age::DecryptError) -> NotOpened {
    match error {
        age::DecryptError::NoMatchingKeys => NotOpened::NoKeyFits,
        age::DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            match error.kind() {
                io::ErrorKind::InvalidData => NotOpened::Damaged,
                _ => NotOpened::Read(error),
            }
        }
        _ => NotOpened::Damaged,
    }
}

fn payload_key(nonce: &[u8], file_key: &FileKey) -> Result<LessSafeKey, ring::error::Unspecified> {
    let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, nonce).extract(file_key.expose_secret());
    let expanded = secret.expand(&[b"payload"], &CHACHA20_POLY1305)?;
    Ok(LessSafeKey::new(UnboundKey::from(expanded)))
}

/// A header and what lies behind it. Asked for the first line it gives the
/// header as a whole: line by line, that would be parsed anew for each.
struct Head<'a> {
    header: &'a [u8],
    behind: &'a [u8],
}

impl Read for Head<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Head<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(if self.header.is_empty() {
            self.behind
        } else {
            self.header
        })
    }

    fn consume(&mut self, bytes: usize) {
        let part = if self.header.is_empty() {
            &mut self.behind
        } else {
            &mut self.header
        };
        *part = &part[bytes..];
    }

    fn read_until(&mut self, _: u8, line: &mut Vec<u8>) -> io::Result<usize> {
        let header = std::mem::take(&mut self.header);
        line.extend_from_slice(header);
        Ok(header.len())
    }
}

/// A key that shows what it opened.
struct Catch<'a> {
    key: &'a age::x25519::Identity,
    found: &'a Cell<Option<FileKey>>,
}

impl age::Identity for Catch<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let result = self.key.unwrap_stanza(stanza)?;
        if let Ok(file_key) = &result {
            let copy = Box::new(*file_key.expose_secret());
            self.found.set(Some(FileKey::new(copy)));
        }
        Some(result)
    }
}

/// Decrypts a chunk in its place; whether it is authentic.
fn open_chunk(key: &LessSafeKey, index: u64, is_last: bool, chunk: &mut Vec<u8>) -> bool {
    let mut nonce = [0; NONCE_LEN];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(is_last);
    let nonce = Nonce::assume_unique_for_key(nonce);
    match key.open_in_place(nonce, Aad::empty(), chunk) {
        Ok(plain) => {
            let length = plain.len();
            chunk.truncate(length);
            true
        }
        Err(_) => false,
    }
}

/// The payload of an age file, read by position.
pub(in crate::archive) struct Chunks {
    key: LessSafeKey,
    start: u64,
    file_bytes: u64,
    /// How many chunks there are, the last one short or not.
    count: u64,
    /// The length of what they hold.
    bytes: u64,
    /// Whether the last chunk says that it is the last.
    ends: bool,
    cache: Mutex<Vec<(u64, Vec<u8>)>>,
    bad: Mutex<BTreeSet<u64>>,
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunks({})", self.count)
    }
}

/// Opens the age file with the first key that fits.
pub(in crate::archive) fn open(
    file: &File,
    file_bytes: u64,
    identities: &Identities,
) -> Result<Chunks, NotOpened> {
    let mut head = Vec::new();
    let mut range = FileRange::new(file, 0, file_bytes.min(HEAD_BYTES_MAX));
    range.read_to_end(&mut head).map_err(NotOpened::Read)?;
    let Opened { key, start } = open_header(&head, identities)?;
    let sealed = file_bytes.saturating_sub(start);
    let rest = sealed % SEALED_BYTES;
    let mut chunks = Chunks {
        key,
        start,
        file_bytes,
        count: sealed.div_ceil(SEALED_BYTES),
        bytes: sealed / SEALED_BYTES * CHUNK_BYTES + rest.saturating_sub(TAG_BYTES),
        ends: true,
        cache: Mutex::default(),
        bad: Mutex::default(),
    };
    // Only the last chunk proves the length.
    chunks.ends = match chunks.count.checked_sub(1) {
        None => false,
        Some(last) => {
            let ends = chunks.read_chunk(file, last).map_err(NotOpened::Read)?;
            // A short one that is empty is none that anybody writes.
            ends.is_some_and(|plain| !plain.is_empty() || last == 0)
        }
    };
    if !chunks.ends
        && let Some(last) = chunks.count.checked_sub(1)
    {
        lock(&chunks.bad).clear();
        chunks.read_chunk(file, last).map_err(NotOpened::Read)?;
    }
    Ok(chunks)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Chunks {
    /// The length of what is encrypted.
    pub(in crate::archive) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the end of the file is that of what was encrypted.
    pub(in crate::archive) fn ends(&self) -> bool {
        self.ends
    }

    /// The places of the age file, from and to, that turned out to be damaged so
    /// far; neighbours are one.
    pub(in crate::archive) fn damage(&self) -> Vec<(u64, u64)> {
        let mut places: Vec<(u64, u64)> = Vec::new();
        for index in lock(&self.bad).iter() {
            let (start, end) = self.place(*index);
            match places.last_mut() {
                Some(last) if last.1 == start => last.1 = end,
                _ => places.push((start, end)),
            }
        }
        places
    }

    /// Reads what is at hand at `offset`; none at the end, and `None` where it
    /// is damaged.
    pub(in crate::archive) fn read_once(
        &self,
        file: &File,
        buffer: &mut [u8],
        offset: u64,
    ) -> io::Result<Option<usize>> {
        if offset >= self.bytes || buffer.is_empty() {
            return Ok(Some(0));
        }
        let index = offset / CHUNK_BYTES;
        let copy = |plain: &[u8], buffer: &mut [u8]| {
            // It is less than a chunk.
            let from = usize::try_from(offset % CHUNK_BYTES).unwrap_or(usize::MAX);
            let plain = plain.get(from..).unwrap_or_default();
            let length = plain.len().min(buffer.len());
            buffer[..length].copy_from_slice(&plain[..length]);
            length
        };
        {
            let mut cache = lock(&self.cache);
            if let Some(at) = cache.iter().rposition(|(cached, _)| *cached == index) {
                let length = copy(&cache[at].1, buffer);
                cache[at..].rotate_left(1);
                return Ok(Some(length));
            }
        }
        if lock(&self.bad).contains(&index) {
            return Ok(None);
        }
        let Some(plain) = self.read_chunk(file, index)? else {
            return Ok(None);
        };
        let length = copy(&plain, buffer);
        lock(&self.cache).push((index, plain));
        Ok(Some(length))
    }

    /// How many bytes from `offset` on lie in the same chunk.
    pub(in crate::archive) fn left_in_chunk(&self, offset: u64) -> u64 {
        let end = (offset / CHUNK_BYTES + 1) * CHUNK_BYTES;
        end.min(self.bytes).saturating_sub(offset)
    }

    /// What is said of a damaged place.
    pub(in crate::archive) fn said(&self, offset: u64) -> Message {
        let (start, end) = self.place(offset / CHUNK_BYTES);
        message!(
            "age-chunk-damaged",
            start = start.to_string(),
            end = end.to_string()
        )
    }

    fn place(&self, index: u64) -> (u64, u64) {
        let start = self.start + index * SEALED_BYTES;
        (start, (start + SEALED_BYTES).min(self.file_bytes))
    }

    /// The bytes of a chunk, if they are authentic.
    fn read_chunk(&self, file: &File, index: u64) -> io::Result<Option<Vec<u8>>> {
        let (start, end) = self.place(index);
        let length = usize::try_from(end - start).map_err(io::Error::other)?;
        let is_last = index + 1 == self.count;
        let oldest = {
            let mut cache = lock(&self.cache);
            (cache.len() >= CACHED_CHUNKS).then(|| cache.remove(0).1)
        };
        let mut chunk = oldest.unwrap_or_default();
        chunk.resize(length, 0);
        let read = pread::read_at(file, &mut chunk, start)?;
        if read == length && open_chunk(&self.key, index, is_last && self.ends, &mut chunk) {
            return Ok(Some(chunk));
        }
        // Behind a cut the last is one like the others, and whole.
        lock(&self.bad).insert(index);
        Ok(None)
    }
}

/// What comes out of an age file that comes through a pipe. Where that is
/// damaged or cut it ends, and [`damage`](Self::damage) tells: what was read
/// before is authentic, and not all.
pub(in crate::archive) struct PipeReader<R> {
    reader: R,
    key: LessSafeKey,
    start: u64,
    index: u64,
    /// What was read and is not decrypted yet: the begin of the next chunk.
    next: Vec<u8>,
    plain: Vec<u8>,
    at: usize,
    is_done: bool,
    damage: Arc<Mutex<Option<Damage>>>,
}

impl<R: Read> PipeReader<R> {
    /// Reads the header.
    pub(in crate::archive) fn open(
        mut reader: R,
        identities: &Identities,
    ) -> Result<Self, NotOpened> {
        let mut head = Vec::new();
        let mut first = reader.by_ref().take(HEAD_BYTES_MAX);
        first.read_to_end(&mut head).map_err(NotOpened::Read)?;
        let Opened { key, start } = open_header(&head, identities)?;
        // That is within the head, which is no longer than a chunk.
        let next = head.split_off(usize::try_from(start).unwrap_or(head.len()));
        Ok(Self {
            reader,
            key,
            start,
            index: 0,
            next,
            plain: Vec::new(),
            at: 0,
            is_done: false,
            damage: Arc::default(),
        })
    }

    /// What is wrong with the age file, once it is read.
    pub(in crate::archive) fn damage(&self) -> Arc<Mutex<Option<Damage>>> {
        Arc::clone(&self.damage)
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = std::mem::take(&mut self.next);
        // One byte more tells whether this is the last.
        let wanted = SEALED_BYTES + 1 - chunk.len() as u64;
        self.reader.by_ref().take(wanted).read_to_end(&mut chunk)?;
        let is_last = chunk.len() as u64 <= SEALED_BYTES;
        if !is_last {
            self.next.extend(chunk.pop());
        }
        let start = self.start + self.index * SEALED_BYTES;
        let end = start + chunk.len() as u64;
        let sealed = chunk.clone();
        let is_authentic = open_chunk(&self.key, self.index, is_last, &mut chunk);
        // A short one that is empty is none that anybody writes behind others.
        if !is_authentic || chunk.is_empty() && self.index > 0 {
            chunk = sealed;
            // A whole chunk that is not the last stands at the end of a cut file.
            let is_cut = is_last
                && (chunk.is_empty() || open_chunk(&self.key, self.index, false, &mut chunk));
            *lock(&self.damage) = Some(if is_cut {
                Damage::Cut
            } else {
                Damage::Place(start, end)
            });
            self.is_done = true;
            (self.plain, self.at) = (Vec::new(), 0);
            return Ok(());
        }
        self.index += 1;
        self.is_done = is_last;
        self.plain = chunk;
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for PipeReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.plain.len() && !self.is_done {
            self.fill()?;
        }
        let rest = &self.plain[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::encrypt;

    #[test]
    fn an_empty_last_chunk_behind_others_is_damage_in_a_file_and_in_a_pipe() {
        let key = age::x25519::Identity::generate();
        let recipients = [key.to_public().to_string().parse().unwrap()];
        let mut identities = Identities::default();
        identities.read(key.to_string().expose_secret()).unwrap();
        let plain = vec![7; usize::try_from(CHUNK_BYTES).unwrap()];
        let good = encrypt(&mut &plain[..], &recipients, Vec::new()).unwrap();
        let Opened { key, start } = open_header(&good, &identities).unwrap();
        let mut odd = good[..usize::try_from(start).unwrap()].to_vec();
        for (index, mut chunk) in [(0, plain.clone()), (1, Vec::new())] {
            let mut nonce = [0; NONCE_LEN];
            (nonce[10], nonce[11]) = (index, index);
            let nonce = Nonce::assume_unique_for_key(nonce);
            key.seal_in_place_append_tag(nonce, Aad::empty(), &mut chunk)
                .unwrap();
            odd.extend(chunk);
        }
        for (bytes, is_good) in [(&good, true), (&odd, false)] {
            let mut file = tempfile::tempfile().unwrap();
            io::Write::write_all(&mut file, bytes).unwrap();
            let chunks = open(&file, bytes.len() as u64, &identities).unwrap();
            assert_eq!(chunks.ends(), is_good);
            let mut pipe = PipeReader::open(&bytes[..], &identities).unwrap();
            let mut read = Vec::new();
            pipe.read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            let end = bytes.len() as u64;
            let place = (!is_good).then(|| Damage::Place(end - TAG_BYTES, end));
            assert_eq!(*lock(&pipe.damage()), place);
        }
    }
}
