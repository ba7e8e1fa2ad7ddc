//! What differs between two archives of an account, from their records.
//!
//! Records are sorted by time, so an item that changed stands elsewhere in the
//! other archive. Of the older one therefore a few digests an item are held, of
//! one kind of record after the other, while the newer one passes by line by
//! line; what of the older was not met is read a second time, for its title.
//!
//! Nothing is proven here: `verify` does that. But a record that cannot be read
//! is an error, because what cannot be seen would pass for removed.

mod index;
mod row;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::archive::Archive;
use crate::archive::ReadError;
use crate::archive::limits;
use crate::archive::records;
use crate::archive::records::{DocumentError, RecordError};
use crate::diff::index::{Fate, Index};
use crate::diff::row::{Row, rows};
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{AppId, EntryPath, ItemKind, Section, layout};
use crate::record::archive::ArchiveDocument;
use crate::record::compare;
use crate::record::compare::Side;
use crate::record::run::{Change, ChangeOp};

/// What to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// What to tell of assets.
    pub assets: Assets,
}

/// What to tell of assets: one article with pictures brings dozens, so that
/// they would hide what changed in the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assets {
    /// How many there are of each kind of change.
    Counted,
    /// Each.
    Listed,
}

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The account of both.
    pub appid: AppId,
    /// The run that the older archive is of.
    pub old_run: String,
    /// The run that the newer archive is of.
    pub new_run: String,
    /// By section, then what happened, then time; assets come last.
    pub changes: Vec<ItemChange>,
    /// How many changes each section has; a section without any is left out.
    pub sections: BTreeMap<Section, Counts>,
    /// How many changes of assets there are, listed or not.
    pub assets: Counts,
}

/// One difference, with what a person knows the item by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// The section; none of an asset.
    pub section: Option<Section>,
    /// What a person calls it now, or called it before it was removed; may be empty.
    pub title: String,
    /// What a person called it before, where that is something else.
    pub old_title: Option<String>,
    /// Unix seconds; 0 where no time is known.
    pub update_time: i64,
    /// What happened.
    pub change: Change,
}

/// How often each thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Counts {
    pub added: u64,
    pub removed: u64,
    pub changed: u64,
    pub retired: u64,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.added + self.removed + self.changed + self.retired
    }

    fn count(&mut self, op: ChangeOp) {
        *match op {
            ChangeOp::Added => &mut self.added,
            ChangeOp::Removed => &mut self.removed,
            ChangeOp::Changed => &mut self.changed,
            ChangeOp::Retired => &mut self.retired,
        } += 1;
    }
}

/// Why two archives cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An archive does not say what it is, or is of a kind that this program
    /// must not guess at.
    #[error("{}", message!("archive-cannot-read-document", archive = archive))]
    Document {
        /// Its name.
        archive: String,
        /// Why not.
        source: DocumentError,
    },
    /// They are of two accounts, which have nothing in common.
    #[error("{}", message!("diff-other-account", old = old, old_appid = old_appid.as_str(), new = new, new_appid = new_appid.as_str()))]
    OtherAccount {
        /// The older archive.
        old: String,
        /// Its account.
        old_appid: AppId,
        /// The newer archive.
        new: String,
        /// Its account.
        new_appid: AppId,
    },
    /// A record cannot be read.
    #[error("{}", message!("diff-cannot-read-records", archive = archive))]
    Record {
        /// The archive's name.
        archive: String,
        /// Why not.
        source: RecordError,
    },
    /// A file of records, or the bytes of an article, cannot be read.
    #[error("{}", message!("diff-cannot-read-all", archive = archive))]
    Entry {
        /// The archive's name.
        archive: String,
        /// Why not.
        source: ReadError,
    },
    /// Someone asked to stop.
    #[error("{}", message!("diff-interrupted"))]
    Interrupted,
}

/// Tells what was added, removed, changed and retired from `old` to `new`.
///
/// Identity is the id, and any of the ids that a draft ever had. A section that
/// one of the two did not list is told as a warning: what it lacks there may
/// still be in the account.
///
/// # Errors
///
/// Where they are of two accounts, or one of them cannot be read whole.
pub fn diff(
    old: &Archive,
    new: &Archive,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let (old_document, new_document) = (document_of(old)?, document_of(new)?);
    let (old_appid, new_appid) = (&old_document.account.appid, &new_document.account.appid);
    if old_appid != new_appid {
        return Err(Error::OtherAccount {
            old: old.name().to_owned(),
            old_appid: old_appid.clone(),
            new: new.name().to_owned(),
            new_appid: new_appid.clone(),
        });
    }
    let pair = Pair {
        old,
        new,
        interrupt,
    };
    let mut outcome = Outcome {
        appid: new_document.account.appid,
        old_run: old_document.run.id,
        new_run: new_document.run.id,
        changes: Vec::new(),
        sections: BTreeMap::new(),
        assets: Counts::default(),
    };
    for kind in ItemKind::ALL {
        let mut changes = pair.changes(kind)?;
        for change in &changes {
            let counts = match change.section {
                Some(section) => outcome.sections.entry(section).or_default(),
                None => &mut outcome.assets,
            };
            counts.count(change.change.op);
        }
        if kind != ItemKind::Asset || options.assets == Assets::Listed {
            changes.sort_unstable_by(reading_order);
            outcome.changes.append(&mut changes);
        }
    }
    for archive in [old, new] {
        warn_of_unlisted(archive, &outcome.sections, observer)?;
    }
    Ok(outcome)
}

