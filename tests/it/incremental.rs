//! Runs that build on the archive before: what it holds is not asked for again,
//! what was deleted stays, what is rotten in it is never inherited.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Builder, Call, Fault, Quirk, Resource, Sim, Target};
use wxbackup::export::{Outcome, Sealed};
use wxbackup::fs::write_atomic;
use wxbackup::model::{RunStatus, Timestamp};

use crate::quick;
use crate::run::{Run, Said};
use crate::saved::{Saved, archives, files};

fn account() -> Builder {
    Sim::builder()
        .seed(13)
        .images(30)
        .voices(4)
        .videos(5)
        .news(5)
        .drafts(6)
        .published(4)
}

/// Exports by the real binary; gives what it said and the calls that it made.
fn export(sim: &Sim, folder: &Path, args: &[&str]) -> (Said, Vec<Call>) {
    let before = sim.call_count();
    let said = Run::export(sim, folder).args(args).succeeds();
    (said, sim.calls_after(before))
}

/// What was asked for besides lists and counts.
fn fetched(calls: &[Call]) -> Vec<String> {
    let is_file = |call: &&Call| {
        matches!(call.resource, Resource::Cdn | Resource::VideoHost)
            || call.path.ends_with("/get_material")
            || (call.path.ends_with("/get") && !call.path.contains("quota"))
            || call.path.ends_with("/getarticle")
    };
    let named = |call: &Call| format!("{} {:?}", call.path, call.query);
    calls.iter().filter(is_file).map(named).collect()
}

fn newest(folder: &Path) -> Saved {
    Saved::at(archives(folder).last().unwrap())
}

/// `op kind id`, and the fields that differ, of each change, in order.
fn changes(saved: &Saved) -> Vec<(String, Value)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    saved
        .lines("run/changes.jsonl")
        .iter()
        .map(|change| {
            let what = ["op", "kind", "id"].map(|key| text(&change[key]));
            (what.join(" "), change["fields"].clone())
        })
        .collect()
}

fn verify(archive: &Path) {
    Run::new()
        .args(["verify", "--level", "full"])
        .args([archive])
        .succeeds();
}

fn receipts(folder: &Path) -> Vec<PathBuf> {
    let is_receipt = |path: &PathBuf| path.to_str().unwrap().ends_with(".receipt.json");
    let mut receipts: Vec<PathBuf> = files(folder).into_iter().filter(is_receipt).collect();
    receipts.sort();
    receipts
}

/// Changes one byte in the middle of the blob of `digest` in `archive`.
pub(crate) fn flip_in_blob(archive: &Path, digest: &str) {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let at = (0..zip.len())
        .find(|at| zip.by_index(*at).unwrap().name().unwrap().contains(digest))
        .unwrap();
    let entry = zip.by_index(at).unwrap();
    let middle = entry.data_start().unwrap() + entry.size() / 2;
    flip(archive, middle);
}

fn flip(file: &Path, at: u64) {
    let mut byte = [0];
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(file)
        .unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    std::io::Read::read_exact(&mut file, &mut byte).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[byte[0] ^ 0x10]).unwrap();
}

fn sha256_of(saved: &Saved, kind: &str, id: &str) -> String {
    saved.item(kind, id)["sha256"].as_str().unwrap().to_owned()
}

