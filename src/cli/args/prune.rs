//! `wxbackup prune`: which archives stay.

use std::num::NonZeroU32;

use super::{Output, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Remove old archives, and keep as many of each age as you say
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = PRUNE_EXAMPLES,
    after_help = PRUNE_RULES.to_owned() + &ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Locked,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Prune {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) keep: Keep,
    /// Remove; without it only say what would go
    #[arg(long)]
    pub(crate) apply: bool,
}

/// What to keep; at least one of them.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Keep {
    /// Keep the newest N
    #[arg(
        long = "keep-last",
        value_name = "N",
        env = "WXBACKUP_KEEP_LAST",
        hide_env_values = true
    )]
    pub(crate) last: Option<NonZeroU32>,
    /// Keep the newest of each of the last N days that have an archive
    #[arg(
        long = "keep-daily",
        value_name = "N",
        env = "WXBACKUP_KEEP_DAILY",
        hide_env_values = true
    )]
    pub(crate) daily: Option<NonZeroU32>,
    /// Keep the newest of each of the last N weeks (from Monday)
    #[arg(
        long = "keep-weekly",
        value_name = "N",
        env = "WXBACKUP_KEEP_WEEKLY",
        hide_env_values = true
    )]
    pub(crate) weekly: Option<NonZeroU32>,
    /// Keep the newest of each of the last N months
    #[arg(
        long = "keep-monthly",
        value_name = "N",
        env = "WXBACKUP_KEEP_MONTHLY",
        hide_env_values = true
    )]
    pub(crate) monthly: Option<NonZeroU32>,
    /// Keep the newest of each of the last N years
    #[arg(
        long = "keep-yearly",
        value_name = "N",
        env = "WXBACKUP_KEEP_YEARLY",
        hide_env_values = true
    )]
    pub(crate) yearly: Option<NonZeroU32>,
}

const PRUNE_EXAMPLES: &str = "\
Examples:
  wxbackup prune --keep-daily 14 --keep-monthly 12             say what would go
  wxbackup prune --keep-daily 14 --keep-monthly 12 --apply     remove it
  wxbackup prune -o /var/backups/wechat --account shop --keep-last 7 --apply";

/// Flags alone cannot say it.
const PRUNE_RULES: &str = "\
What stays:
  Each account is taken for itself. An archive stays if one rule keeps it; days, weeks, months and
  years are those of China (UTC+08:00). While a count is not used up, the oldest archive stays too.
  Only good archives (complete or complete-with-gaps) count. Partial ones newer than the newest good
  one count among themselves, by the same numbers; older partial ones go.
  In any case stay: the newest good archive, archives that cannot be read or come from the future,
  files of other programs, and all archives of an account that a run is at work on.

";
