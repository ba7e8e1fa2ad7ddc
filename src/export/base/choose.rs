//! Which archive a run builds on: the newest that can be relied on.

use std::path::{Path, PathBuf};

use super::Base;
use super::index;
use super::index::Refusal;
use crate::archive::check;
use crate::archive::check::{CheckError, NotCanonical};
use crate::archive::shelf;
use crate::error::{PathContext as _, PathError};
use crate::event::{Event, Observer};
use crate::export::Options;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::RunStamp;
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

/// Opens the base of a run, if there is one; `copies` is the folder of plain
/// copies of encrypted archives. Each archive that is passed over is told with
/// the reason; one that is there and cannot be opened is an error.
pub(in crate::export) fn choose(
    options: &Options,
    copies: &Path,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Option<Base>, ChooseError> {
    let mut candidates = Vec::new();
    match &options.base {
        BaseChoice::None => return Ok(None),
        BaseChoice::Newest => {}
        BaseChoice::File(path) => {
            // One that is not there is a slip of the pen, and no reason to fetch all.
            std::fs::metadata(path).at("open", path)?;
            candidates.push(Candidate {
                path: path.clone(),
                standing: Some(path.clone()),
                receipt: shelf::receipt_of(path),
            });
        }
    }
    candidates.extend(shelved(options, copies)?);
    // Those that follow one that was asked for need not be older.
    let is_asked_for =
        |path: &PathBuf| matches!(&options.base, BaseChoice::File(asked) if asked == path);
    let mut without_key = None;
    for candidate in candidates {
        let path = candidate.path.clone();
        match open(candidate, options, interrupt) {
            Ok(base) => {
                // What only that one has is as good as forgotten.
                if let Some(newer) = without_key.filter(|newer| !is_asked_for(newer)) {
                    let message = message!("base-older", base = path.display());
                    warn(observer, "base_without_key", &newer, &message);
                }
                return Ok(Some(base));
            }
            Err(Refusal::Container(NotCanonical::Check(CheckError::Interrupted))) => {
                return Err(ChooseError::Interrupted);
            }
            Err(refusal) => {
                // It may be all right, and hold what WeChat has deleted: a disk or a
                // permission that fails for now must not cost the next archive that.
                let refusal = match refusal.into_failure() {
                    Ok((action, source)) => return Err(source).at(action, &path)?,
                    Err(refusal) => refusal,
                };
                if refusal.is_for_want_of_a_key() && without_key.is_none() {
                    without_key = Some(path.clone());
                }
                warn(
                    observer,
                    "base_refused",
                    &path,
                    &message!("base-refused", why = Message::said(&refusal)),
                );
            }
        }
    }
    // What is deleted is in the encrypted archives, and will not be in this one.
    if let Some(path) = without_key {
        warn(
            observer,
            "base_without_key",
            &path,
            &message!("base-without-key"),
        );
    }
    Ok(None)
}

/// An archive that may be built on.
struct Candidate {
    /// The file to read.
    path: PathBuf,
    /// The archive that it is, or is the plain copy of; `None` where that is gone.
    standing: Option<PathBuf>,
    receipt: Option<Receipt>,
}

/// What the output folder and the plain copies offer, the best first.
fn shelved(options: &Options, copies: &Path) -> Result<Vec<Candidate>, PathError> {
    let stem = options.app_id.file_stem();
    let row = shelf::row(&options.output, &stem)?;
    let confirmations = row.confirmations();
    let mut unmatched = if copies.is_dir() {
        shelf::row(copies, &stem)?.archives
    } else {
        Vec::new()
    };
    let mut offers: Vec<(bool, RunStamp, Vec<Candidate>)> = Vec::new();
    // One from the future would be the newest for years, and hide what came since.
    let now = (options.clock)();
    for archive in &row.archives {
        let name = archive.zip_name();
        let standing = confirmations
            .iter()
            .filter(|confirmation| confirmation.file_name == name)
            .max_by_key(|confirmation| confirmation.stamp);
        let receipt = standing
            .and_then(|confirmation| shelf::read_receipt(&confirmation.receipt))
            .or_else(|| shelf::receipt_of(archive.path()));
        let copy = unmatched
            .iter()
            .position(|copy| copy.stamp() == archive.stamp());
        let copy = copy.map(|place| unmatched.remove(place));
        let of = |path: &Path| Candidate {
            path: path.to_owned(),
            standing: Some(path.to_owned()),
            receipt: receipt.clone(),
        };
        let copy = copy.map(|copy| Candidate {
            path: copy.path().to_owned(),
            ..of(archive.encrypted().unwrap_or(archive.path()))
        });
        let copy = copy.filter(|_| archive.encrypted().is_some());
        // What needs no key is read first.
        let (plain, encrypted): (Vec<&Path>, Vec<&Path>) = archive
            .forms()
            .partition(|path| archive.encrypted() != Some(*path));
        let offer = plain.into_iter().map(of).chain(copy);
        let offer = offer.chain(encrypted.into_iter().map(of)).collect();
        offers.push((!archive.is_from_the_future(now), archive.stamp(), offer));
    }
    // The archive of a copy may have been moved away; what it holds is known all the same.
    offers.extend(unmatched.into_iter().map(|copy| {
        let offer = Candidate {
            path: copy.path().to_owned(),
            standing: None,
            receipt: None,
        };
        (!copy.is_from_the_future(now), copy.stamp(), vec![offer])
    }));
    offers.sort_by_key(|(is_past, stamp, _)| std::cmp::Reverse((*is_past, *stamp)));
    Ok(offers.into_iter().flat_map(|(_, _, offer)| offer).collect())
}

fn warn(observer: &dyn Observer, code: &'static str, path: &Path, message: &Message) {
    observer.event(&Event::Warning {
        code,
        about: &path.display().to_string(),
        message,
    });
}

fn open(candidate: Candidate, options: &Options, interrupt: &Interrupt) -> Result<Base, Refusal> {
    let Candidate {
        path,
        standing,
        receipt,
    } = candidate;
    let (app_id, hosts) = (&options.app_id, &options.client.asset_hosts);
    let archive = check::open_canonical(&path, &options.identities, interrupt)?;
    // A receipt of another file of the same name says nothing.
    let receipt = receipt.filter(|receipt| receipt.file_bytes == archive.source().bytes());
    let base = index::open(archive, app_id, hosts, receipt)?;
    let fits = |receipt: &Receipt| receipt.archive_sha256 == base.archive_sha256;
    let is_strange = base.receipt.as_ref().is_some_and(|receipt| !fits(receipt));
    // A copy stands for its archive only while that is the file of the receipt.
    let standing = standing.filter(|standing| {
        let told = base.receipt.as_ref().and_then(|it| it.encryption.as_ref());
        let bytes = standing.metadata().map_or(0, |it| it.len());
        *standing == path || !is_strange && told.is_some_and(|told| told.file_bytes == bytes)
    });
    Ok(if is_strange {
        Base {
            verified_at: base.document.run.started_at,
            receipt: None,
            standing,
            ..base
        }
    } else {
        Base { standing, ..base }
    })
}
