//! Takes a secret from the place that the settings name.

use std::io;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde::Serialize;
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::message;
use wxbackup::text::Message;

use crate::cli::report::Place;
use crate::cli::settings::{Error, Lookup, Source};

/// A secret or a token is a short word; whatever is longer is another file.
const SECRET_BYTES_MAX: u64 = 4096;

/// A key store answers at once, or after a person has unlocked it; one that
/// takes longer would hold up every nightly run for ever.
const COMMAND_MAX: Duration = Duration::from_secs(30);

/// Between two looks at a command that has said all and not ended yet.
const ENDING_PAUSE: Duration = Duration::from_millis(2);

/// A secret, and what is wrong with the place it came from.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) secret: SecretString,
    /// The file that other users can read.
    pub(crate) exposed: Option<PathBuf>,
}

/// What can be known of a secret without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Its file may be read.
    Readable,
    /// Its file is not there, or may not be read.
    Unreadable,
    /// Its variable is set.
    Set,
    /// Its variable is not set.
    NotSet,
    /// Its command was not asked.
    NotRun,
}

impl State {
    /// For people.
    pub(crate) fn words(self) -> Message {
        match self {
            Self::Readable => message!("secret-readable"),
            Self::Unreadable => message!("secret-unreadable"),
            Self::Set => message!("secret-set"),
            Self::NotSet => message!("secret-not-set"),
            Self::NotRun => message!("secret-not-run"),
        }
    }
}

impl Source {
    /// What can be known of the secret without reading it.
    pub(crate) fn state(&self, env: Lookup<'_>) -> State {
        match self {
            Self::File(path) if may_read(path) => State::Readable,
            Self::File(_) => State::Unreadable,
            Self::Variable(name) if env(name).is_some() => State::Set,
            Self::Variable(_) => State::NotSet,
            Self::Command(_) => State::NotRun,
        }
    }

    /// The variable of the environment that it is in.
    pub(crate) fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            Self::File(_) | Self::Command(_) => None,
        }
    }

    /// Where it is, for people.
    fn words(&self) -> Message {
        match self {
            Self::File(path) => message!("source-file", path = path.display()),
            Self::Variable(name) => message!("source-variable", name = name),
            Self::Command(words) => message!("source-command", program = &words[0]),
        }
    }

    /// Takes the secret from where it is.
    ///
    /// # Errors
    ///
    /// Where it is not there, empty, longer than a secret is, or has blanks
    /// inside, which only a wrong file has.
    pub(crate) fn take(&self, env: Lookup<'_>) -> Result<Taken, Error> {
        let (bytes, exposed) = match self {
            Self::File(path) => {
                let (bytes, exposed) = read_secret(path).map_err(Error::SecretFile)?;
                (bytes, exposed.then(|| path.clone()))
            }
            Self::Variable(name) => {
                let value = env(name).ok_or_else(|| Error::NoVariable {
                    variable: name.clone(),
                })?;
                (value.into_encoded_bytes(), None)
            }
            Self::Command(words) => (run(words, COMMAND_MAX)?, None),
        };
        let odd = || Error::OddSecret {
            place: self.words(),
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| odd())?;
        // Windows' Notepad puts a byte order mark before it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
        if text.is_empty() {
            return Err(Error::EmptySecret {
                place: self.words(),
            });
        }
        if bytes.len() as u64 > SECRET_BYTES_MAX || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(odd());
        }
        Ok(Taken {
            secret: SecretString::from(text),
            exposed,
        })
    }
}

/// Whether this user may read the file. It is not opened: a pipe would wait for
/// its writer.
fn may_read(path: &Path) -> bool {
    #[cfg(unix)]
    {
        path.metadata().is_ok_and(|file| !file.is_dir())
            && rustix::fs::access(path, rustix::fs::Access::READ_OK).is_ok()
    }
    #[cfg(not(unix))]
    {
        path.metadata().is_ok_and(|file| !file.is_dir())
    }
}

