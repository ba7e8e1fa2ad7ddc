//! Whether the documents of an archive are true: V3 and V4 of format 15.
//!
//! Everything is pushed in once, in the order of the archive, from a file, a
//! pipe or a folder; nothing is held that grows with the bytes of the library,
//! and little that grows with its items (some 300 bytes each). Counts, sums,
//! names and the order of blobs are worked out again here from the records
//! themselves; what the archive says of itself is only compared.
//!
//! Whether bytes are those that the manifests list is not asked here but in
//! `archive::check`.

mod articles;
mod authentic;
mod blobs;
pub mod codes;
mod documents;
mod findings;
mod items;
#[cfg(test)]
pub(crate) mod library;
mod measured;
mod raw;
mod reading;
mod run;
mod sums;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::io;
use std::io::BufRead;
use std::io::Read as _;

use self::articles::Articles;
use self::authentic::Authenticity;
pub use self::authentic::{CODES as AUTHENTICITY_CODES, Trust};
pub use self::blobs::BlobHead;
use self::blobs::Blobs;
use self::findings::Findings;
use self::items::Items;
use self::measured::Measured;
pub use self::raw::article_contents;
use self::run::Gaps;
use self::run::Sorted;
use self::sums::Sums;
use crate::message;
use crate::model::BaseFolder;
use crate::model::EntryPath;
use crate::model::Finding;
use crate::model::Fingerprint;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::archive::ArchiveDocument;
use crate::record::archive::Roots;
use crate::record::bag_info::BagInfo;
use crate::record::completeness::Completeness;
use crate::record::reading_order::ReadingOrder;
use crate::record::run::ChangeOp;
use crate::record::signature::Signer;

/// The longest `raw.json` or `raw.bin` (format 13).
pub const RAW_BYTES_MAX: usize = 64 << 20;

/// How much of an archive's documents this program understands (format 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// All of it.
    Whole,
    /// A later minor version: what it adds is passed over.
    LaterMinor,
    /// Another major version: its records were not judged, and cannot be restored.
    OtherMajor,
}

/// What the check of the documents came to.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What is wrong, in the order in which it was met; none if all is true.
    pub findings: Vec<Finding>,
    /// How many more there were: only the first thousand are kept.
    pub findings_omitted: u64,
    /// Whether the version could be judged. Without findings an archive is only
    /// proven if this is not [`Support::OtherMajor`].
    pub support: Support,
    /// `format_version` as `run/archive.json` has it, where it could be read.
    pub format_version: Option<String>,
    /// Names in `features` that this program does not know: restoring must be refused.
    pub unknown_features: Vec<String>,
    /// What the archive says of itself; `None` where a document of it could not be read.
    pub facts: Option<Facts>,
    /// Who signed it, where that was asked and someone who is trusted did.
    pub signer: Option<Signer>,
}

/// What an archive says of itself, for reports.
#[derive(Clone, Debug)]
pub struct Facts {
    /// `run/archive.json`.
    pub archive: ArchiveDocument,
    /// `run/completeness.json`.
    pub completeness: Completeness,
    /// Lines of `run/gaps.jsonl`.
    pub gaps: u64,
    /// The digest of `tagmanifest-sha256.txt`, worked out again.
    pub archive_sha256: Sha256,
    /// The digests of the payload manifest, worked out again.
    pub roots: Roots,
}

/// Checks the documents and blobs of one archive, pushed in its own order.
#[derive(Debug)]
pub struct Checker {
    base: BaseFolder,
    findings: Findings,
    support: Support,
    blob_order: BlobOrder,
    /// Whether every record could be read: only then are they held against each other.
    is_readable: bool,
    last_path: Option<EntryPath>,
    format_version: Option<String>,
    archive: Option<ArchiveDocument>,
    completeness: Option<Completeness>,
    archive_sha256: Option<Sha256>,
    roots: Option<Roots>,
    bag_info: Option<BagInfo>,
    sums: Sums,
    gaps: Gaps,
    items: Items,
    articles: Articles,
    blobs: Blobs,
    reading_order: Option<ReadingOrder>,
    last_change: Sorted<(String, String, ChangeOp)>,
    last_provenance: Sorted<(Sha256, String, String)>,
    last_call: Sorted<u64>,
    /// Whether some article's files were told by name alone.
    has_unread_articles: bool,
    authenticity: Option<Authenticity>,
}

/// Whether blobs come in the order of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlobOrder {
    Reading,
    Any,
}

impl Checker {
    /// A checker of the archive whose files lie in `base`.
    pub fn new(base: BaseFolder) -> Self {
        Self {
            base,
            findings: Findings::default(),
            support: Support::Whole,
            blob_order: BlobOrder::Reading,
            is_readable: true,
            last_path: None,
            format_version: None,
            archive: None,
            completeness: None,
            archive_sha256: None,
            roots: None,
            bag_info: None,
            sums: Sums::default(),
            gaps: Gaps::default(),
            items: Items::default(),
            articles: Articles::default(),
            blobs: Blobs::default(),
            reading_order: Some(ReadingOrder::default()),
            last_change: Sorted::default(),
            last_provenance: Sorted::default(),
            last_call: Sorted::default(),
            has_unread_articles: false,
            authenticity: None,
        }
    }

