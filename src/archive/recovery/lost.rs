//! What cannot be given back, and why.

use crate::archive::records::RecordError;
use crate::error::system;
use crate::message;
use crate::model::EntryPath;
use crate::text::Message;

/// Something that cannot be given back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lost {
    /// What it is to a person: `<section> <id>`, a target, an entry, or
    /// `<entry>:<line>`; safe to show.
    pub about: String,
    /// The entry that should hold its bytes, where one should.
    pub path: Option<EntryPath>,
    /// Why.
    pub reason: LostReason,
}

/// Why something cannot be given back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum LostReason {
    /// The manifests or a record name it, and no whole entry holds it.
    #[error("{}", message!("lost-absent"))]
    Absent,
    /// Its bytes cannot be read to their end or are not those of its checksum.
    #[error("{}", message!("lost-damaged", why = .0))]
    Unreadable(Message),
    /// Its bytes are whole, and not those that the archive was made with.
    #[error("{}", message!("lost-wrong-digest"))]
    WrongDigest,
    /// No manifest lists it, so it was put there by someone else.
    #[error("{}", message!("lost-unlisted"))]
    Unlisted,
    /// A record that cannot be read or that contradicts itself.
    #[error("{0}")]
    BadRecord(Message),
}

impl LostReason {
    /// What a record that cannot be read means for what it names.
    pub fn of(error: &RecordError) -> Self {
        match error {
            RecordError::Unreadable { source, .. } => Self::Unreadable(system(source)),
            RecordError::TooLong { .. } => Self::BadRecord(message!("lost-line-too-long")),
            RecordError::Malformed { message, .. } => {
                Self::BadRecord(message!("lost-no-record", why = message))
            }
        }
    }
}

/// An id from a record, safe to show: escaped and cut.
pub fn shown(id: &str) -> String {
    id.chars().take(150).flat_map(char::escape_debug).collect()
}
