//! Writes the articles of one posting and hangs their pictures.

use crate::account::Account;
use crate::account::Article;
use crate::account::Asset;
use crate::account::Media;
use crate::account::Shape;
use crate::articles::Section;
use crate::articles::address;
use crate::articles::file_id;
use crate::articles::forms;
use crate::quirks::Quirk;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Sound;
use crate::samples::SoundKind;
use crate::seed::Seed;

/// Articles in a posting, by its number.
const COUNTS: [usize; 9] = [2, 1, 1, 3, 1, 8, 1, 2, 1];
/// Pictures that many articles use.
const POOL: u64 = 6;

/// One posting in the making.
#[derive(Debug)]
pub(crate) struct Press<'a> {
    pub(super) account: &'a mut Account,
    pub(super) section: Section,
    pub(super) index: u64,
    pub(super) stream: Seed,
    pub(super) assets: Vec<Asset>,
}

impl<'a> Press<'a> {
    pub(crate) fn new(account: &'a mut Account, section: Section, index: u64) -> Self {
        let stream = Seed::new(account.seed, section.word(), index | 1 << 50);
        Self {
            account,
            section,
            index,
            stream,
            assets: Vec::new(),
        }
    }

    /// All its articles. `count` is how many postings the section has, for
    /// links between them; the text of each is as the account's shape says.
    pub(crate) fn articles(mut self, count: u64, shape: &Shape) -> Vec<Article> {
        let picture_draft = self.section == Section::Draft
            && self.index % 4 == 1
            && self.has(Quirk::Newspic)
            && !self.account.images.is_empty();
        if picture_draft {
            return vec![self.newspic()];
        }
        let articles = COUNTS[usize::try_from(self.index % 9).expect("below 9")];
        (0..articles)
            .map(|at| self.article(at, count, shape))
            .collect()
    }

    fn article(&mut self, at: usize, count: u64, shape: &Shape) -> Article {
        self.assets.clear();
        let mut content = match shape.article_pictures {
            Some(pictures) => forms::illustrated(self, at, pictures, shape.image_bytes),
            None if self.index == 0 && at == 0 => forms::rich(self, count),
            None => forms::ordinary(self, at, count),
        };
        if content.len() < shape.article_bytes {
            let missing = shape.article_bytes - content.len();
            content += &"<p>千里之行，始于足下。</p>".repeat(missing / 37 + 1);
        }
        let (thumb_media_id, thumb_url) = match self.assets.first() {
            // Its pictures are all that it has: the first is its cover too.
            Some(first) if shape.article_pictures.is_some() => (String::new(), first.url.clone()),
            _ => self.cover(at),
        };
        let plain = |every| !(self.index + at as u64).is_multiple_of(every);
        Article {
            title: self.title(at),
            author: if plain(3) {
                "佚名".to_owned()
            } else {
                String::new()
            },
            digest: if plain(4) {
                format!("摘要：第 {} 篇", self.index)
            } else {
                String::new()
            },
            content,
            content_source_url: if plain(5) {
                String::new()
            } else {
                "https://example.com/read?more=1&from=公众号".to_owned()
            },
            thumb_media_id,
            thumb_url,
            url: address(self.account.seed, self.section, self.index, at),
            assets: std::mem::take(&mut self.assets),
            ..Article::default()
        }
    }

    fn title(&self, at: usize) -> String {
        let (word, index) = (self.section.word(), self.index);
        match self.index % 6 {
            0 => format!("《{word}》第 {index} 期之 {at}：“新品”发布 & 活动 <预告>"),
            1 => format!("🎊 {word} {index}.{at} 周年庆 / 限时\\优惠"),
            2 => "同名文章".to_owned(),
            3 => format!("  {word} {index}.{at}…"),
            4 => format!("\u{202e}{word} {index}.{at} 倒过来\u{202c}"),
            _ => format!("{word} {index}.{at} {}", "很长".repeat(30)),
        }
    }

    fn newspic(&mut self) -> Article {
        let images = &self.account.images;
        let image_ids = (0..3.min(images.len()))
            .map(|_| {
                let at = self.stream.below(images.len() as u64);
                images[usize::try_from(at).expect("below a length")]
                    .media_id
                    .clone()
            })
            .collect();
        Article {
            title: format!("图片消息 {}", self.index),
            content: format!("今天的三张图片。\n#话题{}#", self.index),
            url: address(self.account.seed, self.section, self.index, 0),
            image_ids,
            newspic: true,
            ..Article::default()
        }
    }

    /// `thumb_media_id` and `thumb_url`: both, one or none of them.
    fn cover(&mut self, at: usize) -> (String, String) {
        let images = &self.account.images;
        let library = (!images.is_empty()).then(|| {
            let at = self.stream.below(images.len() as u64);
            &images[usize::try_from(at).expect("below a length")]
        });
        let turn = (self.index + at as u64) % 6;
        let empty = self.has(Quirk::EmptyThumbs);
        match (turn, library) {
            (3, _) if empty => (String::new(), String::new()),
            (4, Some(image)) if empty => (image.media_id.clone(), String::new()),
            (0 | 1 | 5, Some(image)) if !image.url.is_empty() => {
                let (id, url) = (image.media_id.clone(), image.url.clone());
                let picture = image.picture.clone();
                self.name(url.clone(), Media::Picture(picture));
                (id, url)
            }
            _ => {
                let (key, picture) = self.own(PictureKind::Jpeg);
                let url = self.account.shelf.url(&key, "0", PictureKind::Jpeg);
                self.name(url.clone(), Media::Picture(picture));
                (String::new(), url)
            }
        }
    }

    pub(super) fn has(&self, quirk: Quirk) -> bool {
        self.account.quirks.has(quirk)
    }

    /// Says that the article names a file.
    pub(super) fn name(&mut self, url: String, media: Media) {
        self.assets.push(Asset { url, media });
    }

    /// A picture of this article alone.
    pub(super) fn own(&mut self, kind: PictureKind) -> (String, Picture) {
        let picture = Picture::new(kind, self.stream.next());
        self.hang(kind.family(), picture)
    }

    pub(super) fn hang(&mut self, family: &str, picture: Picture) -> (String, Picture) {
        let key = self
            .account
            .shelf
            .hang(family, picture.clone(), &mut self.stream);
        (key, picture)
    }

    /// A picture that other articles use too.
    pub(super) fn pooled(&mut self) -> (String, Picture) {
        let index = self.stream.below(POOL);
        let mut stream = Seed::new(self.account.seed, "pool", index);
        let kind = *stream.pick(&PictureKind::ALL[..4]);
        let picture = Picture::new(kind, stream.next());
        let key = self.account.shelf.hang(
            &format!("sz_{}", kind.family()),
            picture.clone(),
            &mut stream,
        );
        (key, picture)
    }

    /// A sound of this article alone: its id in HTML.
    pub(super) fn sound(&mut self) -> String {
        let index = self.index << 8 | self.assets.len() as u64;
        let file_id = file_id(self.account.seed, self.section.word(), index);
        let sound = Sound::new(SoundKind::Mp3, self.stream.next());
        self.account.shelf.put_sound(file_id.clone(), sound.clone());
        let url = self.account.shelf.sound_url(&file_id);
        self.name(url, Media::Sound(sound));
        file_id
    }
}
