//! What an archive says of itself, against what was counted.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Support;
use super::blobs::Blobs;
use super::codes;
use super::findings::Findings;
use super::items::Items;
use super::run::Gaps;
use crate::message;
use crate::model::EntryPath;
use crate::model::ItemKind;
use crate::model::Section;
use crate::model::layout;
use crate::record::archive::ArchiveDocument;
use crate::record::archive::Roots;
use crate::record::bag_info::BagInfo;
use crate::record::bag_info::Oxum;
use crate::record::completeness;
use crate::record::completeness::Check;
use crate::record::completeness::Completeness;
use crate::record::completeness::SectionCounts;
use crate::record::spec;
use crate::text::Message;

/// The files that came, as far as sums need them.
#[derive(Debug, Default)]
pub(super) struct Sums {
    payload_files: u64,
    payload_bytes: u64,
    /// Files under `run/` and `data/items/` with their line feeds, where they were read.
    listed: BTreeMap<EntryPath, Option<u64>>,
    /// Other files that every archive has.
    met: BTreeSet<EntryPath>,
}

/// The files that every archive of format 1.0 has, beside those of items in
/// scope and of the format document.
const ALWAYS: [&str; 12] = [
    layout::BAGIT,
    layout::README,
    layout::BAG_INFO,
    layout::TAGMANIFEST,
    layout::MANIFEST,
    layout::ARCHIVE,
    layout::CALLS,
    layout::CHANGES,
    layout::COMPLETENESS,
    layout::GAPS,
    layout::PROVENANCE,
    layout::INDEX,
];

impl Sums {
    /// An entry that is no blob.
    pub(super) fn file(&mut self, path: &EntryPath, bytes: u64, line_feeds: Option<u64>) {
        if layout::is_payload(path) {
            self.payload_files += 1;
            self.payload_bytes = self.payload_bytes.saturating_add(bytes);
        }
        let text = path.as_str();
        if text.starts_with("run/") || text.starts_with("data/items/") {
            self.listed.insert(path.clone(), line_feeds);
        } else if ALWAYS.contains(&text) || text.starts_with("spec/") {
            self.met.insert(path.clone());
        }
    }

    /// The size of the payload with its blobs.
    pub(super) fn payload(&self, blobs: &Blobs) -> Oxum {
        Oxum {
            bytes: self.payload_bytes.saturating_add(blobs.bytes),
            files: self.payload_files + blobs.count,
        }
    }

    /// Tells the files that are absent. A later version carries another format
    /// document, by another name.
    pub(super) fn finish(&self, support: Support, findings: &mut Findings) {
        let spec = match support {
            Support::Whole => spec::FILES,
            Support::LaterMinor | Support::OtherMajor => &[],
        };
        for path in ALWAYS.into_iter().chain(spec.iter().map(|(path, _)| *path)) {
            let path = layout::path(path);
            if !self.met.contains(&path) && !self.listed.contains_key(&path) {
                findings.add(codes::ABSENT, path.as_str(), message!("finding-absent"));
            }
        }
    }
}

