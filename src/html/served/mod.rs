//! The pages that `browse` shows beside those inside an archive: where to
//! begin, the search, and the facts of the run.
//!
//! Those inside are functions of the library alone (format 3); what the run met
//! with stands here only. Each says it in Chinese and in English.

mod coverage;
mod search;
mod shell;
mod start;
mod words;

use crate::model::{RunStatus, Section};
use crate::text::Message;

pub use coverage::{CoverageView, FailedCheck, GapLine, SectionFacts, coverage_page};
pub use search::{Hit, Piece, SEARCH_MAX, SearchView, search_page};
pub use shell::{SERVED_STYLE_SHEET, note_page, welcome_page};
pub use start::start_page;

use super::views::Count;

/// Which archive it is, and how its run ended.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The account's name, where it is known.
    pub account_name: Option<&'a str>,
    /// The account's `AppId`.
    pub appid: &'a str,
    /// The file.
    pub file_name: &'a str,
    /// The run that made it.
    pub run_id: &'a str,
    /// When the account was looked at: from and to, in Unix seconds.
    pub window: (i64, i64),
    /// The verdict.
    pub status: RunStatus,
    /// The sections with their counts.
    pub sections: &'a [(Section, Count)],
    /// What the articles name by URL.
    pub assets: Count,
    /// How many gaps there are.
    pub gaps: u64,
    /// What the reader must know of the file before all else; none of a sound one.
    pub warning: Option<&'a Message>,
}
