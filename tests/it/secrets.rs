//! What nobody may read: the secret, the tokens, the signatures of addresses.
//!
//! Each way to fail that there is, as loud as the program can be, against a server
//! that says back what it was told in every spelling. Then every byte that was
//! said or left is searched for them ([`Needles`]).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use wechat_sim::{Builder, Fault, Quirk, Sim, Target};
use wxbackup::event::{Event, Observer};
use wxbackup::export;

use crate::browse::is_a;
use crate::ears::{Answer, Ears};
use crate::manners::token_of;
use crate::needles::{Needles, spellings};
use crate::quick;
use crate::run::{Run, Said};
use crate::saved::{Saved, archives};
use crate::upload::{Exported, apply};

/// Something in every section.
fn small() -> Builder {
    Sim::builder()
        .seed(9)
        .images(3)
        .voices(1)
        .videos(1)
        .news(1)
        .drafts(1)
        .published(1)
}

/// The same run, as loud as it can be; it may end as it likes, but not by a panic.
#[track_caller]
fn loud(run: Run) -> Said {
    let run = run
        .args(["-v", "--progress", "always"])
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full");
    let output = run.command().output().unwrap();
    let code = output.status.code().unwrap();
    let said = run.said(output, code);
    assert!(
        code != 101 && !said.stderr.contains("panicked"),
        "{}",
        said.stderr
    );
    said
}

/// Secret and token in all spellings.
fn echo(sim: &Sim) -> String {
    let mut words = Vec::new();
    for secret in [sim.secret(), &token_of(sim)] {
        words.extend(spellings(secret));
    }
    words.join(" ")
}

/// A refusal that says them.
fn refusal(sim: &Sim, code: i64) -> Fault {
    let errmsg = format!("no {} rid: {}", echo(sim), token_of(sim));
    Fault::Body(
        json!({"errcode": code, "errmsg": errmsg})
            .to_string()
            .into(),
    )
}

/// One of each class of wechat-api.md 9 that no run waits for.
const REFUSALS: [i64; 24] = [
    40001, 40014, 42001, // another token
    45009, 45028, 48006, 45102, // quota
    40007, 45001, 46001, 47001, 53600, 87009, 12345, // the item
    40013, 40125, 40164, 40243, 41002, 48001, 48004, 50007, 61003, 89503, // a person
];

#[test]
fn no_refusal_makes_a_run_say_a_secret() {
    for (at, code) in REFUSALS.into_iter().enumerate() {
        let sim = small().start();
        let target = match at % 4 {
            0 => Target::token(),
            1 => Target::list("news"),
            2 => Target::path("/cgi-bin/material/get_material"),
            _ => Target::list("draft"),
        };
        sim.fault(refusal(&sim, code), target);
        let folder = tempfile::tempdir().unwrap();
        let mut run = Run::export(&sim, folder.path());
        if at % 2 == 0 {
            run = run.args(["--json"]);
        }
        let said = loud(run);
        sim.clear_faults();
        Needles::of(&sim).assert_kept(&said, folder.path());
    }
}

/// Writes down all that it hears, in every form.
#[derive(Default)]
struct Ledger(Mutex<String>);

impl Observer for Ledger {
    fn event(&self, event: &Event<'_>) {
        let mut text = self.0.lock().unwrap();
        writeln!(text, "{event:?}\n{event:#?}").unwrap();
        if let Event::Call { error, .. } = event {
            let mut cause = *error;
            while let Some(error) = cause {
                writeln!(text, "{error} {error:?}").unwrap();
                cause = error.source();
            }
        }
    }
}

/// Exports, with waits that are short, and searches all that came of it.
#[track_caller]
fn assert_export_keeps(sim: &Sim, what: &str, change: impl FnOnce(&mut export::Options)) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Arc::new(Ledger::default());
    let result = quick::export_heard(sim, folder.path(), Arc::clone(&ledger) as _, change);
    let mut said = format!("{what}\n{result:?}\n{result:#?}\n");
    if let Err(error) = &result {
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            writeln!(said, "{error}").unwrap();
            cause = error.source();
        }
    }
    said += &ledger.0.lock().unwrap();
    sim.clear_faults();
    let needles = Needles::of(sim);
    needles.assert_absent("what was said", &said);
    needles.assert_kept_in(folder.path());
}

