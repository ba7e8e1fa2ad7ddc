//! Runs that end too soon: killed at any call, interrupted, or with a stage
//! that a crash has damaged. The next one goes on, loses nothing and asks for
//! nothing twice.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use wechat_sim::{Builder, Call, Ending, Fault, Hold, Quirk, Resource, Sim, Target};
use wxbackup::export::Error;
use wxbackup::interrupt::{Cause, Interrupt};

use crate::quick;
use crate::run::Run;
use crate::saved::{Saved, archives, files, truth};

/// Downloads side by side: this many may be under way when a run is killed.
const JOBS: usize = 4;
/// The same for pages of a list, and one page that is read again because the
/// list may have shifted meanwhile.
const PAGES: usize = 4 + 1;

fn small() -> Builder {
    Sim::builder()
        .seed(5)
        .images(24)
        .voices(3)
        .videos(3)
        .news(2)
        .drafts(3)
        .published(2)
        .without(Quirk::Tempkey)
}

fn export(sim: &Sim, folder: &Path) -> Run {
    let jobs = JOBS.to_string();
    Run::export(sim, folder).args(["--jobs", &jobs])
}

/// Kills a run at its `nth` call, before that is answered; gives the calls it made.
fn kill_at(sim: &Sim, folder: &Path, nth: usize) -> Vec<Call> {
    let before = sim.call_count();
    let hold = hold_at(sim, nth);
    let running = export(sim, folder).starts();
    hold.wait();
    running.dies();
    drop(hold);
    sim.wait_idle();
    sim.calls_after(before)
}

fn hold_at(sim: &Sim, nth: usize) -> Hold {
    sim.hold(Target::call((sim.call_count() + nth) as u64))
}

/// Goes on where a killed run was; gives what is saved and the calls that took.
#[track_caller]
fn go_on(sim: &Sim, folder: &Path) -> (Saved, Vec<Call>) {
    let before = sim.call_count();
    export(sim, folder).succeeds();
    (Saved::only_one_in(folder), sim.calls_after(before))
}

pub(crate) fn is_list(call: &Call) -> bool {
    call.path.contains("batchget")
}

/// A video is named by the call that tells its address.
pub(crate) fn is_file(call: &Call) -> bool {
    call.resource == Resource::Cdn || call.path.ends_with("/get_material")
}

/// What tells two calls apart.
fn question(call: &Call) -> [String; 4] {
    let body = call.body.as_ref().map(ToString::to_string);
    let referer = call.header("referer").unwrap_or_default().to_owned();
    let query = format!("{:?}", call.query);
    [call.path.clone(), query, body.unwrap_or_default(), referer]
}

/// Those of `later` that ask for what `earlier` was given whole.
pub(crate) fn asked_twice<'a>(
    earlier: &[Call],
    later: &'a [Call],
    wanted: fn(&Call) -> bool,
) -> Vec<&'a Call> {
    let got: HashSet<_> = earlier
        .iter()
        .filter(|call| call.ending == Ending::Whole && call.status == 200)
        .map(question)
        .collect();
    later
        .iter()
        .filter(|call| wanted(call) && got.contains(&question(call)))
        .collect()
}

/// An account whose export takes few calls, so that every one can be tried.
fn tiny() -> Builder {
    Sim::builder()
        .seed(5)
        .images(22)
        .voices(2)
        .videos(2)
        .news(1)
        .drafts(1)
        .published(1)
        .without(Quirk::Tempkey)
        // Each try takes a few of the hundred calls of a day.
        .limit("/cgi-bin/freepublish/batchget", 100_000)
}

#[test]
fn a_run_killed_at_any_call_goes_on_and_asks_for_nothing_twice() {
    let sim = tiny().start();
    let folder = tempfile::tempdir().unwrap();
    let (undisturbed, calls) = go_on(&sim, folder.path());
    assert!(calls.len() > 40, "{}", calls.len());
    for nth in 1..=calls.len() {
        let folder = tempfile::tempdir().unwrap();
        let earlier = kill_at(&sim, folder.path(), nth);
        assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
        let (saved, later) = go_on(&sim, folder.path());
        assert_eq!(
            saved.payload_sha256, undisturbed.payload_sha256,
            "killed at call {nth}"
        );
        assert_few_asked_twice(&earlier, &later, nth);
    }
}

