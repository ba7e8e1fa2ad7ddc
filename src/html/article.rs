//! The page of one article: what a reader of WeChat saw, without WeChat.

use std::fmt::Write as _;

use super::boxes::{self, Media};
use super::escape::{Escaped, Isolated};
use super::lookup::{Lookup, Resolved};
use super::page::{ARTICLE_POLICY, head};
use super::rewrite::{Body, rewrite};
use super::words::{self, Shown, date_time, shown_as};
use crate::model::{AssetHosts, AssetKey, Section};

const STYLE: &str = include_str!("article.css");

/// An article, as its page tells it.
#[derive(Clone, Copy, Debug)]
pub struct ArticleView<'a> {
    /// Its title, as the API gave it.
    pub title: &'a str,
    /// Who wrote it, if it says.
    pub author: Option<&'a str>,
    /// When it was published or last changed, in Unix seconds.
    pub time: Option<i64>,
    /// Where it was found: news, draft or published.
    pub source: Section,
    /// Its cover, if it has one.
    pub cover: Option<&'a AssetKey>,
    /// Its HTML; for a picture post its text, which is HTML too.
    pub content: &'a str,
    /// The pictures of a picture post, in order; none for an article.
    pub pictures: &'a [AssetKey],
    /// Its address on WeChat.
    pub url: Option<&'a str>,
    /// Where "read more" leads.
    pub content_source_url: Option<&'a str>,
    /// What has become of it on WeChat.
    pub presence: Presence,
    /// The address of the overview, relative to this page.
    pub index_href: &'a str,
    /// The hosts by which assets were understood when they were collected.
    pub hosts: &'a AssetHosts,
}

/// Whether WeChat still has an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It was listed.
    Listed,
    /// It was listed as deleted; its content is gone.
    Deleted,
    /// It is listed no longer, and kept.
    Retired,
}

/// The whole page. It loads nothing from afar and runs nothing; what cannot be
/// shown is a visible box. Content that cannot be read as HTML is shown as text.
pub fn article_page(article: &ArticleView<'_>, lookup: &dyn Lookup) -> String {
    let (body, notice) = match rewrite(article.content, lookup, article.hosts) {
        Ok(body) => (body, ""),
        Err(_) => (
            Body {
                html: format!("<pre>{}</pre>", Escaped(article.content)),
                styles: String::new(),
            },
            "<wxb-notice>正文的排版无法解析，以下是它的源代码。</wxb-notice>\n",
        ),
    };
    let mut page = head(
        title_of(article),
        ARTICLE_POLICY,
        &format!("<style>\n{STYLE}</style>\n{}", own_styles(&body.styles)),
    );
    // Only elements that no article can close stand around the content.
    page.push_str("<body>\n<wxb-page>\n");
    write_head(&mut page, article, lookup);
    page.push_str(notice);
    write_pictures(&mut page, article.pictures, lookup);
    put(
        &mut page,
        format_args!("<wxb-body>{}</wxb-body>\n", body.html),
    );
    write_foot(&mut page, article);
    page.push_str("</wxb-page>\n</body>\n</html>\n");
    page
}

fn put(page: &mut String, what: std::fmt::Arguments<'_>) {
    page.write_fmt(what)
        .expect("a String takes all that is written");
}

fn title_of<'a>(article: &ArticleView<'a>) -> &'a str {
    match article.title.trim() {
        "" => "（无标题）",
        _ => article.title,
    }
}

fn own_styles(styles: &str) -> String {
    if styles.trim().is_empty() {
        String::new()
    } else {
        format!("<style>\n{styles}</style>\n")
    }
}

fn write_head(page: &mut String, article: &ArticleView<'_>, lookup: &dyn Lookup) {
    put(
        page,
        format_args!(
            "<wxb-head>\n<h1>{}</h1>\n<wxb-meta>",
            Isolated(title_of(article))
        ),
    );
    if let Some(author) = article.author.filter(|author| !author.trim().is_empty()) {
        put(page, format_args!("<span>{}</span> ", Isolated(author)));
    }
    if article.time.is_some() {
        put(
            page,
            format_args!(
                "<span>{}（北京时间 UTC+08:00）</span> ",
                date_time(article.time)
            ),
        );
    }
    put(
        page,
        format_args!(
            "<span>{}</span> <a href=\"{}\">返回目录</a></wxb-meta>\n",
            words::section(article.source),
            Escaped(article.index_href)
        ),
    );
    if let Some(cover) = article.cover {
        put(
            page,
            format_args!("<wxb-cover>{}</wxb-cover>\n", picture(cover, lookup)),
        );
    }
    page.push_str("</wxb-head>\n");
    page.push_str(match article.presence {
        Presence::Listed => "",
        Presence::Deleted => {
            "<wxb-notice>这篇文章在微信上已被删除，接口不再提供正文。</wxb-notice>\n"
        }
        Presence::Retired => {
            "<wxb-notice>这篇文章已不在微信的列表中，以下是此前备份的内容。</wxb-notice>\n"
        }
    });
}

fn write_pictures(page: &mut String, pictures: &[AssetKey], lookup: &dyn Lookup) {
    if !pictures.is_empty() {
        page.push_str("<wxb-gallery>\n");
        for key in pictures {
            put(page, format_args!("{}\n", picture(key, lookup)));
        }
        page.push_str("</wxb-gallery>\n");
    }
}

fn picture(key: &AssetKey, lookup: &dyn Lookup) -> String {
    match lookup.asset(key) {
        Resolved::Local { href, kind } if shown_as(kind) == Shown::Picture => {
            format!("<img src=\"{}\" alt=\"\">", Escaped(&href))
        }
        found => boxes::absent(Media::Picture, Some(&found)),
    }
}

fn write_foot(page: &mut String, article: &ArticleView<'_>) {
    let links = [
        ("阅读原文", article.content_source_url),
        ("微信上的地址", article.url),
    ];
    let links: Vec<(&str, &str)> = links
        .into_iter()
        .filter_map(|(word, url)| Some((word, url?.trim())))
        .filter(|(_, url)| !url.is_empty())
        .collect();
    if links.is_empty() {
        return;
    }
    page.push_str("<wxb-foot>\n");
    for (word, url) in links {
        let is_web = ["http://", "https://"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
        let text = Isolated(url);
        if is_web {
            put(
                page,
                format_args!(
                    "<p>{word}：<a href=\"{}\" target=\"_blank\" rel=\"noreferrer noopener\">{text}</a></p>\n",
                    Escaped(url)
                ),
            );
        } else {
            put(page, format_args!("<p>{word}：{text}</p>\n"));
        }
    }
    page.push_str("</wxb-foot>\n");
}
