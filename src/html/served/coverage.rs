//! What the run covered: the facts under `run/`, which the pages inside an
//! archive do not show.

use super::super::escape::{Escaped, Isolated};
use super::super::page::Page;
use super::super::views::PageOf;
use super::super::words::{self as chinese, date_time, reason_in_chinese};
use super::shell::{Tab, begin, put_neighbours};
use super::start::put_about;
use super::{About, words};
use crate::model::{GapClass, GapReason, Section};

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
    let mut page = begin("覆盖范围 Coverage", Tab::Coverage, "");
    put_about(&mut page, "覆盖范围 Coverage", &view.about);
    put_sections(&mut page, view);
    put_checks(&mut page, view);
    put_gaps(&mut page, view);
    page.put("<h2>没有接口能列出的内容 <span lang=\"en\">What no API lists</span></h2>\n<ul class=\"rows\">\n");
    for word in view.blind_spots {
        match words::blind_spot(word) {
            Some((chinese, english)) => page.put(format_args!(
                "<li>{chinese}<p lang=\"en\">{english}</p></li>\n"
            )),
            None => page.put(format_args!("<li>{}</li>\n", Isolated(word))),
        }
    }
    page.put("</ul>\n");
    page.finish()
}

fn put_sections(page: &mut Page, view: &CoverageView<'_>) {
    page.put(
        "<h2>栏目 <span lang=\"en\">Sections</span></h2>\n<div class=\"wide\"><table>\n<thead><tr>\
         <th>栏目 section</th><th>列表 list</th><th>最近列出 listed at</th><th>已保存 stored</th>\
         <th>缺失 missing</th><th>不再列出 retired</th><th>无法列出 not listable</th></tr></thead>\n<tbody>\n",
    );
    for (section, facts) in view.sections {
        page.put(format_args!(
            "<tr><td>{} {}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            chinese::section(*section),
            words::section(*section),
            list_of(facts),
            date_time(facts.listed_at),
            facts.stored,
            facts.missing,
            facts.retired,
            facts.not_listable,
        ));
    }
    let assets = view.about.assets;
    page.put(format_args!(
        "<tr><td>文章附件 assets</td><td></td><td></td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
         <td></td><td></td></tr>\n</tbody></table></div>\n",
        assets.stored, assets.missing
    ));
}

fn list_of(facts: &SectionFacts) -> &'static str {
    if !facts.in_scope {
        "不在范围内 left out"
    } else if !facts.listed {
        "这次没有列出 not listed in this run"
    } else if !facts.stable {
        "列表一直在变 would not hold still"
    } else {
        "列完 listed to its end"
    }
}

fn put_checks(page: &mut Page, view: &CoverageView<'_>) {
    page.put("<h2>核对 <span lang=\"en\">Equations</span></h2>\n");
    if view.failed.is_empty() {
        page.put(format_args!(
            "<p class=\"note whole\">{0} 个等式全部成立。<br><span lang=\"en\">All {0} equations hold.</span></p>\n",
            view.checks
        ));
        return;
    }
    page.put(format_args!(
        "<p class=\"note\">{1} 个等式中有 {0} 个不成立。<br><span lang=\"en\">{0} of {1} equations do not hold.</span></p>\n<ul class=\"rows\">\n",
        view.failed.len(),
        view.checks
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
        "<h2 id=\"gaps\">缺失 <span lang=\"en\">Gaps: {}</span></h2>\n",
        view.gaps.total
    ));
    if view.unreadable_gaps > 0 {
        page.put(format_args!(
            "<p class=\"note\">缺失清单中有 {0} 行无法读取。<br><span lang=\"en\">{0} lines of the list of gaps cannot be read.</span></p>\n",
            view.unreadable_gaps
        ));
    }
    if view.gaps.items.is_empty() {
        page.put("<p class=\"empty\">没有。<span lang=\"en\">None.</span></p>\n");
        return;
    }
    page.put("<ul class=\"rows\">\n");
    for gap in view.gaps.items {
        page.put(format_args!(
            "<li><span class=\"tag\">{}</span> <bdi><code>{}</code></bdi><div class=\"lost-line\">{} <code>{} / {}</code></div>",
            Escaped(words::gap_kind(&gap.kind)),
            Escaped(&gap.id),
            reason_in_chinese(&gap.reason),
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
