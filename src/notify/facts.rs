//! What is told of a run: how it ended, what is saved, what is missing.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use crate::message;
use crate::model::{AppId, RunStatus, Section, Timestamp};
use crate::record::completeness::Completeness;
use crate::text::Message;

/// What is told of a run of one account that has ended.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The account's name in the owner's settings, where it has one.
    pub account: Option<String>,
    /// Its AppId, where the run got so far as to know it.
    pub app_id: Option<AppId>,
    /// How it ended.
    pub outcome: Outcome,
    /// The exit code that it ends with.
    pub exit_code: u8,
    /// What that code means, in one line.
    pub meaning: Message,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The archive that it wrote, or found to be still true; none where it did neither.
    pub archive: Option<Archive>,
    /// What went wrong, and its causes, the outermost first; no secrets. In the
    /// language in which it is told, as the next step is.
    pub trouble: Vec<String>,
    /// What to do about it.
    pub next_step: Option<String>,
    /// Titles of what is missing; empty unless the owner wants titles told.
    pub missing_titles: Vec<String>,
    /// Calls that the day has left, by API, where that is known.
    pub quota_left: BTreeMap<String, u64>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should, accepted gaps included.
    Done,
    /// An archive that lacks items.
    Gaps,
    /// A quota left something over; nothing is written yet.
    Unfinished,
    /// Another run of the account is at work.
    Locked,
    /// Somebody stopped it.
    Interrupted,
    /// A person must act before another run can do better.
    Refused,
    /// Anything else.
    Failed,
    /// It did not run: somebody tries the channels.
    Test,
}

impl Outcome {
    /// A word for scripts and people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Gaps => "gaps",
            Self::Unfinished => "unfinished",
            Self::Locked => "locked",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Test => "test",
        }
    }

    /// How bad it is.
    pub fn severity(self) -> Severity {
        match self {
            Self::Done | Self::Test => Severity::Success,
            Self::Gaps | Self::Unfinished | Self::Locked => Severity::Problem,
            Self::Interrupted | Self::Refused | Self::Failed => Severity::Failure,
        }
    }
}

/// How bad an end is; the worse is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Success,
    /// Something is missing, or has to wait.
    Problem,
    /// Nothing was saved.
    Failure,
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Success, Self::Problem, Self::Failure];

    /// The word that settings use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Problem => "problem",
            Self::Failure => "failure",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("notify-no-severity"))]
pub struct UnknownSeverity;

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(word: &str) -> Result<Self, UnknownSeverity> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == word)
            .ok_or(UnknownSeverity)
    }
}

/// The archive that stands for the library after a run.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// The verdict on it.
    pub status: RunStatus,
    /// The run that wrote it, where that was an earlier one and nothing has changed since.
    pub unchanged_since: Option<String>,
    /// What became of the items, by section, and of what articles name, as `assets`.
    pub counts: BTreeMap<&'static str, Counts>,
    /// How many gaps have which reason.
    pub gaps_by_reason: BTreeMap<String, u64>,
}

/// What became of the items of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Whether its list was read to the end; what is not listed may hold anything.
    pub listed: bool,
    /// In the archive.
    pub stored: u64,
    /// Named by WeChat, and not in the archive.
    pub missing: u64,
}

/// How the pictures and sounds that articles name are called beside the sections.
pub(super) const ASSETS: &str = "assets";

impl Archive {
    /// What the proof of the archive at `path`, which this run wrote, says. Sections that the run
    /// neither covered nor holds items of are left out.
    pub fn of(path: PathBuf, bytes: u64, completeness: &Completeness) -> Self {
        let mut counts = BTreeMap::new();
        for section in Section::ALL {
            let Some(of_section) = completeness.sections.get(section.as_str()) else {
                continue;
            };
            if of_section.in_scope || of_section.stored + of_section.missing > 0 {
                let of_items = Counts {
                    listed: of_section.listed,
                    stored: of_section.stored,
                    missing: of_section.missing,
                };
                counts.insert(section.as_str(), of_items);
            }
        }
        let assets = &completeness.assets;
        if assets.referenced > 0 {
            let of_assets = Counts {
                listed: true,
                stored: assets.stored,
                missing: assets.missing,
            };
            counts.insert(ASSETS, of_assets);
        }
        Self {
            path,
            bytes,
            status: completeness.status,
            unchanged_since: None,
            counts,
            gaps_by_reason: completeness.gaps.by_reason.clone(),
        }
    }

    /// Its name, without its folder.
    pub fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Gaps in all.
    pub fn gaps(&self) -> u64 {
        self.gaps_by_reason.values().sum()
    }
}
