//! Does what the plan says, step by step, each written down before and behind it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::archive::records;
use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::model::{FileKind, ItemKind, Section, Sha256};
use crate::record::item::ArticleRecord;
use crate::text::Message;
use crate::upload::account::Account;
use crate::upload::draft;
use crate::upload::draft::{Places, without_controls};
use crate::upload::fit::{Loss, Unfit};
use crate::upload::making::{Maker, Thing, Unmade};
use crate::upload::plan::{Blob, Draft, Media, Picture, Plan, Way, section_of};
use crate::upload::receipt::{Done, Kind, Receipt, Said, Standing};
use crate::upload::{Error, Prepared, convert, file_name, refusal};
use crate::wechat::{Class, Client, Error as CallError, Upload};

/// How long a new picture may be unknown to `draft/add`.
const FRESH_MAX: Duration = Duration::from_secs(60);
const FRESH_WAIT: Duration = Duration::from_secs(2);
const FRESH_TRIES: u32 = 5;

/// What an upload came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Things put in by this run, by kind; shared ones left out.
    pub made: BTreeMap<Kind, u64>,
    /// Of those, how many had been put in before and were found.
    pub found: u64,
    /// Things that were in the account already by an earlier run.
    pub earlier: u64,
    /// What WeChat refused for good, or could not be sent, in all runs.
    pub refused: Vec<Refusal>,
}

/// Something that could not be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is.
    pub kind: Kind,
    /// Its old id.
    pub old: String,
    /// Its name or title; may be empty.
    pub name: String,
    /// Why, in a sentence.
    pub why: Message,
}

pub(super) async fn run(
    prepared: &Prepared,
    client: Client,
    receipt: Receipt,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let plan = &prepared.plan;
    let mut apply = Apply {
        prepared,
        maker: Maker {
            client: &client,
            observer,
            interrupt,
        },
        receipt,
        outcome: Outcome::default(),
        last_picture: None,
    };
    apply.check_room().await?;
    apply.look_around().await?;
    apply.phase(
        None,
        (plan.media.len() + plan.covers.len() + plan.pictures.len() + plan.drafts.len()) as u64,
    );
    for media in &plan.media {
        apply.media(media).await?;
    }
    for cover in &plan.covers {
        apply.picture(Kind::Cover, cover).await?;
    }
    for picture in &plan.pictures {
        apply.picture(Kind::Picture, picture).await?;
    }
    for draft in &plan.drafts {
        apply.draft(draft).await?;
    }
    Ok(apply.outcome)
}

struct Apply<'a> {
    prepared: &'a Prepared,
    maker: Maker<'a>,
    receipt: Receipt,
    outcome: Outcome,
    /// When a picture was last put into the library.
    last_picture: Option<Instant>,
}

/// What came of one thing.
enum Ended {
    Done,
    Refused,
}

