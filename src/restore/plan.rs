//! What a restore will write, decided before the first byte of it.
//!
//! The plan is a value made from the records and from what the archive holds.
//! Nothing of a record becomes a path here as it stands: sources are paths that
//! the format itself prescribes, targets are made of names from
//! [`human_name`] and of fixed words.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use crate::archive::records::{Item, RecordError};
use crate::archive::recovery::{Holdings, Lost, LostReason, shown};
use crate::archive::select::Select;
use crate::message;
use crate::model::human_name;
use crate::model::{Akey, BaseFolder, EntryPath, ItemKind, ItemStatus, Section, Sha256, layout};
use crate::record::item::{ArticleRecord, MediaRecord};
use crate::text::Message;

/// Most articles that one group may have (format 13).
const GROUP_ARTICLES_MAX: usize = 64;

/// Longest title in the folder of one article of a group, in bytes: shorter
/// than elsewhere, because it stands below a folder with a title already.
const INNER_TITLE_BYTES_MAX: usize = 40;

/// The folder of what no readable record names.
const UNFILED: &str = "未归类";
/// The folder of an article's pictures, sounds and videos, beside its page.
const ASSETS: &str = "素材";
/// The page that lists all, and the folder of the files it needs.
const ENTRY_PAGE: &str = "目录.html";
const VIEW: &str = "目录_文件";
/// What the pages' script lists, with the way to each file.
const TITLES: &str = "data/view/titles-";
/// What the name of a video's cover ends with.
const COVER: &str = "封面";

/// What will be written, and what is known to be lost before anything is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The files, in the order of the records.
    pub files: Vec<PlannedFile>,
    /// What the records promise and the archive cannot give, and records that
    /// cannot be read.
    pub lost: Vec<Lost>,
    /// How many picked items have no bytes in the archive: gaps, each with a
    /// reason of its own there.
    pub missing_items: u64,
    /// The first file of each blob.
    blobs: Nearby,
    /// The file of each entry that is no blob.
    others: HashMap<EntryPath, usize>,
}

/// One file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// The entry whose bytes it gets.
    pub source: EntryPath,
    /// Where it goes, `/` between segments, relative to the target folder.
    pub target: String,
    /// Its time in Unix seconds, where the library has one.
    pub modified: Option<i64>,
    /// The digest that the bytes of the entry must have, where one is known;
    /// else the checksum of the zip alone speaks for them.
    pub sha256: Option<Sha256>,
    /// What becomes of the bytes on the way.
    pub content: Content,
}

/// What becomes of the bytes of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// They are written as they are.
    Verbatim,
    /// They are a page, whose links are turned to where things will be: to the
    /// copies beside it first.
    Page(Arc<Nearby>),
}

/// Blobs, and which of the planned files each is.
pub type Nearby = HashMap<Sha256, usize>;

impl Plan {
    /// How many bytes it will read, by the archive's own word.
    pub fn bytes(&self, bytes_of: impl Fn(&EntryPath) -> u64) -> u64 {
        let bytes = self.files.iter().map(|file| bytes_of(&file.source));
        bytes.fold(0, u64::saturating_add)
    }

    /// Where a page will find `entry`; `nearby` are the blobs beside the page.
    pub fn target_of(&self, entry: &EntryPath, nearby: &Nearby) -> Option<&str> {
        let index = match layout::parse_blob(entry) {
            Some((sha256, _)) => nearby.get(&sha256).or_else(|| self.blobs.get(&sha256)),
            None => self.others.get(entry),
        };
        Some(self.files.get(*index?)?.target.as_str())
    }

    /// Every folder that the files need, those above first, each with the
    /// newest time of what lies in it.
    pub fn folders(&self) -> BTreeMap<&str, Option<i64>> {
        let mut folders = BTreeMap::new();
        for file in &self.files {
            for (at, _) in file.target.match_indices('/') {
                let newest = folders.entry(&file.target[..at]).or_insert(None);
                *newest = file.modified.max(*newest);
            }
        }
        folders
    }
}

