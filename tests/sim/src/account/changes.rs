//! What happens to an account while, or between, backups of it.

use std::collections::VecDeque;

use crate::account::Account;
use crate::account::Article;
use crate::account::Image;
use crate::account::Posting;
use crate::account::Shape;
use crate::account::Video;
use crate::account::Voice;
use crate::articles;
use crate::articles::Press;
use crate::articles::Section;
use crate::quirks::Quirk;
use crate::samples::Clip;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::samples::Sound;
use crate::samples::SoundKind;
use crate::seed::Seed;

/// Ids and contents of added things never meet those of generated ones.
const ADDED: u64 = 1 << 40;

impl Account {
    /// Uploads a new PNG, which becomes the first of the list. Gives its id.
    pub fn add_image(&mut self, name: &str) -> String {
        let index = self.one_more();
        let seed = Seed::new(self.seed, "image picture", index).next();
        self.add_picture(name, Picture::new(PictureKind::Png, seed))
    }

    /// Uploads a given picture under a new id and a new address.
    pub fn add_picture(&mut self, name: &str, picture: Picture) -> String {
        let index = self.one_more();
        let url = self
            .shelf
            .hang_in_library(&picture, &mut Seed::new(self.seed, "image picture", index));
        let image = Image {
            media_id: self.media_id("image", index),
            name: name.to_owned(),
            update_time: self.now,
            url,
            picture,
            tags: true,
            taken: None,
            taken_at: None,
        };
        let media_id = image.media_id.clone();
        self.images.push_front(image);
        media_id
    }

    /// Uploads what is there already: a new id, the same bytes and `url`.
    ///
    /// # Panics
    ///
    /// There is no such image.
    pub fn copy_image(&mut self, media_id: &str) -> String {
        let index = self.one_more();
        let mut copy = self
            .image(media_id)
            .expect("the image to copy is there")
            .clone();
        copy.media_id = self.media_id("image", index);
        copy.update_time = self.now;
        let media_id = copy.media_id.clone();
        self.images.push_front(copy);
        media_id
    }

    /// Uploads a new MP3. Gives its id.
    pub fn add_voice(&mut self, name: &str) -> String {
        let seed = Seed::new(self.seed, "voice", ADDED + self.added + 1).next();
        self.add_sound(name, Sound::new(SoundKind::Mp3, seed))
    }

    /// Uploads a given sound. Gives its id.
    pub fn add_sound(&mut self, name: &str, sound: Sound) -> String {
        let index = self.one_more();
        let file_id = articles::file_id(self.seed, "library voice", index);
        self.shelf.put_sound(file_id.clone(), sound.clone());
        let media_id = self.media_id("voice id", index);
        self.voices.push_front(Voice {
            media_id: media_id.clone(),
            name: name.to_owned(),
            update_time: self.now,
            sound,
            file_id,
            taken: None,
        });
        media_id
    }

    /// Uploads a new video. Gives its id.
    pub fn add_video(&mut self, name: &str) -> String {
        self.add_video_of(name, 0)
    }

    /// Uploads a new video of so many bytes. Gives its id.
    pub fn add_video_of(&mut self, name: &str, size_bytes: u64) -> String {
        let index = self.one_more();
        let mut stream = Seed::new(self.seed, "video", index);
        let media_id = self.media_id("video id", index);
        self.videos.push_front(Video {
            media_id: media_id.clone(),
            name: name.to_owned(),
            update_time: self.now,
            description: String::new(),
            clip: Clip {
                seed: stream.next(),
                size_bytes,
            },
            vid: format!("1007_{}", stream.hex(32)),
            url_in_list: false,
            taken: None,
        });
        media_id
    }

    /// Saves a new draft of one article. Gives its id.
    pub fn add_draft(&mut self, title: &str) -> String {
        let index = self.one_more();
        let mut articles = Press::new(self, Section::Draft, index).articles(0, &Shape::default());
        articles.truncate(1);
        title.clone_into(&mut articles[0].title);
        let id = self.media_id(Section::Draft.word(), index);
        self.drafts.push_front(Posting {
            id: id.clone(),
            create_time: self.now,
            update_time: self.now,
            articles,
        });
        id
    }

