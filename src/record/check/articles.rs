//! The folders under `data/articles/` against the records that name them.
//!
//! They come sorted by path, so that the files of a group stand together: its
//! articles first, then the raw bytes that they were read from.

use std::collections::BTreeSet;
use std::collections::HashMap;

use super::codes;
use super::findings::Findings;
use super::items::Items;
use super::raw;
use super::raw::RawArticle;
use crate::message;
use crate::model::Akey;
use crate::model::EntryPath;
use crate::model::GapId;
use crate::model::Section;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::article::ArticleMeta;
use crate::record::item::ArticleRecord;
use crate::record::mark::Mark;
use crate::text::Message;

/// What a file in a group's folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ArticleFile {
    /// `<NN>/meta.json`.
    Meta(Akey, u32),
    /// `<NN>/index.html`.
    Page(Akey, u32),
    /// `raw.json`.
    RawJson(Akey),
    /// `raw.bin`.
    RawBin(Akey),
}

impl ArticleFile {
    /// What `path` is; `None` where it is none of an article's files.
    pub(super) fn parse(path: &EntryPath) -> Option<Self> {
        let rest = path.as_str().strip_prefix("data/articles/")?;
        let (folder, rest) = rest.split_once('/')?;
        let akey = Akey::try_from(folder.to_owned()).ok()?;
        match rest {
            "raw.json" => return Some(Self::RawJson(akey)),
            "raw.bin" => return Some(Self::RawBin(akey)),
            _ => {}
        }
        let (number, name) = rest.split_once('/')?;
        let idx: u32 = number.parse().ok()?;
        let file = match name {
            "meta.json" => Self::Meta(akey, idx),
            "index.html" => Self::Page(akey, idx),
            _ => return None,
        };
        (format!("{idx:02}") == number).then_some(file)
    }
}

/// The groups that the records name, and which of their files have come.
#[derive(Debug, Default)]
pub(super) struct Articles {
    groups: HashMap<Akey, Group>,
    /// The articles of the group whose folder is passing, until its raw bytes come.
    open: Vec<ArticleMeta>,
}

#[derive(Debug)]
struct Group {
    source: Section,
    id: Mark,
    /// Other ids that its raw bytes may give.
    aliases: Vec<Mark>,
    create_time: Option<i64>,
    update_time: i64,
    raw: Option<Raw>,
    count: u32,
    articles: Vec<Article>,
}

#[derive(Debug)]
struct Raw {
    sha256: Sha256,
    is_json: bool,
    is_seen: bool,
}

#[derive(Debug)]
struct Article {
    title: Mark,
    assets: u32,
    gaps: u32,
    has_meta: bool,
    has_page: bool,
}

impl Articles {
    /// A line of `article.jsonl`.
    pub(super) fn expect(&mut self, record: &ArticleRecord) {
        let raw = record
            .raw_sha256
            .zip(record.raw_path.as_ref())
            .map(|(sha256, path)| Raw {
                sha256,
                is_json: path.extension() == Some("json"),
                is_seen: false,
            });
        let articles = record.articles.iter().map(|entry| Article {
            title: Mark::of(&entry.title),
            assets: entry.assets,
            gaps: entry.gaps,
            has_meta: false,
            has_page: false,
        });
        let group = Group {
            source: record.source,
            id: Mark::of(&record.id),
            aliases: record.aliases.iter().map(|id| Mark::of(id)).collect(),
            create_time: record.create_time,
            update_time: record.update_time,
            raw,
            count: record.count,
            articles: articles.collect(),
        };
        self.groups.insert(record.akey.clone(), group);
    }

