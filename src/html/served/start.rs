//! The page that a visit begins with.

use super::super::both::{Beside, Both, Lines};
use super::super::escape::{Escaped, Isolated};
use super::super::overview::put_count;
use super::super::page::Page;
use super::super::views::List;
use super::super::words::{OF_ARTICLES, date_time, section};
use super::shell::{Tab, begin};
use super::{About, words};
use crate::message;
use crate::text::{Language, Value};

/// The first page: which archive it is, what is in it, and where to go.
pub fn start_page(about: &About<'_>) -> String {
    let name = about.account_name.unwrap_or(about.appid);
    let mut page = begin(&format!("{name} · wxbackup browse"), Tab::Start, "");
    put_about(&mut page, name, about);
    page.put(format_args!(
        "<p class=\"open\"><a href=\"/data/index.html\">{}</a></p>\n",
        Beside::word("served-open")
    ));
    page.put("<ul class=\"counts\">\n");
    for (of, count) in about.sections {
        let link = format!("<a href=\"/data/view/{}\">", List::of(*of).file_name(1));
        put_count(&mut page, &section(*of), *count, Some(&link));
    }
    put_count(&mut page, &OF_ARTICLES, about.assets, None);
    page.put("</ul>\n");
    page.put(format_args!(
        "<p class=\"sub\">{}</p>\n",
        Lines(Both::word("served-about"))
    ));
    page.finish()
}

/// Whose archive it is, when it was made, and how the run ended.
pub(super) fn put_about(page: &mut Page, heading: &str, about: &About<'_>) {
    let (first, last) = about.window;
    let window = Both(message!(
        "page-span",
        first = date_time(Some(first)),
        last = date_time(Some(last))
    ));
    page.put(format_args!(
        "<h1>{}</h1>\n<p class=\"sub\">AppID {} · {}<br>{}</p>\n",
        Isolated(heading),
        Isolated(about.appid),
        Isolated(about.file_name),
        window.chinese(),
    ));
    if let Some(warning) = about.warning {
        page.put(format_args!(
            "<p class=\"note\">{}<br><span lang=\"en\">{}</span></p>\n",
            Escaped(&warning.words(Language::Zh)),
            Escaped(&warning.words(Language::En))
        ));
    }
    let class = if about.gaps == 0 && about.status == crate::model::RunStatus::Complete {
        "note whole"
    } else {
        "note"
    };
    page.put(format_args!(
        "<p class=\"{class}\">{}",
        Lines(words::status(about.status))
    ));
    if about.gaps > 0 {
        page.put(format_args!(
            "<br><a href=\"/coverage#gaps\">{}</a>",
            Beside(Both(message!(
                "served-gap-count",
                count = Value::digits(about.gaps)
            )))
        ));
    }
    page.put("</p>\n");
}
