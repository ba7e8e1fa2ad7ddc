//! `wxbackup restore`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Only, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Give an archive back as files in a folder
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = RESTORE_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Restore {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Folder to write to; new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// human (folders and names that people read) or bag (as it lies in the archive, for sha256sum)
    #[arg(
        long,
        value_name = "LAYOUT",
        default_value = "human",
        hide_possible_values = true
    )]
    pub(crate) layout: Layout,
    #[command(flatten)]
    pub(crate) only: Only,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  wxbackup restore ARCHIVE.zip --to library
  wxbackup restore ARCHIVE.zip --to 2023 --only 'section=image;date=2023'
  wxbackup restore ARCHIVE.zip --to spring --only title=春天
  wxbackup restore ARCHIVE.zip --to bag --layout bag";

/// In which shape a library is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// For people.
    Human,
    /// For programs.
    Bag,
}
