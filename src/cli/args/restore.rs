//! `wxbackup restore`

use std::path::PathBuf;

use clap::ValueEnum;

use super::Only;

/// The flags of `wxbackup restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    pub(crate) archive: PathBuf,
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
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

/// In which shape a library is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// For people.
    Human,
    /// For programs.
    Bag,
}
