//! Code, schemas and format document are held together here, in both directions:
//! each schema has the fields of its type and no others, requires what reading
//! requires, knows the same words, and takes what is written.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

use super::FILES;
use crate::model::GapClass;
use crate::model::GapReason;
use crate::model::ItemKind;
use crate::model::RunStatus;
use crate::model::Section;
use crate::model::layout;
use crate::record::FORMAT;
use crate::record::archive::ArchiveDocument;
use crate::record::article::ArticleMeta;
use crate::record::check;
use crate::record::completeness::BLIND_SPOTS;
use crate::record::completeness::Completeness;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;
use crate::record::manifest;
use crate::record::receipt::Receipt;
use crate::record::run::Call;
use crate::record::run::Change;
use crate::record::run::Gap;
use crate::record::run::Provenance;
use crate::record::samples;

const SHA: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const TIME: &str = "2026-11-22T17:06:00Z";
const AKEY: &str = "00112233445566778899";

fn schema(name: &str) -> Value {
    let path = format!("{}{name}.schema.json", layout::SPEC_SCHEMAS);
    let file = FILES.iter().find(|(found, _)| *found == path);
    serde_json::from_str(file.unwrap().1).unwrap()
}

/// The schema with every object closed: what a writer must keep to.
fn closed(mut schema: Value) -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(map) => {
                map.values_mut().for_each(close);
                let is_object = map.get("type") == Some(&json!("object"));
                if is_object && map.contains_key("properties") {
                    map.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            _ => {}
        }
    }
    close(&mut schema);
    schema
}

fn takes(schema: &Value, document: &Value) -> bool {
    jsonschema::validator_for(schema)
        .unwrap()
        .is_valid(document)
}

