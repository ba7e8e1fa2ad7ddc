//! Reads the JSON that WeChat sends, which is not always JSON.
//!
//! Strictly first. Where that fails, what is known to occur is mended: raw
//! control bytes inside strings, bad UTF-8, a byte order mark, NULs at the end,
//! half surrogate pairs, unknown escapes. Valid JSON is never changed, and the
//! bytes that are stored are those that came. Whoever reads stored bytes again
//! reads them here, so that both see the same text.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr2;
use serde_json::Value;

use crate::message;

/// The longest text that is read.
pub const BYTES_MAX: usize = 128 << 20;

/// How deep arrays and objects may be nested.
pub const DEPTH_MAX: usize = 64;

/// How many values a text may hold, the keys of objects counted too. In memory
/// one takes up to a hundred times its two bytes of text. A page of twenty groups
/// of eight articles, with all that WeChat can say of them, has some ten thousand.
pub const VALUES_MAX: usize = 1 << 18;

/// The text cannot be read, mended or not.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Longer than [`BYTES_MAX`].
    #[error("{}", message!("json-too-long", bytes = .0.to_string()))]
    TooLong(usize),
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("{}", message!("json-too-deep", depth = DEPTH_MAX.to_string()))]
    TooDeep,
    /// More values than [`VALUES_MAX`].
    #[error("{}", message!("json-too-many", values = VALUES_MAX.to_string()))]
    TooMany,
    /// No JSON, whatever is mended.
    #[error("{}", message!("json-none"))]
    Syntax(#[source] serde_json::Error),
}

/// A text that was read.
#[derive(Debug)]
pub struct Reading {
    /// What it says; of a key that occurs twice, the last.
    pub value: Value,
    /// What had to be mended first.
    pub repairs: Repairs,
}

/// What was mended, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// Bytes cut off: a byte order mark in front, NULs at the end.
    pub cut: usize,
    /// Runs of bytes that are no UTF-8, now U+FFFD.
    pub bad_utf8: usize,
    /// Control bytes inside strings, now escaped.
    pub control_bytes: usize,
    /// Backslashes that begin no escape, now doubled, and halves of surrogate
    /// pairs, now U+FFFD.
    pub bad_escapes: usize,
}

impl Repairs {
    /// Whether the text was JSON as it came.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Repairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = message!(
            "json-repairs",
            cut = self.cut.to_string(),
            utf8 = self.bad_utf8.to_string(),
            control = self.control_bytes.to_string(),
            escapes = self.bad_escapes.to_string(),
        );
        message.fmt(f)
    }
}

/// Reads a JSON text, mended where it must be.
///
/// # Errors
///
/// Where it is too long, too deep, of too many values, or no JSON even when mended.
pub fn read(bytes: &[u8]) -> Result<Reading, Error> {
    if bytes.len() > BYTES_MAX {
        return Err(Error::TooLong(bytes.len()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_shape(text)?;
        if let Ok(value) = serde_json::from_str(text) {
            return Ok(Reading {
                value,
                repairs: Repairs::default(),
            });
        }
    }
    let length = mended_bytes_max(bytes);
    if length > BYTES_MAX {
        return Err(Error::TooLong(length));
    }
    let (text, repairs) = mend(bytes);
    check_shape(&text)?;
    let value = serde_json::from_str(&text).map_err(Error::Syntax)?;
    Ok(Reading { value, repairs })
}

/// The text with everything mended that [`read`] mends. Valid JSON comes back as it is.
pub fn mend(bytes: &[u8]) -> (Cow<'_, str>, Repairs) {
    let mut repairs = Repairs::default();
    let bytes = cut_ends(bytes, &mut repairs);
    let text = mend_utf8(bytes, &mut repairs);
    let text = match mend_strings(&text, &mut repairs) {
        Some(mended) => Cow::Owned(mended),
        None => text,
    };
    (text, repairs)
}

fn cut_ends<'a>(bytes: &'a [u8], repairs: &mut Repairs) -> &'a [u8] {
    let mut kept = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let end = kept
        .iter()
        .rposition(|byte| !matches!(byte, 0 | b' ' | b'\t' | b'\r' | b'\n'))
        .map_or(0, |last| last + 1);
    // Blanks alone may stay: they are valid.
    if kept[end..].contains(&0) {
        kept = &kept[..end];
    }
    repairs.cut = bytes.len() - kept.len();
    kept
}

fn mend_utf8<'a>(bytes: &'a [u8], repairs: &mut Repairs) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut mended = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        mended.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            mended.push(char::REPLACEMENT_CHARACTER);
            repairs.bad_utf8 += 1;
        }
    }
    Cow::Owned(mended)
}

