//! The same library gives the same payload, whatever happened on the way; and
//! of the whole archive only what tells of the run differs (format 12).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use wechat_sim::{Builder, Fault, Quirk, Sim, Target};
use wxbackup::export::{Outcome, WhenUnchanged};
use wxbackup::model::Timestamp;

use crate::quick;
use crate::run::Run;
use crate::saved::{Saved, archives};

fn account() -> Builder {
    Sim::builder()
        .seed(11)
        .images(30)
        .voices(4)
        .videos(5)
        .news(5)
        .drafts(6)
        .published(4)
}

/// Exports `sim` into a folder of its own, with so many downloads side by side.
fn exported(sim: &Sim, jobs: &str) -> Saved {
    let folder = tempfile::tempdir().unwrap();
    Run::export(sim, folder.path())
        .args(["--jobs", jobs])
        .succeeds();
    Saved::only_one_in(folder.path())
}

/// The entries that are not the same bytes in both.
fn differing<'a>(left: &'a Saved, right: &'a Saved) -> BTreeSet<&'a str> {
    let names = left.entries.keys().chain(right.entries.keys());
    names
        .filter(|name| left.entries.get(*name) != right.entries.get(*name))
        .map(String::as_str)
        .collect()
}

#[test]
fn two_exports_differ_in_what_tells_of_the_run_alone() {
    let sim = account().without(Quirk::Tempkey).start();
    let (left, right) = (exported(&sim, "16"), exported(&sim, "1"));
    assert_eq!(left.payload_sha256, right.payload_sha256);
    let names = |saved: &Saved| saved.entries.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&left), names(&right));
    assert_eq!(left.order, right.order);
    let may_vary = |name: &&str| {
        name.starts_with("run/") || ["bag-info.txt", "tagmanifest-sha256.txt"].contains(name)
    };
    let others: Vec<&str> = differing(&left, &right)
        .into_iter()
        .filter(|name| !may_vary(name))
        .collect();
    assert_eq!(others, [] as [&str; 0]);
}

#[test]
fn a_key_that_changes_with_each_answer_changes_the_raw_answer_alone() {
    let sim = account().start();
    let (left, right) = (exported(&sim, "16"), exported(&sim, "16"));
    assert_ne!(left.payload_sha256, right.payload_sha256);
    let drafts: Vec<String> = left
        .items("article")
        .iter()
        .filter(|record| record["source"] == "draft")
        .map(|record| record["raw_path"].as_str().unwrap().to_owned())
        .collect();
    let mut expected: BTreeSet<&str> = drafts.iter().map(String::as_str).collect();
    assert_eq!(expected.len(), 6);
    expected.extend(["data/items/article.jsonl", "manifest-sha256.txt"]);
    let payload: BTreeSet<&str> = differing(&left, &right)
        .into_iter()
        .filter(|name| name.starts_with("data/") || *name == "manifest-sha256.txt")
        .collect();
    assert_eq!(payload, expected);
    let without_raw = |saved: &Saved| -> Vec<Value> {
        let mut records = saved.items("article");
        for record in &mut records {
            record.as_object_mut().unwrap().remove("raw_sha256");
        }
        records
    };
    assert_eq!(without_raw(&left), without_raw(&right));
}

#[test]
fn failures_on_the_way_leave_no_trace_in_the_payload() {
    let sim = account().without(Quirk::Tempkey).start();
    let export = || {
        let folder = tempfile::tempdir().unwrap();
        let outcome = quick::export(&sim, folder.path()).unwrap();
        assert!(matches!(outcome, Outcome::Sealed(_)), "{outcome:?}");
        Saved::only_one_in(folder.path())
    };
    let quiet = export();
    sim.fault(Fault::Status(500), Target::any().chance(0.1));
    sim.fault(Fault::Cut, Target::any().chance(0.1));
    sim.fault(Fault::Errcode(-1), Target::api().chance(0.2));
    sim.fault(Fault::TokenRevoked, Target::list("image").at(1));
    let disturbed = export();
    assert_eq!(quiet.payload_sha256, disturbed.payload_sha256);
}

#[test]
fn runs_within_one_second_have_names_of_their_own() {
    let sim = account().without(Quirk::Tempkey).start();
    let folder = tempfile::tempdir().unwrap();
    let still = || Timestamp::from_second(1_795_366_800).unwrap();
    for _ in 0..3 {
        quick::export_with(&sim, folder.path(), |options| {
            options.clock = still;
            options.unchanged = WhenUnchanged::Write;
        })
        .unwrap();
    }
    let names: Vec<String> = archives(folder.path())
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let name = |seconds| format!("wxbackup-{}-20261122T17000{seconds}Z.zip", sim.appid());
    assert_eq!(names, [name(0), name(1), name(2)]);
    let payloads: BTreeSet<String> = archives(folder.path())
        .iter()
        .map(|path| Saved::at(path).payload_sha256)
        .collect();
    assert_eq!(payloads.len(), 1);
}

#[test]
fn a_clock_that_is_set_back_spoils_no_archive() {
    static SECONDS: AtomicI64 = AtomicI64::new(1_795_366_800);
    let backwards = || Timestamp::from_second(SECONDS.fetch_sub(1, Ordering::Relaxed)).unwrap();
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let outcome = quick::export_by(backwards, &sim, folder.path()).unwrap();
    assert!(matches!(outcome, Outcome::Sealed(_)), "{outcome:?}");
}
