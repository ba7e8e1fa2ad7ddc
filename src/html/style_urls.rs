//! The addresses in a style, in every spelling that CSS allows, and the same
//! style with other addresses in their place.
//!
//! `cssparser` splits the text as browsers do: `u\72l( //x )` is an address and
//! `"url(x)"` is none. What is not an address is passed on as it stands.

use cssparser::{Delimiter, ParseError, Parser, ParserInput, Token, serialize_string};

/// Deeper than any style; keeps hostile brackets off the stack.
const DEPTH_MAX: usize = 32;

/// Every address in `css`, in order.
pub(super) fn urls_in(css: &str) -> Vec<String> {
    let mut urls = Vec::new();
    rewrite(css, &mut |url| {
        urls.push(url.to_owned());
        None
    });
    urls
}

/// `css` with what `local` gives in place of each address; where it gives
/// nothing, `none` stands instead.
///
/// `@import`, `expression()` and comments are left out. The result is balanced,
/// so it cannot swallow what follows it; content that nests without end is dropped.
pub(super) fn rewrite(css: &str, local: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut input = ParserInput::new(css);
    let mut parser = Parser::new(&mut input);
    let mut style = Style {
        out: String::with_capacity(css.len()),
        local,
    };
    match style.copy(&mut parser, Strings::Text, 0) {
        Ok(()) => style.out,
        Err(_) => String::new(),
    }
}

/// The declarations of a `style` attribute but those that hide the element.
pub(super) fn without_hiding(css: &str) -> String {
    let mut input = ParserInput::new(css);
    let mut parser = Parser::new(&mut input);
    let mut kept = String::with_capacity(css.len());
    while !parser.is_exhausted() {
        let start = parser.position();
        let hides = parser.parse_until_after(Delimiter::Semicolon, |p| {
            let name = p.expect_ident_cloned();
            while p.next().is_ok() {}
            let hides = name
                .is_ok_and(|name| ["visibility", "opacity"].contains(&&*name.to_ascii_lowercase()));
            Ok::<_, ParseError<'_, TooDeep>>(hides)
        });
        if !hides.unwrap_or(false) {
            kept.push_str(parser.slice_from(start));
        }
    }
    kept
}

/// Whether the declarations of a `style` attribute choose a colour for the text
/// or for what is behind it.
pub(super) fn names_colours(css: &str) -> bool {
    let mut input = ParserInput::new(css);
    let mut parser = Parser::new(&mut input);
    while !parser.is_exhausted() {
        let names = parser.parse_until_after(Delimiter::Semicolon, |p| {
            let name = p.expect_ident_cloned();
            while p.next().is_ok() {}
            let names = name.is_ok_and(|name| {
                let name = name.to_ascii_lowercase();
                name.starts_with("background")
                    || ["color", "fill", "stroke", "-webkit-text-fill-color"].contains(&&*name)
            });
            Ok::<_, ParseError<'_, TooDeep>>(names)
        });
        if names.unwrap_or(false) {
            return true;
        }
    }
    false
}

struct Style<'a> {
    out: String,
    local: &'a mut dyn FnMut(&str) -> Option<String>,
}

/// What a quoted string is, where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Text,
    Addresses,
}

/// The style nests deeper than [`DEPTH_MAX`].
#[derive(Debug)]
struct TooDeep;

type Copied<'i> = Result<(), ParseError<'i, TooDeep>>;

impl Style<'_> {
    fn copy<'i>(
        &mut self,
        parser: &mut Parser<'i, '_>,
        strings: Strings,
        depth: usize,
    ) -> Copied<'i> {
        if depth > DEPTH_MAX {
            return Err(parser.new_custom_error(TooDeep));
        }
        loop {
            let start = parser.position();
            let Ok(token) = parser.next_including_whitespace_and_comments() else {
                return Ok(());
            };
            match token.clone() {
                Token::UnquotedUrl(url) => self.address(&url),
                Token::QuotedString(text) if strings == Strings::Addresses => self.address(&text),
                Token::QuotedString(text) => self.string(&text),
                Token::Function(name) => match name.to_ascii_lowercase().as_str() {
                    "url" | "src" => {
                        let url = parser.parse_nested_block(|p| {
                            let text = p.expect_string_cloned();
                            while p.next().is_ok() {}
                            Ok::<_, ParseError<'i, TooDeep>>(text.ok())
                        })?;
                        match url {
                            Some(url) => self.address(&url),
                            None => self.out.push_str("none"),
                        }
                    }
                    // What a variable or an attribute brings would be an address.
                    name if name == "expression"
                        || (strings == Strings::Addresses && !is_known_in_images(name)) =>
                    {
                        parser.parse_nested_block(|p| {
                            while p.next().is_ok() {}
                            Ok::<_, ParseError<'i, TooDeep>>(())
                        })?;
                        self.out.push_str("none");
                    }
                    name => {
                        let inside = match name {
                            "image-set" | "-webkit-image-set" | "image" | "cross-fade"
                            | "-webkit-cross-fade" => Strings::Addresses,
                            _ => Strings::Text,
                        };
                        self.out.push_str(parser.slice_from(start));
                        self.block(parser, inside, depth, ')')?;
                    }
                },
                Token::ParenthesisBlock => {
                    self.out.push('(');
                    self.block(parser, strings, depth, ')')?;
                }
                Token::SquareBracketBlock => {
                    self.out.push('[');
                    self.block(parser, strings, depth, ']')?;
                }
                Token::CurlyBracketBlock => {
                    self.out.push('{');
                    self.block(parser, Strings::Text, depth, '}')?;
                }
                Token::AtKeyword(name) if name.eq_ignore_ascii_case("import") => {
                    while let Ok(token) = parser.next() {
                        if matches!(token, Token::Semicolon) {
                            break;
                        }
                    }
                    // Without it the neighbours could become one token.
                    self.out.push(' ');
                }
                Token::Comment(_) => self.out.push_str("/**/"),
                Token::BadUrl(_) | Token::BadString(_) | Token::CDO | Token::CDC => {
                    self.out.push(' ');
                }
                _ => self.out.push_str(parser.slice_from(start)),
            }
        }
    }

    fn block<'i>(
        &mut self,
        parser: &mut Parser<'i, '_>,
        strings: Strings,
        depth: usize,
        close: char,
    ) -> Copied<'i> {
        parser.parse_nested_block(|p| self.copy(p, strings, depth + 1))?;
        self.out.push(close);
        Ok(())
    }

    fn address(&mut self, url: &str) {
        match (self.local)(url.trim()) {
            Some(local) => {
                self.out.push_str("url(");
                self.string(&local);
                self.out.push(')');
            }
            None => self.out.push_str("none"),
        }
    }

    fn string(&mut self, text: &str) {
        serialize_string(text, &mut self.out).expect("a String takes all that is written");
    }
}

