//! Encrypted archives: an age file for each, made and read by the program, and
//! by the program `age` itself.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::fs::{FileExt as _, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use age::secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;
use wechat_sim::{Call, Quirk, Resource, Sim};

use crate::browse::Browsing;
use crate::interop::{is_asked_for, passes, program};
use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};
use crate::sample::sample;
use crate::saved::Saved;

/// Two keys, a third that opens nothing, an account and its encrypted archives.
struct Bench {
    sim: Sim,
    folder: TempDir,
    operator: String,
    escrow: String,
    secrets: Vec<String>,
}

impl Bench {
    fn new() -> Self {
        let sim = Sim::builder()
            .seed(7)
            .images(8)
            .image_bytes(40_000)
            .voices(1)
            .news(1)
            .drafts(1)
            .without(Quirk::Tempkey)
            .start();
        let mut bench = Self {
            sim,
            folder: tempfile::tempdir().unwrap(),
            operator: String::new(),
            escrow: String::new(),
            secrets: Vec::new(),
        };
        bench.operator = bench.key("operator");
        bench.escrow = bench.key("escrow");
        bench.key("stranger");
        std::fs::create_dir(bench.output()).unwrap();
        bench
    }

    /// Makes a key as `age-keygen` does; gives the public one.
    fn key(&mut self, name: &str) -> String {
        let key = age::x25519::Identity::generate();
        let (public, secret) = (key.to_public().to_string(), key.to_string());
        let secret = secret.expose_secret().to_owned();
        let text = format!("# created: today\n# public key: {public}\n{secret}\n");
        let path = self.path(name);
        wxbackup::fs::write_atomic(&path, text.as_bytes()).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        self.secrets.push(secret);
        public
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn output(&self) -> PathBuf {
        self.path("archives")
    }

    /// The folder of plain copies.
    fn copies(&self) -> PathBuf {
        self.output()
            .join(".wxbackup")
            .join(self.sim.appid())
            .join("base")
    }

    fn export(&self) -> Run {
        Run::export(&self.sim, &self.output()).args([
            "--recipient",
            &self.operator,
            "--recipient",
            &self.escrow,
        ])
    }

    /// Exports, and gives the archive that stdout names.
    #[track_caller]
    fn archive(&self, run: Run) -> PathBuf {
        let said = run.succeeds();
        self.holds_no_secret(&said);
        PathBuf::from(said.stdout.trim_end())
    }

    #[track_caller]
    fn holds_no_secret(&self, said: &Said) {
        for secret in &self.secrets {
            let shown = format!("{}{}", said.stdout, said.stderr).to_uppercase();
            assert!(!shown.contains(secret), "a secret key is shown");
        }
    }

    /// A command with the key in the file `name`.
    fn with_key(&self, name: &str, words: &[&str], archive: &Path) -> Run {
        Run::new()
            .args(words.iter().copied())
            .args([archive])
            .args(["--identity"])
            .args([self.path(name)])
    }

    /// The zip inside, as the `age` crate decrypts it.
    fn decrypted(&self, archive: &Path) -> Vec<u8> {
        let key: age::x25519::Identity = self.secrets[0].parse().unwrap();
        age::decrypt(&key, &std::fs::read(archive).unwrap()).unwrap()
    }

    /// An archive inside its age file, by its entries.
    fn saved(&self, archive: &Path) -> Saved {
        let folder = tempfile::tempdir().unwrap();
        let name = archive.file_name().unwrap().to_str().unwrap();
        let zip = folder.path().join(name.trim_end_matches(".age"));
        wxbackup::fs::write_atomic(&zip, &self.decrypted(archive)).unwrap();
        let receipt = receipt_path(archive);
        std::fs::copy(&receipt, folder.path().join(receipt.file_name().unwrap())).unwrap();
        Saved::at(&zip)
    }
}

fn put(path: &Path, bytes: &[u8]) {
    wxbackup::fs::write_atomic(path, bytes).unwrap();
}

fn receipt_path(archive: &Path) -> PathBuf {
    archive.with_extension("").with_extension("receipt.json")
}

fn receipt(archive: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(receipt_path(archive)).unwrap()).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(listed) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = listed
        .map(|file| file.unwrap())
        .filter(|file| file.file_type().unwrap().is_file())
        .map(|file| file.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn media(calls: &[Call]) -> usize {
    let is_file = |call: &&Call| {
        matches!(call.resource, Resource::Cdn | Resource::VideoHost)
            || call.path.ends_with("/get_material")
    };
    calls.iter().filter(is_file).count()
}

/// Code and place of each finding.
fn findings(said: &Said) -> Vec<String> {
    let lines = said.json();
    assert_lines_are_ours(&lines);
    lines
        .iter()
        .filter(|line| line["message_type"] == "finding")
        .map(|line| {
            let about = line["about"].as_str().unwrap_or_default();
            format!("{} {about}", line["code"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn an_encrypted_archive_is_read_by_every_command_with_either_key() {
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    let name = archive.file_name().unwrap().to_str().unwrap().to_owned();
    let stem = name.strip_suffix(".zip.age").unwrap();
    assert_eq!(
        names(&bench.output()),
        [
            format!("{stem}.receipt.json"),
            format!("{stem}.zip.age"),
            format!("{stem}.zip.age.sha256"),
        ],
    );
    let bytes = std::fs::read(&archive).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    let told = receipt(&archive);
    let zip = bench.decrypted(&archive);
    let of = |bytes: &[u8]| wxbackup::model::Sha256::of(bytes).to_string();
    assert_eq!(told["file_name"], format!("{stem}.zip"));
    assert_eq!(told["file_bytes"], zip.len());
    assert_eq!(told["file_sha256"], of(&zip));
    assert_eq!(told["gaps"], 0);
    assert_eq!(
        told["encryption"],
        serde_json::json!({
            "scheme": "age-encryption.org/v1",
            "file_name": name,
            "file_bytes": bytes.len(),
            "file_sha256": of(&bytes),
            "recipients": [bench.operator, bench.escrow],
        })
    );
    let sum = std::fs::read_to_string(format!("{}.sha256", archive.display())).unwrap();
    assert_eq!(sum, format!("{}  {name}\n", of(&bytes)));

    for key in ["operator", "escrow"] {
        let said = bench
            .with_key(key, &["verify", "--json"], &archive)
            .succeeds();
        let lines = said.json();
        assert_lines_are_ours(&lines);
        let verdict = &lines.last().unwrap()["archives"][0];
        assert_eq!(verdict["verdict"], "sound");
        assert_eq!(verdict["archive_sha256"], told["archive_sha256"]);
        bench.holds_no_secret(&said);
    }
    let saved = bench.saved(&archive);
    let listed = bench.with_key("escrow", &["list"], &archive).succeeds();
    assert_eq!(
        listed
            .stdout
            .lines()
            .filter(|line| line.starts_with("image"))
            .count(),
        8
    );
    let to = bench.path("restored");
    let restore = bench.with_key("operator", &["restore", "--layout", "bag"], &archive);
    restore.args(["--to"]).args([&to]).succeeds();
    for (entry, bytes) in &saved.entries {
        let path = to.join(saved_base(&bench)).join(entry);
        assert_eq!(&std::fs::read(path).unwrap(), bytes, "{entry}");
    }
    let to = bench.path("extracted");
    let extract = bench.with_key("operator", &["extract", "--format", "csv"], &archive);
    extract.args(["--to"]).args([&to]).succeeds();
    assert!(to.join("articles.csv").exists());
    let said = bench
        .with_key("operator", &["diff"], &archive)
        .args([&archive])
        .succeeds();
    assert_eq!(said.stdout, "");
    let run = bench.with_key("operator", &["browse", "--no-open"], &archive);
    assert_ne!(Browsing::run(&run).enters(), "");

    // Through a pipe too, where nothing can be read twice.
    let mut pipe = bench
        .with_key("operator", &["verify", "--json"], Path::new("-"))
        .command();
    let output = pipe
        .stdin(File::open(&archive).unwrap())
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

fn saved_base(bench: &Bench) -> String {
    format!("wxbackup-{}", bench.sim.appid())
}

#[test]
fn without_its_key_nothing_of_it_is_read_and_the_hint_names_the_flag() {
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    for words in [&["verify"][..], &["list"], &["diff"]] {
        let mut run = Run::new().args(words.iter().copied()).args([&archive]);
        if words == ["diff"] {
            run = run.args([&archive]);
        }
        let said = run.fails_with(2);
        assert!(said.stderr.contains("--identity FILE"), "{}", said.stderr);
    }
    for words in [&["verify"][..], &["list"]] {
        let said = bench.with_key("stranger", words, &archive).fails_with(2);
        assert!(
            said.stderr.contains("none of the keys opens"),
            "{}",
            said.stderr
        );
    }
    let to = bench.path("restored");
    Run::new()
        .args(["restore"])
        .args([&archive])
        .args(["--to"])
        .args([&to])
        .fails_with(2);
    assert!(!to.exists());
    // Its receipt tells what the file must be, and no more is claimed.
    let quick = ["verify", "--json", "--level", "quick"];
    let said = Run::new().args(quick).args([&archive]).succeeds();
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let verdict = &lines.last().unwrap()["archives"][0];
    assert_eq!(
        (&verdict["verdict"], &verdict["decrypted"]),
        (&"sound".into(), &false.into())
    );
    let said = Run::new()
        .args(["verify", "--level", "quick"])
        .args([&archive])
        .succeeds();
    assert!(
        said.stdout.contains("it was not decrypted"),
        "{}",
        said.stdout
    );
    // Another file is not the one of the receipt, and one without a sidecar is not judged.
    let mut bytes = std::fs::read(&archive).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    put(&archive, &bytes);
    let said = Run::new().args(quick).args([&archive]).fails_with(6);
    assert_eq!(findings(&said), ["S02 "]);
    let said = bench
        .with_key("stranger", &["verify", "--json"], &archive)
        .fails_with(6);
    assert_eq!(findings(&said), ["S02 "]);
    let alone = bench.path("alone.zip.age");
    std::fs::copy(&archive, &alone).unwrap();
    Run::new().args(quick).args([&alone]).fails_with(2);
}

/// The sample, encrypted for the first of the keys, under a name of no archive.
fn small(bench: &Bench) -> (PathBuf, Vec<u8>) {
    let recipient = bench.operator.parse().unwrap();
    let mut zip = &sample().bytes[..];
    let bytes = wxbackup::archive::encrypt(&mut zip, &[recipient], Vec::new()).unwrap();
    (bench.path("small.age"), bytes)
}

#[test]
fn every_flipped_bit_of_the_header_and_every_damaged_chunk_is_refused() {
    let bench = Bench::new();
    let (path, good) = small(&bench);
    put(&path, &good);
    bench.with_key("operator", &["verify"], &path).succeeds();
    let payload = good.len() as u64 - payload_bytes(sample().bytes.len() as u64);
    let mut bytes = good.clone();
    let keys = identities(&bench);
    let file = File::options().write(true).open(&path).unwrap();
    for at in 0..usize::try_from(payload).unwrap() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            file.write_all_at(&bytes[at..=at], at as u64).unwrap();
            let opened =
                wxbackup::archive::Source::open(&path, &keys).map(|source| source.is_encrypted());
            // The payload's nonce is the last of it: that opens, and no chunk does.
            let is_nonce = at as u64 >= payload - 16;
            match opened {
                Ok(true) if is_nonce => {}
                Ok(false) | Err(_) if !is_nonce => {}
                other => panic!("byte {at}, bit {bit}: {other:?}"),
            }
            bytes[at] = good[at];
        }
        file.write_all_at(&good[at..=at], at as u64).unwrap();
    }
    // The program's own words for one of each kind.
    for (at, code) in [
        (0, 6),
        (25, 2),
        (payload - 30, 6),
        (payload - 1, 6),
        (payload, 6),
    ] {
        let at = usize::try_from(at).unwrap();
        bytes[at] ^= 1;
        put(&path, &bytes);
        let verify = bench.with_key("operator", &["verify", "--json"], &path);
        let said = verify.fails_with(code);
        assert_eq!(code == 6, !findings(&said).is_empty(), "byte {at}");
        bytes[at] = good[at];
    }
    let chunk = |index: u64| payload + index * 65552;
    for index in [0, 1] {
        let at = usize::try_from(chunk(index)).unwrap() + 100;
        bytes[at] ^= 0x40;
        put(&path, &bytes);
        let said = bench
            .with_key("operator", &["verify", "--json"], &path)
            .fails_with(6);
        let place = format!("S04 age:{}-{}", chunk(index), chunk(index + 1));
        assert!(
            findings(&said).contains(&place),
            "{place}: {:?}",
            findings(&said)
        );
        let mut pipe = bench
            .with_key("operator", &["verify", "--json"], Path::new("-"))
            .command();
        let output = pipe.stdin(File::open(&path).unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{output:?}");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&place["S04 ".len()..]), "{said}");
        bytes[at] = good[at];
    }
}

/// How long the chunks are that hold so many bytes.
fn payload_bytes(plain: u64) -> u64 {
    plain + plain.div_ceil(64 << 10) * 16
}

fn identities(bench: &Bench) -> wxbackup::archive::Identities {
    let mut keys = wxbackup::archive::Identities::NONE;
    keys.read(&bench.secrets[0]).unwrap();
    keys
}

#[test]
fn a_cut_age_file_is_never_taken_for_a_whole_one() {
    let bench = Bench::new();
    let (path, good) = small(&bench);
    let payload = good.len() as u64 - payload_bytes(sample().bytes.len() as u64);
    let cuts = [
        payload,
        payload + 1,
        payload + 65552,
        payload + 65552 + 7,
        good.len() as u64 - 1,
    ];
    for cut in cuts {
        put(&path, &good[..usize::try_from(cut).unwrap()]);
        let verify = bench.with_key("operator", &["verify", "--json"], &path);
        let found = findings(&verify.fails_with(6));
        assert!(
            found.iter().any(|it| it.starts_with("S0")),
            "{cut}: {found:?}"
        );
        pipe_refuses(&bench, &path);
    }
    // A longer one is another one too.
    let longer = [&good[..], b"\0"].concat();
    put(&path, &longer);
    bench.with_key("operator", &["verify"], &path).fails_with(6);
    pipe_refuses(&bench, &path);
}

#[track_caller]
fn pipe_refuses(bench: &Bench, path: &Path) {
    let mut pipe = bench
        .with_key("operator", &["verify"], Path::new("-"))
        .command();
    let output = pipe.stdin(File::open(path).unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
}

#[test]
fn what_lies_before_and_behind_a_damaged_chunk_is_given_back() {
    let bench = Bench::new();
    let (path, mut bytes) = small(&bench);
    let payload = good_start(&bytes);
    let chunks = (bytes.len() - payload) / 65552;
    assert!(chunks >= 3, "the sample is large enough: {chunks} chunks");
    // In the middle: blobs before it and the directory behind it are whole.
    bytes[payload + (chunks / 2) * 65552 + 9] ^= 1;
    put(&path, &bytes);
    let to = bench.path("restored");
    let said = bench
        .with_key("operator", &["restore", "--layout", "bag", "--json"], &path)
        .args(["--to"])
        .args([&to])
        .fails_with(6);
    let summary = said.summary();
    let lost = summary["lost"].as_u64().unwrap();
    let whole = Saved::at(&sample().archive);
    let restored: BTreeSet<String> = walk(&to);
    assert!(lost >= 1 && !restored.is_empty());
    let named = |entry: &String| restored.iter().find(|path| path.ends_with(entry.as_str()));
    let (mut same, mut gone) = (0, 0);
    for (entry, expected) in &whole.entries {
        match named(entry) {
            Some(path) => {
                assert_eq!(&std::fs::read(to.join(path)).unwrap(), expected, "{entry}");
                same += 1;
            }
            None => gone += 1,
        }
    }
    assert!(gone >= 1 && same > gone, "{same} are whole, {gone} are not");
}

fn good_start(bytes: &[u8]) -> usize {
    let payload = payload_bytes(sample().bytes.len() as u64);
    bytes.len() - usize::try_from(payload).unwrap()
}

fn walk(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inner) = folders.pop() {
        for file in std::fs::read_dir(inner).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                found.insert(name.to_str().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn the_next_run_builds_on_the_plain_copy_or_with_the_key_on_the_archive_itself() {
    let bench = Bench::new();
    let first = bench.archive(bench.export());
    let copy = bench
        .copies()
        .join(first.file_name().unwrap())
        .with_extension("");
    assert_eq!(std::fs::read(&copy).unwrap(), bench.decrypted(&first));
    let mode = copy.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    // Nothing new: a receipt says so, and the archive stands.
    let said = bench.export().succeeds();
    assert_eq!(said.stdout.trim_end(), first.to_str().unwrap());
    // One deleted, and nothing is fetched again; the deleted one is kept.
    let images = bench.saved(&first).items("image");
    let gone = images[0]["media_id"].as_str().unwrap();
    assert!(bench.sim.account().remove(gone));
    let before = bench.sim.call_count();
    let second = bench.archive(bench.export());
    assert_eq!(media(&bench.sim.calls_after(before)), 0);
    assert_eq!(
        bench.saved(&second).item("image", gone)["status"],
        "retired"
    );
    assert_eq!(
        names(&bench.copies()).len(),
        1,
        "only the newest copy is kept"
    );
    // With the key no copy is kept, and the archive itself is built on.
    let with_key = || {
        bench
            .export()
            .args(["--identity"])
            .args([bench.path("escrow")])
    };
    let before = bench.sim.call_count();
    let third = bench.archive(with_key().args(["--always"]));
    assert_eq!(media(&bench.sim.calls_after(before)), 0);
    assert_eq!(names(&bench.copies()), Vec::<String>::new());
    let before = bench.sim.call_count();
    let fourth = bench.archive(with_key().args(["--always"]));
    assert_eq!(media(&bench.sim.calls_after(before)), 0);
    assert_eq!(
        bench.saved(&fourth).item("image", gone)["status"],
        "retired"
    );
    let previous = &bench.saved(&fourth).document("run/archive.json")["previous"];
    assert_eq!(previous["file_name"], receipt(&third)["file_name"]);
    // Without key and copy the run says what it forgets.
    let said = bench.export().args(["--always", "--json"]).succeeds();
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let codes: Vec<&Value> = lines.iter().map(|line| &line["code"]).collect();
    assert!(codes.contains(&&"base_refused".into()) && codes.contains(&&"base_without_key".into()));
    let fifth = PathBuf::from(said.summary()["path"].as_str().unwrap());
    let ids: Vec<Value> = bench.saved(&fifth).items("image");
    assert!(ids.iter().all(|item| item["media_id"] != gone));
}

#[test]
fn encryption_is_switched_off_and_on_between_runs() {
    let bench = Bench::new();
    let first = bench.archive(bench.export());
    let before = bench.sim.call_count();
    // Nothing has changed, and yet this is another archive.
    let plain = bench.archive(Run::export(&bench.sim, &bench.output()));
    assert_eq!(plain.extension().unwrap(), "zip");
    assert_eq!(names(&bench.copies()), Vec::<String>::new());
    let again = bench.archive(bench.export());
    assert_eq!(again.extension().unwrap(), "age");
    // For others, it is another archive too.
    let fewer = Run::export(&bench.sim, &bench.output()).args(["--recipient", &bench.escrow]);
    let said = fewer.succeeds();
    assert!(
        said.stderr.contains("one recipient alone"),
        "{}",
        said.stderr
    );
    assert_eq!(media(&bench.sim.calls_after(before)), 0);
    let payloads: BTreeSet<String> = [&first, &again]
        .map(|archive| receipt(archive)["payload_sha256"].to_string())
        .into();
    assert_eq!(payloads.len(), 1);
}

#[test]
fn a_run_that_dies_while_it_encrypts_leaves_earlier_archives_and_the_next_goes_on() {
    let bench = Bench::new();
    let first = bench.archive(bench.export());
    let good = std::fs::read(&first).unwrap();
    // So many recipients that the age file is longer than the zip by more than
    // two runs differ: a limit between the two stops the run while it encrypts.
    let key = |_| age::x25519::Identity::generate().to_public().to_string();
    let mut keys: Vec<String> = (0..60).map(key).collect();
    keys.push(bench.operator.clone());
    let run = || {
        Run::export(&bench.sim, &bench.output())
            .args(["--always"])
            .env("WXBACKUP_RECIPIENT", keys.join("\n"))
    };
    let second = bench.archive(run());
    let blocks = receipt(&second)["file_bytes"].as_u64().unwrap() / 512 + 6;
    let before = names(&bench.output());
    for trap in ["", "trap '' XFSZ;"] {
        let command = run().command();
        let output = std::process::Command::new("sh")
            .args([
                "-c",
                &format!("{trap} ulimit -f {blocks}; exec \"$@\""),
                "sh",
            ])
            .arg(command.get_program())
            .args(command.get_args())
            .env_clear()
            .envs(
                command
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // Killed at once, or told that there is no room.
        let code = if trap.is_empty() { None } else { Some(1) };
        assert_eq!(output.status.code(), code, "{said}");
        let left: Vec<String> = names(&bench.output())
            .into_iter()
            .filter(|name| !before.contains(name))
            .collect();
        match code {
            None => assert!(left.iter().all(|name| name.ends_with(".zip.age.partial"))),
            Some(_) => assert_eq!(left, Vec::<String>::new()),
        }
        assert_eq!(
            left.len(),
            usize::from(code.is_none()),
            "it died while it encrypted"
        );
        assert_eq!(std::fs::read(&first).unwrap(), good);
    }
    let calls = bench.sim.call_count();
    let third = bench.archive(run());
    assert_eq!(media(&bench.sim.calls_after(calls)), 0);
    bench.with_key("operator", &["verify"], &third).succeeds();
    let partial = |name: &String| name.ends_with(".partial");
    assert!(!names(&bench.output()).iter().any(partial));
    assert_eq!(names(&bench.copies()).len(), 1);
    // A run that died between the name of the copy and that of its archive.
    let third = third.file_name().unwrap().to_str().unwrap();
    let stem = third.trim_end_matches(".zip.age");
    for name in names(&bench.output()) {
        if name.starts_with(stem) {
            std::fs::remove_file(bench.output().join(name)).unwrap();
        }
    }
    let calls = bench.sim.call_count();
    bench.archive(run());
    assert_eq!(media(&bench.sim.calls_after(calls)), 0);
}

#[test]
fn status_and_prune_judge_by_the_receipt_what_no_key_opens() {
    let bench = Bench::new();
    let first = bench.archive(bench.export());
    let second = bench.archive(bench.export().args(["--always"]));
    let status = |words: &[&str]| {
        let run = Run::new()
            .args(["status", "--json", "-o"])
            .args([bench.output()]);
        let lines = run.args(words.iter().copied()).succeeds().json();
        assert_lines_are_ours(&lines);
        let mut accounts = lines.into_iter();
        accounts
            .find(|line| line["message_type"] == "account")
            .unwrap()
    };
    let told = status(&[]);
    assert_eq!(told["newest_good"]["path"], second.to_str().unwrap());
    assert_eq!(told["newest_good"]["by_receipt"], true);
    assert_eq!(
        (&told["archives"], &told["newer_unreadable"]),
        (&2.into(), &0.into())
    );
    let key = bench.path("escrow");
    let told = status(&["--identity", key.to_str().unwrap()]);
    assert_eq!(told["newest_good"]["by_receipt"], Value::Null);

    let prune = || {
        Run::new()
            .args(["prune", "--json", "--keep-last", "1", "-o"])
            .args([bench.output()])
    };
    let lines = prune().succeeds().json();
    assert_lines_are_ours(&lines);
    let fates: Vec<(&Value, &Value)> = lines[..2]
        .iter()
        .map(|line| (&line["fate"], &line["by_receipt"]))
        .collect();
    assert_eq!(
        fates,
        [
            (&"keep".into(), &true.into()),
            (&"remove".into(), &true.into())
        ]
    );
    prune().args(["--apply"]).succeeds();
    let stem = second.with_extension("").with_extension("");
    let stem = stem.file_name().unwrap().to_str().unwrap();
    assert_eq!(
        names(&bench.output()),
        [
            format!("{stem}.receipt.json"),
            format!("{stem}.zip.age"),
            format!("{stem}.zip.age.sha256"),
        ],
    );
    assert!(!first.exists());
    // Without a receipt nobody can tell, and nothing is removed.
    std::fs::remove_file(receipt_path(&second)).unwrap();
    let told = status(&[]);
    assert_eq!(
        (&told["newest_good"], &told["newer_unreadable"]),
        (&Value::Null, &1.into())
    );
}

#[test]
fn keys_that_cannot_be_used_are_refused_for_their_reason_and_never_shown() {
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    for (text, why) in [
        ("age-encryption.org/v1\n-> scrypt a 18\n", "passphrase"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", "OpenSSH"),
        ("AGE-PLUGIN-YUBIKEY-1HUNTER2\n", "plugin"),
        ("hunter2\n", "line 1 is neither a key"),
        ("# nothing\n", "it has no key"),
    ] {
        put(&bench.path("bad"), text.as_bytes());
        let said = bench.with_key("bad", &["verify"], &archive).fails_with(2);
        assert!(said.stderr.contains(why), "{}", said.stderr);
        assert!(
            !said.stderr.to_lowercase().contains("hunter2"),
            "{}",
            said.stderr
        );
    }
    for (key, why) in [
        ("ssh-ed25519 AAAA", "OpenSSH"),
        ("age1yubikey1qqq", "plugins"),
        ("age1qqq", "age1…"),
    ] {
        let run = Run::export(&bench.sim, &bench.output()).args(["--recipient", key]);
        let said = run.fails_with(2);
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
    // One that others can read draws a warning.
    let open = bench.path("operator");
    std::fs::set_permissions(&open, PermissionsExt::from_mode(0o644)).unwrap();
    let said = bench.with_key("operator", &["verify"], &archive).succeeds();
    assert!(
        said.stderr.contains("other users can read this key"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_secret_key_in_a_wrong_place_is_never_shown() {
    let bench = Bench::new();
    let secret = bench.secrets[0].clone();
    let mistyped = secret.replacen("AGE-SECRET-KEY-1", "GE-SECRET-KEY-1", 1);
    let body = &secret["AGE-SECRET-KEY-1".len()..];
    let words = |words: &[&str]| Run::export(&bench.sim, &bench.output()).args(words.to_vec());
    let runs = [
        words(&["--recipient", &secret]),
        words(&["--recipient", &secret.to_lowercase()]),
        words(&["--recipient", &mistyped]),
        words(&["--recipient", &format!("{},{secret}", bench.escrow)]),
        words(&[]).env("WXBACKUP_RECIPIENT", &secret),
        words(&[&secret]),
        words(&["--always", "--identity-of", &secret]),
        words(&[&format!("--recipent={secret}")]),
        words(&["--jobs", &secret]),
        words(&["--identity", &secret]),
        words(&[]).env("WXBACKUP_IDENTITY", &secret),
    ];
    for run in runs {
        for lang in ["en", "zh"] {
            for json in [&[][..], &["--json"]] {
                let output = run.command().args(["--lang", lang]).args(json).output();
                let output = output.unwrap();
                assert_eq!(output.status.code(), Some(2), "{output:?}");
                let shown = [output.stdout, output.stderr].concat();
                let shown = String::from_utf8(shown).unwrap().to_uppercase();
                assert!(!shown.is_empty() && !shown.contains(body), "{shown}");
            }
        }
    }
}

#[test]
fn a_header_that_nobody_writes_is_refused_before_it_is_parsed() {
    let bench = Bench::new();
    let (path, good) = small(&bench);
    let magic = "age-encryption.org/v1\n";
    let mac = format!("--- {}\n", "A".repeat(43));
    let stanza = format!("-> X25519 {}\n{}\n", "A".repeat(43), "A".repeat(43));
    let one_line = format!("{magic}-> X25519 {}", "A".repeat(1 << 20));
    let headers = [
        one_line.clone(),
        format!("{one_line}\n{mac}"),
        format!("{magic}-> X25519 {}\n{mac}", "A".repeat(3000)),
        format!("{magic}{}", stanza.repeat(20_000)),
        format!("{magic}{}{mac}", stanza.repeat(660)),
        format!("{magic}{}{mac}", "-> a\n\n".repeat(700)),
        format!("{magic}{}", "\n".repeat(1 << 20)),
        magic.to_owned(),
    ];
    for header in headers {
        let begin = &header[..header.len().min(60)];
        put(&path, &[header.as_bytes(), &[0; 100][..]].concat());
        let run = bench.with_key("operator", &["verify", "--json"], &path);
        assert_eq!(findings(&run.fails_with(6)), ["S04 age:header"], "{begin}");
        let list = bench.with_key("operator", &["list"], &path);
        list.fails_with(6);
        let mut pipe = bench
            .with_key("operator", &["verify"], Path::new("-"))
            .command();
        let output = pipe.stdin(File::open(&path).unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{begin}: {output:?}");
    }
    put(&path, &good);
    bench.with_key("operator", &["verify"], &path).succeeds();
    // As many as are read are written, and no more.
    let mut many = vec![bench.escrow.parse().unwrap(); 499];
    many.push(bench.operator.parse().unwrap());
    assert_eq!(many.len(), wxbackup::archive::RECIPIENTS_MAX);
    let mut zip = &sample().bytes[..];
    let bytes = wxbackup::archive::encrypt(&mut zip, &many, Vec::new()).unwrap();
    put(&path, &bytes);
    bench.with_key("operator", &["verify"], &path).succeeds();
    let key = |_| age::x25519::Identity::generate().to_public().to_string();
    let keys: Vec<String> = (0..501).map(key).collect();
    let run = Run::export(&bench.sim, &bench.output()).env("WXBACKUP_RECIPIENT", keys.join(","));
    let said = run.fails_with(2);
    assert!(said.stderr.contains("at most 500"), "{}", said.stderr);
    assert_eq!(names(&bench.output()), Vec::<String>::new());
}

#[test]
fn a_damaged_header_is_no_good_archive_to_whoever_has_a_key() {
    let bench = Bench::new();
    let first = bench.archive(bench.export());
    let second = bench.archive(bench.export().args(["--always"]));
    let mut bytes = std::fs::read(&second).unwrap();
    bytes[25] ^= 1;
    put(&second, &bytes);
    let key = bench.path("operator");
    let told = |key: Option<&Path>| {
        let mut run = Run::new()
            .args(["status", "--json", "-o"])
            .args([bench.output()]);
        if let Some(key) = key {
            run = run.args(["--identity"]).args([key]);
        }
        let lines = run.succeeds().json();
        assert_lines_are_ours(&lines);
        let mut lines = lines.into_iter();
        lines
            .find(|line| line["message_type"] == "account")
            .unwrap()
    };
    let with_key = told(Some(&key));
    assert_eq!(with_key["newest_good"]["path"], first.to_str().unwrap());
    assert_eq!(with_key["newer_unreadable"], 1);
    // Without one nobody reads it, and the receipt is believed.
    let by_receipt = told(Some(&bench.path("stranger")));
    assert_eq!(by_receipt["newest_good"]["path"], second.to_str().unwrap());
    assert_eq!(by_receipt["newest_good"]["by_receipt"], true);
    // But nothing is removed for its sake.
    let prune = |key: &str| {
        let run = Run::new().args(["prune", "--json", "--apply", "--keep-last", "1", "-o"]);
        let run = run.args([bench.output()]).args(["--identity"]);
        let lines = run.args([bench.path(key)]).succeeds().json();
        assert_lines_are_ours(&lines);
        let archives = lines
            .iter()
            .filter(|line| line["message_type"] == "archive");
        archives
            .map(|line| line["fate"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for key in ["operator", "stranger"] {
        assert_eq!(prune(key), ["keep", "keep"], "{key}");
        assert!(first.exists() && second.exists());
    }
    bytes[25] ^= 1;
    put(&second, &bytes);
    assert_eq!(prune("stranger"), ["keep", "removed"]);
    assert!(!first.exists() && second.exists());
}

#[test]
fn a_run_that_builds_on_an_older_archive_for_want_of_a_key_says_so() {
    let bench = Bench::new();
    let plain = bench.archive(Run::export(&bench.sim, &bench.output()));
    let second = bench.archive(bench.export());
    for name in names(&bench.copies()) {
        std::fs::remove_file(bench.copies().join(name)).unwrap();
    }
    let run = |key: Option<&str>| {
        let mut run = bench.export().args(["--always", "--json"]);
        if let Some(key) = key {
            run = run.args(["--identity"]).args([bench.path(key)]);
        }
        let said = run.succeeds();
        let lines = said.json();
        assert_lines_are_ours(&lines);
        let told = lines.iter().find(|line| line["code"] == "base_without_key");
        let told = told.map(|line| (line["about"].clone(), line["message"].clone()));
        (
            PathBuf::from(said.summary()["path"].as_str().unwrap()),
            told,
        )
    };
    let (third, told) = run(Some("stranger"));
    let (about, message) = told.unwrap();
    assert_eq!(about, second.to_str().unwrap());
    let message = message.as_str().unwrap();
    let older = format!("builds on an older archive, {}:", plain.display());
    assert!(message.contains(&older), "{message}");
    let previous =
        |archive: &Path| bench.saved(archive).document("run/archive.json")["previous"].clone();
    assert_eq!(
        previous(&third)["file_name"],
        plain.file_name().unwrap().to_str().unwrap()
    );
    // Its plain copy is there now, and is no older one.
    let (_, told) = run(None);
    assert_eq!(told, None);
}

#[test]
fn of_an_archive_in_two_forms_the_one_that_is_whole_is_read() {
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    let zip = bench.decrypted(&archive);
    let plain = archive.with_extension("");
    put(&plain, &zip[..zip.len() / 2]);
    let run = Run::new()
        .args(["status", "--json", "-o"])
        .args([bench.output()]);
    let key = bench.path("escrow");
    let lines = run.args(["--identity"]).args([key]).succeeds().json();
    let told = &lines[0];
    assert_eq!(told["newest_good"]["path"], archive.to_str().unwrap());
    assert_eq!(
        told["newest_good"]["bytes"],
        archive.metadata().unwrap().len()
    );
    assert_eq!(told["newer_unreadable"], 0);
    // The next run builds on its plain copy, or with the key on itself.
    for name in ["stranger", "escrow"] {
        if name == "escrow" {
            std::fs::remove_dir_all(bench.copies()).unwrap();
        }
        let before = bench.sim.call_count();
        let run = bench.export().args(["--identity"]).args([bench.path(name)]);
        assert_eq!(run.succeeds().stdout.trim_end(), archive.to_str().unwrap());
        assert_eq!(media(&bench.sim.calls_after(before)), 0);
    }
}

#[test]
fn a_run_with_the_key_that_finds_nothing_new_leaves_no_plain_copy() {
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    let run = |name| bench.export().args(["--identity"]).args([bench.path(name)]);
    // Not for a key that opens nothing, nor while the archive is damaged.
    run("stranger").succeeds();
    assert_eq!(names(&bench.copies()).len(), 1);
    let good = std::fs::read(&archive).unwrap();
    let mut bytes = good.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    put(&archive, &bytes);
    run("escrow").succeeds();
    assert_eq!(names(&bench.copies()).len(), 1);
    put(&archive, &good);
    assert_eq!(
        run("escrow").succeeds().stdout.trim_end(),
        archive.to_str().unwrap()
    );
    assert_eq!(names(&bench.copies()), Vec::<String>::new());
}

#[test]
fn an_archive_gets_the_sidecars_that_its_run_could_not_write_from_the_next() {
    let bench = Bench::new();
    // The next archive is named after one that is ahead of the clock.
    let ahead = wxbackup::model::Timestamp::now().as_second() + 1800;
    let name = |second: i64, ending: &str| {
        let time = wxbackup::model::Timestamp::from_second(second).unwrap();
        let stamp = wxbackup::model::RunStamp::of(time);
        format!("wxbackup-{}-{stamp}{ending}", bench.sim.appid())
    };
    let home = bench.output().join(".wxbackup").join(bench.sim.appid());
    let promise = home.join("publishing.json");
    let mut last = ahead;
    put(&bench.output().join(name(last, ".zip")), b"PK\x03\x04 cut");
    for ending in [".zip", ".zip.age"] {
        last += 1;
        let sum = bench.output().join(name(last, ending) + ".sha256");
        let receipt = bench.output().join(name(last, ".receipt.json"));
        for path in [&sum, &receipt] {
            std::fs::create_dir(path).unwrap();
        }
        let run = || match ending {
            ".zip" => Run::export(&bench.sim, &bench.output()),
            _ => bench.export(),
        };
        let said = run().succeeds();
        let archive = PathBuf::from(said.stdout.trim_end());
        assert_eq!(archive, bench.output().join(name(last, ending)));
        assert!(promise.is_file(), "what the sidecars would say is kept");
        for path in [&sum, &receipt] {
            std::fs::remove_dir(path).unwrap();
        }
        let promised = std::fs::read(&promise).unwrap();
        let of = wxbackup::model::Sha256::of(&std::fs::read(&archive).unwrap());
        let expected = format!("{of}  {}\n", name(last, ending));
        // A receipt that stands is not replaced, another archive gets none.
        put(&receipt, b"{}");
        run().args(["--seal-staged"]).ends_with(1);
        assert_eq!(std::fs::read(&receipt).unwrap(), b"{}");
        assert_eq!(std::fs::read_to_string(&sum).unwrap(), expected);
        assert!(!promise.exists());
        let good = std::fs::read(&archive).unwrap();
        for is_same in [false, true] {
            for path in [&sum, &receipt] {
                std::fs::remove_file(path).unwrap_or_default();
            }
            let mut bytes = good.clone();
            bytes[0] ^= u8::from(!is_same);
            put(&archive, &bytes);
            put(&promise, &promised);
            run().args(["--seal-staged"]).ends_with(1);
            assert!(!promise.exists());
            assert_eq!(sum.exists() && receipt.exists(), is_same);
        }
        assert_eq!(std::fs::read(&receipt).unwrap(), promised);
        assert_eq!(std::fs::read_to_string(&sum).unwrap(), expected);
    }
}

#[test]
fn a_file_of_keys_in_the_settings_that_cannot_be_read_stops_nobody_who_needs_none() {
    let bench = Bench::new();
    let settings = bench.path("config.toml");
    let text = format!(
        "identity = \"{}\"\n[accounts.shop]\nappid = \"{}\"\nsecret = {{ env = \"S\" }}\n",
        bench.path("gone").display(),
        bench.sim.appid(),
    );
    put(&settings, text.as_bytes());
    let command = |words: &[&str]| {
        let run = Run::new()
            .env("WXBACKUP_API_BASE", bench.sim.url())
            .env("WXBACKUP_CONFIG", &settings)
            .env("S", bench.sim.secret());
        run.args(words.to_vec()).args(["-o"]).args([bench.output()])
    };
    let status = || command(&["status", "--json"]);
    let prune = || command(&["prune", "--json", "--keep-last", "1"]);
    let codes = |run: Run| -> Vec<Value> {
        let lines = run.succeeds().json();
        assert_lines_are_ours(&lines);
        let codes = lines.into_iter().map(|mut line| line["code"].take());
        codes.filter(|code| !code.is_null()).collect()
    };
    bench.archive(Run::export(&bench.sim, &bench.output()));
    assert_eq!((codes(status()), codes(prune())), (vec![], vec![]));
    bench.archive(bench.export());
    let told: Vec<Value> = vec!["identity_unusable".into()];
    assert_eq!((codes(status()), codes(prune())), (told.clone(), told));
    // Named by the command line, it is asked for.
    status()
        .args(["--identity"])
        .args([bench.path("gone")])
        .fails_with(2);
    let said = command(&["doctor", "--json"]).ends_with(2);
    let lines = said.json();
    assert_lines_are_ours(&lines);
    let row = lines.iter().find(|line| line["check"] == "identity");
    assert_eq!(row.unwrap()["verdict"], "problem");
}

#[test]
fn the_settings_say_for_whom_and_with_what() {
    let bench = Bench::new();
    let settings = bench.path("config.toml");
    let text = format!(
        "recipients = [\"{}\"]\nidentity = \"{}\"\n\
         [accounts.shop]\nappid = \"{}\"\nsecret = {{ env = \"S\" }}\nrecipients = [\"{}\", \"{}\"]\n",
        bench.escrow,
        bench.path("escrow").display(),
        bench.sim.appid(),
        bench.operator,
        bench.escrow,
    );
    put(&settings, text.as_bytes());
    let said = Run::new()
        .env("WXBACKUP_API_BASE", bench.sim.url())
        .env("WXBACKUP_CONFIG", &settings)
        .env("S", bench.sim.secret())
        .args(["export", "-o"])
        .args([bench.output()])
        .succeeds();
    bench.holds_no_secret(&said);
    let archive = PathBuf::from(said.stdout.trim_end());
    assert_eq!(
        receipt(&archive)["encryption"]["recipients"],
        serde_json::json!([bench.operator, bench.escrow])
    );
    let verify = Run::new()
        .env("WXBACKUP_CONFIG", &settings)
        .args(["verify"]);
    verify.args([&archive]).succeeds();
    Run::new()
        .env("WXBACKUP_IDENTITY", bench.path("operator"))
        .args(["list"])
        .args([&archive])
        .succeeds();
}

#[test]
fn the_program_age_reads_ours_and_we_read_its() {
    if !is_asked_for() {
        return;
    }
    let bench = Bench::new();
    let archive = bench.archive(bench.export());
    let zip = bench.path("plain.zip");
    for key in ["operator", "escrow"] {
        let mut decrypt = program("age");
        decrypt.args(["-d", "-i"]).arg(bench.path(key));
        passes(decrypt.arg("-o").arg(&zip).arg(&archive));
        passes(program("unzip").arg("-tqq").arg(&zip));
        Run::new().args(["verify"]).args([&zip]).succeeds();
    }
    let theirs = bench.path("theirs.zip.age");
    let mut encrypt = program("age");
    encrypt.args(["-r", &bench.escrow, "-r", &bench.operator, "-o"]);
    passes(encrypt.arg(&theirs).arg(&sample().archive));
    for key in ["operator", "escrow"] {
        bench.with_key(key, &["verify"], &theirs).succeeds();
    }
}
