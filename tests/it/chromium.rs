//! The pages in a real browser: from `browse`, and from the folder that an
//! archive becomes when it is unpacked.
//!
//! Chromium is driven by its own driver over HTTP (`WebDriver`), in the few calls
//! that are needed here. What it asks the network for and what it complains
//! about are read from its logs.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc;

use serde_json::{Value, json};
use tempfile::TempDir;
use wechat_sim::Sim;

use crate::browse::{Browsing, is_a};
use crate::interop::{is_asked_for, program};
use crate::run::Run;
use crate::saved::Saved;

/// A browser under remote control. Dropped, it ends.
pub(crate) struct Chromium {
    driver: Child,
    /// Of the session.
    url: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    width: std::cell::Cell<u32>,
    /// Where `planted.example` is.
    planted: TcpListener,
    profile: TempDir,
}

/// What a page says of itself when all of it is there.
const LOOK: &str = r#"
const done = arguments[arguments.length - 1];
(async () => {
  const wrong = [];
  // Long before the driver gives up, so that the page says what it waits for.
  const inTime = async (what, wait) => {
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(reject, 15000, "nothing came of it"); });
    try { await Promise.race([wait, late]); } catch (error) { wrong.push(what + ": " + error); }
    clearTimeout(timer);
  };
  // What an author has put into the page itself is the author's, whole or not.
  // An empty tag names no picture.
  const pictures = [...document.images].filter((picture) => picture.src && !picture.src.startsWith("data:"));
  for (const picture of pictures) {
    picture.loading = "eager";
    await inTime(picture.src, picture.decode());
    if (!(picture.naturalWidth > 0)) wrong.push("picture without a size " + picture.src);
  }
  const players = [...document.querySelectorAll("audio[src], video[src]")];
  for (const player of players) {
    const heard = new Promise((resolve) => {
      player.addEventListener("loadedmetadata", resolve, { once: true });
      player.addEventListener("error", () => {
        wrong.push("player " + player.currentSrc + ": " + player.error?.message);
        resolve();
      }, { once: true });
      player.preload = "metadata";
      player.load();
    });
    await inTime(player.src, heard);
    if (!(player.duration > 0.5 && player.duration < 10)) {
      wrong.push(player.localName + " of " + player.duration + " s " + player.currentSrc);
    }
    if (player.localName == "video" && !(player.videoWidth > 0)) wrong.push("video without a picture");
  }
  const root = document.documentElement;
  done({
    wrong,
    pictures: pictures.length,
    players: players.length,
    title: document.title,
    text: document.body.innerText,
    // On a phone the page itself would become wider than the screen.
    sideways: Math.max(root.scrollWidth, window.innerWidth) - arguments[0],
    scripts: [...document.scripts].filter((script) =>
      script.text !== "" || !/\/(view|titles-\d+|texts-\d+)\.js$/.test(script.src)).length,
    ours: [...document.scripts].filter((script) => /\/view\.js$/.test(script.src)).length,
    hostile: [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes])
      .filter((attribute) => /^on/i.test(attribute.name) || /^\s*javascript:/i.test(attribute.value)).length,
    ran: typeof window.planted !== "undefined",
    links: [...document.links].map((link) => link.href),
  });
})();
"#;

