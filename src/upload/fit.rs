//! What the official API takes, and what it does not: limits, and the words for
//! what falls outside of them.

use std::fmt;

use crate::model::FileKind;

const MIB: u64 = 1 << 20;
use crate::text::Message;
/// Pictures of the library.
const IMAGE_BYTES_MAX: u64 = 10 * MIB;
const VOICE_BYTES_MAX: u64 = 2 * MIB;
const VOICE_MILLIS_MAX: u64 = 60_000;
const VIDEO_BYTES_MAX: u64 = 10 * MIB;
/// Pictures that are uploaded for articles alone must be smaller.
pub const ARTICLE_PICTURE_BYTES: u64 = MIB;
/// Characters of a title.
pub const TITLE_CHARS_MAX: usize = 32;
pub(super) const AUTHOR_CHARS_MAX: usize = 16;
pub(super) const DIGEST_CHARS_MAX: usize = 128;
/// Characters of an article's content, tags included, must be fewer.
const CONTENT_CHARS: usize = 20_000;
const CONTENT_BYTES: usize = 1 << 20;
pub(super) const SOURCE_URL_BYTES_MAX: usize = 1024;
/// Articles of one draft.
pub const ARTICLES_MAX: usize = 8;
/// Pictures of a picture draft.
pub const NEWSPIC_PICTURES_MAX: usize = 20;

/// How many pictures and news the library of an account holds at most.
pub const IMAGES_MAX: u64 = 100_000;
/// How many voices, and how many videos.
pub const VOICES_MAX: u64 = 1_000;

/// Why an item cannot be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfit {
    /// The archive has no bytes of it.
    NotInArchive,
    /// Its bytes in the archive are not those that were stored.
    Damaged,
    /// WeChat no longer listed it when the archive was made.
    Retired,
    /// A picture of more than 10 MB.
    PictureTooLarge,
    /// A picture in WebP, which the API refuses.
    Webp,
    /// A picture of another format that the API refuses.
    PictureFormat,
    /// A voice of more than 2 MB.
    VoiceTooLarge,
    /// A voice of more than 60 seconds.
    VoiceTooLong,
    /// A voice that is no MP3, WMA, WAV or AMR.
    VoiceFormat,
    /// A video of more than 10 MB.
    VideoTooLarge,
    /// A video that is no MP4.
    VideoFormat,
    /// Its articles cannot be read.
    Unreadable,
    /// More than 8 articles.
    TooManyArticles,
    /// An article without a title.
    NoTitle,
    /// A title of more than 32 characters.
    TitleTooLong,
    /// An article without a text.
    NoContent,
    /// A content of 20,000 characters or more, or of 1 MB or more.
    ContentTooLong,
    /// No cover, and no picture that could be one.
    NoCover,
    /// A picture draft none of whose pictures can be put back.
    NoPictures,
}

impl Unfit {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotInArchive => "not_in_archive",
            Self::Damaged => "damaged",
            Self::Retired => "retired",
            Self::PictureTooLarge => "picture_too_large",
            Self::Webp => "webp",
            Self::PictureFormat => "picture_format",
            Self::VoiceTooLarge => "voice_too_large",
            Self::VoiceTooLong => "voice_too_long",
            Self::VoiceFormat => "voice_format",
            Self::VideoTooLarge => "video_too_large",
            Self::VideoFormat => "video_format",
            Self::Unreadable => "unreadable",
            Self::TooManyArticles => "too_many_articles",
            Self::NoTitle => "no_title",
            Self::TitleTooLong => "title_too_long",
            Self::NoContent => "no_content",
            Self::ContentTooLong => "content_too_long",
            Self::NoCover => "no_cover",
            Self::NoPictures => "no_pictures",
        }
    }
}

impl Unfit {
    /// It in a sentence.
    pub fn sentence(self) -> Message {
        Message::new(format!("upload-unfit-{}", self.code().replace('_', "-")))
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// What a draft lacks that the article had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// The account may not switch comments on.
    Comments,
    /// Whether it was marked as original, which the API neither tells nor takes.
    OriginalMark,
    /// Goods.
    Products,
    /// Other cards, frames and songs, which WeChat may drop.
    Cards,
    /// Sounds in the text.
    Sounds,
    /// Videos in the text.
    Videos,
    /// Pictures that cannot be uploaded: they keep their old address.
    Pictures,
    /// Pictures of a picture draft that cannot be uploaded.
    PostPictures,
    /// Links to articles of the same account: they lead to the old one.
    OwnLinks,
    /// The title, cut to 32 characters.
    TitleEnd,
    /// An author of more than 16 characters.
    Author,
    /// A summary of more than 128 characters.
    Digest,
    /// A "read more" address that WeChat does not take.
    SourceUrl,
    /// Its own cover: a picture of the text stands in.
    Cover,
    /// Control characters.
    ControlCharacters,
}

impl Loss {
    /// A stable word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::OriginalMark => "original_mark",
            Self::Products => "products",
            Self::Cards => "cards",
            Self::Sounds => "sounds",
            Self::Videos => "videos",
            Self::Pictures => "pictures",
            Self::PostPictures => "post_pictures",
            Self::OwnLinks => "own_links",
            Self::TitleEnd => "title_end",
            Self::Author => "author",
            Self::Digest => "digest",
            Self::SourceUrl => "source_url",
            Self::Cover => "cover",
            Self::ControlCharacters => "control_characters",
        }
    }
}

