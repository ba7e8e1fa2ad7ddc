//! Lists, items, quotas: shapes and refusals.

use serde_json::Value;
use serde_json::json;
use wechat_sim::Quirk;
use wechat_sim::Sim;

use crate::http::Client;
use crate::http::refused;
use crate::http::send;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn counts_are_those_of_the_account() {
    let sim = Sim::builder()
        .images(3)
        .voices(2)
        .videos(1)
        .news(4)
        .drafts(5)
        .published(6)
        .start();
    let client = Client::new(&sim);
    let counts = client.get("material/get_materialcount");
    assert_eq!(counts.header("content-type"), Some("text/plain"));
    assert_eq!(
        counts.text(),
        r#"{"voice_count":2,"video_count":1,"image_count":3,"news_count":4}"#
    );
    assert_eq!(client.get("draft/count").text(), r#"{"total_count":5}"#);
}

#[test]
fn a_list_has_its_items_first_and_escaped_slashes() {
    let sim = Sim::builder().images(25).start();
    let client = Client::new(&sim);
    let page = client.list_answer("image", 20, 20);
    assert!(page.text().starts_with(r#"{"item":[{"media_id":""#));
    assert!(page.text().contains(r#""url":"http:\/\/127.0.0.1:"#));
    let page = page.json();
    assert_eq!(keys(&page), ["item", "total_count", "item_count"]);
    assert_eq!(
        (&page["total_count"], &page["item_count"]),
        (&json!(25), &json!(5))
    );
    assert_eq!(page["item"].as_array().unwrap().len(), 5);
    sim.account().turn_off(Quirk::EscapedSlashes);
    assert!(
        client
            .list_answer("image", 20, 20)
            .text()
            .contains(r#""url":"http://127"#)
    );
}

#[test]
fn items_have_the_keys_of_live_answers() {
    let sim = Sim::builder()
        .images(6)
        .voices(1)
        .videos(5)
        .news(1)
        .published(1)
        .start();
    let client = Client::new(&sim);
    let images = client.list("image", 0, 20);
    let item = |at: usize| &images["item"][at];
    assert_eq!(
        keys(item(0)),
        ["media_id", "name", "update_time", "url", "tags"]
    );
    assert_eq!(item(3)["url"], "");
    assert_eq!(keys(item(4)), ["media_id", "name", "update_time", "url"]);
    let first = item(1)["media_id"].as_str().unwrap();
    let twin = item(2)["media_id"].as_str().unwrap();
    assert_ne!(first, twin);
    assert_eq!(first[21..].to_lowercase(), twin[21..].to_lowercase());

    let voices = client.list("voice", 0, 20);
    assert_eq!(
        keys(&voices["item"][0]),
        ["media_id", "name", "update_time", "tags"]
    );
    let videos = client.list("video", 0, 20);
    let plain = ["media_id", "name", "description", "update_time", "tags"];
    assert_eq!(keys(&videos["item"][0]), plain);
    assert_eq!(keys(&videos["item"][4])[5], "url");

    let article = [
        "title",
        "author",
        "digest",
        "content",
        "content_source_url",
        "thumb_media_id",
        "show_cover_pic",
        "url",
        "thumb_url",
        "need_open_comment",
        "only_fans_can_comment",
    ];
    let news = client.list("news", 0, 20);
    assert_eq!(
        keys(&news["item"][0]),
        ["media_id", "content", "update_time"]
    );
    assert_eq!(
        keys(&news["item"][0]["content"]),
        ["news_item", "create_time", "update_time"]
    );
    assert_eq!(keys(&news["item"][0]["content"]["news_item"][0]), article);
    let published = client
        .post("freepublish/batchget", &json!({"offset": 0, "count": 20}))
        .json();
    assert_eq!(
        keys(&published["item"][0]),
        ["article_id", "content", "update_time"]
    );
    let told = keys(&published["item"][0]["content"]["news_item"][0]).len();
    assert_eq!(told, article.len() + 1);
    assert_eq!(
        published["item"][0]["content"]["news_item"][0]["is_deleted"],
        false
    );
}

#[test]
fn large_answers_are_compressed_for_those_who_accept_it() {
    let sim = Sim::builder().images(20).start();
    let client = Client::new(&sim);
    let body = br#"{"type":"image","offset":0,"count":20}"#;
    let target = client.target("material/batchget_material");
    let packed = send(
        &sim,
        "POST",
        &target,
        &[("Accept-Encoding", "gzip, br")],
        body,
    );
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.is_whole());
    let plain = client.list_answer("image", 0, 20);
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(packed.unzipped(), plain.text());
    sim.account().turn_off(Quirk::Gzip);
    let plain = send(&sim, "POST", &target, &[("Accept-Encoding", "gzip")], body);
    assert_eq!(plain.header("content-encoding"), None);
}

#[test]
fn bad_requests_are_refused_as_the_server_refuses_them() {
    let sim = Sim::builder().images(1).start();
    let client = Client::new(&sim);
    let list = |body: &str| {
        let target = client.target("material/batchget_material");
        refused(&send(&sim, "POST", &target, &[], body.as_bytes())).0
    };
    assert_eq!(list(""), 44002);
    assert_eq!(list("type=image&offset=0&count=20"), 47001);
    assert_eq!(list(r#"{"type":"thumb","offset":0,"count":20}"#), 40004);
    for count in ["0", "21", "-1", "\"20\"", "1000"] {
        assert_eq!(
            list(&format!(r#"{{"type":"image","offset":0,"count":{count}}}"#)),
            40035
        );
    }
    assert_eq!(list(r#"{"type":"image","offset":-1,"count":20}"#), 40035);
    assert_eq!(refused(&client.get("material/batchget_material")).0, 43002);
    assert_eq!(
        refused(&client.post("material/get_materialcount", &json!({}))).0,
        43001
    );
    // As seen: a GET is answered like an id that does not exist.
    let unknown = (40007, "invalid media_id".to_owned());
    assert_eq!(
        refused(&client.get("material/get_material?media_id=x")),
        unknown
    );
    assert_eq!(refused(&client.material("x")), unknown);
    assert_eq!(
        refused(&client.post("draft/get", &json!({"media_id": "x"}))),
        unknown
    );
    assert_eq!(
        refused(&client.post("freepublish/getarticle", &json!({"article_id": "x"}))).0,
        53600
    );
    assert_eq!(
        refused(&client.post("draft/batchget", &json!({"offset": 0, "count": 21}))).0,
        45165
    );
    assert_eq!(refused(&client.get("nothing/here")).0, 40066);
}

#[test]
fn past_the_end_there_is_an_empty_page() {
    let sim = Sim::builder().images(1).start();
    let client = Client::new(&sim);
    let page = client.list_answer("image", 20, 20);
    assert_eq!(page.text(), r#"{"item":[],"total_count":1,"item_count":0}"#);
}

#[test]
fn an_empty_draft_box_has_no_item_count() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    assert_eq!(
        client.drafts(0, 20).to_string(),
        r#"{"item":[],"total_count":0}"#
    );
    sim.account().turn_off(Quirk::EmptyBoxWithoutCount);
    assert_eq!(client.drafts(0, 20)["item_count"], 0);
}

#[test]
fn a_drafts_tempkey_changes_with_every_reading_unless_held_still() {
    let sim = Sim::builder().drafts(1).start();
    let client = Client::new(&sim);
    let url = || client.drafts(0, 1)["item"][0]["content"]["news_item"][0]["url"].to_string();
    let (first, second) = (url(), url());
    assert!(first.contains("&tempkey="));
    assert_ne!(first, second);
    let tail = |url: &str| url[url.find("&chksm=").unwrap()..].to_owned();
    assert_eq!(tail(&first), tail(&second));
    sim.account().turn_off(Quirk::Tempkey);
    assert_eq!(url(), url());
}

#[test]
fn content_is_left_out_on_request() {
    let sim = Sim::builder().drafts(1).published(1).start();
    let client = Client::new(&sim);
    for (path, wanted) in [
        ("draft/batchget", 1),
        ("freepublish/batchget", 1),
        ("draft/batchget", 0),
    ] {
        let page = client
            .post(
                path,
                &json!({"offset": 0, "count": 1, "no_content": wanted}),
            )
            .json();
        let article = &page["item"][0]["content"]["news_item"][0];
        assert_eq!(article.get("content").is_none(), wanted == 1, "{path}");
        assert!(article["title"].is_string());
    }
}

#[test]
fn picture_drafts_name_images_of_the_library() {
    let sim = Sim::builder().images(5).drafts(2).start();
    let client = Client::new(&sim);
    let draft = client.drafts(1, 1)["item"][0].clone();
    let article = &draft["content"]["news_item"][0];
    assert_eq!(article["article_type"], "newspic");
    for image in article["image_info"]["image_list"].as_array().unwrap() {
        let id = image["image_media_id"].as_str().unwrap();
        assert_eq!(
            client.material(id).header("content-type"),
            Some("text/plain")
        );
    }
    let id = json!({"media_id": draft["media_id"]});
    sim.account().turn_on(Quirk::NewspicTypeLostOnGet);
    let alone = client.post("draft/get", &id).json();
    assert_eq!(alone["news_item"][0].get("article_type"), None);
    assert_eq!(
        client.drafts(1, 1)["item"][0]["content"]["news_item"][0]["article_type"],
        "newspic"
    );
    sim.account().turn_on(Quirk::NewspicWithoutType);
    let listed = client.drafts(1, 1);
    assert_eq!(
        listed["item"][0]["content"]["news_item"][0].get("article_type"),
        None
    );
}

#[test]
fn publications_can_lack_times_contents_and_be_taken_down() {
    let sim = Sim::builder()
        .published(2)
        .with(Quirk::NoItemUpdateTime)
        .with(Quirk::NoContentUnasked)
        .with(Quirk::DeletedPublication)
        .start();
    let client = Client::new(&sim);
    let page = client
        .post("freepublish/batchget", &json!({"offset": 0, "count": 20}))
        .json();
    let last = &page["item"][1];
    assert_eq!(keys(last), ["article_id", "content"]);
    assert_eq!(last["content"]["news_item"][0]["is_deleted"], true);
    assert_eq!(last["content"]["news_item"][0].get("content"), None);
    let one = client
        .post(
            "freepublish/getarticle",
            &json!({"article_id": last["article_id"]}),
        )
        .json();
    assert!(one["news_item"][0]["content"].is_string());
}

#[test]
fn the_switch_of_the_draft_box_is_only_looked_at() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let looked = client.post("draft/switch?checkonly=1", &json!({}));
    assert_eq!(looked.text(), r#"{"errcode":0,"errmsg":"ok","is_open":1}"#);
    assert_eq!(refused(&client.post("draft/switch", &json!({}))).0, 48001);
}

#[test]
fn quotas_are_told_spent_and_whole_again_tomorrow() {
    let sim = Sim::builder().limit("/cgi-bin/draft/count", 2).start();
    let client = Client::new(&sim);
    let quota = |path: &str| client.post("openapi/quota/get", &json!({"cgi_path": path}));
    assert_eq!(client.get("draft/count").json()["total_count"], 0);
    assert_eq!(
        quota("/cgi-bin/draft/count").text(),
        r#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":2,"used":1,"remain":1}}"#
            .replace('/', "\\/")
    );
    client.get("draft/count");
    assert_eq!(
        refused(&client.get("draft/count")),
        (45009, "reach max api daily quota limit".to_owned())
    );
    // Other paths go on.
    assert_eq!(
        client.get("material/get_materialcount").json()["image_count"],
        0
    );
    assert_eq!(refused(&quota("/cgi-bin/no/such")).0, 76021);
    sim.next_day();
    assert_eq!(refused(&client.get("draft/count")).0, 42001);
    assert_eq!(
        Client::new(&sim).get("draft/count").json()["total_count"],
        0
    );
}

#[test]
fn quotas_are_never_cleared() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    let appid = json!({"appid": sim.appid()});
    for path in ["clear_quota", "clear_quota/v2", "openapi/quota/clear"] {
        assert_eq!(refused(&client.post(path, &appid)).0, 48006, "{path}");
    }
    assert_eq!(sim.count("/cgi-bin/clear_quota"), 1);
}

#[test]
fn addresses_of_the_servers_are_told() {
    let sim = Sim::builder().start();
    let client = Client::new(&sim);
    for path in ["getcallbackip", "get_api_domain_ip"] {
        assert_eq!(
            client.get(path).text(),
            r#"{"ip_list":["101.89.47.18","101.91.34.103"]}"#
        );
    }
}
