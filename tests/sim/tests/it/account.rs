//! What the account holds, and what happens to it.

use std::collections::HashMap;
use std::collections::HashSet;

use serde_json::Value;
use wechat_sim::Quirk;
use wechat_sim::Sim;
use wechat_sim::Target;

use crate::http::Client;
use crate::http::refused;

fn ids(page: &Value) -> Vec<String> {
    let items = page["item"].as_array().unwrap().iter();
    items
        .map(|item| item["media_id"].as_str().unwrap().to_owned())
        .collect()
}

fn full(seed: u64) -> Sim {
    Sim::builder()
        .seed(seed)
        .images(300)
        .voices(12)
        .videos(6)
        .news(40)
        .drafts(10)
        .published(15)
        .start()
}

/// Every list of an account, its own address taken out.
fn told(sim: &Sim) -> Vec<String> {
    let client = Client::new(sim);
    let mut told: Vec<String> = ["image", "voice", "video", "news"]
        .iter()
        .map(|kind| client.list(kind, 0, 20).to_string())
        .collect();
    told.push(client.drafts(0, 20).to_string());
    told.iter()
        .map(|page| page.replace(&sim.url(), "").replace(&sim.url()[5..], ""))
        .collect()
}

#[test]
fn articles_of_pictures_alone_have_as_many_and_as_large_as_asked_for() {
    let sim = Sim::builder()
        .published(9)
        .article_pictures(10)
        .image_bytes(50_000)
        .start();
    let files = sim.account().truth();
    // Nine publications have twenty articles.
    assert_eq!(files.len(), 200);
    assert!(files.iter().all(|file| file.media.source().len() == 50_000));
}

#[test]
fn the_same_seed_is_the_same_account() {
    let (one, same, other) = (full(7), full(7), full(8));
    assert_eq!(told(&one), told(&same));
    assert_ne!(told(&one), told(&other));
    assert_eq!(one.appid(), same.appid());
    assert_ne!(one.appid(), other.appid());
    let hashes = |sim: &Sim| -> Vec<String> {
        let truth = sim.account().truth();
        truth
            .iter()
            .map(|file| file.media.source().sha256())
            .collect()
    };
    assert_eq!(hashes(&one), hashes(&same));
}

#[test]
fn more_of_one_thing_changes_nothing_else() {
    let small = Sim::builder().images(30).voices(1).start();
    let large = Sim::builder().images(30).voices(9).start();
    let images = |sim: &Sim| {
        Client::new(sim)
            .list("image", 0, 20)
            .to_string()
            .replace(&sim.url(), "")
    };
    assert_eq!(images(&small), images(&large));
}

#[test]
fn ids_are_unique_and_files_differ_but_for_the_planned_copies() {
    let sim = full(7);
    let account = sim.account();
    let ids: HashSet<_> = account.images().map(|image| &image.media_id).collect();
    assert_eq!(ids.len(), 300);
    let mut by_url: HashMap<&str, Vec<&wechat_sim::Picture>> = HashMap::new();
    for image in account.images() {
        by_url.entry(&image.url).or_default().push(&image.picture);
    }
    assert_eq!(by_url.len(), 300 - 12);
    for (url, pictures) in &by_url {
        assert!(url.is_empty() || pictures.iter().all(|picture| *picture == pictures[0]));
    }
    let pictures: HashSet<_> = account.images().map(|image| image.picture.file()).collect();
    assert_eq!(pictures.len(), 300 - 12);
}

#[test]
fn the_first_article_holds_every_form_of_naming_a_file() {
    let sim = Sim::builder().images(3).news(1).start();
    let account = sim.account();
    let article = &account.news().next().unwrap().articles[0];
    for form in [
        "<img src=\"http",
        "data-src=\"http",
        "data-src=\"//127.0.0.1",
        "data-croporisrc=",
        "background-image: url(&quot;",
        "background: url(http",
        "<mpvoice ",
        "<mp-common-mpaudio ",
        " cover=\"",
        "poster=\"",
        "we-emoji",
        "data-headimg=\"",
        "data-emoji_url=\"",
        "<qqmusic ",
        "v.qq.com/iframe/preview.html?",
        "data-mpvid=\"wxv_",
        "data-miniprogram-imageurl=\"",
        " imgurl=\"",
        "linktype=\"text\"",
        "<svg viewbox=",
        "/mmbiz_svg/",
        "/mmbiz/",
        "/sz_mmbiz_",
        "&amp;tp=webp#imgIndex=2",
        "<script>",
        "onerror=",
        "javascript:",
    ] {
        assert!(article.content.contains(form), "{form}");
    }
    assert!(!article.content.contains("tracker.example.com"));
    // Each named file is in the text, by its path or by its id.
    for asset in article
        .assets
        .iter()
        .filter(|asset| asset.url != article.thumb_url)
    {
        let path = asset
            .url
            .split(['?', '#'])
            .next()
            .unwrap()
            .trim_start_matches(&sim.url())
            .to_owned();
        let named = match asset.url.split_once("mediaid=") {
            Some((_, id)) => article.content.replace("&#61;", "=").contains(id),
            None => article.content.contains(&path),
        };
        assert!(named, "{asset:?}");
    }
}

