//! The archive of format 1.0 that nobody may edit (`tests/data/archives`): every
//! later program reads it as the first one did.
//!
//! What is read out of it was written down when it was made. A change of the
//! program that needs other words there breaks what people have stored.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wechat_sim::{Builder, Fault, Quirk, Resource, Sim, Target};
use wxbackup::model::Sha256;

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::saved::{Saved, archives, files};

/// The digest of the archive. It never changes.
const SHA256: &str = "01476e579bdc1b402ebbfcf09f8e7153ee2a3c7f95c59c0293c5f76f94e436da";

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/archives/1.0");

/// The key of the program's own tests; it signs nothing else.
const KEY: &str = include_str!("../../src/record/signature/test_key");

/// Where the simulated account was when the archive was made.
const PORT: u16 = 47_111;

/// What the account cannot have for good.
const GAPS: [&str; 2] = ["--allow-gaps", "source_gone,policy"];

/// The archive. Who wants to change it copies it first.
pub(crate) fn golden() -> PathBuf {
    archives(Path::new(FOLDER)).remove(0)
}

/// The account that it was made from.
fn account() -> Builder {
    Sim::builder()
        .seed(2)
        .images(1)
        .voices(2)
        .videos(1)
        .news(1)
        .drafts(0)
        .published(0)
        .with(Quirk::ForeignAsset)
        .with(Quirk::DeletedPublication)
        // The same library has the same bytes.
        .without(Quirk::Tempkey)
}

/// Fills it: little of everything, and some that cannot be had.
fn fill(sim: &Sim) {
    let mut account = sim.account();
    let news = account.news().next().unwrap();
    let (id, assets) = (news.id.clone(), news.articles[0].assets.clone());
    let url = |at: usize| assets[at].url.as_str();
    let content = format!(
        "<section><p>正文 <b>text</b></p><img data-src=\"{}\"><img data-src=\"{}\">\
         <img data-src=\"https://tracker.example.com/pixel.png\"><script>alert(1)</script>\
         <a href=\"https://mp.weixin.qq.com/\">link</a></section>",
        url(0),
        url(1)
    );
    assert!(account.change_article(&id, 0, |article| {
        article.content = content;
        article.assets.truncate(2);
    }));
    let second = account.change_article(&id, 1, |article| {
        "<p>第二篇 second</p>".clone_into(&mut article.content);
        article.assets.clear();
    });
    assert!(second);
    // Every size of it.
    let (_, path) = url(1).split_once("://").unwrap();
    let (path, _) = path[path.find('/').unwrap()..].rsplit_once('/').unwrap();
    let picture = Target::under(path);
    account.add_draft("留下 stays");
    let gone = account.add_draft("gone");
    account.rewrite_draft(&gone, "<p>gone</p>");
    let published = account.add_draft("已发布 published");
    account.rewrite_draft(&published, "<p>已发布 published</p>");
    account.publish(&published);
    account.add_image("gone");
    let voice = account.voices().next().unwrap().media_id.clone();
    drop(account);
    let question = Target::path("/cgi-bin/material/get_material").item(&voice);
    sim.fault(Fault::Errcode(40007), question);
    sim.fault(Fault::Status(404), picture);
}

#[test]
#[ignore = "makes an archive like the golden one, for the README beside it: once for each version"]
fn make() {
    let to = std::env::var_os("WXBACKUP_GOLDEN_TO").expect("the folder to make it in");
    let to = Path::new(&to);
    let sim = account().port(PORT).start();
    fill(&sim);
    let key = tempfile::NamedTempFile::new().unwrap();
    wxbackup::fs::write_atomic(key.path(), KEY.as_bytes()).unwrap();
    let export = || {
        let run = Run::export(&sim, to).args(GAPS);
        run.args(["--sign-key"]).args([key.path()]).succeeds()
    };
    export();
    let first = archives(to).remove(0);
    let image = sim.account().images().next().unwrap().media_id.clone();
    let draft = sim.account().drafts().next().unwrap().id.clone();
    for gone in [image, draft] {
        assert!(sim.account().remove(&gone));
    }
    export();
    for suffix in ["zip", "zip.sha256", "receipt.json"] {
        std::fs::remove_file(first.with_extension(suffix)).unwrap();
    }
}

