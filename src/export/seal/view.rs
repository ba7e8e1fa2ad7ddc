//! The pages of the library: the one to open, and the lists behind it, with the
//! rows that the pages' script looks through.
//!
//! Made from the same records as the record files, a page at a time, newest
//! first. No fact of the run enters: the same library gives the same pages.

use super::library::Library;
use super::making::{ArticleGroup, Making};
use super::shown;
use crate::export::Error;
use crate::export::roll::Member;
use crate::html;
use crate::html::{
    ArticleGroupView, Count, FindView, ITEMS_A_PAGE, ImageView, List, ListPage, MissingView, Month,
    Overview, PageOf, RowFile, RowFiles, SectionView, TitleRow, VideoView, VoiceView,
};
use crate::model::{EntryPath, ItemKind, Section, layout};
use crate::record::item::MediaRecord;

/// So many of each stand on the first page.
const NEWEST: usize = 24;

/// Of what takes a line or more.
const NEWEST_ROWS: usize = 12;

/// Composes every page of the library.
pub(super) fn compose(
    making: &mut Making<'_>,
    groups: &[ArticleGroup],
    missing_assets: Vec<MissingView>,
) -> Result<(), Error> {
    let mut pages = Pages {
        sections: making.sections().collect(),
        titles: RowFiles::of_titles(),
        first: First::default(),
        making,
    };
    for section in pages.sections.clone() {
        pages.section(section, groups)?;
    }
    pages.first.missing.extend(missing_assets);
    pages.missing()?;
    let last = pages.titles.finish();
    pages.add_rows(last)?;
    let texts = pages.texts(groups)?;
    pages.finish(texts)
}

/// The pages under way.
struct Pages<'a, 'b> {
    making: &'a mut Making<'b>,
    sections: Vec<Section>,
    titles: RowFiles,
    first: First,
}

/// What the first page needs, gathered while the lists are made.
#[derive(Default)]
struct First {
    sections: Vec<SectionView>,
    span: Option<(i64, i64)>,
    articles: Vec<ArticleGroupView>,
    images: Vec<ImageView>,
    voices: Vec<VoiceView>,
    videos: Vec<VideoView>,
    missing: Vec<MissingView>,
}

/// How a section of pictures, voices or videos is shown.
struct MediaList<T> {
    section: Section,
    view: fn(MediaRecord, usize) -> T,
    page: fn(&ListPage<'_, T>) -> String,
    row: for<'r> fn(&'r T, usize) -> TitleRow<'r>,
}

impl Pages<'_, '_> {
    fn section(&mut self, section: Section, groups: &[ArticleGroup]) -> Result<(), Error> {
        match section {
            Section::Image => {
                let list = MediaList {
                    section,
                    view: shown::image,
                    page: html::gallery_page,
                    row: html::image_row,
                };
                self.first.images = self.media(&list, NEWEST)?;
            }
            Section::Voice => {
                let list = MediaList {
                    section,
                    view: shown::voice,
                    page: html::voices_page,
                    row: html::voice_row,
                };
                self.first.voices = self.media(&list, NEWEST_ROWS)?;
            }
            Section::Video => {
                let list = MediaList {
                    section,
                    view: shown::video,
                    page: html::videos_page,
                    row: html::video_row,
                };
                self.first.videos = self.media(&list, NEWEST_ROWS)?;
            }
            Section::News | Section::Draft | Section::Published => {
                self.articles(section, groups)?;
            }
        }
        Ok(())
    }

    /// Composes the pages of a list of media; gives its newest items.
    fn media<T: Clone>(&mut self, list: &MediaList<T>, newest: usize) -> Result<Vec<T>, Error> {
        let section = list.section;
        let mut items = self.making.items_of(section);
        items.reverse();
        let library = &self.making.library;
        let times = items.iter().map(|item| library.time_of(section, *item));
        let months = html::months(times);
        let mut count = Count::default();
        let mut first = Vec::new();
        for (number, items_of_page) in parts(&items) {
            let mut views = Vec::new();
            for (at, item) in (1..).zip(items_of_page) {
                let record = self.media_record(section, *item)?;
                shown::tally(&mut count, record.status);
                self.first.see(record.update_time);
                self.first.missing.extend(shown::missing_media(&record));
                // Counted from the oldest, which stays where it is.
                let place = items.len() + 1 - ((number - 1) * ITEMS_A_PAGE + at);
                views.push((list.view)(record, place));
            }
            for view in &views {
                let full = self.titles.title(&(list.row)(view, number));
                self.add_rows(full)?;
            }
            let html = (list.page)(&self.page_of(&views, number, items.len(), &months));
            self.add(&List::of(section).file_name(number), &html)?;
            if number == 1 {
                views.truncate(newest);
                first = views;
            }
        }
        self.first.sections.push(SectionView {
            section,
            count,
            months,
        });
        Ok(first)
    }

    fn media_record(&self, section: Section, item: Member<'_>) -> Result<MediaRecord, Error> {
        self.making.library.media(section, item)
    }

