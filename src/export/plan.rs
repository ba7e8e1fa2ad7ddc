//! The plan of a section: what to fetch, decided before the first fetch.
//!
//! A pure function of the catalog, the base, and of what is staged. Nothing that
//! is staged, that the base holds, or that is known to be gone is in it.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::base::{Base, BaseBlob, MediaSlot};
use super::catalog::{Catalog, Listed};
use super::gathering::Ledger;
use super::mention;
use super::mention::Mention;
use super::roll;
use crate::model::{
    AssetAddress, AssetHosts, AssetKey, FileKind, ItemKind, Section, Sha256, Timestamp,
};
use crate::record::mark::Mark;
use crate::wechat::Source;
use crate::wechat::wire::ArticleGroup;

/// How pictures of the library are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PicturesBy {
    /// By the address in the list, which costs no API call.
    Cdn,
    /// By `get_material`, one call a picture: the API's own bytes.
    Api,
}

/// One thing to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fetch {
    /// What it answers for.
    pub(super) key: AssetKey,
    /// What wants it first.
    pub(super) want: Want,
    /// The id of the item, or the key of an asset.
    pub(super) id: String,
    /// Its name, for people.
    pub(super) name: String,
    /// Items that have the same key: pictures that were uploaded twice share an
    /// address. Each is a way more, and each is missing where none works.
    pub(super) others: Vec<Other>,
    /// How to get it, best first.
    pub(super) ways: Vec<Way>,
}

/// One more item that a fetch answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Other {
    /// Its id.
    pub(super) id: String,
    /// Its name, for people.
    pub(super) name: String,
}

/// What a fetch is for; it decides what its failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// An item of a section.
    Item(Section),
    /// What an article names.
    Asset,
    /// The cover of a video: an ornament, whose loss is told and is no gap.
    Cover,
}

impl Want {
    /// The kind of record that it ends in.
    pub(super) fn kind(self) -> ItemKind {
        match self {
            Self::Item(section) => section.item_kind(),
            Self::Asset => ItemKind::Asset,
            Self::Cover => ItemKind::Video,
        }
    }
}

/// A way to get something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From its address.
    Url { url: Url, source: Source },
    /// From its address, as an article's page asks for it.
    UrlFromPage { url: Url },
    /// By `get_material`.
    Material { media_id: String },
    /// By `get_material`, which names the file's address.
    Video { media_id: String },
}

/// The key under which the bytes of an item of the library are staged.
///
/// A picture with an address shares it with every article that shows it. Other
/// media have addresses that are signed, if any: their id names them.
pub(super) fn key_of(
    section: Section,
    item: &Listed,
    hosts: &AssetHosts,
    by: PicturesBy,
) -> AssetKey {
    match (section, by) {
        (Section::Image, PicturesBy::Cdn) => address_of(item, hosts)
            .map_or_else(|| AssetKey::of_media_id(&item.id), |address| address.key),
        _ => AssetKey::of_media_id(&item.id),
    }
}

fn address_of(item: &Listed, hosts: &AssetHosts) -> Option<AssetAddress> {
    AssetAddress::parse(item.url()?, hosts)
}

/// What need not be asked for: it is staged, or in the base, or known to be gone.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) base: Option<&'a Base>,
    pub(super) now: Timestamp,
}

impl Known<'_> {
    /// Whether the id of an item says that it need not be asked for.
    fn item(&self, section: Section, item: &Listed) -> bool {
        let of_base = |base: &Base| {
            let kind = section.item_kind().as_str();
            of_base_by_id(base, section, item).is_some()
                || base.gone_lately(kind, &item.id, self.now).is_some()
        };
        // An article may have failed to get this very picture by its address;
        // its item has one way more.
        self.ledger.gaps.contains_key(&gap_key(section, &item.id)) || self.base.is_some_and(of_base)
    }

    /// Whether the key of an item says so.
    fn key(&self, section: Section, key: &AssetKey) -> bool {
        let of_base = |base: &Base| of_base_by_address(base, section, key).is_some();
        self.ledger.blobs.contains_key(key) || self.base.is_some_and(of_base)
    }

    fn asset(&self, key: &AssetKey) -> bool {
        let of_base = |base: &Base| {
            let kind = ItemKind::Asset.as_str();
            base.blob_for(key).is_some() || base.gone_lately(kind, key.as_str(), self.now).is_some()
        };
        self.ledger.blobs.contains_key(key)
            || self.ledger.gaps.contains_key(key.as_str())
            || self.base.is_some_and(of_base)
    }
}

