//! The page to find things on, `data/view/find.html`, and the field that leads there.
//!
//! The page is a form, the outlines of what is found, and words: our script
//! copies outlines and fills them with the text of the data, so that it holds no
//! word and makes no markup of its own. Without the script it says where
//! everything is listed.

use super::page::{Here, Page, Place};
use super::views::{List, SectionView};
use super::words::{self, Both, Flat};
use crate::message;
use crate::model::{ItemKind, ItemStatus, Section};

/// The longest query, in characters.
const QUERY_MAX: usize = 200;

/// The page to find things on.
#[derive(Clone, Copy, Debug)]
pub struct FindView<'a> {
    /// The sections of the archive.
    pub sections: &'a [SectionView],
    /// How many files of [`TitleRow`](super::TitleRow)s there are.
    pub titles: usize,
    /// How many files of [`TextRow`](super::TextRow)s there are.
    pub texts: usize,
}

/// The field of the first page; our script shows it, and leads to [`find_page`].
pub(super) fn put_field(page: &mut Page) {
    page.put("<form class=\"find\" id=\"go\" role=\"search\" hidden>");
    put_query(page);
    page.put("</form>\n");
}

fn put_query(page: &mut Page) {
    page.put(format_args!(
        "<input type=\"search\" name=\"q\" maxlength=\"{QUERY_MAX}\" autocomplete=\"off\" \
         aria-label=\"{0}\" placeholder=\"{0}\" data-words=\"aria-label placeholder\">\
         <button>{1}</button>",
        Flat(&words::FIND_WHAT),
        words::FIND,
    ));
}

/// The page to find things on.
pub fn find_page(view: &FindView<'_>) -> String {
    let sections: Vec<Section> = view.sections.iter().map(|it| it.section).collect();
    let mut page = Page::begin(Here::Find, &Flat(&words::FIND).to_string(), &sections);
    page.put(format_args!("<h1>{}</h1>\n", words::FIND));
    put_lists(&mut page, &sections);
    page.put(format_args!(
        "<form class=\"find\" id=\"find\" role=\"search\" data-titles=\"{}\" data-texts=\"{}\" hidden>",
        view.titles, view.texts
    ));
    put_query(&mut page);
    let kinds = sections
        .iter()
        .map(|section| (section.as_str(), words::section(*section)));
    let asset = (ItemKind::Asset.as_str(), words::kind(ItemKind::Asset));
    put_choices(&mut page, "section", &words::SECTION, kinds.chain([asset]));
    let states = [
        ("stored", ItemStatus::Stored),
        ("missing", ItemStatus::Missing),
        ("retired", ItemStatus::Retired),
    ];
    let states = states.map(|(value, status)| (value, words::status(status)));
    put_choices(&mut page, "state", &words::STATE, states);
    page.put(format_args!(
        "<fieldset><legend>{}</legend><label>{} <input type=\"date\" name=\"from\"></label> \
         <label>{} <input type=\"date\" name=\"to\"></label></fieldset></form>\n",
        words::CHANGED,
        words::FROM,
        words::TO,
    ));
    page.put(format_args!(
        "<p class=\"sub\" id=\"told\" role=\"status\" hidden>{} <span id=\"progress\" hidden>{}</span></p>\n\
         <p class=\"note\" id=\"unreadable\" role=\"alert\" hidden>{}</p>\n\
         <ul class=\"rows\" id=\"found\" hidden></ul>\n\
         <p class=\"more\"><button id=\"more\" hidden>{}</button></p>\n",
        Both(message!("page-found", found = number("found"))),
        Both(message!("page-reading", read = number("read"), all = number("all"))),
        words::UNREADABLE,
        words::MORE,
    ));
    put_outlines(&mut page);
    page.put(format_args!("<p class=\"sub\">{}</p>\n", words::TIMES));
    page.finish()
}

/// Where the script puts a number.
fn number(name: &str) -> String {
    format!("<b data-number=\"{name}\"></b>")
}

/// Where everything is without a script; the script takes it away.
fn put_lists(page: &mut Page, sections: &[Section]) {
    page.put(format_args!(
        "<div id=\"without\"><p>{}</p>\n<ul>\n",
        words::WITHOUT_SCRIPT
    ));
    let lists = sections.iter().map(|section| List::of(*section));
    for list in lists.chain([List::Missing]) {
        page.put(format_args!(
            "<li><a href=\"{}\">{}</a></li>\n",
            Place::View.to_list(list, 1),
            words::list(list)
        ));
    }
    page.put("</ul></div>\n");
}

fn put_choices<'a>(
    page: &mut Page,
    name: &str,
    legend: &Both,
    choices: impl IntoIterator<Item = (&'a str, Both)>,
) {
    page.put(format_args!("<fieldset><legend>{legend}</legend>"));
    for (value, word) in choices {
        page.put(format_args!(
            "<label><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"> {word}</label> "
        ));
    }
    page.put("</fieldset>");
}

/// What the script copies for each thing that it finds.
fn put_outlines(page: &mut Page) {
    page.put(format_args!(
        "<template id=\"outline\"><li><div class=\"article\"><a class=\"cover\" aria-hidden=\"true\" tabindex=\"-1\"><img alt=\"\" loading=\"lazy\"></a>\
         <div><a class=\"name\"></a><p class=\"when\"></p><p class=\"digest\"></p>\
         <p class=\"when\"><a class=\"place\">{}</a></p></div></div></li></template>\n\
         <template id=\"nameless\">{}</template>\n",
        words::DETAILS,
        words::NAMELESS,
    ));
    let sections = Section::ALL.map(|section| (section.as_str(), words::section(section)));
    let more = [
        (ItemKind::Asset.as_str(), words::kind(ItemKind::Asset)),
        ("missing", words::GAP),
        ("retired", words::RETIRED),
    ];
    for (name, word) in sections.into_iter().chain(more) {
        let class = if name == "missing" { "tag lost" } else { "tag" };
        page.put(format_args!(
            "<template id=\"is-{name}\"><span class=\"{class}\">{word}</span></template>\n"
        ));
    }
}
