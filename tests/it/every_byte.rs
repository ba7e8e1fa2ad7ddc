//! The golden archive, flipped and cut: a sample of places through the program,
//! and every file of the unpacked bag.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use wxbackup::archive::check::{self, Level, WholeFile};
use wxbackup::event::Silent;
use wxbackup::interrupt::Interrupt;

use crate::golden::golden;
use crate::run::Run;
use crate::saved::files;
use crate::tell;

/// Places that are the same each time: the next of them below `end`.
#[derive(Debug)]
pub(crate) struct Places(u64);

impl Places {
    /// The places of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one, below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % end as u64).unwrap()
    }
}

/// Verifies these bytes with the program.
fn verify(path: &Path, bytes: &[u8], code: i32) {
    wxbackup::fs::write_atomic(path, bytes).unwrap();
    Run::new()
        .args(["verify", "-q"])
        .args([path])
        .ends_with(code);
}

#[test]
fn the_program_refuses_flips_and_cuts_of_the_golden_archive() {
    let good = std::fs::read(golden()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    verify(&path, &good, 0);
    let mut places = Places::new(18);
    for _ in 0..50 {
        let (at, bit) = (places.below(good.len()), places.below(8));
        let mut bytes = good.clone();
        bytes[at] ^= 1 << bit;
        verify(&path, &bytes, 6);
    }
    // Nothing at all is an archive that was cut too.
    let lengths = [0, 1, 4, 29, good.len() - 1];
    let cuts = lengths
        .into_iter()
        .chain((0..15).map(|_| places.below(good.len())));
    for length in cuts.collect::<Vec<_>>() {
        verify(&path, &good[..length], 6);
    }
    // What is no archive at all is not proven either.
    verify(&path, b"%PDF-1.7", 6);
}

/// How many findings a bag in a folder has.
fn findings_of(folder: &Path, level: Level) -> usize {
    let options = check::Options {
        name: "bag",
        level,
        jobs: NonZeroUsize::MIN,
        whole_file: WholeFile::Skip,
        trust: None,
    };
    let report = check::folder(folder, &options, &Silent, &Interrupt::default()).unwrap();
    report.findings.len()
}

#[test]
fn a_flipped_bit_or_a_lost_byte_in_any_file_of_an_unpacked_bag_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("to");
    Run::new()
        .args(["restore", "--layout", "bag", "--to"])
        .args([&to, &golden()])
        .succeeds();
    assert_eq!(findings_of(&to, Level::Full), 0);
    let (mut tried, mut unseen) = (0, Vec::new());
    let mut places = Places::new(19);
    let files: Vec<PathBuf> = files(&to);
    for path in &files {
        let good = std::fs::read(path).unwrap();
        // Only the records know what a signature must be, and that only with a key.
        let is_signature = path.ends_with("tagmanifest-sha256.txt.sig");
        if good.is_empty() || is_signature {
            continue;
        }
        let mut flipped = good.clone();
        flipped[places.below(good.len())] ^= 1 << places.below(8);
        for changed in [&flipped[..], &good[..good.len() - 1]] {
            wxbackup::fs::write_atomic(path, changed).unwrap();
            // What the bytes show needs no look at the records.
            let is_found =
                findings_of(&to, Level::Checksums) > 0 || findings_of(&to, Level::Full) > 0;
            tried += 1;
            if !is_found {
                unseen.push(path.clone());
            }
        }
        wxbackup::fs::write_atomic(path, &good).unwrap();
    }
    tell(&format!(
        "an unpacked bag of {} files: changes tried {tried}, accepted {}",
        files.len(),
        unseen.len()
    ));
    assert_eq!(unseen, [] as [PathBuf; 0]);
}
