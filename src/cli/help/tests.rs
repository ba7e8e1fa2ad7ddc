//! Every text of help is there in both languages, and none is there for nothing.

use std::collections::BTreeSet;

use clap::Command;
use wxbackup::text::{Language, Message};

use super::{framed, localise, manual, names};
use crate::cli::args;

/// The names that are made for help, all of which this test answers for.
const MADE: &str = "help-";

const FILES: [&str; 2] = [
    include_str!("../../text/en/help.ftl"),
    include_str!("../../text/en/help-flags.ftl"),
];

/// Goes through the command line as it is declared: the names of messages that
/// must be there, and of those that may be.
fn wanted(command: &Command, path: &str, must: &mut BTreeSet<String>, may: &mut BTreeSet<String>) {
    must.insert(names::about(path));
    must.insert(names::examples(path));
    may.extend([names::long(path), names::intro(path), names::rules(path)]);
    for arg in command.get_arguments() {
        assert_eq!(
            arg.get_help(),
            None,
            "{path}: {} passes the catalogue by",
            arg.get_id()
        );
        must.insert(names::argument(path, arg, Language::En));
        must.extend(arg.get_help_heading().map(names::heading));
        must.extend(names::values(arg));
        must.extend(names::choices(arg).into_iter().map(|(name, _)| name));
    }
    for inner in command.get_subcommands() {
        let path = names::inside(path, inner.get_name());
        wanted(inner, &path, must, may);
    }
}

#[test]
fn every_command_argument_and_heading_has_its_text_in_both_languages() {
    let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
    wanted(&args::command(), "", &mut must, &mut may);
    assert!(must.len() > 100, "the tree is walked: {must:?}");
    for language in Language::ALL {
        let missing: Vec<&String> = must
            .iter()
            .filter(|name| !Message::new((*name).clone()).is_known(language))
            .collect();
        assert_eq!(missing, Vec::<&String>::new(), "{language:?}");
    }
}

#[test]
fn no_text_of_help_is_there_for_nothing() {
    let (mut must, mut may) = (BTreeSet::new(), BTreeSet::new());
    wanted(&args::command(), "", &mut must, &mut may);
    let there: Vec<&str> = FILES
        .iter()
        .flat_map(|file| file.lines())
        .filter_map(|line| line.split_once(" =").map(|(name, _)| name))
        .filter(|name| name.starts_with(MADE))
        .filter(|name| cfg!(feature = "demo") || !name.starts_with("help-demo-"))
        .collect();
    assert!(there.len() > 100, "the files are read");
    let unused: Vec<&&str> = there
        .iter()
        .filter(|name| !must.contains(**name) && !may.contains(**name))
        .collect();
    assert_eq!(unused, Vec::<&&str>::new());
}

/// All help and all manual pages of a language.
fn everything(language: Language) -> Vec<String> {
    fn of(command: &Command, language: Language, all: &mut Vec<String>) {
        let mut command = command.clone();
        let (short, long) = (command.render_help(), command.render_long_help());
        all.extend([framed(&short, language), framed(&long, language)]);
        all.push(manual(&command, language).expect("it is made in memory"));
        for inner in command.get_subcommands() {
            of(inner, language, all);
        }
    }
    let mut all = Vec::new();
    of(&localise(args::command(), language), language, &mut all);
    all
}

#[test]
fn clap_says_nothing_of_its_own_in_chinese() {
    let words = [
        "Usage",
        "OPTIONS]",
        "<COMMAND>",
        "[COMMAND]",
        "Commands",
        "Arguments",
        "Options",
        "env:",
        "default:",
        "possible values",
        "Possible values",
        "Print help",
        "Print this",
        "Print version",
        ".SH NAME",
        ".SH SYNOPSIS",
        ".SH DESCRIPTION",
        ".SH OPTIONS",
        ".SH SUBCOMMANDS",
        ".SH EXTRA",
        ".SH VERSION",
        "subcommands",
    ];
    let english = everything(Language::En).concat();
    for text in everything(Language::Zh) {
        for word in words {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    // They are the words that clap says.
    for word in words {
        assert!(english.contains(word), "{word}");
    }
}

#[test]
fn no_chinese_help_is_wider_than_a_hundred_columns_but_usage() {
    for text in everything(Language::Zh) {
        let is_manual = text.contains("\n.TH ");
        for line in text
            .lines()
            .filter(|line| !is_manual && !line.contains("用法："))
        {
            assert!(console::measure_text_width(line) <= 100, "{line}");
        }
    }
}
