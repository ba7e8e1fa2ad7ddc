//! Where each file of an archive lies, and in which order (format 3 and 6).

use std::cmp::Ordering;

use super::{Akey, EntryPath, FileKind, ItemKind, Sha256};

/// The declaration that the folder is a bag.
pub const BAGIT: &str = "bagit.txt";
/// What this is, in Chinese and English, for whoever finds it.
pub const README: &str = "README.txt";
/// BagIt's metadata.
pub const BAG_INFO: &str = "bag-info.txt";
/// Digests of the tag files and of the manifest; its own digest is `archive_sha256`.
pub const TAGMANIFEST: &str = "tagmanifest-sha256.txt";
/// The one signature of 1.0; the only file that no manifest lists.
pub const SIGNATURE: &str = "signatures/tagmanifest-sha256.txt.sig";
/// Digests of everything under `data/`; its own digest is `payload_sha256`.
pub const MANIFEST: &str = "manifest-sha256.txt";
/// The archive about itself.
pub const ARCHIVE: &str = "run/archive.json";
/// API calls.
pub const CALLS: &str = "run/calls.jsonl";
/// Differences to the previous archive.
pub const CHANGES: &str = "run/changes.jsonl";
/// Counts, equations and the verdict.
pub const COMPLETENESS: &str = "run/completeness.json";
/// What is missing.
pub const GAPS: &str = "run/gaps.jsonl";
/// When and how blobs came.
pub const PROVENANCE: &str = "run/provenance.jsonl";
/// The page to open.
pub const INDEX: &str = "data/index.html";
/// The folder of all blobs.
pub const BLOBS: &str = "data/blobs/";
/// The folder of the further pages.
pub const VIEW: &str = "data/view/";
/// The format document, inside each archive.
pub const SPEC: &str = "spec/wxbackup-archive-1.0.md";
/// The folder of the schemas, inside each archive.
pub const SPEC_SCHEMAS: &str = "spec/schemas/";

/// What `bagit.txt` says, to the byte.
pub const BAGIT_TEXT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// The path of one of the constants above, or of another name that is known to be good.
///
/// # Panics
///
/// Where `name` breaks the grammar of names: it must not come from outside.
pub fn path(name: &str) -> EntryPath {
    name.parse().expect("a fixed name follows the grammar")
}

/// The file of the records of `kind`.
pub fn items(kind: ItemKind) -> EntryPath {
    path(&format!("data/items/{kind}.jsonl"))
}

/// The file of a blob.
pub fn blob(sha256: &Sha256, kind: FileKind) -> EntryPath {
    let digest = sha256.to_string();
    path(&format!(
        "data/blobs/{}/{digest}.{}",
        &digest[..2],
        kind.extension()
    ))
}

/// The digest and kind that the name of a blob tells; `None` for any other path.
pub fn parse_blob(path: &EntryPath) -> Option<(Sha256, FileKind)> {
    let (folder, name) = path.as_str().strip_prefix(BLOBS)?.split_once('/')?;
    let (digest, extension) = name.split_once('.')?;
    let known = (digest.parse().ok()?, FileKind::of_extension(extension)?);
    (digest.get(..2) == Some(folder)).then_some(known)
}

/// The bytes of an article group as they came: JSON.
pub fn article_raw_json(akey: &Akey) -> EntryPath {
    path(&format!("data/articles/{akey}/raw.json"))
}

/// The bytes of an article group as they came: anything but JSON.
pub fn article_raw_bin(akey: &Akey) -> EntryPath {
    path(&format!("data/articles/{akey}/raw.bin"))
}

/// The record of article `idx` (from 1) of a group.
pub fn article_meta(akey: &Akey, idx: u32) -> EntryPath {
    path(&format!("data/articles/{akey}/{idx:02}/meta.json"))
}

/// The offline page of article `idx` (from 1) of a group.
pub fn article_page(akey: &Akey, idx: u32) -> EntryPath {
    path(&format!("data/articles/{akey}/{idx:02}/index.html"))
}

/// Whether a file is under `data/`, so that the manifest lists it.
pub fn is_payload(path: &EntryPath) -> bool {
    path.as_str().starts_with("data/")
}

/// Whether a payload file is made from the others and may differ between renderers.
pub fn is_derived(path: &EntryPath) -> bool {
    matches!(path.extension(), Some("html" | "css" | "js"))
}

/// Whether a file is under `data/blobs/`.
pub fn is_blob(path: &EntryPath) -> bool {
    path.as_str().starts_with(BLOBS)
}

/// The order of entries. Blobs are equal to each other: theirs is the order of
/// their first mention in the records.
pub fn order(left: &EntryPath, right: &EntryPath) -> Ordering {
    let (left_rank, right_rank) = (rank(left), rank(right));
    left_rank.cmp(&right_rank).then_with(|| {
        if left_rank == BLOB_RANK {
            Ordering::Equal
        } else {
            left.cmp(right)
        }
    })
}

const BLOB_RANK: u8 = 11;

fn rank(path: &EntryPath) -> u8 {
    match path.as_str() {
        BAGIT => 1,
        README => 2,
        BAG_INFO => 3,
        TAGMANIFEST => 4,
        MANIFEST => 6,
        path if path.starts_with("signatures/") => 5,
        path if path.starts_with("run/") => 7,
        path if path.starts_with("data/items/") => 8,
        path if path.starts_with(BLOBS) => BLOB_RANK,
        path if path.starts_with("data/") => 9,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_in_the_order_of_the_format() {
        let names = [
            BAGIT,
            README,
            BAG_INFO,
            TAGMANIFEST,
            SIGNATURE,
            MANIFEST,
            ARCHIVE,
            GAPS,
            "data/items/article.jsonl",
            "data/items/image.jsonl",
            "data/articles/00112233445566778899/01/index.html",
            INDEX,
            SPEC,
            "data/blobs/00/x.bin",
        ];
        let sorted: Vec<EntryPath> = names.iter().map(|name| path(name)).collect();
        let mut shuffled = sorted.clone();
        shuffled.reverse();
        shuffled.sort_by(order);
        assert_eq!(shuffled, sorted);
    }

    #[test]
    fn a_blob_is_named_by_its_digest_and_kind() {
        let digest = Sha256::of(b"x");
        let named = blob(&digest, FileKind::Webp);
        assert_eq!(parse_blob(&named), Some((digest, FileKind::Webp)));
        let other = Sha256::of(b"y");
        let folder = &other.to_string()[..2];
        assert_eq!(
            parse_blob(&path(&format!("data/blobs/{folder}/{digest}.webp"))),
            None
        );
        assert_eq!(
            parse_blob(&path(&format!(
                "data/blobs/{}/{digest}.html",
                &digest.to_string()[..2]
            ))),
            None
        );
    }
}
