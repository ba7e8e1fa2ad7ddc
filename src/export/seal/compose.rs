//! Composes the documents of an archive before its first byte is written.
//!
//! Every length and digest must be known then (format 4), so documents go into
//! one scratch file of the stage, and blobs stay where they were staged.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use aho_corasick::{AhoCorasick, packed};
use secrecy::{ExposeSecret as _, SecretString};

use crate::archive;
use crate::error::{PathContext as _, PathError};
use crate::message;
use crate::model::{EntryPath, FileKind, Fingerprint, Fingerprinter, layout};
use crate::record::archive::Roots;
use crate::record::manifest;
use crate::record::manifest::{Part, RootDigests};
use crate::stage::Place;

/// Everything that an archive will hold, with where its bytes are now.
#[derive(Debug)]
pub(super) struct Composer {
    scratch: BufWriter<File>,
    /// Where the scratch file is, for whoever must make room there.
    path: PathBuf,
    end: u64,
    entries: Vec<Entry>,
    secrets: Secrets,
    open: Option<Open>,
    /// A secret in the owner's own content: kept, and told loudly.
    content_with_secret: Vec<EntryPath>,
}

/// One file of the archive to be.
#[derive(Debug)]
pub(super) struct Entry {
    name: Name,
    pub(super) print: Fingerprint,
    pub(super) source: Source,
}

/// The name of an entry. That of a blob is made of its digest when it is asked
/// for: held for a hundred thousand they would be more than all the rest.
#[derive(Debug)]
enum Name {
    Document(EntryPath),
    Blob(FileKind),
}

/// Where the bytes of an entry are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// In the scratch file.
    Scratch { offset: u64 },
    /// In the stage.
    Staged(Place),
    /// In the file of the base.
    Base { offset: u64 },
}

impl Entry {
    /// Its name in the archive.
    pub(super) fn path(&self) -> Cow<'_, EntryPath> {
        match &self.name {
            Name::Document(path) => Cow::Borrowed(path),
            Name::Blob(kind) => Cow::Owned(layout::blob(&self.print.sha256, *kind)),
        }
    }

    /// Whether it is one of the library's own files, which stay where they are.
    pub(super) fn is_blob(&self) -> bool {
        matches!(self.name, Name::Blob(_))
    }

    /// Whether the manifest of `part` lists it.
    pub(super) fn is_in(&self, part: Part) -> bool {
        match &self.name {
            Name::Document(path) => part.lists(path),
            Name::Blob(_) => part == Part::Payload,
        }
    }

    /// How its name compares to that of another.
    fn cmp_path(&self, other: &Self) -> Ordering {
        match (&self.name, &other.name) {
            (Name::Document(left), Name::Document(right)) => left.cmp(right),
            (Name::Document(path), Name::Blob(_)) => path.as_str().cmp(layout::BLOBS),
            (Name::Blob(_), Name::Document(path)) => layout::BLOBS.cmp(path.as_str()),
            (Name::Blob(left), Name::Blob(right)) => {
                let digests = self.print.sha256.cmp(&other.print.sha256);
                digests.then_with(|| left.extension().cmp(right.extension()))
            }
        }
    }

    /// How its place in the archive compares to that of another.
    fn cmp_place(&self, other: &Self) -> Ordering {
        match (&self.name, &other.name) {
            (Name::Document(left), Name::Document(right)) => layout::order(left, right),
            _ => self.is_blob().cmp(&other.is_blob()),
        }
    }

    /// Whether its bytes are those of the base, which may have changed since it was made.
    pub(super) fn is_of_base(&self) -> bool {
        matches!(self.source, Source::Base { .. })
    }
}

/// Where in the scratch file a text was laid aside.
#[derive(Clone, Copy, Debug)]
pub(super) struct LaidAside {
    offset: u64,
    bytes: usize,
}

/// What must not be in what we say, in every spelling.
#[derive(Debug)]
struct Secrets {
    /// By the vector unit of the processor, where that can: every byte of an
    /// archive's documents passes here.
    fast: Option<packed::Searcher>,
    any: AhoCorasick,
}

impl Secrets {
    fn new(secrets: &[SecretString]) -> Self {
        let patterns = || {
            secrets
                .iter()
                .map(|secret| secret.expose_secret().as_bytes())
                .filter(|secret| secret.len() >= 8)
        };
        Self {
            fast: packed::Searcher::new(patterns()),
            any: AhoCorasick::new(patterns()).expect("a few short patterns make an automaton"),
        }
    }

    fn are_in(&self, bytes: &[u8]) -> bool {
        match &self.fast {
            Some(fast) if bytes.len() >= fast.minimum_len() => fast.find(bytes).is_some(),
            _ => self.any.is_match(bytes),
        }
    }
}

