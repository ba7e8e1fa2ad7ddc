//! What an upload will do: a value, made before the first call that changes
//! anything, from the archive and the receipt alone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::archive::records;
use crate::archive::records::{Item, Place};
use crate::archive::select::Select;
use crate::event::{Event, Observer};
use crate::html::ArticleLink;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{EntryPath, FileKind, ItemKind, ItemStatus, Section, Sha256, layout};
use crate::record::item::{ArticleRecord, MediaRecord};
use crate::upload::draft::{Needs, Pictures, Ways};
use crate::upload::fit;
use crate::upload::fit::{ARTICLE_PICTURE_BYTES, Loss, Unfit};
use crate::upload::receipt::{Kind, Standing};
use crate::upload::source::{Group, Source};
use crate::upload::{Error, file_name, played};
use crate::wechat::Api;

/// How to plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Which items; everything by default.
    pub only: Select,
    /// Whether items with the same bytes are uploaded one by one.
    pub keep_duplicates: bool,
    /// Whether pictures in WebP are uploaded in another format.
    pub convert_webp: bool,
    /// Whether titles of more than 32 characters are cut.
    pub shorten_titles: bool,
}

/// What an upload will do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Pictures, voices and videos of the library, the oldest first.
    pub media: Vec<Media>,
    /// Pictures that only serve as covers.
    pub covers: Vec<Picture>,
    /// Pictures that articles name by address.
    pub pictures: Vec<Picture>,
    /// Drafts, the oldest first.
    pub drafts: Vec<Draft>,
    /// What cannot be put back, in the order of the library.
    pub unfit: Vec<Refused>,
    /// What is wrong with the archive: with its container, and records that
    /// cannot be read, of whose items nobody knows.
    pub damaged: u64,
    /// The library item whose upload serves for a picture, by its digest.
    owners: HashMap<Sha256, String>,
    library: Library,
}

/// Every picture of the library that can be uploaded, picked or not, by its id:
/// what a draft shows is put back, whatever became of it in the library.
#[derive(Debug, Default)]
pub(super) struct Library(HashMap<String, (Sha256, FileKind)>);

/// A picture, voice or video of the library that will be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// What it is.
    pub kind: Kind,
    /// Its old id.
    pub id: String,
    /// Its name, or a video's title; may be empty.
    pub name: String,
    /// The name it is uploaded under.
    pub file_name: String,
    /// A video's introduction.
    pub introduction: String,
    /// Its bytes.
    pub blob: Blob,
    /// The old id of the item with the same bytes whose upload serves for it.
    pub shares: Option<String>,
}

/// A picture that articles need and that is uploaded for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its bytes.
    pub blob: Blob,
    /// How it is uploaded.
    pub way: Way,
}

/// How a picture gets an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By `uploadimg`, outside of the library.
    Uploadimg,
    /// By `add_material`, because it is large, or a GIF.
    AddMaterial,
}

/// Bytes of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Where they are.
    pub path: EntryPath,
    /// Their digest.
    pub sha256: Sha256,
    /// What they are.
    pub kind: FileKind,
    /// How many.
    pub bytes: u64,
}

/// A news, draft or publication that becomes a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Where it was.
    pub section: Section,
    /// Its old id.
    pub id: String,
    /// The title of its first article.
    pub title: String,
    /// What each article loses.
    pub articles: Vec<DraftArticle>,
    /// Where its record stands.
    pub(super) place: Place,
}

/// One article of a [`Draft`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftArticle {
    /// Its title, as it is uploaded.
    pub title: String,
    /// What it loses.
    pub losses: BTreeSet<Loss>,
    /// Links to articles of its own account.
    pub own_links: Vec<ArticleLink>,
}

impl Draft {
    /// Its name in the receipt.
    pub fn old(&self) -> String {
        format!("{}:{}", self.section, self.id)
    }
}

/// An item that cannot be put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it was.
    pub section: Section,
    /// Its old id.
    pub id: String,
    /// Its name or title; may be empty.
    pub name: String,
    /// Why.
    pub why: Unfit,
}

