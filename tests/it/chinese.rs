//! What the program says where Chinese is spoken.

use std::path::Path;

use serde_json::Value;
use wechat_sim::{Fault, Quirk, Sim, Target};

use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};
use crate::sample::sample;

/// A run in Chinese.
fn chinese(args: &[&str]) -> Run {
    Run::new()
        .args(args.iter().copied())
        .env("WXBACKUP_LANG", "zh")
}

/// Both streams, the results first.
fn shown(said: &Said) -> String {
    format!("{}---\n{}", said.stdout, said.stderr)
}

/// Compares `told` with the snapshot of this name, without what differs from
/// run to run: `parts` of it, and every digest, size and time.
fn assert_told(name: &str, told: &str, parts: &[(&str, &str)]) {
    let told = parts.iter().fold(told.to_owned(), |told, (part, name)| {
        told.replace(part, name)
    });
    let filters = [
        (r"[0-9a-f]{64}", "DIGEST"),
        (r"[0-9.]+ [KMGT]?i?B\b", "SIZE"),
        (r"20[0-9]{6}T[0-9]{6}Z", "STAMP"),
        (
            r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}",
            "YYYY-MM-DD HH:MM",
        ),
        (r"rid: [0-9a-z-]+", "RID"),
        (r"hint: \[[^]]+\]", "HINT"),
    ];
    insta::with_settings!({ filters => filters }, {
        insta::assert_snapshot!(name, told);
    });
}

/// A path as text.
fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn an_export_tells_in_chinese_what_it_saved_and_what_is_missing() {
    let sim = Sim::builder()
        .images(3)
        .voices(2)
        .drafts(1)
        .with(Quirk::ListedButGone)
        .start();
    sim.fault(Fault::Errcode(48001), Target::list("published"));
    let folder = tempfile::tempdir().unwrap();
    let run = Run::export(&sim, folder.path()).env("WXBACKUP_LANG", "zh");
    let said = run.fails_with(3);
    let account = sim.account();
    let gone = account.voices().last().unwrap();
    let told = shown(&said);
    // Which pictures look like a placeholder is the other half's concern.
    let told: Vec<&str> = told
        .lines()
        .filter(|line| !line.contains("placeholder"))
        .collect();
    let parts = [
        (said.stdout.trim_end(), "ARCHIVE"),
        (gone.name.as_str(), "NAME"),
        (gone.media_id.as_str(), "MEDIA_ID"),
    ];
    assert_told("export", &told.join("\n"), &parts);
}

#[test]
fn what_a_quota_leaves_over_is_told_in_chinese() {
    let sim = Sim::builder().images(3).start();
    sim.fault(Fault::Errcode(45009), Target::list("image"));
    let folder = tempfile::tempdir().unwrap();
    let run = Run::export(&sim, folder.path()).args(["--lang", "zh"]);
    let said = run.args(["--sections", "image"]).fails_with(5);
    assert_told("quota", &shown(&said), &[]);
}

#[test]
fn what_a_refusal_of_wechat_asks_for_is_said_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let mut told = Vec::new();
    for code in [40164, 89503, 89507, 40243, 40125, 40013, 45009, 50002] {
        let sim = Sim::builder().start();
        sim.fault(Fault::Errcode(code), Target::path("/cgi-bin/stable_token"));
        let run = Run::export(&sim, folder.path()).args(["--lang", "zh", "--json"]);
        let output = run.command().output().unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let mut lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let error = lines.find(|line| line["message_type"] == "error").unwrap();
        assert_eq!(error["errcode"], code);
        told.push(format!("{code} {}", error["hint"].as_str().unwrap()));
    }
    assert_told("refusals", &told.join("\n"), &[]);
}

#[test]
fn the_demo_shows_the_way_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let run = chinese(&["demo"]).in_folder(folder.path()).succeeds();
    let told = run.stderr.lines();
    let told: Vec<&str> = told.skip_while(|line| !line.starts_with("3/3")).collect();
    let filters = [
        (r"wxbackup-wx[0-9a-z]+-[0-9TZ]+\.zip", "ARCHIVE.zip"),
        (r"[0-9]+ 个文件", "N 个文件"),
    ];
    insta::with_settings!({ filters => filters }, {
        insta::assert_snapshot!("demo", told.join("\n"));
    });
}

