//! The pack: page bodies and small blobs, one behind the other in one file.
//!
//! A file for each of 20,000 pictures costs seconds; one file costs nothing.
//! Only its owner appends; anyone may read ranges.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::model::Fingerprint;

/// Where some bytes lie in the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRange {
    /// From the start of the pack.
    pub offset: u64,
    /// Length.
    pub bytes: u64,
}

impl PackRange {
    /// The part of this range that `inner` names, counted from its start.
    ///
    /// # Panics
    ///
    /// Where `inner` reaches beyond this range.
    #[must_use]
    pub fn slice(self, inner: &std::ops::Range<usize>) -> Self {
        let (start, end) = (inner.start as u64, inner.end as u64);
        assert!(
            start <= end && end <= self.bytes,
            "a slice of a body lies inside it"
        );
        Self {
            offset: self.offset + start,
            bytes: end - start,
        }
    }
}

/// Where a blob lies in the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the pack.
    Pack(PackRange),
    /// In a file of its own, named by its SHA-256.
    Large,
}

#[derive(Debug)]
pub(super) struct Pack {
    path: PathBuf,
    file: File,
    end: u64,
}

impl Pack {
    /// Opens the pack for appending behind whatever it holds: bytes that no
    /// journal line names do no harm.
    pub(super) fn open(path: &Path) -> Result<Self, PathError> {
        let file = fs::open_append(path)?;
        let end = file.metadata().at("read", path)?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            end,
        })
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<PackRange, PathError> {
        if let Err(error) = self.file.write_all(bytes) {
            // Part of it may be there; the next bytes must not be taken for it.
            self.end = self
                .file
                .metadata()
                .map_or(self.end, |metadata| metadata.len());
            return Err(error).at("write", &self.path);
        }
        let range = PackRange {
            offset: self.end,
            bytes: bytes.len() as u64,
        };
        self.end += range.bytes;
        Ok(range)
    }

    pub(super) fn read(&self, range: PackRange) -> Result<Vec<u8>, PathError> {
        self.read_exact(range).at("read", &self.path)
    }

    pub(super) fn fingerprint(&self, range: PackRange) -> io::Result<Fingerprint> {
        Ok(Fingerprint::of(&self.read_exact(range)?))
    }

    pub(super) fn try_clone(&self) -> Result<File, PathError> {
        self.file.try_clone().at("open", &self.path)
    }

    fn read_exact(&self, range: PackRange) -> io::Result<Vec<u8>> {
        if range
            .offset
            .checked_add(range.bytes)
            .is_none_or(|end| end > self.end)
        {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes =
            vec![0; usize::try_from(range.bytes).map_err(|_| io::ErrorKind::OutOfMemory)?];
        fs::read_exact_at(&self.file, &mut bytes, range.offset)?;
        Ok(bytes)
    }
}
