//! `get_material`: bytes or JSON, whatever the headers say.

use super::server::{Reply, Script};
use super::{Bench, hex_fixture};
use crate::model::{FileKind, GapReason};
use crate::wechat::{BodyFault, BodySink, Class, Download, Error, ErrorKind, Material};

const PATH: &str = "/cgi-bin/material/get_material";
const JPG: &[u8] = b"\xff\xd8\xff\xe0 a picture";
const ATTACHED: &str = "Content-disposition: attachment; filename=\"a.bin\"";

async fn material(replies: impl IntoIterator<Item = Reply>) -> (Result<Material, Error>, Vec<u8>) {
    let bench = Bench::start(Script::with_token().on(PATH, replies)).await;
    let mut sink = b"left from before".to_vec();
    let result = bench.client.material("-MEDIA_id", &mut sink).await;
    let seen = bench.server.seen();
    assert_eq!(seen[1].body, r#"{"media_id":"-MEDIA_id"}"#);
    assert!(seen[1].line.starts_with("POST "));
    // Compressed bytes would have no length that proves anything.
    assert!(!seen[1].headers.contains("gzip"));
    (result, sink)
}

fn download(kind: FileKind, bytes: &[u8]) -> Download {
    Download {
        kind,
        bytes: bytes.len() as u64,
        http_status: 200,
        content_type: None,
        content_length: Some(bytes.len() as u64),
        etag: None,
        last_modified: None,
        file_name: None,
        source: "material/get_material".into(),
    }
}

#[tokio::test]
async fn a_picture_may_come_as_text() {
    let (result, bytes) = material([Reply::file(&["Content-Type: text/plain"], JPG)]).await;
    let expected = Download {
        content_type: Some("text/plain".into()),
        ..download(FileKind::Jpg, JPG)
    };
    assert_eq!(result.unwrap(), Material::Body(expected));
    assert_eq!(bytes, JPG);
}

#[tokio::test]
async fn a_voice_comes_as_an_attachment_with_its_name() {
    let voice = hex_fixture("get_material_voice_first_bytes-java_mp_test_2023.hex");
    let header = "Content-disposition: attachment; filename=\"1949FoundingCeremony.mp3\"";
    let (result, bytes) = material([Reply::file(&[header], &voice)]).await;
    let expected = Download {
        file_name: Some("1949FoundingCeremony.mp3".into()),
        ..download(FileKind::Mp3, &voice)
    };
    assert_eq!(result.unwrap(), Material::Body(expected));
    assert_eq!(bytes, voice);
}

#[tokio::test]
async fn an_attachment_named_jpg_may_be_no_picture_and_is_kept_as_what_it_is() {
    let protobuf = hex_fixture("get_material_news_protobuf-java_mp_test_2023.hex");
    let header = "Content-disposition: attachment; filename=\"1.jpg\"";
    let (result, bytes) = material([Reply::file(&[header], &protobuf)]).await;
    let expected = Download {
        file_name: Some("1.jpg".into()),
        ..download(FileKind::Bin, &protobuf)
    };
    assert_eq!(result.unwrap(), Material::Body(expected));
    assert_eq!(bytes, protobuf);
}

#[tokio::test]
async fn json_of_a_video_or_of_news_is_no_file() {
    let video = br#"{"title":"think","description":"","down_url":"http:\/\/203.205.137.71\/x.mp4?vkey=29DA","vid":"1007_7f"}"#;
    let (result, bytes) = material([Reply::file(&[], video)]).await;
    let Material::Video(info) = result.unwrap() else {
        panic!("no video");
    };
    assert_eq!(
        (info.title.as_deref(), info.description, info.vid.as_deref()),
        (Some("think"), None, Some("1007_7f"))
    );
    assert_eq!(
        info.down_url.as_deref(),
        Some("http://203.205.137.71/x.mp4?vkey=29DA")
    );
    assert_eq!(
        (info.body.as_ref(), bytes.as_slice()),
        (video.as_slice(), &b""[..])
    );

    // Longer than what is looked at first, and with a title that must be mended.
    let news = format!(
        "\u{feff}{{\"news_item\":[{{\"title\":\"a\u{7}b\",\"content\":\"{}\"}}],\"create_time\":1}}",
        "<p>".repeat(100_000)
    );
    let (result, _) = material([Reply::file(&[], news.as_bytes())]).await;
    assert_eq!(result.unwrap(), Material::News(news.into()));
}

#[tokio::test]
async fn an_attachment_that_opens_like_json_is_a_file_unless_it_is_an_error() {
    for file in [
        &b"{\"a\": \"song\"}"[..],
        b"{",
        b"{\"down_url\":\"x\"}",
        b"{\"errcode\":0,\"title\":\"a poem\"}",
        b"{\"errcode\":40007",
    ] {
        let (result, bytes) = material([Reply::file(&[ATTACHED], file)]).await;
        let expected = Download {
            file_name: Some("a.bin".into()),
            ..download(FileKind::Bin, file)
        };
        assert_eq!(result.unwrap(), Material::Body(expected));
        assert_eq!(bytes, file);
    }
    let error = br#"{ "errcode":40007,"errmsg":"invalid media_id"}"#;
    let (result, _) = material([Reply::file(&[ATTACHED], error)]).await;
    assert_eq!(result.unwrap_err().errcode(), Some(40007));
}

#[tokio::test]
async fn an_error_is_seen_however_long_its_text_is() {
    let errmsg = "invalid media_id hint: [x] ".repeat(200);
    let error = format!("{{\"errcode\":40007,\"errmsg\":\"{errmsg}\"}}");
    let (result, bytes) = material([Reply::json(&error)]).await;
    let error = result.unwrap_err();
    assert_eq!(
        (
            error.class(),
            error.errcode(),
            error.gap_reason(),
            error.attempts()
        ),
        (
            Class::Permanent,
            Some(40007),
            Some(GapReason::InvalidMediaId),
            1
        )
    );
    assert!(error.to_string().len() < 400);
    assert_eq!(bytes, b"");
}

#[tokio::test]
async fn a_cut_file_is_asked_for_again_from_its_beginning() {
    let whole = [JPG, &vec![7; 100_000]].concat();
    let reply = Reply::file(&[], &whole);
    let replies = [
        reply.clone().cut(1),
        reply.clone().cut(50_000).then_reset(),
        Reply::json(r#"{"errcode":-1,"errmsg":"system error"}"#),
        reply.clone(),
    ];
    let (result, bytes) = material(replies).await;
    assert_eq!(
        result.unwrap(),
        Material::Body(download(FileKind::Jpg, &whole))
    );
    assert_eq!(bytes, whole);

    let (result, _) = material([reply.cut(1)]).await;
    let error = result.unwrap_err();
    assert_eq!(
        (error.class(), error.attempts(), error.gap_reason()),
        (Class::Transient, 4, Some(GapReason::TruncatedBody))
    );
}

#[tokio::test]
async fn what_is_no_file_is_refused_with_nothing_written() {
    for (reply, fault, attempts) in [
        (Reply::file(&[], b""), BodyFault::Empty, 4),
        (
            Reply::file(&[], b"<!DOCTYPE html><p>busy"),
            BodyFault::Html,
            1,
        ),
        (
            Reply::raw("200 OK", &[], b"nobody knows what or how long"),
            BodyFault::Unframed,
            4,
        ),
        (
            Reply::file(&["Content-Encoding: gzip"], JPG),
            BodyFault::Encoded,
            1,
        ),
    ] {
        let (result, bytes) = material([reply]).await;
        let error = result.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Body(found) if *found == fault),
            "{error:?}"
        );
        assert_eq!((error.attempts(), bytes), (attempts, vec![]));
    }
}

#[tokio::test]
async fn a_full_disk_is_not_asked_twice() {
    struct Full;
    impl BodySink for Full {
        fn restart(&mut self) -> std::io::Result<()> {
            Ok(())
        }
        fn write(&mut self, _: &[u8]) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }
    let bench = Bench::start(Script::with_token().on(PATH, [Reply::file(&[], JPG)])).await;
    let error = bench.client.material("x", &mut Full).await.unwrap_err();
    assert_eq!(
        (error.class(), error.gap_reason(), error.attempts()),
        (Class::Local, None, 1)
    );
    assert_eq!(
        error.sink_error().unwrap().kind(),
        std::io::ErrorKind::StorageFull
    );
}
