//! `wxbackup doctor`

use super::{Connection, Identity, Output, Sections, Stage};

/// The flags of `wxbackup doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) sections: Sections,
    #[command(flatten)]
    pub(crate) stage: Stage,
    #[command(flatten)]
    pub(crate) identity: Identity,
    #[command(flatten)]
    pub(crate) connection: Connection,
}
