//! Reads what is in an archive: entries by name, each checked against its
//! CRC-32 while it is read.
//!
//! This is the reader of restore and list. It takes any zip with the right
//! names in it, also one that another program has packed anew, and refuses what
//! would be read differently by another reader; whether the archive is in its
//! canonical form is the question of `check`.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use rayon::slice::ParallelSliceMut as _;
use zip::CompressionMethod;
use zip::ZipArchive;

use crate::archive::age::Identities;
use crate::archive::container;
use crate::archive::directory;
use crate::archive::limits;
use crate::archive::pread::{self, FileRange, ReadAt};
use crate::archive::source::Source;
use crate::message;
use crate::model::{BaseFolder, EntryPath, Sha256};
use crate::text::Message;

const READ_BYTES: usize = 64 << 10;
/// What is deflated is read through a buffer in any case.
const DEFLATED_BYTES_MIN: usize = 4 << 10;

/// An open archive. Many threads may read from it at once.
#[derive(Debug)]
pub struct Archive {
    name: String,
    source: Source,
    base: BaseFolder,
    /// In the order of their bytes in the file.
    entries: Vec<Entry>,
    /// Indices into `entries`, sorted by path.
    by_path: Vec<u32>,
    foreign: u64,
}

/// One file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies in the base folder.
    pub path: EntryPath,
    /// Its length.
    pub bytes: u64,
    /// Its checksum, as the headers tell it.
    pub crc32: u32,
    /// Where its local header begins.
    pub offset: u64,
    packed_bytes: u64,
    packing: Packing,
}

impl Entry {
    /// An entry of an archive in canonical form.
    pub(super) fn stored(path: EntryPath, bytes: u64, crc32: u32, offset: u64) -> Self {
        Self {
            path,
            bytes,
            crc32,
            offset,
            packed_bytes: bytes,
            packing: Packing::Stored,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Stored,
    Deflated,
    /// Encrypted, or packed in a way that no archive of ours is.
    Other,
}

/// Why a file cannot be read as an archive.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be opened.
    #[error("{}", message!("archive-cannot-open", path = path.display()))]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The file could not be read.
    #[error("{}", message!("archive-cannot-read", name = name))]
    Read {
        /// The file.
        name: String,
        /// What the system answered.
        source: io::Error,
    },
    /// The file begins as no zip does.
    #[error("{}", message!("archive-no-zip", name = name))]
    NotAZip {
        /// The file.
        name: String,
    },
    /// The file is encrypted with age, and no key was given.
    #[error("{}", message!("archive-encrypted", name = name))]
    Encrypted {
        /// The file.
        name: String,
    },
    /// The file is encrypted with age, and none of the keys opens it.
    #[error("{}", message!("archive-no-key-fits", name = name))]
    NoKeyFits {
        /// The file.
        name: String,
    },
    /// The file is encrypted with age, and its header is damaged: nothing of it
    /// can be decrypted.
    #[error("{}", message!("archive-header-damaged", name = name))]
    HeaderDamaged {
        /// The file.
        name: String,
    },
    /// A folder without the files of a bag.
    #[error("{}", message!("archive-no-bag", name = name))]
    NotABag {
        /// The folder.
        name: String,
    },
    /// A zip in which nothing lies under `wxbackup-<appid>/`.
    #[error("{}", message!("archive-other-zip", name = name))]
    OtherZip {
        /// The file.
        name: String,
    },
    /// The directory at the end is missing or unreadable: the file is cut or
    /// damaged. Salvage may still find whole files in it.
    #[error("{}", message!("archive-damaged", name = name, detail = detail))]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong with it.
        detail: Message,
    },
    /// Two readers could see two different archives in the file.
    #[error("{}", message!("archive-ambiguous", name = name, detail = detail))]
    Ambiguous {
        /// The file.
        name: String,
        /// In which way.
        detail: Message,
    },
    /// More entries, or more bytes, than an archive may have.
    #[error("{}", message!("archive-over-limit", name = name, limit = limit))]
    TooLarge {
        /// The file.
        name: String,
        /// Which limit.
        limit: Message,
    },
}

