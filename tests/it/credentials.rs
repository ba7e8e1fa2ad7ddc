//! Credentials: where they come from, what is said when they are wrong, and
//! that they are said nowhere.

use wechat_sim::{Fault, IpForm, Sim, Target};

use crate::needles::Needles;
use crate::output::assert_lines_are_ours;
use crate::run::Run;

fn export(sim: &Sim) -> (Run, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::against(sim).args(["export"]).in_folder(folder.path());
    (run, folder)
}

#[test]
fn no_account_is_wrong_usage_and_the_hint_says_what_to_give() {
    let folder = tempfile::tempdir().unwrap();
    let said = Run::new()
        .args(["export"])
        .in_folder(folder.path())
        .fails_with(2);
    insta::assert_snapshot!(said.stderr);
}

#[test]
fn a_wrong_secret_needs_a_person_and_is_not_shown() {
    let sim = Sim::builder().start();
    let (run, _folder) = export(&sim);
    let wrong = "0123456789abcdef0123456789abcdef";
    let said = run.env("WXBACKUP_SECRET", wrong).args(["-v"]).fails_with(4);
    assert!(said.stderr.contains("40125"), "{}", said.stderr);
    assert!(
        said.stderr
            .contains("\nhint: the AppSecret is not that of this AppId")
    );
    assert!(!said.stderr.contains(wrong));
}

#[test]
fn an_address_that_is_not_on_the_list_is_named_with_the_place_to_add_it() {
    for form in [IpForm::Rid, IpForm::Hint, IpForm::Hints, IpForm::Bare] {
        let sim = Sim::builder()
            .fault(Fault::IpRefused(form), Target::token())
            .start();
        let (run, _folder) = export(&sim);
        let said = run.args(["--json"]).fails_with(4);
        let lines = said.json();
        assert_lines_are_ours(&lines);
        let error = lines
            .iter()
            .find(|line| line["message_type"] == "error")
            .expect("there is an error line");
        assert_eq!(error["errcode"], 40164);
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("设置与开发 → 基本配置 → IP白名单"), "{hint}");
        assert!(hint.starts_with("add the address "), "{hint}");
    }
}

#[test]
fn what_a_run_says_holds_neither_secret_nor_token() {
    let sim = Sim::builder().images(3).drafts(1).start();
    for args in [&["-v"][..], &["--json", "-v"]] {
        let (run, folder) = export(&sim);
        let said = run.args(args.iter().copied()).succeeds();
        Needles::of(&sim)
            .and("the parameter", "access_token")
            .assert_kept(&said, folder.path());
    }
}

#[test]
fn a_secret_file_may_have_what_editors_add() {
    let sim = Sim::builder().images(1).start();
    for (before, behind) in [
        ("", "\n"),
        ("", "\r\n"),
        ("\u{feff}", "\r\n"),
        ("  ", " \n\n"),
    ] {
        let (_, folder) = export(&sim);
        let file = folder.path().join("secret");
        let text = format!("{before}{}{behind}", sim.secret());
        wxbackup::fs::write_atomic(&file, text.as_bytes()).unwrap();
        Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .args(["export", "--appid", sim.appid(), "--secret-file", "secret"])
            .args(["--sections", "image, voice"])
            .in_folder(folder.path())
            .succeeds();
    }
}

#[test]
fn an_account_that_may_read_nothing_is_no_backup_whatever_gaps_are_allowed() {
    let sim = wechat_sim::Sim::builder().images(3).start();
    sim.fault(wechat_sim::Fault::Errcode(48001), wechat_sim::Target::api());
    let folder = tempfile::tempdir().unwrap();
    let said = Run::against(&sim)
        .args(["export", "--allow-gaps", "no_permission"])
        .in_folder(folder.path())
        .fails_with(4);
    assert!(said.stderr.contains("48001"), "{}", said.stderr);
    let zips = std::fs::read_dir(folder.path()).unwrap();
    let zips = zips.filter(|file| file.as_ref().unwrap().path().extension().is_some());
    assert_eq!(zips.count(), 0, "nothing is written");
}
