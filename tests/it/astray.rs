//! Servers that lead astray, and authors who do: whatever address an article, an
//! item or a redirect names, nothing on this machine, in its network or of its
//! cloud is asked, and what is not asked is a gap that says so. Ears stand at
//! this machine's addresses and count who connects.
//!
//! What else a server can do to whoever asks it, and where that is tested:
//!
//! | what it does | what comes of it | test |
//! |---|---|---|
//! | a body without end, 1 GB of JSON, a bomb in gzip | put down at 128 MiB | `wechat::tests::calls::a_bomb_in_gzip_is_put_down_at_the_longest_answer_there_is` |
//! | a hundred million small JSON values | refused before they are parsed | `memory::an_answer_of_nothing_but_small_values_is_refused_before_it_fills_the_memory` |
//! | headers without end | a broken answer | `wechat::tests::calls::headers_without_end_are_a_broken_answer` |
//! | says nothing, or nothing more | a try that failed, after `silence_max` | `wechat::tests::calls::silence_ends_a_try_and_counts_as_passing` |
//! | a byte now and then | no limit: a body may be long, and each byte is progress | - |
//! | redirects in a loop | six requests, then a gap | `wechat::tests::downloads::redirects_are_followed_a_few_times_and_under_the_same_rules` |
//! | redirects of API calls, which have the token | not followed | `wechat::tests::calls::api_calls_follow_no_redirects` |
//! | a wrong Content-Length, a cut body | a try that failed | `wechat::tests::downloads::bodies_are_believed_only_when_they_show_what_they_are` |
//! | a wrong charset, control bytes, half a character | mended, and kept as it came | `wechat::tests::calls::a_page_with_control_bytes_and_bad_utf8_is_read_and_its_bytes_are_kept` |
//! | numbers, texts and lists where others should be | stored, or a gap | `hostile` |
//! | a file of any length | passes through, and is not held | `memory::a_video_of_300_mb_passes_through_without_being_held` |
//! | an address of this machine behind a proxy | the name alone is judged | `wechat::tests::downloads::a_proxy_is_used_as_told_and_never_for_this_machine` |
//! | a name of WeChat's that leads inwards | asked: proxies with addresses of their own are common | `wechat::address::tests::public_places_are_asked_for_material_and_named_ones_are_trusted` |
//! | another address at the second look (DNS rebinding) | there is no second look: a connection goes to an address that was judged | [`a_name_that_leads_inwards_is_not_asked`] |

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use wechat_sim::{Fault, Resource, Sim, Target};

use crate::quick;
use crate::run::Run;
use crate::saved::Saved;
use crate::tell;

/// Where nobody has any business: this machine, at the ports of the web and at
/// one of our own.
struct Traps {
    sprung: Arc<AtomicUsize>,
    port: u16,
}

impl Traps {
    /// The same for all tests of a process: there is one of each port.
    fn set() -> &'static Self {
        static TRAPS: std::sync::LazyLock<Traps> = std::sync::LazyLock::new(Traps::set_once);
        &TRAPS
    }

    fn set_once() -> Self {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        let sprung = Arc::new(AtomicUsize::new(0));
        let mut all = vec![first];
        for port in [port, 80, 443] {
            for host in ["127.0.0.1", "127.0.0.2", "[::1]"] {
                let place: SocketAddr = format!("{host}:{port}").parse().unwrap();
                match TcpListener::bind(place) {
                    Ok(listener) => all.push(listener),
                    // Ports of the web are for root alone; somebody else may have them.
                    Err(error) if port < 1024 || place.is_ipv6() => {
                        tell(&format!("no trap at {place}: {error}"));
                    }
                    Err(_) if host == "127.0.0.1" => {}
                    Err(error) => panic!("{place}: {error}"),
                }
            }
        }
        for listener in all {
            let sprung = Arc::clone(&sprung);
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    sprung.fetch_add(1, Ordering::SeqCst);
                    drop(stream);
                }
            });
        }
        Self { sprung, port }
    }

    #[track_caller]
    fn are_unsprung(&self) {
        let sprung = self.sprung.load(Ordering::SeqCst);
        assert_eq!(sprung, 0, "somebody connected");
    }
}