#[test]
fn no_broken_network_makes_a_run_say_a_secret() {
    let stages: [fn() -> Target; 6] = [
        Target::token,
        || Target::path("/cgi-bin/material/get_materialcount"),
        || Target::list("image"),
        || Target::path("/cgi-bin/material/get_material"),
        Target::cdn,
        Target::video_host,
    ];
    let faults: [fn(&Sim) -> Fault; 14] = [
        |_| Fault::Reset,
        |_| Fault::ResetAfter(20),
        |_| Fault::Cut,
        |_| Fault::NoAnswer,
        |_| Fault::SilenceAfter(20),
        |_| Fault::Status(500),
        |_| Fault::Status(403),
        |_| Fault::Empty,
        |_| Fault::Html,
        |sim| {
            Fault::Redirect(format!(
                "https://x.invalid/{0}?access_token={0}",
                token_of(sim)
            ))
        },
        |sim| Fault::Redirect(format!("http://127.0.0.1/{}", sim.secret())),
        |sim| Fault::Body(echo(sim).into()),
        |sim| Fault::Body(format!("{{\"{0}\":\"{0}\"", token_of(sim)).into()),
        |sim| refusal(sim, -1),
    ];
    for (at, fault) in faults.into_iter().enumerate() {
        // Each fault at two stages, and each stage under several faults.
        for stage in [at % 6, (at + 3) % 6] {
            // What comes as a file, whatever it is, is kept as a file.
            let is_content = (at == 11 || at == 12) && stage > 2;
            if is_content {
                continue;
            }
            let sim = small().start();
            let fault = fault(&sim);
            let what = format!("{:.40} at {stage}", format!("{fault:?}"));
            sim.fault(fault, stages[stage]());
            assert_export_keeps(&sim, &what, |options| {
                options.client.silence_max = Duration::from_millis(200);
                options.client.pace.tries_max = 2;
            });
        }
    }
    let sim = small().start();
    assert_export_keeps(&sim, "no TLS there", |options| {
        options.client.api_base.set_scheme("https").unwrap();
    });
    assert_export_keeps(&sim, "nobody there", |options| {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        options.client.api_base.set_port(Some(port)).unwrap();
    });
}

#[test]
fn a_server_that_puts_the_token_into_names_and_addresses_is_not_quoted() {
    let sim = small().start();
    let token = token_of(&sim);
    let item = |at: usize, url: String| json!({"media_id": format!("id{at}{token}"), "name": echo(&sim), "update_time": 1, "url": url});
    let items = [
        item(0, format!("{}/{token}/0?access_token={token}", sim.url())),
        item(1, format!("http://10.0.0.1/{token}")),
        item(2, format!("https://x.invalid:99/{token}")),
        item(3, format!("not an address {token}")),
    ];
    let page = json!({"item": items, "item_count": 4, "total_count": 4});
    sim.fault(Fault::Body(page.to_string().into()), Target::list("image"));
    for form in [&["--json"][..], &[]] {
        let folder = tempfile::tempdir().unwrap();
        let said = loud(Run::export(&sim, folder.path()).args(form.iter().copied()));
        let needles = Needles::of(&sim);
        needles.assert_absent("stdout", &said.stdout);
        needles.assert_absent("stderr", &said.stderr);
        // What is missing is told by its id, and the token must not be told.
        assert!(said.stdout.contains("run/gaps.jsonl") || said.stderr.contains("run/gaps.jsonl"));
        assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    }
}

