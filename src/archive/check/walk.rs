//! V1: walks over the container from its first byte to its last, and accounts
//! for every one.
//!
//! The walk never asks the directory where entries are. It goes from header to
//! header, makes for each the only header that may stand there, and compares;
//! then does the same with the directory and the tail. So a file and a pipe are
//! judged by the same steps. Where the chain is broken it looks for the next
//! header, so that one damaged place does not hide the rest.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::ops::Range;

use super::bytes::Bytes;
use super::codes;
use super::findings::Findings;
use crate::archive::container::{self, Directory, Member, u16_at, u32_at, u64_at};
use crate::archive::limits;
use crate::message;
use crate::model::BaseFolder;
use crate::model::EntryPath;
use crate::model::layout;
use crate::text::Message;

/// Before the base folder is known, any of ours is looked for.
const ANY_BASE: &[u8] = b"wxbackup-";
const SEARCH_BYTES: usize = 64 << 10;

/// What one step of the walk met.
#[derive(Debug)]
pub(super) enum Step {
    /// An entry; the source stands at its data.
    Entry,
    /// Where the directory should stand.
    Directory,
    /// The end of the file, or of what may be read of it.
    End,
    /// One entry more than an archive may have.
    TooMany,
}

/// An entry, as its local header tells of it.
#[derive(Debug)]
pub(super) struct Met {
    pub(super) name: Name,
    pub(super) crc32: u32,
    pub(super) bytes: u32,
    pub(super) offset: u64,
    /// Whether the data stand there as they are.
    pub(super) is_stored: bool,
}

#[derive(Debug)]
pub(super) enum Name {
    /// A path in the base folder.
    Own(EntryPath),
    /// A whole name that no archive has.
    Odd(Box<[u8]>),
}

pub(super) struct Walk<'a, S> {
    pub(super) source: S,
    findings: &'a Findings<'a>,
    base: Option<BaseFolder>,
    met: Vec<Met>,
    /// Data of the last entry that are not passed yet.
    body_left: u64,
    /// Whether the last entry claims more data than the file has.
    is_cut: bool,
    /// How far the first header stands behind byte 0.
    shift: u64,
    expected: Vec<u8>,
}

impl<'a, S: Bytes> Walk<'a, S> {
    pub(super) fn new(source: S, findings: &'a Findings<'a>) -> Self {
        Self {
            source,
            findings,
            base: None,
            met: Vec::new(),
            body_left: 0,
            is_cut: false,
            shift: 0,
            expected: Vec::new(),
        }
    }

    /// The entries met so far.
    pub(super) fn met(&self) -> &[Met] {
        &self.met
    }

    /// The base folder, and the entries, once the walk is done.
    pub(super) fn into_met(self) -> (Option<BaseFolder>, Vec<Met>) {
        (self.base, self.met)
    }

    /// The base folder, once the first entry told it.
    pub(super) fn base(&self) -> Option<&BaseFolder> {
        self.base.as_ref()
    }

    /// Says that the caller has read all but `left` bytes of the data.
    /// How much data of the last entry are to be read.
    pub(super) fn body_left(&self) -> u64 {
        self.body_left
    }

    pub(super) fn body_read(&mut self, left: u64) {
        self.body_left = left;
    }

    /// Passes what is left of the last entry and goes to the next.
    pub(super) fn step(&mut self) -> io::Result<Step> {
        let left = std::mem::take(&mut self.body_left);
        if left > 0 && self.source.skip(left)? < left {
            self.cut_in_entry();
            return Ok(Step::End);
        }
        loop {
            let signature = self.source.look(4)?;
            if signature == container::LOCAL {
                if self.met.len() as u64 == limits::ENTRIES_MAX {
                    return Ok(Step::TooMany);
                }
                return self.local_header();
            }
            let is_directory = [container::RECORD, container::ZIP64_END, container::END]
                .iter()
                .any(|known| signature == known);
            if is_directory {
                return Ok(Step::Directory);
            }
            if !self.find_next()? {
                return Ok(Step::End);
            }
        }
    }

