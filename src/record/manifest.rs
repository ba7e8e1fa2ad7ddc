//! BagIt manifests in the one spelling that an archive uses (format 10).
//!
//! A line is 64 lower-case hex digits, two blanks, the path and a line feed;
//! lines are sorted bytewise by path. Reading is strict and streams: a manifest
//! of a large library is never held.

use std::io;
use std::io::BufRead;

use crate::message;
use crate::model::EntryPath;
use crate::model::Finding;
use crate::model::Fingerprinter;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::archive::Roots;
use crate::text::Message;

/// Which of the two manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `manifest-sha256.txt`: everything under `data/`.
    Payload,
    /// `tagmanifest-sha256.txt`: everything else but itself and the signatures.
    Tag,
}

impl Part {
    /// Whether a file belongs into this manifest.
    pub fn lists(self, path: &EntryPath) -> bool {
        match self {
            Self::Payload => layout::is_payload(path),
            Self::Tag => {
                !layout::is_payload(path)
                    && path.as_str() != layout::TAGMANIFEST
                    && !path.as_str().starts_with("signatures/")
            }
        }
    }

    /// The path of the manifest itself.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Payload => layout::MANIFEST,
            Self::Tag => layout::TAGMANIFEST,
        }
    }
}

/// One line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestLine {
    /// The digest of the file.
    pub sha256: Sha256,
    /// Where it is.
    pub path: EntryPath,
}

impl ManifestLine {
    /// The line as it is written, with its line feed.
    pub fn spell(&self) -> String {
        spell(&self.sha256, &self.path)
    }
}

/// A line as it is written, with its line feed.
pub fn spell(sha256: &Sha256, path: &EntryPath) -> String {
    format!("{sha256}  {path}\n")
}

/// A manifest, made once all files are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    lines: Vec<ManifestLine>,
}

impl Manifest {
    /// The manifest of `lines`, which may come in any order; each path once.
    pub fn new(lines: impl IntoIterator<Item = ManifestLine>) -> Self {
        let mut lines: Vec<ManifestLine> = lines.into_iter().collect();
        lines.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Self { lines }
    }

    /// Its lines, sorted.
    pub fn lines(&self) -> &[ManifestLine] {
        &self.lines
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        // 64 of the digest, two spaces and the line feed.
        let sizes = self.lines.iter().map(|line| line.path.as_str().len() + 67);
        let mut bytes = Vec::with_capacity(sizes.sum());
        for line in &self.lines {
            bytes.extend_from_slice(line.spell().as_bytes());
        }
        bytes
    }

    /// The digests that name the library; of a payload manifest.
    pub fn roots(&self) -> Roots {
        let mut digests = RootDigests::default();
        for line in &self.lines {
            digests.update(&line.path, &line.spell());
        }
        digests.finish()
    }
}

/// Makes the [`Roots`] while the lines of a payload manifest pass by.
#[derive(Clone, Debug, Default)]
pub struct RootDigests {
    all: Fingerprinter,
    source: Fingerprinter,
}

impl RootDigests {
    /// Takes the next line, as [`spell`] writes it.
    pub fn update(&mut self, path: &EntryPath, text: &str) {
        self.all.update(text.as_bytes());
        if !layout::is_derived(path) {
            self.source.update(text.as_bytes());
        }
    }

    /// The digests of all lines taken.
    pub fn finish(self) -> Roots {
        Roots {
            payload_sha256: self.all.finish().sha256,
            source_sha256: self.source.finish().sha256,
        }
    }
}

/// What a line of a manifest does wrong; each has a code of the format (format 16).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum Violation {
    /// It is not 64 lower-case hex digits, two blanks, a path and a line feed.
    Form,
    /// Its path breaks the grammar of names; the field is the path, cut.
    Name(String),
    /// Its path stands on the line before too.
    Duplicate,
    /// Its path sorts before that of the line before.
    Order,
    /// Its path belongs into the other manifest, or into none.
    Part,
}

impl Violation {
    /// What it says.
    pub fn message(&self) -> Message {
        match self {
            Self::Form => message!("manifest-form"),
            Self::Name(name) => message!(
                "model-no-entry-path",
                name = name.escape_default().to_string()
            ),
            Self::Duplicate => message!("manifest-duplicate"),
            Self::Order => message!("manifest-order"),
            Self::Part => message!("manifest-part"),
        }
    }

