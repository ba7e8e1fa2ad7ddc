//! The container: any bytes, checked as a file and as a pipe. Both come to the
//! same verdict, and what is sound is opened.
#![no_main]

use std::io::{Seek as _, Write as _};
use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use wxbackup::archive::Archive;
use wxbackup::archive::check::{self, Level, Options, WholeFile};
use wxbackup::event::Silent;
use wxbackup::interrupt::Interrupt;

fuzz_target!(|bytes: &[u8]| {
    let options = Options {
        name: "fuzzed",
        level: Level::Full,
        jobs: NonZeroUsize::MIN,
        whole_file: WholeFile::Skip,
        trust: None,
    };
    let interrupt = Interrupt::default();
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("it can be written");
    file.rewind().expect("it can be read again");
    let zip = check::zip(&file, &options, &Silent, &interrupt);
    let pipe = check::stream(bytes, &options, &Silent, &interrupt);
    let is_sound = |report: &Result<check::Report, _>| {
        report.as_ref().is_ok_and(check::Report::is_sound)
    };
    assert_eq!(is_sound(&zip), is_sound(&pipe), "a file and a pipe differ");
    let archive = Archive::from_file(file, "fuzzed".to_owned());
    if is_sound(&zip) {
        let archive = archive.expect("what is sound can be opened");
        for entry in archive.entries() {
            let read = archive.read(&entry.path, entry.bytes).expect("it can be read");
            assert_eq!(read.len() as u64, entry.bytes);
        }
    }
});
