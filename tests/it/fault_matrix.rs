//! Every fault that the simulated WeChat can make, at every place that an export
//! asks: once, always, and now and then. A run ends complete, or with exactly the
//! gaps that the fault makes, or with the exit code that says who must act; never
//! with a hole that nobody told of, and never not at all.
//!
//! The tables `fault_matrix/*.txt` say how each ends: the exit code, and how many
//! gaps of which kind and reason an archive then has.
//!
//! `WXBACKUP_FAULT_SEEDS=200` lets each fault strike at random that often instead
//! of a few times, and tries every cell of the tables instead of some.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use wechat_sim::{Fault, IpForm, Media, Posting, Quirk, Sim, Target};
use wxbackup::export::{Error, Outcome};
use wxbackup::model::RunStatus;
use wxbackup::wechat::Class;

use crate::quick;
use crate::quick::assert_sound;
use crate::run::Run;
use crate::saved::{Saved, archives, truth};

/// A run that has not ended by then hangs: the slowest takes a few seconds.
const LIMIT: Duration = Duration::from_secs(60);

/// How long a server may be silent here.
const SILENCE: Duration = Duration::from_millis(400);

/// How often each fault strikes at random.
const SEEDS: u64 = 2;

const SECTIONS: [&str; 6] = ["image", "voice", "video", "news", "draft", "published"];

/// Somewhere that an export asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Token,
    /// How much there is.
    Count,
    /// How many calls are left.
    Quota,
    List(&'static str),
    /// Voices, videos, and pictures without an address.
    Material,
    /// The text of an article that a list left out.
    Text,
    /// A picture of the library by its address.
    Picture,
    VideoFile,
    /// A file that an article names.
    Asset,
}

impl Place {
    const ALL: [Self; 14] = [
        Self::Token,
        Self::Count,
        Self::Quota,
        Self::List("image"),
        Self::List("voice"),
        Self::List("video"),
        Self::List("news"),
        Self::List("draft"),
        Self::List("published"),
        Self::Material,
        Self::Text,
        Self::Picture,
        Self::VideoFile,
        Self::Asset,
    ];

