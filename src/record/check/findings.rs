//! Findings, gathered up to a number that a person can still read.

use crate::model::Finding;
use crate::text::Message;

/// How many findings are kept; a hostile archive could have one for each byte.
const KEPT_MAX: usize = 1000;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    omitted: u64,
}

impl Findings {
    pub(super) fn add(&mut self, code: &'static str, about: &str, message: Message) {
        if self.kept.len() < KEPT_MAX {
            self.kept
                .push(Finding::new(code, about, message.map_texts(&printable)));
        } else {
            self.omitted += 1;
        }
    }

    /// How many there are, kept or not.
    pub(super) fn count(&self) -> u64 {
        self.kept.len() as u64 + self.omitted
    }

    /// The findings, and how many more there were.
    pub(super) fn finish(self) -> (Vec<Finding>, u64) {
        (self.kept, self.omitted)
    }
}

/// A message may quote the archive, which may hold anything.
fn printable(message: &str) -> String {
    let cut: String = message.chars().take(300).collect();
    // `Finding::new` has the rule for text from an archive; it is asked here too.
    Finding::new("", &cut, Message::verbatim("")).about
}
