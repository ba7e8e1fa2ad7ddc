//! The parts of a run by themselves: `cargo bench`. What they take together, and
//! beside other programs, `tests/bench/run` tells.
//!
//! `cargo test` runs each part once, on little data, so that they stay whole.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use bytes::Bytes;
use criterion::{Criterion, SamplingMode, Throughput};
use serde_json::json;
use tempfile::TempDir;
use wechat_sim::Sim;
use wxbackup::archive::check::{self, Level, WholeFile};
use wxbackup::archive::{Archive, Body, Identities, Source, Writer};
use wxbackup::event::Silent;
use wxbackup::export::FirstPlan;
use wxbackup::html::{self, ArticleView, Lookup, Presence, Resolved};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::{
    AppId, AssetHosts, AssetKey, FileKind, Fingerprint, Section, Sha256, Timestamp, layout,
};
use wxbackup::stage::{Entry, Fetched, Place, Stage, Via};
use wxbackup::wechat::wire;

/// Items of a page of a list.
const PAGE: usize = 20;

/// How much data the parts get.
#[derive(Clone, Copy)]
struct Size {
    /// Items of a plan, and lines of a journal.
    items: usize,
    /// Entries of an archive that is written or read.
    entries: usize,
    /// Pictures of an archive that is verified.
    images: u64,
}

fn main() {
    let is_timed = std::env::args().any(|argument| argument == "--bench");
    let size = if is_timed {
        Size {
            items: 100_000,
            entries: 5_000,
            images: 1_000,
        }
    } else {
        Size {
            items: 100,
            entries: 50,
            images: 5,
        }
    };
    let mut criterion = Criterion::default().configure_from_args();
    container(&mut criterion, size);
    verify(&mut criterion, size);
    plan(&mut criterion, size);
    journal(&mut criterion, size);
    article(&mut criterion);
    list_page(&mut criterion);
    criterion.final_summary();
}

/// Bytes that differ from `seed` to `seed`, and repeat nothing.
fn bytes(seed: usize, count: usize) -> Vec<u8> {
    let mut state = seed as u64 + 1;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// An archive of blobs of 20 KB, written to nowhere, opened, and read through.
fn container(criterion: &mut Criterion, size: Size) {
    let base = "wx0123456789abcdef"
        .parse::<AppId>()
        .expect("an id")
        .base_folder();
    let blobs: Vec<_> = (0..size.entries)
        .map(|seed| {
            let body = bytes(seed, 20_000);
            let print = Fingerprint::of(&body);
            (layout::blob(&print.sha256, FileKind::Jpg), print, body)
        })
        .collect();
    let write = |out: &mut dyn io::Write| {
        let mut writer = Writer::create(out, base.clone());
        for (path, print, body) in &blobs {
            writer
                .add(path, print, Body::Bytes(body))
                .expect("an entry is written");
        }
        writer.finish().expect("the directory is written")
    };
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("archive.zip");
    let written = write(&mut File::create_new(&path).expect("a file"));
    let open = || Archive::open(&path, &Identities::default()).expect("an archive");

    let mut group = criterion.benchmark_group(format!("container of {} entries", size.entries));
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.bench_function("open", |bencher| bencher.iter(&open));
    group.throughput(Throughput::Bytes(written.bytes));
    group.bench_function("write", |bencher| {
        bencher.iter(|| write(&mut io::sink()));
    });
    let archive = open();
    let mut body = Vec::new();
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            for entry in archive.entries() {
                body.clear();
                archive
                    .reader(entry)
                    .read_to_end(&mut body)
                    .expect("an entry is read");
            }
        });
    });
}

/// Every check of an archive of pictures of 100 KB, on all cores.
fn verify(criterion: &mut Criterion, size: Size) {
    let folder = TempDir::new().expect("a folder");
    let path = archive_of_pictures(folder.path(), size.images);
    let options = check::Options {
        name: "archive.zip",
        level: Level::Full,
        jobs: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        whole_file: WholeFile::Skip,
        trust: None,
    };
    let mut group = criterion.benchmark_group("verify");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    let length = std::fs::metadata(&path).expect("an archive").len();
    group.throughput(Throughput::Bytes(length));
    group.bench_function(format!("{} pictures of 100 KB", size.images), |bencher| {
        bencher.iter(|| {
            let source = Source::open(&path, &Identities::default()).expect("an archive");
            let report = check::zip(&source, &options, &Silent, &Interrupt::default());
            assert!(report.expect("it can be read").is_sound());
        });
    });
}

/// Exported from a simulated account.
fn archive_of_pictures(folder: &Path, images: u64) -> PathBuf {
    let sim = Sim::builder().images(images).image_bytes(100_000).start();
    let output = Command::new(env!("CARGO_BIN_EXE_wxbackup"))
        .args(["export", "--quiet", "--sections", "image", "--api-base"])
        .args([sim.url(), "-o".to_owned(), folder.display().to_string()])
        .env("WXBACKUP_APPID", sim.appid())
        .env("WXBACKUP_SECRET", sim.secret())
        .env("XDG_CONFIG_HOME", folder)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let path = String::from_utf8(output.stdout).expect("a path");
    PathBuf::from(path.trim_end())
}

