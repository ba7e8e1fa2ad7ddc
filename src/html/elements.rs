//! Which elements a page may hold, and how they behave in one.

use super::reader::Tag;

/// How an element without a rule of its own is treated.
pub(super) enum Treatment {
    /// Its tags and content are written.
    Keep,
    /// Its content is written, its tags are not.
    Unwrap,
    /// Nothing of it is written.
    Drop,
}

pub(super) fn treatment(name: &str) -> Treatment {
    match name {
        "script" | "noscript" | "noembed" | "noframes" | "template" | "title" | "iframe" => {
            Treatment::Drop
        }
        "html" | "head" | "body" | "frameset" | "frame" | "form" | "input" | "button"
        | "select" | "option" | "optgroup" | "selectedcontent" | "datalist" | "output"
        | "textarea" | "keygen" | "isindex" | "object" | "embed" | "applet" | "param" | "base"
        | "basefont" | "bgsound" | "meta" | "link" | "portal" | "fencedframe" | "webview"
        | "track" | "source" | "picture" | "slot" | "handler" | "listener" => Treatment::Unwrap,
        _ => Treatment::Keep,
    }
}

/// Drawings and players, which show no boxes of ours inside.
pub(super) fn is_opaque(name: &str) -> bool {
    matches!(name, "svg" | "math" | "video" | "audio" | "canvas")
}

/// Whether every parser reads the name the same way.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(&b))
}

/// Elements whose text is no HTML are written as what they look like.
pub(super) fn written_name(name: &str) -> &str {
    match name {
        "xmp" | "plaintext" | "listing" => "pre",
        name => name,
    }
}

/// An animation that would change where a link leads, or what a tag does.
pub(super) fn aims_at_link(tag: &Tag) -> bool {
    tag.filled("attributename").is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with("href") || name.starts_with("on") || name == "src"
    })
}

/// Blocks before which a browser closes an open paragraph by itself.
pub(super) fn closes_paragraphs(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
            | "xmp"
    )
}
