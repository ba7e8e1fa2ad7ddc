//! API calls: what is sent, what is tried again, what is told of it.

use std::time::Duration;

use futures::future::{join, join_all};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::server::{Reply, Script};
use super::{Bench, PACE, TOKEN};
use crate::event::Silent;
use crate::interrupt::{Cause, Interrupt};
use crate::model::{GapReason, Section, Sha256, Timestamp};
use crate::wechat::{
    Api, BodyFault, CallRecord, Class, Client, Error, ErrorKind, ListItem, MaterialCounts, Pace,
    ProxyRules, Quota,
};

const COUNTS: &str = r#"{"voice_count":0,"video_count":2,"image_count":12,"news_count":0}"#;
const COUNT_PATH: &str = "/cgi-bin/material/get_materialcount";
const LIST_PATH: &str = "/cgi-bin/material/batchget_material";
const DRAFTS_PATH: &str = "/cgi-bin/draft/count";
const SYSTEM_ERROR: &str = r#"{"errcode":-1,"errmsg":"system error rid: a-b-c"}"#;
const SLOWER: &str =
    r#"{"errcode":45011,"errmsg":"api minute-quota reach limit mustslower retry next minute"}"#;
const USED_UP: &str = r#"{"errcode":45009,"errmsg":"reach max api daily quota limit rid: 637c3b84-225eefe5-3bc9a348"}"#;

#[tokio::test]
async fn each_section_is_listed_by_the_call_that_the_documents_name() {
    let empty = Reply::json(r#"{"item":[],"total_count":0}"#);
    let script = Script::with_token()
        .on(LIST_PATH, [empty.clone()])
        .on("/cgi-bin/draft/batchget", [empty.clone()])
        .on("/cgi-bin/freepublish/batchget", [empty]);
    let bench = Bench::start(script).await;
    for section in Section::ALL {
        let page = bench.client.list(section, 40, 20).await.unwrap();
        assert_eq!(
            (page.items.len(), page.total_count, page.item_count),
            (0, Some(0), None)
        );
    }
    let seen = bench.server.seen();
    let sent: Vec<(String, Value)> = seen[1..]
        .iter()
        .map(|seen| {
            let body = serde_json::from_str(&seen.body).unwrap();
            (seen.line.replace(TOKEN, "T"), body)
        })
        .collect();
    let material = |kind: &str| {
        let line = "POST /cgi-bin/material/batchget_material?access_token=T";
        let body = json!({"type": kind, "offset": 40, "count": 20});
        (line.to_owned(), body)
    };
    let articles = |path: &str| {
        let line = format!("POST /cgi-bin/{path}/batchget?access_token=T");
        (line, json!({"offset": 40, "count": 20, "no_content": 0}))
    };
    assert_eq!(
        sent,
        [
            material("image"),
            material("voice"),
            material("video"),
            material("news"),
            articles("draft"),
            articles("freepublish"),
        ]
    );
    assert!(seen[1].headers.contains("content-type: application/json"));
    assert!(!seen[1].headers.contains("referer"));
}

#[tokio::test]
async fn a_page_with_control_bytes_and_bad_utf8_is_read_and_its_bytes_are_kept() {
    let item = b"{ \"media_id\":\"a\",\"name\":\"x\x07\xf0\x9f\",\"update_time\":\"12\"}";
    let body = [
        b"{\"item\":[".as_slice(),
        item,
        b"],\"total_count\":1,\"item_count\":1}",
    ]
    .concat();
    let script = Script::with_token().on(LIST_PATH, [Reply::file(&[], &body)]);
    let bench = Bench::start(script).await;
    let page = bench.client.list(Section::Image, 0, 20).await.unwrap();
    let ListItem::Media(media) = &page.items[0].item else {
        panic!("{page:?} lists no media");
    };
    assert_eq!(
        (
            media.media_id.as_str(),
            media.name.as_str(),
            media.update_time
        ),
        ("a", "x\u{7}\u{fffd}", Some(12))
    );
    assert_eq!(page.raw(&page.items[0]), item.as_slice());
    assert_eq!(page.body, body);
    assert_eq!((page.repairs.control_bytes, page.repairs.bad_utf8), (1, 1));
    assert!(
        bench
            .events()
            .contains(&"warning json_mended material/batchget_material".to_owned())
    );
}

#[tokio::test]
async fn json_may_come_compressed() {
    let script = Script::with_token().on(
        COUNT_PATH,
        [Reply::file(
            &["Content-Encoding: gzip"],
            &gzip(COUNTS.as_bytes()),
        )],
    );
    let bench = Bench::start(script).await;
    let counts = bench.client.material_counts().await.unwrap();
    assert_eq!(
        counts,
        MaterialCounts {
            voice: 0,
            video: 2,
            image: 12,
            news: 0
        }
    );
    let seen = bench.server.seen();
    assert!(seen[1].headers.contains("accept-encoding: gzip"));
    let records = bench.records.lock().unwrap();
    assert_eq!(records[1].body_sha256, Some(Sha256::of(COUNTS.as_bytes())));
}

#[tokio::test]
async fn a_bomb_in_gzip_is_put_down_at_the_longest_answer_there_is() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    // 256 MiB of blanks in 256 KiB.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..256 {
        bomb.write_all(&blanks).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let reply = Reply::file(&["Content-Encoding: gzip"], &bomb);
    let bench = Bench::start(Script::with_token().on(COUNT_PATH, [reply])).await;
    let error = bench.client.material_counts().await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Body(BodyFault::TooLong)),
        "{error:?}"
    );
    assert_eq!(bench.server.count(COUNT_PATH), 1);
    let taken = bench.records.lock().unwrap()[1].body_bytes;
    let most = crate::record::lenient::BYTES_MAX as u64;
    assert!((most..most + (8 << 20)).contains(&taken), "{taken}");
}

