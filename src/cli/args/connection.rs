//! The flags of commands that talk to WeChat.

use std::path::PathBuf;

use super::CaFile;

/// The flags of commands that talk to WeChat. Their variables are read in
/// `settings`, which has to know whether a value is a flag's or a variable's.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "connection")]
pub(crate) struct Connection {
    #[arg(long, value_name = "ID")]
    pub(crate) appid: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "access_token_file")]
    pub(crate) secret_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) access_token_file: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    pub(crate) api_base: Option<String>,
    #[command(flatten)]
    pub(crate) ca_file: CaFile,
}
