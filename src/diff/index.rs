//! The records of one kind of the older archive, in a few digests each.

use std::collections::HashMap;

use crate::record::compare::Facts;
use crate::record::mark::Mark;

/// Records by their ids; a record's slot is its place in the file.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: Vec<Slot>,
    by_id: HashMap<Mark, usize>,
}

#[derive(Debug)]
struct Slot {
    facts: Facts,
    fate: Fate,
}

/// What became of a record of the older archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The newer archive has none for it.
    Unmet,
    /// It has one that says the same.
    Same,
    /// It has one that differs: the change at this place.
    Differs(usize),
}

impl Index {
    /// The next record of the file.
    pub(super) fn insert(&mut self, facts: Facts, ids: &[String]) {
        for id in ids {
            self.by_id.entry(Mark::of(id)).or_insert(self.slots.len());
        }
        self.slots.push(Slot {
            facts,
            fate: Fate::Unmet,
        });
    }

    /// The slot of the record that has or had one of `ids`, the first that is
    /// there, if none was settled with it already.
    pub(super) fn find(&self, ids: &[String]) -> Option<usize> {
        ids.iter()
            .filter_map(|id| self.by_id.get(&Mark::of(id)).copied())
            .find(|slot| self.slots[*slot].fate == Fate::Unmet)
    }

    pub(super) fn facts(&self, slot: usize) -> &Facts {
        &self.slots[slot].facts
    }

    /// Notes that the newer archive has the record of `slot`, and the place of
    /// the change, where it differs.
    pub(super) fn settle(&mut self, slot: usize, change: Option<usize>) {
        self.slots[slot].fate = change.map_or(Fate::Same, Fate::Differs);
    }

    /// What became of the record in `slot`; nothing is known of one that is not there.
    pub(super) fn fate(&self, slot: usize) -> Fate {
        self.slots.get(slot).map_or(Fate::Same, |slot| slot.fate)
    }

    /// Whether a record was not met, or may have had another title.
    pub(super) fn needs_second_look(&self) -> bool {
        self.slots.iter().any(|slot| slot.fate != Fate::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::model::{Akey, ItemKind, ItemStatus, Section};
    use crate::record::item::ArticleRecord;

    fn facts() -> Facts {
        Facts::of_article(&ArticleRecord {
            kind: ItemKind::Article,
            source: Section::Draft,
            id: "d1".to_owned(),
            akey: Akey::of(Section::Draft, "d1"),
            aliases: Vec::new(),
            create_time: None,
            update_time: 0,
            status: ItemStatus::Retired,
            raw_path: None,
            raw_sha256: None,
            raw_form: None,
            count: 0,
            articles: Vec::new(),
            retired_in: None,
            gap_id: None,
            reason: None,
        })
    }

    #[test]
    fn a_draft_is_found_by_any_id_that_it_had_and_only_once() {
        let ids = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut index = Index::default();
        index.insert(facts(), &ids("d1 d2"));
        index.insert(facts(), &ids("d3"));
        assert_eq!(index.find(&ids("d4")), None);
        assert_eq!(index.find(&ids("d9 d2")), Some(0));
        index.settle(0, Some(7));
        assert_eq!(index.find(&ids("d1")), None);
        assert_eq!(
            [0, 1].map(|slot| index.fate(slot)),
            [Fate::Differs(7), Fate::Unmet]
        );
        assert!(index.needs_second_look());
        index.settle(0, None);
        index.settle(1, None);
        assert!(!index.needs_second_look());
    }
}
