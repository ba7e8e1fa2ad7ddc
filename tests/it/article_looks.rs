//! How the pages of articles look in a real browser: on a desk and on a phone,
//! in light and dark, and on paper.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wechat_sim::Sim;
use wxbackup::fs::write_atomic;

use crate::article_pages::Shown;
use crate::chromium::Chromium;
use crate::interop::is_asked_for;
use crate::run::Run;

/// Measures a page, and says what it has found.
const MEASURE: &str = include_str!("article_looks.js");

impl Chromium {
    fn measures(&self) -> Value {
        self.post("/execute/async", &json!({ "script": MEASURE, "args": [] }))
    }

    fn asks(&self, command: &str, params: &Value) -> Value {
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": params }),
        )
    }

    fn prefers(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.asks(
            "Emulation.setEmulatedMedia",
            &json!({ "features": features }),
        );
    }

    /// Keeps a picture of the whole page for people, in `target/screenshots/`.
    fn is_pictured(&self, name: &str) {
        let picture = self.asks(
            "Page.captureScreenshot",
            &json!({ "captureBeyondViewport": true }),
        );
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        write_atomic(&folder.join(format!("{name}.png")), &picture).unwrap();
    }
}

/// All that stands in boxes of ours in the article, in the order of the page.
const BOXES: [&str; 10] = [
    "本页有 2 项内容不在备份里，文中以虚线框标出，文末有清单。 2 items are not in this archive: a dashed box marks each, and a list stands at the end.",
    "图片缺失 Picture missing 微信服务器上已不存在（http_404） WeChat's server has it no longer GAP",
    "图片缺失 Picture missing 微信服务器上已不存在（http_404） WeChat's server has it no longer GAP",
    "[语音 Audio] 晨读 0:02 ",
    "[公众号名片 Official Account] 前端 硬核",
    "[小程序 Mini Program] 查成绩",
    "[嵌入内容 Embedded content] 须知 mp-half-dialog",
    "[视频 Video] 公众号接口不提供文章内视频的文件 The API does not give the files of videos in articles（wxv_1）",
    "图片缺失 Picture missing 微信服务器上已不存在（http_404） WeChat's server has it no longer GAP",
    "图片缺失 Picture missing 微信服务器上已不存在（http_404） WeChat's server has it no longer GAP",
];

const DESK: (u32, u32, bool) = (1280, 900, false);
const PHONE: (u32, u32, bool) = (375, 740, true);

#[test]
fn an_article_looks_as_on_wechat_on_a_desk_and_on_a_phone_in_light_and_dark() {
    if !is_asked_for() {
        return;
    }
    let shown = Shown::new();
    let base = shown.unpacked();
    let chromium = Chromium::start();
    let post = shown.article(|meta| meta["article_type"] == "newspic").1;
    let pages = [
        ("article", shown.titled("春天的市场").1, true),
        ("plain", shown.titled("素净").1, false),
        ("post", post, false),
        ("tags", shown.titled("真实的标签").1, true),
    ];
    for (name, folder, is_coloured) in &pages {
        let address = format!("{base}{}/index.html", folder.strip_prefix("data/").unwrap());
        for (device, (width, height, is_phone)) in [("desk", DESK), ("phone", PHONE)] {
            for scheme in ["light", "dark"] {
                chromium.is(width, height, is_phone);
                chromium.prefers(scheme);
                let look = chromium.looks_at(&address);
                let place = format!("{name} {device} {scheme}");
                chromium.is_pictured(&place.replace(' ', "-"));
                assert_eq!(look["wrong"], json!([]), "{place}");
                assert_eq!(look["sideways"], 0, "{place}");
                let seen = chromium.measures();
                let column = if is_phone { 375 - 32 } else { 677 };
                assert_eq!(seen["width"], column, "{place}");
                assert_eq!(seen["font"], "17px/27.2px", "{place}");
                assert_eq!(seen["title"], "22px", "{place}");
                assert_eq!(seen["wide"], json!([]), "{place}");
                let (light, dark) = ("rgb(255, 255, 255)", "rgb(25, 25, 25)");
                let is_dark = scheme == "dark";
                assert_eq!(seen["page"], if is_dark { dark } else { light }, "{place}");
                let paper = if is_dark && *is_coloured {
                    light
                } else {
                    "rgba(0, 0, 0, 0)"
                };
                assert_eq!(seen["paper"], paper, "{place}");
                assert!(seen["texts"].as_u64().unwrap() > 5, "{place}: {seen}");
                assert_eq!(seen["faint"], json!([]), "{place}");
                let is_whole = |loaded: &Value| loaded == &json!(true);
                assert!(
                    seen["backgrounds"].as_array().unwrap().iter().all(is_whole),
                    "{place}: {seen}"
                );
                let is_visible = |picture: &Value| picture == "visible";
                assert!(
                    seen["shown"].as_array().unwrap().iter().all(is_visible),
                    "{place}: {seen}"
                );
                match *name {
                    "article" => {
                        assert_eq!(seen["backgrounds"].as_array().unwrap().len(), 2, "{place}");
                        // Two pictures, one in a box of no height; both are in the list.
                        assert_eq!(seen["boxes"], json!(BOXES), "{place}");
                        assert_eq!(seen["flat"].as_array().unwrap().len(), 0, "{place}: {seen}");
                        assert_eq!(
                            (&look["players"], &look["pictures"]),
                            (&json!(2), &json!(3)),
                            "{place}"
                        );
                    }
                    "post" => {
                        let slides = seen["slides"].as_array().unwrap();
                        assert_eq!(slides.len(), 3, "{place}");
                        assert!(
                            slides.iter().all(|slide| *slide == seen["strip"]),
                            "{place}: {seen}"
                        );
                        assert_eq!(seen["strip"], column, "{place}");
                        assert_eq!(seen["lines"], 2, "{place}");
                    }
                    _ => {}
                }
                let asked = chromium.requests();
                assert!(
                    asked
                        .iter()
                        .all(|asked| asked.starts_with(&base) || asked.starts_with("data:")),
                    "{place}: {asked:?}"
                );
                assert_eq!(chromium.console(), [""; 0], "{place}");
            }
        }
    }
}

