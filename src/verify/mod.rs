//! The operation `verify`: proves archives, one after the other, each on all cores.
//!
//! An archive with findings is an outcome, not an error; so is one that cannot
//! be read. What lies beside a file, its receipt and its `.sha256`, must agree
//! with it.

mod sidecar;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use crate::archive::check::{self, CheckError, Level, Report, WholeFile};
use crate::archive::{Identities, OpenError, Source};
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::Finding;
use crate::record::check::Trust;
use crate::verify::sidecar::Sidecars;

/// What is to be proved.
pub enum Input {
    /// A zip file, or a folder that someone unpacked.
    Path(PathBuf),
    /// A zip that comes through a pipe.
    Pipe {
        /// What it is called in messages.
        name: String,
        /// The bytes.
        reader: Box<dyn Read + Send>,
    },
}

impl Input {
    fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Pipe { name, .. } => name.clone(),
        }
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Input").field(&self.name()).finish()
    }
}

/// How to prove it.
#[derive(Clone, Debug)]
pub struct Options {
    /// How deep to go.
    pub level: Level,
    /// How many threads hash.
    pub jobs: NonZeroUsize,
    /// At [`Level::Full`]: whose signature each archive must have (V5).
    pub trust: Option<Trust>,
    /// The keys that open what is encrypted.
    pub identities: Identities,
}

/// What came out for one input.
#[derive(Debug)]
pub struct Outcome {
    /// The path as it was given, or the name of the pipe.
    pub name: String,
    /// The verdict.
    pub result: Verdict,
}

/// The verdict on one input.
#[derive(Debug)]
pub enum Verdict {
    /// Nothing is wrong, as deep as the level looks.
    Sound(Report),
    /// No byte is wrong, but the records are of a major version that this
    /// program does not know, so that they are not judged.
    OtherMajor(Report),
    /// Something is wrong; the report has at least one finding.
    Damaged(Report),
    /// It cannot be read, or it is no archive.
    Unreadable(OpenError),
}

/// Someone asked to stop; what was not reached has no outcome.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("verify-interrupted"))]
pub struct Interrupted;

/// Proves each of `inputs`; the outcomes are in their order.
///
/// # Errors
///
/// [`Interrupted`] alone: whatever is wrong with an archive is its outcome.
pub fn verify(
    inputs: Vec<Input>,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Vec<Outcome>, Interrupted> {
    let mut outcomes = Vec::with_capacity(inputs.len());
    for input in inputs {
        let name = input.name();
        let result = match check(input, &name, options, observer, interrupt) {
            Ok(report) if !report.is_sound() => Verdict::Damaged(report),
            Ok(report) if report.is_of_other_major() => Verdict::OtherMajor(report),
            Ok(report) => Verdict::Sound(report),
            Err(CheckError::Unreadable(error)) => Verdict::Unreadable(error),
            Err(CheckError::Interrupted) => return Err(Interrupted),
        };
        outcomes.push(Outcome { name, result });
    }
    Ok(outcomes)
}

fn check(
    input: Input,
    name: &str,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Report, CheckError> {
    let identities = &options.identities;
    let mut options = check::Options {
        name,
        level: options.level,
        jobs: options.jobs,
        whole_file: WholeFile::Skip,
        trust: options.trust.as_ref(),
    };
    let path = match input {
        Input::Pipe { reader, .. } => {
            return check::stream(reader, identities, &options, observer, interrupt);
        }
        Input::Path(path) => path,
    };
    let (file, is_folder) = open(&path)?;
    if is_folder {
        return check::folder(&path, &options, observer, interrupt);
    }
    let sidecars = Sidecars::beside(&path, name, observer);
    let copy = file.try_clone().map_err(|source| OpenError::Open {
        path: path.clone(),
        source,
    })?;
    let source = match Source::of_file(file, name, identities) {
        Ok(source) => source,
        Err(error) => {
            let sealed = sealed(&copy, error, &sidecars, &options, (observer, interrupt));
            return unless_interrupted(sealed, interrupt);
        }
    };
    if source.is_encrypted() {
        let mut report = check::zip(&source, &options, observer, interrupt)?;
        let told = sidecars.compare_encrypted(&source, &report, interrupt);
        let told = told.map_err(|source| {
            CheckError::from(OpenError::Read {
                name: name.to_owned(),
                source,
            })
        });
        let told = unless_interrupted(told, interrupt)?;
        add(&mut report, told, name, observer);
        return Ok(report);
    }
    if sidecars.need_whole_file() {
        options.whole_file = WholeFile::Hash;
    }
    let mut report = check::zip(&source, &options, observer, interrupt)?;
    let told = sidecars.compare(&report);
    add(&mut report, told, name, observer);
    Ok(report)
}

/// What fails because someone asked to stop was no failure.
fn unless_interrupted<T>(
    result: Result<T, CheckError>,
    interrupt: &Interrupt,
) -> Result<T, CheckError> {
    match result {
        Err(_) if interrupt.is_set() => Err(CheckError::Interrupted),
        result => result,
    }
}

/// Tells findings, and puts them into a report.
fn add(report: &mut Report, findings: Vec<Finding>, name: &str, observer: &dyn Observer) {
    for finding in findings {
        observer.event(&Event::Finding {
            archive: name,
            finding: &finding,
        });
        report.findings.push(finding);
    }
}

/// What can be said of an encrypted file that was not opened: whether it is the
/// one that its sidecars tell of, and that its header is damaged.
fn sealed(
    file: &File,
    error: OpenError,
    sidecars: &Sidecars,
    options: &check::Options<'_>,
    (observer, interrupt): (&dyn Observer, &Interrupt),
) -> Result<Report, CheckError> {
    let findings = match &error {
        OpenError::HeaderDamaged { .. } => {
            let message = message!("age-header-damaged");
            vec![Finding::new(check::UNDECIPHERABLE, "age:header", message)]
        }
        OpenError::Encrypted { .. } if options.level != Level::Quick => return Err(error.into()),
        // A key that does not fit may be the wrong one, or the file is damaged.
        OpenError::Encrypted { .. } | OpenError::NoKeyFits { .. } => {
            let compared =
                sidecars
                    .compare_sealed(file, interrupt)
                    .map_err(|source| OpenError::Read {
                        name: options.name.to_owned(),
                        source,
                    })?;
            match compared {
                None => return Err(error.into()),
                Some(findings)
                    if findings.is_empty() && matches!(error, OpenError::NoKeyFits { .. }) =>
                {
                    return Err(error.into());
                }
                Some(findings) => findings,
            }
        }
        _ => return Err(error.into()),
    };
    let bytes = file.metadata().map_or(0, |it| it.len());
    let mut report = Report::undecrypted(bytes);
    add(&mut report, findings, options.name, observer);
    Ok(report)
}

/// Opens a file or a folder. What is neither, such as a named pipe, would block
/// an opener for ever and is refused before.
fn open(path: &Path) -> Result<(File, bool), OpenError> {
    let at = |source| OpenError::Open {
        path: path.to_owned(),
        source,
    };
    let kind = path.metadata().map_err(at)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        let reason = message!("verify-not-a-file");
        return Err(at(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            reason,
        )));
    }
    Ok((File::open(path).map_err(at)?, kind.is_dir()))
}