impl Apply<'_> {
    fn standing(&self) -> &Standing {
        self.receipt.standing()
    }

    fn plan(&self) -> &Plan {
        &self.prepared.plan
    }

    fn write(&mut self, said: Said) -> Result<(), Error> {
        let now = (self.prepared.options.clock)();
        self.receipt.write(now, said).map_err(Error::Write)
    }

    fn phase(&self, section: Option<Section>, items: u64) {
        self.maker.observer.event(&Event::Phase {
            phase: Phase::Upload,
            section,
            items_total: Some(items),
            bytes_total: None,
        });
    }

    async fn check_room(&self) -> Result<(), Error> {
        let account = Account::ask(self.maker.client, std::iter::empty())
            .await
            .map_err(Error::of_call)?;
        for (section, needed) in self.plan().room_needed(self.standing()) {
            let room = account.room(section);
            if needed > room {
                return Err(Error::NoRoom {
                    section,
                    room,
                    needed,
                });
            }
        }
        Ok(())
    }

    /// Notes what the newest page of each list holds, so that nothing of it is
    /// taken for ours later.
    async fn look_around(&mut self) -> Result<(), Error> {
        let needed = self.plan().room_needed(self.standing());
        let drafts = self.plan().open(Kind::Draft, self.standing());
        let kinds = [
            (Kind::Image, needed[0].1),
            (Kind::Voice, needed[1].1),
            (Kind::Video, needed[2].1),
            (Kind::Draft, drafts),
        ];
        for (kind, open) in kinds {
            // What was made and not noted must not be taken for what was there.
            if open > 0 && !self.standing().is_open_in(kind) {
                let ids = self.maker.seen(section_of(kind)).await?;
                self.write(Said::Listed { kind, ids })?;
            }
        }
        Ok(())
    }

    async fn media(&mut self, media: &Media) -> Result<(), Error> {
        if self.is_settled(media.kind, &media.id, &media.name) {
            return Ok(());
        }
        if let Some(first) = &media.shares {
            return self.share(media, first);
        }
        let (bytes, kind) = match self.bytes_of(&media.blob) {
            Ok(found) => found,
            Err(why) => return self.unfit(media.kind, &media.id, &media.name, why),
        };
        let video = (media.kind == Kind::Video).then(|| {
            let title = without_controls(&media.name);
            let title = match title.trim() {
                "" => media.file_name.clone(),
                _ => title,
            };
            (title, without_controls(&media.introduction))
        });
        let thing = Thing::File {
            file_name: with_extension(&media.file_name, kind),
            bytes,
            video,
        };
        let done = Done {
            kind: media.kind,
            old: media.id.clone(),
            new: None,
            url: None,
            sha256: Some(media.blob.sha256),
            converted: converted(&thing, &media.blob),
            shared: false,
            found: false,
            losses: Vec::new(),
        };
        self.make(thing, done, &media.name).await.map(drop)
    }

    /// Says that the upload of another item serves for this one too.
    fn share(&mut self, media: &Media, first: &str) -> Result<(), Error> {
        let Some(first) = self.standing().done(media.kind, first).cloned() else {
            // The other was refused; so would this one be.
            let why = self.standing().refused(media.kind, first);
            let why = Message::verbatim(why.unwrap_or_default());
            return self.refuse(media.kind, &media.id, &media.name, None, why);
        };
        self.write(Said::Done(Done {
            old: media.id.clone(),
            shared: true,
            found: false,
            ..first
        }))?;
        self.advanced();
        Ok(())
    }

    async fn picture(&mut self, kind: Kind, picture: &Picture) -> Result<(), Error> {
        let old = picture.old();
        if self.is_settled(kind, &old, "") {
            return Ok(());
        }
        let (bytes, format) = match self.bytes_of(&picture.blob) {
            Ok(found) => found,
            Err(why) => return self.unfit(kind, &old, "", why),
        };
        let thing = Thing::File {
            file_name: file_name::of(kind.as_str(), &old, "", format),
            bytes,
            video: None,
        };
        let mut done = Done {
            kind,
            old,
            new: None,
            url: None,
            sha256: Some(picture.blob.sha256),
            converted: converted(&thing, &picture.blob),
            shared: false,
            found: false,
            losses: Vec::new(),
        };
        if picture.way == Way::AddMaterial || kind == Kind::Cover {
            return self.make(thing, done, "").await.map(drop);
        }
        // Of no list, and the same bytes may come again: no need to look.
        let Thing::File {
            file_name, bytes, ..
        } = &thing
        else {
            unreachable!("a picture is a file")
        };
        let file = Upload { file_name, bytes };
        match self.maker.client.upload_article_picture(file).await {
            Ok(url) => {
                done.url = Some(url);
                self.finish(done)
            }
            Err(error) => {
                let old = done.old;
                self.refusal(kind, &old, "", error).map(drop)
            }
        }
    }

    async fn draft(&mut self, planned: &Draft) -> Result<(), Error> {
        let old = planned.old();
        if self.is_settled(Kind::Draft, &old, &planned.title) {
            return Ok(());
        }
        let (mut articles, mut losses) = match self.articles(planned) {
            Ok(found) => found,
            Err(why) => return self.unfit(Kind::Draft, &old, &planned.title, why),
        };
        let mut waits_left = FRESH_TRIES;
        let mut must_look = self.begin(Kind::Draft, &old)?;
        loop {
            let done = Done {
                kind: Kind::Draft,
                old: old.clone(),
                new: None,
                url: None,
                sha256: None,
                converted: None,
                shared: false,
                found: false,
                losses: losses.iter().map(|loss| loss.code().to_owned()).collect(),
            };
            let thing = Thing::Draft(articles.clone());
            let made = self
                .maker
                .make(Kind::Draft, &thing, must_look, self.receipt.standing())
                .await;
            let error = match made {
                Ok(made) => {
                    self.outcome.found += u64::from(made.found);
                    return self.finish(Done {
                        new: Some(made.id),
                        found: made.found,
                        ..done
                    });
                }
                Err(Unmade::Looking(error)) => return Err(Error::of_call(error)),
                Err(Unmade::Sending(error)) => error,
            };
            // A refusal says that nothing was made.
            must_look = false;
            let is_fresh = self.last_picture.is_some_and(|at| at.elapsed() < FRESH_MAX);
            if error.errcode() == Some(40007) && is_fresh && waits_left > 0 {
                waits_left -= 1;
                self.maker.pause(FRESH_WAIT, &error).await;
                continue;
            }
            let loss = match error.errcode() {
                Some(45004) => drop_member(&mut articles, "digest").then_some(Loss::Digest),
                Some(45110) => drop_member(&mut articles, "author").then_some(Loss::Author),
                Some(88000) => {
                    let flags = ["need_open_comment", "only_fans_can_comment"];
                    let dropped = flags.map(|flag| drop_member(&mut articles, flag));
                    dropped.contains(&true).then_some(Loss::Comments)
                }
                _ => None,
            };
            let Some(loss) = loss else {
                return self
                    .refusal(Kind::Draft, &old, &planned.title, error)
                    .map(drop);
            };
            losses.push(loss);
            losses.sort_unstable();
            losses.dedup();
        }
    }

    /// The objects of a draft, and what it loses.
    fn articles(&self, planned: &Draft) -> Result<(Vec<Value>, Vec<Loss>), Unfit> {
        let prepared = self.prepared;
        let source = &prepared.source;
        let record: ArticleRecord =
            records::record_at(&source.archive, ItemKind::Article, planned.place)
                .map_err(|_| Unfit::Unreadable)?;
        let group = source.group(&record)?;
        let needs = prepared
            .plan
            .needs(&group, source, &prepared.options.choices)?;
        let places = Stood {
            plan: self.plan(),
            standing: self.standing(),
        };
        let mut losses = Vec::new();
        let mut articles = Vec::new();
        for (article, needs) in group.articles.iter().zip(&needs) {
            articles.push(draft::object(article, needs, &places)?);
            losses.extend(needs.losses.iter().copied());
            // Comments are lost only where WeChat says so.
            losses.retain(|loss| *loss != Loss::Comments);
            let is_lost = |picture: &Sha256| places.url(picture).is_none();
            if needs.pictures.values().any(is_lost) {
                losses.push(Loss::Pictures);
            }
        }
        losses.sort_unstable();
        losses.dedup();
        Ok((articles, losses))
    }

    /// The bytes as they are uploaded, and what they are.
    fn bytes_of(&self, blob: &Blob) -> Result<(Vec<u8>, FileKind), Unfit> {
        let bytes = self.prepared.source.blob(&blob.path)?;
        match blob.kind {
            FileKind::Webp => convert::webp(&bytes),
            kind => Ok((bytes, kind)),
        }
    }

    /// Whether a thing needs nothing any more; says so to the outcome.
    fn is_settled(&mut self, kind: Kind, old: &str, name: &str) -> bool {
        if self.standing().done(kind, old).is_some() {
            self.outcome.earlier += 1;
            self.advanced();
            return true;
        }
        let Some(why) = self.standing().refused(kind, old).map(Message::verbatim) else {
            return false;
        };
        self.note_refusal(kind, old, name, why);
        true
    }

    /// Notes that a thing is about to be made. Whether it may be there already.
    fn begin(&mut self, kind: Kind, old: &str) -> Result<bool, Error> {
        let was_open = self.standing().is_open(kind, old);
        if !was_open {
            let old = old.to_owned();
            self.write(Said::Try { kind, old })?;
        }
        Ok(was_open)
    }

    async fn make(&mut self, thing: Thing, done: Done, name: &str) -> Result<Ended, Error> {
        let must_look = self.begin(done.kind, &done.old)?;
        let made = self
            .maker
            .make(done.kind, &thing, must_look, self.receipt.standing())
            .await;
        match made {
            Ok(made) => {
                self.outcome.found += u64::from(made.found);
                if section_of(done.kind) == Section::Image {
                    self.last_picture = Some(Instant::now());
                }
                self.finish(Done {
                    new: Some(made.id),
                    url: made.url,
                    found: made.found,
                    ..done
                })?;
                Ok(Ended::Done)
            }
            Err(Unmade::Looking(error)) => Err(Error::of_call(error)),
            Err(Unmade::Sending(error)) => self.refusal(done.kind, &done.old, name, error),
        }
    }

    fn finish(&mut self, done: Done) -> Result<(), Error> {
        *self.outcome.made.entry(done.kind).or_default() += 1;
        self.write(Said::Done(done))?;
        self.advanced();
        Ok(())
    }

    fn advanced(&self) {
        self.maker
            .observer
            .event(&Event::Advanced { items: 1, bytes: 0 });
    }

    /// A refusal of one item is written down, and the next is taken; any other
    /// failure ends the run.
    fn refusal(
        &mut self,
        kind: Kind,
        old: &str,
        name: &str,
        error: CallError,
    ) -> Result<Ended, Error> {
        match error.errcode() {
            Some(errcode) if error.class() == Class::Permanent => {
                let why = refusal::sentence(errcode);
                self.refuse(kind, old, name, Some(errcode), why)?;
                Ok(Ended::Refused)
            }
            _ => {
                if !error.outcome_is_unknown() {
                    self.write(Said::Unmade {
                        kind,
                        old: old.to_owned(),
                    })?;
                }
                Err(Error::of_call(error))
            }
        }
    }

    fn unfit(&mut self, kind: Kind, old: &str, name: &str, why: Unfit) -> Result<(), Error> {
        self.refuse(kind, old, name, None, why.sentence())
    }

    fn refuse(
        &mut self,
        kind: Kind,
        old: &str,
        name: &str,
        errcode: Option<i64>,
        why: Message,
    ) -> Result<(), Error> {
        self.write(Said::Refused {
            kind,
            old: old.to_owned(),
            errcode,
            why: why.to_string(),
        })?;
        self.note_refusal(kind, old, name, why);
        Ok(())
    }

    fn note_refusal(&mut self, kind: Kind, old: &str, name: &str, why: Message) {
        self.advanced();
        self.outcome.refused.push(Refusal {
            kind,
            old: old.to_owned(),
            name: name.to_owned(),
            why,
        });
    }
}

