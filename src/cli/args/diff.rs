//! `wxbackup diff`

use std::path::PathBuf;

use super::Identity;

/// The flags of `wxbackup diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    #[arg(value_name = "A")]
    pub(crate) old: PathBuf,
    #[arg(value_name = "B")]
    pub(crate) new: PathBuf,
    #[arg(long)]
    pub(crate) assets: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}
