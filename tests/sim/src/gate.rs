//! A place where calls wait until a test lets them on.

use std::sync::Condvar;
use std::sync::Mutex;
use std::time::Instant;

use tokio::sync::watch;

use crate::calls::PATIENCE;

#[derive(Debug)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    held: Mutex<Vec<u64>>,
    changed: Condvar,
}

impl Gate {
    pub(crate) fn closed() -> Self {
        Self {
            open: watch::Sender::new(false),
            held: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// Lets on whoever waits, and all who come.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits for the gate to open, as call `seq`.
    pub(crate) async fn pass(&self, seq: u64) {
        self.held.lock().expect("nobody panics in a gate").push(seq);
        self.changed.notify_all();
        // The sender lives as long as the gate, which this borrows.
        let _ = self.open.subscribe().wait_for(|open| *open).await;
    }

    /// Blocks until a call stands at the gate, and gives its number; `None`
    /// if none came in a minute.
    pub(crate) fn wait(&self) -> Option<u64> {
        let end = Instant::now() + PATIENCE;
        let mut held = self.held.lock().expect("nobody panics in a gate");
        while held.is_empty() {
            let left = end.checked_duration_since(Instant::now())?;
            (held, _) = self
                .changed
                .wait_timeout(held, left)
                .expect("nobody panics in a gate");
        }
        held.first().copied()
    }
}
