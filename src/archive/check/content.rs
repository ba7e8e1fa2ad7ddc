//! V2: the manifests, the set of files, and every byte against both.
//!
//! What passed the container check can still hold other files than it should.
//! Here each file is hashed once, on all cores, and compared with the line that
//! lists it; the records (V3, V4) are read meanwhile.

use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::CheckError;
use super::codes;
use super::findings::Findings;
use crate::archive::limits;
use crate::archive::pread::{FileRange, ReadAt};
use crate::archive::salvage::Found;
use crate::archive::source::Source;
use crate::error::system;
use crate::event::Silent;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{EntryPath, Fingerprint, Fingerprinter, Sha256, layout};
use crate::record::check::{BlobHead, Checker, Verdict};
use crate::record::manifest::{self, ManifestReader, Part};

const CHUNK_BYTES: usize = 128 << 10;
/// So long a file is begun before the others, so that no core ends up alone with it.
const LONG_BYTES: u64 = 32 << 20;
/// How much is hashed between two events.
const STRIDE_BYTES: u64 = 8 << 20;
const STRIDE_FILES: u64 = 256;

/// Files by number, from a zip or from a folder.
pub(super) trait Bag: Sync {
    fn files(&self) -> usize;
    fn path(&self, file: usize) -> &EntryPath;
    fn bytes(&self, file: usize) -> u64;
    /// The checksum that the container tells, where there is a container.
    fn crc32(&self, file: usize) -> Option<u32>;
    /// Whether to hash every file, or to compare the set of files alone.
    fn is_hashed(&self) -> bool {
        true
    }
    /// The content; `buffer_bytes` suit the caller's reading, and none who reads
    /// in long runs.
    fn open(&self, file: usize, buffer_bytes: usize) -> io::Result<Box<dyn BufRead + '_>>;
}

/// What the check is to do, and with what.
pub(super) struct Run<'a> {
    pub(super) findings: &'a Findings<'a>,
    pub(super) interrupt: &'a Interrupt,
    pub(super) jobs: NonZeroUsize,
    pub(super) checker: Option<Checker>,
    /// The file to hash as a whole besides.
    pub(super) whole: Option<&'a Source>,
}

/// What was learned.
#[derive(Default)]
pub(super) struct Learned {
    pub(super) verdict: Option<Verdict>,
    pub(super) file_sha256: Option<Sha256>,
    pub(super) roots: Roots,
}

/// The digests of the two manifests.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Roots {
    pub(super) archive_sha256: Option<Sha256>,
    pub(super) payload_sha256: Option<Sha256>,
}

impl Roots {
    pub(super) fn take(&mut self, path: &EntryPath, print: &Fingerprint) {
        match path.as_str() {
            layout::TAGMANIFEST => self.archive_sha256 = Some(print.sha256),
            layout::MANIFEST => self.payload_sha256 = Some(print.sha256),
            _ => {}
        }
    }
}

