//! `wxbackup export`: the flags of a run, and of a run over many accounts.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::ValueEnum;
use wxbackup::archive::{Recipient, RecipientError};

use super::shard::shards;
use super::wrong::{number_from_1, percent};
use super::{AllowedGaps, Connection, Identity, Output, Sections, Shard, Stage};

/// The flags of `wxbackup export`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) sections: Sections,
    #[arg(
        long,
        value_name = "N",
        default_value = "16",
        env = "WXBACKUP_JOBS",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) jobs: NonZeroUsize,
    #[arg(long)]
    pub(crate) fresh: bool,
    #[arg(long, conflicts_with = "fresh")]
    pub(crate) seal_staged: bool,
    #[arg(
        long,
        value_name = "FILE|none",
        env = "WXBACKUP_BASE",
        hide_env_values = true
    )]
    pub(crate) base: Option<PathBuf>,
    #[arg(long, env = "WXBACKUP_ALWAYS", hide_env_values = true)]
    pub(crate) always: bool,
    #[arg(long, env = "WXBACKUP_NO_RETAIN_DELETED", hide_env_values = true)]
    pub(crate) no_retain_deleted: bool,
    #[arg(
        long,
        value_name = "GAPS,...",
        value_delimiter = ',',
        env = "WXBACKUP_ALLOW_GAPS",
        hide_env_values = true
    )]
    pub(crate) allow_gaps: Vec<AllowedGaps>,
    #[arg(
        long,
        value_name = "WAY",
        default_value = "cdn",
        hide_possible_values = true,
        env = "WXBACKUP_PICTURES_BY",
        hide_env_values = true
    )]
    pub(crate) pictures_by: PicturesBy,
    #[arg(
        long = "asset-host",
        value_name = "HOST[:PORT]",
        value_delimiter = ',',
        env = "WXBACKUP_ASSET_HOST",
        hide_env_values = true
    )]
    pub(crate) asset_hosts: Vec<String>,
    #[arg(
        long,
        value_name = "PERCENT",
        env = "WXBACKUP_QUOTA_RESERVE",
        hide_env_values = true,
        value_parser = percent
    )]
    pub(crate) quota_reserve: Option<u8>,
    #[command(flatten)]
    pub(crate) stage: Stage,
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_SIGN_KEY",
        hide_env_values = true
    )]
    pub(crate) sign_key: Option<PathBuf>,
    #[arg(
        long = "recipient",
        value_name = "KEY",
        env = "WXBACKUP_RECIPIENT",
        hide_env_values = true,
        value_parser = recipients
    )]
    recipients: Vec<Recipients>,
    #[command(flatten)]
    pub(crate) identity: Identity,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

impl Export {
    /// For whom to encrypt, in the order in which they were named.
    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        let lists = self.recipients.iter();
        lists.flat_map(|list| list.0.iter().cloned()).collect()
    }
}

/// Those whom one flag or the variable names.
#[derive(Clone, Debug)]
struct Recipients(Vec<Recipient>);

/// Keys between commas, blanks or lines, as a variable has them.
fn recipients(text: &str) -> Result<Recipients, RecipientError> {
    let words = text.split([',', ' ', '\t', '\n', '\r']);
    let keys = words.filter(|word| !word.is_empty()).map(str::parse);
    let keys: Vec<Recipient> = keys.collect::<Result<_, _>>()?;
    if keys.is_empty() {
        return Err(RecipientError::Form);
    }
    Ok(Recipients(keys))
}

/// The flags of a run over many accounts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "many")]
pub(crate) struct Many {
    // Its variable is read in `commands::export`, where a flag that names one
    // account beats it.
    #[arg(long, conflicts_with_all = ["account", "appid", "secret_file", "access_token_file"])]
    pub(crate) all: bool,
    #[arg(
        long,
        value_name = "N",
        default_value = "2",
        env = "WXBACKUP_ACCOUNTS_AT_ONCE",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) accounts_at_once: NonZeroUsize,
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
