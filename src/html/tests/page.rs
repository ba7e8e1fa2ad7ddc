//! The page around an article: what a reader is told before and behind the text.

use super::tree::{Node, elements, tree};
use super::*;

fn key(id: &str) -> AssetKey {
    let hosts = AssetHosts::default();
    let url = format!("https://mmbiz.qpic.cn/mmbiz_png/{id}/0");
    crate::model::AssetAddress::parse(&url, &hosts).unwrap().key
}

fn nodes(page: &str) -> Vec<Node> {
    elements(&tree(page, true))
}

#[test]
fn an_article_has_its_cover_title_author_date_and_read_more() {
    let hosts = AssetHosts::default();
    let cover = key("A1");
    let page = article_page(
        &ArticleView {
            title: "标题",
            author: Some("作者"),
            cover: Some(&cover),
            content_source_url: Some("https://example.com/a?b=1&c=2"),
            ..view("<p>正文</p>", &hosts)
        },
        &Shelf::default(),
    );
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         img-src 'self' file: data:; media-src 'self' file:; style-src 'unsafe-inline'\">";
    assert!(page.contains(policy), "{page}");
    let body = &page[page.find("<body>").unwrap()..];
    assert_eq!(
        body,
        "<body>\n<wxb-page>\n<wxb-head>\n<h1><bdi>标题</bdi></h1>\n<wxb-meta><span><bdi>作者</bdi></span> \
         <span><time datetime=\"2023-05-17T10:15:00+08:00\">2023-05-17 10:15</time> \
         北京时间 <span lang=\"en\">Beijing time, UTC+08:00</span></span> \
         <span>草稿 <span lang=\"en\">Draft</span></span> \
         <a href=\"../../../index.html\">返回目录 <span lang=\"en\">Back to the library</span></a></wxb-meta>\n\
         <wxb-cover><img src=\"../../../blobs/mmbiz_png_A1.png\" alt=\"\"></wxb-cover>\n</wxb-head>\n\
         <wxb-body><p>正文</p></wxb-body>\n<wxb-foot>\n\
         <p><a href=\"https://example.com/a?b=1&amp;c=2\" target=\"_blank\" rel=\"noreferrer noopener\">阅读原文 \
         <span lang=\"en\">Read more</span></a> <bdi>https://example.com/a?b=1&amp;c=2</bdi></p>\n\
         <p><a href=\"http://mp.weixin.qq.com/s?__biz=M&amp;mid=1&amp;idx=1#rd\" target=\"_blank\" \
         rel=\"noreferrer noopener\">在微信上的地址 <span lang=\"en\">Address on WeChat</span></a> \
         <bdi>http://mp.weixin.qq.com/s?__biz=M&amp;mid=1&amp;idx=1#rd</bdi></p>\n\
         </wxb-foot>\n</wxb-page>\n</body>\n</html>\n"
    );
}

#[test]
fn read_more_leads_to_the_accounts_own_article_where_it_is_here() {
    let hosts = AssetHosts::default();
    let page = article_page(
        &ArticleView {
            content_source_url: Some("https://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1"),
            ..view("", &hosts)
        },
        &Shelf::default(),
    );
    assert!(
        page.contains("<p><a href=\"../../abc/01/index.html\">阅读原文 "),
        "{page}"
    );
}

#[test]
fn a_picture_post_is_a_gallery_above_its_lines_of_text() {
    let hosts = AssetHosts::default();
    let cover = key("A1");
    let page = article_page(
        &ArticleView {
            cover: Some(&cover),
            pictures: &[key("A1"), key("B1"), key("A3")],
            ..view("今天的三张图片。\n#话题#", &hosts)
        },
        &Shelf::default(),
    );
    let gap = GapId::of("asset", "mmbiz_png/B1");
    let expected = format!(
        "<wxb-page>\n<wxb-gallery>\n\
         <wxb-slide id=\"wxb-1\" data-at=\"1 / 3\"><img src=\"../../../blobs/mmbiz_png_A1.png\" \
         alt=\"第 1 张，共 3 张 Picture 1 of 3\"></wxb-slide>\n\
         <wxb-slide id=\"wxb-2\" data-at=\"2 / 3\"><span class=\"wxb-missing\"><b>图片缺失 \
         <span lang=\"en\">Picture missing</span></b> 微信服务器上已不存在（http_404） \
         <span lang=\"en\">WeChat&#39;s server has it no longer</span><br><code>{gap}</code></span></wxb-slide>\n\
         <wxb-slide id=\"wxb-3\" data-at=\"3 / 3\"><img src=\"../../../blobs/mmbiz_png_A3.png\" \
         alt=\"第 3 张，共 3 张 Picture 3 of 3\"></wxb-slide>\n\
         </wxb-gallery>\n<wxb-leaf><a href=\"#wxb-1\">1</a> <a href=\"#wxb-2\">2</a> \
         <a href=\"#wxb-3\">3</a> </wxb-leaf>\n<wxb-head>"
    );
    assert!(page.contains(&expected), "{page}");
    assert!(
        page.contains("<wxb-body class=\"wxb-post\">今天的三张图片。\n#话题#</wxb-body>"),
        "{page}"
    );
    assert!(!page.contains("<wxb-cover>"), "it is the first picture");
}

