//! `wxbackup verify ARCHIVE...`: a verdict on each archive, a line each.

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;

use indicatif::{BinaryBytes, HumanCount};
use serde::Serialize;
use wxbackup::archive::OpenError;
use wxbackup::archive::check;
use wxbackup::archive::check::{CheckError, Form, WholeFile};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::Sha256;

use crate::cli::args::{Level, Verify};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::explain::UsageError;
use crate::cli::report::{Ending, Paint, Report, safe};

/// Checks each archive, whatever is wrong with the others.
pub(crate) fn run(args: &Verify, report: &Report, interrupt: &Interrupt) -> Outcome {
    if args.archives.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(UsageError("stdin can be read only once".to_owned()).into());
    }
    let mut verdicts = Vec::new();
    for path in &args.archives {
        let name = if is_stdin(path) {
            "stdin".to_owned()
        } else {
            path.display().to_string()
        };
        match check_one(path, &name, args.level, report, interrupt) {
            Ok(checked) => {
                let verdict = Verdict::of(&name, &checked);
                report.result(&verdict.line(report));
                verdicts.push(verdict);
            }
            Err(CheckError::Interrupted) => break,
            Err(error) => {
                let exit = explain::exit_code(&error);
                report.fail(&error);
                verdicts.push(Verdict::unreadable(&name, exit));
            }
        }
    }
    let exit = ExitCode::gravest(verdicts.iter().map(|verdict| verdict.exit));
    let mut ending = Ending::new(exit).facts(&Facts {
        archives: &verdicts,
    });
    if verdicts.len() > 1 {
        let sound = verdicts.iter().filter(|v| v.exit == ExitCode::Done).count();
        ending = ending.says(format!("{sound} of {} are sound", verdicts.len()));
    }
    Ok(ending)
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn check_one(
    path: &Path,
    name: &str,
    level: Level,
    report: &Report,
    interrupt: &Interrupt,
) -> Result<check::Report, CheckError> {
    let options = check::Options {
        name,
        level: match level {
            Level::Quick => check::Level::Quick,
            Level::Structure => check::Level::Structure,
            Level::Checksums => check::Level::Checksums,
            Level::Full => check::Level::Full,
        },
        jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        whole_file: WholeFile::Skip,
    };
    if is_stdin(path) {
        return check::stream(io::stdin().lock(), &options, report, interrupt);
    }
    if path.is_dir() {
        return check::folder(path, &options, report, interrupt);
    }
    let file = File::open(path).map_err(|source| OpenError::Open {
        path: path.to_owned(),
        source,
    })?;
    check::zip(&file, &options, report, interrupt)
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    archives: &'a [Verdict],
}

/// What came out for one archive.
#[derive(Debug, Serialize)]
struct Verdict {
    archive: String,
    #[serde(skip)]
    exit: ExitCode,
    verdict: Word,
    findings: u64,
    entries: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_sha256: Option<Sha256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_sha256: Option<Sha256>,
}

/// The verdict in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    /// Nothing is wrong.
    Sound,
    /// Every file is whole, and another program packed the zip anew.
    Repacked,
    /// Something is damaged, missing or too much.
    Damaged,
    /// It could not be checked.
    Unreadable,
}

impl Verdict {
    fn of(name: &str, checked: &check::Report) -> Self {
        let verdict = match checked.form {
            _ if checked.is_sound() => Word::Sound,
            Form::Repacked => Word::Repacked,
            _ => Word::Damaged,
        };
        Self {
            archive: name.to_owned(),
            exit: if verdict == Word::Sound {
                ExitCode::Done
            } else {
                ExitCode::Damage
            },
            verdict,
            findings: checked.findings.len() as u64 + checked.findings_left_out,
            entries: checked.entries,
            bytes: checked.bytes,
            archive_sha256: checked.archive_sha256,
            payload_sha256: checked.payload_sha256,
        }
    }

    fn unreadable(name: &str, exit: ExitCode) -> Self {
        Self {
            archive: name.to_owned(),
            exit,
            verdict: Word::Unreadable,
            findings: 0,
            entries: 0,
            bytes: 0,
            archive_sha256: None,
            payload_sha256: None,
        }
    }

    fn line(&self, report: &Report) -> String {
        let name = safe(&self.archive);
        let (paint, word) = match self.verdict {
            Word::Sound => (Paint::Good, "sound"),
            Word::Repacked => (Paint::Warning, "repacked"),
            Word::Damaged | Word::Unreadable => (Paint::Error, "damaged"),
        };
        let word = report.screen().paint_result(paint, word);
        let size = format!(
            "{} entries, {}",
            HumanCount(self.entries),
            BinaryBytes(self.bytes)
        );
        match self.verdict {
            Word::Sound => match &self.archive_sha256 {
                Some(digest) => format!("{name}: {word}, {size}, archive_sha256 {digest}"),
                None => format!("{name}: {word}, {size}"),
            },
            Word::Repacked => format!(
                "{name}: {word}: every file in it is whole, but it is not in canonical form; \
                 another program has packed it anew"
            ),
            Word::Damaged | Word::Unreadable => {
                format!("{name}: {word}, {} findings, {size}", self.findings)
            }
        }
    }
}