#[test]
fn a_library_that_did_not_change_gets_a_receipt_and_no_archive() {
    // Drafts with a new `tempkey` in each answer are in it.
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = export(&sim, folder.path(), &[]);
    let standing = archives(folder.path());
    for _ in 0..2 {
        let (said, calls) = export(&sim, folder.path(), &["--json"]);
        assert_eq!(fetched(&calls), [] as [String; 0]);
        let summary = said.summary();
        assert_eq!(summary["path"], first.stdout.trim_end());
        assert_eq!(summary["exit_code"], 0);
        assert_eq!(archives(folder.path()), standing);
        let receipts = receipts(folder.path());
        // That of the archive, and that of the last run alone.
        assert_eq!(receipts.len(), 2, "{receipts:?}");
        let last: Value = serde_json::from_slice(&std::fs::read(&receipts[1]).unwrap()).unwrap();
        let of_archive: Value =
            serde_json::from_slice(&std::fs::read(&receipts[0]).unwrap()).unwrap();
        assert_eq!(last["unchanged_since"], of_archive["run_id"]);
        assert_eq!(last["file_name"], of_archive["file_name"]);
        assert_eq!(last["payload_sha256"], of_archive["payload_sha256"]);
        assert_eq!(last["run_id"], summary["run_id"]);
        assert_ne!(last["run_id"], of_archive["run_id"]);
    }
    let (said, _) = export(&sim, folder.path(), &[]);
    assert_eq!(said.stdout, first.stdout);
    assert!(said.stderr.contains("unchanged"), "{}", said.stderr);

    let (always, calls) = export(&sim, folder.path(), &["--always"]);
    assert_ne!(always.stdout, first.stdout);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    let saved = newest(folder.path());
    verify(&saved.path);
    assert_eq!(saved.payload_sha256, Saved::at(&standing[0]).payload_sha256);
    assert_eq!(changes(&saved), []);
    assert_eq!(receipts(folder.path()).len(), 2, "one for each archive");
}

#[test]
fn an_archive_whose_run_died_before_its_sidecars_gets_them_from_the_next() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let archive = archives(folder.path()).remove(0);
    let (sum, receipt) = (
        archive.with_extension("zip.sha256"),
        archive.with_extension("receipt.json"),
    );
    let sum_then = std::fs::read(&sum).unwrap();
    let receipt_then = std::fs::read(&receipt).unwrap();
    let home = folder.path().join(".wxbackup").join(sim.appid());
    let promise = home.join("publishing.json");
    assert!(!promise.exists());
    for lost in [vec![&sum, &receipt], vec![&receipt], vec![&sum]] {
        for path in lost {
            std::fs::remove_file(path).unwrap();
        }
        // As a kill between the name and the sidecars leaves it.
        write_atomic(&promise, &receipt_then).unwrap();
        export(&sim, folder.path(), &[]);
        assert_eq!(archives(folder.path()), std::slice::from_ref(&archive));
        assert_eq!(std::fs::read(&sum).unwrap(), sum_then);
        assert_eq!(std::fs::read(&receipt).unwrap(), receipt_then);
        assert!(!promise.exists());
    }
}

#[test]
fn three_new_pictures_in_five_thousand_cost_three_requests() {
    let sim = Sim::builder()
        .seed(3)
        .images(5_000)
        .image_bytes(300)
        .start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let mut expected: Vec<(String, Value)> = {
        let mut account = sim.account();
        (0..3)
            .map(|n| account.add_image(&format!("new {n}")))
            .map(|id| (format!("added image {id}"), json!([])))
            .collect()
    };
    expected.sort_by(|left, right| left.0.cmp(&right.0));
    let (_, calls) = export(&sim, folder.path(), &[]);
    assert_eq!(fetched(&calls).len(), 3);
    let second = newest(folder.path());
    assert_eq!(changes(&second), expected);
    let image = &second.completeness()["sections"]["image"];
    assert_eq!(image["carried"], 5_000);
    assert_eq!(image["fetched"], 3);
    assert_eq!(second.completeness()["status"], "complete");
    let archive = second.document("run/archive.json");
    assert_eq!(archive["run"]["mode"], "synthetic-full");
    for (field, of_first) in [
        ("archive_sha256", &first.receipt["archive_sha256"]),
        ("payload_sha256", &first.receipt["payload_sha256"]),
        ("file_sha256", &first.receipt["file_sha256"]),
        ("file_name", &first.receipt["file_name"]),
        ("file_bytes", &first.receipt["file_bytes"]),
    ] {
        assert_eq!(&archive["previous"][field], of_first, "{field}");
    }
    // The first fetch of each blob is still told as it was.
    let provenance = second.lines("run/provenance.jsonl");
    let first_lines: BTreeSet<String> = lines_of(&first.lines("run/provenance.jsonl"));
    let new: Vec<&Value> = provenance
        .iter()
        .filter(|line| !first_lines.contains(&line.to_string()))
        .collect();
    assert_eq!((provenance.len(), new.len()), (5_003, 3));

    let (_, calls) = export(&sim, folder.path(), &["--base", "none"]);
    assert_eq!(fetched(&calls).len(), 5_003 - 200, "200 share an address");
    let full = newest(folder.path());
    assert_eq!(full.payload_sha256, second.payload_sha256);
}

