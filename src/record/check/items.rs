//! The records under `data/items/`: each judged by itself, and what other files
//! are held against kept small.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::blobs::Blobs;
use super::blobs::Naming;
use super::codes;
use super::findings::Findings;
use super::raw;
use super::run;
use super::run::Gaps;
use super::run::Missing;
use crate::message;
use crate::model::Akey;
use crate::model::FileKind;
use crate::model::ItemKind;
use crate::model::ItemStatus;
use crate::model::Section;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::completeness::AssetCounts;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;
use crate::record::mark::Mark;
use crate::text::Message;

/// What the record files say, as far as it is needed later.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// Stored, missing and retired, counted from the records.
    pub(super) sections: BTreeMap<Section, Tally>,
    /// The same for assets.
    pub(super) assets: AssetCounts,
    /// Records by kind.
    pub(super) records: BTreeMap<String, u64>,
    ids: HashSet<Mark>,
    last: LastKey,
    /// The asset records by their key.
    pub(super) by_key: HashMap<Mark, Asset>,
    /// Article by asset, as the asset records say; taken out when the article comes.
    pub(super) refs: HashSet<(u32, Mark)>,
    /// Spellings by asset, as the asset records say; true once an article has it.
    pub(super) urls: HashMap<(u32, Mark), bool>,
}

/// The records of one section by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) stored: u64,
    pub(super) missing: u64,
    pub(super) retired: u64,
}

/// An asset record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asset {
    /// Its line, counted from 1.
    pub(super) line: u32,
    /// Its blob, if it is stored.
    pub(super) blob: Option<(Sha256, FileKind)>,
}

#[derive(Debug, Default)]
struct LastKey {
    file: Option<ItemKind>,
    time: i64,
    id: String,
    source: Option<Section>,
}

impl LastKey {
    /// Whether the key stands behind all before it in `file`.
    fn next(&mut self, file: ItemKind, time: i64, id: &str, source: Option<Section>) -> bool {
        let is_behind = self.file != Some(file)
            || (self.time, self.id.as_str(), self.source) < (time, id, source);
        *self = Self {
            file: Some(file),
            time,
            id: id.to_owned(),
            source,
        };
        is_behind
    }
}

/// What a record is judged with.
pub(super) struct Judge<'a> {
    pub(super) gaps: &'a mut Gaps,
    pub(super) blobs: &'a mut Blobs,
    pub(super) findings: &'a mut Findings,
    pub(super) about: &'a str,
}

impl Judge<'_> {
    pub(super) fn wrong(&mut self, code: &'static str, message: Message) {
        self.findings.add(code, self.about, message);
    }

    fn fields(&mut self, holds: bool, message: Message) {
        if !holds {
            self.wrong(codes::FIELDS, message);
        }
    }
}

impl Items {
    /// A line of the file of `file`'s records, with its [`raw_faults`].
    pub(super) fn media(
        &mut self,
        file: ItemKind,
        record: &MediaRecord,
        raw: Vec<Fault>,
        judge: &mut Judge<'_>,
    ) {
        let section = match file {
            ItemKind::Voice => Section::Voice,
            ItemKind::Video => Section::Video,
            _ => Section::Image,
        };
        self.count(file, section, record.status);
        self.place(file, record.sort_key(), None, judge);

        judge.fields(record.kind == file, message!("finding-kind"));
        judge.fields(
            !record.media_id.is_empty(),
            message!("finding-media-id-empty"),
        );
        let is_image = file == ItemKind::Image;
        let is_video = file == ItemKind::Video;
        judge.fields(
            is_image || (record.url.is_none() && record.width.is_none() && record.height.is_none()),
            message!("finding-picture-fields"),
        );
        judge.fields(
            file == ItemKind::Voice || record.duration_ms.is_none(),
            message!("finding-voice-fields"),
        );
        judge.fields(
            is_video
                || (record.title.is_none()
                    && record.description.is_none()
                    && record.info.is_none()
                    && record.cover.is_none()),
            message!("finding-video-fields"),
        );

        let naming = Naming {
            kind: file,
            ..Naming::from(record)
        };
        let has_bytes = !naming.is_absent();
        // A video that could not be had may still have its cover.
        judge.fields(
            has_bytes
                || (record.width.is_none()
                    && record.height.is_none()
                    && record.duration_ms.is_none()
                    && !record.suspect),
            message!("finding-absent-fields"),
        );
        let missing = Missing {
            kind: file,
            id: &record.media_id,
            gap_id: record.gap_id.as_ref(),
            reason: record.reason.as_ref(),
        };
        let retired_in = record.retired_in.as_deref();
        status(record.status, has_bytes, retired_in, &missing, &[], judge);
        if has_bytes || record.status == ItemStatus::Stored {
            judge.blobs.name(&naming, judge.about, judge.findings);
        }
        if let Some(cover) = &record.cover {
            judge.blobs.name_part(
                (file, &record.media_id),
                &cover.path,
                cover.sha256,
                judge.about,
                judge.findings,
            );
        }

        for (code, fault) in raw {
            judge.wrong(code, fault);
        }
    }

