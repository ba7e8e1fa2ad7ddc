//! Articles as WeChat serves them: what they show comes from the archive, or
//! is told to be missing.

use super::harmless::assert_harmless;
use super::tree::{Node, elements, tree};
use super::*;

/// Holds every asset there is.
struct All;
impl Lookup for All {
    fn asset(&self, key: &AssetKey) -> Resolved {
        Resolved::Local {
            href: format!("../../../blobs/{}", key.as_str().replace('/', "_")),
            kind: FileKind::Png,
        }
    }
}

#[test]
fn the_tags_of_real_articles_lead_nowhere_but_by_links() {
    let tags = include_str!(
        "../../../tests/data/wechat/article_tags-wechat_article_exporter_samples.html"
    );
    let page = page_of(tags, &All);
    assert_harmless(&page, "the tags of real articles");
    let nodes = elements(&tree(&page, true));
    let written = references(tags, &AssetHosts::default());
    for asset in &written.assets {
        let local = asset.address.key.as_str().replace('/', "_");
        // The uncropped twin of a picture shares its key or is not shown.
        let is_shown = tags.lines().any(|line| {
            line.replace("&amp;", "&").contains(&asset.url)
                && !line
                    .replace("&amp;", "&")
                    .contains(&format!("data-croporisrc=\"{}", asset.url))
        });
        assert!(!is_shown || page.contains(&local), "{}", asset.url);
    }
    let pictures = nodes
        .iter()
        .filter(|node| node.name == "img" && node.get("src").is_some());
    assert!(pictures.count() > 37);
}

#[test]
fn what_is_missing_is_a_visible_box_with_its_reason_and_gap() {
    let gap = GapId::of("asset", "mmbiz_png/B1");
    let b1 = "https://mmbiz.qpic.cn/mmbiz_png/B1/640";
    for content in [
        format!("<img data-src=\"{b1}\">"),
        format!("<img data-src=\"{b1}\" src=\"data:image/gif;base64,AA\">"),
        format!("<img data-src=\"{b1}\" src=\"https://mmbiz.qpic.cn/mmbiz_png/A1/0\">"),
        format!("<p style=\"background-image:url(&quot;{b1}&quot;)\">x</p>"),
        format!("<svg><image href=\"{b1}\"/></svg>"),
        format!("<svg><g style=\"background:url({b1})\"></g></svg>"),
        format!("<style>p{{background:url({b1})}}</style>"),
        format!("<mp-common-sticker data-emoji_url=\"{b1}\"></mp-common-sticker>"),
        format!("<img srcset=\"{b1} 2x\">"),
        format!("<img data-croporisrc=\"{b1}\">"),
        format!("<table background=\"{b1}\"><tr><td>x</td></tr></table>"),
        format!("<iframe data-mpvid=\"wxv_1\" data-cover=\"{b1}\"></iframe>"),
        format!("<video src=\"{b1}\"></video>"),
        format!("<video><source src=\"{b1}\"></video>"),
    ] {
        let page = page_of(&content, &Shelf::default());
        let nodes = elements(&tree(&page, true));
        let boxes: Vec<&Node> = nodes
            .iter()
            .filter(|node| node.get("class") == Some("wxb-missing"))
            .collect();
        assert_eq!(boxes.len(), 1, "{content}");
        assert!(
            boxes[0].text.contains("微信服务器上已不存在（http_404）"),
            "{content}"
        );
        assert!(
            !boxes[0]
                .above
                .iter()
                .any(|name| name == "svg" || name == "video"),
            "{content}"
        );
        assert!(page.contains(&format!("<code>{gap}</code>")), "{content}");
    }
}

