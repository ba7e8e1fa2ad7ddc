//! Records against the bytes that WeChat sent: a record says what its raw bytes
//! say, read in the same way in which the exporter read them.

use serde_json::Value;

use crate::message;
use crate::model::Sha256;
use crate::record::article::Content;
use crate::record::canonical::INTEGER_MAX;
use crate::record::item::MediaRecord;
use crate::record::lenient;
use crate::text::Message;

/// The first field in which a media record differs from the list item in `bytes`.
pub(super) fn media_differs(bytes: &[u8], record: &MediaRecord) -> Option<Message> {
    let item = read(bytes)?;
    let url = record.url.as_deref().unwrap_or_default();
    let is_image = record.kind == crate::model::ItemKind::Image;
    let texts = [
        ("media_id", record.media_id.as_str()),
        ("name", &record.name),
    ];
    let texts = texts.into_iter().chain(is_image.then_some(("url", url)));
    for (field, said) in texts {
        if text(&item, field).is_some_and(|sent| sent != said) {
            return Some(message!("finding-not-in-raw", field = field));
        }
    }
    let time = item.get("update_time").and_then(Value::as_i64);
    // What a record cannot hold was taken for no time at all.
    let time = time.filter(|time| time.unsigned_abs() <= INTEGER_MAX);
    if time.is_some_and(|time| time != record.update_time) {
        return Some(message!("finding-not-in-raw", field = "update_time"));
    }
    None
}

/// One article in the bytes of its group.
pub(super) struct RawArticle {
    item: Value,
}

/// What the bytes of a group say.
pub(super) struct RawGroup {
    /// The id that a slice of a list gives.
    pub(super) id: Option<String>,
    pub(super) articles: Vec<RawArticle>,
}

/// Reads `raw.json`: an item of a list, or the answer of a `get` call; `None`
/// where it is no JSON.
pub(super) fn group(bytes: &[u8]) -> Option<RawGroup> {
    let mut item = read(bytes)?;
    let id = ["media_id", "article_id"]
        .into_iter()
        .find_map(|field| text(&item, field))
        .map(str::to_owned);
    let holder = match item.get_mut("content") {
        Some(content @ Value::Object(_)) => content,
        _ => &mut item,
    };
    let articles = match holder.get_mut("news_item").map(Value::take) {
        Some(Value::Array(list)) => list.into_iter().map(|item| RawArticle { item }).collect(),
        _ => Vec::new(),
    };
    Some(RawGroup { id, articles })
}

/// The HTML of each article in the bytes of its group, in order; none of one
/// that has none, and `None` where the bytes are no JSON, even when mended.
pub fn article_contents(bytes: &[u8]) -> Option<Vec<Option<String>>> {
    let html = |article: RawArticle| article.text("content").map(str::to_owned);
    Some(group(bytes)?.articles.into_iter().map(html).collect())
}

impl RawArticle {
    /// A text field; `None` for what is no text, of which nothing is said here.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        text(&self.item, field)
    }

    /// The digest of its HTML; `None` where it has none.
    pub(super) fn content(&self) -> Option<Content> {
        let html = self.text("content")?;
        Some(Content {
            sha256: Sha256::of(html.as_bytes()),
            bytes: html.len() as u64,
        })
    }
}

fn text<'a>(item: &'a Value, field: &str) -> Option<&'a str> {
    item.get(field).and_then(Value::as_str)
}

/// Mended as the exporter mended it; `None` where there is no JSON to be found.
fn read(bytes: &[u8]) -> Option<Value> {
    lenient::read(bytes).ok().map(|reading| reading.value)
}
