//! The completeness proof: counts the records as they are made, lists the gaps,
//! and adds up the equations.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::library::Cause;
use crate::event::Event;
use crate::export::base::Base;
use crate::export::catalog::ListEnd;
use crate::export::{Gathered, Run};
use crate::html::Count;
use crate::message;
use crate::model::{AssetKey, GapId, GapReason, ItemKind, ItemStatus, RunStamp, Section};
use crate::record::completeness;
use crate::record::completeness::{AssetCounts, Completeness, GapCounts, SectionCounts, Window};
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord};
use crate::record::run::Gap;
use crate::record::{FORMAT, FORMAT_VERSION};
use crate::stage::{CountTime, StagedGap};
use crate::wechat;

/// How many, by name.
pub(super) type Tally = BTreeMap<String, u64>;

/// What the proof comes to.
pub(super) struct Proven {
    pub(super) completeness: Completeness,
    /// In the order of their file.
    pub(super) gaps: Vec<Gap>,
    /// Records by kind.
    pub(super) records: Tally,
}

/// Counts what goes by.
pub(super) struct Proof {
    run_id: RunStamp,
    /// The runs that first met the gaps of the base.
    first_seen: HashMap<GapId, String>,
    sections: BTreeMap<Section, SectionCounts>,
    assets: AssetCounts,
    records: Tally,
    gaps: Vec<Gap>,
    /// Sections with an article whose HTML was not read to its end.
    unread: BTreeSet<Section>,
}

impl Proof {
    pub(super) fn new(run_id: RunStamp, base: Option<&Base>) -> Self {
        let known = base.into_iter().flat_map(|base| &base.gaps);
        Self {
            run_id,
            first_seen: known
                .map(|(gap_id, gap)| (gap_id.clone(), gap.first_seen_run.clone()))
                .collect(),
            sections: BTreeMap::new(),
            assets: AssetCounts::default(),
            records: Tally::new(),
            gaps: Vec::new(),
            unread: BTreeSet::new(),
        }
    }

    pub(super) fn media(
        &mut self,
        section: Section,
        record: &MediaRecord,
        cause: Cause<'_>,
        is_carried: bool,
    ) {
        self.item(section, record.status, is_carried);
        if record.status == ItemStatus::Missing {
            self.gap(record.kind.as_str(), &record.media_id, None, cause);
        }
    }

    pub(super) fn group(
        &mut self,
        section: Section,
        record: &ArticleRecord,
        cause: Cause<'_>,
        is_carried: bool,
    ) {
        self.item(section, record.status, is_carried);
        if record.status == ItemStatus::Missing {
            self.gap(record.kind.as_str(), &record.id, None, cause);
        }
    }

    /// An article of `section` may name more than was found: the section must not
    /// pass for one of which all is known.
    pub(super) fn unread(&mut self, section: Section) {
        self.unread.insert(section);
    }

    pub(super) fn asset(&mut self, record: &AssetRecord, cause: Cause<'_>) {
        *self.records.entry(ItemKind::Asset.to_string()).or_default() += 1;
        self.assets.referenced += 1;
        if record.status == ItemStatus::Missing {
            self.assets.missing += 1;
            let key: &AssetKey = &record.key;
            self.gap(
                record.kind.as_str(),
                key.as_str(),
                record.refs.first().cloned(),
                cause,
            );
        } else {
            self.assets.stored += 1;
        }
    }

    fn item(&mut self, section: Section, status: ItemStatus, is_carried: bool) {
        *self
            .records
            .entry(section.item_kind().to_string())
            .or_default() += 1;
        let counts = self.sections.entry(section).or_default();
        match status {
            ItemStatus::Stored => {
                counts.stored += 1;
                if is_carried {
                    counts.carried += 1;
                } else {
                    counts.fetched += 1;
                }
            }
            ItemStatus::Missing => counts.missing += 1,
            ItemStatus::Retired => counts.retired += 1,
        }
    }

    fn gap(&mut self, kind: &str, id: &str, reference: Option<String>, cause: Cause<'_>) {
        let gap_id = GapId::of(kind, id);
        let first_seen_run = self.first_seen.get(&gap_id).cloned();
        let first_seen_run = first_seen_run.unwrap_or_else(|| self.run_id.to_string());
        if let Cause::Base(gap) = cause {
            self.gaps.push(Gap {
                reference,
                ..gap.clone()
            });
            return;
        }
        let staged = match cause {
            Cause::Staged(gap) => Some(gap),
            Cause::Base(_) | Cause::Damaged | Cause::Untried => None,
        };
        let reason = cause.reason();
        self.gaps.push(Gap {
            gap_id,
            kind: kind.to_owned(),
            id: id.to_owned(),
            reference,
            class: reason.class(),
            reason,
            detail: staged.and_then(|gap| gap.detail.clone()),
            first_seen_run,
            last_attempt_at: staged.map_or(self.run_id.time(), |gap| RunStamp::of(gap.at).time()),
            attempts: staged.map_or(0, |gap| gap.attempts),
            http_status: staged.and_then(|gap| gap.http_status),
            errcode: staged.and_then(|gap| gap.errcode),
            // The call belongs to another run, or is not known.
            call_seq: None,
        });
    }

