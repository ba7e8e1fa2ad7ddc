//! Turns the links of an archived page to where things are outside of the archive.
//!
//! Our pages name what is in the archive by relative ASCII paths in attributes
//! and in `url(…)`. Those are found as they stand in the bytes; everything else
//! in the page stays as it is, to the byte. Nothing is parsed, so no page can
//! be made to mean something else: only a path that the archive holds is
//! replaced, and only by a path that the restore has made.

use crate::model::EntryPath;

/// `page` with every link to an entry replaced by a relative URL to its target.
///
/// `entry` is where the page lies in the archive and `target` where it goes;
/// `target_of` tells the same of the others. A link to a page that is not
/// restored becomes `#`; any other link without a target stays.
pub fn turn<'a>(
    page: &[u8],
    entry: &EntryPath,
    target: &str,
    target_of: impl Fn(&EntryPath) -> Option<&'a str>,
) -> Vec<u8> {
    turn_each(page, entry, |named| match target_of(named) {
        Some(found) => Some(relative_url(target, found)),
        None => (named.extension() == Some("html")).then(|| "#".to_owned()),
    })
}

/// `page` with every link to an entry replaced by what `url_of` gives for it,
/// which must be a URL in ASCII; a link for which it gives nothing stays.
pub fn turn_each(
    page: &[u8],
    entry: &EntryPath,
    mut url_of: impl FnMut(&EntryPath) -> Option<String>,
) -> Vec<u8> {
    let mut turned = Vec::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    let mut before = None;
    while let Some(&first) = rest.first() {
        let plain = |b: &u8| is_path_byte(*b) == is_path_byte(first);
        let (run, behind) = rest.split_at(rest.iter().take_while(|b| plain(b)).count());
        let link = before
            .filter(|b| opens_link(*b))
            .and_then(|_| resolve(entry, run))
            .and_then(|named| url_of(&named));
        match link {
            Some(link) => turned.extend_from_slice(link.as_bytes()),
            None => turned.extend_from_slice(run),
        }
        before = run.last().copied();
        rest = behind;
    }
    turned
}

/// The entries that `page` links to, in the order of the bytes.
pub fn named_in(page: &[u8], entry: &EntryPath) -> Vec<EntryPath> {
    page.split(|b| !is_path_byte(*b))
        .filter_map(|run| resolve(entry, run))
        .collect()
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'_' | b'-')
}

/// What stands before a path in `href="…"`, `url(…)` and `url(&quot;…&quot;)`.
fn opens_link(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'(' | b';' | b'=')
}

/// The entry that a relative path in the page at `entry` means, if it is below `data/`.
pub fn resolve(entry: &EntryPath, path: &[u8]) -> Option<EntryPath> {
    let looks_so = [&b"../"[..], b"blobs/", b"articles/", b"view/"]
        .iter()
        .any(|start| path.starts_with(start));
    let path = std::str::from_utf8(path).ok().filter(|_| looks_so)?;
    let mut segments: Vec<&str> = entry.as_str().split('/').collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            ".." => drop(segments.pop()?),
            segment => segments.push(segment),
        }
    }
    let named: EntryPath = segments.join("/").parse().ok()?;
    named.as_str().starts_with("data/").then_some(named)
}

/// The way from the file `from` to the file `to`, both relative to one folder, as a URL.
pub fn relative_url(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').collect();
    let to: Vec<&str> = to.split('/').collect();
    let folders = from.len().min(to.len()) - 1;
    let shared = (0..folders).take_while(|at| from[*at] == to[*at]).count();
    let mut url = "../".repeat(from.len() - 1 - shared);
    for (at, segment) in to[shared..].iter().enumerate() {
        if at > 0 {
            url.push('/');
        }
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'~') {
                url.push(char::from(byte));
            } else {
                use std::fmt::Write as _;
                write!(url, "%{byte:02X}").expect("a String takes every text");
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::layout;
    use proptest::prelude::*;

    const PAGE: &str = "data/articles/00112233445566778899/01/index.html";
    const BLOB: &str =
        "blobs/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.png";
    const TARGET: &str = "文章/草稿/2023-05/周报/index.html";

    fn turn_in_place(page: &str) -> String {
        let target_of = |entry: &EntryPath| match entry.as_str().strip_prefix("data/") {
            Some(BLOB) => Some("文章/草稿/2023-05/周报/素材/001.png"),
            Some("index.html") => Some("目录.html"),
            Some("articles/99887766554433221100/02/index.html") => Some("文章/a#1%/index.html"),
            _ => None,
        };
        let entry = layout::path(PAGE);
        String::from_utf8(turn(page.as_bytes(), &entry, TARGET, target_of)).unwrap()
    }

    #[test]
    fn links_lead_to_where_things_are_and_all_else_stays() {
        let blob = format!("../../../{BLOB}");
        let asset = "%E7%B4%A0%E6%9D%90/001.png";
        let pairs = [
            (
                format!("<img src=\"{blob}\">"),
                format!("<img src=\"{asset}\">"),
            ),
            (
                format!("url(&quot;{blob}&quot;)"),
                format!("url(&quot;{asset}&quot;)"),
            ),
            (format!("url({blob})"), format!("url({asset})")),
            (
                "<a href=\"../../../index.html\">".to_owned(),
                "<a href=\"../../../../%E7%9B%AE%E5%BD%95.html\">".to_owned(),
            ),
            (
                "href='../../99887766554433221100/02/index.html#top'".to_owned(),
                "href='../../../a%231%25/index.html#top'".to_owned(),
            ),
            (
                "href=\"../02/index.html\"".to_owned(),
                "href=\"#\"".to_owned(),
            ),
        ];
        for (page, turned) in pairs {
            assert_eq!(turn_in_place(&page), turned);
        }
        for page in [
            String::new(),
            format!("https://example.org/{blob}"),
            format!("a {blob} in text"),
            format!("src=\"../../../../{blob}\""),
            "src=\"../../../../../../etc/passwd\"".to_owned(),
            blob.replace("ba7816", "000000"),
            "<p>图片 \u{fffd}</p>".to_owned(),
        ] {
            assert_eq!(turn_in_place(&page), page);
        }
    }

    #[test]
    fn a_page_tells_which_entries_it_names() {
        let page = format!("<img src=\"../../../{BLOB}\"><a href=\"../02/index.html\">");
        assert_eq!(
            named_in(page.as_bytes(), &layout::path(PAGE)),
            [
                layout::path(&format!("data/{BLOB}")),
                layout::path("data/articles/00112233445566778899/02/index.html")
            ]
        );
    }

    proptest! {
        #[test]
        fn a_page_without_known_paths_stays_to_the_byte(page in any::<Vec<u8>>()) {
            let same = turn(&page, &layout::path(PAGE), TARGET, |_| None);
            let says_html = page.windows(5).any(|part| part == b".html");
            prop_assert!(same == page || says_html);
        }

        #[test]
        fn a_relative_url_leads_back_to_its_target(
            from in "[a-c]{1,2}(/[a-c]{1,2}){0,4}", to in "[a-c]{1,2}(/[a-c]{1,2}){0,4}"
        ) {
            let base = url::Url::parse("file:///top/").unwrap().join(&from).unwrap();
            let found = base.join(&relative_url(&from, &to)).unwrap();
            let path = format!("/top/{to}");
            prop_assert_eq!(found.path(), path.as_str());
        }
    }
}
