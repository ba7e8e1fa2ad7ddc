//! Takes a secret from the place that the settings name.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::SecretString;
use wxbackup::error::{PathContext as _, PathError};

use crate::cli::settings::{Error, Lookup, Source};

/// A secret or a token is a short word; whatever is longer is another file.
const SECRET_BYTES_MAX: u64 = 4096;

/// A secret, and what is wrong with the place it came from.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) secret: SecretString,
    /// The file that other users can read.
    pub(crate) exposed: Option<PathBuf>,
}

impl Source {
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
            Self::Command(words) => (run(words)?, None),
        };
        let place = || self.to_string();
        let odd = || Error::OddSecret { place: place() };
        let text = std::str::from_utf8(&bytes).map_err(|_| odd())?.trim();
        if text.is_empty() {
            return Err(Error::EmptySecret { place: place() });
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

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Command(words) => write!(f, "command `{}`", words[0]),
        }
    }
}

/// The bytes of the file, and whether others than its owner may read them.
fn read_secret(path: &Path) -> Result<(Vec<u8>, bool), PathError> {
    let file = std::fs::File::open(path).at("open", path)?;
    #[cfg(unix)]
    let exposed = {
        let mode = file.metadata().at("look at", path)?;
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

/// What the command prints. Its complaints go to our stderr; what it printed is
/// shown to nobody, not even when it fails.
fn run(words: &[String]) -> Result<Vec<u8>, Error> {
    let program = words[0].clone();
    let output = Command::new(&program)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::SecretCommand {
            program: program.clone(),
            source,
        })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::SecretCommandFailed {
            program,
            status: output.status,
        })
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
}