impl Loss {
    /// It in a sentence.
    pub fn sentence(self) -> Message {
        Message::new(format!("upload-loss-{}", self.code().replace('_', "-")))
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// Whether the library takes a picture, perhaps `converted` from WebP.
pub(super) fn picture(kind: FileKind, bytes: u64, convert: bool) -> Result<(), Unfit> {
    match kind {
        FileKind::Jpg | FileKind::Png | FileKind::Gif | FileKind::Bmp => {}
        FileKind::Webp if convert => {}
        FileKind::Webp => return Err(Unfit::Webp),
        _ => return Err(Unfit::PictureFormat),
    }
    fits(bytes, IMAGE_BYTES_MAX, Unfit::PictureTooLarge)
}

/// Whether the library takes a voice.
pub(super) fn voice(kind: FileKind, bytes: u64, millis: Option<u64>) -> Result<(), Unfit> {
    match kind {
        FileKind::Mp3 | FileKind::Wav | FileKind::Amr | FileKind::Asf => {}
        _ => return Err(Unfit::VoiceFormat),
    }
    fits(bytes, VOICE_BYTES_MAX, Unfit::VoiceTooLarge)?;
    fits(millis.unwrap_or(0), VOICE_MILLIS_MAX, Unfit::VoiceTooLong)
}

/// Whether the library takes a video.
pub(super) fn video(kind: FileKind, bytes: u64) -> Result<(), Unfit> {
    match kind {
        FileKind::Mp4 => fits(bytes, VIDEO_BYTES_MAX, Unfit::VideoTooLarge),
        _ => Err(Unfit::VideoFormat),
    }
}

/// Whether a draft takes this content.
pub(super) fn content(text: &str) -> Result<(), Unfit> {
    if text.trim().is_empty() {
        return Err(Unfit::NoContent);
    }
    if text.len() >= CONTENT_BYTES || text.chars().count() >= CONTENT_CHARS {
        return Err(Unfit::ContentTooLong);
    }
    Ok(())
}

/// Whether WeChat takes this address behind "read more".
pub(super) fn source_url(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else {
        return false;
    };
    let is_public = match url.host() {
        Some(url::Host::Domain(name)) => name.contains('.') && !name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => !ip.is_loopback() && !ip.is_private(),
        Some(url::Host::Ipv6(_)) | None => false,
    };
    matches!(url.scheme(), "http" | "https") && is_public && text.len() <= SOURCE_URL_BYTES_MAX
}

fn fits(found: u64, max: u64, otherwise: Unfit) -> Result<(), Unfit> {
    if found > max { Err(otherwise) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_documents() {
        let mib = 1 << 20;
        let table = [
            (picture(FileKind::Png, 10 * mib, false), Ok(())),
            (
                picture(FileKind::Png, 10 * mib + 1, false),
                Err(Unfit::PictureTooLarge),
            ),
            (picture(FileKind::Webp, 1, false), Err(Unfit::Webp)),
            (picture(FileKind::Webp, 1, true), Ok(())),
            (picture(FileKind::Svg, 1, true), Err(Unfit::PictureFormat)),
            (voice(FileKind::Amr, 2 * mib, Some(60_000)), Ok(())),
            (
                voice(FileKind::Amr, 2 * mib + 1, None),
                Err(Unfit::VoiceTooLarge),
            ),
            (
                voice(FileKind::Mp3, 1, Some(60_001)),
                Err(Unfit::VoiceTooLong),
            ),
            (voice(FileKind::Silk, 1, None), Err(Unfit::VoiceFormat)),
            (video(FileKind::Mp4, 10 * mib), Ok(())),
            (
                video(FileKind::Mp4, 10 * mib + 1),
                Err(Unfit::VideoTooLarge),
            ),
            (video(FileKind::Mov, 1), Err(Unfit::VideoFormat)),
            (content(" \n"), Err(Unfit::NoContent)),
            (content(&"字".repeat(19_999)), Ok(())),
            (content(&"字".repeat(20_000)), Err(Unfit::ContentTooLong)),
        ];
        for (at, (found, expected)) in table.into_iter().enumerate() {
            assert_eq!(found, expected, "line {at}");
        }
        let long = format!("https://a.example/{}", "x".repeat(1024));
        for (url, is_taken) in [
            ("https://a.example/x?公众号", true),
            ("http://localhost/x", false),
            ("http://127.0.0.1/x", false),
            ("ftp://a.example/", false),
            ("/x", false),
            (&long, false),
        ] {
            assert_eq!(source_url(url), is_taken, "{url}");
        }
    }
}
