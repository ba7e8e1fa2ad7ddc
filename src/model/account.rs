//! An account is known by its AppId, which names its folder in every archive.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::message;

use super::{BaseFolder, Sha256};

/// The AppId of one Official Account, such as `wx0123456789abcdef`.
///
/// Any printable ASCII word of 1 to 64 characters is taken: WeChat promises no
/// grammar, and an id that we refuse is a library that is not saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppId(String);

/// The text is empty, longer than 64 characters or not printable ASCII.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("model-no-appid"))]
pub struct InvalidAppId;

impl AppId {
    /// The id as WeChat writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as it stands in file names: itself where it is `[a-z0-9]{1,32}`,
    /// else the first 16 hex digits of its SHA-256 (format 2).
    pub fn file_stem(&self) -> String {
        let plain = self.0.len() <= 32
            && self
                .0
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if plain {
            self.0.clone()
        } else {
            Sha256::of(self.0.as_bytes()).to_string()[..16].to_owned()
        }
    }

    /// The one folder that holds everything in this account's archives.
    pub fn base_folder(&self) -> BaseFolder {
        BaseFolder::of_stem(&self.file_stem())
    }
}

impl FromStr for AppId {
    type Err = InvalidAppId;

    fn from_str(text: &str) -> Result<Self, InvalidAppId> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidAppId)
        }
    }
}

impl TryFrom<String> for AppId {
    type Error = InvalidAppId;

    fn try_from(text: String) -> Result<Self, InvalidAppId> {
        text.parse()
    }
}

impl From<AppId> for String {
    fn from(id: AppId) -> Self {
        id.0
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_no_file_name_is_named_by_its_hash() {
        let plain: AppId = "wx0123456789abcdef".parse().unwrap();
        let odd: AppId = "WX/../x".parse().unwrap();
        assert_eq!(plain.file_stem(), "wx0123456789abcdef");
        assert_eq!(odd.file_stem().len(), 16);
        assert!(odd.file_stem().bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn blanks_and_control_characters_are_no_id() {
        for text in ["", "wx 1", "wx\u{202e}1", "wx\n", &"x".repeat(65)] {
            assert_eq!(text.parse::<AppId>(), Err(InvalidAppId), "{text:?}");
        }
    }
}
