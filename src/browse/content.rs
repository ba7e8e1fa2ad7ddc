//! The bytes of an entry as the body of an answer, read while they are sent.
//!
//! What is read to its end is checked against its CRC-32. A short entry is read
//! before a word of the answer is said, so that a damaged page is an error and
//! not half a page; a long one breaks off, and the browser sees that it is cut.
//! A part from the middle has no checksum to be held against.

use std::error::Error;
use std::io::{self, Read};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use tokio::sync::mpsc;

use crate::browse::Shared;
use crate::browse::answer::{Form, unreadable, with_form};
use crate::browse::range::{self, Wanted};
use crate::event::Event;
use crate::html;
use crate::model::EntryPath;

/// The longest entry that is read before its answer begins.
const SHORT_BYTES_MAX: u64 = 1 << 20;

const CHUNK_BYTES: usize = 128 << 10;

/// Chunks that wait for a slow browser.
const CHUNKS_AHEAD: usize = 2;

/// The longest file of rows: one of ours has 1 MiB and the row of one article.
const SCRIPT_BYTES_MAX: u64 = 64 << 20;

/// Whether a script of an archive may run: it is the script of the pages, or
/// a file of rows, which does nothing but hand them over. Whoever made the
/// archive may have put any other there.
pub(super) async fn is_our_script(shared: &Arc<Shared>, path: &EntryPath, bytes: u64) -> bool {
    if bytes > SCRIPT_BYTES_MAX {
        return false;
    }
    let (shared, path) = (Arc::clone(shared), path.clone());
    let judge = move || {
        let script = shared.library.archive.read(&path, SCRIPT_BYTES_MAX);
        script.is_ok_and(|script| {
            script == html::VIEW_SCRIPT.as_bytes() || html::is_row_file(&script)
        })
    };
    tokio::task::spawn_blocking(judge).await.unwrap_or_default()
}

/// The longest page of an archive that is looked at.
const PAGE_BYTES_MAX: u64 = 64 << 20;

/// Whether a page of an archive does nothing by itself: it names nothing that acts
/// like a header of its answer, but for the policy of ours, word for word at its
/// place: a refresh leads elsewhere by itself.
pub(super) async fn stays_here(shared: &Arc<Shared>, path: &EntryPath, bytes: u64) -> bool {
    if bytes > PAGE_BYTES_MAX {
        return false;
    }
    let (shared, path) = (Arc::clone(shared), path.clone());
    let judge = move || {
        let page = shared.library.archive.read(&path, PAGE_BYTES_MAX);
        page.is_ok_and(|page| names_no_header(&page))
    };
    tokio::task::spawn_blocking(judge).await.unwrap_or_default()
}

fn names_no_header(page: &[u8]) -> bool {
    const NAME: &[u8] = b"http-equiv";
    // A mark of another encoding beats what the answer says.
    let is_html = page.starts_with(b"<!doctype html>") || page.starts_with(b"<!DOCTYPE html>");
    let rest = html::behind_policy(page).unwrap_or(page);
    let is_named = rest
        .windows(NAME.len())
        .any(|window| window.eq_ignore_ascii_case(NAME));
    is_html && !is_named
}

/// The answer to `HEAD`, which knows no ranges.
pub(super) fn head(bytes: u64, form: Form) -> Response {
    sized(StatusCode::OK, form, bytes, Body::empty())
}

/// An entry of `bytes` bytes, or the part of it that `range` asks for.
pub(super) async fn entry(
    shared: &Arc<Shared>,
    path: EntryPath,
    bytes: u64,
    form: Form,
    range: Option<&str>,
) -> Response {
    match range::wanted(range, bytes) {
        Wanted::Nothing => {
            let mut answer = sized(StatusCode::RANGE_NOT_SATISFIABLE, form, 0, Body::empty());
            say_range(&mut answer, &format!("bytes */{bytes}"));
            answer
        }
        Wanted::All => whole(shared, path, bytes)
            .await
            .map_or_else(unreadable, |body| sized(StatusCode::OK, form, bytes, body)),
        Wanted::Part {
            start,
            bytes: wanted,
        } => {
            let body = if wanted == bytes {
                whole(shared, path, bytes).await
            } else {
                Some(streamed(shared, path, Some((start, wanted))))
            };
            let Some(body) = body else {
                return unreadable();
            };
            let mut answer = sized(StatusCode::PARTIAL_CONTENT, form, wanted, body);
            let last = start + wanted - 1;
            say_range(&mut answer, &format!("bytes {start}-{last}/{bytes}"));
            answer
        }
    }
}

