//! Finds what an article names: assets by URL, embeds, links to other articles.
//!
//! Every place where WeChat's articles name something is looked at, and hosts are not judged: an
//! asset that may not be fetched is a gap, and a gap must be known to be reported.

use std::collections::HashSet;

use super::attributes::{Role, media_of};
use super::embeds::{Embed, embed_of};
use super::links::ArticleLink;
use super::reader::{Ending, Tag, TextKind, Visitor, read};
use super::style_urls;
use crate::model::{AssetAddress, AssetHosts};

/// What an article's HTML names, each list in document order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Assets; each spelling of each once.
    pub assets: Vec<Reference>,
    /// What is shown and cannot be downloaded; each once.
    pub embeds: Vec<Embed>,
    /// Links to articles, of any account; each once.
    pub links: Vec<ArticleLink>,
    /// Whether all of the content was read. Where it was not, the lists hold
    /// what stands before the place that could not be.
    pub whole: bool,
}

/// One URL that names an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As it stands in the HTML, character references and escapes decoded. For
    /// a sound that is named by an id, the address that WeChat's page makes of it.
    pub url: String,
    /// The same, understood.
    pub address: AssetAddress,
    /// What it is for, where it stands first.
    pub role: Role,
}

/// Finds what `content` names: the HTML of an article, a fragment or a whole page.
///
/// `data:` URLs, relative addresses and whatever else is no web address are no assets.
pub fn references(content: &str, hosts: &AssetHosts) -> References {
    let mut finder = Finder {
        hosts,
        found: References::default(),
        urls: HashSet::new(),
        embeds: HashSet::new(),
        links: HashSet::new(),
        open: Vec::new(),
    };
    finder.found.whole = read(content, &mut finder).is_ok();
    finder.found
}

struct Finder<'a> {
    hosts: &'a AssetHosts,
    found: References,
    urls: HashSet<String>,
    embeds: HashSet<Embed>,
    links: HashSet<ArticleLink>,
    open: Vec<Open>,
}

/// What the text of an open element is.
enum Open {
    Any,
    Style(String),
    /// A browser with scripts takes `<noscript>` as text; without, as HTML.
    Noscript(String),
}

impl Finder<'_> {
    fn asset(&mut self, url: String, address: AssetAddress, role: Role) {
        if self.urls.insert(url.clone()) {
            self.found.assets.push(Reference { url, address, role });
        }
    }

    fn style(&mut self, css: &str) {
        for url in style_urls::urls_in(css) {
            if let Some(address) = AssetAddress::parse(&url, self.hosts) {
                self.asset(url, address, Role::Background);
            }
        }
    }
}

