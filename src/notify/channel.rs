//! A way to tell someone.

use std::path::PathBuf;

use secrecy::SecretString;

use crate::notify::address::Address;
use crate::notify::chat::ChatKind;
use crate::notify::facts::Severity;

/// One way to tell someone, as the settings name it.
#[derive(Clone, Debug)]
pub struct Channel {
    /// What messages call it, such as `notify.ping`.
    pub name: String,
    /// How.
    pub way: Way,
}

/// How someone is told.
#[derive(Clone, Debug)]
pub enum Way {
    /// A program is run.
    Command {
        /// After which runs.
        when: When,
        /// The program and what it is given.
        words: Vec<String>,
    },
    /// A service that notices where no ping comes.
    Ping(Address),
    /// A message in a group.
    Chat {
        /// Whose.
        kind: ChatKind,
        /// Where its robot is.
        address: Address,
        /// What messages are signed with.
        secret: Option<SecretString>,
        /// The least severity that is worth a message.
        from: Severity,
    },
    /// A file for Prometheus in this folder.
    Metrics(PathBuf),
}

/// After which runs a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Those that end with exit code 0.
    Success,
    /// All others.
    Problem,
}

impl When {
    /// Whether a run of this severity is one of them.
    pub(super) fn is_for(self, severity: Severity) -> bool {
        (severity == Severity::Success) == (self == Self::Success)
    }
}
