//! Reads the records of a base once, each byte against the manifests, and holds
//! of each what the plan asks for.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::OnceLock;

use super::{ArticleSlot, Articles, AssetSlot, Base, Media, MediaSlot};
use crate::archive::check::{CheckError, NotCanonical, codes};
use crate::archive::records;
use crate::archive::records::{DocumentError, Place, Record, RecordError};
use crate::archive::{Archive, OpenError, ReadError};
use crate::message;
use crate::model::{
    AppId, AssetAddress, AssetHosts, EntryPath, Finding, Fingerprint, ItemKind, Sha256, layout,
};
use crate::record::FORMAT_VERSION;
use crate::record::archive::Roots;
use crate::record::check::Checker;
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord};
use crate::record::manifest::{ManifestReader, Part, Read, RootDigests};
use crate::record::mark::Mark;
use crate::record::receipt::Receipt;
use crate::text::Message;

/// Why an archive cannot be built on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(transparent)]
    Container(#[from] NotCanonical),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error("{}", message!("base-other-version", version = .0, own = FORMAT_VERSION))]
    OtherVersion(String),
    #[error("{}", message!("base-other-account", appid = .0.as_str()))]
    OtherAccount(AppId),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("{}", message!("base-changed", path = .0.as_str()))]
    Changed(EntryPath),
    #[error("{}", message!("base-no-blob", path = .0.as_str()))]
    NoBlob(EntryPath),
    #[error("{0}")]
    Content(Finding),
    #[error("{}", message!("base-unsound", finding = Message::said(.0)))]
    Unsound(Finding),
}

impl Refusal {
    /// Whether the archive may be sound, and only a key is missing.
    pub(super) fn is_for_want_of_a_key(&self) -> bool {
        let Self::Container(NotCanonical::Check(CheckError::Unreadable(error))) = self else {
            return false;
        };
        matches!(
            error,
            OpenError::Encrypted { .. } | OpenError::NoKeyFits { .. }
        )
    }

    /// What was attempted and failed for now, where that is all: the archive may
    /// be all right. Bytes that say nonsense are damage, and no such failure.
    pub(super) fn into_failure(self) -> Result<(&'static str, io::Error), Self> {
        match self {
            Self::Container(NotCanonical::Check(CheckError::Unreadable(OpenError::Open {
                source,
                ..
            }))) if source.kind() != io::ErrorKind::NotFound => Ok(("open", source)),
            Self::Container(NotCanonical::Check(CheckError::Unreadable(OpenError::Read {
                source,
                ..
            })))
            | Self::Document(DocumentError::Read(ReadError::Read { source, .. }))
            | Self::Read(ReadError::Read { source, .. })
            | Self::Record(RecordError::Unreadable { source, .. })
                if !is_nonsense(&source) =>
            {
                Ok(("read", source))
            }
            other => Err(other),
        }
    }
}

/// Whether reading failed for what is there, and would fail so again.
fn is_nonsense(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Unsupported
    )
}

/// Opens `archive` as a base of `app_id`.
pub(super) fn open(
    archive: Archive,
    app_id: &AppId,
    hosts: &AssetHosts,
    receipt: Option<Receipt>,
) -> Result<Base, Refusal> {
    let document = records::archive_document(&archive)?;
    records::understand_features(&document)?;
    if document.format_version != FORMAT_VERSION {
        return Err(Refusal::OtherVersion(document.format_version));
    }
    if document.account.appid != *app_id || *archive.base_folder() != app_id.base_folder() {
        return Err(Refusal::OtherAccount(document.account.appid));
    }
    let digests = Digests::read(&archive)?;
    for name in [
        layout::ARCHIVE,
        layout::COMPLETENESS,
        layout::GAPS,
        layout::PROVENANCE,
        layout::BAGIT,
        layout::BAG_INFO,
    ] {
        digests.check(&archive, &layout::path(name))?;
    }
    let completeness = records::completeness(&archive)?;
    let gaps = records::gaps(&archive)
        .map(|gap| gap.map(|gap| (gap.gap_id.clone(), gap)))
        .collect::<Result<HashMap<_, _>, _>>()?;
    let verified_at = receipt
        .as_ref()
        .map_or(document.run.started_at, |receipt| receipt.verified_at);
    let mut base = Base {
        archive_sha256: digests.archive,
        document,
        completeness,
        gaps,
        receipt,
        standing: None,
        verified_at,
        media: HashMap::new(),
        articles: Articles::default(),
        assets: Vec::new(),
        pictures: OnceLock::new(),
        rotten: HashSet::new(),
        suspects: HashSet::new(),
        hosts: hosts.clone(),
        archive,
    };
    for kind in [ItemKind::Image, ItemKind::Voice, ItemKind::Video] {
        base.index_media(kind, &digests)?;
    }
    base.index_articles(&digests)?;
    base.index_assets(&digests)?;
    judge_records(&base.archive, &digests)?;
    Ok(base)
}

