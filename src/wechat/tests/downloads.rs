//! Downloads: what is believed, where redirects may lead, what is never asked.

use url::Url;

use super::server::{Reply, Script, Server};
use super::{Bench, TOKEN};
use crate::model::{AssetHosts, FileKind, GapReason};
use crate::wechat::{
    AddressFault, BodyFault, Class, Download, DownloadRules, Error, ErrorKind, NetworkFailure,
    ProxyRules, Referer,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

async fn fetch(
    bench: &Bench,
    path: &str,
    rules: DownloadRules,
) -> (Result<Download, Error>, Vec<u8>) {
    let mut sink = b"left from before".to_vec();
    let result = bench
        .client
        .download(&bench.url(path), rules, &mut sink)
        .await;
    (result, sink)
}

#[tokio::test]
async fn a_file_comes_with_what_the_server_says_of_it_and_no_query_is_kept() {
    let headers = [
        "Content-Type: image/png",
        "ETag: \"x\"",
        "Last-Modified: Sun, 22 Nov 2026 17:06:00 GMT",
    ];
    let script = Script::default().on("/mmbiz_png/AbC/0", [Reply::file(&headers, PNG)]);
    let bench = Bench::start(script).await;
    let path = "/mmbiz_png/AbC/0?wx_fmt=png&sig=secret";
    let (result, bytes) = fetch(&bench, path, DownloadRules::ASSET).await;
    let download = result.unwrap();
    let source = format!("{}/mmbiz_png/AbC/0", &bench.server.url()["http://".len()..]);
    let expected = Download {
        kind: FileKind::Png,
        bytes: PNG.len() as u64,
        http_status: 200,
        content_type: Some("image/png".into()),
        content_length: Some(PNG.len() as u64),
        etag: Some("\"x\"".into()),
        last_modified: Some("Sun, 22 Nov 2026 17:06:00 GMT".into()),
        file_name: None,
        source,
    };
    assert_eq!((download, bytes.as_slice()), (expected, PNG));

    let seen = bench.server.seen();
    assert_eq!(seen[0].line, format!("GET {path}"));
    assert!(!seen[0].headers.contains("referer"));
    assert!(seen[0].headers.contains("accept-encoding: identity"));
    assert_eq!(bench.records.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_referer_is_sent_only_where_it_is_asked_for() {
    let script = Script::default().on("/x", [Reply::file(&[], PNG)]);
    let bench = Bench::start(script).await;
    let rules = DownloadRules {
        referer: Referer::ArticlePage,
        ..DownloadRules::ASSET
    };
    fetch(&bench, "/x", rules).await.0.unwrap();
    let seen = bench.server.seen();
    assert!(
        seen[0]
            .headers
            .contains("referer: https://mp.weixin.qq.com/")
    );
}

#[tokio::test]
async fn bodies_are_believed_only_when_they_show_what_they_are() {
    let cases: [(Reply, Result<FileKind, GapReason>, usize); 12] = [
        (Reply::file(&[], b"unknown"), Ok(FileKind::Bin), 1),
        (Reply::file(&[], b"{\"a\":1}"), Ok(FileKind::Bin), 1),
        (Reply::raw("200 OK", &[], PNG), Ok(FileKind::Png), 1),
        (
            Reply::raw(
                "200 OK",
                &["Transfer-Encoding: chunked"],
                b"3\r\nabc\r\n0\r\n\r\n",
            ),
            Ok(FileKind::Bin),
            1,
        ),
        (
            Reply::raw("200 OK", &["Transfer-Encoding: chunked"], b"3\r\nabc\r\n"),
            Err(GapReason::TruncatedBody),
            4,
        ),
        (
            Reply::file(&[], PNG).cut(1),
            Err(GapReason::TruncatedBody),
            4,
        ),
        (Reply::file(&[], b""), Err(GapReason::EmptyBody), 4),
        (
            Reply::file(&["Content-Type: image/png"], b" <HTML>"),
            Err(GapReason::TypeMismatch),
            1,
        ),
        (
            Reply::json(r#"{"errcode":40007,"errmsg":"no"}"#),
            Err(GapReason::ErrorJsonInsteadOfMedia),
            1,
        ),
        (
            Reply::json(r#"{"errcode":-1,"errmsg":"busy"}"#),
            Err(GapReason::ErrorJsonInsteadOfMedia),
            4,
        ),
        (
            Reply::status("403 Forbidden", &[]),
            Err(GapReason::Http403),
            1,
        ),
        (Reply::status("503 Busy", &[]), Err(GapReason::Http5xx), 4),
    ];
    for (reply, expected, tries) in cases {
        let bench = Bench::start(Script::default().on("/x", [reply])).await;
        let (result, _) = fetch(&bench, "/x", DownloadRules::LISTED).await;
        let got = result
            .map(|download| download.kind)
            .map_err(|error| error.gap_reason().unwrap());
        assert_eq!((got, bench.server.seen().len()), (expected, tries));
    }
}

#[tokio::test]
async fn a_part_that_is_the_whole_is_taken_and_a_real_part_is_not() {
    for (range, is_whole) in [
        (format!("bytes 0-{}/{}", PNG.len() - 1, PNG.len()), true),
        (
            format!("bytes 0-{}/{}", PNG.len() - 1, PNG.len() + 1),
            false,
        ),
        ("bytes 1-9/10".to_owned(), false),
        ("nonsense".to_owned(), false),
    ] {
        let range = format!("Content-Range: {range}");
        let length = format!("Content-Length: {}", PNG.len());
        let reply = Reply::raw("206 Partial Content", &[&range, &length], PNG);
        let bench = Bench::start(Script::default().on("/x", [reply])).await;
        let (result, _) = fetch(&bench, "/x", DownloadRules::LISTED).await;
        match result {
            Ok(download) => assert_eq!((download.http_status, is_whole), (206, true)),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::Body(BodyFault::Partial)));
                assert!(!is_whole, "{range}");
            }
        }
    }
}

#[tokio::test]
async fn a_fresh_video_may_be_missing_at_first_and_a_picture_may_not() {
    let missing = Reply::status("404 Not Found", &[]);
    let mp4 = Reply::file(&[], b"\0\0\0\x20ftypisom and so on");
    let script = || Script::default().on("/v", [missing.clone(), missing.clone(), mp4.clone()]);

    let bench = Bench::start(script()).await;
    let (result, _) = fetch(&bench, "/v", DownloadRules::FRESH_VIDEO).await;
    assert_eq!(result.unwrap().kind, FileKind::Mp4);

    let bench = Bench::start(script()).await;
    let (result, _) = fetch(&bench, "/v", DownloadRules::LISTED).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.gap_reason(), error.http_status(), error.attempts()),
        (Some(GapReason::Http404), Some(404), 1)
    );
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_under_the_same_rules() {
    let to = |place: &str| Reply::status("302 Found", &[&format!("Location: {place}")]);
    let script = Script::default()
        .on("/a", [to("/b?sig=1")])
        .on("/b", [to("c")])
        .on("/c", [Reply::file(&[], PNG)])
        .on("/loop", [to("/loop")])
        .on("/inwards", [to("http://169.254.169.254/latest/meta-data")])
        .on("/local", [to("http://localhost/x")])
        .on("/file", [to("file:///etc/passwd")])
        .on("/foreign", [to("https://evil.example/x")])
        .on("/nowhere", [Reply::status("302 Found", &[])]);
    let bench = Bench::start(script).await;

    let (result, _) = fetch(&bench, "/a", DownloadRules::ASSET).await;
    let source = result.unwrap().source;
    assert!(source.ends_with("/c"), "{source}");
    let seen = bench.server.seen();
    assert!(seen.iter().all(|seen| !seen.headers.contains("referer")));

    for (path, fault) in [
        ("/loop", AddressFault::TooManyRedirects),
        ("/inwards", AddressFault::NotPublic),
        ("/local", AddressFault::NotPublic),
        ("/file", AddressFault::NoWebAddress),
    ] {
        let (result, _) = fetch(&bench, path, DownloadRules::LISTED).await;
        let error = result.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Address(found) if *found == fault),
            "{error:?}"
        );
        assert_eq!(error.gap_reason(), Some(GapReason::EmbedNotDownloadable));
    }
    assert_eq!(bench.server.count("/loop"), 6);
    let (result, _) = fetch(&bench, "/foreign", DownloadRules::ASSET).await;
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "evil.example/x is not asked: assets do not come from this host"
    );
    let (result, _) = fetch(&bench, "/nowhere", DownloadRules::LISTED).await;
    assert_eq!(result.unwrap_err().http_status(), Some(302));
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_asked() {
    // No host is named, so this server is as foreign as any other on this machine.
    let script = Script::default().on("/x", [Reply::file(&[], PNG)]);
    let bench = Bench::start_with(script, |options| {
        options.asset_hosts = AssetHosts::default();
    })
    .await;
    let mut sink = Vec::new();
    for text in [bench.server.url(), "http://localhost/x".into()] {
        let url = Url::parse(&text).unwrap();
        let result = bench
            .client
            .download(&url, DownloadRules::LISTED, &mut sink);
        let error = result.await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Address(_)), "{error:?}");
    }
    // The same through the resolver, which is what judges other names.
    let error = bench
        .client
        .inner
        .http
        .public
        .get("http://localhost/x")
        .send();
    let error = crate::wechat::http::before_answer("x", error.await.unwrap_err());
    assert!(
        matches!(error.kind(), ErrorKind::Address(AddressFault::NotPublic)),
        "{error:?}"
    );
    assert_eq!(bench.server.lines(), [""; 0]);
}

