//! Signatures: who made an archive, proven to those who have the key from elsewhere.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use wechat_sim::{Quirk, Sim};
use wxbackup::archive::{Body, Writer};
use wxbackup::model::{AppId, Fingerprint};

use crate::interop::{is_asked_for, passes, program};
use crate::output::assert_lines_are_ours;
use crate::run::Run;
use crate::saved::Saved;

/// Keys made for the tests of the program; they sign nothing else.
const KEY: &str = include_str!("../../src/record/signature/test_key");
const KEY_PUBLIC: &str = include_str!("../../src/record/signature/test_key.pub");
const OTHER_PUBLIC: &str = include_str!("../../src/record/signature/other_key.pub");

const SIGNATURE: &str = "signatures/tagmanifest-sha256.txt.sig";

/// A folder with keys, an account, and its archives, signed and not.
struct Bench {
    sim: Sim,
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self {
            // The same library has the same bytes.
            sim: Sim::builder()
                .images(3)
                .drafts(1)
                .without(Quirk::Tempkey)
                .start(),
            folder: tempfile::tempdir().unwrap(),
        };
        bench.write("key", KEY);
        bench.write("ours", &format!("backup@example.org {KEY_PUBLIC}"));
        bench.write("others", &format!("someone@example.org {OTHER_PUBLIC}"));
        bench
    }

    fn write(&self, name: &str, text: &str) {
        wxbackup::fs::write_atomic(&self.path(name), text.as_bytes()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(self.path(name), mode).unwrap();
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A folder for archives.
    fn output(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    fn signed(&self) -> Saved {
        let output = self.output("signed");
        self.export(&output).succeeds();
        Saved::only_one_in(&output)
    }

    fn export(&self, output: &Path) -> Run {
        Run::export(&self.sim, output)
            .args(["--sign-key"])
            .args([self.path("key")])
    }

    /// What `verify` says of an archive, and how it ends.
    #[track_caller]
    fn verify(&self, archive: &Path, signers: &str, code: i32) -> Vec<Value> {
        let run = Run::new()
            .args(["verify", "--json", "--allowed-signers"])
            .args([self.path(signers), archive.to_owned()]);
        let said = if code == 0 {
            run.succeeds()
        } else {
            run.fails_with(code)
        };
        let lines = said.json();
        assert_lines_are_ours(&lines);
        lines
    }

    /// Code and message of each finding, and the verdict.
    #[track_caller]
    fn refused(&self, archive: &Path, signers: &str) -> (Vec<String>, String) {
        let lines = self.verify(archive, signers, 6);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = lines
            .iter()
            .filter(|line| line["message_type"] == "finding")
            .map(|line| format!("{} {}", text(&line["code"]), text(&line["message"])))
            .collect();
        let summary = lines.last().unwrap();
        (findings, text(&summary["archives"][0]["verdict"]))
    }

    /// `saved` with these entries in place of its own, in a canonical zip.
    fn rewritten(&self, saved: &Saved, name: &str, signature: Option<&[u8]>) -> PathBuf {
        let path = self.path(name);
        let app_id: AppId = self.sim.appid().parse().unwrap();
        let file = wxbackup::fs::create_new(&path).unwrap();
        let mut writer = Writer::create(file, app_id.base_folder());
        let mut order: Vec<&str> = saved.order.iter().map(String::as_str).collect();
        order.retain(|entry| *entry != SIGNATURE);
        if signature.is_some() {
            let behind = order
                .iter()
                .position(|entry| *entry == "tagmanifest-sha256.txt");
            order.insert(behind.unwrap() + 1, SIGNATURE);
        }
        for entry in order {
            let bytes = match signature {
                Some(signature) if entry == SIGNATURE => signature,
                _ => &saved.entries[entry],
            };
            let print = Fingerprint::of(bytes);
            writer
                .add(&entry.parse().unwrap(), &print, Body::Bytes(bytes))
                .unwrap();
        }
        writer.finish().unwrap();
        path
    }
}

#[test]
fn a_signed_archive_is_believed_as_a_file_a_pipe_and_a_folder() {
    let bench = Bench::new();
    let saved = bench.signed();
    let archive = &saved.path;
    let lines = bench.verify(archive, "ours", 0);
    let line = &lines.last().unwrap()["archives"][0];
    assert_eq!(line["verdict"], "sound");
    assert_eq!(line["signer"], "backup@example.org");
    let fingerprint = &saved.document("run/archive.json")["signatures"][0];
    assert_eq!(
        fingerprint,
        &serde_json::json!({
            "path": SIGNATURE, "scheme": "sshsig",
            "key_fingerprint": line["signer_fingerprint"],
        })
    );

    let piped = Run::new()
        .args(["verify", "-", "--allowed-signers"])
        .args([bench.path("ours")]);
    let mut command = piped.command();
    let command = command.stdin(std::fs::File::open(archive).unwrap());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains(", signed by backup@example.org (SHA256:"),
        "{said}"
    );

    let bag = bench.path("bag");
    Run::new()
        .args(["restore", "--layout", "bag", "--to"])
        .args([&bag, archive])
        .succeeds();
    bench.verify(&bag, "ours", 0);

    // Nobody who has no key is asked for one.
    Run::new().args(["verify"]).args([archive]).succeeds();
}

#[test]
fn whoever_computes_everything_anew_still_has_no_key() {
    let bench = Bench::new();
    let signed = bench.signed();
    let signature = &signed.entries[SIGNATURE];

    // A true archive that says less, made by the same program.
    let folder = bench.output("forged");
    Run::export(&bench.sim, &folder)
        .args(["--sections", "image"])
        .succeeds();
    let forged = Saved::only_one_in(&folder);
    let untrusted = "untrusted".to_owned();
    assert_eq!(
        bench.refused(&forged.path, "ours"),
        (
            vec!["A01 the archive is not signed".to_owned()],
            untrusted.clone()
        )
    );
    let wrong = "A02 the signature does not fit the archive; it was changed after it was signed";
    let with_ours = bench.rewritten(&forged, "with-ours.zip", Some(signature));
    assert_eq!(
        bench.refused(&with_ours, "ours"),
        (vec![wrong.to_owned()], untrusted.clone())
    );
    let unsigned = bench.rewritten(&signed, "unsigned.zip", None);
    assert_eq!(
        bench.refused(&unsigned, "ours").0,
        ["A01 the archive is not signed"]
    );
    let noise = bench.rewritten(&signed, "noise.zip", Some(b"noise"));
    assert_eq!(
        bench.refused(&noise, "ours").0,
        ["A02 the signature cannot be read"]
    );
    let (findings, verdict) = bench.refused(&signed.path, "others");
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    assert!(
        finding.starts_with("A02 the key SHA256:")
            && finding.ends_with(" that signed it is not among the allowed signers"),
        "{finding}"
    );
    assert_eq!(verdict, untrusted);
}

#[test]
fn an_unsigned_base_is_followed_by_a_signed_archive_once() {
    let bench = Bench::new();
    let output = bench.output("nights");
    Run::export(&bench.sim, &output).succeeds();
    let unsigned = Saved::only_one_in(&output);
    bench.export(&output).succeeds();
    let archives = crate::saved::archives(&output);
    assert_eq!(archives.len(), 2, "{archives:?}");
    let newest = archives.iter().max().unwrap();
    bench.verify(newest, "ours", 0);
    // The library is the same, and so is its digest.
    assert_eq!(Saved::at(newest).payload_sha256, unsigned.payload_sha256);
    bench.export(&output).succeeds();
    assert_eq!(crate::saved::archives(&output).len(), 2);
}

#[test]
fn files_that_are_no_keys_end_with_2_and_their_reason() {
    let bench = Bench::new();
    let output = bench.output("out");
    bench.write("public", KEY_PUBLIC);
    let said = Run::export(&bench.sim, &output)
        .args(["--sign-key"])
        .args([bench.path("public")])
        .fails_with(2);
    assert!(
        said.stderr.contains("is no key to sign with")
            && said
                .stderr
                .contains("it is no private key as ssh-keygen writes it"),
        "{}",
        said.stderr
    );
    assert!(crate::saved::archives(&output).is_empty());
    let saved = bench.signed();
    for (file, reason) in [
        ("key", "line 1 is not `principals [options] key`"),
        ("nothing", "cannot open"),
    ] {
        let said = Run::new()
            .args(["verify", "--allowed-signers"])
            .args([bench.path(file), saved.path.clone()])
            .fails_with(2);
        assert!(said.stderr.contains(reason), "{}", said.stderr);
        assert!(!said.stderr.contains("b3BlbnNzaC1rZXk"), "{}", said.stderr);
    }
    let said = Run::new()
        .args(["verify", "--level", "checksums", "--allowed-signers"])
        .args([bench.path("ours"), saved.path])
        .fails_with(2);
    assert!(
        said.stderr.contains("needs --level full"),
        "{}",
        said.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_draws_a_warning_and_is_never_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(bench.path("key"), mode).unwrap();
    let output = bench.output("out");
    let said = bench.export(&output).args(["--verbose"]).succeeds();
    assert!(
        said.stderr.contains("other users can read this key"),
        "{}",
        said.stderr
    );
    let body = KEY.lines().nth(1).unwrap();
    let saved = Saved::only_one_in(&output);
    assert!(!said.stderr.contains(body) && !said.stdout.contains(body));
    for (name, bytes) in &saved.entries {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(body), "{name}");
    }
}

#[test]
fn ssh_keygen_believes_our_signatures_and_we_believe_its() {
    if !is_asked_for() {
        return;
    }
    let bench = Bench::new();
    let saved = bench.signed();
    let tagmanifest = bench.path("tagmanifest-sha256.txt");
    let bytes = &saved.entries["tagmanifest-sha256.txt"];
    wxbackup::fs::write_atomic(&tagmanifest, bytes).unwrap();
    let signature = bench.path("signature");
    wxbackup::fs::write_atomic(&signature, &saved.entries[SIGNATURE]).unwrap();
    let told = passes(
        program("ssh-keygen")
            .args([
                "-Y",
                "verify",
                "-I",
                "backup@example.org",
                "-n",
                "wxbackup-archive",
                "-f",
            ])
            .arg(bench.path("ours"))
            .arg("-s")
            .arg(&signature)
            .stdin(std::fs::File::open(&tagmanifest).unwrap()),
    );
    assert!(
        told.starts_with("Good \"wxbackup-archive\" signature for backup@example.org"),
        "{told}"
    );

    // A key of another kind, and its signature put into an archive without one.
    for kind in ["ed25519", "ecdsa"] {
        let key = bench.path(kind);
        passes(
            program("ssh-keygen")
                .args(["-q", "-N", "", "-t", kind, "-f"])
                .arg(&key),
        );
        passes(
            program("ssh-keygen")
                .args(["-q", "-Y", "sign", "-n", "wxbackup-archive", "-f"])
                .arg(&key)
                .arg(&tagmanifest),
        );
        let made = bench.path("tagmanifest-sha256.txt.sig");
        let signature = std::fs::read(&made).unwrap();
        std::fs::remove_file(made).unwrap();
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        bench.write("signers", &format!("them {public}"));
        let archive = bench.rewritten(&saved, &format!("{kind}.zip"), Some(&signature));
        bench.verify(&archive, "signers", 0);
        assert_eq!(bench.refused(&archive, "ours").1, "untrusted");
    }
}