#[derive(Debug)]
struct Open {
    path: EntryPath,
    print: Fingerprinter,
    offset: u64,
    pieces: u64,
}

/// A document cannot be composed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The scratch file cannot be written or read.
    #[error(transparent)]
    Scratch(#[from] PathError),
    /// What we compose ourselves would hold a secret.
    #[error("{}", message!("export-document-secret", path = .0.as_str()))]
    Secret(EntryPath),
}

impl Composer {
    /// Composes into `scratch`, which is at `path`, watching for `secrets` in
    /// every spelling.
    pub(super) fn new(scratch: File, path: PathBuf, secrets: &[SecretString]) -> Self {
        Self {
            scratch: BufWriter::with_capacity(64 * 1024, scratch),
            path,
            end: 0,
            entries: Vec::new(),
            secrets: Secrets::new(secrets),
            open: None,
            content_with_secret: Vec::new(),
        }
    }

    /// A whole document.
    pub(super) fn add(&mut self, path: EntryPath, bytes: &[u8]) -> Result<Fingerprint, Error> {
        self.begin(path);
        self.write(bytes)?;
        self.end();
        Ok(self.entries.last().expect("a document was ended").print)
    }

    /// Begins a document that comes in pieces; no secret may be split between two.
    pub(super) fn begin(&mut self, path: EntryPath) {
        debug_assert!(self.open.is_none(), "one document at a time");
        self.open = Some(Open {
            path,
            print: Fingerprinter::default(),
            offset: self.end,
            pieces: 0,
        });
    }

