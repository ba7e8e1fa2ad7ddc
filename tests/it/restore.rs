//! `wxbackup restore --to`, on the archive of a simulated account.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wxbackup::model::Sha256;

use crate::run::Run;
use crate::sample::sample;

/// Every file under `folder` by its path, with the digest of its bytes.
fn tree(folder: &Path) -> BTreeMap<String, Sha256> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, Sha256::of(&std::fs::read(&path).unwrap()));
            }
        }
    }
    files
}

fn restore(archive: &Path, to: &Path) -> Run {
    Run::new()
        .args(["restore"])
        .args([archive])
        .args(["--to"])
        .args([to])
}

/// A place that does not exist yet.
fn new_folder() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let to = parent.path().join("library");
    (parent, to)
}

/// Digests of the blobs that the archive holds.
fn blobs(archive: &Path) -> Vec<Sha256> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let names: Vec<String> = (0..zip.len())
        .map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned())
        .collect();
    let blobs = names
        .iter()
        .filter_map(|name| name.split_once("/data/blobs/")?.1[3..].split('.').next());
    blobs.map(|digest| digest.parse().unwrap()).collect()
}

#[test]
fn the_readable_layout_has_every_byte_of_the_library_in_folders_by_kind_and_month() {
    let (_parent, to) = new_folder();
    restore(&sample().archive, &to).succeeds();
    let files = tree(&to);
    for digest in blobs(&sample().archive) {
        assert!(
            files.values().any(|found| *found == digest),
            "{digest} is not restored"
        );
    }
    for kind in ["图片/", "语音/", "视频/", "文章/", "目录.html"] {
        assert!(
            files.keys().any(|name| name.starts_with(kind)),
            "{kind}: {files:?}"
        );
    }
    let page = std::fs::read_to_string(to.join("目录.html")).unwrap();
    assert!(
        page.contains("href=\"%E6%96%87%E7%AB%A0/"),
        "the entry page leads to the articles"
    );
}

#[test]
fn every_local_link_of_the_restored_pages_leads_to_a_file() {
    let (_parent, to) = new_folder();
    restore(&sample().archive, &to).succeeds();
    let mut links = 0;
    for name in tree(&to).keys().filter(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "html")
    }) {
        let page = std::fs::read_to_string(to.join(name)).unwrap();
        for attribute in ["src=\"", "href=\"", "poster=\""] {
            for part in page.split(attribute).skip(1) {
                let link = part.split('"').next().unwrap();
                let link = link.split('#').next().unwrap().replace("&amp;", "&");
                if link.is_empty() || link.contains(':') {
                    continue;
                }
                let target = to.join(name).parent().unwrap().join(unescaped(&link));
                assert!(target.exists(), "{name} links to {link}");
                links += 1;
            }
        }
    }
    assert!(links > 20, "only {links} links were looked at");
}

/// A relative address with its percent escapes undone.
fn unescaped(link: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = link.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(&behind[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_bag_layout_is_the_archive_file_by_file() {
    let (_parent, to) = new_folder();
    restore(&sample().archive, &to)
        .args(["--layout", "bag"])
        .succeeds();
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&sample().archive).unwrap()).unwrap();
    let mut entries = BTreeMap::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
        entries.insert(name, Sha256::of(&bytes));
    }
    assert_eq!(tree(&to), entries);
}

#[test]
fn only_what_is_picked_comes_back() {
    let (_parent, to) = new_folder();
    restore(&sample().archive, &to)
        .args(["--only", "section=voice"])
        .succeeds();
    let names: Vec<String> = tree(&to).into_keys().collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names.iter().all(|name| name.starts_with("语音/")),
        "{names:?}"
    );
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    wxbackup::fs::write_atomic(&folder.path().join("mine.txt"), b"mine").unwrap();
    let before = tree(folder.path());
    let said = restore(&sample().archive, folder.path()).fails_with(1);
    assert!(said.stderr.contains("not empty"), "{}", said.stderr);
    assert_eq!(tree(folder.path()), before);
}

#[test]
fn a_damaged_archive_gives_back_all_that_is_whole_and_says_what_is_not() {
    let (_parent, to) = new_folder();
    restore(&sample().archive, &to).succeeds();
    let whole = tree(&to);
    let (_folder, flipped) = sample().changed(|bytes| bytes[sample().inside_the_last_blob()] ^= 1);
    let (_parent, again) = new_folder();
    let said = restore(&flipped, &again).fails_with(6);
    let rest = tree(&again);
    assert!(
        rest.iter().all(|(name, digest)| whole[name] == *digest),
        "what came back is as it was"
    );
    let damaged = blobs(&sample().archive).pop().unwrap();
    let lost: Vec<&String> = whole
        .keys()
        .filter(|name| !rest.contains_key(*name))
        .collect();
    assert!(
        !lost.is_empty() && lost.iter().all(|name| whole[*name] == damaged),
        "{lost:?}"
    );
    for name in lost {
        assert!(
            said.stderr.contains(name.as_str()),
            "it names {name}: {}",
            said.stderr
        );
    }
}

#[test]
fn what_is_wrong_with_the_zip_is_told_once_by_every_command_that_restores() {
    let (_folder, longer) = sample().changed(|bytes| bytes.push(0));
    let (_parent, to) = new_folder();
    let sim = wechat_sim::Sim::builder().seed(9).start();
    let runs = [
        restore(&longer, &to),
        Run::new()
            .args(["extract", "--format", "text", "--to"])
            .args([to.with_file_name("texts"), longer.clone()]),
        Run::against(&sim)
            .args(["restore", "--to-account", "default"])
            .args([&longer]),
    ];
    for run in runs {
        let said = run.fails_with(6);
        let told = said.stderr.matches("Z27").count();
        assert_eq!(told, 1, "{}", said.stderr);
    }
}

#[test]
fn half_an_archive_still_gives_back_what_it_holds() {
    let (_folder, cut) = sample().changed(|bytes| {
        let first = bytes
            .windows(12)
            .position(|name| name == b"/data/blobs/")
            .unwrap();
        bytes.truncate(usize::midpoint(first, sample().inside_the_last_blob()));
    });
    let (_parent, to) = new_folder();
    restore(&cut, &to).fails_with(6);
    let found = tree(&to);
    let held = blobs(&sample().archive);
    let is_back: Vec<bool> = held
        .iter()
        .map(|digest| found.values().any(|found| found == digest))
        .collect();
    let whole = is_back.iter().take_while(|is_back| **is_back).count();
    assert!(
        whole > held.len() / 8,
        "{whole} of {} blobs came back",
        held.len()
    );
    assert!(
        is_back[whole..].iter().all(|is_back| !is_back),
        "what lies behind the cut is not there"
    );
}