    /// A line of `article.jsonl`; whether its files agree is judged when they come.
    pub(super) fn article(&mut self, record: &ArticleRecord, judge: &mut Judge<'_>) {
        self.count(ItemKind::Article, record.source, record.status);
        let (time, id, source) = record.sort_key();
        self.place(ItemKind::Article, (time, id), Some(source), judge);

        judge.fields(record.kind == ItemKind::Article, message!("finding-kind"));
        judge.fields(
            record.source.item_kind() == ItemKind::Article,
            message!("finding-source"),
        );
        judge.fields(!record.id.is_empty(), message!("finding-id-empty"));
        if record.akey != Akey::of(record.source, &record.id) {
            judge.wrong(codes::IDENTITY, message!("finding-akey"));
        }
        judge.fields(
            record.source == Section::Draft || record.aliases.is_empty(),
            message!("finding-aliases-of-drafts"),
        );
        let is_sorted = record.aliases.is_sorted_by(|left, right| left < right);
        if !is_sorted || record.aliases.contains(&record.id) {
            judge.wrong(codes::ORDER, message!("finding-aliases"));
        }

        let raw = (
            record.raw_path.as_ref(),
            record.raw_sha256.as_ref(),
            record.raw_form.as_ref(),
        );
        let (has_raw, is_json) = match raw {
            (Some(path), Some(_), Some(_)) => {
                let is_json = *path == layout::article_raw_json(&record.akey);
                let is_bin = *path == layout::article_raw_bin(&record.akey);
                judge.fields(is_json || is_bin, message!("finding-raw-path"));
                (true, is_json)
            }
            (None, None, None) => (false, false),
            _ => {
                judge.fields(false, message!("finding-raw-fields"));
                (true, false)
            }
        };
        let missing = Missing {
            kind: ItemKind::Article,
            id: &record.id,
            gap_id: record.gap_id.as_ref(),
            reason: record.reason.as_ref(),
        };
        // A missing article may have raw bytes: a list item without its text, or
        // an answer that is no JSON.
        let has_bytes = has_raw && record.status != ItemStatus::Missing;
        judge.fields(
            record.status != ItemStatus::Stored || is_json,
            message!("finding-raw-json"),
        );
        let retired_in = record.retired_in.as_deref();
        status(record.status, has_bytes, retired_in, &missing, &[], judge);

        let articles = record.articles.len() as u64;
        judge.fields(
            articles == u64::from(record.count)
                || (articles == 0 && record.status != ItemStatus::Stored),
            message!("finding-count"),
        );
        judge.fields(
            articles == 0 || record.status != ItemStatus::Missing,
            message!("finding-missing-with-articles"),
        );
        judge.fields(
            record.articles.len() <= ARTICLES_MAX,
            message!("finding-too-many-articles"),
        );
        judge.fields(
            record.articles.is_empty() || is_json,
            message!("finding-articles-without-raw"),
        );
        for (entry, idx) in record.articles.iter().zip(1..) {
            judge.fields(
                entry.idx == idx
                    && entry.meta_path == layout::article_meta(&record.akey, idx)
                    && entry.html_path == layout::article_page(&record.akey, idx),
                message!("finding-article-folder"),
            );
            judge.fields(entry.gaps <= entry.assets, message!("finding-more-gaps"));
        }
    }