/// The bytes that the base has for a listed item.
///
/// A picture's address names its bytes. Other media are known by their id, as
/// long as nothing tells of a change.
pub(super) fn of_base(
    base: &Base,
    section: Section,
    item: &Listed,
    key: &AssetKey,
) -> Option<BaseBlob> {
    of_base_by_id(base, section, item).or_else(|| of_base_by_address(base, section, key))
}

fn of_base_by_id(base: &Base, section: Section, item: &Listed) -> Option<BaseBlob> {
    base.blob_of(slot_of(base, section, item)?)
}

fn of_base_by_address(base: &Base, section: Section, key: &AssetKey) -> Option<BaseBlob> {
    let names_bytes = section == Section::Image && key.media_id().is_none();
    names_bytes.then(|| base.blob_for(key)).flatten()
}

/// The digest of the bytes that the base had for a listed item, sound or not.
pub(super) fn digest_of_base(base: &Base, section: Section, item: &Listed) -> Option<Sha256> {
    base.sha256_of(slot_of(base, section, item)?)
}

/// The record of a listed item, as long as nothing tells that its bytes have changed.
fn slot_of<'a>(base: &'a Base, section: Section, item: &Listed) -> Option<&'a MediaSlot> {
    let media = base.media(section.item_kind())?;
    let slot = &media.slots[media.find(&item.id)? as usize];
    let is_same = match section {
        // What get_material says of it may have changed with its name.
        Section::Video => item.is_as(slot),
        _ => slot.update_time == item.update_time,
    };
    is_same.then_some(slot)
}

/// What to fetch of a section of pictures, voices or videos.
///
/// Places in the catalog alone: a fetch with its addresses takes more memory than
/// the item in its list, so each is made when its turn comes.
pub(super) struct MediaPlan<'a> {
    catalog: &'a Catalog,
    hosts: &'a AssetHosts,
    by: PicturesBy,
    /// Each item with the first one that has its key; those of a key side by side.
    places: Vec<(u32, u32)>,
    /// How many fetches there are.
    pub(super) fetches: u64,
    /// How many of them begin with a call of the API.
    pub(super) calls: u64,
}

/// Plans what to fetch of a section of pictures, voices or videos.
pub(super) fn of_media<'a>(
    catalog: &'a Catalog,
    known: Known<'_>,
    hosts: &'a AssetHosts,
    by: PicturesBy,
) -> MediaPlan<'a> {
    let mut plan = MediaPlan {
        catalog,
        hosts,
        by,
        places: Vec::new(),
        fetches: 0,
        calls: 0,
    };
    let mut firsts: HashMap<Mark, u32> = HashMap::new();
    for (place, item) in (0..).zip(catalog.all()) {
        if known.item(catalog.section, item) {
            continue;
        }
        let key = key_of(catalog.section, item, hosts, by);
        if known.key(catalog.section, &key) {
            continue;
        }
        let first = *firsts.entry(Mark::of(key.as_str())).or_insert(place);
        plan.places.push((first, place));
        if first == place {
            plan.fetches += 1;
            let has_address = match catalog.section {
                Section::Image => key.media_id().is_none(),
                _ => listed_url(item).is_some(),
            };
            plan.calls += u64::from(!has_address);
        }
    }
    plan.places.sort_unstable();
    plan
}

impl MediaPlan<'_> {
    /// The fetches, in the order of the list.
    pub(super) fn each(&self) -> impl Iterator<Item = Fetch> {
        self.places
            .chunk_by(|(left, _), (right, _)| left == right)
            .map(|places| self.fetch(places))
    }

    /// The fetch for the items at `places`, which share a key.
    fn fetch(&self, places: &[(u32, u32)]) -> Fetch {
        let section = self.catalog.section;
        let mut items = places
            .iter()
            .map(|(_, place)| roll::at(self.catalog, *place));
        let first = items.next().expect("a key is that of an item");
        let mut fetch = Fetch {
            key: key_of(section, first, self.hosts, self.by),
            want: Want::Item(section),
            id: first.id.to_string(),
            name: first.name().to_owned(),
            others: Vec::new(),
            ways: self.ways(first),
        };
        for other in items {
            for way in self.ways(other) {
                if !fetch.ways.contains(&way) {
                    fetch.ways.push(way);
                }
            }
            fetch.others.push(Other {
                id: other.id.to_string(),
                name: other.name().to_owned(),
            });
        }
        fetch
    }

    fn ways(&self, item: &Listed) -> Vec<Way> {
        let media_id = item.id.to_string();
        let of_list = |url| Way::Url {
            url,
            source: Source::Material,
        };
        match self.catalog.section {
            Section::Image => {
                let by_url = (self.by == PicturesBy::Cdn)
                    .then(|| address_of(item, self.hosts))
                    .flatten();
                let urls = by_url.into_iter().flat_map(|address| address.candidates);
                urls.map(of_list)
                    .chain([Way::Material { media_id }])
                    .collect()
            }
            Section::Voice => listed_url(item)
                .map(of_list)
                .into_iter()
                .chain([Way::Material { media_id }])
                .collect(),
            _ => listed_url(item)
                .map(of_list)
                .into_iter()
                .chain([Way::Video { media_id }])
                .collect(),
        }
    }
}