fn lines_of(values: &[Value]) -> BTreeSet<String> {
    values.iter().map(Value::to_string).collect()
}

#[test]
fn what_was_deleted_stays_and_is_told_as_retired() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let gone: Vec<(&str, String)> = {
        let account = sim.account();
        vec![
            ("image", account.images().next().unwrap().media_id.clone()),
            ("voice", account.voices().next().unwrap().media_id.clone()),
            ("article", account.drafts().next().unwrap().id.clone()),
            ("article", account.published().next().unwrap().id.clone()),
        ]
    };
    for (_, id) in &gone {
        assert!(sim.account().remove(id));
    }
    let (_, calls) = export(&sim, folder.path(), &[]);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    let second = newest(folder.path());
    verify(&second.path);
    let run = second.receipt["run_id"].clone();
    for (kind, id) in &gone {
        let (old, new) = (first.item(kind, id), second.item(kind, id));
        assert_eq!(new["status"], "retired", "{kind}");
        assert_eq!(new["retired_in"], run, "{kind}");
        for field in [
            "path",
            "sha256",
            "raw",
            "raw_path",
            "raw_sha256",
            "articles",
        ] {
            assert_eq!(new[field], old[field], "{kind} {field}");
        }
    }
    assert_eq!(second.blobs(), first.blobs());
    let told: BTreeSet<String> = changes(&second).into_iter().map(|(what, _)| what).collect();
    let expected: BTreeSet<String> = gone
        .iter()
        .map(|(kind, id)| format!("retired {kind} {id}"))
        .collect();
    assert_eq!(told, expected);

    // Retired stays as it is; nothing else has changed.
    let (_, calls) = export(&sim, folder.path(), &[]);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    assert_eq!(archives(folder.path()).len(), 2);

    export(&sim, folder.path(), &["--no-retain-deleted"]);
    let third = newest(folder.path());
    verify(&third.path);
    let told: BTreeSet<String> = changes(&third)
        .into_iter()
        .map(|(what, _)| what)
        .filter(|what| !what.contains(" asset "))
        .collect();
    let expected: BTreeSet<String> = gone
        .iter()
        .map(|(kind, id)| format!("removed {kind} {id}"))
        .collect();
    assert_eq!(told, expected);
    for kind in ["image", "voice", "article"] {
        let retired = |item: &Value| item["status"] == "retired";
        assert!(!third.items(kind).iter().any(retired));
    }
    let fresh = tempfile::tempdir().unwrap();
    export(&sim, fresh.path(), &[]);
    let counts =
        |saved: &Saved| ["image", "voice", "article", "asset"].map(|kind| saved.items(kind).len());
    assert_eq!(counts(&third), counts(&newest(fresh.path())));
}

#[test]
fn an_edit_or_a_new_name_changes_that_record_alone() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let (image, draft) = {
        let mut account = sim.account();
        let with_address = account.images().find(|image| !image.url.is_empty());
        let image = with_address.unwrap().media_id.clone();
        let draft = account.drafts().last().unwrap().id.clone();
        assert!(account.rename(&image, "another name"));
        assert!(account.rename(&draft, "another title"));
        (image, draft)
    };
    let (_, calls) = export(&sim, folder.path(), &[]);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    let saved = newest(folder.path());
    verify(&saved.path);
    assert_eq!(
        changes(&saved),
        [
            (format!("changed article {draft}"), json!(["title"])),
            (format!("changed image {image}"), json!(["name"])),
        ]
    );
    assert_eq!(saved.item("image", &image)["name"], "another name");
    let title = &saved.item("article", &draft)["articles"][0]["title"];
    assert_eq!(title, "another title");
}

