//! Reading a file while it is being written, close behind the writer: what was
//! written last is still at hand, and nobody waits for a second reading.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::archive::pread::ReadAt as _;
use crate::fs;

/// How often the reader is told how far the writer is.
const STRIDE_BYTES: u64 = 1 << 20;
/// So many strides behind, the reader is waited for: further back the bytes may
/// have left the memory.
const STRIDES_MAX: usize = 64;

/// The writer, and a reader of what it has written. The reader comes to its end
/// where the file does once the writer is dropped, and waits until then.
///
/// Both go by position: they can share one open file.
///
/// # Errors
///
/// Where the system cannot share `file`, which must be empty.
pub fn follow(file: File) -> io::Result<(Followed, Follower)> {
    let (told, heard) = sync_channel(STRIDES_MAX);
    let reader = Follower {
        file: file.try_clone()?,
        at: 0,
        written: 0,
        heard,
    };
    let writer = Followed {
        file,
        written: 0,
        told_bytes: 0,
        told,
    };
    Ok((writer, reader))
}

/// See [`follow`].
#[derive(Debug)]
pub struct Followed {
    file: File,
    written: u64,
    told_bytes: u64,
    told: SyncSender<u64>,
}

impl Write for Followed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = fs::write_at(&self.file, bytes, self.written)?;
        self.written += taken as u64;
        if self.written - self.told_bytes >= STRIDE_BYTES {
            self.told_bytes = self.written;
            // A reader that is gone has said why.
            let _ = self.told.send(self.written);
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// See [`follow`].
#[derive(Debug)]
pub struct Follower {
    file: File,
    at: u64,
    /// What there is to read, as far as was heard.
    written: u64,
    heard: Receiver<u64>,
}

impl Read for Follower {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.written {
            // Without a writer there is no more than the file has.
            self.written = self.heard.recv().unwrap_or(u64::MAX);
        }
        let left = self.written - self.at;
        let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.file.read_once(&mut buffer[..wanted], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn what_is_written_is_read_to_its_end_by_who_follows() {
        let whole: Vec<u8> = (0..5_000_000_u32)
            .map(|n| u8::try_from(n % 251).unwrap())
            .collect();
        let (mut writer, mut reader) = follow(tempfile::tempfile().unwrap()).unwrap();
        let read = thread::scope(|scope| {
            let read = scope.spawn(move || {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).unwrap();
                bytes
            });
            for chunk in whole.chunks(77_777) {
                writer.write_all(chunk).unwrap();
            }
            drop(writer);
            read.join().unwrap()
        });
        assert!(read == whole);
    }

    #[test]
    fn a_reader_that_has_gone_stops_no_writer() {
        let (mut writer, reader) = follow(tempfile::tempfile().unwrap()).unwrap();
        drop(reader);
        let stride = vec![0; usize::try_from(STRIDE_BYTES).unwrap()];
        for _ in 0..=STRIDES_MAX {
            writer.write_all(&stride).unwrap();
        }
    }
}
