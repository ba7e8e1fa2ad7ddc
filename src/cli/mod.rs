//! The command line: reads flags, environment and settings, catches signals,
//! calls the library, tells what happens, and picks the exit code.

mod args;
mod commands;
mod connection;
mod coverage;
mod exit_code;
mod explain;
mod folder;
mod help;
mod keys;
mod language;
mod names;
mod panics;
mod refusal;
mod report;
mod settings;
mod signals;
mod signing;
mod telling;

use clap::ArgMatches;

use args::{Args, Command, ConfigCommand, NotifyCommand};
use exit_code::ExitCode;
use report::Report;

/// Runs the program; the answer is its exit code.
pub(crate) fn run() -> std::process::ExitCode {
    language::choose();
    let exit = match args::parse() {
        Ok((args, matches)) => run_command(args, &matches),
        Err(error) => refusal::refuse(error),
    };
    exit.number().into()
}

fn run_command(mut args: Args, matches: &ArgMatches) -> ExitCode {
    // What these print is for shells and pagers, which read no JSON.
    if matches!(args.command, Command::Completions(_) | Command::Man(_)) {
        args.global.json = false;
    }
    // Before anything can build a TLS client. It fails where one is installed
    // already, which nobody else does.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let env = |name: &str| std::env::var_os(name);
    language::heed(|| settings::language(&args.global, &env));
    let report = std::sync::Arc::new(Report::new(&args.global));
    panics::quote_nothing_of(report.secrets());
    let interrupt = signals::catch(&report);
    let global = &args.global;
    let (command, result) = match &args.command {
        Command::Export(export) => {
            let result = commands::export::run(global, export, &report, &interrupt);
            ("export", result)
        }
        Command::Verify(args) => (
            "verify",
            commands::verify::run(global, args, &report, &interrupt),
        ),
        Command::Extract(args) => (
            "extract",
            commands::extract::run(global, args, &report, &interrupt),
        ),
        Command::Restore(args) => (
            "restore",
            commands::restore::run(global, args, &report, &interrupt),
        ),
        Command::Status(status) => {
            let result = commands::status::run(&args.global, status, &report, &interrupt);
            ("status", result)
        }
        Command::Doctor(args) => (
            "doctor",
            commands::doctor::run(global, args, &report, &interrupt),
        ),
        Command::Prune(prune) => {
            let result = commands::prune::run(&args.global, prune, &report, &interrupt);
            ("prune", result)
        }
        #[cfg(feature = "demo")]
        Command::Demo(args) => ("demo", commands::demo::run(args, &report, &interrupt)),
        Command::List(args) => (
            "list",
            commands::list::run(global, args, &report, &interrupt),
        ),
        Command::Config(config) => match &config.command {
            ConfigCommand::Show(args) => (
                "config show",
                commands::config::show::run(global, args, matches, &report),
            ),
            ConfigCommand::Check(args) => (
                "config check",
                commands::config::check::run(global, args, &report, &interrupt),
            ),
            ConfigCommand::Init(_) => ("config init", commands::config::init::run(global, &report)),
        },
        Command::Notify(notify) => {
            let NotifyCommand::Test(test) = &notify.command;
            let result = commands::notify::run(global, test, &report, &interrupt);
            ("notify test", result)
        }
        Command::Diff(args) => (
            "diff",
            commands::diff::run(global, args, &report, &interrupt),
        ),
        Command::Browse(args) => {
            let result = commands::browse::run(global, args, &report, &interrupt);
            // It waits for a signal, and nothing else ends it.
            return report.finish("browse", result, None);
        }
        Command::Completions(args) => ("completions", commands::completions::run(args, &report)),
        Command::Man(args) => ("man", commands::man::run(args, &report)),
    };
    report.finish(command, result, interrupt.cause())
}
