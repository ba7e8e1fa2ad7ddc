//! The folder name of an article group.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::message;

use super::{Section, Sha256};

/// The name of the folder of one news, draft or publication: 20 hex digits of
/// the SHA-256 of its section and id.
///
/// Ids are case-sensitive, may begin with `-` and share long prefixes, so they
/// are no folder names (format 5).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Akey(String);

/// The text is not 20 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message!("model-no-akey"))]
pub struct InvalidAkey;

impl Akey {
    /// The folder of the group `id` of `source`.
    pub fn of(source: Section, id: &str) -> Self {
        let digest = Sha256::of(format!("wxbackup:{source}:{id}").as_bytes()).to_string();
        Self(digest[..20].to_owned())
    }

    /// The key as it stands in paths.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Akey {
    type Error = InvalidAkey;

    fn try_from(text: String) -> Result<Self, InvalidAkey> {
        let fits = text.len() == 20 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits {
            Ok(Self(text))
        } else {
            Err(InvalidAkey)
        }
    }
}

impl From<Akey> for String {
    fn from(key: Akey) -> Self {
        key.0
    }
}

impl fmt::Display for Akey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
