//! The journal of a stage: what happened, one line an event, each chained to
//! the one before by a checksum.
//!
//! Power loss may tear the last line and a bad disk any line: reading stops at
//! the first that does not fit, and the file is cut there.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{PackRange, Place};
use crate::error::{PathContext as _, PathError};
use crate::fs;
use crate::model::{
    AppId, AssetKey, Clock, FileKind, Fingerprint, GapReason, Section, Sha256, Timestamp, rfc3339,
};
use crate::record::run::Call;

/// Longest line; the longest that is written is a call with its parameters.
const LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Length of a line's checksum.
const SUM_BYTES: usize = 16;

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ev", content = "data", rename_all = "snake_case")]
pub enum Entry {
    /// A run began, or went on in a new process.
    RunStart(RunStart),
    /// WeChat counted.
    Count(Count),
    /// A call was made.
    Call(Call),
    /// A page of a list came.
    Page(PageListed),
    /// A pass over a list came to its end.
    ListDone(ListDone),
    /// An answer about one item came: a video's description, an article's text.
    Item(StagedItem),
    /// A blob came.
    Blob(Box<Fetched>),
    /// Something cannot be had, and waiting does not mend it.
    Gap(StagedGap),
    /// A blob has a sign of a placeholder, and is about to be asked for again.
    Suspected {
        /// The blob.
        sha256: Sha256,
    },
    /// A suspicious blob was asked for again and stayed the same.
    AskedAgain {
        /// The blob.
        sha256: Sha256,
    },
    /// The archive got its name.
    Published {
        /// That name.
        file_name: String,
    },
}

/// The start of a process that works on a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStart {
    /// The process's own start, as file names carry it.
    pub run_id: String,
    /// Whose library it is.
    pub app_id: AppId,
    /// When the process began.
    pub started_at: Timestamp,
}

/// Counts of a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Before or after the lists.
    pub time: CountTime,
    /// What was counted.
    pub section: Section,
    /// How many.
    pub count: u64,
}

/// When WeChat was asked to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum CountTime {
    Before,
    After,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageListed {
    /// Whose list.
    pub section: Section,
    /// 1 for the first pass.
    pub pass: u32,
    /// As asked.
    pub offset: u64,
    /// How many entries came.
    pub entries: u64,
    /// How many the list says it has.
    pub total: Option<u64>,
    /// The body, as received.
    pub body: PackRange,
    /// What the body must hash to.
    pub sha256: Sha256,
}

/// The end of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDone {
    /// Whose list.
    pub section: Section,
    /// 1 for the first pass.
    pub pass: u32,
    /// When its last page came.
    pub at: Timestamp,
}

/// An answer about one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedItem {
    /// What was asked for: `video:<media_id>`, or `<section>:<id>`.
    pub key: String,
    /// The body, as received.
    pub body: PackRange,
    /// What the body must hash to.
    pub sha256: Sha256,
}

/// A blob with all that its records say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetched {
    /// What it answers for.
    pub key: AssetKey,
    /// Its digest.
    pub sha256: Sha256,
    /// Its checksum.
    pub crc32: u32,
    /// Its length.
    pub bytes: u64,
    /// Its kind.
    #[serde(rename = "extension", with = "kind")]
    pub kind: FileKind,
    /// Width and height in pixels, where it is a picture that says so.
    pub size: Option<(u32, u32)>,
    /// Whether its kind is not the one that its address promised: the sign of a
    /// placeholder, which must outlive the process that saw it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contradicts: bool,
    /// Where it lies.
    pub place: Place,
    /// Which way it came.
    pub via: Via,
    /// When its last byte came.
    pub fetched_at: Timestamp,
    /// The process that fetched it.
    pub run_id: Box<str>,
    /// Host and path it came from.
    pub address: Option<Box<str>>,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// As sent.
    pub content_type: Option<Box<str>>,
    /// As sent.
    pub content_length: Option<u64>,
    /// As sent.
    pub etag: Option<Box<str>>,
    /// As sent.
    pub last_modified: Option<Box<str>>,
}

/// Which way a blob came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// From the address of a picture or voice.
    Cdn,
    /// By `get_material`.
    GetMaterial,
    /// From the address that `get_material` gave for a video.
    VideoHost,
    /// From an older archive, where the base had lost it.
    Archive,
}

impl Via {
    /// As records say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cdn => "cdn",
            Self::GetMaterial => "get_material",
            Self::VideoHost => "video_host",
            Self::Archive => "archive",
        }
    }
}

