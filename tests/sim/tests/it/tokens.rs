//! Tokens over HTTP; their rules have unit tests.

use std::time::Duration;

use serde_json::json;
use wechat_sim::Fault;
use wechat_sim::Sim;
use wechat_sim::Target;
use wechat_sim::TokenSeen;

use crate::http::Client;
use crate::http::get;
use crate::http::refused;
use crate::http::send;
use crate::http::stable_token;

#[test]
fn a_token_is_told_again_with_the_seconds_it_has_left() {
    let sim = Sim::builder().token_lifetime(345).start();
    let first = stable_token(&sim, false).json();
    assert_eq!(first["expires_in"], 345);
    sim.advance(Duration::from_secs(40));
    let again = stable_token(&sim, false).json();
    assert_eq!(again["access_token"], first["access_token"]);
    assert!((300..=305).contains(&again["expires_in"].as_u64().unwrap()));
    assert_eq!(sim.token_calls(), 2);
    assert_eq!(sim.force_refreshes(), 0);
}

#[test]
fn force_kills_the_token_at_once_and_is_counted() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let forced = stable_token(&sim, true).json();
    assert_ne!(forced["access_token"], client.token.as_str());
    assert_eq!(refused(&client.get("draft/count")).0, 40001);
    assert_eq!(sim.force_refreshes(), 1);
}

#[test]
fn the_old_endpoint_works_and_leaves_the_stable_token_alone() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let target = format!(
        "/cgi-bin/token?grant_type=client_credential&appid={}&secret={}",
        sim.appid(),
        sim.secret()
    );
    assert_eq!(get(&sim, &target).json()["expires_in"], 7200);
    assert_eq!(client.get("draft/count").json(), json!({"total_count": 0}));
    assert_eq!(sim.count("/cgi-bin/token"), 1);
}

#[test]
fn wrong_credentials_are_named() {
    let sim = Sim::builder().start();
    let ask = |body: &serde_json::Value| {
        refused(&send(
            &sim,
            "POST",
            "/cgi-bin/stable_token",
            &[],
            body.to_string().as_bytes(),
        ))
    };
    let body = |appid: &str, secret: &str| json!({"grant_type": "client_credential", "appid": appid, "secret": secret});
    assert_eq!(
        ask(&body("wx0", sim.secret())),
        (40013, "invalid appid".to_owned())
    );
    assert_eq!(
        ask(&body(sim.appid(), "0")),
        (40125, "invalid appsecret".to_owned())
    );
    assert_eq!(ask(&json!({"appid": sim.appid()})).0, 41004);
    assert_eq!(ask(&json!({"secret": "x"})).0, 41002);
    assert_eq!(ask(&json!({"appid": sim.appid(), "secret": "x"})).0, 40002);
    let form = format!("grant_type=client_credential&appid={}", sim.appid());
    let answer = send(&sim, "POST", "/cgi-bin/stable_token", &[], form.as_bytes());
    assert_eq!(refused(&answer).0, 47001);
    assert_eq!(refused(&get(&sim, "/cgi-bin/stable_token")).0, 43002);
}

#[test]
fn a_token_can_die_in_the_middle_of_a_run() {
    for (fault, code) in [(Fault::TokenRevoked, 40001), (Fault::TokenExpired, 42001)] {
        let sim = Sim::builder()
            .fault(fault, Target::path("/cgi-bin/draft/count").at(2))
            .start();
        let client = Client::new(&sim);
        assert_eq!(client.get("draft/count").json()["total_count"], 0);
        assert_eq!(refused(&client.get("draft/count")).0, code);
        let renewed = Client::new(&sim);
        assert_ne!(renewed.token, client.token);
        assert_eq!(renewed.get("draft/count").json()["total_count"], 0);
    }
}

#[test]
fn a_token_that_died_in_secret_is_told_until_force() {
    let sim = Sim::builder()
        .fault(
            Fault::TokenRevokedInSecret,
            Target::path("/cgi-bin/draft/count").at(1),
        )
        .start();
    let client = Client::new(&sim);
    assert_eq!(refused(&client.get("draft/count")).0, 40001);
    assert_eq!(Client::new(&sim).token, client.token);
    let forced = stable_token(&sim, true).json();
    let token = forced["access_token"].as_str().unwrap().to_owned();
    assert_ne!(token, client.token);
    let renewed = Client { sim: &sim, token };
    assert_eq!(renewed.get("draft/count").json()["total_count"], 0);
}

#[test]
fn calls_without_a_good_token_are_refused_and_logged_so() {
    let sim = Sim::builder().start();
    assert_eq!(refused(&get(&sim, "/cgi-bin/draft/count")).0, 41001);
    assert_eq!(
        refused(&get(&sim, "/cgi-bin/draft/count?access_token=x&a=1")).0,
        40001
    );
    let calls = sim.calls();
    assert_eq!(calls[0].token, TokenSeen::Absent);
    assert_eq!(calls[1].token, TokenSeen::Invalid);
    assert_eq!(calls[1].query, [("a".to_owned(), "1".to_owned())]);
    assert_eq!((calls[1].errcode, calls[1].status), (Some(40001), 200));
}

#[test]
fn one_address_answers_for_several_accounts_and_keeps_them_apart() {
    let (front, other) = (
        Sim::builder().start(),
        Sim::builder().seed(2).drafts(3).start(),
    );
    front.answer_for(&other);
    let granted = |sim: &Sim| {
        let body = json!({
            "grant_type": "client_credential", "appid": sim.appid(), "secret": sim.secret(),
        });
        let answer = send(
            &front,
            "POST",
            "/cgi-bin/stable_token",
            &[],
            body.to_string().as_bytes(),
        );
        answer.json()["access_token"].as_str().unwrap().to_owned()
    };
    for (sim, drafts) in [(&front, 0), (&other, 3)] {
        let target = format!("/cgi-bin/draft/count?access_token={}", granted(sim));
        assert_eq!(get(&front, &target).json(), json!({"total_count": drafts}));
        assert_eq!((sim.token_calls(), sim.call_count()), (1, 2));
    }
}
