//! `run/completeness.json`: the proof that nothing is missing unsaid, in numbers
//! that anyone can add up again (format 2.9).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{RunStatus, Timestamp};

/// Counts, equations and the verdict of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// [`FORMAT`](super::FORMAT).
    pub format: String,
    /// [`FORMAT_VERSION`](super::FORMAT_VERSION).
    pub format_version: String,
    /// The verdict; a function of everything below and the gaps.
    pub status: RunStatus,
    /// When the account was looked at.
    pub window: Window,
    /// What became of each section; all six by name.
    pub sections: BTreeMap<String, SectionCounts>,
    /// What articles name by URL, in keys.
    pub assets: AssetCounts,
    /// What is missing.
    pub gaps: GapCounts,
    /// The equations, with both sides worked out.
    pub checks: Vec<Check>,
    /// How many blobs came which way: `cdn`, `get_material`, `video_host`, `library`.
    pub fetched_via: BTreeMap<String, u64>,
    /// What no API lists, so that no run can cover it; sorted.
    pub blind_spots: Vec<String>,
}

/// A stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Window {
    #[serde(with = "crate::record::instant")]
    pub started_at: Timestamp,
    #[serde(with = "crate::record::instant")]
    pub finished_at: Timestamp,
}

/// The counts of one section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionCounts {
    /// Whether the run was asked to cover it.
    pub in_scope: bool,
    /// Whether it was listed in this run.
    pub listed: bool,
    /// When it was last listed to its end.
    #[serde(
        default,
        with = "crate::record::instant::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub listed_at: Option<Timestamp>,
    /// What the count call said before; sections that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_count_start: Option<u64>,
    /// What the count call said after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_count_end: Option<u64>,
    /// `api_count_end` - `list_total_last`: counted by WeChat and in no list, such as thumbs.
    #[serde(default)]
    pub not_listable: i64,
    /// `total_count` of the first page of the last pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_total_first: Option<u64>,
    /// `total_count` of the last page of the last pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_total_last: Option<u64>,
    /// Pages read, all passes together.
    pub pages: u64,
    /// Passes made.
    pub passes: u32,
    /// Whether the list held still (format 2.9.1).
    pub stable: bool,
    /// List entries of the last pass, repetitions included.
    pub entries_listed: u64,
    /// Different ids of the last pass.
    pub unique_ids: u64,
    /// `entries_listed` - `unique_ids`.
    pub duplicates: u64,
    /// Records with status stored.
    pub stored: u64,
    /// Records with status missing.
    pub missing: u64,
    /// Records with status retired.
    pub retired: u64,
    /// Items whose bytes came in this run.
    pub fetched: u64,
    /// Items whose bytes the previous archive gave.
    pub carried: u64,
}

/// Assets, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct AssetCounts {
    pub referenced: u64,
    pub stored: u64,
    pub missing: u64,
}

/// Gaps, by class and by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct GapCounts {
    pub total: u64,
    pub by_class: BTreeMap<String, u64>,
    pub by_reason: BTreeMap<String, u64>,
}

/// One equation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Its name, such as `image.unique_ids = image.stored + image.missing`.
    pub name: String,
    /// The left side.
    pub lhs: i64,
    /// The right side.
    pub rhs: i64,
    /// Whether they are equal.
    pub holds: bool,
}
