//! Publications.

use serde_json::Value;
use serde_json::json;

use crate::account::Posting;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::api::draft;
use crate::api::draft::Content;
use crate::listing::Listing;
use crate::listing::page;
use crate::quirks::Quirk;
use crate::state::State;

pub(super) fn list(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let (offset, count) = asked.page(45164, 45165)?;
    let account = state.account_to_serve();
    let content = if account.quirks.has(Quirk::NoContentUnasked) {
        Content::LeftOut
    } else {
        Content::wanted(asked)?
    };
    let listing = Listing {
        offset,
        count,
        with_item_count: true,
    };
    Ok(Answer::Json(page(&account.published, listing, |posting| {
        let mut item = json!({
            "article_id": posting.id,
            "content": {
                "news_item": told(posting, content),
                "create_time": posting.create_time,
                "update_time": posting.update_time,
            },
        });
        if !account.quirks.has(Quirk::NoItemUpdateTime) {
            item["update_time"] = json!(posting.update_time);
        }
        item
    })))
}

pub(super) fn get(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let id = asked.text("article_id")?.unwrap_or_default();
    let account = state.account_to_serve();
    let posting = account.published.iter().find(|posting| posting.id == id);
    let posting = posting.ok_or_else(|| Refusal::of(53600))?;
    Ok(Answer::Json(json!({
        "news_item": told(posting, Content::Told),
        "create_time": posting.create_time,
        "update_time": posting.update_time,
    })))
}

/// Picture drafts lose their type when they are published.
fn told(posting: &Posting, content: Content) -> Value {
    let mut told = draft::articles(posting, content, |article| article.url.clone());
    let articles = told.as_array_mut().into_iter().flatten();
    for (article, held) in articles.zip(&posting.articles) {
        article["is_deleted"] = json!(held.is_deleted);
        if let Some(article) = article.as_object_mut() {
            article.shift_remove("article_type");
        }
    }
    told
}
