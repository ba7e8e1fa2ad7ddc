//! `wxbackup extract`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Identity, Only};

/// The flags of `wxbackup extract`.
#[derive(Debug, clap::Args)]
pub(crate) struct Extract {
    pub(crate) archive: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: ExtractFormat,
    #[command(flatten)]
    pub(crate) only: Only,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// What articles become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExtractFormat {
    /// For editors and site generators.
    Markdown,
    /// For browsers.
    Html,
    /// For browsers, in one file.
    HtmlSingle,
    /// For people.
    Text,
    /// For spreadsheets.
    Csv,
}