#[test]
fn sounds_and_videos_play_from_the_archive_and_cards_say_what_they_were() {
    let mut shelf = Shelf::default();
    let mut hold = |key: &str, kind: FileKind| {
        let href = format!("../x.{}", kind.extension());
        shelf
            .0
            .insert(key.to_owned(), Resolved::Local { href, kind });
    };
    hold("res.wx.qq.com/voice/getvoice?mediaid=Mz==", FileKind::Mp3);
    hold("res.wx.qq.com/voice/getvoice?mediaid=Am==", FileKind::Amr);
    hold("mpvideo.qpic.cn/x.mp4", FileKind::Mp4);
    let table = [
        (
            "<mpvoice voice_encode_fileid=\"Mz%3D%3D\" name=\"早安\"></mpvoice>",
            "<span class=\"wxb-voice\"><b>[语音 <span lang=\"en\">Audio</span>]</b> <bdi>早安</bdi><br>\
             <audio controls preload=\"none\" src=\"../x.mp3\"></audio></span>",
        ),
        (
            "<mp-common-mpaudio voice_encode_fileid=\"Mz==\" name=\"第&amp;nbsp;15\" author=\"甲&amp;amp;乙\" play_length=\"66000\"></mp-common-mpaudio>",
            "<bdi>第\u{a0}15</bdi> <small><bdi>甲&amp;乙</bdi></small> <small>1:06</small><br><audio ",
        ),
        (
            "<mpvoice voice_encode_fileid=\"Am==\"></mpvoice>",
            "<b>语音 <span lang=\"en\">Audio</span></b> <a href=\"../x.amr\">打开文件 \
             <span lang=\"en\">Open the file</span>（amr）</a> 浏览器不能直接显示此格式",
        ),
        (
            "<video src=\"https://mpvideo.qpic.cn/x.mp4\" autoplay></video>",
            "<video controls=\"\" preload=\"metadata\" src=\"../x.mp4\"></video>",
        ),
        (
            "<iframe class=video_iframe data-src=\"https://v.qq.com/iframe/preview.html?vid=x01\"></iframe>",
            "<b>[视频 <span lang=\"en\">Video</span>]</b> <a href=\"https://v.qq.com/txp/iframe/player.html?vid=x01\"",
        ),
        (
            "<iframe class=video_iframe data-mpvid=wxv_1></iframe>",
            "<b>[视频 <span lang=\"en\">Video</span>]</b> <small>公众号接口不提供文章内视频的文件 \
             <span lang=\"en\">The API does not give the files of videos in articles</span>（wxv_1）</small>",
        ),
        (
            "<video poster=\"https://mmbiz.qpic.cn/mmbiz_png/A1/0\"></video>",
            "<video controls=\"\" preload=\"metadata\" poster=\"../../../blobs/mmbiz_png_A1.png\"></video>\
             <span class=\"wxb-embed\"><span><b>[视频 ",
        ),
        (
            "<iframe class=channels_iframe data-nickname=\"小店\" data-desc=\"开业\"></iframe>",
            "<b>[视频号 <span lang=\"en\">Channels</span>]</b> <bdi>小店</bdi><br><small><bdi>开业</bdi></small>",
        ),
        (
            "<mp-miniprogram data-miniprogram-title=\"查成绩\" data-miniprogram-nickname=\"学校\"></mp-miniprogram>",
            "<b>[小程序 <span lang=\"en\">Mini Program</span>]</b> <bdi>查成绩</bdi><br><small><bdi>学校</bdi></small>",
        ),
        (
            "<mp-weapp data-weapp-title=\"订座\"></mp-weapp>",
            "<b>[小程序 <span lang=\"en\">Mini Program</span>]</b> <bdi>订座</bdi>",
        ),
        (
            "<mp-common-profile data-nickname=\"前端\" data-signature=\"硬核 &amp;quot;好&amp;quot;\"></mp-common-profile>",
            "<b>[公众号名片 <span lang=\"en\">Official Account</span>]</b> <bdi>前端</bdi><br>\
             <small><bdi>硬核 &quot;好&quot;</bdi></small>",
        ),
        (
            "<qqmusic music_name=\"晴天\" singer=\"某\">",
            "<b>[音乐 <span lang=\"en\">Music</span>]</b> <bdi>晴天</bdi><br><small><bdi>某</bdi></small>",
        ),
        (
            "<mpproduct data-name=\"茶\">",
            "<b>[商品 <span lang=\"en\">Goods</span>]</b> <bdi>茶</bdi>",
        ),
        (
            "<iframe class=\"js_editor_vote_card\"></iframe>",
            "<b>[投票 <span lang=\"en\">Vote</span>]</b>",
        ),
        (
            "<iframe class=\"res_iframe card_iframe\" data-cardid=p1></iframe>",
            "<b>[卡券 <span lang=\"en\">Coupon</span>]</b>",
        ),
        (
            "<mpshop data-name=\"店\"></mpshop>",
            "<b>[商品 <span lang=\"en\">Goods</span>]</b> <bdi>店</bdi>",
        ),
        (
            "<mpgongyi data-title=\"植树\"></mpgongyi>",
            "<b>[公益 <span lang=\"en\">Charity</span>]</b> <bdi>植树</bdi>",
        ),
        (
            "<mp-half-dialog data-title=\"须知\"> </mp-half-dialog>",
            "<b>[嵌入内容 <span lang=\"en\">Embedded content</span>]</b> <bdi>须知</bdi> <small>mp-half-dialog</small>",
        ),
        (
            "<mp-common-blockquote><p>引文</p></mp-common-blockquote><mp-style-type data-value=\"3\"></mp-style-type>",
            "<wxb-body><mp-common-blockquote><p>引文</p></mp-common-blockquote><mp-style-type data-value=\"3\"></mp-style-type></wxb-body>",
        ),
    ];
    for (content, expected) in table {
        let page = page_of(content, &shelf);
        assert!(page.contains(expected), "{content}: {page}");
    }
}

