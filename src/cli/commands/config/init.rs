//! `wxbackup config init`: a settings file to fill in, where there is none yet.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use wxbackup::fs;
use wxbackup::message;
use wxbackup::text::{Language, Message};

use crate::cli::args::Global;
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::language::{language, say};
use crate::cli::report::{Ending, Report};
use crate::cli::settings;

/// What is written: prose, and examples without a blank behind their `#`, which
/// are right together once it is taken away.
pub(crate) fn template(language: Language) -> &'static str {
    match language {
        Language::Zh => include_str!("template.zh.toml"),
        Language::En => include_str!("template.toml"),
    }
}

/// There is no settings file after this that was not there before.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}", message!("init-exists", path = .0.display()))]
    Exists(PathBuf),
    #[error("{}", message!("init-no-place"))]
    NoPlace,
}

impl Error {
    /// What to do about it.
    pub(crate) fn hint(&self) -> Message {
        match self {
            Self::Exists(_) => message!("hint-settings-exist"),
            Self::NoPlace => message!("hint-no-place-for-settings"),
        }
    }
}

/// Writes the file, and its path on stdout.
pub(crate) fn run(global: &Global, report: &Report) -> Outcome {
    let env = |name: &str| std::env::var_os(name);
    let path = settings::place_of_user(global, &env).ok_or(Error::NoPlace)?;
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        fs::create_private_dir(folder)?;
    }
    fs::write_new(&path, template(language()).as_bytes()).map_err(|error| {
        if error.source.kind() == io::ErrorKind::AlreadyExists {
            Box::from(Error::Exists(path.clone()))
        } else {
            Box::<dyn std::error::Error + Send + Sync>::from(error)
        }
    })?;
    report.result(&path.display().to_string());
    Ok(Ending::new(ExitCode::Done)
        .facts(&Facts {
            path: path.to_string_lossy().into_owned(),
        })
        .says(say!("init-done")))
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts {
    path: String,
}