/// Checks the files of a bag.
pub(super) fn check(bag: &dyn Bag, run: Run<'_>) -> Result<Learned, CheckError> {
    let Run {
        findings,
        interrupt,
        jobs,
        checker,
        whole,
    } = run;
    let listing = read_listing(bag, findings);
    let order = if bag.is_hashed() {
        hashing_order(bag)
    } else {
        Vec::new()
    };
    let next = AtomicUsize::new(0);
    let (checker, file_sha256, hashed) = thread::scope(|scope| {
        let whole = whole.map(|source| scope.spawn(move || hash_file(source, interrupt, findings)));
        let hash = || hash_files(bag, &order, &next, interrupt, findings);
        let hashers: Vec<_> = (0..jobs.get()).map(|_| scope.spawn(hash)).collect();
        // What the checker holds comes out of what this thread has freed.
        let checker = checker.map(|checker| read_documents(bag, checker, interrupt));
        let mut all = vec![None; bag.files()];
        for (file, hashed) in hashers.into_iter().flat_map(joined) {
            all[file] = Some(hashed);
        }
        (checker, whole.and_then(joined), all)
    });
    if interrupt.is_set() {
        return Err(CheckError::Interrupted);
    }
    let mut roots = Roots::default();
    let measured = hashed.iter().enumerate().map(|(file, hashed)| {
        let print = hashed.as_ref().map(|hashed| &hashed.print);
        if let Some(print) = print {
            roots.take(bag.path(file), print);
        }
        (bag.path(file), bag.crc32(file), print)
    });
    listing.compare(measured, findings);
    let verdict = checker.map(|mut checker| {
        feed_blobs(bag, &hashed, &mut checker);
        checker.finish()
    });
    Ok(Learned {
        verdict,
        file_sha256,
        roots,
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Long files first, the rest in the order of the disk.
fn hashing_order(bag: &dyn Bag) -> Vec<usize> {
    let (mut order, rest): (Vec<_>, Vec<_>) =
        (0..bag.files()).partition(|file| bag.bytes(*file) >= LONG_BYTES);
    order.sort_by_key(|file| std::cmp::Reverse(bag.bytes(*file)));
    order.extend(rest);
    order
}

/// What the bytes of a file told.
#[derive(Clone, Copy)]
struct Hashed {
    print: Fingerprint,
    /// Of a blob, how it begins.
    head: Option<BlobHead>,
}

/// Hashes the next file of `order` until there is none; other threads do the same.
fn hash_files(
    bag: &dyn Bag,
    order: &[usize],
    next: &AtomicUsize,
    interrupt: &Interrupt,
    findings: &Findings<'_>,
) -> Vec<(usize, Hashed)> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut all = Vec::new();
    let (mut files, mut bytes) = (0, 0);
    while let Some(file) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
        let path = bag.path(*file);
        let mut print = Fingerprinter::default();
        let mut head = None;
        let hashed = bag.open(*file, 0).and_then(|mut body| {
            loop {
                let read = read_full(&mut *body, &mut buffer)?;
                if head.is_none() && layout::is_blob(path) {
                    head = Some(BlobHead::of(&buffer[..read], bag.bytes(*file)));
                }
                if read == 0 || interrupt.is_set() {
                    return Ok(());
                }
                print.update(&buffer[..read]);
                bytes += read as u64;
                if bytes >= STRIDE_BYTES {
                    findings.advance(files, bytes);
                    (files, bytes) = (0, 0);
                }
            }
        });
        if interrupt.is_set() {
            break;
        }
        match hashed.map(|()| print.finish()) {
            Ok(print) if print.bytes == bag.bytes(*file) => {
                all.push((*file, Hashed { print, head }));
            }
            Ok(_) => {
                let message = message!("finding-length");
                findings.add(codes::CHANGED, path.as_str(), message);
            }
            Err(error) => findings.add(code_of(&error), path.as_str(), system(&error)),
        }
        files += 1;
        if files >= STRIDE_FILES {
            findings.advance(files, bytes);
            (files, bytes) = (0, 0);
        }
    }
    findings.advance(files, bytes);
    all
}

/// Reads until the buffer is full; fewer bytes only at the end.
fn read_full(body: &mut dyn BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match body.read(&mut buffer[done..]) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Bytes that say nonsense are changed; only the disk is unreadable.
fn code_of(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::Unsupported => codes::CHANGED,
        _ => codes::UNREADABLE,
    }
}

fn hash_file(source: &Source, interrupt: &Interrupt, findings: &Findings<'_>) -> Option<Sha256> {
    let file = FileRange::new(source, 0, source.bytes());
    match Sha256::read(&mut interrupt.over(file)) {
        Ok(digest) => Some(digest),
        Err(_) if interrupt.is_set() => None,
        Err(error) => {
            findings.add(codes::UNREADABLE, "", system(&error));
            None
        }
    }
}

/// Gives the documents to the checker, in the order of entries. What cannot be
/// read is left out: the hashing, which reads it too, tells why.
fn read_documents(bag: &dyn Bag, mut checker: Checker, interrupt: &Interrupt) -> Checker {
    let mut documents: Vec<usize> = (0..bag.files())
        .filter(|file| !layout::is_blob(bag.path(*file)))
        .collect();
    documents.sort_by(|a, b| layout::order(bag.path(*a), bag.path(*b)));
    for file in documents {
        if interrupt.is_set() {
            break;
        }
        if let Ok(mut body) = bag.open(file, CHUNK_BYTES / 2) {
            let _ = checker.document(bag.path(file), &mut *body);
        }
    }
    checker
}

fn feed_blobs(bag: &dyn Bag, hashed: &[Option<Hashed>], checker: &mut Checker) {
    for (file, hashed) in hashed.iter().enumerate() {
        if let Some(hashed) = hashed
            && let Some(head) = hashed.head
        {
            checker.blob(bag.path(file), &hashed.print, head);
        }
    }
}

/// Reads the manifests of a bag.
fn read_listing(bag: &dyn Bag, findings: &Findings<'_>) -> Listing {
    let mut listing = Listing::default();
    for file in 0..bag.files() {
        let path = bag.path(file);
        if !matches!(
            path.as_str(),
            layout::BAGIT | layout::MANIFEST | layout::TAGMANIFEST
        ) {
            continue;
        }
        let taken = bag
            .open(file, CHUNK_BYTES / 2)
            .and_then(|mut body| listing.take(path, &mut body, findings));
        if taken.is_err() {
            // The hashing, which reads it too, tells why.
            listing.incomplete = true;
        }
    }
    listing
}

/// What the manifests list.
#[derive(Default)]
pub(in crate::archive) struct Listing {
    lines: Vec<(EntryPath, Sha256)>,
    /// Which of the files that tell what a bag is were there.
    taken: Vec<&'static str>,
    /// Some line could not be read, so that not every unlisted file is an intruder.
    incomplete: bool,
}

impl Listing {
    /// Reads a manifest; passes over any other document.
    pub(super) fn take(
        &mut self,
        path: &EntryPath,
        body: &mut dyn BufRead,
        findings: &Findings<'_>,
    ) -> io::Result<()> {
        let part = match path.as_str() {
            layout::MANIFEST => Part::Payload,
            layout::TAGMANIFEST => Part::Tag,
            layout::BAGIT => {
                self.taken.push(layout::BAGIT);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.taken.push(part.file_name());
        let mut reader = ManifestReader::new(part, body.take(limits::DOCUMENT_BYTES_MAX));
        while let Some(read) = reader.next_line()? {
            if let Some(finding) = read.finding(part) {
                findings.take(finding);
            }
            let line = match read {
                manifest::Read::Line(line) => Some(line),
                manifest::Read::Wrong { line, .. } => line,
            };
            match line {
                Some(line) => self.lines.push((line.path, line.sha256)),
                None => self.incomplete = true,
            }
        }
        Ok(())
    }

    /// The manifests among files that were found, where their bytes are proven.
    pub(in crate::archive) fn of_head(file: &dyn ReadAt, found: &[Found]) -> io::Result<Self> {
        let mut listing = Self::default();
        // Nobody hears of their lines here: they count, or they do not.
        let findings = Findings::new("", &Silent);
        for name in [layout::TAGMANIFEST, layout::MANIFEST] {
            let proven = found.iter().find(|found| {
                let told = listing.digest(&found.path);
                found.path.as_str() == name
                    && told.map_or(found.is_crc_right, |told| told == found.print.sha256)
            });
            if let Some(found) = proven {
                let range = FileRange::new(file, found.data, found.print.bytes);
                let mut body = io::BufReader::with_capacity(CHUNK_BYTES, range);
                listing.take(&found.path, &mut body, &findings)?;
                listing.sort();
            }
        }
        Ok(listing)
    }

    /// Whether both manifests were read, line by line.
    pub(in crate::archive) fn is_complete(&self) -> bool {
        let has = |name| self.taken.contains(&name);
        !self.incomplete && has(layout::MANIFEST) && has(layout::TAGMANIFEST)
    }

    /// Every path that is listed.
    pub(in crate::archive) fn paths(&self) -> impl Iterator<Item = &EntryPath> {
        self.lines.iter().map(|(path, _)| path)
    }

    /// The digest of a listed file. The lines must be sorted.
    pub(in crate::archive) fn digest(&self, path: &EntryPath) -> Option<Sha256> {
        self.line(path).map(|line| self.lines[line].1)
    }

    fn line(&self, path: &EntryPath) -> Option<usize> {
        self.lines.binary_search_by(|line| line.0.cmp(path)).ok()
    }

    fn sort(&mut self) {
        self.lines.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    }

    /// Compares the files that there are with those that are listed.
    pub(super) fn compare<'b>(
        mut self,
        files: impl Iterator<Item = (&'b EntryPath, Option<u32>, Option<&'b Fingerprint>)>,
        findings: &Findings<'_>,
    ) {
        for name in [layout::BAGIT, layout::TAGMANIFEST, layout::MANIFEST] {
            if !self.taken.contains(&name) {
                findings.add(codes::NO_MANIFEST, name, message!("finding-missing"));
            }
        }
        self.sort();
        let files: Vec<_> = files.collect();
        // On all cores: nothing else is left to do, and memory answers slowly.
        let lines: Vec<_> = files.par_iter().map(|(path, ..)| self.line(path)).collect();
        let mut met = vec![false; self.lines.len()];
        for ((path, crc32, print), listed) in files.into_iter().zip(lines) {
            if let Some(line) = listed {
                met[line] = true;
            } else if !self.may_be_unlisted(path) {
                findings.add(codes::UNLISTED, path.as_str(), message!("finding-unlisted"));
            }
            let Some(print) = print else { continue };
            if listed.is_some_and(|line| self.lines[line].1 != print.sha256) {
                let message = message!("finding-changed");
                findings.add(codes::CHANGED, path.as_str(), message);
            } else if crc32.is_some_and(|crc32| crc32 != print.crc32) {
                let message = message!("finding-crc");
                findings.add(codes::BAD_CRC, path.as_str(), message);
            }
            let named = layout::parse_blob(path).map(|(named, _)| named);
            if named.is_some_and(|named| named != print.sha256) {
                let message = message!("finding-misnamed");
                findings.add(codes::MISNAMED, path.as_str(), message);
            }
        }
        for (index, (path, _)) in self.lines.iter().enumerate() {
            // The second line of a path is a finding of its own already.
            let is_repeated = index > 0 && self.lines[index - 1].0 == *path;
            if !met[index] && !is_repeated && !self.was_met_elsewhere(index, &met) {
                let message = message!("finding-listed-absent");
                findings.add(codes::MISSING, path.as_str(), message);
            }
        }
    }

    /// With two lines of one path the search finds either.
    fn was_met_elsewhere(&self, index: usize, met: &[bool]) -> bool {
        (index + 1..self.lines.len())
            .take_while(|other| self.lines[*other].0 == self.lines[index].0)
            .any(|other| met[other])
    }

    /// Where a manifest is missing or unreadable, that is the finding.
    fn may_be_unlisted(&self, path: &EntryPath) -> bool {
        let manifest = if layout::is_payload(path) {
            layout::MANIFEST
        } else {
            layout::TAGMANIFEST
        };
        self.incomplete
            || !self.taken.contains(&manifest)
            || matches!(path.as_str(), layout::TAGMANIFEST | layout::SIGNATURE)
    }
}
