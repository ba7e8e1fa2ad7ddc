//! The receipt of an upload: what was put into which account, under which id.
//!
//! A file of lines beside the archive, only ever appended to. Before a call that
//! makes something, a line says what is tried; behind it, a line says what came
//! of it. So whatever interrupts an upload, the next run knows what it must look
//! for. A line that a power cut left unfinished counts for nothing.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::message;
use crate::model::{AppId, Sha256, Timestamp, rfc3339};

/// What the first line says of the file.
pub const FORMAT: &str = "wxbackup-upload";
/// The version of this format.
pub const FORMAT_VERSION: &str = "1.0";

/// Longer lines are no receipt's.
const LINE_BYTES_MAX: usize = 1 << 20;

/// What kind of thing was put into an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A picture of the library.
    Image,
    /// A voice of the library.
    Voice,
    /// A video of the library.
    Video,
    /// A picture that articles name by address; `old` is its digest.
    Picture,
    /// A picture of the library that only serves as a cover; `old` is its digest.
    Cover,
    /// A draft; `old` is `section:id`.
    Draft,
}

impl Kind {
    /// The word that receipts and reports use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Picture => "picture",
            Self::Cover => "cover",
            Self::Draft => "draft",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When it was written, as `2026-11-22T17:06:00Z`.
    pub at: String,
    /// What it says.
    #[serde(flatten)]
    pub said: Said,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Said {
    /// The first line: from which archive into which account.
    Begin {
        /// [`FORMAT`].
        format: String,
        /// [`FORMAT_VERSION`].
        format_version: String,
        /// As in `run/archive.json`.
        archive_id: String,
        /// Whose library it was.
        source_appid: AppId,
        /// Into which account.
        target_appid: AppId,
    },
    /// What the newest page of a list held before anything was put in.
    Listed {
        /// Of which list.
        kind: Kind,
        /// The ids.
        ids: Vec<String>,
    },
    /// A call is about to be made that makes something.
    Try {
        /// What kind of thing.
        kind: Kind,
        /// Its old id.
        old: String,
    },
    /// The thing is in the account.
    Done(Done),
    /// The call failed in a way that says that nothing was made: it can be
    /// made again without a look.
    Unmade {
        /// What kind of thing.
        kind: Kind,
        /// Its old id.
        old: String,
    },
    /// WeChat refused it for good.
    Refused {
        /// What kind of thing.
        kind: Kind,
        /// Its old id.
        old: String,
        /// WeChat's code; none where it could not even be sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        errcode: Option<i64>,
        /// Why, in a sentence.
        why: String,
    },
    /// The thing was deleted again.
    Undone {
        /// What kind of thing.
        kind: Kind,
        /// Its new id.
        new: String,
    },
}

/// A thing that is in the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What kind of thing.
    pub kind: Kind,
    /// Its old id.
    pub old: String,
    /// Its new id; none of a picture that only has an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// Its new address; pictures only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The digest of its bytes in the archive; none of a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// The digest of the bytes that were uploaded, where they were converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub converted: Option<Sha256>,
    /// `true` where another item's upload serves for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// `true` where the answer was lost and the thing was found in a list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub found: bool,
    /// What a draft lacks, by [`Loss::code`](super::fit::Loss::code).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
}

/// Why a receipt cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The file system.
    #[error(transparent)]
    Path(#[from] PathError),
    /// It is no receipt of an upload.
    #[error("{}", message!("upload-receipt-line", line = line.to_string(), path = path.display()))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
    /// It is of another archive or another account.
    #[error("{}", message!("upload-receipt-other", path = path.display(), archive = archive_id, account = target_appid.as_str()))]
    Other {
        /// The file.
        path: PathBuf,
        /// Its archive.
        archive_id: String,
        /// Its account.
        target_appid: AppId,
    },
    /// Another run has it open.
    #[error("{}", message!("upload-receipt-held", path = path.display()))]
    Held {
        /// The file.
        path: PathBuf,
    },
}

/// From which archive, into which account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bond {
    /// As in `run/archive.json`.
    pub archive_id: String,
    /// Whose library it was.
    pub source_appid: AppId,
    /// Into which account.
    pub target_appid: AppId,
}

/// What a receipt comes to, line after line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// From which archive, into which account.
    pub bond: Option<Bond>,
    /// What is in the account, by kind and old id.
    done: HashMap<(Kind, String), Done>,
    refused: HashMap<(Kind, String), String>,
    /// What was tried, and nothing says what came of it.
    open: HashSet<(Kind, String)>,
    /// What the newest page of each list held before the first upload.
    listed: HashMap<Kind, HashSet<String>>,
    /// Ids that this upload made, in order, shared ones once; deleted ones too.
    made: Vec<(Kind, String)>,
    undone: HashSet<String>,
}

