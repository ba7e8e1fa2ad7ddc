//! `data/articles/<akey>/<NN>/meta.json`: one article, without its text.

use serde::{Deserialize, Serialize};

use crate::model::{Akey, AssetKey, EntryPath, GapId, Section, Sha256};

/// What is known of one article beside its HTML, which stays in `raw.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleMeta {
    /// The folder of its group.
    pub akey: Akey,
    /// Its place in the group; 1 for the first.
    pub idx: u32,
    /// `news`, `draft` or `published`.
    pub source: Section,
    /// The id of its group.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// Who signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Its summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Its public address. Left out for drafts: theirs is signed and changes with each call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where "read more" leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_source_url: Option<String>,
    /// The cover in the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumb_media_id: Option<String>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<i64>,
    /// Unix seconds; 0 where no time was given.
    pub update_time: i64,
    /// `news` or `newspic`, where the list said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_type: Option<String>,
    /// `true` where WeChat says that the publication was deleted.
    #[serde(
        default,
        deserialize_with = "super::null_as_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub is_deleted: bool,
    /// The HTML string of the article, after the JSON is read; left out where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What it names by URL or id, in document order, each spelling once.
    pub assets: Vec<ArticleAsset>,
    /// What it embeds and no file can stand for.
    pub embeds: Vec<ArticleEmbed>,
    /// The renderer of `index.html`.
    pub renderer: String,
}

/// The text of an article, named by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Of the UTF-8 bytes of the string.
    pub sha256: Sha256,
    /// Their number.
    pub bytes: u64,
}

/// One mention of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleAsset {
    /// The asset's record.
    pub key: AssetKey,
    /// The address as in the HTML; empty where only an id names it.
    pub url: String,
    /// `img`, `background`, `cover`, `audio`, `video` or `newspic`.
    pub role: String,
    /// The `media_id`, where one names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_id: Option<String>,
    /// The blob, where it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<EntryPath>,
    /// The gap, where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_id: Option<GapId>,
}

/// A card, video or song that only WeChat can show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleEmbed {
    /// What kind of thing: `tencent_video`, `music`, `profile`, `frame` …
    #[serde(rename = "type")]
    pub kind: String,
    /// What it points to: a video id, a nickname, an app's path.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whether its file is in the archive; always `false` in 1.0.
    pub archived: bool,
}
