//! Takes out of an account what an upload put in, and nothing else.

use std::path::Path;
use std::sync::Arc;

use crate::event::{Event, Observer, Phase};
use crate::interrupt::Interrupt;
use crate::model::{AppId, Clock};
use crate::text::Message;
use crate::upload::receipt::{Kind, Receipt, Said};
use crate::upload::{Error, receipt, refusal};
use crate::wechat;
use crate::wechat::{Class, Client};

/// What an undoing would delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// The account that it was put into.
    pub target: AppId,
    /// Kind and id of each thing, in the order in which they are deleted.
    pub things: Vec<(Kind, String)>,
    /// Pictures that have an address alone: nobody can delete them.
    pub addresses_alone: usize,
}

/// What an undoing came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Things deleted.
    pub deleted: u64,
    /// Things that were gone already.
    pub gone: u64,
    /// Things that WeChat does not delete: kind, id, and why.
    pub kept: Vec<(Kind, String, Message)>,
}

impl Undoing {
    /// What the receipt at `path` says was put in and is not deleted yet.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or is none.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let standing = receipt::read(path).map_err(Error::Receipt)?;
        let bond = standing.bond.as_ref();
        let bond = bond.ok_or_else(|| {
            Error::Receipt(receipt::ReceiptError::Malformed {
                path: path.to_owned(),
                line: 1,
            })
        })?;
        Ok(Self {
            target: bond.target_appid.clone(),
            things: standing.to_undo(),
            addresses_alone: standing.addresses_alone(),
        })
    }
}

/// Deletes what the receipt at `path` says was put in: drafts first, so that
/// none is left without its cover.
///
/// # Errors
///
/// What was deleted until then is in the receipt, and the next call goes on.
pub async fn undo(
    path: &Path,
    client: wechat::Options,
    clock: Clock,
    observer: Arc<dyn Observer>,
    interrupt: &Interrupt,
) -> Result<Undone, Error> {
    let mut receipt = Receipt::open_existing(path).map_err(Error::Receipt)?;
    let things = receipt.standing().to_undo();
    let client =
        Client::new(client, Arc::clone(&observer), interrupt.clone()).map_err(Error::Call)?;
    observer.event(&Event::Phase {
        phase: Phase::Upload,
        section: None,
        items_total: Some(things.len() as u64),
        bytes_total: None,
    });
    let mut undone = Undone::default();
    for (kind, id) in things {
        let deleted = match kind {
            Kind::Draft => client.delete_draft(&id).await,
            _ => client.delete_material(&id).await,
        };
        match deleted {
            Ok(()) => undone.deleted += 1,
            Err(error) if error.errcode() == Some(40007) => undone.gone += 1,
            Err(error) => match error.errcode() {
                Some(errcode) if error.class() == Class::Permanent => {
                    undone.kept.push((kind, id, refusal::sentence(errcode)));
                    continue;
                }
                _ => return Err(Error::of_call(error)),
            },
        }
        receipt
            .write(clock(), Said::Undone { kind, new: id })
            .map_err(Error::Write)?;
        observer.event(&Event::Advanced { items: 1, bytes: 0 });
    }
    Ok(undone)
}
