//! What to do about each of WeChat's error codes: one table.
//!
//! Unknown codes are permanent: WeChat adds codes, and repeating a call for an
//! unknown reason spends quota. Texts decide nothing, they change; codes are
//! compared as integers.

use crate::model::GapReason;
use crate::wechat::api::Api;

/// What a failure means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The token is no longer good; another one may be.
    Token,
    /// Passing: worth another try after a wait.
    Transient,
    /// Too many calls in a short time: everybody waits.
    RateLimited,
    /// The day's quota of this endpoint is used up; others go on.
    Quota,
    /// This item will not come, however often it is asked for.
    Permanent,
    /// This endpoint is not for this account; others go on.
    NoPermission,
    /// The account or its settings: the run stops, and a person must act.
    Account,
    /// Something on this machine: settings, or the place that bytes go to.
    Local,
    /// Someone asked the run to stop.
    Interrupted,
}

/// The class of `errcode` in an answer of `api`.
pub(crate) fn class_of(errcode: i64, api: Api) -> Class {
    match (errcode, api) {
        // From the token endpoint it means a wrong secret, and no other token helps.
        (40001 | 40014 | 42001 | 48001, Api::StableToken) => Class::Account,
        (40001 | 40014 | 42001, _) => Class::Token,

        // -1 system error, 46007 file being transcoded.
        (-1 | 46007, _) => Class::Transient,
        (45011, _) => Class::RateLimited,
        // 45102 "this api have been blocked temporarily".
        (45009 | 45028 | 45102 | 48006, _) => Class::Quota,

        // 48001 not granted, 45103 and 45106 the endpoint is retired, 61007 not
        // granted to a third-party platform, 760xx quota queries. All speak of
        // one endpoint: what the others hold can still be saved.
        (48001 | 45103 | 45106 | 61007 | 76001..=76004 | 76021 | 76022, _) => Class::NoPermission,

        // Parameters and secret; address not on the list (40164, 61004, 45035) or
        // waiting for the administrator (895xx); account frozen, banned, closing;
        // library full; 41001 and 4300x are mistakes of ours that repeat.
        (
            40002 | 40013 | 40125 | 40164 | 40243 | 41001 | 41002 | 41004 | 43001 | 43002 | 43003
            | 45034 | 45035 | 45074 | 45101 | 45501 | 48004 | 50001 | 50002 | 50004 | 50007 | 61003
            | 61004 | 89501 | 89503 | 89506 | 89507 | 200_011,
            _,
        ) => Class::Account,

        _ => Class::Permanent,
    }
}

/// Why an item is missing whose call was answered by `errcode`.
pub(crate) fn gap_reason(errcode: i64, class: Class) -> GapReason {
    match (errcode, class) {
        // Deleted, removed, or never there: invalid media_id, media data no
        // exist, article id invalid.
        (40007 | 46001 | 53600, _) => GapReason::InvalidMediaId,
        // Under review, or blocked by a supervisor.
        (48014 | 45501 | 48004, _) => GapReason::BlockedByPlatform,
        (_, Class::RateLimited) => GapReason::RateLimited,
        (_, Class::Quota) => GapReason::QuotaExhausted,
        (_, Class::NoPermission | Class::Account | Class::Token) => GapReason::NoPermission,
        // "System error" is what a 500 says elsewhere.
        (_, Class::Transient) => GapReason::Http5xx,
        // A code that nobody foresaw must not pass for a refusal that is known
        // to be final: this reason keeps the run from being called complete.
        _ => GapReason::ErrorJsonInsteadOfMedia,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Every code that WeChat's documents, its client libraries or captured
    /// answers name for the calls of a backup or a restore, and two unknown ones.
    const KNOWN: [i64; 99] = [
        -1, 40001, 40002, 40004, 40005, 40006, 40007, 40009, 40010, 40011, 40012, 40013, 40014,
        40033, 40035, 40113, 40114, 40125, 40128, 40137, 40164, 40243, 41001, 41002, 41004, 41005,
        41006, 41039, 42001, 43001, 43002, 43003, 44001, 44002, 44003, 45001, 45002, 45003, 45004,
        45005, 45007, 45008, 45009, 45011, 45028, 45034, 45035, 45060, 45074, 45101, 45102, 45103,
        45106, 45110, 45161, 45164, 45165, 45166, 45501, 46001, 46007, 47001, 47002, 48001, 48004,
        48005, 48006, 48010, 48014, 50001, 50002, 50004, 50007, 53402, 53404, 53405, 53406, 53503,
        53504, 53505, 53600, 61003, 61004, 61007, 65318, 76001, 76002, 76003, 76004, 76021, 76022,
        87009, 88000, 89501, 89503, 89506, 89507, 200_011, 999_999,
    ];

    #[test]
    fn the_whole_policy_on_one_screen() {
        let mut policy = BTreeMap::<_, Vec<i64>>::new();
        for code in KNOWN {
            let class = class_of(code, Api::GetMaterial);
            let at_token = match class_of(code, Api::StableToken) {
                same if same == class => String::new(),
                other => format!(", from the token endpoint {other:?}"),
            };
            let reason = gap_reason(code, class);
            let policy = policy.entry((class, reason, at_token)).or_default();
            policy.push(code);
        }
        let lines = policy
            .into_iter()
            .map(|((class, reason, at_token), codes)| {
                format!("{class:?} -> {reason}{at_token}: {codes:?}\n")
            });
        let policy: String = lines.collect();
        insta::assert_snapshot!(policy);
    }
}
