//! Which archives of an account stay, and why: a pure function of their times
//! and their worth.
//!
//! The rules are restic's, in days, weeks, months and years of UTC+08:00: of
//! each of the newest N that have an archive, its newest one stays; and while a
//! count is not used up, the oldest archive stays too. Only good archives
//! count. Partial ones that no good one has followed yet count among
//! themselves, by the same numbers, so that they displace no good one; those
//! that a good one has followed go.

use std::fmt;

use crate::model::{RunStamp, china_date_time};

/// How many to keep, by each rule; 0 where the rule is not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The newest.
    pub last: u32,
    /// One a day.
    pub daily: u32,
    /// One a week, which begins on Monday.
    pub weekly: u32,
    /// One a month.
    pub monthly: u32,
    /// One a year.
    pub yearly: u32,
}

impl Keep {
    fn counts(self) -> [(Rule, u32); 5] {
        [
            (Rule::Last, self.last),
            (Rule::Daily, self.daily),
            (Rule::Weekly, self.weekly),
            (Rule::Monthly, self.monthly),
            (Rule::Yearly, self.yearly),
        ]
    }
}

/// What the plan has to know of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its time.
    pub stamp: RunStamp,
    /// Its worth.
    pub worth: Worth,
}

/// What an archive is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It stands for the library of its time.
    Good,
    /// It lacks what a later run may have fetched.
    Partial,
    /// It cannot be read.
    Unreadable,
    /// Its time has not come: a clock was wrong, now or then.
    Future,
}

/// What is to become of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stays; there is at least one reason.
    Keep(Vec<Reason>),
    /// It goes.
    Remove,
}

/// Why an archive stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A rule asks for it.
    Rule(Rule),
    /// It is the oldest, and the rule's count is not used up.
    Oldest(Rule),
    /// Nothing newer is good.
    NewestGood,
    /// It cannot be read, and may be worth more than it looks.
    Unreadable,
    /// Its time has not come.
    Future,
}

/// A rule of [`Keep`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of `Keep`")]
pub enum Rule {
    Last,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Last => "last",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Yearly => "yearly",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(rule) => rule.fmt(f),
            Self::Oldest(rule) => write!(f, "oldest {rule}"),
            Self::NewestGood => f.write_str("newest good"),
            Self::Unreadable => f.write_str("unreadable"),
            Self::Future => f.write_str("from the future"),
        }
    }
}

/// Decides on `archives`, which stand newest first; the verdicts are in their order.
///
/// Where [`Keep`] asks for nothing, nothing but the newest good archive and
/// what cannot be judged stays.
pub fn plan(archives: &[Candidate], keep: &Keep) -> Vec<Verdict> {
    let places = |worth| (0..archives.len()).filter(move |place| archives[*place].worth == worth);
    let good: Vec<usize> = places(Worth::Good).collect();
    let newest_good = good.first().copied();
    let partial: Vec<usize> = places(Worth::Partial)
        .filter(|place| newest_good.is_none_or(|good| *place < good))
        .collect();
    let mut reasons: Vec<Vec<Reason>> = vec![Vec::new(); archives.len()];
    for group in [good, partial] {
        for (rule, count) in keep.counts() {
            apply(rule, count, &group, archives, &mut reasons);
        }
    }
    for (place, archive) in archives.iter().enumerate() {
        match archive.worth {
            Worth::Good if newest_good == Some(place) => reasons[place].push(Reason::NewestGood),
            Worth::Unreadable => reasons[place].push(Reason::Unreadable),
            Worth::Future => reasons[place].push(Reason::Future),
            Worth::Good | Worth::Partial => {}
        }
    }
    let verdict = |reasons: Vec<Reason>| {
        if reasons.is_empty() {
            Verdict::Remove
        } else {
            Verdict::Keep(reasons)
        }
    };
    reasons.into_iter().map(verdict).collect()
}

/// Notes whom of `group` a rule keeps.
fn apply(
    rule: Rule,
    count: u32,
    group: &[usize],
    archives: &[Candidate],
    reasons: &mut [Vec<Reason>],
) {
    let mut left = count;
    let mut last_period = None;
    for (nth, place) in group.iter().copied().enumerate() {
        if left == 0 {
            return;
        }
        let period = period(rule, archives[place].stamp, nth);
        if last_period != Some(period) {
            reasons[place].push(Reason::Rule(rule));
            left -= 1;
        } else if nth + 1 == group.len() {
            reasons[place].push(Reason::Oldest(rule));
        }
        last_period = Some(period);
    }
}

