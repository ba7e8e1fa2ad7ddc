//! `wxbackup config`: what is done with the settings.

use clap::Subcommand;

use super::{Export, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Show, check or begin the settings
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = CONFIG_EXAMPLES)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  wxbackup config init      write a settings file to fill in
  wxbackup config check     say what is wrong with it
  wxbackup config show      say what is in effect, and why";

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ConfigShow),
    Check(ConfigCheck),
    Init(ConfigInit),
}

/// Show every value in effect and where it comes from; secrets are not shown
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_SHOW_EXAMPLES,
    after_help = ExitCode::help_of(&[ExitCode::Done, ExitCode::Failed, ExitCode::Usage]),
)]
pub(crate) struct ConfigShow {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

const CONFIG_SHOW_EXAMPLES: &str = "\
It takes the flags of export, and shows what an export with them would use.

Examples:
  wxbackup config show
  wxbackup config show --account shop --jobs 4     what an export with these flags would use";

/// Check the settings, the secrets and the output folder, without the network
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_CHECK_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct ConfigCheck {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

const CONFIG_CHECK_EXAMPLES: &str = "\
It takes the flags of export, and checks what an export with them would use:
every account of the settings file, or the one that --account names.

Examples:
  wxbackup config check
  wxbackup config check --account shop -o /var/backups/wechat";

/// Write a settings file with an explanation of everything, for you to fill in
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_INIT_EXAMPLES,
    after_help = ExitCode::help_of(&[ExitCode::Done, ExitCode::Failed, ExitCode::Usage]),
)]
pub(crate) struct ConfigInit {}

const CONFIG_INIT_EXAMPLES: &str = "\
It goes where --config says, else to the usual place of your settings. A file
that is there already is left as it is.

Examples:
  wxbackup config init
  wxbackup config init --config /etc/wxbackup/config.toml";
