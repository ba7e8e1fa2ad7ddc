//! `wxbackup status`

use std::str::FromStr;
use std::time::Duration;

use wxbackup::message;

use super::wrong::WrongValue;
use super::{Identity, Output, Stage};

/// The flags of `wxbackup status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    #[command(flatten)]
    pub(crate) output: Output,
    #[arg(
        long,
        value_name = "AGE",
        env = "WXBACKUP_MAX_AGE",
        hide_env_values = true
    )]
    pub(crate) max_age: Option<Age>,
    #[command(flatten)]
    pub(crate) stage: Stage,
    #[command(flatten)]
    pub(crate) identity: Identity,
}

/// A time that passes: a number and a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Duration);

impl FromStr for Age {
    type Err = WrongValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = || WrongValue(message!("value-age"));
        let units = [("m", 60), ("h", 3600), ("d", 86_400), ("w", 7 * 86_400)];
        let (number, seconds) = units
            .into_iter()
            .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
            .ok_or_else(expected)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(expected());
        }
        let number: u64 = number.parse().map_err(|_| expected())?;
        match number.checked_mul(seconds) {
            Some(seconds @ 1..) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(expected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        let seconds = |text: &str| text.parse::<Age>().map(|age| age.0.as_secs());
        assert_eq!(
            ["90m", "26h", "2d", "1w"].map(seconds),
            [Ok(5400), Ok(93_600), Ok(172_800), Ok(604_800)]
        );
        for text in [
            "",
            "h",
            "26",
            "26H",
            "0h",
            "-1h",
            "+1h",
            "1.5h",
            "1h30m",
            "1 h",
            "26h ",
            "99999999999999999999h",
            "18446744073709551615w",
        ] {
            assert!(seconds(text).is_err(), "{text:?}");
        }
    }
}
