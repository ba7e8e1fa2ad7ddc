//! Where a check puts what it finds: told at once, kept within bounds.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::{Event, Observer};
use crate::model::Finding;
use crate::text::Message;

/// A hostile archive can have a million wrong entries. So many of each code
/// are kept and told, the rest are counted.
const KEPT_PER_CODE: u64 = 100;

/// Takes findings from many threads.
pub(super) struct Findings<'a> {
    archive: &'a str,
    observer: &'a dyn Observer,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    findings: Vec<Finding>,
    counts: BTreeMap<&'static str, u64>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(archive: &'a str, observer: &'a dyn Observer) -> Self {
        Self {
            archive,
            observer,
            kept: Mutex::default(),
        }
    }

    pub(super) fn add(&self, code: &'static str, about: &str, message: Message) {
        self.take(Finding::new(code, about, message));
    }

    pub(super) fn take(&self, finding: Finding) {
        let mut kept = self.lock();
        let count = kept.counts.entry(finding.code).or_default();
        *count += 1;
        if *count <= KEPT_PER_CODE {
            self.observer.event(&Event::Finding {
                archive: self.archive,
                finding: &finding,
            });
            kept.findings.push(finding);
        }
    }

    /// Whether anything was found whose code begins with one of `letters`.
    pub(super) fn any(&self, letters: &[char]) -> bool {
        self.lock()
            .counts
            .keys()
            .any(|code| code.starts_with(letters))
    }

    pub(super) fn advance(&self, items: u64, bytes: u64) {
        self.observer.event(&Event::Advanced { items, bytes });
    }

    /// What was found, and how many more were only counted.
    pub(super) fn finish(self) -> (Vec<Finding>, u64) {
        let kept = self
            .kept
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let total: u64 = kept.counts.values().sum();
        let left_out = total - kept.findings.len() as u64;
        (kept.findings, left_out)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