    /// Gives the first article of a draft this HTML, which names no file that
    /// the account has. Whether there is such a draft.
    pub fn rewrite_draft(&mut self, id: &str, content: &str) -> bool {
        let draft = self.drafts.iter_mut().find(|draft| draft.id == id);
        let Some(article) = draft.and_then(|draft| draft.articles.first_mut()) else {
            return false;
        };
        content.clone_into(&mut article.content);
        article.assets.clear();
        true
    }

    /// Changes an article of a news, draft or publication in any way. Whether
    /// there is such an article.
    pub fn change_article(
        &mut self,
        id: &str,
        at: usize,
        change: impl FnOnce(&mut Article),
    ) -> bool {
        let mut postings = self
            .news
            .iter_mut()
            .chain(&mut self.drafts)
            .chain(&mut self.published);
        let posting = postings.find(|posting| posting.id == id);
        let article = posting.and_then(|posting| posting.articles.get_mut(at));
        article.map(change).is_some()
    }

    /// Gives the first article of a draft another title, and the draft a new
    /// time. Gives the draft's id, which is another one under
    /// [`Quirk::DraftIdChanges`]; `None` if there is no such draft.
    pub fn edit_draft(&mut self, id: &str, title: &str) -> Option<String> {
        let index = self.one_more();
        let new_id = self.media_id(Section::Draft.word(), index);
        let changes = self.quirks.has(Quirk::DraftIdChanges);
        let now = self.now;
        let draft = self.drafts.iter_mut().find(|draft| draft.id == id)?;
        title.clone_into(&mut draft.articles[0].title);
        draft.update_time = now;
        if changes {
            draft.id = new_id;
        }
        Some(draft.id.clone())
    }

    /// Publishes a draft: it leaves the box. Gives its `article_id`; `None`
    /// if there is no such draft.
    pub fn publish(&mut self, draft_id: &str) -> Option<String> {
        let index = self.one_more();
        let at = self.drafts.iter().position(|draft| draft.id == draft_id)?;
        let draft = self.drafts.remove(at)?;
        let id = self.media_id(Section::Published.word(), index);
        let seed = self.seed;
        let articles = draft
            .articles
            .into_iter()
            .enumerate()
            .map(|(at, mut article)| {
                article.url = articles::address(seed, Section::Published, index, at);
                article
            })
            .collect();
        self.published.push_front(Posting {
            id: id.clone(),
            create_time: draft.create_time,
            update_time: self.now,
            articles,
        });
        Some(id)
    }

    /// Renames an image, a voice or a video, or retitles the first article
    /// of a posting. Times stay, as they do on the server. Whether there was
    /// such a thing.
    pub fn rename(&mut self, id: &str, name: &str) -> bool {
        let postings = self
            .news
            .iter_mut()
            .chain(&mut self.drafts)
            .chain(&mut self.published);
        let names = (self
            .images
            .iter_mut()
            .map(|it| (&it.media_id, &mut it.name)))
        .chain(
            self.voices
                .iter_mut()
                .map(|it| (&it.media_id, &mut it.name)),
        )
        .chain(
            self.videos
                .iter_mut()
                .map(|it| (&it.media_id, &mut it.name)),
        )
        .chain(postings.map(|it| (&it.id, &mut it.articles[0].title)));
        for (holder, held) in names {
            if holder == id {
                name.clone_into(held);
                return true;
            }
        }
        false
    }

    /// Deletes whatever has this id; the CDN goes on serving pictures.
    /// Whether there was such a thing.
    pub fn remove(&mut self, id: &str) -> bool {
        take(&mut self.images, |it| it.media_id == id)
            || take(&mut self.voices, |it| it.media_id == id)
            || take(&mut self.videos, |it| it.media_id == id)
            || take(&mut self.news, |it| it.id == id)
            || take(&mut self.drafts, |it| it.id == id)
            || take(&mut self.published, |it| it.id == id)
    }

    pub(crate) fn image(&self, media_id: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.media_id == media_id)
    }

    pub(super) fn one_more(&mut self) -> u64 {
        self.added += 1;
        self.now += 60;
        ADDED + self.added
    }
}

fn take<T>(list: &mut VecDeque<T>, is_it: impl Fn(&T) -> bool) -> bool {
    let at = list.iter().position(is_it);
    at.and_then(|at| list.remove(at)).is_some()
}