/// Judges the completeness proof by the records themselves (format 11).
pub(super) fn proof(
    document: &Completeness,
    items: &Items,
    gaps: &Gaps,
    support: Support,
    findings: &mut Findings,
) {
    let about = layout::COMPLETENESS;
    let found_before = findings.count();
    let none = SectionCounts::default();
    for section in Section::ALL {
        let said = document.sections.get(section.as_str()).unwrap_or(&none);
        let counted = items.sections.get(&section).copied().unwrap_or_default();
        for (name, said, counted) in [
            ("stored", said.stored, counted.stored),
            ("missing", said.missing, counted.missing),
            ("retired", said.retired, counted.retired),
        ] {
            if said != counted {
                findings.add(
                    codes::PROOF,
                    about,
                    message!(
                        "finding-count-of-section",
                        section = section.as_str(),
                        name = name,
                        said = said.to_string(),
                        counted = counted.to_string()
                    ),
                );
            }
        }
        let needs_gap = said.in_scope && !said.listed;
        match gaps.sections.get(&section) {
            None if needs_gap => findings.add(
                codes::PROOF,
                about,
                message!("finding-section-without-gap", section = section.as_str()),
            ),
            Some(_) if !needs_gap => findings.add(
                codes::PROOF,
                about,
                message!("finding-section-with-gap", section = section.as_str()),
            ),
            _ => {}
        }
    }
    if document.assets != items.assets {
        findings.add(
            codes::PROOF,
            about,
            message!("finding-assets", assets = format!("{:?}", items.assets)),
        );
    }
    if document.gaps != gaps.counts {
        findings.add(
            codes::PROOF,
            about,
            message!("finding-gaps", total = gaps.counts.total.to_string()),
        );
    }

    let checks = completeness::checks(
        &document.sections,
        &items.assets,
        &gaps.counts,
        &items.records,
    );
    equations(document, &checks, support, findings);

    // What follows from wrong counts is wrong in any case; and a later version may
    // know that waiting cannot mend a reason that is new here.
    let can_judge = findings.count() == found_before && support == Support::Whole;
    let status = completeness::status(&document.sections, &checks, &gaps.counts);
    if status != document.status && can_judge {
        findings.add(
            codes::STATUS,
            about,
            message!(
                "finding-status",
                status = document.status.as_str(),
                follows = status.as_str()
            ),
        );
    }
}

/// Judges the equations that a proof has against those that it should have.
fn equations(document: &Completeness, checks: &[Check], support: Support, findings: &mut Findings) {
    let about = layout::COMPLETENESS;
    for check in checks {
        if !document.checks.contains(check) {
            findings.add(
                codes::PROOF,
                about,
                message!(
                    "finding-no-check",
                    name = &check.name,
                    lhs = check.lhs.to_string(),
                    rhs = check.rhs.to_string()
                ),
            );
        }
    }
    for check in &document.checks {
        if check.holds != (check.lhs == check.rhs) {
            findings.add(
                codes::PROOF,
                about,
                message!("finding-holds", name = &check.name),
            );
        }
        let is_known = checks.iter().any(|known| known.name == check.name);
        if !is_known && support == Support::Whole {
            findings.add(
                codes::PROOF,
                about,
                message!("finding-no-equation", name = &check.name),
            );
        }
    }
}

/// What was measured of an archive.
pub(super) struct Measures<'a> {
    pub(super) sums: &'a Sums,
    pub(super) blobs: &'a Blobs,
    pub(super) records: &'a BTreeMap<String, u64>,
    pub(super) gaps: u64,
    pub(super) roots: Option<Roots>,
}

/// Judges what `run/archive.json` says of the rest.
pub(super) fn archive(
    document: &ArchiveDocument,
    completeness: Option<&Completeness>,
    measures: &Measures<'_>,
    findings: &mut Findings,
) {
    let about = layout::ARCHIVE;
    let mut wrong = |message: Message| findings.add(codes::SUMS, about, message);

    if measures.roots.is_some_and(|roots| roots != document.roots) {
        wrong(message!("finding-roots"));
    }
    let payload = measures.sums.payload(measures.blobs);
    let totals = &document.totals;
    for (name, said, counted) in [
        ("payload_files", totals.payload_files, payload.files),
        ("payload_bytes", totals.payload_bytes, payload.bytes),
        ("blobs", totals.blobs, measures.blobs.count),
        ("blob_bytes", totals.blob_bytes, measures.blobs.bytes),
        ("gaps", totals.gaps, measures.gaps),
    ] {
        if said != counted {
            wrong(message!(
                "finding-total",
                name = name,
                said = said.to_string(),
                counted = counted.to_string()
            ));
        }
    }
    let kinds: BTreeSet<&String> = totals
        .records
        .keys()
        .chain(measures.records.keys())
        .collect();
    for kind in kinds {
        let said = totals.records.get(kind).copied().unwrap_or(0);
        let counted = measures.records.get(kind).copied().unwrap_or(0);
        let is_known = ItemKind::ALL.iter().any(|known| known.as_str() == kind);
        if said != counted && is_known {
            wrong(message!(
                "finding-total-of-records",
                kind = kind,
                said = said.to_string(),
                counted = counted.to_string()
            ));
        }
    }

    files(document, measures.sums, &mut wrong);

    if document.completeness.path.as_str() != layout::COMPLETENESS {
        wrong(message!("finding-completeness-path"));
    }
    let Some(completeness) = completeness else {
        return;
    };
    if completeness.status != document.completeness.status {
        wrong(message!("finding-completeness-status"));
    }
    if completeness.format_version != document.format_version {
        wrong(message!("finding-completeness-version"));
    }
    let in_scope: Vec<&str> = Section::ALL
        .into_iter()
        .map(Section::as_str)
        .filter(|section| {
            completeness
                .sections
                .get(*section)
                .is_some_and(|counts| counts.in_scope)
        })
        .collect();
    if document.run.scope.sections != in_scope {
        wrong(message!("finding-scope-sections"));
    }
    for kind in ItemKind::ALL {
        let is_needed = match kind {
            ItemKind::Asset => in_scope
                .iter()
                .any(|section| is_of(section, ItemKind::Article)),
            kind => in_scope.iter().any(|section| is_of(section, kind)),
        };
        let path = layout::items(kind);
        if is_needed && !measures.sums.listed.contains_key(&path) {
            findings.add(codes::ABSENT, path.as_str(), message!("finding-kind-file"));
        }
    }
}

