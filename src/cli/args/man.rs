//! `wxbackup man`

/// The flags of `wxbackup man`.
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    #[arg(id = "command", value_name = "COMMAND")]
    pub(crate) about: Vec<String>,
}
