//! A ping in the manner of healthchecks.io: an address for each moment, and the
//! last lines as the body.
//!
//! Source: "Pinging API", <https://healthchecks.io/docs/http_api/>.

use url::Url;

use crate::notify::address::Address;
use crate::notify::facts::{Facts, Severity};
use crate::notify::text;
use crate::text::Language;

/// What such services keep of a body at least.
const BODY_BYTES_MAX: usize = 10_000;

/// When a ping is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A run begins.
    Start,
    /// It ended with exit code 0.
    Success,
    /// It ended otherwise.
    Fail,
    /// Nothing happened; the service notes it and changes nothing.
    Log,
}

impl Moment {
    /// The end of a run.
    pub(super) fn of(facts: &Facts) -> Self {
        match facts.outcome.severity() {
            Severity::Success => Self::Success,
            Severity::Problem | Severity::Failure => Self::Fail,
        }
    }
}

/// Where the ping of a moment goes.
pub(super) fn url(address: &Address, moment: Moment) -> Url {
    match moment {
        Moment::Start => address.with_segment("start"),
        Moment::Success => address.url().clone(),
        Moment::Fail => address.with_segment("fail"),
        Moment::Log => address.with_segment("log"),
    }
}

/// What the ping of an end says: the facts, then as many of the last lines as fit.
pub(super) fn body(facts: &Facts, language: Language, last_lines: &[String]) -> String {
    let told = text::lines(facts, language).join("\n");
    let told = text::cut_to_bytes(&told, BODY_BYTES_MAX / 2);
    let mut left = BODY_BYTES_MAX - told.len();
    // The newest matter most.
    let mut fitting: Vec<&str> = last_lines
        .iter()
        .rev()
        .take_while(|line| {
            let fits = line.len() + 2 <= left;
            left = left.saturating_sub(line.len() + 1);
            fits
        })
        .map(String::as_str)
        .collect();
    if fitting.is_empty() {
        return told;
    }
    fitting.reverse();
    format!("{told}\n\n{}", fitting.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::notify::text::tests::with_gaps;

    #[test]
    fn the_newest_lines_that_fit_are_told() {
        let facts = with_gaps();
        let lines: Vec<String> = (0..100).map(|n| format!("{n:0>200}")).collect();
        let body = body(&facts, Language::En, &lines);
        assert!(body.len() <= BODY_BYTES_MAX, "{}", body.len());
        assert!(body.starts_with("wxbackup: 小店 (wx0123456789abcdef): gaps\n"));
        assert!(body.ends_with(&lines[99]));
        assert!(!body.contains(&lines[0]));
        // One line more would not have fitted.
        assert!(body.len() + lines[0].len() + 1 > BODY_BYTES_MAX);
    }

    #[test]
    fn without_lines_the_facts_stand_alone() {
        let facts = with_gaps();
        assert_eq!(
            body(&facts, Language::En, &[]),
            text::lines(&facts, Language::En).join("\n")
        );
    }
}