/// The bytes of the file, and whether others than its owner may read them.
fn read_secret(path: &Path) -> Result<(Vec<u8>, bool), PathError> {
    let file = std::fs::File::open(path).at("open", path)?;
    #[cfg(unix)]
    let exposed = {
        let mode = file.metadata().at("look-at", path)?;
        std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o044 != 0
    };
    #[cfg(not(unix))]
    let exposed = false;
    let mut bytes = Vec::new();
    file.take(SECRET_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .at("read", path)?;
    Ok((bytes, exposed))
}

/// What the command prints, which is shown to nobody, not even when it fails.
/// Its complaints go to our stderr where that is a terminal: somebody may have
/// to touch a key. Anywhere else they would stand in a log, and some programs
/// print there what they were to keep: they are told where it fails, without
/// what may be a secret. Whatever comes of it, it does not run on.
fn run(words: &[String], limit: Duration) -> Result<Vec<u8>, Error> {
    let program = words[0].clone();
    let begun = Instant::now();
    let is_watched = Place::here().stderr_is_terminal;
    let child = Command::new(&program)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(if is_watched {
            Stdio::inherit()
        } else {
            Stdio::piped()
        })
        .spawn();
    let mut complaint = None;
    let answer = child.and_then(|mut child| {
        complaint = child.stderr.take().map(Complaint::hear);
        let answer = listen(&mut child, begun, limit);
        // A child that has ended is not there to be killed.
        let _ = child.kill();
        child.wait()?;
        answer
    });
    match answer {
        Ok(Heard::Ended(status, bytes)) if status.success() => Ok(bytes),
        Ok(Heard::TooMuch(bytes)) => Ok(bytes),
        Ok(Heard::Ended(status, _)) => Err(Error::SecretCommandFailed {
            program,
            status,
            source: complaint.and_then(Complaint::told),
        }),
        Ok(Heard::Late) => Err(Error::SecretCommandLate { program, limit }),
        Err(source) => Err(Error::SecretCommand { program, source }),
    }
}

/// What came of a command.
enum Heard {
    /// All that it printed, and how it ended.
    Ended(ExitStatus, Vec<u8>),
    /// The beginning of more than any secret has.
    TooMuch(Vec<u8>),
    /// It was still at it when its time was up.
    Late,
}

/// What a command says on stderr, as it comes.
struct Complaint {
    said: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

/// More than this explains nothing any more.
const COMPLAINT_BYTES_MAX: usize = 4096;

/// A command that has ended has said all; a grandchild may keep its stderr open.
const COMPLAINT_PAUSE: Duration = Duration::from_millis(200);

/// A run of these that is so long and has a digit in it may be a secret.
const SECRET_CHARS_MIN: usize = 16;

impl Complaint {
    fn hear(mut stderr: ChildStderr) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let (tell, ended) = mpsc::channel();
        let heard = Arc::clone(&said);
        // To the end, so that the command never waits for us.
        std::thread::spawn(move || {
            let mut chunk = [0; 1024];
            while let Ok(count @ 1..) = stderr.read(&mut chunk) {
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                let room = COMPLAINT_BYTES_MAX - heard.len();
                heard.extend_from_slice(&chunk[..count.min(room)]);
            }
            let _ = tell.send(());
        });
        Self { said, ended }
    }

    /// Its last words, if it said anything.
    fn told(self) -> Option<SaidByCommand> {
        let _ = self.ended.recv_timeout(COMPLAINT_PAUSE);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let text = without_secrets(&String::from_utf8_lossy(&said));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let text = lines.join(" ").trim().to_owned();
        (!text.is_empty()).then_some(SaidByCommand(text))
    }
}

/// What a command said before it failed, without what may be a secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SaidByCommand(String);

/// The text without anything that may be a secret: nobody knows which one it is.
fn without_secrets(text: &str) -> String {
    let is_of_one = |c: char| c.is_ascii_alphanumeric() || "-_+=".contains(c);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c| !is_of_one(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(word);
        let may_be = word.len() >= SECRET_CHARS_MIN && word.contains(|c: char| c.is_ascii_digit());
        clean.push_str(if may_be { "[redacted]" } else { word });
        let between = behind.find(is_of_one).unwrap_or(behind.len());
        let (between, behind) = behind.split_at(between);
        clean.extend(between.chars().map(|c| match c {
            '\n' => '\n',
            c if c.is_control() => ' ',
            c => c,
        }));
        rest = behind;
    }
    clean
}

fn listen(child: &mut Child, begun: Instant, limit: Duration) -> io::Result<Heard> {
    let stdout = child.stdout.take().expect("its stdout is a pipe to us");
    let (tell, hear) = mpsc::channel();
    // Nobody waits for this thread: a grandchild can keep the pipe open for ever.
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = stdout.take(SECRET_BYTES_MAX + 1).read_to_end(&mut bytes);
        let _ = tell.send(result.map(|_| bytes));
    });
    let bytes = match hear.recv_timeout(limit) {
        Ok(result) => result?,
        Err(_) => return Ok(Heard::Late),
    };
    if bytes.len() as u64 > SECRET_BYTES_MAX {
        return Ok(Heard::TooMuch(bytes));
    }
    // Who has closed stdout is about to end; std knows no wait with a limit.
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Heard::Ended(status, bytes));
        }
        if begun.elapsed() >= limit {
            return Ok(Heard::Late);
        }
        std::thread::sleep(ENDING_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use secrecy::ExposeSecret as _;

    use crate::cli::settings::environment;

    #[test]
    fn a_secret_comes_from_a_file_a_variable_or_a_command_and_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        wxbackup::fs::write_atomic(&path, b"hunter2\n").unwrap();
        let variables = [("PASS", "hunter2"), ("EMPTY", "  "), ("TWO", "a b")];
        let take = |source: Source| source.take(&environment(&variables));
        for source in [
            Source::File(path.clone()),
            Source::Variable("PASS".into()),
            Source::Command(vec!["printf".into(), "hunter2\\n".into()]),
        ] {
            let taken = take(source).unwrap();
            assert_eq!(taken.secret.expose_secret(), "hunter2");
            assert_eq!(taken.exposed, None);
            assert!(!format!("{taken:?}").contains("hunter2"));
        }
        for (source, words) in [
            (
                Source::Variable("EMPTY".into()),
                "the secret is empty: variable EMPTY",
            ),
            (
                Source::Variable("TWO".into()),
                "this does not look like a secret: variable TWO",
            ),
            (
                Source::Variable("NONE".into()),
                "the variable NONE is not set",
            ),
            (
                Source::Command(vec!["false".into()]),
                "`false`, asked for the secret, ended with exit status: 1",
            ),
        ] {
            assert_eq!(take(source).unwrap_err().to_string(), words);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_reported() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        wxbackup::fs::write_atomic(&path, b"hunter2").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let taken = Source::File(path.clone()).take(&environment(&[])).unwrap();
        assert_eq!(taken.exposed, Some(path));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_command_that_never_answers_is_killed_when_its_time_is_up() {
        use rustix::fs::{CWD, FileType, Mode, OFlags};
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        // `cat` waits for a writer, who never comes.
        let words = ["cat".to_owned(), pipe.display().to_string()];
        let limit = Duration::from_millis(1);
        assert_eq!(
            run(&words, limit).unwrap_err().to_string(),
            "`cat`, asked for the secret, gave none within 1ms"
        );
        // Opening a pipe to write fails where nobody is there who reads it.
        let reader = rustix::fs::open(&pipe, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty());
        assert_eq!(reader.unwrap_err(), rustix::io::Errno::NXIO);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_prints_without_end_is_stopped_and_its_words_are_no_secret() {
        let source = Source::Command(vec!["yes".into()]);
        assert_eq!(
            source.take(&environment(&[])).unwrap_err().to_string(),
            "this does not look like a secret: command `yes`"
        );
    }
}
