//! Each rule of V3 and V4, broken alone in an archive that is otherwise true:
//! sums and manifests are worked out anew, as somebody would do who hides it.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::BlobHead;
use super::Checker;
use super::Support;
use super::codes;
use super::library::Group;
use super::library::Library;
use super::library::STATUS;
use super::library::appid;
use crate::model::Akey;
use crate::model::EntryPath;
use crate::model::GapClass;
use crate::model::GapId;
use crate::model::GapReason;
use crate::model::ItemKind;
use crate::model::ItemStatus;
use crate::model::RunStatus;
use crate::model::Section;
use crate::model::Sha256;
use crate::model::layout;
use crate::record::canonical;
use crate::record::item::ArticleRecord;
use crate::record::item::RawForm;
use crate::record::samples;

type Change = fn(&mut Library);

fn codes_of(library: &Library) -> BTreeSet<&'static str> {
    let verdict = library.check();
    let codes = verdict.findings.iter().map(|finding| finding.code);
    codes.collect()
}

/// Asserts that each change alone is found, under `code` and no other.
#[track_caller]
fn each_is(code: &'static str, changes: &[(&str, Change)]) {
    for (name, change) in changes {
        let mut library = Library::sample();
        change(&mut library);
        let findings = library.check().findings;
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(found, BTreeSet::from([code]), "{name}: {findings:#?}");
    }
}

fn edit(path: EntryPath, change: fn(String) -> String) -> Box<dyn Fn(&mut super::library::Files)> {
    Box::new(move |files| {
        let text = String::from_utf8(files[&path].clone()).unwrap();
        let changed = change(text.clone());
        assert_ne!(changed, text, "the test must change something");
        files.insert(path.clone(), changed.into_bytes());
    })
}

fn on_entry(library: &mut Library, path: &'static str, change: fn(&mut Vec<u8>)) {
    library.on_entries = Box::new(move |entries| {
        let entry = entries.iter_mut().find(|(found, _)| found.as_str() == path);
        change(&mut entry.unwrap().1);
    });
}

fn items(kind: ItemKind) -> EntryPath {
    layout::items(kind)
}

#[test]
fn a_true_archive_has_no_finding() {
    let verdict = Library::sample().check();
    assert_eq!(verdict.findings, []);
    assert_eq!(verdict.support, Support::Whole);
    let facts = verdict.facts.unwrap();
    assert_eq!((facts.completeness.status, facts.gaps), (STATUS, 3));
    assert_eq!(facts.archive.roots, facts.roots);
}

#[test]
fn r01_blobs_and_records_name_each_other() {
    each_is(
        codes::BLOBS,
        &[
            ("a blob is dropped", |library| {
                let digest = library.images[0].sha256.unwrap();
                library.blobs.remove(&digest);
            }),
            ("a blob that nobody names", |library| {
                library.blobs.insert(Sha256::of(b"x"), b"x".to_vec());
            }),
        ],
    );
}

#[test]
fn r18_provenance_and_records_name_the_same_blobs() {
    each_is(
        codes::PROVENANCE,
        &[
            ("an item and its blob are removed", |library| {
                let record = library.voices.remove(0);
                library.blobs.remove(&record.sha256.unwrap());
            }),
            ("a line is left out", |library| {
                library.provenance.pop();
            }),
            ("a line of another item", |library| {
                let line = &mut library.provenance[0];
                line.id.push('x');
            }),
        ],
    );
}

#[test]
fn r02_files_that_every_archive_has_are_there() {
    fn without(library: &mut Library, path: &'static str) {
        library.on_entries = Box::new(move |entries| {
            entries.retain(|(found, _)| found.as_str() != path);
        });
    }
    each_is(
        codes::ABSENT,
        &[
            ("README", |library| without(library, layout::README)),
            ("bagit.txt", |library| without(library, layout::BAGIT)),
            ("bag-info.txt", |library| without(library, layout::BAG_INFO)),
            ("manifest", |library| without(library, layout::MANIFEST)),
            ("index.html", |library| {
                library.on_payload = Box::new(|files| {
                    files.remove(&layout::path(layout::INDEX)).unwrap();
                });
            }),
            ("empty record file", |library| {
                library.voices.clear();
                library.blobs.retain(|_, bytes| !bytes.starts_with(b"ID3"));
                library.trace();
                library.on_payload = Box::new(|files| {
                    files.remove(&items(ItemKind::Voice)).unwrap();
                });
            }),
        ],
    );
}

