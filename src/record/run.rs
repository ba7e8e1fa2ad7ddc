//! The line-by-line facts of a run: gaps, changes, provenance and calls.

use serde::{Deserialize, Serialize};

use crate::model::{GapClass, GapId, GapReason, Sha256, Timestamp};

/// A line of `run/gaps.jsonl`: something that the API named and that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The same every night; the order of the file.
    pub gap_id: GapId,
    /// `image`, `voice`, `video`, `article`, `asset` or `section`.
    pub kind: String,
    /// `media_id`, article id, asset key or section.
    pub id: String,
    /// The first article that names it, `<akey>/<NN>`; assets only.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What kind of trouble.
    pub class: GapClass,
    /// Why.
    pub reason: GapReason,
    /// More, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The run that met it first.
    pub first_seen_run: String,
    /// When it was last tried.
    #[serde(with = "crate::record::instant")]
    pub last_attempt_at: Timestamp,
    /// How often it was tried in the last run.
    pub attempts: u32,
    /// The last HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// WeChat's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
    /// The call in `run/calls.jsonl` that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_seq: Option<u64>,
}

impl Gap {
    /// What its file is sorted by, ascending.
    pub fn sort_key(&self) -> &GapId {
        &self.gap_id
    }
}

/// A line of `run/changes.jsonl`: a difference to the previous archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happened.
    pub op: ChangeOp,
    /// The kind of record.
    pub kind: String,
    /// Its id or key.
    pub id: String,
    /// The digest before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_sha256: Option<Sha256>,
    /// The digest now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_sha256: Option<Sha256>,
    /// The fields that differ, sorted.
    pub fields: Vec<String>,
}

impl Change {
    /// What its file is sorted by, ascending.
    pub fn sort_key(&self) -> (&str, &str, ChangeOp) {
        (&self.kind, &self.id, self.op)
    }
}

/// What happened to a record between two archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ChangeOp {
    Added,
    Removed,
    Changed,
    Retired,
}

/// A line of `run/provenance.jsonl`: when and how a blob came, for each item that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The blob.
    pub sha256: Sha256,
    /// Its length.
    pub bytes: u64,
    /// The kind of record that has it.
    pub kind: String,
    /// Its id or key.
    pub id: String,
    /// `cdn`, `get_material`, `video_host` or `library` (an asset whose bytes a library item gave).
    pub via: String,
    /// When the last byte came.
    #[serde(with = "crate::record::instant")]
    pub fetched_at: Timestamp,
    /// The run that fetched it.
    pub run_id: String,
    /// Host and path it came from; never a query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// The server's word, which decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The length that the server promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_length: Option<u64>,
    /// As sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// As sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Provenance {
    /// What its file is sorted by, ascending.
    pub fn sort_key(&self) -> (Sha256, &str, &str) {
        (self.sha256, &self.kind, &self.id)
    }
}

/// A line of `run/calls.jsonl`: one attempt of an API call, without bodies and secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// 1 for the first call of the run; grows across resumptions.
    pub seq: u64,
    /// When it was sent.
    #[serde(with = "crate::record::instant")]
    pub at: Timestamp,
    /// Its path behind `/cgi-bin/`, such as `material/get_material`.
    pub api: String,
    /// Its parameters; never a token.
    pub request: serde_json::Value,
    /// 1 for the first try.
    pub attempt: u32,
    /// Left out where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// WeChat's error code; left out where it gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errcode: Option<i64>,
    /// What WeChat's support asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<String>,
    /// The digest of the answer, where it was read as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<Sha256>,
    /// The length of the answer, as far as it was read.
    pub body_bytes: u64,
    /// From sending to the last byte, in milliseconds.
    pub ms: u64,
}
