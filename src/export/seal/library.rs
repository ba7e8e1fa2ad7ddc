//! The library as records: what each listed item became.
//!
//! Pure functions of catalogs and stage, read item by item: nothing here grows
//! with the bytes of the library.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

use crate::export::catalog::{Catalog, Listed};
use crate::export::gathering::Ledger;
use crate::export::mention;
use crate::export::plan::{PicturesBy, gap_key, key_of};
use crate::export::{Error, Gathered, Run, texts};
use crate::html;
use crate::html::{ArticleLink, ArticleView, Lookup, Missing, Presence, Resolved};
use crate::model::{
    Akey, AssetAddress, AssetHosts, AssetKey, EntryPath, FileKind, GapId, GapReason, ItemKind,
    ItemStatus, Section, Sha256, layout,
};
use crate::record::article::{ArticleAsset, ArticleEmbed, ArticleMeta, Content};
use crate::record::item::{ArticleEntry, ArticleRecord, AssetRecord, Cover, MediaRecord};
use crate::record::lenient;
use crate::stage::{Fetched, Stage, StagedGap};
use crate::wechat::wire::ArticleFields;

/// The renderer of article pages.
pub(super) const RENDERER: &str = "wx-html/1";

/// What was gathered, to be looked up.
pub(super) struct Library<'a> {
    stage: &'a Stage,
    ledger: &'a Ledger,
    passing_gaps: &'a HashMap<String, StagedGap>,
    suspects: &'a HashSet<Sha256>,
    hosts: &'a AssetHosts,
    pictures_by: PicturesBy,
    run_id: String,
    /// The keys of the library's pictures by id, for what articles name by id.
    picture_keys: HashMap<&'a str, AssetKey>,
    /// Where the account's own articles are, by what links to them say.
    own_articles: HashMap<ArticleLink, EntryPath>,
}

/// Whether an item was in the last list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Listed,
    /// Only in an earlier pass of this run.
    Vanished,
}

/// One group of articles with its files.
pub(super) struct Group {
    pub(super) record: ArticleRecord,
    pub(super) raw: (EntryPath, Vec<u8>),
    pub(super) articles: Vec<Article>,
}

/// One article with its page.
pub(super) struct Article {
    pub(super) meta: ArticleMeta,
    pub(super) page: String,
    /// Whether its HTML could be read to its end.
    pub(super) whole: bool,
}

/// The assets that articles name, gathered while groups are made.
#[derive(Debug, Default)]
pub(super) struct Assets(BTreeMap<AssetKey, AssetUse>);

#[derive(Debug, Default)]
struct AssetUse {
    urls: BTreeSet<String>,
    refs: BTreeSet<String>,
}

impl<'a> Library<'a> {
    pub(super) fn new(run: &'a Run, gathered: &'a Gathered) -> Result<Self, Error> {
        let (hosts, pictures_by) = (&run.options.client.asset_hosts, run.options.pictures_by);
        let catalogs = &gathered.catalogs;
        let images = catalogs
            .iter()
            .filter(|catalog| catalog.section == Section::Image);
        let picture_keys = images
            .flat_map(Catalog::all)
            .map(|item| {
                (
                    item.id.as_str(),
                    key_of(Section::Image, item, hosts, pictures_by),
                )
            })
            .collect();
        let mut library = Self {
            stage: &run.gathering.stage,
            ledger: &run.gathering.ledger,
            passing_gaps: &run.passing_gaps,
            suspects: &gathered.suspects,
            hosts,
            pictures_by,
            run_id: run.id.to_string(),
            picture_keys,
            own_articles: HashMap::new(),
        };
        for catalog in catalogs
            .iter()
            .filter(|catalog| catalog.section.item_kind() == ItemKind::Article)
        {
            for item in catalog.all() {
                library.note_links(catalog.section, item)?;
            }
        }
        Ok(library)
    }

