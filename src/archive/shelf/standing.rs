//! How an account stands with the archives that it has: the newest good one,
//! and what is newer and no good.

use std::path::PathBuf;
use std::time::Duration;

use crate::archive::age::Identities;
use crate::archive::shelf::{Confirmation, Reading, Row, Shelved};
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, RunStamp, RunStatus, Timestamp};
use crate::text::Message;

/// What the archives of a row are worth, as far as they had to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The newest good archive.
    pub newest_good: Option<Newest>,
    /// Archives newer than it that lack what waiting may mend.
    pub newer_partial: u64,
    /// Archives newer than it that cannot be read.
    pub newer_unreadable: u64,
    /// Whose they are, where one can be read.
    pub app_id: Option<AppId>,
    /// The account's name, where the newest archive that can be read tells one.
    pub account_name: Option<String>,
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
    /// Whether its receipt alone says what it is worth.
    pub by_receipt: bool,
}

impl Row {
    /// Reads the archives newest first, head and tail, until one is good. One
    /// that cannot be read is a warning, and so is one whose time is still to
    /// come: it would be the newest for years, and is no proof of a run.
    ///
    /// `None` where someone asked to stop.
    pub fn standing(
        &self,
        now: Timestamp,
        identities: &Identities,
        observer: &dyn Observer,
        interrupt: &Interrupt,
    ) -> Option<Standing> {
        let mut standing = Standing::default();
        for archive in &self.archives {
            if interrupt.is_set() {
                return None;
            }
            if archive.is_from_the_future(now) {
                let message = message!("shelf-from-the-future");
                warn(observer, "archive_from_the_future", archive, &message);
                continue;
            }
            let reading = match archive.read(identities) {
                Ok(reading) => reading,
                Err(error) => {
                    standing.newer_unreadable += 1;
                    let message = message!("shelf-unreadable", error = Message::said(&error));
                    warn(observer, "unreadable_archive", archive, &message);
                    continue;
                }
            };
            standing.account_name = standing
                .account_name
                .or_else(|| reading.account_name.clone());
            standing.app_id = Some(reading.app_id.clone());
            if reading.is_good() {
                let confirmed = last_run(archive, &self.confirmations(), now);
                standing.newest_good = Some(newest(archive, &reading, confirmed, now));
                break;
            }
            standing.newer_partial += 1;
        }
        Some(standing)
    }
}

fn warn(observer: &dyn Observer, code: &'static str, archive: &Shelved, message: &Message) {
    observer.event(&Event::Warning {
        code,
        about: &archive.file_name(),
        message,
    });
}

/// The last run that made `archive`, or found nothing new and left it standing.
fn last_run(archive: &Shelved, confirmations: &[Confirmation], now: Timestamp) -> RunStamp {
    let file_name = archive.zip_name();
    confirmations
        .iter()
        .filter(|run| run.file_name == file_name && !run.is_from_the_future(now))
        .map(|run| run.stamp)
        .fold(archive.stamp(), RunStamp::max)
}

fn newest(archive: &Shelved, reading: &Reading, confirmed: RunStamp, now: Timestamp) -> Newest {
    let age = now.as_second() - confirmed.time().as_second();
    Newest {
        path: reading.path.clone(),
        stamp: archive.stamp(),
        confirmed,
        // Clocks differ by a little.
        age: Duration::from_secs(u64::try_from(age).unwrap_or(0)),
        verified_at: archive.verified_at(),
        status: reading.status,
        gaps: reading.gaps,
        bytes: reading.bytes,
        by_receipt: reading.by_receipt,
    }
}
