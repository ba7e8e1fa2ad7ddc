//! The language that the program speaks: `--lang`, else `WXBACKUP_LANG`, else
//! `lang` of the settings file, else that of the locale.
//!
//! It is chosen before the command line is read, because its errors and its
//! help are said in it. The settings file is named on that line, so that what
//! it says is heard a little later.

use std::ffi::OsString;
use std::sync::OnceLock;

use wxbackup::text::Language;

/// What a flag or a variable says.
static SAID: OnceLock<Language> = OnceLock::new();
/// What the settings file says.
static FILED: OnceLock<Language> = OnceLock::new();
/// What the locale says.
static LOCALE: OnceLock<Language> = OnceLock::new();

/// Chooses the language, as far as it is known without the settings file.
pub(crate) fn choose() {
    let words: Vec<OsString> = std::env::args_os().collect();
    let variable = std::env::var("WXBACKUP_LANG").ok();
    if let Some(said) = said(&words, variable.as_deref()) {
        SAID.get_or_init(|| said);
    } else {
        let locale = sys_locale::get_locale().unwrap_or_default();
        LOCALE.get_or_init(|| Language::of_locale(&locale));
    }
}

/// Takes what the settings file says, where nobody who comes before it has
/// said anything.
pub(crate) fn heed(filed: impl FnOnce() -> Option<Language>) {
    if SAID.get().is_none()
        && let Some(filed) = filed()
    {
        FILED.get_or_init(|| filed);
    }
}

/// The language of this program: English until it is chosen.
pub(crate) fn language() -> Language {
    [&SAID, &FILED, &LOCALE]
        .into_iter()
        .find_map(OnceLock::get)
        .copied()
        .unwrap_or_default()
}

/// What a flag or a variable says. A name that no language has is refused
/// later, by whoever reads the flags.
fn said(words: &[OsString], variable: Option<&str>) -> Option<Language> {
    flag(words)
        .or(variable)
        .filter(|name| !name.is_empty())
        .and_then(|name| name.parse().ok())
}

/// The value of the last `--lang` before the flags end.
fn flag(words: &[OsString]) -> Option<&str> {
    let mut found = None;
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        match word {
            "--" => break,
            "--lang" => found = words.next().or(found),
            _ => found = word.strip_prefix("--lang=").or(found),
        }
    }
    found
}

/// Puts a message of the catalogue into words, in the language of this program.
macro_rules! say {
    ($($message:tt)*) => {
        wxbackup::message!($($message)*).in_language($crate::cli::language::language())
    };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_comes_before_a_variable() {
        let language = |line: &str, variable: Option<&str>| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            said(&words, variable)
        };
        let zh = Some(Language::Zh);
        let en = Some(Language::En);
        assert_eq!(language("wxbackup list --lang zh a", Some("en")), zh);
        assert_eq!(language("wxbackup --lang=en list a", Some("zh")), en);
        assert_eq!(language("wxbackup list a", Some("zh")), zh);
        assert_eq!(language("wxbackup list a", Some("")), None);
        assert_eq!(language("wxbackup list -- --lang zh", None), None);
        assert_eq!(language("wxbackup list --lang fr", None), None);
        assert_eq!(language("wxbackup list --lang", None), None);
    }
}
