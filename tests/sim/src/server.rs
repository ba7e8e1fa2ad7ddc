//! The server: takes a request, lets the script have its way with it, and
//! answers.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::extract::State as Shared;
use axum::http::Response;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api;
use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::calls::Ending;
use crate::calls::Resource;
use crate::calls::TokenSeen;
use crate::calls::resource;
use crate::cdn;
use crate::faults::Fault;
use crate::json;
use crate::quirks::Quirk;
use crate::reply::Entry;
use crate::reply::Reply;
use crate::samples::Source;
use crate::script::Moment;
use crate::spoil;
use crate::state::State;
use crate::wire::Line;
use crate::wire::Port;

/// Larger than any request the API takes.
const REQUEST_MAX: usize = 64 << 20;

/// Serves until `stop` is sent or dropped.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    state: Arc<State>,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let app = Router::new().fallback(answer).with_state(state);
    let service = app.into_make_service_with_connect_info::<Line>();
    tokio::select! {
        served = axum::serve(Port(listener), service) => served,
        _ = stop => Ok(()),
    }
}

/// The address to bind to: any free port, or a given one, of this machine.
pub(crate) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

async fn answer(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let target = head
        .uri
        .path_and_query()
        .map_or_else(|| path.clone(), ToString::to_string);
    let query = api::query(&head.uri);
    let body = to_bytes(body, REQUEST_MAX).await;
    let state = match &body {
        Ok(body) => account_of(&state, &query, body),
        Err(_) => state,
    };
    let seq = state
        .log
        .begin(head.method.as_str(), &path, &query, &head.headers);
    let mut entry = Entry::new(Arc::clone(&state), seq, resource(&path));
    let Ok(body) = body else {
        return Reply::page(StatusCode::BAD_REQUEST, "").send(entry, line);
    };
    let asked = Asked {
        seq,
        method: head.method,
        path,
        target,
        query,
        headers: head.headers,
        body,
    };
    let token = asked
        .parameter("access_token")
        .map_or(TokenSeen::Absent, |token| {
            state.tokens().check(token, state.clock.seconds()).0
        });
    state.log.update(seq, |call| {
        call.body = asked.json().ok();
        call.token = token;
    });

    let gates = state.script().gates_of(&asked);
    for gate in gates {
        gate.pass(seq).await;
    }
    act(&state, &asked, Moment::BeforeAnswer);
    let faults = state.script().faults_of(&asked);
    state.log.update(seq, |call| {
        call.faults = faults.iter().map(|fault| format!("{fault:?}")).collect();
    });
    if faults.contains(&Fault::NoAnswer) {
        state.silence.pass(seq).await;
    }
    if faults.contains(&Fault::Reset) {
        line.reset();
        entry.ending = Some(Ending::Reset);
    }
    let reply = spoil::reply(&faults, &asked, || honest(&asked, &state, &faults));
    act(&state, &asked, Moment::AfterAnswer);
    reply.send(entry, line)
}

/// Whose call it is: a token says so, or the AppId of who asks for one.
fn account_of(state: &Arc<State>, query: &[(String, String)], body: &[u8]) -> Arc<State> {
    let parameter = |name: &str| {
        let found = query.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.clone())
    };
    let in_body = || {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        Some(body.get("appid")?.as_str()?.to_owned())
    };
    let token = parameter("access_token");
    let appid = parameter("appid").or_else(in_body);
    let neighbours = state.neighbours();
    let is_theirs = |theirs: &&Arc<State>| match &token {
        Some(token) => theirs.tokens().knows(token),
        None => appid.as_ref() == Some(&theirs.appid),
    };
    let theirs = neighbours.iter().find(is_theirs);
    Arc::clone(theirs.unwrap_or(state))
}

/// The account first, then the script: in this order a test takes them too.
fn act(state: &State, asked: &Asked, moment: Moment) {
    let account = &mut *state.account_to_serve();
    state.script().act(asked, moment, account);
}

/// What a call is answered with by all rules, and by the faults that are part
/// of the rules.
fn honest(asked: &Asked, state: &State, faults: &[Fault]) -> Reply {
    if let Some(fixture) = state.fixtures().get(&asked.path) {
        return Reply::new(
            StatusCode::OK,
            Some("text/plain"),
            Source::from(fixture.clone()),
        );
    }
    // A form in chunks is turned away before anyone looks at it.
    if api::takes_form(&asked.path) && asked.header("content-length").is_none() {
        return Reply::page(StatusCode::PRECONDITION_FAILED, "");
    }
    let forced = faults.iter().find_map(Fault::refusal);
    match resource(&asked.path) {
        Resource::Token | Resource::Api => {
            spoil::tokens(faults, state);
            let asked = &spoil::request(faults, asked);
            let answer = api::answer(asked, state, forced);
            let answer = answer.and_then(|answer| spoil::answer(faults, answer));
            told(answer, asked, state, faults)
        }
        media => match (forced, media) {
            (Some(refusal), _) => refused(&refusal, asked, state),
            (None, Resource::Cdn) => cdn::media(asked, &state.account_to_serve()),
            (None, Resource::VideoHost) => cdn::video(asked, &mut state.account_to_serve()),
            (None, _) => cdn::page(),
        },
    }
}

fn told(answer: Result<Answer, Refusal>, asked: &Asked, state: &State, faults: &[Fault]) -> Reply {
    match answer {
        Ok(Answer::Json(value)) => {
            let errcode = value.get("errcode").and_then(serde_json::Value::as_i64);
            state.log.update(asked.seq, |call| call.errcode = errcode);
            let (escaped, gzip) = {
                let account = state.account_to_serve();
                (
                    account.quirks.has(Quirk::EscapedSlashes),
                    account.quirks.has(Quirk::Gzip),
                )
            };
            let text = spoil::text(faults, json::text(&value, escaped));
            let accepted = asked
                .header("accept-encoding")
                .is_some_and(|it| it.contains("gzip"));
            json::reply(text, gzip && accepted)
        }
        Ok(Answer::File(file)) => {
            let reply = Reply::new(StatusCode::OK, file.content_type, file.source);
            match file.name {
                Some(name) => reply.with(
                    axum::http::header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{}\"", json::header_text(&name)),
                ),
                None => reply,
            }
        }
        Err(refusal) => refused(&refusal, asked, state),
    }
}

fn refused(refusal: &Refusal, asked: &Asked, state: &State) -> Reply {
    state
        .log
        .update(asked.seq, |call| call.errcode = Some(refusal.code));
    json::reply(refusal.json(state.seed, asked.seq).into_bytes(), false)
}
