use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::{Input, Interrupted, Options, Verdict, verify};
use crate::archive::check::Level;
use crate::archive::{Body, Identities, OpenError, Writer};
use crate::event::{Event, Observer, Silent};
use crate::interrupt::{Cause, Interrupt};
use crate::model::{Fingerprint, RunStatus, Sha256, layout};
use crate::record::manifest::{Manifest, ManifestLine};
use crate::record::receipt::Receipt;

/// An archive of a bag with one picture in it.
fn archive() -> Vec<u8> {
    let picture = b"GIF89a picture".to_vec();
    let blob = layout::blob(&Sha256::of(&picture), crate::model::FileKind::Gif);
    let line = |path: &crate::model::EntryPath, body: &[u8]| ManifestLine {
        sha256: Sha256::of(body),
        path: path.clone(),
    };
    let bagit = layout::path(layout::BAGIT);
    let manifest_path = layout::path(layout::MANIFEST);
    let manifest = Manifest::new([line(&blob, &picture)]).to_bytes();
    let tags = Manifest::new([
        line(&bagit, layout::BAGIT_TEXT.as_bytes()),
        line(&manifest_path, &manifest),
    ]);
    let base = "wx01".parse::<crate::model::AppId>().unwrap().base_folder();
    let mut bytes = Vec::new();
    let mut writer = Writer::create(&mut bytes, base);
    for (path, body) in [
        (bagit, layout::BAGIT_TEXT.as_bytes().to_vec()),
        (layout::path(layout::TAGMANIFEST), tags.to_bytes()),
        (manifest_path, manifest),
        (blob, picture),
    ] {
        let print = Fingerprint::of(&body);
        writer.add(&path, &print, Body::Bytes(&body)).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    crate::fs::write_atomic(&path, bytes).unwrap();
    path
}

const OPTIONS: Options = Options {
    trust: None,
    level: Level::Checksums,
    jobs: NonZeroUsize::MIN,
    identities: Identities::NONE,
};

/// The codes of what is wrong with the archive at `path`.
fn codes(path: &Path) -> Vec<&'static str> {
    let inputs = vec![Input::Path(path.to_owned())];
    let mut outcomes = verify(inputs, &OPTIONS, &Silent, &Interrupt::default()).unwrap();
    match outcomes.remove(0).result {
        Verdict::Sound(report) => {
            assert_eq!(report.findings, []);
            Vec::new()
        }
        Verdict::OtherMajor(_) => panic!("no records were read"),
        Verdict::Damaged(report) => report.findings.iter().map(|finding| finding.code).collect(),
        Verdict::Unreadable(error) => panic!("{error}"),
    }
}

