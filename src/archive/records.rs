//! The records of an archive as typed values, a line at a time.
//!
//! Nothing here holds a whole file of records: an account of a hundred thousand
//! pictures is read in the memory of some hundred lines. A line that is no record is an
//! error of its own, and the next one is read; so a damaged file still gives
//! what is whole in it.

use std::io::{self, BufRead, Read as _};
use std::ops::Range;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde::de::DeserializeOwned;

use crate::archive::limits;
use crate::archive::pread::FileRange;
use crate::archive::reader::{Archive, ReadError};
use crate::message;
use crate::model::{Akey, EntryPath, ItemKind, ItemStatus, Section, layout};
use crate::record::FORMAT;
use crate::record::archive::ArchiveDocument;
use crate::record::article::ArticleMeta;
use crate::record::completeness::Completeness;
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord};
use crate::record::run::{Gap, Provenance};
use crate::text::Message;

/// The major version of the format that this reader knows.
const MAJOR: &str = "1";

/// Names in `features` that this reader understands; 1.0 has none.
const FEATURES: &[&str] = &[];

/// How much of a file is read before its lines are parsed.
const BATCH_BYTES: usize = 256 << 10;
/// For fewer lines other threads are not worth waking.
const PARALLEL_LINES_MIN: usize = 32;

/// Why a document of an archive cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is not there, or not whole.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is not what its name says.
    #[error("{}", message!("archive-document-malformed", path = path.as_str(), why = message))]
    Malformed {
        /// The document.
        path: EntryPath,
        /// Why; escaped and cut, because it quotes the document.
        message: Message,
    },
    /// A later program wrote the archive, in a way that this one cannot read.
    #[error("{}", message!("archive-unknown-version", version = version))]
    UnknownVersion {
        /// Its version, escaped and cut.
        version: String,
    },
    /// The archive uses what a reader must understand and this one does not.
    #[error("{}", message!("archive-unknown-feature", feature = feature))]
    UnknownFeature {
        /// The name, escaped and cut.
        feature: String,
    },
}

/// A record that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file breaks off here; nothing more comes from it.
    #[error("{}", message!("archive-records-break-off", path = path.as_str(), line = line.to_string()))]
    Unreadable {
        /// The file.
        path: EntryPath,
        /// The last line that was read; 0 where none was.
        line: u64,
        /// What failed.
        source: io::Error,
    },
    /// The line is longer than [`limits::LINE_BYTES_MAX`]; it was skipped.
    #[error("{}", message!("archive-record-too-long", path = path.as_str(), line = line.to_string()))]
    TooLong {
        /// The file.
        path: EntryPath,
        /// Counted from 1.
        line: u64,
    },
    /// The line is no record of its file's kind; it was skipped.
    #[error("{}", message!("archive-no-record", path = path.as_str(), line = line.to_string(), why = message))]
    Malformed {
        /// The file.
        path: EntryPath,
        /// Counted from 1.
        line: u64,
        /// Why; escaped and cut, because it quotes the line.
        message: Message,
    },
}

impl RecordError {
    /// The file and the line, `data/items/image.jsonl:7`.
    pub fn place(&self) -> String {
        match self {
            Self::Unreadable { path, line, .. } => format!("{path}:{}", line + 1),
            Self::TooLong { path, line } | Self::Malformed { path, line, .. } => {
                format!("{path}:{line}")
            }
        }
    }
}

/// One item of the library, whatever its section: what `list` shows and
/// `restore` selects from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A picture, voice or video.
    Media(Box<MediaRecord>),
    /// A news, draft or publication, of one or more articles.
    Article(Box<ArticleRecord>),
}

impl Item {
    /// The section that it belongs to.
    pub fn section(&self) -> Section {
        match self {
            Self::Media(media) => match media.kind {
                ItemKind::Voice => Section::Voice,
                ItemKind::Video => Section::Video,
                // A record of another kind is refused where it is read.
                ItemKind::Image | ItemKind::Article | ItemKind::Asset => Section::Image,
            },
            Self::Article(article) => article.source,
        }
    }

    /// The kind of its record.
    pub fn kind(&self) -> ItemKind {
        self.section().item_kind()
    }

