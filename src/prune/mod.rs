//! The operation `prune`: removes the archives of an account that no rule keeps.
//!
//! It removes files of ours alone, never the newest good archive and never one
//! that it cannot read, and only while it holds the account's lock, so that no
//! run builds on what goes. The plan is a pure function; see [`plan()`].

mod plan;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::archive::Identities;
use crate::archive::shelf;
use crate::archive::shelf::{Confirmation, Reading, Shelved};
use crate::error::{PathContext as _, PathError, system};
use crate::event::{Event, Observer};
use crate::fs;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, Clock, RunStamp, RunStatus};
use crate::stage::Lock;
use crate::text::Message;

pub use crate::stage::{Holder, LockError};
pub use plan::{Candidate, Keep, Reason, Rule, Verdict, Worth, plan};

/// What to keep, and whether to remove the rest.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to keep.
    pub keep: Keep,
    /// Whether to do it.
    pub mode: Mode,
    /// The keys that open what is encrypted.
    pub identities: Identities,
    /// Tells the time.
    pub clock: Clock,
    /// Who holds the lock.
    pub holder: Holder,
}

/// Whether to do what was planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only say what would go. Nothing is written, no lock taken.
    Preview,
    /// Remove what goes.
    Apply,
}

/// What became of the archives of one account.
#[derive(Debug)]
pub struct Pruned {
    /// Whose they are, where one of them tells.
    pub app_id: Option<AppId>,
    /// Its name, where the newest that can be read tells one.
    pub account_name: Option<String>,
    /// Its archives, newest first.
    pub archives: Vec<Archived>,
}

/// What became of one archive.
#[derive(Debug)]
pub struct Archived {
    /// Where it is, or was.
    pub path: PathBuf,
    /// The time of its name.
    pub stamp: RunStamp,
    /// Its length.
    pub bytes: u64,
    /// What it says of itself, where it can be read.
    pub status: Option<RunStatus>,
    /// Whether its receipt alone says so: it is encrypted, and no key opens it.
    pub by_receipt: bool,
    /// Its end.
    pub fate: Fate,
}

/// The end of an archive.
#[derive(Debug)]
pub enum Fate {
    /// It stays.
    Kept(Vec<Reason>),
    /// It would go, or would have gone before someone asked to stop.
    Doomed,
    /// It is gone, with its sidecars.
    Removed,
    /// It could not be removed; some of its sidecars may be gone.
    Stuck(PathError),
}

/// The archives of an account could not be judged; all of them are there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A run is at work.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The folder cannot be read.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Someone asked to stop.
    #[error("{}", message!("prune-interrupted"))]
    Interrupted,
}

