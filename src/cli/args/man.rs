//! `wxbackup man`

use super::TEMPLATE;

/// Print the manual page of the program or of one command
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// The command, such as export or config show; without one, the program
    #[arg(value_name = "COMMAND")]
    pub(crate) about: Vec<String>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  wxbackup man | man -l -
  wxbackup man completions > wxbackup-completions.1";
