//! Who is told how an export ended, of what, and what becomes of an export when
//! nobody can be told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Fault, Quirk, Sim, Target};

use crate::ears::{Answer, Ears};
use crate::interop::{is_asked_for, passes, program};
use crate::needles::Needles;
use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};

/// An account with a settings file that names ears.
struct Night {
    sim: Sim,
    ears: Ears,
    folder: tempfile::TempDir,
}

/// Everyone that settings can name.
const EVERYONE: &str = r#"
[notify]
on_success = ["sh", "-c", 'env -0 > "$0"', "HOME/told-success"]
on_problem = ["sh", "-c", 'env -0 > "$0"', "HOME/told-problem"]
ping = "EARS/ping-0123456789abcdef"
metrics = "HOME"
[[notify.chat]]
kind = "wecom"
url = "EARS/wecom?key=0123456789abcdef"
from = "success"
[[notify.chat]]
kind = "dingtalk"
url = { env = "DINGTALK_URL" }
secret = { env = "DINGTALK_SECRET" }
[[notify.chat]]
kind = "feishu"
url = "EARS/feishu/0123456789abcdef"
secret = { file = "HOME/feishu.secret" }
from = "failure"
"#;

/// The secrets of `EVERYONE`, besides those of the account.
const SECRETS: [&str; 3] = ["0123456789abcdef", "SECdingtalk", "SECfeishu"];