/// The numbers of one section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items that are to be put back.
    pub items: u64,
    /// Of those, how many are in the account already.
    pub done: u64,
    /// Of those, how many share the upload of another.
    pub shared: u64,
    /// Items that cannot be put back.
    pub unfit: u64,
}

impl Plan {
    /// The old id of the library picture whose upload serves for these bytes.
    pub(super) fn owner(&self, picture: &Sha256) -> Option<&str> {
        self.owners.get(picture).map(String::as_str)
    }

    /// What the articles of `group` need to become a draft.
    pub(super) fn needs(
        &self,
        group: &Group,
        source: &Source,
        choices: &Choices,
    ) -> Result<Vec<Needs>, Unfit> {
        let mut known = Known::new(source, &self.library, choices);
        group
            .articles
            .iter()
            .map(|article| Needs::of(article, group.section, choices.ways(), &mut known))
            .collect()
    }

    /// The numbers of a section, with what the receipt has of it.
    pub fn counts(&self, section: Section, standing: &Standing) -> Counts {
        let mut counts = Counts::default();
        for media in &self.media {
            if section_of(media.kind) == section {
                counts.items += 1;
                counts.done += u64::from(standing.done(media.kind, &media.id).is_some());
                counts.shared += u64::from(media.shares.is_some());
            }
        }
        for draft in self.drafts.iter().filter(|draft| draft.section == section) {
            counts.items += 1;
            counts.done += u64::from(standing.done(Kind::Draft, &draft.old()).is_some());
        }
        let unfit = self.unfit.iter().filter(|unfit| unfit.section == section);
        counts.unfit = unfit.count() as u64;
        counts
    }

    /// The things of a kind that are to be made by a call yet.
    pub fn open(&self, kind: Kind, standing: &Standing) -> u64 {
        let is_open = |old: &str| !standing.is_settled(kind, old);
        let count = match kind {
            Kind::Image | Kind::Voice | Kind::Video => self
                .media
                .iter()
                .filter(|it| it.kind == kind && it.shares.is_none() && is_open(&it.id))
                .count(),
            Kind::Cover => self.covers.iter().filter(|it| is_open(&it.old())).count(),
            Kind::Picture => self.pictures.iter().filter(|it| is_open(&it.old())).count(),
            Kind::Draft => self.drafts.iter().filter(|it| is_open(&it.old())).count(),
        };
        count as u64
    }

    /// The calls that are to be made yet, by endpoint, those for a token left out.
    pub fn calls(&self, standing: &Standing) -> BTreeMap<Api, u64> {
        let open = |kind| self.open(kind, standing);
        let uploadimg = self
            .pictures
            .iter()
            .filter(|it| it.way == Way::Uploadimg)
            .filter(|it| !standing.is_settled(Kind::Picture, &it.old()))
            .count() as u64;
        let pictures = open(Kind::Picture) - uploadimg;
        let images = open(Kind::Image) + open(Kind::Cover) + pictures;
        let lists = [
            (images, Kind::Image),
            (open(Kind::Voice), Kind::Voice),
            (open(Kind::Video), Kind::Video),
        ];
        let lists = lists
            .into_iter()
            .filter(|(calls, kind)| *calls > 0 && !standing.is_open_in(*kind))
            .count() as u64;
        let drafts = open(Kind::Draft);
        let calls = [
            (Api::BatchgetMaterial, lists),
            (
                Api::AddMaterial,
                images + open(Kind::Voice) + open(Kind::Video),
            ),
            (Api::Uploadimg, uploadimg),
            (
                Api::DraftBatchget,
                u64::from(drafts > 0 && !standing.is_open_in(Kind::Draft)),
            ),
            (Api::DraftAdd, drafts),
        ];
        calls.into_iter().filter(|(_, calls)| *calls > 0).collect()
    }

