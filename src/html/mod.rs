//! Documents for people: what an article's HTML names, and pages that show the
//! library offline.
//!
//! Pure text in and out: nothing here reads a file, a clock or a record. Pages
//! are functions of the library alone (format 2.2 b), in Chinese, and open from
//! a double click without a network. Articles are HTML that anyone may have
//! written, so no tag of theirs is passed on: it is read, judged and written anew.

mod attributes;
mod embeds;
mod escape;
mod links;
mod reader;
mod references;
mod style_urls;

pub use attributes::Role;
pub use embeds::{Embed, EmbedKind};
pub use links::ArticleLink;
pub use references::{Reference, References, references};
