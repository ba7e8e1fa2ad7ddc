//! Hostile archives, built byte by byte: each must be refused
//! with its code, by the check of a file and by that of a pipe.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;

use rayon::prelude::*;

use super::{CheckError, Form, Level, Options, Report, WholeFile, folder, stream, zip};
use crate::archive::container::{Directory, Member};
use crate::archive::{Identities, OpenError, Source};
use crate::event::Silent;
use crate::interrupt::Interrupt;
use crate::model::{EntryPath, FileKind, Fingerprint, Sha256, layout};
use crate::record::check::library::Library;

pub(in crate::archive) const BASE: &str = "wxbackup-wx01";

/// The files of a small bag, in the order of entries, manifests included.
pub(in crate::archive) fn bag() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = [
        (layout::BAGIT, layout::BAGIT_TEXT),
        (layout::README, "read me\n"),
        (layout::BAG_INFO, "Bagging-Date: 2026-11-22\n"),
        (layout::ARCHIVE, "{}\n"),
        (layout::GAPS, ""),
        ("data/items/image.jsonl", "{}\n"),
        (layout::INDEX, "<p>\n"),
        (layout::SPEC, "spec\n"),
    ]
    .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
    .to_vec();
    for body in [&b"GIF89a first"[..], b"GIF89a second"] {
        let path = layout::blob(&Sha256::of(body), FileKind::of(body));
        files.push((path.to_string(), body.to_vec()));
    }
    seal(files)
}

/// Puts the manifests of `files` among them, and all in order.
fn seal(mut files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let manifest = manifest_of(&files, true);
    files.push((layout::MANIFEST.to_owned(), manifest));
    let tags = manifest_of(&files, false);
    files.push((layout::TAGMANIFEST.to_owned(), tags));
    files.sort_by(|a, b| match (a.0.parse::<EntryPath>(), b.0.parse()) {
        (Ok(a), Ok(b)) => layout::order(&a, &b),
        _ => std::cmp::Ordering::Equal,
    });
    files
}

fn manifest_of(files: &[(String, Vec<u8>)], payload: bool) -> Vec<u8> {
    let mut lines: Vec<_> = files
        .iter()
        .filter(|(name, _)| name.starts_with("data/") == payload)
        .collect();
    lines.sort();
    let lines = lines
        .iter()
        .map(|(name, body)| format!("{}  {name}\n", Sha256::of(body)));
    lines.collect::<String>().into_bytes()
}

/// A zip in pieces, each of which a case may change.
#[derive(Clone)]
pub(in crate::archive) struct Forge {
    before: Vec<u8>,
    pub(in crate::archive) entries: Vec<Piece>,
    /// Put between the directory and the end record.
    zip64: Vec<u8>,
    /// Changes to the end record: place and bytes.
    end: Vec<(usize, Vec<u8>)>,
    after: Vec<u8>,
    /// Whether offsets count from the start of the file or from the first entry.
    offsets_know_prefix: bool,
}

#[derive(Clone)]
pub(in crate::archive) struct Piece {
    local: Vec<u8>,
    body: Vec<u8>,
    behind: Vec<u8>,
    /// With the offset left open, unless the case fixes it; none to leave it out.
    record: Option<Vec<u8>>,
    offset: Option<u32>,
}

impl Forge {
    pub(in crate::archive) fn of(files: &[(String, Vec<u8>)]) -> Self {
        let entries = files.iter().map(|(name, body)| {
            let name = if name.starts_with("wxbackup-") || name.starts_with("raw:") {
                name.trim_start_matches("raw:").to_owned()
            } else {
                format!("{BASE}/{name}")
            };
            Piece::new(name.as_bytes(), body)
        });
        Self {
            before: Vec::new(),
            entries: entries.collect(),
            zip64: Vec::new(),
            end: Vec::new(),
            after: Vec::new(),
            offsets_know_prefix: true,
        }
    }

