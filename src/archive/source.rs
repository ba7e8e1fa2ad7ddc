//! Where the bytes of an archive come from: a plain file, or an age file that is
//! decrypted where it is read, so that nothing of it ever lies on a disk.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::archive::age::{self, Chunks, Identities, NotOpened};
use crate::archive::pread::{self, FileRange, ReadAt};
use crate::archive::reader::OpenError;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::Sha256;
use crate::text::Message;

/// How much of a file tells what it is.
pub(super) const HEAD_BYTES: usize = 1024;

/// The bytes of a zip, read by their position. A copy shares the open file, so
/// that nobody can exchange it between two readers.
///
/// Where an age file is damaged, reading fails with `InvalidData`.
#[derive(Clone, Debug)]
pub struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: File,
    file_bytes: u64,
    chunks: Option<Chunks>,
}

/// What is wrong with an age file, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// It ends before what was encrypted does.
    Cut,
    /// What lies between these bytes of it is not what was written.
    Place(u64, u64),
}

impl Source {
    /// Opens the file at `path`, decrypting it with `identities` where it is an
    /// age file.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened or read, or no key opens it.
    pub fn open(path: &Path, identities: &Identities) -> Result<Self, OpenError> {
        let file = File::open(path).map_err(|source| OpenError::Open {
            path: path.to_owned(),
            source,
        })?;
        Self::of_file(file, &path.display().to_string(), identities)
    }

    /// As [`open`](Self::open), of a file that is open already; `name` is for messages.
    ///
    /// # Errors
    ///
    /// As for `open`.
    pub fn of_file(file: File, name: &str, identities: &Identities) -> Result<Self, OpenError> {
        let read = |source| OpenError::Read {
            name: name.to_owned(),
            source,
        };
        let file_bytes = file.metadata().map_err(read)?.len();
        let chunks = if looks_encrypted(&file) {
            let opened = age::open(&file, file_bytes, identities);
            Some(opened.map_err(|why| not_opened(why, name))?)
        } else {
            None
        };
        Ok(Self(Arc::new(Inner {
            file,
            file_bytes,
            chunks,
        })))
    }

    /// The bytes of a file as they are.
    ///
    /// # Errors
    ///
    /// Where it cannot be asked for its length.
    pub fn plain(file: File) -> io::Result<Self> {
        let file_bytes = file.metadata()?.len();
        Ok(Self(Arc::new(Inner {
            file,
            file_bytes,
            chunks: None,
        })))
    }

    /// The length of the zip.
    pub fn bytes(&self) -> u64 {
        self.0
            .chunks
            .as_ref()
            .map_or(self.0.file_bytes, Chunks::bytes)
    }

    /// The length of the file, encrypted or not.
    pub fn file_bytes(&self) -> u64 {
        self.0.file_bytes
    }

    /// Whether the file is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.0.chunks.is_some()
    }

    /// The digest of the file as it lies there, encrypted or not.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or someone asked to stop.
    pub fn file_sha256(&self, interrupt: &Interrupt) -> io::Result<Sha256> {
        file_sha256(&self.0.file, interrupt)
    }

    /// The same bytes for those who look for what is whole: where an age file is
    /// damaged there are zeros. Whoever reads them proves what they read.
    pub(super) fn lenient(&self) -> Lenient<'_> {
        Lenient(self)
    }

    /// What is wrong with the age file, as far as it was read.
    pub(super) fn damage(&self) -> Vec<Damage> {
        let Some(chunks) = &self.0.chunks else {
            return Vec::new();
        };
        let mut damage: Vec<_> = chunks
            .damage()
            .into_iter()
            .map(|(start, end)| Damage::Place(start, end))
            .collect();
        // A last chunk that is damaged cannot say that it is the last.
        let ends_badly =
            matches!(damage.last(), Some(Damage::Place(_, end)) if *end == self.0.file_bytes);
        if !chunks.ends() && !ends_badly {
            damage.push(Damage::Cut);
        }
        damage
    }
}

impl ReadAt for Source {
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let Some(chunks) = &self.0.chunks else {
            return self.0.file.read_once(buffer, offset);
        };
        chunks
            .read_once(&self.0.file, buffer, offset)?
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, chunks.said(offset)))
    }
}

/// See [`Source::lenient`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Lenient<'a>(&'a Source);

impl ReadAt for Lenient<'_> {
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let inner = &*self.0.0;
        let Some(chunks) = &inner.chunks else {
            return inner.file.read_once(buffer, offset);
        };
        if let Some(read) = chunks.read_once(&inner.file, buffer, offset)? {
            return Ok(read);
        }
        let left = chunks.left_in_chunk(offset);
        let length = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        buffer[..length].fill(0);
        Ok(length)
    }
}

/// Whether the file at `path` begins as an encrypted one does; `false` where it
/// cannot be read.
pub fn is_encrypted(path: &Path) -> bool {
    // Opening a named pipe would block for ever.
    let is_file = path.metadata().is_ok_and(|it| it.is_file());
    is_file && File::open(path).is_ok_and(|file| looks_encrypted(&file))
}

/// Whether a file begins as an encrypted one does. What cannot be read does not.
fn looks_encrypted(file: &File) -> bool {
    let mut head = [0; HEAD_BYTES];
    let read = pread::read_at(file, &mut head, 0).unwrap_or(0);
    age::is_age(&head[..read])
}

/// The digest of a file from its first byte, wherever it stands.
///
/// # Errors
///
/// Where it cannot be read, or someone asked to stop.
pub fn file_sha256(file: &File, interrupt: &Interrupt) -> io::Result<Sha256> {
    Sha256::read(&mut interrupt.over(FileRange::new(file, 0, u64::MAX)))
}

pub(super) fn not_opened(why: NotOpened, name: &str) -> OpenError {
    let name = name.to_owned();
    match why {
        NotOpened::NoIdentity => OpenError::Encrypted { name },
        NotOpened::NoKeyFits => OpenError::NoKeyFits { name },
        NotOpened::Damaged => OpenError::HeaderDamaged { name },
        NotOpened::Read(source) => OpenError::Read { name, source },
    }
}

impl Damage {
    /// The place in the age file, for programs.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Cut => String::new(),
            Self::Place(start, end) => format!("age:{start}-{end}"),
        }
    }

    /// What is said of it.
    pub(super) fn message(&self) -> Message {
        match self {
            Self::Cut => message!("age-cut"),
            Self::Place(start, end) => message!(
                "age-chunk-damaged",
                start = start.to_string(),
                end = end.to_string()
            ),
        }
    }
}
