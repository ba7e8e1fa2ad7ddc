//! What the library says, where Chinese is spoken: findings, losses, gaps and
//! causes. What is written down stays English.

use std::path::Path;

use serde_json::{Value, json};
use wechat_sim::{Fault, Sim, Target};

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::sample::sample;
use crate::saved::Saved;

/// The lines of a run in Chinese whose `message_type` is `kind`.
#[track_caller]
fn told(kind: &str, code: i32, args: &[&str]) -> Vec<Value> {
    let run = Run::new().args(args.iter().copied());
    let said = run.args(["--lang", "zh", "--json"]).fails_with(code);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let mut told = lines;
    told.retain(|line| line["message_type"] == kind);
    told
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn findings_and_losses_are_told_in_chinese_under_the_same_codes() {
    let sample = sample();
    let inside = sample.inside_the_last_blob();
    let (folder, damaged) = sample.changed(|bytes| bytes[inside] ^= 1);
    let findings = told("finding", 6, &["verify", text(&damaged)]);
    let about = findings[0]["about"].as_str().unwrap();
    let finding = |code: &str, message: &str| {
        json!({
            "message_type": "finding",
            "archive": text(&damaged),
            "code": code,
            "about": about,
            "message": message,
        })
    };
    assert_eq!(
        findings,
        [
            finding("C03", "内容与清单所列的不符"),
            finding("C06", "名称不是内容的摘要"),
            finding("R10", "名称中的摘要与内容不符"),
        ]
    );
    let target = folder.path().join("bag");
    let args = ["restore", text(&damaged), "--to", text(&target)];
    let lost = told("warning", 6, &args);
    let lost: Vec<&Value> = lost.iter().map(|line| &line["message"]).collect();
    assert_eq!(lost, ["内容已损坏：内容与 CRC-32 不符"]);
}

#[test]
fn what_is_cut_is_told_in_chinese() {
    let (_folder, cut) = sample().changed(|bytes| bytes.truncate(bytes.len() / 2));
    let args = ["verify", "--level", "structure", text(&cut)];
    let findings = told("finding", 6, &args);
    let said: Vec<(&Value, &Value)> = findings
        .iter()
        .map(|line| (&line["code"], &line["message"]))
        .collect();
    assert_eq!(said, [(&json!("S01"), &json!("文件在这个条目内部中断"))]);
    // With half of it gone nearly everything is to be said at the full level.
    let findings = told("finding", 6, &["verify", text(&cut)]);
    let mut messages: Vec<&str> = findings
        .iter()
        .map(|line| line["message"].as_str().unwrap())
        .collect();
    messages.sort_unstable();
    messages.dedup();
    assert!(messages.len() >= 10, "{messages:?}");
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    messages.retain(|message| !message.contains(is_chinese));
    assert_eq!(messages, Vec::<&str>::new());
}

#[test]
fn the_causes_of_an_error_are_said_in_chinese_and_keep_the_code_of_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none.zip");
    let error = told("error", 1, &["list", text(&none)]).remove(0);
    assert_eq!(
        error["message"],
        format!("无法打开 {}", none.display()).as_str()
    );
    let causes = &error["causes"];
    assert_eq!(*causes, json!(["没有这个文件或文件夹（os error 2）"]));
}

/// The run speaks Chinese, and the archive that it writes English.
#[test]
fn a_gap_is_told_in_chinese_and_written_down_in_english() {
    let sim = Sim::builder().images(2).voices(1).start();
    sim.fault(
        Fault::Errcode(40007),
        Target::path("/cgi-bin/material/get_material"),
    );
    sim.fault(Fault::Errcode(48001), Target::list("published"));
    let folder = tempfile::tempdir().unwrap();
    let run = Run::export(&sim, folder.path());
    let said = run.args(["--lang", "zh", "--json"]).fails_with(3);
    let lines = said.json();
    let gap = lines.iter().find(|line| line["message_type"] == "gap");
    let detail = gap.unwrap()["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("微信拒绝了 material/get_material：") && detail.ends_with("（40007）"),
        "{detail}"
    );
    let warning = lines
        .iter()
        .find(|line| line["code"] == "no_permission")
        .unwrap();
    let message = warning["message"].as_str().unwrap();
    assert!(
        message.starts_with("这个账号无权读取：微信拒绝了 freepublish/batchget："),
        "{message}"
    );
    let path = said.summary()["path"].as_str().unwrap().to_owned();
    let saved = Saved::at(Path::new(&path));
    let mut details: Vec<String> = saved
        .lines("run/gaps.jsonl")
        .iter()
        .map(|gap| gap["detail"].as_str().unwrap().to_owned())
        .collect();
    details.sort();
    for (detail, begin) in details.iter().zip([
        "WeChat refused freepublish/batchget: ",
        "WeChat refused material/get_material: ",
    ]) {
        assert!(detail.starts_with(begin), "{detail}");
    }
    assert_eq!(details.len(), 2);
}
