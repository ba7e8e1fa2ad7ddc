//! Archives that ask for more memory than anybody should give, given to each
//! command that reads one.
//!
//! What is large here is a hole in a file, so that it takes no disk. By default
//! it is as long as shows that it is held nowhere; `WXBACKUP_LARGE=1` makes it
//! as long as the format allows, and longer.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wechat_sim::Sim;
use wxbackup::model::{FileKind, Fingerprint, Fingerprinter, Sha256, layout};

use crate::browse::Browsing;
use crate::forge::{Forge, headers, zip64_end};
use crate::golden::golden;
use crate::memory::{MIB, Measured, measured};
use crate::run::Run;
use crate::saved::files;
use crate::tell;

/// What no command may take, whatever it is given.
const PEAK_BYTES_MAX: u64 = 200 * MIB;

/// What they may take of an archive that has as many entries as one can have:
/// some 500 bytes an entry.
const MILLION_PEAK_BYTES_MAX: u64 = 600 * MIB;

/// The length of a hole: more than may be held, or as much as an entry can be.
fn hole_bytes() -> u64 {
    if is_large() {
        0xffff_fffe - 64 * 1024
    } else {
        400 * MIB
    }
}

fn is_large() -> bool {
    std::env::var_os("WXBACKUP_LARGE").is_some()
}

/// The bytes of a file, with zeros between that take no disk.
#[derive(Clone, Debug)]
struct Content {
    before: Vec<u8>,
    zeros: u64,
    after: Vec<u8>,
}

impl Content {
    fn of(bytes: &[u8]) -> Self {
        Self {
            before: bytes.to_vec(),
            zeros: 0,
            after: Vec::new(),
        }
    }

    fn print(&self) -> Fingerprint {
        let mut print = Fingerprinter::default();
        print.update(&self.before);
        let zeros = vec![0; 1 << 20];
        let mut left = self.zeros;
        while left > 0 {
            let bytes = usize::try_from(left).map_or(zeros.len(), |left| left.min(zeros.len()));
            print.update(&zeros[..bytes]);
            left -= bytes as u64;
        }
        print.update(&self.after);
        print.finish()
    }
}

/// A zip that is written piece by piece, holes and all.
struct LargeZip {
    out: BufWriter<File>,
    at: u64,
    records: Vec<u8>,
    entries: u64,
}

impl LargeZip {
    fn create(path: &Path) -> Self {
        Self {
            out: BufWriter::with_capacity(1 << 20, wxbackup::fs::create_new(path).unwrap()),
            at: 0,
            records: Vec::new(),
            entries: 0,
        }
    }

    /// Writes an entry whose headers say `crc32`.
    fn put(&mut self, name: &str, content: &Content, crc32: u32) {
        let bytes = content.before.len() as u64 + content.zeros + content.after.len() as u64;
        let size = u32::try_from(bytes).unwrap();
        let (local, record) = headers(name.as_bytes(), crc32, size);
        self.put_as(&local, record, content);
    }

    /// Writes an entry behind this header.
    fn put_as(&mut self, local: &[u8], mut record: Vec<u8>, content: &Content) {
        if let Some(offset) = u32::try_from(self.at).ok().filter(|at| *at < u32::MAX) {
            record[42..46].copy_from_slice(&offset.to_le_bytes());
        } else {
            record[6..8].copy_from_slice(&[45, 0]);
            record[30..32].copy_from_slice(&[12, 0]);
            record[42..46].copy_from_slice(&[255; 4]);
            record.extend_from_slice(&[1, 0, 8, 0]);
            record.extend_from_slice(&self.at.to_le_bytes());
        }
        self.records.extend_from_slice(&record);
        self.entries += 1;
        for bytes in [local, &content.before] {
            self.out.write_all(bytes).unwrap();
            self.at += bytes.len() as u64;
        }
        if content.zeros > 0 {
            let zeros = i64::try_from(content.zeros).unwrap();
            self.at = self.out.seek(SeekFrom::Current(zeros)).unwrap();
        }
        self.out.write_all(&content.after).unwrap();
        self.at += content.after.len() as u64;
    }

    fn finish(mut self) {
        let (start, bytes) = (self.at, self.records.len() as u64);
        self.out.write_all(&self.records).unwrap();
        let clamped = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
        let count = u16::try_from(self.entries).unwrap_or(u16::MAX);
        if count == u16::MAX || clamped(start) == u32::MAX {
            let zip64 = zip64_end(self.entries, bytes, start, start + bytes);
            self.out.write_all(&zip64).unwrap();
        }
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend_from_slice(&[count.to_le_bytes(), count.to_le_bytes()].concat());
        end.extend_from_slice(&clamped(bytes).to_le_bytes());
        end.extend_from_slice(&clamped(start).to_le_bytes());
        end.extend_from_slice(&[0, 0]);
        self.out.write_all(&end).unwrap();
        self.out.flush().unwrap();
    }
}

