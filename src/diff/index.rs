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
    pub(super) fn insert(&mut self, facts: Facts, ids: Vec<String>) {
        for id in ids {
            self.by_id.entry(Mark::of(&id)).or_insert(self.slots.len());
        }
        self.slots.push(Slot {
            facts,
            fate: Fate::Unmet,
        });
    }

    /// The slot of the record that has or had one of `ids`, the first that is
    /// there, if none was settled with it already.
    pub(super) fn find(&self, ids: Vec<String>) -> Option<usize> {
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