#[test]
fn a_draft_under_another_id_keeps_its_folder() {
    let sim = account().with(Quirk::DraftIdChanges).start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let (old_id, new_id) = {
        let mut account = sim.account();
        let draft = account.drafts().next().unwrap();
        let (id, title) = (draft.id.clone(), draft.articles[0].title.clone());
        let new_id = account.edit_draft(&id, &title).unwrap();
        (id, new_id)
    };
    assert_ne!(old_id, new_id);
    let (_, calls) = export(&sim, folder.path(), &[]);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    let second = newest(folder.path());
    verify(&second.path);
    let (old, new) = (
        first.item("article", &old_id),
        second.item("article", &old_id),
    );
    assert_eq!(new["akey"], old["akey"]);
    assert_eq!(new["aliases"], json!([new_id]));
    assert_eq!(new["status"], "stored");
    assert_eq!(second.items("article").len(), first.items("article").len());

    export(&sim, folder.path(), &[]);
    assert_eq!(archives(folder.path()).len(), 2, "known by its alias");
}

/// The draft box shows these from now on: id, title and text of each.
fn list_drafts(sim: &Sim, drafts: &[(&str, &str, &str)]) {
    let drafts = drafts.iter().map(|(id, title, text)| {
        json!({"media_id": id, "update_time": 1_758_000_000, "content": {
            "create_time": 1_758_000_000,
            "news_item": [{"title": title, "content": text}],
        }})
    });
    let drafts: Vec<Value> = drafts.collect();
    let count = drafts.len();
    let page = json!({"item_count": count, "total_count": count, "item": drafts});
    sim.clear_faults();
    let body = page.to_string().into_bytes();
    sim.fault(Fault::Body(body), Target::list("draft"));
}

#[test]
fn a_draft_is_known_by_its_text_before_one_with_its_title_alone() {
    let sim = Sim::builder().start();
    let folder = tempfile::tempdir().unwrap();
    let of_one_title = |drafts: &[(&str, &str)]| {
        let drafts = drafts.iter().map(|(id, text)| (*id, "title", *text));
        let drafts: Vec<(&str, &str, &str)> = drafts.collect();
        list_drafts(&sim, &drafts);
        export(&sim, folder.path(), &[]);
        let saved = newest(folder.path());
        verify(&saved.path);
        saved
    };
    of_one_title(&[("first", "text")]);
    let saved = of_one_title(&[("edited", "another text"), ("moved", "text")]);
    assert_eq!(saved.item("article", "first")["aliases"], json!(["moved"]));
    assert_eq!(saved.item("article", "edited")["aliases"], json!([]));
    assert_eq!(saved.items("article").len(), 2);
}

#[test]
fn a_draft_that_is_listed_under_two_of_its_ids_is_two_drafts_from_then_on() {
    let sim = Sim::builder().drafts(2).with(Quirk::DraftIdChanges).start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let (old_id, new_id) = {
        let mut account = sim.account();
        let draft = account.drafts().next().unwrap();
        let (id, title) = (draft.id.clone(), draft.articles[0].title.clone());
        let new_id = account.edit_draft(&id, &title).unwrap();
        (id, new_id)
    };
    export(&sim, folder.path(), &[]);
    let known = newest(folder.path()).item("article", &old_id);
    assert_eq!(known["aliases"], json!([new_id]));

    list_drafts(
        &sim,
        &[
            (&new_id, "the new one", "text"),
            (&old_id, "the old one", "text"),
        ],
    );
    export(&sim, folder.path(), &[]);
    let saved = newest(folder.path());
    verify(&saved.path);
    for (id, title) in [(&old_id, "the old one"), (&new_id, "the new one")] {
        let record = saved.item("article", id);
        assert_eq!(record["articles"][0]["title"], title);
        assert_eq!(record["aliases"], json!([]));
    }
    export(&sim, folder.path(), &[]);
    assert_eq!(
        newest(folder.path()).path,
        saved.path,
        "each known by its own"
    );
}

