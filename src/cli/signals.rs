//! Signals: the first SIGINT or SIGTERM asks the operation to stop, a second
//! ends the program at once. SIGUSR1 asks how far it is.

use std::sync::Arc;
use std::sync::mpsc;

use wxbackup::interrupt::{Cause, Interrupt};

use crate::cli::exit_code::ExitCode;
use crate::cli::report::Report;

/// Listens for the rest of the program's life, from when this returns.
///
/// Where the system refuses to tell us of signals they do what they always do.
pub(crate) fn catch(report: &Arc<Report>) -> Interrupt {
    let interrupt = Interrupt::default();
    let (heard, report) = (interrupt.clone(), Arc::clone(report));
    // A signal that comes before anybody listens kills the program.
    let (listens, is_listening) = mpsc::channel();
    let listener = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(listen(&heard, &report, listens));
        }
    };
    // A program that cannot start a thread is still better than none.
    let _ = std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(listener);
    // Where there is no listener the other end is gone, and nothing is waited for.
    let _ = is_listening.recv();
    interrupt
}

async fn listen(interrupt: &Interrupt, report: &Arc<Report>, listens: mpsc::Sender<()>) {
    let Ok(mut signals) = Signals::new() else {
        return;
    };
    let _ = listens.send(());
    interrupt.set(signals.next_to_stop(report).await);
    let second = signals.next_to_stop(report).await;
    std::process::exit(i32::from(ExitCode::of_signal(second).number()));
}

#[cfg(unix)]
struct Signals {
    interrupted: tokio::signal::unix::Signal,
    terminated: tokio::signal::unix::Signal,
    asked: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
            asked: signal(SignalKind::user_defined1())?,
        })
    }

    /// Waits for a signal to stop; answers those that ask meanwhile.
    async fn next_to_stop(&mut self, report: &Arc<Report>) -> Cause {
        loop {
            tokio::select! {
                _ = self.interrupted.recv() => return Cause::Interrupted,
                _ = self.terminated.recv() => return Cause::Terminated,
                _ = self.asked.recv() => {
                    let report = Arc::clone(report);
                    // A pipe that nobody reads must not keep us from hearing
                    // that we are to stop.
                    tokio::task::spawn_blocking(move || report.tell_progress());
                }
            }
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next_to_stop(&mut self, _: &Arc<Report>) -> Cause {
        let _ = tokio::signal::ctrl_c().await;
        Cause::Interrupted
    }
}
