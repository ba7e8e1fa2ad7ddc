//! Articles as they become Markdown and text.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::*;

/// Everything below `b/` is there, everything below `lost/` is not.
struct Here;

impl Places for Here {
    fn place(&self, href: &str) -> Place {
        match href.split('/').next() {
            Some("b") => Place::Here(format!("m/{href}")),
            Some("lost") => Place::Lost("已损坏".to_owned()),
            _ => Place::Elsewhere,
        }
    }
}

fn md(page: &str) -> String {
    markdown(page, &Here)
}

#[test]
fn structure_becomes_marks() {
    let table = [
        (
            "<section><section><p>一</p><p>二</p></section>三</section>",
            "一\n\n二\n\n三\n",
        ),
        ("<h2>标题 <b>粗</b> #</h2>", "## 标题 粗 \\#\n"),
        ("<p>a<br>b<br/></p>", "a  \nb\n"),
        (
            "<ul><li><p>一</p></li><li>二<ol start=3><li>x</li><li>y</li></ol></li></ul>",
            "- 一\n- 二\n  3. x\n  4. y\n",
        ),
        (
            "<ul><li>a</li></ul><ul><li>b</li></ul>",
            "- a\n\n<!-- -->\n\n- b\n",
        ),
        (
            "<blockquote><p>a</p><p>b</p></blockquote>c",
            "> a\n>\n> b\n\nc\n",
        ),
        (
            "<pre><code>a &lt;b\n  c</code></pre>",
            "```\na <b\n  c\n```\n",
        ),
        (
            "<pre class=\"code-snippet__js\"><code><span>l1</span></code><code>l2 ```</code></pre>",
            "````\nl1\nl2 ```\n````\n",
        ),
        ("x <code>a`b</code>", "x ``a`b``\n"),
        (
            "<table><tr><th>甲</th><th>乙|</th></tr><tr><td><p>1</p><p>2</p></td></tr></table>",
            "| 甲 | 乙\\| |\n| --- | --- |\n| 1<br>2 |  |\n",
        ),
        (
            "<table><tr><td><p>框</p><img src=b/1.png></td></tr></table>",
            "框\n\n![](m/b/1.png)\n",
        ),
        ("<hr>", "* * *\n"),
        (
            "<p><b> 粗 </b>x<i>斜</i> <s>删</s></p>",
            "**粗** x*斜* ~~删~~\n",
        ),
        (
            "<p>他说<b>“好。”</b>然后</p>",
            "他说<strong>“好。”</strong>然后\n",
        ),
        (
            "<p><span style=\"font-weight: bold\">a</span><b></b></p>",
            "**a**\n",
        ),
        (
            "<p><span style=\"font-size: 20px\"><strong>一、缘起</strong></span></p><p>文</p>",
            "### 一、缘起\n\n文\n",
        ),
        ("<p style=\"font-size:24px\"><b>大</b></p>", "## 大\n"),
        ("<p style=\"font-size:24px\"><b>大</b>小</p>", "**大**小\n"),
    ];
    for (page, expected) in table {
        assert_eq!(md(page), expected, "{page}");
    }
}

#[test]
fn links_and_pictures_lead_to_what_is_there_and_nowhere_else() {
    let table = [
        ("<a href=\"b/2.html\">前文</a>", "[前文](m/b/2.html)\n"),
        (
            "<a href=\"https://a.b/c_(d) e?x=1&amp;y\">t</a>",
            "[t](https://a.b/c_%28d%29%20e?x=1&y)\n",
        ),
        ("<a href=\"javascript:alert(1)\">x</a>", "x\n"),
        ("<a href=\" JaVa\tscript:alert(1)\">x</a>", "x\n"),
        (
            "<a href=\"data:text/html,x\">x</a><a href=\"lost/1.html\">y</a><a href=\"#a\">z</a>",
            "xyz\n",
        ),
        ("<img src=\"b/1.png\" alt=\"a]b\">", "![a\\]b](m/b/1.png)\n"),
        (
            "<a href=\"https://a.b/\"><img src=\"b/1.png\"></a>",
            "[![](m/b/1.png)](https://a.b/)\n",
        ),
        ("<img src=\"lost/1.png\">", "**\\[图片缺失：已损坏\\]**\n"),
        (
            "<img src=\"https://evil.example/1.png\">",
            "**\\[图片缺失：不在备份中\\]**\n",
        ),
        (
            "<img src=\"data:image/gif;base64,AA==\">",
            "![](data:image/gif;base64,AA==)\n",
        ),
        (
            "<audio src=\"b/1.mp3\"></audio>",
            "[语音 1.mp3](m/b/1.mp3)\n",
        ),
        (
            "<span class=\"wxb-missing\"><b>图片缺失</b> 已过期<br><code>g1</code></span>",
            "> **图片缺失** 已过期  \n> `g1`\n",
        ),
    ];
    for (page, expected) in table {
        assert_eq!(md(page), expected, "{page}");
    }
}

