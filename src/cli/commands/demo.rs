//! `wxbackup demo`: the whole way once, on simulated accounts inside the process.
//!
//! Nothing leaves the machine, and nothing has to be set up. What is written
//! lies in a folder of its own, which is always a new one.

use std::ffi::OsString;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use wechat_sim::Sim;
use wxbackup::archive;
use wxbackup::archive::Identities;
use wxbackup::archive::check;
use wxbackup::archive::check::WholeFile;
use wxbackup::archive::select::Select;
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::event::Observer;
use wxbackup::export;
use wxbackup::export::{BaseChoice, Earlier, Outcome as Exported, Sealed, WhenUnchanged};
use wxbackup::interrupt::Interrupt;
use wxbackup::model::Section;
use wxbackup::restore;
use wxbackup::upload;
use wxbackup::upload::Choices;
use wxbackup::wechat;

use crate::cli::args::QUOTA_RESERVE_PERCENT;
use crate::cli::args::{Connection, Demo};
use crate::cli::commands::{
    Outcome, export as export_command, restore as restore_command, runtime, threads,
};
use crate::cli::connection;
use crate::cli::connection::CLOCK;
use crate::cli::coverage::Coverage;
use crate::cli::exit_code::ExitCode;
use crate::cli::language::say;
use crate::cli::report::{Ending, Report};
use crate::cli::settings::{Account, Credential, Settings, Source};

const JOBS: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

/// The folder of what is restored, inside the demo's.
const LIBRARY: &str = "library";

/// Exports, verifies and restores a simulated account, into a folder and into
/// another account.
pub(crate) fn run(args: &Demo, report: &Arc<Report>, interrupt: &Interrupt) -> Outcome {
    let folder = match &args.to {
        Some(folder) => {
            std::fs::create_dir(folder).at("create-folder", folder)?;
            folder.clone()
        }
        None => new_folder()?,
    };
    let sim = Sim::builder()
        .images(60)
        .voices(6)
        .videos(3)
        .news(12)
        .drafts(5)
        .published(8)
        .try_start()?;

    report.step(&say!("demo-export", appid = sim.appid()));
    let options = options(&sim, &folder, &**report)?;
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let sealed = match runtime()?.block_on(export::export(options, observer, interrupt))? {
        Exported::Sealed(sealed) => sealed,
        Exported::Unfinished(unfinished) => {
            return Ok(export_command::unfinished_ending(unfinished));
        }
    };

    report.step(&say!("demo-verify"));
    let sound = verify(&sealed.archive, report, interrupt)?;

    report.step(&say!("demo-restore"));
    let library = folder.join(LIBRARY);
    let options = restore::Options {
        layout: restore::Layout::Human,
        only: Select::default(),
        identities: Identities::default(),
    };
    let restored = restore::restore(&sealed.archive, &library, &options, &**report, interrupt)?;
    restore_command::tell_losses(
        &sealed.archive.display().to_string(),
        &restored.findings,
        &restored.lost,
        report,
    );

    let into = Sim::builder().seed(2).try_start()?;
    report.step(&say!("demo-upload", appid = into.appid()));
    let rehearsed = rehearse(&sealed.archive, &into, report, interrupt)?;

    let exit = if sound && !restored.is_damaged() && rehearsed.differences.is_empty() {
        export_command::exit_code(&sealed, &[])
    } else {
        ExitCode::Damage
    };
    report.result(&folder.display().to_string());
    Ok(ending(exit, &sealed, &library, &restored))
}

/// Puts the archive into a simulated account, and compares the two.
fn rehearse(
    archive: &Path,
    into: &Sim,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Result<upload::Report, Box<dyn std::error::Error + Send + Sync>> {
    let prepare = || -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
        let options = upload::Options {
            archive: archive.to_owned(),
            target: into.appid().parse()?,
            client: client(into, &**report)?,
            choices: Choices {
                convert_webp: true,
                shorten_titles: true,
                ..Choices::default()
            },
            same_account: false,
            clock: CLOCK,
            identities: Identities::default(),
        };
        Ok(upload::prepare(options, &**report, interrupt)?)
    };
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let runtime = runtime()?;
    let applied = runtime.block_on(prepare()?.apply(Arc::clone(&observer), interrupt))?;
    let made: u64 = applied.made.values().sum();
    report.step(&say!("demo-compare", made = made));
    let found = runtime.block_on(prepare()?.check(observer, interrupt))?;
    report.step(&say!(
        "demo-compared",
        media = found.media,
        drafts = found.drafts,
        differences = found.differences.len()
    ));
    Ok(found)
}

