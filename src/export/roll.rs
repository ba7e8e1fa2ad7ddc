//! The roll of a section: every item that the archive will have of it, and
//! whose words its record repeats.
//!
//! Made of the catalog and the base alone. A list that held still retires what
//! it no longer shows; any other leaves what the base has as it is, so that a
//! narrower or broken run loses nothing (format 11). An item of which the list
//! says what the base says keeps the base's words to the byte, so that what
//! WeChat gives anew with each call changes nothing (format 12).

use std::collections::{HashMap, HashSet};

use super::base::{Base, Unreadable};
use super::catalog::{Catalog, ListEnd, Listed};
use super::gathering::Gathering;
use super::{Error, texts};
use crate::model::{ItemStatus, Section, Sha256};
use crate::record::compare;
use crate::wechat::wire::ArticleGroup;

/// The items of a section.
#[derive(Debug, Default)]
pub(super) struct Roll {
    pub(super) items: Vec<Item>,
    /// Places in the base of what it has and the archive will not.
    pub(super) dropped: Vec<u32>,
}

/// One item of the archive to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its place in the catalog, the vanished ones behind the listed.
    pub(super) listed: Option<u32>,
    /// The place of its record in the base.
    pub(super) slot: Option<u32>,
    pub(super) words: Words,
    pub(super) standing: Standing,
}

/// An item of the archive to be, with what the list says of it.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) roll: &'a Item,
    pub(super) listed: Option<&'a Listed>,
}

/// Whose words a record repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// What WeChat says now.
    List,
    /// What the base says.
    Base,
}

/// How an item stands in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// In the last pass over the list.
    Listed,
    /// Only in an earlier pass of this run, and new.
    Vanished,
    /// In the base, and no longer listed.
    Gone,
    /// As the base has it: retired before, or nobody knows better.
    Kept,
}

/// What becomes of an item of the base that is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unlisted {
    /// Whether the list proves that it is gone.
    is_gone: bool,
    /// Whether it stays all the same.
    is_retained: bool,
}

impl Unlisted {
    fn of(catalog: Option<&Catalog>, retain_deleted: bool) -> Self {
        let end = catalog.map(|catalog| &catalog.end);
        let is_gone = matches!(end, Some(ListEnd::Done { stable: true, .. }));
        Self {
            is_gone,
            is_retained: retain_deleted || !is_gone,
        }
    }

    /// `None`: the archive will not have it.
    fn standing(self, status: ItemStatus) -> Option<Standing> {
        let standing = if self.is_gone && status != ItemStatus::Retired {
            Standing::Gone
        } else {
            Standing::Kept
        };
        self.is_retained.then_some(standing)
    }
}

impl Roll {
    fn keep(&mut self, slot: u32, status: ItemStatus, unlisted: Unlisted) {
        match unlisted.standing(status) {
            Some(standing) => self.items.push(Item {
                listed: None,
                slot: Some(slot),
                words: Words::Base,
                standing,
            }),
            None => self.dropped.push(slot),
        }
    }
}

/// The roll of a section of pictures, voices or videos, in the order of its file.
pub(super) fn of_media(
    section: Section,
    catalog: Option<&Catalog>,
    base: Option<&Base>,
    retain_deleted: bool,
) -> Roll {
    let media = base.and_then(|base| base.media(section.item_kind()));
    let mut roll = Roll::default();
    let mut met: HashSet<u32> = HashSet::new();
    for (place, item, is_listed) in places(catalog) {
        let slot = media.and_then(|media| media.find(&item.id));
        if !is_listed && slot.is_some() {
            // The base knows it: it is told below, as gone.
            continue;
        }
        let says_the_same = |slot: u32| {
            let slot = &media?.slots[slot as usize];
            let sticks = slot.status != ItemStatus::Retired && item.is_as(slot);
            sticks.then_some(Words::Base)
        };
        met.extend(slot);
        roll.items.push(Item {
            listed: Some(place),
            slot,
            words: slot.and_then(says_the_same).unwrap_or(Words::List),
            standing: if is_listed {
                Standing::Listed
            } else {
                Standing::Vanished
            },
        });
    }
    let unlisted = Unlisted::of(catalog, retain_deleted);
    for (slot, record) in (0..).zip(media.into_iter().flat_map(|media| &media.slots)) {
        if !met.contains(&slot) {
            roll.keep(slot, record.status, unlisted);
        }
    }
    let key = |item: &Item| match (item.words, item.slot, item.listed) {
        (Words::Base, Some(slot), _) | (Words::List, Some(slot), None) => {
            let slot = &media.expect("a slot is one of the base").slots[slot as usize];
            (slot.update_time, &*slot.id)
        }
        (_, _, Some(place)) => {
            let listed = at(catalog.expect("a place is one of the catalog"), place);
            (listed.update_time, &*listed.id)
        }
        (_, None, None) => unreachable!("an item is listed, or in the base"),
    };
    roll.items
        .sort_unstable_by(|left, right| key(left).cmp(&key(right)));
    roll
}

