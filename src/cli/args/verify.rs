//! `wxbackup verify`

use std::path::PathBuf;

use clap::ValueEnum;

use super::Identity;

/// The flags of `wxbackup verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[arg(required = true, value_name = "ARCHIVE")]
    pub(crate) archives: Vec<PathBuf>,
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "full",
        hide_possible_values = true
    )]
    pub(crate) level: Level,
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_ALLOWED_SIGNERS",
        hide_env_values = true
    )]
    pub(crate) allowed_signers: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// How deep a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Head and tail.
    Quick,
    /// Every header.
    Structure,
    /// Every byte.
    Checksums,
    /// Every record too.
    Full,
}
