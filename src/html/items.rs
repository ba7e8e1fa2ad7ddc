//! One item of each kind, as it stands in a list. All text is a stranger's.

use super::details;
use super::escape::{Escaped, Isolated};
use super::page::{Page, Place};
use super::views::{
    ArticleGroupView, ArticleLine, Facts, ImageView, MissingView, Stored, VideoView, VoiceView,
};
use super::words::{self, Both, Flat, Shown, Why, day_time, may_be_opened, shown_as};
use crate::message;
use crate::model::{ItemStatus, Section};
use crate::text::Value;

pub(super) fn image(page: &mut Page, place: Place, image: &ImageView) {
    put_anchor(page, Section::Image, &image.facts);
    match &image.stored {
        Stored::File { href, kind, .. } => {
            let href = place.to(href);
            let is_linked = may_be_opened(*kind);
            if is_linked {
                page.put(format_args!("<a class=\"thumb\" href=\"{href}\">"));
            } else {
                page.put("<div class=\"thumb\">");
            }
            if shown_as(*kind) == Shown::Picture {
                page.put(format_args!("<img src=\"{href}\" alt=\""));
                put_label(page, &image.name);
                page.put("\" loading=\"lazy\"");
                if let Some((width, height)) = image.size {
                    page.put(format_args!(" width=\"{width}\" height=\"{height}\""));
                }
                page.put(">");
            } else {
                let kind = kind.extension();
                page.put(format_args!("<span>{kind} {}</span>", words::NOT_SHOWN));
            }
            page.put(if is_linked { "</a>" } else { "</div>" });
        }
        absent => {
            page.put("<div class=\"thumb lost\"><span>");
            put_why(page, absent);
            page.put("</span></div>");
        }
    }
    page.put("<div class=\"about\"><span class=\"name\">");
    put_name(page, &image.name);
    page.put(format_args!("</span><small>{}", day_time(image.facts.time)));
    if let Some((width, height)) = image.size {
        page.put(format_args!(" · {width}×{height}"));
    }
    page.put("</small>");
    put_tags(page, &image.facts);
    details::of_media(page, place, &image.facts, &image.stored);
    page.put("</div></li>\n");
}

pub(super) fn voice(page: &mut Page, place: Place, voice: &VoiceView) {
    put_anchor(page, Section::Voice, &voice.facts);
    put_named(page, &voice.name, &voice.facts);
    if let Some(duration) = voice.duration_ms {
        page.put(format_args!(" · {}", clock(duration)));
    }
    page.put("</p>");
    match &voice.stored {
        Stored::File { href, kind, .. } if shown_as(*kind) == Shown::Sound => {
            page.put("<audio controls preload=\"none\" aria-label=\"");
            put_label(page, &voice.name);
            page.put(format_args!("\" src=\"{}\"></audio>", place.to(href)));
        }
        other => put_file(page, place, other),
    }
    details::of_media(page, place, &voice.facts, &voice.stored);
    page.put("</li>\n");
}

pub(super) fn video(page: &mut Page, place: Place, video: &VideoView) {
    put_anchor(page, Section::Video, &video.facts);
    put_named(page, &video.title, &video.facts);
    page.put("</p>");
    if let Some(text) = filled(video.description.as_deref()) {
        page.put(format_args!("<p>{}</p>", Isolated(text)));
    }
    match &video.stored {
        Stored::File { href, kind, .. } if shown_as(*kind) == Shown::Video => {
            page.put("<video controls preload=\"none\" aria-label=\"");
            put_label(page, &video.title);
            page.put(format_args!("\" src=\"{}\"", place.to(href)));
            if let Some(cover) = &video.cover_href {
                page.put(format_args!(" poster=\"{}\"", place.to(cover)));
            }
            page.put("></video>");
        }
        other => put_file(page, place, other),
    }
    details::of_media(page, place, &video.facts, &video.stored);
    page.put("</li>\n");
}

fn put_anchor(page: &mut Page, section: Section, facts: &Facts) {
    page.put(format_args!("<li id=\"{}\">", facts.anchor(section)));
}

/// The head of a row, up to the time.
fn put_named(page: &mut Page, name: &str, facts: &Facts) {
    page.put("<span class=\"name\">");
    put_name(page, name);
    page.put("</span>");
    put_tags(page, facts);
    page.put(format_args!("<p>{}", day_time(facts.time)));
}