#[test]
fn r03_files_lie_where_the_format_has_a_place() {
    fn with(library: &mut Library, path: &'static str) {
        library.on_payload = Box::new(|_| ());
        library.on_payload = Box::new(move |files| {
            files.insert(layout::path(path), b"x".to_vec());
        });
    }
    each_is(
        codes::PLACE,
        &[
            ("payload", |library| with(library, "data/notes.txt")),
            ("a picture among the views", |library| {
                with(library, "data/view/x.png");
            }),
            ("another article", |library| {
                with(library, "data/articles/00112233445566778899/01/index.html");
            }),
            ("another page of an article", |library| {
                with(library, "data/articles/00112233445566778899/01/print.html");
            }),
            ("an article behind the last", |library| {
                library.on_payload = Box::new(|files| {
                    let akey = Akey::of(Section::News, "n1");
                    files.insert(layout::article_page(&akey, 3), Vec::new());
                });
            }),
            ("a file beside the bag's own", |library| {
                library.on_entries = Box::new(|entries| {
                    entries.insert(0, (layout::path("autorun.inf"), Vec::new()));
                    entries.sort_by(|left, right| layout::order(&left.0, &right.0));
                });
            }),
            ("a blob with another kind of name", |library| {
                library.on_blobs = Box::new(|blobs| {
                    blobs.push((
                        layout::path("data/blobs/00/x.jpg"),
                        b"\xff\xd8\xff".to_vec(),
                    ));
                });
            }),
        ],
    );
}

#[test]
fn files_of_a_later_minor_are_let_pass_where_the_format_says_so() {
    let mut library = Library::sample();
    library.on_payload = Box::new(|files| {
        files.insert(layout::path("data/items/comment.jsonl"), b"{}\n".to_vec());
        files.insert(layout::path("data/view/search.js"), b"1".to_vec());
    });
    library.on_entries = Box::new(|entries| {
        entries.push((layout::path("spec/notes.txt"), Vec::new()));
        entries.sort_by(|left, right| layout::order(&left.0, &right.0));
    });
    assert_eq!(codes_of(&library), BTreeSet::new());
}

#[test]
fn r04_documents_are_spelled_in_one_way() {
    each_is(
        codes::SPELLING,
        &[
            ("a blank in a record", |library| {
                library.on_payload =
                    edit(items(ItemKind::Image), |text| text.replacen(':', ": ", 1));
            }),
            ("a null in a record", |library| {
                library.on_payload = edit(items(ItemKind::Image), |text| {
                    text.replacen("\"name\":", "\"mood\":null,\"name\":", 1)
                });
            }),
            ("a key twice", |library| {
                library.on_payload = edit(items(ItemKind::Voice), |text| {
                    text.replacen("\"moo\":1,", "", 1).replacen(
                        "\"name\":",
                        "\"moo\":1,\"moo\":1,\"name\":",
                        1,
                    )
                });
            }),
            ("an integer beyond 2^53", |library| {
                library.images[2].update_time = 1 << 53;
                library.images[2].raw = Some("{}".to_owned());
                library.on_payload = edit(items(ItemKind::Image), |text| {
                    text.replace("\"9007199254740992\"", "9007199254740992")
                });
            }),
            ("an article in another indent", |library| {
                let path = layout::article_meta(&Akey::of(Section::News, "n1"), 2);
                library.on_payload = edit(path, |text| text.replace("  ", " "));
            }),
            ("archive.json without a line feed", |library| {
                on_entry(library, layout::ARCHIVE, |bytes| {
                    bytes.truncate(bytes.len() - 1);
                });
            }),
        ],
    );
}

#[test]
fn fields_of_a_later_minor_are_let_pass() {
    let mut library = Library::sample();
    library.on_payload = edit(items(ItemKind::Image), |text| {
        text.replace("\"name\":", "\"mood\":[{\"x\":1}],\"name\":")
    });
    assert_eq!(codes_of(&library), BTreeSet::new());
}

