//! The draft box, and articles as every list tells them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::account::Article;
use crate::account::Posting;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::listing::Listing;
use crate::listing::page;
use crate::quirks::Quirk;
use crate::seed::Seed;
use crate::state::State;

/// Whether articles come with their HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Told,
    LeftOut,
}

impl Content {
    /// What `no_content` of a request says; a number, or a boolean.
    pub(super) fn wanted(asked: &Asked) -> Result<Self, Refusal> {
        let body = asked.json()?;
        Ok(match body.get("no_content") {
            Some(Value::Bool(true)) => Self::LeftOut,
            Some(Value::Number(number)) if number.as_u64() == Some(1) => Self::LeftOut,
            _ => Self::Told,
        })
    }
}

pub(super) fn count(_: &Asked, state: &State) -> Result<Answer, Refusal> {
    Ok(Answer::Json(
        json!({"total_count": state.account_to_serve().drafts.len()}),
    ))
}

pub(super) fn list(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let (offset, count) = asked.page(45164, 45165)?;
    let content = Content::wanted(asked)?;
    let account = &mut *state.account_to_serve();
    let without = account.drafts.is_empty() && account.quirks.has(Quirk::EmptyBoxWithoutCount);
    let listing = Listing {
        offset,
        count,
        with_item_count: !without,
    };
    let typeless = account.quirks.has(Quirk::NewspicWithoutType);
    let drafts = std::mem::take(&mut account.drafts);
    let told = page(&drafts, listing, |draft| {
        json!({
            "media_id": draft.id,
            "content": {
                "news_item": told(account, draft, content, typeless),
                "create_time": draft.create_time,
                "update_time": draft.update_time,
            },
            "update_time": draft.update_time,
        })
    });
    account.drafts = drafts;
    Ok(Answer::Json(told))
}

pub(super) fn get(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let id = asked.text("media_id")?.unwrap_or_default();
    let account = &mut *state.account_to_serve();
    let found = account.drafts.iter().find(|draft| draft.id == id).cloned();
    let draft = found.ok_or_else(Refusal::unknown_id)?;
    let typeless = account.quirks.has(Quirk::NewspicWithoutType)
        || account.quirks.has(Quirk::NewspicTypeLostOnGet);
    Ok(Answer::Json(json!({
        "news_item": told(account, &draft, Content::Told, typeless),
        "create_time": draft.create_time,
        "update_time": draft.update_time,
    })))
}

/// Only asked with `checkonly`: without it the box would open for good.
pub(super) fn switch(asked: &Asked, _: &State) -> Result<Answer, Refusal> {
    if asked.parameter("checkonly") != Some("1") {
        return Err(Refusal::of(48001));
    }
    Ok(Answer::Json(
        json!({"errcode": 0, "errmsg": "ok", "is_open": 1}),
    ))
}

fn told(account: &mut Account, draft: &Posting, content: Content, typeless: bool) -> Value {
    let mut told = articles(draft, content, |article| {
        with_tempkey(account, &article.url)
    });
    if typeless && let Some(articles) = told.as_array_mut() {
        for article in articles.iter_mut().filter_map(Value::as_object_mut) {
            article.shift_remove("article_type");
        }
    }
    told
}

/// Another key each time, unless the quirk is off; then one for ever.
fn with_tempkey(account: &mut Account, url: &str) -> String {
    if account.quirks.has(Quirk::Tempkey) {
        account.tempkeys += 1;
    }
    let key = STANDARD.encode(Seed::new(account.seed, "tempkey", account.tempkeys).id(90));
    url.replace(
        "&chksm",
        &format!("&tempkey={}&chksm", key.replace('=', "%3D")),
    )
}

/// The articles of a posting, with `url` as the caller wants it told.
pub(super) fn articles(
    posting: &Posting,
    content: Content,
    mut url: impl FnMut(&Article) -> String,
) -> Value {
    posting
        .articles
        .iter()
        .map(|article| {
            let url = url(article);
            let mut told = if article.newspic {
                newspic(article, &url)
            } else {
                news(article, &url)
            };
            if content == Content::LeftOut
                && let Some(told) = told.as_object_mut()
            {
                told.shift_remove("content");
            }
            told
        })
        .collect()
}

fn news(article: &Article, url: &str) -> Value {
    json!({
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content": article.content,
        "content_source_url": article.content_source_url,
        "thumb_media_id": article.thumb_media_id,
        "show_cover_pic": 0,
        "url": url,
        "thumb_url": article.thumb_url,
        "need_open_comment": u8::from(article.need_open_comment),
        "only_fans_can_comment": u8::from(article.only_fans_can_comment),
    })
}

fn newspic(article: &Article, url: &str) -> Value {
    let images: Value = article
        .image_ids
        .iter()
        .map(|id| json!({"image_media_id": id}))
        .collect();
    json!({
        "article_type": "newspic",
        "title": article.title,
        "content": article.content,
        "need_open_comment": u8::from(article.need_open_comment),
        "only_fans_can_comment": u8::from(article.only_fans_can_comment),
        "image_info": {"image_list": images},
        "url": url,
    })
}
