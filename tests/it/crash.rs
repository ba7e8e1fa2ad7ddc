//! Deaths of the process: an export of many items is killed at random moments, chosen by the
//! clock, by the calls that it made and by the files that it has begun, so that
//! every phase is met. Nothing under a final name is ever bad, and the next run
//! goes on from what is staged.
//!
//! `WXBACKUP_CRASHES=200` kills so often, in an account of three thousand pictures.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wechat_sim::{Builder, Call, Quirk, Sim};

use crate::quick::assert_sound;
use crate::resume::{asked_twice, is_file, is_list};
use crate::run::{Run, Running};
use crate::saved::{Saved, archives, files, truth};

const CRASHES: usize = 20;
const JOBS: usize = 8;
/// Pages that may be under way, and one that is read again because the list may
/// have shifted meanwhile.
const PAGES: usize = 4 + 1;
/// So often a run is killed before one is let alone.
const KILLS_IN_A_ROW_MAX: usize = 6;

/// When a run is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// After so many thousandths of the time that a whole run takes.
    Time(u32),
    /// After so many thousandths of its calls.
    Calls(u32),
    /// Once its documents are being composed, and so long after.
    Composing(Duration),
    /// Once so many thousandths of the archive are written.
    Written(u32),
    /// Once the archive has its name, and so long after.
    Named(Duration),
}

/// Where it was then, as what it left shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Beginning,
    Listing,
    Fetching,
    Composing,
    Writing,
    ReadingBack,
    Named,
}

/// Those that last; the others are over in some milliseconds, and are met as a rule.
const PHASES_TO_MEET: [Phase; 3] = [Phase::Listing, Phase::Fetching, Phase::Writing];

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % end
    }

    fn moment(&mut self) -> Moment {
        let kind = self.below(100);
        let part = self.below(1000);
        match kind {
            0..25 => Moment::Time(part),
            25..50 => Moment::Calls(part),
            50..65 => Moment::Composing(Duration::from_micros(100) * part),
            65..85 => Moment::Written(part),
            _ => Moment::Named(Duration::from_micros(10) * part),
        }
    }
}

/// An account, what an undisturbed export of it takes, and what lies in the
/// folder before.
struct Ground {
    sim: Sim,
    before: tempfile::TempDir,
    time: Duration,
    calls: usize,
    archive_bytes: u64,
}

impl Ground {
    /// With an archive of the account as it was, or with none.
    fn new(account: Builder, with_base: bool) -> Self {
        let sim = account
            .without(Quirk::Tempkey)
            .limit("/cgi-bin/freepublish/batchget", 1_000_000)
            .limit("/cgi-bin/draft/batchget", 1_000_000)
            .limit("/cgi-bin/draft/count", 1_000_000)
            .start();
        let before = tempfile::tempdir().unwrap();
        if with_base {
            export(&sim, before.path()).succeeds();
            let mut account = sim.account();
            let half = account.images().len() / 2;
            for at in 0..half {
                account.add_image(&format!("new {at}"));
            }
            account.add_draft("new");
            account.add_video("new");
        }
        let mut ground = Self {
            sim,
            before,
            time: Duration::ZERO,
            calls: 0,
            archive_bytes: 0,
        };
        let folder = ground.folder();
        let (begun, calls) = (Instant::now(), ground.sim.call_count());
        export(&ground.sim, folder.path()).succeeds();
        ground.time = begun.elapsed();
        ground.calls = ground.sim.call_count() - calls;
        let newest = archives(folder.path()).pop().unwrap();
        ground.archive_bytes = newest.metadata().unwrap().len();
        ground
    }

    fn folder(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files(self.before.path()) {
            if file.parent() == Some(self.before.path()) {
                std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
            }
        }
        folder
    }

