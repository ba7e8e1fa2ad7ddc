//! Sections of an account, kinds of records, and what can be said of each.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::message;

/// A part of an account that a run covers; each has a list of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// Pictures of the permanent library.
    Image,
    /// Sounds of the permanent library.
    Voice,
    /// Videos of the permanent library.
    Video,
    /// Articles of the permanent library; frozen by WeChat in 2022.
    News,
    /// The draft box.
    Draft,
    /// What was published by "publish" (not mass-sent).
    Published,
}

impl Section {
    /// Every section, in the order of records and reports.
    pub const ALL: [Self; 6] = [
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::News,
        Self::Draft,
        Self::Published,
    ];

    /// Every section in the order of a run: small ones first, so that a long
    /// listing that is cut off has cost the others nothing.
    pub const RUN_ORDER: [Self; 6] = [
        Self::Published,
        Self::Draft,
        Self::News,
        Self::Voice,
        Self::Video,
        Self::Image,
    ];

    /// The word that flags, records and the API use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::News => "news",
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }

    /// The kind of record that an item of this section becomes.
    pub fn item_kind(self) -> ItemKind {
        match self {
            Self::Image => ItemKind::Image,
            Self::Voice => ItemKind::Voice,
            Self::Video => ItemKind::Video,
            Self::News | Self::Draft | Self::Published => ItemKind::Article,
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text names no section.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("model-no-section", name = .0))]
pub struct UnknownSection(String);

impl FromStr for Section {
    type Err = UnknownSection;

    fn from_str(text: &str) -> Result<Self, UnknownSection> {
        Self::ALL
            .into_iter()
            .find(|section| section.as_str() == text)
            .ok_or_else(|| UnknownSection(text.to_owned()))
    }
}

/// The kinds of records under `data/items/`, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ItemKind {
    Image,
    Voice,
    Video,
    Article,
    Asset,
}

impl ItemKind {
    /// Every kind, in reading order (format 6).
    pub const ALL: [Self; 5] = [
        Self::Image,
        Self::Voice,
        Self::Video,
        Self::Article,
        Self::Asset,
    ];

    /// The word that records use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Article => "article",
            Self::Asset => "asset",
        }
    }
}

impl fmt::Display for ItemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemStatus {
    /// Its bytes are in the archive.
    Stored,
    /// They are not, and a gap says why.
    Missing,
    /// No longer listed by WeChat, and kept.
    Retired,
}

/// The verdict on a run (format 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// Every equation holds and nothing is missing.
    Complete,
    /// Every equation holds, and waiting cannot mend what is missing.
    CompleteWithGaps,
    /// Anything else.
    Partial,
}

impl RunStatus {
    /// The word that records use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::CompleteWithGaps => "complete-with-gaps",
            Self::Partial => "partial",
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
