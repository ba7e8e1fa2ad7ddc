//! What an archive covers, as the end of `export`, `verify` and `list` tells it.

use std::collections::BTreeMap;

use serde::Serialize;
use wxbackup::model::{GapReason, RunStatus, Section};
use wxbackup::record::completeness::{AssetCounts, Completeness, GapCounts, SectionCounts};

use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{row, safe};

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
                let name = names::section(section).in_language(language());
                Some(row(&name, &of_section(counts)))
            })
            .collect();
        if self.assets.referenced > 0 {
            let counts = sums(self.assets.stored, self.assets.missing, 0);
            lines.push(row(&say!("row-assets"), &counts));
        }
        if self.gaps.total > 0 {
            let of_reason = |(reason, count): (&String, &u64)| {
                let reason = names::reason(&GapReason::from(reason.clone()));
                say!("coverage-gap", count = *count, reason = reason)
            };
            let reasons: Vec<String> = self.gaps.by_reason.iter().map(of_reason).collect();
            let reasons = reasons.join(&say!("between-reasons"));
            let total = self.gaps.total;
            let text = say!("coverage-gaps", total = total, reasons = reasons);
            // Reasons that we do not know are other people's words.
            lines.push(row(&say!("row-gaps"), &safe(&text)));
        }
        let status = names::status(self.status).in_language(language());
        lines.push(row(&say!("row-status"), &status));
        lines
    }
}

fn of_section(counts: &SectionCounts) -> String {
    let held = counts.stored + counts.missing + counts.retired;
    if !counts.in_scope && held == 0 {
        return say!("coverage-left-out");
    }
    if !counts.listed && held == 0 {
        return say!("coverage-not-listed");
    }
    let sums = sums(counts.stored, counts.missing, counts.retired);
    if !counts.listed {
        say!("coverage-not-listed-now", counts = sums)
    } else if !counts.stable {
        say!("coverage-unstable", counts = sums)
    } else {
        sums
    }
}

/// `12 stored, 1 missing`: the first always, the others where there are any.
fn sums(stored: u64, missing: u64, retired: u64) -> String {
    let mut sums = vec![say!("count-stored", count = stored)];
    if missing > 0 {
        sums.push(say!("count-missing", count = missing));
    }
    if retired > 0 {
        sums.push(say!("count-retired", count = retired));
    }
    sums.join(&say!("between-counts"))
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
