//! The entry page: what there is, what is missing, and the newest of each.

use std::fmt::{self, Display};

use super::escape::Isolated;
use super::find::put_field;
use super::page::{Here, Page, Place};
use super::views::{Count, List, Overview, SectionView};
use super::words::{self, Both, Flat};
use super::{items, months};
use crate::message;
use crate::model::Section;
use crate::text::Value;

/// The style of the pages of the library, stored as `data/view/style.css`.
pub const STYLE_SHEET: &str = include_str!("style.css");

/// The script of the pages of the library, stored as `data/view/view.js`. A page
/// tells all it has without it.
pub const VIEW_SCRIPT: &str = include_str!("view.js");

/// The entry page, `data/index.html`.
pub fn index_page(library: &Overview<'_>) -> String {
    let name = library.account_name.unwrap_or(library.appid);
    let sections: Vec<Section> = library.sections.iter().map(|it| it.section).collect();
    let title = format!("{name} · {}", Flat(&words::TITLE));
    let mut page = Page::begin(Here::Home, &title, &sections);
    page.put(format_args!(
        "<h1>{}</h1>\n<p class=\"sub\">{} · AppID {}{}</p>\n",
        Isolated(name),
        words::WHAT,
        Isolated(library.appid),
        Span(library.span)
    ));
    put_field(&mut page);
    page.put("<ul class=\"counts\">\n");
    for SectionView { section, count, .. } in library.sections {
        let list = List::of(*section);
        let link = format!("<a href=\"{}\">", Place::Top.to_list(list, 1));
        put_count(&mut page, &words::section(*section), *count, Some(&link));
    }
    put_count(&mut page, &words::OF_ARTICLES, library.assets, None);
    page.put("</ul>\n");
    put_verdict(&mut page, library);

    put_newest(&mut page, library, List::Articles(Section::News), |page| {
        put_list(page, "rows", library.articles, |page, group| {
            items::article_group(page, Place::Top, group);
        });
    });
    put_newest(&mut page, library, List::Images, |page| {
        put_list(page, "gallery", library.images, |page, image| {
            items::image(page, Place::Top, image);
        });
    });
    put_newest(&mut page, library, List::Videos, |page| {
        put_list(page, "rows", library.videos, |page, video| {
            items::video(page, Place::Top, video);
        });
    });
    put_newest(&mut page, library, List::Voices, |page| {
        put_list(page, "rows", library.voices, |page, voice| {
            items::voice(page, Place::Top, voice);
        });
    });
    if !library.missing.is_empty() {
        page.put(format_args!(
            "<h2><span>{}</span>",
            words::newest(List::Missing)
        ));
        put_way(
            &mut page,
            List::Missing,
            &words::list(List::Missing),
            library.missing_total,
        );
        page.put("</h2>\n");
        put_list(&mut page, "rows", library.missing, items::missing);
    }
    page.put(format_args!("<p class=\"sub\">{}</p>\n", words::TIMES));
    page.finish()
}

fn put_list<T>(page: &mut Page, class: &str, all: &[T], put_item: impl Fn(&mut Page, &T)) {
    page.put(format_args!("<ul class=\"{class}\">\n"));
    for item in all {
        put_item(page, item);
    }
    page.put("</ul>\n");
}

/// The newest of a list, or of all lists of articles, with the way to the rest;
/// nothing where there is nothing.
fn put_newest(
    page: &mut Page,
    library: &Overview<'_>,
    of: List,
    put_items: impl FnOnce(&mut Page),
) {
    let are_articles = |list: List| matches!(list, List::Articles(_));
    let lists: Vec<(List, &SectionView)> = library
        .sections
        .iter()
        .map(|section| (List::of(section.section), section))
        .filter(|(list, _)| *list == of || (are_articles(*list) && are_articles(of)))
        .filter(|(_, section)| section.count.total() > 0)
        .collect();
    if lists.is_empty() {
        return;
    }
    page.put(format_args!("<h2><span>{}</span>", words::newest(of)));
    for (list, section) in &lists {
        put_way(page, *list, &words::list(*list), section.count.total());
    }
    page.put("</h2>\n");
    for (list, section) in &lists {
        if lists.len() > 1 && section.months.len() > 1 {
            page.put(format_args!("<p class=\"of\">{}</p>\n", words::list(*list)));
        }
        months::put_index(page, Place::Top, *list, &section.months);
    }
    put_items(page);
}

/// The way from a heading to the whole list.
fn put_way(page: &mut Page, list: List, name: &Both, total: u64) {
    page.put(format_args!(
        "<a href=\"{}\">{name} <small>{}</small></a>",
        Place::Top.to_list(list, 1),
        words::total(list, total)
    ));
}

pub(super) fn put_count(page: &mut Page, name: &Both, count: Count, link: Option<&str>) {
    let (open, close) = match link {
        Some(link) => (link, "</a>"),
        None => ("", ""),
    };
    page.put(format_args!(
        "<li>{open}<span>{name}</span>{close}<b>{}</b><small>{} {}",
        count.total(),
        words::STORED,
        count.stored
    ));
    if count.retired > 0 {
        page.put(format_args!(" · {} {}", words::RETIRED, count.retired));
    }
    if count.missing > 0 {
        page.put(format_args!(
            " · <span class=\"lost\">{} {}</span>",
            words::GAP,
            count.missing
        ));
    }
    page.put("</small></li>\n");
}

fn put_verdict(page: &mut Page, library: &Overview<'_>) {
    let missing = library.missing_total;
    if missing == 0 {
        page.put(format_args!(
            "<p class=\"note whole\">{}</p>\n",
            words::WHOLE
        ));
    } else {
        page.put(format_args!(
            "<p class=\"note\">{} <a href=\"{}\">{}</a></p>\n",
            Both(message!("page-not-whole", missing = Value::digits(missing))),
            Place::Top.to_list(List::Missing, 1),
            words::WHICH
        ));
    }
    page.put(format_args!(
        "<p class=\"sub\">{}</p>\n",
        words::OUT_OF_REACH
    ));
}

struct Span(Option<(i64, i64)>);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, last)) = self.0 else {
            return Ok(());
        };
        let (first, last) = (words::day(first), words::day(last));
        write!(
            f,
            " · {}",
            Both(message!("page-span", first = first, last = last))
        )
    }
}
