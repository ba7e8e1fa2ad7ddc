//! What is wrong with a command line, in one sentence.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use wxbackup::message;
use wxbackup::text::{Language, Message, speaking};

use super::{invalid, listed, painted, valid};
use crate::cli::args::STYLES;

/// What is wrong, and the lines that belong to it. None for a kind of error
/// that this command line does not have.
pub(super) fn headline(error: &clap::Error, language: Language) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.as_slice(),
        _ => &[],
    };
    let argument = || text(ContextKind::InvalidArg);
    let value = || text(ContextKind::InvalidValue);
    let said = |message: Message| message.in_language(language);
    let below = |message: Message, rows: &[String], shown: fn(&str) -> String| {
        rows.iter().fold(said(message), |lines, row| {
            lines + "\n  " + shown(row).as_str()
        })
    };
    Some(match error.kind() {
        ErrorKind::UnknownArgument => said(message!(
            "usage-unknown-argument",
            argument = invalid(argument()?)
        )),
        ErrorKind::InvalidSubcommand => {
            let command = invalid(text(ContextKind::InvalidSubcommand)?);
            said(message!("usage-unknown-command", command = command))
        }
        ErrorKind::MissingSubcommand => {
            let program = invalid(text(ContextKind::InvalidSubcommand)?);
            let commands = listed(
                texts(ContextKind::ValidSubcommand)
                    .iter()
                    .map(|word| valid(word)),
                language,
            );
            said(message!("usage-no-command", program = program))
                + "\n  "
                + &said(message!("usage-commands", commands = commands))
        }
        ErrorKind::InvalidValue => {
            let (value, argument) = (value()?, argument()?);
            let wrong = if value.is_empty() {
                said(message!("usage-no-value", argument = invalid(argument)))
            } else {
                said(message!(
                    "usage-wrong-value",
                    value = invalid(value),
                    argument = as_it_is(argument)
                ))
            };
            match texts(ContextKind::ValidValue) {
                [] => wrong,
                values => {
                    let values = message!(
                        "usage-possible-values",
                        values = listed(values.iter().map(|word| valid(word)), language)
                    );
                    wrong + "\n  " + &said(values)
                }
            }
        }
        ErrorKind::ValueValidation => {
            let reason = speaking(language, || error.source().map(ToString::to_string));
            said(message!(
                "usage-wrong-value-because",
                value = invalid(unless_a_key(value()?, argument()?)),
                argument = as_it_is(argument()?),
                reason = reason?
            ))
        }
        ErrorKind::TooManyValues => said(message!(
            "usage-too-many-values",
            value = invalid(value()?),
            argument = as_it_is(argument()?)
        )),
        ErrorKind::MissingRequiredArgument => below(
            message!("usage-missing"),
            texts(ContextKind::InvalidArg),
            valid,
        ),
        ErrorKind::ArgumentConflict => {
            let argument = argument()?;
            match error.get(ContextKind::PriorArg)? {
                ContextValue::String(other) if other == argument => {
                    said(message!("usage-twice", argument = invalid(argument)))
                }
                ContextValue::String(other) => said(message!(
                    "usage-conflict",
                    argument = invalid(argument),
                    other = invalid(other)
                )),
                ContextValue::Strings(others) => below(
                    message!("usage-conflicts", argument = invalid(argument)),
                    others,
                    invalid,
                ),
                _ => return None,
            }
        }
        ErrorKind::InvalidUtf8 => said(message!("usage-not-utf-8")),
        _ => return None,
    })
}

/// The value that is wrong; of a recipient it may be a secret key, mistyped or not.
fn unless_a_key<'a>(value: &'a str, argument: &str) -> &'a str {
    if argument.starts_with("--recipient ") {
        "…"
    } else {
        value
    }
}

/// What was given and is right.
fn as_it_is(text: &str) -> String {
    painted(text, STYLES.get_literal())
}
