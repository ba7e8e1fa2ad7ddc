//! The two manifests: one line a file, in one spelling (format 2.8).

use std::io::{self, BufRead, Read as _};

use crate::archive::limits;
use crate::model::{EntryPath, Sha256};

/// 64 digits, two blanks, a name and the line feed.
const LINE_BYTES_MAX: u64 = 64 + 2 + limits::NAME_BYTES_MAX as u64 + 1;

/// Appends the line of one file: `<64 hex>  <path>\n`. Lines stand sorted by
/// path; the caller owes the order.
pub fn write_line(manifest: &mut String, sha256: &Sha256, path: &EntryPath) {
    use std::fmt::Write as _;
    writeln!(manifest, "{sha256}  {path}").expect("a String takes every text");
}

/// What a line of a manifest says, or what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The file and its digest.
    Listed(EntryPath, Sha256),
    /// Not in canonical spelling, but readable: what it means.
    Respelled(EntryPath, Sha256),
    /// The path is no name of a file in an archive; the field is the path.
    BadName(String),
    /// Nothing that a manifest can say.
    Unreadable,
}

/// Reads the next line; `None` at the end. Lines that are too long are skipped
/// without being held.
pub(super) fn read_line(manifest: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let taken = manifest
        .take(LINE_BYTES_MAX + 8)
        .read_until(b'\n', &mut line)?;
    if taken == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && taken as u64 == LINE_BYTES_MAX + 8 {
        manifest.skip_until(b'\n')?;
        return Ok(Some(Line::Unreadable));
    }
    Ok(Some(parse(&line)))
}

fn parse(line: &[u8]) -> Line {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let Some((digest, path)) = split(text) else {
        return Line::Unreadable;
    };
    let Ok(path) = path.parse::<EntryPath>() else {
        return Line::BadName(path.to_owned());
    };
    let mut spelled = String::new();
    write_line(&mut spelled, &digest, &path);
    if spelled.as_bytes() == line {
        Line::Listed(path, digest)
    } else {
        Line::Respelled(path, digest)
    }
}

/// Digest and path of a line, in any spelling that `sha256sum -c` would take.
fn split(text: &[u8]) -> Option<(Sha256, &str)> {
    let text = std::str::from_utf8(text).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\r');
    let (digest, path) = text.split_at_checked(64)?;
    let path = path
        .strip_prefix("  ")
        .or_else(|| path.strip_prefix(" *"))?;
    Some((digest.to_ascii_lowercase().parse().ok()?, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn lines(text: &str) -> Vec<Line> {
        let mut text = text.as_bytes();
        std::iter::from_fn(|| read_line(&mut text).unwrap()).collect()
    }

    #[test]
    fn only_one_spelling_is_canonical() {
        let (path, digest) = ("data/a.bin".parse().unwrap(), DIGEST.parse().unwrap());
        assert_eq!(
            lines(&format!("{DIGEST}  data/a.bin\n")),
            [Line::Listed(path, digest)]
        );
        let path: EntryPath = "data/a.bin".parse().unwrap();
        for text in [
            format!("\u{feff}{DIGEST}  data/a.bin\n"),
            format!("{DIGEST}  data/a.bin\r\n"),
            format!("{}  data/a.bin\n", DIGEST.to_uppercase()),
            format!("{DIGEST} *data/a.bin\n"),
            format!("{DIGEST}  data/a.bin"),
        ] {
            assert_eq!(
                lines(&text),
                [Line::Respelled(path.clone(), digest)],
                "{text:?}"
            );
        }
        for text in ["\n", "# x\n", &format!("{DIGEST} data/a.bin\n"), "\u{feff}"] {
            assert_eq!(lines(text), [Line::Unreadable], "{text:?}");
        }
        for bad in ["../../etc/passwd", "", " a", "a b", "/a"] {
            assert_eq!(
                lines(&format!("{DIGEST}  {bad}\n")),
                [Line::BadName(bad.to_owned())]
            );
        }
    }

    #[test]
    fn a_line_without_end_is_skipped_and_the_next_is_read() {
        let text = format!("{}\n{DIGEST}  a\n", "x".repeat(100_000));
        assert_eq!(
            lines(&text),
            [
                Line::Unreadable,
                Line::Listed("a".parse().unwrap(), DIGEST.parse().unwrap())
            ]
        );
    }
}
