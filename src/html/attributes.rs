//! Which attribute of which element names media, and which is a danger.
//!
//! The attributes are those met in real articles.

use std::fmt::Write as _;

use url::Url;

use super::reader::Tag;
use super::style_urls;
use crate::model::{AssetAddress, AssetHosts, AssetKey};

/// What an asset is for in an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A picture in the text.
    Img,
    /// A picture that a style names.
    Background,
    /// The cover of the article, of a sound or of a video.
    Cover,
    /// A sound.
    Audio,
    /// A video.
    Video,
    /// A picture of a picture post.
    Newspic,
}

impl Role {
    /// The word that records use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Img => "img",
            Self::Background => "background",
            Self::Cover => "cover",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Newspic => "newspic",
        }
    }
}

/// The attributes of an `<img>` that may hold its picture, best first: what
/// WeChat's own page shows, then what is there without it, then the uncropped one.
pub(super) const PICTURE_ATTRIBUTES: [&str; 4] =
    ["data-src", "src", "data-croporisrc", "data-backsrc"];

/// What the attribute `name` of `tag` names, if it is one that names media by
/// a whole URL. Its value may still be anything.
pub(super) fn role_of(tag: &Tag, name: &str) -> Option<Role> {
    match (tag.name.as_str(), name) {
        ("audio", "src") => Some(Role::Audio),
        ("video", "src") => Some(Role::Video),
        // Sounds and videos share `<source>`; which it is, its bytes will say.
        ("source", "src") => Some(match tag.get("type") {
            Some(kind) if kind.trim_start().starts_with("audio") => Role::Audio,
            _ => Role::Video,
        }),
        ("img" | "input", _) if PICTURE_ATTRIBUTES.contains(&name) => Some(Role::Img),
        (_, "cover" | "poster" | "data-cover") => Some(Role::Cover),
        (
            _,
            "imgurl"
            | "background"
            | "data-headimg"
            | "data-headimgurl"
            | "data-emoji_url"
            | "data-miniprogram-imageurl",
        )
        | ("image" | "feimage", "href" | "xlink:href") => Some(Role::Img),
        _ => None,
    }
}

/// Every asset that `tag` names outside of its style, as written and understood.
pub(super) fn media_of(tag: &Tag, hosts: &AssetHosts) -> Vec<(String, AssetAddress, Role)> {
    let mut found = Vec::new();
    if let Some(url) = voice_url(tag)
        && let Some(address) = AssetAddress::parse(&url, hosts)
    {
        found.push((url, address, Role::Audio));
    }
    for (name, value) in tag.attributes() {
        if name == "srcset" {
            for url in srcset(value) {
                if let Some(address) = AssetAddress::parse(url, hosts) {
                    found.push((url.to_owned(), address, Role::Img));
                }
            }
        } else if let Some((url, address)) = address_in(value, hosts) {
            // An attribute that is not known to name media still does where it
            // holds the address of a picture of WeChat's and nothing else.
            let role = role_of(tag, name).or(names_picture(&address, hosts).then_some(Role::Img));
            if let Some(role) = role {
                found.push((url, address, role));
            }
        }
    }
    found
}

/// A whole value as the address of an asset; some attributes of videos are
/// percent-encoded once more. The text is what the address was read from.
pub(super) fn address_in(value: &str, hosts: &AssetHosts) -> Option<(String, AssetAddress)> {
    let value = value.trim();
    let head = value.get(..16).unwrap_or(value).to_ascii_lowercase();
    let text = if head.starts_with("http%3a") || head.starts_with("https%3a") {
        percent_decoded(value)
    } else {
        value.to_owned()
    };
    AssetAddress::parse(&text, hosts).map(|address| (text, address))
}

fn names_picture(address: &AssetAddress, hosts: &AssetHosts) -> bool {
    let place = address.candidates.first().and_then(Url::host_str);
    let is_picture = place.is_some_and(|host| !address.key.as_str().starts_with(host));
    is_picture && address.candidates.iter().all(|url| hosts.allow(url))
}

/// The URLs of a `srcset`: `a.png 1x, b.png 2x`.
pub(super) fn srcset(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(|c: char| c.is_ascii_whitespace() || c == ',')
        .filter(|part| part.contains("//"))
}

/// Where the sound of `<mpvoice>` and `<mp-common-mpaudio>` is: they name it by
/// an id alone, which may be percent-encoded.
pub(super) fn voice_url(tag: &Tag) -> Option<String> {
    let id = percent_decoded(tag.filled("voice_encode_fileid")?);
    let mut url = "https://res.wx.qq.com/voice/getvoice?mediaid=".to_owned();
    for byte in id.trim().bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~=:".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("a String takes all that is written");
        }
    }
    Some(url)
}

