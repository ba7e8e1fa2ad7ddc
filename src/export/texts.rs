//! The texts of articles: in the list nearly always, else asked for one by one.

use futures::StreamExt as _;
use futures::stream;
use serde_json::{Map, Value};

use super::base::Base;
use super::catalog::{Catalog, Listed};
use super::fetch::Failure;
use super::gathering::Ledger;
use super::plan::{Fetch, Want, gap_key};
use super::quota::Calls;
use super::{Error, Run, rescue};
use crate::event::{Event, Phase};
use crate::message;
use crate::model::{AssetKey, GapReason, Section};
use crate::record::item::{ArticleRecord, RawForm};
use crate::record::lenient;
use crate::stage::Stage;
use crate::wechat;
use crate::wechat::wire::ArticleGroup;
use crate::wechat::{Api, Client, Material, wire};

/// The articles of one listed item, and the bytes that they were read from.
pub(super) struct Text {
    pub(super) raw: Vec<u8>,
    pub(super) form: RawForm,
    /// How many articles the bytes hold, whether or not records can hold them.
    pub(super) count: usize,
    /// `None` where the bytes are no articles, or more than records can hold.
    pub(super) group: Option<ArticleGroup>,
}

impl Text {
    /// Whether there are articles, and more of them than records can hold.
    fn is_too_long(&self) -> bool {
        self.group.is_none() && self.count > 0
    }
}

/// The most articles that a group may have (format 13); WeChat's have eight.
const ARTICLES_MAX: usize = 64;

/// The longest texts besides the content that the articles of a group may have
/// in all, and the longest answer about a video that is believed: at worst they
/// take six times as much in a record, whose line has 4 MiB at most.
const TEXT_BYTES_MAX: usize = 128 * 1024;

/// What is known of the articles of `item`: the answer to a `get` where there is one, else the list's.
pub(super) fn read(
    stage: &Stage,
    ledger: &Ledger,
    section: Section,
    item: &Listed,
) -> Result<Text, Error> {
    let listed = stage.read(item.raw)?;
    let Some(answer) = ledger.items.get(&gap_key(section, &item.id)) else {
        let (count, group) = recordable(&listed);
        return Ok(Text {
            raw: listed,
            form: RawForm::Slice,
            count,
            group,
        });
    };
    let raw = stage.read(answer.body)?;
    let (count, mut group) = recordable(&raw);
    if let (Some(group), Ok(listed)) = (&mut group, wire::parse_article_group(&listed)) {
        // A single answer may leave out the type that the list gave.
        for (article, listed) in group.articles.iter_mut().zip(listed.articles) {
            article.article_type = article.article_type.take().or(listed.article_type);
        }
        group.create_time = group.create_time.or(listed.create_time);
        group.update_time = group.update_time.or(listed.update_time);
    }
    Ok(Text {
        raw,
        form: RawForm::Response,
        count,
        group,
    })
}

/// What the base has of the articles of a record, or an older archive gave in
/// its place; `None` where there are no bytes of them, or no longer those that it
/// names.
pub(super) fn of_base(
    stage: &Stage,
    ledger: &Ledger,
    base: &Base,
    record: &ArticleRecord,
) -> Result<Option<Text>, Error> {
    let rescued = || {
        let item = ledger.items.get(&rescue::raw_key(&record.raw_sha256?))?;
        Some(stage.read(item.body))
    };
    let raw = match base.raw(record) {
        Some(raw) => raw,
        None => match rescued() {
            Some(raw) => raw?,
            None => return Ok(None),
        },
    };
    let (count, mut group) = recordable(&raw);
    let form = record.raw_form.unwrap_or(RawForm::Slice);
    if let (Some(group), RawForm::Response) = (&mut group, form) {
        // A single answer may leave out what the list gave and the record has.
        for (idx, article) in (1..).zip(&mut group.articles) {
            if article.article_type.is_none() {
                let meta = base.article_meta(record, idx);
                article.article_type = meta.and_then(|meta| meta.article_type);
            }
        }
        group.create_time = group.create_time.or(record.create_time);
        group.update_time = group.update_time.or(Some(record.update_time));
    }
    Ok(Some(Text {
        raw,
        form,
        count,
        group,
    }))
}

/// How many articles `bytes` hold, and those where records can hold them.
fn recordable(bytes: &[u8]) -> (usize, Option<ArticleGroup>) {
    let Ok(group) = wire::parse_article_group(bytes) else {
        return (0, None);
    };
    let count = group.articles.len();
    let text_bytes: usize = group.articles.iter().map(text_bytes).sum();
    let fits = count <= ARTICLES_MAX && text_bytes <= TEXT_BYTES_MAX;
    (count, fits.then_some(group))
}

fn too_long() -> Failure {
    Failure::because(GapReason::OverSizeLimit, message!("gap-text-too-long"))
}

fn text_bytes(article: &wire::ArticleFields) -> usize {
    let texts = [
        &article.title,
        &article.author,
        &article.digest,
        &article.content_source_url,
        &article.thumb_media_id,
        &article.thumb_url,
        &article.url,
        &article.article_type,
    ];
    let texts = texts.into_iter().flatten().chain(&article.image_media_ids);
    texts.map(String::len).sum()
}

/// What `get_material` said of a video, where it was asked.
pub(super) fn video_fields(
    stage: &Stage,
    ledger: &Ledger,
    media_id: &str,
) -> Result<Option<Map<String, Value>>, Error> {
    let Some(answer) = ledger.items.get(&format!("video:{media_id}")) else {
        return Ok(None);
    };
    let body = stage.read(answer.body)?;
    if body.len() > TEXT_BYTES_MAX {
        return Ok(None);
    }
    Ok(match lenient::read(&body).map(|reading| reading.value) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    })
}

