//! What the pages promise, checked on trees that html5ever builds of them.

mod article;
mod harmless;
mod hostile;
mod kept;
mod library;
mod page;
mod tree;

use std::collections::BTreeMap;

use super::*;
use crate::model::{AssetHosts, AssetKey, FileKind, GapId, GapReason, Section};

/// A library that holds every picture whose id begins with `A`, knows a gap
/// for those with `B`, and nothing else.
#[derive(Default)]
struct Shelf(BTreeMap<String, Resolved>);

impl Lookup for Shelf {
    fn asset(&self, key: &AssetKey) -> Resolved {
        if let Some(known) = self.0.get(key.as_str()) {
            return known.clone();
        }
        match key
            .as_str()
            .rsplit('/')
            .next()
            .and_then(|id| id.chars().next())
        {
            Some('A') => Resolved::Local {
                href: format!("../../../blobs/{}.png", key.as_str().replace('/', "_")),
                kind: FileKind::Png,
            },
            Some('B') => Resolved::Missing(Missing {
                gap_id: GapId::of("asset", key.as_str()),
                reason: Some(GapReason::Http404),
            }),
            _ => Resolved::Unknown,
        }
    }

    fn article(&self, link: &ArticleLink) -> Option<String> {
        (link.mid == "1").then(|| "../../abc/01/index.html".to_owned())
    }
}

fn page_of(content: &str, lookup: &dyn Lookup) -> String {
    article_page(&view(content, &AssetHosts::default()), lookup)
}

fn view<'a>(content: &'a str, hosts: &'a AssetHosts) -> ArticleView<'a> {
    ArticleView {
        title: "标题 </title><script>alert(1)</script>",
        author: Some("作者 <b>"),
        time: Some(1_684_289_700),
        source: Section::Draft,
        cover: None,
        content,
        pictures: &[],
        url: Some("http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1#rd"),
        content_source_url: Some("javascript:alert(1)"),
        presence: Presence::Listed,
        index_href: "../../../index.html",
        hosts,
    }
}

/// How many cases a random test tries: as many as `PROPTEST_CASES` says, else `few`.
fn cases(few: u32) -> u32 {
    // Proptest reads the variable by itself, and has 256 where there is none.
    match proptest::test_runner::Config::default().cases {
        256 => few,
        asked => asked,
    }
}
