//! Writes the zip of an archive, front to back, entry by entry.
//!
//! All lengths and digests are known before the first byte (format 4), so
//! nothing is patched afterwards and nothing needs a data descriptor. What is
//! copied is checked on the way: bytes that are not those of the fingerprint
//! stop the writing.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Write};

use crate::archive::container::{Directory, Member};
use crate::archive::limits;
use crate::archive::pread::{FileRange, ReadAt};
use crate::message;
use crate::model::{BaseFolder, EntryPath, Fingerprint};
use crate::record::mark::Mark;
use crate::text::Message;

/// Larger windows are slower: they make the page cache work in huge pages.
const WINDOW_BYTES: usize = 64 << 10;

/// Where the bytes of an entry come from.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// From memory.
    Bytes(&'a [u8]),
    /// From a file, beginning at `offset`; as many as the fingerprint says.
    Range {
        /// The file, read by position.
        file: &'a dyn ReadAt,
        /// Where the bytes begin.
        offset: u64,
    },
}

/// An archive that is being written. Dropped before [`finish`](Self::finish), it
/// leaves a file without a directory, which nothing takes for an archive.
#[derive(Debug)]
pub struct Writer<W: Write = File> {
    out: Window<W>,
    base: BaseFolder,
    /// The central directory as it will be written.
    directory: Vec<u8>,
    entries: u64,
    /// Names in lower case, to refuse a second one; by mark, for they are long.
    names: HashSet<Mark>,
    header: Vec<u8>,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The length of the file.
    pub bytes: u64,
    /// How many entries it has.
    pub entries: u64,
}

/// Why an archive could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The archive could not be written to.
    #[error("{}", message!("archive-cannot-write"))]
    Write(#[source] io::Error),
    /// The bytes of an entry could not be read.
    #[error("{}", message!("archive-cannot-read-bytes", path = path.as_str()))]
    Read {
        /// The entry.
        path: EntryPath,
        /// What the system answered.
        source: io::Error,
    },
    /// The bytes are not those of the fingerprint: they changed since they were hashed.
    #[error("{}", message!("archive-bytes-changed", path = path.as_str()))]
    Changed {
        /// The entry.
        path: EntryPath,
    },
    /// The entry or the archive is over a limit of the format.
    #[error("{}", message!("archive-does-not-fit", path = path.as_str(), limit = limit))]
    TooLarge {
        /// The entry that is too long, or one too many.
        path: EntryPath,
        /// Which limit.
        limit: Message,
    },
    /// There is an entry of that name already, letter case aside.
    #[error("{}", message!("archive-duplicate", path = path.as_str()))]
    Duplicate {
        /// The name.
        path: EntryPath,
    },
}

impl WriteError {
    /// Whether the disk or a quota on it is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Write(error) if matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        ))
    }
}

impl<W: Write> Writer<W> {
    /// Begins an archive in an empty file.
    pub fn create(file: W, base: BaseFolder) -> Self {
        Self::create_at(file, base, 0)
    }

    /// Begins at a pretended offset, to test what lies beyond 4 GiB.
    fn create_at(file: W, base: BaseFolder, offset: u64) -> Self {
        Self {
            out: Window::new(file, offset),
            base,
            directory: Vec::new(),
            entries: 0,
            names: HashSet::new(),
            header: Vec::new(),
        }
    }

    /// Appends an entry. The caller owes the order of format 6, and that no
    /// file is also a folder; the check after sealing proves both.
    ///
    /// # Errors
    ///
    /// After an error the archive is unusable and must be thrown away.
    pub fn add(
        &mut self,
        path: &EntryPath,
        print: &Fingerprint,
        body: Body<'_>,
    ) -> Result<(), WriteError> {
        let too_large = |limit| WriteError::TooLarge {
            path: path.clone(),
            limit,
        };
        let name = self.base.name_of(path);
        if name.len() > limits::NAME_BYTES_MAX {
            return Err(too_large(message!("archive-name-too-long")));
        }
        if self.entries == limits::ENTRIES_MAX {
            return Err(too_large(message!("archive-million-already")));
        }
        let bytes = u32::try_from(print.bytes)
            .ok()
            .filter(|bytes| u64::from(*bytes) <= limits::ENTRY_BYTES_MAX)
            .ok_or_else(|| too_large(message!("archive-entry-4-gib")))?;
        let lower_case = path.as_str().to_ascii_lowercase();
        if !self.names.insert(Mark::of(&lower_case)) {
            return Err(WriteError::Duplicate { path: path.clone() });
        }
        let member = Member {
            name: name.as_bytes(),
            crc32: print.crc32,
            bytes,
        };
        member.directory_record(self.out.position, &mut self.directory);
        self.header.clear();
        member.local_header(&mut self.header);
        self.out.write(&self.header).map_err(WriteError::Write)?;
        self.entries += 1;
        match body {
            Body::Bytes(body) => self.copy(path, print, body),
            Body::Range { file, offset } => {
                self.copy(path, print, FileRange::new(file, offset, print.bytes))
            }
        }
    }

