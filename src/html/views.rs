//! What the pages of the library are made of. A caller fills these from records,
//! newest first; all addresses are relative to `data/`.

use super::lookup::Missing;
use super::months::Month;
use crate::model::{Akey, FileKind, ItemKind, ItemStatus, Section, Sha256};

/// A file that an item is, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// The file is in the archive.
    File {
        /// Its address, relative to `data/`.
        href: String,
        /// What its bytes are.
        kind: FileKind,
        /// How many they are.
        bytes: u64,
    },
    /// It is not.
    Missing(Missing),
    /// The item is listed no longer, and was never fetched.
    Nothing,
}

/// What is told of every item of a list.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its place in its list, 1 for the oldest: its address there, which stays
    /// when newer ones come.
    pub number: usize,
    /// The id by which the API knows it.
    pub id: String,
    /// When it was last changed, in Unix seconds; 0 where nobody knows.
    pub time: i64,
    /// What became of it.
    pub status: ItemStatus,
    /// The digest of its file.
    pub sha256: Option<Sha256>,
    /// Whether its file may be a placeholder.
    pub is_suspect: bool,
}

impl Facts {
    /// Its address on a page, whatever else stands there: `image-7`.
    pub(super) fn anchor(&self, section: Section) -> String {
        format!("{section}-{}", self.number)
    }
}

/// A picture of the library.
#[derive(Clone, Debug)]
pub struct ImageView {
    /// What is told of every item.
    pub facts: Facts,
    /// Its name, as the API gave it.
    pub name: String,
    /// Its file.
    pub stored: Stored,
    /// Width and height in pixels, where its bytes tell.
    pub size: Option<(u32, u32)>,
}

/// A sound of the library.
#[derive(Clone, Debug)]
pub struct VoiceView {
    /// What is told of every item.
    pub facts: Facts,
    /// Its name, as the API gave it.
    pub name: String,
    /// Its file.
    pub stored: Stored,
    /// How long it is, where its bytes tell.
    pub duration_ms: Option<u64>,
}

/// A video of the library.
#[derive(Clone, Debug)]
pub struct VideoView {
    /// What is told of every item.
    pub facts: Facts,
    /// Its title, or its name where it has none.
    pub title: String,
    /// What its owner wrote about it.
    pub description: Option<String>,
    /// Its file.
    pub stored: Stored,
    /// Its cover, relative to `data/`.
    pub cover_href: Option<String>,
}

/// A draft, a publication or a news item: one to eight articles sent together.
#[derive(Clone, Debug)]
pub struct ArticleGroupView {
    /// Where it was found: news, draft or published.
    pub source: Section,
    /// Its folder: its address in its list.
    pub akey: Akey,
    /// The id by which the API knows it.
    pub id: String,
    /// When it was made, in Unix seconds.
    pub create_time: Option<i64>,
    /// When it was published or last changed, in Unix seconds; 0 where nobody knows.
    pub time: i64,
    /// What became of it.
    pub status: ItemStatus,
    /// Its articles, in order.
    pub articles: Vec<ArticleLine>,
    /// Why it has none, if it is missing.
    pub missing: Option<Missing>,
    /// The bytes that WeChat gave for it, relative to `data/`.
    pub raw_href: Option<String>,
}

/// One article in a list.
#[derive(Clone, Debug)]
pub struct ArticleLine {
    /// Its place in the group, from 1.
    pub idx: u32,
    /// Its title, as the API gave it.
    pub title: String,
    /// Who wrote it, if it says.
    pub author: Option<String>,
    /// What it says of itself in short.
    pub digest: Option<String>,
    /// Its page, relative to `data/`; none where its content is gone.
    pub href: Option<String>,
    /// Its cover, relative to `data/`.
    pub cover_href: Option<String>,
    /// The digest of its HTML.
    pub content_sha256: Option<Sha256>,
    /// How many of its assets are missing.
    pub gaps: usize,
}

