//! Compares an account with the archive that was put into it.
//!
//! By structure alone: WeChat rewrites the HTML of drafts, so no digest of it
//! says anything.

use std::collections::{HashMap, HashSet};

use crate::archive::records;
use crate::event::{Event, Observer, Phase};
use crate::html;
use crate::message;
use crate::model::{AssetAddress, AssetHosts, AssetKey, Fingerprinter, ItemKind, Section};
use crate::record::item::ArticleRecord;
use crate::text::Message;
use crate::upload::apply::Stood;
use crate::upload::draft;
use crate::upload::draft::is_newspic;
use crate::upload::plan::{Draft, Media, section_of};
use crate::upload::receipt::{Done, Kind};
use crate::upload::{Error, Prepared};
use crate::wechat::wire::{ArticleFields, ArticleGroup};
use crate::wechat::{BodySink, Client, DownloadRules, ListItem, MediaItem};

/// Items of a page.
const PAGE: u8 = 20;
/// More than any picture.
const PICTURE_BYTES_MAX: usize = 16 << 20;

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Pictures, voices and videos that are in the account.
    pub media: u64,
    /// Pictures whose address served the very bytes.
    pub proven_pictures: u64,
    /// Drafts that are there with the same titles, texts and pictures.
    pub drafts: u64,
    /// Things of the plan that no run has put in yet.
    pub open: u64,
    /// What is not as it should be.
    pub differences: Vec<Difference>,
}

/// Something that is in the archive and not so in the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: Kind,
    /// Its old id.
    pub old: String,
    /// Its name or title; may be empty.
    pub name: String,
    /// What differs, in a sentence.
    pub what: Message,
}

pub(super) async fn run(
    prepared: &Prepared,
    client: &Client,
    observer: &dyn Observer,
) -> Result<Report, Error> {
    let mut check = Check {
        prepared,
        client,
        report: Report::default(),
    };
    for kind in [Kind::Image, Kind::Voice, Kind::Video] {
        let section = section_of(kind);
        observer.event(&Event::Phase {
            phase: Phase::Check,
            section: Some(section),
            items_total: None,
            bytes_total: None,
        });
        let of_kind: Vec<&Media> = prepared
            .plan
            .media
            .iter()
            .filter(|media| media.kind == kind)
            .collect();
        if !of_kind.is_empty() {
            let listed = check.media_of(section).await?;
            for media in of_kind {
                check.media(media, &listed).await?;
            }
        }
    }
    if !prepared.plan.drafts.is_empty() {
        let listed = check.drafts_of_account().await?;
        let mut taken = HashSet::new();
        for draft in &prepared.plan.drafts {
            check.draft(draft, &listed, &mut taken);
        }
    }
    Ok(check.report)
}

struct Check<'a> {
    prepared: &'a Prepared,
    client: &'a Client,
    report: Report,
}

