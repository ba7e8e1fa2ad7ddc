//! Export: the whole library of an account into one archive.
//!
//! Lock, token, then section by section: list, plan, fetch. When every section
//! is there, seal. Whatever ends a run early leaves the stage whole, and the
//! next run goes on from it. One item's failure is an event and a gap, not an
//! error. What the base holds is not asked for again.

mod base;
mod catalog;
mod fetch;
mod gathering;
mod mention;
mod options;
mod outcome;
mod placeholder;
mod plan;
mod quota;
mod rescue;
mod roll;
mod seal;
#[cfg(test)]
mod tests;
mod texts;
mod trial;

use std::collections::{BTreeMap, HashMap, HashSet, btree_map};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::archive::RECIPIENTS_MAX;
use crate::error::PathContext as _;
use crate::event::{Event, Observer, Phase};
use crate::fs;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AssetHosts, ItemKind, RunStamp, Section};
use crate::record::run::Call;
use crate::stage::{Count, CountTime, Entry, Lock, RunStart, Stage, StagedGap};
use crate::text::Message;
use crate::wechat;
use crate::wechat::Client;

use base::Base;
use catalog::{Catalog, ListEnd};
use gathering::Gathering;
use plan::Known;
use quota::Quotas;
use roll::{Member, Roll, Words};
use seal::Sealing;

pub use crate::stage::{Holder, LockError};
pub use base::{BaseChoice, Unreadable};
pub use options::{Earlier, Options, WhenUnchanged};
pub use outcome::{Error, Outcome, Sealed, Unfinished};
pub use plan::PicturesBy;
pub use quota::QuotaLeft;
#[doc(hidden)]
pub use trial::FirstPlan;

/// Where the plain copy of the newest encrypted archive is, in the folder of the stage.
const PLAIN_COPIES: &str = "base";

/// A run at work: the one owner of the stage.
struct Run {
    options: Options,
    id: RunStamp,
    client: Client,
    observer: Arc<dyn Observer>,
    interrupt: Interrupt,
    gathering: Gathering,
    /// The folder of the stage, and of plain copies of encrypted archives.
    folder: PathBuf,
    base: Option<Base>,
    /// The base turned out to be damaged: it can no longer stand for the library.
    base_is_damaged: bool,
    calls: Arc<Mutex<Vec<wechat::CallRecord>>>,
    quotas: Quotas,
    /// The number of the last call of earlier processes.
    calls_before: u64,
    /// Gaps that another try may close; not remembered by the stage.
    passing_gaps: HashMap<String, StagedGap>,
    unfinished_items: u64,
    unfinished_by: Option<wechat::Error>,
    bytes_since_space_check: u64,
}

