//! Archives that no honest run wrote, given to every command that reads one.
//!
//! Each case of the format's table, and what stands below it, is forged from the
//! golden archive. A snapshot says what each command makes of each: the exit
//! code, and what came back. Whatever stands there, nothing outside of the
//! target changes, nothing panics, and no byte comes back that the archive does
//! not vouch for unless the command ends with 6.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Output;

use rayon::prelude::*;
use serde_json::Value;
use wechat_sim::Sim;
use wxbackup::model::{EntryPath, FileKind, Sha256, layout};

use crate::browse::{Browsing, is_a};
use crate::forge::{Forge, Piece, zip64_end};
use crate::golden::golden;
use crate::run::Run;
use crate::saved::files;

const IMAGES: &str = "data/items/image.jsonl";

/// A case: its name, and the bytes of the archive.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
}

/// The golden archive with a change.
fn with(name: &'static str, change: impl FnOnce(&mut Forge)) -> Case {
    let mut forge = whole();
    change(&mut forge);
    let bytes = forge.bytes();
    Case { name, bytes }
}

/// The same under manifests that are true.
fn sealed(name: &'static str, change: impl FnOnce(&mut Forge)) -> Case {
    with(name, |forge| {
        change(forge);
        forge.seal();
    })
}

fn whole() -> Forge {
    Forge::of(&std::fs::read(golden()).unwrap())
}

/// With another payload manifest, itself truly listed.
fn manifest(name: &'static str, change: impl FnOnce(String) -> Vec<u8>) -> Case {
    with(name, |forge| {
        let old = forge.files().remove(layout::MANIFEST).unwrap();
        forge.replace(layout::MANIFEST, &change(String::from_utf8(old).unwrap()));
        forge.seal_tags();
    })
}

/// With another first record of the pictures, under manifests that are true.
fn record(name: &'static str, change: impl FnOnce(&mut String)) -> Case {
    sealed(name, |forge| {
        let text = String::from_utf8(forge.files().remove(IMAGES).unwrap()).unwrap();
        let (first, rest) = text.split_once('\n').unwrap();
        let mut first = first.to_owned();
        change(&mut first);
        forge.replace(IMAGES, format!("{first}\n{rest}").as_bytes());
    })
}

/// Puts `value` in place of what a field of a record says.
fn set(record: &mut String, field: &str, value: &str) {
    let mut said: Value = serde_json::from_str(record).unwrap();
    said[field] = serde_json::from_str("\"@@\"").unwrap();
    *record = said.to_string().replace("\"@@\"", value);
}

fn zip64_sizes(piece: &mut Piece, is_lie: bool, to_local: bool, to_record: bool) {
    let bytes = (piece.body.len() as u64).to_le_bytes();
    let extra = [&[1, 0, 16, 0][..], &bytes, &bytes].concat();
    piece.add_extra(&extra, to_local, to_record);
    if is_lie && to_local {
        piece.set_local(18, &[255; 8]);
    }
    if is_lie && to_record {
        piece.set_record(20, &[255; 8]);
    }
}

