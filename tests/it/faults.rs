//! What goes wrong around an export: credentials, addresses, folders, networks,
//! disks. Each time the right exit code, a clear word, no word too many, and
//! nothing lost.

use std::path::{Path, PathBuf};
use std::process::Command;

use wechat_sim::{Builder, Fault, IpForm, Sim, Target};
use wxbackup::export::{Error, Outcome};
use wxbackup::wechat::{ErrorKind, NetworkFailure};

use crate::manners::token_of;
use crate::needles::Needles;
use crate::quick;
use crate::run::{Run, Said};
use crate::saved::{Saved, archives, files, truth};

fn small() -> Builder {
    Sim::builder()
        .seed(9)
        .images(25)
        .voices(2)
        .videos(2)
        .news(2)
        .drafts(2)
        .published(2)
}

/// Runs an export that must fail with `code`, keeps its secrets and leaves no
/// archive; the next one, with nothing in its way, must be complete.
#[track_caller]
fn failing(sim: &Sim, code: i32) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(sim, folder.path())
        .args(["-v"])
        .fails_with(code);
    assert_eq!(said.stdout, "");
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    sim.clear_faults();
    Needles::of(sim).assert_kept(&said, folder.path());
    Run::export(sim, folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(sim));
    said
}

#[test]
fn what_only_a_person_can_mend_ends_the_run_at_once() {
    for (code, hint) in [
        (40001, "AppSecret"),
        (40013, "AppId"),
        (40125, "AppSecret"),
        (40243, "AppSecret"),
        (50007, "frozen"),
        (89503, "administrator"),
        (89506, "administrator"),
    ] {
        let sim = small().start();
        sim.fault(Fault::Errcode(code), Target::token());
        let said = failing(&sim, 4);
        assert!(
            said.stderr.contains(&format!("({code})")),
            "{}",
            said.stderr
        );
        let hints = said
            .stderr
            .lines()
            .filter(|line| line.starts_with("hint: "));
        let hints: Vec<&str> = hints.collect();
        assert_eq!(hints.len(), 1, "{}", said.stderr);
        assert!(hints[0].contains(hint), "{}", said.stderr);
        // One for the run, one of the next run.
        assert_eq!(sim.token_calls(), 2, "{code}: it was asked again");
    }
}

#[test]
fn an_account_that_is_frozen_in_the_middle_loses_nothing() {
    for (code, target) in [
        (50002, Target::list("image").at(2)),
        (48004, Target::path("/cgi-bin/material/get_material").at(2)),
        (40164, Target::path("/cgi-bin/material/get_materialcount")),
        (50001, Target::list("published")),
    ] {
        let sim = small().start();
        sim.fault(Fault::Errcode(code), target);
        let said = failing(&sim, 4);
        assert!(
            said.stderr.contains(&format!("({code})")),
            "{}",
            said.stderr
        );
    }
}

#[test]
fn an_address_that_is_not_on_the_list_is_shown_with_the_menu_to_add_it() {
    for form in [IpForm::Rid, IpForm::Hint, IpForm::Hints, IpForm::Bare] {
        for target in [Target::token(), Target::list("news")] {
            let sim = small().start();
            sim.fault(Fault::IpRefused(form), target);
            let said = failing(&sim, 4);
            let hint = "hint: add the address 203.0.113.7, which WeChat saw, to the list at \
                        mp.weixin.qq.com: 设置与开发 → 基本配置 → IP白名单";
            assert!(said.stderr.contains(hint), "{form:?}: {}", said.stderr);
        }
    }
}

#[test]
fn a_server_that_echoes_a_token_is_not_quoted() {
    let sim = small().start();
    let secret = sim.secret().to_owned();
    let echo = format!(
        "{{\"errcode\":50002,\"errmsg\":\"user limited access_token={} secret={secret} hint: [x]\"}}",
        token_of(&sim)
    );
    sim.fault(Fault::Body(echo.into_bytes()), Target::list("draft"));
    let said = failing(&sim, 4);
    assert!(said.stderr.contains("user limited"), "{}", said.stderr);
}

#[test]
fn what_is_told_of_tries_and_waits_holds_no_secret() {
    let sim = small().start();
    sim.fault(Fault::Reset, Target::api().at(1));
    sim.fault(Fault::Cut, Target::list("news").at(1));
    sim.fault(Fault::Status(500), Target::list("voice").at(1));
    sim.fault(Fault::Reset, Target::video_host().at(1));
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path())
        .args(["-v", "--progress", "always", "--json"])
        .succeeds();
    let waits = said.json();
    let waits = waits.iter().filter(|line| line["status"] == "waiting");
    assert_eq!(waits.count(), 4, "{}", said.stdout);
    let needles = Needles::of(&sim);
    needles.assert_absent("stdout", &said.stdout);
    needles.assert_absent("stderr", &said.stderr);
    // A list's own record of a video has the address as the list gave it.
    needles.assert_kept_in_our_words(folder.path());
}

