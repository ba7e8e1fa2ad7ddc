//! The words of help that clap has no setting for, in either language.

use clap::builder::StyledStr;
use wxbackup::message;
use wxbackup::text::{Language, Message};

use super::wrap::wrap;
use crate::cli::args::STYLES;
use crate::cli::report::Place;

/// Help as clap has rendered it, with its frame in `language`, for a terminal;
/// it has marks of colour.
pub(crate) fn framed(rendered: &StyledStr, language: Language) -> String {
    let help = usage(rendered, language);
    let header = STYLES.get_header();
    let mut help = [
        ("Commands", message!("frame-commands")),
        ("Arguments", message!("frame-arguments")),
        ("Options", message!("frame-options")),
    ]
    .into_iter()
    .fold(help, |help, (theirs, ours)| {
        help.replace(
            &format!("{header}{theirs}:"),
            &format!("{header}{}:", ours.in_language(language)),
        )
    });
    let colon = message!("frame-colon").in_language(language);
    help = help.replace(&format!(":{header:#}\n"), &format!("{colon}{header:#}\n"));
    help = exchanged(
        help,
        &[
            ("[env: ", message!("frame-variable")),
            ("[default: ", message!("frame-default")),
            ("[possible values: ", message!("frame-possible-values")),
        ],
        language,
    );
    match language {
        Language::En => help,
        Language::Zh => wrap(&help, columns()),
    }
}

/// A line of usage as clap has rendered it, in `language`.
pub(crate) fn usage(rendered: &StyledStr, language: Language) -> String {
    let style = STYLES.get_usage();
    let title = message!("frame-usage").in_language(language);
    let line = rendered
        .ansi()
        .to_string()
        .replace(&format!("{style}Usage:{style:#} "), &{
            let blanks = &title[title.trim_end().len()..];
            format!("{style}{}{style:#}{blanks}", title.trim_end())
        });
    exchanged(
        line,
        &[
            ("[OPTIONS]", message!("frame-any-options")),
            ("<COMMAND>", message!("frame-a-command")),
            ("[COMMAND]", message!("frame-any-command")),
        ],
        language,
    )
}

pub(super) fn exchanged(text: String, words: &[(&str, Message)], language: Language) -> String {
    words.iter().fold(text, |text, (theirs, ours)| {
        text.replace(theirs, &ours.in_language(language))
    })
}

/// As wide as clap would write: the terminal, or what a variable says of it,
/// and never more than the 100 columns of `args`.
fn columns() -> usize {
    let terminal = Place::here().stdout_columns.map(usize::from);
    let variable = || std::env::var("COLUMNS").ok()?.parse().ok();
    terminal
        .or_else(variable)
        .map_or(100, |columns| columns.min(100))
}
