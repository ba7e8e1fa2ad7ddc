//! `wxbackup completions`

/// The flags of `wxbackup completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    pub(crate) shell: clap_complete::Shell,
}
