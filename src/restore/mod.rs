//! Restore.
pub mod select;
