//! The archive: one zip that is a valid bag, written in the one encoding that
//! every zip reader takes the same way, checked byte by byte, and read back
//! even where it is damaged (`schemas/README.md`, 4 and 15).

mod age;
pub mod check;
mod container;
mod directory;
mod follow;
pub mod limits;
mod pread;
mod reader;
pub mod records;
pub mod recovery;
mod salvage;
pub mod select;
pub mod shelf;
mod source;
mod writer;

pub use age::{Identities, IdentityError, RECIPIENTS_MAX, Recipient, RecipientError, encrypt};
pub use follow::{Followed, Follower, follow};
pub use pread::{FileRange, ReadAt};
pub use reader::{Archive, Content, Entry, OpenError, ReadError};
pub use salvage::{Proof, Salvaged, salvage};
pub use source::{Source, file_sha256, is_encrypted};
pub use writer::{Body, WriteError, Writer, Written};
