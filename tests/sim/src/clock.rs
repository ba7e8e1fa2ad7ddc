//! The simulation's time: it runs by itself, and a test may move it on.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

/// Seconds since the start, and what a test has added to them.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    skipped: AtomicU64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            started: Instant::now(),
            skipped: AtomicU64::new(0),
        }
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs() + self.skipped.load(Ordering::Relaxed)
    }

    pub(crate) fn skip(&self, time: Duration) {
        self.skipped.fetch_add(time.as_secs(), Ordering::Relaxed);
    }
}
