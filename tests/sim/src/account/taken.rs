//! What a client has put into the account: bytes as they came.

use axum::body::Bytes;
use sha2::Digest;
use sha2::Sha256;

use crate::account::Account;
use crate::account::Article;
use crate::account::Image;
use crate::account::Posting;
use crate::account::Video;
use crate::account::Voice;
use crate::articles;
use crate::articles::Section;
use crate::samples::Clip;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Sound;
use crate::samples::SoundKind;
use crate::seed;
use crate::seed::Seed;

/// How many things the library takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rooms {
    pub(crate) images: usize,
    pub(crate) voices: usize,
    pub(crate) videos: usize,
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            images: 100_000,
            voices: 1_000,
            videos: 1_000,
        }
    }
}

impl Account {
    /// A picture for the library: its id and its address. The same bytes again
    /// get another id and the same address.
    pub(crate) fn take_image(&mut self, name: &str, file: Bytes, at: u64) -> (String, String) {
        let index = self.one_more();
        let url = self.hang_bytes(&file, "0", |kind| format!("?wx_fmt={kind}"));
        let media_id = self.media_id("image", index);
        self.images.push_front(Image {
            media_id: media_id.clone(),
            name: name.to_owned(),
            update_time: self.now,
            url: url.clone(),
            picture: Picture::new(PictureKind::Png, index),
            tags: true,
            taken: Some(file),
            taken_at: Some(at),
        });
        (media_id, url)
    }

    /// A picture for articles alone: its address, which names no format.
    pub(crate) fn take_article_picture(&mut self, file: &Bytes) -> String {
        self.article_pictures += 1;
        self.hang_bytes(file, "0", |_| "?from=appmsg".to_owned())
    }

    pub(crate) fn take_voice(&mut self, name: &str, file: Bytes) -> String {
        let index = self.one_more();
        let media_id = self.media_id("voice id", index);
        self.voices.push_front(Voice {
            media_id: media_id.clone(),
            name: name.to_owned(),
            update_time: self.now,
            sound: Sound::new(SoundKind::Mp3, index),
            file_id: articles::file_id(self.seed, "library voice", index),
            taken: Some(file),
        });
        media_id
    }

    pub(crate) fn take_video(&mut self, title: &str, introduction: &str, file: Bytes) -> String {
        let index = self.one_more();
        let media_id = self.media_id("video id", index);
        let vid = format!("1007_{}", Seed::new(self.seed, "video", index).hex(32));
        self.videos.push_front(Video {
            media_id: media_id.clone(),
            name: title.to_owned(),
            update_time: self.now,
            description: introduction.to_owned(),
            clip: Clip::new(index),
            vid,
            url_in_list: false,
            taken: Some(file),
        });
        media_id
    }

    /// A new draft, which becomes the first of the list.
    pub(crate) fn take_draft(&mut self, mut articles: Vec<Article>) -> String {
        let index = self.one_more();
        for (at, article) in articles.iter_mut().enumerate() {
            article.url = articles::address(self.seed, Section::Draft, index, at);
        }
        let id = self.media_id(Section::Draft.word(), index);
        self.drafts.push_front(Posting {
            id: id.clone(),
            create_time: self.now,
            update_time: self.now,
            articles,
        });
        id
    }

    /// How often a picture for articles alone was uploaded.
    pub fn article_pictures(&self) -> u64 {
        self.article_pictures
    }

    /// Puts bytes on the CDN under a name that they decide.
    fn hang_bytes(&mut self, file: &Bytes, size: &str, query: impl Fn(&str) -> String) -> String {
        let kind = match file.first() {
            Some(0xff) => "jpeg",
            Some(b'G') => "gif",
            Some(b'B') => "bmp",
            _ => "png",
        };
        let family = match kind {
            "jpeg" => "mmbiz_jpg".to_owned(),
            kind => format!("mmbiz_{kind}"),
        };
        let digest = seed::hex(&Sha256::digest(file));
        let key = self.shelf.hang_bytes(&family, &digest, file.clone());
        format!("{}/{key}/{size}{}", self.origin, query(kind))
    }
}
