//! Whoever changes an account says which one.

use std::io::{BufRead as _, IsTerminal as _};

use wxbackup::message;
use wxbackup::model::AppId;

use crate::cli::explain::UsageError;
use crate::cli::language::say;
use crate::cli::report::Report;

/// Takes the AppId of `target` from the flag, or from whoever sits at the
/// terminal.
///
/// # Errors
///
/// Where it is another one, or nobody can be asked.
pub(super) fn confirm(
    target: &AppId,
    given: Option<&str>,
    report: &Report,
) -> Result<(), UsageError> {
    let stdin = std::io::stdin();
    let given = match given {
        Some(given) => given.to_owned(),
        None if stdin.is_terminal() && !report.is_json() => {
            report.step(&say!("upload-confirm", account = target.as_str()));
            let mut line = String::new();
            // What cannot be read is no yes.
            let _ = stdin.lock().read_line(&mut line);
            line.trim().to_owned()
        }
        None => {
            return Err(UsageError(message!(
                "upload-unconfirmed",
                account = target.as_str()
            )));
        }
    };
    if given == target.as_str() {
        return Ok(());
    }
    Err(UsageError(message!(
        "upload-other-confirmed",
        account = target.as_str()
    )))
}
