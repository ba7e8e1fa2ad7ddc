//! What verify, restore and list say of files that are no archives, and of
//! places that cannot be written to.

use std::path::Path;

use crate::output::assert_lines_are_ours;
use crate::run::Run;

/// A zip that has nothing in it: the smallest that other programs write.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn folder_with(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    wxbackup::fs::write_atomic(&folder.path().join(name), bytes).unwrap();
    folder
}

/// What each command that reads an archive says of `a.zip`, which it must refuse with `code`.
fn refused(folder: &Path, code: i32) -> [String; 5] {
    [
        &["verify", "a.zip"][..],
        &["restore", "a.zip", "--to", "out"],
        &["extract", "a.zip", "--to", "out", "--format", "text"],
        &["list", "a.zip"],
        &["diff", "a.zip", "a.zip"],
    ]
    .map(|args| {
        let run = Run::new().args(args.iter().copied()).in_folder(folder);
        run.fails_with(code).stderr
    })
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for said in refused(folder.path(), 1) {
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @r"
            error: cannot open a.zip
              caused by: No such file or directory (os error 2)
            hint: check the spelling; relative paths start at the current folder
            ");
        }
    }
}

#[test]
fn a_file_that_is_no_zip_is_no_archive() {
    let folder = folder_with("a.zip", b"<html>log in to the network first</html>");
    for said in refused(folder.path(), 6) {
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @r"
            error: a.zip is no zip file
            hint: archives are named wxbackup-<appid>-<time>.zip
            ");
        }
    }
}

#[test]
fn a_zip_of_another_program_is_no_archive() {
    let folder = folder_with("a.zip", EMPTY_ZIP);
    for said in refused(folder.path(), 6) {
        assert!(said.starts_with("error: a.zip is "), "{said}");
    }
}

#[test]
fn an_archive_that_cannot_be_read_does_not_keep_verify_from_the_others() {
    let folder = folder_with("a.zip", b"x");
    let said = Run::new()
        .args(["verify", "a.zip", "b.zip", "--json"])
        .in_folder(folder.path())
        .fails_with(1);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let verdicts: Vec<(&str, &str)> = lines[2]["archives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| {
            (
                a["archive"].as_str().unwrap(),
                a["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(verdicts, [("a.zip", "unreadable"), ("b.zip", "unreadable")]);
    assert_eq!(lines[2]["exit_code"], 1);
}

#[test]
fn stdin_is_read_once() {
    let said = Run::new().args(["verify", "-", "-"]).fails_with(2);
    assert_eq!(said.stderr, "error: stdin can be read only once\n");
}

#[test]
fn a_selection_that_means_nothing_is_wrong_usage() {
    let said = Run::new()
        .args(["restore", "a.zip", "--to", "out", "--only", "colour=red"])
        .fails_with(2);
    assert!(
        said.stderr.contains(
            "`colour` cannot be selected by; use section, id, title, date, since or until"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn a_folder_is_no_zip_and_the_hint_says_what_can_be_done_with_one() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["restore", ".", "--to", "out"][..], &["list", "."]] {
        let run = Run::new().args(args.iter().copied());
        let said = run.in_folder(folder.path()).fails_with(1).stderr;
        assert!(said.contains("\nhint: give the zip itself; "), "{said}");
    }
}

#[test]
fn a_number_of_jobs_that_is_none_is_refused_in_plain_words() {
    for jobs in ["0", "many", "-1"] {
        let said = Run::new()
            .args(["export", &format!("--jobs={jobs}")])
            .fails_with(2);
        assert!(
            said.stderr.contains("it must be a number from 1 on"),
            "{}",
            said.stderr
        );
    }
}
