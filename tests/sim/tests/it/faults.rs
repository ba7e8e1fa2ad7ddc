//! Each fault, as it looks on the wire.

use std::io;
use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use wechat_sim::Ending;
use wechat_sim::Fault;
use wechat_sim::IpForm;
use wechat_sim::Sim;
use wechat_sim::Target;
use wechat_sim::placeholder;

use crate::http::Answer;
use crate::http::Client;
use crate::http::begin;
use crate::http::get;
use crate::http::refused;
use crate::http::stable_token;

/// An account of one padded image, and a fault of the CDN.
fn broken_cdn(fault: Fault) -> (Sim, Answer) {
    let sim = Sim::builder()
        .images(1)
        .image_bytes(300_000)
        .fault(fault, Target::cdn())
        .start();
    let url = sim.account().images().next().unwrap().url.clone();
    let answer = get(&sim, &url);
    sim.wait_idle();
    (sim, answer)
}

fn whole(sim: &Sim) -> Vec<u8> {
    sim.account().images().next().unwrap().picture.file()
}

fn ending(sim: &Sim) -> (Ending, u64) {
    let call = sim.calls().pop().unwrap();
    (call.ending, call.sent_bytes)
}

/// A page of two news items, with a fault of the list.
fn broken_page(fault: Fault) -> Answer {
    let sim = Sim::builder()
        .news(2)
        .fault(fault, Target::list("news"))
        .start();
    Client::new(&sim).list_answer("news", 0, 20)
}

#[test]
fn a_status_comes_with_a_page() {
    let (sim, answer) = broken_cdn(Fault::Status(503));
    assert_eq!(answer.status, 503);
    let call = sim.calls().pop().unwrap();
    assert_eq!(
        (call.status, call.faults),
        (503, vec!["Status(503)".to_owned()])
    );
}

#[test]
fn a_reset_comes_before_the_first_byte() {
    let (sim, answer) = broken_cdn(Fault::Reset);
    assert_eq!(
        (answer.status, answer.broken),
        (0, Some(io::ErrorKind::ConnectionReset))
    );
    assert_eq!(ending(&sim).0, Ending::Reset);
}

#[test]
fn a_reset_comes_in_the_middle() {
    let (sim, answer) = broken_cdn(Fault::ResetAfter(100_000));
    assert_eq!(
        (answer.status, answer.broken),
        (200, Some(io::ErrorKind::ConnectionReset))
    );
    assert!(answer.body.len() <= 100_000);
    assert_eq!(ending(&sim), (Ending::Reset, 100_000));
}

#[test]
fn a_cut_body_ends_early_without_an_error() {
    for (fault, sent) in [
        (Fault::Cut, 150_000),
        (Fault::CutAfter(10), 10),
        (Fault::CutAfter(0), 0),
    ] {
        let (sim, answer) = broken_cdn(fault);
        assert_eq!((answer.status, answer.broken), (200, None));
        assert_eq!(answer.header("content-length"), Some("300000"));
        assert_eq!(answer.body, whole(&sim)[..sent]);
        assert_eq!(ending(&sim), (Ending::Cut, sent as u64));
    }
}

#[test]
fn a_length_can_be_too_long_too_short_or_missing() {
    let (sim, answer) = broken_cdn(Fault::WrongLength(5));
    assert_eq!(answer.header("content-length"), Some("300005"));
    assert_eq!(answer.body, whole(&sim));
    assert_eq!(ending(&sim).0, Ending::Cut);
    let (sim, answer) = broken_cdn(Fault::WrongLength(-5));
    assert_eq!(answer.header("content-length"), Some("299995"));
    assert_eq!(answer.body, whole(&sim)[..299_995]);
    let (_sim, answer) = broken_cdn(Fault::Chunked);
    assert_eq!(answer.header("content-length"), None);
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
}

#[test]
fn silence_lasts_until_it_is_released() {
    for fault in [Fault::SilenceAfter(1_000), Fault::NoAnswer] {
        let sim = Sim::builder().images(1).fault(fault, Target::cdn()).start();
        let url = sim.account().images().next().unwrap().url.clone();
        std::thread::scope(|scope| {
            let download = scope.spawn(|| get(&sim, &url));
            sim.wait_for_calls(1);
            sim.release_silence();
            assert_eq!(download.join().unwrap().body, whole(&sim));
        });
    }
}

