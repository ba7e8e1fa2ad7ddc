//! The HTML of an article: read for what it names, and made into a page.
//!
//! What must hold beside that nothing panics: by the tree that browsers build,
//! nothing in the page runs, loads from afar or leaves its frame.

#![no_main]

#[path = "../../../src/html/tests/harmless.rs"]
mod harmless;
#[path = "../../../src/html/tests/tree.rs"]
#[allow(dead_code, reason = "the tests of the library use more of it")]
mod tree;

use libfuzzer_sys::fuzz_target;
use wxbackup::html::{self, ArticleView, Lookup, Missing, Place, Places, Presence, Resolved};
use wxbackup::model::{AssetHosts, AssetKey, FileKind, GapId, GapReason, Section};

struct Shelf;

impl Lookup for Shelf {
    fn asset(&self, key: &AssetKey) -> Resolved {
        match key.as_str().len() % 3 {
            0 => Resolved::Local {
                href: "../../../blobs/x.png".to_owned(),
                kind: FileKind::Png,
            },
            1 => Resolved::Missing(Missing {
                gap_id: GapId::of("asset", key.as_str()),
                reason: Some(GapReason::Http404),
            }),
            _ => Resolved::Unknown,
        }
    }
}

impl Places for Shelf {
    fn place(&self, _href: &str) -> Place {
        Place::Elsewhere
    }
}

fuzz_target!(|input: &[u8]| {
    let Ok(content) = str::from_utf8(input) else {
        return;
    };
    let hosts = AssetHosts::default();
    let _ = html::references(content, &hosts);
    let _ = html::text_of(content);
    let _ = html::readdressed(content, &hosts, &|_| {
        Some("https://mmbiz.qpic.cn/mmbiz/NEW/0".to_owned())
    });
    let page = html::article_page(
        &ArticleView {
            title: "title",
            author: Some("author"),
            time: Some(1_684_289_700),
            source: Section::Draft,
            cover: None,
            content,
            pictures: &[],
            url: Some("http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1#rd"),
            content_source_url: Some("http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1#rd"),
            presence: Presence::Listed,
            index_href: "../../../index.html",
            hosts: &hosts,
        },
        &Shelf,
    );
    harmless::assert_harmless(&page, content);
    let _ = html::markdown(&page, &Shelf);
    let _ = html::plain_text(&page, &Shelf);
});
