//! Faults at work: each function spoils one stage of an answer.

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header;
use serde_json::Value;
use serde_json::json;

use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::cdn;
use crate::faults::Fault;
use crate::reply::Manner;
use crate::reply::Reply;
use crate::samples::Source;
use crate::seed::Seed;
use crate::state::State;

/// Marks that become raw bytes once the JSON is text. Nothing else uses them.
const CONTROL: &str = "\u{e008}";
const CUT_EMOJI: &str = "\u{e0f0}";

/// The answer, from `honest` where no fault stands in its place, and how it
/// is sent.
pub(crate) fn reply(faults: &[Fault], asked: &Asked, honest: impl FnOnce() -> Reply) -> Reply {
    let mut reply = faults
        .iter()
        .find_map(|fault| instead(fault, asked))
        .unwrap_or_else(honest);
    let len = reply.body.len();
    for fault in faults {
        if let Fault::Date(date) = fault {
            reply = reply.with(header::DATE, date);
        }
        match *fault {
            Fault::ResetAfter(at) => reply.manner = Manner::ResetAt(at.min(len)),
            Fault::Cut => reply.manner = Manner::CutAt(len / 2),
            Fault::CutAfter(at) => reply.manner = Manner::CutAt(at.min(len)),
            Fault::SilenceAfter(at) => reply.manner = Manner::SilentAt(at.min(len)),
            Fault::Slow { chunk_bytes, pause } => {
                reply.manner = Manner::Slow { chunk_bytes, pause }
            }
            Fault::WrongLength(error) => reply.length_error = Some(error),
            Fault::Chunked => reply.length_error = None,
            _ => {}
        }
    }
    reply
}

/// An answer that has nothing to do with what was asked.
fn instead(fault: &Fault, asked: &Asked) -> Option<Reply> {
    let redirect = |to: &str| Some(Reply::page(StatusCode::FOUND, "").with(header::LOCATION, to));
    match fault {
        Fault::Status(status) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some(Reply::page(status, "<html><body>error</body></html>"))
        }
        Fault::Redirect(to) => redirect(to),
        Fault::RedirectBy(status, to) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::FOUND);
            Some(Reply::page(status, "").with(header::LOCATION, to))
        }
        Fault::Moved if asked.parameter("moved").is_none() => redirect(&moved(asked)),
        Fault::RedirectLoop => redirect(&asked.target),
        Fault::Html => Some(cdn::page()),
        Fault::Empty => Some(Reply::new(
            StatusCode::OK,
            Some("text/plain"),
            Vec::new().into(),
        )),
        Fault::Placeholder => {
            let picture = cdn::placeholder();
            Some(Reply::new(
                StatusCode::OK,
                Some("image/png"),
                picture.source(),
            ))
        }
        Fault::Body(bytes) => {
            let body = Source::from(Bytes::from(bytes.clone()));
            Some(Reply::new(StatusCode::OK, Some("text/plain"), body))
        }
        // A call whose connection is reset must not change the account.
        Fault::Reset => Some(Reply::page(StatusCode::OK, "")),
        _ => None,
    }
}

/// The same address with a mark that it was redirected to.
fn moved(asked: &Asked) -> String {
    let join = if asked.target.contains('?') { '&' } else { '?' };
    format!("{}{join}moved=1", asked.target)
}

/// What becomes of the token before the call is looked at.
pub(crate) fn tokens(faults: &[Fault], state: &State) {
    for fault in faults {
        match fault {
            Fault::TokenRevoked => state.tokens().revoke(),
            Fault::TokenRevokedInSecret => state.tokens().revoke_in_secret(),
            Fault::TokenExpired => state.tokens().expire(state.clock.seconds()),
            _ => {}
        }
    }
}

/// The request as a list that moved under it would understand it.
pub(crate) fn request(faults: &[Fault], asked: &Asked) -> Asked {
    let mut asked = asked.clone();
    if faults.contains(&Fault::RepeatedItem)
        && let Ok(mut body) = asked.json()
        && let Some(offset) = body.get("offset").and_then(Value::as_u64)
    {
        body["offset"] = json!(offset.saturating_sub(1));
        asked.body = body.to_string().into();
    }
    asked
}

/// The answer before it is text.
pub(crate) fn answer(faults: &[Fault], answer: Answer) -> Result<Answer, Refusal> {
    let Answer::Json(mut value) = answer else {
        return Ok(answer);
    };
    for fault in faults {
        match fault {
            Fault::ControlBytes => each_name(&mut value, &|name| name.insert_str(0, CONTROL)),
            Fault::BrokenUtf8 => each_name(&mut value, &|name| name.push_str(CUT_EMOJI)),
            Fault::MissingField(name) => drop_members(&mut value, name),
            Fault::StringNumbers => quote_numbers(&mut value),
            Fault::TotalDrift(drift) => {
                if let Some(total) = value.get("total_count").and_then(Value::as_i64) {
                    value["total_count"] = json!(total + drift);
                }
            }
            Fault::HugePage(bytes) => {
                let filler = Seed::new(0, "huge page", 0).filler(*bytes);
                value["padding"] = json!(String::from_utf8_lossy(&filler));
            }
            Fault::DoneButErrcode(code) => return Err(Refusal::of(*code)),
            Fault::PastEndRefused if is_past_end(&value) => return Err(Refusal::of(45164)),
            _ => {}
        }
    }
    Ok(Answer::Json(value))
}

/// The text of the answer, with what JSON cannot hold.
pub(crate) fn text(faults: &[Fault], text: Vec<u8>) -> Vec<u8> {
    let mut text = replace(text, CONTROL, b"\x08\n\x1f");
    // The first three bytes of four.
    text = replace(text, CUT_EMOJI, b"\xf0\x9f\x98");
    if faults.contains(&Fault::Bom) {
        text.splice(0..0, *b"\xef\xbb\xbf");
    }
    text
}

fn replace(text: Vec<u8>, mark: &str, bytes: &[u8]) -> Vec<u8> {
    let mark = mark.as_bytes();
    if !text.windows(mark.len()).any(|window| window == mark) {
        return text;
    }
    let mut replaced = Vec::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(mark) {
            replaced.extend(bytes);
            rest = after;
        } else {
            replaced.push(*first);
            rest = after;
        }
    }
    replaced
}

fn each_name(value: &mut Value, change: &dyn Fn(&mut String)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "name" || name == "title" => change(text),
                    other => each_name(other, change),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_name(item, change)),
        _ => {}
    }
}

fn drop_members(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            members.shift_remove(name);
            members
                .values_mut()
                .for_each(|member| drop_members(member, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| drop_members(item, name)),
        _ => {}
    }
}

fn quote_numbers(value: &mut Value) {
    match value {
        Value::Object(members) => members.values_mut().for_each(quote_numbers),
        Value::Array(items) => items.iter_mut().for_each(quote_numbers),
        Value::Number(number) => *value = Value::String(number.to_string()),
        _ => {}
    }
}

fn is_past_end(page: &Value) -> bool {
    let empty = page
        .get("item")
        .and_then(Value::as_array)
        .is_some_and(Vec::is_empty);
    empty && page.get("total_count").and_then(Value::as_u64) > Some(0)
}
