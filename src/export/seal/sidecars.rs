//! The sidecars of an archive, written once it has its name. Whatever stops the
//! run in between, the next one writes them: what they say is promised before.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::archive::file_sha256;
use crate::archive::shelf;
use crate::error::{PathContext as _, PathError, system};
use crate::event::{Event, Observer};
use crate::export::{Error, Options, Run};
use crate::fs;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::Sha256;
use crate::record::canonical;
use crate::record::receipt::Receipt;

/// The receipt of an archive that is about to get its name, in the account's
/// folder within that of the archives.
const PROMISE: &str = "publishing.json";

fn promise_path(options: &Options) -> PathBuf {
    let home = options.output.join(".wxbackup");
    home.join(options.app_id.file_stem()).join(PROMISE)
}

/// Notes what the sidecars of an archive will say, just before it gets its name.
pub(super) fn promise(run: &Run, receipt: &Receipt) {
    // An archive needs no sidecars: a disk too full for this must not cost it.
    let _ = fs::write_atomic(&promise_path(&run.options), &canonical::document(receipt));
}

/// Writes the sidecars of the archive that was published: the `.sha256`, and the
/// receipt last.
pub(super) fn write(run: &Run, receipt: &Receipt) {
    let options = &run.options;
    // The archive stands, and is enough; what only saves time must not undo that.
    if write_by(fs::write_atomic, options, receipt, &*run.observer) {
        let _ = remove(&promise_path(options));
    }
}

/// Writes the sidecars that an earlier run promised and did not write, where the
/// archive is the one that it meant. The lock is held, and no run is publishing.
///
/// # Errors
///
/// Where a file cannot be read or removed, or someone asked to stop.
pub(in crate::export) fn keep_promise(
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<(), Error> {
    let path = promise_path(options);
    let Some(receipt) = shelf::read_receipt(&path) else {
        return Ok(remove(&path)?);
    };
    // What stands there by now is never replaced.
    if is_broken(options, &receipt, interrupt)?
        && !write_by(fs::write_new, options, &receipt, observer)
    {
        return Ok(());
    }
    Ok(remove(&path)?)
}

/// Whether the archive of this receipt stands and lacks a sidecar.
fn is_broken(options: &Options, receipt: &Receipt, interrupt: &Interrupt) -> Result<bool, Error> {
    let (name, bytes, sha256) = published(receipt);
    let archive = options.output.join(name);
    let is_plain_name = Path::new(name).file_name().is_some_and(|it| it == name);
    let is_there = is_plain_name
        && archive
            .symlink_metadata()
            .is_ok_and(|it| it.is_file() && it.len() == bytes);
    let mut paths = sidecars(options, receipt).into_iter();
    if !is_there || paths.all(|(path, _)| path.exists()) {
        return Ok(false);
    }
    let found = File::open(&archive).and_then(|file| file_sha256(&file, interrupt));
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    Ok(found.at("read", &archive)? == sha256)
}

/// Name, length and digest of the file that has its name in the output folder.
fn published(receipt: &Receipt) -> (&str, u64, Sha256) {
    match &receipt.encryption {
        Some(it) => (&it.file_name, it.file_bytes, it.file_sha256),
        None => (&receipt.file_name, receipt.file_bytes, receipt.file_sha256),
    }
}

/// Where the sidecars of a receipt's archive are, and what they are.
fn sidecars(options: &Options, receipt: &Receipt) -> [(PathBuf, Vec<u8>); 2] {
    let (name, _, sha256) = published(receipt);
    let output = &options.output;
    [
        (
            output.join(format!("{name}.sha256")),
            format!("{sha256}  {name}\n").into_bytes(),
        ),
        (
            shelf::receipt_path(&output.join(name)),
            canonical::document(receipt),
        ),
    ]
}

/// Writes the sidecars; whether they are there.
fn write_by(
    write: fn(&Path, &[u8]) -> Result<(), PathError>,
    options: &Options,
    receipt: &Receipt,
    observer: &dyn Observer,
) -> bool {
    let mut all = true;
    for (path, bytes) in sidecars(options, receipt) {
        match write(&path, &bytes) {
            Ok(()) => {}
            Err(error) if is_taken(&error) && path.is_file() => {}
            Err(error) => {
                all = false;
                let message = message!("export-no-sidecar", error = system(&error.source));
                observer.event(&Event::Warning {
                    code: "no_sidecar",
                    about: &path.display().to_string(),
                    message: &message,
                });
            }
        }
    }
    all
}

fn is_taken(error: &PathError) -> bool {
    error.source.kind() == ErrorKind::AlreadyExists
}

fn remove(path: &Path) -> Result<(), PathError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.at("remove", path),
    }
}
