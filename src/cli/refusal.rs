//! A command line that asks for help, or that is wrong: what is said of it, in
//! the language of the program.
//!
//! The command line is read without any texts first, so that a run pays nothing
//! for them. Where that fails, it is read once more with them.

use clap::error::ErrorKind;
use wxbackup::text::speaking;

use crate::cli::args;
use crate::cli::exit_code::ExitCode;
use crate::cli::help;
use crate::cli::language::language;
use crate::cli::report;

/// Shows the help or the version that was asked for, or says what is wrong.
pub(crate) fn refuse(error: clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::DisplayVersion {
        // Output that nobody can read any more is no trouble.
        let _ = error.print();
        return ExitCode::Done;
    }
    let language = language();
    let error = help::localise(args::command(), language)
        .try_get_matches()
        .err()
        .unwrap_or(error);
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            help::framed(&error.render(), language)
        }
        _ => speaking(language, || error.render().ansi().to_string()),
    };
    if error.exit_code() == 0 {
        report::answer(&text);
    } else {
        report::object(&text);
    }
    if error.kind() == ErrorKind::DisplayHelp {
        return ExitCode::Done;
    }
    if std::env::args_os().any(|word| word == "--json") {
        let plain = console::strip_ansi_codes(&text);
        let first = plain.lines().next().unwrap_or_default();
        report::refused(first.trim_start_matches("error: "));
    }
    ExitCode::Usage
}
