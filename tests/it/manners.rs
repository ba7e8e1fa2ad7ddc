//! How an export behaves towards WeChat: as few calls as there can be, none
//! that disturbs the owner's other systems, and patience where it is asked for.
//! All of it is read from the simulator's log.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;
use wechat_sim::{Builder, Call, Fault, Quirk, Resource, Sim, Target};
use wxbackup::export::Outcome;

use crate::quick;
use crate::run::Run;
use crate::saved::{Saved, archives, truth};

const GET_MATERIAL: &str = "/cgi-bin/material/get_material";

fn large() -> Builder {
    Sim::builder()
        .seed(7)
        .images(300)
        .voices(12)
        .videos(6)
        .news(40)
        .drafts(10)
        .published(15)
}

/// The pictures and sounds of `large` alone, which no two addresses share.
fn media() -> Builder {
    Sim::builder().seed(7).images(45).voices(12).videos(6)
}

/// How often each API path was called.
fn api_calls(calls: &[Call]) -> BTreeMap<&str, usize> {
    let mut paths = BTreeMap::new();
    for call in calls {
        if let Some(path) = call.path.strip_prefix("/cgi-bin/") {
            *paths.entry(path).or_default() += 1;
        }
    }
    paths
}

/// The addresses that were asked for a file, and how often.
fn downloads(calls: &[Call]) -> BTreeMap<String, usize> {
    let mut addresses = BTreeMap::new();
    for call in calls {
        if matches!(call.resource, Resource::Cdn | Resource::VideoHost) {
            let address = format!("{} {:?}", call.path, call.query);
            *addresses.entry(address).or_default() += 1;
        }
    }
    addresses
}

#[test]
fn an_export_makes_the_fewest_calls_that_there_can_be() {
    let sim = large().start();
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).succeeds();
    // A picture that lies at three addresses might be a placeholder, and is asked
    // for once more as its article's page would.
    assert_eq!(said.stderr.matches("may be a placeholder").count(), 2);
    let calls = sim.calls();
    assert_eq!(
        api_calls(&calls),
        BTreeMap::from([
            ("stable_token", 1),
            ("material/get_materialcount", 2),
            ("draft/count", 2),
            // 300, 12, 6 and 40 of them, 20 a page.
            ("material/batchget_material", 15 + 1 + 1 + 2),
            ("draft/batchget", 1),
            ("freepublish/batchget", 1),
            // 12 voices, 5 videos and 1 picture without an address.
            ("material/get_material", 12 + 5 + 1),
        ])
    );
    let pages: BTreeSet<String> = calls
        .iter()
        .filter(|call| call.path.ends_with("/batchget_material"))
        .map(|call| call.body.as_ref().unwrap().to_string())
        .collect();
    assert_eq!(pages.len(), 19, "no page twice");
    let twice: Vec<String> = downloads(&calls)
        .into_iter()
        .filter(|(_, times)| *times > 1)
        .map(|(address, _)| address)
        .collect();
    assert_eq!(twice.len(), 2, "{twice:?}");
}

#[test]
fn a_picture_with_an_address_costs_no_call() {
    let sim = media().start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let wanted: BTreeSet<String> = {
        let account = sim.account();
        let images = account.images().filter(|image| image.url.is_empty());
        let videos = account.videos().filter(|video| !video.url_in_list);
        images
            .map(|image| &image.media_id)
            .chain(account.voices().map(|voice| &voice.media_id))
            .chain(videos.map(|video| &video.media_id))
            .cloned()
            .collect()
    };
    let calls = sim.calls();
    let got: Vec<&str> = calls
        .iter()
        .filter(|call| call.path == GET_MATERIAL)
        .map(|call| call.body_text("media_id").unwrap())
        .collect();
    assert_eq!(got.len(), wanted.len(), "none twice");
    assert_eq!(
        got.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(),
        wanted
    );
}

#[test]
fn a_voice_with_an_address_costs_no_call_either() {
    let sim = Sim::builder().voices(3).with(Quirk::VoiceListUrl).start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
    assert_eq!(sim.count(GET_MATERIAL), 0);
}

