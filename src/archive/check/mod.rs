//! Proves an archive: its container byte by byte (V1), its files against the
//! manifests (V2), its records (V3, V4); from a file, a pipe or a folder.
//!
//! What is wrong with an archive is a finding, however wrong it is; an error is
//! only what keeps the check from being made. Every number in the archive is
//! hostile until it is compared with the length of the file.

mod bytes;
pub mod codes;
mod content;
#[cfg(test)]
mod every_byte;
mod findings;
mod folder;
#[cfg(test)]
pub(in crate::archive) mod hostile;
mod quick;
mod stream;
mod walk;

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

pub(crate) use codes::{NOT_AS_RECEIPT, UNDECIPHERABLE};
pub(in crate::archive) use content::Listing;
pub use folder::folder;
pub use stream::stream;
pub(in crate::archive) use walk::find_header;

use self::bytes::{Bytes, FileBytes};
use self::content::{Bag, Learned, Roots, Run};
use self::findings::Findings;
use self::walk::{Met, Name, Step, Walk};
use crate::archive::age::Identities;
use crate::archive::container;
use crate::archive::limits;
use crate::archive::reader::{self, Archive, Entry, OpenError, Opening};
use crate::archive::source::{Damage, Source};
use crate::event::{Event, Observer, Phase, Silent};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{BaseFolder, EntryPath, Finding, Sha256};
use crate::record::check::{Checker, Support, Trust, Verdict};

/// How deep a check goes. Each level does all that the one before does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The head, the tail and the length: what a cut copy or a mixed-up file shows.
    Quick,
    /// Every header, no data.
    Structure,
    /// Every byte against the manifests, and nothing more or less than they list.
    Checksums,
    /// Every record, and whether all of them together are true.
    Full,
}

/// Whether to hash the file as a whole too, for its receipt. It costs as much
/// as all entries together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WholeFile {
    /// The entries are hashed anyway, and no byte of a canonical zip is free.
    Skip,
    /// Hash it; from [`Level::Checksums`] on.
    Hash,
}

/// What to check and how.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// What the archive is called, in events and errors.
    pub name: &'a str,
    /// How deep to go.
    pub level: Level,
    /// How many threads hash.
    pub jobs: NonZeroUsize,
    /// Whether to hash the file as a whole.
    pub whole_file: WholeFile,
    /// At [`Level::Full`]: whose signature it must have.
    pub trust: Option<&'a Trust>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is wrong; empty where the archive is sound.
    pub findings: Vec<Finding>,
    /// Findings beyond the first hundred of a code are counted here only.
    pub findings_left_out: u64,
    /// In which form the files lie there.
    pub form: Form,
    /// How many entries, or files of the folder, there are.
    pub entries: u64,
    /// The length of the file or pipe as far as it was read; of a folder the sum.
    pub bytes: u64,
    /// The account's folder, where any entry tells it.
    pub base_folder: Option<BaseFolder>,
    /// The digest of the whole file, where it was asked for.
    pub file_sha256: Option<Sha256>,
    /// The digest of `tagmanifest-sha256.txt`, where it was read.
    pub archive_sha256: Option<Sha256>,
    /// The digest of `manifest-sha256.txt`, where it was read.
    pub payload_sha256: Option<Sha256>,
    /// What the records say, at [`Level::Full`]; its findings stand among those above.
    pub verdict: Option<Box<Verdict>>,
}

/// In which form an archive lies there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The one encoding of the format, as far as the level looked.
    Canonical,
    /// A zip in another encoding; every file in it is the one that the
    /// manifests list, so that another program has packed it anew.
    Repacked,
    /// A zip in another encoding, with files that are damaged, missing or
    /// unexamined.
    Broken,
    /// A folder, which has no encoding.
    Folder,
    /// An age file that was not decrypted: nobody looked at any entry.
    Undecrypted,
}

impl Report {
    /// Of an age file of so many bytes that was not decrypted.
    pub(crate) fn undecrypted(bytes: u64) -> Self {
        Self {
            findings: Vec::new(),
            findings_left_out: 0,
            form: Form::Undecrypted,
            entries: 0,
            bytes,
            base_folder: None,
            file_sha256: None,
            archive_sha256: None,
            payload_sha256: None,
            verdict: None,
        }
    }

    /// Whether nothing is wrong, as deep as the level looked.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether the records are of a major version that this program does not
    /// know: then no findings prove nothing but the bytes.
    pub fn is_of_other_major(&self) -> bool {
        let verdict = self.verdict.as_ref();
        verdict.is_some_and(|verdict| verdict.support == Support::OtherMajor)
    }
}

/// Why a check could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It cannot be read, or it is no archive at all.
    #[error(transparent)]
    Unreadable(#[from] OpenError),
    /// Someone asked to stop.
    #[error("{}", message!("archive-check-interrupted"))]
    Interrupted,
}

