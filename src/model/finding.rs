//! A finding: what a check has to say about an archive.

use std::fmt;

use crate::message;
use crate::text::Message;

/// One thing that is wrong with an archive.
///
/// Codes are stable (format 16): S stream, Z container, M manifests, C content
/// against manifests, R records. `schemas/README.md` has a sentence for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A letter and two digits, such as `Z41`.
    pub code: &'static str,
    /// The entry or record that it is about: a path, `path:line`, or an id;
    /// cut and escaped, because it comes from the archive.
    pub about: String,
    /// One sentence without a full stop, for people.
    pub message: Message,
}

impl Finding {
    /// A finding about `about`, which is escaped and cut to 200 characters.
    pub fn new(code: &'static str, about: &str, message: Message) -> Self {
        let mut shown: String = about.chars().take(200).collect();
        if shown.chars().any(|c| c.is_control() || is_bidi_control(c)) {
            shown = shown.escape_default().to_string();
        }
        Self {
            code,
            about: shown,
            message,
        }
    }
}

fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = message!(
            "finding-shown",
            code = self.code,
            about = &self.about,
            message = &self.message
        );
        message.fmt(f)
    }
}
