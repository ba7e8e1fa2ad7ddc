//! One archive of a small simulated account, exported once for all tests that only read it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use wechat_sim::Sim;

use crate::run::Run;

/// An archive with something in every section.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The archive, with its sidecars beside it.
    pub(crate) archive: PathBuf,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The sample. Nobody changes it: a test that wants to, copies it first.
pub(crate) fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
        let sim = Sim::builder()
            .images(7)
            .voices(2)
            .videos(1)
            .news(2)
            .drafts(2)
            .published(1)
            .start();
        let said = Run::against(&sim)
            .args(["export"])
            .in_folder(&folder)
            .succeeds();
        let name = said.stdout.trim_end();
        assert_eq!(
            said.stdout,
            format!("{name}\n"),
            "stdout is the path and nothing else"
        );
        let archive = folder.join(name);
        let bytes = std::fs::read(&archive).unwrap();
        Sample { archive, bytes }
    })
}

impl Sample {
    /// A copy of the archive under its own name, without sidecars, changed by `change`.
    pub(crate) fn changed(
        &self,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(self.archive.file_name().unwrap());
        let mut bytes = self.bytes.clone();
        change(&mut bytes);
        wxbackup::fs::write_atomic(&path, &bytes).unwrap();
        (folder, path)
    }

    /// Where the last blob of the archive begins: the last entry's bytes.
    pub(crate) fn inside_the_last_blob(&self) -> usize {
        let directory = self
            .bytes
            .windows(4)
            .position(|bytes| bytes == b"PK\x01\x02")
            .unwrap();
        directory - 1
    }
}
