//! `stable_token` and `token`.

use serde_json::Value;
use serde_json::json;

use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::state::State;

/// Wants JSON: a form or a query is empty or malformed to it.
pub(super) fn stable(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let body = asked.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    check(state, text("grant_type"), text("appid"), text("secret"))?;
    let force = body.get("force_refresh").and_then(Value::as_bool) == Some(true);
    let now = state.clock.seconds();
    let mut tokens = state.tokens();
    Ok(told(if force {
        tokens.forced(now)
    } else {
        tokens.stable(now)
    }))
}

pub(super) fn plain(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    check(
        state,
        asked.parameter("grant_type"),
        asked.parameter("appid"),
        asked.parameter("secret"),
    )?;
    Ok(told(state.tokens().plain(state.clock.seconds())))
}

fn check(
    state: &State,
    grant: Option<&str>,
    appid: Option<&str>,
    secret: Option<&str>,
) -> Result<(), Refusal> {
    let appid = appid.ok_or_else(|| Refusal::of(41002))?;
    let secret = secret.ok_or_else(|| Refusal::of(41004))?;
    if grant != Some("client_credential") {
        return Err(Refusal::of(40002));
    }
    if appid != state.appid {
        return Err(Refusal::of(40013));
    }
    if secret != state.secret {
        return Err(Refusal::of(40125));
    }
    Ok(())
}

fn told((token, expires_in): (String, u64)) -> Answer {
    Answer::Json(json!({"access_token": token, "expires_in": expires_in}))
}
