//! Quotas: WeChat is asked before a long list and before no other, a part of
//! each day is left for the owner's other systems, and a list that takes days
//! goes on where it stopped. All of it is read from the simulator's log.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Builder, Call, Fault, Sim, Target};
use wxbackup::export::{Outcome, QuotaLeft};
use wxbackup::wechat::Api;

use crate::output::assert_lines_are_ours;
use crate::quick;
use crate::run::Run;
use crate::saved::{Saved, archives, truth};

const ASK: &str = "/cgi-bin/openapi/quota/get";
const LIST: &str = "/cgi-bin/material/batchget_material";
const PUBLISHED: &str = "/cgi-bin/freepublish/batchget";
const GET_MATERIAL: &str = "/cgi-bin/material/get_material";

/// 51 pages: one more than go without asking.
fn long() -> Builder {
    Sim::builder().seed(7).images(1010)
}

/// The paths whose quota was asked for.
fn asked(calls: &[Call]) -> Vec<&str> {
    assert!(
        calls.iter().all(|call| !call.path.contains("clear")),
        "a quota is the owner's to clear"
    );
    let asked = calls.iter().filter(|call| call.path == ASK);
    asked
        .map(|call| call.body_text("cgi_path").unwrap())
        .collect()
}

/// The offsets of the pages of pictures that came.
fn offsets(calls: &[Call]) -> Vec<u64> {
    let lists = calls
        .iter()
        .filter(|call| call.path == LIST && call.errcode.is_none());
    let offset = |call: &Call| call.body.as_ref().unwrap()["offset"].as_u64().unwrap();
    let mut offsets: Vec<u64> = lists.map(offset).collect();
    offsets.sort_unstable();
    offsets
}

fn images(sim: &Sim, folder: &Path) -> Run {
    Run::export(sim, folder).args(["--sections", "image"])
}

#[test]
fn a_short_account_is_saved_without_asking() {
    let sim = Sim::builder()
        .images(40)
        .voices(12)
        .news(3)
        .drafts(3)
        .published(3)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).succeeds();
    assert_eq!(asked(&sim.calls()), [] as [&str; 0]);
    assert!(!said.stderr.contains("plan:"), "{}", said.stderr);
}

#[test]
fn each_path_that_is_called_often_is_asked_about_once_and_before() {
    let sim = long().voices(60).start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).succeeds();
    let calls = sim.calls();
    assert_eq!(asked(&calls), [LIST, GET_MATERIAL]);
    let first = |path: &str| calls.iter().position(|call| call.path == path).unwrap();
    assert!(first(ASK) < first(LIST));
    // 51 pages of pictures, 3 of voices, and one of each that has nothing.
    let plans: Vec<&str> = said
        .stderr
        .lines()
        .filter(|line| line.starts_with("plan:"))
        .collect();
    assert_eq!(
        plans,
        [
            "plan: material/batchget_material: 56 calls needed, 40,000 left today after keeping 20 % back: 1 day",
            "plan: material/get_material: 60 calls needed, 160,000 left today after keeping 20 % back: 1 day",
        ]
    );
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}

