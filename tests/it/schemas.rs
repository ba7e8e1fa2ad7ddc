//! Every JSON document of an archive is what its schema says.
//!
//! The schemas are open, so that a reader takes the files of a later version; a
//! writer must keep to them closed, or a field that no schema names would pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};
use wechat_sim::{Quirk, Sim};

use crate::full_account::{Document, documents, full_account};
use crate::run::Run;
use crate::saved::Saved;

fn schema(name: &str) -> Value {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let path = schemas.join(format!("{name}.schema.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The schema with no room for a field that it does not name.
fn closed(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(members) => {
            for member in members.values_mut() {
                *member = closed(member.take());
            }
            if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(list) => {
            for member in list {
                *member = closed(member.take());
            }
        }
        _ => {}
    }
    schema
}

/// Holds each document to its schema, open and closed; tells how many there were of each.
#[track_caller]
fn assert_all_valid(documents: &[Document]) -> BTreeMap<String, usize> {
    let mut validators: BTreeMap<&str, [Validator; 2]> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for document in documents {
        let validators = validators.entry(&document.schema).or_insert_with(|| {
            let open = schema(&document.schema);
            [open.clone(), closed(open)].map(|schema| jsonschema::validator_for(&schema).unwrap())
        });
        let value: Value = serde_json::from_str(&document.text).unwrap();
        for validator in validators {
            if let Err(error) = validator.validate(&value) {
                panic!(
                    "{} is no {}: {error}\n{value:#}",
                    document.name, document.schema
                );
            }
        }
        *counts.entry(document.schema.clone()).or_default() += 1;
    }
    counts
}

#[test]
fn every_document_of_a_full_account_keeps_to_its_schema() {
    let account = full_account();
    let counts = assert_all_valid(&documents(&Saved::at(&account.archive)));
    let of = |name: &str| counts.get(name).copied().unwrap_or_default();
    assert_eq!(
        [
            "image",
            "voice",
            "video",
            "article",
            "archive",
            "completeness",
            "receipt",
            "gap"
        ]
        .map(of),
        [300, 12, 6, 65, 1, 1, 1, 0]
    );
    assert!(of("asset") > 0 && of("meta") >= 65 && of("call") > 0 && of("provenance") > 0);
}

#[test]
fn every_document_of_an_account_with_losses_keeps_to_its_schema() {
    let sim = Sim::builder()
        .seed(7)
        .images(30)
        .voices(5)
        .videos(5)
        .news(5)
        .drafts(5)
        .published(5)
        .with(Quirk::ListedButGone)
        .with(Quirk::VideoPage)
        .with(Quirk::ForeignAsset)
        .with(Quirk::DeletedPublication)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::against(&sim)
        .args(["export", "--quiet", "-o"])
        .args([folder.path()])
        .fails_with(3);
    let documents = documents(&Saved::at(Path::new(said.stdout.trim_end())));
    let counts = assert_all_valid(&documents);
    assert!(counts["gap"] > 0);
    let missing: BTreeSet<&str> = documents
        .iter()
        .filter(|document| document.text.contains(r#""status":"missing""#))
        .map(|document| document.schema.as_str())
        .collect();
    assert_eq!(missing, BTreeSet::from(["voice", "video", "asset"]));
}
