//! Budgets: how many calls of an endpoint a run may make, where its owner keeps
//! a part of the day's quota for other systems.
//!
//! Every try counts, for WeChat counts every one. An endpoint without a budget
//! is called until WeChat refuses.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::event::Event;
use crate::message;
use crate::wechat::api::Api;
use crate::wechat::client::Client;
use crate::wechat::error::{Error, ErrorKind};

/// The budgets of a client.
#[derive(Debug, Default)]
pub(crate) struct Budgets(Mutex<BTreeMap<Api, Budget>>);

#[derive(Debug)]
struct Budget {
    calls_max: u64,
    sent: u64,
    /// Whether someone has heard that nothing is left.
    is_told: bool,
}

impl Client {
    /// From now on, sends at most `calls_max` calls of `api`. Further ones fail
    /// with [`ErrorKind::Reserved`], as if the day's quota were used up.
    pub fn set_budget(&self, api: Api, calls_max: u64) {
        let budget = Budget {
            calls_max,
            sent: 0,
            is_told: false,
        };
        self.budgets().insert(api, budget);
    }

    /// The calls that were sent since `api` got its budget; `None` where it has none.
    pub fn sent_of_budget(&self, api: Api) -> Option<u64> {
        self.budgets().get(&api).map(|budget| budget.sent)
    }

    /// Takes a call of `api` out of its budget.
    pub(crate) fn spend(&self, api: Api) -> Result<(), Error> {
        let is_news = match self.budgets().get_mut(&api) {
            None => return Ok(()),
            Some(budget) if budget.sent < budget.calls_max => {
                budget.sent += 1;
                return Ok(());
            }
            Some(budget) => !std::mem::replace(&mut budget.is_told, true),
        };
        if is_news {
            self.inner.observer.event(&Event::Warning {
                code: "quota_reserved",
                about: api.name(),
                message: &message!("wechat-quota-reserved"),
            });
        }
        Err(Error::new(api.name(), ErrorKind::Reserved))
    }

    fn budgets(&self) -> std::sync::MutexGuard<'_, BTreeMap<Api, Budget>> {
        let budgets = self.inner.budgets.0.lock();
        budgets.unwrap_or_else(PoisonError::into_inner)
    }
}
