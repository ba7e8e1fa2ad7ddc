//! `wxbackup notify`: those who are told how an export ended.

use clap::Subcommand;

use super::{CaFile, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Try out the telling of how an export ended
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = NOTIFY_EXAMPLES)]
pub(crate) struct Notify {
    #[command(subcommand)]
    pub(crate) command: NotifyCommand,
}

const NOTIFY_EXAMPLES: &str = "\
Examples:
  wxbackup notify test     tell everyone that the settings name";

/// What to do with those who are told.
#[derive(Debug, Subcommand)]
pub(crate) enum NotifyCommand {
    Test(NotifyTest),
}

/// Tell everyone that the settings name, and say who could be told
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = NOTIFY_TEST_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct NotifyTest {
    #[command(flatten)]
    pub(crate) ca_file: CaFile,
}

const NOTIFY_TEST_EXAMPLES: &str = "\
Commands run, and chats get a message; both are told that it is a test. A ping
goes to /log, which does not count as a run. No file of metrics is changed.

Examples:
  wxbackup notify test
  wxbackup notify test --account shop     whom an export of that account tells";
