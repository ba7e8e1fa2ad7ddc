//! The words of the pages of the library: which messages of the catalogue they are.
//!
//! Each stands in a page in Chinese and in English, and the reader, or our script
//! for the reader, takes one. Nothing else in a page says a word of ours.

use std::fmt;

use super::lookup::Missing;
use super::views::List;
use crate::message;
use crate::model::{FileKind, ItemKind, ItemStatus, Section, china_date_time};
use crate::text::Value;

pub(super) use super::both::{Both, Flat};

pub(super) const ABSENT: Both = Both::word("page-absent");
pub(super) const BYTES: Both = Both::word("page-bytes");
pub(super) const BY_MONTH: Both = Both::word("page-by-month");
pub(super) const CHANGED: Both = Both::word("page-changed");
pub(super) const CONTENT: Both = Both::word("page-content");
pub(super) const CREATED: Both = Both::word("page-created");
pub(super) const DELETED: Both = Both::word("page-deleted");
pub(super) const DETAILS: Both = Both::word("page-details");
pub(super) const EMPTY: Both = Both::word("page-empty");
pub(super) const FILE: Both = Both::word("page-file");
pub(super) const FIND: Both = Both::word("page-find");
pub(super) const FIND_WHAT: Both = Both::word("page-find-what");
pub(super) const FROM: Both = Both::word("page-from");
pub(super) const GAP: Both = Both::word("item-status-missing");
pub(super) const HOME: Both = Both::word("page-home");
pub(super) const LANGUAGE: Both = Both::word("page-language");
pub(super) const MISSING: Both = Both::word("page-missing-things");
pub(super) const MORE: Both = Both::word("page-more");
pub(super) const NAMELESS: Both = Both::word("page-nameless");
pub(super) const NO_DATE: Both = Both::word("page-no-date");
pub(super) const NOT_PLAYED: Both = Both::word("page-not-played");
pub(super) const NOT_SHOWN: Both = Both::word("page-not-shown");
pub(super) const NOT_YET: Both = Both::word("page-not-yet");
pub(super) const OF_ARTICLES: Both = Both::word("page-of-articles");
pub(super) const OPEN: Both = Both::word("page-open");
pub(super) const OUT_OF_REACH: Both = Both::word("page-out-of-reach");
pub(super) const PAGES: Both = Both::word("page-pages");
pub(super) const RAW: Both = Both::word("page-raw");
pub(super) const RETIRED: Both = Both::word("item-status-retired");
pub(super) const SECTION: Both = Both::word("page-section");
pub(super) const SKIP: Both = Both::word("page-skip");
pub(super) const STATE: Both = Both::word("page-state");
pub(super) const STORED: Both = Both::word("item-status-stored");
pub(super) const SUSPECT: Both = Both::word("page-suspect");
pub(super) const TIMES: Both = Both::word("page-times");
pub(super) const TITLE: Both = Both::word("page-title");
pub(super) const TO: Both = Both::word("page-to");
pub(super) const UNREADABLE: Both = Both::word("page-unreadable");
pub(super) const WHAT: Both = Both::word("page-what");
pub(super) const WHICH: Both = Both::word("page-which");
pub(super) const WHOLE: Both = Both::word("page-whole");
pub(super) const WITHOUT_SCRIPT: Both = Both::word("page-without-script");

/// Why something is not there, with the word of the records where it is permanent.
pub(super) struct Why<'a>(pub(super) &'a Missing);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Some(reason) => write!(
                f,
                "{} <code>{}</code>",
                Both(reason.name()),
                super::escape::Escaped(reason.as_str())
            ),
            None => NOT_YET.fmt(f),
        }
    }
}

/// A point in the life of the library, in the time of China; a dash for none.
pub(super) fn date_time(unix_seconds: Option<i64>) -> String {
    match unix_seconds.and_then(china_date_time) {
        Some(time) => time.strftime("%Y-%m-%d %H:%M").to_string(),
        None => "—".to_owned(),
    }
}

/// A time of the library in the time of China, to the minute; a dash for none.
pub(super) fn day_time(unix_seconds: i64) -> DayTime {
    DayTime(china_date_time(unix_seconds).filter(|_| unix_seconds > 0))
}

/// What [`day_time`] gives. With `{:#}`, to the second.
pub(super) struct DayTime(Option<jiff::civil::DateTime>);

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(at) = self.0 else {
            return f.write_str("—");
        };
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute) = (at.hour(), at.minute());
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")?;
        if f.alternate() {
            write!(f, ":{:02}", at.second())?;
        }
        Ok(())
    }
}

