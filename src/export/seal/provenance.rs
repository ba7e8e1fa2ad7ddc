//! `run/provenance.jsonl`: when and how each blob came, for each item that has it.
//!
//! The lines of the base are read beside the holders, both in the order of the
//! file: a line about the same item and blob is copied unchanged, so that the
//! facts of the first fetch stay.

use std::collections::HashSet;
use std::iter::Peekable;

use super::making::{Holder, Making};
use super::proof::Tally;
use crate::archive::records;
use crate::export::Error;
use crate::export::base::Base;
use crate::export::gathering::Gathering;
use crate::model::{ItemKind, RunStamp, Sha256, layout};
use crate::record::canonical;
use crate::record::run::Provenance;
use crate::stage::Fetched;

/// How a blob came of which no line tells: from an item of the library.
const VIA_LIBRARY: &str = "library";

/// Composes the file; gives how many blobs came which way, each counted once.
pub(super) fn compose(making: &mut Making<'_>) -> Result<Tally, Error> {
    let mut holders = std::mem::take(&mut making.holders);
    holders.sort_unstable_by(|left, right| key(left).cmp(&key(right)));
    holders.dedup_by(|left, right| key(left) == key(right));
    let base = making.library.base();
    let mut known = Known {
        lines: base.into_iter().flat_map(lines_of as LinesOf).peekable(),
        sha256: None,
        of_blob: Vec::new(),
        run: making.run.id,
        gathering: &making.run.gathering,
    };
    let mut via = Tally::new();
    let mut counted: HashSet<Sha256> = HashSet::new();
    making.composer.begin(layout::path(layout::PROVENANCE));
    for holder in holders {
        let bytes = match holder.fetched {
            Some(blob) => blob.print.bytes,
            None => making
                .library
                .by_digest(&holder.sha256)
                .map_or(0, |blob| blob.print.bytes),
        };
        let line = known.line_of(holder, bytes)?;
        if counted.insert(line.sha256) {
            *via.entry(line.via.clone()).or_default() += 1;
        }
        making.composer.write(&canonical::line(&line))?;
    }
    let path = layout::path(layout::PROVENANCE);
    making.end_lines(&path, "provenance", "provenance");
    Ok(via)
}

fn key<'a>(holder: &'a Holder<'_>) -> (Sha256, &'a str, &'a str) {
    (holder.sha256, holder.kind.as_str(), &holder.id)
}

type Lines<'a> = Box<dyn Iterator<Item = Provenance> + 'a>;
type LinesOf = for<'a> fn(&'a Base) -> Lines<'a>;

fn lines_of(base: &Base) -> Lines<'_> {
    // They were proved when the base was opened; where the disk has changed its
    // mind since, what is known of the rest is told anew.
    Box::new(records::provenance(&base.archive).map_while(Result::ok))
}

/// The lines of the base, read along with the holders.
struct Known<'a, I: Iterator<Item = Provenance>> {
    lines: Peekable<I>,
    /// The blob of which the lines below tell.
    sha256: Option<Sha256>,
    of_blob: Vec<Provenance>,
    run: RunStamp,
    gathering: &'a Gathering,
}

impl<I: Iterator<Item = Provenance>> Known<'_, I> {
    fn line_of(&mut self, holder: Holder<'_>, bytes: u64) -> Result<Provenance, Error> {
        self.read_to(holder.sha256);
        let same = |line: &&Provenance| line.kind == holder.kind.as_str() && *line.id == *holder.id;
        if let Some(line) = self.of_blob.iter().find(same) {
            return Ok(line.clone());
        }
        Ok(match (holder.fetched, self.of_blob.first()) {
            (Some(blob), _) => {
                let fetched = self.gathering.fetched(blob)?;
                of_fetched(holder.kind, holder.id.into(), fetched)
            }
            // Another item has it: it came as it came for that one.
            (None, Some(line)) => Provenance {
                kind: holder.kind.to_string(),
                id: holder.id.into(),
                ..line.clone()
            },
            (None, None) => of_nothing(holder, bytes, self.run),
        })
    }

    /// Gathers the lines about a blob; blobs are asked for in order.
    fn read_to(&mut self, sha256: Sha256) {
        if self.sha256 == Some(sha256) {
            return;
        }
        self.sha256 = Some(sha256);
        self.of_blob.clear();
        while self.lines.next_if(|line| line.sha256 < sha256).is_some() {}
        while let Some(line) = self.lines.next_if(|line| line.sha256 == sha256) {
            self.of_blob.push(line);
        }
    }
}

fn of_fetched(kind: ItemKind, id: String, blob: Fetched) -> Provenance {
    Provenance {
        sha256: blob.sha256,
        bytes: blob.bytes,
        kind: kind.to_string(),
        id,
        via: blob.via.as_str().to_owned(),
        fetched_at: RunStamp::of(blob.fetched_at).time(),
        run_id: blob.run_id.into(),
        address: blob.address.map(String::from),
        http_status: blob.http_status,
        content_type: blob.content_type.map(String::from),
        content_length: blob.content_length,
        etag: blob.etag.map(String::from),
        last_modified: blob.last_modified.map(String::from),
    }
}

/// The disk lost the line: the blob is here, and that is all that is known.
fn of_nothing(holder: Holder<'_>, bytes: u64, run: RunStamp) -> Provenance {
    Provenance {
        sha256: holder.sha256,
        bytes,
        kind: holder.kind.to_string(),
        id: holder.id.into(),
        via: VIA_LIBRARY.to_owned(),
        fetched_at: run.time(),
        run_id: run.to_string(),
        address: None,
        http_status: None,
        content_type: None,
        content_length: None,
        etag: None,
        last_modified: None,
    }
}
