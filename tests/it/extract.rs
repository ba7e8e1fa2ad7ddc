//! `wxbackup extract`, on archives of simulated accounts and on real-looking articles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use wechat_sim::{Quirk, Sim};
use wxbackup::html::{
    ArticleLink, ArticleView, Lookup, Missing, Place, Places, Presence, Resolved, article_page,
    markdown, plain_text,
};
use wxbackup::model::{AssetHosts, AssetKey, FileKind, GapId, GapReason, Section};

use crate::run::Run;
use crate::sample::sample;

fn extract(archive: &Path, to: &Path, format: &str) -> Run {
    Run::new()
        .args(["extract"])
        .args([archive])
        .args(["--to"])
        .args([to])
        .args(["--format", format])
}

fn new_folder() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let to = parent.path().join("out");
    (parent, to)
}

/// Every file under `folder` by its path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                files.insert(name.to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn with_extension<'a>(
    files: &'a BTreeMap<String, Vec<u8>>,
    extension: &'a str,
) -> impl Iterator<Item = (&'a str, String)> {
    files
        .iter()
        .filter(move |(name, _)| name.ends_with(&format!(".{extension}")))
        .map(|(name, body)| (name.as_str(), String::from_utf8(body.clone()).unwrap()))
}

/// A relative address with its percent escapes undone.
fn unescaped(link: &str) -> String {
    let mut parts = link.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Some assets are there, one is gone, one article is ours.
struct Library;

impl Lookup for Library {
    fn asset(&self, key: &AssetKey) -> Resolved {
        let (name, kind) = match key.as_str() {
            key if key.contains("AbCd") => ("blobs/1.jpg", FileKind::Jpg),
            key if key.contains("voice") => ("blobs/2.mp3", FileKind::Mp3),
            _ => {
                return Resolved::Missing(Missing {
                    gap_id: GapId::of("asset", "x"),
                    reason: Some(GapReason::Http404),
                });
            }
        };
        Resolved::Local {
            href: name.to_owned(),
            kind,
        }
    }

    fn article(&self, _: &ArticleLink) -> Option<String> {
        Some("other/index.html".to_owned())
    }
}

impl Places for Library {
    fn place(&self, href: &str) -> Place {
        match href {
            "blobs/1.jpg" | "blobs/2.mp3" => Place::Here(format!("../{href}")),
            "other/index.html" => Place::Here("other.md".to_owned()),
            _ => Place::Elsewhere,
        }
    }
}

#[test]
fn real_looking_articles_become_what_they_became() {
    let articles = [
        ("feature", include_str!("../data/articles/feature.html")),
        ("tutorial", include_str!("../data/articles/tutorial.html")),
        (
            "tags",
            include_str!("../data/wechat/article_tags-wechat_article_exporter_samples.html"),
        ),
    ];
    let hosts = AssetHosts::default();
    for (name, content) in articles {
        let view = ArticleView {
            title: "标题",
            author: None,
            time: None,
            source: Section::Published,
            cover: None,
            content,
            pictures: &[],
            url: None,
            content_source_url: None,
            presence: Presence::Listed,
            index_href: "index.html",
            hosts: &hosts,
        };
        let page = article_page(&view, &Library);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("extract_{name}.md"), markdown(&page, &Library));
            insta::assert_snapshot!(format!("extract_{name}.txt"), plain_text(&page, &Library));
        });
    }
}

#[test]
fn every_link_of_the_markdown_leads_to_a_file_and_every_file_is_linked() {
    let (_parent, to) = new_folder();
    let said = extract(&sample().archive, &to, "markdown").succeeds();
    assert_eq!(said.stdout, format!("{}\n", to.display()));
    let files = tree(&to);
    let mut linked = BTreeSet::new();
    let mut articles = 0;
    for (name, text) in with_extension(&files, "md") {
        articles += 1;
        assert!(text.starts_with("---\ntitle: \""), "{name}: {text}");
        assert!(!text.contains("<script"), "{name}");
        let in_text = text
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap());
        let cover = text.lines().find_map(|line| line.strip_prefix("cover: \""));
        for link in in_text.chain(cover.map(|cover| cover.trim_end_matches('"'))) {
            if link.contains(':') {
                continue;
            }
            let file = to.join(name).parent().unwrap().join(unescaped(link));
            let file = file
                .canonicalize()
                .unwrap_or_else(|_| panic!("{name}: {}", file.display()));
            let file = file
                .strip_prefix(to.canonicalize().unwrap())
                .unwrap()
                .to_owned();
            linked.insert(file.to_str().unwrap().to_owned());
        }
    }
    assert!(articles > 4, "{articles}");
    let media: BTreeSet<String> = files
        .keys()
        .filter(|name| name.starts_with("素材/"))
        .cloned()
        .collect();
    assert!(media.len() > 4);
    linked.retain(|name| name.starts_with("素材/"));
    assert_eq!(linked, media);
}

