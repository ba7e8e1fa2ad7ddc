//! Signals: the first asks a run to stop, the second ends it.

use std::process::{Child, Command, Stdio};

use wechat_sim::{Sim, Target};

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
        let last: serde_json::Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
        assert_eq!(last["exit_code"], code);
        assert!(!stdout.contains("\"message_type\":\"error\""), "{stdout}");

        Run::against(&sim)
            .args(["export"])
            .in_folder(folder.path())
            .succeeds();
    }
}
