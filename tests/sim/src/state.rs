//! Everything that the server and a test share.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::TryLockError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use axum::body::Bytes;

use crate::account::Account;
use crate::calls::Log;
use crate::calls::Resource;
use crate::clock::Clock;
use crate::gate::Gate;
use crate::quotas::Quotas;
use crate::script::Script;
use crate::tokens::Tokens;

/// How long the server waits for a test to put the account down.
const ACCOUNT_PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) seed: u64,
    pub(crate) appid: String,
    pub(crate) secret: String,
    pub(crate) clock: Clock,
    pub(crate) log: Log,
    /// Where silent answers wait.
    pub(crate) silence: Gate,
    account: Mutex<Account>,
    tokens: Mutex<Tokens>,
    quotas: Mutex<Quotas>,
    script: Mutex<Script>,
    fixtures: Mutex<HashMap<String, Bytes>>,
    /// Accounts whose API is at this address too.
    neighbours: Mutex<Vec<Arc<State>>>,
    api_flight: Flight,
    media_flight: Flight,
}

/// Calls that are under way.
#[derive(Debug, Default)]
struct Flight {
    now: AtomicU64,
    peak: AtomicU64,
}

impl State {
    pub(crate) fn new(
        (seed, appid, secret): (u64, String, String),
        account: Account,
        tokens: Tokens,
        quotas: Quotas,
        script: Script,
    ) -> Self {
        Self {
            seed,
            appid,
            secret,
            clock: Clock::start(),
            log: Log::default(),
            silence: Gate::closed(),
            account: Mutex::new(account),
            tokens: Mutex::new(tokens),
            quotas: Mutex::new(quotas),
            script: Mutex::new(script),
            fixtures: Mutex::default(),
            neighbours: Mutex::default(),
            api_flight: Flight::default(),
            media_flight: Flight::default(),
        }
    }

    /// For the test: waits as long as an answer takes.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        held(&self.account)
    }

    /// For the server.
    ///
    /// # Panics
    ///
    /// A test has the account in hand for so long that it must be waiting for
    /// this very server.
    pub(crate) fn account_to_serve(&self) -> MutexGuard<'_, Account> {
        let end = Instant::now() + ACCOUNT_PATIENCE;
        loop {
            match self.account.try_lock() {
                Ok(account) => return account,
                Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_micros(200)),
            }
            assert!(
                Instant::now() < end,
                "the test holds `sim.account()` while it waits for an answer"
            );
        }
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        held(&self.tokens)
    }

    pub(crate) fn quotas(&self) -> MutexGuard<'_, Quotas> {
        held(&self.quotas)
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        held(&self.script)
    }

    pub(crate) fn fixtures(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        held(&self.fixtures)
    }

    pub(crate) fn neighbours(&self) -> MutexGuard<'_, Vec<Arc<State>>> {
        held(&self.neighbours)
    }

    /// A call has come.
    pub(crate) fn took_off(&self, resource: Resource) {
        let flight = self.flight(resource);
        let now = flight.now.fetch_add(1, Ordering::Relaxed) + 1;
        flight.peak.fetch_max(now, Ordering::Relaxed);
    }

    /// A call is over.
    pub(crate) fn landed(&self, resource: Resource) {
        self.flight(resource).now.fetch_sub(1, Ordering::Relaxed);
    }

    /// The most calls that were under way at once.
    pub(crate) fn peak(&self, resource: Resource) -> u64 {
        self.flight(resource).peak.load(Ordering::Relaxed)
    }

    fn flight(&self, resource: Resource) -> &Flight {
        match resource {
            Resource::Token | Resource::Api => &self.api_flight,
            Resource::Cdn | Resource::VideoHost | Resource::Page => &self.media_flight,
        }
    }
}

/// A test that fails with a lock in hand must not fail the server too: its
/// own words are what a person should read.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
