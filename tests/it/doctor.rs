//! `wxbackup doctor`, for each thing that can be in the way of an export.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::TcpListener;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value, json};
use wechat_sim::{Builder, Fault, IpForm, Sim, Target};
use wxbackup::model::Timestamp;
use wxbackup::stage::{Holder, Lock};

use crate::manners::token_of;
use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};
use crate::sample::sample;
use crate::shelf::{Shelf, hours_ago};

const SECTIONS: [&str; 6] = ["image", "voice", "video", "news", "draft", "published"];
const QUOTAS: [&str; 4] = [
    "material/batchget_material",
    "material/get_material",
    "draft/batchget",
    "freepublish/batchget",
];

fn account() -> Builder {
    Sim::builder().images(3).drafts(2).published(1)
}

/// What `doctor` finds, by the name of each check; no secret is in what it says,
/// whether to people or to programs.
struct Found {
    rows: BTreeMap<String, Value>,
    lines: Vec<Value>,
    text: Said,
}

impl Found {
    #[track_caller]
    fn by(run: impl Fn() -> Run, code: i32, secrets: &[&str]) -> Self {
        let text = run().args(["-v"]).ends_with(code);
        let json = run().args(["--json", "-v"]).ends_with(code);
        for secret in secrets {
            for said in [&text.stdout, &text.stderr, &json.stdout, &json.stderr] {
                assert!(!said.contains(secret), "{said}");
            }
        }
        let lines = json.json();
        assert_lines_are_ours(&lines);
        let rows = lines
            .iter()
            .filter(|line| line["message_type"] == "check")
            .map(|row| {
                let name = match (row["check"].as_str().unwrap(), row["about"].as_str()) {
                    (name @ ("section" | "quota"), Some(about)) => format!("{name} {about}"),
                    (name, _) => name.to_owned(),
                };
                (name, row.clone())
            })
            .collect();
        Self { rows, lines, text }
    }

    /// Those of the account of `sim`, with archives in `folder`.
    #[track_caller]
    fn of(sim: &Sim, folder: &Path, args: &[&str], code: i32) -> Self {
        let run = || {
            let run = Run::against(sim).args(["doctor", "-o"]).args([folder]);
            run.args(args.iter().copied())
        };
        let found = Self::by(run, code, &[sim.secret(), &token_of(sim)]);
        assert_eq!(sim.force_refreshes(), 0);
        assert_eq!(sim.count_where(|call| call.path.contains("clear")), 0);
        found
    }

    #[track_caller]
    fn row(&self, name: &str) -> &Value {
        self.rows
            .get(name)
            .unwrap_or_else(|| panic!("{name}: {:?}", self.rows.keys()))
    }