impl Check<'_> {
    async fn media_of(&self, section: Section) -> Result<HashMap<String, MediaItem>, Error> {
        let mut found = HashMap::new();
        let items = self.all(section).await?;
        for item in items {
            if let ListItem::Media(item) = item {
                found.insert(item.media_id.clone(), item);
            }
        }
        Ok(found)
    }

    async fn drafts_of_account(&self) -> Result<Vec<ArticleGroup>, Error> {
        let items = self.all(Section::Draft).await?;
        let groups = items.into_iter().filter_map(|item| match item {
            ListItem::Articles(group) => Some(group),
            ListItem::Media(_) => None,
        });
        Ok(groups.collect())
    }

    async fn all(&self, section: Section) -> Result<Vec<ListItem>, Error> {
        let mut all = Vec::new();
        let mut seen = HashSet::new();
        let mut offset = 0;
        loop {
            let page = self
                .client
                .list(section, offset, PAGE)
                .await
                .map_err(Error::of_call)?;
            let known = seen.len();
            seen.extend(page.items.iter().map(|item| item.item.id().to_owned()));
            // A list that says the same again and again has no end.
            if seen.len() == known {
                return Ok(all);
            }
            offset += page.items.len() as u64;
            let is_last = page.total_count.is_some_and(|total| offset >= total);
            all.extend(page.items.into_iter().map(|item| item.item));
            if is_last {
                return Ok(all);
            }
        }
    }

    async fn media(
        &mut self,
        media: &Media,
        listed: &HashMap<String, MediaItem>,
    ) -> Result<(), Error> {
        let Some(done) = self.prepared.standing.done(media.kind, &media.id) else {
            self.report.open += 1;
            return Ok(());
        };
        let found = done.new.as_ref().and_then(|new| listed.get(new));
        let Some(found) = found else {
            self.differs(
                media.kind,
                &media.id,
                &media.name,
                message!("upload-differs-gone"),
            );
            return Ok(());
        };
        self.report.media += 1;
        if media.kind == Kind::Image
            && let Some(url) = &found.url
        {
            match self.serves(url, done).await? {
                Some(true) => self.report.proven_pictures += 1,
                Some(false) => self.differs(
                    media.kind,
                    &media.id,
                    &media.name,
                    message!("upload-differs-bytes"),
                ),
                // Nobody promises that an address serves at all.
                None => {}
            }
        }
        Ok(())
    }

    /// Whether the bytes at `url` are those that were uploaded; `None` where it
    /// serves none.
    async fn serves(&self, url: &str, done: &Done) -> Result<Option<bool>, Error> {
        let Ok(url) = url::Url::parse(url) else {
            return Ok(None);
        };
        let mut sink = Hashing::default();
        match self
            .client
            .download(&url, DownloadRules::LISTED, &mut sink)
            .await
        {
            Ok(_) => {
                let found = sink.print.finish().sha256;
                Ok(Some(Some(found) == done.converted.or(done.sha256)))
            }
            Err(error) if error.is_interrupted() => Err(Error::Interrupted),
            Err(_) => Ok(None),
        }
    }

    fn draft(&mut self, planned: &Draft, listed: &[ArticleGroup], taken: &mut HashSet<usize>) {
        let old = planned.old();
        let Some(done) = self.prepared.standing.done(Kind::Draft, &old) else {
            self.report.open += 1;
            return;
        };
        let Some(expected) = self.expected(planned) else {
            self.differs(
                Kind::Draft,
                &old,
                &planned.title,
                message!("upload-differs-unreadable"),
            );
            return;
        };
        // Its id may change when somebody edits it in the console.
        let by_id = listed
            .iter()
            .position(|group| Some(&group.id) == done.new.as_ref());
        let titles = |group: &ArticleGroup| -> Vec<String> {
            let articles = group.articles.iter();
            articles
                .map(|article| article.title.clone().unwrap_or_default())
                .collect()
        };
        let by_titles = || {
            let wanted: Vec<String> = expected.iter().map(|it| it.title.clone()).collect();
            (0..listed.len()).find(|at| !taken.contains(at) && titles(&listed[*at]) == wanted)
        };
        let Some(at) = by_id.or_else(by_titles) else {
            self.differs(
                Kind::Draft,
                &old,
                &planned.title,
                message!("upload-differs-gone"),
            );
            return;
        };
        taken.insert(at);
        let found = &listed[at].articles;
        let difference = if found.len() == expected.len() {
            found
                .iter()
                .zip(&expected)
                .find_map(|(found, expected)| expected.differs_from(found))
        } else {
            Some(message!("upload-differs-count"))
        };
        match difference {
            None => self.report.drafts += 1,
            Some(what) => self.differs(Kind::Draft, &old, &planned.title, what),
        }
    }

    /// What the articles of a draft should be in the account.
    fn expected(&self, planned: &Draft) -> Option<Vec<Expected>> {
        let prepared = self.prepared;
        let source = &prepared.source;
        let record: ArticleRecord =
            records::record_at(&source.archive, ItemKind::Article, planned.place).ok()?;
        let group = source.group(&record).ok()?;
        let choices = &prepared.options.choices;
        let needs = prepared.plan.needs(&group, source, choices).ok()?;
        let places = Stood {
            plan: &prepared.plan,
            standing: &prepared.standing,
        };
        let articles = group.articles.iter().zip(&needs);
        articles
            .map(|(article, needs)| {
                let sent = draft::object(article, needs, &places).ok()?;
                let text = |name: &str| Some(sent.get(name)?.as_str()?.to_owned());
                let content = text("content")?;
                let new: Vec<String> = needs
                    .pictures
                    .values()
                    .filter_map(|picture| draft::Places::url(&places, picture))
                    .collect();
                let hosts = AssetHosts::default().and_those_of(new.iter().map(String::as_str));
                let is_newspic = is_newspic(article);
                Some(Expected {
                    title: text("title")?,
                    text: if is_newspic {
                        content.clone()
                    } else {
                        html::text_of(&content)
                    },
                    pictures: if is_newspic {
                        Vec::new()
                    } else {
                        let own: HashSet<AssetKey> = new
                            .iter()
                            .filter_map(|url| AssetAddress::parse(url, &hosts))
                            .map(|address| address.key)
                            .collect();
                        let mut keys = keys_in(&content, &hosts);
                        keys.retain(|key| own.contains(key));
                        keys
                    },
                    cover: text("thumb_media_id"),
                    posted: sent
                        .pointer("/image_info/image_list")
                        .and_then(serde_json::Value::as_array)
                        .into_iter()
                        .flatten()
                        .filter_map(|image| Some(image.get("image_media_id")?.as_str()?.to_owned()))
                        .collect(),
                    hosts,
                    is_newspic,
                })
            })
            .collect()
    }

    fn differs(&mut self, kind: Kind, old: &str, name: &str, what: Message) {
        self.report.differences.push(Difference {
            kind,
            old: old.to_owned(),
            name: name.to_owned(),
            what,
        });
    }
}

