//! The simulated account: what it holds, how a test changes it, and what a
//! whole backup of it would be.

mod changes;
mod items;
mod names;
mod population;
mod shelf;
mod signed;
mod taken;
mod truth;

use std::collections::HashSet;
use std::collections::VecDeque;

pub use items::Article;
pub use items::Asset;
pub use items::Image;
pub use items::Media;
pub use items::Posting;
pub use items::Video;
pub use items::Voice;
pub use truth::Truth;

pub(crate) use population::Shape;
pub(crate) use shelf::Shelf;
pub(crate) use taken::Rooms;

use crate::quirks::Quirk;
use crate::quirks::Quirks;

/// The account's number in article addresses.
pub(crate) const BIZ: &str = "MzkyOTQyNjU5Mw==";

/// One Official Account. Newest things stand first in every list, as they do
/// in most real answers.
#[derive(Debug)]
pub struct Account {
    pub(crate) seed: u64,
    pub(crate) origin: String,
    pub(crate) quirks: Quirks,
    pub(crate) shelf: Shelf,
    pub(crate) images: VecDeque<Image>,
    pub(crate) voices: VecDeque<Voice>,
    pub(crate) videos: VecDeque<Video>,
    pub(crate) news: VecDeque<Posting>,
    pub(crate) drafts: VecDeque<Posting>,
    pub(crate) published: VecDeque<Posting>,
    /// Seconds since 1970; a change to the account moves it on by a minute.
    pub(crate) now: i64,
    /// How many things a test has added, so that each gets an id of its own.
    pub(crate) added: u64,
    /// How often a draft's address was told.
    pub(crate) tempkeys: u64,
    /// Days since the simulation began: signed addresses are good for one.
    pub(crate) day: u64,
    /// Videos whose file was asked for.
    pub(crate) met_videos: HashSet<String>,
    /// How many things the library takes.
    pub(crate) rooms: Rooms,
    /// How often a picture for articles alone was uploaded.
    pub(crate) article_pictures: u64,
}

impl Account {
    /// The images, newest first.
    pub fn images(&self) -> impl ExactSizeIterator<Item = &Image> {
        self.images.iter()
    }

    /// The voices, newest first.
    pub fn voices(&self) -> impl ExactSizeIterator<Item = &Voice> {
        self.voices.iter()
    }

    /// The videos, newest first.
    pub fn videos(&self) -> impl ExactSizeIterator<Item = &Video> {
        self.videos.iter()
    }

    /// The articles of the library that WeChat froze in 2022, newest first.
    pub fn news(&self) -> impl ExactSizeIterator<Item = &Posting> {
        self.news.iter()
    }

    /// The drafts, newest first.
    pub fn drafts(&self) -> impl ExactSizeIterator<Item = &Posting> {
        self.drafts.iter()
    }

    /// The publications, newest first.
    pub fn published(&self) -> impl ExactSizeIterator<Item = &Posting> {
        self.published.iter()
    }

    /// Turns a quirk on from now; those that shape the account's content act
    /// only from the builder.
    pub fn turn_on(&mut self, quirk: Quirk) {
        self.quirks.turn_on(quirk);
    }

    /// Turns a quirk off from now.
    pub fn turn_off(&mut self, quirk: Quirk) {
        self.quirks.turn_off(quirk);
    }
}
