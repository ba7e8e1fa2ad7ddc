//! The words of the pages.
//!
//! A page is the same whatever language a run speaks (format 12), so each word
//! of ours stands in it in Chinese and in English, and the reader, or our script
//! for the reader, takes one. Nothing else in a page says a word of ours.

use std::fmt;

use super::lookup::Missing;
use super::views::List;
use crate::model::{FileKind, GapReason, ItemKind, ItemStatus, Section, china_date_time};

/// A word of ours, in Chinese and in English, as the text of an element. The
/// style and the script know it by its `lang`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Both<Z, E = Z>(pub(super) Z, pub(super) E);

impl<Z: fmt::Display, E: fmt::Display> fmt::Display for Both<Z, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(chinese, english) = self;
        write!(
            f,
            "<span lang=\"zh\">{chinese}</span><span lang=\"en\"> {english}</span>"
        )
    }
}

/// A word for where no element can stand, as in an attribute: the script parts it
/// where it is told to by `data-words`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flat(pub(super) Word);

impl fmt::Display for Flat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Both(chinese, english) = self.0;
        write!(f, "{chinese} / {english}")
    }
}

pub(super) type Word = Both<&'static str>;

pub(super) const ABSENT: Word = Both("没有取得过文件", "its file was never had");
pub(super) const BYTES: Word = Both("大小", "Size");
pub(super) const BY_MONTH: Word = Both("按月份", "By month");
pub(super) const CHANGED: Word = Both("时间", "Time");
pub(super) const CONTENT: Word = Both("正文 SHA-256", "Text, SHA-256");
pub(super) const CREATED: Word = Both("创建时间", "Created");
pub(super) const DELETED: Word = Both("正文已删除", "text deleted");
pub(super) const DETAILS: Word = Both("详情", "Details");
pub(super) const EMPTY: Word = Both("没有内容。", "Nothing here.");
pub(super) const FILE: Word = Both("文件", "File");
pub(super) const FIND: Word = Both("查找", "Find");
pub(super) const FIND_WHAT: Word = Both("在标题和正文中查找", "Find in titles and texts");
pub(super) const FROM: Word = Both("从", "from");
pub(super) const GAP: Word = Both("缺失", "missing");
pub(super) const HOME: Word = Both("目录", "Contents");
pub(super) const LANGUAGE: Word = Both("中文", "English");
pub(super) const MORE: Word = Both("显示更多", "Show more");
pub(super) const NAMELESS: Word = Both("（无名称）", "(no name)");
pub(super) const NO_DATE: Word = Both("无日期", "no date");
pub(super) const NOT_PLAYED: Word =
    Both("浏览器不能直接播放此格式", "browsers do not play this kind");
pub(super) const NOT_SHOWN: Word = Both("浏览器不能显示", "not shown by browsers");
pub(super) const OF_ARTICLES: Word = Both("文章中的图片和语音", "Pictures and sounds of articles");
pub(super) const OPEN: Word = Both("打开", "Open");
pub(super) const OUT_OF_REACH: Word = Both(
    "微信接口不列出的内容（评论、菜单、自动回复、部分群发文章等）不在备份范围内。",
    "What no API of WeChat lists (comments, menus, auto-replies, some mass-sent articles) is beyond any backup.",
);
pub(super) const PAGES: Word = Both("分页", "Pages of this list");
pub(super) const RAW: Word = Both("微信给出的原文", "As WeChat gave it");
pub(super) const RETIRED: Word = Both("微信已不再列出", "no longer listed");
pub(super) const SECTION: Word = Both("栏目", "Section");
pub(super) const SKIP: Word = Both("跳到内容", "Skip to the content");
pub(super) const STATE: Word = Both("状态", "State");
pub(super) const STORED: Word = Both("已保存", "stored");
pub(super) const SUSPECT: Word = Both("可能是占位图", "may be a placeholder");
pub(super) const TIMES: Word = Both(
    "时间均为北京时间（UTC+08:00）。",
    "All times are those of China (UTC+08:00).",
);
pub(super) const TO: Word = Both("到", "to");
pub(super) const UNREADABLE: Word = Both(
    "有些数据文件打不开，结果不全。",
    "Some files of data cannot be opened: this is not all.",
);
pub(super) const WHOLE: Word = Both(
    "上列栏目中，微信接口列出的内容都在这份备份里。",
    "Of these sections, all that WeChat's API lists is in this archive.",
);
pub(super) const WITHOUT_SCRIPT: Word = Both(
    "查找和筛选需要浏览器允许脚本。不用脚本也能看到全部内容：",
    "To find and to filter, the browser must let our script run. Without it, everything is in these lists:",
);