    /// The names of the checks with this verdict.
    fn with(&self, verdict: &str) -> Vec<&str> {
        let rows = self.rows.iter();
        rows.filter(|(_, row)| row["verdict"] == verdict)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn text_of(&self, name: &str, field: &str) -> &str {
        self.row(name)[field].as_str().unwrap_or_default()
    }
}

fn sections() -> Vec<String> {
    let names = SECTIONS.map(|section| format!("section {section}"));
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

#[test]
fn an_account_in_good_order_needs_nothing_and_is_hardly_asked() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let run = Run::against(&sim).args(["doctor", "-o"]);
    let said = run.args([folder.path()]).succeeds();
    assert_eq!(
        said.stderr,
        "nothing is in the way of an export; 1 warning\n"
    );
    let calls = sim.calls();
    let count = |path: &str| {
        calls
            .iter()
            .filter(|call| call.path.ends_with(path))
            .count()
    };
    assert_eq!(
        [
            "/stable_token",
            "/batchget_material",
            "/draft/batchget",
            "/freepublish/batchget",
            "/quota/get",
        ]
        .map(count),
        [1, 4, 1, 1, 4]
    );
    assert_eq!(calls.len(), 11, "and no other");
    let lists = calls.iter().filter(|call| call.path.ends_with("batchget"));
    for list in lists {
        assert_eq!(list.body.as_ref().unwrap()["count"], 1);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is written"
    );

    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(found.with("problem"), [] as [&str; 0]);
    assert_eq!(found.with("unknown"), [] as [&str; 0]);
    assert_eq!(found.with("warning"), ["archive"]);
    assert_eq!(
        found.row("section image"),
        &json!({
            "message_type": "check", "check": "section", "about": "image", "verdict": "ok",
            "needs_person": false, "summary": "granted, 3 items", "facts": {"items": 3},
        })
    );
    for path in QUOTAS {
        let facts = &found.row(&format!("quota {path}"))["facts"];
        let number = |name: &str| facts[name].as_u64().unwrap();
        assert_eq!(number("used") + number("left"), number("daily_limit"));
    }
    assert_eq!(found.text_of("clock", "summary"), "as WeChat's");
    let room = found.row("disk")["facts"]["available_bytes"].as_u64();
    assert!(room.unwrap() > 0);
    let summary = found.lines.last().unwrap();
    assert_eq!(
        (
            &summary["appid"],
            &summary["problems"],
            &summary["warnings"]
        ),
        (&json!(sim.appid()), &json!(0), &json!(1))
    );
}

#[test]
fn the_line_for_a_pipe_has_tabs() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 0);
    let lines: Vec<Vec<&str>> = found
        .text
        .stdout
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(lines.iter().all(|fields| fields.len() == 5), "{lines:?}");
    let names: Vec<&str> = lines.iter().map(|fields| fields[0]).collect();
    assert_eq!(
        names,
        [
            "settings",
            "network",
            "address",
            "secret",
            "account",
            "section image",
            "section voice",
            "section video",
            "section news",
            "section draft",
            "section published",
            "quota material/batchget_material",
            "quota material/get_material",
            "quota draft/batchget",
            "quota freepublish/batchget",
            "clock",
            "disk",
            "lock",
            "stage",
            "archive",
        ]
    );
    assert_eq!(lines[1][1..3], ["ok", "127.0.0.1 answers"]);
}

#[test]
fn an_address_that_is_not_on_the_list_is_named_with_what_to_ask_of_the_administrator() {
    for form in [IpForm::Rid, IpForm::Hint, IpForm::Hints, IpForm::Bare] {
        let sim = account().start();
        let token = token_of(&sim);
        sim.fault(Fault::IpRefused(form), Target::token());
        let before = sim.call_count();
        let folder = tempfile::tempdir().unwrap();
        let run = || {
            let run = Run::against(&sim).args(["doctor", "-o"]);
            run.args([folder.path()])
        };
        let found = Found::by(run, 4, &[sim.secret(), &token]);
        assert_eq!(found.with("problem"), ["address"]);
        let row = found.row("address");
        assert_eq!(
            (&row["needs_person"], &row["errcode"], &row["facts"]),
            (
                &json!(true),
                &json!(40164),
                &json!({"address": "203.0.113.7"})
            )
        );
        assert!(
            found.text_of("address", "advice").contains("IP白名单"),
            "{row}"
        );
        assert_eq!(
            row["for_admin"],
            json!(format!(
                "请公众号（AppID：{}）的管理员登录 mp.weixin.qq.com，打开「设置与开发 → 开发接口管理 → 基本配置」\
                 （旧版菜单：「设置与开发 → 基本配置」；如页面提示已迁到「微信开发者平台」，请到那里修改），\
                 在「IP白名单」中添加备份服务器的 IP 203.0.113.7，并扫码确认。不支持网段和通配符，保存后几分钟内生效。\
                 用途：备份程序 wxbackup 通过官方接口只读取公众号内容，不发布、不修改、不删除。",
                sim.appid()
            ))
        );
        assert!(
            found.text.stdout.contains("203.0.113.7，并扫码"),
            "in the text too"
        );
        assert!(
            found
                .text
                .stderr
                .ends_with("error: 1 problem is in the way of an export: address\n"),
            "{}",
            found.text.stderr
        );
        assert_eq!(found.row("network")["verdict"], "ok");
        let mut unknown = sections();
        unknown.extend(["account".to_owned(), "secret".to_owned()]);
        unknown.extend(QUOTAS.map(|path| format!("quota {path}")));
        unknown.sort_unstable();
        assert_eq!(found.with("unknown"), unknown);
        // What is not WeChat's is looked at all the same.
        assert_eq!(found.row("clock")["verdict"], "ok");
        assert_eq!(found.row("lock")["verdict"], "ok");
        let calls = sim.calls_after(before);
        assert!(
            calls
                .iter()
                .all(|call| call.path.ends_with("/stable_token"))
        );
        assert_eq!(calls.len(), 2, "one a run: it is final");
    }
}

