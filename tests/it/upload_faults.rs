//! Uploads that are interrupted, refused or left without an answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use wechat_sim::{Fault, Quirk, Sim, Target};
use wxbackup::upload::refusal;

use crate::needles::Needles;
use crate::upload::{Content, Exported, apply, into, items};

const ADD: &str = "/cgi-bin/material/add_material";
const DRAFT: &str = "/cgi-bin/draft/add";
const PICTURE: &str = "/cgi-bin/media/uploadimg";

/// Something in every section, and everything of it fits.
fn small(seed: u64) -> Sim {
    let sim = Sim::builder()
        .seed(seed)
        .images(3)
        .voices(1)
        .videos(1)
        .drafts(2)
        .news(1)
        .start();
    let webp: Vec<String> = sim
        .account()
        .images()
        .filter(|image| !image.name.is_empty())
        .map(|image| image.media_id.clone())
        .collect();
    assert_eq!(webp.len(), 3);
    sim
}

/// What is in an account: names of media, titles of drafts, each as often as it is.
fn held(sim: &Sim) -> BTreeMap<String, u32> {
    let mut held: BTreeMap<String, u32> = BTreeMap::new();
    let account = sim.account();
    let names = account
        .images()
        .map(|it| &it.name)
        .chain(account.voices().map(|it| &it.name))
        .chain(account.videos().map(|it| &it.name));
    let titles = account.drafts().map(|it| &it.articles[0].title);
    for name in names.chain(titles) {
        *held.entry(name.clone()).or_default() += 1;
    }
    held
}

#[test]
fn a_run_that_dies_at_any_call_is_continued_and_nothing_is_there_twice() {
    let from = small(21);
    let exported = Exported::of(&from);
    let whole = Sim::builder().seed(22).start();
    apply(&whole, &exported, &[]).succeeds();
    let expected = held(&whole);
    assert!(expected.values().all(|count| *count == 1), "{expected:?}");
    let paths: Vec<String> = whole.calls().into_iter().map(|call| call.path).collect();
    let calls = paths.len() as u64;
    let back = Exported::of(&whole);
    let content = Content::of(&back.archive, |_| false);

    let mut pictures = 0;
    for (nth, path) in (1..).zip(&paths) {
        // One picture of an article is like another: the first, and some more.
        if path == PICTURE {
            pictures += 1;
            if pictures % 6 != 1 {
                continue;
            }
        }
        let to = Sim::builder().seed(22).start();
        let exported = exported.copy();
        // The call is answered, and nobody hears of it: the power is gone.
        to.fault(Fault::SilenceAfter(0), Target::call(nth));
        let run = apply(&to, &exported, &[]).starts();
        to.wait_for_calls(usize::try_from(nth).unwrap());
        run.dies();
        to.release_silence();
        to.wait_idle();
        to.clear_faults();
        apply(&to, &exported, &[]).succeeds();
        assert_eq!(held(&to), expected, "call {nth} of {calls}");
        into(&to, &exported, &["--check"]).succeeds();
        if nth % 7 == 0 {
            let back = Exported::of(&to);
            assert_eq!(Content::of(&back.archive, |_| false), content, "call {nth}");
        }
    }
}

#[test]
fn an_answer_that_is_lost_is_looked_for() {
    let from = small(21);
    let exported = Exported::of(&from);
    let whole = Sim::builder().seed(22).start();
    apply(&whole, &exported, &[]).succeeds();
    let expected = held(&whole);
    let lost = [
        Fault::CutAfter(3),
        Fault::ResetAfter(0),
        Fault::DoneButErrcode(-1),
        Fault::Errcode(-1),
        Fault::Status(502),
        Fault::Reset,
    ];
    for fault in lost {
        for path in [ADD, DRAFT, PICTURE] {
            let to = Sim::builder().seed(22).start();
            let exported = exported.copy();
            to.fault(fault.clone(), Target::path(path).at(2));
            apply(&to, &exported, &[]).succeeds();
            assert_eq!(held(&to), expected, "{fault:?} at {path}");
            let done = matches!(
                fault,
                Fault::CutAfter(_) | Fault::ResetAfter(_) | Fault::DoneButErrcode(_)
            );
            let found = exported.lines(&to);
            let found = found.iter().filter(|line| line["found"] == true).count();
            assert_eq!(
                found,
                usize::from(done && path != PICTURE),
                "{fault:?} at {path}"
            );
        }
    }
}

