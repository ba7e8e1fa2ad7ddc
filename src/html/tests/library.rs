//! The pages of the library: all is told, nothing leads away, no name can do harm.

use super::tree::{Node, elements, tree};
use super::*;
use crate::model::{Akey, ItemKind, ItemStatus, Sha256};

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

fn facts(number: usize) -> Facts {
    Facts {
        number,
        id: HOSTILE_NAME.to_owned(),
        time: 1_684_289_700,
        status: ItemStatus::Retired,
        sha256: Some(Sha256::of(b"x")),
        is_suspect: true,
    }
}

fn image(stored: Stored) -> ImageView {
    ImageView {
        facts: facts(7),
        name: HOSTILE_NAME.to_owned(),
        stored,
        size: Some((40, 30)),
    }
}

fn voice() -> VoiceView {
    VoiceView {
        facts: facts(8),
        name: HOSTILE_NAME.to_owned(),
        stored: file("v.mp3", FileKind::Mp3),
        duration_ms: Some(65_000),
    }
}

fn video() -> VideoView {
    VideoView {
        facts: facts(9),
        title: HOSTILE_NAME.to_owned(),
        description: Some(HOSTILE_NAME.to_owned()),
        stored: file("v.mp4", FileKind::Mp4),
        cover_href: Some("blobs/ab/c.jpg".to_owned()),
    }
}

fn group() -> ArticleGroupView {
    ArticleGroupView {
        source: Section::Draft,
        akey: Akey::of(Section::Draft, "x"),
        id: HOSTILE_NAME.to_owned(),
        create_time: Some(1_684_289_600),
        time: 1_684_289_700,
        status: ItemStatus::Stored,
        articles: vec![ArticleLine {
            idx: 1,
            title: HOSTILE_NAME.to_owned(),
            author: Some(HOSTILE_NAME.to_owned()),
            digest: Some(HOSTILE_NAME.to_owned()),
            href: Some("articles/abc/01/index.html".to_owned()),
            cover_href: Some("blobs/ab/c.jpg".to_owned()),
            content_sha256: Some(Sha256::of(b"content")),
            gaps: 2,
        }],
        missing: None,
        raw_href: Some("articles/abc/raw.json".to_owned()),
    }
}

fn lost() -> MissingView {
    MissingView {
        kind: ItemKind::Asset,
        name: HOSTILE_NAME.to_owned(),
        missing: missing(Some(GapReason::HotlinkDenied)),
        time: 0,
    }
}

fn sections(count: Count) -> Vec<SectionView> {
    let months = vec![
        Month {
            name: Some((2023, 5)),
            page: 1,
            items: 400,
        },
        Month {
            name: Some((2022, 12)),
            page: 3,
            items: 601,
        },
    ];
    let section = |section| SectionView {
        section,
        count,
        months: months.clone(),
    };
    Section::ALL.map(section).into()
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
        sections: &sections(count),
        assets: count,
        span: Some((1_464_576_022, 1_684_289_700)),
        articles: &[group()],
        images: &[
            image(file("p.png", FileKind::Png)),
            ImageView {
                facts: facts(6),
                ..image(Stored::Missing(missing(None)))
            },
        ],
        voices: &[voice()],
        videos: &[video()],
        missing: &[lost()],
        missing_total: 7,
    })
}

fn find() -> String {
    find_page(&FindView {
        sections: &sections(Count::default()),
        titles: 2,
        texts: 3,
    })
}

/// The second of three pages of a list of two months.
fn part<T>(items: &[T]) -> ListPage<'_, T> {
    const MONTHS: [Month; 2] = [
        Month {
            name: Some((2023, 5)),
            page: 1,
            items: 400,
        },
        Month {
            name: Some((2022, 12)),
            page: 3,
            items: 601,
        },
    ];
    ListPage {
        part: PageOf {
            items,
            number: 2,
            pages: 3,
            total: 1001,
        },
        months: &MONTHS,
        sections: &Section::ALL,
    }
}