#[test]
fn a_quota_that_cannot_be_asked_for_changes_nothing() {
    for fault in [
        Fault::Errcode(48001),
        Fault::Errcode(45011),
        Fault::Status(502),
        Fault::MissingField("remain".to_owned()),
        Fault::Body(br#"{"quota":{"daily_limit":0,"used":0,"remain":0}}"#.to_vec()),
    ] {
        let sim = long().fault(fault.clone(), Target::path(ASK)).start();
        let folder = tempfile::tempdir().unwrap();
        let said = images(&sim, folder.path()).succeeds();
        assert_eq!(asked(&sim.calls()), [LIST], "{fault:?}");
        assert_eq!(sim.count(LIST), 51, "{fault:?}");
        assert!(
            said.stderr.starts_with(
                "plan: material/batchget_material: 51 calls needed; WeChat does not tell how many are left\n"
            ),
            "{}",
            said.stderr
        );
        assert!(!said.stderr.contains("warning: openapi"), "{}", said.stderr);
    }
}

#[test]
fn a_long_list_leaves_the_reserve_and_ends_on_another_day() {
    let sim = long().limit(LIST, 40).start();
    let folder = tempfile::tempdir().unwrap();
    let said = images(&sim, folder.path()).args(["--json"]).fails_with(5);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let plan: Vec<&Value> = lines
        .iter()
        .filter(|line| line["status"] == "quota")
        .collect();
    assert_eq!(
        plan,
        [&json!({
            "message_type": "status", "status": "quota", "api": "material/batchget_material",
            "calls_needed": 51, "calls_left": 32, "reserve_percent": 20, "days": 2,
        })]
    );
    let summary = lines.last().unwrap();
    assert_eq!(
        summary["quota"],
        json!([{"api": "material/batchget_material", "daily_limit": 40, "used": 32, "left": 8}])
    );
    assert_eq!(summary["unfinished"]["sections"], json!(["image"]));
    let trouble = lines
        .iter()
        .find(|line| line["message_type"] == "error")
        .unwrap();
    assert_eq!(
        trouble["message"],
        "no archive was written yet: the list of image has not ended"
    );
    assert!(
        trouble["hint"]
            .as_str()
            .unwrap()
            .contains("--quota-reserve"),
        "{trouble}"
    );
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    let first = sim.calls();
    assert_eq!(asked(&first), [LIST]);
    // Four are asked for side by side: which are the last is for the machine.
    let listed = offsets(&first);
    assert_eq!(listed.len(), 32);
    assert!(listed.last().unwrap() / 20 < 36, "{listed:?}");
    assert!(first.iter().all(|call| call.errcode != Some(45009)));
    // What is listed is fetched.
    let asked_for: Vec<&str> = first.iter().map(|call| call.path.as_str()).collect();
    for (at, image) in sim.account().images().enumerate() {
        let path = image.url.split('?').next().unwrap().replace(&sim.url(), "");
        let is_listed = listed.contains(&(at as u64 / 20 * 20)) && !path.is_empty();
        assert!(
            asked_for.contains(&path.as_str()) || !is_listed,
            "{path} is listed and was not fetched"
        );
    }

    // The same day nothing is left for it.
    let before = sim.call_count();
    images(&sim, folder.path()).fails_with(5);
    let again = sim.calls_after(before);
    assert_eq!(asked(&again), [LIST]);
    assert_eq!(offsets(&again), [] as [u64; 0]);

    sim.next_day();
    let before = sim.call_count();
    let said = images(&sim, folder.path()).succeeds();
    assert!(
        said.stderr
            .contains("20 calls needed, 32 left today after keeping 20 % back: 1 day"),
        "{}",
        said.stderr
    );
    let second = sim.calls_after(before);
    assert_eq!(asked(&second), [LIST]);
    let mut rest: Vec<u64> = (0..51).map(|at| at * 20).collect();
    rest.retain(|offset| !listed.contains(offset) || Some(offset) == listed.last());
    assert_eq!(offsets(&second), rest, "and one page of overlap");
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}

#[test]
fn a_list_that_nobody_counts_is_planned_once_its_first_page_is_there() {
    let sim = Sim::builder().published(1010).limit(PUBLISHED, 10).start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).fails_with(5);
    assert_eq!(asked(&sim.calls()), [PUBLISHED]);
    // One page before it was known, and what is left of 9 without 2.
    assert_eq!(sim.count(PUBLISHED), 8);
    assert!(
        said.stderr.contains(
            "plan: freepublish/batchget: 50 calls needed, 7 left today after keeping 20 % back: 7 days\n"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn what_other_systems_have_used_up_is_not_asked_for() {
    let sim = long().limit(LIST, 100).start();
    sim.exhaust(LIST);
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).args(["-q"]).fails_with(5);
    assert_eq!(sim.count(LIST), 0);
    assert!(!said.stderr.contains("plan:"), "{}", said.stderr);
    assert!(
        said.stderr
            .contains("material/batchget_material is not called any more"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_flag_beats_a_variable_and_an_account_beats_all_accounts() {
    let sim = long().limit(LIST, 10).start();
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    let text = format!(
        "quota_reserve = 70\n[accounts.shop]\nappid = \"{}\"\nsecret = {{ env = \"S\" }}\nquota_reserve = 80\n",
        sim.appid()
    );
    wxbackup::fs::write_atomic(&settings, text.as_bytes()).unwrap();
    let listed = |account: &[&str], args: &[&str], variable: Option<&str>| {
        sim.next_day();
        let before = sim.call_count();
        let mut run = images(&sim, folder.path())
            .args(["--fresh"])
            .args(account.iter().copied())
            .args(args.iter().copied())
            .env("S", sim.secret())
            .env("WXBACKUP_CONFIG", settings.as_os_str());
        if let Some(percent) = variable {
            run = run.env("WXBACKUP_QUOTA_RESERVE", percent);
        }
        run.fails_with(5);
        let calls = sim.calls_after(before);
        asked(&calls);
        offsets(&calls).len()
    };
    let shop = &["--account", "shop"];
    assert_eq!(listed(shop, &["--quota-reserve", "50"], Some("60")), 5);
    assert_eq!(listed(shop, &[], Some("60")), 4);
    assert_eq!(listed(&[], &[], None), 3);
    assert_eq!(listed(shop, &[], None), 2);
    assert_eq!(listed(shop, &["--quota-reserve", "0"], None), 10);
    for wrong in ["100", "-1", "20%", ""] {
        let wrong = format!("--quota-reserve={wrong}");
        let said = images(&sim, folder.path()).args([wrong]).fails_with(2);
        assert!(said.stderr.contains("from 0 to 99"), "{}", said.stderr);
    }
}

#[test]
fn what_is_left_is_known_when_a_run_ends() {
    let sim = long().voices(60).limit(LIST, 100).start();
    sim.limit(GET_MATERIAL, 40);
    let folder = tempfile::tempdir().unwrap();
    let quota_of = |outcome: Outcome| match outcome {
        Outcome::Sealed(sealed) => sealed.quota,
        Outcome::Unfinished(unfinished) => unfinished.quota,
    };
    let left = |api, daily_limit, used, left| QuotaLeft {
        api,
        daily_limit,
        used,
        left,
    };
    let first = quota_of(quick::export(&sim, folder.path()).unwrap());
    assert_eq!(
        first,
        [
            left(Api::BatchgetMaterial, 100, 56, 44),
            left(Api::GetMaterial, 40, 32, 8),
        ]
    );
    sim.next_day();
    sim.limit(GET_MATERIAL, 1000);
    // 28 voices and a picture need no plan.
    let second = quota_of(quick::export(&sim, folder.path()).unwrap());
    assert_eq!(second, []);
    assert_eq!(archives(folder.path()).len(), 1);
}
