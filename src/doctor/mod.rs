//! The operation `doctor`: whether an export would work now, and where it would
//! not, what is wrong: the way to WeChat, the address that WeChat sees, the
//! secret, what the account may read, what is left of its quotas, the clock, the
//! disk, the lock, what is staged, and the newest good archive.
//!
//! Nothing is written, no lock is taken, and no token is renewed by force. Each
//! section costs one list call of one item, each path one question about its
//! quota.

mod account;
mod check;
mod folder;

use std::path::PathBuf;
use std::sync::Arc;

use crate::archive::Identities;
use crate::event::Observer;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, Clock, Section};
use crate::wechat;

pub use crate::archive::shelf::Newest;
pub use crate::stage::{Holder, Remains};
pub use check::{Check, Finding, Subject, Verdict};

/// What to look at.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whose account.
    pub app_id: AppId,
    /// How to reach WeChat; its `on_call` is replaced. `None` where there is no
    /// secret to go there with: then the rest is looked at alone.
    pub client: Option<wechat::Options>,
    /// The sections that an export would cover.
    pub sections: Vec<Section>,
    /// The folder of the archives.
    pub output: PathBuf,
    /// The folder of the stages, where it is another.
    pub stage: Option<PathBuf>,
    /// The keys that open what is encrypted.
    pub identities: Identities,
    /// Tells the time.
    pub clock: Clock,
}

/// Someone asked to stop.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{}", message!("doctor-interrupted"))]
pub struct Interrupted;

/// Checks everything that an export with these options depends on. What fails
/// is a finding, and keeps nothing else from being looked at.
///
/// # Errors
///
/// Where someone asked to stop.
pub async fn diagnose(
    options: Options,
    observer: Arc<dyn Observer>,
    interrupt: &Interrupt,
) -> Result<Vec<Check>, Interrupted> {
    let place = folder::Place {
        app_id: options.app_id,
        output: options.output,
        stage: options.stage,
        identities: options.identities,
    };
    let mut checks = account::checks(
        options.client,
        &options.sections,
        Arc::clone(&observer),
        interrupt,
    )
    .await?;
    let now = (options.clock)();
    checks.extend(folder::checks(&place, now, &*observer, interrupt)?);
    Ok(checks)
}