#[test]
fn a_section_that_is_none_is_wrong_usage() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    for sections in ["picture", "image,,voice", ""] {
        let said = Run::export(&sim, folder.path())
            .args(["--sections", sections])
            .fails_with(2);
        let names = ["image", "voice", "video", "news", "draft", "published"];
        let all = names.iter().all(|name| said.stderr.contains(name));
        assert!(all, "{sections:?}: {}", said.stderr);
        assert_eq!(said.stdout, "");
    }
    assert_eq!(sim.call_count(), 0);
    assert_eq!(files(folder.path()), [] as [PathBuf; 0]);
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let sim = small().start();
    let parent = tempfile::tempdir().unwrap();
    let missing = parent.path().join("backups");
    let said = Run::export(&sim, &missing).fails_with(1);
    let path = missing.display();
    assert_eq!(
        said.stderr,
        format!(
            "error: there is no folder {path}\n\
             hint: make it first: mkdir -p '{path}', or name another with --output\n"
        )
    );
    assert!(!missing.exists());
    assert_eq!(sim.call_count(), 0);
}

#[test]
fn a_folder_that_is_a_file_is_said_to_be_none() {
    let sim = small().start();
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("backups");
    wxbackup::fs::write_atomic(&file, b"not a folder").unwrap();
    let said = Run::export(&sim, &file).fails_with(1);
    let path = file.display();
    assert_eq!(
        said.stderr,
        format!("error: {path} is not a folder\nhint: name another with --output\n")
    );
    let said = Run::export(&sim, &file.join("deeper")).fails_with(1);
    assert_eq!(
        said.stderr,
        format!("error: cannot read {path}/deeper\n  caused by: Not a directory (os error 20)\n")
    );
    // The output folder is one, and what must be made in it is a file.
    wxbackup::fs::write_atomic(&parent.path().join(".wxbackup"), b"").unwrap();
    let said = Run::export(&sim, parent.path()).fails_with(1);
    assert!(said.stderr.contains(".wxbackup"), "{}", said.stderr);
    assert_eq!(sim.call_count(), 0);
    assert_eq!(std::fs::read(&file).unwrap(), b"not a folder");
}

#[test]
fn a_network_that_is_down_is_said_to_be() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    // A port on which nobody listens: it was ours and is free again.
    let free = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let error = quick::export_with(&sim, folder.path(), |options| {
        options.client.api_base = format!("http://{free}").parse().unwrap();
    })
    .unwrap_err();
    let Error::Call { source, .. } = &error else {
        panic!("{error:?}")
    };
    let ErrorKind::Network { failure, .. } = source.kind() else {
        panic!("{error:?}")
    };
    assert_eq!(*failure, NetworkFailure::Connect);
    assert_eq!(
        [error.to_string(), source.to_string()],
        ["cannot get a token", "no connection for stable_token"]
    );
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    Run::export(&sim, folder.path()).succeeds();
}

#[test]
fn a_server_that_is_out_of_order_ends_the_run_and_the_next_one_goes_on() {
    let sim = small().start();
    let folder = tempfile::tempdir().unwrap();
    sim.fault(Fault::Status(502), Target::list("image"));
    let error = quick::export(&sim, folder.path()).unwrap_err();
    assert!(matches!(error, Error::Call { .. }), "{error:?}");
    let first = sim.cdn_requests();
    assert!(first > 0);
    sim.clear_faults();
    Run::export(&sim, folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}

#[test]
fn a_count_that_cannot_be_had_weakens_the_proof_and_stops_nothing() {
    for fault in [
        Fault::Body(b"{\"total\":1}".to_vec()),
        Fault::Status(500),
        Fault::Errcode(48001),
        Fault::Errcode(45009),
        Fault::Errcode(45011),
    ] {
        let sim = small().start();
        let material = Target::path("/cgi-bin/material/get_materialcount");
        sim.fault(fault.clone(), material);
        sim.fault(fault.clone(), Target::path("/cgi-bin/draft/count"));
        let folder = tempfile::tempdir().unwrap();
        let outcome = quick::export(&sim, folder.path()).unwrap();
        assert!(
            matches!(outcome, Outcome::Sealed(_)),
            "{fault:?}: {outcome:?}"
        );
        let saved = Saved::only_one_in(folder.path());
        assert_eq!(saved.blobs(), truth(&sim), "{fault:?}");
        let proof = saved.completeness();
        assert_eq!(proof["status"], "complete", "{fault:?}");
        assert_eq!(proof["sections"]["image"].get("api_count_end"), None);
    }
}

/// Whether the tests that mount a small disk are left out, because whoever runs
/// them says so: a machine that allows no namespaces fails them otherwise.
#[cfg(target_os = "linux")]
pub(crate) fn mounts_are_left_out() -> bool {
    std::env::var_os("WXBACKUP_TEST_NO_MOUNTS").is_some()
}

/// Runs a script as root of a mount namespace of its own, where `$1` is a folder
/// to mount on, `$2` one to keep things in, and `$3` the program; gives what it said.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn in_a_place_of_its_own(sim: &Sim, kept: &Path, script: &str) -> String {
    let mount = tempfile::tempdir().unwrap();
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-euc", script, "sh"])
        .args([mount.path(), kept])
        .arg(env!("CARGO_BIN_EXE_wxbackup"))
        .env("WXBACKUP_API_BASE", sim.url())
        .env("WXBACKUP_APPID", sim.appid())
        .env("WXBACKUP_SECRET", sim.secret())
        .output()
        .expect("unshare is there (util-linux); WXBACKUP_TEST_NO_MOUNTS leaves this test out");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "--- {said}\n--- {errors}");
    said
}

