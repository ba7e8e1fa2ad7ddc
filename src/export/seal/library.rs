//! The library as records: what each listed item became.
//!
//! Pure functions of catalogs and stage, read item by item: nothing here grows
//! with the bytes of the library.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::Url;

use super::compose::Source;
use crate::export::base::{ArticleSlot, AssetSlot, Base, BaseBlob, MediaSlot};
use crate::export::catalog::{Catalog, Listed};
use crate::export::gathering::{Ledger, StagedBlob};
use crate::export::mention;
use crate::export::plan;
use crate::export::plan::{PicturesBy, gap_key, key_of};
use crate::export::roll::{Member, Standing, Words};
use crate::export::texts::Text;
use crate::export::{Error, Gathered, Run, texts};
use crate::html;
use crate::html::{ArticleLink, ArticleView, Embed, Lookup, Missing, Presence, Resolved};
use crate::model::{
    Akey, AssetAddress, AssetHosts, AssetKey, EntryPath, FileKind, Fingerprint, GapId, GapReason,
    ItemKind, ItemStatus, Section, Sha256, layout,
};
use crate::record::article::{ArticleAsset, ArticleEmbed, ArticleMeta, Content};
use crate::record::item::{ArticleEntry, ArticleRecord, AssetRecord, Cover, MediaRecord};
use crate::record::lenient;
use crate::record::run::Gap;
use crate::stage::{Stage, StagedGap, Via};
use crate::wechat::wire::ArticleFields;

/// The renderer of article pages.
pub(super) const RENDERER: &str = "wx-html/1";

/// What was gathered and what the base has, to be looked up.
pub(super) struct Library<'a> {
    stage: &'a Stage,
    ledger: &'a Ledger,
    base: Option<&'a Base>,
    passing_gaps: &'a HashMap<String, StagedGap>,
    suspects: &'a HashSet<Sha256>,
    hosts: &'a AssetHosts,
    pictures_by: PicturesBy,
    run_id: String,
    /// The library's pictures by id, for what articles name by id; none where there
    /// are no articles.
    pictures: HashMap<&'a str, &'a Listed>,
    /// Staged blobs by digest.
    by_digest: HashMap<Sha256, &'a StagedBlob>,
    /// Where the account's own articles are, by what links to them say.
    own_articles: HashMap<ArticleLink, EntryPath>,
    /// The ids of the drafts that are listed.
    drafts: HashSet<&'a str>,
}

/// The bytes of something, wherever they lie.
#[derive(Clone, Copy)]
pub(super) struct Blob<'a> {
    pub(super) print: Fingerprint,
    pub(super) kind: FileKind,
    pub(super) source: Source,
    /// How it came; `None` where the base gave it and knows that.
    pub(super) fetched: Option<&'a StagedBlob>,
}

