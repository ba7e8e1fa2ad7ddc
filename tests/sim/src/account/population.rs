//! What a new account holds: a function of the seed, the shape and the quirks.

use std::collections::HashSet;
use std::collections::VecDeque;

use crate::account::Account;
use crate::account::Image;
use crate::account::Posting;
use crate::account::Rooms;
use crate::account::Shelf;
use crate::account::Video;
use crate::account::Voice;
use crate::account::names;
use crate::articles;
use crate::articles::Press;
use crate::articles::Section;
use crate::quirks::Quirk;
use crate::quirks::Quirks;
use crate::samples::Clip;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Sound;
use crate::samples::SoundKind;
use crate::seed::Seed;

/// The newest thing of a library is of this time; older ones are hours apart.
const NEWEST: i64 = 1_758_000_000;
/// News stopped when the draft box came.
const NEWEST_NEWS: i64 = 1_638_000_000;
/// Ids of one account begin alike.
const PREFIX: usize = 21;
const REST: usize = 43;

/// How many of each thing, and how large.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) images: u64,
    pub(crate) voices: u64,
    pub(crate) videos: u64,
    pub(crate) news: u64,
    pub(crate) drafts: u64,
    pub(crate) published: u64,
    pub(crate) image_bytes: u64,
    /// Of the first video; the others stay small.
    pub(crate) big_video_bytes: u64,
    pub(crate) article_bytes: usize,
    /// Of each article, where it has nothing else and pictures of its own alone.
    pub(crate) article_pictures: Option<u64>,
    pub(crate) rooms: Rooms,
}

impl Account {
    /// Makes the account; addresses begin with `origin`.
    pub(crate) fn populate(seed: u64, origin: &str, shape: &Shape, quirks: Quirks) -> Self {
        let mut account = Self {
            seed,
            origin: origin.to_owned(),
            quirks,
            shelf: Shelf::new(seed, origin),
            images: VecDeque::new(),
            voices: VecDeque::new(),
            videos: VecDeque::new(),
            news: VecDeque::new(),
            drafts: VecDeque::new(),
            published: VecDeque::new(),
            now: NEWEST,
            added: 0,
            tempkeys: 0,
            day: 0,
            met_videos: HashSet::new(),
            rooms: shape.rooms,
            article_pictures: 0,
        };
        for index in 0..shape.images {
            let image = account.generated_image(index, shape.image_bytes);
            account.images.push_back(image);
        }
        for index in 0..shape.voices {
            let voice = account.generated_voice(index);
            account.voices.push_back(voice);
        }
        for index in 0..shape.videos {
            let size_bytes = if index == 0 { shape.big_video_bytes } else { 0 };
            let video = account.generated_video(index, size_bytes);
            account.videos.push_back(video);
        }
        account.news = account.generated_postings(Section::News, shape.news, shape);
        account.drafts = account.generated_postings(Section::Draft, shape.drafts, shape);
        account.published = account.generated_postings(Section::Published, shape.published, shape);
        if account.quirks.has(Quirk::DeletedPublication)
            && let Some(last) = account.published.back_mut()
        {
            last.articles[0].is_deleted = true;
        }
        account
    }

    /// An id such as the server gives to the `index`-th thing of a kind.
    pub(crate) fn media_id(&self, kind: &str, index: u64) -> String {
        let prefix = Seed::new(self.seed, "id prefix", 0).id(PREFIX);
        prefix + &Seed::new(self.seed, kind, index).id(REST)
    }

    pub(crate) fn time(&self, kind: &str, index: u64, newest: i64) -> i64 {
        let jitter = Seed::new(self.seed, kind, index).below(3_000);
        newest - (index * 3_600 + jitter).cast_signed()
    }

    fn generated_image(&mut self, index: u64, size_bytes: u64) -> Image {
        let has = |quirk| self.quirks.has(quirk);
        let kind = PictureKind::ALL[usize::try_from(index % 5).expect("below 5")];
        let mut media_id = self.media_id("image", index);
        if index == 2 && has(Quirk::CaseTwins) {
            media_id = swapped(&self.media_id("image", 1));
        }
        let mut stream = Seed::new(self.seed, "image picture", index);
        let mut picture = Picture {
            size_bytes,
            ..Picture::new(kind, stream.next())
        };
        let shares = index % 25 == 12 && has(Quirk::SharedPictures);
        let url = if index == 3 && has(Quirk::EmptyImageUrl) {
            String::new()
        } else if shares && let Some(before) = self.images.back() {
            picture = before.picture.clone();
            before.url.clone()
        } else {
            self.shelf.hang_in_library(&picture, &mut stream)
        };
        Image {
            name: names::of(index, kind.extension(), self.quirks.has(Quirk::OddNames)),
            update_time: self.time("image time", index, NEWEST),
            tags: !(index == 4 && self.quirks.has(Quirk::MissingTags)),
            media_id,
            url,
            picture,
            taken: None,
            taken_at: None,
        }
    }

    fn generated_voice(&mut self, index: u64) -> Voice {
        let kind = if index.is_multiple_of(2) {
            SoundKind::Mp3
        } else {
            SoundKind::Amr
        };
        let sound = Sound::new(kind, Seed::new(self.seed, "voice", index).next());
        let name = names::of(index, sound.extension(), self.quirks.has(Quirk::OddNames));
        let file_id = articles::file_id(self.seed, "library voice", index);
        self.shelf.put_sound(file_id.clone(), sound.clone());
        Voice {
            media_id: self.media_id("voice id", index),
            name,
            update_time: self.time("voice time", index, NEWEST),
            sound,
            file_id,
            taken: None,
        }
    }

    fn generated_video(&mut self, index: u64, size_bytes: u64) -> Video {
        let mut stream = Seed::new(self.seed, "video", index);
        Video {
            media_id: self.media_id("video id", index),
            name: names::of(index, "mp4", self.quirks.has(Quirk::OddNames)),
            update_time: self.time("video time", index, NEWEST),
            description: if index.is_multiple_of(2) {
                String::new()
            } else {
                format!("视频简介 {index}")
            },
            clip: Clip {
                seed: stream.next(),
                size_bytes,
            },
            vid: format!("1007_{}", stream.hex(32)),
            url_in_list: index % 5 == 4 && self.quirks.has(Quirk::VideoListUrl),
            taken: None,
        }
    }

    fn generated_postings(
        &mut self,
        section: Section,
        count: u64,
        shape: &Shape,
    ) -> VecDeque<Posting> {
        (0..count)
            .map(|index| {
                let newest = match section {
                    Section::News => NEWEST_NEWS,
                    Section::Draft | Section::Published => NEWEST,
                };
                let update_time = self.time(section.word(), index, newest);
                Posting {
                    id: self.media_id(section.word(), index),
                    create_time: update_time - (index % 3 * 240).cast_signed(),
                    update_time,
                    articles: Press::new(self, section, index).articles(count, shape),
                }
            })
            .collect()
    }
}

/// The same id to a file system that does not tell upper from lower case.
fn swapped(id: &str) -> String {
    let (prefix, rest) = id.split_at(PREFIX);
    let swap = |letter: char| {
        if letter.is_ascii_uppercase() {
            letter.to_ascii_lowercase()
        } else {
            letter.to_ascii_uppercase()
        }
    };
    rest.chars()
        .map(swap)
        .fold(prefix.to_owned(), |mut id, letter| {
            id.push(letter);
            id
        })
}
