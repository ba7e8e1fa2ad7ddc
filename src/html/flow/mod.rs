//! An archived page as a run of blocks, for documents that are no HTML.
//!
//! The page is read as strictly as when it was made, and nothing of it is
//! passed on as markup: what comes out is text, pictures that are there, links
//! that a reader may follow, and notes on what is missing.

mod lines;
mod markdown;
mod plain;
mod reading;
#[cfg(test)]
mod tests;

use super::reader::read;
use crate::html::escape::Escaped;

/// Knows where the things are that an archived page names.
pub trait Places {
    /// What stands behind `href`, as the page writes it.
    fn place(&self, href: &str) -> Place;
}

/// What stands behind an address of an archived page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file or an article, at this relative URL.
    Here(String),
    /// Something that belongs here and cannot be given, and why.
    Lost(String),
    /// It is no path into the archive.
    Elsewhere,
}

/// The text of an archived page as Markdown, in the dialect of GitHub.
///
/// It holds no HTML of the page's, and no text of the page is left out.
pub fn markdown(page: &str, places: &dyn Places) -> String {
    lines::write(&blocks(page, places), lines::Form::Markdown)
}

/// The text of an archived page, and a word in brackets for each picture.
pub fn plain_text(page: &str, places: &dyn Places) -> String {
    lines::write(&blocks(page, places), lines::Form::Plain)
}

fn blocks(page: &str, places: &dyn Places) -> Vec<Block> {
    let mut reading = reading::Reading::new(places);
    if read(page, &mut reading).is_ok() {
        return reading.finish();
    }
    // Nested without end, it is shown as what it is: its own source.
    let mut reading = reading::Reading::new(places);
    let source = format!("<pre>{}</pre>", Escaped(page));
    let read = read(&source, &mut reading);
    debug_assert!(read.is_ok(), "one element is not too many");
    reading.finish()
}

/// One block, and what it stands in.
#[derive(Debug)]
struct Block {
    within: Vec<Container>,
    what: What,
}

#[derive(Debug)]
enum What {
    /// A paragraph, or a heading of a level from 1 to 6.
    Text(Option<u8>, Vec<Piece>),
    /// Text to the letter.
    Code(String),
    /// A line between two parts.
    Rule,
    /// Rows of cells of paragraphs.
    Table(Vec<Vec<Cell>>),
}

type Cell = Vec<Vec<Piece>>;

/// What a block stands in; the number tells one from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Quote(u32),
    Item {
        id: u32,
        list: u32,
        number: Option<u32>,
    },
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Code(String),
    Break,
    Picture {
        src: String,
        alt: String,
    },
    /// A sound or video, to be opened by the reader.
    File {
        href: String,
        word: &'static str,
    },
    /// In place of something.
    Note(String),
    On(Style),
    Off(Style),
}

/// How a part of a line is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Style {
    Strong,
    Emphasis,
    Strike,
    Link(String),
}

/// The last segment of a relative URL.
fn file_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}
