//! The library part of an archive in the making: record files, article folders
//! and blobs. One pass over the items feeds all that is made of them.

use std::collections::{HashMap, HashSet};

use super::compose::Composer;
use super::library::{Assets, Library, Seen, blob_path};
use super::proof::Proof;
use super::view;
use crate::event::Event;
use crate::export::catalog::{Catalog, Listed};
use crate::export::{Error, Gathered, Run};
use crate::html::MissingView;
use crate::model::{AssetKey, EntryPath, ItemKind, Section, layout};
use crate::record::archive::{FileEntry, Roots};
use crate::record::article::ArticleMeta;
use crate::record::item::{ArticleRecord, MediaRecord};
use crate::record::manifest::Manifest;
use crate::record::reading_order::ReadingOrder;
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
    pub(super) holders: Vec<Holder>,
    pub(super) proof: Proof,
    order: ReadingOrder,
}

/// An item with a blob, for a line of provenance.
pub(super) struct Holder {
    pub(super) key: AssetKey,
    pub(super) kind: ItemKind,
    pub(super) id: String,
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
        let scratch = run.gathering.stage.compose_file()?;
        Ok(Self {
            run,
            gathered,
            library: Library::new(run, gathered)?,
            composer: Composer::new(scratch, &run.client.secret_spellings()),
            files: Vec::new(),
            holders: Vec::new(),
            proof: Proof::new(run.id),
            order: ReadingOrder::default(),
        })
    }

    /// The sections that the run covers, in the order of records.
    pub(super) fn scope(&self) -> impl Iterator<Item = Section> + use<'a> {
        let sections = &self.run.options.sections;
        Section::ALL
            .into_iter()
            .filter(|section| sections.contains(section))
    }

    /// The items of `section` in the order of their file.
    pub(super) fn items_of(&self, section: Section) -> Vec<(&'a Listed, Seen)> {
        let catalogs = self.gathered.catalogs.iter();
        let catalog = catalogs
            .filter(|catalog| catalog.section == section)
            .flat_map(items);
        let mut items: Vec<(&Listed, Seen)> = catalog.collect();
        items.sort_by(|(left, _), (right, _)| {
            (left.update_time, &left.id).cmp(&(right.update_time, &right.id))
        });
        items
    }

    /// `image.jsonl`, `voice.jsonl` and `video.jsonl`.
    pub(super) fn media(&mut self) -> Result<(), Error> {
        for section in self
            .scope()
            .filter(|section| section.item_kind() != ItemKind::Article)
        {
            let kind = section.item_kind();
            self.composer.begin(layout::items(kind));
            for (item, seen) in self.items_of(section) {
                self.run.check_interrupt()?;
                let record = self.library.media(section, item, seen)?;
                self.hold_media(section, item, &record)?;
                self.order.media(&record);
                self.proof.media(section, &record, &self.library);
                self.composer.write(&canonical::line(&record))?;
            }
            self.end_lines(&layout::items(kind), "items", kind.as_str());
        }
        Ok(())
    }

    fn hold_media(
        &mut self,
        section: Section,
        item: &Listed,
        record: &MediaRecord,
    ) -> Result<(), Error> {
        let main = record
            .path
            .is_some()
            .then(|| self.library.key_of(section, item));
        let cover = match &record.cover {
            Some(_) => self.library.cover_of(&record.media_id)?,
            None => None,
        };
        for key in main.into_iter().chain(cover) {
            self.holders.push(Holder {
                key,
                kind: record.kind,
                id: record.media_id.clone(),
            });
        }
        Ok(())
    }

    /// The folders of articles and `article.jsonl`; gives the groups in the order
    /// of that file, and the assets that they name.
    pub(super) fn groups(&mut self) -> Result<(Vec<ArticleGroup>, Option<Assets>), Error> {
        let sections: Vec<Section> = self
            .scope()
            .filter(|section| section.item_kind() == ItemKind::Article)
            .collect();
        if sections.is_empty() {
            return Ok((Vec::new(), None));
        }
        let mut assets = Assets::default();
        let mut groups = Vec::new();
        let mut akeys = HashSet::new();
        for section in sections {
            for (item, seen) in self.items_of(section) {
                self.run.check_interrupt()?;
                let group = self.group(section, item, seen, &mut assets)?;
                assert!(
                    akeys.insert(group.0.akey.clone()),
                    "two ids share a folder, which is a collision of 80 bits of SHA-256"
                );
                groups.push(group);
            }
        }
        groups.sort_by(|(left, _), (right, _)| left.sort_key().cmp(&right.sort_key()));
        self.composer.begin(layout::items(ItemKind::Article));
        for (record, metas) in &groups {
            self.order.group(record);
            for meta in metas {
                self.order.article(meta);
            }
            self.composer.write(&canonical::line(record))?;
        }
        self.end_lines(&layout::items(ItemKind::Article), "items", "article");
        Ok((groups, Some(assets)))
    }

    fn group(
        &mut self,
        section: Section,
        item: &Listed,
        seen: Seen,
        assets: &mut Assets,
    ) -> Result<ArticleGroup, Error> {
        let group = self.library.group(section, item, seen, assets)?;
        self.composer.add(group.raw.0, &group.raw.1)?;
        let mut metas = Vec::with_capacity(group.articles.len());
        for article in group.articles {
            let meta = article.meta;
            if !article.whole {
                self.proof.unread(section);
                self.run.observer.event(&Event::Warning {
                    code: "unread_content",
                    about: &meta.title,
                    message: "its HTML cannot be read to its end; the text is kept whole, but pictures behind that place are not found",
                });
            }
            let (akey, idx) = (&meta.akey, meta.idx);
            self.composer
                .add(layout::article_meta(akey, idx), &canonical::document(&meta))?;
            self.composer
                .add(layout::article_page(akey, idx), article.page.as_bytes())?;
            metas.push(meta);
        }
        self.proof.group(section, &group.record, &self.library);
        Ok((group.record, metas))
    }

    /// `asset.jsonl`; gives what is missing, for the pages.
    pub(super) fn assets(&mut self, assets: Option<Assets>) -> Result<Vec<MissingView>, Error> {
        let mut missing = Vec::new();
        let Some(assets) = assets else {
            return Ok(missing);
        };
        self.composer.begin(layout::items(ItemKind::Asset));
        for record in self.library.assets(assets) {
            self.order.asset(&record);
            self.proof.asset(&record, &self.library);
            if record.path.is_some() {
                let (key, id) = (record.key.clone(), record.key.to_string());
                self.holders.push(Holder {
                    key,
                    kind: ItemKind::Asset,
                    id,
                });
            }
            missing.extend(view::missing_asset(&record));
            self.composer.write(&canonical::line(&record))?;
        }
        self.end_lines(&layout::items(ItemKind::Asset), "items", "asset");
        Ok(missing)
    }

    /// Every blob that a record names, in reading order.
    pub(super) fn blobs(&mut self) {
        let named = self
            .holders
            .iter()
            .filter_map(|holder| self.library.blob(&holder.key));
        let by_digest: HashMap<_, _> = named.map(|blob| (blob.sha256, blob)).collect();
        for sha256 in std::mem::take(&mut self.order).finish() {
            let blob = by_digest[&sha256];
            self.composer
                .add_blob(blob_path(blob), blob.print(), blob.place);
        }
    }

    /// `manifest-sha256.txt`: the payload is whole.
    pub(super) fn manifest(&mut self) -> Result<Payload, Error> {
        let manifest = Manifest::new(self.composer.manifest_lines(layout::is_payload));
        let (files, bytes) = self.composer.sum(layout::is_payload);
        let (blobs, blob_bytes) = self.composer.sum(layout::is_blob);
        self.composer
            .add(layout::path(layout::MANIFEST), &manifest.to_bytes())?;
        Ok(Payload {
            roots: manifest.roots(),
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

fn items(catalog: &Catalog) -> impl Iterator<Item = (&Listed, Seen)> {
    let listed = catalog.listed.iter().map(|item| (item, Seen::Listed));
    listed.chain(catalog.vanished.iter().map(|item| (item, Seen::Vanished)))
}