#[test]
fn silence_ends_when_the_client_leaves() {
    for fault in [Fault::SilenceAfter(10), Fault::NoAnswer] {
        let sim = Sim::builder().images(1).fault(fault, Target::cdn()).start();
        let url = sim.account().images().next().unwrap().url.clone();
        let connection = begin(&sim, "GET", &url, &[], b"");
        sim.wait_for_calls(1);
        drop(connection);
        sim.wait_idle();
        assert_eq!(ending(&sim).0, Ending::Abandoned);
    }
}

#[test]
fn a_slow_body_is_whole_in_the_end() {
    let pause = Duration::from_millis(1);
    let (sim, answer) = broken_cdn(Fault::Slow {
        chunk_bytes: 30_000,
        pause,
    });
    assert_eq!(answer.body, whole(&sim));
}

#[test]
fn bodies_can_be_pages_nothing_placeholders_or_errors() {
    assert!(
        broken_cdn(Fault::Html)
            .1
            .text()
            .starts_with("<!DOCTYPE html>")
    );
    let (_, empty) = broken_cdn(Fault::Empty);
    assert_eq!(
        (empty.status, empty.body.len(), empty.is_whole()),
        (200, 0, true)
    );
    assert_eq!(broken_cdn(Fault::Placeholder).1.body, placeholder().file());
    assert_eq!(broken_cdn(Fault::Body(b"{}".to_vec())).1.text(), "{}");
    assert_eq!(refused(&broken_cdn(Fault::Errcode(-1)).1).0, -1);
}

#[test]
fn redirects_lead_on_elsewhere_or_in_a_circle() {
    let place = |answer: &Answer| (answer.status, answer.header("location").unwrap().to_owned());
    let elsewhere = "http://example.com/x".to_owned();
    let (_, answer) = broken_cdn(Fault::Redirect(elsewhere.clone()));
    assert_eq!(place(&answer), (302, elsewhere));
    let (sim, answer) = broken_cdn(Fault::RedirectLoop);
    let url = sim.account().images().next().unwrap().url.clone();
    assert_eq!(format!("{}{}", sim.url(), place(&answer).1), url);
    let (sim, answer) = broken_cdn(Fault::Moved);
    let moved = place(&answer).1;
    assert!(moved.ends_with("?wx_fmt=jpeg&moved=1"), "{moved}");
    assert_eq!(get(&sim, &moved).body, whole(&sim));
}

#[test]
fn error_codes_strike_after_the_token_was_looked_at() {
    let sim = Sim::builder()
        .published(1)
        .fault(
            Fault::Errcode(48001),
            Target::under("/cgi-bin/freepublish/"),
        )
        .fault(
            Fault::Errcode(-1),
            Target::path("/cgi-bin/draft/count").first(2),
        )
        .fault(
            Fault::Errcode(45011),
            Target::path("/cgi-bin/draft/count").at(3),
        )
        .fault(Fault::Errcode(45009), Target::list("image").after(1))
        .start();
    let page = "/cgi-bin/freepublish/batchget?access_token=x";
    assert_eq!(
        refused(&crate::http::send(&sim, "POST", page, &[], b"{}")).0,
        40001
    );
    let client = Client::new(&sim);
    let publications = || client.post("freepublish/batchget", &json!({"offset": 0, "count": 1}));
    assert_eq!(
        refused(&publications()),
        (48001, "api unauthorized".to_owned())
    );
    let codes: Vec<_> = (0..4)
        .map(|_| client.get("draft/count").json()["errcode"].clone())
        .collect();
    assert_eq!(codes, [json!(-1), json!(-1), json!(45011), Value::Null]);
    assert_eq!(client.list("image", 0, 20)["total_count"], 0);
    assert_eq!(client.list("image", 0, 20)["errcode"], 45009);
    assert_eq!(client.list("voice", 0, 20)["total_count"], 0);
    sim.clear_faults();
    assert_eq!(publications().json()["total_count"], 1);
}

#[test]
fn refused_addresses_have_four_endings() {
    for (form, ending) in [
        (IpForm::Rid, " rid: "),
        (IpForm::Hint, " hint: ["),
        (IpForm::Hints, " hints: [ req_id: "),
        (IpForm::Bare, "not in whitelist"),
    ] {
        let sim = Sim::builder()
            .fault(Fault::IpRefused(form), Target::token())
            .start();
        let body = stable_token(&sim, false).json();
        assert_eq!(body["errcode"], 40164);
        let text = body["errmsg"].as_str().unwrap();
        assert!(
            text.starts_with("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist")
        );
        assert!(text.contains(ending), "{text}");
    }
}

