//! An article's HTML: its page runs nothing, names what it shows, and never ends in a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wxbackup::html::{
    ArticleView, Lookup, Place, Places, Presence, Resolved, article_page, markdown, plain_text,
    references,
};
use wxbackup::model::{AssetHosts, AssetKey, FileKind, Section};

struct Everything;

impl Lookup for Everything {
    fn asset(&self, _: &AssetKey) -> Resolved {
        Resolved::Local {
            href: "../../../blobs/00/0.jpg".to_owned(),
            kind: FileKind::Jpg,
        }
    }
}

impl Places for Everything {
    fn place(&self, _: &str) -> Place {
        Place::Elsewhere
    }
}

fuzz_target!(|content: &str| {
    let hosts = AssetHosts::default();
    let _ = references(content, &hosts);
    let page = article_page(
        &ArticleView {
            title: "题",
            author: None,
            time: None,
            source: Section::Draft,
            cover: None,
            content,
            pictures: &[],
            url: None,
            content_source_url: None,
            presence: Presence::Listed,
            index_href: "../../../index.html",
            hosts: &hosts,
        },
        &Everything,
    );
    let lower = page.to_ascii_lowercase();
    for forbidden in ["<script", "<iframe", "<object", "<embed", "<base", "<form"] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    let _ = markdown(&page, &Everything);
    let _ = plain_text(&page, &Everything);
});