/// Whether every article has its text, or is said to be deleted.
pub(super) fn is_whole(group: &ArticleGroup) -> bool {
    let has_text = |article: &wire::ArticleFields| {
        article.content.is_some() || article.is_deleted == Some(true)
    };
    !group.articles.is_empty() && group.articles.iter().all(has_text)
}

impl Run {
    /// Asks for the texts that the list of `catalog` left out.
    pub(super) async fn complete_texts(&mut self, catalog: &Catalog) -> Result<(), Error> {
        self.ask_for_texts(catalog).await?;
        self.note_empty_answers(catalog)
    }

    async fn ask_for_texts(&mut self, catalog: &Catalog) -> Result<(), Error> {
        let section = catalog.section;
        let mut wanted = Vec::new();
        for item in catalog.all() {
            let key = gap_key(section, &item.id);
            let ledger = &self.gathering.ledger;
            if ledger.items.contains_key(&key) || ledger.gaps.contains_key(&key) {
                continue;
            }
            let text = read(&self.gathering.stage, ledger, section, item)?;
            if text.is_too_long() {
                self.miss(&fetch_of(section, item), too_long())?;
            } else if !text.group.as_ref().is_some_and(is_whole) {
                wanted.push(item.clone());
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        self.plan_calls(api_of(section), Calls::new(wanted.len() as u64))
            .await;
        self.observer.event(&Event::Phase {
            phase: Phase::Fetch,
            section: Some(section),
            items_total: Some(wanted.len() as u64),
            bytes_total: None,
        });
        let client = self.client.clone();
        let (stop, ends) = self.stopper();
        let mut answers = stream::iter(wanted)
            .take_until(ends)
            .map(|item| {
                let client = client.clone();
                async move {
                    let answer = ask(&client, section, &item.id).await;
                    (item, answer)
                }
            })
            .buffer_unordered(self.options.client.api_jobs_max.get());
        let mut fatal = None;
        while let Some((item, answer)) = answers.next().await {
            let taken = match answer {
                Ok(body) => self.stage_item(&gap_key(section, &item.id), &body),
                Err(error) => self.miss(&fetch_of(section, &item), Failure::of(error)),
            };
            self.observer.event(&Event::Advanced { items: 1, bytes: 0 });
            if let Err(error) = taken {
                // What is under way still lands; nothing new begins.
                stop.cancel();
                fatal.get_or_insert(error);
            }
        }
        drop(answers);
        self.note_calls()?;
        match fatal {
            Some(error) => Err(error),
            None => self.check_interrupt(),
        }
    }

    /// Answers that came and hold no text are gaps: the text may come another time.
    fn note_empty_answers(&mut self, catalog: &Catalog) -> Result<(), Error> {
        for item in catalog.all() {
            let key = gap_key(catalog.section, &item.id);
            if !self.gathering.ledger.items.contains_key(&key) {
                continue;
            }
            let text = read(
                &self.gathering.stage,
                &self.gathering.ledger,
                catalog.section,
                item,
            )?;
            let failure = match &text.group {
                Some(group) if is_whole(group) => continue,
                Some(_) => Failure::because(GapReason::EmptyBody, message!("gap-text-left-out")),
                None if text.is_too_long() => too_long(),
                None => Failure::because(GapReason::TypeMismatch, message!("gap-no-articles")),
            };
            self.miss(&fetch_of(catalog.section, item), failure)?;
        }
        Ok(())
    }
}

fn fetch_of(section: Section, item: &Listed) -> Fetch {
    Fetch {
        key: AssetKey::of_media_id(&item.id),
        want: Want::Item(section),
        id: item.id.to_string(),
        name: item.name().to_owned(),
        others: Vec::new(),
        ways: Vec::new(),
    }
}

/// What [`ask`] calls.
fn api_of(section: Section) -> Api {
    match section {
        Section::Draft => Api::DraftGet,
        Section::Published => Api::FreepublishGetarticle,
        _ => Api::GetMaterial,
    }
}

async fn ask(client: &Client, section: Section, id: &str) -> Result<Vec<u8>, wechat::Error> {
    Ok(match section {
        Section::Draft => client.draft(id).await?.body.into(),
        Section::Published => client.publication(id).await?.body.into(),
        // News may turn out to be something else, which is kept as it came.
        _ => {
            let mut bytes = Vec::new();
            match client.material(id, &mut bytes).await? {
                Material::Body(_) => bytes,
                Material::News(body) => body.into(),
                Material::Video(video) => video.body.into(),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_group_that_no_record_can_hold_is_not_read() {
        let article = |title: &str| json!({"title": title, "content": "x"});
        let group = |articles: Vec<Value>| {
            let group = json!({"media_id": "m", "content": {"news_item": articles}});
            recordable(group.to_string().as_bytes())
                .1
                .map(|group| group.articles.len())
        };
        assert_eq!(group(vec![article("t"); ARTICLES_MAX]), Some(ARTICLES_MAX));
        assert_eq!(group(vec![article("t"); ARTICLES_MAX + 1]), None);
        let half = "t".repeat(TEXT_BYTES_MAX / 2);
        assert_eq!(group(vec![article(&half); 2]), Some(2));
        assert_eq!(
            group(vec![article(&half), article(&half), article("t")]),
            None
        );
    }
}