    /// The code of the finding.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "M01",
            Self::Duplicate => "M02",
            Self::Order => "M03",
            Self::Part => "M04",
            Self::Name(_) => "Z22",
        }
    }
}

/// The M codes and what each says.
pub const CODES: &[(&str, &str)] = &[
    (
        "M01",
        "a line of a manifest is not 64 lower-case hex digits, two blanks, a path and a line feed",
    ),
    ("M02", "a path stands twice in a manifest"),
    ("M03", "the paths of a manifest are not sorted bytewise"),
    (
        "M04",
        "a path stands in a manifest that it does not belong into",
    ),
];

/// The longest line: digest, two blanks, the longest name, line feed.
const LINE_BYTES_MAX: usize = 64 + 2 + 200 + 1;

/// Reads a manifest strictly, a line at a time.
#[derive(Debug)]
pub struct ManifestReader<R> {
    part: Part,
    reader: R,
    buffer: Vec<u8>,
    number: u64,
    last: Option<EntryPath>,
}

/// What the next line of a manifest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A line in order.
    Line(ManifestLine),
    /// A line that must not be so; reading may go on behind it.
    Wrong {
        /// The line, counted from 1.
        number: u64,
        /// What is wrong with it.
        violation: Violation,
        /// What it says, where that can be told all the same.
        line: Option<ManifestLine>,
    },
}

impl Read {
    /// The finding about a wrong line of `part`.
    pub fn finding(&self, part: Part) -> Option<Finding> {
        match self {
            Self::Line(_) => None,
            Self::Wrong {
                number, violation, ..
            } => Some(Finding::new(
                violation.code(),
                &format!("{}:{number}", part.file_name()),
                violation.message(),
            )),
        }
    }
}

impl<R: BufRead> ManifestReader<R> {
    /// The lines of the manifest of `part`; `reader` stands at its start.
    pub fn new(part: Part, reader: R) -> Self {
        Self {
            part,
            reader,
            buffer: Vec::new(),
            number: 0,
            last: None,
        }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    ///
    /// Where the bytes cannot be read. What they say is never an error but a [`Read::Wrong`].
    pub fn next_line(&mut self) -> io::Result<Option<Read>> {
        self.buffer.clear();
        let limit = LINE_BYTES_MAX as u64 + 1;
        let read = io::Read::take(&mut self.reader, limit).read_until(b'\n', &mut self.buffer)?;
        if read == 0 {
            return Ok(None);
        }
        if read > LINE_BYTES_MAX && self.buffer.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n')?;
        }
        self.number += 1;
        Ok(Some(self.judge()))
    }

    fn judge(&mut self) -> Read {
        let wrong = |violation, line| Read::Wrong {
            number: self.number,
            violation,
            line,
        };
        let Some((sha256, name)) = split_line(&self.buffer) else {
            return wrong(Violation::Form, None);
        };
        let Ok(path) = name.parse::<EntryPath>() else {
            return wrong(Violation::Name(name.chars().take(120).collect()), None);
        };
        let line = ManifestLine { sha256, path };
        let order = self.last.as_ref().map(|last| last.cmp(&line.path));
        match order {
            Some(std::cmp::Ordering::Equal) => return wrong(Violation::Duplicate, Some(line)),
            Some(std::cmp::Ordering::Greater) => return wrong(Violation::Order, Some(line)),
            Some(std::cmp::Ordering::Less) | None => {}
        }
        self.last = Some(line.path.clone());
        if self.part.lists(&line.path) {
            Read::Line(line)
        } else {
            wrong(Violation::Part, Some(line))
        }
    }
}