/// All of an entry; `None` where it is short and damaged.
async fn whole(shared: &Arc<Shared>, path: EntryPath, bytes: u64) -> Option<Body> {
    if bytes > SHORT_BYTES_MAX {
        return Some(streamed(shared, path, None));
    }
    let shared = Arc::clone(shared);
    let read = move || match shared.library.archive.read(&path, SHORT_BYTES_MAX) {
        Ok(bytes) => Some(Body::from(bytes)),
        Err(error) => {
            tell(&shared, &path, &error);
            None
        }
    };
    tokio::task::spawn_blocking(read).await.ok()?
}

/// An entry, or so many bytes of it from there on, in chunks. A browser that
/// goes away ends the reading.
fn streamed(shared: &Arc<Shared>, path: EntryPath, part: Option<(u64, u64)>) -> Body {
    let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
    let shared = Arc::clone(shared);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = send(&shared, &path, part, &sender) {
            tell(&shared, &path, &error);
            let _ = sender.blocking_send(Err(error));
        }
    });
    let chunks = futures::stream::unfold(receiver, |mut receiver| async {
        let chunk = receiver.recv().await?;
        Some((chunk, receiver))
    });
    Body::from_stream(chunks)
}

fn send(
    shared: &Shared,
    path: &EntryPath,
    part: Option<(u64, u64)>,
    sender: &mpsc::Sender<io::Result<Bytes>>,
) -> io::Result<()> {
    let archive = &shared.library.archive;
    let entry = archive.entry(path).ok_or(io::ErrorKind::NotFound)?;
    let mut reader: Box<dyn Read + '_> = match part {
        None => Box::new(archive.reader(entry)),
        Some((start, bytes)) => archive.part(entry, start, bytes)?,
    };
    // The last chunk waits for the word of the checksum: once it is sent, the
    // browser takes the file for whole.
    let mut last = None;
    loop {
        let mut chunk = vec![0; CHUNK_BYTES];
        let bytes = match reader.read(&mut chunk) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        chunk.truncate(bytes);
        let before = last.replace(Bytes::from(chunk));
        let is_gone = before.is_some_and(|chunk| sender.blocking_send(Ok(chunk)).is_err());
        if bytes == 0 || is_gone {
            return Ok(());
        }
    }
}

fn tell(shared: &Shared, path: &EntryPath, error: &(dyn Error + 'static)) {
    shared.observer.event(&Event::Warning {
        code: "unreadable_entry",
        about: path.as_str(),
        message: &crate::error::chain(error),
    });
}

fn sized(status: StatusCode, form: Form, bytes: u64, body: Body) -> Response {
    let mut answer = with_form(status, form, body);
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer
}

fn say_range(answer: &mut Response, range: &str) {
    // Numbers and a slash are a header's value.
    if let Ok(range) = HeaderValue::try_from(range) {
        answer.headers_mut().insert(header::CONTENT_RANGE, range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_acts_like_a_header_is_none_of_ours() {
        let refresh = "<meta http-equiv=refresh content='0;url=https://evil.example/'>";
        let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'\">";
        let top = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n";
        let ours = format!("{top}{policy}\n<title>T</title>\n");
        assert!(names_no_header(ours.as_bytes()));
        assert!(names_no_header(b"<!doctype html><p>quiet"));
        for odd in [
            format!("{ours}{refresh}"),
            format!("{ours}<META\nHTTP-Equiv = 'refresh'>"),
            format!("{top}{refresh}\n<title>T</title>\n"),
            format!("{refresh}{ours}"),
            format!("<!doctype html>{refresh}"),
            // Ours, but not where nothing stands before it.
            format!("<!DOCTYPE html>\n<p>{policy}\n"),
            ours.replace("style-src 'unsafe-inline'", "script-src *"),
            ours.replace("Content-Security-Policy", "refresh"),
        ] {
            assert!(!names_no_header(odd.as_bytes()), "{odd}");
        }
        // In an encoding in which nobody finds a word.
        let hidden: Vec<u8> = [0xfeff_u16]
            .into_iter()
            .chain(ours.encode_utf16())
            .flat_map(u16::to_be_bytes)
            .collect();
        assert!(!names_no_header(&hidden));
    }
}