/// Plans the layout `bag`: the folder of the zip, file by file, in the order of `entries`.
pub fn bag<'a>(
    base: &BaseFolder,
    entries: impl Iterator<Item = &'a EntryPath>,
    holdings: &Holdings,
) -> Plan {
    let files = entries.filter_map(|path| {
        Some(PlannedFile {
            source: path.clone(),
            target: base.name_of(path),
            modified: None,
            sha256: holdings.get(path)?,
            content: Content::Verbatim,
        })
    });
    Plan {
        files: files.collect(),
        ..Plan::default()
    }
}

/// Plans the layout `human`: folders and names that a person can read, for the
/// items that `select` picks.
///
/// `assets_of` tells which blobs article `idx` of a group names, in document
/// order. Where everything is picked, the entry page and what no record names
/// are planned too, the latter under `未归类`.
pub fn human(
    items: impl Iterator<Item = Result<Item, RecordError>>,
    holdings: &Holdings,
    select: &Select,
    mut assets_of: impl FnMut(&Akey, u32) -> Vec<EntryPath>,
) -> Plan {
    let mut planner = Planner {
        plan: Plan::default(),
        holdings,
        taken: HashMap::new(),
        akeys: HashSet::new(),
    };
    for item in items {
        match item {
            Ok(item) if !select.picks(&item) => {}
            Ok(item) => match &item {
                Item::Media(media) => planner.media(&item, media),
                Item::Article(article) => planner.article(article, &mut assets_of),
            },
            Err(error) => planner.lose(&error.place(), None, LostReason::of(&error)),
        }
    }
    if select.is_all() {
        planner.entry_page();
        planner.unfiled();
    }
    planner.plan
}

struct Planner<'a> {
    plan: Plan,
    holdings: &'a Holdings,
    /// Targets by the digest of what file systems without letter case take them
    /// for, with how often each was asked for.
    taken: HashMap<Sha256, u32>,
    /// The groups that are planned.
    akeys: HashSet<Akey>,
}

