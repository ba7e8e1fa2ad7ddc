//! `wxbackup diff`, on archives of a simulated account that changed in between.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::Sim;

use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};
use crate::sample::sample;

/// Exports the account into a folder of its own.
fn export(sim: &Sim, folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    let said = Run::export(sim, folder).succeeds();
    said.stdout.trim_end().into()
}

fn diff(old: &Path, new: &Path) -> Run {
    Run::new().args(["diff"]).args([old, new])
}

/// The columns of each line but the time.
fn columns(said: &Said) -> Vec<[String; 5]> {
    said.stdout
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [op, section, _, id, fields, title] = cells[..] else {
                panic!("{line}")
            };
            [op, section, id, fields, title].map(str::to_owned)
        })
        .collect()
}

/// Two archives of an account, and what was done to it in between.
struct Changed {
    _folder: tempfile::TempDir,
    old: PathBuf,
    new: PathBuf,
    /// Ids of what was touched.
    ids: Ids,
    /// What the renamed voice and the edited and the published draft were called.
    old_names: [String; 3],
}

struct Ids {
    added: String,
    removed: String,
    renamed: String,
    edited: String,
    published: String,
    publication: String,
}

fn changed() -> Changed {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder()
        .images(6)
        .voices(2)
        .videos(1)
        .news(2)
        .drafts(3)
        .published(1)
        .start();
    // No article names it, so that nothing else goes with it.
    let removed = sim.account().add_image("gone");
    let old = export(&sim, &folder.path().join("old"));
    let (ids, old_names) = {
        let mut account = sim.account();
        let voice = account.voices().next().unwrap().clone();
        let drafts: Vec<_> = account.drafts().cloned().collect();
        let (edited, published) = (&drafts[0], &drafts[1]);
        let added = account.add_image("new\tone");
        assert!(account.remove(&removed));
        assert!(account.rename(&voice.media_id, "renamed"));
        account.edit_draft(&edited.id, "edited").unwrap();
        let publication = account.publish(&published.id).unwrap();
        let ids = Ids {
            added,
            removed,
            renamed: voice.media_id,
            edited: edited.id.clone(),
            published: published.id.clone(),
            publication,
        };
        let titles = [edited, published].map(|draft| draft.articles[0].title.clone());
        let [edited, published] = titles;
        (ids, [voice.name, edited, published])
    };
    let new = export(&sim, &folder.path().join("new"));
    Changed {
        _folder: folder,
        old,
        new,
        ids,
        old_names,
    }
}

fn line(cells: [&str; 5]) -> [String; 5] {
    cells.map(str::to_owned)
}

#[test]
fn every_change_of_an_account_is_one_line_and_nothing_else_is() {
    let Changed {
        old,
        new,
        ids,
        old_names: [voice, draft, published],
        ..
    } = &changed();

    let said = diff(old, new).succeeds();
    assert_eq!(
        columns(&said),
        [
            ["added", "image", &ids.added, "", "new\\u{9}one"],
            ["removed", "image", &ids.removed, "", "gone"],
            ["changed", "voice", &ids.renamed, "name", "renamed"],
            ["removed", "draft", &ids.published, "", published],
            [
                "changed",
                "draft",
                &ids.edited,
                "title,update_time",
                "edited"
            ],
            ["added", "published", &ids.publication, "", published],
        ]
        .map(line)
    );
    assert_eq!(
        said.stderr,
        "image      1 added, 1 removed\n\
         voice      1 changed\n\
         draft      1 removed, 1 changed\n\
         published  1 added\n"
    );

    // Backwards, what was added is removed, and the fields are the same.
    assert_eq!(
        columns(&diff(new, old).succeeds()),
        [
            ["added", "image", &ids.removed, "", "gone"],
            ["removed", "image", &ids.added, "", "new\\u{9}one"],
            ["changed", "voice", &ids.renamed, "name", voice],
            ["added", "draft", &ids.published, "", published],
            ["changed", "draft", &ids.edited, "title,update_time", draft],
            ["removed", "published", &ids.publication, "", published],
        ]
        .map(line)
    );

    let said = diff(old, new).args(["--json"]).succeeds();
    let mut lines = said.json();
    assert_lines_are_ours(&lines);
    let summary = lines.pop().unwrap();
    assert_eq!(summary["exit_code"], 0);
    let numbers = |added, removed, changed| json!({"added": added, "removed": removed, "changed": changed, "retired": 0});
    assert_eq!(
        summary["changes"],
        json!({
            "sections": {
                "image": numbers(1, 1, 0),
                "voice": numbers(0, 0, 1),
                "draft": numbers(0, 1, 1),
                "published": numbers(1, 0, 0),
            },
            "assets": numbers(0, 0, 0),
        })
    );
    let ops: Vec<&Value> = lines.iter().map(|line| &line["op"]).collect();
    assert_eq!(
        ops,
        ["added", "removed", "changed", "removed", "changed", "added"]
    );
    assert_eq!(lines[2]["old_title"], json!(voice));
    assert_eq!(lines[4]["old_title"], json!(draft));
    assert_ne!(lines[4]["old_sha256"], lines[4]["new_sha256"]);
}

