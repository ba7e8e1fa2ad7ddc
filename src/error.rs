//! Errors of the file system, which name what was attempted and on what.

use std::io;
use std::path::{Path, PathBuf};

use crate::message;

/// An I/O error with the action and the path that it belongs to.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("path-cannot", action = *action, path = path.display()))]
pub struct PathError {
    /// What was attempted, a word that `path-cannot` in the catalogue knows:
    /// `create`, `read-folder`, `rename` …
    pub action: &'static str,
    /// The file or folder that it was attempted on.
    pub path: PathBuf,
    /// What the system answered.
    pub source: io::Error,
}

impl PathError {
    /// Whether the disk or a quota on it is full.
    pub fn is_disk_full(&self) -> bool {
        matches!(
            self.source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    }
}

/// Gives an [`io::Result`] its action and path.
pub trait PathContext<T> {
    /// Names what was attempted on `path`.
    ///
    /// # Errors
    ///
    /// The error it was called on, as a [`PathError`].
    fn at(self, action: &'static str, path: &Path) -> Result<T, PathError>;
}

impl<T> PathContext<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, PathError> {
        self.map_err(|source| PathError {
            action,
            path: path.to_owned(),
            source,
        })
    }
}
