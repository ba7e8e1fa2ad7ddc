//! The pages of the library as files: all of it is in them without a script, and
//! a large library is in many small ones.

use std::collections::BTreeSet;

use serde_json::Value;
use wechat_sim::{Fault, Sim, Target};

use crate::run::Run;
use crate::saved::Saved;

/// The text of all pages of a list.
fn list(saved: &Saved, name: &str) -> String {
    let start = format!("data/view/{name}-");
    let pages = saved.entries.iter().filter(|(path, _)| {
        path.starts_with(&start) && path.rsplit_once('.').is_some_and(|(_, end)| end == "html")
    });
    pages
        .map(|(_, page)| std::str::from_utf8(page).unwrap())
        .collect()
}

/// The rows of the script in all files of `kind`, `titles` or `texts`.
fn rows(saved: &Saved, kind: &str) -> Vec<Value> {
    let start = format!("data/view/{kind}-");
    let files = saved
        .entries
        .iter()
        .filter(|(path, _)| path.starts_with(&start));
    let mut rows = Vec::new();
    for (number, (path, script)) in (1..).zip(files) {
        assert_eq!(*path, format!("{start}{number:04}.js"));
        let script = std::str::from_utf8(script).unwrap();
        let list = script
            .strip_prefix(&format!("wxbackupRows(\"{kind}\",{number},"))
            .and_then(|rest| rest.strip_suffix(");\n"));
        rows.extend(serde_json::from_str::<Vec<Value>>(list.unwrap()).unwrap());
    }
    rows
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[test]
fn every_item_is_on_a_page_and_in_a_row_with_its_state() {
    let sim = Sim::builder()
        .images(520)
        .voices(3)
        .videos(3)
        .news(3)
        .drafts(4)
        .published(3)
        .start();
    let gone = sim.account().images().nth(7).unwrap().clone();
    sim.fault(Fault::Status(404), Target::path(&gone.url));
    let get = Target::path("/cgi-bin/material/get_material");
    sim.fault(Fault::Errcode(40007), get.item(&gone.media_id));
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).command().output().unwrap();
    let saved = Saved::only_one_in(folder.path());
    let titles = rows(&saved, "titles");
    let has_row = |record: &Value, title: &str, place: &str| {
        titles.iter().any(|row| {
            row[1] == record["status"]
                && row[2] == record["update_time"]
                && row[3] == title
                && row[7].as_str().unwrap().contains(place)
        })
    };
    let mut count = 0;
    for (kind, pages) in [
        ("image", "images"),
        ("voice", "voices"),
        ("video", "videos"),
    ] {
        let page = list(&saved, pages);
        for record in saved.items(kind) {
            let id = record["media_id"].as_str().unwrap();
            assert!(page.contains(&format!("<bdi>{id}</bdi>")), "{record}");
            if let Some(path) = record["path"].as_str() {
                let href = path.strip_prefix("data/").unwrap();
                // What may run scripts of its own is shown, and not led to.
                let is_led_to = record["mime"] != "image/svg+xml";
                let link = format!(" href=\"../{href}\"");
                assert_eq!(page.contains(&link), is_led_to, "{record}");
                let picture = format!(" src=\"../{href}\"");
                assert!(is_led_to || page.contains(&picture), "{record}");
                assert!(page.contains(record["sha256"].as_str().unwrap()));
            }
            let title = record["title"].as_str().filter(|title| !title.is_empty());
            let title = title.unwrap_or(record["name"].as_str().unwrap());
            if !title.trim().is_empty() {
                assert!(
                    page.contains(&format!("<bdi>{}</bdi>", escaped(title))),
                    "{record}"
                );
            }
            assert!(has_row(&record, title, &format!("{pages}-000")), "{record}");
            count += 1;
        }
    }
    for record in saved.items("article") {
        let source = record["source"].as_str().unwrap();
        let page = list(&saved, source);
        for article in record["articles"].as_array().unwrap() {
            let key = format!(
                "a{}-{:02}",
                record["akey"].as_str().unwrap(),
                article["idx"].as_u64().unwrap()
            );
            let html = article["html_path"].as_str().unwrap();
            let href = html.strip_prefix("data/").unwrap();
            assert!(page.contains(&format!("id=\"{key}\"")), "{key}");
            assert!(page.contains(&format!("href=\"../{href}\"")), "{href}");
            let title = article["title"].as_str().unwrap();
            assert!(
                has_row(&record, title, &format!("{source}-0001.html#{key}")),
                "{title}"
            );
            count += 1;
        }
    }
    let assets = saved.items("asset");
    let missing = assets.iter().filter(|asset| asset["status"] == "missing");
    assert_eq!(titles.len(), count + missing.count(), "and nothing else");
    // Every place that a row names is there, once.
    let mut places = BTreeSet::new();
    for row in &titles {
        let place = row[7].as_str().unwrap();
        let (page, id) = place.split_once('#').unwrap();
        let page = std::str::from_utf8(&saved.entries[&format!("data/view/{page}")]).unwrap();
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{place}");
        assert!(places.insert(place), "{place}");
    }
    let lost = saved.item("image", &gone.media_id);
    assert_eq!(lost["status"], "missing");
    let gap_id = lost["gap_id"].as_str().unwrap();
    assert!(list(&saved, "missing").contains(&format!("<li id=\"{gap_id}\">")));
    let index = std::str::from_utf8(&saved.entries["data/index.html"]).unwrap();
    assert!(index.contains(&format!("<code>{gap_id}</code>")), "{index}");
}

#[test]
fn the_text_of_every_article_can_be_searched() {
    let sim = Sim::builder().drafts(3).published(2).start();
    let mut account = sim.account();
    let draft = account.add_draft("标题");
    let content = "<p>第一行 &lt;/script&gt;\u{2028}</p><section><p>凤凰<b>涅槃</b></p></section><script>不要</script>";
    assert!(account.rewrite_draft(&draft, content));
    drop(account);
    let folder = tempfile::tempdir().unwrap();
    Run::export(&sim, folder.path()).succeeds();
    let saved = Saved::only_one_in(folder.path());
    let texts = rows(&saved, "texts");
    let found: Vec<&Value> = texts
        .iter()
        .filter(|row| row[1].as_str().unwrap().contains("凤凰涅槃"))
        .collect();
    let akey = &saved.item("article", &draft)["akey"];
    let key = format!("{}-01", akey.as_str().unwrap());
    assert_eq!(
        found,
        [&serde_json::json!([key, "第一行 </script>\n凤凰涅槃"])]
    );
    let articles: usize = saved
        .items("article")
        .iter()
        .map(|record| record["articles"].as_array().unwrap().len())
        .sum();
    assert_eq!(texts.len(), articles);
    let script = std::str::from_utf8(&saved.entries["data/view/texts-0001.js"]).unwrap();
    assert!(!script.contains(['<', '\u{2028}']), "{script}");
}