impl Night {
    fn new(sim: Sim, ears: Ears, notify: &str) -> Self {
        let night = Self {
            sim,
            ears,
            folder: tempfile::tempdir().unwrap(),
        };
        let settings = format!(
            "output = \"HOME\"\n[accounts.shop]\nappid = \"{}\"\nsecret = {{ env = \"SHOP_SECRET\" }}\n{notify}",
            night.sim.appid()
        );
        let settings = settings
            .replace("HOME", &night.path().display().to_string())
            .replace("EARS", &night.ears.url(""));
        night.put("config.toml", &settings);
        night.put("feishu.secret", "SECfeishu\n");
        night
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn put(&self, name: &str, text: &str) {
        wxbackup::fs::write_atomic(&self.path().join(name), text.as_bytes()).unwrap();
    }

    fn run(&self, command: &[&str]) -> Run {
        Run::new()
            .args(command.iter().copied())
            .args(["--config"])
            .args([self.path().join("config.toml")])
            .env("WXBACKUP_API_BASE", self.sim.url())
            .env("SHOP_SECRET", self.sim.secret())
            .env("WXBACKUP_SECRET", self.sim.secret())
            .env(
                "DINGTALK_URL",
                self.ears.url("/dingtalk?access_token=0123456789abcdef"),
            )
            .env("DINGTALK_SECRET", "SECdingtalk")
    }

    fn export(&self) -> Run {
        self.run(&["export"])
    }

    /// The environment of a command that wrote it down, without what is not of the run.
    fn told(&self, name: &str) -> BTreeMap<String, String> {
        let text = std::fs::read_to_string(self.path().join(name)).unwrap();
        text.split_terminator('\0')
            .map(|line| line.split_once('=').unwrap())
            .filter(|(name, _)| name.contains("SECRET") || name.starts_with("WXBACKUP_RUN_"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    fn metrics_file(&self) -> PathBuf {
        self.path()
            .join(format!("wxbackup-{}.prom", self.sim.appid()))
    }

    fn metrics(&self) -> String {
        std::fs::read_to_string(self.metrics_file()).unwrap()
    }

    /// The value of a metric that has no labels but those of the account.
    fn metric(&self, name: &str) -> Option<String> {
        let labels = format!("{{account=\"shop\",appid=\"{}\"}} ", self.sim.appid());
        let line = format!("{name}{labels}");
        let text = self.metrics();
        let value = text.lines().find_map(|text| text.strip_prefix(&line))?;
        Some(value.to_owned())
    }

    /// Fails where anyone has heard a secret, or a title of the account.
    #[track_caller]
    fn assert_nothing_leaked(&self, said: &Said) {
        let mut files = Vec::new();
        for name in ["told-success", "told-problem"] {
            files.extend(std::fs::read_to_string(self.path().join(name)));
        }
        files.extend(std::fs::read_to_string(self.metrics_file()));
        // What is in the addresses is told to those who are there.
        let bodies: String = self
            .ears
            .heard()
            .into_iter()
            .map(|heard| heard.body)
            .collect();
        let told = [files.concat(), bodies].concat();
        for title in self.titles() {
            assert!(!told.contains(&title), "{title}: {told}");
        }
        let heard = [told, said.stdout.clone(), said.stderr.clone()].concat();
        let needles = Needles::of(&self.sim);
        needles.assert_absent("a request", self.ears.bytes());
        let needles = SECRETS
            .into_iter()
            .fold(needles, |needles, key| needles.and("a key", key));
        needles.assert_absent("what was told", heard);
    }

    fn titles(&self) -> Vec<String> {
        let account = self.sim.account();
        let names = account.images().map(|it| it.name.clone());
        let names = names.chain(account.voices().map(|it| it.name.clone()));
        let postings = account.drafts().chain(account.published());
        let titles =
            postings.flat_map(|it| it.articles.iter().map(|article| article.title.clone()));
        let all: Vec<String> = names
            .chain(titles)
            .filter(|title| title.chars().count() > 2)
            .collect();
        assert!(all.len() > 3, "{all:?}");
        all
    }
}

/// What was told, without what differs from run to run.
fn steady(text: &str, night: &Night) -> String {
    let line = |line: &str| match line.split_once(": ") {
        Some(("archive", rest)) => {
            let (_, rest) = rest.split_once(".zip, ").unwrap();
            let (_, status) = rest.split_once(", ").unwrap();
            format!("archive: NAME.zip, SIZE, {status}")
        }
        Some(("took", _)) => "took: TIME".to_owned(),
        _ => line.to_owned(),
    };
    let text: Vec<String> = text.lines().map(line).collect();
    text.join("\n").replace(night.sim.appid(), "APPID")
}

fn account() -> wechat_sim::Builder {
    Sim::builder().images(3).voices(2).drafts(2).published(1)
}

/// The warnings of `--json`, as channel and message.
#[track_caller]
fn warnings(lines: &[Value]) -> BTreeMap<String, String> {
    assert_lines_are_ours(lines);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    lines
        .iter()
        .filter(|line| line["code"] == "notify_failed")
        .map(|line| (text(&line["about"]), text(&line["message"])))
        .collect()
}

#[test]
fn everyone_who_wants_to_hear_of_a_good_run_is_told() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    let said = night.export().args(["-v"]).succeeds();
    assert!(!said.stderr.contains("warning: notify"), "{}", said.stderr);
    assert_eq!(
        night.ears.targets(),
        [
            "/ping-0123456789abcdef",
            "/ping-0123456789abcdef/start",
            "/wecom?key=0123456789abcdef",
        ]
    );
    assert_eq!(night.ears.only("/ping-0123456789abcdef/start").body, "");
    let ping = night.ears.only("/ping-0123456789abcdef").body;
    insta::assert_snapshot!(steady(&ping, &night));
    let (told, _) = ping.split_once("\n\n").unwrap();
    assert_eq!(
        night.ears.only("/wecom").json(),
        json!({"msgtype": "text", "text": {"content": told}})
    );

    let variables = night.told("told-success");
    let archive = said.stdout.trim_end();
    let value = |name: &str| variables[&format!("WXBACKUP_RUN_{name}")].as_str();
    assert_eq!(
        [
            value("ACCOUNT"),
            value("APPID"),
            value("OUTCOME"),
            value("SEVERITY")
        ],
        ["shop", night.sim.appid(), "done", "success"]
    );
    assert_eq!(
        [
            value("EXIT_CODE"),
            value("ARCHIVE"),
            value("STATUS"),
            value("TEXT")
        ],
        ["0", archive, "complete", told]
    );
    let bytes = std::fs::metadata(archive).unwrap().len().to_string();
    assert_eq!(value("BYTES"), bytes);
    assert!(
        variables.keys().all(|name| !name.contains("SECRET")),
        "{variables:?}"
    );
    assert!(!night.path().join("told-problem").exists());

    assert_eq!(
        night.metric("wxbackup_last_run_exit_code").as_deref(),
        Some("0")
    );
    assert_eq!(night.metric("wxbackup_archive_bytes"), Some(bytes));
    let success = night.metric("wxbackup_last_success_timestamp_seconds");
    assert_eq!(success, night.metric("wxbackup_last_run_timestamp_seconds"));
    night.assert_nothing_leaked(&said);
}

#[test]
fn a_run_that_finds_nothing_new_is_a_good_one() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    let first = night.export().succeeds();
    let written = night.told("told-success");
    let second = night.export().succeeds();
    assert_eq!(first.stdout, second.stdout);
    let confirmed = night.told("told-success");
    let run = first.stdout.trim_end().strip_suffix(".zip").unwrap();
    let run = run.rsplit('-').next().unwrap();
    assert_eq!(confirmed["WXBACKUP_RUN_UNCHANGED_SINCE"], run);
    for name in ["ARCHIVE", "BYTES", "ITEMS", "OUTCOME"] {
        let name = format!("WXBACKUP_RUN_{name}");
        assert_eq!(confirmed[&name], written[&name]);
    }
    assert!(!written.contains_key("WXBACKUP_RUN_UNCHANGED_SINCE"));
}

#[test]
fn a_run_with_gaps_is_a_problem_and_titles_stay_here() {
    let sim = account().with(Quirk::ListedButGone).start();
    let night = Night::new(sim, Ears::kind(), EVERYONE);
    let said = night.export().fails_with(3);
    assert_eq!(
        night
            .ears
            .targets()
            .iter()
            .map(|target| target.split('?').next().unwrap())
            .collect::<Vec<_>>(),
        [
            "/dingtalk",
            "/ping-0123456789abcdef/fail",
            "/ping-0123456789abcdef/start",
            "/wecom",
        ]
    );
    let message = night.ears.only("/dingtalk");
    let text = message.json()["text"]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    insta::assert_snapshot!(steady(&text, &night));
    let signed = |target: &str| target.contains("&timestamp=") && target.contains("&sign=");
    assert!(signed(&message.target), "{}", message.target);
    let variables = night.told("told-problem");
    assert_eq!(variables["WXBACKUP_RUN_OUTCOME"], "gaps");
    assert_eq!(variables["WXBACKUP_RUN_TEXT"], text);
    assert!(!night.path().join("told-success").exists());
    assert_eq!(
        night.metric("wxbackup_last_success_timestamp_seconds"),
        None
    );
    assert!(
        night.metrics().contains("section=\"voice\"} 1\n"),
        "{}",
        night.metrics()
    );
    night.assert_nothing_leaked(&said);
}

#[test]
fn a_chat_is_told_in_the_language_of_the_settings() {
    let sim = account().with(Quirk::ListedButGone).start();
    let night = Night::new(sim, Ears::kind(), EVERYONE);
    let settings = std::fs::read_to_string(night.path().join("config.toml")).unwrap();
    night.put("config.toml", &format!("lang = \"zh\"\n{settings}"));
    // As cron runs it: no locale says anything.
    night.export().fails_with(3);
    let message = night.ears.only("/dingtalk").json();
    let text = message["text"]["content"].as_str().unwrap();
    let filters = [
        (r"wxbackup-[^ ，]+\.zip，[^，]+，", "NAME.zip，SIZE，"),
        (r"用时：.*", "用时：TIME"),
        (night.sim.appid(), "APPID"),
    ];
    insta::with_settings!({ filters => filters }, {
        insta::assert_snapshot!(text);
    });
    let ping = night.ears.only("/ping-0123456789abcdef/fail").body;
    let (facts, log) = ping.split_once("\n\n").unwrap();
    assert_eq!(facts, text);
    assert!(
        log.starts_with("连接\n") && log.contains("\n下载图片\n"),
        "{log}"
    );
    let variables = night.told("told-problem");
    assert_eq!(variables["WXBACKUP_RUN_TEXT"], text);
    let of_scripts = ["OUTCOME", "STATUS", "GAPS"].map(|name| {
        let name = format!("WXBACKUP_RUN_{name}");
        variables[&name].as_str()
    });
    assert_eq!(
        of_scripts,
        ["gaps", "complete-with-gaps", "invalid_media_id=1"]
    );
}

#[test]
fn titles_of_what_is_missing_are_told_where_the_owner_says_so() {
    let sim = account().with(Quirk::ListedButGone).start();
    let notify = EVERYONE.replace("[notify]", "[notify]\ntitles = true");
    let night = Night::new(sim, Ears::kind(), &notify);
    night.export().fails_with(3);
    let gone = night.sim.account().voices().last().unwrap().name.clone();
    let ping = night.ears.only("/ping-0123456789abcdef/fail").body;
    assert!(
        ping.contains(&format!("\ntitles: {gone}\n")),
        "{gone}: {ping}"
    );
    assert!(ping.contains(&format!(" \"{gone}\": ")), "{gone}: {ping}");
    let text = night.ears.only("/wecom").json()["text"]["content"].clone();
    assert!(text.as_str().unwrap().contains(&gone), "{gone}: {text}");
    assert!(night.told("told-problem")["WXBACKUP_RUN_TEXT"].contains(&gone));
}

#[test]
fn a_failed_run_says_what_to_do_and_when_the_last_good_one_was() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    night.export().succeeds();
    let success = night
        .metric("wxbackup_last_success_timestamp_seconds")
        .unwrap();
    let before = night.ears.heard().len();
    let wrong = "fedcba9876543210fedcba9876543210";
    let said = night.export().env("WXBACKUP_SECRET", wrong).fails_with(4);
    assert_eq!(
        night.ears.heard().len() - before,
        5,
        "{:?}",
        night.ears.targets()
    );

    let message = night.ears.only("/feishu/0123456789abcdef").json();
    assert_eq!(message["msg_type"], "text");
    assert!(
        message["timestamp"].is_string() && message["sign"].is_string(),
        "{message}"
    );
    let text = message["content"]["text"].as_str().unwrap();
    // WeChat gives each of its answers another id.
    let text = steady(text, &night);
    let (before_rid, rest) = text.split_once(" rid: ").unwrap();
    let (_, after_rid) = rest.split_once('\n').unwrap();
    insta::assert_snapshot!(format!("{before_rid}\n{after_rid}"));

    assert_eq!(
        night.metric("wxbackup_last_run_exit_code").as_deref(),
        Some("4")
    );
    assert_eq!(
        night.metric("wxbackup_last_success_timestamp_seconds"),
        Some(success)
    );
    assert_eq!(night.metric("wxbackup_archive_bytes"), None);
    assert_eq!(
        night.told("told-problem")["WXBACKUP_RUN_OUTCOME"],
        "refused"
    );
    night.assert_nothing_leaked(&said);
    assert!(!night.ears.bytes().contains(wrong));
}

/// Channels that fail, each in its own way.
const HOPELESS: &str = r#"
[notify]
on_success = ["sh", "-c", "echo no route >&2; exit 9"]
ping = "EARS/500-0123456789abcdef"
metrics = "HOME/nowhere"
timeout_seconds = 1
[[notify.chat]]
kind = "wecom"
url = "EARS/refused?key=0123456789abcdef"
from = "success"
[[notify.chat]]
kind = "dingtalk"
url = "EARS/page?access_token=0123456789abcdef"
from = "success"
[[notify.chat]]
kind = "feishu"
url = "EARS/silence/0123456789abcdef"
from = "success"
[[notify.chat]]
kind = "feishu"
url = "EARS/moved/0123456789abcdef"
from = "success"
[[notify.chat]]
kind = "feishu"
url = { file = "HOME/nothing" }
[[notify.chat]]
kind = "feishu"
url = "0123456789abcdef"
[[notify.chat]]
kind = "feishu"
url = "http://127.0.0.1:1/0123456789abcdef"
from = "success"
"#;

fn rude(elsewhere: String) -> Ears {
    Ears::that_answer(move |target| match target {
        _ if target.starts_with("/500") => Answer::Http(500, ""),
        _ if target.starts_with("/refused") => Answer::Http(
            200,
            r#"{"errcode":93000,"errmsg":"no key 0123456789abcdef"}"#,
        ),
        _ if target.starts_with("/page") => Answer::Http(200, "<html>"),
        _ if target.starts_with("/moved") => Answer::Redirect(elsewhere.clone()),
        _ => Answer::Silence,
    })
}

#[test]
fn whoever_cannot_be_told_is_a_warning_and_changes_no_exit_code() {
    let elsewhere = Ears::kind();
    let ears = rude(elsewhere.url("/feishu"));
    let night = Night::new(account().start(), ears, HOPELESS);
    let said = night.export().args(["--json"]).succeeds();
    let home = night.path().display().to_string();
    let mut told = String::new();
    for (channel, message) in warnings(&said.json()) {
        // The system's own words hold a name of chance.
        let message = message.split(" at path ").next().unwrap();
        told.push_str(&format!("{channel}: {message}\n").replace(&home, "HOME"));
    }
    insta::assert_snapshot!(told);
    assert_eq!(elsewhere.targets(), [] as [String; 0]);
    night.assert_nothing_leaked(&said);

    // A run with gaps keeps its own exit code too.
    let sim = account().with(Quirk::ListedButGone).start();
    let night = Night::new(sim, rude(String::new()), HOPELESS);
    let said = night.export().fails_with(3);
    assert!(
        said.stderr
            .contains("\nwarning: notify.ping: the answer is HTTP 500\n"),
        "{}",
        said.stderr
    );
}

#[test]
fn other_ends_of_a_run_are_told_too() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    let heard = || night.ears.heard().len();
    let outcome = || night.told("told-problem")["WXBACKUP_RUN_OUTCOME"].clone();

