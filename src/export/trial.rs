//! The plan of a first run by itself, for tests/bench/parts.rs alone: no run of
//! the program stops between its listing and its plan.

use bytes::Bytes;

use super::catalog::Catalog;
use super::gathering::Ledger;
use super::plan;
use super::plan::{Known, PicturesBy};
use crate::model::{AssetHosts, Section, Timestamp};
use crate::wechat::wire;

/// A list of pictures that was read to its end, with nothing staged and no base.
#[derive(Debug)]
pub struct FirstPlan(Catalog);

impl FirstPlan {
    /// The list whose pages have these bodies.
    ///
    /// # Errors
    ///
    /// A body is no page of such a list.
    pub fn of_pages(bodies: &[Bytes]) -> Result<Self, wire::Error> {
        Catalog::of_pages(Section::Image, bodies).map(Self)
    }

    /// Plans, makes each fetch once, and counts them.
    pub fn fetches(&self, hosts: &AssetHosts) -> usize {
        let known = Known {
            ledger: &Ledger::default(),
            base: None,
            now: Timestamp::UNIX_EPOCH,
        };
        let plan = plan::of_media(&self.0, known, hosts, PicturesBy::Cdn);
        plan.each().count()
    }
}
