//! `….receipt.json`, the sidecar of an archive: what a run proved, for those who
//! do not want to open the zip.

use serde::{Deserialize, Serialize};

use crate::model::{RunStatus, Sha256, Timestamp};

/// The sidecar of one archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`FORMAT`](super::FORMAT).
    pub format: String,
    /// [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format_version: String,
    /// As in `run/archive.json`.
    pub archive_id: String,
    /// The run that wrote this receipt.
    pub run_id: String,
    /// The archive's name, without its folder.
    pub file_name: String,
    /// Its length.
    pub file_bytes: u64,
    /// The digest of the whole file.
    pub file_sha256: Sha256,
    /// The digest of `tagmanifest-sha256.txt`.
    pub archive_sha256: Sha256,
    /// The digest of `manifest-sha256.txt`.
    pub payload_sha256: Sha256,
    /// The digest of its lines without derived files.
    pub source_sha256: Sha256,
    /// Entries in the zip.
    pub entries: u64,
    /// The verdict on the run.
    pub status: RunStatus,
    /// When the archive got its name.
    #[serde(with = "crate::record::instant")]
    pub published_at: Timestamp,
    /// When it was last read in full and found sound.
    #[serde(with = "crate::record::instant")]
    pub verified_at: Timestamp,
    /// The run since which the library has not changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unchanged_since: Option<String>,
    /// How much is missing; told of an encrypted archive, which cannot tell
    /// without a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<u64>,
    /// The encrypted form, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
}

/// An encrypted archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the receipt")]
pub struct Encryption {
    pub scheme: String,
    pub file_name: String,
    pub file_bytes: u64,
    pub file_sha256: Sha256,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
}

/// The [`Encryption::scheme`] of age files, version 1.
pub const AGE: &str = "age-encryption.org/v1";
