//! Restore.
pub mod links;
pub mod plan;
pub mod select;
