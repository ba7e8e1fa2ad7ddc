//! A message: what is to be said, before it is put into words.

use std::borrow::Cow;
use std::fmt;

use super::catalogue;
use super::language::{Language, speaking};
use crate::message;

/// Something to say: a name in the catalogue, and a value for each variable.
///
/// It is an error too, so that an `io::Error` can carry one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Message {
    name: Cow<'static, str>,
    values: Vec<(&'static str, Value)>,
}

/// A value of a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// Text, shown as it is. A message may choose by it.
    Text(String),
    /// A number, shown with its thousands apart; it chooses singular or plural.
    Number(i64),
    /// A number as digits alone, as the pages of an archive have it; it chooses
    /// singular or plural.
    Digits(i64),
    /// A message, put into words in the same language.
    Message(Box<Message>),
    /// What speaks by itself, in every language of [`Language::ALL`].
    Said(Box<[String; Language::ALL.len()]>),
}

impl Message {
    /// The message `name` without values. The macro [`message!`](crate::message)
    /// is the usual way; this one is for names that are made while it runs.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            values: Vec::new(),
        }
    }

    /// The message `name`, which has no variables.
    pub const fn word(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            values: Vec::new(),
        }
    }

    /// What somebody else says, in whatever language: it is shown as it is.
    pub fn verbatim(text: impl Into<String>) -> Self {
        message!("verbatim", text = text.into())
    }

    /// What `words` says, such as an error: in each language, because it is
    /// asked now, and shown when nobody has it any more.
    pub fn said(words: &impl fmt::Display) -> Self {
        Self::said_by(|| words.to_string())
    }

    /// What `say` gives in each language.
    pub fn said_by(say: impl Fn() -> String) -> Self {
        let texts = Language::ALL.map(|language| speaking(language, &say));
        message!("verbatim", text = Value::Said(Box::new(texts)))
    }

    /// The same with every text in it changed by `change`: for texts that come
    /// from outside, and must be cut or escaped before they are shown.
    #[must_use]
    pub fn map_texts(mut self, change: &impl Fn(&str) -> String) -> Self {
        for (_, value) in &mut self.values {
            match value {
                Value::Text(text) => *text = change(text),
                Value::Number(_) | Value::Digits(_) => {}
                Value::Message(message) => **message = message.as_ref().clone().map_texts(change),
                Value::Said(texts) => {
                    for text in texts.iter_mut() {
                        *text = change(text);
                    }
                }
            }
        }
        self
    }

    /// The same with a value for the variable `variable`.
    #[must_use]
    pub fn with(mut self, variable: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((variable, value.into()));
        self
    }

    /// Its name in the catalogue.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the catalogue has it, in `language`.
    pub fn is_known(&self, language: Language) -> bool {
        catalogue::has(language, &self.name)
    }

    /// It in words. One that the catalogue does not have is its own name.
    pub fn in_language(&self, language: Language) -> String {
        self.words(language).into_owned()
    }

    /// It in words, which are borrowed where it has no values.
    pub fn words(&self, language: Language) -> Cow<'static, str> {
        catalogue::put(language, &self.name, &self.values)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.words(Language::spoken()))
    }
}

impl std::error::Error for Message {}

impl Value {
    /// `number` as digits alone.
    pub fn digits(number: impl TryInto<i64>) -> Self {
        Self::Digits(number.try_into().unwrap_or(i64::MAX))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

/// A path is shown as well as it can be.
impl From<std::path::Display<'_>> for Value {
    fn from(path: std::path::Display<'_>) -> Self {
        Self::Text(path.to_string())
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<&Message> for Value {
    fn from(message: &Message) -> Self {
        Self::Message(Box::new(message.clone()))
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                // Nothing that is counted here comes near the end.
                Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        })*
    };
}

numbers!(u8 u16 u32 u64 usize i32 i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_displayed_in_the_language_that_is_spoken() {
        let error = crate::error::PathError {
            action: "read",
            path: "/x/a b".into(),
            source: std::io::ErrorKind::NotFound.into(),
        };
        assert_eq!(error.to_string(), "cannot read /x/a b");
        let chinese = speaking(Language::Zh, || error.to_string());
        assert_eq!(chinese, "无法读取 /x/a b");
    }

    #[test]
    fn what_an_error_said_is_kept_in_each_language() {
        let message = {
            let error = crate::error::PathError {
                action: "read",
                path: "/x".into(),
                source: std::io::ErrorKind::NotFound.into(),
            };
            Message::said(&error)
        };
        assert_eq!(message.to_string(), "cannot read /x");
        assert_eq!(message.in_language(Language::Zh), "无法读取 /x");
        let cut = message.map_texts(&|text| text.chars().take(3).collect());
        assert_eq!(cut.to_string(), "can");
        assert_eq!(cut.in_language(Language::Zh), "无法读");
        let carried = std::io::Error::other(message!("path-cannot", action = "read", path = "/y"));
        let chinese = speaking(Language::Zh, || carried.to_string());
        assert_eq!(chinese, "无法读取 /y");
    }

    #[test]
    fn an_unknown_message_is_its_name() {
        let message = Message::new("no-such-message").with("number", 1);
        assert_eq!(message.to_string(), "no-such-message");
        assert!(!message.is_known(Language::Zh));
    }
}
