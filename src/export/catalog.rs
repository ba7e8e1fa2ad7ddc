//! The catalog of a section: its whole list, read until it holds still.
//!
//! Lists have no order that WeChat promises and shift while they are read: an
//! upload repeats an item on the next page, a deletion skips one. So pages are
//! read by offset, ids are counted once, and the list is read again until it
//! agrees with itself, three times at most (format 11).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::iter::StepBy;
use std::ops::Range;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;

use super::base::{Base, MediaSlot};
use super::quota::Calls;
use super::{Error, Run};
use crate::event::{Event, Phase};
use crate::model::{Section, Sha256, Timestamp};
use crate::record::mark::Mark;
use crate::stage::{CountTime, Entry, ListDone, PackRange, PageListed};
use crate::wechat;
use crate::wechat::wire;
use crate::wechat::wire::ListItem;
use crate::wechat::{Class, ErrorKind};

/// Items of a page.
pub(super) const PAGE: u8 = 20;
const PASSES_MAX: u32 = 3;

/// "Invalid offset": a list that grew shorter since its total was told, or whose
/// total is more than it shows, may refuse a page behind its end so instead of
/// giving an empty one.
const INVALID_OFFSET: i64 = 45164;

/// A finished pass older than this is read again when a run goes on.
const PASS_SECONDS_MAX: i64 = 24 * 60 * 60;

/// The longest id that a record is made of; WeChat's own have 128 characters.
const ID_BYTES_MAX: usize = 1024;

/// The longest item of a list of media. Its record holds it byte for byte and its
/// texts once more, either at six times its length at worst, in a line of 4 MiB.
const MEDIA_BYTES_MAX: u64 = 128 * 1024;

/// What a section holds, as listed in this run.
#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) section: Section,
    /// Every id of the last pass once, in the order of its pages.
    pub(super) listed: Vec<Listed>,
    /// What only an earlier pass listed.
    pub(super) vanished: Vec<Listed>,
    pub(super) numbers: Numbers,
    pub(super) end: ListEnd,
}

/// How a listing ended.
#[derive(Debug)]
pub(super) enum ListEnd {
    /// To its end.
    Done {
        at: Timestamp,
        /// Whether it held still.
        stable: bool,
    },
    /// The account may not read it, or WeChat refuses for a reason that is not known.
    Refused(wechat::Error),
    /// A quota or rate limit broke it off.
    Unfinished(wechat::Error),
    /// The stage was sealed before it was read.
    NotRead,
}

/// The numbers of a listing, for the proof.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) pages: u64,
    pub(super) passes: u32,
    pub(super) total_first: Option<u64>,
    pub(super) total_last: Option<u64>,
    pub(super) entries: u64,
    /// Entries of the last pass that no record can be made of.
    pub(super) left_out: u64,
}

impl Numbers {
    /// Counts the pages of the next pass.
    fn take(&mut self, pages: &Pages) {
        let pages = &pages.0;
        self.passes += 1;
        self.pages += pages.len() as u64;
        self.entries = pages.values().map(Page::len).sum();
        self.left_out = pages.values().map(|page| page.left_out).sum();
        self.total_first = pages.values().next().and_then(|page| page.total);
        self.total_last = pages.values().next_back().and_then(|page| page.total);
    }
}

/// One item of a list.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) id: Box<str>,
    /// 0 where the list gave none.
    pub(super) update_time: i64,
    /// Its exact bytes in the page.
    pub(super) raw: PackRange,
    /// `None` where the base says the same and has the bytes: of a hundred
    /// thousand items they would be most of what is held.
    words: Option<Box<Words>>,
}

/// What a list says of an item besides its id and time.
#[derive(Clone, Debug, Default)]
struct Words {
    name: Box<str>,
    url: Option<Box<str>>,
    description: Option<Box<str>>,
}

