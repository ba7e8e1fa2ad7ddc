//! Takes the articles out of an archive, as files that other programs read.
//!
//! Every file is made from bytes that were proven against the manifest. From a
//! damaged archive everything whole is taken, and the outcome names the rest.
//!
//! - `plan`: which articles, under which names.
//! - `write`: the files of the articles and of the pictures they show.
//! - `front`: what stands before the text of one.
//! - `table`: the tables of all articles and all media.

use std::path::{Path, PathBuf};

use crate::archive;
use crate::archive::Archive;
use crate::archive::Identities;
use crate::archive::OpenError;
use crate::archive::records;
use crate::archive::records::DocumentError;
use crate::archive::recovery;
use crate::archive::recovery::{Holdings, Lost, LostReason, Opened, Target, TargetError};
use crate::archive::select::Select;
use crate::error::PathError;
use crate::event::Observer;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{EntryPath, Finding, Fingerprinter, ItemKind};
use crate::text::Message;

mod front;
mod plan;
mod table;
#[cfg(test)]
mod tests;
mod write;

/// What articles become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown behind front matter in YAML, pictures beside.
    Markdown,
    /// The offline page of the archive, pictures beside.
    Html,
    /// The same, pictures inside.
    HtmlSingle,
    /// Plain text, a word in brackets for each picture.
    Text,
    /// Two tables: `articles.csv` and `media.csv`.
    Csv,
}

/// What to take out.
#[derive(Clone, Debug)]
pub struct Options {
    /// As what.
    pub format: Format,
    /// Which items. All formats but tables take no pictures, voices and videos
    /// of the library for themselves, only articles.
    pub only: Select,
    /// The keys that open what is encrypted.
    pub identities: Identities,
}

/// What was taken out, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Articles written, or lines of `articles.csv`.
    pub articles: u64,
    /// Media beside them, each once, or lines of `media.csv`.
    pub media: u64,
    /// Files written.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Picked items that the archive has no bytes of: gaps that it names itself.
    pub missing_items: u64,
    /// What the archive should hold and does not, or not whole.
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

/// Why nothing was taken out, or not everything that is whole.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no archive, and nothing of one is in it.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The archive is of a kind whose records this program must not guess at.
    #[error("{}", message!("extract-unknown"))]
    Unknown(#[source] DocumentError),
    /// The folder has something in it.
    #[error("{}", message!("folder-not-empty", path = path.display()))]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be made or opened.
    #[error(transparent)]
    Folder(PathError),
    /// A file could not be written; what was written before is whole and stays.
    #[error("{}", message!("extract-stopped", files = files.to_string()))]
    Write {
        /// Files that are complete.
        files: u64,
        /// What failed.
        source: PathError,
    },
    /// Someone asked to stop; what was written before is whole and stays.
    #[error("{}", message!("files-interrupted", files = files.to_string()))]
    Interrupted {
        /// Files that are complete.
        files: u64,
    },
}

/// Takes the articles of the archive at `path` out into the folder `to`, which
/// must be empty and is made where there is none.
///
/// # Errors
///
/// Damage of the archive is no error but stands in the [`Outcome`].
pub fn extract(
    path: &Path,
    to: &Path,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let source = archive::Source::open(path, &options.identities)?;
    let name = path.display().to_string();
    let Opened {
        archive,
        findings,
        damaged,
    } = recovery::open(source, &name, observer, interrupt).map_err(|error| match error {
        recovery::OpenFailure::Open(error) => Error::Open(error),
        recovery::OpenFailure::Interrupted => Error::Interrupted { files: 0 },
    })?;
    match records::archive_document(&archive) {
        Ok(document) => records::understand_features(&document).map_err(Error::Unknown)?,
        Err(error @ DocumentError::UnknownVersion { .. }) => return Err(Error::Unknown(error)),
        // It is damaged; then the records speak for themselves.
        Err(_) => {}
    }
    let (holdings, lost) = recovery::holdings(&archive, damaged);
    let target = Target::open(to).map_err(|error| match error {
        TargetError::NotEmpty => Error::NotEmpty {
            path: to.to_owned(),
        },
        TargetError::Folder(error) => Error::Folder(error),
    })?;
    let source = Source {
        archive: &archive,
        holdings: &holdings,
    };
    let mut outcome = match options.format {
        Format::Csv => table::write(source, &target, &options.only, observer, interrupt)?,
        _ => write::write(source, &target, options, observer, interrupt)?,
    };
    outcome.lost.extend(recovery::edited_records(
        &archive,
        &holdings,
        &[ItemKind::Article],
    ));
    recovery::explain(&mut outcome.lost, lost, &options.only);
    outcome.findings = findings;
    Ok(outcome)
}

/// An archive, with what speaks for its files.
#[derive(Clone, Copy)]
struct Source<'a> {
    archive: &'a Archive,
    holdings: &'a Holdings,
}

impl Source<'_> {
    /// The bytes of a file, if they are those that the archive was made with.
    fn proven(&self, path: &EntryPath, bytes_max: u64) -> Result<Vec<u8>, LostReason> {
        let expected = self.holdings.get(path).ok_or(LostReason::Absent)?;
        let bytes = self
            .archive
            .read(path, bytes_max)
            .map_err(|error| LostReason::Unreadable(Message::said(&error)))?;
        let mut print = Fingerprinter::default();
        print.update(&bytes);
        match expected {
            Some(expected) if expected != print.finish().sha256 => Err(LostReason::WrongDigest),
            _ => Ok(bytes),
        }
    }
}
