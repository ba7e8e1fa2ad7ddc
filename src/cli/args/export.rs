//! `wxbackup export`: the flags of a run, and of a run over many accounts.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::ValueEnum;
use wxbackup::model::Section;

use super::shard::shards;
use super::shared::section;
use super::{AllowedGaps, Connection, Shard, TEMPLATE, from_env};
use crate::cli::exit_code::ExitCode;

/// Save the library of an account in one archive
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = EXPORT_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Gaps, ExitCode::Person,
        ExitCode::Later, ExitCode::Locked, ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Export {
    /// Folder of the archives, of any number of accounts [default: output of the settings, else .]
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) output: Option<PathBuf>,
    /// Sections to cover
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = section,
        default_value = "image,voice,video,news,draft,published",
        env = "WXBACKUP_SECTIONS",
        hide_env_values = true
    )]
    pub(crate) sections: Vec<Section>,
    /// Downloads side by side
    #[arg(
        long,
        value_name = "N",
        default_value = "16",
        env = "WXBACKUP_JOBS",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) jobs: NonZeroUsize,
    /// Forget what an interrupted run has fetched, and begin anew
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Make an archive of what is staged and of the base; asks WeChat for nothing
    #[arg(long, conflicts_with = "fresh")]
    pub(crate) seal_staged: bool,
    /// Archive to build on; `none` fetches all, and drops what was deleted [default: the newest]
    #[arg(
        long,
        value_name = "FILE|none",
        env = "WXBACKUP_BASE",
        hide_env_values = true
    )]
    pub(crate) base: Option<PathBuf>,
    /// Write an archive even if nothing has changed
    #[arg(long, env = "WXBACKUP_ALWAYS", hide_env_values = true)]
    pub(crate) always: bool,
    /// Leave out what is no longer in the account, instead of keeping it
    #[arg(long, env = "WXBACKUP_NO_RETAIN_DELETED", hide_env_values = true)]
    pub(crate) no_retain_deleted: bool,
    /// Gaps that do not make the exit code 3: classes, reasons, or known (in the base too)
    #[arg(
        long,
        value_name = "GAPS,...",
        value_delimiter = ',',
        env = "WXBACKUP_ALLOW_GAPS",
        hide_env_values = true
    )]
    pub(crate) allow_gaps: Vec<AllowedGaps>,
    /// How to fetch pictures: cdn (by their addresses, no API call) or api (the API's own bytes, one call each)
    #[arg(
        long,
        value_name = "WAY",
        default_value = "cdn",
        hide_possible_values = true,
        env = "WXBACKUP_PICTURES_BY",
        hide_env_values = true
    )]
    pub(crate) pictures_by: PicturesBy,
    /// A host besides WeChat's own that articles may take pictures from
    #[arg(
        long = "asset-host",
        value_name = "HOST[:PORT]",
        value_delimiter = ',',
        env = "WXBACKUP_ASSET_HOST",
        hide_env_values = true
    )]
    pub(crate) asset_hosts: Vec<String>,
    /// Part of each call's daily quota to leave for your other systems, in percent, where a run needs many calls [default: what the settings say, else 20]
    #[arg(
        long,
        value_name = "PERCENT",
        env = "WXBACKUP_QUOTA_RESERVE",
        hide_env_values = true,
        value_parser = percent
    )]
    pub(crate) quota_reserve: Option<u8>,
    /// Folder to gather in, if the output folder is slow or on a network
    #[arg(
        long,
        value_name = "DIR",
        env = "WXBACKUP_STAGE",
        hide_env_values = true
    )]
    pub(crate) stage: Option<PathBuf>,
    /// Ed25519 key of OpenSSH to sign the archive with, without a passphrase
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_SIGN_KEY",
        hide_env_values = true
    )]
    pub(crate) sign_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  wxbackup export --appid wx0123456789abcdef --secret-file secret.txt
  wxbackup export -o /var/backups/wechat --account shop        an account of the settings file
  wxbackup export -o /var/backups/wechat --all                 all of them
  wxbackup export -o backups --sections draft,published        only what changes most
  wxbackup export -o backups -q --allow-gaps known             from cron: only new gaps are told
  wxbackup export -o backups --seal-staged                     what was fetched before the account was banned";

/// The flags of a run over many accounts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Many accounts")]
pub(crate) struct Many {
    // Its variable is read in `commands::export`, where a flag that names one
    // account beats it.
    #[arg(long, conflicts_with_all = ["account", "appid", "secret_file", "access_token_file"], help = from_env("Run every account of the settings file; one that fails stops no other, and the exit code is the gravest of all", "WXBACKUP_ALL"))]
    pub(crate) all: bool,
    /// Accounts side by side, with --all; --jobs is for each of them
    #[arg(
        long,
        value_name = "N",
        default_value = "2",
        env = "WXBACKUP_ACCOUNTS_AT_ONCE",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) accounts_at_once: NonZeroUsize,
    /// With --all: only the accounts of part I of N, from 1/N to N/N; an account stays in its part when others come or go
    #[arg(
        long,
        value_name = "I/N",
        env = "WXBACKUP_SHARD",
        hide_env_values = true
    )]
    pub(crate) shard: Option<Shard>,
    #[arg(
        long,
        value_name = "N",
        env = "WXBACKUP_SHARDS",
        hide_env_values = true,
        help = "With --all, in a Kubernetes indexed Job: how many parts there are; JOB_COMPLETION_INDEX says which is this one's",
        value_parser = shards,
        conflicts_with = "shard"
    )]
    pub(crate) shards: Option<NonZeroU32>,
}

/// How pictures of the library are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PicturesBy {
    /// By the addresses that the list gives.
    Cdn,
    /// From the API, one call each.
    Api,
}

/// What is kept of each call's daily quota unless someone says otherwise.
pub(crate) const QUOTA_RESERVE_PERCENT: u8 = 20;

/// A part of a whole that leaves something over.
fn percent(text: &str) -> Result<u8, &'static str> {
    text.parse()
        .ok()
        .filter(|percent| *percent < 100)
        .ok_or("it must be a number from 0 to 99")
}

fn number_from_1(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "it must be a number from 1 on")
}
