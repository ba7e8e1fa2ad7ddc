//! The endpoints under `/cgi-bin/`: who may call them, and their answers.
//!
//! The checks run in the order in which the real server was seen to refuse:
//! method, token, permission, quota, then the request itself.

#![expect(
    clippy::unnecessary_wraps,
    reason = "all endpoints have one type, also those that refuse nothing"
)]

mod draft;
mod form;
mod material;
mod publish;
mod quota;
mod refusal;
mod request;
mod saving;
mod token;
mod upload;

pub(crate) use refusal::Refusal;
pub(crate) use refusal::Tail;
pub(crate) use request::Asked;
pub(crate) use request::query;
pub(crate) use upload::takes_form;

use axum::http::Method;
use serde_json::Value;
use serde_json::json;

use crate::calls::TokenSeen;
use crate::samples::Source;
use crate::state::State;

/// What an endpoint has to say.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    File(File),
}

/// A body that is no JSON.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) source: Source,
    pub(crate) content_type: Option<&'static str>,
    /// The name in `Content-disposition`.
    pub(crate) name: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Get,
    Post,
    /// A GET is answered as if its id were unknown.
    PostElseUnknown,
}

type Endpoint = fn(&Asked, &State) -> Result<Answer, Refusal>;

const ENDPOINTS: [(&str, Verb, Endpoint); 21] = [
    ("/cgi-bin/material/add_material", Verb::Post, upload::add),
    ("/cgi-bin/material/del_material", Verb::Post, upload::delete),
    (
        "/cgi-bin/media/uploadimg",
        Verb::Post,
        upload::article_picture,
    ),
    ("/cgi-bin/draft/add", Verb::Post, saving::add),
    ("/cgi-bin/draft/delete", Verb::Post, saving::delete),
    (
        "/cgi-bin/material/get_materialcount",
        Verb::Get,
        material::count,
    ),
    (
        "/cgi-bin/material/batchget_material",
        Verb::Post,
        material::list,
    ),
    (
        "/cgi-bin/material/get_material",
        Verb::PostElseUnknown,
        material::get,
    ),
    ("/cgi-bin/draft/count", Verb::Get, draft::count),
    ("/cgi-bin/draft/batchget", Verb::Post, draft::list),
    ("/cgi-bin/draft/get", Verb::Post, draft::get),
    ("/cgi-bin/draft/switch", Verb::Post, draft::switch),
    ("/cgi-bin/freepublish/batchget", Verb::Post, publish::list),
    ("/cgi-bin/freepublish/getarticle", Verb::Post, publish::get),
    ("/cgi-bin/openapi/quota/get", Verb::Post, quota::get),
    ("/cgi-bin/openapi/quota/clear", Verb::Post, quota::clear),
    ("/cgi-bin/clear_quota", Verb::Post, quota::clear),
    ("/cgi-bin/getcallbackip", Verb::Get, addresses),
    ("/cgi-bin/get_api_domain_ip", Verb::Get, addresses),
    ("/cgi-bin/stable_token", Verb::Post, token::stable),
    ("/cgi-bin/token", Verb::Get, token::plain),
];

/// Answers a call. `forced` is the refusal that a fault asks for: it stands
/// where the server would find out by itself, after the token.
pub(crate) fn answer(
    asked: &Asked,
    state: &State,
    forced: Option<Refusal>,
) -> Result<Answer, Refusal> {
    let Some((path, verb, endpoint)) = ENDPOINTS.into_iter().find(|(path, ..)| *path == asked.path)
    else {
        // The form without a token; it is refused like the other.
        if asked.path == "/cgi-bin/clear_quota/v2" {
            return quota::clear(asked, state);
        }
        return Err(Refusal::new(40066, "invalid url"));
    };
    match (verb, &asked.method) {
        (Verb::Get, &Method::GET) | (Verb::Post | Verb::PostElseUnknown, &Method::POST) => {}
        (Verb::Get, _) => return Err(Refusal::new(43001, "require GET method")),
        (Verb::Post, _) => return Err(Refusal::new(43002, "require POST method")),
        (Verb::PostElseUnknown, _) => return Err(Refusal::unknown_id()),
    }
    let is_token = path.ends_with("token");
    if !is_token {
        check_token(asked, state)?;
    }
    if let Some(refusal) = forced {
        return Err(refusal);
    }
    if !state.quotas().spend(path) {
        return Err(Refusal::new(45009, "reach max api daily quota limit"));
    }
    endpoint(asked, state)
}

fn check_token(asked: &Asked, state: &State) -> Result<(), Refusal> {
    let Some(token) = asked
        .parameter("access_token")
        .filter(|token| !token.is_empty())
    else {
        return Err(Refusal::new(41001, "access_token missing"));
    };
    match state.tokens().check(token, state.clock.seconds()) {
        (TokenSeen::Valid, _) => Ok(()),
        (_, code) => Err(Refusal::of(code)),
    }
}

fn addresses(_: &Asked, _: &State) -> Result<Answer, Refusal> {
    Ok(Answer::Json(
        json!({"ip_list": ["101.89.47.18", "101.91.34.103"]}),
    ))
}
