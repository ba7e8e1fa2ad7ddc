//! `wxbackup demo`: the whole way, with nothing set up.

use crate::run::Run;

#[test]
fn the_demo_goes_the_whole_way_and_writes_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["demo", "demo-2"] {
        let said = Run::new()
            .args(["demo"])
            .in_folder(folder.path())
            .succeeds();
        assert_eq!(said.stdout, format!("{name}\n"));
        assert!(
            said.stderr.contains("\nstatus     complete\n"),
            "{}",
            said.stderr
        );
        // The rehearsal of a move to another account.
        assert!(
            said.stderr.contains(" drafts are there, 0 differ\n"),
            "{}",
            said.stderr
        );
        let library = folder.path().join(name).join("library");
        assert!(library.join("目录.html").is_file());
    }
}

#[test]
fn the_demo_takes_nothing_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    Run::new()
        .args(["demo"])
        .env("WXBACKUP_APPID", "wxreal")
        .env("WXBACKUP_ACCESS_TOKEN", "real-token")
        .env("WXBACKUP_API_BASE", "http://127.0.0.1:1")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .in_folder(folder.path())
        .succeeds();
}
