//! What `--help` says, word by word, in both languages, and that each README
//! says the same.
//!
//! `INSTA_UPDATE=always` accepts new help, into the README too.

use std::path::Path;

use crate::run::Run;

/// Every command, and the program itself.
const COMMANDS: [&str; 20] = [
    "",
    "export",
    "verify",
    "restore",
    "extract",
    "list",
    "diff",
    "browse",
    "status",
    "prune",
    "doctor",
    "demo",
    "config",
    "config show",
    "config check",
    "config init",
    "notify",
    "notify test",
    "completions",
    "man",
];

fn asking(command: &str) -> Run {
    Run::new().args(command.split_whitespace().chain(["--help"]))
}

fn help(command: &str) -> String {
    asking(command).succeeds().stdout
}

fn chinese_help(command: &str) -> String {
    asking(command).args(["--lang", "zh"]).succeeds().stdout
}

#[test]
fn help_is_what_it_was() {
    for command in COMMANDS {
        let name = if command.is_empty() {
            "wxbackup"
        } else {
            &command.replace(' ', "_")
        };
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("help_{name}"), help(command));
            insta::assert_snapshot!(format!("help_zh_{name}"), chinese_help(command));
        });
    }
}

#[test]
fn the_manual_and_completions_follow_the_language() {
    let said = |words: &[&str]| {
        let run = Run::new().args(words.iter().copied());
        run.args(["--lang", "zh"]).succeeds().stdout
    };
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("manual_zh", said(&["man"]));
        insta::assert_snapshot!("manual_zh_export", said(&["man", "export"]));
        insta::assert_snapshot!("completions_zh", said(&["completions", "fish"]));
    });
}

#[test]
fn chinese_help_is_as_narrow_as_the_terminal() {
    for columns in [60, 80, 120] {
        let width = columns.to_string();
        let help = asking("export")
            .args(["--lang", "zh"])
            .env("COLUMNS", width);
        let help = help.succeeds().stdout;
        // Examples are for copying, and stay in one piece; remarks of theirs do not.
        let (_, flags) = help.split_once("用法：").expect("usage is shown");
        let widest = flags.lines().map(console::measure_text_width).max();
        assert!(widest <= Some(columns.min(100)), "{help}");
    }
}

#[test]
fn help_has_no_colours_where_nobody_sees_them() {
    for lang in ["zh", "en"] {
        let run = || asking("export").args(["--lang", lang]);
        assert!(!run().succeeds().stdout.contains('\u{1b}'));
        let coloured = run().env("CLICOLOR_FORCE", "1").succeeds().stdout;
        assert!(coloured.contains("\u{1b}[1m\u{1b}[32m"), "{coloured}");
    }
}

#[test]
fn help_names_every_command_that_is_tested_here_and_no_other() {
    let help = help("");
    let named: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && *word != "help")
        .collect();
    let whole = COMMANDS[1..].iter().filter(|name| !name.contains(' '));
    assert_eq!(named, whole.copied().collect::<Vec<_>>());
}

#[test]
fn examples_come_before_usage() {
    for command in COMMANDS {
        let help = help(command);
        let place = |word: &str| help.find(word).unwrap_or_else(|| panic!("{word}: {help}"));
        assert!(place("Examples:\n") < place("Usage: "), "{command}");
    }
}

#[test]
fn no_help_shows_what_a_variable_holds() {
    for command in COMMANDS {
        let mut run = asking(command);
        for line in help(command).lines() {
            for (_, rest) in line
                .match_indices("WXBACKUP_")
                .map(|(at, _)| line.split_at(at))
            {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                    .collect();
                run = run.env(&name, "hunter2");
            }
        }
        assert!(!run.succeeds().stdout.contains("hunter2"), "{command}");
    }
}

#[test]
fn each_readme_shows_help_as_it_is() {
    const BEGIN: &str = "<!-- help -->\n";
    const END: &str = "<!-- /help -->";
    for (file, help) in [
        ("README.md", help("")),
        ("README.zh-CN.md", chinese_help("")),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let readme = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = readme
            .split_once(BEGIN)
            .expect("the README has a place for help");
        let (shown, after) = rest.split_once(END).expect("the place for help has an end");
        let help = format!("```text\n{help}```\n");
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            let readme = format!("{before}{BEGIN}{help}{END}{after}");
            wxbackup::fs::write_atomic(&path, readme.as_bytes()).unwrap();
        } else {
            assert_eq!(shown, help);
        }
    }
}
