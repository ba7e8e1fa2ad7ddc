//! `wxbackup list`

use std::path::PathBuf;

use wxbackup::model::Section;

use super::Identity;

/// The flags of `wxbackup list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    pub(crate) archive: PathBuf,
    #[arg(long, value_name = "SECTION")]
    pub(crate) section: Option<Section>,
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}