#[test]
fn r06_what_cannot_be_read_is_one_finding() {
    each_is(
        codes::SHAPE,
        &[
            ("a field of another type", |library| {
                library.on_payload = edit(items(ItemKind::Image), |text| {
                    text.replacen(",\"update_time\":100", ",\"update_time\":\"100\"", 1)
                });
            }),
            ("a field that is absent", |library| {
                library.on_payload = edit(items(ItemKind::Asset), |text| {
                    text.replacen("\"kind\":\"asset\",", "", 1)
                });
            }),
            ("a status that is none", |library| {
                library.on_payload = edit(items(ItemKind::Voice), |text| {
                    text.replace("stored", "kept")
                });
            }),
            ("a path that leaves the folder", |library| {
                library.on_payload = edit(items(ItemKind::Voice), |text| {
                    text.replace("data/blobs/", "data/../../")
                });
            }),
            ("a line without an end", |library| {
                library.on_payload =
                    edit(items(ItemKind::Voice), |text| text.trim_end().to_owned());
            }),
            ("a line of more than 4 MiB", |library| {
                library.voices[0].name = "x".repeat(canonical::LINE_BYTES_MAX);
            }),
            ("a time in another spelling", |library| {
                on_entry(library, layout::COMPLETENESS, |bytes| {
                    let text = String::from_utf8_lossy(bytes).replace("06:00Z", "06:00.000Z");
                    *bytes = text.into_bytes();
                });
            }),
            ("no version", |library| {
                library.on_archive = Box::new(|archive| archive.format_version = "1".to_owned());
            }),
        ],
    );
}

#[test]
fn r05_gaps_and_counts_follow_from_the_records() {
    each_is(
        codes::PROOF,
        &[
            ("the gaps are erased", |library| library.gaps.clear()),
            ("a gap of nothing", |library| {
                library
                    .gaps
                    .push(samples::gap("image", "i1", GapReason::Http404));
                library
                    .gaps
                    .sort_by(|left, right| left.gap_id.cmp(&right.gap_id));
            }),
            ("a reason that is not its gap's", |library| {
                library.images[2].reason = Some(GapReason::Http410);
            }),
            ("a permanent reason that is not told", |library| {
                library.images[2].reason = None;
            }),
            ("a class that is not the reason's", |library| {
                for gap in &mut library.gaps {
                    gap.class = GapClass::Policy;
                }
            }),
            ("a ref that does not name the asset", |library| {
                let gap = library.gaps.iter_mut().find(|gap| gap.kind == "asset");
                gap.unwrap().reference = Some("00112233445566778899/01".to_owned());
            }),
            ("a count", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let image = completeness.sections.get_mut("image").unwrap();
                    image.retired += 1;
                });
            }),
            ("the assets", |library| {
                library.on_completeness = Box::new(|completeness| completeness.assets.stored += 1);
            }),
            ("the gaps by class", |library| {
                library.on_completeness =
                    Box::new(|completeness| completeness.gaps.by_class.clear());
            }),
            ("an equation is left out", |library| {
                library.on_completeness = Box::new(|completeness| {
                    completeness.checks.remove(0);
                });
            }),
            ("an equation that holds by decree", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let mut check = completeness.checks[0].clone();
                    check.rhs += 1;
                    completeness.checks.push(check);
                });
            }),
            ("an equation that is none", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let mut check = completeness.checks[0].clone();
                    check.name = "all = well".to_owned();
                    completeness.checks.push(check);
                });
            }),
            ("what is not listable", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let image = completeness.sections.get_mut("voice").unwrap();
                    image.api_count_end = None;
                    image.not_listable = 3;
                    let name = "voice.api_count_end";
                    completeness
                        .checks
                        .retain(|check| !check.name.starts_with(name));
                });
            }),
            ("stable after one pass whose total moved", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let image = completeness.sections.get_mut("image").unwrap();
                    image.list_total_first = Some(7);
                });
            }),
            ("four passes", |library| {
                library.on_completeness = Box::new(|completeness| {
                    completeness.sections.get_mut("image").unwrap().passes = 4;
                });
            }),
            ("a gap for a section that was listed", |library| {
                library
                    .gaps
                    .push(samples::gap("section", "draft", GapReason::NoPermission));
                library
                    .gaps
                    .sort_by(|left, right| left.gap_id.cmp(&right.gap_id));
            }),
        ],
    );
}

