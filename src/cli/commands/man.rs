//! `wxbackup man`

use wxbackup::message;

use crate::cli::args::{self, Man};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain::UsageError;
use crate::cli::help;
use crate::cli::language::language;
use crate::cli::report::{Ending, Report};

/// Prints the manual page of the program or of one command.
pub(crate) fn run(args: &Man, report: &Report) -> Outcome {
    let program = help::localise(args::command(), language());
    let mut command = &program;
    for word in &args.about {
        command = command.find_subcommand(word).ok_or_else(|| {
            UsageError(message!("man-no-command", command = args.about.join(" ")))
        })?;
    }
    let page = help::manual(command, language())?;
    report
        .screen()
        .results(|out| out.write_all(page.as_bytes()))?;
    Ok(Ending::new(ExitCode::Done))
}