/// Exports the library of `options.app_id` into an archive in `options.output`.
///
/// Nothing is written to the account, nothing in the folder but the archive, its
/// sidecars and the stage. What an earlier run staged is not asked for again.
///
/// # Errors
///
/// [`Error`]; the stage then holds what was fetched.
///
/// # Panics
///
/// Where a task of its own panicked, and on a runtime of one thread alone.
pub async fn export(
    options: Options,
    observer: Arc<dyn Observer>,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    if options.recipients.len() > RECIPIENTS_MAX {
        return Err(Error::RecipientsMax(options.recipients.len()));
    }
    match std::fs::metadata(&options.output) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => return Err(Error::NotAFolder(options.output)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::NoOutput(options.output));
        }
        Err(error) => return Err(error).at("read", &options.output)?,
    }
    let stages = options.output.join(".wxbackup");
    fs::create_own_dir(&stages)?;
    let home = stages.join(options.app_id.file_stem());
    let _lock = Lock::acquire(&home, &options.holder)?;
    let folder = match &options.stage {
        Some(elsewhere) => elsewhere.join(options.app_id.file_stem()),
        None => home,
    };
    let _stage_lock = match &options.stage {
        Some(elsewhere) => {
            fs::create_private_dir(elsewhere)?;
            Some(Lock::acquire(&folder, &options.holder)?)
        }
        None => None,
    };
    if options.earlier == Earlier::Forget {
        Stage::forget(&folder)?;
    }
    seal::remove_partials(&options.output, &options.app_id)?;
    seal::remove_partials(&folder.join(PLAIN_COPIES), &options.app_id)?;
    seal::keep_promise(&options, &*observer, interrupt)?;
    if options.earlier == Earlier::Seal && Stage::remains(&folder)?.is_none() {
        return Err(Error::NothingStaged(folder));
    }
    let base = base::choose(&options, &folder.join(PLAIN_COPIES), &*observer, interrupt)?;
    let mut run = Run::begin(options, &folder, base, observer, interrupt.clone())?;
    loop {
        let result = match run.options.earlier {
            Earlier::Seal => run.gather_staged(),
            Earlier::Resume | Earlier::Forget => run.gather().await,
        };
        // Whatever happened: the calls were made. What ended the run says more than
        // what failed thereafter.
        let noted = run.note_calls();
        let synced = run.gathering.stage.sync();
        let gathered = result?;
        noted?;
        synced?;
        if let Some(unfinished) = run.unfinished(&gathered.catalogs) {
            return Ok(Outcome::Unfinished(unfinished));
        }
        // On this very thread: what was gathered is freed while the archive is
        // written, and an allocator gives it back to the thread that it came from.
        let sealing = tokio::task::block_in_place(|| seal::seal(&mut run, gathered));
        match sealing? {
            Sealing::Done(sealed) => {
                run.end_stage(&sealed);
                return Ok(Outcome::Sealed(sealed));
            }
            // Nothing was published. What was fetched is staged: this time only
            // what is rotten is fetched.
            Sealing::BaseIsDamaged(rotten) => run.note_damage(&rotten)?,
        }
    }
}

/// All that a run learned from WeChat, and what the archive will have of it.
struct Gathered {
    catalogs: Vec<Catalog>,
    /// By section: those in scope, and those that the base has.
    rolls: BTreeMap<Section, Roll>,
    /// Blobs that may be placeholders.
    suspects: HashSet<crate::model::Sha256>,
    planned_at: crate::model::Timestamp,
}

impl Gathered {
    /// Every item of the archive to be, by section in the order of records.
    fn items(&self) -> impl Iterator<Item = (Section, Member<'_>)> {
        Section::ALL
            .into_iter()
            .flat_map(|section| self.items_of(section).map(move |item| (section, item)))
    }

    /// The items of one section, in the order of its roll.
    fn items_of(&self, section: Section) -> impl Iterator<Item = Member<'_>> {
        let catalog = self
            .catalogs
            .iter()
            .find(|catalog| catalog.section == section);
        let rolled = self.rolls.get(&section).into_iter();
        rolled.flat_map(|roll| &roll.items).map(move |item| Member {
            roll: item,
            listed: item
                .listed
                .zip(catalog)
                .map(|(place, catalog)| roll::at(catalog, place)),
        })
    }
}

