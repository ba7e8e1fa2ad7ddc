//! The bytes of a zip, WXZ-1 (format 4): for a name, its fingerprint and an
//! offset there is exactly one header. The writer writes it; the check makes it
//! anew and compares, so that no bit of a header is free.

/// What stands before the data of an entry.
pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// What stands before a record of the central directory.
pub(super) const RECORD: [u8; 4] = *b"PK\x01\x02";
/// What stands before the zip64 end record.
pub(super) const ZIP64_END: [u8; 4] = *b"PK\x06\x06";
/// What stands before the zip64 locator.
pub(super) const ZIP64_LOCATOR: [u8; 4] = *b"PK\x06\x07";
/// What stands before the end record.
pub(super) const END: [u8; 4] = *b"PK\x05\x06";

/// The fixed part of a local header.
pub(super) const LOCAL_BYTES: usize = 30;
/// The fixed part of a record of the central directory.
pub(super) const RECORD_BYTES: usize = 46;
/// The zip64 end record.
pub(super) const ZIP64_END_BYTES: usize = 56;
/// The zip64 locator.
pub(super) const ZIP64_LOCATOR_BYTES: usize = 20;
/// The end record without a comment.
pub(super) const END_BYTES: usize = 22;

const VERSION: u16 = 10;
const VERSION_ZIP64: u16 = 45;
/// Unix, specification 1.0: what the attributes below mean.
const MADE_BY: u16 = 0x030a;
const MADE_BY_ZIP64: u16 = 0x032d;
/// 1980-01-01, the earliest date that a zip can say. A blob that two items
/// share has no time of its own.
const DATE: u16 = 0x0021;
/// A regular file that its owner may write and all may read.
const ATTRIBUTES: u32 = 0o100_644 << 16;

const U16_FULL: u64 = 0xffff;
const U32_FULL: u64 = 0xffff_ffff;

/// One entry, as far as its headers tell of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    /// The whole name, base folder included.
    pub(super) name: &'a [u8],
    pub(super) crc32: u32,
    /// At most [`ENTRY_BYTES_MAX`](super::limits::ENTRY_BYTES_MAX).
    pub(super) bytes: u32,
}

impl Member<'_> {
    /// Appends the local header with the name. It depends on name and data
    /// alone, so header and data can be copied verbatim between archives.
    pub(super) fn local_header(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&LOCAL);
        put_u16(out, VERSION);
        self.common(out);
        put_u16(out, 0); // extra field
        out.extend_from_slice(self.name);
    }

    /// Appends the record of the central directory for the entry whose local
    /// header stands at `offset`.
    pub(super) fn directory_record(&self, offset: u64, out: &mut Vec<u8>) {
        let far = offset >= U32_FULL;
        out.extend_from_slice(&RECORD);
        put_u16(out, MADE_BY);
        put_u16(out, if far { VERSION_ZIP64 } else { VERSION });
        self.common(out);
        put_u16(out, if far { 12 } else { 0 }); // extra field
        put_u16(out, 0); // comment
        put_u16(out, 0); // disk
        put_u16(out, 0); // internal attributes
        put_u32(out, ATTRIBUTES);
        put_u32(out, clamped_u32(offset));
        out.extend_from_slice(self.name);
        if far {
            put_u16(out, 1); // zip64
            put_u16(out, 8);
            put_u64(out, offset);
        }
    }

    /// What both headers have in the middle: flags to name length.
    fn common(&self, out: &mut Vec<u8>) {
        put_u16(out, 0); // flags
        put_u16(out, 0); // stored
        put_u16(out, 0); // time
        put_u16(out, DATE);
        put_u32(out, self.crc32);
        put_u32(out, self.bytes);
        put_u32(out, self.bytes);
        put_u16(out, clamped_u16(self.name.len() as u64));
    }
}

/// The central directory as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) entries: u64,
    pub(super) offset: u64,
    pub(super) bytes: u64,
}

impl Directory {
    /// Whether a zip64 record stands between the directory and the end record:
    /// where one of the three numbers does not fit below the field's maximum.
    pub(super) fn needs_zip64(&self) -> bool {
        self.entries >= U16_FULL || self.offset >= U32_FULL || self.bytes >= U32_FULL
    }