#[test]
fn a_single_page_shows_its_pictures_without_a_file_beside_it() {
    let (_parent, to) = new_folder();
    extract(&sample().archive, &to, "html-single").succeeds();
    let (_parent, beside) = new_folder();
    extract(&sample().archive, &beside, "html").succeeds();
    let (single, beside) = (tree(&to), tree(&beside));
    let mut inside = 0;
    for (name, page) in with_extension(&single, "html") {
        assert!(
            page.contains("Content-Security-Policy\" content=\"default-src 'none'"),
            "{name}"
        );
        assert!(!page.contains("<script"), "{name}");
        for src in page.split("<img src=\"").skip(1) {
            assert!(src.starts_with("data:image/"), "{name}: {}", &src[..40]);
            inside += 1;
        }
        assert!(beside.contains_key(name), "{name}");
    }
    assert!(inside > 4, "{inside}");
    for (name, page) in with_extension(&beside, "html") {
        for src in page.split(" src=\"").skip(1) {
            let src = unescaped(src.split('"').next().unwrap());
            let is_there = beside.contains_key(src.trim_start_matches("../"));
            assert!(is_there || src.starts_with("data:image/"), "{name}: {src}");
        }
    }
}

#[test]
fn only_what_is_picked_is_taken_out() {
    let (_parent, to) = new_folder();
    extract(&sample().archive, &to, "text")
        .args(["--only", "section=draft"])
        .succeeds();
    let files = tree(&to);
    assert!(with_extension(&files, "txt").count() >= 2);
    assert!(
        files
            .keys()
            .all(|name| name.starts_with("草稿/") || name.starts_with("素材/")),
        "{files:?}"
    );
}

#[test]
fn the_tables_have_a_line_for_each_article_and_each_medium() {
    let (_parent, to) = new_folder();
    let said = extract(&sample().archive, &to, "csv")
        .args(["--json"])
        .succeeds();
    let summary: serde_json::Value =
        serde_json::from_str(said.stdout.lines().last().unwrap()).unwrap();
    let files = tree(&to);
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["articles.csv", "media.csv"]
    );
    for (name, fact) in [("articles.csv", "articles"), ("media.csv", "media")] {
        let body = files[name]
            .strip_prefix(b"\xef\xbb\xbf")
            .expect("the mark of UTF-8");
        let mut rows = csv::Reader::from_reader(body);
        let columns = rows.headers().unwrap().clone();
        let digest = columns
            .iter()
            .position(|column| column.ends_with("sha256"))
            .unwrap();
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(summary[fact], rows.len(), "{name}");
        assert!(rows.iter().any(|row| row[digest].len() == 64), "{name}");
        let cells = rows.iter().flat_map(csv::StringRecord::iter);
        assert!(
            cells
                .into_iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@'])),
            "{name}"
        );
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone_and_a_file_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    wxbackup::fs::write_atomic(&folder.path().join("mine.txt"), b"mine").unwrap();
    for format in ["markdown", "csv"] {
        let said = extract(&sample().archive, folder.path(), format).fails_with(1);
        assert!(said.stderr.contains("not empty"), "{}", said.stderr);
    }
    assert_eq!(tree(folder.path()).len(), 1);
    let (_parent, to) = new_folder();
    extract(Path::new("no-such.zip"), &to, "text").fails_with(1);
    extract(&sample().archive, &to, "pdf").fails_with(2);
    assert!(!to.exists());
}

