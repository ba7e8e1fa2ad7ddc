//! The token: one for all who need it, asked for by one of them.
//!
//! Only `stable_token` is called, in normal mode: that disturbs no other system
//! of the owner. A token is kept for as long as WeChat says it has left, which
//! may be 345 s, and never on disk. `force_refresh`, which kills the token for
//! whoever else holds it, comes only after a token that a normal call had just
//! confirmed was refused again, and once a run at most.
//!
//! A token that somebody else issues is asked for again from them, and never
//! from WeChat.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::chain;
use crate::event::Event;
use crate::message;
use crate::wechat::api::Api;
use crate::wechat::call::Call;
use crate::wechat::client::Client;
use crate::wechat::errcode::Class;
use crate::wechat::error::{Error, ErrorKind};
use crate::wechat::options::{Credential, Issued};
use crate::wechat::retry::Renewal;
use crate::wechat::wire;
use crate::wechat::wire::TokenGrant;

/// A token, and which one it is.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) secret: SecretString,
    /// Grows with each token of this run; 0 is one that was given.
    generation: u64,
}

#[derive(Debug, Default)]
pub(crate) struct TokenKeeper {
    state: Mutex<State>,
    never_force: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    current: Option<(Token, Instant)>,
    /// What the issuer said last, where it was asked again.
    issued: Option<Token>,
    generation: u64,
    was_forced: bool,
    failed: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    error: Error,
    at: Instant,
}

/// The longest time that a token is renewed ahead of its end.
const MARGIN_MAX: Duration = Duration::from_secs(200);
/// The shortest time that a token is used, so that an absurd answer makes no loop.
const USE_MIN: Duration = Duration::from_secs(10);

/// How long a token is used that has `left`: a tenth is kept as a margin.
fn usable(left: Duration) -> Duration {
    left.saturating_sub((left / 10).min(MARGIN_MAX))
        .max(USE_MIN)
}

impl Client {
    /// From now on, makes WeChat discard no token: one that is refused after a
    /// normal renewal is a failure. For whoever only looks.
    pub fn never_force(&self) {
        self.inner.tokens.never_force.store(true, Ordering::Relaxed);
    }

    /// The token, asked for where there is none that is good.
    pub(crate) async fn token(&self) -> Result<Token, Error> {
        let asked = Instant::now();
        let mut state = self.inner.tokens.state.lock().await;
        if let Credential::Token(issued) = &self.inner.options.credential {
            let first = || Token {
                secret: issued.token.clone(),
                generation: 0,
            };
            return Ok(state.issued.clone().unwrap_or_else(first));
        }
        match &state.current {
            Some((token, good_until)) if *good_until > Instant::now() => Ok(token.clone()),
            _ => self.fetch(&mut state, asked, Renewal::Normal).await,
        }
    }

    /// Replaces `used`, which an answer `refused`; does nothing where somebody
    /// else did so since.
    pub(crate) async fn renew(
        &self,
        used: &Token,
        renewal: Renewal,
        refused: Error,
    ) -> Result<(), Error> {
        let asked = Instant::now();
        let mut state = self.inner.tokens.state.lock().await;
        if state.generation != used.generation {
            return Ok(());
        }
        if let Credential::Token(issued) = &self.inner.options.credential {
            // What the issuer has just said is refused too: it knows no better.
            if renewal == Renewal::Forced {
                return Err(refused.escalated());
            }
            return self.ask_issuer(&mut state, issued, used, refused).await;
        }
        if renewal == Renewal::Forced {
            let is_forbidden = self.inner.tokens.never_force.load(Ordering::Relaxed);
            if state.was_forced || is_forbidden {
                return Err(refused.escalated());
            }
            state.was_forced = true;
            self.inner.observer.event(&Event::Warning {
                code: "token_forced",
                about: Api::StableToken.name(),
                message: &message!("wechat-token-forced"),
            });
        }
        self.fetch(&mut state, asked, renewal).await.map(drop)
    }

    /// Asks the issuer which token is in force, while everybody else waits.
    async fn ask_issuer(
        &self,
        state: &mut State,
        issued: &Issued,
        used: &Token,
        refused: Error,
    ) -> Result<(), Error> {
        let again = Arc::clone(&issued.again);
        let answer = tokio::task::spawn_blocking(move || again()).await;
        match answer.map_err(Into::into).and_then(|answer| answer) {
            Ok(secret) if secret.expose_secret() == used.secret.expose_secret() => {
                Err(refused.escalated())
            }
            Ok(secret) => {
                self.met(&secret);
                state.generation += 1;
                state.issued = Some(Token {
                    secret,
                    generation: state.generation,
                });
                Ok(())
            }
            Err(error) => {
                self.inner.observer.event(&Event::Warning {
                    code: "token_not_issued",
                    about: "",
                    message: &message!("wechat-token-not-issued", error = chain(&*error)),
                });
                Err(refused.escalated())
            }
        }
    }

    /// Asks for a token while everybody else waits. Who `asked` before the last
    /// failure shares it, instead of failing the same way after another wait.
    async fn fetch(
        &self,
        state: &mut State,
        asked: Instant,
        renewal: Renewal,
    ) -> Result<Token, Error> {
        let Credential::Secret { app_id, secret } = &self.inner.options.credential else {
            unreachable!("a given token is never asked for");
        };
        if let Some(failure) = &state.failed {
            let is_final = failure.error.class() == Class::Account;
            if is_final || failure.at > asked {
                return Err(failure.error.clone());
            }
        }
        let force = renewal == Renewal::Forced;
        let logged = json!({
            "appid": app_id.as_str(),
            "force_refresh": force,
            "grant_type": "client_credential",
        });
        let mut sent = logged.clone();
        sent["secret"] = secret.expose_secret().into();
        let call = Call::post(Api::StableToken, logged);
        let granted = self
            .call_for_token(&call, sent.to_string().as_bytes())
            .await
            .and_then(|json| {
                wire::token_grant(&json.fields)
                    .map_err(|error| Error::new(Api::StableToken.name(), ErrorKind::Answer(error)))
            });
        match granted {
            Ok(grant) => Ok(self.keep(state, grant)),
            Err(error) => {
                state.failed = Some(Failure {
                    error: error.clone(),
                    at: Instant::now(),
                });
                Err(error)
            }
        }
    }

    fn keep(&self, state: &mut State, grant: TokenGrant) -> Token {
        let secret = SecretString::from(grant.access_token);
        self.met(&secret);
        state.generation += 1;
        let token = Token {
            secret,
            generation: state.generation,
        };
        // A bound, so that no number can push the end of time.
        let left = Duration::from_secs(grant.expires_in.min(7 * 86_400));
        state.current = Some((token.clone(), Instant::now() + usable(left)));
        state.failed = None;
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_for_most_of_its_time_and_never_for_none() {
        let usable = |seconds| usable(Duration::from_secs(seconds)).as_secs();
        assert_eq!(
            [7200, 2000, 345, 60, 5, 0].map(usable),
            [7000, 1800, 310, 54, 10, 10]
        );
    }
}
