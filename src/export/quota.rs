//! Quotas: how many calls of each path a run needs, how many it may have, and
//! how many days that makes.
//!
//! WeChat is asked before a path is called many times, once a path, and a part
//! of the day's calls is kept for the owner's other systems. Where it does not
//! tell, the run goes on until it is refused, as before. Nothing here ever
//! resets a quota: that is the owner's monthly allowance.

use std::collections::BTreeMap;

use super::Run;
use super::catalog;
use super::catalog::PAGE;
use super::plan::{Fetch, Way};
use crate::event::Event;
use crate::model::Section;
use crate::stage::CountTime;
use crate::wechat::{Api, Client, Quota};

/// So many calls of one path, or fewer, are made without asking: the answer
/// would cost more than it is worth, and smaller quotas than that are spent
/// before a reserve of them is of use.
const UNASKED_CALLS_MAX: u64 = 50;

/// What is left of the day's calls of a path, as last known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLeft {
    /// The path.
    pub api: Api,
    /// Calls a day.
    pub daily_limit: u64,
    /// Calls made today, by anyone, those of this run included.
    pub used: u64,
    /// Calls left today, those included that are kept for other systems.
    pub left: u64,
}

/// What WeChat said of each path that it was asked about; `None` where it said
/// nothing of use.
#[derive(Debug, Default)]
pub(super) struct Quotas(BTreeMap<Api, Option<Quota>>);

/// The calls of a path that a run may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowance {
    /// On a whole day.
    a_day: u64,
    /// On what is left of today.
    today: u64,
}

impl Allowance {
    /// What `quota` allows where `reserve_percent` of a day's calls are kept.
    fn of(quota: &Quota, reserve_percent: u8) -> Self {
        let percent = u128::from(reserve_percent.min(100));
        let kept = (u128::from(quota.daily_limit) * percent).div_ceil(100);
        let kept = u64::try_from(kept).unwrap_or(u64::MAX);
        Self {
            a_day: quota.daily_limit.saturating_sub(kept),
            today: quota.remain.saturating_sub(kept),
        }
    }

    /// On how many days, today included, so many calls can be made; `None`
    /// where no number of days is enough.
    fn days(self, calls: u64) -> Option<u64> {
        match calls.saturating_sub(self.today) {
            0 => Some(1),
            _ if self.a_day == 0 => None,
            later => Some(1 + later.div_ceil(self.a_day)),
        }
    }
}

/// Calls of one path, of which earlier processes may have made some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Calls {
    /// All of them.
    pub(super) in_all: u64,
    /// Those that are left.
    pub(super) left: u64,
}

impl Calls {
    /// Calls none of which was made yet.
    pub(super) fn new(calls: u64) -> Self {
        Self {
            in_all: calls,
            left: calls,
        }
    }

    /// Those that list a section of `count` items, of which an earlier process
    /// staged so many pages.
    fn of_list(count: u64, staged_pages: u64) -> Self {
        let pages = count.div_ceil(PAGE.into()).max(1);
        Self {
            in_all: pages,
            left: match staged_pages {
                0 => pages,
                // The last page that is there is read again.
                staged => pages.saturating_sub(staged) + 1,
            },
        }
    }
}

/// The calls of `get_material` that `fetches` begin with.
pub(super) fn material_calls(fetches: &[Fetch]) -> u64 {
    let is_call = |fetch: &&Fetch| {
        matches!(
            fetch.ways.first(),
            Some(Way::Material { .. } | Way::Video { .. })
        )
    };
    fetches.iter().filter(is_call).count() as u64
}

impl Run {
    /// Plans the lists of everything that has a count.
    pub(super) async fn plan_lists(&mut self) {
        let mut calls: BTreeMap<Api, Calls> = BTreeMap::new();
        for section in self.options.sections.clone() {
            let count = self
                .gathering
                .ledger
                .counts
                .get(&(CountTime::Before, section));
            if let Some(count) = count {
                let of_section = self.list_calls(section, *count);
                let of_path = calls.entry(Api::that_lists(section)).or_default();
                of_path.in_all += of_section.in_all;
                of_path.left += of_section.left;
            }
        }
        for (api, calls) in calls {
            self.plan_calls(api, calls).await;
        }
    }

    /// Plans the rest of a list that nobody counted, once a page of it tells
    /// how long it is.
    pub(super) async fn plan_rest_of_list(&mut self, section: Section, calls: Calls) {
        let api = Api::that_lists(section);
        if !self.quotas.0.contains_key(&api) {
            self.plan_calls(api, calls).await;
        }
    }

    /// Plans fetches that begin with so many `calls` of the API.
    pub(super) async fn plan_fetches(&mut self, calls: u64) {
        self.plan_calls(Api::GetMaterial, Calls::new(calls)).await;
    }

