//! Pictures, voices and videos, by id and by address.

use std::collections::HashSet;

use wechat_sim::Media;
use wechat_sim::PictureKind;
use wechat_sim::Quirk;
use wechat_sim::Resource;
use wechat_sim::Sim;
use wechat_sim::placeholder;

use crate::http::Client;
use crate::http::get;
use crate::http::refused;
use crate::http::send;
use crate::http::sha256;

#[test]
fn every_file_of_a_full_account_is_served_whole() {
    let sim = Sim::builder()
        .seed(7)
        .images(60)
        .voices(4)
        .videos(6)
        .news(12)
        .drafts(6)
        .published(8)
        .start();
    let client = Client::new(&sim);
    let truth = sim.truth();
    let mut sections = HashSet::new();
    for file in truth {
        let expected = file.media.source();
        let answer = if file.url.is_empty() {
            let answer = client.material(&file.id);
            match answer.header("content-type") {
                Some("text/plain") if file.section == "video" => {
                    get(&sim, answer.json()["down_url"].as_str().unwrap())
                }
                _ => answer,
            }
        } else {
            // The address as a careful client asks: largest size, as stored.
            let url = file.url.replace("/640?", "/0?").replace("/300?", "/0?");
            get(&sim, &url.replace("&tp=webp", ""))
        };
        assert!(answer.is_whole(), "{file:?}");
        assert_eq!(sha256(&answer.body), expected.sha256(), "{file:?}");
        sections.insert(file.section);
    }
    assert_eq!(sections.len(), 6);
}

#[test]
fn images_come_by_id_as_plain_text_without_a_name() {
    let sim = Sim::builder().images(1).start();
    let image = sim.account().images().next().unwrap().clone();
    let answer = Client::new(&sim).material(&image.media_id);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.header("content-disposition"), None);
    assert_eq!(answer.body, image.picture.file());
}

#[test]
fn voices_come_as_attachments_named_at_upload() {
    let sim = Sim::builder().voices(2).without(Quirk::OddNames).start();
    let voice = sim.account().voices().next().unwrap().clone();
    let answer = Client::new(&sim).material(&voice.media_id);
    assert_eq!(answer.header("content-type"), None);
    assert_eq!(
        answer.header("content-disposition"),
        Some(format!("attachment; filename=\"{}\"", voice.name).as_str())
    );
    assert_eq!(answer.body, voice.sound.file());
}

#[test]
fn a_voice_may_look_like_json_and_another_be_gone() {
    let sim = Sim::builder()
        .voices(2)
        .with(Quirk::JsonLookingVoice)
        .with(Quirk::ListedButGone)
        .start();
    let ids: Vec<_> = sim
        .account()
        .voices()
        .map(|voice| voice.media_id.clone())
        .collect();
    let client = Client::new(&sim);
    let first = client.material(&ids[0]);
    assert!(first.json().is_object());
    assert!(first.header("content-disposition").is_some());
    assert_eq!(refused(&client.material(&ids[1])).0, 40007);
}

#[test]
fn smaller_sizes_and_webp_are_other_real_pictures() {
    let sim = Sim::builder().images(1).start();
    let image = sim.account().images().next().unwrap().clone();
    assert_eq!(image.picture.kind, PictureKind::Jpeg);
    let size = |target: &str| {
        let answer = get(&sim, target);
        let size = imagesize::blob_size(&answer.body).unwrap();
        (
            answer.header("content-type").unwrap().to_owned(),
            size.width,
            size.height,
        )
    };
    let jpeg = |width, height| ("image/jpeg".to_owned(), width, height);
    assert_eq!(size(&image.url), jpeg(48, 32));
    assert_eq!(size(&image.url.replace("/0?", "/640?")), jpeg(24, 16));
    assert_eq!(size(&image.url.replace("/0?", "/300?")), jpeg(8, 8));
    let webp = format!("{}&tp=webp", image.url);
    assert_eq!(size(&webp), ("image/webp".to_owned(), 48, 32));
    sim.account().turn_off(Quirk::WebpOnRequest);
    assert_eq!(size(&webp), jpeg(48, 32));
}

