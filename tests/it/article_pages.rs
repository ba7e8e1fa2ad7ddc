//! The pages of articles, as text: what becomes of what their authors wrote,
//! and the raw content beside them.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use wechat_sim::{Clip, Picture, PictureKind, Sim, Sound, SoundKind};
use wxbackup::model::Sha256;

use crate::chromium::base_of;
use crate::run::Run;
use crate::saved::Saved;

/// What an author wrote, with every kind of thing that a page changes.
fn content(origin: &str) -> String {
    let pic = |id: &str| format!("{origin}/mmbiz_png/{id}/640?wx_fmt=png&amp;from=appmsg");
    format!(
        "<section style=\"font-size: 16px;color: rgb(63, 63, 63);\"><p>春天的市场 &lt;一&gt;&nbsp;&amp;<br  /></p>\
         <p style=\"text-align: center;\"><img class=\"rich_pages wxw-img\" data-src=\"{}\" style=\"visibility: hidden;\"  /></p>\
         <section style=\"background-image: url(&quot;{}&quot;);background-size: cover;padding: 20px;\"><p style=\"background-color: rgb(30, 30, 30);color: rgb(240, 240, 240);\">深色底上的浅色字</p></section>\
         <table background=\"{}\"><tr><td>品名</td><td>每斤</td></tr></table>\
         <p><img data-src=\"{}\"  /></p><p style=\"height: 0;overflow: hidden;\"><img data-src=\"{}\"  /></p>\
         <p><video src=\"{origin}/clip.mp4\" poster=\"{}\" onplay=\"bad()\"></video></p>\
         <p><mpvoice voice_encode_fileid=\"MzI\" name=\"晨读\" play_length=\"2000\"></mpvoice></p>\
         <p><mp-common-profile data-nickname=\"前端\" data-signature=\"硬核\" data-headimg=\"{}\"></mp-common-profile></p>\
         <p><mp-miniprogram data-miniprogram-title=\"查成绩\"></mp-miniprogram><mp-half-dialog data-title=\"须知\"></mp-half-dialog></p>\
         <iframe class=\"video_iframe\" data-mpvid=\"wxv_1\"></iframe><script>bad()</script>\
         <a href=\"javascript:bad()\" onclick=\"bad()\">点我</a>\
         <div style=\"width: 3000px;\">宽</div><p>{}</p></section>",
        pic("shown"),
        pic("behind"),
        pic("cells"),
        pic("gone"),
        pic("clipped"),
        pic("poster"),
        pic("head"),
        "很长的词".repeat(40) + &"x".repeat(300),
    )
}

/// An account with that article, a plain one, one of real tags and a post of pictures.
pub(crate) struct Shown {
    folder: TempDir,
    saved: Saved,
    content: String,
    tags: String,
}

const TAGS: &str = include_str!("../data/wechat/article_tags-wechat_article_exporter_samples.html");

/// Every path that the real tags name, below their hosts.
fn paths_of(tags: &str, origin: &str) -> Vec<String> {
    let behind = tags.split(origin).skip(1);
    let paths = behind.map(|rest| rest.split(['?', '"', '&', '#']).next().unwrap().to_owned());
    paths.collect()
}

impl Shown {
    pub(crate) fn new() -> Self {
        let sim = Sim::builder()
            .seed(3)
            .images(9)
            .drafts(2)
            .published(2)
            .start();
        let origin = sim.url();
        for (seed, id) in (0..).zip(["shown", "behind", "cells", "poster", "head"]) {
            for size in ["0", "640"] {
                let picture = Picture::new(PictureKind::Png, seed).file();
                sim.serve_fixture(&format!("/mmbiz_png/{id}/{size}"), picture);
            }
        }
        sim.serve_fixture("/clip.mp4", Clip::new(1).source().to_vec());
        sim.serve_fixture("/voice/getvoice", Sound::new(SoundKind::Mp3, 5).file());
        let tags = [
            "https://mmbiz.qpic.cn",
            "http://mmbiz.qpic.cn",
            "https://res.wx.qq.com",
        ]
        .iter()
        .fold(TAGS.to_owned(), |tags, host| tags.replace(host, &origin));
        for (seed, path) in (100..).zip(paths_of(&tags, &origin)) {
            let picture = Picture::new(PictureKind::Png, seed).file();
            sim.serve_fixture(&path, picture.clone());
            if let Some((start, _)) = path.rsplit_once('/') {
                sim.serve_fixture(&format!("{start}/0"), picture);
            }
        }
        let content = content(&origin);
        let plain = "<p>没有颜色的文章。</p><blockquote><p>引文</p></blockquote>\
            <p><a href=\"https://example.com/\">链接</a></p><mpshop data-name=\"店\"></mpshop>";
        let mut account = sim.account();
        // Every fourth is a post of pictures.
        account.add_draft("图片");
        for (title, html) in [
            ("春天的市场", content.as_str()),
            ("素净", plain),
            ("真实的标签", tags.as_str()),
        ] {
            let draft = account.add_draft(title);
            assert!(account.rewrite_draft(&draft, html));
        }
        drop(account);
        let folder = tempfile::tempdir().unwrap();
        Run::export(&sim, folder.path()).command().output().unwrap();
        Self {
            content,
            tags,
            ..Self::exported(folder)
        }
    }

