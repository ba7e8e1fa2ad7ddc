//! The one place that writes to stdout and stderr.
//!
//! A reader who closes the pipe has seen enough: what is still to be written is
//! dropped without a word. Any other trouble with stdout is remembered, because
//! a result that did not arrive is a failure.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use clap::builder::styling::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};
use wxbackup::wechat::Secrets;

use crate::cli::args::When;
use crate::cli::language::say;

/// What the program writes on, and the bar that lines have to step around.
#[derive(Debug)]
pub(crate) struct Screen {
    bar: ProgressBar,
    with_bar: bool,
    colours: Colours,
    secrets: Secrets,
    out: Mutex<Out>,
}

#[derive(Debug)]
enum Out {
    Open,
    Closed,
    Failed(io::Error),
}

/// Shows help, before there is a screen. It has marks of colour, which are
/// written where clap would write them. A reader who is gone is no trouble.
pub(crate) fn answer(help: &str) {
    let _ = anstream::stdout().lock().write_all(help.as_bytes());
}

/// Says what is wrong with the command line, in the same way.
pub(crate) fn object(objection: &str) {
    let _ = anstream::stderr().lock().write_all(objection.as_bytes());
}

/// Says that the program panicked. Not through a screen: it may be what panicked,
/// with its bar in hand.
pub(crate) fn cry(lines: &str) {
    let _ = io::stderr().lock().write_all(lines.as_bytes());
}

/// What is known of the place that the program runs in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Whether stderr is a terminal that understands more than plain text.
    pub(crate) stderr_is_terminal: bool,
    /// How many columns stdout has, where it is a terminal.
    pub(crate) stdout_columns: Option<u16>,
    /// `NO_COLOR` is set to something.
    pub(crate) no_color: bool,
}

impl Place {
    /// Looks at the streams and the environment.
    pub(crate) fn here() -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            stderr_is_terminal: io::stderr().is_terminal() && !is_dumb,
            stdout_columns: io::stdout()
                .is_terminal()
                .then(|| console::Term::stdout().size().1),
            no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        }
    }

    fn colours(self, color: When) -> Colours {
        let on = |is_terminal| match color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_terminal && !self.no_color,
        };
        Colours {
            told: on(self.stderr_is_terminal),
            results: on(self.stdout_columns.is_some()),
        }
    }
}

/// Where colours are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colours {
    /// On stderr.
    told: bool,
    /// On stdout.
    results: bool,
}

impl Screen {
    /// A screen with or without colours and a bar, which is hidden until it has something to show.
    pub(crate) fn new(place: Place, color: When, with_bar: bool) -> Self {
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            with_bar,
            colours: place.colours(color),
            secrets: Secrets::default(),
            out: Mutex::new(Out::Open),
        }
    }

    /// Shows the bar, from the first phase on: a command without one would have
    /// an empty bar between its lines.
    pub(crate) fn show_bar(&self) {
        if self.with_bar && self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// What it keeps: no line has any of these, whoever made it.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The bar at the bottom.
    pub(crate) fn bar(&self) -> &ProgressBar {
        &self.bar
    }

    /// A line for people, on stderr. Nothing can be done where that fails.
    pub(crate) fn tell(&self, line: &str) {
        let line = self.secrets.scrub(line);
        self.bar.suspend(|| {
            let _ = writeln!(io::stderr().lock(), "{line}");
        });
    }

    /// A line of results, on stdout.
    pub(crate) fn result(&self, line: &str) {
        let line = self.secrets.scrub(line);
        self.bar.suspend(|| {
            let mut out = self.out();
            if matches!(*out, Out::Open)
                && let Err(error) = writeln!(io::stdout().lock(), "{line}")
            {
                *out = Out::after(error);
            }
        });
    }

    /// Many lines of results, on stdout: `write` gets a buffered writer, and
    /// stops at its first error.
    pub(crate) fn results<E: From<io::Error>>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut guarded = Guarded {
            inner: io::BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
            closed: false,
        };
        let result = write(&mut guarded).and_then(|()| Ok(guarded.flush()?));
        if guarded.closed {
            *self.out() = Out::Closed;
            // Whatever `write` makes of the closed pipe is no trouble of ours;
            // it also must not be written again when the buffer is dropped.
            let (_, _) = guarded.inner.into_parts();
            return Ok(());
        }
        result
    }

    /// What went wrong with stdout, if anything that matters did.
    pub(crate) fn take_failure(&self) -> Option<io::Error> {
        let mut out = self.out();
        match std::mem::replace(&mut *out, Out::Closed) {
            Out::Failed(error) => Some(error),
            before => {
                *out = before;
                None
            }
        }
    }

    /// `word` in the colour of its kind, for a line on stderr.
    fn paint<'a>(&self, kind: Paint, word: &'a str) -> Cow<'a, str> {
        kind.paint(word, self.colours.told)
    }

    /// A line for people that begins with `label` in the colour of its kind.
    pub(crate) fn labelled(&self, kind: Paint, label: &str, text: &str) -> String {
        say!(
            "line-labelled",
            label = self.paint(kind, label),
            text = text
        )
    }

    /// `word` in the colour of its kind, for a line of results.
    pub(crate) fn paint_result<'a>(&self, kind: Paint, word: &'a str) -> Cow<'a, str> {
        kind.paint(word, self.colours.results)
    }

    fn out(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Out {
    fn after(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Failed(error)
        }
    }
}