    /// The same that asks for a signature by someone who is trusted (V5).
    #[must_use]
    pub fn trusting(mut self, trust: Option<Trust>) -> Self {
        self.authenticity = trust.map(Authenticity::new);
        self
    }

    /// The same for a folder, whose blobs come in any order.
    #[must_use]
    pub fn without_reading_order(mut self) -> Self {
        self.blob_order = BlobOrder::Any;
        self
    }

    /// Takes the next entry that is no blob, in the order of
    /// [`layout::order`]. `body` is read to its end.
    ///
    /// # Errors
    ///
    /// Where `body` cannot be read. What it says is never an error but a finding.
    pub fn document(&mut self, path: &EntryPath, body: &mut dyn BufRead) -> io::Result<()> {
        let kept = match &mut self.authenticity {
            Some(authenticity) => authenticity.take(path, body)?,
            None => None,
        };
        let mut body = kept.as_deref().unwrap_or_default().chain(body);
        let mut body = Measured::new(&mut body);
        self.judge_place(path);
        if self.support != Support::OtherMajor {
            self.judge_document(path, &mut body)?;
        }
        io::copy(&mut body, &mut io::sink())?;
        self.sums.file(path, body.bytes, Some(body.line_feeds));
        Ok(())
    }

    /// Takes the next entry by its name and length alone, in the same order as
    /// [`document`](Self::document) and [`blob`](Self::blob) take theirs. What is
    /// in it is not judged; whether the records speak of it is.
    pub(crate) fn unread(&mut self, path: &EntryPath, bytes: u64) {
        if self.support == Support::OtherMajor {
            return;
        }
        if layout::is_blob(path) {
            self.blobs.see_unread(path, bytes, &mut self.findings);
            return;
        }
        self.judge_place(path);
        self.judge_name(path);
        self.sums.file(path, bytes, None);
    }

    /// Takes what the payload manifest gives, where someone else has read it.
    pub(crate) fn roots(&mut self, roots: Roots) {
        self.roots = Some(roots);
    }

    /// Takes the next blob; `print` is its own fingerprint. Blobs come behind all
    /// documents.
    pub fn blob(&mut self, path: &EntryPath, print: &Fingerprint, head: BlobHead) {
        if self.support == Support::OtherMajor {
            return;
        }
        if let Some(order) = self.reading_order.take()
            && self.blob_order == BlobOrder::Reading
            && self.is_readable
        {
            self.blobs.expect_order(order.finish());
        }
        self.blobs.see(path, print, head, &mut self.findings);
    }

    /// Holds everything against each other, once all has come.
    pub fn finish(mut self) -> Verdict {
        if self.support != Support::OtherMajor {
            self.sums.finish(self.support, &mut self.findings);
            if self.is_readable {
                self.finish_records();
            }
        }
        let authenticity = self.authenticity.take();
        let signer = authenticity.and_then(|authenticity| authenticity.finish(&mut self.findings));
        let unknown_features = self
            .archive
            .as_ref()
            .map(|archive| archive.features.clone())
            .unwrap_or_default();
        let facts = match (
            self.archive,
            self.completeness,
            self.archive_sha256,
            self.roots,
        ) {
            (Some(archive), Some(completeness), Some(archive_sha256), Some(roots)) => Some(Facts {
                archive,
                completeness,
                gaps: self.gaps.counts.total,
                archive_sha256,
                roots,
            }),
            _ => None,
        };
        let (findings, findings_omitted) = self.findings.finish();
        Verdict {
            findings,
            findings_omitted,
            support: self.support,
            format_version: self.format_version,
            unknown_features,
            facts,
            signer,
        }
    }

    fn finish_records(&mut self) {
        self.gaps.finish(&mut self.findings);
        self.articles.finish(&mut self.findings);
        // Which assets an article names stands in its files.
        if !self.has_unread_articles {
            self.items.finish(&mut self.findings);
        }
        self.blobs.finish(&mut self.findings);
        if let Some(completeness) = &self.completeness {
            sums::proof(
                completeness,
                &self.items,
                &self.gaps,
                self.support,
                &mut self.findings,
            );
        }
        if let Some(archive) = &self.archive {
            sums::archive(
                archive,
                self.completeness.as_ref(),
                &sums::Measures {
                    sums: &self.sums,
                    blobs: &self.blobs,
                    records: &self.items.records,
                    gaps: self.gaps.counts.total,
                    roots: self.roots,
                },
                &mut self.findings,
            );
            if let Some(bag_info) = &self.bag_info {
                sums::bag_info(
                    bag_info,
                    archive,
                    self.sums.payload(&self.blobs),
                    &mut self.findings,
                );
            }
        }
    }

    fn judge_place(&mut self, path: &EntryPath) {
        let order = self
            .last_path
            .as_ref()
            .map(|last| layout::order(last, path));
        if matches!(order, Some(Ordering::Greater | Ordering::Equal)) {
            // What is judged by what came before cannot be judged any more.
            self.is_readable = false;
            self.findings.add(
                codes::SEQUENCE,
                path.as_str(),
                message!("finding-entry-order"),
            );
        }
        self.last_path = Some(path.clone());
    }
}