#[test]
fn an_archive_does_not_differ_from_itself() {
    let archive = &sample().archive;
    let said = diff(archive, archive).args(["--assets"]).succeeds();
    assert_eq!(
        (said.stdout.as_str(), said.stderr.as_str()),
        ("", "nothing differs\n")
    );
}

#[test]
fn two_runs_over_one_library_do_not_differ_though_drafts_have_new_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder().images(3).drafts(4).news(1).start();
    let old = export(&sim, &folder.path().join("old"));
    let new = export(&sim, &folder.path().join("new"));
    let [old_bytes, new_bytes] = [&old, &new].map(|path| std::fs::read(path).unwrap());
    assert_ne!(old_bytes, new_bytes);
    assert_eq!(diff(&old, &new).succeeds().stdout, "");
}

#[test]
fn assets_are_counted_and_shown_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder().start();
    let old = export(&sim, &folder.path().join("old"));
    sim.account().add_draft("a draft with pictures");
    let new = export(&sim, &folder.path().join("new"));

    let said = diff(&old, &new).succeeds();
    assert_eq!(said.stdout.lines().count(), 1, "{}", said.stdout);
    let counted = said.stderr.strip_prefix("draft      1 added\nassets     ");
    let counted = counted.and_then(|rest| rest.strip_suffix(" added; --assets shows them\n"));
    let count: usize = counted.expect(&said.stderr).parse().unwrap();
    assert!(count > 0);

    let said = diff(&old, &new).args(["--assets"]).succeeds();
    let ops = columns(&said)
        .into_iter()
        .map(|[op, place, ..]| (op, place));
    let shown = ops
        .filter(|shown| *shown == ("added".to_owned(), "asset".to_owned()))
        .count();
    assert_eq!(shown, count);
}

#[test]
fn a_section_that_was_left_out_is_told_and_not_taken_for_deleted_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Sim::builder().images(1).voices(1).start();
    let old = export(&sim, &folder.path().join("old"));
    let narrow = folder.path().join("narrow");
    std::fs::create_dir(&narrow).unwrap();
    let said = Run::export(&sim, &narrow)
        .args(["--sections", "voice"])
        .succeeds();
    let new = PathBuf::from(said.stdout.trim_end());
    let said = diff(&old, &new).succeeds();
    assert_eq!(
        said.stderr,
        format!(
            "warning: image: {} did not list this section: what it lacks may be in the account all the same\n\
             image      1 removed\n",
            new.display()
        )
    );
}

#[test]
fn archives_of_two_accounts_are_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let [left, right] = [1, 2].map(|seed| {
        let sim = Sim::builder().seed(seed).images(1).start();
        let archive = export(&sim, &folder.path().join(seed.to_string()));
        (archive, sim.appid().to_owned())
    });
    let said = diff(&left.0, &right.0).fails_with(2);
    assert_eq!(
        said.stderr,
        format!(
            "error: {} is of the account {}, {} is of {}\nhint: compare archives of one account\n",
            left.0.display(),
            left.1,
            right.0.display(),
            right.1
        )
    );
}

#[test]
fn a_damaged_record_is_not_taken_for_a_removed_item() {
    // A byte of the first line of the pictures' records.
    let (_folder, damaged) = sample().changed(|bytes| {
        let records = b"data/items/image.jsonl{";
        let at = bytes
            .windows(records.len())
            .position(|window| window == records)
            .unwrap();
        bytes[at + records.len() + 20] ^= 1;
    });
    for (old, new) in [(&sample().archive, &damaged), (&damaged, &sample().archive)] {
        let said = diff(old, new).fails_with(6);
        assert_eq!(said.stdout, "");
        let first = format!("error: cannot read the records of {}\n", damaged.display());
        assert!(said.stderr.starts_with(&first), "{}", said.stderr);
        assert!(
            said.stderr.ends_with(
                "hint: `wxbackup verify` says what is wrong with the archive; \
                 what cannot be read would pass for removed, so nothing is compared\n"
            ),
            "{}",
            said.stderr
        );
    }
}
