//! `--help`: what the catalogue says of each command and flag, put into the
//! command line as clap knows it.
//!
//! The names of the messages are made of those of commands and flags
//! ([`names`]); a test goes through the whole tree and finds every one in both
//! languages. What clap says by itself is exchanged in what it has rendered
//! ([`frame`], [`manual()`]), because it has no setting for it.

mod endings;
mod frame;
mod manual;
mod names;
#[cfg(test)]
mod tests;
mod wrap;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};
use wxbackup::message;
use wxbackup::text::{Language, Message};

use crate::cli::exit_code::ExitCode;

pub(crate) use frame::{framed, usage};
pub(crate) use manual::manual;

/// Examples come first: most people look for one that is nearly theirs.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

/// The same command line with all its texts in `language`, built, so that
/// subcommands can be looked at.
///
/// It parses as before, but for the types of values: it is for help, for
/// errors, for manual pages and completions.
pub(crate) fn localise(command: Command, language: Language) -> Command {
    let mut command = with_texts(command, "", language);
    if language == Language::Zh {
        // clap breaks lines at blanks alone; `wrap` does it later.
        command = command.term_width(0);
    }
    command.build();
    with_own_flags(command, language)
}

/// With the texts of the command at `path`, and of all below it.
fn with_texts(command: Command, path: &str, language: Language) -> Command {
    let said = |message: Message| message.in_language(language);
    let known = |name: String| {
        let message = Message::new(name);
        message.is_known(language).then(|| said(message))
    };
    let about = said(Message::new(names::about(path)));
    let long = known(names::long(path)).map(|long| format!("{about}\n\n{long}"));
    let intro = known(names::intro(path)).map(|intro| intro + "\n\n");
    let examples = indented(&said(Message::new(names::examples(path))));
    let rules = known(names::rules(path)).map(|rules| rules + "\n\n");
    let codes = endings::exit_codes(path);

    let mut command = command
        .help_template(TEMPLATE)
        .about(about)
        .before_help(format!(
            "{}{}\n{examples}",
            intro.unwrap_or_default(),
            said(message!("frame-examples"))
        ))
        .mut_args(|arg| with_help(arg, path, language))
        .mut_subcommands(|inner| {
            let path = names::inside(path, inner.get_name());
            with_texts(inner, &path, language)
        });
    if let Some(long) = long {
        command = command.long_about(long);
    }
    if !codes.is_empty() {
        let table = ExitCode::help_of(codes, language);
        command = command.after_help(rules.unwrap_or_default() + &table);
    }
    command
}

fn indented(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// With what is said of an argument, of its values, and of its group.
fn with_help(arg: Arg, path: &str, language: Language) -> Arg {
    let said = |name: String| Message::new(name).in_language(language);
    let name = names::argument(path, &arg, language);
    let heading = arg.get_help_heading().map(|id| said(names::heading(id)));
    let value_names: Vec<String> = names::values(&arg).into_iter().map(said).collect();
    let choices: Vec<PossibleValue> = names::choices(&arg)
        .into_iter()
        .map(|(name, choice)| choice.help(said(name)))
        .collect();

    let mut arg = arg.help(said(name));
    if let Some(heading) = heading {
        arg = arg.help_heading(heading);
    }
    if !value_names.is_empty() {
        arg = arg.value_names(value_names);
    }
    if !choices.is_empty() {
        arg = arg.value_parser(PossibleValuesParser::new(choices));
    }
    arg
}

/// With the texts of what clap brings itself, which is there once it is built.
fn with_own_flags(command: Command, language: Language) -> Command {
    let said = |message: Message| message.in_language(language);
    let command = command
        .mut_args(|arg| match arg.get_id().as_str() {
            "help" if arg.get_long_help().is_some() => arg
                .help(said(message!("frame-help-more")))
                .long_help(said(message!("frame-help-summary"))),
            "help" => arg.help(said(message!("frame-help"))),
            "version" => arg.help(said(message!("frame-version"))),
            _ => arg,
        })
        .mut_subcommands(|inner| with_own_flags(inner, language));
    if command.get_name() == "help" {
        command.about(said(message!("frame-help-command")))
    } else {
        command
    }
}
