//! Events as lines for people. What comes from an account is escaped.

use wxbackup::event::Event;
use wxbackup::message;

use super::screen::{Paint, Screen, cut, safe};
use crate::cli::explain;
use crate::cli::language::{language, say};
use crate::cli::names;

/// Names may have hundreds of characters, and the id beside them says which it is.
const NAME_COLUMNS_MAX: usize = 40;

/// The line that tells of `event`, if people should hear of it.
pub(crate) fn line(event: &Event<'_>, verbose: bool, screen: &Screen) -> Option<String> {
    match event {
        Event::Warning { about, message, .. } => {
            let text = if about.is_empty() {
                message.in_language(language())
            } else {
                say!("line-named", name = *about, line = *message)
            };
            Some(screen.labelled(Paint::Warning, &say!("label-warning"), &safe(&text)))
        }
        Event::Gap {
            kind,
            id,
            name,
            reason,
            detail,
            ..
        } => {
            let kind = names::kind(kind);
            let item = if name.is_empty() || name == id {
                message!("gap-item", kind = kind, id = *id)
            } else {
                let name = cut(&safe(name), NAME_COLUMNS_MAX);
                message!("gap-item-named", kind = kind, id = *id, name = name)
            };
            let reason = names::reason(reason);
            let text = match detail {
                None => say!("gap-told", item = item, reason = reason),
                Some(detail) => say!(
                    "gap-told-detail",
                    item = item,
                    reason = reason,
                    detail = *detail
                ),
            };
            Some(screen.labelled(Paint::Warning, &say!("label-gap"), &safe(&text)))
        }
        Event::Finding { archive, finding } => {
            let (code, about, message) = (finding.code, &finding.about, &finding.message);
            // What is about the file as a whole is about no entry of it.
            let text = if about.is_empty() {
                say!(
                    "finding-told",
                    archive = *archive,
                    code = code,
                    message = message
                )
            } else {
                say!(
                    "finding-told-about",
                    archive = *archive,
                    code = code,
                    about = about,
                    message = message
                )
            };
            Some(screen.labelled(Paint::Error, &say!("label-finding"), &safe(&text)))
        }
        Event::Call {
            api,
            attempt,
            errcode,
            error,
            millis,
        } if verbose => {
            let mut parts = vec![say!("call-told", api = *api, millis = millis.to_string())];
            if *attempt > 1 {
                parts.push(say!("call-attempt", attempt = attempt.to_string()));
            }
            if let Some(code) = errcode {
                parts.push(format!("errcode {code}"));
            }
            if let Some(error) = error {
                parts.push(safe(&explain::line(*error)).into_owned());
            }
            Some(parts.join(&say!("between-counts")))
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
        Event::Waiting { reason, millis } if verbose => Some(say!(
            "waiting-told",
            reason = safe(&reason.in_language(language())),
            millis = millis.to_string()
        )),
        _ => None,
    }
}

fn plan(api: &str, needed: u64, left: Option<u64>, reserve: u8, days: Option<u64>) -> String {
    let Some(left) = left else {
        return say!("plan-unknown", api = api, needed = needed);
    };
    let days = match days {
        None => message!("plan-no-days"),
        Some(days) => message!("plan-days", days = days),
    };
    say!(
        "plan-told",
        api = api,
        needed = needed,
        left = left,
        reserve = reserve,
        days = days
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