    fn copy(
        &mut self,
        path: &EntryPath,
        print: &Fingerprint,
        mut body: impl Read,
    ) -> Result<(), WriteError> {
        let changed = || WriteError::Changed { path: path.clone() };
        let mut crc = crc32fast::Hasher::new();
        let mut left = print.bytes;
        loop {
            let room = self.out.room().map_err(WriteError::Write)?;
            let bytes = match body.read(room) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Err(WriteError::Read {
                        path: path.clone(),
                        source,
                    });
                }
            };
            crc.update(&room[..bytes]);
            self.out.keep(bytes);
            if bytes == 0 {
                break;
            }
            left = left.checked_sub(bytes as u64).ok_or_else(changed)?;
        }
        if left == 0 && crc.finalize() == print.crc32 {
            Ok(())
        } else {
            Err(changed())
        }
    }

    /// Writes the directory. The bytes are not yet forced to the disk.
    ///
    /// # Errors
    ///
    /// [`WriteError::Write`].
    pub fn finish(self) -> Result<Written, WriteError> {
        let Self {
            mut out,
            directory,
            entries,
            ..
        } = self;
        let tail = Directory {
            entries,
            offset: out.position,
            bytes: directory.len() as u64,
        }
        .tail();
        out.write(&directory)
            .and_then(|()| out.write(&tail))
            .and_then(|()| out.flush())
            .map_err(WriteError::Write)?;
        Ok(Written {
            bytes: out.position,
            entries,
        })
    }
}

/// The file behind a small buffer that bodies are read straight into.
#[derive(Debug)]
struct Window<W> {
    file: W,
    /// Always [`WINDOW_BYTES`] long; the first `filled` wait to be written.
    buffer: Box<[u8]>,
    filled: usize,
    /// Where the next byte will stand in the file.
    position: u64,
}

impl<W: Write> Window<W> {
    fn new(file: W, position: u64) -> Self {
        Self {
            file,
            buffer: vec![0; WINDOW_BYTES].into_boxed_slice(),
            filled: 0,
            position,
        }
    }

    /// Room for at least one byte; what is put there is taken by [`keep`](Self::keep).
    fn room(&mut self) -> io::Result<&mut [u8]> {
        if self.filled == self.buffer.len() {
            self.flush()?;
        }
        Ok(&mut self.buffer[self.filled..])
    }

