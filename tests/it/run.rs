//! A run of the program: `Run::new().args(["verify", "a.zip"]).fails_with(6)`.
//!
//! It starts with an empty environment, so that nothing of the machine's comes
//! in, and fails the test with all that the program said where the exit code
//! is another than was asked for.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

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

    #[track_caller]
    fn ends_with(self, code: i32) -> Said {
        let output = self.output();
        let said = Said {
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        };
        assert_eq!(
            output.status.code(),
            Some(code),
            "exit code of {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.args,
            said.stdout,
            said.stderr
        );
        said
    }

    fn output(&self) -> Output {
        self.command().output().expect("the program starts")
    }
}

impl Said {
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
