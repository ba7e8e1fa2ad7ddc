//! `run/completeness.json`: the proof that nothing is missing unsaid, in numbers
//! that anyone can add up again (format 11).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{GapReason, ItemKind, RunStatus, Section, Timestamp};
use crate::record::run::Gap;

/// What no API lists, so that no run can cover it.
pub const BLIND_SPOTS: [&str; 5] = [
    "console_video_page_only",
    "draft_id_unstable",
    "mass_sent_not_listable",
    "news_list_frozen_2022",
    "other",
];

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
    /// Whether the list held still (format 11).
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

impl SectionCounts {
    /// What WeChat counts and no list shows; 0 where it does not count.
    pub fn not_listable(api_count_end: Option<u64>, list_total_last: Option<u64>) -> i64 {
        match (api_count_end, list_total_last) {
            (Some(counted), Some(listed)) => wide(counted) - wide(listed),
            _ => 0,
        }
    }
}

impl GapCounts {
    /// Counts one gap.
    pub fn add(&mut self, gap: &Gap) {
        self.total += 1;
        *self.by_class.entry(gap.class.to_string()).or_default() += 1;
        *self.by_reason.entry(gap.reason.to_string()).or_default() += 1;
    }
}

/// The equations of format 11, both sides worked out.
///
/// `sections` has all six by name, `records` the lines of each file of items by
/// kind. A section that was not listed in this run has no equation about its
/// list; where it was in scope, one gap of kind `section` stands for it.
pub fn checks(
    sections: &BTreeMap<String, SectionCounts>,
    assets: &AssetCounts,
    gaps: &GapCounts,
    records: &BTreeMap<String, u64>,
) -> Vec<Check> {
    let none = SectionCounts::default();
    let counts = |section: Section| sections.get(section.as_str()).unwrap_or(&none);
    let mut checks = Vec::new();
    let mut check = |name: String, lhs: i64, rhs: i64| {
        checks.push(Check {
            name,
            lhs,
            rhs,
            holds: lhs == rhs,
        });
    };

    for section in Section::ALL {
        let c = counts(section);
        if !c.listed {
            continue;
        }
        check(
            format!("{section}.unique_ids = {section}.stored + {section}.missing"),
            wide(c.unique_ids),
            wide(c.stored) + wide(c.missing),
        );
        check(
            format!("{section}.entries_listed = {section}.unique_ids + {section}.duplicates"),
            wide(c.entries_listed),
            wide(c.unique_ids) + wide(c.duplicates),
        );
        if let Some(counted) = c.api_count_end {
            check(
                format!("{section}.api_count_end = {section}.unique_ids + {section}.not_listable"),
                wide(counted),
                wide(c.unique_ids).saturating_add(c.not_listable),
            );
        }
    }

    for kind in ItemKind::ALL {
        if kind == ItemKind::Asset {
            continue;
        }
        let parts: Vec<Section> = Section::ALL
            .into_iter()
            .filter(|section| section.item_kind() == kind)
            .collect();
        let names: Vec<String> = parts
            .iter()
            .map(|part| format!("{part}.stored + {part}.missing + {part}.retired"))
            .collect();
        let sum = parts
            .iter()
            .map(|part| counts(*part))
            .map(|c| wide(c.stored) + wide(c.missing) + wide(c.retired))
            .sum();
        check(
            format!("records.{kind} = {}", names.join(" + ")),
            wide(records.get(kind.as_str()).copied().unwrap_or(0)),
            sum,
        );
    }

    let asset_records = records.get(ItemKind::Asset.as_str()).copied().unwrap_or(0);
    check(
        "assets.referenced = assets.stored + assets.missing".to_owned(),
        wide(assets.referenced),
        wide(assets.stored) + wide(assets.missing),
    );
    check(
        "records.asset = assets.referenced".to_owned(),
        wide(asset_records),
        wide(assets.referenced),
    );

    let missing: i64 = Section::ALL
        .into_iter()
        .map(|section| wide(counts(section).missing))
        .sum();
    let unlisted = Section::ALL
        .into_iter()
        .filter(|section| counts(*section).in_scope && !counts(*section).listed)
        .count();
    check(
        "gaps.total = missing items + assets.missing + sections in scope that were not listed"
            .to_owned(),
        wide(gaps.total),
        missing + wide(assets.missing) + wide(unlisted as u64),
    );
    let sum = |by: &BTreeMap<String, u64>| {
        by.values()
            .fold(0_i64, |sum, count| sum.saturating_add(wide(*count)))
    };
    check(
        "gaps.total = sum of gaps.by_class".to_owned(),
        wide(gaps.total),
        sum(&gaps.by_class),
    );
    check(
        "gaps.total = sum of gaps.by_reason".to_owned(),
        wide(gaps.total),
        sum(&gaps.by_reason),
    );
    checks
}

