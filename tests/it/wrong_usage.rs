//! What is said of a wrong command line, word by word, in both languages.

use crate::run::Run;

/// One for each kind of mistake, and for each way of saying what may be meant.
const WRONG: &[&str] = &[
    "export --fsh",
    "export --frsh",
    "--output x export",
    "list --jobs 4",
    "exprt",
    "config shw",
    "help nothing",
    "config --json",
    "--quiet",
    "export --jobs",
    "export --jobs 0",
    "export --quiet=1",
    "export --fresh --fresh",
    "export --fresh --seal-staged",
    "export --all --appid x --account y",
    "export --allow-gaps knwn",
    "export --allow-gaps blah",
    "export --quota-reserve 100",
    "export --shard 5/4",
    "export --shards 0",
    "export --pictures-by cnd",
    "restore",
    "prune",
    "prune --keep-last 0",
    "prune --keep-last x",
    "prune --keep-last 99999999999",
    "browse a.zip --port 99999",
    "completions bsh",
    "status --max-age 1y",
    "list a.zip --lang fr",
];

fn said(language: &str, line: &str) -> String {
    let run = Run::new().args(line.split(' ')).env("LANG", language);
    let said = run.fails_with(2);
    let stdout = said
        .stdout
        .lines()
        .filter(|line| !line.contains("\"summary\""))
        .fold(String::new(), |lines, line| lines + line + "\n");
    format!("$ wxbackup {line}\n{}{stdout}\n", said.stderr)
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    for (name, language) in [("en", "en_GB.UTF-8"), ("zh", "zh_CN.UTF-8")] {
        let all: String = WRONG.iter().map(|line| said(language, line)).collect();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("wrong_usage_{name}"), all);
        });
    }
}

#[test]
fn a_command_that_lacks_its_inner_command_shows_its_help() {
    for (language, begin) in [("en", "Show, check"), ("zh", "查看、检查")] {
        let said = Run::new()
            .args(["config"])
            .env("LANG", language)
            .fails_with(2);
        assert_eq!(said.stdout, "");
        assert!(said.stderr.starts_with(begin), "{}", said.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let name = std::ffi::OsString::from_vec(b"a\xff".to_vec());
    for (language, text) in [
        (
            "en",
            "error: invalid UTF-8 was found in one or more arguments\n",
        ),
        ("zh", "错误：参数中有无效的 UTF-8\n"),
    ] {
        let run = Run::new().args(["list", "a.zip", "--account"]);
        let said = run.args([name.clone()]).env("LANG", language).fails_with(2);
        assert!(said.stderr.starts_with(text), "{}", said.stderr);
    }
}

/// What the library says of a value stands in a Chinese sentence.
#[test]
fn a_value_that_the_library_refuses_is_named() {
    for (line, begin) in [
        (
            "export --sections image,foo",
            "错误：'--sections <列表>' 的值 'foo' 无效：",
        ),
        (
            "restore a.zip --to b --only nonsense",
            "错误：'--only <条件>' 的值 'nonsense' 无效：",
        ),
    ] {
        let run = Run::new().args(line.split(' ')).args(["--lang", "zh"]);
        let said = run.fails_with(2);
        assert!(said.stderr.starts_with(begin), "{}", said.stderr);
    }
}
