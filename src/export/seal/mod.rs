//! Seal: what was gathered becomes one archive.
//!
//! First every document is composed and every digest known, then the zip is
//! written front to back under a `.partial` name, read back, and given its name.
//! Dropped at any moment it leaves earlier archives as they were, and the stage
//! whole: sealing again gives the same bytes.

mod compose;
mod encrypt;
mod library;
mod making;
mod proof;
mod provenance;
mod publish;
mod shown;
mod sidecars;
mod tags;
mod unchanged;
mod view;

use std::collections::HashSet;
use std::fs::File;
use std::panic::resume_unwind;
use std::thread;

use crate::archive;
use crate::archive::{ReadAt, WriteError};
use crate::error::{PathContext as _, PathError};
use crate::event::{Event, Phase};
use crate::fs;
use crate::model::{Fingerprint, GapId, Sha256};
use crate::record::archive::Roots;
use crate::record::completeness::Completeness;
use crate::record::run::Gap;
use crate::stage::Place;

use super::base::Base;
use super::{Error, Gathered, PLAIN_COPIES, Run, Sealed, WhenUnchanged};
use compose::{Entry, Source};
use making::{Making, Payload};
use proof::Proven;
use publish::Publishing;

pub(super) use publish::{check_room, free_stamp, remove_partials};
pub(super) use sidecars::keep_promise;

/// How a seal ended.
pub(super) enum Sealing {
    /// An archive stands for the library: a new one, or the base.
    Done(Box<Sealed>),
    /// These blobs of the base, or none in particular, are not what they should
    /// be; nothing was published.
    BaseIsDamaged(Vec<Sha256>),
}

/// Makes the archive of all that `run` gathered and publishes it; where nothing
/// has changed, says so beside the base.
pub(super) fn seal(run: &mut Run, gathered: Gathered) -> Result<Sealing, Error> {
    let composed = match compose(run, &gathered)? {
        Decided::Stands(sealing) => return Ok(sealing),
        Decided::Write(composed) => composed,
    };
    // The entries say all that follows needs. Only a base can turn out to be
    // damaged, so that the run goes on with what it has gathered.
    drop(gathered);
    if run.base.is_none() {
        run.gathering.ledger.release();
    }
    publish(run, *composed)
}

/// What was decided before the first byte of an archive is written.
enum Decided {
    /// The base stands for the library.
    Stands(Sealing),
    /// An archive is to be written.
    Write(Box<Composed>),
}

/// Decides every byte of the archive.
fn compose(run: &Run, gathered: &Gathered) -> Result<Decided, Error> {
    let mut making = Making::begin(run, gathered)?;
    making.media()?;
    let (groups, assets) = making.groups()?;
    let missing_assets = making.assets(assets)?;
    view::compose(&mut making, &groups, missing_assets)?;
    drop(groups);
    making.blobs();
    let payload = making.manifest()?;
    let proven = making.proof.finish(run, gathered);
    let known_gaps = known_gaps(run, &proven.gaps);
    if let Some(base) = standing(run, &payload, &proven) {
        drop(making);
        return unchanged::confirm(run, base, proven, known_gaps).map(Decided::Stands);
    }
    let composed = tags::compose(making, &payload, proven, known_gaps)?;
    Ok(Decided::Write(Box::new(composed)))
}