    // Another run is at work.
    let hold = night.sim.hold(Target::cdn());
    let first = night.export().starts();
    hold.wait();
    let before = heard();
    night.export().fails_with(11);
    assert_eq!(outcome(), "locked");
    assert_eq!(
        heard() - before,
        4,
        "a start, a ping and two chats: {:?}",
        night.ears.targets()
    );

    // Somebody stops it.
    first.gets("TERM");
    hold.release();
    first.ends_with(143);
    assert_eq!(outcome(), "interrupted");
    assert_eq!(
        night.metric("wxbackup_last_run_exit_code").as_deref(),
        Some("143")
    );
    assert_eq!(night.told("told-problem")["WXBACKUP_RUN_EXIT_CODE"], "143");

    // A quota ends it.
    night.sim.exhaust("/cgi-bin/draft/batchget");
    night.export().args(["--fresh"]).fails_with(5);
    assert_eq!(outcome(), "unfinished");
    assert_eq!(
        night.told("told-problem")["WXBACKUP_RUN_SEVERITY"],
        "problem"
    );

    // The cron line names no account of the file.
    night.export().args(["--account", "shpo"]).fails_with(2);
    assert_eq!(outcome(), "failed");
    let error = &night.told("told-problem")["WXBACKUP_RUN_ERROR"];
    assert_eq!(
        error,
        "the settings have no account `shpo`; did you mean `shop`?"
    );