#[test]
fn each_input_has_an_outcome_of_its_own() {
    #[derive(Default)]
    struct Recorder(Mutex<Vec<(String, &'static str)>>);
    impl Observer for Recorder {
        fn event(&self, event: &Event<'_>) {
            if let Event::Finding { archive, finding } = event {
                let heard = (archive.to_string(), finding.code);
                self.0.lock().unwrap().push(heard);
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let good = archive();
    let mut bad = good.clone();
    let at = bad.windows(7).position(|w| w == b"picture").unwrap();
    bad[at] ^= 1;
    let good_path = put(folder.path(), "good.zip", &good);
    let bad_path = put(folder.path(), "bad.zip", &bad);
    let text_path = put(folder.path(), "text.zip", b"hello, this is no zip");
    let inputs = vec![
        Input::Path(good_path),
        Input::Path(bad_path.clone()),
        Input::Path(text_path),
        Input::Path(folder.path().join("absent.zip")),
        Input::Path(folder.path().to_owned()),
        Input::Pipe {
            name: "-".to_owned(),
            reader: Box::new(std::io::Cursor::new(good)),
        },
    ];
    let recorder = Recorder::default();
    let outcomes = verify(inputs, &OPTIONS, &recorder, &Interrupt::default()).unwrap();
    let words: Vec<&str> = outcomes
        .iter()
        .map(|outcome| match &outcome.result {
            Verdict::Sound(_) => "sound",
            Verdict::OtherMajor(_) => "other major",
            Verdict::Damaged(_) => "damaged",
            Verdict::Unreadable(OpenError::NotAZip { .. }) => "no zip",
            Verdict::Unreadable(OpenError::Open { .. }) => "absent",
            Verdict::Unreadable(OpenError::NotABag { .. }) => "no bag",
            Verdict::Unreadable(_) => "unreadable",
        })
        .collect();
    assert_eq!(
        words,
        ["sound", "damaged", "no zip", "absent", "no bag", "sound"]
    );
    let bad = bad_path.display().to_string();
    let heard = recorder.0.into_inner().unwrap();
    assert_eq!(heard, [(bad.clone(), "C03"), (bad, "C06")]);
}

#[test]
fn a_checksum_file_beside_the_archive_must_be_that_of_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = archive();
    let path = put(folder.path(), "a.zip", &bytes);
    let line = format!("{}  a.zip\n", Sha256::of(&bytes));
    put(folder.path(), "a.zip.sha256", line.as_bytes());
    assert_eq!(codes(&path), Vec::<&str>::new());
    let line = format!("{}  a.zip\n", Sha256::of(b"other"));
    put(folder.path(), "a.zip.sha256", line.as_bytes());
    assert_eq!(codes(&path), ["S02"]);
}

#[test]
fn a_receipt_beside_the_archive_must_be_that_of_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = archive();
    let path = put(folder.path(), "a.zip", &bytes);
    let opened = crate::archive::Archive::open(&path, &Identities::NONE).unwrap();
    let digest = |name| Sha256::of(&opened.read(&layout::path(name), 1 << 20).unwrap());
    let at = "2026-11-22T17:06:00Z";
    let receipt = Receipt {
        format: "wxbackup-archive".to_owned(),
        format_version: "1.0".to_owned(),
        archive_id: "wx01/20261122T170600Z".to_owned(),
        run_id: "20261122T170600Z".to_owned(),
        file_name: "a.zip".to_owned(),
        file_bytes: bytes.len() as u64,
        file_sha256: Sha256::of(&bytes),
        archive_sha256: digest(layout::TAGMANIFEST),
        payload_sha256: digest(layout::MANIFEST),
        source_sha256: digest(layout::MANIFEST),
        entries: 4,
        status: RunStatus::Complete,
        published_at: serde_json::from_value(at.into()).unwrap(),
        verified_at: serde_json::from_value(at.into()).unwrap(),
        unchanged_since: None,
        gaps: None,
        encryption: None,
    };
    let write = |receipt: &Receipt| {
        let text = serde_json::to_vec(receipt).unwrap();
        put(folder.path(), "a.receipt.json", &text);
    };
    write(&receipt);
    assert_eq!(codes(&path), Vec::<&str>::new());
    write(&Receipt {
        archive_sha256: Sha256::of(b"other"),
        file_bytes: 7,
        ..receipt
    });
    assert_eq!(codes(&path), ["S02", "S02"]);
    put(folder.path(), "a.receipt.json", b"not json");
    assert_eq!(codes(&path), Vec::<&str>::new());
}

#[test]
fn an_interrupt_ends_the_verification_without_a_verdict() {
    let interrupt = Interrupt::default();
    interrupt.set(Cause::Terminated);
    let pipe = Input::Pipe {
        name: "-".to_owned(),
        reader: Box::new(std::io::Cursor::new(archive())),
    };
    let result = verify(vec![pipe], &OPTIONS, &Silent, &interrupt);
    assert!(matches!(result, Err(Interrupted)));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_instead_of_waited_for() {
    // A device stands for all that is neither file nor folder.
    let inputs = vec![Input::Path("/dev/null".into())];
    let outcomes = verify(inputs, &OPTIONS, &Silent, &Interrupt::default()).unwrap();
    assert!(matches!(
        outcomes[0].result,
        Verdict::Unreadable(OpenError::Open { .. })
    ));
}
