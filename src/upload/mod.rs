//! Puts what an archive holds back into an account, as far as the official API
//! takes it.
//!
//! - `fit`: what the API takes; `refusal`: what its answers mean.
//! - `source`: the archive; `draft`: an article as a draft.
//! - `plan`: what will be done, a value; `account`: what the account can take.
//! - `receipt`: what was done, line by line.
//! - `apply`: does it; `making`: one call that makes something, never twice;
//!   `convert`, `file_name`, `played`: what is sent.
//! - `check`: compares the account with the archive; `undo`: deletes what was made.
//!
//! Nothing is published, nothing overwritten, and nothing is deleted but by [`undo()`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::records::DocumentError;
use crate::archive::{Identities, OpenError};
use crate::error::PathError;
use crate::event::Observer;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, Clock, Section};
use crate::wechat;
use crate::wechat::Client;

mod account;
mod apply;
mod check;
mod convert;
mod draft;
mod file_name;
pub mod fit;
mod making;
pub mod plan;
mod played;
pub mod receipt;
pub mod refusal;
mod source;
mod undo;

pub use account::Account;
pub use apply::Outcome;
pub use check::{Difference, Report};
pub use plan::{Choices, Plan};
pub use undo::{Undoing, Undone, undo};

use receipt::{Bond, Receipt, ReceiptError, Standing};
use source::Source;

/// What to put back, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The archive.
    pub archive: PathBuf,
    /// The keys that open what is encrypted.
    pub identities: Identities,
    /// The account that it is put into.
    pub target: AppId,
    /// How to reach it.
    pub client: wechat::Options,
    /// What, and in which way.
    pub choices: Choices,
    /// Whether the archive may be of the account that it is put into.
    pub same_account: bool,
    /// Tells when a line of the receipt was written.
    pub clock: Clock,
}

/// Why an upload ended early. What was done is in the receipt.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no archive.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The archive is of a kind whose records this program must not guess at.
    #[error("{}", message!("upload-records"))]
    Unknown(#[source] DocumentError),
    /// The account is the one that the archive is of.
    #[error("{}", message!("upload-same-account", appid = appid.as_str()))]
    SameAccount {
        /// The account.
        appid: AppId,
    },
    /// The receipt cannot be used.
    #[error("{}", message!("upload-receipt-bad"))]
    Receipt(#[source] ReceiptError),
    /// A line of the receipt cannot be written.
    #[error("{}", message!("upload-receipt-write"))]
    Write(#[source] PathError),
    /// The library of the account has too little room; nothing was put in.
    #[error("{}", message!("upload-no-room", section = section.as_str(), room = room.to_string(), needed = needed.to_string()))]
    NoRoom {
        /// Which part of it.
        section: Section,
        /// How many things it takes.
        room: u64,
        /// How many there are.
        needed: u64,
    },
    /// WeChat cannot be reached, or refuses more than one item.
    #[error("{}", message!("upload-stopped"))]
    Call(#[source] wechat::Error),
    /// Someone asked to stop.
    #[error("{}", message!("upload-interrupted"))]
    Interrupted,
}

impl Error {
    fn of_call(error: wechat::Error) -> Self {
        if error.is_interrupted() {
            Self::Interrupted
        } else {
            Self::Call(error)
        }
    }
}

/// An archive that is ready to be put into an account: what will be done, and
/// what was done before.
#[derive(Debug)]
pub struct Prepared {
    /// What will be done.
    pub plan: Plan,
    /// What was done by earlier runs.
    pub standing: Standing,
    /// Whose library it was.
    pub source_appid: AppId,
    /// Where the receipt is, or will be.
    pub receipt: PathBuf,
    source: Source,
    options: Options,
}

/// Reads the archive and its receipt, and plans. Nothing is sent.
///
/// # Errors
///
/// Where the archive or the receipt cannot be used, or the account is its own.
pub fn prepare(
    options: Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Prepared, Error> {
    let source = Source::open(&options.archive, &options.identities, observer, interrupt)?;
    let source_appid = source.document.account.appid.clone();
    if source_appid == options.target && !options.same_account {
        return Err(Error::SameAccount {
            appid: source_appid,
        });
    }
    let receipt = receipt::path_beside(&options.archive, &options.target);
    let standing = receipt::read(&receipt).map_err(Error::Receipt)?;
    let bond = bond(&source, &options);
    if let Some(found) = standing.bond.as_ref().filter(|found| **found != bond) {
        return Err(Error::Receipt(ReceiptError::Other {
            path: receipt,
            archive_id: found.archive_id.clone(),
            target_appid: found.target_appid.clone(),
        }));
    }
    let plan = plan::plan(&source, &options.choices, observer, interrupt)?;
    Ok(Prepared {
        plan,
        standing,
        source_appid,
        receipt,
        source,
        options,
    })
}

fn bond(source: &Source, options: &Options) -> Bond {
    Bond {
        archive_id: source.document.archive_id.clone(),
        source_appid: source.document.account.appid.clone(),
        target_appid: options.target.clone(),
    }
}

impl Prepared {
    /// Asks what the account can take. Changes nothing.
    ///
    /// # Errors
    ///
    /// Where WeChat cannot be asked.
    pub async fn account(
        &self,
        observer: Arc<dyn Observer>,
        interrupt: &Interrupt,
    ) -> Result<Account, Error> {
        let client = self.client(observer, interrupt)?;
        let apis = self.plan.calls(&self.standing);
        Account::ask(&client, apis.into_keys())
            .await
            .map_err(Error::of_call)
    }

    /// Puts everything into the account that is not there yet.
    ///
    /// # Errors
    ///
    /// What was done until then is in the receipt, and the next call goes on.
    pub async fn apply(
        &self,
        observer: Arc<dyn Observer>,
        interrupt: &Interrupt,
    ) -> Result<Outcome, Error> {
        let client = self.client(Arc::clone(&observer), interrupt)?;
        let now = (self.options.clock)();
        let bond = bond(&self.source, &self.options);
        let receipt = Receipt::open(&self.receipt, &bond, now).map_err(Error::Receipt)?;
        apply::run(self, client, receipt, &*observer, interrupt).await
    }

    /// Compares the account with the archive, as far as the receipt says that
    /// something was put in.
    ///
    /// # Errors
    ///
    /// Where WeChat cannot be asked.
    pub async fn check(
        &self,
        observer: Arc<dyn Observer>,
        interrupt: &Interrupt,
    ) -> Result<Report, Error> {
        let client = self.client(Arc::clone(&observer), interrupt)?;
        check::run(self, &client, &*observer).await
    }

    fn client(&self, observer: Arc<dyn Observer>, interrupt: &Interrupt) -> Result<Client, Error> {
        Client::new(self.options.client.clone(), observer, interrupt.clone()).map_err(Error::Call)
    }
}

/// Where the receipt of an upload of `archive` into `target` is.
pub fn receipt_of(archive: &Path, target: &AppId) -> PathBuf {
    receipt::path_beside(archive, target)
}
