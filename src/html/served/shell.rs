//! What the served pages share: the head, and the bar with the search.

use super::super::both::Both;
use super::super::escape::Escaped;
use super::super::page::{Page, head};
use super::search::SEARCH_MAX;
use super::words;
use crate::text::{Language, Message};

/// The style of the served pages, to be read behind
/// [`STYLE_SHEET`](super::super::STYLE_SHEET).
pub const SERVED_STYLE_SHEET: &str = include_str!("../served.css");

/// Nothing but our own style and the search's form.
const POLICY: &str =
    "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'";

const STYLE: &str = "<link rel=\"stylesheet\" href=\"/style.css\">\n";

/// The places that the bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Start,
    Search,
    Coverage,
}

/// A page under way, with the bar at its top; `query` stands in the search's field.
pub(super) fn begin(title: &str, tab: Tab, query: &str) -> Page {
    let mut page = Page::behind(head(title, POLICY, STYLE));
    page.put("<body>\n<header class=\"bar\"><nav>");
    let places = [
        (Some(Tab::Start), "/", words::START),
        (None, "/data/index.html", Both::word("served-library")),
        (Some(Tab::Coverage), "/coverage", words::COVERAGE),
    ];
    for (place, href, word) in places {
        let here = if place == Some(tab) {
            " aria-current=\"page\""
        } else {
            ""
        };
        page.put(format_args!(
            "<a href=\"{href}\"{here}>{} <small lang=\"en\">{}</small></a>",
            word.chinese(),
            word.english()
        ));
    }
    page.put(format_args!(
        "</nav><form action=\"/search\" role=\"search\">\
         <input type=\"search\" name=\"q\" value=\"{0}\" maxlength=\"{SEARCH_MAX}\" \
         aria-label=\"{1}\" placeholder=\"{1}\">\
         <button>{2}</button></form></header>\n<main>\n",
        Escaped(query),
        Both::word("served-field").plain(),
        words::SEARCH.chinese()
    ));
    page
}

/// The answer to the first visit: it leads on by itself, so that the next
/// request comes from a page of ours.
pub fn welcome_page() -> String {
    let onward = format!("<meta http-equiv=\"refresh\" content=\"0;url=/\">\n{STYLE}");
    let mut page = Page::behind(head("wxbackup browse", POLICY, &onward));
    let open = Both::word("served-welcome");
    page.put(format_args!(
        "<body>\n<main>\n<p><a href=\"/\">{} · {}</a></p>\n",
        open.chinese(),
        open.english()
    ));
    page.finish()
}

/// A page that only says something, such as that there is no such page.
pub fn note_page(said: &Message) -> String {
    let mut page = Page::behind(head("wxbackup browse", POLICY, STYLE));
    page.put(format_args!(
        "<body>\n<main>\n<p class=\"note\">{}<br><span lang=\"en\">{}</span></p>\n\
         <p><a href=\"/\">{}</a></p>\n",
        Escaped(&said.words(Language::Zh)),
        Escaped(&said.words(Language::En)),
        words::START.plain()
    ));
    page.finish()
}

/// Links to the pages before and behind; `href` gives the address of one.
pub(super) fn put_neighbours(
    page: &mut Page,
    number: usize,
    pages: usize,
    href: impl Fn(usize) -> String,
) {
    if pages <= 1 {
        return;
    }
    page.put("<nav class=\"pages\">");
    if number > 1 {
        let href = href(number - 1);
        page.put(format_args!(
            "<a href=\"{}\">{}</a>",
            Escaped(&href),
            Both::word("served-before").plain()
        ));
    }
    page.put(format_args!("<b>{number} / {pages}</b>"));
    if number < pages {
        let href = href(number + 1);
        page.put(format_args!(
            "<a href=\"{}\">{}</a>",
            Escaped(&href),
            Both::word("served-behind").plain()
        ));
    }
    page.put("</nav>\n");
}
