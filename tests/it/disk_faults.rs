//! A disk that fails at one call, whichever it is: no room, no permission, an
//! error of the device. The run says which file it was about and ends with 1,
//! earlier archives keep every byte, nothing bad has a final name, and the next
//! run goes on from what is staged.
//!
//! `disk_faults/shim.c`, preloaded into the program, makes the calls fail; names
//! are given by system calls that no library makes, and strace lets those fail.
//! Both must be installed (`.ci/install-tools`), hence `WXBACKUP_INTEROP=1`.
//! `WXBACKUP_DISK_FAULTS=all` tries every call, instead of some of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use wechat_sim::{Quirk, Sim};
use wxbackup::model::Sha256;

use crate::fault_matrix::each;
use crate::interop;
use crate::quick::assert_sound;
use crate::resume::{asked_twice, is_file, is_list};
use crate::run::Run;
use crate::saved::{Saved, archives, files, truth};

/// What `errno.h` calls ENOSPC, EIO, EROFS, EACCES and EDQUOT.
const ERRORS: [i32; 5] = [28, 5, 30, 13, 122];

const KINDS: [&str; 6] = ["write", "open", "sync", "mkdir", "unlink", "cut"];

/// What a run does without: sidecars, what is only tidied up once the archive has
/// its name, and what is only looked at.
const NOT_ESSENTIAL: [&str; 14] = [
    // Too late: a call that opens and the like may be one of fewer.
    "not reached",
    // The folder, to make the names of sidecars durable.
    "0 open ",
    "0 sync ",
    // Width and height of a large picture.
    "0 open .wxbackup/APPID/INCOMING",
    // Yesterday's receipt: without it the archive is read in full.
    "0 open STAMP.receipt.json",
    // Sidecars.
    "0 open TEMPORARY",
    "0 sync TEMPORARY",
    "0 write TEMPORARY",
    // The stage, when it is no longer needed.
    "0 sync .wxbackup/APPID/journal.jsonl",
    "0 unlink .wxbackup/APPID/LARGE",
    "0 unlink .wxbackup/APPID/blobs.pack",
    "0 unlink .wxbackup/APPID/compose.pack",
    "0 unlink .wxbackup/APPID/journal.jsonl",
    "0 write .wxbackup/APPID/journal.jsonl",
];

/// Of every so many calls one is tried.
const STRIDE: usize = 13;

/// A call that fails.
#[derive(Clone, Copy, Debug)]
struct Fault {
    kind: &'static str,
    nth: usize,
    errno: i32,
    /// Those behind it fail too.
    and_all_after: bool,
}

/// An account with an archive of yesterday, and what has changed since.
struct Night {
    sim: Sim,
    yesterday: TempDir,
    shim: PathBuf,
    _tools: TempDir,
}

impl Night {
    fn falls() -> Self {
        let tools = tempfile::tempdir().unwrap();
        let library = tools.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/disk_faults/shim.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"])
            .args([&library, &source])
            .arg("-ldl")
            .status()
            .expect("there is a C compiler");
        assert!(compiled.success());
        let sim = Sim::builder()
            .seed(5)
            .images(3)
            .voices(1)
            .videos(1)
            .drafts(1)
            .without(Quirk::Tempkey)
            .limit("/cgi-bin/freepublish/batchget", 1_000_000)
            .limit("/cgi-bin/draft/batchget", 1_000_000)
            .limit("/cgi-bin/draft/count", 1_000_000)
            .limit("/cgi-bin/material/get_materialcount", 1_000_000)
            .start();
        let yesterday = tempfile::tempdir().unwrap();
        Run::export(&sim, yesterday.path()).succeeds();
        {
            let mut account = sim.account();
            account.add_image("new");
            account.add_voice("new");
            // Large enough for a file of its own.
            account.add_video_of("new", 1_100_000);
            account.add_draft("new");
            let gone = account.voices().last().unwrap().media_id.clone();
            assert!(account.remove(&gone));
        }
        Self {
            sim,
            yesterday,
            shim: library,
            _tools: tools,
        }
    }