/// Judges the list of files against those that came.
fn files(document: &ArchiveDocument, sums: &Sums, wrong: &mut impl FnMut(Message)) {
    if !document
        .files
        .is_sorted_by(|left, right| left.path < right.path)
    {
        wrong(message!("finding-files-order"));
    }
    let mut absent: BTreeMap<&EntryPath, Option<u64>> = sums
        .listed
        .iter()
        .map(|(path, lines)| (path, *lines))
        .collect();
    absent.remove(&layout::path(layout::ARCHIVE));
    for file in &document.files {
        let Some(lines) = absent.remove(&file.path) else {
            wrong(message!("finding-files-names", path = file.path.as_str()));
            continue;
        };
        let has_lines = file.path.extension() == Some("jsonl");
        let is_as_said = match lines {
            Some(lines) => file.lines == has_lines.then_some(lines),
            None => file.lines.is_some() == has_lines,
        };
        if !is_as_said {
            wrong(message!("finding-files-lines", path = file.path.as_str()));
        }
    }
    for path in absent.keys() {
        wrong(message!("finding-files-lacks", path = path.as_str()));
    }
}

fn is_of(section: &str, kind: ItemKind) -> bool {
    section
        .parse::<Section>()
        .is_ok_and(|section| section.item_kind() == kind)
}

/// Judges what `bag-info.txt` says of the rest.
pub(super) fn bag_info(
    info: &BagInfo,
    archive: &ArchiveDocument,
    payload: Oxum,
    findings: &mut Findings,
) {
    let mut wrong = |label: &str| {
        findings.add(
            codes::SUMS,
            layout::BAG_INFO,
            message!("finding-label", label = label),
        );
    };
    if info.appid != archive.account.appid.as_str() {
        wrong("Bag-Group-Identifier");
    }
    if info.archive_id != archive.archive_id {
        wrong("External-Identifier");
    }
    if info.oxum != payload {
        wrong("Payload-Oxum");
    }
}

impl Items {
    /// Tells what asset records name and no article does.
    pub(super) fn finish(&self, findings: &mut Findings) {
        let refs = self.refs.iter().map(|(line, _)| (*line, "refs"));
        let urls = self
            .urls
            .iter()
            .filter(|(_, is_met)| !**is_met)
            .map(|((line, _), _)| (*line, "urls"));
        let unmet: BTreeSet<(u32, &str)> = refs.chain(urls).collect();
        for (line, field) in unmet {
            findings.add(
                codes::ASSETS,
                &format!("{}:{line}", layout::items(ItemKind::Asset)),
                message!("finding-asset-list-unnamed", field = field),
            );
        }
    }
}