    // Nobody on the network can be reached.
    let before = heard();
    let said = night
        .export()
        .args(["--ca-file", "/nonexistent/ca.pem", "--json"])
        .fails_with(2);
    assert_eq!(outcome(), "failed");
    assert_eq!(heard(), before);
    let channels: Vec<String> = warnings(&said.json()).into_keys().collect();
    assert_eq!(
        channels,
        [
            "notify",
            "notify.chat.1",
            "notify.chat.2",
            "notify.chat.3",
            "notify.ping"
        ]
    );
}

#[test]
fn who_stops_a_run_does_not_wait_for_those_who_do_not_answer() {
    let notify = "[notify]\nping = \"EARS/ping\"\ntimeout_seconds = 86400\n\
                  on_problem = [\"sleep\", \"86400\"]\ncommand_timeout_seconds = 86400\n";
    let ears = Ears::that_answer(|target| match target {
        "/ping/start" => Answer::Http(200, "OK"),
        _ => Answer::Silence,
    });
    let night = Night::new(account().start(), ears, notify);
    let hold = night.sim.hold(Target::cdn());
    let run = night.export().args(["--json"]).starts();
    hold.wait();
    run.gets("INT");
    hold.release();
    let said = run.ends_with(130);
    let why = "the program was asked to stop before it was done".to_owned();
    let channels = ["notify.on_problem", "notify.ping"];
    assert_eq!(
        warnings(&said.json()),
        BTreeMap::from(channels.map(|channel| (channel.to_owned(), why.clone())))
    );
}

