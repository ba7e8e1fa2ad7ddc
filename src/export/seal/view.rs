//! The pages of the library: the one to open, and the lists behind it.
//!
//! Made from the same records as the record files, a page at a time, newest
//! first. No fact of the run enters: the same library gives the same pages.

use super::library::Library;
use super::making::{ArticleGroup, Making};
use crate::export::Error;
use crate::html;
use crate::html::{
    ArticleGroupView, ArticleLine, Count, ITEMS_A_PAGE, ImageView, List, Missing, MissingView,
    Overview, PageOf, Stored, VideoView, VoiceView,
};
use crate::model::{EntryPath, FileKind, GapId, ItemKind, ItemStatus, Section, layout};
use crate::record::item::{AssetRecord, MediaRecord};

/// So many of each stand on the first page.
const NEWEST: usize = 24;

/// What the first page needs, gathered while the lists are made.
#[derive(Default)]
struct First {
    sections: Vec<(Section, Count)>,
    span: Option<(i64, i64)>,
    articles: Vec<ArticleGroupView>,
    images: Vec<ImageView>,
    voices: Vec<VoiceView>,
    videos: Vec<VideoView>,
    missing: Vec<MissingView>,
}

/// Composes every page of the library.
pub(super) fn compose(
    making: &mut Making<'_>,
    groups: &[ArticleGroup],
    missing_assets: Vec<MissingView>,
) -> Result<(), Error> {
    let mut first = First::default();
    for section in making.sections() {
        let count = match section {
            Section::Image => {
                let list = MediaList {
                    section,
                    list: List::Images,
                    view: image,
                    page: html::gallery_page,
                };
                let (count, newest) = list.compose(making, &mut first)?;
                first.images = newest;
                count
            }
            Section::Voice => {
                let list = MediaList {
                    section,
                    list: List::Voices,
                    view: voice,
                    page: html::voices_page,
                };
                let (count, newest) = list.compose(making, &mut first)?;
                first.voices = newest;
                count
            }
            Section::Video => {
                let list = MediaList {
                    section,
                    list: List::Videos,
                    view: video,
                    page: html::videos_page,
                };
                let (count, newest) = list.compose(making, &mut first)?;
                first.videos = newest;
                count
            }
            Section::News | Section::Draft | Section::Published => {
                article_list(section, making, groups, &mut first)?
            }
        };
        first.sections.push((section, count));
    }
    first
        .articles
        .sort_by_key(|group| std::cmp::Reverse(group.time));
    first.articles.truncate(NEWEST);
    first.missing.extend(missing_assets);
    let missing_total = first.missing.len() as u64;
    let pages = List::pages(first.missing.len());
    for number in 1..=pages {
        let items = part(&first.missing, number);
        let html = html::missing_page(&PageOf {
            items,
            number,
            pages,
            total: missing_total,
        });
        making
            .composer
            .add(list_path(List::Missing, number), html.as_bytes())?;
    }
    first.missing.truncate(NEWEST);
    let options = &making.run.options;
    let page = html::index_page(&Overview {
        account_name: options.account_name.as_deref(),
        appid: options.app_id.as_str(),
        sections: &first.sections,
        assets: making.proof.assets(),
        span: first.span,
        articles: &first.articles,
        images: &first.images,
        voices: &first.voices,
        videos: &first.videos,
        missing: &first.missing,
        missing_total,
    });
    making
        .composer
        .add(layout::path(layout::INDEX), page.as_bytes())?;
    let style = layout::path(&format!("{}style.css", layout::VIEW));
    making.composer.add(style, html::STYLE_SHEET.as_bytes())?;
    Ok(())
}

/// The items of page `number` of a list.
fn part<T>(items: &[T], number: usize) -> &[T] {
    let from = ((number - 1) * ITEMS_A_PAGE).min(items.len());
    &items[from..items.len().min(from + ITEMS_A_PAGE)]
}

