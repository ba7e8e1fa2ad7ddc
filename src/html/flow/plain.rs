//! Writes a block as plain text.

use super::{Piece, Style, What, file_name};

pub(super) fn block(what: &What) -> String {
    match what {
        What::Text(_, pieces) => line(pieces),
        What::Code(code) => code.clone(),
        What::Rule => "----".to_owned(),
        What::Table(rows) => {
            let row = |row: &Vec<super::Cell>| {
                let cells = row.iter().map(|cell| {
                    let lines: Vec<String> = cell.iter().map(|pieces| line(pieces)).collect();
                    lines.join(" ").replace('\n', " ")
                });
                cells.collect::<Vec<_>>().join("\t")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
    }
}

fn line(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut link_from = 0;
    for piece in pieces {
        match piece {
            Piece::Text(part) | Piece::Code(part) => text.push_str(&part.replace('\n', " ")),
            Piece::Break => text.push('\n'),
            Piece::Picture { src, alt } => {
                let name = if src.starts_with("data:") {
                    ""
                } else {
                    file_name(src)
                };
                let words: Vec<&str> = [alt.as_str(), name]
                    .into_iter()
                    .filter(|word| !word.is_empty())
                    .collect();
                match words.join(" ").as_str() {
                    "" => text.push_str("[图片]"),
                    words => text.extend(["[图片: ", words, "]"]),
                }
            }
            Piece::File { href, word } => {
                text.extend(["[", word, ": ", file_name(href), "]"]);
            }
            Piece::Note(note) => text.extend(["[", note, "]"]),
            Piece::On(Style::Link(_)) => link_from = text.len(),
            Piece::Off(Style::Link(url)) => {
                let is_away = url.contains(':') && !text[link_from..].contains(url.as_str());
                if is_away && !text[link_from..].trim().is_empty() {
                    text.extend([" (", url, ")"]);
                }
            }
            Piece::On(_) | Piece::Off(_) => {}
        }
    }
    let lines = text.split('\n').map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ")
    });
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
