//! A part of the accounts, for one of several machines.

use std::num::NonZeroU32;
use std::str::FromStr;

use wxbackup::message;

use super::wrong::WrongValue;

/// One part of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1 to `total`.
    pub(crate) number: u32,
    /// How many parts there are.
    pub(crate) total: NonZeroU32,
}

/// More parts than anyone has machines, and few enough to count through for
/// each account.
const SHARDS_MAX: u32 = 10_000;

pub(super) fn shards(text: &str) -> Result<NonZeroU32, WrongValue> {
    text.parse()
        .ok()
        .filter(|total: &NonZeroU32| total.get() <= SHARDS_MAX)
        .ok_or(WrongValue(message!("value-shards")))
}

impl FromStr for Shard {
    type Err = WrongValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(number, total)| {
            let (number, total) = (number.parse().ok()?, shards(total).ok()?);
            (1..=total.get())
                .contains(&number)
                .then_some(Self { number, total })
        });
        parsed.ok_or(WrongValue(message!("value-shard")))
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.total)
    }
}