    /// The id by which the API knows it.
    pub fn id(&self) -> &str {
        match self {
            Self::Media(media) => &media.media_id,
            Self::Article(article) => &article.id,
        }
    }

    /// Every id that it has or had: a draft may have had several.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let aliases = match self {
            Self::Media(_) => &[][..],
            Self::Article(article) => &article.aliases,
        };
        std::iter::once(self.id()).chain(aliases.iter().map(String::as_str))
    }

    /// Every text that a person may know it by: names and titles, some empty.
    pub fn titles(&self) -> impl Iterator<Item = &str> {
        let (media, articles) = match self {
            Self::Media(media) => (Some(media), &[][..]),
            Self::Article(article) => (None, &article.articles[..]),
        };
        let names = media
            .into_iter()
            .flat_map(|media| [Some(&media.name), media.title.as_ref()])
            .flatten();
        names
            .chain(articles.iter().map(|article| &article.title))
            .map(String::as_str)
    }

    /// What a person calls it: a video's title, the title of the first article,
    /// else the name; may be empty.
    pub fn title(&self) -> &str {
        match self {
            Self::Media(media) => match &media.title {
                Some(title) if !title.is_empty() => title,
                _ => &media.name,
            },
            Self::Article(article) => article
                .articles
                .first()
                .map_or("", |first| first.title.as_str()),
        }
    }

    /// Unix seconds; 0 where no time was given.
    pub fn update_time(&self) -> i64 {
        match self {
            Self::Media(media) => media.update_time,
            Self::Article(article) => article.update_time,
        }
    }

    /// What became of it.
    pub fn status(&self) -> ItemStatus {
        match self {
            Self::Media(media) => media.status,
            Self::Article(article) => article.status,
        }
    }
}

/// What the archive says of itself.
///
/// # Errors
///
/// Also [`DocumentError::UnknownVersion`], for another major version. That of
/// features is a question of its own: [`understand_features`].
pub fn archive_document(archive: &Archive) -> Result<ArchiveDocument, DocumentError> {
    /// What every version has.
    #[derive(serde::Deserialize)]
    struct Version {
        format: String,
        format_version: String,
    }
    let path = layout::path(layout::ARCHIVE);
    let body = archive.read(&path, limits::JSON_BYTES_MAX)?;
    let version: Version = parse_document(&path, &body)?;
    if version.format != FORMAT {
        return Err(DocumentError::Malformed {
            path,
            message: message!("archive-other-format", format = quote(&version.format)),
        });
    }
    let major = version.format_version.split('.').next();
    if major != Some(MAJOR) {
        return Err(DocumentError::UnknownVersion {
            version: quote(&version.format_version),
        });
    }
    parse_document(&path, &body)
}

/// Says whether everything is known that a reader of the records must understand.
///
/// # Errors
///
/// [`DocumentError::UnknownFeature`]; then records must not be restored.
pub fn understand_features(document: &ArchiveDocument) -> Result<(), DocumentError> {
    let unknown = |feature: &&String| !FEATURES.contains(&feature.as_str());
    match document.features.iter().find(unknown) {
        Some(feature) => Err(DocumentError::UnknownFeature {
            feature: quote(feature),
        }),
        None => Ok(()),
    }
}

/// The proof of completeness.
///
/// # Errors
///
/// Where it is not there, not whole or not what it should be.
pub fn completeness(archive: &Archive) -> Result<Completeness, DocumentError> {
    let path = layout::path(layout::COMPLETENESS);
    parse_document(&path, &archive.read(&path, limits::JSON_BYTES_MAX)?)
}

/// What is known of article `idx` of a group beside its text.
///
/// # Errors
///
/// Where it is not there, not whole or not what it should be.
pub fn article_meta(
    archive: &Archive,
    akey: &Akey,
    idx: u32,
) -> Result<ArticleMeta, DocumentError> {
    let path = layout::article_meta(akey, idx);
    parse_document(&path, &archive.read(&path, limits::RAW_BYTES_MAX)?)
}

