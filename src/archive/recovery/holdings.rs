//! What an archive holds and what speaks for it, read from its manifests.
//!
//! The digest of a file comes from the manifest that lists it, and that of a
//! blob from its own name too. Where a manifest is damaged the checksums of the
//! zip are all that is left, and what it would have listed is still given back.

use std::collections::HashMap;
use std::io::Read as _;

use super::{Lost, LostReason};
use crate::archive::Archive;
use crate::error::system;
use crate::model::{EntryPath, Fingerprinter, Sha256, layout};
use crate::record::manifest::{ManifestReader, Part, Read};
use crate::text::Message;

/// What the archive holds: each entry with the digest that speaks for it.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// `None` where the manifest that would list the entry is damaged.
    entries: HashMap<EntryPath, Option<Sha256>>,
}

impl Holdings {
    /// Takes in an entry that may be restored.
    pub fn insert(&mut self, path: EntryPath, sha256: Option<Sha256>) {
        self.entries.insert(path, sha256);
    }

    /// Whether an entry may be restored, and the digest that speaks for it, if one does.
    pub fn get(&self, path: &EntryPath) -> Option<Option<Sha256>> {
        self.entries.get(path).copied()
    }

    /// The path of an entry that may be restored, as it is held in memory, and
    /// its digest.
    pub fn entry(&self, path: &EntryPath) -> Option<(&EntryPath, Option<Sha256>)> {
        let (path, sha256) = self.entries.get_key_value(path)?;
        Some((path, *sha256))
    }

    /// The digest that speaks for an entry.
    pub fn digest_of(&self, path: &EntryPath) -> Option<Sha256> {
        self.entries.get(path).copied().flatten()
    }

    /// The paths, so that a plan does not depend on the order of a map.
    pub fn sorted(&self) -> Vec<&EntryPath> {
        let mut paths: Vec<&EntryPath> = self.entries.keys().collect();
        paths.sort_unstable();
        paths
    }
}

/// Reads the manifests of `archive`. Gives what may be restored, and what is
/// known to be lost without reading any further: what a manifest lists and the
/// zip has not, and what the zip has and no manifest lists.
pub(super) fn read(archive: &Archive) -> (Holdings, Vec<Lost>) {
    let mut lost = Vec::new();
    let tags = Manifest::read(archive, Part::Tag, None, &mut lost);
    let told = tags.digests.get(&layout::path(layout::MANIFEST)).copied();
    let payload = Manifest::read(archive, Part::Payload, told, &mut lost);
    let mut holdings = Holdings::default();
    for entry in archive.entries() {
        let path = &entry.path;
        let manifest = [&tags, &payload].into_iter().find(|m| m.part.lists(path));
        let listed = manifest.and_then(|manifest| manifest.digests.get(path).copied());
        let named = layout::parse_blob(path).map(|(sha256, _)| sha256);
        let gone = |reason| Lost {
            about: path.to_string(),
            path: Some(path.clone()),
            reason,
        };
        match (manifest, listed, named) {
            (_, Some(listed), Some(named)) if listed != named => {
                lost.push(gone(LostReason::WrongDigest));
            }
            (Some(manifest), None, _) if manifest.is_whole => {
                lost.push(gone(LostReason::Unlisted));
            }
            _ if !has_a_place(path) => lost.push(gone(LostReason::Unlisted)),
            (_, listed, named) => holdings.insert(path.clone(), listed.or(named)),
        }
    }
    for path in tags.digests.keys().chain(payload.digests.keys()) {
        if archive.entry(path).is_none() {
            lost.push(Lost {
                about: path.to_string(),
                path: Some(path.clone()),
                reason: LostReason::Absent,
            });
        }
    }
    (holdings, lost)
}

/// The digest of the bytes of an entry; the error says why there is none.
pub(super) fn digest(archive: &Archive, path: &EntryPath) -> Result<Sha256, LostReason> {
    let entry = archive.entry(path).ok_or(LostReason::Absent)?;
    let mut body = archive.reader(entry);
    let mut print = Fingerprinter::default();
    let mut buffer = [0; 16 << 10];
    loop {
        match body.read(&mut buffer) {
            Ok(0) => return Ok(print.finish().sha256),
            Ok(bytes) => print.update(&buffer[..bytes]),
            Err(error) => return Err(LostReason::Unreadable(system(&error))),
        }
    }
}

/// Whether an archive may have such a file at all (format 3): where a manifest
/// is damaged, this is what is left to tell a damaged name from a good one.
fn has_a_place(path: &EntryPath) -> bool {
    let name = path.as_str();
    match name {
        layout::BAGIT
        | layout::README
        | layout::BAG_INFO
        | layout::TAGMANIFEST
        | layout::MANIFEST
        | layout::SIGNATURE
        | layout::INDEX => true,
        _ if layout::is_blob(path) => layout::parse_blob(path).is_some(),
        _ => [
            "run/",
            "spec/",
            "data/items/",
            "data/articles/",
            layout::VIEW,
        ]
        .iter()
        .any(|folder| name.starts_with(folder)),
    }
}

type Digests = HashMap<EntryPath, Sha256>;

/// One manifest; without a line where it is damaged, because a digest that a
/// damaged manifest tells proves nothing against a file.
struct Manifest {
    part: Part,
    digests: Digests,
    /// Whether what it does not list is known to be foreign.
    is_whole: bool,
}

impl Manifest {
    /// Reads the manifest of `part`, whose digest is `told`, if that is known.
    fn read(archive: &Archive, part: Part, told: Option<Sha256>, lost: &mut Vec<Lost>) -> Self {
        let path = layout::path(part.file_name());
        let problem = match digest(archive, &path) {
            Err(reason) => Some((path.to_string(), reason)),
            Ok(found) if told.is_some_and(|told| told != found) => {
                Some((path.to_string(), LostReason::WrongDigest))
            }
            Ok(_) => None,
        };
        let read = match problem {
            Some(problem) => Err(problem),
            None => read_lines(archive, part, &path),
        };
        let (digests, is_whole) = match read {
            Ok(digests) => (digests, true),
            Err((about, reason)) => {
                let path = Some(path);
                lost.push(Lost {
                    about,
                    path,
                    reason,
                });
                (Digests::new(), false)
            }
        };
        Self {
            part,
            digests,
            is_whole,
        }
    }
}

/// The lines of a manifest; else where it is wrong, and why.
fn read_lines(
    archive: &Archive,
    part: Part,
    path: &EntryPath,
) -> Result<Digests, (String, LostReason)> {
    let entry = archive
        .entry(path)
        .ok_or_else(|| (path.to_string(), LostReason::Absent))?;
    let mut lines = ManifestReader::new(part, archive.reader(entry));
    let mut digests = Digests::new();
    loop {
        match lines.next_line() {
            Ok(Some(Read::Line(line))) => {
                // The archive has the path in memory already, but for what is lost.
                let path = archive.entry(&line.path).map(|entry| entry.path.clone());
                digests.insert(path.unwrap_or(line.path), line.sha256);
            }
            Ok(Some(Read::Wrong {
                number, violation, ..
            })) => {
                let reason = LostReason::BadRecord(Message::said(&violation));
                return Err((format!("{path}:{number}"), reason));
            }
            Ok(None) => return Ok(digests),
            Err(error) => {
                return Err((path.to_string(), LostReason::Unreadable(system(&error))));
            }
        }
    }
}
