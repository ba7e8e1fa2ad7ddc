//! Pictures, voices, videos and pages: what lists and articles name by
//! address.

use axum::http::StatusCode;
use axum::http::header;

use crate::account::Account;
use crate::api::Asked;
use crate::quirks::Quirk;
use crate::reply::Reply;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Source;

const HTML: &str = "<!DOCTYPE html><html><head><title>视频</title></head><body><div id=\"js_content\">请在微信客户端打开链接。</div></body></html>";

/// What a picture's address gives to foreign pages: "not to be quoted".
pub fn placeholder() -> Picture {
    Picture {
        cells: (17, 17),
        ..Picture::new(PictureKind::Png, 140)
    }
}

/// Pictures and voices.
pub(crate) fn media(asked: &Asked, account: &Account) -> Reply {
    if asked.path == "/voice/getvoice" {
        let sound = asked
            .parameter("mediaid")
            .and_then(|id| account.shelf.sound(id));
        return match sound {
            Some(sound) => file(sound.source(), "audio/mp3"),
            None => missing(),
        };
    }
    let path = asked.path.trim_start_matches('/');
    let uploaded = path
        .rsplit_once('/')
        .and_then(|(key, _)| account.shelf.file(key));
    if let Some(bytes) = uploaded
        && !refused_by_referer(asked, account)
    {
        return file(Source::from(bytes.clone()), picture_type(bytes));
    }
    let found = account
        .shelf
        .picture(path)
        .map(|picture| (path, picture, "0"));
    let sized = || {
        let (key, size) = path.rsplit_once('/')?;
        Some((key, account.shelf.picture(key)?, size))
    };
    let Some((key, picture, size)) = found.or_else(sized) else {
        return missing();
    };
    if refused_by_referer(asked, account) {
        let picture = placeholder();
        return file(picture.source(), picture.kind.content_type());
    }
    let mut picture = match size {
        "0" => picture.clone(),
        "640" => picture.shrunk(2),
        _ => picture.shrunk(4),
    };
    let drawn = picture.kind == PictureKind::Svg;
    if asked.parameter("tp") == Some("webp") && !drawn && account.quirks.has(Quirk::WebpOnRequest) {
        picture = picture.as_webp();
    }
    if account.quirks.has(Quirk::CdnRecodes) && account.shelf.is_library(key) {
        picture.size_bytes = picture.source().len() + 64;
    }
    file(picture.source(), picture.kind.content_type())
}

fn picture_type(bytes: &[u8]) -> &'static str {
    match bytes.first() {
        Some(0xff) => "image/jpeg",
        Some(b'G') => "image/gif",
        Some(b'B') => "image/bmp",
        _ => "image/png",
    }
}

/// Neither validators nor ranges: none were ever seen.
fn file(source: Source, content_type: &str) -> Reply {
    Reply::new(StatusCode::OK, Some(content_type), source)
        .with(header::CACHE_CONTROL, "max-age=2592000")
}

pub(crate) fn missing() -> Reply {
    Reply::page(
        StatusCode::NOT_FOUND,
        "<html><body>404 Not Found</body></html>",
    )
}

/// A page like those that stand where a file was expected.
pub(crate) fn page() -> Reply {
    Reply::page(StatusCode::OK, HTML)
}

fn refused_by_referer(asked: &Asked, account: &Account) -> bool {
    let own = |referer: &str| {
        let host = referer.split_once("://").map_or(referer, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or(host);
        host == "mp.weixin.qq.com"
    };
    match asked.header("referer") {
        Some(referer) => {
            !own(referer)
                && (account.quirks.has(Quirk::RefererPlaceholder)
                    || account.quirks.has(Quirk::RefererNeeded))
        }
        None => account.quirks.has(Quirk::RefererNeeded),
    }
}

/// A video file: `/vweixinp.tc.qq.com/<vid>.f10.mp4?vkey=...`.
pub(crate) fn video(asked: &Asked, account: &mut Account) -> Reply {
    let name = asked.path.rsplit('/').next().unwrap_or_default();
    let vid = name.trim_end_matches(".f10.mp4").to_owned();
    let Some(video) = account.videos.iter().find(|video| video.vid == vid) else {
        return missing();
    };
    let source = video.media().source();
    if asked.parameter("vkey") != Some(&account.vkey(&vid)) {
        return Reply::page(
            StatusCode::FORBIDDEN,
            "<html><body>403 Forbidden</body></html>",
        );
    }
    let first = account.met_videos.insert(vid);
    if first && account.quirks.has(Quirk::FreshVideoMissing) {
        return missing();
    }
    if account.quirks.has(Quirk::VideoHtml) {
        return page();
    }
    match asked
        .header("range")
        .and_then(|range| start_of(range, source.len()))
    {
        Some(start) => {
            let len = source.len();
            let range = format!("bytes {start}-{}/{len}", len - 1);
            Reply::new(
                StatusCode::PARTIAL_CONTENT,
                Some("video/mp4"),
                source.after(start),
            )
            .with(header::CONTENT_RANGE, range)
        }
        None => Reply::new(StatusCode::OK, Some("video/mp4"), source)
            .with(header::ACCEPT_RANGES, "bytes"),
    }
}

/// Of `bytes=N-`, the one form that resuming needs.
fn start_of(range: &str, len: u64) -> Option<u64> {
    let start = range
        .strip_prefix("bytes=")?
        .strip_suffix('-')?
        .parse()
        .ok()?;
    (start < len).then_some(start)
}
