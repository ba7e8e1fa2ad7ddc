//! Blobs against the records that name them: none absent, none unnamed, each
//! what its name says, in reading order.

use std::collections::HashMap;

use super::codes;
use super::findings::Findings;
use crate::message;
use crate::model::EntryPath;
use crate::model::FileKind;
use crate::model::Fingerprint;
use crate::model::ItemKind;
use crate::model::SNIFF_BYTES;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;
use crate::record::mark::Mark;
use crate::record::run::Provenance;

/// What is known of every blob: some 100 bytes each.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    known: HashMap<Sha256, Blob>,
    /// The lines of provenance, by blob and item.
    came: HashMap<Mark, Came>,
    /// Files and bytes seen.
    pub(super) count: u64,
    pub(super) bytes: u64,
    last_place: Option<u32>,
    is_order_broken: bool,
}

#[derive(Debug, Default)]
struct Blob {
    /// As records name it.
    kind: Option<FileKind>,
    bytes: Option<u64>,
    /// Whether a record names it; a provenance line alone does not count.
    is_named: bool,
    is_seen: bool,
    /// Its place in reading order.
    place: Option<u32>,
}

/// What the first bytes of a blob tell: so much of them is kept until the
/// records can be asked what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobHead {
    kind: FileKind,
    is_api_error: bool,
}

impl BlobHead {
    /// Of a blob of `bytes` bytes, which begins with `head`; up to [`SNIFF_BYTES`]
    /// of that are looked at.
    pub fn of(head: &[u8], bytes: u64) -> Self {
        let head = &head[..head.len().min(SNIFF_BYTES)];
        Self {
            kind: FileKind::of(head),
            is_api_error: is_api_error(head, bytes),
        }
    }
}

#[derive(Debug)]
struct Came {
    line: u32,
    is_met: bool,
}

/// The fields by which a record names a blob.
pub(super) struct Naming<'a> {
    pub(super) kind: ItemKind,
    pub(super) id: &'a str,
    pub(super) path: Option<&'a EntryPath>,
    pub(super) sha256: Option<Sha256>,
    pub(super) bytes: Option<u64>,
    pub(super) mime: Option<&'a str>,
}

impl<'a> From<&'a MediaRecord> for Naming<'a> {
    fn from(record: &'a MediaRecord) -> Self {
        Self {
            kind: record.kind,
            id: &record.media_id,
            path: record.path.as_ref(),
            sha256: record.sha256,
            bytes: record.bytes,
            mime: record.mime.as_deref(),
        }
    }
}

impl<'a> From<&'a AssetRecord> for Naming<'a> {
    fn from(record: &'a AssetRecord) -> Self {
        Self {
            kind: record.kind,
            id: record.key.as_str(),
            path: record.path.as_ref(),
            sha256: record.sha256,
            bytes: record.bytes,
            mime: record.mime.as_deref(),
        }
    }
}

impl Naming<'_> {
    pub(super) fn is_absent(&self) -> bool {
        self.path.is_none() && self.sha256.is_none() && self.bytes.is_none() && self.mime.is_none()
    }
}

impl Blobs {
    /// Takes down the blob that a record names; gives its digest and kind where
    /// the four fields agree with each other.
    pub(super) fn name(
        &mut self,
        naming: &Naming<'_>,
        about: &str,
        findings: &mut Findings,
    ) -> Option<(Sha256, FileKind)> {
        let (Some(path), Some(sha256), Some(bytes), Some(mime)) =
            (naming.path, naming.sha256, naming.bytes, naming.mime)
        else {
            findings.add(codes::FIELDS, about, message!("finding-blob-fields"));
            // Named all the same: one fault is one finding.
            if let Some((named, _)) = naming.path.and_then(layout::parse_blob) {
                self.known.entry(named).or_default().is_named = true;
                let pair = pair(named, naming.kind.as_str(), naming.id);
                self.came.entry(pair).and_modify(|came| came.is_met = true);
            }
            return None;
        };
        let item = (naming.kind, naming.id);
        let (named, kind) = self.name_part(item, path, sha256, about, findings)?;
        if mime != kind.mime() {
            findings.add(
                codes::BLOB,
                about,
                message!("finding-mime", mime = mime, expected = kind.mime()),
            );
        }
        let blob = self.known.entry(named).or_default();
        if blob.bytes.is_some_and(|known| known != bytes) {
            findings.add(codes::BLOB, about, message!("finding-blob-other-length"));
        }
        blob.bytes = Some(bytes);
        Some((named, kind))
    }

    /// Takes down a blob that an item names by path and digest alone.
    pub(super) fn name_part(
        &mut self,
        (item, id): (ItemKind, &str),
        path: &EntryPath,
        sha256: Sha256,
        about: &str,
        findings: &mut Findings,
    ) -> Option<(Sha256, FileKind)> {
        let Some((named, kind)) = layout::parse_blob(path) else {
            findings.add(
                codes::BLOB,
                about,
                message!("finding-blob-path", path = path.as_str()),
            );
            return None;
        };
        if named != sha256 {
            findings.add(codes::BLOB, about, message!("finding-blob-two"));
        }
        let blob = self.known.entry(named).or_default();
        blob.is_named = true;
        if blob.kind.is_some_and(|known| known != kind) {
            findings.add(codes::BLOB, about, message!("finding-blob-other-extension"));
        }
        blob.kind = Some(kind);
        match self.came.get_mut(&pair(named, item.as_str(), id)) {
            Some(came) => came.is_met = true,
            None => findings.add(
                codes::PROVENANCE,
                about,
                message!("finding-blob-no-provenance"),
            ),
        }
        Some((named, kind))
    }