/// Writes the archive, reads it back and gives it its name.
fn publish(run: &Run, composed: Composed) -> Result<Sealing, Error> {
    let bytes = composed.entries.iter().map(|entry| entry.print.bytes).sum();
    check_room(&run.options.output, bytes)?;
    if !run.options.recipients.is_empty() {
        // The zip, and besides it the age file.
        let copies = run.folder.join(PLAIN_COPIES);
        fs::create_private_dir(&copies)?;
        let is_within = run.folder.starts_with(&run.options.output);
        check_room(&copies, if is_within { 2 * bytes } else { bytes })?;
    }
    run.observer.event(&Event::Phase {
        phase: Phase::Seal,
        section: None,
        items_total: Some(composed.entries.len() as u64),
        bytes_total: Some(bytes),
    });
    let partial = publish::Partial::create(run)?;
    let file_sha256 = match write(run, &composed, &partial)? {
        Writing::Done(file_sha256) => file_sha256,
        Writing::Rotten(blobs) => return Ok(Sealing::BaseIsDamaged(blobs)),
    };
    let receipt = match partial.publish(run, &composed, file_sha256)? {
        Publishing::Done(receipt) => receipt,
        Publishing::Rotten(blobs) => return Ok(Sealing::BaseIsDamaged(blobs)),
    };
    unchanged::forget(run);
    let encrypted = receipt.encryption.as_ref().map(|it| &it.file_name);
    let name = encrypted.unwrap_or(&receipt.file_name);
    Ok(Sealing::Done(Box::new(Sealed {
        archive: run.options.output.join(name),
        completeness: composed.completeness,
        gaps: composed.gaps,
        known_gaps: composed.known_gaps,
        receipt: *receipt,
        quota: run.quota_left(),
    })))
}

/// The base, where it holds just what the archive would (format 12).
fn standing<'a>(run: &'a Run, payload: &Payload, proven: &Proven) -> Option<&'a Base> {
    let base = run.base.as_ref()?;
    let is_wanted = run.options.unchanged == WhenUnchanged::Confirm && !run.base_is_damaged;
    let says_the_same = payload.roots.payload_sha256 == base.document.roots.payload_sha256
        && proven.completeness.status == base.completeness.status
        && proven.gaps.len() == base.gaps.len()
        && proven.gaps.iter().all(|gap| {
            let known = base.gaps.get(&gap.gap_id);
            known.is_some_and(|known| known.class == gap.class)
        });
    let stands = is_signed(run, base) && is_encrypted_alike(run, base);
    (is_wanted && says_the_same && stands).then_some(base)
}

/// Whether the archive that the base is, or is the copy of, is there and is
/// encrypted for those for whom this one is to be.
fn is_encrypted_alike(run: &Run, base: &Base) -> bool {
    let Some(standing) = &base.standing else {
        return false;
    };
    let wanted: HashSet<String> = run
        .options
        .recipients
        .iter()
        .map(ToString::to_string)
        .collect();
    match base.encryption() {
        Some(told) => told.recipients.iter().cloned().collect::<HashSet<_>>() == wanted,
        // Without a receipt nobody can say for whom.
        None => wanted.is_empty() && standing.extension().is_some_and(|it| it == "zip"),
    }
}

/// Whether the base says that it is signed by the key of this run, if there is one.
fn is_signed(run: &Run, base: &Base) -> bool {
    let Some(key) = &run.options.sign_key else {
        return true;
    };
    let fingerprint = Some(key.fingerprint());
    let mut hints = base.document.signatures.iter();
    hints.any(|hint| hint.key_fingerprint == fingerprint)
}

/// Which gaps the base has too, for the same reason, where waiting cannot mend it.
fn known_gaps(run: &Run, gaps: &[Gap]) -> HashSet<GapId> {
    let Some(base) = &run.base else {
        return HashSet::new();
    };
    let is_known = |gap: &&Gap| {
        let known = base.gaps.get(&gap.gap_id);
        gap.class.is_permanent() && known.is_some_and(|known| known.reason == gap.reason)
    };
    gaps.iter()
        .filter(is_known)
        .map(|gap| gap.gap_id.clone())
        .collect()
}

/// An archive whose every byte is decided.
struct Composed {
    entries: Vec<Entry>,
    scratch: File,
    roots: Roots,
    archive_sha256: Sha256,
    archive_id: String,
    completeness: Completeness,
    gaps: Vec<Gap>,
    /// Which of the gaps the base has too.
    known_gaps: HashSet<GapId>,
}

/// How writing ended.
enum Writing {
    /// The digest of the file, as it was read behind the writer.
    Done(Sha256),
    /// These blobs of the base are damaged.
    Rotten(Vec<Sha256>),
}