/// The items of every section, in reading order: pictures, voices, videos, then articles.
pub fn items(archive: &Archive) -> impl Iterator<Item = Result<Item, RecordError>> {
    let media = [ItemKind::Image, ItemKind::Voice, ItemKind::Video]
        .into_iter()
        .flat_map(|kind| records::<MediaRecord>(archive, kind))
        .map(|media| media.map(|media| Item::Media(Box::new(media))));
    let articles = records::<ArticleRecord>(archive, ItemKind::Article)
        .map(|article| article.map(|article| Item::Article(Box::new(article))));
    media.chain(articles)
}

/// The records of `kind`; none where the archive has no such file.
///
/// A line that cannot be read is an `Err`, and the next call goes on behind it;
/// only after [`RecordError::Unreadable`] nothing more comes.
pub fn records<T: Record>(
    archive: &Archive,
    kind: ItemKind,
) -> impl Iterator<Item = Result<T, RecordError>> {
    let entry = archive.entry(&layout::items(kind));
    entry
        .into_iter()
        .flat_map(move |entry| read_records(kind, archive.reader(entry)))
}

/// What is missing, and why; none where the archive has no such file.
pub fn gaps(archive: &Archive) -> impl Iterator<Item = Result<Gap, RecordError>> {
    let entry = archive.entry(&layout::path(layout::GAPS));
    let gaps = entry
        .into_iter()
        .flat_map(|entry| Lines::new(entry.path.clone(), archive.reader(entry)));
    gaps.map(|gap| gap.map(|(_, gap)| gap))
}

/// When and how each blob came; none where the archive has no such file.
pub fn provenance(archive: &Archive) -> impl Iterator<Item = Result<Provenance, RecordError>> {
    let entry = archive.entry(&layout::path(layout::PROVENANCE));
    let lines = entry
        .into_iter()
        .flat_map(|entry| Lines::new(entry.path.clone(), archive.reader(entry)));
    lines.map(|line| line.map(|(_, line)| line))
}

fn parse_document<T: DeserializeOwned>(path: &EntryPath, body: &[u8]) -> Result<T, DocumentError> {
    serde_json::from_slice(body).map_err(|error| DocumentError::Malformed {
        path: path.clone(),
        message: Message::verbatim(quote(&error.to_string())),
    })
}

/// A line of one of the files of records.
pub trait Record: DeserializeOwned + Send {
    /// Whether the record belongs into the file of records of `kind`.
    fn is_of(&self, kind: ItemKind) -> bool;
}

impl Record for MediaRecord {
    fn is_of(&self, kind: ItemKind) -> bool {
        self.kind == kind
    }
}

impl Record for ArticleRecord {
    fn is_of(&self, kind: ItemKind) -> bool {
        self.kind == kind && self.source.item_kind() == kind
    }
}

impl Record for AssetRecord {
    fn is_of(&self, kind: ItemKind) -> bool {
        self.kind == kind
    }
}

/// Reads the records of `kind` out of the bytes of their file.
///
/// A line that cannot be read is an `Err`, and the next call goes on behind it;
/// only after [`RecordError::Unreadable`] nothing more comes.
pub fn read_records<T: Record>(
    kind: ItemKind,
    body: impl BufRead,
) -> impl Iterator<Item = Result<T, RecordError>> {
    let path = layout::items(kind);
    Lines::<_, T>::new(path.clone(), body).map(move |line| {
        let (line, record) = line?;
        of_kind(kind, &path, line.number, record)
    })
}

/// Where a record stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of its line, from the start of the file.
    offset: u64,
    /// Of its line, with the LF.
    bytes: u32,
}

/// The records of `kind`, each with the place at which [`record_at`] finds it
/// again; none where the archive has no such file.
pub fn placed<T: Record>(
    archive: &Archive,
    kind: ItemKind,
) -> impl Iterator<Item = Result<(Place, T), RecordError>> {
    let path = layout::items(kind);
    let entry = archive.entry(&path);
    let lines = entry.map(|entry| Lines::<_, T>::new(path.clone(), archive.reader(entry)));
    lines.into_iter().flatten().map(move |line| {
        let (line, record) = line?;
        let record = of_kind(kind, &path, line.number, record)?;
        Ok((line.place, record))
    })
}