impl Listed {
    /// The name of a picture, voice or video, or the first title of a group;
    /// empty where the base says it.
    pub(super) fn name(&self) -> &str {
        self.words.as_ref().map_or("", |words| &words.name)
    }

    /// Its address, unless the base has it.
    pub(super) fn url(&self) -> Option<&str> {
        self.words.as_ref()?.url.as_deref()
    }

    /// The description of a video, unless the base has it.
    pub(super) fn description(&self) -> Option<&str> {
        self.words.as_ref()?.description.as_deref()
    }

    /// Whether `slot`, which has its id, says of it what the list says.
    pub(super) fn is_as(&self, slot: &MediaSlot) -> bool {
        let says = |words: &Words| slot.says(&words.name, self.update_time);
        self.words.as_deref().is_none_or(says)
    }

    fn forget_what_is_in(&mut self, base: &Base, section: Section) {
        let Some(media) = base.media(section.item_kind()) else {
            return;
        };
        let slot = media.find(&self.id).map(|slot| &media.slots[slot as usize]);
        if slot.is_some_and(|slot| slot.has_blob() && !slot.is_retired() && self.is_as(slot)) {
            self.words = None;
        }
    }
}

/// The pages of one pass, by offset.
#[derive(Debug, Default)]
struct Pages(BTreeMap<u64, Page>);

#[derive(Debug)]
struct Page {
    total: Option<u64>,
    entries: Vec<Listed>,
    /// Entries that no record can be made of.
    left_out: u64,
}

/// Lists `section` until it is stable. What was staged in an earlier process is not asked for again.
pub(super) async fn list(run: &mut Run, section: Section) -> Result<Catalog, Error> {
    let first_pass = first_pass_to_read(run, section);
    let mut passes: Vec<Pages> = Vec::new();
    let mut numbers = Numbers::default();
    let mut pass = first_pass;
    let end = loop {
        let (pages, end) = read_pass(run, section, pass).await?;
        numbers.take(&pages);
        passes.push(pages);
        let at = match end {
            Ok(at) => at,
            Err(error) => {
                break match error.class() {
                    Class::NoPermission | Class::Permanent => ListEnd::Refused(error),
                    _ => ListEnd::Unfinished(error),
                };
            }
        };
        let holds_still = holds_still(&passes, &numbers);
        if holds_still || pass + 1 == first_pass + PASSES_MAX {
            // A list with entries that have no record is not all there.
            let stable = holds_still && numbers.left_out == 0;
            break ListEnd::Done { at, stable };
        }
        pass += 1;
    };
    // What was listed too long ago to count may be gone by now, and its bytes be here.
    let mut all: Vec<Pages> = (1..first_pass)
        .map(|pass| staged_pages(run, section, pass))
        .collect::<Result<_, _>>()?;
    all.append(&mut passes);
    Ok(catalog(section, all, numbers, end))
}

/// What is staged of the list of `section`, with nothing asked for.
pub(super) fn staged(run: &Run, section: Section) -> Result<Catalog, Error> {
    let ledger = &run.gathering.ledger;
    let staged = ledger.passes.range((section, 0)..=(section, u32::MAX));
    let numbered: Vec<(u32, Option<Timestamp>)> = staged
        .map(|((_, number), pass)| (*number, pass.done_at))
        .collect();
    let mut passes = Vec::new();
    let mut numbers = Numbers::default();
    let mut end = ListEnd::NotRead;
    for (pass, done_at) in numbered {
        let pages = staged_pages(run, section, pass)?;
        numbers.take(&pages);
        passes.push(pages);
        end = match done_at {
            Some(at) => ListEnd::Done {
                at,
                stable: holds_still(&passes, &numbers) && numbers.left_out == 0,
            },
            None => ListEnd::NotRead,
        };
    }
    numbers.passes = numbers.passes.min(PASSES_MAX);
    Ok(catalog(section, passes, numbers, end))
}

