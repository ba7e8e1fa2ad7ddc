//! `wxbackup list`, on the archive of a simulated account.

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::sample::sample;

/// The archive's path.
fn exported() -> String {
    sample().archive.display().to_string()
}

#[test]
fn each_form_lists_every_item_once_and_ends_with_the_totals() {
    let archive = exported();
    let run = |args: &[&str]| {
        Run::new()
            .args(["list", archive.as_str()])
            .args(args.iter().copied())
            .succeeds()
    };

    let lines = run(&["--json"]).json();
    assert_lines_are_ours(&lines);
    let ids = |section: &str| -> Vec<String> {
        lines
            .iter()
            .filter(|line| line["message_type"] == "item" && line["section"] == section)
            .map(|line| line["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let counts = ["image", "voice", "video", "news", "draft", "published"].map(|s| ids(s).len());
    assert_eq!(counts, [7, 2, 1, 2, 2, 1]);

    let plain = run(&[]);
    assert_eq!(plain.stdout.lines().count(), 15);
    assert!(
        plain.stderr.ends_with("status     complete\n"),
        "{}",
        plain.stderr
    );

    let drafts = run(&["--section", "draft"]);
    let listed: Vec<&str> = drafts
        .stdout
        .lines()
        .map(|line| line.split('\t').nth(4).unwrap())
        .collect();
    assert_eq!(listed, ids("draft"));
}

#[test]
fn the_table_for_excel_has_a_row_for_each_item() {
    let archive = exported();
    let said = Run::new().args(["list", &archive, "--csv"]).succeeds();
    let text = said
        .stdout
        .strip_prefix('\u{feff}')
        .expect("the mark of UTF-8");
    let mut table = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(table.headers().unwrap().len(), 11);
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 15);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
}

#[test]
fn json_and_csv_cannot_be_had_together() {
    Run::new()
        .args(["list", "a.zip", "--csv", "--json"])
        .fails_with(2);
}
