//! The languages, and which one is spoken.

use std::cell::Cell;
use std::str::FromStr;

use crate::message;

/// A language that the catalogue holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Chinese, in simplified characters.
    Zh,
    /// English.
    #[default]
    En,
}

impl Language {
    /// Both, the first first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Its place in [`ALL`](Self::ALL).
    pub(super) fn place(self) -> usize {
        match self {
            Self::Zh => 0,
            Self::En => 1,
        }
    }

    /// `zh` or `en`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language of a locale as systems name them, `zh_CN.UTF-8` or
    /// `zh-Hans-CN`: Chinese for any kind of Chinese, else English.
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '-', '.', '@']).next();
        match language {
            Some(language) if language.eq_ignore_ascii_case("zh") => Self::Zh,
            _ => Self::En,
        }
    }

    /// What displayed messages speak on this thread.
    pub(super) fn spoken() -> Self {
        SPOKEN.get()
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == name)
            .ok_or(UnknownLanguage)
    }
}

/// A name that is neither `zh` nor `en`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("text-no-language"))]
pub struct UnknownLanguage;

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::En) };
}

/// Runs `say` with displayed messages in `language`, on this thread.
///
/// It exists for errors, whose `Display` cannot be told a language. Whoever
/// shows an error to a person wraps the showing in it, and nothing else, so
/// that what is written down stays English.
pub fn speaking<T>(language: Language, say: impl FnOnce() -> T) -> T {
    struct Back(Language);
    impl Drop for Back {
        fn drop(&mut self) {
            SPOKEN.set(self.0);
        }
    }
    let _back = Back(SPOKEN.replace(language));
    say()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_a_language() {
        for chinese in ["zh", "zh_CN.UTF-8", "zh-Hant-TW", "ZH@x"] {
            assert_eq!(Language::of_locale(chinese), Language::Zh, "{chinese}");
        }
        for other in ["", "C", "POSIX", "C.UTF-8", "en_GB", "zhx", "de_DE"] {
            assert_eq!(Language::of_locale(other), Language::En, "{other}");
        }
    }

    #[test]
    fn a_language_is_spoken_inside_alone() {
        assert_eq!(Language::spoken(), Language::En);
        speaking(Language::Zh, || {
            assert_eq!(Language::spoken(), Language::Zh);
            speaking(Language::En, || {
                assert_eq!(Language::spoken(), Language::En);
            });
            assert_eq!(Language::spoken(), Language::Zh);
        });
        let panicked = std::panic::catch_unwind(|| speaking(Language::Zh, || panic!("in between")));
        assert!(panicked.is_err());
        assert_eq!(Language::spoken(), Language::En);
    }
}