/// The digest and the name of a line in the right form.
fn split_line(line: &[u8]) -> Option<(Sha256, &str)> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (digest, name) = text.split_at_checked(64)?;
    let name = name.strip_prefix("  ")?;
    let is_bare = name.starts_with([' ', '*']) || name.contains('\r') || name.is_empty();
    Some((digest.parse().ok().filter(|_| !is_bare)?, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(name: &str) -> ManifestLine {
        ManifestLine {
            sha256: Sha256::of(name.as_bytes()),
            path: layout::path(name),
        }
    }

    fn read(part: Part, bytes: &[u8]) -> Vec<Read> {
        let mut reader = ManifestReader::new(part, bytes);
        std::iter::from_fn(|| reader.next_line().unwrap()).collect()
    }

    fn codes(part: Part, bytes: &[u8]) -> Vec<&'static str> {
        read(part, bytes)
            .iter()
            .filter_map(|read| read.finding(part))
            .map(|finding| finding.code)
            .collect()
    }

    #[test]
    fn a_manifest_reads_back_in_order_with_its_roots() {
        let manifest = Manifest::new([entry("data/index.html"), entry("data/a.json")]);
        let bytes = manifest.to_bytes();
        let lines = [entry("data/a.json"), entry("data/index.html")];
        assert_eq!(
            read(Part::Payload, &bytes),
            lines.clone().map(Read::Line).to_vec()
        );
        assert_eq!(
            manifest.roots(),
            Roots {
                payload_sha256: Sha256::of(&bytes),
                source_sha256: Sha256::of(lines[0].spell().as_bytes()),
            }
        );
    }

    #[test]
    fn every_other_spelling_is_no_line() {
        let good = entry("data/a.json").spell();
        let upper = good[..64].to_uppercase() + &good[64..];
        let cases = [
            format!("\u{feff}{good}"),
            good.replace('\n', "\r\n"),
            upper,
            good.replace("  ", " *"),
            good.replace("  ", " "),
            good.replace("  ", "   "),
            good.trim_end().to_owned(),
            format!("# comment\n{good}"),
            format!("\n{good}"),
            good[1..].to_owned(),
            "\u{e9}".repeat(40),
            format!("{}{good}", "x".repeat(10_000)),
        ];
        for case in cases {
            assert_eq!(codes(Part::Payload, case.as_bytes()), ["M01"], "{case:?}");
        }
        assert!(codes(Part::Payload, b"").is_empty());
    }

    #[test]
    fn names_order_and_part_are_judged() {
        let spell = |names: &[&str]| -> Vec<u8> {
            let lines = names
                .iter()
                .map(|name| format!("{}  {name}\n", Sha256::of(name.as_bytes())));
            lines.collect::<String>().into_bytes()
        };
        let cases: [(Part, &[&str], &str); 9] = [
            (Part::Payload, &["../../etc/passwd"], "Z22"),
            (Part::Payload, &["data/a b"], "Z22"),
            (Part::Payload, &["data/a", "data/a"], "M02"),
            (Part::Payload, &["data/b", "data/a"], "M03"),
            (Part::Payload, &["bagit.txt"], "M04"),
            (Part::Tag, &["data/a"], "M04"),
            (Part::Tag, &["tagmanifest-sha256.txt"], "M04"),
            (Part::Tag, &[layout::SIGNATURE], "M04"),
            (Part::Tag, &["databank.txt", "bagit.txt"], "M03"),
        ];
        for (part, names, code) in cases {
            assert_eq!(codes(part, &spell(names)), [code], "{names:?}");
        }
        assert!(codes(Part::Tag, &spell(&["README.txt", "bagit.txt"])).is_empty());
    }

    proptest! {
        #[test]
        fn a_manifest_survives_a_round_trip(
            names in prop::collection::btree_set("data/[A-Za-z0-9][a-z0-9_-]{0,20}(/[a-z0-9]{1,9}){0,3}", 0..20),
        ) {
            prop_assume!(names.iter().all(|name| name.parse::<EntryPath>().is_ok()));
            let manifest = Manifest::new(names.iter().rev().map(|name| entry(name)));
            let lines: Vec<Read> = manifest.lines().iter().cloned().map(Read::Line).collect();
            prop_assert_eq!(read(Part::Payload, &manifest.to_bytes()), lines);
        }

        #[test]
        fn a_changed_byte_never_reads_as_the_same_manifest(
            at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let manifest = Manifest::new([entry("data/a.json"), entry("data/b.json")]);
            let bytes = manifest.to_bytes();
            let mut changed = bytes.clone();
            let at = at.index(bytes.len());
            changed[at] = byte;
            let same = read(Part::Payload, &changed) == read(Part::Payload, &bytes);
            prop_assert_eq!(same, changed == bytes);
        }
    }
}