/// Checks a zip file.
///
/// Verify and restore can share one source, so that the file cannot be exchanged
/// in between.
///
/// # Errors
///
/// Where the file cannot be read, is no zip, or is none of ours.
pub fn zip(
    source: &Source,
    options: &Options<'_>,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Report, CheckError> {
    let bytes = source.bytes();
    let findings = Findings::new(options.name, observer);
    if options.level == Level::Quick {
        recognise_file(source, options.name)?;
        return quick::check(source, options.name, findings);
    }
    let mut damaged = Damaged::default();
    let (base, met) = walk(source, options.name, &findings, &mut damaged, interrupt)?;
    let mut outline = Outline {
        form: if findings.any(&['Z', 'S']) {
            Form::Broken
        } else {
            Form::Canonical
        },
        entries: met.len() as u64,
        bytes,
        base: base.clone(),
    };
    let Some(base) = base.filter(|_| options.level >= Level::Checksums) else {
        return Ok(outline.report(findings, Learned::default()));
    };
    let bag = bag_of(source, options.name, outline.form, base, met);
    observer.event(&Event::Phase {
        phase: Phase::Check,
        section: None,
        items_total: Some(bag.entries().len() as u64),
        bytes_total: Some(bag.entries().iter().map(|entry| entry.bytes).sum()),
    });
    let checker = (options.level == Level::Full).then(|| {
        let checker = Checker::new(bag.base_folder().clone()).trusting(options.trust.cloned());
        if outline.form == Form::Canonical {
            checker
        } else {
            checker.without_reading_order()
        }
    });
    let run = Run {
        findings: &findings,
        interrupt,
        jobs: options.jobs,
        checker,
        whole: (options.whole_file == WholeFile::Hash).then_some(source),
    };
    let learned = content::check(&bag, run)?;
    damaged.tell(source, &findings);
    let is_whole = bag.foreign_entries() == 0 && !findings.any(&['S', 'M', 'C', 'R']);
    if outline.form == Form::Broken && is_whole {
        outline.form = Form::Repacked;
    }
    Ok(outline.report(findings, learned))
}

/// Why an archive cannot be copied from as it lies there.
#[derive(Debug, thiserror::Error)]
pub enum NotCanonical {
    /// It cannot be read, or someone asked to stop.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// Its container is not in canonical form: the first thing that is wrong.
    #[error("{0}")]
    Finding(Finding),
}

/// Opens an archive after a look at every header ([`Level::Structure`]): its
/// entries lie at [`Archive::start_of`] and can be copied as ranges of bytes.
/// No content is read.
///
/// # Errors
///
/// Where its container is not in canonical form, or it cannot be read.
pub fn open_canonical(
    path: &Path,
    identities: &Identities,
    interrupt: &Interrupt,
) -> Result<Archive, NotCanonical> {
    let source = Source::open(path, identities).map_err(CheckError::Unreadable)?;
    let name = path.display().to_string();
    let findings = Findings::new(&name, &Silent);
    let mut damaged = Damaged::default();
    let (base, met) = walk(&source, &name, &findings, &mut damaged, interrupt)?;
    if let Some(finding) = findings.finish().0.into_iter().next() {
        return Err(NotCanonical::Finding(finding));
    }
    // Without a finding there is a first entry, and it told the base folder.
    let Some(base) = base else {
        return Err(CheckError::Unreadable(OpenError::OtherZip { name }).into());
    };
    Ok(bag_of(&source, &name, Form::Canonical, base, met))
}

/// Looks at every header in `source`, and says what is wrong with them.
fn walk(
    source: &Source,
    name: &str,
    findings: &Findings<'_>,
    damaged: &mut Damaged,
    interrupt: &Interrupt,
) -> Result<(Option<BaseFolder>, Vec<Met>), CheckError> {
    let bytes = source.bytes();
    if bytes > limits::ARCHIVE_BYTES_MAX {
        return Err(CheckError::Unreadable(OpenError::TooLarge {
            name: name.to_owned(),
            limit: message!("archive-longer-than-5-tib"),
        }));
    }
    let lenient = source.lenient();
    recognise_file(source, name)?;
    let mut walk = Walk::new(FileBytes::new(&lenient, bytes), findings);
    loop {
        if interrupt.is_set() {
            return Err(CheckError::Interrupted);
        }
        match walk.step().map_err(|source| unreadable(name, source))? {
            Step::Entry => {}
            Step::Directory => {
                break walk
                    .directory()
                    .map_err(|source| unreadable(name, source))?;
            }
            Step::End => break,
            Step::TooMany => return Err(too_many(name)),
        }
    }
    walk.judge_names();
    let met = walk.into_met();
    damaged.tell(source, findings);
    Ok(met)
}

/// What was told of an age file: each of its damaged places once.
#[derive(Default)]
struct Damaged(Vec<Damage>);

