//! One command a file: from flags to options, one call of the library, and what to say of its answer.

use std::error::Error;
use std::io;
use std::num::NonZeroUsize;

use crate::cli::report::Ending;

pub(crate) mod browse;
pub(crate) mod completions;
pub(crate) mod config;
#[cfg(feature = "demo")]
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod notify;
pub(crate) mod prune;
pub(crate) mod restore;
pub(crate) mod status;
pub(crate) mod verify;

/// What a command comes to.
pub(crate) type Outcome = Result<Ending, Box<dyn Error + Send + Sync>>;

/// How many threads hash and write: as many as there are cores.
fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// The runtime of commands that use the network. Two threads hash what two
/// connections bring; more gain nothing, because the seal has its own.
fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}