/// Every field of every type, whether or not the whole makes sense.
#[expect(clippy::too_many_lines, reason = "one sample a type")]
fn full(name: &str) -> Value {
    let gap_id = "g-0123456789abcdef";
    let blob = format!("data/blobs/ba/{SHA}.jpg");
    let media = |kind: &str| {
        json!({
            "kind": kind, "media_id": "id", "name": "n", "update_time": 1, "status": "retired",
            "raw": "{}", "raw_b64": "/w==", "retired_in": samples::RUN, "path": blob, "sha256": SHA,
            "bytes": 1, "mime": "image/jpeg", "suspect": true, "gap_id": gap_id, "reason": "http_404",
        })
    };
    let with = |mut base: Value, more: Value| {
        let more = more.as_object().unwrap().clone();
        base.as_object_mut().unwrap().extend(more);
        base
    };
    match name {
        "image" => with(media(name), json!({"url": "u", "width": 1, "height": 1})),
        "voice" => with(media(name), json!({"duration_ms": 1})),
        "video" => with(
            media(name),
            json!({
                "title": "t", "description": "d", "info": {"vid": "x"},
                "cover": {"path": blob, "sha256": SHA},
            }),
        ),
        "article" => json!({
            "kind": "article", "source": "draft", "id": "id", "akey": AKEY, "aliases": ["x"],
            "create_time": 1, "update_time": 1, "status": "retired",
            "raw_path": format!("data/articles/{AKEY}/raw.json"), "raw_sha256": SHA,
            "raw_form": "slice", "count": 1,
            "articles": [{
                "idx": 1, "title": "t", "meta_path": "a", "html_path": "b", "assets": 1, "gaps": 1,
            }],
            "retired_in": samples::RUN, "gap_id": gap_id, "reason": "http_404",
        }),
        "asset" => json!({
            "kind": "asset", "key": "k", "urls": ["u"], "status": "stored", "path": blob,
            "sha256": SHA, "bytes": 1, "mime": "image/jpeg", "suspect": true, "gap_id": gap_id,
            "reason": "http_404", "refs": [format!("{AKEY}/01")],
        }),
        "meta" => json!({
            "akey": AKEY, "idx": 1, "source": "news", "id": "id", "title": "t", "author": "a",
            "digest": "d", "url": "u", "content_source_url": "c", "thumb_media_id": "m",
            "create_time": 1, "update_time": 1, "article_type": "news", "is_deleted": true,
            "content": {"sha256": SHA, "bytes": 1},
            "assets": [{
                "key": "k", "url": "u", "role": "img", "media_id": "m", "path": blob, "gap_id": gap_id,
            }],
            "embeds": [{"type": "frame", "ref": "r", "archived": false}], "renderer": "wx-html/1",
        }),
        "gap" => json!({
            "gap_id": gap_id, "kind": "asset", "id": "k", "ref": format!("{AKEY}/01"),
            "class": "transient", "reason": "timeout", "detail": "d", "first_seen_run": samples::RUN,
            "last_attempt_at": TIME, "attempts": 1, "http_status": 500, "errcode": -1, "call_seq": 1,
        }),
        "change" => json!({
            "op": "changed", "kind": "image", "id": "id", "old_sha256": SHA, "new_sha256": SHA,
            "fields": ["name"],
        }),
        "provenance" => json!({
            "sha256": SHA, "bytes": 1, "kind": "image", "id": "id", "via": "cdn", "fetched_at": TIME,
            "run_id": samples::RUN, "address": "host/path", "http_status": 200, "content_type": "c",
            "content_length": 1, "etag": "e", "last_modified": "l",
        }),
        "call" => json!({
            "seq": 1, "at": TIME, "api": "draft/batchget", "request": {"count": 20}, "attempt": 1,
            "http_status": 200, "errcode": 0, "rid": "r", "body_sha256": SHA, "body_bytes": 1, "ms": 1,
        }),
        "completeness" => {
            let section = json!({
                "in_scope": true, "listed": true, "listed_at": TIME, "api_count_start": 1,
                "api_count_end": 1, "not_listable": 0, "list_total_first": 1, "list_total_last": 1,
                "pages": 1, "passes": 1, "stable": true, "entries_listed": 1, "unique_ids": 1,
                "duplicates": 0, "stored": 1, "missing": 0, "retired": 0, "fetched": 1, "carried": 0,
            });
            let sections = Section::ALL.map(|name| (name.to_string(), section.clone()));
            json!({
                "format": FORMAT, "format_version": "1.0", "status": "complete",
                "window": {"started_at": TIME, "finished_at": TIME},
                "sections": Value::Object(sections.into_iter().collect()),
                "assets": {"referenced": 1, "stored": 1, "missing": 0},
                "gaps": {"total": 1, "by_class": {"transient": 1}, "by_reason": {"timeout": 1}},
                "checks": [{"name": "n", "lhs": 1, "rhs": 1, "holds": true}],
                "fetched_via": {"cdn": 1}, "blind_spots": ["other"],
            })
        }
        "archive" => json!({
            "format": FORMAT, "format_version": "1.0", "features": ["f"],
            "archive_id": format!("wx01/{}", samples::RUN),
            "account": {"appid": "wx01", "name": "n", "original_id": "gh_1"},
            "run": {
                "id": samples::RUN, "mode": "full", "started_at": TIME, "planned_at": TIME, "resumed": 0,
                "tool": {"name": "wxbackup", "version": "0.1.0", "commit": "abc"},
                "scope": {"sections": ["image"], "excludes": ["x"]},
            },
            "previous": {
                "archive_id": "a", "file_name": "f", "archive_sha256": SHA, "payload_sha256": SHA,
                "file_sha256": SHA, "file_bytes": 1,
            },
            "roots": {"payload_sha256": SHA, "source_sha256": SHA},
            "totals": {
                "payload_files": 1, "payload_bytes": 1, "blobs": 1, "blob_bytes": 1,
                "records": {"image": 1}, "gaps": 1,
            },
            "completeness": {"status": "complete", "path": "run/completeness.json"},
            "policies": {
                "compression": "stored", "retain_deleted": true, "sniff_table": 1,
                "url_normalisation": 1, "renderer": "wx-html/1",
            },
            "files": [{
                "path": "run/gaps.jsonl", "role": "gaps", "schema": "urn:wxbackup:schema:1.0:gap", "lines": 1,
            }],
            "signatures": [{"path": layout::SIGNATURE, "scheme": "sshsig", "key_fingerprint": "k"}],
        }),
        "receipt" => json!({
            "format": FORMAT, "format_version": "1.0", "archive_id": "a", "run_id": samples::RUN,
            "file_name": "f", "file_bytes": 1, "file_sha256": SHA, "archive_sha256": SHA,
            "payload_sha256": SHA, "source_sha256": SHA, "entries": 1, "status": "partial",
            "published_at": TIME, "verified_at": TIME, "unchanged_since": samples::RUN,
            "gaps": 2,
            "encryption": {"scheme": "age", "file_name": "f", "file_bytes": 1, "file_sha256": SHA,
                "recipients": ["age1x"]},
        }),
        _ => panic!("no sample of {name}"),
    }
}