/// Notices that the pipe was closed, whatever the caller turns the error into.
struct Guarded<W: Write> {
    inner: io::BufWriter<W>,
    closed: bool,
}

impl<W: Write> Guarded<W> {
    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            self.closed = true;
        }
        result
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.note(result)
    }
}

/// What a coloured word is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Paint {
    Error,
    Warning,
    Hint,
    Good,
}

impl Paint {
    fn paint(self, word: &str, with_colours: bool) -> Cow<'_, str> {
        if with_colours {
            let style = self.style();
            Cow::Owned(format!("{style}{word}{style:#}"))
        } else {
            Cow::Borrowed(word)
        }
    }

    fn style(self) -> Style {
        let colour = match self {
            Self::Error => AnsiColor::Red,
            Self::Warning => AnsiColor::Yellow,
            Self::Hint => AnsiColor::Cyan,
            Self::Good => AnsiColor::Green,
        };
        colour.on_default().bold()
    }
}

/// `text` with everything escaped that could move the cursor, change colours,
/// ring a bell or reverse what is read: titles and names are other people's.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    // What most texts are, and told sixteen bytes at a time.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !is_plain && text.chars().any(is_unsafe) {
        let mut shown = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            if is_unsafe(c) {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
        }
        Cow::Owned(shown)
    } else {
        Cow::Borrowed(text)
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// `text` in at most so many columns of a terminal, where a Chinese character has two.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let mut kept: String = text
        .chars()
        .take_while(|c| {
            let width = c.width().unwrap_or(0);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect();
    if columns > 0 {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_write_over_the_screen() {
        assert_eq!(safe("春天 👩\u{200d}👧"), "春天 👩\u{200d}👧");
        assert_eq!(
            safe("a\u{1b}[2J\r\u{202e}fdp.exe\n\u{9b}"),
            "a\\u{1b}[2J\\u{d}\\u{202e}fdp.exe\\u{a}\\u{9b}"
        );
    }

    #[test]
    fn colours_are_for_terminals_unless_asked_for() {
        let colours = |columns, no_color, color| {
            let place = Place {
                stderr_is_terminal: true,
                stdout_columns: columns,
                no_color,
            };
            let Colours { told, results } = place.colours(color);
            (told, results)
        };
        assert_eq!(colours(Some(80), false, When::Auto), (true, true));
        assert_eq!(colours(None, false, When::Auto), (true, false));
        assert_eq!(colours(Some(80), true, When::Auto), (false, false));
        assert_eq!(colours(Some(80), false, When::Never), (false, false));
        assert_eq!(colours(None, true, When::Always), (true, true));
    }
}
