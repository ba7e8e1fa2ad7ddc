//! What the base knows of an item, a blob or an asset.

use super::{ArticleSlot, AssetSlot, Base, BaseBlob, Media, MediaSlot, Unreadable};
use crate::archive::limits;
use crate::archive::records;
use crate::archive::records::{Record, RecordError};
use crate::model::{
    AssetKey, Fingerprint, GapClass, GapId, ItemKind, ItemStatus, Section, Sha256, Timestamp,
    layout,
};
use crate::record::article::ArticleMeta;
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord};
use crate::record::mark::Mark;
use crate::record::run::Gap;

/// What is gone at its source is tried again after so long: seven days.
const TRY_AGAIN_SECONDS: i64 = 7 * 24 * 60 * 60;

impl Media {
    /// The place among the slots of the record of `id`.
    pub(in crate::export) fn find(&self, id: &str) -> Option<u32> {
        let found = self
            .by_id
            .binary_search_by(|slot| (*self.slots[*slot as usize].id).cmp(id));
        found.ok().map(|place| self.by_id[place])
    }
}

impl MediaSlot {
    /// Whether a list says of the item what the record says (format 12).
    pub(in crate::export) fn says(&self, name: &str, update_time: i64) -> bool {
        self.update_time == update_time && self.name == Mark::of(name)
    }

    /// Whether the item was no longer listed.
    pub(in crate::export) fn is_retired(&self) -> bool {
        self.status == ItemStatus::Retired
    }

    /// Whether the record names a blob, sound or not.
    pub(in crate::export) fn has_blob(&self) -> bool {
        self.blob.is_some()
    }
}

impl Base {
    /// Whether the section was listed to its end, by its run or an earlier one.
    pub(in crate::export) fn has_listed(&self, section: Section) -> bool {
        let counts = self.completeness.sections.get(section.as_str());
        counts.is_some_and(|counts| counts.listed_at.is_some())
    }

    /// The records of `kind`; none of a kind without a file.
    pub(in crate::export) fn media(&self, kind: ItemKind) -> Option<&Media> {
        self.media.get(&kind)
    }

    /// The slots of articles, in the order of their file.
    pub(in crate::export) fn articles(&self) -> &[ArticleSlot] {
        &self.articles.slots
    }

    /// The place of the group that has, or once had, the id.
    pub(in crate::export) fn find_article(&self, section: Section, id: &str) -> Option<u32> {
        self.articles.by_id.get(&(section, id.into())).copied()
    }

    /// The assets, in the order of their keys.
    pub(in crate::export) fn assets(&self) -> &[AssetSlot] {
        &self.assets
    }

    pub(in crate::export) fn media_record(
        &self,
        kind: ItemKind,
        slot: &MediaSlot,
    ) -> Result<MediaRecord, Unreadable> {
        self.record(kind, slot.line)
    }

    pub(in crate::export) fn article_record(
        &self,
        slot: &ArticleSlot,
    ) -> Result<ArticleRecord, Unreadable> {
        self.record(ItemKind::Article, slot.line)
    }

    pub(in crate::export) fn asset_record(
        &self,
        slot: &AssetSlot,
    ) -> Result<AssetRecord, Unreadable> {
        self.record(ItemKind::Asset, slot.line)
    }

    fn record<T: Record>(&self, kind: ItemKind, place: records::Place) -> Result<T, Unreadable> {
        records::record_at(&self.archive, kind, place)
            .map_err(|error: RecordError| self.unreadable(&layout::items(kind), error))
    }

    /// The bytes of a group of articles; `None` where they are no longer those of
    /// the record, or were never there.
    pub(in crate::export) fn raw(&self, record: &ArticleRecord) -> Option<Vec<u8>> {
        let (path, sha256) = (record.raw_path.as_ref()?, record.raw_sha256?);
        let raw = self.archive.read(path, limits::RAW_BYTES_MAX).ok()?;
        (Sha256::of(&raw) == sha256).then_some(raw)
    }

    /// What the base says of article `idx` of a group.
    pub(in crate::export) fn article_meta(
        &self,
        record: &ArticleRecord,
        idx: u32,
    ) -> Option<ArticleMeta> {
        records::article_meta(&self.archive, &record.akey, idx).ok()
    }

    /// The blob of an item, unless it has turned out to be rotten.
    pub(in crate::export) fn blob_of(&self, slot: &MediaSlot) -> Option<BaseBlob> {
        self.blob(slot.blob?)
    }

    /// The digest of the blob of an item, sound or not.
    pub(in crate::export) fn sha256_of(&self, slot: &MediaSlot) -> Option<Sha256> {
        self.digest(slot.blob?)
    }