#[test]
fn a_download_says_nothing_of_where_its_address_was_found() {
    let sim = media().news(5).start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    for call in sim.calls() {
        if !matches!(call.resource, Resource::Cdn | Resource::VideoHost) {
            continue;
        }
        let headers =
            ["range", "cookie", "authorization", "if-none-match"].map(|name| call.header(name));
        assert_eq!(headers, [None; 4], "{call:?}");
        assert_eq!(call.header("accept-encoding"), Some("identity"));
        let shown = call.query.iter().find(|(name, _)| name == "tp");
        assert_eq!(shown, None, "a converted picture is not the picture");
    }
}

#[test]
fn no_more_is_under_way_at_once_than_is_meant_to() {
    let sim = large().start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path())
        .args(["--jobs", "3"])
        .succeeds();
    assert!(sim.api_peak() <= 4, "{}", sim.api_peak());
    assert!(sim.media_peak() <= 3, "{}", sim.media_peak());
}

#[test]
fn nothing_is_called_that_disturbs_the_owners_other_systems() {
    let sim = large()
        .fault(Fault::TokenRevoked, Target::list("image").at(3))
        .fault(Fault::Errcode(-1), Target::token().at(1))
        .start();
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let harmless: BTreeSet<&str> = BTreeSet::from([
        "stable_token",
        "material/get_materialcount",
        "draft/count",
        "material/batchget_material",
        "draft/batchget",
        "freepublish/batchget",
        "material/get_material",
    ]);
    let calls = sim.calls();
    let called: BTreeSet<&str> = api_calls(&calls).into_keys().collect();
    assert_eq!(called, harmless);
    assert_eq!(sim.force_refreshes(), 0);
}

#[test]
fn a_token_that_dies_in_the_middle_is_renewed_once_for_all_who_wait() {
    for fault in [Fault::TokenRevoked, Fault::TokenExpired] {
        let sim = media().start();
        sim.fault(fault.clone(), Target::path(GET_MATERIAL).at(4));
        let folder = tempfile::tempdir().unwrap();
        Run::export(&sim, folder.path()).succeeds();
        assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
        let tokens = [sim.token_calls(), sim.force_refreshes()];
        assert_eq!(tokens, [2, 0], "{fault:?}");
    }
}