/// `None` where nothing inside a string needs mending.
fn mend_strings(text: &str, repairs: &mut Repairs) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended = String::new();
    let (mut at, mut copied, mut in_string) = (0, 0, false);
    while let Some(&byte) = bytes.get(at) {
        let (length, instead): (usize, Option<Cow<'_, str>>) = match byte {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            _ if !in_string => (1, None),
            b'\\' => match escape_at(&bytes[at..]) {
                Escape::Good(length) => (length, None),
                Escape::Unknown => (1, Some("\\\\".into())),
                Escape::HalfPair => (6, Some("\u{fffd}".into())),
            },
            b'\n' => (1, Some("\\n".into())),
            b'\r' => (1, Some("\\r".into())),
            b'\t' => (1, Some("\\t".into())),
            0..0x20 => (1, Some(format!("\\u{byte:04x}").into())),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            if byte == b'\\' {
                repairs.bad_escapes += 1;
            } else {
                repairs.control_bytes += 1;
            }
            mended.push_str(&text[copied..at]);
            mended.push_str(&instead);
            copied = at + length;
        }
        at += length;
    }
    (copied > 0).then(|| mended + &text[copied..])
}

enum Escape {
    /// Valid, this many bytes long.
    Good(usize),
    /// `\uD83D` without its other half, or that half alone.
    HalfPair,
    /// A backslash that begins nothing that JSON knows.
    Unknown,
}

/// What begins with the backslash at the start of `bytes`.
fn escape_at(bytes: &[u8]) -> Escape {
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Escape::Good(2),
        Some(b'u') => match (code_unit(bytes), bytes.get(6..).and_then(code_unit)) {
            (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => Escape::Good(12),
            (Some(0xd800..0xe000), _) => Escape::HalfPair,
            (Some(_), _) => Escape::Good(6),
            (None, _) => Escape::Unknown,
        },
        _ => Escape::Unknown,
    }
}

/// The number in a `\uXXXX` at the start of `bytes`.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    // `from_str_radix` would take a sign too.
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

/// Refuses, before it is parsed, a text that would take far more memory than it
/// has bytes, or too deep a stack.
fn check_shape(text: &str) -> Result<(), Error> {
    let bytes = text.as_bytes();
    // A value stands behind each of these, but for empty arrays and objects.
    let (mut depth, mut values, mut at) = (0_usize, 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => at = end_of_string(bytes, at),
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b':' => values += 1,
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(Error::TooDeep);
        }
        if values > VALUES_MAX {
            return Err(Error::TooMany);
        }
    }
    Ok(())
}

/// Where the string whose first byte stands at `at` has ended.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    // Articles are strings of a megabyte with hardly an escape in them.
    while let Some(ahead) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += ahead;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// The most bytes that the text can have once it is mended.
