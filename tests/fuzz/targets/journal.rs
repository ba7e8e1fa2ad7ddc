//! The stage's journal: any bytes. What it told once it tells again, because
//! whatever broke off was cut.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use wxbackup::model::Timestamp;
use wxbackup::stage::Stage;

fn clock() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stage = folder.path().join("stage");
    drop(Stage::open(&stage, clock, |_| ()).expect("a new stage"));
    fs::write(stage.join("journal.jsonl"), bytes).expect("it can be written");
    let mut told = Vec::new();
    if Stage::open(&stage, clock, |entry| told.push(format!("{entry:?}"))).is_ok() {
        let mut again = Vec::new();
        Stage::open(&stage, clock, |entry| again.push(format!("{entry:?}")))
            .expect("it was opened before");
        assert_eq!(told, again);
    }
});
