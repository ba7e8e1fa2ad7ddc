//! `run/archive.json`: the archive about itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{AppId, EntryPath, RunStatus, Sha256, Timestamp};

/// The archive manifest: who, when, with what, and the roots of trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveDocument {
    /// [`FORMAT`](super::FORMAT).
    pub format: String,
    /// `major.minor`.
    pub format_version: String,
    /// Names that a reader must understand; empty in 1.0.
    pub features: Vec<String>,
    /// `<appid>/<run id>`.
    pub archive_id: String,
    /// Whose library it is.
    pub account: Account,
    /// The run that made it.
    pub run: Run,
    /// The archive that it builds on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// Digests of the payload.
    pub roots: Roots,
    /// Sums.
    pub totals: Totals,
    /// The verdict.
    pub completeness: Verdict,
    /// Choices that shape the bytes.
    pub policies: Policies,
    /// Every file in `run/` and `data/items/`, sorted by path; without this one.
    pub files: Vec<FileEntry>,
    /// Signatures inside the archive: a hint, no trust.
    pub signatures: Vec<SignatureHint>,
}

/// An Official Account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its AppId.
    pub appid: AppId,
    /// Its name, where the owner's settings give one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its `gh_…` id, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_id: Option<String>,
}

/// A run of `export`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its start, `20261122T170600Z`.
    pub id: String,
    /// `full`, or `synthetic-full` where a previous archive gave unchanged items.
    pub mode: String,
    /// When it began.
    #[serde(with = "crate::record::instant")]
    pub started_at: Timestamp,
    /// When it knew all that it had to fetch.
    #[serde(with = "crate::record::instant")]
    pub planned_at: Timestamp,
    /// How often it was resumed after an interruption.
    pub resumed: u32,
    /// What made it.
    pub tool: Tool,
    /// What it was asked to cover.
    pub scope: Scope,
}

/// The program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `wxbackup`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The commit it was built from, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

/// What a run covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Sections, in the order of [`Section::ALL`](crate::model::Section::ALL).
    pub sections: Vec<String>,
    /// What the owner left out.
    pub excludes: Vec<String>,
}

/// The archive before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the receipt")]
pub struct Previous {
    pub archive_id: String,
    pub file_name: String,
    pub archive_sha256: Sha256,
    pub payload_sha256: Sha256,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_sha256: Option<Sha256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<u64>,
}

/// The digests that name a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roots {
    /// Of `manifest-sha256.txt`.
    pub payload_sha256: Sha256,
    /// Of its lines without derived files (`.html`, `.css`, `.js`).
    pub source_sha256: Sha256,
}

/// Sums over the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Files under `data/`.
    pub payload_files: u64,
    /// Their bytes.
    pub payload_bytes: u64,
    /// Files under `data/blobs/`.
    pub blobs: u64,
    /// Their bytes.
    pub blob_bytes: u64,
    /// Records by kind.
    pub records: BTreeMap<String, u64>,
    /// Lines of `run/gaps.jsonl`.
    pub gaps: u64,
}

/// Where the verdict stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The same as in the file.
    pub status: RunStatus,
    /// `run/completeness.json`.
    pub path: EntryPath,
}

/// Choices that shape the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// `stored`.
    pub compression: String,
    /// Whether items that are no longer listed stay.
    pub retain_deleted: bool,
    /// The version of the table of file kinds.
    pub sniff_table: u32,
    /// The version of the rules that make asset keys.
    pub url_normalisation: u32,
    /// The renderer of derived pages.
    pub renderer: String,
}

/// A file of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Where it is.
    pub path: EntryPath,
    /// What it is for: `items`, `gaps`, `changes`, `provenance`, `calls`, `completeness`.
    pub role: String,
    /// The schema of the document or of each line, `urn:wxbackup:schema:1.0:<name>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Lines, for JSONL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}

/// A signature inside the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureHint {
    /// Under `signatures/`.
    pub path: EntryPath,
    /// `sshsig`.
    pub scheme: String,
    /// Of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_fingerprint: Option<String>,
}
