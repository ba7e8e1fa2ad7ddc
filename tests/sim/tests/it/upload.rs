//! What a client puts in, takes out, and is refused.

use std::time::Duration;

use serde_json::Value;
use serde_json::json;
use wechat_sim::Fault;
use wechat_sim::Picture;
use wechat_sim::PictureKind;
use wechat_sim::Quirk;
use wechat_sim::Sim;
use wechat_sim::Sound;
use wechat_sim::SoundKind;
use wechat_sim::Target;

use crate::http::Answer;
use crate::http::Client;
use crate::http::get;
use crate::http::send;

const BOUNDARY: &str = "xxBOUNDARYxx";

/// The answer is this error, in words that are not "unknown".
#[track_caller]
fn refused(answer: &Answer, code: i64) {
    let (errcode, text) = crate::http::refused(answer);
    assert_eq!((errcode, text == "unknown error"), (code, false), "{text}");
}

/// A form with a file, and perhaps a description.
fn form(name: &[u8], file: &[u8], description: Option<&str>) -> Vec<u8> {
    let mut body =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"")
            .into_bytes();
    body.extend(name);
    body.extend(b"\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    body.extend(file);
    if let Some(description) = description {
        body.extend(
            format!(
                "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n{description}"
            )
            .bytes(),
        );
    }
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    body
}

fn post(client: &Client<'_>, path: &str, body: &[u8]) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    send(
        client.sim,
        "POST",
        &client.target(path),
        &[("Content-Type", &kind)],
        body,
    )
}

