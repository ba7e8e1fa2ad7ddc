//! Reads a page with html5ever, which nobody here wrote and which builds the
//! tree that browsers build.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

pub(super) fn tree(html: &str, scripting_enabled: bool) -> RcDom {
    let options = ParseOpts {
        tree_builder: TreeBuilderOpts {
            scripting_enabled,
            ..TreeBuilderOpts::default()
        },
        ..ParseOpts::default()
    };
    parse_document(RcDom::default(), options).one(html)
}

/// An element, flat: name, attributes, names of its ancestors.
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) above: Vec<String>,
    pub(super) text: String,
}

impl Node {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

pub(super) fn elements(dom: &RcDom) -> Vec<Node> {
    fn walk(node: &Handle, above: &[String], found: &mut Vec<Node>) {
        let mut above = above.to_vec();
        if let NodeData::Element {
            name,
            attrs,
            template_contents,
            ..
        } = &node.data
        {
            let attributes = attrs.borrow();
            let attributes = attributes.iter().map(|attribute| {
                let prefix = attribute.name.prefix.as_ref();
                let prefix = prefix.map_or_else(String::new, |prefix| format!("{prefix}:"));
                (
                    format!("{prefix}{}", attribute.name.local),
                    attribute.value.to_string(),
                )
            });
            let children = node.children.borrow();
            let text = children.iter().filter_map(|child| match &child.data {
                NodeData::Text { contents } => Some(contents.borrow().to_string()),
                _ => None,
            });
            found.push(Node {
                name: name.local.to_string(),
                attributes: attributes.collect(),
                above: above.clone(),
                text: text.collect(),
            });
            above.push(name.local.to_string());
            if let Some(contents) = template_contents.borrow().as_ref() {
                walk(contents, &above, found);
            }
        }
        for child in node.children.borrow().iter() {
            walk(child, &above, found);
        }
    }
    let mut found = Vec::new();
    walk(&dom.document, &[], &mut found);
    found
}

/// Text that a person sees, without what pages leave out or add.
pub(super) fn visible_text(dom: &RcDom) -> String {
    fn walk(node: &Handle, text: &mut String) {
        match &node.data {
            NodeData::Text { contents } => text.push_str(&contents.borrow()),
            NodeData::Element { name, attrs, .. } => {
                let ours = &*name.local != "wxb-body"
                    && attrs.borrow().iter().any(|attribute| {
                        &*attribute.name.local == "class" && attribute.value.starts_with("wxb-")
                    });
                let hidden = matches!(
                    &*name.local,
                    "script"
                        | "style"
                        | "title"
                        | "iframe"
                        | "noscript"
                        | "noembed"
                        | "noframes"
                        | "template"
                        | "wxb-head"
                        | "wxb-foot"
                        | "wxb-lacks"
                        | "wxb-notice"
                );
                if ours || hidden {
                    return;
                }
            }
            _ => {}
        }
        for child in node.children.borrow().iter() {
            walk(child, text);
        }
    }
    let mut text = String::new();
    walk(&dom.document, &mut text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A style with the quotes of addresses left out, and strings that are none.
pub(super) fn without_strings(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css.chars();
    while let Some(c) = rest.next() {
        if c != '"' {
            bare.push(c);
            continue;
        }
        let is_address = bare.ends_with('(');
        while let Some(c) = rest.next().filter(|c| *c != '"') {
            let c = if c == '\\' { rest.next() } else { Some(c) };
            bare.extend(c.filter(|_| is_address));
        }
    }
    bare
}