impl ArticleGroupView {
    /// The address of one of its articles in its list, and in what the script
    /// searches: `00112233445566778899-01`.
    pub(super) fn key_of(&self, article: &ArticleLine) -> String {
        article_key(&self.akey, article.idx)
    }
}

/// The key of an article, see [`TextRow`](super::TextRow).
pub(super) fn article_key(akey: &Akey, idx: u32) -> String {
    format!("{akey}-{idx:02}")
}

/// Something that the archive does not hold.
#[derive(Clone, Debug)]
pub struct MissingView {
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// Its name, title or address.
    pub name: String,
    /// Why it is missing.
    pub missing: Missing,
    /// When it was last changed, in Unix seconds; 0 where nobody knows.
    pub time: i64,
}

/// How many items of a section there are, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// In the archive.
    pub stored: u64,
    /// Named by WeChat and not in the archive.
    pub missing: u64,
    /// Listed no longer, and kept.
    pub retired: u64,
}

impl Count {
    /// All of them.
    pub fn total(self) -> u64 {
        self.stored + self.missing + self.retired
    }
}

/// The first page: what there is, and the newest of each.
#[derive(Clone, Debug)]
pub struct Overview<'a> {
    /// The account's name, where it is known.
    pub account_name: Option<&'a str>,
    /// The account's `AppId`.
    pub appid: &'a str,
    /// The sections that the archive covers.
    pub sections: &'a [SectionView],
    /// What the articles name by URL.
    pub assets: Count,
    /// The first and the last time of any item, in Unix seconds.
    pub span: Option<(i64, i64)>,
    /// The newest groups of articles.
    pub articles: &'a [ArticleGroupView],
    /// The newest pictures.
    pub images: &'a [ImageView],
    /// The newest voices.
    pub voices: &'a [VoiceView],
    /// The newest videos.
    pub videos: &'a [VideoView],
    /// Some of what is missing.
    pub missing: &'a [MissingView],
    /// How many things are missing in all.
    pub missing_total: u64,
}

/// A section on the first page.
#[derive(Clone, Debug)]
pub struct SectionView {
    /// Which.
    pub section: Section,
    /// What became of its items.
    pub count: Count,
    /// The months of its list.
    pub months: Vec<Month>,
}

/// A page of a list, with what it says of the whole list.
#[derive(Clone, Copy, Debug)]
pub struct ListPage<'a, T> {
    /// Its items.
    pub part: PageOf<'a, T>,
    /// The months of the list; none of a list that is in no order of time.
    pub months: &'a [Month],
    /// The sections of the archive.
    pub sections: &'a [Section],
}

/// A page of a long list.
#[derive(Clone, Copy, Debug)]
pub struct PageOf<'a, T> {
    /// The items of this page, at most [`ITEMS_A_PAGE`].
    pub items: &'a [T],
    /// Which page it is, from 1.
    pub number: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
    /// How many items the pages hold together.
    pub total: u64,
}

/// How many items stand on one page of a list.
pub const ITEMS_A_PAGE: usize = 500;

/// The lists that have pages of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Articles of one source: news, draft or published.
    Articles(Section),
    /// Pictures.
    Images,
    /// Voices.
    Voices,
    /// Videos.
    Videos,
    /// What is missing.
    Missing,
}

impl List {
    /// The list of a section.
    pub fn of(section: Section) -> Self {
        match section {
            Section::Image => Self::Images,
            Section::Voice => Self::Voices,
            Section::Video => Self::Videos,
            Section::News | Section::Draft | Section::Published => Self::Articles(section),
        }
    }

    /// The name of a page of this list in `data/view/`: `images-0001.html`.
    pub fn file_name(self, number: usize) -> String {
        let stem = match self {
            Self::Articles(section) => section.as_str(),
            Self::Images => "images",
            Self::Voices => "voices",
            Self::Videos => "videos",
            Self::Missing => "missing",
        };
        format!("{stem}-{number:04}.html")
    }

    /// How many pages a list of `total` items takes: one even for none.
    pub fn pages(total: usize) -> usize {
        total.div_ceil(ITEMS_A_PAGE).max(1)
    }
}
