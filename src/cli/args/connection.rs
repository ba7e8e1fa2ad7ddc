//! The flags of commands that talk to WeChat.

use std::path::PathBuf;

use super::{CaFile, from_env};

/// The flags of commands that talk to WeChat. Their variables are read in
/// `settings`, which has to know whether a value is a flag's or a variable's.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Account and connection")]
pub(crate) struct Connection {
    #[arg(long, value_name = "ID", help = from_env("AppId of the account", "WXBACKUP_APPID"))]
    pub(crate) appid: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "access_token_file", help = from_env("File that holds the AppSecret and nothing else; the secret itself may be in WXBACKUP_SECRET", "WXBACKUP_SECRET_FILE"))]
    pub(crate) secret_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = from_env("File that holds an access token issued elsewhere, instead of a secret; the token itself may be in WXBACKUP_ACCESS_TOKEN", "WXBACKUP_ACCESS_TOKEN_FILE"))]
    pub(crate) access_token_file: Option<PathBuf>,
    #[arg(long, value_name = "URL", help = from_env("Where the API is, instead of https://api.weixin.qq.com; plain http only on this machine", "WXBACKUP_API_BASE"))]
    pub(crate) api_base: Option<String>,
    #[command(flatten)]
    pub(crate) ca_file: CaFile,
}