#[test]
fn a_dead_token_that_wechat_goes_on_giving_is_forced_once_and_told() {
    let sim = media().start();
    let target = Target::path(GET_MATERIAL).at(4);
    sim.fault(Fault::TokenRevokedInSecret, target);
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
    assert_eq!([sim.token_calls(), sim.force_refreshes()], [3, 1]);
    assert!(
        said.stderr.contains("a new one is forced"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_token_that_someone_else_issues_is_neither_renewed_nor_forced() {
    let sim = media().start();
    // Somebody's token: asked for by hand, as a central service would.
    let token = token_of(&sim);
    let run = |folder: &std::path::Path| {
        Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .env("WXBACKUP_APPID", sim.appid())
            .env("WXBACKUP_ACCESS_TOKEN", token.clone())
            .args(["export", "-o"])
            .args([folder])
    };
    let folder = tempfile::tempdir().unwrap();
    run(folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
    sim.revoke_token();
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path()).fails_with(4);
    assert!(said.stderr.contains("40001"), "{}", said.stderr);
    assert_eq!(sim.token_calls(), 1, "that by hand");
}

/// An export by a token that `source` tells of: a value of the settings, or a
/// flag with its value.
#[cfg(unix)]
fn by_token(sim: &Sim, folder: &std::path::Path, source: &str) -> Run {
    if source.starts_with("--") {
        return Run::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .args(["export", source, "--appid", sim.appid(), "-o"])
            .args([folder]);
    }
    let settings = folder.join("config.toml");
    let text = format!(
        "[accounts.agency]\nappid = '{}'\ntoken = {source}\n",
        sim.appid()
    );
    wxbackup::fs::write_atomic(&settings, text.as_bytes()).unwrap();
    Run::new()
        .env("WXBACKUP_API_BASE", sim.url())
        .env("PATH", std::env::var_os("PATH").unwrap())
        .args(["export", "--config"])
        .args([settings])
        .args(["-o"])
        .args([folder])
}

#[cfg(unix)]
#[test]
fn a_token_that_its_issuer_renews_in_the_middle_is_asked_for_again() {
    type End = fn(&Sim);
    let ends: [End; 2] = [Sim::revoke_token, |sim| {
        sim.advance(std::time::Duration::from_secs(7300));
    }];
    for end in ends {
        for form in [
            "{ file = 'TOKEN' }",
            "{ command = ['cat', 'TOKEN'] }",
            "--access-token-file=TOKEN",
        ] {
            let sim = media().start();
            let folder = tempfile::tempdir().unwrap();
            let place = folder.path().join("token");
            let write = || {
                wxbackup::fs::write_atomic(&place, token_of(&sim).as_bytes()).unwrap();
            };
            write();
            let source = form.replace("TOKEN", place.to_str().unwrap());
            // All that come: none may see the dead token in the old file.
            let hold = sim.hold(Target::api().after(10));
            let running = by_token(&sim, folder.path(), &source).starts();
            hold.wait();
            end(&sim);
            write();
            drop(hold);
            running.ends_with(0);
            assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
            let calls = [sim.token_calls(), sim.force_refreshes()];
            assert_eq!(calls, [2, 0], "those by hand: {form}");
            assert_eq!(sim.count("/cgi-bin/token"), 0);
        }
    }
}

#[cfg(unix)]
#[test]
fn an_issuer_that_goes_on_giving_a_dead_token_is_asked_once_more_and_a_person_is_told() {
    let sim = media().start();
    let folder = tempfile::tempdir().unwrap();
    let token = token_of(&sim);
    let asked = folder.path().join("asked");
    let source = format!(
        "{{ command = ['sh', '-c', 'echo >> {}; echo {token}'] }}",
        asked.display()
    );
    sim.revoke_token();
    let said = by_token(&sim, folder.path(), &source).fails_with(4);
    assert!(said.stderr.contains("40001"), "{}", said.stderr);
    assert!(
        said.stderr.contains("\nhint: the access token has expired"),
        "{}",
        said.stderr
    );
    assert!(!said.stderr.contains(&token));
    assert_eq!(std::fs::read_to_string(asked).unwrap(), "\n\n");
    assert_eq!(sim.token_calls(), 1, "that by hand");
}

/// The token that the account has now.
pub(crate) fn token_of(sim: &Sim) -> String {
    use std::io::{Read as _, Write as _};
    let body = json!({
        "grant_type": "client_credential", "appid": sim.appid(), "secret": sim.secret(),
    })
    .to_string();
    let host = sim.url().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(&host).unwrap();
    write!(
        stream,
        "POST /cgi-bin/stable_token HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, json) = answer.split_once("\r\n\r\n").unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    json["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_used_up_quota_closes_its_path_alone_and_the_next_day_goes_on() {
    let sim = media().news(3).drafts(2).published(2).start();
    sim.limit(GET_MATERIAL, 8);
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).fails_with(5);
    assert_eq!(said.stdout, "");
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    // 12 voices, 5 videos, 1 picture.
    assert!(said.stderr.contains("10 items are left"), "{}", said.stderr);
    assert!(said.stderr.contains("45009"), "{}", said.stderr);
    assert!(said.stderr.contains("staged"), "{}", said.stderr);
    let refused = |calls: &[Call]| {
        let refused = calls.iter().filter(|call| call.errcode == Some(45009));
        refused.count()
    };
    let first = sim.calls();
    let closed = refused(&first);
    assert!((1..=4).contains(&closed), "{closed} calls were refused");
    // Everything else came.
    let pictures = sim
        .account()
        .images()
        .filter(|it| !it.url.is_empty())
        .count();
    assert!(downloads(&first).len() > pictures, "articles' pictures too");

    // The same day there is nothing to be had.
    let before = sim.call_count();
    Run::export(&sim, folder.path()).fails_with(5);
    let again = sim.calls_after(before);
    assert!(refused(&again) <= 4);
    assert_eq!(downloads(&again), BTreeMap::new());

    sim.next_day();
    sim.limit(GET_MATERIAL, 1000);
    let before = sim.call_count();
    Run::export(&sim, folder.path()).succeeds();
    let saved = Saved::only_one_in(folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    assert_eq!(saved.gaps(), []);
    let second = sim.calls_after(before);
    let calls = api_calls(&second);
    assert_eq!(calls.get("material/get_material"), Some(&10));
    let lists = calls.keys().filter(|path| path.contains("batchget"));
    assert_eq!(lists.count(), 0, "{calls:?}");
    let known = downloads(&first);
    let twice: Vec<String> = downloads(&second)
        .into_keys()
        .filter(|address| known.contains_key(address))
        .collect();
    assert_eq!(twice, [] as [String; 0]);
}

#[test]
fn a_list_that_a_quota_breaks_off_goes_on_where_it_was() {
    let sim = media().images(130).news(3).start();
    // News, voices and videos have a page each; of 7 pages of pictures 4 come, of
    // which only the first is known: the others are asked for side by side.
    sim.limit("/cgi-bin/material/batchget_material", 7);
    let folder = tempfile::tempdir().unwrap();
    let said = Run::export(&sim, folder.path()).fails_with(5);
    assert!(
        said.stderr.contains("the list of image has not ended"),
        "{}",
        said.stderr
    );
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    let first = sim.calls();
    let offsets = |calls: &[Call]| -> BTreeSet<usize> {
        let lists = calls.iter().filter(|call| call.errcode.is_none());
        lists
            .filter_map(|call| call.body.as_ref())
            .filter(|body| body["type"] == "image")
            .map(|body| usize::try_from(body["offset"].as_u64().unwrap()).unwrap())
            .collect()
    };
    let listed = offsets(&first);
    assert_eq!(listed.len(), 4);
    let asked: BTreeSet<&str> = first.iter().map(|call| call.path.as_str()).collect();
    for (at, image) in sim.account().images().enumerate() {
        let path = image.url.split('?').next().unwrap().replace(&sim.url(), "");
        let is_listed = listed.contains(&(at / 20 * 20)) && !path.is_empty();
        let came = asked.contains(path.as_str());
        assert!(came || !is_listed, "{path} is listed and was not fetched");
    }

    sim.next_day();
    sim.limit("/cgi-bin/material/batchget_material", 1000);
    let before = sim.call_count();
    Run::export(&sim, folder.path()).succeeds();
    let saved = Saved::only_one_in(folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    let second = sim.calls_after(before);
    let mut expected: BTreeSet<usize> = (0..130).step_by(20).collect();
    let last = listed.last().unwrap();
    expected.retain(|offset| !listed.contains(offset) || offset == last);
    assert_eq!(offsets(&second), expected, "and one page of overlap");
}

#[test]
fn a_rate_answer_makes_everyone_slower_and_loses_nothing() {
    let sim = media().start();
    let target = Target::path(GET_MATERIAL).at(3);
    sim.fault(Fault::Errcode(45011), target);
    let folder = tempfile::tempdir().unwrap();
    let outcome = quick::export(&sim, folder.path()).unwrap();
    assert!(matches!(outcome, Outcome::Sealed(_)), "{outcome:?}");
    let saved = Saved::only_one_in(folder.path());
    assert_eq!(saved.blobs(), truth(&sim));
    assert_eq!(saved.gaps(), []);
}

#[test]
fn a_rate_answer_that_does_not_end_leaves_the_rest_for_later() {
    let sim = media().start();
    let target = Target::path(GET_MATERIAL).after(3);
    sim.fault(Fault::Errcode(45011), target);
    let folder = tempfile::tempdir().unwrap();
    let outcome = quick::export(&sim, folder.path()).unwrap();
    let Outcome::Unfinished(unfinished) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(unfinished.items_left, 12 + 5 + 1 - 3);
    assert_eq!(archives(folder.path()), [] as [PathBuf; 0]);
    sim.clear_faults();
    Run::export(&sim, folder.path()).succeeds();
    assert_eq!(Saved::only_one_in(folder.path()).blobs(), truth(&sim));
}