/// A kind of file, as its extension.
mod kind {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::model::FileKind;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
    pub(super) fn serialize<S: Serializer>(kind: &FileKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.extension())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<FileKind, D::Error> {
        let extension = String::deserialize(from)?;
        Ok(FileKind::of_extension(&extension).unwrap_or(FileKind::Bin))
    }
}

impl Fetched {
    /// What is known of its bytes.
    pub fn print(&self) -> Fingerprint {
        Fingerprint {
            sha256: self.sha256,
            crc32: self.crc32,
            bytes: self.bytes,
        }
    }
}

/// Something that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedGap {
    /// What was asked for: an asset's key, `media:<id>`, `<section>:<id>`.
    pub key: String,
    /// Why.
    pub reason: GapReason,
    /// More, for people.
    pub detail: Option<String>,
    /// When it was tried last.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// WeChat's error code.
    pub errcode: Option<i64>,
}

/// Where a line of the journal lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    offset: u64,
    bytes: u32,
}

/// The open journal; its owner appends.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    clock: Clock,
    lines: u64,
    /// Length of the good lines.
    bytes: u64,
    /// A write failed, and may have left a part of its line behind the good ones.
    torn: bool,
    sum: String,
    /// Where each line is written before it goes out.
    line: Vec<u8>,
    synced_at: Timestamp,
}

impl Journal {
    /// Replays the journal at `path` and opens it for appending; gives the number of entries it held.
    pub(super) fn open(
        path: &Path,
        clock: Clock,
        replay: &mut impl FnMut(Entry, Line),
    ) -> Result<(Self, u64), PathError> {
        let file = fs::open_append(path)?;
        let (lines, sum, good_bytes) = read(path, |_| true, replay)?;
        if file.metadata().at("read", path)?.len() != good_bytes {
            file.set_len(good_bytes).at("cut", path)?;
        }
        let synced_at = clock();
        Ok((
            Self {
                path: path.to_owned(),
                file,
                clock,
                lines,
                bytes: good_bytes,
                torn: false,
                sum,
                line: Vec::new(),
                synced_at,
            },
            lines,
        ))
    }

    /// Reads the calls again: held in memory they would grow with the account.
    pub(super) fn calls(&self) -> Result<Vec<Call>, PathError> {
        // A text with these very quotes would have them escaped.
        let is_call = |body: &str| body.contains("\"ev\":\"call\"");
        let mut calls = Vec::new();
        read(&self.path, is_call, &mut |entry, _| {
            if let Entry::Call(call) = entry {
                calls.push(call);
            }
        })?;
        Ok(calls)
    }

    /// Reads a line again, where it is still what it was and `wanted` takes it.
    pub(super) fn entry<T>(
        &self,
        line: Line,
        wanted: impl FnOnce(Entry) -> Option<T>,
    ) -> Result<T, PathError> {
        // With the sum of the line before it, which its own is made of.
        let before = if line.offset == 0 { 0 } else { SUM_BYTES + 3 };
        let mut bytes = vec![0; before + line.bytes as usize];
        fs::read_exact_at(&self.file, &mut bytes, line.offset - before as u64)
            .at("read", &self.path)?;
        let (before, line) = bytes.split_at(before);
        let sum = before.strip_suffix(b"\"}\n").unwrap_or_default();
        let body = std::str::from_utf8(sum)
            .ok()
            .and_then(|sum| body_of(line, sum));
        let entry = body.and_then(|(body, _)| entry_of(&body));
        entry
            .and_then(wanted)
            .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
            .at("read", &self.path)
    }

    /// Writes a line; gives its place.
    pub(super) fn append(&mut self, entry: &Entry) -> Result<Line, PathError> {
        let now = (self.clock)();
        self.line.clear();
        let sum = write_line(&mut self.line, entry, self.lines + 1, now, &self.sum);
        if self.torn {
            // On a disk that was full for a moment: a line behind half a line
            // would end the journal for whoever reads it.
            self.file.set_len(self.bytes).at("cut", &self.path)?;
        }
        self.torn = true;
        self.file.write_all(&self.line).at("write", &self.path)?;
        self.torn = false;
        let place = place_of(self.bytes, &self.line);
        self.bytes += self.line.len() as u64;
        self.lines += 1;
        self.sum = sum;
        if now.as_second() > self.synced_at.as_second() {
            self.sync()?;
        }
        Ok(place)
    }