    /// A line of `asset.jsonl`.
    pub(super) fn asset(&mut self, record: &AssetRecord, line: u64, judge: &mut Judge<'_>) {
        *self.records.entry(ItemKind::Asset.to_string()).or_default() += 1;
        self.assets.referenced += 1;
        match record.status {
            ItemStatus::Stored => self.assets.stored += 1,
            ItemStatus::Missing => self.assets.missing += 1,
            ItemStatus::Retired => judge.fields(false, message!("finding-asset-status")),
        }
        self.place(ItemKind::Asset, (0, record.key.as_str()), None, judge);
        judge.fields(record.kind == ItemKind::Asset, message!("finding-kind"));
        for (list, name) in [(&record.urls, "urls"), (&record.refs, "refs")] {
            if !list.is_sorted_by(|left, right| left < right) {
                judge.wrong(codes::ORDER, message!("finding-list-order", name = name));
            }
        }
        judge.fields(!record.refs.is_empty(), message!("finding-asset-unnamed"));

        let naming = Naming::from(record);
        let has_bytes = !naming.is_absent();
        judge.fields(
            has_bytes || !record.suspect,
            message!("finding-absent-suspect"),
        );
        let missing = Missing {
            kind: ItemKind::Asset,
            id: record.key.as_str(),
            gap_id: record.gap_id.as_ref(),
            reason: record.reason.as_ref(),
        };
        status(
            record.status,
            has_bytes,
            None,
            &missing,
            &record.refs,
            judge,
        );
        let blob = has_bytes
            .then(|| judge.blobs.name(&naming, judge.about, judge.findings))
            .flatten();

        let line = u32::try_from(line).unwrap_or(u32::MAX);
        self.by_key
            .insert(Mark::of(record.key.as_str()), Asset { line, blob });
        self.refs
            .extend(record.refs.iter().map(|article| (line, Mark::of(article))));
        self.urls
            .extend(record.urls.iter().map(|url| ((line, Mark::of(url)), false)));
    }

    fn count(&mut self, kind: ItemKind, section: Section, status: ItemStatus) {
        *self.records.entry(kind.to_string()).or_default() += 1;
        let tally = self.sections.entry(section).or_default();
        match status {
            ItemStatus::Stored => tally.stored += 1,
            ItemStatus::Missing => tally.missing += 1,
            ItemStatus::Retired => tally.retired += 1,
        }
    }

    /// Judges the order, and that no id stands twice.
    fn place(
        &mut self,
        file: ItemKind,
        (time, id): (i64, &str),
        source: Option<Section>,
        judge: &mut Judge<'_>,
    ) {
        if self.last.file != Some(file) {
            self.ids = HashSet::new();
        }
        let is_behind = self.last.next(file, time, id, source);
        let of = source.map_or("", Section::as_str);
        let is_new = self.ids.insert(Mark::of(&format!("{of}:{id}")));
        if !is_new {
            judge.wrong(codes::ORDER, message!("finding-id-twice"));
        } else if !is_behind {
            judge.wrong(codes::ORDER, message!("finding-record-order"));
        }
    }
}

/// A code, and what is wrong.
type Fault = (&'static str, Message);

/// What is wrong with the bytes of the list that a media record keeps.
pub(super) fn raw_faults(record: &MediaRecord) -> Vec<Fault> {
    let decoded;
    let mut faults = Vec::new();
    let bytes = match (&record.raw, &record.raw_b64) {
        (Some(text), None) => Some(text.as_bytes()),
        (None, Some(text)) => {
            decoded = BASE64.decode(text).ok();
            let is_binary = decoded
                .as_ref()
                .is_some_and(|bytes| std::str::from_utf8(bytes).is_err());
            if !is_binary {
                faults.push((codes::FIELDS, message!("finding-raw-b64")));
            }
            decoded.as_deref()
        }
        _ => {
            faults.push((codes::FIELDS, message!("finding-raw-or-raw-b64")));
            None
        }
    };
    let difference = bytes.and_then(|bytes| raw::media_differs(bytes, record));
    faults.extend(difference.map(|difference| (codes::TEXT, difference)));
    faults
}

/// How many articles a group may have (format 13); WeChat's own limit is 8.
pub(super) const ARTICLES_MAX: usize = 64;

/// Judges the fields that the status decides.
fn status(
    status: ItemStatus,
    has_bytes: bool,
    retired_in: Option<&str>,
    missing: &Missing<'_>,
    refs: &[String],
    judge: &mut Judge<'_>,
) {
    let has_gap = missing.gap_id.is_some() || missing.reason.is_some();
    match status {
        ItemStatus::Stored => judge.fields(has_bytes, message!("finding-stored-without-bytes")),
        ItemStatus::Missing => {
            judge.fields(!has_bytes, message!("finding-missing-with-bytes"));
            judge.gaps.meet(missing, refs, judge.about, judge.findings);
        }
        ItemStatus::Retired => {}
    }
    if status != ItemStatus::Missing {
        judge.fields(!has_gap, message!("finding-gap-not-missing"));
    }
    judge.fields(
        retired_in.is_some() == (status == ItemStatus::Retired),
        message!("finding-retired-in"),
    );
    judge.fields(
        retired_in.is_none_or(run::is_run_id),
        message!("finding-retired-in-run"),
    );
}