    /// Looks whether the `calls` of `api` that are left can be made today, tells
    /// it, and keeps the reserve. What is not long needs no plan; what is needs
    /// one on its last day too.
    pub(super) async fn plan_calls(&mut self, api: Api, calls: Calls) {
        if calls.in_all <= UNASKED_CALLS_MAX || calls.left == 0 {
            return;
        }
        let reserve_percent = self.options.quota_reserve_percent;
        if !self.quotas.0.contains_key(&api) {
            let quota = self.client.quota(api).await.ok();
            // A path without any calls a day would not be there.
            let quota = quota.filter(|quota| quota.daily_limit > 0);
            if let Some(quota) = &quota {
                let allowance = Allowance::of(quota, reserve_percent);
                self.client.set_budget(api, allowance.today);
            }
            self.quotas.0.insert(api, quota);
        }
        let allowance = self.quotas.left(api, &self.client).map(|left| {
            let quota = Quota {
                daily_limit: left.daily_limit,
                used: left.used,
                remain: left.left,
                rate_limit: None,
            };
            Allowance::of(&quota, reserve_percent)
        });
        self.observer.event(&Event::QuotaPlan {
            api: api.name(),
            calls_needed: calls.left,
            calls_left: allowance.map(|allowance| allowance.today),
            reserve_percent,
            days: allowance.and_then(|allowance| allowance.days(calls.left)),
        });
    }

    /// What is left of each path that WeChat was asked about.
    pub(super) fn quota_left(&self) -> Vec<QuotaLeft> {
        let known = self.quotas.0.keys();
        known
            .filter_map(|api| self.quotas.left(*api, &self.client))
            .collect()
    }

    fn list_calls(&self, section: Section, count: u64) -> Calls {
        let pass = catalog::first_pass_to_read(self, section);
        let staged = self
            .gathering
            .ledger
            .passes
            .range((section, pass)..=(section, u32::MAX))
            .next_back();
        match staged {
            Some((_, pass)) if pass.done_at.is_some() => Calls::default(),
            Some((_, pass)) => Calls::of_list(count, pass.pages.len() as u64),
            None => Calls::of_list(count, 0),
        }
    }
}

impl Quotas {
    fn left(&self, api: Api, client: &Client) -> Option<QuotaLeft> {
        let quota = self.0.get(&api).copied().flatten()?;
        let sent = client.sent_of_budget(api).unwrap_or(0);
        let left = if client.endpoint_is_closed(api) {
            0
        } else {
            quota.remain.saturating_sub(sent)
        };
        Some(QuotaLeft {
            api,
            daily_limit: quota.daily_limit,
            used: quota.used.saturating_add(sent),
            left,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(daily_limit: u64, remain: u64) -> Quota {
        Quota {
            daily_limit,
            used: daily_limit.saturating_sub(remain),
            remain,
            rate_limit: None,
        }
    }

    #[test]
    fn the_reserve_is_a_part_of_the_days_calls_and_not_of_what_is_left() {
        let allowance = |limit, left, percent| {
            let allowance = Allowance::of(&quota(limit, left), percent);
            (allowance.a_day, allowance.today)
        };
        assert_eq!(allowance(1000, 1000, 20), (800, 800));
        assert_eq!(allowance(1000, 300, 20), (800, 100));
        assert_eq!(allowance(1000, 199, 20), (800, 0));
        assert_eq!(allowance(1000, 300, 0), (1000, 300));
        assert_eq!(allowance(1000, 300, 100), (0, 0));
        assert_eq!(allowance(1000, 300, 255), (0, 0));
        // What is kept is never less than was asked for.
        assert_eq!(allowance(101, 101, 20), (80, 80));
        assert_eq!(
            allowance(u64::MAX, u64::MAX, 100),
            (0, 0),
            "no number is too large"
        );
    }

    #[test]
    fn today_counts_among_the_days() {
        let days = |calls, limit, left| Allowance::of(&quota(limit, left), 20).days(calls);
        assert_eq!(days(5000, 1000, 1000), Some(7));
        assert_eq!(days(800, 1000, 1000), Some(1));
        assert_eq!(days(801, 1000, 1000), Some(2));
        assert_eq!(days(800, 1000, 100), Some(2));
        assert_eq!(days(1, 0, 0), None);
        assert_eq!(days(0, 0, 0), Some(1));
    }

    #[test]
    fn a_list_that_goes_on_needs_the_pages_that_are_left_and_one_of_overlap() {
        let calls = |count, staged| {
            let calls = Calls::of_list(count, staged);
            (calls.in_all, calls.left)
        };
        assert_eq!(calls(0, 0), (1, 1));
        assert_eq!(calls(20, 0), (1, 1));
        assert_eq!(calls(100_000, 0), (5000, 5000));
        assert_eq!(calls(100_000, 800), (5000, 4201));
        assert_eq!(calls(20, 7), (1, 1));
    }
}
