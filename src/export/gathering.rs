//! What a run has gathered: the stage, and what its journal means.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{AppId, AssetKey, Clock, FileKind, Fingerprint, Section, Sha256, Timestamp};
use crate::record::mark::Mark;
use crate::stage;
use crate::stage::{
    Count, CountTime, Entry, Fetched, Line, ListDone, PageListed, Place, RunStart, Stage,
    StagedGap, StagedItem, Via,
};

/// The stage and the ledger of what it holds. One owner writes both.
#[derive(Debug)]
pub(super) struct Gathering {
    pub(super) stage: Stage,
    pub(super) ledger: Ledger,
}

/// What the journal adds up to.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The processes that worked on this run, the first first.
    pub(super) starts: Vec<RunStart>,
    /// What WeChat counted last.
    pub(super) counts: HashMap<(CountTime, Section), u64>,
    /// The greatest number of a call.
    pub(super) calls: u64,
    /// Passes over lists.
    pub(super) passes: BTreeMap<(Section, u32), Pass>,
    /// Answers about single items.
    pub(super) items: HashMap<String, StagedItem>,
    /// Blobs by what they answer for.
    pub(super) blobs: Blobs,
    /// What cannot be had, by what was asked for.
    pub(super) gaps: HashMap<String, StagedGap>,
    /// Blobs with a sign of a placeholder that an earlier process saw, and may
    /// have begun to replace.
    pub(super) suspected: HashSet<Sha256>,
    /// Suspicious blobs that stayed the same when asked again.
    pub(super) asked_again: HashSet<Sha256>,
    /// Set once the archive has its name.
    pub(super) published: bool,
}

/// Blobs by the keys that they answer for.
///
/// Under marks, for every blob has its key. In one row rather than in the table,
/// which keeps up to twice the room of what it holds, and both while it grows; and
/// rather than each for itself, which lays them between all that comes and goes.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    places: HashMap<Mark, u32>,
    row: Vec<StagedBlob>,
}

/// What is held of a staged blob. What it answers for and how it came stand in
/// the journal: of a hundred thousand they would be most of what is held.
#[derive(Debug)]
pub(super) struct StagedBlob {
    pub(super) print: Fingerprint,
    pub(super) place: Place,
    pub(super) size: Option<(u32, u32)>,
    pub(super) kind: FileKind,
    pub(super) via: Via,
    pub(super) contradicts: bool,
    line: Line,
}

impl StagedBlob {
    fn new(blob: &Fetched, line: Line) -> Self {
        Self {
            print: blob.print(),
            place: blob.place,
            size: blob.size,
            kind: blob.kind,
            via: blob.via,
            contradicts: blob.contradicts,
            line,
        }
    }
}

impl Blobs {
    pub(super) fn get(&self, key: &AssetKey) -> Option<&StagedBlob> {
        let place = self.places.get(&Mark::of(key.as_str()))?;
        Some(&self.row[*place as usize])
    }

    pub(super) fn contains_key(&self, key: &AssetKey) -> bool {
        self.places.contains_key(&Mark::of(key.as_str()))
    }

    /// In the order in which the journal tells of them: what has the same bytes as
    /// another must be the same one whenever the stage is sealed.
    pub(super) fn values(&self) -> impl Iterator<Item = &StagedBlob> {
        let mut places: Vec<u32> = self.places.values().copied().collect();
        places.sort_unstable();
        places.into_iter().map(|place| &self.row[place as usize])
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    fn insert(&mut self, blob: &Fetched, line: Line) {
        let place = u32::try_from(self.row.len()).expect("no account has so many items");
        self.row.push(StagedBlob::new(blob, line));
        self.places.insert(Mark::of(blob.key.as_str()), place);
    }
}

/// A pass over a list.
#[derive(Debug, Default)]
pub(super) struct Pass {
    /// Its pages by offset.
    pub(super) pages: BTreeMap<u64, PageListed>,
    /// When its last page came.
    pub(super) done_at: Option<Timestamp>,
}

impl Gathering {
    /// Opens the stage in `folder` and believes of it what its bytes confirm.
    ///
    /// A stage whose archive was published, or that belongs to another account,
    /// is cleared: the first is a crash just before the end, the second cannot
    /// happen in a folder of our own making.
    pub(super) fn open(folder: &Path, app_id: &AppId, clock: Clock) -> Result<Self, stage::Error> {
        let mut ledger = Ledger::default();
        let mut stage = Stage::open(folder, clock, |entry, line| ledger.apply(entry, line))?;
        if ledger.published || ledger.starts.iter().any(|start| start.app_id != *app_id) {
            stage.clear()?;
            ledger = Ledger::default();
            stage = Stage::open(folder, clock, |entry, line| ledger.apply(entry, line))?;
        }
        ledger.drop_unconfirmed(&stage);
        Ok(Self { stage, ledger })
    }

    /// Writes `entry` to the journal and takes it into account.
    pub(super) fn note(&mut self, entry: Entry) -> Result<(), stage::Error> {
        let line = self.stage.note(&entry)?;
        self.ledger.apply(entry, line);
        Ok(())
    }

