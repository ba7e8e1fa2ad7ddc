//! Small archives, made here, restored whole, in part and damaged.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::*;
use crate::archive::{Body, Writer};
use crate::event::Silent;
use crate::interrupt::Cause;
use crate::model::{AppId, FileKind, Fingerprint, Section, Sha256};

/// 2023-05-17 10:15:00 in China.
const MAY: i64 = 1_684_289_700;

/// The entries of an archive, without what is made of them: manifests and order.
#[derive(Clone, Default)]
struct Library {
    files: BTreeMap<String, Vec<u8>>,
    items: BTreeMap<&'static str, Vec<Value>>,
    blobs: Vec<EntryPath>,
}

impl Library {
    fn new() -> Self {
        let library = Self::default();
        let archive = json!({
            "format": "wxbackup-archive", "format_version": "1.0", "features": [],
            "archive_id": "wx01/20261122T170600Z", "account": {"appid": "wx01"},
            "run": {
                "id": "20261122T170600Z", "mode": "full", "resumed": 0,
                "started_at": "2026-11-22T17:06:00Z", "planned_at": "2026-11-22T17:06:00Z",
                "tool": {"name": "wxbackup", "version": "0.1.0"},
                "scope": {"sections": [], "excludes": []},
            },
            "roots": {"payload_sha256": Sha256::of(b""), "source_sha256": Sha256::of(b"")},
            "totals": {
                "payload_files": 0, "payload_bytes": 0, "blobs": 0, "blob_bytes": 0,
                "records": {}, "gaps": 0,
            },
            "completeness": {"status": "complete", "path": layout::COMPLETENESS},
            "policies": {
                "compression": "stored", "retain_deleted": true, "sniff_table": 1,
                "url_normalisation": 1, "renderer": "wx-html/1",
            },
            "files": [], "signatures": [],
        });
        library
            .with(layout::ARCHIVE, archive.to_string().as_bytes())
            .with(layout::BAGIT, layout::BAGIT_TEXT.as_bytes())
            .with(layout::README, "说明".as_bytes())
    }

    fn with(mut self, path: &str, body: &[u8]) -> Self {
        self.files.insert(path.to_owned(), body.to_owned());
        self
    }

    fn record(mut self, file: &'static str, record: Value) -> Self {
        self.items.entry(file).or_default().push(record);
        self
    }

    fn blob(mut self, body: &[u8]) -> (Self, EntryPath) {
        let path = layout::blob(&Sha256::of(body), FileKind::of(body));
        if !self.blobs.contains(&path) {
            self.blobs.push(path.clone());
        }
        (self.with(path.as_str(), body), path)
    }

    fn media(self, kind: &'static str, id: &str, name: &str, time: i64, body: &[u8]) -> Self {
        let (library, path) = self.blob(body);
        let record = json!({
            "kind": kind, "media_id": id, "name": name, "update_time": time, "status": "stored",
            "path": path, "sha256": Sha256::of(body), "bytes": body.len(),
        });
        library.record(kind, record)
    }

    fn image(self, id: &str, name: &str, time: i64, body: &[u8]) -> Self {
        self.media("image", id, name, time, body)
    }

    /// A group with one article per title, each showing every one of `pictures`.
    fn articles(self, source: Section, id: &str, titles: &[&str], pictures: &[&[u8]]) -> Self {
        let akey = Akey::of(source, id);
        let mut library = self;
        let mut entries = Vec::new();
        let mut paths = Vec::new();
        for picture in pictures {
            let path;
            (library, path) = library.blob(picture);
            paths.push(path);
        }
        let mut page: String = paths
            .iter()
            .map(|path| format!("<img src=\"../../../{}\">", &path.as_str()["data/".len()..]))
            .collect();
        page.push_str("<a href=\"../../../index.html\">返回目录</a>");
        let assets: Vec<Value> = paths
            .iter()
            .map(|path| json!({"key": path.as_str(), "url": "", "role": "img", "path": path}))
            .collect();
        for (idx, title) in (1..).zip(titles) {
            let (meta, html) = (
                layout::article_meta(&akey, idx),
                layout::article_page(&akey, idx),
            );
            let body = json!({
                "akey": akey, "idx": idx, "source": source, "id": id, "title": title,
                "update_time": MAY, "assets": assets, "embeds": [], "renderer": "wx-html/1",
            });
            entries.push(json!({
                "idx": idx, "title": title, "meta_path": meta, "html_path": html,
                "assets": pictures.len(), "gaps": 0,
            }));
            library = library
                .with(meta.as_str(), body.to_string().as_bytes())
                .with(html.as_str(), page.as_bytes());
        }
        let raw = layout::article_raw_json(&akey);
        let record = json!({
            "kind": "article", "source": source, "id": id, "akey": akey, "aliases": [],
            "update_time": MAY, "status": "stored", "count": titles.len(), "articles": entries,
            "raw_path": raw,
        });
        library
            .with(raw.as_str(), format!("{{\"id\":\"{id}\"}}").as_bytes())
            .record("article", record)
    }