#[test]
fn r07_records_are_in_order_and_stand_once() {
    each_is(
        codes::ORDER,
        &[
            ("pictures", |library| library.images.swap(0, 1)),
            ("assets", |library| library.assets.swap(0, 1)),
            ("gaps", |library| library.gaps.swap(0, 1)),
            ("calls", |library| library.calls.swap(0, 1)),
            ("a call twice", |library| library.calls[1].seq = 1),
            ("provenance", |library| library.provenance.swap(0, 1)),
            ("a change twice", |library| {
                let change = library.changes[0].clone();
                library.changes.push(change);
            }),
            ("a record twice, at another time", |library| {
                let mut record = library.voices[0].clone();
                record.update_time += 1;
                record.raw = Some("{}".to_owned());
                library.voices.push(record);
            }),
            ("urls of an asset", |library| {
                let urls = &mut library.assets[1].urls;
                urls.push(urls[0].clone());
            }),
            ("refs of an asset", |library| {
                let asset = library
                    .assets
                    .iter_mut()
                    .find(|asset| asset.refs.len() == 2);
                asset.unwrap().refs.reverse();
            }),
            ("blind spots", |library| {
                library.on_completeness = Box::new(|completeness| {
                    let spot = completeness.blind_spots[0].clone();
                    completeness.blind_spots.push(spot);
                });
            }),
        ],
    );
}

#[test]
fn r08_fields_fit_to_kind_and_status() {
    each_is(
        codes::FIELDS,
        &[
            ("the kind of another file", |library| {
                library.voices[0].kind = ItemKind::Image;
                library.trace();
                library.provenance.iter_mut().for_each(|line| {
                    if line.id == "v1" {
                        line.kind = "voice".to_owned();
                    }
                });
            }),
            ("a voice with a width", |library| {
                library.voices[0].width = Some(1);
            }),
            ("a picture with a title", |library| {
                library.images[0].title = Some(String::new());
            }),
            ("retired, and by no run", |library| {
                library.images[1].retired_in = None;
            }),
            ("retired by a run that is none", |library| {
                library.images[1].retired_in = Some("yesterday".to_owned());
            }),
            ("stored, and with a gap", |library| {
                library.images[0].reason = Some(GapReason::Http404);
            }),
            ("missing, and with a size", |library| {
                library.images[2].height = Some(1);
            }),
            ("raw twice", |library| {
                library.images[0].raw_b64 = Some("/w==".to_owned());
            }),
            ("no raw", |library| library.images[0].raw = None),
            ("raw in base64 without need", |library| {
                library.images[0].raw = None;
                library.images[0].raw_b64 = Some("e30=".to_owned());
            }),
            ("a news with an alias", |library| {
                library.groups[0].record.aliases.push("n2".to_owned());
            }),
            ("an article in another folder", |library| {
                let entries = &mut library.groups[0].record.articles;
                entries[0].meta_path = entries[1].meta_path.clone();
            }),
            ("a suspicion of what is not here", |library| {
                let asset = library.assets.iter_mut().find(|asset| asset.path.is_none());
                asset.unwrap().suspect = true;
            }),
            ("a blob half named", |library| library.images[1].mime = None),
            ("a gap that no run met", |library| {
                library.gaps[0].first_seen_run = "first".to_owned();
            }),
            ("an address with a query", |library| {
                library.provenance[0].address = Some("host/path?key=1".to_owned());
            }),
            ("a call with a query", |library| {
                library.calls[0].api = "material/get?access_token=x".to_owned();
            }),
            ("a word that is none", |library| {
                library.on_completeness = Box::new(|completeness| {
                    completeness.blind_spots = vec!["moonlight".to_owned()];
                });
            }),
            ("another program's archive", |library| {
                library.on_archive = Box::new(|archive| archive.format = "zip".to_owned());
            }),
        ],
    );
}

#[test]
fn a_count_that_is_not_that_of_the_articles_is_found_in_both_places() {
    let mut library = Library::sample();
    library.groups[0].record.count = 3;
    let expected = BTreeSet::from([codes::FIELDS, codes::TEXT]);
    assert_eq!(codes_of(&library), expected);
}

#[test]
fn r09_names_are_those_that_ids_give() {
    each_is(
        codes::IDENTITY,
        &[
            ("archive_id", |library| {
                library.on_archive = Box::new(|archive| archive.archive_id = "x/y".to_owned());
                library.on_bag_info = Box::new(|info| info.archive_id = "x/y".to_owned());
            }),
            ("the account of another folder", |library| {
                library.on_archive = Box::new(|archive| {
                    archive.account.appid = "wx02".parse().unwrap();
                    archive.archive_id = format!("wx02/{}", samples::RUN);
                });
                library.on_bag_info = Box::new(|info| {
                    info.appid = "wx02".to_owned();
                    info.archive_id = format!("wx02/{}", samples::RUN);
                });
            }),
            ("the gap_id of a record", |library| {
                library.images[2].gap_id = Some(GapId::of("image", "i1"));
            }),
        ],
    );
    let mut library = Library::sample();
    library.groups[0].record.id = "n2".to_owned();
    assert!(codes_of(&library).contains(codes::IDENTITY));
    let mut library = Library::sample();
    library.gaps[0].id = "other".to_owned();
    assert!(codes_of(&library).contains(codes::IDENTITY));
}