/// Functions that stand among the pictures of `image-set` and name none by a
/// string of somebody else's.
fn is_known_in_images(name: &str) -> bool {
    name == "type"
        || name.ends_with("gradient")
        || matches!(
            name,
            "image-set" | "-webkit-image-set" | "image" | "cross-fade" | "-webkit-cross-fade"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_found() {
        let table = [
            (
                "background: url(\"https://h/a?x=1&y=2\") 10px",
                "https://h/a?x=1&y=2",
            ),
            ("background-image:url('//h/a')", "//h/a"),
            ("background:url( https://h/a )", "https://h/a"),
            ("background:URL(https://h/a)", "https://h/a"),
            ("background:u\\72l(https://h/a)", "https://h/a"),
            ("background:\\75\\72\\6c (\"https://h/a\")", "https://h/a"),
            ("background:url(https\\3a //h/a\\)b)", "https://h/a)b"),
            ("background:url(\"https://h/a\\\nb\")", "https://h/ab"),
            ("background:image-set(\"https://h/a\" 1x)", "https://h/a"),
            (
                "background:-webkit-image-set(url(https://h/a) 1x)",
                "https://h/a",
            ),
            ("a{b:c}@media x{d{background:url(https://h/a", "https://h/a"),
            ("background:url(\"https://h/a", "https://h/a"),
        ];
        for (css, url) in table {
            assert_eq!(urls_in(css), [url], "{css}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for css in [
            "content:\"url(https://h/a)\"",
            "/* url(https://h/a) */",
            "color:red;width:calc(1px + 2em)",
            "background:url(https://h/a'b)",
            "@import url(https://h/a);@import 'https://h/b';",
            "width:expression(url(https://h/a))",
        ] {
            assert_eq!(urls_in(css), Vec::<String>::new(), "{css}");
        }
    }

    #[test]
    fn an_address_is_replaced_and_nothing_else_changes() {
        let css = "display: block;background: url(\"https://h/a\") 10px 10px / 40px no-repeat rgb(40, 44, 52);\
                   font-family: \"PingFang SC\", Arial;height: auto !important;--x:{a:1}";
        let local = rewrite(css, &mut |_| Some("../b \"c\".png".to_owned()));
        assert_eq!(
            local,
            css.replace("\"https://h/a\"", "\"../b \\\"c\\\".png\"")
        );
        assert_eq!(
            rewrite(css, &mut |_| None),
            css.replace("url(\"https://h/a\")", "none")
        );
    }

    #[test]
    fn what_only_a_script_would_show_is_shown() {
        let table = [
            ("visibility:hidden; opacity:0", ""),
            ("visibility: hidden !important;width: 10px", "width: 10px"),
            ("color:red;OPACITY:0;", "color:red;"),
            ("a:\";opacity:0\";b:c", "a:\";opacity:0\";b:c"),
            (";;x", ";;x"),
        ];
        for (css, shown) in table {
            assert_eq!(without_hiding(css), shown, "{css}");
        }
    }

    #[test]
    fn a_colour_is_one_of_the_text_or_behind_it() {
        for css in [
            "color:red",
            "width:1px; BACKGROUND : url(x)",
            "c\\6flor:#333",
            "background-image:none",
            "a:\";\";color:red",
        ] {
            assert!(names_colours(css), "{css}");
        }
        for css in [
            "border-color:red",
            "font-family:\"color:red\"",
            "",
            "text-align:center;--color:red",
        ] {
            assert!(!names_colours(css), "{css}");
        }
    }

    #[test]
    fn what_loads_or_runs_without_an_address_is_dropped() {
        let mut none = |_: &str| None;
        assert_eq!(
            rewrite("@import 'https://h/b';a{b:c}", &mut none),
            " a{b:c}"
        );
        assert_eq!(
            rewrite("background:u@import x;rl(file://h/x.png)", &mut none),
            "background:u rl(file://h/x.png)"
        );
        assert_eq!(
            rewrite("@@import x;import \"https://h/a\";", &mut none),
            "@ import \"https://h/a\";"
        );
        assert_eq!(
            rewrite(
                "--x:\"file://h/x\";b:image-set(var(--x,\"file://h/y\") 1x)",
                &mut none
            ),
            "--x:\"file://h/x\";b:image-set(none 1x)"
        );
        assert_eq!(
            rewrite("width:expression(alert(1));b:c", &mut none),
            "width:none;b:c"
        );
        assert_eq!(rewrite("a{b:\"x", &mut none), "a{b:\"x\"}");
        assert_eq!(rewrite("/*x", &mut none), "/**/");
        assert_eq!(rewrite(&"(".repeat(100_000), &mut none), "");
    }
}
