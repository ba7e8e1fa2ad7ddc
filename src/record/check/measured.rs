//! A reader that knows how much passed through it.

use std::io;
use std::io::BufRead;
use std::io::Read;

/// Counts what is read through it.
pub(super) struct Measured<'a> {
    inner: &'a mut dyn BufRead,
    pub(super) bytes: u64,
    pub(super) line_feeds: u64,
}

impl<'a> Measured<'a> {
    pub(super) fn new(inner: &'a mut dyn BufRead) -> Self {
        Self {
            inner,
            bytes: 0,
            line_feeds: 0,
        }
    }
}

impl BufRead for Measured<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was filled before, so that this reads nothing.
        if let Ok(chunk) = self.inner.fill_buf() {
            let taken = &chunk[..amount.min(chunk.len())];
            self.line_feeds += memchr::memchr_iter(b'\n', taken).count() as u64;
        }
        self.bytes += amount as u64;
        self.inner.consume(amount);
    }
}

impl Read for Measured<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}
