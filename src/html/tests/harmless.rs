//! What a page promises whatever its article says. The fuzz target reads this file too.

use super::tree::{elements, tree, without_strings};

/// Holds a page to its promise: nothing runs, nothing loads from afar, and the
/// content stays between our head and foot.
pub(super) fn assert_harmless(page: &str, content: &str) {
    for scripting in [true, false] {
        let nodes = elements(&tree(page, scripting));
        for node in &nodes {
            let forbidden = [
                "script", "iframe", "object", "embed", "applet", "base", "form", "input", "button",
                "select", "textarea", "link", "noscript", "template", "frame", "frameset", "track",
            ];
            assert!(
                !forbidden.contains(&&*node.name),
                "<{}> in {content}",
                node.name
            );
            for (name, value) in &node.attributes {
                assert!(
                    !name.starts_with("on") && name != "srcdoc",
                    "{name} in {content}"
                );
                // An id is a name, whatever stands in it: nothing is loaded from it.
                let is_text = ["alt", "title", "textvalue", "aria-label", "id"].contains(&&**name);
                let is_link = node.name == "a" && name == "href";
                let is_policy = node.name == "meta";
                let flat: String = value.to_lowercase().split_whitespace().collect();
                if is_link {
                    let ways = ["http://", "https://", "mailto:", "tel:", "#", "../"];
                    assert!(
                        ways.iter().any(|way| flat.starts_with(way)),
                        "{value} in {content}"
                    );
                } else if name == "style" {
                    // A word in a style is no address, whatever it says.
                    let css: String = without_strings(&flat);
                    for address in css.split("url(").skip(1) {
                        let ways = ["../", "#", "data:image/"];
                        assert!(
                            ways.iter().any(|way| address.starts_with(way)),
                            "{name}={value} in {content}"
                        );
                    }
                    // An address in a function that is none loads nothing.
                    let ways = ["url(", "src(", "image(", "image-set(", "@import"];
                    let loads = ways.iter().any(|way| css.contains(way));
                    assert!(!loads || !css.contains("//"), "{name}={value} in {content}");
                } else if !is_text && !is_policy {
                    // Nothing is loaded from data of an element's own.
                    assert!(
                        name.starts_with("data-") || !flat.contains("evil"),
                        "{name}={value} in {content}"
                    );
                    assert!(
                        !flat.contains("javascript:") && !flat.contains("vbscript:"),
                        "{name}={value} in {content}"
                    );
                    assert!(!flat.contains("//"), "{name}={value} in {content}");
                }
            }
            if node.name == "style" {
                let css = without_strings(&node.text);
                assert!(
                    !css.contains("url(//") && !css.contains("url(http"),
                    "{content}"
                );
                assert!(
                    !css.contains("@import") && !css.contains("image-set(/"),
                    "{content}"
                );
                assert!(node.above.ends_with(&["head".to_owned()]), "{content}");
            }
        }
        let metas = nodes.iter().filter(|node| node.name == "meta").count();
        assert_eq!(metas, 5, "{content}");
        for ours in ["wxb-head", "wxb-body", "wxb-foot"] {
            let above: Vec<_> = nodes.iter().filter(|node| node.name == ours).collect();
            assert_eq!(above.len(), 1, "{ours} in {content}");
            assert_eq!(
                above[0].above,
                ["html", "body", "wxb-page"],
                "{ours} in {content}"
            );
        }
    }
}
