//! A `multipart/form-data` body, read as strictly as the real server reads it.

use axum::body::Bytes;

use crate::api::Asked;
use crate::api::Refusal;

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// As it stands between the quotes; `None` where there is no `filename`.
    pub(super) filename: Option<Vec<u8>>,
    pub(super) body: Bytes,
}

/// The parts of a form. Where it cannot be read, the file is missing.
pub(super) fn parts(asked: &Asked) -> Result<Vec<Part>, Refusal> {
    let missing = || Refusal::of(41005);
    let boundary = asked
        .header("content-type")
        .and_then(|kind| kind.strip_prefix("multipart/form-data;"))
        .and_then(|rest| rest.trim().strip_prefix("boundary="))
        // In quotes it was refused.
        .filter(|boundary| !boundary.is_empty() && !boundary.contains('"'))
        .ok_or_else(missing)?;
    let delimiter = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut at = find(&asked.body, &delimiter, 0).ok_or_else(missing)? + delimiter.len();
    loop {
        let rest = &asked.body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if !rest.starts_with(b"\r\n") {
            return Err(missing());
        }
        let head_end = find(&asked.body, b"\r\n\r\n", at).ok_or_else(missing)?;
        let body_start = head_end + 4;
        let next = [b"\r\n", &delimiter[..]].concat();
        let body_end = find(&asked.body, &next, body_start).ok_or_else(missing)?;
        let disposition = disposition(&asked.body[at + 2..head_end]).ok_or_else(missing)?;
        parts.push(Part {
            name: value(disposition, b"name=\"")
                .and_then(|name| String::from_utf8(name).ok())
                .ok_or_else(missing)?,
            filename: value(disposition, b"filename=\""),
            body: asked.body.slice(body_start..body_end),
        });
        at = body_end + next.len();
    }
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let found = bytes.get(from..)?.windows(what.len());
    found
        .into_iter()
        .position(|window| window == what)
        .map(|at| from + at)
}

fn disposition(head: &[u8]) -> Option<&[u8]> {
    let key = b"content-disposition:";
    head.split(|byte| *byte == b'\n')
        .find(|line| line.to_ascii_lowercase().starts_with(key))
        .map(|line| &line[key.len()..])
}

/// The quoted value behind `; name="`.
fn value(line: &[u8], start: &[u8]) -> Option<Vec<u8>> {
    let at = (0..)
        .zip(line.windows(start.len()))
        .find_map(|(at, window)| {
            // `name=` also ends `filename=`.
            let is_own = at == 0 || line[at - 1] == b' ' || line[at - 1] == b';';
            (window == start && is_own).then_some(at + start.len())
        })?;
    let len = line[at..].iter().position(|byte| *byte == b'"')?;
    Some(line[at..at + len].to_vec())
}
