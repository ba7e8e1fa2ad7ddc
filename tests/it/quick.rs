//! An export by library call, for what would take the program minutes: the
//! waits between its tries are made short here, and nothing else is changed.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use wechat_sim::Sim;
use wxbackup::archive::{Identities, Source, check};
use wxbackup::event::{Observer, Silent};
use wxbackup::export;
use wxbackup::export::{
    BaseChoice, Earlier, Error, Holder, Options, Outcome, PicturesBy, WhenUnchanged,
};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::{AppId, AssetHosts, Clock, Section, Timestamp};
use wxbackup::wechat;
use wxbackup::wechat::{Credential, Pace, ProxyRules};

/// Every wait of the program, a thousand times shorter.
const PACE: Pace = Pace {
    wait_first: Duration::from_millis(1),
    wait_max: Duration::from_millis(30),
    rate_wait: Duration::from_millis(60),
    retry_after_max: Duration::from_millis(120),
    ..Pace::WECHAT
};

/// Exports all of `sim` into `folder`.
pub(crate) fn export(sim: &Sim, folder: &Path) -> Result<Outcome, Error> {
    run(options(sim, folder), &Interrupt::default())
}

/// The same with something changed, and somebody who hears of it.
pub(crate) fn export_heard(
    sim: &Sim,
    folder: &Path,
    observer: Arc<dyn Observer>,
    change: impl FnOnce(&mut Options),
) -> Result<Outcome, Error> {
    let mut options = options(sim, folder);
    change(&mut options);
    run_heard(options, observer, &Interrupt::default())
}

/// The same with something changed.
pub(crate) fn export_with(
    sim: &Sim,
    folder: &Path,
    change: impl FnOnce(&mut Options),
) -> Result<Outcome, Error> {
    let mut options = options(sim, folder);
    change(&mut options);
    run(options, &Interrupt::default())
}

/// The same by another clock.
pub(crate) fn export_by(clock: Clock, sim: &Sim, folder: &Path) -> Result<Outcome, Error> {
    export_with(sim, folder, |options| {
        options.clock = clock;
        options.client.clock = clock;
    })
}

/// The same, until someone interrupts it.
pub(crate) fn export_until(
    interrupt: &Interrupt,
    sim: &Sim,
    folder: &Path,
) -> Result<Outcome, Error> {
    run(options(sim, folder), interrupt)
}

/// The same; fails the test where the run has not ended within `limit`.
#[track_caller]
pub(crate) fn export_within(
    limit: Duration,
    sim: &Sim,
    folder: &Path,
    change: impl FnOnce(&mut Options),
) -> Result<Outcome, Error> {
    let mut options = options(sim, folder);
    change(&mut options);
    let runtime = runtime();
    let interrupt = Interrupt::default();
    let ended = runtime.block_on(async {
        let run = export::export(options, Arc::new(Silent), &interrupt);
        tokio::time::timeout(limit, run).await
    });
    // What hangs must not hang the test too.
    runtime.shutdown_background();
    ended.expect("a run ends")
}

fn run(options: Options, interrupt: &Interrupt) -> Result<Outcome, Error> {
    run_heard(options, Arc::new(Silent), interrupt)
}

fn run_heard(
    options: Options,
    observer: Arc<dyn Observer>,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    runtime().block_on(export::export(options, observer, interrupt))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be had")
}

fn options(sim: &Sim, folder: &Path) -> Options {
    let app_id: AppId = sim.appid().parse().expect("it is an AppId");
    let host = sim.url().replace("http://", "");
    Options {
        client: wechat::Options {
            api_base: sim.url().parse().expect("it is a URL"),
            credential: Credential::Secret {
                app_id: app_id.clone(),
                secret: SecretString::from(sim.secret()),
            },
            asset_hosts: AssetHosts::new([host]),
            ca_pem: None,
            proxy: ProxyRules::default(),
            connect_max: Duration::from_secs(10),
            silence_max: Duration::from_secs(10),
            api_jobs_max: NonZeroUsize::new(4).expect("4 is not 0"),
            media_connections: 16,
            pace: PACE,
            jitter_seed: 1,
            clock: Timestamp::now,
            user_agent: "wxbackup/test".to_owned(),
            secrets: wechat::Secrets::default(),
            on_call: Arc::new(|_| ()),
        },
        app_id,
        account_name: None,
        output: folder.to_owned(),
        stage: None,
        sections: Section::ALL.to_vec(),
        jobs_max: NonZeroUsize::new(16).expect("16 is not 0"),
        threads_max: NonZeroUsize::MIN,
        pictures_by: PicturesBy::Cdn,
        quota_reserve_percent: 20,
        earlier: Earlier::Resume,
        base: BaseChoice::Newest,
        retain_deleted: true,
        sign_key: None,
        recipients: Vec::new(),
        identities: Identities::NONE,
        unchanged: WhenUnchanged::Confirm,
        clock: Timestamp::now,
        holder: Holder {
            pid: std::process::id(),
            host: "here".to_owned(),
            started_at: "now".to_owned(),
        },
        tool_version: "0.0.0".to_owned(),
        tool_commit: None,
    }
}

/// Fails where `verify` would find something in `archive`.
#[track_caller]
pub(crate) fn assert_sound(archive: &Path) {
    let source = Source::open(archive, &Identities::NONE).unwrap();
    let options = check::Options {
        trust: None,
        name: "it",
        level: check::Level::Full,
        jobs: NonZeroUsize::MIN,
        whole_file: check::WholeFile::Skip,
    };
    let report = check::zip(&source, &options, &Silent, &Interrupt::default()).unwrap();
    assert_eq!(report.findings, []);
}
