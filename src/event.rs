//! What a running operation tells: one enum of events, one observer trait.
//!
//! The library never prints. Text, JSON lines, progress bars and tests are
//! observers of the same events.

use std::error::Error;

use crate::model::{Finding, GapClass, GapReason, Section};
use crate::text::Message;

/// Hears what happens in an operation, in order, from any thread.
pub trait Observer: Send + Sync {
    /// Takes one event; it must not block for long.
    fn event(&self, event: &Event<'_>);
}

/// An observer that hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: &Event<'_>) {}
}

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A stretch of work begins; it ends when the next begins.
    Phase {
        /// What kind of work.
        phase: Phase,
        /// The section it is about, where it is about one.
        section: Option<Section>,
        /// How many items, entries or pages it has, where that is known.
        items_total: Option<u64>,
        /// How many bytes it has, where that is known.
        bytes_total: Option<u64>,
    },
    /// The phase went on by so many items and bytes.
    Advanced {
        /// Items, entries or list entries done since the last event.
        items: u64,
        /// Bytes moved since the last event.
        bytes: u64,
    },
    /// Something the owner should know that changes no result.
    Warning {
        /// A stable word for scripts, such as `not_listable`.
        code: &'static str,
        /// What it is about: an item, a file, a section; may be empty.
        about: &'a str,
        /// One sentence.
        message: &'a Message,
    },
    /// An item could not be saved; the run goes on.
    Gap {
        /// `image`, …, `asset`, `section`.
        kind: &'a str,
        /// `media_id`, article id, asset key or section.
        id: &'a str,
        /// Its name or title; may be empty.
        name: &'a str,
        /// What kind of trouble.
        class: &'a GapClass,
        /// Why.
        reason: &'a GapReason,
        /// More about it, for people; no secrets, no signed URLs.
        detail: Option<&'a Message>,
    },
    /// A check found something wrong.
    Finding {
        /// The archive or folder it was found in.
        archive: &'a str,
        /// What was found.
        finding: &'a Finding,
    },
    /// One call of the WeChat API was answered, or failed.
    Call {
        /// Its path without host and query, such as `material/get_material`.
        api: &'a str,
        /// 1 for the first try.
        attempt: u32,
        /// WeChat's error code, where it gave one.
        errcode: Option<i64>,
        /// What failed, where something did.
        error: Option<&'a (dyn Error + 'static)>,
        /// How long it took, in milliseconds.
        millis: u64,
    },
    /// How many calls of a path the run is about to need, and how many it may
    /// have. Only told where there are many.
    QuotaPlan {
        /// The path without host and query.
        api: &'a str,
        /// How many it will take.
        calls_needed: u64,
        /// How many may be made today; `None` where WeChat does not tell.
        calls_left: Option<u64>,
        /// What is kept of a day's calls, in percent.
        reserve_percent: u8,
        /// On how many days they can be made, today included; `None` where
        /// that is unknown, or no number of days is enough.
        days: Option<u64>,
    },
    /// A wait before the next try.
    Waiting {
        /// Why.
        reason: &'a Message,
        /// How long, in milliseconds.
        millis: u64,
    },
}

/// The stretches of work that operations have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Getting a token and the counts.
    Connect,
    /// Reading a section's list.
    List,
    /// Downloading what a section needs.
    Fetch,
    /// Writing the archive.
    Seal,
    /// Reading an archive and checking it.
    Check,
    /// Writing files into a folder.
    Restore,
    /// Writing articles into a folder.
    Extract,
    /// Putting things into an account, or taking them out again.
    Upload,
}

impl Phase {
    /// Every one, in the order in which they are declared.
    pub const ALL: [Self; 8] = [
        Self::Connect,
        Self::List,
        Self::Fetch,
        Self::Seal,
        Self::Check,
        Self::Restore,
        Self::Extract,
        Self::Upload,
    ];

    /// The word that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::List => "list",
            Self::Fetch => "fetch",
            Self::Seal => "seal",
            Self::Check => "check",
            Self::Restore => "restore",
            Self::Extract => "extract",
            Self::Upload => "upload",
        }
    }

    /// What is being done, to a reader.
    pub fn name(self) -> Message {
        Message::new(format!("phase-{}", self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn every_phase_has_a_name_in_each_language() {
        for (phase, language) in Phase::ALL
            .into_iter()
            .flat_map(|phase| Language::ALL.map(|language| (phase, language)))
        {
            assert!(phase.name().is_known(language), "{phase:?} in {language:?}");
        }
    }
}
