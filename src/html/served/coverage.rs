//! What the run covered: the facts under `run/`, which the pages inside an
//! archive do not show.

use super::super::both::{Beside, Both, Lines};
use super::super::escape::{Escaped, Isolated};
use super::super::page::Page;
use super::super::views::PageOf;
use super::super::words::date_time;
use super::shell::{Tab, begin, put_neighbours};
use super::start::put_about;
use super::{About, words};
use crate::message;
use crate::model::{GapClass, GapReason, Section};
use crate::text::Value;

/// All that the page tells.
#[derive(Clone, Debug)]
pub struct CoverageView<'a> {
    /// The archive.
    pub about: About<'a>,
    /// What became of each section.
    pub sections: &'a [(Section, SectionFacts)],
    /// How many equations the proof has.
    pub checks: usize,
    /// Those that do not hold.
    pub failed: &'a [FailedCheck],
    /// The words of what no API lists.
    pub blind_spots: &'a [String],
    /// What is missing, a page of it.
    pub gaps: PageOf<'a, GapLine>,
    /// Lines of the list of gaps that could not be read.
    pub unreadable_gaps: u64,
}

/// What the run found out about a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionFacts {
    /// Whether the run was asked to cover it.
    pub in_scope: bool,
    /// Whether it was listed in this run.
    pub listed: bool,
    /// When it was last listed to its end, in Unix seconds.
    pub listed_at: Option<i64>,
    /// Whether the list held still.
    pub stable: bool,
    /// Items in the archive.
    pub stored: u64,
    /// Items named by WeChat and not in the archive.
    pub missing: u64,
    /// Items listed no longer, and kept.
    pub retired: u64,
    /// Counted by WeChat and in no list.
    pub not_listable: i64,
}

/// An equation whose sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCheck {
    /// Its name.
    pub name: String,
    /// The left side.
    pub lhs: i64,
    /// The right side.
    pub rhs: i64,
}

/// Something that is missing, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapLine {
    /// `image`, …, `asset`, `section`.
    pub kind: String,
    /// Its id or address.
    pub id: String,
    /// What kind of trouble.
    pub class: GapClass,
    /// Why.
    pub reason: GapReason,
    /// More, for people.
    pub detail: Option<String>,
    /// When it was last tried, in Unix seconds.
    pub last_attempt: i64,
}

/// The page of the run's coverage.
pub fn coverage_page(view: &CoverageView<'_>) -> String {
    let title = words::COVERAGE.plain();
    let mut page = begin(&title, Tab::Coverage, "");
    put_about(&mut page, &title, &view.about);
    put_sections(&mut page, view);
    put_checks(&mut page, view);
    put_gaps(&mut page, view);
    page.put(format_args!(
        "<h2>{}</h2>\n<ul class=\"rows\">\n",
        Beside::word("served-not-listable")
    ));
    for word in view.blind_spots {
        match words::blind_spot(word) {
            Some(said) => page.put(format_args!(
                "<li>{}<p lang=\"en\">{}</p></li>\n",
                said.chinese(),
                said.english()
            )),
            None => page.put(format_args!("<li>{}</li>\n", Isolated(word))),
        }
    }
    page.put("</ul>\n");
    page.finish()
}

fn put_sections(page: &mut Page, view: &CoverageView<'_>) {
    page.put(format_args!(
        "<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>",
        Beside::word("served-sections")
    ));
    for column in words::COLUMNS {
        page.put(format_args!("<th>{}</th>", column.plain()));
    }
    page.put("</tr></thead>\n<tbody>\n");
    for (section, facts) in view.sections {
        page.put(format_args!(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            words::section(*section).plain(),
            list_of(facts).plain(),
            date_time(facts.listed_at),
            facts.stored,
            facts.missing,
            facts.retired,
            facts.not_listable,
        ));
    }
    let assets = view.about.assets;
    page.put(format_args!(
        "<tr><td>{}</td><td></td><td></td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td></td><td></td></tr>\n</tbody></table></div>\n",
        words::ASSETS.plain(),
        assets.stored,
        assets.missing
    ));
}

fn list_of(facts: &SectionFacts) -> Both {
    if !facts.in_scope {
        Both::word("served-left-out")
    } else if !facts.listed {
        Both::word("served-not-listed")
    } else if !facts.stable {
        Both::word("served-not-still")
    } else {
        Both::word("served-listed")
    }
}

fn put_checks(page: &mut Page, view: &CoverageView<'_>) {
    page.put(format_args!("<h2>{}</h2>\n", Beside::word("served-checks")));
    let checks = Value::digits(view.checks);
    if view.failed.is_empty() {
        page.put(format_args!(
            "<p class=\"note whole\">{}</p>\n",
            Lines(Both(message!("served-checks-hold", checks = checks)))
        ));
        return;
    }
    page.put(format_args!(
        "<p class=\"note\">{}</p>\n<ul class=\"rows\">\n",
        Lines(Both(message!(
            "served-checks-fail",
            failed = Value::digits(view.failed.len()),
            checks = checks
        )))
    ));
    for check in view.failed {
        page.put(format_args!(
            "<li><code>{}</code><p>{} ≠ {}</p></li>\n",
            Escaped(&check.name),
            check.lhs,
            check.rhs
        ));
    }
    page.put("</ul>\n");
}

fn put_gaps(page: &mut Page, view: &CoverageView<'_>) {
    page.put(format_args!(
        "<h2 id=\"gaps\">{}</h2>\n",
        Beside(Both(message!(
            "served-gaps",
            count = Value::digits(view.gaps.total)
        )))
    ));
    if view.unreadable_gaps > 0 {
        page.put(format_args!(
            "<p class=\"note\">{}</p>\n",
            Lines(Both(message!(
                "served-gaps-unreadable",
                count = Value::digits(view.unreadable_gaps)
            )))
        ));
    }
    if view.gaps.items.is_empty() {
        page.put(format_args!(
            "<p class=\"empty\">{}</p>\n",
            Beside::word("served-none")
        ));
        return;
    }
    page.put("<ul class=\"rows\">\n");
    for gap in view.gaps.items {
        page.put(format_args!(
            "<li><span class=\"tag\">{}</span> <bdi><code>{}</code></bdi><div class=\"lost-line\">{} <code>{} / {}</code></div>",
            Escaped(&words::gap_kind(&gap.kind)),
            Escaped(&gap.id),
            Both(gap.reason.name()).chinese(),
            Escaped(gap.class.as_str()),
            Escaped(gap.reason.as_str()),
        ));
        if let Some(detail) = &gap.detail {
            page.put(format_args!("<p>{}</p>", Isolated(detail)));
        }
        page.put(format_args!(
            "<div class=\"when\">{}</div></li>\n",
            date_time(Some(gap.last_attempt))
        ));
    }
    page.put("</ul>\n");
    put_neighbours(page, view.gaps.number, view.gaps.pages, |number| {
        format!("/coverage?page={number}#gaps")
    });
}
