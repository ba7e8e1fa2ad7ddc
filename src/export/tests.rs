//! A whole export by library call, against the simulated WeChat.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use wechat_sim::{Fault, Sim, Target};

use super::*;
use crate::archive::{Archive, Identities};
use crate::event::Silent;
use crate::model::{AppId, AssetHosts, Clock, RunStatus, Timestamp};
use crate::wechat::{Credential, Pace, ProxyRules};

fn options(sim: &Sim, output: &Path) -> Options {
    let app_id: AppId = sim.appid().parse().unwrap();
    let api_base: url::Url = sim.url().parse().unwrap();
    let host = format!("127.0.0.1:{}", api_base.port().unwrap());
    let clock: Clock = || Timestamp::from_second(1_795_366_800).unwrap();
    let one = NonZeroUsize::new(1).unwrap();
    Options {
        client: wechat::Options {
            api_base,
            credential: Credential::Secret {
                app_id: app_id.clone(),
                secret: SecretString::from(sim.secret()),
            },
            asset_hosts: AssetHosts::new([host]),
            ca_pem: None,
            proxy: ProxyRules::default(),
            connect_max: Duration::from_secs(5),
            silence_max: Duration::from_secs(5),
            api_jobs_max: NonZeroUsize::new(4).unwrap(),
            media_connections: 8,
            pace: Pace {
                wait_first: Duration::from_millis(1),
                wait_max: Duration::from_millis(5),
                ..Pace::WECHAT
            },
            jitter_seed: 1,
            clock,
            user_agent: "wxbackup/test".to_owned(),
            secrets: wechat::Secrets::default(),
            on_call: Arc::new(|_| ()),
        },
        app_id,
        account_name: None,
        output: output.to_owned(),
        stage: None,
        sections: Section::ALL.to_vec(),
        jobs_max: NonZeroUsize::new(8).unwrap(),
        threads_max: one,
        pictures_by: PicturesBy::Cdn,
        quota_reserve_percent: 20,
        earlier: Earlier::Resume,
        base: BaseChoice::Newest,
        retain_deleted: true,
        sign_key: None,
        recipients: Vec::new(),
        identities: Identities::NONE,
        unchanged: WhenUnchanged::Confirm,
        clock,
        holder: Holder {
            pid: 1,
            host: "test".to_owned(),
            started_at: "now".to_owned(),
        },
        tool_version: "0.0.0".to_owned(),
        tool_commit: None,
    }
}

fn run(options: Options) -> Result<Outcome, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(export(options, Arc::new(Silent), &Interrupt::default()))
}

#[test]
fn a_whole_account_becomes_one_archive_that_its_own_check_finds_sound() {
    let sim = Sim::builder()
        .images(30)
        .voices(4)
        .videos(6)
        .news(5)
        .drafts(4)
        .published(3)
        .start();
    let folder = tempfile::tempdir().unwrap();
    let outcome = run(options(&sim, folder.path())).unwrap();
    let Outcome::Sealed(sealed) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        (sealed.completeness.status, sealed.gaps),
        (RunStatus::Complete, Vec::new())
    );
    let archive = Archive::open(&sealed.archive, &Identities::NONE).unwrap();
    assert_eq!(archive.entries().len() as u64, sealed.receipt.entries);
}

fn sealed(sim: &Sim) -> Sealed {
    let folder = tempfile::tempdir().unwrap();
    match run(options(sim, folder.path())).unwrap() {
        Outcome::Sealed(sealed) => *sealed,
        Outcome::Unfinished(unfinished) => panic!("{unfinished:?}"),
    }
}

/// What an export makes of a list of pictures that has these items besides three good ones.
fn with_listed(hostile: &[Value]) -> Sealed {
    let sim = Sim::builder().images(3).start();
    let truth = sim.truth();
    let good = truth.iter().filter(|file| file.section == "image");
    let good = good.map(
        |image| serde_json::json!({"media_id": image.id, "name": "", "update_time": 1, "url": ""}),
    );
    let item: Vec<Value> = good.chain(hostile.iter().cloned()).collect();
    let page =
        serde_json::json!({"total_count": item.len(), "item_count": item.len(), "item": item});
    sim.fault(
        Fault::Body(page.to_string().into_bytes()),
        Target::list("image"),
    );
    sealed(&sim)
}

#[test]
fn what_no_record_can_hold_keeps_the_rest_from_nothing_and_the_run_from_complete() {
    let hostile = [
        serde_json::json!({"media_id": "", "name": "no id", "update_time": 1}),
        serde_json::json!({"name": "no id either", "update_time": 1}),
        serde_json::json!({"media_id": "x".repeat(1 << 20), "name": "", "update_time": 1}),
        serde_json::json!({"media_id": "long", "name": "\u{1}".repeat(1 << 20), "update_time": 1}),
    ];
    let sealed = with_listed(&hostile);
    let image = &sealed.completeness.sections["image"];
    assert_eq!(
        (
            image.stored,
            image.missing,
            image.stable,
            sealed.completeness.status
        ),
        (3, 0, false, RunStatus::Partial)
    );
}

