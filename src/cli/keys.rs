//! For whom archives are encrypted, and the keys that open them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use wxbackup::archive;
use wxbackup::archive::{Identities, IdentityError, Recipient};
use wxbackup::error::PathError;
use wxbackup::event::{Event, Observer};
use wxbackup::message;

use crate::cli::args::{Global, Identity};
use crate::cli::explain;
use crate::cli::settings;
use crate::cli::settings::Settings;
use crate::cli::signing;

/// A file of keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PathError),
    /// The settings cannot be read.
    #[error(transparent)]
    Settings(#[from] settings::Error),
    /// Where the name of a file belongs stands the key itself. It is not shown.
    #[error("{}", message!("identity-is-the-key"))]
    TheKey,
    /// It holds no keys that open archives.
    #[error("{}", message!("identity-bad", path = path.display()))]
    Identity {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: IdentityError,
    },
}

/// The keys to read `archives` with: those of the flag or variable, else those
/// of the settings, which are read only where one of them is encrypted.
pub(crate) fn to_read<'p>(
    global: &Global,
    given: &Identity,
    archives: impl IntoIterator<Item = &'p Path>,
    observer: &dyn Observer,
) -> Result<Identities, Error> {
    if !given.files.is_empty() {
        return read(&given.files, observer);
    }
    let mut archives = archives.into_iter();
    // What comes through a pipe is not known before it is read.
    if !archives.any(|path| path == Path::new("-") || archive::is_encrypted(path)) {
        return Ok(Identities::default());
    }
    let env = |name: &str| std::env::var_os(name);
    of(
        &settings::read(global, &env)?,
        global.account.as_deref(),
        given,
        observer,
    )
}

/// The keys of the flag or variable, else those that the settings name: for one
/// account, or for all.
pub(crate) fn of(
    settings: &Settings,
    account: Option<&str>,
    given: &Identity,
    observer: &dyn Observer,
) -> Result<Identities, Error> {
    if !given.files.is_empty() {
        return read(&given.files, observer);
    }
    read(filed(settings, account), observer)
}

/// As [`of`], for those who can do without: what the settings name is read only
/// where `is_needed`, and what of it cannot be used is a warning.
pub(crate) fn to_judge(
    settings: &Settings,
    account: Option<&str>,
    given: &Identity,
    is_needed: impl FnOnce() -> bool,
    observer: &dyn Observer,
) -> Result<Identities, Error> {
    if !given.files.is_empty() {
        return read(&given.files, observer);
    }
    let mut identities = Identities::default();
    if is_needed() {
        for path in filed(settings, account) {
            if let Err(error) = read_one(path, &mut identities, observer) {
                observer.event(&Event::Warning {
                    code: "identity_unusable",
                    about: &path.display().to_string(),
                    message: &message!("identity-unusable", error = explain::line(&error)),
                });
            }
        }
    }
    Ok(identities)
}

/// The files that the settings name for one account, or for all.
fn filed<'s>(settings: &'s Settings, account: Option<&str>) -> BTreeSet<&'s PathBuf> {
    if let Some(name) = account {
        return settings.identities(name).into_iter().flatten().collect();
    }
    let accounts = settings.accounts.values();
    let of_accounts = accounts.filter_map(|account| account.identity.as_ref());
    let all = settings.identity.iter().chain(of_accounts);
    all.flat_map(|files| &files.value).collect()
}

fn read<'p>(
    files: impl IntoIterator<Item = &'p PathBuf>,
    observer: &dyn Observer,
) -> Result<Identities, Error> {
    let mut identities = Identities::default();
    for path in files {
        read_one(path, &mut identities, observer)?;
    }
    Ok(identities)
}

fn read_one(
    path: &Path,
    identities: &mut Identities,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let name = path.display().to_string();
    if name.to_ascii_uppercase().contains("AGE-SECRET-KEY-") && !path.exists() {
        return Err(Error::TheKey);
    }
    let (text, exposed) = signing::read(path)?;
    if exposed {
        observer.event(&Event::Warning {
            code: "secret_file_exposed",
            about: &name,
            message: &message!("sign-key-exposed"),
        });
    }
    let taken = identities.read(text.expose_secret());
    taken.map_err(|source| Error::Identity {
        path: path.to_owned(),
        source,
    })
}

/// For whom to encrypt: those of flag or variable, else those of the settings,
/// each once. One alone draws a warning: with its key every archive is lost.
pub(crate) fn recipients(
    settings: &Settings,
    account: &str,
    given: &[Recipient],
    observer: &dyn Observer,
) -> Vec<Recipient> {
    let filed = settings.recipients(account).into_iter().flatten();
    let mut recipients: Vec<Recipient> = Vec::new();
    let all: Box<dyn Iterator<Item = &Recipient>> = if given.is_empty() {
        Box::new(filed)
    } else {
        Box::new(given.iter())
    };
    for recipient in all {
        if !recipients.contains(recipient) {
            recipients.push(recipient.clone());
        }
    }
    if recipients.len() == 1 {
        observer.event(&Event::Warning {
            code: "one_recipient",
            about: &recipients[0].to_string(),
            message: &message!("recipient-alone"),
        });
    }
    recipients
}
