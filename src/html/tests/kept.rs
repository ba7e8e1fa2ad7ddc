//! What an article says and how it is built are kept: random articles, read by
//! a parser that nobody here wrote, before and after.

use markup5ever_rcdom::{Handle, NodeData};
use proptest::prelude::*;

use super::harmless::assert_harmless;
use super::tree::{tree, visible_text};
use super::*;

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
        1 => Just("<mp-common-poi data-name=\"名\"></mp-common-poi>".to_owned()),
        1 => Just("<video poster=\"https://mmbiz.qpic.cn/mmbiz_png/A1/0\"></video>".to_owned()),
        1 => Just(FRAME.to_owned()),
        1 => Just("<!-- 1 < 2 -->".to_owned()),
        1 => Just("<script>bad()</script>".to_owned()),
        1 => Just("<hr>".to_owned()),
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
            "b",
            "pre",
            "ol",
            "tbody",
            "tr",
            "th",
            "figure",
            "mp-common-blockquote",
            "svg><foreignObject",
        ];
        (
            prop::sample::select(tags.to_vec()),
            prop::collection::vec(inner, 0..5),
        )
            .prop_map(|(tag, inside)| {
                let style = "class=\"a b\" id=\"i\" data-w=\"9\" title=\"a &amp;lt; b\" style=\"color: rgb(1, 2, 3);font-family: &quot;PingFang SC&quot;;\"";
                let (open, close) = match tag.split_once("><") {
                    Some((outer, inner)) => (tag, format!("{inner}></{outer}")),
                    None => (tag, tag.to_owned()),
                };
                format!("<{open} {style}>{}</{close}>", inside.concat())
            })
    })
}

const FRAME: &str = "<iframe class=\"video_iframe\" data-mpvid=\"wxv_1\"></iframe>";

/// The tree of elements as `(name attributes (…))`, without what pages leave out or add.
fn shape(html: &str) -> String {
    fn walk(node: &Handle, out: &mut String) {
        let mut close = "";
        if let NodeData::Element { name, attrs, .. } = &node.data {
            let name = &*name.local;
            let attributes = attrs.borrow();
            let is_box = attributes
                .iter()
                .any(|a| &*a.name.local == "class" && a.value.starts_with("wxb-"));
            let left_out = [
                "script",
                "iframe",
                "img",
                "head",
                "wxb-head",
                "wxb-lacks",
                "wxb-foot",
            ];
            if left_out.contains(&name) || is_box && name != "wxb-body" {
                return;
            }
            if !name.starts_with("wxb-") {
                out.push_str(&["(", name].concat());
                // Players get their buttons and local files.
                for attribute in attributes
                    .iter()
                    .filter(|_| name != "video" && name != "html")
                {
                    out.push_str(&[" ", &attribute.name.local, "=", &attribute.value].concat());
                }
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
    #![proptest_config(ProptestConfig::with_cases(cases(600)))]

    #[test]
    fn text_and_structure_of_an_article_are_kept(content in article()) {
        let page = page_of(&content, &Shelf::default());
        assert_harmless(&page, &content);
        // A box is text among text, which a frame is not: a browser opens bold
        // type anew for the one alone.
        let content = content.replace(FRAME, "<span class=\"wxb-\"></span>");
        let document = format!("<!DOCTYPE html><html><head></head><body>{content}</body></html>");
        prop_assert_eq!(visible_text(&tree(&page, true)), visible_text(&tree(&document, true)));
        prop_assert_eq!(shape(&page), shape(&document));
    }
}

/// Tags in any order, as no editor leaves them.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "字",
        " ",
        "a &amp; b",
        "&am",
        "p;",
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<a href=#>",
        "</a>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<section>",
        "</section>",
        "<span>",
        "</span>",
        "<ul>",
        "<li>",
        "</ul>",
        "<h2>",
        "</h2>",
        "<table>",
        "<tr>",
        "<td>",
        "</td>",
        "</tr>",
        "</table>",
        "<svg>",
        "<text>",
        "</svg>",
        "<br>",
        "</br>",
        "<hr>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<!-- x -->",
        "<script>x</script>",
        "<font>",
        "</font>",
        "<img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/B1/0\">",
        "<mp-x>",
        "</mp-x>",
        "<ruby>",
        "<rt>",
        "</ruby>",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(600)))]

    #[test]
    fn no_character_of_an_article_is_lost_however_its_tags_stand(content in soup()) {
        let page = page_of(&content, &Shelf::default());
        let document = format!("<!DOCTYPE html><html><head></head><body>{content}</body></html>");
        let text = |html: &str| {
            let mut text: Vec<char> = visible_text(&tree(html, true)).chars().collect();
            text.retain(|c| !c.is_whitespace());
            // Where a table stands, a browser moves what it cannot hold before it.
            text.sort_unstable();
            text
        };
        prop_assert_eq!(text(&page), text(&document));
    }
}

#[test]
fn texts_that_something_stood_between_stay_apart() {
    let table = [
        (
            "<table>\n<script>x</script>1 &lt; 2</table>",
            "<table>\n<!---->1 &lt; 2</table>",
        ),
        ("<table>\n<!-- x -->1</table>", "<table>\n<!---->1</table>"),
        ("&am<script>x</script>p;", "&am<!---->p;"),
        ("&am</x>p;", "&am<!---->p;"),
        ("<pre><!-- x -->\na</pre>", "<pre><!---->\na</pre>"),
        ("<pre><script>x</script>\na</pre>", "<pre><!---->\na</pre>"),
        ("<pre>\na</pre>", "<pre>\na</pre>"),
        ("a<script>x</script>", "a"),
        ("<script>x</script>a", "a"),
        ("<b>a</b><script>x</script>b", "<b>a</b>b"),
    ];
    for (content, expected) in table {
        let page = page_of(content, &Shelf::default());
        assert!(
            page.contains(&format!("<wxb-body>{expected}</wxb-body>")),
            "{content}: {page}"
        );
    }
}
