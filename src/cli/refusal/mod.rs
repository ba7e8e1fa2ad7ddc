//! A command line that asks for help, or that is wrong: what is said of it, in
//! the language of the program.
//!
//! The command line is read without any texts first, so that a run pays nothing
//! for them. Where that fails, it is read once more with them.
//!
//! English is word for word what clap says; the catalogue has it beside the
//! Chinese.

mod headline;
mod tips;

use clap::builder::styling::Style;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use wxbackup::message;
use wxbackup::text::{Language, Message};

use crate::cli::args::{self, STYLES};
use crate::cli::exit_code::ExitCode;
use crate::cli::help;
use crate::cli::language::language;
use crate::cli::report;

use headline::headline;
use tips::tips;

/// Shows the help or the version that was asked for, or says what is wrong.
pub(crate) fn refuse(error: clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::DisplayVersion {
        // Output that nobody can read any more is no trouble.
        let _ = error.print();
        return ExitCode::Done;
    }
    let language = language();
    let error = help::localise(args::command(), language)
        .try_get_matches()
        .err()
        .unwrap_or(error);
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            help::framed(&error.render(), language)
        }
        _ => masked(&said(&error, language)),
    };
    if error.exit_code() == 0 {
        report::answer(&text);
    } else {
        report::object(&text);
    }
    if error.kind() == ErrorKind::DisplayHelp {
        return ExitCode::Done;
    }
    if std::env::args_os().any(|word| word == "--json") {
        let headline = headline(&error, language).map_or(text, |it| masked(&it));
        let plain = console::strip_ansi_codes(&headline);
        report::refused(plain.lines().next().unwrap_or_default());
    }
    ExitCode::Usage
}

/// A text without the secret keys of `age` that somebody gave in a wrong place.
fn masked(text: &str) -> String {
    const KEYS: [&str; 2] = ["age-secret-key-", "age-plugin-"];
    let lower = text.to_ascii_lowercase();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(start) = KEYS.iter().filter_map(|key| lower[at..].find(key)).min() {
        shown.push_str(&text[at..at + start]);
        shown.push('…');
        at += start;
        let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        at += lower.as_bytes()[at..]
            .iter()
            .take_while(|byte| is_of_key(byte))
            .count();
    }
    shown + &text[at..]
}

/// What is wrong, what may have been meant, and how the command is used.
fn said(error: &clap::Error, language: Language) -> String {
    let Some(headline) = headline(error, language) else {
        return error.render().ansi().to_string();
    };
    let labelled = |label: Message, style: &Style, text: String| {
        let label = painted(&label.in_language(language), style);
        message!("usage-labelled", label = label, text = text).in_language(language) + "\n"
    };
    let mut text = labelled(message!("label-error"), STYLES.get_error(), headline);
    let tips = tips(error, language);
    if !tips.is_empty() {
        text.push('\n');
    }
    for tip in tips {
        text += "  ";
        text += &labelled(message!("usage-tip"), STYLES.get_valid(), tip);
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        text.push('\n');
        text += &help::usage(usage, language);
        text.push('\n');
    }
    let flag = painted("--help", STYLES.get_literal());
    let more = message!("usage-more", flag = flag).in_language(language);
    text + &format!("\n{more}\n")
}

fn painted(text: &str, style: &Style) -> String {
    format!("{style}{text}{style:#}")
}

/// What was given and is wrong.
fn invalid(text: &str) -> String {
    painted(text, STYLES.get_invalid())
}

/// What could be given.
fn valid(text: &str) -> String {
    painted(text, STYLES.get_valid())
}

/// What can be given, one behind the other.
fn listed(texts: impl IntoIterator<Item = String>, language: Language) -> String {
    let texts: Vec<String> = texts.into_iter().collect();
    texts.join(&message!("usage-comma").in_language(language))
}
