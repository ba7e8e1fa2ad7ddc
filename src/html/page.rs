//! What all pages share: the head, and the rule that nothing is loaded from afar;
//! and what those of the library share: where they stand, and their top.

use std::fmt::{self, Display, Write as _};

use super::escape::{Escaped, Straight};
use super::views::List;
use super::words::{self, Flat};
use crate::model::Section;

/// What an article's page may load: pictures and sounds beside it, its own
/// inline styles, no script, no frame, no font (format 8.7).
pub(super) const ARTICLE_POLICY: &str = "default-src 'none'; img-src 'self' file: data:; \
     media-src 'self' file:; style-src 'unsafe-inline'";

/// What a page of the library may load: the same, but styles and scripts from our
/// own files alone (format 8.8). Opened from a folder, a page is nobody's `'self'`:
/// hence `file:`.
pub(super) const LIST_POLICY: &str = "default-src 'none'; img-src 'self' file:; \
     media-src 'self' file:; style-src 'self' file:; script-src 'self' file:; \
     base-uri 'none'; form-action 'none'";

/// The head of a page, to the end of `<head>`. The character set comes before
/// all text, and the policy before all that could load; `more` is trusted HTML.
pub(super) fn head(title: &str, policy: &str, more: &str) -> String {
    let top = top(policy);
    format!(
        "{top}<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"format-detection\" content=\"telephone=no\">\n\
         <title>{}</title>\n{more}</head>\n",
        Straight(title)
    )
}

/// How a page begins, to the end of its policy.
fn top(policy: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n"
    )
}

/// What stands behind the policy in a page that begins, byte for byte, as one of
/// an archive does; `None` for any other.
pub fn behind_policy(page: &[u8]) -> Option<&[u8]> {
    [ARTICLE_POLICY, LIST_POLICY]
        .into_iter()
        .find_map(|policy| page.strip_prefix(top(policy).as_bytes()))
}

/// Where a page stands: addresses are given relative to `data/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `data/index.html`.
    Top,
    /// In `data/view/`.
    View,
}

impl Place {
    /// The address of a file under `data/`, seen from here, escaped.
    pub(super) fn to(self, path: &str) -> Address<'_> {
        Address(self, path)
    }

    /// The address of a page of a list, seen from here.
    pub(super) fn to_list(self, list: List, number: usize) -> String {
        self.to_view(&list.file_name(number))
    }

    /// The address of a file in `data/view/`, seen from here.
    pub(super) fn to_view(self, name: &str) -> String {
        match self {
            Self::Top => format!("view/{name}"),
            Self::View => name.to_owned(),
        }
    }
}

/// What [`Place::to`] gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address<'a>(Place, &'a str);

impl Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Place::Top => "",
            Place::View => "../",
        })?;
        Escaped(self.1).fmt(f)
    }
}

/// Which page it is, among those that the top of each leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    Home,
    Of(List),
    Find,
}

impl Here {
    fn place(self) -> Place {
        match self {
            Self::Home => Place::Top,
            Self::Of(_) | Self::Find => Place::View,
        }
    }
}

/// Text under way.
pub(super) struct Page(String);

impl Page {
    /// A page of the library, up to its first heading.
    pub(super) fn begin(here: Here, title: &str, sections: &[Section]) -> Self {
        let place = here.place();
        // The script stands before all that is seen, so that nothing is seen in
        // the other language first.
        let more = format!(
            "<link rel=\"stylesheet\" href=\"{}\">\n<script src=\"{}\"></script>\n",
            place.to_view("style.css"),
            place.to_view("view.js"),
        );
        let mut page = Self(head(title, LIST_POLICY, &more));
        page.put(format_args!(
            "<body>\n<a class=\"skip\" href=\"#main\">{}</a>\n\
             <header class=\"top\"><nav aria-label=\"{}\" data-words=\"aria-label\">",
            words::SKIP,
            Flat(&words::SECTION),
        ));
        let lists = sections.iter().map(|section| {
            let list = List::of(*section);
            (Here::Of(list), place.to_list(list, 1), words::list(list))
        });
        // The first page has another name where a library is restored for people.
        let home = match place {
            Place::Top => "#main".to_owned(),
            Place::View => place.to("index.html").to_string(),
        };
        let home = (Here::Home, home, words::HOME);
        let find = (Here::Find, place.to_view("find.html"), words::FIND);
        for (target, href, word) in std::iter::once(home).chain(lists).chain([find]) {
            let current = if target == here {
                " aria-current=\"page\""
            } else {
                ""
            };
            page.put(format_args!("<a href=\"{href}\"{current}>{word}</a>"));
        }
        page.put(format_args!(
            "</nav><button id=\"language\" hidden>{}</button></header>\n<main id=\"main\">\n",
            Flat(&words::LANGUAGE)
        ));
        page
    }

    /// A page that begins with `text`, which ends inside `<main>`.
    pub(super) fn behind(text: String) -> Self {
        Self(text)
    }

    pub(super) fn put(&mut self, what: impl Display) {
        write!(self.0, "{what}").expect("a String takes all that is written");
    }

    pub(super) fn finish(mut self) -> String {
        self.put("</main>\n</body>\n</html>\n");
        self.0
    }
}
