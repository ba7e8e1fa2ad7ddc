//! Writes articles, and the media they show, each once however many show it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::plan::{Article, Plan};
use super::{Error, Format, Options, Outcome, Source, front};
use crate::archive::limits;
use crate::archive::recovery::{FileError, Lost, LostReason, NewFile, Target};
use crate::error::PathError;
use crate::event::{Event, Observer, Phase};
use crate::html;
use crate::html::entry_links;
use crate::html::{Place, Places};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{EntryPath, FileKind, Sha256, human_name, layout};
use crate::record::article::ArticleMeta;
use crate::text::Message;

/// The folder of pictures, sounds and videos, beside those of the articles.
const MEDIA: &str = "素材";

/// So many digits of its digest name a medium, unless another has them too.
const DIGITS: usize = 16;

/// Most bytes of pictures inside one page; what is more lies beside it.
const INLINE_BYTES_MAX: u64 = 32 << 20;

const BUFFER_BYTES: usize = 64 << 10;

/// Writes every picked article of an archive.
pub(super) fn write(
    source: Source<'_>,
    target: &Target,
    options: &Options,
    observer: &dyn Observer,
    interrupt: &Interrupt,
) -> Result<Outcome, Error> {
    let plan = Plan::of(source, &options.only, options.format);
    observer.event(&Event::Phase {
        phase: Phase::Extract,
        section: None,
        items_total: Some(plan.articles.len() as u64),
        bytes_total: None,
    });
    let run = Run {
        source,
        target,
        plan: &plan,
        format: options.format,
        observer,
        interrupt,
        media: Mutex::default(),
        number: AtomicUsize::new(0),
        counts: Counts::default(),
        lost: Mutex::default(),
        failure: OnceLock::new(),
    };
    run.write_all()?;
    let Run {
        media,
        counts,
        lost,
        ..
    } = run;
    let mut lost = lost.into_inner().unwrap_or_else(PoisonError::into_inner);
    lost.sort();
    let media = media.into_inner().unwrap_or_else(PoisonError::into_inner);
    let is_there = |medium: &&Medium| matches!(medium.get(), Some(Ok(_)));
    Ok(Outcome {
        articles: counts.articles.into_inner(),
        media: media.values().filter(|m| is_there(&&***m)).count() as u64,
        files: counts.files.into_inner(),
        bytes: counts.bytes.into_inner(),
        missing_items: plan.missing_items,
        lost: plan.lost.into_iter().chain(lost).collect(),
        findings: Vec::new(),
    })
}

/// Where a medium was written, or why it was not; empty while it is on its way.
type Medium = OnceLock<Result<String, LostReason>>;

#[derive(Default)]
struct Counts {
    articles: AtomicU64,
    files: AtomicU64,
    bytes: AtomicU64,
}

struct Run<'a> {
    source: Source<'a>,
    target: &'a Target,
    plan: &'a Plan,
    format: Format,
    observer: &'a dyn Observer,
    interrupt: &'a Interrupt,
    media: Mutex<HashMap<Sha256, Arc<Medium>>>,
    number: AtomicUsize,
    counts: Counts,
    lost: Mutex<Vec<Lost>>,
    /// Why the target takes no more.
    failure: OnceLock<PathError>,
}

/// The run ends before its end; `failure` says why, or someone asked for it.
struct Stop;

