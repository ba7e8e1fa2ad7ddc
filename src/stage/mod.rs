//! The stage: the folder where a run gathers what it fetches.
//!
//! It outlives an interruption. What the journal names and the bytes confirm is
//! there; everything else never happened. Nothing is fsynced per blob: whoever
//! opens the stage again hashes what it finds, which costs less.
//!
//! - `journal.jsonl`: what happened, one chained line an event
//! - `blobs.pack`: page bodies and small blobs, one behind the other
//! - `large/`: a file for each large blob, named by its SHA-256
//! - `version`, `CACHEDIR.TAG`

mod incoming;
mod journal;
mod lock;
mod pack;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

pub use incoming::{Incoming, Landed, SMALL_BYTES_MAX};
pub use journal::{
    Count, CountTime, Entry, Fetched, Line, ListDone, PageListed, RunStart, StagedGap, StagedItem,
    Via,
};
pub use lock::{Holder, Lock, LockError, Occupancy};
pub use pack::{PackRange, Place};

use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::message;
use crate::model::{Clock, Fingerprint};
use crate::record::run::Call;
use journal::Journal;
use pack::Pack;

const VERSION: &str = "wxbackup-stage 1\n";
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # Downloads of an unfinished wxbackup run; the next run needs them and then removes them.\n";

/// An open stage. Its owner holds the account's [`Lock`].
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    pack: Pack,
    journal: Journal,
}

/// What a run that has not ended well left behind, or one at work has gathered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remains {
    /// The first process that worked on it, where the journal tells.
    pub begun: Option<RunStart>,
    /// What lies there for the next run.
    pub bytes: u64,
}

/// Gives places for bodies that are about to arrive, in any task.
#[derive(Clone, Debug)]
pub struct Nursery {
    folder: PathBuf,
}

impl Nursery {
    /// The folder that bodies come to.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A place for one body.
    pub fn incoming(&self) -> Incoming {
        Incoming::new(self.folder.clone())
    }
}

/// A stage cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder was made by a version that this one does not know.
    #[error("{}", message!("stage-other-version", path = .0.display()))]
    UnknownVersion(PathBuf),
    /// The file system refused.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Error {
    /// Whether the disk is full: what is staged is whole, and a later run goes on.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::Path(error) if error.is_disk_full())
    }
}

impl Stage {
    /// Opens the stage in `folder`, making it where there is none, and tells
    /// `replay` every entry of its journal in order, and where its line lies. A
    /// journal that breaks off is cut there.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownVersion`], or the file system's.
    pub fn open(
        folder: &Path,
        clock: Clock,
        mut replay: impl FnMut(Entry, Line),
    ) -> Result<Self, Error> {
        fs::create_private_dir(folder)?;
        fs::create_own_dir(&folder.join("large"))?;
        let version = folder.join("version");
        match std::fs::read(&version) {
            Ok(bytes) if bytes == VERSION.as_bytes() => {}
            Ok(_) => return Err(Error::UnknownVersion(folder.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::write_atomic(&folder.join("CACHEDIR.TAG"), CACHEDIR_TAG.as_bytes())?;
                fs::write_atomic(&version, VERSION.as_bytes())?;
            }
            Err(error) => return Err(error).at("read", &version)?,
        }
        let (journal, entries) = Journal::open(&folder.join("journal.jsonl"), clock, &mut replay)?;
        if entries == 0 {
            // Without a journal nothing else means anything.
            remove_contents(folder)?;
        }
        remove_large(folder, |name| name.starts_with(incoming::PREFIX))?;
        let pack = Pack::open(&folder.join("blobs.pack"))?;
        Ok(Self {
            folder: folder.to_owned(),
            pack,
            journal,
        })
    }

    /// The calls that the journal knows of, in order.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn calls(&self) -> Result<Vec<Call>, Error> {
        Ok(self.journal.calls()?)
    }

