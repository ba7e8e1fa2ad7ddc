//! Puts blocks below each other, with the marks of what they stand in.

use super::{Block, Container, markdown, plain};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Markdown,
    Plain,
}

/// The lines of all blocks; ends with a line break unless there is none.
pub(super) fn write(blocks: &[Block], form: Form) -> String {
    let mut out = String::new();
    let mut before: &[Container] = &[];
    for block in blocks {
        let within = block.within.as_slice();
        let shared = before
            .iter()
            .zip(within)
            .take_while(|(a, b)| a == b)
            .count();
        if !out.is_empty() {
            separate(&mut out, before, within, shared, form);
        }
        let text = match form {
            Form::Markdown => markdown::block(&block.what),
            Form::Plain => plain::block(&block.what),
        };
        for (at, line) in text.lines().enumerate() {
            // An item has its mark once, before its first line.
            let begun = if at == 0 { shared } else { within.len() };
            let marks = marks(within, begun);
            if line.is_empty() {
                out.push_str(marks.trim_end());
            } else {
                out.push_str(&marks);
                out.push_str(line);
            }
            out.push('\n');
        }
        before = within;
    }
    out
}

/// What stands before a line; items from the `begun`th on begin with it.
fn marks(within: &[Container], begun: usize) -> String {
    let mut marks = String::new();
    for (at, container) in within.iter().enumerate() {
        match container {
            Container::Quote(_) => marks.push_str("> "),
            Container::Item { number, .. } => {
                let mark = match number {
                    None => "- ".to_owned(),
                    Some(number) => format!("{number}. "),
                };
                if at < begun {
                    marks.extend(std::iter::repeat_n(' ', mark.len()));
                } else {
                    marks.push_str(&mark);
                }
            }
        }
    }
    marks
}

/// What stands between two blocks: nothing between the items of a list, else
/// an empty line, and a mark of its own between two lists, which would be one.
fn separate(
    out: &mut String,
    before: &[Container],
    within: &[Container],
    shared: usize,
    form: Form,
) {
    let list = |containers: &[Container]| match containers.get(shared) {
        Some(Container::Item { list, .. }) => Some(*list),
        _ => None,
    };
    let (was, is) = (list(before), list(within));
    let in_item = matches!(
        shared.checked_sub(1).and_then(|at| within.get(at)),
        Some(Container::Item { .. })
    );
    let follows_text_of_item = in_item && before.len() == shared && is.is_some();
    if follows_text_of_item || (was.is_some() && was == is) {
        return;
    }
    let marks = marks(&within[..shared], shared);
    let empty = format!("{}\n", marks.trim_end());
    out.push_str(&empty);
    if form == Form::Markdown && was.is_some() && is.is_some() {
        out.extend([&marks, "<!-- -->\n", &empty]);
    }
}

/// The longest run of `c` in `text`.
pub(super) fn longest_run(text: &str, c: char) -> usize {
    text.split(|other| other != c)
        .map(str::len)
        .max()
        .unwrap_or(0)
}
