//! The exit codes that each command can end with, as its help lists them.

use crate::cli::exit_code::ExitCode::{
    self, Damage, Done, Failed, Gaps, Interrupted, Later, Locked, Person, Terminated, Usage,
};

/// The codes of the command at `path`; none for those whose help has no table.
pub(super) fn exit_codes(path: &str) -> &'static [ExitCode] {
    match path {
        "" => &ExitCode::ALL,
        "export" => &[
            Done,
            Failed,
            Usage,
            Gaps,
            Person,
            Later,
            Locked,
            Interrupted,
            Terminated,
        ],
        "restore" => &[
            Done,
            Failed,
            Usage,
            Gaps,
            Person,
            Later,
            Damage,
            Locked,
            Interrupted,
            Terminated,
        ],
        "verify" | "extract" | "diff" => &[Done, Failed, Usage, Damage, Interrupted, Terminated],
        "list" | "browse" => &[Done, Failed, Usage, Damage],
        "status" | "config-check" | "notify-test" => {
            &[Done, Failed, Usage, Interrupted, Terminated]
        }
        "prune" => &[Done, Failed, Usage, Locked, Interrupted, Terminated],
        "doctor" => &[Done, Failed, Usage, Person, Interrupted, Terminated],
        "config-show" | "config-init" => &[Done, Failed, Usage],
        _ => &[],
    }
}
