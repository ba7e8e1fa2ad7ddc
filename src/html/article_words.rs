//! Every word of ours on the page of an article: which messages of the catalogue
//! they are. The two languages stand side by side, because an archive is read by
//! whoever inherits it.

use super::both::{Beside, Both};
use super::boxes::Media;
use super::embeds::EmbedKind;
use super::escape::Escaped;
use super::lookup::Missing;
use crate::message;
use crate::model::{Section, china_date_time};
use crate::text::Value;

pub(super) const UNTITLED: Beside = Beside::word("article-untitled");
pub(super) const BACK: Beside = Beside::word("article-back");
pub(super) const READ_MORE: Beside = Beside::word("article-read-more");
pub(super) const ON_WECHAT: Beside = Beside::word("article-on-wechat");
pub(super) const BEIJING_TIME: Beside = Beside::word("article-beijing-time");

pub(super) const UNREADABLE: Beside = Beside::word("article-unreadable");
pub(super) const DELETED: Beside = Beside::word("article-deleted");
pub(super) const RETIRED: Beside = Beside::word("article-retired");

pub(super) const NO_RECORD: Beside = Beside::word("article-no-record");
pub(super) const NO_ADDRESS: Beside = Beside::word("article-no-address");
pub(super) const NOT_FETCHED: Beside = Beside::word("article-not-fetched");
pub(super) const OPEN_FILE: Beside = Beside::word("article-open-file");
pub(super) const NOT_PLAYABLE: Beside = Beside::word("article-not-playable");
pub(super) const ON_TENCENT_VIDEO: Beside = Beside::word("article-on-tencent-video");
pub(super) const NO_VIDEO_FILE: Beside = Beside::word("article-no-video-file");
pub(super) const SOUND: Beside = Beside::word("article-sound");
pub(super) const DRAFT: Beside = Beside::word("article-draft");
pub(super) const EMBEDDED: Beside = Beside::word("article-embedded");

/// The word for what was looked for.
pub(super) fn media(media: Media) -> Beside {
    match media {
        Media::Picture => Beside::word("article-picture"),
        Media::Cover => Beside::word("article-cover"),
        Media::Sound => SOUND,
        Media::Video => Beside::word("article-video"),
    }
}

/// That it is missing.
pub(super) fn media_missing(media: Media) -> Beside {
    match media {
        Media::Picture => Beside::word("article-picture-missing"),
        Media::Cover => Beside::word("article-cover-missing"),
        Media::Sound => Beside::word("article-audio-missing"),
        Media::Video => Beside::word("article-video-missing"),
    }
}

/// `第 2 张，共 9 张 Picture 2 of 9`: what a picture of a post is called.
pub(super) fn picture_of_post(number: usize, total: usize) -> String {
    let (number, total) = (Value::digits(number), Value::digits(total));
    Both(message!(
        "article-picture-of-post",
        number = number,
        total = total
    ))
    .plain()
}

/// How much is missing on a page, and where it is told.
pub(super) fn lack(count: usize) -> Beside {
    Beside(Both(message!("article-lack", count = Value::digits(count))))
}

pub(super) const LACKS: Beside = Beside::word("article-lacks");

/// What an embedded thing is.
pub(super) fn embed(kind: EmbedKind) -> Beside {
    match kind {
        EmbedKind::TencentVideo | EmbedKind::AccountVideo => Beside::word("article-video"),
        EmbedKind::Channels => Beside::word("article-channels"),
        EmbedKind::Music => Beside::word("article-music"),
        EmbedKind::Profile => Beside::word("article-official-account"),
        EmbedKind::MiniProgram => Beside::word("article-mini-program"),
        EmbedKind::Product => Beside::word("article-goods"),
        EmbedKind::Vote => Beside::word("article-vote"),
        EmbedKind::Coupon => Beside::word("article-coupon"),
        EmbedKind::Charity => Beside::word("article-charity"),
        EmbedKind::Frame => EMBEDDED,
    }
}

/// Where an article was found: of drafts, it is one.
pub(super) fn section(section: Section) -> Beside {
    match section {
        Section::Draft => DRAFT,
        section => Beside(Both(section.name())),
    }
}

/// Why something is not there, as HTML: the reason in words and in the word of
/// the records where it is permanent, else that it was not fetched yet.
pub(super) fn why_missing(missing: &Missing) -> String {
    match &missing.reason {
        Some(reason) => {
            let words = Both(reason.name());
            format!(
                "{}（{}） <span lang=\"en\">{}</span>",
                words.chinese(),
                Escaped(reason.as_str()),
                Escaped(&words.english())
            )
        }
        None => NOT_FETCHED.to_string(),
    }
}

/// A point in time as the page says it, in the time of China, which it names;
/// `None` where the number is no time.
pub(super) fn time(unix_seconds: i64) -> Option<String> {
    let time = china_date_time(unix_seconds)?;
    Some(format!(
        "<time datetime=\"{}\">{}</time> {BEIJING_TIME}",
        time.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
        time.strftime("%Y-%m-%d %H:%M")
    ))
}

/// `1:06`, `1:00:00`: how long a sound of so many milliseconds is.
pub(super) fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds.div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GapId, GapReason};

    #[test]
    fn a_permanent_reason_is_named_in_both_languages_and_a_passing_one_is_not() {
        let mut missing = Missing {
            gap_id: GapId::of("asset", "x"),
            reason: Some(GapReason::Http404),
        };
        assert_eq!(
            why_missing(&missing),
            "微信服务器上已不存在（http_404） \
             <span lang=\"en\">WeChat&#39;s server has it no longer</span>"
        );
        missing.reason = None;
        assert_eq!(
            why_missing(&missing),
            "尚未取得 <span lang=\"en\">Not fetched yet</span>"
        );
    }

    #[test]
    fn times_are_those_of_china_and_say_so() {
        assert_eq!(
            time(1_684_289_700).unwrap(),
            "<time datetime=\"2023-05-17T10:15:00+08:00\">2023-05-17 10:15</time> \
             北京时间 <span lang=\"en\">Beijing time, UTC+08:00</span>"
        );
        assert_eq!(time(i64::MAX), None);
    }

    #[test]
    fn a_duration_is_minutes_and_seconds() {
        let table = [
            (0, "0:00"),
            (1, "0:01"),
            (66_000, "1:06"),
            (3_600_000, "1:00:00"),
        ];
        for (milliseconds, said) in table {
            assert_eq!(duration(milliseconds), said);
        }
    }
}