#[test]
fn a_foreign_referer_gets_the_placeholder() {
    let sim = Sim::builder().images(1).start();
    let image = sim.account().images().next().unwrap().clone();
    let ask = |referer: &str| send(&sim, "GET", &image.url, &[("Referer", referer)], b"").body;
    let (picture, stand_in) = (image.picture.file(), placeholder().file());
    assert_eq!(ask("https://example.com/"), stand_in);
    assert_eq!(ask("https://mp.weixin.qq.com.example.com/"), stand_in);
    assert_eq!(ask("https://mp.weixin.qq.com/"), picture);
    assert_eq!(get(&sim, &image.url).body, picture);
    sim.account().turn_on(Quirk::RefererNeeded);
    assert_eq!(get(&sim, &image.url).body, stand_in);
    assert_eq!(ask("https://mp.weixin.qq.com/"), picture);
}

#[test]
fn the_cdn_knows_no_ranges_and_no_validators() {
    let sim = Sim::builder().images(1).start();
    let image = sim.account().images().next().unwrap().clone();
    let answer = send(&sim, "GET", &image.url, &[("Range", "bytes=10-")], b"");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, image.picture.file());
    assert_eq!(answer.header("etag"), None);
    assert_eq!(get(&sim, "/mmbiz_png/nothing/0").status, 404);
}

#[test]
fn the_cdn_may_have_other_bytes_than_the_api() {
    let sim = Sim::builder().images(2).with(Quirk::CdnRecodes).start();
    let client = Client::new(&sim);
    let images: Vec<_> = sim.account().images().cloned().collect();
    for image in images {
        let by_id = client.material(&image.media_id).body;
        assert_ne!(get(&sim, &image.url).body, by_id);
        assert_eq!(by_id, image.picture.file());
    }
}

#[test]
fn video_addresses_are_signed_for_a_day() {
    let sim = Sim::builder().videos(1).start();
    let video = sim.account().videos().next().unwrap().clone();
    let address = |client: &Client<'_>| {
        let told = client.material(&video.media_id).json();
        assert_eq!(told["vid"], video.vid.as_str());
        told["down_url"].as_str().unwrap().to_owned()
    };
    let today = address(&Client::new(&sim));
    assert_eq!(get(&sim, &today).body, video.clip.source().to_vec());
    sim.next_day();
    assert_eq!(get(&sim, &today).status, 403);
    assert_eq!(get(&sim, &address(&Client::new(&sim))).status, 200);
    assert_eq!(sim.video_requests(), 3);
}

#[test]
fn the_video_host_resumes_from_an_offset() {
    let sim = Sim::builder().videos(1).start();
    let video = sim.account().videos().next().unwrap().clone();
    let told = Client::new(&sim).material(&video.media_id).json();
    let url = told["down_url"].as_str().unwrap();
    let rest = send(&sim, "GET", url, &[("Range", "bytes=100-")], b"");
    let all = video.clip.source().to_vec();
    assert_eq!((rest.status, &rest.body[..]), (206, &all[100..]));
    let range = format!("bytes 100-{}/{}", all.len() - 1, all.len());
    assert_eq!(rest.header("content-range"), Some(range.as_str()));
}

#[test]
fn video_files_may_be_late_pages_or_never_there() {
    let sim = Sim::builder()
        .videos(2)
        .with(Quirk::FreshVideoMissing)
        .with(Quirk::VideoPage)
        .start();
    let ids: Vec<_> = sim
        .account()
        .videos()
        .map(|video| video.media_id.clone())
        .collect();
    let client = Client::new(&sim);
    let address = |id: &str| {
        client.material(id).json()["down_url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let page = get(&sim, &address(&ids[0]));
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(sim.calls().last().unwrap().resource, Resource::Page);
    let file = address(&ids[1]);
    assert_eq!(get(&sim, &file).status, 404);
    assert_eq!(get(&sim, &file).status, 200);
    sim.account().turn_on(Quirk::VideoHtml);
    assert!(get(&sim, &file).text().starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_large_video_passes_through() {
    let sim = Sim::builder().videos(1).big_video_bytes(20_000_000).start();
    let video = sim.account().videos().next().unwrap().clone();
    let told = Client::new(&sim).material(&video.media_id).json();
    let answer = get(&sim, told["down_url"].as_str().unwrap());
    assert_eq!(answer.body.len(), 20_000_000);
    assert_eq!(sha256(&answer.body), video.clip.source().sha256());
}

#[test]
fn large_pictures_have_the_size_asked_for() {
    let sim = Sim::builder().images(5).image_bytes(100_000).start();
    let truth = sim.truth();
    for file in truth.iter().filter(|file| !file.url.is_empty()) {
        let Media::Picture(picture) = &file.media else {
            panic!("{file:?} is no picture");
        };
        assert_eq!(picture.size_bytes, 100_000);
        assert_eq!(get(&sim, &file.url).body.len(), 100_000);
    }
}