    pub(super) fn sync(&mut self) -> Result<(), PathError> {
        self.synced_at = (self.clock)();
        self.file.sync_data().at("sync", &self.path)
    }
}

/// How the journal at `path` begins; `None` where its first line is no start of a run.
pub(super) fn begun(path: &Path) -> Result<Option<RunStart>, PathError> {
    let mut line = Vec::new();
    BufReader::new(File::open(path).at("open", path)?)
        .take(LINE_BYTES_MAX)
        .read_until(b'\n', &mut line)
        .at("read", path)?;
    let body = body_of(&line, "").map(|(body, _)| body);
    Ok(match body.and_then(|body| parse(&body, 1)) {
        Some(Entry::RunStart(start)) => Some(start),
        _ => None,
    })
}

/// Replays the good lines of `path` whose text is wanted: how many there are, the
/// last one's sum, and their bytes. Of others the sum alone is looked at.
fn read(
    path: &Path,
    is_wanted: impl Fn(&str) -> bool,
    replay: &mut impl FnMut(Entry, Line),
) -> Result<(u64, String, u64), PathError> {
    let mut reader = BufReader::with_capacity(64 * 1024, File::open(path).at("open", path)?);
    let (mut lines, mut sum, mut good_bytes) = (0, String::new(), 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        (&mut reader)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .at("read", path)?;
        let Some((body, line_sum)) = body_of(&line, &sum) else {
            return Ok((lines, sum, good_bytes));
        };
        if is_wanted(&body) {
            let Some(entry) = parse(&body, lines + 1) else {
                return Ok((lines, sum, good_bytes));
            };
            replay(entry, place_of(good_bytes, &line));
        }
        lines += 1;
        sum = line_sum;
        good_bytes += line.len() as u64;
    }
}

fn place_of(offset: u64, line: &[u8]) -> Line {
    let bytes = u32::try_from(line.len()).expect("a line is far from 4 GiB");
    Line { offset, bytes }
}

/// Writes a line behind what `line` holds; gives its sum.
fn write_line(
    line: &mut Vec<u8>,
    entry: &Entry,
    number: u64,
    at: Timestamp,
    previous_sum: &str,
) -> String {
    serde_json::to_writer(&mut *line, entry).expect("an entry has string keys and no floats");
    line.pop();
    write!(line, ",\"at\":\"{}\",\"n\":{number}}}", rfc3339(at)).expect("memory takes it");
    let sum = chain(previous_sum, line);
    line.pop();
    writeln!(line, ",\"sum\":\"{sum}\"}}").expect("memory takes it");
    sum
}

/// What a line says, and its sum; `None` where it is torn, altered or out of order.
fn body_of(line: &[u8], previous_sum: &str) -> Option<(String, String)> {
    let text = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (body, sum) = text.strip_suffix("\"}")?.rsplit_once(",\"sum\":\"")?;
    let body = format!("{body}}}");
    (chain(previous_sum, body.as_bytes()) == sum).then(|| (body, sum.to_owned()))
}

/// `None` where it is of a later version, or has another number.
fn parse(body: &str, number: u64) -> Option<Entry> {
    let around: Around = serde_json::from_str(body).ok()?;
    if around.n == number {
        entry_of(body)
    } else {
        None
    }
}

fn entry_of(body: &str) -> Option<Entry> {
    serde_json::from_str(body).ok()
}

/// What a line has besides its entry.
#[derive(Deserialize)]
struct Around {
    n: u64,
    #[serde(rename = "at")]
    _at: IgnoredAny,
}

