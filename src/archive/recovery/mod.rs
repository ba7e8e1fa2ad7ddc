//! Gives what an archive holds, also where it is damaged: everything that is
//! whole, and a word on everything that is not.
//!
//! - `lost`: what cannot be given back, and why.
//! - `holdings`: what is there, and the digest that speaks for it.
//! - `target`: the folder that is filled, and nothing outside of it.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::archive::check;
use crate::archive::check::CheckError;
use crate::archive::select::Select;
use crate::archive::{Archive, OpenError, Source, salvage};
use crate::event::{Observer, Silent};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{EntryPath, Finding, ItemKind, layout};
use crate::text::Message;

mod holdings;
mod lost;
mod target;

pub use holdings::Holdings;
pub use lost::{Lost, LostReason, shown};
pub use target::{FileError, NewFile, Target, TargetError, Turn};

/// The code of the finding about a file that does not begin as an archive does
/// (format 16).
const HEAD_LOST: &str = "Z08";

/// Why an archive was not opened.
#[derive(Debug)]
pub enum OpenFailure {
    /// The file is no archive, and nothing of one is in it.
    Open(OpenError),
    /// Someone asked to stop.
    Interrupted,
}

impl From<OpenError> for OpenFailure {
    fn from(error: OpenError) -> Self {
        Self::Open(error)
    }
}

/// An archive, or what could be saved of one.
#[derive(Debug)]
pub struct Opened {
    /// The archive; where its container is damaged, what is left of it.
    pub archive: Archive,
    /// What is wrong with the container.
    pub findings: Vec<Finding>,
    /// Files that are there and not whole.
    pub damaged: Vec<EntryPath>,
}

/// Opens an archive by its directory, or, where its container is not what it
/// must be, in the way that gives back the most.
///
/// # Errors
///
/// [`OpenFailure`]; damage is none, but stands in [`Opened`].
pub fn open(
    source: Source,
    name: &str,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Opened, OpenFailure> {
    let findings = container_findings(&source, name, interrupt)?;
    let by_directory = Archive::of_source(source.clone(), name.to_owned());
    let salvaged = if findings.is_empty() {
        None
    } else {
        match salvage(source, name, observer, interrupt) {
            Ok(salvaged) => Some(salvaged),
            Err(CheckError::Interrupted) => return Err(OpenFailure::Interrupted),
            Err(CheckError::Unreadable(_)) => None,
        }
    };
    let (archive, damaged) = match (by_directory, salvaged) {
        (by_directory, None) => (by_directory?, Vec::new()),
        // What another program has packed anew can only be read by its directory.
        (Ok(archive), Some(salvaged))
            if whole_files(&archive) > salvaged.archive.entries().len() =>
        {
            (archive, Vec::new())
        }
        (_, Some(salvaged)) => (salvaged.archive, salvaged.damaged),
    };
    Ok(Opened {
        archive,
        findings,
        damaged,
    })
}

/// What is wrong with the headers. The bytes between them are read anyway.
fn container_findings(
    source: &Source,
    name: &str,
    interrupt: &Interrupt,
) -> Result<Vec<Finding>, OpenFailure> {
    let options = check::Options {
        name,
        level: check::Level::Structure,
        jobs: NonZeroUsize::MIN,
        whole_file: check::WholeFile::Skip,
        trust: None,
    };
    // Whoever opens it tells them, once.
    match check::zip(source, &options, &Silent, interrupt) {
        Ok(report) => Ok(report.findings),
        Err(CheckError::Interrupted) => Err(OpenFailure::Interrupted),
        Err(CheckError::Unreadable(error)) if is_beyond_saving(&error) => Err(error.into()),
        // Its head may be lost and the rest be there.
        Err(CheckError::Unreadable(error)) => {
            Ok(vec![Finding::new(HEAD_LOST, name, Message::said(&error))])
        }
    }
}

/// Whether there is no use in looking for files in it.
fn is_beyond_saving(error: &OpenError) -> bool {
    match error {
        OpenError::Open { .. }
        | OpenError::Read { .. }
        | OpenError::Encrypted { .. }
        | OpenError::NoKeyFits { .. }
        | OpenError::HeaderDamaged { .. }
        | OpenError::NotABag { .. }
        | OpenError::TooLarge { .. } => true,
        OpenError::NotAZip { .. }
        | OpenError::OtherZip { .. }
        | OpenError::Damaged { .. }
        | OpenError::Ambiguous { .. } => false,
    }
}

/// How many files can be read to their end.
fn whole_files(archive: &Archive) -> usize {
    let entries = archive.entries().par_iter();
    entries
        .filter(|entry| holdings::digest(archive, &entry.path).is_ok())
        .count()
}

/// What the archive holds, and what is known to be lost without reading any
/// further; `damaged` are the files that a salvage found not whole.
pub fn holdings(archive: &Archive, damaged: Vec<EntryPath>) -> (Holdings, Vec<Lost>) {
    let (holdings, mut lost) = holdings::read(archive);
    // To a manifest they are absent; it is known better.
    let found: HashSet<&EntryPath> = damaged.iter().collect();
    lost.retain(|lost| !lost.path.as_ref().is_some_and(|path| found.contains(path)));
    lost.extend(damaged.into_iter().map(|path| Lost {
        about: path.to_string(),
        path: Some(path),
        reason: LostReason::Unreadable(message!("lost-not-of-checksum")),
    }));
    lost.sort();
    (holdings, lost)
}

/// Files of records whose bytes are whole but not those of the manifest. Their
/// lines are used all the same: what they name is proven by itself.
pub fn edited_records(archive: &Archive, holdings: &Holdings, kinds: &[ItemKind]) -> Vec<Lost> {
    let lost = kinds.iter().copied().filter_map(|kind| {
        let path = layout::items(kind);
        let expected = holdings.digest_of(&path)?;
        let reason = match holdings::digest(archive, &path) {
            Ok(found) if found == expected => return None,
            Ok(_) => LostReason::WrongDigest,
            // Told by the reading of the records, but for those that nothing reads.
            Err(_) if kind != ItemKind::Asset => return None,
            Err(reason) => reason,
        };
        Some(Lost {
            about: path.to_string(),
            path: Some(path),
            reason,
        })
    });
    lost.collect()
}

/// Brings together what the manifests say is lost and what the records miss:
/// the one knows the reason, the other the name. What was not picked is left
/// out, but for the manifests, which speak for everything.
pub fn explain(missed: &mut Vec<Lost>, lost: Vec<Lost>, only: &Select) {
    let by_path: HashMap<EntryPath, LostReason> = lost
        .iter()
        .filter_map(|lost| Some((lost.path.clone()?, lost.reason.clone())))
        .collect();
    let mut told = HashSet::new();
    for missed in missed.iter_mut() {
        if let Some(path) = &missed.path
            && let Some(reason) = by_path.get(path)
        {
            told.insert(path.clone());
            missed.reason = reason.clone();
        }
    }
    let is_manifest =
        |path: &EntryPath| matches!(path.as_str(), layout::MANIFEST | layout::TAGMANIFEST);
    missed.extend(lost.into_iter().filter(|lost| {
        lost.path
            .as_ref()
            .is_none_or(|path| !told.contains(path) && (only.is_all() || is_manifest(path)))
    }));
}