/// The roll of a section of articles, in no order.
pub(super) fn of_articles(
    section: Section,
    catalog: Option<&Catalog>,
    base: Option<&Base>,
    gathering: &Gathering,
    retain_deleted: bool,
) -> Result<Roll, Error> {
    let mut roll = Roll::default();
    let Some(base) = base else {
        for (place, _, is_listed) in places(catalog) {
            roll.items.push(new_item(place, is_listed));
        }
        return Ok(roll);
    };
    let mut met: HashSet<u32> = HashSet::new();
    let mut unknown: Vec<u32> = Vec::new();
    let has_own_id = |slot: u32, item: &Listed| *base.articles()[slot as usize].id == *item.id;
    let listed = || places(catalog).filter(|(_, _, is_listed)| *is_listed);
    let own: HashSet<u32> = listed()
        .filter_map(|(_, item, _)| {
            let slot = base.find_article(section, &item.id)?;
            has_own_id(slot, item).then_some(slot)
        })
        .collect();
    for (place, item, is_listed) in places(catalog) {
        match base.find_article(section, &item.id) {
            // The base knows it: it is listed under another id, or told below as gone.
            Some(_) if !is_listed => {}
            // Two ids of one draft in one list are two drafts now.
            Some(slot) if (has_own_id(slot, item) || !own.contains(&slot)) && met.insert(slot) => {
                roll.items
                    .push(known_item(section, place, item, slot, base, gathering)?);
            }
            _ if is_listed && section == Section::Draft => unknown.push(place),
            _ => roll.items.push(new_item(place, is_listed)),
        }
    }
    if let Some(catalog) = catalog {
        for (place, slot) in pair_drafts(catalog, unknown, base, &met, gathering)? {
            let item = at(catalog, place);
            match slot {
                Some(slot) => {
                    met.insert(slot);
                    roll.items
                        .push(known_item(section, place, item, slot, base, gathering)?);
                }
                None => roll.items.push(new_item(place, true)),
            }
        }
    }
    let unlisted = Unlisted::of(catalog, retain_deleted);
    for (slot, record) in (0..).zip(base.articles()) {
        if record.section == section && !met.contains(&slot) {
            roll.keep(slot, record.status, unlisted);
        }
    }
    Ok(roll)
}

/// Every item of a catalog with its place, and whether the last pass showed it.
fn places(catalog: Option<&Catalog>) -> impl Iterator<Item = (u32, &Listed, bool)> {
    let listed = catalog.map_or(0, |catalog| catalog.listed.len());
    let all = catalog.into_iter().flat_map(Catalog::all);
    (0..)
        .zip(all)
        .map(move |(place, item)| (place, item, (place as usize) < listed))
}

/// The item at a place that [`places`] gave.
pub(super) fn at(catalog: &Catalog, place: u32) -> &Listed {
    let place = place as usize;
    catalog
        .listed
        .get(place)
        .unwrap_or_else(|| &catalog.vanished[place - catalog.listed.len()])
}

fn new_item(place: u32, is_listed: bool) -> Item {
    Item {
        listed: Some(place),
        slot: None,
        words: Words::List,
        standing: if is_listed {
            Standing::Listed
        } else {
            Standing::Vanished
        },
    }
}

fn known_item(
    section: Section,
    place: u32,
    item: &Listed,
    slot: u32,
    base: &Base,
    gathering: &Gathering,
) -> Result<Item, Error> {
    let words = if says_the_same(section, item, slot, base, gathering)? {
        Words::Base
    } else {
        Words::List
    };
    Ok(Item {
        slot: Some(slot),
        words,
        ..new_item(place, true)
    })
}