impl Standing {
    /// What became of a thing that is in the account.
    pub fn done(&self, kind: Kind, old: &str) -> Option<&Done> {
        self.done.get(&(kind, old.to_owned()))
    }

    /// Everything that is in the account.
    pub fn all_done(&self) -> impl Iterator<Item = &Done> {
        self.done.values()
    }

    /// Why a thing was refused for good.
    pub fn refused(&self, kind: Kind, old: &str) -> Option<&str> {
        let why = self.refused.get(&(kind, old.to_owned()))?;
        Some(why)
    }

    /// Whether a call was made for a thing, and nothing says what came of it.
    pub fn is_open(&self, kind: Kind, old: &str) -> bool {
        self.open.contains(&(kind, old.to_owned()))
    }

    /// Whether a thing needs no call any more.
    pub fn is_settled(&self, kind: Kind, old: &str) -> bool {
        self.done(kind, old).is_some() || self.refused(kind, old).is_some()
    }

    /// Whether something of the list of `kind` may have been made, and nothing
    /// says what came of it.
    pub fn is_open_in(&self, kind: Kind) -> bool {
        self.open.iter().any(|(open, _)| list_of(*open) == kind)
    }

    /// Whether an id was in the account before, or is accounted for.
    pub fn knows(&self, kind: Kind, id: &str) -> bool {
        let was_there = self
            .listed
            .get(&list_of(kind))
            .is_some_and(|ids| ids.contains(id));
        was_there || self.made.iter().any(|(_, made)| made == id)
    }

    /// What this upload made and nothing has deleted, the newest first: drafts
    /// before the pictures that they show.
    pub fn to_undo(&self) -> Vec<(Kind, String)> {
        let left = |(_, id): &&(Kind, String)| !self.undone.contains(id);
        let mut left: Vec<_> = self.made.iter().rev().filter(left).cloned().collect();
        left.sort_by_key(|(kind, _)| *kind != Kind::Draft);
        left
    }

    /// How many pictures were uploaded that have an address alone: nobody can
    /// delete those.
    pub fn addresses_alone(&self) -> usize {
        self.done.values().filter(|done| done.new.is_none()).count()
    }

    /// How many things this upload made that are gone again.
    pub fn undone(&self) -> usize {
        self.undone.len()
    }

    fn take(&mut self, said: &Said) {
        match said {
            Said::Begin {
                archive_id,
                source_appid,
                target_appid,
                ..
            } => {
                self.bond = Some(Bond {
                    archive_id: archive_id.clone(),
                    source_appid: source_appid.clone(),
                    target_appid: target_appid.clone(),
                });
            }
            Said::Listed { kind, ids } => {
                let listed = self.listed.entry(*kind).or_default();
                listed.extend(ids.iter().cloned());
            }
            Said::Try { kind, old } => drop(self.open.insert((*kind, old.clone()))),
            Said::Done(done) => {
                self.open.remove(&(done.kind, done.old.clone()));
                if let Some(new) = done.new.as_ref().filter(|_| !done.shared) {
                    self.made.push((done.kind, new.clone()));
                }
                self.done
                    .insert((done.kind, done.old.clone()), done.clone());
            }
            Said::Unmade { kind, old } => {
                self.open.remove(&(*kind, old.clone()));
            }
            Said::Refused { kind, old, why, .. } => {
                self.open.remove(&(*kind, old.clone()));
                self.refused.insert((*kind, old.clone()), why.clone());
            }
            Said::Undone { new, .. } => {
                self.undone.insert(new.clone());
                // What served for others is gone for them too.
                self.done.retain(|_, done| done.new.as_ref() != Some(new));
            }
        }
    }
}

/// The list that a thing stands in: pictures and covers are in that of the library.
fn list_of(kind: Kind) -> Kind {
    match kind {
        Kind::Picture | Kind::Cover => Kind::Image,
        kind => kind,
    }
}

/// A receipt that is written.
#[derive(Debug)]
pub struct Receipt {
    file: File,
    path: PathBuf,
    standing: Standing,
}

/// The receipt of what `archive` put into `target`: beside the archive.
pub fn path_beside(archive: &Path, target: &AppId) -> PathBuf {
    let stem = archive.file_stem().unwrap_or_default().to_string_lossy();
    archive.with_file_name(format!("{stem}.upload-{}.jsonl", target.file_stem()))
}

