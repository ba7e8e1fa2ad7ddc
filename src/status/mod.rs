//! The operation `status`: what an account has in a folder of archives, and how
//! old it is. Nothing is written, and no run is disturbed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::archive::Identities;
use crate::archive::shelf;
use crate::archive::shelf::Shelved;
use crate::error::PathError;
use crate::event::Observer;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, Clock};
use crate::stage::{Lock, Remains, Stage};

pub use crate::archive::shelf::Newest;
pub use crate::stage::{Holder, Occupancy};

/// Where and when to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the stages, where it is not within that of the archives.
    pub stage: Option<PathBuf>,
    /// The keys that open what is encrypted.
    pub identities: Identities,
    /// Tells the time.
    pub clock: Clock,
}

/// What an account has.
#[derive(Clone, Debug)]
pub struct Status {
    /// Whose it is, where an archive or the stage tells.
    pub app_id: Option<AppId>,
    /// Its name, where the newest archive that can be read tells one.
    pub account_name: Option<String>,
    /// The newest good archive.
    pub newest_good: Option<Newest>,
    /// How many archives there are, of any worth.
    pub archives: u64,
    /// Their bytes.
    pub archives_bytes: u64,
    /// Archives newer than the newest good one that lack what waiting may mend.
    pub newer_partial: u64,
    /// Archives newer than the newest good one that cannot be read.
    pub newer_unreadable: u64,
    /// What is staged for the next run, or by the one at work.
    pub staged: Option<Remains>,
    /// Bytes of files that are not archives yet, or never became one.
    pub unfinished_bytes: u64,
    /// Whether a run is at work.
    pub occupancy: Occupancy,
}

impl Status {
    /// Whether there is no good archive that is at most `age_max` old.
    pub fn is_late(&self, age_max: Duration) -> bool {
        self.newest_good
            .as_ref()
            .is_none_or(|newest| newest.age > age_max)
    }
}

/// It cannot be told how an account stands.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder cannot be read.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Someone asked to stop.
    #[error("{}", message!("status-interrupted"))]
    Interrupted,
}

/// Looks at what `folder` has of the account `stem`.
///
/// Archives are read as [`Row::standing`](crate::archive::shelf::Row::standing) says.
///
/// # Errors
///
/// Where a folder cannot be read, or someone asked to stop.
pub fn status(
    folder: &Path,
    stem: &str,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Status, Error> {
    let now = (options.clock)();
    let row = shelf::row(folder, stem)?;
    let home = folder.join(".wxbackup").join(stem);
    let staged = match &options.stage {
        Some(elsewhere) => Stage::remains(&elsewhere.join(stem))?,
        None => Stage::remains(&home)?,
    };
    let standing = row
        .standing(now, &options.identities, observer, interrupt)
        .ok_or(Error::Interrupted)?;
    Ok(Status {
        app_id: standing.app_id.or_else(|| staged_app_id(staged.as_ref())),
        account_name: standing.account_name,
        newest_good: standing.newest_good,
        archives: row.archives.len() as u64,
        archives_bytes: row.archives.iter().map(Shelved::bytes).sum(),
        newer_partial: standing.newer_partial,
        newer_unreadable: standing.newer_unreadable,
        staged,
        unfinished_bytes: row.unfinished_bytes,
        occupancy: Lock::occupancy(&home)?,
    })
}

fn staged_app_id(staged: Option<&Remains>) -> Option<AppId> {
    let begun = staged?.begun.as_ref()?;
    Some(begun.app_id.clone())
}