#[test]
fn a_picture_post_is_leafed_through_by_its_numbers() {
    if !is_asked_for() {
        return;
    }
    let shown = Shown::new();
    let base = shown.unpacked();
    let folder = shown.article(|meta| meta["article_type"] == "newspic").1;
    let chromium = Chromium::start();
    let (width, height, is_phone) = PHONE;
    chromium.is(width, height, is_phone);
    chromium.looks_at(&format!(
        "{base}{}/index.html",
        folder.strip_prefix("data/").unwrap()
    ));
    for number in [3, 1, 2] {
        let script = "document.querySelector(`wxb-leaf a:nth-child(${arguments[0]})`).click();\
             const strip = document.querySelector('wxb-gallery').getBoundingClientRect().left;\
             return [...document.querySelectorAll('wxb-slide')]\
               .findIndex((slide) => Math.abs(slide.getBoundingClientRect().left - strip) < 1) + 1";
        let at = chromium.post(
            "/execute/sync",
            &json!({ "script": script, "args": [number] }),
        );
        assert_eq!(at, number);
    }
}

#[test]
fn a_long_article_is_printed_on_as_many_sheets_as_it_takes() {
    if !is_asked_for() {
        return;
    }
    let sim = Sim::builder()
        .images(1)
        .drafts(0)
        .published(0)
        .news(0)
        .start();
    let lines = "<p>千里之行，始于足下。</p>".repeat(400);
    let mut account = sim.account();
    let draft = account.add_draft("很长");
    assert!(account.rewrite_draft(&draft, &format!("{lines}<p>ENDOFTEXT</p>")));
    drop(account);
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let shown = Shown::exported(folder);
    let base = shown.unpacked();
    let (_, at) = shown.titled("很长");
    let chromium = Chromium::start();
    chromium.looks_at(&format!(
        "{base}{}/index.html",
        at.strip_prefix("data/").unwrap()
    ));
    // Tagged, the document has one element for each paragraph, on the sheet it is on.
    let printed = chromium.asks(
        "Page.printToPDF",
        &json!({ "paperWidth": 8.27, "paperHeight": 11.69 }),
    );
    let pdf = STANDARD.decode(printed["data"].as_str().unwrap()).unwrap();
    let count = |what: &[u8]| pdf.windows(what.len()).filter(|part| part == &what).count();
    let sheets = count(b"/Type /Page\n") + count(b"/Type /Page ");
    // 400 lines of 27.2 px on sheets of 1010 px between their margins.
    assert!((10..=13).contains(&sheets), "{sheets} sheets");
}
