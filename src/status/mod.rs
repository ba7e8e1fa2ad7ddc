//! The operation `status`: what an account has in a folder of archives, and how
//! old it is. Nothing is written, and no run is disturbed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::archive::shelf;
use crate::archive::shelf::{Confirmation, Reading, Shelved};
use crate::error::PathError;
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::model::{AppId, Clock, RunStamp, RunStatus, Timestamp};
use crate::stage::{Lock, Remains, Stage};

pub use crate::stage::{Holder, Occupancy};

/// Where and when to look.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the stages, where it is not within that of the archives.
    pub stage: Option<PathBuf>,
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

/// The newest good archive of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Where it is.
    pub path: PathBuf,
    /// The time of its name.
    pub stamp: RunStamp,
    /// The last run that made it, or found the library as it has it.
    pub confirmed: RunStamp,
    /// How long that is ago.
    pub age: Duration,
    /// When it was last read in full, where its receipt tells.
    pub verified_at: Option<Timestamp>,
    /// The verdict on the run that made it.
    pub status: RunStatus,
    /// How much is missing.
    pub gaps: u64,
    /// Its length.
    pub bytes: u64,
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
    #[error("the look at the archives was interrupted")]
    Interrupted,
}

/// Looks at what `folder` has of the account `stem`.
///
/// Archives are read newest first, head and tail, until one is good. One that
/// cannot be read is a warning, and so is one whose time is still to come: it
/// would be the newest for years, and is no proof of a run.
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
    let mut status = Status {
        app_id: staged_app_id(staged.as_ref()),
        account_name: None,
        newest_good: None,
        archives: row.archives.len() as u64,
        archives_bytes: row.archives.iter().map(Shelved::bytes).sum(),
        newer_partial: 0,
        newer_unreadable: 0,
        staged,
        unfinished_bytes: row.unfinished_bytes,
        occupancy: Lock::occupancy(&home)?,
    };
    for archive in &row.archives {
        if interrupt.is_set() {
            return Err(Error::Interrupted);
        }
        if archive.is_from_the_future(now) {
            let message = "the time in its name is still to come, so that it is left out: a clock \
                           is wrong, or was";
            warn(observer, "archive_from_the_future", archive, message);
            continue;
        }
        let reading = match archive.read() {
            Ok(reading) => reading,
            Err(error) => {
                status.newer_unreadable += 1;
                let message = format!("it cannot be read: {error}");
                warn(observer, "unreadable_archive", archive, &message);
                continue;
            }
        };
        status.account_name = status.account_name.or_else(|| reading.account_name.clone());
        status.app_id = Some(reading.app_id.clone());
        if reading.is_good() {
            let confirmed = last_run(archive, &row.confirmations(), now);
            status.newest_good = Some(newest(archive, &reading, confirmed, now));
            break;
        }
        status.newer_partial += 1;
    }
    Ok(status)
}

fn staged_app_id(staged: Option<&Remains>) -> Option<AppId> {
    let begun = staged?.begun.as_ref()?;
    Some(begun.app_id.clone())
}

fn warn(observer: &dyn Observer, code: &'static str, archive: &Shelved, message: &str) {
    observer.event(&Event::Warning {
        code,
        about: &archive.file_name(),
        message,
    });
}

/// The last run that made `archive`, or found nothing new and left it standing.
fn last_run(archive: &Shelved, confirmations: &[Confirmation], now: Timestamp) -> RunStamp {
    let file_name = archive.file_name();
    confirmations
        .iter()
        .filter(|run| run.file_name == file_name && !run.is_from_the_future(now))
        .map(|run| run.stamp)
        .fold(archive.stamp(), RunStamp::max)
}

fn newest(archive: &Shelved, reading: &Reading, confirmed: RunStamp, now: Timestamp) -> Newest {
    let age = now.as_second() - confirmed.time().as_second();
    Newest {
        path: archive.path().to_owned(),
        stamp: archive.stamp(),
        confirmed,
        // Clocks differ by a little.
        age: Duration::from_secs(u64::try_from(age).unwrap_or(0)),
        verified_at: archive.verified_at(),
        status: reading.status,
        gaps: reading.gaps,
        bytes: archive.bytes(),
    }
}
