//! V0: the head and the tail of a file, within a second whatever its length.

use std::io::{self, Read as _};

use super::bytes::{Bytes as _, FileBytes};
use super::codes;
use super::content::{Learned, Listing};
use super::findings::Findings;
use super::walk::{Name, Step, Walk};
use super::{CheckError, Form, Outline, Report, unreadable};
use crate::archive::container::{self, Directory, u16_at, u32_at, u64_at};
use crate::archive::limits;
use crate::archive::pread::{self, FileRange, ReadAt};
use crate::archive::source::Source;
use crate::message;
use crate::model::{EntryPath, Fingerprint, layout};

/// Up to the payload manifest; a signature may stand among them.
const HEAD_ENTRIES: usize = 6;

const TAIL_BYTES: usize =
    container::ZIP64_END_BYTES + container::ZIP64_LOCATOR_BYTES + container::END_BYTES;

pub(super) fn check(
    file: &Source,
    name: &str,
    findings: Findings<'_>,
) -> Result<Report, CheckError> {
    let bytes = file.bytes();
    let lenient = file.lenient();
    let unreadable = |source| unreadable(name, source);
    let mut walk = Walk::new(FileBytes::new(&lenient, bytes), &findings);
    let mut learned = Learned::default();
    let mut listing = Listing::default();
    while walk.met().len() < HEAD_ENTRIES {
        let Step::Entry = walk.step().map_err(unreadable)? else {
            break;
        };
        let start = walk.source.position();
        let Some(met) = walk.met().last() else { break };
        if let Name::Own(path) = &met.name {
            let range = FileRange::new(&lenient, start, walk.body_left());
            judge_head(
                path,
                met.crc32,
                range,
                &mut listing,
                &mut learned,
                &findings,
            )
            .map_err(unreadable)?;
            if path.as_str() == layout::MANIFEST {
                break;
            }
        }
    }
    let base = walk.base().cloned();
    let entries = judge_tail(&lenient, bytes, &findings).map_err(unreadable)?;
    super::Damaged::default().tell(file, &findings);
    let outline = Outline {
        form: if findings.any(&['Z', 'S']) {
            Form::Broken
        } else {
            Form::Canonical
        },
        entries,
        bytes,
        base,
    };
    Ok(outline.report(findings, learned))
}

fn judge_head(
    path: &EntryPath,
    crc32: u32,
    mut range: FileRange<'_>,
    listing: &mut Listing,
    learned: &mut Learned,
    findings: &Findings<'_>,
) -> io::Result<()> {
    if range.left() > limits::DOCUMENT_BYTES_MAX {
        let message = message!("finding-head-too-long");
        findings.add(codes::LIMIT, path.as_str(), message);
        return Ok(());
    }
    let mut body = Vec::new();
    range.read_to_end(&mut body)?;
    let print = Fingerprint::of(&body);
    learned.roots.take(path, &print);
    if print.crc32 != crc32 {
        let message = message!("finding-crc");
        findings.add(codes::BAD_CRC, path.as_str(), message);
    }
    listing.take(path, &mut body.as_slice(), findings)
}

/// Judges the last bytes by themselves; gives how many entries they tell of.
fn judge_tail(file: &dyn ReadAt, bytes: u64, findings: &Findings<'_>) -> io::Result<u64> {
    let start = bytes.saturating_sub(TAIL_BYTES as u64);
    let mut tail = [0; TAIL_BYTES];
    let length = pread::read_at(file, &mut tail, start)?;
    let tail = &tail[..length];
    let end = length
        .checked_sub(container::END_BYTES)
        .map(|at| &tail[at..]);
    let Some(end) = end.filter(|end| end.starts_with(&container::END)) else {
        let message = message!("finding-no-end-record");
        findings.add(codes::TRUNCATED, "", message);
        return Ok(0);
    };
    let directory = if length == TAIL_BYTES && tail.starts_with(&container::ZIP64_END) {
        Directory {
            entries: u64_at(tail, 32),
            bytes: u64_at(tail, 40),
            offset: u64_at(tail, 48),
        }
    } else {
        Directory {
            entries: u64::from(u16_at(end, 10)),
            bytes: u64::from(u32_at(end, 12)),
            offset: u64::from(u32_at(end, 16)),
        }
    };
    let expected = directory.tail();
    let told = directory
        .offset
        .checked_add(directory.bytes)
        .and_then(|at| at.checked_add(expected.len() as u64));
    if told != Some(bytes) {
        let message = message!("finding-end-length");
        findings.add(codes::END_RECORD, "", message);
    } else if !tail.ends_with(&expected) {
        let message = message!("finding-end-records");
        findings.add(codes::END_RECORD, "", message);
    }
    let mut signature = [0; 4];
    pread::read_at(file, &mut signature, directory.offset)?;
    if signature != container::RECORD {
        let message = message!("finding-end-pointer");
        findings.add(codes::END_RECORD, "", message);
    }
    Ok(directory.entries)
}