    /// The same calls in the order in which they are made, one endpoint after
    /// the other.
    pub fn calls_in_order(&self, standing: &Standing) -> Vec<(Api, u64)> {
        let calls = self.calls(standing);
        let lists = [Api::BatchgetMaterial, Api::DraftBatchget]
            .into_iter()
            .filter_map(|api| Some((api, *calls.get(&api)?)));
        let mut order: Vec<(Api, u64)> = lists.collect();
        let mut add = |api, calls| match order.last_mut() {
            Some((last, sum)) if *last == api => *sum += calls,
            _ if calls > 0 => order.push((api, calls)),
            _ => {}
        };
        for kind in [Kind::Image, Kind::Voice, Kind::Video, Kind::Cover] {
            add(Api::AddMaterial, self.open(kind, standing));
        }
        for picture in &self.pictures {
            if !standing.is_settled(Kind::Picture, &picture.old()) {
                match picture.way {
                    Way::Uploadimg => add(Api::Uploadimg, 1),
                    Way::AddMaterial => add(Api::AddMaterial, 1),
                }
            }
        }
        add(Api::DraftAdd, self.open(Kind::Draft, standing));
        order
    }

    /// How many things the library of the account gets yet: pictures, voices, videos.
    pub fn room_needed(&self, standing: &Standing) -> [(Section, u64); 3] {
        let pictures = self
            .pictures
            .iter()
            .filter(|it| it.way == Way::AddMaterial)
            .filter(|it| !standing.is_settled(Kind::Picture, &it.old()))
            .count() as u64;
        let open = |kind| self.open(kind, standing);
        [
            (
                Section::Image,
                open(Kind::Image) + open(Kind::Cover) + pictures,
            ),
            (Section::Voice, open(Kind::Voice)),
            (Section::Video, open(Kind::Video)),
        ]
    }
}

impl Picture {
    /// Its name in the receipt.
    pub fn old(&self) -> String {
        self.blob.sha256.to_string()
    }
}

/// The section whose list shows things of this kind.
pub fn section_of(kind: Kind) -> Section {
    match kind {
        Kind::Image | Kind::Picture | Kind::Cover => Section::Image,
        Kind::Voice => Section::Voice,
        Kind::Video => Section::Video,
        Kind::Draft => Section::Draft,
    }
}

/// Plans the upload of an archive.
pub(super) fn plan(
    source: &Source,
    choices: &Choices,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Plan, Error> {
    let mut planner = Planner {
        source,
        choices,
        plan: Plan::default(),
        first_of: HashMap::new(),
        covers: HashSet::new(),
        pictures: HashSet::new(),
    };
    for kind in [ItemKind::Image, ItemKind::Voice, ItemKind::Video] {
        for record in records::records::<MediaRecord>(&source.archive, kind) {
            stop_if(interrupt)?;
            match record {
                Ok(record) => planner.media(record),
                Err(error) => {
                    planner.plan.damaged += 1;
                    unreadable(&error, observer);
                }
            }
        }
    }
    for record in records::placed::<ArticleRecord>(&source.archive, ItemKind::Article) {
        stop_if(interrupt)?;
        match record {
            Ok((place, record)) => planner.articles(place, record),
            Err(error) => {
                planner.plan.damaged += 1;
                unreadable(&error, observer);
            }
        }
    }
    planner.plan.damaged += source.findings;
    let Planner {
        mut plan, covers, ..
    } = planner;
    // A cover is of the library, and has an address that serves here too.
    plan.pictures
        .retain(|picture| picture.way == Way::Uploadimg || !covers.contains(&picture.blob.sha256));
    Ok(plan)
}

fn stop_if(interrupt: &Interrupt) -> Result<(), Error> {
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    Ok(())
}

fn unreadable(error: &records::RecordError, observer: &dyn Observer) {
    observer.event(&Event::Warning {
        code: "not_restored",
        about: &error.place(),
        message: &message!("upload-record-damaged"),
    });
}

struct Planner<'a> {
    source: &'a Source,
    choices: &'a Choices,
    plan: Plan,
    /// The first item with these bytes.
    first_of: HashMap<(Kind, Sha256), String>,
    covers: HashSet<Sha256>,
    pictures: HashSet<Sha256>,
}