    /// Takes down a line of provenance.
    pub(super) fn came(
        &mut self,
        line: &Provenance,
        number: u64,
        about: &str,
        findings: &mut Findings,
    ) {
        let blob = self.known.entry(line.sha256).or_default();
        if blob.bytes.is_some_and(|known| known != line.bytes) {
            findings.add(codes::BLOB, about, message!("finding-blob-line-length"));
        }
        blob.bytes = Some(line.bytes);
        let came = Came {
            line: u32::try_from(number).unwrap_or(u32::MAX),
            is_met: false,
        };
        self.came
            .insert(pair(line.sha256, &line.kind, &line.id), came);
    }

    /// Takes down the order that the records give; every record must have been told.
    pub(super) fn expect_order(&mut self, order: Vec<Sha256>) {
        for (sha256, place) in order.into_iter().zip(0..) {
            if let Some(blob) = self.known.get_mut(&sha256) {
                blob.place = Some(place);
            }
        }
    }

    /// Judges a blob of the archive.
    pub(super) fn see(
        &mut self,
        path: &EntryPath,
        print: &Fingerprint,
        head: BlobHead,
        findings: &mut Findings,
    ) {
        let about = path.as_str();
        let Some((named, kind)) = self.parse(path, print.bytes, findings) else {
            return;
        };
        if named != print.sha256 {
            findings.add(codes::BLOB, about, message!("finding-blob-digest"));
        }
        if head.kind != kind {
            findings.add(
                codes::BLOB,
                about,
                message!("finding-first-bytes", extension = head.kind.extension()),
            );
        }
        if head.is_api_error {
            findings.add(codes::BLOB, about, message!("finding-blob-api-error"));
        }
        self.meet((named, kind), about, print.bytes, findings);
    }

    /// Judges a blob of the archive by its name and length alone.
    pub(super) fn see_unread(&mut self, path: &EntryPath, bytes: u64, findings: &mut Findings) {
        if let Some(name) = self.parse(path, bytes, findings) {
            self.meet(name, path.as_str(), bytes, findings);
        }
    }

    /// Counts a blob; gives what its name says.
    fn parse(
        &mut self,
        path: &EntryPath,
        bytes: u64,
        findings: &mut Findings,
    ) -> Option<(Sha256, FileKind)> {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        let name = layout::parse_blob(path);
        if name.is_none() {
            findings.add(codes::PLACE, path.as_str(), message!("finding-blob-name"));
        }
        name
    }

    /// Judges a blob against the records that name it.
    fn meet(
        &mut self,
        (named, kind): (Sha256, FileKind),
        about: &str,
        bytes: u64,
        findings: &mut Findings,
    ) {
        if bytes == 0 {
            findings.add(codes::BLOB, about, message!("finding-blob-empty"));
        }
        let blob = self.known.entry(named).or_default();
        let is_again = std::mem::replace(&mut blob.is_seen, true);
        if is_again {
            findings.add(codes::BLOB, about, message!("finding-blob-twice"));
        }
        if blob.bytes.is_some_and(|known| known != bytes) {
            findings.add(codes::BLOB, about, message!("finding-blob-records-length"));
        }
        if blob.is_named && blob.kind.is_some_and(|known| known != kind) {
            findings.add(
                codes::BLOB,
                about,
                message!("finding-blob-records-extension"),
            );
        }
        if let Some(place) = blob.place.filter(|_| !is_again) {
            let is_late = self.last_place.is_some_and(|last| last > place);
            // Once: after one blob out of order every other may look so.
            if is_late && !self.is_order_broken {
                self.is_order_broken = true;
                findings.add(codes::SEQUENCE, about, message!("finding-blob-order"));
            }
            self.last_place = Some(place);
        }
    }

    /// Tells the blobs that are named and absent, those that are here and that
    /// no record names, and the provenance of nothing.
    pub(super) fn finish(&self, findings: &mut Findings) {
        let mut wrong: Vec<(&Sha256, &Blob)> = self
            .known
            .iter()
            .filter(|(_, blob)| blob.is_seen != blob.is_named)
            .collect();
        wrong.sort_unstable_by_key(|(sha256, _)| **sha256);
        for (sha256, blob) in wrong {
            let message = if blob.is_named {
                message!("finding-blob-absent")
            } else {
                message!("finding-blob-unnamed")
            };
            findings.add(codes::BLOBS, &sha256.to_string(), message);
        }

        let mut unmet: Vec<u32> = self
            .came
            .values()
            .filter(|came| !came.is_met)
            .map(|came| came.line)
            .collect();
        unmet.sort_unstable();
        for line in unmet {
            findings.add(
                codes::PROVENANCE,
                &format!("{}:{line}", layout::PROVENANCE),
                message!("finding-provenance-of-nothing"),
            );
        }
    }
}

/// The blob of one item: what a line of provenance is about.
fn pair(sha256: Sha256, kind: &str, id: &str) -> Mark {
    Mark::of(&format!("{sha256}:{kind}:{id}"))
}

/// `{"errcode":…}` in place of media: HTTP 200 proves nothing, and such a body
/// must have become a gap.
fn is_api_error(head: &[u8], bytes: u64) -> bool {
    head.len() as u64 == bytes
        && head.first() == Some(&b'{')
        && serde_json::from_slice::<serde_json::Value>(head)
            .is_ok_and(|body| body.get("errcode").is_some_and(|code| code != 0))
}
