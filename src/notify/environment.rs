//! What a command is told, as variables of its environment.
//!
//! The names share a prefix that no variable of a flag has, so that a command
//! which runs this program again is not given flags that it never wrote.

use std::ffi::OsString;

use crate::message;
use crate::notify::facts::Facts;
use crate::notify::text;
use crate::text::Language;

/// What every name begins with.
pub const PREFIX: &str = "WXBACKUP_RUN_";

/// What follows the prefix. A command has none of these but from its own run.
pub const NAMES: [&str; 16] = [
    "ACCOUNT",
    "APPID",
    "OUTCOME",
    "SEVERITY",
    "EXIT_CODE",
    "SECONDS",
    "ARCHIVE",
    "BYTES",
    "STATUS",
    "UNCHANGED_SINCE",
    "ITEMS",
    "MISSING",
    "GAPS",
    "ERROR",
    "NEXT_STEP",
    "TEXT",
];

/// The variables that tell of a run; what is not known has none.
pub(super) fn variables(facts: &Facts, language: Language) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = Vec::new();
    let mut put = |name, value: OsString| variables.push((name, value));
    if let Some(account) = &facts.account {
        put("ACCOUNT", text::clean(account).into());
    }
    if let Some(app_id) = &facts.app_id {
        put("APPID", app_id.to_string().into());
    }
    put("OUTCOME", facts.outcome.word().into());
    put("SEVERITY", facts.outcome.severity().as_str().into());
    put("EXIT_CODE", facts.exit_code.to_string().into());
    put("SECONDS", facts.took.as_secs().to_string().into());
    if let Some(archive) = &facts.archive {
        let by_section = |count: fn(&super::Counts) -> u64| {
            let counts: Vec<String> = archive
                .counts
                .iter()
                .map(|(section, counts)| format!("{section}={}", count(counts)))
                .collect();
            OsString::from(counts.join(" "))
        };
        put("ARCHIVE", archive.path.clone().into_os_string());
        put("BYTES", archive.bytes.to_string().into());
        put("STATUS", archive.status.to_string().into());
        if let Some(run) = &archive.unchanged_since {
            put("UNCHANGED_SINCE", run.into());
        }
        put("ITEMS", by_section(|counts| counts.stored));
        put("MISSING", by_section(|counts| counts.missing));
        let reasons: Vec<String> = archive
            .gaps_by_reason
            .iter()
            .map(|(reason, count)| format!("{}={count}", text::clean(reason)))
            .collect();
        put("GAPS", reasons.join(" ").into());
    }
    if !facts.trouble.is_empty() {
        let causes = message!("between-causes").in_language(language);
        put("ERROR", text::clean(&facts.trouble.join(&causes)).into());
    }
    if let Some(next_step) = &facts.next_step {
        put("NEXT_STEP", text::clean(next_step).into());
    }
    put("TEXT", text::lines(facts, language).join("\n").into());
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::notify::text::tests::{failed, with_gaps};

    fn told(facts: &Facts) -> Vec<String> {
        variables(facts, Language::En)
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.into_string().unwrap()))
            .filter(|line| !line.starts_with("TEXT="))
            .collect()
    }

    #[test]
    fn a_command_is_told_what_is_known_and_nothing_else() {
        assert_eq!(
            told(&with_gaps()),
            [
                "ACCOUNT=小店",
                "APPID=wx0123456789abcdef",
                "OUTCOME=gaps",
                "SEVERITY=problem",
                "EXIT_CODE=3",
                "SECONDS=3723",
                "ARCHIVE=/b/wxbackup-wx0123456789abcdef-20251122T200000Z.zip",
                "BYTES=12900000",
                "STATUS=complete-with-gaps",
                "UNCHANGED_SINCE=20251120T200000Z",
                "ITEMS=image=12 published=0 voice=0",
                "MISSING=image=1 published=0 voice=0",
                "GAPS=http_404=1 no_permission=1",
            ]
        );
        assert_eq!(
            told(&failed()),
            [
                "ACCOUNT=小店",
                "APPID=wx0123456789abcdef",
                "OUTCOME=refused",
                "SEVERITY=failure",
                "EXIT_CODE=4",
                "SECONDS=2",
                "ERROR=cannot get a token: WeChat  refused <b> it",
                "NEXT_STEP=copy the secret",
            ]
        );
    }

    #[test]
    fn every_name_is_one_that_is_taken_away_first() {
        for facts in [with_gaps(), failed()] {
            for (name, _) in variables(&facts, Language::En) {
                assert!(NAMES.contains(&name), "{name}");
            }
        }
    }
}
