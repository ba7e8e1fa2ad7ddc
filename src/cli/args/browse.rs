//! `wxbackup browse`

use std::path::PathBuf;

use super::Identity;
use super::wrong::port;

/// The flags of `wxbackup browse`.
#[derive(Debug, clap::Args)]
pub(crate) struct Browse {
    pub(crate) archive: PathBuf,
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = port)]
    pub(crate) port: u16,
    #[arg(long)]
    pub(crate) open: bool,
    #[arg(long, conflicts_with = "open")]
    pub(crate) no_open: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}
