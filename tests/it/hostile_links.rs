//! Links planted where files are to be written, and an archive that is exchanged
//! while it is read: nothing is written outside, and nothing else comes back.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use wechat_sim::{Sim, Target};

use crate::golden::golden;
use crate::run::Run;
use crate::sample::sample;
use crate::saved::{archives, files};

/// Two folders: one to hand over, and one outside of it that nobody may write into.
fn with_outside() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (inner, outside) = (folder.path().join("inner"), folder.path().join("outside"));
    std::fs::create_dir(&inner).unwrap();
    std::fs::create_dir(&outside).unwrap();
    (folder, inner, outside)
}

/// The two commands that fill a folder.
fn fill(to: &Path) -> [Run; 2] {
    let restore = Run::new().args(["restore", "-q", "--to"]);
    let extract = Run::new().args(["extract", "-q", "--format", "text", "--to"]);
    [restore, extract].map(|run| run.args([to.to_owned(), golden()]))
}

// What is planted while a restore runs is `a_planted_link_leads_nowhere` in the
// library: nobody but a test of its own is quick enough there.
#[test]
fn nothing_is_written_through_a_link_in_the_target_of_a_restore() {
    let (_folder, to, outside) = with_outside();
    for name in ["文章", "图片", "目录.html"] {
        symlink(&outside, to.join(name)).unwrap();
        for run in fill(&to) {
            let said = run.fails_with(1);
            assert!(said.stderr.contains("not empty"), "{}", said.stderr);
        }
        std::fs::remove_file(to.join(name)).unwrap();
    }
    // One that leads nowhere yet would be made where it leads.
    let astray = outside.join("new");
    symlink(&astray, to.join("to")).unwrap();
    for run in fill(&to.join("to")) {
        run.fails_with(1);
        assert!(!astray.exists());
    }
    assert_eq!(files(&outside), [] as [PathBuf; 0]);
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_target_that_is_a_link_to_a_folder_is_that_folder() {
    for number in 0..2 {
        let (_folder, inner, outside) = with_outside();
        let to = inner.join("to");
        symlink(&outside, &to).unwrap();
        let run = || {
            let [restore, extract] = fill(&to);
            if number == 0 { restore } else { extract }
        };
        run().succeeds();
        assert!(!files(&outside).is_empty());
        let before = files(&outside);
        let said = run().fails_with(1);
        assert!(said.stderr.contains("not empty"), "{}", said.stderr);
        assert_eq!(files(&outside), before);
        assert_eq!(std::fs::read_dir(&inner).unwrap().count(), 1);
    }
}

/// An account that is quickly exported.
fn small() -> Sim {
    Sim::builder().seed(4).images(2).start()
}

/// What is a link, and who plants it: in the first folder, to the second.
type Plant<'a> = (&'a str, &'a dyn Fn(&Path, &Path));

#[test]
fn an_export_writes_nothing_through_a_link_in_its_output_folder() {
    let sim = small();
    let home = |output: &Path| output.join(".wxbackup").join(sim.appid());
    // Each is a link that someone planted before the first export.
    let plants: [Plant<'_>; 5] = [
        ("the folder of all stages", &|output, outside| {
            symlink(outside, output.join(".wxbackup")).unwrap();
        }),
        ("the stage", &|output, outside| {
            std::fs::create_dir(output.join(".wxbackup")).unwrap();
            symlink(outside, home(output)).unwrap();
        }),
        ("the lock", &|output, outside| {
            std::fs::create_dir_all(home(output)).unwrap();
            symlink(outside.join("victim"), home(output).join("lock")).unwrap();
        }),
        ("the journal", &|output, outside| {
            std::fs::create_dir_all(home(output)).unwrap();
            symlink(outside.join("victim"), home(output).join("journal.jsonl")).unwrap();
        }),
        ("the pack", &|output, outside| {
            std::fs::create_dir_all(home(output)).unwrap();
            symlink(outside.join("victim"), home(output).join("blobs.pack")).unwrap();
        }),
    ];
    for (what, plant) in plants {
        let (_folder, output, outside) = with_outside();
        wxbackup::fs::write_atomic(&outside.join("victim"), b"victim").unwrap();
        let victim = contents(&outside);
        plant(&output, &outside);
        let said = Run::export(&sim, &output).args(["-q"]).command().output();
        let (code, said) = said.map(|it| (it.status.code(), it.stderr)).unwrap();
        let said = String::from_utf8(said).unwrap();
        // A pack that no journal speaks of is removed, and so is a link.
        let (expected, why) = match what {
            "the pack" => (0, ""),
            "the folder of all stages" | "the stage" => (1, "it is a symbolic link"),
            _ => (1, "Too many levels of symbolic links"),
        };
        assert_eq!(code, Some(expected), "{what}: {said}");
        assert!(said.contains(why), "{what}: {said}");
        assert_eq!(contents(&outside), victim, "{what}");
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1, "{what}");
        assert_eq!(archives(&output).len(), usize::from(expected == 0));
    }
}