fn listed_url(item: &Listed) -> Option<Url> {
    Url::parse(item.url()?).ok()
}

/// The cover of a video that is not staged yet.
pub(super) fn of_cover(
    media_id: &str,
    url: &str,
    known: Known<'_>,
    hosts: &AssetHosts,
) -> Option<Fetch> {
    let address = AssetAddress::parse(url, hosts)?;
    let ways = address
        .candidates
        .into_iter()
        .map(|url| Way::Url {
            url,
            source: Source::Asset,
        })
        .collect();
    let fetch = Fetch {
        key: address.key,
        want: Want::Cover,
        id: media_id.to_owned(),
        name: String::new(),
        others: Vec::new(),
        ways,
    };
    (!known.asset(&fetch.key)).then_some(fetch)
}

/// The name of the gap of an item of a section in the journal.
pub(super) fn gap_key(section: Section, id: &str) -> String {
    format!("{section}:{id}")
}

/// What to fetch of the assets that a group of articles names by address, and
/// the ids of those that it names by id alone.
pub(super) fn of_articles(
    group: &ArticleGroup,
    known: Known<'_>,
    hosts: &AssetHosts,
    planned: &mut HashSet<AssetKey>,
) -> Vec<Fetch> {
    let mut fetches: Vec<Fetch> = Vec::new();
    for article in &group.articles {
        for mention in mention::of_article(article, hosts).mentions {
            if !known.asset(&mention.key) && planned.insert(mention.key.clone()) {
                fetches.push(of_mention(mention));
            }
        }
    }
    fetches
}

fn of_mention(mention: Mention) -> Fetch {
    let ways = match &mention.media_id {
        // The id of a cover that has an address is of no use here: the address
        // shows the cut that readers saw, and costs no call.
        Some(media_id) if mention.candidates.is_empty() => vec![Way::Material {
            media_id: media_id.clone(),
        }],
        _ => mention
            .candidates
            .into_iter()
            .map(|url| Way::Url {
                url,
                source: Source::Asset,
            })
            .collect(),
    };
    let id = mention.key.to_string();
    Fetch {
        key: mention.key,
        want: Want::Asset,
        id,
        name: String::new(),
        others: Vec::new(),
        ways,
    }
}

/// Whether the kind that an address promises (`wx_fmt`) is another than the
/// bytes have: the sign of a placeholder.
pub(super) fn contradicts(url: &Url, kind: FileKind) -> bool {
    let promised = url
        .query_pairs()
        .find(|(name, _)| name == "wx_fmt")
        .map(|(_, value)| value.to_ascii_lowercase());
    let promised = match promised.as_deref() {
        Some("png") => FileKind::Png,
        Some("jpeg" | "jpg") => FileKind::Jpg,
        Some("gif") => FileKind::Gif,
        Some("webp") => FileKind::Webp,
        Some("svg") => FileKind::Svg,
        _ => return false,
    };
    promised != kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_promise_that_is_broken_is_a_contradiction() {
        let contradicts = |url: &str, kind| contradicts(&Url::parse(url).unwrap(), kind);
        assert!(contradicts(
            "https://mmbiz.qpic.cn/mmbiz_png/x/0?wx_fmt=png",
            FileKind::Gif
        ));
        assert!(!contradicts(
            "https://mmbiz.qpic.cn/mmbiz_png/x/0?wx_fmt=png",
            FileKind::Png
        ));
        assert!(!contradicts(
            "https://mmbiz.qpic.cn/mmbiz_jpg/x/0?wx_fmt=jpeg",
            FileKind::Jpg
        ));
        assert!(!contradicts(
            "https://mmbiz.qpic.cn/mmbiz/x/0?wx_fmt=other",
            FileKind::Gif
        ));
        assert!(!contradicts(
            "https://mmbiz.qpic.cn/mmbiz/x/0",
            FileKind::Gif
        ));
    }
}
