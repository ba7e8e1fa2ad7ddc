//! Events as lines for programs: one object a line, told apart by `message_type`.
//!
//! `schemas/output.schema.json` is the contract. Fields are added, never removed.

use serde::Serialize;
use serde_json::{Map, Value};
use wxbackup::event::{Event, Phase};
use wxbackup::model::Section;

use super::progress::Tally;
use crate::cli::explain;
use crate::cli::language::language;

/// One line of `--json`.
#[derive(Debug, Serialize)]
#[serde(tag = "message_type", rename_all = "lowercase")]
pub(crate) enum Message<'a> {
    /// How far the run is, or what it is doing.
    Status(Status<'a>),
    /// Something to know that changes no result.
    Warning {
        code: &'a str,
        about: &'a str,
        message: String,
    },
    /// An item that could not be saved.
    Gap {
        kind: &'a str,
        id: &'a str,
        name: &'a str,
        class: &'a str,
        reason: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// Something wrong with an archive.
    Finding {
        archive: &'a str,
        code: &'a str,
        about: &'a str,
        message: String,
    },
    /// Why the command failed.
    Error {
        message: String,
        causes: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        errcode: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<String>,
    },
    /// The last line: how it ended.
    Summary {
        command: &'a str,
        exit_code: u8,
        elapsed_ms: u64,
        #[serde(flatten)]
        facts: &'a Map<String, Value>,
    },
}

/// What a status line is about.
#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub(crate) enum Status<'a> {
    /// A phase begins, or went on.
    Progress {
        #[serde(skip_serializing_if = "Option::is_none")]
        phase: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        section: Option<Section>,
        items_done: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        items_total: Option<u64>,
        bytes_done: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes_total: Option<u64>,
    },
    /// A call of the API was answered, or failed; with `-v`.
    Call {
        api: &'a str,
        attempt: u32,
        millis: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        errcode: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// What the run is about to need of a path's quota.
    Quota {
        api: &'a str,
        calls_needed: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        calls_left: Option<u64>,
        reserve_percent: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        days: Option<u64>,
    },
    /// The run waits before it tries again.
    Waiting { reason: String, millis: u64 },
    /// One account's run has ended, others go on.
    Ended { exit_code: u8, elapsed_ms: u64 },
}

/// A line, and which account it is about where there are several.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    message: &'a Message<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
}

impl<'a> Message<'a> {
    /// The line that tells of `event`, if programs should hear of it.
    pub(crate) fn of(event: &'a Event<'a>, verbose: bool) -> Option<Self> {
        match event {
            Event::Phase { .. } => {
                let mut tally = Tally::default();
                tally.note(event);
                Some(Self::progress(&tally))
            }
            Event::Warning {
                code,
                about,
                message,
            } => Some(Self::Warning {
                code,
                about,
                message: message.in_language(language()),
            }),
            Event::Gap {
                kind,
                id,
                name,
                class,
                reason,
                detail,
            } => Some(Self::Gap {
                kind,
                id,
                name,
                class: class.as_str(),
                reason: reason.as_str(),
                detail: detail.map(|detail| detail.in_language(language())),
            }),
            Event::Finding { archive, finding } => Some(Self::Finding {
                archive,
                code: finding.code,
                about: &finding.about,
                message: finding.message.in_language(language()),
            }),
            Event::Call {
                api,
                attempt,
                errcode,
                error,
                millis,
            } if verbose => Some(Self::Status(Status::Call {
                api,
                attempt: *attempt,
                millis: *millis,
                errcode: *errcode,
                error: error.map(explain::line),
            })),
            Event::QuotaPlan {
                api,
                calls_needed,
                calls_left,
                reserve_percent,
                days,
            } => Some(Self::Status(Status::Quota {
                api,
                calls_needed: *calls_needed,
                calls_left: *calls_left,
                reserve_percent: *reserve_percent,
                days: *days,
            })),
            Event::Waiting { reason, millis } => Some(Self::Status(Status::Waiting {
                reason: reason.in_language(language()),
                millis: *millis,
            })),
            _ => None,
        }
    }

