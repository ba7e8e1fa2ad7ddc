//! Answers that no honest server gives. Each ends in an archive that its own
//! check finds sound; never in a panic, and never in a lie.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wechat_sim::{Fault, Sim, Target};
use wxbackup::export::Outcome;

use crate::quick;
use crate::saved::Saved;

/// Exports an account whose list of `section` is `items`.
fn export_of(section: &str, items: &[Value]) -> Saved {
    let sim = Sim::builder().start();
    let total = items.len();
    let page = json!({ "item": items, "item_count": total, "total_count": total });
    let body = page.to_string().into_bytes();
    sim.fault(Fault::Body(body), Target::list(section));
    let folder = tempfile::tempdir().unwrap();
    let outcome = quick::export(&sim, folder.path());
    assert!(matches!(outcome, Ok(Outcome::Sealed(_))), "{outcome:?}");
    assert_eq!(sim.cdn_requests(), 0, "no address in it may be asked");
    Saved::only_one_in(folder.path())
}

/// What became of each of `items`, whose ids differ: `stored`, or why not.
fn ends_of(section: &str, items: &[Value]) -> BTreeMap<String, String> {
    let saved = export_of(section, items);
    let kind = match section {
        "image" | "voice" | "video" => section,
        _ => "article",
    };
    let gaps: BTreeMap<String, String> = saved
        .gaps()
        .into_iter()
        .map(|(_, id, reason)| (id, reason))
        .collect();
    let records = saved.items(kind);
    assert_eq!(records.len(), items.len());
    records
        .iter()
        .map(|record| {
            let id = record.get("media_id").or_else(|| record.get("id"));
            let id = id.unwrap().as_str().unwrap().to_owned();
            let end = match record["status"].as_str().unwrap() {
                "missing" => gaps[&id].clone(),
                status => status.to_owned(),
            };
            (id, end)
        })
        .collect()
}

#[track_caller]
fn assert_all_end(section: &str, items: &[Value], end: &str) {
    for (id, found) in ends_of(section, items) {
        assert_eq!(found, end, "{section} {id:.200}");
    }
}

#[test]
fn texts_of_every_kind_are_kept_as_texts() {
    let texts = [
        "../../../etc/passwd".to_owned(),
        "a\u{0}b\nc\u{7f}".to_owned(),
        "\u{202e}gpj.exe".to_owned(),
        "CON".to_owned(),
        "-rf".to_owned(),
        "\u{feff}😀\u{fffd}".to_owned(),
        "\"\\<script>alert(1)</script>".to_owned(),
        "%00".to_owned(),
        "长".repeat(300),
    ];
    let group = |text: &String| {
        json!({"media_id": text, "content": {"news_item": [{
            "title": text, "author": text, "digest": text, "content": text, "url": text,
            "thumb_url": text, "content_source_url": text, "article_type": text,
        }]}})
    };
    let groups: Vec<Value> = texts.iter().map(group).collect();
    for section in ["news", "draft", "published"] {
        assert_all_end(section, &groups, "stored");
    }
    let media =
        |text: &String| json!({"media_id": text, "name": text, "url": text, "description": text});
    let media: Vec<Value> = texts.iter().map(media).collect();
    for section in ["image", "voice", "video"] {
        assert_all_end(section, &media, "invalid_media_id");
    }
}

#[test]
fn values_of_every_kind_stand_where_a_number_or_a_text_should() {
    let odd = [
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(1.5),
        json!(253_402_300_800_i64),
        json!("x"),
        json!("12"),
        json!(true),
        json!(null),
        json!([null]),
        json!({"a": [1]}),
    ];
    let each = |make: &dyn Fn(&Value) -> Value| -> Vec<Value> {
        let items = odd.iter().enumerate();
        items
            .map(|(at, odd)| {
                let mut item = make(odd);
                item["media_id"] = json!(format!("id{at}"));
                item
            })
            .collect()
    };
    let images = each(&|odd| json!({"name": odd, "update_time": odd, "url": odd}));
    assert_all_end("image", &images, "invalid_media_id");
    let drafts = each(&|odd| {
        json!({"update_time": odd, "content": {
            "create_time": odd, "update_time": odd, "news_item": [{
                "title": odd, "content": "text", "url": odd, "thumb_url": odd,
                "show_cover_pic": odd, "image_info": odd, "article_type": odd,
            }],
        }})
    });
    assert_all_end("draft", &drafts, "stored");
    let pictures = each(&|odd| {
        json!({"content": {"news_item": [{
            "article_type": "newspic", "content": "text",
            "image_info": {"image_list": [odd, {"image_media_id": odd}]},
        }]}})
    });
    assert_all_end("draft", &pictures, "stored");
    // What is no group of articles is asked for alone, and is not there.
    let none: [&dyn Fn(&Value) -> Value; 3] = [
        &|odd| json!({ "content": odd }),
        &|odd| json!({"content": {"news_item": odd}}),
        &|odd| json!({"content": {"news_item": [odd]}}),
    ];
    for make in none {
        assert_all_end("news", &each(make), "invalid_media_id");
    }
}

#[test]
fn a_group_of_more_articles_than_a_record_holds_is_a_gap_with_its_raw_answer() {
    let group = |count: usize| {
        let articles = vec![json!({"title": "x", "content": "text"}); count];
        json!({"media_id": count.to_string(), "content": {"news_item": articles}})
    };
    let groups = [group(64), group(65)];
    let ends = ends_of("draft", &groups);
    assert_eq!([&ends["64"], &ends["65"]], ["stored", "over_size_limit"]);
    let record = export_of("draft", &groups).item("article", "65");
    assert!(record["raw_path"].is_string());
}

#[test]
fn addresses_that_lead_astray_are_not_asked() {
    let contents = [
        "<img src='http://user:pw@127.0.0.1/x'><img src='http://169.254.169.254/latest'>",
        "<img src='file:///etc/passwd'><img src='ftp://x/y'><img src='gopher://x'>",
        "<img src='http://localhost/x'><img src='http://[::1]/x'><img src='http://0x7f000001/'>",
        "<img src='https://mmbiz.qpic.cn@evil.example/x'><img src='https://mmbiz.qpic.cn:22/x'>",
        "<img src='//evil.example/x'><img src='\\\\evil.example\\x'><img src='https:evil.example'>",
    ];
    let items: Vec<Value> = contents
        .into_iter()
        .flat_map(|content| {
            let deep = format!("{}{content}", "<div>".repeat(5_000));
            [content.to_owned(), deep, format!("<p title='{content}")]
        })
        .enumerate()
        .map(|(at, content)| {
            json!({"media_id": at.to_string(), "content": {"news_item": [{"content": content}]}})
        })
        .collect();
    let saved = export_of("draft", &items);
    let gaps = saved.gaps();
    assert!(!gaps.is_empty());
    for (kind, id, reason) in gaps {
        assert_eq!(
            [kind.as_str(), &reason],
            ["asset", "embed_not_downloadable"],
            "{id}"
        );
    }
}