/// The run's exit code and what it said, as the scripts below write them.
#[cfg(target_os = "linux")]
pub(crate) fn end_of(kept: &Path, run: &str) -> (String, String) {
    let read = |name: &str| std::fs::read_to_string(kept.join(format!("{run}.{name}"))).unwrap();
    (read("code").trim().to_owned(), read("err"))
}

#[cfg(target_os = "linux")]
const FULL_THEN_NOT: &str = r#"
    mount -t tmpfs -o size=$SIZE tmpfs "$1"
    code=0; "$3" export -v -o "$1" >"$2/full.out" 2>"$2/full.err" || code=$?
    echo $code >"$2/full.code"
    ls "$1" >"$2/full.ls"
    mount -o remount,size=400m "$1"
    code=0; "$3" export -o "$1" >"$2/room.out" 2>"$2/room.err" || code=$?
    echo $code >"$2/room.code"
    cp "$1"/wxbackup-* "$2"
"#;

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_in_the_middle_keeps_what_was_fetched() {
    if mounts_are_left_out() {
        return;
    }
    for (size, account) in [
        // In the pack, by many small pictures; in a file of its own, by one video.
        ("3m", small().images(60).image_bytes(100_000)),
        ("2m", small().big_video_bytes(5_000_000)),
    ] {
        let sim = account.start();
        let kept = tempfile::tempdir().unwrap();
        let script = FULL_THEN_NOT.replace("$SIZE", size);
        in_a_place_of_its_own(&sim, kept.path(), &script);
        let (code, said) = end_of(kept.path(), "full");
        assert_eq!(code, "1", "{said}");
        assert!(said.contains("No space left on device"), "{said}");
        assert!(said.contains("hint: the disk is full"), "{said}");
        let left = std::fs::read_to_string(kept.path().join("full.ls")).unwrap();
        assert_eq!(left, "", "no half archive");
        let (code, said) = end_of(kept.path(), "room");
        assert_eq!(code, "0", "{said}");
        let saved = Saved::only_one_in(kept.path());
        assert_eq!(saved.blobs(), truth(&sim));
        assert_eq!(saved.document("run/archive.json")["run"]["resumed"], 1);
        // A download that found no room is asked for again, and few others.
        let urls: Vec<String> = sim
            .calls()
            .iter()
            .filter(|call| call.resource == wechat_sim::Resource::Cdn)
            .filter(|call| call.header("referer").is_none())
            .map(|call| format!("{} {:?}", call.path, call.query))
            .collect();
        let mut distinct = urls.clone();
        distinct.sort();
        distinct.dedup();
        let twice = urls.len() - distinct.len();
        assert!(twice <= 17, "{twice} files were asked for twice");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_without_room_for_the_archive_is_told_before_it_is_written() {
    if mounts_are_left_out() {
        return;
    }
    let sim = small().start();
    let kept = tempfile::tempdir().unwrap();
    let script = FULL_THEN_NOT.replace("$SIZE", "20m");
    in_a_place_of_its_own(&sim, kept.path(), &script);
    let (code, said) = end_of(kept.path(), "full");
    assert_eq!(code, "1", "{said}");
    assert!(said.contains("the archive will need"), "{said}");
    assert!(said.contains("hint: the disk is full"), "{said}");
    assert_eq!(end_of(kept.path(), "room").0, "0");
    assert_eq!(Saved::only_one_in(kept.path()).blobs(), truth(&sim));
    // All was staged: only the pages' overlap, the token and the counts came anew.
    let files = sim.count_where(|call| call.path.ends_with("/get_material"));
    assert_eq!(files, 2 + 2 + 1, "none twice");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_read_only_is_said_to_be() {
    if mounts_are_left_out() {
        return;
    }
    let sim = small().start();
    let kept = tempfile::tempdir().unwrap();
    let script = r#"
        mount -t tmpfs -o ro tmpfs "$1"
        code=0; "$3" export -o "$1" >"$2/ro.out" 2>"$2/ro.err" || code=$?
        echo $code >"$2/ro.code"
    "#;
    in_a_place_of_its_own(&sim, kept.path(), script);
    let (code, said) = end_of(kept.path(), "ro");
    assert_eq!(code, "1", "{said}");
    assert!(said.contains("mounted read-only"), "{said}");
    assert_eq!(sim.call_count(), 0);
}
