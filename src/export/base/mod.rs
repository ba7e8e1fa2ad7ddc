//! The base: the archive of the same account that a run builds on.
//!
//! Nothing of it is believed before it is proved: its container and the records
//! when it is opened, each byte that goes into the new archive when that is
//! read back. What turns out to be rotten is noted here, and is then as if the
//! base had never held it. Of each record only what tells whether the item has
//! changed is held; the record itself is read where it is needed.

mod choose;
mod index;
mod lookup;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::archive::Archive;
use crate::archive::records::Place;
use crate::message;
use crate::model::{
    AssetHosts, FileKind, Fingerprint, GapId, ItemKind, ItemStatus, Section, Timestamp,
};
use crate::record::archive::ArchiveDocument;
use crate::record::completeness::Completeness;
use crate::record::mark::Mark;
use crate::record::receipt::{Encryption, Receipt};
use crate::record::run::Gap;

pub use choose::BaseChoice;
pub(super) use choose::{ChooseError, choose};

/// A base that can be relied on.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) archive: Archive,
    pub(super) document: ArchiveDocument,
    pub(super) archive_sha256: crate::model::Sha256,
    pub(super) completeness: Completeness,
    /// What it says is missing.
    pub(super) gaps: HashMap<GapId, Gap>,
    /// The receipt that stands beside it, where one does and fits.
    pub(super) receipt: Option<Receipt>,
    /// The archive in the output folder that it is, or is the plain copy of.
    pub(super) standing: Option<PathBuf>,
    /// When it was last read in full and found sound.
    pub(super) verified_at: Timestamp,
    media: HashMap<ItemKind, Media>,
    articles: Articles,
    assets: Vec<AssetSlot>,
    /// Slots of pictures by the key of their address; made when one is asked for,
    /// which is seldom where little has changed.
    pictures: OnceLock<HashMap<Mark, u32>>,
    /// Blobs that are not what their names say, by their place among the entries.
    rotten: HashSet<u32>,
    /// The hosts that are allowed, and those that assets of the base came from: a
    /// run that allows fewer must not lose what an earlier one saved.
    pub(super) hosts: AssetHosts,
    /// Digests of blobs that may be placeholders.
    pub(super) suspects: HashSet<crate::model::Sha256>,
}

/// The records of one file of pictures, voices or videos, in its order.
#[derive(Debug, Default)]
pub(super) struct Media {
    pub(super) slots: Vec<MediaSlot>,
    /// Places in `slots`, sorted by id.
    by_id: Vec<u32>,
}

/// What is held of the record of a picture, voice or video.
#[derive(Debug)]
pub(super) struct MediaSlot {
    pub(super) id: Box<str>,
    pub(super) update_time: i64,
    pub(super) status: ItemStatus,
    name: Mark,
    line: Place,
    /// The place of its blob among the entries.
    blob: Option<u32>,
}

/// The records of articles, in the order of their file.
#[derive(Debug, Default)]
pub(super) struct Articles {
    pub(super) slots: Vec<ArticleSlot>,
    /// Places in `slots` by section and each id that the group ever had.
    by_id: HashMap<(Section, Box<str>), u32>,
}

/// What is held of the record of a news, draft or publication.
#[derive(Debug)]
pub(super) struct ArticleSlot {
    pub(super) section: Section,
    pub(super) id: Box<str>,
    pub(super) status: ItemStatus,
    /// Whether every asset of every article is stored.
    pub(super) is_whole: bool,
    line: Place,
}

/// What is held of the record of an asset; in the order of the keys.
#[derive(Debug)]
pub(super) struct AssetSlot {
    pub(super) key: Box<str>,
    pub(super) status: ItemStatus,
    line: Place,
    blob: Option<u32>,
}

/// A blob of the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BaseBlob {
    pub(super) print: Fingerprint,
    pub(super) kind: FileKind,
    /// Where its bytes begin in the file of the base.
    pub(super) offset: u64,
}

/// The base turned out to be unreadable in a place that was sound when it was opened.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("base-unreadable", path = path.as_str(), archive = archive))]
pub struct Unreadable {
    /// The file.
    pub archive: String,
    /// The entry.
    pub path: crate::model::EntryPath,
    /// Why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Base {
    /// The name of its zip, for messages and for the archive that builds on it.
    pub(super) fn file_name(&self) -> String {
        let name = std::path::Path::new(self.archive.name()).file_name();
        let name = name.unwrap_or_default().to_string_lossy();
        name.strip_suffix(".age").unwrap_or(&name).to_owned()
    }

    /// What its receipt says of it as an encrypted archive, if it is one.
    pub(super) fn encryption(&self) -> Option<&Encryption> {
        let standing = self.standing.as_ref()?;
        let is_age = standing.extension().is_some_and(|it| it == "age");
        self.receipt
            .as_ref()?
            .encryption
            .as_ref()
            .filter(|_| is_age)
    }

    fn unreadable(
        &self,
        path: &crate::model::EntryPath,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Unreadable {
        Unreadable {
            archive: self.file_name(),
            path: path.clone(),
            source: source.into(),
        }
    }
}
