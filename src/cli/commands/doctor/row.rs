//! A check as people and programs read it.

use std::time::Duration;

use indicatif::BinaryBytes;
use serde::Serialize;
use serde_json::{Map, Value, json};
use wxbackup::doctor::{Check, Finding, Newest, Subject, Verdict};
use wxbackup::message;
use wxbackup::model::{AppId, rfc3339};
use wxbackup::text::{Language, Message};

use super::advice;
use crate::cli::commands::status::span;
use crate::cli::explain;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::report::{Align, Paint, Report, columns, safe};
use crate::cli::settings;
use crate::cli::settings::{Account, Credential};

/// Whose checks these are.
#[derive(Debug)]
pub(super) struct About<'a> {
    pub(super) app_id: &'a AppId,
    /// Where the API is; empty where nobody could be asked.
    pub(super) host: &'a str,
    pub(super) credential: &'a Credential,
}

/// A line of the answer.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    message_type: &'static str,
    check: &'static str,
    /// The section, path or folder that it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(serialize_with = "as_word")]
    verdict: Verdict,
    needs_person: bool,
    summary: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// The same for whoever manages the account, to be handed on, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    for_admin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rid: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    facts: Map<String, Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
fn as_word<S: serde::Serializer>(verdict: &Verdict, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(word(*verdict))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Unknown => "unknown",
        Verdict::Warning => "warning",
        Verdict::Problem => "problem",
    }
}

const SETTINGS: &str = "settings";
const IDENTITY: &str = "identity";

impl Row {
    /// What the settings, and the secret that they name, come to.
    pub(super) fn of_settings(account: &Account, error: Option<&settings::Error>) -> Self {
        let mut row = Self::new(SETTINGS, Verdict::Ok);
        row.summary = say!(
            "doctor-account",
            name = &account.name,
            appid = account.appid.as_str()
        );
        if let Some(error) = error {
            row.verdict = Verdict::Problem;
            row.tell(error);
        }
        row
    }

    /// A file of keys, named by the settings, that cannot be used: a run would
    /// end with that.
    pub(super) fn of_identity(error: &keys::Error) -> Self {
        let mut row = Self::new(IDENTITY, Verdict::Problem);
        row.tell(error);
        row
    }

    /// What a check found.
    pub(super) fn of(check: &Check, about: &About<'_>) -> Self {
        let (name, of) = name_of(check.subject, about);
        let mut row = Self::new(name, check.verdict());
        row.about = of;
        row.needs_person = check.needs_person();
        row.find(check, about);
        if let Finding::Failed(error) = &check.finding {
            row.errcode = error.errcode();
            row.rid = error.rid().map(str::to_owned);
            if let Some(address) = error.seen_address() {
                row.facts
                    .insert("address".to_owned(), address.to_string().into());
            }
            row.tell(error);
            if let Some(advice) = advice::on_refusal(check.subject, error) {
                row.advice = Some(advice.in_language(language()));
            }
            row.for_admin = advice::for_admin(check.subject, error, about.app_id);
        }
        row
    }

    fn new(check: &'static str, verdict: Verdict) -> Self {
        Self {
            message_type: "check",
            check,
            about: String::new(),
            verdict,
            needs_person: false,
            summary: String::new(),
            advice: None,
            for_admin: None,
            errcode: None,
            rid: None,
            facts: Map::new(),
        }
    }

