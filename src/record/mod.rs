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
pub mod check;
pub mod compare;
pub mod completeness;
mod instant;
pub mod item;
pub mod lenient;
pub mod manifest;
pub(crate) mod mark;
pub mod reading_order;
pub mod readme;
pub mod receipt;
pub mod run;
#[cfg(test)]
mod samples;
pub mod signature;
pub mod spec;

/// The `format` word of every document that names it.
pub const FORMAT: &str = "wxbackup-archive";

/// The version that this program writes.
pub const FORMAT_VERSION: &str = "1.0";

/// Reads a null as the field's absence: a writer leaves such fields out.
fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    use serde::Deserialize as _;
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
