//! One item of each kind, as it stands in a list. All text is a stranger's.

use super::escape::{Escaped, Isolated};
use super::overview::{Page, Place};
use super::views::{
    ArticleGroupView, ArticleLine, ImageView, MissingView, Stored, VideoView, VoiceView,
};
use super::words::{self, Shown, date_time, shown_as, why_missing};

pub(super) fn image(page: &mut Page, place: Place, image: &ImageView) {
    page.put("<li>");
    match &image.stored {
        Stored::File { href, kind, .. } => {
            page.put(format_args!(
                "<a class=\"thumb\" href=\"{}\">",
                place.to(href)
            ));
            if shown_as(*kind) == Shown::Picture {
                page.put(format_args!(
                    "<img src=\"{}\" alt=\"\" loading=\"lazy\"",
                    place.to(href)
                ));
                if let Some((width, height)) = image.size {
                    page.put(format_args!(" width=\"{width}\" height=\"{height}\""));
                }
                page.put(">");
            } else {
                page.put(format_args!("打开 {} 文件", kind.extension()));
            }
            page.put("</a>");
        }
        absent => page.put(format_args!(
            "<div class=\"thumb lost\"><span>{}</span></div>",
            why(absent)
        )),
    }
    page.put(format_args!(
        "<div class=\"about\"><span class=\"name\">{}</span><small>{}",
        name(&image.name),
        date_time(Some(image.time))
    ));
    if let Some((width, height)) = image.size {
        page.put(format_args!(" · {width}×{height}"));
    }
    page.put("</small>");
    put_retired(page, image.is_retired);
    page.put("</div></li>\n");
}

pub(super) fn voice(page: &mut Page, place: Place, voice: &VoiceView) {
    page.put(format_args!(
        "<li><span class=\"name\">{}</span>",
        name(&voice.name)
    ));
    put_retired(page, voice.is_retired);
    page.put(format_args!("<p>{}", date_time(Some(voice.time))));
    if let Some(duration) = voice.duration_ms {
        page.put(format_args!(" · {}", clock(duration)));
    }
    put_size(page, &voice.stored);
    page.put("</p>");
    match &voice.stored {
        Stored::File { href, kind, .. } if shown_as(*kind) == Shown::Sound => {
            page.put(format_args!(
                "<audio controls preload=\"none\" src=\"{}\"></audio>",
                place.to(href)
            ));
        }
        other => put_file(page, place, other),
    }
    page.put("</li>\n");
}

pub(super) fn video(page: &mut Page, place: Place, video: &VideoView) {
    page.put(format_args!(
        "<li><span class=\"name\">{}</span>",
        name(&video.title)
    ));
    put_retired(page, video.is_retired);
    page.put(format_args!("<p>{}", date_time(Some(video.time))));
    put_size(page, &video.stored);
    page.put("</p>");
    if let Some(text) = video
        .description
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        page.put(format_args!("<p>{}</p>", Isolated(text)));
    }
    match &video.stored {
        Stored::File { href, kind, .. } if shown_as(*kind) == Shown::Video => {
            page.put(format_args!(
                "<video controls preload=\"none\" src=\"{}\"",
                place.to(href)
            ));
            if let Some(cover) = &video.cover_href {
                page.put(format_args!(" poster=\"{}\"", place.to(cover)));
            }
            page.put("></video>");
        }
        other => put_file(page, place, other),
    }
    page.put("</li>\n");
}

pub(super) fn article_group(page: &mut Page, place: Place, group: &ArticleGroupView) {
    page.put(format_args!(
        "<li class=\"group\"><div class=\"when\">{}<span class=\"tag\">{}</span>",
        date_time(Some(group.time)),
        words::section(group.source)
    ));
    put_retired(page, group.is_retired);
    page.put("</div>");
    if let Some(missing) = &group.missing {
        page.put(format_args!(
            "<div class=\"lost-line\">缺失：{} <code>{}</code></div>",
            Escaped(&why_missing(missing)),
            Escaped(missing.gap_id.as_str())
        ));
    }
    for article in &group.articles {
        put_article(page, place, article);
    }
    page.put("</li>\n");
}

fn put_article(page: &mut Page, place: Place, article: &ArticleLine) {
    page.put("<div class=\"article\">");
    if let Some(cover) = &article.cover_href {
        page.put(format_args!(
            "<img src=\"{}\" alt=\"\" loading=\"lazy\">",
            place.to(cover)
        ));
    }
    page.put("<div>");
    match &article.href {
        Some(href) => page.put(format_args!(
            "<a class=\"name\" href=\"{}\">{}</a>",
            place.to(href),
            name(&article.title)
        )),
        None => page.put(format_args!(
            "<span class=\"name\">{}</span><span class=\"tag\">正文已删除</span>",
            name(&article.title)
        )),
    }
    if article.gaps > 0 {
        page.put(format_args!(
            "<span class=\"tag lost\">缺 {} 项</span>",
            article.gaps
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
    page.put(format_args!(
        "<li><span class=\"name\">{}</span><span class=\"tag\">{}</span>\
         <div class=\"lost-line\">{} <code>{}</code></div></li>\n",
        name(&missing.name),
        words::item_kind(missing.kind),
        Escaped(&why_missing(&missing.missing)),
        Escaped(missing.missing.gap_id.as_str())
    ));
}

fn name(text: &str) -> String {
    match text.trim() {
        "" => "（无名称）".to_owned(),
        _ => Isolated(text).to_string(),
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

fn put_retired(page: &mut Page, is_retired: bool) {
    if is_retired {
        page.put("<span class=\"tag\">微信已不再列出</span>");
    }
}

fn put_size(page: &mut Page, stored: &Stored) {
    if let Stored::File { bytes, .. } = stored {
        page.put(format_args!(" · {}", size(*bytes)));
    }
}

/// A file that no player shows, or why there is none.
fn put_file(page: &mut Page, place: Place, stored: &Stored) {
    match stored {
        Stored::File { href, kind, .. } => page.put(format_args!(
            "<p><a href=\"{}\">打开文件（{}）</a> 浏览器不能直接播放此格式</p>",
            place.to(href),
            kind.extension()
        )),
        absent => page.put(format_args!(
            "<div class=\"lost-line\">{}</div>",
            why(absent)
        )),
    }
}

fn why(absent: &Stored) -> String {
    match absent {
        Stored::Missing(missing) => format!(
            "缺失：{} <code>{}</code>",
            Escaped(&why_missing(missing)),
            Escaped(missing.gap_id.as_str())
        ),
        _ => "没有取得过文件".to_owned(),
    }
}

/// `1.4 MB`, in steps of 1024.
fn size(bytes: u64) -> String {
    let (unit, tenths) = match bytes {
        0..1024 => return format!("{bytes} 字节"),
        1024..1_048_576 => ("KB", bytes * 10 / 1024),
        1_048_576..1_073_741_824 => ("MB", bytes * 10 / 1_048_576),
        _ => ("GB", bytes / 1_048_576 * 10 / 1024),
    };
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
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
    fn sizes_and_durations_are_short() {
        let table = [
            (0, "0 字节"),
            (1023, "1023 字节"),
            (1024, "1.0 KB"),
            (1_500_000, "1.4 MB"),
            (u64::MAX, "17179869183.9 GB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(
            [clock(999), clock(65_000), clock(3_665_000)],
            ["0:00", "1:05", "1:01:05"]
        );
    }
}
