//! `wxbackup notify`: those who are told how an export ended.

use clap::Subcommand;

use super::CaFile;

/// The flags of `wxbackup notify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Notify {
    #[command(subcommand)]
    pub(crate) command: NotifyCommand,
}

/// What to do with those who are told.
#[derive(Debug, Subcommand)]
pub(crate) enum NotifyCommand {
    Test(NotifyTest),
}

/// The flags of `wxbackup notify test`.
#[derive(Debug, clap::Args)]
pub(crate) struct NotifyTest {
    #[command(flatten)]
    pub(crate) ca_file: CaFile,
}
