//! Why someone was not told.

use std::process::ExitStatus;
use std::time::Duration;

use crate::error::PathError;
use crate::message;
use crate::text::Message;

/// One channel failed. The run that it was to tell of has nothing to do with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Proxies or certificates are wrong.
    #[error("{}", message!("notify-no-network"))]
    NoNetwork,
    /// The connection failed, or broke; the error holds no URL.
    #[error("{}", message!("notify-cannot-send"))]
    Network(#[source] reqwest::Error),
    /// It took too long, or the run was interrupted meanwhile.
    #[error("{}", message!("notify-late", seconds = .0.as_secs_f32().to_string()))]
    Late(Duration),
    /// The program was asked to stop, and waited a little longer.
    #[error("{}", message!("notify-stopped"))]
    Stopped,
    /// An HTTP status other than 2xx.
    #[error("{}", message!("notify-status", status = .0.to_string()))]
    Status(u16),
    /// The chat said no, with HTTP 200.
    #[error("{}", message!("notify-refused", text = message, code = code.to_string()))]
    Refused {
        /// Its code.
        code: i64,
        /// What it says about it, cut, and without the address.
        message: String,
    },
    /// HTTP 200, and not the answer of such a chat.
    #[error("{}", message!("notify-not-a-chat"))]
    NotAChat,
    /// The program cannot be started.
    #[error("{}", message!("notify-cannot-run", program = program))]
    Command {
        /// What was to be run.
        program: String,
        /// Why it cannot.
        source: std::io::Error,
    },
    /// The program failed.
    #[error("{}", failed(program, *status, said))]
    CommandFailed {
        /// What was run.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it printed.
        said: String,
    },
    /// The metrics cannot be written.
    #[error("{}", message!("notify-metrics"))]
    Metrics(#[source] PathError),
}

fn failed(program: &str, status: ExitStatus, said: &str) -> Message {
    let status = status.to_string();
    if said.is_empty() {
        message!("notify-ended", program = program, status = status)
    } else {
        message!(
            "notify-ended-saying",
            program = program,
            status = status,
            said = said
        )
    }
}