fn every_page() -> [(&'static str, String); 7] {
    [
        ("", index()),
        ("../", find()),
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
        let mut scripts = 0;
        for node in elements(&tree(&page, true)) {
            if node.name == "script" {
                let address = node.get("src").unwrap();
                assert!(["view/view.js", "view.js"].contains(&address), "{address}");
                assert_eq!(node.text, "");
                scripts += 1;
            }
            assert!(
                node.attributes
                    .iter()
                    .all(|(name, _)| !name.starts_with("on") && name != "style"),
                "{page}"
            );
            for name in ["src", "href", "poster", "action"] {
                if let Some(address) = node.get(name) {
                    let path = address.strip_prefix(up).unwrap_or(address);
                    let path = path.split('#').next().unwrap();
                    let known = ["blobs/ab/", "articles/abc/", "view/"];
                    let of_view = ["find.html", "style.css", "view.js", "index.html"];
                    let is_ours = path.is_empty() || !up.is_empty() && of_view.contains(&path);
                    let is_list = !up.is_empty() && path.ends_with("-0001.html")
                        || path.ends_with("-0003.html");
                    assert!(
                        is_ours || is_list || known.iter().any(|k| path.starts_with(k)),
                        "{address}"
                    );
                }
            }
        }
        assert_eq!(scripts, 1, "{page}");
        assert!(
            page.contains(
                "content=\"default-src 'none'; img-src 'self' file:; media-src 'self' file:; \
                 style-src 'self' file:; script-src 'self' file:; base-uri 'none'; form-action 'none'\""
            ),
            "{page}"
        );
    }
}

#[test]
fn every_word_of_ours_stands_in_both_languages() {
    for (_, page) in every_page() {
        let nodes = elements(&tree(&page, true));
        let of = |lang: &'static str| {
            let spans = nodes.iter().filter(move |node| node.name == "span");
            spans.filter(move |node| node.get("lang") == Some(lang))
        };
        assert_eq!(of("zh").count(), of("en").count(), "{page}");
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for english in of("en") {
            assert!(!english.text.contains(is_han), "{}", english.text);
        }
        for node in &nodes {
            let is_of_a_language = node.get("lang") == Some("zh")
                || node.above.iter().any(|above| above == "template");
            // The title of the window and the button stand for both.
            let is_both = ["title", "button"].contains(&node.name.as_str());
            assert!(
                !node.text.contains(is_han) || is_of_a_language || is_both,
                "{}: {}",
                node.name,
                node.text
            );
            for name in node
                .get("data-words")
                .unwrap_or_default()
                .split_whitespace()
            {
                assert!(node.get(name).unwrap().contains(" / "), "{page}");
            }
        }
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
        "<b>6</b><small><span lang=\"zh\">已保存</span><span lang=\"en\"> stored</span> 3 · \
         <span lang=\"zh\">微信已不再列出</span><span lang=\"en\"> no longer listed</span> 2 · \
         <span class=\"lost\"><span lang=\"zh\">缺失</span><span lang=\"en\"> missing</span> 1</span></small>",
        "2016-05-30 至 2023-05-17（北京时间 UTC+08:00）",
        "2016-05-30 to 2023-05-17 (UTC+08:00)",
        "有 7 项内容不在这份备份里。",
        " 7 things are not in this archive.",
        "href=\"view/missing-0001.html\"",
        "href=\"view/draft-0001.html\"",
        "<span lang=\"zh\">微信返回了防盗链占位图，不是原图</span>\
         <span lang=\"en\"> WeChat gave a placeholder for it</span> <code>hotlink_denied</code>",
        "<span lang=\"zh\">尚未取得</span><span lang=\"en\"> not fetched yet</span>",
        "loading=\"lazy\" width=\"40\" height=\"30\"",
        "\" src=\"blobs/ab/v.mp3\"></audio>",
        "\" src=\"blobs/ab/v.mp4\" poster=\"blobs/ab/c.jpg\"></video>",
        "href=\"articles/abc/01/index.html\"",
        "<a href=\"view/images-0003.html#m2022-12\">12 <small>601</small></a>",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
}

#[test]
fn no_two_things_on_a_page_have_one_address() {
    for (_, page) in every_page() {
        let mut ids = std::collections::BTreeSet::new();
        for node in elements(&tree(&page, true)) {
            if let Some(id) = node.get("id") {
                assert!(ids.insert(id.to_owned()), "{id} in {page}");
            }
        }
        assert!(ids.contains("main"), "{page}");
    }
}

#[test]
fn an_item_tells_its_id_time_size_digest_and_file() {
    let page = gallery_page(&part(&[image(file("p.png", FileKind::Png))]));
    let digest = Sha256::of(b"x");
    let details = format!(
        "<details><summary><span lang=\"zh\">详情</span><span lang=\"en\"> Details</span></summary><dl>\
         <dt>ID<dd><code><bdi>{}</bdi></code>\
         <dt><span lang=\"zh\">时间</span><span lang=\"en\"> Time</span><dd>2023-05-17 10:15:00\
         <dt><span lang=\"zh\">大小</span><span lang=\"en\"> Size</span><dd>2.0 KB (2048 B)\
         <dt>SHA-256<dd><code>{digest}</code>\
         <dt><span lang=\"zh\">文件</span><span lang=\"en\"> File</span><dd>\
         <a href=\"../blobs/ab/p.png\">png</a></dl></details>",
        super::super::escape::Escaped(HOSTILE_NAME)
    );
    assert!(page.contains(&details), "{details} in {page}");
    assert!(page.contains("<li id=\"image-7\">"));
    let page = articles_page(Section::Draft, &part(&[group()]));
    let akey = Akey::of(Section::Draft, "x");
    for words in [
        format!("id=\"a{akey}\""),
        format!("id=\"a{akey}-01\""),
        "<dd>2023-05-17 10:13:20".to_owned(),
        format!("<code>{}</code>", Sha256::of(b"content")),
        "<a href=\"../articles/abc/raw.json\">JSON</a>".to_owned(),
    ] {
        assert!(page.contains(&words), "{words} in {page}");
    }
}

#[test]
fn a_list_is_parted_by_month_and_leads_to_every_other() {
    let mut older = image(file("q.png", FileKind::Png));
    older.facts.time = 1_670_000_000;
    let page = gallery_page(&part(&[image(file("p.png", FileKind::Png)), older]));
    let headings: Vec<String> = elements(&tree(&page, true))
        .iter()
        .filter(|node| node.name == "h2")
        .map(|node| node.get("id").unwrap().to_owned())
        .collect();
    assert_eq!(headings, ["m2023-05", "m2022-12"]);
    for words in [
        "<p><b>2023</b> <a href=\"images-0001.html#m2023-05\">05 <small>400</small></a></p>\
         <p><b>2022</b> <a href=\"images-0003.html#m2022-12\">12 <small>601</small></a></p></details>",
        "<a href=\"images-0001.html\">1</a><b aria-current=\"page\"><span lang=\"zh\">第 2 页</span>\
         <span lang=\"en\"> page 2</span></b><a href=\"images-0003.html\">3</a></nav>",
        "<span lang=\"zh\">共 1001 张，从新到旧。</span><span lang=\"en\"> 1001 in all, newest first.</span>",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
}

#[test]
fn an_empty_library_has_its_pages_too() {
    let page = index_page(&Overview {
        account_name: None,
        appid: "wx1",
        sections: &[SectionView {
            section: Section::Image,
            count: Count::default(),
            months: Vec::new(),
        }],
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
    let none: ListPage<'_, ImageView> = ListPage {
        part: PageOf {
            items: &[],
            number: 1,
            pages: List::pages(0),
            total: 0,
        },
        months: &[],
        sections: &[Section::Image],
    };
    assert!(gallery_page(&none).contains("没有内容"));
}

#[test]
fn a_list_takes_as_many_pages_as_its_items_need() {
    let pages = [0, 1, 500, 501, 100_000].map(List::pages);
    assert_eq!(pages, [1, 1, 1, 2, 200]);
    assert_eq!(List::Images.file_name(7), "images-0007.html");
    assert_eq!(List::Articles(Section::News).file_name(1), "news-0001.html");
}

#[test]
fn the_rows_of_the_script_tell_what_the_lists_do() {
    let mut files = RowFiles::of_titles();
    let (image, video, group, lost) = (
        image(file("p.png", FileKind::Png)),
        video(),
        group(),
        lost(),
    );
    assert_eq!(files.title(&image_row(&image, 2)), None);
    assert_eq!(files.title(&video_row(&video, 1)), None);
    for row in article_rows(&group, 3) {
        assert_eq!(files.title(&row), None);
    }
    assert_eq!(files.title(&missing_row(&lost, 1).unwrap()), None);
    let file = files.finish().unwrap();
    assert!(is_row_file(file.text.as_bytes()), "{}", file.text);
    let rows = file
        .text
        .strip_prefix("wxbackupRows(\"titles\",1,")
        .unwrap();
    let rows: serde_json::Value = serde_json::from_str(rows.strip_suffix(");\n").unwrap()).unwrap();
    let (name, akey) = (HOSTILE_NAME, Akey::of(Section::Draft, "x"));
    let gap_id = GapId::of("image", "x");
    assert_eq!(
        rows,
        serde_json::json!([
            [
                "image",
                "retired",
                1_684_289_700,
                name,
                "",
                "../blobs/ab/p.png",
                "",
                "images-0002.html#image-7"
            ],
            [
                "video",
                "retired",
                1_684_289_700,
                name,
                name,
                "../blobs/ab/v.mp4",
                "../blobs/ab/c.jpg",
                "videos-0001.html#video-9"
            ],
            [
                "draft",
                "stored",
                1_684_289_700,
                name,
                format!("{name}\n{name}"),
                "../articles/abc/01/index.html",
                "../blobs/ab/c.jpg",
                format!("draft-0003.html#a{akey}-01")
            ],
            [
                "asset",
                "missing",
                0,
                name,
                "",
                "",
                "",
                format!("missing-0001.html#{}", gap_id.as_str())
            ],
        ])
    );
}

#[test]
fn no_link_leads_to_a_picture_that_is_a_document() {
    let svg = || file("s.svg", FileKind::Svg);
    for page in [
        gallery_page(&part(&[image(svg())])),
        voices_page(&part(&[VoiceView {
            stored: svg(),
            ..voice()
        }])),
        videos_page(&part(&[VideoView {
            stored: svg(),
            ..video()
        }])),
    ] {
        assert!(page.contains("svg"));
        for node in elements(&tree(&page, true)) {
            let href = node.get("href").unwrap_or_default();
            assert!(!href.contains(".svg"), "{href}");
        }
    }
    assert!(gallery_page(&part(&[image(svg())])).contains("<img src=\"../blobs/ab/s.svg\""));
    // What is found by a script is held to the same.
    assert!(VIEW_SCRIPT.contains("!row.file.endsWith(\".svg\")"));
}
