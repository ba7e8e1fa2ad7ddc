//! `restore --to-account`: from one account into another, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use wechat_sim::{Picture, PictureKind, Quirk, Sim, Sound, SoundKind};
use wxbackup::archive::{Archive, Identities, records};
use wxbackup::html;
use wxbackup::model::{AssetHosts, ItemKind, Section};
use wxbackup::record::item::{ArticleRecord, MediaRecord};
use wxbackup::wechat::wire;

use crate::output::assert_lines_are_ours;
use crate::run::{Run, Said};

/// An archive of an account, in a folder of its own.
pub(crate) struct Exported {
    folder: tempfile::TempDir,
    pub(crate) archive: PathBuf,
}

impl Exported {
    pub(crate) fn of(sim: &Sim) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Sounds of drafts that were put back are nowhere: an export says so.
        let output = Run::export(sim, folder.path())
            .args(["-q", "--allow-gaps", "http_404"])
            .succeeds();
        let archive = PathBuf::from(output.stdout.trim_end());
        Self { folder, archive }
    }

    /// The same archive in another folder, without receipts.
    pub(crate) fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join(self.archive.file_name().unwrap());
        std::fs::copy(&self.archive, &archive).unwrap();
        Self { folder, archive }
    }

    /// The receipt of an upload into the account of `sim`.
    pub(crate) fn receipt(&self, sim: &Sim) -> PathBuf {
        let stem = self.archive.file_stem().unwrap().to_str().unwrap();
        let name = format!("{stem}.upload-{}.jsonl", sim.appid());
        self.folder.path().join(name)
    }

    pub(crate) fn lines(&self, sim: &Sim) -> Vec<Value> {
        let text = std::fs::read_to_string(self.receipt(sim)).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A restore of an archive into the account of `sim`.
pub(crate) fn into(sim: &Sim, exported: &Exported, args: &[&str]) -> Run {
    Run::against(sim)
        .args(["restore", "--to-account", "default", "--json"])
        .args([&exported.archive])
        .args(args.iter().copied())
}

pub(crate) fn apply(sim: &Sim, exported: &Exported, args: &[&str]) -> Run {
    into(sim, exported, args).args(["--apply", "--confirm-appid", sim.appid()])
}

/// The lines about single items, as `state kind id`, with what they say.
pub(crate) fn items(said: &Said, state: &str) -> BTreeMap<String, Value> {
    let lines = said.json().into_iter();
    lines
        .filter(|line| line["message_type"] == "upload" && line["state"] == state)
        .map(|line| {
            let of = |name: &str| line[name].as_str().unwrap().to_owned();
            let article = line["article"].as_u64().map(|at| format!(" {at}"));
            let about = format!("{} {}{}", of("kind"), of("id"), article.unwrap_or_default());
            (about, line["reasons"].clone())
        })
        .collect()
}

fn codes(reasons: &Value) -> BTreeSet<&str> {
    let reasons = reasons.as_array().unwrap().iter();
    reasons.map(|it| it["code"].as_str().unwrap()).collect()
}

/// What a library comes to, however ids and addresses may differ.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// Digests by kind.
    media: BTreeMap<ItemKind, BTreeSet<String>>,
    /// Each article by its group: title, text, pictures by digest in order.
    drafts: BTreeSet<Vec<(String, String, Vec<String>)>>,
}

impl Content {
    /// Of an archive, but for articles in `left_out`; pictures count that are
    /// no WebP and no SVG: those the API does not take.
    pub(crate) fn of(archive: &Path, is_left_out: impl Fn(&ArticleRecord) -> bool) -> Self {
        let archive = Archive::open(archive, &Identities::NONE).unwrap();
        let mut content = Self::default();
        for kind in [ItemKind::Image, ItemKind::Voice, ItemKind::Video] {
            for record in records::records::<MediaRecord>(&archive, kind) {
                let record = record.unwrap();
                let path = record.path.unwrap();
                if taken(path.as_str()) {
                    let digests = content.media.entry(kind).or_default();
                    digests.insert(record.sha256.unwrap().to_string());
                }
            }
        }
        for record in records::records::<ArticleRecord>(&archive, ItemKind::Article) {
            let record = record.unwrap();
            if !is_left_out(&record) {
                content.drafts.insert(articles(&archive, &record));
            }
        }
        content
    }
}

