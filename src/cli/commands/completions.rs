//! `wxbackup completions SHELL`

use crate::cli::args::{self, Completions};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::help;
use crate::cli::language::language;
use crate::cli::report::{Ending, Report};

/// Prints completions for a shell.
pub(crate) fn run(args: &Completions, report: &Report) -> Outcome {
    let mut script = Vec::new();
    let mut program = help::localise(args::command(), language());
    clap_complete::generate(args.shell, &mut program, "wxbackup", &mut script);
    report.screen().results(|out| out.write_all(&script))?;
    Ok(Ending::new(ExitCode::Done))
}
