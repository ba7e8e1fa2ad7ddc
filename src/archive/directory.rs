//! The directory of an archive in canonical form (format 4), read by itself.
//!
//! There the place of each entry follows from those before it, and of a record
//! nothing is free but checksum, length and name: it is made anew and compared.
//! Whatever differs in one bit is left to the reader of any zip, so that nothing
//! is refused here and nothing is taken that another reader would see otherwise.

use std::io::{BufReader, Read as _};

use crate::archive::container::{self, Directory, Member, u16_at, u32_at, u64_at};
use crate::archive::limits;
use crate::archive::pread::{self, FileRange};
use crate::archive::reader::Entry;
use crate::archive::source::Source;
use crate::model::BaseFolder;

const READ_BYTES: usize = 64 << 10;

/// The base folder and the entries, in the order of their bytes; `None` where
/// the directory is not in canonical form, or cannot be read.
pub(super) fn read(source: &Source) -> Option<(BaseFolder, Vec<Entry>)> {
    let directory = locate(source)?;
    let mut records = Records::new(source, &directory);
    let mut entries = Vec::with_capacity(usize::try_from(directory.entries).ok()?);
    let mut base = None;
    for _ in 0..directory.entries {
        let (member, offset) = records.next()?;
        let name = std::str::from_utf8(member.name).ok()?;
        let path = match &base {
            None => {
                let (folder, path) = BaseFolder::split_name(name)?;
                base = Some(folder);
                path
            }
            Some(base) => base.path_in(name)?,
        };
        entries.push(Entry::stored(
            path,
            u64::from(member.bytes),
            member.crc32,
            offset,
        ));
    }
    let is_all = records.next_offset == directory.offset && records.from.get_ref().left() == 0;
    base.filter(|_| is_all && records.from.buffer().is_empty())
        .map(|base| (base, entries))
}

/// Where the directory lies, if the tail is the one that tells it.
fn locate(source: &Source) -> Option<Directory> {
    const TAIL: usize =
        container::ZIP64_END_BYTES + container::ZIP64_LOCATOR_BYTES + container::END_BYTES;
    let bytes = source.bytes();
    let mut tail = [0; TAIL];
    // No archive is so short: its first entries alone are longer.
    let start = bytes.checked_sub(TAIL as u64)?;
    pread::read_at(source, &mut tail, start).ok()?;
    let end = &tail[TAIL - container::END_BYTES..];
    let mut directory = Directory {
        entries: u64::from(u16_at(end, 10)),
        bytes: u64::from(u32_at(end, 12)),
        offset: u64::from(u32_at(end, 16)),
    };
    if directory.needs_zip64() {
        directory = Directory {
            entries: u64_at(&tail, 32),
            bytes: u64_at(&tail, 40),
            offset: u64_at(&tail, 48),
        };
    }
    let expected = directory.tail();
    let end_told = [directory.bytes, expected.len() as u64]
        .into_iter()
        .try_fold(directory.offset, u64::checked_add);
    let fits = tail.ends_with(&expected)
        && end_told == Some(bytes)
        // What is allocated for entries is less than what the file has for them.
        && directory.entries <= limits::ENTRIES_MAX.min(directory.bytes / container::RECORD_BYTES as u64);
    fits.then_some(directory)
}

/// The records of a directory, one after the other.
struct Records<'a> {
    from: BufReader<FileRange<'a>>,
    record: Vec<u8>,
    expected: Vec<u8>,
    /// Where the entry of the next record must stand.
    next_offset: u64,
}

impl<'a> Records<'a> {
    fn new(source: &'a Source, directory: &Directory) -> Self {
        let range = FileRange::new(source, directory.offset, directory.bytes);
        Self {
            from: BufReader::with_capacity(READ_BYTES, range),
            record: Vec::new(),
            expected: Vec::new(),
            next_offset: 0,
        }
    }

    /// The entry of the next record, and where it stands.
    fn next(&mut self) -> Option<(Member<'_>, u64)> {
        self.record.resize(container::RECORD_BYTES, 0);
        self.from.read_exact(&mut self.record).ok()?;
        let name_end = container::RECORD_BYTES + usize::from(u16_at(&self.record, 28));
        let length = name_end + usize::from(u16_at(&self.record, 30));
        self.record.resize(length, 0);
        let rest = &mut self.record[container::RECORD_BYTES..];
        self.from.read_exact(rest).ok()?;
        let member = Member {
            name: &self.record[container::RECORD_BYTES..name_end],
            crc32: u32_at(&self.record, 16),
            bytes: u32_at(&self.record, 24),
        };
        let offset = self.next_offset;
        self.expected.clear();
        member.directory_record(offset, &mut self.expected);
        let is_so =
            self.record == self.expected && u64::from(member.bytes) <= limits::ENTRY_BYTES_MAX;
        let header = (container::LOCAL_BYTES + member.name.len()) as u64;
        self.next_offset = offset + header + u64::from(member.bytes);
        is_so.then_some((member, offset))
    }
}
