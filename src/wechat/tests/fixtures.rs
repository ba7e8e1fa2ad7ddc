//! Answers of real accounts and of the documents, each read for its meaning.

use std::fmt::Write as _;

use bytes::Bytes;

use super::{fixture, hex_fixture};
use crate::model::{FileKind, Section};
use crate::wechat::error::Refusal;
use crate::wechat::wire::MaterialJson;
use crate::wechat::{Api, ArticleFields, ArticleGroup, ListItem, wire};

/// What the fixture `name` says, a line for each thing; `None` for what is no answer.
fn meaning(name: &str) -> Option<String> {
    let is_no_answer = name.contains("_request")
        || name == "index.md"
        || name.starts_with("http_headers-")
        || name.starts_with("article_tags-");
    if is_no_answer {
        return None;
    }
    if name.rsplit('.').next() == Some("hex") {
        let bytes = hex_fixture(name);
        return Some(format!(
            "{:?}, {} bytes\n",
            FileKind::of(&bytes),
            bytes.len()
        ));
    }
    let body = Bytes::from(fixture(name));
    let (fields, repairs) = wire::object(&body, "an answer").unwrap();
    assert!(repairs.is_none(), "{name}");
    let refusal = wire::refusal(&fields);
    assert_eq!(refusal.is_some(), name.starts_with("error_"), "{name}");
    let kind = name.split('-').next().unwrap();
    Some(match kind {
        _ if kind.starts_with("error_") => {
            let (errcode, errmsg) = refusal.unwrap();
            let refusal = Refusal::new(errcode, &errmsg, Api::GetMaterial);
            format!("{:?} {:?} {refusal}\n", refusal.class, refusal.rid)
        }
        // The mixed one is named by no section: it has items of both shapes.
        "batchget_material" => page(Section::Image, &body) + &page(Section::News, &body),
        _ if kind.starts_with("batchget_material_image") => page(Section::Image, &body),
        _ if kind.starts_with("batchget_material_voice") => page(Section::Voice, &body),
        _ if kind.starts_with("batchget_material_video") => page(Section::Video, &body),
        _ if kind.starts_with("batchget_material_news") => page(Section::News, &body),
        _ if kind.starts_with("draft_batchget") => page(Section::Draft, &body),
        _ if kind.starts_with("freepublish_batchget") => page(Section::Published, &body),
        "draft_get" | "freepublish_getarticle" => group(&wire::parse_article_group(&body).unwrap()),
        "draft_count" => format!("{}\n", wire::total_count(&fields).unwrap()),
        "get_materialcount" => format!("{:?}\n", wire::material_counts(&fields).unwrap()),
        "openapi_quota_get" | "openapi_quota_get_real" => {
            format!("{:?}\n", wire::quota(&fields).unwrap())
        }
        "token" | "stable_token_short_expiry" => {
            let grant = wire::token_grant(&fields).unwrap();
            format!("{} for {} s\n", grant.access_token, grant.expires_in)
        }
        _ if kind.starts_with("get_material_video") => {
            let Some(MaterialJson::Video(info)) = wire::material_json(&fields, &body) else {
                panic!("{name} is no video");
            };
            assert_eq!(info.body, body);
            format!(
                "{:?} {:?} {:?} {:?} {:?}\n",
                info.title, info.description, info.vid, info.cover_url, info.down_url
            )
        }
        // Answers to calls that a backup does not make: read, and no errors.
        "add_material" | "add_material_image" | "add_material_thumb" | "add_material_video"
        | "add_material_voice" | "del_material" | "draft_add" | "draft_delete" | "draft_switch"
        | "freepublish_get" | "freepublish_submit" | "get_api_domain_ip" | "getcallbackip"
        | "media_uploadimg" | "media_uploadnews" | "openapi_rid_get" => {
            // The order of keys hangs on a feature that other crates may turn on.
            let mut keys: Vec<_> = fields.keys().collect();
            keys.sort_unstable();
            format!("{keys:?}\n")
        }
        _ => panic!("{name} is read by no one"),
    })
}

fn page(section: Section, body: &Bytes) -> String {
    let page = wire::parse_page(section, body).unwrap();
    let mut text = format!(
        "{section}: {} items, total {:?}, here {:?}\n",
        page.items.len(),
        page.total_count,
        page.item_count
    );
    for item in &page.items {
        let raw = page.raw(item);
        match &item.item {
            ListItem::Media(media) => {
                // Who reads the stored bytes again sees the same.
                assert_eq!(wire::parse_media_item(&raw).unwrap(), *media);
                writeln!(
                    text,
                    "  {} {:?} {:?} {:?} {:?}",
                    media.media_id, media.name, media.update_time, media.description, media.url
                )
                .unwrap();
            }
            ListItem::Articles(articles) => {
                assert_eq!(wire::parse_article_group(&raw).unwrap(), *articles);
                text += &group(articles);
            }
        }
    }
    text
}

fn group(group: &ArticleGroup) -> String {
    let mut text = format!(
        "  {:?} {:?} {:?}\n",
        group.id, group.create_time, group.update_time
    );
    for article in &group.articles {
        let ArticleFields {
            title,
            author,
            digest,
            content,
            content_source_url,
            thumb_media_id,
            thumb_url,
            url,
            show_cover_pic,
            need_open_comment,
            only_fans_can_comment,
            is_deleted,
            article_type,
            image_media_ids,
            cover_info,
            product_info,
        } = article;
        let content = content.as_ref().map(|content| {
            let start: String = content.chars().take(20).collect();
            format!("{} bytes: {start}", content.len())
        });
        writeln!(
            text,
            "    {title:?} {author:?} {digest:?} {article_type:?}\n      {content:?}\n      \
             {url:?} {content_source_url:?}\n      {thumb_media_id:?} {thumb_url:?} \
             {image_media_ids:?} {cover_info:?} {product_info:?}\n      cover \
             {show_cover_pic:?} comments {need_open_comment:?} fans {only_fans_can_comment:?} \
             deleted {is_deleted:?}"
        )
        .unwrap();
    }
    text
}

#[test]
fn every_answer_is_read_for_what_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wechat");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    names.sort_unstable();
    let mut text = String::new();
    for name in names {
        if let Some(meaning) = meaning(&name) {
            write!(text, "{name}\n{meaning}").unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