/// The first pass that still counts: 1, unless a finished one has grown too old.
pub(super) fn first_pass_to_read(run: &Run, section: Section) -> u32 {
    let now = (run.options.clock)();
    let old = run
        .gathering
        .ledger
        .passes
        .range((section, 0)..=(section, u32::MAX))
        .filter(|(_, pass)| {
            pass.done_at
                .is_some_and(|at| now.as_second() - at.as_second() > PASS_SECONDS_MAX)
        })
        .map(|((_, number), _)| *number)
        .max();
    old.map_or(1, |number| number + 1)
}

/// Reads a pass to its end: the time of its last page, or why it broke off.
async fn read_pass(
    run: &mut Run,
    section: Section,
    pass: u32,
) -> Result<(Pages, Result<Timestamp, wechat::Error>), Error> {
    let mut pages = staged_pages(run, section, pass)?;
    let done_at = run
        .gathering
        .ledger
        .passes
        .get(&(section, pass))
        .and_then(|pass| pass.done_at);
    if let Some(at) = done_at {
        return Ok((pages, Ok(at)));
    }
    pages.forget_last();
    let counted = (CountTime::Before, section);
    let counted = run.gathering.ledger.counts.get(&counted).copied();
    run.observer.event(&Event::Phase {
        phase: Phase::List,
        section: Some(section),
        items_total: pages.total(),
        bytes_total: None,
    });
    while let Some(next) = pages.next(counted) {
        let (offsets, is_behind) = match next {
            Next::Listed(offsets) => (offsets, false),
            Next::Behind(offsets) => (offsets, true),
        };
        run.plan_rest_of_list(section, pages.calls()).await;
        let client = run.client.clone();
        let (stop, ends) = run.stopper();
        let mut answers = stream::iter(offsets)
            .take_until(ends)
            .map(|offset| {
                let client = client.clone();
                let answer = tokio::spawn(async move { client.list(section, offset, PAGE).await });
                async move { (offset, answer.await.expect("listing does not panic")) }
            })
            .buffered(run.options.client.api_jobs_max.get());
        let mut failed = None;
        let mut ended = false;
        while let Some((offset, answer)) = answers.next().await {
            if is_behind && is_end(answer.as_ref().map(|page| page.items.len())) {
                ended = true;
                continue;
            }
            match answer {
                // What is under way lands: later pages are not asked for again.
                Ok(answer) => {
                    let page = run.stage_page(section, pass, offset, &answer)?;
                    run.observer.event(&Event::Advanced {
                        items: page.len(),
                        bytes: answer.body.len() as u64,
                    });
                    // One that repeats what is known would go on for ever.
                    if page.len() == 0 || is_behind && !pages.learn_from(&page) {
                        ended = true;
                        stop.cancel();
                    }
                    pages.0.insert(offset, page);
                }
                // A list that grew shorter leaves a request behind its end.
                Err(error) if offset > 0 && error.errcode() == Some(INVALID_OFFSET) => {
                    ended = true;
                    stop.cancel();
                }
                // Behind the end nothing is missed.
                Err(_) if ended => {}
                Err(error) => {
                    failed.get_or_insert(error);
                    stop.cancel();
                }
            }
        }
        drop(answers);
        run.note_calls()?;
        if let Some(error) = failed {
            // An unknown code is no reason to lose the other sections.
            let is_refusal = matches!(error.kind(), ErrorKind::Refused(_));
            return match error.class() {
                Class::NoPermission | Class::Quota | Class::RateLimited => Ok((pages, Err(error))),
                Class::Permanent if is_refusal => Ok((pages, Err(error))),
                _ => Err(Error::from_call("list", error)),
            };
        }
        run.check_interrupt()?;
        if ended {
            break;
        }
    }
    let at = (run.options.clock)();
    run.gathering
        .note(Entry::ListDone(ListDone { section, pass, at }))?;
    run.gathering.stage.sync()?;
    Ok((pages, Ok(at)))
}