    /// The entries in their order, with both manifests.
    fn entries(&self) -> Vec<(EntryPath, Vec<u8>)> {
        let mut files = self.files.clone();
        for (file, records) in &self.items {
            let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
            let path = format!("data/items/{file}.jsonl");
            files.entry(path).or_insert(lines.into_bytes());
        }
        for (name, of_payload) in [(layout::MANIFEST, true), (layout::TAGMANIFEST, false)] {
            let lines = files
                .iter()
                .filter(|(path, _)| path.starts_with("data/") == of_payload)
                .map(|(path, body)| format!("{}  {path}\n", Sha256::of(body)))
                .collect::<String>();
            files.entry(name.to_owned()).or_insert(lines.into_bytes());
        }
        let place = |path: &EntryPath| self.blobs.iter().position(|blob| blob == path);
        let mut entries: Vec<(EntryPath, Vec<u8>)> = files
            .into_iter()
            .map(|(path, body)| (layout::path(&path), body))
            .collect();
        entries.sort_by(|(left, _), (right, _)| {
            layout::order(left, right).then_with(|| place(left).cmp(&place(right)))
        });
        entries
    }

    fn zip(&self) -> Vec<u8> {
        let appid: AppId = "wx01".parse().unwrap();
        let mut zip = Vec::new();
        let mut writer = Writer::create(&mut zip, appid.base_folder());
        for (path, body) in self.entries() {
            writer
                .add(&path, &Fingerprint::of(&body), Body::Bytes(&body))
                .unwrap();
        }
        writer.finish().unwrap();
        zip
    }
}

/// What a restored file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Restored {
    body: String,
    modified: Option<i64>,
}

fn at(time: Option<i64>, body: impl AsRef<[u8]>) -> Restored {
    Restored {
        body: String::from_utf8_lossy(body.as_ref()).into_owned(),
        modified: time,
    }
}

/// Every file under a folder. A time of this century's third decade and later
/// is that of the test itself.
fn tree(folder: &Path) -> BTreeMap<String, Restored> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            let body = std::fs::read(&path).unwrap();
            files.insert(name.to_owned(), at(modified(&path), body));
        }
    }
    files
}

fn modified(path: &Path) -> Option<i64> {
    let time = path.metadata().unwrap().modified().unwrap();
    let seconds = time.duration_since(UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(seconds)
        .ok()
        .filter(|time| *time < MAY + 1_000_000)
}

struct Run {
    folder: tempfile::TempDir,
    outcome: Result<Outcome, Error>,
}

impl Run {
    fn tree(&self) -> BTreeMap<String, Restored> {
        tree(&self.folder.path().join("to"))
    }

    fn names(&self) -> Vec<String> {
        self.tree().into_keys().collect()
    }

    fn lost(&self) -> Vec<String> {
        let outcome = self.outcome.as_ref().unwrap();
        let lost = outcome.lost.iter();
        lost.map(|lost| format!("{}: {}", lost.about, lost.reason))
            .collect()
    }
}

fn run(zip: &[u8], options: &Options) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    #[expect(clippy::disallowed_methods, reason = "the test's own file")]
    std::fs::write(&path, zip).unwrap();
    let to = folder.path().join("to");
    let outcome = restore(&path, &to, options, &Silent, &Interrupt::default());
    Run { folder, outcome }
}

fn human(zip: &[u8]) -> Run {
    run(zip, &Options::default())
}

fn bag(zip: &[u8]) -> Run {
    let options = Options {
        layout: Layout::Bag,
        ..Options::default()
    };
    run(zip, &options)
}