    pub(in crate::archive) fn good() -> Self {
        Self::of(&bag())
    }

    /// The good archive with a change to the piece of one entry, a blob.
    fn with(change: impl FnOnce(&mut Piece)) -> Vec<u8> {
        let mut forge = Self::good();
        change(forge.last());
        forge.bytes()
    }

    /// Other bytes of the same length for the last entry, with their own CRC.
    pub(in crate::archive) fn replace_last(&mut self, body: &[u8]) {
        let piece = self.last();
        piece.body = body.to_vec();
        piece.set_both(14, &Fingerprint::of(body).crc32.to_le_bytes());
    }

    fn last(&mut self) -> &mut Piece {
        self.entries.last_mut().unwrap()
    }

    pub(in crate::archive) fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let mut records = Vec::new();
        let mut count = 0;
        for piece in &self.entries {
            let prefix = if self.offsets_know_prefix {
                0
            } else {
                self.before.len()
            };
            let offset = u32::try_from(out.len() - prefix).unwrap();
            if let Some(record) = &piece.record {
                let at = records.len();
                records.extend_from_slice(record);
                let offset = piece.offset.unwrap_or(offset);
                records[at + 42..at + 46].copy_from_slice(&offset.to_le_bytes());
                count += 1;
            }
            out.extend_from_slice(&piece.local);
            out.extend_from_slice(&piece.body);
            out.extend_from_slice(&piece.behind);
        }
        let prefix = if self.offsets_know_prefix {
            0
        } else {
            self.before.len()
        };
        let directory = Directory {
            entries: count,
            offset: (out.len() - prefix) as u64,
            bytes: records.len() as u64,
        };
        out.extend_from_slice(&records);
        out.extend_from_slice(&self.zip64);
        let mut end = directory.end();
        for (at, bytes) in &self.end {
            end[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        out.extend_from_slice(&end);
        out.extend_from_slice(&self.after);
        out
    }
}

impl Piece {
    fn new(name: &[u8], body: &[u8]) -> Self {
        let member = Member {
            name,
            crc32: Fingerprint::of(body).crc32,
            bytes: u32::try_from(body.len()).unwrap(),
        };
        let (mut local, mut record) = (Vec::new(), Vec::new());
        member.local_header(&mut local);
        member.directory_record(0, &mut record);
        Self {
            local,
            body: body.to_vec(),
            behind: Vec::new(),
            record: Some(record),
            offset: None,
        }
    }