/// Why an entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such entry.
    #[error("{}", message!("archive-lacks", path = path.as_str()))]
    Missing {
        /// The entry.
        path: EntryPath,
    },
    /// The entry is longer than the caller allows.
    #[error("{}", message!("archive-entry-too-long", path = path.as_str(), bytes = bytes.to_string(), limit = bytes_max.to_string()))]
    TooLarge {
        /// The entry.
        path: EntryPath,
        /// Its length.
        bytes: u64,
        /// What the caller allows.
        bytes_max: u64,
    },
    /// The bytes could not be read, or are not those of the checksum.
    #[error("{}", message!("archive-cannot-read-entry", path = path.as_str()))]
    Read {
        /// The entry.
        path: EntryPath,
        /// `InvalidData` where the bytes are damaged.
        source: io::Error,
    },
}

impl Archive {
    /// Opens the archive at `path`, with `identities` where it is encrypted, and
    /// reads its directory.
    ///
    /// # Errors
    ///
    /// What the file is instead of an archive.
    pub fn open(path: &Path, identities: &Identities) -> Result<Self, OpenError> {
        Self::of_source(Source::open(path, identities)?, path.display().to_string())
    }

    /// Reads the directory of an archive that is open already; `name` is for messages.
    ///
    /// # Errors
    ///
    /// What the file is instead of an archive.
    pub fn of_source(source: Source, name: String) -> Result<Self, OpenError> {
        look_at(&source, &name)?;
        let archive = match directory::read(&source) {
            Some((base, entries)) => Self::with(name, source, base, entries, 0),
            None => Self::of_any_zip(source, name)?,
        };
        match archive.refuse_twins() {
            Ok(()) => Ok(archive),
            Err(detail) => Err(OpenError::Ambiguous {
                name: archive.name,
                detail,
            }),
        }
    }

    /// Reads the directory of a zip that need not be in canonical form.
    fn of_any_zip(source: Source, name: String) -> Result<Self, OpenError> {
        let metadata = ZipArchive::new(FileRange::new(&source, 0, source.bytes()))
            .map_err(|error| open_error(&name, error))?
            .metadata();
        let ambiguous = |detail: Message| OpenError::Ambiguous {
            name: name.clone(),
            detail,
        };
        if metadata.has_duplicate_names() {
            return Err(ambiguous(message!("archive-two-names")));
        }
        let mut base: Option<BaseFolder> = None;
        let mut foreign = 0;
        let mut spans = Vec::with_capacity(metadata.len());
        let mut entries = Vec::with_capacity(metadata.len());
        for index in 0..metadata.len() {
            let listed = metadata
                .entry(index)
                .map_err(|error| open_error(&name, error))?;
            // What stands in the file before the next entry can begin.
            let headers = (container::LOCAL_BYTES + listed.name_raw().len()) as u64;
            let end = listed
                .header_start()
                .checked_add(headers)
                .and_then(|at| at.checked_add(listed.compressed_size()))
                .ok_or_else(|| ambiguous(message!("archive-beyond-numbers")))?;
            spans.push((listed.header_start(), end));
            let own = std::str::from_utf8(listed.name_raw())
                .ok()
                .and_then(BaseFolder::split_name)
                .filter(|_| listed.is_file() && !listed.is_symlink());
            let Some((folder, path)) = own else {
                foreign += u64::from(!listed.is_dir());
                continue;
            };
            if *base.get_or_insert_with(|| folder.clone()) != folder {
                foreign += 1;
                continue;
            }
            entries.push(Entry {
                path,
                bytes: listed.size(),
                crc32: listed.crc32(),
                offset: listed.header_start(),
                packed_bytes: listed.compressed_size(),
                packing: match listed.compression() {
                    _ if listed.encrypted() => Packing::Other,
                    CompressionMethod::Stored if listed.size() == listed.compressed_size() => {
                        Packing::Stored
                    }
                    method if method == CompressionMethod::DEFLATE => Packing::Deflated,
                    _ => Packing::Other,
                },
            });
        }
        // It holds every name a second time, and the checks below take as much again.
        drop(metadata);
        let Some(base) = base else {
            return Err(OpenError::OtherZip { name });
        };
        spans.sort_unstable();
        if spans.windows(2).any(|pair| pair[0].1 > pair[1].0)
            || spans.last().is_some_and(|last| last.1 > source.bytes())
        {
            return Err(ambiguous(message!("archive-overlap")));
        }
        drop(spans);
        Ok(Self::with(name, source, base, entries, foreign))
    }

