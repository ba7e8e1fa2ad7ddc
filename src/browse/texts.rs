//! What the search looks through: the title, author, digest and plain text of
//! every article, read once from the records and the bytes that WeChat sent.
//!
//! Texts are a tenth of the HTML that they stand in. Those of most libraries
//! are held in memory; beyond a limit they stay in the archive, and each search
//! reads those again.

use rayon::prelude::*;

use crate::archive::Archive;
use crate::archive::limits;
use crate::archive::records;
use crate::browse::marks::{fold, marked, marks, snippet};
use crate::html;
use crate::html::Hit;
use crate::model::{EntryPath, ItemKind, ItemStatus, Section};
use crate::record::check::article_contents;
use crate::record::item::ArticleRecord;

/// How many bytes of text are held.
const HELD_BYTES_MAX: usize = 192 << 20;

/// Groups that are read before their texts are counted.
const GROUPS_AT_ONCE: usize = 128;

/// The articles of an archive.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Newest first.
    articles: Vec<Article>,
    /// Records and groups whose articles could not be read.
    pub(super) unreadable: u64,
}

#[derive(Debug)]
struct Article {
    title: String,
    author: String,
    digest: String,
    time: i64,
    source: Section,
    is_retired: bool,
    page: EntryPath,
    text: Text,
}

#[derive(Debug)]
enum Text {
    /// The article has none.
    None,
    Held(Box<str>),
    /// In the archive: the bytes of the group, and which of its articles it is.
    There(EntryPath, usize),
}

impl Texts {
    /// Reads all of them.
    pub(super) fn read(archive: &Archive) -> Self {
        Self::read_holding(archive, HELD_BYTES_MAX)
    }

    fn read_holding(archive: &Archive, held_bytes_max: usize) -> Self {
        let mut texts = Self::default();
        let mut held = 0;
        let mut records = records::records::<ArticleRecord>(archive, ItemKind::Article);
        loop {
            let mut groups = Vec::with_capacity(GROUPS_AT_ONCE);
            let mut is_end = true;
            for record in records.by_ref() {
                match record {
                    Ok(record) => groups.push(record),
                    Err(_) => texts.unreadable += 1,
                }
                if groups.len() == GROUPS_AT_ONCE {
                    is_end = false;
                    break;
                }
            }
            let read: Vec<Group> = groups
                .par_iter()
                .map(|record| read_group(archive, record))
                .collect();
            for group in read {
                texts.unreadable += u64::from(!group.is_whole);
                for (article, raw) in group.articles {
                    texts.take(article, raw, &mut held, held_bytes_max);
                }
            }
            if is_end {
                break;
            }
        }
        texts.articles.reverse();
        texts
    }

    fn take(
        &mut self,
        mut article: Article,
        raw: Option<(EntryPath, usize)>,
        held: &mut usize,
        held_bytes_max: usize,
    ) {
        if let Text::Held(text) = &article.text {
            match raw {
                Some((raw, place)) if *held + text.len() > held_bytes_max => {
                    article.text = Text::There(raw, place);
                }
                _ => *held += text.len(),
            }
        }
        self.articles.push(article);
    }

    /// The places of the articles that have every one of `words`, which are
    /// folded; newest first.
    pub(super) fn search(&self, archive: &Archive, words: &[String]) -> Vec<usize> {
        if words.is_empty() {
            return Vec::new();
        }
        self.articles
            .par_iter()
            .enumerate()
            .filter(|(_, article)| article.has_all(archive, words))
            .map(|(place, _)| place)
            .collect()
    }

    /// What to show of an article that [`search`](Self::search) has found.
    pub(super) fn hit(&self, archive: &Archive, place: usize, words: &[String]) -> Hit {
        let article = &self.articles[place];
        let text = article.text(archive).unwrap_or_default();
        let shows = |text: &str| !marks(text, words).is_empty();
        // The digest, where it has the words and the text has none of them.
        let from: &str = if shows(&text) || (!text.is_empty() && !shows(&article.digest)) {
            &text
        } else {
            &article.digest
        };
        Hit {
            title: marked(&article.title, words),
            author: marked(&article.author, words),
            snippet: snippet(from, words),
            time: article.time,
            source: article.source,
            is_retired: article.is_retired,
            href: archive
                .entry(&article.page)
                .map(|entry| format!("/{}", entry.path)),
        }
    }
}

impl Article {
    fn has_all(&self, archive: &Archive, words: &[String]) -> bool {
        let head = fold(&format!("{}\n{}\n{}", self.title, self.author, self.digest));
        let mut left = words
            .iter()
            .filter(|word| !head.contains(word.as_str()))
            .peekable();
        if left.peek().is_none() {
            return true;
        }
        let text = fold(&self.text(archive).unwrap_or_default());
        left.all(|word| text.contains(word.as_str()))
    }

    fn text(&self, archive: &Archive) -> Option<std::borrow::Cow<'_, str>> {
        match &self.text {
            Text::None => None,
            Text::Held(text) => Some((&**text).into()),
            Text::There(raw, place) => {
                let bytes = archive.read(raw, limits::RAW_BYTES_MAX).ok()?;
                let content = article_contents(&bytes)?.into_iter().nth(*place)??;
                Some(html::text_of(&content).into())
            }
        }
    }
}

/// The articles of a record, each with the place of its text.
struct Group {
    articles: Vec<(Article, Option<(EntryPath, usize)>)>,
    /// Whether all that the record names could be read.
    is_whole: bool,
}

fn read_group(archive: &Archive, record: &ArticleRecord) -> Group {
    let mut is_whole = true;
    let raw_json = record
        .raw_path
        .as_ref()
        .filter(|path| path.extension() == Some("json"));
    let contents = raw_json.and_then(|path| {
        let bytes = archive.read(path, limits::RAW_BYTES_MAX).ok();
        let contents = bytes.and_then(|bytes| article_contents(&bytes));
        is_whole &= contents.is_some();
        contents
    });
    let mut contents = contents.unwrap_or_default();
    let mut articles = Vec::with_capacity(record.articles.len());
    for entry in &record.articles {
        let meta = records::article_meta(archive, &record.akey, entry.idx).ok();
        is_whole &= meta.is_some();
        let (author, digest) = meta.map_or((None, None), |meta| (meta.author, meta.digest));
        let place = (entry.idx as usize).checked_sub(1);
        let content = place
            .and_then(|place| contents.get_mut(place))
            .and_then(Option::take);
        let article = Article {
            title: entry.title.clone(),
            author: author.unwrap_or_default(),
            digest: digest.unwrap_or_default(),
            time: record.update_time,
            source: record.source,
            is_retired: record.status == ItemStatus::Retired,
            page: entry.html_path.clone(),
            text: content.map_or(Text::None, |content| {
                Text::Held(html::text_of(&content).into_boxed_str())
            }),
        };
        articles.push((article, raw_json.cloned().zip(place)));
    }
    Group { articles, is_whole }
}