#[test]
fn a_link_under_the_name_of_an_unfinished_archive_is_never_written_through() {
    let sim = small();
    let (_folder, output, outside) = with_outside();
    let victim = outside.join("victim");
    wxbackup::fs::write_atomic(&victim, b"victim").unwrap();
    let name = |stamp: &str| format!("wxbackup-{}-{stamp}.zip.partial", sim.appid());
    // As an earlier run might have left it: it goes, and what it leads to stays.
    let earlier = output.join(name("20200101T000000Z"));
    symlink(&victim, &earlier).unwrap();
    let hold = sim.hold(Target::cdn());
    let running = Run::export(&sim, &output).args(["-q"]).starts();
    hold.wait();
    assert!(earlier.symlink_metadata().is_err());
    // Now under every name that this run may have.
    let now = jiff::Timestamp::now();
    let planted: Vec<PathBuf> = (0..120)
        .map(|seconds| {
            let stamp = now - jiff::SignedDuration::from_secs(seconds);
            output.join(name(&stamp.strftime("%Y%m%dT%H%M%SZ").to_string()))
        })
        .collect();
    for path in &planted {
        symlink(&victim, path).unwrap();
    }
    drop(hold);
    let said = running.ends_with(1);
    assert!(said.stderr.contains(".zip.partial"), "{}", said.stderr);
    assert_eq!(std::fs::read(&victim).unwrap(), b"victim");
    assert_eq!(archives(&output), [] as [PathBuf; 0]);
    for path in &planted {
        assert!(path.symlink_metadata().unwrap().is_symlink());
        std::fs::remove_file(path).unwrap();
    }
    // Nothing that was fetched is lost.
    Run::export(&sim, &output).args(["-q"]).succeeds();
    assert_eq!(archives(&output).len(), 1);
}

/// Every file of a folder, by its path there.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = files(folder).into_iter();
    paths
        .map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect()
}

/// Whether a process has this file open.
fn has_open(pid: u32, path: &Path) -> bool {
    let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
        return false;
    };
    let mut open = open.filter_map(|it| std::fs::read_link(it.ok()?.path()).ok());
    open.any(|it| it == path)
}

#[test]
fn an_archive_that_is_exchanged_while_it_is_restored_gives_back_the_one_that_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    let honest = folder.join("honest");
    let restore = |archive: &Path, to: &Path| {
        let run = Run::new().args(["restore", "-q", "--to"]);
        run.args([to, archive])
    };
    restore(&golden(), &honest).succeeds();
    let (first, other) = (std::fs::read(golden()).unwrap(), &sample().bytes);
    let archive = folder.join("a.zip");
    for number in 0..200 {
        wxbackup::fs::write_atomic(&archive, &first).unwrap();
        let to = folder.join(format!("to-{number}"));
        let mut running = restore(&archive, &to).starts();
        while !has_open(running.pid(), &archive) && !running.has_ended() {}
        running.gets("STOP");
        // Stopped before it has begun to write, and with all of the check before it.
        let is_in_time = has_open(running.pid(), &archive) && !to.exists();
        // Another file gets its name.
        wxbackup::fs::write_atomic(&archive, other).unwrap();
        running.gets("CONT");
        running.ends_with(0);
        assert!(contents(&to) == contents(&honest), "another came back");
        if is_in_time {
            return;
        }
    }
    panic!("it was never caught at work");
}
