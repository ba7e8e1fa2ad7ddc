//! What to export, and how.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use super::base::BaseChoice;
use super::plan::PicturesBy;
use crate::archive::{Identities, Recipient};
use crate::model::{AppId, Clock, Section};
use crate::record::signature::SigningKey;
use crate::stage::Holder;
use crate::wechat;

/// What to export, and where to.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whose library.
    pub app_id: AppId,
    /// The account's name in the owner's settings, where it has one.
    pub account_name: Option<String>,
    /// How to reach WeChat; its `on_call` is replaced.
    pub client: wechat::Options,
    /// The folder of the archives; it must exist.
    pub output: PathBuf,
    /// Another folder for the stages, off a network folder.
    pub stage: Option<PathBuf>,
    /// The sections to cover.
    pub sections: Vec<Section>,
    /// Downloads side by side.
    pub jobs_max: NonZeroUsize,
    /// Threads that hash when the archive is read back.
    pub threads_max: NonZeroUsize,
    /// How pictures are fetched.
    pub pictures_by: PicturesBy,
    /// The part of each path's calls a day that is kept for the owner's other
    /// systems, in percent; more than 100 is as much as 100.
    pub quota_reserve_percent: u8,
    /// What to do with an earlier run's stage.
    pub earlier: Earlier,
    /// What to build on.
    pub base: BaseChoice,
    /// Whether items that are no longer listed stay in the archive.
    pub retain_deleted: bool,
    /// What to do where the library has not changed.
    pub unchanged: WhenUnchanged,
    /// Signs the archive, where it is to be signed.
    pub sign_key: Option<Arc<SigningKey>>,
    /// For whom the archive is encrypted; nobody where it is not to be.
    pub recipients: Vec<Recipient>,
    /// The keys that open an encrypted base. With one that opens the new archive
    /// no plain copy of it is kept.
    pub identities: Identities,
    /// Tells the time.
    pub clock: Clock,
    /// Who holds the lock.
    pub holder: Holder,
    /// The program's version, for the archive.
    pub tool_version: String,
    /// The commit it was built from, where known.
    pub tool_commit: Option<String>,
}

/// What to do with what an earlier run staged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Go on from it.
    Resume,
    /// Forget it.
    Forget,
    /// Make an archive of it and of the base, and ask WeChat for nothing: the
    /// way out where an account can no longer be reached.
    Seal,
}

/// What to do where the library is as the base has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenUnchanged {
    /// Say so in a receipt; the base stands.
    Confirm,
    /// Write an archive anyway.
    Write,
}