/// Where the pictures are, as the receipt has them.
pub(super) struct Stood<'a> {
    pub(super) plan: &'a Plan,
    pub(super) standing: &'a Standing,
}

impl Stood<'_> {
    /// The picture of the library with these bytes.
    fn in_library(&self, picture: &Sha256) -> Option<&Done> {
        let owner = self.plan.owner(picture);
        let of_owner = owner.and_then(|owner| self.standing.done(Kind::Image, owner));
        let cover = || self.standing.done(Kind::Cover, &picture.to_string());
        of_owner.or_else(cover)
    }
}

impl Places for Stood<'_> {
    fn id(&self, picture: &Sha256) -> Option<String> {
        self.in_library(picture)?.new.clone()
    }

    fn url(&self, picture: &Sha256) -> Option<String> {
        let own = self.standing.done(Kind::Picture, &picture.to_string());
        own.or_else(|| self.in_library(picture))?.url.clone()
    }
}

/// Takes a member out of every article. Whether one had it.
fn drop_member(articles: &mut [Value], name: &str) -> bool {
    let mut had = false;
    for article in articles.iter_mut().filter_map(Value::as_object_mut) {
        had |= article.remove(name).is_some_and(|value| value != json!(""));
    }
    had
}

fn with_extension(file_name: &str, kind: FileKind) -> String {
    match (kind, file_name.strip_suffix(".png")) {
        // WebP that became a JPEG after all.
        (FileKind::Jpg, Some(stem)) => format!("{stem}.jpg"),
        _ => file_name.to_owned(),
    }
}

fn converted(thing: &Thing, blob: &Blob) -> Option<Sha256> {
    match thing {
        Thing::File { bytes, .. } if blob.kind == FileKind::Webp => Some(Sha256::of(bytes)),
        _ => None,
    }
}
