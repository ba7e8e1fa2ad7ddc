//! Tables of all articles and all media, for spreadsheets.

use std::io;

use super::{Error, Outcome, Source};
use crate::archive::limits;
use crate::archive::records;
use crate::archive::records::{Item, RecordError};
use crate::archive::recovery::{FileError, Lost, LostReason, NewFile, Target};
use crate::archive::select::Select;
use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::human_name::usable_time;
use crate::model::{GapReason, ItemKind, ItemStatus, Sha256, layout};
use crate::record::article::ArticleMeta;
use crate::record::item::{ArticleEntry, ArticleRecord, AssetRecord, MediaRecord};

const ARTICLES: &str = "articles.csv";
const ARTICLE_COLUMNS: [&str; 18] = [
    "section",
    "id",
    "index",
    "title",
    "author",
    "digest",
    "created",
    "updated",
    "status",
    "deleted",
    "url",
    "source_url",
    "content_sha256",
    "content_bytes",
    "raw_sha256",
    "path",
    "missing_assets",
    "reason",
];

const MEDIA: &str = "media.csv";
const MEDIA_COLUMNS: [&str; 14] = [
    "section", "id", "name", "title", "updated", "status", "bytes", "mime", "sha256", "width",
    "height", "url", "path", "reason",
];

/// Writes both tables. With a selection, the media of articles are left out:
/// they are of no section and have no date of their own.
pub(super) fn write(
    source: Source<'_>,
    target: &Target,
    select: &Select,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    observer.event(&Event::Phase {
        phase: Phase::Extract,
        section: None,
        items_total: None,
        bytes_total: None,
    });
    let mut tables = Tables {
        articles: Table::new(&ARTICLE_COLUMNS),
        media: Table::new(&MEDIA_COLUMNS),
        outcome: Outcome::default(),
    };
    for item in records::items(source.archive) {
        if interrupt.is_set() {
            return Err(Error::Interrupted { files: 0 });
        }
        match item {
            Ok(item) if !select.picks(&item) => {}
            Ok(item) => tables.item(source, &item),
            Err(error) => tables.unreadable(&error),
        }
        observer.event(&Event::Advanced { items: 1, bytes: 0 });
    }
    if select.is_all() {
        for asset in records::records::<AssetRecord>(source.archive, ItemKind::Asset) {
            match asset {
                Ok(asset) => tables.asset(&asset),
                Err(error) => tables.unreadable(&error),
            }
        }
    }
    tables.finish(target)
}

struct Tables {
    articles: Table,
    media: Table,
    outcome: Outcome,
}

impl Tables {
    fn item(&mut self, source: Source<'_>, item: &Item) {
        if item.status() == ItemStatus::Missing {
            self.outcome.missing_items += 1;
        }
        match item {
            Item::Media(media) => {
                self.outcome.media += 1;
                self.media.row(&media_row(item.section().as_str(), media));
            }
            Item::Article(record) => {
                if record.articles.is_empty() {
                    self.outcome.articles += 1;
                    self.articles.row(&article_row(record, None, None));
                }
                for entry in &record.articles {
                    let meta = self.meta(source, record, entry);
                    self.outcome.articles += 1;
                    self.articles
                        .row(&article_row(record, Some(entry), meta.as_ref()));
                }
            }
        }
    }

    fn meta(
        &mut self,
        source: Source<'_>,
        record: &ArticleRecord,
        entry: &ArticleEntry,
    ) -> Option<ArticleMeta> {
        let path = layout::article_meta(&record.akey, entry.idx);
        let meta = source
            .proven(&path, limits::RAW_BYTES_MAX)
            .and_then(|bytes| {
                serde_json::from_slice(&bytes)
                    .map_err(|_| LostReason::BadRecord(message!("lost-no-article")))
            });
        meta.map_err(|reason| {
            self.outcome.lost.push(Lost {
                about: path.to_string(),
                path: Some(path),
                reason,
            });
        })
        .ok()
    }

    fn asset(&mut self, asset: &AssetRecord) {
        self.outcome.media += 1;
        self.media.row(&[
            "asset".to_owned(),
            asset.key.to_string(),
            String::new(),
            String::new(),
            String::new(),
            status(asset.status).to_owned(),
            number(asset.bytes),
            asset.mime.clone().unwrap_or_default(),
            digest(asset.sha256.as_ref()),
            String::new(),
            String::new(),
            asset.urls.first().cloned().unwrap_or_default(),
            text(asset.path.as_ref()),
            reason(asset.reason.as_ref()),
        ]);
    }