#[test]
fn each_code_of_the_token_endpoint_is_about_something_and_needs_a_person() {
    for (code, about, for_admin) in [
        (61004, "address", "IP白名单"),
        (89501, "address", "确认"),
        (89503, "address", "确认"),
        (89506, "address", "24 小时"),
        (89507, "address", "1 小时"),
        (40001, "secret", "AppSecret"),
        (40013, "secret", "核对 AppID"),
        (40125, "secret", "AppSecret"),
        (40243, "secret", "冻结"),
        (50002, "account", "申诉"),
        (50004, "account", "申诉"),
        (50007, "account", "申诉"),
    ] {
        let sim = account()
            .fault(Fault::Errcode(code), Target::token())
            .start();
        let folder = tempfile::tempdir().unwrap();
        let run = || {
            let run = Run::against(&sim).args(["doctor", "-o"]);
            run.args([folder.path()])
        };
        let found = Found::by(run, 4, &[sim.secret()]);
        assert_eq!(found.with("problem"), [about], "{code}");
        let row = found.row(about);
        assert_eq!(row["errcode"], code);
        assert_eq!(row["needs_person"], true, "{code}");
        let asked = found.text_of(about, "for_admin");
        assert!(
            asked.contains(for_admin) && asked.contains(sim.appid()),
            "{row}"
        );
        assert!(!found.text_of(about, "advice").is_empty(), "{row}");
        assert!(found.text_of(about, "rid").len() > 8, "{row}");
    }
}

#[test]
fn an_account_that_is_frozen_after_its_token_was_given_is_told_as_one() {
    let sim = account()
        .fault(Fault::Errcode(50002), Target::api())
        .start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 4);
    assert_eq!(found.with("problem"), ["account"]);
    for name in ["network", "address", "secret"] {
        assert_eq!(found.row(name)["verdict"], "ok", "{name}");
    }
}

#[test]
fn a_section_that_is_refused_is_a_problem_unless_it_is_left_out() {
    let published = Target::under("/cgi-bin/freepublish/");
    let sim = account().fault(Fault::Errcode(48001), published).start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 4);
    assert_eq!(found.with("problem"), ["section published"]);
    let row = found.row("section published");
    assert_eq!(
        (&row["errcode"], &row["needs_person"]),
        (&json!(48001), &json!(true))
    );
    let advice = found.text_of("section published", "advice");
    assert!(
        advice.contains("--sections") && advice.contains("personal accounts"),
        "{row}"
    );
    assert!(
        found
            .text_of("section published", "for_admin")
            .contains("微信认证"),
        "{row}"
    );
    assert_eq!(found.rows.get("quota freepublish/batchget"), None);
    assert_eq!(found.row("section draft")["verdict"], "ok");

    let most = ["--sections", "image,voice,video,news,draft"];
    let found = Found::of(&sim, folder.path(), &most, 0);
    assert_eq!(found.with("problem"), [] as [&str; 0]);
    assert_eq!(found.rows.get("section published"), None);
}

