//! The file `allowed_signers`, as ssh-keygen(1) describes it: which keys are
//! believed, from when, until when, and for what.

use std::collections::HashSet;

use ssh_key::PublicKey;

use super::NAMESPACE;
use crate::message;
use crate::model::Timestamp;

/// The keys that are believed, from a file that did not come with the archive.
#[derive(Clone, Debug)]
pub struct AllowedSigners(Vec<Line>);

/// Why a text names no signers.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowedError {
    /// A line is not as ssh-keygen(1) has it.
    #[error("{}", message!("signers-line", line = *_0))]
    Line(usize),
    /// An option is unknown, or its value is; it may have been meant to forbid.
    #[error("{}", message!("signers-option", line = *line, option = option))]
    Option {
        /// From 1.
        line: usize,
        /// The option, without its value.
        option: String,
    },
    /// No line names a key that can be used here.
    #[error("{}", message!("signers-empty"))]
    Empty,
}

#[derive(Clone, Debug)]
struct Line {
    principals: String,
    key: PublicKey,
    valid_after: Option<Timestamp>,
    valid_before: Option<Timestamp>,
}

#[derive(Default)]
struct Options {
    is_authority: bool,
    is_for_others: bool,
    valid_after: Option<Timestamp>,
    valid_before: Option<Timestamp>,
}

impl AllowedSigners {
    /// The keys that `text` allows to sign archives. Authorities for
    /// certificates are passed over: certificates are not understood here.
    ///
    /// Times without `Z` are taken for UTC.
    ///
    /// # Errors
    ///
    /// [`AllowedError`]: nothing is guessed in a file that gives trust.
    pub fn read(text: &str) -> Result<Self, AllowedError> {
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (principals, rest) = word(line).ok_or(AllowedError::Line(number))?;
            // Options may be left out; a key begins with its kind.
            let (options, key) = if let Ok(key) = PublicKey::from_openssh(rest) {
                (Options::default(), key)
            } else {
                let (options, rest) = word(rest).ok_or(AllowedError::Line(number))?;
                let key = PublicKey::from_openssh(rest);
                let key = key.map_err(|_| AllowedError::Line(number))?;
                (read_options(options, number)?, key)
            };
            if !options.is_authority && !options.is_for_others {
                lines.push(Line {
                    principals: principals.trim_matches('"').to_owned(),
                    key,
                    valid_after: options.valid_after,
                    valid_before: options.valid_before,
                });
            }
        }
        if lines.is_empty() {
            return Err(AllowedError::Empty);
        }
        Ok(Self(lines))
    }

    /// Who may sign with `key` at the time `now`.
    pub(super) fn principals_of(&self, key: &PublicKey, now: Timestamp) -> Option<&str> {
        self.0
            .iter()
            .find(|line| {
                line.key.key_data() == key.key_data()
                    && line.valid_after.is_none_or(|after| now >= after)
                    && line.valid_before.is_none_or(|before| now < before)
            })
            .map(|line| line.principals.as_str())
    }
}

/// The first word, which may hold blanks between quotes, and what follows it.
fn word(text: &str) -> Option<(&str, &str)> {
    let mut in_quotes = false;
    let end = text.find(|c: char| {
        in_quotes ^= c == '"';
        c.is_ascii_whitespace() && !in_quotes
    })?;
    Some((&text[..end], text[end..].trim_start()))
}

fn read_options(text: &str, line: usize) -> Result<Options, AllowedError> {
    let mut options = Options::default();
    let mut names = HashSet::new();
    let mut in_quotes = false;
    let all = text.split(|c: char| {
        in_quotes ^= c == '"';
        c == ',' && !in_quotes
    });
    for option in all {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        let not_understood = || AllowedError::Option {
            line,
            option: name.to_owned(),
        };
        // Twice, or a pattern that takes back what another gives: nothing is guessed.
        let negates = value.split(',').any(|one| one.trim().starts_with('!'));
        if negates || !names.insert(name.to_ascii_lowercase()) {
            return Err(not_understood());
        }
        match name.to_ascii_lowercase().as_str() {
            "cert-authority" => options.is_authority = true,
            "namespaces" => {
                options.is_for_others = !value.split(',').any(|one| fits(one, NAMESPACE));
            }
            "valid-after" => options.valid_after = Some(time(value).ok_or_else(not_understood)?),
            "valid-before" => options.valid_before = Some(time(value).ok_or_else(not_understood)?),
            _ => return Err(not_understood()),
        }
    }
    Ok(options)
}

/// Whether `pattern`, with `*` and `?`, fits all of `text`.
fn fits(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    if first == '*' {
        return (0..=text.len()).any(|at| text.is_char_boundary(at) && fits(rest, &text[at..]));
    }
    let mut chars = text.chars();
    let same = chars.next().is_some_and(|c| first == '?' || c == first);
    same && fits(rest, chars.as_str())
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`.
fn time(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let full = format!("{digits:0<14}");
    let part = |from: usize, to: usize| &full[from..to];
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14)
    );
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("test_key.pub");

    fn is_allowed(text: &str, now: i64) -> bool {
        let key = PublicKey::from_openssh(KEY).unwrap();
        let signers = AllowedSigners::read(text);
        let now = Timestamp::from_second(now).unwrap();
        signers.is_ok_and(|signers| signers.principals_of(&key, now).is_some())
    }

    #[test]
    fn options_say_when_and_for_what() {
        // 2026-01-01 00:00:00 UTC.
        let new_year = 1_767_225_600;
        let line = |options: &str| format!("# ours\n\n\"a b\" {options} {KEY}");
        for (options, from, until) in [
            ("", true, true),
            ("namespaces=\"git,wxbackup-*\"", true, true),
            ("namespaces=\"git\"", false, false),
            ("NAMESPACES=\"wxbackup-archive\"", true, true),
            ("cert-authority", false, false),
            ("valid-after=\"20260101Z\"", false, true),
            ("valid-before=202601010000", true, false),
            (
                "valid-after=20250101,valid-before=20250601000000Z",
                false,
                false,
            ),
        ] {
            let text = line(options);
            assert_eq!(is_allowed(&text, new_year - 1), from, "{options}");
            assert_eq!(is_allowed(&text, new_year), until, "{options}");
        }
    }

    #[test]
    fn what_is_not_understood_gives_no_trust() {
        let why = |text: &str| AllowedSigners::read(text).unwrap_err();
        assert_eq!(why(""), AllowedError::Empty);
        assert_eq!(why("# nobody\n"), AllowedError::Empty);
        assert_eq!(why("\na"), AllowedError::Line(2));
        assert_eq!(why(KEY), AllowedError::Line(1));
        assert_eq!(why("a ssh-ed25519 AAAA"), AllowedError::Line(1));
        for (options, option) in [
            ("no-touch-required", "no-touch-required"),
            ("valid-before=tomorrow", "valid-before"),
            ("valid-after=20261301", "valid-after"),
            ("namespaces=\"*,!wxbackup-archive\"", "namespaces"),
            ("namespaces=\"git\",namespaces=\"*\"", "namespaces"),
        ] {
            assert_eq!(
                why(&format!("a {options} {KEY}")),
                AllowedError::Option {
                    line: 1,
                    option: option.to_owned()
                }
            );
        }
    }
}