/// Whether WeChat says of a group of articles what the base says. Its time of
/// change does not tell: WeChat was seen to leave it as it was after an edit.
fn says_the_same(
    section: Section,
    item: &Listed,
    slot: u32,
    base: &Base,
    gathering: &Gathering,
) -> Result<bool, Error> {
    let slot = &base.articles()[slot as usize];
    if slot.status != ItemStatus::Stored {
        return Ok(false);
    }
    let text = texts::read(&gathering.stage, &gathering.ledger, section, item)?;
    let Some(group) = &text.group else {
        return Ok(false);
    };
    let record = base.article_record(slot)?;
    let update_time = group.update_time.unwrap_or(item.update_time);
    if !texts::is_whole(group)
        || (record.update_time, record.create_time) != (update_time, group.create_time)
    {
        return Ok(false);
    }
    let Some(raw) = base.raw(&record) else {
        return Ok(false);
    };
    Ok(compare::are_same_articles(
        &raw,
        record.raw_form,
        &text.raw,
        Some(text.form),
    ))
}

/// Gives each unknown draft the draft of the base that it was, where there is
/// one: WeChat may show a draft under another id (format 12).
fn pair_drafts(
    catalog: &Catalog,
    unknown: Vec<u32>,
    base: &Base,
    met: &HashSet<u32>,
    gathering: &Gathering,
) -> Result<Vec<(u32, Option<u32>)>, Error> {
    let mut pairs: Vec<(u32, Option<u32>)> = Vec::with_capacity(unknown.len());
    if unknown.is_empty() {
        return Ok(pairs);
    }
    let mut known = KnownDrafts::read(base, met)?;
    let mut others = Vec::new();
    for place in unknown {
        let item = at(catalog, place);
        let text = texts::read(&gathering.stage, &gathering.ledger, Section::Draft, item)?;
        match known.take_by_content(compare::content_digest(&text.raw)) {
            Some(slot) => pairs.push((place, Some(slot))),
            None => others.push((place, text.group.map(titles_of))),
        }
    }
    // What says just the same goes first, wherever it stands in the list.
    for (place, titles) in others {
        pairs.push((place, known.take_by_titles(titles)));
    }
    Ok(pairs)
}

fn titles_of(group: ArticleGroup) -> Titles {
    let titles = group.articles.into_iter();
    let titles = titles.map(|article| article.title.unwrap_or_default());
    (group.create_time, titles.collect())
}

/// When a draft was made, and its titles.
type Titles = (Option<i64>, Vec<String>);

/// The drafts of the base that no listed draft has by its id.
struct KnownDrafts {
    by_content: HashMap<Sha256, Vec<u32>>,
    by_titles: HashMap<Titles, Vec<u32>>,
    taken: HashSet<u32>,
}

impl KnownDrafts {
    fn read(base: &Base, met: &HashSet<u32>) -> Result<Self, Unreadable> {
        let mut known = Self {
            by_content: HashMap::new(),
            by_titles: HashMap::new(),
            taken: HashSet::new(),
        };
        for (place, slot) in (0..).zip(base.articles()) {
            let may_be_it = slot.section == Section::Draft
                && slot.status != ItemStatus::Retired
                && !met.contains(&place);
            if !may_be_it {
                continue;
            }
            let record = base.article_record(slot)?;
            let raw = base.raw(&record);
            if let Some(digest) = raw.as_deref().and_then(compare::content_digest) {
                known.by_content.entry(digest).or_default().push(place);
            }
            let titles: Vec<String> = record
                .articles
                .into_iter()
                .map(|article| article.title)
                .collect();
            // A time alone is no sign.
            if record.create_time.is_some() && !titles.is_empty() {
                known
                    .by_titles
                    .entry((record.create_time, titles))
                    .or_default()
                    .push(place);
            }
        }
        Ok(known)
    }

    fn take_by_content(&mut self, content: Option<Sha256>) -> Option<u32> {
        let places = self.by_content.get(&content?)?;
        let found = places.iter().find(|place| !self.taken.contains(*place));
        self.take(found.copied()?)
    }

    fn take_by_titles(&mut self, titles: Option<Titles>) -> Option<u32> {
        match self.by_titles.get(&titles?)?.as_slice() {
            // Of two drafts that look alike nobody can say which it is.
            [one] => self.take(*one),
            _ => None,
        }
    }

    fn take(&mut self, place: u32) -> Option<u32> {
        self.taken.insert(place).then_some(place)
    }
}
