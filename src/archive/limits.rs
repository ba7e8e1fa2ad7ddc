//! How much an archive may ask of its reader (format 13). Each limit is
//! enforced before anything is allocated.

/// Longest entry: sizes in local headers never need zip64.
pub const ENTRY_BYTES_MAX: u64 = 0xffff_fffe;
/// Most entries of an archive.
pub const ENTRIES_MAX: u64 = 1_000_000;
/// Longest name of an entry, base folder included.
pub const NAME_BYTES_MAX: usize = 200;
/// Longest archive.
pub const ARCHIVE_BYTES_MAX: u64 = 5 << 40;
/// Longest manifest that is held in memory.
pub const DOCUMENT_BYTES_MAX: u64 = 256 << 20;
/// Longest line of a JSONL file.
pub const LINE_BYTES_MAX: u64 = 4 << 20;
/// Longest `.json` document, but for `raw.json`.
pub const JSON_BYTES_MAX: u64 = 16 << 20;
/// Longest `raw.json`.
pub const RAW_BYTES_MAX: u64 = 64 << 20;
