//! What an error means for the person who reads it: the chain of causes, what
//! to do next, and the exit code. Chosen by the types in the chain.

use std::error::Error;
use std::io;

use wxbackup::error::PathError;

use crate::cli::exit_code::ExitCode;
use crate::cli::settings;

/// An error, explained.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// What each layer has to say, the outermost first.
    pub(crate) chain: Vec<String>,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// WeChat's error code, where it gave one.
    pub(crate) errcode: Option<i64>,
    /// What WeChat's support asks for.
    pub(crate) rid: Option<String>,
}

/// Explains an error.
pub(crate) fn explain(error: &(dyn Error + 'static)) -> Explained {
    Explained {
        chain: chain(error),
        hint: layers(error).find_map(hint),
        errcode: None,
        rid: None,
    }
}

/// What each layer has to say, the outermost first.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for layer in layers(error) {
        let line = layer.to_string();
        // Some layers only repeat the one below.
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The exit code that `error` ends the program with.
pub(crate) fn exit_code(error: &(dyn Error + 'static)) -> ExitCode {
    layers(error).find_map(code).unwrap_or(ExitCode::Failed)
}

fn layers<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    // Twice down: a reference to an error is an error too, with a shorter life.
    std::iter::successors(Some(error), |layer| (**layer).source())
}

fn code(layer: &(dyn Error + 'static)) -> Option<ExitCode> {
    if layer.is::<settings::Error>() || layer.is::<UsageError>() {
        return Some(ExitCode::Usage);
    }
    None
}

fn hint(layer: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = layer.downcast_ref::<settings::Error>() {
        return of_settings(error);
    }
    if let Some(error) = layer.downcast_ref::<PathError>() {
        return of_path(error);
    }
    None
}

/// Flags that are right one by one, and make no sense together or here.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

fn of_settings(error: &settings::Error) -> Option<String> {
    use settings::Error as E;
    let hint = match error {
        E::NoAccount | E::NoAppId | E::NoCredential { .. } => {
            "give --appid and --secret-file, or set WXBACKUP_APPID and WXBACKUP_SECRET, \
             or write an account into the settings file; `wxbackup demo` needs none of them"
        }
        E::SeveralAccounts { .. } => "choose one with --account NAME",
        E::TwoCredentials => "keep the one that is meant",
        E::EmptySecret { .. } | E::OddSecret { .. } => {
            "it must be the AppSecret or the token alone, one word of printable ASCII"
        }
        E::OtherAppId { .. } => {
            "leave --appid out, or give the secret of that AppId with it, as --secret-file"
        }
        E::UnknownAccount { .. } => "accounts are the tables [accounts.NAME] of the settings file",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_path(error: &PathError) -> Option<String> {
    if error.is_disk_full() {
        return Some(
            "the disk is full; make room and run the same command again: what was fetched is kept"
                .to_owned(),
        );
    }
    let hint = match error.source.kind() {
        io::ErrorKind::PermissionDenied => "give the user who runs this the right to that place",
        io::ErrorKind::ReadOnlyFilesystem => {
            "that file system is mounted read-only; choose another folder"
        }
        io::ErrorKind::NotFound => "check the spelling; relative paths start at the current folder",
        _ => return None,
    };
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot save the archive")]
    struct Outer(#[source] PathError);

    fn path_error(kind: io::ErrorKind) -> Outer {
        Outer(PathError {
            action: "write",
            path: "/b/a.zip".into(),
            source: kind.into(),
        })
    }

    #[test]
    fn a_full_disk_is_explained_wherever_in_the_chain_it_is() {
        assert_eq!(
            explain(&path_error(io::ErrorKind::StorageFull)),
            Explained {
                chain: vec![
                    "cannot save the archive".into(),
                    "cannot write /b/a.zip".into(),
                    "no storage space".into(),
                ],
                hint: Some(
                    "the disk is full; make room and run the same command again: what was fetched is kept"
                        .into()
                ),
                errcode: None,
                rid: None,
            }
        );
        assert_eq!(
            exit_code(&path_error(io::ErrorKind::StorageFull)),
            ExitCode::Failed
        );
    }

    #[test]
    fn wrong_settings_are_wrong_usage() {
        assert_eq!(exit_code(&settings::Error::NoAccount), ExitCode::Usage);
    }
}
