//! Flags that several commands take, each declared once.

use std::path::PathBuf;

use wxbackup::archive::select::Select;
use wxbackup::model::{Section, UnknownSection};

use super::from_env;

/// Where the archives are.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// Folder of the archives [default: output of the settings, else .]
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) folder: Option<PathBuf>,
}

/// Where runs gather.
#[derive(Debug, clap::Args)]
pub(crate) struct Stage {
    /// Folder that runs gather in, if it is another than the output folder
    #[arg(
        id = "stage",
        long = "stage",
        value_name = "DIR",
        env = "WXBACKUP_STAGE",
        hide_env_values = true
    )]
    pub(crate) folder: Option<PathBuf>,
}

/// A part of an archive.
#[derive(Debug, clap::Args)]
pub(crate) struct Only {
    /// Only a part: section=, id=, title=, date=; clauses with ; between them must all fit, values with , any
    #[arg(id = "only", long = "only", value_name = "SELECT")]
    pub(crate) clauses: Vec<Select>,
}

/// Whom to trust.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct CaFile {
    #[arg(id = "ca_file", long = "ca-file", value_name = "FILE", help = from_env("Certificates (PEM) to trust besides the system's", "WXBACKUP_CA_FILE"))]
    pub(crate) path: Option<PathBuf>,
}

/// A section of a list that may have blanks behind its commas.
pub(super) fn section(text: &str) -> Result<Section, UnknownSection> {
    text.trim().parse()
}
