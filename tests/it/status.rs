//! `wxbackup status`, on folders with archives of many nights.

use serde_json::{Value, json};
use wechat_sim::{Sim, Target};
use wxbackup::stage::{Holder, Lock};

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::sample::sample;
use crate::shelf::{Shelf, hours_ago, partial, stem};

/// The lines about accounts.
fn accounts(lines: &[Value]) -> Vec<&Value> {
    assert_lines_are_ours(lines);
    lines
        .iter()
        .filter(|line| line["message_type"] == "account")
        .collect()
}

/// The one account that `status` with `args` tells of.
fn account(shelf: &Shelf, args: &[&str]) -> Value {
    let said = shelf.run(&["status", "--json"]).args(args.iter().copied());
    let lines = said.succeeds().json();
    let accounts = accounts(&lines);
    assert_eq!(accounts.len(), 1);
    accounts[0].clone()
}

#[test]
fn an_account_stands_with_its_newest_good_archive() {
    let (newest, older) = (hours_ago(3), hours_ago(30));
    let shelf = Shelf::with(&[&newest, &older]);
    shelf.put(&hours_ago(2), partial());
    shelf.write(
        &format!("wxbackup-{}-{}.zip", stem(), hours_ago(1)),
        b"PK\x03\x04 cut",
    );
    shelf.write(
        &format!("wxbackup-{}-{}.zip.partial", stem(), hours_ago(1)),
        b"half",
    );
    let found = account(&shelf, &[]);
    let good = &found["newest_good"];
    assert_eq!(
        good["path"],
        shelf.name(&newest, ".zip").display().to_string()
    );
    assert_eq!(good["status"], "complete");
    assert_eq!(good["gaps"], 0);
    assert_eq!(good["bytes"], sample().bytes.len());
    assert_eq!(good["age_seconds"].as_u64().unwrap() / 3600, 3);
    assert!(good["verified_at"].is_string());
    let rest = [
        "account",
        "archives",
        "newer_partial",
        "newer_unreadable",
        "unfinished_bytes",
    ];
    assert_eq!(
        rest.map(|field| found[field].clone()),
        [json!(stem()), json!(4), json!(1), json!(1), json!(4)]
    );
    for absent in ["late", "staged", "running"] {
        assert_eq!(found[absent], Value::Null, "{absent}");
    }
}

#[test]
fn the_line_for_a_pipe_has_tabs_and_the_same_facts() {
    let newest = hours_ago(3);
    let shelf = Shelf::with(&[&newest]);
    let said = shelf.run(&["status"]).succeeds();
    let fields: Vec<&str> = said.stdout.trim_end().split('\t').collect();
    let path = shelf.name(&newest, ".zip").display().to_string();
    let bytes = sample().bytes.len().to_string();
    assert_eq!(fields.len(), 9, "{}", said.stdout);
    assert_eq!(
        [
            fields[1], fields[4], fields[5], fields[6], fields[7], fields[8]
        ],
        [stem(), "complete", "0", &bytes, "1", &path]
    );
    assert_eq!(said.stderr, "");
}

#[test]
fn an_archive_that_is_too_old_ends_with_1_and_is_named() {
    let shelf = Shelf::with(&[&hours_ago(27)]);
    for (age, code) in [("26h", 1), ("28h", 0), ("2d", 0), ("90m", 1)] {
        let run = shelf.run(&["status", "-q", "--max-age", age]);
        if code == 0 {
            assert_eq!(run.succeeds().stderr, "");
        } else {
            let said = run.fails_with(code).stderr;
            assert!(
                said.starts_with("error: 1 of 1 accounts have no good archive of the last "),
                "{said}"
            );
        }
    }
    let late = shelf.run(&["status", "--json", "--max-age", "26h"]);
    let lines = late.fails_with(1).json();
    assert_eq!(accounts(&lines)[0]["late"], true);
    let summary = lines.last().unwrap();
    assert_eq!(
        (&summary["late"], &summary["max_age_seconds"]),
        (&json!(1), &json!(93_600))
    );
}

#[test]
fn neither_a_partial_nor_a_damaged_nor_a_future_archive_is_young_enough() {
    let shelf = Shelf::with(&[&hours_ago(50), &hours_ago(-48)]);
    shelf.put(&hours_ago(2), partial());
    shelf.write(
        &format!("wxbackup-{}-{}.zip", stem(), hours_ago(1)),
        &sample().bytes[..sample().bytes.len() / 2],
    );
    let run = || shelf.run(&["status", "--json", "--max-age", "26h"]);
    let lines = run().fails_with(1).json();
    let codes: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message_type"] == "warning")
        .map(|line| &line["code"])
        .collect();
    assert_eq!(codes, ["archive_from_the_future", "unreadable_archive"]);
    let age = &accounts(&lines)[0]["newest_good"]["age_seconds"];
    assert_eq!(age.as_u64().unwrap() / 3600, 50);
}

