//! A folder of archives as it looks after years: copies of one archive under
//! the names of other nights.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use wechat_sim::{Sim, Target};
use wxbackup::model::{RunStamp, Timestamp};

use crate::run::Run;
use crate::sample::sample;

/// A folder of archives of the account of [`sample`].
#[derive(Debug)]
pub(crate) struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// One with a good archive, and its sidecars, for each stamp.
    pub(crate) fn with(stamps: &[&str]) -> Self {
        let shelf = Self::new();
        for stamp in stamps {
            shelf.put(stamp, &sample().archive);
        }
        shelf
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a copy of `archive` and its sidecars under another stamp.
    pub(crate) fn put(&self, stamp: &str, archive: &Path) {
        let archive = archive.to_str().unwrap();
        let stem = archive.strip_suffix(".zip").unwrap();
        for ending in [".zip", ".zip.sha256", ".receipt.json"] {
            let to = self.name(stamp, ending);
            std::fs::copy(format!("{stem}{ending}"), to).unwrap();
        }
    }

    /// Where a file of the account is, or would be.
    pub(crate) fn name(&self, stamp: &str, ending: &str) -> PathBuf {
        let name = format!("wxbackup-{}-{stamp}{ending}", stem());
        self.path().join(name)
    }

    /// Writes a file of any name.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        wxbackup::fs::write_atomic(&self.path().join(name), bytes).unwrap();
    }

    /// Every file in it, by name; without the folder of stages.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.path())
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != ".wxbackup")
            .collect();
        names.sort_unstable();
        names
    }

    /// The stamps of the archives in it, oldest first.
    pub(crate) fn stamps(&self) -> Vec<String> {
        let prefix = format!("wxbackup-{}-", stem());
        self.files()
            .iter()
            .filter_map(|name| name.strip_prefix(&prefix)?.strip_suffix(".zip"))
            .map(str::to_owned)
            .collect()
    }

    /// A command on this folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::new()
            .args(args.iter().copied())
            .args(["-o"])
            .args([self.path()])
    }
}

/// What stands for the account of [`sample`] in names.
pub(crate) fn stem() -> &'static str {
    let name = sample().archive.file_name().unwrap().to_str().unwrap();
    name.split('-').nth(1).unwrap()
}

/// The stamp of so many hours ago.
pub(crate) fn hours_ago(hours: i64) -> String {
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let then = Timestamp::from_second(now.as_second() - hours * 3600).unwrap();
    RunStamp::of(then).to_string()
}

/// A partial archive of the account of [`sample`], made once.
pub(crate) fn partial() -> &'static Path {
    static PARTIAL: OnceLock<PathBuf> = OnceLock::new();
    PARTIAL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("partial");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
        // A list that grows whenever it is read.
        let sim = Sim::builder().images(45).start();
        sim.after(Target::list("image"), |account| {
            account.add_image("new.png");
        });
        let said = Run::against(&sim)
            .args(["export", "--sections", "image", "--json"])
            .in_folder(&folder)
            .fails_with(3);
        let summary = said.summary();
        assert_eq!(summary["status"], "partial");
        folder.join(summary["path"].as_str().unwrap())
    })
}