    /// An archive whose entries were found without its directory.
    pub(super) fn of_entries(
        source: Source,
        name: String,
        base: BaseFolder,
        entries: Vec<Entry>,
    ) -> Self {
        Self::with(name, source, base, entries, 0)
    }

    fn with(
        name: String,
        source: Source,
        base: BaseFolder,
        mut entries: Vec<Entry>,
        foreign: u64,
    ) -> Self {
        entries.sort_by_key(|entry| entry.offset);
        let mut by_path: Vec<u32> = (0..).take(entries.len()).collect();
        by_path.par_sort_unstable_by(|a, b| at(&entries, *a).path.cmp(&at(&entries, *b).path));
        Self {
            name,
            source,
            base,
            entries,
            by_path,
            foreign,
        }
    }

    /// Refuses names of which a file system would keep only one. Few names have
    /// capitals, and one without has no twin but among those that do.
    fn refuse_twins(&self) -> Result<(), Message> {
        let paths = || self.entries_by_path().map(|entry| entry.path.as_str());
        if paths()
            .zip(paths().skip(1))
            .any(|(path, next)| path == next)
        {
            return Err(message!("archive-two-names"));
        }
        let mut lowered = HashSet::new();
        for path in paths().filter(|path| path.bytes().any(|b| b.is_ascii_uppercase())) {
            let lower = path.to_ascii_lowercase();
            if self.place(&lower).is_ok() || !lowered.insert(lower) {
                return Err(message!("archive-letter-case"));
            }
        }
        Ok(())
    }

    /// What the file is called, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its bytes, from the open file that verify and restore share, so that it
    /// cannot be exchanged between the two.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The folder that all entries lie in.
    pub fn base_folder(&self) -> &BaseFolder {
        &self.base
    }

    /// The entries, in the order in which they lie in the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Its entries, sorted by path.
    pub(crate) fn entries_by_path(&self) -> impl Iterator<Item = &Entry> {
        self.by_path.iter().map(|index| at(&self.entries, *index))
    }

    /// How many files of the zip are not among the [`entries`](Self::entries),
    /// because no archive has such names.
    pub fn foreign_entries(&self) -> u64 {
        self.foreign
    }

    /// The entry at `path`.
    pub fn entry(&self, path: &EntryPath) -> Option<&Entry> {
        let place = self.place(path.as_str()).ok()?;
        Some(at(&self.entries, self.by_path[place]))
    }

    /// Where `path` stands among the sorted paths, or where it would stand.
    fn place(&self, path: &str) -> Result<usize, usize> {
        self.by_path
            .binary_search_by(|index| at(&self.entries, *index).path.as_str().cmp(path))
    }

    /// Where the bytes of an entry begin, in an archive that
    /// [`open_canonical`](super::check::open_canonical) has opened.
    pub fn start_of(&self, entry: &Entry) -> u64 {
        let name = self.base.as_str().len() + 1 + entry.path.as_str().len();
        entry.offset + (container::LOCAL_BYTES + name) as u64
    }

    /// The place of the blob of `sha256` in [`entries`](Self::entries), whatever its kind.
    pub fn blob(&self, sha256: &Sha256) -> Option<usize> {
        let digest = sha256.to_string();
        let stem = format!("data/blobs/{}/{digest}.", &digest[..2]);
        let place = self
            .by_path
            .partition_point(|index| at(&self.entries, *index).path.as_str() < stem.as_str());
        let index = *self.by_path.get(place)?;
        let found = &at(&self.entries, index).path;
        found.as_str().starts_with(&stem).then_some(index as usize)
    }

