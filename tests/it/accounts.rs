//! Many accounts in one run: each has its archive or its row in the table, and
//! none stops another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Builder, Quirk, Sim, Target};

use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};
use crate::saved::{Saved, archives, truth};

/// Accounts behind one address, and the folder of their settings and archives.
struct Agency {
    sims: Vec<(&'static str, Sim)>,
    folder: tempfile::TempDir,
}

impl Agency {
    /// Accounts of these names; each is filled by its builder.
    fn of<const N: usize>(accounts: [(&'static str, Builder); N]) -> Self {
        let sims: Vec<_> = (1..)
            .zip(accounts)
            .map(|(seed, (name, builder))| (name, builder.seed(seed).start()))
            .collect();
        for (_, sim) in &sims[1..] {
            sims[0].1.answer_for(sim);
        }
        let agency = Self {
            sims,
            folder: tempfile::tempdir().unwrap(),
        };
        let mut settings = format!("output = '{}'\n", agency.output().display());
        std::fs::create_dir(agency.output()).unwrap();
        for (name, sim) in &agency.sims {
            agency.write(&format!("{name}.secret"), sim.secret());
            settings += &agency.table(name, sim.appid());
        }
        agency.write("config.toml", &settings);
        agency
    }

    /// The table of an account whose secret is in a file of its name.
    fn table(&self, name: &str, appid: &str) -> String {
        let secret = self.path(&format!("{name}.secret"));
        let secret = secret.display();
        format!("[accounts.{name}]\nappid = '{appid}'\nsecret = {{ file = '{secret}' }}\n")
    }

    fn add_to_settings(&self, text: &str) {
        let settings = std::fs::read_to_string(self.path("config.toml")).unwrap();
        self.write("config.toml", &(settings + text));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn output(&self) -> PathBuf {
        self.path("archives")
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        wxbackup::fs::write_atomic(&path, text.as_bytes()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, mode).unwrap();
        }
    }

    fn sim(&self, name: &str) -> &Sim {
        let found = self.sims.iter().find(|(known, _)| *known == name);
        &found.unwrap().1
    }

    /// An export with nothing said of which account.
    fn export(&self) -> Run {
        let hosts = self
            .sims
            .iter()
            .map(|(_, sim)| sim.url().replace("http://", ""));
        Run::new()
            .env("WXBACKUP_CONFIG", self.path("config.toml"))
            .env("WXBACKUP_API_BASE", self.sims[0].1.url())
            .env("WXBACKUP_ASSET_HOST", hosts.collect::<Vec<_>>().join(","))
            .args(["export"])
    }

    fn export_all(&self) -> Run {
        self.export().args(["--all"])
    }

    /// The archives by the account's name.
    fn saved(&self) -> BTreeMap<&'static str, Saved> {
        archives(&self.output())
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                let of = |sim: &Sim| name.contains(sim.appid());
                let (account, _) = self.sims.iter().find(|(_, sim)| of(sim)).unwrap();
                (*account, Saved::at(path))
            })
            .collect()
    }
}

fn small() -> Builder {
    // No articles: what they name is asked for at the address of the API.
    Sim::builder().images(6).voices(1)
}

/// The table at the end, from the line that begins with `head`, without the sizes, which hang on ports and times.
fn table(said: &Said, head: &str) -> Vec<Vec<String>> {
    let lines = said
        .stderr
        .lines()
        .skip_while(|line| !line.starts_with(head));
    let split = |line: &str| {
        let cells = line
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty());
        cells
            .filter(|cell| !cell.ends_with("iB"))
            .map(str::to_owned)
            .collect()
    };
    lines.map(split).collect()
}

/// The exit code of each run in the summary.
fn codes(summary: &Value) -> BTreeMap<String, u64> {
    let runs = summary["runs"].as_array().unwrap();
    let code = |run: &Value| {
        let name = run["account"].as_str().unwrap().to_owned();
        (name, run["exit_code"].as_u64().unwrap())
    };
    runs.iter().map(code).collect()
}