fn taken(path: &str) -> bool {
    !Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "webp" || extension == "svg")
}

fn articles(archive: &Archive, record: &ArticleRecord) -> Vec<(String, String, Vec<String>)> {
    let raw = archive
        .read(record.raw_path.as_ref().unwrap(), 1 << 30)
        .unwrap();
    let group = wire::parse_article_group(&raw).unwrap();
    (1..)
        .zip(group.articles)
        .map(|(idx, article)| {
            let meta = records::article_meta(archive, &record.akey, idx).unwrap();
            let content = article.content.unwrap();
            let urls = meta.assets.iter().map(|asset| asset.url.as_str());
            let hosts = AssetHosts::default().and_those_of(urls);
            let path_of = |key: &str| {
                let found = meta.assets.iter().find(|asset| asset.key.as_str() == key);
                found
                    .and_then(|asset| asset.path.as_ref())
                    .map(ToString::to_string)
            };
            let mut pictures: Vec<String> = meta
                .assets
                .iter()
                .filter(|asset| asset.role == "newspic")
                .filter_map(|asset| asset.path.as_ref().map(ToString::to_string))
                .collect();
            for named in html::references(&content, &hosts).assets {
                if named.role != html::Role::Audio {
                    pictures.extend(path_of(named.address.key.as_str()));
                }
            }
            pictures.retain(|path| taken(path));
            // A spelling counts once here, and another there.
            pictures.dedup();
            let text = if article.image_media_ids.is_empty() {
                html::text_of(&content)
            } else {
                content
            };
            let text = text.chars().filter(|c| !c.is_whitespace()).collect();
            (article.title.unwrap_or_default(), text, pictures)
        })
        .collect()
}

fn account(seed: u64) -> wechat_sim::Sim {
    Sim::builder()
        .seed(seed)
        .images(30)
        .voices(4)
        .videos(3)
        .news(5)
        .drafts(5)
        .published(5)
        .start()
}

#[test]
fn what_one_account_held_another_holds_after_a_restore() {
    let from = account(11);
    let exported = Exported::of(&from);
    let to = Sim::builder()
        .seed(12)
        .with(Quirk::FreshCoverRefused)
        .start();

    // The plan changes nothing, and says what will be called.
    let planned = into(&to, &exported, &[]).succeeds();
    assert_lines_are_ours(&planned.json());
    assert!(!exported.receipt(&to).exists());
    let plan = planned.summary()["upload"].clone();
    assert_eq!(
        (&plan["mode"], &plan["target_appid"]),
        (&json!("plan"), &json!(to.appid()))
    );
    assert_eq!(plan["days"], 1);
    assert_eq!(
        plan["room"],
        json!({"image": 100_000, "voice": 1_000, "video": 1_000})
    );
    let writes = |call: &wechat_sim::Call| {
        ["add_material", "uploadimg", "draft/add"]
            .iter()
            .any(|path| call.path.ends_with(path))
    };
    assert_eq!(to.count_where(writes), 0);

    let seen = to.call_count();
    let applied = apply(&to, &exported, &[]).fails_with(3);
    assert_lines_are_ours(&applied.json());
    let calls = to.calls_after(seen);
    for (path, facts) in plan["calls"].as_object().unwrap() {
        let path = format!("/cgi-bin/{path}");
        let made = calls
            .iter()
            .filter(|call| call.path == path && call.errcode != Some(40007))
            .count();
        assert_eq!(facts["needed"], made, "{path}");
    }
    let unfit = items(&planned, "unfit");
    assert_eq!(unfit, items(&applied, "unfit"));
    assert_eq!(plan["troubles"], unfit.len());
    assert!(items(&applied, "refused").is_empty());

    // The same again, as far as the API takes it.
    let back = Exported::of(&to);
    let left_out =
        |record: &ArticleRecord| unfit.contains_key(&format!("{} {}", record.source, record.id));
    let expected = Content::of(&exported.archive, left_out);
    let found = Content::of(&back.archive, |_| false);
    for kind in [ItemKind::Voice, ItemKind::Video] {
        assert_eq!(found.media[&kind], expected.media[&kind]);
    }
    // Beside the library there are the covers, and the pictures that articles
    // can only name as pictures of the library.
    let (more, library) = (
        &found.media[&ItemKind::Image],
        &expected.media[&ItemKind::Image],
    );
    assert!(more.is_superset(library));
    let made = &applied.summary()["upload"]["done"];
    let for_articles = exported.lines(&to).into_iter().filter(|line| {
        let kind = line["kind"].as_str();
        line["event"] == "done"
            && (kind == Some("cover") || line["kind"] == "picture" && line.get("new").is_some())
    });
    assert_eq!(more.len() - library.len(), for_articles.count(), "{made}");
    assert_eq!(found.drafts, expected.drafts);
    let reasons: BTreeSet<&str> = unfit.values().flat_map(codes).collect();
    assert_eq!(
        reasons,
        BTreeSet::from(["no_cover", "picture_format", "title_too_long", "webp"])
    );

    // Nothing is done twice.
    let seen = to.call_count();
    let again = apply(&to, &exported, &[]).fails_with(3);
    assert_eq!(again.summary()["upload"]["done"], json!(null));
    assert!(!to.calls_after(seen).iter().any(writes));

    // The account is as the archive says; until somebody changes it.
    let checked = into(&to, &exported, &["--check"]).succeeds();
    assert_lines_are_ours(&checked.json());
    let done = &checked.summary()["upload"]["done"];
    assert_eq!(
        done["drafts"],
        plan["sections"]["news"]["items"].as_u64().unwrap()
            + plan["sections"]["draft"]["items"].as_u64().unwrap()
            + plan["sections"]["published"]["items"].as_u64().unwrap()
    );
    assert_eq!(done["proven_pictures"], plan["sections"]["image"]["items"]);
}