#[track_caller]
fn assert_few_asked_twice(earlier: &[Call], later: &[Call], nth: usize) {
    let again = asked_twice(earlier, later, is_file);
    assert!(again.len() <= JOBS, "killed at call {nth}: {again:#?}");
    let again = asked_twice(earlier, later, is_list);
    assert!(again.len() <= PAGES, "killed at call {nth}: {again:#?}");
}

#[test]
fn a_run_with_a_base_killed_at_any_call_goes_on_too() {
    let sim = tiny().start();
    let base = tempfile::tempdir().unwrap();
    export(&sim, base.path()).succeeds();
    {
        let mut account = sim.account();
        for name in ["one", "two", "three"] {
            account.add_image(name);
        }
        account.add_draft("new");
        let gone = account.voices().next().unwrap().media_id.clone();
        assert!(account.remove(&gone));
    }
    let with_base = || {
        let folder = tempfile::tempdir().unwrap();
        for file in files(base.path()) {
            if file.parent() == Some(base.path()) {
                std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
            }
        }
        folder
    };
    let go_on = |folder: &Path| {
        let before = sim.call_count();
        export(&sim, folder).succeeds();
        let newest = archives(folder).pop().unwrap();
        (Saved::at(&newest), sim.calls_after(before))
    };
    let folder = with_base();
    let (undisturbed, calls) = go_on(folder.path());
    assert_eq!(archives(folder.path()).len(), 2);
    for nth in 1..=calls.len() {
        let folder = with_base();
        let earlier = kill_at(&sim, folder.path(), nth);
        assert_eq!(archives(folder.path()).len(), 1);
        let (saved, later) = go_on(folder.path());
        // Retired records name the run that retired them: the first process's.
        let same = |saved: &Saved| -> Vec<String> {
            let payload = saved
                .entries
                .keys()
                .filter(|name| name.starts_with("data/"));
            payload.cloned().collect()
        };
        assert_eq!(same(&saved), same(&undisturbed), "killed at call {nth}");
        assert_eq!(saved.blobs(), undisturbed.blobs(), "killed at call {nth}");
        assert_eq!(saved.gaps(), []);
        assert_few_asked_twice(&earlier, &later, nth);
    }
}

#[test]
fn an_archive_tells_how_often_its_run_was_broken_off() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    for nth in [20, 30, 20] {
        kill_at(&sim, folder.path(), nth);
    }
    let (saved, _) = go_on(&sim, folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    assert_eq!(saved.document("run/archive.json")["run"]["resumed"], 3);
    let numbers: Vec<u64> = saved
        .lines("run/calls.jsonl")
        .iter()
        .map(|call| call["seq"].as_u64().unwrap())
        .collect();
    assert!(
        numbers.windows(2).all(|pair| pair[0] < pair[1]),
        "{numbers:?}"
    );
}

#[test]
fn an_interrupt_begins_nothing_new_and_lets_what_is_under_way_land() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    let hold = sim.hold(Target::media());
    let interrupt = Interrupt::default();
    let result = std::thread::scope(|scope| {
        let run = scope.spawn(|| quick::export_until(&interrupt, &sim, folder.path()));
        let first = usize::try_from(hold.wait().seq).unwrap();
        // All that may be under way at once.
        sim.wait_for_calls(first + 15);
        interrupt.set(Cause::Interrupted);
        hold.release();
        run.join().unwrap()
    });
    assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
    let earlier = sim.calls();
    let landed = earlier.iter().filter(|call| is_file(call)).count();
    assert_eq!(landed, 16);
    assert!(earlier.iter().all(|call| call.ending == Ending::Whole));
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);

    let (saved, later) = go_on(&sim, folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    assert!(asked_twice(&earlier, &later, is_file).is_empty());
}