fn mended_bytes_max(bytes: &[u8]) -> usize {
    let count = |is_wanted: fn(&u8) -> bool| bytes.iter().filter(|byte| is_wanted(byte)).count();
    let invalid = bytes
        .utf8_chunks()
        .filter(|chunk| !chunk.invalid().is_empty());
    bytes.len()
        + count(|byte| *byte < 0x20) * ("\\u0000".len() - 1)
        + count(|byte| *byte == b'\\')
        + invalid.count() * (char::REPLACEMENT_CHARACTER.len_utf8() - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn title(bytes: &[u8]) -> (Value, Repairs) {
        let reading = read(bytes).unwrap();
        (reading.value["t"].clone(), reading.repairs)
    }

    #[test]
    fn what_wechat_is_known_to_send_is_mended_and_counted() {
        let none = Repairs::default();
        let cases: [(&[u8], &str, Repairs); 12] = [
            (b"{\"t\":\"a\\/b\"}", "a/b", none),
            (b"{\"t\":\"\\ud83d\\ude00\"} \n", "\u{1f600}", none),
            (
                b"{\"t\":\"a\x07b\x14\"}",
                "a\u{7}b\u{14}",
                Repairs {
                    control_bytes: 2,
                    ..none
                },
            ),
            (
                b"{\n\"t\":\t\"a\nb\r\tc\"}",
                "a\nb\r\tc",
                Repairs {
                    control_bytes: 3,
                    ..none
                },
            ),
            (
                b"{\"t\":\"\xcd\xf5\xbe\xfc\"}",
                "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
                Repairs {
                    bad_utf8: 4,
                    ..none
                },
            ),
            (
                b"{\"t\":\"cut \xf0\x9f\x98\"}",
                "cut \u{fffd}",
                Repairs {
                    bad_utf8: 1,
                    ..none
                },
            ),
            (
                b"\xef\xbb\xbf{\"t\":\"x\"}",
                "x",
                Repairs { cut: 3, ..none },
            ),
            (b"{\"t\":\"x\"}\n\0\0 ", "x", Repairs { cut: 4, ..none }),
            (
                b"{\"t\":\"\\ud83dx\\ude00\"}",
                "\u{fffd}x\u{fffd}",
                Repairs {
                    bad_escapes: 2,
                    ..none
                },
            ),
            (
                b"{\"t\":\"\\x41 \\' \\u12\"}",
                "\\x41 \\' \\u12",
                Repairs {
                    bad_escapes: 3,
                    ..none
                },
            ),
            (
                b"{\"t\":\"a\\\nb\"}",
                "a\\\nb",
                Repairs {
                    bad_escapes: 1,
                    control_bytes: 1,
                    ..none
                },
            ),
            (
                b"{\"t\":\"\\u+123\"}",
                "\\u+123",
                Repairs {
                    bad_escapes: 1,
                    ..none
                },
            ),
        ];
        for (bytes, expected, repairs) in cases {
            assert_eq!(
                title(bytes),
                (json!(expected), repairs),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn what_no_mending_helps_is_refused() {
        for bytes in [
            &b""[..],
            b"<html>",
            b"{\"t\":\"cut",
            b"{\"t\":1\x07}",
            b"{} {}",
            b"\0",
            b"{\"t\":\"ends in a backslash\\",
        ] {
            assert!(matches!(read(bytes), Err(Error::Syntax(_))), "{bytes:?}");
        }
    }

    #[test]
    fn nesting_is_limited_and_brackets_in_strings_are_not_nesting() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert!(matches!(
            read(nested(DEPTH_MAX + 1).as_bytes()),
            Err(Error::TooDeep)
        ));
        assert!(read(json!("\\\"[".repeat(200)).to_string().as_bytes()).is_ok());
        assert!(matches!(read(&b"[".repeat(1 << 20)), Err(Error::TooDeep)));
    }

    #[test]
    fn values_are_limited_and_commas_in_strings_are_not_values() {
        let list = |values: usize| format!("[0{}]", ",0".repeat(values - 1));
        assert!(read(list(VALUES_MAX).as_bytes()).is_ok());
        for text in [
            list(VALUES_MAX + 1),
            // As long as it may be, and each object in it would take 700 bytes.
            format!("[{}{{}}]", "{\"\":0},".repeat(BYTES_MAX / 7 - 1)),
            // What needs mending is judged before it is mended.
            format!("[\"\u{7}\"{}]", ",0".repeat(VALUES_MAX)),
        ] {
            assert!(matches!(read(text.as_bytes()), Err(Error::TooMany)));
        }
        let html = "<p style=\\\"a:b\\\">[1,2,{3}]</p>".repeat(VALUES_MAX);
        assert!(read(format!("[\"{html}\\\\\",\"{html}\"]").as_bytes()).is_ok());
    }

    #[test]
    fn a_text_that_would_be_too_long_once_it_is_mended_is_not_mended() {
        // A control byte becomes six.
        let text = |times: usize| [b"[\"", &*b"\x01".repeat(times), b"\"]"].concat();
        assert!(matches!(read(&text(BYTES_MAX / 6)), Err(Error::TooLong(_))));
        assert!(read(&text(1000)).is_ok());
    }

    #[test]
    fn a_text_that_is_too_long_is_not_looked_at() {
        assert!(matches!(
            read(&vec![b' '; BYTES_MAX + 1]),
            Err(Error::TooLong(length)) if length == BYTES_MAX + 1
        ));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn valid_json_is_never_changed(value in any_json(), pretty: bool, blanks in "[ \n\t\r]{0,3}") {
            let text = if pretty {
                serde_json::to_string_pretty(&value)
            } else {
                serde_json::to_string(&value)
            };
            let text = format!("{blanks}{}{blanks}", text.unwrap());
            let (mended, repairs) = mend(text.as_bytes());
            prop_assert_eq!(mended, text.as_str());
            prop_assert!(repairs.is_none());
            prop_assert_eq!(read(text.as_bytes()).unwrap().value, value);
        }

        #[test]
        fn whatever_bytes_stand_in_a_string_it_can_be_read(
            inside in prop::collection::vec(
                prop_oneof![any::<u8>(), 0_u8..0x20, Just(b'\\'), Just(b'u'), Just(b'd'), Just(b'8')],
                0..64,
            )
        ) {
            // A quote ends the string, and a backslash at its end would eat the one that does.
            let inside: Vec<u8> = inside.into_iter().filter(|byte| *byte != b'"').collect();
            let mut bytes = b"\xef\xbb\xbf[\"".to_vec();
            bytes.extend_from_slice(&inside);
            bytes.extend_from_slice(b" \",1]\0");
            prop_assert!(mend(&bytes).0.len() <= mended_bytes_max(&bytes));
            let reading = read(&bytes);
            prop_assert!(reading.is_ok(), "{}", bytes.escape_ascii());
            prop_assert_eq!(&reading.unwrap().value[1], 1);
        }
    }
}