/// The files of the golden archive, in its order, each of which a test may change.
struct Library {
    base: String,
    files: Vec<(String, Content)>,
}

impl Library {
    fn golden() -> Self {
        let forge = Forge::of(&std::fs::read(golden()).unwrap());
        let base = forge.base();
        let name = |name: String| name.strip_prefix(&base).unwrap()[1..].to_owned();
        let pieces = forge.entries.iter();
        let files = pieces.map(|it| (name(it.name()), Content::of(&it.body)));
        Self {
            files: files.collect(),
            base,
        }
    }

    #[track_caller]
    fn file(&mut self, name: &str) -> &mut Content {
        let found = self.files.iter_mut().find(|(it, _)| it == name);
        &mut found.unwrap_or_else(|| panic!("there is no {name}")).1
    }

    /// Makes both manifests anew, so that every digest is true; `more` are lines
    /// of further tag files, to stand behind the others.
    fn seal(&mut self, more: &str) {
        let listed = |name: &str| match name {
            layout::TAGMANIFEST | layout::SIGNATURE => None,
            _ if name.starts_with("data/") => Some(layout::MANIFEST),
            _ => Some(layout::TAGMANIFEST),
        };
        for (manifest, more) in [(layout::MANIFEST, ""), (layout::TAGMANIFEST, more)] {
            let mut lines: Vec<(&str, String)> = Vec::new();
            for (name, content) in &self.files {
                if listed(name) == Some(manifest) {
                    let sha256 = content.print().sha256;
                    lines.push((name, format!("{sha256}  {name}\n")));
                }
            }
            lines.sort();
            let text: String = lines.into_iter().map(|(_, line)| line).collect();
            *self.file(manifest) = Content::of((text + more).as_bytes());
        }
    }

    /// Writes it to `path`, under manifests that are true.
    fn write(mut self, path: &Path) {
        self.seal("");
        let mut zip = LargeZip::create(path);
        for (name, content) in &self.files {
            let crc32 = content.print().crc32;
            zip.put(&format!("{}/{name}", self.base), content, crc32);
        }
        zip.finish();
    }
}

/// A folder with an archive in it, and files around the target that nobody may touch.
struct Place {
    folder: tempfile::TempDir,
    archive: PathBuf,
}

const CANARIES: [&str; 4] = ["evil", "a/evil", "a/b/evil", "a/b/canary"];

impl Place {
    fn new() -> Self {
        // Beside the build: the system's folder may itself be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        for canary in CANARIES {
            wxbackup::fs::write_atomic(&folder.path().join(canary), b"canary").unwrap();
        }
        Self {
            archive: folder.path().join("a/b/case.zip"),
            folder,
        }
    }

    fn to(&self) -> PathBuf {
        self.folder.path().join("a/b/to")
    }

    /// Whether the file system keeps holes; else says why a test is not run.
    fn has_holes(&self, what: &str) -> bool {
        let found = self.archive.metadata().unwrap();
        let has_holes = found.blocks() * 512 < found.len() / 2;
        if !has_holes {
            tell(&format!("{what}: not run, this file system keeps no holes"));
        }
        has_holes
    }

    /// The files of the target, which goes; the rest must be as it was.
    #[track_caller]
    fn taken(&self) -> BTreeSet<String> {
        let to = self.to();
        let (inside, mut around): (Vec<_>, Vec<_>) = files(self.folder.path())
            .into_iter()
            .partition(|path| path.starts_with(&to));
        around.retain(|path| *path != self.archive);
        let mut expected = CANARIES.map(|canary| self.folder.path().join(canary));
        expected.sort();
        around.sort();
        assert_eq!(around, expected);
        for canary in around {
            assert_eq!(std::fs::read(canary).unwrap(), b"canary");
        }
        if to.exists() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        let name = |path: PathBuf| path.strip_prefix(&to).unwrap().to_str().unwrap().to_owned();
        inside.into_iter().map(name).collect()
    }

    /// Gives the archive to each command: what came of it, a line each.
    #[track_caller]
    fn given_to_each(&self, what: &str, peak_bytes_max: u64) -> Vec<String> {
        let mut lines = Vec::new();
        let mut peaks = Vec::new();
        let run = |run: &Run| {
            let ran = measured(run);
            assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
            ran
        };

        let verify = Run::new().args(["verify", "--json"]).args([&self.archive]);
        let ran = run(&verify);
        peaks.push(("verify", ran.peak_bytes));
        let codes: Vec<String> = codes(&ran).into_iter().collect();
        lines.push(format!("verify {} {}", ran.code, codes.join(",")));

        let list = Run::new().args(["list", "--json"]).args([&self.archive]);
        let ran = run(&list);
        peaks.push(("list", ran.peak_bytes));
        let items = ran.stdout.matches("\"message_type\":\"item\"").count();
        lines.push(format!("list {} {items}", ran.code));

        let restore = Run::new().args(["restore", "-q", "--to"]);
        let ran = run(&restore.args([self.to(), self.archive.clone()]));
        peaks.push(("restore", ran.peak_bytes));
        lines.push(format!("restore {} {}", ran.code, self.taken().len()));

        let (browsing, said) = match Browsing::try_of(&self.archive) {
            Ok(browsing) => (Some(browsing), "browse begins".to_owned()),
            Err(code) => (None, format!("browse {code}")),
        };
        lines.push(said);
        if let Some(browsing) = browsing {
            peaks.push(("browse", peak_of(browsing.pid())));
        }

        // The account that the golden archive is of, little of it.
        let sim = Sim::builder().seed(2).images(1).start();
        std::fs::create_dir(self.to()).unwrap();
        let export = Run::against(&sim).args(["export", "-q", "--sections", "image", "-o"]);
        let export = export
            .args([self.to()])
            .args(["--base"])
            .args([&self.archive]);
        let ran = run(&export);
        peaks.push(("base", ran.peak_bytes));
        let is_refused = ran.stderr.contains("cannot be built on");
        let word = if is_refused { "refused" } else { "built on" };
        lines.push(format!("base {} {word}", ran.code));
        drop(self.taken());

        let said = peaks
            .iter()
            .map(|(name, peak)| format!("{name} {}", peak / MIB));
        let said: Vec<String> = said.collect();
        tell(&format!("{what}: peak in MiB: {}", said.join(", ")));
        for (command, peak_bytes) in peaks {
            assert!(
                peak_bytes < peak_bytes_max,
                "{command} took {} MiB",
                peak_bytes / MIB
            );
        }
        lines
    }
}