#[test]
fn no_text_is_taken_for_markup() {
    let table = [
        (
            "* a _b_ c_d [x](y) ~~z~~ \\ `",
            "\\* a \\_b\\_ c_d \\[x\\](y) \\~\\~z\\~\\~ \\\\ \\`\n",
        ),
        (
            "<p># x</p><p>1. x</p><p>- x</p><p>+ x</p><p>===</p><p>&gt; x</p>",
            "\\# x\n\n1\\. x\n\n\\- x\n\n\\+ x\n\n\\===\n\n\\> x\n",
        ),
        (
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&lt;script>alert(1)&lt;/script>\n",
        ),
        ("&amp;lt;b&amp;gt; &amp; c", "&amp;lt;b&amp;gt; & c\n"),
        ("a<br># b", "a  \n\\# b\n"),
        (
            "<style>p{}</style><script>alert(1)</script><p>x</p><iframe>y</iframe>",
            "x\n",
        ),
        ("<svg><style>s{}</style><text>画</text></svg>", "画\n"),
        ("a\u{1b}[2Jb\u{0}", "a\\[2Jb\n"),
    ];
    for (page, expected) in table {
        assert_eq!(md(page), expected, "{page}");
    }
}

#[test]
fn plain_text_has_a_word_for_each_picture() {
    let page = "<p>一 <b>二</b></p><p><img src=\"b/1.png\" alt=\"猫\"><img src=\"lost/x\"></p>\
        <ol><li>a</li><li><a href=\"https://a.b/\">b</a></li></ol>\
        <table><tr><td>1</td><td>2</td></tr></table><pre>x\n y</pre>";
    assert_eq!(
        plain_text(page, &Here),
        "一 二\n\n[图片: 猫 1.png][图片缺失：已损坏]\n\n1. a\n2. b (https://a.b/)\n\n1\t2\n\nx\n y\n"
    );
}

#[test]
fn depth_does_not_matter() {
    for depth in [3000, 100_000] {
        for name in [
            "section",
            "blockquote",
            "ul><li",
            "b",
            "table><tr><td",
            "a href=b/1",
        ] {
            let page = format!("{}字", format!("<{name}>").repeat(depth));
            assert!(md(&page).contains('字'), "{name} {depth}");
            assert!(plain_text(&page, &Here).contains('字'), "{name} {depth}");
        }
    }
}

/// What `html5ever` says the text is: another reader than ours.
fn text_by_another_reader(page: &str) -> String {
    let dom =
        html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
    let mut text = String::new();
    let mut waiting: Vec<Handle> = vec![dom.document.clone()];
    while let Some(node) = waiting.pop() {
        match &node.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Element { name, .. }
                if matches!(&*name.local, "script" | "style" | "iframe") =>
            {
                continue;
            }
            _ => {}
        }
        waiting.extend(node.children.borrow().iter().rev().cloned());
    }
    text
}

/// The characters that make the words of a text.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn content() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[一-鿿]{1,4}",
        "[a-z0-9 ]{1,6}",
        "[*_#>|`~\\\\\\[\\]().!+=:-]{1,4}",
        Just("&lt;script&gt;".to_owned()),
        Just("&amp;".to_owned()),
        Just("&nbsp;".to_owned()),
        Just("1. ".to_owned()),
        Just("<br>".to_owned()),
    ];
    let leaf = prop::collection::vec(word, 1..6).prop_map(|words| words.concat());
    leaf.prop_recursive(5, 40, 5, |inner| {
        let name = prop::sample::select(vec![
            "section",
            "p",
            "span",
            "b",
            "em",
            "del",
            "ul",
            "li",
            "ol",
            "blockquote",
            "h2",
            "pre",
            "code",
            "div",
            "a href=\"https://a.b/\"",
            "script",
            "style",
            "a href=\"javascript:x\"",
        ]);
        (name, prop::collection::vec(inner, 0..5)).prop_map(|(name, inner)| {
            let end = name.split(' ').next().unwrap_or(name);
            let inner = inner.concat();
            match end {
                // Its text is no HTML, and ends with the first end tag.
                "script" | "style" => format!("<{end}>alert(1)</{end}>{inner}"),
                _ => format!("<{name}>{inner}</{end}>"),
            }
        })
    })
}

proptest! {
    #[test]
    fn no_text_is_lost(content in content()) {
        let expected = letters(&text_by_another_reader(&content));
        let plain = plain_text(&content, &Here).replace("(https://a.b/)", "");
        // The numbers of a list are not of its text.
        let marks = |line: &str| {
            let line = line.trim_start_matches(['>', ' ', '-']);
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            if rest.starts_with(". ") { rest.to_owned() } else { line.to_owned() }
        };
        if !content.contains("<ol") && !content.contains("<hr") {
            prop_assert_eq!(letters(&plain), expected);
        } else {
            let plain: String = plain.lines().map(marks).collect();
            let digits = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
            prop_assert_eq!(digits(&letters(&plain)), digits(&expected));
        }
    }

    #[test]
    fn no_markup_of_the_article_comes_through(content in content()) {
        let text = md(&content);
        let mut in_code = false;
        for line in text.lines() {
            let bare = line.trim_start_matches(['>', ' ', '-']);
            if bare.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ').starts_with("```") {
                in_code = !in_code;
            }
            let has_span = line.contains('`');
            prop_assert!(in_code || has_span || !line.contains("<script"), "{}", text);
        }
        prop_assert!(!text.contains("](javascript"));
        prop_assert!(!text.contains("alert"));
    }

    #[test]
    fn any_text_is_read_without_trouble(page in "[<>/a-c&;#\"'= \\n]{0,200}|\\PC{0,100}") {
        let _ = md(&page);
        let _ = plain_text(&page, &Here);
    }
}