impl Visitor for Finder<'_> {
    fn start(&mut self, tag: &Tag) {
        for (url, address, role) in media_of(tag, self.hosts) {
            self.asset(url, address, role);
        }
        if let Some(css) = tag.filled("style") {
            self.style(css);
        }
        if let Some(embed) = embed_of(tag)
            && self.embeds.insert(embed.clone())
        {
            self.found.embeds.push(embed);
        }
        let link = tag.filled("href").filter(|_| tag.name == "a");
        if let Some(link) = link.and_then(ArticleLink::parse)
            && self.links.insert(link.clone())
        {
            self.found.links.push(link);
        }
        if tag.opens {
            self.open.push(match tag.name.as_str() {
                "style" => Open::Style(String::new()),
                "noscript" => Open::Noscript(String::new()),
                _ => Open::Any,
            });
        }
    }

    fn text(&mut self, text: &str, kind: TextKind) {
        match self.open.last_mut() {
            Some(Open::Style(css)) if kind == TextKind::References => {
                html_escape::decode_html_entities_to_string(text, css);
            }
            Some(Open::Style(raw) | Open::Noscript(raw)) => raw.push_str(text),
            _ => {}
        }
    }

    fn end(&mut self, _: Ending) {
        match self.open.pop() {
            Some(Open::Style(css)) => self.style(&css),
            // Its text holds no second one, so this goes one level down at most.
            Some(Open::Noscript(html)) if !html.contains("<noscript") => {
                let inside = references(&html, self.hosts);
                for found in inside.assets {
                    self.asset(found.url, found.address, found.role);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::embeds::EmbedKind;
    use super::*;

    fn found(content: &str) -> Vec<(&'static str, String, String)> {
        let found = references(content, &AssetHosts::default());
        assert!(found.whole);
        found
            .assets
            .into_iter()
            .map(|asset| {
                (
                    asset.role.as_str(),
                    asset.url,
                    asset.address.key.to_string(),
                )
            })
            .collect()
    }

    #[test]
    fn every_place_that_names_an_asset_is_found() {
        let pic = "https://mmbiz.qpic.cn/mmbiz_png/A/640?wx_fmt=png";
        let coded = pic
            .replace(':', "%3A")
            .replace('/', "%2F")
            .replace('?', "%3F");
        let table = [
            (format!("<img data-src=\"{pic}\">"), "img"),
            (format!("<img src={pic}>"), "img"),
            (format!("<IMG SRC='{pic}'/>"), "img"),
            (format!("<img data-croporisrc=\"{pic}\">"), "img"),
            (format!("<img data-backsrc=\"{pic}\">"), "img"),
            (format!("<img srcset=\"{pic} 2x\">"), "img"),
            (
                format!("<p style=\"background:url(&quot;{pic}&quot;)\">"),
                "background",
            ),
            (
                format!("<p style=\"background-image: url('{pic}')\">"),
                "background",
            ),
            (
                format!("<p style='background:url( {pic} ) 0 0'>"),
                "background",
            ),
            (
                format!("<svg style=\"background:u\\72l({pic})\"></svg>"),
                "background",
            ),
            (
                format!("<style>a{{background:url({pic})}}</style>"),
                "background",
            ),
            (
                format!("<svg><style>a{{background:url(&quot;{pic}&quot;)}}</style></svg>"),
                "background",
            ),
            (format!("<mpvoice cover=\"{pic}\">"), "cover"),
            (format!("<video poster=\"{pic}\">"), "cover"),
            (format!("<iframe data-cover=\"{coded}\">"), "cover"),
            (format!("<a imgurl=\"{pic}\">"), "img"),
            (format!("<a href=\"{pic}\">"), "img"),
            (format!("<mp-common-profile data-headimg=\"{pic}\">"), "img"),
            (
                format!("<mp-common-sticker data-emoji_url=\"{pic}\">"),
                "img",
            ),
            (
                format!("<mp-miniprogram data-miniprogram-imageurl=\"{pic}\">"),
                "img",
            ),
            (format!("<mp-of-tomorrow data-unheard-of=\"{pic}\">"), "img"),
            (format!("<svg><image href=\"{pic}\"/></svg>"), "img"),
            (format!("<svg><image xlink:href=\"{pic}\"/></svg>"), "img"),
            (format!("<audio src=\"{pic}\">"), "audio"),
            (
                format!("<audio><source type=audio/mpeg src=\"{pic}\"></audio>"),
                "audio",
            ),
            (format!("<video src=\"{pic}\">"), "video"),
            (format!("<table background=\"{pic}\">"), "img"),
            (format!("<noscript><img src=\"{pic}\"></noscript>"), "img"),
        ];
        for (html, role) in table {
            assert_eq!(
                found(&html),
                [(role, pic.to_owned(), "mmbiz_png/A".to_owned())],
                "{html}"
            );
        }
    }

    #[test]
    fn a_voice_is_named_by_an_id_in_any_coding() {
        for id in ["MzI_8g==", "MzI_8g%3D%3D", "MzI_8g&#61;&#61;", "MzI_8g%3d="] {
            for tag in ["mpvoice", "mp-common-mpaudio"] {
                let html = format!("<{tag} voice_encode_fileid=\"{id}\" src=\"/cgi-bin/x?t=1\">");
                let url = "https://res.wx.qq.com/voice/getvoice?mediaid=MzI_8g==";
                assert_eq!(
                    found(&html),
                    [("audio", url.to_owned(), url["https://".len()..].to_owned())],
                    "{html}"
                );
            }
        }
        assert_eq!(
            found("<mpvoice voice_encode_fileid='a+b/c&amp;d=1'>")[0].1,
            "https://res.wx.qq.com/voice/getvoice?mediaid=a%2Bb%2Fc%26d=1"
        );
    }

    #[test]
    fn a_spelling_counts_once_and_a_foreign_host_is_no_reason_to_be_silent() {
        let html = "<img src='//mmbiz.qpic.cn/mmbiz/a/0'><img src='http://mmbiz.qpic.cn/mmbiz/a/0'>\
                    <img data-src='//mmbiz.qpic.cn/mmbiz/a/0'><img src='http://127.0.0.1/x.png'>\
                    <img src='x.png'><img src='data:image/gif;base64,AA'><a href='http://h/x.png'></a>\
                    <script>'https://mmbiz.qpic.cn/mmbiz/b/0'</script><!-- <img src='http://h/y'> -->";
        let keys: Vec<String> = found(html).into_iter().map(|(.., key)| key).collect();
        assert_eq!(keys, ["mmbiz/a", "mmbiz/a", "127.0.0.1/x.png"]);
    }

    #[test]
    fn embeds_and_links_are_told_in_order_and_once() {
        let html = r#"<a href="https://mp.weixin.qq.com/s?__biz=M&amp;mid=1&amp;idx=2&amp;sn=x">a</a>
            <a href="https://mp.weixin.qq.com/s?__biz=M&amp;mid=1&amp;idx=2&amp;sn=y">b</a>
            <mpproduct data-pid="1"></mpproduct><mpproduct data-pid="1"></mpproduct><qqmusic musicid="2">"#;
        let found = references(html, &AssetHosts::default());
        let kinds: Vec<_> = found.embeds.iter().map(|embed| embed.kind).collect();
        assert_eq!(kinds, [EmbedKind::Product, EmbedKind::Music]);
        assert_eq!(found.links.len(), 1);
    }

    /// Counted in the file by its attributes, without reading it as HTML.
    #[test]
    fn every_address_in_the_tags_of_real_articles_is_found() {
        let tags = include_str!(
            "../../tests/data/wechat/article_tags-wechat_article_exporter_samples.html"
        );
        let found = references(tags, &AssetHosts::default());
        let mut written: Vec<String> = tags
            .lines()
            .filter(|line| !line.starts_with("<!--"))
            .flat_map(|line| line.split(['"', '\'']))
            .flat_map(|value| value.split("&quot;"))
            .filter(|value| value.starts_with("http") || value.starts_with("//"))
            .filter(|value| !value.contains("mp.weixin.qq.com"))
            .map(|value| value.replace("&amp;", "&"))
            .collect();
        written.sort_unstable();
        written.dedup();
        let mut urls: Vec<String> = found.assets.iter().map(|a| a.url.clone()).collect();
        urls.retain(|url| !url.contains("/getvoice?"));
        urls.sort_unstable();
        assert!(written.len() > 40, "{}", written.len());
        assert_eq!(urls, written);
        assert_eq!(found.links.len(), 3);
        assert!(found.assets.iter().any(|a| a.role == Role::Audio));
    }
}