    /// Remembers under which address each article of a group is known.
    fn note_links(&mut self, section: Section, item: &Listed) -> Result<(), Error> {
        let text = texts::read(self.stage, self.ledger, section, item)?;
        let Some(group) = text.group.filter(texts::is_whole) else {
            return Ok(());
        };
        let akey = Akey::of(section, &item.id);
        for (idx, article) in (1..).zip(&group.articles) {
            if let Some(link) = article.url.as_deref().and_then(ArticleLink::parse) {
                self.own_articles
                    .entry(link)
                    .or_insert_with(|| layout::article_page(&akey, idx));
            }
        }
        Ok(())
    }

    /// The blob that answers for `key`: its own, or that of the library picture
    /// whose id it is.
    pub(super) fn blob(&self, key: &AssetKey) -> Option<&'a Fetched> {
        let by_id = || {
            self.ledger
                .blobs
                .get(self.picture_keys.get(key.media_id()?)?)
        };
        self.ledger.blobs.get(key).or_else(by_id).map(Box::as_ref)
    }

    /// Why `key` is missing.
    fn asset_gap(&self, key: &AssetKey) -> Option<&'a StagedGap> {
        let of_picture = || self.gap(&gap_key(Section::Image, key.media_id()?));
        self.gap(key.as_str()).or_else(of_picture)
    }

    fn gap(&self, key: &str) -> Option<&'a StagedGap> {
        self.ledger
            .gaps
            .get(key)
            .or_else(|| self.passing_gaps.get(key))
    }

    /// The gap of an item of a section.
    pub(super) fn item_gap(&self, section: Section, id: &str) -> Option<&'a StagedGap> {
        self.gap(&gap_key(section, id))
    }

    /// The gap of an asset.
    pub(super) fn gap_of_asset(&self, key: &AssetKey) -> Option<&'a StagedGap> {
        self.asset_gap(key)
    }

    /// The key under which the bytes of an item of the library are staged.
    pub(super) fn key_of(&self, section: Section, item: &Listed) -> AssetKey {
        key_of(section, item, self.hosts, self.pictures_by)
    }

    /// The record of a picture, voice or video.
    pub(super) fn media(
        &self,
        section: Section,
        item: &Listed,
        seen: Seen,
    ) -> Result<MediaRecord, Error> {
        let blob = self.blob(&self.key_of(section, item));
        let kind = section.item_kind();
        let raw = self.stage.read(item.raw)?;
        let (raw, raw_b64) = match String::from_utf8(raw) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
        };
        let status = match (seen, blob) {
            (Seen::Vanished, _) => ItemStatus::Retired,
            (Seen::Listed, Some(_)) => ItemStatus::Stored,
            (Seen::Listed, None) => ItemStatus::Missing,
        };
        let is_missing = status == ItemStatus::Missing;
        let mut record = MediaRecord {
            kind,
            media_id: item.id.clone(),
            name: item.name.clone(),
            update_time: item.update_time,
            url: item.url.clone().filter(|_| section == Section::Image),
            status,
            raw,
            raw_b64,
            retired_in: (seen == Seen::Vanished).then(|| self.run_id.clone()),
            path: blob.map(blob_path),
            sha256: blob.map(|blob| blob.sha256),
            bytes: blob.map(|blob| blob.bytes),
            mime: blob.map(|blob| blob_kind(blob).mime().to_owned()),
            width: blob
                .and_then(|blob| blob.size)
                .filter(|_| section == Section::Image)
                .map(|size| size.0),
            height: blob
                .and_then(|blob| blob.size)
                .filter(|_| section == Section::Image)
                .map(|size| size.1),
            duration_ms: None,
            title: None,
            description: item
                .description
                .clone()
                .filter(|_| section == Section::Video),
            info: None,
            cover: None,
            suspect: blob.is_some_and(|blob| self.suspects.contains(&blob.sha256)),
            gap_id: is_missing.then(|| GapId::of(kind.as_str(), &item.id)),
            reason: permanent_reason(self.item_gap(section, &item.id)).filter(|_| is_missing),
        };
        if section == Section::Video {
            self.describe_video(&item.id, &mut record)?;
        }
        Ok(record)
    }

    /// Adds what `get_material` said of a video.
    fn describe_video(&self, media_id: &str, record: &mut MediaRecord) -> Result<(), Error> {
        let Some(fields) = texts::video_fields(self.stage, self.ledger, media_id)? else {
            return Ok(());
        };
        let text = |name: &str| {
            fields
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        record.title = text("title").map(str::to_owned);
        record.description = text("description")
            .map(str::to_owned)
            .or(record.description.take());
        let cover = text("cover_url").and_then(|url| AssetAddress::parse(url, self.hosts));
        let cover = cover.and_then(|address| self.blob(&address.key));
        record.cover = cover.map(|blob| Cover {
            path: blob_path(blob),
            sha256: blob.sha256,
        });
        record.info = Some(
            fields
                .into_iter()
                .map(|(name, value)| (name, without_query(value)))
                .collect(),
        );
        Ok(())
    }

    /// The key of the cover that `get_material` named for a video.
    pub(super) fn cover_of(&self, media_id: &str) -> Result<Option<AssetKey>, Error> {
        let fields = texts::video_fields(self.stage, self.ledger, media_id)?;
        let url = fields
            .as_ref()
            .and_then(|fields| fields.get("cover_url")?.as_str());
        Ok(url
            .and_then(|url| AssetAddress::parse(url, self.hosts))
            .map(|address| address.key))
    }

    /// The record, raw bytes and pages of a news, draft or publication.
    pub(super) fn group(
        &self,
        section: Section,
        item: &Listed,
        seen: Seen,
        assets: &mut Assets,
    ) -> Result<Group, Error> {
        let akey = Akey::of(section, &item.id);
        let text = texts::read(self.stage, self.ledger, section, item)?;
        let is_json = text.group.is_some() || lenient::read(&text.raw).is_ok();
        let raw_path = if is_json {
            layout::article_raw_json(&akey)
        } else {
            layout::article_raw_bin(&akey)
        };
        let count = text.count;
        let create_time = text.group.as_ref().and_then(|group| group.create_time);
        let update_time = text
            .group
            .as_ref()
            .and_then(|group| group.update_time)
            .unwrap_or(item.update_time);
        let whole = text.group.filter(texts::is_whole);
        let status = match (seen, &whole) {
            (Seen::Vanished, _) => ItemStatus::Retired,
            (Seen::Listed, Some(_)) => ItemStatus::Stored,
            (Seen::Listed, None) => ItemStatus::Missing,
        };
        let is_missing = status == ItemStatus::Missing;
        let mut record = ArticleRecord {
            kind: ItemKind::Article,
            source: section,
            id: item.id.clone(),
            akey: akey.clone(),
            aliases: Vec::new(),
            create_time,
            update_time,
            status,
            raw_sha256: Some(Sha256::of(&text.raw)),
            raw_path: Some(raw_path.clone()),
            raw_form: Some(text.form),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            articles: Vec::new(),
            retired_in: (seen == Seen::Vanished).then(|| self.run_id.clone()),
            gap_id: is_missing.then(|| GapId::of(ItemKind::Article.as_str(), &item.id)),
            reason: permanent_reason(self.item_gap(section, &item.id)).filter(|_| is_missing),
        };
        let mut articles = Vec::new();
        for (idx, fields) in (1..).zip(whole.into_iter().flat_map(|group| group.articles)) {
            let (entry, article) = self.article(&record, idx, &fields, seen, assets);
            record.articles.push(entry);
            articles.push(article);
        }
        Ok(Group {
            record,
            raw: (raw_path, text.raw),
            articles,
        })
    }

    fn article(
        &self,
        group: &ArticleRecord,
        idx: u32,
        fields: &ArticleFields,
        seen: Seen,
        assets: &mut Assets,
    ) -> (ArticleEntry, Article) {
        let akey = &group.akey;
        let reference = format!("{akey}/{idx:02}");
        let mention::Named {
            mentions,
            embeds,
            whole,
        } = mention::of_article(fields, self.hosts);
        let mut keys: BTreeSet<&AssetKey> = BTreeSet::new();
        let mut missing: BTreeSet<&AssetKey> = BTreeSet::new();
        let mut named = Vec::new();
        for mention in &mentions {
            assets.add(mention, &reference);
            let blob = self.blob(&mention.key);
            keys.insert(&mention.key);
            if blob.is_none() {
                missing.insert(&mention.key);
            }
            named.push(ArticleAsset {
                key: mention.key.clone(),
                url: mention.url.clone(),
                role: mention.role.to_owned(),
                media_id: mention.media_id.clone(),
                path: blob.map(blob_path),
                gap_id: blob
                    .is_none()
                    .then(|| GapId::of(ItemKind::Asset.as_str(), mention.key.as_str())),
            });
        }
        let title = fields.title.clone().unwrap_or_default();
        let entry = ArticleEntry {
            idx,
            title: title.clone(),
            meta_path: layout::article_meta(akey, idx),
            html_path: layout::article_page(akey, idx),
            assets: u32::try_from(keys.len()).unwrap_or(u32::MAX),
            gaps: u32::try_from(missing.len()).unwrap_or(u32::MAX),
        };
        // A draft's address is signed and another one each time it is read.
        let url = fields
            .url
            .clone()
            .filter(|_| group.source != Section::Draft);
        let cover = mentions
            .iter()
            .find(|mention| mention.role == "cover")
            .map(|mention| &mention.key);
        let of_post = mentions.iter().filter(|mention| mention.role == "newspic");
        let pictures: Vec<AssetKey> = of_post.map(|mention| mention.key.clone()).collect();
        let is_deleted = fields.is_deleted == Some(true);
        let page = html::article_page(
            &ArticleView {
                title: &title,
                author: fields.author.as_deref(),
                time: Some(group.update_time).filter(|time| *time > 0),
                source: group.source,
                cover,
                content: fields.content.as_deref().unwrap_or_default(),
                pictures: &pictures,
                url: url.as_deref(),
                content_source_url: fields.content_source_url.as_deref(),
                presence: match (seen, is_deleted) {
                    (_, true) => Presence::Deleted,
                    (Seen::Listed, false) => Presence::Listed,
                    (Seen::Vanished, false) => Presence::Retired,
                },
                index_href: "../../../index.html",
                hosts: self.hosts,
            },
            &FromArticle(self),
        );
        let meta = ArticleMeta {
            akey: akey.clone(),
            idx,
            source: group.source,
            id: group.id.clone(),
            title,
            author: fields.author.clone(),
            digest: fields.digest.clone(),
            url,
            content_source_url: fields.content_source_url.clone(),
            thumb_media_id: fields.thumb_media_id.clone(),
            create_time: group.create_time,
            update_time: group.update_time,
            article_type: fields.article_type.clone(),
            is_deleted,
            content: fields.content.as_ref().map(|content| Content {
                sha256: Sha256::of(content.as_bytes()),
                bytes: content.len() as u64,
            }),
            assets: named,
            embeds: embeds
                .into_iter()
                .map(|embed| ArticleEmbed {
                    kind: embed.kind.as_str().to_owned(),
                    reference: embed.reference,
                    archived: false,
                })
                .collect(),
            renderer: RENDERER.to_owned(),
        };
        (entry, Article { meta, page, whole })
    }

    /// The records of all assets that were named, in the order of their file.
    pub(super) fn assets(&self, assets: Assets) -> impl Iterator<Item = AssetRecord> + use<'_, 'a> {
        assets.0.into_iter().map(|(key, used)| {
            let blob = self.blob(&key);
            AssetRecord {
                kind: ItemKind::Asset,
                urls: used.urls.into_iter().collect(),
                status: if blob.is_some() {
                    ItemStatus::Stored
                } else {
                    ItemStatus::Missing
                },
                path: blob.map(blob_path),
                sha256: blob.map(|blob| blob.sha256),
                bytes: blob.map(|blob| blob.bytes),
                mime: blob.map(|blob| blob_kind(blob).mime().to_owned()),
                suspect: blob.is_some_and(|blob| self.suspects.contains(&blob.sha256)),
                gap_id: blob
                    .is_none()
                    .then(|| GapId::of(ItemKind::Asset.as_str(), key.as_str())),
                reason: permanent_reason(self.asset_gap(&key)).filter(|_| blob.is_none()),
                refs: used.refs.into_iter().collect(),
                key,
            }
        })
    }
}

