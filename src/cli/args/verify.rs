//! `wxbackup verify`

use std::path::PathBuf;

use clap::ValueEnum;

use super::TEMPLATE;
use crate::cli::exit_code::ExitCode;

/// Prove that archives are whole and unchanged
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = VERIFY_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Verify {
    /// Archives, folders that one was unpacked into, or - for stdin
    #[arg(required = true, value_name = "ARCHIVE")]
    pub(crate) archives: Vec<PathBuf>,
    /// How deep: quick (head and tail), structure (every header), checksums (every byte), full (every record too)
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "full",
        hide_possible_values = true
    )]
    pub(crate) level: Level,
    /// Keys that must have signed each archive, as ssh-keygen(1) lists them; take the file from elsewhere than the archive
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_ALLOWED_SIGNERS",
        hide_env_values = true
    )]
    pub(crate) allowed_signers: Option<PathBuf>,
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  wxbackup verify wxbackup-*.zip
  wxbackup verify --level structure wxbackup-*.zip     seconds, whatever the size
  ssh host cat ARCHIVE.zip | wxbackup verify -";

/// How deep a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Head and tail.
    Quick,
    /// Every header.
    Structure,
    /// Every byte.
    Checksums,
    /// Every record too.
    Full,
}
