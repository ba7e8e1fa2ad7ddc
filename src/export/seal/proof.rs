//! The completeness proof: counts the records as they are made, lists the gaps,
//! and adds up the equations.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::library::Library;
use super::making::Holder;
use crate::event::Event;
use crate::export::catalog::ListEnd;
use crate::export::{Gathered, Run};
use crate::html::Count;
use crate::model::{AssetKey, GapId, GapReason, ItemKind, ItemStatus, RunStamp, Section, Sha256};
use crate::record::completeness;
use crate::record::completeness::{AssetCounts, Completeness, GapCounts, SectionCounts, Window};
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord};
use crate::record::run::Gap;
use crate::record::{FORMAT, FORMAT_VERSION};
use crate::stage::{CountTime, StagedGap};
use crate::wechat;

/// How many, by name.
type Tally = BTreeMap<String, u64>;

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
    sections: BTreeMap<Section, SectionCounts>,
    assets: AssetCounts,
    records: Tally,
    gaps: Vec<Gap>,
    /// Sections with an article whose HTML was not read to its end.
    unread: BTreeSet<Section>,
}

impl Proof {
    pub(super) fn new(run_id: RunStamp) -> Self {
        Self {
            run_id,
            sections: BTreeMap::new(),
            assets: AssetCounts::default(),
            records: Tally::new(),
            gaps: Vec::new(),
            unread: BTreeSet::new(),
        }
    }

    pub(super) fn media(&mut self, section: Section, record: &MediaRecord, library: &Library<'_>) {
        self.item(section, record.status);
        if record.status == ItemStatus::Missing {
            let cause = library.item_gap(section, &record.media_id);
            self.gap(record.kind.as_str(), &record.media_id, None, cause);
        }
    }

    pub(super) fn group(
        &mut self,
        section: Section,
        record: &ArticleRecord,
        library: &Library<'_>,
    ) {
        self.item(section, record.status);
        if record.status == ItemStatus::Missing {
            let cause = library.item_gap(section, &record.id);
            self.gap(record.kind.as_str(), &record.id, None, cause);
        }
    }

    /// An article of `section` may name more than was found: the section must not
    /// pass for one of which all is known.
    pub(super) fn unread(&mut self, section: Section) {
        self.unread.insert(section);
    }

    pub(super) fn asset(&mut self, record: &AssetRecord, library: &Library<'_>) {
        *self.records.entry(ItemKind::Asset.to_string()).or_default() += 1;
        self.assets.referenced += 1;
        if record.status == ItemStatus::Missing {
            self.assets.missing += 1;
            let key: &AssetKey = &record.key;
            self.gap(
                record.kind.as_str(),
                key.as_str(),
                record.refs.first().cloned(),
                library.gap_of_asset(key),
            );
        } else {
            self.assets.stored += 1;
        }
    }

    fn item(&mut self, section: Section, status: ItemStatus) {
        *self
            .records
            .entry(section.item_kind().to_string())
            .or_default() += 1;
        let counts = self.sections.entry(section).or_default();
        match status {
            ItemStatus::Stored => {
                counts.stored += 1;
                counts.fetched += 1;
            }
            ItemStatus::Missing => counts.missing += 1,
            ItemStatus::Retired => counts.retired += 1,
        }
    }

    fn gap(&mut self, kind: &str, id: &str, reference: Option<String>, cause: Option<&StagedGap>) {
        // What was never tried, because the run could not come to it, may come next time.
        let reason = cause.map_or(GapReason::Network, |cause| cause.reason.clone());
        self.gaps.push(Gap {
            gap_id: GapId::of(kind, id),
            kind: kind.to_owned(),
            id: id.to_owned(),
            reference,
            class: reason.class(),
            reason,
            detail: cause.and_then(|cause| cause.detail.clone()),
            first_seen_run: self.run_id.to_string(),
            last_attempt_at: cause
                .map_or(self.run_id.time(), |cause| RunStamp::of(cause.at).time()),
            attempts: cause.map_or(0, |cause| cause.attempts),
            http_status: cause.and_then(|cause| cause.http_status),
            errcode: cause.and_then(|cause| cause.errcode),
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
    pub(super) fn finish(
        &mut self,
        run: &Run,
        gathered: &Gathered,
        holders: &[Holder],
        library: &Library<'_>,
    ) -> Proven {
        let mut sections = BTreeMap::new();
        for section in Section::ALL {
            let counts = self.section(run, gathered, section);
            tell_not_listable(run, section, &counts);
            sections.insert(section.to_string(), counts);
        }
        self.count_empty_kinds(&run.options.sections);
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
            fetched_via: fetched_via(holders, library),
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
                self.unlisted(run, section, error, reason);
            }
            ListEnd::Unfinished(error) => {
                let reason = error.gap_reason().unwrap_or(GapReason::QuotaExhausted);
                self.unlisted(run, section, error, reason);
            }
        }
        counts
    }

    /// A list that was not read to its end is one gap, whatever it holds.
    fn unlisted(&mut self, run: &Run, section: Section, error: &wechat::Error, reason: GapReason) {
        let cause = StagedGap {
            key: section.to_string(),
            reason,
            detail: Some(error.to_string()),
            at: (run.options.clock)(),
            attempts: error.attempts(),
            http_status: error.http_status(),
            errcode: error.errcode(),
        };
        self.gap("section", section.as_str(), None, Some(&cause));
    }

    /// A kind in scope has a count, if only 0: it has a file.
    fn count_empty_kinds(&mut self, sections: &[Section]) {
        let kinds = sections.iter().map(|section| section.item_kind());
        for kind in kinds {
            self.records.entry(kind.to_string()).or_default();
            if kind == ItemKind::Article {
                self.records.entry(ItemKind::Asset.to_string()).or_default();
            }
        }
    }
}

/// How many blobs came which way, each counted once.
fn fetched_via(holders: &[Holder], library: &Library<'_>) -> Tally {
    let mut counted: HashSet<Sha256> = HashSet::new();
    let mut via = Tally::new();
    for blob in holders
        .iter()
        .filter_map(|holder| library.blob(&holder.key))
    {
        if counted.insert(blob.sha256) {
            *via.entry(blob.via.clone()).or_default() += 1;
        }
    }
    via
}

fn tell_not_listable(run: &Run, section: Section, counts: &SectionCounts) {
    if counts.listed && counts.not_listable > 0 {
        run.observer.event(&Event::Warning {
            code: "not_listable",
            about: section.as_str(),
            message: &format!(
                "WeChat counts {} more than its list shows; thumbs of old articles are counted so, and no call gives them",
                counts.not_listable
            ),
        });
    }
}
