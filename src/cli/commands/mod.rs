//! One command a file: from flags to options, one call of the library, and what to say of its answer.

use std::error::Error;

use crate::cli::report::Ending;

pub(crate) mod completions;
pub(crate) mod man;
pub(crate) mod restore;
pub(crate) mod verify;

/// What a command comes to.
pub(crate) type Outcome = Result<Ending, Box<dyn Error + Send + Sync>>;
