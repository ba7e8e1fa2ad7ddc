//! Where words stand in a text, whatever their case, width or spelling.
//!
//! Character by character, both sides are decomposed (NFKD) and made lower
//! case, so that `Ａ` is `a` and an accent is found written in either way.
//! Chinese needs no more: a word is wherever its characters stand in a row.

use std::ops::Range;

use unicode_normalization::char::decompose_compatible;

use crate::html::Piece;

/// Characters of a snippet before the first mark.
const BEFORE: usize = 40;
/// Characters of a snippet in all.
const SNIPPET: usize = 160;

/// `text` as it is compared.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, |c| folded.push(c));
    }
    folded
}

fn fold_char(c: char, mut emit: impl FnMut(char)) {
    decompose_compatible(c, |c| c.to_lowercase().for_each(&mut emit));
}

/// The words of a query, folded; each once.
pub(super) fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in fold(query).split_whitespace() {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// Where any of `words` stands in `text`, in bytes, in order and apart.
pub(super) fn marks(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut folded = String::with_capacity(text.len());
    // For each byte of `folded`, the character of `text` that it came from.
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        fold_char(c, |c| folded.push(c));
        origins.resize(folded.len(), at..at + c.len_utf8());
    }
    let mut found: Vec<Range<usize>> = words
        .iter()
        .flat_map(|word| folded.match_indices(word.as_str()))
        .map(|(at, word)| origins[at].start..origins[at + word.len() - 1].end)
        .collect();
    found.sort_unstable_by_key(|mark| (mark.start, mark.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for mark in found {
        match apart.last_mut() {
            Some(last) if mark.start < last.end => last.end = last.end.max(mark.end),
            _ => apart.push(mark),
        }
    }
    apart
}

/// All of `text`, with the words marked.
pub(super) fn marked(text: &str, words: &[String]) -> Vec<Piece> {
    pieces(text, 0..text.len(), &marks(text, words))
}

/// Some of `text` around the first of the words, with the words marked.
pub(super) fn snippet(text: &str, words: &[String]) -> Vec<Piece> {
    let marks = marks(text, words);
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = text[..first]
        .char_indices()
        .rev()
        .nth(BEFORE - 1)
        .map_or(0, |(at, _)| at);
    let end = text[start..]
        .char_indices()
        .nth(SNIPPET)
        .map_or(text.len(), |(at, _)| start + at);
    let mut found = pieces(text, start..end, &marks);
    let dots = || Piece {
        text: "…".to_owned(),
        is_marked: false,
    };
    if start > 0 {
        found.insert(0, dots());
    }
    if end < text.len() {
        found.push(dots());
    }
    found
}

/// The stretch of `text` cut at the marks.
fn pieces(text: &str, stretch: Range<usize>, marks: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut put = |range: Range<usize>, is_marked| {
        if !range.is_empty() {
            pieces.push(Piece {
                text: text[range].to_owned(),
                is_marked,
            });
        }
    };
    let mut at = stretch.start;
    for mark in marks {
        if mark.start >= stretch.end {
            break;
        }
        let mark = mark.start.max(at)..mark.end.min(stretch.end);
        if mark.is_empty() {
            continue;
        }
        put(at..mark.start, false);
        at = mark.end;
        put(mark, true);
    }
    put(at..stretch.end, false);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks in brackets.
    fn shown(pieces: &[Piece]) -> String {
        let show = |piece: &Piece| {
            if piece.is_marked {
                format!("[{}]", piece.text)
            } else {
                piece.text.clone()
            }
        };
        pieces.iter().map(show).collect()
    }

    #[test]
    fn a_word_is_found_in_every_spelling() {
        let table = [
            ("春天来了", "春天", "[春天]来了"),
            ("Ｗｅ Chat wechat", "weCHAT", "Ｗｅ Chat [wechat]"),
            ("ＷｅChat", "wechat", "[ＷｅChat]"),
            ("cafe\u{301} und café", "CAFÉ", "[cafe\u{301}] und [café]"),
            ("㍿ 会社", "株", "[㍿] 会社"),
            ("aaaa", "aa", "[aa][aa]"),
            ("banana", "ana nan", "b[anan]a"),
            ("İstanbul", "istanbul", "İstanbul"),
            ("", "a", ""),
        ];
        for (text, query, expected) in table {
            assert_eq!(shown(&marked(text, &words(query))), expected, "{text}");
        }
    }

    #[test]
    fn a_snippet_is_some_of_the_text_around_the_first_word() {
        let text = format!("{}春天{}", "甲".repeat(100), "乙".repeat(500));
        assert_eq!(
            shown(&snippet(&text, &words("春天"))),
            format!("…{}[春天]{}…", "甲".repeat(40), "乙".repeat(118))
        );
        assert_eq!(shown(&snippet("短", &words("无"))), "短");
        let long = "丙".repeat(161);
        assert_eq!(
            shown(&snippet(&long, &words("无"))),
            format!("{}…", "丙".repeat(160))
        );
    }

    #[test]
    fn a_query_is_its_words() {
        assert_eq!(words(" 春天\u{3000}Spring  spring "), ["春天", "spring"]);
        assert!(words(" \n").is_empty());
    }
}
