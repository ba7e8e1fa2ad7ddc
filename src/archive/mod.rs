//! An archive.
pub mod records;