#[test]
fn an_account_has_those_that_are_its_own_before_those_of_all() {
    let notify = "notify = { ping = \"EARS/own\" }\n[notify]\nping = \"EARS/all\"\n\
                  chat = [{ kind = \"wecom\", url = \"EARS/wecom\", from = \"success\" }]\n";
    let night = Night::new(account().start(), Ears::kind(), notify);
    night.export().args(["--sections", "voice"]).succeeds();
    assert_eq!(night.ears.targets(), ["/own", "/own/start", "/wecom"]);

    let said = night.run(&["notify", "test"]).succeeds();
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        (
            "notify.ping\tworks\nnotify.chat.1\tworks\naccounts.shop.notify.ping\tworks\n",
            "3 told\n"
        )
    );
    let said = night
        .run(&["notify", "test", "--account", "shop"])
        .succeeds();
    assert_eq!(
        said.stdout,
        "accounts.shop.notify.ping\tworks\nnotify.chat.1\tworks\n"
    );
    let said = night
        .run(&["notify", "test", "--account", "shpo"])
        .fails_with(2);
    assert!(
        said.stderr.contains("did you mean `shop`?"),
        "{}",
        said.stderr
    );
}

#[test]
fn of_many_accounts_each_is_told_even_one_whose_table_is_wrong() {
    let notify = "[notify]\nping = \"EARS/all\"\nmetrics = \"HOME\"\n\
                  [accounts.twin]\nappid = \"APPID\"\ntoken = { env = \"T\" }\n\
                  notify = { ping = \"EARS/twin\" }\n\
                  [accounts.wrong]\nappid = \"wxwrong\"\n";
    let sim = account().start();
    let notify = notify.replace("APPID", sim.appid());
    // The first by name of two with one AppId is the one that is exported.
    let night = Night::new(sim, Ears::kind(), &notify);
    night.export().args(["--all"]).fails_with(2);
    assert_eq!(
        night.ears.targets(),
        [
            "/all",
            "/all/fail",
            "/all/start",
            "/all/start",
            "/twin/fail",
            "/twin/start",
        ]
    );
    let wrong = night.ears.only("/all/fail").body;
    assert!(wrong.starts_with("wxbackup: wrong: failed\n"), "{wrong}");
    // The one that could not begin leaves the metrics of the one that did.
    let exit = night.metric("wxbackup_last_run_exit_code");
    assert_eq!(exit.as_deref(), Some("0"));
}

