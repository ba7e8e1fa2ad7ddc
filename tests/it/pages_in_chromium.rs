//! The pages of the library as people use them, in headless Chromium: to find
//! things, in either language, by keyboard, with a screen reader, without our
//! script, and with a large library.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use wechat_sim::Sim;

use crate::browse::Browsing;
use crate::chromium::{Chromium, base_of};
use crate::interop::is_asked_for;
use crate::run::Run;
use crate::saved::Saved;
use crate::tell;

const TITLE: &str = "凤凰<script>window.planted=1</script><img src=x onerror=window.planted=1>";

/// An account with a draft that is easily found, exported.
struct Exported {
    folder: TempDir,
    saved: Saved,
    draft: String,
}

impl Exported {
    fn new(sim: &Sim) -> Self {
        let mut account = sim.account();
        let draft = account.add_draft(TITLE);
        assert!(account.rewrite_draft(&draft, "<p>涅槃重生 Ｐｈｏｅｎｉｘ</p>"));
        drop(account);
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let exported = Run::export(sim, folder.path())
            .args(["-q"])
            .command()
            .output();
        let exported = exported.unwrap();
        let said = String::from_utf8_lossy(&exported.stderr);
        assert!(matches!(exported.status.code(), Some(0 | 3)), "{said}");
        Self {
            saved: Saved::only_one_in(folder.path()),
            folder,
            draft,
        }
    }

    fn small() -> Self {
        let sim = Sim::builder()
            .seed(3)
            .images(30)
            .voices(4)
            .videos(2)
            .news(12)
            .drafts(3)
            .published(5)
            .start();
        Self::new(&sim)
    }

    fn restored(&self, layout: &str) -> PathBuf {
        let to = self.folder.path().join(layout);
        Run::new()
            .args(["restore"])
            .args([&self.saved.path])
            .args(["--layout", layout, "--to"])
            .args([&to])
            .succeeds();
        to
    }

    /// The page of the draft, relative to `data/`.
    fn page_of_draft(&self) -> String {
        let akey = &self.saved.item("article", &self.draft)["akey"];
        format!("articles/{}/01/index.html", akey.as_str().unwrap())
    }
}

/// Waits until the page has found what it looks for, and gives what it shows.
const FOUND: &str = r##"
const [wanted, done] = arguments;
const looks = () => {
  const told = document.querySelector('#told [data-number="found"]');
  const isDone = told && document.getElementById("progress").hidden && told.textContent === String(wanted);
  if (!isDone) return setTimeout(looks, 20);
  done([...document.querySelectorAll("#found > li")].map((item) => ({
    title: item.querySelector(".name").innerText,
    href: item.querySelector(".name").href,
    place: item.querySelector(".place").href,
    tags: [...item.querySelectorAll(".tag")].map((tag) => tag.innerText.trim()),
    marks: [...item.querySelectorAll("mark")].map((mark) => mark.innerText),
  })));
};
looks();
"##;

impl Chromium {
    /// Runs a script in the page, and gives what it returns.
    #[track_caller]
    fn runs(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    #[track_caller]
    fn goes_to(&self, address: &str) {
        self.post("/url", &json!({ "url": address }));
    }

    /// What the page to find things on shows, once it has found so many.
    #[track_caller]
    fn finds(&self, count: usize) -> Value {
        self.post(
            "/execute/async",
            &json!({ "script": FOUND, "args": [count] }),
        )
    }

    /// Types into the one field that a selector names.
    #[track_caller]
    fn types(&self, selector: &str, text: &str) {
        let wanted = json!({ "using": "css selector", "value": selector });
        let element = self.post("/element", &wanted);
        let element = element
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .clone();
        let path = format!("/element/{}/value", element.as_str().unwrap());
        self.post(&path, &json!({ "text": text }));
    }

    fn command(&self, name: &str, params: &Value) -> Value {
        let command = json!({ "cmd": name, "params": params });
        self.post("/goog/cdp/execute", &command)
    }

    /// Judges that pages have asked for nothing but what is below an address.
    #[track_caller]
    fn has_asked_only(&self, base: &str) {
        let mut asked = self.requests();
        // The browser draws its players from data of its own.
        asked.retain(|asked| !asked.starts_with(base) && !asked.starts_with("data:"));
        assert_eq!(asked, [""; 0]);
    }

    /// Leaves a picture of what is seen for people to look at.
    fn screenshot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let shot = self.command("Page.captureScreenshot", &json!({ "format": "png" }));
        let png = base64::engine::general_purpose::STANDARD
            .decode(shot["data"].as_str().unwrap())
            .unwrap();
        let path = folder.join(format!("{name}.png"));
        wxbackup::fs::write_atomic(&path, &png).unwrap();
    }
}

