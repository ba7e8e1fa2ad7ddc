//! Reads the HTML of an article: tags with their attributes, text, and ends.
//!
//! `lol_html` splits the text into tokens; this makes them a balanced sequence
//! that a visitor can trust: each start that opens something is followed by
//! its end, innermost first. Of an attribute that stands twice the first counts,
//! as in a browser. Nothing that was read is ever passed on as bytes.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{HtmlRewriter, MemorySettings, Settings, doc_comments, doc_text, element, end_tag};

use crate::message;

/// Deeper than any browser goes (512); keeps the work for hostile text linear.
const DEPTH_MAX: usize = 4096;
const MEMORY_BYTES_MAX: usize = 256 << 20;

/// What [`read`] tells, in document order.
pub(super) trait Visitor {
    /// A start tag; if it [`opens`](Tag::opens), one `end` will follow.
    fn start(&mut self, tag: &Tag);
    /// A piece of text, as it stands in the document.
    fn text(&mut self, text: &str, kind: TextKind);
    /// A text ends here, or a comment stands here: what follows is another text,
    /// whether anything is told in between or not.
    fn cut(&mut self) {}
    /// The innermost open element ends.
    fn end(&mut self, ending: Ending);
}

/// A start tag. Names are in lower case, character references in values are decoded.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// Whether an end will follow: not for `<br>`, nor for `<path/>` in a drawing.
    pub(super) opens: bool,
    /// Inside `<svg>` or `<math>`.
    pub(super) is_foreign: bool,
}

impl Tag {
    /// The value of an attribute, decoded; the first where there are several.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// Like [`get`](Self::get), without white space around it and never empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|v| !v.is_empty())
    }

    /// Every attribute once, in document order.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether `class` holds the word.
    pub(super) fn has_class(&self, word: &str) -> bool {
        self.get("class")
            .is_some_and(|class| class.split_ascii_whitespace().any(|w| w == word))
    }
}

/// How to take a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    /// Character references stand for characters.
    References,
    /// Every character stands for itself: `<style>`, `<xmp>`, CDATA.
    Literal,
}

/// How an element came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By its own end tag.
    Written,
    /// By the end of what it stands in.
    Implied,
}

