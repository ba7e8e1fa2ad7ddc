//! `wxbackup config`: what is done with the settings.

use clap::Subcommand;

use super::Export;

/// The flags of `wxbackup config`.
#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ConfigShow),
    Check(ConfigCheck),
    Init(ConfigInit),
}

/// The flags of `wxbackup config show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigShow {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

/// The flags of `wxbackup config check`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigCheck {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

/// The flags of `wxbackup config init`.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigInit {}