/// Whether a look behind the end met it, given the entries of the page or the
/// error that answered. Such a page says nothing of the list, its total least of
/// all, and a server that refuses it for good refuses nothing that is listed.
fn is_end(answer: Result<usize, &wechat::Error>) -> bool {
    match answer {
        Ok(entries) => entries == 0,
        Err(error) => {
            matches!(error.kind(), ErrorKind::Refused(_))
                && matches!(error.class(), Class::NoPermission | Class::Permanent)
        }
    }
}

fn staged_pages(run: &Run, section: Section, pass: u32) -> Result<Pages, Error> {
    let mut pages = Pages::default();
    let staged = run.gathering.ledger.passes.get(&(section, pass));
    for (offset, page) in staged.into_iter().flat_map(|pass| &pass.pages) {
        let body = run.gathering.stage.read(page.body)?;
        // It was readable when it came; if it no longer is, it is asked for again.
        let Ok(parsed) = wire::parse_page(section, &body.into()) else {
            break;
        };
        pages
            .0
            .insert(*offset, run.page_of(section, &parsed, page.body));
    }
    Ok(pages)
}

impl Run {
    fn stage_page(
        &mut self,
        section: Section,
        pass: u32,
        offset: u64,
        answer: &wire::Page,
    ) -> Result<Page, Error> {
        let body = self.gathering.stage.put(&answer.body)?;
        self.gathering.note(Entry::Page(PageListed {
            section,
            pass,
            offset,
            entries: answer.items.len() as u64,
            total: answer.total_count,
            body,
            sha256: Sha256::of(&answer.body),
        }))?;
        Ok(self.page_of(section, answer, body))
    }

    /// A page, with what the base does not say as well.
    fn page_of(&self, section: Section, answer: &wire::Page, body: PackRange) -> Page {
        let mut page = Page::of(answer, body);
        // What is damaged in the base may have to be fetched, by its address.
        if let Some(base) = self.base.as_ref().filter(|_| !self.base_is_damaged) {
            for item in &mut page.entries {
                item.forget_what_is_in(base, section);
            }
        }
        page
    }
}

impl Page {
    fn of(answer: &wire::Page, body: PackRange) -> Self {
        let entries: Vec<Listed> = answer
            .items
            .iter()
            .filter_map(|item| listed(item, body))
            .collect();
        Self {
            total: answer.total_count,
            left_out: (answer.items.len() - entries.len()) as u64,
            entries,
        }
    }

    fn len(&self) -> u64 {
        self.entries.len() as u64 + self.left_out
    }
}

/// `None` for what no record can be made of.
fn listed(item: &wire::PageItem, body: PackRange) -> Option<Listed> {
    let raw = body.slice(&item.raw);
    let is_media = matches!(item.item, ListItem::Media(_));
    let fits = (1..=ID_BYTES_MAX).contains(&item.item.id().len())
        && (!is_media || raw.bytes <= MEDIA_BYTES_MAX);
    fits.then(|| {
        let (update_time, words) = match &item.item {
            ListItem::Media(media) => (
                media.update_time,
                Words {
                    name: media.name.as_str().into(),
                    url: media.url.as_deref().map(Box::from),
                    description: media.description.as_deref().map(Box::from),
                },
            ),
            ListItem::Articles(group) => {
                let title = group.articles.first().and_then(|first| first.title.clone());
                let words = Words {
                    name: title.unwrap_or_default().into(),
                    ..Words::default()
                };
                (group.update_time, words)
            }
        };
        Listed {
            id: item.item.id().into(),
            update_time: update_time.unwrap_or(0),
            raw,
            words: Some(Box::new(words)),
        }
    })
}

/// What to ask for next.
#[derive(Debug)]
enum Next {
    /// Offsets that the list says it has.
    Listed(StepBy<Range<u64>>),
    /// The one behind them.
    Behind(StepBy<Range<u64>>),
}

