//! Finds what is whole in a damaged archive (format 18).
//!
//! The directory at the end is not needed: the headers before each file carry
//! its name, length and checksum. Where the chain is broken the search goes on
//! byte by byte, so that one bad place costs one file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read as _};

use crate::archive::check::{CheckError, Listing, find_header};
use crate::archive::container::{self, u16_at, u32_at};
use crate::archive::limits;
use crate::archive::pread::{self, FileRange, ReadAt};
use crate::archive::reader::{Archive, Entry, OpenError};
use crate::archive::source::Source;
use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::model::{BaseFolder, EntryPath, Fingerprint, Fingerprinter, layout};

const WINDOW_BYTES: usize = 64 << 10;

/// What could be saved of an archive.
#[derive(Debug)]
pub struct Salvaged {
    /// The files that are whole, and no others, to be read as from any archive.
    pub archive: Archive,
    /// Files that were found with other bytes than they must have.
    pub damaged: Vec<EntryPath>,
    /// Files that a manifest lists and that were not found at all.
    pub missing: Vec<EntryPath>,
    /// How far the files are proven.
    pub proof: Proof,
}

/// What a salvaged file was compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Both manifests are whole: every file has its digest, and what is missing is known.
    Manifests,
    /// A manifest is lost: blobs are proven by their names, other files that it
    /// would list by their CRC-32 alone, and nobody knows what else is lost.
    ChecksumsOnly,
}

/// Reads the whole file and gives what is whole in it. Where a name stands
/// twice, the file that its digest proves is taken, else the first.
///
/// # Errors
///
/// Where the file cannot be read, or nothing of an archive is in it.
pub fn salvage(
    source: Source,
    name: &str,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Salvaged, CheckError> {
    let unreadable = |source| OpenError::Read {
        name: name.to_owned(),
        source,
    };
    let file_bytes = source.bytes();
    observer.event(&Event::Phase {
        phase: Phase::Check,
        section: None,
        items_total: None,
        bytes_total: Some(file_bytes),
    });
    let lenient = source.lenient();
    let mut search = Search {
        file: &lenient,
        file_bytes,
        base: None,
        found: Vec::new(),
    };
    let mut at = 0;
    while let Some(header) = search.next_header(at).map_err(unreadable)? {
        if interrupt.is_set() {
            return Err(CheckError::Interrupted);
        }
        let next = search.entry(header).map_err(unreadable)?;
        observer.event(&Event::Advanced {
            items: 1,
            bytes: next - at,
        });
        at = next;
    }
    let Search { base, found, .. } = search;
    let Some(base) = base else {
        return Err(CheckError::Unreadable(OpenError::OtherZip {
            name: name.to_owned(),
        }));
    };
    let listing = Listing::of_head(&lenient, &found).map_err(unreadable)?;
    let judged = judge(found, &listing);
    let archive = Archive::of_entries(source, name.to_owned(), base, judged.whole);
    let is_there = |path: &&EntryPath| archive.entry(path).is_some();
    let damaged: Vec<_> = judged.damaged.into_iter().collect();
    let missing = listing
        .paths()
        .filter(|path| !is_there(path) && damaged.binary_search(path).is_err())
        .cloned()
        .collect();
    Ok(Salvaged {
        missing,
        damaged,
        proof: if listing.is_complete() {
            Proof::Manifests
        } else {
            Proof::ChecksumsOnly
        },
        archive,
    })
}

/// A file that was found, whole or not.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: EntryPath,
    pub(super) offset: u64,
    pub(super) data: u64,
    pub(super) print: Fingerprint,
    pub(super) is_crc_right: bool,
}

struct Search<'a> {
    file: &'a dyn ReadAt,
    file_bytes: u64,
    base: Option<BaseFolder>,
    found: Vec<Found>,
}