fn only(zip: &[u8], select: &str) -> Run {
    let options = Options {
        only: select.parse().unwrap(),
        ..Options::default()
    };
    run(zip, &options)
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nA";
const GIF: &[u8] = b"GIF89aB";
const MP3: &[u8] = b"ID3C";

fn library() -> Library {
    Library::new()
        .image("m1", "猫.png", MAY, PNG)
        .media("voice", "v1", "开场白", 0, MP3)
        .articles(Section::Draft, "d1", &["周报"], &[GIF])
        .articles(Section::Published, "p1", &["一/二", "第二篇"], &[PNG, GIF])
        .with(
            layout::INDEX,
            b"<link href=\"view/style.css\"><a href=\"articles/0/01/index.html\">",
        )
        .with("data/view/style.css", b"p{}")
}

/// The 8 hex digits at the end of an item's name.
fn suffix(kind: ItemKind, id: &str) -> String {
    crate::model::human_name::suffix(kind, id)
}

#[test]
fn a_person_finds_every_item_under_its_name_with_its_time() {
    let run = human(&library().zip());
    let outcome = run.outcome.as_ref().unwrap();
    let (image, voice) = (suffix(ItemKind::Image, "m1"), suffix(ItemKind::Voice, "v1"));
    let draft = format!(
        "文章/草稿/2023-05/20230517-101500_周报_{}",
        suffix(ItemKind::Article, "d1")
    );
    let post = format!(
        "文章/已发布/2023-05/20230517-101500_一_二_{}",
        suffix(ItemKind::Article, "p1")
    );
    let (may, none) = (Some(MAY), None);
    let files = &library().files;
    let meta = |source, id, idx| {
        at(
            may,
            &files[layout::article_meta(&Akey::of(source, id), idx).as_str()],
        )
    };
    let assets = "%E7%B4%A0%E6%9D%90";
    let back = "%E7%9B%AE%E5%BD%95.html\">返回目录</a>";
    let post_page = at(
        may,
        format!(
            "<img src=\"../{assets}/001.png\"><img src=\"../{assets}/002.gif\">\
             <a href=\"../../../../../{back}"
        ),
    );
    let expected = BTreeMap::from([
        (
            format!("图片/2023-05/20230517-101500_猫_{image}.png"),
            at(may, PNG),
        ),
        (format!("语音/undated/开场白_{voice}.mp3"), at(none, MP3)),
        (format!("{draft}/raw.json"), at(may, "{\"id\":\"d1\"}")),
        (format!("{draft}/meta.json"), meta(Section::Draft, "d1", 1)),
        (
            format!("{draft}/index.html"),
            at(
                may,
                format!("<img src=\"{assets}/001.gif\"><a href=\"../../../../{back}"),
            ),
        ),
        (format!("{draft}/素材/001.gif"), at(may, GIF)),
        (format!("{post}/raw.json"), at(may, "{\"id\":\"p1\"}")),
        (format!("{post}/素材/001.png"), at(may, PNG)),
        (format!("{post}/素材/002.gif"), at(may, GIF)),
        (format!("{post}/01_一_二/index.html"), post_page.clone()),
        (
            format!("{post}/01_一_二/meta.json"),
            meta(Section::Published, "p1", 1),
        ),
        (format!("{post}/02_第二篇/index.html"), post_page),
        (
            format!("{post}/02_第二篇/meta.json"),
            meta(Section::Published, "p1", 2),
        ),
        (
            "目录.html".to_owned(),
            at(
                none,
                "<link href=\"%E7%9B%AE%E5%BD%95_%E6%96%87%E4%BB%B6/style.css\"><a href=\"#\">",
            ),
        ),
        ("目录_文件/style.css".to_owned(), at(none, "p{}")),
    ]);
    assert_eq!(run.tree(), expected);
    let outcome_expected = Outcome {
        files: expected.len() as u64,
        bytes: outcome.bytes,
        ..Outcome::default()
    };
    assert_eq!(outcome, &outcome_expected);
    for folder in [&*draft, &*post, "图片/2023-05", "图片", "文章"] {
        let folder = run.folder.path().join("to").join(folder);
        assert_eq!(modified(&folder), may, "{folder:?}");
    }
}

#[test]
fn a_bag_is_every_entry_under_its_own_name() {
    let library = library();
    let run = bag(&library.zip());
    let entries = library.entries();
    let expected: BTreeMap<String, Restored> = entries
        .iter()
        .map(|(path, body)| (format!("wxbackup-wx01/{path}"), at(None, body)))
        .collect();
    assert_eq!(run.tree(), expected);
    assert_eq!(
        run.outcome.unwrap(),
        Outcome {
            files: entries.len() as u64,
            bytes: entries.iter().map(|(_, body)| body.len() as u64).sum(),
            ..Outcome::default()
        }
    );
}
