//! Where the bytes of an archive come from.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::archive::pread::ReadAt;
use crate::archive::reader::OpenError;

/// The bytes of a zip, read by their position. A copy shares the open file, so
/// that nobody can exchange it between two readers.
#[derive(Clone, Debug)]
pub struct Source(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: File,
    bytes: u64,
}

impl Source {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened or read.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file = File::open(path).map_err(|source| OpenError::Open {
            path: path.to_owned(),
            source,
        })?;
        Self::of_file(file, &path.display().to_string())
    }

    /// The bytes of a file that is open already; `name` is for messages.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn of_file(file: File, name: &str) -> Result<Self, OpenError> {
        let bytes = file.metadata().map_err(|source| OpenError::Read {
            name: name.to_owned(),
            source,
        })?;
        let bytes = bytes.len();
        Ok(Self(Arc::new(Inner { file, bytes })))
    }

    /// The length of the zip.
    pub fn bytes(&self) -> u64 {
        self.0.bytes
    }
}

impl ReadAt for Source {
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.file.read_once(buffer, offset)
    }
}
