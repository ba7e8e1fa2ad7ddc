//! The command line: every flag with its default, its variable and one line of
//! help; a file a command.
//!
//! A number that a person may set has its default here and nowhere else.

mod browse;
mod completions;
mod config;
mod connection;
#[cfg(feature = "demo")]
mod demo;
mod diff;
mod doctor;
mod export;
mod extract;
mod gaps;
mod global;
mod list;
mod man;
mod notify;
mod origins;
mod prune;
mod restore;
mod shard;
mod shared;
mod status;
mod verify;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub(crate) use browse::Browse;
pub(crate) use completions::Completions;
pub(crate) use config::{Config, ConfigCheck, ConfigCommand, ConfigShow};
pub(crate) use connection::Connection;
#[cfg(feature = "demo")]
pub(crate) use demo::Demo;
pub(crate) use diff::Diff;
pub(crate) use doctor::Doctor;
pub(crate) use export::{Export, Many, PicturesBy, QUOTA_RESERVE_PERCENT};
pub(crate) use extract::{Extract, ExtractFormat};
pub(crate) use gaps::AllowedGaps;
pub(crate) use global::{Global, When};
pub(crate) use list::List;
pub(crate) use man::Man;
pub(crate) use notify::{Notify, NotifyCommand, NotifyTest};
pub(crate) use origins::{FlagValue, flag_values};
pub(crate) use prune::Prune;
pub(crate) use restore::{Layout, Restore};
pub(crate) use shard::Shard;
pub(crate) use shared::{CaFile, Only, Output, Stage};
pub(crate) use status::{Age, Status};
pub(crate) use verify::{Level, Verify};

use crate::cli::exit_code::ExitCode;

/// Saves the whole library of a WeChat Official Account in one zip, proves that it is whole, and gives it back.
#[derive(Debug, Parser)]
#[command(
    name = "wxbackup",
    version,
    help_template = TEMPLATE,
    before_help = EXAMPLES,
    after_help = ExitCode::help(),
    styles = STYLES,
    max_term_width = 100,
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Examples come first: most people look for one that is nearly theirs.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  wxbackup demo                                 see all of it, with nothing set up
  wxbackup export --appid ID --secret-file F    save an account in the current folder
  wxbackup verify wxbackup-*.zip                prove that archives are whole
  wxbackup restore ARCHIVE.zip --to library     get everything back as files";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Export(Box<Export>),
    Verify(Verify),
    Restore(Restore),
    Extract(Extract),
    List(List),
    Diff(Diff),
    Browse(Browse),
    Status(Status),
    Prune(Prune),
    Doctor(Box<Doctor>),
    #[cfg(feature = "demo")]
    Demo(Demo),
    Config(Config),
    Notify(Notify),
    Completions(Completions),
    Man(Man),
}

fn from_env(help: &str, variable: &str) -> String {
    format!("{help} [env: {variable}]")
}

/// Reads the command line; the answer has too, in clap's own words, where each
/// value comes from.
///
/// # Errors
///
/// What is wrong with it, or the help or version that was asked for.
pub(crate) fn parse() -> Result<(Args, ArgMatches), clap::Error> {
    let matches = command().try_get_matches()?;
    let args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))?;
    Ok((args, matches))
}

/// The command line as clap knows it, for help, completions and manual pages.
pub(crate) fn command() -> clap::Command {
    Args::command()
}
