//! Times: of a run in UTC, of the library in the fixed time of China.

use std::fmt;
use std::str::FromStr;

pub use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Tells the time. The library never looks at a clock of its own accord.
pub type Clock = fn() -> Timestamp;

/// `2026-11-22T17:06:00Z`: how documents of a run write a time, in whole seconds.
pub fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Civil time in UTC+08:00, where WeChat and its users are, of Unix seconds
/// from the API. `None` where the number is no time.
pub fn china_date_time(unix_seconds: i64) -> Option<jiff::civil::DateTime> {
    let time = Timestamp::from_second(unix_seconds).ok()?;
    let zone = TimeZone::fixed(Offset::constant(8));
    let civil = zone.to_datetime(time);
    (0..=9999).contains(&civil.year()).then_some(civil)
}

/// The start of a run as file names carry it: `20261122T170600Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunStamp(Timestamp);

impl RunStamp {
    /// The stamp of a run that started at `time`.
    ///
    /// # Panics
    ///
    /// Never: a time without its fraction is a time.
    pub fn of(time: Timestamp) -> Self {
        Self(
            Timestamp::from_second(time.as_second())
                .expect("a time without its fraction is a time"),
        )
    }

    /// The time that the stamp tells.
    pub fn time(self) -> Timestamp {
        self.0
    }

    /// One second later: where a name is taken, the next is tried.
    #[must_use]
    pub fn next(self) -> Self {
        Self(Timestamp::from_second(self.0.as_second() + 1).unwrap_or(self.0))
    }
}

impl fmt::Display for RunStamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y%m%dT%H%M%SZ"))
    }
}

impl FromStr for RunStamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text)?;
        Ok(Self(TimeZone::UTC.to_timestamp(civil)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_reads_back_and_moves_on_by_a_second() {
        let stamp: RunStamp = "20261122T235959Z".parse().unwrap();
        assert_eq!(stamp.to_string(), "20261122T235959Z");
        assert_eq!(stamp.next().to_string(), "20261123T000000Z");
        assert_eq!(rfc3339(stamp.time()), "2026-11-22T23:59:59Z");
        assert!("2026-11-22".parse::<RunStamp>().is_err());
    }

    #[test]
    fn the_library_lives_in_the_time_of_china() {
        assert_eq!(
            china_date_time(1_684_289_700).unwrap().to_string(),
            "2023-05-17T10:15:00"
        );
        assert_eq!(china_date_time(i64::MAX), None);
    }
}
