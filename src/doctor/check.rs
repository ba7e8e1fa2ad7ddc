//! What was looked at, what was found, and what that means.

use std::path::PathBuf;

use crate::archive::shelf::Newest;
use crate::error::PathError;
use crate::model::Section;
use crate::stage::{Holder, Remains};
use crate::wechat;
use crate::wechat::{Api, Class, Quota};

/// A clock that is wrong by more is worth a word: archives are named, and ages
/// are told, by it.
const CLOCK_SECONDS_MAX: u64 = 5 * 60;

/// A disk with less than this has no room for any run.
const ROOM_BYTES_MIN: u64 = 64 * 1024 * 1024;

/// One thing that was looked at.
#[derive(Debug)]
pub struct Check {
    /// What.
    pub subject: Subject,
    /// What was found.
    pub finding: Finding,
}

/// What an export depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The way to WeChat: names, proxy, certificates.
    Network,
    /// The address of this machine, as WeChat sees it.
    Address,
    /// The `AppId` with its secret, or the token.
    Credential,
    /// Whether the account is in use at all.
    Account,
    /// What the account may read.
    Section(Section),
    /// What is left of a path's calls of the day.
    Quota(Api),
    /// This machine's clock.
    Clock,
    /// The room in a folder.
    Disk,
    /// Whether a run is at work.
    Lock,
    /// What is gathered for the next run.
    Stage,
    /// The newest good archive.
    Archive,
}

/// What was found.
#[derive(Debug)]
#[non_exhaustive]
pub enum Finding {
    /// It is as it should be.
    Fine,
    /// It was not looked at, because something before it failed.
    NotTried,
    /// WeChat refused, or could not be asked.
    Failed(wechat::Error),
    /// The list can be read, and has so many items, where it tells.
    Listed(Option<u64>),
    /// What WeChat says of the day's calls.
    Quota(Quota),
    /// So many seconds is this machine's clock ahead of WeChat's.
    ClockAhead(i64),
    /// The room in a folder.
    Room {
        /// The folder.
        folder: PathBuf,
        /// What it has.
        available_bytes: u64,
        /// What a run may need there, as far as that can be told.
        wanted_bytes: Option<u64>,
    },
    /// There is no such folder.
    NoFolder(PathBuf),
    /// A run is at work; this one, where its lock tells.
    Running(Option<Holder>),
    /// What an earlier run, or the one at work, has gathered.
    Staged(Remains),
    /// The archives that there are.
    Archives {
        /// The newest good one.
        newest_good: Option<Newest>,
        /// Newer ones that lack what waiting may mend.
        newer_partial: u64,
        /// Newer ones that cannot be read.
        newer_unreadable: u64,
    },
    /// The file system refused.
    Unusable(PathError),
}

/// What a finding means for the next export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing is in its way.
    Ok,
    /// It was not, or cannot be, found out.
    Unknown,
    /// It may run, and something should be known.
    Warning,
    /// It would fail, or not be complete.
    Problem,
}

impl Check {
    pub(super) fn new(subject: Subject, finding: Finding) -> Self {
        Self { subject, finding }
    }

    /// What it means for the next export.
    pub fn verdict(&self) -> Verdict {
        match &self.finding {
            Finding::Fine | Finding::Listed(_) | Finding::Staged(_) => Verdict::Ok,
            Finding::NotTried => Verdict::Unknown,
            Finding::Failed(error) => self.verdict_on(error),
            Finding::Quota(quota) => warning_if(quota.remain == 0),
            Finding::ClockAhead(seconds) => warning_if(seconds.unsigned_abs() > CLOCK_SECONDS_MAX),
            Finding::Room {
                available_bytes, ..
            } if *available_bytes < ROOM_BYTES_MIN => Verdict::Problem,
            Finding::Room {
                available_bytes,
                wanted_bytes,
                ..
            } => warning_if(wanted_bytes.is_some_and(|wanted| wanted > *available_bytes)),
            Finding::Running(_) => Verdict::Warning,
            Finding::Archives {
                newest_good,
                newer_unreadable,
                ..
            } => warning_if(newest_good.is_none() || *newer_unreadable > 0),
            Finding::NoFolder(_) | Finding::Unusable(_) => Verdict::Problem,
        }
    }

    fn verdict_on(&self, error: &wechat::Error) -> Verdict {
        match (self.subject, error.class()) {
            // Not every account may ask, and an export does without.
            (Subject::Quota(_), _) => Verdict::Unknown,
            // It may be read, on another day or in another minute.
            (Subject::Section(_), Class::Quota | Class::RateLimited) => Verdict::Warning,
            _ => Verdict::Problem,
        }
    }

    /// Whether it is a problem that no waiting and no other try mends: somebody
    /// who manages the account must act.
    pub fn needs_person(&self) -> bool {
        let Finding::Failed(error) = &self.finding else {
            return false;
        };
        let is_of_account = matches!(
            error.class(),
            Class::Account | Class::Token | Class::NoPermission
        );
        self.verdict() == Verdict::Problem && (is_of_account || self.subject == Subject::Address)
    }
}

fn warning_if(is_one: bool) -> Verdict {
    if is_one {
        Verdict::Warning
    } else {
        Verdict::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(finding: Finding) -> Verdict {
        Check::new(Subject::Disk, finding).verdict()
    }

    #[test]
    fn a_clock_may_be_wrong_by_some_minutes_either_way() {
        let verdicts = [-301, -300, 0, 300, 301].map(|ahead| verdict(Finding::ClockAhead(ahead)));
        let (ok, warning) = (Verdict::Ok, Verdict::Warning);
        assert_eq!(verdicts, [warning, ok, ok, ok, warning]);
        assert_eq!(verdict(Finding::ClockAhead(i64::MIN)), warning);
    }

    #[test]
    fn a_disk_that_cannot_hold_the_next_archive_is_a_warning_and_a_full_one_a_problem() {
        let room = |available_bytes, wanted_bytes| {
            verdict(Finding::Room {
                folder: PathBuf::new(),
                available_bytes,
                wanted_bytes,
            })
        };
        assert_eq!(room(ROOM_BYTES_MIN, None), Verdict::Ok);
        assert_eq!(room(1 << 40, Some(1 << 39)), Verdict::Ok);
        assert_eq!(room(1 << 39, Some(1 << 40)), Verdict::Warning);
        assert_eq!(room(ROOM_BYTES_MIN - 1, Some(0)), Verdict::Problem);
    }
}