#[test]
fn token_calls_can_be_refused_for_every_reason() {
    for code in [-1, 40243, 50007, 61004, 89501, 89503, 89506, 89507] {
        let sim = Sim::builder()
            .fault(Fault::Errcode(code), Target::token())
            .start();
        let (refusal, text) = refused(&stable_token(&sim, false));
        assert_eq!(refusal, code);
        assert_ne!(text, "unknown error");
    }
}

#[test]
fn a_code_can_be_written_with_a_point() {
    let sim = Sim::builder()
        .fault(Fault::FloatErrcode(45009), Target::api())
        .start();
    let answer = Client::new(&sim).get("draft/count");
    assert!(answer.text().starts_with(r#"{"errcode":45009.0,"errmsg":"#));
}

#[test]
fn json_can_hold_control_bytes_and_broken_text() {
    let answer = broken_page(Fault::ControlBytes);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    let raw = b"\"title\":\"\x08\n\x1f";
    assert!(answer.body.windows(raw.len()).any(|window| window == raw));
    let answer = broken_page(Fault::BrokenUtf8);
    assert!(String::from_utf8(answer.body.clone()).is_err());
    assert!(
        answer
            .body
            .windows(5)
            .any(|window| window == b"\xf0\x9f\x98\",")
    );
    let answer = broken_page(Fault::Bom);
    assert!(answer.body.starts_with(b"\xef\xbb\xbf{"));
}

#[test]
fn json_can_lack_members_and_quote_its_numbers() {
    let page = broken_page(Fault::MissingField("update_time".to_owned())).json();
    assert!(!page.to_string().contains("update_time"));
    let page = broken_page(Fault::StringNumbers).json();
    assert_eq!(page["total_count"], "2");
    assert!(page["item"][0]["update_time"].is_string());
}

#[test]
fn totals_drift_and_pages_swell() {
    assert_eq!(broken_page(Fault::TotalDrift(3)).json()["total_count"], 5);
    assert_eq!(broken_page(Fault::TotalDrift(-1)).json()["total_count"], 1);
    let page = broken_page(Fault::HugePage(5_000_000));
    assert!(page.body.len() > 5_000_000);
    assert_eq!(page.json()["item_count"], 2);
}

#[test]
fn an_item_can_be_repeated_over_a_page_border() {
    let sim = Sim::builder()
        .images(50)
        .fault(Fault::RepeatedItem, Target::list("image").at(2))
        .start();
    let client = Client::new(&sim);
    let page = |offset| client.list("image", offset, 20);
    let (first, second, third) = (page(0), page(20), page(40));
    assert_eq!(first["item"][19], second["item"][0]);
    assert_eq!(second["item"].as_array().unwrap().len(), 20);
    assert_ne!(second["item"][19], third["item"][0]);
}

#[test]
fn a_page_past_the_end_can_be_refused() {
    let sim = Sim::builder()
        .images(1)
        .fault(Fault::PastEndRefused, Target::api())
        .start();
    let client = Client::new(&sim);
    assert_eq!(client.list("image", 0, 20)["item_count"], 1);
    assert_eq!(refused(&client.list_answer("image", 20, 20)).0, 45164);
    assert_eq!(client.list("voice", 0, 20)["item_count"], 0);
}

#[test]
fn chance_is_decided_by_the_seed() {
    let strikes = |seed| {
        let sim = Sim::builder()
            .seed(seed)
            .fault(Fault::Status(500), Target::cdn().chance(0.3))
            .start();
        (0..100)
            .map(|_| get(&sim, "/mmbiz_png/x/0").status == 500)
            .collect::<Vec<_>>()
    };
    let struck = strikes(1);
    assert_eq!(struck, strikes(1));
    assert_ne!(struck, strikes(2));
    let count = struck.iter().filter(|struck| **struck).count();
    assert!((15..45).contains(&count), "{count}");
}

#[test]
fn a_fault_can_strike_each_thing_once_or_one_item_only() {
    let sim = Sim::builder()
        .voices(2)
        .fault(Fault::Status(500), Target::cdn().first_of_each(1))
        .start();
    let statuses = ["/a", "/b", "/a", "/b"].map(|path| get(&sim, path).status);
    assert_eq!(statuses, [500, 500, 404, 404]);
    let ids: Vec<_> = sim
        .account()
        .voices()
        .map(|voice| voice.media_id.clone())
        .collect();
    sim.fault(Fault::Errcode(40007), Target::api().item(&ids[1]));
    let client = Client::new(&sim);
    assert!(client.material(&ids[0]).is_whole());
    assert_eq!(refused(&client.material(&ids[1])).0, 40007);
}