    fn set_local(&mut self, at: usize, bytes: &[u8]) {
        self.local[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn set_record(&mut self, at: usize, bytes: &[u8]) {
        let record = self.record.as_mut().unwrap();
        record[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The same field of both headers; it stands two bytes later in the record.
    fn set_both(&mut self, at: usize, bytes: &[u8]) {
        self.set_local(at, bytes);
        self.set_record(at + 2, bytes);
    }

    fn add_extra(&mut self, extra: &[u8], to_local: bool, to_record: bool) {
        let bytes = u16::try_from(extra.len()).unwrap().to_le_bytes();
        if to_local {
            self.set_local(28, &bytes);
            self.local.extend_from_slice(extra);
        }
        if to_record {
            self.set_record(30, &bytes);
            self.record.as_mut().unwrap().extend_from_slice(extra);
        }
    }
}

/// The good bag and one file more, listed or not.
fn with_file(name: &str, listed: bool) -> Vec<u8> {
    let mut files = bag();
    let extra = (name.to_owned(), b"extra".to_vec());
    if listed {
        files.retain(|(name, _)| name != layout::MANIFEST && name != layout::TAGMANIFEST);
        files.push(extra);
        files = seal(files);
    } else {
        files.push(extra);
        files.sort_by(|a, b| match (a.0.parse::<EntryPath>(), b.0.parse()) {
            (Ok(a), Ok(b)) => layout::order(&a, &b),
            _ => std::cmp::Ordering::Equal,
        });
    }
    Forge::of(&files).bytes()
}

/// The good bag with another payload manifest, correctly listed itself.
fn with_manifest(change: impl FnOnce(String) -> Vec<u8>) -> Vec<u8> {
    let mut files = bag();
    files.retain(|(name, _)| name != layout::TAGMANIFEST);
    let place = files.iter().position(|(name, _)| name == layout::MANIFEST);
    let manifest = &mut files[place.unwrap()].1;
    *manifest = change(String::from_utf8(manifest.clone()).unwrap());
    let tags = manifest_of(&files, false);
    files.push((layout::TAGMANIFEST.to_owned(), tags));
    files.sort_by(|a, b| layout::order(&a.0.parse().unwrap(), &b.0.parse().unwrap()));
    Forge::of(&files).bytes()
}

fn with_end(change: impl FnOnce(&mut Forge)) -> Vec<u8> {
    let mut forge = Forge::good();
    change(&mut forge);
    forge.bytes()
}

fn with_zip64_extra(sizes: bool, to_local: bool, to_record: bool) -> Vec<u8> {
    Forge::with(|piece| {
        let bytes = piece.body.len() as u64;
        let mut extra = vec![1, 0, 16, 0];
        extra.extend_from_slice(&bytes.to_le_bytes());
        extra.extend_from_slice(&bytes.to_le_bytes());
        piece.add_extra(&extra, to_local, to_record);
        if sizes && to_local {
            piece.set_local(18, &[255; 8]);
        }
        if sizes && to_record {
            piece.set_record(20, &[255; 8]);
        }
    })
}

type Case = (&'static str, &'static str, Vec<u8>);

#[expect(clippy::too_many_lines, reason = "one table, a line a case")]
fn cases() -> Vec<Case> {
    let good = Forge::good();
    let whole = good.bytes();
    let long = "d/".repeat(150);
    let deflated = [0x4b, 0x04, 0x00]; // "a"
    let deflate = |body: &[u8], told: u32, crc: u32| {
        Forge::with(|piece| {
            piece.body = body.to_vec();
            piece.set_both(8, &8_u16.to_le_bytes());
            piece.set_both(14, &crc.to_le_bytes());
            piece.set_both(18, &u32::try_from(body.len()).unwrap().to_le_bytes());
            piece.set_both(22, &told.to_le_bytes());
        })
    };
    let a_crc = Fingerprint::of(b"a").crc32;
    let swap_names = |files: &mut Vec<(String, Vec<u8>)>| files.swap(0, 1);
    vec![
        (
            "H01 unlisted payload",
            "C01",
            with_file("data/items/more.jsonl", false),
        ),
        (
            "H02 unlisted tag file",
            "C01",
            with_file("run/more.json", false),
        ),
        (
            "H03 missing payload",
            "C05",
            with_end(|forge| drop(forge.entries.pop())),
        ),
        (
            "H04 changed payload with its CRC fixed",
            "C03",
            with_end(|forge| forge.replace_last(b"GIF89a sXcond")),
        ),
        (
            "H05 duplicate name",
            "Z25",
            with_end(|forge| {
                let again = forge.last().clone();
                forge.entries.push(again);
            }),
        ),
        (
            "H06 names that differ in case",
            "Z25",
            with_file("data/items/IMAGE.jsonl", true),
        ),
        (
            "H07 a file that is a folder",
            "Z25",
            with_file("data/items", true),
        ),
        (
            "H08 parent folder",
            "Z22",
            with_file(&format!("{BASE}/../evil"), false),
        ),
        (
            "H09 absolute name",
            "Z22",
            with_file("raw:/etc/passwd", false),
        ),
        (
            "H10 backslash",
            "Z22",
            with_file(&format!("{BASE}/data\\evil"), false),
        ),
        ("H11 drive letter", "Z22", with_file("raw:C:evil", false)),
        (
            "H12 symlink",
            "Z15",
            Forge::with(|piece| piece.set_record(38, &(0o120_777_u32 << 16).to_le_bytes())),
        ),
        (
            "H13 folder entry",
            "Z22",
            with_file(&format!("{BASE}/data/"), false),
        ),
        (
            "H14 NUL in a name",
            "Z22",
            with_file(&format!("{BASE}/data/a\0b"), false),
        ),
        (
            "H15 Windows device",
            "Z22",
            with_file(&format!("{BASE}/data/CON"), false),
        ),
        (
            "H16 name of 300 characters",
            "Z20",
            with_file(&format!("{BASE}/{long}x"), false),
        ),
        (
            "H17 local name differs",
            "Z32",
            Forge::with(|piece| {
                let end = piece.local.len();
                piece.set_local(end - 5, b"0");
            }),
        ),
        (
            "H18 local CRC differs",
            "Z39",
            Forge::with(|piece| piece.set_local(14, &[1, 2, 3, 4])),
        ),
        (
            "H19 local sizes differ",
            "Z39",
            Forge::with(|piece| piece.set_record(20, &[9; 8])),
        ),
        (
            "H20 local method differs",
            "Z12",
            Forge::with(|piece| piece.set_local(8, &[8])),
        ),
        (
            "H21 entry absent from the directory",
            "Z41",
            Forge::with(|piece| piece.record = None),
        ),
        (
            "H22 gap between entries",
            "Z41",
            with_end(|forge| forge.entries[3].behind = b"gap".to_vec()),
        ),
        (
            "H23 prefix",
            "Z08",
            with_end(|forge| forge.before = b"#!/bin/sh\n".to_vec()),
        ),
        (
            "H24 prefix with wrong offsets",
            "Z08",
            with_end(|forge| {
                forge.before = b"#!/bin/sh\n".to_vec();
                forge.offsets_know_prefix = false;
            }),
        ),
        (
            "H25 trailing bytes",
            "Z27",
            with_end(|forge| forge.after = b"\0".to_vec()),
        ),
        (
            "H26 comment",
            "Z02",
            with_end(|forge| {
                forge.end.push((20, vec![2, 0]));
                forge.after = b"hi".to_vec();
            }),
        ),
        (
            "H27 second zip in the comment",
            "Z02",
            with_end(|forge| {
                let length = u16::try_from(whole.len()).unwrap().to_le_bytes();
                forge.end.push((20, length.to_vec()));
                forge.after.clone_from(&whole);
            }),
        ),
        (
            "H28 second zip appended",
            "Z27",
            with_end(|forge| forge.after.clone_from(&whole)),
        ),
        (
            "H29 data descriptors",
            "Z12",
            Forge::with(|piece| {
                piece.set_both(6, &[8]);
                piece.behind = b"PK\x07\x08".to_vec();
                piece.behind.extend_from_slice(&piece.local[14..26]);
                piece.set_local(14, &[0; 12]);
            }),
        ),
        (
            "H30 needless zip64 sizes in the header",
            "Z17",
            with_zip64_extra(true, true, false),
        ),
        (
            "H31 needless zip64 field in the directory",
            "Z17",
            with_zip64_extra(false, false, true),
        ),
        (
            "H32 needless zip64 end record",
            "Z08",
            with_end(|forge| {
                let bytes = forge.bytes();
                let end = &bytes[bytes.len() - 22..];
                let number =
                    |at| u64::from(u32::from_le_bytes(end[at..at + 4].try_into().unwrap()));
                let directory = Directory {
                    entries: forge.entries.len() as u64,
                    offset: number(16),
                    bytes: number(12),
                };
                forge.zip64 = directory.zip64_end();
                forge.zip64.extend_from_slice(&directory.zip64_locator());
            }),
        ),
        (
            "H33 UTF-8 flag",
            "Z12",
            Forge::with(|piece| piece.set_both(6, &[0, 8])),
        ),
        (
            "H34 Unicode path field",
            "Z18",
            Forge::with(|piece| piece.add_extra(&[0x75, 0x70, 5, 0, 1, 0, 0, 0, 0], true, true)),
        ),
        (
            "H35 encryption flag",
            "Z12",
            Forge::with(|piece| piece.set_both(6, &[1])),
        ),
        (
            "H36 bzip2",
            "Z12",
            Forge::with(|piece| piece.set_both(8, &[12])),
        ),
        (
            "H37 second base folder",
            "Z24",
            with_file("wxbackup-wx02/bagit.txt", false),
        ),
        ("H38 wrong first entry", "Z23", {
            let mut files = bag();
            swap_names(&mut files);
            Forge::of(&files).bytes()
        }),
        (
            "H39 overlapping entries",
            "Z30",
            with_end(|forge| {
                let first = u32::try_from(forge.entries[0].local.len()).unwrap();
                forge.last().offset = Some(first);
            }),
        ),
        (
            "H40 directory in another order",
            "Z32",
            with_end(|forge| {
                let records = (
                    forge.entries[1].record.clone(),
                    forge.entries[2].record.clone(),
                );
                forge.entries[2].record = records.0;
                forge.entries[1].record = records.1;
                let second = forge.entries[0].local.len() + forge.entries[0].body.len();
                let third = second + forge.entries[1].local.len() + forge.entries[1].body.len();
                forge.entries[2].offset = u32::try_from(second).ok();
                forge.entries[1].offset = u32::try_from(third).ok();
            }),
        ),
        (
            "H41 one entry too few counted",
            "Z02",
            with_end(|forge| forge.end.push((10, vec![11, 0]))),
        ),
        (
            "H42 one entry too many counted",
            "Z02",
            with_end(|forge| forge.end.push((10, vec![13, 0]))),
        ),
        (
            "H43 disk number",
            "Z02",
            with_end(|forge| forge.end.push((4, vec![1, 0]))),
        ),
        ("H44 bomb", "Z12", deflate(&[0xed; 64], 1 << 30, 0)),
        ("H45 lie about a size", "Z12", deflate(&deflated, 5, a_crc)),
        (
            "H46 bytes behind the deflated end",
            "Z12",
            deflate(&[0x4b, 0x04, 0x00, 1, 2], 1, a_crc),
        ),
        ("H47 cut deflate", "Z12", deflate(&deflated[..2], 1, a_crc)),
        (
            "H48 cut in the directory",
            "S01",
            whole[..whole.len() - 100].to_vec(),
        ),
        (
            "H49 cut in an entry",
            "S01",
            whole[..whole.len() / 3].to_vec(),
        ),
        (
            "H50 version 63",
            "Z12",
            Forge::with(|piece| piece.set_both(4, &[63])),
        ),
        (
            "H51 comment of an entry",
            "Z15",
            Forge::with(|piece| {
                piece.set_record(32, &[2]);
                piece.record.as_mut().unwrap().extend_from_slice(b"hi");
            }),
        ),
        (
            "H60 manifest names a file outside",
            "Z22",
            with_manifest(|text| {
                format!("{}  ../../etc/passwd\n{text}", Sha256::of(b"")).into_bytes()
            }),
        ),
        (
            "H61 line twice",
            "M02",
            with_manifest(|text| {
                let line = text.lines().next().unwrap();
                format!("{line}\n{text}").into_bytes()
            }),
        ),
        (
            "H62 two digests for one file",
            "M02",
            with_manifest(|text| {
                let name = &text.lines().next().unwrap()[64..];
                format!("{}{name}\n{text}", Sha256::of(b"other")).into_bytes()
            }),
        ),
        (
            "H63 CRLF",
            "M01",
            with_manifest(|text| text.replace('\n', "\r\n").into_bytes()),
        ),
        (
            "H64 byte order mark",
            "M01",
            with_manifest(|text| format!("\u{feff}{text}").into_bytes()),
        ),
        (
            "H65 upper-case digest",
            "M01",
            with_manifest(|text| (text[..64].to_uppercase() + &text[64..]).into_bytes()),
        ),
        (
            "H66 dropped line",
            "C01",
            with_manifest(|text| text.split_once('\n').unwrap().1.as_bytes().to_vec()),
        ),
        (
            "H67 comment line",
            "M01",
            with_manifest(|text| format!("# hi\n{text}").into_bytes()),
        ),
        (
            "H68 binary mark",
            "M01",
            with_manifest(|text| text.replace("  ", " *").into_bytes()),
        ),
        (
            "H69 no line feed at the end",
            "M01",
            with_manifest(|text| text.trim_end().into()),
        ),
        ("H70 empty manifest", "C01", with_manifest(|_| Vec::new())),
        (
            "a blob under the name of another",
            "C06",
            with_file(&format!("data/blobs/00/{}.gif", "0".repeat(64)), true),
        ),
        (
            "an unlisted signature of another name",
            "C01",
            with_file("signatures/other.sig", false),
        ),
        (
            "a listed signature",
            "M04",
            with_file("signatures/other.sig", true),
        ),
        (
            "no payload manifest",
            "M05",
            with_end(|forge| drop(forge.entries.remove(4))),
        ),
        (
            "a time",
            "Z13",
            Forge::with(|piece| piece.set_both(10, &[1, 2, 3, 4])),
        ),
        (
            "a zip64 offset near the end of numbers",
            "Z30",
            Forge::with(|piece| {
                let mut extra = vec![1, 0, 8, 0];
                extra.extend_from_slice(&u64::MAX.to_le_bytes());
                piece.add_extra(&extra, false, true);
                piece.offset = Some(u32::MAX);
            }),
        ),
    ]
}

fn options() -> Options<'static> {
    Options {
        trust: None,
        name: "a.zip",
        level: Level::Checksums,
        jobs: NonZeroUsize::MIN,
        whole_file: WholeFile::Skip,
    }
}

fn source_of(bytes: &[u8]) -> Source {
    Source::plain(file_of(bytes)).unwrap()
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn check_file(bytes: &[u8]) -> Report {
    zip(
        &source_of(bytes),
        &options(),
        &Silent,
        &Interrupt::default(),
    )
    .unwrap()
}

fn check_pipe(bytes: &[u8]) -> Report {
    stream(
        bytes,
        &Identities::default(),
        &options(),
        &Silent,
        &Interrupt::default(),
    )
    .unwrap()
}

fn codes(report: &Report) -> Vec<&'static str> {
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn a_good_archive_has_no_findings() {
    let bytes = Forge::good().bytes();
    for report in [check_file(&bytes), check_pipe(&bytes)] {
        assert_eq!(report.findings, []);
        assert_eq!((report.form, report.entries), (Form::Canonical, 12));
        assert_eq!(report.bytes, bytes.len() as u64);
        assert_eq!(report.archive_sha256, Some(Sha256::of(&bag()[3].1)));
        assert_eq!(report.payload_sha256, Some(Sha256::of(&bag()[4].1)));
    }
}

#[test]
fn every_hostile_archive_is_refused_with_its_code_from_a_file_and_from_a_pipe() {
    let mut wrong = Vec::new();
    for (name, code, bytes) in cases() {
        let (file, pipe) = (codes(&check_file(&bytes)), codes(&check_pipe(&bytes)));
        if !file.contains(&code) || !pipe.contains(&code) {
            wrong.push(format!("{name}: wants {code}, has {file:?} and {pipe:?}"));
        }
        let container = |codes: &[&'static str]| -> Vec<&'static str> {
            let of_container = |code: &&str| code.starts_with(['Z', 'S', 'M']);
            codes.iter().copied().filter(of_container).collect()
        };
        if container(&file) != container(&pipe) {
            wrong.push(format!("{name}: the file has {file:?}, the pipe {pipe:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_flipped_bit_is_found() {
    let good = Forge::good().bytes();
    (0..good.len()).into_par_iter().for_each_init(
        || (good.clone(), file_of(&good)),
        |(flipped, file), at| {
            for bit in 0..8 {
                flipped[at] = good[at] ^ (1 << bit);
                file.seek(SeekFrom::Start(at as u64)).unwrap();
                file.write_all(&flipped[at..=at]).unwrap();
                let source = Source::plain(file.try_clone().unwrap()).unwrap();
                let report = zip(&source, &options(), &Silent, &Interrupt::default());
                assert!(!report.unwrap().is_sound(), "byte {at}, bit {bit}");
                assert!(!check_pipe(flipped).is_sound(), "byte {at}, bit {bit}");
            }
            flipped[at] = good[at];
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            file.write_all(&good[at..=at]).unwrap();
        },
    );
}

#[test]
fn every_cut_is_found() {
    let good = Forge::good().bytes();
    for length in 0..good.len() {
        let cut = &good[..length];
        for report in [check_file(cut), check_pipe(cut)] {
            assert!(codes(&report).contains(&"S01"), "{length} bytes");
        }
    }
}

#[test]
fn the_quick_check_finds_a_cut_and_a_damaged_head() {
    let quick = |bytes: &[u8]| {
        let options = Options {
            level: Level::Quick,
            ..options()
        };
        zip(&source_of(bytes), &options, &Silent, &Interrupt::default()).unwrap()
    };
    let good = Forge::good().bytes();
    let report = quick(&good);
    assert_eq!((report.findings.as_slice(), report.entries), (&[][..], 12));
    assert_eq!(report.archive_sha256, Some(Sha256::of(&bag()[3].1)));
    for length in 0..good.len() {
        assert!(codes(&quick(&good[..length])).contains(&"S01"), "{length}");
    }
    let mut damaged = good.clone();
    damaged[60] ^= 1;
    assert_eq!(codes(&quick(&damaged)), ["C02"]);
}

#[test]
fn an_archive_that_was_packed_anew_is_whole_but_not_canonical() {
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = ::zip::write::SimpleFileOptions::default()
        .compression_method(::zip::CompressionMethod::Stored)
        .unix_permissions(0o600);
    writer.add_directory(BASE, options).unwrap();
    for (name, body) in bag().iter().rev() {
        writer
            .start_file(format!("{BASE}/{name}"), options)
            .unwrap();
        writer.write_all(body).unwrap();
    }
    let repacked = writer.finish().unwrap().into_inner();
    let report = check_file(&repacked);
    assert_eq!(report.form, Form::Repacked);
    assert!(codes(&report).iter().all(|code| code.starts_with('Z')));

    let mut damaged = repacked;
    let at = damaged.windows(6).position(|w| w == b"second").unwrap();
    damaged[at] ^= 1;
    assert_eq!(check_file(&damaged).form, Form::Broken);
}

#[test]
fn an_archive_that_was_compressed_anew_is_whole_but_not_canonical() {
    let mut forge = Forge::good();
    for piece in &mut forge.entries {
        let level = flate2::Compression::default();
        let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), level);
        packed.write_all(&piece.body).unwrap();
        piece.body = packed.finish().unwrap();
        let length = u32::try_from(piece.body.len()).unwrap();
        piece.set_both(8, &8_u16.to_le_bytes());
        piece.set_both(18, &length.to_le_bytes());
    }
    let report = check_file(&forge.bytes());
    assert_eq!(
        (report.form, codes(&report)),
        (Form::Repacked, vec!["Z12", "Z39"])
    );

    // Longer than it says: the rest would be read by some and not by others.
    let told = u32::try_from(bag().last().unwrap().1.len() - 1).unwrap();
    forge.last().set_both(22, &told.to_le_bytes());
    let report = check_file(&forge.bytes());
    assert_eq!(
        (report.form, codes(&report)),
        (Form::Broken, vec!["C03", "Z12", "Z39"])
    );
}

#[test]
fn what_is_no_archive_is_an_error_and_no_finding() {
    let other = Forge::of(&[("raw:other/file.txt".to_owned(), b"x".to_vec())]).bytes();
    let gif = b"GIF89a".repeat(1000);
    for (bytes, is_other) in [(other.as_slice(), true), (&gif, false)] {
        let interrupt = Interrupt::default();
        for error in [
            zip(&source_of(bytes), &options(), &Silent, &interrupt).unwrap_err(),
            stream(
                bytes,
                &Identities::default(),
                &options(),
                &Silent,
                &interrupt,
            )
            .unwrap_err(),
        ] {
            assert!(match error {
                CheckError::Unreadable(OpenError::OtherZip { .. }) => is_other,
                CheckError::Unreadable(OpenError::NotAZip { .. }) => !is_other,
                _ => false,
            });
        }
    }
}

fn unpack(files: &[(String, Vec<u8>)], into: &Path) {
    for (name, body) in files {
        let path = into.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        crate::fs::create_new(&path)
            .unwrap()
            .write_all(body)
            .unwrap();
    }
}

fn check_folder(path: &Path) -> Report {
    folder(path, &options(), &Silent, &Interrupt::default()).unwrap()
}

#[test]
fn an_unpacked_archive_is_checked_like_the_bag_it_is() {
    let top = tempfile::tempdir().unwrap();
    let base = top.path().join(BASE);
    unpack(&bag(), &base);
    for path in [top.path(), &base] {
        let report = check_folder(path);
        assert_eq!(report.findings, []);
        assert_eq!((report.form, report.entries), (Form::Folder, 12));
    }
    unpack(&[("run/more.json".to_owned(), Vec::new())], &base);
    unpack(&[(".DS_Store".to_owned(), Vec::new())], &base);
    std::fs::remove_file(base.join(layout::GAPS)).unwrap();
    let mut index = File::options()
        .append(true)
        .open(base.join(layout::INDEX))
        .unwrap();
    index.write_all(b"x").unwrap();
    let report = check_folder(top.path());
    let mut found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.code, finding.about.as_str()))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("C01", ".DS_Store"),
            ("C01", "run/more.json"),
            ("C03", layout::INDEX),
            ("C05", layout::GAPS),
        ]
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_not_followed() {
    let top = tempfile::tempdir().unwrap();
    unpack(&bag(), top.path());
    let index = top.path().join(layout::INDEX);
    let moved = top.path().join("data/moved.html");
    crate::fs::publish(&index, &moved).unwrap();
    std::os::unix::fs::symlink("moved.html", &index).unwrap();
    assert_eq!(codes(&check_folder(top.path())), ["C01", "C05", "C07"]);
}

#[test]
fn a_sound_library_is_proven_in_every_form_and_its_records_are_judged() {
    let full = Options {
        level: Level::Full,
        ..options()
    };
    let named = |(path, body): (EntryPath, Vec<u8>)| (path.to_string(), body);
    let entries: Vec<_> = Library::sample_entries().into_iter().map(named).collect();
    let interrupt = Interrupt::default();
    let zipped = Forge::of(&entries).bytes();
    let unpacked = tempfile::tempdir().unwrap();
    unpack(&entries, unpacked.path());
    let reports = [
        zip(&source_of(&zipped), &full, &Silent, &interrupt).unwrap(),
        stream(
            &zipped[..],
            &Identities::default(),
            &full,
            &Silent,
            &interrupt,
        )
        .unwrap(),
        folder(unpacked.path(), &full, &Silent, &interrupt).unwrap(),
    ];
    for report in reports {
        assert_eq!(report.findings, []);
        assert!(report.verdict.unwrap().facts.is_some());
    }
}
