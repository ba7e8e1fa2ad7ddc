//! What each document is read as, and whom it is given to.

use std::io;
use std::io::BufRead as _;

use rayon::iter::IntoParallelIterator as _;
use rayon::iter::ParallelIterator as _;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Checker;
use super::RAW_BYTES_MAX;
use super::Support;
use super::articles::ArticleFile;
use super::codes;
use super::items;
use super::items::Items;
use super::items::Judge;
use super::measured::Measured;
use super::reading;
use super::run;
use crate::message;
use crate::model::EntryPath;
use crate::model::Fingerprinter;
use crate::model::ItemKind;
use crate::model::layout;
use crate::record::FORMAT;
use crate::record::article::ArticleMeta;
use crate::record::bag_info;
use crate::record::bag_info::BagInfo;
use crate::record::canonical;
use crate::record::canonical::LineError;
use crate::record::canonical::Lines;
use crate::record::item::ArticleRecord;
use crate::record::item::AssetRecord;
use crate::record::item::MediaRecord;
use crate::record::manifest;
use crate::record::manifest::ManifestReader;
use crate::record::manifest::RootDigests;
use crate::record::reading_order::ReadingOrder;
use crate::record::run::Call;
use crate::record::run::Change;
use crate::record::run::Gap;
use crate::record::run::Provenance;
use crate::text::Message;

impl Checker {
    pub(super) fn judge_document(
        &mut self,
        path: &EntryPath,
        body: &mut Measured<'_>,
    ) -> io::Result<()> {
        let about = path.as_str();
        match about {
            layout::BAGIT => self.bagit(body),
            layout::BAG_INFO => self.bag_info(body),
            layout::TAGMANIFEST => self.tagmanifest(body),
            layout::MANIFEST => self.manifest(body),
            layout::README | layout::SIGNATURE | layout::INDEX => Ok(()),
            layout::ARCHIVE => self.archive(path, body),
            layout::COMPLETENESS => self.completeness(path, body),
            layout::GAPS => {
                self.lines(path, body, nothing, |checker, (about, _), gap: &Gap, ()| {
                    checker
                        .gaps
                        .line(gap, checker.support, about, &mut checker.findings);
                })
            }
            layout::CHANGES => self.lines(
                path,
                body,
                nothing,
                |checker, (about, _), change: &Change, ()| {
                    run::change(
                        &mut checker.last_change,
                        change,
                        about,
                        &mut checker.findings,
                    );
                },
            ),
            layout::PROVENANCE => self.lines(
                path,
                body,
                nothing,
                |checker, (about, number), line: &Provenance, ()| {
                    let findings = &mut checker.findings;
                    run::provenance(&mut checker.last_provenance, line, about, findings);
                    checker.blobs.came(line, number, about, findings);
                },
            ),
            layout::CALLS => self.lines(
                path,
                body,
                nothing,
                |checker, (about, _), call: &Call, ()| {
                    run::call(&mut checker.last_call, call, about, &mut checker.findings);
                },
            ),
            _ => self.judge_payload(path, body),
        }
    }

    fn judge_payload(&mut self, path: &EntryPath, body: &mut Measured<'_>) -> io::Result<()> {
        let about = path.as_str();
        let items = ItemKind::ALL
            .into_iter()
            .find(|kind| layout::items(*kind) == *path);
        match items {
            Some(ItemKind::Article) => self.lines(
                path,
                body,
                nothing,
                |checker, (about, _), record: &ArticleRecord, ()| {
                    let (items, mut judge, order) = checker.judge(about);
                    items.article(record, &mut judge);
                    order.group(record);
                    checker.articles.expect(record);
                },
            ),
            Some(ItemKind::Asset) => self.lines(
                path,
                body,
                nothing,
                |checker, (about, line), record: &AssetRecord, ()| {
                    let (items, mut judge, order) = checker.judge(about);
                    items.asset(record, line, &mut judge);
                    order.asset(record);
                },
            ),
            Some(kind) => self.lines(
                path,
                body,
                items::raw_faults,
                |checker, (about, _), record: &MediaRecord, raw| {
                    let (items, mut judge, order) = checker.judge(about);
                    items.media(kind, record, raw, &mut judge);
                    order.media(record);
                },
            ),
            None if about.starts_with("data/articles/") => self.article_file(path, body),
            None => {
                self.open_place(path);
                Ok(())
            }
        }
    }

    /// Judges that the format has a place for a file that no record names.
    fn open_place(&mut self, path: &EntryPath) {
        let about = path.as_str();
        let is_view = about.starts_with(layout::VIEW) && layout::is_derived(path);
        let is_open = ["run/", "data/items/", "spec/"]
            .iter()
            .any(|folder| about.starts_with(folder));
        if !is_view && !is_open {
            self.findings
                .add(codes::PLACE, about, message!("finding-no-place"));
        }
    }