#[tokio::test]
async fn headers_without_end_are_a_broken_answer() {
    let long = format!("X-Long: {}", "x".repeat(1 << 20));
    let many: Vec<String> = (0..5_000).map(|at| format!("X-{at}: x")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for headers in [&[long.as_str()][..], &many] {
        let reply = Reply::file(headers, COUNTS.as_bytes());
        let bench = Bench::start(Script::with_token().on(COUNT_PATH, [reply])).await;
        let error = bench.client.material_counts().await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Network { .. }),
            "{error:?}"
        );
    }
}

/// Gzip with its one block stored.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    gzip.extend(length.to_le_bytes());
    gzip.extend((!length).to_le_bytes());
    gzip.extend(bytes);
    gzip.extend(crc32fast::hash(bytes).to_le_bytes());
    gzip.extend(u32::from(length).to_le_bytes());
    gzip
}

#[tokio::test]
async fn passing_failures_of_every_kind_are_tried_again() {
    let passing = [
        Reply::json(SYSTEM_ERROR),
        Reply::status("502 Bad Gateway", &[]),
        Reply::status("429 Too Many Requests", &["Retry-After: 1"]),
        Reply::reset(),
        Reply::json(COUNTS).cut(1),
        Reply::json(COUNTS).cut(9).then_reset(),
        Reply::json(""),
        Reply::json("<html>a gateway</html>"),
        // Without a length, only the text itself shows the cut.
        Reply::raw("200 OK", &[], &COUNTS.as_bytes()[..40]),
    ];
    for failure in passing {
        let script =
            Script::with_token().on(COUNT_PATH, [failure.clone(), failure, Reply::json(COUNTS)]);
        let bench = Bench::start(script).await;
        let counts = bench.client.material_counts().await;
        assert_eq!(counts.map(|counts| counts.image).unwrap(), 12);
        assert_eq!(bench.server.count(COUNT_PATH), 3);
    }
}

#[tokio::test]
async fn silence_ends_a_try_and_counts_as_passing() {
    for silent in [
        Reply::json(COUNTS).cut(9).then_silence(),
        Reply::raw("200 OK", &[], b"").cut(2).then_silence(),
    ] {
        let script = Script::with_token().on(COUNT_PATH, [silent]);
        let bench = Bench::start_with(script, |options| {
            options.silence_max = Duration::from_millis(50);
            options.pace = Pace {
                tries_max: 2,
                ..PACE
            };
        })
        .await;
        let error = bench.client.material_counts().await.unwrap_err();
        assert_eq!(
            (error.class(), error.attempts(), error.gap_reason()),
            (Class::Transient, 2, Some(GapReason::Timeout))
        );
    }
}

