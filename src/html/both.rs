//! A word of ours, in Chinese and in English, and the ways in which pages show it.
//!
//! A page is the same whatever language a run speaks (format 12), so each word of
//! ours stands in it in both. The words are those of the catalogue; a test keeps
//! characters of markup out of them, so that they may stand in an element and in
//! an attribute as they are. Values are HTML, and whoever gives them escapes them.

use std::borrow::Cow;
use std::fmt;

use super::escape::Escaped;
use crate::text::{Language, Message};

/// A message of the catalogue, to be said in both languages.
///
/// Displayed, each language has an element, which the style and the script of
/// the library know by its `lang`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Both(pub(super) Message);

impl Both {
    /// The message `name`, which has no variables.
    pub(super) const fn word(name: &'static str) -> Self {
        Self(Message::word(name))
    }

    pub(super) fn chinese(&self) -> Cow<'static, str> {
        self.0.words(Language::Zh)
    }

    pub(super) fn english(&self) -> Cow<'static, str> {
        self.0.words(Language::En)
    }

    /// For where no element can stand and no script parts it, such as the title
    /// of an article: the one behind the other.
    pub(super) fn plain(&self) -> String {
        format!("{} {}", self.chinese(), self.english())
    }
}

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<span lang=\"zh\">{}</span><span lang=\"en\"> {}</span>",
            self.chinese(),
            self.english()
        )
    }
}

/// A word for where no element can stand, as in an attribute: the script parts it
/// where it is told to by `data-words`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flat<'a>(pub(super) &'a Both);

impl fmt::Display for Flat<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.0.chinese(), self.0.english())
    }
}

/// A note on a page that no script changes: each language has its line.
#[derive(Clone, Debug)]
pub(super) struct Lines(pub(super) Both);

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}<br><span lang=\"en\">{}</span>",
            self.0.chinese(),
            self.0.english()
        )
    }
}

/// On a page that no script changes: Chinese as the page is, and behind it the
/// English, marked as such. It is escaped here, values and all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Beside(pub(super) Both);

impl Beside {
    /// The message `name`, which has no variables.
    pub(super) const fn word(name: &'static str) -> Self {
        Self(Both::word(name))
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} <span lang=\"en\">{}</span>",
            Escaped(&self.0.chinese()),
            Escaped(&self.0.english())
        )
    }
}
