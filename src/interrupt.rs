//! The wish to stop: set once, seen by everything that is under way.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

/// Shared by an operation and whoever may stop it.
///
/// Setting it starts nothing new; what is under way still lands.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    token: CancellationToken,
    cause: Arc<AtomicU8>,
}

/// Which signal asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// SIGINT, or Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Interrupt {
    /// Asks to stop. Only the first cause counts.
    pub fn set(&self, cause: Cause) {
        let number = match cause {
            Cause::Interrupted => 1,
            Cause::Terminated => 2,
        };
        let _ = self
            .cause
            .compare_exchange(0, number, Ordering::SeqCst, Ordering::SeqCst);
        self.token.cancel();
    }

    /// Who asked to stop, if anyone did.
    pub fn cause(&self) -> Option<Cause> {
        match self.cause.load(Ordering::SeqCst) {
            1 => Some(Cause::Interrupted),
            2 => Some(Cause::Terminated),
            _ => None,
        }
    }

    /// Whether anyone asked to stop.
    pub fn is_set(&self) -> bool {
        self.token.is_cancelled()
    }

    /// `body`, which fails as soon as someone asks to stop.
    pub fn over<R: Read>(&self, body: R) -> Interruptible<'_, R> {
        Interruptible {
            body,
            interrupt: self,
        }
    }

    /// Waits until someone asks to stop.
    pub fn wait(&self) -> BoxFuture<'static, ()> {
        Box::pin(self.token.clone().cancelled_owned())
    }
}

/// See [`Interrupt::over`].
#[derive(Debug)]
pub struct Interruptible<'a, R> {
    body: R,
    interrupt: &'a Interrupt,
}

impl<R: Read> Read for Interruptible<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interrupt.is_set() {
            // `ErrorKind::Interrupted` asks for another try.
            return Err(io::ErrorKind::Other.into());
        }
        self.body.read(buffer)
    }
}
