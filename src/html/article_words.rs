//! Every word of ours on the page of an article, in Chinese and in English.
//!
//! The two stand side by side: an archive is read by whoever inherits it.

use std::fmt;

use super::boxes::Media;
use super::embeds::EmbedKind;
use super::escape::Escaped;
use super::lookup::Missing;
use crate::model::{GapReason, Section, china_date_time};

/// One thing, said in both languages.
///
/// Shown, it is HTML with the English marked as such; the texts hold no markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Both {
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
}

const fn both(zh: &'static str, en: &'static str) -> Both {
    Both { zh, en }
}

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} <span lang=\"en\">{}</span>",
            Escaped(self.zh),
            Escaped(self.en)
        )
    }
}

impl Both {
    /// For places that know no elements: titles and attributes.
    pub(super) fn plain(self) -> String {
        format!("{} {}", self.zh, self.en)
    }
}

pub(super) const UNTITLED: Both = both("（无标题）", "Untitled");
pub(super) const BACK: Both = both("返回目录", "Back to the library");
pub(super) const READ_MORE: Both = both("阅读原文", "Read more");
pub(super) const ON_WECHAT: Both = both("在微信上的地址", "Address on WeChat");
pub(super) const BEIJING_TIME: Both = both("北京时间", "Beijing time, UTC+08:00");

pub(super) const UNREADABLE: Both = both(
    "正文的排版无法解析，以下是它的源代码。",
    "The text cannot be read as HTML; this is its source.",
);
pub(super) const DELETED: Both = both(
    "这篇文章在微信上已被删除，接口不再提供正文。",
    "This article was deleted on WeChat, which gives its text no longer.",
);
pub(super) const RETIRED: Both = both(
    "这篇文章已不在微信的列表中，以下是此前备份的内容。",
    "WeChat lists this article no longer; this is what was saved before.",
);

pub(super) const NO_RECORD: Both = both("备份中没有它的记录", "The archive has no record of it");
pub(super) const NO_ADDRESS: Both = both(
    "原文中没有可识别的地址",
    "The article gives no address that can be read",
);
pub(super) const NOT_FETCHED: Both = both("尚未取得", "Not fetched yet");
pub(super) const OPEN_FILE: Both = both("打开文件", "Open the file");
pub(super) const NOT_PLAYABLE: Both = both(
    "浏览器不能直接显示此格式",
    "Browsers do not show this format",
);
pub(super) const ON_TENCENT_VIDEO: Both = both("在腾讯视频播放", "Play on Tencent Video");
pub(super) const NO_VIDEO_FILE: Both = both(
    "公众号接口不提供文章内视频的文件",
    "The API does not give the files of videos in articles",
);
pub(super) const SOUND: Both = both("语音", "Audio");
pub(super) const EMBEDDED: Both = both("嵌入内容", "Embedded content");

/// The word for what was looked for.
pub(super) fn media(media: Media) -> Both {
    match media {
        Media::Picture => both("图片", "Picture"),
        Media::Cover => both("封面", "Cover"),
        Media::Sound => SOUND,
        Media::Video => both("视频", "Video"),
    }
}

/// That it is missing.
pub(super) fn media_missing(media: Media) -> Both {
    match media {
        Media::Picture => both("图片缺失", "Picture missing"),
        Media::Cover => both("封面缺失", "Cover missing"),
        Media::Sound => both("语音缺失", "Audio missing"),
        Media::Video => both("视频缺失", "Video missing"),
    }
}

/// `第 2 张，共 9 张 Picture 2 of 9`: what a picture of a post is called.
pub(super) fn picture_of_post(number: usize, total: usize) -> String {
    format!("第 {number} 张，共 {total} 张 Picture {number} of {total}")
}

/// How much is missing on a page, and where it is told.
pub(super) fn lack(count: usize) -> String {
    let things = if count == 1 { "item is" } else { "items are" };
    format!(
        "本页有 {count} 项内容不在备份里，文中以虚线框标出，文末有清单。 \
         <span lang=\"en\">{count} {things} not in this archive: a dashed box marks each, \
         and a list stands at the end.</span>"
    )
}