/// The cases of the table in the format's design, by their numbers.
#[expect(clippy::too_many_lines, reason = "one table, a line a case")]
fn table() -> Vec<Case> {
    let good = whole();
    let bytes = good.bytes();
    let count = u16::try_from(good.entries.len()).unwrap();
    let directory = bytes.len()
        - 22
        - good
            .entries
            .iter()
            .map(|it| it.record.as_ref().unwrap().len())
            .sum::<usize>();
    let deflated = [0x4b, 0x04, 0x00]; // "a"
    let deflate = |name, body: &[u8], told: u32| {
        with(name, |forge| {
            let piece = forge.last();
            piece.body = body.to_vec();
            piece.set_both(8, &8_u16.to_le_bytes());
            piece.set_both(14, &crc32fast::hash(b"a").to_le_bytes());
            piece.set_both(18, &u32::try_from(body.len()).unwrap().to_le_bytes());
            piece.set_both(22, &told.to_le_bytes());
        })
    };
    let outside = |name, path: &str| with(name, |forge| forge.insert(path, b"evil"));
    let last = |name, change: fn(&mut Piece)| with(name, |forge| change(forge.last()));
    vec![
        outside("H01 unlisted payload", "data/items/more.jsonl"),
        outside("H02 unlisted tag file", "run/more.json"),
        with("H03 missing payload", |it| drop(it.entries.pop())),
        with("H04 changed payload with its CRC fixed", |it| {
            let name = it.last().name();
            let mut body = it.last().body.clone();
            body[20] ^= 1;
            *it.last() = Piece::new(name.as_bytes(), &body);
        }),
        with("H05 duplicate name", |it| {
            let name = it.last().name();
            it.entries.push(Piece::new(name.as_bytes(), b"evil"));
        }),
        sealed("H06 names that differ in case", |it| {
            it.insert("data/items/IMAGE.jsonl", b"");
        }),
        sealed("H07 a file that is a folder", |it| {
            it.insert("data/items", b"evil");
        }),
        outside("H08 parent folder", "../evil"),
        outside("H08 parent folder of the parent", "raw:../../evil"),
        outside("H09 absolute name", "raw:/tmp/evil"),
        outside("H10 backslash", "data\\..\\..\\evil"),
        outside("H11 drive letter", "raw:C:evil"),
        with("H12 symlink", |it| {
            it.last().body = b"/etc/passwd".to_vec();
            it.last()
                .set_record(38, &(0o120_777_u32 << 16).to_le_bytes());
            let crc32 = crc32fast::hash(b"/etc/passwd").to_le_bytes();
            it.last().set_both(14, &crc32);
            it.last().set_both(18, &[11, 0, 0, 0, 11, 0, 0, 0]);
        }),
        outside("H13 folder entry", "data/evil/"),
        outside("H14 NUL in a name", "data/a\0b"),
        outside("H15 Windows device", "data/items/CON"),
        outside("H16 name of 300 characters", &"d/".repeat(150)),
        last("H17 local name differs", |it| {
            it.set_local(it.local.len() - 5, b"0");
        }),
        last("H18 local CRC differs", |it| {
            it.set_local(14, &[1, 2, 3, 4]);
        }),
        last("H19 local sizes differ", |it| it.set_record(20, &[9; 8])),
        last("H20 local method differs", |it| it.set_local(8, &[8])),
        last("H21 entry absent from the directory", |it| it.record = None),
        with("H22 gap between entries", |it| {
            it.entries[3].behind = b"gap".to_vec();
        }),
        with("H23 prefix", |it| it.before = b"#!/bin/sh\n".to_vec()),
        with("H24 prefix with wrong offsets", |it| {
            it.before = b"#!/bin/sh\n".to_vec();
            it.offsets_know_prefix = false;
        }),
        with("H25 trailing bytes", |it| it.after = b"\0".to_vec()),
        with("H26 comment", |it| {
            it.end.push((20, vec![2, 0]));
            it.after = b"hi".to_vec();
        }),
        with("H27 second zip in the comment", |it| {
            let other = other_zip();
            let length = u16::try_from(other.len()).unwrap().to_le_bytes();
            it.end.push((20, length.to_vec()));
            it.after = other;
        }),
        with("H28 second zip appended", |it| it.after = other_zip()),
        last("H29 data descriptors", |it| {
            it.set_both(6, &[8]);
            it.behind = [b"PK\x07\x08", &it.local[14..26]].concat();
            it.set_local(14, &[0; 12]);
        }),
        last("H30 needless zip64 sizes in the header", |it| {
            zip64_sizes(it, true, true, false);
        }),
        last("H31 needless zip64 field in the directory", |it| {
            zip64_sizes(it, false, false, true);
        }),
        with("H32 needless zip64 end record", |it| {
            let size = (bytes.len() - 22 - directory) as u64;
            it.zip64 = zip64_end(
                count.into(),
                size,
                directory as u64,
                bytes.len() as u64 - 22,
            );
        }),
        last("H33 UTF-8 flag", |it| it.set_both(6, &[0, 8])),
        last("H34 Unicode path field", |it| {
            it.add_extra(&[0x75, 0x70, 5, 0, 1, 0, 0, 0, 0], true, true);
        }),
        last("H35 encryption flag", |it| it.set_both(6, &[1])),
        last("H36 bzip2", |it| it.set_both(8, &[12])),
        outside("H37 second base folder", "raw:wxbackup-wx02/bagit.txt"),
        with("H38 wrong first entry", |it| it.entries.swap(0, 1)),
        with("H39 overlapping entries", |it| {
            it.last().offset = u32::try_from(it.entries[0].local.len()).ok();
        }),
        with("H40 directory in another order", |it| {
            let length = |at: usize| it.entries[at].local.len() + it.entries[at].body.len();
            let (second, third) = (length(0), length(0) + length(1));
            let [_, two, three, ..] = &mut it.entries[..] else {
                panic!("there are more")
            };
            std::mem::swap(&mut two.record, &mut three.record);
            three.offset = u32::try_from(second).ok();
            two.offset = u32::try_from(third).ok();
        }),
        with("H41 one entry too few counted", |it| {
            it.end.push((10, (count - 1).to_le_bytes().to_vec()));
        }),
        with("H42 one entry too many counted", |it| {
            it.end.push((10, (count + 1).to_le_bytes().to_vec()));
        }),
        with("H43 disk number", |it| it.end.push((4, vec![1, 0]))),
        deflate("H44 bomb", &[0xed; 64], 1 << 30),
        deflate("H45 lie about a size", &deflated, 5),
        deflate(
            "H46 bytes behind the deflated end",
            &[0x4b, 0x04, 0x00, 1, 2],
            1,
        ),
        deflate("H47 cut deflate", &deflated[..2], 1),
        Case {
            name: "H48 cut in the directory",
            bytes: bytes[..bytes.len() - 100].to_vec(),
        },
        Case {
            name: "H49 cut in an entry",
            bytes: bytes[..bytes.len() / 3].to_vec(),
        },
        last("H50 version 63", |it| it.set_both(4, &[63])),
        last("H51 comment of an entry", |it| {
            it.set_record(32, &[2]);
            it.record.as_mut().unwrap().extend_from_slice(b"hi");
        }),
        manifest("H60 manifest names a file outside", |text| {
            format!("{}  ../../etc/passwd\n{text}", Sha256::of(b"")).into_bytes()
        }),
        manifest("H61 line twice", |text| {
            let line = text.lines().next().unwrap();
            format!("{line}\n{text}").into_bytes()
        }),
        manifest("H62 two digests for one file", |text| {
            let name = &text.lines().next().unwrap()[64..];
            format!("{}{name}\n{text}", Sha256::of(b"other")).into_bytes()
        }),
        manifest("H63 CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
        manifest("H64 byte order mark", |text| {
            format!("\u{feff}{text}").into_bytes()
        }),
        manifest("H65 upper-case digest", |text| {
            (text[..64].to_uppercase() + &text[64..]).into_bytes()
        }),
        manifest("H66 dropped line", |text| {
            text.split_once('\n').unwrap().1.as_bytes().to_vec()
        }),
        manifest("H67 comment line", |text| {
            format!("# hi\n{text}").into_bytes()
        }),
        manifest("H68 binary mark", |text| {
            text.replace("  ", " *").into_bytes()
        }),
        manifest("H69 no line feed at the end", |text| text.trim_end().into()),
        manifest("H70 empty manifest", |_| Vec::new()),
        sealed("H80 blob dropped", |it| drop(it.entries.pop())),
        sealed("H81 blobs swapped", |it| {
            let [.., left, right] = &mut it.entries[..] else {
                panic!("there are more")
            };
            let (one, other) = (left.body.clone(), right.body.clone());
            *left = Piece::new(left.name().as_bytes(), &other);
            *right = Piece::new(right.name().as_bytes(), &one);
        }),
        sealed("H82 item and blob removed", |it| {
            let text = it.files().remove("data/items/voice.jsonl").unwrap();
            let text = String::from_utf8(text).unwrap();
            let stored = text
                .lines()
                .find(|line| line.contains("\"stored\""))
                .unwrap();
            let path = serde_json::from_str::<Value>(stored).unwrap()["path"].clone();
            let place = it.place(path.as_str().unwrap());
            it.entries.remove(place);
            let rest = text.replace(&format!("{stored}\n"), "");
            it.replace("data/items/voice.jsonl", rest.as_bytes());
        }),
        sealed("H83 orphan blob", |it| {
            let path = layout::blob(&Sha256::of(b"GIF89a orphan"), FileKind::Gif);
            it.insert(path.as_str(), b"GIF89a orphan");
        }),
        sealed("H84 gaps erased", |it| it.replace(layout::GAPS, b"")),
    ]
}

/// A zip of another program with a file that would overwrite something.
fn other_zip() -> Vec<u8> {
    let mut forge = whole();
    forge.entries = vec![Piece::new(b"../evil", b"evil")];
    forge.bytes()
}

/// What stands below the table.
#[expect(clippy::too_many_lines, reason = "one table, a line a case")]
fn more() -> Vec<Case> {
    let bomb = |name, path: &'static str| {
        sealed(name, move |forge| {
            let deep = "[".repeat(100_000) + &"]".repeat(100_000) + "\n";
            forge.replace(path, deep.as_bytes());
        })
    };
    let named = |prefix: &str, suffix: &str| {
        let files = whole().files();
        let mut found = files.into_keys();
        let found = found.find(|name| name.starts_with(prefix) && name.ends_with(suffix));
        &*Box::leak(found.unwrap().into_boxed_str())
    };
    let title = |name, title: &str| record(name, |it| set(it, "name", &format!("\"{title}\"")));
    let mut cases = vec![
        bomb("depth bomb in archive.json", layout::ARCHIVE),
        bomb("depth bomb in records", IMAGES),
        bomb(
            "depth bomb in raw.json",
            named("data/articles/", "raw.json"),
        ),
        bomb(
            "depth bomb in meta.json",
            named("data/articles/", "meta.json"),
        ),
        bomb("depth bomb in completeness.json", layout::COMPLETENESS),
        record("key twice", |it| {
            it.insert_str(1, "\"status\":\"missing\",");
        }),
        title("lone surrogate", "\\ud800"),
        record("size beyond any number", |it| {
            set(it, "bytes", "99999999999999999999");
        }),
        record("size of u64", |it| set(it, "bytes", "18446744073709551615")),
        record("time beyond any year", |it| {
            set(it, "update_time", "9223372036854775807");
        }),
        title("bidi controls in a title", "\u{202e}gpj.exe\u{2066}"),
        title("title of 3 MB", &"长".repeat(1_000_000)),
        title("title of 10 MB", &"x".repeat(10 << 20)),
        title("name that begins with a dash", "-rf --no-preserve-root"),
        title("name of dots and slashes", "../../../evil"),
        title("name of a device", "CON"),
        title("name of markup", "<script>alert(1)</script>"),
    ];
    for (name, path) in [
        ("record of a file of the run", "\"run/archive.json\""),
        ("record of a file outside", "\"../../etc/passwd\""),
        ("record of an absolute path", "\"/etc/passwd\""),
        ("record of a page", "\"data/index.html\""),
    ] {
        cases.push(record(name, |it| set(it, "path", path)));
    }
    cases.push(sealed("previous that is itself", |forge| {
        let text = forge.files().remove(layout::ARCHIVE).unwrap();
        let mut said: Value = serde_json::from_slice(&text).unwrap();
        said["previous"]["archive_id"] = said["archive_id"].clone();
        let path = golden();
        said["previous"]["file_name"] = path.file_name().unwrap().to_str().into();
        let text = serde_json::to_string_pretty(&said).unwrap() + "\n";
        forge.replace(layout::ARCHIVE, text.as_bytes());
    }));
    let zip_blob = |forge: &mut Forge| {
        let mut inner = whole();
        inner.entries.truncate(3);
        inner.replace(layout::README, b"evil");
        let inner = inner.bytes();
        let kind = FileKind::of(&inner);
        let path = layout::blob(&Sha256::of(&inner), kind);
        forge.entries.push(Piece::new(
            format!("{}/{path}", forge.base()).as_bytes(),
            &inner,
        ));
    };
    cases.push(sealed("blob that is a zip", zip_blob));
    let mut cut = sealed("blob that is a zip, in an archive that was cut", zip_blob);
    cut.bytes.truncate(cut.bytes.len() - 40);
    cases.push(cut);
    for (name, entries, bytes, offset) in [
        ("zip64 offset near 2^64", 60, 1_000, u64::MAX - 10),
        (
            "zip64 offset and size that overflow",
            60,
            u64::MAX - 5,
            u64::MAX - 5,
        ),
        (
            "zip64 that counts 1,000,001 entries",
            1_000_001,
            4_000,
            290_000,
        ),
        ("zip64 that counts all numbers", u64::MAX, u64::MAX, 0),
    ] {
        cases.push(with(name, |it| {
            let at = it.bytes().len() as u64 - 22;
            it.zip64 = zip64_end(entries, bytes, offset, at);
            it.end.push((8, vec![255; 12]));
        }));
    }
    cases.push(with("zip64 offset of an entry near 2^64", |it| {
        let extra = [&[1, 0, 8, 0][..], &u64::MAX.to_le_bytes()].concat();
        it.last().add_extra(&extra, false, true);
        it.last().offset = Some(u32::MAX);
    }));
    cases
}

