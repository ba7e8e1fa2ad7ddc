//! The one spelling of JSON that an archive uses (format 7), written and checked.
//!
//! A record is one RFC 8785 object and a line feed; a document is the same with
//! an indent of two blanks. So equal values are equal bytes: digests, sticky
//! records and `diff` need no parser. The check walks the bytes themselves and
//! keeps nothing, whatever a hostile line holds.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::io;
use std::io::BufRead;

use serde::Serialize;
use serde_json::Value;

use crate::message;
use crate::text::Message;

/// The longest line of a JSONL file, its line feed included.
pub const LINE_BYTES_MAX: usize = 4 << 20;

/// The longest `.json` document that a reader takes; `raw.json` has a limit of its own.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// How deep lists and objects may lie in each other; the outermost is at 1.
pub const DEPTH_MAX: usize = 64;

/// The largest distance from zero of an integer that every JSON reader keeps exactly.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// `record` as a line of a JSONL file, with its line feed.
///
/// What WeChat put into a free-form field cannot break the form: members that
/// are null are left out; numbers that are no integer or are beyond
/// [`INTEGER_MAX`] become strings of their digits, and so does what lies deeper
/// than [`DEPTH_MAX`]. A line longer than [`LINE_BYTES_MAX`] is refused by every
/// reader; not to make one is the caller's duty.
///
/// # Panics
///
/// Where `record` cannot be JSON at all, such as a map with keys that are no strings.
pub fn line<T: Serialize + ?Sized>(record: &T) -> Vec<u8> {
    spell(record, Form::Line)
}

/// `document` as a `.json` file; see [`line()`] for what it does to odd values.
///
/// # Panics
///
/// Where `document` cannot be JSON at all, such as a map with keys that are no strings.
pub fn document<T: Serialize + ?Sized>(document: &T) -> Vec<u8> {
    spell(document, Form::Document)
}

/// Whether `bytes` are one line in canonical form, its line feed included.
///
/// # Errors
///
/// The first byte that is not as it must be, and why.
pub fn check_line(bytes: &[u8]) -> Result<(), NotCanonical> {
    Scan::over(bytes, Form::Line)?.whole()
}

/// Whether `bytes` are a `.json` document in canonical form.
///
/// # Errors
///
/// The first byte that is not as it must be, and why.
pub fn check_document(bytes: &[u8]) -> Result<(), NotCanonical> {
    Scan::over(bytes, Form::Document)?.whole()
}

/// Why bytes are not in canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct NotCanonical {
    /// The byte, counted from 0.
    pub at: usize,
    /// What is wrong there: the name of a message.
    pub what: &'static str,
}

impl NotCanonical {
    /// What it says.
    pub fn message(&self) -> Message {
        message!(
            "canonical-at",
            what = Message::new(self.what),
            at = self.at.to_string()
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Line,
    Document,
}

fn spell<T: Serialize + ?Sized>(value: &T, form: Form) -> Vec<u8> {
    let value = serde_json::to_value(value)
        .expect("records are made of strings, integers, lists and maps with string keys");
    let mut out = Vec::new();
    write_value(&mut out, &value, form, 1);
    out.push(b'\n');
    out
}

/// Writes `value`, which would lie at `depth` if it is a list or an object.
fn write_value(out: &mut Vec<u8>, value: &Value, form: Form, depth: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if depth > DEPTH_MAX => {
            write_string(out, &value.to_string());
        }
        Value::Array(list) => {
            write_members(out, [b'[', b']'], list, form, depth, |out, value| {
                write_value(out, value, form, depth + 1);
            });
        }
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> =
                map.iter().filter(|(_, value)| !value.is_null()).collect();
            members.sort_unstable_by(|(left, _), (right, _)| key_order(left, right));
            write_members(
                out,
                [b'{', b'}'],
                &members,
                form,
                depth,
                |out, (key, value)| {
                    write_string(out, key);
                    out.extend_from_slice(separator(form));
                    write_value(out, value, form, depth + 1);
                },
            );
        }
        Value::Number(number) if !is_plain_integer(number) => {
            write_string(out, &number.to_string());
        }
        Value::String(text) => write_string(out, text),
        Value::Number(_) | Value::Bool(_) | Value::Null => {
            out.extend_from_slice(value.to_string().as_bytes());
        }
    }
}