impl Chromium {
    pub(crate) fn start() -> Self {
        let mut driver = program("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("cannot start chromedriver: {error}; `.ci/install-tools` installs it")
            });
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port: u16 = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            })
            .expect("the driver says its port");
        // Nobody else reads what it says, and a full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = tempfile::tempdir().unwrap();
        let mut chromium = Self {
            driver,
            url: format!("http://127.0.0.1:{port}/session"),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            width: std::cell::Cell::new(0),
            planted: TcpListener::bind("127.0.0.1:0").unwrap(),
            profile,
        };
        let profile = chromium.profile.path().display();
        let planted = chromium.planted.local_addr().unwrap();
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": [
                "--headless=new",
                // As root, as in CI, it cannot have one.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                format!("--user-data-dir={profile}"),
                format!("--host-resolver-rules=MAP planted.example {planted}"),
            ] },
        } } });
        let session = chromium.post("", &capabilities);
        chromium.url = format!(
            "{}/{}",
            chromium.url,
            session["sessionId"].as_str().unwrap()
        );
        // It begins with a page of its own, which asks for what it likes.
        chromium.looks_at("about:blank");
        chromium.requests();
        chromium
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(format!("{}{path}", self.url)).json(body);
        let answer: Value = self
            .runtime
            .block_on(async { request.send().await?.json().await })
            .unwrap();
        let value = &answer["value"];
        assert!(value["error"].is_null(), "{path}: {value}");
        value.clone()
    }

    /// Opens an address, waits until all of it is there, and looks at it.
    #[track_caller]
    pub(crate) fn looks_at(&self, address: &str) -> Value {
        self.post("/url", &json!({ "url": address }));
        self.looks()
    }

    #[track_caller]
    pub(crate) fn looks(&self) -> Value {
        self.post(
            "/execute/async",
            &json!({ "script": LOOK, "args": [self.width.get()] }),
        )
    }

    /// Makes the window a phone or a desk.
    pub(crate) fn is(&self, width: u32, height: u32, is_phone: bool) {
        self.width.set(width);
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": is_phone,
        });
        self.post(
            "/goog/cdp/execute",
            &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": params }),
        );
    }

    /// Judges that no page has reached the host that hostile articles name, and
    /// that one would have reached it.
    #[track_caller]
    fn has_not_gone_to_planted(&self) {
        self.planted.set_nonblocking(true).unwrap();
        let reached = self.planted.accept();
        assert!(reached.is_err(), "{reached:?}");
        self.planted.set_nonblocking(false).unwrap();
        let listener = self.planted.try_clone().unwrap();
        let (reached, is_reached) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let reached = reached.clone();
                // One that is opened ahead of its request must not hold up the other.
                std::thread::spawn(move || answer_nothing(stream, &reached));
            }
        });
        let go = "setTimeout(() => { location = 'http://planted.example/'; })";
        self.post("/execute/sync", &json!({ "script": go, "args": [] }));
        is_reached.recv().unwrap();
    }

    /// What the console has said since it was last asked.
    pub(crate) fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "browser" }));
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that pages asked for since this was last asked.
    pub(crate) fn requests(&self) -> Vec<String> {
        let entries = self.post("/se/log", &json!({ "type": "performance" }));
        let mut addresses = Vec::new();
        for entry in entries.as_array().unwrap() {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let message = &message["message"];
            if message["method"] == "Network.requestWillBeSent" {
                let address = message["params"]["request"]["url"].as_str().unwrap();
                addresses.push(address.to_owned());
            }
        }
        addresses
    }
}

