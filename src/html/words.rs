//! The Chinese words of the pages.

use super::lookup::Missing;
use crate::model::{FileKind, GapReason, ItemKind, Section, china_date_time};

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

/// Why something is not there, with the word of the records where there is one.
pub(super) fn why_missing(missing: &Missing) -> String {
    match &missing.reason {
        Some(reason) => format!("{}（{reason}）", reason_in_chinese(reason)),
        None => "尚未取得".to_owned(),
    }
}

/// A point in the life of the library, in the time of China; a dash for none.
pub(super) fn date_time(unix_seconds: Option<i64>) -> String {
    match unix_seconds.and_then(china_date_time) {
        Some(time) => time.strftime("%Y-%m-%d %H:%M").to_string(),
        None => "—".to_owned(),
    }
}

/// The day of [`date_time`].
pub(super) fn day(unix_seconds: i64) -> String {
    match china_date_time(unix_seconds) {
        Some(time) => time.strftime("%Y-%m-%d").to_string(),
        None => "—".to_owned(),
    }
}

pub(super) fn item_kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Image => "图片",
        ItemKind::Voice => "语音",
        ItemKind::Video => "视频",
        ItemKind::Article => "文章",
        ItemKind::Asset => "文章附件",
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
    use crate::model::GapId;

    #[test]
    fn a_permanent_reason_is_named_and_a_passing_one_is_not() {
        let gap_id = GapId::of("asset", "x");
        let mut missing = Missing {
            gap_id,
            reason: Some(GapReason::Http404),
        };
        assert_eq!(why_missing(&missing), "微信服务器上已不存在（http_404）");
        missing.reason = None;
        assert_eq!(why_missing(&missing), "尚未取得");
    }

    #[test]
    fn times_are_those_of_china_and_no_time_is_a_dash() {
        assert_eq!(date_time(Some(1_684_289_700)), "2023-05-17 10:15");
        assert_eq!(date_time(Some(i64::MAX)), "—");
        assert_eq!(date_time(None), "—");
        assert_eq!(day(1_684_252_800), "2023-05-17");
    }
}
