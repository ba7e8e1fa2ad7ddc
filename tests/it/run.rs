//! A run of the program: `Run::new().args(["verify", "a.zip"]).fails_with(6)`.
//!
//! It starts with an empty environment, so that nothing of the machine's comes
//! in, and fails the test with all that the program said where the exit code
//! is another than was asked for.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use wechat_sim::Sim;

/// A run that has not begun.
#[derive(Debug)]
pub(crate) struct Run {
    args: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
}

/// What a run said. Each is text; bytes that are none fail the test.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// A run without arguments.
    pub(crate) fn new() -> Self {
        Self {
            args: Vec::new(),
            variables: vec![("COLUMNS".into(), "100".into())],
            folder: None,
        }
    }

    /// A run that works on the account of a simulated WeChat.
    pub(crate) fn against(sim: &Sim) -> Self {
        Self::new()
            .env("WXBACKUP_API_BASE", sim.url())
            .env("WXBACKUP_APPID", sim.appid())
            .env("WXBACKUP_SECRET", sim.secret())
    }

    /// An export of the account of a simulated WeChat into a folder.
    pub(crate) fn export(sim: &Sim, folder: &Path) -> Self {
        Self::against(sim).args(["export", "-o"]).args([folder])
    }

    /// With these arguments behind those there are.
    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With a variable in the environment.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// In a folder.
    pub(crate) fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The program itself, for tests that need more than its end.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wxbackup"));
        command
            .args(&self.args)
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
    }

    /// Runs it; it must end with 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Said {
        self.ends_with(0)
    }

    /// Runs it; it must end with this exit code.
    #[track_caller]
    pub(crate) fn fails_with(self, code: i32) -> Said {
        assert_ne!(code, 0, "what ends with 0 has not failed");
        self.ends_with(code)
    }

    /// Starts it and comes back, for tests that meddle while it runs.
    pub(crate) fn starts(self) -> Running {
        let child = self
            .command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Running {
            args: self.args,
            child,
        }
    }

    /// What it said, where somebody else ran it; it must have ended with this
    /// exit code.
    #[track_caller]
    pub(crate) fn said(&self, output: Output, code: i32) -> Said {
        Said::of(&self.args, output, code)
    }

    /// Runs it; it must end with this exit code, 0 or another.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Said {
        let output = self.command().output().expect("the program starts");
        Said::of(&self.args, output, code)
    }
}

/// A run that has begun. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Running {
    args: Vec<OsString>,
    child: Child,
}

impl Running {
    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("it can be waited for")
            .is_some()
    }

    /// Ends it as a power cut would, and comes back when it is gone.
    pub(crate) fn dies(mut self) {
        self.child.kill().expect("it has not been waited for");
        self.child.wait().expect("it can be waited for");
    }

    /// Sends it a signal such as `INT`.
    pub(crate) fn gets(&self, signal: &str) {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.pid().to_string()])
            .status()
            .expect("there is a kill");
        assert!(sent.success(), "no {signal} was sent");
    }

    /// Waits for its end; it must end with this exit code.
    #[track_caller]
    pub(crate) fn ends_with(mut self, code: i32) -> Said {
        // Pipes are drained by threads of their own: a full one would block it.
        let drain = |pipe: Option<Box<dyn Read + Send>>| {
            let mut pipe = pipe.expect("its output is piped");
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                pipe.read_to_end(&mut bytes).map(|_| bytes)
            })
        };
        let stdout = drain(self.child.stdout.take().map(|pipe| Box::new(pipe) as _));
        let stderr = drain(self.child.stderr.take().map(|pipe| Box::new(pipe) as _));
        let output = Output {
            status: self.child.wait().expect("it can be waited for"),
            stdout: stdout.join().unwrap().expect("stdout can be read"),
            stderr: stderr.join().unwrap().expect("stderr can be read"),
        };
        Said::of(&self.args, output, code)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    #[track_caller]
    fn of(args: &[OsString], output: Output, code: i32) -> Self {
        let said = Self {
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        };
        assert_eq!(
            output.status.code(),
            Some(code),
            "exit code of {args:?}\n--- stdout\n{}\n--- stderr\n{}",
            said.stdout,
            said.stderr
        );
        said
    }

    /// The lines of stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
            })
            .collect()
    }

    /// The last line of stdout as JSON, which must be the summary.
    #[track_caller]
    pub(crate) fn summary(&self) -> Value {
        let last = self.json().pop().expect("there is a last line");
        assert_eq!(last["message_type"], "summary");
        last
    }
}