const PHONE: (u32, u32, bool) = (390, 844, true);
const DESK: (u32, u32, bool) = (1280, 900, false);

/// An address without escapes, where it is that of a file.
fn spelled(address: &str) -> String {
    match url::Url::parse(address).unwrap().to_file_path() {
        Ok(path) => path.display().to_string(),
        Err(()) => address.to_owned(),
    }
}

/// Finds the draft from the field of the first page on, by its title, by its text,
/// in other letters, and not by what it does not have.
#[track_caller]
fn find_the_draft(chromium: &Chromium, index: &str, page_of_draft: &str) {
    chromium.goes_to(index);
    chromium.types("#go input[name=q]", "凤凰 涅槃\u{e007}");
    let found = chromium.finds(1);
    let hit = &found[0];
    assert_eq!(hit["title"], TITLE, "a title is text, whatever is in it");
    assert_eq!(hit["marks"], json!(["凤凰", "涅槃"]));
    assert_eq!(
        spelled(hit["href"].as_str().unwrap()),
        spelled(page_of_draft)
    );
    assert_eq!(chromium.runs("return typeof window.planted"), "undefined");

    for (words, count) in [("phoenix", 1), ("ＰＨＯＥＮＩＸ 凤", 1), ("凤凰 没有", 0)] {
        chromium.runs("document.querySelector('#find [name=q]').value = ''");
        chromium.types("#find [name=q]", &format!("{words}\u{e007}"));
        assert_eq!(
            chromium.finds(count).as_array().unwrap().len(),
            count,
            "{words}"
        );
    }
    // The list has it at the place that the hit names, and there is an article behind it.
    chromium.goes_to(hit["place"].as_str().unwrap());
    let target = chromium.runs("return document.querySelector(':target .name').innerText");
    assert_eq!(target, TITLE);
    chromium.goes_to(page_of_draft);
    let text = chromium.runs("return document.body.innerText");
    assert!(text.as_str().unwrap().contains("涅槃重生"), "{text}");
    assert_eq!(chromium.console(), [""; 0]);
}

#[test]
fn a_chinese_word_is_found_from_a_folder_from_browse_and_from_a_restored_library() {
    if !is_asked_for() {
        return;
    }
    let exported = Exported::small();
    let chromium = Chromium::start();
    let base = base_of(&exported.restored("bag"));
    let page = format!("{base}{}", exported.page_of_draft());
    find_the_draft(&chromium, &format!("{base}index.html"), &page);
    chromium.has_asked_only(&base);

    let browsing = Browsing::of(&exported.saved.path);
    let origin = format!("http://127.0.0.1:{}/", browsing.port);
    chromium.goes_to(&format!(
        "{}{}",
        origin.trim_end_matches('/'),
        browsing.first
    ));
    let page = format!("{origin}data/{}", exported.page_of_draft());
    find_the_draft(&chromium, &format!("{origin}data/index.html"), &page);
    chromium.has_asked_only(&origin);

    // Where people have names for folders, the rows lead there too.
    let human = exported.restored("human");
    let index = url::Url::from_file_path(human.join("目录.html")).unwrap();
    let mut pages = crate::saved::files(&human);
    pages.retain(|path| {
        path.ends_with("index.html") && std::fs::read_to_string(path).unwrap().contains("涅槃重生")
    });
    assert_eq!(pages.len(), 1, "{pages:?}");
    let page = url::Url::from_file_path(&pages[0]).unwrap();
    find_the_draft(&chromium, index.as_str(), page.as_str());
}

