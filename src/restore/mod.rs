//! Gives back what an archive holds, as a folder.
//!
//! What is restored is proven while it is written: a file gets its name only if
//! its bytes are those that the archive was made with. From a damaged archive
//! everything whole comes back, and the outcome names what does not.
//!
//! [`plan`] says which files, under which names, with which times; a value. How
//! a damaged archive is read and a folder filled is [`recovery`]'s.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};

use crate::archive::Archive;
use crate::archive::Identities;
use crate::archive::OpenError;
use crate::archive::Source;
use crate::archive::records;
use crate::archive::records::DocumentError;
use crate::archive::recovery;
use crate::archive::recovery::{
    FileError, Holdings, Lost, LostReason, Opened, Target, TargetError,
};
use crate::archive::select::Select;
use crate::error::PathError;
use crate::event::Event;
use crate::event::Observer;
use crate::event::Phase;
use crate::fs;
use crate::html::entry_links;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{Akey, EntryPath, Finding, ItemKind, layout};
use crate::restore::plan::{Content, Plan, PlannedFile};

pub mod plan;
#[cfg(test)]
mod tests;

/// How much is read before it is written.
const BUFFER_BYTES: usize = 256 << 10;

/// Longest page whose links are turned; a longer one is written as it is.
const PAGE_BYTES_MAX: u64 = 16 << 20;

/// In which shape a library is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Folders and names that a person can read, with the times of the library.
    #[default]
    Human,
    /// The bag as it lies in the zip, on which `sha256sum -c` passes.
    Bag,
}

/// How to restore.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// In which shape.
    pub layout: Layout,
    /// What; everything by default. A bag is always whole.
    pub only: Select,
    /// The keys that open what is encrypted.
    pub identities: Identities,
}

/// What was restored, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Files written.
    pub files: u64,
    /// Bytes read from the archive for them.
    pub bytes: u64,
    /// Picked items that the archive has no bytes of: gaps that it names itself.
    pub missing_items: u64,
    /// What the archive should hold and does not, or not whole; nothing of it
    /// was written. In the order of the library.
    pub lost: Vec<Lost>,
    /// What is wrong with the zip itself.
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// Whether the archive is damaged, as far as it was read.
    pub fn is_damaged(&self) -> bool {
        !self.lost.is_empty() || !self.findings.is_empty()
    }
}

/// Why nothing was restored, or not everything that is whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no archive, and nothing of one is in it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The archive is of a kind whose records this program must not guess at;
    /// the layout `bag` gives it back as it is.
    #[error("{}", message!("restore-unknown"))]
    Unknown(#[source] DocumentError),
    /// A selection together with the layout `bag`.
    #[error("{}", message!("restore-part-of-bag"))]
    PartOfBag,
    /// The folder has something in it.
    #[error("{}", message!("folder-not-empty", path = path.display()))]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be made or opened.
    #[error(transparent)]
    Folder(PathError),
    /// The disk has less room than the files need; nothing was written.
    #[error("{}", message!("restore-no-room", path = path.display(), available = available.to_string(), needed = needed.to_string()))]
    NoRoom {
        /// The folder.
        path: PathBuf,
        /// Bytes that will be written.
        needed: u64,
        /// Bytes that are free.
        available: u64,
    },
    /// A file could not be written; what was restored before is whole and stays.
    #[error("{}", message!("restore-stopped", files = files.to_string()))]
    Write {
        /// Files that are complete.
        files: u64,
        /// What failed.
        source: PathError,
    },
    /// Someone asked to stop; what was restored before is whole and stays.
    #[error("{}", message!("files-interrupted", files = files.to_string()))]
    Interrupted {
        /// Files that are complete.
        files: u64,
    },
}

impl Error {
    /// Whether the disk or a quota on it is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::NoRoom { .. } => true,
            Self::Write { source, .. } | Self::Folder(source) => source.is_disk_full(),
            _ => false,
        }
    }
}

/// Restores the archive at `path` into the folder `to`, which must be empty and
/// is made where there is none.
///
/// # Errors
///
/// Damage of the archive is no error but stands in the [`Outcome`].
pub fn restore(
    path: &Path,
    to: &Path,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let source = Source::open(path, &options.identities)?;
    let name = path.display().to_string();
    restore_open(source, &name, to, options, observer, interrupt)
}