    fn name(self) -> String {
        match self {
            Self::List(section) => format!("list {section}"),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    fn is_by_address(self) -> bool {
        matches!(self, Self::Picture | Self::VideoFile | Self::Asset)
    }

    /// The calls there, the first asked first.
    fn targets(self, sim: &Sim) -> Vec<Target> {
        match self {
            Self::Token => vec![Target::token()],
            Self::Count => vec![
                Target::path("/cgi-bin/material/get_materialcount"),
                Target::path("/cgi-bin/draft/count"),
            ],
            Self::Quota => vec![Target::path("/cgi-bin/openapi/quota/get")],
            Self::List(section) => vec![Target::list(section)],
            Self::Material => vec![Target::path("/cgi-bin/material/get_material")],
            Self::Text => vec![Target::path("/cgi-bin/freepublish/getarticle")],
            Self::Picture => {
                let account = sim.account();
                let urls: BTreeSet<&str> = account.images().map(|it| &*it.url).collect();
                let urls = urls.into_iter().filter(|url| !url.is_empty());
                urls.map(Target::path).collect()
            }
            Self::VideoFile => vec![Target::video_host()],
            Self::Asset => {
                let families: BTreeSet<String> = assets(sim)
                    .iter()
                    .map(|(_, url, _)| format!("/{}", family_of(url)))
                    .collect();
                families.iter().map(|path| Target::under(path)).collect()
            }
        }
    }
}

/// Host and size of an address left out: what tells a picture from others.
fn family_of(url: &str) -> String {
    let (_, rest) = url.split_once("//").unwrap();
    let (_, path) = rest.split_once('/').unwrap();
    let path = path.split('?').next().unwrap();
    let is_size = |last: &str| last.parse::<u32>().is_ok();
    match path.rsplit_once('/') {
        Some((family, last)) if is_size(last) => family.to_owned(),
        _ => path.to_owned(),
    }
}

/// What a fault means for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// Nothing: the answer is whole.
    Nothing,
    /// Another try may get it.
    Passing,
    /// The token is dead; another one may be had.
    Token,
    /// It will not come.
    Refused,
    /// Not today.
    Quota,
    /// A person must act.
    Person,
    /// The list does not say what it should.
    Lie,
    /// The bytes are others, and nothing shows it.
    OtherBytes,
}

/// Every fault, by a name, with what it means for API calls and for files.
fn faults() -> Vec<(&'static str, Fault, Means)> {
    use Means::{Lie, Nothing, OtherBytes, Passing, Person, Quota, Refused, Token};
    let body = |text: &str| Fault::Body(text.as_bytes().to_vec());
    let slow = Fault::Slow {
        chunk_bytes: 1000,
        pause: Duration::from_micros(100),
    };
    let away = Fault::Redirect("http://169.254.169.254/latest".to_owned());
    let field = |name: &str| Fault::MissingField(name.to_owned());
    vec![
        ("500", Fault::Status(500), Passing),
        ("429", Fault::Status(429), Quota),
        ("403", Fault::Status(403), Refused),
        ("404", Fault::Status(404), Refused),
        ("reset", Fault::Reset, Passing),
        ("reset after 9", Fault::ResetAfter(9), Passing),
        ("cut", Fault::Cut, Passing),
        ("cut after 1", Fault::CutAfter(1), Passing),
        ("no answer", Fault::NoAnswer, Passing),
        ("silence after 9", Fault::SilenceAfter(9), Passing),
        ("slow", slow, Nothing),
        ("too short", Fault::WrongLength(7), Passing),
        ("too long", Fault::WrongLength(-7), OtherBytes),
        ("chunked", Fault::Chunked, Nothing),
        ("redirect away", away, Refused),
        ("moved", Fault::Moved, Refused),
        ("redirect loop", Fault::RedirectLoop, Refused),
        ("html", Fault::Html, Refused),
        ("empty", Fault::Empty, Passing),
        ("placeholder", Fault::Placeholder, OtherBytes),
        ("half json", body("{\"item\":[{\"media_id\":"), OtherBytes),
        ("garbage", body("\u{1}\u{2}no media"), OtherBytes),
        ("-1", Fault::Errcode(-1), Passing),
        ("45011", Fault::Errcode(45011), Quota),
        ("45009", Fault::Errcode(45009), Quota),
        ("45009.0", Fault::FloatErrcode(45009), Quota),
        ("40007", Fault::Errcode(40007), Refused),
        ("48001", Fault::Errcode(48001), Refused),
        ("unknown code", Fault::Errcode(98765), Refused),
        ("89503", Fault::Errcode(89503), Person),
        ("50002", Fault::Errcode(50002), Person),
        ("40164 rid", Fault::IpRefused(IpForm::Rid), Person),
        ("40164 hints", Fault::IpRefused(IpForm::Hints), Person),
        ("done but -1", Fault::DoneButErrcode(-1), Passing),
        ("token revoked", Fault::TokenRevoked, Token),
        (
            "token revoked in secret",
            Fault::TokenRevokedInSecret,
            Token,
        ),
        ("token expired", Fault::TokenExpired, Token),
        ("control bytes", Fault::ControlBytes, Nothing),
        ("broken utf-8", Fault::BrokenUtf8, Nothing),
        ("bom", Fault::Bom, Nothing),
        ("no item", field("item"), Lie),
        ("no total", field("total_count"), Nothing),
        ("no id", field("media_id"), Lie),
        ("numbers as text", Fault::StringNumbers, Nothing),
        ("one more in total", Fault::TotalDrift(1), Lie),
        ("one less in total", Fault::TotalDrift(-1), Lie),
        ("repeated item", Fault::RepeatedItem, Lie),
        ("huge page", Fault::HugePage(300_000), Nothing),
        (
            "old date",
            Fault::Date("Thu, 01 Jan 1970 00:00:00 GMT".to_owned()),
            Nothing,
        ),
        ("past end refused", Fault::PastEndRefused, Nothing),
    ]
}

/// Whether a fault can be made there.
fn strikes(fault: &Fault, place: Place) -> bool {
    match fault {
        Fault::ControlBytes
        | Fault::BrokenUtf8
        | Fault::Bom
        | Fault::StringNumbers
        | Fault::HugePage(_)
        | Fault::DoneButErrcode(_)
        | Fault::IpRefused(_) => !place.is_by_address(),
        Fault::TokenRevoked | Fault::TokenRevokedInSecret | Fault::TokenExpired => {
            !place.is_by_address() && place != Place::Token
        }
        // Publications have another id.
        Fault::MissingField(name) if place == Place::List("published") => name != "media_id",
        Fault::MissingField(_)
        | Fault::TotalDrift(_)
        | Fault::RepeatedItem
        | Fault::PastEndRefused => matches!(place, Place::List(_)),
        _ => true,
    }
}

fn is_silent(fault: &Fault) -> bool {
    matches!(fault, Fault::NoAnswer | Fault::SilenceAfter(_))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rhythm {
    Once,
    Always,
    Random,
}

/// How a run ended: its exit code, and the gaps of what it sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    code: u8,
    /// Kind and reason, how often.
    gaps: BTreeMap<(String, String), usize>,
}

impl End {
    fn shown(&self) -> String {
        let gaps = self.gaps.iter();
        let gaps = gaps.map(|((kind, reason), count)| format!(" {count} {kind} {reason}"));
        format!("{}{}", self.code, gaps.collect::<Vec<_>>().join(","))
    }
}

/// Something of every kind; two pages of pictures where a list is to be met, and
/// so many calls that the quota is asked for where that is.
fn account(seed: u64, place: Option<Place>) -> Sim {
    let images = if place == Some(Place::List("image")) {
        21
    } else {
        4
    };
    let voices = if place == Some(Place::Quota) { 52 } else { 2 };
    let sim = Sim::builder()
        .seed(seed)
        .images(images)
        .voices(voices)
        .videos(2)
        .news(1)
        .drafts(1)
        .published(1)
        // So that the text of an article is asked for alone.
        .with(Quirk::NoContentUnasked)
        .start();
    // One picture an article will do.
    let postings: Vec<(String, usize)> = {
        let account = sim.account();
        let all = account
            .news()
            .chain(account.drafts())
            .chain(account.published());
        all.map(|it| (it.id.clone(), it.articles.len())).collect()
    };
    for (id, count) in postings {
        for at in 0..count {
            sim.account().change_article(&id, at, |article| {
                article.assets.retain(|asset| asset.url.contains("/mmbiz"));
                article.assets.truncate(1);
                article.thumb_url.clear();
                article.thumb_media_id.clear();
                let urls = article.assets.iter();
                let pictures = urls.map(|it| format!("<img data-src=\"{}\">", it.url));
                article.content = format!("<p>文</p>{}", pictures.collect::<String>());
            });
        }
    }
    sim
}

/// What articles name: section, address, digest, the posting's id in front.
fn assets(sim: &Sim) -> Vec<(String, String, String)> {
    let truth = sim.truth();
    let of_articles = truth
        .into_iter()
        .filter(|it| matches!(it.section, "news" | "draft" | "published"));
    of_articles
        .map(|it| (it.id, it.url, it.media.source().sha256()))
        .collect()
}

fn export(sim: &Sim, folder: &Path, is_silent: bool) -> Result<Outcome, Error> {
    quick::export_within(LIMIT, sim, folder, |options| {
        options.client.pace.tries_max = 3;
        if is_silent {
            options.client.silence_max = SILENCE;
        }
    })
}

/// The exit code that the program has for this end (it is asked itself below).
fn code_of(result: &Result<Outcome, Error>) -> u8 {
    match result {
        Ok(Outcome::Sealed(sealed)) => match sealed.completeness.status {
            RunStatus::Complete => 0,
            _ => 3,
        },
        Ok(Outcome::Unfinished(_)) => 5,
        Err(Error::Call { source, .. }) => match source.class() {
            Class::Account | Class::NoPermission | Class::Token => 4,
            Class::Quota | Class::RateLimited => 5,
            _ => 1,
        },
        Err(error) => panic!("no fault of a server ends so: {error:?}"),
    }
}

/// Everything that the account has and the archive neither has nor misses aloud.
fn holes(sim: &Sim, saved: &Saved, bytes_are_true: bool, texts_are_true: bool) -> Vec<String> {
    let gaps = saved.gaps();
    let is_gap = |kind: &str, id: &str| {
        let mut gaps = gaps.iter();
        gaps.any(|(of, gap, _)| of == kind && gap == id)
    };
    let blobs = saved.blobs();
    let assets_there = saved.items("asset").into_iter();
    let assets_there = assets_there.filter(|record| record["status"] == "stored");
    let stored_assets: Vec<String> = assets_there
        .map(|record| record["key"].as_str().unwrap().to_owned())
        .collect();
    let mut holes = Vec::new();
    let records: BTreeMap<(String, String), Value> = ["image", "voice", "video", "article"]
        .into_iter()
        .flat_map(|kind| saved.items(kind))
        .map(|record| {
            let section = record["source"].as_str().or(record["kind"].as_str());
            let id = record["media_id"].as_str().or(record["id"].as_str());
            (
                (section.unwrap().to_owned(), id.unwrap().to_owned()),
                record,
            )
        })
        .collect();
    let mut check = |section: &str, kind: &str, id: &str, has_all: &dyn Fn(&Value) -> bool| {
        let is_there = match records.get(&(section.to_owned(), id.to_owned())) {
            Some(record) if record["status"] == "stored" => has_all(record),
            Some(record) => record["status"] == "missing" && is_gap(kind, id),
            None => is_gap("section", section),
        };
        if !is_there {
            holes.push(format!("{section} {id}"));
        }
    };
    let account = sim.account();
    let images = account
        .images()
        .map(|it| ("image", it.media_id.clone(), it.media()));
    let voices = account
        .voices()
        .map(|it| ("voice", it.media_id.clone(), it.media()));
    let videos = account
        .videos()
        .map(|it| ("video", it.media_id.clone(), it.media()));
    let media: Vec<(&str, String, Media)> = images.chain(voices).chain(videos).collect();
    let postings: Vec<(&str, Posting)> = account
        .news()
        .map(|it| ("news", it.clone()))
        .chain(account.drafts().map(|it| ("draft", it.clone())))
        .chain(account.published().map(|it| ("published", it.clone())))
        .collect();
    drop(account);
    for (section, id, media) in media {
        let digest = media.source().sha256();
        check(section, section, &id, &|record| {
            let stored = record["sha256"].as_str().unwrap();
            blobs.contains(stored) && (stored == digest || !bytes_are_true)
        });
    }
    for (section, posting) in &postings {
        check(section, "article", &posting.id, &|record| {
            let told = record["articles"].as_array().unwrap();
            let folder = record["raw_path"]
                .as_str()
                .map(|raw| raw.rsplit_once('/').unwrap().0);
            let has_text = |at: usize| {
                let page = format!("{}/{:02}/index.html", folder.unwrap(), at + 1);
                String::from_utf8_lossy(&saved.entries[&page]).contains("<p>文</p>")
            };
            let articles = posting.articles.iter().enumerate();
            told.len() == posting.articles.len()
                && (!texts_are_true
                    || articles
                        .zip(told)
                        .all(|((at, is), told)| told["title"] == is.title && has_text(at)))
        });
    }
    for (id, url, digest) in assets(sim) {
        let owner = postings
            .iter()
            .find(|(_, posting)| posting.id == id)
            .unwrap();
        let has_text = records
            .get(&(owner.0.to_owned(), id.clone()))
            .is_some_and(|record| record["status"] == "stored");
        let is_told = gaps
            .iter()
            .any(|(kind, gap, _)| kind == "asset" && url.contains(&**gap));
        // Where the whole picture is refused, the one that readers saw is kept.
        let is_smaller = stored_assets.iter().any(|key| url.contains(&**key)) && !bytes_are_true;
        if has_text && !blobs.contains(&digest) && !is_told && !is_smaller {
            holes.push(format!("{} {id} {url}", owner.0));
        }
    }
    holes
}

/// One run with a fault, and what must hold of its end whatever the fault was.
/// `place` is where it strikes; `None` for everywhere.
fn try_out(sim: &Sim, fault: &Fault, means: Means, place: Option<Place>, about: &str) -> End {
    let is_asset = place.is_none_or(|place| place == Place::Asset);
    let folder = tempfile::tempdir().unwrap();
    let result = export(sim, folder.path(), is_silent(fault));
    sim.release_silence();
    let code = code_of(&result);
    let mut end = End {
        code,
        gaps: BTreeMap::new(),
    };
    let Ok(Outcome::Sealed(sealed)) = &result else {
        assert!(archives(folder.path()).is_empty(), "{about}");
        assert_whole_without_faults(sim, folder.path(), means, about);
        return end;
    };
    assert_sound(&sealed.archive);
    let saved = Saved::only_one_in(folder.path());
    for (kind, _, reason) in saved.gaps() {
        *end.gaps.entry((kind, reason)).or_default() += 1;
    }
    let mut lying: Vec<&str> = Vec::new();
    if means == Means::Lie && code == 3 {
        // What a list does not show has no name; that it shows less is said.
        match place {
            Some(Place::List(section)) => lying.push(section),
            _ => lying.extend(SECTIONS),
        }
        let proof = saved.document("run/completeness.json");
        let is_told = |section: &&str| {
            let entry = &proof["sections"][*section];
            entry["stable"] != true
                || entry["not_listable"] != 0
                || saved.gaps().iter().any(|gap| gap.1 == **section)
        };
        assert!(lying.iter().any(is_told), "{about}: {}", proof["sections"]);
    }
    let is_smaller = is_asset && matches!(means, Means::Refused | Means::Quota | Means::Person);
    let spoils_texts = matches!(fault, Fault::ControlBytes | Fault::BrokenUtf8);
    let bytes_are_true = means != Means::OtherBytes && !is_smaller;
    let texts_are_true = means != Means::OtherBytes && !spoils_texts;
    let mut holes = holes(sim, &saved, bytes_are_true, texts_are_true);
    holes.retain(|hole| !lying.iter().any(|section| hole.starts_with(section)));
    assert_eq!(holes, [] as [String; 0], "{about}: {}", end.shown());
    if code == 0 {
        assert_eq!(saved.gaps(), [], "{about}");
    } else if means == Means::Passing {
        assert!(!end.gaps.is_empty(), "{about}");
        assert_whole_without_faults(sim, folder.path(), means, about);
    } else {
        assert!(!end.gaps.is_empty() || means == Means::Lie, "{about}");
    }
    end
}

/// The next night, with nothing in its way, has all; of what was refused for good
/// it may still say so.
fn assert_whole_without_faults(sim: &Sim, folder: &Path, means: Means, about: &str) {
    sim.clear_faults();
    // A token is given out by force once in half a minute.
    sim.advance(Duration::from_secs(60));
    let outcome = export(sim, folder, false);
    assert!(
        matches!(&outcome, Ok(Outcome::Sealed(_))),
        "{about}: {outcome:?}"
    );
    let newest = archives(folder).pop().unwrap();
    assert_sound(&newest);
    let saved = Saved::at(&newest);
    if means == Means::Refused {
        assert_eq!(
            holes(sim, &saved, false, true),
            [] as [String; 0],
            "{about}"
        );
        return;
    }
    assert_eq!(saved.gaps(), [], "{about}");
    // Of a picture whose whole size was refused a smaller one is kept.
    if matches!(means, Means::Quota | Means::Person) {
        assert_eq!(
            holes(sim, &saved, false, true),
            [] as [String; 0],
            "{about}"
        );
    } else if means != Means::OtherBytes {
        assert!(truth(sim).is_subset(&saved.blobs()), "{about}");
    }
}

/// Runs each of `cells` once, some side by side; what they come to in their order.
pub(crate) fn each<T: Sync, R: Send>(
    side_by_side: usize,
    cells: &[T],
    run: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..side_by_side {
            scope.spawn(|| {
                while let Some((at, cell)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    cells.get(at).map(|cell| (at, cell))
                } {
                    let answer = run(cell);
                    done.lock().unwrap().push((at, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

type Cell = (&'static str, Fault, Means, Place, Rhythm);

fn cells(rhythm: Rhythm, is_wanted: impl Fn(&Fault) -> bool) -> Vec<Cell> {
    let faults = faults()
        .into_iter()
        .filter(|(_, fault, _)| is_wanted(fault));
    faults
        .flat_map(|(name, fault, means)| {
            let places = Place::ALL
                .into_iter()
                .filter(|place| strikes(&fault, *place));
            let places: Vec<Place> = places.collect();
            places
                .into_iter()
                .map(move |place| (name, fault.clone(), means, place, rhythm))
        })
        .collect()
}

fn shown_end_of(cell: &Cell) -> String {
    let run = std::panic::AssertUnwindSafe(|| end_of(cell).shown());
    std::panic::catch_unwind(run).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        format!("FAILED {}", text.unwrap_or_default()).replace('\n', " ")
    })
}

fn end_of((name, fault, means, place, rhythm): &Cell) -> End {
    let sim = account(9, Some(*place));
    for (at, target) in (0..).zip(place.targets(&sim)) {
        match rhythm {
            Rhythm::Once if at > 0 => break,
            Rhythm::Once => sim.fault(fault.clone(), target.at(1)),
            Rhythm::Always => sim.fault(fault.clone(), target),
            Rhythm::Random => unreachable!("it strikes everywhere at once"),
        }
    }
    let about = format!("{name} {rhythm:?} at {}", place.name());
    let end = try_out(&sim, fault, *means, Some(*place), &about);
    let struck = sim.count_where(|call| !call.faults.is_empty());
    assert!(struck > 0, "{about}: it was never met");
    end
}

/// Each fault with the ends that it has, and where.
fn table(cells: &[Cell], ends: &[String]) -> String {
    let mut rows: Vec<(&str, BTreeMap<String, Vec<String>>)> = Vec::new();
    for ((name, _, _, place, _), end) in cells.iter().zip(ends) {
        if rows.last().is_none_or(|(last, _)| last != name) {
            rows.push((name, BTreeMap::new()));
        }
        let (_, row) = rows.last_mut().unwrap();
        row.entry(end.clone()).or_default().push(place.name());
    }
    let mut table = String::new();
    for (name, row) in rows {
        for (end, places) in row {
            let places = places.join(", ");
            let all = SECTIONS.map(|section| format!("list {section}")).join(", ");
            let places = places.replace(&all, "lists");
            writeln!(table, "{name}: {end} <- {places}").unwrap();
        }
    }
    table
}

/// The ends of `table`, by fault and place.
fn ends_in(table: &str) -> BTreeMap<(String, String), String> {
    let mut ends = BTreeMap::new();
    for line in table.lines() {
        let (fault, rest) = line.split_once(": ").unwrap();
        let (end, places) = rest.split_once(" <- ").unwrap();
        let all = SECTIONS.map(|section| format!("list {section}")).join(", ");
        for place in places.replace("lists", &all).split(", ") {
            ends.insert((fault.to_owned(), place.to_owned()), end.to_owned());
        }
    }
    ends
}

/// One cell of so many, in a slant over faults and places, so that every place and
/// every fault is among them.
fn sample(all: Vec<Cell>, stride: usize) -> Vec<Cell> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for cell in all {
        match rows.last_mut() {
            Some(row) if row[0].0 == cell.0 => row.push(cell),
            _ => rows.push(vec![cell]),
        }
    }
    let mut sample = Vec::new();
    for (at, row) in rows.into_iter().enumerate() {
        let is_taken = |cell: &Cell| {
            let place = Place::ALL.iter().position(|place| *place == cell.3);
            (at + 2 * place.unwrap()).is_multiple_of(stride)
        };
        let spare = row[at % row.len()].clone();
        let mut taken: Vec<Cell> = row.into_iter().filter(is_taken).collect();
        if taken.is_empty() {
            taken.push(spare);
        }
        sample.extend(taken);
    }
    sample
}

/// Runs every cell of a rhythm, or one of so many, and holds the ends to `table`.
fn hold_to(table: &str, rhythm: Rhythm, stride: usize) {
    let expected = ends_in(table);
    let stride = if std::env::var_os("WXBACKUP_FAULT_SEEDS").is_some() {
        1
    } else {
        stride
    };
    let all = cells(rhythm, |_| true);
    let places = all.len();
    let sample = sample(all, stride);
    let met: BTreeSet<Place> = sample.iter().map(|(.., place, _)| *place).collect();
    assert_eq!(met, BTreeSet::from(Place::ALL), "every place is tried");
    let (silent, loud): (Vec<Cell>, Vec<Cell>) = sample
        .into_iter()
        .partition(|(_, fault, ..)| is_silent(fault));
    // Those that wait for silence take no processor.
    let runs = [(2, loud), (8, silent)];
    let mut wrong = String::new();
    for (side_by_side, cells) in runs {
        let ends = each(side_by_side, &cells, shown_end_of);
        let is_wrong = |((name, _, _, place, _), end): &(&Cell, &String)| {
            expected.get(&((*name).to_owned(), place.name())) != Some(end)
        };
        let (cells, ends): (Vec<Cell>, Vec<String>) = cells
            .iter()
            .zip(&ends)
            .filter(is_wrong)
            .map(|(cell, end)| (cell.clone(), end.clone()))
            .unzip();
        wrong += &self::table(&cells, &ends);
    }
    assert!(wrong.is_empty(), "another end than in the table:\n{wrong}");
    assert_eq!(places, expected.len(), "the table tells of others");
}

#[test]
fn a_fault_that_strikes_once_costs_nothing_or_what_the_table_says() {
    hold_to(include_str!("fault_matrix/once.txt"), Rhythm::Once, 9);
}

#[test]
fn a_fault_that_lasts_ends_the_run_as_the_table_says() {
    hold_to(include_str!("fault_matrix/always.txt"), Rhythm::Always, 7);
}

/// The tables again, by what each fault means: they must not say what no fault of
/// its kind may do.
#[test]
fn the_tables_say_what_the_faults_mean() {
    let tables = [
        (Rhythm::Once, include_str!("fault_matrix/once.txt")),
        (Rhythm::Always, include_str!("fault_matrix/always.txt")),
    ];
    for (rhythm, table) in tables {
        let ends = ends_in(table);
        for (name, _, means, place, _) in cells(rhythm, |_| true) {
            let end = &ends[&(name.to_owned(), place.name())];
            let code: u8 = end.split(' ').next().unwrap().parse().unwrap();
            let about = format!("{name} {rhythm:?} at {}: {end}", place.name());
            assert!(
                may_end_with(means, rhythm, place).contains(&code),
                "{about}"
            );
            assert_eq!(
                code == 3,
                end.contains(' ') || (code == 3 && means == Means::Lie),
                "{about}"
            );
        }
    }
}

/// The exit codes that a fault may have.
#[expect(clippy::match_same_arms, reason = "a line for each kind of fault")]
fn may_end_with(means: Means, rhythm: Rhythm, place: Place) -> &'static [u8] {
    let once = rhythm == Rhythm::Once;
    match (means, place) {
        (Means::Nothing, _) => &[0],
        (Means::Passing | Means::Token, _) if once => &[0],
        (Means::Token, _) => &[0, 4],
        // Good to know, and no more; a picture has another way to come.
        (Means::Passing | Means::Refused | Means::Quota, Place::Count | Place::Quota) => &[0],
        (_, Place::Quota) | (Means::Passing, Place::Picture) => &[0],
        (Means::Passing, Place::Token | Place::List(_)) => &[1],
        (Means::Passing, _) => &[3],
        (Means::Refused, Place::Token) => &[0, 1, 4],
        (Means::Refused, Place::List(_)) => &[0, 1, 3],
        (Means::Refused, Place::Picture) => &[0],
        // Of redirects a download follows some.
        (Means::Refused, place) if once || place.is_by_address() => &[0, 3],
        (Means::Refused, _) => &[3],
        (Means::Quota, Place::Token | Place::List(_) | Place::Material | Place::Text) if once => {
            &[0, 5]
        }
        (Means::Quota, Place::Token | Place::List(_) | Place::Material | Place::Text) => &[5],
        (Means::Quota | Means::Person, place) if place.is_by_address() => &[0, 3, 5],
        (Means::Person, _) => &[4],
        (Means::Quota, _) => &[0, 5],
        (Means::Lie, _) => &[0, 1, 3],
        (Means::OtherBytes, Place::Token | Place::List(_)) if once => &[0],
        (Means::OtherBytes, Place::Token | Place::List(_)) => &[1],
        (Means::OtherBytes, _) => &[0, 3],
    }
}

#[test]
fn faults_that_strike_now_and_then_leave_no_hole() {
    let asked = std::env::var("WXBACKUP_FAULT_SEEDS").ok();
    let seeds = asked.map_or(SEEDS, |seeds| seeds.parse().unwrap());
    let cells: Vec<_> = (1..=seeds)
        .flat_map(|seed| faults().into_iter().map(move |fault| (seed, fault)))
        .collect();
    let unmet: Mutex<BTreeSet<&str>> = Mutex::new(faults().iter().map(|it| it.0).collect());
    let run = |(seed, (name, fault, means)): &(u64, (&'static str, Fault, Means))| {
        let sim = account(*seed, None);
        let mut may_end_with = BTreeSet::from([0]);
        for place in Place::ALL
            .into_iter()
            .filter(|place| strikes(fault, *place))
        {
            may_end_with.extend(self::may_end_with(*means, Rhythm::Random, place));
            for target in place.targets(&sim) {
                sim.fault(fault.clone(), target.chance(0.1));
            }
        }
        let about = format!("{name} at random, seed {seed}");
        let end = try_out(&sim, fault, *means, None, &about);
        assert!(may_end_with.contains(&end.code), "{about}: {}", end.shown());
        if sim.count_where(|call| !call.faults.is_empty()) > 0 {
            unmet.lock().unwrap().remove(name);
        }
        end.code
    };
    let mut ends = each(4, &cells, run);
    // Of what may strike a few calls alone, the first seeds may have met nothing.
    for seed in seeds + 1..seeds + 30 {
        let unmet = unmet.lock().unwrap().clone();
        let again = faults().into_iter().filter(|it| unmet.contains(it.0));
        let again: Vec<_> = again.map(|fault| (seed, fault)).collect();
        ends.extend(each(4, &again, run));
    }
    assert_eq!(*unmet.lock().unwrap(), BTreeSet::new(), "never met");
    let mut told: BTreeMap<u8, usize> = BTreeMap::new();
    for code in ends {
        *told.entry(code).or_default() += 1;
    }
    crate::tell(&format!(
        "{} runs with faults at random; exit codes: {told:?}",
        cells.len()
    ));
}

#[test]
fn the_program_has_the_exit_code_of_the_table() {
    let ends = ends_in(include_str!("fault_matrix/always.txt"));
    // Those that no wait of the program's own stands in the way of.
    let cells = [
        ("slow", Place::Material),
        ("403", Place::Material),
        ("404", Place::List("news")),
        ("40007", Place::List("draft")),
        ("45009", Place::List("published")),
        ("45009", Place::Material),
        ("48001", Place::Token),
        ("48001", Place::List("image")),
        ("89503", Place::Text),
        ("40164 hints", Place::Count),
        ("one less in total", Place::List("voice")),
    ];
    for (name, place) in cells {
        let (_, fault, _) = faults().into_iter().find(|(it, ..)| *it == name).unwrap();
        let end = &ends[&(name.to_owned(), place.name())];
        let sim = account(9, Some(place));
        for target in place.targets(&sim) {
            sim.fault(fault.clone(), target);
        }
        let folder = tempfile::tempdir().unwrap();
        let code = end.split(' ').next().unwrap().parse().unwrap();
        Run::export(&sim, folder.path()).ends_with(code);
    }
}
