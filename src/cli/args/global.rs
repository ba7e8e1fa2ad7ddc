//! The flags that every command takes.

use std::path::PathBuf;

use clap::ValueEnum;

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "global")]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) account: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_PROGRESS",
        hide_env_values = true
    )]
    pub(crate) progress: When,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_COLOR",
        hide_env_values = true
    )]
    pub(crate) color: When,
    // Read before all else, by `language`; here it is refused where it is wrong.
    #[arg(
        long,
        global = true,
        value_name = "LANGUAGE",
        value_enum,
        hide_possible_values = true,
        env = "WXBACKUP_LANG",
        hide_env_values = true
    )]
    pub(crate) lang: Option<Lang>,
}

/// The languages by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Whether to do something that suits a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}
