//! Restore.
pub mod plan;
pub mod select;
