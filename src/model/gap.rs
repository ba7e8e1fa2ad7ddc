//! A gap: something the API named that is not in the archive, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Sha256;

/// What kind of trouble a gap is; it decides the status of a run (format 11).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum GapClass {
    /// WeChat no longer has it.
    SourceGone,
    /// WeChat has it and does not give it.
    SourceRefused,
    /// Nothing is known to be wrong with it; another run may get it.
    Transient,
    /// The owner or the format leaves it out.
    Policy,
    /// What came is not what was asked for.
    InvalidContent,
    /// A word of a later minor version; treated like [`Transient`](Self::Transient).
    Other(String),
}

/// Why an item is missing; each reason belongs to one [`GapClass`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[expect(
    missing_docs,
    reason = "the names are the format's own words, explained there"
)]
pub enum GapReason {
    Http404,
    Http410,
    DeletedDuringRun,
    InvalidMediaId,
    ExpiredLink,
    Http403,
    BlockedByPlatform,
    NoPermission,
    HotlinkDenied,
    Timeout,
    Http5xx,
    QuotaExhausted,
    RateLimited,
    Network,
    UserExcluded,
    OverSizeLimit,
    EmbedNotDownloadable,
    EmptyBody,
    ErrorJsonInsteadOfMedia,
    TruncatedBody,
    TypeMismatch,
    DamagedInBase,
    /// A word of a later minor version.
    Other(String),
}

macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word that records use.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }

            /// Every word of format 1.0.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }

        impl From<String> for $type {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word),
                }
            }
        }

        impl From<$type> for String {
            fn from(word: $type) -> Self {
                word.as_str().to_owned()
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(GapClass {
    SourceGone = "source_gone",
    SourceRefused = "source_refused",
    Transient = "transient",
    Policy = "policy",
    InvalidContent = "invalid_content",
});

words!(GapReason {
    Http404 = "http_404",
    Http410 = "http_410",
    DeletedDuringRun = "deleted_during_run",
    InvalidMediaId = "invalid_media_id",
    ExpiredLink = "expired_link",
    Http403 = "http_403",
    BlockedByPlatform = "blocked_by_platform",
    NoPermission = "no_permission",
    HotlinkDenied = "hotlink_denied",
    Timeout = "timeout",
    Http5xx = "http_5xx",
    QuotaExhausted = "quota_exhausted",
    RateLimited = "rate_limited",
    Network = "network",
    UserExcluded = "user_excluded",
    OverSizeLimit = "over_size_limit",
    EmbedNotDownloadable = "embed_not_downloadable",
    EmptyBody = "empty_body",
    ErrorJsonInsteadOfMedia = "error_json_instead_of_media",
    TruncatedBody = "truncated_body",
    TypeMismatch = "type_mismatch",
    DamagedInBase = "damaged_in_base",
});

impl GapClass {
    /// Whether waiting cannot mend it: the run may still be called complete but for gaps.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::SourceGone | Self::SourceRefused | Self::Policy)
    }
}

impl GapReason {
    /// The class that this reason belongs to.
    pub fn class(&self) -> GapClass {
        match self {
            Self::Http404
            | Self::Http410
            | Self::DeletedDuringRun
            | Self::InvalidMediaId
            | Self::ExpiredLink => GapClass::SourceGone,
            Self::Http403 | Self::BlockedByPlatform | Self::NoPermission | Self::HotlinkDenied => {
                GapClass::SourceRefused
            }
            Self::Timeout
            | Self::Http5xx
            | Self::QuotaExhausted
            | Self::RateLimited
            | Self::Network
            | Self::Other(_) => GapClass::Transient,
            Self::UserExcluded | Self::OverSizeLimit | Self::EmbedNotDownloadable => {
                GapClass::Policy
            }
            Self::EmptyBody
            | Self::ErrorJsonInsteadOfMedia
            | Self::TruncatedBody
            | Self::TypeMismatch
            | Self::DamagedInBase => GapClass::InvalidContent,
        }
    }
}

/// The name of a gap, the same every night: `g-` and 16 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GapId(String);

impl GapId {
    /// The gap of the item `id` of `kind` (`image`, …, `asset`, `section`).
    pub fn of(kind: &str, id: &str) -> Self {
        let digest = Sha256::of(format!("{kind}:{id}").as_bytes()).to_string();
        Self(format!("g-{}", &digest[..16]))
    }

    /// The id as records write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GapId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_survives_and_counts_as_transient() {
        let reason = GapReason::from("solar_flare".to_owned());
        assert_eq!(
            (reason.as_str(), reason.class()),
            ("solar_flare", GapClass::Transient)
        );
        assert!(!GapClass::from("new_class".to_owned()).is_permanent());
    }

    #[test]
    fn every_word_reads_back() {
        for reason in GapReason::ALL {
            assert_eq!(GapReason::from(reason.as_str().to_owned()), *reason);
        }
        for class in GapClass::ALL {
            assert_eq!(GapClass::from(class.as_str().to_owned()), *class);
        }
    }
}