    /// Removes what a stage in `folder` holds, whatever version made it, and keeps the folder.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn forget(folder: &Path) -> Result<(), PathError> {
        for name in ["journal.jsonl", "version"] {
            remove_file(&folder.join(name))?;
        }
        remove_contents(folder)
    }

    /// Looks at the stage in `folder` without opening it; `None` where there is
    /// nothing for the next run to go on from. A run may be at work there.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn remains(folder: &Path) -> Result<Option<Remains>, PathError> {
        let journal = folder.join("journal.jsonl");
        if length_of(&journal)? == 0 {
            return Ok(None);
        }
        let mut bytes = length_of(&folder.join("blobs.pack"))?;
        let large = folder.join("large");
        if large.is_dir() {
            for file in std::fs::read_dir(&large).at("read-folder", &large)? {
                bytes += length_of(&file.at("read-folder", &large)?.path())?;
            }
        }
        Ok(Some(Remains {
            begun: journal::begun(&journal)?,
            bytes,
        }))
    }

    /// Appends an entry to the journal, and gives the place of its line; it is
    /// durable within a second, or after [`sync`](Self::sync).
    ///
    /// # Errors
    ///
    /// The file system's; then the run must end, and the entry did not happen.
    pub fn note(&mut self, entry: &Entry) -> Result<Line, Error> {
        Ok(self.journal.append(entry)?)
    }

    /// Reads again what the journal says of the blob of `print`: what is seldom
    /// asked for need not be held.
    ///
    /// # Errors
    ///
    /// The file system's, also where the line is no longer what it was.
    pub fn noted_blob(&self, line: Line, print: &Fingerprint) -> Result<Fetched, Error> {
        let blob = |entry| match entry {
            Entry::Blob(blob) if blob.print() == *print => Some(*blob),
            _ => None,
        };
        Ok(self.journal.entry(line, blob)?)
    }

    /// Makes the journal durable.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn sync(&mut self) -> Result<(), Error> {
        Ok(self.journal.sync()?)
    }

    /// Takes a body whose bytes are at hand, such as a page of a list.
    ///
    /// # Errors
    ///
    /// The file system's; then the run must end.
    pub fn put(&mut self, body: &[u8]) -> Result<PackRange, Error> {
        Ok(self.pack.append(body)?)
    }

    /// Where bodies arrive, for tasks that do not hold the stage.
    pub fn nursery(&self) -> Nursery {
        Nursery {
            folder: self.folder.join("large"),
        }
    }

    /// Takes a body that has arrived as a whole.
    ///
    /// # Errors
    ///
    /// The file system's; then the run must end.
    pub fn land(&mut self, landed: Landed) -> Result<Place, Error> {
        match landed.body {
            incoming::Body::Small(bytes) => Ok(Place::Pack(self.pack.append(&bytes)?)),
            incoming::Body::Large(temporary) => {
                let path = self.large_path(&landed.print);
                temporary
                    .persist(&path)
                    .map_err(|error| error.error)
                    .at("rename", &path)?;
                Ok(Place::Large)
            }
        }
    }

    /// The bytes of a range that [`put`](Self::put) or [`land`](Self::land) gave.
    ///
    /// # Errors
    ///
    /// The file system's; `UnexpectedEof` where the pack is shorter.
    pub fn read(&self, range: PackRange) -> Result<Vec<u8>, Error> {
        Ok(self.pack.read(range)?)
    }

    /// The file and the offset at which the bytes of a blob begin.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn open_blob(&self, place: Place, print: &Fingerprint) -> Result<(File, u64), Error> {
        match place {
            Place::Pack(range) => Ok((self.pack.try_clone()?, range.offset)),
            Place::Large => {
                let path = self.large_path(print);
                Ok((File::open(&path).at("open", &path)?, 0))
            }
        }
    }

    /// The pack, for readers of many ranges.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn pack_file(&self) -> Result<File, Error> {
        Ok(self.pack.try_clone()?)
    }

    /// Whether the bytes at `place` are those of `print`; `false` for any trouble in reading them.
    pub fn holds(&self, place: Place, print: &Fingerprint) -> bool {
        match place {
            Place::Pack(range) => {
                range.bytes == print.bytes
                    && self
                        .pack
                        .fingerprint(range)
                        .is_ok_and(|found| found == *print)
            }
            Place::Large => File::open(self.large_path(print))
                .and_then(|mut file| Fingerprint::read(&mut file))
                .is_ok_and(|found| found == *print),
        }
    }

    /// A file for what the seal composes, and its path; an earlier one is gone.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn compose_file(&self) -> Result<(File, PathBuf), Error> {
        let path = self.folder.join("compose.pack");
        remove_file(&path)?;
        Ok((fs::create_new(&path)?, path))
    }

    /// Ends the stage after its archive was published: the journal goes first,
    /// so that a crash in between leaves a stage that is empty, not wrong.
    ///
    /// # Errors
    ///
    /// The file system's.
    pub fn clear(self) -> Result<(), Error> {
        let folder = self.folder.clone();
        drop(self);
        remove_file(&folder.join("journal.jsonl"))?;
        Ok(remove_contents(&folder)?)
    }

    fn large_path(&self, print: &Fingerprint) -> PathBuf {
        self.folder.join("large").join(print.sha256.to_string())
    }
}

/// The length of a file; 0 where there is none.
fn length_of(path: &Path) -> Result<u64, PathError> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        metadata => Ok(metadata.at("read", path)?.len()),
    }
}

fn remove_contents(folder: &Path) -> Result<(), PathError> {
    for name in ["blobs.pack", "compose.pack"] {
        remove_file(&folder.join(name))?;
    }
    remove_large(folder, |_| true)
}

/// Removes large files by name.
fn remove_large(folder: &Path, is_unwanted: impl Fn(&str) -> bool) -> Result<(), PathError> {
    let large = folder.join("large");
    let listing = match std::fs::read_dir(&large) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        listing => listing.at("read-folder", &large)?,
    };
    for file in listing {
        let file = file.at("read-folder", &large)?;
        if is_unwanted(&file.file_name().to_string_lossy()) {
            remove_file(&file.path())?;
        }
    }
    Ok(())
}

