//! How far an operation is: a tally of its events, shown as a bar on a
//! terminal, and as a plain line every 30 seconds where there is none.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{BinaryBytes, HumanCount, ProgressBar, ProgressStyle};
use wxbackup::event::{Event, Phase};
use wxbackup::message;
use wxbackup::model::Section;

use super::screen::safe;
use crate::cli::language::{language, say};
use crate::cli::names;

/// How often the progress is told where nothing moves on the screen.
pub(crate) const INTERVAL: Duration = Duration::from_secs(30);

/// How long words on a bar stand. Nobody reads faster, and to say them anew for
/// each of a hundred thousand items would take a second of its own.
const WORDS_STAND: Duration = Duration::from_millis(50);

/// Whether words that were last said at `said_at` are to be said anew; then
/// they were said now.
fn is_due(said_at: &mut Option<Instant>) -> bool {
    let is_due = said_at.is_none_or(|at| at.elapsed() >= WORDS_STAND);
    if is_due {
        *said_at = Some(Instant::now());
    }
    is_due
}

/// What has been done of the phase that is under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) phase: Option<Phase>,
    pub(crate) section: Option<Section>,
    pub(crate) items_done: u64,
    pub(crate) items_total: Option<u64>,
    pub(crate) bytes_done: u64,
    pub(crate) bytes_total: Option<u64>,
    /// For what, and for how many seconds.
    waiting: Option<(String, u64)>,
    drawn_at: Option<Instant>,
}

impl Tally {
    /// Takes an event into account.
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Phase {
                phase,
                section,
                items_total,
                bytes_total,
            } => {
                *self = Self {
                    phase: Some(*phase),
                    section: *section,
                    items_total: *items_total,
                    bytes_total: *bytes_total,
                    ..Self::default()
                }
            }
            Event::Advanced { items, bytes } => {
                self.items_done = self.items_done.saturating_add(*items);
                self.bytes_done = self.bytes_done.saturating_add(*bytes);
                self.waiting = None;
            }
            Event::Waiting { reason, millis } => {
                self.waiting = Some((reason.in_language(language()), millis.div_ceil(1000)));
                self.drawn_at = None;
            }
            _ => {}
        }
    }

    /// `fetching image: 1,200 of 5,000, 3.1 MiB of 12.0 MiB`.
    pub(crate) fn line(&self) -> String {
        let mut line = match (self.phase.map(Phase::as_str), self.section) {
            (None, _) => say!("progress-starting"),
            (Some(phase), None) => say!("progress-phase", phase = phase),
            (Some(phase), Some(section)) => say!(
                "progress-phase-of",
                phase = message!("progress-phase", phase = phase),
                section = names::section(section)
            ),
        };
        let mut done = Vec::new();
        if self.items_done > 0 || self.items_total.is_some() {
            let count = |count: u64| HumanCount(count).to_string();
            done.push(of(self.items_done, self.items_total, count));
        }
        if self.bytes_done > 0 || self.bytes_total.is_some() {
            let bytes = |bytes: u64| BinaryBytes(bytes).to_string();
            done.push(of(self.bytes_done, self.bytes_total, bytes));
        }
        if !done.is_empty() {
            let done = done.join(&say!("between-counts"));
            line = say!("line-named", name = line, line = done);
        }
        match &self.waiting {
            None => line,
            Some((reason, seconds)) => say!(
                "progress-waiting",
                line = line,
                reason = reason,
                seconds = seconds.to_string()
            ),
        }
    }

    /// Position and length of the bar: bytes where their sum is known, else items.
    fn extent(&self) -> Option<(u64, u64)> {
        let of_bytes = self.bytes_total.map(|total| (self.bytes_done, total));
        let of_items = self.items_total.map(|total| (self.items_done, total));
        of_bytes
            .or(of_items)
            .filter(|(_, total)| *total > 0)
            .map(|(done, total)| (done.min(total), total))
    }

    /// Shows itself on `bar`; the words only where the last are old enough.
    pub(crate) fn draw(&mut self, bar: &ProgressBar) {
        match self.extent() {
            Some((done, total)) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            None => bar.unset_length(),
        }
        if is_due(&mut self.drawn_at) {
            bar.set_message(self.line());
        }
    }
}