/// The record that stood at `place` of its file, read anew.
///
/// # Errors
///
/// Where it can no longer be read. Its bytes are not compared with a checksum.
pub fn record_at<T: Record>(
    archive: &Archive,
    kind: ItemKind,
    place: Place,
) -> Result<T, RecordError> {
    let path = layout::items(kind);
    let unreadable = |source| RecordError::Unreadable {
        path: path.clone(),
        line: 0,
        source,
    };
    let entry = archive
        .entry(&path)
        .ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?;
    let start = archive.start_of(entry) + place.offset;
    let mut line = Vec::with_capacity(place.bytes as usize);
    FileRange::new(archive.source(), start, u64::from(place.bytes))
        .read_to_end(&mut line)
        .map_err(unreadable)?;
    let record = parse_line(&path, 0, &line)?;
    of_kind(kind, &path, 0, record)
}

fn of_kind<T: Record>(
    kind: ItemKind,
    path: &EntryPath,
    line: u64,
    record: T,
) -> Result<T, RecordError> {
    if record.is_of(kind) {
        Ok(record)
    } else {
        Err(RecordError::Malformed {
            path: path.clone(),
            line,
            message: message!("archive-record-of-another-kind"),
        })
    }
}

fn parse_line<T: DeserializeOwned>(
    path: &EntryPath,
    number: u64,
    line: &[u8],
) -> Result<T, RecordError> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    if line.len() as u64 > limits::LINE_BYTES_MAX {
        return Err(RecordError::TooLong {
            path: path.clone(),
            line: number,
        });
    }
    serde_json::from_slice(line).map_err(|error| RecordError::Malformed {
        path: path.clone(),
        line: number,
        message: Message::verbatim(quote(&error.to_string())),
    })
}

/// The lines of a JSONL file, each as a `T`, with their numbers from 1.
struct Lines<R, T> {
    path: EntryPath,
    /// `None` behind the end and behind an error of the reader.
    body: Option<R>,
    /// Of the last line that was read.
    number: u64,
    /// Where the line behind it begins.
    offset: u64,
    /// The lines that are parsed together.
    text: Vec<u8>,
    parsed: std::vec::IntoIter<Result<(Line, T), RecordError>>,
}

/// A line of a file.
#[derive(Clone, Copy)]
struct Line {
    number: u64,
    place: Place,
}

impl<R: BufRead, T: DeserializeOwned + Send> Lines<R, T> {
    fn new(path: EntryPath, body: R) -> Self {
        Self {
            path,
            body: Some(body),
            number: 0,
            offset: 0,
            text: Vec::new(),
            parsed: Vec::new().into_iter(),
        }
    }

    /// Reads the next lines and parses them, on all cores where they are many.
    fn read_on(&mut self) {
        self.text.clear();
        let mut lines = Vec::new();
        let mut failed = None;
        while self.text.len() < BATCH_BYTES
            && let Some(body) = &mut self.body
        {
            let text_start = self.text.len();
            match read_line(body, &mut self.text) {
                Ok(0) => self.body = None,
                Ok(bytes) => {
                    self.number += 1;
                    let place = Place {
                        offset: self.offset,
                        bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
                    };
                    let number = self.number;
                    lines.push((Line { number, place }, text_start..self.text.len()));
                    self.offset += bytes as u64;
                }
                Err(source) => {
                    self.body = None;
                    failed = Some(RecordError::Unreadable {
                        path: self.path.clone(),
                        line: self.number,
                        source,
                    });
                }
            }
        }
        let parse = |(line, range): &(Line, Range<usize>)| {
            let record = parse_line(&self.path, line.number, &self.text[range.clone()])?;
            Ok((*line, record))
        };
        let mut parsed: Vec<_> = if lines.len() < PARALLEL_LINES_MIN {
            lines.iter().map(parse).collect()
        } else {
            lines.par_iter().map(parse).collect()
        };
        parsed.extend(failed.map(Err));
        self.parsed = parsed.into_iter();
    }
}

impl<R: BufRead, T: DeserializeOwned + Send> Iterator for Lines<R, T> {
    type Item = Result<(Line, T), RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.parsed.len() == 0 {
            self.read_on();
        }
        self.parsed.next()
    }
}

