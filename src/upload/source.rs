//! The archive that is put back, read only where it is proven.

use std::path::Path;

use crate::archive;
use crate::archive::recovery;
use crate::archive::recovery::{Holdings, OpenFailure, Opened};
use crate::archive::{Archive, Identities, limits, records};
use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::model::{EntryPath, Fingerprinter, ItemStatus, Section, layout};
use crate::record::archive::ArchiveDocument;
use crate::record::article::ArticleMeta;
use crate::record::item::ArticleRecord;
use crate::upload::Error;
use crate::upload::fit::Unfit;
use crate::wechat::wire;
use crate::wechat::wire::ArticleFields;

/// The most bytes of a file that is uploaded: no kind may be larger.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// An open archive.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) archive: Archive,
    pub(super) document: ArchiveDocument,
    holdings: Holdings,
    /// What is wrong with the container, told already.
    pub(super) findings: u64,
}

/// The articles of one news, draft or publication.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) section: Section,
    pub(super) articles: Vec<Article>,
}

/// One article: what WeChat said of it, and what the archive knows of its files.
#[derive(Debug)]
pub(super) struct Article {
    pub(super) fields: ArticleFields,
    pub(super) meta: ArticleMeta,
}

impl Source {
    pub(super) fn open(
        path: &Path,
        identities: &Identities,
        observer: &dyn Observer,
        interrupt: &Interrupt,
    ) -> Result<Self, Error> {
        let source = archive::Source::open(path, identities).map_err(Error::Open)?;
        let name = path.display().to_string();
        let Opened {
            archive,
            findings,
            damaged,
        } = recovery::open(source, &name, observer, interrupt).map_err(|error| match error {
            OpenFailure::Open(error) => Error::Open(error),
            OpenFailure::Interrupted => Error::Interrupted,
        })?;
        for finding in &findings {
            let archive = &name;
            observer.event(&Event::Finding { archive, finding });
        }
        // Without it nobody knows whose library it is.
        let document = records::archive_document(&archive).map_err(Error::Unknown)?;
        records::understand_features(&document).map_err(Error::Unknown)?;
        let (holdings, _) = recovery::holdings(&archive, damaged);
        Ok(Self {
            archive,
            document,
            holdings,
            findings: findings.len() as u64,
        })
    }

    /// The bytes of a file, if they are those that the archive was made with.
    pub(super) fn proven(&self, path: &EntryPath, bytes_max: u64) -> Result<Vec<u8>, Unfit> {
        let expected = self.holdings.get(path).ok_or(Unfit::NotInArchive)?;
        let bytes = self
            .archive
            .read(path, bytes_max)
            .map_err(|_| Unfit::Damaged)?;
        let mut print = Fingerprinter::default();
        print.update(&bytes);
        match expected {
            Some(expected) if expected != print.finish().sha256 => Err(Unfit::Damaged),
            _ => Ok(bytes),
        }
    }

    /// The bytes of a blob.
    pub(super) fn blob(&self, path: &EntryPath) -> Result<Vec<u8>, Unfit> {
        self.proven(path, FILE_BYTES_MAX)
    }

    /// How long a blob is, if the archive has it.
    pub(super) fn blob_bytes(&self, path: &EntryPath) -> Option<u64> {
        self.holdings.get(path)?;
        Some(self.archive.entry(path)?.bytes)
    }

    /// The articles of a record.
    pub(super) fn group(&self, record: &ArticleRecord) -> Result<Group, Unfit> {
        if record.status == ItemStatus::Missing {
            return Err(Unfit::NotInArchive);
        }
        // What came as something else than JSON has no articles to read.
        let raw = layout::article_raw_json(&record.akey);
        let raw = self.proven(&raw, limits::RAW_BYTES_MAX)?;
        let group = wire::parse_article_group(&raw).map_err(|_| Unfit::Unreadable)?;
        let articles = (1..)
            .zip(group.articles)
            .map(|(idx, fields)| {
                let path = layout::article_meta(&record.akey, idx);
                let meta = self.proven(&path, limits::RAW_BYTES_MAX)?;
                let meta = serde_json::from_slice(&meta).map_err(|_| Unfit::Damaged)?;
                Ok(Article { fields, meta })
            })
            .collect::<Result<Vec<_>, _>>()?;
        if articles.is_empty() {
            return Err(Unfit::Unreadable);
        }
        Ok(Group {
            section: record.source,
            articles,
        })
    }
}

/// The account in the address of an article.
pub(super) fn biz_of(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    let found = url.query_pairs().find(|(name, _)| name == "__biz");
    found.map(|(_, biz)| biz.into_owned())
}