#[test]
fn a_rotten_blob_is_noticed_fetched_again_and_not_inherited() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let image = {
        let account = sim.account();
        let mut images = account.images();
        images.nth(20).unwrap().media_id.clone()
    };
    let digest = sha256_of(&first, "image", &image);
    flip_in_blob(&first.path, &digest);
    sim.account().add_image("new");
    let (said, calls) = export(&sim, folder.path(), &[]);
    assert!(said.stderr.contains("damaged"), "{}", said.stderr);
    assert_eq!(fetched(&calls).len(), 2, "{:?}", fetched(&calls));
    let second = newest(folder.path());
    verify(&second.path);
    assert_eq!(sha256_of(&second, "image", &image), digest);
    assert!(second.blobs().contains(&digest));
    assert_eq!(second.completeness()["status"], "complete");
}

#[test]
fn what_is_rotten_and_deleted_comes_from_an_older_archive_or_is_told() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let image = sim.account().images().nth(9).unwrap().media_id.clone();
    let digest = sha256_of(&first, "image", &image);
    assert!(sim.account().remove(&image));
    export(&sim, folder.path(), &[]);
    let second = newest(folder.path());
    assert_eq!(second.item("image", &image)["status"], "retired");

    flip_in_blob(&second.path, &digest);
    sim.account().add_image("new");
    export(&sim, folder.path(), &[]);
    let third = newest(folder.path());
    verify(&third.path);
    assert_eq!(sha256_of(&third, "image", &image), digest);
    assert!(third.blobs().contains(&digest));

    for archive in [&first, &second, &third] {
        flip_in_blob(&archive.path, &digest);
        if archive.path == second.path {
            // It was damaged already: now it is as it was.
            flip_in_blob(&archive.path, &digest);
        }
    }
    sim.account().add_image("newer");
    let (said, _) = export(&sim, folder.path(), &[]);
    assert!(
        said.stderr.contains("in no older archive"),
        "{}",
        said.stderr
    );
    let fourth = newest(folder.path());
    verify(&fourth.path);
    let record = fourth.item("image", &image);
    assert_eq!(record["status"], "retired");
    assert_eq!(record["path"], Value::Null);
}

#[test]
fn a_deleted_article_whose_text_rots_comes_from_an_older_archive_or_is_told() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let draft = sim.account().drafts().next().unwrap().id.clone();
    let old = first.item("article", &draft);
    let raw = old["raw_path"].as_str().unwrap().to_owned();
    assert!(sim.account().remove(&draft));
    export(&sim, folder.path(), &[]);
    let second = newest(folder.path());

    flip_in_blob(&second.path, &raw);
    export(&sim, folder.path(), &[]);
    let third = newest(folder.path());
    verify(&third.path);
    assert_eq!(third.entries[&raw], first.entries[&raw]);
    assert_eq!(third.payload_sha256, second.payload_sha256);
    assert_eq!(changes(&third), []);

    flip_in_blob(&first.path, &raw);
    flip_in_blob(&third.path, &raw);
    let (said, _) = export(&sim, folder.path(), &[]);
    assert!(
        said.stderr.contains("in no older archive"),
        "{}",
        said.stderr
    );
    let fourth = newest(folder.path());
    verify(&fourth.path);
    let record = fourth.item("article", &draft);
    assert_eq!(record["status"], "retired");
    assert_eq!(record["raw_path"], Value::Null);
    let told = (format!("changed article {draft}"), json!(["raw"]));
    assert!(changes(&fourth).contains(&told), "{:?}", changes(&fourth));
}

