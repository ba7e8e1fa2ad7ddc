//! The Fluent files, compiled into the program and read when first needed.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::language::Language;
use super::message::Value;

/// The files of both languages: what each is about, and its text.
macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!($language, "/archive.ftl")),
            include_str!(concat!($language, "/errors.ftl")),
            include_str!(concat!($language, "/exporting.ftl")),
            include_str!(concat!($language, "/findings.ftl")),
            include_str!(concat!($language, "/model.ftl")),
            include_str!(concat!($language, "/names.ftl")),
            include_str!(concat!($language, "/operations.ftl")),
            include_str!(concat!($language, "/pages.ftl")),
            include_str!(concat!($language, "/records.ftl")),
            include_str!(concat!($language, "/report.ftl")),
            include_str!(concat!($language, "/served.ftl")),
            include_str!(concat!($language, "/signature.ftl")),
            include_str!(concat!($language, "/stage.ftl")),
            include_str!(concat!($language, "/telling.ftl")),
            include_str!(concat!($language, "/wechat.ftl")),
            include_str!(concat!($language, "/archives.ftl")),
            include_str!(concat!($language, "/errors.ftl")),
            include_str!(concat!($language, "/explain.ftl")),
            include_str!(concat!($language, "/export.ftl")),
            include_str!(concat!($language, "/notify.ftl")),
            include_str!(concat!($language, "/report.ftl")),
            include_str!(concat!($language, "/settings.ftl")),
            include_str!(concat!($language, "/upkeep.ftl")),
            include_str!(concat!($language, "/explain.ftl")),
            include_str!(concat!($language, "/help.ftl")),
            include_str!(concat!($language, "/help-flags.ftl")),
            include_str!(concat!($language, "/report.ftl")),
            include_str!(concat!($language, "/upload.ftl")),
            include_str!(concat!($language, "/usage.ftl")),
        ]
    };
}

static ZH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::Zh));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| read(Language::En));

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}

fn read(language: Language) -> FluentBundle<FluentResource> {
    let (locale, files) = match language {
        Language::Zh => ("zh-CN", files!("zh")),
        Language::En => ("en", files!("en")),
    };
    let locale: LanguageIdentifier = locale.parse().expect("it is a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Marks of direction around values are noise in a terminal and in a file.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) if number.options.use_grouping => Some(grouped(number.value)),
        _ => None,
    }));
    for file in files {
        // What is wrong in a file is left out; a test reads all of them strictly.
        let resource = match FluentResource::try_new(file.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// A whole number with its thousands apart.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it came from an i64 that counts things"
)]
fn grouped(number: f64) -> String {
    let number = number as i64;
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(super) fn has(language: Language, name: &str) -> bool {
    bundle(language).has_message(name)
}

/// The message `name` in words. Text without variables is borrowed: the pages of
/// an archive say some words a million times.
pub(super) fn put(
    language: Language,
    name: &str,
    values: &[(&'static str, Value)],
) -> Cow<'static, str> {
    let bundle = bundle(language);
    let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
        return Cow::Owned(name.to_owned());
    };
    if values.is_empty() {
        return bundle.format_pattern(pattern, None, &mut Vec::new());
    }
    let args: FluentArgs<'_> = values
        .iter()
        .map(|(variable, value)| (*variable, fluent(language, value)))
        .collect();
    let mut text = String::new();
    // A variable without a value stands there by its name; a test finds it.
    let _ = bundle.write_pattern(&mut text, pattern, Some(&args), &mut Vec::new());
    Cow::Owned(text)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nothing is counted beyond 2^53 here"
)]
fn fluent(language: Language, value: &Value) -> FluentValue<'_> {
    match value {
        Value::Text(text) => FluentValue::from(text.as_str()),
        Value::Number(number) => FluentValue::from(*number as f64),
        Value::Digits(number) => FluentValue::Number(FluentNumber::new(
            *number as f64,
            FluentNumberOptions {
                use_grouping: false,
                ..FluentNumberOptions::default()
            },
        )),
        Value::Message(message) => FluentValue::from(message.in_language(language)),
        Value::Said(texts) => FluentValue::from(texts[language.place()].as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_without_variables_are_borrowed() {
        for language in Language::ALL {
            let text = put(language, "section-news", &[]);
            assert!(matches!(text, Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [
            (0.0, "0"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (-1_234_567.0, "-1,234,567"),
            (100_000.0, "100,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