#[test]
fn sections_states_and_dates_narrow_what_is_found_and_stand_in_the_address() {
    if !is_asked_for() {
        return;
    }
    let exported = Exported::small();
    let saved = &exported.saved;
    let chromium = Chromium::start();
    let base = base_of(&exported.restored("bag"));
    let find = format!("{base}view/find.html");
    let count = |kind: &str, is_wanted: &dyn Fn(&Value) -> bool| -> usize {
        saved
            .items(kind)
            .iter()
            .filter(|item| is_wanted(item))
            .count()
    };
    chromium.goes_to(&format!("{find}#section=image"));
    let images = count("image", &|_| true);
    let found = chromium.finds(images);
    assert_eq!(found[0]["tags"], json!(["Pictures"]));
    // The newest first; the first of a month, in the time of China.
    let newest = saved.items("image").last().unwrap()["update_time"]
        .as_i64()
        .unwrap();
    let day = wxbackup::model::china_date_time(newest).unwrap().date();
    let of_day = |item: &Value| {
        let time = item["update_time"].as_i64().unwrap();
        wxbackup::model::china_date_time(time).unwrap().date() == day
    };
    let of_newest_day = count("image", &of_day);
    assert!((1..images).contains(&of_newest_day));
    chromium.goes_to("about:blank");
    chromium.goes_to(&format!("{find}#section=image&from={day}&to={day}"));
    chromium.finds(of_newest_day);
    // A tick is enough, and the address keeps it.
    chromium.runs("document.querySelector('[value=voice]').click()");
    let both = of_newest_day + count("voice", &of_day);
    chromium.finds(both);
    let address = chromium.runs("return location.hash");
    assert_eq!(
        address,
        format!("#section=image&section=voice&from={day}&to={day}")
    );
    chromium.goes_to("about:blank");
    chromium.goes_to(&format!("{find}#state=missing"));
    let missing = ["image", "voice", "video", "asset"]
        .map(|kind| count(kind, &|item| item["status"] == "missing"));
    chromium.finds(missing.iter().sum());
    assert_eq!(chromium.console(), [""; 0]);
}

#[test]
fn the_reader_has_one_language_and_keeps_the_other_when_it_is_chosen() {
    if !is_asked_for() {
        return;
    }
    let exported = Exported::small();
    let chromium = Chromium::start();
    let base = base_of(&exported.restored("bag"));
    let index = format!("{base}index.html");
    let heading = "return [document.querySelector('h2 > span').innerText.trim(), document.documentElement.lang, \
                   document.querySelector('#go input').placeholder]";
    chromium.goes_to(&index);
    let english = json!(["Newest articles", "en", "Find in titles and texts"]);
    assert_eq!(chromium.runs(heading), english);
    chromium.runs("document.getElementById('language').click()");
    let chinese = json!(["最新文章", "zh-CN", "在标题和正文中查找"]);
    assert_eq!(chromium.runs(heading), chinese);
    // On the next page, and when it comes again.
    chromium.goes_to(&format!("{base}view/images-0001.html"));
    assert_eq!(
        chromium.runs("return document.querySelector('h1').innerText.trim()"),
        "图片"
    );
    chromium.goes_to(&index);
    assert_eq!(chromium.runs(heading), chinese);

    // Without the script both are there, and so are all lists.
    chromium.command(
        "Emulation.setScriptExecutionDisabled",
        &json!({ "value": true }),
    );
    chromium.goes_to(&format!("{base}view/find.html"));
    let text = chromium.runs("return document.body.innerText");
    for words in ["查找 Find", "图片 Pictures", "缺失的内容 What is missing"] {
        assert!(text.as_str().unwrap().contains(words), "{words} in {text}");
    }
    let shown = chromium.runs("return getComputedStyle(document.getElementById('find')).display");
    assert_eq!(shown, "none", "a form that does nothing is not shown");
    assert_eq!(chromium.console(), [""; 0]);
}

/// Roles that a person must be able to name, with none that has no name.
#[track_caller]
fn assert_all_is_named(chromium: &Chromium, address: &str) {
    let tree = chromium.command("Accessibility.getFullAXTree", &json!({}));
    let named = [
        "link",
        "button",
        "checkbox",
        "searchbox",
        "image",
        "Audio",
        "Video",
        "navigation",
    ];
    let mut seen = 0;
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if node["ignored"] == true || !named.contains(&role) {
            continue;
        }
        let name = node["name"]["value"].as_str().unwrap_or_default();
        assert!(!name.trim().is_empty(), "{address}: {node}");
        seen += 1;
    }
    assert!(seen > 10, "{address}");
}