    /// How far the run is.
    pub(crate) fn progress(tally: &Tally) -> Self {
        Self::Status(Status::Progress {
            phase: tally.phase.map(Phase::as_str),
            section: tally.section,
            items_done: tally.items_done,
            items_total: tally.items_total,
            bytes_done: tally.bytes_done,
            bytes_total: tally.bytes_total,
        })
    }

    /// The line, without its end.
    pub(crate) fn to_line(&self) -> String {
        self.to_line_of(None)
    }

    /// The line of one account of several.
    pub(crate) fn to_line_of(&self, account: Option<&str>) -> String {
        let line = Line {
            message: self,
            account,
        };
        serde_json::to_string(&line).expect("every key is a text and every value serialises")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::model::{Finding, GapClass, GapReason};
    use wxbackup::text::Message as Words;

    fn schema() -> jsonschema::Validator {
        let text = include_str!("../../../schemas/output.schema.json");
        jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()
    }

    fn assert_valid(line: &str) {
        let value: Value = serde_json::from_str(line).unwrap();
        if let Err(error) = schema().validate(&value) {
            panic!("{error}: {line}");
        }
    }

    #[test]
    fn every_event_that_is_told_follows_the_schema() {
        let words = Words::verbatim("m");
        let finding = Finding::new("Z41", "data/x", words.clone());
        let error = std::io::Error::other("cut");
        let phase = |phase| Event::Phase {
            phase,
            section: Some(Section::Image),
            items_total: Some(3),
            bytes_total: None,
        };
        let mut events: Vec<Event<'_>> = [
            Phase::Connect,
            Phase::List,
            Phase::Fetch,
            Phase::Seal,
            Phase::Check,
            Phase::Restore,
            Phase::Extract,
        ]
        .map(phase)
        .into();
        events.extend([
            Event::Warning {
                code: "not_listable",
                about: "",
                message: &words,
            },
            Event::Finding {
                archive: "a.zip",
                finding: &finding,
            },
            Event::Call {
                api: "a",
                attempt: 1,
                errcode: Some(-1),
                error: Some(&error),
                millis: 3,
            },
            Event::QuotaPlan {
                api: "a",
                calls_needed: 60,
                calls_left: Some(40),
                reserve_percent: 20,
                days: Some(2),
            },
            Event::Waiting {
                reason: &words,
                millis: 3,
            },
        ]);
        events.extend(GapReason::ALL.iter().map(|reason| {
            Event::Gap {
                kind: "image",
                id: "i",
                name: "n",
                class: GapClass::ALL
                    .iter()
                    .find(|class| **class == reason.class())
                    .unwrap(),
                reason,
                detail: Some(&words),
            }
        }));
        for event in &events {
            assert_valid(&Message::of(event, true).unwrap().to_line());
        }
        assert_valid(&Message::progress(&Tally::default()).to_line());
        let ended = Message::Status(Status::Ended {
            exit_code: 4,
            elapsed_ms: 7,
        });
        assert_eq!(
            ended.to_line_of(Some("shop")),
            r#"{"message_type":"status","status":"ended","exit_code":4,"elapsed_ms":7,"account":"shop"}"#
        );
        assert_valid(&ended.to_line_of(Some("shop")));
    }

    #[test]
    fn the_schema_knows_what_is_no_line_of_ours() {
        let schema = schema();
        for line in [
            r#"{"message_type":"verdict"}"#,
            r#"{"message_type":"summary","command":"man"}"#,
            r#"{"message_type":"status","status":"progress"}"#,
            r#"{"message_type":"summary","command":"man","exit_code":7,"elapsed_ms":0}"#,
            "[]",
        ] {
            assert!(
                !schema.is_valid(&serde_json::from_str(line).unwrap()),
                "{line}"
            );
        }
    }
}