    fn digest(&self, place: u32) -> Option<Sha256> {
        let entry = &self.archive.entries()[place as usize];
        layout::parse_blob(&entry.path).map(|(sha256, _)| sha256)
    }

    /// The blob that answers for `key`: that of an asset, or of a picture with
    /// that address or id.
    pub(in crate::export) fn blob_for(&self, key: &AssetKey) -> Option<BaseBlob> {
        let of_asset = || self.blob(self.find_asset(key)?.blob?);
        let pictures = || self.media.get(&ItemKind::Image);
        let of_address = || {
            let by_address = self.pictures.get_or_init(|| self.pictures_by_address());
            let slot = *by_address.get(&Mark::of(key.as_str()))?;
            self.blob_of(&pictures()?.slots[slot as usize])
        };
        let of_id = || {
            let slot = pictures()?.find(key.media_id()?)?;
            self.blob_of(&pictures()?.slots[slot as usize])
        };
        of_asset().or_else(of_address).or_else(of_id)
    }

    /// The record of the asset `key`.
    pub(in crate::export) fn find_asset(&self, key: &AssetKey) -> Option<&AssetSlot> {
        let found = self
            .assets
            .binary_search_by(|slot| (*slot.key).cmp(key.as_str()));
        found.ok().map(|place| &self.assets[place])
    }

    /// The blob of this digest, unless it has turned out to be rotten.
    pub(in crate::export) fn blob_by_digest(&self, sha256: &Sha256) -> Option<BaseBlob> {
        let place = self.archive.blob(sha256)?;
        self.blob(u32::try_from(place).ok()?)
    }

    fn blob(&self, place: u32) -> Option<BaseBlob> {
        if self.rotten.contains(&place) {
            return None;
        }
        let entry = &self.archive.entries()[place as usize];
        let (sha256, kind) = layout::parse_blob(&entry.path)?;
        Some(BaseBlob {
            print: Fingerprint {
                sha256,
                crc32: entry.crc32,
                bytes: entry.bytes,
            },
            kind,
            offset: self.archive.start_of(entry),
        })
    }

    /// Notes that the blob of this digest is not what its name says. Gives
    /// whether that is news.
    pub(in crate::export) fn note_rotten(&mut self, sha256: &Sha256) -> bool {
        let place = self.archive.blob(sha256);
        place
            .and_then(|place| u32::try_from(place).ok())
            .is_some_and(|place| self.rotten.insert(place))
    }

    /// The digests of blobs that turned out to be rotten.
    pub(in crate::export) fn rotten(&self) -> impl Iterator<Item = Sha256> + '_ {
        self.rotten.iter().filter_map(|place| self.digest(*place))
    }

    /// Width and height of a picture, where its bytes say so.
    pub(in crate::export) fn size_of(&self, blob: &BaseBlob) -> Option<(u32, u32)> {
        /// Where the size stands, in all but the oddest files.
        const HEAD_BYTES: u64 = 1024 * 1024;
        let range = crate::archive::FileRange::new(
            self.archive.source(),
            blob.offset,
            blob.print.bytes.min(HEAD_BYTES),
        );
        let mut head = Vec::new();
        std::io::Read::read_to_end(&mut { range }, &mut head).ok()?;
        let size = imagesize::blob_size(&head).ok()?;
        Some((
            u32::try_from(size.width).ok()?,
            u32::try_from(size.height).ok()?,
        ))
    }

    /// The gap of an item or asset, where the base has one.
    pub(in crate::export) fn gap(&self, kind: &str, id: &str) -> Option<&Gap> {
        self.gaps.get(&GapId::of(kind, id))
    }

    /// The gap of something that was gone when it was tried last, less than a
    /// week ago: it is not asked for again today.
    pub(in crate::export) fn gone_lately(
        &self,
        kind: &str,
        id: &str,
        now: Timestamp,
    ) -> Option<&Gap> {
        let gap = self.gap(kind, id)?;
        let age = now.as_second() - gap.last_attempt_at.as_second();
        let is_gone = gap.reason.class() == GapClass::SourceGone;
        (is_gone && (0..TRY_AGAIN_SECONDS).contains(&age)).then_some(gap)
    }
}

impl AssetSlot {
    /// The digest of its blob, whether or not that is still sound.
    pub(in crate::export) fn sha256(&self, base: &Base) -> Option<Sha256> {
        base.digest(self.blob?)
    }

    /// Whether it is stored.
    pub(in crate::export) fn is_stored(&self) -> bool {
        self.status == ItemStatus::Stored
    }
}