#[test]
fn the_appid_of_a_mini_program_may_read_nothing() {
    let sim = account()
        .fault(Fault::Errcode(48001), Target::api())
        .start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 4);
    assert_eq!(found.with("problem"), sections());
    let advice = found.text_of("section image", "advice");
    assert!(advice.contains("小程序"), "{advice}");
    assert_eq!(found.row("secret")["verdict"], "ok");
}

#[test]
fn a_section_that_fails_for_another_reason_is_no_matter_of_permission() {
    let sim = account()
        .fault(Fault::Errcode(-1), Target::list("draft"))
        .start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &["--sections", "draft,image"], 1);
    assert_eq!(found.with("problem"), ["section draft"]);
    assert_eq!(found.row("section draft")["needs_person"], false);
}

#[test]
fn a_quota_that_is_used_up_is_a_warning() {
    let sim = account().start();
    sim.exhaust("/cgi-bin/draft/batchget");
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(
        found.with("warning"),
        ["archive", "quota draft/batchget", "section draft"]
    );
    assert_eq!(found.row("section draft")["errcode"], 45009);
    let quota = found.row("quota draft/batchget");
    assert_eq!(
        quota["facts"],
        json!({"daily_limit": 1000, "used": 1000, "left": 0})
    );
    assert!(
        found
            .text_of("quota draft/batchget", "advice")
            .contains("midnight in China"),
        "{quota}"
    );
}

#[test]
fn an_account_that_may_not_ask_for_its_quotas_is_fine() {
    let quota = Target::path("/cgi-bin/openapi/quota/get");
    let sim = account().fault(Fault::Errcode(76022), quota).start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 0);
    let mut names = QUOTAS.map(|path| format!("quota {path}"));
    names.sort_unstable();
    assert_eq!(found.with("unknown"), names);
    assert_eq!(found.with("problem"), [] as [&str; 0]);
}

#[test]
fn a_clock_that_is_wrong_is_a_warning() {
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    for (behind, verdict) in [(7200, "warning"), (-7200, "warning"), (100, "ok")] {
        let then = Timestamp::from_second(now.as_second() + behind).unwrap();
        let date = then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let sim = account().fault(Fault::Date(date), Target::any()).start();
        let folder = tempfile::tempdir().unwrap();
        let found = Found::of(&sim, folder.path(), &[], 0);
        let row = found.row("clock");
        assert_eq!(row["verdict"], verdict, "{row}");
        let ahead = row["facts"]["ahead_seconds"].as_i64().unwrap();
        // The machine may be slow; an hour is not.
        assert!((ahead + behind).abs() < 1800, "{row}");
        if verdict == "warning" {
            assert!(found.text_of("clock", "advice").contains("NTP"), "{row}");
        }
    }
    let odd = Fault::Date("yesterday".to_owned());
    let sim = account().fault(odd, Target::any()).start();
    let folder = tempfile::tempdir().unwrap();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(found.row("clock")["verdict"], "unknown");
}

#[test]
fn a_way_that_does_not_lead_to_wechat_is_a_matter_of_the_network() {
    let sim = account().start();
    let token = token_of(&sim);
    let folder = tempfile::tempdir().unwrap();
    let closed = {
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", port.local_addr().unwrap())
    };
    let tls = sim.url().replace("http://", "https://");
    let elsewhere = |base: &str| {
        let run = || {
            let run = Run::against(&sim).args(["doctor", "--api-base", base, "-o"]);
            run.args([folder.path()])
        };
        Found::by(run, 1, &[sim.secret(), &token])
    };
    for (base, words) in [
        (closed.as_str(), "no connection"),
        ("https://api.invalid", "no connection"),
        (tls.as_str(), "no connection"),
    ] {
        let found = elsewhere(base);
        assert_eq!(found.with("problem"), ["network"], "{base}");
        let summary = found.text_of("network", "summary");
        assert!(summary.contains(words), "{base}: {summary}");
        assert!(!found.text_of("network", "advice").is_empty());
        assert_eq!(found.row("clock")["verdict"], "unknown");
    }
    for fault in [
        Fault::Status(502),
        Fault::Status(407),
        Fault::Html,
        Fault::Reset,
    ] {
        sim.clear_faults();
        sim.fault(fault.clone(), Target::token());
        let found = elsewhere(&sim.url());
        assert_eq!(found.with("problem"), ["network"], "{fault:?}");
        assert_eq!(found.row("network")["needs_person"], false);
    }
}

