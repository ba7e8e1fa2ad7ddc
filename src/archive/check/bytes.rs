//! The bytes of an archive from front to back: of a file, where data can be
//! skipped, or of a pipe, where it passes by once.

use std::io::{self, BufRead, Read};

use crate::archive::pread::{self, ReadAt};

/// Longer than any header with its name, extra field and comment.
const LOOK_BYTES: usize = 256 << 10;
const READ_BYTES: usize = 64 << 10;
/// What is read for a header whose neighbour is far away.
const HEADER_BYTES: usize = 512;

/// Bytes that are looked at before they are passed.
pub(super) trait Bytes {
    /// Where the next byte stands in the archive.
    fn position(&self) -> u64;

    /// How many bytes there are from here to the end, where that is known.
    fn left(&self) -> Option<u64>;

    /// The next `bytes` bytes; fewer only at the end. At most [`LOOK_BYTES`].
    fn look(&mut self, bytes: usize) -> io::Result<&[u8]>;

    /// Passes bytes that were looked at.
    fn advance(&mut self, bytes: usize);

    /// Passes `bytes` bytes; gives how many there were.
    fn skip(&mut self, bytes: u64) -> io::Result<u64>;
}

/// A file, read by position.
pub(super) struct FileBytes<'a> {
    file: &'a dyn ReadAt,
    bytes: u64,
    position: u64,
    window: Vec<u8>,
    window_start: u64,
    /// How much to read at once: little for a header alone, more the longer
    /// the reading goes on without a jump.
    stride: usize,
}

impl<'a> FileBytes<'a> {
    pub(super) fn new(file: &'a dyn ReadAt, bytes: u64) -> Self {
        Self {
            file,
            bytes,
            position: 0,
            window: Vec::new(),
            window_start: 0,
            stride: HEADER_BYTES,
        }
    }
}

impl Bytes for FileBytes<'_> {
    fn position(&self) -> u64 {
        self.position
    }

    fn left(&self) -> Option<u64> {
        Some(self.bytes.saturating_sub(self.position))
    }

    fn look(&mut self, bytes: usize) -> io::Result<&[u8]> {
        let left = self.bytes.saturating_sub(self.position);
        let wanted = usize::try_from(left).map_or(bytes, |left| left.min(bytes));
        let window_end = self.window_start + self.window.len() as u64;
        let inside = (self.window_start..=window_end).contains(&self.position);
        if !inside || window_end - self.position < wanted as u64 {
            self.stride = if inside {
                (self.stride * 2).min(READ_BYTES)
            } else {
                HEADER_BYTES
            };
            self.window.resize(wanted.max(self.stride), 0);
            let read = pread::read_at(self.file, &mut self.window, self.position)?;
            self.window.truncate(read);
            self.window_start = self.position;
        }
        // The position lies in the window, whose length fits a usize.
        let start = usize::try_from(self.position - self.window_start).unwrap_or(usize::MAX);
        let rest = self.window.get(start..).unwrap_or_default();
        Ok(&rest[..rest.len().min(wanted)])
    }

    fn advance(&mut self, bytes: usize) {
        self.position += bytes as u64;
    }

    fn skip(&mut self, bytes: u64) -> io::Result<u64> {
        let skipped = bytes.min(self.bytes.saturating_sub(self.position));
        self.position += skipped;
        Ok(skipped)
    }
}

/// A pipe, read once.
pub(super) struct StreamSource<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    position: u64,
}

impl<R: Read> StreamSource<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: vec![0; LOOK_BYTES],
            start: 0,
            end: 0,
            position: 0,
        }
    }
}

impl<R: Read> Bytes for StreamSource<R> {
    fn position(&self) -> u64 {
        self.position
    }

    fn left(&self) -> Option<u64> {
        None
    }

    fn look(&mut self, bytes: usize) -> io::Result<&[u8]> {
        let wanted = bytes.min(self.buffer.len());
        if self.buffer.len() - self.start < wanted || self.start == self.end {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < wanted {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let end = self.end.min(self.start + wanted);
        Ok(&self.buffer[self.start..end])
    }

    fn advance(&mut self, bytes: usize) {
        self.start += bytes;
        self.position += bytes as u64;
    }

    fn skip(&mut self, bytes: u64) -> io::Result<u64> {
        let mut body = self.body(bytes);
        loop {
            let length = body.fill_buf()?.len();
            if length == 0 {
                return Ok(bytes - body.left);
            }
            body.consume(length);
        }
    }
}

impl<R: Read> StreamSource<R> {
    /// The next `bytes` bytes as a reader; it ends early where the stream does.
    pub(super) fn body(&mut self, bytes: u64) -> StreamBody<'_, R> {
        StreamBody {
            source: self,
            left: bytes,
        }
    }
}

/// The data of one entry of a pipe.
pub(super) struct StreamBody<'a, R> {
    source: &'a mut StreamSource<R>,
    left: u64,
}

impl<R> StreamBody<'_, R> {
    /// How many bytes were not read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }
}

impl<R: Read> BufRead for StreamBody<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Ok(&[]);
        }
        if self.source.start == self.source.end {
            self.source.look(1)?;
        }
        let buffered = &self.source.buffer[self.source.start..self.source.end];
        let end =
            usize::try_from(self.left).map_or(buffered.len(), |left| left.min(buffered.len()));
        Ok(&buffered[..end])
    }

    fn consume(&mut self, amount: usize) {
        self.source.advance(amount);
        self.left -= amount as u64;
    }
}

impl<R: Read> Read for StreamBody<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(buffer)?;
        self.consume(taken);
        Ok(taken)
    }
}