/// What a first run plans for a list of pictures, every fetch made once.
fn plan(criterion: &mut Criterion, size: Size) {
    let pages: Vec<Bytes> = (0..size.items / PAGE)
        .map(|page| page_of_pictures(page, size.items))
        .collect();
    let listed = FirstPlan::of_pages(&pages).expect("pages of a list");
    let hosts = AssetHosts::default();
    assert_eq!(listed.fetches(&hosts), size.items);
    let mut group = criterion.benchmark_group("plan");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.throughput(Throughput::Elements(size.items as u64));
    group.bench_function(format!("{} pictures", size.items), |bencher| {
        bencher.iter(|| listed.fetches(&hosts));
    });
}

fn page_of_pictures(page: usize, total: usize) -> Bytes {
    let items: Vec<_> = (page * PAGE..(page + 1) * PAGE)
        .map(|number| {
            json!({
                "media_id": format!("{number:043}"),
                "name": format!("图片 {number}.jpg"),
                "update_time": 1_700_000_000 + number,
                "url": address(number),
                "tags": [],
            })
        })
        .collect();
    let page = json!({"item": items, "total_count": total, "item_count": PAGE});
    page.to_string().into()
}

fn address(number: usize) -> String {
    format!("http://mmbiz.qpic.cn/mmbiz_jpg/{number:064}/0?wx_fmt=jpeg")
}

/// The journal of a run that has fetched as many blobs.
fn journal(criterion: &mut Criterion, size: Size) {
    let folder = TempDir::new().expect("a folder");
    let open = |folder: &Path| {
        let mut entries = 0_usize;
        let stage = Stage::open(
            folder,
            || Timestamp::UNIX_EPOCH,
            |entry, _| {
                black_box(entry);
                entries += 1;
            },
        );
        (stage.expect("a stage"), entries)
    };
    let (mut stage, _) = open(folder.path());
    for number in 0..size.items {
        stage.note(&blob(number)).expect("a line is written");
    }
    stage.sync().expect("the journal is on the disk");
    drop(stage);
    let mut group = criterion.benchmark_group("journal");
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.throughput(Throughput::Elements(size.items as u64));
    group.bench_function(format!("replay {} blobs", size.items), |bencher| {
        bencher.iter(|| assert_eq!(open(folder.path()).1, size.items));
    });
}

fn blob(number: usize) -> Entry {
    let place = wxbackup::stage::PackRange {
        offset: number as u64 * 20_000,
        bytes: 20_000,
    };
    Entry::Blob(Box::new(Fetched {
        key: AssetKey::of_media_id(&format!("{number:043}")),
        sha256: Sha256::of(&number.to_le_bytes()),
        crc32: 0x1234_5678,
        bytes: place.bytes,
        kind: FileKind::Jpg,
        size: Some((1080, 720)),
        contradicts: false,
        place: Place::Pack(place),
        via: Via::Cdn,
        fetched_at: Timestamp::UNIX_EPOCH,
        run_id: "20260101T000000Z".into(),
        address: Some(format!("mmbiz.qpic.cn/mmbiz_jpg/{number:064}/0").into()),
        http_status: Some(200),
        content_type: Some("image/jpeg".into()),
        content_length: Some(place.bytes),
        etag: None,
        last_modified: None,
    }))
}

const TUTORIAL: &str = include_str!("../data/articles/tutorial.html");

/// Knows every picture.
struct Shelf;

impl Lookup for Shelf {
    fn asset(&self, _: &AssetKey) -> Resolved {
        Resolved::Local {
            href: "../../../blobs/00/00.jpg".to_owned(),
            kind: FileKind::Jpg,
        }
    }
}

/// An article of some 50 KB: what it names, and its page.
fn article(criterion: &mut Criterion) {
    let content = TUTORIAL.repeat(50_000 / TUTORIAL.len() + 1);
    let hosts = AssetHosts::default();
    let view = ArticleView {
        title: "标题",
        author: Some("作者"),
        time: Some(1_684_289_700),
        source: Section::Published,
        cover: None,
        content: &content,
        pictures: &[],
        url: None,
        content_source_url: None,
        presence: Presence::Listed,
        index_href: "../../../index.html",
        hosts: &hosts,
    };
    let mut group = criterion.benchmark_group("article");
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.bench_function("what it names", |bencher| {
        bencher.iter(|| html::references(&content, &hosts));
    });
    group.bench_function("its page", |bencher| {
        bencher.iter(|| html::article_page(&view, &Shelf));
    });
}

/// A page of a list with twenty articles of 20 KB.
fn list_page(criterion: &mut Criterion) {
    let content = TUTORIAL.repeat(20_000 / TUTORIAL.len() + 1);
    let items: Vec<_> = (0..PAGE)
        .map(|number| {
            json!({
                "article_id": format!("{number:064}"),
                "update_time": 1_700_000_000 + number,
                "content": {"news_item": [{
                    "title": format!("标题 {number}"),
                    "author": "作者",
                    "digest": "摘要",
                    "content": content,
                    "content_source_url": "",
                    "thumb_media_id": "",
                    "thumb_url": address(number),
                    "url": format!("http://mp.weixin.qq.com/s?__biz=MzA&mid={number}&idx=1#rd"),
                    "is_deleted": false,
                }]},
            })
        })
        .collect();
    let page = json!({"item": items, "total_count": PAGE, "item_count": PAGE});
    let body = Bytes::from(page.to_string());
    let mut group = criterion.benchmark_group("list");
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("JSON of a page of 20 articles", |bencher| {
        bencher.iter(|| {
            let page = wire::parse_page(Section::Published, &body).expect("a page of a list");
            assert_eq!(page.items.len(), PAGE);
        });
    });
}