impl Run {
    fn begin(
        mut options: Options,
        folder: &Path,
        base: Option<Base>,
        observer: Arc<dyn Observer>,
        interrupt: Interrupt,
    ) -> Result<Self, Error> {
        let mut gathering = Gathering::open(folder, &options.app_id, options.clock)?;
        let now = (options.clock)();
        let copies = folder.join(PLAIN_COPIES);
        let run_id = seal::free_stamp(&options.output, &copies, &options.app_id, now)?;
        let start = RunStart {
            run_id: run_id.to_string(),
            app_id: options.app_id.clone(),
            // Not that of the name, which may be later where names are taken.
            started_at: RunStamp::of(now).time(),
        };
        gathering.note(Entry::RunStart(start))?;
        let calls = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&calls);
        options.client.on_call = Arc::new(move |call| {
            heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(call);
        });
        let client = Client::new(
            options.client.clone(),
            Arc::clone(&observer),
            interrupt.clone(),
        )
        .map_err(|error| Error::from_call("set-up-the-connection", error))?;
        let calls_before = gathering.ledger.calls;
        Ok(Self {
            options,
            id: run_id,
            client,
            observer,
            interrupt,
            gathering,
            folder: folder.to_owned(),
            base,
            base_is_damaged: false,
            calls,
            quotas: Quotas::default(),
            calls_before,
            passing_gaps: HashMap::new(),
            unfinished_items: 0,
            unfinished_by: None,
            bytes_since_space_check: 0,
        })
    }

    /// Lists, plans and fetches every section in scope.
    async fn gather(&mut self) -> Result<Gathered, Error> {
        self.observer.event(&Event::Phase {
            phase: Phase::Connect,
            section: None,
            items_total: None,
            bytes_total: None,
        });
        self.client
            .connect()
            .await
            .map_err(|error| Error::from_call("get-a-token", error))?;
        self.count(CountTime::Before).await?;
        self.plan_lists().await;
        let mut catalogs = Vec::new();
        let mut rolls = BTreeMap::new();
        for section in Section::RUN_ORDER {
            if !self.options.sections.contains(&section) {
                continue;
            }
            let catalog = catalog::list(self, section).await?;
            self.tell_list_end(&catalog);
            if section.item_kind() == ItemKind::Article {
                self.complete_texts(&catalog).await?;
            }
            let roll = self.roll(section, Some(&catalog))?;
            self.fetch_section(&catalog, &roll).await?;
            catalogs.push(catalog);
            rolls.insert(section, roll);
        }
        refuse_an_archive_of_nothing(&catalogs)?;
        self.roll_unlisted(&mut rolls)?;
        self.rescue_texts(&rolls)?;
        self.fetch_named_by_id(&catalogs, &rolls).await?;
        let suspects = self.ask_again(&catalogs, &rolls).await?;
        self.rescue()?;
        self.count(CountTime::After).await?;
        Ok(self.gathered(catalogs, rolls, suspects))
    }

    /// What is staged and what the base has, with nothing asked for.
    fn gather_staged(&mut self) -> Result<Gathered, Error> {
        let mut catalogs = Vec::new();
        let mut rolls = BTreeMap::new();
        for section in Section::RUN_ORDER {
            if !self.options.sections.contains(&section) {
                continue;
            }
            let catalog = catalog::staged(self, section)?;
            self.tell_list_end(&catalog);
            rolls.insert(section, self.roll(section, Some(&catalog))?);
            catalogs.push(catalog);
        }
        self.roll_unlisted(&mut rolls)?;
        self.rescue_texts(&rolls)?;
        self.rescue()?;
        let suspects = self.gathering.ledger.suspected.clone();
        Ok(self.gathered(catalogs, rolls, suspects))
    }

    fn gathered(
        &self,
        catalogs: Vec<Catalog>,
        rolls: BTreeMap<Section, Roll>,
        mut suspects: HashSet<crate::model::Sha256>,
    ) -> Gathered {
        suspects.extend(self.base.iter().flat_map(|base| &base.suspects));
        Gathered {
            catalogs,
            rolls,
            suspects,
            planned_at: self.now(),
        }
    }

    fn roll(&self, section: Section, catalog: Option<&Catalog>) -> Result<Roll, Error> {
        let (base, retain) = (self.base.as_ref(), self.options.retain_deleted);
        if section.item_kind() == ItemKind::Article {
            roll::of_articles(section, catalog, base, &self.gathering, retain)
        } else {
            Ok(roll::of_media(section, catalog, base, retain))
        }
    }

    /// What the base has of sections that are out of scope. One that was empty
    /// when it was listed stays too: the library does not differ for want of it.
    fn roll_unlisted(&self, rolls: &mut BTreeMap<Section, Roll>) -> Result<(), Error> {
        for section in Section::ALL {
            let btree_map::Entry::Vacant(place) = rolls.entry(section) else {
                continue;
            };
            let roll = self.roll(section, None)?;
            let was_listed = |base: &Base| base.has_listed(section);
            if !roll.items.is_empty() || self.base.as_ref().is_some_and(was_listed) {
                place.insert(roll);
            }
        }
        Ok(())
    }

    /// Notes that blobs of the base are not what their names say. Where that is
    /// no news, another try would end as this one did.
    fn note_damage(&mut self, rotten: &[crate::model::Sha256]) -> Result<(), Error> {
        let Some(base) = &mut self.base else {
            return Ok(());
        };
        let mut is_news = !std::mem::replace(&mut self.base_is_damaged, true);
        for sha256 in rotten {
            if base.note_rotten(sha256) {
                is_news = true;
                self.observer.event(&Event::Warning {
                    code: "rotten_in_base",
                    about: &sha256.to_string(),
                    message: &message!("export-rotten-in-base", base = base.file_name()),
                });
            }
        }
        if is_news {
            Ok(())
        } else {
            Err(Error::ReadBack(message!(
                "export-base-unsteady",
                base = base.file_name()
            )))
        }
    }

    /// Notes that the archive has its name, and clears the stage.
    fn end_stage(self, sealed: &Sealed) {
        let file_name = sealed.receipt.file_name.clone();
        let Self {
            gathering: Gathering { mut stage, .. },
            observer,
            ..
        } = self;
        let ended = stage
            .note(&Entry::Published { file_name })
            .and_then(|_| stage.sync())
            .and_then(|()| stage.clear());
        if let Err(error) = ended {
            observer.event(&Event::Warning {
                code: "stage_not_cleared",
                about: "",
                message: &message!("export-stage-not-cleared", error = Message::said(&error)),
            });
        }
    }

    /// Asks WeChat to count what has a count, once at each end of a run.
    async fn count(&mut self, time: CountTime) -> Result<(), Error> {
        let wants = |section: Section| self.options.sections.contains(&section);
        let materials = [
            Section::Image,
            Section::Voice,
            Section::Video,
            Section::News,
        ];
        let (wants_materials, wants_drafts) =
            (materials.into_iter().any(wants), wants(Section::Draft));
        let mut counts = Vec::new();
        if wants_materials && !self.has_counted(time, Section::Image) {
            match self.client.material_counts().await {
                Ok(found) => counts.extend([
                    (Section::Image, found.image),
                    (Section::Voice, found.voice),
                    (Section::Video, found.video),
                    (Section::News, found.news),
                ]),
                Err(error) => self.uncounted("the library", error)?,
            }
        }
        if wants_drafts && !self.has_counted(time, Section::Draft) {
            match self.client.draft_count().await {
                Ok(count) => counts.push((Section::Draft, count)),
                Err(error) => self.uncounted("the draft box", error)?,
            }
        }
        for (section, count) in counts {
            self.gathering.note(Entry::Count(Count {
                time,
                section,
                count,
            }))?;
        }
        self.note_calls()
    }

    /// What was counted before a run was interrupted still holds; the count at
    /// the end belongs to the process that seals.
    fn has_counted(&self, time: CountTime, section: Section) -> bool {
        time == CountTime::Before && self.gathering.ledger.counts.contains_key(&(time, section))
    }

    /// A count that cannot be had weakens the proof and stops nothing, unless
    /// the account itself is the trouble.
    fn uncounted(&self, what: &str, error: wechat::Error) -> Result<(), Error> {
        match error.class() {
            wechat::Class::Account
            | wechat::Class::Token
            | wechat::Class::Local
            | wechat::Class::Interrupted => Err(Error::from_call("count", error)),
            _ => {
                self.observer.event(&Event::Warning {
                    code: "not_counted",
                    about: what,
                    message: &message!("export-not-counted", error = error.message()),
                });
                Ok(())
            }
        }
    }

    fn tell_list_end(&self, catalog: &Catalog) {
        let section = catalog.section.as_str();
        let (code, message) = match &catalog.end {
            ListEnd::Done { stable: true, .. } => return,
            ListEnd::Done { .. } if catalog.numbers.left_out > 0 => (
                "unreadable_items",
                message!(
                    "export-unreadable-items",
                    count = catalog.numbers.left_out.to_string()
                ),
            ),
            ListEnd::Done { stable: false, .. } => {
                ("unstable_list", message!("export-unstable-list"))
            }
            ListEnd::Refused(error) if error.class() == wechat::Class::NoPermission => (
                "no_permission",
                message!("export-no-permission", error = error.message()),
            ),
            ListEnd::Refused(error) => (
                "not_listed",
                message!("export-not-listed", error = error.message()),
            ),
            ListEnd::Unfinished(error) => (
                "unfinished_list",
                message!("export-list-broken-off", error = error.message()),
            ),
            ListEnd::NotRead => ("unfinished_list", message!("export-list-not-read")),
        };
        self.observer.event(&Event::Warning {
            code,
            about: section,
            message: &message,
        });
    }

    /// The hosts whose addresses in articles are assets; the client asks fewer.
    fn hosts(&self) -> &AssetHosts {
        let of_base = self.base.as_ref().map(|base| &base.hosts);
        of_base.unwrap_or(&self.options.client.asset_hosts)
    }

    fn known(&self) -> Known<'_> {
        Known {
            ledger: &self.gathering.ledger,
            base: self.base.as_ref(),
            now: self.now(),
        }
    }

    /// Plans and fetches one section as soon as its list is there.
    async fn fetch_section(&mut self, catalog: &Catalog, roll: &Roll) -> Result<(), Error> {
        let hosts = self.hosts().clone();
        let section = catalog.section;
        if section.item_kind() == ItemKind::Article {
            let mut planned = HashSet::new();
            let mut fetches = Vec::new();
            self.each_group(catalog, roll, |group| {
                let of_group = plan::of_articles(&group, self.known(), &hosts, &mut planned);
                // What only an id names may be a picture of the library: its turn comes last.
                let of_group = of_group.into_iter();
                fetches.extend(of_group.filter(|fetch| fetch.key.media_id().is_none()));
            })?;
            self.fetch(Some(section), fetches).await?;
        } else {
            let by = self.options.pictures_by;
            let plan = plan::of_media(catalog, self.known(), &hosts, by);
            self.fetch_planned(section, &plan).await?;
        }
        if section == Section::Video {
            self.fetch_covers(catalog).await
        } else {
            Ok(())
        }
    }

    /// Tells each group of articles whose assets may not all be here.
    ///
    /// A group of which the base has every asset names nothing new, unless some of
    /// the base turned out to be damaged. What a broken list does not show is left
    /// as it is.
    fn each_group(
        &self,
        catalog: &Catalog,
        roll: &Roll,
        mut tell: impl FnMut(wechat::wire::ArticleGroup),
    ) -> Result<(), Error> {
        let is_read = matches!(catalog.end, ListEnd::Done { .. });
        for item in &roll.items {
            let of_base = self.base.as_ref().zip(item.slot);
            let of_base = of_base.filter(|_| item.words == Words::Base);
            let group = match (of_base, item.listed) {
                (Some((base, slot)), listed) => {
                    let slot = &base.articles()[slot as usize];
                    let is_left = listed.is_none() && !is_read;
                    if is_left || (slot.is_whole && !self.base_is_damaged) {
                        continue;
                    }
                    let record = base.article_record(slot)?;
                    let Gathering { stage, ledger } = &self.gathering;
                    let text = texts::of_base(stage, ledger, base, &record)?;
                    text.and_then(|text| text.group)
                }
                (None, Some(place)) => {
                    let listed = roll::at(catalog, place);
                    let Gathering { stage, ledger } = &self.gathering;
                    texts::read(stage, ledger, catalog.section, listed)?.group
                }
                (None, None) => None,
            };
            if let Some(group) = group {
                tell(group);
            }
        }
        Ok(())
    }

    /// Fetches the covers that `get_material` named.
    async fn fetch_covers(&mut self, videos: &Catalog) -> Result<(), Error> {
        let hosts = self.hosts().clone();
        let mut fetches = Vec::new();
        for item in videos.all() {
            let fields =
                texts::video_fields(&self.gathering.stage, &self.gathering.ledger, &item.id)?;
            let url = fields
                .as_ref()
                .and_then(|fields| fields.get("cover_url")?.as_str());
            fetches.extend(url.and_then(|url| plan::of_cover(&item.id, url, self.known(), &hosts)));
        }
        self.fetch(Some(Section::Video), fetches).await
    }

    /// Fetches what articles name by id alone and the library does not show.
    async fn fetch_named_by_id(
        &mut self,
        catalogs: &[Catalog],
        rolls: &BTreeMap<Section, Roll>,
    ) -> Result<(), Error> {
        let images = catalogs
            .iter()
            .find(|catalog| catalog.section == Section::Image);
        if images.is_some_and(|images| matches!(images.end, ListEnd::Unfinished(_))) {
            // Another day's list may still show them.
            return Ok(());
        }
        let hosts = self.hosts().clone();
        let mut planned = HashSet::new();
        let mut fetches = Vec::new();
        for catalog in catalogs {
            if catalog.section.item_kind() != ItemKind::Article {
                continue;
            }
            self.each_group(catalog, &rolls[&catalog.section], |group| {
                let of_group = plan::of_articles(&group, self.known(), &hosts, &mut planned);
                let of_group = of_group.into_iter();
                fetches.extend(of_group.filter(|fetch| fetch.key.media_id().is_some()));
            })?;
        }
        if !fetches.is_empty() {
            let shown: HashSet<&str> = images
                .into_iter()
                .flat_map(Catalog::all)
                .map(|item| &*item.id)
                .collect();
            fetches.retain(|fetch| {
                let media_id = fetch.key.media_id();
                media_id.is_some_and(|media_id| !shown.contains(media_id))
            });
        }
        self.fetch(None, fetches).await
    }

    /// Moves the calls that were made since the last time into the journal.
    fn note_calls(&mut self) -> Result<(), Error> {
        let calls = std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        for call in calls {
            self.gathering.note(Entry::Call(Call {
                seq: self.calls_before + call.seq,
                at: RunStamp::of(call.at).time(),
                api: call.api.name().to_owned(),
                // A call without parameters has none, rather than nothing to say about them.
                request: match call.request {
                    Value::Null => Value::Object(Map::new()),
                    request => request,
                },
                attempt: call.attempt,
                http_status: call.http_status,
                errcode: call.errcode,
                rid: call.rid,
                body_sha256: call.body_sha256,
                body_bytes: call.body_bytes,
                ms: call.millis,
            }))?;
        }
        Ok(())
    }

    /// The time, in whole seconds, and never before the run began: clocks are set back.
    fn now(&self) -> crate::model::Timestamp {
        let now = RunStamp::of((self.options.clock)()).time();
        now.max(self.gathering.ledger.started_at())
    }

    /// A wish to begin nothing new, and a future that ends with it or with the interrupt.
    fn stopper(&self) -> (CancellationToken, BoxFuture<'static, ()>) {
        let stop = CancellationToken::new();
        let (stopped, interrupted) = (stop.clone().cancelled_owned(), self.interrupt.wait());
        let ends = async move {
            tokio::select! {
                () = stopped => {}
                () = interrupted => {}
            }
        };
        (stop, Box::pin(ends))
    }

    fn check_interrupt(&self) -> Result<(), Error> {
        if self.interrupt.is_set() {
            Err(Error::Interrupted)
        } else {
            Ok(())
        }
    }

    /// Fetching stops while the archive of what is staged still fits.
    fn check_space(&mut self, bytes: u64) -> Result<(), Error> {
        const CHECK_EVERY_BYTES: u64 = 64 * 1024 * 1024;
        self.bytes_since_space_check += bytes;
        if self.bytes_since_space_check < CHECK_EVERY_BYTES {
            return Ok(());
        }
        self.bytes_since_space_check = 0;
        seal::check_room(&self.options.output, self.gathering.ledger.staged_bytes())
    }

    fn unfinished(&mut self, catalogs: &[Catalog]) -> Option<Unfinished> {
        let mut cause = self.unfinished_by.take();
        let mut sections = Vec::new();
        for catalog in catalogs {
            if let ListEnd::Unfinished(error) = &catalog.end {
                sections.push(catalog.section);
                cause = Some(error.clone());
            }
        }
        Some(Unfinished {
            sections,
            items_left: self.unfinished_items,
            blobs_staged: self.gathering.ledger.blobs.len() as u64,
            bytes_staged: self.gathering.ledger.staged_bytes(),
            cause: cause?,
            quota: self.quota_left(),
        })
    }
}

/// An account that may read nothing needs a person: an archive of nothing, with
/// gaps that the owner once accepted, would pass for a backup.
fn refuse_an_archive_of_nothing(catalogs: &[Catalog]) -> Result<(), Error> {
    let mut refusals = Vec::new();
    for catalog in catalogs {
        match &catalog.end {
            ListEnd::Refused(error) if error.class() == wechat::Class::NoPermission => {
                refusals.push(error);
            }
            _ => return Ok(()),
        }
    }
    match refusals.first() {
        Some(error) => Err(Error::from_call("list-any-section", (*error).clone())),
        None => Ok(()),
    }
}