/// `demo` in the current folder or, where that cannot be written to, in the
/// system's folder for such things; with a number where the name is taken.
fn new_folder() -> Result<PathBuf, PathError> {
    match numbered(Path::new("demo")) {
        Err(error)
            if matches!(
                error.source.kind(),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            numbered(&std::env::temp_dir().join("wxbackup-demo"))
        }
        result => result,
    }
}

fn numbered(wanted: &Path) -> Result<PathBuf, PathError> {
    let mut folder = wanted.to_owned();
    let mut number = 1_u32;
    loop {
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                number += 1;
                folder = PathBuf::from(format!("{}-{number}", wanted.display()));
            }
            result => return result.at("create-folder", &folder).map(|()| folder),
        }
    }
}

/// The account of a simulation, as flags and environment would name it.
fn account_of(sim: &Sim) -> Result<Account, Box<dyn std::error::Error + Send + Sync>> {
    Ok(Account {
        name: "demo".to_owned(),
        appid: sim.appid().parse()?,
        credential: Credential::Secret(Source::Variable("WXBACKUP_SECRET".to_owned())),
    })
}

/// How to reach it.
fn client(
    sim: &Sim,
    observer: &dyn Observer,
) -> Result<wechat::Options, Box<dyn std::error::Error + Send + Sync>> {
    // Nothing of the real environment: not the owner's secret, not a proxy.
    let env = |name: &str| (name == "WXBACKUP_SECRET").then(|| OsString::from(sim.secret()));
    let address = Connection {
        api_base: Some(sim.url()),
        ..Connection::default()
    };
    Ok(connection::options(
        &account_of(sim)?,
        &address,
        &[],
        JOBS,
        &Settings::default(),
        &env,
        observer,
    )?)
}

/// What `export` would be told by flags.
fn options(
    sim: &Sim,
    folder: &Path,
    observer: &dyn Observer,
) -> Result<export::Options, Box<dyn std::error::Error + Send + Sync>> {
    Ok(export::Options {
        app_id: account_of(sim)?.appid,
        account_name: None,
        client: client(sim, observer)?,
        output: folder.to_owned(),
        stage: None,
        sections: Section::ALL.to_vec(),
        jobs_max: JOBS,
        pictures_by: export::PicturesBy::Cdn,
        quota_reserve_percent: QUOTA_RESERVE_PERCENT,
        earlier: Earlier::Forget,
        base: BaseChoice::None,
        retain_deleted: true,
        sign_key: None,
        recipients: Vec::new(),
        identities: Identities::default(),
        unchanged: WhenUnchanged::Write,
        threads_max: threads(),
        clock: CLOCK,
        holder: export_command::holder(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        tool_commit: None,
    })
}

fn verify(
    archive: &Path,
    report: &Report,
    interrupt: &Interrupt,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let source = archive::Source::open(archive, &Identities::default())?;
    let options = check::Options {
        name: &archive.display().to_string(),
        level: check::Level::Full,
        jobs: threads(),
        whole_file: WholeFile::Skip,
        trust: None,
    };
    Ok(check::zip(&source, &options, report, interrupt)?.is_sound())
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    path: &'a Path,
    library: &'a Path,
    files: u64,
}

fn ending(exit: ExitCode, sealed: &Sealed, library: &Path, restored: &restore::Outcome) -> Ending {
    let ending = Ending::new(exit).facts(&Facts {
        path: &sealed.archive,
        library,
        files: restored.files,
    });
    let coverage = Coverage::of(&sealed.completeness).words();
    let archive = sealed.archive.display().to_string();
    let index = library.join("目录.html");
    let where_to_look = [
        String::new(),
        say!("demo-where"),
        indented(&say!("demo-archive", path = &archive)),
        indented(&say!(
            "demo-library",
            path = index.display(),
            files = restored.files.to_string()
        )),
        say!("demo-try"),
        indented(&format!("wxbackup list {archive}")),
        indented(&format!("wxbackup verify {archive}")),
        say!("demo-own"),
    ];
    coverage
        .into_iter()
        .chain(where_to_look)
        .fold(ending, Ending::says)
}

fn indented(line: &str) -> String {
    format!("  {line}")
}