/// A bar's looks for a phase whose length is known, or not.
pub(crate) fn style(tally: &Tally) -> ProgressStyle {
    let template = if tally.extent().is_some() {
        "{spinner} [{bar:24}] {percent:>3}% {wide_msg} {eta}"
    } else {
        "{spinner} {wide_msg} {elapsed}"
    };
    ProgressStyle::with_template(template)
        .expect("the templates are constants")
        .progress_chars("=> ")
}

/// So much, of how much where that is known.
fn of(done: u64, total: Option<u64>, shown: fn(u64) -> String) -> String {
    match total {
        None => shown(done),
        Some(total) => say!("progress-of", done = shown(done), total = shown(total)),
    }
}

/// A tally that several threads add to and look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared(Arc<Mutex<Tally>>);

impl Shared {
    /// The tally, for as long as the guard lives.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The tallies of all that is under way: the program's own, and those of
/// accounts that run side by side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<Posted>>);

#[derive(Debug, Default)]
struct Posted {
    own: Shared,
    accounts: Vec<(String, Shared)>,
    ended: usize,
    accounts_total: Option<usize>,
    drawn_at: Option<Instant>,
}

/// How far one operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Of which account, where there are several.
    pub(crate) account: Option<String>,
    pub(crate) tally: Tally,
}

impl Board {
    /// The tally of a program that does one thing at a time.
    pub(crate) fn own(&self) -> Shared {
        self.lock().own.clone()
    }

    /// So many accounts will begin and end.
    pub(crate) fn expect_accounts(&self, total: usize) {
        self.lock().accounts_total = Some(total);
    }

    /// An account begins; its tally.
    pub(crate) fn begin(&self, account: &str) -> Shared {
        let tally = Shared::default();
        let mut posted = self.lock();
        posted.accounts.push((account.to_owned(), tally.clone()));
        tally
    }

    /// An account has ended.
    pub(crate) fn end(&self, account: &str) {
        let mut posted = self.lock();
        posted.accounts.retain(|(name, _)| name != account);
        posted.ended += 1;
        posted.drawn_at = None;
    }

    /// How many of how many accounts have ended, where there are several.
    pub(crate) fn ended(&self) -> Option<(usize, usize)> {
        let posted = self.lock();
        posted.accounts_total.map(|total| (posted.ended, total))
    }

    /// How far each operation is that is under way.
    pub(crate) fn standings(&self) -> Vec<Standing> {
        let posted = self.lock();
        let of = |account: Option<&String>, tally: &Shared| Standing {
            account: account.cloned(),
            tally: tally.lock().clone(),
        };
        if posted.accounts_total.is_none() {
            return vec![of(None, &posted.own)];
        }
        let accounts = posted.accounts.iter();
        accounts
            .map(|(name, tally)| of(Some(name), tally))
            .collect()
    }

    /// Shows the accounts on `bar`: how many have ended, and what the others do.
    pub(crate) fn draw(&self, bar: &ProgressBar) {
        let Some((ended, total)) = self.ended() else {
            return;
        };
        bar.set_length(total as u64);
        bar.set_position(ended as u64);
        if !is_due(&mut self.lock().drawn_at) {
            return;
        }
        let under_way: Vec<String> = self.standings().iter().map(Standing::line).collect();
        bar.set_message(under_way.join(&say!("between-notes")));
    }

    fn lock(&self) -> MutexGuard<'_, Posted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    /// `shop: fetching image: 1,200 of 5,000`.
    pub(crate) fn line(&self) -> String {
        match &self.account {
            Some(account) => {
                let line = self.tally.line();
                say!("line-named", name = safe(account), line = line)
            }
            None => self.tally.line(),
        }
    }
}

/// A bar's looks where it shows several accounts.
pub(crate) fn style_of_accounts() -> ProgressStyle {
    let accounts = say!("progress-accounts-bar");
    let template = format!("{{spinner}} [{{bar:24}}] {{pos}}/{{len}} {accounts}  {{wide_msg}}");
    ProgressStyle::with_template(&template)
        .expect("a word changes nothing in a template")
        .progress_chars("=> ")
}

