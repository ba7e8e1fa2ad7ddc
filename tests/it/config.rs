//! `wxbackup config`: a file to begin with, what is wrong with it, and what is in effect.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};

/// A home with a settings file, and a folder for archives and secrets in it.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With these settings; `HOME` in them is the home's path.
    fn with_settings(settings: &str) -> Self {
        let home = Self::new();
        let file = home.settings_file();
        wxbackup::fs::create_private_dir(file.parent().unwrap()).unwrap();
        let settings = settings.replace("HOME", &home.path().display().to_string());
        wxbackup::fs::write_new(&file, settings.as_bytes()).unwrap();
        home
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn settings_file(&self) -> PathBuf {
        self.path().join(".config/wxbackup/config.toml")
    }

    fn put(&self, name: &str, text: &str) {
        wxbackup::fs::write_new(&self.path().join(name), text.as_bytes()).unwrap();
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::new()
            .env("HOME", self.path())
            .in_folder(self.path())
            .args(["config"])
            .args(args.iter().copied())
    }

    /// What was said, with the home's path shown as `HOME`.
    fn told(&self, said: &str) -> String {
        said.replace(&self.path().display().to_string(), "HOME")
    }

    /// The row of `config show` for a setting: value and origin.
    #[track_caller]
    fn row(&self, said: &Said, name: &str) -> [String; 2] {
        let row = said
            .stdout
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .find(|row| row[0] == name)
            .unwrap_or_else(|| panic!("{name}: {}", said.stdout));
        let [_, value, origin] = row[..] else {
            panic!("{row:?}")
        };
        [value, origin].map(|text| self.told(text))
    }
}

const TWO: &str = r#"output = "HOME"
proxy = "http://me:hunter2@proxy:3128"
[accounts.shop]
appid = "wxshop"
secret = { file = "HOME/secret" }
[accounts.news]
appid = "wxnews"
token = { command = ["echo", "hunter2"] }
"#;

#[test]
fn a_new_file_lacks_an_account_and_nothing_else() {
    let home = Home::new();
    let said = home.run(&["init"]).succeeds();
    let written = PathBuf::from(said.stdout.trim_end());
    assert_eq!(written, home.settings_file());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = written.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let said = home.run(&["check"]).fails_with(2);
    insta::assert_snapshot!(said.stderr, @"
    error: no account is given
    hint: give --appid and --secret-file, or set WXBACKUP_APPID and WXBACKUP_SECRET, or write an account into the settings file; `wxbackup demo` needs none of them
    1 problem
    ");
    home.run(&["show"]).succeeds();
}

#[test]
fn the_reserve_of_quotas_is_shown_as_it_is_for_the_account() {
    let text = format!("quota_reserve = 30\n{TWO}quota_reserve = 0\n");
    let home = Home::with_settings(&text);
    let reserve = |args: &[&str]| {
        let said = home.run(&["show"]).args(args.iter().copied()).succeeds();
        home.row(&said, "quota-reserve")
    };
    let from = |line| format!("HOME/.config/wxbackup/config.toml:{line}");
    assert_eq!(reserve(&["--account", "shop"]), ["30".to_owned(), from(1)]);
    assert_eq!(reserve(&["--account", "news"]), ["0".to_owned(), from(10)]);
    assert_eq!(
        reserve(&["--account", "news", "--quota-reserve", "5"]),
        ["5", "--quota-reserve"]
    );
    let plain = Home::with_settings(TWO).run(&["show"]).succeeds();
    assert!(plain.stdout.contains("quota-reserve\t20\tdefault\n"));
}

#[test]
fn a_file_that_is_there_is_left_as_it_is() {
    let home = Home::with_settings("# mine");
    let said = home.run(&["init"]).fails_with(1);
    insta::assert_snapshot!(home.told(&said.stderr), @"
    error: HOME/.config/wxbackup/config.toml is there already
    hint: it is left as it is; move it away, or name another place with --config
    ");
    assert_eq!(
        std::fs::read_to_string(home.settings_file()).unwrap(),
        "# mine"
    );
    home.run(&["init", "--config", "other/c.toml"]).succeeds();
    assert!(home.path().join("other/c.toml").is_file());
}

#[test]
fn without_a_home_a_new_file_needs_a_name() {
    let said = Run::new().args(["config", "init"]).fails_with(2);
    insta::assert_snapshot!(said.stderr, @"
    error: this user has no folder for settings
    hint: name a file with --config, or set HOME or XDG_CONFIG_HOME
    ");
}

#[cfg(unix)]
#[test]
fn every_example_of_the_new_file_is_one_that_works() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.run(&["init"]).succeeds();
    let examples: Vec<String> = std::fs::read_to_string(home.settings_file())
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| !line.is_empty() && !line.starts_with(' '))
        .map(str::to_owned)
        .collect();
    let folder = home.path().display().to_string();
    let settings = examples
        .join("\n")
        .replace("/var/backups/wechat", &folder)
        .replace("/var/lib/prometheus/node-exporter", &folder)
        .replace("/etc/wxbackup/", &format!("{folder}/"));
    home.put("c.toml", &settings);
    home.put("shop.secret", "hunter2\n");
    for name in ["shop.ping", "ping", "wecom"] {
        home.put(name, "https://example.com/hunter2\n");
    }
    for program in ["pass", "central-token"] {
        home.put(
            program,
            "#!/bin/sh\n[ -n \"$1\" ] && echo https://example.com/hunter2\n",
        );
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(home.path().join(program), mode).unwrap();
    }
    let said = home
        .run(&["check", "--config", "c.toml"])
        .env("PATH", home.path())
        .env("NEWS_SECRET", "hunter2")
        .env("DINGTALK_URL", "https://example.com/hunter2")
        .env("DINGTALK_SECRET", "hunter2")
        .succeeds();
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        ("", "配置正确：4 个账号\n"),
        "one of the examples is a language"
    );
}

