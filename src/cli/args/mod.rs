//! The command line: every flag with its default and its variable; a file a
//! command. What help says of them is in the catalogue, and `help` puts it in:
//! a heading here is but the name of one.
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
pub(crate) mod upload;
mod verify;
mod wrong;

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
pub(crate) use shared::{CaFile, Identity, Only, Output, Sections, Stage};
pub(crate) use status::{Age, Status};
pub(crate) use verify::{Level, Verify};

/// What was said on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "wxbackup",
    version,
    styles = STYLES,
    max_term_width = 100,
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Of help, and of what is said of a wrong command line.
pub(crate) const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

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

/// The command line as clap knows it, without a word of help.
pub(crate) fn command() -> clap::Command {
    Args::command()
}
