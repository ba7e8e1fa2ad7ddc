//! Writes a block as Markdown.
//!
//! Every character of an article stands for itself: what Markdown or HTML would
//! take for markup is escaped, where it stands.

use std::fmt::Write as _;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::lines::longest_run;
use super::{Cell, Piece, Style, What, file_name};

/// Where a line stands, as far as it decides what must be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Paragraph,
    Heading,
    Cell,
}

pub(super) fn block(what: &What) -> String {
    match what {
        What::Text(None, pieces) => line(pieces, Spot::Paragraph),
        What::Text(Some(level), pieces) => {
            let marks = "#".repeat((*level).into());
            format!("{marks} {}", line(pieces, Spot::Heading))
        }
        What::Code(code) => {
            let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
            format!("{fence}\n{code}\n{fence}")
        }
        What::Rule => "* * *".to_owned(),
        What::Table(rows) => table(rows),
    }
}

/// A table; its first row is the head, which Markdown has in every table.
fn table(rows: &[Vec<Cell>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        out.push('|');
        for column in 0..columns {
            let lines: Vec<String> = row
                .get(column)
                .into_iter()
                .flatten()
                .map(|pieces| line(pieces, Spot::Cell))
                .collect();
            let _ = write!(out, " {} |", lines.join("<br>"));
        }
        out.push('\n');
        if at == 0 {
            out.push('|');
            out.push_str(&" --- |".repeat(columns));
            out.push('\n');
        }
    }
    out
}

/// A part of a line: marks hold no blanks at their inner side.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Words(String),
    Blank,
    Break,
    On(&'a Style),
    Off(&'a Style),
}

fn line(pieces: &[Piece], spot: Spot) -> String {
    let mut tokens = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => push_text(&mut tokens, text, spot),
            Piece::Code(code) => tokens.push(Token::Words(code_span(code, spot))),
            Piece::Break if spot == Spot::Heading => push_blank(&mut tokens, Token::Blank),
            Piece::Break => push_blank(&mut tokens, Token::Break),
            Piece::Picture { src, alt } => {
                let alt = escape(alt, spot);
                tokens.push(Token::Words(format!("![{alt}]({})", url(src))));
            }
            Piece::File { href, word } => {
                let name = escape(file_name(href), spot);
                tokens.push(Token::Words(format!("[{word} {name}]({})", url(href))));
            }
            Piece::Note(note) => {
                tokens.push(Token::Words(format!("**\\[{}\\]**", escape(note, spot))));
            }
            Piece::On(style) => tokens.push(Token::On(style)),
            Piece::Off(style) => push_off(&mut tokens, style),
        }
    }
    while matches!(tokens.last(), Some(Token::Blank | Token::Break)) {
        tokens.pop();
    }
    join(&tokens, spot)
}

fn push_text(tokens: &mut Vec<Token<'_>>, text: &str, spot: Spot) {
    let is_blank = |c: char| c.is_whitespace();
    if text.starts_with(is_blank) {
        push_blank(tokens, Token::Blank);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if !words.is_empty() {
        // One text may come in pieces, and marks depend on both sides.
        tokens.push(Token::Words(escape(&words.join(" "), spot)));
        if text.ends_with(is_blank) {
            push_blank(tokens, Token::Blank);
        }
    }
}

/// A blank or break, before the marks that have just begun; never two of them,
/// and none at the start.
fn push_blank<'a>(tokens: &mut Vec<Token<'a>>, blank: Token<'a>) {
    let marks = tokens
        .iter()
        .rev()
        .take_while(|token| matches!(token, Token::On(_)))
        .count();
    let at = tokens.len() - marks;
    match at.checked_sub(1).map(|before| &tokens[before]) {
        None | Some(Token::Break) => {}
        Some(Token::Blank) => tokens[at - 1] = blank,
        Some(_) => tokens.insert(at, blank),
    }
}

/// The end of a style, before blanks; nothing where nothing was in it.
fn push_off<'a>(tokens: &mut Vec<Token<'a>>, style: &'a Style) {
    if tokens.last() == Some(&Token::On(style)) {
        tokens.pop();
        return;
    }
    let blank = match tokens.last() {
        Some(Token::Blank | Token::Break) => tokens.pop(),
        _ => None,
    };
    tokens.push(Token::Off(style));
    tokens.extend(blank);
}

fn join(tokens: &[Token<'_>], spot: Spot) -> String {
    let mut out = String::new();
    let tags = tags(tokens);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Words(words) => {
                if spot == Spot::Paragraph && (out.is_empty() || out.ends_with('\n')) {
                    push_at_start(&mut out, words);
                } else {
                    out.push_str(words);
                }
            }
            Token::Blank => out.push(' '),
            Token::Break if spot == Spot::Cell => out.push_str("<br>"),
            Token::Break => out.push_str("  \n"),
            Token::On(Style::Link(_)) => out.push('['),
            Token::Off(Style::Link(href)) => {
                let _ = write!(out, "]({})", url(href));
            }
            Token::On(style) => {
                let (mark, tag) = marks_of(style);
                if tags[at] {
                    out.extend(["<", tag, ">"]);
                } else {
                    out.push_str(mark);
                }
            }
            Token::Off(style) => {
                let (mark, tag) = marks_of(style);
                if tags[at] {
                    out.extend(["</", tag, ">"]);
                } else {
                    out.push_str(mark);
                }
            }
        }
    }
    out
}

