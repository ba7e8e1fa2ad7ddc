//! `wxbackup demo`

use std::path::PathBuf;

use super::TEMPLATE;

/// Show all of it on a simulated account, with nothing set up
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = DEMO_EXAMPLES)]
pub(crate) struct Demo {
    /// Folder to write to; by default demo in the current folder, or the next free name
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}

const DEMO_EXAMPLES: &str = "\
Examples:
  wxbackup demo";