#[test]
fn a_test_tells_everyone_and_changes_nothing() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    let said = night.run(&["notify", "test", "--json"]).succeeds();
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let works =
        |channel: &str| json!({"message_type": "channel", "channel": channel, "works": true});
    assert_eq!(
        lines[..lines.len() - 1],
        [
            "notify.metrics",
            "notify.ping",
            "notify.chat.1",
            "notify.chat.2",
            "notify.chat.3",
            "notify.on_success",
            "notify.on_problem",
        ]
        .map(works)
    );
    let summary = said.summary();
    assert_eq!(
        [&summary["channels"], &summary["failed"]],
        [&json!(7), &json!(0)]
    );
    let text = "wxbackup: test\nThis is a test of the channel; no run has ended.";
    assert_eq!(night.ears.only("/ping-0123456789abcdef/log").body, text);
    assert_eq!(night.ears.only("/wecom").json()["text"]["content"], text);
    assert_eq!(night.ears.heard().len(), 4);
    for name in ["told-success", "told-problem"] {
        assert_eq!(night.told(name)["WXBACKUP_RUN_OUTCOME"], "test");
    }
    assert!(!night.metrics_file().exists());
    night.assert_nothing_leaked(&said);
}

#[test]
fn a_test_says_who_could_not_be_told() {
    let night = Night::new(account().start(), rude(String::new()), HOPELESS);
    let said = night.run(&["notify", "test"]).fails_with(1);
    assert!(
        said.stdout
            .contains("\nnotify.chat.1\tthe chat refused it: "),
        "{}",
        said.stdout
    );
    assert_eq!(said.stderr, "10 of 10 could not be told\n");
    let said = night.run(&["notify", "test", "--json"]).fails_with(1);
    assert_lines_are_ours(&said.json());
    assert_eq!(said.summary()["failed"], 10);
    night.assert_nothing_leaked(&said);
}

