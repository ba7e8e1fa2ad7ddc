//! What becomes of an archive that a disk, a cable or a hand has damaged.
//!
//! Every kind of damage in every kind of place, and then each command: the
//! snapshot says how it ends and how many files come back. For `restore` the
//! test itself proves the rest: what is whole in the archive comes back as it
//! was, nothing else comes back under its name, and what does not come back is
//! told by name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use rayon::prelude::*;
use wechat_sim::Sim;
use wxbackup::model::layout;

use crate::browse::Browsing;
use crate::forge::Forge;
use crate::golden::golden;
use crate::hostile_archives::{Honest, Place, difference, run};
use crate::run::Run;

/// What is done to a run of bytes.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// One bit in the middle.
    Flip,
    /// The file ends in the middle.
    Cut,
    /// The block of 4 KiB of the file in which the middle lies.
    Zero,
    Delete,
    /// With the bytes of the entry before it, or of the last one.
    Swap,
    Duplicate,
}

const ACTIONS: [Action; 6] = [
    Action::Flip,
    Action::Cut,
    Action::Zero,
    Action::Delete,
    Action::Swap,
    Action::Duplicate,
];

impl Action {
    fn on(self, good: &[u8], place: &Range<usize>, other: &Range<usize>) -> Vec<u8> {
        let mut bytes = good.to_vec();
        let middle = usize::midpoint(place.start, place.end);
        match self {
            Self::Flip => bytes[middle] ^= 0x10,
            Self::Cut => bytes.truncate(middle),
            Self::Zero => {
                let block = middle / 4096 * 4096;
                let end = good.len().min(block + 4096);
                bytes[block..end].fill(0);
            }
            Self::Delete => drop(bytes.drain(place.clone())),
            Self::Swap => {
                let (first, second) = if place.start < other.start {
                    (place, other)
                } else {
                    (other, place)
                };
                bytes = [
                    &good[..first.start],
                    &good[second.clone()],
                    &good[first.end..second.start],
                    &good[first.clone()],
                    &good[second.end..],
                ]
                .concat();
            }
            Self::Duplicate => {
                let copy = good[place.clone()].to_vec();
                bytes.splice(place.end..place.end, copy);
            }
        }
        bytes
    }
}

/// An entry: its header and its bytes, as places in the file.
struct Spot {
    name: String,
    start: usize,
    data: Range<usize>,
}

fn spots(good: &Forge) -> Vec<Spot> {
    let base = good.base() + "/";
    let mut at = 0;
    let spots = good.entries.iter().map(|piece| {
        let start = at;
        let data = start + piece.local.len()..start + piece.local.len() + piece.body.len();
        at = data.end;
        let name = piece.name().strip_prefix(&base).unwrap().to_owned();
        Spot { name, start, data }
    });
    spots.collect()
}

/// One place of each kind, by its name.
fn places(good: &[u8], spots: &[Spot]) -> Vec<(String, Range<usize>)> {
    let first = |prefix: &str, suffix: &str| {
        let is_it = |spot: &&Spot| spot.name.starts_with(prefix) && spot.name.ends_with(suffix);
        spots.iter().find(is_it).unwrap()
    };
    let mut places: Vec<(String, Range<usize>)> = [
        ("", layout::BAGIT),
        ("", layout::README),
        ("", layout::BAG_INFO),
        ("", layout::TAGMANIFEST),
        ("", layout::SIGNATURE),
        ("", layout::MANIFEST),
        ("", layout::ARCHIVE),
        ("", layout::CALLS),
        ("", layout::CHANGES),
        ("", layout::COMPLETENESS),
        ("", layout::GAPS),
        ("", layout::PROVENANCE),
        ("data/items/", "article.jsonl"),
        ("data/items/", "asset.jsonl"),
        ("data/items/", "image.jsonl"),
        ("data/items/", "video.jsonl"),
        ("data/items/", "voice.jsonl"),
        ("data/articles/", "raw.json"),
        ("data/articles/", "meta.json"),
        ("data/articles/", "01/index.html"),
        ("", layout::INDEX),
        ("data/view/", "images-0001.html"),
        ("data/view/", "style.css"),
        ("data/view/", "titles-0001.js"),
        ("data/view/", "view.js"),
        ("data/blobs/", ".amr"),
        ("data/blobs/", ".mp4"),
        ("data/blobs/", ".png"),
        ("", layout::SPEC),
        ("spec/schemas/", ".json"),
    ]
    .map(|(prefix, suffix)| {
        (
            format!("{prefix}…{suffix}"),
            first(prefix, suffix).data.clone(),
        )
    })
    .to_vec();
    let last = spots.last().unwrap();
    let (blob, end) = (first("data/blobs/", ".mp4"), good.len() - 22);
    places.push(("the last blob".to_owned(), last.data.clone()));
    places.push(("a local header".to_owned(), blob.start..blob.data.start));
    places.push(("the directory".to_owned(), last.data.end..end));
    places.push(("the end record".to_owned(), end..good.len()));
    places
}

