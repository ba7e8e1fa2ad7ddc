//! Blobs against the records that name them: none absent, none unnamed, each
//! what its name says, in reading order.

use std::collections::HashMap;

use super::codes;
use super::findings::Findings;
use crate::model::EntryPath;
use crate::model::FileKind;
use crate::model::Fingerprint;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;

/// What is known of every blob: some 100 bytes each.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    known: HashMap<Sha256, Blob>,
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

/// The fields by which a record names a blob.
pub(super) struct Naming<'a> {
    pub(super) path: Option<&'a EntryPath>,
    pub(super) sha256: Option<Sha256>,
    pub(super) bytes: Option<u64>,
    pub(super) mime: Option<&'a str>,
}

impl<'a> From<&'a MediaRecord> for Naming<'a> {
    fn from(record: &'a MediaRecord) -> Self {
        Self {
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
            findings.add(
                codes::FIELDS,
                about,
                "a blob is named by path, sha256, bytes and mime together",
            );
            return None;
        };
        let (named, kind) = self.name_part(path, sha256, about, findings)?;
        if mime != kind.mime() {
            findings.add(
                codes::BLOB,
                about,
                format!("mime is {mime}, the blob's extension says {}", kind.mime()),
            );
        }
        let blob = self.known.entry(named).or_default();
        if blob.bytes.is_some_and(|known| known != bytes) {
            findings.add(codes::BLOB, about, "another record gives another length");
        }
        blob.bytes = Some(bytes);
        Some((named, kind))
    }

    /// Takes down a blob that is named by path and digest alone.
    pub(super) fn name_part(
        &mut self,
        path: &EntryPath,
        sha256: Sha256,
        about: &str,
        findings: &mut Findings,
    ) -> Option<(Sha256, FileKind)> {
        let Some((named, kind)) = layout::parse_blob(path) else {
            findings.add(codes::BLOB, about, format!("{path} is no path of a blob"));
            return None;
        };
        if named != sha256 {
            findings.add(codes::BLOB, about, "path and sha256 name two blobs");
        }
        let blob = self.known.entry(named).or_default();
        blob.is_named = true;
        if blob.kind.is_some_and(|known| known != kind) {
            findings.add(codes::BLOB, about, "another record gives another extension");
        }
        blob.kind = Some(kind);
        Some((named, kind))
    }

    /// Takes down a blob that a provenance line names.
    pub(super) fn came(
        &mut self,
        sha256: Sha256,
        bytes: u64,
        about: &str,
        findings: &mut Findings,
    ) {
        let blob = self.known.entry(sha256).or_default();
        if blob.bytes.is_some_and(|known| known != bytes) {
            findings.add(codes::BLOB, about, "another line gives another length");
        }
        blob.bytes = Some(bytes);
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
        head: &[u8],
        findings: &mut Findings,
    ) -> Seen {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(print.bytes);
        let about = path.as_str();
        let Some((named, kind)) = layout::parse_blob(path) else {
            findings.add(codes::PLACE, about, "not the name of a blob");
            return Seen::Unnamed;
        };
        if named != print.sha256 {
            findings.add(codes::BLOB, about, "the digest in its name is not its own");
        }
        let sniffed = FileKind::of(head);
        if sniffed != kind {
            findings.add(
                codes::BLOB,
                about,
                format!("its first bytes are those of .{}", sniffed.extension()),
            );
        }
        if print.bytes == 0 {
            findings.add(codes::BLOB, about, "a blob is never empty");
        }
        if is_api_error(print, head) {
            findings.add(codes::BLOB, about, "an error message of the API is no blob");
        }

        let blob = self.known.entry(named).or_default();
        if blob.is_seen {
            findings.add(codes::BLOB, about, "the same bytes stand twice");
        }
        blob.is_seen = true;
        if blob.bytes.is_some_and(|bytes| bytes != print.bytes) {
            findings.add(codes::BLOB, about, "records give another length");
        }
        if blob.is_named && blob.kind.is_some_and(|known| known != kind) {
            findings.add(codes::BLOB, about, "records give another extension");
        }
        if let Some(place) = blob.place {
            let is_late = self.last_place.is_some_and(|last| last > place);
            // Once: after one blob out of order every other may look so.
            if is_late && !self.is_order_broken {
                self.is_order_broken = true;
                findings.add(
                    codes::SEQUENCE,
                    about,
                    "records name this blob before the one that it follows",
                );
            }
            self.last_place = Some(place);
        }
        if blob.is_named {
            Seen::Named
        } else {
            Seen::Unnamed
        }
    }

    /// Tells the blobs that are named and absent.
    pub(super) fn finish(&self, findings: &mut Findings) {
        let mut absent: Vec<(&Sha256, &Blob)> = self
            .known
            .iter()
            .filter(|(_, blob)| !blob.is_seen)
            .collect();
        absent.sort_unstable_by_key(|(sha256, _)| **sha256);
        for (sha256, blob) in absent {
            let who = if blob.is_named {
                "a record names this blob"
            } else {
                "a provenance line names this blob"
            };
            findings.add(
                codes::BLOBS,
                &sha256.to_string(),
                format!("{who}, and it is not here"),
            );
        }
    }
}

/// Whether a record names a blob that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Named,
    Unnamed,
}

/// `{"errcode":…}` in place of media: HTTP 200 proves nothing, and such a body
/// must have become a gap.
fn is_api_error(print: &Fingerprint, head: &[u8]) -> bool {
    head.len() as u64 == print.bytes
        && head.first() == Some(&b'{')
        && serde_json::from_slice::<serde_json::Value>(head)
            .is_ok_and(|body| body.get("errcode").is_some_and(|code| code != 0))
}