fn chain(previous_sum: &str, body: &[u8]) -> String {
    let digest = Sha256::of(&[previous_sum.as_bytes(), body].concat());
    digest.to_string()[..SUM_BYTES].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn clock() -> Timestamp {
        Timestamp::from_second(1_795_366_800).unwrap()
    }

    fn entries() -> Vec<Entry> {
        let app_id: AppId = "wx01".parse().unwrap();
        let start = RunStart {
            run_id: "20261122T170000Z".to_owned(),
            app_id,
            started_at: clock(),
        };
        let body = PackRange {
            offset: 0,
            bytes: 7,
        };
        let page = PageListed {
            section: Section::Image,
            pass: 1,
            offset: 0,
            entries: 2,
            total: Some(2),
            body,
            sha256: Sha256::of(b"x"),
        };
        let gap = StagedGap {
            key: "media:\"}\n,\"sum\":\"x\"}".to_owned(),
            reason: GapReason::InvalidMediaId,
            detail: None,
            at: clock(),
            attempts: 1,
            http_status: Some(200),
            errcode: Some(40007),
        };
        vec![
            Entry::RunStart(start),
            Entry::Count(Count {
                time: CountTime::Before,
                section: Section::Image,
                count: 2,
            }),
            Entry::Page(page),
            Entry::ListDone(ListDone {
                section: Section::Image,
                pass: 1,
                at: clock(),
            }),
            Entry::Gap(gap),
            Entry::AskedAgain {
                sha256: Sha256::of(b"y"),
            },
            Entry::Published {
                file_name: "x.zip".to_owned(),
            },
        ]
    }

    fn replay(path: &Path) -> Vec<Entry> {
        let mut found = Vec::new();
        Journal::open(path, clock, &mut |entry, _| found.push(entry)).unwrap();
        found
    }

    fn written() -> Vec<u8> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, clock, &mut |_, _| ()).unwrap();
        for entry in entries() {
            journal.append(&entry).unwrap();
        }
        std::fs::read(path).unwrap()
    }

    #[test]
    fn what_is_written_is_replayed_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        for times in 1..=3 {
            let (mut journal, _) = Journal::open(&path, clock, &mut |_, _| ()).unwrap();
            for entry in entries() {
                journal.append(&entry).unwrap();
            }
            let expected: Vec<Entry> = (0..times).flat_map(|_| entries()).collect();
            assert_eq!(replay(&path), expected);
        }
    }

    #[test]
    fn a_line_is_read_again_where_it_lies_unless_it_was_altered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, clock, &mut |_, _| ()).unwrap();
        let append = |entry| journal.append(&entry).unwrap();
        let lines: Vec<Line> = entries().into_iter().map(append).collect();
        let read = |line: &Line| journal.entry(*line, Some).unwrap();
        assert_eq!(lines.iter().map(read).collect::<Vec<_>>(), entries());
        let mut replayed = Vec::new();
        let (journal, _) = Journal::open(&path, clock, &mut |_, line| replayed.push(line)).unwrap();
        assert_eq!(replayed, lines);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut file = File::options().write(true).open(&path).unwrap();
        let altered = text.replace("\"count\":2", "\"count\":3");
        file.write_all(altered.as_bytes()).unwrap();
        assert!(journal.entry(lines[0], Some).is_ok());
        assert!(journal.entry(lines[1], Some).is_err());
        let unwanted = |_| None::<()>;
        assert!(journal.entry(lines[0], unwanted).is_err());
    }

    #[test]
    fn what_an_earlier_version_wrote_is_replayed() {
        // Its keys stood in another order.
        let body =
            r#"{"at":"2026-11-22T17:00:00Z","data":{"file_name":"x.zip"},"ev":"published","n":1}"#;
        let sum = chain("", body.as_bytes());
        let line = format!("{},\"sum\":\"{sum}\"}}\n", &body[..body.len() - 1]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        fs::write_atomic(&path, line.as_bytes()).unwrap();
        let file_name = "x.zip".to_owned();
        assert_eq!(replay(&path), [Entry::Published { file_name }]);
    }

    #[test]
    fn what_a_failed_write_left_behind_is_cut_before_the_next_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, clock, &mut |_, _| ()).unwrap();
        let [first, second, ..] = &entries()[..] else {
            unreachable!()
        };
        journal.append(first).unwrap();
        journal.file.write_all(b"{\"data\":{\"app").unwrap();
        journal.torn = true;
        journal.append(second).unwrap();
        assert_eq!(replay(&path), entries()[..2]);
    }

    #[test]
    fn a_line_that_was_altered_ends_the_journal_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let text = String::from_utf8(written()).unwrap();
        fs::write_atomic(&path, text.replace("\"count\":2", "\"count\":3").as_bytes()).unwrap();
        assert_eq!(replay(&path), entries()[..1]);
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.remove(1);
        let without_second = lines.concat();
        fs::write_atomic(&path, without_second.as_bytes()).unwrap();
        assert_eq!(replay(&path), entries()[..1]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_journal_cut_at_any_byte_replays_to_a_prefix(at in 0.0..1.0_f64) {
            let whole = written();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a few KiB")]
            let at = (whole.len() as f64 * at) as usize;
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal.jsonl");
            fs::write_atomic(&path, &whole[..at]).unwrap();
            let found = replay(&path);
            let lines = whole[..at].split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")).count();
            prop_assert_eq!(&found, &entries()[..lines]);
            prop_assert_eq!(replay(&path), found, "the cut journal is whole");
        }
    }
}