fn write_members<T>(
    out: &mut Vec<u8>,
    brackets: [u8; 2],
    members: &[T],
    form: Form,
    depth: usize,
    mut write: impl FnMut(&mut Vec<u8>, &T),
) {
    out.push(brackets[0]);
    for (place, member) in members.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        break_line(out, form, depth);
        write(out, member);
    }
    if !members.is_empty() {
        break_line(out, form, depth - 1);
    }
    out.push(brackets[1]);
}

fn break_line(out: &mut Vec<u8>, form: Form, depth: usize) {
    if form == Form::Document {
        out.push(b'\n');
        out.resize(out.len() + 2 * depth, b' ');
    }
}

fn separator(form: Form) -> &'static [u8] {
    match form {
        Form::Line => b":",
        Form::Document => b": ",
    }
}

/// `serde_json` escapes exactly what RFC 8785 3.2.2.2 escapes, in the same way.
fn write_string(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("a string is JSON, and memory takes all of it");
}

fn is_plain_integer(number: &serde_json::Number) -> bool {
    number
        .as_i64()
        .is_some_and(|n| n.unsigned_abs() <= INTEGER_MAX)
}

/// RFC 8785 3.2.3 sorts by UTF-16 code units; for ASCII that is the order of the bytes.
fn key_order(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

/// A walk over bytes that must be canonical.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    form: Form,
}

impl<'a> Scan<'a> {
    fn over(bytes: &'a [u8], form: Form) -> Result<Self, NotCanonical> {
        let text = std::str::from_utf8(bytes).map_err(|error| NotCanonical {
            at: error.valid_up_to(),
            what: "canonical-utf8",
        })?;
        Ok(Self { text, at: 0, form })
    }

    fn whole(mut self) -> Result<(), NotCanonical> {
        if self.peek() != Some(b'{') {
            return Err(self.wrong("canonical-object"));
        }
        self.value(1)?;
        self.expect(b"\n", "canonical-line-feed")?;
        if self.at == self.text.len() {
            Ok(())
        } else {
            Err(self.wrong("canonical-one-object"))
        }
    }

    fn value(&mut self, depth: usize) -> Result<(), NotCanonical> {
        match self.peek() {
            Some(b'{' | b'[') if depth > DEPTH_MAX => Err(self.wrong("canonical-depth")),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.members(b']', depth, |scan| scan.value(depth + 1)),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.integer(),
            Some(b't') => self.expect(b"true", "canonical-value"),
            Some(b'f') => self.expect(b"false", "canonical-value"),
            Some(b'n') => self.expect(b"null", "canonical-value"),
            _ => Err(self.wrong("canonical-value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), NotCanonical> {
        let mut last: Option<Cow<'a, str>> = None;
        self.members(b'}', depth, |scan| {
            let start = scan.at;
            let key = scan.string()?;
            if let Some(last) = &last {
                let what = match key_order(last, &key) {
                    Ordering::Less => None,
                    Ordering::Equal => Some("canonical-key-twice"),
                    Ordering::Greater => Some("canonical-key-order"),
                };
                if let Some(what) = what {
                    return Err(NotCanonical { at: start, what });
                }
            }
            last = Some(key);
            scan.expect(separator(scan.form), "canonical-colon")?;
            if scan.peek() == Some(b'n') {
                return Err(scan.wrong("canonical-null"));
            }
            scan.value(depth + 1)
        })
    }

    /// Members up to `close`; stands on the opening bracket.
    fn members(
        &mut self,
        close: u8,
        depth: usize,
        mut member: impl FnMut(&mut Self) -> Result<(), NotCanonical>,
    ) -> Result<(), NotCanonical> {
        self.at += 1;
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.indent(depth)?;
            member(self)?;
            if self.peek() != Some(b',') {
                break;
            }
            self.at += 1;
        }
        self.indent(depth - 1)?;
        self.expect(&[close], "canonical-comma")
    }

    fn indent(&mut self, depth: usize) -> Result<(), NotCanonical> {
        if self.form == Form::Document {
            self.expect(b"\n", "canonical-line-break")?;
            for _ in 0..depth {
                self.expect(b"  ", "canonical-indent")?;
            }
        }
        Ok(())
    }

    fn integer(&mut self) -> Result<(), NotCanonical> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let digits_start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let digits = &self.text[digits_start..self.at];
        let is_canonical = digits.starts_with(|first| matches!(first, '1'..='9'))
            || &self.text[start..self.at] == "0";
        let wrong = |what| Err(NotCanonical { at: start, what });
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return wrong("canonical-integer");
        }
        if !is_canonical {
            return wrong("canonical-integer-spelling");
        }
        if digits.parse::<u64>().is_ok_and(|n| n <= INTEGER_MAX) {
            Ok(())
        } else {
            wrong("canonical-integer-size")
        }
    }

