//! What the program says while it works and when it ends, on three ways:
//! text on stderr, JSON lines on stdout, and a bar.

mod json;
mod progress;
mod screen;
mod table;
mod text;

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Map, Value};
use wxbackup::event::{Event, Observer};
use wxbackup::interrupt::Cause;
use wxbackup::message;
use wxbackup::text::Message as Text;
use wxbackup::wechat::Secrets;

use crate::cli::args::{Global, When};
use crate::cli::commands::Outcome;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain;
use crate::cli::language::{language, say};

use json::{Message, Status};
use progress::{Board, INTERVAL, Shared, Standing, Ticker};
pub(crate) use screen::{Paint, Place, Screen, answer, cry, cut, object, safe};
pub(crate) use table::{Align, columns, padded, row};

/// How a command ended that did what it was asked to.
#[derive(Debug)]
pub(crate) struct Ending {
    exit: ExitCode,
    facts: Map<String, Value>,
    words: Vec<String>,
    trouble: Option<Box<dyn Error + Send + Sync>>,
}

impl Ending {
    /// An end with nothing to say about it.
    pub(crate) fn new(exit: ExitCode) -> Self {
        Self {
            exit,
            facts: Map::new(),
            words: Vec::new(),
            trouble: None,
        }
    }

    /// The facts for the summary of `--json`: a struct or a map.
    pub(crate) fn facts(mut self, facts: &impl Serialize) -> Self {
        match serde_json::to_value(facts) {
            Ok(Value::Object(facts)) => self.facts = facts,
            other => unreachable!("the facts of a summary are an object: {other:?}"),
        }
        self
    }

    /// What kept the command from doing all of it.
    pub(crate) fn because(mut self, trouble: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.trouble = Some(trouble.into());
        self
    }

    /// The exit code that it asks for.
    pub(crate) fn exit(&self) -> ExitCode {
        self.exit
    }

    /// The facts for the summary, as JSON.
    pub(crate) fn summary_facts(&self) -> &Map<String, Value> {
        &self.facts
    }

    /// What kept the command from doing all of it.
    pub(crate) fn trouble(&self) -> Option<&(dyn Error + 'static)> {
        Some(&**self.trouble.as_ref()?)
    }

    /// The same in one line.
    pub(crate) fn trouble_line(&self) -> Option<String> {
        Some(explain::line(self.trouble()?))
    }

    /// A line of the summary for people.
    pub(crate) fn says(mut self, line: impl Into<String>) -> Self {
        self.words.push(line.into());
        self
    }

    /// A line of the summary that says what to do.
    pub(crate) fn hints(self, hint: &Text) -> Self {
        let (label, hint) = (message!("label-hint"), hint.clone());
        self.says(say!("line-labelled", label = label, text = hint))
    }
}

/// In which form the program speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Text on stderr.
    Text,
    /// Text on stderr, without progress and summary.
    Quiet,
    /// JSON lines on stdout.
    Json,
}

/// The observer of every operation, and the voice of the program.
pub(crate) struct Report {
    screen: Arc<Screen>,
    place: Place,
    form: Form,
    verbose: bool,
    /// Whose voice it is, where there are several accounts.
    account: Option<String>,
    tally: Shared,
    board: Board,
    bars: bool,
    ticker: Mutex<Option<Ticker>>,
    begun: Instant,
}

impl Report {
    /// A report in the way that the flags ask for.
    pub(crate) fn new(global: &Global) -> Self {
        let place = Place::here();
        let form = if global.json {
            Form::Json
        } else if global.quiet {
            Form::Quiet
        } else {
            Form::Text
        };
        let wanted = match global.progress {
            When::Always => true,
            When::Never => false,
            When::Auto => form == Form::Text,
        };
        let bars = wanted && place.stderr_is_terminal;
        let screen = Arc::new(Screen::new(place, global.color, bars));
        let board = Board::default();
        let ticks = if form == Form::Json {
            global.progress != When::Never
        } else {
            wanted && !bars
        };
        let ticker = ticks.then(|| {
            let (screen, board) = (Arc::clone(&screen), board.clone());
            Ticker::start(INTERVAL, move || {
                let begun = |standing: &Standing| standing.tally.phase.is_some();
                for standing in board.standings().iter().filter(|one| begun(one)) {
                    tell_standing(standing, form, &screen);
                }
            })
        });
        Self {
            screen,
            place,
            form,
            verbose: global.verbose,
            account: None,
            tally: board.own(),
            board,
            bars,
            ticker: Mutex::new(ticker),
            begun: Instant::now(),
        }
    }

