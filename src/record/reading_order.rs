//! The order of blobs in an archive (format 6): that of their first mention,
//! walking the image, voice, video, article and asset records in file order;
//! within a record the main blob, then the cover, then assets in document order.
//!
//! One definition for the sealer, which writes blobs so, and the checker, which
//! reads the record files in another order and must come to the same.

use std::collections::HashMap;

use crate::model::Akey;
use crate::model::EntryPath;
use crate::model::ItemKind;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::article::ArticleMeta;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;

/// Collects what records name and gives the blobs in reading order.
///
/// Records of one kind come in the order of their file; the kinds, and the
/// articles of known groups, may come in any order.
#[derive(Debug, Default)]
pub struct ReadingOrder {
    numbers: HashMap<Sha256, u32>,
    images: Vec<u32>,
    voices: Vec<u32>,
    videos: Vec<u32>,
    groups: HashMap<Akey, u32>,
    articles: Vec<Mention>,
    assets: Vec<u32>,
}

/// An article names a blob.
#[derive(Debug)]
struct Mention {
    group: u32,
    idx: u32,
    blob: u32,
}

impl ReadingOrder {
    /// The next record of a media file.
    pub fn media(&mut self, record: &MediaRecord) {
        let cover = record.cover.as_ref().map(|cover| &cover.path);
        for path in [record.path.as_ref(), cover].into_iter().flatten() {
            let Some(number) = self.number(path) else {
                continue;
            };
            match record.kind {
                ItemKind::Voice => self.voices.push(number),
                ItemKind::Video => self.videos.push(number),
                _ => self.images.push(number),
            }
        }
    }

    /// The next record of the article file; its articles follow by [`article`](Self::article).
    pub fn group(&mut self, record: &ArticleRecord) {
        let place = count(self.groups.len());
        self.groups.entry(record.akey.clone()).or_insert(place);
    }

    /// An article of a group that was told before; others are passed over.
    pub fn article(&mut self, meta: &ArticleMeta) {
        let Some(group) = self.groups.get(&meta.akey).copied() else {
            return;
        };
        for path in meta.assets.iter().filter_map(|asset| asset.path.as_ref()) {
            if let Some(blob) = self.number(path) {
                self.articles.push(Mention {
                    group,
                    idx: meta.idx,
                    blob,
                });
            }
        }
    }

    /// The next record of the asset file.
    pub fn asset(&mut self, record: &AssetRecord) {
        if let Some(number) = record.path.as_ref().and_then(|path| self.number(path)) {
            self.assets.push(number);
        }
    }

    /// Every blob that was named, once, in reading order.
    pub fn finish(mut self) -> Vec<Sha256> {
        // Stable: mentions of one article stay in document order.
        self.articles
            .sort_by_key(|mention| (mention.group, mention.idx));
        let mut digests: Vec<Option<Sha256>> = vec![None; self.numbers.len()];
        for (sha256, number) in self.numbers {
            digests[number as usize] = Some(sha256);
        }
        let media = [self.images, self.voices, self.videos];
        let articles = self.articles.into_iter().map(|mention| mention.blob);
        media
            .into_iter()
            .flatten()
            .chain(articles)
            .chain(self.assets)
            // Taken at its first mention, and not there at a later one.
            .filter_map(|number| digests[number as usize].take())
            .collect()
    }

    fn number(&mut self, path: &EntryPath) -> Option<u32> {
        let (sha256, _) = layout::parse_blob(path)?;
        let next = count(self.numbers.len());
        Some(*self.numbers.entry(sha256).or_insert(next))
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("an archive has far fewer than 2^32 records")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::samples;

    fn blob(name: &str) -> (EntryPath, Sha256) {
        let sha256 = Sha256::of(name.as_bytes());
        (layout::blob(&sha256, crate::model::FileKind::Jpg), sha256)
    }

    #[test]
    fn blobs_stand_at_their_first_mention() {
        let names = ["image", "video", "cover", "first", "second", "asset"];
        let [image, video, cover, first, second, asset] = names.map(blob);
        let mut order = ReadingOrder::default();

        // The files in the order of an archive, which is another one.
        let groups = ["b", "a"].map(samples::article);
        for group in &groups {
            order.group(group);
        }
        let mut record = samples::asset("k");
        for path in [&first.0, &asset.0, &image.0] {
            record.path = Some(path.clone());
            order.asset(&record);
        }
        let mut record = samples::media(ItemKind::Image, "i");
        record.path = Some(image.0.clone());
        order.media(&record);
        let mut record = samples::media(ItemKind::Video, "v");
        record.path = Some(video.0.clone());
        record.cover = Some(crate::record::item::Cover {
            path: cover.0.clone(),
            sha256: cover.1,
        });
        order.media(&record);
        for (group, blobs) in [
            (&groups[1], [&second, &image]),
            (&groups[0], [&first, &second]),
        ] {
            let mut meta = samples::meta(group, 1);
            meta.assets = blobs.map(|blob| samples::mention(&blob.0)).to_vec();
            order.article(&meta);
        }

        let expected = [image, video, cover, first, second, asset].map(|blob| blob.1);
        assert_eq!(order.finish(), expected);
    }
}