    /// Waits for the moment; whether it came before the run ended.
    fn comes(&self, moment: Moment, running: &mut Running, folder: &Path, calls: usize) -> bool {
        let begun = Instant::now();
        let archives_before = archives(self.before.path()).len();
        let stage = folder.join(".wxbackup").join(self.sim.appid());
        let mut since = None;
        loop {
            let is_now = match moment {
                Moment::Time(part) => begun.elapsed() >= self.time * part / 1000,
                Moment::Calls(part) => {
                    let made = self.sim.call_count() - calls;
                    made * 1000 >= self.calls * part as usize
                }
                Moment::Written(part) => partial(folder).is_some_and(|partial| {
                    let written = partial.metadata().map_or(0, |it| it.len());
                    written * 1000 >= self.archive_bytes * u64::from(part)
                }),
                Moment::Composing(after) => {
                    let is_there = stage.join("compose.pack").exists();
                    is_there && since.get_or_insert_with(Instant::now).elapsed() >= after
                }
                Moment::Named(after) => {
                    let is_there = archives(folder).len() > archives_before;
                    is_there && since.get_or_insert_with(Instant::now).elapsed() >= after
                }
            };
            if running.has_ended() {
                return false;
            }
            if is_now {
                return true;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// What a run that was killed just now was doing.
    fn phase(&self, folder: &Path, calls: &[Call]) -> Phase {
        let stage = folder.join(".wxbackup").join(self.sim.appid());
        if archives(folder).len() > archives(self.before.path()).len() {
            return Phase::Named;
        }
        if let Some(partial) = partial(folder) {
            let is_whole = partial.metadata().unwrap().len() == self.archive_bytes;
            return if is_whole {
                Phase::ReadingBack
            } else {
                Phase::Writing
            };
        }
        if stage.join("compose.pack").exists() {
            return Phase::Composing;
        }
        match calls.last() {
            None => Phase::Beginning,
            Some(call) if is_file(call) => Phase::Fetching,
            Some(_) => Phase::Listing,
        }
    }

    /// A life with some kills in it, and a whole run at the end; what each kill met.
    fn live(&self, dice: &mut Dice, kills_max: usize) -> Vec<Phase> {
        let folder = self.folder();
        let base = archives(folder.path());
        let base_bytes: Vec<Vec<u8>> = base.iter().map(|it| std::fs::read(it).unwrap()).collect();
        let first = self.sim.call_count();
        let mut phases = Vec::new();
        let mut ended = None;
        while phases.len() < kills_max.min(KILLS_IN_A_ROW_MAX) {
            let before = self.sim.call_count();
            let moment = dice.moment();
            let mut running = export(&self.sim, folder.path()).starts();
            let came = self.comes(moment, &mut running, folder.path(), before);
            if !came {
                running.ends_with(0);
                ended = Some(before);
                break;
            }
            running.dies();
            self.sim.wait_idle();
            let calls = self.sim.calls();
            let phase = self.phase(folder.path(), &calls[before..]);
            let about = format!("{moment:?} met {phase:?}");
            phases.push(phase);
            for archive in archives(folder.path()) {
                assert_sound(&archive);
                assert_sidecars_are_true(&archive);
            }
            for (path, bytes) in base.iter().zip(&base_bytes) {
                assert!(std::fs::read(path).unwrap() == *bytes, "{about}");
            }
            assert_little_is_asked_again(&calls[first..before], &calls[before..], &about);
            if phase == Phase::Named {
                break;
            }
        }
        // One that was done before its moment came is the whole run.
        let before = ended.unwrap_or_else(|| {
            let before = self.sim.call_count();
            export(&self.sim, folder.path()).succeeds();
            before
        });
        let calls = self.sim.calls();
        let about = format!("after {phases:?}");
        assert_little_is_asked_again(&calls[first..before], &calls[before..], &about);
        let found = archives(folder.path());
        assert_eq!(found.len(), base.len() + 1, "{about}");
        assert_sound(&found[base.len()]);
        let saved = Saved::without_sidecar(&found[base.len()]);
        assert_eq!(saved.gaps(), [], "{about}");
        assert!(truth(&self.sim).is_subset(&saved.blobs()), "{about}");
        for (path, bytes) in base.iter().zip(base_bytes) {
            assert!(std::fs::read(path).unwrap() == bytes, "{about}");
        }
        phases
    }
}

fn export(sim: &Sim, folder: &Path) -> Run {
    Run::export(sim, folder).args(["--jobs", &JOBS.to_string()])
}

fn partial(folder: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path());
    entries.find(|path| path.extension().is_some_and(|it| it == "partial"))
}

/// A sidecar may be lacking, and never says what is not so.
fn assert_sidecars_are_true(archive: &Path) {
    let sha256 = wxbackup::model::Sha256::of(&std::fs::read(archive).unwrap()).to_string();
    if let Ok(sum) = std::fs::read_to_string(archive.with_extension("zip.sha256")) {
        let name = archive.file_name().unwrap().to_str().unwrap();
        assert_eq!(sum, format!("{sha256}  {name}\n"));
    }
    if let Ok(receipt) = std::fs::read(archive.with_extension("receipt.json")) {
        let receipt: serde_json::Value = serde_json::from_slice(&receipt).unwrap();
        assert_eq!(receipt["file_sha256"], sha256);
    }
}

#[track_caller]
fn assert_little_is_asked_again(earlier: &[Call], later: &[Call], about: &str) {
    let again = asked_twice(earlier, later, is_file).len();
    assert!(again <= JOBS, "{about}: {again} files again");
    let again = asked_twice(earlier, later, is_list).len();
    // After the name a run begins anew, and lists all.
    let has_begun_anew = about.contains("Named");
    assert!(
        again <= PAGES || has_begun_anew,
        "{about}: {again} pages again"
    );
}

#[test]
fn whenever_a_run_is_killed_no_archive_is_bad_and_the_next_run_goes_on() {
    let asked = std::env::var("WXBACKUP_CRASHES").ok();
    let crashes = asked.as_ref().map_or(CRASHES, |it| it.parse().unwrap());
    let images = if asked.is_some() { 3000 } else { 300 };
    let account = || {
        Sim::builder()
            .seed(5)
            .images(images)
            .voices(3)
            .videos(3)
            .news(1)
            .drafts(2)
            .published(2)
    };
    let grounds = [Ground::new(account(), false), Ground::new(account(), true)];
    let mut dice = Dice(20_260_101);
    let mut met: BTreeMap<Phase, usize> = BTreeMap::new();
    let mut kills = 0;
    for ground in grounds.iter().cycle() {
        if kills >= crashes {
            break;
        }
        for phase in ground.live(&mut dice, crashes - kills) {
            *met.entry(phase).or_default() += 1;
            kills += 1;
        }
    }
    crate::tell(&format!("killed {kills} times: {met:?}"));
    // A few kills may all miss a phase.
    for phase in PHASES_TO_MEET.into_iter().filter(|_| crashes >= 100) {
        assert!(met.contains_key(&phase), "{phase:?} was never met: {met:?}");
    }
}
