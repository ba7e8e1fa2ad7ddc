//! The command lines that we ship: each is taken from its file as it stands,
//! and run.

use std::path::{Path, PathBuf};

use wechat_sim::Sim;

use crate::run::Run;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("packaging")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What follows `key` on its line.
#[track_caller]
fn behind<'t>(key: &str, text: &'t str) -> &'t str {
    let found = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(key));
    found
        .unwrap_or_else(|| panic!("no line begins with {key}"))
        .trim()
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// The words of a list in brackets, quoted or not.
fn list(line: &str) -> Vec<String> {
    let inner = line
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'));
    let inner = inner.unwrap_or_else(|| panic!("{line} is no list"));
    inner
        .split(',')
        .map(|word| word.trim().trim_matches('"').to_owned())
        .collect()
}

/// An account, and a folder with settings that name it.
struct Place {
    sim: Sim,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            sim: Sim::builder().images(2).start(),
            folder: tempfile::tempdir().unwrap(),
        };
        let appid = place.sim.appid();
        let text = format!("[accounts.shop]\nappid = '{appid}'\nsecret = {{ env = 'SHOP' }}\n");
        wxbackup::fs::write_atomic(&place.settings(), text.as_bytes()).unwrap();
        place
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn run(&self, args: &[String]) -> Run {
        Run::new()
            .env("WXBACKUP_CONFIG", self.settings())
            .env("WXBACKUP_API_BASE", self.sim.url())
            .env("WXBACKUP_OUTPUT", self.folder.path())
            .env("SHOP", self.sim.secret())
            .args(args)
    }

    fn archives(&self) -> usize {
        crate::saved::archives(self.folder.path()).len()
    }
}

/// What is shipped saves the account of the settings.
#[track_caller]
fn saves_an_account(args: &[String]) {
    let place = Place::new();
    place.run(args).succeeds();
    assert_eq!(place.archives(), 1, "{args:?}");
}

#[test]
fn the_service_saves_every_account_of_the_settings() {
    let unit = file("systemd/wxbackup.service");
    let command = behind("ExecStart=", &unit);
    let args = command.strip_prefix("/usr/bin/wxbackup ").unwrap();
    assert_eq!(words(args)[0], "export");
    saves_an_account(&words(args));
}

#[test]
fn the_cron_line_saves_every_account_of_the_settings() {
    let table = file("wxbackup.cron");
    let line = behind("0 3 * * *  wxbackup  wxbackup ", &table);
    let (args, log) = line.split_once(" >> ").unwrap();
    let (args, output) = args.split_once(" -o ").unwrap();
    assert!(log.starts_with(output), "{line}");
    saves_an_account(&words(args));
}

#[test]
fn the_container_saves_every_account_of_the_settings() {
    let text = file("Dockerfile");
    assert_eq!(list(behind("ENTRYPOINT ", &text)), ["wxbackup"]);
    saves_an_account(&list(behind("CMD ", &text)));
    let user = behind("USER ", &text);
    assert!(
        !user.starts_with('0') && !user.starts_with("root"),
        "{user}"
    );
}

#[test]
fn the_pods_of_the_job_are_as_many_as_the_parts_and_share_the_accounts() {
    let text = file("kubernetes/wxbackup.yaml");
    let completions: u32 = behind("completions:", &text).parse().unwrap();
    let (_, from_shards) = text.split_once("name: WXBACKUP_SHARDS").unwrap();
    let shards = behind("value:", from_shards).trim_matches('"');
    assert_eq!(shards, completions.to_string());
    let args = list(behind("args:", &text));
    // One account is in one part: that pod saves it, the others have nothing to do.
    let place = Place::new();
    let run = |index: u32| {
        let run = place.run(&args).env("WXBACKUP_SHARDS", shards);
        let said = run
            .env("JOB_COMPLETION_INDEX", index.to_string())
            .succeeds();
        said.summary()["runs"].as_array().unwrap().len()
    };
    assert_eq!((0..completions).map(run).sum::<usize>(), 1);
    assert_eq!(place.archives(), 1);
}
