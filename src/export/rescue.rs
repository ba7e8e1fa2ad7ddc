//! Looks in older archives for what is rotten in the base and can no longer be
//! fetched: a picture that was deleted years ago may still be sound there.

use std::collections::{BTreeMap, HashSet};
use std::io::Read as _;

use super::roll::Roll;
use super::{Error, Run};
use crate::archive::{Archive, limits, shelf};
use crate::error::PathContext as _;
use crate::event::Event;
use crate::message;
use crate::model::{AssetKey, ItemKind, Section, Sha256};
use crate::record::item::ArticleRecord;
use crate::stage::{Entry, Fetched, Via};

/// The key under which such a blob is staged: its digest is all that is asked for.
pub(super) fn key_of(sha256: &Sha256) -> AssetKey {
    AssetKey::of_media_id(&format!("sha256:{sha256}"))
}

/// The name in the journal of the text of articles that an older archive gave.
pub(super) fn raw_key(sha256: &Sha256) -> String {
    format!("raw:{sha256}")
}

impl Run {
    /// Stages from older archives the texts of articles that are damaged in the
    /// base, and that no list of this run gave anew.
    pub(super) fn rescue_texts(&mut self, rolls: &BTreeMap<Section, Roll>) -> Result<(), Error> {
        let mut wanted = self.damaged_texts(rolls)?;
        let Some(base) = self.base.as_ref().filter(|_| !wanted.is_empty()) else {
            return Ok(());
        };
        // It cannot stand for the library, even if nothing else has changed.
        self.base_is_damaged = true;
        let is_staged = |record: &ArticleRecord| {
            let sha256 = record.raw_sha256.as_ref();
            sha256.is_some_and(|it| self.gathering.ledger.items.contains_key(&raw_key(it)))
        };
        wanted.retain(|record| !is_staged(record));
        let row = shelf::row(&self.options.output, &self.options.app_id.file_stem())?;
        let base_path = std::path::PathBuf::from(base.archive.name());
        for shelved in row.archives.iter().filter(|it| it.path() != base_path) {
            if wanted.is_empty() {
                break;
            }
            let Ok(archive) = Archive::open(shelved.path(), &self.options.identities) else {
                continue;
            };
            let mut left = Vec::new();
            for record in wanted {
                self.check_interrupt()?;
                match text_in(&archive, &record) {
                    Some((sha256, raw)) => self.stage_item(&raw_key(&sha256), &raw)?,
                    None => left.push(record),
                }
            }
            wanted = left;
        }
        for record in &wanted {
            self.observer.event(&Event::Warning {
                code: "damaged_in_base",
                about: &record.id,
                message: &message!("export-texts-damaged"),
            });
        }
        Ok(())
    }

    /// The records that keep the words of the base, of which it lost the text.
    fn damaged_texts(&self, rolls: &BTreeMap<Section, Roll>) -> Result<Vec<ArticleRecord>, Error> {
        let mut damaged = Vec::new();
        let Some(base) = &self.base else {
            return Ok(damaged);
        };
        let of_articles = |section: &Section| section.item_kind() == ItemKind::Article;
        let rolls = rolls.iter().filter(|(section, _)| of_articles(section));
        for item in rolls.flat_map(|(_, roll)| &roll.items) {
            // A listed one was compared with what the list says.
            let (None, Some(slot)) = (item.listed, item.slot) else {
                continue;
            };
            self.check_interrupt()?;
            let record = base.article_record(&base.articles()[slot as usize])?;
            if record.raw_path.is_some() && base.raw(&record).is_none() {
                damaged.push(record);
            }
        }
        Ok(damaged)
    }

    /// Stages from older archives what is rotten in the base and did not come anew.
    pub(super) fn rescue(&mut self) -> Result<(), Error> {
        let Some(base) = &self.base else {
            return Ok(());
        };
        let ledger = &self.gathering.ledger;
        let staged: HashSet<Sha256> = ledger
            .blobs
            .values()
            .map(|blob| blob.print.sha256)
            .collect();
        let mut wanted: Vec<Sha256> = base
            .rotten()
            .filter(|sha256| !staged.contains(sha256))
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        wanted.sort_unstable();
        let row = shelf::row(&self.options.output, &self.options.app_id.file_stem())?;
        let base_path = std::path::PathBuf::from(base.archive.name());
        for shelved in row.archives.iter().filter(|it| it.path() != base_path) {
            // One that cannot be opened has nothing to give.
            let Ok(archive) = Archive::open(shelved.path(), &self.options.identities) else {
                continue;
            };
            let mut left = Vec::new();
            for sha256 in wanted {
                self.check_interrupt()?;
                if !self.rescue_from(&archive, &sha256)? {
                    left.push(sha256);
                }
            }
            wanted = left;
        }
        for sha256 in &wanted {
            self.observer.event(&Event::Warning {
                code: "damaged_in_base",
                about: &sha256.to_string(),
                message: &message!("export-blob-damaged"),
            });
        }
        Ok(())
    }

    /// Whether `archive` had the blob.
    fn rescue_from(&mut self, archive: &Archive, sha256: &Sha256) -> Result<bool, Error> {
        let Some(place) = archive.blob(sha256) else {
            return Ok(false);
        };
        let mut body = archive.reader(&archive.entries()[place]);
        let nursery = self.gathering.stage.nursery();
        let mut incoming = nursery.incoming();
        let mut window = vec![0; 64 * 1024];
        loop {
            match body.read(&mut window) {
                Ok(0) => break,
                Ok(bytes) => incoming
                    .write(&window[..bytes])
                    .at("write-into", nursery.folder())?,
                Err(_) => return Ok(false),
            }
        }
        let landed = incoming.finish();
        if landed.print.sha256 != *sha256 {
            return Ok(false);
        }
        let (print, kind, size) = (landed.print, landed.kind, landed.size);
        let place = self.gathering.stage.land(landed)?;
        let blob = Fetched {
            key: key_of(sha256),
            sha256: print.sha256,
            crc32: print.crc32,
            bytes: print.bytes,
            kind,
            size,
            contradicts: false,
            place,
            via: Via::Archive,
            fetched_at: (self.options.clock)(),
            run_id: self.id.to_string().into(),
            address: None,
            http_status: None,
            content_type: None,
            content_length: None,
            etag: None,
            last_modified: None,
        };
        self.gathering.note(Entry::Blob(Box::new(blob)))?;
        Ok(true)
    }
}

/// The text of `record` in an older archive, where its folder has the same name.
fn text_in(archive: &Archive, record: &ArticleRecord) -> Option<(Sha256, Vec<u8>)> {
    let (path, sha256) = (record.raw_path.as_ref()?, record.raw_sha256?);
    let raw = archive.read(path, limits::RAW_BYTES_MAX).ok()?;
    (Sha256::of(&raw) == sha256).then_some((sha256, raw))
}
