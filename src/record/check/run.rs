//! The documents under `run/`: each judged by itself, and what the others are
//! held against kept.

use std::collections::BTreeMap;
use std::collections::HashMap;

use super::Support;
use super::codes;
use super::findings::Findings;
use crate::message;
use crate::model::BaseFolder;
use crate::model::GapId;
use crate::model::GapReason;
use crate::model::ItemKind;
use crate::model::RunStamp;
use crate::model::Section;
use crate::model::Sha256;
use crate::record::FORMAT;
use crate::record::archive::ArchiveDocument;
use crate::record::completeness::BLIND_SPOTS;
use crate::record::completeness::Completeness;
use crate::record::completeness::GapCounts;
use crate::record::completeness::SectionCounts;
use crate::record::mark::Mark;
use crate::record::run::Call;
use crate::record::run::Change;
use crate::record::run::ChangeOp;
use crate::record::run::Gap;
use crate::record::run::Provenance;
use crate::text::Message;

/// Judges `run/archive.json` as far as it can be judged alone.
pub(super) fn archive(
    document: &ArchiveDocument,
    base: &BaseFolder,
    about: &str,
    findings: &mut Findings,
) {
    if document.account.appid.base_folder() != *base {
        findings.add(
            codes::IDENTITY,
            about,
            message!(
                "finding-folder-of-account",
                appid = document.account.appid.as_str()
            ),
        );
    }
    if document.archive_id != format!("{}/{}", document.account.appid, document.run.id) {
        findings.add(codes::IDENTITY, about, message!("finding-archive-id"));
    }
    if !is_run_id(&document.run.id) {
        findings.add(codes::FIELDS, about, message!("finding-run-id"));
    }
    if document.run.planned_at < document.run.started_at {
        findings.add(codes::FIELDS, about, message!("finding-planned-before"));
    }
    if let Some(previous) = &document.previous
        && previous.archive_id == document.archive_id
    {
        findings.add(codes::SUMS, about, message!("finding-own-previous"));
    }
}

/// Judges `run/completeness.json` as far as it can be judged alone.
pub(super) fn completeness(
    document: &Completeness,
    support: Support,
    about: &str,
    findings: &mut Findings,
) {
    if document.format != FORMAT {
        findings.add(codes::FIELDS, about, message!("finding-format-word"));
    }
    if document.window.finished_at < document.window.started_at {
        findings.add(codes::FIELDS, about, message!("finding-window"));
    }
    if !document
        .blind_spots
        .is_sorted_by(|left, right| left < right)
    {
        findings.add(codes::ORDER, about, message!("finding-blind-spots-order"));
    }
    let is_known = |spot: &String| BLIND_SPOTS.contains(&spot.as_str());
    if support == Support::Whole && !document.blind_spots.iter().all(is_known) {
        findings.add(codes::FIELDS, about, message!("finding-blind-spot"));
    }
    for section in Section::ALL {
        let Some(counts) = document.sections.get(section.as_str()) else {
            findings.add(
                codes::FIELDS,
                about,
                message!("finding-section-absent", section = section.as_str()),
            );
            continue;
        };
        let mut wrong = |message: Message| {
            findings.add(
                codes::PROOF,
                about,
                message!(
                    "finding-of-section",
                    section = section.as_str(),
                    what = message
                ),
            );
        };
        if counts.listed && !counts.in_scope {
            wrong(message!("finding-listed-not-in-scope"));
        }
        if counts.stable && !counts.listed {
            wrong(message!("finding-stable-not-listed"));
        }
        if counts.passes > 3 || (counts.listed && counts.passes == 0) {
            wrong(message!("finding-passes"));
        }
        let unique = Some(counts.unique_ids);
        let is_level = counts.list_total_first == unique && counts.list_total_last == unique;
        if counts.stable && counts.passes == 1 && !is_level {
            wrong(message!("finding-stable-totals"));
        }
        let not_listable =
            SectionCounts::not_listable(counts.api_count_end, counts.list_total_last);
        if counts.listed && counts.not_listable != not_listable {
            wrong(message!("finding-not-listable"));
        }
    }
}

/// Whether `text` names a run, `20261122T170600Z`.
pub(super) fn is_run_id(text: &str) -> bool {
    text.parse::<RunStamp>()
        .is_ok_and(|stamp| stamp.to_string() == text)
}

/// The lines of `run/gaps.jsonl`, until the records that they stand for have come.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    pub(super) counts: GapCounts,
    open: HashMap<GapId, OpenGap>,
    last: Option<GapId>,
    /// The gaps of kind `section`.
    pub(super) sections: BTreeMap<Section, GapReason>,
}

#[derive(Debug)]
struct OpenGap {
    reason: GapReason,
    reference: Option<Mark>,
    is_met: bool,
    is_known_kind: bool,
}

