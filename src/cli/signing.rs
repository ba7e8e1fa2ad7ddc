//! The keys that archives are signed with, and those that are believed.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use wxbackup::error::{PathContext as _, PathError};
use wxbackup::event::{Event, Observer};
use wxbackup::message;
use wxbackup::record::check::Trust;
use wxbackup::record::signature::{AllowedError, AllowedSigners, KeyError, SigningKey};

use crate::cli::connection::CLOCK;

/// A key file has some hundred bytes, and a list of signers a line for each.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A file of keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] PathError),
    /// It is no key to sign with.
    #[error("{}", message!("sign-key-bad", path = path.display()))]
    Key {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// It names no signers.
    #[error("{}", message!("signers-bad", path = path.display()))]
    Signers {
        /// Where it is.
        path: PathBuf,
        /// Why.
        source: AllowedError,
    },
}

/// The key in the file `path`, to sign with.
pub(crate) fn key(path: &Path, observer: &dyn Observer) -> Result<Arc<SigningKey>, Error> {
    let (text, exposed) = read(path)?;
    if exposed {
        observer.event(&Event::Warning {
            code: "secret_file_exposed",
            about: &path.display().to_string(),
            message: &message!("sign-key-exposed"),
        });
    }
    let key = SigningKey::read(text.expose_secret());
    key.map(Arc::new).map_err(|source| Error::Key {
        path: path.to_owned(),
        source,
    })
}

/// The signers that the file `path` names, believed as of now.
pub(crate) fn trust(path: &Path) -> Result<Trust, Error> {
    let (text, _) = read(path)?;
    let signers = AllowedSigners::read(text.expose_secret()).map_err(|source| Error::Signers {
        path: path.to_owned(),
        source,
    })?;
    Ok(Trust {
        signers,
        now: CLOCK(),
    })
}

/// The text of a file, and whether others than its owner may read it.
pub(super) fn read(path: &Path) -> Result<(SecretString, bool), PathError> {
    let file = File::open(path).at("open", path)?;
    #[cfg(unix)]
    let exposed = {
        let mode = file.metadata().at("look-at", path)?.permissions();
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o044 != 0
    };
    #[cfg(not(unix))]
    let exposed = false;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .at("read", path)?;
    // What is no text is no key either, which the reader of it says.
    let text = String::from_utf8(bytes).unwrap_or_default();
    Ok((SecretString::from(text), exposed))
}
