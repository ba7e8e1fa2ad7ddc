//! Random lives of an account, night by night, against a plain model of what
//! each archive must then hold. The model is a map of items and knows nothing
//! of how the export comes to its archive.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use tempfile::TempDir;
use wechat_sim::{Call, Fault, Media, Posting, Quirk, Resource, Sim, Target};
use wxbackup::export::{BaseChoice, Error, Outcome, Sealed, WhenUnchanged};
use wxbackup::interrupt::{Cause, Interrupt};
use wxbackup::model::RunStatus;

use crate::incremental::flip_in_blob;
use crate::quick;
use crate::quick::assert_sound;
use crate::run::Run;
use crate::saved::{Gap, Saved, archives};

/// As many as take half a minute; `PROPTEST_CASES` asks for more.
const CASES: u32 = 32;

const SECTIONS: [&str; 6] = ["image", "voice", "video", "news", "draft", "published"];

/// One thing that happens. Numbers choose among what there is, by their remainder.
#[derive(Clone, Debug)]
enum Step {
    AddImage,
    AddVoice,
    AddVideo,
    AddDraft,
    CopyImage(usize),
    /// The same bytes once more, under another id and another address.
    Reupload(usize),
    Rename(usize, u8),
    EditDraft(usize, bool),
    Publish(usize),
    Remove(usize),
    /// A list is refused from now on, or no longer.
    Refuse(usize),
    /// A voice answers 40007 from now on, or no longer.
    Gone(usize),
    /// A byte of a blob of the newest archive changes.
    Rot(usize),
    Night(Night),
}

#[derive(Clone, Debug)]
enum Night {
    Plain,
    Always,
    Narrow(u8),
    Forgetful,
    FromNothing,
    /// Interrupted at a call, and gone on with at once.
    Interrupted(u8),
    /// The program is killed at a call, and gone on with at once.
    Killed(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let at = || 0..64_usize;
    prop_oneof![
        2 => Just(Step::AddImage),
        1 => Just(Step::AddVoice),
        1 => Just(Step::AddVideo),
        1 => Just(Step::AddDraft),
        1 => at().prop_map(Step::CopyImage),
        1 => at().prop_map(Step::Reupload),
        2 => (at(), 0..3_u8).prop_map(|(at, name)| Step::Rename(at, name)),
        2 => (at(), any::<bool>()).prop_map(|(at, title)| Step::EditDraft(at, title)),
        1 => at().prop_map(Step::Publish),
        4 => at().prop_map(Step::Remove),
        2 => at().prop_map(Step::Refuse),
        2 => at().prop_map(Step::Gone),
        3 => at().prop_map(Step::Rot),
        9 => night().prop_map(Step::Night),
    ]
}

fn night() -> impl Strategy<Value = Night> {
    prop_oneof![
        5 => Just(Night::Plain),
        1 => Just(Night::Always),
        3 => (1..63_u8).prop_map(Night::Narrow),
        1 => Just(Night::Forgetful),
        1 => Just(Night::FromNothing),
        2 => (1..40_u8).prop_map(Night::Interrupted),
        2 => (1..40_u8).prop_map(Night::Killed),
    ]
}

/// How many of each there are at first, and whether drafts change their ids.
type Shape = ([u64; 6], bool);

fn life() -> impl Strategy<Value = (Shape, Vec<Step>)> {
    let shape = (0..5_u64, 0..3_u64, 0..2_u64, 0..2_u64, 0..3_u64, 0..2_u64);
    let shape = shape.prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f]);
    let steps = proptest::collection::vec(step(), 4..18);
    ((shape, any::<bool>()), steps)
}

/// What an archive has of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// Every id that it had; its place in the library is the first.
    ids: BTreeSet<String>,
    /// Its name, or its titles.
    names: Vec<String>,
    /// When it was made, of articles, and when changed.
    times: (Option<i64>, i64),
    /// The digest of its bytes, of media, where the archive has them.
    blob: Option<String>,
    /// The digests of what it names, of articles.
    assets: BTreeSet<String>,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Stored,
    Missing(&'static str),
    /// In which run; none for the one that is under way.
    Retired(Option<String>),
}

