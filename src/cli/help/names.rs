//! The names of the messages that help is made of.

use clap::Arg;
use clap::builder::PossibleValue;
use wxbackup::text::{Language, Message};

/// The program itself, where a command would stand.
const PROGRAM: &str = "wxbackup";

/// Commands that take all flags of another one.
const LIKE_EXPORT: [&str; 2] = ["config-show", "config-check"];

/// The path of the command `name` in that of `path`: `config-show`.
pub(super) fn inside(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}-{name}")
    }
}

fn of(path: &str, what: &str) -> String {
    let path = if path.is_empty() { PROGRAM } else { path };
    format!("help-{path}-{what}")
}

/// What a command does, in one line.
pub(super) fn about(path: &str) -> String {
    of(path, "about")
}

/// What `--help` adds to it; few commands have one.
pub(super) fn long(path: &str) -> String {
    of(path, "long")
}

/// What stands before the examples; few commands have one.
pub(super) fn intro(path: &str) -> String {
    of(path, "intro")
}

/// The examples, one a line.
pub(super) fn examples(path: &str) -> String {
    of(path, "examples")
}

/// What flags alone cannot say; few commands have any.
pub(super) fn rules(path: &str) -> String {
    of(path, "rules")
}

/// The heading of a group of flags.
pub(super) fn heading(id: &str) -> String {
    format!("help-heading-{id}")
}

/// The words that stand for the values of an argument, by those in `args`:
/// `FILE|none` becomes `file-none`. A flag that is there or not has none.
pub(super) fn values(arg: &Arg) -> Vec<String> {
    let slug = |word: &str| {
        word.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(str::to_ascii_lowercase)
            .collect::<Vec<_>>()
            .join("-")
    };
    let words = arg.get_value_names().filter(|_| takes_values(arg));
    words
        .into_iter()
        .flatten()
        .map(|word| format!("help-value-{}", slug(word)))
        .collect()
}

fn takes_values(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// What an argument is for. The nearest name that the catalogue has: that of
/// the command, that of the group under whose heading it stands, or what is
/// said of it wherever it is taken. Where it has none, the first, so that it
/// is seen.
pub(super) fn argument(path: &str, arg: &Arg, language: Language) -> String {
    let id = arg.get_id().as_str().replace('_', "-");
    let like = LIKE_EXPORT.contains(&path).then_some("export");
    let path = if path.is_empty() { PROGRAM } else { path };
    let names = [Some(path), like, arg.get_help_heading(), Some("shared")]
        .into_iter()
        .flatten()
        .map(|place| format!("help-{place}-{id}"));
    let mut known = names.filter(|name| Message::new(name.clone()).is_known(language));
    known.next().unwrap_or_else(|| format!("help-{path}-{id}"))
}

/// The values that a flag takes, if they are few, and the names of what is
/// said of each. Those of an argument, the shells, are names and no more.
pub(super) fn choices(arg: &Arg) -> Vec<(String, PossibleValue)> {
    if arg.is_positional() || !takes_values(arg) {
        return Vec::new();
    }
    let id = arg.get_id().as_str().replace('_', "-");
    arg.get_possible_values()
        .into_iter()
        .map(|choice| (format!("help-choice-{id}-{}", choice.get_name()), choice))
        .collect()
}