#[test]
fn commands_on_an_archive_speak_chinese() {
    let archive = text(&sample().archive);
    let folder = tempfile::tempdir().unwrap();
    let (bag, articles) = (folder.path().join("bag"), folder.path().join("articles"));
    let mut told = Vec::new();
    for args in [
        &["verify", archive][..],
        &["verify", "--level", "structure", archive],
        &["restore", archive, "--to", text(&bag)],
        &[
            "restore",
            archive,
            "--to",
            text(&bag),
            "--only",
            "title=none",
        ],
        &[
            "extract",
            archive,
            "--to",
            text(&articles),
            "--format",
            "text",
        ],
        &["diff", archive, archive],
        &["list", archive, "--section", "video"],
    ] {
        let said = chinese(args).command().output().unwrap();
        let said = Said {
            stdout: String::from_utf8(said.stdout).unwrap(),
            stderr: String::from_utf8(said.stderr).unwrap(),
        };
        told.push(format!("$ {}\n{}", args[0], shown(&said)));
    }
    let parts = [(archive, "ARCHIVE"), (text(folder.path()), "FOLDER")];
    assert_told("archive", &told.join("\n"), &parts);
}

#[test]
fn a_damaged_archive_is_told_of_in_chinese() {
    let at = sample().inside_the_last_blob();
    let (_folder, path) = sample().changed(|bytes| bytes[at] ^= 1);
    let said = chinese(&["verify", text(&path)]).fails_with(6);
    let archive = path.display();
    assert!(
        said.stderr.starts_with(&format!("问题：{archive}：")),
        "{}",
        said.stderr
    );
    let (verdict, size) = said.stdout.split_once("，").unwrap();
    assert_eq!(verdict, format!("{archive}：已损坏"));
    assert!(size.starts_with("3 个问题，"), "{size}");
}

#[test]
fn what_is_wrong_and_what_to_do_about_it_is_said_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        wxbackup::fs::write_atomic(&path, text.as_bytes()).unwrap();
    };
    put("key.toml", "outptu = 'x'\n");
    put("percent.toml", "quota_reserve = 100\n");
    put(
        "source.toml",
        "[accounts.shop]\nappid = 'wx1'\nsecret = 'hunter2'\n",
    );
    put(
        "two.toml",
        "[accounts.news]\nappid = 'wx1'\nsecret = { env = 'NONE' }\n\
         [accounts.shop]\nappid = 'wx1'\ntoken = { command = ['false'] }\n",
    );
    let mut told = Vec::new();
    for args in [
        &["export"][..],
        &["export", "--config", "two.toml"],
        &["export", "--config", "two.toml", "--account", "shpo"],
        &["export", "--config", "two.toml", "--account", "news"],
        &["export", "--config", "two.toml", "--account", "shop"],
        &["export", "--appid", "wx2", "--secret-file", "none"],
        &["export", "--all", "--base", "a.zip", "--config", "two.toml"],
        &["config", "check", "--config", "key.toml"],
        &["config", "check", "--config", "percent.toml"],
        &["config", "check", "--config", "source.toml"],
        &["config", "check", "--config", "two.toml"],
        &["config", "init", "--config", "two.toml"],
        &["notify", "test", "--config", "two.toml"],
        &["verify", "-", "-"],
        &["man", "nothing"],
        &["status", "--max-age", "26h"],
    ] {
        let said = chinese(args).in_folder(folder.path()).command().output();
        let said = said.unwrap();
        told.push(format!(
            "$ {}\n{}",
            args.join(" "),
            String::from_utf8(said.stderr).unwrap()
        ));
    }
    assert_told("errors", &told.join("\n"), &[]);
}