/// What an archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Library {
    items: BTreeMap<(&'static str, String), Item>,
    /// Those that are told of: in scope, or known from before.
    sections: BTreeSet<&'static str>,
    /// Those that were ever listed to their end.
    listed: BTreeSet<&'static str>,
    /// Sections in scope that were not listed.
    refused: BTreeSet<&'static str>,
    /// What articles name and the archive has lost.
    lost: BTreeSet<String>,
}

/// What there is to save, and what stands in the way.
struct Account {
    items: BTreeMap<(&'static str, String), Item>,
    refused: BTreeSet<&'static str>,
    gone: BTreeSet<String>,
}

/// What a night is asked for.
struct Wish {
    scope: BTreeSet<&'static str>,
    retains: bool,
}

/// The archive that a night builds on.
struct Ground<'a> {
    library: &'a Library,
    /// Blobs of it that are damaged.
    rotten: BTreeSet<String>,
    /// Blobs that are sound in an older archive.
    older: BTreeSet<String>,
}

fn kind_of(section: &str) -> &'static str {
    match section {
        "image" => "image",
        "voice" => "voice",
        "video" => "video",
        _ => "article",
    }
}

impl Library {
    fn after(base: Option<&Ground<'_>>, account: &Account, wish: &Wish) -> Self {
        let none = Self::default();
        let before = base.map_or(&none, |base| base.library);
        let is_read = |section: &'static str| {
            wish.scope.contains(section) && !account.refused.contains(section)
        };
        let mut met = BTreeSet::new();
        let mut items = BTreeMap::new();
        let mut listed = BTreeSet::new();
        for ((section, id), item) in &account.items {
            if !is_read(section) {
                continue;
            }
            let mut item = item.clone();
            let known = before.find(section, id, &item, account);
            let key = match known {
                Some((key, known)) => {
                    item.ids.extend(known.ids.iter().cloned());
                    met.insert(key.clone());
                    key.clone()
                }
                None => (*section, id.clone()),
            };
            listed.insert(key.clone());
            items.insert(key, item);
        }
        for (key, item) in &before.items {
            if met.contains(key) {
                continue;
            }
            let mut item = item.clone();
            if is_read(key.0) {
                if !wish.retains {
                    continue;
                }
                if !matches!(item.state, State::Retired(_)) {
                    item.state = State::Retired(None);
                }
            }
            items.insert(key.clone(), item);
        }
        let with_items = items.keys().map(|(section, _)| *section);
        let mut sections: BTreeSet<_> = wish.scope.iter().copied().chain(with_items).collect();
        sections.extend(&before.listed);
        let mut library = Self {
            items,
            sections,
            listed: &before.listed | &(&wish.scope - &account.refused),
            refused: wish.scope.intersection(&account.refused).copied().collect(),
            lost: BTreeSet::new(),
        };
        library.find_bytes(base, account, &listed, &is_read);
        library
    }

    /// The record that an item of a list has in this library.
    fn find(
        &self,
        section: &'static str,
        id: &str,
        item: &Item,
        account: &Account,
    ) -> Option<(&(&'static str, String), &Item)> {
        let in_section = || self.items.iter().filter(|((of, _), _)| *of == section);
        let by_id = in_section().find(|(_, known)| known.ids.contains(id));
        by_id.or_else(|| {
            // A draft whose id has changed is known by what does not change with it.
            let is_listed = |known: &Item| {
                let mut ids = known.ids.iter();
                ids.any(|id| account.items.contains_key(&(section, id.clone())))
            };
            let mut alike = in_section().filter(|(_, known)| {
                known.names == item.names
                    && known.times.0 == item.times.0
                    && !matches!(known.state, State::Retired(_))
                    && !is_listed(known)
            });
            let found = alike.next().filter(|_| section == "draft");
            assert!(alike.next().is_none() || section != "draft");
            found
        })
    }

    /// Decides of what the archive has the bytes.
    fn find_bytes(
        &mut self,
        base: Option<&Ground<'_>>,
        account: &Account,
        listed: &BTreeSet<(&'static str, String)>,
        is_read: &dyn Fn(&'static str) -> bool,
    ) {
        let in_base = base.map_or_else(BTreeSet::new, |base| base.library.blobs());
        let kept = |blob: &String| {
            in_base.contains(blob)
                && base.is_some_and(|base| !base.rotten.contains(blob) || base.older.contains(blob))
        };
        let before = |key: &(&'static str, String)| base?.library.items.get(key);
        let mut states = BTreeMap::new();
        let mut fetched = BTreeSet::new();
        for (key, item) in &self.items {
            if is_read(key.0) {
                fetched.extend(item.assets.iter().cloned());
            }
            if !listed.contains(key) {
                continue;
            }
            let was = before(key);
            let has = was.and_then(|was| was.blob.as_ref()).is_some_and(&kept);
            // What is gone is not asked for again within a week.
            let was_gone = was.is_some_and(|was| was.state == State::Missing("invalid_media_id"));
            let is_gone = key.0 == "voice" && (was_gone || account.gone.contains(&key.1));
            let state = if is_gone && !has {
                State::Missing("invalid_media_id")
            } else {
                fetched.extend(item.blob.clone());
                State::Stored
            };
            states.insert(key.clone(), state);
        }
        let is_there = |blob: &String| fetched.contains(blob) || kept(blob);
        for (key, item) in &mut self.items {
            if let Some(state) = states.remove(key) {
                item.state = state;
                if item.state != State::Stored {
                    item.blob = None;
                }
            } else if item.blob.as_ref().is_some_and(|blob| !is_there(blob)) {
                item.blob = None;
                if item.state == State::Stored {
                    item.state = State::Missing("damaged_in_base");
                }
            }
        }
        let named = self.items.values().flat_map(|item| &item.assets);
        self.lost = named.filter(|blob| !is_there(blob)).cloned().collect();
    }

    fn blobs(&self) -> BTreeSet<String> {
        let items = self.items.values();
        let named = items.flat_map(|item| item.blob.iter().chain(&item.assets));
        named
            .filter(|blob| !self.lost.contains(*blob))
            .cloned()
            .collect()
    }

    /// What is missing, without assets.
    fn gaps(&self) -> Vec<Gap> {
        let missing = self.items.iter().filter_map(|((section, id), item)| {
            let State::Missing(reason) = item.state else {
                return None;
            };
            Some((kind_of(section).to_owned(), id.clone(), reason.to_owned()))
        });
        let refused = self.refused.iter();
        let refused = refused.map(|section| {
            let (kind, reason) = ("section".to_owned(), "no_permission".to_owned());
            (kind, (*section).to_owned(), reason)
        });
        let mut gaps: Vec<Gap> = missing.chain(refused).collect();
        gaps.sort();
        gaps
    }

    fn status(&self) -> RunStatus {
        let gaps = self.gaps();
        let may_pass = |gap: &Gap| gap.2 == "damaged_in_base";
        if !self.lost.is_empty() || gaps.iter().any(may_pass) {
            RunStatus::Partial
        } else if gaps.is_empty() {
            RunStatus::Complete
        } else {
            RunStatus::CompleteWithGaps
        }
    }
}

/// An archive of the folder.
struct Shelved {
    library: Library,
    /// As it was when it was new.
    saved: Saved,
    rotten: BTreeSet<String>,
}

struct World {
    sim: Sim,
    folder: TempDir,
    refused: BTreeSet<&'static str>,
    gone: BTreeSet<String>,
    shelf: Vec<Shelved>,
    /// Digests of what the simulation makes, which takes time.
    digests: HashMap<String, String>,
    /// What is served where, as far as it was ever told.
    served: HashMap<String, String>,
}

impl World {
    fn new(([images, voices, videos, news, drafts, published], ids_change): Shape) -> Self {
        let builder = Sim::builder()
            .seed(31)
            .images(images)
            .voices(voices)
            .videos(videos)
            .news(news)
            .drafts(drafts)
            .published(published)
            // What is named by id alone may be gone for ever: a model of its own.
            .without(Quirk::Newspic)
            .without(Quirk::EmptyThumbs);
        let builder = if ids_change {
            builder.with(Quirk::DraftIdChanges)
        } else {
            builder
        };
        Self {
            sim: builder.start(),
            folder: tempfile::tempdir().unwrap(),
            refused: BTreeSet::new(),
            gone: BTreeSet::new(),
            shelf: Vec::new(),
            digests: HashMap::new(),
            served: HashMap::new(),
        }
    }

    fn live(&mut self, step: &Step) {
        match step {
            Step::AddImage => drop(self.sim.account().add_image("new")),
            Step::AddVoice => drop(self.sim.account().add_voice("new")),
            Step::AddVideo => drop(self.sim.account().add_video("new")),
            Step::AddDraft => drop(self.sim.account().add_draft("new")),
            Step::CopyImage(at) => {
                if let Some(id) = self.pick(&["image"], *at) {
                    self.sim.account().copy_image(&id);
                }
            }
            Step::Reupload(at) => {
                if let Some(id) = self.pick(&["image"], *at) {
                    let mut account = self.sim.account();
                    let mut images = account.images();
                    let image = images.find(|it| it.media_id == id).unwrap();
                    let picture = image.picture.clone();
                    drop(images);
                    account.add_picture("again", picture);
                }
            }
            Step::Rename(at, name) => {
                if let Some(id) = self.pick(&SECTIONS, *at) {
                    self.sim.account().rename(&id, &format!("name {name}"));
                }
            }
            Step::EditDraft(at, with_title) => self.edit(*at, *with_title),
            Step::Publish(at) => {
                if let Some(id) = self.pick(&["draft"], *at) {
                    self.sim.account().publish(&id);
                }
            }
            Step::Remove(at) => {
                if let Some(id) = self.pick(&SECTIONS, *at) {
                    self.sim.account().remove(&id);
                }
            }
            Step::Refuse(at) => {
                let section = SECTIONS[at % SECTIONS.len()];
                if !self.refused.remove(section) {
                    self.refused.insert(section);
                }
                self.set_faults();
            }
            Step::Gone(at) => {
                if let Some(id) = self.pick(&["voice"], *at)
                    && !self.gone.remove(&id)
                {
                    self.gone.insert(id);
                }
                self.set_faults();
            }
            Step::Rot(at) => self.rot(*at),
            Step::Night(night) => self.night(night),
        }
    }

    /// An id of one of these sections.
    fn pick(&mut self, sections: &[&str], at: usize) -> Option<String> {
        let items = self.account().items.into_keys();
        let ids = items.filter(|(section, _)| sections.contains(section));
        let ids: Vec<String> = ids.map(|(_, id)| id).collect();
        ids.get(at.checked_rem(ids.len())?).cloned()
    }

    fn edit(&mut self, at: usize, with_title: bool) {
        let Some(id) = self.pick(&["draft"], at) else {
            return;
        };
        let mut account = self.sim.account();
        let title = if with_title {
            "edited".to_owned()
        } else {
            let mut drafts = account.drafts();
            let draft = drafts.find(|draft| draft.id == id).unwrap();
            draft.articles[0].title.clone()
        };
        account.edit_draft(&id, &title);
    }

    fn set_faults(&self) {
        self.sim.clear_faults();
        for section in &self.refused {
            self.sim.fault(Fault::Errcode(48001), Target::list(section));
        }
        for id in &self.gone {
            let question = Target::path("/cgi-bin/material/get_material").item(id);
            self.sim.fault(Fault::Errcode(40007), question);
        }
    }

    fn rot(&mut self, at: usize) {
        let Some(newest) = self.shelf.last_mut() else {
            return;
        };
        let blobs = newest.library.blobs();
        let blobs: Vec<&String> = blobs.iter().collect();
        let Some(blob) = at.checked_rem(blobs.len()).map(|at| blobs[at]) else {
            return;
        };
        if newest.rotten.insert(blob.clone()) {
            flip_in_blob(&newest.saved.path, blob);
        }
    }

    fn account(&mut self) -> Account {
        let mut items = BTreeMap::new();
        let Self {
            sim,
            digests,
            served,
            ..
        } = self;
        let mut digest = |media: &Media| {
            let digest = || media.source().sha256();
            let name = format!("{media:?}");
            digests.entry(name).or_insert_with(digest).clone()
        };
        let account = sim.account();
        let mut add_media = |section, id: &String, name: &String, time, media: Media, url: &str| {
            let blob = digest(&media);
            if !url.is_empty() {
                served.insert(path_of(url), blob.clone());
            }
            let item = Item {
                ids: BTreeSet::from([id.clone()]),
                names: vec![name.clone()],
                times: (None, time),
                blob: Some(blob),
                assets: BTreeSet::new(),
                state: State::Stored,
            };
            items.insert((section, id.clone()), item);
        };
        for it in account.images() {
            let media = Media::Picture(it.picture.clone());
            add_media(
                "image",
                &it.media_id,
                &it.name,
                it.update_time,
                media,
                &it.url,
            );
        }
        for it in account.voices() {
            let media = Media::Sound(it.sound.clone());
            add_media("voice", &it.media_id, &it.name, it.update_time, media, "");
        }
        for it in account.videos() {
            let media = Media::Clip(it.clip.clone());
            add_media("video", &it.media_id, &it.name, it.update_time, media, "");
        }
        let mut add_posting = |section, posting: &Posting| {
            let articles = &posting.articles;
            let assets = articles.iter().flat_map(|article| &article.assets);
            let item = Item {
                ids: BTreeSet::from([posting.id.clone()]),
                names: articles.iter().map(|it| it.title.clone()).collect(),
                times: (Some(posting.create_time), posting.update_time),
                blob: None,
                assets: assets.map(|asset| digest(&asset.media)).collect(),
                state: State::Stored,
            };
            items.insert((section, posting.id.clone()), item);
        };
        account.news().for_each(|it| add_posting("news", it));
        account.drafts().for_each(|it| add_posting("draft", it));
        account
            .published()
            .for_each(|it| add_posting("published", it));
        drop(account);
        Account {
            items,
            refused: self.refused.clone(),
            gone: self.gone.clone(),
        }
    }

    fn night(&mut self, night: &Night) {
        match night {
            Night::Interrupted(at) => return self.interrupted(usize::from(*at)),
            Night::Killed(at) => return self.killed(usize::from(*at)),
            _ => {}
        }
        let wish = Wish {
            scope: match night {
                Night::Narrow(mask) => (0..)
                    .zip(SECTIONS)
                    .filter(|(at, _)| mask & (1 << at) != 0)
                    .map(|(_, section)| section)
                    .collect(),
                _ => BTreeSet::from(SECTIONS),
            },
            retains: !matches!(night, Night::Forgetful),
        };
        let calls = self.sim.call_count();
        let outcome = quick::export_with(&self.sim, self.folder.path(), |options| {
            options
                .sections
                .retain(|section| wish.scope.contains(section.as_str()));
            options.retain_deleted = wish.retains;
            if let Night::FromNothing = night {
                options.base = BaseChoice::None;
            }
            if let Night::Always = night {
                options.unchanged = WhenUnchanged::Write;
            }
        });
        self.judge(night, &wish, outcome, calls);
    }

    fn interrupted(&mut self, at: usize) {
        let interrupt = Interrupt::default();
        let stopping = interrupt.clone();
        let calls = self.sim.call_count();
        self.sim
            .before(Target::call((calls + at) as u64), move |_| {
                stopping.set(Cause::Terminated);
            });
        let outcome = quick::export_until(&interrupt, &self.sim, self.folder.path());
        self.sim.wait_idle();
        if matches!(outcome, Err(Error::Interrupted)) {
            assert_eq!(archives(self.folder.path()), self.paths());
        } else {
            let wish = Wish {
                scope: BTreeSet::from(SECTIONS),
                retains: true,
            };
            self.judge(&Night::Plain, &wish, outcome, calls);
        }
        self.night(&Night::Plain);
    }

    fn killed(&mut self, at: usize) {
        let calls = self.sim.call_count();
        let hold = self.sim.hold(Target::call((calls + at) as u64));
        let mut running = Run::export(&self.sim, self.folder.path()).starts();
        while self.sim.call_count() < calls + at && !running.has_ended() {
            std::thread::sleep(Duration::from_millis(1));
        }
        running.dies();
        drop(hold);
        self.sim.wait_idle();
        let known = self.paths();
        if self.sim.call_count() < calls + at {
            // It was done before: as if it had never been.
            let new = archives(self.folder.path()).into_iter();
            for archive in new.filter(|path| !known.contains(path)) {
                for suffix in ["zip", "zip.sha256", "receipt.json"] {
                    std::fs::remove_file(archive.with_extension(suffix)).unwrap();
                }
            }
        }
        assert_eq!(archives(self.folder.path()), known);
        self.night(&Night::Plain);
    }

    fn paths(&self) -> Vec<PathBuf> {
        let paths = self.shelf.iter().map(|it| it.saved.path.clone());
        paths.collect()
    }

    fn judge(
        &mut self,
        night: &Night,
        wish: &Wish,
        outcome: Result<Outcome, Error>,
        calls_before: usize,
    ) {
        let account = self.account();
        let sealed = match outcome {
            Ok(Outcome::Sealed(sealed)) => sealed,
            Err(Error::Call { .. }) if wish.scope.is_subset(&account.refused) => {
                assert_eq!(archives(self.folder.path()), self.paths());
                return;
            }
            other => panic!("{other:?}"),
        };
        let is_from_nothing = matches!(night, Night::FromNothing);
        let base = self.shelf.last().filter(|_| !is_from_nothing);
        let ground = |rotten| {
            let older = self.shelf.iter().rev().skip(1);
            Some(Ground {
                library: &base?.library,
                rotten,
                older: older.flat_map(Shelved::sound).collect(),
            })
        };
        // What is rotten is met when an archive is written, and not before.
        let naive = Library::after(ground(BTreeSet::new()).as_ref(), &account, wish);
        let is_unchanged = base.is_some_and(|base| base.library == naive);
        let rotten = base.map_or_else(BTreeSet::new, |base| base.rotten.clone());
        let expected = Library::after(ground(rotten.clone()).as_ref(), &account, wish);
        let standing = self.shelf.last().map(|it| it.saved.path.clone());
        let calls = self.sim.calls_after(calls_before);
        if let Some(base) = base
            && rotten.is_empty()
        {
            self.assert_nothing_is_fetched_again(base, &expected, &calls);
        }
        if is_unchanged && !matches!(night, Night::Always) {
            assert_eq!(
                archives(self.folder.path()),
                self.paths(),
                "it is unchanged"
            );
            assert_eq!(Some(&sealed.archive), standing.as_ref());
            assert_proof(&sealed, &naive, base);
            return;
        }
        assert_eq!(
            archives(self.folder.path()).len(),
            self.shelf.len() + 1,
            "it has changed"
        );
        assert_sound(&sealed.archive);
        assert_proof(&sealed, &expected, base);
        let saved = Saved::at(&sealed.archive);
        let mut expected = expected;
        let run = saved.receipt["run_id"].as_str().unwrap();
        for item in expected.items.values_mut() {
            if item.state == State::Retired(None) {
                item.state = State::Retired(Some(run.to_owned()));
            }
        }
        assert_holds(&saved, &expected);
        assert_scope(&saved, &account, wish);
        if let Some(base) = base {
            assert_changes(&base.saved, &saved);
        }
        self.shelf.push(Shelved {
            library: expected,
            saved,
            rotten: BTreeSet::new(),
        });
    }

    /// Addresses of pictures of which `library` has no item.
    fn new_addresses(&self, library: &Library) -> BTreeSet<String> {
        let account = self.sim.account();
        let has = |id: &String| {
            let mut items = library.items.iter();
            items.any(|((section, _), item)| *section == "image" && item.ids.contains(id))
        };
        let of = |is_known: bool| -> BTreeSet<String> {
            let images = account.images().filter(|it| !it.url.is_empty());
            let images = images.filter(|it| has(&it.media_id) == is_known);
            images.map(|it| path_of(&it.url)).collect()
        };
        &of(false) - &of(true)
    }

    fn assert_nothing_is_fetched_again(&self, base: &Shelved, now: &Library, calls: &[Call]) {
        let held = base.library.blobs();
        let new_addresses = self.new_addresses(&base.library);
        for call in calls {
            if call.resource == Resource::Cdn {
                let blob = self.served.get(&call.path);
                // Nobody knows of a new address that its bytes are here already.
                let is_new = new_addresses.contains(&call.path);
                assert!(
                    is_new || blob.is_none_or(|blob| !held.contains(blob)),
                    "{} is in the base",
                    call.path
                );
            } else if call.path.ends_with("/get_material") {
                let id = call.body_text("media_id").unwrap();
                let of = |library: &Library| {
                    let mut items = library.items.iter();
                    let found = items.find(|((_, known), _)| known == id)?;
                    Some((found.0.0, found.1.clone()))
                };
                let Some((section, old)) = of(&base.library) else {
                    continue;
                };
                let new_name =
                    section == "video" && of(now).is_some_and(|(_, new)| new.names != old.names);
                assert!(
                    new_name || (old.blob.is_none() && old.state != GONE),
                    "{section} {id} is in the base"
                );
            }
        }
    }
}

const GONE: State = State::Missing("invalid_media_id");

impl Shelved {
    fn sound(&self) -> BTreeSet<String> {
        let blobs = self.library.blobs();
        blobs.difference(&self.rotten).cloned().collect()
    }
}

fn path_of(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let (_, path) = rest.split_once('/').unwrap();
    format!("/{}", path.split('?').next().unwrap())
}

/// What a run says of what is missing.
fn assert_proof(sealed: &Sealed, library: &Library, base: Option<&Shelved>) {
    let mut gaps: Vec<Gap> = sealed
        .gaps
        .iter()
        .filter(|gap| gap.kind != "asset")
        .map(|gap| (gap.kind.clone(), gap.id.clone(), gap.reason.to_string()))
        .collect();
    gaps.sort();
    assert_eq!(gaps, library.gaps());
    let has_lost = sealed.gaps.iter().any(|gap| gap.kind == "asset");
    assert_eq!(has_lost, !library.lost.is_empty(), "{:?}", sealed.gaps);
    assert_eq!(sealed.completeness.status, library.status());
    let known = base.map_or_else(Vec::new, |base| base.library.gaps());
    let is_known = |gap: &&Gap| gap.2 != "damaged_in_base" && known.contains(gap);
    let known = library.gaps().iter().filter(is_known).count();
    assert_eq!(sealed.known_gaps.len(), known);
}

fn assert_holds(saved: &Saved, library: &Library) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut found = BTreeMap::new();
    for record in ["image", "voice", "video", "article"]
        .iter()
        .flat_map(|kind| saved.items(kind))
    {
        let is_article = record["kind"] == "article";
        let section = if is_article { "source" } else { "kind" };
        let section = record[section].as_str().unwrap();
        let section = SECTIONS.into_iter().find(|it| *it == section).unwrap();
        let id = text(if is_article {
            &record["id"]
        } else {
            &record["media_id"]
        });
        let id = id.unwrap();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let aliases = list(&record["aliases"]);
        let names = if is_article {
            let articles = list(&record["articles"]);
            articles
                .iter()
                .filter_map(|it| text(&it["title"]))
                .collect()
        } else {
            vec![text(&record["name"]).unwrap()]
        };
        let key = (section, id.clone());
        let expected = library.items.get(&key);
        let item = Item {
            ids: aliases.iter().filter_map(text).chain([id]).collect(),
            names,
            times: (
                record["create_time"].as_i64(),
                record["update_time"].as_i64().unwrap(),
            ),
            blob: text(&record["sha256"]),
            // Which they are is known of all together.
            assets: expected.map_or_else(BTreeSet::new, |item| item.assets.clone()),
            state: match record["status"].as_str().unwrap() {
                "stored" => State::Stored,
                "retired" => State::Retired(text(&record["retired_in"])),
                // The reason stands with the gap.
                _ => expected.map_or(State::Missing("unexpected"), |item| item.state.clone()),
            },
        };
        assert!(found.insert(key, item).is_none());
    }
    assert_eq!(found, library.items);
    let assets = saved.items("asset");
    let of = |status: &str| assets.iter().filter(|it| it["status"] == status).count();
    assert_eq!(of("missing") > 0, !library.lost.is_empty());
    assert_eq!(of("missing") + of("stored"), assets.len());
    let blobs = saved.blobs();
    assert_eq!(blobs, library.blobs());
    let kinds = ["image", "voice", "video", "article", "asset"].into_iter();
    let has_file = |kind: &&str| {
        saved
            .entries
            .contains_key(&format!("data/items/{kind}.jsonl"))
    };
    let kinds: BTreeSet<&str> = kinds.filter(has_file).collect();
    let mut expected: BTreeSet<&str> = library.sections.iter().map(|it| kind_of(it)).collect();
    if expected.contains("article") {
        expected.insert("asset");
    }
    assert_eq!(kinds, expected);
}

fn assert_scope(saved: &Saved, account: &Account, wish: &Wish) {
    let counts = saved.completeness();
    for section in SECTIONS {
        let counts = &counts["sections"][section];
        let in_scope = wish.scope.contains(section);
        assert_eq!(counts["in_scope"], in_scope, "{section}");
        let listed = in_scope && !account.refused.contains(section);
        assert_eq!(counts["listed"], listed, "{section}");
    }
}

type Records = BTreeMap<(String, String), Value>;

fn records(saved: &Saved) -> Records {
    let kinds = ["image", "voice", "video", "article", "asset"].into_iter();
    let records = kinds.flat_map(|kind| saved.items(kind));
    let keyed = records.map(|record| {
        let mut ids = ["media_id", "id", "key"].into_iter();
        let id = ids.find_map(|id| record[id].as_str()).unwrap().to_owned();
        ((record["kind"].as_str().unwrap().to_owned(), id), record)
    });
    keyed.collect()
}

/// The changes lead from the records of one archive to those of the other, and
/// tell of each that differs.
fn assert_changes(old: &Saved, new: &Saved) {
    let changes = new.lines("run/changes.jsonl").into_iter().map(|change| {
        let [op, kind, id] =
            ["op", "kind", "id"].map(|key| change[key].as_str().unwrap().to_owned());
        ((kind, id), op)
    });
    let mut told = BTreeMap::new();
    for (key, op) in changes {
        assert!(told.insert(key, op).is_none(), "told twice");
    }
    let (old, new) = (records(old), records(new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let told = told.remove(key);
        let (old, new) = (old.get(key), new.get(key));
        let said = old.into_iter().chain(new).map(said);
        let said: Vec<Vec<Value>> = said.collect();
        let is_retired = |record: &Value| record["status"] == "retired";
        let expected = match (old.map(is_retired), new.map(is_retired)) {
            (_, None) => Some("removed"),
            (None | Some(false), Some(true)) => Some("retired"),
            (None | Some(true), Some(false)) => Some("added"),
            _ if said[0] != said[1] => Some("changed"),
            _ => None,
        };
        // The text of an article may have changed and nothing of its record.
        if expected.is_some() || !(told.as_deref() == Some("changed") && key.0 == "article") {
            assert_eq!(told.as_deref(), expected, "{key:?} {said:?}");
        }
    }
    assert_eq!(told, BTreeMap::new());
}

/// What of a record counts as a change.
fn said(record: &Value) -> Vec<Value> {
    let fields = [
        "status",
        "sha256",
        "name",
        "update_time",
        "create_time",
        "count",
    ];
    let articles = record["articles"].as_array().into_iter().flatten();
    let titles = articles.map(|article| article["title"].clone());
    let fields = fields.map(|field| record[field].clone());
    fields.into_iter().chain(titles).collect()
}

#[test]
fn whatever_befalls_an_account_each_archive_holds_what_the_model_says() {
    let usual = Config::default();
    let config = Config {
        cases: std::env::var_os("PROPTEST_CASES").map_or(CASES, |_| usual.cases),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..usual
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let lived = runner.run(&life(), |(shape, steps)| {
        let mut world = World::new(shape);
        for step in &steps {
            world.live(step);
        }
        world.night(&Night::Plain);
        Ok(())
    });
    if let Err(error) = lived {
        panic!("{error}");
    }
}