/// Whether `T` reads `document` and spells all of it again.
fn reads<T: Serialize + DeserializeOwned>(document: &Value) -> bool {
    serde_json::from_value::<T>(document.clone()).is_ok()
}

fn spells<T: Serialize + DeserializeOwned>(document: &Value) -> Value {
    let value: T = serde_json::from_value(document.clone()).unwrap();
    serde_json::to_value(value).unwrap()
}

type Reads = fn(&Value) -> bool;
type Spells = fn(&Value) -> Value;

fn types() -> Vec<(&'static str, Reads, Spells)> {
    fn of<T: Serialize + DeserializeOwned>(name: &'static str) -> (&'static str, Reads, Spells) {
        (name, reads::<T>, spells::<T>)
    }
    vec![
        of::<MediaRecord>("image"),
        of::<MediaRecord>("voice"),
        of::<MediaRecord>("video"),
        of::<ArticleRecord>("article"),
        of::<AssetRecord>("asset"),
        of::<ArticleMeta>("meta"),
        of::<Gap>("gap"),
        of::<Change>("change"),
        of::<Provenance>("provenance"),
        of::<Call>("call"),
        of::<Completeness>("completeness"),
        of::<ArchiveDocument>("archive"),
        of::<Receipt>("receipt"),
    ]
}

/// Objects of `schema` with properties, and where they lie in `document`.
fn objects(schema: &Value, root: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    if let Some(target) = schema["$ref"].as_str() {
        let target = root.pointer(target.trim_start_matches('#')).unwrap();
        return objects(target, root, at, found);
    }
    if let Some(properties) = schema["properties"].as_object() {
        found.push((at.to_owned(), schema.clone()));
        for (name, property) in properties {
            let inner = format!("{at}/{name}");
            objects(property, root, &inner, found);
        }
    }
    if schema["items"].is_object() {
        objects(&schema["items"], root, &format!("{at}/0"), found);
    }
}

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_schema_is_one_and_is_named_by_its_file() {
    assert_eq!(FILES[0].0, layout::SPEC);
    let names: Vec<&str> = FILES[1..]
        .iter()
        .map(|(path, _)| path.trim_start_matches(layout::SPEC_SCHEMAS))
        .map(|name| name.strip_suffix(".schema.json").unwrap())
        .collect();
    let mut typed: Vec<&str> = types().iter().map(|(name, ..)| *name).collect();
    typed.sort_unstable();
    assert_eq!(names, typed);
    for name in names {
        let schema = schema(name);
        assert_eq!(schema["$id"], format!("urn:wxbackup:schema:1.0:{name}"));
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert!(jsonschema::draft202012::new(&schema).is_ok(), "{name}");
    }
}

#[test]
fn every_type_has_the_fields_of_its_schema_and_no_others() {
    for (name, _, spells) in types() {
        let (schema, full) = (schema(name), full(name));
        // Nothing is lost on the way through the type: it knows each field.
        assert_eq!(spells(&full), full, "{name}");
        let mut found = Vec::new();
        objects(&schema, &schema, "", &mut found);
        for (at, object) in found {
            let document = full.pointer(&at).unwrap();
            assert_eq!(keys(document), keys(&object["properties"]), "{name}{at}");
        }
    }
}

#[test]
fn every_type_requires_what_its_schema_requires() {
    for (name, reads, _) in types() {
        let (schema, full) = (schema(name), full(name));
        let mut found = Vec::new();
        objects(&schema, &schema, "", &mut found);
        for (at, object) in found {
            // A map of names is required by the checker, not by the type.
            if at == "/sections" {
                continue;
            }
            let listed = object["required"].as_array().unwrap();
            let listed: BTreeSet<&str> = listed.iter().filter_map(Value::as_str).collect();
            for field in keys(&object["properties"]) {
                let mut without = full.clone();
                let holder = without.pointer_mut(&at).unwrap();
                holder.as_object_mut().unwrap().remove(&field);
                let is_required = listed.contains(field.as_str());
                assert_eq!(!reads(&without), is_required, "{name}{at}/{field}");
            }
        }
    }
}

