//! `wxbackup restore`

use std::path::PathBuf;

use clap::ValueEnum;

use super::upload::ToAccount;
use super::{Connection, Identity, Only};

/// The flags of `wxbackup restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    #[arg(required_unless_present = "undo")]
    pub(crate) archive: Option<PathBuf>,
    #[arg(long, value_name = "DIR", required_unless_present_any = ["to_account", "undo"])]
    pub(crate) to: Option<PathBuf>,
    #[arg(
        long,
        value_name = "LAYOUT",
        default_value = "human",
        hide_possible_values = true
    )]
    pub(crate) layout: Layout,
    #[command(flatten)]
    pub(crate) only: Only,
    #[command(flatten)]
    pub(crate) account: ToAccount,
    #[command(flatten)]
    pub(crate) identity: Identity,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// In which shape a library is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// For people.
    Human,
    /// For programs.
    Bag,
}