    /// The error in one line, and its hint.
    fn tell(&mut self, error: &(dyn std::error::Error + 'static)) {
        self.summary = explain::line(error);
        self.advice = explain::explain(error).hint;
    }

    fn find(&mut self, check: &Check, about: &About<'_>) {
        let (summary, facts) = match &check.finding {
            Finding::Fine => (fine(check.subject, about), json!({})),
            Finding::NotTried => (say!("doctor-not-looked-at"), json!({})),
            Finding::Listed(None) => (say!("doctor-granted"), json!({})),
            Finding::Listed(Some(items)) => (
                say!("doctor-granted-items", items = *items),
                json!({ "items": items }),
            ),
            Finding::Quota(quota) => {
                if quota.remain == 0 {
                    self.advice = Some(say!("hint-quota"));
                }
                (
                    say!(
                        "doctor-calls-left",
                        left = quota.remain,
                        limit = quota.daily_limit
                    ),
                    json!({
                        "daily_limit": quota.daily_limit, "used": quota.used, "left": quota.remain,
                    }),
                )
            }
            Finding::ClockAhead(seconds) => {
                if self.verdict == Verdict::Warning {
                    self.advice = Some(say!("doctor-clock-advice"));
                }
                (clock(*seconds), json!({ "ahead_seconds": seconds }))
            }
            Finding::Room {
                folder,
                available_bytes,
                wanted_bytes,
            } => {
                self.about = folder.display().to_string();
                if self.verdict != Verdict::Ok {
                    self.advice = Some(say!("doctor-room-advice"));
                }
                (
                    room(*available_bytes, *wanted_bytes),
                    json!({ "available_bytes": available_bytes, "wanted_bytes": wanted_bytes }),
                )
            }
            Finding::NoFolder(folder) => {
                self.about = folder.display().to_string();
                self.advice = Some(say!("hint-no-output", folder = folder.display()));
                (say!("doctor-no-folder"), json!({}))
            }
            Finding::Running(holder) => {
                self.advice = Some(say!("doctor-running-advice"));
                match holder {
                    None => (say!("doctor-running"), json!({})),
                    Some(holder) => (
                        say!(
                            "doctor-running-who",
                            pid = holder.pid.to_string(),
                            host = &holder.host,
                            since = &holder.started_at
                        ),
                        json!({
                            "pid": holder.pid, "host": holder.host, "started_at": holder.started_at,
                        }),
                    ),
                }
            }
            Finding::Staged(remains) => {
                let since = remains
                    .begun
                    .as_ref()
                    .map(|start| rfc3339(start.started_at));
                let size = BinaryBytes(remains.bytes).to_string();
                (
                    match &since {
                        None => say!("doctor-staged", size = size),
                        Some(since) => say!("doctor-staged-since", size = size, since = since),
                    },
                    json!({ "since": since, "bytes": remains.bytes }),
                )
            }
            Finding::Archives {
                newest_good,
                newer_partial,
                newer_unreadable,
            } => (
                archives(newest_good.as_ref(), *newer_partial, *newer_unreadable),
                archive_facts(newest_good.as_ref(), *newer_partial, *newer_unreadable),
            ),
            Finding::Unusable(error) => {
                self.tell(error);
                return;
            }
            // Told with its code by whoever called.
            _ => return,
        };
        self.summary = summary;
        if let Value::Object(mut facts) = facts {
            facts.retain(|_, fact| !fact.is_null());
            self.facts = facts;
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether the settings themselves are the trouble.
    pub(super) fn is_of_settings_and_wrong(&self) -> bool {
        [SETTINGS, IDENTITY].contains(&self.check) && self.verdict == Verdict::Problem
    }

    /// What people call it.
    pub(super) fn name(&self) -> Message {
        let check = message!("doctor-check", check = self.check);
        match self.check {
            "section" => {
                let about = message!("name-section", section = &self.about);
                message!("doctor-check-of", check = check, about = about)
            }
            "quota" => message!("doctor-check-of", check = check, about = &self.about),
            _ => check,
        }
    }

    /// In the language of the program, or in that which scripts know.
    fn cells(&self, language: Language) -> [String; 3] {
        let summary = match self.check {
            "disk" if !self.about.is_empty() => {
                say!("line-named", name = &self.about, line = &self.summary)
            }
            _ => self.summary.clone(),
        };
        let verdict = message!("doctor-verdict", verdict = word(self.verdict));
        [
            self.name().in_language(language),
            verdict.in_language(language),
            safe(&summary).into_owned(),
        ]
    }

    fn tabs(&self) -> String {
        let [name, verdict, summary] = self.cells(Language::En);
        let text = |text: &Option<String>| safe(text.as_deref().unwrap_or_default()).into_owned();
        [
            name,
            verdict,
            summary,
            text(&self.advice),
            text(&self.for_admin),
        ]
        .join("\t")
    }
}

/// The word for a subject, and what it is about.
fn name_of(subject: Subject, about: &About<'_>) -> (&'static str, String) {
    let plain = |name| (name, String::new());
    match subject {
        Subject::Network => plain("network"),
        Subject::Address => plain("address"),
        Subject::Credential => match about.credential {
            Credential::Secret(_) => plain("secret"),
            Credential::Token(_) => plain("token"),
        },
        Subject::Account => plain("account"),
        Subject::Section(section) => ("section", section.as_str().to_owned()),
        Subject::Quota(api) => ("quota", api.name().to_owned()),
        Subject::Clock => plain("clock"),
        Subject::Disk => plain("disk"),
        Subject::Lock => plain("lock"),
        Subject::Stage => plain("stage"),
        Subject::Archive => plain("archive"),
    }
}

fn fine(subject: Subject, about: &About<'_>) -> String {
    match subject {
        Subject::Network => say!("doctor-answers", host = about.host),
        Subject::Address => say!("doctor-let-in"),
        Subject::Credential => match about.credential {
            Credential::Secret(_) => say!("doctor-gives-token"),
            Credential::Token(_) => say!("doctor-accepts"),
        },
        Subject::Account => say!("doctor-in-use"),
        Subject::Lock => say!("doctor-no-run"),
        Subject::Stage => say!("doctor-nothing-left-over"),
        _ => say!("doctor-fine"),
    }
}

fn clock(ahead: i64) -> String {
    let off = ahead.unsigned_abs();
    let time = if off < 120 {
        message!("doctor-seconds", seconds = off)
    } else {
        span(Duration::from_secs(off))
    };
    match ahead {
        // An answer takes its time, and the header has whole seconds.
        -2..=2 => say!("doctor-clock-right"),
        3.. => say!("doctor-clock-ahead", time = time),
        _ => say!("doctor-clock-behind", time = time),
    }
}

fn room(available: u64, wanted: Option<u64>) -> String {
    let free = BinaryBytes(available).to_string();
    match wanted {
        None => say!("doctor-free", free = free),
        Some(wanted) => {
            let wanted = BinaryBytes(wanted).to_string();
            say!("doctor-free-wanted", free = free, wanted = wanted)
        }
    }
}

fn archives(newest: Option<&Newest>, partial: u64, unreadable: u64) -> String {
    let mut said = vec![match newest {
        None => say!("doctor-no-archive"),
        Some(newest) => {
            let name = newest.path.file_name().unwrap_or_default();
            say!(
                "doctor-newest",
                age = span(newest.age),
                name = name.to_string_lossy()
            )
        }
    }];
    if partial > 0 {
        said.push(say!("status-newer-partial", count = partial));
    }
    if unreadable > 0 {
        said.push(say!("status-newer-unreadable", count = unreadable));
    }
    said.join(&say!("between-notes"))
}

fn archive_facts(newest: Option<&Newest>, partial: u64, unreadable: u64) -> Value {
    let mut facts = json!({ "newer_partial": partial, "newer_unreadable": unreadable });
    if let Some(newest) = newest {
        facts["path"] = newest.path.display().to_string().into();
        facts["confirmed_at"] = rfc3339(newest.confirmed.time()).into();
        facts["age_seconds"] = newest.age.as_secs().into();
        facts["status"] = newest.status.to_string().into();
        facts["gaps"] = newest.gaps.into();
        facts["bytes"] = newest.bytes.into();
    }
    facts
}

/// Writes the rows in the form that suits whoever reads them.
pub(super) fn show(rows: &[Row], report: &Report) {
    if report.is_json() {
        for row in rows {
            report.line(row);
        }
    } else if report.place().stdout_columns.is_some() {
        let head = [say!("head-check"), say!("head-verdict"), String::new()];
        let cells: Vec<[String; 3]> = std::iter::once(head)
            .chain(rows.iter().map(|row| row.cells(language())))
            .collect();
        let mut lines = columns([Align::Left; 3], &cells).into_iter();
        report.result(&lines.next().unwrap_or_default());
        for (line, row) in lines.zip(rows) {
            report.result(&line);
            for more in [&row.advice, &row.for_admin].into_iter().flatten() {
                let mark = report.screen().paint_result(Paint::Hint, "→");
                report.result(&format!("    {mark} {}", safe(more)));
            }
        }
    } else {
        for row in rows {
            report.result(&row.tabs());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_told_by_how_far_it_is_off() {
        assert_eq!(
            [0, -2, 3, -119, 7200].map(clock),
            [
                "as WeChat's",
                "as WeChat's",
                "3 s ahead of WeChat's",
                "119 s behind WeChat's",
                "2h ahead of WeChat's"
            ]
        );
    }
}