/// The content nests deeper, or takes more memory, than any article does.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("html-unreadable"))]
pub(super) struct Unreadable(#[source] lol_html::errors::RewritingError);

/// Reads `content`, a fragment or a whole document, and tells `visitor`.
///
/// # Errors
///
/// [`Unreadable`]; the visitor has then seen a part, without its ends.
pub(super) fn read(content: &str, visitor: &mut dyn Visitor) -> Result<(), Unreadable> {
    let reading = RefCell::new(Reading {
        visitor,
        open: 0,
        ended: Rc::default(),
    });
    let settings = Settings::new()
        .append_element_content_handler(element!("*", |el| reading.borrow_mut().start(el)))
        .append_document_content_handler(doc_text!(|text| {
            reading.borrow_mut().text(text);
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(|_| {
            let mut reading = reading.borrow_mut();
            reading.settle();
            reading.visitor.cut();
            Ok(())
        }))
        // What it cannot tell for sure it guesses: nothing unsafe follows from
        // a wrong guess, because the visitor writes its own tags.
        .with_strict(false)
        .with_memory_settings(
            MemorySettings::new().with_max_allowed_memory_usage(MEMORY_BYTES_MAX),
        );
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter
        .write(content.as_bytes())
        .and_then(|()| rewriter.end())
        .map_err(Unreadable)?;
    let mut reading = reading.into_inner();
    reading.settle();
    reading.close_to(0, Ending::Implied);
    Ok(())
}

struct Reading<'v> {
    visitor: &'v mut dyn Visitor,
    /// How many elements are open.
    open: usize,
    /// What ended since the visitor was last told: depths, and how. End tag
    /// handlers must be `'static`, so they leave a note instead of calling.
    ended: Rc<RefCell<Vec<(usize, Ending)>>>,
}

impl Reading<'_> {
    fn start(&mut self, element: &mut Element<'_, '_>) -> lol_html::HandlerResult {
        self.settle();
        let mut tag = Tag {
            name: element.tag_name(),
            attributes: Vec::with_capacity(element.attributes().len()),
            opens: element.end_tag_handlers().is_some(),
            is_foreign: element.namespace_uri() != "http://www.w3.org/1999/xhtml",
        };
        let mut seen = HashSet::new();
        for attribute in element.attributes() {
            let name = attribute.name();
            if seen.insert(name.clone()) {
                let value = attribute.value().replace('\0', "\u{fffd}");
                let value = html_escape::decode_html_entities(&value).into_owned();
                tag.attributes.push((name, value));
            }
        }
        self.visitor.start(&tag);
        if tag.opens {
            if self.open >= DEPTH_MAX {
                return Err("nested too deeply".into());
            }
            let (depth, ended) = (self.open, Rc::clone(&self.ended));
            self.open += 1;
            element.on_end_tag(end_tag!(move |end| {
                let ending = if end.name() == tag.name {
                    Ending::Written
                } else {
                    Ending::Implied
                };
                ended.borrow_mut().push((depth, ending));
                Ok(())
            }))?;
        }
        Ok(())
    }

    fn text(&mut self, chunk: &TextChunk<'_>) {
        self.settle();
        if !chunk.as_str().is_empty() {
            let kind = match chunk.text_type() {
                TextType::Data | TextType::RCData => TextKind::References,
                _ => TextKind::Literal,
            };
            self.visitor.text(chunk.as_str(), kind);
        }
        if chunk.last_in_text_node() {
            self.visitor.cut();
        }
    }

    /// Tells the ends that were noted.
    fn settle(&mut self) {
        let ended = std::mem::take(&mut *self.ended.borrow_mut());
        for (depth, ending) in ended {
            self.close_to(depth + 1, Ending::Implied);
            self.close_to(depth, ending);
        }
    }

    fn close_to(&mut self, depth: usize, ending: Ending) {
        while self.open > depth {
            self.open -= 1;
            self.visitor.end(ending);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Trace(String);

    impl Visitor for Trace {
        fn start(&mut self, tag: &Tag) {
            self.0 += "<";
            self.0 += &tag.name;
            for (name, value) in tag.attributes() {
                self.0 += &[" ", name, "=[", value, "]"].concat();
            }
            self.0 += if tag.opens { ">" } else { "/>" };
        }

        fn text(&mut self, text: &str, kind: TextKind) {
            // Text comes in pieces, cut anywhere.
            let mark = match kind {
                TextKind::References => "",
                TextKind::Literal => "'",
            };
            match self.0.strip_suffix(mark) {
                Some(before) if !mark.is_empty() && !before.ends_with('>') => {
                    self.0 = format!("{before}{text}{mark}");
                }
                _ => self.0 += &[mark, text, mark].concat(),
            }
        }

        fn end(&mut self, ending: Ending) {
            self.0 += match ending {
                Ending::Written => "</>",
                Ending::Implied => "<~>",
            };
        }
    }

    fn trace(content: &str) -> String {
        let mut trace = Trace::default();
        read(content, &mut trace).unwrap();
        trace.0
    }

    #[test]
    fn every_start_that_opens_is_followed_by_its_end() {
        let table = [
            ("<p>a<br>b</p>c", "<p>a<br/>b</>c"),
            ("<div><p>a<p>b</div>c", "<div><p>a<p>b<~><~></>c"),
            ("</x><b><i>a</b>b</i>", "<b><i>a<~></>b"),
            ("<svg><path/><g>x</svg>", "<svg><path/><g>x<~></>"),
            ("<style>a<b</style>", "<style>'a<b'</>"),
            ("<a x=1 X=2 y>&amp;", "<a x=[1] y=[]>&amp;<~>"),
            ("<a x=\"1&amp;2&#61;\">", "<a x=[1&2=]><~>"),
            ("a<!-- <b> -->b<![CDATA[<i>]]>", "ab]]>"),
            ("<p>open <img src=x onerror=y ", "<p>open <~>"),
        ];
        for (content, expected) in table {
            assert_eq!(trace(content), expected, "{content}");
        }
    }

    #[test]
    fn content_that_nests_without_end_is_refused() {
        assert!(read(&"<b>".repeat(DEPTH_MAX), &mut Trace::default()).is_ok());
        assert!(read(&"<b>".repeat(DEPTH_MAX + 1), &mut Trace::default()).is_err());
    }
}