/// Which day, week, month or year a time belongs to; each archive is a period of `last`.
fn period(rule: Rule, stamp: RunStamp, nth: usize) -> (i64, i64) {
    let unknown = (i64::MIN, 0);
    if rule == Rule::Last {
        return i64::try_from(nth).map_or(unknown, |nth| (nth, 0));
    }
    // A stamp has a year of four digits, so that it has a date in China too.
    let Some(date) = china_date_time(stamp.time().as_second()).map(jiff::civil::DateTime::date)
    else {
        return unknown;
    };
    let year = i64::from(date.year());
    match rule {
        Rule::Yearly => (year, 0),
        Rule::Monthly => (year, i64::from(date.month())),
        Rule::Weekly => {
            let week = date.iso_week_date();
            (i64::from(week.year()), i64::from(week.week()))
        }
        Rule::Daily | Rule::Last => (year, i64::from(date.day_of_year())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use proptest::prelude::*;

    fn archives(list: &[(&str, Worth)]) -> Vec<Candidate> {
        list.iter()
            .map(|(stamp, worth)| Candidate {
                stamp: stamp.parse().unwrap(),
                worth: *worth,
            })
            .collect()
    }

    fn good(stamps: &[&str]) -> Vec<Candidate> {
        let list: Vec<_> = stamps.iter().map(|stamp| (*stamp, Worth::Good)).collect();
        archives(&list)
    }

    /// Each verdict as text, `-` where the archive goes.
    fn told(archives: &[Candidate], keep: &Keep) -> Vec<String> {
        let words = |verdict: Verdict| match verdict {
            Verdict::Remove => "-".to_owned(),
            Verdict::Keep(reasons) => {
                let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                words.join(", ")
            }
        };
        plan(archives, keep).into_iter().map(words).collect()
    }

    #[test]
    fn of_each_day_its_newest_archive_stays() {
        let nights = good(&[
            "20261122T120000Z",
            "20261122T020000Z",
            "20261121T020000Z",
            "20261120T020000Z",
            "20261119T020000Z",
        ]);
        let keep = Keep {
            daily: 3,
            ..Keep::default()
        };
        assert_eq!(
            told(&nights, &keep),
            ["daily, newest good", "-", "daily", "daily", "-"]
        );
    }

    #[test]
    fn a_day_begins_when_it_begins_in_china() {
        // 00:30 and 23:30 of the 22nd in China, and 23:30 of the 21st.
        let nights = good(&["20261122T153000Z", "20261121T163000Z", "20261121T153000Z"]);
        let keep = Keep {
            daily: 2,
            ..Keep::default()
        };
        assert_eq!(told(&nights, &keep), ["daily, newest good", "-", "daily"]);
    }

    #[test]
    fn weeks_begin_on_monday_and_need_not_end_with_the_year() {
        // Monday, Sunday before; then Thursday and Monday of one week in two years.
        let nights = good(&[
            "20270111T020000Z",
            "20270110T020000Z",
            "20270101T020000Z",
            "20261228T020000Z",
            "20261227T020000Z",
        ]);
        let keep = Keep {
            weekly: 3,
            ..Keep::default()
        };
        assert_eq!(
            told(&nights, &keep),
            ["weekly, newest good", "weekly", "weekly", "-", "-"]
        );
    }

    #[test]
    fn the_oldest_stays_while_a_count_is_not_used_up() {
        let nights = good(&["20261122T020000Z", "20260601T020000Z", "20260101T020000Z"]);
        let keep = Keep {
            yearly: 2,
            ..Keep::default()
        };
        assert_eq!(
            told(&nights, &keep),
            ["yearly, newest good", "-", "oldest yearly"]
        );
    }

    #[test]
    fn a_partial_archive_displaces_no_good_one() {
        let nights = archives(&[
            ("20261122T020000Z", Worth::Partial),
            ("20261121T020000Z", Worth::Partial),
            ("20261120T020000Z", Worth::Good),
            ("20261119T020000Z", Worth::Partial),
            ("20261118T020000Z", Worth::Good),
            ("20261117T020000Z", Worth::Good),
        ]);
        let keep = Keep {
            last: 2,
            ..Keep::default()
        };
        assert_eq!(
            told(&nights, &keep),
            ["last", "last", "last, newest good", "-", "last", "-"]
        );
    }

    #[test]
    fn what_cannot_be_judged_stays_and_counts_for_nothing() {
        let nights = archives(&[
            ("20991122T020000Z", Worth::Future),
            ("20261122T020000Z", Worth::Unreadable),
            ("20261121T020000Z", Worth::Good),
            ("20261120T020000Z", Worth::Unreadable),
            ("20261119T020000Z", Worth::Good),
        ]);
        let keep = Keep {
            last: 1,
            ..Keep::default()
        };
        assert_eq!(
            told(&nights, &keep),
            [
                "from the future",
                "unreadable",
                "last, newest good",
                "unreadable",
                "-"
            ]
        );
    }

    #[test]
    fn the_newest_good_one_stays_whatever_is_asked_for() {
        let nights = good(&["20261122T020000Z", "20261121T020000Z"]);
        assert_eq!(told(&nights, &Keep::default()), ["newest good", "-"]);
    }

    fn any_archives() -> impl Strategy<Value = Vec<Candidate>> {
        let worth = prop_oneof![
            5 => Just(Worth::Good),
            2 => Just(Worth::Partial),
            1 => Just(Worth::Unreadable),
            1 => Just(Worth::Future),
        ];
        // Some years in steps of hours, so that all periods have neighbours.
        let stamp = 0_i64..30_000;
        prop::collection::btree_map(stamp, worth, 0..60).prop_map(|found| {
            let candidate = |(hours, worth): (i64, Worth)| Candidate {
                stamp: RunStamp::of(Timestamp::from_second(1_700_000_000 + hours * 3600).unwrap()),
                worth,
            };
            found.into_iter().rev().map(candidate).collect()
        })
    }

    fn any_keep() -> impl Strategy<Value = Keep> {
        let count = || prop_oneof![Just(0_u32), 1_u32..20];
        (count(), count(), count(), count(), count()).prop_map(
            |(last, daily, weekly, monthly, yearly)| Keep {
                last,
                daily,
                weekly,
                monthly,
                yearly,
            },
        )
    }

    fn kept(archives: &[Candidate], keep: &Keep) -> Vec<Candidate> {
        let verdicts = plan(archives, keep);
        archives
            .iter()
            .zip(verdicts)
            .filter(|(_, verdict)| *verdict != Verdict::Remove)
            .map(|(archive, _)| *archive)
            .collect()
    }

    proptest! {
        #[test]
        fn the_newest_good_archive_and_what_cannot_be_judged_always_stay(
            archives in any_archives(),
            keep in any_keep(),
        ) {
            let kept = kept(&archives, &keep);
            let newest = |list: &[Candidate]| {
                list.iter().find(|archive| archive.worth == Worth::Good).copied()
            };
            prop_assert_eq!(newest(&kept), newest(&archives));
            let unjudged = |list: &[Candidate]| {
                list.iter()
                    .filter(|archive| matches!(archive.worth, Worth::Unreadable | Worth::Future))
                    .count()
            };
            prop_assert_eq!(unjudged(&kept), unjudged(&archives));
        }

        #[test]
        fn who_prunes_twice_removes_nothing_more(archives in any_archives(), keep in any_keep()) {
            let once = kept(&archives, &keep);
            prop_assert_eq!(kept(&once, &keep), once);
        }

        #[test]
        fn who_asks_for_more_keeps_all_that_less_would_keep(
            archives in any_archives(),
            keep in any_keep(),
            more in any_keep(),
        ) {
            let larger = Keep {
                last: keep.last + more.last,
                daily: keep.daily + more.daily,
                weekly: keep.weekly + more.weekly,
                monthly: keep.monthly + more.monthly,
                yearly: keep.yearly + more.yearly,
            };
            let (few, many) = (kept(&archives, &keep), kept(&archives, &larger));
            for archive in few {
                prop_assert!(many.contains(&archive), "{archive:?}");
            }
        }

        #[test]
        fn no_partial_archive_changes_what_becomes_of_the_good_ones(
            archives in any_archives(),
            keep in any_keep(),
        ) {
            let good = |list: Vec<Candidate>| -> Vec<Candidate> {
                list.into_iter().filter(|archive| archive.worth == Worth::Good).collect()
            };
            let alone = good(archives.clone());
            prop_assert_eq!(good(kept(&archives, &keep)), kept(&alone, &keep));
        }
    }
}
