//! Names of files inside an archive.
//!
//! Titles and ids never become names; what is left is plain ASCII that every
//! zip reader, file system and shell takes the same way (format 5).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::message;

/// Longest whole name, base folder included, in bytes.
const NAME_BYTES_MAX: usize = 200;
const SEGMENT_BYTES_MAX: usize = 100;

/// The path of a file in the bag, relative to the base folder: `data/items/image.jsonl`.
///
/// It is made of one or more segments `[A-Za-z0-9][A-Za-z0-9._-]{0,99}` without
/// a trailing dot, none a Windows device name, so it cannot leave a folder.
///
/// Copies share the text: a path of an archive is named by its directory, its
/// manifest, its records and what is planned with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryPath(Arc<str>);

/// The text breaks the grammar of names; the field is that text, escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("model-no-entry-path", name = .0))]
pub struct InvalidEntryPath(String);

impl EntryPath {
    /// The path as it stands in manifests.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the last dot of the last segment, if there is one.
    pub fn extension(&self) -> Option<&str> {
        self.0
            .rsplit('/')
            .next()?
            .rsplit_once('.')
            .map(|(_, extension)| extension)
    }
}

impl FromStr for EntryPath {
    type Err = InvalidEntryPath;

    fn from_str(text: &str) -> Result<Self, InvalidEntryPath> {
        if is_path(text) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidEntryPath::of(text))
        }
    }
}

impl InvalidEntryPath {
    fn of(text: &str) -> Self {
        let shown = text.chars().take(120).flat_map(char::escape_default);
        Self(shown.collect())
    }
}

fn is_path(text: &str) -> bool {
    text.len() <= NAME_BYTES_MAX && text.split('/').all(is_segment)
}

fn is_segment(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    (1..=SEGMENT_BYTES_MAX).contains(&bytes.len())
        && bytes[0].is_ascii_alphanumeric()
        && bytes.iter().all(|b| IN_SEGMENTS[usize::from(*b)])
        && bytes[bytes.len() - 1] != b'.'
        && !is_windows_device(segment)
}

/// Which bytes a segment is made of. Asked by comparison, half of the digits of
/// a digest are a surprise to the processor.
const IN_SEGMENTS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        byte += 1;
    }
    table
};

/// `CON`, `nul.txt`, `COM1` … open a device on Windows, whatever the extension.
pub(crate) fn is_windows_device(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default().trim_end();
    let is = |name: &str| stem.eq_ignore_ascii_case(name);
    let port = stem.split_at_checked(3);
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
        .into_iter()
        .any(is)
        || port.is_some_and(|(name, number)| {
            (name.eq_ignore_ascii_case("COM") || name.eq_ignore_ascii_case("LPT"))
                && matches!(
                    number,
                    "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
                )
        })
}

impl TryFrom<String> for EntryPath {
    type Error = InvalidEntryPath;

    fn try_from(text: String) -> Result<Self, InvalidEntryPath> {
        text.parse()
    }
}

impl From<EntryPath> for String {
    fn from(path: EntryPath) -> Self {
        path.as_str().to_owned()
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The one top folder of an archive, `wxbackup-<appid>`: the same in every
/// archive of an account, because it stands inside each entry's header.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseFolder(String);

impl BaseFolder {
    /// The base folder of the account whose [`file_stem`](super::AppId::file_stem) is `stem`.
    pub(super) fn of_stem(stem: &str) -> Self {
        Self(format!("wxbackup-{stem}"))
    }

    /// Reads the folder from the name of an entry and gives it with the path
    /// inside it; `None` where the name is not `wxbackup-<appid>/<path>`.
    pub fn split_name(name: &str) -> Option<(Self, EntryPath)> {
        let (folder, path) = name.split_once('/')?;
        let stem = folder.strip_prefix("wxbackup-")?;
        let fits = (1..=32).contains(&stem.len())
            && stem
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        (fits && name.len() <= NAME_BYTES_MAX).then_some(())?;
        Some((Self(folder.to_owned()), path.parse().ok()?))
    }

    /// The path that the whole name of an entry tells; `None` where that is in
    /// another folder or no path of an archive.
    pub(crate) fn path_in(&self, name: &str) -> Option<EntryPath> {
        let path = name.strip_prefix(&self.0)?.strip_prefix('/')?;
        (name.len() <= NAME_BYTES_MAX).then_some(())?;
        path.parse().ok()
    }

    /// The whole name of an entry in the zip.
    pub fn name_of(&self, path: &EntryPath) -> String {
        format!("{}/{path}", self.0)
    }

    /// The folder's name, without a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_escape_or_differ_between_systems_are_refused() {
        let bad = [
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "..",
            "a/../b",
            ".hidden",
            "a.",
            "a\\b",
            "C:",
            "C:/x",
            "-rf",
            "_x",
            "CON",
            "a/nul.txt",
            "com1.json",
            "LPT9",
            "图片.jpg",
            "a b",
            "a\0b",
            "a\n",
            "~",
            "a:b",
            "e\u{301}",
        ];
        for text in bad {
            assert!(text.parse::<EntryPath>().is_err(), "{text:?}");
        }
        assert!("x".repeat(101).parse::<EntryPath>().is_err());
        assert!("x/".repeat(100).parse::<EntryPath>().is_err());
        for text in [
            "data/items/image.jsonl",
            "bagit.txt",
            "console.txt",
            "com10",
            "a-b_c.d",
            &"x".repeat(100),
        ] {
            assert_eq!(text.parse::<EntryPath>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_name_splits_into_the_base_folder_and_the_path() {
        let (folder, path) = BaseFolder::split_name("wxbackup-wx01/data/x.json").unwrap();
        assert_eq!(
            (folder.as_str(), path.as_str()),
            ("wxbackup-wx01", "data/x.json")
        );
        assert_eq!(folder.name_of(&path), "wxbackup-wx01/data/x.json");
        assert_eq!(folder.path_in("wxbackup-wx01/data/x.json"), Some(path));
        let too_long = format!("wxbackup-wx01/{}", "x/".repeat(93) + "x");
        for name in [
            "wxbackup-wx012/a",
            "wxbackup-wx01",
            "wxbackup-wx01/.a",
            &too_long,
        ] {
            assert_eq!(folder.path_in(name), None, "{name}");
        }
        for name in [
            "wxbackup-wx01",
            "wxbackup-wx01/",
            "wxbackup-/a",
            "wxbackup-WX/a",
            "other/a",
            "wxbackup-wx01/../a",
        ] {
            assert!(BaseFolder::split_name(name).is_none(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn a_path_never_escapes_and_survives_a_round_trip(text in "[a-zA-Z0-9._/\\\\:-]{1,40}") {
            if let Ok(path) = text.parse::<EntryPath>() {
                prop_assert_eq!(path.as_str(), text.as_str());
                let joined = std::path::Path::new("/top").join(path.as_str());
                prop_assert!(joined.starts_with("/top"));
                prop_assert!(joined.components().all(|c| c != std::path::Component::ParentDir));
            }
        }
    }
}