/// Where the commands run: with files around the target that nobody may touch.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) archive: PathBuf,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

impl Place {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        let archive = inner.join("case.zip");
        wxbackup::fs::write_atomic(&archive, bytes).unwrap();
        for canary in ["evil", "a/evil", "a/b/evil", "a/b/canary"] {
            wxbackup::fs::write_atomic(&folder.path().join(canary), b"canary").unwrap();
        }
        let mut place = Self {
            folder,
            archive,
            before: BTreeMap::new(),
        };
        place.before = place.around();
        place
    }

    pub(crate) fn to(&self) -> PathBuf {
        self.folder.path().join("a/b/to")
    }

    /// All that is not in the target.
    fn around(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let to = self.to();
        let found = files(self.folder.path()).into_iter();
        found
            .filter(|path| !path.starts_with(&to))
            .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
            .collect()
    }

    /// The files of the target, which goes; the rest must be as it was.
    pub(crate) fn taken(&self) -> BTreeMap<String, Vec<u8>> {
        assert!(self.around() == self.before, "something else was touched");
        let to = self.to();
        if !to.exists() {
            return BTreeMap::new();
        }
        let taken = files(&to).into_iter().map(|path| {
            let kind = path.symlink_metadata().unwrap().file_type();
            assert!(kind.is_file(), "{} is no file", path.display());
            let name = path.strip_prefix(&to).unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        });
        let taken = taken.collect();
        std::fs::remove_dir_all(&to).unwrap();
        taken
    }
}

