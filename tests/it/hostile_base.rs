//! Archives that no honest run wrote, given as a base: each is refused with its
//! reason, and what is written without it is sound.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Fault, Quirk, Sim, Target};
use wxbackup::archive::{Body, Writer};
use wxbackup::model::{AppId, Fingerprint, Sha256};

use crate::run::Run;
use crate::saved::Saved;

/// An account with one of everything, and a voice that cannot be had.
fn account() -> Sim {
    let sim = Sim::builder()
        .seed(8)
        .images(3)
        .voices(1)
        .videos(1)
        .drafts(2)
        .published(1)
        // The same library has the same bytes.
        .without(Quirk::Tempkey)
        .start();
    let voice = sim.account().voices().next().unwrap().media_id.clone();
    let question = Target::path("/cgi-bin/material/get_material").item(&voice);
    sim.fault(Fault::Errcode(40007), question);
    sim
}

fn export(sim: &Sim, folder: &Path) -> Run {
    Run::export(sim, folder).args(["--allow-gaps", "source_gone"])
}

type Entries = BTreeMap<String, Vec<u8>>;

/// Writes `saved` anew with other entries, under manifests that are true.
fn forge(saved: &Saved, sim: &Sim, path: &Path, change: impl FnOnce(&mut Entries)) {
    let mut entries = saved.entries.clone();
    change(&mut entries);
    let manifest = |entries: &Entries, is_listed: &dyn Fn(&str) -> bool| {
        let listed = entries.iter().filter(|(name, _)| is_listed(name));
        let lines = listed.map(|(name, bytes)| format!("{}  {name}\n", Sha256::of(bytes)));
        lines.collect::<String>().into_bytes()
    };
    let payload = manifest(&entries, &|name| name.starts_with("data/"));
    entries.insert("manifest-sha256.txt".to_owned(), payload);
    let is_tag = |name: &str| !name.starts_with("data/") && name != "tagmanifest-sha256.txt";
    let tags = manifest(&entries, &is_tag);
    entries.insert("tagmanifest-sha256.txt".to_owned(), tags);
    let app_id: AppId = sim.appid().parse().unwrap();
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .unwrap();
    let mut writer = Writer::create(file, app_id.base_folder());
    for name in &saved.order {
        let bytes = &entries[name];
        let print = Fingerprint::of(bytes);
        writer
            .add(&name.parse().unwrap(), &print, Body::Bytes(bytes))
            .unwrap();
    }
    writer.finish().unwrap();
}

/// Changes the records of a file.
fn in_lines(file: &'static str, change: fn(&mut Vec<Value>)) -> Box<dyn FnOnce(&mut Entries)> {
    Box::new(move |entries| {
        let bytes = entries.get_mut(file).unwrap();
        let lines = std::str::from_utf8(bytes).unwrap().lines();
        let mut lines: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        change(&mut lines);
        let lines = lines.iter().map(|line| format!("{line}\n"));
        *bytes = lines.collect::<String>().into_bytes();
    })
}

const IMAGES: &str = "data/items/image.jsonl";
const VIDEOS: &str = "data/items/video.jsonl";
const ARTICLES: &str = "data/items/article.jsonl";
const ASSETS: &str = "data/items/asset.jsonl";
const GAPS: &str = "run/gaps.jsonl";
const PROVENANCE: &str = "run/provenance.jsonl";

/// What is forged: its name, the file and the change.
type Forgery = (&'static str, &'static str, fn(&mut Vec<Value>));