#[test]
fn a_rescued_blob_is_kept_under_a_new_name_too() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    sim.account().add_image("new");
    export(&sim, folder.path(), &[]);
    let second = newest(folder.path());
    let voice = sim.account().voices().next().unwrap().media_id.clone();
    let digest = sha256_of(&second, "voice", &voice);
    flip_in_blob(&second.path, &digest);
    assert!(sim.account().rename(&voice, "another name"));
    let question = Target::path("/cgi-bin/material/get_material").item(&voice);
    sim.fault(Fault::Errcode(40007), question);
    export(&sim, folder.path(), &[]);
    let third = newest(folder.path());
    verify(&third.path);
    let record = third.item("voice", &voice);
    assert_eq!(record["name"], "another name");
    assert_eq!(record["sha256"], digest);
    assert!(third.gaps().is_empty());
}

#[test]
fn what_a_narrower_run_loses_is_told_as_changed() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let voice = sim.account().voices().next().unwrap().media_id.clone();
    flip_in_blob(&first.path, &sha256_of(&first, "voice", &voice));
    sim.account().add_image("new");
    Run::export(&sim, folder.path())
        .args(["--sections", "image"])
        .fails_with(3);
    let second = newest(folder.path());
    verify(&second.path);
    let lost = (
        "voice".to_owned(),
        voice.clone(),
        "damaged_in_base".to_owned(),
    );
    assert_eq!(second.gaps(), [lost]);
    let told = (
        format!("changed voice {voice}"),
        json!(["sha256", "status"]),
    );
    assert!(changes(&second).contains(&told), "{:?}", changes(&second));
}

#[test]
fn a_base_that_cannot_be_relied_on_is_passed_over_with_its_reason() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    sim.account().add_image("second");
    export(&sim, folder.path(), &[]);
    let [first, second] = archives(folder.path()).try_into().unwrap();
    // In the directory at its end.
    let length = std::fs::metadata(&second).unwrap().len();
    flip(&second, length - 100);
    sim.account().add_image("third");
    let (said, calls) = export(&sim, folder.path(), &[]);
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    assert!(
        said.stderr.contains(&name(&second)) && said.stderr.contains("cannot be built on"),
        "{}",
        said.stderr
    );
    assert_eq!(fetched(&calls).len(), 2, "what the first has not");
    let saved = newest(folder.path());
    let previous = &saved.document("run/archive.json")["previous"]["file_name"];
    assert_eq!(*previous, name(&first));

    // Its records are damaged: no header tells.
    let third = saved.path.clone();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&third).unwrap()).unwrap();
    let at = (0..zip.len()).find(|at| {
        let entry = zip.by_index(*at).unwrap();
        entry.name().unwrap().ends_with("items/image.jsonl")
    });
    let records = zip.by_index(at.unwrap()).unwrap().data_start().unwrap();
    flip(&third, records + 50);
    let other = Sim::builder().seed(99).images(2).start();
    let elsewhere = tempfile::tempdir().unwrap();
    let (theirs, _) = export(&other, elsewhere.path(), &[]);
    for archive in [&first, &second] {
        std::fs::remove_file(archive).unwrap();
    }
    let (said, calls) = export(&sim, folder.path(), &["--base", theirs.stdout.trim_end()]);
    assert!(
        said.stderr.contains("it holds the library of") && said.stderr.contains(&name(&third)),
        "{}",
        said.stderr
    );
    assert!(fetched(&calls).len() > 40, "in full");
    assert_eq!(
        newest(folder.path()).document("run/archive.json")["previous"],
        Value::Null
    );
    let gone = folder.path().join("gone.zip");
    Run::export(&sim, folder.path())
        .args(["--base"])
        .args([&gone])
        .fails_with(1);
}

#[test]
fn a_narrower_run_loses_nothing() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    let gone = sim.account().voices().next().unwrap().media_id.clone();
    assert!(sim.account().remove(&gone));
    let new = sim.account().add_image("new");
    export(&sim, folder.path(), &["--sections", "image"]);
    let second = newest(folder.path());
    verify(&second.path);
    assert_eq!(
        changes(&second),
        [(format!("added image {new}"), json!([]))]
    );
    for kind in ["voice", "video", "article", "asset"] {
        assert_eq!(second.items(kind), first.items(kind), "{kind}");
    }
    let (before, after) = (first.completeness(), second.completeness());
    for section in ["voice", "video", "news", "draft", "published"] {
        let counts = &after["sections"][section];
        assert_eq!(counts["listed"], false, "{section}");
        assert_eq!(
            counts["listed_at"], before["sections"][section]["listed_at"],
            "{section}"
        );
        assert_eq!(
            counts["carried"], before["sections"][section]["stored"],
            "{section}"
        );
    }
    assert_eq!(after["status"], "complete");
}

