//! Signals: the first SIGINT or SIGTERM asks the operation to stop, a second
//! ends the program at once.

use wxbackup::interrupt::{Cause, Interrupt};

use crate::cli::exit_code::ExitCode;

/// Listens for the rest of the program's life.
///
/// Where the system refuses to tell us of signals they do what they always do.
pub(crate) fn catch() -> Interrupt {
    let interrupt = Interrupt::default();
    let heard = interrupt.clone();
    let listener = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(listen(&heard));
        }
    };
    // A program that cannot start a thread is still better than none.
    let _ = std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(listener);
    interrupt
}

async fn listen(interrupt: &Interrupt) {
    let Ok(mut signals) = Signals::new() else {
        return;
    };
    interrupt.set(signals.next().await);
    let second = signals.next().await;
    std::process::exit(i32::from(ExitCode::of_signal(second).number()));
}

#[cfg(unix)]
struct Signals {
    interrupted: tokio::signal::unix::Signal,
    terminated: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Cause {
        tokio::select! {
            _ = self.interrupted.recv() => Cause::Interrupted,
            _ = self.terminated.recv() => Cause::Terminated,
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

    async fn next(&mut self) -> Cause {
        let _ = tokio::signal::ctrl_c().await;
        Cause::Interrupted
    }
}
