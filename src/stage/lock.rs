//! One run an account and folder. The lock is the kernel's, so that a holder
//! that died never blocks; what the file says is only for the message.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::message;
use crate::text::Message;

/// Who looks whether a lock is free holds it for a moment; a run that begins
/// just then tries again instead of giving up.
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// Who holds a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// Its start, RFC 3339.
    pub started_at: String,
}

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Whether a run is at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occupancy {
    /// None is.
    Free,
    /// One is; this one, where it can be read.
    Held(Option<Holder>),
}

/// The lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run has it.
    #[error("{}", held(.0.as_ref()))]
    Held(Option<Holder>),
    /// The file system refused.
    #[error(transparent)]
    Path(#[from] PathError),
}

fn held(by: Option<&Holder>) -> Message {
    match by {
        Some(holder) => message!(
            "stage-lock-held-by",
            pid = holder.pid.to_string(),
            host = &holder.host,
            since = &holder.started_at,
        ),
        None => message!("stage-lock-held"),
    }
}

impl Lock {
    /// Takes the lock of `folder`, which is made where there is none, in a folder
    /// that is there. Nothing there may be a link.
    ///
    /// # Errors
    ///
    /// [`LockError::Held`] at once where another process has it.
    pub fn acquire(folder: &Path, holder: &Holder) -> Result<Self, LockError> {
        fs::create_own_dir(folder)?;
        let path = folder.join("lock");
        let mut file = fs::open_read_write(&path)?;
        match try_lock(&file, || std::thread::sleep(BETWEEN_TRIES)) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(read_holder(&file))),
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path)?,
        }
        let text = serde_json::json!({ "pid": holder.pid, "host": holder.host, "started_at": holder.started_at }).to_string();
        file.rewind()
            .and_then(|()| file.set_len(0))
            .and_then(|()| file.write_all(text.as_bytes()))
            .at("write", &path)?;
        Ok(Self { _file: file })
    }

    /// Whether anyone holds the lock of `folder`. Nothing is written there, and
    /// no run is kept from beginning.
    ///
    /// # Errors
    ///
    /// Where the lock is there and cannot be looked at.
    pub fn occupancy(folder: &Path) -> Result<Occupancy, PathError> {
        let path = folder.join("lock");
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupancy::Free),
            Err(error) => return Err(error).at("open", &path),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Occupancy::Free),
            Err(TryLockError::WouldBlock) => Ok(Occupancy::Held(read_holder(&file))),
            Err(TryLockError::Error(error)) => Err(error).at("lock", &path),
        }
    }
}

fn try_lock(file: &File, mut wait: impl FnMut()) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => wait(),
            result => return result,
        }
    }
    file.try_lock()
}

fn read_holder(file: &File) -> Option<Holder> {
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_names_its_holder_and_a_dropped_one_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let holder = Holder {
            pid: 7,
            host: "box".to_owned(),
            started_at: "2026-11-22T17:00:00Z".to_owned(),
        };
        let lock = Lock::acquire(folder.path(), &holder).unwrap();
        let other = Holder {
            pid: 8,
            ..holder.clone()
        };
        let error = Lock::acquire(folder.path(), &other).unwrap_err();
        assert!(matches!(&error, LockError::Held(Some(found)) if *found == holder));
        assert_eq!(
            error.to_string(),
            "another run is at work on this account: process 7 on box, since 2026-11-22T17:00:00Z"
        );
        drop(lock);
        Lock::acquire(folder.path(), &other).unwrap();
    }

    #[test]
    fn who_looks_at_a_lock_learns_its_holder_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let glance = || Lock::occupancy(folder.path()).unwrap();
        assert_eq!(glance(), Occupancy::Free);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let holder = Holder {
            pid: 7,
            host: "box".to_owned(),
            started_at: "2026-11-22T17:00:00Z".to_owned(),
        };
        let lock = Lock::acquire(folder.path(), &holder).unwrap();
        assert_eq!(glance(), Occupancy::Held(Some(holder.clone())));
        drop(lock);
        assert_eq!(glance(), Occupancy::Free);
    }
    #[test]
    fn a_glance_at_a_lock_keeps_no_run_from_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let file = fs::open_read_write(&path).unwrap();
        let look = || {
            let file = File::open(&path).unwrap();
            file.try_lock_shared().unwrap();
            file
        };
        let mut glance = Some(look());
        try_lock(&file, || drop(glance.take())).unwrap();
        file.unlock().unwrap();
        let _long = look();
        let mut waits = 0;
        let result = try_lock(&file, || waits += 1);
        assert!(matches!(result, Err(TryLockError::WouldBlock)));
        assert_eq!(waits, TRIES - 1);
    }
}
