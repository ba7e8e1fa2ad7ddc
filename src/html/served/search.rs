//! The search and what it finds. The query is a stranger's as all text is: who
//! follows a link has not written it.

use super::super::article_words::UNTITLED;
use super::super::both::{Beside, Both, Lines};
use super::super::escape::{Escaped, Isolated};
use super::super::page::Page;
use super::super::views::PageOf;
use super::super::words::{RETIRED, date_time, section};
use super::shell::{Tab, begin, put_neighbours};
use super::words;
use crate::message;
use crate::model::Section;
use crate::text::Value;

/// The longest query, in characters.
pub const SEARCH_MAX: usize = 200;

/// What a search found.
#[derive(Clone, Debug)]
pub struct SearchView<'a> {
    /// What was asked for; empty where nothing was.
    pub query: &'a str,
    /// The address of this search without its page, `/search?q=…`.
    pub href: &'a str,
    /// What was found, newest first.
    pub hits: PageOf<'a, Hit>,
    /// Articles whose text could not be read.
    pub unreadable: u64,
}

/// An article that has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its title.
    pub title: Vec<Piece>,
    /// Who wrote it; may be empty.
    pub author: Vec<Piece>,
    /// Some of its text, around the first of the words.
    pub snippet: Vec<Piece>,
    /// When it was last changed, in Unix seconds.
    pub time: i64,
    /// Where it was found.
    pub source: Section,
    /// WeChat lists it no longer.
    pub is_retired: bool,
    /// Its page, an absolute path; none where the archive has none.
    pub href: Option<String>,
}

/// A run of text, asked for or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is one of the words.
    pub is_marked: bool,
}

/// The page of a search.
pub fn search_page(view: &SearchView<'_>) -> String {
    let title = if view.query.is_empty() {
        words::SEARCH.chinese().into_owned()
    } else {
        format!("{} · {}", view.query, words::SEARCH.chinese())
    };
    let mut page = begin(&title, Tab::Search, view.query);
    page.put(format_args!(
        "<h1>{}</h1>\n",
        Beside::word("served-search-articles")
    ));
    if view.unreadable > 0 {
        page.put(format_args!(
            "<p class=\"note\">{}</p>\n",
            Lines(Both(message!(
                "served-articles-unreadable",
                count = Value::digits(view.unreadable)
            )))
        ));
    }
    if view.query.is_empty() {
        page.put(format_args!(
            "<p class=\"sub\">{}</p>\n",
            Lines(Both::word("served-where"))
        ));
        return page.finish();
    }
    page.put(format_args!(
        "<p class=\"sub\">“{}”：{}</p>\n",
        Isolated(view.query),
        Beside(Both(message!(
            "served-found",
            count = Value::digits(view.hits.total)
        )))
    ));
    if view.hits.total == 0 {
        page.put(format_args!(
            "<p class=\"empty\">{}</p>\n",
            Beside::word("served-nothing-found")
        ));
        return page.finish();
    }
    page.put("<ul class=\"rows\">\n");
    for hit in view.hits.items {
        put_hit(&mut page, hit);
    }
    page.put("</ul>\n");
    put_neighbours(&mut page, view.hits.number, view.hits.pages, |number| {
        format!("{}&page={number}", view.href)
    });
    page.finish()
}

fn put_hit(page: &mut Page, hit: &Hit) {
    page.put("<li>");
    let is_nameless = hit.title.iter().all(|piece| piece.text.trim().is_empty());
    let title = if is_nameless {
        UNTITLED.0.chinese().into_owned()
    } else {
        marked(&hit.title)
    };
    match &hit.href {
        Some(href) => page.put(format_args!(
            "<a class=\"name\" href=\"{}\">{title}</a>",
            Escaped(href)
        )),
        None => page.put(format_args!("<span class=\"name\">{title}</span>")),
    }
    page.put(format_args!(
        "<span class=\"tag\">{}</span>",
        section(hit.source).chinese()
    ));
    if hit.is_retired {
        page.put(format_args!(
            "<span class=\"tag\">{}</span>",
            RETIRED.chinese()
        ));
    }
    page.put(format_args!(
        "<div class=\"when\">{} {}</div>",
        date_time(Some(hit.time).filter(|time| *time != 0)),
        marked(&hit.author)
    ));
    if !hit.snippet.is_empty() {
        page.put(format_args!("<p>{}</p>", marked(&hit.snippet)));
    }
    page.put("</li>\n");
}

/// Isolated, as all text of unknown direction; nothing for none.
fn marked(pieces: &[Piece]) -> String {
    if pieces.is_empty() {
        return String::new();
    }
    let mut html = String::from("<bdi>");
    for piece in pieces {
        let text = Escaped(&piece.text).to_string();
        if piece.is_marked {
            html.push_str("<mark>");
            html.push_str(&text);
            html.push_str("</mark>");
        } else {
            html.push_str(&text);
        }
    }
    html.push_str("</bdi>");
    html
}
