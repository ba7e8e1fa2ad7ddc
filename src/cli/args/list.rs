//! `wxbackup list`

use std::path::PathBuf;

use wxbackup::model::Section;

use super::TEMPLATE;
use crate::cli::exit_code::ExitCode;

/// List what an archive holds
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = LIST_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
    ]),
)]
pub(crate) struct List {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Only one section: image, voice, video, news, draft, published
    #[arg(long, value_name = "SECTION")]
    pub(crate) section: Option<Section>,
    /// Write a table for spreadsheets
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

const LIST_EXAMPLES: &str = "\
Examples:
  wxbackup list ARCHIVE.zip
  wxbackup list ARCHIVE.zip --section draft
  wxbackup list ARCHIVE.zip --csv > library.csv          for Excel
  wxbackup list ARCHIVE.zip | grep 2023-05 | cut -f5     ids of a month";
