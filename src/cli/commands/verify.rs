//! `wxbackup verify ARCHIVE...`: a verdict on each archive, a line each.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::BinaryBytes;
use serde::Serialize;
use wxbackup::archive::check;
use wxbackup::archive::check::Form;
use wxbackup::event::{Event, Observer};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::{RunStatus, Sha256};
use wxbackup::verify;
use wxbackup::verify::{Input, Verdict};

use crate::cli::args::{Global, Level, Verify};
use crate::cli::commands::{Outcome, threads};
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::explain::UsageError;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Ending, Paint, Report, safe};
use crate::cli::signing;

/// Checks each archive, whatever is wrong with the others.
pub(crate) fn run(
    global: &Global,
    args: &Verify,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    if args.archives.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(UsageError(message!("verify-stdin-twice")).into());
    }
    let trust = match &args.allowed_signers {
        // A signature is worth what the bytes below it are.
        Some(_) if args.level != Level::Full => {
            return Err(UsageError(message!("verify-signers-need-full")).into());
        }
        Some(path) => Some(signing::trust(path)?),
        None => None,
    };
    let paths = args.archives.iter().map(PathBuf::as_path);
    let options = verify::Options {
        identities: keys::to_read(global, &args.identity, paths, report)?,
        trust,
        level: match args.level {
            Level::Quick => check::Level::Quick,
            Level::Structure => check::Level::Structure,
            Level::Checksums => check::Level::Checksums,
            Level::Full => check::Level::Full,
        },
        jobs: threads(),
    };
    let mut lines = Vec::new();
    // One call each, so that a verdict is told when it is known.
    for path in &args.archives {
        let heard = FirstFindings::new(report);
        match verify::verify(vec![input(path)], &options, &heard, interrupt) {
            Ok(outcomes) => {
                heard.tell_rest(path);
                for outcome in outcomes {
                    let line = Line::of(&outcome);
                    match &outcome.result {
                        Verdict::Unreadable(error) => report.fail(error),
                        _ => report.result(&line.text(args.level, report)),
                    }
                    lines.push(line);
                }
            }
            Err(verify::Interrupted) => break,
        }
    }
    let exit = ExitCode::gravest(lines.iter().map(|line| line.exit));
    let mut ending = Ending::new(exit).facts(&Facts { archives: &lines });
    if lines.len() > 1 {
        let sound = lines.iter().filter(|line| line.exit == ExitCode::Done);
        ending = ending.says(say!(
            "verify-sound-of",
            sound = sound.count().to_string(),
            all = lines.len().to_string()
        ));
    }
    Ok(ending)
}

/// Findings of one archive that people are told; one that was packed anew has
/// some for each of its files, and the verdict below them would scroll away.
const FINDINGS_TOLD: usize = 20;

/// Passes everything on but the findings that are too many to read.
struct FirstFindings<'a> {
    report: &'a Report,
    seen: AtomicUsize,
}

impl<'a> FirstFindings<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            report,
            seen: AtomicUsize::new(0),
        }
    }

    /// Says how many findings of `archive` were not told.
    fn tell_rest(&self, archive: &Path) {
        let seen = self.seen.load(Ordering::Relaxed);
        if let Some(more @ 1..) = seen.checked_sub(FINDINGS_TOLD)
            && !self.report.tells_all()
        {
            self.report.event(&Event::Warning {
                code: "findings_not_told",
                about: &archive.display().to_string(),
                message: &message!("findings-more", more = more.to_string()),
            });
        }
    }
}