    fn local_header(&mut self) -> io::Result<Step> {
        let offset = self.source.position();
        let fixed = self.source.look(container::LOCAL_BYTES)?;
        if fixed.len() < container::LOCAL_BYTES {
            return Ok(self.cut(message!("finding-ends-in-header")));
        }
        let name_bytes = usize::from(u16_at(fixed, 26));
        let extra_bytes = usize::from(u16_at(fixed, 28));
        let length = container::LOCAL_BYTES + name_bytes + extra_bytes;
        let header = self.source.look(length)?;
        if header.len() < length {
            return Ok(self.cut(message!("finding-ends-in-header")));
        }
        let (fixed, rest) = header.split_at(container::LOCAL_BYTES);
        let (name, extra) = rest.split_at(name_bytes);
        let (crc32, bytes) = (u32_at(fixed, 14), u32_at(fixed, 18));
        self.expected.clear();
        Member { name, crc32, bytes }.local_header(&mut self.expected);
        let shown = String::from_utf8_lossy(name);
        tell_differences(self.findings, &shown, LOCAL_FIELDS, &self.expected, fixed);
        if !extra.is_empty() {
            let code = code_of_extra(extra);
            let message = message!("finding-extra-field");
            self.findings.add(code, &shown, message);
        }
        // Bit 3 puts the sizes behind the data, where only guessing finds them.
        let is_stored = u16_at(fixed, 8) == 0 && u16_at(fixed, 6) & 0b1001 == 0;
        let name = judge_name(self.findings, &mut self.base, name);
        self.judge_order(&name);
        self.source.advance(length);
        self.met.push(Met {
            name,
            crc32,
            bytes,
            offset,
            is_stored,
        });
        self.body_left = u64::from(bytes);
        if self.body_left > limits::ENTRY_BYTES_MAX {
            let message = message!("finding-hidden-size");
            self.tell_last(codes::ZIP64_EXTRA, message);
            self.body_left = 0;
        } else if self.source.left().is_some_and(|left| left < self.body_left) {
            self.cut_in_entry();
            self.is_cut = true;
            self.body_left = 0;
        }
        Ok(Step::Entry)
    }

    fn judge_order(&self, name: &Name) {
        let Name::Own(path) = name else { return };
        let before = self.met.last().map(|met| &met.name);
        let message = match before {
            None if path.as_str() != layout::BAGIT => message!("finding-first-entry"),
            Some(Name::Own(before)) if layout::order(before, path).is_gt() => {
                message!("finding-behind")
            }
            _ => return,
        };
        self.findings.add(codes::ORDER, path.as_str(), message);
    }

    /// Goes to the next header of ours; false where there is none.
    fn find_next(&mut self) -> io::Result<bool> {
        let start = self.source.position();
        let found = loop {
            let base = self
                .base
                .as_ref()
                .map_or(ANY_BASE, |base| base.as_str().as_bytes());
            let needed = container::RECORD_BYTES + base.len();
            let window = self.source.look(SEARCH_BYTES)?;
            let is_last = window.len() < SEARCH_BYTES;
            if let Some(at) = find_header(window, base) {
                self.source.advance(at);
                break true;
            }
            let passed = if is_last {
                window.len()
            } else {
                window.len() - needed
            };
            self.source.advance(passed);
            if is_last {
                break false;
            }
        };
        let end = self.source.position();
        if !found && self.is_cut {
            // The entry reached for the end, and nothing behind its header
            // speaks against that: the cut is the whole story.
        } else if !found && (end == start || self.met.is_empty()) {
            let message = message!("finding-ends-before-directory", at = end.to_string());
            self.findings.add(codes::TRUNCATED, "", message);
        } else if self.met.is_empty() {
            self.shift = end;
            let message = message!("finding-first-entry-at", at = end.to_string());
            self.findings.add(codes::ZIP64_OR_START, "", message);
        } else {
            let message = message!(
                "finding-unaccounted",
                start = start.to_string(),
                end = end.to_string()
            );
            self.findings.add(codes::UNACCOUNTED, "", message);
            if !found {
                let message = message!("finding-no-directory");
                self.findings.add(codes::TRUNCATED, "", message);
            }
        }
        Ok(found)
    }