/// Runs it to its end; it does not panic. Gives what it said on stdout.
pub(crate) fn run(run: &Run) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = run.command().output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(stdout), text(stderr));
    let code = status.code().expect("it ends by itself");
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert!([0, 1, 6].contains(&code), "{code}: {stderr}{stdout}");
    (code, stdout)
}

/// What an honest archive gives, to compare with.
pub(crate) struct Honest {
    pub(crate) human: BTreeMap<String, Vec<u8>>,
    pub(crate) bag: BTreeMap<String, Vec<u8>>,
    extracted: usize,
    pub(crate) pages: Vec<String>,
}

fn restore(place: &Place, layout: &str) -> (i32, BTreeMap<String, Vec<u8>>) {
    let args = ["restore", "-q", "--layout", layout, "--to"];
    let (code, _) = run(&Run::new()
        .args(args)
        .args([place.to(), place.archive.clone()]));
    (code, place.taken())
}

fn extract(place: &Place) -> (i32, BTreeMap<String, Vec<u8>>) {
    let args = ["extract", "-q", "--format", "markdown", "--to"];
    let (code, _) = run(&Run::new()
        .args(args)
        .args([place.to(), place.archive.clone()]));
    (code, place.taken())
}

impl Honest {
    /// The base folder.
    pub(crate) fn base(&self) -> &str {
        let name = self.bag.keys().next().unwrap();
        name.split_once('/').unwrap().0
    }

