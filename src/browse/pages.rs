//! What the served pages tell, from the records.

use std::sync::Arc;

use crate::archive::records;
use crate::browse::access::value_of;
use crate::browse::answer::page_number;
use crate::browse::marks;
use crate::browse::{Library, Shared};
use crate::html;
use crate::html::{
    About, Count, CoverageView, FailedCheck, GapLine, ITEMS_A_PAGE, List, PageOf, SEARCH_MAX,
    SearchView, SectionFacts,
};
use crate::model::{Section, Timestamp, layout};
use crate::record::completeness::SectionCounts;
use crate::record::run::Gap;

/// How many articles stand on one page of a search.
const HITS_A_PAGE: usize = 100;

/// The first page.
pub(super) fn start(library: &Library) -> String {
    html::start_page(&about(library, &sections(library)))
}

fn about<'a>(library: &'a Library, sections: &'a [(Section, Count)]) -> About<'a> {
    let (document, completeness) = (&library.document, &library.completeness);
    let name = library.archive.name();
    About {
        account_name: document.account.name.as_deref(),
        appid: document.account.appid.as_str(),
        file_name: name.rsplit(['/', '\\']).next().unwrap_or(name),
        run_id: &document.run.id,
        window: (
            completeness.window.started_at.as_second(),
            completeness.window.finished_at.as_second(),
        ),
        status: completeness.status,
        sections,
        assets: Count {
            stored: completeness.assets.stored,
            missing: completeness.assets.missing,
            retired: 0,
        },
        gaps: completeness.gaps.total,
        warning: library.warning.as_ref(),
    }
}

/// The sections that the archive has a list of.
fn sections(library: &Library) -> Vec<(Section, Count)> {
    counted(library)
        .filter(|(section, _)| {
            let page = format!("{}{}", layout::VIEW, List::of(*section).file_name(1));
            library.archive.entry(&layout::path(&page)).is_some()
        })
        .map(|(section, counts)| {
            let count = Count {
                stored: counts.stored,
                missing: counts.missing,
                retired: counts.retired,
            };
            (section, count)
        })
        .collect()
}

fn counted(library: &Library) -> impl Iterator<Item = (Section, &SectionCounts)> {
    let counts = &library.completeness.sections;
    Section::ALL
        .into_iter()
        .filter_map(|section| Some((section, counts.get(section.as_str())?)))
}

/// The facts of the run, with page `number` of the gaps.
pub(super) fn coverage(library: &Library, number: usize) -> String {
    let completeness = &library.completeness;
    let mut gaps = Vec::new();
    let (mut total, mut unreadable_gaps) = (0_usize, 0);
    let first = (number - 1).saturating_mul(ITEMS_A_PAGE);
    for gap in records::gaps(&library.archive) {
        match gap {
            Ok(gap) => {
                if total >= first && gaps.len() < ITEMS_A_PAGE {
                    gaps.push(line_of(gap));
                }
                total += 1;
            }
            Err(_) => unreadable_gaps += 1,
        }
    }
    let checks = completeness.checks.iter();
    let failed: Vec<FailedCheck> = checks
        .filter(|check| check.lhs != check.rhs || !check.holds)
        .map(|check| FailedCheck {
            name: check.name.clone(),
            lhs: check.lhs,
            rhs: check.rhs,
        })
        .collect();
    let facts: Vec<(Section, SectionFacts)> = counted(library)
        .map(|(section, counts)| (section, facts_of(counts)))
        .collect();
    html::coverage_page(&CoverageView {
        about: about(library, &[]),
        sections: &facts,
        checks: completeness.checks.len(),
        failed: &failed,
        blind_spots: &completeness.blind_spots,
        gaps: PageOf {
            items: &gaps,
            number,
            pages: total.div_ceil(ITEMS_A_PAGE).max(1),
            total: total as u64,
        },
        unreadable_gaps,
    })
}

fn line_of(gap: Gap) -> GapLine {
    GapLine {
        kind: gap.kind,
        id: gap.id,
        class: gap.class,
        reason: gap.reason,
        detail: gap.detail,
        last_attempt: gap.last_attempt_at.as_second(),
    }
}

fn facts_of(counts: &SectionCounts) -> SectionFacts {
    SectionFacts {
        in_scope: counts.in_scope,
        listed: counts.listed,
        listed_at: counts.listed_at.map(Timestamp::as_second),
        stable: counts.stable,
        stored: counts.stored,
        missing: counts.missing,
        retired: counts.retired,
        not_listable: counts.not_listable,
    }
}

/// What the search of a query has found.
pub(super) async fn search(shared: &Arc<Shared>, query: &str) -> String {
    let number = page_number(query);
    let asked: String = value_of("q", query)
        .unwrap_or_default()
        .trim()
        .chars()
        .take(SEARCH_MAX)
        .collect();
    shared.texts().await;
    let searching = Arc::clone(shared);
    let found = tokio::task::spawn_blocking(move || found(&searching, &asked, number));
    found.await.unwrap_or_default()
}

fn found(shared: &Shared, asked: &str, number: usize) -> String {
    // It was read before the search began.
    let Some(texts) = shared.texts.get() else {
        return String::new();
    };
    let archive = &shared.library.archive;
    let words = marks::words(asked);
    let places = texts.search(archive, &words);
    let shown = places
        .iter()
        .skip((number - 1).saturating_mul(HITS_A_PAGE))
        .take(HITS_A_PAGE);
    let hits: Vec<html::Hit> = shown
        .map(|place| texts.hit(archive, *place, &words))
        .collect();
    let encoded: String = url::form_urlencoded::byte_serialize(asked.as_bytes()).collect();
    html::search_page(&SearchView {
        query: asked,
        href: &format!("/search?q={encoded}"),
        hits: PageOf {
            items: &hits,
            number,
            pages: places.len().div_ceil(HITS_A_PAGE).max(1),
            total: places.len() as u64,
        },
        unreadable: texts.unreadable,
    })
}
