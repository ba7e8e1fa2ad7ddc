//! Every document of an archive: the first byte picks which, the rest is its
//! text. Whatever it says, the check ends with a verdict.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wxbackup::model::{AppId, EntryPath, layout};
use wxbackup::record::check::Checker;

const PATHS: [&str; 16] = [
    layout::BAGIT,
    layout::BAG_INFO,
    layout::TAGMANIFEST,
    layout::MANIFEST,
    layout::ARCHIVE,
    layout::COMPLETENESS,
    layout::GAPS,
    layout::CHANGES,
    layout::PROVENANCE,
    layout::CALLS,
    "data/items/image.jsonl",
    "data/items/video.jsonl",
    "data/items/article.jsonl",
    "data/items/asset.jsonl",
    "data/articles/00112233445566778899/raw.json",
    "data/articles/00112233445566778899/01/meta.json",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((which, mut text)) = bytes.split_first() else {
        return;
    };
    let path = PATHS[usize::from(*which) % PATHS.len()];
    let path: EntryPath = path.parse().expect("it is a path of the format");
    let account: AppId = "wx0123456789abcdef".parse().expect("it is an AppId");
    let mut checker = Checker::new(account.base_folder());
    checker
        .document(&path, &mut text)
        .expect("bytes in memory can be read");
    let verdict = checker.finish();
    assert!(
        !verdict.findings.is_empty(),
        "one document alone is no archive"
    );
});
