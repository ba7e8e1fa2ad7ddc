//! The check of a pipe: everything is read once, nothing is held but the
//! headers and, for a moment, a manifest.

use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::bytes::{Bytes as _, StreamBody, StreamSource};
use super::content::{Learned, Listing};
use super::findings::Findings;
use super::walk::{Name, Step, Walk};
use super::{CheckError, Form, Level, Options, Outline, Report, recognise, unreadable};
use crate::archive::age::{self, Identities, PipeReader};
use crate::archive::limits;
use crate::archive::source::{Damage, HEAD_BYTES, not_opened};
use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::model::{EntryPath, Fingerprint, Fingerprinter, SNIFF_BYTES, layout};
use crate::record::check::{BlobHead, Checker};

/// How often the observer and the interrupt are thought of.
const STRIDE_BYTES: u64 = 8 << 20;

/// Checks an archive that comes through a pipe, to the same end as
/// [`zip`](super::zip) does for a file. [`Level::Quick`] does what
/// [`Level::Structure`] does, because all has to be read anyway; and a zip that
/// is not canonical is never found [`Form::Repacked`], because its directory
/// comes too late. The whole is not hashed.
///
/// # Errors
///
/// Where the pipe breaks, or brings no zip, or none of ours.
pub fn stream(
    reader: impl Read,
    identities: &Identities,
    options: &Options<'_>,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Report, CheckError> {
    let unreadable = |source| {
        if interrupt.is_set() {
            CheckError::Interrupted
        } else {
            unreadable(options.name, source)
        }
    };
    let findings = Findings::new(options.name, observer);
    let (reader, damage) = decrypted(reader, identities, options.name)?;
    let mut source = StreamSource::new(reader);
    recognise(&mut source, options.name)?;
    observer.event(&Event::Phase {
        phase: Phase::Check,
        section: None,
        items_total: None,
        bytes_total: None,
    });
    let mut walk = Walk::new(source, &findings);
    let mut content = (options.level >= Level::Checksums).then(|| StreamContent::new(options));
    loop {
        if interrupt.is_set() {
            return Err(CheckError::Interrupted);
        }
        match walk.step().map_err(unreadable)? {
            Step::Entry => {
                let Some(content) = &mut content else {
                    continue;
                };
                content
                    .entry(&mut walk, &findings, interrupt)
                    .map_err(unreadable)?;
            }
            Step::Directory => break walk.directory().map_err(unreadable)?,
            Step::End => break,
            Step::TooMany => return Err(super::too_many(options.name)),
        }
    }
    walk.judge_names();
    if let Some(damage) = damage.lock().unwrap_or_else(PoisonError::into_inner).take() {
        damage.tell(&findings);
    }
    let outline = Outline {
        form: if findings.any(&['Z', 'S']) {
            Form::Broken
        } else {
            Form::Canonical
        },
        entries: walk.met().len() as u64,
        bytes: walk.source.position(),
        base: walk.base().cloned(),
    };
    let learned = content
        .filter(|_| outline.base.is_some())
        .map(|content| content.finish(&walk, &findings))
        .unwrap_or_default();
    Ok(outline.report(findings, learned))
}

type Decrypted<'a> = (Box<dyn Read + 'a>, Arc<Mutex<Option<Damage>>>);

/// What comes out of a pipe, and what turns out to be wrong with the age file
/// that it brings, where it brings one.
fn decrypted<'a>(
    mut reader: impl Read + 'a,
    identities: &Identities,
    name: &str,
) -> Result<Decrypted<'a>, CheckError> {
    let mut head = Vec::new();
    let read = reader
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head);
    read.map_err(|source| unreadable(name, source))?;
    let is_age = age::is_age(&head);
    let reader = io::Cursor::new(head).chain(reader);
    if !is_age {
        return Ok((Box::new(reader), Arc::default()));
    }
    let reader = PipeReader::open(reader, identities).map_err(|why| not_opened(why, name))?;
    let damage = reader.damage();
    Ok((Box::new(reader), damage))
}

/// V2 to V4 of what passes by.
struct StreamContent<'a> {
    options: &'a Options<'a>,
    listing: Listing,
    checker: Option<Checker>,
    /// One for each entry that the walk met.
    prints: Vec<Option<Fingerprint>>,
    learned: Learned,
}

impl<'a> StreamContent<'a> {
    fn new(options: &'a Options<'a>) -> Self {
        Self {
            options,
            listing: Listing::default(),
            checker: None,
            prints: Vec::new(),
            learned: Learned::default(),
        }
    }