#[test]
fn r10_a_blob_is_what_its_name_and_records_say() {
    each_is(
        codes::BLOB,
        &[
            ("another media type", |library| {
                library.images[0].mime = Some("image/png".to_owned());
                library.assets[0].mime = Some("image/png".to_owned());
            }),
            ("another length in two records", |library| {
                library.images[1].bytes = Some(1);
            }),
            ("the digest of another blob", |library| {
                library.images[1].sha256 = library.images[0].sha256;
            }),
            ("bytes of another kind", |library| {
                library.on_blobs = Box::new(|blobs| {
                    let bytes = b"\x89PNG\r\n\x1a\n as".to_vec();
                    blobs[0].1 = bytes;
                });
            }),
            ("twice", |library| {
                library.on_blobs = Box::new(|blobs| {
                    let (path, bytes) = blobs[0].clone();
                    let other = path.as_str().replace(".jpg", ".bin");
                    blobs.push((layout::path(&other), bytes));
                });
            }),
        ],
    );
    for body in [
        b"".as_slice(),
        br#"{"errcode":40007,"errmsg":"invalid media_id"}"#,
    ] {
        let mut library = Library::sample();
        let (path, sha256, bytes) = library.blob(body);
        let record = &mut library.images[1];
        record.path = Some(path);
        record.sha256 = Some(sha256);
        record.bytes = Some(bytes);
        record.mime = Some("application/octet-stream".to_owned());
        library.blobs.remove(&Sha256::of(b"\xff\xd8\xff two"));
        library.trace();
        assert_eq!(codes_of(&library), BTreeSet::from([codes::BLOB]));
    }
}

#[test]
fn r11_entries_and_blobs_are_in_order() {
    each_is(
        codes::SEQUENCE,
        &[
            ("two blobs", |library| {
                library.on_blobs = Box::new(|blobs| blobs.swap(1, 2));
            }),
            ("two documents", |library| {
                library.on_entries = Box::new(|entries| entries.swap(0, 1));
            }),
            ("a document twice", |library| {
                library.on_entries = Box::new(|entries| {
                    let first = entries[0].clone();
                    entries.insert(1, first);
                });
            }),
        ],
    );
}

#[test]
fn a_folder_has_its_blobs_in_any_order() {
    let mut checker = Checker::new(appid().base_folder()).without_reading_order();
    let (entries, mut blobs) = Library::sample().entries();
    blobs.reverse();
    for (path, bytes) in &entries {
        checker.document(path, &mut bytes.as_slice()).unwrap();
    }
    for (path, bytes) in &blobs {
        let print = crate::model::Fingerprint::of(bytes);
        checker.blob(path, &print, BlobHead::of(bytes, print.bytes));
    }
    assert_eq!(checker.finish().findings, []);
}

#[test]
fn r12_the_files_of_an_article_are_those_of_its_record() {
    fn without(library: &mut Library, path: fn(&Akey) -> EntryPath) {
        library.on_payload = Box::new(move |files| {
            let akey = Akey::of(Section::News, "n1");
            files.remove(&path(&akey)).unwrap();
        });
    }
    each_is(
        codes::FILES,
        &[
            ("no raw.json", |library| {
                without(library, layout::article_raw_json);
            }),
            ("no page", |library| {
                without(library, |akey| layout::article_page(akey, 1));
            }),
            ("other raw bytes", |library| {
                library.groups[0].raw.push(b' ');
            }),
            ("another title", |library| {
                library.groups[0].record.articles[0].title = "Other".to_owned();
            }),
            ("another time", |library| {
                library.groups[0].metas[0].update_time = 1;
            }),
            ("another place", |library| {
                library.groups[0].metas[0].source = Section::Draft;
            }),
        ],
    );
}

