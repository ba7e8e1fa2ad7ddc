//! What people call the words of records, in the language of the reader.
//!
//! Scripts go by the words themselves; a name may change.

use super::{GapClass, GapReason, ItemKind, ItemStatus, RunStatus, Section};
use crate::text::Message;

impl GapReason {
    /// What it means to a reader who knows WeChat and not HTTP.
    pub fn name(&self) -> Message {
        match self {
            Self::Other(_) => named("gap-reason", "other"),
            reason => named("gap-reason", reason.as_str()),
        }
    }
}

impl GapClass {
    /// What it means to a reader.
    pub fn name(&self) -> Message {
        match self {
            Self::Other(_) => named("gap-class", "other"),
            class => named("gap-class", class.as_str()),
        }
    }
}

impl Section {
    /// What it is called, as a heading.
    pub fn name(self) -> Message {
        Message::word(match self {
            Self::Image => "section-image",
            Self::Voice => "section-voice",
            Self::Video => "section-video",
            Self::News => "section-news",
            Self::Draft => "section-draft",
            Self::Published => "section-published",
        })
    }
}

impl ItemKind {
    /// What one record of it is called.
    pub fn name(self) -> Message {
        Message::word(match self {
            Self::Image => "item-kind-image",
            Self::Voice => "item-kind-voice",
            Self::Video => "item-kind-video",
            Self::Article => "item-kind-article",
            Self::Asset => "item-kind-asset",
        })
    }
}

impl ItemStatus {
    /// What it is called.
    pub fn name(self) -> Message {
        Message::word(match self {
            Self::Stored => "item-status-stored",
            Self::Missing => "item-status-missing",
            Self::Retired => "item-status-retired",
        })
    }
}

impl RunStatus {
    /// What it means to a reader.
    pub fn name(self) -> Message {
        Message::word(match self {
            Self::Complete => "run-status-complete",
            Self::CompleteWithGaps => "run-status-complete-with-gaps",
            Self::Partial => "run-status-partial",
        })
    }
}

fn named(of: &str, word: &str) -> Message {
    Message::new(format!("{of}-{word}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_word_has_a_name_in_each_language() {
        let mut names: Vec<Message> = GapReason::ALL.iter().map(GapReason::name).collect();
        names.push(GapReason::from("solar_flare".to_owned()).name());
        names.extend(GapClass::ALL.iter().map(GapClass::name));
        names.push(GapClass::from("new_class".to_owned()).name());
        names.extend(Section::ALL.map(Section::name));
        names.extend(ItemKind::ALL.map(ItemKind::name));
        names.extend(
            [ItemStatus::Stored, ItemStatus::Missing, ItemStatus::Retired].map(ItemStatus::name),
        );
        names.extend(
            [
                RunStatus::Complete,
                RunStatus::CompleteWithGaps,
                RunStatus::Partial,
            ]
            .map(RunStatus::name),
        );
        for name in names {
            for language in Language::ALL {
                assert!(name.is_known(language), "{} in {language:?}", name.name());
            }
        }
        let reason = GapReason::Http404.name();
        assert_eq!(reason.in_language(Language::Zh), "微信服务器上已不存在");
    }
}