/// Addresses that lead inwards, by every spelling that we know of.
fn inwards(port: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "0.0.0.0",
        "0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "198.18.0.1",
        "192.0.0.192",
        "192.88.99.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fec0::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "ｌｏｃａｌｈｏｓｔ",
        "metadata.google.internal",
        "metadata",
        "router.lan",
        "nas.local",
        "mp.weixin.qq.com@127.0.0.1",
        "mp.weixin.qq.com:80@127.0.0.1",
        "127.0.0.1\\@mp.weixin.qq.com",
        "127.0.0.1#@mp.weixin.qq.com",
        "127.0.0.1?@mp.weixin.qq.com",
        "12\t7.0.\n0.1",
    ];
    let mut addresses = Vec::new();
    for host in hosts {
        addresses.push(format!("http://{host}/x.mp4"));
        addresses.push(format!("https://{host}/x.mp4"));
        if !host.contains(['@', '#', '?', '\\']) {
            addresses.push(format!("http://{host}:{port}/x.mp4"));
        }
    }
    addresses.extend(
        [
            "file:///etc/passwd",
            "ftp://127.0.0.1/x",
            "gopher://127.0.0.1:80/_x",
            "javascript:alert(1)",
            "ws://127.0.0.1/",
            "unix:/run/x",
            "http:127.0.0.1/x",
            "http:\\\\127.0.0.1\\x",
            "http:///127.0.0.1/x",
            " http://127.0.0.1/x ",
            "hTTp://127.0.0.1/x",
        ]
        .map(str::to_owned),
    );
    addresses
}

/// A library whose list of `section` is `items`.
fn listing(sim: &Sim, section: &str, items: &[Value]) {
    let total = items.len();
    let page = json!({"item": items, "item_count": total, "total_count": total});
    let body = Fault::Body(page.to_string().into());
    sim.fault(body, Target::list(section).at(1));
    let rest = json!({"item": [], "item_count": 0, "total_count": total});
    sim.fault(
        Fault::Body(rest.to_string().into()),
        Target::list(section).after(1),
    );
}

/// Exports, and gives the reasons of what is missing, by id.
#[track_caller]
fn gaps(sim: &Sim) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    quick::export(sim, folder.path()).unwrap();
    let saved = Saved::only_one_in(folder.path());
    let gaps = saved.gaps().into_iter();
    gaps.map(|(_, id, reason)| (id, reason)).collect()
}

const REFUSED: &str = "embed_not_downloadable";
const GET_MATERIAL: &str = "/cgi-bin/material/get_material";

#[test]
fn an_article_cannot_make_us_ask_this_machine() {
    let traps = Traps::set();
    let sim = Sim::builder().start();
    let mut content = String::new();
    for address in inwards(traps.port) {
        let in_html = address.replace('\'', "&#39;");
        for form in [
            "<img src='@'>",
            "<img data-src='@'>",
            "<img srcset='@ 2x'>",
            "<p style=\"background:url('@')\">x</p>",
            "<section style=\"background-image: url(@)\">x</section>",
            "<video src='@' poster='@'></video>",
            "<audio src='@'></audio>",
            "<mpvoice src='@' voice_encode_fileid='x'></mpvoice>",
            "<video><source src='@'></video>",
            "<iframe class='video_iframe' data-src='@' data-cover='@'></iframe>",
            "<svg><image href='@'/></svg>",
            "<table background='@'></table>",
            "<style>p{background:url(@)}@import '@';</style>",
            "<link rel=stylesheet href='@'>",
        ] {
            content += &form.replace('@', &in_html);
        }
    }
    // Protocol-relative, and from the host of the article on.
    for address in [
        format!("//127.0.0.1:{}/x", traps.port),
        "/\\127.0.0.1/x".to_owned(),
    ] {
        content += "<img src='";
        content += &address;
        content += "'>";
    }
    let article = json!({"title": "x", "content": content, "thumb_url": "http://127.0.0.1/t",
        "content_source_url": "http://127.0.0.1/s", "url": "http://127.0.0.1/u"});
    let draft = json!({"media_id": "d", "content": {"news_item": [article]}});
    listing(&sim, "draft", &[draft]);
    let gaps = gaps(&sim);
    assert!(gaps.len() > 80, "{}: {gaps:?}", gaps.len());
    for (id, reason) in gaps {
        // A voice is named by an id, which the stand-in for WeChat does not have.
        let is_voice = id.contains("getvoice");
        assert_eq!(reason, if is_voice { "http_404" } else { REFUSED }, "{id}");
    }
    let asked =
        sim.count_where(|call| call.resource == Resource::Cdn && !call.path.contains("getvoice"));
    assert_eq!(asked, 0);
    traps.are_unsprung();
}