fn reading_order(left: &ItemChange, right: &ItemChange) -> Ordering {
    let key = |change: &ItemChange| (change.section, change.change.op, change.update_time);
    key(left)
        .cmp(&key(right))
        .then_with(|| left.change.id.cmp(&right.change.id))
}

/// What the archive says of itself, if all of its files of records are there:
/// one that is gone would pass for one without a line.
fn document_of(archive: &Archive) -> Result<ArchiveDocument, Error> {
    let document = records::archive_document(archive)
        .and_then(|document| records::understand_features(&document).map(|()| document))
        .map_err(|source| Error::Document {
            archive: archive.name().to_owned(),
            source,
        })?;
    let gone = ItemKind::ALL.into_iter().map(layout::items).find(|path| {
        archive.entry(path).is_none() && document.files.iter().any(|file| file.path == *path)
    });
    match gone {
        Some(path) => Err(Error::Entry {
            archive: archive.name().to_owned(),
            source: ReadError::Missing { path },
        }),
        None => Ok(document),
    }
}

/// Warns of sections with changes that the run of `archive` did not list.
fn warn_of_unlisted(
    archive: &Archive,
    changed: &BTreeMap<Section, Counts>,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let completeness = records::completeness(archive).map_err(|source| Error::Document {
        archive: archive.name().to_owned(),
        source,
    })?;
    for section in changed.keys() {
        let counts = completeness.sections.get(section.as_str());
        if counts.is_none_or(|counts| !counts.listed) {
            let message = message!("diff-section-not-listed", archive = archive.name());
            observer.event(&Event::Warning {
                code: "section_not_listed",
                about: section.as_str(),
                message: &message,
            });
        }
    }
    Ok(())
}

/// The two archives while they are compared.
struct Pair<'a> {
    old: &'a Archive,
    new: &'a Archive,
    interrupt: &'a Interrupt,
}

impl Pair<'_> {
    /// What differs in the records of `kind`, in no order.
    fn changes(&self, kind: ItemKind) -> Result<Vec<ItemChange>, Error> {
        let mut index = Index::default();
        for row in self.rows(self.old, kind) {
            let row = row?;
            index.insert(row.facts(), &row.ids());
        }
        let mut changes = Vec::new();
        for row in self.rows(self.new, kind) {
            let row = row?;
            let change = match index.find(&row.ids()) {
                None => compare::change(kind, row.id(), None, Some(&row.facts()), Vec::new()),
                Some(slot) => {
                    let (old, new) = (index.facts(slot), row.facts());
                    let fields = compare::fields(old, &new, |side, raw| self.raw(side, &raw.path))?;
                    let change = compare::change(kind, row.id(), Some(old), Some(&new), fields);
                    index.settle(slot, change.is_some().then_some(changes.len()));
                    change
                }
            };
            changes.extend(change.map(|change| row.with(change)));
        }
        if !index.needs_second_look() {
            return Ok(changes);
        }
        for (slot, row) in self.rows(self.old, kind).enumerate() {
            let row = row?;
            match index.fate(slot) {
                Fate::Same => {}
                Fate::Unmet => {
                    let change =
                        compare::change(kind, row.id(), Some(&row.facts()), None, Vec::new());
                    changes.extend(change.map(|change| row.with(change)));
                }
                Fate::Differs(at) => {
                    let title = row.title();
                    if title != changes[at].title {
                        changes[at].old_title = Some(title.to_owned());
                    }
                }
            }
        }
        Ok(changes)
    }

    fn rows<'a>(
        &'a self,
        archive: &'a Archive,
        kind: ItemKind,
    ) -> impl Iterator<Item = Result<Row, Error>> + 'a {
        rows(archive, kind).map(move |row| {
            if self.interrupt.is_set() {
                return Err(Error::Interrupted);
            }
            row.map_err(|source| Error::Record {
                archive: archive.name().to_owned(),
                source,
            })
        })
    }

    /// The bytes of an article.
    fn raw(&self, side: Side, path: &EntryPath) -> Result<Vec<u8>, Error> {
        let archive = match side {
            Side::Old => self.old,
            Side::New => self.new,
        };
        archive
            .read(path, limits::RAW_BYTES_MAX)
            .map_err(|source| Error::Entry {
                archive: archive.name().to_owned(),
                source,
            })
    }
}
