//! An archive in a browser: its own pages straight out of the zip, a search
//! over its articles, and the facts of its run.
//!
//! Nothing is unpacked and nothing is written. The server listens on this
//! machine alone, and answers only whoever has followed the address that it was
//! started with (see [`access`]): an archive holds drafts that nobody has
//! published. What an archive holds is hostile; it is served under a policy
//! that runs no script but ours and loads nothing from elsewhere, with the type
//! that our own table of file kinds gives it. A script out of an archive is ours
//! if it is the very one that this program writes, or nothing but rows for it.

pub mod access;
mod answer;
mod content;
mod marks;
mod pages;
mod range;
mod texts;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

use crate::archive::check;
use crate::archive::check::{CheckError, Level, WholeFile};
use crate::archive::records;
use crate::archive::records::DocumentError;
use crate::archive::{Archive, Identities, OpenError, Source};
use crate::browse::access::{Door, Keys};
use crate::browse::texts::Texts;
use crate::event::{Event, Observer, Silent};
use crate::interrupt::Interrupt;
use crate::message;
use crate::record::archive::ArchiveDocument;
use crate::record::completeness::Completeness;
use crate::text::Message;

/// Why an archive cannot be browsed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read, or it is no archive.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It does not say what it is, or is of a kind that this program must not
    /// guess at.
    #[error("{}", message!("archive-cannot-read-document", archive = archive))]
    Document {
        /// Its name.
        archive: String,
        /// Why not.
        source: DocumentError,
    },
    /// Nothing can listen at the port.
    #[error("{}", message!("browse-cannot-listen", port = port.to_string()))]
    Listen {
        /// The port, 0 for any that is free.
        port: u16,
        /// What the system answered.
        source: io::Error,
    },
    /// The server broke off.
    #[error("{}", message!("browse-broke-off"))]
    Serve(#[source] io::Error),
}

/// An archive, opened for browsing.
#[derive(Debug)]
pub struct Library {
    archive: Archive,
    document: ArchiveDocument,
    completeness: Completeness,
    /// What is wrong with the file as far as its head and tail tell.
    warning: Option<Message>,
}

impl Library {
    /// Opens the archive at `path`: its directory and two of its documents are
    /// read, so that it takes no longer for a large one.
    ///
    /// One that another program has packed anew, or whose head is damaged, is
    /// opened as it is, with a warning: entries are checked against their CRC-32
    /// while they are read, and `verify` says what is wrong.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, is no archive, or is one of an unknown version.
    pub fn open(
        path: &Path,
        identities: &Identities,
        observer: &dyn Observer,
    ) -> Result<Self, Error> {
        let at = |source| OpenError::Open {
            path: path.to_owned(),
            source,
        };
        // Opening a named pipe would block for ever.
        let kind = path.metadata().map_err(at)?.file_type();
        if !kind.is_file() && !kind.is_dir() {
            let reason = message!("browse-not-a-file");
            return Err(at(io::Error::new(io::ErrorKind::InvalidInput, reason)).into());
        }
        let source = Source::open(path, identities)?;
        let name = path.display().to_string();
        let warning = first_look(&source, &name);
        let archive = Archive::of_source(source, name)?;
        let said = |source| Error::Document {
            archive: archive.name().to_owned(),
            source,
        };
        let document = records::archive_document(&archive).map_err(said)?;
        records::understand_features(&document).map_err(said)?;
        let completeness = records::completeness(&archive).map_err(said)?;
        if let Some(message) = &warning {
            observer.event(&Event::Warning {
                code: "not_canonical",
                about: archive.name(),
                message,
            });
        }
        Ok(Self {
            archive,
            document,
            completeness,
            warning,
        })
    }

    /// The archive.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What it says of itself.
    pub fn document(&self) -> &ArchiveDocument {
        &self.document
    }
}

/// The first thing that is wrong with the head or the tail of the file. What
/// keeps it from being opened is told by the opening.
fn first_look(source: &Source, name: &str) -> Option<Message> {
    let options = check::Options {
        name,
        level: Level::Quick,
        jobs: NonZeroUsize::MIN,
        whole_file: WholeFile::Skip,
        trust: None,
    };
    // Nobody can interrupt a look that takes no time.
    let looked: Result<_, CheckError> =
        check::zip(source, &options, &Silent, &Interrupt::default());
    let finding = looked.ok()?.findings.into_iter().next()?;
    Some(message!(
        "browse-not-canonical",
        finding = Message::said(&finding)
    ))
}

/// A server that listens and does not answer yet.
pub struct Server {
    listener: TcpListener,
    port: u16,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// What every answer is made from.
struct Shared {
    library: Library,
    door: Door,
    texts: OnceCell<Texts>,
    observer: Arc<dyn Observer>,
}

impl Server {
    /// Listens on 127.0.0.1, at `port` or, for 0, at one that is free.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`].
    pub async fn listen(
        library: Library,
        port: u16,
        keys: Keys,
        observer: Arc<dyn Observer>,
    ) -> Result<Self, Error> {
        let listen = |source| Error::Listen { port, source };
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .await
            .map_err(listen)?;
        let port = listener.local_addr().map_err(listen)?.port();
        Ok(Self {
            listener,
            port,
            shared: Arc::new(Shared {
                library,
                door: Door::new(port, &keys),
                texts: OnceCell::new(),
                observer,
            }),
        })
    }

    /// The address to begin at. It holds the token, which opens the archive to
    /// the first who follows it, and to nobody else.
    pub fn address(&self) -> String {
        self.shared.door.address()
    }

    /// Answers until someone asks to stop; what is under way then is cut.
    ///
    /// The texts of the articles are read meanwhile, so that the first search
    /// finds them there.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`].
    pub async fn serve(self, interrupt: &Interrupt) -> Result<(), Error> {
        let reading = Arc::clone(&self.shared);
        let reader = tokio::spawn(async move {
            reading.texts().await;
        });
        let router = Router::new()
            .fallback(answer_to)
            .with_state(Arc::clone(&self.shared));
        let served = tokio::select! {
            served = async { axum::serve(self.listener, router).await } => served.map_err(Error::Serve),
            () = interrupt.wait() => Ok(()),
        };
        reader.abort();
        served
    }
}

impl Shared {
    /// The texts of the articles; the first who asks waits until they are read.
    async fn texts(self: &Arc<Self>) -> &Texts {
        self.texts
            .get_or_init(|| async {
                let shared = Arc::clone(self);
                let read = move || Texts::read(&shared.library.archive);
                tokio::task::spawn_blocking(read).await.unwrap_or_default()
            })
            .await
    }
}

async fn answer_to(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    answer::answer(&shared, &parts).await
}
