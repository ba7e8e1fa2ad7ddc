//! What a test wants to happen: faults, holds, and changes of the account.

use std::fmt;
use std::sync::Arc;

use crate::account::Account;
use crate::api::Asked;
use crate::faults::Fault;
use crate::gate::Gate;
use crate::seed::Seed;
use crate::target::Aim;
use crate::target::Target;

/// A change of the account.
pub(crate) type Action = Box<dyn FnMut(&mut Account) + Send>;

/// When an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    BeforeAnswer,
    AfterAnswer,
}

#[derive(Debug)]
pub(crate) struct Script {
    seed: u64,
    aims: u64,
    faults: Vec<(Aim, Fault)>,
    holds: Vec<(Aim, Arc<Gate>)>,
    actions: Vec<Planned>,
}

struct Planned {
    aim: Aim,
    moment: Moment,
    action: Action,
}

impl Script {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            aims: 0,
            faults: Vec::new(),
            holds: Vec::new(),
            actions: Vec::new(),
        }
    }

    pub(crate) fn fault(&mut self, fault: Fault, target: Target) {
        let aim = self.aim(target);
        self.faults.push((aim, fault));
    }

    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn hold(&mut self, target: Target) -> Arc<Gate> {
        let gate = Arc::new(Gate::closed());
        let aim = self.aim(target);
        self.holds.push((aim, Arc::clone(&gate)));
        gate
    }

    pub(crate) fn action(&mut self, target: Target, moment: Moment, action: Action) {
        let aim = self.aim(target);
        self.actions.push(Planned {
            aim,
            moment,
            action,
        });
    }

    /// The faults that strike a call.
    pub(crate) fn faults_of(&mut self, asked: &Asked) -> Vec<Fault> {
        let faults = self.faults.iter_mut();
        faults
            .filter_map(|(aim, fault)| aim.strikes(asked).then(|| fault.clone()))
            .collect()
    }

    /// The gates that a call must pass.
    pub(crate) fn gates_of(&mut self, asked: &Asked) -> Vec<Arc<Gate>> {
        let holds = self.holds.iter_mut();
        holds
            .filter_map(|(aim, gate)| aim.strikes(asked).then(|| Arc::clone(gate)))
            .collect()
    }

    /// Does what is planned for a call at this moment.
    pub(crate) fn act(&mut self, asked: &Asked, moment: Moment, account: &mut Account) {
        for planned in &mut self.actions {
            if planned.moment == moment && planned.aim.strikes(asked) {
                (planned.action)(account);
            }
        }
    }

    fn aim(&mut self, target: Target) -> Aim {
        self.aims += 1;
        Aim::new(target, Seed::new(self.seed, "chance", self.aims))
    }
}

impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} of {:?}", self.moment, self.aim)
    }
}
