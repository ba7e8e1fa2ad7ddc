//! One call that makes something, made so that it never makes it twice.
//!
//! Where the answer is lost, or an earlier run ended between the call and its
//! answer, the newest page of the account's list is looked at first: what has
//! the right name and is nobody else's was made.

use std::time::Duration;

use serde_json::Value;

use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::model::Section;
use crate::text::Message;
use crate::upload::Error;
use crate::upload::plan::section_of;
use crate::upload::receipt::{Kind, Standing};
use crate::wechat::{Client, ListItem, Page, Upload};
use crate::wechat::{Error as CallError, wire::ArticleFields};

/// Items of a page.
const PAGE: u8 = 20;
/// Calls for one thing, each but the first after a look.
const TRIES_MAX: u32 = 4;
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// Ids have up to 128 characters; what is longer is none.
const ID_BYTES_MAX: usize = 1024;

/// Something to be made.
#[derive(Debug)]
pub(super) enum Thing {
    /// A file for the library.
    File {
        file_name: String,
        bytes: Vec<u8>,
        /// Title and introduction.
        video: Option<(String, String)>,
    },
    /// The articles of a draft.
    Draft(Vec<Value>),
}

/// Something that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) url: Option<String>,
    /// Whether it was found in a list.
    pub(super) found: bool,
}

/// Where and how things are made.
#[derive(Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) client: &'a Client,
    pub(super) observer: &'a dyn Observer,
    pub(super) interrupt: &'a Interrupt,
}

/// Why something was not made, as far as anybody knows.
#[derive(Debug)]
pub(super) enum Unmade {
    /// The call that makes it failed.
    Sending(CallError),
    /// A look at the list failed, so that nobody knows: this says nothing of
    /// the thing itself.
    Looking(CallError),
}

impl Maker<'_> {
    /// Makes `thing`, once. `must_look` where an earlier run may have made it.
    ///
    /// # Errors
    ///
    /// A refusal, or a failure that no other try mends.
    pub(super) async fn make(
        &self,
        kind: Kind,
        thing: &Thing,
        must_look: bool,
        standing: &Standing,
    ) -> Result<Made, Unmade> {
        let look = async || {
            let found = self.find(kind, thing, standing).await;
            found.map_err(Unmade::Looking)
        };
        if must_look && let Some(made) = look().await? {
            return Ok(made);
        }
        let mut wait = WAIT_FIRST;
        for tried in 1.. {
            let error = match self.send(kind, thing).await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            if !error.outcome_is_unknown() {
                return Err(Unmade::Sending(error));
            }
            self.pause(wait, &error).await;
            wait *= 2;
            if let Some(made) = look().await? {
                return Ok(made);
            }
            if tried == TRIES_MAX || self.interrupt.is_set() {
                return Err(Unmade::Sending(error));
            }
        }
        unreachable!("the tries are counted")
    }

    /// Waits, or until someone asks to stop.
    pub(super) async fn pause(&self, wait: Duration, error: &CallError) {
        self.observer.event(&Event::Waiting {
            reason: &Message::said(error),
            millis: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
        });
        tokio::select! {
            () = self.interrupt.wait() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }

    async fn send(&self, kind: Kind, thing: &Thing) -> Result<Made, CallError> {
        let (id, url) = match thing {
            Thing::File {
                file_name,
                bytes,
                video,
            } => {
                let file = Upload { file_name, bytes };
                let added = match video {
                    Some((title, introduction)) => {
                        self.client.add_video(file, title, introduction).await?
                    }
                    None => self.client.add_material(section_of(kind), file).await?,
                };
                (added.media_id, added.url)
            }
            Thing::Draft(articles) => (self.client.add_draft(articles).await?, None),
        };
        Ok(Made {
            id,
            url,
            found: false,
        })
    }

    /// Looks for `thing` where the newest are. That is the first page in all
    /// that was seen; since nobody promises it, the last page is looked at too.
    async fn find(
        &self,
        kind: Kind,
        thing: &Thing,
        standing: &Standing,
    ) -> Result<Option<Made>, CallError> {
        let (first, last) = self.ends(section_of(kind)).await?;
        let found = pick(&first, kind, thing, standing);
        let found = found.or_else(|| pick(last.as_ref()?, kind, thing, standing));
        // As of the answer to the call itself: nothing with a token in it is kept.
        let known = found.filter(|made| !self.client.is_telling(&made.id));
        Ok(known.map(|mut made| {
            made.url = made.url.filter(|url| !self.client.is_telling(url));
            made
        }))
    }

    /// The ids that a look finds now: what stands there before a thing is made
    /// is not that thing.
    pub(super) async fn seen(&self, section: Section) -> Result<Vec<String>, Error> {
        let (first, last) = self.ends(section).await.map_err(Error::of_call)?;
        let pages = std::iter::once(&first).chain(&last);
        let ids = pages.flat_map(|page| &page.items);
        let ids = ids.map(|item| item.item.id().to_owned());
        let is_one = |id: &String| id.len() <= ID_BYTES_MAX && !self.client.is_telling(id);
        Ok(ids.filter(is_one).collect())
    }

    /// The first page of a list and, of a longer one, the last.
    async fn ends(&self, section: Section) -> Result<(Page, Option<Page>), CallError> {
        let first = self.client.list(section, 0, PAGE).await?;
        let total = first.total_count.unwrap_or(0);
        let behind = total.saturating_sub(u64::from(PAGE));
        let last = match behind {
            0 => None,
            offset => Some(self.client.list(section, offset, PAGE).await?),
        };
        Ok((first, last))
    }
}

/// The item of `page` that is `thing` and nothing that was known before.
fn pick(page: &Page, kind: Kind, thing: &Thing, standing: &Standing) -> Option<Made> {
    let new = page
        .items
        .iter()
        .map(|item| &item.item)
        .filter(|item| !item.id().is_empty() && !standing.knows(kind, item.id()));
    let mut new = new.filter(|item| match (item, thing) {
        (
            ListItem::Media(item),
            Thing::File {
                file_name, video, ..
            },
        ) => {
            // Lists show a video by its title.
            item.name == *file_name || video.as_ref().is_some_and(|(title, _)| item.name == *title)
        }
        (ListItem::Articles(group), Thing::Draft(articles)) => {
            group.articles.len() == articles.len()
                && group
                    .articles
                    .iter()
                    .zip(articles)
                    .all(|(listed, sent)| is(listed, sent))
        }
        _ => false,
    });
    let item = new.next()?;
    Some(Made {
        id: item.id().to_owned(),
        url: match item {
            ListItem::Media(item) => item
                .url
                .clone()
                .filter(|_| section_of(kind) == Section::Image),
            ListItem::Articles(_) => None,
        },
        found: true,
    })
}

/// Whether a listed article is the one that was sent: its title and its
/// pictures by id, which WeChat does not rewrite.
fn is(listed: &ArticleFields, sent: &Value) -> bool {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let posted: Vec<&str> = sent
        .pointer("/image_info/image_list")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|image| image.get("image_media_id")?.as_str())
        .collect();
    listed.title.as_deref() == text("title")
        && listed.image_media_ids == posted
        && (!posted.is_empty() || listed.thumb_media_id.as_deref() == text("thumb_media_id"))
}