    /// The one archive in `folder`, whatever is in it.
    pub(crate) fn exported(folder: TempDir) -> Self {
        Self {
            saved: Saved::only_one_in(folder.path()),
            folder,
            content: String::new(),
            tags: String::new(),
        }
    }

    /// The `meta.json` of the article, and its folder in the archive.
    #[track_caller]
    pub(crate) fn article(&self, is: impl Fn(&Value) -> bool) -> (Value, String) {
        let metas = self
            .saved
            .entries
            .iter()
            .filter(|(path, _)| path.ends_with("/meta.json"));
        let mut found = metas.filter_map(|(path, bytes)| {
            let meta: Value = serde_json::from_slice(bytes).unwrap();
            is(&meta).then(|| (meta, path.trim_end_matches("/meta.json").to_owned()))
        });
        found.next().expect("the article is in the archive")
    }

    pub(crate) fn titled(&self, title: &str) -> (Value, String) {
        self.article(|meta| meta["title"] == title)
    }

    fn page(&self, folder: &str) -> &str {
        std::str::from_utf8(&self.saved.entries[&format!("{folder}/index.html")]).unwrap()
    }

    /// The archive as a folder; gives the address of `data/`.
    pub(crate) fn unpacked(&self) -> String {
        let bag = self.folder.path().join("bag");
        Run::new()
            .args(["restore"])
            .args([&self.saved.path])
            .args(["--layout", "bag", "--to"])
            .args([&bag])
            .succeeds();
        base_of(&bag)
    }
}

#[test]
fn the_raw_content_stays_untouched_beside_the_page() {
    let shown = Shown::new();
    for (title, content) in [("春天的市场", &shown.content), ("真实的标签", &shown.tags)]
    {
        let (meta, folder) = shown.titled(title);
        let group = Path::new(&folder).parent().unwrap().to_str().unwrap();
        let raw = &shown.saved.entries[&format!("{group}/raw.json")];
        let raw: Value = serde_json::from_slice(raw).unwrap();
        assert_eq!(raw["content"]["news_item"][0]["content"], json!(content));
        assert_eq!(
            meta["content"],
            json!({ "sha256": Sha256::of(content.as_bytes()).to_string(), "bytes": content.len() })
        );
        let page = shown.page(&folder);
        for gone in [
            "<script",
            "onclick",
            "onplay",
            "javascript:",
            "<iframe",
            "127.0.0.1",
        ] {
            assert!(!page.contains(gone), "{gone} in {page}");
        }
    }
}

#[test]
fn no_address_in_the_tags_of_real_articles_is_left_remote() {
    let shown = Shown::new();
    let (meta, folder) = shown.titled("真实的标签");
    let page = shown.page(&folder);
    let assets = meta["assets"].as_array().unwrap();
    let named = |asset: &&Value| {
        asset["url"]
            .as_str()
            .is_some_and(|url| shown.tags.replace("&amp;", "&").contains(url))
    };
    let (of_tags, others): (Vec<&Value>, Vec<&Value>) = assets.iter().partition(named);
    assert_eq!(
        others.len(),
        2,
        "the sound, which is named by an id, and the cover: {others:?}"
    );
    assert_eq!(
        paths_of(&shown.tags, "http://127.0.0.1:").len(),
        50,
        "addresses in the tags"
    );
    let mut blobs = 0;
    for asset in assets {
        let path = asset["path"].as_str().unwrap_or_else(|| panic!("{asset}"));
        let path = path.strip_prefix("data/").unwrap();
        // The whole of a cropped picture is kept, and the crop is shown.
        let cropped = shown.tags.replace("&amp;", "&");
        let is_whole = cropped.contains(&format!(
            "data-croporisrc=\"{}",
            asset["url"].as_str().unwrap()
        ));
        assert!(page.contains(path) || is_whole, "{asset}");
        blobs += 1;
    }
    assert_eq!((blobs, of_tags.len()), (assets.len(), assets.len() - 2));
    assert!(!page.contains("wxb-missing\">"), "{page}");
    // Links to articles of other accounts are all that leads away.
    let (text, _) = page.split_once("<wxb-foot>").unwrap();
    let away: Vec<&str> = text
        .split("=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|value| value.contains("//"))
        .collect();
    assert!(
        away.iter()
            .all(|value| value.starts_with("https://mp.weixin.qq.com/s?__biz=")),
        "{away:?}"
    );
    assert_eq!(away.len(), 3, "{away:?}");
}

#[test]
fn a_link_to_an_article_of_the_account_leads_to_its_page_here() {
    let shown = Shown::new();
    // The first of each section has every kind of link, to the next posting.
    let is_published = |meta: &Value| meta["source"] == "published" && meta["idx"] == 1;
    let mid = |meta: &Value| {
        let url = meta["url"].as_str().unwrap_or_default();
        let (_, rest) = url.split_once("mid=")?;
        rest.split('&').next().map(str::to_owned)
    };
    let (_, from) = shown.article(|meta| is_published(meta) && mid(meta).unwrap() == "2247483000");
    let (_, to) = shown.article(|meta| is_published(meta) && mid(meta).unwrap() == "2247483001");
    let page = shown.page(&from);
    let href = format!(
        "href=\"../../../{}/index.html\"",
        to.strip_prefix("data/").unwrap()
    );
    assert_eq!(page.matches(&href).count(), 2, "{href} in {page}");
    let (text, _) = page.split_once("<wxb-foot>").unwrap();
    assert!(!text.contains("mp.weixin.qq.com/s?__biz"), "{text}");
}