#[test]
fn a_time_beyond_reason_is_no_time() {
    let late = serde_json::json!({"media_id": "late", "name": "", "update_time": i64::MAX});
    let early =
        serde_json::json!({"media_id": "early", "name": "", "update_time": i64::MIN.to_string()});
    let sealed = with_listed(&[late, early]);
    let image = &sealed.completeness.sections["image"];
    assert_eq!((image.stored, image.missing, image.stable), (3, 2, true));
}

#[test]
fn a_doubt_about_a_picture_outlives_the_process_that_had_it() {
    let sim = Sim::builder().images(1).start();
    let truth = sim.truth();
    assert!(truth[0].url.contains("wx_fmt="), "{}", truth[0].url);
    let folder = tempfile::tempdir().unwrap();
    let images = || Options {
        sections: vec![Section::Image],
        ..options(&sim, folder.path())
    };
    let doubtful = [b"BM".as_slice(), &[0; 64]].concat();
    sim.fault(Fault::Body(doubtful.clone()), Target::cdn());
    let account = 50_002;
    sim.fault(
        Fault::Errcode(account),
        Target::path("/cgi-bin/material/get_material"),
    );
    let error = run(images()).unwrap_err();
    assert!(matches!(&error, Error::Call { source, .. } if source.errcode() == Some(account)));
    sim.clear_faults();
    let Outcome::Sealed(sealed) = run(images()).unwrap() else {
        panic!("nothing is left over")
    };
    assert_eq!(sealed.completeness.status, RunStatus::Complete);
    // The doubtful bytes came by the CDN, and are not among what was stored.
    let via = &sealed.completeness.fetched_via;
    assert_eq!(via.get("get_material"), Some(&1), "{via:?}");
}

#[test]
fn a_list_that_wechat_refuses_for_an_unknown_reason_is_a_gap_and_the_others_go_on() {
    let sim = Sim::builder()
        .images(3)
        .voices(2)
        .fault(Fault::Errcode(999_999), Target::list("voice"))
        .start();
    let sealed = sealed(&sim);
    let gaps: Vec<_> = sealed
        .gaps
        .iter()
        .map(|gap| (gap.id.as_str(), gap.errcode))
        .collect();
    assert_eq!(gaps, [("voice", Some(999_999))]);
    assert_eq!(sealed.completeness.sections["image"].stored, 3);
    assert_eq!(sealed.completeness.status, RunStatus::Partial);
}

#[test]
fn pages_that_were_under_way_when_one_failed_are_not_asked_for_again() {
    let sim = Sim::builder().images(100).start();
    let folder = tempfile::tempdir().unwrap();
    let images = || Options {
        sections: vec![Section::Image],
        ..options(&sim, folder.path())
    };
    // The first page alone, then four side by side, of which the first fails.
    sim.fault(Fault::Status(403), Target::list("image").at(2));
    run(images()).unwrap_err();
    sim.clear_faults();
    run(images()).unwrap();
    let lists = sim.count("/cgi-bin/material/batchget_material");
    // Five pages, the one that failed, and the last again.
    assert_eq!(lists, 7);
}

#[test]
fn a_picture_that_was_staged_days_ago_and_is_gone_since_is_kept_as_retired() {
    let sim = Sim::builder().images(3).start();
    let folder = tempfile::tempdir().unwrap();
    let images = |clock: Clock| Options {
        sections: vec![Section::Image],
        clock,
        ..options(&sim, folder.path())
    };
    // The process ends when all is staged: the second count is refused for good.
    let count = Target::path("/cgi-bin/material/get_materialcount");
    sim.fault(Fault::Errcode(50_002), count.at(2));
    run(images(options(&sim, folder.path()).clock)).unwrap_err();
    let gone = sim.truth()[0].id.clone();
    assert!(sim.account().remove(&gone));
    let days_later: Clock = || Timestamp::from_second(1_795_366_800 + 3 * 86_400).unwrap();
    let Outcome::Sealed(sealed) = run(images(days_later)).unwrap() else {
        panic!("nothing is left over")
    };
    let image = &sealed.completeness.sections["image"];
    assert_eq!((image.stored, image.retired, image.passes), (2, 1, 1));
    assert_eq!(sealed.completeness.status, RunStatus::Complete);
}

#[test]
fn an_article_that_cannot_be_read_to_its_end_keeps_the_run_from_complete() {
    let sim = Sim::builder().start();
    let content = "<b>".repeat(5_000) + "<img src='//mmbiz.qpic.cn/mmbiz_png/x/0'>";
    let article = serde_json::json!({"title": "deep", "content": content});
    let page = serde_json::json!({"total_count": 1, "item_count": 1, "item": [
        {"media_id": "n", "update_time": 1, "content": {"news_item": [article]}},
    ]});
    sim.fault(
        Fault::Body(page.to_string().into_bytes()),
        Target::list("news"),
    );
    let sealed = sealed(&sim);
    let news = &sealed.completeness.sections["news"];
    assert_eq!(
        (news.stored, news.stable, sealed.completeness.status),
        (1, false, RunStatus::Partial)
    );
}