#[test]
fn what_is_stored_with_a_token_in_it_is_told_loudly_and_is_nowhere_in_our_words() {
    let sim = small().start();
    let token = token_of(&sim);
    let id = sim.account().drafts().next().unwrap().id.clone();
    assert!(sim.account().rewrite_draft(&id, &format!("<p>{token}</p>")));
    let folder = tempfile::tempdir().unwrap();
    let said = loud(Run::export(&sim, folder.path()));
    assert!(said.stderr.contains("warning"), "{}", said.stderr);
    let needles = Needles::of(&sim);
    needles.assert_absent("stdout", &said.stdout);
    needles.assert_absent("stderr", &said.stderr);
    needles.assert_kept_in_our_words(folder.path());
    let saved = Saved::only_one_in(folder.path());
    let holds =
        |name: &str, bytes: &[u8]| name.starts_with("data/") && needles.first_in(bytes).is_some();
    assert!(saved.entries.iter().any(|(name, bytes)| holds(name, bytes)));
}

#[test]
fn the_signature_of_an_address_is_in_no_record() {
    let sim = small().with(Quirk::VideoListUrl).videos(6).start();
    let folder = tempfile::tempdir().unwrap();
    let said = loud(Run::export(&sim, folder.path()).args(["--json"]));
    let needles = Needles::of(&sim).and("the key of a draft's address", "tempkey=");
    needles.assert_absent("stdout", &said.stdout);
    needles.assert_absent("stderr", &said.stderr);
    needles.assert_kept_in_our_words(folder.path());
    // The address that a list gives is the item's own; a draft's is in its raw bytes.
    let saved = Saved::only_one_in(folder.path());
    for kind in ["voice", "article", "asset"] {
        for line in saved.items(kind) {
            needles.assert_absent(kind, line.to_string());
        }
    }
    for (name, bytes) in &saved.entries {
        if name.ends_with("/meta.json") || is_a(name, "html") {
            needles.assert_absent(name, bytes);
        }
    }
}

/// What an owner has set up: two accounts in a settings file, a robot, a ping and
/// a metrics file, archives and state in a folder of their own.
struct Desk {
    sim: Sim,
    ears: Ears,
    settings: tempfile::TempDir,
    output: tempfile::TempDir,
}

const KEY: &str = "0123456789abcdef-robot";
const PING: &str = "fedcba9876543210-ping";
const SIGN: &str = "SEC0123456789-sign";

impl Desk {
    fn new(secret: &str) -> Self {
        // Robots and a ping that say back what they were asked.
        let desk = Self {
            sim: small().start(),
            ears: Ears::that_answer(move |target| {
                let said = json!({"errcode": 310_000, "errmsg": target}).to_string();
                match target {
                    _ if target.contains("moved") => {
                        Answer::Redirect(format!("http://127.0.0.1:9/{KEY}"))
                    }
                    _ if target.contains("wecom") => Answer::Http(200, said.leak()),
                    _ => Answer::Http(500, said.leak()),
                }
            }),
            settings: tempfile::tempdir().unwrap(),
            output: tempfile::tempdir().unwrap(),
        };
        let place = desk.settings.path().display();
        desk.put("secret", desk.sim.secret());
        let secret = secret.replace("HOME", &place.to_string());
        let text = format!(
            "output = '{}'\n[accounts.shop]\nappid = '{}'\nsecret = {secret}\n\
             [notify]\nping = '{}'\nmetrics = '{}'\n\
             [[notify.chat]]\nkind = 'wecom'\nurl = '{}'\nfrom = 'success'\n\
             [[notify.chat]]\nkind = 'dingtalk'\nurl = '{}'\nsecret = {{ env = 'SIGN' }}\nfrom = 'success'\n\
             [[notify.chat]]\nkind = 'feishu'\nurl = '{}'\nfrom = 'success'\n",
            desk.output.path().display(),
            desk.sim.appid(),
            desk.ears.url(&format!("/ping/{PING}")),
            desk.output.path().display(),
            desk.ears.url(&format!("/wecom?key={KEY}")),
            desk.ears.url(&format!("/dingtalk?access_token={KEY}")),
            desk.ears.url(&format!("/moved/{KEY}")),
        );
        desk.put("config.toml", &text);
        desk
    }