impl Assets {
    fn add(&mut self, mention: &mention::Mention, reference: &str) {
        let used = self.0.entry(mention.key.clone()).or_default();
        if !mention.url.is_empty() {
            used.urls.insert(mention.url.clone());
        }
        used.refs.insert(reference.to_owned());
    }
}

/// The library as seen from the page of an article.
struct FromArticle<'a, 'b>(&'a Library<'b>);

impl Lookup for FromArticle<'_, '_> {
    fn asset(&self, key: &AssetKey) -> Resolved {
        match self.0.blob(key) {
            Some(blob) => Resolved::Local {
                href: from_article(&blob_path(blob)),
                kind: blob_kind(blob),
            },
            None => Resolved::Missing(Missing {
                gap_id: GapId::of(ItemKind::Asset.as_str(), key.as_str()),
                reason: permanent_reason(self.0.asset_gap(key)),
            }),
        }
    }

    fn article(&self, link: &ArticleLink) -> Option<String> {
        self.0.own_articles.get(link).map(from_article)
    }
}

/// The address of a payload file, relative to the page of an article.
fn from_article(path: &EntryPath) -> String {
    let path = path.as_str();
    format!("../../../{}", path.strip_prefix("data/").unwrap_or(path))
}

/// The name of a staged blob in the archive.
pub(super) fn blob_path(blob: &Fetched) -> EntryPath {
    layout::blob(&blob.sha256, blob_kind(blob))
}