#[tokio::test]
async fn a_proxy_is_used_as_told_and_never_for_this_machine() {
    let proxy =
        Server::start(Script::default().on("http://video.example/x", [Reply::file(&[], PNG)]))
            .await;
    let script = Script::with_token()
        .on("/x", [Reply::file(&[], PNG)])
        .on("/cgi-bin/draft/count", [Reply::json("{\"total_count\":1}")]);
    let bench = Bench::start_with(script, |options| {
        let url = Some(Url::parse(&proxy.url()).unwrap());
        options.proxy = ProxyRules {
            https: url.clone(),
            http: url,
            no_proxy: "direct.invalid".into(),
        };
    })
    .await;
    let mut sink = Vec::new();
    let mut get = async |text: &str| {
        let url = Url::parse(text).unwrap();
        let result = bench
            .client
            .download(&url, DownloadRules::LISTED, &mut sink);
        result.await.map(|download| download.source)
    };
    assert_eq!(
        get("http://video.example/x?k=1").await.unwrap(),
        "video.example/x"
    );
    assert!(get(bench.url("/x").as_str()).await.is_ok());
    assert_eq!(bench.client.draft_count().await.unwrap(), 1);

    // Its name cannot be resolved here, which shows that it was tried.
    let error = get("http://direct.invalid/x").await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Network {
            failure: NetworkFailure::Connect,
            ..
        }
    ));
    // Behind a proxy the name is all there is to judge.
    let error = get("http://metadata.internal/x").await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Address(AddressFault::NotPublic)
    ));

    let lines = proxy.lines();
    assert_eq!(lines, ["GET http://video.example/x?k=1"]);
    assert!(lines.iter().all(|line| !line.contains(TOKEN)));
}

#[tokio::test]
async fn an_interrupted_client_downloads_nothing() {
    let bench = Bench::start(Script::default().on("/x", [Reply::file(&[], PNG)])).await;
    bench.interrupt.set(crate::interrupt::Cause::Interrupted);
    let (result, _) = fetch(&bench, "/x", DownloadRules::LISTED).await;
    assert_eq!(result.unwrap_err().class(), Class::Interrupted);
    assert_eq!(bench.server.lines(), [""; 0]);
}
