//! What must be found nowhere: secrets, tokens and signatures, in every spelling
//! that a program, a server or a log may write them in.
//!
//! It shares no code with the product's own search: a spelling that both forgot
//! would hide itself.

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use wechat_sim::Sim;

use crate::run::Said;
use crate::saved::files;

/// What is looked for.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    each: Vec<Needle>,
}

#[derive(Debug)]
struct Needle {
    name: String,
    /// How it may be written.
    spelling: String,
    /// Whether it may stand in what WeChat sent, which is kept as it came: an
    /// item's own address may be signed. A secret stands nowhere.
    is_signature: bool,
}

impl Needles {
    /// The secret and every token of the account of `sim`, and what signs the
    /// addresses that it gave out so far.
    pub(crate) fn of(sim: &Sim) -> Self {
        let mut needles = Self::default();
        needles.add("the secret", sim.secret(), false);
        // Also those that were renewed or revoked.
        for token in sim.tokens() {
            needles.add("a token", &token, false);
        }
        for call in sim.calls() {
            for (name, value) in call.query {
                if name == "vkey" || name == "tempkey" {
                    needles.add(&name, &value, true);
                }
            }
        }
        needles
    }

    /// These and one more.
    pub(crate) fn and(mut self, name: &str, text: &str) -> Self {
        self.add(name, text, false);
        self
    }

    fn add(&mut self, name: &str, text: &str, is_signature: bool) {
        assert!(text.len() >= 8, "{name} is too short to be looked for");
        for spelling in spellings(text) {
            self.each.push(Needle {
                name: name.to_owned(),
                spelling,
                is_signature,
            });
        }
    }

    /// The first of them that the bytes hold, with how it is written there.
    pub(crate) fn first_in(&self, bytes: &[u8]) -> Option<String> {
        self.find(bytes, |_| true)
    }

    fn find(&self, bytes: &[u8], is_meant: impl Fn(&Needle) -> bool) -> Option<String> {
        let text = String::from_utf8_lossy(bytes);
        let mut meant = self.each.iter().filter(|needle| is_meant(needle));
        let found = meant.find(|needle| text.contains(&needle.spelling))?;
        Some(format!("{}, as {}", found.name, found.spelling))
    }

    /// Fails where the bytes of `place` hold one.
    #[track_caller]
    pub(crate) fn assert_absent(&self, place: &str, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        if let Some(found) = self.first_in(bytes) {
            panic!(
                "{place} holds {found}: {:.4000}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    /// The same for what WeChat sent: signatures may be there.
    #[track_caller]
    fn assert_content_keeps(&self, place: &str, bytes: &[u8]) {
        if let Some(found) = self.find(bytes, |needle| !needle.is_signature) {
            panic!("{place} holds {found}");
        }
    }

    /// Fails where what a run said, or a file below `folder`, holds one: every
    /// byte of every file, and of an archive each entry.
    #[track_caller]
    pub(crate) fn assert_kept(&self, said: &Said, folder: &Path) {
        self.assert_absent("stdout", &said.stdout);
        self.assert_absent("stderr", &said.stderr);
        self.assert_kept_in(folder);
    }

    /// The same of the files alone.
    #[track_caller]
    pub(crate) fn assert_kept_in(&self, folder: &Path) {
        self.assert_files_keep(folder, true);
    }

    /// The same, but not of what WeChat sent, where somebody has put one there.
    #[track_caller]
    pub(crate) fn assert_kept_in_our_words(&self, folder: &Path) {
        self.assert_files_keep(folder, false);
    }

    #[track_caller]
    fn assert_files_keep(&self, folder: &Path, content_too: bool) {
        for path in files(folder) {
            let place = path.to_string_lossy().into_owned();
            self.assert_absent("a file's name", &place);
            let bytes = std::fs::read(&path).unwrap();
            let is_pack = path.file_name().is_some_and(|name| name == "blobs.pack");
            let is_archive = path.extension().is_some_and(|extension| extension == "zip");
            if !is_pack && !is_archive {
                self.assert_absent(&place, bytes);
                continue;
            }
            if content_too {
                self.assert_content_keeps(&place, &bytes);
            }
            if is_archive {
                self.assert_archive_keeps(bytes, content_too);
            }
        }
    }

    /// Entry by entry: a reader of ours may be wrong, and so may a search through all.
    #[track_caller]
    fn assert_archive_keeps(&self, bytes: Vec<u8>, content_too: bool) {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            let mut entry = zip.by_index(at).unwrap();
            let name = entry.name().unwrap().into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            if !name.contains("/data/") {
                self.assert_absent(&name, bytes);
            } else if content_too {
                self.assert_content_keeps(&name, &bytes);
            }
        }
    }
}

/// A text as it is, escaped as in addresses (only what must be, or all of it),
/// escaped as in JSON, in hex, and in base64 at each of its three alignments.
pub(crate) fn spellings(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let each =
        |write: &dyn Fn(u8) -> String| -> String { bytes.iter().copied().map(write).collect() };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let needed = |upper: bool| {
        each(&|byte| match (is_plain(byte), upper) {
            (true, _) => char::from(byte).to_string(),
            (false, true) => format!("%{byte:02X}"),
            (false, false) => format!("%{byte:02x}"),
        })
    };
    let mut spellings = vec![
        text.to_owned(),
        needed(true),
        needed(false),
        needed(true).replace("%20", "+"),
        text.replace('/', "\\/"),
        each(&|byte| format!("%{byte:02X}")),
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("\\u{byte:04X}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("{byte:02X}")),
        each(&|byte| format!("{byte:02x}")),
    ];
    for before in 0..3 {
        let padded = [&vec![0; before], bytes].concat();
        // Only the characters that no neighbour has a part in.
        let (first, behind) = ((before * 4).div_ceil(3), padded.len() * 4 / 3);
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            spellings.push(engine.encode(&padded)[first..behind].to_owned());
        }
    }
    spellings.sort();
    spellings.dedup();
    spellings
}

#[test]
fn a_needle_is_found_however_it_is_written() {
    let needles = Needles::default().and("it", "ab+/0123456789?=");
    for text in [
        "x ab+/0123456789?= x",
        "x=ab%2B%2F0123456789%3F%3D",
        "x=ab%2b%2f0123456789%3f%3d&",
        "\"ab+\\/0123456789?=\"",
        "61622b2f303132333435363738393f3d",
        "\\u0061\\u0062\\u002b\\u002f\\u0030\\u0031\\u0032\\u0033\\u0034\\u0035\\u0036\\u0037\\u0038\\u0039\\u003f\\u003d",
    ] {
        assert!(needles.first_in(text.as_bytes()).is_some(), "{text}");
    }
    for before in ["", "a", "ab", "abc"] {
        let text = format!("{before}ab+/0123456789?=z");
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = engine.encode(&text);
            assert!(needles.first_in(text.as_bytes()).is_some(), "{text}");
        }
    }
    assert_eq!(needles.first_in(b"ab+/0123456789?"), None);
}
