//! Rows of text in columns, for a terminal.

use unicode_width::UnicodeWidthStr as _;

/// On which side of its column a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// The lines of a table whose columns are as wide as their widest cell; a
/// Chinese character is as wide as two others.
pub(crate) fn columns<const N: usize>(aligns: [Align; N], rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter()
            .map(|row| row[column].width())
            .max()
            .unwrap_or(0)
    });
    let line = |row: &[String; N]| {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column].saturating_sub(cell.width()));
            let between = if column == 0 { "" } else { "  " };
            let (before, behind) = match aligns[column] {
                Align::Left => ("", padding.as_str()),
                Align::Right => (padding.as_str(), ""),
            };
            line.extend([between, before, cell, behind]);
        }
        line.truncate(line.trim_end().len());
        line
    };
    rows.iter().map(line).collect()
}

/// `text`, and blanks behind it as far as it has fewer than `columns`.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// How wide the names of rows are in what commands say at their end.
const NAME_COLUMNS: usize = 9;

/// A row of what a command says at its end: a name, and what is to be said of it.
pub(crate) fn row(name: &str, text: &str) -> String {
    format!("{}  {text}", padded(name, NAME_COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell() {
        let rows = [["A", "N", "C"], ["小店", "10", ""], ["shop", "9", "x"]]
            .map(|row| row.map(str::to_owned));
        assert_eq!(
            columns([Align::Left, Align::Right, Align::Left], &rows),
            ["A      N  C", "小店  10", "shop   9  x"]
        );
    }

    #[test]
    fn rows_begin_their_text_in_one_column() {
        assert_eq!(
            [
                row("status", "x"),
                row("图文素材", "x"),
                row("state of it", "x")
            ],
            ["status     x", "图文素材   x", "state of it  x"]
        );
    }
}
