//! Records as the pages show them.

use super::library::Library;
use super::making::ArticleGroup;
use crate::html::{
    ArticleGroupView, ArticleLine, Count, Facts, ImageView, Missing, MissingView, Stored,
    VideoView, VoiceView,
};
use crate::model::{EntryPath, FileKind, GapId, ItemKind, ItemStatus};
use crate::record::item::{AssetRecord, MediaRecord};

/// What a record tells of a gap.
pub(super) fn missing_media(record: &MediaRecord) -> Option<MissingView> {
    let missing = missing_of(record)?;
    let name = if record.name.is_empty() {
        &record.media_id
    } else {
        &record.name
    };
    Some(MissingView {
        kind: record.kind,
        name: name.clone(),
        missing,
        time: record.update_time,
    })
}

/// Counts an item.
pub(super) fn tally(count: &mut Count, status: ItemStatus) {
    match status {
        ItemStatus::Stored => count.stored += 1,
        ItemStatus::Missing => count.missing += 1,
        ItemStatus::Retired => count.retired += 1,
    }
}

fn missing_of(record: &MediaRecord) -> Option<Missing> {
    let gap_id = record.gap_id.clone()?;
    Some(Missing {
        gap_id,
        reason: record.reason.clone(),
    })
}

fn stored(record: &MediaRecord) -> Stored {
    match (&record.path, missing_of(record)) {
        (Some(path), _) => Stored::File {
            href: from_data(path),
            kind: path
                .extension()
                .and_then(FileKind::of_extension)
                .unwrap_or(FileKind::Bin),
            bytes: record.bytes.unwrap_or(0),
        },
        (None, Some(missing)) => Stored::Missing(missing),
        (None, None) => Stored::Nothing,
    }
}

fn facts(record: &MediaRecord, number: usize) -> Facts {
    Facts {
        number,
        id: record.media_id.clone(),
        time: record.update_time,
        status: record.status,
        sha256: record.sha256,
        is_suspect: record.suspect,
    }
}

/// A picture; `number` is its place in its list, from the oldest.
pub(super) fn image(record: MediaRecord, number: usize) -> ImageView {
    ImageView {
        facts: facts(&record, number),
        stored: stored(&record),
        size: record.width.zip(record.height),
        name: record.name,
    }
}

/// A voice.
pub(super) fn voice(record: MediaRecord, number: usize) -> VoiceView {
    VoiceView {
        facts: facts(&record, number),
        stored: stored(&record),
        duration_ms: record.duration_ms,
        name: record.name,
    }
}

/// A video.
pub(super) fn video(record: MediaRecord, number: usize) -> VideoView {
    VideoView {
        facts: facts(&record, number),
        stored: stored(&record),
        cover_href: record.cover.as_ref().map(|cover| from_data(&cover.path)),
        title: record
            .title
            .filter(|title| !title.is_empty())
            .unwrap_or(record.name),
        description: record.description,
    }
}

/// A group of articles.
pub(super) fn article_group(
    (record, metas): &ArticleGroup,
    library: &Library<'_>,
) -> ArticleGroupView {
    let lines = record.articles.iter().zip(metas).map(|(entry, meta)| {
        let cover = meta.assets.iter().find(|asset| asset.role == "cover");
        let blob = cover.and_then(|cover| library.blob(&cover.key));
        ArticleLine {
            idx: entry.idx,
            title: entry.title.clone(),
            author: meta.author.clone(),
            digest: meta.digest.clone(),
            href: Some(from_data(&entry.html_path)),
            cover_href: blob.map(|blob| from_data(&blob.path())),
            content_sha256: meta.content.as_ref().map(|content| content.sha256),
            gaps: entry.gaps as usize,
        }
    });
    ArticleGroupView {
        source: record.source,
        akey: record.akey.clone(),
        id: record.id.clone(),
        create_time: record.create_time,
        time: record.update_time,
        status: record.status,
        raw_href: record.raw_path.as_ref().map(from_data),
        articles: lines.collect(),
        missing: record.gap_id.clone().map(|gap_id| Missing {
            gap_id,
            reason: record.reason.clone(),
        }),
    }
}

/// An asset that no article of the archive can show.
pub(super) fn missing_asset(record: &AssetRecord) -> Option<MissingView> {
    let gap_id: GapId = record.gap_id.clone()?;
    let name = record
        .urls
        .first()
        .cloned()
        .unwrap_or_else(|| record.key.to_string());
    let missing = Missing {
        gap_id,
        reason: record.reason.clone(),
    };
    Some(MissingView {
        kind: ItemKind::Asset,
        name,
        missing,
        time: 0,
    })
}

fn from_data(path: &EntryPath) -> String {
    path.as_str()
        .strip_prefix("data/")
        .unwrap_or(path.as_str())
        .to_owned()
}