#[test]
fn no_address_of_an_item_makes_us_ask_this_machine() {
    let traps = Traps::set();
    let sim = Sim::builder().start();
    let addresses = inwards(traps.port);
    let mut videos = Vec::new();
    for (at, address) in addresses.iter().enumerate() {
        let id = format!("v{at}");
        // In the list, and again where the file itself is asked for.
        videos.push(json!({"media_id": id, "name": "x", "update_time": at, "url": address}));
        let file = json!({"title": "x", "description": "", "down_url": address});
        let target = Target::path(GET_MATERIAL).item(&id);
        sim.fault(Fault::Body(file.to_string().into()), target);
    }
    listing(&sim, "video", &videos);
    let gaps = gaps(&sim);
    assert_eq!(gaps.len(), addresses.len());
    for (at, address) in addresses.iter().enumerate() {
        let reason = gaps[&format!("v{at}")].as_str();
        // What is no address at all leads nowhere either.
        assert!(
            [REFUSED, "type_mismatch"].contains(&reason),
            "{address}: {reason}"
        );
    }
    let refused = gaps.values().filter(|reason| *reason == REFUSED).count();
    assert!(refused > 150, "{refused}");
    assert_eq!(sim.cdn_requests() + sim.video_requests(), 0);
    traps.are_unsprung();
}

#[test]
fn no_redirect_makes_us_ask_this_machine() {
    let traps = Traps::set();
    let sim = Sim::builder().start();
    let mut content = String::new();
    let mut redirects = 0;
    for (at, address) in inwards(traps.port).into_iter().enumerate() {
        // Where a header can hold it; half of them at the end of a chain.
        let written = address.replace(['\t', '\n'], "");
        let Ok(written) = url::Url::parse(&written).map(String::from) else {
            continue;
        };
        redirects += 1;
        let path = format!("/mmbiz_png/astray{at}/0");
        let status = [301, 302, 303, 307, 308][at % 5];
        if at % 2 == 0 {
            sim.fault(Fault::RedirectBy(status, written), Target::path(&path));
        } else {
            let next = format!("/mmbiz_png/next{at}/0");
            sim.fault(Fault::RedirectBy(status, next.clone()), Target::path(&path));
            sim.fault(Fault::RedirectBy(status, written), Target::path(&next));
        }
        for part in ["<img data-src='", &sim.url(), &path, "'>"] {
            content += part;
        }
    }
    let draft = json!({"media_id": "d", "content": {"news_item": [{"content": content}]}});
    listing(&sim, "draft", &[draft]);
    let gaps = gaps(&sim);
    assert!(redirects > 150, "{redirects}");
    assert_eq!(gaps.len(), redirects);
    // Had one been followed, the network would be the reason.
    assert!(gaps.values().all(|reason| reason == REFUSED), "{gaps:?}");
    assert!(sim.cdn_requests() >= redirects);
    traps.are_unsprung();
}

