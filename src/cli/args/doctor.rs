//! `wxbackup doctor`

use wxbackup::model::Section;

use super::shared::section;
use super::{Connection, Output, Stage, TEMPLATE};
use crate::cli::exit_code::ExitCode;

/// Tell whether an export would work now, and what to do where it would not
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = DOCTOR_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Person,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) output: Output,
    /// Sections that exports cover; what is left out need not be granted
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = section,
        default_value = "image,voice,video,news,draft,published",
        env = "WXBACKUP_SECTIONS",
        hide_env_values = true
    )]
    pub(crate) sections: Vec<Section>,
    #[command(flatten)]
    pub(crate) stage: Stage,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const DOCTOR_EXAMPLES: &str = "\
It looks at the way to WeChat, the address that WeChat sees, the secret, what the
account may read, the quotas, the clock, the disk, the lock and the archives.
Nothing is written, and nothing of the account is changed.

Examples:
  wxbackup doctor --appid wx0123456789abcdef --secret-file secret.txt
  wxbackup doctor --account shop -o /var/backups/wechat
  wxbackup doctor --account shop --json | jq -r 'select(.for_admin).for_admin'     what to ask of the administrator";