/// Why something is missing.
#[derive(Clone, Copy)]
pub(super) enum Cause<'a> {
    /// It was asked for in this run.
    Staged(&'a StagedGap),
    /// The base says so, and it was not asked for again.
    Base(&'a Gap),
    /// The base had it, and it is damaged there.
    Damaged,
    /// The run could not come to it.
    Untried,
}

/// One group of articles with its files.
pub(super) struct Group {
    pub(super) record: ArticleRecord,
    pub(super) raw: Option<(EntryPath, Vec<u8>)>,
    pub(super) articles: Vec<Article>,
}

/// One article with its page.
pub(super) struct Article {
    pub(super) meta: ArticleMeta,
    pub(super) page: String,
    /// What a reader of the page reads.
    pub(super) text: String,
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
        let images = gathered
            .catalogs
            .iter()
            .filter(|catalog| catalog.section == Section::Image);
        let drafts = gathered
            .catalogs
            .iter()
            .filter(|catalog| catalog.section == Section::Draft);
        let mut sections = gathered.rolls.keys();
        let has_articles = sections.any(|section| section.item_kind() == ItemKind::Article);
        let ledger = &run.gathering.ledger;
        let mut library = Self {
            stage: &run.gathering.stage,
            ledger,
            base: run.base.as_ref(),
            passing_gaps: &run.passing_gaps,
            suspects: &gathered.suspects,
            hosts: run.hosts(),
            pictures_by: run.options.pictures_by,
            run_id: run.id.to_string(),
            pictures: images
                .filter(|_| has_articles)
                .flat_map(Catalog::all)
                .map(|item| (&*item.id, item))
                .collect(),
            by_digest: ledger
                .blobs
                .values()
                .map(|blob| (blob.print.sha256, blob))
                .collect(),
            own_articles: HashMap::new(),
            drafts: drafts
                .flat_map(|catalog| &catalog.listed)
                .map(|item| &*item.id)
                .collect(),
        };
        for (section, item) in gathered.items() {
            if section.item_kind() == ItemKind::Article {
                library.note_links(section, item)?;
            }
        }
        Ok(library)
    }

    /// Remembers under which address each article of a group is known.
    fn note_links(&mut self, section: Section, item: Member<'_>) -> Result<(), Error> {
        let Some(text) = self.text(section, item)? else {
            return Ok(());
        };
        let Some(group) = text.group.filter(texts::is_whole) else {
            return Ok(());
        };
        let akey = Akey::of(section, self.id_of(section, item));
        for (idx, article) in (1..).zip(&group.articles) {
            if let Some(link) = article.url.as_deref().and_then(ArticleLink::parse) {
                self.own_articles
                    .entry(link)
                    .or_insert_with(|| layout::article_page(&akey, idx));
            }
        }
        Ok(())
    }

    /// The articles of an item in the words that its record repeats; `None` where
    /// they were the base's and are not there.
    fn text(&self, section: Section, item: Member<'_>) -> Result<Option<Text>, Error> {
        if let (Words::List, Some(listed)) = (item.roll.words, item.listed) {
            return texts::read(self.stage, self.ledger, section, listed).map(Some);
        }
        let Some((base, slot)) = self.base_article(item) else {
            return Ok(None);
        };
        let record = base.article_record(slot)?;
        texts::of_base(self.stage, self.ledger, base, &record)
    }

    fn base_article(&self, item: Member<'_>) -> Option<(&'a Base, &'a ArticleSlot)> {
        let base = self.base?;
        Some((base, &base.articles()[item.roll.slot? as usize]))
    }

    fn base_media(&self, section: Section, item: Member<'_>) -> Option<(&'a Base, &'a MediaSlot)> {
        let base = self.base?;
        let media = base.media(section.item_kind())?;
        Some((base, &media.slots[item.roll.slot? as usize]))
    }

    /// The id under which the archive knows an item: the first that it had.
    pub(super) fn id_of<'b>(&self, section: Section, item: Member<'b>) -> &'b str
    where
        'a: 'b,
    {
        let of_base = match section.item_kind() {
            ItemKind::Article => self.base_article(item).map(|(_, slot)| &*slot.id),
            _ => self.base_media(section, item).map(|(_, slot)| &*slot.id),
        };
        of_base
            .or(item.listed.map(|listed| &*listed.id))
            .expect("an item is listed, or in the base")
    }

    /// The blob that answers for `key`: its own, or that of the library picture
    /// whose id it is; the base's where none came.
    pub(super) fn blob(&self, key: &AssetKey) -> Option<Blob<'a>> {
        let staged = |key: &AssetKey| self.ledger.blobs.get(key).map(Blob::staged);
        let by_id = || {
            let picture = self.pictures.get(key.media_id()?)?;
            staged(&self.key_of(Section::Image, picture))
        };
        let of_base = || {
            let base = self.base?;
            base.blob_for(key).map(Blob::of_base).or_else(|| {
                let sha256 = base.find_asset(key)?.sha256(base)?;
                self.by_digest(&sha256)
            })
        };
        staged(key).or_else(by_id).or_else(of_base)
    }

    /// The blob of a digest that a record names.
    pub(super) fn by_digest(&self, sha256: &Sha256) -> Option<Blob<'a>> {
        let staged = self.by_digest.get(sha256).map(|blob| Blob::staged(blob));
        staged.or_else(|| Some(Blob::of_base(self.base?.blob_by_digest(sha256)?)))
    }

    /// Whether the base gave the bytes of an item.
    pub(super) fn is_carried(
        &self,
        section: Section,
        item: Member<'_>,
        record: &MediaRecord,
    ) -> bool {
        let of_base = self
            .base_media(section, item)
            .and_then(|(base, slot)| base.blob_of(slot));
        of_base.is_some_and(|blob| Some(blob.print.sha256) == record.sha256)
    }

    pub(super) fn base(&self) -> Option<&'a Base> {
        self.base
    }

    /// The blob of a listed picture, voice or video.
    fn blob_of_item(&self, section: Section, listed: &Listed) -> Option<Blob<'a>> {
        let key = self.key_of(section, listed);
        let staged = self.ledger.blobs.get(&key).map(Blob::staged);
        let of_base = || {
            let base = self.base?;
            let blob = plan::of_base(base, section, listed, &key).map(Blob::of_base);
            // What is rotten there may have come from an older archive.
            blob.or_else(|| self.by_digest(&plan::digest_of_base(base, section, listed)?))
        };
        staged.or_else(of_base)
    }

    fn gap(&self, key: &str) -> Option<&'a StagedGap> {
        self.ledger
            .gaps
            .get(key)
            .or_else(|| self.passing_gaps.get(key))
    }

    /// Why an item of a section is missing.
    pub(super) fn cause_of_item(&self, section: Section, item: Member<'_>) -> Cause<'a> {
        let kind = section.item_kind();
        let id = self.id_of(section, item);
        let staged = item
            .listed
            .and_then(|listed| self.gap(&gap_key(section, &listed.id)));
        let of_base = || self.base?.gap(kind.as_str(), id);
        let had_bytes = match kind {
            ItemKind::Article => item.listed.is_none(),
            _ => self
                .base_media(section, item)
                .is_some_and(|(_, slot)| slot.has_blob()),
        };
        match (staged, of_base()) {
            (Some(gap), _) => Cause::Staged(gap),
            (None, Some(gap)) => Cause::Base(gap),
            (None, None) if had_bytes => Cause::Damaged,
            (None, None) => Cause::Untried,
        }
    }

    /// Why an asset is missing.
    pub(super) fn cause_of_asset(&self, key: &AssetKey) -> Cause<'a> {
        let of_picture = || self.gap(&gap_key(Section::Image, key.media_id()?));
        let staged = self.gap(key.as_str()).or_else(of_picture);
        let of_base = || self.base?.gap(ItemKind::Asset.as_str(), key.as_str());
        let slot = self.base.and_then(|base| base.find_asset(key));
        match (staged, of_base()) {
            (Some(gap), _) => Cause::Staged(gap),
            (None, Some(gap)) => Cause::Base(gap),
            (None, None) if slot.is_some_and(AssetSlot::is_stored) => Cause::Damaged,
            (None, None) => Cause::Untried,
        }
    }

    /// The key under which the bytes of an item of the library are staged.
    fn key_of(&self, section: Section, item: &Listed) -> AssetKey {
        key_of(section, item, self.hosts, self.pictures_by)
    }

    /// When a picture, voice or video was last changed, as its record says.
    pub(super) fn time_of(&self, section: Section, item: Member<'_>) -> i64 {
        match (item.roll.words, item.listed) {
            (Words::List, Some(listed)) => listed.update_time,
            _ => self
                .base_media(section, item)
                .map_or(0, |(_, slot)| slot.update_time),
        }
    }

    /// The record of a picture, voice or video.
    pub(super) fn media(&self, section: Section, item: Member<'_>) -> Result<MediaRecord, Error> {
        match (item.roll.words, item.listed) {
            (Words::List, Some(listed)) => self.media_as_listed(section, item, listed),
            _ => self.media_as_known(section, item),
        }
    }

    /// A record in the words of the base.
    fn media_as_known(&self, section: Section, item: Member<'_>) -> Result<MediaRecord, Error> {
        let (base, slot) = self
            .base_media(section, item)
            .expect("words of the base are of a record in it");
        let mut record = base.media_record(section.item_kind(), slot)?;
        let known = base.blob_of(slot).map(Blob::of_base);
        let blob = known
            // Where it is damaged there, it may have come anew; it may also have
            // been missing and have come for the first time.
            .or_else(|| self.blob_of_item(section, item.listed?))
            .or_else(|| self.by_digest(&record.sha256?));
        if blob.map(|blob| blob.print.sha256) != record.sha256 {
            self.give_blob(section, &mut record, blob);
        }
        if let Some(cover) = &record.cover
            && self.by_digest(&cover.sha256).is_none()
        {
            record.cover = None;
        }
        if section == Section::Video && self.ledger.items.contains_key(&video_key(&record.media_id))
        {
            self.describe_video(&record.media_id.clone(), &mut record)?;
        }
        let status = match (item.roll.standing, blob) {
            (Standing::Gone | Standing::Vanished, _) => ItemStatus::Retired,
            (Standing::Kept, _) if record.status == ItemStatus::Retired => ItemStatus::Retired,
            (_, Some(_)) => ItemStatus::Stored,
            (_, None) => ItemStatus::Missing,
        };
        self.give_status(section, item, &mut record, status);
        Ok(record)
    }

    fn media_as_listed(
        &self,
        section: Section,
        item: Member<'_>,
        listed: &Listed,
    ) -> Result<MediaRecord, Error> {
        let blob = self.blob_of_item(section, listed);
        let raw = self.stage.read(listed.raw)?;
        let (raw, raw_b64) = match String::from_utf8(raw) {
            Ok(text) => (Some(text), None),
            Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
        };
        let mut record = MediaRecord {
            kind: section.item_kind(),
            media_id: listed.id.to_string(),
            name: listed.name().to_owned(),
            update_time: listed.update_time,
            url: listed
                .url()
                .filter(|_| section == Section::Image)
                .map(str::to_owned),
            status: ItemStatus::Missing,
            raw,
            raw_b64,
            retired_in: None,
            path: None,
            sha256: None,
            bytes: None,
            mime: None,
            width: None,
            height: None,
            duration_ms: None,
            title: None,
            description: listed
                .description()
                .filter(|_| section == Section::Video)
                .map(str::to_owned),
            info: None,
            cover: None,
            suspect: false,
            gap_id: None,
            reason: None,
        };
        self.give_blob(section, &mut record, blob);
        if section == Section::Video {
            self.describe_video(&listed.id, &mut record)?;
            if record.info.is_none() && blob.is_some_and(|blob| blob.fetched.is_none()) {
                self.describe_as_known(item, &mut record)?;
            }
        }
        let status = match (item.roll.standing, blob) {
            (Standing::Vanished, _) => ItemStatus::Retired,
            (_, Some(_)) => ItemStatus::Stored,
            (_, None) => ItemStatus::Missing,
        };
        self.give_status(section, item, &mut record, status);
        Ok(record)
    }

    fn give_blob(&self, section: Section, record: &mut MediaRecord, blob: Option<Blob<'_>>) {
        let size = blob.filter(|_| section == Section::Image).and_then(|blob| {
            let of_base = || self.base?.blob_by_digest(&blob.print.sha256);
            match blob.fetched {
                Some(fetched) => fetched.size,
                None => self.base?.size_of(&of_base()?),
            }
        });
        record.path = blob.map(|blob| blob.path());
        record.sha256 = blob.map(|blob| blob.print.sha256);
        record.bytes = blob.map(|blob| blob.print.bytes);
        record.mime = blob.map(|blob| blob.kind.mime().to_owned());
        record.width = size.map(|size| size.0);
        record.height = size.map(|size| size.1);
        record.suspect = blob.is_some_and(|blob| self.suspects.contains(&blob.print.sha256));
    }

    fn give_status(
        &self,
        section: Section,
        item: Member<'_>,
        record: &mut MediaRecord,
        status: ItemStatus,
    ) {
        let was_retired = record.retired_in.take();
        record.status = status;
        record.retired_in = (status == ItemStatus::Retired)
            .then(|| was_retired.unwrap_or_else(|| self.run_id.clone()));
        let is_missing = status == ItemStatus::Missing;
        record.gap_id = is_missing.then(|| GapId::of(record.kind.as_str(), &record.media_id));
        record.reason = is_missing
            .then(|| self.cause_of_item(section, item).permanent_reason())
            .flatten();
    }

    /// What the base knows of a video whose bytes it gives.
    fn describe_as_known(&self, item: Member<'_>, record: &mut MediaRecord) -> Result<(), Error> {
        let Some((base, slot)) = self.base_media(Section::Video, item) else {
            return Ok(());
        };
        let known = base.media_record(ItemKind::Video, slot)?;
        record.title = known.title;
        record.description = record.description.take().or(known.description);
        record.info = known.info;
        record.cover = known
            .cover
            .filter(|cover| self.by_digest(&cover.sha256).is_some());
        Ok(())
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
            path: blob.path(),
            sha256: blob.print.sha256,
        });
        record.info = Some(
            fields
                .into_iter()
                .map(|(name, value)| (name, without_query(value)))
                .collect(),
        );
        Ok(())
    }

    /// The record, raw bytes and pages of a news, draft or publication.
    pub(super) fn group(
        &self,
        section: Section,
        item: Member<'_>,
        assets: &mut Assets,
    ) -> Result<Group, Error> {
        let known = match self.base_article(item) {
            Some((base, slot)) => Some(base.article_record(slot)?),
            None => None,
        };
        let id = self.id_of(section, item).to_owned();
        let akey = known
            .as_ref()
            .map_or_else(|| Akey::of(section, &id), |known| known.akey.clone());
        let text = self.text(section, item)?;
        let raw = text.as_ref().map(|text| {
            let is_json = text.group.is_some() || lenient::read(&text.raw).is_ok();
            let path = if is_json {
                layout::article_raw_json(&akey)
            } else {
                layout::article_raw_bin(&akey)
            };
            (path, text.raw.clone())
        });
        let (form, count) = match &text {
            Some(text) => (
                Some(text.form),
                u32::try_from(text.count).unwrap_or(u32::MAX),
            ),
            None => (None, known.as_ref().map_or(0, |known| known.count)),
        };
        let group = text.and_then(|text| text.group);
        let (create_time, update_time) = match (&group, item.listed, &known) {
            (_, None, Some(known)) => (known.create_time, known.update_time),
            (group, listed, _) => {
                let of_group = group
                    .as_ref()
                    .map(|group| (group.create_time, group.update_time));
                let (create_time, update_time) = of_group.unwrap_or_default();
                let of_list = listed.map_or(0, |listed| listed.update_time);
                (create_time, update_time.unwrap_or(of_list))
            }
        };
        let whole = group.filter(texts::is_whole);
        let was_retired = known.as_ref().and_then(|known| known.retired_in.clone());
        let status = match (item.roll.standing, &whole) {
            (Standing::Vanished | Standing::Gone, _) => ItemStatus::Retired,
            (Standing::Kept, _) if was_retired.is_some() => ItemStatus::Retired,
            (_, Some(_)) => ItemStatus::Stored,
            (_, None) => ItemStatus::Missing,
        };
        let is_missing = status == ItemStatus::Missing;
        let mut record = ArticleRecord {
            kind: ItemKind::Article,
            source: section,
            aliases: self.aliases(known.as_ref(), item.listed),
            akey: akey.clone(),
            create_time,
            update_time,
            status,
            raw_sha256: raw.as_ref().map(|(_, raw)| Sha256::of(raw)),
            raw_path: raw.as_ref().map(|(path, _)| path.clone()),
            raw_form: form,
            count,
            articles: Vec::new(),
            retired_in: (status == ItemStatus::Retired)
                .then(|| was_retired.unwrap_or_else(|| self.run_id.clone())),
            gap_id: is_missing.then(|| GapId::of(ItemKind::Article.as_str(), &id)),
            reason: is_missing
                .then(|| self.cause_of_item(section, item).permanent_reason())
                .flatten(),
            id,
        };
        let mut articles = Vec::new();
        for (idx, fields) in (1..).zip(whole.into_iter().flat_map(|group| group.articles)) {
            let (entry, article) = self.article(&record, idx, &fields, assets);
            record.articles.push(entry);
            articles.push(article);
        }
        Ok(Group {
            record,
            raw,
            articles,
        })
    }

    /// Every other id that a draft had, but for those that are other drafts now.
    fn aliases(&self, known: Option<&ArticleRecord>, listed: Option<&Listed>) -> Vec<String> {
        let Some(known) = known else {
            return Vec::new();
        };
        let listed = listed.map(|listed| &*listed.id);
        let before = known.aliases.iter().map(String::as_str);
        let before = before.filter(|alias| !self.drafts.contains(alias));
        let other: BTreeSet<&str> = before
            .chain(listed)
            .filter(|alias| *alias != known.id)
            .collect();
        other.into_iter().map(str::to_owned).collect()
    }

    fn article(
        &self,
        group: &ArticleRecord,
        idx: u32,
        fields: &ArticleFields,
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
                path: blob.map(|blob| blob.path()),
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
                presence: match (group.status, is_deleted) {
                    (_, true) => Presence::Deleted,
                    (ItemStatus::Retired, false) => Presence::Retired,
                    (_, false) => Presence::Listed,
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
            content: fields.content.as_deref().map(content_of),
            assets: named,
            embeds: embeds.into_iter().map(article_embed).collect(),
            renderer: RENDERER.to_owned(),
        };
        let text = html::text_of(fields.content.as_deref().unwrap_or_default());
        let article = Article {
            meta,
            page,
            text,
            whole,
        };
        (entry, article)
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
                path: blob.map(|blob| blob.path()),
                sha256: blob.map(|blob| blob.print.sha256),
                bytes: blob.map(|blob| blob.print.bytes),
                mime: blob.map(|blob| blob.kind.mime().to_owned()),
                suspect: blob.is_some_and(|blob| self.suspects.contains(&blob.print.sha256)),
                gap_id: blob
                    .is_none()
                    .then(|| GapId::of(ItemKind::Asset.as_str(), key.as_str())),
                reason: blob
                    .is_none()
                    .then(|| self.cause_of_asset(&key).permanent_reason())
                    .flatten(),
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
                href: from_article(&blob.path()),
                kind: blob.kind,
            },
            None => Resolved::Missing(Missing {
                gap_id: GapId::of(ItemKind::Asset.as_str(), key.as_str()),
                reason: self.0.cause_of_asset(key).permanent_reason(),
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

impl<'a> Blob<'a> {
    pub(super) fn staged(blob: &'a StagedBlob) -> Self {
        Self {
            print: blob.print,
            kind: blob.kind,
            source: Source::Staged(blob.place),
            // Of what an older archive gave, the base knows how it came.
            fetched: (blob.via != Via::Archive).then_some(blob),
        }
    }

    pub(super) fn of_base(blob: BaseBlob) -> Self {
        Self {
            print: blob.print,
            kind: blob.kind,
            source: Source::Base {
                offset: blob.offset,
            },
            fetched: None,
        }
    }

    /// Its name in the archive.
    pub(super) fn path(&self) -> EntryPath {
        layout::blob(&self.print.sha256, self.kind)
    }
}

impl Cause<'_> {
    pub(super) fn reason(&self) -> GapReason {
        match self {
            Self::Staged(gap) => gap.reason.clone(),
            Self::Base(gap) => gap.reason.clone(),
            Self::Damaged => GapReason::DamagedInBase,
            // It may come next time.
            Self::Untried => GapReason::Network,
        }
    }

    /// A reason that waiting cannot mend stands in the library; any other would
    /// make the library differ from night to night.
    fn permanent_reason(&self) -> Option<GapReason> {
        Some(self.reason()).filter(|reason| reason.class().is_permanent())
    }
}

fn article_embed(embed: Embed) -> ArticleEmbed {
    ArticleEmbed {
        kind: embed.kind.as_str().to_owned(),
        reference: embed.reference,
        archived: false,
    }
}

fn content_of(html: &str) -> Content {
    Content {
        sha256: Sha256::of(html.as_bytes()),
        bytes: html.len() as u64,
    }
}

fn video_key(media_id: &str) -> String {
    format!("video:{media_id}")
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
