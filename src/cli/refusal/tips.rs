//! What may have been meant by a wrong command line.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use wxbackup::message;
use wxbackup::text::{Language, Message};

use super::{invalid, listed, valid};

/// What may have been meant; nothing where clap has no idea.
pub(super) fn tips(error: &clap::Error, language: Language) -> Vec<String> {
    let mut tips = Vec::new();
    if let Some(ContextValue::Strings(commands)) = error.get(ContextKind::SuggestedSubcommand) {
        match commands.as_slice() {
            [] => {}
            [command] => tips.push(message!("usage-similar-command", command = valid(command))),
            commands => {
                let quoted = |command: &String| {
                    message!("usage-quoted", word = valid(command)).in_language(language)
                };
                let commands = listed(commands.iter().map(quoted), language);
                tips.push(message!("usage-similar-commands", commands = commands));
            }
        }
    }
    if let Some(ContextValue::String(argument)) = error.get(ContextKind::SuggestedArg) {
        let argument = valid(argument);
        tips.push(message!("usage-similar-argument", argument = argument));
    }
    if let Some(ContextValue::String(value)) = error.get(ContextKind::SuggestedValue) {
        tips.push(message!("usage-similar-value", value = valid(value)));
    }
    if let Some(ContextValue::StyledStrs(others)) = error.get(ContextKind::Suggested) {
        tips.extend(others.iter().filter_map(other));
    }
    tips.iter().map(|tip| tip.in_language(language)).collect()
}

/// A tip that clap hands over as an English sentence only: what it quotes says
/// which of its two it is.
fn other(tip: &StyledStr) -> Option<Message> {
    let plain = tip.to_string();
    if let Some(rest) = plain.strip_prefix("to pass '") {
        let (argument, usage) = rest.split_once("' as a value, use '")?;
        return Some(message!(
            "usage-as-value",
            argument = invalid(argument),
            usage = valid(usage.strip_suffix('\'')?)
        ));
    }
    let usage = plain.strip_prefix('\'')?.strip_suffix("' exists")?;
    Some(message!("usage-argument-of", usage = valid(usage)))
}
