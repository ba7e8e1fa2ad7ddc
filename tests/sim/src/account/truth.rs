//! What a whole backup of the account holds: one line for each file.

use crate::account::Account;
use crate::account::Media;
use crate::account::Posting;

/// A file that the account's owner would want back.
#[derive(Clone, Debug)]
pub struct Truth {
    /// `image`, `voice`, `video`, `news`, `draft` or `published`.
    pub section: &'static str,
    /// The id of the item that it is, or that names it.
    pub id: String,
    /// Where the server says it is; empty if only `get_material` has it.
    pub url: String,
    /// What it is: `media.source()` makes its bytes.
    pub media: Media,
}

impl Account {
    /// Every file of the library, and every file that an article names by
    /// address, as often as it is named. Covers and pictures that are named
    /// by id are files of the library.
    ///
    /// It goes by the default quirks: where a quirk lets the server send
    /// something else ([`crate::Quirk::CdnRecodes`] and the like), the test
    /// that turns it on knows.
    pub fn truth(&self) -> Vec<Truth> {
        let images = self.images.iter().map(|image| Truth {
            section: "image",
            id: image.media_id.clone(),
            url: image.url.clone(),
            media: image.media(),
        });
        let voices = self.voices.iter().map(|voice| Truth {
            section: "voice",
            id: voice.media_id.clone(),
            url: String::new(),
            media: voice.media(),
        });
        let videos = self.videos.iter().map(|video| Truth {
            section: "video",
            id: video.media_id.clone(),
            url: String::new(),
            media: video.media(),
        });
        images
            .chain(voices)
            .chain(videos)
            .chain(self.news.iter().flat_map(|posting| assets("news", posting)))
            .chain(
                self.drafts
                    .iter()
                    .flat_map(|posting| assets("draft", posting)),
            )
            .chain(
                self.published
                    .iter()
                    .flat_map(|posting| assets("published", posting)),
            )
            .collect()
    }
}

fn assets(section: &'static str, posting: &Posting) -> impl Iterator<Item = Truth> {
    let assets = posting.articles.iter().flat_map(|article| &article.assets);
    assets.map(move |asset| Truth {
        section,
        id: posting.id.clone(),
        url: asset.url.clone(),
        media: asset.media.clone(),
    })
}
