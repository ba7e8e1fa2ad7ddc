//! The page of one article: what a reader of WeChat saw, without WeChat.

use std::fmt::Write as _;

use super::article_words as words;
use super::both::Beside;
use super::boxes::{self, Media};
use super::escape::{Escaped, Isolated};
use super::lacks::Lacks;
use super::links::ArticleLink;
use super::lookup::{Lookup, Resolved};
use super::page::{ARTICLE_POLICY, head};
use super::rewrite::{Body, rewrite};
use super::words::{Shown, shown_as};
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
    let mut lacks = Lacks::default();
    let is_post = !article.pictures.is_empty();
    let mut top = String::new();
    if is_post {
        write_gallery(&mut top, article.pictures, lookup, &mut lacks);
    }
    let cover = article.cover.filter(|_| !is_post).map(|key| {
        let cover = picture(Media::Cover, key, "", lookup, &mut lacks);
        format!("<wxb-cover>{cover}</wxb-cover>\n")
    });
    let (body, notice) = body_of(article, lookup, &mut lacks);

    let mut page = head(
        &title_of(article),
        ARTICLE_POLICY,
        &format!("<style>\n{STYLE}</style>\n{}", own_styles(&body.styles)),
    );
    // Only elements that no article can close stand around the content.
    page.push_str("<body>\n<wxb-page>\n");
    page.push_str(&top);
    write_head(&mut page, article, cover.as_deref(), &lacks);
    page.push_str(&notice);
    put(
        &mut page,
        format_args!(
            "<wxb-body{}>{}</wxb-body>\n",
            class_of(&body, is_post),
            body.html
        ),
    );
    page.push_str(&lacks.list());
    write_foot(&mut page, article, lookup);
    page.push_str("</wxb-page>\n</body>\n</html>\n");
    page
}

fn body_of(article: &ArticleView<'_>, lookup: &dyn Lookup, lacks: &mut Lacks) -> (Body, String) {
    let mut of_body = Lacks::default();
    match rewrite(article.content, lookup, article.hosts, &mut of_body) {
        Ok(body) => {
            lacks.take(of_body);
            (body, String::new())
        }
        Err(_) => (
            Body {
                html: format!("<pre>{}</pre>", Escaped(article.content)),
                ..Body::default()
            },
            notice(&words::UNREADABLE),
        ),
    }
}

/// Colours of an author's are meant for light paper; the text of a picture post
/// is plain text, which has lines.
fn class_of(body: &Body, is_post: bool) -> &'static str {
    match (is_post, body.is_coloured) {
        (false, false) => "",
        (false, true) => " class=\"wxb-paper\"",
        (true, false) => " class=\"wxb-post\"",
        (true, true) => " class=\"wxb-post wxb-paper\"",
    }
}

fn put(page: &mut String, what: std::fmt::Arguments<'_>) {
    page.write_fmt(what)
        .expect("a String takes all that is written");
}

fn notice(words: &Beside) -> String {
    format!("<wxb-notice>{words}</wxb-notice>\n")
}

fn title_of(article: &ArticleView<'_>) -> String {
    match article.title.trim() {
        "" => words::UNTITLED.0.plain(),
        _ => article.title.to_owned(),
    }
}

fn own_styles(styles: &str) -> String {
    if styles.trim().is_empty() {
        String::new()
    } else {
        format!("<style>\n{styles}</style>\n")
    }
}

fn write_head(page: &mut String, article: &ArticleView<'_>, cover: Option<&str>, lacks: &Lacks) {
    put(
        page,
        format_args!(
            "<wxb-head>\n<h1>{}</h1>\n<wxb-meta>",
            Isolated(&title_of(article))
        ),
    );
    if let Some(author) = article.author.filter(|author| !author.trim().is_empty()) {
        put(page, format_args!("<span>{}</span> ", Isolated(author)));
    }
    if let Some(time) = article.time.and_then(words::time) {
        put(page, format_args!("<span>{time}</span> "));
    }
    put(
        page,
        format_args!(
            "<span>{}</span> <a href=\"{}\">{}</a></wxb-meta>\n{}{}</wxb-head>\n",
            words::section(article.source),
            Escaped(article.index_href),
            words::BACK,
            lacks.summary(),
            cover.unwrap_or_default()
        ),
    );
    page.push_str(&match article.presence {
        Presence::Listed => String::new(),
        Presence::Deleted => notice(&words::DELETED),
        Presence::Retired => notice(&words::RETIRED),
    });
}

/// The pictures of a post, to be leafed through as on WeChat: one beside the
/// other, with a number to jump to each.
fn write_gallery(page: &mut String, pictures: &[AssetKey], lookup: &dyn Lookup, lacks: &mut Lacks) {
    let total = pictures.len();
    page.push_str("<wxb-gallery>\n");
    for (number, key) in (1..).zip(pictures) {
        let name = words::picture_of_post(number, total);
        let shown = picture(Media::Picture, key, &name, lookup, lacks);
        put(
            page,
            format_args!(
                "<wxb-slide id=\"wxb-{number}\" data-at=\"{number} / {total}\">{shown}</wxb-slide>\n"
            ),
        );
    }
    page.push_str("</wxb-gallery>\n");
    if total > 1 {
        page.push_str("<wxb-leaf>");
        for number in 1..=total {
            put(
                page,
                format_args!("<a href=\"#wxb-{number}\">{number}</a> "),
            );
        }
        page.push_str("</wxb-leaf>\n");
    }
}

fn picture(
    media: Media,
    key: &AssetKey,
    name: &str,
    lookup: &dyn Lookup,
    lacks: &mut Lacks,
) -> String {
    match lookup.asset(key) {
        Resolved::Local { href, kind } if shown_as(kind) == Shown::Picture => {
            format!("<img src=\"{}\" alt=\"{}\">", Escaped(&href), Escaped(name))
        }
        found => {
            lacks.note(media, Some(&found));
            boxes::absent(media, Some(&found))
        }
    }
}

fn write_foot(page: &mut String, article: &ArticleView<'_>, lookup: &dyn Lookup) {
    let links = [
        (words::READ_MORE, article.content_source_url),
        (words::ON_WECHAT, article.url),
    ];
    let links: Vec<(Beside, &str)> = links
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
        // "Read more" may lead to another article of the account, which is here.
        let local = ArticleLink::parse(url)
            .filter(|_| word == words::READ_MORE)
            .and_then(|link| lookup.article(&link));
        let line = match local {
            Some(local) => format!("<a href=\"{}\">{word}</a> {text}", Escaped(&local)),
            None if is_web => format!(
                "<a href=\"{}\" target=\"_blank\" rel=\"noreferrer noopener\">{word}</a> {text}",
                Escaped(url)
            ),
            None => format!("{word} {text}"),
        };
        put(page, format_args!("<p>{line}</p>\n"));
    }
    page.push_str("</wxb-foot>\n");
}