fn remove_file(path: &Path) -> Result<(), PathError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at("remove", path),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Sha256, Timestamp};

    fn clock() -> Timestamp {
        Timestamp::from_second(1_795_366_800).unwrap()
    }

    fn bytes_of(stage: &Stage, place: Place, print: &Fingerprint) -> Vec<u8> {
        let (file, offset) = stage.open_blob(place, print).unwrap();
        let mut bytes = vec![0; usize::try_from(print.bytes).unwrap()];
        fs::read_exact_at(&file, &mut bytes, offset).unwrap();
        bytes
    }

    #[test]
    fn small_and_large_bodies_land_whole_and_are_there_when_the_stage_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        let bodies = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            vec![7; SMALL_BYTES_MAX],
            vec![9; SMALL_BYTES_MAX + 1],
        ];
        let mut landed = Vec::new();
        for body in &bodies {
            let mut incoming = stage.nursery().incoming();
            incoming.write(b"a first try that broke off").unwrap();
            incoming.restart();
            body.chunks(100_000)
                .for_each(|chunk| incoming.write(chunk).unwrap());
            let whole = incoming.finish();
            assert_eq!(whole.print, Fingerprint::of(body));
            let print = whole.print;
            landed.push((stage.land(whole).unwrap(), print));
        }
        stage
            .note(&Entry::AskedAgain {
                sha256: Sha256::of(b""),
            })
            .unwrap();
        drop(stage);
        let stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        for (body, (place, print)) in bodies.iter().zip(&landed) {
            assert!(stage.holds(*place, print));
            assert_eq!(bytes_of(&stage, *place, print), *body);
        }
        assert!(matches!(landed[2].0, Place::Large));
        let other = Fingerprint {
            bytes: landed[0].1.bytes,
            ..landed[1].1
        };
        assert!(!stage.holds(landed[0].0, &other));
    }

    #[test]
    fn bytes_without_a_journal_are_forgotten_and_an_interrupted_body_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        stage.put(b"body").unwrap();
        let mut incoming = stage.nursery().incoming();
        incoming.write(&vec![1; SMALL_BYTES_MAX * 2]).unwrap();
        drop(incoming);
        assert_eq!(
            std::fs::read_dir(folder.path().join("large"))
                .unwrap()
                .count(),
            0
        );
        drop(stage);
        let mut stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        assert_eq!(
            stage.put(b"new").unwrap(),
            PackRange {
                offset: 0,
                bytes: 3
            }
        );
    }

    #[test]
    fn a_body_that_a_killed_process_left_half_there_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let mut stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        let mut whole = stage.nursery().incoming();
        whole.write(&vec![1; SMALL_BYTES_MAX * 2]).unwrap();
        let whole = whole.finish();
        let print = whole.print;
        let place = stage.land(whole).unwrap();
        stage
            .note(&Entry::AskedAgain {
                sha256: print.sha256,
            })
            .unwrap();
        let mut half = stage.nursery().incoming();
        half.write(&vec![2; SMALL_BYTES_MAX * 2]).unwrap();
        std::mem::forget(half);
        drop(stage);
        let stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        assert!(stage.holds(place, &print));
        let files = std::fs::read_dir(folder.path().join("large")).unwrap();
        assert_eq!(files.count(), 1);
    }

    #[test]
    fn what_an_unfinished_run_left_is_seen_without_touching_it() {
        let folder = tempfile::tempdir().unwrap();
        let start = RunStart {
            run_id: "20261122T170000Z".to_owned(),
            app_id: "wx01".parse().unwrap(),
            started_at: clock(),
        };
        let mut stage = Stage::open(folder.path(), clock, |_, _| ()).unwrap();
        assert_eq!(Stage::remains(folder.path()).unwrap(), None);
        stage.note(&Entry::RunStart(start.clone())).unwrap();
        stage.put(b"page").unwrap();
        let mut incoming = stage.nursery().incoming();
        incoming.write(&vec![1; SMALL_BYTES_MAX + 1]).unwrap();
        stage.land(incoming.finish()).unwrap();
        assert_eq!(
            Stage::remains(folder.path()).unwrap(),
            Some(Remains {
                begun: Some(start),
                bytes: 4 + SMALL_BYTES_MAX as u64 + 1,
            })
        );
        stage.clear().unwrap();
        assert_eq!(Stage::remains(folder.path()).unwrap(), None);
        let nowhere = folder.path().join("nowhere");
        assert_eq!(Stage::remains(&nowhere).unwrap(), None);
        assert!(!nowhere.exists());
    }

    #[test]
    fn a_stage_of_another_version_is_refused_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        fs::write_atomic(&folder.path().join("version"), b"wxbackup-stage 2\n").unwrap();
        fs::write_atomic(&folder.path().join("blobs.pack"), b"theirs").unwrap();
        assert!(matches!(
            Stage::open(folder.path(), clock, |_, _| ()),
            Err(Error::UnknownVersion(_))
        ));
        assert_eq!(
            std::fs::read(folder.path().join("blobs.pack")).unwrap(),
            b"theirs"
        );
        Stage::forget(folder.path()).unwrap();
        Stage::open(folder.path(), clock, |_, _| ()).unwrap();
    }
}
