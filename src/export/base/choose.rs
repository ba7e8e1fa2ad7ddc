//! Which archive a run builds on: the newest that can be relied on.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Base;
use super::index;
use super::index::Refusal;
use crate::archive::OpenError;
use crate::archive::check;
use crate::archive::check::{CheckError, NotCanonical};
use crate::archive::shelf;
use crate::archive::shelf::Shelved;
use crate::error::{PathContext as _, PathError};
use crate::event::{Event, Observer};
use crate::export::Options;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, AssetHosts};
use crate::record::receipt::Receipt;
use crate::text::Message;

/// What to build on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BaseChoice {
    /// The newest archive of the account in the output folder.
    Newest,
    /// This one; where it cannot be relied on, the newest.
    File(PathBuf),
    /// Nothing: every item is fetched, and what is deleted is not kept.
    None,
}

/// Why no base could be looked for.
#[derive(Debug, thiserror::Error)]
pub(in crate::export) enum ChooseError {
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("{}", message!("export-interrupted"))]
    Interrupted,
}

/// Opens the base of a run, if there is one. Each archive that is passed over
/// is told with the reason; one that is there and cannot be opened is an error.
pub(in crate::export) fn choose(
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Option<Base>, ChooseError> {
    let (app_id, hosts) = (&options.app_id, &options.client.asset_hosts);
    let named = match &options.base {
        BaseChoice::None => return Ok(None),
        BaseChoice::Newest => None,
        BaseChoice::File(path) => {
            // One that is not there is a slip of the pen, and no reason to fetch all.
            std::fs::metadata(path).at("open", path)?;
            Some((path.clone(), shelf::receipt_of(path)))
        }
    };
    let row = shelf::row(&options.output, &app_id.file_stem())?;
    let confirmations = row.confirmations();
    // One from the future would be the newest for years, and hide what came since.
    let now = (options.clock)();
    let (future, past): (Vec<&Shelved>, Vec<&Shelved>) = row
        .archives
        .iter()
        .partition(|archive| archive.is_from_the_future(now));
    let shelved = past.into_iter().chain(future).map(|archive| {
        let file_name = archive.file_name();
        let standing = confirmations
            .iter()
            .filter(|confirmation| confirmation.file_name == file_name)
            .max_by_key(|confirmation| confirmation.stamp);
        let receipt = standing
            .and_then(|confirmation| shelf::read_receipt(&confirmation.receipt))
            .or_else(|| shelf::receipt_of(archive.path()));
        (archive.path().to_owned(), receipt)
    });
    for (path, receipt) in named.into_iter().chain(shelved) {
        match open(&path, receipt, app_id, hosts, interrupt) {
            Ok(base) => return Ok(Some(base)),
            Err(Refusal::Container(NotCanonical::Check(CheckError::Interrupted))) => {
                return Err(ChooseError::Interrupted);
            }
            // It may be all right, and hold what WeChat has deleted: a disk or a
            // permission that fails for now must not cost the next archive that.
            Err(Refusal::Container(NotCanonical::Check(CheckError::Unreadable(
                OpenError::Open { path, source },
            )))) if source.kind() != ErrorKind::NotFound => {
                return Err(source).at("open", &path)?;
            }
            Err(refusal) => warn(
                observer,
                &path,
                &message!("base-refused", why = Message::said(&refusal)),
            ),
        }
    }
    Ok(None)
}

fn warn(observer: &dyn Observer, path: &Path, message: &Message) {
    observer.event(&Event::Warning {
        code: "base_refused",
        about: &path.display().to_string(),
        message,
    });
}

fn open(
    path: &Path,
    receipt: Option<Receipt>,
    app_id: &AppId,
    hosts: &AssetHosts,
    interrupt: &Interrupt,
) -> Result<Base, Refusal> {
    let archive = check::open_canonical(path, interrupt)?;
    // A receipt of another file of the same name says nothing.
    let receipt = receipt.filter(|receipt| receipt.file_bytes == archive.source().bytes());
    let base = index::open(archive, app_id, hosts, receipt)?;
    let fits = |receipt: &Receipt| receipt.archive_sha256 == base.archive_sha256;
    Ok(
        if base.receipt.as_ref().is_some_and(|receipt| !fits(receipt)) {
            Base {
                verified_at: base.document.run.started_at,
                receipt: None,
                ..base
            }
        } else {
            base
        },
    )
}
