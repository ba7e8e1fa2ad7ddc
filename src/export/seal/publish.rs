//! Publishing: from a `.partial` file to an archive with its name and sidecars.

use std::collections::HashSet;
use std::fs::File;
use std::io::ErrorKind;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::Composed;
use super::encrypt;
use super::encrypt::Encrypted;
use super::sidecars;
use crate::archive::Source;
use crate::archive::check;
use crate::archive::check::CheckError;
use crate::archive::shelf;
use crate::error::{PathContext as _, PathError};
use crate::event::{Event, Phase};
use crate::export::{Error, PLAIN_COPIES, Run};
use crate::fs;
use crate::message;
use crate::model::{AppId, Finding, RunStamp, Sha256, Timestamp};
use crate::record::receipt::{Encryption, Receipt};
use crate::record::{FORMAT, FORMAT_VERSION};
use crate::text::Message;

/// Beside the blobs an archive holds documents, and the disk is not ours alone.
const ROOM_TO_SPARE: u64 = 64 * 1024 * 1024;

/// The name of an archive of `app_id`, made by the run `stamp`.
pub(super) fn archive_name(app_id: &AppId, stamp: RunStamp) -> String {
    format!("wxbackup-{}-{stamp}.zip", app_id.file_stem())
}

/// The first stamp from `now` on whose name is free in `folder` and behind that
/// of every archive there and of every plain copy in `copies`, whose archive may
/// be gone: the newest by name must be the newest. Archives that
/// are hours ahead were made by a clock that was wrong, and are not followed.
pub(in crate::export) fn free_stamp(
    folder: &Path,
    copies: &Path,
    app_id: &AppId,
    now: Timestamp,
) -> Result<RunStamp, PathError> {
    let mut stamp = RunStamp::of(now);
    for folder in [folder, copies] {
        // Nothing is copied where nothing was encrypted.
        if folder == copies && !folder.is_dir() {
            continue;
        }
        let row = shelf::row(folder, &app_id.file_stem())?;
        let mut archives = row.archives.iter();
        if let Some(newest) = archives.find(|archive| !archive.is_from_the_future(now)) {
            stamp = stamp.max(newest.stamp().next());
        }
    }
    let is_taken = |stamp| {
        let name = archive_name(app_id, stamp);
        let names = [format!("{name}.age"), name];
        names
            .iter()
            .any(|name| folder.join(name).symlink_metadata().is_ok())
    };
    while is_taken(stamp) {
        stamp = stamp.next();
    }
    Ok(stamp)
}

/// Whether an archive of `staged_bytes` fits into `folder`.
pub(in crate::export) fn check_room(folder: &Path, staged_bytes: u64) -> Result<(), Error> {
    let available = fs::available_bytes(folder)?;
    let needed = staged_bytes
        .saturating_add(staged_bytes / 50)
        .saturating_add(ROOM_TO_SPARE);
    if available < needed {
        return Err(Error::NoRoom {
            folder: folder.to_owned(),
            available,
            needed,
        });
    }
    Ok(())
}

