//! What is put into the library, and taken out of it.
//!
//! Limits and refusals are those of the documents and of reports; the strictest
//! of several is kept.

use axum::body::Bytes;
use serde_json::Value;
use serde_json::json;

use crate::account::Account;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::api::form;
use crate::api::form::Part;
use crate::quirks::Quirk;
use crate::samples::played_millis;
use crate::state::State;

const MIB: usize = 1 << 20;
const IMAGE_MAX: usize = 10 * MIB;
const VOICE_MAX: usize = 2 * MIB;
const VIDEO_MAX: usize = 10 * MIB;
const THUMB_MAX: usize = 64 << 10;
const ARTICLE_PICTURE_MAX: usize = MIB;
const VOICE_MILLIS_MAX: u64 = 60_000;

/// Whether a call sends a form, which must come in one piece.
pub(crate) fn takes_form(path: &str) -> bool {
    matches!(
        path,
        "/cgi-bin/material/add_material" | "/cgi-bin/media/uploadimg"
    )
}

pub(super) fn add(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    // Left out, it was answered as an unknown id.
    let kind = asked.parameter("type").ok_or_else(Refusal::unknown_id)?;
    let parts = form::parts(asked)?;
    let (name, file) = media(&parts)?;
    let allowed: &[&str] = match kind {
        "image" => &["bmp", "png", "jpeg", "jpg", "gif"],
        "voice" => &["mp3", "wma", "wav", "amr"],
        "video" => &["mp4"],
        "thumb" => &["jpg"],
        _ => return Err(Refusal::of(40004)),
    };
    let extension = extension(&name, allowed)?;
    if file.is_empty() {
        return Err(Refusal::of(44001));
    }
    let (bytes_max, too_large, not_so) = match kind {
        "image" => (IMAGE_MAX, 40009, 40137),
        "voice" => (VOICE_MAX, 40010, 40005),
        "video" => (VIDEO_MAX, 40011, 40005),
        _ => (THUMB_MAX, 40012, 40137),
    };
    if file.len() > bytes_max {
        return Err(Refusal::of(too_large));
    }
    if !is_what_it_says(extension, &file) {
        return Err(Refusal::of(not_so));
    }
    let account = &mut *state.account_to_serve();
    let held = match kind {
        "voice" => account.voices.len(),
        "video" => account.videos.len(),
        _ => account.images.len(),
    };
    if held >= account.room(kind) {
        return Err(Refusal::of(45034));
    }
    let mut answer = match kind {
        "voice" => {
            if played_millis(&file).is_some_and(|millis| millis > VOICE_MILLIS_MAX) {
                return Err(Refusal::of(45007));
            }
            json!({"media_id": account.take_voice(&name, file)})
        }
        "video" => {
            let (title, introduction) = description(&parts)?;
            json!({"media_id": account.take_video(&title, &introduction, file)})
        }
        _ => {
            let (media_id, url) = account.take_image(&name, file, state.clock.seconds());
            json!({"media_id": media_id, "url": url})
        }
    };
    answer["item"] = json!([]);
    Ok(Answer::Json(answer))
}

/// A picture for articles, which is not of the library.
pub(super) fn article_picture(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let (name, file) = media(&form::parts(asked)?)?;
    let extension = extension(&name, &["jpg", "jpeg", "png"])?;
    if file.is_empty() {
        return Err(Refusal::of(44001));
    }
    if !is_what_it_says(extension, &file) {
        return Err(Refusal::of(40005));
    }
    if file.len() >= ARTICLE_PICTURE_MAX {
        return Err(Refusal::of(40009));
    }
    let url = state.account_to_serve().take_article_picture(&file);
    Ok(Answer::Json(json!({"url": url})))
}

pub(super) fn delete(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let id = asked.text("media_id")?.ok_or_else(|| Refusal::of(41006))?;
    let account = &mut *state.account_to_serve();
    if account.quirks.has(Quirk::InMenu) && account.images().any(|image| image.media_id == id) {
        return Err(Refusal::of(48005));
    }
    // The draft box and what is published have calls of their own.
    let is_material = account.images().any(|it| it.media_id == id)
        || account.voices().any(|it| it.media_id == id)
        || account.videos().any(|it| it.media_id == id)
        || account.news().any(|it| it.id == id);
    if !is_material || !account.remove(&id) {
        return Err(Refusal::unknown_id());
    }
    Ok(done())
}

pub(super) fn done() -> Answer {
    Answer::Json(json!({"errcode": 0, "errmsg": "ok"}))
}

/// The file and its name. Names that are not ASCII lose the file.
fn media(parts: &[Part]) -> Result<(String, Bytes), Refusal> {
    let part = parts.iter().find(|part| part.name == "media");
    let part = part.ok_or_else(|| Refusal::of(41005))?;
    let name = part
        .filename
        .as_ref()
        .filter(|name| !name.is_empty() && name.is_ascii())
        .and_then(|name| String::from_utf8(name.clone()).ok())
        .ok_or_else(|| Refusal::of(41005))?;
    if name.contains(['/', '\\']) {
        return Err(Refusal::of(47001));
    }
    Ok((name, part.body.clone()))
}

/// The extension, in lower case and one of those.
fn extension<'a>(name: &str, allowed: &[&'a str]) -> Result<&'a str, Refusal> {
    let found = name.rsplit_once('.').map(|(_, extension)| extension);
    let allowed = allowed.iter().find(|allowed| Some(**allowed) == found);
    allowed.copied().ok_or_else(|| Refusal::of(40113))
}

fn is_what_it_says(extension: &str, file: &[u8]) -> bool {
    let at = |offset: usize, magic: &[u8]| {
        file.get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    match extension {
        "jpg" | "jpeg" => at(0, b"\xff\xd8\xff"),
        "png" => at(0, b"\x89PNG"),
        "gif" => at(0, b"GIF8"),
        "bmp" => at(0, b"BM"),
        "mp3" => at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3"),
        "amr" => at(0, b"#!AMR\n"),
        "wav" => at(0, b"RIFF"),
        "wma" => at(0, b"\x30\x26\xb2\x75"),
        _ => at(4, b"ftyp"),
    }
}

/// A video's title and introduction, in a part of their own.
fn description(parts: &[Part]) -> Result<(String, String), Refusal> {
    let part = parts.iter().find(|part| part.name == "description");
    let part = part.ok_or_else(|| Refusal::of(40005))?;
    refuse_escapes(&part.body)?;
    let told: Value = serde_json::from_slice(&part.body).map_err(|_| Refusal::of(47001))?;
    let text = |name: &str| told.get(name).and_then(Value::as_str).map(str::to_owned);
    let title = text("title").filter(|title| !title.is_empty());
    Ok((
        title.ok_or_else(|| Refusal::of(45003))?,
        text("introduction").ok_or_else(|| Refusal::of(40005))?,
    ))
}

/// Text must be sent as it is: `\uXXXX` is refused.
pub(super) fn refuse_escapes(json: &[u8]) -> Result<(), Refusal> {
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' && bytes.next() == Some(&b'u') {
            return Err(Refusal::of(40033));
        }
    }
    Ok(())
}

impl Account {
    /// How many things of a kind the library takes.
    fn room(&self, kind: &str) -> usize {
        match kind {
            "voice" => self.rooms.voices,
            "video" => self.rooms.videos,
            _ => self.rooms.images,
        }
    }
}
