//! The language that the program speaks: `--lang`, else `WXBACKUP_LANG`, else
//! that of the locale.
//!
//! It is chosen before the command line is read, because its errors and its
//! help are said in it.

use std::ffi::OsString;
use std::sync::OnceLock;

use wxbackup::text::Language;

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Chooses the language, once; later calls change nothing.
pub(crate) fn choose() {
    let words: Vec<OsString> = std::env::args_os().collect();
    let variable = std::env::var("WXBACKUP_LANG").ok();
    LANGUAGE.get_or_init(|| of(&words, variable.as_deref(), sys_locale::get_locale));
}

/// The language of this program: English until it is chosen.
pub(crate) fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// A name that no language has is refused later, by whoever reads the flags.
fn of(
    words: &[OsString],
    variable: Option<&str>,
    locale: impl FnOnce() -> Option<String>,
) -> Language {
    flag(words)
        .or(variable)
        .filter(|name| !name.is_empty())
        .and_then(|name| name.parse().ok())
        .unwrap_or_else(|| Language::of_locale(&locale().unwrap_or_default()))
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
    fn a_flag_comes_before_a_variable_and_that_before_the_locale() {
        let language = |line: &str, variable: Option<&str>, locale: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            of(&words, variable, || Some(locale.to_owned()))
        };
        let zh = Language::Zh;
        let en = Language::En;
        assert_eq!(
            language("wxbackup list --lang zh a", Some("en"), "en_US"),
            zh
        );
        assert_eq!(
            language("wxbackup --lang=en list a", Some("zh"), "zh_CN"),
            en
        );
        assert_eq!(language("wxbackup list a", Some("zh"), "en_US"), zh);
        assert_eq!(language("wxbackup list a", Some(""), "zh_CN"), zh);
        assert_eq!(language("wxbackup list -- --lang zh", None, "en_US"), en);
        assert_eq!(language("wxbackup list --lang fr", None, "zh-CN"), zh);
        assert_eq!(language("wxbackup list --lang", None, "en"), en);
    }
}
