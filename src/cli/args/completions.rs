//! `wxbackup completions`

use super::TEMPLATE;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  wxbackup completions bash > ~/.local/share/bash-completion/completions/wxbackup
  wxbackup completions zsh > ~/.zfunc/_wxbackup";