#[tokio::test]
async fn what_is_permanent_is_asked_once() {
    for (reply, class, reason) in [
        (
            r#"{"errcode":40007,"errmsg":""}"#,
            Class::Permanent,
            GapReason::InvalidMediaId,
        ),
        (
            r#"{"errcode":"48001","errmsg":"api unauthorized"}"#,
            Class::NoPermission,
            GapReason::NoPermission,
        ),
        (
            r#"{"errcode":45103.0,"errmsg":"This API has been unsupported"}"#,
            Class::NoPermission,
            GapReason::NoPermission,
        ),
        (
            r#"{"errcode":777777,"errmsg":"new"}"#,
            Class::Permanent,
            GapReason::ErrorJsonInsteadOfMedia,
        ),
        (
            r#"{"errcode":50007,"errmsg":"account frozen"}"#,
            Class::Account,
            GapReason::NoPermission,
        ),
    ] {
        let script = Script::with_token().on("/cgi-bin/draft/get", [Reply::json(reply)]);
        let bench = Bench::start(script).await;
        let error = bench.client.draft("x").await.unwrap_err();
        assert_eq!((error.class(), error.gap_reason()), (class, Some(reason)));
        assert_eq!(bench.server.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_quota_closes_its_own_path_and_no_other() {
    let script = Script::with_token()
        .on(LIST_PATH, [Reply::json(USED_UP)])
        .on(DRAFTS_PATH, [Reply::json(r#"{"total_count":"3"}"#)]);
    let bench = Bench::start(script).await;
    let client = &bench.client;
    assert!(!client.endpoint_is_closed(Api::BatchgetMaterial));
    for section in [Section::Image, Section::Voice, Section::News] {
        let error = client.list(section, 0, 20).await.unwrap_err();
        assert_eq!(
            (error.class(), error.errcode(), error.gap_reason()),
            (Class::Quota, Some(45009), Some(GapReason::QuotaExhausted))
        );
    }
    assert!(client.endpoint_is_closed(Api::BatchgetMaterial));
    assert_eq!(client.draft_count().await.unwrap(), 3);
    assert_eq!(
        (
            bench.server.count(LIST_PATH),
            bench.server.count(DRAFTS_PATH)
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_rate_answer_holds_back_the_calls_of_everyone() {
    let script = Script::with_token()
        .on(COUNT_PATH, [Reply::json(SLOWER), Reply::json(COUNTS)])
        .on(DRAFTS_PATH, [Reply::json(r#"{"total_count":1}"#)]);
    let bench = Bench::start(script).await;
    bench.client.connect().await.unwrap();
    let start = Instant::now();
    let first = async {
        let counts = bench.client.material_counts().await;
        (counts.is_ok(), start.elapsed())
    };
    let second = async {
        // Begins when the first has been told to slow down.
        while !bench.events().iter().any(|line| line.starts_with("wait")) {
            tokio::task::yield_now().await;
        }
        let count = bench.client.draft_count().await;
        (count.is_ok(), start.elapsed())
    };
    let (first, second) = join(first, second).await;
    assert!(first.0 && second.0);
    assert!(first.1 >= PACE.rate_wait, "{first:?}");
    assert!(second.1 >= PACE.rate_wait, "{second:?}");
}

#[tokio::test]
async fn rate_answers_without_end_are_given_up() {
    let script = Script::with_token().on(COUNT_PATH, [Reply::json(SLOWER)]);
    let bench = Bench::start(script).await;
    let error = bench.client.material_counts().await.unwrap_err();
    assert_eq!((error.class(), error.attempts()), (Class::RateLimited, 3));
}

#[tokio::test]
async fn no_more_calls_are_under_way_than_allowed() {
    // The server answers only when four are there: with fewer it would hang.
    let script = Script::with_token()
        .on(COUNT_PATH, [Reply::json(COUNTS)])
        .together(4);
    let bench = Bench::start(script).await;
    let calls = (0..12).map(|_| bench.client.material_counts());
    let all = join_all(calls).await;
    assert!(all.into_iter().all(|counts| counts.is_ok()));
    assert_eq!(
        (bench.server.most_together(), bench.server.count(COUNT_PATH)),
        (4, 12)
    );
}

#[tokio::test]
async fn an_interrupt_cuts_a_wait_and_nothing_new_is_sent() {
    for answer in [SYSTEM_ERROR, SLOWER] {
        let script = Script::with_token().on(COUNT_PATH, [Reply::json(answer)]);
        let bench = Bench::start_with(script, |options| {
            let hour = Duration::from_secs(3600);
            options.pace = Pace {
                wait_first: hour,
                wait_max: hour,
                rate_wait: hour,
                ..PACE
            };
        })
        .await;
        *bench.events.interrupt_on_wait.lock().unwrap() = Some(bench.interrupt.clone());
        let error = bench.client.material_counts().await.unwrap_err();
        assert!(error.is_interrupted());
        assert_eq!(
            (error.class(), error.gap_reason()),
            (Class::Interrupted, None)
        );
        let sent = bench.server.seen().len();
        assert!(
            bench
                .client
                .draft_count()
                .await
                .unwrap_err()
                .is_interrupted()
        );
        assert_eq!((sent, bench.server.seen().len()), (2, 2));
    }
}

#[tokio::test]
async fn what_is_under_way_when_the_interrupt_comes_still_lands() {
    let interrupt = Interrupt::default();
    let script = Script::with_token()
        .on(COUNT_PATH, [Reply::json(COUNTS)])
        .interrupt_at(COUNT_PATH, &interrupt);
    let bench = Bench::start(script).await;
    let client = Client::new(
        bench.client.inner.options.clone(),
        std::sync::Arc::new(Silent),
        interrupt,
    )
    .unwrap();
    assert_eq!(client.material_counts().await.unwrap().image, 12);
    assert!(client.material_counts().await.unwrap_err().is_interrupted());
}

#[tokio::test]
async fn an_interrupted_client_sends_nothing_at_all() {
    let bench = Bench::start(Script::with_token()).await;
    bench.interrupt.set(Cause::Terminated);
    assert!(bench.client.connect().await.unwrap_err().is_interrupted());
    assert_eq!(bench.server.lines(), [""; 0]);
}

#[tokio::test]
async fn every_attempt_is_told_for_the_call_log() {
    let list = r#"{"item":[],"total_count":0,"item_count":0}"#;
    let script = Script::with_token().on(LIST_PATH, [Reply::json(SYSTEM_ERROR), Reply::json(list)]);
    let bench = Bench::start(script).await;
    bench.client.list(Section::Voice, 0, 20).await.unwrap();
    let mut records = bench.records.lock().unwrap().clone();
    for record in &mut records {
        record.millis = 0;
    }
    let request = json!({"type": "voice", "offset": 0, "count": 20});
    let token = CallRecord {
        seq: 1,
        at: Timestamp::UNIX_EPOCH,
        api: Api::StableToken,
        request: json!({
            "appid": "wx0123456789abcdef",
            "force_refresh": false,
            "grant_type": "client_credential",
        }),
        attempt: 1,
        http_status: Some(200),
        errcode: None,
        rid: None,
        body_sha256: None,
        body_bytes: 48,
        server_date: None,
        millis: 0,
    };
    let failed = CallRecord {
        seq: 2,
        api: Api::BatchgetMaterial,
        request,
        errcode: Some(-1),
        rid: Some("a-b-c".into()),
        body_sha256: Some(Sha256::of(SYSTEM_ERROR.as_bytes())),
        body_bytes: SYSTEM_ERROR.len() as u64,
        ..token.clone()
    };
    let landed = CallRecord {
        seq: 3,
        attempt: 2,
        errcode: None,
        rid: None,
        body_sha256: Some(Sha256::of(list.as_bytes())),
        body_bytes: list.len() as u64,
        ..failed.clone()
    };
    assert_eq!(records, [token, failed, landed]);
    assert_eq!(
        bench.events(),
        [
            "call stable_token 1 None None",
            "call material/batchget_material 1 Some(-1) Some(\"WeChat refused material/batchget_material: system error rid: a-b-c (-1)\")",
            "wait: WeChat refused material/batchget_material: system error rid: a-b-c (-1)",
            "call material/batchget_material 2 None None",
        ]
    );
}

#[tokio::test]
async fn a_budget_counts_every_try_and_closes_its_own_path() {
    let list = r#"{"item":[],"total_count":0,"item_count":0}"#;
    let script = Script::with_token()
        .on(LIST_PATH, [Reply::json(SYSTEM_ERROR), Reply::json(list)])
        .on(DRAFTS_PATH, [Reply::json(r#"{"total_count":"3"}"#)]);
    let bench = Bench::start(script).await;
    let client = &bench.client;
    assert_eq!(client.sent_of_budget(Api::BatchgetMaterial), None);
    client.set_budget(Api::BatchgetMaterial, 2);
    client.list(Section::Image, 0, 20).await.unwrap();
    assert_eq!(client.sent_of_budget(Api::BatchgetMaterial), Some(2));
    for section in [Section::Image, Section::Voice] {
        let error = client.list(section, 0, 20).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Reserved), "{error}");
        assert_eq!(
            (error.class(), error.errcode(), error.gap_reason()),
            (Class::Quota, None, Some(GapReason::QuotaExhausted))
        );
    }
    assert_eq!(client.draft_count().await.unwrap(), 3);
    assert_eq!(bench.server.count(LIST_PATH), 2);
    let told = bench.events();
    let warning = "warning quota_reserved material/batchget_material";
    let warnings = told.iter().filter(|event| *event == warning);
    assert_eq!(warnings.count(), 1, "{told:?}");
}

#[tokio::test]
async fn a_quota_is_asked_by_path() {
    let answer =
        r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":1440,"used":1,"remain":1439}}"#;
    let script = Script::with_token().on("/cgi-bin/openapi/quota/get", [Reply::json(answer)]);
    let bench = Bench::start(script).await;
    let quota = bench.client.quota(Api::GetMaterial).await.unwrap();
    let expected = Quota {
        daily_limit: 1440,
        used: 1,
        remain: 1439,
        rate_limit: None,
    };
    assert_eq!(quota, expected);
    assert_eq!(
        bench.server.seen()[1].body,
        r#"{"cgi_path":"/cgi-bin/material/get_material"}"#
    );
}

#[tokio::test]
async fn api_calls_follow_no_redirects() {
    let redirect = Reply::status("302 Found", &["Location: /cgi-bin/draft/count"]);
    let script = Script::with_token()
        .on(COUNT_PATH, [redirect])
        .on(DRAFTS_PATH, [Reply::json(COUNTS)]);
    let bench = Bench::start(script).await;
    let error = bench.client.material_counts().await.unwrap_err();
    assert_eq!((error.http_status(), error.attempts()), (Some(302), 1));
    assert_eq!(bench.server.count(DRAFTS_PATH), 0);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_before_anything_is_sent() {
    let refusal = |change: &dyn Fn(&mut crate::wechat::Options)| {
        let mut options = super::options("http://127.0.0.1:1");
        change(&mut options);
        let result: Result<Client, Error> =
            Client::new(options, std::sync::Arc::new(Silent), Interrupt::default());
        let error = result.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Settings(_)), "{error:?}");
        assert_eq!(error.class(), Class::Local);
        error.to_string()
    };
    for base in [
        "http://api.weixin.qq.com",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
    ] {
        assert_eq!(
            refusal(&|options| options.api_base = base.parse().unwrap()),
            "the API base must be an https URL; plain http is only for a loopback address"
        );
    }
    assert_eq!(
        refusal(&|options| options.ca_pem = Some(b"no certificate".to_vec())),
        "the CA file holds no certificate in PEM"
    );
    assert_eq!(
        refusal(&|options| options.proxy = ProxyRules {
            https: Some("ftp://u:hidden@proxy.example".parse().unwrap()),
            ..ProxyRules::default()
        }),
        "the proxy must be an http, https, socks5 or socks5h URL"
    );
}

#[test]
fn a_server_may_ask_to_wait_in_seconds_or_until_a_date() {
    let client = Client::new(
        super::options("http://127.0.0.1:1"),
        std::sync::Arc::new(Silent),
        Interrupt::default(),
    );
    let client = client.unwrap();
    // The clock of these tests stands at the beginning of 1970.
    for (asked, seconds) in [
        ("120", Some(120)),
        ("Thu, 01 Jan 1970 00:02:00 GMT", Some(120)),
        ("Wed, 31 Dec 1969 23:00:00 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
    ] {
        let headers = [("retry-after".parse().unwrap(), asked.parse().unwrap())];
        assert_eq!(
            client.retry_after(&headers.into_iter().collect()),
            seconds.map(Duration::from_secs),
            "{asked}"
        );
    }
}

#[test]
fn a_client_and_its_futures_may_be_sent_to_other_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let client = Client::new(
        super::options("http://127.0.0.1:1"),
        std::sync::Arc::new(Silent),
        Interrupt::default(),
    );
    let client = is_send(client.unwrap());
    let mut sink = Vec::new();
    drop(is_send(client.list(Section::Image, 0, 20)));
    drop(is_send(client.material("x", &mut sink)));
    let url = "https://mmbiz.qpic.cn/x".parse().unwrap();
    drop(is_send(client.download(
        &url,
        crate::wechat::DownloadRules::ASSET,
        &mut sink,
    )));
}