    /// Compares the names with each other, then the directory and the tail with
    /// the entries. To be called when [`step`](Self::step) met the directory.
    pub(super) fn directory(&mut self) -> io::Result<()> {
        let start = self.source.position();
        let mut listed = vec![false; self.met.len()];
        let mut next = 0;
        let mut records = 0_u64;
        while self.source.look(4)? == container::RECORD {
            if records == limits::ENTRIES_MAX {
                let message = message!("finding-million-records");
                self.findings.add(codes::LIMIT, "", message);
                return Ok(());
            }
            if !self.record(&mut listed, &mut next)? {
                self.cut(message!("finding-ends-in-directory"));
                return Ok(());
            }
            records += 1;
        }
        for (met, _) in self.met.iter().zip(&listed).filter(|(_, listed)| !**listed) {
            let message = message!("finding-not-in-directory");
            self.findings.add(codes::UNACCOUNTED, &met.shown(), message);
        }
        self.tail(&Directory {
            entries: records,
            offset: start,
            bytes: self.source.position() - start,
        })
    }

    /// Judges one record; false where the file ends in it.
    fn record(&mut self, listed: &mut [bool], next: &mut usize) -> io::Result<bool> {
        let fixed = self.source.look(container::RECORD_BYTES)?;
        if fixed.len() < container::RECORD_BYTES {
            return Ok(false);
        }
        let name_end = container::RECORD_BYTES + usize::from(u16_at(fixed, 28));
        let extra_end = name_end + usize::from(u16_at(fixed, 30));
        let length = extra_end + usize::from(u16_at(fixed, 32));
        let record = self.source.look(length)?;
        if record.len() < length {
            return Ok(false);
        }
        let (fixed, name) = (
            &record[..container::RECORD_BYTES],
            &record[container::RECORD_BYTES..name_end],
        );
        let extra = &record[name_end..extra_end];
        let offset = match u32_at(fixed, 42) {
            u32::MAX if extra.len() == 12 && u16_at(extra, 0) == 1 => u64_at(extra, 4),
            plain => u64::from(plain),
        };
        let shown = String::from_utf8_lossy(name).into_owned();
        let pointed = [Some(offset), offset.checked_add(self.shift)]
            .into_iter()
            .flatten()
            .find_map(|at| self.met.binary_search_by_key(&at, |met| met.offset).ok());
        let index = match pointed {
            Some(index) if listed[index] => {
                let message = message!("finding-record-same-entry");
                self.findings.add(codes::OFFSET, &shown, message);
                None
            }
            Some(index) => {
                if index < *next {
                    let message = message!("finding-record-out-of-order");
                    self.findings.add(codes::NAMES_DIFFER, &shown, message);
                }
                Some(index)
            }
            // With the right name in the right place only the offset is wrong.
            None => {
                let message = message!("finding-record-points", at = offset.to_string());
                self.findings.add(codes::OFFSET, &shown, message);
                let here = self.met.get(*next);
                here.is_some_and(|met| met.has_name(self.base.as_ref(), name))
                    .then_some(*next)
            }
        };
        if let Some(index) = index {
            let met = &self.met[index];
            let full = met.full_name(self.base.as_ref());
            self.expected.clear();
            let member = Member {
                name: &full,
                crc32: met.crc32,
                bytes: met.bytes,
            };
            member.directory_record(offset, &mut self.expected);
            tell_differences(
                self.findings,
                &shown,
                RECORD_FIELDS,
                &self.expected[..container::RECORD_BYTES],
                fixed,
            );
            if full != name {
                let message = message!(
                    "finding-header-says",
                    name = met.shown().escape_default().to_string()
                );
                self.findings.add(codes::NAMES_DIFFER, &shown, message);
            }
            if extra != &self.expected[container::RECORD_BYTES + full.len()..] {
                let message = message!("finding-record-extra-field");
                self.findings.add(code_of_extra(extra), &shown, message);
            }
            listed[index] = true;
            *next = (*next).max(index + 1);
        }
        self.source.advance(length);
        Ok(true)
    }

