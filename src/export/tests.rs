//! A whole export by library call, against the simulated WeChat.

use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use wechat_sim::Sim;

use super::*;
use crate::archive::Archive;
use crate::event::Silent;
use crate::model::{AssetHosts, RunStatus, Timestamp};
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
        earlier: Earlier::Resume,
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
    let archive = Archive::open(&sealed.archive).unwrap();
    assert_eq!(archive.entries().len() as u64, sealed.receipt.entries);
}