#[test]
fn a_signal_leaves_a_stage_and_no_half_archive() {
    let sim = small().start();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        let hold = hold_at(&sim, 40);
        let running = export(&sim, folder.path()).starts();
        hold.wait();
        running.gets(signal);
        drop(hold);
        let said = running.ends_with(code);
        assert_eq!(said.stdout, "");
        let left: Vec<PathBuf> = files(folder.path())
            .into_iter()
            .filter(|path| path.parent() == Some(folder.path()))
            .collect();
        assert_eq!(left, [] as [PathBuf; 0]);
        let (saved, _) = go_on(&sim, folder.path());
        assert_eq!(saved.blobs(), truth(&sim));
    }
}

/// What a crash may do to a stage.
fn damage(stage: &Path, how: &str) {
    let (journal, pack) = (stage.join("journal.jsonl"), stage.join("blobs.pack"));
    let cut = |path: &Path, bytes: u64| {
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        let len = file.metadata().unwrap().len();
        file.set_len(len - bytes).unwrap();
    };
    let flip = |path: &Path, part: f64| {
        let mut bytes = std::fs::read(path).unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in some KiB"
        )]
        let at = (bytes.len() as f64 * part) as usize;
        bytes[at] ^= 1;
        wxbackup::fs::write_atomic(path, &bytes).unwrap();
    };
    match how {
        "a torn last line" => cut(&journal, 9),
        "half a blob" => cut(&pack, 100),
        "a flipped bit in the pack" => flip(&pack, 0.9),
        "a flipped bit in a page" => flip(&pack, 0.01),
        "a flipped bit in the journal" => flip(&journal, 0.5),
        "an empty pack" => cut(&pack, pack.metadata().unwrap().len()),
        "no pack" => std::fs::remove_file(&pack).unwrap(),
        "no journal" => std::fs::remove_file(&journal).unwrap(),
        how => panic!("{how}?"),
    }
}

#[test]
fn what_a_crash_did_to_the_stage_is_found_and_fetched_anew() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    let (undisturbed, calls) = go_on(&sim, folder.path());
    for how in [
        "a torn last line",
        "half a blob",
        "a flipped bit in the pack",
        "a flipped bit in a page",
        "a flipped bit in the journal",
        "an empty pack",
        "no pack",
        "no journal",
    ] {
        let folder = tempfile::tempdir().unwrap();
        kill_at(&sim, folder.path(), calls.len() - 10);
        damage(&folder.path().join(".wxbackup").join(sim.appid()), how);
        let (saved, _) = go_on(&sim, folder.path());
        assert_eq!(saved.payload_sha256, undisturbed.payload_sha256, "{how}");
        assert_eq!(saved.gaps(), [], "{how}");
    }
}

#[test]
fn a_fresh_run_forgets_what_was_staged() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    let (_, undisturbed) = go_on(&sim, folder.path());
    let folder = tempfile::tempdir().unwrap();
    kill_at(&sim, folder.path(), 60);
    let before = sim.call_count();
    export(&sim, folder.path()).args(["--fresh"]).succeeds();
    let saved = Saved::only_one_in(folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    // As sets: a request of the dead may reach the server after its death.
    let questions = |calls: &[Call]| calls.iter().map(question).collect::<HashSet<_>>();
    let later = sim.calls_after(before);
    assert_eq!(questions(&later), questions(&undisturbed));
    assert_eq!(saved.document("run/archive.json")["run"]["resumed"], 0);
}

#[test]
fn a_second_run_is_told_who_is_at_work() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    let hold = hold_at(&sim, 1);
    let first = export(&sim, folder.path()).starts();
    hold.wait();
    let calls = sim.call_count();
    for args in [&[][..], &["--fresh"]] {
        let said = export(&sim, folder.path())
            .args(args.iter().copied())
            .fails_with(11);
        let pid = format!("process {}", first.pid());
        assert!(said.stderr.contains(&pid), "{}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    assert_eq!(sim.call_count(), calls, "it asked for nothing");
    drop(hold);
    first.ends_with(0);
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}

#[test]
fn accounts_and_folders_do_not_lock_each_other() {
    let (sim, other) = (small().start(), Sim::builder().seed(6).images(2).start());
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let hold = hold_at(&sim, 10);
    let first = export(&sim, folder.path()).starts();
    hold.wait();
    export(&other, folder.path()).succeeds();
    export(&sim, elsewhere.path()).succeeds();
    drop(hold);
    first.ends_with(0);
    assert_eq!(archives(folder.path()).len(), 2);
}

#[test]
fn a_stage_of_another_version_is_left_alone_until_it_is_forgotten() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    kill_at(&sim, folder.path(), 40);
    let stage = folder.path().join(".wxbackup").join(sim.appid());
    wxbackup::fs::write_atomic(&stage.join("version"), b"wxbackup-stage 99\n").unwrap();
    let journal = std::fs::read(stage.join("journal.jsonl")).unwrap();
    let said = export(&sim, folder.path()).fails_with(1);
    assert!(said.stderr.contains("another version"), "{}", said.stderr);
    assert!(said.stderr.contains("--fresh"), "{}", said.stderr);
    assert_eq!(std::fs::read(stage.join("journal.jsonl")).unwrap(), journal);
    export(&sim, folder.path()).args(["--fresh"]).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}