#[test]
fn a_narrower_run_keeps_the_files_that_are_empty() {
    let sim = Sim::builder().images(2).start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    export(&sim, folder.path(), &["--sections", "image"]);
    assert_eq!(archives(folder.path()).len(), 1, "nothing has changed");
}

#[test]
fn a_section_that_is_refused_is_carried_whole() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path(), &[]);
    let first = Saved::only_one_in(folder.path());
    sim.fault(Fault::Errcode(48001), Target::list("published"));
    let said = Run::export(&sim, folder.path()).fails_with(3);
    assert!(said.stderr.contains("published"), "{}", said.stderr);
    let second = newest(folder.path());
    verify(&second.path);
    assert_eq!(second.items("article"), first.items("article"));
    assert_eq!(
        second.gaps(),
        [("section".into(), "published".into(), "no_permission".into())]
    );
    // The second time it is known, and nothing has changed.
    let (_, calls) = export(&sim, folder.path(), &["--allow-gaps", "known"]);
    assert_eq!(fetched(&calls), [] as [String; 0]);
    assert_eq!(archives(folder.path()).len(), 2);
    Run::export(&sim, folder.path()).fails_with(3);
}

#[test]
fn an_unfinished_stage_and_the_base_can_be_sealed_with_nothing_asked() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let seal = || {
        Run::new()
            .args(["export", "--seal-staged", "--appid", sim.appid(), "-o"])
            .args([folder.path()])
    };
    let said = seal().fails_with(1);
    assert!(said.stderr.contains("nothing is staged"), "{}", said.stderr);
    export(&sim, folder.path(), &["--sections", "news,draft"]);
    let first = Saved::only_one_in(folder.path());
    // Sections run small first: the list of pictures comes last.
    sim.fault(Fault::Errcode(45009), Target::list("image"));
    Run::export(&sim, folder.path()).fails_with(5);
    let before = sim.call_count();
    let said = seal().fails_with(3);
    assert_eq!(sim.call_count(), before, "{:?}", sim.calls_after(before));
    let sealed = Saved::at(Path::new(said.stdout.trim_end()));
    verify(&sealed.path);
    assert_eq!(sealed.completeness()["status"], "partial");
    let stored = |kind: &str| {
        let items = sealed.items(kind);
        let is_stored = |item: &&Value| item["status"] == "stored";
        items.iter().filter(is_stored).count()
    };
    assert_eq!(
        (stored("voice"), stored("video"), stored("image")),
        (4, 5, 0)
    );
    assert_eq!(stored("article"), 15);
    assert!(first.blobs().is_subset(&sealed.blobs()));
    assert!(
        sealed
            .gaps()
            .contains(&("section".into(), "image".into(), "network".into()))
    );
    assert!(seal().fails_with(1).stderr.contains("nothing is staged"));
}

fn sealed(outcome: Outcome) -> Box<Sealed> {
    match outcome {
        Outcome::Sealed(sealed) => sealed,
        Outcome::Unfinished(unfinished) => panic!("{unfinished:?}"),
    }
}

const NIGHT: i64 = 1_795_366_800;

fn night_1() -> Timestamp {
    Timestamp::from_second(NIGHT).unwrap()
}

fn night_2() -> Timestamp {
    Timestamp::from_second(NIGHT + 86_400).unwrap()
}

fn night_9() -> Timestamp {
    Timestamp::from_second(NIGHT + 8 * 86_400).unwrap()
}

fn night_17() -> Timestamp {
    Timestamp::from_second(NIGHT + 16 * 86_400).unwrap()
}