#[test]
fn each_account_has_its_archive_or_its_row_and_the_gravest_code_is_the_exit_code() {
    let agency = Agency::of([
        ("club", small()),
        ("lossy", Sim::builder().voices(3).with(Quirk::ListedButGone)),
        ("news", small().videos(2)),
        ("wrong", small()),
    ]);
    agency.write("wrong.secret", "0123456789abcdef0123456789abcdef");
    let said = agency.export_all().fails_with(4);

    let saved = agency.saved();
    assert_eq!(
        saved.keys().copied().collect::<Vec<_>>(),
        ["club", "lossy", "news"]
    );
    for name in ["club", "news"] {
        assert_eq!(saved[name].blobs(), truth(agency.sim(name)), "{name}");
    }
    let mut paths: Vec<&Path> = saved.values().map(|saved| &*saved.path).collect();
    let mut printed: Vec<&Path> = said.stdout.lines().map(Path::new).collect();
    paths.sort_unstable();
    printed.sort_unstable();
    assert_eq!(printed, paths);

    let stored = |name: &str| {
        let completeness = saved[name].document("run/completeness.json");
        let sections = completeness["sections"].as_object().unwrap().clone();
        let of = |section: &Value| section["stored"].as_u64().unwrap();
        sections.values().map(of).sum::<u64>().to_string()
    };
    let mut rows = table(&said, "ACCOUNT");
    let wrong = rows.pop().unwrap();
    assert_eq!(wrong[..2], ["wrong", "4"]);
    assert!(
        wrong[2].starts_with("cannot get a token: WeChat refused stable_token: invalid appsecret"),
        "{wrong:?}"
    );
    assert_eq!(
        rows,
        [
            vec!["ACCOUNT", "EXIT", "STORED", "GAPS", "SIZE", "RESULT"],
            vec!["club", "0", &stored("club"), "0", "complete"],
            vec!["lossy", "3", &stored("lossy"), "1", "complete-with-gaps"],
            vec!["news", "0", &stored("news"), "0", "complete"],
        ]
    );
    for line in ["lossy: gap: voice ", "wrong: hint: the AppSecret is not"] {
        let is_said = said.stderr.lines().any(|said| said.starts_with(line));
        assert!(is_said, "{line}: {}", said.stderr);
    }
}

#[test]
fn the_table_of_accounts_is_in_chinese() {
    let agency = Agency::of([
        ("club", small()),
        ("lossy", Sim::builder().voices(3).with(Quirk::ListedButGone)),
    ]);
    agency.add_to_settings(&agency.table("ghost", "wxfedcba9876543210"));
    let run = agency.export_all().args(["--lang", "zh", "-v"]);
    let said = run.fails_with(2);
    let ended = said.stderr.lines().filter(|line| line.contains("已结束"));
    let mut ended: Vec<&str> = ended
        .map(|line| line.split_once("已结束").unwrap().0)
        .collect();
    ended.sort_unstable();
    assert_eq!(
        ended,
        [
            "club：结束，退出码 0；",
            "ghost：结束，退出码 2；",
            "lossy：结束，退出码 3；"
        ]
    );
    let secret = agency.path("ghost.secret").display().to_string();
    let mut rows = table(&said, "账号");
    let ghost = rows.remove(2);
    assert_eq!(ghost[..2], ["ghost", "2"]);
    let trouble = format!("无法读取密钥：无法打开 {secret}：");
    assert!(ghost[2].starts_with(&trouble), "{ghost:?}");
    assert_eq!(
        rows,
        [
            vec!["账号", "退出码", "已保存", "缺失", "大小", "结果"],
            vec!["club", "0", "7", "0", "完整"],
            vec!["lossy", "3", "2", "1", "有缺失"],
        ]
    );
}

#[test]
fn json_lines_name_the_account_and_the_summary_has_every_one() {
    let agency = Agency::of([
        ("club", small()),
        ("lossy", Sim::builder().voices(3).with(Quirk::ListedButGone)),
    ]);
    agency.add_to_settings(&agency.table("ghost", "wxfedcba9876543210"));
    agency.add_to_settings("[accounts.typo]\nappid = 'wx1'\nsecert = { file = 'f' }\n");
    let run = agency.export_all().args(["--json", "-v"]);
    let said = run.fails_with(2);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let (summary, others) = lines.split_last().unwrap();
    assert_eq!(others.iter().find(|line| line["account"].is_null()), None);
    assert_eq!(
        codes(summary),
        [("club", 0), ("ghost", 2), ("lossy", 3), ("typo", 2)]
            .map(|(name, code)| (name.to_owned(), code))
            .into()
    );
    assert_eq!(
        (&summary["accounts"], &summary["exit_code"]),
        (&json!(4), &json!(2))
    );
    let runs = summary["runs"].as_array().unwrap();
    let saved = agency.saved();
    assert_eq!(runs[0]["path"], saved["club"].path.to_str().unwrap());
    assert_eq!(runs[0]["file_sha256"], saved["club"].receipt["file_sha256"]);
    assert_eq!(runs[0]["appid"], agency.sim("club").appid());
    assert_eq!(runs[2]["status"], "complete-with-gaps");
    assert!(runs[1]["error"].as_str().unwrap().contains("ghost.secret"));
    assert_eq!(runs[3].get("appid"), None);
    let errors: Vec<&Value> = others
        .iter()
        .filter(|line| line["message_type"] == "error")
        .map(|line| &line["account"])
        .collect();
    assert_eq!(errors.len(), 2);
    assert!(errors.contains(&&json!("ghost")) && errors.contains(&&json!("typo")));
}

