//! The content of an article, written anew for a page without a network.
//!
//! What a reader sees stays: text, structure, styles, drawings, tags of any
//! name. What loads comes from the archive or is replaced by a visible box. No
//! byte of a tag is copied: names are checked, values decoded, judged and
//! escaped, ends balanced. So text, values and styles hold no `<`, and whatever
//! a browser makes of strange content, it reads the tags that were meant.

mod media;

use std::fmt::Write as _;

use self::media::is_picture_data;
use super::attributes::{self, PICTURE_ATTRIBUTES};
use super::boxes::{self, Media};
use super::elements::{
    Treatment, aims_at_link, closes_paragraphs, is_opaque, is_plain_name, treatment, written_name,
};
use super::escape::Escaped;
use super::lookup::{Lookup, Resolved};
use super::reader::{Ending, Tag, TextKind, Unreadable, Visitor, read};
use super::style_urls;
use super::words::{Shown, shown_as};
use crate::model::AssetHosts;

/// The content as it goes into a page.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Balanced HTML.
    pub(super) html: String,
    /// The content's own `<style>` elements, for the head of the page.
    pub(super) styles: String,
}

/// Writes `content` anew, with what `lookup` knows in place of remote addresses.
///
/// # Errors
///
/// [`Unreadable`] where it nests without end.
pub(super) fn rewrite(
    content: &str,
    lookup: &dyn Lookup,
    hosts: &AssetHosts,
) -> Result<Body, Unreadable> {
    let mut rewriter = Rewriter {
        lookup,
        hosts,
        body: Body::default(),
        open: Vec::new(),
        opaque: 0,
        dropped: 0,
        waiting: String::new(),
        cut: None,
    };
    read(content, &mut rewriter)?;
    rewriter.flush();
    Ok(rewriter.body)
}

struct Rewriter<'a> {
    lookup: &'a dyn Lookup,
    hosts: &'a AssetHosts,
    body: Body,
    open: Vec<Open>,
    /// How many open elements show no boxes of ours: drawings, players.
    opaque: usize,
    /// How many open elements are left out with all they hold.
    dropped: usize,
    /// Boxes that wait for the end of an opaque element.
    waiting: String,
    /// How long the page was when the last piece of text in it ended.
    cut: Option<usize>,
}

/// An open element.
struct Open {
    name: String,
    mode: Mode,
}

enum Mode {
    /// Its tags are written.
    Written,
    /// A paragraph that a browser has closed already, before a block.
    ClosedByBrowser,
    /// Its content is written, its tags are not.
    Unwrapped,
    /// Nothing of it is written.
    Dropped,
    /// Its text is gathered.
    Style(String),
}

impl Visitor for Rewriter<'_> {
    fn start(&mut self, tag: &Tag) {
        let in_style = matches!(
            self.open.last(),
            Some(Open {
                mode: Mode::Style(_),
                ..
            })
        );
        let mode = if self.dropped > 0 || in_style {
            Mode::Dropped
        } else {
            self.write_start(tag)
        };
        if tag.opens {
            self.dropped += usize::from(matches!(mode, Mode::Dropped));
            let name = written_name(&tag.name).to_owned();
            self.opaque += usize::from(is_opaque(&name));
            self.open.push(Open { name, mode });
        }
    }

    fn text(&mut self, text: &str, kind: TextKind) {
        if let Some(Open {
            mode: Mode::Style(css),
            ..
        }) = self.open.last_mut()
        {
            match kind {
                TextKind::References => {
                    html_escape::decode_html_entities_to_string(text, css);
                }
                TextKind::Literal => css.push_str(text),
            }
        } else if self.dropped == 0 {
            self.keep_apart();
            match kind {
                TextKind::Literal => self.put(Escaped(text)),
                // References stay as they are: a browser reads them as it always did.
                TextKind::References => {
                    for c in text.chars() {
                        match c {
                            '<' => self.body.html.push_str("&lt;"),
                            '>' => self.body.html.push_str("&gt;"),
                            '\0' => {}
                            c => self.body.html.push(c),
                        }
                    }
                }
            }
        }
    }

    fn text_end(&mut self) {
        if self.dropped == 0 {
            self.cut = Some(self.body.html.len());
        }
    }

    fn end(&mut self, ending: Ending) {
        let Some(Open { name, mode }) = self.open.pop() else {
            return;
        };
        match mode {
            Mode::Dropped => self.dropped -= 1,
            Mode::Style(css) => self.keep_style(&css),
            Mode::Unwrapped => {}
            // Its end tag would make an empty paragraph, where none was.
            Mode::ClosedByBrowser if ending == Ending::Implied => {}
            Mode::Written | Mode::ClosedByBrowser => self.put(format_args!("</{name}>")),
        }
        self.opaque -= usize::from(is_opaque(&name));
        self.flush();
    }
}