    /// A folder with what yesterday left.
    fn folder(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files(self.yesterday.path()) {
            if file.parent() == Some(self.yesterday.path()) {
                std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
            }
        }
        folder
    }

    fn export(&self, folder: &Path) -> Run {
        Run::export(&self.sim, folder).args(["--jobs", "1"])
    }

    /// Exports with a fault; what came of it, and the calls that were made, by kind.
    fn export_with(&self, folder: &Path, fault: Fault) -> (Output, Vec<(String, PathBuf)>) {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut run = self
            .export(folder)
            .env("LD_PRELOAD", &self.shim)
            .env("FAULT_BELOW", folder)
            .env("FAULT_KIND", fault.kind)
            .env("FAULT_NTH", fault.nth.to_string())
            .env("FAULT_ERRNO", fault.errno.to_string())
            .env("FAULT_LOG", log.path());
        if fault.and_all_after {
            run = run.env("FAULT_AND_ALL_AFTER", "1");
        }
        let output = run.command().output().unwrap();
        let log = std::fs::read_to_string(log.path()).unwrap();
        let calls = log.lines().map(|line| {
            let (kind, path) = line.split_once(' ').unwrap();
            (kind.to_owned(), PathBuf::from(path))
        });
        (output, calls.collect())
    }

    /// Exports while strace lets the nth such call of each thread fail.
    fn export_where_fails(&self, folder: &Path, call: &str, nth: usize, error: &str) -> Output {
        let run = self.export(folder).command();
        let variables = run
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        interop::program("strace")
            .args(["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null"])
            .args(["-e", &format!("trace={call}")])
            .args(["-e", &format!("inject={call}:error={error}:when={nth}")])
            .arg(run.get_program())
            .args(run.get_args())
            .env_clear()
            .envs(variables)
            .output()
            .expect("strace is there (.ci/install-tools)")
    }

    /// How many calls of each kind a run makes that nothing fails in.
    fn calls(&self) -> BTreeMap<String, usize> {
        let folder = self.folder();
        let no_fault = Fault {
            kind: "write",
            nth: 0,
            errno: 0,
            and_all_after: false,
        };
        let (output, calls) = self.export_with(folder.path(), no_fault);
        assert_eq!(output.status.code(), Some(0));
        let mut counts = BTreeMap::new();
        for (kind, _) in calls {
            *counts.entry(kind).or_default() += 1;
        }
        counts
    }