#[test]
fn json_speaks_chinese_to_people_and_keeps_its_words_for_programs() {
    let run = |language: &str| {
        let run = Run::new().args(["verify", "none.zip", "--json", "--lang", language]);
        let lines = run.fails_with(1).json();
        assert_lines_are_ours(&lines);
        lines
    };
    let (zh, en) = (run("zh"), run("en"));
    let people = ["message", "causes", "hint", "elapsed_ms"];
    let of_programs = |lines: &[Value]| -> Vec<Value> {
        let mut lines = lines.to_vec();
        for line in &mut lines {
            for field in people {
                line.as_object_mut().unwrap().remove(field);
            }
        }
        lines
    };
    assert_eq!(of_programs(&zh), of_programs(&en));
    assert_eq!(
        [&zh[0]["hint"], &en[0]["hint"]],
        [
            "请检查是否拼写有误；相对路径从当前文件夹算起",
            "check the spelling; relative paths start at the current folder"
        ]
    );
}

#[test]
fn the_settings_choose_the_language_where_nobody_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    wxbackup::fs::write_atomic(&settings, b"lang = 'zh'\n").unwrap();
    let english = "no archive is in .\n";
    let chinese = ". 中没有归档\n";
    let told = |args: &[&str], variables: &[(&str, &str)]| {
        let run = Run::new()
            .args(["status"])
            .args(args.iter().copied())
            .in_folder(folder.path());
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.env(name, *value));
        run.succeeds().stderr
    };
    let of_file = ["--config", "config.toml"];
    assert_eq!(told(&[], &[]), english);
    assert_eq!(told(&[], &[("LANG", "zh_CN.UTF-8")]), chinese);
    assert_eq!(told(&of_file, &[]), chinese);
    assert_eq!(told(&of_file, &[("LANG", "en_US.UTF-8")]), chinese);
    assert_eq!(told(&of_file, &[("WXBACKUP_LANG", "en")]), english);
    let flag = ["--config", "config.toml", "--lang", "en"];
    assert_eq!(told(&flag, &[("WXBACKUP_LANG", "zh")]), english);
    // A command that needs no settings heeds their language, and no more of them.
    wxbackup::fs::write_atomic(&settings, b"lang = 'zh'\noutptu = 7\n").unwrap();
    let run = Run::new().args(["verify", "none.zip"]).args(of_file);
    let said = run.in_folder(folder.path()).fails_with(1);
    assert!(said.stderr.starts_with("错误："), "{}", said.stderr);
    let run = Run::new().args(["status"]).args(of_file);
    let said = run.in_folder(folder.path()).fails_with(2);
    assert_eq!(
        said.stderr,
        "错误：config.toml 第 2 行：未知的键 `outptu`；是否想写 `output`？\n"
    );
}

#[test]
fn config_show_says_who_chose_the_language() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("config.toml");
    wxbackup::fs::write_atomic(&settings, b"\nlang = 'zh'\n").unwrap();
    let row = |args: &[&str], locale: &str| {
        let run = Run::new().args(["config", "show"]).env("LANG", locale);
        let said = run.args(args.iter().copied()).in_folder(folder.path());
        let said = said.succeeds().stdout;
        let row = said.lines().find(|line| line.starts_with("lang\t"));
        row.unwrap().to_owned()
    };
    assert_eq!(row(&[], "zh_CN.UTF-8"), "lang\tzh\tdefault");
    assert_eq!(row(&["--lang", "zh"], "C"), "lang\tzh\t--lang");
    let of_file = ["--config", "config.toml"];
    assert_eq!(row(&of_file, "C"), "lang\tzh\tconfig.toml:2");
}

#[test]
fn a_new_settings_file_explains_itself_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let run = chinese(&["config", "init", "--config", "new.toml"]);
    let said = run.in_folder(folder.path()).succeeds();
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        (
            "new.toml\n",
            "请填写内容，然后运行 `wxbackup config check`\n"
        )
    );
    let text = std::fs::read_to_string(folder.path().join("new.toml")).unwrap();
    assert!(text.starts_with("# wxbackup 的配置。\n"), "{text}");
}

