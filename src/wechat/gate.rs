//! The gate that every API call passes: shut for all when WeChat says "slower",
//! and for a while afterwards open only now and then.
//!
//! A rate answer speaks of the account, not of one call, so one answer slows
//! everyone. Several calls that were under way together count as one answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The distance between calls after the first rate answer is this part of its
/// wait (a quarter of a second of a minute); doubled by each further one.
const SPACING_FIRST: u32 = 240;
/// The largest distance, as a part of the wait (four seconds of a minute).
const SPACING_MAX: u32 = 15;
/// Below this, calls are as free as before.
const SPACING_MIN: Duration = Duration::from_millis(20);

#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Nobody passes before.
    shut_until: Option<Instant>,
    /// The last time that it was shut.
    shut_at: Option<Instant>,
    /// The next free place in the row.
    next: Option<Instant>,
    spacing: Duration,
}

impl Gate {
    /// When the caller may pass: now, or later. The place in the row is taken.
    /// Whoever waited asks again, because the gate may have been shut meanwhile.
    pub(crate) fn pass(&self) -> Result<Instant, Instant> {
        let mut state = self.lock();
        let now = Instant::now();
        if let Some(until) = state.shut_until.filter(|until| *until > now) {
            return Err(until);
        }
        match state.next {
            Some(next) if next > now => Err(next),
            _ => {
                state.next = (!state.spacing.is_zero()).then(|| now + state.spacing);
                Ok(now)
            }
        }
    }

    /// Shuts the gate for `wait`, because a call that was `sent` then got a rate answer.
    pub(crate) fn shut(&self, sent: Instant, wait: Duration) {
        let mut state = self.lock();
        let now = Instant::now();
        let until = now + wait;
        state.shut_until = Some(state.shut_until.map_or(until, |known| known.max(until)));
        if state.shut_at.is_none_or(|shut_at| sent > shut_at) {
            state.shut_at = Some(now);
            state.spacing = (state.spacing * 2)
                .max(wait / SPACING_FIRST)
                .min(wait / SPACING_MAX);
        }
    }

    /// A call went well: the row moves a little faster.
    pub(crate) fn went_well(&self) {
        let mut state = self.lock();
        state.spacing = state.spacing * 3 / 4;
        if state.spacing < SPACING_MIN {
            state.spacing = Duration::ZERO;
            state.next = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const QUARTER: Duration = Duration::from_millis(250);

    #[tokio::test(start_paused = true)]
    async fn a_rate_answer_holds_everyone_and_then_lets_them_through_one_by_one() {
        let gate = Gate::default();
        let start = Instant::now();
        assert_eq!((gate.pass(), gate.pass()), (Ok(start), Ok(start)));

        // Two calls that were under way together: one answer.
        gate.shut(start, MINUTE);
        gate.shut(start, MINUTE);
        assert_eq!(gate.pass(), Err(start + MINUTE));

        tokio::time::advance(MINUTE).await;
        let open = Instant::now();
        assert_eq!(gate.pass(), Ok(open));
        assert_eq!(gate.pass(), Err(open + QUARTER));
        tokio::time::advance(QUARTER).await;
        assert!(gate.pass().is_ok());

        // A later one doubles the distance.
        gate.shut(Instant::now(), MINUTE);
        tokio::time::advance(MINUTE).await;
        let open = Instant::now();
        assert_eq!(
            (gate.pass(), gate.pass()),
            (Ok(open), Err(open + QUARTER * 2))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_go_well_open_the_gate_again() {
        let gate = Gate::default();
        gate.shut(Instant::now(), MINUTE);
        tokio::time::advance(MINUTE).await;
        assert!(gate.pass().is_ok());
        assert!(gate.pass().is_err());
        for _ in 0..20 {
            gate.went_well();
        }
        assert!(gate.pass().is_ok());
        assert!(gate.pass().is_ok());
    }
}