#[test]
fn a_run_that_found_nothing_new_confirms_the_standing_archive() {
    let (standing, tonight) = (hours_ago(50), hours_ago(2));
    let shelf = Shelf::with(&[&standing]);
    let receipt = std::fs::read(shelf.name(&standing, ".receipt.json")).unwrap();
    let mut receipt: Value = serde_json::from_slice(&receipt).unwrap();
    let name = shelf.name(&standing, ".zip");
    receipt["file_name"] = json!(name.file_name().unwrap().to_str().unwrap());
    receipt["run_id"] = json!(tonight);
    receipt["unchanged_since"] = json!(standing);
    let late = || shelf.run(&["status", "--max-age", "26h"]);
    late().fails_with(1);
    let to = shelf.name(&tonight, ".receipt.json");
    wxbackup::fs::write_atomic(&to, receipt.to_string().as_bytes()).unwrap();
    late().succeeds();
    receipt["file_name"] = json!("another.zip");
    wxbackup::fs::write_atomic(&to, receipt.to_string().as_bytes()).unwrap();
    late().fails_with(1);
}

#[test]
fn an_account_of_the_settings_without_an_archive_is_late() {
    let shelf = Shelf::with(&[&hours_ago(1)]);
    shelf.write(
        "config.toml",
        format!(
            "[accounts.shop]\nappid = \"{}\"\nsecret = {{ env = \"A\" }}\n\
             [accounts.new]\nappid = \"wx0new\"\nsecret = {{ env = \"A\" }}\n",
            stem()
        )
        .as_bytes(),
    );
    let config = shelf.path().join("config.toml");
    let run = |account: &[&str]| {
        shelf
            .run(&["status", "--max-age", "26h"])
            .args(["--config"])
            .args([&config])
            .args(account.iter().copied())
    };
    let said = run(&[]).fails_with(1);
    assert_eq!(
        said.stderr,
        "error: 1 of 2 accounts have no good archive of the last 26h: new\n"
    );
    assert!(said.stdout.contains("shop\t"), "{}", said.stdout);
    run(&["--account", "shop"]).succeeds();
    run(&["--account", stem()]).succeeds();
    run(&["--account", "new"]).fails_with(1);
    run(&["--account", "shpo"]).fails_with(2);
}

#[test]
fn a_folder_without_archives_is_no_good_news() {
    let shelf = Shelf::new();
    shelf.run(&["status"]).succeeds();
    shelf.run(&["status", "--max-age", "26h"]).fails_with(1);
    Run::new()
        .args(["status", "-o", "/nowhere/at/all"])
        .fails_with(1);
}

#[test]
fn what_an_interrupted_run_staged_is_told_and_left_as_it_is() {
    let shelf = Shelf::new();
    let sim = Sim::builder().images(2).start();
    let hold = sim.hold(Target::cdn());
    let mut child = Run::against(&sim)
        .args(["export", "-q", "-o"])
        .args([shelf.path()])
        .command()
        .spawn()
        .unwrap();
    hold.wait();
    let found = account(&shelf, &[]);
    assert_eq!(found["running"]["pid"], child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    drop(hold);
    let found = account(&shelf, &[]);
    assert_eq!(found["running"], Value::Null);
    assert_eq!(found["appid"], sim.appid());
    assert!(found["staged"]["bytes"].as_u64().unwrap() > 0);
    assert!(found["staged"]["since"].is_string());
    Run::against(&sim)
        .args(["export", "-o"])
        .args([shelf.path()])
        .succeeds();
    let found = account(&shelf, &["--max-age", "1h"]);
    assert_eq!(
        (&found["staged"], &found["late"]),
        (&Value::Null, &json!(false))
    );
}

#[test]
fn a_look_writes_nothing() {
    let shelf = Shelf::with(&[&hours_ago(1)]);
    let before = shelf.files();
    shelf.run(&["status"]).succeeds();
    assert_eq!(shelf.files(), before);
    assert!(!shelf.path().join(".wxbackup").exists());
    let home = shelf.path().join(".wxbackup").join(stem());
    let holder = Holder {
        pid: 7,
        host: "box".to_owned(),
        started_at: "2026-11-22T17:00:00Z".to_owned(),
    };
    std::fs::create_dir_all(home.parent().unwrap()).unwrap();
    let _lock = Lock::acquire(&home, &holder).unwrap();
    let found = account(&shelf, &[]);
    assert_eq!(
        found["running"],
        json!({"pid": 7, "host": "box", "started_at": "2026-11-22T17:00:00Z"})
    );
}
