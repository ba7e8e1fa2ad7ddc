//! What a page lacks, told once more in one place.
//!
//! Each missing thing has a box where it stood, but the layout of an article
//! may clip or cover that box, and nobody reads a long page for dashed lines.
//! So the page says at its top how much is missing, and at its end what.

use std::collections::HashSet;

use super::article_words as words;
use super::boxes::{self, Media};
use super::lookup::Resolved;
use crate::model::GapId;

/// What was found missing so far, in the order of the page.
#[derive(Debug, Default)]
pub(super) struct Lacks {
    lines: Vec<(Option<GapId>, String)>,
    gaps: HashSet<GapId>,
}

impl Lacks {
    /// Takes note of what became of something; of a gap once, whatever shows it.
    pub(super) fn note(&mut self, media: Media, found: Option<&Resolved>) {
        let gap = match found {
            Some(Resolved::Local { .. }) => return,
            Some(Resolved::Missing(missing)) => Some(missing.gap_id.clone()),
            Some(Resolved::Unknown) | None => None,
        };
        self.add(gap, boxes::absence(media, found));
    }

    fn add(&mut self, gap: Option<GapId>, line: String) {
        let is_new = gap.as_ref().is_none_or(|gap| self.gaps.insert(gap.clone()));
        if is_new {
            self.lines.push((gap, line));
        }
    }

    /// Takes in what another part of the page lacks.
    pub(super) fn take(&mut self, other: Self) {
        for (gap, line) in other.lines {
            self.add(gap, line);
        }
    }

    /// How many there are, for the top of the page; empty where nothing is missing.
    pub(super) fn summary(&self) -> String {
        match self.lines.len() {
            0 => String::new(),
            count => format!("<wxb-lack>{}</wxb-lack>\n", words::lack(count)),
        }
    }

    /// All of them, for its end; empty where nothing is missing.
    pub(super) fn list(&self) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let mut lines = String::new();
        for (_, line) in &self.lines {
            lines.extend(["<li>", line, "</li>\n"]);
        }
        format!(
            "<wxb-lacks><h2>{}</h2>\n<ol>\n{lines}</ol></wxb-lacks>\n",
            words::LACKS
        )
    }
}