/// What scripts cut out of a pipe has its words in every language.
#[test]
fn a_pipe_has_the_same_fields_in_both_languages() {
    let archive = text(&sample().archive);
    let folder = text(sample().archive.parent().unwrap());
    for args in [
        &["list", archive][..],
        &["list", archive, "--csv"],
        &["status", "-o", folder],
        &["prune", "-o", folder, "--keep-last", "1"],
        &["config", "show"],
    ] {
        let stdout = |language: &str| {
            let run = Run::new().args(args.iter().copied());
            let said = run.args(["--lang", language]).succeeds();
            let lines = said.stdout.lines();
            lines
                .filter(|line| !line.starts_with("lang"))
                .map(|line| line.split('\t').map(str::to_owned).collect())
                .collect::<Vec<Vec<String>>>()
        };
        let (mut zh, mut en) = (stdout("zh"), stdout("en"));
        // An age grows meanwhile.
        if args[0] == "status" {
            for rows in [&mut zh, &mut en] {
                rows[0].remove(3);
            }
        }
        assert_eq!(zh, en, "{args:?}");
        assert!(!en.is_empty());
    }
}

#[cfg(target_os = "linux")]
mod on_a_terminal {
    use super::*;

    use unicode_width::UnicodeWidthStr as _;
    use wxbackup::stage::{Holder, Lock};

    use crate::shelf::{Shelf, hours_ago, partial, stem};

    /// As wide as the AppId of the sample.
    const SAMPLE: &str = "wx-of-the-sample--";

    #[test]
    fn a_list_is_a_table_whose_columns_stand_below_their_heads() {
        let archive = text(&sample().archive);
        let said = chinese(&["list", archive]).on_terminal(80, 0);
        let lines: Vec<&str> = said.stdout.lines().collect();
        assert_eq!(
            lines[0],
            "类别       更新时间                 大小  状态     标题"
        );
        assert_eq!(lines.len(), 16);
        for line in &lines[1..] {
            assert!(line.width() <= 80, "{line}");
            let (before, title) = line.split_once("已保存   ").unwrap();
            assert_eq!(before.width(), 9 + 2 + 16 + 2 + 11 + 2, "{line}");
            assert!(!title.is_empty(), "{line}");
        }
    }

    #[test]
    fn the_state_of_accounts_is_a_table_in_chinese() {
        let shelf = Shelf::with(&[&hours_ago(53)]);
        shelf.put(&hours_ago(2), partial());
        let holder = Holder {
            pid: 7,
            host: "night".to_owned(),
            started_at: "2025-11-22T20:00:00Z".to_owned(),
        };
        let home = shelf.path().join(".wxbackup");
        std::fs::create_dir_all(&home).unwrap();
        let _lock = Lock::acquire(&home.join(stem()), &holder).unwrap();
        let run = shelf.run(&["status", "--max-age", "26h", "--lang", "zh"]);
        let said = run.on_terminal(120, 1);
        assert_told("status", &shown(&said), &[(stem(), SAMPLE)]);
    }

    #[test]
    fn what_would_be_pruned_is_a_table_in_chinese() {
        let shelf = Shelf::with(&[&hours_ago(3), &hours_ago(30), &hours_ago(60)]);
        shelf.put(&hours_ago(2), partial());
        let run = shelf.run(&["prune", "--keep-last", "1", "--lang", "zh"]);
        let said = run.on_terminal(120, 0);
        assert_told("prune", &shown(&said), &[(stem(), SAMPLE)]);
    }

    #[test]
    fn a_diagnosis_is_a_table_in_chinese() {
        let sim = Sim::builder().images(3).drafts(2).start();
        sim.fault(Fault::Errcode(48001), Target::list("published"));
        let folder = tempfile::tempdir().unwrap();
        let run = Run::against(&sim).args(["doctor", "--lang", "zh", "-o"]);
        let said = run.args([folder.path()]).on_terminal(120, 4);
        let parts = [(sim.appid(), "APPID"), (text(folder.path()), "FOLDER")];
        assert_told("doctor", &shown(&said), &parts);
    }

    #[test]
    fn settings_in_effect_are_a_table_in_chinese() {
        let run = chinese(&["config", "show", "--appid", "wx1", "--secret-file", "none"]);
        let said = run.on_terminal(100, 0);
        assert_told("config_show", &shown(&said), &[]);
    }
}