/// The codes of what `verify --json` found.
fn codes(ran: &Measured) -> BTreeSet<String> {
    let lines = ran.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter(|line| line["message_type"] == "finding")
        .map(|line| line["code"].as_str().unwrap().to_owned())
        .collect()
}

/// The peak of a process that is running.
fn peak_of(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.unwrap().trim().strip_suffix(" kB").unwrap();
    kib.parse::<u64>().unwrap() * 1024
}

#[test]
fn a_line_of_gigabytes_is_passed_over_and_what_is_behind_it_is_read() {
    let place = Place::new();
    let mut library = Library::golden();
    let images = library.file("data/items/image.jsonl");
    images.after = [b"\"}\n", &images.before[..]].concat();
    images.before = b"{\"kind\":\"image\",\"name\":\"".to_vec();
    images.zeros = hole_bytes();
    library.write(&place.archive);
    if !place.has_holes("a line of gigabytes") {
        return;
    }
    let found = place.given_to_each("a line of gigabytes", PEAK_BYTES_MAX);
    assert_eq!(
        found,
        [
            "verify 6 R06",
            "list 6 9",
            "restore 6 36",
            "browse begins",
            "base 0 refused"
        ]
    );
}

#[test]
fn a_document_of_gigabytes_is_not_held() {
    let place = Place::new();
    let mut library = Library::golden();
    // A document that may be read as a whole; blanks would do, but take disk.
    library.file(layout::ARCHIVE).zeros = 250 * MIB;
    library.file(layout::GAPS).zeros = hole_bytes();
    library.write(&place.archive);
    if !place.has_holes("a document of gigabytes") {
        return;
    }
    let found = place.given_to_each("a document of gigabytes", PEAK_BYTES_MAX);
    // Its records speak for themselves, and what they name is whole.
    assert_eq!(
        found,
        [
            "verify 6 R06",
            "list 6 0",
            "restore 0 36",
            "browse 6",
            "base 0 refused"
        ]
    );
}

/// Verifies it: the exit code and what was found.
#[track_caller]
fn verified(place: &Place, what: &str) -> String {
    let ran = measured(&Run::new().args(["verify", "--json"]).args([&place.archive]));
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    tell(&format!(
        "{what}: peak in MiB: verify {}",
        ran.peak_bytes / MIB
    ));
    assert!(ran.peak_bytes < PEAK_BYTES_MAX, "{what}");
    let codes: Vec<String> = codes(&ran).into_iter().collect();
    format!("{} {}", ran.code, codes.join(","))
}

#[test]
fn of_a_blob_of_gigabytes_the_truth_is_told() {
    let zeros = Content {
        before: Vec::new(),
        zeros: hole_bytes(),
        after: b"end".to_vec(),
    };
    let true_name = layout::blob(&zeros.print().sha256, FileKind::Bin);
    let false_name = layout::blob(&Sha256::of(b"another"), FileKind::Bin);
    for (name, said) in [
        // Whole, but no record names it.
        (true_name, "6 R01,R16"),
        (false_name, "6 C06,R01,R10,R16"),
    ] {
        let place = Place::new();
        let mut library = Library::golden();
        library.files.push((name.to_string(), zeros.clone()));
        library.write(&place.archive);
        if place.has_holes("a blob of gigabytes") {
            assert_eq!(verified(&place, "a blob of gigabytes"), said, "{name}");
        }
    }
}

