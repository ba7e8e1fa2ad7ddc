//! The elements that show media or lead somewhere, with what the archive has.

use super::{Mode, Rewriter};
use crate::html::attributes::{self, Role};
use crate::html::boxes::{self, Media, Sound};
use crate::html::embeds::{self, embed_of, said};
use crate::html::links::{ArticleLink, absolute};
use crate::html::lookup::Resolved;
use crate::html::reader::Tag;
use crate::html::words::{Shown, may_be_opened, shown_as};

impl Rewriter<'_> {
    /// What WeChat's page shows is `data-src`, else `src`, else one of `srcset`.
    /// Where that is not there, the uncropped picture serves; no other may hide
    /// that it is missing.
    pub(super) fn picture(&mut self, tag: &Tag) {
        let named = ["data-src", "src"].iter().find_map(|name| tag.filled(name));
        let in_set = || attributes::srcset(tag.get("srcset")?).last();
        let uncropped: Vec<&str> = ["data-croporisrc", "data-backsrc"]
            .iter()
            .filter_map(|name| tag.filled(name))
            .collect();
        let Some(shown) = named.or_else(in_set).or(uncropped.first().copied()) else {
            self.write_tag(tag, "img", &[]);
            return;
        };
        if is_picture_data(shown) {
            self.write_tag(tag, "img", &[("src", shown)]);
            return;
        }
        let found = self.resolve(shown);
        let picture = is_picture(found.as_ref()).or_else(|| {
            let others = uncropped.iter().filter_map(|other| self.resolve(other));
            others
                .into_iter()
                .find_map(|other| is_picture(Some(&other)))
        });
        match picture {
            Some(href) => self.write_tag(tag, "img", &[("src", &href)]),
            None => self.put_absent(Media::Picture, found.as_ref()),
        }
    }

    pub(super) fn drawn_picture(&mut self, tag: &Tag) {
        let href = ["href", "xlink:href"]
            .iter()
            .find_map(|name| tag.filled(name));
        let found = href.and_then(|href| self.resolve(href));
        let local = match href {
            Some(href) if is_picture_data(href) || href.starts_with('#') => Some(href.to_owned()),
            _ => is_picture(found.as_ref()),
        };
        match (local, href) {
            (Some(local), _) => self.write_tag(tag, &tag.name, &[("href", &local)]),
            (None, Some(_)) => {
                self.write_tag(tag, &tag.name, &[]);
                self.put_absent(Media::Picture, found.as_ref());
            }
            (None, None) => self.write_tag(tag, &tag.name, &[]),
        }
    }

    pub(super) fn player(&mut self, tag: &Tag) -> Mode {
        let media = match tag.name.as_str() {
            "audio" => Media::Sound,
            _ => Media::Video,
        };
        let poster = tag.filled("poster").and_then(|url| self.resolve(url));
        let poster = is_picture(poster.as_ref());
        let mut own = vec![("controls", ""), ("preload", "metadata")];
        own.extend(poster.as_deref().map(|href| ("poster", href)));
        let Some(src) = tag.filled("src").or_else(|| tag.filled("data-src")) else {
            self.write_tag(tag, &tag.name, &own);
            return Mode::Written;
        };
        match self.resolve(src) {
            Some(Resolved::Local { href, kind }) if shown_as(kind) != Shown::AsFile => {
                own.push(("src", &href));
                self.write_tag(tag, &tag.name, &own);
                Mode::Written
            }
            found => {
                self.put_absent(media, found.as_ref());
                // What stands inside is for browsers that know no players.
                Mode::Dropped
            }
        }
    }

    pub(super) fn is_in_player(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| matches!(open.name.as_str(), "video" | "audio"))
    }

    pub(super) fn source(&mut self, tag: &Tag) {
        let media = match attributes::role_of(tag, "src") {
            Some(Role::Audio) => Media::Sound,
            _ => Media::Video,
        };
        match tag.filled("src").and_then(|src| self.resolve(src)) {
            Some(Resolved::Local { href, .. }) => {
                // The player has a file, so nothing need stand in for it.
                if let Some(player) = self.open.last_mut() {
                    player.stand_in = None;
                }
                self.write_tag(tag, "source", &[("src", &href)]);
            }
            found => self.put_absent(media, found.as_ref()),
        }
    }

    pub(super) fn link(&mut self, tag: &Tag) {
        let href = ["href", "xlink:href"]
            .iter()
            .find_map(|name| tag.filled(name));
        let Some(href) = href else {
            self.write_tag(tag, "a", &[]);
            return;
        };
        let own = ArticleLink::parse(href).and_then(|link| self.lookup.article(&link));
        let local = own.or_else(|| match self.resolve(href) {
            Some(Resolved::Local { href, kind }) if may_be_opened(kind) => Some(href),
            _ => None,
        });
        if let Some(local) = local {
            self.write_tag(tag, "a", &[("href", &local)]);
        } else if href.starts_with('#') {
            self.write_tag(tag, "a", &[("href", href)]);
        } else if let Some(away) = link_away(href) {
            let own = [
                ("href", away.as_str()),
                ("target", "_blank"),
                ("rel", "noreferrer noopener"),
            ];
            self.write_tag(tag, "a", &own);
        } else {
            self.write_tag(tag, "a", &[]);
        }
    }

    /// A box for what the element would show on WeChat: a sound, a frame, a
    /// card. The pictures of a card are shown, since no browser does. Whether
    /// there was anything to put.
    pub(super) fn embed(&mut self, tag: &Tag) -> bool {
        let key = attributes::voice_key(tag, self.hosts);
        let sound = key.map(|key| self.lookup.asset(&key));
        let embed = embed_of(tag);
        let is_card = sound.is_some() || embed.is_some() || tag.name.contains('-');
        if !is_card {
            return false;
        }
        let mut pictures = String::new();
        for (_, address, role) in attributes::media_of(tag, self.hosts) {
            if matches!(role, Role::Img | Role::Cover) {
                let found = self.lookup.asset(&address.key);
                pictures.push_str(&match is_picture(Some(&found)) {
                    Some(href) => boxes::picture(&href),
                    None => self.absent(Media::Picture, Some(&found)),
                });
            }
        }
        if let Some(found) = sound {
            let (name, author) = (said(tag, "name"), said(tag, "author"));
            let milliseconds = tag.filled("play_length").and_then(|ms| ms.parse().ok());
            let sound = Sound {
                name: name.as_deref(),
                author: author.as_deref(),
                milliseconds,
            };
            self.lacks.note(Media::Sound, Some(&found));
            self.put_box(&boxes::sound(sound, &pictures, &found));
        } else if let Some(embed) = embed {
            let about = embeds::about(tag, &embed);
            self.put_box(&boxes::embed(&embed, about.as_deref(), &pictures));
        } else if pictures.is_empty() {
            return false;
        } else {
            self.put_box(&pictures);
        }
        true
    }
}

pub(super) fn is_picture(found: Option<&Resolved>) -> Option<String> {
    match found {
        Some(Resolved::Local { href, kind }) if shown_as(*kind) == Shown::Picture => {
            Some(href.clone())
        }
        _ => None,
    }
}

/// Pictures inside the content itself; a browser runs no script of theirs.
pub(super) fn is_picture_data(url: &str) -> bool {
    url.get(..11)
        .is_some_and(|head| head.eq_ignore_ascii_case("data:image/"))
}

/// A link that a reader may follow knowingly.
fn link_away(href: &str) -> Option<String> {
    let url = absolute(href)?;
    matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then(|| url.to_string())
}
