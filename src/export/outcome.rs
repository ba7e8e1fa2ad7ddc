//! How an export ended: what it made, what it left over, or why it failed.

use std::collections::HashSet;
use std::path::PathBuf;

use super::base;
use super::base::Unreadable;
use super::quota::QuotaLeft;
use crate::archive::RECIPIENTS_MAX;
use crate::error::PathError;
use crate::message;
use crate::model::{GapId, Section};
use crate::record::completeness::Completeness;
use crate::record::receipt::Receipt;
use crate::record::run::Gap;
use crate::stage;
use crate::stage::LockError;
use crate::text::Message;
use crate::wechat;

/// How an export that did not fail ended.
#[derive(Debug)]
pub enum Outcome {
    /// The archive is written and read back.
    Sealed(Box<Sealed>),
    /// A quota or rate limit left something over; all that came is staged.
    Unfinished(Unfinished),
}

/// The archive that stands for the library after a run.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Where it is.
    pub archive: PathBuf,
    /// The proof of this run.
    pub completeness: Completeness,
    /// What is missing.
    pub gaps: Vec<Gap>,
    /// Which of those the base has too, for the same reason.
    pub known_gaps: HashSet<GapId>,
    /// What stands beside the archive; where nothing has changed, its
    /// `unchanged_since` says so and the archive is an earlier run's.
    pub receipt: Receipt,
    /// What is left of the paths whose quota was asked for: those that were called often.
    pub quota: Vec<QuotaLeft>,
}

/// What a quota left over.
#[derive(Debug)]
pub struct Unfinished {
    /// Sections whose list was not read to its end.
    pub sections: Vec<Section>,
    /// Items that wait for another day.
    pub items_left: u64,
    /// Blobs that are staged.
    pub blobs_staged: u64,
    /// Their bytes.
    pub bytes_staged: u64,
    /// The answer, or the reserve, that ended it.
    pub cause: wechat::Error,
    /// What is left of the paths whose quota was asked for: those that were called often.
    pub quota: Vec<QuotaLeft>,
}

/// An export failed. Earlier archives are as they were; what was fetched is staged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another run is at work.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The output folder is not there.
    #[error("{}", message!("export-no-output", path = .0.display()))]
    NoOutput(PathBuf),
    /// What should be the output folder is something else.
    #[error("{}", message!("export-not-a-folder", path = .0.display()))]
    NotAFolder(PathBuf),
    /// WeChat, the network, or the settings.
    #[error("{}", message!("export-cannot", action = *action))]
    Call {
        /// What was attempted, a word that `export-cannot` in the catalogue knows.
        action: &'static str,
        /// Why it failed.
        source: wechat::Error,
    },
    /// The stage cannot take what comes.
    #[error(transparent)]
    Stage(#[from] stage::Error),
    /// The file system refused.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The disk has no room for the archive of what is staged.
    #[error("{}", message!("export-no-room", path = folder.display(), available = available.to_string(), needed = needed.to_string()))]
    NoRoom {
        /// The folder of the archives.
        folder: PathBuf,
        /// What it has.
        available: u64,
        /// What the archive of the staged bytes needs.
        needed: u64,
    },
    /// A document of the archive would have held a secret.
    #[error("{}", message!("export-secret", path = path))]
    Secret {
        /// The document.
        path: String,
    },
    /// The archive cannot be written.
    #[error("{}", message!("archive-cannot-write"))]
    Write(#[source] crate::archive::WriteError),
    /// The archive that was written does not read back.
    #[error("{}", message!("export-read-back", why = .0))]
    ReadBack(Message),
    /// A part of the base that was sound when the run began no longer is.
    #[error(transparent)]
    Base(#[from] Unreadable),
    /// An age file for so many recipients is none that would be read again.
    #[error("{}", message!("export-recipients-max", count = .0.to_string(), max = RECIPIENTS_MAX.to_string()))]
    RecipientsMax(usize),
    /// There is nothing staged to seal.
    #[error("{}", message!("export-nothing-staged", path = .0.display()))]
    NothingStaged(PathBuf),
    /// Someone asked the run to stop.
    #[error("{}", message!("export-interrupted"))]
    Interrupted,
}

impl From<base::ChooseError> for Error {
    fn from(error: base::ChooseError) -> Self {
        match error {
            base::ChooseError::Path(error) => Self::Path(error),
            base::ChooseError::Interrupted => Self::Interrupted,
        }
    }
}

impl Error {
    pub(super) fn from_call(action: &'static str, source: wechat::Error) -> Self {
        if source.is_interrupted() {
            Self::Interrupted
        } else {
            Self::Call { action, source }
        }
    }

    /// Whether the disk is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Stage(error) => error.is_disk_full(),
            Self::Path(error) => error.is_disk_full(),
            Self::Write(error) => error.is_disk_full(),
            Self::NoRoom { .. } => true,
            Self::Call { source, .. } => source.sink_error().is_some_and(|error| {
                matches!(
                    error.kind(),
                    std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
                )
            }),
            _ => false,
        }
    }
}
