//! The content of an article with new addresses for its pictures, for an
//! account that it is uploaded to.
//!
//! Here, and here alone, the owner's own HTML is passed on: WeChat reads and
//! cleans it when it is saved. Only the values that name a picture change;
//! every other byte stays.

use std::cell::RefCell;

use lol_html::html_content::{ContentType, Element, TextChunk};
use lol_html::{HtmlRewriter, MemorySettings, Settings, element, text};

use super::attributes::address_in;
use super::references::references;
use super::style_urls;
use crate::model::{AssetHosts, AssetKey};

const MEMORY_BYTES_MAX: usize = 256 << 20;

/// Content with new addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readdressed {
    /// The HTML.
    pub html: String,
    /// What it still names under its old key although a new address was given,
    /// in document order: places that cannot be rewritten.
    pub left: Vec<AssetKey>,
}

/// `content` with the address that `new` gives in every place that names an
/// asset; what it gives nothing for keeps its address. A picture that is named
/// by `data-src` is named by `src` then: that is what WeChat wants to be given.
///
/// `None` for content that nests without end.
pub fn readdressed(
    content: &str,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) -> Option<Readdressed> {
    let style = RefCell::new(String::new());
    let mut out = Vec::with_capacity(content.len());
    let settings = Settings::new()
        .append_element_content_handler(element!("*", |el| {
            attributes(el, hosts, new)?;
            Ok(())
        }))
        .append_element_content_handler(text!("style", |chunk| {
            style_text(chunk, &style, hosts, new);
            Ok(())
        }))
        .with_strict(false)
        .with_memory_settings(
            MemorySettings::new().with_max_allowed_memory_usage(MEMORY_BYTES_MAX),
        );
    let mut rewriter = HtmlRewriter::new(settings, |bytes: &[u8]| out.extend_from_slice(bytes));
    rewriter.write(content.as_bytes()).ok()?;
    rewriter.end().ok()?;
    let html = String::from_utf8(out).ok()?;
    let mut left = Vec::new();
    for named in references(&html, hosts).assets {
        let key = named.address.key;
        if new(&key).is_some() && !left.contains(&key) {
            left.push(key);
        }
    }
    Some(Readdressed { html, left })
}

fn new_address(
    value: &str,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) -> Option<String> {
    let (_, address) = address_in(value, hosts)?;
    new(&address.key)
}

/// Gives every attribute of `el` its new address.
fn attributes(
    el: &mut Element<'_, '_>,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) -> Result<(), lol_html::errors::AttributeNameError> {
    let old: Vec<(String, String)> = el
        .attributes()
        .iter()
        .map(|attribute| {
            let value = attribute.value();
            (
                attribute.name(),
                html_escape::decode_html_entities(&value).into_owned(),
            )
        })
        .collect();
    let mut shown = None;
    for (name, value) in &old {
        let changed = match name.as_str() {
            "style" => style_with(value, hosts, new),
            "srcset" => srcset_with(value, hosts, new),
            _ => new_address(value, hosts, new),
        };
        let Some(changed) = changed else { continue };
        if el.tag_name() == "img" && name == "data-src" {
            shown = Some(changed);
        } else {
            set(el, name, &changed)?;
        }
    }
    if let Some(url) = shown {
        el.remove_attribute("data-src");
        set(el, "src", &url)?;
    }
    Ok(())
}

/// Sets a value, which the library writes as it is but for double quotes.
fn set(
    el: &mut Element<'_, '_>,
    name: &str,
    value: &str,
) -> Result<(), lol_html::errors::AttributeNameError> {
    el.set_attribute(name, &value.replace('&', "&amp;"))
}

/// `css` with new addresses, if it names something that has one.
fn style_with(
    css: &str,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) -> Option<String> {
    let mut is_changed = false;
    let changed = style_urls::rewrite(css, &mut |url| {
        let address = new_address(url, hosts, new);
        is_changed |= address.is_some();
        Some(address.unwrap_or_else(|| url.to_owned()))
    });
    is_changed.then_some(changed)
}

fn srcset_with(
    value: &str,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) -> Option<String> {
    let mut is_changed = false;
    let parts: Vec<String> = value
        .split_inclusive(|c: char| c.is_ascii_whitespace() || c == ',')
        .map(|part| {
            let url = part.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            match new_address(url, hosts, new) {
                Some(address) => {
                    is_changed = true;
                    address + &part[url.len()..]
                }
                None => part.to_owned(),
            }
        })
        .collect();
    is_changed.then(|| parts.concat())
}