    /// The next piece of the open document.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let open = self.open.as_mut().expect("a document is open");
        if self.secrets.are_in(bytes) {
            // The library is the owner's: an article may quote the owner's own
            // secret, and is kept. What we say ourselves must not.
            if !layout::is_payload(&open.path) {
                return Err(Error::Secret(open.path.clone()));
            }
            if self.content_with_secret.last() != Some(&open.path) {
                self.content_with_secret.push(open.path.clone());
            }
        }
        open.print.update(bytes);
        open.pieces += 1;
        self.end += bytes.len() as u64;
        Ok(self.scratch.write_all(bytes).at("write", &self.path)?)
    }

    /// Ends the open document, and gives the number of its pieces.
    pub(super) fn end(&mut self) -> u64 {
        let open = self.open.take().expect("a document is open");
        let (print, source) = (
            open.print.finish(),
            Source::Scratch {
                offset: open.offset,
            },
        );
        self.entries.push(Entry {
            name: Name::Document(open.path),
            print,
            source,
        });
        open.pieces
    }

    /// Lays text aside that a later document will hold, in the scratch file: there
    /// may be more of it than memory should hold.
    pub(super) fn lay_aside(&mut self, text: &str) -> Result<LaidAside, Error> {
        let laid = LaidAside {
            offset: self.end,
            bytes: text.len(),
        };
        self.end += text.len() as u64;
        self.scratch
            .write_all(text.as_bytes())
            .at("write", &self.path)?;
        Ok(laid)
    }

    /// What was laid aside.
    pub(super) fn take_up(&mut self, laid: LaidAside) -> Result<String, Error> {
        self.scratch.flush().at("write", &self.path)?;
        let mut text = vec![0; laid.bytes];
        archive::FileRange::new(self.scratch.get_ref(), laid.offset, laid.bytes as u64)
            .read_exact(&mut text)
            .at("read", &self.path)?;
        // On some systems reading has moved the place where writing goes on.
        self.scratch
            .seek(SeekFrom::Start(self.end))
            .at("read", &self.path)?;
        let text = String::from_utf8(text).map_err(io::Error::other);
        Ok(text.at("read", &self.path)?)
    }

    /// A blob, which stays where it is.
    pub(super) fn add_blob(&mut self, kind: FileKind, print: Fingerprint, source: Source) {
        self.entries.push(Entry {
            name: Name::Blob(kind),
            print,
            source,
        });
    }

    /// The manifest of all entries so far that `part` lists, as one more document;
    /// gives its digests. It is written a line at a time: a library of 100,000
    /// pictures has one of 15 MB.
    pub(super) fn add_manifest(&mut self, part: Part) -> Result<(Roots, Fingerprint), Error> {
        let mut places: Vec<usize> = (0..self.entries.len())
            .filter(|place| self.entries[*place].is_in(part))
            .collect();
        places.sort_unstable_by(|left, right| self.entries[*left].cmp_path(&self.entries[*right]));
        let mut digests = RootDigests::default();
        self.begin(layout::path(part.file_name()));
        for place in places {
            let entry = &self.entries[place];
            let path = entry.path();
            let line = manifest::spell(&entry.print.sha256, &path);
            digests.update(&path, &line);
            self.write(line.as_bytes())?;
        }
        self.end();
        let print = self.entries.last().expect("a document was ended").print;
        Ok((digests.finish(), print))
    }

    /// The text of the document that was ended last.
    pub(super) fn last_document(&mut self) -> Result<String, Error> {
        let last = self.entries.last().expect("a document was ended");
        let Source::Scratch { offset } = last.source else {
            unreachable!("documents lie in the scratch file");
        };
        let bytes = usize::try_from(last.print.bytes).expect("it was in memory in pieces");
        self.take_up(LaidAside { offset, bytes })
    }

    /// Files and bytes of all entries so far that `wanted` picks.
    pub(super) fn sum(&self, wanted: impl Fn(&Entry) -> bool) -> (u64, u64) {
        let picked = self.entries.iter().filter(|entry| wanted(entry));
        picked.fold((0, 0), |(files, bytes), entry| {
            (files + 1, bytes + entry.print.bytes)
        })
    }

    /// Files of the library that hold a secret of ours.
    pub(super) fn content_with_secret(&self) -> &[EntryPath] {
        &self.content_with_secret
    }

    /// All entries in the order of the archive, and the scratch file. Blobs stay
    /// in the order in which they were added.
    pub(super) fn finish(mut self) -> Result<(Vec<Entry>, File), Error> {
        self.entries.sort_by(Entry::cmp_place);
        let scratch = self
            .scratch
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .at("write", &self.path)?;
        Ok((self.entries, scratch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composer() -> Composer {
        let secrets =
            ["s3cr3t-s3cr3t".to_owned(), "czNjcjN0LXMzY3IzdA".to_owned()].map(SecretString::from);
        Composer::new(tempfile::tempfile().unwrap(), PathBuf::new(), &secrets)
    }

    #[test]
    fn a_secret_in_what_we_say_ends_the_seal_and_one_in_content_is_told() {
        let mut composer = composer();
        let error = composer
            .add(
                layout::path(layout::GAPS),
                b"{\"detail\":\"s3cr3t-s3cr3t\"}",
            )
            .unwrap_err();
        assert!(matches!(error, Error::Secret(path) if path.as_str() == layout::GAPS));
        let mut composer = self::composer();
        composer
            .add(layout::path(layout::INDEX), b"<p>czNjcjN0LXMzY3IzdA==</p>")
            .unwrap();
        composer.add(layout::path(layout::CALLS), b"{}").unwrap();
        assert_eq!(
            composer.content_with_secret(),
            [layout::path(layout::INDEX)]
        );
    }

    #[test]
    fn a_manifest_lists_the_entries_of_its_part_by_name() {
        let mut composer = composer();
        for name in [
            layout::INDEX,
            layout::BAGIT,
            "data/articles/x/raw.json",
            "data/a",
        ] {
            composer.add(layout::path(name), name.as_bytes()).unwrap();
        }
        for (text, kind) in [
            ("b", FileKind::Jpg),
            ("a", FileKind::Bin),
            ("c", FileKind::Png),
        ] {
            let print = Fingerprint::of(text.as_bytes());
            composer.add_blob(kind, print, Source::Staged(Place::Large));
        }
        for (part, files) in [(Part::Payload, 6), (Part::Tag, 2)] {
            composer.add_manifest(part).unwrap();
            let text = composer.last_document().unwrap();
            let names: Vec<&str> = text.lines().map(|line| &line[66..]).collect();
            assert!(names.is_sorted(), "{text}");
            assert_eq!(names.len(), files, "{text}");
        }
    }

    #[test]
    fn entries_come_in_the_order_of_the_archive_and_blobs_as_added() {
        let mut composer = composer();
        let blobs = ["b", "a", "c"].map(|text| Fingerprint::of(text.as_bytes()));
        for print in blobs {
            composer.add_blob(FileKind::Bin, print, Source::Staged(Place::Large));
        }
        composer.add(layout::path(layout::INDEX), b"page").unwrap();
        composer
            .add(layout::path(layout::BAGIT), layout::BAGIT_TEXT.as_bytes())
            .unwrap();
        let (entries, _) = composer.finish().unwrap();
        let paths: Vec<EntryPath> = entries.iter().map(|it| it.path().into_owned()).collect();
        assert_eq!(paths[..2], [layout::BAGIT, layout::INDEX].map(layout::path));
        let of_blob = |print: Fingerprint| layout::blob(&print.sha256, FileKind::Bin);
        assert_eq!(paths[2..], blobs.map(of_blob));
        assert!(matches!(entries[1].source, Source::Scratch { offset: 0 }));
    }
}
