//! Words of the records, as people read them in the language of the program.
//! Fields that scripts cut hold the words themselves.

use wxbackup::message;
use wxbackup::model::{GapReason, RunStatus, Section};
use wxbackup::text::Message;

/// A section.
pub(crate) fn section(section: Section) -> Message {
    message!("name-section", section = section.as_str())
}

/// What a gap is of: an item, an asset, or a whole section.
pub(crate) fn kind(kind: &str) -> Message {
    message!("name-kind", kind = kind)
}

/// Why something is missing.
pub(crate) fn reason(reason: &GapReason) -> Message {
    message!("name-reason", reason = reason.as_str())
}

/// The verdict of a run.
pub(crate) fn status(status: RunStatus) -> Message {
    message!("name-status", status = status.as_str())
}

/// Names in a row, in the language that is spoken.
pub(crate) fn listed(names: &[String]) -> String {
    names.join(&message!("between-names").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::text::Language;

    #[test]
    fn every_word_of_the_records_has_a_chinese_name() {
        let mut words: Vec<(&str, Message)> = Section::ALL
            .into_iter()
            .map(|it| (it.as_str(), section(it)))
            .collect();
        words.extend(
            ["image", "voice", "video", "article", "asset", "section"].map(|it| (it, kind(it))),
        );
        words.extend(GapReason::ALL.iter().map(|it| (it.as_str(), reason(it))));
        words.extend(
            [
                RunStatus::Complete,
                RunStatus::CompleteWithGaps,
                RunStatus::Partial,
            ]
            .map(|it| (it.as_str(), status(it))),
        );
        for (word, name) in words {
            assert_eq!(name.in_language(Language::En), word);
            assert_ne!(name.in_language(Language::Zh), word);
        }
    }
}