pub(super) fn article_group(page: &mut Page, place: Place, group: &ArticleGroupView) {
    page.put(format_args!(
        "<li class=\"group\" id=\"a{}\"><div class=\"when\">{}<span class=\"tag\">{}</span>",
        group.akey,
        day_time(group.time),
        words::section(group.source)
    ));
    put_retired(page, group.status);
    page.put("</div>");
    if let Some(missing) = &group.missing {
        page.put(format_args!(
            "<div class=\"lost-line\">{}: {} <code>{}</code></div>",
            words::GAP,
            Why(missing),
            Escaped(missing.gap_id.as_str())
        ));
    }
    for article in &group.articles {
        put_article(page, place, group, article);
    }
    details::of_group(page, place, group);
    page.put("</li>\n");
}

fn put_article(page: &mut Page, place: Place, group: &ArticleGroupView, article: &ArticleLine) {
    page.put(format_args!(
        "<div class=\"article\" id=\"a{}\">",
        group.key_of(article)
    ));
    if let Some(cover) = &article.cover_href {
        // The title beside it says what it is.
        page.put(format_args!(
            "<img src=\"{}\" alt=\"\" loading=\"lazy\">",
            place.to(cover)
        ));
    }
    page.put("<div>");
    if let Some(href) = &article.href {
        page.put(format_args!(
            "<a class=\"name\" href=\"{}\">",
            place.to(href)
        ));
        put_name(page, &article.title);
        page.put("</a>");
    } else {
        page.put("<span class=\"name\">");
        put_name(page, &article.title);
        page.put(format_args!(
            "</span><span class=\"tag\">{}</span>",
            words::DELETED
        ));
    }
    if article.gaps > 0 {
        let gaps = article.gaps;
        page.put(format_args!(
            "<span class=\"tag lost\">{}</span>",
            Both(message!("page-lacks", count = Value::digits(gaps)))
        ));
    }
    if let Some(author) = filled(article.author.as_deref()) {
        page.put(format_args!(
            " <span class=\"when\">{}</span>",
            Isolated(author)
        ));
    }
    if let Some(digest) = filled(article.digest.as_deref()) {
        page.put(format_args!("<p class=\"digest\">{}</p>", Isolated(digest)));
    }
    page.put("</div></div>");
}

pub(super) fn missing(page: &mut Page, missing: &MissingView) {
    let gap_id = Escaped(missing.missing.gap_id.as_str());
    page.put(format_args!("<li id=\"{gap_id}\"><span class=\"name\">"));
    put_name(page, &missing.name);
    page.put(format_args!(
        "</span><span class=\"tag\">{}</span><div class=\"lost-line\">{} <code>{gap_id}</code></div></li>\n",
        words::kind(missing.kind),
        Why(&missing.missing),
    ));
}

fn put_name(page: &mut Page, text: &str) {
    match text.trim() {
        "" => page.put(words::NAMELESS),
        _ => page.put(Isolated(text)),
    }
}

/// A name as an attribute, where nothing can be isolated.
fn put_label(page: &mut Page, text: &str) {
    match text.trim() {
        "" => page.put(Flat(&words::NAMELESS)),
        _ => page.put(super::escape::Straight(text)),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn put_tags(page: &mut Page, facts: &Facts) {
    put_retired(page, facts.status);
    if facts.is_suspect {
        page.put(format_args!(
            "<span class=\"tag lost\">{}</span>",
            words::SUSPECT
        ));
    }
}

fn put_retired(page: &mut Page, status: ItemStatus) {
    if status == ItemStatus::Retired {
        page.put(format_args!(
            "<span class=\"tag\">{}</span>",
            words::RETIRED
        ));
    }
}

/// A file that no player shows, or why there is none.
fn put_file(page: &mut Page, place: Place, stored: &Stored) {
    match stored {
        Stored::File { kind, .. } if !may_be_opened(*kind) => page.put(format_args!(
            "<p>{} {}</p>",
            kind.extension(),
            words::NOT_PLAYED,
        )),
        Stored::File { href, kind, .. } => page.put(format_args!(
            "<p><a href=\"{}\">{} {}</a> {}</p>",
            place.to(href),
            words::OPEN,
            kind.extension(),
            words::NOT_PLAYED,
        )),
        absent => {
            page.put("<div class=\"lost-line\">");
            put_why(page, absent);
            page.put("</div>");
        }
    }
}

fn put_why(page: &mut Page, absent: &Stored) {
    match absent {
        Stored::Missing(missing) => page.put(format_args!(
            "{}: {} <code>{}</code>",
            words::GAP,
            Why(missing),
            Escaped(missing.gap_id.as_str())
        )),
        _ => page.put(words::ABSENT),
    }
}

/// `1:05`, or `1:01:05` from an hour on.
fn clock(duration_ms: u64) -> String {
    let seconds = duration_ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(
            [clock(999), clock(65_000), clock(3_665_000)],
            ["0:00", "1:05", "1:01:05"]
        );
    }
}