#[test]
fn a_picture_is_shown_however_it_is_named() {
    let a1 = "https://mmbiz.qpic.cn/mmbiz_png/A1/640?wx_fmt=png&amp;from=appmsg";
    for content in [
        format!("<img data-src=\"{a1}\">"),
        format!("<img src=\"{a1}\">"),
        format!("<img src=\"{}\">", a1.replace("https:", "")),
        format!("<IMG SRC='{}'/>", a1.replace("https", "http")),
        format!("<img srcset=\"https://mmbiz.qpic.cn/mmbiz_png/B1/0 1x, {a1} 2x\">"),
        format!("<img data-croporisrc=\"{a1}\">"),
        format!(
            "<img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/B1/640\" data-croporisrc=\"{a1}\">"
        ),
        format!("<image src=\"{a1}\">"),
        format!("<input type=image src=\"{a1}\">"),
        format!("<svg><image href=\"{a1}\"/></svg>"),
        format!("<svg><image xlink:href=\"{a1}\"/></svg>"),
        format!("<table background=\"{a1}\"></table>"),
        format!("<p style=\"background-image:url(&quot;{a1}&quot;)\">x</p>"),
        format!("<p style='background: url({a1}) no-repeat'>x</p>"),
        format!("<style>p{{background:url({a1})}}</style>"),
        format!("<video poster=\"{a1}\"></video>"),
        format!("<mpvoice voice_encode_fileid=x cover=\"{a1}\"></mpvoice>"),
        format!("<mp-common-profile data-headimg=\"{a1}\"></mp-common-profile>"),
        format!("<mp-common-sticker data-emoji_url=\"{a1}\"></mp-common-sticker>"),
        format!("<mp-miniprogram data-miniprogram-imageurl=\"{a1}\"></mp-miniprogram>"),
        format!(
            "<iframe data-mpvid=wxv_1 data-cover=\"{}\"></iframe>",
            a1.replace("&amp;", "&")
                .replace(':', "%3A")
                .replace('/', "%2F")
                .replace('?', "%3F")
        ),
    ] {
        let page = page_of(&content, &Shelf::default());
        assert!(
            page.contains("../../../blobs/mmbiz_png_A1.png"),
            "{content}: {page}"
        );
        assert!(!page.contains("qpic.cn"), "{content}: {page}");
        let other = GapId::of("asset", "mmbiz_png/B1");
        assert!(!page.contains(other.as_str()), "{content}: {page}");
    }
}

