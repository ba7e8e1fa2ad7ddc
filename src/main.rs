//! The command line of wxbackup.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