impl Planner<'_> {
    fn media(&mut self, item: &Item, media: &MediaRecord) {
        let about = format!("{} {}", item.section(), shown(&media.media_id));
        let folder = match item.section() {
            Section::Voice => "语音",
            Section::Video => "视频",
            _ => "图片",
        };
        let Some(path) = &media.path else {
            match media.status {
                ItemStatus::Stored => {
                    self.bad_record(&about, message!("lost-names-no-file"));
                }
                ItemStatus::Missing => self.plan.missing_items += 1,
                // It was missing before WeChat listed it no longer.
                ItemStatus::Retired => {}
            }
            return;
        };
        let extension = path.extension().unwrap_or_default();
        let title = without_extension(item.title(), extension);
        let name = human_name::item_name(media.kind, &media.media_id, title, media.update_time);
        let stem = format!(
            "{folder}/{}/{name}",
            human_name::month_folder(media.update_time)
        );
        self.blob(&about, path, media.sha256, &stem, media.update_time);
        if let Some(cover) = &media.cover {
            let stem = format!("{stem}_{COVER}");
            self.blob(
                &about,
                &cover.path,
                Some(cover.sha256),
                &stem,
                media.update_time,
            );
        }
    }

    fn article(
        &mut self,
        article: &ArticleRecord,
        assets_of: &mut impl FnMut(&Akey, u32) -> Vec<EntryPath>,
    ) {
        let about = format!("{} {}", article.source, shown(&article.id));
        if article.articles.len() > GROUP_ARTICLES_MAX {
            let reason = message!("lost-too-many-articles");
            return self.bad_record(&about, reason);
        }
        if !self.akeys.insert(article.akey.clone()) {
            let reason = message!("lost-folder-taken");
            return self.bad_record(&about, reason);
        }
        if article.status == ItemStatus::Missing {
            self.plan.missing_items += 1;
            if article.raw_path.is_none() {
                return;
            }
        }
        let time = article.update_time;
        let title = article.articles.first().map_or("", |first| &first.title);
        let folder = self.free(
            &format!(
                "文章/{}/{}/{}",
                match article.source {
                    Section::Draft => "草稿",
                    Section::Published => "已发布",
                    _ => "图文素材",
                },
                human_name::month_folder(time),
                human_name::item_name(ItemKind::Article, &article.id, title, time),
            ),
            "",
        );
        if article.raw_path.is_some() {
            let (json, bin) = (
                layout::article_raw_json(&article.akey),
                layout::article_raw_bin(&article.akey),
            );
            let (raw, name) = match &article.raw_path {
                Some(path) if *path == bin => (bin, "raw.bin"),
                _ => (json, "raw.json"),
            };
            self.file(
                &about,
                &raw,
                &format!("{folder}/{name}"),
                time,
                Content::Verbatim,
            );
        }
        let nearby = self.assets(&about, article, &folder, assets_of);
        let nearby = Arc::new(nearby);
        for (position, entry) in article.articles.iter().enumerate() {
            let folder = if article.articles.len() == 1 {
                folder.clone()
            } else {
                let title = human_name::title_part(&entry.title, INNER_TITLE_BYTES_MAX);
                format!("{folder}/{:02}_{title}", position + 1)
            };
            let (page, meta) = (
                layout::article_page(&article.akey, entry.idx),
                layout::article_meta(&article.akey, entry.idx),
            );
            let content = Content::Page(Arc::clone(&nearby));
            self.file(
                &about,
                &page,
                &format!("{folder}/index.html"),
                time,
                content,
            );
            self.file(
                &about,
                &meta,
                &format!("{folder}/meta.json"),
                time,
                Content::Verbatim,
            );
        }
    }

    /// Plans a copy of each blob that the articles of a group name, so that the
    /// group's folder can be carried away as it is.
    fn assets(
        &mut self,
        about: &str,
        article: &ArticleRecord,
        folder: &str,
        assets_of: &mut impl FnMut(&Akey, u32) -> Vec<EntryPath>,
    ) -> Nearby {
        let mut nearby = Nearby::new();
        let mut named = HashSet::new();
        for entry in &article.articles {
            for path in assets_of(&article.akey, entry.idx) {
                let Some((sha256, _)) = layout::parse_blob(&path) else {
                    let reason = message!("lost-names-no-blob", path = path.as_str());
                    self.bad_record(about, reason);
                    continue;
                };
                if !named.insert(sha256) {
                    continue;
                }
                let stem = format!("{folder}/{ASSETS}/{:03}", nearby.len() + 1);
                if let Some(index) =
                    self.blob(about, &path, Some(sha256), &stem, article.update_time)
                {
                    nearby.insert(sha256, index);
                }
            }
        }
        nearby
    }

    /// The page that lists all, and the pages and styles behind it, which are
    /// of use without it too.
    fn entry_page(&mut self) {
        let index = layout::path(layout::INDEX);
        if self.holdings.get(&index).is_some() {
            self.file(ENTRY_PAGE, &index, ENTRY_PAGE, 0, content_of(&index));
        }
        for path in self.holdings.sorted() {
            let Some(name) = path.as_str().strip_prefix(layout::VIEW) else {
                continue;
            };
            let target = format!("{VIEW}/{name}");
            self.file(path.as_str(), path, &target, 0, content_of(path));
        }
    }

    /// What is whole and no readable record names, under its path in the bag.
    fn unfiled(&mut self) {
        let planned: HashSet<EntryPath> = self
            .plan
            .files
            .iter()
            .map(|file| file.source.clone())
            .collect();
        for path in self.holdings.sorted() {
            let Some(rest) = path.as_str().strip_prefix("data/") else {
                continue;
            };
            let of_library = layout::is_blob(path) || rest.starts_with("articles/");
            if of_library && !planned.contains(path) {
                let target = format!("{UNFILED}/{rest}");
                self.file(path.as_str(), path, &target, 0, content_of(path));
            }
        }
    }

    /// Plans a blob that a record names; gives which of the files it is.
    fn blob(
        &mut self,
        about: &str,
        path: &EntryPath,
        told: Option<Sha256>,
        stem: &str,
        time: i64,
    ) -> Option<usize> {
        match layout::parse_blob(path) {
            Some((named, kind)) if told.is_none_or(|told| told == named) => {
                let target = self.free(stem, &format!(".{}", kind.extension()));
                self.push(about, path, target, time, Content::Verbatim)
            }
            Some(_) => {
                let reason = message!("lost-names-other-digest", path = path.as_str());
                self.bad_record(about, reason);
                None
            }
            None => {
                let reason = message!("lost-record-names-no-blob", path = path.as_str());
                self.bad_record(about, reason);
                None
            }
        }
    }

    fn file(&mut self, about: &str, path: &EntryPath, target: &str, time: i64, content: Content) {
        let name_at = target.rfind('/').map_or(0, |at| at + 1);
        let dot = target[name_at..].rfind('.').map(|at| name_at + at);
        let (stem, extension) = target.split_at(dot.unwrap_or(target.len()));
        let target = self.free(stem, extension);
        self.push(about, path, target, time, content);
    }

    fn push(
        &mut self,
        about: &str,
        path: &EntryPath,
        target: String,
        time: i64,
        content: Content,
    ) -> Option<usize> {
        // Its own copy of the path, which costs no memory of this plan.
        let Some((path, sha256)) = self.holdings.entry(path) else {
            self.lose(about, Some(path), LostReason::Absent);
            return None;
        };
        let index = self.plan.files.len();
        match layout::parse_blob(path) {
            Some((sha256, _)) => self.plan.blobs.entry(sha256).or_insert(index),
            None => self.plan.others.entry(path.clone()).or_insert(index),
        };
        self.plan.files.push(PlannedFile {
            source: path.clone(),
            target,
            modified: human_name::usable_time(time).map(|_| time),
            sha256,
            content,
        });
        Some(index)
    }

    /// `<stem><extension>`, or `<stem>_2<extension>` and so on where that is
    /// taken: two records may share an id, or differ where no disk sees it.
    fn free(&mut self, stem: &str, extension: &str) -> String {
        let mut name = format!("{stem}{extension}");
        loop {
            let folded: String = name.nfc().flat_map(char::to_lowercase).collect();
            let asked = self.taken.entry(Sha256::of(folded.as_bytes())).or_insert(0);
            *asked += 1;
            if *asked == 1 {
                return name;
            }
            name = format!("{stem}_{asked}{extension}");
        }
    }

    fn lose(&mut self, about: &str, path: Option<&EntryPath>, reason: LostReason) {
        self.plan.lost.push(Lost {
            about: about.to_owned(),
            path: path.cloned(),
            reason,
        });
    }

    fn bad_record(&mut self, about: &str, reason: Message) {
        self.lose(about, None, LostReason::BadRecord(reason));
    }
}

/// What becomes of an entry that no article has for itself.
fn content_of(path: &EntryPath) -> Content {
    match path.extension() {
        Some("html") => Content::Page(Arc::default()),
        // Its rows name files as pages do (format 8.8).
        Some("js") if path.as_str().starts_with(TITLES) => Content::Page(Arc::default()),
        _ => Content::Verbatim,
    }
}

/// A picture's name is often that of a file; its extension is not said twice.
fn without_extension<'a>(title: &'a str, extension: &str) -> &'a str {
    match title.rsplit_once('.') {
        Some((stem, end))
            if !stem.is_empty()
                && (end.eq_ignore_ascii_case(extension)
                    || (extension == "jpg" && end.eq_ignore_ascii_case("jpeg"))) =>
        {
            stem
        }
        _ => title,
    }
}
