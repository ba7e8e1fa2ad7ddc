//! Tokens: asked for once, renewed together, forced once, never shown.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::server::{Reply, Script};
use super::{Bench, SECRET, TOKEN, TOKEN_2};
use crate::wechat::{Class, Credential, Issued};

const COUNTS: &str = r#"{"voice_count":0,"video_count":2,"image_count":12,"news_count":0}"#;
const REFUSED: &str = r#"{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest rid: 1-2-3"}"#;
const TOKEN_PATH: &str = "/cgi-bin/stable_token";
const COUNT_PATH: &str = "/cgi-bin/material/get_materialcount";

fn grant(token: &str, expires_in: u64) -> Reply {
    Reply::json(&json!({"access_token": token, "expires_in": expires_in}).to_string())
}

fn force_flags(bench: &Bench) -> Vec<Value> {
    let seen = bench.server.seen();
    let tokens = seen.iter().filter(|seen| seen.line.ends_with(TOKEN_PATH));
    tokens
        .map(|seen| serde_json::from_str::<Value>(&seen.body).unwrap()["force_refresh"].clone())
        .collect()
}

#[tokio::test]
async fn sixteen_calls_share_one_token_of_normal_mode() {
    let script = Script::default()
        .on(TOKEN_PATH, [grant(TOKEN, 345)])
        .on(COUNT_PATH, [Reply::json(COUNTS)]);
    let bench = Bench::start(script).await;
    let calls = (0..16).map(|_| bench.client.material_counts());
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|counts| counts.is_ok())
    );

    let seen = bench.server.seen();
    assert_eq!((seen.len(), bench.server.count(TOKEN_PATH)), (17, 1));
    assert_eq!(seen[0].line, format!("POST {TOKEN_PATH}"));
    assert_eq!(
        serde_json::from_str::<Value>(&seen[0].body).unwrap(),
        json!({
            "grant_type": "client_credential",
            "appid": "wx0123456789abcdef",
            "secret": SECRET,
            "force_refresh": false,
        })
    );
    for call in &seen[1..] {
        assert_eq!(call.line, format!("GET {COUNT_PATH}?access_token={TOKEN}"));
    }
}

#[tokio::test]
async fn a_token_that_dies_under_four_calls_is_renewed_once_for_all() {
    let script = Script::default()
        .on(TOKEN_PATH, [grant(TOKEN, 7200), grant(TOKEN_2, 7200)])
        .on(
            COUNT_PATH,
            [
                Reply::json(REFUSED),
                Reply::json(REFUSED),
                Reply::json(REFUSED),
                Reply::json(REFUSED),
                Reply::json(COUNTS),
            ],
        )
        .together(4);
    let bench = Bench::start(script).await;
    let calls = (0..4).map(|_| bench.client.material_counts());
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|counts| counts.is_ok())
    );
    assert_eq!(force_flags(&bench), [false, false]);
    assert_eq!(bench.server.count(COUNT_PATH), 8);
    let last = bench.server.seen().pop().unwrap();
    assert!(last.line.ends_with(TOKEN_2));
}

#[tokio::test]
async fn a_token_that_stays_refused_is_forced_once_a_run_and_then_a_person_must_act() {
    let script = Script::default()
        .on(TOKEN_PATH, [grant(TOKEN, 7200)])
        .on(COUNT_PATH, [Reply::json(REFUSED)]);
    let bench = Bench::start(script).await;
    let error = bench.client.material_counts().await.unwrap_err();
    assert_eq!(
        (
            error.class(),
            error.errcode(),
            error.attempts(),
            error.rid()
        ),
        (Class::Account, Some(40001), 3, Some("1-2-3"))
    );
    assert_eq!(force_flags(&bench), [false, false, true]);

    let error = bench.client.material_counts().await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Account, 2));
    assert_eq!(force_flags(&bench), [false, false, true, false]);
    let forced = bench.events();
    let forced = forced.iter().filter(|line| line.contains("token_forced"));
    assert_eq!(forced.count(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_found_out_by_one_call_for_all_who_wait() {
    for errcode in [40001, 40125, 40164] {
        let refused = json!({"errcode": errcode, "errmsg": "invalid ip 47.94.148.108, no"});
        let script = Script::default().on(TOKEN_PATH, [Reply::json(&refused.to_string())]);
        let bench = Bench::start(script).await;
        let calls = (0..16).map(|_| bench.client.draft_count());
        for result in join_all(calls).await {
            let error = result.unwrap_err();
            assert_eq!(
                (error.at(), error.class(), error.errcode()),
                ("stable_token", Class::Account, Some(errcode))
            );
        }
        assert!(bench.client.connect().await.is_err());
        assert_eq!(bench.server.lines(), [format!("POST {TOKEN_PATH}")]);
    }
}

/// A token that is issued elsewhere: the first, then what is told when it is
/// asked for again, one after the other. Counts how often that is.
fn issued(first: &str, later: &[&'static str]) -> (Credential, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, later) = (Arc::clone(&asked), later.to_owned());
    let again = move || {
        let nth = count.fetch_add(1, Ordering::SeqCst);
        let token = later.get(nth).ok_or("the service is not there")?;
        Ok((*token).into())
    };
    let issued = Issued {
        token: first.into(),
        again: Arc::new(again),
    };
    (Credential::Token(issued), asked)
}

#[tokio::test]
async fn a_token_that_is_all_there_is_is_never_renewed() {
    let script = Script::with_token().on(COUNT_PATH, [Reply::json(REFUSED)]);
    let bench = Bench::start_with(script, |options| {
        options.credential = Credential::Token(SecretString::from("GIVEN").into());
    })
    .await;
    assert!(bench.client.connect().await.is_ok());
    let error = bench.client.material_counts().await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::Account, 1));
    let seen = bench.server.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].line, format!("GET {COUNT_PATH}?access_token=GIVEN"));
}

