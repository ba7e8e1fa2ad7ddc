//! `wxbackup diff`

use std::path::PathBuf;

use super::TEMPLATE;
use crate::cli::exit_code::ExitCode;

/// Show what differs between two archives of an account
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = DIFF_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Diff {
    /// The older archive
    #[arg(value_name = "A")]
    pub(crate) old: PathBuf,
    /// The newer archive
    #[arg(value_name = "B")]
    pub(crate) new: PathBuf,
    /// Show each picture and sound of articles too, which are only counted otherwise
    #[arg(long)]
    pub(crate) assets: bool,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  wxbackup diff MONDAY.zip TUESDAY.zip
  wxbackup diff MONDAY.zip TUESDAY.zip | grep ^removed
  wxbackup diff MONDAY.zip TUESDAY.zip --json | jq -r 'select(.op == \"added\").title'";
