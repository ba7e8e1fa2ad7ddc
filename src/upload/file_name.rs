//! The names under which files are uploaded.
//!
//! WeChat loses a file whose name is not ASCII, and shows the name in its lists.
//! So a name keeps what is ASCII of the owner's, and ends with a mark that only
//! this item has: by it the item is found again where the answer was lost.

use sha2::{Digest as _, Sha256};

use crate::model::FileKind;

/// How much of the owner's name is kept.
const STEM_CHARS_MAX: usize = 40;

/// The name for the item of `kind` that had `old_id`, and was called `name`.
pub(super) fn of(word: &str, old_id: &str, name: &str, kind: FileKind) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut kept = String::new();
    for c in stem.chars() {
        if kept.len() == STEM_CHARS_MAX {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '_' {
            kept.push(c);
        } else if !kept.ends_with('-') && !kept.is_empty() {
            kept.push('-');
        }
    }
    let kept = match kept.trim_end_matches('-') {
        "" => word,
        kept => kept,
    };
    format!("{kept}-{}.{}", mark(word, old_id), extension(kind))
}

/// Eight digits that tell the item from all others.
pub(super) fn mark(word: &str, old_id: &str) -> String {
    use std::fmt::Write as _;
    let digest = Sha256::new()
        .chain_update(word)
        .chain_update("\0")
        .chain_update(old_id)
        .finalize();
    digest[..4].iter().fold(String::new(), |mut mark, byte| {
        write!(mark, "{byte:02x}").expect("a String takes every text");
        mark
    })
}

/// As WeChat wants it: in lower case, and that of the bytes.
fn extension(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Asf => "wma",
        kind => kind.extension(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_ascii_and_ends_with_a_mark_of_its_own() {
        let table = [
            ("centos.png", FileKind::Png, "centos-c03ca7ff.png"),
            ("CENTOS.JPG", FileKind::Jpg, "CENTOS-c03ca7ff.jpg"),
            ("原子弹 1964.mp4", FileKind::Mp4, "1964-c03ca7ff.mp4"),
            ("../../etc/\"x\"", FileKind::Gif, "image-c03ca7ff.gif"),
            ("", FileKind::Asf, "image-c03ca7ff.wma"),
        ];
        for (name, kind, expected) in table {
            let made = of("image", "m1", name, kind);
            let marked = expected.replace("c03ca7ff", &mark("image", "m1"));
            assert!(made.is_ascii() && !made.contains(['/', '"', '\\']));
            assert_eq!(made, marked);
        }
        assert_ne!(mark("image", "m1"), mark("image", "M1"));
        assert!(of("image", "m", &"x".repeat(500), FileKind::Png).len() < 60);
    }
}
