//! The archive of a simulated account with all that an account can hold, for
//! the tests that read it with other programs and against the schemas.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::Value;
use tempfile::TempDir;
use wechat_sim::Sim;

use crate::run::Run;
use crate::saved::Saved;

/// An archive with its sidecars, in a folder that goes when the last test is done with it.
#[derive(Debug)]
pub(crate) struct FullAccount {
    /// The `.zip`.
    pub(crate) archive: PathBuf,
    _folder: TempDir,
}

/// The archive; it is made once for all the tests that run meanwhile.
pub(crate) fn full_account() -> Arc<FullAccount> {
    // Not a value that is made once and stays: it would leave its folder behind.
    static MADE: Mutex<Weak<FullAccount>> = Mutex::new(Weak::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(account) = made.upgrade() {
        return account;
    }
    let sim = Sim::builder()
        .seed(7)
        .images(300)
        .voices(12)
        .videos(6)
        .news(40)
        .drafts(10)
        .published(15)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::against(&sim)
        .args(["export", "--quiet", "-o"])
        .args([folder.path()])
        .succeeds();
    let account = Arc::new(FullAccount {
        archive: said.stdout.trim_end().into(),
        _folder: folder,
    });
    *made = Arc::downgrade(&account);
    account
}

/// A JSON document that we wrote, or a line of a file of them.
#[derive(Debug)]
pub(crate) struct Document {
    /// The file in the archive, with `:` and the number of the line; or the sidecar.
    pub(crate) name: String,
    /// The name of its schema, such as `image`.
    pub(crate) schema: String,
    pub(crate) text: String,
}

/// Every JSON document of the archive and its receipt, each with the schema
/// that `run/archive.json` or its place names. The bytes that WeChat sent
/// (`raw.json`) and the schemas themselves are not among them; any other file
/// of JSON without a schema fails the test.
#[track_caller]
pub(crate) fn documents(saved: &Saved) -> Vec<Document> {
    let about = saved.document("run/archive.json");
    let mut documents = vec![receipt(saved)];
    for (path, bytes) in &saved.entries {
        if !is_our_json(path) {
            continue;
        }
        let schema = schema_of(path, &about).unwrap_or_else(|| panic!("{path} has no schema"));
        let text = std::str::from_utf8(bytes).unwrap();
        let document = |name: String, text: &str| Document {
            name,
            schema: schema.clone(),
            text: text.to_owned(),
        };
        if extension(path) == "jsonl" {
            let lines = text.lines().zip(1..);
            documents.extend(lines.map(|(line, at)| document(format!("{path}:{at}"), line)));
        } else {
            documents.push(document(path.clone(), text));
        }
    }
    documents
}

fn is_our_json(path: &str) -> bool {
    let is_json = ["json", "jsonl"].contains(&extension(path));
    is_json && !path.ends_with("/raw.json") && !path.starts_with("spec/schemas/")
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn schema_of(path: &str, about: &Value) -> Option<String> {
    if path == "run/archive.json" {
        return Some("archive".to_owned());
    }
    if path.starts_with("data/articles/") && path.ends_with("/meta.json") {
        return Some("meta".to_owned());
    }
    let files = about["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["path"] == path)?;
    let urn = file["schema"].as_str()?;
    Some(urn.strip_prefix("urn:wxbackup:schema:1.0:")?.to_owned())
}

fn receipt(saved: &Saved) -> Document {
    Document {
        name: "receipt.json".to_owned(),
        schema: "receipt".to_owned(),
        text: saved.receipt.to_string(),
    }
}
