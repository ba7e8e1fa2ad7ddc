//! The catalogue is whole: both languages have every message with the same
//! variables, and the program asks for what there is and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// The messages of a language: name, and the variables in its text.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Messages whose names are made while the program runs: beginnings of names.
/// Those of help are counted where the command line is known, in `cli::help`.
const MADE_NAMES: [&str; 7] = [
    "help-",
    "gap-reason-",
    "gap-class-",
    "phase-",
    "upload-loss-",
    "upload-refused-",
    "upload-unfit-",
];

/// Beginnings of names that are handed on as words before a message is made of
/// them.
const HANDED_ON: [&str; 4] = ["canonical-", "finding-", "served-", "wire-"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn language(name: &str) -> (Messages, String) {
    let mut messages = Messages::new();
    let mut all = String::new();
    for file in files(&root().join("text").join(name), "ftl") {
        let text = std::fs::read_to_string(&file).unwrap();
        let resource = parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let name = message.id.name.to_owned();
                    let mut variables = BTreeSet::new();
                    let value = message.value.expect("a message has a text");
                    in_pattern(&value, &mut variables);
                    assert!(message.attributes.is_empty(), "{name} has attributes");
                    let twice = messages.insert(name.clone(), variables);
                    assert_eq!(twice, None, "{name} stands there twice");
                }
                Entry::Term(term) => panic!("a term, {}, has no use here", term.id.name),
                _ => {}
            }
        }
        all.push_str(&text);
    }
    assert!(!messages.is_empty(), "the messages of {name} are read");
    (messages, all)
}

fn in_pattern(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, variables);
        }
    }
}

fn in_expression(expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, variables),
        Expression::Select { selector, variants } => {
            in_inline(selector, variables);
            for variant in variants {
                in_pattern(&variant.value, variables);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => in_expression(expression, variables),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("{other:?} is nothing that our messages need"),
    }
}

/// A message that the program asks for: where, its name, the variables it gives.
struct Asked {
    place: String,
    name: String,
    variables: BTreeSet<String>,
}

/// Every `message!("name", a = …, b = …)`, `say!(…)` and `word("name")` in the code.
fn asked() -> (Vec<Asked>, String) {
    let mut asked = Vec::new();
    let mut code = String::new();
    for file in files(&root(), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let text: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        for call in ["message!(", "say!(", "::word("] {
            for (at, _) in text.match_indices(call) {
                let rest = &text[at + call.len()..];
                let inside = arguments(rest);
                let Some(name) = inside[0].trim().strip_prefix('"') else {
                    continue;
                };
                asked.push(Asked {
                    place: file.display().to_string(),
                    name: name.trim_end_matches('"').to_owned(),
                    variables: inside[1..]
                        .iter()
                        .filter_map(|part| part.split_once('='))
                        .map(|(variable, _)| variable.trim().to_owned())
                        .collect(),
                });
            }
        }
        code.push_str(&text);
    }
    (asked, code)
}