/// Removes what runs that died left under `.partial` names. The lock is held,
/// so no other run is writing one.
pub(in crate::export) fn remove_partials(folder: &Path, app_id: &AppId) -> Result<(), PathError> {
    let prefix = format!("wxbackup-{}-", app_id.file_stem());
    if !folder.exists() {
        return Ok(());
    }
    for file in std::fs::read_dir(folder).at("read-folder", folder)? {
        let path = file.at("read-folder", folder)?.path();
        let stamp = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".partial"))
            .map(|name| name.trim_end_matches(".age"))
            .and_then(|name| name.strip_suffix(".zip"));
        if stamp.is_some_and(|stamp| stamp.parse::<RunStamp>().is_ok()) {
            std::fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

/// How publishing ended.
pub(super) enum Publishing {
    Done(Box<Receipt>),
    /// The archive that was written holds these damaged blobs of the base.
    Rotten(Vec<Sha256>),
}

/// The archive before it has its name. Dropped unpublished, it is gone.
pub(super) struct Partial {
    path: PathBuf,
    file: File,
    published: bool,
}

impl Partial {
    pub(super) fn create(run: &Run) -> Result<Self, Error> {
        let name = archive_name(&run.options.app_id, run.id);
        // What is to be encrypted never lies in the output folder as it is.
        let folder = if run.options.recipients.is_empty() {
            run.options.output.clone()
        } else {
            run.folder.join(PLAIN_COPIES)
        };
        let path = folder.join(format!("{name}.partial"));
        let file = fs::create_new(&path)?;
        Ok(Self {
            path,
            file,
            published: false,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A handle to write through.
    pub(super) fn file(&self) -> Result<File, Error> {
        Ok(self.file.try_clone().at("open", &self.path)?)
    }

    /// Reads the archive back, makes it durable, gives it its name and writes its
    /// sidecars, the receipt last. `file_sha256` is the digest of the file that was
    /// written.
    pub(super) fn publish(
        mut self,
        run: &Run,
        composed: &Composed,
        file_sha256: Sha256,
    ) -> Result<Publishing, Error> {
        // The disk has its work while the processors have theirs.
        let (read_back, synced) = thread::scope(|scope| {
            let synced = scope.spawn(|| self.file.sync_all());
            let read_back = self.read_back(run, composed);
            (read_back, synced.join())
        });
        if let ReadBack::Rotten(blobs) = read_back? {
            return Ok(Publishing::Rotten(blobs));
        }
        let synced = synced.unwrap_or_else(|panic| resume_unwind(panic));
        synced.at("sync", &self.path)?;
        let file_bytes = self.file.metadata().at("read", &self.path)?.len();
        let (output, app_id) = (&run.options.output, &run.options.app_id);
        let zip = (file_bytes, file_sha256);
        let receipt = |name, encryption| receipt(run, composed, name, zip, encryption);
        if !run.options.recipients.is_empty() {
            let encrypted = Encrypted::make(run, &self.file, (file_bytes, &file_sha256))?;
            let receipt = encrypted.publish(run, &mut self, receipt)?;
            sidecars::write(run, &receipt);
            return Ok(Publishing::Done(Box::new(receipt)));
        }
        let mut stamp = run.id;
        let receipt = loop {
            let name = archive_name(app_id, stamp);
            let receipt = receipt(name.clone(), None);
            sidecars::promise(run, &receipt);
            match fs::publish(&self.path, &output.join(&name)) {
                Ok(()) => break receipt,
                Err(error) if error.source.kind() == ErrorKind::AlreadyExists => {
                    stamp = stamp.next();
                }
                Err(error) => return Err(error.into()),
            }
        };
        self.published = true;
        encrypt::forget_copies(run, None);
        sidecars::write(run, &receipt);
        Ok(Publishing::Done(Box::new(receipt)))
    }

    /// Gives the archive this name in its folder, where it stays; `false` where
    /// the name is taken.
    pub(super) fn keep(&mut self, name: &str) -> Result<bool, PathError> {
        let to = self.path.with_file_name(name);
        match fs::publish(&self.path, &to) {
            Ok(()) => {
                self.path = to;
                self.published = true;
                Ok(true)
            }
            Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Checks the archive as `verify` would. What has the composed manifests and is
    /// canonical is the file that was written, byte for byte: there is no other. (A
    /// signature, which they do not list, proves itself.)
    fn read_back(&self, run: &Run, composed: &Composed) -> Result<ReadBack, Error> {
        let file_bytes = self.file.metadata().at("read", &self.path)?.len();
        run.observer.event(&Event::Phase {
            phase: Phase::Check,
            section: None,
            items_total: None,
            bytes_total: Some(file_bytes),
        });
        let name = self.path.display().to_string();
        let source = Source::plain(self.file()?).at("read", &self.path)?;
        let options = check::Options {
            name: &name,
            level: check::Level::Full,
            jobs: run.options.threads_max,
            whole_file: check::WholeFile::Skip,
            trust: None,
        };
        let report = match check::zip(&source, &options, &*run.observer, &run.interrupt) {
            Ok(report) => report,
            Err(CheckError::Interrupted) => return Err(Error::Interrupted),
            Err(CheckError::Unreadable(error)) => {
                return Err(Error::ReadBack(Message::said(&error)));
            }
        };
        if let Some(finding) = report.findings.first() {
            let rotten = rotten_among(&report.findings, composed);
            if rotten.is_empty() {
                return Err(Error::ReadBack(Message::said(finding)));
            }
            return Ok(ReadBack::Rotten(rotten));
        }
        if report.archive_sha256 != Some(composed.archive_sha256) {
            return Err(Error::ReadBack(message!("export-other-archive")));
        }
        Ok(ReadBack::Sound)
    }
}

fn receipt(
    run: &Run,
    composed: &Composed,
    file_name: String,
    (file_bytes, file_sha256): (u64, Sha256),
    encryption: Option<Encryption>,
) -> Receipt {
    let now = RunStamp::of((run.options.clock)()).time();
    Receipt {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        archive_id: composed.archive_id.clone(),
        run_id: run.id.to_string(),
        file_name,
        file_bytes,
        file_sha256,
        archive_sha256: composed.archive_sha256,
        payload_sha256: composed.roots.payload_sha256,
        source_sha256: composed.roots.source_sha256,
        entries: composed.entries.len() as u64,
        status: composed.completeness.status,
        published_at: now,
        verified_at: now,
        unchanged_since: None,
        gaps: encryption.as_ref().map(|_| composed.gaps.len() as u64),
        encryption,
    }
}

/// What reading back found.
enum ReadBack {
    Sound,
    Rotten(Vec<Sha256>),
}

/// Blobs of the base that kept their CRC-32 and are other bytes all the same.
fn rotten_among(findings: &[Finding], composed: &Composed) -> Vec<Sha256> {
    let about: HashSet<&str> = findings.iter().map(|finding| &*finding.about).collect();
    let of_base = composed.entries.iter().filter(|entry| entry.is_of_base());
    of_base
        .filter(|entry| about.contains(entry.path().as_str()))
        .map(|entry| entry.print.sha256)
        .collect()
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.published {
            // Nothing more can be done about it here; the next run removes it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
