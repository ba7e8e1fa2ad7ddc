//! What is left of the daily limits.

use serde_json::json;

use crate::api::Answer;
use crate::api::Asked;
use crate::api::Refusal;
use crate::state::State;

pub(super) fn get(asked: &Asked, state: &State) -> Result<Answer, Refusal> {
    let path = asked.text("cgi_path")?.unwrap_or_default();
    let (limit, used) = state.quotas().of(&path).ok_or_else(|| Refusal::of(76021))?;
    Ok(Answer::Json(json!({
        "errcode": 0,
        "errmsg": "ok",
        "quota": {"daily_limit": limit, "used": used, "remain": limit.saturating_sub(used)},
    })))
}

/// Clearing spends the owner's monthly allowance: no backup has a reason to.
pub(super) fn clear(_: &Asked, _: &State) -> Result<Answer, Refusal> {
    Err(Refusal::of(48006))
}