/// What an article should be in the account.
struct Expected {
    title: String,
    text: String,
    /// The new addresses of its pictures, in order, each as often as it stands.
    pictures: Vec<AssetKey>,
    cover: Option<String>,
    posted: Vec<String>,
    hosts: AssetHosts,
    is_newspic: bool,
}

impl Expected {
    fn differs_from(&self, found: &ArticleFields) -> Option<Message> {
        let content = found.content.as_deref().unwrap_or_default();
        if found.title.as_deref() != Some(&self.title) {
            return Some(message!("upload-differs-title"));
        }
        if found.image_media_ids != self.posted {
            return Some(message!("upload-differs-post"));
        }
        let text = if self.is_newspic {
            content.to_owned()
        } else {
            html::text_of(content)
        };
        if squeezed(&text) != squeezed(&self.text) {
            return Some(message!("upload-differs-text"));
        }
        if self.is_newspic {
            return None;
        }
        if found.thumb_media_id != self.cover {
            return Some(message!("upload-differs-cover"));
        }
        let mut pictures = keys_in(content, &self.hosts);
        let known: HashSet<&AssetKey> = self.pictures.iter().collect();
        pictures.retain(|key| known.contains(key));
        (pictures != self.pictures).then(|| message!("upload-differs-pictures"))
    }
}

/// The assets that a text names, in order.
fn keys_in(content: &str, hosts: &AssetHosts) -> Vec<AssetKey> {
    let named = html::references(content, hosts).assets.into_iter();
    let mut keys: Vec<AssetKey> = Vec::new();
    for key in named.map(|asset| asset.address.key) {
        // Two spellings of one address are one picture.
        if keys.last() != Some(&key) && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Without white space, which WeChat may change.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Takes a picture, and keeps its digest alone.
#[derive(Default)]
struct Hashing {
    print: Fingerprinter,
    bytes: usize,
}

impl BodySink for Hashing {
    fn restart(&mut self) -> std::io::Result<()> {
        *self = Self::default();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes += bytes.len();
        if self.bytes > PICTURE_BYTES_MAX {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.print.update(bytes);
        Ok(())
    }
}