fn add(client: &Client<'_>, kind: &str, name: &str, file: &[u8]) -> Answer {
    let description = (kind == "video").then_some(r#"{"title":"标题","introduction":"简介"}"#);
    let body = form(name.as_bytes(), file, description);
    post(client, &format!("material/add_material?type={kind}"), &body)
}

fn picture(kind: PictureKind, size_bytes: u64) -> Vec<u8> {
    Picture {
        size_bytes,
        ..Picture::new(kind, 5)
    }
    .file()
}

fn clip() -> Vec<u8> {
    wechat_sim::Clip::new(3).source().to_vec()
}

fn cover(client: &Client<'_>) -> String {
    let answer = add(client, "image", "c.png", &picture(PictureKind::Png, 0)).json();
    answer["media_id"].as_str().unwrap().to_owned()
}

fn article(cover: &str) -> Value {
    json!({"title": "标题", "content": "<p>字</p>", "thumb_media_id": cover})
}

fn draft(client: &Client<'_>, articles: &Value) -> Answer {
    client.post("draft/add", &json!({"articles": articles}))
}

#[test]
fn what_is_uploaded_is_listed_first_and_served_as_it_came() {
    let sim = Sim::builder().images(2).voices(1).videos(1).start();
    let client = Client::new(&sim);
    let png = picture(PictureKind::Png, 0);
    let answer = add(&client, "image", "a.png", &png);
    assert!(
        answer.text().ends_with(r#""item":[]}"#),
        "{}",
        answer.text()
    );
    let told = answer.json();
    let listed = &client.list("image", 0, 20)["item"][0];
    assert_eq!(listed["media_id"], told["media_id"]);
    assert_eq!(
        (&listed["url"], &listed["name"]),
        (&told["url"], &json!("a.png"))
    );
    assert_eq!(get(&sim, told["url"].as_str().unwrap()).body, png);
    let by_id = client.post(
        "material/get_material",
        &json!({"media_id": told["media_id"]}),
    );
    assert_eq!(by_id.body, png);
    // The same bytes: another id, the same address.
    let again = add(&client, "image", "b.png", &png).json();
    assert_ne!(again["media_id"], told["media_id"]);
    assert_eq!(again["url"], told["url"]);

    let mp3 = Sound::new(SoundKind::Mp3, 1).file();
    let voice = add(&client, "voice", "v.mp3", &mp3).json();
    assert_eq!(voice.get("url"), None);
    let by_id = client.post(
        "material/get_material",
        &json!({"media_id": voice["media_id"]}),
    );
    assert_eq!(by_id.body, mp3);

    let video = add(&client, "video", "v.mp4", &clip()).json();
    let told = client
        .post(
            "material/get_material",
            &json!({"media_id": video["media_id"]}),
        )
        .json();
    assert_eq!(
        (&told["title"], &told["description"]),
        (&json!("标题"), &json!("简介"))
    );
    assert_eq!(get(&sim, told["down_url"].as_str().unwrap()).body, clip());
    assert_eq!(
        client.get("material/get_materialcount").text(),
        r#"{"voice_count":2,"video_count":2,"image_count":4,"news_count":0}"#
    );
}

#[test]
fn a_form_that_is_not_as_it_must_be_is_refused() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let png = picture(PictureKind::Png, 0);
    let image = "material/add_material?type=image";
    let chunked = {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let target = client.target(image);
        crate::http::send_chunked(
            &sim,
            &target,
            &[("Content-Type", &kind)],
            &form(b"a.png", &png, None),
        )
    };
    assert_eq!((chunked.status, chunked.body.len()), (412, 0));
    refused(
        &post(&client, image, &form("图.png".as_bytes(), &png, None)),
        41005,
    );
    refused(&post(&client, image, &form(b"", &png, None)), 41005);
    refused(&post(&client, image, b"no form"), 41005);
    refused(&post(&client, image, &form(b"a/b.png", &png, None)), 47001);
    refused(&post(&client, image, &form(b"a.PNG", &png, None)), 40113);
    refused(&post(&client, image, &form(b"a", &png, None)), 40113);
    refused(&post(&client, image, &form(b"a.webp", &png, None)), 40113);
    refused(&post(&client, image, &form(b"a.jpg", &png, None)), 40137);
    refused(&post(&client, image, &form(b"a.png", b"", None)), 44001);
    refused(
        &post(
            &client,
            "material/add_material",
            &form(b"a.png", &png, None),
        ),
        40007,
    );
    refused(
        &post(
            &client,
            "material/add_material?type=news",
            &form(b"a.png", &png, None),
        ),
        40004,
    );
    let video = "material/add_material?type=video";
    refused(&post(&client, video, &form(b"a.mp4", &clip(), None)), 40005);
    let escaped = r#"{"title":"\u6807","introduction":""}"#;
    refused(
        &post(&client, video, &form(b"a.mp4", &clip(), Some(escaped))),
        40033,
    );
    assert_eq!(sim.truth().len(), 0);
}

#[test]
fn what_is_too_large_or_too_long_is_refused() {
    let sim = Sim::builder().rooms(1, 1, 1).start();
    let client = Client::new(&sim);
    let mib = 1 << 20;
    let sound = |kind, frames| {
        Sound {
            frames,
            ..Sound::new(kind, 1)
        }
        .file()
    };
    refused(
        &add(
            &client,
            "image",
            "a.png",
            &picture(PictureKind::Png, 10 * mib + 1),
        ),
        40009,
    );
    refused(
        &add(&client, "voice", "a.amr", &sound(SoundKind::Amr, 3_001)),
        45007,
    );
    refused(
        &add(&client, "voice", "a.mp3", &sound(SoundKind::Mp3, 20_200)),
        40010,
    );
    let video = wechat_sim::Clip {
        seed: 1,
        size_bytes: 10 * mib + 1,
    }
    .source()
    .to_vec();
    refused(&add(&client, "video", "a.mp4", &video), 40011);
    refused(
        &add(
            &client,
            "thumb",
            "a.jpg",
            &picture(PictureKind::Jpeg, 65_537),
        ),
        40012,
    );
    assert_eq!(sim.truth().len(), 0);
    // At the limit it is taken; then the library is full.
    let whole = picture(PictureKind::Png, 10 * mib);
    assert!(add(&client, "image", "a.png", &whole).json()["url"].is_string());
    refused(
        &add(&client, "image", "b.png", &picture(PictureKind::Png, 0)),
        45034,
    );
    assert!(
        add(&client, "voice", "a.amr", &sound(SoundKind::Amr, 3_000)).json()["media_id"]
            .is_string()
    );
    refused(
        &add(&client, "voice", "b.amr", &sound(SoundKind::Amr, 60)),
        45034,
    );
    assert!(add(&client, "video", "a.mp4", &clip()).json()["media_id"].is_string());
    refused(&add(&client, "video", "b.mp4", &clip()), 45034);
}

#[test]
fn pictures_of_articles_are_small_and_not_of_the_library() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let jpg = picture(PictureKind::Jpeg, (1 << 20) - 1);
    let told = post(&client, "media/uploadimg", &form(b"a.jpg", &jpg, None)).json();
    let url = told["url"].as_str().unwrap();
    assert!(url.ends_with("/0?from=appmsg"), "{url}");
    assert_eq!(get(&sim, url).body, jpg);
    let large = picture(PictureKind::Jpeg, 1 << 20);
    refused(
        &post(&client, "media/uploadimg", &form(b"a.jpg", &large, None)),
        40009,
    );
    let gif = picture(PictureKind::Gif, 0);
    refused(
        &post(&client, "media/uploadimg", &form(b"a.gif", &gif, None)),
        40113,
    );
    refused(
        &post(&client, "media/uploadimg", &form(b"a.png", &gif, None)),
        40005,
    );
    assert_eq!(sim.truth().len(), 0);
    assert_eq!(sim.account().article_pictures(), 1);
}

