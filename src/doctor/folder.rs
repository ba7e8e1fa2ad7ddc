//! What is in the folders: room, a lock, a stage, archives.

use std::io;
use std::path::{Path, PathBuf};

use super::Interrupted;
use super::check::{Check, Finding, Subject};
use crate::archive::Identities;
use crate::archive::shelf;
use crate::error::PathError;
use crate::event::Observer;
use crate::fs;
use crate::interrupt::Interrupt;
use crate::model::{AppId, Timestamp};
use crate::stage::{Lock, Occupancy, Remains, Stage};

/// Where an export would work.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) app_id: AppId,
    pub(super) output: PathBuf,
    pub(super) stage: Option<PathBuf>,
    pub(super) identities: Identities,
}

/// Looks at the folders of `place`, and writes nothing there.
pub(super) fn checks(
    place: &Place,
    now: Timestamp,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Vec<Check>, Interrupted> {
    let output = &place.output;
    if let Some(finding) = trouble_with(output) {
        let rest = [Subject::Lock, Subject::Stage, Subject::Archive];
        let mut checks = vec![Check::new(Subject::Disk, finding)];
        checks.extend(rest.map(|subject| Check::new(subject, Finding::NotTried)));
        return Ok(checks);
    }
    let stem = place.app_id.file_stem();
    let home = output.join(".wxbackup").join(&stem);
    let stage_of_run = match &place.stage {
        Some(elsewhere) => elsewhere.join(&stem),
        None => home.clone(),
    };
    let remains = Stage::remains(&stage_of_run);
    let archives = archives(place, &stem, now, observer, interrupt)?;
    let wanted = Wanted::by(&remains, &archives);

    let mut checks = vec![Check::new(
        Subject::Disk,
        room(output, wanted.in_output(place.stage.is_none())),
    )];
    if let Some(stage) = &place.stage {
        let finding = match trouble_with(stage) {
            None => room(stage, wanted.in_stage()),
            // The first run makes it.
            Some(Finding::NoFolder(_)) if !stage.exists() => Finding::Fine,
            Some(finding) => finding,
        };
        checks.push(Check::new(Subject::Disk, finding));
    }
    checks.push(Check::new(Subject::Lock, lock(&home)));
    let staged = match remains {
        Ok(None) => Finding::Fine,
        Ok(Some(remains)) => Finding::Staged(remains),
        Err(error) => Finding::Unusable(error),
    };
    checks.push(Check::new(Subject::Stage, staged));
    checks.push(Check::new(Subject::Archive, archives));
    Ok(checks)
}

/// Why `folder` cannot be worked in: it is none, or may not be written to.
fn trouble_with(folder: &Path) -> Option<Finding> {
    match std::fs::metadata(folder) {
        Ok(found) if found.is_dir() => fs::may_write(folder).err().map(Finding::Unusable),
        Ok(_) => Some(Finding::NoFolder(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some(Finding::NoFolder(folder.to_owned()))
        }
        Err(source) => Some(Finding::Unusable(PathError {
            action: "read",
            path: folder.to_owned(),
            source,
        })),
    }
}

/// What a run may need, judged by the newest good archive.
struct Wanted {
    archive_bytes: Option<u64>,
    staged_bytes: u64,
}

impl Wanted {
    fn by(remains: &Result<Option<Remains>, PathError>, archives: &Finding) -> Self {
        let newest = match archives {
            Finding::Archives { newest_good, .. } => newest_good.as_ref(),
            _ => None,
        };
        let staged = remains.as_ref().ok().and_then(Option::as_ref);
        Self {
            archive_bytes: newest.map(|newest| newest.bytes),
            staged_bytes: staged.map_or(0, |remains| remains.bytes),
        }
    }

    /// What is still to be gathered.
    fn in_stage(&self) -> Option<u64> {
        Some(self.archive_bytes?.saturating_sub(self.staged_bytes))
    }

    /// The archive, and the stage where it is in the same folder.
    fn in_output(&self, with_stage: bool) -> Option<u64> {
        let stage = if with_stage { self.in_stage()? } else { 0 };
        Some(self.archive_bytes?.saturating_add(stage))
    }
}

fn room(folder: &Path, wanted_bytes: Option<u64>) -> Finding {
    match fs::available_bytes(folder) {
        Ok(available_bytes) => Finding::Room {
            folder: folder.to_owned(),
            available_bytes,
            wanted_bytes,
        },
        Err(error) => Finding::Unusable(error),
    }
}

fn lock(home: &Path) -> Finding {
    match Lock::occupancy(home) {
        Ok(Occupancy::Free) => Finding::Fine,
        Ok(Occupancy::Held(holder)) => Finding::Running(holder),
        Err(error) => Finding::Unusable(error),
    }
}

fn archives(
    place: &Place,
    stem: &str,
    now: Timestamp,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Finding, Interrupted> {
    let row = match shelf::row(&place.output, stem) {
        Ok(row) => row,
        Err(error) => return Ok(Finding::Unusable(error)),
    };
    let standing = row
        .standing(now, &place.identities, observer, interrupt)
        .ok_or(Interrupted)?;
    Ok(Finding::Archives {
        newest_good: standing.newest_good,
        newer_partial: standing.newer_partial,
        newer_unreadable: standing.newer_unreadable,
    })
}