    fn keep(&mut self, bytes: usize) {
        self.filled += bytes;
        self.position += bytes as u64;
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let taken = bytes.read(self.room()?)?;
            self.keep(taken);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.buffer[..self.filled])?;
        self.filled = 0;
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipArchive, ZipWriter};

    fn base() -> BaseFolder {
        BaseFolder::split_name("wxbackup-wx01/x").unwrap().0
    }

    fn path(text: &str) -> EntryPath {
        text.parse().unwrap()
    }

    fn add(writer: &mut Writer<impl Write>, name: &str, body: &[u8]) {
        writer
            .add(&path(name), &Fingerprint::of(body), Body::Bytes(body))
            .unwrap();
    }

    #[test]
    fn the_zip_crate_writes_the_same_bytes_below_the_limits() {
        let long = vec![7; 3 * WINDOW_BYTES + 1];
        let entries: [(&str, &[u8]); 3] = [
            ("bagit.txt", b"x"),
            ("data/empty.jsonl", b""),
            ("data/long.bin", &long),
        ];
        let mut ours = Vec::new();
        let mut writer = Writer::create(&mut ours, base());
        for (name, body) in entries {
            add(&mut writer, name, body);
        }
        let written = writer.finish().unwrap();

        let mut theirs = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o644);
        for (name, body) in entries {
            theirs
                .start_file(format!("wxbackup-wx01/{name}"), options)
                .unwrap();
            theirs.write_all(body).unwrap();
        }
        assert!(ours == theirs.finish().unwrap().into_inner());
        assert_eq!((written.bytes, written.entries), (ours.len() as u64, 3));
    }

    #[test]
    fn a_range_of_a_file_is_copied_without_moving_its_position() {
        let pack = tempfile::tempfile().unwrap();
        (&pack).write_all(b"....first.second").unwrap();
        let mut bytes = Vec::new();
        let mut writer = Writer::create(&mut bytes, base());
        for (body, offset) in [(&b"second"[..], 10), (b"first", 4)] {
            let name = std::str::from_utf8(body).unwrap();
            let range = Body::Range {
                file: &pack,
                offset,
            };
            writer
                .add(&path(name), &Fingerprint::of(body), range)
                .unwrap();
        }
        writer.finish().unwrap();
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        for name in ["first", "second"] {
            let mut body = String::new();
            zip.by_name(&format!("wxbackup-wx01/{name}"))
                .unwrap()
                .read_to_string(&mut body)
                .unwrap();
            assert_eq!(body, name);
        }
    }

    #[test]
    fn bytes_that_are_not_those_of_the_fingerprint_stop_the_writing() {
        let pack = tempfile::tempfile().unwrap();
        (&pack).write_all(b"abc").unwrap();
        let print = Fingerprint::of(b"abcd");
        let cases = [
            Body::Bytes(b"abc"),
            Body::Bytes(b"abcde"),
            Body::Bytes(b"abcX"),
            Body::Range {
                file: &pack,
                offset: 0,
            },
        ];
        for body in cases {
            let mut writer = Writer::create(io::sink(), base());
            let result = writer.add(&path("a"), &print, body);
            assert!(
                matches!(result, Err(WriteError::Changed { .. })),
                "{body:?}"
            );
        }
    }

    #[test]
    fn a_second_entry_of_a_name_is_refused_letter_case_aside() {
        let mut writer = Writer::create(io::sink(), base());
        add(&mut writer, "data/a.bin", b"");
        let result = writer.add(&path("data/A.bin"), &Fingerprint::of(b""), Body::Bytes(b""));
        assert!(matches!(result, Err(WriteError::Duplicate { .. })));
    }

    #[test]
    fn an_entry_of_four_gigabytes_is_refused_before_it_is_read() {
        let mut writer = Writer::create(io::sink(), base());
        let print = Fingerprint {
            bytes: 0xffff_ffff,
            ..Fingerprint::of(b"")
        };
        let result = writer.add(&path("a"), &print, Body::Bytes(b""));
        assert!(matches!(result, Err(WriteError::TooLarge { .. })));
    }

    #[test]
    fn entries_beyond_four_gigabytes_are_read_back_by_the_zip_crate() {
        const START: u64 = 0xffff_ffff - 100;
        let mut file = tempfile::tempfile().unwrap();
        io::Seek::seek(&mut file, io::SeekFrom::Start(START)).unwrap();
        let mut writer = Writer::create_at(&file, base(), START);
        for n in 0..5 {
            add(
                &mut writer,
                &format!("f{n}"),
                format!("body {n}").as_bytes(),
            );
        }
        let written = writer.finish().unwrap();
        assert_eq!(written.bytes, file.metadata().unwrap().len());
        let mut zip = ZipArchive::new(file).unwrap();
        for n in 0..5 {
            let mut body = String::new();
            zip.by_name(&format!("wxbackup-wx01/f{n}"))
                .unwrap()
                .read_to_string(&mut body)
                .unwrap();
            assert_eq!(body, format!("body {n}"));
        }
    }

    #[test]
    fn more_entries_than_a_plain_zip_can_count_are_read_back_by_the_zip_crate() {
        for (count, zip64) in [(0xfffe_usize, false), (0xffff, true), (0x1_0000, true)] {
            let mut bytes = Vec::new();
            let mut writer = Writer::create(&mut bytes, base());
            for n in 0..count {
                add(&mut writer, &format!("f{n}"), b"");
            }
            writer.finish().unwrap();
            let has_zip64 = bytes[bytes.len() - 98..].starts_with(b"PK\x06\x06");
            assert_eq!(has_zip64, zip64, "{count}");
            assert_eq!(ZipArchive::new(Cursor::new(bytes)).unwrap().len(), count);
        }
    }
}