    fn tail(&mut self, directory: &Directory) -> io::Result<()> {
        let has_zip64 = self.source.look(4)? == container::ZIP64_END;
        if has_zip64 != directory.needs_zip64() {
            let message = if has_zip64 {
                message!("finding-zip64-needless")
            } else {
                message!("finding-zip64-missing")
            };
            self.findings.add(codes::ZIP64_OR_START, "", message);
        }
        if has_zip64 {
            for expected in [directory.zip64_end(), directory.zip64_locator()] {
                let found = self.source.look(expected.len())?;
                if found.len() < expected.len() {
                    self.cut(message!("finding-ends-in-zip64"));
                    return Ok(());
                }
                if found != expected {
                    let message = message!("finding-zip64-unfit");
                    self.findings.add(codes::ZIP64_OR_START, "", message);
                }
                self.source.advance(expected.len());
            }
        }
        let expected = directory.end();
        let found = self.source.look(container::END_BYTES)?;
        if found.len() < container::END_BYTES {
            self.cut(message!("finding-ends-in-end-record"));
            return Ok(());
        }
        let mut comment = 0;
        if found != expected {
            let message = if found.starts_with(&container::END) {
                comment = u64::from(u16_at(found, 20));
                if comment > 0 {
                    message!("finding-end-comment")
                } else {
                    message!("finding-end-unfit")
                }
            } else {
                message!("finding-end-other")
            };
            self.findings.add(codes::END_RECORD, "", message);
        }
        self.source.advance(container::END_BYTES);
        if self.source.skip(comment)? < comment {
            self.cut(message!("finding-ends-in-comment"));
        } else if !self.source.look(1)?.is_empty() {
            let at = self.source.position();
            let message = message!("finding-goes-on", at = at.to_string());
            self.findings.add(codes::TRAILING, "", message);
        }
        Ok(())
    }

    /// Compares the names of all entries: none twice, letter case aside, and
    /// none a folder of another.
    pub(super) fn judge_names(&self) {
        // Lent by the entries where they are in lower case, as nearly all are:
        // names are long, and there may be a million.
        let mut names = HashSet::with_capacity(self.met.len());
        for met in &self.met {
            if let Name::Own(path) = &met.name
                && !names.insert(lowered(path))
            {
                let message = message!("finding-same-name");
                self.findings.add(codes::DUPLICATE, path.as_str(), message);
            }
        }
        for met in &self.met {
            let Name::Own(path) = &met.name else { continue };
            let lower = lowered(path);
            let is_folder = |(at, _): (usize, &str)| names.contains(&lower[..at]);
            if lower.match_indices('/').any(is_folder) {
                let message = message!("finding-folder-is-file");
                self.findings.add(codes::DUPLICATE, path.as_str(), message);
            }
        }
    }

    fn cut(&self, message: Message) -> Step {
        self.findings.add(codes::TRUNCATED, "", message);
        Step::End
    }

    fn cut_in_entry(&self) {
        self.tell_last(codes::TRUNCATED, message!("finding-ends-in-entry"));
    }

    fn tell_last(&self, code: &'static str, message: Message) {
        let about = self.met.last().map(Met::shown).unwrap_or_default();
        self.findings.add(code, &about, message);
    }
}

impl Met {
    fn full_name(&self, base: Option<&BaseFolder>) -> Vec<u8> {
        match (&self.name, base) {
            (Name::Own(path), Some(base)) => base.name_of(path).into_bytes(),
            (Name::Own(path), None) => path.as_str().as_bytes().to_vec(),
            (Name::Odd(name), _) => name.to_vec(),
        }
    }

    fn has_name(&self, base: Option<&BaseFolder>, name: &[u8]) -> bool {
        self.full_name(base) == name
    }

