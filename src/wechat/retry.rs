//! Whether to try again, and after how long: decided in this one place.
//!
//! The error says its class; what was tried before says how much patience is
//! left. Deciding is pure, waiting is the client's.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use crate::wechat::errcode::Class;
use crate::wechat::error::Error;
use crate::wechat::options::Pace;

/// The patience of one call or download.
#[derive(Debug)]
pub(crate) struct Retry {
    pace: Pace,
    waits: ExponentialBackoff,
    attempt: u32,
    tries_left: u32,
    rate_answers_left: u32,
    tokens_refused: u32,
    missing_is_passing: bool,
    is_write: bool,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stays a failure.
    GiveUp,
    /// Wait, then try again.
    Wait(Duration),
    /// Nobody calls for so long; then try again.
    ShutGate(Duration),
    /// Get another token, then try again.
    RenewToken(Renewal),
}

/// How to get another token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// Ask for it as for the first.
    Normal,
    /// Make WeChat discard the current one: disturbs whoever else holds it.
    Forced,
}

impl Retry {
    pub(crate) fn new(pace: Pace, seed: u64) -> Self {
        Self {
            pace,
            waits: ExponentialBuilder::new()
                .with_min_delay(pace.wait_first)
                .with_max_delay(pace.wait_max)
                .with_jitter()
                .with_jitter_seed(seed)
                .without_max_times()
                .build(),
            attempt: 1,
            tries_left: pace.tries_max.saturating_sub(1),
            rate_answers_left: pace.rate_answers_max,
            tokens_refused: 0,
            missing_is_passing: false,
            is_write: false,
        }
    }

    /// For an address so fresh that it may answer 404 for some seconds.
    pub(crate) fn of_fresh_address(mut self) -> Self {
        self.missing_is_passing = true;
        self
    }

    /// For what is only good to know: another try would keep everybody waiting.
    pub(crate) fn of_side_question(mut self) -> Self {
        (self.tries_left, self.rate_answers_left) = (0, 0);
        self
    }

    /// For a call that makes something: where it may have done its work, only
    /// someone who looks can say whether to try again.
    pub(crate) fn of_write(mut self) -> Self {
        self.is_write = true;
        self
    }

    /// 1 for the first try.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What to do after `error`. Counts as one more attempt unless it says to give up.
    pub(crate) fn after(&mut self, error: &Error) -> Verdict {
        let verdict = self.judge(error);
        if verdict != Verdict::GiveUp {
            self.attempt += 1;
        }
        verdict
    }

    fn judge(&mut self, error: &Error) -> Verdict {
        let is_rate_answer = error.errcode().is_some();
        match error.class() {
            Class::Token => {
                self.tokens_refused += 1;
                match self.tokens_refused {
                    1 => Verdict::RenewToken(Renewal::Normal),
                    // Others may have renewed it in between: some rounds more
                    // than the two that it takes, and an end to it.
                    2..=4 => Verdict::RenewToken(Renewal::Forced),
                    _ => Verdict::GiveUp,
                }
            }
            Class::RateLimited if is_rate_answer => match self.rate_answers_left {
                0 => Verdict::GiveUp,
                left => {
                    self.rate_answers_left = left - 1;
                    Verdict::ShutGate(self.pace.rate_wait)
                }
            },
            Class::RateLimited => match self.next_wait(error) {
                Some(wait) => Verdict::ShutGate(wait),
                None => Verdict::GiveUp,
            },
            Class::Transient if self.is_write && error.outcome_is_unknown() => Verdict::GiveUp,
            Class::Transient => self.wait_or_give_up(error),
            Class::Permanent if self.missing_is_passing && error.http_status() == Some(404) => {
                self.wait_or_give_up(error)
            }
            Class::Quota
            | Class::Permanent
            | Class::NoPermission
            | Class::Account
            | Class::Local
            | Class::Interrupted => Verdict::GiveUp,
        }
    }

    fn wait_or_give_up(&mut self, error: &Error) -> Verdict {
        self.next_wait(error).map_or(Verdict::GiveUp, Verdict::Wait)
    }