    /// Judges the name of a document that is not read.
    pub(super) fn judge_name(&mut self, path: &EntryPath) {
        let about = path.as_str();
        match about {
            layout::BAGIT
            | layout::BAG_INFO
            | layout::TAGMANIFEST
            | layout::MANIFEST
            | layout::README
            | layout::SIGNATURE
            | layout::INDEX => {}
            _ if about.starts_with("data/articles/") => {
                self.has_unread_articles = true;
                self.article_name(path);
            }
            _ => self.open_place(path),
        }
    }

    /// What a file of an article is, and whether a record names it.
    fn article_name(&mut self, path: &EntryPath) -> Option<(ArticleFile, bool)> {
        let about = path.as_str();
        let Some(file) = ArticleFile::parse(path) else {
            self.findings
                .add(codes::PLACE, about, message!("finding-no-article-file"));
            return None;
        };
        // Where a record cannot be read, nobody knows what it names.
        let is_named = self.is_readable && self.articles.see(&file, about, &mut self.findings);
        Some((file, is_named))
    }

    /// What a record is judged with, apart.
    fn judge<'a>(&'a mut self, about: &'a str) -> (&'a mut Items, Judge<'a>, &'a mut ReadingOrder) {
        let judge = Judge {
            gaps: &mut self.gaps,
            blobs: &mut self.blobs,
            findings: &mut self.findings,
            about,
        };
        let order = self.reading_order.get_or_insert_default();
        (&mut self.items, judge, order)
    }

    fn bagit(&mut self, body: &mut Measured<'_>) -> io::Result<()> {
        let text = reading::whole(body, layout::BAGIT_TEXT.len())?;
        if text.as_deref() != Some(layout::BAGIT_TEXT.as_bytes()) {
            self.findings
                .add(codes::BAG, layout::BAGIT, message!("finding-bagit-text"));
        }
        Ok(())
    }

    fn bag_info(&mut self, body: &mut Measured<'_>) -> io::Result<()> {
        let text = reading::whole(body, bag_info::BYTES_MAX)?
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let parsed = text.as_deref().map(BagInfo::parse);
        match parsed {
            Some(Ok(info)) => self.bag_info = Some(info),
            Some(Err(error)) => {
                self.findings
                    .add(codes::BAG, layout::BAG_INFO, error.message());
            }
            None => self.findings.add(
                codes::BAG,
                layout::BAG_INFO,
                message!("finding-bag-info-bytes"),
            ),
        }
        Ok(())
    }

    fn tagmanifest(&mut self, body: &mut Measured<'_>) -> io::Result<()> {
        let mut print = Fingerprinter::default();
        loop {
            let chunk = body.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            print.update(chunk);
            let bytes = chunk.len();
            body.consume(bytes);
        }
        self.archive_sha256 = Some(print.finish().sha256);
        Ok(())
    }

    /// Works the roots out again. What is wrong with a line is told by those who
    /// hold the manifest against the files.
    fn manifest(&mut self, body: &mut Measured<'_>) -> io::Result<()> {
        let mut reader = ManifestReader::new(manifest::Part::Payload, body);
        let mut digests = RootDigests::default();
        let mut is_canonical = true;
        while let Some(line) = reader.next_line()? {
            match line {
                manifest::Read::Line(line) => digests.update(&line.path, &line.spell()),
                manifest::Read::Wrong { .. } => is_canonical = false,
            }
        }
        if is_canonical {
            self.roots = Some(digests.finish());
        } else {
            self.findings.add(
                codes::SUMS,
                layout::MANIFEST,
                message!("finding-manifest-line"),
            );
        }
        Ok(())
    }

    fn archive(&mut self, path: &EntryPath, body: &mut Measured<'_>) -> io::Result<()> {
        /// What every major version has in common.
        #[derive(Deserialize)]
        struct Head {
            format: String,
            format_version: String,
        }
        let about = path.as_str();
        let Some(bytes) = reading::whole(body, canonical::DOCUMENT_BYTES_MAX)? else {
            self.unreadable(about, message!("finding-16-mib"));
            return Ok(());
        };
        let head = serde_json::from_slice::<Head>(&bytes).ok();
        let version = head
            .as_ref()
            .and_then(|head| parse_version(&head.format_version));
        if let Some(head) = head {
            if head.format != FORMAT {
                self.findings
                    .add(codes::FIELDS, about, message!("finding-format-word"));
            }
            self.format_version = Some(head.format_version);
        }
        match version {
            Some((1, 0)) => {}
            Some((1, _)) => self.support = Support::LaterMinor,
            Some(_) => {
                self.support = Support::OtherMajor;
                return Ok(());
            }
            None => {
                self.unreadable(about, message!("finding-version-form"));
                return Ok(());
            }
        }
        self.archive = self.typed(&bytes, about);
        if let Some(document) = &self.archive {
            run::archive(document, &self.base, about, &mut self.findings);
        }
        Ok(())
    }

    fn completeness(&mut self, path: &EntryPath, body: &mut Measured<'_>) -> io::Result<()> {
        let about = path.as_str();
        let Some(bytes) = reading::whole(body, canonical::DOCUMENT_BYTES_MAX)? else {
            self.unreadable(about, message!("finding-16-mib"));
            return Ok(());
        };
        self.completeness = self.typed(&bytes, about);
        if let Some(document) = &self.completeness {
            run::completeness(document, self.support, about, &mut self.findings);
        }
        Ok(())
    }

    fn article_file(&mut self, path: &EntryPath, body: &mut Measured<'_>) -> io::Result<()> {
        let about = path.as_str();
        let Some((file, is_named)) = self.article_name(path) else {
            return Ok(());
        };
        match file {
            ArticleFile::Meta(akey, idx) => {
                let Some(bytes) = reading::whole(body, canonical::DOCUMENT_BYTES_MAX)? else {
                    self.unreadable(about, message!("finding-16-mib"));
                    return Ok(());
                };
                if let Some(meta) = self.typed::<ArticleMeta>(&bytes, about)
                    && is_named
                {
                    self.reading_order.get_or_insert_default().article(&meta);
                    self.articles.meta(
                        (&akey, idx),
                        meta,
                        &mut self.items,
                        about,
                        &mut self.findings,
                    );
                }
            }
            ArticleFile::RawJson(akey) | ArticleFile::RawBin(akey) if is_named => {
                let bytes = reading::whole(body, RAW_BYTES_MAX)?;
                self.articles
                    .raw(&akey, bytes.as_deref(), about, &mut self.findings);
            }
            ArticleFile::Page(..) | ArticleFile::RawJson(_) | ArticleFile::RawBin(_) => {}
        }
        Ok(())
    }

    /// Reads a document; what is wrong with it is told.
    fn typed<T: Serialize + DeserializeOwned>(&mut self, bytes: &[u8], about: &str) -> Option<T> {
        let read = reading::document::<T>(bytes);
        if let Some((code, message)) = read.fault {
            self.findings.add(code, about, message);
        }
        self.is_readable &= read.value.is_some();
        read.value
    }

    /// Reads a JSONL file line by line. `weigh` is what a line can be asked by
    /// itself, on any thread; `each` takes the answer, in the order of the lines.
    fn lines<T: Serialize + DeserializeOwned + Send, W: Send>(
        &mut self,
        path: &EntryPath,
        body: &mut Measured<'_>,
        weigh: impl Fn(&T) -> W + Sync,
        mut each: impl FnMut(&mut Self, (&str, u64), &T, W),
    ) -> io::Result<()> {
        let mut lines = Lines::new(body);
        loop {
            let (batch, end) = next_batch(&mut lines);
            let read: Vec<_> = batch
                .into_par_iter()
                .map(|(number, line)| {
                    let read = match line {
                        Ok(line) => reading::line::<T>(&line),
                        Err(message) => reading::Reading::unreadable(message),
                    };
                    let weighed = read.value.as_ref().map(&weigh);
                    (number, read, weighed)
                })
                .collect();
            for (number, read, weighed) in read {
                let about = format!("{path}:{number}");
                if let Some((code, message)) = read.fault {
                    self.findings.add(code, &about, message);
                }
                match read.value.zip(weighed) {
                    Some((value, weighed)) => each(self, (&about, number), &value, weighed),
                    None => self.is_readable = false,
                }
            }
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn unreadable(&mut self, about: &str, message: Message) {
        self.is_readable = false;
        self.findings.add(codes::SHAPE, about, message);
    }
}

/// Of most lines nothing is to be asked by itself.
fn nothing<T>(_: &T) {}

/// How much of a file is read before its lines are, on all cores.
const BATCH_BYTES: usize = 256 << 10;

/// Lines by their numbers; for one that cannot be read, why.
type Batch = Vec<(u64, Result<Vec<u8>, Message>)>;

/// The next lines, and how the file ends behind them if it does.
fn next_batch(lines: &mut Lines<&mut Measured<'_>>) -> (Batch, Option<io::Result<()>>) {
    let mut batch = Batch::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES {
        batch.push(match lines.next_line() {
            Ok(None) => return (batch, Some(Ok(()))),
            Ok(Some((number, line))) => {
                bytes += line.len();
                (number, Ok(line.to_vec()))
            }
            Err(LineError::Io { source, .. }) => return (batch, Some(Err(source))),
            Err(LineError::TooLong { number }) => (number, Err(message!("finding-4-mib"))),
            Err(LineError::Unfinished { number }) => (number, Err(message!("finding-last-line"))),
        });
    }
    (batch, None)
}

/// `major.minor`, in plain digits.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    let version = (major.parse().ok()?, minor.parse().ok()?);
    (format!("{}.{}", version.0, version.1) == text).then_some(version)
}
