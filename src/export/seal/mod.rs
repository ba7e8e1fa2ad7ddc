//! Seal: what was gathered becomes one archive.
//!
//! First every document is composed and every digest known, then the zip is
//! written front to back under a `.partial` name, read back, and given its name.
//! Dropped at any moment it leaves earlier archives as they were, and the stage
//! whole: sealing again gives the same bytes.

mod compose;
mod library;
mod making;
mod proof;
mod publish;
mod tags;
mod view;

use std::fs::File;

use crate::archive;
use crate::error::PathError;
use crate::event::{Event, Phase};
use crate::model::Sha256;
use crate::record::archive::Roots;
use crate::record::completeness::Completeness;
use crate::record::run::Gap;
use crate::stage;
use crate::stage::Place;

use super::gathering::Gathering;
use super::{Error, Gathered, Run, Sealed};
use compose::{Entry, Source};
use making::Making;

pub(super) use publish::{check_room, free_stamp, remove_partials};

/// Makes the archive of all that `run` gathered, publishes it and ends the stage.
pub(super) fn seal(run: Run, gathered: &Gathered) -> Result<Sealed, Error> {
    check_room(&run.options.output, run.gathering.ledger.staged_bytes())?;
    let composed = compose(&run, gathered)?;
    run.observer.event(&Event::Phase {
        phase: Phase::Seal,
        section: None,
        items_total: Some(composed.entries.len() as u64),
        bytes_total: Some(composed.entries.iter().map(|entry| entry.print.bytes).sum()),
    });
    let partial = publish::Partial::create(&run)?;
    write(&run, &composed, partial.file()?)?;
    let receipt = partial.publish(&run, &composed)?;
    let archive = run.options.output.join(&receipt.file_name);
    let file_name = receipt.file_name.clone();
    if let Err(error) = end_stage(run.gathering, file_name) {
        run.observer.event(&Event::Warning {
            code: "stage_not_cleared",
            about: "",
            message: &format!(
                "the archive is whole, but what was staged for it is still there: {error}"
            ),
        });
    }
    Ok(Sealed {
        archive,
        completeness: composed.completeness,
        gaps: composed.gaps,
        receipt,
    })
}

/// Notes that the archive has its name, and clears the stage.
fn end_stage(mut gathering: Gathering, file_name: String) -> Result<(), stage::Error> {
    gathering.note(stage::Entry::Published { file_name })?;
    gathering.stage.sync()?;
    gathering.stage.clear()
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
}

fn compose(run: &Run, gathered: &Gathered) -> Result<Composed, Error> {
    let mut making = Making::begin(run, gathered)?;
    making.media()?;
    let (groups, assets) = making.groups()?;
    let missing_assets = making.assets(assets)?;
    view::compose(&mut making, &groups, missing_assets)?;
    making.blobs();
    let payload = making.manifest()?;
    tags::compose(making, &payload)
}

/// Writes the zip: entries in order, each checked against its fingerprint on the way.
fn write(run: &Run, composed: &Composed, file: File) -> Result<(), Error> {
    let stage = &run.gathering.stage;
    let mut writer = archive::Writer::create(file, run.options.app_id.base_folder());
    let pack = stage.pack_file()?;
    for entry in &composed.entries {
        run.check_interrupt()?;
        let large;
        let (file, offset) = match entry.source {
            Source::Scratch { offset } => (&composed.scratch, offset),
            Source::Staged(Place::Pack(range)) => (&pack, range.offset),
            Source::Staged(place @ Place::Large) => {
                large = stage.open_blob(place, &entry.print)?;
                (&large.0, large.1)
            }
        };
        let body = archive::Body::Range { file, offset };
        writer
            .add(&entry.path, &entry.print, body)
            .map_err(Error::Write)?;
        run.observer.event(&Event::Advanced {
            items: 1,
            bytes: entry.print.bytes,
        });
    }
    writer.finish().map_err(Error::Write)?;
    Ok(())
}

impl From<compose::Error> for Error {
    fn from(error: compose::Error) -> Self {
        match error {
            compose::Error::Secret(path) => Self::Secret {
                path: path.to_string(),
            },
            compose::Error::Io(source) => Self::Path(PathError {
                action: "write",
                path: "compose.pack".into(),
                source,
            }),
        }
    }
}
