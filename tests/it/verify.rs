//! `wxbackup verify`, on the archive of a simulated account and on what can become of it.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::sample::sample;

fn verify(path: &Path) -> Run {
    Run::new().args(["verify"]).args([path])
}

/// Every finding of a run as code and what it is about.
fn findings(lines: &[Value]) -> Vec<(String, String)> {
    assert_lines_are_ours(lines);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = lines
        .iter()
        .filter(|line| line["message_type"] == "finding");
    findings
        .map(|line| (text(&line["code"]), text(&line["about"])))
        .collect()
}

#[test]
fn an_archive_is_sound_as_a_file_a_pipe_and_a_folder_at_every_level() {
    let archive = &sample().archive;
    for level in ["quick", "structure", "checksums", "full"] {
        verify(archive).args(["--level", level]).succeeds();
    }
    let mut piped = Run::new().args(["verify", "-"]).command();
    let output = piped.stdin(File::open(archive).unwrap()).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let folder = tempfile::tempdir().unwrap();
    let bag = folder.path().join("bag");
    Run::new()
        .args(["restore", "--layout", "bag", "--to"])
        .args([&bag, archive])
        .succeeds();
    let base = std::fs::read_dir(&bag)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    verify(&base).succeeds();
    wxbackup::fs::write_atomic(&base.join("data/stray.txt"), b"x").unwrap();
    let said = verify(&base)
        .args(["--json", "--level", "checksums"])
        .fails_with(6);
    assert_eq!(
        findings(&said.json()),
        [("C01".to_owned(), "data/stray.txt".to_owned())]
    );
}

#[test]
fn several_archives_are_judged_each_for_itself() {
    let (_folder, flipped) = sample().changed(|bytes| bytes[sample().inside_the_last_blob()] ^= 1);
    let said = Run::new()
        .args(["verify", "--json"])
        .args([&flipped, &sample().archive])
        .fails_with(6);
    let summary = said.summary();
    let verdicts: Vec<&Value> = summary["archives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|archive| &archive["verdict"])
        .collect();
    assert_eq!(verdicts, ["damaged", "sound"]);
}

#[test]
fn a_flipped_bit_in_a_picture_is_found_where_it_is() {
    let (_folder, path) = sample().changed(|bytes| bytes[sample().inside_the_last_blob()] ^= 1);
    let found = findings(&verify(&path).args(["--json"]).fails_with(6).json());
    assert!(!found.is_empty());
    for (code, about) in &found {
        assert!(about.starts_with("data/blobs/"), "{code} {about}");
    }
    // No data is read at this level, and no header is wrong.
    verify(&path).args(["--level", "structure"]).succeeds();
}

#[test]
fn a_cut_archive_is_refused_wherever_it_is_cut() {
    let whole = sample().bytes.len();
    for length in [whole - 1, whole / 2, 5000, 30] {
        let (_folder, path) = sample().changed(|bytes| bytes.truncate(length));
        for level in ["quick", "full"] {
            verify(&path).args(["--level", level]).fails_with(6);
        }
    }
}

#[test]
fn a_zip_that_another_program_packed_anew_is_told_apart_from_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("again.zip");
    let mut original = zip::ZipArchive::new(File::open(&sample().archive).unwrap()).unwrap();
    let mut again = zip::ZipWriter::new(File::create_new(&path).unwrap());
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for at in 0..original.len() {
        let mut entry = original.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        again
            .start_file(name, options.unix_permissions(0o600))
            .unwrap();
        std::io::copy(&mut entry, &mut again).unwrap();
    }
    again.set_comment("packed anew").unwrap();
    again.finish().unwrap().flush().unwrap();
    let said = verify(&path).args(["--json"]).fails_with(6);
    assert_eq!(said.summary()["archives"][0]["verdict"], "repacked");
    for (code, _) in findings(&said.json()) {
        assert!(code.starts_with('Z'), "{code}: only the encoding differs");
    }

    let all = findings(&said.json()).len();
    let told = |run: Run| {
        let stderr = run.fails_with(6).stderr;
        let of_findings = stderr.lines().filter(|l| l.starts_with("finding: "));
        (of_findings.count(), stderr)
    };
    let (some, stderr) = told(verify(&path));
    assert_eq!(some, 20);
    let rest = format!(": {} more findings; --verbose tells them\n", all - 20);
    assert!(stderr.contains(&rest), "{stderr}");
    assert_eq!(told(verify(&path).args(["-v"])).0, all);
}

#[test]
fn no_archive_is_called_sound_without_saying_what_was_not_read() {
    let archive = &sample().archive;
    for (level, rest) in [
        ("quick", ", but only its head and tail were read"),
        ("structure", ", but only its headers were read"),
        ("checksums", ", but its records were not judged"),
        ("full", ", complete, 0 gaps"),
    ] {
        let said = verify(archive).args(["--level", level]).succeeds().stdout;
        assert!(said.contains(": sound, ") && said.contains(rest), "{said}");
    }
}

#[test]
fn sidecars_that_tell_of_another_file_are_noticed() {
    let (_folder, path) = sample().changed(|_| {});
    let beside = |suffix: &str| {
        path.with_file_name(
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .replace(".zip", suffix),
        )
    };
    let sum = format!(
        "{}  {}\n",
        "0".repeat(64),
        path.file_name().unwrap().to_str().unwrap()
    );
    wxbackup::fs::write_atomic(&beside(".zip.sha256"), sum.as_bytes()).unwrap();
    let found = findings(&verify(&path).args(["--json"]).fails_with(6).json());
    assert_eq!(
        found
            .iter()
            .map(|(code, _)| code.as_str())
            .collect::<Vec<_>>(),
        ["S02"]
    );
    std::fs::remove_file(beside(".zip.sha256")).unwrap();
    std::fs::copy(
        sample().archive.with_extension("receipt.json"),
        beside(".receipt.json"),
    )
    .unwrap();
    verify(&path).succeeds();
}