#[test]
fn a_proxy_that_is_not_there_is_told_without_its_password() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let closed = {
        let port = TcpListener::bind("127.0.0.1:0").unwrap();
        port.local_addr().unwrap().to_string()
    };
    let run = || {
        Run::against(&sim)
            .env("WXBACKUP_API_BASE", "https://api.invalid")
            .env("HTTPS_PROXY", format!("http://me:hunter2@{closed}"))
            .args(["doctor", "-o"])
            .args([folder.path()])
    };
    let found = Found::by(run, 1, &[sim.secret(), "hunter2"]);
    assert_eq!(found.with("problem"), ["network"]);
}

#[test]
fn a_token_that_dies_is_not_renewed_by_force() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    // WeChat goes on giving the token that it refuses.
    sim.fault(Fault::TokenRevokedInSecret, Target::api());
    let found = Found::of(&sim, folder.path(), &[], 4);
    assert_eq!(found.with("problem"), ["secret"]);
}

#[test]
fn a_token_of_others_is_judged_by_its_use() {
    let sim = account().start();
    let token = token_of(&sim);
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .env("WXBACKUP_APPID", sim.appid())
            .env("WXBACKUP_ACCESS_TOKEN", token.clone())
            .args(["doctor", "-o"])
            .args([folder.path()])
    };
    let found = Found::by(run, 0, &[&token]);
    assert_eq!(found.row("token")["summary"], "WeChat accepts it");
    sim.revoke_token();
    let found = Found::by(run, 4, &[&token]);
    assert_eq!(found.with("problem"), ["token"]);
    assert_eq!(found.row("token")["errcode"], 40001);
    assert_eq!(sim.token_calls(), 1, "that by hand");
}

#[test]
fn a_secret_that_cannot_be_read_is_a_matter_of_the_settings() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .env("WXBACKUP_APPID", sim.appid())
            .args(["doctor", "--secret-file", "/nowhere/at/all", "-o"])
            .args([folder.path()])
    };
    let found = Found::by(run, 2, &[sim.secret()]);
    assert_eq!(found.with("problem"), ["settings"]);
    let summary = found.text_of("settings", "summary");
    assert!(summary.contains("/nowhere/at/all"), "{summary}");
    assert_eq!(found.row("network")["verdict"], "unknown");
    assert_eq!(found.row("lock")["verdict"], "ok");
    assert_eq!(sim.call_count(), 0);
    // Without an account there is nothing to look at.
    Run::new().args(["doctor"]).fails_with(2);
}

