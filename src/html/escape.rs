//! Text on its way into a page.
//!
//! Whatever comes out of here holds no `<`, `>`, quote or bare `&`, so it is
//! text in an element, in an attribute, and in every state a parser can be in.

use std::fmt;

/// Text that the page must show and never obey.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(needs_care) {
            f.write_str(&rest[..at])?;
            let mut after = rest[at..].chars();
            f.write_str(match after.next() {
                Some('&') => "&amp;",
                Some('<') => "&lt;",
                Some('>') => "&gt;",
                Some('"') => "&quot;",
                Some('\'') => "&#39;",
                _ => "\u{fffd}",
            })?;
            rest = after.as_str();
        }
        f.write_str(rest)
    }
}

/// Characters of markup, and control characters that HTML does not allow.
fn needs_care(c: char) -> bool {
    matches!(c, '&' | '<' | '>' | '"' | '\'' | '\0'..='\x08' | '\x0b' | '\x0e'..='\x1f' | '\x7f')
}

/// Text of unknown direction, isolated: what it turns around ends with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Isolated<'a>(pub(super) &'a str);

impl fmt::Display for Isolated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<bdi>{}</bdi>", Escaped(self.0))
    }
}

/// Text for a place that knows no elements, such as the title of a window:
/// without the characters that turn the direction of what follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Straight<'a>(pub(super) &'a str);

impl fmt::Display for Straight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .split(is_direction_control)
            .try_for_each(|part| Escaped(part).fmt(f))
    }
}

fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_text_everywhere() {
        assert_eq!(
            Escaped("a<b>&\"'\0\u{8}\n</title><script>").to_string(),
            "a&lt;b&gt;&amp;&quot;&#39;\u{fffd}\u{fffd}\n&lt;/title&gt;&lt;script&gt;"
        );
        assert_eq!(Escaped("文章 🎉").to_string(), "文章 🎉");
    }

    #[test]
    fn direction_controls_end_with_their_text_or_are_left_out() {
        assert_eq!(Isolated("a\u{202e}b").to_string(), "<bdi>a\u{202e}b</bdi>");
        assert_eq!(Straight("a\u{202e}b\u{2069}<").to_string(), "ab&lt;");
    }
}
