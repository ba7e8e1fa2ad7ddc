//! Archives read by programs that nobody here wrote.
//!
//! They must be installed (`.ci/install-tools`), so these tests run only where
//! `WXBACKUP_INTEROP=1` asks for them, as CI does; a program that is missing
//! then fails its test.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Once};

use tempfile::TempDir;

use crate::full_account::{FullAccount, documents, full_account};
use crate::saved::Saved;
use crate::tell;

/// The archive, where the tests are asked for; else says, once, that they are not run.
fn asked_for() -> Option<Arc<FullAccount>> {
    is_asked_for().then(full_account)
}

/// Whether the tests are asked for; else says, once, that they are not run.
pub(crate) fn is_asked_for() -> bool {
    static SAY: Once = Once::new();
    if std::env::var_os("WXBACKUP_INTEROP").is_some_and(|asked| asked == "1") {
        return true;
    }
    SAY.call_once(|| {
        tell(
            "interop: not run; `.ci/install-tools` installs the programs that it takes, \
             and `WXBACKUP_INTEROP=1 cargo test --workspace` runs it",
        );
    });
    false
}

/// A program, as `.ci/install-tools` or the system has it.
pub(crate) fn program(name: &str) -> Command {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/interop/bin")
        .join(name);
    let mut command = if ours.exists() {
        Command::new(ours)
    } else {
        Command::new(name)
    };
    // As cron has it: names must not depend on the locale.
    command.env("LC_ALL", "C");
    command
}

/// Runs a program; it must find nothing wrong. Gives its stdout.
#[track_caller]
pub(crate) fn passes(command: &mut Command) -> String {
    let name = command.get_program().to_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "cannot start {}: {error}; `.ci/install-tools` installs all that these tests need",
            name.display()
        )
    });
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}: {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}",
        name.display(),
        output.status
    );
    stdout
}

/// The folder that `unzip` makes of the archive.
fn unpacked(archive: &Path) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    passes(
        program("unzip")
            .arg("-q")
            .arg(archive)
            .arg("-d")
            .arg(folder.path()),
    );
    let mut inside = std::fs::read_dir(folder.path()).unwrap();
    let base = inside.next().unwrap().unwrap().path();
    assert!(inside.next().is_none(), "there is one base folder");
    (folder, base)
}

/// What the zip crate says of an entry.
struct Listed {
    name: String,
    bytes: u64,
    crc32: u32,
}

/// The entries of the archive in its order, as the zip crate lists them.
fn listed(archive: &Path) -> Vec<Listed> {
    let mut zip = zip::ZipArchive::new(File::open(archive).unwrap()).unwrap();
    (0..zip.len())
        .map(|at| {
            let entry = zip.by_index(at).unwrap();
            Listed {
                name: entry.name().unwrap().into_owned(),
                bytes: entry.size(),
                crc32: entry.crc32(),
            }
        })
        .collect()
}

#[test]
fn unzip_finds_nothing_wrong() {
    let Some(account) = asked_for() else { return };
    let said = passes(program("unzip").arg("-tqq").arg(&account.archive));
    assert_eq!(said, "");
}

#[test]
fn seven_zip_finds_nothing_wrong() {
    let Some(account) = asked_for() else { return };
    let said = passes(program("7z").args(["t", "-bd"]).arg(&account.archive));
    assert!(said.contains("\nEverything is Ok\n"), "{said}");
    assert!(!said.to_lowercase().contains("warning"), "{said}");
}

#[test]
fn bsdtar_lists_the_same_names_from_a_file_and_from_a_pipe() {
    let Some(account) = asked_for() else { return };
    let names: Vec<String> = listed(&account.archive)
        .iter()
        .map(|entry| format!("{}\n", entry.name))
        .collect();
    let names = names.concat();
    let from_file = passes(program("bsdtar").arg("-tf").arg(&account.archive));
    assert_eq!(from_file, names);
    // From a pipe it has the local headers alone.
    let from_pipe = passes(
        program("bash")
            .args(["-c", r#"cat -- "$1" | bsdtar -tf -"#, "-"])
            .arg(&account.archive),
    );
    assert_eq!(from_pipe, names);
}

#[test]
fn python_reads_the_same_bytes() {
    let Some(account) = asked_for() else { return };
    let script = "\
        import sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[1]) as archive:\n    \
            assert archive.testzip() is None\n    \
            for entry in archive.infolist():\n        \
                print(entry.filename, entry.file_size, entry.CRC, entry.compress_type)\n";
    let said = passes(
        program("python3")
            .args(["-c", script])
            .arg(&account.archive),
    );
    let expected: Vec<String> = listed(&account.archive)
        .iter()
        .map(|entry| format!("{} {} {} 0\n", entry.name, entry.bytes, entry.crc32))
        .collect();
    assert_eq!(said, expected.concat());
}

#[test]
fn the_checks_by_hand_of_the_format_document_pass_as_they_stand_there() {
    let Some(account) = asked_for() else { return };
    let format = include_str!("../../schemas/README.md");
    let (_, section) = format.split_once("By hand, without the program\n").unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    // What comes then is about one item, or takes keys.
    let (checks, _) = block.split_once("# Where one item is:\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&account.archive, folder.path().join("A.zip")).unwrap();
    let said = passes(
        program("bash")
            .args(["-euo", "pipefail", "-c"])
            .arg(checks.replace("/tmp/", "../../"))
            .current_dir(folder.path()),
    );
    let receipt = Saved::at(&account.archive).receipt;
    let root = |name: &str| receipt[name].as_str().unwrap().to_owned();
    assert_eq!(
        said,
        format!(
            "{}  -\n{}  -\n",
            root("payload_sha256"),
            root("source_sha256")
        )
    );
}

#[test]
fn bagit_python_says_that_the_bag_is_valid() {
    let Some(account) = asked_for() else { return };
    let (_folder, base) = unpacked(&account.archive);
    passes(program("bagit.py").arg("--validate").arg(base));
}

#[test]
fn check_jsonschema_takes_every_document() {
    let Some(account) = asked_for() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (document, number) in documents(&Saved::at(&account.archive)).iter().zip(1..) {
        // One document a file, as the program wants them.
        let name = format!("{number}-{}.json", document.name.replace(['/', ':'], "-"));
        #[expect(clippy::disallowed_methods, reason = "durable, so many take 20 s")]
        std::fs::write(folder.path().join(&name), &document.text).unwrap();
        files.entry(document.schema.clone()).or_default().push(name);
    }
    for (schema, files) in files {
        passes(
            program("check-jsonschema")
                .arg("--schemafile")
                .arg(schema_file(&schema))
                .args(files)
                .current_dir(folder.path()),
        );
    }
}

#[test]
fn check_jsonschema_takes_every_schema() {
    let Some(_) = asked_for() else { return };
    let schemas = std::fs::read_dir(schemas())
        .unwrap()
        .map(|it| it.unwrap().path());
    let schemas: Vec<PathBuf> = schemas
        .filter(|path| path.extension() == Some(OsStr::new("json")))
        .collect();
    assert!(schemas.len() > 10, "{schemas:?}");
    passes(
        program("check-jsonschema")
            .arg("--check-metaschema")
            .args(schemas),
    );
}

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

fn schema_file(name: &str) -> PathBuf {
    schemas().join(format!("{name}.schema.json"))
}
