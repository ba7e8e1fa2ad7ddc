//! One run an account and folder. The lock is the kernel's, so that a holder
//! that died never blocks; what the file says is only for the message.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{PathContext as _, PathError};
use crate::fs;

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

/// The lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run has it.
    #[error("another run is at work on this account{}", .0.as_ref().map(|holder| format!(": process {} on {}, since {}", holder.pid, holder.host, holder.started_at)).unwrap_or_default())]
    Held(Option<Holder>),
    /// The file system refused.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Lock {
    /// Takes the lock of `folder`, which is made where there is none.
    ///
    /// # Errors
    ///
    /// [`LockError::Held`] at once where another process has it.
    pub fn acquire(folder: &Path, holder: &Holder) -> Result<Self, LockError> {
        fs::create_private_dir(folder)?;
        let path = folder.join("lock");
        let mut file = fs::open_read_write(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = (&mut file).take(4096).read_to_string(&mut text);
                return Err(LockError::Held(serde_json::from_str(&text).ok()));
            }
            Err(TryLockError::Error(error)) => return Err(error).at("lock", &path)?,
        }
        let text = serde_json::json!({ "pid": holder.pid, "host": holder.host, "started_at": holder.started_at }).to_string();
        file.rewind()
            .and_then(|()| file.set_len(0))
            .and_then(|()| file.write_all(text.as_bytes()))
            .at("write", &path)?;
        Ok(Self { _file: file })
    }
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
}