/// Gathers the text of a `<style>`, which comes in pieces, and writes it anew
/// with its last.
fn style_text(
    chunk: &mut TextChunk<'_>,
    gathered: &RefCell<String>,
    hosts: &AssetHosts,
    new: &dyn Fn(&AssetKey) -> Option<String>,
) {
    let mut css = gathered.borrow_mut();
    css.push_str(chunk.as_str());
    if !chunk.last_in_text_node() {
        chunk.remove();
        return;
    }
    let css = std::mem::take(&mut *css);
    let css = style_with(&css, hosts, new).unwrap_or(css);
    chunk.replace(&css, ContentType::Html);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(content: &str) -> Readdressed {
        let new = |key: &AssetKey| {
            let id = key.as_str().strip_prefix("mmbiz_png/")?;
            (id != "KEEP").then(|| format!("http://new.example/{id}/0?a=1&b=2"))
        };
        readdressed(content, &AssetHosts::default(), &new).unwrap()
    }

    #[test]
    fn every_form_of_naming_a_picture_gets_its_new_address() {
        let pic = "https://mmbiz.qpic.cn/mmbiz_png/A/640?wx_fmt=png&amp;tp=webp";
        let new = "http://new.example/A/0?a=1&amp;b=2";
        let table = [
            (
                format!("<img class=\"x\" data-src=\"{pic}\" data-w='9'  />"),
                format!("<img class=\"x\" data-w='9' src=\"{new}\" />"),
            ),
            (format!("<img src='{pic}'>"), format!("<img src=\"{new}\">")),
            (
                "<img data-src=//mmbiz.qpic.cn/mmbiz_png/A/0>".to_owned(),
                format!("<img src=\"{new}\">"),
            ),
            (
                format!(
                    "<img data-croporisrc=\"{pic}\" data-src=\"https://mmbiz.qpic.cn/mmbiz_png/B/0\">"
                ),
                format!(
                    "<img data-croporisrc=\"{new}\" src=\"http://new.example/B/0?a=1&amp;b=2\">"
                ),
            ),
            (
                format!("<p style=\"color: red;background: url(&quot;{pic}&quot;) 0 0\">x</p>"),
                format!("<p style=\"color: red;background: url(&quot;{new}&quot;) 0 0\">x</p>"),
            ),
            (
                format!("<a href=\"https://mp.weixin.qq.com/s?a=1&amp;b\" imgurl=\"{pic}\">y</a>"),
                format!("<a href=\"https://mp.weixin.qq.com/s?a=1&amp;b\" imgurl=\"{new}\">y</a>"),
            ),
            (
                format!("<video poster=\"{pic}\">"),
                format!("<video poster=\"{new}\">"),
            ),
            (
                format!("<img srcset=\"{pic} 2x\">"),
                format!("<img srcset=\"{new} 2x\">"),
            ),
            (
                "<style>a{background:url(https://mmbiz.qpic.cn/mmbiz_png/A/0)}</style>".to_owned(),
                "<style>a{background:url(\"http://new.example/A/0?a=1&b=2\")}</style>".to_owned(),
            ),
        ];
        for (content, expected) in table {
            let turned = turned(&content);
            assert_eq!((turned.html, turned.left), (expected, vec![]), "{content}");
        }
    }

    #[test]
    fn all_else_stays_to_the_byte() {
        for content in [
            "<p title='a\"b' onclick=x >1 < 2 &amp; 3</p   ><br  /><unknown-tag a=&quot;>",
            "<img data-src=\"https://mmbiz.qpic.cn/mmbiz_png/KEEP/0\"><img src=\"data:image/gif;base64,AA\">",
            "<p style='background:url(https://mmbiz.qpic.cn/mmbiz_png/KEEP/0);;'>",
            "<script>var a = '<img src=x>';</script><style>p{color:red}/* c */</style><!-- c -->",
            "",
        ] {
            assert_eq!(turned(content).html, content);
        }
    }

    #[test]
    fn what_cannot_be_rewritten_is_told() {
        let hidden = "<noscript><img src=\"https://mmbiz.qpic.cn/mmbiz_png/A/0\"></noscript>";
        let turned = turned(hidden);
        let left: Vec<&str> = turned.left.iter().map(AssetKey::as_str).collect();
        assert_eq!(
            (turned.html.as_str(), &left[..]),
            (hidden, &["mmbiz_png/A"][..])
        );
    }
}
