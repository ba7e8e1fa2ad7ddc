//! A zip from anywhere: checked as a file and as a pipe, listed and salvaged.
//!
//! What must hold beside that nothing panics: both checks agree whether it is
//! sound, and a file that salvage gives back is one that the checks would pass.

#![no_main]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use rustix::fs::{MemfdFlags, memfd_create};
use wxbackup::archive::check::{self, Level, Options, WholeFile};
use wxbackup::archive::{self, Archive, Identities, OpenError, Source, records};
use wxbackup::event::Silent;
use wxbackup::interrupt::Interrupt;
use wxbackup::model::{Sha256, layout};

fn source_of(bytes: &[u8]) -> Result<Source, OpenError> {
    let mut file = File::from(memfd_create("archive", MemfdFlags::CLOEXEC).unwrap());
    file.write_all(bytes).unwrap();
    Source::of_file(file, "fuzz", &Identities::default())
}

fuzz_target!(|bytes: &[u8]| {
    let options = |level| Options {
        name: "fuzz",
        level,
        jobs: NonZeroUsize::MIN,
        whole_file: WholeFile::Hash,
        trust: None,
    };
    let interrupt = Interrupt::default();
    let Ok(source) = source_of(bytes) else {
        return;
    };

    for level in [Level::Quick, Level::Structure] {
        let _ = check::zip(&source, &options(level), &Silent, &interrupt);
    }
    let of_file = check::zip(&source, &options(Level::Full), &Silent, &interrupt);
    let of_pipe = check::stream(
        bytes,
        &Identities::default(),
        &options(Level::Full),
        &Silent,
        &interrupt,
    );
    let sound =
        |report: &Result<check::Report, _>| report.as_ref().is_ok_and(check::Report::is_sound);
    assert_eq!(sound(&of_file), sound(&of_pipe), "{of_file:?} {of_pipe:?}");

    if let Ok(archive) = Archive::of_source(source.clone(), "fuzz".to_owned()) {
        let _ = records::archive_document(&archive);
        let _ = records::completeness(&archive);
        records::items(&archive).take(1000).for_each(drop);
        records::gaps(&archive).take(1000).for_each(drop);
        for entry in archive.entries() {
            let _ = archive.read(&entry.path, 1 << 20);
        }
    }
    if let Ok(salvaged) = archive::salvage(source, "fuzz", &Silent, &interrupt) {
        for entry in salvaged.archive.entries() {
            let mut body = Vec::new();
            let read = salvaged.archive.reader(entry).read_to_end(&mut body);
            assert!(read.is_ok(), "{}: {read:?}", entry.path);
            if let Some((named, _)) = layout::parse_blob(&entry.path) {
                assert_eq!(Sha256::of(&body), named, "{}", entry.path);
            }
        }
    }
});