    /// The voice of one account of several; each line names it.
    pub(crate) fn of_account(&self, name: &str) -> Self {
        Self {
            screen: Arc::clone(&self.screen),
            place: self.place,
            form: self.form,
            verbose: self.verbose,
            account: Some(name.to_owned()),
            tally: self.board.begin(name),
            board: self.board.clone(),
            bars: self.bars,
            ticker: Mutex::new(None),
            begun: Instant::now(),
        }
    }

    /// Says that so many accounts will begin and end.
    pub(crate) fn expect_accounts(&self, total: usize) {
        self.board.expect_accounts(total);
        if self.bars {
            let bar = self.screen.bar();
            bar.set_style(progress::style_of_accounts());
            bar.enable_steady_tick(Duration::from_millis(200));
            self.board.draw(bar);
        }
    }

    /// Says how the run of this account ended, the others going on; gives the
    /// ending, and how long it took in milliseconds.
    pub(crate) fn settle(&self, result: Outcome, interrupted: Option<Cause>) -> (Ending, u64) {
        let ending = self.judge(result, interrupted.map(ExitCode::of_signal));
        let elapsed_ms = millis(self.begun.elapsed());
        let name = self.account.as_deref().unwrap_or_default();
        self.board.end(name);
        let exit_code = ending.exit.number();
        match self.form {
            Form::Json => self.line_of(&Message::Status(Status::Ended {
                exit_code,
                elapsed_ms,
            })),
            Form::Text => {
                let (ended, total) = self.board.ended().unwrap_or_default();
                self.say(&say!(
                    "progress-ended",
                    exit = exit_code,
                    ended = ended.to_string(),
                    total = total.to_string()
                ));
            }
            Form::Quiet => {}
        }
        if self.bars {
            self.board.draw(self.screen.bar());
        }
        (ending, elapsed_ms)
    }

    /// Says how far each operation is that is under way, because somebody asks.
    #[cfg(unix)]
    pub(crate) fn tell_progress(&self) {
        if let Some((ended, total)) = self.board.ended()
            && !self.is_json()
        {
            self.screen.tell(&say!(
                "progress-accounts",
                ended = ended.to_string(),
                total = total.to_string()
            ));
        }
        for standing in self.board.standings() {
            tell_standing(&standing, self.form, &self.screen);
        }
    }

    /// Where results are written.
    pub(crate) fn screen(&self) -> &Screen {
        &self.screen
    }

    /// What no line of it holds, for clients to add to.
    pub(crate) fn secrets(&self) -> Secrets {
        self.screen.secrets().clone()
    }

    /// What the program runs in.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Whether results are to be JSON lines.
    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Whether long lists are told to their end.
    pub(crate) fn tells_all(&self) -> bool {
        self.is_json() || self.verbose
    }

    /// A line of results on stdout, where results are not JSON lines.
    pub(crate) fn result(&self, line: &str) {
        if !self.is_json() {
            self.screen.result(line);
        }
    }

    /// An object of results on a line of stdout, where results are JSON lines.
    ///
    /// # Panics
    ///
    /// Where it has keys that are no text, which no struct has.
    pub(crate) fn line(&self, line: &impl Serialize) {
        if self.is_json() {
            let line = serde_json::to_string(line).expect("a struct has names for keys");
            self.screen.result(&line);
        }
    }

    /// Says that a command of several steps begins one.
    pub(crate) fn step(&self, line: &str) {
        if self.form == Form::Text {
            self.say(line);
        }
    }

    /// A line for people, with the account's name where there are several.
    fn say(&self, line: &str) {
        match &self.account {
            Some(account) => {
                let line = say!("line-named", name = safe(account), line = line);
                self.screen.tell(&line);
            }
            None => self.screen.tell(line),
        }
    }

    /// A line for programs, with the account's name where there are several.
    fn line_of(&self, message: &Message<'_>) {
        let line = message.to_line_of(self.account.as_deref());
        self.screen.result(&line);
    }

