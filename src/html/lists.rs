//! The full lists, a slice at a time, so that no list need be held whole: month
//! by month, newest first, with the way to every other month.

use super::items;
use super::months::{self, month_of};
use super::page::{Here, Page, Place};
use super::views::{
    ArticleGroupView, ImageView, List, ListPage, MissingView, VideoView, VoiceView,
};
use super::words::{self, Both, Flat};
use crate::message;
use crate::model::Section;
use crate::text::Value;

/// A page of the pictures, `data/view/images-0001.html` and on.
pub fn gallery_page(list: &ListPage<'_, ImageView>) -> String {
    by_month(
        List::Images,
        "gallery",
        list,
        |image| image.facts.time,
        items::image,
    )
}

/// A page of the voices.
pub fn voices_page(list: &ListPage<'_, VoiceView>) -> String {
    by_month(
        List::Voices,
        "rows",
        list,
        |voice| voice.facts.time,
        items::voice,
    )
}

/// A page of the videos.
pub fn videos_page(list: &ListPage<'_, VideoView>) -> String {
    by_month(
        List::Videos,
        "rows",
        list,
        |video| video.facts.time,
        items::video,
    )
}

/// A page of the articles of `source`.
pub fn articles_page(source: Section, list: &ListPage<'_, ArticleGroupView>) -> String {
    let list_of = List::Articles(source);
    by_month(
        list_of,
        "rows",
        list,
        |group| group.time,
        items::article_group,
    )
}

/// A page of what is missing, in the order of sections.
pub fn missing_page(list: &ListPage<'_, MissingView>) -> String {
    let mut page = begin(List::Missing, list);
    if !list.part.items.is_empty() {
        page.put("<ul class=\"rows\">\n");
        for item in list.part.items {
            items::missing(&mut page, item);
        }
        page.put("</ul>\n");
    }
    end(page, List::Missing, list)
}

fn by_month<T>(
    of: List,
    class: &str,
    list: &ListPage<'_, T>,
    time: impl Fn(&T) -> i64,
    put_item: impl Fn(&mut Page, Place, &T),
) -> String {
    let mut page = begin(of, list);
    for month in list
        .part
        .items
        .chunk_by(|left, right| month_of(time(left)) == month_of(time(right)))
    {
        months::put_heading(&mut page, month_of(time(&month[0])), list.months);
        page.put(format_args!("<ul class=\"{class}\">\n"));
        for item in month {
            put_item(&mut page, Place::View, item);
        }
        page.put("</ul>\n");
    }
    end(page, of, list)
}

/// A page of a list up to its first item.
fn begin<T>(of: List, list: &ListPage<'_, T>) -> Page {
    let (name, total) = (words::list(of), list.part.total);
    let mut page = Page::begin(Here::Of(of), &Flat(&name).to_string(), list.sections);
    page.put(format_args!(
        "<h1>{name}</h1>\n<p class=\"sub\">{}</p>\n",
        words::total_in_order(of, total)
    ));
    months::put_index(&mut page, Place::View, of, list.months);
    put_pages(&mut page, of, list.part.number, list.part.pages);
    if list.part.items.is_empty() {
        page.put(format_args!("<p class=\"empty\">{}</p>\n", words::EMPTY));
    }
    page
}

fn end<T>(mut page: Page, of: List, list: &ListPage<'_, T>) -> String {
    if !list.part.items.is_empty() {
        put_pages(&mut page, of, list.part.number, list.part.pages);
    }
    page.put(format_args!("<p class=\"sub\">{}</p>\n", words::TIMES));
    page.finish()
}

/// Links to the first, last and neighbouring pages of a list.
fn put_pages(page: &mut Page, list: List, number: usize, pages: usize) {
    if pages <= 1 {
        return;
    }
    page.put(format_args!(
        "<nav class=\"pages\" aria-label=\"{}\" data-words=\"aria-label\">",
        Flat(&words::PAGES)
    ));
    let mut before = 0;
    for other in 1..=pages {
        let is_near = other.abs_diff(number) <= 3 || other == 1 || other == pages;
        if !is_near {
            continue;
        }
        if other > before + 1 {
            page.put("<span>…</span>");
        }
        before = other;
        if other == number {
            page.put(format_args!(
                "<b aria-current=\"page\">{}</b>",
                Both(message!("page-number", number = Value::digits(other)))
            ));
        } else {
            let href = Place::View.to_list(list, other);
            page.put(format_args!("<a href=\"{href}\">{other}</a>"));
        }
    }
    page.put("</nav>\n");
}