/// The entries that stand in the file as they were, wherever they are now.
fn whole<'a>(good: &[u8], damaged: &[u8], spots: &'a [Spot], shifts: &[isize]) -> Vec<&'a str> {
    let is_whole = |spot: &&Spot| {
        let entry = &good[spot.start..spot.data.end];
        shifts.iter().any(|shift| {
            let start = spot.start.checked_add_signed(*shift);
            start.and_then(|start| damaged.get(start..start + entry.len())) == Some(entry)
        })
    };
    let whole = spots.iter().filter(is_whole);
    whole.map(|spot| spot.name.as_str()).collect()
}

fn restored(place: &Place, layout: &str) -> (i32, BTreeMap<String, Vec<u8>>, String) {
    let args = ["restore", "--json", "--layout", layout, "--to"];
    let (code, said) = run(&Run::new()
        .args(args)
        .args([place.to(), place.archive.clone()]));
    (code, place.taken(), said)
}

struct Bench {
    good: Vec<u8>,
    spots: Vec<Spot>,
    honest: Honest,
    sim: Sim,
}

impl Bench {
    fn row(&self, name: &str, range: &Range<usize>, action: Action) -> String {
        let here = self.spots.iter().position(|spot| spot.data == *range);
        let other = match here {
            Some(0) | None => self.spots.last().unwrap(),
            Some(here) => &self.spots[here - 1],
        };
        let damaged = action.on(&self.good, range, &other.data);
        let what = format!("{name}, {action:?}");
        let signed = |length: usize| isize::try_from(length).unwrap();
        let grown = signed(damaged.len()) - signed(self.good.len());
        let swapped = signed(range.len()) - signed(other.data.len());
        let shifts = [0, grown, swapped, -swapped];
        let whole = whole(&self.good, &damaged, &self.spots, &shifts);
        let place = Place::new(&damaged);
        let archive = [&place.archive];

        let (verified, _) = run(&Run::new().args(["verify", "-q"]).args(archive));
        let is_same = damaged == self.good;
        assert_eq!(verified, if is_same { 0 } else { 6 }, "{what}");
        let (listed, said) = run(&Run::new().args(["list", "--json"]).args(archive));
        let mut cells = vec![
            format!("{verified}"),
            format!(
                "{listed} {}",
                said.matches("\"message_type\":\"item\"").count()
            ),
        ];

        let (code, human, _) = restored(&place, "human");
        cells.push(format!("{code}{}", difference(&human, &self.honest.human)));
        let is_complete = self
            .honest
            .human
            .keys()
            .all(|name| human.contains_key(name));
        assert!(
            code == 6 || is_complete,
            "{what}: files are lost and not told"
        );
        for (name, body) in &human {
            let is_page = [".html", ".js"].iter().any(|end| name.ends_with(end));
            let is_known = self.honest.human.values().any(|honest| honest == body);
            assert!(
                is_page || is_known,
                "{what}: {name} came back with other bytes"
            );
        }

        let (code, bag, said) = restored(&place, "bag");
        cells.push(format!("{code}{}", difference(&bag, &self.honest.bag)));
        for (name, body) in &bag {
            let is_true = self.honest.bag.get(name) == Some(body);
            assert!(is_true, "{what}: {name} came back with other bytes");
        }
        let base = self.honest.base();
        for name in whole {
            let is_back = bag.contains_key(&format!("{base}/{name}"));
            assert!(
                is_back,
                "{what}: {name} is whole and did not come back\n{said}"
            );
        }
        for name in self
            .honest
            .bag
            .keys()
            .filter(|name| !bag.contains_key(*name))
        {
            let path = name.split_once('/').unwrap().1;
            // Who lists it may be lost too; then only the damage itself is told.
            let lists = [layout::MANIFEST, layout::TAGMANIFEST];
            let is_listed = lists
                .iter()
                .all(|list| bag.contains_key(&format!("{base}/{list}")));
            let is_itself = [layout::TAGMANIFEST, layout::SIGNATURE].contains(&path);
            let is_told = said.contains(path) || !is_listed || is_itself;
            assert!(
                code == 6 && is_told,
                "{what}: {path} is lost and not told\n{said}"
            );
        }

        let args = ["extract", "-q", "--format", "text", "--to"];
        let extract = Run::new()
            .args(args)
            .args([place.to(), place.archive.clone()]);
        let (code, _) = run(&extract);
        cells.push(format!("{code} {}", place.taken().len()));
        if matches!(action, Action::Flip | Action::Delete) {
            cells.extend(self.shown_and_built_on(&place, &what));
        }
        let mut row = format!("{what:44}");
        for cell in cells {
            write!(row, " {cell:13}").unwrap();
        }
        row.trim_end().to_owned()
    }