    fn unreadable(&mut self, error: &RecordError) {
        self.outcome.lost.push(Lost {
            about: error.place(),
            path: None,
            reason: LostReason::of(error),
        });
    }

    fn finish(mut self, target: &Target) -> Result<Outcome, Error> {
        for (name, table) in [(ARTICLES, self.articles), (MEDIA, self.media)] {
            let files = self.outcome.files;
            let file = NewFile {
                number: usize::from(files > 0),
                path: name,
                modified: None,
                sha256: None,
            };
            let body = table.finish();
            match target.write(&file, &body[..], None, &mut vec![0; 64 << 10], &|_| {}) {
                Ok(()) => {}
                Err(FileError::Target(source)) => return Err(Error::Write { files, source }),
                Err(FileError::Lost(_)) => unreachable!("a table has no digest to miss"),
            }
            self.outcome.files += 1;
            self.outcome.bytes += body.len() as u64;
        }
        let files = self.outcome.files;
        target
            .finish(std::iter::empty())
            .map_err(|source| Error::Write { files, source })?;
        Ok(self.outcome)
    }
}

fn article_row(
    record: &ArticleRecord,
    entry: Option<&ArticleEntry>,
    meta: Option<&ArticleMeta>,
) -> [String; ARTICLE_COLUMNS.len()] {
    let of_meta = |get: fn(&ArticleMeta) -> &Option<String>| {
        meta.and_then(|meta| get(meta).clone()).unwrap_or_default()
    };
    let content = meta.and_then(|meta| meta.content.as_ref());
    let is_deleted = meta.is_some_and(|meta| meta.is_deleted);
    [
        record.source.to_string(),
        record.id.clone(),
        number(entry.map(|entry| entry.idx)),
        entry.map(|entry| entry.title.clone()).unwrap_or_default(),
        of_meta(|meta| &meta.author),
        of_meta(|meta| &meta.digest),
        time(record.create_time.unwrap_or(0)),
        time(record.update_time),
        status(record.status).to_owned(),
        if is_deleted { "yes" } else { "" }.to_owned(),
        of_meta(|meta| &meta.url),
        of_meta(|meta| &meta.content_source_url),
        digest(content.map(|content| &content.sha256)),
        number(content.map(|content| content.bytes)),
        digest(record.raw_sha256.as_ref()),
        text(entry.map(|entry| &entry.html_path)),
        number(entry.map(|entry| entry.gaps)),
        reason(record.reason.as_ref()),
    ]
}

fn media_row(section: &str, media: &MediaRecord) -> [String; MEDIA_COLUMNS.len()] {
    [
        section.to_owned(),
        media.media_id.clone(),
        media.name.clone(),
        media.title.clone().unwrap_or_default(),
        time(media.update_time),
        status(media.status).to_owned(),
        number(media.bytes),
        media.mime.clone().unwrap_or_default(),
        digest(media.sha256.as_ref()),
        number(media.width),
        number(media.height),
        media.url.clone().unwrap_or_default(),
        text(media.path.as_ref()),
        reason(media.reason.as_ref()),
    ]
}

fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn number<T: ToString + Copy>(value: Option<T>) -> String {
    value.map(|number| number.to_string()).unwrap_or_default()
}

fn digest(sha256: Option<&Sha256>) -> String {
    text(sha256)
}

fn reason(reason: Option<&GapReason>) -> String {
    text(reason)
}

/// In the time of China, where WeChat and its users are.
fn time(seconds: i64) -> String {
    usable_time(seconds)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string())
        .unwrap_or_default()
}

fn status(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Stored => "stored",
        ItemStatus::Missing => "missing",
        ItemStatus::Retired => "retired",
    }
}

/// A table under way.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(columns: &[&str]) -> Self {
        // Without the mark, Excel takes UTF-8 for the system's old encoding.
        let begun = "\u{feff}".as_bytes().to_vec();
        let mut table = Self(
            csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(begun),
        );
        table.put(columns.iter().map(|column| (*column).to_owned()));
        table
    }

    fn row(&mut self, cells: &[String]) {
        self.put(cells.iter().map(|text| cell(text)));
    }

    fn put(&mut self, cells: impl Iterator<Item = String>) {
        self.0
            .write_record(cells)
            .expect("memory takes rows of one length");
    }

    fn finish(self) -> Vec<u8> {
        self.0
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
            .expect("memory takes all that is written")
    }
}

/// A cell that a spreadsheet takes for text: what begins like a formula would
/// be run by it, and titles are other people's.
fn cell(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.trim_start().starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text
    }
}
