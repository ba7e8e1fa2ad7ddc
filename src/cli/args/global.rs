//! The flags that every command takes.

use std::path::PathBuf;

use clap::ValueEnum;

use super::from_env;

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "NAME", help = from_env("Account of the settings file to work on", "WXBACKUP_ACCOUNT"))]
    pub(crate) account: Option<String>,
    #[arg(long, global = true, value_name = "FILE", help = from_env("Settings file, instead of $XDG_CONFIG_HOME/wxbackup/config.toml or /etc/wxbackup/config.toml", "WXBACKUP_CONFIG"))]
    pub(crate) config: Option<PathBuf>,
    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell of each call to WeChat too
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Write one JSON object a line to stdout; the last is the summary
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_PROGRESS",
        hide_env_values = true,
        help = "Show progress, bars on a terminal, else a line every 30 seconds: auto, always, never"
    )]
    pub(crate) progress: When,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_COLOR",
        hide_env_values = true,
        help = "Use colours: auto, always, never"
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
        hide_env_values = true,
        help = "Language of messages and help: zh, en; else that of the locale"
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