    pub(crate) fn new() -> Self {
        let place = Place::new(&std::fs::read(golden()).unwrap());
        let bag = restore(&place, "bag").1;
        let pages = bag.keys().filter_map(|name| {
            let path = name.split_once('/').unwrap().1;
            is_a(path, "html").then(|| format!("/{path}"))
        });
        Self {
            human: restore(&place, "human").1,
            extracted: extract(&place).1.len(),
            pages: pages.collect(),
            bag,
        }
    }
}

/// How a folder differs from the honest one: files less, more, and with other bytes.
pub(crate) fn difference(
    found: &BTreeMap<String, Vec<u8>>,
    honest: &BTreeMap<String, Vec<u8>>,
) -> String {
    let less = honest
        .keys()
        .filter(|name| !found.contains_key(*name))
        .count();
    let more = found
        .keys()
        .filter(|name| !honest.contains_key(*name))
        .count();
    let other = found
        .iter()
        .filter(|(name, body)| honest.get(*name).is_some_and(|honest| honest != *body))
        .count();
    let mut said = String::new();
    for (count, sign) in [(less, '-'), (more, '+'), (other, '~')] {
        if count > 0 {
            write!(said, " {sign}{count}").unwrap();
        }
    }
    said
}

/// What the archive itself vouches for: the digest that its manifests list, or
/// that the honest archive has, under a name.
fn vouched(bytes: &[u8], honest: &Honest) -> BTreeSet<(String, Sha256)> {
    let mut known: BTreeSet<(String, Sha256)> = honest
        .bag
        .iter()
        .map(|(name, body)| (name.split_once('/').unwrap().1.to_owned(), Sha256::of(body)))
        .collect();
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines() {
        if let Some((digest, path)) = line.split_once("  ")
            && let (Ok(digest), Ok(path)) = (
                digest[digest.len().saturating_sub(64)..].parse::<Sha256>(),
                path.parse::<EntryPath>(),
            )
        {
            known.insert((path.to_string(), digest));
        }
    }
    known
}

