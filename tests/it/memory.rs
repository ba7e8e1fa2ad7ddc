//! What an export takes of the machine's memory: little, however many bytes it moves.
//!
//! The peak is the kernel's own count of a process that has ended. Such a count
//! begins with what the parent held when it started the process, and the tests
//! hold simulated accounts: so the program is started by a small process in
//! between, which is this test binary once more.

use std::fs::OpenOptions;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::str::FromStr as _;

use nix::sys::resource::{UsageWho, getrusage};
use wechat_sim::{Fault, Resource, Sim, Target};

use crate::run::Run;
use crate::saved::archives;
use crate::tell;

pub(crate) const MIB: u64 = 1024 * 1024;

/// What an export may take.
const PEAK_BYTES_MAX: u64 = 60 * MIB;

/// What it may take where the library has a hundred thousand pictures, all of
/// which the archive before has.
const LARGE_PEAK_BYTES_MAX: u64 = 150 * MIB;

/// What it may take where an answer is as long as one may be. That length alone
/// is 128 MiB, of which a value may take up to a hundred bytes for two.
const LONG_ANSWER_PEAK_BYTES_MAX: u64 = 300 * MIB;

/// Tells the process in between the program's arguments, a line each.
const ARGUMENTS: &str = "WXBACKUP_TEST_ARGUMENTS";

/// Tells it where the program's own stdout goes.
const STDOUT: &str = "WXBACKUP_TEST_STDOUT";

/// What stands before the peak, in KiB, and the exit code, in what the process in between says.
const ANSWER: &str = "peak of the program in KiB, exit code: ";

#[test]
fn five_thousand_pictures_take_no_more_than_60_mib() {
    let sim = Sim::builder()
        .seed(5)
        .images(5_000)
        .image_bytes(100_000)
        .start();
    assert_peak_is_small(&sim, "5,000 pictures of 100 KB");
}

#[test]
fn a_video_of_300_mb_passes_through_without_being_held() {
    let sim = Sim::builder()
        .seed(5)
        .videos(1)
        .big_video_bytes(300_000_000)
        .start();
    assert_peak_is_small(&sim, "a video of 300 MB");
}

#[test]
fn a_night_on_which_nothing_changed_in_100_000_pictures_takes_no_more_than_150_mib() {
    let sim = Sim::builder()
        .seed(5)
        .images(100_000)
        .image_bytes(200)
        .start();
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    Run::export(&sim, folder.path()).args(["-q"]).succeeds();
    let before = sim.call_count();
    let peak_bytes = peak_bytes(&sim, folder.path());
    let calls = sim.calls_after(before);
    assert!(!calls.iter().any(|call| call.resource == Resource::Cdn));
    assert_eq!(archives(folder.path()).len(), 1);
    assert_peak(
        peak_bytes,
        LARGE_PEAK_BYTES_MAX,
        "100,000 pictures, none new",
    );
}

#[test]
fn an_answer_of_nothing_but_small_values_is_refused_before_it_fills_the_memory() {
    let sim = Sim::builder().start();
    let mut body = br#"{"total_count":0,"item":[],"a":["#.to_vec();
    body.extend(b"0,".repeat(60_000_000));
    body.extend(b"0]}");
    sim.fault(Fault::Body(body), Target::list("image"));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let ended = ended(&sim, folder.path());
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("262144"),
        "it says what is too much: {}",
        ended.stderr
    );
    assert_peak(
        ended.peak_bytes,
        LONG_ANSWER_PEAK_BYTES_MAX,
        "a list that says 60,000,000 numbers",
    );
    // Whoever sends such an answer would send it again.
    let lists = sim.count_where(|call| {
        let kind = call.body.as_ref().and_then(|body| body.get("type"));
        kind.is_some_and(|kind| kind == "image")
    });
    assert_eq!(lists, 1);
}

/// Exports all of `sim`, and prints the peak even where it is as it should be.
#[track_caller]
fn assert_peak_is_small(sim: &Sim, what: &str) {
    // Beside the build: the system's folder may itself be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    assert_peak(peak_bytes(sim, folder.path()), PEAK_BYTES_MAX, what);
}

#[track_caller]
fn assert_peak(peak_bytes: u64, peak_bytes_max: u64, what: &str) {
    let (peak_mib, tenth) = (peak_bytes / MIB, peak_bytes % MIB * 10 / MIB);
    tell(&format!(
        "peak memory of an export of {what}: {peak_mib}.{tenth} MiB"
    ));
    assert!(
        peak_bytes <= peak_bytes_max,
        "{what}: {peak_mib}.{tenth} MiB"
    );
}

#[track_caller]
fn peak_bytes(sim: &Sim, folder: &Path) -> u64 {
    let ended = ended(sim, folder);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    ended.peak_bytes
}

/// How an export of all of a library ended.
#[track_caller]
fn ended(sim: &Sim, folder: &Path) -> Measured {
    let run = Run::against(sim)
        .args(["export", "--quiet", "-o"])
        .args([folder]);
    measured(&run)
}

/// A run that has ended, with what it took.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) code: i32,
    pub(crate) peak_bytes: u64,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs it to its end, which it must come to by itself, and measures it.
#[track_caller]
pub(crate) fn measured(run: &Run) -> Measured {
    let run = run.command();
    let arguments: Vec<&str> = run.get_args().map(|it| it.to_str().unwrap()).collect();
    let variables = run
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    let stdout = tempfile::NamedTempFile::new().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "memory::the_process_in_between",
            "--ignored",
            "--nocapture",
        ])
        .env_clear()
        .envs(variables)
        .env(ARGUMENTS, arguments.join("\n"))
        .env(STDOUT, stdout.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let answer = said.lines().find_map(|line| line.strip_prefix(ANSWER));
    let (peak_kib, code) = answer
        .and_then(|numbers| numbers.split_once(' '))
        .unwrap_or_else(|| panic!("{said}\n{stderr}"));
    Measured {
        code: code.parse().expect("it ends by itself"),
        peak_bytes: u64::from_str(peak_kib).unwrap() * 1024,
        stdout: std::fs::read_to_string(stdout.path()).unwrap(),
        stderr,
    }
}

#[test]
#[ignore = "the process in between, which the other tests of this file start"]
fn the_process_in_between() {
    let (Ok(arguments), Some(stdout)) = (std::env::var(ARGUMENTS), std::env::var_os(STDOUT)) else {
        return;
    };
    let stdout = OpenOptions::new().write(true).open(stdout).unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_wxbackup"))
        .args(arguments.lines())
        .stdin(Stdio::null())
        .stdout(stdout)
        .status()
        .unwrap();
    let peak_kib = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    let code = status
        .code()
        .map_or(status.to_string(), |code| code.to_string());
    // The harness has begun a line with the name of the test.
    let answer = format!("\n{ANSWER}{peak_kib} {code}\n");
    io::stdout().write_all(answer.as_bytes()).unwrap();
}
