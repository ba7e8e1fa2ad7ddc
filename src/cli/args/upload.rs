//! The flags of a restore into an account.

use std::path::PathBuf;

/// Where to, and how far to go.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "to-account")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct ToAccount {
    #[arg(
        id = "to_account",
        long = "to-account",
        value_name = "NAME",
        conflicts_with = "to"
    )]
    pub(crate) name: Option<String>,
    #[arg(long)]
    pub(crate) apply: bool,
    #[arg(long, requires = "to_account", conflicts_with = "apply")]
    pub(crate) check: bool,
    #[arg(
        long,
        value_name = "RECEIPT",
        conflicts_with_all = ["to", "check", "archive"]
    )]
    pub(crate) undo: Option<PathBuf>,
    #[arg(long, value_name = "ID")]
    pub(crate) confirm_appid: Option<String>,
    #[arg(long)]
    pub(crate) same_account: bool,
    #[arg(long)]
    pub(crate) keep_duplicates: bool,
    #[arg(long)]
    pub(crate) convert_webp: bool,
    #[arg(long)]
    pub(crate) shorten_titles: bool,
}