#[test]
fn a_host_that_the_owner_names_is_asked_wherever_it_is_and_no_other() {
    let sim = Sim::builder().start();
    let other = Sim::builder().seed(2).images(1).start();
    let picture = other.account().images().next().unwrap().url.clone();
    let content = format!("<img src='{picture}'>");
    let draft = json!({"media_id": "d", "content": {"news_item": [{"content": content}]}});
    listing(&sim, "draft", &[draft]);
    let place = other.url().replace("http://", "");
    let folder = tempfile::tempdir().unwrap();
    let foreign = Run::export(&sim, folder.path());
    foreign.args(["--sections", "draft"]).fails_with(3);
    assert_eq!(other.call_count(), 0);
    let gaps = Saved::only_one_in(folder.path()).gaps();
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].2, REFUSED);

    sim.clear_faults();
    let draft = json!({"media_id": "d", "content": {"news_item": [{"content": content}]}});
    listing(&sim, "draft", &[draft]);
    let folder = tempfile::tempdir().unwrap();
    let named = Run::export(&sim, folder.path());
    named
        .args(["--sections", "draft", "--asset-host", &place])
        .succeeds();
    assert_eq!(other.cdn_requests(), 1);
}

/// Names that lead inwards, as somebody's server of names might say.
#[cfg(target_os = "linux")]
const NAMES: &str = "127.0.0.1 loop.example rebind.example\n\
     169.254.169.254 rebind.example meta.example\n\
     10.0.0.1 home.example\n\
     ::1 six.example\n\
     ::ffff:127.0.0.1 mapped.example\n";

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_leads_inwards_is_not_asked() {
    if crate::faults::mounts_are_left_out() {
        return;
    }
    let traps = Traps::set();
    let sim = Sim::builder().start();
    let names = ["loop", "rebind", "meta", "home", "six", "mapped"];
    let mut videos = Vec::new();
    for name in names {
        let address = format!("http://{name}.example/x.mp4");
        videos.push(json!({"media_id": name, "name": "x", "update_time": 1, "url": address}));
        let file = json!({"title": "x", "down_url": address.replace("http:", "https:")});
        let target = Target::path(GET_MATERIAL).item(name);
        sim.fault(Fault::Body(file.to_string().into()), target);
    }
    listing(&sim, "video", &videos);
    let kept = tempfile::tempdir().unwrap();
    wxbackup::fs::write_atomic(&kept.path().join("hosts"), NAMES.as_bytes()).unwrap();
    let script = r#"
        mount --bind "$2/hosts" /etc/hosts
        code=0; "$3" export -o "$2" --sections video >"$2/run.out" 2>"$2/run.err" || code=$?
        echo $code >"$2/run.code"
    "#;
    crate::faults::in_a_place_of_its_own(&sim, kept.path(), script);
    let (code, said) = crate::faults::end_of(kept.path(), "run");
    assert_eq!(code, "3", "{said}");
    let gaps = Saved::only_one_in(kept.path()).gaps();
    let found: BTreeMap<&str, &str> = gaps
        .iter()
        .map(|(_, id, reason)| (id.as_str(), reason.as_str()))
        .collect();
    assert_eq!(found, names.map(|name| (name, REFUSED)).into());
    traps.are_unsprung();
}

#[test]
fn an_upload_fetches_nothing() {
    let traps = Traps::set();
    let from = Sim::builder().seed(21).images(1).drafts(1).start();
    let exported = crate::upload::Exported::of(&from);
    let to = Sim::builder().seed(22).start();
    // Whatever addresses the answers give, and wherever they lead on to.
    let away = format!("http://127.0.0.1:{}/x", traps.port);
    let picture = json!({ "url": away }).to_string();
    to.fault(
        Fault::Body(picture.into()),
        Target::path("/cgi-bin/media/uploadimg"),
    );
    let before = from.call_count();
    crate::upload::apply(&to, &exported, &[]).succeeds();
    for status in [301, 307, 308] {
        let to = Sim::builder().seed(22).start();
        let add = Target::path("/cgi-bin/material/add_material");
        to.fault(Fault::RedirectBy(status, away.clone()), add);
        let copy = exported.copy();
        crate::upload::apply(&to, &copy, &[])
            .command()
            .output()
            .unwrap();
        let lists = to.count_where(|call| call.resource == Resource::Cdn);
        assert_eq!(lists, 0);
    }
    assert_eq!(from.call_count(), before);
    assert_eq!(to.cdn_requests() + to.video_requests(), 0);
    traps.are_unsprung();
}