    /// The whole content of an entry of at most `bytes_max` bytes.
    ///
    /// # Errors
    ///
    /// Also where the bytes are not those of the checksum.
    pub fn read(&self, path: &EntryPath, bytes_max: u64) -> Result<Vec<u8>, ReadError> {
        let entry = self
            .entry(path)
            .ok_or_else(|| ReadError::Missing { path: path.clone() })?;
        if entry.bytes > bytes_max {
            return Err(ReadError::TooLarge {
                path: path.clone(),
                bytes: entry.bytes,
                bytes_max,
            });
        }
        // The length is the archive's own word until the bytes are there.
        let mut body = Vec::with_capacity(usize::try_from(entry.bytes.min(1 << 20)).unwrap_or(0));
        self.reader(entry)
            .read_to_end(&mut body)
            .map_err(|source| ReadError::Read {
                path: path.clone(),
                source,
            })?;
        Ok(body)
    }

    /// The content of an entry as a stream.
    ///
    /// Where the bytes are cut or are not those of the checksum, the read that
    /// would have told the end fails with `InvalidData`: only who reads to the
    /// end knows that the content is whole.
    pub fn reader(&self, entry: &Entry) -> Content<'_> {
        Content {
            source: self.open_body(entry, READ_BYTES),
            crc: crc32fast::Hasher::new(),
            left: entry.bytes,
            crc32: entry.crc32,
        }
    }

    /// `bytes` bytes of an entry's content from `start` on; fewer where it ends
    /// before. A part has no checksum: who needs the truth reads it all.
    ///
    /// # Errors
    ///
    /// Where the entry cannot be opened.
    pub fn part(&self, entry: &Entry, start: u64, bytes: u64) -> io::Result<Box<dyn Read + '_>> {
        let start = start.min(entry.bytes);
        match self.open_body(entry, READ_BYTES) {
            Packed::Stored(plain) => {
                let mut range = plain.into_inner();
                range.seek(SeekFrom::Start(start))?;
                Ok(Box::new(range.take(bytes)))
            }
            Packed::Deflated(mut plain) => {
                io::copy(&mut plain.by_ref().take(start), &mut io::sink())?;
                Ok(Box::new(plain.take(bytes)))
            }
            Packed::Failed(error) => {
                Err(error.unwrap_or_else(|| damaged(message!("archive-entry-unreadable"))))
            }
        }
    }

    /// The content of an entry for those who check it themselves; at most one
    /// byte more than its header tells. Who reads in long runs needs no buffer.
    pub(super) fn unchecked(
        &self,
        entry: &Entry,
        buffer_bytes: usize,
    ) -> io::Result<Box<dyn BufRead + '_>> {
        match self.open_body(entry, buffer_bytes) {
            Packed::Stored(plain) => Ok(Box::new(plain)),
            Packed::Deflated(plain) => Ok(Box::new(plain.take(entry.bytes.saturating_add(1)))),
            Packed::Failed(error) => {
                Err(error.unwrap_or_else(|| damaged(message!("archive-entry-unreadable"))))
            }
        }
    }

    fn open_body(&self, entry: &Entry, buffer_bytes: usize) -> Packed<'_> {
        let mut header = [0; container::LOCAL_BYTES];
        match pread::read_at(&self.source, &mut header, entry.offset) {
            Ok(container::LOCAL_BYTES) if header.starts_with(&container::LOCAL) => {}
            Ok(_) => return Packed::Failed(Some(damaged(message!("archive-entry-header")))),
            Err(error) => return Packed::Failed(Some(error)),
        }
        let names = u64::from(container::u16_at(&header, 26));
        let extra = u64::from(container::u16_at(&header, 28));
        // The offset was read at, so that it is far from the end of numbers.
        let start = entry.offset + container::LOCAL_BYTES as u64 + names + extra;
        let packed = FileRange::new(&self.source, start, entry.packed_bytes);
        match entry.packing {
            Packing::Stored => Packed::Stored(BufReader::with_capacity(buffer_bytes, packed)),
            Packing::Deflated => {
                let buffer_bytes = buffer_bytes.max(DEFLATED_BYTES_MIN);
                let packed = BufReader::with_capacity(buffer_bytes, packed);
                let plain = flate2::bufread::DeflateDecoder::new(packed);
                Packed::Deflated(Box::new(BufReader::with_capacity(buffer_bytes, plain)))
            }
            Packing::Other => Packed::Failed(Some(io::Error::new(
                io::ErrorKind::Unsupported,
                message!("archive-entry-packing"),
            ))),
        }
    }
}