#[test]
fn a_player_without_a_file_says_so_and_one_with_a_file_does_not() {
    let mut shelf = Shelf::default();
    let href = "../x.mp4".to_owned();
    let kind = FileKind::Mp4;
    let local = Resolved::Local { href, kind };
    shelf.0.insert("mpvideo.qpic.cn/x.mp4".to_owned(), local);
    for (content, says) in [
        ("<video><p>old browser</p></video>", true),
        (
            "<video><source src=\"https://mpvideo.qpic.cn/x.mp4\"></video>",
            false,
        ),
        (
            "<video src=\"https://mpvideo.qpic.cn/x.mp4\"></video>",
            false,
        ),
        ("<audio></audio>", true),
    ] {
        let page = page_of(content, &shelf);
        assert_eq!(
            page.contains("class=\"wxb-embed\""),
            says,
            "{content}: {page}"
        );
    }
}

#[test]
fn a_card_has_one_box() {
    for card in [
        "<mpvoice voice_encode_fileid=\"A1\" name=\"晨读\"></mpvoice>",
        "<mp-common-profile data-nickname=\"前端\"></mp-common-profile>",
        "<mp-miniprogram data-miniprogram-title=\"查成绩\"></mp-miniprogram>",
        "<mp-half-dialog></mp-half-dialog>",
        "<video></video>",
        "<iframe src=x></iframe>",
        "<qqmusic></qqmusic>",
    ] {
        let page = page_of(card, &Shelf::default());
        let boxes = ["wxb-embed", "wxb-voice"];
        let is_box = |node: &Node| {
            node.get("class")
                .is_some_and(|class| boxes.contains(&class))
        };
        let nodes = elements(&tree(&page, true));
        assert_eq!(
            nodes.iter().filter(|node| is_box(node)).count(),
            1,
            "{card}: {page}"
        );
    }
    let sticker = "<mp-common-sticker data-emoji_url=\"https://mmbiz.qpic.cn/mmbiz_gif/A1/0\"></mp-common-sticker>";
    let page = page_of(sticker, &Shelf::default());
    assert!(
        page.contains("<img class=\"wxb-card\" src=\"../../../blobs/mmbiz_gif_A1.png\" alt=\"\">")
    );
    assert!(!page.contains("\"wxb-embed\""), "a picture says enough");
}

#[test]
fn a_link_leads_to_the_archive_where_it_can_and_out_of_it_only_by_a_click() {
    let table = [
        (
            "https://mp.weixin.qq.com/s?__biz=M&amp;mid=1&amp;idx=1&amp;sn=x#rd",
            "<a href=\"../../abc/01/index.html\">",
        ),
        (
            "https://mp.weixin.qq.com/s?__biz=M&amp;mid=2&amp;idx=1",
            "<a href=\"https://mp.weixin.qq.com/s?__biz=M&amp;mid=2&amp;idx=1\" target=\"_blank\" rel=\"noreferrer noopener\">",
        ),
        ("#part", "<a href=\"#part\">"),
        (
            "https://mmbiz.qpic.cn/mmbiz_png/A1/640",
            "<a href=\"../../../blobs/mmbiz_png_A1.png\">",
        ),
        ("javascript:;", "<a>"),
    ];
    for (href, expected) in table {
        let page = page_of(&format!("<a href=\"{href}\">x</a>"), &Shelf::default());
        assert!(
            page.contains(&format!("<wxb-body>{expected}x</a></wxb-body>")),
            "{href}: {page}"
        );
    }
}

#[test]
fn a_whole_page_as_content_shows_its_body_and_nothing_hidden() {
    let content = "<!DOCTYPE html><html><head><meta charset=gbk><title>旧标题</title><style>p{color:red}</style></head>\
         <body class=x><div id=\"js_content\" style=\"visibility: hidden; opacity: 0; color: blue\"><p>正文</p></div></body></html>";
    let page = page_of(content, &Shelf::default());
    assert!(
        page.contains(
            "<wxb-body class=\"wxb-paper\"><div id=\"js_content\" style=\" color: blue\"><p>正文</p></div></wxb-body>"
        ),
        "{page}"
    );
    assert!(page.contains("<style>\np{color:red}\n</style>"));
    assert!(!page.contains("旧标题"));
}

#[test]
fn content_that_cannot_be_read_is_shown_as_text() {
    let content = format!("{}<script>x</script>", "<b>".repeat(5000));
    let page = page_of(&content, &Shelf::default());
    assert_harmless(&page, "nesting without end");
    assert!(page.contains("正文的排版无法解析"));
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;"));
}