#[test]
fn what_a_draft_loses_is_said_of_each_article() {
    let from = Sim::builder().images(6).drafts(2).published(1).start();
    let rich = from.account().published().next().unwrap().id.clone();
    let draft = from.account().drafts().next().unwrap().id.clone();
    from.account().change_article(&draft, 0, |article| {
        article.author = "很长的作者名".repeat(4);
        article.digest = "字".repeat(129);
        article.title = "控\u{8}制".to_owned();
        article.need_open_comment = true;
        article.content_source_url = "http://localhost/x".to_owned();
        article.content = "<p>字</p><mpproduct data-pid=\"1\"></mpproduct>".to_owned();
        article.thumb_media_id.clear();
        article.thumb_url.clear();
    });
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let said = into(&to, &exported, &["--shorten-titles"]).succeeds();
    let loses = items(&said, "loses");
    let of_rich = codes(&loses[&format!("published {rich} 1")]).into_iter();
    let expected = [
        "cards",
        "original_mark",
        "own_links",
        "pictures",
        "sounds",
        "title_end",
        "videos",
    ];
    assert_eq!(of_rich.collect::<Vec<_>>(), expected);
    let line = said
        .json()
        .into_iter()
        .find(|line| line["id"] == json!(rich) && line["article"] == 1)
        .unwrap();
    let links = line["own_links"].as_array().unwrap();
    assert!(
        links[0]
            .as_str()
            .unwrap()
            .starts_with("https://mp.weixin.qq.com/s?__biz=")
    );
    // It has no cover and no picture that could be one.
    let unfit = items(&said, "unfit");
    assert_eq!(
        codes(&unfit[&format!("draft {draft}")]),
        BTreeSet::from(["no_cover"])
    );

    let cover = from.account().images().next().unwrap().media_id.clone();
    from.account()
        .change_article(&draft, 0, |article| article.thumb_media_id = cover);
    let exported = Exported::of(&from);
    let said = into(&to, &exported, &[]).succeeds();
    let of_draft = codes(&items(&said, "loses")[&format!("draft {draft} 1")]).len();
    assert_eq!(of_draft, 6, "{:?}", items(&said, "loses"));
    apply(&to, &exported, &["--only", &format!("id={draft}")]).succeeds();
    let account = to.account();
    let article = &account.drafts().next().unwrap().articles[0];
    assert_eq!(
        (article.title.as_str(), article.author.as_str()),
        ("控制", "")
    );
    assert_eq!(
        (
            article.need_open_comment,
            article.content_source_url.as_str()
        ),
        (true, "")
    );
    assert_eq!(
        article.content,
        "<p>字</p><mpproduct data-pid=\"1\"></mpproduct>"
    );
}