/// Like [`restore`], from a source that is open already, such as one that was
/// verified before: so nobody can exchange the archive in between.
///
/// # Errors
///
/// As [`restore`].
pub fn restore_open(
    source: Source,
    name: &str,
    to: &Path,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    if options.layout == Layout::Bag && !options.only.is_all() {
        return Err(Error::PartOfBag);
    }
    let Opened {
        archive,
        findings,
        damaged,
    } = recovery::open(source, name, observer, interrupt).map_err(|error| match error {
        recovery::OpenFailure::Open(error) => Error::Open(error),
        recovery::OpenFailure::Interrupted => Error::Interrupted { files: 0 },
    })?;
    let plan = plan_of(&archive, damaged, options)?;
    let target = Target::open(to).map_err(|error| match error {
        TargetError::NotEmpty => Error::NotEmpty {
            path: to.to_owned(),
        },
        TargetError::Folder(error) => Error::Folder(error),
    })?;
    let needed = plan.bytes(|path| archive.entry(path).map_or(0, |entry| entry.bytes));
    match fs::available_bytes(to) {
        // Some network folders tell nothing and say 0; a full one will say so.
        Ok(available @ 1..) if needed > available => Err(Error::NoRoom {
            path: to.to_owned(),
            needed,
            available,
        }),
        _ => Restore {
            archive: &archive,
            plan: &plan,
            target: &target,
            observer,
            interrupt,
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            lost: Mutex::default(),
        }
        .run(needed, findings),
    }
}

/// Decides what to write, and says what is lost already.
fn plan_of(archive: &Archive, damaged: Vec<EntryPath>, options: &Options) -> Result<Plan, Error> {
    let (holdings, lost) = recovery::holdings(archive, damaged);
    if options.layout == Layout::Bag {
        let paths = archive.entries().iter().map(|entry| &entry.path);
        let mut plan = plan::bag(archive.base_folder(), paths, &holdings);
        plan.lost = lost;
        let unlisted = named_and_absent(archive, &holdings, &plan.lost, &options.only);
        plan.lost.extend(unlisted);
        return Ok(plan);
    }
    match records::archive_document(archive) {
        Ok(document) => records::understand_features(&document).map_err(Error::Unknown)?,
        Err(error @ DocumentError::UnknownVersion { .. }) => return Err(Error::Unknown(error)),
        // It is damaged; then the records speak for themselves.
        Err(_) => {}
    }
    let items = records::items(archive);
    let mut plan = plan::human(items, &holdings, &options.only, |akey, idx| {
        assets_of(archive, akey, idx)
    });
    plan.lost
        .extend(recovery::edited_records(archive, &holdings, &ItemKind::ALL));
    recovery::explain(&mut plan.lost, lost, &options.only);
    Ok(plan)
}

/// What records name and no whole entry holds, each file once, beyond what is
/// `known` to be lost: manifests that were made anew do not tell of it. Records
/// that must not be guessed at say nothing.
fn named_and_absent(
    archive: &Archive,
    holdings: &Holdings,
    known: &[Lost],
    all: &Select,
) -> Vec<Lost> {
    let is_understood = records::archive_document(archive)
        .is_ok_and(|document| records::understand_features(&document).is_ok());
    if !is_understood {
        return Vec::new();
    }
    let mut told: HashSet<EntryPath> = known.iter().filter_map(|lost| lost.path.clone()).collect();
    let named = plan::human(records::items(archive), holdings, all, |akey, idx| {
        assets_of(archive, akey, idx)
    });
    let is_new = |lost: &Lost| {
        let path = lost.path.as_ref();
        lost.reason == LostReason::Absent && path.is_some_and(|path| told.insert(path.clone()))
    };
    named.lost.into_iter().filter(is_new).collect()
}

/// The blobs that an article names: as its `meta.json` tells, else as its page shows.
fn assets_of(archive: &Archive, akey: &Akey, idx: u32) -> Vec<EntryPath> {
    if let Ok(meta) = records::article_meta(archive, akey, idx) {
        return meta.assets.into_iter().filter_map(|a| a.path).collect();
    }
    let page = layout::article_page(akey, idx);
    let Ok(bytes) = archive.read(&page, PAGE_BYTES_MAX) else {
        return Vec::new();
    };
    let mut named = entry_links::named_in(&bytes, &page);
    named.retain(layout::is_blob);
    named
}

