//! The library part of an archive in the making: record files, article folders
//! and blobs. One pass over the items feeds all that is made of them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use super::compose::{Composer, Entry, LaidAside};
use super::library::{Assets, Blob, Library};
use super::proof::Proof;
use super::shown;
use crate::event::Event;
use crate::export::base::Base;
use crate::export::gathering::StagedBlob;
use crate::export::roll::{Member, Standing, Words};
use crate::export::{Error, Gathered, Run};
use crate::html::MissingView;
use crate::message;
use crate::model::{Akey, EntryPath, ItemKind, Section, Sha256, layout};
use crate::record::archive::{FileEntry, Roots};
use crate::record::article::ArticleMeta;
use crate::record::compare;
use crate::record::compare::{Facts, RawFacts, Side};
use crate::record::item::{ArticleRecord, MediaRecord};
use crate::record::manifest::Part;
use crate::record::reading_order::ReadingOrder;
use crate::record::run::{Change, ChangeOp};
use crate::record::{FORMAT_VERSION, canonical};

/// A group of articles: its record and those of its articles.
pub(super) type ArticleGroup = (ArticleRecord, Vec<ArticleMeta>);

/// An archive in the making.
pub(super) struct Making<'a> {
    pub(super) run: &'a Run,
    pub(super) gathered: &'a Gathered,
    pub(super) library: Library<'a>,
    pub(super) composer: Composer,
    /// The files of records so far, for the archive manifest.
    pub(super) files: Vec<FileEntry>,
    pub(super) holders: Vec<Holder<'a>>,
    pub(super) proof: Proof,
    /// Differences to the base, in no order.
    pub(super) changes: Vec<Change>,
    order: ReadingOrder,
    /// The text of each article that has one, for the pages to be searched.
    pub(super) texts: HashMap<(Akey, u32), LaidAside>,
}

/// An item with a blob, for a line of provenance.
pub(super) struct Holder<'a> {
    pub(super) sha256: Sha256,
    pub(super) kind: ItemKind,
    pub(super) id: Cow<'a, str>,
    /// How the blob came; `None` where the base knows.
    pub(super) fetched: Option<&'a StagedBlob>,
}

/// The payload, once it is whole.
pub(super) struct Payload {
    pub(super) roots: Roots,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) blobs: u64,
    pub(super) blob_bytes: u64,
}

impl<'a> Making<'a> {
    pub(super) fn begin(run: &'a Run, gathered: &'a Gathered) -> Result<Self, Error> {
        let (scratch, path) = run.gathering.stage.compose_file()?;
        Ok(Self {
            run,
            gathered,
            library: Library::new(run, gathered)?,
            composer: Composer::new(scratch, path, &run.client.secret_spellings()),
            files: Vec::new(),
            holders: Vec::new(),
            proof: Proof::new(run.id, run.base.as_ref()),
            changes: Vec::new(),
            order: ReadingOrder::default(),
            texts: HashMap::new(),
        })
    }