impl Receipt {
    /// Opens the receipt at `path` for writing, or begins one.
    ///
    /// # Errors
    ///
    /// Also where it is of another archive or account, or held by another run.
    pub fn open(path: &Path, bond: &Bond, at: Timestamp) -> Result<Self, ReceiptError> {
        let file = std::fs::OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .at("open", path)?;
        let mut receipt = Self::of(file, path)?;
        match &receipt.standing.bond {
            None => {
                fs::sync_parent(path)?;
                receipt.write(
                    at,
                    Said::Begin {
                        format: FORMAT.to_owned(),
                        format_version: FORMAT_VERSION.to_owned(),
                        archive_id: bond.archive_id.clone(),
                        source_appid: bond.source_appid.clone(),
                        target_appid: bond.target_appid.clone(),
                    },
                )?;
            }
            Some(found) if found == bond => {}
            Some(found) => {
                return Err(ReceiptError::Other {
                    path: path.to_owned(),
                    archive_id: found.archive_id.clone(),
                    target_appid: found.target_appid.clone(),
                });
            }
        }
        Ok(receipt)
    }

    /// Opens the receipt at `path`, which must be there, for writing.
    ///
    /// # Errors
    ///
    /// Also where it is no receipt, or held by another run.
    pub fn open_existing(path: &Path) -> Result<Self, ReceiptError> {
        let file = std::fs::OpenOptions::new()
            .read(true)
            .append(true)
            .open(path)
            .at("open", path)?;
        Self::of(file, path)
    }

    fn of(mut file: File, path: &Path) -> Result<Self, ReceiptError> {
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(ReceiptError::Held {
                    path: path.to_owned(),
                });
            }
            Err(std::fs::TryLockError::Error(source)) => {
                return Err(ReceiptError::Path(PathError {
                    action: "lock",
                    path: path.to_owned(),
                    source,
                }));
            }
        }
        let (standing, whole_bytes) = read_lines(&file, path)?;
        // What a power cut left of a line would spoil the next one.
        file.set_len(whole_bytes).at("mend", path)?;
        file.seek(SeekFrom::End(0)).at("read", path)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            standing,
        })
    }

    /// What it comes to.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Appends a line, and comes back when it is on the disk.
    ///
    /// # Errors
    ///
    /// Where it cannot be written, or would be longer than a line that can be
    /// read again; then it says what it said before.
    ///
    /// # Panics
    ///
    /// Never: a line is plain data.
    pub fn write(&mut self, at: Timestamp, said: Said) -> Result<(), PathError> {
        let at = rfc3339(at);
        let line = Line { at, said };
        let mut bytes = serde_json::to_vec(&line).expect("a line is plain data");
        bytes.push(b'\n');
        if bytes.len() > LINE_BYTES_MAX {
            return Err(std::io::ErrorKind::InvalidInput.into()).at("write", &self.path);
        }
        self.standing.take(&line.said);
        let line = bytes;
        self.file.write_all(&line).at("write", &self.path)?;
        self.file.sync_data().at("write", &self.path)
    }
}

/// What the receipt at `path` comes to; nothing where there is none.
///
/// # Errors
///
/// Where it cannot be read, or is none.
pub fn read(path: &Path) -> Result<Standing, ReceiptError> {
    match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Standing::default()),
        file => Ok(read_lines(&file.at("open", path)?, path)?.0),
    }
}