    /// A string, decoded; lone surrogates have no spelling here, because only
    /// control characters are escaped by number.
    fn string(&mut self) -> Result<Cow<'a, str>, NotCanonical> {
        let start = self.at;
        self.expect(b"\"", "canonical-string")?;
        let mut has_escapes = false;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    has_escapes = true;
                    self.escape()?;
                }
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.wrong("canonical-control")),
                None => return Err(self.wrong("canonical-string-end")),
            }
        }
        self.at += 1;
        let quoted = &self.text[start..self.at];
        if has_escapes {
            let decoded = serde_json::from_str(quoted).map_err(|_| NotCanonical {
                at: start,
                what: "canonical-string-read",
            })?;
            return Ok(Cow::Owned(decoded));
        }
        Ok(Cow::Borrowed(&quoted[1..quoted.len() - 1]))
    }

    fn escape(&mut self) -> Result<(), NotCanonical> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let length = match rest {
            [b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'u', b'0', b'0', high @ (b'0' | b'1'), low, ..] => {
                let low = match low {
                    b'0'..=b'9' => low - b'0',
                    b'a'..=b'f' => low - b'a' + 10,
                    _ => return Err(self.wrong("canonical-escape-spelling")),
                };
                let has_short_form = matches!((high - b'0') << 4 | low, 8 | 9 | 10 | 12 | 13);
                if has_short_form {
                    return Err(self.wrong("canonical-escape-short"));
                }
                6
            }
            _ => return Err(self.wrong("canonical-escape-needless")),
        };
        self.at += length;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, wanted: &[u8], what: &'static str) -> Result<(), NotCanonical> {
        if self.text.as_bytes()[self.at..].starts_with(wanted) {
            self.at += wanted.len();
            Ok(())
        } else {
            Err(self.wrong(what))
        }
    }

    fn wrong(&self, what: &'static str) -> NotCanonical {
        NotCanonical { at: self.at, what }
    }
}

/// Reads a JSONL file line by line, never more of it than one line.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    number: u64,
}

/// Why there is no next line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The line is longer than [`LINE_BYTES_MAX`]; the reader stands behind it.
    #[error("{}", message!("lines-too-long", number = number.to_string()))]
    TooLong {
        /// The line, counted from 1.
        number: u64,
    },
    /// The file ends without a line feed.
    #[error("{}", message!("lines-unfinished", number = number.to_string()))]
    Unfinished {
        /// The line, counted from 1.
        number: u64,
    },
    /// The bytes could not be read.
    #[error("{}", message!("lines-cannot-read", number = number.to_string()))]
    Io {
        /// The line, counted from 1.
        number: u64,
        /// Why.
        source: io::Error,
    },
}

