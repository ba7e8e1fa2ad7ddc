//! What the CDN serves, by its path.

use std::collections::HashMap;

use axum::body::Bytes;

use crate::account::Media;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Sound;
use crate::seed::Seed;

/// Pictures by `family/id`, sounds by file id.
#[derive(Debug)]
pub(crate) struct Shelf {
    origin: String,
    /// Ids of one account begin alike.
    prefix: String,
    pictures: HashMap<String, Picture>,
    library: HashMap<String, String>,
    sounds: HashMap<String, Sound>,
    /// What clients uploaded, in one size only.
    files: HashMap<String, Bytes>,
}

impl Shelf {
    pub(crate) fn new(seed: u64, origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            prefix: alphanumeric(&mut Seed::new(seed, "cdn prefix", 0), 11),
            pictures: HashMap::new(),
            library: HashMap::new(),
            sounds: HashMap::new(),
            files: HashMap::new(),
        }
    }

    /// Puts a picture on the CDN and gives back its path without a size:
    /// `family/id`. The id comes from `stream`.
    pub(crate) fn hang(&mut self, family: &str, picture: Picture, stream: &mut Seed) -> String {
        let key = format!("{family}/{}{}", self.prefix, alphanumeric(stream, 64));
        self.pictures.insert(key.clone(), picture);
        key
    }

    /// Puts a picture at a path of its own, such as that of an emoji.
    pub(crate) fn hang_at(&mut self, path: &str, picture: Picture) {
        self.pictures.insert(path.to_owned(), picture);
    }

    /// Puts a picture of the library on the CDN and gives back its address.
    pub(crate) fn hang_in_library(&mut self, picture: &Picture, stream: &mut Seed) -> String {
        let key = self.hang(picture.kind.family(), picture.clone(), stream);
        let url = self.url(&key, "0", picture.kind);
        self.library.insert(key, url.clone());
        url
    }

    /// Puts uploaded bytes on the CDN and gives back their path without a size.
    pub(crate) fn hang_bytes(&mut self, family: &str, digest: &str, file: Bytes) -> String {
        let key = format!("{family}/{}{digest}", self.prefix);
        self.files.insert(key.clone(), file);
        key
    }

    /// Uploaded bytes, by their path without a size.
    pub(crate) fn file(&self, key: &str) -> Option<&Bytes> {
        self.files.get(key)
    }

    /// The picture at a path without a size, uploaded or not.
    pub(crate) fn media(&self, key: &str) -> Option<Media> {
        let file = || self.files.get(key).cloned().map(Media::Uploaded);
        let picture = self.pictures.get(key).cloned().map(Media::Picture);
        picture.or_else(file)
    }

    pub(crate) fn is_library(&self, key: &str) -> bool {
        self.library.contains_key(key)
    }

    /// The address of a picture in one of its sizes.
    pub(crate) fn url(&self, key: &str, size: &str, kind: PictureKind) -> String {
        format!("{}/{key}/{size}?wx_fmt={}", self.origin, kind.wx_fmt())
    }

    pub(crate) fn picture(&self, key: &str) -> Option<&Picture> {
        self.pictures.get(key)
    }

    pub(crate) fn put_sound(&mut self, file_id: String, sound: Sound) {
        self.sounds.insert(file_id, sound);
    }

    pub(crate) fn sound(&self, file_id: &str) -> Option<&Sound> {
        self.sounds.get(file_id)
    }

    pub(crate) fn sound_url(&self, file_id: &str) -> String {
        format!("{}/voice/getvoice?mediaid={file_id}", self.origin)
    }
}

fn alphanumeric(stream: &mut Seed, len: usize) -> String {
    String::from_utf8(stream.filler(len)).expect("filler is ASCII")
}
