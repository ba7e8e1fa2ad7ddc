//! The words of the program: what an account, an item, a gap or a finding is.
//!
//! Nothing here touches a disk or a network. Every other layer speaks in these
//! types, so that an id, a path or a digest cannot be taken for a bare string.

mod account;
mod akey;
mod asset_key;
mod entry_path;
mod file_kind;
mod finding;
mod fingerprint;
mod gap;
pub mod human_name;
pub mod layout;
mod names;
mod section;
mod time;

pub use account::{AppId, InvalidAppId};
pub use akey::{Akey, InvalidAkey};
pub use asset_key::{AssetAddress, AssetHosts, AssetKey};
pub use entry_path::{BaseFolder, EntryPath, InvalidEntryPath};
pub use file_kind::{FileKind, SNIFF_BYTES};
pub use finding::Finding;
pub use fingerprint::{Fingerprint, Fingerprinter, InvalidSha256, Sha256};
pub use gap::{GapClass, GapId, GapReason};
pub use section::{ItemKind, ItemStatus, RunStatus, Section, UnknownSection};
pub use time::{Clock, RunStamp, Timestamp, china_date_time, rfc3339};