#[test]
fn the_plan_says_of_everything_that_is_too_large_or_too_long() {
    let from = Sim::builder().start();
    let mib = 1 << 20;
    let expected = {
        let mut account = from.account();
        let mut picture = |kind, size_bytes| {
            let picture = Picture {
                size_bytes,
                ..Picture::new(kind, size_bytes + 1)
            };
            account.add_picture("p", picture)
        };
        let too_large = picture(PictureKind::Png, 10 * mib + 1);
        let largest = picture(PictureKind::Png, 10 * mib);
        let webp = picture(PictureKind::Webp, 0);
        let svg = picture(PictureKind::Svg, 0);
        let mut sound = |kind, frames| {
            let sound = Sound {
                frames,
                ..Sound::new(kind, u64::from(frames))
            };
            account.add_sound("s", sound)
        };
        let too_long = sound(SoundKind::Amr, 3_001);
        let longest = sound(SoundKind::Amr, 3_000);
        let heavy = sound(SoundKind::Mp3, 20_200);
        let video = account.add_video_of("v", 10 * mib + 1);
        let mut draft = |change: &dyn Fn(&mut wechat_sim::Article)| {
            let id = account.add_draft("题");
            account.change_article(&id, 0, |article| {
                article.content = "<p>字</p>".to_owned();
                article.thumb_media_id.clone_from(&largest);
                article.thumb_url.clear();
                change(article);
            });
            id
        };
        let title = draft(&|article| article.title = "字".repeat(33));
        let no_title = draft(&|article| article.title.clear());
        let content = draft(&|article| article.content = "字".repeat(20_000));
        let empty = draft(&|article| article.content.clear());
        let fits = draft(&|article| article.title = "字".repeat(32));
        let _ = (longest, fits);
        BTreeMap::from([
            (format!("image {too_large}"), "picture_too_large"),
            (format!("image {webp}"), "webp"),
            (format!("image {svg}"), "picture_format"),
            (format!("voice {too_long}"), "voice_too_long"),
            (format!("voice {heavy}"), "voice_too_large"),
            (format!("video {video}"), "video_too_large"),
            (format!("draft {title}"), "title_too_long"),
            (format!("draft {no_title}"), "no_title"),
            (format!("draft {content}"), "content_too_long"),
            (format!("draft {empty}"), "no_content"),
        ])
    };
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let said = into(&to, &exported, &[]).succeeds();
    let found: BTreeMap<String, &str> = items(&said, "unfit")
        .iter()
        .map(|(about, reasons)| {
            (
                about.clone(),
                codes(reasons).pop_first().unwrap().to_owned(),
            )
        })
        .map(|(about, code)| (about, &*code.leak()))
        .collect();
    assert_eq!(found, expected);
    // What is at the limit is taken; flags make more of it fit.
    let flags = ["--convert-webp", "--shorten-titles"];
    let said = apply(&to, &exported, &flags).fails_with(3);
    assert_eq!(items(&said, "unfit").len(), 8);
    assert!(items(&said, "refused").is_empty());
    let done = &said.summary()["upload"]["done"];
    assert_eq!(done, &json!({"image": 2, "voice": 1, "draft": 2}));
    let account = to.account();
    let cut: Vec<&str> = account
        .drafts()
        .map(|it| it.articles[0].title.as_str())
        .collect();
    assert!(
        cut.contains(&format!("{}…", "字".repeat(31)).as_str()),
        "{cut:?}"
    );
    let lines = exported.lines(&to);
    let converted = lines.iter().filter(|line| line.get("converted").is_some());
    assert_eq!(converted.count(), 1);
}