impl Pages {
    fn next(&self, counted: Option<u64>) -> Option<Next> {
        let listed = self.missing().map(Next::Listed);
        listed.or_else(|| self.behind(counted).map(Next::Behind))
    }

    /// Whether a page has an id that these have not.
    fn learn_from(&self, page: &Page) -> bool {
        let known = self.ids();
        let mut ids = page.entries.iter().map(|listed| &*listed.id);
        ids.any(|id| !known.contains(id))
    }

    fn total(&self) -> Option<u64> {
        self.0.values().next_back().and_then(|page| page.total)
    }

    /// One page of overlap when a pass goes on: the list may have shifted meanwhile.
    fn forget_last(&mut self) {
        self.0.pop_last();
    }

    /// How far the pages reach without a hole.
    fn covered(&self) -> u64 {
        let mut covered = 0;
        for (offset, page) in &self.0 {
            if *offset > covered {
                break;
            }
            covered = covered.max(offset + page.len());
        }
        covered
    }

    /// The offsets to ask for next, from the first hole to the next page that is
    /// there or to the end; `None` where nothing is missing.
    fn missing(&self) -> Option<StepBy<Range<u64>>> {
        if self.0.is_empty() {
            return Some((0..1).step_by(PAGE.into()));
        }
        let start = self.covered();
        let next = self.0.range(start..).next().map(|(offset, _)| *offset);
        let end = match (self.total(), next) {
            _ if self.0.contains_key(&start) => return None,
            (Some(total), next) => next.unwrap_or(total).min(total),
            // Without a total, a page that is not full is the last.
            (None, _) => {
                let last_is_full = self
                    .0
                    .values()
                    .next_back()
                    .is_some_and(|page| page.len() >= PAGE.into());
                if last_is_full { start + 1 } else { start }
            }
        };
        (start < end).then(|| (start..end).step_by(PAGE.into()))
    }

    /// The offset behind the last page, where that one is full and WeChat counts
    /// more than the list says that it has, or counts nothing: a total that is too
    /// small must not hide what is there. Usually it is thumbs, which no list shows.
    fn behind(&self, counted: Option<u64>) -> Option<StepBy<Range<u64>>> {
        let end = self.covered();
        let (_, last) = self.0.last_key_value()?;
        let may_hide = last.len() >= PAGE.into() && counted.is_none_or(|count| count > end);
        may_hide.then(|| (end..end + u64::from(PAGE)).step_by(PAGE.into()))
    }

    /// The calls that the whole list takes, where a page told how long it is.
    fn calls(&self) -> Calls {
        let pages = |items: u64| items.div_ceil(PAGE.into());
        let total = self.total().unwrap_or(0);
        Calls {
            in_all: pages(total),
            left: pages(total.saturating_sub(self.covered())),
        }
    }

    fn into_items(self) -> impl Iterator<Item = Listed> {
        self.0.into_values().flat_map(|page| page.entries)
    }

    fn ids(&self) -> BTreeSet<&str> {
        self.0
            .values()
            .flat_map(|page| &page.entries)
            .map(|listed| &*listed.id)
            .collect()
    }
}

/// Whether the last pass agrees with itself, or with the one before it.
fn holds_still(passes: &[Pages], numbers: &Numbers) -> bool {
    let Some((last, earlier)) = passes.split_last() else {
        return false;
    };
    let ids = last.ids();
    let unique = Some(ids.len() as u64);
    let agrees = numbers.total_first == unique && numbers.total_last == unique;
    // The same ids twice prove nothing where the list speaks of more than it shows.
    let shows_all = numbers
        .total_last
        .is_none_or(|total| total <= ids.len() as u64);
    agrees || (shows_all && earlier.last().is_some_and(|before| before.ids() == ids))
}