impl Run<'_> {
    fn write_all(&self) -> Result<(), Error> {
        let mut folders = self.plan.folders();
        folders.insert(MEDIA);
        let stopped = self
            .target
            .make_folders(folders.iter().copied())
            .map_err(|error| self.fail(error))
            .and_then(|()| {
                let articles = self.plan.articles.par_iter();
                articles.try_for_each(|article| self.write_one(article))
            })
            .and_then(|()| {
                let folders = folders.iter().rev().map(|folder| (*folder, None));
                self.target
                    .finish(folders)
                    .map_err(|error| self.fail(error))
            });
        stopped.map_err(|Stop| {
            let files = self.counts.files.load(Ordering::Relaxed);
            match self.failure.get() {
                Some(error) => Error::Write {
                    files,
                    source: PathError {
                        action: error.action,
                        path: error.path.clone(),
                        source: std::io::Error::new(error.source.kind(), error.source.to_string()),
                    },
                },
                None => Error::Interrupted { files },
            }
        })
    }

    fn fail(&self, error: PathError) -> Stop {
        // The first is told.
        let _ = self.failure.set(error);
        Stop
    }

    fn write_one(&self, article: &Article) -> Result<(), Stop> {
        if self.interrupt.is_set() || self.failure.get().is_some() {
            return Err(Stop);
        }
        let meta = self.meta(article);
        let page = match self.source.proven(&article.page(), limits::RAW_BYTES_MAX) {
            Ok(page) => page,
            Err(reason) => {
                self.lose(article.about(), article.page(), reason);
                self.advance();
                return Ok(());
            }
        };
        let beside = Beside { run: self, article };
        let body = match self.format {
            Format::Markdown => {
                let cover = meta.as_ref().and_then(|meta| beside.cover(meta));
                let mut body = front::matter(article, meta.as_ref(), cover.as_deref());
                let text = html::markdown(&String::from_utf8_lossy(&page), &beside);
                if !text.is_empty() {
                    body.push('\n');
                }
                body.push_str(&text);
                body.into_bytes()
            }
            Format::Text => {
                let mut body = front::lines(article, meta.as_ref());
                body.push_str(&html::plain_text(&String::from_utf8_lossy(&page), &beside));
                body.into_bytes()
            }
            Format::HtmlSingle => self.single(article, &page, &beside),
            Format::Html | Format::Csv => {
                entry_links::turn_each(&page, &article.page(), |named| beside.url_of(named))
            }
        };
        // A picture may have found the disk full.
        if self.failure.get().is_some() {
            return Err(Stop);
        }
        let file = self.new_file(&article.target, article.update_time, None);
        match self
            .target
            .write(&file, &body[..], None, &mut [0; 4096], &|_| {})
        {
            Ok(()) => {}
            Err(FileError::Target(error)) => return Err(self.fail(error)),
            Err(FileError::Lost(reason)) => {
                self.lose(article.about(), article.page(), reason);
                return Ok(());
            }
        }
        self.counts.articles.fetch_add(1, Ordering::Relaxed);
        self.wrote(body.len() as u64);
        self.advance();
        Ok(())
    }

    /// What is known of an article beside its text; where that is lost, what
    /// its record says has to do.
    fn meta(&self, article: &Article) -> Option<ArticleMeta> {
        let path = article.meta();
        let meta = self
            .source
            .proven(&path, limits::RAW_BYTES_MAX)
            .and_then(|bytes| {
                serde_json::from_slice(&bytes)
                    .map_err(|_| LostReason::BadRecord(message!("lost-no-article")))
            });
        meta.map_err(|reason| self.lose(article.about(), path, reason))
            .ok()
    }

    /// The page with its pictures inside, as far as they are not too many.
    fn single(&self, article: &Article, page: &[u8], beside: &Beside<'_>) -> Vec<u8> {
        let mut inline: HashMap<Sha256, Option<String>> = HashMap::new();
        let mut bytes = 0;
        let mut left_out = 0_u64;
        let page = entry_links::turn_each(page, &article.page(), |named| {
            let (sha256, kind) = match layout::parse_blob(named) {
                Some((sha256, kind)) if kind.mime().starts_with("image/") => (sha256, kind),
                _ => return beside.url_of(named),
            };
            let url = inline.entry(sha256).or_insert_with(|| {
                let entry_bytes = self.source.archive.entry(named).map_or(0, |e| e.bytes);
                if bytes + entry_bytes > INLINE_BYTES_MAX {
                    left_out += 1;
                    return None;
                }
                let picture = self.source.proven(named, INLINE_BYTES_MAX).ok()?;
                bytes += entry_bytes;
                Some(data_url(kind, &picture))
            });
            // One that was not put in is looked for as a file, and told if lost.
            url.clone().or_else(|| beside.url_of(named))
        });
        if left_out > 0 {
            self.observer.event(&Event::Warning {
                code: "not_inlined",
                about: &article.target,
                message: &message!("extract-not-inlined", count = left_out.to_string()),
            });
        }
        page
    }

    /// Writes a medium, if that was not tried before; gives where it is.
    fn medium(&self, path: &EntryPath) -> Result<String, LostReason> {
        let Some((sha256, kind)) = layout::parse_blob(path) else {
            return Err(LostReason::Absent);
        };
        let medium = {
            let mut media = self.media.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(media.entry(sha256).or_default())
        };
        let written = medium.get_or_init(|| {
            let written = self.write_medium(path, sha256, kind);
            if let Err(reason) = &written
                && self.failure.get().is_none()
            {
                self.lose(path.to_string(), path.clone(), reason.clone());
            }
            written
        });
        written.clone()
    }

    fn write_medium(
        &self,
        path: &EntryPath,
        sha256: Sha256,
        kind: FileKind,
    ) -> Result<String, LostReason> {
        self.source.holdings.get(path).ok_or(LostReason::Absent)?;
        let entry = self.source.archive.entry(path).ok_or(LostReason::Absent)?;
        let digest = sha256.to_string();
        let name = format!("{MEDIA}/{}.{}", &digest[..DIGITS], kind.extension());
        let file = self.new_file(&name, 0, Some(sha256));
        let mut buffer = vec![0; BUFFER_BYTES];
        let reader = self.source.archive.reader(entry);
        match self.target.write(&file, reader, None, &mut buffer, &|_| {}) {
            Ok(()) => {
                self.wrote(entry.bytes);
                Ok(name)
            }
            Err(FileError::Lost(reason)) => Err(reason),
            Err(FileError::Target(error)) => {
                let reason = LostReason::Unreadable(Message::said(&error));
                self.fail(error);
                Err(reason)
            }
        }
    }

    fn new_file<'f>(&self, path: &'f str, time: i64, sha256: Option<Sha256>) -> NewFile<'f> {
        NewFile {
            number: self.number.fetch_add(1, Ordering::Relaxed),
            path,
            modified: human_name::usable_time(time).map(|_| time),
            sha256,
        }
    }

    fn wrote(&self, bytes: u64) {
        self.counts.files.fetch_add(1, Ordering::Relaxed);
        self.counts.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.observer.event(&Event::Advanced { items: 0, bytes });
    }

    fn advance(&self) {
        self.observer.event(&Event::Advanced { items: 1, bytes: 0 });
    }

    fn lose(&self, about: String, path: EntryPath, reason: LostReason) {
        let lost = Lost {
            about,
            path: Some(path),
            reason,
        };
        self.lost
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(lost);
    }
}