#[test]
fn quirks_of_content_can_be_left_out() {
    let plain = Quirk::DEFAULT.into_iter().fold(
        Sim::builder().images(30).news(1),
        wechat_sim::Builder::without,
    );
    let sim = plain.with(Quirk::ForeignAsset).start();
    let account = sim.account();
    assert!(account.images().all(|image| !image.url.is_empty()));
    let urls: HashSet<_> = account.images().map(|image| &image.url).collect();
    assert_eq!(urls.len(), 30);
    let content = &account.news().next().unwrap().articles[0].content;
    assert!(!content.contains("<script>") && !content.contains("\"//"));
    assert!(content.contains("tracker.example.com"));
}

#[test]
fn an_upload_between_two_pages_pushes_everything_down() {
    let sim = Sim::builder().images(30).start();
    sim.after(Target::list("image").at(1), |account| {
        account.add_image("new.png");
    });
    let client = Client::new(&sim);
    let (first, second) = (client.list("image", 0, 20), client.list("image", 20, 20));
    assert_eq!(ids(&first)[19], ids(&second)[0]);
    assert_eq!(
        (&first["total_count"], &second["total_count"]),
        (&30.into(), &31.into())
    );
}

#[test]
fn a_deletion_between_two_pages_lets_one_item_slip_by() {
    let sim = Sim::builder().images(30).start();
    let all: Vec<_> = sim
        .account()
        .images()
        .map(|image| image.media_id.clone())
        .collect();
    let gone = all[4].clone();
    sim.before(Target::list("image").at(2), move |account| {
        assert!(account.remove(&gone));
    });
    let client = Client::new(&sim);
    let mut seen = ids(&client.list("image", 0, 20));
    seen.extend(ids(&client.list("image", 20, 20)));
    assert_eq!(seen.len(), 29);
    assert!(!seen.contains(&all[20]));
    assert_eq!(refused(&client.material(&all[4])).0, 40007);
}

#[test]
fn changes_between_runs_are_told() {
    let sim = Sim::builder().images(2).drafts(2).published(1).start();
    let client = Client::new(&sim);
    let (added, copied, voice, draft) = {
        let mut account = sim.account();
        let added = account.add_image("新图.png");
        let copied = account.copy_image(&added);
        account.rename(&added, "改名.png");
        let voice = account.add_voice("晨读.mp3");
        (added, copied, voice, account.add_draft("草稿"))
    };
    let images = client.list("image", 0, 20);
    assert_eq!(ids(&images)[..2], [copied, added.clone()]);
    assert_eq!(images["item"][0]["url"], images["item"][1]["url"]);
    assert_eq!(images["item"][1]["name"], "改名.png");
    assert_eq!(
        client.list("voice", 0, 20)["item"][0]["media_id"],
        voice.as_str()
    );

    let same = sim.account().edit_draft(&draft, "改过的草稿").unwrap();
    assert_eq!(same, draft);
    sim.account().turn_on(Quirk::DraftIdChanges);
    let other = sim.account().edit_draft(&draft, "又改过的草稿").unwrap();
    assert_ne!(other, draft);
    let article_id = sim.account().publish(&other).unwrap();
    assert_eq!(client.drafts(0, 20)["total_count"], 2);
    let body = serde_json::json!({"article_id": article_id});
    let published = client.post("freepublish/getarticle", &body).json();
    assert_eq!(published["news_item"][0]["title"], "又改过的草稿");
    assert!(
        published["news_item"][0]["url"]
            .as_str()
            .unwrap()
            .contains("&mid=")
    );
}

#[test]
fn a_call_can_be_held_and_let_go() {
    let sim = Sim::builder().images(1).start();
    let client = Client::new(&sim);
    let hold = sim.hold(Target::list("image").at(1));
    std::thread::scope(|scope| {
        let listing = scope.spawn(|| client.list("image", 0, 20));
        let call = hold.wait();
        assert_eq!((call.seq, call.status), (2, 0));
        assert!(!listing.is_finished());
        // Nobody else waits.
        assert_eq!(client.get("draft/count").json()["total_count"], 0);
        hold.release();
        assert_eq!(listing.join().unwrap()["total_count"], 1);
    });
    assert_eq!(sim.api_peak(), 2);
}

#[test]
fn a_large_library_is_listed_quickly() {
    let sim = Sim::builder().images(20_000).start();
    let client = Client::new(&sim);
    let mut seen = HashSet::new();
    for page in 0..1_000 {
        seen.extend(ids(&client.list("image", page * 20, 20)));
    }
    assert_eq!(seen.len(), 20_000);
}

#[test]
fn a_simulation_can_be_started_inside_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let url = runtime.block_on(async { Sim::builder().start().url() });
    assert!(url.starts_with("http://127.0.0.1:"));
}
