//! The permanent library.

use axum::body::Bytes;
use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::account::Image;
use crate::account::Video;
use crate::account::Voice;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::File;
use crate::api::Refusal;
use crate::api::draft;
use crate::listing::Listing;
use crate::listing::page;
use crate::quirks::Quirk;
use crate::samples::Source;
use crate::state::State;

/// What `get_material` once gave for an id of `media/uploadnews`.
static PROTOBUF: &[u8] = include_bytes!("uploadnews.pb");
/// A voice that is a text: an attachment all the same.
static JSON_LOOKING: &str = r#"{"errmsg":"this is what the recording says","voice":[1,2,3]}"#;

pub(super) fn count(_: &Asked, state: &State) -> Result<Answer, Refusal> {
    let account = state.account_to_serve();
    Ok(Answer::Json(json!({
        "voice_count": account.voices.len(),
        "video_count": account.videos.len(),
        "image_count": account.images.len(),
        "news_count": account.news.len(),
    })))
}

pub(super) fn list(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let kind = asked.text("type")?.unwrap_or_default();
    let (offset, count) = asked.page(40035, 40035)?;
    let account = &mut *state.account_to_serve();
    let listing = Listing {
        offset,
        count,
        with_item_count: true,
    };
    Ok(Answer::Json(match kind.as_str() {
        "image" => page(&account.images, listing, image),
        "voice" => page(&account.voices, listing, |it| voice(account, it)),
        "video" => page(&account.videos, listing, |it| video(account, it)),
        "news" => page(&account.news, listing, |it| {
            json!({
                "media_id": it.id,
                "content": {
                    "news_item": draft::articles(it, draft::Content::Told, |article| article.url.clone()),
                    "create_time": it.create_time,
                    "update_time": it.update_time,
                },
                "update_time": it.update_time,
            })
        }),
        _ => return Err(Refusal::of(40004)),
    }))
}

fn image(image: &Image) -> Value {
    let mut item = json!({
        "media_id": image.media_id,
        "name": image.name,
        "update_time": image.update_time,
        "url": image.url,
    });
    if image.tags {
        item["tags"] = json!([]);
    }
    item
}

fn voice(account: &Account, voice: &Voice) -> Value {
    let mut item = json!({
        "media_id": voice.media_id,
        "name": voice.name,
        "update_time": voice.update_time,
        "tags": [],
    });
    if account.quirks.has(Quirk::VoiceListUrl) {
        item["url"] = json!(account.shelf.sound_url(&voice.file_id));
    }
    item
}

fn video(account: &Account, video: &Video) -> Value {
    let mut item = json!({
        "media_id": video.media_id,
        "name": video.name,
        "description": video.description,
        "update_time": video.update_time,
        "tags": [],
    });
    if video.url_in_list {
        item["url"] = json!(account.signed_address(video));
    }
    item
}

/// The answer's kind is the item's, whatever the caller expects.
pub(super) fn get(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let id = asked.text("media_id")?.unwrap_or_default();
    let account = state.account_to_serve();
    if let Some(image) = account.image(&id) {
        return Ok(Answer::File(image_file(&account, image)));
    }
    if let Some(at) = account.voices.iter().position(|voice| voice.media_id == id) {
        let voice = &account.voices[at];
        let last = at + 1 == account.voices.len();
        if last && account.quirks.has(Quirk::ListedButGone) {
            return Err(Refusal::unknown_id());
        }
        let looks_like_json = at == 0 && account.quirks.has(Quirk::JsonLookingVoice);
        return Ok(Answer::File(File {
            source: if looks_like_json {
                Source::from(Bytes::from_static(JSON_LOOKING.as_bytes()))
            } else {
                voice.media().source()
            },
            content_type: None,
            name: Some(voice.name.clone()),
        }));
    }
    if let Some(at) = account.videos.iter().position(|video| video.media_id == id) {
        let video = &account.videos[at];
        let page = at == 0 && account.quirks.has(Quirk::VideoPage);
        return Ok(Answer::Json(json!({
            "title": video.name,
            "description": video.description,
            "down_url": if page { account.page_address(video) } else { account.signed_address(video) },
            "newcat": "",
            "newsubcat": "",
            "tags": [],
            "cover_url": "",
            "vid": video.vid,
        })));
    }
    if let Some(posting) = account.news.iter().find(|posting| posting.id == id) {
        return Ok(Answer::Json(json!({
            "news_item": draft::articles(posting, draft::Content::Told, |article| article.url.clone()),
            "create_time": posting.create_time,
            "update_time": posting.update_time,
        })));
    }
    Err(Refusal::unknown_id())
}

fn image_file(account: &Account, image: &Image) -> File {
    if image.url.is_empty() && account.quirks.has(Quirk::ProtobufItem) {
        return File {
            source: Source::from(Bytes::from_static(PROTOBUF)),
            content_type: None,
            name: Some("1.jpg".to_owned()),
        };
    }
    File {
        source: image.media().source(),
        content_type: Some("text/plain"),
        name: None,
    }
}
