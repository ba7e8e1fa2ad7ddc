//! The documents of an archive, as whoever wrote them wants them.
//!
//! The input is a text: a line `--- PATH` begins the file of that name. What
//! must hold beside that nothing panics: a line that passes for canonical is
//! the one spelling of its value.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use wxbackup::model::{AppId, EntryPath, Fingerprint};
use wxbackup::record::bag_info::BagInfo;
use wxbackup::record::canonical;
use wxbackup::record::check::{BlobHead, Checker, article_contents};
use wxbackup::record::receipt::Receipt;
use wxbackup::record::signature::{self, AllowedSigners};

fuzz_target!(|input: &[u8]| {
    let app_id: AppId = "wx01".parse().unwrap();
    let base = app_id.base_folder();
    let mut checker = Checker::new(base);
    let (mut allowed, mut tagmanifest) = (None, Vec::new());
    for (path, body) in files(input) {
        let Ok(path) = path.parse::<EntryPath>() else {
            continue;
        };
        if path.as_str().starts_with("data/blobs/") {
            let head = BlobHead::of(&body[..body.len().min(64)], body.len() as u64);
            checker.blob(&path, &Fingerprint::of(body), head);
        } else {
            checker.document(&path, &mut Cursor::new(body)).unwrap();
        }
        if path.as_str().ends_with(".jsonl") {
            body.split_inclusive(|byte| *byte == b'\n')
                .for_each(assert_one_spelling);
        }
        let _ = article_contents(body);
        let _ = serde_json::from_slice::<Receipt>(body);
        if let Ok(text) = str::from_utf8(body) {
            let _ = BagInfo::parse(text);
            allowed = AllowedSigners::read(text).ok().or(allowed);
        }
        if let Some(allowed) = &allowed {
            let _ = signature::check(&tagmanifest, body, allowed, jiff::Timestamp::UNIX_EPOCH);
        }
        if path.as_str() == "tagmanifest-sha256.txt" {
            tagmanifest = body.to_vec();
        }
    }
    let _ = checker.finish();
});

fn files(input: &[u8]) -> Vec<(&str, &[u8])> {
    const MARK: &[u8] = b"--- ";
    let mut found = Vec::new();
    let mut rest = input;
    while let Some(named) = rest.strip_prefix(MARK) {
        let end = named
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap_or(named.len());
        let body = named.get(end + 1..).unwrap_or_default();
        let next = body
            .windows(MARK.len() + 1)
            .position(|window| window == b"\n--- ");
        let next = next.map_or(body.len(), |at| at + 1);
        if let Ok(path) = str::from_utf8(&named[..end]) {
            found.push((path, &body[..next]));
        }
        rest = &body[next..];
    }
    found
}

fn assert_one_spelling(line: &[u8]) {
    if canonical::check_line(line).is_ok() {
        let value: serde_json::Value = serde_json::from_slice(line).unwrap();
        assert_eq!(canonical::line(&value), line);
    }
}