/// Removes from `folder` those archives of the account `stem` that
/// [`Options::keep`] does not keep; or says which, in a preview.
///
/// An archive goes after its sidecars: whatever stops the removal in between
/// leaves an archive that is whole, and that the next removal takes. Asked to
/// stop, it stops between two archives.
///
/// # Errors
///
/// Then nothing was removed. One archive that cannot be removed is no error but
/// its [`Fate`].
pub fn prune(
    folder: &Path,
    stem: &str,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Pruned, Error> {
    let _lock = match options.mode {
        Mode::Preview => None,
        Mode::Apply => {
            let stages = folder.join(".wxbackup");
            fs::create_own_dir(&stages).map_err(LockError::from)?;
            Some(Lock::acquire(&stages.join(stem), &options.holder)?)
        }
    };
    let row = shelf::row(folder, stem)?;
    let now = (options.clock)();
    let mut proven = HashSet::new();
    let mut readings = Vec::with_capacity(row.archives.len());
    let mut candidates = Vec::with_capacity(row.archives.len());
    for archive in &row.archives {
        if interrupt.is_set() {
            return Err(Error::Interrupted);
        }
        let reading = read(archive, &options.identities, observer);
        candidates.push(Candidate {
            stamp: archive.stamp(),
            worth: match &reading {
                None => Worth::Unreadable,
                Some(_) if archive.is_from_the_future(now) => Worth::Future,
                Some(reading) if reading.is_good() => Worth::Good,
                Some(_) => Worth::Partial,
            },
        });
        readings.push(reading);
    }
    let (app_id, account_name) = match readings.iter().flatten().next() {
        Some(newest) => (Some(newest.app_id.clone()), newest.account_name.clone()),
        None => (None, None),
    };
    let mut verdicts = plan(&candidates, &options.keep);
    // Others go because of those that stay: what only a receipt tells of them
    // must be true of every byte.
    while options.mode == Mode::Apply && verdicts.contains(&Verdict::Remove) {
        let kept = (0..candidates.len()).filter(|place| verdicts[*place] != Verdict::Remove);
        let archives = &row.archives;
        let mut bad = None;
        for place in kept {
            let Some(reading) = &readings[place] else {
                continue;
            };
            if proven.insert(place) && !is_as_told(&archives[place], reading, observer, interrupt)?
            {
                bad = Some(place);
                break;
            }
        }
        let Some(place) = bad else { break };
        candidates[place].worth = Worth::Unreadable;
        readings[place] = None;
        verdicts = plan(&candidates, &options.keep);
    }
    let confirmations = row.confirmations();
    let mut archives = Vec::with_capacity(verdicts.len());
    for ((archive, reading), verdict) in row.archives.iter().zip(readings).zip(verdicts) {
        let fate = match (verdict, options.mode) {
            (Verdict::Keep(reasons), _) => Fate::Kept(reasons),
            (Verdict::Remove, Mode::Apply) if !interrupt.is_set() => {
                match remove(archive, &confirmations) {
                    Ok(()) => Fate::Removed,
                    Err(error) => Fate::Stuck(error),
                }
            }
            (Verdict::Remove, _) => Fate::Doomed,
        };
        archives.push(Archived {
            path: archive.path().to_owned(),
            stamp: archive.stamp(),
            bytes: archive.bytes(),
            by_receipt: reading.as_ref().is_some_and(|reading| reading.by_receipt),
            status: reading.map(|reading| reading.status),
            fate,
        });
    }
    Ok(Pruned {
        app_id,
        account_name,
        archives,
    })
}

/// What an archive says of itself; one that cannot be read is told.
fn read(archive: &Shelved, identities: &Identities, observer: &dyn Observer) -> Option<Reading> {
    match archive.read(identities) {
        Ok(reading) => Some(reading),
        Err(error) => {
            observer.event(&Event::Warning {
                code: "unreadable_archive",
                about: &archive.file_name(),
                message: &message!("prune-kept-unreadable", error = Message::said(&error)),
            });
            None
        }
    }
}

/// Whether a file that is judged by its receipt is that of the receipt; one that
/// is not is told.
fn is_as_told(
    archive: &Shelved,
    reading: &Reading,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<bool, Error> {
    let is_as_told = archive.is_as_told(reading, interrupt);
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    let error = match is_as_told {
        Ok(true) => return Ok(true),
        Ok(false) => message!("shelf-not-as-receipt"),
        Err(error) => Message::said(&system(&error)),
    };
    observer.event(&Event::Warning {
        code: "unreadable_archive",
        about: &archive.file_name(),
        message: &message!("prune-kept-unreadable", error = error),
    });
    Ok(false)
}

/// Removes an archive and all that belongs to it alone, itself last.
fn remove(archive: &Shelved, confirmations: &[Confirmation]) -> Result<(), PathError> {
    let file_name = archive.zip_name();
    let of_this = confirmations
        .iter()
        .filter(|confirmation| confirmation.file_name == file_name)
        .map(|confirmation| &confirmation.receipt);
    for path in archive.sidecars.iter().chain(of_this) {
        std::fs::remove_file(path).at("remove", path)?;
    }
    std::fs::remove_file(archive.path()).at("remove", archive.path())?;
    fs::sync_parent(archive.path())
}