#[test]
fn each_value_is_shown_with_who_said_it() {
    let home = Home::with_settings(TWO);
    let show = |args: &[&str]| {
        let run = home.run(&["show"]).args(args.iter().copied());
        run.env("WXBACKUP_JOBS", "8")
            .env("NO_PROXY", "localhost")
            .succeeds()
    };
    let said = show(&["--account", "news", "--sections", "draft,published"]);
    let file = |line| format!("HOME/.config/wxbackup/config.toml:{line}");
    for (name, value, origin) in [
        (
            "config",
            "HOME/.config/wxbackup/config.toml",
            "default".to_owned(),
        ),
        ("output", "HOME", file(1)),
        ("sections", "draft,published", "--sections".to_owned()),
        ("jobs", "8", "WXBACKUP_JOBS".to_owned()),
        ("pictures-by", "cdn", "default".to_owned()),
        ("stage", "", "default".to_owned()),
        (
            "api-base",
            "https://api.weixin.qq.com/",
            "default".to_owned(),
        ),
        ("https-proxy", "http://proxy:3128/", file(2)),
        ("no-proxy", "localhost", "NO_PROXY".to_owned()),
        ("account", "news", "--account".to_owned()),
        ("appid", "wxnews", file(7)),
        (
            "access-token",
            "{ command = [\"echo\", …] } not run",
            file(8),
        ),
        ("accounts.shop.appid", "wxshop", file(4)),
        (
            "accounts.shop.secret",
            "{ file = \"HOME/secret\" } not readable",
            file(5),
        ),
        (
            "accounts.news.token",
            "{ command = [\"echo\", …] } not run",
            file(8),
        ),
    ] {
        assert_eq!(home.row(&said, name), [value.to_owned(), origin], "{name}");
    }
    let said = show(&["-o", "x", "--jobs", "4"]);
    assert_eq!(home.row(&said, "output"), ["x", "--output"]);
    assert_eq!(home.row(&said, "jobs"), ["4", "--jobs"]);
    assert_eq!(
        said.stderr,
        "no account is chosen: the settings have several accounts: news, shop\n"
    );
}

