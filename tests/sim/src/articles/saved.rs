//! What becomes of an article's HTML when it is saved by the API.
//!
//! Seen live: links lose their tags, `src` becomes `data-src` in another size,
//! `<br>` is written with two blanks, pictures of other hosts lose their
//! address, scripts are gone, styles stay.

use crate::account::Account;
use crate::account::Asset;
use crate::quirks::Quirk;

/// Attributes beside `src` that name a picture.
const PICTURES: [&str; 9] = [
    "data-croporisrc",
    "data-backsrc",
    "cover",
    "poster",
    "imgurl",
    "background",
    "data-headimg",
    "data-emoji_url",
    "data-miniprogram-imageurl",
];

/// The content as it is kept, and the files it names then.
pub(crate) fn content(html: &str, account: &Account) -> (String, Vec<Asset>) {
    let mut saving = Saving {
        account,
        out: String::with_capacity(html.len()),
        assets: Vec::new(),
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        saving.out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(len) = tag_len(rest) else { break };
        let tag = &rest[..len];
        rest = &rest[len..];
        if name_of(tag) == "script" {
            rest = rest.find("</script>").map_or("", |end| &rest[end + 9..]);
            continue;
        }
        saving.tag(tag);
    }
    saving.out.push_str(rest);
    (saving.out, saving.assets)
}

/// The text without its tags.
pub(crate) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(len) = tag_len(rest) else { break };
        rest = &rest[len..];
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ").trim().to_owned()
}

/// The length of a tag, whose attributes may hold `>` in quotes.
fn tag_len(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in html.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// In lower case; with `/` in front for an end tag.
fn name_of(tag: &str) -> String {
    tag[1..]
        .split(|letter: char| letter.is_ascii_whitespace() || letter == '>')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_ascii_lowercase()
}

struct Saving<'a> {
    account: &'a Account,
    out: String,
    assets: Vec<Asset>,
}

impl Saving<'_> {
    fn tag(&mut self, tag: &str) {
        let name = name_of(tag);
        match name.as_str() {
            "a" | "/a" if self.account.quirks.has(Quirk::LinksRemoved) => {}
            "br" | "br/" => self.out.push_str("<br  />"),
            name if name.starts_with('/') || name.starts_with('!') => self.out.push_str(tag),
            _ => self.start(tag, &name),
        }
    }

    fn start(&mut self, tag: &str, name: &str) {
        let closes = tag.ends_with("/>");
        let inner = tag[1..tag.len() - 1].trim_end_matches('/');
        self.out.push('<');
        self.out.push_str(&inner[..name.len()]);
        for (attribute, value) in attributes(&inner[name.len()..]) {
            if let Some((attribute, value)) = self.kept(name, &attribute, &value) {
                let value = value.replace('"', "&quot;");
                self.out.extend([" ", &attribute, "=\"", &value, "\""]);
            }
        }
        self.out.push_str(if closes { "  />" } else { ">" });
    }

    /// What is kept of an attribute; values are as written.
    fn kept(&mut self, tag: &str, name: &str, value: &str) -> Option<(String, String)> {
        let same = |value: String| Some((name.to_owned(), value));
        if name.starts_with("on") {
            return None;
        }
        if tag == "img" && (name == "src" || name == "data-src") {
            let shown = self.own(value).map(|url| shown_size(&url))?;
            return Some(("data-src".to_owned(), shown));
        }
        if PICTURES.contains(&name) {
            return self.own(value).and_then(same);
        }
        if name == "style" {
            return same(self.style(value));
        }
        same(value.to_owned())
    }

    /// The address, if it is one of the account's own files.
    fn own(&mut self, value: &str) -> Option<String> {
        let url = value.replace("&amp;", "&");
        let host = |url: &str| url.split_once("//").map(|(_, rest)| rest.to_owned());
        let rest = host(&url)?;
        let path = rest.strip_prefix(&format!("{}/", host(&self.account.origin)?))?;
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let media = self
            .account
            .shelf
            .media(path)
            .or_else(|| self.account.shelf.media(path.rsplit_once('/')?.0))?;
        self.assets.push(Asset { url, media });
        Some(value.to_owned())
    }

    /// The style with `none` for each address of another host.
    fn style(&mut self, style: &str) -> String {
        let mut out = String::new();
        let mut rest = style;
        while let Some(at) = rest.find("url(") {
            let Some(len) = rest[at..].find(')') else {
                break;
            };
            out.push_str(&rest[..at]);
            let whole = &rest[at..=at + len];
            let url = whole[4..whole.len() - 1].replace("&quot;", "\"");
            match self.own(url.trim_matches(['"', '\'', ' '])) {
                Some(_) => out.push_str(whole),
                None => out.push_str("none"),
            }
            rest = &rest[at + len + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// `/0` becomes `/640`, and the query says where it is shown.
fn shown_size(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let path = path
        .strip_suffix("/0")
        .map_or_else(|| path.to_owned(), |path| format!("{path}/640"));
    match query {
        "" | "from=appmsg" => format!("{path}?from=appmsg"),
        query if query.contains("from=appmsg") => format!("{path}?{query}"),
        query => format!("{path}?{query}&amp;from=appmsg"),
    }
}

/// Names in lower case, and values as written.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_ascii_whitespace());
        let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let (value, behind) = match behind.trim_start().strip_prefix('=') {
            Some(behind) => value(behind.trim_start()),
            None => (String::new(), behind),
        };
        if !name.is_empty() && !found.iter().any(|(held, _)| held == name) {
            found.push((name.to_ascii_lowercase(), value));
        }
        rest = behind.trim_start();
    }
    found
}

fn value(text: &str) -> (String, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            let end = inside.find(quote).unwrap_or(inside.len());
            let behind = inside.get(end + 1..).unwrap_or("");
            return (inside[..end].to_owned(), behind);
        }
    }
    let end = text
        .find(|letter: char| letter.is_ascii_whitespace())
        .unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::attributes;
    use super::tag_len;
    use super::text;

    #[test]
    fn a_tag_ends_behind_its_quotes() {
        assert_eq!(tag_len("<a b=\"x>y\" c='>'>z"), Some(17));
        assert_eq!(tag_len("<a b=\"x>y"), None);
    }

    #[test]
    fn attributes_come_in_every_way_of_quoting() {
        let found = attributes(" a=\"1 2\" B='3' c=4 d = \"5\" e a=6");
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            found,
            [("a", "1 2"), ("b", "3"), ("c", "4"), ("d", "5"), ("e", "")]
        );
    }

    #[test]
    fn text_has_no_tags() {
        assert_eq!(text("<p>一<br  />二&nbsp;</p>"), "一二");
    }
}
