//! One archive on a shelf: what it says of itself, if it can be read.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::receipt_of;
use crate::archive::age::Identities;
use crate::archive::check;
use crate::archive::check::{CheckError, Level, WholeFile};
use crate::archive::reader::{Archive, OpenError};
use crate::archive::records;
use crate::archive::records::DocumentError;
use crate::archive::source::file_sha256;
use crate::event::Silent;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, Finding, RunStamp, RunStatus, Timestamp};
use crate::record::receipt::Receipt;
use crate::text::Message;

/// An archive, as far as its folder tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    stem: String,
    stamp: RunStamp,
    path: PathBuf,
    bytes: u64,
    /// The same archive, encrypted, beside the plain one.
    pub(super) other: Option<Box<Shelved>>,
    /// The files that belong to it alone and go with it.
    pub sidecars: Vec<PathBuf>,
}

/// How far the clocks of two machines may be apart.
const CLOCKS_DIFFER_SECONDS: i64 = 3600;

fn has_age_name(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "age")
}

/// Whether the time of a stamp is still to come.
pub(super) fn is_future(stamp: RunStamp, now: Timestamp) -> bool {
    stamp.time().as_second() > now.as_second().saturating_add(CLOCKS_DIFFER_SECONDS)
}

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whose library it holds.
    pub app_id: AppId,
    /// The account's name, where its owner gave it one.
    pub account_name: Option<String>,
    /// The verdict on the run that made it.
    pub status: RunStatus,
    /// How much is missing.
    pub gaps: u64,
    /// Whether its receipt says so alone: it is encrypted, and no key opens it.
    pub by_receipt: bool,
    /// The file that was read: of an archive in two forms the first that is good.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
}

impl Reading {
    /// Whether it stands for the library of its time: whatever it lacks,
    /// waiting would not have mended (format 2.11).
    pub fn is_good(&self) -> bool {
        matches!(
            self.status,
            RunStatus::Complete | RunStatus::CompleteWithGaps
        )
    }
}

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no archive, or cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its head or its tail is damaged.
    #[error("{}", message!("shelf-damaged", finding = Message::said(.0)))]
    Damaged(Finding),
    /// What it says of itself cannot be read here; a newer version may.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Its name is that of another account.
    #[error("{}", message!("shelf-other-account", appid = .0.as_str()))]
    OtherAccount(AppId),
}

