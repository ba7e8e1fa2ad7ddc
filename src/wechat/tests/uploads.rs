//! Calls that put something into an account: what is sent, what is not repeated.

use serde_json::json;

use super::server::{Reply, Script};
use super::{Bench, TOKEN};
use crate::model::Section;
use crate::wechat::{Added, Error, Upload};

const ADD_PATH: &str = "/cgi-bin/material/add_material";
const DRAFT_PATH: &str = "/cgi-bin/draft/add";
const PICTURE_PATH: &str = "/cgi-bin/media/uploadimg";
const FILE: Upload<'static> = Upload {
    file_name: "a.png",
    bytes: b"PICTURE",
};

fn fixture(name: &str) -> Reply {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wechat/");
    Reply::json(&std::fs::read_to_string(format!("{folder}{name}")).unwrap())
}

async fn add(bench: &Bench) -> Result<Added, Error> {
    bench.client.add_material(Section::Image, FILE).await
}

#[tokio::test]
async fn a_file_goes_in_one_piece_with_its_type_in_the_query() {
    let answers = ["image", "voice", "video"]
        .map(|kind| fixture(&format!("add_material_{kind}-java_mp_test_2023.json")));
    let bench = Bench::start(Script::with_token().on(ADD_PATH, answers)).await;
    let image = add(&bench).await.unwrap();
    assert!(
        image
            .url
            .is_some_and(|url| url.starts_with("http://mmbiz.qpic.cn/"))
    );
    let voice = bench.client.add_material(Section::Voice, FILE).await;
    assert_eq!(voice.unwrap().url, None);
    let video = bench.client.add_video(FILE, "标题", "简介").await.unwrap();
    assert!(!video.media_id.is_empty());
    let seen = bench.server.seen();
    let lines: Vec<String> = seen[1..]
        .iter()
        .map(|seen| seen.line.replace(TOKEN, "T"))
        .collect();
    assert_eq!(
        lines,
        ["image", "voice", "video"]
            .map(|kind| format!("POST {ADD_PATH}?access_token=T&type={kind}"))
    );
    for seen in &seen[1..] {
        assert!(
            seen.headers
                .contains("content-type: multipart/form-data; boundary=wx")
        );
        assert!(
            seen.headers
                .contains(&format!("content-length: {}", seen.body.len()))
        );
        assert!(!seen.headers.contains("transfer-encoding"));
        assert!(seen.body.contains("filename=\"a.png\"\r\n"));
        assert!(seen.body.contains("\r\n\r\nPICTURE\r\n--"));
    }
    assert!(
        seen[3]
            .body
            .contains("\r\n\r\n{\"title\":\"标题\",\"introduction\":\"简介\"}\r\n--")
    );
    // The call log names the file and holds nothing of it.
    let record = bench.records.lock().unwrap()[1].clone();
    assert_eq!(
        record.request,
        json!({"type": "image", "file_name": "a.png", "bytes": 7})
    );
}

#[tokio::test]
async fn what_may_have_been_stored_is_sent_once() {
    let system_error = Reply::json(r#"{"errcode":-1,"errmsg":"system error"}"#);
    let whole = fixture("add_material_image-java_mp_test_2023.json");
    let no_id = Reply::json("{}");
    let bad_gateway = Reply::status("502 Bad Gateway", &[]);
    let answers = [
        system_error,
        whole.clone().cut(20),
        bad_gateway,
        no_id,
        whole,
    ];
    let bench = Bench::start(Script::with_token().on(ADD_PATH, answers)).await;
    for sent in 1..=4 {
        let error = add(&bench).await.unwrap_err();
        assert!(error.outcome_is_unknown(), "{error}");
        assert_eq!(bench.server.seen().len(), 1 + sent, "{error}");
    }
    assert!(add(&bench).await.is_ok());
}

#[tokio::test]
async fn a_refusal_that_did_nothing_is_tried_again() {
    let slower = Reply::json(r#"{"errcode":45011,"errmsg":"slower"}"#);
    let dead_token = Reply::json(r#"{"errcode":42001,"errmsg":"access_token expired"}"#);
    let whole = fixture("draft_add-java_mp_test_2023.json");
    let bench =
        Bench::start(Script::with_token().on(DRAFT_PATH, [slower, dead_token, whole])).await;
    let id = bench.client.add_draft(&[json!({"title": "题"})]).await;
    assert_eq!(id.unwrap().len(), 64);
    let seen = bench.server.seen();
    let last = seen.last().unwrap();
    assert_eq!(last.body, r#"{"articles":[{"title":"题"}]}"#);
}

#[tokio::test]
async fn a_picture_for_articles_may_be_sent_again() {
    let system_error = Reply::json(r#"{"errcode":-1,"errmsg":"system error"}"#);
    let answers = [
        system_error,
        fixture("media_uploadimg-java_mp_test_2023.json"),
    ];
    let bench = Bench::start(Script::with_token().on(PICTURE_PATH, answers)).await;
    let url = bench.client.upload_article_picture(FILE).await.unwrap();
    assert!(url.starts_with("http://mmbiz.qpic.cn/mmbiz_"), "{url}");
    let torn = fixture("media_uploadimg-wechatpy_url_with_space.json");
    let bench = Bench::start(Script::with_token().on(PICTURE_PATH, [torn])).await;
    let error = bench.client.upload_article_picture(FILE).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer of media/uploadimg cannot be understood"
    );
}

#[tokio::test]
async fn deleting_takes_an_errcode_of_0_for_a_yes() {
    let script = Script::with_token()
        .on(
            "/cgi-bin/material/del_material",
            [fixture("del_material-java_mp_test_2023.json")],
        )
        .on(
            "/cgi-bin/draft/delete",
            [fixture("draft_delete-wxjava_2021.json")],
        );
    let bench = Bench::start(script).await;
    bench.client.delete_material("m").await.unwrap();
    bench.client.delete_draft("d").await.unwrap();
    let bodies: Vec<String> = bench.server.seen()[1..]
        .iter()
        .map(|seen| seen.body.clone())
        .collect();
    assert_eq!(bodies, [r#"{"media_id":"m"}"#, r#"{"media_id":"d"}"#]);
}
