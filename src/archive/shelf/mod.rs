//! The shelf: a folder in which archives of any number of accounts stand, with
//! their sidecars.
//!
//! It knows its files by their names alone, looks at no other, and follows no
//! symbolic link. What an archive is worth, [`Shelved::read`] says; how an
//! account stands with those that it has, [`Row::standing`].

mod names;
mod shelved;
mod standing;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ffi::OsStr;
use std::fs::{DirEntry, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::error::{PathContext as _, PathError};
use crate::model::{RunStamp, Timestamp};
use crate::record::receipt::Receipt;

pub use shelved::{Reading, Shelved, Unreadable};
pub use standing::{Newest, Standing};

use names::{Kind, Name, is_stem, parse_stamp};

/// Far longer than any receipt.
const RECEIPT_BYTES_MAX: u64 = 1 << 20;

/// Everything of one account that stands on a shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its archives, newest first.
    pub archives: Vec<Shelved>,
    /// Bytes in files that are not archives yet.
    pub unfinished_bytes: u64,
    /// Receipts without an archive of their name: runs that found nothing new.
    receipts: Vec<PathBuf>,
}

/// A run that found the library as an archive has it, and wrote none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The name of the archive that stands for it.
    pub file_name: String,
    /// When it ran.
    pub stamp: RunStamp,
    /// Where it is told.
    pub receipt: PathBuf,
}

/// The accounts that have archives, their remains or a stage in `folder`, by
/// the word that stands for each in names.
///
/// # Errors
///
/// Where the folder cannot be read.
pub fn stems(folder: &Path) -> Result<Vec<String>, PathError> {
    let mut stems: Vec<String> = Vec::new();
    for_each_file(folder, |name, _, _| {
        stems.push(name.stem);
        Ok(())
    })?;
    let stages = folder.join(".wxbackup");
    if stages.is_dir() {
        for stage in std::fs::read_dir(&stages).at("read-folder", &stages)? {
            let stage = stage.at("read-folder", &stages)?;
            let is_folder = stage.file_type().is_ok_and(|kind| kind.is_dir());
            let name = stage.file_name();
            stems.extend(
                name.to_str()
                    .filter(|name| is_folder && is_stem(name))
                    .map(str::to_owned),
            );
        }
    }
    stems.sort_unstable();
    stems.dedup();
    Ok(stems)
}

/// What `folder` has of the account `stem`.
///
/// # Errors
///
/// Where the folder cannot be read.
pub fn row(folder: &Path, stem: &str) -> Result<Row, PathError> {
    let mut row = Row::default();
    let mut archives: BTreeMap<RunStamp, Shelved> = BTreeMap::new();
    let mut sidecars: Vec<(RunStamp, Kind, PathBuf)> = Vec::new();
    for_each_file(folder, |name, kind, file| {
        if name.stem != stem {
            return Ok(());
        }
        let path = file.path();
        match kind {
            Kind::Unfinished => row.unfinished_bytes += file.metadata().at("read", &path)?.len(),
            Kind::Archive | Kind::Encrypted => {
                let bytes = file.metadata().at("read", &path)?.len();
                let found = Shelved::new(name.stem, name.stamp, path, bytes);
                match archives.entry(name.stamp) {
                    Entry::Vacant(place) => {
                        place.insert(found);
                    }
                    // One archive in two forms: the plain one is read first, the
                    // other belongs to it.
                    Entry::Occupied(mut place) => {
                        let other = if kind == Kind::Archive {
                            place.insert(found)
                        } else {
                            found
                        };
                        sidecars.push((name.stamp, Kind::Encrypted, other.path().to_owned()));
                        place.get_mut().other = Some(Box::new(other));
                    }
                }
            }
            Kind::Checksum | Kind::Receipt => sidecars.push((name.stamp, kind, path)),
        }
        Ok(())
    })?;
    sidecars.sort_unstable_by(|left, right| left.2.cmp(&right.2));
    for (stamp, kind, path) in &sidecars {
        match (archives.get_mut(stamp), kind) {
            (Some(archive), _) => archive.sidecars.push(path.clone()),
            (None, Kind::Receipt) => row.receipts.push(path.clone()),
            (None, _) => {}
        }
    }
    row.archives = archives.into_values().rev().collect();
    Ok(row)
}

impl Row {
    /// The runs that found nothing new, as far as their receipts can be read.
    pub fn confirmations(&self) -> Vec<Confirmation> {
        let receipts = self.receipts.iter();
        receipts.filter_map(|path| confirmation(path)).collect()
    }
}

impl Confirmation {
    /// Whether its time is still to come: a clock was wrong.
    pub fn is_from_the_future(&self, now: Timestamp) -> bool {
        shelved::is_future(self.stamp, now)
    }
}

fn confirmation(path: &Path) -> Option<Confirmation> {
    let receipt = read_receipt(path)?;
    receipt.unchanged_since.as_ref()?;
    Some(Confirmation {
        stamp: parse_stamp(&receipt.run_id)?,
        file_name: receipt.file_name,
        receipt: path.to_owned(),
    })
}

/// The receipt that stands beside `archive`, if it can be read.
pub fn receipt_of(archive: &Path) -> Option<Receipt> {
    read_receipt(&receipt_path(archive))
}

/// Where the receipt of `archive` is: `a.zip` and `a.zip.age` have `a.receipt.json`.
pub fn receipt_path(archive: &Path) -> PathBuf {
    let is_age = archive.extension().is_some_and(|it| it == "age");
    let plain = is_age.then(|| archive.with_extension(""));
    let plain = plain.as_deref().unwrap_or(archive);
    plain.with_extension("receipt.json")
}

