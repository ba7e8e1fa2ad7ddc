//! What WeChat says: whether it lets this machine and this account in, what
//! each section grants, and what is left of the quotas.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Interrupted;
use super::check::{Check, Finding, Subject};
use crate::event::Observer;
use crate::interrupt::Interrupt;
use crate::model::{Section, Timestamp};
use crate::wechat;
use crate::wechat::{Api, Class, Client, Credential};

/// What lies between here and the first answer, the nearest first.
const WAY: [Subject; 4] = [
    Subject::Network,
    Subject::Address,
    Subject::Credential,
    Subject::Account,
];

/// How far this machine's clock is ahead, in seconds, once an answer told.
type Ahead = Arc<Mutex<Option<i64>>>;

/// Asks WeChat, by way of `options`, for all that an export of `sections` needs.
pub(super) async fn checks(
    options: Option<wechat::Options>,
    sections: &[Section],
    observer: Arc<dyn Observer>,
    interrupt: &Interrupt,
) -> Result<Vec<Check>, Interrupted> {
    let Some(mut options) = options else {
        return Ok(Visit::not_made(sections).into_checks(None));
    };
    let ahead = Ahead::default();
    let noted = Arc::clone(&ahead);
    options.on_call = Arc::new(move |call| note_clock(&noted, &call));
    let asks_for_token = matches!(options.credential, Credential::Secret { .. });
    let visit = match Client::new(options, observer, interrupt.clone()) {
        Ok(client) => {
            client.never_force();
            // Nothing is lost with an answer that nobody waits for.
            tokio::select! {
                biased;
                () = interrupt.wait() => return Err(Interrupted),
                visit = Visit::make(&client, sections, asks_for_token) => visit,
            }
        }
        Err(error) => Visit {
            ended_by: Some(error),
            ..Visit::not_made(sections)
        },
    };
    if interrupt.is_set() {
        return Err(Interrupted);
    }
    let ahead = *ahead.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(visit.into_checks(ahead))
}

fn note_clock(ahead: &Ahead, call: &wechat::CallRecord) {
    let Some(theirs) = call.server_date else {
        return;
    };
    let answered = call.at.checked_add(Duration::from_millis(call.millis));
    let ours: Timestamp = answered.unwrap_or(call.at);
    ahead
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get_or_insert(ours.as_second() - theirs.as_second());
}

/// What became of the questions.
struct Visit {
    /// Whether WeChat has let us in once: a token was given, or used.
    was_let_in: bool,
    /// Why no more questions were asked.
    ended_by: Option<wechat::Error>,
    /// Whether there was anything to ask with.
    is_made: bool,
    sections: Vec<(Section, Finding)>,
    quotas: Vec<(Api, Finding)>,
}

impl Visit {
    fn not_made(sections: &[Section]) -> Self {
        Self {
            was_let_in: false,
            ended_by: None,
            is_made: false,
            sections: sections
                .iter()
                .map(|section| (*section, Finding::NotTried))
                .collect(),
            quotas: paths(sections)
                .into_iter()
                .map(|api| (api, Finding::NotTried))
                .collect(),
        }
    }

    async fn make(client: &Client, sections: &[Section], asks_for_token: bool) -> Self {
        let ended_by = client.connect().await.err();
        let mut visit = Self {
            was_let_in: asks_for_token && ended_by.is_none(),
            ended_by,
            is_made: true,
            sections: Vec::new(),
            quotas: Vec::new(),
        };
        for section in sections {
            let finding = visit.ask_section(client, *section).await;
            visit.sections.push((*section, finding));
        }
        for api in paths(&visit.readable()) {
            let finding = match &visit.ended_by {
                Some(_) => Finding::NotTried,
                None => match client.quota(api).await {
                    Ok(quota) => Finding::Quota(quota),
                    Err(error) => Finding::Failed(error),
                },
            };
            visit.quotas.push((api, finding));
        }
        visit
    }

    /// One item of the list of `section`, which costs as much as any page.
    async fn ask_section(&mut self, client: &Client, section: Section) -> Finding {
        if self.ended_by.is_some() {
            return Finding::NotTried;
        }
        match client.list(section, 0, 1).await {
            Ok(page) => {
                self.was_let_in = true;
                Finding::Listed(page.total_count)
            }
            Err(error) if concerns_all(&error) => {
                self.ended_by = Some(error);
                Finding::NotTried
            }
            Err(error) => {
                self.was_let_in = true;
                Finding::Failed(error)
            }
        }
    }

    /// The sections that were not refused.
    fn readable(&self) -> Vec<Section> {
        let is_refused = |finding: &Finding| matches!(finding, Finding::Failed(error) if error.class() == Class::NoPermission);
        self.sections
            .iter()
            .filter(|(_, finding)| !is_refused(finding))
            .map(|(section, _)| *section)
            .collect()
    }

    fn into_checks(mut self, ahead: Option<i64>) -> Vec<Check> {
        let failed_at = self.ended_by.as_ref().map(subject_of);
        let mut checks = Vec::new();
        for subject in WAY {
            let finding = if failed_at == Some(subject) {
                let error = self.ended_by.take();
                error.map_or(Finding::NotTried, Finding::Failed)
            } else if self.was_let_in || (self.is_made && subject == Subject::Network) {
                // Whoever refuses has answered.
                Finding::Fine
            } else {
                Finding::NotTried
            };
            checks.push(Check::new(subject, finding));
        }
        let sections = self.sections.into_iter();
        checks.extend(
            sections.map(|(section, finding)| Check::new(Subject::Section(section), finding)),
        );
        let quotas = self.quotas.into_iter();
        checks.extend(quotas.map(|(api, finding)| Check::new(Subject::Quota(api), finding)));
        let clock = ahead.map_or(Finding::NotTried, Finding::ClockAhead);
        checks.push(Check::new(Subject::Clock, clock));
        checks
    }
}

/// The paths that an export of `sections` calls often.
fn paths(sections: &[Section]) -> Vec<Api> {
    let mut paths: Vec<Api> = Vec::new();
    for section in sections {
        let lists = Api::that_lists(*section);
        let of_section = match lists {
            Api::BatchgetMaterial => vec![lists, Api::GetMaterial],
            _ => vec![lists],
        };
        paths.extend(of_section);
    }
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Whether the next question would fail in the same way.
fn concerns_all(error: &wechat::Error) -> bool {
    let is_of_account = matches!(
        error.class(),
        Class::Account | Class::Token | Class::Local | Class::Interrupted
    );
    is_of_account || error.errcode().is_none()
}

/// What on the way to the answers an error that concerns all of them is about.
fn subject_of(error: &wechat::Error) -> Subject {
    match error.errcode() {
        None => Subject::Network,
        // Not on the list; or waiting for, or refused by, the administrator.
        Some(40164 | 45035 | 61004 | 89501..=89507) => Subject::Address,
        // Frozen, restricted, closing, banned; or not of this platform.
        Some(45501 | 48004 | 50001 | 50002 | 50004 | 50007 | 61003 | 200_011) => Subject::Account,
        Some(_) => Subject::Credential,
    }
}
