//! Reading a file at a position, so that many readers share one open file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Reads up to `buffer.len()` bytes at `offset`; fewer only at the end of the file.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match read_once(
            file,
            &mut buffer[done..],
            offset.saturating_add(done as u64),
        ) {
            Ok(0) => break,
            Ok(bytes) => done += bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

#[cfg(unix)]
fn read_once(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::os::unix::fs::FileExt as _;
    // An offset beyond `i64::MAX` is an error to the system, and no file is that long.
    if i64::try_from(offset).is_err() {
        return Ok(0);
    }
    file.read_at(buffer, offset)
}

#[cfg(windows)]
fn read_once(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    use std::os::windows::fs::FileExt as _;
    file.seek_read(buffer, offset)
}

/// A stretch of a file as a reader with a position of its own.
#[derive(Clone, Debug)]
pub struct FileRange<'a> {
    file: &'a File,
    start: u64,
    end: u64,
    at: u64,
}

impl<'a> FileRange<'a> {
    /// The `bytes` bytes from `offset` on; reading ends early where the file does.
    pub fn new(file: &'a File, offset: u64, bytes: u64) -> Self {
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
        let bytes = read_once(self.file, &mut buffer[..wanted], self.at)?;
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
