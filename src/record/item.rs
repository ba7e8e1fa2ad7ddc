//! `data/items/*.jsonl`: one record an item.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{
    Akey, AssetKey, EntryPath, GapId, GapReason, ItemKind, ItemStatus, Section, Sha256,
};

/// A line of `image.jsonl`, `voice.jsonl` or `video.jsonl`.
///
/// `path`, `sha256`, `bytes` and `mime` stand together, in stored records and in
/// retired ones that have bytes, and sizes and durations only beside them; the
/// texts and the cover of a video in any; `gap_id` and `reason` in missing ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaRecord {
    /// `image`, `voice` or `video`.
    pub kind: ItemKind,
    /// The id by which the API knows it; unique in its file.
    pub media_id: String,
    /// The name that the owner gave it; anything, and often not unique.
    pub name: String,
    /// Unix seconds, as listed; 0 where the list gave none.
    pub update_time: i64,
    /// The address that the list gave; pictures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What became of it.
    pub status: ItemStatus,
    /// The exact bytes of the list item, where they are UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The exact bytes of the list item in base64, where they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_b64: Option<String>,
    /// The run that found it no longer listed; retired records only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_in: Option<String>,
    /// The blob.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<EntryPath>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its media type, told by its first bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Pixels; pictures whose header says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels; pictures whose header says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Milliseconds; voices whose bytes say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// A video's title, from `get_material`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A video's description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What `get_material` said of a video; URLs are cut to host and path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<BTreeMap<String, serde_json::Value>>,
    /// A video's cover picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cover: Option<Cover>,
    /// `true` where the bytes may be a placeholder: the same for many addresses.
    #[serde(
        default,
        deserialize_with = "super::null_as_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub suspect: bool,
    /// The gap that says why it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_id: Option<GapId>,
    /// Why it is missing, where waiting cannot mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<GapReason>,
}

impl MediaRecord {
    /// What its file is sorted by, ascending: new material lands at the end.
    pub fn sort_key(&self) -> (i64, &str) {
        (self.update_time, &self.media_id)
    }
}

/// The cover picture of a video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The blob.
    pub path: EntryPath,
    /// Its digest.
    pub sha256: Sha256,
}

/// A line of `article.jsonl`: one news, draft or publication, of one or more articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleRecord {
    /// Always `article`.
    pub kind: ItemKind,
    /// `news`, `draft` or `published`.
    pub source: Section,
    /// `media_id` of a news or draft, `article_id` of a publication; unique in its source.
    pub id: String,
    /// The folder under `data/articles/`; unique in the file.
    pub akey: Akey,
    /// Other ids that a draft was listed under, sorted.
    pub aliases: Vec<String>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<i64>,
    /// Unix seconds; 0 where no time was given.
    pub update_time: i64,
    /// What became of it.
    pub status: ItemStatus,
    /// `data/articles/<akey>/raw.json`, or `raw.bin` for a body that is no JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_path: Option<EntryPath>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_sha256: Option<Sha256>,
    /// Whether it is a slice of a list page or the whole answer of a `get` call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw_form: Option<RawForm>,
    /// How many articles it has, as far as its raw bytes tell.
    pub count: u32,
    /// The articles, in order; none where their texts are not here.
    pub articles: Vec<ArticleEntry>,
    /// The run that found it no longer listed; retired records only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_in: Option<String>,
    /// The gap that says why it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_id: Option<GapId>,
    /// Why it is missing, where waiting cannot mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<GapReason>,
}

impl ArticleRecord {
    /// What its file is sorted by, ascending; the section parts equal ids.
    pub fn sort_key(&self) -> (i64, &str, Section) {
        (self.update_time, &self.id, self.source)
    }
}

/// Where the bytes of an article group come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawForm {
    /// The whole body of a `get` call.
    Response,
    /// The exact bytes of the item in a list page.
    Slice,
}

/// One article in its group's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleEntry {
    /// 1 for the first.
    pub idx: u32,
    /// Its title; may be empty.
    pub title: String,
    /// `data/articles/<akey>/<NN>/meta.json`.
    pub meta_path: EntryPath,
    /// `data/articles/<akey>/<NN>/index.html`.
    pub html_path: EntryPath,
    /// How many assets it names, by key.
    pub assets: u32,
    /// How many of those are missing.
    pub gaps: u32,
}

/// A line of `asset.jsonl`: what articles name by URL, once per key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRecord {
    /// Always `asset`.
    pub kind: ItemKind,
    /// Its identity; unique, and the order of the file.
    pub key: AssetKey,
    /// Every spelling met, as in the HTML with character references decoded; sorted.
    pub urls: Vec<String>,
    /// What became of it.
    pub status: ItemStatus,
    /// The blob; may be one that a library picture has too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<EntryPath>,
    /// Its digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// Its length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its media type, told by its first bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// `true` where the bytes may be a placeholder: the same for many addresses.
    #[serde(
        default,
        deserialize_with = "super::null_as_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub suspect: bool,
    /// The gap that says why it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_id: Option<GapId>,
    /// Why it is missing, where waiting cannot mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<GapReason>,
    /// The articles that name it, `<akey>/<NN>`, sorted.
    pub refs: Vec<String>,
}
