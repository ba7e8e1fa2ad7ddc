//! Where a value comes from.

use std::fmt;
use std::path::PathBuf;

use wxbackup::message;

/// A value, and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    /// The value.
    pub(crate) value: T,
    /// Who said it.
    pub(crate) origin: Origin,
}

/// Who can say a value; the first of them that does is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag, by its long name without dashes.
    Flag(String),
    /// A variable of the environment, by its name.
    Variable(String),
    /// A line of the settings file, from 1.
    File { path: PathBuf, line: usize },
    /// Nobody.
    Default,
}

impl<T> Setting<T> {
    /// A value that a flag says.
    pub(crate) fn by_flag(flag: &str, value: T) -> Self {
        Self {
            value,
            origin: Origin::Flag(flag.to_owned()),
        }
    }

    /// A value that a variable says.
    pub(crate) fn by_variable(name: &str, value: T) -> Self {
        Self {
            value,
            origin: Origin::Variable(name.to_owned()),
        }
    }

    /// A value that nobody said.
    pub(crate) fn by_default(value: T) -> Self {
        Self {
            value,
            origin: Origin::Default,
        }
    }

    /// The same origin of another value.
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting {
            value: change(self.value),
            origin: self.origin,
        }
    }

    /// The same origin of another value, if there is one.
    pub(crate) fn try_map<U, E>(
        self,
        change: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Setting<U>, E> {
        Ok(Setting {
            value: change(self.value)?,
            origin: self.origin,
        })
    }
}

impl fmt::Display for Origin {
    /// As its owner finds it again: `--jobs`, `WXBACKUP_JOBS`, `config.toml:3`, `default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "--{flag}"),
            Self::Variable(name) => f.write_str(name),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Default => message!("origin-default").fmt(f),
        }
    }
}