/// What a reason means, for a reader who knows WeChat and not HTTP.
pub fn reason_in_chinese(reason: &GapReason) -> &'static str {
    match reason {
        GapReason::Http404 | GapReason::Http410 => "微信服务器上已不存在",
        GapReason::DeletedDuringRun => "备份进行时被删除",
        GapReason::InvalidMediaId => "素材已被删除，或微信不再承认它的编号",
        GapReason::ExpiredLink => "链接已过期",
        GapReason::Http403 => "微信服务器拒绝提供",
        GapReason::BlockedByPlatform => "因违规被平台屏蔽",
        GapReason::NoPermission => "账号没有读取权限",
        GapReason::HotlinkDenied => "微信返回了防盗链占位图，不是原图",
        GapReason::Timeout => "下载超时",
        GapReason::Http5xx => "微信服务器出错",
        GapReason::QuotaExhausted => "当日接口调用次数已用完",
        GapReason::RateLimited => "请求过于频繁，被限制",
        GapReason::Network => "网络中断",
        GapReason::UserExcluded => "按备份设置排除",
        GapReason::OverSizeLimit => "超过大小上限",
        GapReason::EmbedNotDownloadable => "嵌入内容，无法下载",
        GapReason::EmptyBody => "微信返回了空文件",
        GapReason::ErrorJsonInsteadOfMedia => "微信返回了错误信息，不是文件",
        GapReason::TruncatedBody => "文件下载不完整",
        GapReason::TypeMismatch => "文件类型与内容不符",
        GapReason::DamagedInBase => "旧备份中的文件已损坏",
        GapReason::Other(_) => "其他原因",
    }
}

/// What a reason means, in English.
pub(super) fn reason_in_english(reason: &GapReason) -> &'static str {
    match reason {
        GapReason::Http404 | GapReason::Http410 => "WeChat's server has it no longer",
        GapReason::DeletedDuringRun => "deleted while the backup ran",
        GapReason::InvalidMediaId => "deleted, or WeChat does not know its id any more",
        GapReason::ExpiredLink => "its link has expired",
        GapReason::Http403 => "WeChat's server refuses it",
        GapReason::BlockedByPlatform => "blocked by the platform",
        GapReason::NoPermission => "the account may not read it",
        GapReason::HotlinkDenied => "WeChat gave a placeholder for it",
        GapReason::Timeout => "the download took too long",
        GapReason::Http5xx => "WeChat's server failed",
        GapReason::QuotaExhausted => "the day's calls were used up",
        GapReason::RateLimited => "too many calls at once",
        GapReason::Network => "the network broke off",
        GapReason::UserExcluded => "left out by the settings",
        GapReason::OverSizeLimit => "larger than allowed",
        GapReason::EmbedNotDownloadable => "embedded, and no file can be had",
        GapReason::EmptyBody => "WeChat gave an empty file",
        GapReason::ErrorJsonInsteadOfMedia => "WeChat gave an error message for it",
        GapReason::TruncatedBody => "the file was cut short",
        GapReason::TypeMismatch => "the file is not what it should be",
        GapReason::DamagedInBase => "damaged in the archive before",
        GapReason::Other(_) => "another reason",
    }
}

/// [`why_missing`] in both languages, with the word of the records once.
pub(super) struct Why<'a>(pub(super) &'a Missing);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Some(reason) => write!(
                f,
                "{} <code>{}</code>",
                Both(reason_in_chinese(reason), reason_in_english(reason)),
                super::escape::Escaped(reason.as_str())
            ),
            None => Both("尚未取得", "not fetched yet").fmt(f),
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

/// The name of a kind of record.
pub(super) fn kind(kind: ItemKind) -> Word {
    match kind {
        ItemKind::Image => section_word(Section::Image),
        ItemKind::Voice => section_word(Section::Voice),
        ItemKind::Video => section_word(Section::Video),
        ItemKind::Article => Both("文章", "Article"),
        ItemKind::Asset => Both("文章附件", "In an article"),
    }
}

/// [`section`] in both languages.
pub(super) fn section_word(of: Section) -> Word {
    let english = match of {
        Section::Image => "Pictures",
        Section::Voice => "Voices",
        Section::Video => "Videos",
        Section::News => "News",
        Section::Draft => "Drafts",
        Section::Published => "Published",
    };
    Both(section(of), english)
}

/// The name of a list.
pub(super) fn list(list: List) -> Word {
    match list {
        List::Articles(of) => section_word(of),
        List::Images => section_word(Section::Image),
        List::Voices => section_word(Section::Voice),
        List::Videos => section_word(Section::Video),
        List::Missing => Both("缺失的内容", "What is missing"),
    }
}

/// What the first page calls the newest of a list.
pub(super) fn newest(list: List) -> Word {
    match list {
        List::Articles(_) => Both("最新文章", "Newest articles"),
        List::Images => Both("最新图片", "Newest pictures"),
        List::Voices => Both("最新语音", "Newest voices"),
        List::Videos => Both("最新视频", "Newest videos"),
        List::Missing => Both("缺失的内容", "What is missing"),
    }
}

/// What one of a list is counted in, in Chinese.
pub(super) fn unit(list: List) -> &'static str {
    match list {
        List::Articles(_) => "组",
        List::Images => "张",
        List::Voices => "条",
        List::Videos => "个",
        List::Missing => "项",
    }
}

pub(super) fn status(status: ItemStatus) -> Word {
    match status {
        ItemStatus::Stored => STORED,
        ItemStatus::Missing => GAP,
        ItemStatus::Retired => RETIRED,
    }
}

pub(super) fn section(section: Section) -> &'static str {
    match section {
        Section::Image => "图片",
        Section::Voice => "语音",
        Section::Video => "视频",
        Section::News => "图文素材",
        Section::Draft => "草稿",
        Section::Published => "已发布",
    }
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
