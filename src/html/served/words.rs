//! Which messages of the catalogue say what words of the records mean.

use std::borrow::Cow;

use super::super::both::Both;
use super::super::words::{GAP, SECTION, STORED};
use crate::model::{ItemKind, RunStatus, Section};

pub(super) const ASSETS: Both = Both::word("served-assets");
pub(super) const COVERAGE: Both = Both::word("served-coverage");
pub(super) const SEARCH: Both = Both::word("served-search");
pub(super) const START: Both = Both::word("served-start");

/// The heads of the table of sections.
pub(super) const COLUMNS: [Both; 7] = [
    Both::word("served-section"),
    Both::word("served-list"),
    Both::word("served-listed-at"),
    STORED,
    GAP,
    Both::word("served-retired"),
    Both::word("served-not-listable-count"),
];

/// What the verdict of a run means.
pub(super) fn status(status: RunStatus) -> Both {
    Both::word(match status {
        RunStatus::Complete => "served-run-complete",
        RunStatus::CompleteWithGaps => "served-run-complete-with-gaps",
        RunStatus::Partial => "served-run-partial",
    })
}

/// A section, as the table has it.
pub(super) fn section(section: Section) -> Both {
    Both::word(match section {
        Section::Image => "served-section-image",
        Section::Voice => "served-section-voice",
        Section::Video => "served-section-video",
        Section::News => "served-section-news",
        Section::Draft => "served-section-draft",
        Section::Published => "served-section-published",
    })
}

/// What no API lists; `None` for a word of a later version.
pub(super) fn blind_spot(word: &str) -> Option<Both> {
    Some(Both::word(match word {
        "mass_sent_not_listable" => "served-beyond-mass-sent-not-listable",
        "news_list_frozen_2022" => "served-beyond-news-list-frozen-2022",
        "console_video_page_only" => "served-beyond-console-video-page-only",
        "draft_id_unstable" => "served-beyond-draft-id-unstable",
        "other" => "served-beyond-other",
        _ => return None,
    }))
}

/// What is missing, in Chinese; a word of a later version as it is.
pub(super) fn gap_kind(kind: &str) -> Cow<'_, str> {
    let kinds = [
        ItemKind::Image,
        ItemKind::Voice,
        ItemKind::Video,
        ItemKind::Article,
        ItemKind::Asset,
    ];
    let known = kinds.into_iter().find(|known| known.as_str() == kind);
    match (known, kind) {
        (Some(known), _) => Both(known.name()).chinese(),
        (None, "section") => SECTION.chinese(),
        (None, other) => Cow::Borrowed(other),
    }
}