#[test]
fn identical_bytes_are_uploaded_once_unless_someone_wants_them_twice() {
    let from = Sim::builder()
        .images(3)
        .without(Quirk::EmptyImageUrl)
        .start();
    let first = from.account().images().next().unwrap().media_id.clone();
    let copy = from.account().copy_image(&first);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let said = apply(&to, &exported, &[]).succeeds();
    assert_eq!(said.summary()["upload"]["sections"]["image"], json!(null));
    assert_eq!(to.account().images().len(), 3);
    let lines = exported.lines(&to);
    let new = |old: &str| {
        let line = lines
            .iter()
            .find(|line| line["event"] == "done" && line["old"] == json!(old));
        line.unwrap()["new"].clone()
    };
    assert_eq!(new(&first), new(&copy));
    let other = Sim::builder().seed(3).start();
    apply(&other, &exported, &["--keep-duplicates"]).succeeds();
    assert_eq!(other.account().images().len(), 4);
}

#[test]
fn names_are_ascii_and_end_as_their_bytes_do() {
    let from = Sim::builder().images(12).voices(2).start();
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    apply(&to, &exported, &["--convert-webp"]).ends_with(3);
    let account = to.account();
    for image in account.images() {
        assert!(image.name.is_ascii(), "{}", image.name);
        let stem = image.name.rsplit_once('.').unwrap().0;
        assert!(
            stem.rsplit_once('-').unwrap().1.len() == 8,
            "{}",
            image.name
        );
    }
}

#[test]
fn an_upload_is_undone_and_nothing_else() {
    let from = account(11);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(12).images(2).drafts(1).start();
    let before: BTreeSet<String> = to
        .account()
        .images()
        .map(|it| it.media_id.clone())
        .collect();
    apply(&to, &exported, &[]).fails_with(3);
    let receipt = exported.receipt(&to);
    let made = to.account().images().len() - 2;
    let undo = || {
        Run::against(&to)
            .args(["restore", "--json", "--undo"])
            .args([&receipt])
    };
    let seen = to.call_count();
    let said = undo().succeeds();
    assert_lines_are_ours(&said.json());
    assert_eq!(to.call_count(), seen, "a preview asks nobody");
    let counts = said.summary()["upload"]["done"].clone();
    let images: u64 = ["image", "cover", "picture"]
        .iter()
        .filter_map(|kind| counts[kind].as_u64())
        .sum();
    assert_eq!(images, made as u64);
    undo().args(["--apply"]).fails_with(2);
    let said = undo()
        .args(["--apply", "--confirm-appid", to.appid()])
        .succeeds();
    assert_lines_are_ours(&said.json());
    let total: u64 = counts
        .as_object()
        .unwrap()
        .values()
        .map(|it| it.as_u64().unwrap())
        .sum();
    assert_eq!(
        said.summary()["upload"]["done"],
        json!({"deleted": total, "gone": 0})
    );
    let after: BTreeSet<String> = to
        .account()
        .images()
        .map(|it| it.media_id.clone())
        .collect();
    assert_eq!(after, before);
    assert_eq!(to.account().drafts().len(), 1);
    assert_eq!(to.account().voices().len(), 0);
    let said = undo()
        .args(["--apply", "--confirm-appid", to.appid()])
        .succeeds();
    assert_eq!(
        said.summary()["upload"]["done"],
        json!({"deleted": 0, "gone": 0})
    );
    // What is gone can be put back again.
    apply(&to, &exported, &[]).fails_with(3);
    assert_eq!(to.account().images().len(), made + 2);
}

#[test]
fn what_a_menu_shows_stays_and_is_said() {
    let from = Sim::builder().images(2).start();
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).with(Quirk::InMenu).start();
    apply(&to, &exported, &[]).succeeds();
    let said = Run::against(&to)
        .args([
            "restore",
            "--json",
            "--apply",
            "--confirm-appid",
            to.appid(),
            "--undo",
        ])
        .args([exported.receipt(&to)])
        .fails_with(3);
    let kept = items(&said, "kept");
    assert_eq!(kept.len(), 2);
    for reasons in kept.values() {
        let text = "WeChat does not delete what an automatic answer or a menu uses";
        assert_eq!(reasons[0]["text"], text);
    }
}