#[test]
fn what_is_missing_is_counted_above_the_text_and_listed_below_it() {
    let hosts = AssetHosts::default();
    let cover = key("B1");
    let mut shelf = Shelf::default();
    shelf.0.insert(
        "mmbiz_png/later".to_owned(),
        Resolved::Missing(Missing {
            gap_id: GapId::of("asset", "later"),
            reason: None,
        }),
    );
    // Twice the same picture is one thing missing; one in a box that hides
    // what it holds is told all the same.
    let content = "<img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/B1/640\">\
         <p style=\"height:0;overflow:hidden\"><img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/later/640\"></p>\
         <img src=\"https://mmbiz.qpic.cn/mmbiz_png/none/640\">";
    let page = article_page(
        &ArticleView {
            cover: Some(&cover),
            ..view(content, &hosts)
        },
        &shelf,
    );
    assert!(
        page.contains("<wxb-lack>本页有 3 项内容不在备份里"),
        "{page}"
    );
    assert!(page.contains(">3 items are not in this archive:"), "{page}");
    let list = &page[page.find("<wxb-lacks>").unwrap()..page.find("<wxb-foot>").unwrap()];
    let (gone, later) = (
        GapId::of("asset", "mmbiz_png/B1"),
        GapId::of("asset", "later"),
    );
    assert_eq!(
        list,
        format!(
            "<wxb-lacks><h2>本页缺失的内容 <span lang=\"en\">Missing on this page</span></h2>\n<ol>\n\
             <li><b>封面缺失 <span lang=\"en\">Cover missing</span></b> 微信服务器上已不存在（http_404） \
             <span lang=\"en\">WeChat&#39;s server has it no longer</span><br><code>{gone}</code></li>\n\
             <li><b>图片缺失 <span lang=\"en\">Picture missing</span></b> 尚未取得 \
             <span lang=\"en\">Not fetched yet</span><br><code>{later}</code></li>\n\
             <li><b>图片缺失 <span lang=\"en\">Picture missing</span></b> 备份中没有它的记录 \
             <span lang=\"en\">The archive has no record of it</span></li>\n</ol></wxb-lacks>\n"
        )
    );
    let whole = page_of("<p>x</p>", &Shelf::default());
    assert!(!whole.contains("<wxb-lack"), "{whole}");
}

#[test]
fn content_with_colours_of_its_own_stays_on_light_paper() {
    for content in [
        "<p style=\"color:rgb(63,63,63)\">x</p>",
        "<p><span style=\"font-size:16px;background-color:#ff0\">x</span></p>",
        "<font color=red>x</font>",
        "<table bgcolor=#eee><tr><td>x</table>",
        "<svg viewbox=\"0 0 1 1\"></svg>",
        "<style>p{color:red}</style>",
    ] {
        let page = page_of(content, &Shelf::default());
        assert!(page.contains("<wxb-body class=\"wxb-paper\">"), "{content}");
    }
    let page = page_of(
        "<p style=\"text-align:center;border-color:red\">x</p>",
        &Shelf::default(),
    );
    assert!(page.contains("<wxb-body><p "), "{page}");
}

/// All that a page can say, of an article that itself says nothing in Chinese.
#[test]
fn whatever_a_page_says_in_chinese_it_says_in_english_too() {
    let hosts = AssetHosts::default();
    let mut shelf = Shelf::default();
    for reason in GapReason::ALL {
        let missing = Missing {
            gap_id: GapId::of("asset", reason.as_str()),
            reason: Some(reason.clone()),
        };
        let key = format!("mmbiz_png/{}", reason.as_str());
        shelf.0.insert(key, Resolved::Missing(missing));
    }
    let amr = Resolved::Local {
        href: "../x.amr".to_owned(),
        kind: FileKind::Amr,
    };
    let sound = "res.wx.qq.com/voice/getvoice?mediaid=Am";
    shelf.0.insert(sound.to_owned(), amr);
    let mut content = String::new();
    for reason in GapReason::ALL {
        content.extend([
            "<img src=\"https://mmbiz.qpic.cn/mmbiz_png/",
            reason.as_str(),
            "/0\">",
        ]);
    }
    content += "<img src=x><mpvoice voice_encode_fileid=Am></mpvoice><mpvoice voice_encode_fileid=no></mpvoice>\
        <video></video><audio></audio><video src=x></video><qqmusic></qqmusic><mp-x></mp-x>\
        <mp-common-profile></mp-common-profile><mp-weapp></mp-weapp><mpproduct></mpproduct><mpvote></mpvote>\
        <mpgongyi></mpgongyi><iframe data-cardid=1></iframe><iframe src=x></iframe><iframe data-mpvid=1></iframe>\
        <iframe class=channels_iframe></iframe><iframe src=\"https://v.qq.com/x?vid=1\"></iframe>";
    let nested = "<b>".repeat(5000);
    let mut said = 0;
    for (content, presence, source) in [
        (content.as_str(), Presence::Listed, Section::News),
        ("", Presence::Deleted, Section::Draft),
        (nested.as_str(), Presence::Retired, Section::Published),
    ] {
        let page = article_page(
            &ArticleView {
                title: " ",
                author: None,
                presence,
                source,
                pictures: &[key("A1"), key("none")],
                ..view(content, &hosts)
            },
            &shelf,
        );
        let nodes = nodes(&page);
        // In the order of the document, so that children follow their parent.
        for (at, node) in nodes.iter().enumerate() {
            let is_chinese =
                |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
            let is_english =
                |text: &str| text.chars().filter(char::is_ascii_alphabetic).count() > 2;
            let alt = node.get("alt").unwrap_or_default();
            assert!(!is_chinese(alt) || is_english(alt), "{alt}");
            if !is_chinese(&node.text) {
                continue;
            }
            said += 1;
            let inside = nodes[at + 1..]
                .iter()
                .take_while(|below| below.above.len() > node.above.len());
            let is_said = inside
                .clone()
                .any(|below| below.get("lang") == Some("en") && is_english(&below.text))
                || is_english(&node.text);
            assert!(is_said, "<{}> {}", node.name, node.text);
        }
    }
    assert!(said > 60, "{said}");
}