#[test]
fn r13_records_say_what_wechat_said() {
    each_is(
        codes::TEXT,
        &[
            ("a name", |library| {
                library.images[0].name = "Other".to_owned();
            }),
            ("a url", |library| library.images[0].url = None),
            ("an id", |library| {
                library.images[0].raw = Some(r#"{"media_id":"i9"}"#.to_owned());
            }),
            ("a text", |library| {
                let content = library.groups[0].metas[1].content.as_mut();
                content.unwrap().sha256 = Sha256::of(b"other");
            }),
            ("no text", |library| {
                library.groups[0].metas[1].content = None;
            }),
            ("an author", |library| {
                library.groups[0].metas[0].author = Some("Other".to_owned());
            }),
            ("the number of articles", |library| {
                let group = &mut library.groups[0];
                let text = String::from_utf8(group.raw.clone()).unwrap();
                let more = text.replace("}],", "},{}],");
                assert_ne!(more, text);
                group.record.raw_sha256 = Some(Sha256::of(more.as_bytes()));
                group.raw = more.into_bytes();
            }),
            ("the id of the group", |library| {
                let group = &mut library.groups[0];
                group.raw = String::from_utf8(group.raw.clone())
                    .unwrap()
                    .replace("\"n1\"", "\"n2\"")
                    .into_bytes();
                group.record.raw_sha256 = Some(Sha256::of(&group.raw));
            }),
        ],
    );
}

#[test]
fn raw_bytes_are_mended_before_they_are_compared() {
    let mut library = Library::sample();
    let record = &mut library.images[1];
    record.name = "a\tb\u{fffd}".to_owned();
    record.raw = Some("{\"media_id\":\"i2\",\"name\":\"a\tb\\ud83d\"}".to_owned());
    assert_eq!(codes_of(&library), BTreeSet::new());

    let mut library = Library::sample();
    let record = &mut library.images[1];
    record.name = "\u{fffd}".to_owned();
    record.raw = None;
    // {"name":"<ff>"}
    record.raw_b64 = Some("eyJuYW1lIjoi/yJ9".to_owned());
    assert_eq!(codes_of(&library), BTreeSet::new());
    library.images[1].name = "x".to_owned();
    assert_eq!(codes_of(&library), BTreeSet::from([codes::TEXT]));
}

#[test]
fn what_came_of_a_missing_item_is_kept_beside_its_gap() {
    let mut library = Library::sample();
    // A video whose file never came keeps its cover, and a group without texts its raw bytes.
    let record = &mut library.videos[0];
    library.blobs.remove(&record.sha256.unwrap());
    record.status = ItemStatus::Missing;
    record.path = None;
    record.sha256 = None;
    record.bytes = None;
    record.mime = None;
    record.gap_id = Some(GapId::of("video", "m1"));
    record.reason = Some(GapReason::Http404);
    library
        .gaps
        .push(samples::gap("video", "m1", GapReason::Http404));

    let raw = br#"{"media_id":"d1","content":{"news_item":[{"title":"No text"}]}}"#;
    let akey = Akey::of(Section::Draft, "d1");
    let record = ArticleRecord {
        update_time: 60,
        status: ItemStatus::Missing,
        retired_in: None,
        raw_path: Some(layout::article_raw_json(&akey)),
        raw_sha256: Some(Sha256::of(raw)),
        raw_form: Some(RawForm::Slice),
        count: 1,
        gap_id: Some(GapId::of("article", "d1")),
        reason: Some(GapReason::Http404),
        ..samples::article("d1")
    };
    library.groups.push(Group {
        record,
        metas: Vec::new(),
        raw: raw.to_vec(),
    });
    library
        .gaps
        .push(samples::gap("article", "d1", GapReason::Http404));
    library
        .gaps
        .sort_by(|left, right| left.gap_id.cmp(&right.gap_id));
    library.trace();
    assert_eq!(library.check().findings, []);
}

#[test]
fn r14_articles_and_assets_name_each_other() {
    each_is(
        codes::ASSETS,
        &[
            ("a url that no article has", |library| {
                let asset = library.assets.iter_mut().find(|asset| asset.path.is_none());
                asset
                    .unwrap()
                    .urls
                    .push("https://mmbiz.qpic.cn/x".to_owned());
            }),
            ("a spelling that the record lacks", |library| {
                library.groups[0].metas[1].assets[0].url.push('?');
            }),
            ("a ref that no article answers", |library| {
                library.assets[0]
                    .refs
                    .push("ffffffffffffffffffff/01".to_owned());
            }),
            ("an article that the refs lack", |library| {
                let asset = library
                    .assets
                    .iter_mut()
                    .find(|asset| asset.refs.len() == 2);
                asset.unwrap().refs.pop();
            }),
            ("a path that is not the record's", |library| {
                let path = library.images[1].path.clone();
                library.groups[0].metas[1].assets[0].path = path;
            }),
            ("a gap where the record has a blob", |library| {
                let asset = &mut library.groups[0].metas[1].assets[0];
                asset.path = None;
                asset.gap_id = Some(GapId::of("asset", asset.key.as_str()));
                library.groups[0].record.articles[1].gaps = 1;
            }),
            ("a count of the record", |library| {
                library.groups[0].record.articles[0].assets = 2;
            }),
        ],
    );
}

#[test]
fn r15_the_status_is_the_one_that_follows() {
    fn say(library: &mut Library, status: RunStatus) {
        library.on_completeness = Box::new(move |completeness| completeness.status = status);
        library.on_archive = Box::new(move |archive| archive.completeness.status = status);
    }
    each_is(
        codes::STATUS,
        &[
            ("complete in spite of gaps", |library| {
                say(library, RunStatus::Complete);
            }),
            ("partial without need", |library| {
                say(library, RunStatus::Partial);
            }),
            ("a list that would not hold still", |library| {
                library.on_completeness = Box::new(|completeness| {
                    completeness.sections.get_mut("image").unwrap().stable = false;
                });
            }),
        ],
    );
}

#[test]
fn r16_sums_and_roots_are_those_of_the_archive() {
    each_is(
        codes::SUMS,
        &[
            ("payload_sha256", |library| {
                library.on_archive =
                    Box::new(|archive| archive.roots.payload_sha256 = Sha256::of(b""));
            }),
            ("source_sha256", |library| {
                library.on_archive =
                    Box::new(|archive| archive.roots.source_sha256 = Sha256::of(b""));
            }),
            ("payload bytes", |library| {
                library.on_archive = Box::new(|archive| archive.totals.payload_bytes += 1);
            }),
            ("blobs", |library| {
                library.on_archive = Box::new(|archive| archive.totals.blobs += 1);
            }),
            ("records", |library| {
                library.on_archive = Box::new(|archive| {
                    archive.totals.records.remove("image");
                });
            }),
            ("lines", |library| {
                library.on_archive = Box::new(|archive| archive.files[0].lines = Some(99));
            }),
            ("a file that is not told", |library| {
                library.on_archive = Box::new(|archive| {
                    archive.files.pop();
                });
            }),
            ("the order of files", |library| {
                library.on_archive = Box::new(|archive| archive.files.swap(0, 1));
            }),
            ("the scope", |library| {
                library.on_archive = Box::new(|archive| {
                    archive.run.scope.sections.pop();
                });
            }),
            ("the status of completeness.json", |library| {
                library.on_archive =
                    Box::new(|archive| archive.completeness.status = RunStatus::Complete);
            }),
            ("Payload-Oxum", |library| {
                library.on_bag_info = Box::new(|info| info.oxum.bytes += 1);
            }),
            ("Bag-Group-Identifier", |library| {
                library.on_bag_info = Box::new(|info| info.appid = "wx02".to_owned());
            }),
        ],
    );
}

#[test]
fn r17_the_bag_says_what_it_is() {
    each_is(
        codes::BAG,
        &[
            ("bagit.txt", |library| {
                on_entry(library, layout::BAGIT, |bytes| bytes[16] = b'9');
            }),
            ("bag-info.txt", |library| {
                on_entry(library, layout::BAG_INFO, |bytes| bytes.push(b'\n'));
            }),
        ],
    );
}

#[test]
fn another_major_version_is_not_judged() {
    let mut library = Library::sample();
    library.images.clear();
    library.on_archive = Box::new(|archive| archive.format_version = "2.0".to_owned());
    let verdict = library.check();
    assert_eq!(
        (verdict.findings, verdict.support),
        (vec![], Support::OtherMajor)
    );
    assert_eq!(verdict.format_version.as_deref(), Some("2.0"));
    assert!(verdict.facts.is_none());
}

#[test]
fn a_later_minor_version_may_know_more_words() {
    let mut library = Library::sample();
    let gap = library.gaps.iter_mut().find(|gap| gap.kind == "section");
    let gap = gap.unwrap();
    gap.reason = GapReason::Other("on_holiday".to_owned());
    gap.class = GapClass::SourceRefused;
    assert_eq!(codes_of(&library), BTreeSet::from([codes::FIELDS]));

    library.on_archive = Box::new(|archive| {
        archive.format_version = "1.1".to_owned();
        archive.features = vec!["deflate-text".to_owned()];
        archive.completeness.status = STATUS;
    });
    library.on_completeness = Box::new(|completeness| {
        completeness.format_version = "1.1".to_owned();
        completeness.status = STATUS;
    });
    let verdict = library.check();
    assert_eq!(
        (verdict.findings, verdict.support),
        (vec![], Support::LaterMinor)
    );
    assert_eq!(verdict.unknown_features, ["deflate-text"]);
}

#[test]
fn no_document_makes_the_checker_panic() {
    let (entries, blobs) = Library::sample().entries();
    let bodies: [&[u8]; 6] = [b"", b"\n", b"{}\n", b"{}", b"\xff", b"[[[[\n"];
    for (path, _) in &entries {
        for body in bodies {
            let mut checker = Checker::new(appid().base_folder());
            for (other, bytes) in &entries {
                let mut body = if other == path { body } else { bytes };
                checker.document(other, &mut body).unwrap();
            }
            for (path, bytes) in &blobs {
                let print = crate::model::Fingerprint::of(bytes);
                checker.blob(path, &print, BlobHead::of(bytes, print.bytes));
            }
            // Nothing is said of what these must hold but by the manifests.
            let is_free = matches!(path.as_str(), layout::README | layout::TAGMANIFEST)
                || path.as_str().starts_with("spec/");
            let findings = checker.finish().findings;
            assert_eq!(findings.is_empty(), is_free, "{path} {body:?}");
        }
    }
}

#[test]
fn no_record_can_be_taken_away() {
    let changes: [Change; 12] = [
        |library| drop(library.images.remove(0)),
        |library| drop(library.images.remove(1)),
        |library| drop(library.images.remove(2)),
        |library| library.voices.clear(),
        |library| library.videos.clear(),
        |library| library.groups.clear(),
        |library| drop(library.groups[0].metas.pop()),
        |library| drop(library.groups[0].metas[0].assets.remove(1)),
        |library| drop(library.assets.remove(0)),
        |library| drop(library.assets.remove(1)),
        |library| drop(library.gaps.remove(0)),
        |library| drop(library.provenance.remove(0)),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut library = Library::sample();
        change(&mut library);
        assert_ne!(codes_of(&library), BTreeSet::new(), "change {place}");
    }
}

#[test]
fn a_finding_carries_no_control_characters_out_of_the_archive() {
    let mut library = Library::sample();
    library.on_payload = edit(items(ItemKind::Voice), |text| {
        text.replace("\"stored\"", "\"\\u001b[31m\u{202e}\"")
    });
    let findings = library.check().findings;
    assert_eq!(findings.len(), 1);
    let message = &findings[0].message;
    assert!(
        message.to_string().contains("\\u{1b}[31m\\u{202e}"),
        "{message}"
    );
}

#[test]
fn findings_are_kept_up_to_a_thousand() {
    let mut library = Library::sample();
    let call = library.calls[0].clone();
    library.calls = vec![call; 1500];
    let verdict = library.check();
    assert_eq!(
        (verdict.findings.len(), verdict.findings_omitted),
        (1000, 499)
    );
}

proptest! {
    #[test]
    fn records_out_of_order_are_found(
        file in 0..4, order in Just([0_usize, 1, 2, 3, 4, 5, 6]).prop_shuffle(),
    ) {
        fn shuffle<T: Clone>(records: &mut Vec<T>, order: &[usize]) -> bool {
            let places: Vec<usize> = order.iter().copied().filter(|place| *place < records.len()).collect();
            *records = places.iter().map(|place| records[*place].clone()).collect();
            !places.is_sorted()
        }
        let mut library = Library::sample();
        let is_changed = match file {
            0 => shuffle(&mut library.images, &order),
            1 => shuffle(&mut library.assets, &order),
            2 => shuffle(&mut library.gaps, &order),
            _ => shuffle(&mut library.provenance, &order),
        };
        let expected = if is_changed { BTreeSet::from([codes::ORDER]) } else { BTreeSet::new() };
        prop_assert_eq!(codes_of(&library), expected);
    }
}