#[test]
fn nobody_changes_an_account_by_mistake() {
    let from = Sim::builder().images(1).start();
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let said = into(&to, &exported, &["--apply"]).fails_with(2);
    assert!(
        said.stdout
            .contains(&format!("--confirm-appid {}", to.appid())),
        "{}",
        said.stdout
    );
    into(
        &to,
        &exported,
        &["--apply", "--confirm-appid", from.appid()],
    )
    .fails_with(2);
    // Its own account, unless that is meant.
    into(&from, &exported, &[]).fails_with(2);
    apply(&from, &exported, &[]).fails_with(2);
    assert_eq!(
        (to.account().images().len(), from.account().images().len()),
        (0, 1)
    );
    apply(&from, &exported, &["--same-account"]).succeeds();
    assert_eq!(from.account().images().len(), 2);
    assert_eq!(Section::ALL.len(), 6);
}

/// What of a damaged archive can be read is put in, and the end says that it is
/// not all of it.
#[test]
fn damage_of_the_archive_is_not_passed_over() {
    let from = Sim::builder().images(3).start();
    let exported = Exported::of(&from);
    let mut bytes = std::fs::read(&exported.archive).unwrap();
    let record = b"{\"bytes\":";
    let at = bytes
        .windows(record.len())
        .position(|window| window == record)
        .expect("a record of a picture begins so");
    bytes[at] = b'[';
    wxbackup::fs::write_atomic(&exported.archive, &bytes).unwrap();
    let to = Sim::builder().seed(12).start();
    into(&to, &exported, &[]).fails_with(6);
    apply(&to, &exported, &[]).fails_with(6);
    assert!(to.account().images().count() < 3);
    into(&to, &exported, &["--check"]).fails_with(6);
}

#[test]
fn a_check_finds_what_differs() {
    let from = account(11);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(12).start();
    apply(&to, &exported, &[]).fails_with(3);
    into(&to, &exported, &["--check"]).succeeds();
    let (image, drafts) = {
        let account = to.account();
        let image = account.images().last().unwrap().media_id.clone();
        let drafts: Vec<String> = account.drafts().map(|it| it.id.clone()).collect();
        (image, drafts)
    };
    {
        let mut account = to.account();
        account.remove(&image);
        account.remove(&drafts[0]);
        account.change_article(&drafts[1], 0, |article| {
            article.content.push_str("<p>多</p>");
        });
        account.change_article(&drafts[2], 0, |article| article.title.push('x'));
    }
    let said = into(&to, &exported, &["--check"]).fails_with(3);
    let mut found: Vec<String> = items(&said, "differs")
        .values()
        .map(|reasons| reasons[0]["text"].as_str().unwrap().to_owned())
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "an article has another text",
            "an article has another title",
            "it is not in the account",
            "it is not in the account",
        ]
    );
}

#[test]
fn people_read_a_plan_as_a_table_and_name_the_account() {
    let from = Sim::builder().images(6).drafts(1).start();
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let settings = exported.folder.path().join("settings.toml");
    let text = format!(
        "[accounts.new]\nappid = \"{}\"\nsecret = {{ env = \"NEW_SECRET\" }}\n",
        to.appid()
    );
    wxbackup::fs::write_atomic(&settings, text.as_bytes()).unwrap();
    let run = |name: &str| {
        Run::new()
            .env("WXBACKUP_API_BASE", to.url())
            .env("NEW_SECRET", to.secret())
            .args(["restore", "--config"])
            .args([&settings, &exported.archive])
            .args(["--to-account", name])
    };
    let said = run("new").succeeds();
    let lines: Vec<&str> = said.stdout.lines().collect();
    for line in [
        "section    to upload  there already  shared  cannot",
        "image              4              0       0       2",
        "draft              1              0       0       0",
        "all of it can be done today",
        "room in the library for image: 100000",
    ] {
        assert!(lines.contains(&line), "{line}: {}", said.stdout);
    }
    assert!(
        said.stdout
            .contains("calls of draft/add: 1, 1000 of 1000 left today")
    );
    assert!(said.stdout.contains("WeChat refuses WebP"));
    let nothing = format!(
        "nothing was changed; --apply puts it into the account {}",
        to.appid()
    );
    assert!(said.stderr.contains(&nothing), "{}", said.stderr);
    run("other").fails_with(2);
}