#[test]
fn null_is_read_as_absent() {
    for (name, reads, _) in types() {
        let (schema, full) = (schema(name), full(name));
        let required = schema["required"].as_array().unwrap();
        for field in keys(&full) {
            let mut nulled = full.clone();
            nulled[&field] = Value::Null;
            // A free value may be null as far as its type goes.
            let is_free = (name, field.as_str()) == ("call", "request");
            let is_required = required.contains(&json!(field)) && !is_free;
            assert_eq!(!reads(&nulled), is_required, "{name}/{field}");
        }
    }
}

#[test]
fn schemas_and_types_know_the_same_words() {
    fn words(name: &str, at: &str) -> BTreeSet<String> {
        let schema = schema(name);
        let found = schema.pointer(at).unwrap_or_else(|| panic!("{name}{at}"));
        let words = found.as_array().unwrap().iter().filter_map(Value::as_str);
        words.map(str::to_owned).collect()
    }
    fn texts<T: ToString>(values: &[T]) -> BTreeSet<String> {
        values.iter().map(ToString::to_string).collect()
    }
    let reasons = texts(GapReason::ALL);
    assert_eq!(words("gap", "/properties/class/enum"), texts(GapClass::ALL));
    for name in ["image", "voice", "video", "article", "asset", "gap"] {
        assert_eq!(words(name, "/properties/reason/enum"), reasons, "{name}");
    }
    let by = "/properties/gaps/properties";
    assert_eq!(
        words(
            "completeness",
            &format!("{by}/by_reason/propertyNames/enum")
        ),
        reasons
    );
    assert_eq!(
        words("completeness", &format!("{by}/by_class/propertyNames/enum")),
        texts(GapClass::ALL)
    );
    let spots = words("completeness", "/properties/blind_spots/items/enum");
    assert_eq!(spots, texts(&BLIND_SPOTS));
    let statuses = texts(&[
        RunStatus::Complete,
        RunStatus::CompleteWithGaps,
        RunStatus::Partial,
    ]);
    for (name, at) in [
        ("completeness", "/properties/status/enum"),
        ("receipt", "/properties/status/enum"),
        ("archive", "/properties/completeness/properties/status/enum"),
    ] {
        assert_eq!(words(name, at), statuses, "{name}");
    }
    let scope = "/properties/run/properties/scope/properties/sections/items/enum";
    assert_eq!(words("archive", scope), texts(&Section::ALL));
    let mut kinds = texts(&ItemKind::ALL);
    assert_eq!(words("change", "/properties/kind/enum"), kinds);
    kinds.insert("section".to_owned());
    assert_eq!(words("gap", "/properties/kind/enum"), kinds);
    // Words that serde knows alone: each is read, and one more is not.
    for (name, field) in [
        ("image", "status"),
        ("article", "status"),
        ("article", "source"),
        ("article", "raw_form"),
        ("change", "op"),
    ] {
        let (_, reads, _) = types()
            .into_iter()
            .find(|(found, ..)| *found == name)
            .unwrap();
        let mut document = full(name);
        for word in words(name, &format!("/properties/{field}/enum")) {
            document[field] = json!(word);
            assert!(reads(&document), "{name}/{field} {word}");
        }
        document[field] = json!("other");
        assert!(!reads(&document), "{name}/{field}");
    }
}

#[test]
fn a_reason_fits_to_its_class_alone() {
    let schema = schema("gap");
    for reason in GapReason::ALL {
        for class in GapClass::ALL {
            let mut gap = full("gap");
            gap["class"] = json!(class.as_str());
            gap["reason"] = json!(reason.as_str());
            let fits = reason.class() == *class;
            assert_eq!(takes(&schema, &gap), fits, "{class} {reason}");
        }
    }
}