impl<R: BufRead> Lines<R> {
    /// The lines of `reader`, which stands at the start of the file.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next line with its number, counted from 1, and its line feed; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [`LineError`]. After one that is not about reading, the next call
    /// goes on with the line behind.
    pub fn next_line(&mut self) -> Result<Option<(u64, &[u8])>, LineError> {
        let number = self.number + 1;
        self.line.clear();
        let mut bytes: usize = 0;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(LineError::Io { number, source }),
            };
            if chunk.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', chunk);
            let part = &chunk[..end.map_or(chunk.len(), |end| end + 1)];
            bytes = bytes.saturating_add(part.len());
            if bytes <= LINE_BYTES_MAX {
                self.line.extend_from_slice(part);
            }
            let part_bytes = part.len();
            self.reader.consume(part_bytes);
            if end.is_some() {
                break;
            }
        }
        if bytes == 0 {
            return Ok(None);
        }
        self.number = number;
        if bytes > LINE_BYTES_MAX {
            Err(LineError::TooLong { number })
        } else if self.line.ends_with(b"\n") {
            Ok(Some((number, &self.line)))
        } else {
            Err(LineError::Unfinished { number })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// The rule the other way round: canonical is what writing gives back unchanged.
    fn is_fixed_point(bytes: &[u8], write: fn(&Value) -> Vec<u8>) -> bool {
        serde_json::from_slice::<Value>(bytes)
            .is_ok_and(|value| value.is_object() && write(&value) == bytes)
    }

    #[test]
    fn a_line_is_spelled_as_rfc_8785_says() {
        let value = json!({
            "\u{20ac}": "Euro", "\r": "CR", "\u{fb33}": "Dalet", "1": "One", "\u{1f600}": "Grin",
            "\u{80}": "Control", "\u{f6}": "o",
            "list": [], "map": {}, "text": "\u{20ac}$\u{f}\nA'B\"\\\\\"/\u{7f}", "none": null, "yes": true,
        });
        // The order of keys is the example of RFC 8785, 3.2.3.
        let expected = "{\"\\r\":\"CR\",\"1\":\"One\",\"list\":[],\"map\":{},\
            \"text\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\",\"yes\":true,\
            \"\u{80}\":\"Control\",\"\u{f6}\":\"o\",\"\u{20ac}\":\"Euro\",\"\u{1f600}\":\"Grin\",\"\u{fb33}\":\"Dalet\"}\n";
        assert_eq!(String::from_utf8(line(&value)).unwrap(), expected);
        assert_eq!(check_line(expected.as_bytes()), Ok(()));
    }

    #[test]
    fn a_document_is_indented_by_two_blanks() {
        let value = json!({"b": [1, {"c": []}], "a": {}});
        let text = "{\n  \"a\": {},\n  \"b\": [\n    1,\n    {\n      \"c\": []\n    }\n  ]\n}\n";
        assert_eq!(String::from_utf8(document(&value)).unwrap(), text);
        assert_eq!(check_document(text.as_bytes()), Ok(()));
        assert!(check_line(text.as_bytes()).is_err());
    }

    #[test]
    fn what_json_readers_disagree_on_becomes_a_string() {
        let mut deep = json!("bottom");
        for _ in 0..DEPTH_MAX + 3 {
            deep = json!([deep]);
        }
        let written =
            line(&json!({"deep": deep, "half": 0.5, "large": 1_u64 << 53, "max": INTEGER_MAX}));
        assert_eq!(check_line(&written), Ok(()));
        let read: Value = serde_json::from_slice(&written).unwrap();
        assert_eq!(
            (&read["half"], &read["large"], &read["max"]),
            (
                &json!("0.5"),
                &json!("9007199254740992"),
                &json!(INTEGER_MAX)
            )
        );
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let cases: [(&[u8], &str); 26] = [
            (b"", "canonical-object"),
            (b"[]\n", "canonical-object"),
            (b"\xef\xbb\xbf{}\n", "canonical-object"),
            (b"{}", "canonical-line-feed"),
            (b"{}\r\n", "canonical-line-feed"),
            (b"{}\n\n", "canonical-one-object"),
            (b"{ }\n", "canonical-string"),
            (b"{\"a\": 1}\n", "canonical-value"),
            (b"{\"a\":1,}\n", "canonical-string"),
            (b"{\"a\":1,\"a\":1}\n", "canonical-key-twice"),
            (b"{\"\\\"\":1,\"a\":1,\"\\\"\":1}\n", "canonical-key-order"),
            (b"{\"b\":1,\"a\":1}\n", "canonical-key-order"),
            (b"{\"a\":1.0}\n", "canonical-integer"),
            (b"{\"a\":1e3}\n", "canonical-integer"),
            (b"{\"a\":-0}\n", "canonical-integer-spelling"),
            (b"{\"a\":01}\n", "canonical-integer-spelling"),
            (b"{\"a\":9007199254740992}\n", "canonical-integer-size"),
            (b"{\"a\":-99999999999999999999}\n", "canonical-integer-size"),
            (b"{\"a\":null}\n", "canonical-null"),
            (b"{\"a\":\"\\/\"}\n", "canonical-escape-needless"),
            (b"{\"a\":\"\\u000A\"}\n", "canonical-escape-spelling"),
            (b"{\"a\":\"\\u000a\"}\n", "canonical-escape-short"),
            (b"{\"a\":\"\\ud800\"}\n", "canonical-escape-needless"),
            (b"{\"a\":\"\t\"}\n", "canonical-control"),
            (b"{\"a\":\"\xff\"}\n", "canonical-utf8"),
            (b"{\"a\":[1,]}\n", "canonical-value"),
        ];
        for (bytes, what) in cases {
            let shown = String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(check_line(bytes).unwrap_err().what, what, "{shown:?}");
            assert!(!is_fixed_point(bytes, line), "{shown:?}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| {
            let inner = depth - 1;
            format!("{{\"a\":{}{}}}\n", "[".repeat(inner), "]".repeat(inner))
        };
        assert_eq!(check_line(nested(DEPTH_MAX).as_bytes()), Ok(()));
        assert_eq!(
            check_line(nested(DEPTH_MAX + 1).as_bytes())
                .unwrap_err()
                .what,
            "canonical-depth"
        );
        assert!(check_line(nested(1_000_000).as_bytes()).is_err());
    }

    #[test]
    fn a_long_line_is_refused_and_the_next_one_read() {
        let mut text = vec![b'x'; LINE_BYTES_MAX];
        text.extend_from_slice(b"\n{}\nend");
        let mut lines = Lines::new(io::BufReader::new(&text[..]));
        assert!(matches!(
            lines.next_line(),
            Err(LineError::TooLong { number: 1 })
        ));
        assert_eq!(lines.next_line().unwrap(), Some((2, b"{}\n".as_slice())));
        assert!(matches!(
            lines.next_line(),
            Err(LineError::Unfinished { number: 3 })
        ));
        assert_eq!(lines.next_line().unwrap(), None);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1000_i64..1000).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,4}", inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_canonical_and_writes_the_same_again(value in any_value()) {
            let value = json!({ "value": value });
            let bytes = line(&value);
            prop_assert_eq!(check_line(&bytes), Ok(()));
            prop_assert_eq!(line(&serde_json::from_slice::<Value>(&bytes).unwrap()), bytes);
            let bytes = document(&value);
            prop_assert_eq!(check_document(&bytes), Ok(()));
            prop_assert_eq!(document(&serde_json::from_slice::<Value>(&bytes).unwrap()), bytes);
        }

        #[test]
        fn the_check_agrees_with_writing_again(
            value in any_value(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let mut bytes = line(&json!({ "value": value }));
            let at = at.index(bytes.len());
            bytes[at] = byte;
            prop_assert_eq!(check_line(&bytes).is_ok(), is_fixed_point(&bytes, line));
        }
    }
}
