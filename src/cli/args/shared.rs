//! Flags that several commands take, each declared once.

use std::path::PathBuf;

use wxbackup::archive::select::Select;
use wxbackup::model::{Section, UnknownSection};

/// Where the archives are.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
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
    #[arg(id = "only", long = "only", value_name = "SELECT")]
    pub(crate) clauses: Vec<Select>,
}

/// Whom to trust.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct CaFile {
    #[arg(id = "ca_file", long = "ca-file", value_name = "FILE")]
    pub(crate) path: Option<PathBuf>,
}

/// The keys that open what is encrypted.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Identity {
    #[arg(
        id = "identity",
        long = "identity",
        value_name = "FILE",
        env = "WXBACKUP_IDENTITY",
        hide_env_values = true
    )]
    pub(crate) files: Vec<PathBuf>,
}

/// Parts of an account.
#[derive(Debug, clap::Args)]
pub(crate) struct Sections {
    #[arg(
        id = "sections",
        long = "sections",
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = section,
        default_value = "image,voice,video,news,draft,published",
        env = "WXBACKUP_SECTIONS",
        hide_env_values = true
    )]
    list: Vec<Section>,
}

impl Sections {
    /// Those that are named, each once, in the order of records and reports.
    pub(crate) fn named(&self) -> Vec<Section> {
        Section::ALL
            .into_iter()
            .filter(|section| self.list.contains(section))
            .collect()
    }
}

/// A section of a list that may have blanks behind its commas.
fn section(text: &str) -> Result<Section, UnknownSection> {
    text.trim().parse()
}