#[test]
fn a_draft_is_kept_as_the_server_rewrites_it() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let cover = cover(&client);
    let body = post(
        &client,
        "media/uploadimg",
        &form(b"a.jpg", &picture(PictureKind::Jpeg, 0), None),
    )
    .json();
    let url = body["url"].as_str().unwrap();
    let content = format!(
        r#"<p style="background:url(&quot;{url}&quot;)">一<br/>二<a href="https://mp.weixin.qq.com/s?x">三</a><img class="k" src="{url}"/><img src="https://else.example/x.png" alt="四"><script>五</script><b onclick="x()" style="background:url(http://else.example/y.png) 0 0">六</b></p>"#
    );
    let mut one = article(&cover);
    one["content"] = json!(content);
    let id = draft(&client, &json!([one, article(&cover)])).json()["media_id"].clone();
    let kept = client.post("draft/get", &json!({"media_id": id})).json();
    let shown = url.replace("/0?", "/640?");
    let first = &kept["news_item"][0];
    assert_eq!(
        first["content"],
        format!(
            r#"<p style="background:url(&quot;{url}&quot;)">一<br  />二三<img class="k" data-src="{shown}"  /><img alt="四"><b style="background:none 0 0">六</b></p>"#
        )
    );
    assert_eq!(
        (&first["title"], &first["digest"]),
        (&json!("标题"), &json!("一二三六"))
    );
    assert_eq!(first["thumb_media_id"], json!(cover));
    assert_eq!(kept["news_item"].as_array().unwrap().len(), 2);
    assert_eq!(client.list("image", 0, 20)["total_count"], 1);
    assert_eq!(get(&sim, &shown).body, picture(PictureKind::Jpeg, 0));
    sim.account().turn_off(Quirk::LinksRemoved);
    let id = draft(&client, &json!([one])).json()["media_id"].clone();
    let kept = client.post("draft/get", &json!({"media_id": id})).json();
    assert!(
        kept["news_item"][0]["content"]
            .as_str()
            .unwrap()
            .contains("<a href=")
    );
}

