//! The pages of the library: all is told, nothing leads away, no name can do harm.

use super::tree::{Node, elements, tree};
use super::*;
use crate::model::ItemKind;

const HOSTILE_NAME: &str =
    "\u{202e}\"'><img src=x onerror=alert(1)></title><script>alert(1)</script>&amp;";

fn file(name: &str, kind: FileKind) -> Stored {
    Stored::File {
        href: format!("blobs/ab/{name}"),
        kind,
        bytes: 2048,
    }
}

fn missing(reason: Option<GapReason>) -> Missing {
    Missing {
        gap_id: GapId::of("image", "x"),
        reason,
    }
}

fn image(stored: Stored) -> ImageView {
    ImageView {
        name: HOSTILE_NAME.to_owned(),
        time: 1_684_289_700,
        stored,
        size: Some((40, 30)),
        is_retired: true,
    }
}

fn voice() -> VoiceView {
    VoiceView {
        name: HOSTILE_NAME.to_owned(),
        time: 1_684_289_700,
        stored: file("v.mp3", FileKind::Mp3),
        duration_ms: Some(65_000),
        is_retired: false,
    }
}

fn video() -> VideoView {
    VideoView {
        title: HOSTILE_NAME.to_owned(),
        description: Some(HOSTILE_NAME.to_owned()),
        time: 1_684_289_700,
        stored: file("v.mp4", FileKind::Mp4),
        cover_href: Some("blobs/ab/c.jpg".to_owned()),
        is_retired: false,
    }
}

fn group() -> ArticleGroupView {
    ArticleGroupView {
        source: Section::Draft,
        time: 1_684_289_700,
        articles: vec![ArticleLine {
            title: HOSTILE_NAME.to_owned(),
            author: Some(HOSTILE_NAME.to_owned()),
            digest: Some(HOSTILE_NAME.to_owned()),
            href: Some("articles/abc/01/index.html".to_owned()),
            cover_href: Some("blobs/ab/c.jpg".to_owned()),
            gaps: 2,
        }],
        missing: None,
        is_retired: false,
    }
}

fn lost() -> MissingView {
    MissingView {
        kind: ItemKind::Asset,
        name: HOSTILE_NAME.to_owned(),
        missing: missing(Some(GapReason::HotlinkDenied)),
    }
}

fn index() -> String {
    let count = Count {
        stored: 3,
        missing: 1,
        retired: 2,
    };
    index_page(&Overview {
        account_name: Some(HOSTILE_NAME),
        appid: "wx1",
        sections: &Section::ALL.map(|section| (section, count)),
        assets: count,
        span: Some((1_464_576_022, 1_684_289_700)),
        articles: &[group()],
        images: &[
            image(file("p.png", FileKind::Png)),
            image(Stored::Missing(missing(None))),
        ],
        voices: &[voice()],
        videos: &[video()],
        missing: &[lost()],
        missing_total: 7,
    })
}

fn part<T>(items: &[T]) -> PageOf<'_, T> {
    PageOf {
        items,
        number: 2,
        pages: 3,
        total: 1001,
    }
}

fn every_page() -> [(&'static str, String); 6] {
    [
        ("", index()),
        (
            "../",
            gallery_page(&part(&[image(file("p.png", FileKind::Png))])),
        ),
        ("../", voices_page(&part(&[voice()]))),
        ("../", videos_page(&part(&[video()]))),
        ("../", articles_page(Section::Draft, &part(&[group()]))),
        ("../", missing_page(&part(&[lost()]))),
    ]
}

#[test]
fn no_name_runs_and_no_address_leads_out_of_the_archive() {
    for (up, page) in every_page() {
        for node in elements(&tree(&page, true)) {
            assert_ne!(node.name, "script", "{page}");
            assert!(
                node.attributes
                    .iter()
                    .all(|(name, _)| !name.starts_with("on")),
                "{page}"
            );
            for name in ["src", "href", "poster"] {
                if let Some(address) = node.get(name) {
                    let path = address.strip_prefix(up).unwrap_or(address);
                    let known = ["blobs/ab/", "articles/abc/", "view/", "index.html"];
                    let is_list = !up.is_empty() && path.ends_with("-0001.html")
                        || path.ends_with("-0003.html");
                    assert!(
                        is_list || known.iter().any(|k| path.starts_with(k)),
                        "{address}"
                    );
                }
            }
        }
        assert!(page.contains("default-src 'none'"), "{page}");
    }
}

#[test]
fn a_strange_name_is_isolated_where_it_stands_and_straight_in_the_title() {
    for (_, page) in every_page() {
        let nodes = elements(&tree(&page, true));
        let titles: Vec<&Node> = nodes.iter().filter(|node| node.name == "title").collect();
        assert_eq!(titles.len(), 1);
        assert!(!titles[0].text.contains('\u{202e}'));
        for node in nodes.iter().filter(|node| node.text.contains('\u{202e}')) {
            assert_eq!(
                (node.name.as_str(), node.text.as_str()),
                ("bdi", HOSTILE_NAME)
            );
        }
    }
}

#[test]
fn the_entry_page_tells_counts_span_and_what_is_missing() {
    let page = index();
    for words in [
        "<b>6</b><small>已保存 3 · 不再列出 2 · <span class=\"lost\">缺失 1</span></small>",
        "2016-05-30 至 2023-05-17（北京时间）",
        "有 7 项内容不在这份备份里",
        "href=\"view/missing-0001.html\"",
        "href=\"view/draft-0001.html\"",
        "微信返回了防盗链占位图，不是原图（hotlink_denied）",
        "缺失：尚未取得",
        "loading=\"lazy\" width=\"40\" height=\"30\"",
        "<audio controls preload=\"none\" src=\"blobs/ab/v.mp3\">",
        "<video controls preload=\"none\" src=\"blobs/ab/v.mp4\" poster=\"blobs/ab/c.jpg\">",
        "href=\"articles/abc/01/index.html\"",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
}

#[test]
fn an_empty_library_has_its_pages_too() {
    let page = index_page(&Overview {
        account_name: None,
        appid: "wx1",
        sections: &[(Section::Image, Count::default())],
        assets: Count::default(),
        span: None,
        articles: &[],
        images: &[],
        voices: &[],
        videos: &[],
        missing: &[],
        missing_total: 0,
    });
    assert!(page.contains("微信接口列出的内容都在这份备份里"));
    let none: PageOf<'_, ImageView> = PageOf {
        items: &[],
        number: 1,
        pages: List::pages(0),
        total: 0,
    };
    assert!(gallery_page(&none).contains("没有内容"));
}

#[test]
fn a_list_takes_as_many_pages_as_its_items_need() {
    let pages = [0, 1, 500, 501, 100_000].map(List::pages);
    assert_eq!(pages, [1, 1, 1, 2, 200]);
    assert_eq!(List::Images.file_name(7), "images-0007.html");
    assert_eq!(List::Articles(Section::News).file_name(1), "news-0001.html");
    let page = gallery_page(&part(&[image(file("p.png", FileKind::Png))]));
    assert!(page.contains(
        "<nav class=\"pages\"><a href=\"images-0001.html\">1</a><b>第 2 页</b>\
         <a href=\"images-0003.html\">3</a></nav>"
    ));
}
