//! Why someone was not told.

use std::process::ExitStatus;
use std::time::Duration;

use crate::error::PathError;

/// One channel failed. The run that it was to tell of has nothing to do with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Proxies or certificates are wrong.
    #[error("the network cannot be used")]
    NoNetwork,
    /// The connection failed, or broke; the error holds no URL.
    #[error("cannot send it")]
    Network(#[source] reqwest::Error),
    /// It took too long, or the run was interrupted meanwhile.
    #[error("it took longer than {} s", .0.as_secs_f32())]
    Late(Duration),
    /// The program was asked to stop, and waited a little longer.
    #[error("the program was asked to stop before it was done")]
    Stopped,
    /// An HTTP status other than 2xx.
    #[error("the answer is HTTP {0}")]
    Status(u16),
    /// The chat said no, with HTTP 200.
    #[error("the chat refused it: {message} ({code})")]
    Refused {
        /// Its code.
        code: i64,
        /// What it says about it, cut, and without the address.
        message: String,
    },
    /// HTTP 200, and not the answer of such a chat.
    #[error("the answer is not that of a chat of this kind")]
    NotAChat,
    /// The program cannot be started.
    #[error("cannot run `{program}`")]
    Command {
        /// What was to be run.
        program: String,
        /// Why it cannot.
        source: std::io::Error,
    },
    /// The program failed.
    #[error("`{program}` ended with {status}{}", said_by(.said))]
    CommandFailed {
        /// What was run.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it printed.
        said: String,
    },
    /// The metrics cannot be written.
    #[error("cannot write the metrics")]
    Metrics(#[source] PathError),
}

fn said_by(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}
