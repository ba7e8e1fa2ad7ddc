//! The last of what happened in a run, for the body of a ping.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::event::{Event, Observer, Phase};
use crate::notify::text::clean;

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
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    lines: VecDeque<String>,
    titles: Vec<String>,
}

impl LastLines {
    /// Remembers lines without titles.
    pub fn without_titles(inner: Arc<dyn Observer>) -> Self {
        Self {
            inner,
            with_titles: false,
            heard: Mutex::default(),
        }
    }

    /// Remembers titles too: the owner has asked for them.
    pub fn with_titles(inner: Arc<dyn Observer>) -> Self {
        Self {
            with_titles: true,
            ..Self::without_titles(inner)
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
                let section = section.map_or_else(String::new, |section| format!(" {section}"));
                format!("{}{section}", doing(*phase))
            }
            Event::Warning {
                code,
                about,
                message,
            } if self.with_titles && !about.is_empty() => {
                format!("warning: {code}: {about}: {message}")
            }
            // What it is about may be a title.
            Event::Warning { code, message, .. } => format!("warning: {code}: {message}"),
            Event::Gap {
                kind,
                id,
                name,
                reason,
                ..
            } => {
                if self.with_titles && !name.is_empty() {
                    self.remember_title(name);
                    format!("gap: {kind} {id} \"{name}\": {reason}")
                } else {
                    format!("gap: {kind} {id}: {reason}")
                }
            }
            Event::Waiting { reason, millis } => {
                format!("waiting: {reason}, {} s", millis.div_ceil(1000))
            }
            _ => return,
        };
        let mut heard = self.heard();
        if heard.lines.len() == LINES_MAX {
            heard.lines.pop_front();
        }
        heard.lines.push_back(clean(&line));
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

fn doing(phase: Phase) -> &'static str {
    match phase {
        Phase::Connect => "connect",
        Phase::List => "list",
        Phase::Fetch => "fetch",
        Phase::Seal => "seal",
        Phase::Check => "check",
        Phase::Restore => "restore",
        Phase::Extract => "extract",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Message;

    use crate::event::Silent;
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
        let lines = LastLines::without_titles(Arc::new(Silent));
        assert_eq!(
            told_to(&lines),
            [
                "fetch image",
                "gap: image 3xKq: http_404",
                "warning: unread_content: its HTML is cut",
            ]
        );
        assert_eq!(lines.missing_titles(), Vec::<String>::new());
        let lines = LastLines::with_titles(Arc::new(Silent));
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
        let lines = LastLines::without_titles(Arc::new(Silent));
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
