//! The check of a folder: an archive that someone unpacked.
//!
//! Its files are those of the bag and must be hashed like them; the container
//! and its rules are gone. Links are never followed.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::codes;
use super::content::{self, Bag, Run};
use super::findings::Findings;
use super::{CheckError, Form, Level, Options, Outline, Report};
use crate::archive::limits;
use crate::archive::reader::OpenError;
use crate::error::system;
use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, BaseFolder, EntryPath, layout};
use crate::record::check::Checker;

/// Checks an unpacked archive: the base folder, or the folder that holds it.
///
/// [`Level::Quick`] and [`Level::Structure`] compare the set of files with the
/// manifests and hash nothing but the manifests.
///
/// # Errors
///
/// Where the folder cannot be read, or is no unpacked archive.
pub fn folder(
    path: &Path,
    options: &Options<'_>,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Report, CheckError> {
    let findings = Findings::new(options.name, observer);
    let root = find_bag(path, options.name)?;
    let mut bag = Folder::read(&root, &findings).map_err(|source| OpenError::Open {
        path: root.clone(),
        source,
    })?;
    let base = bag.base_folder();
    let files = bag.files.len() as u64;
    let bytes = bag.files.iter().map(|(_, bytes)| bytes).sum();
    if options.level < Level::Checksums {
        bag.is_hashed = false;
    }
    observer.event(&Event::Phase {
        phase: Phase::Check,
        section: None,
        items_total: Some(files),
        bytes_total: Some(bytes),
    });
    let run = Run {
        findings: &findings,
        interrupt,
        jobs: options.jobs,
        checker: base
            .clone()
            .filter(|_| options.level == Level::Full)
            .map(|base| {
                Checker::new(base)
                    .without_reading_order()
                    .trusting(options.trust.cloned())
            }),
        whole: None,
    };
    let learned = content::check(&bag, run)?;
    let outline = Outline {
        form: Form::Folder,
        entries: files,
        bytes,
        base,
    };
    Ok(outline.report(findings, learned))
}

/// The folder with `bagit.txt`: this one, or the one base folder in it.
fn find_bag(path: &Path, name: &str) -> Result<PathBuf, CheckError> {
    let open = |source| OpenError::Open {
        path: path.to_owned(),
        source,
    };
    let mut inner = Vec::new();
    for entry in fs::read_dir(path).map_err(open)? {
        let entry = entry.map_err(open)?;
        let name = entry.file_name();
        let is_folder = entry.file_type().map_err(open)?.is_dir();
        if [layout::BAGIT, layout::MANIFEST, layout::TAGMANIFEST]
            .contains(&&*name.to_string_lossy())
        {
            return Ok(path.to_owned());
        }
        if is_folder && base_of(&name.to_string_lossy()).is_some() {
            inner.push(entry.path());
        }
    }
    match inner.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(CheckError::Unreadable(OpenError::NotABag {
            name: name.to_owned(),
        })),
    }
}

/// The base folder of this name.
fn base_of(name: &str) -> Option<BaseFolder> {
    BaseFolder::split_name(&format!("{name}/{}", layout::BAGIT)).map(|(base, _)| base)
}

struct Folder {
    root: PathBuf,
    /// Sorted by path.
    files: Vec<(EntryPath, u64)>,
    is_hashed: bool,
}

impl Folder {
    fn read(root: &Path, findings: &Findings<'_>) -> io::Result<Self> {
        let mut files = Vec::new();
        // What is still to be read, as paths in the bag: no recursion, because
        // a hostile folder can be deeper than the stack.
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let listed = match fs::read_dir(root.join(&folder)) {
                Ok(listed) => listed,
                Err(error) if folder.is_empty() => return Err(error),
                Err(error) => {
                    findings.add(codes::UNREADABLE, &folder, system(&error));
                    continue;
                }
            };
            for entry in listed {
                let entry = entry?;
                let name = entry.file_name();
                let shown = format!("{folder}{}", name.to_string_lossy());
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    // No file in a folder of another name can be listed.
                    if shown.parse::<EntryPath>().is_ok() {
                        folders.push(format!("{shown}/"));
                    } else {
                        let message = message!("finding-folder-name");
                        findings.add(codes::UNLISTED, &shown, message);
                    }
                } else if !kind.is_file() {
                    let message = message!("finding-no-file");
                    findings.add(codes::NO_FILE, &shown, message);
                } else if files.len() as u64 == limits::ENTRIES_MAX {
                    findings.add(codes::LIMIT, "", message!("finding-million-files"));
                    return Ok(Self::of(root, files));
                } else {
                    match name.to_str().and_then(|_| shown.parse::<EntryPath>().ok()) {
                        Some(path) => files.push((path, entry.metadata()?.len())),
                        None => findings.add(codes::UNLISTED, &shown, message!("finding-unlisted")),
                    }
                }
            }
        }
        Ok(Self::of(root, files))
    }

    fn of(root: &Path, mut files: Vec<(EntryPath, u64)>) -> Self {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Self {
            root: root.to_owned(),
            files,
            is_hashed: true,
        }
    }

    /// From the folder's name; where someone renamed it, from `run/archive.json`.
    fn base_folder(&self) -> Option<BaseFolder> {
        #[derive(serde::Deserialize)]
        struct Head {
            account: Account,
        }
        #[derive(serde::Deserialize)]
        struct Account {
            appid: AppId,
        }
        let name = self.root.canonicalize().ok()?;
        let name = name.file_name()?.to_string_lossy();
        base_of(&name).or_else(|| {
            let document = self
                .files
                .binary_search_by(|(path, _)| path.as_str().cmp(layout::ARCHIVE));
            let mut body = self.open(document.ok()?, 4096).ok()?;
            let body = io::Read::take(&mut body, limits::RAW_BYTES_MAX);
            let head: Head = serde_json::from_reader(body).ok()?;
            Some(head.account.appid.base_folder())
        })
    }
}

impl Bag for Folder {
    fn files(&self) -> usize {
        self.files.len()
    }

    fn path(&self, file: usize) -> &EntryPath {
        &self.files[file].0
    }

    fn bytes(&self, file: usize) -> u64 {
        self.files[file].1
    }

    fn crc32(&self, _: usize) -> Option<u32> {
        None
    }

    fn is_hashed(&self) -> bool {
        self.is_hashed
    }

    fn open(&self, file: usize, buffer_bytes: usize) -> io::Result<Box<dyn BufRead + '_>> {
        let path = self.root.join(self.files[file].0.as_str());
        Ok(Box::new(BufReader::with_capacity(
            buffer_bytes,
            open_plain(&path)?,
        )))
    }
}

/// Opens a file that was a plain one a moment ago, and still must be: a pipe
/// put in its place would block for ever.
#[cfg(unix)]
fn open_plain(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    File::options()
        .read(true)
        .custom_flags(i32::from_ne_bytes(flags.bits().to_ne_bytes()))
        .open(path)
}

#[cfg(not(unix))]
fn open_plain(path: &Path) -> io::Result<File> {
    File::open(path)
}