    /// The sections that the archive holds, in the order of records: those in
    /// scope, and those that the base has.
    pub(super) fn sections(&self) -> impl Iterator<Item = Section> + use<'a> {
        let rolls = &self.gathered.rolls;
        Section::ALL
            .into_iter()
            .filter(|section| rolls.contains_key(section))
    }

    /// The items of `section` in the order of their file.
    pub(super) fn items_of(&self, section: Section) -> Vec<Member<'a>> {
        self.gathered.items_of(section).collect()
    }

    /// `image.jsonl`, `voice.jsonl` and `video.jsonl`.
    pub(super) fn media(&mut self) -> Result<(), Error> {
        for section in self
            .sections()
            .filter(|section| section.item_kind() != ItemKind::Article)
        {
            let kind = section.item_kind();
            self.composer.begin(layout::items(kind));
            for item in self.items_of(section) {
                self.run.check_interrupt()?;
                let record = self.library.media(section, item)?;
                self.hold_media(&record, self.library.id_of(section, item));
                self.order.media(&record);
                let cause = self.library.cause_of_item(section, item);
                let is_carried = self.library.is_carried(section, item, &record);
                self.proof.media(section, &record, cause, is_carried);
                self.change_media(section, item, &record)?;
                self.composer.write(&canonical::line(&record))?;
            }
            self.drop_media(section);
            self.end_lines(&layout::items(kind), "items", kind.as_str());
        }
        Ok(())
    }

    fn hold_media(&mut self, record: &MediaRecord, id: &'a str) {
        let cover = record.cover.as_ref().map(|cover| cover.sha256);
        for sha256 in record.sha256.into_iter().chain(cover) {
            self.hold(sha256, record.kind, id);
        }
    }

    /// Notes that an item has a blob.
    fn hold(&mut self, sha256: Sha256, kind: ItemKind, id: &'a str) {
        let fetched = self
            .library
            .by_digest(&sha256)
            .and_then(|blob| blob.fetched);
        self.holders.push(Holder {
            sha256,
            kind,
            id: Cow::Borrowed(id),
            fetched,
        });
    }

    /// Notes in what a record differs from that of the base.
    fn change_media(
        &mut self,
        section: Section,
        item: Member<'_>,
        record: &MediaRecord,
    ) -> Result<(), Error> {
        let Some(base) = self.library.base() else {
            return Ok(());
        };
        let old = match item.roll.slot {
            Some(slot) => {
                let media = base.media(section.item_kind());
                let slot = &media.expect("it has a record").slots[slot as usize];
                let is_as_it_was = match item.roll.standing {
                    Standing::Listed => self.library.is_carried(section, item, record),
                    Standing::Kept => base.sha256_of(slot) == record.sha256,
                    Standing::Vanished | Standing::Gone => false,
                };
                let sticks = item.roll.words == Words::Base && slot.status == record.status;
                // A video may have lost its cover.
                if sticks && is_as_it_was && section != Section::Video {
                    return Ok(());
                }
                Some(Facts::of_media(&base.media_record(record.kind, slot)?))
            }
            None => None,
        };
        let new = Facts::of_media(record);
        let id = &record.media_id;
        self.changes
            .extend(difference(record.kind, id, old.as_ref(), Some(&new)));
        Ok(())
    }

    /// Notes what the base has of a section and the archive will not.
    fn drop_media(&mut self, section: Section) {
        let kind = section.item_kind();
        let media = self.library.base().and_then(|base| base.media(kind));
        for slot in &self.gathered.rolls[&section].dropped {
            let slot = &media.expect("it has a record").slots[*slot as usize];
            let old = self.library.base().and_then(|base| base.sha256_of(slot));
            self.changes.push(removed(kind, &slot.id, old));
        }
    }

    /// The folders of articles and `article.jsonl`; gives the groups in the order
    /// of that file, and the assets that they name.
    pub(super) fn groups(&mut self) -> Result<(Vec<ArticleGroup>, Option<Assets>), Error> {
        let sections: Vec<Section> = self
            .sections()
            .filter(|section| section.item_kind() == ItemKind::Article)
            .collect();
        if sections.is_empty() {
            return Ok((Vec::new(), None));
        }
        let mut assets = Assets::default();
        let mut groups = Vec::new();
        let mut akeys = HashSet::new();
        for section in sections {
            for item in self.items_of(section) {
                self.run.check_interrupt()?;
                let group = self.group(section, item, &mut assets)?;
                assert!(
                    akeys.insert(group.0.akey.clone()),
                    "two ids share a folder, which is a collision of 80 bits of SHA-256"
                );
                groups.push(group);
            }
            for slot in &self.gathered.rolls[&section].dropped {
                let base = self
                    .library
                    .base()
                    .expect("what is dropped was in the base");
                let slot = &base.articles()[*slot as usize];
                let old = base.article_record(slot)?;
                self.changes
                    .push(removed(ItemKind::Article, &slot.id, old.raw_sha256));
            }
        }
        groups.sort_by(|(left, _), (right, _)| left.sort_key().cmp(&right.sort_key()));
        self.composer.begin(layout::items(ItemKind::Article));
        for (record, metas) in &mut groups {
            self.order.group(record);
            for meta in metas {
                self.order.article(meta);
                // The lists of pages show the cover alone; the rest of a large
                // library is too much to hold.
                meta.embeds = Vec::new();
                meta.assets.retain(|asset| asset.role == "cover");
                meta.assets.shrink_to_fit();
            }
            self.composer.write(&canonical::line(record))?;
        }
        self.end_lines(&layout::items(ItemKind::Article), "items", "article");
        Ok((groups, Some(assets)))
    }

    fn group(
        &mut self,
        section: Section,
        item: Member<'_>,
        assets: &mut Assets,
    ) -> Result<ArticleGroup, Error> {
        let group = self.library.group(section, item, assets)?;
        self.change_group(item, &group.record, group.raw.as_ref().map(|(_, raw)| raw))?;
        if let Some((path, raw)) = group.raw {
            self.composer.add(path, &raw)?;
        }
        let mut metas = Vec::with_capacity(group.articles.len());
        for article in group.articles {
            let meta = article.meta;
            if !article.whole {
                self.proof.unread(section);
                self.run.observer.event(&Event::Warning {
                    code: "unread_content",
                    about: &meta.title,
                    message: &message!("export-unread-content"),
                });
            }
            let (akey, idx) = (&meta.akey, meta.idx);
            self.composer
                .add(layout::article_meta(akey, idx), &canonical::document(&meta))?;
            self.composer
                .add(layout::article_page(akey, idx), article.page.as_bytes())?;
            if !article.text.is_empty() {
                let laid = self.composer.lay_aside(&article.text)?;
                self.texts.insert((akey.clone(), idx), laid);
            }
            metas.push(meta);
        }
        let cause = self.library.cause_of_item(section, item);
        let is_carried = item.roll.words == Words::Base;
        self.proof.group(section, &group.record, cause, is_carried);
        Ok((group.record, metas))
    }

    fn change_group(
        &mut self,
        item: Member<'_>,
        record: &ArticleRecord,
        raw: Option<&Vec<u8>>,
    ) -> Result<(), Error> {
        let Some(base) = self.library.base() else {
            return Ok(());
        };
        let new = Facts::of_article(record);
        let old = match item.roll.slot {
            Some(slot) => Some(base.article_record(&base.articles()[slot as usize])?),
            None => None,
        };
        let is_as_it_was = |old: &ArticleRecord| {
            old.status == record.status && old.raw_sha256 == record.raw_sha256
        };
        if item.roll.standing == Standing::Kept && old.as_ref().is_some_and(is_as_it_was) {
            return Ok(());
        }
        let facts = old.as_ref().map(Facts::of_article);
        let fields = match &facts {
            Some(facts) => {
                let read = |side: Side, _: &RawFacts| -> Result<Vec<u8>, Infallible> {
                    let of_base = || base.raw(old.as_ref()?);
                    Ok(match side {
                        Side::Old => of_base().unwrap_or_default(),
                        Side::New => raw.cloned().unwrap_or_default(),
                    })
                };
                let Ok(fields) = compare::fields(facts, &new, read);
                fields
            }
            None => Vec::new(),
        };
        self.changes.extend(compare::change(
            ItemKind::Article,
            &record.id,
            facts.as_ref(),
            Some(&new),
            fields,
        ));
        Ok(())
    }

    /// `asset.jsonl`; gives what is missing, for the pages.
    pub(super) fn assets(&mut self, assets: Option<Assets>) -> Result<Vec<MissingView>, Error> {
        let mut missing = Vec::new();
        let Some(assets) = assets else {
            return Ok(missing);
        };
        let base = self.library.base();
        // Both are in the order of keys.
        let mut known = base.map_or(&[][..], Base::assets).iter().peekable();
        self.composer.begin(layout::items(ItemKind::Asset));
        for record in self.library.assets(assets) {
            self.order.asset(&record);
            let cause = self.library.cause_of_asset(&record.key);
            self.proof.asset(&record, cause);
            let key = record.key.as_str();
            while let Some(gone) = known.next_if(|slot| &*slot.key < key) {
                let old = base.and_then(|base| gone.sha256(base));
                self.changes.push(removed(ItemKind::Asset, &gone.key, old));
            }
            if let Some(base) = base {
                let old = known.next_if(|slot| &*slot.key == key);
                let is_same = old.is_some_and(|old| {
                    old.status == record.status && old.sha256(base) == record.sha256
                });
                if !is_same {
                    let old = match old {
                        Some(old) => Some(Facts::of_asset(&base.asset_record(old)?)),
                        None => None,
                    };
                    let new = Facts::of_asset(&record);
                    self.changes
                        .extend(difference(record.kind, key, old.as_ref(), Some(&new)));
                }
            }
            if let Some(sha256) = record.sha256 {
                let fetched = self.library.blob(&record.key).and_then(|blob| blob.fetched);
                self.holders.push(Holder {
                    sha256,
                    kind: ItemKind::Asset,
                    id: Cow::Owned(key.to_owned()),
                    fetched,
                });
            }
            missing.extend(shown::missing_asset(&record));
            self.composer.write(&canonical::line(&record))?;
        }
        for gone in known {
            let old = base.and_then(|base| gone.sha256(base));
            self.changes.push(removed(ItemKind::Asset, &gone.key, old));
        }
        self.end_lines(&layout::items(ItemKind::Asset), "items", "asset");
        Ok(missing)
    }

    /// Every blob that a record names, in reading order.
    pub(super) fn blobs(&mut self) {
        for sha256 in std::mem::take(&mut self.order).finish() {
            let blob: Blob<'_> = self
                .library
                .by_digest(&sha256)
                .expect("a record names a blob that is there");
            self.composer.add_blob(blob.kind, blob.print, blob.source);
        }
    }

    /// `manifest-sha256.txt`: the payload is whole.
    pub(super) fn manifest(&mut self) -> Result<Payload, Error> {
        let (files, bytes) = self.composer.sum(|entry| entry.is_in(Part::Payload));
        let (blobs, blob_bytes) = self.composer.sum(Entry::is_blob);
        let (roots, _) = self.composer.add_manifest(Part::Payload)?;
        Ok(Payload {
            roots,
            files,
            bytes,
            blobs,
            blob_bytes,
        })
    }

    /// Ends the open file of lines and enters it into the archive manifest.
    pub(super) fn end_lines(&mut self, path: &EntryPath, role: &str, schema: &str) {
        let lines = self.composer.end();
        self.files.push(FileEntry {
            path: path.clone(),
            role: role.to_owned(),
            schema: Some(schema_of(schema)),
            lines: Some(lines),
        });
    }
}

/// The name of a schema of this version of the format.
pub(super) fn schema_of(name: &str) -> String {
    format!("urn:wxbackup:schema:{FORMAT_VERSION}:{name}")
}

/// The difference between two records that are not articles.
fn difference(
    kind: ItemKind,
    id: &str,
    old: Option<&Facts>,
    new: Option<&Facts>,
) -> Option<Change> {
    let no_raw = |_, _: &RawFacts| -> Result<Vec<u8>, Infallible> { Ok(Vec::new()) };
    let fields = match (old, new) {
        (Some(old), Some(new)) => {
            let Ok(fields) = compare::fields(old, new, no_raw);
            fields
        }
        _ => Vec::new(),
    };
    compare::change(kind, id, old, new, fields)
}

fn removed(kind: ItemKind, id: &str, old_sha256: Option<Sha256>) -> Change {
    Change {
        op: ChangeOp::Removed,
        kind: kind.as_str().to_owned(),
        id: id.to_owned(),
        old_sha256,
        new_sha256: None,
        fields: Vec::new(),
    }
}
