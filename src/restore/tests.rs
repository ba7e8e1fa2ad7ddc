//! Small archives, made here, restored whole, in part and damaged.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::*;
use crate::archive::{Body, Identities, Writer};
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
        let pictures_shown = paths
            .iter()
            .map(|path| format!("<img src=\"../../../{}\">", &path.as_str()["data/".len()..]));
        let back = "<a href=\"../../../index.html\">返回目录</a>".to_owned();
        let page: Vec<String> = pictures_shown.chain([back]).collect();
        let page = page.concat();
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
            let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
            let path = format!("data/items/{file}.jsonl");
            files.entry(path).or_insert(lines.concat().into_bytes());
        }
        for (name, of_payload) in [(layout::MANIFEST, true), (layout::TAGMANIFEST, false)] {
            let lines = files
                .iter()
                .filter(|(path, _)| path.starts_with("data/") == of_payload)
                .map(|(path, body)| format!("{}  {path}\n", Sha256::of(body)))
                .collect::<Vec<_>>();
            files
                .entry(name.to_owned())
                .or_insert(lines.concat().into_bytes());
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
        .with(
            "data/view/titles-0001.js",
            b"[\"../index.html\",\"../articles/0/01/index.html\"]",
        )
        .with("data/view/texts-0001.js", b"[\"../index.html\"]")
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
        (
            "目录_文件/titles-0001.js".to_owned(),
            at(none, "[\"../%E7%9B%AE%E5%BD%95.html\",\"#\"]"),
        ),
        (
            "目录_文件/texts-0001.js".to_owned(),
            at(none, "[\"../index.html\"]"),
        ),
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

#[test]
fn a_selection_restores_what_it_picks_and_nothing_else() {
    let zip = library().zip();
    let image = suffix(ItemKind::Image, "m1");
    let picture = format!("图片/2023-05/20230517-101500_猫_{image}.png");
    for select in ["title=猫", "id=m1,zz"] {
        assert_eq!(only(&zip, select).names(), [picture.as_str()]);
    }
    assert_eq!(only(&zip, "id=zz").names(), [""; 0]);
    let drafts = only(&zip, "section=draft");
    assert_eq!(drafts.names().len(), 4);
    assert!(
        drafts
            .names()
            .iter()
            .all(|name| name.starts_with("文章/草稿/"))
    );
    let page = drafts
        .tree()
        .into_iter()
        .find(|(name, _)| name.ends_with("html"))
        .unwrap()
        .1;
    assert_eq!(
        page.body,
        "<img src=\"%E7%B4%A0%E6%9D%90/001.gif\"><a href=\"#\">返回目录</a>"
    );
}

#[test]
fn a_part_of_a_bag_is_refused() {
    let options = Options {
        layout: Layout::Bag,
        only: "section=image".parse().unwrap(),
        identities: Identities::NONE,
    };
    let run = run(&library().zip(), &options);
    assert!(matches!(run.outcome, Err(Error::PartOfBag)));
    assert!(!run.folder.path().join("to").exists());
}

/// Where the bytes of an entry stand in the zip.
fn position(zip: &[u8], body: &[u8]) -> usize {
    zip.windows(body.len())
        .position(|part| part == body)
        .unwrap()
}

fn flip(zip: &[u8], at: usize) -> Vec<u8> {
    let mut damaged = zip.to_owned();
    damaged[at] ^= 1;
    damaged
}

#[test]
fn a_damaged_blob_is_named_and_everything_else_comes_back() {
    let zip = library().zip();
    let damaged = human(&flip(&zip, position(&zip, GIF) + 6));
    let mut expected = human(&zip).tree();
    let lost: Vec<String> = expected
        .keys()
        .filter(|name| name.ends_with("gif"))
        .cloned()
        .collect();
    expected.retain(|name, _| !name.ends_with("gif"));
    assert_eq!(damaged.tree(), expected);
    let folders = std::fs::read_dir(damaged.folder.path().join("to/文章/草稿/2023-05")).unwrap();
    let draft = folders.last().unwrap().unwrap().path();
    assert!(!draft.join("素材").exists(), "a folder without a file");
    let reason = "its bytes are damaged: its bytes are not those of its CRC-32";
    let lost: Vec<String> = lost
        .iter()
        .rev()
        .map(|name| format!("{name}: {reason}"))
        .collect();
    assert_eq!(damaged.lost(), lost);
    assert!(damaged.outcome.unwrap().is_damaged());
    assert!(!human(&zip).outcome.unwrap().is_damaged());
}

/// Cause of the rule: a flipped digit in a manifest must not condemn the file
/// that it stands for.
#[test]
fn a_damaged_manifest_condemns_nothing_but_itself() {
    let zip = library().zip();
    let line = format!("{}  data/articles", Sha256::of(b"{\"id\":\"d1\"}"));
    let at = position(&zip, line.as_bytes());
    for run in [human, bag] {
        let mut expected = run(&zip).tree();
        expected.remove("wxbackup-wx01/manifest-sha256.txt");
        let damaged = run(&flip(&zip, at));
        assert_eq!(damaged.tree(), expected);
        assert!(
            damaged
                .lost()
                .iter()
                .all(|lost| lost.contains("manifest-sha256.txt: its bytes are damaged")),
            "{:?}",
            damaged.lost()
        );
        assert!(!damaged.lost().is_empty());
    }
}

#[test]
fn a_damaged_record_costs_its_own_name_alone() {
    let library = Library::new()
        .image("m1", "first", MAY, PNG)
        .image("m2", "second", MAY, GIF)
        .image("m3", "third", MAY, MP3);
    let zip = library.zip();
    // The quote behind the second name.
    let damaged = human(&flip(&zip, position(&zip, b"second\"") + 6));
    let stem = |id: &str, title: &str| {
        format!(
            "图片/2023-05/20230517-101500_{title}_{}",
            suffix(ItemKind::Image, id)
        )
    };
    let mut names = vec![
        format!("{}.png", stem("m1", "first")),
        format!("{}.mp3", stem("m3", "third")),
        format!("未归类/{}", &library.blobs[1].as_str()["data/".len()..]),
    ];
    names.sort();
    assert_eq!(damaged.names(), names);
    let lost = damaged.lost();
    assert!(
        lost[0].starts_with("data/items/image.jsonl:2: it is no record: "),
        "{lost:?}"
    );
    assert_eq!(
        lost[1..],
        ["data/items/image.jsonl:4: its bytes are damaged: its bytes are not those of its CRC-32"]
    );
}

#[test]
fn an_article_without_its_meta_is_restored_by_its_page() {
    let library = library();
    let zip = library.zip();
    let meta = layout::article_meta(&Akey::of(Section::Draft, "d1"), 1);
    let damaged = human(&flip(
        &zip,
        position(&zip, &library.files[meta.as_str()]) + 3,
    ));
    let mut expected = human(&zip).tree();
    expected.retain(|name, _| !(name.contains("草稿") && name.ends_with("meta.json")));
    assert_eq!(damaged.tree(), expected);
    assert_eq!(damaged.lost().len(), 1);
}

#[test]
fn what_is_restored_of_an_archive_with_any_one_bit_flipped_is_true() {
    let library = Library::new().image("m1", "猫", MAY, PNG).articles(
        Section::Draft,
        "d1",
        &["周报"],
        &[GIF],
    );
    let zip = library.zip();
    let whole = bag(&zip).tree();
    for at in (0..zip.len()).step_by(101) {
        let damaged = bag(&flip(&zip, at));
        let Ok(outcome) = &damaged.outcome else {
            continue;
        };
        let tree = damaged.tree();
        for (name, restored) in &tree {
            assert_eq!(Some(restored), whole.get(name), "{name}, byte {at}");
        }
        assert!(outcome.is_damaged() || tree == whole, "byte {at}");
    }
}

/// What is left in `tree` of a bag of which these files are lost.
fn without(tree: &BTreeMap<String, Restored>, lost: &[&EntryPath]) -> BTreeMap<String, Restored> {
    let mut left = tree.clone();
    for path in lost {
        assert!(left.remove(&format!("wxbackup-wx01/{path}")).is_some());
    }
    left
}

#[test]
fn an_archive_that_is_cut_gives_back_all_before_the_cut() {
    let library = library();
    let zip = library.zip();
    let whole = bag(&zip).tree();
    let [.., gif] = &library.blobs[..] else {
        panic!("the last blob")
    };
    let directory = position(&zip, b"PK\x01\x02");
    for (cut, lost, files_lost) in [
        (zip.len() - 1, vec![], vec![]),
        (directory, vec![], vec![]),
        (
            position(&zip, GIF) + 3,
            vec![format!(
                "{gif}: its bytes are damaged: they are not those of its checksum"
            )],
            vec![gif],
        ),
        (
            position(&zip, GIF) - 60,
            vec![format!("{gif}: it is not in the archive, or not whole")],
            vec![gif],
        ),
    ] {
        let run = bag(&zip[..cut]);
        assert_eq!(run.lost(), lost, "cut at {cut}");
        assert_eq!(run.tree(), without(&whole, &files_lost), "cut at {cut}");
        assert!(run.outcome.unwrap().is_damaged());
    }
    let mut names = human(&zip).names();
    assert_eq!(human(&zip[..directory]).names(), names);
    let cut = human(&zip[..position(&zip, GIF) + 3]);
    names.retain(|name| !name.contains(".gif"));
    assert_eq!(cut.names(), names);
    assert_eq!(
        cut.lost(),
        ["draft d1", "published p1"].map(|item| {
            format!("{item}: its bytes are damaged: they are not those of its checksum")
        })
    );
}

#[test]
fn an_archive_without_its_head_or_its_directory_gives_back_what_stands_elsewhere() {
    let library = library();
    let zip = library.zip();
    let whole = bag(&zip).tree();
    let mut headless = zip.clone();
    let manifest_end = position(&zip, b"wxbackup-wx01/run/archive.json") - 30;
    headless[..manifest_end].fill(0);
    let run = bag(&headless);
    let head = [
        layout::BAGIT,
        layout::README,
        layout::TAGMANIFEST,
        layout::MANIFEST,
    ]
    .map(layout::path);
    assert_eq!(
        run.tree(),
        without(&whole, &head.iter().collect::<Vec<_>>())
    );
    assert!(run.outcome.unwrap().is_damaged());

    let mut scarred = zip.clone();
    let directory = position(&zip, b"PK\x01\x02");
    scarred[directory..].fill(0);
    let at = position(&zip, PNG);
    scarred[at] = 0;
    let png = layout::blob(&Sha256::of(PNG), FileKind::Png);
    let run = bag(&scarred);
    assert_eq!(run.tree(), without(&whole, &[&png]));
    assert_eq!(
        run.lost(),
        [format!(
            "{png}: its bytes are damaged: they are not those of its checksum"
        )]
    );
}

#[test]
fn a_file_in_which_nothing_can_be_found_is_refused_for_what_it_is() {
    let cases: [(&[u8], &str); 3] = [
        (b"%PDF-1.7 of someone", "is no zip file"),
        (
            b"age-encryption.org/v1\n",
            "is encrypted with age and its header is damaged, so that nothing in it can be decrypted",
        ),
        (
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "is a zip file of another program, not an archive of wxbackup",
        ),
    ];
    for (bytes, what) in cases {
        let run = human(bytes);
        let Err(Error::Open(error)) = &run.outcome else {
            panic!("{:?}", run.outcome);
        };
        let name = run.folder.path().join("a.zip");
        assert_eq!(error.to_string(), format!("{} {what}", name.display()));
        assert!(!run.folder.path().join("to").exists());
    }
}

#[test]
fn nothing_that_a_record_says_becomes_a_path() {
    let hostile = |id: &str, path: &str| {
        json!({
            "kind": "image", "media_id": id, "name": "../../../x\u{202e}gpj.exe", "status": "stored",
            "update_time": i64::MAX, "path": path, "sha256": Sha256::of(PNG), "bytes": u64::MAX,
        })
    };
    let (library, png) = Library::new().blob(PNG);
    let gif = layout::blob(&Sha256::of(GIF), FileKind::Gif);
    let library = library
        .record("image", hostile("../../a", png.as_str()))
        .record("image", hostile("b", "run/archive.json"))
        .record("image", hostile("c\u{202e}", gif.as_str()))
        .record("image", hostile("d", "../../etc/passwd"))
        .record(
            "image",
            json!({"kind": "image", "media_id": "e", "name": "n".repeat(10 << 20)}),
        )
        .record(
            "image",
            json!({
                "kind": "image", "media_id": "f", "name": "", "status": "stored", "update_time": 0,
            }),
        )
        .record(
            "image",
            json!({
                "kind": "image", "media_id": "g", "name": "", "status": "stored", "update_time": 0,
                "path": gif,
            }),
        );
    let run = human(&library.zip());
    let name = format!(
        "图片/undated/_.._.._xgpj.exe_{}.png",
        suffix(ItemKind::Image, "../../a")
    );
    assert_eq!(run.names(), [name]);
    let mut lost = run.lost();
    lost[2].truncate(60);
    assert_eq!(
        lost,
        [
            "image b: its record names run/archive.json, which is no blob".to_owned(),
            format!("image c\\u{{202e}}: its record names another digest than that of {gif}"),
            "data/items/image.jsonl:4: it is no record: `../../etc/passwd`"[..60].to_owned(),
            "data/items/image.jsonl:5: it is longer than 4 MiB".to_owned(),
            "image f: its record names no file".to_owned(),
            "image g: it is not in the archive, or not whole".to_owned(),
        ]
    );
}

#[test]
fn a_group_of_too_many_articles_or_without_a_folder_of_its_own_is_refused() {
    let titles = vec!["t"; 65];
    let library = Library::new().articles(Section::News, "big", &titles, &[]);
    let twice = Library::new().articles(Section::News, "n", &["t"], &[]);
    let record = twice.items["article"][0].clone();
    assert_eq!(
        human(&library.zip()).lost(),
        ["news big: its record has more than 64 articles"]
    );
    assert_eq!(
        human(&twice.record("article", record).zip()).lost(),
        ["news n: another record has its folder"]
    );
}

#[test]
fn items_that_a_disk_cannot_tell_apart_all_come_back() {
    let library = Library::new()
        .image("m1", "cat", MAY, PNG)
        .image("m1", "CAT", MAY, PNG)
        .image("m1", "cat", MAY, PNG)
        .image("m2", "cat", MAY, PNG);
    let (first, second) = (suffix(ItemKind::Image, "m1"), suffix(ItemKind::Image, "m2"));
    let mut names = [
        format!("图片/2023-05/20230517-101500_cat_{first}.png"),
        format!("图片/2023-05/20230517-101500_CAT_{first}_2.png"),
        format!("图片/2023-05/20230517-101500_cat_{first}_3.png"),
        format!("图片/2023-05/20230517-101500_cat_{second}.png"),
    ];
    names.sort();
    assert_eq!(human(&library.zip()).names(), names);
}

#[test]
fn a_file_that_no_manifest_lists_is_not_restored() {
    let library = library();
    let manifest = library
        .entries()
        .into_iter()
        .find(|(path, _)| path.as_str() == layout::MANIFEST);
    let evil = library.with("data/articles/evil.html", b"<script>");
    let zip = evil.with(layout::MANIFEST, &manifest.unwrap().1).zip();
    for run in [human, bag] {
        let run = run(&zip);
        assert!(!run.names().iter().any(|name| name.contains("evil")));
        assert_eq!(
            run.lost(),
            ["data/articles/evil.html: no manifest lists it"]
        );
    }
}

/// Cause of the rule: where the headers were damaged too, the lists were
/// neither restored nor told to be lost.
#[test]
fn the_lists_come_back_where_the_page_that_leads_to_them_is_lost() {
    let zip = library().zip();
    let mut expected = human(&zip).names();
    expected.retain(|name| name != "目录.html");
    let mut damaged = flip(&zip, position(&zip, b"<link href=") + 1);
    damaged.pop();
    let damaged = human(&damaged);
    assert_eq!(damaged.names(), expected);
    assert!(damaged.outcome.unwrap().is_damaged());
}

#[test]
fn what_a_manifest_lists_and_the_zip_has_not_is_named_once() {
    let library = library();
    let manifest = library
        .entries()
        .into_iter()
        .find(|(path, _)| path.as_str() == layout::MANIFEST);
    let mut less = library.with(layout::MANIFEST, &manifest.unwrap().1);
    let png = layout::blob(&Sha256::of(PNG), FileKind::Png);
    less.files.remove(png.as_str());
    assert_eq!(
        bag(&less.zip()).lost(),
        [format!("{png}: it is not in the archive, or not whole")]
    );
    let lost = human(&less.zip()).lost();
    assert_eq!(
        lost,
        ["image m1", "published p1"]
            .map(|item| format!("{item}: it is not in the archive, or not whole"))
    );
}

#[test]
fn a_bag_whose_manifests_were_made_anew_lacks_what_its_records_name() {
    let mut less = library();
    let png = layout::blob(&Sha256::of(PNG), FileKind::Png);
    less.files.remove(png.as_str());
    let run = bag(&less.zip());
    assert_eq!(
        run.lost(),
        ["image m1: it is not in the archive, or not whole"]
    );
    assert!(run.outcome.unwrap().is_damaged());
}

#[test]
fn an_item_that_was_never_saved_is_counted_and_is_no_damage() {
    let library = Library::new().record(
        "image",
        json!({
            "kind": "image", "media_id": "m", "name": "", "status": "missing", "update_time": 0,
            "gap_id": "g-0123456789abcdef",
        }),
    );
    let outcome = human(&library.zip()).outcome.unwrap();
    assert_eq!((outcome.missing_items, outcome.is_damaged()), (1, false));
}

#[test]
fn records_that_this_program_must_not_guess_at_come_back_as_a_bag_alone() {
    let archive = String::from_utf8(Library::new().files[layout::ARCHIVE].clone()).unwrap();
    let later = archive.replace("\"format_version\":\"1.0\"", "\"format_version\":\"2.0\"");
    let feature = archive.replace("\"features\":[]", "\"features\":[\"deflate-text\"]");
    let minor = archive.replace("\"format_version\":\"1.0\"", "\"format_version\":\"1.7\"");
    let with = |archive: &str| library().with(layout::ARCHIVE, archive.as_bytes()).zip();
    for (archive, cause) in [
        (
            &later,
            "the archive has format version 2.0; this program reads version 1",
        ),
        (
            &feature,
            "the archive uses `deflate-text`, which this program does not know",
        ),
    ] {
        let run = human(&with(archive));
        let Err(Error::Unknown(found)) = &run.outcome else {
            panic!("{:?}", run.outcome);
        };
        assert_eq!(found.to_string(), cause);
        assert!(!run.folder.path().join("to").exists());
        assert!(!bag(&with(archive)).outcome.unwrap().is_damaged());
    }
    assert!(!human(&with(&minor)).outcome.unwrap().is_damaged());
}

#[test]
fn a_folder_that_is_not_empty_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("a.zip");
    #[expect(clippy::disallowed_methods, reason = "the test's own file")]
    std::fs::write(&zip, library().zip()).unwrap();
    let before = tree(folder.path());
    let restore = |to: &Path| {
        restore(
            &zip,
            to,
            &Options::default(),
            &Silent,
            &Interrupt::default(),
        )
    };
    assert!(matches!(
        restore(folder.path()),
        Err(Error::NotEmpty { .. })
    ));
    assert!(matches!(restore(&zip), Err(Error::Folder(_))));
    assert_eq!(tree(folder.path()), before);
}

