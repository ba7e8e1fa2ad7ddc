//! Signals: the first asks a run to stop, the second ends it; SIGUSR1 asks how
//! far it is.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use wechat_sim::{Quirk, Sim, Target};

use crate::run::Run;

fn begun(sim: &Sim, folder: &tempfile::TempDir) -> Child {
    Run::against(sim)
        .args(["export", "--json"])
        .in_folder(folder.path())
        .command()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

#[test]
fn a_signal_ends_a_run_with_the_code_of_the_signal() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let sim = Sim::builder().images(40).start();
        let folder = tempfile::tempdir().unwrap();
        let hold = sim.hold(Target::cdn());
        let child = begun(&sim, &folder);
        hold.wait();
        send(signal, &child);
        drop(hold);
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stdout}");
        let last: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
        assert_eq!(last["exit_code"], code);
        assert!(!stdout.contains("\"message_type\":\"error\""), "{stdout}");

        Run::against(&sim)
            .args(["export"])
            .in_folder(folder.path())
            .succeeds();
    }
}

/// An account of 8 pictures and a run that waits for the sixth of them.
fn waiting_for_a_picture(
    flags: &[&str],
    ask: impl FnOnce(&mut Child),
) -> (tempfile::TempDir, std::process::Output) {
    let sim = Sim::builder()
        .images(8)
        .without(Quirk::EmptyImageUrl)
        .without(Quirk::SharedPictures)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let hold = sim.hold(Target::cdn().at(6));
    let mut child = Run::against(&sim)
        .args(["export", "--jobs", "1", "--sections", "image"])
        .args(flags.iter().copied())
        .in_folder(folder.path())
        .command()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    hold.wait();
    ask(&mut child);
    drop(hold);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    (folder, output)
}

/// The first line of the pipe; it comes while the run waits.
fn first_line(pipe: impl std::io::Read) -> String {
    BufReader::new(pipe).lines().next().unwrap().unwrap()
}

#[test]
fn who_asks_how_far_a_quiet_run_is_gets_a_line_on_stderr() {
    let (_folder, output) = waiting_for_a_picture(&["-q"], |child| {
        send("-USR1", child);
        let line = first_line(child.stderr.take().unwrap());
        let (before, bytes) = line.split_once(", ").unwrap();
        assert_eq!(before, "fetching image: 5 of 8");
        assert!(bytes.ends_with("iB"), "{line}");
    });
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout.lines().count(), 1, "the path alone: {stdout}");
}

#[test]
fn progress_is_told_in_chinese() {
    waiting_for_a_picture(&["-q", "--lang", "zh"], |child| {
        send("-USR1", child);
        let line = first_line(child.stderr.take().unwrap());
        let (before, bytes) = line.split_once('，').unwrap();
        assert_eq!(before, "正在下载图片：5 / 8");
        assert!(bytes.ends_with("iB"), "{line}");
    });
}

#[test]
fn who_asks_how_far_a_run_in_json_is_gets_a_status_line() {
    waiting_for_a_picture(&["--json"], |child| {
        send("-USR1", child);
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let asked = lines
            .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
            .find(|line| line["items_done"] == 5)
            .unwrap();
        crate::output::assert_is_ours(&asked);
        assert_eq!(
            [
                &asked["status"],
                &asked["phase"],
                &asked["section"],
                &asked["items_total"]
            ],
            [
                &json!("progress"),
                &json!("fetch"),
                &json!("image"),
                &json!(8)
            ]
        );
        assert!(asked["bytes_done"].as_u64().unwrap() > 0);
    });
}
