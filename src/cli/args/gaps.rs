//! The gaps that an export may leave without saying so in its exit code.

use std::str::FromStr;

use wxbackup::message;
use wxbackup::model::{GapClass, GapReason};
use wxbackup::record::run::Gap;

use super::wrong::WrongValue;
use crate::cli::settings::nearest;

/// A class or a reason of gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllowedGaps {
    /// Every gap of the class.
    Class(GapClass),
    /// Every gap with the reason.
    Reason(GapReason),
    /// Every gap that the base has too, and that waiting cannot mend.
    Known,
}

impl AllowedGaps {
    /// Whether a gap is one of these.
    pub(crate) fn accept(&self, gap: &Gap, is_known: bool) -> bool {
        match self {
            Self::Class(allowed) => *allowed == gap.class,
            Self::Reason(allowed) => *allowed == gap.reason,
            Self::Known => is_known,
        }
    }
}

const KNOWN: &str = "known";

impl FromStr for AllowedGaps {
    type Err = WrongValue;

    fn from_str(word: &str) -> Result<Self, WrongValue> {
        if word == KNOWN {
            return Ok(Self::Known);
        }
        let class = GapClass::ALL.iter().find(|class| class.as_str() == word);
        let reason = GapReason::ALL.iter().find(|reason| reason.as_str() == word);
        if let Some(class) = class {
            return Ok(Self::Class(class.clone()));
        }
        if let Some(reason) = reason {
            return Ok(Self::Reason(reason.clone()));
        }
        let classes = [KNOWN]
            .into_iter()
            .chain(GapClass::ALL.iter().map(GapClass::as_str));
        let reasons = GapReason::ALL.iter().map(GapReason::as_str);
        let near = nearest(word, classes.clone().chain(reasons.clone()));
        Err(WrongValue(match near {
            Some(near) => message!("value-near", near = near),
            None => message!(
                "value-gaps",
                classes = classes.collect::<Vec<_>>().join(", "),
                reasons = reasons.collect::<Vec<_>>().join(", ")
            ),
        }))
    }
}
