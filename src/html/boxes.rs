//! Boxes that stand in an article for what is not text: something missing, a
//! sound, a card. Each is one inline element, fit for any place in the content.

use super::embeds::{Embed, EmbedKind};
use super::escape::{Escaped, Isolated};
use super::lookup::Resolved;
use super::words::{Shown, embed_label, shown_as, why_missing};

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Picture,
    Sound,
    Video,
}

impl Media {
    fn word(self) -> &'static str {
        match self {
            Self::Picture => "图片",
            Self::Sound => "语音",
            Self::Video => "视频",
        }
    }
}

/// In place of media that cannot be shown; `found` is what became of it, `None`
/// where the article gives no address that one could ask.
pub(super) fn absent(media: Media, found: Option<&Resolved>) -> String {
    let word = media.word();
    match found {
        Some(Resolved::Missing(missing)) => format!(
            "<span class=\"wxb-missing\"><b>{word}缺失</b> {}<br><code>{}</code></span>",
            Escaped(&why_missing(missing)),
            Escaped(missing.gap_id.as_str())
        ),
        Some(Resolved::Local { href, kind }) => format!(
            "<span class=\"wxb-file\"><b>{word}</b> <a href=\"{}\">打开文件（{}）</a> 浏览器不能直接显示此格式</span>",
            Escaped(href),
            kind.extension()
        ),
        Some(Resolved::Unknown) => {
            format!("<span class=\"wxb-missing\"><b>{word}缺失</b> 备份中没有它的记录</span>")
        }
        None => {
            format!("<span class=\"wxb-missing\"><b>{word}缺失</b> 原文中的地址无法识别</span>")
        }
    }
}

/// A picture of a card.
pub(super) fn picture(href: &str) -> String {
    format!(
        "<img class=\"wxb-card\" src=\"{}\" alt=\"\">",
        Escaped(href)
    )
}

/// A sound with its name, to be played where a browser can.
pub(super) fn sound(
    name: Option<&str>,
    author: Option<&str>,
    pictures: &str,
    found: &Resolved,
) -> String {
    let mut title = name.map_or_else(String::new, |name| Isolated(name).to_string());
    if let Some(author) = author {
        title = format!("{title} <small>{}</small>", Isolated(author));
    }
    let player = match found {
        Resolved::Local { href, kind } if shown_as(*kind) == Shown::Sound => format!(
            "<audio controls preload=\"none\" src=\"{}\"></audio>",
            Escaped(href)
        ),
        found => absent(Media::Sound, Some(found)),
    };
    format!("<span class=\"wxb-voice\">{pictures}<b>[语音]</b> {title}<br>{player}</span>")
}

/// A card or frame, with what the article says of it.
pub(super) fn embed(embed: &Embed, about: Option<&str>, pictures: &str) -> String {
    let mut text = format!("<b>[{}]</b>", embed_label(embed.kind));
    if let Some(name) = &embed.name {
        text = format!("{text} {}", Isolated(name));
    }
    if let Some(about) = about {
        text = format!("{text}<br><small>{}</small>", Isolated(about));
    }
    text = match embed.kind {
        EmbedKind::TencentVideo => format!(
            "{text} <a href=\"https://v.qq.com/txp/iframe/player.html?vid={0}\" target=\"_blank\" \
             rel=\"noreferrer noopener\">在腾讯视频播放（{0}）</a>",
            Escaped(&embed.reference)
        ),
        EmbedKind::AccountVideo => format!(
            "{text} <small>公众号接口不提供文章内视频的文件（{}）</small>",
            Escaped(&embed.reference)
        ),
        EmbedKind::Frame if !embed.reference.is_empty() => {
            format!("{text} <small>{}</small>", Isolated(&embed.reference))
        }
        _ => text,
    };
    format!("<span class=\"wxb-embed\">{pictures}<span>{text}</span></span>")
}
