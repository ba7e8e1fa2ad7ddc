//! Times of a run as records spell them: `2026-11-22T17:06:00Z` and no other way.
//!
//! For `#[serde(with = "…")]`: a fraction of a second is cut off on writing, and
//! a reader takes no other spelling, so that one time is one text.

use serde::Deserialize as _;
use serde::Deserializer;
use serde::Serializer;
use serde::de::Error as _;

use crate::model::Timestamp;
use crate::model::rfc3339;

pub(super) fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*time))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .ok()
        .filter(|time| rfc3339(*time) == text)
        .ok_or_else(|| D::Error::custom("a time is spelled 2026-11-22T17:06:00Z"))
}

/// The same for a time that may be absent.
pub(super) mod option {
    use serde::Deserialize;
    use serde::Deserializer;
    use serde::Serializer;

    use crate::model::Timestamp;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(in crate::record) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Time(#[serde(with = "super")] Timestamp);
        Ok(Option::<Time>::deserialize(deserializer)?.map(|time| time.0))
    }
}