#[cfg(unix)]
#[test]
fn a_planted_link_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let (to, outside) = (folder.path().join("to"), folder.path().join("outside"));
    std::fs::create_dir(&outside).unwrap();
    let target = Target::open(&to).unwrap();
    // Someone is quicker than we are.
    std::os::unix::fs::symlink(&outside, to.join("图片")).unwrap();
    std::os::unix::fs::symlink(outside.join("f"), to.join("file.txt")).unwrap();
    assert!(target.make_folders(["图片"].into_iter()).is_err());
    for name in ["图片/x.png", "file.txt"] {
        let file = recovery::NewFile {
            number: 0,
            path: name,
            modified: None,
            sha256: None,
        };
        let written = target.write(&file, PNG, None, &mut [0; 16], &|_| {});
        assert!(matches!(written, Err(FileError::Target(_))), "{name}");
    }
    assert!(tree(&outside).is_empty());
    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 2);
}

#[test]
fn an_interrupt_lets_the_files_under_way_land_and_starts_no_other() {
    /// Asks to stop when the first file is there.
    struct Impatient(Interrupt);
    impl Observer for Impatient {
        fn event(&self, event: &Event<'_>) {
            if matches!(event, Event::Advanced { items: 1, .. }) {
                self.0.set(Cause::Terminated);
            }
        }
    }
    let mut library = Library::new();
    for number in 0..500 {
        let body = format!("GIF89a{number}");
        library = library.image(&format!("m{number}"), "", MAY, body.as_bytes());
    }
    let folder = tempfile::tempdir().unwrap();
    let (zip, to) = (folder.path().join("a.zip"), folder.path().join("to"));
    #[expect(clippy::disallowed_methods, reason = "the test's own file")]
    std::fs::write(&zip, library.zip()).unwrap();
    let interrupt = Interrupt::default();
    let observer = Impatient(interrupt.clone());
    let outcome = restore(&zip, &to, &Options::default(), &observer, &interrupt);
    let Err(Error::Interrupted { files }) = outcome else {
        panic!("{outcome:?}");
    };
    assert!((1..500).contains(&files), "{files}");
    let tree = tree(&to);
    assert_eq!(tree.len() as u64, files);
    assert!(tree.keys().all(|name| !name.contains(".part")));
    assert!(tree.values().all(|file| file.body.len() > 6));
}