#[test]
fn what_is_gone_at_its_source_is_tried_again_weekly() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let voice = sim.account().voices().next().unwrap().media_id.clone();
    let question = Target::path("/cgi-bin/material/get_material").item(&voice);
    sim.fault(Fault::Errcode(40007), question);
    let by = |clock| {
        let before = sim.call_count();
        let sealed = sealed(quick::export_by(clock, &sim, folder.path()).unwrap());
        (sealed, fetched(&sim.calls_after(before)).len())
    };
    let (first, _) = by(night_1);
    assert_eq!(first.gaps.len(), 1);
    assert!(first.known_gaps.is_empty());
    let (second, asked) = by(night_2);
    assert_eq!((second.archive, asked), (first.archive.clone(), 0));
    assert_eq!(second.known_gaps.len(), 1);
    let (third, asked) = by(night_9);
    assert_eq!((&third.archive, asked), (&first.archive, 1));
    assert_eq!(third.gaps[0].first_seen_run, first.gaps[0].first_seen_run);
    assert_eq!(third.gaps[0].last_attempt_at, night_9());

    // It is back: the next weekly try finds it.
    sim.clear_faults();
    let (fourth, asked) = by(night_17);
    assert_eq!(asked, 1);
    assert!(fourth.gaps.is_empty());
    let saved = Saved::at(&fourth.archive);
    assert_eq!(saved.item("voice", &voice)["status"], "stored");
    assert_eq!(
        changes(&saved),
        [(
            format!("changed voice {voice}"),
            json!(["sha256", "status"])
        )]
    );
}

#[test]
fn a_clock_that_was_wrong_for_a_night_does_not_freeze_the_base() {
    fn wrong() -> Timestamp {
        Timestamp::from_second(NIGHT + 4_000 * 86_400).unwrap()
    }
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let future = sealed(quick::export_by(wrong, &sim, folder.path()).unwrap());
    let mut last = future.archive;
    for clock in [night_1, night_2, night_2] {
        sim.account().add_image("one more");
        let next = sealed(quick::export_by(clock, &sim, folder.path()).unwrap());
        let previous = &Saved::at(&next.archive).document("run/archive.json")["previous"];
        assert_eq!(
            previous["file_name"],
            last.file_name().unwrap().to_str().unwrap()
        );
        last = next.archive;
    }
}

#[test]
fn a_standing_archive_is_read_in_full_again_each_week() {
    let sim = account().start();
    let folder = tempfile::tempdir().unwrap();
    let first = sealed(quick::export_by(night_1, &sim, folder.path()).unwrap());
    let second = sealed(quick::export_by(night_2, &sim, folder.path()).unwrap());
    assert_eq!(second.archive, first.archive);
    assert_eq!(second.receipt.verified_at, night_1());
    let third = sealed(quick::export_by(night_9, &sim, folder.path()).unwrap());
    assert_eq!(third.archive, first.archive);
    assert_eq!(third.receipt.verified_at, night_9());
    assert_eq!(third.receipt.file_sha256, first.receipt.file_sha256);

    // A time that is still to come says nothing.
    let earlier = sealed(quick::export_by(night_1, &sim, folder.path()).unwrap());
    assert_eq!(earlier.archive, first.archive);
    assert_eq!(earlier.receipt.verified_at, night_1());

    // What rots meanwhile is found then, and a sound archive takes its place.
    let saved = Saved::only_one_in(folder.path());
    let image = sim.account().images().nth(9).unwrap().media_id.clone();
    let digest = sha256_of(&saved, "image", &image);
    flip_in_blob(&saved.path, &digest);
    let before = sim.call_count();
    let fourth = sealed(quick::export_by(night_17, &sim, folder.path()).unwrap());
    assert_eq!(fetched(&sim.calls_after(before)).len(), 1);
    assert_ne!(fourth.archive, first.archive);
    assert_eq!(fourth.completeness.status, RunStatus::Complete);
    assert_eq!(fourth.receipt.payload_sha256, first.receipt.payload_sha256);
    verify(&fourth.archive);
}