impl Rewriter<'_> {
    fn put(&mut self, what: impl std::fmt::Display) {
        write!(self.body.html, "{what}").expect("a String takes all that is written");
    }

    /// Between two texts that something stood between which is left out: as
    /// one they would not be the same. `&am` and `p;` are no reference, and of
    /// text in a table a browser moves all but white space of its own.
    fn keep_apart(&mut self) {
        if self.cut == Some(self.body.html.len()) && !self.body.html.is_empty() {
            self.body.html.push_str("<!---->");
        }
        self.cut = None;
    }

    /// Puts a box here, or behind the drawing or player that would hide it.
    fn put_box(&mut self, html: &str) {
        self.waiting.push_str(html);
        self.flush();
    }

    fn flush(&mut self) {
        if self.opaque == 0 {
            self.body.html.push_str(&std::mem::take(&mut self.waiting));
        }
    }

    fn write_start(&mut self, tag: &Tag) -> Mode {
        self.note_closed_paragraphs(&tag.name);
        match tag.name.as_str() {
            "style" => return Mode::Style(String::new()),
            "img" => self.picture(tag),
            // A browser reads it as `<img>` outside of a drawing.
            "image" if !tag.is_foreign => self.picture(tag),
            "image" | "feimage" => self.drawn_picture(tag),
            "video" | "audio" => return self.player(tag),
            "source" if self.is_in_player() => self.source(tag),
            "a" => self.link(tag),
            "animate" | "set" | "animatemotion" | "animatetransform" if aims_at_link(tag) => {
                return Mode::Unwrapped;
            }
            name if !is_plain_name(name) => return Mode::Unwrapped,
            _ => return self.any_other(tag),
        }
        Mode::Written
    }

    fn any_other(&mut self, tag: &Tag) -> Mode {
        self.embed(tag);
        match treatment(&tag.name) {
            Treatment::Drop => Mode::Dropped,
            Treatment::Unwrap => Mode::Unwrapped,
            Treatment::Keep => {
                // Parts of a drawing name each other; nothing outside of it.
                let part = ["href", "xlink:href"]
                    .iter()
                    .find_map(|name| tag.filled(name))
                    .filter(|href| href.starts_with('#') && tag.is_foreign);
                let own: Vec<_> = part.map(|href| ("href", href)).into_iter().collect();
                self.write_tag(tag, written_name(&tag.name), &own);
                Mode::Written
            }
        }
    }

    /// `<name …>` with `own` attributes and those of `tag` that may stay, and
    /// behind it a box for each picture of its style that is missing.
    fn write_tag(&mut self, tag: &Tag, name: &str, own: &[(&str, &str)]) {
        let mut missing = String::new();
        self.put(format_args!("<{name}"));
        for (name, value) in own {
            self.put(format_args!(" {name}=\"{}\"", Escaped(value)));
        }
        for (name, value) in tag.attributes() {
            let is_own = own.iter().any(|(own, _)| *own == name);
            if is_own || !attributes::may_stay(name) || PICTURE_ATTRIBUTES.contains(&name) {
                continue;
            }
            let value = match name {
                "style" => Some(self.style(tag, value, &mut missing)),
                _ if attributes::is_for_people(name) || !attributes::may_lead_away(value) => {
                    Some(value.to_owned())
                }
                _ => match self.resolve(value) {
                    Some(Resolved::Local { href, .. }) => Some(href),
                    _ => None,
                },
            };
            if let Some(value) = value {
                self.put(format_args!(" {name}=\"{}\"", Escaped(&value)));
            }
        }
        self.put(if tag.is_foreign && !tag.opens {
            "/>"
        } else {
            ">"
        });
        if is_opaque(name) {
            self.waiting.push_str(&missing);
        } else {
            self.put_box(&missing);
        }
    }

    fn resolve(&self, url: &str) -> Option<Resolved> {
        let (_, address) = attributes::address_in(url, self.hosts)?;
        Some(self.lookup.asset(&address.key))
    }

    fn style(&self, tag: &Tag, css: &str, missing: &mut String) -> String {
        // The page's own script shows these; without it they would stay hidden.
        let is_hidden_for_now = tag.get("id") == Some("js_content")
            || (tag.name == "img" && tag.get("data-src").is_some());
        let css = self.local_style(css, missing);
        if is_hidden_for_now {
            style_urls::without_hiding(&css)
        } else {
            css
        }
    }

    fn local_style(&self, css: &str, missing: &mut String) -> String {
        style_urls::rewrite(css, &mut |url| {
            if url.starts_with('#') || is_picture_data(url) {
                return Some(url.to_owned());
            }
            match self.resolve(url) {
                Some(Resolved::Local { href, kind }) if shown_as(kind) == Shown::Picture => {
                    Some(href)
                }
                found => {
                    missing.push_str(&boxes::absent(Media::Picture, found.as_ref()));
                    None
                }
            }
        })
    }

    fn keep_style(&mut self, css: &str) {
        let mut missing = String::new();
        let css = self.local_style(css, &mut missing);
        // A `<` is nothing in CSS but inside strings and rare queries, and may
        // be written so; as it stands it could end the element.
        self.body.styles.push_str(&css.replace('<', "\\3c "));
        self.body.styles.push('\n');
        self.waiting.push_str(&missing);
    }

    fn note_closed_paragraphs(&mut self, name: &str) {
        if !closes_paragraphs(name) {
            return;
        }
        for open in self.open.iter_mut().rev() {
            match open.name.as_str() {
                "p" => {
                    if matches!(open.mode, Mode::Written) {
                        open.mode = Mode::ClosedByBrowser;
                    }
                    // Those further out were closed when this one began.
                    break;
                }
                "table" | "td" | "th" | "caption" | "marquee" | "svg" | "math" => break,
                _ => {}
            }
        }
    }
}