/// The arguments of a call whose text begins behind its bracket, to its end.
fn arguments(text: &str) -> Vec<String> {
    let mut arguments = vec![String::new()];
    let mut depth = 0;
    let mut in_text = false;
    let mut escaped = false;
    for c in text.chars() {
        let last = arguments.last_mut().expect("there is always one");
        if in_text {
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            last.push(c);
            continue;
        }
        match c {
            '"' => in_text = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        last.push(c);
    }
    arguments.retain(|argument| !argument.trim().is_empty());
    arguments
}

#[test]
fn both_languages_have_every_message_with_the_same_variables() {
    let (zh, _) = language("zh");
    let (en, _) = language("en");
    assert_eq!(zh, en);
}

#[test]
fn files_have_the_same_names_in_both_languages() {
    let names = |language: &str| -> Vec<String> {
        files(&root().join("text").join(language), "ftl")
            .iter()
            .map(|file| file.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("zh"), names("en"));
    let catalogue = std::fs::read_to_string(root().join("text/catalogue.rs")).unwrap();
    for name in names("zh") {
        assert!(
            catalogue.contains(&format!("\"/{name}\"")),
            "{name} is read"
        );
    }
}

#[test]
fn each_language_is_itself() {
    let is_chinese = |c: char| ('\u{3000}'..='\u{9fff}').contains(&c) || c > '\u{ff00}';
    let (_, en) = language("en");
    let foreign: Vec<&str> = en
        .lines()
        .filter(|line| line.contains(is_chinese))
        .collect();
    assert_eq!(foreign, Vec::<&str>::new());
    // A Chinese text without a Chinese character is a forgotten one, or a form.
    let (zh, text) = language("zh");
    let resource = parser::parse(text.as_str()).unwrap();
    let mut forgotten = Vec::new();
    for entry in resource.body {
        if let Entry::Message(message) = entry {
            let value = format!("{:?}", message.value);
            let letters = value.matches("TextElement").count() > 0;
            let begins_with_letter = words_of(message.value.as_ref().unwrap());
            // Commands are the same in any language, and some need no remark.
            let is_examples = message.id.name.ends_with("-examples");
            if letters && begins_with_letter && !is_examples && !value.contains(is_chinese) {
                forgotten.push(message.id.name.to_owned());
            }
        }
    }
    assert!(!zh.is_empty());
    assert_eq!(forgotten, Vec::<String>::new());
}

/// The pages of an archive, and those of `browse`, take them as they are, in
/// elements and in attributes.
#[test]
fn the_words_of_pages_hold_no_markup() {
    for language in ["zh", "en"] {
        for name in ["names", "pages", "served"] {
            let file = root()
                .join("text")
                .join(language)
                .join(name)
                .with_extension("ftl");
            let text = std::fs::read_to_string(file).unwrap();
            let marked: Vec<&str> = text
                .lines()
                .filter(|line| line.replace("->", "").contains(['<', '>', '&', '"']))
                .collect();
            assert_eq!(marked, Vec::<&str>::new());
        }
    }
}

/// Whether the text itself, without its variables, has two letters in a row.
fn words_of(pattern: &Pattern<&str>) -> bool {
    pattern.elements.iter().any(|element| match element {
        PatternElement::TextElement { value } => value
            .as_bytes()
            .windows(2)
            .any(|pair| pair.iter().all(u8::is_ascii_alphabetic)),
        PatternElement::Placeable { .. } => false,
    })
}

#[test]
fn the_program_asks_for_messages_that_there_are_with_their_variables() {
    let (messages, _) = language("en");
    let (asked, _) = asked();
    let mut wrong = Vec::new();
    for one in asked {
        match messages.get(&one.name) {
            Some(variables) if *variables == one.variables => {}
            // A test of the catalogue itself asks for what is not there.
            None if one.place.ends_with("src/text/message.rs") => {}
            found => wrong.push(format!(
                "{}: {} gives {:?}, the text has {found:?}",
                one.place, one.name, one.variables
            )),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn names_that_are_handed_on_are_those_of_messages() {
    let (messages, _) = language("en");
    let (_, code) = asked();
    let mut unknown = Vec::new();
    for begin in HANDED_ON {
        let quoted = format!("\"{begin}");
        let mut found = 0;
        for (at, _) in code.match_indices(&quoted) {
            let name = &code[at + 1..];
            let name = &name[..name.find('"').unwrap()];
            found += 1;
            if !messages.contains_key(name) {
                unknown.push(name);
            }
        }
        assert!(found > 5, "names that begin with {begin} are found");
    }
    assert_eq!(unknown, Vec::<&str>::new());
}

#[test]
fn no_message_is_there_for_nothing() {
    let (messages, _) = language("en");
    let (_, code) = asked();
    let unused: Vec<&String> = messages
        .keys()
        .filter(|name| !code.contains(&format!("\"{name}\"")))
        .filter(|name| !MADE_NAMES.iter().any(|begin| name.starts_with(begin)))
        .collect();
    assert_eq!(unused, Vec::<&String>::new());
}

/// What `path-cannot` says of an action that nobody translated is its English name.
#[test]
fn every_action_on_a_file_has_its_words() {
    let (_, code) = asked();
    let (_, zh) = language("zh");
    let mut actions = BTreeSet::new();
    for begin in [".at(\"", "action: \""] {
        for (at, _) in code.match_indices(begin) {
            let rest = &code[at + begin.len()..];
            actions.insert(rest[..rest.find('"').unwrap()].to_owned());
        }
    }
    assert!(actions.len() > 10, "the actions are found");
    let unknown: Vec<&String> = actions
        .iter()
        .filter(|action| !zh.contains(&format!("[{action}]")))
        .collect();
    assert_eq!(unknown, Vec::<&String>::new());
}