#[test]
fn pages_are_for_keyboards_screen_readers_dark_rooms_and_paper() {
    if !is_asked_for() {
        return;
    }
    let exported = Exported::small();
    let chromium = Chromium::start();
    let base = base_of(&exported.restored("bag"));
    for page in [
        "index.html",
        "view/images-0001.html",
        "view/voices-0001.html",
        "view/videos-0001.html",
        "view/draft-0001.html",
        "view/find.html",
    ] {
        let address = format!("{base}{page}");
        chromium.goes_to(&address);
        assert_all_is_named(&chromium, &address);
        // One main part and one heading above the others.
        let shape = chromium.runs(
            "return [document.querySelectorAll('main').length, document.querySelectorAll('h1').length]",
        );
        assert_eq!(shape, json!([1, 1]), "{address}");
        let first = chromium
            .runs("return document.querySelector('a[href], button, input').getAttribute('href')");
        assert_eq!(first, "#main", "{address}");
    }
    chromium.goes_to(&format!("{base}index.html"));
    // A tab and the enter key pass the bar over.
    chromium.types("body", "\u{e004}");
    assert_eq!(
        chromium.runs("return document.activeElement.className"),
        "skip"
    );
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let light = chromium.runs(ground);
    let emulate = |media: &str, scheme: &str| {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let params = json!({ "media": media, "features": features });
        chromium.command("Emulation.setEmulatedMedia", &params);
    };
    emulate("screen", "dark");
    assert_ne!(chromium.runs(ground), light);
    chromium.screenshot("index-dark");
    emulate("print", "dark");
    let printed = chromium.runs(
        "return ['.top', '.find'].map((it) => getComputedStyle(document.querySelector(it)).display)",
    );
    assert_eq!(printed, json!(["none", "none"]));
    assert_eq!(chromium.runs(ground), "rgb(255, 255, 255)");
}

#[test]
fn ten_thousand_pictures_and_five_thousand_articles_are_shown_at_once() {
    if !is_asked_for() {
        return;
    }
    let sim = Sim::builder()
        .seed(9)
        .images(10_000)
        .image_bytes(200)
        .voices(20)
        .videos(5)
        .news(700)
        .drafts(850)
        .published(850)
        .start();
    let exported = Exported::new(&sim);
    let articles: usize = exported
        .saved
        .items("article")
        .iter()
        .map(|record| record["articles"].as_array().unwrap().len())
        .sum();
    assert!(articles >= 5_000, "{articles}");
    let base = base_of(&exported.restored("bag"));
    let chromium = Chromium::start();
    let shown = "const timing = performance.getEntriesByType('navigation')[0]; \
                 return [Math.round(timing.domContentLoadedEventEnd), Math.round(timing.loadEventEnd)]";
    for (name, path, bytes_max, requests_max) in [
        ("index", "index.html", 200_000, 60),
        ("gallery", "view/images-0001.html", 700_000, 60),
        ("articles", "view/published-0001.html", 4_000_000, 40),
    ] {
        let bytes = exported.saved.entries[&format!("data/{path}")].len();
        assert!(bytes < bytes_max, "{path}: {bytes}");
        for (device, (width, height, is_phone)) in [("desk", DESK), ("phone", PHONE)] {
            chromium.is(width, height, is_phone);
            chromium.requests();
            chromium.goes_to(&format!("{base}{path}"));
            let asked = chromium.requests();
            assert!(
                asked.len() <= requests_max,
                "{path} on a {device}: {}",
                asked.len()
            );
            let took = chromium.runs(shown);
            tell(&format!(
                "{path} of 10,000 pictures on a {device}: {bytes} bytes, {} requests, DOM and load after {took} ms",
                asked.len()
            ));
            chromium.screenshot(&format!("{name}-{device}"));
        }
        let hasty = chromium.runs(
            "return [...document.images].filter((picture) => picture.loading !== 'lazy').length",
        );
        assert_eq!(hasty, 0, "{path}");
    }
    // All months of the account are a click away from any page of its pictures.
    chromium.goes_to(&format!("{base}view/images-0010.html"));
    let months = chromium.runs("return document.querySelectorAll('.months a').length");
    assert!(months.as_u64().unwrap() > 12, "{months}");
    find_the_draft(
        &chromium,
        &format!("{base}index.html"),
        &format!("{base}{}", exported.page_of_draft()),
    );
    chromium.goes_to(&format!("{base}view/find.html"));
    let everything = 10_000 + 20 + 5 + articles;
    let first = chromium.finds(everything);
    assert_eq!(
        first.as_array().unwrap().len(),
        100,
        "the rest comes when it is asked for"
    );
    chromium.runs("document.getElementById('more').click()");
    assert_eq!(chromium.finds(everything).as_array().unwrap().len(), 200);
    for (device, (width, height, is_phone)) in [("desk", DESK), ("phone", PHONE)] {
        chromium.is(width, height, is_phone);
        chromium.screenshot(&format!("find-{device}"));
    }
}
