//! The content of an article, written anew for a page without a network.
//!
//! What a reader sees stays: text, structure, styles, drawings, tags of any
//! name. What loads comes from the archive or is replaced by a visible box. No
//! byte of a tag is copied: names are checked, values decoded, judged and
//! escaped, ends balanced. So text, values and styles hold no `<`, and whatever
//! a browser makes of strange content, it reads the tags that were meant.

mod media;
mod tags;

use std::fmt::Write as _;

use super::boxes::{self, Media};
use super::elements::{
    Treatment, aims_at_link, closes_paragraphs, is_opaque, is_plain_name, treatment, written_name,
};
use super::embeds::{is_of_wechat, name_of};
use super::escape::Escaped;
use super::lacks::Lacks;
use super::lookup::{Lookup, Resolved};
use super::reader::{Ending, Tag, TextKind, Unreadable, Visitor, read};
use crate::model::AssetHosts;

/// The content as it goes into a page.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Balanced HTML.
    pub(super) html: String,
    /// The content's own `<style>` elements, for the head of the page.
    pub(super) styles: String,
    /// Whether the author has chosen any colour, so that the content is fit
    /// for light paper alone.
    pub(super) is_coloured: bool,
}

/// Writes `content` anew, with what `lookup` knows in place of remote addresses.
/// What it does not have is noted in `lacks`.
///
/// # Errors
///
/// [`Unreadable`] where it nests without end.
pub(super) fn rewrite(
    content: &str,
    lookup: &dyn Lookup,
    hosts: &AssetHosts,
    lacks: &mut Lacks,
) -> Result<Body, Unreadable> {
    let mut rewriter = Rewriter {
        lookup,
        hosts,
        lacks,
        body: Body::default(),
        open: Vec::new(),
        opaque: 0,
        dropped: 0,
        waiting: String::new(),
        cut: None,
        boxed: false,
    };
    read(content, &mut rewriter)?;
    rewriter.flush();
    Ok(rewriter.body)
}

struct Rewriter<'a> {
    lookup: &'a dyn Lookup,
    hosts: &'a AssetHosts,
    lacks: &'a mut Lacks,
    body: Body,
    open: Vec<Open>,
    /// How many open elements show no boxes of ours: drawings, players.
    opaque: usize,
    /// How many open elements are left out with all they hold.
    dropped: usize,
    /// Boxes that wait for the end of an opaque element.
    waiting: String,
    /// How long the page was when something was last left out of it, or a text ended.
    cut: Option<usize>,
    /// Whether a box stands for the tag that was written last.
    boxed: bool,
}

/// An open element.
struct Open {
    name: String,
    mode: Mode,
    /// Where its content begins in the page.
    inside: usize,
    /// The box for it, should it show nothing of its own.
    stand_in: Option<String>,
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
        self.cut();
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
            let stand_in = match mode {
                Mode::Written if !self.boxed => stand_in(tag),
                _ => None,
            };
            self.open.push(Open {
                name,
                mode,
                inside: self.body.html.len(),
                stand_in,
            });
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

    fn cut(&mut self) {
        self.cut = Some(self.body.html.len());
    }

    fn end(&mut self, ending: Ending) {
        let Some(open) = self.open.pop() else {
            return;
        };
        self.put_stand_in(&open);
        let Open { name, mode, .. } = open;
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
    /// text in a table a browser moves all but white space of its own. So too at
    /// the beginning of a `<pre>`, where it skips a line break.
    fn keep_apart(&mut self) {
        let here = self.body.html.len();
        let after_text = !self.body.html.is_empty() && !self.body.html.ends_with('>');
        let opens_pre = self.open.last().is_some_and(|open| {
            open.inside == here && matches!(open.name.as_str(), "pre" | "listing")
        });
        if self.cut == Some(here) && (after_text || opens_pre) {
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

    /// In place of media that cannot be shown; it is noted where it is missing.
    fn absent(&mut self, media: Media, found: Option<&Resolved>) -> String {
        self.lacks.note(media, found);
        boxes::absent(media, found)
    }

    fn put_absent(&mut self, media: Media, found: Option<&Resolved>) {
        let html = self.absent(media, found);
        self.put_box(&html);
    }

    fn put_stand_in(&mut self, open: &Open) {
        let Some(stand_in) = &open.stand_in else {
            return;
        };
        // What stands in a player is for browsers that know none.
        let is_empty = || self.body.html[open.inside..].trim().is_empty();
        if is_opaque(&open.name) || is_empty() {
            self.put_box(stand_in);
        }
    }

    fn write_start(&mut self, tag: &Tag) -> Mode {
        self.boxed = false;
        self.note_closed_paragraphs(&tag.name);
        match tag.name.as_str() {
            "style" => return Mode::Style(String::new()),
            "img" => self.picture(tag),
            "input" if is_picture_button(tag) => self.picture(tag),
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
        self.boxed = self.embed(tag);
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

/// A button that is a picture: nothing can be sent from here, but it was seen.
fn is_picture_button(tag: &Tag) -> bool {
    let kind = tag.filled("type").unwrap_or_default();
    !tag.is_foreign && kind.eq_ignore_ascii_case("image")
}

/// The box for an element that may turn out to show nothing: a player without a
/// file, a tag of WeChat's that holds no text.
fn stand_in(tag: &Tag) -> Option<String> {
    let has_file = || tag.filled("src").or(tag.filled("data-src")).is_some();
    match tag.name.as_str() {
        "video" if !has_file() => Some(boxes::no_file(Media::Video)),
        "audio" if !has_file() => Some(boxes::no_file(Media::Sound)),
        _ if is_of_wechat(tag) => Some(boxes::unknown(&tag.name, name_of(tag).as_deref())),
        _ => None,
    }
}