/// The verdict of format 11: a function of the counts, the equations and the gaps.
///
/// A section in scope that was listed must have held still; one that was not
/// listed counts by the gap that stands for it. A reason of a later version is
/// taken for one that waiting may mend.
pub fn status(
    sections: &BTreeMap<String, SectionCounts>,
    checks: &[Check],
    gaps: &GapCounts,
) -> RunStatus {
    let held_still = sections
        .values()
        .all(|section| !section.in_scope || !section.listed || section.stable);
    let all_hold = checks.iter().all(|check| check.lhs == check.rhs);
    let waiting_cannot_mend = gaps
        .by_reason
        .keys()
        .all(|reason| GapReason::from(reason.clone()).class().is_permanent());
    if !held_still || !all_hold || !waiting_cannot_mend {
        RunStatus::Partial
    } else if gaps.total == 0 {
        RunStatus::Complete
    } else {
        RunStatus::CompleteWithGaps
    }
}

/// A count as a side of an equation. Counts come from documents, where integers
/// end at 2^53; what is larger cannot be true, and equals nothing smaller.
fn wide(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).min(1 << 56)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GapClass;
    use crate::record::samples;

    fn listed(stored: u64, missing: u64) -> SectionCounts {
        let unique_ids = stored + missing;
        SectionCounts {
            in_scope: true,
            listed: true,
            stable: true,
            passes: 1,
            list_total_first: Some(unique_ids),
            list_total_last: Some(unique_ids),
            entries_listed: unique_ids,
            unique_ids,
            stored,
            missing,
            ..SectionCounts::default()
        }
    }

    /// The verdict on an account of pictures whose gaps have `reasons`.
    fn verdict(image: SectionCounts, reasons: &[GapReason]) -> RunStatus {
        let mut gaps = GapCounts::default();
        for (place, reason) in reasons.iter().enumerate() {
            gaps.add(&samples::gap("image", &place.to_string(), reason.clone()));
        }
        let records = BTreeMap::from([(
            "image".to_owned(),
            image.stored + image.missing + image.retired,
        )]);
        let sections = BTreeMap::from([("image".to_owned(), image)]);
        let checks = checks(&sections, &AssetCounts::default(), &gaps, &records);
        status(&sections, &checks, &gaps)
    }

    #[test]
    fn a_run_is_complete_only_if_nothing_is_missing() {
        assert_eq!(verdict(listed(3, 0), &[]), RunStatus::Complete);
        assert_eq!(
            verdict(listed(3, 1), &[GapReason::Http404]),
            RunStatus::CompleteWithGaps
        );
        for reason in [
            GapReason::Timeout,
            GapReason::EmptyBody,
            GapReason::Other("solar_flare".to_owned()),
        ] {
            assert_eq!(verdict(listed(3, 1), &[reason]), RunStatus::Partial);
        }
    }

    #[test]
    fn a_list_that_would_not_hold_still_is_partial() {
        let mut image = listed(3, 0);
        image.stable = false;
        assert_eq!(verdict(image, &[]), RunStatus::Partial);
    }

    #[test]
    fn an_equation_that_does_not_hold_is_partial() {
        let changes: [fn(&mut SectionCounts); 4] = [
            |image| image.unique_ids += 1,
            |image| image.entries_listed += 1,
            |image| image.api_count_end = Some(4),
            |image| image.missing += 1,
        ];
        for (place, change) in changes.into_iter().enumerate() {
            let mut image = listed(3, 0);
            change(&mut image);
            assert_eq!(verdict(image, &[]), RunStatus::Partial, "change {place}");
        }
    }

    #[test]
    fn what_wechat_counts_and_does_not_list_is_no_gap() {
        let mut image = listed(3, 0);
        image.api_count_end = Some(5);
        image.not_listable = SectionCounts::not_listable(Some(5), image.list_total_last);
        assert_eq!(verdict(image, &[]), RunStatus::Complete);
    }

    #[test]
    fn a_section_in_scope_that_was_not_listed_needs_a_gap() {
        let refused = SectionCounts {
            in_scope: true,
            ..SectionCounts::default()
        };
        assert_eq!(verdict(refused.clone(), &[]), RunStatus::Partial);
        assert_eq!(
            verdict(refused, &[GapReason::NoPermission]),
            RunStatus::CompleteWithGaps
        );
    }

    #[test]
    fn gaps_are_counted_by_class_and_reason() {
        let mut gaps = GapCounts::default();
        for reason in [GapReason::Http404, GapReason::Http410, GapReason::Timeout] {
            gaps.add(&samples::gap("image", &reason.to_string(), reason));
        }
        let class = |class: GapClass| gaps.by_class.get(class.as_str()).copied();
        assert_eq!(
            (
                gaps.total,
                class(GapClass::SourceGone),
                class(GapClass::Transient)
            ),
            (3, Some(2), Some(1))
        );
        assert_eq!(gaps.by_reason.len(), 3);
    }
}