fn data_url(kind: FileKind, bytes: &[u8]) -> String {
    let mut url = format!("data:{};base64,", kind.mime());
    BASE64_STANDARD.encode_string(bytes, &mut url);
    url
}

/// Where things are, seen from the file of an article.
struct Beside<'a> {
    run: &'a Run<'a>,
    article: &'a Article,
}

impl Beside<'_> {
    fn cover(&self, meta: &ArticleMeta) -> Option<String> {
        let cover = meta.assets.iter().find(|asset| asset.role == "cover")?;
        self.url_of(cover.path.as_ref()?)
    }

    /// The URL of what the archive has at `named`; a page that is not taken out
    /// is nowhere.
    fn url_of(&self, named: &EntryPath) -> Option<String> {
        match self.look(named) {
            Ok(url) => Some(url),
            Err(_) => (named.extension() == Some("html")).then(|| "#".to_owned()),
        }
    }

    fn look(&self, named: &EntryPath) -> Result<String, LostReason> {
        let from = &self.article.target;
        if layout::is_blob(named) {
            let path = self.run.medium(named)?;
            return Ok(entry_links::relative_url(from, &path));
        }
        let page = self.run.plan.target_of(named).ok_or(LostReason::Absent)?;
        Ok(entry_links::relative_url(from, page))
    }
}

impl Places for Beside<'_> {
    fn place(&self, href: &str) -> Place {
        let path = href.split('#').next().unwrap_or_default();
        match entry_links::resolve(&self.article.page(), path.as_bytes()) {
            None => Place::Elsewhere,
            Some(named) => match self.look(&named) {
                Ok(url) => Place::Here(url),
                Err(_) => Place::Lost("备份中的文件已损坏或不存在".to_owned()),
            },
        }
    }
}
