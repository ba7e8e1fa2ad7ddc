//! Events as lines for people. What comes from an account is escaped.

use std::fmt::Write as _;

use indicatif::HumanCount;
use wxbackup::event::Event;
use wxbackup::text::speaking;

use super::screen::{Paint, Screen, cut, safe};
use crate::cli::explain;
use crate::cli::language::language;

/// Names may have hundreds of characters, and the id beside them says which it is.
const NAME_COLUMNS_MAX: usize = 40;

/// The line that tells of `event`, if people should hear of it.
pub(crate) fn line(event: &Event<'_>, verbose: bool, screen: &Screen) -> Option<String> {
    match event {
        Event::Warning { about, message, .. } => {
            let word = screen.paint(Paint::Warning, "warning:");
            let message = message.in_language(language());
            let message = safe(&message);
            Some(if about.is_empty() {
                format!("{word} {message}")
            } else {
                format!("{word} {}: {message}", safe(about))
            })
        }
        Event::Gap {
            kind,
            id,
            name,
            reason,
            detail,
            ..
        } => {
            let word = screen.paint(Paint::Warning, "gap:");
            let mut line = format!("{word} {kind} {}", safe(id));
            if !name.is_empty() && name != id {
                let _ = write!(line, " \"{}\"", cut(&safe(name), NAME_COLUMNS_MAX));
            }
            let _ = write!(line, ": {reason}");
            if let Some(detail) = detail {
                let _ = write!(line, " ({})", safe(&detail.in_language(language())));
            }
            Some(line)
        }
        Event::Finding { archive, finding } => {
            let word = screen.paint(Paint::Error, "finding:");
            let (code, about, message) = (finding.code, &finding.about, &finding.message);
            let mut line = format!("{word} {}: {code}", safe(archive));
            // What is about the file as a whole is about no entry of it.
            if !about.is_empty() {
                let _ = write!(line, " {}", safe(about));
            }
            let message = message.in_language(language());
            let _ = write!(line, ": {}", safe(&message));
            Some(line)
        }
        Event::Call {
            api,
            attempt,
            errcode,
            error,
            millis,
        } if verbose => {
            let mut line = format!("call: {api} {millis} ms");
            if *attempt > 1 {
                let _ = write!(line, ", attempt {attempt}");
            }
            if let Some(code) = errcode {
                let _ = write!(line, ", errcode {code}");
            }
            if let Some(error) = error {
                let chain = speaking(language(), || explain::chain(*error).join(": "));
                let _ = write!(line, ", {}", safe(&chain));
            }
            Some(line)
        }
        Event::QuotaPlan {
            api,
            calls_needed,
            calls_left,
            reserve_percent,
            days,
        } => Some(plan(
            api,
            *calls_needed,
            *calls_left,
            *reserve_percent,
            *days,
        )),
        Event::Waiting { reason, millis } if verbose => {
            let reason = reason.in_language(language());
            Some(format!("waiting: {}, {millis} ms", safe(&reason)))
        }
        _ => None,
    }
}

fn plan(api: &str, needed: u64, left: Option<u64>, reserve: u8, days: Option<u64>) -> String {
    let needed = HumanCount(needed);
    let Some(left) = left else {
        return format!(
            "plan: {api}: {needed} calls needed; WeChat does not tell how many are left"
        );
    };
    let days = match days {
        None => "no number of days is enough".to_owned(),
        Some(1) => "1 day".to_owned(),
        Some(days) => format!("{} days", HumanCount(days)),
    };
    let left = HumanCount(left);
    format!(
        "plan: {api}: {needed} calls needed, {left} left today after keeping {reserve} % back: {days}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::model::{Finding, GapClass, GapReason};
    use wxbackup::text::Message;

    use super::super::screen::Place;
    use crate::cli::args::When;

    fn told(event: &Event<'_>) -> Option<String> {
        let place = Place {
            stderr_is_terminal: false,
            stdout_columns: None,
            no_color: false,
        };
        line(event, false, &Screen::new(place, When::Never, false))
    }

    #[test]
    fn a_gap_names_the_item_and_the_reason() {
        let http = Message::verbatim("HTTP 404");
        let mut gap = Event::Gap {
            kind: "image",
            id: "3xKq",
            name: "spring\u{202e}",
            class: &GapClass::SourceGone,
            reason: &GapReason::Http404,
            detail: Some(&http),
        };
        assert_eq!(
            told(&gap).unwrap(),
            "gap: image 3xKq \"spring\\u{202e}\": http_404 (HTTP 404)"
        );
        let long = "很长的名字".repeat(100);
        if let Event::Gap { name, detail, .. } = &mut gap {
            (*name, *detail) = (&long, None);
        }
        assert_eq!(
            told(&gap).unwrap(),
            "gap: image 3xKq \"很长的名字很长的名字很长的名字很长的名…\": http_404"
        );
        if let Event::Gap { name, .. } = &mut gap {
            *name = "";
        }
        assert_eq!(told(&gap).unwrap(), "gap: image 3xKq: http_404");
    }

    #[test]
    fn a_finding_names_the_archive_and_the_entry() {
        let message = Message::verbatim("what is wrong");
        let finding = Finding::new("Z41", "data/x", message.clone());
        let event = Event::Finding {
            archive: "a.zip",
            finding: &finding,
        };
        assert_eq!(
            told(&event).unwrap(),
            "finding: a.zip: Z41 data/x: what is wrong"
        );
        let finding = Finding::new("S01", "", message);
        let event = Event::Finding {
            archive: "a.zip",
            finding: &finding,
        };
        assert_eq!(told(&event).unwrap(), "finding: a.zip: S01: what is wrong");
    }

    #[test]
    fn a_plan_says_how_long_a_list_takes() {
        let told = |calls_left, days| {
            told(&Event::QuotaPlan {
                api: "material/batchget_material",
                calls_needed: 5000,
                calls_left,
                reserve_percent: 20,
                days,
            })
            .unwrap()
        };
        let plans = [
            told(Some(800), Some(7)),
            told(Some(8000), Some(1)),
            told(Some(0), None),
            told(None, None),
        ];
        insta::assert_snapshot!(plans.join("\n"), @r"
        plan: material/batchget_material: 5,000 calls needed, 800 left today after keeping 20 % back: 7 days
        plan: material/batchget_material: 5,000 calls needed, 8,000 left today after keeping 20 % back: 1 day
        plan: material/batchget_material: 5,000 calls needed, 0 left today after keeping 20 % back: no number of days is enough
        plan: material/batchget_material: 5,000 calls needed; WeChat does not tell how many are left
        ");
    }

    #[test]
    fn calls_are_told_only_when_asked_for() {
        let call = Event::Call {
            api: "material/get_material",
            attempt: 2,
            errcode: Some(-1),
            error: None,
            millis: 12,
        };
        assert_eq!(told(&call), None);
        let place = Place {
            stderr_is_terminal: false,
            stdout_columns: None,
            no_color: false,
        };
        assert_eq!(
            line(&call, true, &Screen::new(place, When::Never, false)).unwrap(),
            "call: material/get_material 12 ms, attempt 2, errcode -1"
        );
    }
}