impl Search<'_> {
    /// Where the next local header of ours begins, from `at` on.
    fn next_header(&self, mut at: u64) -> io::Result<Option<u64>> {
        let base = self
            .base
            .as_ref()
            .map_or(&b"wxbackup-"[..], |base| base.as_str().as_bytes());
        let overlap = container::RECORD_BYTES + base.len();
        let mut window = vec![0; WINDOW_BYTES];
        loop {
            let read = pread::read_at(self.file, &mut window, at)?;
            let mut from = 0;
            while let Some(found) = find_header(&window[from..read], base) {
                from += found;
                if window[from..].starts_with(&container::LOCAL) {
                    return Ok(Some(at + from as u64));
                }
                from += 1;
            }
            if read < WINDOW_BYTES {
                return Ok(None);
            }
            at += (read - overlap) as u64;
        }
    }

    /// Measures the file whose header begins at `offset`; gives where to go on.
    fn entry(&mut self, offset: u64) -> io::Result<u64> {
        let behind = offset + container::LOCAL.len() as u64;
        let mut header = [0; container::LOCAL_BYTES + limits::NAME_BYTES_MAX];
        let read = pread::read_at(self.file, &mut header, offset)?;
        let name_end = container::LOCAL_BYTES + usize::from(u16_at(&header, 26));
        let name = header[..read].get(container::LOCAL_BYTES..name_end);
        let named = name
            .and_then(|name| std::str::from_utf8(name).ok())
            .and_then(BaseFolder::split_name);
        let Some((base, path)) = named else {
            return Ok(behind);
        };
        if *self.base.get_or_insert_with(|| base.clone()) != base
            || self.found.len() as u64 == limits::ENTRIES_MAX
        {
            return Ok(behind);
        }
        let extra_bytes = u64::from(u16_at(&header, 28));
        let data = offset + name_end as u64 + extra_bytes;
        let crc32 = u32_at(&header, 14);
        // The length stands there twice; one of them may be damaged.
        let (first, second) = (u32_at(&header, 18), u32_at(&header, 22));
        let lengths = [Some(first), (second != first).then_some(second)];
        let mut measured = None;
        for bytes in lengths.into_iter().flatten().map(u64::from) {
            if data
                .checked_add(bytes)
                .is_none_or(|end| end > self.file_bytes)
            {
                continue;
            }
            // A place that the disk does not give back is damaged like any other.
            let Ok(print) = fingerprint(FileRange::new(self.file, data, bytes)) else {
                continue;
            };
            let is_crc_right = print.crc32 == crc32;
            measured = Some((print, is_crc_right));
            if is_crc_right {
                break;
            }
        }
        let is_whole = matches!(measured, Some((_, true)));
        let (print, is_crc_right) = measured.unwrap_or((Fingerprint::of(b""), false));
        self.found.push(Found {
            path,
            offset,
            data,
            print,
            is_crc_right,
        });
        // Behind a wrong length the next headers may lie inside the data; or
        // inside the extra field, which no archive has and CRC-32 does not cover.
        Ok(if is_whole && extra_bytes == 0 {
            data + print.bytes
        } else {
            behind
        })
    }
}