/// The day of [`date_time`].
pub(super) fn day(unix_seconds: i64) -> String {
    match china_date_time(unix_seconds) {
        Some(time) => time.strftime("%Y-%m-%d").to_string(),
        None => "—".to_owned(),
    }
}

/// The name of a kind of record: of media, that of their section.
pub(super) fn kind(kind: ItemKind) -> Both {
    match kind {
        ItemKind::Image => section(Section::Image),
        ItemKind::Voice => section(Section::Voice),
        ItemKind::Video => section(Section::Video),
        ItemKind::Article | ItemKind::Asset => Both(kind.name()),
    }
}

pub(super) fn section(section: Section) -> Both {
    Both(section.name())
}

pub(super) fn status(status: ItemStatus) -> Both {
    Both(status.name())
}

/// The name of a list.
pub(super) fn list(list: List) -> Both {
    match list {
        List::Articles(of) => section(of),
        List::Images => section(Section::Image),
        List::Voices => section(Section::Voice),
        List::Videos => section(Section::Video),
        List::Missing => MISSING,
    }
}

/// What the first page calls the newest of a list.
pub(super) fn newest(list: List) -> Both {
    match list {
        List::Articles(_) => Both::word("page-newest-articles"),
        List::Images => Both::word("page-newest-images"),
        List::Voices => Both::word("page-newest-voices"),
        List::Videos => Both::word("page-newest-videos"),
        List::Missing => MISSING,
    }
}

/// How many a list has.
pub(super) fn total(list: List, total: u64) -> Both {
    let total = Value::digits(total);
    Both(match list {
        List::Articles(_) => message!("page-all-articles", total = total),
        List::Images => message!("page-all-images", total = total),
        List::Voices => message!("page-all-voices", total = total),
        List::Videos => message!("page-all-videos", total = total),
        List::Missing => message!("page-all-missing", total = total),
    })
}

/// How many a list has, and in which order.
pub(super) fn total_in_order(list: List, total: u64) -> Both {
    let total = Value::digits(total);
    Both(match list {
        List::Articles(_) => message!("page-sorted-articles", total = total),
        List::Images => message!("page-sorted-images", total = total),
        List::Voices => message!("page-sorted-voices", total = total),
        List::Videos => message!("page-sorted-videos", total = total),
        List::Missing => message!("page-sorted-missing", total = total),
    })
}

/// What a browser can do with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Picture,
    Sound,
    Video,
    /// Nothing in all browsers; a program of the reader's may.
    AsFile,
}

/// Whether a link may lead to such a file. An SVG that is opened by itself is a
/// document, and runs the scripts of whoever made it; in a page it is a picture.
pub(super) fn may_be_opened(kind: FileKind) -> bool {
    kind != FileKind::Svg
}

pub(super) fn shown_as(kind: FileKind) -> Shown {
    match kind {
        FileKind::Jpg
        | FileKind::Png
        | FileKind::Gif
        | FileKind::Webp
        | FileKind::Bmp
        | FileKind::Avif
        | FileKind::Svg => Shown::Picture,
        FileKind::Mp3 | FileKind::M4a | FileKind::Wav | FileKind::Ogg | FileKind::Flac => {
            Shown::Sound
        }
        FileKind::Mp4 | FileKind::Mov => Shown::Video,
        FileKind::Heic
        | FileKind::Awb
        | FileKind::Amr
        | FileKind::Silk
        | FileKind::Mkv
        | FileKind::Flv
        | FileKind::Asf
        | FileKind::Pdf
        | FileKind::Bin => Shown::AsFile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_china_and_no_time_is_a_dash() {
        assert_eq!(date_time(Some(1_684_289_700)), "2023-05-17 10:15");
        assert_eq!(date_time(Some(i64::MAX)), "—");
        assert_eq!(date_time(None), "—");
        assert_eq!(day(1_684_252_800), "2023-05-17");
        assert_eq!(
            [1_684_289_700, 0, -1, i64::MIN].map(|time| day_time(time).to_string()),
            ["2023-05-17 10:15", "—", "—", "—"]
        );
        assert_eq!(
            format!("{:#}", day_time(1_684_289_701)),
            "2023-05-17 10:15:01"
        );
    }
}