#[tokio::test]
async fn an_issuer_is_asked_once_for_all_whose_token_was_refused() {
    let refusals = [REFUSED, REFUSED, REFUSED, REFUSED, COUNTS].map(Reply::json);
    let script = Script::with_token().on(COUNT_PATH, refusals).together(4);
    let (credential, asked) = issued("FIRST", &["SECOND"]);
    let bench = Bench::start_with(script, |options| options.credential = credential).await;
    let calls = (0..4).map(|_| bench.client.material_counts());
    let answers = join_all(calls).await;
    assert!(answers.into_iter().all(|counts| counts.is_ok()));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(bench.server.count(TOKEN_PATH), 0);
    let last = bench.server.seen().pop().unwrap();
    assert_eq!(last.line, format!("GET {COUNT_PATH}?access_token=SECOND"));
    let secrets = bench.client.secrets();
    let secrets: Vec<&str> = secrets.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(secrets, ["FIRST", "SECOND"]);
}

#[tokio::test]
async fn a_long_run_asks_the_issuer_as_often_as_a_token_ends() {
    let replies = [REFUSED, COUNTS, REFUSED, COUNTS].map(Reply::json);
    let script = Script::with_token().on(COUNT_PATH, replies);
    let (credential, asked) = issued("FIRST", &["SECOND", "THIRD"]);
    let bench = Bench::start_with(script, |options| options.credential = credential).await;
    for times in [1, 2] {
        assert!(bench.client.material_counts().await.is_ok());
        assert_eq!(asked.load(Ordering::SeqCst), times);
    }
}

#[tokio::test]
async fn an_issuer_that_knows_no_better_needs_a_person() {
    for (later, times, told) in [
        (&["FIRST"][..], 1, false),
        (&["SECOND", "THIRD"], 1, false),
        (&[], 1, true),
    ] {
        let script = Script::with_token().on(COUNT_PATH, [Reply::json(REFUSED)]);
        let (credential, asked) = issued("FIRST", later);
        let bench = Bench::start_with(script, |options| options.credential = credential).await;
        let error = bench.client.material_counts().await.unwrap_err();
        assert_eq!(
            (error.class(), error.errcode()),
            (Class::Account, Some(40001))
        );
        assert_eq!(asked.load(Ordering::SeqCst), times, "{later:?}");
        let events = bench.events();
        let is_told = events.iter().any(|line| line.contains("token_not_issued"));
        assert_eq!(is_told, told, "{later:?}");
        assert_eq!(bench.server.count(TOKEN_PATH), 0);
    }
}

#[tokio::test]
async fn neither_secret_nor_token_is_in_anything_that_comes_out() {
    let echo = format!("you sent {TOKEN} and {SECRET} and s3cret%2B%2Fof-the-account");
    let failures = [
        Reply::json(&json!({"errcode": 40007, "errmsg": echo}).to_string()),
        Reply::json(&json!({"errcode": 40001, "errmsg": echo}).to_string()),
        Reply::json(&json!({"errcode": 45009, "errmsg": echo}).to_string()),
        Reply::status("500 Oops", &[]),
        Reply::status("302 Found", &[&format!("Location: /?access_token={TOKEN}")]),
        Reply::reset(),
        Reply::json(COUNTS).cut(5),
        Reply::json(COUNTS).cut(5).then_reset(),
        Reply::json("<html>"),
    ];
    for failure in failures {
        let script = Script::with_token().on(COUNT_PATH, [failure]);
        let bench = Bench::start(script).await;
        let error = bench.client.material_counts().await.unwrap_err();
        let output = bench.output(&error);
        for hidden in [TOKEN, "s3cret", "access_token="] {
            assert!(!output.contains(hidden), "{hidden} in {output}");
        }
    }
}

#[tokio::test]
async fn the_secret_and_all_tokens_are_known_to_whoever_searches_for_them() {
    let script = Script::with_token();
    let bench = Bench::start(script).await;
    bench.client.connect().await.unwrap();
    let secrets = bench.client.secrets();
    let secrets: Vec<&str> = secrets
        .iter()
        .map(secrecy::ExposeSecret::expose_secret)
        .collect();
    assert_eq!(secrets, [SECRET, TOKEN]);
    let spellings = bench.client.secret_spellings();
    for spelling in [
        SECRET,
        TOKEN,
        "s3cret%2B%2Fof-the-account",
        "VE9LRU5fb25lLTE=",
    ] {
        assert!(
            spellings
                .iter()
                .any(|known| known.expose_secret() == spelling),
            "{spelling}"
        );
    }
}