impl Planner<'_> {
    fn media(&mut self, record: MediaRecord) {
        let item = Item::Media(Box::new(record));
        let is_picked = self.choices.only.picks(&item);
        let Item::Media(record) = item else { return };
        let section = match record.kind {
            ItemKind::Voice => Section::Voice,
            ItemKind::Video => Section::Video,
            _ => Section::Image,
        };
        let fits = self.fits(&record, section);
        if let (Ok(blob), Section::Image) = (&fits, section) {
            let held = (blob.sha256, blob.kind);
            self.plan.library.0.insert(record.media_id.clone(), held);
        }
        if !is_picked {
            return;
        }
        let name = match &record.title {
            Some(title) if !title.is_empty() => title.clone(),
            _ => record.name.clone(),
        };
        let fits = match fits {
            Ok(_) if record.status == ItemStatus::Retired => Err(Unfit::Retired),
            fits => fits,
        };
        match fits {
            Ok(blob) => self.add_media(*record, section, name, blob),
            Err(why) => self.plan.unfit.push(Refused {
                section,
                id: record.media_id,
                name,
                why,
            }),
        }
    }

    fn fits(&self, record: &MediaRecord, section: Section) -> Result<Blob, Unfit> {
        let path = record.path.as_ref().ok_or(Unfit::NotInArchive)?;
        let blob = blob(self.source, path)?;
        match section {
            Section::Voice => {
                // Too large ones are not read at all.
                fit::voice(blob.kind, blob.bytes, None)?;
                let played = record
                    .duration_ms
                    .or_else(|| played::millis(blob.kind, &self.source.blob(path).ok()?));
                fit::voice(blob.kind, blob.bytes, played)?;
            }
            Section::Video => fit::video(blob.kind, blob.bytes)?,
            _ => fit::picture(blob.kind, blob.bytes, self.choices.convert_webp)?,
        }
        Ok(blob)
    }

    fn add_media(&mut self, record: MediaRecord, section: Section, name: String, blob: Blob) {
        let kind = match section {
            Section::Voice => Kind::Voice,
            Section::Video => Kind::Video,
            _ => Kind::Image,
        };
        let first = self
            .first_of
            .entry((kind, blob.sha256))
            .or_insert_with(|| record.media_id.clone());
        let shares =
            (*first != record.media_id && !self.choices.keep_duplicates).then(|| first.clone());
        if kind == Kind::Image {
            self.plan
                .owners
                .entry(blob.sha256)
                .or_insert_with(|| record.media_id.clone());
        }
        self.plan.media.push(Media {
            kind,
            file_name: file_name::of(
                kind.as_str(),
                &record.media_id,
                &record.name,
                uploaded_as(blob.kind),
            ),
            id: record.media_id,
            name,
            introduction: record.description.unwrap_or_default(),
            blob,
            shares,
        });
    }

    fn articles(&mut self, place: Place, record: ArticleRecord) {
        let item = Item::Article(Box::new(record));
        let is_picked = self.choices.only.picks(&item);
        let title = item.title().to_owned();
        let Item::Article(record) = item else { return };
        if !is_picked {
            return;
        }
        match self.draft(&record) {
            Ok((articles, wanted)) => {
                for (sha256, path, is_cover) in wanted {
                    self.want(sha256, &path, is_cover);
                }
                self.plan.drafts.push(Draft {
                    section: record.source,
                    id: record.id,
                    title,
                    articles,
                    place,
                });
            }
            Err(why) => self.plan.unfit.push(Refused {
                section: record.source,
                id: record.id,
                name: title,
                why,
            }),
        }
    }

    fn draft(&self, record: &ArticleRecord) -> Result<(Vec<DraftArticle>, Vec<Wanted>), Unfit> {
        if record.status == ItemStatus::Retired {
            return Err(Unfit::Retired);
        }
        let group = self.source.group(record)?;
        if group.articles.len() > fit::ARTICLES_MAX {
            return Err(Unfit::TooManyArticles);
        }
        let mut known = Known::new(self.source, &self.plan.library, self.choices);
        let mut articles = Vec::new();
        let mut wanted = Vec::new();
        for article in &group.articles {
            let ways = self.choices.ways();
            let needs = Needs::of(article, group.section, ways, &mut known)?;
            let mut want = |sha256: &Sha256, is_cover| {
                let path = known.paths[sha256].clone();
                wanted.push((*sha256, path, is_cover));
            };
            for picture in needs.cover.iter().chain(&needs.post) {
                want(picture, true);
            }
            for picture in needs.pictures.values() {
                want(picture, false);
            }
            articles.push(DraftArticle {
                title: needs.title,
                losses: needs.losses,
                own_links: needs.own_links,
            });
        }
        Ok((articles, wanted))
    }

    /// Plans the upload of a picture that a draft needs, once.
    fn want(&mut self, sha256: Sha256, path: &EntryPath, is_cover: bool) {
        let is_owned = self.plan.owners.contains_key(&sha256);
        let Ok(blob) = blob(self.source, path) else {
            return;
        };
        if is_cover {
            if !is_owned && self.covers.insert(sha256) {
                self.plan.covers.push(Picture {
                    blob,
                    way: Way::AddMaterial,
                });
            }
            return;
        }
        let way = match blob.kind {
            FileKind::Jpg | FileKind::Png if blob.bytes < ARTICLE_PICTURE_BYTES => Way::Uploadimg,
            // Converted, it is made to fit.
            FileKind::Webp => Way::Uploadimg,
            _ => Way::AddMaterial,
        };
        let serves = way == Way::AddMaterial && is_owned;
        if !serves && self.pictures.insert(sha256) {
            self.plan.pictures.push(Picture { blob, way });
        }
    }
}

