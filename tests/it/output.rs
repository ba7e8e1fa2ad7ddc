//! What the program says on stdout and stderr, and how it ends.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::{Value, json};
use wechat_sim::Sim;

use crate::run::Run;

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../schemas/output.schema.json");
    jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
}

/// The line follows the schema.
#[track_caller]
pub(crate) fn assert_is_ours(line: &Value) {
    if let Err(error) = schema().validate(line) {
        panic!("{error}: {line}");
    }
}

/// Every line follows the schema, and the last alone is a summary.
#[track_caller]
pub(crate) fn assert_lines_are_ours(lines: &[Value]) {
    let schema = schema();
    for line in lines {
        if let Err(error) = schema.validate(line) {
            panic!("{error}: {line}");
        }
    }
    let summaries: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at]["message_type"] == "summary")
        .collect();
    assert_eq!(summaries, [lines.len() - 1]);
}

#[test]
fn the_lines_of_every_command_follow_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder().images(3).drafts(1).start();
    let run = |run: Run, args: &[&str]| {
        let run = run.args(args.iter().copied()).args(["--json", "-v"]);
        let said = run.in_folder(folder.path()).succeeds();
        assert_lines_are_ours(&said.json());
        said.summary()
    };
    let exported = run(Run::against(&sim), &["export"]);
    let archive = exported["path"].as_str().unwrap();
    let verified = run(Run::new(), &["verify", archive]);
    let restored = run(Run::new(), &["restore", archive, "--to", "out"]);
    let extract = ["extract", archive, "--to", "articles", "--format", "text"];
    let extracted = run(Run::new(), &extract);
    let listed = run(Run::new(), &["list", archive]);
    let compared = run(Run::new(), &["diff", archive, archive]);
    let shown = run(Run::new(), &["demo"]);
    let checked = run(Run::against(&sim), &["config", "check"]);
    let settings = run(Run::against(&sim), &["config", "show"]);
    let begun = run(Run::new(), &["config", "init", "--config", "c.toml"]);
    let of_verify = &verified["archives"][0];
    assert_eq!(of_verify["archive_sha256"], exported["archive_sha256"]);
    assert_eq!(of_verify["verdict"], "sound");
    assert_eq!(
        (&restored["path"], &restored["lost"]),
        (&json!("out"), &json!(0))
    );
    assert_eq!(
        (&extracted["path"], &extracted["lost"]),
        (&json!("articles"), &json!(0))
    );
    assert_eq!(listed["coverage"], exported["coverage"]);
    assert_eq!(compared["old"], compared["new"]);
    assert_eq!(shown["exit_code"], 0);
    assert_eq!(
        (&checked["accounts"], &checked["problems"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(settings["command"], "config show");
    assert_eq!(begun["path"], "c.toml");
}

#[test]
fn wrong_usage_is_an_error_line_and_a_summary() {
    let said = Run::new().args(["--json", "fly"]).fails_with(2);
    assert_lines_are_ours(&said.json());
    assert_eq!(
        said.json(),
        [
            json!({"message_type": "error", "message": "unrecognized subcommand 'fly'", "causes": []}),
            json!({"message_type": "summary", "command": "", "exit_code": 2, "elapsed_ms": 0}),
        ]
    );
    assert!(
        said.stderr
            .starts_with("error: unrecognized subcommand 'fly'\n")
    );
}

#[test]
fn a_command_without_a_page_in_the_manual_is_wrong_usage() {
    let said = Run::new().args(["man", "fly"]).fails_with(2);
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        ("", "error: there is no command `fly`\n")
    );
}

#[test]
fn colours_are_written_only_where_they_are_asked_for() {
    let said = Run::new().args(["man", "fly"]);
    let coloured = Run::new().args(["man", "fly", "--color", "always"]);
    assert!(!said.fails_with(2).stderr.contains('\u{1b}'));
    assert!(coloured.fails_with(2).stderr.contains("\u{1b}[1m"));
}

#[test]
fn a_reader_who_goes_away_is_no_failure() {
    let mut child = Run::new()
        .args(["completions", "bash"])
        .command()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    let mut pipe = child.stderr.take().unwrap();
    pipe.read_to_string(&mut stderr).unwrap();
    assert_eq!(
        (child.wait().unwrap().code(), stderr.as_str()),
        (Some(0), "")
    );
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Run::new()
        .args(["man"])
        .command()
        .stdout(full)
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    for words in [
        &["man"][..],
        &["man", "completions"],
        &["man", "config", "show"],
    ] {
        let page = Run::new().args(words.iter().copied()).succeeds().stdout;
        assert!(page.contains(".SH NAME\n"), "{page}");
    }
}
