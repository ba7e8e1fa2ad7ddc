//! The server as a test holds it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::MutexGuard;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::account::Truth;
use crate::builder::Builder;
use crate::calls::Call;
use crate::calls::Ending;
use crate::calls::Resource;
use crate::faults::Fault;
use crate::gate::Gate;
use crate::script::Moment;
use crate::state::State;
use crate::target::Target;

/// A simulated account with its server. It stops when it is dropped.
#[derive(Debug)]
pub struct Sim {
    state: Arc<State>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Sim {
    /// An account with nothing in it, to be filled.
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn new(
        state: Arc<State>,
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        thread: JoinHandle<io::Result<()>>,
    ) -> Self {
        Self {
            state,
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// `http://127.0.0.1:PORT`, for `--api-base`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The account's `AppId`.
    pub fn appid(&self) -> &str {
        &self.state.appid
    }

    /// The account's `AppSecret`.
    pub fn secret(&self) -> &str {
        &self.state.secret
    }

    /// From now, answers the API calls of another simulation's account too, as
    /// WeChat does at one address for all accounts. They are in the log of the
    /// other, and its scripts act on them; its media stay at its own address.
    /// # Panics
    ///
    /// The two have the same seed, and so the same AppId.
    pub fn answer_for(&self, other: &Self) {
        assert_ne!(self.state.seed, other.state.seed, "accounts must differ");
        self.state.neighbours().push(Arc::clone(&other.state));
    }

    /// The account, to be read and changed.
    ///
    /// The server waits while this is held, so it must be dropped before a
    /// client is waited for; mind that it lives to the end of a statement,
    /// and in `for` and `match` to the end of the block. A server that waits
    /// for ten seconds panics and says so.
    pub fn account(&self) -> MutexGuard<'_, Account> {
        self.state.account()
    }

    /// What a whole backup of the account holds, now.
    pub fn truth(&self) -> Vec<Truth> {
        self.account().truth()
    }

    /// From now, lets a fault strike.
    pub fn fault(&self, fault: Fault, target: Target) {
        self.state.script().fault(fault, target);
    }

    /// From now, no fault strikes.
    pub fn clear_faults(&self) {
        self.state.script().clear_faults();
    }

    /// Changes the account just before these calls are answered.
    pub fn before(&self, target: Target, action: impl FnMut(&mut Account) + Send + 'static) {
        let action = Box::new(action);
        self.state
            .script()
            .action(target, Moment::BeforeAnswer, action);
    }

    /// Changes the account just after these calls were answered, before the
    /// answer is sent.
    pub fn after(&self, target: Target, action: impl FnMut(&mut Account) + Send + 'static) {
        let action = Box::new(action);
        self.state
            .script()
            .action(target, Moment::AfterAnswer, action);
    }

    /// Stops these calls before they are answered.
    #[must_use = "dropping it lets the calls go"]
    pub fn hold(&self, target: Target) -> Hold {
        Hold {
            gate: self.state.script().hold(target),
            state: Arc::clone(&self.state),
        }
    }

    /// Lets every answer go on that a fault made silent, now and later.
    pub fn release_silence(&self) {
        self.state.silence.open();
    }

    /// Answers a path with these bytes and no check of any kind.
    pub fn serve_fixture(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = Bytes::from(bytes.into());
        self.state.fixtures().insert(path.to_owned(), bytes);
    }

    /// Limits a path to so many calls a day, those of today included.
    pub fn limit(&self, path: &str, daily: u64) {
        self.state.quotas().set(path, daily);
    }

    /// Another system of the owner uses up today's calls of a path.
    pub fn exhaust(&self, path: &str) {
        self.state.quotas().exhaust(path);
    }

    /// Another system of the owner forces a new token: ours is dead.
    pub fn revoke_token(&self) {
        self.state.tokens().revoke();
    }

    /// Moves the simulation's time on. Nothing waits for it.
    pub fn advance(&self, time: Duration) {
        self.state.clock.skip(time);
    }

    /// Makes it tomorrow: quotas are whole again, tokens and the signed
    /// addresses of videos are past their time.
    pub fn next_day(&self) {
        self.advance(Duration::from_secs(24 * 3600));
        self.state.quotas().next_day();
        self.state.tokens().next_day();
        self.account().day += 1;
    }

    /// Every call so far, in the order of arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.state.log.lock().clone()
    }

    /// The calls after the first `seen`, such as those of a second run.
    pub fn calls_after(&self, seen: usize) -> Vec<Call> {
        self.state.log.lock().iter().skip(seen).cloned().collect()
    }

    /// How many calls there were.
    pub fn call_count(&self) -> usize {
        self.state.log.lock().len()
    }

    /// How many calls a path got.
    pub fn count(&self, path: &str) -> usize {
        self.count_where(|call| call.path == path)
    }

    /// How many calls are such.
    pub fn count_where(&self, is: impl Fn(&Call) -> bool) -> usize {
        self.state.log.lock().iter().filter(|call| is(call)).count()
    }

    /// Every token that was given out so far, dead ones too.
    pub fn tokens(&self) -> Vec<String> {
        self.state.tokens().all()
    }

    /// Calls for a token, to either endpoint.
    pub fn token_calls(&self) -> usize {
        self.count_where(|call| call.resource == Resource::Token)
    }

    /// Calls for a token that would kill the owner's.
    pub fn force_refreshes(&self) -> usize {
        self.count_where(|call| {
            let force = call
                .body
                .as_ref()
                .and_then(|body| body.get("force_refresh"));
            call.path == "/cgi-bin/stable_token"
                && force.and_then(serde_json::Value::as_bool) == Some(true)
        })
    }

    /// Requests for pictures and voices by address.
    pub fn cdn_requests(&self) -> usize {
        self.count_where(|call| call.resource == Resource::Cdn)
    }

    /// Requests for video files.
    pub fn video_requests(&self) -> usize {
        self.count_where(|call| call.resource == Resource::VideoHost)
    }

    /// The most API calls, for tokens or not, that were under way at once.
    pub fn api_peak(&self) -> u64 {
        self.state.peak(Resource::Api)
    }

    /// The most downloads that were under way at once.
    pub fn media_peak(&self) -> u64 {
        self.state.peak(Resource::Cdn)
    }

    /// Blocks until the log has so many calls.
    ///
    /// # Panics
    ///
    /// It has not within a minute.
    pub fn wait_for_calls(&self, count: usize) {
        let came = self.state.log.wait(|calls| calls.len() >= count);
        assert!(came, "{count} calls did not come within a minute");
    }

    /// Blocks until no call is under way.
    ///
    /// # Panics
    ///
    /// One still is after a minute.
    pub fn wait_idle(&self) {
        let idle = self
            .state
            .log
            .wait(|calls| calls.iter().all(|call| call.ending != Ending::Open));
        assert!(idle, "a call was still under way after a minute");
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the server has been printed; the test that saw no
            // answer says the rest. Calls under way ended with the runtime.
            let _ = thread.join();
        }
    }
}

/// Calls that are held before they are answered. Dropping it lets them go.
#[derive(Debug)]
pub struct Hold {
    gate: Arc<Gate>,
    state: Arc<State>,
}

impl Hold {
    /// Blocks until a call is held, and tells which.
    ///
    /// # Panics
    ///
    /// None came within a minute.
    pub fn wait(&self) -> Call {
        let seq = self
            .gate
            .wait()
            .expect("a call to hold comes within a minute");
        let index = usize::try_from(seq - 1).expect("a log fits in memory");
        self.state.log.lock()[index].clone()
    }

    /// Lets the calls go, those to come too.
    pub fn release(&self) {
        self.gate.open();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.release();
    }
}