    /// Says how the command ended, and picks the exit code. Nothing is said after it.
    pub(crate) fn finish(
        &self,
        command: &'static str,
        result: Outcome,
        interrupted: Option<Cause>,
    ) -> ExitCode {
        drop(
            self.ticker
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        self.screen.bar().finish_and_clear();
        let result = match (result, self.screen.take_failure()) {
            (Ok(_), Some(error)) => Err(StdoutError(error).into()),
            (result, _) => result,
        };
        let signal = interrupted.map(ExitCode::of_signal);
        let ending = self.judge(result, signal);
        let exit = signal.unwrap_or(ending.exit);
        if self.is_json() {
            let summary = Message::Summary {
                command,
                exit_code: exit.number(),
                elapsed_ms: millis(self.begun.elapsed()),
                facts: &ending.facts,
            };
            self.screen.result(&summary.to_line());
        } else if self.form == Form::Text {
            for line in &ending.words {
                self.screen.tell(line);
            }
            if signal.is_some() {
                self.screen.tell(&exit.meaning().in_language(language()));
            }
        }
        exit
    }

    /// The ending that `result` is; what went wrong is told. What fails because
    /// it was asked to stop, by `signal`, has not failed.
    fn judge(&self, result: Outcome, signal: Option<ExitCode>) -> Ending {
        let ending = match (result, signal) {
            (Ok(ending), _) => ending,
            (Err(_), Some(signal)) => return Ending::new(signal),
            (Err(error), None) => Ending::new(explain::exit_code(&*error)).because(error),
        };
        if let Some(trouble) = &ending.trouble
            && signal.is_none()
        {
            self.fail(&**trouble);
        }
        ending
    }

    /// Tells of an error, with its causes and what to do about it.
    pub(crate) fn fail(&self, error: &(dyn Error + 'static)) {
        let explained = explain::explain(error);
        if self.is_json() {
            let mut chain = explained.chain.into_iter();
            let message = Message::Error {
                message: chain.next().unwrap_or_default(),
                causes: chain.collect(),
                hint: explained.hint,
                errcode: explained.errcode,
                rid: explained.rid,
            };
            self.line_of(&message);
            return;
        }
        for (depth, line) in explained.chain.iter().enumerate() {
            if depth == 0 {
                let label = say!("label-error");
                self.say(&self.screen.labelled(Paint::Error, &label, &safe(line)));
            } else {
                let label = say!("label-caused-by");
                let line = self.screen.labelled(Paint::Error, &label, &safe(line));
                self.say(&format!("  {line}"));
            }
        }
        if let Some(hint) = explained.hint {
            let label = say!("label-hint");
            self.say(&self.screen.labelled(Paint::Hint, &label, &hint));
        }
    }
}

impl Observer for Report {
    fn event(&self, event: &Event<'_>) {
        let mut tally = self.tally.lock();
        tally.note(event);
        if self.bars && self.account.is_none() {
            if matches!(event, Event::Phase { .. }) {
                self.screen.show_bar();
                self.screen.bar().set_style(progress::style(&tally));
                self.screen
                    .bar()
                    .enable_steady_tick(Duration::from_millis(200));
            }
            tally.draw(self.screen.bar());
        }
        drop(tally);
        if self.bars && self.account.is_some() {
            self.board.draw(self.screen.bar());
        }
        if self.is_json() {
            if let Some(message) = Message::of(event, self.verbose) {
                self.line_of(&message);
            }
        } else if self.form == Form::Quiet && matches!(event, Event::QuotaPlan { .. }) {
            // A plan is no trouble; what it leaves over is told at the end.
        } else if let Some(line) = text::line(event, self.verbose, &self.screen) {
            self.say(&line);
        }
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report").finish_non_exhaustive()
    }
}

/// Tells programs that the command line is wrong, before there is a report.
pub(crate) fn refused(message: &str) {
    let screen = Screen::new(Place::here(), When::Never, false);
    let error = Message::Error {
        message: message.to_owned(),
        causes: Vec::new(),
        hint: None,
        errcode: None,
        rid: None,
    };
    let summary = Message::Summary {
        command: "",
        exit_code: ExitCode::Usage.number(),
        elapsed_ms: 0,
        facts: &Map::new(),
    };
    screen.result(&error.to_line());
    screen.result(&summary.to_line());
}

/// Results could not be written where they were to go.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("stdout-failed"))]
struct StdoutError(#[source] std::io::Error);

/// Says how far one operation is.
fn tell_standing(standing: &Standing, form: Form, screen: &Screen) {
    if form == Form::Json {
        let line = Message::progress(&standing.tally);
        screen.result(&line.to_line_of(standing.account.as_deref()));
    } else {
        screen.tell(&standing.line());
    }
}

fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