#[test]
fn from_a_damaged_archive_comes_what_is_whole_and_a_word_on_what_is_not() {
    let (_parent, to) = new_folder();
    extract(&sample().archive, &to, "markdown").succeeds();
    let whole = tree(&to);
    let media = whole.keys().filter(|name| name.starts_with("素材/"));
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&sample().archive).unwrap()).unwrap();
    let digits = media.max().unwrap().trim_start_matches("素材/");
    let digits = digits.split('.').next().unwrap().to_owned();
    let at = (0..zip.len())
        .find_map(|at| {
            let entry = zip.by_index(at).unwrap();
            let is_it = entry.name().unwrap().contains(&digits);
            is_it.then(|| entry.data_start().unwrap())
        })
        .expect("the blob is in the archive");
    let at = usize::try_from(at).unwrap();
    let (_folder, damaged) = sample().changed(|bytes| bytes[at] ^= 1);
    let (_parent, again) = new_folder();
    let said = extract(&damaged, &again, "markdown").fails_with(6);
    assert!(said.stderr.contains(&digits), "{}", said.stderr);
    let rest = tree(&again);
    let articles = |files: &BTreeMap<String, Vec<u8>>| with_extension(files, "md").count();
    assert_eq!(articles(&rest), articles(&whole));
    assert_eq!(rest.len(), whole.len() - 1);
    let told = with_extension(&rest, "md").any(|(name, text)| {
        let before = String::from_utf8_lossy(&whole[name]);
        before.contains(&digits)
            && (text.contains("图片缺失：备份中的文件已损坏")
                || text.contains("语音缺失：")
                || !text.contains("cover:"))
    });
    assert!(told);
}

#[test]
fn two_thousand_articles_are_taken_out() {
    let sim = Sim::builder()
        .images(1)
        .voices(0)
        .videos(0)
        .news(0)
        .drafts(1200)
        .published(0)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path())
        .args(["--sections", "draft"])
        .succeeds();
    let (_parent, to) = new_folder();
    let said = extract(Path::new(said.stdout.trim_end()), &to, "markdown")
        .args(["--json"])
        .succeeds();
    let summary: serde_json::Value =
        serde_json::from_str(said.stdout.lines().last().unwrap()).unwrap();
    let files = tree(&to);
    let articles = with_extension(&files, "md").count();
    assert!(articles >= 2000, "{articles}");
    assert_eq!(summary["articles"], articles);
    assert_eq!(summary["files"], files.len());
}

#[test]
fn what_was_deleted_is_taken_out_and_marked() {
    let sim = Sim::builder()
        .images(1)
        .voices(0)
        .videos(0)
        .news(0)
        .drafts(2)
        .published(2)
        .with(Quirk::DeletedPublication)
        .start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let gone = {
        let mut account = sim.account();
        let gone = account.drafts().next().unwrap().id.clone();
        assert!(account.remove(&gone));
        gone
    };
    let said = Run::export(&sim, folder.path()).succeeds();
    let archive = PathBuf::from(said.stdout.trim_end());
    let (_parent, to) = new_folder();
    extract(&archive, &to, "markdown").succeeds();
    let files = tree(&to);
    let mut retired = 0;
    let mut deleted = 0;
    for (name, text) in with_extension(&files, "md") {
        let is_gone = text.contains(&format!("id: \"{gone}\""));
        assert_eq!(text.contains("\nretired: true\n"), is_gone, "{name}");
        assert_eq!(
            text.contains("> 这篇文章已不在微信的列表中"),
            is_gone,
            "{name}"
        );
        let is_deleted = text.contains("\ndeleted: true\n");
        assert_eq!(
            text.contains("> 这篇文章在微信上已被删除"),
            is_deleted,
            "{name}"
        );
        retired += usize::from(is_gone);
        deleted += usize::from(is_deleted);
    }
    assert!(retired > 0);
    assert_eq!(deleted, 1);
    let (_parent, to) = new_folder();
    extract(&archive, &to, "markdown")
        .args(["--only".to_owned(), format!("id={gone}")])
        .succeeds();
    let files = tree(&to);
    assert_eq!(with_extension(&files, "md").count(), retired);
}