/// The key under which the sound of `tag` is stored.
pub(super) fn voice_key(tag: &Tag, hosts: &AssetHosts) -> Option<AssetKey> {
    Some(AssetAddress::parse(&voice_url(tag)?, hosts)?.key)
}

/// `%41` as `A`; what is no such thing, or would not be UTF-8, stays as it is.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes
            .get(at..at + 3)
            .filter(|escape| escape[0] == b'%' && escape[1..].iter().all(u8::is_ascii_hexdigit))
            .and_then(|escape| std::str::from_utf8(&escape[1..]).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(pair.unwrap_or(bytes[at]));
        at += if pair.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Whether an attribute may stand in a page at all: a name that every parser
/// reads the same way, and none that runs, submits or embeds something.
pub(super) fn may_stay(name: &str) -> bool {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b));
    plain && !name.starts_with("on") && !NEVER.contains(&name)
}

/// Attributes that load, navigate, submit or change how something is loaded.
/// Those that name media are written anew, from the archive.
const NEVER: [&str; 34] = [
    "action",
    "archive",
    "attributionsrc",
    "autofocus",
    "autoplay",
    "background",
    "classid",
    "code",
    "codebase",
    "crossorigin",
    "data",
    "download",
    "form",
    "formaction",
    "href",
    "http-equiv",
    "imagesrcset",
    "integrity",
    "is",
    "loading",
    "manifest",
    "nonce",
    "ping",
    "popovertarget",
    "poster",
    "referrerpolicy",
    "rel",
    "sizes",
    "src",
    "srcdoc",
    "srcset",
    "target",
    "usemap",
    "xlink:href",
];

/// Whether browsers draw the picture that the attribute `background` names.
pub(super) fn has_background(tag: &Tag) -> bool {
    let is_table = ["table", "thead", "tbody", "tfoot", "tr", "td", "th"];
    !tag.is_foreign && is_table.contains(&tag.name.as_str())
}

/// Whether the author has chosen a colour here, or drawn something, which has
/// colours of its own.
pub(super) fn names_colours(tag: &Tag) -> bool {
    tag.name == "svg"
        || ["bgcolor", "color", "text", "background"]
            .iter()
            .any(|name| tag.filled(name).is_some())
        || tag.filled("style").is_some_and(style_urls::names_colours)
}

/// Attributes whose value a person reads: an address in them is text.
pub(super) fn is_for_people(name: &str) -> bool {
    matches!(name, "alt" | "title" | "textvalue" | "aria-label")
}

/// Whether a value could make a browser leave the page: an address of another
/// place in any spelling, or a scheme that carries content.
pub(super) fn may_lead_away(value: &str) -> bool {
    let flat: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .map(|c| {
            if c == '\\' {
                '/'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let schemes = [
        "javascript:",
        "vbscript:",
        "data:",
        "blob:",
        "file:",
        "http:",
        "https:",
    ];
    // In what browsers read as CSS an escape could spell all that is looked for.
    value.contains('\\')
        || flat.contains("//")
        || flat.contains("%2f%2f")
        || schemes.iter().any(|scheme| flat.contains(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_undone_once_and_never_break_the_text() {
        let table = [
            ("MzI%3D", "MzI="),
            ("%e5%90%8d%20x", "名 x"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "%ff"),
            ("%2541", "%41"),
        ];
        for (text, expected) in table {
            assert_eq!(percent_decoded(text), expected);
        }
    }

    #[test]
    fn no_spelling_of_another_place_is_overlooked() {
        for value in [
            "https://x/y",
            "//x",
            "\\\\x",
            "/\\x",
            " java\tscript:alert(1)",
            "JAVASCRIPT:x",
            "a;javascript:x",
            "http%3A%2F%2Fx",
            "data:text/html,x",
            "url(http://x)",
        ] {
            assert!(may_lead_away(value), "{value}");
        }
        for value in ["", "1.5", "text", "50% 50%", "a/b", "#x", "12:30"] {
            assert!(!may_lead_away(value), "{value}");
        }
    }

    #[test]
    fn handlers_and_strange_names_may_not_stay() {
        for name in [
            "onerror", "on", "onx", "=x", "\"", "a\"b", "a<b", "1a", "srcdoc", "", "é",
        ] {
            assert!(!may_stay(name), "{name}");
        }
        for name in ["class", "data-w", "viewbox", "xml:space", "width", "style"] {
            assert!(may_stay(name), "{name}");
        }
    }
}