/// The receipt at `path`, if it can be read.
pub fn read_receipt(path: &Path) -> Option<Receipt> {
    let mut text = Vec::new();
    File::open(path)
        .ok()?
        .take(RECEIPT_BYTES_MAX)
        .read_to_end(&mut text)
        .ok()?;
    serde_json::from_slice(&text).ok()
}

/// Tells of each regular file in `folder` that has a name of ours.
fn for_each_file(
    folder: &Path,
    mut tell: impl FnMut(Name, Kind, &DirEntry) -> Result<(), PathError>,
) -> Result<(), PathError> {
    for file in std::fs::read_dir(folder).at("read-folder", folder)? {
        let file = file.at("read-folder", folder)?;
        let Some((name, kind)) = OsStr::to_str(&file.file_name()).and_then(Name::parse) else {
            continue;
        };
        // The kind of the name itself: a symbolic link is no file of ours.
        if file.file_type().is_ok_and(|kind| kind.is_file()) {
            tell(name, kind, &file)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::write_atomic;

    fn folder_of(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            write_atomic(&folder.path().join(name), b"x").unwrap();
        }
        folder
    }

    fn file_names<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Vec<&'a str> {
        let name = |path: &'a PathBuf| path.file_name().unwrap().to_str().unwrap();
        paths.into_iter().map(name).collect()
    }

    #[test]
    fn archives_stand_newest_first_with_what_belongs_to_each() {
        let folder = folder_of(&[
            "wxbackup-wx01-20260101T000000Z.zip",
            "wxbackup-wx01-20260103T000000Z.zip",
            "wxbackup-wx01-20260102T000000Z.zip",
            "wxbackup-wx01-20260102T000000Z.zip.sha256",
            "wxbackup-wx01-20260102T000000Z.receipt.json",
            "wxbackup-wx01-20260104T000000Z.receipt.json",
            "wxbackup-wx01-20260105T000000Z.zip.partial",
            "wxbackup-wx02-20260101T000000Z.zip",
            "wxbackup-wx01-20260102T000000Z.zip.bak",
            "notes.txt",
        ]);
        let row = row(folder.path(), "wx01").unwrap();
        assert_eq!(
            file_names(row.archives.iter().map(Shelved::path_buf)),
            [
                "wxbackup-wx01-20260103T000000Z.zip",
                "wxbackup-wx01-20260102T000000Z.zip",
                "wxbackup-wx01-20260101T000000Z.zip"
            ]
        );
        assert_eq!(
            file_names(&row.archives[1].sidecars),
            [
                "wxbackup-wx01-20260102T000000Z.receipt.json",
                "wxbackup-wx01-20260102T000000Z.zip.sha256"
            ]
        );
        assert_eq!(
            (row.archives[0].sidecars.len(), row.unfinished_bytes),
            (0, 1)
        );
        assert_eq!(
            file_names(&row.receipts),
            ["wxbackup-wx01-20260104T000000Z.receipt.json"]
        );
    }

    #[test]
    fn an_account_is_known_by_its_archives_or_its_stage() {
        let folder = folder_of(&["wxbackup-wx02-20260101T000000Z.zip", "wxbackup-x.zip"]);
        for name in ["wx01", "wx02", "Not One"] {
            std::fs::create_dir_all(folder.path().join(".wxbackup").join(name)).unwrap();
        }
        assert_eq!(stems(folder.path()).unwrap(), ["wx01", "wx02"]);
    }

    #[test]
    fn an_archive_in_two_forms_is_one() {
        let folder = folder_of(&[
            "wxbackup-wx01-20260101T000000Z.zip",
            "wxbackup-wx01-20260101T000000Z.zip.age",
            "wxbackup-wx01-20260101T000000Z.zip.age.sha256",
            "wxbackup-wx01-20260101T000000Z.receipt.json",
            "wxbackup-wx01-20260102T000000Z.zip.age",
            "wxbackup-wx01-20260102T000000Z.zip.age.partial",
            "wxbackup-wx01-20260102T000000Z.receipt.json",
        ]);
        let row = row(folder.path(), "wx01").unwrap();
        assert_eq!(
            file_names(row.archives.iter().map(Shelved::path_buf)),
            [
                "wxbackup-wx01-20260102T000000Z.zip.age",
                "wxbackup-wx01-20260101T000000Z.zip"
            ]
        );
        assert_eq!(
            file_names(&row.archives[0].sidecars),
            ["wxbackup-wx01-20260102T000000Z.receipt.json"]
        );
        assert_eq!(
            file_names(&row.archives[1].sidecars),
            [
                "wxbackup-wx01-20260101T000000Z.receipt.json",
                "wxbackup-wx01-20260101T000000Z.zip.age",
                "wxbackup-wx01-20260101T000000Z.zip.age.sha256"
            ]
        );
        assert_eq!(
            (row.receipts, row.unfinished_bytes),
            (Vec::<PathBuf>::new(), 1)
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_is_no_archive() {
        let folder = folder_of(&["elsewhere.zip"]);
        let link = folder.path().join("wxbackup-wx01-20260101T000000Z.zip");
        std::os::unix::fs::symlink(folder.path().join("elsewhere.zip"), link).unwrap();
        assert_eq!(stems(folder.path()).unwrap(), Vec::<String>::new());
        assert_eq!(row(folder.path(), "wx01").unwrap(), Row::default());
    }
}
