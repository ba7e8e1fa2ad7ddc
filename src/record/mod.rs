//! The documents of an archive as typed values: what each file under `run/` and
//! `data/items/` holds, how it is written, and whether it is true.
//!
//! `schemas/README.md` is the contract; the structs here follow it field by
//! field. A field without a value is left out, never written as null; a reader
//! takes null for absent and ignores fields that it does not know.
//!
//! Pure text in, pure text out: nothing here opens a file.

pub mod archive;
pub mod article;
pub mod bag_info;
pub mod canonical;
pub mod completeness;
mod instant;
pub mod item;
pub mod manifest;
pub mod readme;
pub mod receipt;
pub mod run;

/// The `format` word of every document that names it.
pub const FORMAT: &str = "wxbackup-archive";

/// The version that this program writes.
pub const FORMAT_VERSION: &str = "1.0";