/// Writes the zip, and hashes the file close behind: it is one chain of digests
/// from the first byte to the last, which more cores would not make any shorter.
fn write(run: &Run, composed: &Composed, partial: &publish::Partial) -> Result<Writing, Error> {
    let (file, behind) = archive::follow(partial.file()?).at("open", partial.path())?;
    let (rotten, file_sha256) = thread::scope(|scope| {
        let digest = scope.spawn(|| Sha256::read(&mut run.interrupt.over(behind)));
        let rotten = write_entries(run, composed, partial, file);
        let digest = digest.join().unwrap_or_else(|panic| resume_unwind(panic));
        (rotten, digest)
    });
    match rotten? {
        Some(rotten) => Ok(Writing::Rotten(rotten)),
        None if run.interrupt.is_set() => Err(Error::Interrupted),
        None => Ok(Writing::Done(file_sha256.at("read", partial.path())?)),
    }
}

/// Writes the entries in order, each checked against its fingerprint on the
/// way. Gives the blobs of the base that are damaged, where one is.
fn write_entries(
    run: &Run,
    composed: &Composed,
    partial: &publish::Partial,
    file: archive::Followed,
) -> Result<Option<Vec<Sha256>>, Error> {
    let stage = &run.gathering.stage;
    let base_folder = run.options.app_id.base_folder();
    let mut writer = archive::Writer::create(file, base_folder);
    // The writer knows no names of files.
    let failed = |error| match error {
        WriteError::Write(source) => Error::Path(PathError {
            action: "write",
            path: partial.path().to_owned(),
            source,
        }),
        error => Error::Write(error),
    };
    let pack = stage.pack_file()?;
    for entry in &composed.entries {
        run.check_interrupt()?;
        let large;
        let (file, offset): (&dyn ReadAt, u64) = match (entry.source, &run.base) {
            (Source::Scratch { offset }, _) => (&composed.scratch, offset),
            (Source::Staged(Place::Pack(range)), _) => (&pack, range.offset),
            (Source::Staged(place @ Place::Large), _) => {
                large = stage.open_blob(place, &entry.print)?;
                (&large.0, large.1)
            }
            (Source::Base { offset }, base) => {
                let base = base.as_ref().expect("only a base gives such entries");
                (base.archive.source(), offset)
            }
        };
        let body = archive::Body::Range { file, offset };
        match writer.add(&entry.path(), &entry.print, body) {
            Ok(()) => {}
            Err(WriteError::Changed { .. } | WriteError::Read { .. }) if entry.is_of_base() => {
                return rotten_from(run, composed, entry).map(Some);
            }
            Err(error) => return Err(failed(error)),
        }
        run.observer.event(&Event::Advanced {
            items: 1,
            bytes: entry.print.bytes,
        });
    }
    writer.finish().map_err(failed)?;
    Ok(None)
}

/// Every damaged blob of the base from `first` on, so that all are got anew at once.
fn rotten_from(run: &Run, composed: &Composed, first: &Entry) -> Result<Vec<Sha256>, Error> {
    let from = composed
        .entries
        .iter()
        .skip_while(|entry| entry.path() != first.path())
        .filter(|entry| entry.is_of_base());
    let file = run
        .base
        .as_ref()
        .expect("an entry is of it")
        .archive
        .source();
    let mut rotten = Vec::new();
    for entry in from {
        run.check_interrupt()?;
        let Source::Base { offset } = entry.source else {
            continue;
        };
        let mut body = archive::FileRange::new(file, offset, entry.print.bytes);
        if !Fingerprint::read(&mut body).is_ok_and(|print| print == entry.print) {
            rotten.push(entry.print.sha256);
        }
    }
    Ok(rotten)
}

impl From<compose::Error> for Error {
    fn from(error: compose::Error) -> Self {
        match error {
            compose::Error::Secret(path) => Self::Secret {
                path: path.to_string(),
            },
            compose::Error::Scratch(error) => Self::Path(error),
        }
    }
}
