//! The library is as the base has it: no archive is written, and a receipt of
//! this run says that the base stands for it.

use std::collections::HashSet;
use std::fs::File;

use super::Sealing;
use super::encrypt;
use super::proof::Proven;
use crate::archive::Source;
use crate::archive::check;
use crate::archive::check::CheckError;
use crate::archive::file_sha256;
use crate::archive::shelf;
use crate::error::PathContext as _;
use crate::error::system;
use crate::event::{Event, Phase};
use crate::export::base::Base;
use crate::export::{Error, PLAIN_COPIES, Run, Sealed};
use crate::fs;
use crate::message;
use crate::model::{EntryPath, GapId, RunStamp, Sha256, layout};
use crate::record::receipt::Receipt;
use crate::record::{FORMAT, FORMAT_VERSION, canonical};

/// A standing archive is read in full again after so long: seven days.
const VERIFY_AGAIN_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Says that the base stands for the library, unless it turns out to be damaged.
pub(super) fn confirm(
    run: &Run,
    base: &Base,
    proven: Proven,
    known_gaps: HashSet<GapId>,
) -> Result<Sealing, Error> {
    let now = RunStamp::of((run.options.clock)()).time();
    let age = now.as_second() - base.verified_at.as_second();
    // A time that is still to come proves a wrong clock and nothing else.
    let is_fresh = (0..VERIFY_AGAIN_SECONDS).contains(&age);
    let known = base.receipt.as_ref().filter(|_| is_fresh);
    let (file_sha256, verified_at) = match known {
        Some(receipt) => (receipt.file_sha256, receipt.verified_at),
        None => match read_again(run, base)? {
            Ok(sha256) => (sha256, now),
            Err(rotten) => return Ok(Sealing::BaseIsDamaged(rotten)),
        },
    };
    let receipt = Receipt {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION.to_owned(),
        archive_id: base.document.archive_id.clone(),
        run_id: run.id.to_string(),
        file_name: base.file_name(),
        file_bytes: base.archive.source().bytes(),
        file_sha256,
        archive_sha256: base.archive_sha256,
        payload_sha256: base.document.roots.payload_sha256,
        source_sha256: base.document.roots.source_sha256,
        entries: base.archive.entries().len() as u64,
        status: base.completeness.status,
        published_at: now,
        verified_at,
        unchanged_since: Some(base.document.run.id.clone()),
        gaps: base.encryption().map(|_| proven.gaps.len() as u64),
        encryption: base.encryption().cloned(),
    };
    let (stem, output) = (run.options.app_id.file_stem(), &run.options.output);
    let path = output.join(format!("wxbackup-{stem}-{}.receipt.json", run.id));
    let earlier = shelf::row(output, &stem)?.confirmations();
    fs::write_atomic(&path, &canonical::document(&receipt))?;
    // The new one says all that they said.
    for confirmation in earlier {
        remove(run, &confirmation.receipt, &path);
    }
    forget_copy(run, base);
    Ok(Sealing::Done(Box::new(Sealed {
        archive: base
            .standing
            .clone()
            .unwrap_or_else(|| base.archive.name().into()),
        completeness: proven.completeness,
        gaps: proven.gaps,
        known_gaps,
        receipt,
        quota: run.quota_left(),
    })))
}

/// Forgets the plain copy of an archive that a key of this run opens, which an
/// earlier run kept without one.
fn forget_copy(run: &Run, base: &Base) {
    let (Some(told), Some(standing)) = (base.encryption(), &base.standing) else {
        return;
    };
    let copies = run.folder.join(PLAIN_COPIES);
    let has_copy = std::fs::read_dir(copies).is_ok_and(|mut listed| listed.next().is_some());
    // Its every byte: the copy is all that is left where those are damaged.
    let is_sound = || {
        Source::open(standing, &run.options.identities).is_ok_and(|source| {
            let found = source.file_sha256(&run.interrupt);
            found.is_ok_and(|found| found == told.file_sha256)
        })
    };
    if has_copy && is_sound() {
        encrypt::forget_copies(run, None);
    }
}

/// Removes what earlier runs said of an archive that a newer one has followed.
pub(super) fn forget(run: &Run) {
    let row = shelf::row(&run.options.output, &run.options.app_id.file_stem());
    let confirmations = row.map(|row| row.confirmations()).unwrap_or_default();
    for confirmation in confirmations {
        let path = confirmation.receipt;
        remove(run, &path, std::path::Path::new(""));
    }
}

fn remove(run: &Run, path: &std::path::Path, but: &std::path::Path) {
    if path == but {
        return;
    }
    if let Err(error) = std::fs::remove_file(path).at("remove", path) {
        run.observer.event(&Event::Warning {
            code: "old_receipt",
            about: &path.display().to_string(),
            message: &message!("export-old-receipt", error = system(&error.source)),
        });
    }
}

/// Reads the base in full: the digest of its file, or what of it is damaged.
fn read_again(run: &Run, base: &Base) -> Result<Result<Sha256, Vec<Sha256>>, Error> {
    run.observer.event(&Event::Phase {
        phase: Phase::Check,
        section: None,
        items_total: None,
        bytes_total: Some(base.archive.source().bytes()),
    });
    let options = check::Options {
        name: base.archive.name(),
        level: check::Level::Full,
        jobs: run.options.threads_max,
        whole_file: check::WholeFile::Hash,
        trust: None,
    };
    let report = check::zip(
        base.archive.source(),
        &options,
        &*run.observer,
        &run.interrupt,
    );
    let report = match report {
        Ok(report) => report,
        Err(CheckError::Interrupted) => return Err(Error::Interrupted),
        Err(CheckError::Unreadable(_)) => return Ok(Err(Vec::new())),
    };
    // Of an encrypted archive the copy was read, or what is inside; the file
    // itself must be that of its receipt.
    if let (Some(told), Some(standing)) = (base.encryption(), &base.standing) {
        let found = File::open(standing).and_then(|file| file_sha256(&file, &run.interrupt));
        run.check_interrupt()?;
        if found.ok() != Some(told.file_sha256) {
            return Ok(Err(Vec::new()));
        }
    }
    let findings = report.findings.iter();
    let blobs = findings
        .filter_map(|finding| finding.about.parse::<EntryPath>().ok())
        .filter_map(|path| layout::parse_blob(&path))
        .map(|(sha256, _)| sha256);
    Ok(match report.file_sha256 {
        Some(sha256) if report.findings.is_empty() => Ok(sha256),
        _ => Err(blobs.collect()),
    })
}
