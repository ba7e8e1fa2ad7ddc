//! draft
mod samples;
mod seed;
pub use samples::*;
