//! The journal of a stage, after a crash or in somebody's hands.
//!
//! What must hold beside that nothing panics: what is replayed once is replayed
//! again, and what is appended behind a journal that broke off is replayed too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wxbackup::stage::{Entry, Stage};

fn clock() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

fn replay(folder: &std::path::Path) -> (Stage, Vec<Entry>) {
    let mut entries = Vec::new();
    let stage = Stage::open(folder, clock, |entry, _| entries.push(entry)).unwrap();
    (stage, entries)
}

fuzz_target!(|input: &[u8]| {
    let folder = tempfile::tempdir_in("/dev/shm").unwrap();
    let folder = folder.path();
    drop(replay(folder));
    std::fs::write(folder.join("journal.jsonl"), input).unwrap();
    let _ = Stage::remains(folder).unwrap();
    let (mut stage, mut expected) = replay(folder);
    // A journal needs a sum that no mutation finds: the entries are taken alone too.
    for line in input.split(|byte| *byte == b'\n') {
        if let Ok(entry) = serde_json::from_slice::<Entry>(line) {
            stage.note(&entry).unwrap();
            expected.push(entry);
        }
    }
    let _ = stage.calls().unwrap();
    drop(stage);
    assert_eq!(replay(folder).1, expected);
});