/// Reads up to and with the next LF. Of a line that is too long only as much is
/// kept as shows it; the rest passes by. Gives how many bytes were read.
fn read_line(body: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let bytes_max = limits::LINE_BYTES_MAX + 2;
    let mut bytes = body.by_ref().take(bytes_max).read_until(b'\n', line)?;
    if bytes as u64 == bytes_max && !line.ends_with(b"\n") {
        bytes += body.skip_until(b'\n')?;
    }
    Ok(bytes)
}

/// Text from an archive, safe to show: escaped and cut to 200 characters.
fn quote(text: &str) -> String {
    text.chars()
        .take(200)
        .flat_map(char::escape_debug)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE_BYTES_MAX: usize = 4 << 20;
    const CAT: &str = r#"{"kind":"image","media_id":"m1","name":"cat","status":"missing","update_time":5,"later_field":[1]}"#;

    fn read(body: &[u8]) -> Vec<Result<String, String>> {
        read_records::<MediaRecord>(ItemKind::Image, body)
            .map(|record| {
                record
                    .map(|media| media.media_id)
                    .map_err(|error| error.to_string())
            })
            .collect()
    }

    #[test]
    fn a_line_that_is_no_record_does_not_hide_the_next() {
        let voice = CAT.replace("image", "voice");
        let deep = format!("{{\"info\":{{\"a\":{}", "[".repeat(100_000));
        let body = format!("{CAT}\n{{\n{voice}\n\n{deep}\n{{\"kind\":\"\u{202e}x\"}}\n{CAT}");
        let file = "data/items/image.jsonl is no record";
        assert_eq!(
            read(body.as_bytes()),
            [
                Ok("m1".to_owned()),
                Err(format!(
                    "line 2 of {file}: EOF while parsing an object at line 1 column 1"
                )),
                Err(format!(
                    "line 3 of {file}: it is of another kind than its file"
                )),
                Err(format!(
                    "line 4 of {file}: EOF while parsing a value at line 1 column 0"
                )),
                Err(format!(
                    "line 5 of {file}: recursion limit exceeded at line 1 column 139"
                )),
                Err(format!(
                    "line 6 of {file}: unknown variant `\\u{{202e}}x`, expected one of `image`, `voice`, `video`, `article`, `asset` at line 1 column 14"
                )),
                Ok("m1".to_owned()),
            ]
        );
    }

    #[test]
    fn a_line_of_more_than_4_mib_is_skipped_without_being_held() {
        let padded = |bytes: usize| {
            let name = "n".repeat(bytes - CAT.len() + 3);
            CAT.replace("cat", &name)
        };
        let body = format!(
            "{}\n{}\n{}\n{CAT}\n",
            padded(LINE_BYTES_MAX),
            padded(LINE_BYTES_MAX + 1),
            padded(3 * LINE_BYTES_MAX),
        );
        let too_long = |line| {
            Err(format!(
                "line {line} of data/items/image.jsonl is longer than 4 MiB"
            ))
        };
        let expected = [Ok("m1".into()), too_long(2), too_long(3), Ok("m1".into())];
        assert_eq!(read(body.as_bytes()), expected);

        let mut line = Vec::new();
        let endless = io::repeat(b'x').take(64 << 20);
        let bytes = read_line(&mut io::BufReader::new(endless), &mut line).unwrap();
        assert_eq!(bytes, 64 << 20);
        assert!(line.capacity() <= 4 * LINE_BYTES_MAX);
    }

    #[test]
    fn what_was_read_before_a_failing_disk_counts() {
        struct Failing;
        impl io::Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::InvalidData.into())
            }
        }
        let body = format!("{CAT}\n{{\"half");
        let body = io::BufReader::new(body.as_bytes().chain(Failing));
        let read: Vec<_> = read_records::<MediaRecord>(ItemKind::Image, body).collect();
        assert!(
            matches!(
                &read[..],
                [Ok(_), Err(RecordError::Unreadable { line: 1, .. })]
            ),
            "{read:?}"
        );
    }
}