#[test]
fn a_folder_that_is_not_there_is_a_problem_of_this_machine() {
    let sim = account().start();
    let found = Found::of(&sim, Path::new("/nowhere/at/all"), &[], 1);
    assert_eq!(found.with("problem"), ["disk"]);
    assert_eq!(found.with("unknown"), ["archive", "lock", "stage"]);
    assert_eq!(found.row("disk")["about"], "/nowhere/at/all");
    assert!(found.text_of("disk", "advice").contains("mkdir -p"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let found = Found::of(&sim, file.path(), &[], 1);
    assert_eq!(found.with("problem"), ["disk"]);
}

#[test]
fn a_run_at_work_and_what_it_gathers_are_told_and_left_alone() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let hold = sim.hold(Target::cdn());
    let running = Run::export(&sim, folder.path()).starts();
    hold.wait();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(found.with("warning"), ["archive", "lock"]);
    assert_eq!(found.row("lock")["facts"]["pid"], running.pid());
    running.dies();
    hold.release();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(found.row("lock")["verdict"], "ok");
    let staged = found.row("stage");
    assert_eq!(staged["verdict"], "ok");
    assert!(staged["facts"]["bytes"].as_u64().unwrap() > 0, "{staged}");
    assert!(staged["facts"]["since"].is_string(), "{staged}");
    Run::export(&sim, folder.path()).succeeds();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(found.text_of("stage", "summary"), "nothing is left over");
    assert_eq!(found.with("warning"), [] as [&str; 0]);
}

#[test]
fn a_stage_elsewhere_is_looked_at_there() {
    let sim = account().start();
    let (folder, stage) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let run = |stage: &Path| {
        let run = Run::against(&sim).args(["doctor", "--json", "-o"]);
        let run = run.args([folder.path()]).args(["--stage"]).args([stage]);
        run.succeeds().json()
    };
    let disks = |lines: &[Value]| -> Vec<String> {
        let disks = lines.iter().filter(|line| line["check"] == "disk");
        disks
            .map(|row| row["about"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let text = |path: &Path| path.display().to_string();
    assert_eq!(
        disks(&run(stage.path())),
        [text(folder.path()), text(stage.path())]
    );
    // The first run makes it.
    run(&stage.path().join("new"));
    assert!(!stage.path().join("new").exists());
}

#[test]
fn the_newest_good_archive_is_told_with_its_age() {
    let newest = hours_ago(3);
    let shelf = Shelf::with(&[&newest, &hours_ago(30)]);
    let sim = account().start();
    let appid = crate::shelf::stem();
    let run = || {
        Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .env("WXBACKUP_APPID", appid)
            .env("WXBACKUP_SECRET", "hunter2")
            .args(["doctor", "-o"])
            .args([shelf.path()])
    };
    // The archives are another account's than that of the simulation.
    let found = Found::by(run, 4, &["hunter2"]);
    let row = found.row("archive");
    assert_eq!(row["verdict"], "ok");
    let facts = &row["facts"];
    assert_eq!(
        facts["path"],
        shelf.name(&newest, ".zip").display().to_string()
    );
    assert_eq!(facts["bytes"], sample().bytes.len());
    assert_eq!(facts["age_seconds"].as_u64().unwrap() / 3600, 3);
    let wanted = found.row("disk")["facts"]["wanted_bytes"].as_u64();
    assert_eq!(wanted, Some(2 * sample().bytes.len() as u64));

    let name = shelf.name(&hours_ago(1), ".zip");
    shelf.write(
        name.file_name().unwrap().to_str().unwrap(),
        b"PK\x03\x04 cut",
    );
    let found = Found::by(run, 4, &["hunter2"]);
    let row = found.row("archive");
    assert_eq!(
        (&row["verdict"], &row["facts"]["newer_unreadable"]),
        (&json!("warning"), &json!(1))
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_while_wechat_is_silent() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let hold = sim.hold(Target::list("image"));
    let running = Run::against(&sim)
        .args(["doctor", "-o"])
        .args([folder.path()])
        .starts();
    hold.wait();
    running.gets("INT");
    let said = running.ends_with(130);
    assert_eq!(said.stdout, "");
    drop(hold);
}

#[test]
fn a_look_leaves_folders_and_locks_as_they_are() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join(".wxbackup").join(sim.appid());
    let holder = Holder {
        pid: 7,
        host: "box".to_owned(),
        started_at: "2026-11-22T17:00:00Z".to_owned(),
    };
    std::fs::create_dir(home.parent().unwrap()).unwrap();
    let _lock = Lock::acquire(&home, &holder).unwrap();
    let names = || -> Vec<OsString> {
        let files = std::fs::read_dir(&home).unwrap();
        files.map(|file| file.unwrap().file_name()).collect()
    };
    let before = names();
    let found = Found::of(&sim, folder.path(), &[], 0);
    assert_eq!(
        found.row("lock")["facts"],
        json!({"pid": 7, "host": "box", "started_at": "2026-11-22T17:00:00Z"})
    );
    assert_eq!(names(), before);
}
