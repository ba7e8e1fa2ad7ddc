//! How a page asks where things are: the one thing it needs to know of an archive.

use super::links::ArticleLink;
use crate::model::{AssetKey, FileKind, GapId, GapReason};

/// Knows what became of each asset; the caller of a page answers.
pub trait Lookup {
    /// Where the asset is, or why it is not there.
    fn asset(&self, key: &AssetKey) -> Resolved;

    /// The address, relative to the page, of an article that the archive holds.
    fn article(&self, link: &ArticleLink) -> Option<String> {
        let _ = link;
        None
    }
}

/// What became of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// It is in the archive.
    Local {
        /// Its address, relative to the page.
        href: String,
        /// What its bytes are.
        kind: FileKind,
    },
    /// It is not, and a gap says why.
    Missing(Missing),
    /// The archive has no record of it.
    Unknown,
}

/// Something that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The gap that stands for it.
    pub gap_id: GapId,
    /// Why, where the reason is permanent. Of a passing one a page says only
    /// that the thing was not fetched yet, or it would differ from night to night.
    pub reason: Option<GapReason>,
}