    /// What articles name, as the pages count it.
    pub(super) fn assets(&self) -> Count {
        Count {
            stored: self.assets.stored,
            missing: self.assets.missing,
            retired: 0,
        }
    }

    /// Adds up the equations and gives the verdict.
    pub(super) fn finish(&mut self, run: &Run, gathered: &Gathered) -> Proven {
        let mut sections = BTreeMap::new();
        for section in Section::ALL {
            let counts = self.section(run, gathered, section);
            tell_not_listable(run, section, &counts);
            sections.insert(section.to_string(), counts);
        }
        self.count_empty_kinds(gathered);
        self.gaps
            .sort_by(|left, right| left.sort_key().cmp(right.sort_key()));
        let mut gaps = GapCounts::default();
        for gap in &self.gaps {
            gaps.add(gap);
        }
        let checks = completeness::checks(&sections, &self.assets, &gaps, &self.records);
        let completeness = Completeness {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION.to_owned(),
            status: completeness::status(&sections, &checks, &gaps),
            window: Window {
                started_at: run.gathering.ledger.started_at(),
                finished_at: run.now(),
            },
            sections,
            assets: self.assets.clone(),
            gaps,
            checks,
            // Told by the lines of provenance.
            fetched_via: Tally::new(),
            blind_spots: completeness::BLIND_SPOTS.map(str::to_owned).to_vec(),
        };
        Proven {
            completeness,
            gaps: std::mem::take(&mut self.gaps),
            records: self.records.clone(),
        }
    }

    /// The counts of `section`; a list that was not read to its end is a gap.
    fn section(&mut self, run: &Run, gathered: &Gathered, section: Section) -> SectionCounts {
        let mut counts = self.sections.remove(&section).unwrap_or_default();
        let mut catalogs = gathered.catalogs.iter();
        // When it was last listed, as far as this run does not know better.
        let base = run.base.as_ref();
        let known = base.and_then(|base| base.completeness.sections.get(section.as_str()));
        counts.listed_at = known.and_then(|known| known.listed_at);
        let Some(catalog) = catalogs.find(|catalog| catalog.section == section) else {
            return counts;
        };
        let counted = |time| run.gathering.ledger.counts.get(&(time, section)).copied();
        let numbers = &catalog.numbers;
        counts.in_scope = true;
        counts.api_count_start = counted(CountTime::Before);
        counts.api_count_end = counted(CountTime::After);
        counts.pages = numbers.pages;
        counts.passes = numbers.passes;
        counts.list_total_first = numbers.total_first;
        counts.list_total_last = numbers.total_last;
        counts.entries_listed = numbers.entries;
        counts.unique_ids = catalog.listed.len() as u64;
        counts.duplicates = counts.entries_listed - counts.unique_ids;
        match &catalog.end {
            ListEnd::Done { at, stable } => {
                counts.listed = true;
                counts.listed_at = Some(RunStamp::of(*at).time());
                counts.stable = *stable && !self.unread.contains(&section);
                counts.not_listable =
                    SectionCounts::not_listable(counts.api_count_end, counts.list_total_last);
            }
            ListEnd::Refused(error) => {
                let reason = match error.class() {
                    wechat::Class::NoPermission => GapReason::NoPermission,
                    // Nobody knows that it is final: the archive is partial.
                    _ => GapReason::ErrorJsonInsteadOfMedia,
                };
                self.unlisted(run, section, Some(error), reason);
            }
            ListEnd::Unfinished(error) => {
                let reason = error.gap_reason().unwrap_or(GapReason::QuotaExhausted);
                self.unlisted(run, section, Some(error), reason);
            }
            ListEnd::NotRead => self.unlisted(run, section, None, GapReason::Network),
        }
        counts
    }

    /// A list that was not read to its end is one gap, whatever it holds.
    fn unlisted(
        &mut self,
        run: &Run,
        section: Section,
        error: Option<&wechat::Error>,
        reason: GapReason,
    ) {
        let detail = error.map_or_else(
            || message!("gap-list-not-read").to_string(),
            wechat::Error::to_string,
        );
        let cause = StagedGap {
            key: section.to_string(),
            reason,
            detail: Some(detail),
            at: (run.options.clock)(),
            attempts: error.map_or(0, wechat::Error::attempts),
            http_status: error.and_then(wechat::Error::http_status),
            errcode: error.and_then(wechat::Error::errcode),
        };
        self.gap("section", section.as_str(), None, Cause::Staged(&cause));
    }

    /// A kind with a file has a count, if only 0.
    fn count_empty_kinds(&mut self, gathered: &Gathered) {
        let kinds = gathered.rolls.keys().map(|section| section.item_kind());
        for kind in kinds {
            self.records.entry(kind.to_string()).or_default();
            if kind == ItemKind::Article {
                self.records.entry(ItemKind::Asset.to_string()).or_default();
            }
        }
    }
}

fn tell_not_listable(run: &Run, section: Section, counts: &SectionCounts) {
    if counts.listed && counts.not_listable > 0 {
        run.observer.event(&Event::Warning {
            code: "not_listable",
            about: section.as_str(),
            message: &message!(
                "export-not-listable",
                count = counts.not_listable.to_string()
            ),
        });
    }
}
