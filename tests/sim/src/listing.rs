//! One page of a list.

use std::collections::VecDeque;

use serde_json::Value;
use serde_json::json;

/// What a caller asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listing {
    pub(crate) offset: usize,
    pub(crate) count: usize,
    /// Left out by some answers about nothing.
    pub(crate) with_item_count: bool,
}

/// `item` first, then the totals, as on the wire.
pub(crate) fn page<T>(all: &VecDeque<T>, listing: Listing, tell: impl FnMut(&T) -> Value) -> Value {
    let start = listing.offset.min(all.len());
    let end = start.saturating_add(listing.count).min(all.len());
    let items: Vec<Value> = all.range(start..end).map(tell).collect();
    let item_count = items.len();
    let mut page = json!({"item": items, "total_count": all.len()});
    if listing.with_item_count {
        page["item_count"] = json!(item_count);
    }
    page
}