fn catalog(section: Section, passes: Vec<Pages>, numbers: Numbers, end: ListEnd) -> Catalog {
    let mut listed: Vec<Listed> = Vec::new();
    let mut vanished: Vec<Listed> = Vec::new();
    // By mark, for ids are long and there may be a hundred thousand.
    let mut places: HashMap<Mark, usize> = HashMap::new();
    let mut newest_first = passes.into_iter().rev();
    for item in newest_first.next().into_iter().flat_map(Pages::into_items) {
        let mark = Mark::of(&item.id);
        if let Some(place) = places.get(&mark) {
            // Said twice in one pass: the later answer is the newer one.
            listed[*place] = item;
        } else {
            places.insert(mark, listed.len());
            listed.push(item);
        }
    }
    let mut gone: HashSet<Mark> = HashSet::new();
    for item in newest_first.flat_map(Pages::into_items) {
        let mark = Mark::of(&item.id);
        if !places.contains_key(&mark) && gone.insert(mark) {
            vanished.push(item);
        }
    }
    Catalog {
        section,
        listed,
        vanished,
        numbers,
        end,
    }
}

impl Catalog {
    /// Of a list that held still, from the bodies of its pages.
    pub(super) fn of_pages(section: Section, bodies: &[Bytes]) -> Result<Self, wire::Error> {
        let mut pages = Pages::default();
        let mut offset = 0;
        for body in bodies {
            let answer = wire::parse_page(section, body)?;
            let range = PackRange {
                offset: 0,
                bytes: answer.body.len() as u64,
            };
            pages.0.insert(offset, Page::of(&answer, range));
            offset += answer.items.len() as u64;
        }
        let mut numbers = Numbers::default();
        numbers.take(&pages);
        Ok(catalog(section, vec![pages], numbers, ListEnd::NotRead))
    }