#[test]
fn a_blob_that_is_longer_than_any_entry_is_not_believed() {
    let place = Place::new();
    let library = Library::golden();
    let mut zip = LargeZip::create(&place.archive);
    for (name, content) in &library.files {
        let crc32 = content.print().crc32;
        zip.put(&format!("{}/{name}", library.base), content, crc32);
    }
    // As other programs write it: the sizes stand in a zip64 field.
    let zeros: u64 = if is_large() {
        4_800_000_000
    } else {
        40_000_000
    };
    let name = layout::blob(&Sha256::of(b"another"), FileKind::Bin);
    let name = format!("{}/{name}", library.base);
    let (mut local, mut record) = headers(name.as_bytes(), 0, u32::MAX);
    for (header, extra_bytes) in [(&mut local, 28), (&mut record, 30)] {
        header[extra_bytes] = 20;
        header.extend_from_slice(&[1, 0, 16, 0]);
        header.extend_from_slice(&zeros.to_le_bytes());
        header.extend_from_slice(&zeros.to_le_bytes());
    }
    let content = Content {
        before: Vec::new(),
        zeros,
        after: Vec::new(),
    };
    zip.put_as(&local, record, &content);
    zip.finish();
    if place.has_holes("a blob with sizes in zip64") {
        assert_eq!(
            verified(&place, "a blob with sizes in zip64"),
            "6 C01,C02,C06,R01,R10,R16,Z17,Z41"
        );
    }
}

/// Writes an archive with so many entries in all, most of them files of a later
/// version that a manifest lists, of no byte or one. They are made of two
/// patterns, because making each anew would take longer than reading it.
fn write_many(path: &Path, entries: u64) {
    struct Pattern {
        local: Vec<u8>,
        record: Vec<u8>,
        content: Content,
        line: String,
    }
    const NAME: &str = "spec/x0000000";
    let mut library = Library::golden();
    let pattern = |bytes: &[u8]| {
        let name = format!("{}/{NAME}", library.base);
        let content = Content::of(bytes);
        let print = content.print();
        let size = u32::try_from(bytes.len()).unwrap();
        let (local, record) = headers(name.as_bytes(), print.crc32, size);
        Pattern {
            line: format!("{}  {NAME}\n", print.sha256),
            local,
            record,
            content,
        }
    };
    let mut patterns = [pattern(b""), pattern(b"x")];
    let more = entries - library.files.len() as u64;
    // Behind all other lines of tag files, by name.
    let mut lines = String::new();
    for number in 0..more {
        let line = &patterns[usize::from(number % 2 == 1)].line;
        lines.push_str(&line[..line.len() - 8]);
        writeln!(lines, "{number:07}").unwrap();
    }
    library.seal(&lines);
    let mut zip = LargeZip::create(path);
    for (name, content) in &library.files {
        if name.starts_with("data/blobs/") && zip.entries < more {
            for number in 0..more {
                let pattern = &mut patterns[usize::from(number % 2 == 1)];
                let digits = format!("{number:07}");
                for header in [&mut pattern.local, &mut pattern.record] {
                    let end = header.len();
                    header[end - 7..].copy_from_slice(digits.as_bytes());
                }
                zip.put_as(&pattern.local, pattern.record.clone(), &pattern.content);
            }
        }
        zip.put(
            &format!("{}/{name}", library.base),
            content,
            content.print().crc32,
        );
    }
    assert_eq!(zip.entries, entries);
    zip.finish();
}

#[test]
fn one_entry_more_than_a_million_is_refused() {
    let place = Place::new();
    write_many(&place.archive, 1_000_001);
    let found = place.given_to_each("a million entries and one", PEAK_BYTES_MAX);
    assert_eq!(
        found,
        [
            "verify 6 ",
            "list 6 0",
            "restore 6 0",
            "browse 6",
            "base 0 refused"
        ]
    );
}

#[test]
fn a_million_entries_are_read() {
    if !is_large() {
        tell("a million entries: not run, `WXBACKUP_LARGE=1` asks for it");
        return;
    }
    let place = Place::new();
    write_many(&place.archive, 1_000_000);
    let found = place.given_to_each("a million entries", MILLION_PEAK_BYTES_MAX);
    assert_eq!(
        found,
        [
            "verify 0 ",
            "list 0 9",
            "restore 0 36",
            "browse begins",
            // With the gaps that it has.
            "base 3 built on"
        ]
    );
}