    /// The zip64 end record.
    pub(super) fn zip64_end(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ZIP64_END_BYTES);
        out.extend_from_slice(&ZIP64_END);
        put_u64(&mut out, ZIP64_END_BYTES as u64 - 12);
        put_u16(&mut out, MADE_BY_ZIP64);
        put_u16(&mut out, VERSION_ZIP64);
        put_u32(&mut out, 0); // this disk
        put_u32(&mut out, 0); // disk of the directory
        put_u64(&mut out, self.entries);
        put_u64(&mut out, self.entries);
        put_u64(&mut out, self.bytes);
        put_u64(&mut out, self.offset);
        out
    }

    /// The zip64 locator.
    pub(super) fn zip64_locator(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ZIP64_LOCATOR_BYTES);
        out.extend_from_slice(&ZIP64_LOCATOR);
        put_u32(&mut out, 0); // disk of the zip64 end record
        put_u64(&mut out, self.offset.saturating_add(self.bytes));
        put_u32(&mut out, 1); // disks
        out
    }

    /// The end record.
    pub(super) fn end(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(END_BYTES);
        out.extend_from_slice(&END);
        put_u16(&mut out, 0); // this disk
        put_u16(&mut out, 0); // disk of the directory
        put_u16(&mut out, clamped_u16(self.entries));
        put_u16(&mut out, clamped_u16(self.entries));
        put_u32(&mut out, clamped_u32(self.bytes));
        put_u32(&mut out, clamped_u32(self.offset));
        put_u16(&mut out, 0); // comment
        out
    }

    /// Everything between the directory and the end of the file.
    pub(super) fn tail(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if self.needs_zip64() {
            out.extend_from_slice(&self.zip64_end());
            out.extend_from_slice(&self.zip64_locator());
        }
        out.extend_from_slice(&self.end());
        out
    }
}

/// The two bytes at `at`, as a number.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// The four bytes at `at`, as a number.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

/// The eight bytes at `at`, as a number.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// A field that is full says that the real value stands in a zip64 field.
fn clamped_u16(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

fn clamped_u32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail_of(entries: u64, offset: u64, bytes: u64) -> Vec<u8> {
        Directory {
            entries,
            offset,
            bytes,
        }
        .tail()
    }

    #[test]
    fn a_zip64_record_stands_only_where_a_field_is_full() {
        for (entries, offset, bytes, length) in [
            (0xfffe, 0xffff_fffe, 0xffff_fffe, 22),
            (0xffff, 0, 0, 98),
            (0x1_0000, 0, 0, 98),
            (0, 0xffff_ffff, 0, 98),
            (0, 0, 0xffff_ffff, 98),
        ] {
            assert_eq!(tail_of(entries, offset, bytes).len(), length, "{entries}");
        }
        let tail = tail_of(0x1_0000, 0x1_2345_6789, 0x77);
        assert_eq!((u64_at(&tail, 4), u64_at(&tail, 24)), (44, 0x1_0000));
        assert_eq!(
            (u64_at(&tail, 40), u64_at(&tail, 48)),
            (0x77, 0x1_2345_6789)
        );
        assert_eq!(u64_at(&tail, 56 + 8), 0x1_2345_6800);
        let end = &tail[76..];
        assert_eq!(
            (u16_at(end, 10), u32_at(end, 12), u32_at(end, 16)),
            (0xffff, 0x77, u32::MAX)
        );
    }

    #[test]
    fn a_record_says_its_offset_in_an_extra_field_only_where_it_must() {
        let member = Member {
            name: b"wxbackup-a/bagit.txt",
            crc32: 0x1234_5678,
            bytes: 9,
        };
        for (offset, length, version) in [(0xffff_fffe, 66, 10), (0xffff_ffff, 78, 45)] {
            let mut record = Vec::new();
            member.directory_record(offset, &mut record);
            assert_eq!((record.len(), u16_at(&record, 6)), (length, version));
            let told = if length == 66 {
                u64::from(u32_at(&record, 42))
            } else {
                u64_at(&record, 70)
            };
            assert_eq!(told, offset);
        }
    }
}