const FORGERIES: [Forgery; 23] = [
    ("a path that is no blob", IMAGES, |it| {
        it[0]["path"] = json!("data/index.html");
    }),
    ("a path out of the folder", IMAGES, |it| {
        it[0]["path"] = json!("../../etc/passwd");
    }),
    ("a digest of another blob", IMAGES, |it| {
        it[0]["sha256"] = it[1]["sha256"].clone();
    }),
    ("another length", IMAGES, |it| it[0]["bytes"] = json!(1)),
    ("a time that no number holds", IMAGES, |it| {
        it[0]["update_time"] = json!(i64::MIN);
    }),
    ("an id twice", IMAGES, |it| it.insert(0, it[0].clone())),
    ("retired in no run", IMAGES, |it| {
        it[0]["status"] = json!("retired");
        it[0]["retired_in"] = json!("</script>");
    }),
    ("retired and stored", IMAGES, |it| {
        it[0]["retired_in"] = json!("20261122T170600Z");
    }),
    ("raw bytes of another item", IMAGES, |it| {
        it[0]["raw"] = it[1]["raw"].clone();
    }),
    ("a cover that is not there", VIDEOS, |it| {
        it[0]["cover"] = json!({
            "path": format!("data/blobs/00/{}.jpg", "0".repeat(64)),
            "sha256": "0".repeat(64),
        });
    }),
    ("two groups in one folder", ARTICLES, |it| {
        it[0]["akey"] = it[1]["akey"].clone();
    }),
    ("a folder of its own choice", ARTICLES, |it| {
        it[0]["akey"] = json!("00112233445566778899");
    }),
    ("a group of pictures", ARTICLES, |it| {
        it[0]["source"] = json!("image");
    }),
    ("an alias of itself", ARTICLES, |it| {
        it[0]["aliases"] = json!([it[0]["id"]]);
    }),
    ("an asset twice", ASSETS, |it| it.insert(0, it[0].clone())),
    ("assets in no order", ASSETS, |it| it.reverse()),
    ("a gap of something else", GAPS, |it| {
        it[0]["id"] = json!("other");
    }),
    ("a reason that nobody knows", GAPS, |it| {
        it[0]["reason"] = json!("solar_flare");
    }),
    ("a picture that is left out", IMAGES, |it| {
        drop(it.remove(0));
    }),
    ("a group that is left out", ARTICLES, |it| {
        drop(it.remove(0));
    }),
    ("gaps that are left out", GAPS, |it| it.clear()),
    ("a blob that came from nowhere", PROVENANCE, |it| {
        drop(it.remove(0));
    }),
    ("a blob that came in no order", PROVENANCE, |it| {
        it.reverse();
    }),
];

#[test]
fn a_forged_base_is_refused_and_poisons_nothing() {
    let sim = account();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path()).succeeds();
    let honest = Saved::only_one_in(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let forged: PathBuf = elsewhere.path().join("forged.zip");

    forge(&honest, &sim, &forged, |_| {});
    let fresh = tempfile::tempdir().unwrap();
    let said = export(&sim, fresh.path())
        .args(["--base"])
        .args([&forged])
        .succeeds();
    assert!(!said.stderr.contains("built on"), "{}", said.stderr);

    for (what, file, change) in FORGERIES {
        forge(&honest, &sim, &forged, in_lines(file, change));
        let fresh = tempfile::tempdir().unwrap();
        let said = export(&sim, fresh.path())
            .args(["--base"])
            .args([&forged])
            .succeeds();
        let reason = "this archive cannot be built on";
        assert!(said.stderr.contains(reason), "{what}: {}", said.stderr);
        let saved = Saved::only_one_in(fresh.path());
        assert_eq!(saved.payload_sha256, honest.payload_sha256, "{what}");
        assert_eq!(saved.document("run/archive.json")["previous"], Value::Null);
    }
}

#[test]
fn a_base_of_a_version_that_is_not_known_is_passed_over() {
    let sim = account();
    let folder = tempfile::tempdir().unwrap();
    export(&sim, folder.path()).succeeds();
    let honest = Saved::only_one_in(folder.path());
    let elsewhere = tempfile::tempdir().unwrap();
    let newer: PathBuf = elsewhere.path().join("newer.zip");
    for (field, value, reason) in [
        ("format_version", json!("1.1"), "it is of format 1.1"),
        ("format_version", json!("2.0"), "has format version 2.0"),
        ("features", json!(["deflate-text"]), "uses `deflate-text`"),
    ] {
        forge(&honest, &sim, &newer, |entries| {
            let document = entries.get_mut("run/archive.json").unwrap();
            let mut said: Value = serde_json::from_slice(document).unwrap();
            said[field] = value.clone();
            *document = serde_json::to_vec_pretty(&said).unwrap();
        });
        let fresh = tempfile::tempdir().unwrap();
        let said = export(&sim, fresh.path())
            .args(["--base"])
            .args([&newer])
            .succeeds();
        assert!(said.stderr.contains(reason), "{value}: {}", said.stderr);
        let saved = Saved::only_one_in(fresh.path());
        assert_eq!(saved.document("run/archive.json")["previous"], Value::Null);
    }
}
