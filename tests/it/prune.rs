//! `wxbackup prune`, on folders with archives of many nights.

use serde_json::{Value, json};
use wechat_sim::Sim;
use wxbackup::stage::{Holder, Lock};

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::sample::sample;
use crate::shelf::{Shelf, partial, stem};

/// Some nights, oldest first.
const NIGHTS: [&str; 5] = [
    "20260101T190000Z",
    "20260102T190000Z",
    "20260103T190000Z",
    "20260103T200000Z",
    "20260104T190000Z",
];

/// Each archive with its fate and the reasons for it, newest first.
fn fates(lines: &[Value]) -> Vec<(String, String)> {
    assert_lines_are_ours(lines);
    lines
        .iter()
        .filter(|line| line["message_type"] == "archive")
        .map(|line| {
            let reasons = line["reasons"].as_array().unwrap().iter();
            let reasons: Vec<&str> = reasons.map(|reason| reason.as_str().unwrap()).collect();
            let fate = line["fate"].as_str().unwrap();
            (fate.to_owned(), reasons.join(", "))
        })
        .collect()
}

#[test]
fn a_preview_says_what_would_go_and_why_the_rest_stays() {
    let shelf = Shelf::with(&NIGHTS);
    let before = shelf.files();
    let preview = ["prune", "--keep-daily", "2", "--json"];
    let lines = shelf.run(&preview).succeeds().json();
    let pair = |fate: &str, reasons: &str| (fate.to_owned(), reasons.to_owned());
    assert_eq!(
        fates(&lines),
        [
            pair("keep", "daily, newest good"),
            pair("keep", "daily"),
            pair("remove", ""),
            pair("remove", ""),
            pair("remove", ""),
        ]
    );
    let summary = lines.last().unwrap();
    let fields = ["applied", "kept", "doomed", "doomed_bytes", "removed"];
    assert_eq!(
        fields.map(|field| summary[field].clone()),
        [
            json!(false),
            json!(2),
            json!(3),
            json!(3 * sample().bytes.len()),
            json!(0)
        ]
    );
    assert_eq!(shelf.files(), before);
    assert!(
        !shelf.path().join(".wxbackup").exists(),
        "a preview takes no lock"
    );

    let said = shelf.run(&["prune", "--keep-daily", "2"]).succeeds();
    assert_eq!(said.stdout.lines().count(), 5);
    assert!(
        said.stderr
            .ends_with("hint: nothing was removed; --apply removes them\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_is_removed_takes_its_sidecars_along_and_nothing_else() {
    let shelf = Shelf::with(&NIGHTS);
    let strangers = [
        "notes.txt".to_owned(),
        format!("wxbackup-{}-20260101T190000Z.zip.bak", stem()),
        format!("wxbackup-{}-20260101T190000Z (1).zip", stem()),
        format!("wxbackup-{}-20250101T190000Z.zip.partial", stem()),
        format!("wxbackup-{}-20250101T190000Z.zip.age.bak", stem()),
    ];
    for name in &strangers {
        shelf.write(name, b"x");
    }
    let prune = ["prune", "--keep-last", "1", "--apply", "--json"];
    let lines = shelf.run(&prune).succeeds().json();
    let gone = fates(&lines)
        .iter()
        .filter(|(fate, _)| fate == "removed")
        .count();
    assert_eq!(gone, 4);
    let mut left: Vec<String> = [".receipt.json", ".zip", ".zip.sha256"]
        .iter()
        .map(|ending| format!("wxbackup-{}-20260104T190000Z{ending}", stem()))
        .chain(strangers)
        .collect();
    left.sort_unstable();
    assert_eq!(shelf.files(), left);
    Run::new()
        .args(["verify"])
        .args([shelf.name("20260104T190000Z", ".zip")])
        .succeeds();
    let again = shelf.run(&prune).succeeds().summary();
    assert_eq!((&again["kept"], &again["removed"]), (&json!(1), &json!(0)));
}

#[test]
fn what_cannot_be_read_is_never_removed_and_never_counted() {
    let shelf = Shelf::with(&NIGHTS[..2]);
    let half = &sample().bytes[..sample().bytes.len() / 2];
    for stamp in ["20250101T190000Z", "20260105T190000Z"] {
        shelf.write(&format!("wxbackup-{}-{stamp}.zip", stem()), half);
    }
    // The archive of one account under the name of another.
    shelf.write("wxbackup-wx0other-20250101T190000Z.zip", &sample().bytes);
    shelf.write("wxbackup-wx0other-20250102T190000Z.zip", &sample().bytes);
    let run = shelf.run(&["prune", "--keep-last", "1", "--apply", "--json"]);
    let lines = run.succeeds().json();
    let warnings = lines
        .iter()
        .filter(|line| line["message_type"] == "warning");
    assert!(
        warnings
            .clone()
            .all(|line| line["code"] == "unreadable_archive")
    );
    assert_eq!(warnings.count(), 4);
    assert_eq!(
        shelf.stamps(),
        ["20250101T190000Z", NIGHTS[1], "20260105T190000Z"]
    );
    assert!(
        shelf
            .files()
            .contains(&"wxbackup-wx0other-20250101T190000Z.zip".to_owned())
    );
}

#[test]
fn a_partial_archive_displaces_no_good_one() {
    let shelf = Shelf::with(&NIGHTS[..3]);
    shelf.put("20260103T183000Z", partial());
    for stamp in ["20260105T190000Z", "20260106T190000Z"] {
        shelf.put(stamp, partial());
    }
    let prune = ["prune", "--keep-last", "1", "--apply"];
    shelf.run(&prune).succeeds();
    assert_eq!(shelf.stamps(), [NIGHTS[2], "20260106T190000Z"]);
}

#[test]
fn an_archive_from_the_future_is_kept_and_does_not_stand_for_the_newest() {
    let shelf = Shelf::with(&[NIGHTS[0], NIGHTS[1], "20991231T190000Z"]);
    shelf
        .run(&["prune", "--keep-last", "1", "--apply"])
        .succeeds();
    assert_eq!(shelf.stamps(), [NIGHTS[1], "20991231T190000Z"]);
}

#[test]
fn the_receipts_of_runs_that_found_nothing_new_go_with_their_archive() {
    let shelf = Shelf::with(&NIGHTS[..2]);
    for (night, run) in [
        (NIGHTS[0], "20260102T120000Z"),
        (NIGHTS[1], "20260103T120000Z"),
    ] {
        let receipt = std::fs::read(shelf.name(night, ".receipt.json")).unwrap();
        let mut receipt: Value = serde_json::from_slice(&receipt).unwrap();
        receipt["file_name"] = json!(format!("wxbackup-{}-{night}.zip", stem()));
        receipt["run_id"] = json!(run);
        receipt["unchanged_since"] = json!(night);
        let name = format!("wxbackup-{}-{run}.receipt.json", stem());
        shelf.write(&name, receipt.to_string().as_bytes());
    }
    shelf
        .run(&["prune", "--keep-last", "1", "--apply"])
        .succeeds();
    assert_eq!(shelf.stamps(), [NIGHTS[1]]);
    assert!(!shelf.name("20260102T120000Z", ".receipt.json").exists());
    assert!(shelf.name("20260103T120000Z", ".receipt.json").exists());
}

#[test]
fn an_account_with_a_run_at_work_is_left_alone_and_the_others_go_on() {
    let shelf = Shelf::with(&NIGHTS);
    let sim = Sim::builder().seed(2).images(1).start();
    assert_ne!(sim.appid(), stem());
    let export = || {
        Run::against(&sim)
            .args(["export", "--always", "-o"])
            .args([shelf.path()])
            .succeeds()
            .stdout
    };
    let (first, second) = (export(), export());
    let holder = Holder {
        pid: 7,
        host: "box".to_owned(),
        started_at: "2026-11-22T17:00:00Z".to_owned(),
    };
    let home = shelf.path().join(".wxbackup").join(stem());
    std::fs::create_dir_all(home.parent().unwrap()).unwrap();
    let lock = Lock::acquire(&home, &holder).unwrap();
    let prune = ["prune", "--keep-last", "1", "--apply"];
    let said = shelf.run(&prune).fails_with(11);
    assert!(
        said.stderr.contains(
            "another run is at work on this account: process 7 on box, since 2026-11-22T17:00:00Z"
        ),
        "{}",
        said.stderr
    );
    assert_eq!(shelf.stamps(), NIGHTS);
    assert!(!std::path::Path::new(first.trim_end()).exists());
    assert!(std::path::Path::new(second.trim_end()).exists());
    // A preview needs no lock.
    shelf.run(&["prune", "--keep-last", "1"]).succeeds();
    drop(lock);
    shelf
        .run(&prune)
        .args(["--account", sim.appid()])
        .succeeds();
    assert_eq!(shelf.stamps(), NIGHTS);
    shelf.run(&prune).args(["--account", stem()]).succeeds();
    assert_eq!(shelf.stamps(), [NIGHTS[4]]);
}

#[test]
fn who_says_nothing_of_what_to_keep_or_says_none_is_refused() {
    let shelf = Shelf::with(&NIGHTS[..2]);
    for args in [
        &["prune"][..],
        &["prune", "--apply"],
        &["prune", "--apply", "--keep-last", "0"],
        &["prune", "--apply", "--keep-daily", "-1"],
    ] {
        shelf.run(args).fails_with(2);
    }
    assert_eq!(shelf.stamps(), NIGHTS[..2]);
}

#[cfg(unix)]
#[test]
fn an_archive_that_cannot_be_removed_is_said_and_is_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let shelf = Shelf::with(&NIGHTS[..2]);
    let prune = ["prune", "--keep-last", "1", "--apply", "--json"];
    // The lock's folder is there before.
    shelf
        .run(&["prune", "--keep-last", "2", "--apply"])
        .succeeds();
    let chmod = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(shelf.path(), mode).unwrap();
    };
    chmod(0o500);
    let is_root = std::fs::File::create_new(shelf.path().join("probe")).is_ok();
    if !is_root {
        let lines = shelf.run(&prune).fails_with(1).json();
        chmod(0o700);
        assert_eq!(fates(&lines)[1].0, "stuck");
        assert_eq!(shelf.stamps(), NIGHTS[..2]);
    }
    chmod(0o700);
}