#[test]
fn nobody_elses_thing_is_taken_for_a_lost_one() {
    let from = Sim::builder().drafts(3).without(Quirk::EmptyThumbs).start();
    let ids: Vec<String> = from.account().drafts().map(|it| it.id.clone()).collect();
    for id in ids {
        from.account().rename(&id, "同名文章");
    }
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    // The second is lost before it is made; the first has the same title.
    to.fault(Fault::Errcode(-1), Target::path(DRAFT).at(2));
    apply(&to, &exported, &[]).ends_with(0);
    assert_eq!(to.account().drafts().len(), from.account().drafts().len());
    let ids: BTreeSet<String> = exported
        .lines(&to)
        .iter()
        .filter(|line| line["event"] == "done" && line["kind"] == "draft")
        .map(|line| line["new"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), to.account().drafts().len());
}

#[test]
fn a_spent_quota_ends_the_run_and_the_next_day_goes_on() {
    let from = small(21);
    let exported = Exported::of(&from);
    let to = Sim::builder()
        .seed(22)
        .limit(ADD, 3)
        .limit(DRAFT, 2)
        .start();
    let plan = into(&to, &exported, &[]).succeeds().summary();
    let calls = &plan["upload"]["calls"]["material/add_material"];
    assert_eq!(
        (&calls["left_today"], &calls["daily_limit"]),
        (&json!(3), &json!(3))
    );
    let days = plan["upload"]["days"].as_u64().unwrap();
    assert!(days > 2, "{plan}");
    let mut runs = 0;
    loop {
        runs += 1;
        let run = apply(&to, &exported, &[]);
        if runs < days {
            let said = run.fails_with(5);
            assert!(said.stdout.contains("45009"), "{}", said.stdout);
            to.next_day();
        } else {
            run.succeeds();
            break;
        }
    }
    let whole = Sim::builder().seed(22).start();
    apply(&whole, &exported.copy(), &[]).succeeds();
    assert_eq!(held(&to), held(&whole));
}

#[test]
fn every_refusal_of_an_upload_has_a_sentence() {
    // Those that the program answers by itself, and tries again.
    let mended = [40007, 45004, 45110, 88000];
    let from = Sim::builder().images(0).start();
    for at in 0..refusal::KNOWN.len() {
        from.account().add_image(&format!("{at}.png"));
    }
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    for (at, code) in (1..).zip(refusal::KNOWN) {
        to.fault(Fault::Errcode(code), Target::path(ADD).at(at));
    }
    let said = apply(&to, &exported, &[]).fails_with(3);
    let found: BTreeSet<String> = items(&said, "refused")
        .values()
        .map(|reasons| reasons[0]["text"].as_str().unwrap().to_owned())
        .collect();
    let expected: BTreeSet<String> = refusal::KNOWN
        .iter()
        .map(|code| refusal::sentence(*code).to_string())
        .collect();
    assert_eq!(found, expected);
    assert_eq!(to.account().images().len(), 0);
    // They are not tried again: WeChat would say the same.
    let seen = to.call_count();
    apply(&to, &exported, &[]).fails_with(3);
    assert!(to.calls_after(seen).iter().all(|call| call.path != ADD));

    let from = Sim::builder().images(1).drafts(0).start();
    let cover = from.account().images().next().unwrap().media_id.clone();
    for at in 0..refusal::KNOWN.len() {
        let id = from.account().add_draft(&format!("{at}"));
        from.account().change_article(&id, 0, |article| {
            article.content = "<p>字</p>".to_owned();
            article.thumb_media_id.clone_from(&cover);
            article.thumb_url.clear();
        });
    }
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).start();
    let codes = refusal::KNOWN
        .into_iter()
        .filter(|code| !mended.contains(code));
    let codes: Vec<i64> = codes.collect();
    for (at, code) in (1..).zip(&codes) {
        to.fault(Fault::Errcode(*code), Target::path(DRAFT).at(at));
    }
    let said = apply(&to, &exported, &[]).fails_with(3);
    assert_eq!(items(&said, "refused").len(), codes.len());
    assert_eq!(to.account().drafts().len(), mended.len());
}