/// A plan being carried out.
struct Restore<'a> {
    archive: &'a Archive,
    plan: &'a Plan,
    target: &'a Target,
    observer: &'a dyn Observer,
    interrupt: &'a Interrupt,
    files: AtomicU64,
    bytes: AtomicU64,
    /// With the number of the file, because they come from several threads.
    lost: Mutex<Vec<(usize, Lost)>>,
}

/// What ends a restore before its end.
enum Stop {
    Interrupted,
    Target(PathError),
}

impl Restore<'_> {
    fn run(self, bytes_total: u64, findings: Vec<Finding>) -> Result<Outcome, Error> {
        self.observer.event(&Event::Phase {
            phase: Phase::Restore,
            section: None,
            items_total: Some(self.plan.files.len() as u64),
            bytes_total: Some(bytes_total),
        });
        let done = self.write_all();
        let files = self.files.into_inner();
        match done {
            Ok(()) => {}
            Err(Stop::Interrupted) => return Err(Error::Interrupted { files }),
            Err(Stop::Target(source)) => return Err(Error::Write { files, source }),
        }
        if self.target.refused_times() {
            self.observer.event(&Event::Warning {
                code: "times_not_set",
                about: "",
                message: &message!("restore-times-not-set"),
            });
        }
        let mut lost_now = self
            .lost
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        lost_now.sort_by_key(|(number, _)| *number);
        let mut lost = self.plan.lost.clone();
        lost.extend(lost_now.into_iter().map(|(_, lost)| lost));
        Ok(Outcome {
            files,
            bytes: self.bytes.into_inner(),
            missing_items: self.plan.missing_items,
            lost,
            findings,
        })
    }

    fn write_all(&self) -> Result<(), Stop> {
        let folders = self.plan.folders();
        self.target
            .make_folders(folders.keys().copied())
            .map_err(Stop::Target)?;
        let files = self.plan.files.par_iter().enumerate();
        files.try_for_each_init(
            || vec![0; BUFFER_BYTES],
            |buffer, (number, file)| self.write_one(number, file, buffer),
        )?;
        self.target
            .finish(folders.iter().rev().map(|(path, time)| (*path, *time)))
            .map_err(Stop::Target)
    }

    fn write_one(&self, number: usize, file: &PlannedFile, buffer: &mut [u8]) -> Result<(), Stop> {
        if self.interrupt.is_set() {
            return Err(Stop::Interrupted);
        }
        let Some(entry) = self.archive.entry(&file.source) else {
            self.lose(number, file, LostReason::Absent);
            return Ok(());
        };
        let turn = |page: &[u8]| match &file.content {
            Content::Verbatim => page.to_vec(),
            Content::Page(nearby) => entry_links::turn(page, &file.source, &file.target, |named| {
                self.plan.target_of(named, nearby)
            }),
        };
        let is_turned = file.content != Content::Verbatim && entry.bytes <= PAGE_BYTES_MAX;
        let advanced = |bytes| self.observer.event(&Event::Advanced { items: 0, bytes });
        let to = recovery::NewFile {
            number,
            path: &file.target,
            modified: file.modified,
            sha256: file.sha256,
        };
        let written = self.target.write(
            &to,
            self.archive.reader(entry),
            is_turned.then_some(&turn),
            buffer,
            &advanced,
        );
        match written {
            Ok(()) => {
                self.files.fetch_add(1, Ordering::Relaxed);
                self.bytes.fetch_add(entry.bytes, Ordering::Relaxed);
            }
            Err(FileError::Lost(reason)) => self.lose(number, file, reason),
            Err(FileError::Target(error)) => return Err(Stop::Target(error)),
        }
        self.observer.event(&Event::Advanced { items: 1, bytes: 0 });
        Ok(())
    }

    fn lose(&self, number: usize, file: &PlannedFile, reason: LostReason) {
        let lost = Lost {
            about: file.target.clone(),
            path: Some(file.source.clone()),
            reason,
        };
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((number, lost));
    }
}
