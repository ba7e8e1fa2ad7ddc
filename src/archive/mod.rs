//! The archive: one zip that is a valid bag, written in the one encoding that
//! even where it is damaged (`schemas/README.md`, format 2 and 3).

mod container;
pub mod limits;
mod manifest;
mod pread;
mod writer;

pub use manifest::write_line as write_manifest_line;
pub use pread::FileRange;
pub use writer::{Body, WriteError, Writer, Written};