    /// Judges that a record names the file; then it counts as seen.
    pub(super) fn see(&mut self, file: &ArticleFile, about: &str, findings: &mut Findings) -> bool {
        let (ArticleFile::Meta(akey, _)
        | ArticleFile::Page(akey, _)
        | ArticleFile::RawJson(akey)
        | ArticleFile::RawBin(akey)) = file;
        if self.open.first().is_some_and(|meta| meta.akey != *akey) {
            self.open.clear();
        }
        let is_named = self.groups.get_mut(akey).is_some_and(|group| match file {
            ArticleFile::Meta(_, idx) => group
                .article(*idx)
                .map(|article| article.has_meta = true)
                .is_some(),
            ArticleFile::Page(_, idx) => group
                .article(*idx)
                .map(|article| article.has_page = true)
                .is_some(),
            ArticleFile::RawJson(_) | ArticleFile::RawBin(_) => {
                let is_json = matches!(file, ArticleFile::RawJson(_));
                group
                    .raw
                    .as_mut()
                    .filter(|raw| raw.is_json == is_json)
                    .map(|raw| raw.is_seen = true)
                    .is_some()
            }
        });
        if !is_named {
            findings.add(codes::PLACE, about, message!("finding-file-unnamed"));
        }
        is_named
    }

    /// Judges a `meta.json` of a known group against its record and the assets.
    pub(super) fn meta(
        &mut self,
        (akey, idx): (&Akey, u32),
        meta: ArticleMeta,
        items: &mut Items,
        about: &str,
        findings: &mut Findings,
    ) {
        let Some(group) = self.groups.get_mut(akey) else {
            return;
        };
        let record = (group.source, group.id, group.create_time, group.update_time);
        let said = (
            meta.source,
            Mark::of(&meta.id),
            meta.create_time,
            meta.update_time,
        );
        if meta.akey != *akey || meta.idx != idx || said != record {
            findings.add(codes::FILES, about, message!("finding-meta-fields"));
        }
        let Some(article) = group.article(idx) else {
            return;
        };
        if article.title != Mark::of(&meta.title) {
            findings.add(codes::FILES, about, message!("finding-meta-title"));
        }
        let (keys, gaps) = assets(&meta, &format!("{akey}/{idx:02}"), items, about, findings);
        if (keys, gaps) != (article.assets as usize, article.gaps as usize) {
            findings.add(
                codes::ASSETS,
                about,
                message!(
                    "finding-asset-counts",
                    assets = keys.to_string(),
                    missing = gaps.to_string()
                ),
            );
        }
        self.open.push(meta);
    }

    /// Judges the raw bytes of a known group; `None` for bytes beyond the limit.
    pub(super) fn raw(
        &mut self,
        akey: &Akey,
        bytes: Option<&[u8]>,
        about: &str,
        findings: &mut Findings,
    ) {
        let metas = std::mem::take(&mut self.open);
        let Some(group) = self.groups.get(akey) else {
            return;
        };
        let Some(bytes) = bytes else {
            findings.add(codes::SHAPE, about, message!("finding-64-mib"));
            return;
        };
        let Some(raw) = &group.raw else {
            return;
        };
        if raw.sha256 != Sha256::of(bytes) {
            findings.add(codes::FILES, about, message!("finding-raw-digest"));
            return;
        }
        if !raw.is_json {
            return;
        }
        let Some(sent) = raw::group(bytes) else {
            findings.add(codes::TEXT, about, message!("finding-raw-no-json"));
            return;
        };
        let is_own_id = sent
            .id
            .as_deref()
            .map(Mark::of)
            .is_none_or(|id| id == group.id || group.aliases.contains(&id));
        if !is_own_id {
            findings.add(codes::TEXT, about, message!("finding-raw-id"));
        }
        if sent.articles.len() as u64 != u64::from(group.count) {
            findings.add(
                codes::TEXT,
                about,
                message!(
                    "finding-article-counts",
                    sent = sent.articles.len().to_string(),
                    counted = group.count.to_string()
                ),
            );
        }
        for meta in metas {
            let place = (meta.idx as usize).checked_sub(1);
            let article = place.and_then(|place| sent.articles.get(place));
            if let Some(field) = article.and_then(|article| differing_field(article, &meta)) {
                findings.add(
                    codes::TEXT,
                    layout::article_meta(akey, meta.idx).as_str(),
                    message!("finding-not-in-raw-json", field = field),
                );
            }
        }
    }

