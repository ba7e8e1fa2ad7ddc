//! `wxbackup prune`: which archives stay.

use std::num::NonZeroU32;

use super::wrong::count;
use super::{Identity, Output};

/// The flags of `wxbackup prune`.
#[derive(Debug, clap::Args)]
pub(crate) struct Prune {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) keep: Keep,
    #[arg(long)]
    pub(crate) apply: bool,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// What to keep; at least one of them.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Keep {
    #[arg(
        long = "keep-last",
        value_name = "N",
        value_parser = count,
        env = "WXBACKUP_KEEP_LAST",
        hide_env_values = true
    )]
    pub(crate) last: Option<NonZeroU32>,
    #[arg(
        long = "keep-daily",
        value_name = "N",
        value_parser = count,
        env = "WXBACKUP_KEEP_DAILY",
        hide_env_values = true
    )]
    pub(crate) daily: Option<NonZeroU32>,
    #[arg(
        long = "keep-weekly",
        value_name = "N",
        value_parser = count,
        env = "WXBACKUP_KEEP_WEEKLY",
        hide_env_values = true
    )]
    pub(crate) weekly: Option<NonZeroU32>,
    #[arg(
        long = "keep-monthly",
        value_name = "N",
        value_parser = count,
        env = "WXBACKUP_KEEP_MONTHLY",
        hide_env_values = true
    )]
    pub(crate) monthly: Option<NonZeroU32>,
    #[arg(
        long = "keep-yearly",
        value_name = "N",
        value_parser = count,
        env = "WXBACKUP_KEEP_YEARLY",
        hide_env_values = true
    )]
    pub(crate) yearly: Option<NonZeroU32>,
}
