//! The last of what happened in a run, for the body of a ping.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::{Event, Observer};
use crate::message;
use crate::notify::text::clean;
use crate::text::Language;

/// More are not read by anyone, and a ping's body has a limit.
const LINES_MAX: usize = 100;

/// More titles would make a chat message a list.
const TITLES_MAX: usize = 10;

/// An observer that passes on what it hears, and remembers the last of it.
///
/// What is remembered holds no title of an item unless it is to.
pub struct LastLines {
    inner: Arc<dyn Observer>,
    with_titles: bool,
    language: Language,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    lines: VecDeque<String>,
    titles: Vec<String>,
}

impl LastLines {
    /// Remembers lines without titles, in `language`.
    pub fn without_titles(inner: Arc<dyn Observer>, language: Language) -> Self {
        Self {
            inner,
            with_titles: false,
            language,
            heard: Mutex::default(),
        }
    }

    /// Remembers titles too: the owner has asked for them.
    pub fn with_titles(inner: Arc<dyn Observer>, language: Language) -> Self {
        Self {
            with_titles: true,
            ..Self::without_titles(inner, language)
        }
    }

    /// The last lines, the oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.heard().lines.iter().cloned().collect()
    }

    /// Titles of what is missing, the first of them.
    pub fn missing_titles(&self) -> Vec<String> {
        self.heard().titles.clone()
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, event: &Event<'_>) {
        let line = match event {
            Event::Phase { phase, section, .. } => {
                let phase = message!("log-phase", phase = phase.as_str());
                match section {
                    None => phase,
                    Some(section) => {
                        let section = message!("name-section", section = section.as_str());
                        message!("progress-phase-of", phase = phase, section = section)
                    }
                }
            }
            Event::Warning {
                code,
                about,
                message,
            } if self.with_titles && !about.is_empty() => {
                let (code, about) = (*code, *about);
                message!(
                    "log-warning-about",
                    code = code,
                    about = about,
                    message = *message
                )
            }
            // What it is about may be a title.
            Event::Warning { code, message, .. } => {
                message!("log-warning", code = *code, message = *message)
            }
            Event::Gap {
                kind,
                id,
                name,
                reason,
                ..
            } => {
                let kind = message!("name-kind", kind = *kind);
                let reason = message!("name-reason", reason = reason.as_str());
                if self.with_titles && !name.is_empty() {
                    self.remember_title(name);
                    let (id, name) = (*id, *name);
                    message!(
                        "log-gap-named",
                        kind = kind,
                        id = id,
                        name = name,
                        reason = reason
                    )
                } else {
                    message!("log-gap", kind = kind, id = *id, reason = reason)
                }
            }
            Event::Waiting { reason, millis } => message!(
                "log-waiting",
                reason = *reason,
                seconds = millis.div_ceil(1000).to_string()
            ),
            _ => return,
        };
        let line = clean(&line.in_language(self.language));
        let mut heard = self.heard();
        if heard.lines.len() == LINES_MAX {
            heard.lines.pop_front();
        }
        heard.lines.push_back(line);
    }

    fn remember_title(&self, title: &str) {
        let mut heard = self.heard();
        if heard.titles.len() < TITLES_MAX {
            heard.titles.push(clean(title));
        }
    }
}

impl Observer for LastLines {
    fn event(&self, event: &Event<'_>) {
        self.remember(event);
        self.inner.event(event);
    }
}

impl std::fmt::Debug for LastLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LastLines")
            .field("with_titles", &self.with_titles)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Message;

    use crate::event::{Phase, Silent};
    use crate::model::{GapClass, GapReason, Section};

    fn told_to(lines: &LastLines) -> Vec<String> {
        lines.event(&Event::Phase {
            phase: Phase::Fetch,
            section: Some(Section::Image),
            items_total: Some(2),
            bytes_total: None,
        });
        lines.event(&Event::Gap {
            kind: "image",
            id: "3xKq",
            name: "春天\n",
            class: &GapClass::SourceGone,
            reason: &GapReason::Http404,
            detail: Some(&Message::verbatim("春天")),
        });
        lines.event(&Event::Warning {
            code: "unread_content",
            about: "春天",
            message: &Message::verbatim("its HTML is cut"),
        });
        lines.event(&Event::Advanced { items: 1, bytes: 1 });
        lines.lines()
    }

    #[test]
    fn a_title_is_remembered_only_where_it_is_to_be() {
        let lines = LastLines::without_titles(Arc::new(Silent), Language::En);
        assert_eq!(
            told_to(&lines),
            [
                "fetch image",
                "gap: image 3xKq: http_404",
                "warning: unread_content: its HTML is cut",
            ]
        );
        assert_eq!(lines.missing_titles(), Vec::<String>::new());
        let lines = LastLines::with_titles(Arc::new(Silent), Language::En);
        assert_eq!(
            told_to(&lines),
            [
                "fetch image",
                "gap: image 3xKq \"春天 \": http_404",
                "warning: unread_content: 春天: its HTML is cut",
            ]
        );
        assert_eq!(lines.missing_titles(), ["春天 "]);
    }

    #[test]
    fn only_the_last_lines_are_remembered() {
        let lines = LastLines::without_titles(Arc::new(Silent), Language::En);
        for number in 0..=LINES_MAX {
            lines.event(&Event::Waiting {
                reason: &Message::verbatim(number.to_string()),
                millis: 1,
            });
        }
        let lines = lines.lines();
        assert_eq!(lines.len(), LINES_MAX);
        assert_eq!(lines[0], "waiting: 1, 1 s");
    }
}