impl Observer for FirstFindings<'_> {
    fn event(&self, event: &Event<'_>) {
        let is_one_too_many = matches!(event, Event::Finding { .. })
            && self.seen.fetch_add(1, Ordering::Relaxed) >= FINDINGS_TOLD
            && !self.report.tells_all();
        if !is_one_too_many {
            self.report.event(event);
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn input(path: &Path) -> Input {
    if is_stdin(path) {
        Input::Pipe {
            name: "stdin".to_owned(),
            reader: Box::new(io::stdin()),
        }
    } else {
        Input::Path(path.to_owned())
    }
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    archives: &'a [Line],
}

/// What came out for one archive.
#[derive(Debug, Serialize)]
struct Line {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    file_sha256: Option<Sha256>,
    /// `false` where no key opened it, so that nobody looked inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    decrypted: Option<bool>,
    /// The verdict of the run that made it, where its records were judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<RunStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gaps: Option<u64>,
    /// Who signed it, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signer_fingerprint: Option<String>,
}

/// Whether all that is wrong with an archive is who signed it.
fn is_only_untrusted(checked: &check::Report) -> bool {
    checked
        .findings
        .iter()
        .all(|finding| finding.code.starts_with('A'))
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
    /// Every byte is whole, and nobody who is trusted has signed it.
    Untrusted,
    /// Every byte is whole, and the records are of a version not known here.
    NewerFormat,
    /// It could not be checked.
    Unreadable,
}

impl Line {
    fn of(outcome: &verify::Outcome) -> Self {
        let (checked, verdict, exit) = match &outcome.result {
            Verdict::Sound(checked) => (checked, Word::Sound, ExitCode::Done),
            Verdict::Damaged(checked) if checked.form == Form::Repacked => {
                (checked, Word::Repacked, ExitCode::Damage)
            }
            Verdict::Damaged(checked) if is_only_untrusted(checked) => {
                (checked, Word::Untrusted, ExitCode::Damage)
            }
            Verdict::Damaged(checked) => (checked, Word::Damaged, ExitCode::Damage),
            Verdict::OtherMajor(checked) => (checked, Word::NewerFormat, ExitCode::Failed),
            Verdict::Unreadable(error) => {
                return Self {
                    archive: outcome.name.clone(),
                    exit: explain::exit_code(error),
                    verdict: Word::Unreadable,
                    findings: 0,
                    entries: 0,
                    bytes: 0,
                    archive_sha256: None,
                    payload_sha256: None,
                    file_sha256: None,
                    decrypted: None,
                    status: None,
                    gaps: None,
                    signer: None,
                    signer_fingerprint: None,
                };
            }
        };
        let facts = checked
            .verdict
            .as_ref()
            .and_then(|verdict| verdict.facts.as_ref());
        let signer = checked
            .verdict
            .as_ref()
            .and_then(|verdict| verdict.signer.as_ref());
        Self {
            archive: outcome.name.clone(),
            exit,
            verdict,
            signer: signer.map(|signer| signer.principals.clone()),
            signer_fingerprint: signer.map(|signer| signer.fingerprint.clone()),
            status: facts.map(|facts| facts.completeness.status),
            gaps: facts.map(|facts| facts.gaps),
            findings: checked.findings.len() as u64 + checked.findings_left_out,
            entries: checked.entries,
            bytes: checked.bytes,
            archive_sha256: checked.archive_sha256,
            payload_sha256: checked.payload_sha256,
            file_sha256: checked.file_sha256,
            decrypted: (checked.form == Form::Undecrypted).then_some(false),
        }
    }

    fn text(&self, level: Level, report: &Report) -> String {
        let paint = |paint, word: &str| report.screen().paint_result(paint, word).into_owned();
        let size = say!(
            "verify-size",
            entries = self.entries,
            size = BinaryBytes(self.bytes).to_string()
        );
        let (verdict, parts) = match self.verdict {
            Word::Sound if self.decrypted == Some(false) => {
                let size = BinaryBytes(self.bytes).to_string();
                let parts = vec![size, say!("verify-undecrypted")];
                (paint(Paint::Good, &say!("verify-sound")), parts)
            }
            Word::Sound => {
                let mut parts = vec![size];
                parts.extend(match level {
                    Level::Quick => Some(say!("verify-quick")),
                    Level::Structure => Some(say!("verify-structure")),
                    Level::Checksums => Some(say!("verify-checksums")),
                    Level::Full => None,
                });
                if let (Some(status), Some(gaps)) = (self.status, self.gaps) {
                    parts.push(names::status(status).in_language(language()));
                    parts.push(say!("verify-gaps", gaps = gaps));
                }
                if let Some(digest) = &self.archive_sha256 {
                    parts.push(format!("archive_sha256 {digest}"));
                }
                if let (Some(signer), Some(key)) = (&self.signer, &self.signer_fingerprint) {
                    parts.push(say!("verify-signed-by", signer = safe(signer), key = key));
                }
                (paint(Paint::Good, &say!("verify-sound")), parts)
            }
            Word::NewerFormat | Word::Repacked | Word::Untrusted => {
                let (word, why) = match self.verdict {
                    Word::Repacked => (say!("verify-repacked"), message!("verify-repacked-why")),
                    Word::Untrusted => (say!("verify-untrusted"), message!("verify-untrusted-why")),
                    _ => (
                        say!("verify-newer-format"),
                        message!("verify-newer-format-why"),
                    ),
                };
                let word = paint(Paint::Warning, &word);
                (say!("line-named", name = word, line = why), Vec::new())
            }
            Word::Damaged | Word::Unreadable => {
                let findings = say!("verify-findings", count = self.findings);
                let word = paint(Paint::Error, &say!("verify-damaged"));
                (word, vec![findings, size])
            }
        };
        let parts: Vec<String> = std::iter::once(verdict).chain(parts).collect();
        let line = parts.join(&say!("between-counts"));
        say!("line-named", name = safe(&self.archive), line = line)
    }
}
