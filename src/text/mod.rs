//! The catalogue: every sentence of the program, in Chinese and in English.
//!
//! The messages are Fluent files, `zh/*.ftl` and `en/*.ftl`, one a room, with
//! the same names in both. A [`Message`] is a name and its values; it is put
//! into words when somebody reads it, in that reader's language.
//!
//! The records of an archive hold English, whoever made them, and its pages both
//! languages at once: a `Message` that is displayed speaks English, but inside
//! [`speaking`], which is for those who show it to a person.

mod catalogue;
mod language;
mod message;

pub use language::{Language, UnknownLanguage, speaking};
pub use message::{Message, Value};

/// A [`Message`]: its name in the catalogue, and a value for each of its variables.
///
/// ```
/// use wxbackup::message;
/// use wxbackup::text::Language;
///
/// let message = message!("path-cannot", action = "read-folder", path = "/backups");
/// assert_eq!(message.to_string(), "cannot read folder /backups");
/// assert_eq!(message.in_language(Language::Zh), "无法读取文件夹 /backups");
/// ```
#[macro_export]
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::Message::new($id)$(.with(stringify!($name), $value))*
    };
}
