//! What stands before the text of an article: front matter in YAML, or lines
//! for people.

use std::fmt::Write as _;

use super::plan::Article;
use crate::model::human_name::usable_time;
use crate::record::article::ArticleMeta;

/// Front matter, between its lines of dashes. Every text is in double quotes,
/// so that a reader of YAML reads back exactly what the article has.
pub(super) fn matter(article: &Article, meta: Option<&ArticleMeta>, cover: Option<&str>) -> String {
    let mut out = "---\n".to_owned();
    let mut text = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{key}: {}", quoted(value));
        }
    };
    text("title", Some(title(article, meta)));
    text("author", meta.and_then(|meta| meta.author.as_deref()));
    text("digest", meta.and_then(|meta| meta.digest.as_deref()));
    text("date", first_time(article, meta).as_deref());
    text("updated", time(article.update_time).as_deref());
    text("section", Some(article.section.as_str()));
    text("id", Some(&article.id));
    let _ = writeln!(out, "index: {}", article.idx);
    let mut text = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(out, "{key}: {}", quoted(value));
        }
    };
    text("url", meta.and_then(|meta| meta.url.as_deref()));
    let source = meta.and_then(|meta| meta.content_source_url.as_deref());
    text("source_url", source.filter(|url| !url.is_empty()));
    text("cover", cover);
    if meta.is_some_and(|meta| meta.is_deleted) {
        out.push_str("deleted: true\n");
    }
    if article.is_retired {
        out.push_str("retired: true\n");
    }
    out.push_str("---\n");
    out
}

/// The lines before a plain text.
pub(super) fn lines(article: &Article, meta: Option<&ArticleMeta>) -> String {
    let mut out = String::new();
    let mut line = |word: &str, value: Option<&str>| {
        let words: Vec<&str> = value.unwrap_or_default().split_whitespace().collect();
        if !words.is_empty() {
            let text: String = words
                .join(" ")
                .chars()
                .filter(|c| !c.is_control())
                .collect();
            let _ = writeln!(out, "{word}{text}");
        }
    };
    line("", Some(title(article, meta)));
    line("作者：", meta.and_then(|meta| meta.author.as_deref()));
    line("时间：", first_time(article, meta).as_deref());
    line("地址：", meta.and_then(|meta| meta.url.as_deref()));
    let source = meta.and_then(|meta| meta.content_source_url.as_deref());
    line("阅读原文：", source);
    line(
        "编号：",
        Some(&format!(
            "{} {} {}",
            article.section, article.id, article.idx
        )),
    );
    if meta.is_some_and(|meta| meta.is_deleted) {
        line("", Some("[微信上已删除]"));
    }
    if article.is_retired {
        line("", Some("[已不在微信的列表中]"));
    }
    out.push('\n');
    out
}

fn title<'a>(article: &'a Article, meta: Option<&'a ArticleMeta>) -> &'a str {
    meta.map_or(article.title.as_str(), |meta| meta.title.as_str())
}

/// When it was made, else when it was last changed.
fn first_time(article: &Article, meta: Option<&ArticleMeta>) -> Option<String> {
    let made = meta
        .and_then(|meta| meta.create_time)
        .or(article.create_time);
    made.and_then(time).or_else(|| time(article.update_time))
}

fn time(seconds: i64) -> Option<String> {
    usable_time(seconds).map(|time| time.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string())
}

/// A text as YAML's double-quoted scalar, on one line.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if must_be_escaped(c) => {
                let code = u32::from(c);
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Controls, line ends, what YAML does not allow, and what turns the direction
/// of the text behind it.
fn must_be_escaped(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{ffff}'
        )
}
