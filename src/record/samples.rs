//! Small records for tests: valid as they stand, each the shortest of its kind.

use crate::model::Akey;
use crate::model::AssetKey;
use crate::model::EntryPath;
use crate::model::GapId;
use crate::model::GapReason;
use crate::model::ItemKind;
use crate::model::ItemStatus;
use crate::model::Section;
use crate::model::Timestamp;
use crate::record::article::ArticleAsset;
use crate::record::article::ArticleMeta;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;
use crate::record::run::Gap;

/// The run that the samples speak of.
pub(super) const RUN: &str = "20261122T170600Z";

pub(super) fn time() -> Timestamp {
    "2026-11-22T17:06:00Z".parse().unwrap()
}

/// A retired item without bytes.
pub(super) fn media(kind: ItemKind, id: &str) -> MediaRecord {
    MediaRecord {
        kind,
        media_id: id.to_owned(),
        name: String::new(),
        update_time: 0,
        url: None,
        status: ItemStatus::Retired,
        raw: Some(format!("{{\"media_id\":\"{id}\"}}")),
        raw_b64: None,
        retired_in: Some(RUN.to_owned()),
        path: None,
        sha256: None,
        bytes: None,
        mime: None,
        width: None,
        height: None,
        duration_ms: None,
        title: None,
        description: None,
        info: None,
        cover: None,
        suspect: false,
        gap_id: None,
        reason: None,
    }
}

/// A retired draft without bytes.
pub(super) fn article(id: &str) -> ArticleRecord {
    ArticleRecord {
        kind: ItemKind::Article,
        source: Section::Draft,
        id: id.to_owned(),
        akey: Akey::of(Section::Draft, id),
        aliases: Vec::new(),
        create_time: None,
        update_time: 0,
        status: ItemStatus::Retired,
        raw_path: None,
        raw_sha256: None,
        raw_form: None,
        count: 0,
        articles: Vec::new(),
        retired_in: Some(RUN.to_owned()),
        gap_id: None,
        reason: None,
    }
}

/// An asset that is missing for good.
pub(super) fn asset(media_id: &str) -> AssetRecord {
    let key = AssetKey::of_media_id(media_id);
    AssetRecord {
        kind: ItemKind::Asset,
        gap_id: Some(GapId::of("asset", key.as_str())),
        key,
        urls: Vec::new(),
        status: ItemStatus::Missing,
        path: None,
        sha256: None,
        bytes: None,
        mime: None,
        suspect: false,
        reason: Some(GapReason::Http404),
        refs: Vec::new(),
    }
}

/// Article `idx` of `group`, without text and assets.
pub(super) fn meta(group: &ArticleRecord, idx: u32) -> ArticleMeta {
    ArticleMeta {
        akey: group.akey.clone(),
        idx,
        source: group.source,
        id: group.id.clone(),
        title: String::new(),
        author: None,
        digest: None,
        url: None,
        content_source_url: None,
        thumb_media_id: None,
        create_time: group.create_time,
        update_time: group.update_time,
        article_type: None,
        is_deleted: false,
        content: None,
        assets: Vec::new(),
        embeds: Vec::new(),
        renderer: "wx-html/1".to_owned(),
    }
}

/// A stored asset in an article.
pub(super) fn mention(path: &EntryPath) -> ArticleAsset {
    ArticleAsset {
        key: AssetKey::of_media_id("x"),
        url: String::new(),
        role: "cover".to_owned(),
        media_id: Some("x".to_owned()),
        path: Some(path.clone()),
        gap_id: None,
    }
}

pub(super) fn gap(kind: &str, id: &str, reason: GapReason) -> Gap {
    Gap {
        gap_id: GapId::of(kind, id),
        kind: kind.to_owned(),
        id: id.to_owned(),
        reference: None,
        class: reason.class(),
        reason,
        detail: None,
        first_seen_run: RUN.to_owned(),
        last_attempt_at: time(),
        attempts: 1,
        http_status: None,
        errcode: None,
        call_seq: None,
    }
}