/// Does something at intervals until it is dropped.
#[derive(Debug)]
pub(crate) struct Ticker {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Calls `tick` each time that `interval` has passed.
    pub(crate) fn start(interval: Duration, mut tick: impl FnMut() + Send + 'static) -> Self {
        let (stop, stopped) = channel::<()>();
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                tick();
            }
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A tick that panicked has said so already.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::text::Message;

    fn tally(events: &[Event<'_>]) -> Tally {
        let mut tally = Tally::default();
        for event in events {
            tally.note(event);
        }
        tally
    }

    const FETCHING: Event<'static> = Event::Phase {
        phase: Phase::Fetch,
        section: Some(Section::Image),
        items_total: Some(5000),
        bytes_total: None,
    };

    #[test]
    fn a_line_says_what_is_done_of_how_much() {
        let advanced = Event::Advanced {
            items: 1200,
            bytes: 3 * 1024 * 1024,
        };
        let pause = Message::verbatim("WeChat asks for a pause");
        let waiting = Event::Waiting {
            reason: &pause,
            millis: 1500,
        };
        assert_eq!(tally(&[]).line(), "starting");
        assert_eq!(
            tally(&[FETCHING, advanced]).line(),
            "fetching image: 1,200 of 5,000, 3.00 MiB"
        );
        assert_eq!(
            tally(&[FETCHING, waiting]).line(),
            "fetching image: 0 of 5,000 (waiting: WeChat asks for a pause, 2 s)"
        );
    }

    #[test]
    fn a_new_phase_begins_at_nothing() {
        let advanced = Event::Advanced { items: 7, bytes: 7 };
        let sealing = Event::Phase {
            phase: Phase::Seal,
            section: None,
            items_total: None,
            bytes_total: Some(2048),
        };
        let tally = tally(&[FETCHING, advanced, sealing]);
        assert_eq!(tally.line(), "writing the archive: 0 B of 2.00 KiB");
        assert_eq!(tally.extent(), Some((0, 2048)));
    }

    #[test]
    fn a_bar_never_runs_over_its_end() {
        let advanced = Event::Advanced {
            items: 6000,
            bytes: 0,
        };
        assert_eq!(tally(&[FETCHING, advanced]).extent(), Some((5000, 5000)));
    }

    #[test]
    fn a_bar_says_at_once_what_began_and_what_is_waited_for() {
        let bar = ProgressBar::hidden();
        let mut tally = tally(&[FETCHING]);
        tally.draw(&bar);
        assert_eq!(bar.message(), "fetching image: 0 of 5,000");
        tally.note(&Event::Advanced { items: 2, bytes: 0 });
        tally.draw(&bar);
        assert_eq!(bar.position(), 2);
        tally.note(&Event::Waiting {
            reason: &Message::verbatim("a pause"),
            millis: 1000,
        });
        tally.draw(&bar);
        assert_eq!(
            bar.message(),
            "fetching image: 2 of 5,000 (waiting: a pause, 1 s)"
        );
    }

    #[test]
    fn a_board_shows_the_accounts_that_are_at_work_and_counts_those_that_are_not() {
        let board = Board::default();
        let lines = || {
            let standings = board.standings();
            standings.iter().map(Standing::line).collect::<Vec<_>>()
        };
        assert_eq!(lines(), ["starting"]);
        board.expect_accounts(3);
        let shop = board.begin("shop");
        board.begin("news\u{1b}");
        shop.lock().note(&FETCHING);
        assert_eq!(
            lines(),
            ["shop: fetching image: 0 of 5,000", "news\\u{1b}: starting"]
        );
        board.end("shop");
        assert_eq!(lines(), ["news\\u{1b}: starting"]);
        assert_eq!(board.ended(), Some((1, 3)));
    }

    #[test]
    fn a_ticker_ticks_until_it_is_dropped() {
        let (said, heard) = channel();
        let ticker = Ticker::start(Duration::from_millis(1), move || {
            let _ = said.send(());
        });
        heard.recv().unwrap();
        drop(ticker);
        while heard.try_recv().is_ok() {}
        assert!(heard.recv().is_err());
    }
}