impl Damaged {
    /// Tells what came to light since it was asked last.
    fn tell(&mut self, source: &Source, findings: &Findings<'_>) {
        let damage = source.damage();
        for new in damage.iter().filter(|damage| !self.0.contains(damage)) {
            new.tell(findings);
        }
        self.0.extend(damage);
    }
}

impl Damage {
    fn tell(&self, findings: &Findings<'_>) {
        let code = match self {
            Self::Cut => codes::TRUNCATED,
            Self::Place(..) => codes::UNDECIPHERABLE,
        };
        findings.add(code, &self.place(), self.message());
    }
}

/// The files to check: as the walk met them where the container is in order,
/// else as another program would see them, where it sees any.
fn bag_of(source: &Source, name: &str, form: Form, base: BaseFolder, met: Vec<Met>) -> Archive {
    if form != Form::Canonical
        && let Ok(archive) = Archive::of_source(source.clone(), name.to_owned())
    {
        return archive;
    }
    let entries = met.into_iter().filter_map(|met| match met.name {
        Name::Own(path) if met.is_stored => Some(Entry::stored(
            path,
            u64::from(met.bytes),
            met.crc32,
            met.offset,
        )),
        _ => None,
    });
    Archive::of_entries(source.clone(), name.to_owned(), base, entries.collect())
}

impl Bag for Archive {
    fn files(&self) -> usize {
        self.entries().len()
    }

    fn path(&self, file: usize) -> &EntryPath {
        &self.entries()[file].path
    }

    fn bytes(&self, file: usize) -> u64 {
        self.entries()[file].bytes
    }

    fn crc32(&self, file: usize) -> Option<u32> {
        Some(self.entries()[file].crc32)
    }

    fn open(&self, file: usize, buffer_bytes: usize) -> io::Result<Box<dyn io::BufRead + '_>> {
        self.unchecked(&self.entries()[file], buffer_bytes)
    }
}

/// What a report says besides what was learned from the files.
struct Outline {
    form: Form,
    entries: u64,
    bytes: u64,
    base: Option<BaseFolder>,
}

impl Outline {
    fn report(self, findings: Findings<'_>, learned: Learned) -> Report {
        let mut verdict = learned.verdict;
        let mut omitted = 0;
        if let Some(verdict) = &mut verdict {
            omitted = verdict.findings_omitted;
            for finding in std::mem::take(&mut verdict.findings) {
                findings.take(finding);
            }
        }
        let form = match self.form {
            Form::Repacked if findings.any(&['R']) => Form::Broken,
            form => form,
        };
        let (findings, findings_left_out) = findings.finish();
        let Roots {
            archive_sha256,
            payload_sha256,
        } = learned.roots;
        Report {
            findings,
            findings_left_out: findings_left_out + omitted,
            form,
            entries: self.entries,
            bytes: self.bytes,
            base_folder: self.base,
            file_sha256: learned.file_sha256,
            archive_sha256,
            payload_sha256,
            verdict: verdict.map(Box::new),
        }
    }
}

/// As who goes by the directory says it, and before anything is asked of a
/// million files that nobody will give back.
fn too_many(name: &str) -> CheckError {
    CheckError::Unreadable(OpenError::TooLarge {
        name: name.to_owned(),
        limit: message!("archive-million-entries"),
    })
}

fn unreadable(name: &str, source: io::Error) -> CheckError {
    CheckError::Unreadable(OpenError::Read {
        name: name.to_owned(),
        source,
    })
}

/// How much of the beginning is searched for a first header. The head of an
/// archive with its many headers lies there.
const RECOGNISED_BYTES: usize = 64 << 10;

/// As [`recognise`]. What lies in a damaged place of an age file may be anything.
fn recognise_file(source: &Source, name: &str) -> Result<(), CheckError> {
    let lenient = source.lenient();
    let recognised = recognise(&mut FileBytes::new(&lenient, source.bytes()), name);
    if source.damage().is_empty() {
        recognised
    } else {
        Ok(())
    }
}

/// Tells a damaged archive, which has findings, from what is no archive.
fn recognise(source: &mut impl Bytes, name: &str) -> Result<(), CheckError> {
    let head = source
        .look(RECOGNISED_BYTES)
        .map_err(|source| unreadable(name, source))?;
    let name = name.to_owned();
    let is_cut = head.len() < container::LOCAL_BYTES + b"wxbackup-".len()
        && (head.starts_with(&container::LOCAL) || container::LOCAL.starts_with(head));
    if is_cut || find_header(head, b"wxbackup-").is_some() {
        return Ok(());
    }
    Err(CheckError::Unreadable(match reader::opening(head) {
        Opening::Zip => OpenError::OtherZip { name },
        Opening::Other => OpenError::NotAZip { name },
    }))
}
