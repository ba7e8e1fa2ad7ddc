//! Reading at a position, so that many readers share one open file.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes that any number of threads read by their position.
pub trait ReadAt: Debug + Sync {
    /// Reads up to `buffer.len()` bytes at `offset`, as many as are at hand; none
    /// only at the end.
    ///
    /// # Errors
    ///
    /// Where the bytes cannot be read.
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

/// Reads up to `buffer.len()` bytes at `offset`; fewer only at the end of the file.
pub(crate) fn read_at(file: &dyn ReadAt, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        let at = offset.saturating_add(done as u64);
        match file.read_once(&mut buffer[done..], at) {
            Ok(0) => break,
            Ok(bytes) => done += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

impl ReadAt for File {
    #[cfg(unix)]
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        // An offset beyond `i64::MAX` is an error to the system, and no file is that long.
        if i64::try_from(offset).is_err() {
            return Ok(0);
        }
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_once(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }
}

/// A stretch of a file as a reader with a position of its own.
#[derive(Clone, Debug)]
pub struct FileRange<'a> {
    file: &'a dyn ReadAt,
    start: u64,
    end: u64,
    at: u64,
}

impl<'a> FileRange<'a> {
    /// The `bytes` bytes from `offset` on; reading ends early where the file does.
    pub fn new(file: &'a dyn ReadAt, offset: u64, bytes: u64) -> Self {
        Self {
            file,
            start: offset,
            end: offset.saturating_add(bytes),
            at: offset,
        }
    }

    /// How many bytes are still to be read, if the file has them.
    pub(crate) fn left(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }
}

impl Read for FileRange<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left();
        let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if wanted == 0 {
            return Ok(0);
        }
        let bytes = self.file.read_once(&mut buffer[..wanted], self.at)?;
        self.at += bytes as u64;
        Ok(bytes)
    }
}

impl Seek for FileRange<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => self.start.checked_add(offset),
            SeekFrom::End(offset) => self.end.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = target
            .filter(|at| *at >= self.start)
            .ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at - self.start)
    }
}