    fn next_wait(&mut self, error: &Error) -> Option<Duration> {
        self.tries_left = self.tries_left.checked_sub(1)?;
        let wait = self.waits.next()?;
        let asked = error.retry_after().unwrap_or_default();
        Some(wait.max(asked.min(self.pace.retry_after_max)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::api::Api;
    use crate::wechat::error::{ErrorKind, Refusal};

    const PACE: Pace = Pace {
        tries_max: 4,
        rate_answers_max: 2,
        ..Pace::WECHAT
    };

    fn refused(errcode: i64) -> Error {
        let refusal = Refusal::new(errcode, "", Api::GetMaterial);
        Error::new("x", ErrorKind::Refused(refusal))
    }

    fn status(status: u16, retry_after: Option<u64>) -> Error {
        let retry_after = retry_after.map(Duration::from_secs);
        Error::new(
            "x",
            ErrorKind::Status {
                status,
                retry_after,
            },
        )
    }

    fn seconds(verdict: Verdict) -> f64 {
        match verdict {
            Verdict::Wait(wait) | Verdict::ShutGate(wait) => wait.as_secs_f64(),
            verdict => panic!("{verdict:?} is no wait"),
        }
    }

    #[test]
    fn waits_double_with_jitter_and_end() {
        let mut retry = Retry::new(PACE, 7);
        for at_least in [1.0, 2.0, 4.0] {
            let wait = seconds(retry.after(&refused(-1)));
            assert!((at_least..at_least * 2.0).contains(&wait), "{wait}");
        }
        assert_eq!(
            (retry.after(&refused(-1)), retry.attempt()),
            (Verdict::GiveUp, 4)
        );
    }

    #[test]
    fn calls_of_different_seeds_do_not_march_in_step() {
        let wait = |seed| Retry::new(PACE, seed).after(&refused(-1));
        assert_eq!(wait(1), wait(1));
        assert_ne!(wait(1), wait(2));
    }

    #[test]
    fn retry_after_is_honoured_up_to_a_bound() {
        let wait = |asked| seconds(Retry::new(PACE, 1).after(&status(503, Some(asked))));
        assert_eq!((wait(20), wait(86_400)), (20.0, 120.0));
        assert!(wait(0) >= 1.0);
    }

    #[test]
    fn a_rate_answer_shuts_the_gate_and_spends_no_try() {
        let mut retry = Retry::new(PACE, 1);
        let minute = Verdict::ShutGate(Duration::from_secs(60));
        assert_eq!(
            [
                retry.after(&refused(45011)),
                retry.after(&refused(45011)),
                retry.after(&refused(45011))
            ],
            [minute, minute, Verdict::GiveUp]
        );
        assert!(matches!(retry.after(&refused(-1)), Verdict::Wait(_)));
        assert!(matches!(
            retry.after(&status(429, None)),
            Verdict::ShutGate(_)
        ));
    }

    #[test]
    fn a_refused_token_is_renewed_then_forced_then_given_up() {
        let mut retry = Retry::new(PACE, 1);
        let verdicts: Vec<Verdict> = (0..5).map(|_| retry.after(&refused(40001))).collect();
        let forced = Verdict::RenewToken(Renewal::Forced);
        assert_eq!(
            verdicts,
            [
                Verdict::RenewToken(Renewal::Normal),
                forced,
                forced,
                forced,
                Verdict::GiveUp
            ]
        );
    }

    #[test]
    fn a_side_question_is_asked_once() {
        for error in [refused(-1), refused(45011), status(429, None)] {
            let mut retry = Retry::new(PACE, 1).of_side_question();
            assert_eq!(retry.after(&error), Verdict::GiveUp);
        }
    }

    #[test]
    fn what_may_have_been_done_is_not_done_again() {
        let write = || Retry::new(PACE, 1).of_write();
        for error in [refused(-1), status(502, None)] {
            assert!(error.outcome_is_unknown());
            assert_eq!(write().after(&error), Verdict::GiveUp);
        }
        // These say that nothing was done.
        assert!(matches!(
            write().after(&refused(45011)),
            Verdict::ShutGate(_)
        ));
        assert!(matches!(
            write().after(&refused(40001)),
            Verdict::RenewToken(_)
        ));
        for errcode in [45011, 40001, 45009, 40007] {
            assert!(!refused(errcode).outcome_is_unknown());
        }
    }

    #[test]
    fn only_a_fresh_address_may_be_missing_for_a_while() {
        assert_eq!(
            Retry::new(PACE, 1).after(&status(404, None)),
            Verdict::GiveUp
        );
        let mut fresh = Retry::new(PACE, 1).of_fresh_address();
        assert!(matches!(fresh.after(&status(404, None)), Verdict::Wait(_)));
        assert_eq!(fresh.after(&status(410, None)), Verdict::GiveUp);
        assert_eq!(fresh.after(&refused(40007)), Verdict::GiveUp);
        assert_eq!(fresh.after(&refused(45009)), Verdict::GiveUp);
    }
}
