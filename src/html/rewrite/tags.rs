//! A tag written anew: which attributes it keeps, and its style with what the
//! archive has in place of addresses.

use super::Rewriter;
use super::media::{is_picture, is_picture_data};
use crate::html::attributes::{self, PICTURE_ATTRIBUTES};
use crate::html::boxes::Media;
use crate::html::elements::is_opaque;
use crate::html::escape::Escaped;
use crate::html::lookup::Resolved;
use crate::html::reader::Tag;
use crate::html::style_urls;
use crate::html::words::{Shown, shown_as};

impl Rewriter<'_> {
    /// `<name …>` with `own` attributes and those of `tag` that may stay, and
    /// behind it a box for each picture of its style that is missing.
    pub(super) fn write_tag(&mut self, tag: &Tag, name: &str, own: &[(&str, &str)]) {
        let mut missing = Vec::new();
        self.put(format_args!("<{name}"));
        for (name, value) in own {
            self.put(format_args!(" {name}=\"{}\"", Escaped(value)));
        }
        for (name, value) in tag.attributes() {
            if own.iter().any(|(own, _)| *own == name) {
                continue;
            }
            if let Some(value) = self.attribute(tag, name, value, &mut missing) {
                self.put(format_args!(" {name}=\"{}\"", Escaped(&value)));
            }
        }
        self.put(if tag.is_foreign && !tag.opens {
            "/>"
        } else {
            ">"
        });
        self.body.is_coloured |= attributes::names_colours(tag);
        let boxes = self.absent_backgrounds(&missing);
        if is_opaque(name) {
            self.waiting.push_str(&boxes);
        } else {
            self.put_box(&boxes);
        }
    }

    /// The value with which an attribute stands in the page, if it may.
    fn attribute(
        &self,
        tag: &Tag,
        name: &str,
        value: &str,
        missing: &mut Vec<Option<Resolved>>,
    ) -> Option<String> {
        if name == "background" && attributes::has_background(tag) && !value.trim().is_empty() {
            let found = self.resolve(value);
            let local = is_picture(found.as_ref());
            if local.is_none() {
                missing.push(found);
            }
            return local;
        }
        if !attributes::may_stay(name) || PICTURE_ATTRIBUTES.contains(&name) {
            return None;
        }
        match name {
            "style" => Some(self.style(tag, value, missing)),
            _ if attributes::is_for_people(name) || !attributes::may_lead_away(value) => {
                Some(value.to_owned())
            }
            _ => match self.resolve(value) {
                Some(Resolved::Local { href, .. }) => Some(href),
                _ => None,
            },
        }
    }

    fn absent_backgrounds(&mut self, missing: &[Option<Resolved>]) -> String {
        missing
            .iter()
            .map(|found| self.absent(Media::Picture, found.as_ref()))
            .collect()
    }

    pub(super) fn resolve(&self, url: &str) -> Option<Resolved> {
        let (_, address) = attributes::address_in(url, self.hosts)?;
        Some(self.lookup.asset(&address.key))
    }

    fn style(&self, tag: &Tag, css: &str, missing: &mut Vec<Option<Resolved>>) -> String {
        // The page's own script shows these; without it they would stay hidden.
        let is_hidden_for_now = tag.get("id") == Some("js_content")
            || (tag.name == "img" && tag.get("data-src").is_some());
        let css = self.local_style(css, missing);
        if is_hidden_for_now {
            style_urls::without_hiding(&css)
        } else {
            css
        }
    }

    fn local_style(&self, css: &str, missing: &mut Vec<Option<Resolved>>) -> String {
        style_urls::rewrite(css, &mut |url| {
            if url.starts_with('#') || is_picture_data(url) {
                return Some(url.to_owned());
            }
            match self.resolve(url) {
                Some(Resolved::Local { href, kind }) if shown_as(kind) == Shown::Picture => {
                    Some(href)
                }
                found => {
                    missing.push(found);
                    None
                }
            }
        })
    }

    pub(super) fn keep_style(&mut self, css: &str) {
        let mut missing = Vec::new();
        let css = self.local_style(css, &mut missing);
        // A `<` is nothing in CSS but inside strings and rare queries, and may
        // be written so; as it stands it could end the element.
        // Where it is escaped already, the escape goes with it.
        let css = css.replace("\\<", "\\3c ").replace('<', "\\3c ");
        self.body.styles.push_str(&css);
        self.body.styles.push('\n');
        self.body.is_coloured = true;
        let boxes = self.absent_backgrounds(&missing);
        self.waiting.push_str(&boxes);
    }
}