impl Shelved {
    pub(super) fn new(stem: String, stamp: RunStamp, path: PathBuf, bytes: u64) -> Self {
        Self {
            stem,
            stamp,
            path,
            bytes,
            other: None,
            sidecars: Vec::new(),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(test)]
    pub(super) fn path_buf(&self) -> &PathBuf {
        &self.path
    }

    /// Its name, without its folder.
    pub fn file_name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The name of the zip, which is its own unless it is encrypted.
    pub fn zip_name(&self) -> String {
        let name = self.file_name();
        name.strip_suffix(".age").map(str::to_owned).unwrap_or(name)
    }

    /// Whether it is encrypted, by its name.
    pub fn is_encrypted(&self) -> bool {
        has_age_name(&self.path)
    }

    /// Its encrypted form, where it has one.
    pub fn encrypted(&self) -> Option<&Path> {
        self.forms().find(|path| has_age_name(path))
    }

    /// The files that each hold all of it, the one to read first.
    pub fn forms(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(self.path()).chain(self.other.as_deref().map(Self::path))
    }

    /// The time that its name tells. Inside it may be some seconds earlier:
    /// where a name is taken, the next is tried.
    pub fn stamp(&self) -> RunStamp {
        self.stamp
    }

    /// Whether its time is still to come: a clock was wrong, when it was made or
    /// now. Such an archive would be the newest for years.
    pub fn is_from_the_future(&self, now: Timestamp) -> bool {
        is_future(self.stamp, now)
    }

    /// Its length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// When it was last read in full and found sound, as far as its receipt tells.
    pub fn verified_at(&self) -> Option<Timestamp> {
        Some(self.receipt()?.verified_at)
    }

    /// Its receipt, if it can be read and tells of a file of this length.
    pub fn receipt(&self) -> Option<Receipt> {
        let receipt = receipt_of(&self.path)?;
        let told = match &receipt.encryption {
            Some(encryption) if self.is_encrypted() => encryption.file_bytes,
            _ => receipt.file_bytes,
        };
        (told == self.bytes).then_some(receipt)
    }

    /// Whether its receipt names one of these keys.
    fn is_for_one_of(&self, identities: &Identities) -> bool {
        let told = self.receipt().and_then(|it| it.encryption);
        told.is_some_and(|told| identities.are_among(&told.recipients))
    }

    /// What its receipt says of an encrypted archive that no key opens.
    fn told(&self) -> Option<Reading> {
        let receipt = self.receipt()?;
        let (app_id, _) = receipt.archive_id.split_once('/')?;
        let app_id: AppId = app_id.parse().ok()?;
        let is_it = app_id.file_stem() == self.stem && receipt.file_name == self.zip_name();
        Some(Reading {
            app_id,
            account_name: None,
            status: receipt.status,
            gaps: receipt.gaps.filter(|_| is_it)?,
            by_receipt: true,
            path: self.path.clone(),
            bytes: self.bytes,
        })
    }

    /// Checks its head, its tail and its length, and reads what it says of
    /// itself. That takes a moment whatever its length, and finds a cut copy or
    /// another file of the same name, not a flipped bit in a picture.
    ///
    /// The time in the name counts, not the one inside; the account must be the
    /// same in both. Of an encrypted one that no key opens the receipt tells.
    /// Where it lies in two forms, one that can be relied on is enough.
    ///
    /// # Errors
    ///
    /// Why it cannot be relied on.
    pub fn read(&self, identities: &Identities) -> Result<Reading, Unreadable> {
        let reading = self.read_form(identities);
        match &self.other {
            Some(other) if reading.is_err() => other.read_form(identities).or(reading),
            _ => reading,
        }
    }

    /// Whether the file that was read by its receipt is that of the receipt, to
    /// the last bit; `true` of one that was opened.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or someone asked to stop.
    pub fn is_as_told(&self, reading: &Reading, interrupt: &Interrupt) -> io::Result<bool> {
        if !reading.by_receipt {
            return Ok(true);
        }
        let receipt = receipt_of(&reading.path);
        let told = receipt
            .and_then(|it| it.encryption)
            .map(|it| it.file_sha256);
        let found = file_sha256(&File::open(&reading.path)?, interrupt)?;
        Ok(told == Some(found))
    }

    fn read_form(&self, identities: &Identities) -> Result<Reading, Unreadable> {
        let archive = match Archive::open(&self.path, identities) {
            Ok(archive) => archive,
            // A key for it that does not fit tells of a damaged header.
            Err(OpenError::NoKeyFits { name }) if self.is_for_one_of(identities) => {
                return Err(OpenError::HeaderDamaged { name }.into());
            }
            Err(error @ (OpenError::Encrypted { .. } | OpenError::NoKeyFits { .. })) => {
                return self.told().ok_or(Unreadable::Open(error));
            }
            Err(error) => return Err(error.into()),
        };
        let options = check::Options {
            name: archive.name(),
            level: Level::Quick,
            jobs: NonZeroUsize::MIN,
            whole_file: WholeFile::Skip,
            trust: None,
        };
        // So short a check looks at no interrupt.
        let report = check::zip(archive.source(), &options, &Silent, &Interrupt::default());
        let report = match report {
            Ok(report) => report,
            Err(CheckError::Unreadable(error)) => return Err(error.into()),
            Err(CheckError::Interrupted) => unreachable!("nobody can set this interrupt"),
        };
        if let Some(finding) = report.findings.into_iter().next() {
            return Err(Unreadable::Damaged(finding));
        }
        let document = records::archive_document(&archive)?;
        let app_id = document.account.appid;
        if app_id.file_stem() != self.stem || app_id.base_folder() != *archive.base_folder() {
            return Err(Unreadable::OtherAccount(app_id));
        }
        let completeness = records::completeness(&archive)?;
        Ok(Reading {
            app_id,
            account_name: document.account.name,
            status: completeness.status,
            gaps: completeness.gaps.total,
            by_receipt: false,
            path: self.path.clone(),
            bytes: self.bytes,
        })
    }
}