    /// The name for people.
    pub(super) fn shown(&self) -> String {
        match &self.name {
            Name::Own(path) => path.to_string(),
            Name::Odd(name) => String::from_utf8_lossy(name).into_owned(),
        }
    }
}

/// What a file system without letter case takes a path for.
fn lowered(path: &EntryPath) -> Cow<'_, str> {
    if path.as_str().bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(path.as_str().to_ascii_lowercase())
    } else {
        Cow::Borrowed(path.as_str())
    }
}

fn judge_name(findings: &Findings<'_>, base: &mut Option<BaseFolder>, name: &[u8]) -> Name {
    let text = std::str::from_utf8(name).unwrap_or_default();
    let split = BaseFolder::split_name(text);
    let (code, message) = match (split, base.as_ref()) {
        (Some((folder, path)), None) => {
            *base = Some(folder);
            return Name::Own(path);
        }
        (Some((folder, path)), Some(base)) if folder == *base => return Name::Own(path),
        _ if name.len() > limits::NAME_BYTES_MAX => {
            (codes::NAME_LENGTH, message!("finding-name-length"))
        }
        // A good path in another folder; our own path may break the grammar itself.
        _ if text.parse::<EntryPath>().is_ok() => (codes::BASE_FOLDER, message!("finding-outside")),
        _ => (codes::NAME, message!("finding-name")),
    };
    findings.add(code, &String::from_utf8_lossy(name), message);
    Name::Odd(name.into())
}

/// Where a header of ours begins in `window`: one whose name begins with `base`.
pub(in crate::archive) fn find_header(window: &[u8], base: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = window[from..].iter().position(|byte| *byte == b'P') {
        let at = from + found;
        let rest = &window[at..];
        let name_at = if rest.starts_with(&container::LOCAL) {
            container::LOCAL_BYTES
        } else {
            container::RECORD_BYTES
        };
        let has_signature =
            name_at == container::LOCAL_BYTES || rest.starts_with(&container::RECORD);
        if has_signature
            && rest
                .get(name_at..)
                .is_some_and(|name| name.starts_with(base))
        {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// A field of a header: where it stands, its code, and the message that says
/// what differs.
type Field = (Range<usize>, &'static str, &'static str);

const LOCAL_FIELDS: &[Field] = &[
    (4..6, codes::METHOD, "finding-header-version"),
    (6..8, codes::METHOD, "finding-header-flags"),
    (8..10, codes::METHOD, "finding-header-compressed"),
    (10..14, codes::TIME, "finding-header-time"),
    (22..26, codes::SIZES_DIFFER, "finding-header-sizes"),
];

const RECORD_FIELDS: &[Field] = &[
    (4..6, codes::ATTRIBUTES, "finding-record-system"),
    (6..8, codes::METHOD, "finding-record-version"),
    (8..10, codes::METHOD, "finding-record-flags"),
    (10..12, codes::METHOD, "finding-record-compressed"),
    (12..16, codes::TIME, "finding-record-time"),
    (16..20, codes::SIZES_DIFFER, "finding-record-checksums"),
    (20..28, codes::SIZES_DIFFER, "finding-record-sizes"),
    (32..34, codes::ATTRIBUTES, "finding-record-comment"),
    (34..38, codes::ATTRIBUTES, "finding-record-disk"),
    (38..42, codes::ATTRIBUTES, "finding-record-attributes"),
    (42..46, codes::OFFSET, "finding-record-zip64"),
];

fn tell_differences(
    findings: &Findings<'_>,
    about: &str,
    fields: &[Field],
    expected: &[u8],
    found: &[u8],
) {
    for (place, code, message) in fields {
        if expected[place.clone()] != found[place.clone()] {
            findings.add(code, about, Message::new(*message));
        }
    }
}

/// Extra fields are told apart because a zip64 field is not always wrong.
fn code_of_extra(extra: &[u8]) -> &'static str {
    if extra.is_empty() || extra.starts_with(&[1, 0]) {
        codes::ZIP64_EXTRA
    } else {
        codes::EXTRA
    }
}