/// Judges what is carried over as `verify` judges it, and holds it against the
/// names and lengths of all that is not read: a new archive repeats it word for
/// word, so that what is unsound here would be unsound there, and what is left
/// out here would be gone for good.
fn judge_records(archive: &Archive, digests: &Digests) -> Result<(), Refusal> {
    let mut checker = Checker::new(archive.base_folder().clone());
    checker.roots(digests.roots);
    let of_items = ItemKind::ALL.map(layout::items);
    for entry in archive.entries() {
        let path = &entry.path;
        if READ.contains(&path.as_str()) || of_items.contains(path) {
            checker
                .document(path, &mut archive.reader(entry))
                .map_err(|error| unreadable(path, error))?;
        } else {
            checker.unread(path, entry.bytes);
        }
    }
    match checker.finish().findings.into_iter().next() {
        Some(finding) => Err(Refusal::Unsound(finding)),
        None => Ok(()),
    }
}

/// The documents that are read, beside those of items. The calls and changes of
/// another run are not repeated, and the files of an article are read one by one
/// where they are needed.
const READ: [&str; 6] = [
    layout::BAGIT,
    layout::BAG_INFO,
    layout::ARCHIVE,
    layout::COMPLETENESS,
    layout::GAPS,
    layout::PROVENANCE,
];

/// The digests that the manifests give for the files of records.
struct Digests {
    archive: Sha256,
    roots: Roots,
    by_path: HashMap<EntryPath, Sha256>,
}

impl Digests {
    /// Reads both manifests; each lists what is there, no more and no less.
    fn read(archive: &Archive) -> Result<Self, Refusal> {
        let mut by_path = HashMap::new();
        let tags = read_manifest(archive, Part::Tag, |path, sha256| {
            by_path.insert(path, sha256);
        })?;
        let mut of_items = HashMap::new();
        let roots = read_manifest(archive, Part::Payload, |path, sha256| {
            if path.as_str().starts_with("data/items/") {
                of_items.insert(path, sha256);
            }
        })?;
        let manifest = layout::path(layout::MANIFEST);
        if by_path.get(&manifest) != Some(&roots.payload_sha256) {
            return Err(Refusal::Changed(manifest));
        }
        by_path.extend(of_items);
        Ok(Self {
            archive: tags.payload_sha256,
            roots,
            by_path,
        })
    }

    /// Reads an entry to its end and compares.
    fn check(&self, archive: &Archive, path: &EntryPath) -> Result<(), Refusal> {
        let entry = archive
            .entry(path)
            .ok_or_else(|| ReadError::Missing { path: path.clone() })?;
        let print = Fingerprint::read(&mut archive.reader(entry))
            .map_err(|error| unreadable(path, error))?;
        if self.by_path.get(path) == Some(&print.sha256) {
            Ok(())
        } else {
            Err(Refusal::Changed(path.clone()))
        }
    }
}