impl Gaps {
    /// The next line.
    pub(super) fn line(
        &mut self,
        gap: &Gap,
        support: Support,
        about: &str,
        findings: &mut Findings,
    ) {
        self.counts.add(gap);
        if self.last.as_ref().is_some_and(|last| *last >= gap.gap_id) {
            findings.add(codes::ORDER, about, message!("finding-gaps-order"));
        }
        self.last = Some(gap.gap_id.clone());
        if gap.gap_id != GapId::of(&gap.kind, &gap.id) {
            findings.add(codes::IDENTITY, about, message!("finding-gap-id"));
        }
        let is_known_reason = !matches!(gap.reason, GapReason::Other(_));
        if is_known_reason && gap.class != gap.reason.class() {
            findings.add(
                codes::PROOF,
                about,
                message!(
                    "finding-reason-class",
                    reason = gap.reason.as_str(),
                    class = gap.reason.class().as_str()
                ),
            );
        }
        if !is_known_reason && support == Support::Whole {
            findings.add(
                codes::FIELDS,
                about,
                message!("finding-no-reason", reason = gap.reason.as_str()),
            );
        }
        if !is_run_id(&gap.first_seen_run) {
            findings.add(codes::FIELDS, about, message!("finding-first-seen-run"));
        }
        let is_item = ItemKind::ALL.iter().any(|kind| kind.as_str() == gap.kind);
        let is_asset = gap.kind == ItemKind::Asset.as_str();
        if gap.reference.is_some() && !is_asset {
            findings.add(codes::FIELDS, about, message!("finding-gap-ref"));
        }
        if gap.kind == "section" {
            match gap.id.parse::<Section>() {
                Ok(section) => {
                    self.sections.insert(section, gap.reason.clone());
                }
                Err(_) => findings.add(
                    codes::FIELDS,
                    about,
                    message!("model-no-section", name = &gap.id),
                ),
            }
            return;
        }
        if !is_item && support == Support::Whole {
            findings.add(
                codes::FIELDS,
                about,
                message!("finding-no-kind", kind = &gap.kind),
            );
        }
        self.open.insert(
            gap.gap_id.clone(),
            OpenGap {
                reason: gap.reason.clone(),
                reference: gap.reference.as_deref().map(Mark::of),
                is_met: false,
                is_known_kind: is_item,
            },
        );
    }

    /// A missing record, which must have its gap here; `refs` are those of an asset.
    pub(super) fn meet(
        &mut self,
        missing: &Missing<'_>,
        refs: &[String],
        about: &str,
        findings: &mut Findings,
    ) {
        let expected = GapId::of(missing.kind.as_str(), missing.id);
        if missing.gap_id != Some(&expected) {
            findings.add(codes::IDENTITY, about, message!("finding-gap-id"));
        }
        let Some(gap) = self.open.get_mut(&expected) else {
            findings.add(codes::PROOF, about, message!("finding-missing-without-gap"));
            return;
        };
        gap.is_met = true;
        let permanent = gap.reason.class().is_permanent().then_some(&gap.reason);
        let is_later_word = matches!(gap.reason, GapReason::Other(_));
        if missing.reason != permanent && !is_later_word {
            findings.add(codes::PROOF, about, message!("finding-reason-of-gap"));
        }
        if let Some(reference) = gap.reference
            && !refs.iter().any(|known| Mark::of(known) == reference)
        {
            findings.add(codes::PROOF, about, message!("finding-ref-of-gap"));
        }
    }

    /// Tells the gaps that no record needs.
    pub(super) fn finish(&self, findings: &mut Findings) {
        let mut unmet: Vec<&GapId> = self
            .open
            .iter()
            .filter(|(_, gap)| !gap.is_met && gap.is_known_kind)
            .map(|(gap_id, _)| gap_id)
            .collect();
        unmet.sort_unstable();
        for gap_id in unmet {
            findings.add(
                codes::PROOF,
                gap_id.as_str(),
                message!("finding-gap-of-nothing"),
            );
        }
    }
}

/// What a missing record says of its gap.
pub(super) struct Missing<'a> {
    pub(super) kind: ItemKind,
    pub(super) id: &'a str,
    pub(super) gap_id: Option<&'a GapId>,
    pub(super) reason: Option<&'a GapReason>,
}

/// The last sort key of a file.
#[derive(Debug)]
pub(super) struct Sorted<K>(Option<K>);

impl<K> Default for Sorted<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Ord> Sorted<K> {
    /// Whether `key` stands behind all before it.
    pub(super) fn next(&mut self, key: K) -> bool {
        let is_behind = self.0.as_ref().is_none_or(|last| *last < key);
        self.0 = Some(key);
        is_behind
    }
}

/// The order and the plain rules of `run/changes.jsonl`.
pub(super) fn change(
    last: &mut Sorted<(String, String, ChangeOp)>,
    change: &Change,
    about: &str,
    findings: &mut Findings,
) {
    if !last.next((change.kind.clone(), change.id.clone(), change.op)) {
        findings.add(codes::ORDER, about, message!("finding-changes-order"));
    }
    if !change.fields.is_sorted_by(|left, right| left < right) {
        findings.add(codes::ORDER, about, message!("finding-fields-order"));
    }
}

/// The order and the plain rules of `run/provenance.jsonl`.
pub(super) fn provenance(
    last: &mut Sorted<(Sha256, String, String)>,
    line: &Provenance,
    about: &str,
    findings: &mut Findings,
) {
    if !last.next((line.sha256, line.kind.clone(), line.id.clone())) {
        findings.add(codes::ORDER, about, message!("finding-provenance-order"));
    }
    if !is_run_id(&line.run_id) {
        findings.add(codes::FIELDS, about, message!("finding-line-run-id"));
    }
    if line
        .address
        .as_ref()
        .is_some_and(|address| address.contains(['?', '#']))
    {
        findings.add(codes::FIELDS, about, message!("finding-address"));
    }
}

/// The order and the plain rules of `run/calls.jsonl`.
pub(super) fn call(last: &mut Sorted<u64>, call: &Call, about: &str, findings: &mut Findings) {
    if !last.next(call.seq) {
        findings.add(codes::ORDER, about, message!("finding-calls-order"));
    }
    if call.seq == 0 || call.attempt == 0 {
        findings.add(codes::FIELDS, about, message!("finding-calls-count"));
    }
    if call.api.contains(['?', '#']) || !call.request.is_object() {
        findings.add(codes::FIELDS, about, message!("finding-call-form"));
    }
}