    fn put(&self, name: &str, text: &str) {
        wxbackup::fs::write_atomic(&self.settings.path().join(name), text.as_bytes()).unwrap();
    }

    /// Runs it and searches all that was said, heard and left.
    #[track_caller]
    fn keeps(&self, command: &[&str]) -> Said {
        let run = Run::new()
            .args(command.iter().copied())
            .args(["--config"])
            .args([self.settings.path().join("config.toml")])
            .env("WXBACKUP_API_BASE", self.sim.url())
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("SIGN", SIGN)
            .env("THE_SECRET", self.sim.secret());
        let said = loud(run);
        let needles = Needles::of(&self.sim);
        for heard in self.ears.heard() {
            needles.assert_absent("what a robot heard", heard.bytes);
            needles.assert_absent("what a robot was told", heard.body);
        }
        let needles = needles
            .and("a key", KEY)
            .and("a ping", PING)
            .and("a sign", SIGN);
        for heard in self.ears.heard() {
            needles.assert_absent("what a robot was told", heard.body);
        }
        needles.assert_kept(&said, self.output.path());
        said
    }
}

#[test]
fn no_command_of_an_owner_says_a_secret() {
    let desk = Desk::new("{ file = 'HOME/secret' }");
    for command in [
        &["config", "show"][..],
        &["config", "show", "--json"],
        &["config", "check"],
        &["export"],
        &["export", "--json", "--always"],
        &["export", "--all", "--json"],
        &["export", "--all", "--shard", "1/2"],
        &["export", "--seal-staged"],
        &["status"],
        &["status", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["notify", "test"],
        &["notify", "test", "--json"],
        &["export", "--sections", "none"],
    ] {
        desk.keeps(command);
    }
    // The file of metrics, the archive and the state were among what was searched.
    assert!(archives(desk.output.path()).len() > 1);
    assert!(desk.ears.heard().len() > 10);

    desk.sim
        .fault(refusal(&desk.sim, 50002), Target::list("draft"));
    desk.keeps(&["export"]);
    desk.keeps(&["doctor"]);
    desk.sim.clear_faults();

    // The journal of a stage that somebody has damaged.
    desk.sim.exhaust("/cgi-bin/material/get_material");
    desk.sim.account().add_voice("新");
    desk.keeps(&["export"]);
    let journal = desk
        .output
        .path()
        .join(".wxbackup")
        .join(desk.sim.appid())
        .join("journal.jsonl");
    let mut bytes = std::fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(b'#');
    wxbackup::fs::write_atomic(&journal, &bytes).unwrap();
    desk.keeps(&["export"]);
    desk.keeps(&["export", "--seal-staged"]);
}

#[cfg(unix)]
#[test]
fn a_command_that_prints_the_secret_where_it_should_not_is_not_quoted() {
    for secret in [
        "{ command = ['sh', '-c', 'echo no key $THE_SECRET for you >&2; exit 3'] }",
        "{ command = ['sh', '-c', 'echo $THE_SECRET; echo $THE_SECRET >&2; exit 3'] }",
        "{ command = ['sh', '-c', 'echo $THE_SECRET; echo $THE_SECRET >&2'] }",
        "{ command = ['sh', '-c', 'echo $THE_SECRET $THE_SECRET; echo \"key=$THE_SECRET\" >&2'] }",
        "{ command = ['HOME/none'] }",
        "{ env = 'NONE' }",
        "{ file = 'HOME/none' }",
    ] {
        let desk = Desk::new(secret);
        for command in [&["export"][..], &["doctor", "--json"], &["config", "check"]] {
            desk.keeps(command);
        }
    }
    let desk =
        Desk::new("{ command = ['sh', '-c', 'echo no key $THE_SECRET for you >&2; exit 3'] }");
    let said = desk.keeps(&["export"]);
    assert!(
        said.stderr
            .contains("caused by: no key [redacted] for you\n"),
        "{}",
        said.stderr
    );
    // A token that somebody issues, and that is refused.
    let desk = Desk::new("{ file = 'HOME/secret' }");
    let token = token_of(&desk.sim);
    desk.put("token", &token);
    let settings = desk.settings.path().join("config.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let place = desk.settings.path().display();
    let command =
        format!("token = {{ command = ['sh', '-c', 'cat {place}/token; cat {place}/token >&2'] }}");
    let text = text.replace(&format!("secret = {{ file = '{place}/secret' }}"), &command);
    desk.put("config.toml", &text);
    desk.keeps(&["export"]);
    desk.sim.revoke_token();
    let dead = Needles::default().and("the dead token", &token);
    let said = desk.keeps(&["export", "--json"]);
    dead.assert_kept(&said, desk.output.path());
}

const ADD: &str = "/cgi-bin/material/add_material";
const PICTURE: &str = "/cgi-bin/media/uploadimg";
const DRAFT: &str = "/cgi-bin/draft/add";

#[test]
fn no_upload_says_or_keeps_a_token_that_an_answer_holds() {
    let from = Sim::builder().seed(21).images(1).drafts(1).start();
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(22).start();
    let token = token_of(&to);
    let answer = json!({
        "media_id": format!("m{token}"),
        "url": format!("http://mmbiz.qpic.cn/mmbiz/x/0?access_token={token}"),
        "item": [],
    });
    let answer = Fault::Body(answer.to_string().into());
    for path in [ADD, PICTURE, DRAFT] {
        to.fault(answer.clone(), Target::path(path).at(1));
    }
    let folder = exported.archive.parent().unwrap().to_owned();
    let said = apply_loudly(&to, &exported);
    let needles = Needles::of(&to);
    needles.assert_kept(&said, &folder);
    let receipt = exported.receipt(&to);
    assert!(
        std::fs::read_to_string(&receipt)
            .unwrap()
            .contains("\"done\"")
    );
    // Again, which does what was left over.
    to.clear_faults();
    let said = apply_loudly(&to, &exported);
    needles.assert_kept(&said, &folder);
    assert_eq!(to.account().drafts().count(), 1);
}

fn apply_loudly(to: &Sim, exported: &Exported) -> Said {
    loud(apply(to, exported, &[]))
}

#[test]
fn no_refusal_of_an_upload_is_quoted_with_a_secret() {
    let from = Sim::builder().seed(21).images(1).drafts(1).start();
    let exported = Exported::of(&from);
    for (code, path) in [
        (40001, ADD),
        (45009, ADD),
        (40005, ADD),
        (45034, ADD),
        (48001, DRAFT),
        (45002, DRAFT),
        (40137, PICTURE),
        (50007, "/cgi-bin/stable_token"),
    ] {
        let exported = exported.copy();
        let to = Sim::builder().seed(22).start();
        to.fault(refusal(&to, code), Target::path(path));
        let said = apply_loudly(&to, &exported);
        let folder: &Path = exported.archive.parent().unwrap();
        to.clear_faults();
        Needles::of(&to).assert_kept(&said, folder);
    }
}

/// Every test that SECURITY.md names in backticks, such as `hostile::a_name`.
#[test]
fn the_tests_that_the_threat_model_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model = std::fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let sources = ["src", "tests/it"].map(|folder| crate::saved::files(&root.join(folder)));
    let mut named = 0;
    for path in model.split('`').skip(1).step_by(2) {
        let Some((module, name)) = path.rsplit_once("::") else {
            continue;
        };
        let is_module = |file: &PathBuf| {
            let place = file.with_extension("").to_string_lossy().replace('/', "::");
            place.ends_with(&format!("::{module}")) || place.ends_with(&format!("::{module}::mod"))
        };
        let has_it = |file: &PathBuf| {
            let source = std::fs::read_to_string(file).unwrap();
            source.contains(&format!("fn {name}("))
        };
        let mut files = sources.iter().flatten().filter(|file| is_module(file));
        assert!(files.any(has_it), "there is no {path}");
        named += 1;
    }
    assert!(named > 20, "{named}");
}
