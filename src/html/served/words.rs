//! What words of the records mean, in Chinese and in English.

use crate::model::{RunStatus, Section};

pub(super) fn status(status: RunStatus) -> (&'static str, &'static str) {
    match status {
        RunStatus::Complete => (
            "完整：微信接口列出的内容都在这份备份里。",
            "Complete: all that WeChat's API lists is in this archive.",
        ),
        RunStatus::CompleteWithGaps => (
            "完整，但有些内容微信已不再提供，等待也无法补上。",
            "Complete but for gaps: WeChat no longer gives some items, and waiting cannot mend that.",
        ),
        RunStatus::Partial => (
            "不完整：有些内容没有取到，再次导出可能补上。",
            "Partial: some of it could not be had; another export may get it.",
        ),
    }
}

pub(super) fn section(section: Section) -> &'static str {
    match section {
        Section::Image => "pictures",
        Section::Voice => "voices",
        Section::Video => "videos",
        Section::News => "news",
        Section::Draft => "drafts",
        Section::Published => "published",
    }
}

/// What no API lists; `None` for a word of a later version.
pub(super) fn blind_spot(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "mass_sent_not_listable" => (
            "群发过、但没有“发布”的文章：没有接口列出它们。",
            "Articles that were mass-sent and never “published”: no API lists them.",
        ),
        "news_list_frozen_2022" => (
            "图文素材的列表自 2022 年起不再增加。",
            "The list of news in the library stopped growing in 2022.",
        ),
        "console_video_page_only" => (
            "在公众平台网页上传的视频：接口可能只给出网页，不给文件。",
            "Videos uploaded in the console: the API may give a web page and no file.",
        ),
        "draft_id_unstable" => (
            "草稿修改后编号会变：同一篇草稿可能以新的编号再次出现。",
            "A draft may get another id when it is edited, and come again under it.",
        ),
        "other" => (
            "评论、粉丝、消息、统计、菜单、自动回复、标签等设置：不在素材接口里。",
            "Comments, followers, messages, statistics, menus, auto-replies, tags and other settings.",
        ),
        _ => return None,
    })
}

pub(super) fn gap_kind(kind: &str) -> &str {
    match kind {
        "image" => "图片",
        "voice" => "语音",
        "video" => "视频",
        "article" => "文章",
        "asset" => "文章附件",
        "section" => "栏目",
        other => other,
    }
}
