//! What an export left in its folder, read with the zip crate alone: a mistake
//! of our own reader must not hide one of our writer.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wechat_sim::Sim;
use wxbackup::model::Sha256;

/// An archive, by its entries without the base folder.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) path: PathBuf,
    pub(crate) entries: BTreeMap<String, Vec<u8>>,
    /// Their names as they lie in the zip.
    pub(crate) order: Vec<String>,
    /// The sidecar.
    pub(crate) receipt: Value,
    /// The digest that names the library, from the sidecar.
    pub(crate) payload_sha256: String,
}

/// A line of `run/gaps.jsonl`: kind, id, reason.
pub(crate) type Gap = (String, String, String);

impl Saved {
    /// The one archive in `folder`.
    #[track_caller]
    pub(crate) fn only_one_in(folder: &Path) -> Self {
        let archives = archives(folder);
        assert_eq!(archives.len(), 1, "{archives:?}");
        Self::at(&archives[0])
    }

    /// The archive at `path`, with its sidecar.
    #[track_caller]
    pub(crate) fn at(path: &Path) -> Self {
        let receipt = path.with_extension("receipt.json");
        let receipt: Value = serde_json::from_slice(&std::fs::read(receipt).unwrap()).unwrap();
        Self {
            payload_sha256: receipt["payload_sha256"].as_str().unwrap().to_owned(),
            receipt,
            ..Self::without_sidecar(path)
        }
    }

    /// The archive at `path`, whose sidecar a crash may have taken.
    #[track_caller]
    pub(crate) fn without_sidecar(path: &Path) -> Self {
        let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut entries = BTreeMap::new();
        let mut order = Vec::new();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).unwrap();
            let name = entry.name().unwrap().into_owned();
            let (_, name) = name.split_once('/').unwrap();
            order.push(name.to_owned());
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let doubled = entries.insert(name.to_owned(), bytes).is_some();
            assert!(!doubled, "{name} is there twice");
        }
        Self {
            path: path.to_owned(),
            entries,
            order,
            payload_sha256: String::new(),
            receipt: Value::Null,
        }
    }

    /// A JSON document of the archive.
    #[track_caller]
    pub(crate) fn document(&self, name: &str) -> Value {
        serde_json::from_slice(&self.entries[name]).unwrap()
    }

    /// The lines of a file of records; none where there is no such file.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let bytes = self.entries.get(name).map_or(&[][..], Vec::as_slice);
        let lines = std::str::from_utf8(bytes).unwrap().lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The records of a kind, such as `image`.
    pub(crate) fn items(&self, kind: &str) -> Vec<Value> {
        self.lines(&format!("data/items/{kind}.jsonl"))
    }

    /// The record of an item.
    #[track_caller]
    pub(crate) fn item(&self, kind: &str, id: &str) -> Value {
        let is_it = |item: &Value| item["media_id"] == id || item["id"] == id;
        let mut found = self.items(kind).into_iter().filter(is_it);
        let item = found.next().expect("there is such a record");
        assert_eq!(found.next(), None);
        item
    }

    /// The SHA-256 of each blob, worked out anew; each must be what its name says.
    pub(crate) fn blobs(&self) -> BTreeSet<String> {
        let blobs = self
            .entries
            .iter()
            .filter_map(|(name, bytes)| Some((name.strip_prefix("data/blobs/")?, bytes)));
        let mut digests = BTreeSet::new();
        for (name, bytes) in blobs {
            let digest = Sha256::of(bytes).to_string();
            assert!(name.contains(&digest), "{name} holds {digest}");
            assert!(digests.insert(digest), "{name} is there twice");
        }
        digests
    }

    /// What is missing, sorted.
    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let mut gaps: Vec<Gap> = self
            .lines("run/gaps.jsonl")
            .iter()
            .map(|gap| (text(&gap["kind"]), text(&gap["id"]), text(&gap["reason"])))
            .collect();
        gaps.sort();
        gaps
    }

    /// The counts of a section, or `status` and the like.
    pub(crate) fn completeness(&self) -> Value {
        self.document("run/completeness.json")
    }
}

/// The archives in `folder`, by name.
pub(crate) fn archives(folder: &Path) -> Vec<PathBuf> {
    let mut archives: Vec<PathBuf> = files(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|it| it == "zip"))
        .collect();
    archives.sort();
    archives
}

/// Every file below `folder`, hidden ones too.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// The SHA-256 of every file that a whole backup of the account holds.
pub(crate) fn truth(sim: &Sim) -> BTreeSet<String> {
    // Files are made anew each time they are asked for: not under the account's lock.
    let truth = sim.truth();
    truth
        .iter()
        .map(|file| file.media.source().sha256())
        .collect()
}