/// Tells each line of a manifest, each of which stands for one entry; gives the
/// digests of all of them.
fn read_manifest(
    archive: &Archive,
    part: Part,
    mut tell: impl FnMut(EntryPath, Sha256),
) -> Result<Roots, Refusal> {
    let path = layout::path(part.file_name());
    let entry = archive
        .entry(&path)
        .ok_or_else(|| ReadError::Missing { path: path.clone() })?;
    let mut lines = ManifestReader::new(part, archive.reader(entry));
    let mut digests = RootDigests::default();
    // Both are sorted, so that one walk through both compares them.
    let mut entries = archive
        .entries_by_path()
        .map(|entry| &entry.path)
        .filter(|path| part.lists(path));
    while let Some(line) = lines
        .next_line()
        .map_err(|error| unreadable(&path, error))?
    {
        let Read::Line(line) = line else {
            return Err(Refusal::Changed(path));
        };
        match entries.next() {
            Some(entry) if *entry == line.path => {}
            Some(entry) if *entry < line.path => return Err(unlisted(entry)),
            _ => {
                return Err(wrong(
                    codes::MISSING,
                    &line.path,
                    message!("finding-listed-absent"),
                ));
            }
        }
        let named = layout::parse_blob(&line.path).map(|(named, _)| named);
        if named.is_some_and(|named| named != line.sha256) {
            return Err(wrong(
                codes::MISNAMED,
                &line.path,
                message!("finding-misnamed"),
            ));
        }
        // A line in order has one spelling.
        digests.update(&line.path, &line.spell());
        tell(line.path, line.sha256);
    }
    match entries.next() {
        Some(entry) => Err(unlisted(entry)),
        None => Ok(digests.finish()),
    }
}

fn unlisted(path: &EntryPath) -> Refusal {
    wrong(codes::UNLISTED, path, message!("finding-unlisted"))
}

fn wrong(code: &'static str, path: &EntryPath, message: Message) -> Refusal {
    Refusal::Content(Finding::new(code, path.as_str(), message))
}

fn unreadable(path: &EntryPath, source: io::Error) -> Refusal {
    let path = path.clone();
    ReadError::Read { path, source }.into()
}

impl Base {
    /// Tells each record of `kind`; none where the base has no such file.
    fn records<T: Record>(
        &self,
        kind: ItemKind,
        digests: &Digests,
        mut tell: impl FnMut(Place, T) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let path = layout::items(kind);
        if self.archive.entry(&path).is_none() && !digests.by_path.contains_key(&path) {
            return Ok(());
        }
        digests.check(&self.archive, &path)?;
        for record in records::placed(&self.archive, kind) {
            let (place, record) = record?;
            tell(place, record)?;
        }
        Ok(())
    }

    fn index_media(&mut self, kind: ItemKind, digests: &Digests) -> Result<(), Refusal> {
        let mut media = Media::default();
        let mut suspects = Vec::new();
        self.records(kind, digests, |line, record: MediaRecord| {
            let blob = self.place_of(record.path.as_ref(), record.bytes)?;
            if let Some(cover) = &record.cover {
                self.place_of(Some(&cover.path), None)?;
            }
            suspects.extend(record.sha256.filter(|_| record.suspect));
            media.slots.push(MediaSlot {
                id: record.media_id.into(),
                update_time: record.update_time,
                status: record.status,
                name: Mark::of(&record.name),
                line,
                blob,
            });
            Ok(())
        })?;
        media.by_id = (0..count(media.slots.len())).collect();
        let slots = &media.slots;
        media.by_id.sort_unstable_by(|left, right| {
            slots[*left as usize].id.cmp(&slots[*right as usize].id)
        });
        self.suspects.extend(suspects);
        self.media.insert(kind, media);
        Ok(())
    }

    /// The pictures of the library by the key of their address. What cannot be
    /// read any more is fetched as if it were new.
    pub(super) fn pictures_by_address(&self) -> HashMap<Mark, u32> {
        let records = records::placed::<MediaRecord>(&self.archive, ItemKind::Image);
        let mut pictures = HashMap::new();
        for (slot, record) in (0..).zip(records) {
            let Ok((_, record)) = record else { break };
            let url = record.url.as_deref().filter(|_| record.path.is_some());
            if let Some(address) = url.and_then(|url| AssetAddress::parse(url, &self.hosts)) {
                pictures.insert(Mark::of(address.key.as_str()), slot);
            }
        }
        pictures
    }

