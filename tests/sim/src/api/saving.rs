//! Drafts that are saved and deleted.

use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::account::Article;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::api::upload;
use crate::articles::saved;
use crate::quirks::Quirk;
use crate::state::State;

const ARTICLES_MAX: usize = 8;
const TITLE_MAX: usize = 32;
const AUTHOR_MAX: usize = 16;
const DIGEST_MAX: usize = 128;
const CONTENT_CHARS: usize = 20_000;
const CONTENT_BYTES: usize = 1 << 20;
const SOURCE_URL_MAX: usize = 1024;
const PICTURES_MAX: usize = 20;
/// How long a new picture cannot be a cover yet.
const FRESH_SECONDS: u64 = 2;
/// How much of the text becomes the digest where there is none.
const DIGEST_CHARS: usize = 54;

pub(super) fn add(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    upload::refuse_escapes(&asked.body)?;
    let told = asked.json()?;
    let articles = told.get("articles").and_then(Value::as_array);
    let articles = articles.filter(|articles| !articles.is_empty());
    let articles = articles.ok_or_else(|| Refusal::of(44003))?;
    if articles.len() > ARTICLES_MAX {
        return Err(Refusal::of(45008));
    }
    let account = &mut *state.account_to_serve();
    let now = state.clock.seconds();
    let articles = articles
        .iter()
        .map(|told| article(told, account, now))
        .collect::<Result<_, _>>()?;
    let media_id = account.take_draft(articles);
    Ok(Answer::Json(json!({"media_id": media_id, "item": []})))
}

pub(super) fn delete(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let id = asked.text("media_id")?.ok_or_else(|| Refusal::of(41006))?;
    let account = &mut *state.account_to_serve();
    let is_draft = account.drafts().any(|draft| draft.id == id);
    if !is_draft || !account.remove(&id) {
        return Err(Refusal::unknown_id());
    }
    Ok(upload::done())
}

fn article(told: &Value, account: &Account, now: u64) -> Result<Article, Refusal> {
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    let limit = |name: &str, max: usize, code: i64| {
        if text(name).chars().count() > max {
            return Err(Refusal::of(code));
        }
        Ok(text(name).to_owned())
    };
    let title = limit("title", TITLE_MAX, 45003)?;
    if title.is_empty() {
        return Err(Refusal::of(44003));
    }
    let content = text("content");
    if content.is_empty() {
        return Err(Refusal::of(45166));
    }
    if content.chars().count() >= CONTENT_CHARS || content.len() >= CONTENT_BYTES {
        return Err(Refusal::of(45002));
    }
    let mut flags = [false; 2];
    for (flag, name) in flags
        .iter_mut()
        .zip(["need_open_comment", "only_fans_can_comment"])
    {
        *flag = match told.get(name) {
            None => false,
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            Some(_) => return Err(Refusal::of(47001)),
        };
    }
    if flags.contains(&true) && account.quirks.has(Quirk::NoComments) {
        return Err(Refusal::of(88000));
    }
    let common = Article {
        title,
        need_open_comment: flags[0],
        only_fans_can_comment: flags[1],
        ..Article::default()
    };
    match text("article_type") {
        "newspic" => newspic(told, content, common, account),
        "news" | "" => {
            let source_url = text("content_source_url");
            check_source_url(source_url)?;
            check_cover(text("thumb_media_id"), account, now)?;
            let (content, assets) = saved::content(content, account);
            let digest = match limit("digest", DIGEST_MAX, 45004)? {
                digest if digest.is_empty() => {
                    saved::text(&content).chars().take(DIGEST_CHARS).collect()
                }
                digest => digest,
            };
            let cover = account.image(text("thumb_media_id"));
            Ok(Article {
                author: limit("author", AUTHOR_MAX, 45110)?,
                digest,
                content,
                content_source_url: source_url.to_owned(),
                thumb_media_id: text("thumb_media_id").to_owned(),
                thumb_url: cover.map(|image| image.url.clone()).unwrap_or_default(),
                assets,
                ..common
            })
        }
        _ => Err(Refusal::of(40035)),
    }
}

fn newspic(
    told: &Value,
    content: &str,
    common: Article,
    account: &Account,
) -> Result<Article, Refusal> {
    let list = told
        .pointer("/image_info/image_list")
        .and_then(Value::as_array)
        .filter(|list| (1..=PICTURES_MAX).contains(&list.len()))
        .ok_or_else(|| Refusal::of(40035))?;
    let image_ids = list
        .iter()
        .map(|image| {
            let id = image.get("image_media_id").and_then(Value::as_str);
            let id = id.filter(|id| account.image(id).is_some());
            id.map(str::to_owned).ok_or_else(Refusal::unknown_id)
        })
        .collect::<Result<_, _>>()?;
    Ok(Article {
        content: content.to_owned(),
        image_ids,
        newspic: true,
        ..common
    })
}

fn check_source_url(url: &str) -> Result<(), Refusal> {
    if url.len() > SOURCE_URL_MAX {
        return Err(Refusal::of(45005));
    }
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let is_public = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        host.contains('.') && host != "127.0.0.1"
    });
    if url.is_empty() || is_public {
        return Ok(());
    }
    Err(Refusal::of(41039))
}

fn check_cover(id: &str, account: &Account, now: u64) -> Result<(), Refusal> {
    let is_other = account.voices().any(|voice| voice.media_id == id)
        || account.videos().any(|video| video.media_id == id);
    if is_other {
        return Err(Refusal::of(40128));
    }
    let image = account.image(id).ok_or_else(Refusal::unknown_id)?;
    let is_fresh = image.taken_at.is_some_and(|at| now < at + FRESH_SECONDS);
    if is_fresh && account.quirks.has(Quirk::FreshCoverRefused) {
        return Err(Refusal::unknown_id());
    }
    Ok(())
}