#[test]
fn half_an_archive_of_a_run_that_died_is_removed_and_no_other_file() {
    let sim = Sim::builder().images(2).start();
    let folder = tempfile::tempdir().unwrap();
    let appid = sim.appid();
    let ours = format!("wxbackup-{appid}-20260101T000000Z.zip.partial");
    let others = [
        "wxbackup-wx0000000000000000-20260101T000000Z.zip.partial".to_owned(),
        format!("wxbackup-{appid}-notes.zip.partial"),
        "film.partial".to_owned(),
    ];
    for name in [&ours].into_iter().chain(&others) {
        wxbackup::fs::write_atomic(&folder.path().join(name), b"half").unwrap();
    }
    export(&sim, folder.path()).succeeds();
    assert!(!folder.path().join(&ours).exists());
    for name in &others {
        assert!(folder.path().join(name).exists(), "{name}");
    }
}

#[test]
fn a_stage_elsewhere_is_gone_on_from_and_cleared() {
    let sim = small().start();
    let (folder, stage) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = || {
        export(&sim, folder.path())
            .args(["--stage"])
            .args([stage.path()])
    };
    let hold = hold_at(&sim, 50);
    let running = run().starts();
    hold.wait();
    running.dies();
    drop(hold);
    sim.wait_idle();
    let earlier = sim.calls();
    run().succeeds();
    let later = sim.calls_after(earlier.len());
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
    assert!(asked_twice(&earlier, &later, is_file).len() <= JOBS);
    let left: HashSet<String> = [folder.path(), stage.path()]
        .into_iter()
        .flat_map(files)
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .filter(|name| !name.starts_with("wxbackup-"))
        .collect();
    let kept = ["CACHEDIR.TAG", "lock", "version"].map(str::to_owned);
    assert_eq!(left, kept.into());
}

#[test]
fn a_doubt_about_a_picture_outlives_the_process_that_had_it() {
    let sim = Sim::builder().images(6).start();
    let image = sim.account().images().next().unwrap().clone();
    assert_eq!(image.name.rsplit_once('.').unwrap().1, "jpg");
    sim.fault(Fault::Placeholder, Target::path(&image.url));
    // The count after the last download: everything is staged, nothing was doubted yet.
    let folder = tempfile::tempdir().unwrap();
    let get = Target::path("/cgi-bin/material/get_material").item(&image.media_id);
    let hold = sim.hold(get);
    let running = export(&sim, folder.path()).starts();
    hold.wait();
    running.dies();
    drop(hold);
    sim.wait_idle();
    let (saved, _) = go_on(&sim, folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
}

#[test]
fn placeholders_are_replaced_to_the_last_although_the_run_is_killed_in_between() {
    let sim = Sim::builder()
        .images(6)
        .without(Quirk::EmptyImageUrl)
        .with(Quirk::RefererNeeded)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let hold = sim.hold(Target::path("/cgi-bin/material/get_material").at(5));
    let running = Run::export(&sim, folder.path())
        .args(["--jobs", "1"])
        .starts();
    hold.wait();
    running.dies();
    drop(hold);
    sim.wait_idle();
    let (saved, later) = go_on(&sim, folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    let asked = later.iter().filter(|call| is_file(call)).count();
    assert_eq!(asked, 2, "the two that were left");
}