    fn index_articles(&mut self, digests: &Digests) -> Result<(), Refusal> {
        let mut articles = Articles::default();
        let mut aliases = Vec::new();
        self.records(ItemKind::Article, digests, |line, record: ArticleRecord| {
            let place = count(articles.slots.len());
            let key = |id: &str| (record.source, id.into());
            articles.by_id.insert(key(&record.id), place);
            aliases.extend(record.aliases.iter().map(|alias| (key(alias), place)));
            articles.slots.push(ArticleSlot {
                section: record.source,
                id: record.id.into(),
                status: record.status,
                is_whole: record.articles.iter().all(|article| article.gaps == 0),
                line,
            });
            Ok(())
        })?;
        // What an id names now goes before what it once named.
        for (key, place) in aliases {
            articles.by_id.entry(key).or_insert(place);
        }
        self.articles = articles;
        Ok(())
    }

    fn index_assets(&mut self, digests: &Digests) -> Result<(), Refusal> {
        let mut assets: Vec<AssetSlot> = Vec::new();
        let mut suspects = Vec::new();
        let mut hosts = self.hosts.clone();
        self.records(ItemKind::Asset, digests, |line, record: AssetRecord| {
            suspects.extend(record.sha256.filter(|_| record.suspect));
            hosts = hosts.and_those_of(record.urls.iter().map(String::as_str));
            assets.push(AssetSlot {
                key: record.key.as_str().into(),
                status: record.status,
                line,
                blob: self.place_of(record.path.as_ref(), record.bytes)?,
            });
            Ok(())
        })?;
        // Sorted in the file too, if it is what we wrote.
        assets.sort_unstable_by(|left, right| left.key.cmp(&right.key));
        self.assets = assets;
        self.hosts = hosts;
        self.suspects.extend(suspects);
        Ok(())
    }

    /// The place among the entries of the blob that a record names, and whose
    /// length it may give.
    fn place_of(
        &self,
        path: Option<&EntryPath>,
        bytes: Option<u64>,
    ) -> Result<Option<u32>, Refusal> {
        let Some(path) = path else { return Ok(None) };
        let place = layout::parse_blob(path).and_then(|(sha256, _)| self.archive.blob(&sha256));
        let is_it = |place: &usize| {
            let entry = &self.archive.entries()[*place];
            entry.path == *path && bytes.is_none_or(|bytes| bytes == entry.bytes)
        };
        match place.filter(is_it) {
            Some(place) => Ok(Some(count(place))),
            None => Err(Refusal::NoBlob(path.clone())),
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("an archive has far fewer than 2^32 records")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A read that failed with `kind`, wherever a base is read.
    fn failed(kind: io::ErrorKind) -> [Refusal; 4] {
        let path = || layout::path(layout::ARCHIVE);
        let read = || ReadError::Read {
            path: path(),
            source: kind.into(),
        };
        let unreadable = OpenError::Read {
            name: "base.zip".to_owned(),
            source: kind.into(),
        };
        [
            NotCanonical::from(CheckError::from(unreadable)).into(),
            DocumentError::from(read()).into(),
            read().into(),
            RecordError::Unreadable {
                path: path(),
                line: 7,
                source: kind.into(),
            }
            .into(),
        ]
    }

    #[test]
    fn a_disk_that_fails_is_no_reason_to_build_on_nothing() {
        for kind in [
            // What EIO is.
            io::Error::from_raw_os_error(5).kind(),
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::StaleNetworkFileHandle,
            io::ErrorKind::TimedOut,
        ] {
            for refusal in failed(kind) {
                let (action, source) = refusal.into_failure().unwrap();
                assert_eq!((action, source.kind()), ("read", kind));
            }
        }
    }

    #[test]
    fn bytes_that_say_nonsense_are_passed_over() {
        for kind in [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof] {
            for refusal in failed(kind) {
                let said = refusal.to_string();
                assert_eq!(refusal.into_failure().unwrap_err().to_string(), said);
            }
        }
    }

    #[test]
    fn a_base_that_is_gone_is_passed_over_and_one_that_is_locked_is_not() {
        let cannot_open = |kind: io::ErrorKind| {
            let error = OpenError::Open {
                path: "base.zip".into(),
                source: kind.into(),
            };
            Refusal::from(NotCanonical::from(CheckError::from(error))).into_failure()
        };
        assert!(cannot_open(io::ErrorKind::NotFound).is_err());
        let (action, source) = cannot_open(io::ErrorKind::PermissionDenied).unwrap();
        assert_eq!(
            (action, source.kind()),
            ("open", io::ErrorKind::PermissionDenied)
        );
    }
}
