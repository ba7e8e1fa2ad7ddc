//! `wxbackup demo`

use std::path::PathBuf;

/// The flags of `wxbackup demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}
