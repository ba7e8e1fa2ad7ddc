//! The folder that is filled from an archive.
//!
//! Nothing outside of it can be written: every name is opened relative to the
//! open folder, by a library that follows no way out. A file gets its name when
//! its last byte is written and proven; until then it has a name that nobody
//! takes for a whole one.

use std::fs::FileTimes;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::LostReason;
use crate::error::system;
use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::model::{Fingerprinter, Sha256};

/// Makes the bytes of a page from those in the archive.
pub type Turn<'a> = dyn Fn(&[u8]) -> Vec<u8> + 'a;

/// One file to write.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    /// Unlike that of any other file of this folder.
    pub number: usize,
    /// Where it goes, `/` between segments, relative to the target folder; the
    /// folders above it are made already.
    pub path: &'a str,
    /// Its time in Unix seconds, where there is one.
    pub modified: Option<i64>,
    /// The digest that the bytes must have as they are read, where one is known.
    pub sha256: Option<Sha256>,
}

/// The target folder, open.
#[derive(Debug)]
pub struct Target {
    dir: Dir,
    path: PathBuf,
    times_refused: AtomicBool,
}

/// Why a folder cannot be the target.
#[derive(Debug)]
pub enum TargetError {
    /// It has something in it.
    NotEmpty,
    /// It cannot be made or opened.
    Folder(PathError),
}

/// Why one file was not written.
#[derive(Debug)]
pub enum FileError {
    /// The archive does not give its bytes: the next file may do well.
    Lost(LostReason),
    /// The target does not take them: the next file will not do better.
    Target(PathError),
}

impl From<PathError> for FileError {
    fn from(error: PathError) -> Self {
        Self::Target(error)
    }
}

impl Target {
    /// Opens the folder at `path`, which must be empty; makes it where there is none.
    ///
    /// # Errors
    ///
    /// Where it is not empty or cannot be used.
    pub fn open(path: &Path) -> Result<Self, TargetError> {
        if !path.exists() {
            fs::create_private_dir(path).map_err(TargetError::Folder)?;
        }
        let dir = Dir::open_ambient_dir(path, ambient_authority())
            .at("open-folder", path)
            .map_err(TargetError::Folder)?;
        let is_empty = dir
            .entries()
            .map(|mut entries| entries.next().is_none())
            .at("read-folder", path)
            .map_err(TargetError::Folder)?;
        if !is_empty {
            return Err(TargetError::NotEmpty);
        }
        Ok(Self {
            dir,
            path: path.to_owned(),
            times_refused: AtomicBool::new(false),
        })
    }

    /// Makes folders, those above first.
    ///
    /// # Errors
    ///
    /// Where the file system refuses one.
    pub fn make_folders<'a>(
        &self,
        folders: impl Iterator<Item = &'a str>,
    ) -> Result<(), PathError> {
        for folder in folders {
            self.dir
                .create_dir(folder)
                .at("create-folder", &self.path.join(folder))?;
        }
        Ok(())
    }

    /// Writes `body` as `file`, which gets its name and time only if the bytes
    /// are those of its digest. `turn` makes the bytes of a page; `advanced`
    /// hears of bytes that were read. `buffer` must not be empty.
    ///
    /// # Errors
    ///
    /// [`FileError`]; then there is no such file.
    pub fn write(
        &self,
        file: &NewFile<'_>,
        mut body: impl Read,
        turn: Option<&Turn<'_>>,
        buffer: &mut [u8],
        advanced: &dyn Fn(u64),
    ) -> Result<(), FileError> {
        let path = self.path.join(file.path);
        let (folder, name) = file.path.rsplit_once('/').unwrap_or((".", file.path));
        let folder = self.dir.open_dir(folder).at("open-the-folder-of", &path)?;
        let unfinished = Unfinished::create(&folder, file.number).at("create", &path)?;
        let mut out = &unfinished.file;
        let mut print = Fingerprinter::default();
        let mut page = Vec::new();
        loop {
            let bytes = match body.read(buffer) {
                Ok(0) => break,
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(FileError::Lost(LostReason::Unreadable(system(&error))));
                }
            };
            print.update(&buffer[..bytes]);
            advanced(bytes as u64);
            if turn.is_some() {
                page.extend_from_slice(&buffer[..bytes]);
            } else {
                out.write_all(&buffer[..bytes]).at("write", &path)?;
            }
        }
        let found = print.finish().sha256;
        if file.sha256.is_some_and(|expected| expected != found) {
            return Err(FileError::Lost(LostReason::WrongDigest));
        }
        if let Some(turn) = turn {
            out.write_all(&turn(&page)).at("write", &path)?;
        }
        self.set_time(&unfinished.file, file.modified);
        unfinished.finish(name).at("rename", &path)?;
        Ok(())
    }

    /// Removes folders that got no file, gives the others their times, and
    /// brings all that was written to the disk, so that a disk that is full
    /// after all says so. Folders below come first.
    ///
    /// # Errors
    ///
    /// Where the disk did not take all.
    pub fn finish<'a>(
        &self,
        folders: impl Iterator<Item = (&'a str, Option<i64>)> + Clone,
    ) -> Result<(), PathError> {
        for (folder, _) in folders.clone() {
            // Refused for every folder that has something in it.
            let _ = self.dir.remove_dir(folder);
        }
        for (folder, modified) in folders {
            if modified.is_some()
                // Not `open_dir`, whose handle names a folder and cannot change it.
                && let Ok(dir) = self.dir.open(folder)
            {
                self.set_time(&dir.into_std(), modified);
            }
        }
        self.sync().at("write", &self.path)
    }

    /// Whether the file system would not take a time.
    pub fn refused_times(&self) -> bool {
        self.times_refused.load(Ordering::Relaxed)
    }

    /// Sets the time of a file or folder. One that the file system cannot hold
    /// takes nothing from what was restored.
    fn set_time(&self, file: &std::fs::File, modified: Option<i64>) {
        let time = modified
            .and_then(|seconds| u64::try_from(seconds).ok())
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        if let Some(time) = time
            && file.set_times(FileTimes::new().set_modified(time)).is_err()
        {
            self.times_refused.store(true, Ordering::Relaxed);
        }
    }

    #[cfg(target_os = "linux")]
    fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(self.dir.open(".")?)?)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "only Linux can sync a file system")]
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A file under a name of its own, removed when it is dropped.
#[derive(Debug)]
struct Unfinished<'a> {
    folder: &'a Dir,
    file: std::fs::File,
    name: String,
    is_finished: bool,
}

impl<'a> Unfinished<'a> {
    fn create(folder: &'a Dir, number: usize) -> io::Result<Self> {
        let name = format!(".wxbackup-{number}.part");
        // Fails where anything has that name, be it a link to elsewhere.
        let file = folder.open_with(&name, OpenOptions::new().write(true).create_new(true))?;
        Ok(Self {
            folder,
            file: file.into_std(),
            name,
            is_finished: false,
        })
    }

    /// Gives it its name. The folder is ours and new, so a file of that name is
    /// someone else's work of this very moment: it is left as it is.
    fn finish(mut self, name: &str) -> io::Result<()> {
        if self.folder.symlink_metadata(name).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.folder.rename(&self.name, self.folder, name)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            // What cannot be removed has a name that tells that it is unfinished.
            let _ = self.folder.remove_file(&self.name);
        }
    }
}