/// How a section of pictures, voices or videos is shown.
struct MediaList<T> {
    section: Section,
    list: List,
    view: fn(MediaRecord) -> T,
    page: fn(&PageOf<'_, T>) -> String,
}

impl<T: Clone> MediaList<T> {
    /// Composes its pages; gives its counts and its newest items.
    fn compose(
        &self,
        making: &mut Making<'_>,
        first: &mut First,
    ) -> Result<(Count, Vec<T>), Error> {
        let mut items = making.items_of(self.section);
        items.reverse();
        let pages = List::pages(items.len());
        let mut count = Count::default();
        let mut newest = Vec::new();
        for number in 1..=pages {
            let mut views = Vec::new();
            for item in part(&items, number) {
                let record = making.library.media(self.section, *item)?;
                tally(&mut count, record.status);
                first.see(record.update_time);
                first.missing.extend(missing_media(&record));
                views.push((self.view)(record));
            }
            if number == 1 {
                newest = views.iter().take(NEWEST).cloned().collect();
            }
            let html = (self.page)(&PageOf {
                items: &views,
                number,
                pages,
                total: items.len() as u64,
            });
            making
                .composer
                .add(list_path(self.list, number), html.as_bytes())?;
        }
        Ok((count, newest))
    }
}

/// Composes the pages of a section of articles; gives its counts.
fn article_list(
    section: Section,
    making: &mut Making<'_>,
    groups: &[ArticleGroup],
    first: &mut First,
) -> Result<Count, Error> {
    let of_section = groups
        .iter()
        .rev()
        .filter(|(record, _)| record.source == section);
    let of_section: Vec<&ArticleGroup> = of_section.collect();
    let pages = List::pages(of_section.len());
    let mut count = Count::default();
    for number in 1..=pages {
        let mut views = Vec::new();
        for group in part(&of_section, number) {
            let record = &group.0;
            tally(&mut count, record.status);
            first.see(record.update_time);
            let view = article_group(group, &making.library);
            first
                .missing
                .extend(view.missing.clone().map(|missing| MissingView {
                    kind: ItemKind::Article,
                    name: record.id.clone(),
                    missing,
                }));
            views.push(view);
        }
        if number == 1 {
            first.articles.extend(views.iter().take(NEWEST).cloned());
        }
        let html = html::articles_page(
            section,
            &PageOf {
                items: &views,
                number,
                pages,
                total: of_section.len() as u64,
            },
        );
        making
            .composer
            .add(list_path(List::Articles(section), number), html.as_bytes())?;
    }
    Ok(count)
}

fn missing_media(record: &MediaRecord) -> Option<MissingView> {
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
    })
}

impl First {
    fn see(&mut self, time: i64) {
        if time > 0 {
            let (from, to) = self.span.unwrap_or((time, time));
            self.span = Some((from.min(time), to.max(time)));
        }
    }
}

fn tally(count: &mut Count, status: ItemStatus) {
    match status {
        ItemStatus::Stored => count.stored += 1,
        ItemStatus::Missing => count.missing += 1,
        ItemStatus::Retired => count.retired += 1,
    }
}

fn list_path(list: List, number: usize) -> EntryPath {
    layout::path(&format!("{}{}", layout::VIEW, list.file_name(number)))
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

fn image(record: MediaRecord) -> ImageView {
    ImageView {
        time: record.update_time,
        stored: stored(&record),
        size: record.width.zip(record.height),
        is_retired: record.status == ItemStatus::Retired,
        name: record.name,
    }
}

fn voice(record: MediaRecord) -> VoiceView {
    VoiceView {
        time: record.update_time,
        stored: stored(&record),
        duration_ms: record.duration_ms,
        is_retired: record.status == ItemStatus::Retired,
        name: record.name,
    }
}

fn video(record: MediaRecord) -> VideoView {
    VideoView {
        time: record.update_time,
        stored: stored(&record),
        cover_href: record.cover.as_ref().map(|cover| from_data(&cover.path)),
        is_retired: record.status == ItemStatus::Retired,
        title: record
            .title
            .filter(|title| !title.is_empty())
            .unwrap_or(record.name),
        description: record.description,
    }
}

fn article_group((record, metas): &ArticleGroup, library: &Library<'_>) -> ArticleGroupView {
    let lines = record.articles.iter().zip(metas).map(|(entry, meta)| {
        let cover = meta.assets.iter().find(|asset| asset.role == "cover");
        let blob = cover.and_then(|cover| library.blob(&cover.key));
        ArticleLine {
            title: entry.title.clone(),
            author: meta.author.clone(),
            digest: meta.digest.clone(),
            href: Some(from_data(&entry.html_path)),
            cover_href: blob.map(|blob| from_data(&blob.path())),
            gaps: entry.gaps as usize,
        }
    });
    ArticleGroupView {
        source: record.source,
        time: record.update_time,
        articles: lines.collect(),
        missing: record.gap_id.clone().map(|gap_id| Missing {
            gap_id,
            reason: record.reason.clone(),
        }),
        is_retired: record.status == ItemStatus::Retired,
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
    })
}

fn from_data(path: &EntryPath) -> String {
    path.as_str()
        .strip_prefix("data/")
        .unwrap_or(path.as_str())
        .to_owned()
}
