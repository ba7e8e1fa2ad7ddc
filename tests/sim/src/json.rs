//! JSON as the server writes it.

use std::io::Write;

use axum::http::StatusCode;
use axum::http::header;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::reply::Reply;

/// Shorter answers were never seen compressed.
const GZIP_MIN: usize = 512;

/// Raw UTF-8; slashes, which occur in strings only, escaped or not.
pub(crate) fn text(value: &Value, escaped_slashes: bool) -> Vec<u8> {
    let text = value.to_string();
    if escaped_slashes {
        return text.replace('/', "\\/").into_bytes();
    }
    text.into_bytes()
}

/// JSON is `text/plain` here, be it an answer or an error.
pub(crate) fn reply(text: Vec<u8>, gzip: bool) -> Reply {
    if !gzip || text.len() < GZIP_MIN {
        return Reply::new(StatusCode::OK, Some("text/plain"), text.into());
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&text).expect("a vector takes every byte");
    let packed = packed.finish().expect("a vector takes every byte");
    Reply::new(StatusCode::OK, Some("text/plain"), packed.into())
        .with(header::CONTENT_ENCODING, "gzip")
}

/// A name as it stands between the quotes of a header.
pub(crate) fn header_text(name: &str) -> String {
    name.replace(|letter: char| letter.is_control() || letter == '"', "_")
}