fn marks_of(style: &Style) -> (&'static str, &'static str) {
    match style {
        Style::Strong => ("**", "strong"),
        Style::Emphasis => ("*", "em"),
        Style::Strike | Style::Link(_) => ("~~", "del"),
    }
}

/// Which marks must be tags: Markdown takes `**` for a mark only where its side
/// looks like the edge of a word, and Chinese has no blanks between words.
fn tags(tokens: &[Token<'_>]) -> Vec<bool> {
    let mut tags = vec![false; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::On(_) => open.push(at),
            Token::Off(style) => {
                let Some(place) = open.iter().rposition(|on| tokens[*on] == Token::On(style))
                else {
                    continue;
                };
                let on = open.remove(place);
                let begins = is_edge(char_behind(tokens, on), char_before(tokens, on));
                let ends = is_edge(char_before(tokens, at), char_behind(tokens, at));
                tags[on] = !(begins && ends);
                tags[at] = tags[on];
            }
            _ => {}
        }
    }
    tags
}

/// Whether a mark between these characters is one to Markdown.
fn is_edge(inside: Option<char>, outside: Option<char>) -> bool {
    let is_open = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || is_punctuation(c));
    !is_open(inside) || is_open(outside)
}

fn char_before(tokens: &[Token<'_>], at: usize) -> Option<char> {
    tokens[..at].iter().rev().find_map(|token| match token {
        Token::Words(words) => words.chars().next_back(),
        Token::Blank | Token::Break => Some(' '),
        Token::On(Style::Link(_)) => Some('['),
        Token::Off(Style::Link(_)) => Some(')'),
        Token::On(_) | Token::Off(_) => None,
    })
}

fn char_behind(tokens: &[Token<'_>], at: usize) -> Option<char> {
    tokens[at + 1..].iter().find_map(|token| match token {
        Token::Words(words) => words.chars().next(),
        Token::Blank | Token::Break => Some(' '),
        Token::On(Style::Link(_)) => Some('['),
        Token::Off(Style::Link(_)) => Some(']'),
        Token::On(_) | Token::Off(_) => None,
    })
}

fn is_punctuation(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
            | G::MathSymbol
            | G::CurrencySymbol
            | G::ModifierSymbol
            | G::OtherSymbol
    )
}

/// Words at the start of a line, where more characters are marks.
fn push_at_start(out: &mut String, words: &str) {
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &words[digits..];
    match rest.as_bytes().first() {
        Some(b'.' | b')') if (1..=9).contains(&digits) => {
            let _ = write!(out, "{}\\{rest}", &words[..digits]);
        }
        Some(b'#' | b'+' | b'-' | b'=' | b'>' | b'|' | b':') if digits == 0 => {
            let _ = write!(out, "\\{words}");
        }
        _ => out.push_str(words),
    }
}

/// Text that stands for itself within a line.
fn escape(text: &str, spot: Spot) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' if is_reference(rest.as_str()) => out.push_str("&amp;"),
            '\\' | '`' | '*' | '[' | ']' | '~' => out.extend(['\\', c]),
            '|' if spot == Spot::Cell => out.push_str("\\|"),
            '#' if spot == Spot::Heading => out.push_str("\\#"),
            '_' => {
                let next = rest.as_str().chars().next().unwrap_or(' ');
                let is_inside = before.is_alphanumeric() && next.is_alphanumeric();
                out.push_str(if is_inside { "_" } else { "\\_" });
            }
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// Whether `&` and this are a character reference.
fn is_reference(rest: &str) -> bool {
    let name = rest.split(';').next().unwrap_or_default();
    name.len() < rest.len()
        && !name.is_empty()
        && name.len() <= 32
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
}

fn code_span(code: &str, spot: Spot) -> String {
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
    if code.is_empty() {
        return String::new();
    }
    let marks = "`".repeat(longest_run(&code, '`') + 1);
    let code = match spot {
        Spot::Cell => code.replace('|', "\\|"),
        _ => code,
    };
    if code.starts_with('`') || code.ends_with('`') {
        format!("{marks} {code} {marks}")
    } else {
        format!("{marks}{code}{marks}")
    }
}

/// An address between the brackets of a link.
fn url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        match c {
            '&' if is_reference(&url[at + 1..]) => out.push_str("&amp;"),
            '(' | ')' | '<' | '>' | '"' | '\'' | '\\' | '`' | '|' | '[' | ']' | '*' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            c if c.is_whitespace() || c.is_control() => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
            c => out.push(c),
        }
    }
    out
}
