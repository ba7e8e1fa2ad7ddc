//! The plain text of an article: what a search looks through, what a list shows.

use super::reader::{Ending, Tag, TextKind, Visitor, read};

/// The text that a reader of `content` sees: a line for each block, white space
/// as browsers show it. Of content that cannot be read to its end, the text up
/// to there.
pub fn text_of(content: &str) -> String {
    let mut text = Text::default();
    // What was read before the trouble is text all the same.
    let _ = read(content, &mut text);
    text.end_line();
    text.lines.join("\n")
}

#[derive(Default)]
struct Text {
    lines: Vec<String>,
    /// The line under way, character references not yet decoded.
    line: String,
    /// For each open element, whether it is hidden and whether it is a block.
    open: Vec<(bool, bool)>,
    hidden: usize,
}

impl Text {
    fn end_line(&mut self) {
        let decoded = html_escape::decode_html_entities(&self.line);
        let words: Vec<&str> = decoded.split_whitespace().collect();
        if !words.is_empty() {
            self.lines.push(words.join(" "));
        }
        self.line.clear();
    }
}

impl Visitor for Text {
    fn start(&mut self, tag: &Tag) {
        let is_block = is_block(&tag.name);
        if is_block {
            self.end_line();
        }
        if tag.opens {
            let is_hidden = is_hidden(&tag.name);
            self.hidden += usize::from(is_hidden);
            self.open.push((is_hidden, is_block));
        }
    }

    fn text(&mut self, text: &str, kind: TextKind) {
        if self.hidden == 0 {
            match kind {
                TextKind::References => self.line.push_str(text),
                TextKind::Literal => self.line.push_str(&text.replace('&', "&amp;")),
            }
        }
    }

    fn end(&mut self, _: Ending) {
        let (was_hidden, was_block) = self.open.pop().unwrap_or_default();
        self.hidden -= usize::from(was_hidden);
        if was_block {
            self.end_line();
        }
    }
}

pub(super) fn is_hidden(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "iframe" | "noscript" | "noembed" | "noframes" | "template"
    )
}

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "svg"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_a_line_and_hidden_things_are_none() {
        let table = [
            (
                "<p>一 <b>二</b>\n 三</p><p>四<br  />五</p>",
                "一 二 三\n四\n五",
            ),
            ("1 &lt; 2 &amp;amp; 3&nbsp;4", "1 < 2 &amp; 3 4"),
            ("<style>p{}</style>a<script>b</script><!-- c -->d", "ad"),
            ("<xmp>&lt;</xmp>", "&lt;"),
            ("<section><section> </section></section>", ""),
            ("<script>unclosed", ""),
        ];
        for (content, text) in table {
            assert_eq!(text_of(content), text, "{content}");
        }
    }
}
