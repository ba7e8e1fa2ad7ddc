//! What an account holds.

use axum::body::Bytes;

use crate::samples::Clip;
use crate::samples::Picture;
use crate::samples::Sound;
use crate::samples::Source;

/// A picture of the library.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its id.
    pub media_id: String,
    /// Its name, which need not be unique, or a name at all.
    pub name: String,
    /// Seconds since 1970.
    pub update_time: i64,
    /// Where the CDN serves it; empty for a few.
    pub url: String,
    /// What it shows.
    pub picture: Picture,
    pub(crate) tags: bool,
    /// The bytes, where a client uploaded it; then `picture` is a stand-in.
    pub(crate) taken: Option<Bytes>,
    /// When that was, in seconds of the simulation.
    pub(crate) taken_at: Option<u64>,
}

/// A sound of the library.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Its id.
    pub media_id: String,
    /// Its name; a download is named after it too.
    pub name: String,
    /// Seconds since 1970.
    pub update_time: i64,
    /// What it says.
    pub sound: Sound,
    /// The id under which the CDN serves it.
    pub file_id: String,
    /// The bytes, where a client uploaded it; then `sound` is a stand-in.
    pub(crate) taken: Option<Bytes>,
}

/// A video of the library.
#[derive(Clone, Debug)]
pub struct Video {
    /// Its id.
    pub media_id: String,
    /// Its name in lists, and its title.
    pub name: String,
    /// Seconds since 1970.
    pub update_time: i64,
    /// What its owner says about it.
    pub description: String,
    /// What it shows.
    pub clip: Clip,
    /// `1007_` and 32 hexadecimal digits: the content's own id.
    pub vid: String,
    /// Whether the list has a `url` for it.
    pub url_in_list: bool,
    /// The bytes, where a client uploaded it; then `clip` is a stand-in.
    pub(crate) taken: Option<Bytes>,
}

/// A news item, a draft or a publication: one to eight articles.
#[derive(Clone, Debug)]
pub struct Posting {
    /// `media_id` of news and drafts, `article_id` of publications.
    pub id: String,
    /// Seconds since 1970.
    pub create_time: i64,
    /// Seconds since 1970.
    pub update_time: i64,
    /// Its articles.
    pub articles: Vec<Article>,
}

/// One page of a posting.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of WeChat's own"
)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// Its summary; may be empty.
    pub digest: String,
    /// HTML; plain text in a picture draft.
    pub content: String,
    /// Where "read more" leads; may be empty.
    pub content_source_url: String,
    /// The cover's id; may be empty.
    pub thumb_media_id: String,
    /// The cover's address; may be empty.
    pub thumb_url: String,
    /// Its address. A draft's is finished by a `tempkey` when it is told.
    pub url: String,
    /// The pictures of a picture draft, by id.
    pub image_ids: Vec<String>,
    /// Whether it is a picture draft.
    pub newspic: bool,
    /// Whether WeChat took it down.
    pub is_deleted: bool,
    /// Whether readers may comment.
    pub need_open_comment: bool,
    /// Whether only followers may.
    pub only_fans_can_comment: bool,
    /// What its HTML and its cover name by address, in order.
    pub assets: Vec<Asset>,
}

/// A file that an article names by its address.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The address as the article means it: entities decoded, absolute.
    pub url: String,
    /// The whole file: of a picture, the largest size there is.
    pub media: Media,
}

/// A file that the server can make.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Media {
    /// Of the library or of an article.
    Picture(Picture),
    /// Of the library or of an article.
    Sound(Sound),
    /// Of the library.
    Clip(Clip),
    /// Whatever a client uploaded.
    Uploaded(Bytes),
}

impl Image {
    /// What it is, uploaded or not.
    pub fn media(&self) -> Media {
        match &self.taken {
            Some(file) => Media::Uploaded(file.clone()),
            None => Media::Picture(self.picture.clone()),
        }
    }
}

impl Voice {
    /// What it is, uploaded or not.
    pub fn media(&self) -> Media {
        match &self.taken {
            Some(file) => Media::Uploaded(file.clone()),
            None => Media::Sound(self.sound.clone()),
        }
    }
}

impl Video {
    /// What it is, uploaded or not.
    pub fn media(&self) -> Media {
        match &self.taken {
            Some(file) => Media::Uploaded(file.clone()),
            None => Media::Clip(self.clip.clone()),
        }
    }
}

impl Media {
    /// Its bytes.
    pub fn source(&self) -> Source {
        match self {
            Self::Picture(picture) => picture.source(),
            Self::Sound(sound) => sound.source(),
            Self::Clip(clip) => clip.source(),
            Self::Uploaded(file) => Source::from(file.clone()),
        }
    }
}