/// An index into `entries`; there are at most a million.
fn at(entries: &[Entry], index: u32) -> &Entry {
    &entries[index as usize]
}

fn damaged(detail: Message) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}

/// The content of an entry. See [`Archive::reader`].
#[derive(Debug)]
pub struct Content<'a> {
    source: Packed<'a>,
    crc: crc32fast::Hasher,
    left: u64,
    crc32: u32,
}

#[derive(Debug)]
enum Packed<'a> {
    Stored(BufReader<FileRange<'a>>),
    Deflated(Box<BufReader<flate2::bufread::DeflateDecoder<BufReader<FileRange<'a>>>>>),
    /// What kept it from being opened, until it is told.
    Failed(Option<io::Error>),
}

impl Content<'_> {
    fn check_end(&mut self) -> io::Result<()> {
        if self.crc.clone().finalize() != self.crc32 {
            return Err(damaged(message!("archive-entry-crc")));
        }
        let more = match &mut self.source {
            Packed::Deflated(plain) => !plain.fill_buf()?.is_empty(),
            _ => false,
        };
        if more {
            return Err(damaged(message!("archive-entry-longer")));
        }
        Ok(())
    }
}

impl BufRead for Content<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Packed::Failed(error) = &mut self.source {
            return Err(error
                .take()
                .unwrap_or_else(|| damaged(message!("archive-entry-header"))));
        }
        if self.left == 0 {
            self.check_end()?;
            return Ok(&[]);
        }
        let bytes = match &mut self.source {
            Packed::Stored(plain) => plain.fill_buf()?,
            Packed::Deflated(plain) => plain.fill_buf()?,
            Packed::Failed(_) => &[],
        };
        if bytes.is_empty() {
            return Err(damaged(message!("archive-entry-cut")));
        }
        let end = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
        Ok(&bytes[..end])
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is in the buffer still, so this reads nothing.
        let Self { source, crc, .. } = self;
        match source {
            Packed::Stored(plain) => {
                crc.update(&plain.buffer()[..amount]);
                plain.consume(amount);
            }
            Packed::Deflated(plain) => {
                crc.update(&plain.buffer()[..amount]);
                plain.consume(amount);
            }
            Packed::Failed(_) => {}
        }
        self.left = self.left.saturating_sub(amount as u64);
    }
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 || matches!(self.source, Packed::Failed(_)) {
            return self.fill_buf().map(<[u8]>::len);
        }
        let wanted = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        // A long buffer is filled by the file itself, without a copy in between.
        let read = match &mut self.source {
            Packed::Stored(plain) => plain.read(&mut buffer[..wanted])?,
            Packed::Deflated(plain) => plain.read(&mut buffer[..wanted])?,
            Packed::Failed(_) => 0,
        };
        if read == 0 {
            return Err(damaged(message!("archive-entry-cut")));
        }
        self.crc.update(&buffer[..read]);
        self.left -= read as u64;
        Ok(read)
    }
}

/// Tells what is no zip, and what is too large, before anything is parsed.
fn look_at(file: &Source, name: &str) -> Result<(), OpenError> {
    let read = |source| OpenError::Read {
        name: name.to_owned(),
        source,
    };
    let bytes = file.bytes();
    let mut head = [0; 32];
    let length = pread::read_at(file, &mut head, 0).map_err(read)?;
    match opening(&head[..length]) {
        Opening::Other if !has_end(file, bytes).map_err(read)? => {
            return Err(OpenError::NotAZip {
                name: name.to_owned(),
            });
        }
        Opening::Other | Opening::Zip => {}
    }
    if bytes > limits::ARCHIVE_BYTES_MAX {
        return Err(OpenError::TooLarge {
            name: name.to_owned(),
            limit: message!("archive-longer-than-5-tib"),
        });
    }
    if entries_told(file, bytes).map_err(read)? > limits::ENTRIES_MAX {
        return Err(OpenError::TooLarge {
            name: name.to_owned(),
            limit: message!("archive-million-entries"),
        });
    }
    Ok(())
}

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// A zip, or the beginning of one.
    Zip,
    /// Anything else.
    Other,
}