#[test]
fn a_draft_that_breaks_a_rule_is_refused() {
    let sim = Sim::builder().voices(1).start();
    let client = Client::new(&sim);
    let cover = cover(&client);
    let with = |name: &str, value: Value| {
        let mut article = article(&cover);
        article[name] = value;
        draft(&client, &json!([article]))
    };
    let long = |len| json!("字".repeat(len));
    assert!(with("title", long(32)).json()["media_id"].is_string());
    refused(&with("title", long(33)), 45003);
    refused(&with("title", json!("")), 44003);
    refused(&with("author", long(17)), 45110);
    refused(&with("digest", long(129)), 45004);
    refused(&with("content", long(20_000)), 45002);
    refused(&with("content", json!("")), 45166);
    refused(
        &with(
            "content_source_url",
            json!(format!("https://a.example/{}", "x".repeat(1024))),
        ),
        45005,
    );
    refused(
        &with("content_source_url", json!("http://localhost/x")),
        41039,
    );
    refused(&with("content_source_url", json!("/x")), 41039);
    refused(&with("thumb_media_id", json!("")), 40007);
    let voice = sim.account().voices().next().unwrap().media_id.clone();
    refused(&with("thumb_media_id", json!(voice)), 40128);
    refused(&with("need_open_comment", json!(true)), 47001);
    refused(&with("article_type", json!("other")), 40035);
    refused(&draft(&client, &json!([])), 44003);
    refused(&draft(&client, &json!(vec![article(&cover); 9])), 45008);
    let escaped = br#"{"articles":[{"title":"\u6807"}]}"#;
    refused(
        &send(&sim, "POST", &client.target("draft/add"), &[], escaped),
        40033,
    );
    sim.account().turn_on(Quirk::NoComments);
    refused(&with("need_open_comment", json!(1)), 88000);
    assert_eq!(client.get("draft/count").text(), r#"{"total_count":1}"#);
}

#[test]
fn a_picture_draft_names_one_to_twenty_pictures_of_the_library() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let cover = cover(&client);
    let newspic = |ids: Vec<&str>| {
        let list: Vec<Value> = ids.iter().map(|id| json!({"image_media_id": id})).collect();
        draft(
            &client,
            &json!([{"article_type": "newspic", "title": "图", "content": "字",
                     "image_info": {"image_list": list}}]),
        )
    };
    let id = newspic(vec![&cover; 20]).json()["media_id"].clone();
    let kept = client.post("draft/get", &json!({"media_id": id})).json();
    assert_eq!(kept["news_item"][0]["article_type"], "newspic");
    assert_eq!(
        kept["news_item"][0]["image_info"]["image_list"][0]["image_media_id"],
        json!(cover)
    );
    refused(&newspic(vec![&cover; 21]), 40035);
    refused(&newspic(vec![]), 40035);
    refused(&newspic(vec!["nobody"]), 40007);
}

#[test]
fn a_cover_can_be_too_fresh() {
    let sim = Sim::builder().with(Quirk::FreshCoverRefused).start();
    let client = Client::new(&sim);
    let cover = cover(&client);
    refused(&draft(&client, &json!([article(&cover)])), 40007);
    sim.advance(Duration::from_secs(2));
    assert!(draft(&client, &json!([article(&cover)])).json()["media_id"].is_string());
}

#[test]
fn an_answer_may_be_lost_after_the_work_is_done() {
    let path = "/cgi-bin/material/add_material";
    let sim = Sim::builder()
        .fault(Fault::CutAfter(0), Target::path(path).at(1))
        .fault(Fault::ResetAfter(0), Target::path(path).at(2))
        .fault(Fault::DoneButErrcode(-1), Target::path(path).at(3))
        .fault(Fault::Errcode(-1), Target::path(path).at(4))
        .start();
    let client = Client::new(&sim);
    let png = picture(PictureKind::Png, 0);
    for stored in [1, 2, 3, 3] {
        let answer = add(&client, "image", "a.png", &png);
        assert!(!answer.text().contains("media_id"), "{answer:?}");
        assert_eq!(sim.account().images().len(), stored);
    }
}

#[test]
fn what_is_deleted_is_gone() {
    let sim = Sim::builder().images(1).drafts(1).published(1).start();
    let client = Client::new(&sim);
    let image = sim.account().images().next().unwrap().media_id.clone();
    let draft = sim.account().drafts().next().unwrap().id.clone();
    let done = r#"{"errcode":0,"errmsg":"ok"}"#;
    let delete = |path: &str, id: &str| client.post(path, &json!({"media_id": id}));
    refused(&delete("material/del_material", &draft), 40007);
    refused(&delete("draft/delete", &image), 40007);
    sim.account().turn_on(Quirk::InMenu);
    refused(&delete("material/del_material", &image), 48005);
    sim.account().turn_off(Quirk::InMenu);
    assert_eq!(delete("material/del_material", &image).text(), done);
    assert_eq!(delete("draft/delete", &draft).text(), done);
    refused(&delete("material/del_material", &image), 40007);
    let account = sim.account();
    let left = (
        account.images().len(),
        account.drafts().len(),
        account.published().len(),
    );
    assert_eq!(left, (0, 0, 1));
}