#[test]
fn a_credential_command_that_fails_is_one_row() {
    let agency = Agency::of([("club", small())]);
    agency.add_to_settings("[accounts.broken]\nappid = 'wx1'\nsecret = { command = ['false'] }\n");
    agency.add_to_settings(
        "[accounts.absent]\nappid = 'wx2'\ntoken = { command = ['/nonexistent/program'] }\n",
    );
    let said = agency.export_all().args(["--json"]).fails_with(2);
    assert_eq!(
        codes(&said.summary()),
        [("absent", 2), ("broken", 2), ("club", 0)]
            .map(|(name, code)| (name.to_owned(), code))
            .into()
    );
    assert_eq!(agency.saved().len(), 1);
}

#[test]
fn of_two_accounts_with_one_appid_one_is_exported_and_the_other_told() {
    let agency = Agency::of([("club", small())]);
    agency.add_to_settings(&agency.table("twin", agency.sim("club").appid()));
    let said = agency.export_all().fails_with(2);
    assert_eq!(agency.saved().len(), 1);
    assert!(
        said.stderr
            .contains("twin: error: account `club` has the same AppId"),
        "{}",
        said.stderr
    );
}

#[test]
fn so_many_accounts_are_at_work_at_once_and_no_more() {
    let agency = Agency::of([("a", small()), ("b", small()), ("c", small())]);
    let holds = ["a", "b"].map(|name| agency.sim(name).hold(Target::token()));
    let running = agency
        .export_all()
        .args(["--accounts-at-once", "2"])
        .starts();
    for hold in &holds {
        hold.wait();
    }
    assert_eq!(agency.sim("c").call_count(), 0);
    drop(holds);
    running.ends_with(0);
    assert_eq!(agency.saved().len(), 3);

    // One after the other: the second is not asked for while the first waits.
    let hold = agency.sim("a").hold(Target::token());
    let before = agency.sim("b").call_count();
    let running = agency
        .export_all()
        .args(["--accounts-at-once", "1"])
        .starts();
    hold.wait();
    assert_eq!(agency.sim("b").call_count(), before);
    drop(hold);
    running.ends_with(0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_all_and_the_next_run_goes_on() {
    let agency = Agency::of([("a", small()), ("b", small()), ("c", small())]);
    let holds = ["a", "b"].map(|name| agency.sim(name).hold(Target::cdn()));
    let running = agency.export_all().args(["--json"]).starts();
    for hold in &holds {
        hold.wait();
    }
    running.gets("TERM");
    drop(holds);
    let said = running.ends_with(143);
    assert_lines_are_ours(&said.json());
    let summary = said.summary();
    assert_eq!(
        codes(&summary),
        ["a", "b", "c"].map(|name| (name.to_owned(), 143)).into()
    );
    assert_eq!(summary["runs"][2].get("elapsed_ms"), None, "not begun");
    assert_eq!(agency.sim("c").call_count(), 0);
    assert_eq!(archives(&agency.output()), [] as [PathBuf; 0]);
    let errors = said.json();
    let errors = errors.iter().filter(|line| line["message_type"] == "error");
    assert_eq!(errors.count(), 0);

    agency.export_all().succeeds();
    for (name, saved) in agency.saved() {
        assert_eq!(saved.blobs(), truth(agency.sim(name)), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn who_asks_how_far_the_accounts_are_gets_a_line_for_each_at_work() {
    use std::io::BufRead as _;
    let agency = Agency::of([("a", small()), ("b", small()), ("c", small())]);
    let holds = ["a", "b"].map(|name| agency.sim(name).hold(Target::list("image")));
    let mut child = agency
        .export_all()
        .args(["-q", "--sections", "image"])
        .command()
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    for hold in &holds {
        hold.wait();
    }
    let asked = std::process::Command::new("kill")
        .args(["-USR1", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(asked.success());
    let lines = std::io::BufReader::new(child.stderr.as_mut().unwrap()).lines();
    let mut lines: Vec<String> = lines.take(3).map(Result::unwrap).collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "0 of 3 accounts have ended",
            "a: listing image",
            "b: listing image",
        ]
    );
    drop(holds);
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_account_that_another_run_is_at_work_on_is_its_row() {
    let agency = Agency::of([("a", small()), ("b", small())]);
    let hold = agency.sim("a").hold(Target::cdn());
    let first = agency.export().args(["--account", "a"]).starts();
    hold.wait();
    let said = agency.export_all().args(["--json"]).fails_with(11);
    assert_eq!(
        codes(&said.summary()),
        [("a".to_owned(), 11), ("b".to_owned(), 0)].into()
    );
    drop(hold);
    first.ends_with(0);
    assert_eq!(agency.saved().len(), 2);
}

#[test]
fn every_account_is_in_exactly_one_shard_and_stays_there_when_others_come() {
    let agency = Agency::of([("a", small())]);
    // None has a secret: each is told by an error of its own, and nobody is called.
    std::fs::remove_file(agency.path("a.secret")).unwrap();
    let names: Vec<String> = (0..12).map(|nth| format!("n{nth}")).collect();
    for (nth, name) in names.iter().enumerate() {
        agency.add_to_settings(&agency.table(name, &format!("wx{nth:016x}")));
    }
    let shards_of = |total: usize| {
        let mut shard_of = BTreeMap::new();
        for number in 1..=total {
            let shard = format!("{number}/{total}");
            let said = agency
                .export_all()
                .args(["--json", "--shard", &shard])
                .command()
                .output()
                .unwrap();
            let text = String::from_utf8(said.stdout).unwrap();
            let summary: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
            assert_eq!(summary["shard"], shard);
            let codes = codes(&summary);
            let code = if codes.is_empty() { 0 } else { 2 };
            assert_eq!(said.status.code(), Some(code));
            for (name, _) in codes {
                assert_eq!(shard_of.insert(name.clone(), number), None, "{name} twice");
            }
        }
        shard_of
    };
    for total in 1..=10 {
        assert_eq!(shards_of(total).len(), 13, "of {total}");
    }
    let before = shards_of(4);
    agency.add_to_settings(&agency.table("another", "wx00000000000fffff"));
    let mut after = shards_of(4);
    after.remove("another").unwrap();
    assert_eq!(after, before);
    assert_eq!(agency.sim("a").call_count(), 0);
}

#[test]
fn a_pod_of_an_indexed_job_takes_the_part_of_its_index() {
    let agency = Agency::of([("a", small()), ("b", small()), ("c", small())]);
    let mut runs = 0;
    for index in ["0", "1", "2"] {
        let said = agency
            .export()
            .env("WXBACKUP_ALL", "true")
            .env("WXBACKUP_SHARDS", "3")
            .env("JOB_COMPLETION_INDEX", index)
            .args(["--json"])
            .succeeds();
        assert_lines_are_ours(&said.json());
        runs += codes(&said.summary()).len();
    }
    assert_eq!(runs, 3);
    let accounts: Vec<&str> = agency.saved().into_keys().collect();
    assert_eq!(accounts, ["a", "b", "c"]);
    let of_job = agency.export_all().env("JOB_COMPLETION_INDEX", "0");
    let said = of_job.fails_with(2);
    assert!(said.stderr.contains("--shards N"), "{}", said.stderr);
}

#[test]
fn a_shard_without_accounts_is_done_and_says_so() {
    let agency = Agency::of([("a", small())]);
    let empty: Vec<Said> = (1..=4)
        .map(|number| {
            let shard = format!("{number}/4");
            agency.export_all().args(["--shard", &shard]).succeeds()
        })
        .filter(|said| said.stdout.is_empty())
        .collect();
    assert_eq!(empty.len(), 3);
    for said in empty {
        assert!(
            said.stderr
                .starts_with("nothing to do: of the 1 account of the settings none is in shard "),
            "{}",
            said.stderr
        );
    }
    assert_eq!(agency.saved().len(), 1);
}

#[test]
fn all_and_one_are_not_asked_for_together() {
    let agency = Agency::of([("a", small()), ("b", small())]);
    for one in [
        ["--account", "a"],
        ["--appid", "wx1"],
        ["--secret-file", "f"],
    ] {
        agency.export_all().args(one).fails_with(2);
    }
    agency
        .export()
        .args(["--account", "a", "--shard", "1/2"])
        .fails_with(2);
    agency.export_all().args(["--shard", "3/2"]).fails_with(2);
    agency.export_all().args(["--base", "a.zip"]).fails_with(2);
    let both = agency
        .export()
        .env("WXBACKUP_ALL", "1")
        .env("WXBACKUP_ACCOUNT", "a");
    both.fails_with(2);
    // A flag beats a variable.
    let one = agency
        .export()
        .env("WXBACKUP_ALL", "1")
        .args(["--account", "a"]);
    one.succeeds();
    assert_eq!(agency.saved().into_keys().collect::<Vec<_>>(), ["a"]);
    agency.export_all().env("WXBACKUP_ACCOUNT", "a").succeeds();
    assert!(agency.saved().contains_key("b"));
}

#[test]
fn settings_without_accounts_are_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    let said = Run::new()
        .args(["export", "--all"])
        .in_folder(folder.path())
        .fails_with(2);
    assert!(
        said.stderr
            .starts_with("error: the settings have no accounts\n"),
        "{}",
        said.stderr
    );
}