#[test]
fn the_golden_archive_is_the_one_that_was_made() {
    let bytes = std::fs::read(golden()).unwrap();
    assert_eq!(Sha256::of(&bytes).to_string(), SHA256);
    let saved = Saved::at(&golden());
    assert_eq!(saved.receipt["file_sha256"], SHA256);
    let kinds = saved.lines("run/gaps.jsonl");
    let reasons: Vec<&str> = kinds
        .iter()
        .map(|gap| gap["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons.len(), 3, "{reasons:?}");
    assert!(saved.document("run/archive.json")["previous"].is_object());
}

#[test]
fn the_golden_archive_is_sound_at_every_level_and_its_signature_is_believed() {
    let archive = golden();
    for level in ["quick", "structure", "checksums", "full"] {
        let run = Run::new().args(["verify", "--level", level]);
        run.args([&archive]).succeeds();
    }
    let signers = Path::new(FOLDER).join("allowed_signers");
    Run::new()
        .args(["verify", "--allowed-signers"])
        .args([&signers, &archive])
        .succeeds();
    let mut piped = Run::new().args(["verify", "-"]).command();
    let output = piped.stdin(File::open(&archive).unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// `<sha256>  <path>` of each file below `folder`, sorted by path.
fn listing(folder: &Path) -> String {
    let named = |path: &PathBuf| {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        name.replace('\\', "/")
    };
    let mut found: Vec<(String, PathBuf)> = files(folder)
        .into_iter()
        .map(|path| (named(&path), path))
        .collect();
    found.sort();
    found.iter().fold(String::new(), |mut lines, (name, path)| {
        let digest = Sha256::of(&std::fs::read(path).unwrap());
        writeln!(lines, "{digest}  {name}").unwrap();
        lines
    })
}

/// Compares `found` with what was written down when the archive was made.
#[track_caller]
fn assert_is_as_it_was(name: &str, found: &str) {
    let path = Path::new(FOLDER).join(name);
    if std::env::var_os("WXBACKUP_GOLDEN_WRITE").is_some() {
        assert!(!path.exists(), "{name} is written once");
        wxbackup::fs::write_atomic(&path, found.as_bytes()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(found == written, "not as in {name}:\n{found}");
}

#[test]
fn the_golden_archive_gives_back_the_same_files_in_both_layouts() {
    for layout in ["human", "bag"] {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("to");
        Run::new()
            .args(["restore", "--layout", layout, "--to"])
            .args([&to, &golden()])
            .succeeds();
        assert_is_as_it_was(&format!("restored-{layout}.txt"), &listing(&to));
    }
}

#[test]
fn the_golden_archive_gives_out_its_articles_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["markdown", "html", "html-single", "text", "csv"] {
        Run::new()
            .args(["extract", "--format", format, "--to"])
            .args([folder.path().join(format), golden()])
            .succeeds();
    }
    // How they look may change; that all of them come, and under which names, may not.
    let names: Vec<String> = listing(folder.path())
        .lines()
        .map(|line| format!("{}\n", &line[66..]))
        .collect();
    assert_is_as_it_was("extracted.txt", &names.concat());
}

#[test]
fn the_golden_archive_lists_the_same_items_and_differs_from_itself_in_none() {
    let archive = golden();
    let said = Run::new()
        .args(["list", "--json"])
        .args([&archive])
        .succeeds();
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let items: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message_type"] == "item")
        .collect();
    let written = std::fs::read_to_string(Path::new(FOLDER).join("items.jsonl")).unwrap();
    let written: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(items.len(), written.len());
    // Fields may come; none may go or say something else.
    for (item, written) in items.iter().zip(&written) {
        for (field, value) in written.as_object().unwrap() {
            assert_eq!(item[field], *value, "{field} of {written}");
        }
    }

    let said = Run::new()
        .args(["diff", "--json"])
        .args([&archive, &archive])
        .succeeds();
    let lines = said.json();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["changes"]["sections"], serde_json::json!({}));
}

#[test]
fn the_golden_archive_is_a_base_for_the_next_one() {
    // The same account behind another port: its addresses are those of then.
    let sim = account()
        .media_origin(&format!("http://127.0.0.1:{PORT}"))
        .start();
    fill(&sim);
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path())
        .args(GAPS)
        .args(["--base"])
        .args([golden()])
        .succeeds();
    assert!(!said.stderr.contains("built on"), "{}", said.stderr);
    let (old, new) = (Saved::at(&golden()), Saved::only_one_in(folder.path()));
    let previous = &new.document("run/archive.json")["previous"];
    assert_eq!(previous["file_sha256"], SHA256);
    // All was carried over: nobody asked for a file of the library again.
    let fetched =
        sim.count_where(|call| matches!(call.resource, Resource::Cdn | Resource::VideoHost));
    assert_eq!(fetched, 0);
    let (old, new) = (old.blobs(), new.blobs());
    assert_eq!(old.difference(&new).collect::<BTreeSet<_>>().len(), 0);
}
