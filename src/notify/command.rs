//! Running a program of the owner's, for a bounded time, with what it prints
//! bounded too.

use std::ffi::OsString;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};

use crate::notify::environment;
use crate::notify::error::Error;
use crate::notify::text;

/// Of what a failed program printed, this much of the end is told.
const SAID_BYTES_MAX: usize = 1000;

/// A program that has ended may have left another one that keeps the pipe open.
const LAST_WORDS_MAX: Duration = Duration::from_secs(1);

/// Runs `words`, the program first, until it ends or the future is dropped,
/// which kills it and those that it has started.
///
/// It has the environment of this program, without the variables in `hidden`,
/// and `told` of the run, each name with [`PREFIX`](environment::PREFIX). It can read nothing.
///
/// # Errors
///
/// Where it cannot be started, or does not end with 0.
pub(super) async fn run(
    words: &[String],
    told: &[(&'static str, OsString)],
    hidden: &[String],
) -> Result<(), Error> {
    let Some((program, arguments)) = words.split_first() else {
        return Ok(());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    for name in hidden {
        command.env_remove(name);
    }
    let full_name = |name: &str| format!("{}{name}", environment::PREFIX);
    for name in environment::NAMES {
        command.env_remove(full_name(name));
    }
    for (name, value) in told {
        command.env(full_name(name), value);
    }
    // A group of its own, so that all of it can be ended.
    #[cfg(unix)]
    command.process_group(0);
    let failed = |source| Error::Command {
        program: program.clone(),
        source,
    };
    let mut child = command.spawn().map_err(failed)?;
    let said = Said::default();
    let mut group = Group::of(&child);
    let stdout = child.stdout.take().map(|pipe| said.clone().hear(pipe));
    let stderr = child.stderr.take().map(|pipe| said.clone().hear(pipe));
    let hearing = async {
        futures::join!(
            futures::future::OptionFuture::from(stdout),
            futures::future::OptionFuture::from(stderr)
        );
    };
    tokio::pin!(hearing);
    let mut is_heard = false;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status.map_err(failed)?,
            () = &mut hearing, if !is_heard => is_heard = true,
        }
    };
    group.is_over();
    if status.success() {
        return Ok(());
    }
    if !is_heard {
        let _ = tokio::time::timeout(LAST_WORDS_MAX, hearing).await;
    }
    Err(Error::CommandFailed {
        program: program.clone(),
        status,
        said: said.text(),
    })
}

/// The end of what a program prints, on both streams.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    /// Reads `pipe` to its end: a full pipe would hold the program up.
    async fn hear(self, mut pipe: impl AsyncRead + Unpin) {
        let mut chunk = vec![0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut chunk).await {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&chunk[..read]);
            let excess = kept.len().saturating_sub(SAID_BYTES_MAX);
            kept.drain(..excess);
        }
    }

    /// On one line.
    fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        // Its last line says most.
        let line = text.lines().rev().find(|line| !line.trim().is_empty());
        text::clean(line.unwrap_or_default().trim())
    }
}

/// The processes of a command; they are killed where it is dropped before its end.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        Self {
            leader: pid.and_then(rustix::process::Pid::from_raw),
        }
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self {}
    }

    /// Whom the command has left behind may go on.
    fn is_over(&mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(leader) = self.leader {
            // Its leader has not been waited for, so the number is still its own.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).into()
    }

    async fn ran(script: &str) -> Result<(), String> {
        let told = [("OUTCOME", OsString::from("gaps"))];
        let hidden = ["HOME".to_owned()];
        let result = run(&words(script), &told, &hidden).await;
        result.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_program_is_told_of_the_run_and_of_nothing_that_is_hidden() {
        let checks = "[ $WXBACKUP_RUN_OUTCOME = gaps ] && [ -z \"$HOME\" ] && [ -n \"$PATH\" ]";
        assert_eq!(ran(checks).await, Ok(()));
    }

    #[tokio::test]
    async fn a_program_that_fails_says_why_and_not_more_than_a_line_of_it() {
        assert_eq!(
            ran("echo first; echo 'no route' >&2; exit 7").await,
            Err("`sh` ended with exit status: 7: no route".to_owned())
        );
        assert_eq!(
            ran("exit 7").await,
            Err("`sh` ended with exit status: 7".to_owned())
        );
        let error = ran("yes | head -c 1000000; exit 7").await.unwrap_err();
        assert_eq!(error, "`sh` ended with exit status: 7: y");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let words = ["/nonexistent/program".to_owned()];
        let error = run(&words, &[], &[]).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot run `/nonexistent/program`");
    }

    #[cfg(target_os = "linux")]
    fn pipe_in(folder: &tempfile::TempDir) -> std::path::PathBuf {
        use rustix::fs::{CWD, FileType, Mode};
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        pipe
    }

    /// Whether somebody reads the pipe, or waits to; then it is closed again.
    #[cfg(target_os = "linux")]
    fn is_read(pipe: &std::path::Path) -> bool {
        use rustix::fs::{Mode, OFlags};
        rustix::fs::open(pipe, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty()).is_ok()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn whoever_was_left_behind_by_a_program_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = pipe_in(&folder);
        // It has our end of stdout, and waits for a writer, who comes only after that.
        let script = format!("cat {} & exit 0", pipe.display());
        assert_eq!(ran(&script).await, Ok(()));
        while !is_read(&pipe) {
            tokio::task::yield_now().await;
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_program_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = pipe_in(&folder);
        // The shell waits for a child, which has the pipe open for reading.
        let words = words(&format!("cat {0} <>{0}; true", pipe.display()));
        {
            let running = run(&words, &[], &[]);
            tokio::pin!(running);
            let is_open = async {
                while !is_read(&pipe) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                result = &mut running => panic!("{result:?}"),
                () = is_open => {}
            }
        }
        // The killed are gone when the system has come round to it.
        while is_read(&pipe) {
            tokio::task::yield_now().await;
        }
    }
}