    /// As [`survives`](Self::survives), with what went wrong in place of the end.
    fn told(&self, fault: Fault) -> String {
        let run = std::panic::AssertUnwindSafe(|| self.survives(fault));
        std::panic::catch_unwind(run).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            format!("FAILED {}", text.unwrap_or_default())
        })
    }

    /// Lets a call fail and sees that no harm is done; tells how the run ended
    /// and which file it was, without what differs from run to run.
    fn survives(&self, fault: Fault) -> String {
        let folder = self.folder();
        let before = self.sim.call_count();
        let (output, calls) = self.export_with(folder.path(), fault);
        self.sim.wait_idle();
        let struck = calls.iter().filter(|(kind, _)| kind == fault.kind);
        let Some((_, struck)) = struck.clone().nth(fault.nth - 1) else {
            return "not reached".to_owned();
        };
        let said = String::from_utf8(output.stderr).unwrap();
        let about = format!("{fault:?} at {}: {said}", struck.display());
        let end = self.judge(folder.path(), output.status.code(), before, &about);
        if end == 1 {
            let error = io::Error::from_raw_os_error(fault.errno).to_string();
            let (words, _) = error.split_once(" (os error").unwrap();
            assert!(said.contains(words), "{about}");
            let names = |path: &Path| said.contains(path.to_str().unwrap());
            let parent = struck.parent().unwrap();
            let is_named = names(struck) || names(parent);
            // Where all is full the run may say it of another file.
            assert!(
                is_named || (fault.and_all_after && names(folder.path())),
                "{about}"
            );
        }
        let name = self.short(struck.strip_prefix(folder.path()).unwrap());
        format!("{end} {} {name}", fault.kind)
    }

    /// The name of a file without what differs from run to run.
    fn short(&self, name: &Path) -> String {
        let name = name.to_str().unwrap().replace(self.sim.appid(), "APPID");
        let cut = |name: &str, at: &str, instead: &str| {
            name.split_once(at)
                .map(|(front, _)| format!("{front}{instead}"))
        };
        let stamped = |name: &str| {
            let rest = name.strip_prefix("wxbackup-APPID-")?;
            let (_, kind) = rest.split_once('.')?;
            Some(format!("STAMP.{kind}"))
        };
        // A temporary file is called `.wxbackup-` and so on, as is our folder.
        cut(&name, ".wxbackup-", "TEMPORARY")
            .or_else(|| cut(&name, "large/incoming-", "INCOMING"))
            .or_else(|| cut(&name, "large/", "LARGE").filter(|_| !name.ends_with("large/")))
            .or_else(|| stamped(&name))
            .unwrap_or(name)
    }

    /// What must hold after a run that ended with `code`, however it ended.
    fn judge(&self, folder: &Path, code: Option<i32>, before: usize, about: &str) -> i32 {
        let code = code.unwrap_or_else(|| panic!("{about}"));
        assert!(matches!(code, 0 | 1), "{code} {about}");
        assert_eq!(
            self.kept(folder),
            self.kept(self.yesterday.path()),
            "{about}"
        );
        for archive in archives(folder) {
            assert_sound(&archive);
        }
        let published = archives(folder).len() == 2;
        if code == 0 {
            assert!(published, "{about}");
        }
        let middle = self.sim.call_count();
        let output = self.export(folder).command().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{about}\nnext run: {said}");
        let archives = archives(folder);
        assert_eq!(archives.len(), 2, "{about}");
        assert_sound(&archives[1]);
        let saved = Saved::without_sidecar(&archives[1]);
        assert_eq!(saved.gaps(), [], "{about}");
        assert!(truth(&self.sim).is_subset(&saved.blobs()), "{about}");
        let calls = self.sim.calls();
        let (earlier, later) = (&calls[before..middle], &calls[middle..]);
        let again = asked_twice(earlier, later, is_file).len();
        assert!(
            again <= usize::from(!published),
            "{again} files again: {about}"
        );
        let stage_stood = code == 1;
        let again = asked_twice(earlier, later, is_list).len();
        // The list that was under way, and one page that is read again.
        assert!(
            !stage_stood || again <= 2 || published,
            "{again} lists again: {about}"
        );
        code
    }

    /// What yesterday left, as it is in a folder.
    fn kept(&self, folder: &Path) -> BTreeMap<String, Option<Sha256>> {
        let names = files(self.yesterday.path()).into_iter().filter_map(|file| {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            name.starts_with("wxbackup-").then_some(name)
        });
        let digest = |name: &String| {
            let mut file = File::open(folder.join(name)).ok()?;
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            Some(Sha256::of(&bytes))
        };
        names.map(|name| (name.clone(), digest(&name))).collect()
    }
}

