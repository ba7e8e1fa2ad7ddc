//! Boxes that stand in an article for what is not text: something missing, a
//! sound, a card. Each is one inline element, fit for any place in the content.

use super::article_words as words;
use super::embeds::{Embed, EmbedKind};
use super::escape::{Escaped, Isolated};
use super::lookup::Resolved;
use super::words::{Shown, may_be_opened, shown_as};

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Picture,
    Cover,
    Sound,
    Video,
}

/// In place of media that cannot be shown; `found` is what became of it, `None`
/// where the article gives no address that one could ask.
pub(super) fn absent(media: Media, found: Option<&Resolved>) -> String {
    match found {
        Some(Resolved::Local { kind, .. }) if !may_be_opened(*kind) => format!(
            "<span class=\"wxb-file\"><b>{}</b> {} {}</span>",
            words::media(media),
            kind.extension(),
            words::NOT_PLAYABLE
        ),
        Some(Resolved::Local { href, kind }) => format!(
            "<span class=\"wxb-file\"><b>{}</b> <a href=\"{}\">{}（{}）</a> {}</span>",
            words::media(media),
            Escaped(href),
            words::OPEN_FILE,
            kind.extension(),
            words::NOT_PLAYABLE
        ),
        found => format!(
            "<span class=\"wxb-missing\">{}</span>",
            absence(media, found)
        ),
    }
}

/// That something is missing, why, and the id of its gap.
pub(super) fn absence(media: Media, found: Option<&Resolved>) -> String {
    let what = words::media_missing(media);
    match found {
        Some(Resolved::Missing(missing)) => format!(
            "<b>{what}</b> {}<br><code>{}</code>",
            words::why_missing(missing),
            Escaped(missing.gap_id.as_str())
        ),
        Some(_) => format!("<b>{what}</b> {}", words::NO_RECORD),
        None => format!("<b>{what}</b> {}", words::NO_ADDRESS),
    }
}

/// A picture of a card.
pub(super) fn picture(href: &str) -> String {
    format!(
        "<img class=\"wxb-card\" src=\"{}\" alt=\"\">",
        Escaped(href)
    )
}

/// What an article says of a sound.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sound<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) author: Option<&'a str>,
    pub(super) milliseconds: Option<u64>,
}

/// A sound with its name, to be played where a browser can.
pub(super) fn sound(sound: Sound<'_>, pictures: &str, found: &Resolved) -> String {
    let mut title = format!("<b>[{}]</b>", words::SOUND);
    if let Some(name) = sound.name {
        title = format!("{title} {}", Isolated(name));
    }
    if let Some(author) = sound.author {
        title = format!("{title} <small>{}</small>", Isolated(author));
    }
    if let Some(milliseconds) = sound.milliseconds {
        title = format!("{title} <small>{}</small>", words::duration(milliseconds));
    }
    let player = match found {
        Resolved::Local { href, kind } if shown_as(*kind) == Shown::Sound => format!(
            "<audio controls preload=\"none\" src=\"{}\"></audio>",
            Escaped(href)
        ),
        found => absent(Media::Sound, Some(found)),
    };
    format!("<span class=\"wxb-voice\">{pictures}{title}<br>{player}</span>")
}

/// A card or frame, with what the article says of it.
pub(super) fn embed(embed: &Embed, about: Option<&str>, pictures: &str) -> String {
    let mut text = format!("<b>[{}]</b>", words::embed(embed.kind));
    if let Some(name) = &embed.name {
        text = format!("{text} {}", Isolated(name));
    }
    if let Some(about) = about {
        text = format!("{text}<br><small>{}</small>", Isolated(about));
    }
    text = match embed.kind {
        EmbedKind::TencentVideo => format!(
            "{text} <a href=\"https://v.qq.com/txp/iframe/player.html?vid={0}\" target=\"_blank\" \
             rel=\"noreferrer noopener\">{1}（{0}）</a>",
            Escaped(&embed.reference),
            words::ON_TENCENT_VIDEO
        ),
        EmbedKind::AccountVideo => format!(
            "{text} <small>{}（{}）</small>",
            words::NO_VIDEO_FILE,
            Escaped(&embed.reference)
        ),
        EmbedKind::Frame if !embed.reference.is_empty() => {
            format!("{text} <small>{}</small>", Isolated(&embed.reference))
        }
        _ => text,
    };
    format!("<span class=\"wxb-embed\">{pictures}<span>{text}</span></span>")
}

/// A tag of WeChat's that shows nothing by itself and that nobody here knows.
pub(super) fn unknown(tag: &str, name: Option<&str>) -> String {
    let name = name.map_or_else(String::new, |name| format!("{} ", Isolated(name)));
    format!(
        "<span class=\"wxb-embed\"><span><b>[{}]</b> {name}<small>{}</small></span></span>",
        words::EMBEDDED,
        Escaped(tag)
    )
}

/// A player for which the article names no file.
pub(super) fn no_file(media: Media) -> String {
    let why = match media {
        Media::Video => words::NO_VIDEO_FILE,
        _ => words::NO_ADDRESS,
    };
    format!(
        "<span class=\"wxb-embed\"><span><b>[{}]</b> <small>{why}</small></span></span>",
        words::media(media)
    )
}
