//! `wxbackup extract`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Only, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Take the articles of an archive out as Markdown, HTML, text or tables
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = EXTRACT_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Extract {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Folder to write to; new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// markdown (with front matter), html (offline pages), html-single (one file each, pictures inside), text, or csv (articles.csv and media.csv)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: ExtractFormat,
    #[command(flatten)]
    pub(crate) only: Only,
}

const EXTRACT_EXAMPLES: &str = "\
Examples:
  wxbackup extract ARCHIVE.zip --to articles --format markdown
  wxbackup extract ARCHIVE.zip --to 2023 --format text --only 'section=published;date=2023'
  wxbackup extract ARCHIVE.zip --to pages --format html-single --only title=春天
  wxbackup extract ARCHIVE.zip --to tables --format csv                 for Excel";

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