    /// Composes the pages of a section of articles.
    fn articles(&mut self, section: Section, groups: &[ArticleGroup]) -> Result<(), Error> {
        let of_section = groups
            .iter()
            .rev()
            .filter(|(record, _)| record.source == section);
        let of_section: Vec<&ArticleGroup> = of_section.collect();
        let months = html::months(of_section.iter().map(|(record, _)| record.update_time));
        let mut count = Count::default();
        for (number, groups_of_page) in parts(&of_section) {
            let mut views = Vec::new();
            for group in groups_of_page {
                let record = &group.0;
                shown::tally(&mut count, record.status);
                self.first.see(record.update_time);
                let view = shown::article_group(group, self.library());
                self.first
                    .missing
                    .extend(view.missing.clone().map(|missing| MissingView {
                        kind: ItemKind::Article,
                        name: record.id.clone(),
                        missing,
                        time: record.update_time,
                    }));
                views.push(view);
            }
            for view in &views {
                for row in html::article_rows(view, number) {
                    let full = self.titles.title(&row);
                    self.add_rows(full)?;
                }
            }
            if number == 1 {
                let newest = views.iter().take(NEWEST_ROWS).cloned();
                self.first.articles.extend(newest);
            }
            let page = self.page_of(&views, number, of_section.len(), &months);
            let html = html::articles_page(section, &page);
            self.add(&List::of(section).file_name(number), &html)?;
        }
        self.first.sections.push(SectionView {
            section,
            count,
            months,
        });
        Ok(())
    }

    fn library(&self) -> &Library<'_> {
        &self.making.library
    }

    /// Composes the pages of what is missing.
    fn missing(&mut self) -> Result<(), Error> {
        let missing = std::mem::take(&mut self.first.missing);
        for (number, items) in parts(&missing) {
            for row in items.iter().filter_map(|it| html::missing_row(it, number)) {
                let full = self.titles.title(&row);
                self.add_rows(full)?;
            }
            let html = html::missing_page(&self.page_of(items, number, missing.len(), &[]));
            self.add(&List::Missing.file_name(number), &html)?;
        }
        self.first.missing = missing;
        Ok(())
    }

    /// Composes the rows of the texts, newest first within each section; gives
    /// how many files they take.
    fn texts(&mut self, groups: &[ArticleGroup]) -> Result<usize, Error> {
        let mut files = RowFiles::of_texts();
        let newest_first = groups.iter().rev();
        for (record, meta) in
            newest_first.flat_map(|(record, metas)| metas.iter().map(move |meta| (record, meta)))
        {
            let key = (record.akey.clone(), meta.idx);
            if let Some(laid) = self.making.texts.get(&key) {
                let text = self.making.composer.take_up(*laid)?;
                let full = files.text(&html::text_row(&key.0, key.1, &text));
                self.add_rows(full)?;
            }
        }
        let last = files.finish();
        self.add_rows(last)?;
        Ok(files.files())
    }

    /// Composes the first page, the one to find things on, and what all pages use.
    fn finish(mut self, texts: usize) -> Result<(), Error> {
        let find = html::find_page(&FindView {
            sections: &self.first.sections,
            titles: self.titles.files(),
            texts,
        });
        self.add("find.html", &find)?;
        self.add("style.css", html::STYLE_SHEET)?;
        self.add("view.js", html::VIEW_SCRIPT)?;
        let first = &mut self.first;
        first
            .articles
            .sort_by_key(|group| std::cmp::Reverse(group.time));
        first.articles.truncate(NEWEST_ROWS);
        let missing_total = first.missing.len() as u64;
        first.missing.truncate(NEWEST_ROWS);
        let options = &self.making.run.options;
        let page = html::index_page(&Overview {
            account_name: options.account_name.as_deref(),
            appid: options.app_id.as_str(),
            sections: &first.sections,
            assets: self.making.proof.assets(),
            span: first.span,
            articles: &first.articles,
            images: &first.images,
            voices: &first.voices,
            videos: &first.videos,
            missing: &first.missing,
            missing_total,
        });
        let index = layout::path(layout::INDEX);
        self.making.composer.add(index, page.as_bytes())?;
        Ok(())
    }

    fn page_of<'c, T>(
        &'c self,
        items: &'c [T],
        number: usize,
        total: usize,
        months: &'c [Month],
    ) -> ListPage<'c, T> {
        ListPage {
            part: PageOf {
                items,
                number,
                pages: List::pages(total),
                total: total as u64,
            },
            months,
            sections: &self.sections,
        }
    }

    fn add_rows(&mut self, file: Option<RowFile>) -> Result<(), Error> {
        match file {
            Some(file) => self.add(&file.name, &file.text),
            None => Ok(()),
        }
    }

    /// Adds a file of `data/view/`.
    fn add(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let path: EntryPath = layout::path(&format!("{}{name}", layout::VIEW));
        self.making.composer.add(path, text.as_bytes())?;
        Ok(())
    }
}

impl First {
    fn see(&mut self, time: i64) {
        if time > 0 {
            let (from, to) = self.span.unwrap_or((time, time));
            self.span = Some((from.min(time), to.max(time)));
        }
    }
}

/// The pages of a list, numbered from 1; one even for none.
fn parts<T>(items: &[T]) -> impl Iterator<Item = (usize, &[T])> {
    (1..=List::pages(items.len())).map(move |number| {
        let from = ((number - 1) * ITEMS_A_PAGE).min(items.len());
        let to = items.len().min(from + ITEMS_A_PAGE);
        (number, &items[from..to])
    })
}