fn blob_kind(blob: &Fetched) -> FileKind {
    FileKind::of_extension(&blob.extension).unwrap_or(FileKind::Bin)
}

/// A reason that waiting cannot mend stands in the library; any other would
/// make the library differ from night to night.
fn permanent_reason(gap: Option<&StagedGap>) -> Option<GapReason> {
    gap.map(|gap| gap.reason.clone())
        .filter(|reason| reason.class().is_permanent())
}

/// URLs of answers are signed: of each only host and path are kept, wherever it stands.
fn without_query(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(place_of(&text).unwrap_or(text)),
        Value::Array(list) => list.into_iter().map(without_query).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, without_query(value)))
            .collect(),
        value => value,
    }
}

/// Host and path of what is a URL, with or without a scheme.
fn place_of(text: &str) -> Option<String> {
    let text = text.trim();
    let url = match text.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(text),
    };
    let url = url.ok().filter(Url::has_host)?;
    Some(format!("{}{}", url.host_str()?, url.path()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_signature_of_an_address_is_kept_wherever_it_stands() {
        let said = json!({
            "down_url": "http://v.example/a.mp4?sign=s",
            "sizes": [{"url": " //v.example/b.mp4?sign=s"}, 3],
            "title": "a title: what?",
        });
        let kept = json!({
            "down_url": "v.example/a.mp4",
            "sizes": [{"url": "v.example/b.mp4"}, 3],
            "title": "a title: what?",
        });
        assert_eq!(without_query(said), kept);
    }
}
