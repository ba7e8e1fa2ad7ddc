//! Which articles are taken out, and under which names.

use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;

use super::{Format, Source};
use crate::archive::records;
use crate::archive::records::Item;
use crate::archive::recovery::{Lost, LostReason, shown};
use crate::archive::select::Select;
use crate::message;
use crate::model::{Akey, EntryPath, ItemKind, ItemStatus, Section, human_name, layout};
use crate::record::item::ArticleRecord;

/// Most articles that one group may have (format 13).
const GROUP_ARTICLES_MAX: usize = 64;

/// One article to take out.
#[derive(Clone, Debug)]
pub(super) struct Article {
    pub(super) akey: Akey,
    pub(super) idx: u32,
    pub(super) section: Section,
    pub(super) id: String,
    /// As its record has it.
    pub(super) title: String,
    pub(super) create_time: Option<i64>,
    pub(super) update_time: i64,
    pub(super) is_retired: bool,
    /// Where its file goes, relative to the target folder.
    pub(super) target: String,
}

impl Article {
    /// What it is to a person.
    pub(super) fn about(&self) -> String {
        format!("{} {} ({})", self.section, shown(&self.id), self.idx)
    }

    pub(super) fn page(&self) -> EntryPath {
        layout::article_page(&self.akey, self.idx)
    }

    pub(super) fn meta(&self) -> EntryPath {
        layout::article_meta(&self.akey, self.idx)
    }
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) articles: Vec<Article>,
    /// The article of each page.
    by_page: HashMap<EntryPath, usize>,
    pub(super) missing_items: u64,
    pub(super) lost: Vec<Lost>,
    /// Names as file systems without letter case take them.
    taken: HashSet<String>,
    akeys: HashSet<Akey>,
}

impl Plan {
    pub(super) fn of(source: Source<'_>, select: &Select, format: Format) -> Self {
        let extension = match format {
            Format::Markdown => "md",
            Format::Text => "txt",
            Format::Html | Format::HtmlSingle | Format::Csv => "html",
        };
        let mut plan = Self::default();
        for record in records::records::<ArticleRecord>(source.archive, ItemKind::Article) {
            match record {
                Ok(record) => {
                    let item = Item::Article(Box::new(record));
                    if let Item::Article(record) = &item
                        && select.picks(&item)
                    {
                        plan.group(record, extension);
                    }
                }
                Err(error) => plan.lost.push(Lost {
                    about: error.place(),
                    path: None,
                    reason: LostReason::of(&error),
                }),
            }
        }
        plan
    }

    /// Where the article of a page goes, if it is taken out.
    pub(super) fn target_of(&self, page: &EntryPath) -> Option<&str> {
        let at = self.by_page.get(page)?;
        Some(&self.articles[*at].target)
    }

    /// Every folder that the articles need, those above first.
    pub(super) fn folders(&self) -> BTreeSet<&str> {
        let articles = self.articles.iter().map(|article| article.target.as_str());
        articles
            .flat_map(|target| target.match_indices('/').map(|(at, _)| &target[..at]))
            .collect()
    }

    fn group(&mut self, record: &ArticleRecord, extension: &str) {
        let about = format!("{} {}", record.source, shown(&record.id));
        let problem = if record.articles.len() > GROUP_ARTICLES_MAX {
            Some(message!("lost-too-many-articles"))
        } else if !self.akeys.insert(record.akey.clone()) {
            Some(message!("lost-folder-taken"))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.lost.push(Lost {
                about,
                path: None,
                reason: LostReason::BadRecord(problem),
            });
            return;
        }
        if record.status == ItemStatus::Missing {
            self.missing_items += 1;
        }
        let folder = match record.source {
            Section::Draft => "草稿",
            Section::Published => "已发布",
            _ => "图文素材",
        };
        let month = human_name::month_folder(record.update_time);
        let one_of_many = record.articles.len() > 1;
        for entry in &record.articles {
            let page = layout::article_page(&record.akey, entry.idx);
            if self.by_page.contains_key(&page) {
                continue;
            }
            let name = human_name::item_name(
                ItemKind::Article,
                &record.id,
                &entry.title,
                record.update_time,
            );
            let number = if one_of_many {
                format!("_{:02}", entry.idx)
            } else {
                String::new()
            };
            let target = self.free(&format!("{folder}/{month}/{name}{number}"), extension);
            self.by_page.insert(page, self.articles.len());
            self.articles.push(Article {
                akey: record.akey.clone(),
                idx: entry.idx,
                section: record.source,
                id: record.id.clone(),
                title: entry.title.clone(),
                create_time: record.create_time,
                update_time: record.update_time,
                is_retired: record.status == ItemStatus::Retired,
                target,
            });
        }
    }

    /// A name that no other article has: two records may share an id.
    fn free(&mut self, stem: &str, extension: &str) -> String {
        for number in 1.. {
            let name = match number {
                1 => format!("{stem}.{extension}"),
                number => format!("{stem}_{number}.{extension}"),
            };
            let folded: String = name.nfc().flat_map(char::to_lowercase).collect();
            if self.taken.insert(folded) {
                return name;
            }
        }
        unreachable!("there are more numbers than articles")
    }
}