/// A row of the table.
fn row(case: &Case, honest: &Honest, [sim, other]: [&Sim; 2]) -> String {
    let place = Place::new(&case.bytes);
    let archive = [&place.archive];
    let mut cells = Vec::new();

    let (code, said) = run(&Run::new().args(["verify", "--json"]).args(archive));
    assert_ne!(code, 0, "{} is sound", case.name);
    let lines = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let codes: BTreeSet<String> = lines
        .filter(|line| line["message_type"] == "finding")
        .map(|line| line["code"].as_str().unwrap().to_owned())
        .collect();
    let codes: Vec<String> = codes.into_iter().collect();
    cells.push(format!("{code} {}", codes.join(",")));

    let (code, said) = run(&Run::new().args(["list", "--json"]).args(archive));
    let items = said.matches("\"message_type\":\"item\"").count();
    cells.push(format!("{code} {items}"));

    let (code, human) = restore(&place, "human");
    cells.push(format!("{code}{}", difference(&human, &honest.human)));
    let (code, bag) = restore(&place, "bag");
    cells.push(format!("{code}{}", difference(&bag, &honest.bag)));
    let known = vouched(&case.bytes, honest);
    for (name, body) in &bag {
        let name = name.split_once('/').unwrap().1;
        let is_manifest = [layout::MANIFEST, layout::TAGMANIFEST].contains(&name);
        assert!(
            is_manifest || known.contains(&(name.to_owned(), Sha256::of(body))),
            "{}: nobody vouches for {name}",
            case.name
        );
    }
    // Pages are made to fit the folders; all else comes back as it was.
    let digests: BTreeSet<Sha256> = known.iter().map(|(_, digest)| *digest).collect();
    for (name, body) in &human {
        let is_page = [".html", ".js"].iter().any(|end| name.ends_with(end));
        let is_known = is_page || digests.contains(&Sha256::of(body));
        assert!(is_known, "{}: nobody vouches for {name}", case.name);
        let is_plain = name
            .split('/')
            .all(|part| !part.starts_with(['-', '.', ' ']));
        assert!(is_plain, "{}: {name}", case.name);
    }
    assert!(
        code == 6
            || honest.bag.keys().all(|name| bag.contains_key(name))
            || bag.is_empty()
            || case.name.starts_with("H8"),
        "{}: something is lost, and nobody said so",
        case.name
    );

    let (code, extracted) = extract(&place);
    cells.push(format!("{code} {}/{}", extracted.len(), honest.extracted));

    let (code, said) = run(&Run::new().args(["diff"]).args([&golden(), &place.archive]));
    cells.push(format!("{code} {}", said.lines().count()));

    let plan = Run::against(other).args(["restore", "--to-account", "default", "--json"]);
    let (code, said) = run(&plan.args(archive));
    let items = said.matches("\"message_type\":\"upload\"").count();
    cells.push(format!("{code} {items}"));

    cells.push(match Browsing::try_of(&place.archive) {
        Ok(browsing) => {
            let (shown, all) = (browsing.shown(&honest.pages), honest.pages.len());
            format!("{shown}/{all}")
        }
        Err(code) => code.to_string(),
    });

    std::fs::create_dir(place.to()).unwrap();
    let export = Run::against(sim).args(["export", "-q", "--sections", "image", "-o"]);
    let export = export.args([place.to()]).args(["--base"]).args(archive);
    let output = export.command().output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    // Gaps that the base has stay; nothing else may go wrong.
    let code = output.status.code().unwrap();
    assert!([0, 3].contains(&code), "{}: {stderr}", case.name);
    let is_refused = stderr.contains("cannot be built on");
    let word = if is_refused { "refused" } else { "built on" };
    cells.push(format!("{code} {word}"));
    let written = String::from_utf8(output.stdout).unwrap();
    Run::new()
        .args(["verify", "-q", written.trim_end()])
        .succeeds();
    drop(place.taken());

    let cells: Vec<String> = cells.iter().map(|cell| format!("{cell:13}")).collect();
    format!("{:48} {}", case.name, cells.join(" "))
        .trim_end()
        .to_owned()
}

const HEAD: [&str; 9] = [
    "verify", "list", "human", "bag", "extract", "diff", "plan", "browse", "base",
];

fn snapshot(name: &str, cases: &[Case]) {
    // The account that the golden archive is of, little of it; and another.
    let sim = Sim::builder().seed(2).images(1).start();
    let other = Sim::builder().seed(3).start();
    let honest = Honest::new();
    let rows: Vec<String> = cases
        .par_iter()
        .map(|case| row(case, &honest, [&sim, &other]))
        .collect();
    let head: Vec<String> = HEAD.iter().map(|cell| format!("{cell:13}")).collect();
    let table = format!(
        "{:48} {}\n{}",
        "",
        head.join(" ").trim_end(),
        rows.join("\n")
    );
    insta::assert_snapshot!(name, table);
}

#[test]
fn no_command_is_led_astray_by_a_case_of_the_table() {
    snapshot("hostile_table", &table());
}

#[test]
fn no_command_is_led_astray_by_what_stands_below_the_table() {
    snapshot("hostile_more", &more());
}