/// Runs `faults` on some machines side by side; how each ended.
fn ends_of(faults: &[Fault]) -> Vec<String> {
    let machines = 2.min(faults.len());
    let shares: Vec<Vec<(usize, Fault)>> = (0..machines)
        .map(|machine| {
            let numbered = faults.iter().copied().enumerate();
            numbered
                .filter(|(at, _)| at % machines == machine)
                .collect()
        })
        .collect();
    let mut ends: Vec<(usize, String)> = each(machines, &shares, |share| {
        let night = Night::falls();
        let ends = share.iter().map(|(at, fault)| (*at, night.told(*fault)));
        ends.collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .collect();
    ends.sort_unstable();
    ends.into_iter().map(|(_, end)| end).collect()
}

#[test]
fn whichever_call_to_the_disk_fails_nothing_is_lost_and_the_next_run_goes_on() {
    if !interop::is_asked_for() {
        return;
    }
    let all = std::env::var_os("WXBACKUP_DISK_FAULTS").is_some_and(|it| it == "all");
    let counts = Night::falls().calls();
    let known: BTreeSet<&str> = KINDS.into();
    let met: BTreeSet<&str> = counts.keys().map(|kind| &**kind).collect();
    assert!(met.is_subset(&known), "{met:?}");
    // A shim that catches nothing would let all pass.
    for (kind, count_min) in [("write", 50), ("open", 20), ("sync", 5), ("unlink", 2)] {
        assert!(counts.get(kind) >= Some(&count_min), "{kind}: {counts:?}");
    }
    let mut faults = Vec::new();
    for kind in KINDS {
        for nth in 1..=counts.get(kind).copied().unwrap_or(0) {
            let errno = ERRORS[nth % ERRORS.len()];
            faults.push(Fault {
                kind,
                nth,
                errno,
                and_all_after: false,
            });
            if kind == "write" {
                faults.push(Fault {
                    kind,
                    nth,
                    errno: ERRORS[0],
                    and_all_after: true,
                });
            }
        }
    }
    let faults: Vec<Fault> = if all {
        faults
    } else {
        faults.into_iter().step_by(STRIDE).collect()
    };
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for end in ends_of(&faults) {
        *told.entry(end).or_default() += 1;
    }
    crate::tell(&format!("{counts:?}, {} tried: {told:#?}", faults.len()));
    let unreached = told.get("not reached").copied().unwrap_or(0);
    assert!(unreached * 10 <= faults.len(), "{unreached} not reached");
    for end in told.keys() {
        let is_known = end.starts_with("1 ") || NOT_ESSENTIAL.contains(&&**end);
        assert!(is_known, "{end}");
    }
}

/// A name that cannot be given, or only in another way.
#[test]
fn whichever_name_cannot_be_given_nothing_is_lost_and_the_next_run_goes_on() {
    if !interop::is_asked_for() {
        return;
    }
    let night = Night::falls();
    // Names of the stage's own files, of a large blob, and of the archive.
    let names = [
        ("renameat", 1, "ENOSPC"),
        ("renameat", 2, "EIO"),
        ("renameat", 3, "EDQUOT"),
        ("renameat2", 1, "EROFS"),
        ("renameat2", 1, "EACCES"),
    ];
    for (call, nth, error) in names {
        let folder = night.folder();
        let before = night.sim.call_count();
        let output = night.export_where_fails(folder.path(), call, nth, error);
        let said = String::from_utf8(output.stderr).unwrap();
        let about = format!("{call} {nth} {error}: {said}");
        assert_eq!(output.status.code(), Some(1), "{about}");
        assert!(said.contains(folder.path().to_str().unwrap()), "{about}");
        night.judge(folder.path(), output.status.code(), before, &about);
    }
    // With all staged, the next names are those of the sidecars; and where the file
    // system has no such call, there is a link.
    for (call, nth, error) in [
        ("renameat", 1, "EIO"),
        ("renameat", 2, "ENOSPC"),
        ("renameat2", 1, "EINVAL"),
    ] {
        let folder = night.folder();
        let before = night.sim.call_count();
        let output = night.export_where_fails(folder.path(), "renameat2", 1, "ENOSPC");
        assert_eq!(output.status.code(), Some(1));
        let output = night.export_where_fails(folder.path(), call, nth, error);
        let said = String::from_utf8(output.stderr).unwrap();
        let about = format!("{call} {nth} {error}: {said}");
        assert_eq!(output.status.code(), Some(0), "{about}");
        night.judge(folder.path(), output.status.code(), before, &about);
    }
}