    /// Tells the files that records name and that did not come.
    pub(super) fn finish(&self, findings: &mut Findings) {
        let mut absent: Vec<EntryPath> = Vec::new();
        for (akey, group) in &self.groups {
            if let Some(raw) = group.raw.as_ref().filter(|raw| !raw.is_seen) {
                absent.push(if raw.is_json {
                    layout::article_raw_json(akey)
                } else {
                    layout::article_raw_bin(akey)
                });
            }
            for (article, idx) in group.articles.iter().zip(1..) {
                if !article.has_meta {
                    absent.push(layout::article_meta(akey, idx));
                }
                if !article.has_page {
                    absent.push(layout::article_page(akey, idx));
                }
            }
        }
        absent.sort_unstable();
        for path in absent {
            findings.add(codes::FILES, path.as_str(), message!("finding-file-absent"));
        }
    }
}

impl Group {
    fn article(&mut self, idx: u32) -> Option<&mut Article> {
        self.articles.get_mut((idx as usize).checked_sub(1)?)
    }
}

/// Judges the assets of an article against their records; counts its keys, and
/// those of them that are missing.
fn assets(
    meta: &ArticleMeta,
    article: &str,
    items: &mut Items,
    about: &str,
    findings: &mut Findings,
) -> (usize, usize) {
    let mut keys = BTreeSet::new();
    let mut gaps = BTreeSet::new();
    for asset in &meta.assets {
        if asset.path.is_some() == asset.gap_id.is_some() {
            findings.add(codes::FIELDS, about, message!("finding-asset-path-or-gap"));
        }
        if asset.url.is_empty() && asset.media_id.is_none() {
            findings.add(
                codes::FIELDS,
                about,
                message!("finding-asset-url-or-media-id"),
            );
        }
        let mut wrong = |message: Message| {
            findings.add(
                codes::ASSETS,
                about,
                message!("finding-of-asset", key = asset.key.as_str(), what = message),
            );
        };
        let is_new = keys.insert(&asset.key);
        if asset.gap_id.is_some() {
            gaps.insert(&asset.key);
        }
        let Some(record) = items.by_key.get(&Mark::of(asset.key.as_str())).copied() else {
            if is_new {
                wrong(message!("finding-asset-key"));
            }
            continue;
        };
        let path = record
            .blob
            .map(|(sha256, kind)| layout::blob(&sha256, kind));
        let gap_id = record
            .blob
            .is_none()
            .then(|| GapId::of("asset", asset.key.as_str()));
        if asset.path != path || asset.gap_id != gap_id {
            wrong(message!("finding-asset-record"));
        }
        if is_new && !items.refs.remove(&(record.line, Mark::of(article))) {
            wrong(message!("finding-asset-refs"));
        }
        if asset.url.is_empty() {
            continue;
        }
        match items.urls.get_mut(&(record.line, Mark::of(&asset.url))) {
            Some(is_met) => *is_met = true,
            None => wrong(message!("finding-asset-urls")),
        }
    }
    (keys.len(), gaps.len())
}

/// The first field that `meta` and the bytes of its article do not share.
fn differing_field(sent: &RawArticle, meta: &ArticleMeta) -> Option<&'static str> {
    let texts = [
        ("title", Some(meta.title.as_str())),
        ("author", meta.author.as_deref()),
        ("digest", meta.digest.as_deref()),
        ("content_source_url", meta.content_source_url.as_deref()),
        ("thumb_media_id", meta.thumb_media_id.as_deref()),
    ];
    for (field, said) in texts {
        // Empty and absent are one: WeChat writes "" for none.
        let sent = sent.text(field);
        if sent.is_some_and(|sent| sent != said.unwrap_or_default()) {
            return Some(field);
        }
    }
    let is_own_url = meta
        .url
        .as_deref()
        .is_none_or(|url| sent.text("url") == Some(url));
    if !is_own_url {
        return Some("url");
    }
    let content = sent.content();
    let is_empty = content.as_ref().is_none_or(|content| content.bytes == 0);
    let is_same = meta.content == content || (meta.content.is_none() && is_empty);
    (!is_same).then_some("content")
}