pub(super) const LACKS: Both = both("本页缺失的内容", "Missing on this page");

/// What an embedded thing is.
pub(super) fn embed(kind: EmbedKind) -> Both {
    match kind {
        EmbedKind::TencentVideo | EmbedKind::AccountVideo => both("视频", "Video"),
        EmbedKind::Channels => both("视频号", "Channels"),
        EmbedKind::Music => both("音乐", "Music"),
        EmbedKind::Profile => both("公众号名片", "Official Account"),
        EmbedKind::MiniProgram => both("小程序", "Mini Program"),
        EmbedKind::Product => both("商品", "Goods"),
        EmbedKind::Vote => both("投票", "Vote"),
        EmbedKind::Coupon => both("卡券", "Coupon"),
        EmbedKind::Charity => both("公益", "Charity"),
        EmbedKind::Frame => EMBEDDED,
    }
}

/// Where an article was found.
pub(super) fn section(section: Section) -> Both {
    match section {
        Section::Image => both("图片", "Image"),
        Section::Voice => both("语音", "Voice"),
        Section::Video => both("视频", "Video"),
        Section::News => both("图文素材", "News"),
        Section::Draft => both("草稿", "Draft"),
        Section::Published => both("已发布", "Published"),
    }
}

/// Why something is not there, as HTML: the reason in words and in the word of
/// the records where it is permanent, else that it was not fetched yet.
pub(super) fn why_missing(missing: &Missing) -> String {
    match &missing.reason {
        Some(reason) => {
            let Both { zh, en } = reason_in_words(reason);
            format!(
                "{zh}（{}） <span lang=\"en\">{}</span>",
                Escaped(reason.as_str()),
                Escaped(en)
            )
        }
        None => NOT_FETCHED.to_string(),
    }
}

fn reason_in_words(reason: &GapReason) -> Both {
    let zh = super::words::reason_in_chinese(reason);
    let en = match reason {
        GapReason::Http404 | GapReason::Http410 => "It is gone from WeChat's servers",
        GapReason::DeletedDuringRun => "It was deleted while the archive was made",
        GapReason::InvalidMediaId => "It was deleted, or WeChat knows its id no longer",
        GapReason::ExpiredLink => "Its link has expired",
        GapReason::Http403 => "WeChat's servers refuse it",
        GapReason::BlockedByPlatform => "WeChat has blocked it",
        GapReason::NoPermission => "The account may not read it",
        GapReason::HotlinkDenied => "WeChat gave a placeholder instead of the picture",
        GapReason::Timeout => "The download took too long",
        GapReason::Http5xx => "WeChat's servers failed",
        GapReason::QuotaExhausted => "The calls of the day were used up",
        GapReason::RateLimited => "There were too many requests",
        GapReason::Network => "The network broke off",
        GapReason::UserExcluded => "The settings leave it out",
        GapReason::OverSizeLimit => "It is larger than the limit",
        GapReason::EmbedNotDownloadable => "It is embedded and cannot be downloaded",
        GapReason::EmptyBody => "WeChat gave an empty file",
        GapReason::ErrorJsonInsteadOfMedia => "WeChat gave an error instead of the file",
        GapReason::TruncatedBody => "The file broke off",
        GapReason::TypeMismatch => "Its kind is not what it claims to be",
        GapReason::DamagedInBase => "It was damaged in an older archive",
        GapReason::Other(_) => "For another reason",
    };
    Both { zh, en }
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
    use crate::model::GapId;

    #[test]
    fn a_permanent_reason_is_named_in_both_languages_and_a_passing_one_is_not() {
        let mut missing = Missing {
            gap_id: GapId::of("asset", "x"),
            reason: Some(GapReason::Http404),
        };
        assert_eq!(
            why_missing(&missing),
            "微信服务器上已不存在（http_404） \
             <span lang=\"en\">It is gone from WeChat&#39;s servers</span>"
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