    /// Every item that a record is made of, the vanished ones included.
    pub(super) fn all(&self) -> impl Iterator<Item = &Listed> {
        self.listed.iter().chain(&self.vanished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wechat::{Api, Refusal};

    fn pages(shape: &[(u64, u64, Option<u64>)]) -> Pages {
        let page = |offset: u64, entries: u64, total| Page {
            total,
            left_out: 0,
            entries: (offset..offset + entries)
                .map(|at| item(&format!("id{at}")))
                .collect(),
        };
        Pages(
            shape
                .iter()
                .map(|(offset, entries, total)| (*offset, page(*offset, *entries, *total)))
                .collect(),
        )
    }

    fn item(id: &str) -> Listed {
        Listed {
            id: id.into(),
            update_time: 0,
            words: None,
            raw: PackRange {
                offset: 0,
                bytes: 0,
            },
        }
    }

    fn missing(shape: &[(u64, u64, Option<u64>)]) -> Option<Vec<u64>> {
        pages(shape).missing().map(Iterator::collect)
    }

    #[test]
    fn each_page_is_asked_for_once_and_no_more() {
        assert_eq!(missing(&[]), Some(vec![0]));
        assert_eq!(missing(&[(0, 0, Some(0))]), None);
        assert_eq!(missing(&[(0, 20, Some(20))]), None);
        assert_eq!(missing(&[(0, 20, Some(61))]), Some(vec![20, 40, 60]));
        assert_eq!(
            missing(&[(0, 20, Some(61)), (20, 20, Some(61))]),
            Some(vec![40, 60])
        );
    }

    #[test]
    fn a_short_page_is_filled_up_before_the_next_one() {
        let total = Some(60);
        assert_eq!(
            missing(&[(0, 20, total), (20, 19, total), (40, 20, total)]),
            Some(vec![39])
        );
        assert_eq!(
            missing(&[
                (0, 20, total),
                (20, 19, total),
                (39, 20, total),
                (40, 20, total)
            ]),
            None
        );
        assert_eq!(
            missing(&[(0, 20, total), (20, 0, total)]),
            None,
            "an empty page ends the list"
        );
    }

    #[test]
    fn a_list_without_a_total_is_read_until_a_page_is_not_full() {
        assert_eq!(missing(&[(0, 20, None)]), Some(vec![20]));
        assert_eq!(missing(&[(0, 20, None), (20, 3, None)]), None);
    }

    #[test]
    fn behind_a_full_last_page_is_looked_where_wechat_counts_more() {
        let behind = |shape: &[(u64, u64, Option<u64>)], counted| {
            pages(shape).behind(counted).map(Iterator::collect)
        };
        let full = [(0, 20, Some(20))];
        assert_eq!(behind(&full, Some(21)), Some(vec![20]));
        let none: Option<Vec<u64>> = None;
        assert_eq!(behind(&full, Some(20)), none);
        assert_eq!(behind(&full, None), Some(vec![20]), "nobody counted");
        assert_eq!(behind(&[(0, 19, Some(19))], None), none);
        assert_eq!(behind(&[(0, 19, Some(19))], Some(21)), none);
        assert_eq!(
            behind(&[(0, 20, Some(20)), (20, 1, Some(20))], Some(25)),
            none
        );
    }

    #[test]
    fn an_empty_page_or_a_refusal_for_good_is_the_end() {
        let refused = |errcode| {
            let refusal = Refusal::new(errcode, "no", Api::BatchgetMaterial);
            wechat::Error::new("material/batchget_material", ErrorKind::Refused(refusal))
        };
        assert!(is_end(Ok(0)), "whatever total it tells, or none");
        assert!(!is_end(Ok(1)));
        for errcode in [INVALID_OFFSET, 40007, 45165, 48001, 99_999] {
            assert!(is_end(Err(&refused(errcode))), "{errcode}");
        }
        for errcode in [45009, -1] {
            assert!(!is_end(Err(&refused(errcode))), "{errcode}");
        }
    }

    #[test]
    fn a_page_behind_the_end_that_repeats_the_list_is_the_last_one() {
        let page = |shape| pages(&[shape]).0.pop_first().unwrap().1;
        let listed = pages(&[(0, 20, Some(20))]);
        assert!(listed.learn_from(&page((19, 2, Some(20)))));
        assert!(!listed.learn_from(&page((0, 20, Some(20)))));
    }

    #[test]
    fn a_total_beyond_reason_costs_no_memory() {
        let offsets = pages(&[(0, 20, Some(u64::MAX))]);
        assert_eq!(
            offsets.missing().unwrap().take(2).collect::<Vec<_>>(),
            [20, 40]
        );
    }

    fn numbers(first: u64, last: u64) -> Numbers {
        Numbers {
            total_first: Some(first),
            total_last: Some(last),
            ..Numbers::default()
        }
    }

    #[test]
    fn a_list_holds_still_when_it_agrees_with_its_total_or_with_the_pass_before() {
        let whole = || pages(&[(0, 5, Some(5))]);
        assert!(holds_still(&[whole()], &numbers(5, 5)));
        assert!(!holds_still(&[whole()], &numbers(5, 6)));
        assert!(holds_still(&[whole(), whole()], &numbers(6, 5)));
        assert!(
            !holds_still(&[whole(), whole()], &numbers(6, 6)),
            "it speaks of one more"
        );
        assert!(!holds_still(
            &[pages(&[(0, 4, Some(5))]), whole()],
            &numbers(6, 6)
        ));
    }

    #[test]
    fn what_only_an_earlier_pass_listed_has_vanished() {
        let both = vec![pages(&[(0, 3, Some(3))]), pages(&[(1, 3, Some(3))])];
        let end = ListEnd::Done {
            at: Timestamp::UNIX_EPOCH,
            stable: true,
        };
        let catalog = catalog(Section::Image, both, Numbers::default(), end);
        let ids = |items: &[Listed]| -> Vec<String> {
            items.iter().map(|item| item.id.to_string()).collect()
        };
        assert_eq!(ids(&catalog.listed), ["id1", "id2", "id3"]);
        assert_eq!(ids(&catalog.vanished), ["id0"]);
    }
}