    /// How many pages `browse` shows, and whether an export builds on it.
    fn shown_and_built_on(&self, place: &Place, what: &str) -> [String; 2] {
        let shown = match Browsing::try_of(&place.archive) {
            Ok(browsing) => browsing.shown(&self.honest.pages).to_string(),
            Err(code) => format!("ends with {code}"),
        };
        std::fs::create_dir(place.to()).unwrap();
        let export = Run::against(&self.sim).args(["export", "--sections", "image", "-q", "-o"]);
        let export = export
            .args([place.to()])
            .args(["--base"])
            .args([&place.archive]);
        let output = export.command().output().unwrap();
        let code = output.status.code().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!([0, 3].contains(&code), "{what}: {said}");
        let is_refused = said.contains("cannot be built on");
        let built = if is_refused { "refused" } else { "built on" };
        // Whatever was built on: what is written is sound.
        let written = String::from_utf8(output.stdout).unwrap();
        Run::new()
            .args(["verify", "-q", written.trim_end()])
            .succeeds();
        drop(place.taken());
        [shown, built.to_owned()]
    }
}

#[test]
fn whatever_is_whole_comes_back_and_whatever_is_not_is_told() {
    let good = std::fs::read(golden()).unwrap();
    let spots = spots(&Forge::of(&good));
    let bench = Bench {
        honest: Honest::new(),
        // The account that the golden archive is of, little of it.
        sim: Sim::builder().seed(2).images(1).start(),
        spots,
        good,
    };
    let places = places(&bench.good, &bench.spots);
    let pairs: Vec<(&(String, Range<usize>), Action)> = places
        .iter()
        .flat_map(|place| ACTIONS.map(|action| (place, action)))
        .collect();
    let rows: Vec<String> = pairs
        .par_iter()
        .map(|((name, range), action)| bench.row(name, range, *action))
        .collect();
    let mut head = format!("{:44}", "");
    for cell in [
        "verify", "list", "human", "bag", "extract", "browse", "base",
    ] {
        write!(head, " {cell:13}").unwrap();
    }
    insta::assert_snapshot!(
        "damage",
        format!("{}\n{}", head.trim_end(), rows.join("\n"))
    );
}