#[test]
fn a_test_without_anyone_to_tell_is_wrong_usage() {
    let night = Night::new(account().start(), Ears::kind(), "[notify]\ntitles = true");
    let said = night.run(&["notify", "test"]).fails_with(2);
    insta::assert_snapshot!(said.stderr);
}

#[test]
fn settings_that_are_shown_or_checked_hold_no_address() {
    let night = Night::new(account().start(), Ears::kind(), EVERYONE);
    let said = night.run(&["config", "show"]).succeeds();
    let host = night.ears.url("/…");
    for row in [
        format!("notify.ping\t{host}\t"),
        format!("notify.chat.1.url\t{host}\t"),
        "notify.chat.2.url\t{ env = \"DINGTALK_URL\" } set (hidden)\t".to_owned(),
        "notify.on_success\t[\"sh\", …]\t".to_owned(),
        "notify.chat.3.from\tfailure\t".to_owned(),
    ] {
        assert!(said.stdout.contains(&row), "{row}: {}", said.stdout);
    }
    night.assert_nothing_leaked(&said);

    let night = Night::new(account().start(), Ears::kind(), HOPELESS);
    let said = night.run(&["config", "check"]).fails_with(2);
    let home = night.path().display().to_string();
    insta::assert_snapshot!(said.stderr.replace(&home, "HOME"));
    night.assert_nothing_leaked(&said);
    assert_eq!(night.ears.targets(), [] as [String; 0]);
}

#[test]
fn what_a_server_says_of_a_failure_calls_nobody_in_a_chat() {
    let sim = account().start();
    let evil = br#"{"errcode":40125,"errmsg":"<at user_id=\"all\"></at>\nnext: rm -rf /"}"#;
    sim.fault(Fault::Body(evil.to_vec()), Target::token());
    let night = Night::new(sim, Ears::kind(), EVERYONE);
    night.export().fails_with(4);
    let message = night.ears.only("/feishu/0123456789abcdef").json();
    let text = message["content"]["text"].as_str().unwrap();
    assert!(text.contains("‹at user_id=\"all\"›"), "{text}");
    assert_eq!(text.matches("\nnext: ").count(), 1, "{text}");
}

/// Python's own words on what was written and signed.
const JUDGE: &str = r#"
import base64, hashlib, hmac, json, sys, urllib.parse
from prometheus_client.parser import text_string_to_metric_families

metrics, target, feishu = sys.argv[1:]
for family in text_string_to_metric_families(open(metrics, encoding="utf-8").read()):
    assert family.type == "gauge" and family.documentation, family
    for sample in family.samples:
        labels = {k: v for k, v in sample.labels.items() if k not in ("account", "appid")}
        assert sample.labels["account"] == "shop" and sample.labels["appid"], sample
        if not sample.name.endswith("_seconds") and not sample.name.endswith("_bytes"):
            print(sample.name, *labels.values(), sample.value)

def sign(key, text):
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()

query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(target).query, strict_parsing=True))
assert query["sign"] == sign("SECdingtalk", query["timestamp"] + "\nSECdingtalk"), query
assert len(query["timestamp"]) == 13, query
feishu = json.loads(feishu)
assert feishu["sign"] == sign(feishu["timestamp"] + "\nSECfeishu", ""), feishu
assert len(feishu["timestamp"]) == 10, feishu
"#;

#[test]
fn python_reads_the_metrics_and_makes_the_same_signatures() {
    if !is_asked_for() {
        return;
    }
    let sim = account().with(Quirk::ListedButGone).start();
    let notify = EVERYONE.replace("\"failure\"", "\"problem\"");
    let night = Night::new(sim, Ears::kind(), &notify);
    night.export().fails_with(3);
    let judge = night.path().join("judge.py");
    night.put("judge.py", JUDGE);
    let read = passes(
        program("python3")
            .arg(judge)
            .arg(night.metrics_file())
            .arg(night.ears.only("/dingtalk").target)
            .arg(night.ears.only("/feishu/0123456789abcdef").body),
    );
    insta::assert_snapshot!(read);
}
