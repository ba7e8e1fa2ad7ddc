//! Errors of the file system, which name what was attempted and on what; and
//! what the system says, in the words of each language.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use crate::message;
use crate::text::Message;

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

/// What the system says of an error. In English it is the system's own text; in
/// Chinese the usual kinds have words of ours, and every code stays.
///
/// An error that is none of the system's says what it carries.
pub fn system(error: &io::Error) -> Message {
    if let Some(carried) = error.get_ref() {
        let message = carried.downcast_ref().cloned();
        return message.unwrap_or_else(|| Message::said(error));
    }
    let text = error.to_string();
    let kind = kind(error.kind());
    match error.raw_os_error() {
        // The text of the standard library is `TEXT (os error CODE)`.
        Some(code) => {
            let said = text
                .strip_suffix(&format!(" (os error {code})"))
                .unwrap_or(&text);
            message!(
                "system-error",
                kind = kind,
                said = said,
                code = code.to_string()
            )
        }
        None => message!("system-error-kind", kind = kind, said = text),
    }
}

/// What one layer of an error says, the system's in the words of each language.
pub fn words(layer: &(dyn Error + 'static)) -> Message {
    match layer.downcast_ref::<io::Error>() {
        Some(error) => system(error),
        None => Message::said(&layer),
    }
}

/// What `error` and each of its causes say, on one line.
pub fn chain(error: &(dyn Error + 'static)) -> Message {
    match error.source() {
        None => words(error),
        Some(cause) => message!("error-caused", error = words(error), cause = chain(cause)),
    }
}

/// The word for `kind` in `system-error` of the catalogue.
fn kind(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as K;
    match kind {
        K::NotFound => "not-found",
        K::PermissionDenied => "permission-denied",
        K::AlreadyExists => "already-exists",
        K::StorageFull => "storage-full",
        K::QuotaExceeded => "quota-exceeded",
        K::FileTooLarge => "file-too-large",
        K::ReadOnlyFilesystem => "read-only",
        K::IsADirectory => "is-a-directory",
        K::NotADirectory => "not-a-directory",
        K::DirectoryNotEmpty => "not-empty",
        K::InvalidFilename => "invalid-name",
        K::ResourceBusy | K::ExecutableFileBusy => "busy",
        K::CrossesDevices => "crosses-devices",
        K::TooManyLinks => "too-many-links",
        K::StaleNetworkFileHandle => "stale-handle",
        K::ConnectionRefused => "connection-refused",
        K::ConnectionReset => "connection-reset",
        K::ConnectionAborted => "connection-aborted",
        K::NotConnected => "not-connected",
        K::AddrInUse => "address-in-use",
        K::AddrNotAvailable => "address-not-available",
        K::HostUnreachable => "host-unreachable",
        K::NetworkUnreachable => "network-unreachable",
        K::NetworkDown => "network-down",
        K::BrokenPipe => "broken-pipe",
        K::TimedOut => "timed-out",
        K::WouldBlock => "would-block",
        K::Interrupted => "interrupted",
        K::Unsupported => "unsupported",
        K::OutOfMemory => "out-of-memory",
        K::UnexpectedEof => "unexpected-end",
        K::InvalidData => "invalid-data",
        K::InvalidInput => "invalid-input",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn the_system_speaks_chinese_and_keeps_its_code() {
        let error = io::Error::from_raw_os_error(2);
        let message = system(&error);
        assert_eq!(message.to_string(), error.to_string());
        let chinese = message.in_language(Language::Zh);
        assert!(chinese.starts_with("没有这个文件或文件夹"), "{chinese}");
        assert!(chinese.ends_with("（os error 2）"), "{chinese}");
    }

    #[test]
    fn causes_stand_on_one_line() {
        let error = PathError {
            action: "read",
            path: "/x".into(),
            source: io::ErrorKind::StorageFull.into(),
        };
        let chain = chain(&error);
        assert_eq!(chain.to_string(), "cannot read /x: no storage space");
        assert_eq!(chain.in_language(Language::Zh), "无法读取 /x：磁盘已满");
    }

    #[test]
    fn a_kind_without_a_code_and_an_error_of_ours_are_said_too() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(system(&full).to_string(), full.to_string());
        assert_eq!(system(&full).in_language(Language::Zh), "磁盘已满");
        let unnamed = io::Error::from(io::ErrorKind::Deadlock);
        let chinese = system(&unnamed).in_language(Language::Zh);
        assert_eq!(chinese, unnamed.to_string());
        let own = io::Error::other(message!("path-cannot", action = "read", path = "/y"));
        assert_eq!(system(&own).in_language(Language::Zh), "无法读取 /y");
        let other = io::Error::other("corrupt deflate stream");
        assert_eq!(system(&other).to_string(), "corrupt deflate stream");
    }
}