fn fingerprint(mut range: FileRange<'_>) -> io::Result<Fingerprint> {
    let mut print = Fingerprinter::default();
    let mut buffer = vec![0; WINDOW_BYTES];
    loop {
        match range.read(&mut buffer) {
            Ok(0) => return Ok(print.finish()),
            Ok(read) => print.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

struct Judged {
    whole: Vec<Entry>,
    /// Sorted.
    damaged: BTreeSet<EntryPath>,
}

fn judge(found: Vec<Found>, listing: &Listing) -> Judged {
    let mut whole: BTreeMap<String, Entry> = BTreeMap::new();
    let mut damaged = BTreeSet::new();
    for found in found {
        let sha256 = found.print.sha256;
        let named = layout::parse_blob(&found.path).map(|(digest, _)| digest);
        let is_whole = match (listing.digest(&found.path), named) {
            (Some(listed), named) => listed == sha256 && named.is_none_or(|named| named == sha256),
            // A complete listing names every file but these two.
            (None, _) if listing.is_complete() => {
                found.is_crc_right
                    && matches!(found.path.as_str(), layout::TAGMANIFEST | layout::SIGNATURE)
            }
            // A blob needs no manifest: its name proves it.
            (None, Some(named)) => named == sha256,
            (None, None) => found.is_crc_right,
        };
        if is_whole {
            let key = found.path.as_str().to_ascii_lowercase();
            whole.entry(key).or_insert_with(|| {
                Entry::stored(
                    found.path,
                    found.print.bytes,
                    found.print.crc32,
                    found.offset,
                )
            });
        } else {
            damaged.insert(found.path);
        }
    }
    damaged.retain(|path| !whole.contains_key(&path.as_str().to_ascii_lowercase()));
    Judged {
        whole: whole.into_values().collect(),
        damaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::check::hostile::{BASE, Forge, bag};
    use crate::event::Silent;
    use std::io::Write as _;

    fn salvage_of(bytes: &[u8]) -> Salvaged {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        salvage(
            Source::plain(file).unwrap(),
            "a.zip",
            &Silent,
            &Interrupt::default(),
        )
        .unwrap()
    }

    fn names(paths: &[EntryPath]) -> Vec<&str> {
        paths.iter().map(EntryPath::as_str).collect()
    }

    fn place_of(bytes: &[u8], name: &str) -> usize {
        let name = format!("{BASE}/{name}");
        let windows = bytes.windows(name.len());
        windows
            .enumerate()
            .find(|(_, window)| *window == name.as_bytes())
            .unwrap()
            .0
    }

    #[test]
    fn a_cut_archive_gives_back_all_that_is_before_the_cut() {
        let (files, whole) = (bag(), Forge::good().bytes());
        let (last, _) = files.last().unwrap();
        let saved = salvage_of(&whole[..place_of(&whole, last) + BASE.len() + last.len() + 5]);
        assert_eq!(saved.proof, Proof::Manifests);
        assert_eq!(saved.archive.entries().len(), files.len() - 1);
        assert_eq!(names(&saved.damaged), [last.as_str()]);
        assert_eq!(names(&saved.missing), Vec::<&str>::new());
        for (name, body) in &files[..files.len() - 1] {
            let path = name.parse().unwrap();
            assert_eq!(saved.archive.read(&path, 1 << 20).unwrap(), *body, "{name}");
        }
    }

    #[test]
    fn one_bad_byte_costs_at_most_one_file() {
        let (files, good) = (bag(), Forge::good().bytes());
        let mut bytes = good.clone();
        for at in 0..good.len() {
            bytes[at] = !good[at];
            let saved = salvage_of(&bytes);
            let lost = files.len() - saved.archive.entries().len();
            // A damaged manifest makes its lines unreadable, not its files.
            assert!(lost <= 1, "byte {at} costs {lost} files");
            bytes[at] = good[at];
        }
    }

    #[test]
    fn without_the_head_a_file_is_proven_by_its_checksum() {
        let good = Forge::good().bytes();
        let head_end = place_of(&good, layout::ARCHIVE) - 30;
        let saved = salvage_of(&good[head_end..]);
        assert_eq!(saved.proof, Proof::ChecksumsOnly);
        assert_eq!(saved.archive.entries().len(), bag().len() - 5);
        assert_eq!(names(&saved.missing), Vec::<&str>::new());
    }

    #[test]
    fn without_the_head_a_blob_is_proven_by_its_name() {
        let mut forge = Forge::good();
        let name = bag().last().unwrap().0.clone();
        forge.replace_last(b"GIF89a sXcond");
        let bytes = forge.bytes();
        let saved = salvage_of(&bytes[place_of(&bytes, layout::ARCHIVE) - 30..]);
        assert_eq!(saved.proof, Proof::ChecksumsOnly);
        assert_eq!(names(&saved.damaged), [name.as_str()]);

        let mut good = Forge::good().bytes();
        let at = place_of(&good, &name);
        good[at - 16] ^= 1;
        let saved = salvage_of(&good[place_of(&good, layout::ARCHIVE) - 30..]);
        assert_eq!(names(&saved.damaged), Vec::<&str>::new());
        let body = saved.archive.read(&name.parse().unwrap(), 1 << 20).unwrap();
        assert_eq!(body, b"GIF89a second");
    }

    #[test]
    fn a_file_with_a_right_checksum_and_a_wrong_digest_is_damaged() {
        let mut forge = Forge::good();
        let name = bag().last().unwrap().0.clone();
        forge.replace_last(b"GIF89a sXcond");
        let saved = salvage_of(&forge.bytes());
        assert_eq!(names(&saved.damaged), [name.as_str()]);
    }

    #[test]
    fn a_file_that_the_manifest_lists_and_nobody_finds_is_missing() {
        let mut forge = Forge::good();
        forge.entries.pop();
        let saved = salvage_of(&forge.bytes());
        assert_eq!(names(&saved.missing), [bag().last().unwrap().0.as_str()]);
        assert_eq!(names(&saved.damaged), Vec::<&str>::new());
    }
}