    /// All that the journal says of a blob.
    pub(super) fn fetched(&self, blob: &StagedBlob) -> Result<Fetched, stage::Error> {
        self.stage.noted_blob(blob.line, &blob.print)
    }
}

impl Ledger {
    fn apply(&mut self, entry: Entry, line: Line) {
        match entry {
            Entry::RunStart(start) => {
                self.starts.push(start);
                // The count at the end belongs to the process that seals.
                self.counts
                    .retain(|(time, _), _| *time == CountTime::Before);
            }
            Entry::Count(Count {
                time,
                section,
                count,
            }) => {
                self.counts.insert((time, section), count);
            }
            Entry::Call(call) => self.calls = self.calls.max(call.seq),
            Entry::Page(page) => {
                let pass = self.passes.entry((page.section, page.pass)).or_default();
                pass.pages.insert(page.offset, page);
            }
            Entry::ListDone(ListDone { section, pass, at }) => {
                self.passes.entry((section, pass)).or_default().done_at = Some(at);
            }
            Entry::Item(item) => {
                self.items.insert(item.key.clone(), item);
            }
            Entry::Blob(blob) => {
                self.gaps.remove(blob.key.as_str());
                self.blobs.insert(&blob, line);
            }
            Entry::Gap(gap) => {
                self.gaps.insert(gap.key.clone(), gap);
            }
            Entry::Suspected { sha256 } => {
                self.suspected.insert(sha256);
            }
            Entry::AskedAgain { sha256 } => {
                self.asked_again.insert(sha256);
            }
            Entry::Published { .. } => self.published = true,
        }
    }

    /// Drops what the bytes in the stage do not confirm; it is asked for again.
    fn drop_unconfirmed(&mut self, stage: &Stage) {
        let Blobs { places, row } = &mut self.blobs;
        let holds: Vec<bool> = row
            .par_iter()
            .map(|blob| stage.holds(blob.place, &blob.print))
            .collect();
        places.retain(|_, place| holds[*place as usize]);
        let confirmed = |body, sha256: &Sha256| {
            stage
                .read(body)
                .is_ok_and(|bytes| Sha256::of(&bytes) == *sha256)
        };
        self.items
            .retain(|_, item| confirmed(item.body, &item.sha256));
        for pass in self.passes.values_mut() {
            let before = pass.pages.len();
            pass.pages
                .retain(|_, page| confirmed(page.body, &page.sha256));
            if pass.pages.len() != before {
                pass.done_at = None;
            }
        }
    }

    /// Forgets what was gathered, once every byte of the archive is decided: the
    /// stage has it all.
    pub(super) fn release(&mut self) {
        self.passes = BTreeMap::new();
        self.items = HashMap::new();
        self.blobs = Blobs::default();
        self.gaps = HashMap::new();
    }

    /// Bytes of blobs that are staged.
    pub(super) fn staged_bytes(&self) -> u64 {
        self.blobs.values().map(|blob| blob.print.bytes).sum()
    }

    /// When the first process of this run began.
    pub(super) fn started_at(&self) -> Timestamp {
        self.starts
            .first()
            .expect("a run notes its start first")
            .started_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Timestamp {
        Timestamp::from_second(1_795_366_800).unwrap()
    }

    fn blob(key: &AssetKey, bytes: &[u8]) -> Entry {
        let print = Fingerprint::of(bytes);
        Entry::Blob(Box::new(Fetched {
            key: key.clone(),
            sha256: print.sha256,
            crc32: print.crc32,
            bytes: print.bytes,
            kind: FileKind::Bin,
            size: None,
            contradicts: false,
            place: Place::Large,
            via: Via::GetMaterial,
            fetched_at: clock(),
            run_id: "20261122T170000Z".into(),
            address: None,
            http_status: Some(200),
            content_type: None,
            content_length: None,
            etag: None,
            last_modified: None,
        }))
    }

    #[test]
    fn blobs_are_told_in_the_order_of_the_journal_each_as_it_came_last() {
        let folder = tempfile::tempdir().unwrap();
        let mut gathering =
            Gathering::open(folder.path(), &"wx01".parse().unwrap(), clock).unwrap();
        let keys: Vec<AssetKey> = (0..50)
            .map(|n| AssetKey::of_media_id(&format!("id{n}")))
            .collect();
        for key in &keys {
            gathering.note(blob(key, b"the same")).unwrap();
        }
        gathering.note(blob(&keys[0], b"another")).unwrap();
        let told: Vec<AssetKey> = gathering
            .ledger
            .blobs
            .values()
            .map(|blob| gathering.fetched(blob).unwrap().key)
            .collect();
        let rest = keys[1..].iter().chain(&keys[..1]);
        assert!(told.iter().eq(rest), "{told:?}");
        assert_eq!(
            gathering.ledger.blobs.get(&keys[0]).unwrap().print,
            Fingerprint::of(b"another")
        );
    }
}
