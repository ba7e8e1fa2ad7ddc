//! What a developer may print, and what a server may say back, holds no secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use secrecy::SecretString;
use serde_json::json;

use super::server::{Reply, Script};
use super::{Bench, SECRET, TOKEN};
use crate::model::Section;
use crate::wechat::api::Api;
use crate::wechat::call::{Answer, Call, Json};
use crate::wechat::{Credential, DownloadRules, Issued, Material, ProxyRules, Secrets, Upload};

const PASSWORD: &str = "pr0xy-passw0rd";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

#[track_caller]
fn assert_kept(text: &str) {
    for secret in [SECRET, TOKEN, PASSWORD] {
        for spelling in [secret.to_owned(), STANDARD.encode(secret)] {
            assert!(!text.contains(&spelling), "{spelling}: {text}");
        }
    }
}

#[tokio::test]
async fn nothing_that_holds_a_secret_shows_it_to_whoever_prints_it() {
    let proxy = ProxyRules {
        https: Some(
            format!("http://me:{PASSWORD}@proxy.example:3128")
                .parse()
                .unwrap(),
        ),
        http: Some(
            format!("socks5://me:{PASSWORD}@proxy.example:1080")
                .parse()
                .unwrap(),
        ),
        no_proxy: String::new(),
    };
    let change = {
        let proxy = proxy.clone();
        move |options: &mut crate::wechat::Options| options.proxy = proxy
    };
    let bench = Bench::start_with(Script::with_token(), change).await;
    bench.client.connect().await.unwrap();
    let client = &bench.client;
    let token = client.token().await.unwrap();
    let issued = Issued::from(SecretString::from(TOKEN));
    let heard = Secrets::default();
    heard.add(&SECRET.into());
    let grant = format!("{{\"access_token\":\"{TOKEN}\"}}");
    let fields = serde_json::from_str(&grant).unwrap();
    let json = Json {
        api: Api::StableToken,
        body: Bytes::from(grant),
        fields,
        repairs: crate::record::lenient::Repairs::default(),
    };
    let call = Call::post(Api::StableToken, json!({"appid": "x"}));
    let credential = Credential::Token(issued.clone());
    let each: [&dyn std::fmt::Debug; 13] = [
        client,
        &client.inner.options,
        &client.inner.options.credential,
        &client.inner.secrets,
        &client.inner.http,
        &client.inner.tokens,
        &client.secrets(),
        &client.secret_spellings(),
        &proxy,
        &credential,
        &(issued, token, heard),
        &call,
        &json,
    ];
    for it in each {
        assert_kept(&format!("{it:?}\n{it:#?}"));
    }
    assert_kept(&format!("{:?}", Answer::Json(json)));
}

#[tokio::test]
async fn a_task_that_panics_with_a_client_in_hand_says_no_secret() {
    let bench = Bench::start(Script::with_token()).await;
    bench.client.connect().await.unwrap();
    let client = bench.client.clone();
    let task: tokio::task::JoinHandle<()> = tokio::spawn(async move {
        let token = client.token().await.unwrap();
        panic!("{client:?} {token:?} {:?}", client.secrets());
    });
    let payload = task.await.unwrap_err().into_panic();
    let said = payload.downcast_ref::<String>().unwrap();
    assert!(said.contains("Client"), "{said}");
    assert_kept(said);
}

#[tokio::test]
async fn what_a_server_says_of_a_file_is_left_out_where_it_holds_a_token() {
    let headers = [
        format!("Content-Type: image/{TOKEN}"),
        format!("ETag: \"{}\"", STANDARD.encode(TOKEN)),
        format!("Last-Modified: {SECRET}"),
        format!("Content-Disposition: attachment; filename=\"{TOKEN}.jpg\""),
    ];
    let headers = headers.each_ref().map(String::as_str);
    let path = "/cgi-bin/material/get_material";
    let place = format!("/x/{TOKEN}/0");
    let script = Script::with_token()
        .on(path, [Reply::file(&headers, PNG)])
        .on(&place, [Reply::file(&headers, PNG)]);
    let bench = Bench::start(script).await;
    let mut sink = Vec::new();
    let Material::Body(one) = bench.client.material("m", &mut sink).await.unwrap() else {
        panic!("it is a file");
    };
    let url = bench.url(&place);
    let other = bench.client.download(&url, DownloadRules::ASSET, &mut sink);
    let other = other.await.unwrap();
    assert!(
        other.source.ends_with("/x/[redacted]/0"),
        "{}",
        other.source
    );
    for download in [one, other] {
        assert_eq!(
            (&download.content_type, &download.file_name),
            (&None, &None)
        );
        assert_eq!(download.last_modified, None);
        assert_kept(&format!("{download:?}"));
    }
}

#[tokio::test]
async fn an_id_or_address_with_a_token_in_it_is_none() {
    let add = "/cgi-bin/material/add_material";
    let picture = "/cgi-bin/media/uploadimg";
    let url = format!("http://mmbiz.qpic.cn/x?access_token={TOKEN}");
    let script = Script::with_token()
        .on(
            add,
            [
                Reply::json(&json!({"media_id": "good", "url": url}).to_string()),
                Reply::json(&json!({"media_id": format!("id-{TOKEN}")}).to_string()),
            ],
        )
        .on(picture, [Reply::json(&json!({"url": url}).to_string())]);
    let bench = Bench::start(script).await;
    let file = Upload {
        file_name: "a.png",
        bytes: b"PICTURE",
    };
    let added = bench
        .client
        .add_material(Section::Image, file)
        .await
        .unwrap();
    assert_eq!((added.media_id.as_str(), added.url), ("good", None));
    let error = bench
        .client
        .add_material(Section::Image, file)
        .await
        .unwrap_err();
    // It may be there: whoever asks must look.
    assert!(error.outcome_is_unknown());
    assert_kept(&bench.output(&error));
    let error = bench.client.upload_article_picture(file).await.unwrap_err();
    assert_kept(&bench.output(&error));
}
