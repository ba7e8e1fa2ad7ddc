//! What lies beside an archive and tells what it should be.
//!
//! The archive alone is enough to be proved; a receipt that disagrees means that
//! one of the two is not what it was.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::archive::check::{NOT_AS_RECEIPT, Report};
use crate::archive::shelf::receipt_path;
use crate::archive::{Source, file_sha256};
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{Finding, Sha256};
use crate::record::receipt::Receipt;
use crate::text::Message;

/// Far longer than any sidecar.
const SIDECAR_BYTES_MAX: u64 = 1 << 20;

/// The sidecars of one archive, as far as there are any.
#[derive(Debug)]
pub(super) struct Sidecars {
    receipt: Option<Receipt>,
    sha256: Option<Sha256>,
}

impl Sidecars {
    /// Reads what lies beside `archive`. A sidecar that cannot be read draws a
    /// warning: it says nothing of the archive.
    pub(super) fn beside(archive: &Path, name: &str, observer: &dyn Observer) -> Self {
        let warn = |message: &Message| {
            observer.event(&Event::Warning {
                code: "sidecar_unreadable",
                about: name,
                message,
            });
        };
        let receipt = read(&receipt_path(archive)).and_then(|text| {
            let receipt = text
                .ok()
                .and_then(|text| serde_json::from_slice(&text).ok());
            if receipt.is_none() {
                warn(&message!("verify-receipt-unreadable"));
            }
            receipt
        });
        let sha256 = read(&checksum_of(archive)).and_then(|text| {
            let digest = text.ok().and_then(|text| parse_checksum(&text));
            if digest.is_none() {
                warn(&message!("verify-checksum-unreadable"));
            }
            digest
        });
        Self { receipt, sha256 }
    }

    /// Whether only the digest of the whole file can be compared. With a receipt
    /// the digests of the manifests are compared, which costs nothing more.
    pub(super) fn need_whole_file(&self) -> bool {
        self.receipt.is_none() && self.sha256.is_some()
    }

    /// What disagrees with an age file that was decrypted. Its own digest is
    /// asked for only where nothing that is inside can be compared.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or someone asked to stop.
    pub(super) fn compare_encrypted(
        &self,
        source: &Source,
        report: &Report,
        interrupt: &Interrupt,
    ) -> io::Result<Vec<Finding>> {
        let inside = Self {
            receipt: self.receipt.clone(),
            sha256: None,
        };
        let mut findings = inside.compare(report);
        let mut differ = |what| findings.push(tells(what));
        let told = self.receipt.as_ref().and_then(|it| it.encryption.as_ref());
        if let Some(told) = told {
            if told.file_bytes != source.file_bytes() {
                differ(message!("sidecar-encrypted-length"));
            }
            if self.sha256.is_some_and(|it| it != told.file_sha256) {
                differ(message!("sidecar-two-digests"));
            }
        } else if let Some(told) = self.sha256
            && source.file_sha256(interrupt)? != told
        {
            differ(message!("sidecar-digest"));
        }
        Ok(findings)
    }

    /// What disagrees with an age file that nobody can decrypt here; `None`
    /// where no sidecar tells of it.
    ///
    /// # Errors
    ///
    /// As for `compare_encrypted`.
    pub(super) fn compare_sealed(
        &self,
        file: &File,
        interrupt: &Interrupt,
    ) -> io::Result<Option<Vec<Finding>>> {
        let told = self.receipt.as_ref().and_then(|it| it.encryption.as_ref());
        let digests: Vec<Sha256> = told
            .map(|told| told.file_sha256)
            .into_iter()
            .chain(self.sha256)
            .collect();
        if digests.is_empty() {
            return Ok(None);
        }
        let mut findings = Vec::new();
        let bytes = file.metadata()?.len();
        if told.is_some_and(|told| told.file_bytes != bytes) {
            findings.push(tells(message!("sidecar-encrypted-length")));
        }
        let found = file_sha256(file, interrupt)?;
        if digests.iter().any(|told| *told != found) {
            findings.push(tells(message!("sidecar-digest")));
        }
        Ok(Some(findings))
    }

    /// What disagrees with the archive.
    pub(super) fn compare(&self, report: &Report) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut differ = |what: Message| findings.push(tells(what));
        let unlike = |told: Sha256, found: Option<Sha256>| found.is_some_and(|found| found != told);
        if let Some(receipt) = &self.receipt {
            if receipt.file_bytes != report.bytes {
                differ(message!("sidecar-length"));
            }
            if receipt.entries != report.entries {
                differ(message!("sidecar-entries"));
            }
            if unlike(receipt.archive_sha256, report.archive_sha256) {
                differ(message!("sidecar-archive"));
            }
            if unlike(receipt.payload_sha256, report.payload_sha256) {
                differ(message!("sidecar-payload"));
            }
            if unlike(receipt.file_sha256, self.sha256.or(report.file_sha256)) {
                differ(message!("sidecar-two-digests"));
            }
        }
        if self
            .sha256
            .is_some_and(|told| unlike(told, report.file_sha256))
        {
            differ(message!("sidecar-digest"));
        }
        findings
    }
}

fn tells(what: Message) -> Finding {
    let message = message!("sidecar-tells", what = what);
    Finding::new(NOT_AS_RECEIPT, "", message)
}

/// `a.zip` has the checksum file `a.zip.sha256`.
fn checksum_of(archive: &Path) -> PathBuf {
    let mut name = OsString::from(archive);
    name.push(".sha256");
    PathBuf::from(name)
}

/// The text of a sidecar; `None` where there is none.
fn read(path: &Path) -> Option<io::Result<Vec<u8>>> {
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return None;
    }
    Some(File::open(path).and_then(|file| {
        let mut text = Vec::new();
        file.take(SIDECAR_BYTES_MAX).read_to_end(&mut text)?;
        Ok(text)
    }))
}

/// `<64 hex>  <name>`, or with a star for binary.
fn parse_checksum(text: &[u8]) -> Option<Sha256> {
    let line = std::str::from_utf8(text).ok()?.lines().next()?;
    let (digest, name) = line.split_once(' ')?;
    (!name.is_empty()).then(|| digest.parse().ok())?
}
