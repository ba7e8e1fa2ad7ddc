//! V3: each document and record read into its type and spelled again.
//!
//! What spells the same again is canonical and holds nothing unknown, at the
//! price of one comparison. Only what does not is looked at more closely: a
//! field of a later minor version is no fault, another spelling is one.

use std::io;
use std::io::BufRead;
use std::io::Read as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::codes;
use crate::message;
use crate::record::canonical;
use crate::text::Message;

/// A document or a line, read.
pub(super) struct Reading<T> {
    /// What it says, where it can be read.
    pub(super) value: Option<T>,
    /// The code and the message of what is wrong with it.
    pub(super) fault: Option<(&'static str, Message)>,
}

impl<T> Reading<T> {
    pub(super) fn unreadable(message: Message) -> Self {
        Self {
            value: None,
            fault: Some((codes::SHAPE, message)),
        }
    }
}

/// Reads a line of a JSONL file.
pub(super) fn line<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Reading<T> {
    read(bytes, canonical::line, canonical::check_line)
}

/// Reads a `.json` document.
pub(super) fn document<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Reading<T> {
    read(bytes, canonical::document, canonical::check_document)
}

/// The bytes of `body`, or `None` where it has more than `bytes_max`.
pub(super) fn whole(body: &mut dyn BufRead, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    body.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= bytes_max).then_some(bytes))
}

fn read<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    spell: fn(&T) -> Vec<u8>,
    check: fn(&[u8]) -> Result<(), canonical::NotCanonical>,
) -> Reading<T> {
    let typed = serde_json::from_slice::<T>(bytes);
    if let Ok(value) = &typed
        && spell(value) == bytes
    {
        return Reading {
            value: typed.ok(),
            fault: None,
        };
    }
    let spelling = check(bytes).err().map(|error| error.message());
    match typed {
        Ok(value) => {
            let fault = spelling.or_else(|| {
                let is_contained = says_all(bytes, &value);
                (!is_contained).then(|| message!("finding-field-spelling"))
            });
            Reading {
                value: Some(value),
                fault: fault.map(|message| (codes::SPELLING, message)),
            }
        }
        Err(error) => Reading {
            value: None,
            fault: Some(match spelling {
                Some(message) => (codes::SPELLING, message),
                None => (codes::SHAPE, Message::verbatim(error.to_string())),
            }),
        },
    }
}

/// Whether `bytes` say everything that `value` says; they may say more.
fn says_all<T: Serialize>(bytes: &[u8], value: &T) -> bool {
    let spelled = canonical::line(value);
    match (
        serde_json::from_slice(bytes),
        serde_json::from_slice(&spelled),
    ) {
        (Ok(whole), Ok(known)) => contains(&whole, &known),
        _ => false,
    }
}

fn contains(whole: &Value, known: &Value) -> bool {
    match (whole, known) {
        (Value::Object(whole), Value::Object(known)) => known
            .iter()
            .all(|(key, known)| whole.get(key).is_some_and(|whole| contains(whole, known))),
        (Value::Array(whole), Value::Array(known)) => {
            whole.len() == known.len()
                && whole
                    .iter()
                    .zip(known)
                    .all(|(whole, known)| contains(whole, known))
        }
        (whole, known) => whole == known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::GapReason;
    use crate::record::run::Gap;
    use crate::record::samples;

    fn fault(text: &str) -> Option<&'static str> {
        line::<Gap>(text.as_bytes()).fault.map(|(code, _)| code)
    }

    #[test]
    fn a_field_of_a_later_version_is_no_fault_and_another_spelling_is_one() {
        let gap = samples::gap("image", "x", GapReason::Timeout);
        let good = String::from_utf8(canonical::line(&gap)).unwrap();
        assert_eq!(fault(&good), None);
        assert_eq!(
            fault(&good.replace("\"kind\"", "\"kid\":[{}],\"kind\"")),
            None
        );
        for other in [
            good.replace("\"kind\"", "\"kind\" "),
            good.replace("\"kind\"", "\"zone\":1,\"kind\""),
            good.replace("\"kind\"", "\"kid\":null,\"kind\""),
        ] {
            assert_eq!(fault(&other), Some(codes::SPELLING), "{other}");
        }
        for other in [
            good.replace("\"attempts\":1", "\"attempts\":\"1\""),
            good.replace("\"attempts\":1,", ""),
            good.replace(":00Z", ":00+00:00"),
        ] {
            assert_eq!(fault(&other), Some(codes::SHAPE), "{other}");
        }
    }
}