#[test]
fn nothing_that_is_shown_or_checked_holds_a_secret() {
    let home = Home::with_settings(TWO);
    home.put("secret", "hunter2");
    for command in ["show", "check"] {
        for form in [&[][..], &["--json", "-v"]] {
            let said = home
                .run(&[command])
                .args(form.iter().copied())
                .env("WXBACKUP_APPID", "wx1")
                .env("WXBACKUP_SECRET", "hunter2")
                .env("HTTPS_PROXY", "socks5h://me:hunter2@proxy:1")
                .env("WXBACKUP_API_BASE", "https://me:hunter2@example.com/")
                .env("PATH", std::env::var_os("PATH").unwrap())
                .succeeds();
            for text in [&said.stdout, &said.stderr] {
                assert!(!text.contains("hunter2"), "{text}");
            }
        }
    }
    let said = home
        .run(&["show"])
        .env("WXBACKUP_APPID", "wx1")
        .env("WXBACKUP_SECRET", "hunter2")
        .succeeds();
    assert_eq!(
        home.row(&said, "secret"),
        [
            "{ env = \"WXBACKUP_SECRET\" } set (hidden)",
            "WXBACKUP_SECRET"
        ]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_secret_is_not_read_to_be_shown() {
    use rustix::fs::{CWD, FileType, Mode};
    let home = Home::with_settings(TWO);
    // Whoever opened it would wait for a writer, for ever.
    let pipe = home.path().join("secret");
    rustix::fs::mknodat(CWD, pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
    let said = home.run(&["show", "--account", "shop"]).succeeds();
    let [value, _] = home.row(&said, "secret");
    assert_eq!(value, "{ file = \"HOME/secret\" } readable");
}

#[test]
fn programs_get_a_line_for_each_value() {
    let home = Home::with_settings(TWO);
    let said = home
        .run(&["show", "--json", "--account", "shop", "--jobs", "4"])
        .env("WXBACKUP_OUTPUT", "x")
        .succeeds();
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let path = home.settings_file().display().to_string();
    let line = |name: &str| -> &Value { lines.iter().find(|line| line["name"] == name).unwrap() };
    assert_eq!(
        [line("jobs"), line("output"), line("stage"), line("appid")],
        [
            &json!({"message_type": "setting", "name": "jobs", "value": "4", "origin": "flag", "flag": "--jobs"}),
            &json!({"message_type": "setting", "name": "output", "value": "x", "origin": "variable", "variable": "WXBACKUP_OUTPUT"}),
            &json!({"message_type": "setting", "name": "stage", "origin": "default"}),
            &json!({"message_type": "setting", "name": "appid", "value": "wxshop", "origin": "file", "path": path, "line": 4}),
        ]
    );
    assert_eq!(line("secret")["state"], "unreadable");
}

#[test]
fn what_contradicts_itself_is_said_below_what_is_in_effect() {
    let home = Home::with_settings(TWO);
    let said = home.run(&["show", "--account", "shpo"]).fails_with(2);
    assert_eq!(home.row(&said, "output")[0], "HOME");
    insta::assert_snapshot!(said.stderr, @"
    error: the settings have no account `shpo`; did you mean `shop`?
    hint: accounts are the tables [accounts.NAME] of the settings file
    ");
}

#[test]
fn a_check_tells_all_that_is_wrong_with_what_to_do_about_it() {
    let home = Home::with_settings(
        r#"
output = "HOME/nowhere"
proxy = "ftp://me:hunter2@proxy"
[accounts.a]
appid = "wxsame"
secret = { file = "HOME/nothing" }
[accounts.b]
appid = "wxsame"
secret = { env = "NOTHING" }
[accounts.c]
appid = "wxc"
token = { command = ["/nonexistent/token"] }
[accounts.d]
appid = "wxd"
secret = { file = "HOME/empty" }
"#,
    );
    home.put("empty", "\n");
    let said = home.run(&["check"]).fails_with(2);
    assert_eq!(said.stdout, "");
    insta::assert_snapshot!(home.told(&said.stderr));

    let said = home.run(&["check", "--json"]).fails_with(2);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    assert!(lines[..7].iter().all(|line| !line["hint"].is_null()));
    let summary = said.summary();
    assert_eq!(
        [&summary["accounts"], &summary["problems"]],
        [&json!(4), &json!(7)]
    );
}

#[test]
fn the_account_that_is_named_is_the_only_one_that_is_looked_at() {
    let home = Home::with_settings(TWO);
    home.put("secret", "hunter2");
    let said = home
        .run(&["check", "--account", "shop"])
        .env("PATH", "/nonexistent");
    assert_eq!(
        said.succeeds().stderr,
        "the settings are right: 1 account\n"
    );
    let said = home
        .run(&["check"])
        .env("PATH", "/nonexistent")
        .fails_with(2);
    assert!(
        said.stderr
            .starts_with("error: account `news` cannot be used\n")
    );
    assert!(said.stderr.ends_with("\n1 problem\n"), "{}", said.stderr);
}

#[test]
fn an_account_of_the_environment_needs_no_file() {
    let home = Home::new();
    let run = home
        .run(&["check"])
        .env("WXBACKUP_APPID", "wx1")
        .env("WXBACKUP_SECRET", "hunter2");
    assert_eq!(run.succeeds().stderr, "the settings are right: 1 account\n");
}

#[test]
fn what_only_a_client_judges_is_judged_without_the_network() {
    let home = Home::with_settings(TWO);
    home.put("secret", "hunter2");
    home.put("ca.pem", "not a certificate");
    let check = |args: &[&str]| {
        let run = home.run(&["check", "--account", "shop"]);
        run.args(args.iter().copied()).fails_with(2).stderr
    };
    let said = check(&["--api-base", "http://api.example.com"]);
    assert!(
        said.contains("plain http is only for a loopback address"),
        "{said}"
    );
    let said = check(&["--ca-file", "ca.pem"]);
    assert!(said.ends_with("\n1 problem\n"), "{said}");
    let said = check(&["--api-base", "api.example.com"]);
    assert!(
        said.starts_with("error: --api-base is no address that can be used\nhint: "),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_a_problem() {
    let home = Home::with_settings(TWO);
    home.put("secret", "hunter2");
    let said = home.run(&["check", "--account", "shop", "-o", "/proc"]);
    let said = said.fails_with(2).stderr;
    assert!(
        said.starts_with(
            "error: archives cannot be written\n  caused by: cannot create a file in /proc\n"
        ),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::with_settings(TWO);
    home.put("secret", "hunter2");
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(home.path().join("secret"), mode).unwrap();
    let said = home.run(&["check", "--account", "shop"]).succeeds();
    insta::assert_snapshot!(home.told(&said.stderr), @"
    warning: HOME/secret: other users of this machine can read this secret; chmod 600 keeps it to its owner
    the settings are right: 1 account
    ");
}

#[test]
fn settings_that_cannot_be_read_are_wrong_for_each_command() {
    let home = Home::with_settings("outptu = \"x\"");
    for command in ["show", "check"] {
        let said = home.run(&[command]).fails_with(2);
        assert_eq!(
            home.told(&said.stderr),
            "error: HOME/.config/wxbackup/config.toml, line 1: unknown key `outptu`; did you mean `output`?\n"
        );
    }
}