pub(super) fn opening(head: &[u8]) -> Opening {
    let begins = |magic: &[u8]| head.starts_with(magic) || magic.starts_with(head);
    if begins(&container::LOCAL) || begins(&container::END) {
        Opening::Zip
    } else {
        Opening::Other
    }
}

/// Whether the last bytes are an end record without a comment.
fn has_end(file: &dyn ReadAt, bytes: u64) -> io::Result<bool> {
    let mut end = [0; container::END_BYTES];
    let start = bytes.saturating_sub(container::END_BYTES as u64);
    pread::read_at(file, &mut end, start)?;
    Ok(end.starts_with(&container::END))
}

/// How many entries the tail of the file claims to have.
fn entries_told(file: &dyn ReadAt, bytes: u64) -> io::Result<u64> {
    const TAIL: usize =
        container::ZIP64_END_BYTES + container::ZIP64_LOCATOR_BYTES + container::END_BYTES;
    let mut tail = [0; TAIL];
    let Some(start) = bytes.checked_sub(TAIL as u64) else {
        return Ok(0);
    };
    pread::read_at(file, &mut tail, start)?;
    Ok(if tail.starts_with(&container::ZIP64_END) {
        container::u64_at(&tail, 32)
    } else {
        0
    })
}

fn open_error(name: &str, error: zip::result::ZipError) -> OpenError {
    let name = name.to_owned();
    match error {
        zip::result::ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            OpenError::Read { name, source }
        }
        error => OpenError::Damaged {
            name,
            detail: Message::verbatim(error.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::writer::{Body, Writer};
    use crate::model::Fingerprint;
    use std::io::Write as _;

    fn open(bytes: &[u8]) -> Result<Archive, OpenError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Archive::of_source(
            Source::of_file(file, "a.zip", &Identities::default())?,
            "a.zip".to_owned(),
        )
    }

    fn path(text: &str) -> EntryPath {
        text.parse().unwrap()
    }

    fn small() -> Vec<u8> {
        let base = BaseFolder::split_name("wxbackup-wx01/x").unwrap().0;
        let mut bytes = Vec::new();
        let mut writer = Writer::create(&mut bytes, base);
        for (name, body) in [
            ("bagit.txt", &b"first"[..]),
            ("data/empty", b""),
            ("data/b", b"last"),
        ] {
            writer
                .add(&path(name), &Fingerprint::of(body), Body::Bytes(body))
                .unwrap();
        }
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn what_was_written_is_read_back() {
        let archive = open(&small()).unwrap();
        let entries: Vec<_> = archive
            .entries()
            .iter()
            .map(|entry| (entry.path.as_str(), entry.bytes, entry.offset))
            .collect();
        assert_eq!(archive.base_folder().as_str(), "wxbackup-wx01");
        assert_eq!(
            entries,
            [
                ("bagit.txt", 5, 0),
                ("data/empty", 0, 58),
                ("data/b", 4, 112)
            ]
        );
        assert_eq!(archive.read(&path("data/b"), 4).unwrap(), b"last");
        assert_eq!(archive.read(&path("data/empty"), 0).unwrap(), b"");
        assert!(matches!(
            archive.read(&path("data/b"), 3),
            Err(ReadError::TooLarge { .. })
        ));
        assert!(matches!(
            archive.read(&path("data/c"), 9),
            Err(ReadError::Missing { .. })
        ));
    }

    #[test]
    fn a_part_is_those_bytes_and_ends_where_the_entry_does() {
        let archive = open(&small()).unwrap();
        let entry = archive.entry(&path("data/b")).unwrap();
        let part = |start, bytes| {
            let mut read = Vec::new();
            let mut part = archive.part(entry, start, bytes).unwrap();
            part.read_to_end(&mut read).unwrap();
            read
        };
        assert_eq!(part(0, 4), b"last");
        assert_eq!(part(1, 2), b"as");
        assert_eq!(part(2, 99), b"st");
        assert_eq!(part(4, 1), b"");
        assert_eq!(part(u64::MAX, 1), b"");
    }

    #[test]
    fn a_flipped_bit_in_the_data_is_an_error_at_the_end() {
        let mut bytes = small();
        let at = bytes.windows(4).position(|w| w == b"last").unwrap();
        bytes[at] ^= 1;
        let archive = open(&bytes).unwrap();
        let error = archive.read(&path("data/b"), 9).unwrap_err();
        assert!(
            matches!(error, ReadError::Read { ref source, .. } if source.kind() == io::ErrorKind::InvalidData)
        );
        assert_eq!(archive.read(&path("bagit.txt"), 9).unwrap(), b"first");
    }

    #[test]
    fn each_kind_of_file_that_is_no_archive_has_an_error_of_its_own() {
        let whole = small();
        assert!(matches!(open(b"GIF89a..."), Err(OpenError::NotAZip { .. })));
        assert!(matches!(
            open(b"age-encryption.org/v1\n"),
            Err(OpenError::HeaderDamaged { .. })
        ));
        assert!(matches!(
            open(&whole[..whole.len() - 1]),
            Err(OpenError::Damaged { .. })
        ));
        let mut foreign = whole.clone();
        for at in 0..foreign.len() - 8 {
            if foreign[at..].starts_with(b"wxbackup") {
                foreign[at] = b'v';
            }
        }
        assert!(matches!(open(&foreign), Err(OpenError::OtherZip { .. })));
    }

    #[test]
    fn an_archive_that_two_readers_see_differently_is_refused() {
        // The second record of the directory points at the first entry.
        let mut overlapping = small();
        let record = overlapping
            .windows(4)
            .enumerate()
            .filter(|(_, w)| *w == b"PK\x01\x02")
            .nth(1)
            .unwrap()
            .0;
        overlapping[record + 42] = 1;
        assert!(matches!(
            open(&overlapping),
            Err(OpenError::Ambiguous { .. })
        ));
    }

    #[test]
    fn names_that_a_file_system_takes_for_one_are_refused() {
        for (name, detail) in [
            ("data/empty", message!("archive-two-names")),
            ("data/EMPTY", message!("archive-letter-case")),
        ] {
            let base = BaseFolder::split_name("wxbackup-wx01/x").unwrap().0;
            let entries =
                ["data/empty", "data/e", name].map(|name| Entry::stored(path(name), 0, 0, 0));
            let source = Source::plain(tempfile::tempfile().unwrap()).unwrap();
            let twins = Archive::of_entries(source, String::new(), base, entries.to_vec());
            assert_eq!(twins.refuse_twins(), Err(detail));
        }
    }

    #[test]
    fn both_readers_of_a_directory_see_the_same() {
        let canonical = small();
        let start = canonical
            .windows(4)
            .position(|w| w == b"PK\x01\x02")
            .unwrap();
        let mut taken = 0;
        for at in start..canonical.len() {
            for bit in 0..8 {
                let mut bytes = canonical.clone();
                bytes[at] ^= 1 << bit;
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(&bytes).unwrap();
                let source = Source::plain(file).unwrap();
                let Some((base, entries)) = directory::read(&source) else {
                    continue;
                };
                taken += 1;
                let other = Archive::of_any_zip(source, String::new()).unwrap();
                assert_eq!((other.base, other.entries), (base, entries), "{at}.{bit}");
            }
        }
        // The checksums at least are free.
        assert!(taken >= 3 * 32, "{taken}");
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&canonical).unwrap();
        assert!(directory::read(&Source::plain(file).unwrap()).is_some());
    }
}
