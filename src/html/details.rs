//! What is known of an item, folded away: ids, times, digests and the way to the
//! file. It opens without a script.

use std::fmt;

use super::escape::Isolated;
use super::page::{Page, Place};
use super::views::{ArticleGroupView, Facts, Stored};
use super::words::{self, Both, day_time, may_be_opened};

/// Of a picture, voice or video.
pub(super) fn of_media(page: &mut Page, place: Place, facts: &Facts, stored: &Stored) {
    begin(page);
    put_id(page, &facts.id);
    put_time(page, &words::CHANGED, facts.time);
    if let Stored::File { href, kind, bytes } = stored {
        page.put(format_args!("<dt>{}<dd>{}", words::BYTES, Size(*bytes)));
        if let Some(sha256) = &facts.sha256 {
            page.put(format_args!("<dt>SHA-256<dd><code>{sha256}</code>"));
        }
        let extension = kind.extension();
        if may_be_opened(*kind) {
            page.put(format_args!(
                "<dt>{}<dd><a href=\"{}\">{extension}</a>",
                words::FILE,
                place.to(href),
            ));
        } else {
            page.put(format_args!("<dt>{}<dd>{extension}", words::FILE));
        }
    }
    page.put("</dl></details>");
}

/// Of a group of articles.
pub(super) fn of_group(page: &mut Page, place: Place, group: &ArticleGroupView) {
    begin(page);
    put_id(page, &group.id);
    if let Some(time) = group.create_time {
        put_time(page, &words::CREATED, time);
    }
    put_time(page, &words::CHANGED, group.time);
    for article in &group.articles {
        if let Some(sha256) = &article.content_sha256 {
            page.put(format_args!(
                "<dt>{} {}<dd><code>{sha256}</code>",
                words::CONTENT,
                article.idx
            ));
        }
    }
    if let Some(href) = &group.raw_href {
        page.put(format_args!(
            "<dt>{}<dd><a href=\"{}\">JSON</a>",
            words::RAW,
            place.to(href)
        ));
    }
    page.put("</dl></details>");
}

fn begin(page: &mut Page) {
    page.put(format_args!(
        "<details><summary>{}</summary><dl>",
        words::DETAILS
    ));
}

fn put_id(page: &mut Page, id: &str) {
    page.put(format_args!("<dt>ID<dd><code>{}</code>", Isolated(id)));
}

fn put_time(page: &mut Page, what: &Both, time: i64) {
    page.put(format_args!("<dt>{what}<dd>{:#}", day_time(time)));
}

/// `1.4 MB (1500000)`, in steps of 1024; below, the bytes alone.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        let (unit, tenths) = match bytes {
            0..1024 => return write!(f, "{bytes} B"),
            1024..1_048_576 => ("KB", bytes * 10 / 1024),
            1_048_576..1_073_741_824 => ("MB", bytes * 10 / 1_048_576),
            _ => ("GB", bytes / 1_048_576 * 10 / 1024),
        };
        write!(f, "{}.{} {unit} ({bytes} B)", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_exact() {
        let table = [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KB (1024 B)"),
            (1_500_000, "1.4 MB (1500000 B)"),
            (u64::MAX, "17179869183.9 GB (18446744073709551615 B)"),
        ];
        for (bytes, text) in table {
            assert_eq!(Size(bytes).to_string(), text);
        }
    }
}