/// A picture that a draft needs: its digest, its bytes, whether by id.
type Wanted = (Sha256, EntryPath, bool);

/// What WebP becomes; everything else stays.
pub(super) fn uploaded_as(kind: FileKind) -> FileKind {
    match kind {
        FileKind::Webp => FileKind::Png,
        kind => kind,
    }
}

impl Choices {
    pub(super) fn ways(&self) -> Ways {
        Ways {
            shorten_titles: self.shorten_titles,
        }
    }
}

/// The blob at `path`, if the archive has it.
fn blob(source: &Source, path: &EntryPath) -> Result<Blob, Unfit> {
    let (sha256, kind) = layout::parse_blob(path).ok_or(Unfit::NotInArchive)?;
    let bytes = source.blob_bytes(path).ok_or(Unfit::NotInArchive)?;
    Ok(Blob {
        path: path.clone(),
        sha256,
        kind,
        bytes,
    })
}

/// The pictures that can be uploaded, and where those that were asked for are.
struct Known<'a> {
    source: &'a Source,
    library: &'a Library,
    convert_webp: bool,
    paths: HashMap<Sha256, EntryPath>,
}

impl<'a> Known<'a> {
    fn new(source: &'a Source, library: &'a Library, choices: &Choices) -> Self {
        Self {
            source,
            library,
            convert_webp: choices.convert_webp,
            paths: HashMap::new(),
        }
    }
}

impl Pictures for Known<'_> {
    fn of_library(&mut self, media_id: &str) -> Option<Sha256> {
        let (sha256, kind) = self.library.0.get(media_id)?;
        self.paths.insert(*sha256, layout::blob(sha256, *kind));
        Some(*sha256)
    }

    fn of_blob(&mut self, path: &EntryPath) -> Option<Sha256> {
        let blob = blob(self.source, path).ok()?;
        fit::picture(blob.kind, blob.bytes, self.convert_webp).ok()?;
        self.paths.insert(blob.sha256, blob.path);
        Some(blob.sha256)
    }
}