/// What whole lines come to, and how many bytes they take.
fn read_lines(file: &File, path: &Path) -> Result<(Standing, u64), ReceiptError> {
    let mut standing = Standing::default();
    let mut body = BufReader::new(file);
    let mut line = Vec::new();
    let mut whole_bytes = 0;
    for number in 1.. {
        line.clear();
        let read = std::io::Read::take(&mut body, LINE_BYTES_MAX as u64 + 1)
            .read_until(b'\n', &mut line)
            .at("read", path)?;
        let malformed = || ReceiptError::Malformed {
            path: path.to_owned(),
            line: number,
        };
        if read == 0 || (!line.ends_with(b"\n") && read <= LINE_BYTES_MAX) {
            break;
        }
        let parsed: Line = serde_json::from_slice(&line).map_err(|_| malformed())?;
        match &parsed.said {
            Said::Begin {
                format,
                format_version,
                ..
            } if number == 1 && format == FORMAT && format_version.starts_with("1.") => {}
            Said::Begin { .. } => return Err(malformed()),
            _ if number == 1 => return Err(malformed()),
            _ => {}
        }
        standing.take(&parsed.said);
        whole_bytes += read as u64;
    }
    Ok((standing, whole_bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bond() -> Bond {
        Bond {
            archive_id: "wxa/1".to_owned(),
            source_appid: "wxa".parse().unwrap(),
            target_appid: "wxb".parse().unwrap(),
        }
    }

    fn done(kind: Kind, old: &str, new: &str) -> Done {
        Done {
            kind,
            old: old.to_owned(),
            new: Some(new.to_owned()),
            url: None,
            sha256: None,
            converted: None,
            shared: false,
            found: false,
            losses: Vec::new(),
        }
    }

    #[test]
    fn what_was_written_is_read_again_but_for_a_torn_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.jsonl");
        let now = Timestamp::UNIX_EPOCH;
        let mut receipt = Receipt::open(&path, &bond(), now).unwrap();
        let tried = |old: &str| Said::Try {
            kind: Kind::Image,
            old: old.to_owned(),
        };
        receipt.write(now, tried("a")).unwrap();
        receipt
            .write(now, Said::Done(done(Kind::Image, "a", "A")))
            .unwrap();
        let mut shared = done(Kind::Image, "a2", "A");
        shared.shared = true;
        receipt.write(now, Said::Done(shared)).unwrap();
        receipt.write(now, tried("b")).unwrap();
        let standing = receipt.standing().clone();
        assert!(standing.is_open(Kind::Image, "b") && !standing.is_open(Kind::Image, "a"));
        assert_eq!(standing.to_undo(), [(Kind::Image, "A".to_owned())]);
        assert!(matches!(
            Receipt::open_existing(&path),
            Err(ReceiptError::Held { .. })
        ));
        drop(receipt);

        let whole = std::fs::read(&path).unwrap();
        let torn = [&whole[..], br#"{"at":"1970-"#].concat();
        fs::write_atomic(&path, &torn).unwrap();
        assert_eq!(read(&path).unwrap(), standing);
        let receipt = Receipt::open(&path, &bond(), now).unwrap();
        assert_eq!(receipt.standing(), &standing);
        drop(receipt);
        assert_eq!(std::fs::read(&path).unwrap(), whole);

        let mut other = bond();
        other.target_appid = "wxc".parse().unwrap();
        let error = Receipt::open(&path, &other, now).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{} is the receipt of wxa/1 for the account wxb",
                path.display()
            )
        );
    }

    #[test]
    fn what_is_deleted_is_to_be_made_again_and_drafts_go_first() {
        let mut standing = Standing::default();
        for (kind, old, new) in [
            (Kind::Image, "a", "A"),
            (Kind::Draft, "d", "D"),
            (Kind::Voice, "v", "V"),
        ] {
            standing.take(&Said::Done(done(kind, old, new)));
        }
        let undo: Vec<String> = standing.to_undo().into_iter().map(|(_, id)| id).collect();
        assert_eq!(undo, ["D", "V", "A"]);
        standing.take(&Said::Undone {
            kind: Kind::Image,
            new: "A".to_owned(),
        });
        assert_eq!(standing.done(Kind::Image, "a"), None);
        assert_eq!(standing.to_undo().len(), 2);
        assert!(standing.knows(Kind::Image, "A"));
    }

    #[test]
    fn a_call_that_made_nothing_leaves_nothing_to_look_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receipt.jsonl");
        let at = Timestamp::UNIX_EPOCH;
        let mut receipt = Receipt::open(&path, &bond(), at).unwrap();
        let (kind, old) = (Kind::Cover, "x".to_owned());
        let tried = Said::Try {
            kind,
            old: old.clone(),
        };
        receipt.write(at, tried).unwrap();
        assert!(receipt.standing().is_open(kind, &old));
        // A cover stands in the list of pictures.
        assert!(receipt.standing().is_open_in(Kind::Image));
        receipt.write(at, Said::Unmade { kind, old }).unwrap();
        assert!(!receipt.standing().is_open(kind, "x"));
        assert!(!receipt.standing().is_open_in(Kind::Image));

        let long = Said::Listed {
            kind: Kind::Image,
            ids: vec!["x".repeat(LINE_BYTES_MAX)],
        };
        assert!(receipt.write(at, long).is_err());
        let standing = receipt.standing().clone();
        drop(receipt);
        assert_eq!(read(&path).unwrap(), standing);
    }

    #[test]
    fn other_files_are_no_receipts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.jsonl");
        for text in [
            "{}\n",
            "no json\n",
            "{\"at\":\"2026-01-01T00:00:00Z\",\"event\":\"try\",\"kind\":\"image\",\"old\":\"a\"}\n",
            &"x".repeat(2 << 20),
        ] {
            fs::write_atomic(&path, text.as_bytes()).unwrap();
            assert!(matches!(
                read(&path),
                Err(ReceiptError::Malformed { line: 1, .. })
            ));
            assert!(Receipt::open(&path, &bond(), Timestamp::UNIX_EPOCH).is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(
            path_beside(Path::new("x/wxbackup-wxa-1.zip"), &"wxb".parse().unwrap()),
            Path::new("x/wxbackup-wxa-1.upload-wxb.jsonl")
        );
    }
}