/// Says that a request came, and answers that there is nothing.
fn answer_nothing(mut stream: TcpStream, reached: &mpsc::Sender<()>) {
    let _ = stream.read(&mut [0; 4096]);
    // The test may have heard of another one already.
    let _ = reached.send(());
    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // The driver takes the browser with it when the session ends.
        let delete = self.client.delete(&self.url);
        let _ = self.runtime.block_on(async { delete.send().await });
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A picture that would run a script if it were let.
const HOSTILE_SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="window.planted=1;document.title='planted'"><script>window.planted=1;document.title='planted';fetch('http://planted.example/')</script><rect width="40" height="40" fill="red"/><image href="http://planted.example/x.png" width="1" height="1"/></svg>"#;

/// An account with everything in it, and an article that means harm.
fn hostile() -> (TempDir, PathBuf) {
    let sim = Sim::builder()
        .seed(11)
        .images(25)
        .voices(4)
        .videos(3)
        .news(10)
        .drafts(20)
        .published(4)
        .start();
    let svg = format!("{}/mmbiz_svg/planted", sim.url());
    for size in ["0", "640"] {
        sim.serve_fixture(&format!("/mmbiz_svg/planted/{size}"), HOSTILE_SVG);
    }
    let mut account = sim.account();
    let draft = account.add_draft("恶意文章<script>window.planted=1</script>");
    let content = format!(
        "<p>凤凰涅槃 planted words</p>\
         <script>window.planted=1;document.title='planted'</script>\
         <img src=\"data:image/gif;base64,AAAA\" onerror=\"window.planted=1\">\
         <img src=x onerror=window.planted=1>\
         <svg onload=\"window.planted=1\"><script>window.planted=1</script></svg>\
         <iframe src=\"javascript:parent.planted=1\"></iframe>\
         <iframe srcdoc=\"<script>parent.planted=1</script>\"></iframe>\
         <a id=\"trap\" href=\"javascript:window.planted=1\">点我</a>\
         <a href=\" java&#10;script:window.planted=1\">再点我</a>\
         <p style=\"background:url(http://planted.example/style.png)\">样式</p>\
         <link rel=stylesheet href=\"http://planted.example/a.css\">\
         <meta http-equiv=refresh content=\"0;url=http://planted.example/\">\
         <base href=\"http://planted.example/\">\
         <form action=\"http://planted.example/\"><button>送</button></form>\
         <img data-src=\"{svg}/640?wx_fmt=svg\" src=\"\">\
         <div style=\"width:5000px\">宽</div><p>{}</p>",
        "很长的词".repeat(60) + &"x".repeat(400)
    );
    assert!(account.rewrite_draft(&draft, &content));
    drop(account);
    let folder = tempfile::tempdir().unwrap();
    let exported = Run::export(&sim, folder.path()).command().output().unwrap();
    // The planted addresses lead nowhere, which is a gap.
    assert!(matches!(exported.status.code(), Some(0 | 3)));
    let archive = Saved::only_one_in(folder.path()).path;
    (folder, archive)
}

/// Every page of the archive, without `data/`.
fn pages(saved: &Saved) -> Vec<String> {
    let pages = saved.entries.keys().filter(|path| is_a(path, "html"));
    pages
        .map(|path| path.strip_prefix("data/").unwrap().to_owned())
        .collect()
}

/// What all the pages under `base` have together.
#[derive(Debug, Default)]
struct Seen {
    pictures: u64,
    players: u64,
}

/// Looks at every page; nothing may be wrong with any.
#[track_caller]
fn look_at_all(chromium: &Chromium, base: &str, saved: &Saved) -> Seen {
    let mut seen = Seen::default();
    for page in pages(saved) {
        let address = format!("{base}{page}");
        for (width, height, is_phone) in [(1280, 900, false), (375, 740, true)] {
            chromium.is(width, height, is_phone);
            let look = chromium.looks_at(&address);
            assert_eq!(look["wrong"], json!([]), "{address}");
            assert_eq!(look["sideways"], 0, "{address} at {width}");
            assert_eq!(look["ran"], false, "{address}");
            assert_eq!(
                (&look["scripts"], &look["hostile"]),
                (&json!(0), &json!(0)),
                "{address}"
            );
            // An article runs none, not even ours.
            let ours = u64::from(!page.starts_with("articles/"));
            assert_eq!(look["ours"], ours, "{address}");
            assert_ne!(look["title"], "planted", "{address}");
            assert_eq!(chromium.console(), [""; 0], "{address}");
            seen.pictures += look["pictures"].as_u64().unwrap();
            seen.players += look["players"].as_u64().unwrap();
        }
        for asked in chromium.requests() {
            let is_local = asked.starts_with(base) || asked.starts_with("data:");
            assert!(
                is_local || is_icon(&asked, base),
                "{address} asked for {asked}"
            );
        }
    }
    assert!(seen.pictures > 100 && seen.players > 10, "{seen:?}");
    seen
}

/// Browsers ask a server for one, whatever the page says.
fn is_icon(asked: &str, base: &str) -> bool {
    asked.ends_with("/favicon.ico") && base.starts_with(asked.trim_end_matches("favicon.ico"))
}

/// The page of the article that means harm, without `data/`.
fn trap(saved: &Saved) -> String {
    let text = "凤凰涅槃".as_bytes();
    let mut pages = saved.entries.iter().filter(|(path, bytes)| {
        path.ends_with("/index.html") && bytes.windows(text.len()).any(|window| window == text)
    });
    let (path, _) = pages.next().unwrap();
    path.strip_prefix("data/").unwrap().to_owned()
}

/// Clicks every link that leads nowhere else, and loads the planted picture as
/// a page of its own.
#[track_caller]
fn spring_the_trap(chromium: &Chromium, base: &str, saved: &Saved) {
    let address = format!("{base}{}", trap(saved));
    chromium.looks_at(&address);
    let clicked = chromium.post(
        "/execute/sync",
        &json!({ "args": [], "script": "for (const it of document.querySelectorAll('wxb-body *')) it.click?.();\
             return [typeof window.planted, location.href]" }),
    );
    assert_eq!(clicked, json!(["undefined", address]));
    let svg = saved
        .entries
        .iter()
        .find(|(_, bytes)| bytes.as_slice() == HOSTILE_SVG.as_bytes())
        .map(|(path, _)| path.strip_prefix("data/").unwrap())
        .expect("the planted picture is in the archive");
    let look = chromium.looks_at(&address);
    assert!(
        look["pictures"].as_u64().unwrap() >= 1,
        "it is shown, as a picture"
    );
    assert_eq!((&look["ran"], &look["wrong"]), (&json!(false), &json!([])));
    assert_eq!(chromium.console(), [""; 0]);
    chromium.requests();
    if base.starts_with("http") {
        chromium.post("/url", &json!({ "url": format!("{base}{svg}") }));
        let ran = chromium.post(
            "/execute/sync",
            &json!({ "args": [], "script": "return [typeof window.planted, document.title, document.querySelectorAll('rect').length]" }),
        );
        assert_eq!(
            ran,
            json!(["undefined", "", 1]),
            "opened by itself it runs nothing"
        );
        // The browser says what the policy kept it from.
        assert!(!chromium.console().is_empty());
        // A picture runs nothing, not even ours.
        chromium.looks_at(&address);
    }
    chromium.has_not_gone_to_planted();
}

#[test]
fn the_pages_of_browse_are_whole_and_safe_in_chromium() {
    if !is_asked_for() {
        return;
    }
    let (_folder, archive) = hostile();
    let saved = Saved::at(&archive);
    let browsing = Browsing::of(&archive);
    let chromium = Chromium::start();
    let origin = format!("http://127.0.0.1:{}/", browsing.port);
    chromium.post(
        "/url",
        &json!({ "url": format!("{}{}", origin.trim_end_matches('/'), browsing.first) }),
    );
    // The first answer leads on to the start page by itself.
    let mut look = chromium.looks();
    while !look["text"].as_str().unwrap().contains("打开目录") {
        look = chromium.looks();
    }

    for (path, has) in [
        ("", "打开目录 Open the library"),
        ("coverage", "没有接口能列出的内容"),
        ("search?q=%E5%87%A4%E5%87%B0%E6%B6%85%E6%A7%83", "找到 1 篇"),
        (
            "search?q=%22%3E%3Cimg+src%3Dx+onerror%3D%22window.planted%3D1%22%3E",
            "没有找到",
        ),
    ] {
        for (width, height, is_phone) in [(1280, 900, false), (375, 740, true)] {
            chromium.is(width, height, is_phone);
            let look = chromium.looks_at(&format!("{origin}{path}"));
            assert!(
                look["text"].as_str().unwrap().contains(has),
                "{path}: {look}"
            );
            assert_eq!(
                (&look["sideways"], &look["ran"]),
                (&json!(0), &json!(false)),
                "{path}"
            );
            assert_eq!(look["scripts"], 0);
            assert_eq!(chromium.console(), [""; 0], "{path}");
        }
    }
    // As a person does it: a Chinese word into the field, enter, the first hit.
    chromium.looks_at(&origin);
    let field = chromium.post(
        "/element",
        &json!({ "using": "css selector", "value": "input[name=q]" }),
    );
    let field = field
        .as_object()
        .unwrap()
        .values()
        .next()
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned();
    chromium.post(
        &format!("/element/{field}/value"),
        &json!({ "text": "凤凰涅槃\u{e007}" }),
    );
    let hits = loop {
        let look = chromium.looks();
        if look["title"].as_str().unwrap().contains("搜索") {
            break look;
        }
    };
    let expected = format!("{origin}data/{}", trap(&saved));
    assert!(
        hits["links"].as_array().unwrap().contains(&json!(expected)),
        "{hits}"
    );
    assert!(
        chromium
            .requests()
            .iter()
            .all(|asked| asked.starts_with(&origin))
    );

    let base = format!("{origin}data/");
    look_at_all(&chromium, &base, &saved);
    spring_the_trap(&chromium, &base, &saved);
}

#[test]
fn the_pages_of_an_unpacked_archive_are_whole_and_safe_in_chromium() {
    if !is_asked_for() {
        return;
    }
    let (folder, archive) = hostile();
    let saved = Saved::at(&archive);
    let bag = folder.path().join("bag");
    Run::new()
        .args(["restore"])
        .args([&archive])
        .args(["--layout", "bag", "--to"])
        .args([&bag])
        .succeeds();
    let chromium = Chromium::start();
    let base = base_of(&bag);
    look_at_all(&chromium, &base, &saved);
    spring_the_trap(&chromium, &base, &saved);
}

/// The address of `data/` in the one folder of a bag.
pub(crate) fn base_of(bag: &Path) -> String {
    let mut folders = std::fs::read_dir(bag).unwrap();
    let data = folders.next().unwrap().unwrap().path().join("data");
    format!("file://{}/", data.display())
}
