//! The documents under `run/`: each judged by itself, and what the others are
//! held against kept.

use std::collections::BTreeMap;
use std::collections::HashMap;

use super::Support;
use super::codes;
use super::findings::Findings;
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
            format!(
                "the folder of account {} is another",
                document.account.appid
            ),
        );
    }
    if document.archive_id != format!("{}/{}", document.account.appid, document.run.id) {
        findings.add(codes::IDENTITY, about, "archive_id is not <appid>/<run id>");
    }
    if !is_run_id(&document.run.id) {
        findings.add(codes::FIELDS, about, "run.id is no start of a run");
    }
    if document.run.planned_at < document.run.started_at {
        findings.add(
            codes::FIELDS,
            about,
            "run.planned_at is before run.started_at",
        );
    }
    if let Some(previous) = &document.previous
        && previous.archive_id == document.archive_id
    {
        findings.add(codes::SUMS, about, "the archive is its own previous one");
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
        findings.add(codes::FIELDS, about, "format is another word");
    }
    if document.window.finished_at < document.window.started_at {
        findings.add(codes::FIELDS, about, "the window ends before it starts");
    }
    if !document
        .blind_spots
        .is_sorted_by(|left, right| left < right)
    {
        findings.add(codes::ORDER, about, "blind_spots are not sorted");
    }
    let is_known = |spot: &String| BLIND_SPOTS.contains(&spot.as_str());
    if support == Support::Whole && !document.blind_spots.iter().all(is_known) {
        findings.add(
            codes::FIELDS,
            about,
            "a blind spot that format 1.0 does not know",
        );
    }
    for section in Section::ALL {
        let Some(counts) = document.sections.get(section.as_str()) else {
            findings.add(codes::FIELDS, about, format!("section {section} is absent"));
            continue;
        };
        let mut wrong = |message: &str| {
            findings.add(codes::PROOF, about, format!("section {section}: {message}"));
        };
        if counts.listed && !counts.in_scope {
            wrong("listed, and not in scope");
        }
        if counts.stable && !counts.listed {
            wrong("stable, and not listed");
        }
        if counts.passes > 3 || (counts.listed && counts.passes == 0) {
            wrong("a listing has one to three passes");
        }
        let unique = Some(counts.unique_ids);
        let is_level = counts.list_total_first == unique && counts.list_total_last == unique;
        if counts.stable && counts.passes == 1 && !is_level {
            wrong("stable after one pass, whose totals are not its unique ids");
        }
        let not_listable =
            SectionCounts::not_listable(counts.api_count_end, counts.list_total_last);
        if counts.listed && counts.not_listable != not_listable {
            wrong("not_listable is not api_count_end - list_total_last");
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
            findings.add(
                codes::ORDER,
                about,
                "gaps are not sorted by gap_id, each once",
            );
        }
        self.last = Some(gap.gap_id.clone());
        if gap.gap_id != GapId::of(&gap.kind, &gap.id) {
            findings.add(codes::IDENTITY, about, "gap_id is not that of kind and id");
        }
        let is_known_reason = !matches!(gap.reason, GapReason::Other(_));
        if is_known_reason && gap.class != gap.reason.class() {
            findings.add(
                codes::PROOF,
                about,
                format!("{} is a reason of class {}", gap.reason, gap.reason.class()),
            );
        }
        if !is_known_reason && support == Support::Whole {
            findings.add(codes::FIELDS, about, format!("no reason: {}", gap.reason));
        }
        if !is_run_id(&gap.first_seen_run) {
            findings.add(codes::FIELDS, about, "first_seen_run is no start of a run");
        }
        let is_item = ItemKind::ALL.iter().any(|kind| kind.as_str() == gap.kind);
        let is_asset = gap.kind == ItemKind::Asset.as_str();
        if gap.reference.is_some() && !is_asset {
            findings.add(codes::FIELDS, about, "only a gap of an asset has a ref");
        }
        if gap.kind == "section" {
            match gap.id.parse::<Section>() {
                Ok(section) => {
                    self.sections.insert(section, gap.reason.clone());
                }
                Err(error) => findings.add(codes::FIELDS, about, error.to_string()),
            }
            return;
        }
        if !is_item && support == Support::Whole {
            findings.add(codes::FIELDS, about, format!("no kind: {}", gap.kind));
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
            findings.add(codes::IDENTITY, about, "gap_id is not that of kind and id");
        }
        let Some(gap) = self.open.get_mut(&expected) else {
            findings.add(codes::PROOF, about, "missing, and no gap says why");
            return;
        };
        gap.is_met = true;
        let permanent = gap.reason.class().is_permanent().then_some(&gap.reason);
        let is_later_word = matches!(gap.reason, GapReason::Other(_));
        if missing.reason != permanent && !is_later_word {
            findings.add(
                codes::PROOF,
                about,
                "the reason is not that of its gap, or stands there although it may pass",
            );
        }
        if let Some(reference) = gap.reference
            && !refs.iter().any(|known| Mark::of(known) == reference)
        {
            findings.add(
                codes::PROOF,
                about,
                "the ref of its gap is none of its refs",
            );
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
                "a gap of nothing that is missing",
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
        findings.add(
            codes::ORDER,
            about,
            "changes are not sorted by kind, id and op",
        );
    }
    if !change.fields.is_sorted_by(|left, right| left < right) {
        findings.add(codes::ORDER, about, "fields are not sorted");
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
        findings.add(
            codes::ORDER,
            about,
            "provenance is not sorted by sha256, kind and id",
        );
    }
    if !is_run_id(&line.run_id) {
        findings.add(codes::FIELDS, about, "run_id is no start of a run");
    }
    if line
        .address
        .as_ref()
        .is_some_and(|address| address.contains(['?', '#']))
    {
        findings.add(codes::FIELDS, about, "an address is host and path alone");
    }
}

/// The order and the plain rules of `run/calls.jsonl`.
pub(super) fn call(last: &mut Sorted<u64>, call: &Call, about: &str, findings: &mut Findings) {
    if !last.next(call.seq) {
        findings.add(
            codes::ORDER,
            about,
            "calls are not sorted by seq, each once",
        );
    }
    if call.seq == 0 || call.attempt == 0 {
        findings.add(codes::FIELDS, about, "seq and attempt count from 1");
    }
    if call.api.contains(['?', '#']) || !call.request.is_object() {
        findings.add(
            codes::FIELDS,
            about,
            "a call is a path and an object of parameters",
        );
    }
}
