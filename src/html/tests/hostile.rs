//! Articles that try to run something, to load from afar, or to leave their frame.

use proptest::prelude::*;

use super::harmless::assert_harmless;
use super::{Shelf, cases, page_of};

const HOSTILE: &[&str] = &[
    "<style>@@import x;import \"https://evil.example/a.css\";</style>",
    "<style>li{list-style:x\\<url(file://evil.example/s/x.png)}</style>",
    "<svg><rect mask='url(\\66ile\\3a\\2f\\2f evil.example/s/x.svg)'/></svg>",
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
    "<a id=//evil.example/x' onerror=alert(1)>x</a>",
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
    #![proptest_config(ProptestConfig::with_cases(cases(600)))]

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