#[test]
fn schemas_are_open_to_readers_and_their_closed_form_takes_what_is_written() {
    for name in [
        "meta",
        "gap",
        "change",
        "provenance",
        "call",
        "completeness",
        "archive",
        "receipt",
    ] {
        let schema = schema(name);
        let mut document = full(name);
        if name == "meta" {
            document["assets"][0]
                .as_object_mut()
                .unwrap()
                .remove("gap_id");
        }
        assert!(takes(&closed(schema.clone()), &document), "{name}");
        document["later"] = json!(1);
        assert!(takes(&schema, &document), "{name}");
        assert!(!takes(&closed(schema), &document), "{name}");
    }
    let (entries, _) = check::library::Library::sample().entries();
    let mut judged = BTreeSet::new();
    for (path, bytes) in &entries {
        let Some(name) = name_of(path.as_str()) else {
            continue;
        };
        judged.insert(name);
        let schema = closed(schema(name));
        let validator = jsonschema::validator_for(&schema).unwrap();
        let documents = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
        for document in documents {
            let document = document.unwrap();
            let errors: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| error.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new(), "{path} {document}");
        }
    }
    let mut expected: BTreeSet<&str> = types().iter().map(|(name, ..)| *name).collect();
    expected.remove("receipt");
    assert_eq!(judged, expected);
}

/// The schema of a file of an archive.
fn name_of(path: &str) -> Option<&'static str> {
    Some(match path {
        layout::ARCHIVE => "archive",
        layout::COMPLETENESS => "completeness",
        layout::GAPS => "gap",
        layout::CHANGES => "change",
        layout::PROVENANCE => "provenance",
        layout::CALLS => "call",
        "data/items/image.jsonl" => "image",
        "data/items/voice.jsonl" => "voice",
        "data/items/video.jsonl" => "video",
        "data/items/article.jsonl" => "article",
        "data/items/asset.jsonl" => "asset",
        path if path.ends_with("/meta.json") => "meta",
        _ => return None,
    })
}

#[test]
fn schemas_refuse_records_that_contradict_themselves() {
    let stored = || {
        let mut image = full("image");
        image["status"] = json!("stored");
        for field in ["raw_b64", "retired_in", "gap_id", "reason"] {
            image.as_object_mut().unwrap().remove(field);
        }
        image
    };
    let schema = schema("image");
    assert!(takes(&schema, &stored()));
    for field in ["path", "sha256", "bytes", "mime", "raw", "name"] {
        let mut image = stored();
        image.as_object_mut().unwrap().remove(field);
        assert!(!takes(&schema, &image), "without {field}");
    }
    for (field, value) in [
        ("gap_id", json!("g-0123456789abcdef")),
        ("retired_in", json!(samples::RUN)),
        ("raw_b64", json!("/w==")),
        ("sha256", json!("x")),
        ("path", json!("../../etc/passwd")),
        ("status", json!("missing")),
        ("status", json!("retired")),
        ("kind", json!("voice")),
        ("suspect", json!(false)),
        ("bytes", json!(-1)),
        ("update_time", json!(1.5)),
    ] {
        let mut image = stored();
        image[field] = value.clone();
        assert!(!takes(&schema, &image), "{field} {value}");
    }
}

#[test]
fn the_format_document_has_each_code_with_its_sentence() {
    let document = FILES[0].1;
    for (code, sentence) in check::codes::ALL
        .iter()
        .chain(manifest::CODES)
        .chain(check::AUTHENTICITY_CODES)
    {
        let row = format!("| {code} | {sentence} |");
        assert!(document.contains(&row), "{row}");
    }
    let rows = document.lines().filter(|line| line.starts_with("| R"));
    assert_eq!(rows.count(), check::codes::ALL.len());
}

#[test]
fn the_format_document_names_each_field_and_word() {
    let document = FILES[0].1;
    for (name, ..) in types() {
        let schema = schema(name);
        let mut found = Vec::new();
        objects(&schema, &schema, "", &mut found);
        for (at, object) in found {
            for field in keys(&object["properties"]) {
                assert!(document.contains(&field), "{name}{at}/{field}");
            }
        }
    }
    for reason in GapReason::ALL {
        assert!(document.contains(reason.as_str()), "{reason}");
    }
}