#[test]
fn a_draft_is_mended_where_leaving_something_out_helps() {
    // Every fourth is a picture draft, which has neither author nor digest.
    let from = Sim::builder().images(1).without(Quirk::Newspic).start();
    let cover = from.account().images().next().unwrap().media_id.clone();
    let id = from.account().add_draft("题");
    from.account().change_article(&id, 0, |article| {
        article.content = "<p>字</p>".to_owned();
        article.thumb_media_id.clone_from(&cover);
        article.thumb_url.clear();
        article.author = "作者".to_owned();
        article.digest = "摘要".to_owned();
        article.need_open_comment = true;
    });
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(2).with(Quirk::NoComments).start();
    to.fault(Fault::Errcode(45004), Target::path(DRAFT).at(1));
    to.fault(Fault::Errcode(45110), Target::path(DRAFT).at(2));
    apply(&to, &exported, &[]).succeeds();
    assert_eq!(to.count(DRAFT), 4);
    let lines = exported.lines(&to);
    let draft = lines
        .iter()
        .find(|line| line["event"] == "done" && line["kind"] == "draft");
    let losses = json!(["comments", "author", "digest"]);
    assert_eq!(draft.unwrap()["losses"], losses);
    let account = to.account();
    let article = &account.drafts().next().unwrap().articles[0];
    assert_eq!(
        (article.author.as_str(), article.digest.as_str()),
        ("", "字")
    );
}

#[test]
fn a_library_without_room_gets_nothing() {
    let from = small(21);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(22).start();
    to.serve_fixture(
        "/cgi-bin/material/get_materialcount",
        r#"{"voice_count":1000,"video_count":0,"image_count":99999,"news_count":0}"#,
    );
    let said = apply(&to, &exported, &[]).fails_with(4);
    assert!(
        said.stdout.contains("has room for 1 more"),
        "{}",
        said.stdout
    );
    assert_eq!(to.truth().len(), 0);
    // Another system fills it while we are at work: a person must act.
    let to = Sim::builder().seed(22).rooms(2, 10, 10).start();
    let said = apply(&to, &exported, &[]).fails_with(4);
    assert!(said.stdout.contains("45034"), "{}", said.stdout);
}

#[test]
fn an_account_that_may_not_is_a_matter_for_a_person() {
    let from = small(21);
    let exported = Exported::of(&from);
    for code in [48001, 50001, 45501] {
        let to = Sim::builder().seed(22).start();
        to.fault(Fault::Errcode(code), Target::path(ADD));
        apply(&to, &exported, &[]).fails_with(4);
        assert_eq!(to.truth().len(), 0);
    }
}

#[test]
fn another_run_and_another_archive_are_kept_apart() {
    let from = small(21);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(22).start();
    let hold = to.hold(Target::path(ADD).at(1));
    let first = apply(&to, &exported, &[]).starts();
    to.wait_for_calls(4);
    apply(&to, &exported, &[]).fails_with(11);
    drop(hold);
    first.ends_with(0);
    // A receipt of another archive is not gone on with.
    let other = Exported::of(&small(23));
    std::fs::copy(exported.receipt(&to), other.receipt(&to)).unwrap();
    let said = apply(&to, &other, &[]).fails_with(1);
    assert!(said.stdout.contains("is the receipt of"), "{}", said.stdout);
}

#[test]
fn no_secret_is_in_what_an_upload_leaves() {
    let from = small(21);
    let exported = Exported::of(&from);
    let to = Sim::builder().seed(22).start();
    let said = apply(&to, &exported, &["-v"]).succeeds();
    assert!(exported.receipt(&to).exists());
    Needles::of(&to)
        .and("the parameter", "access_token")
        .assert_kept(&said, exported.archive.parent().unwrap());
}