    /// Reads the data of the entry that the walk has just met.
    fn entry<R: Read>(
        &mut self,
        walk: &mut Walk<'_, StreamSource<R>>,
        findings: &Findings<'_>,
        interrupt: &Interrupt,
    ) -> io::Result<()> {
        let Some(met) = walk.met().last() else {
            return Ok(());
        };
        let (Name::Own(path), true) = (&met.name, met.is_stored) else {
            self.prints.push(None);
            return Ok(());
        };
        if self.options.level == Level::Full && self.checker.is_none() {
            let checker = walk.base().cloned().map(Checker::new);
            self.checker = checker.map(|new| new.trusting(self.options.trust.cloned()));
        }
        let (path, bytes) = (path.clone(), walk.body_left());
        let mut body = Measured::new(walk.source.body(bytes), findings, interrupt);
        self.read(&path, &mut body, findings)?;
        io::copy(&mut body, &mut io::sink())?;
        let left = body.inner.left();
        let (print, head) = body.finish();
        findings.advance(1, 0);
        walk.body_read(left);
        if left == 0 {
            self.learned.roots.take(&path, &print);
            self.prints.push(Some(print));
            if let Some(checker) = &mut self.checker
                && layout::is_blob(&path)
            {
                checker.blob(&path, &print, BlobHead::of(&head, print.bytes));
            }
        } else {
            self.prints.push(None);
        }
        Ok(())
    }

    fn read(
        &mut self,
        path: &EntryPath,
        body: &mut impl BufRead,
        findings: &Findings<'_>,
    ) -> io::Result<()> {
        if matches!(
            path.as_str(),
            layout::BAGIT | layout::MANIFEST | layout::TAGMANIFEST
        ) {
            // Two readers want it, and a pipe gives it once.
            let mut text = Vec::new();
            body.take(limits::DOCUMENT_BYTES_MAX)
                .read_to_end(&mut text)?;
            self.listing.take(path, &mut text.as_slice(), findings)?;
            if let Some(checker) = &mut self.checker {
                checker.document(path, &mut text.as_slice())?;
            }
        } else if let Some(checker) = &mut self.checker
            && !layout::is_blob(path)
        {
            checker.document(path, body)?;
        }
        Ok(())
    }

    fn finish<R: Read>(self, walk: &Walk<'_, StreamSource<R>>, findings: &Findings<'_>) -> Learned {
        let files = walk.met().iter().zip(&self.prints);
        let files = files.filter_map(|(met, print)| match &met.name {
            Name::Own(path) => Some((path, Some(met.crc32), print.as_ref())),
            Name::Odd(_) => None,
        });
        self.listing.compare(files, findings);
        let mut learned = self.learned;
        learned.verdict = self.checker.map(Checker::finish);
        learned
    }
}

/// The data of an entry, measured by what is read of it.
struct Measured<'a, R> {
    inner: StreamBody<'a, R>,
    print: Fingerprinter,
    head: Vec<u8>,
    stride: u64,
    findings: &'a Findings<'a>,
    interrupt: &'a Interrupt,
}

impl<'a, R: Read> Measured<'a, R> {
    fn new(inner: StreamBody<'a, R>, findings: &'a Findings<'a>, interrupt: &'a Interrupt) -> Self {
        Self {
            inner,
            print: Fingerprinter::default(),
            head: Vec::new(),
            stride: 0,
            findings,
            interrupt,
        }
    }

    fn finish(self) -> (Fingerprint, Vec<u8>) {
        self.findings.advance(0, self.stride);
        (self.print.finish(), self.head)
    }
}

impl<R: Read> BufRead for Measured<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.interrupt.is_set() {
            return Err(io::ErrorKind::Other.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was filled before, so this reads nothing.
        if let Ok(bytes) = self.inner.fill_buf() {
            let bytes = &bytes[..amount];
            self.print.update(bytes);
            let wanted = SNIFF_BYTES.saturating_sub(self.head.len());
            self.head.extend_from_slice(&bytes[..wanted.min(amount)]);
        }
        self.inner.consume(amount);
        self.stride += amount as u64;
        if self.stride >= STRIDE_BYTES {
            self.findings.advance(0, self.stride);
            self.stride = 0;
        }
    }
}

impl<R: Read> Read for Measured<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.fill_buf()?.read(buffer)?;
        self.consume(taken);
        Ok(taken)
    }
}
