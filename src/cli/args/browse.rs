//! `wxbackup browse`

use std::path::PathBuf;

use super::TEMPLATE;
use crate::cli::exit_code::ExitCode;

/// Show an archive in the browser: its pages, a search, and what its run covered
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = BROWSE_EXAMPLES,
    long_about = BROWSE_ABOUT,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
    ]),
)]
pub(crate) struct Browse {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Port to listen at, on 127.0.0.1 alone; 0 takes one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// Open the browser also where stdout is no terminal
    #[arg(long)]
    pub(crate) open: bool,
    /// Open no browser, and only say the address
    #[arg(long, conflicts_with = "open")]
    pub(crate) no_open: bool,
}

const BROWSE_ABOUT: &str = "\
Show an archive in the browser: its pages, a search, and what its run covered

The pages come straight out of the zip: nothing is unpacked, nothing is written, and nothing is asked of the network. \
The address on stdout holds a token that works once, and only on this machine. Ctrl-C ends it, with 0.";

const BROWSE_EXAMPLES: &str = "\
Examples:
  wxbackup browse ARCHIVE.zip
  wxbackup browse ARCHIVE.zip --no-open --port 8000    and open the address by hand, such as through ssh -L 8000:127.0.0.1:8000";
