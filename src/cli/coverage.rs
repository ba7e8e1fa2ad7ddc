//! What an archive covers, as the end of `export`, `verify` and `list` tells it.

use std::collections::BTreeMap;

use indicatif::HumanCount;
use serde::Serialize;
use wxbackup::model::{RunStatus, Section};
use wxbackup::record::completeness::{AssetCounts, Completeness, GapCounts, SectionCounts};

/// The `coverage` of a summary line.
#[derive(Debug, Serialize)]
pub(crate) struct Coverage<'a> {
    status: RunStatus,
    sections: &'a BTreeMap<String, SectionCounts>,
    assets: &'a AssetCounts,
    gaps: &'a GapCounts,
    blind_spots: &'a [String],
}

impl<'a> Coverage<'a> {
    /// What the document says.
    pub(crate) fn of(completeness: &'a Completeness) -> Self {
        Self {
            status: completeness.status,
            sections: &completeness.sections,
            assets: &completeness.assets,
            gaps: &completeness.gaps,
            blind_spots: &completeness.blind_spots,
        }
    }

    /// The same in lines for people: a line a section, then the gaps by reason.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut lines: Vec<String> = Section::ALL
            .into_iter()
            .filter_map(|section| {
                let counts = self.sections.get(section.as_str())?;
                Some(format!("{section:<9}  {}", of_section(counts)))
            })
            .collect();
        if self.assets.referenced > 0 {
            let counts = sums([
                (self.assets.stored, "stored"),
                (self.assets.missing, "missing"),
            ]);
            lines.push(format!("{:<9}  {counts}", "assets"));
        }
        if self.gaps.total > 0 {
            let reasons: Vec<String> = self
                .gaps
                .by_reason
                .iter()
                .map(|(reason, count)| format!("{} {reason}", HumanCount(*count)))
                .collect();
            let (total, reasons) = (HumanCount(self.gaps.total), reasons.join(", "));
            lines.push(format!("{:<9}  {total}: {reasons}", "gaps"));
        }
        lines.push(format!("{:<9}  {}", "status", self.status));
        lines
    }
}

fn of_section(counts: &SectionCounts) -> String {
    let held = counts.stored + counts.missing + counts.retired;
    if !counts.in_scope && held == 0 {
        return "left out".to_owned();
    }
    if !counts.listed && held == 0 {
        return "not listed".to_owned();
    }
    let mut text = sums([
        (counts.stored, "stored"),
        (counts.missing, "missing"),
        (counts.retired, "retired"),
    ]);
    if !counts.listed {
        text.push_str(", not listed in this run");
    } else if !counts.stable {
        text.push_str(", the list would not hold still");
    }
    text
}

/// `12 stored, 1 missing`: the first always, the others where there are any.
fn sums<const N: usize>(counts: [(u64, &str); N]) -> String {
    counts
        .iter()
        .enumerate()
        .filter(|(place, (count, _))| *place == 0 || *count > 0)
        .map(|(_, (count, word))| format!("{} {word}", HumanCount(*count)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(stored: u64, missing: u64, listed: bool) -> SectionCounts {
        SectionCounts {
            in_scope: true,
            listed,
            stable: true,
            stored,
            missing,
            ..SectionCounts::default()
        }
    }

    #[test]
    fn each_section_says_what_became_of_its_items() {
        let mut out_of_scope = counts(0, 0, false);
        out_of_scope.in_scope = false;
        let unstable = SectionCounts {
            stable: false,
            retired: 2,
            ..counts(7, 0, true)
        };
        let sections = BTreeMap::from([
            ("image".to_owned(), counts(1234, 1, true)),
            ("voice".to_owned(), counts(0, 0, true)),
            ("video".to_owned(), out_of_scope),
            ("draft".to_owned(), unstable),
            ("published".to_owned(), counts(0, 0, false)),
        ]);
        let coverage = Coverage {
            status: RunStatus::Partial,
            sections: &sections,
            assets: &AssetCounts {
                referenced: 3,
                stored: 3,
                missing: 0,
            },
            gaps: &GapCounts {
                total: 2,
                by_class: BTreeMap::new(),
                by_reason: BTreeMap::from([("http_404".into(), 1), ("no_permission".into(), 1)]),
            },
            blind_spots: &[],
        };
        assert_eq!(
            coverage.words(),
            [
                "image      1,234 stored, 1 missing",
                "voice      0 stored",
                "video      left out",
                "draft      7 stored, 2 retired, the list would not hold still",
                "published  not listed",
                "assets     3 stored",
                "gaps       2: 1 http_404, 1 no_permission",
                "status     partial",
            ]
        );
    }
}
