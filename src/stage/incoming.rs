//! A body on its way in: small ones in memory, large ones straight to a file.

use std::io::{self, Write as _};
use std::path::PathBuf;

use tempfile::NamedTempFile;

use crate::model::{FileKind, Fingerprint, Fingerprinter, SNIFF_BYTES};

/// Bodies up to this length are held in memory until the pack has them.
/// Sixteen downloads side by side then hold 16 MiB at most.
pub const SMALL_BYTES_MAX: usize = 1024 * 1024;

/// How the names of files begin that are not whole yet.
pub(super) const PREFIX: &str = "incoming-";

/// Takes one body in any task; hashes it on the way. What is not finished leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    folder: PathBuf,
    print: Fingerprinter,
    head: Vec<u8>,
    small: Vec<u8>,
    large: Option<NamedTempFile>,
}

/// A body that has arrived as a whole.
#[derive(Debug)]
pub struct Landed {
    /// What is known of its bytes.
    pub print: Fingerprint,
    /// What its bytes are.
    pub kind: FileKind,
    /// Width and height in pixels, where the header of a picture says so.
    pub size: Option<(u32, u32)>,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Small(Vec<u8>),
    Large(NamedTempFile),
}

impl Incoming {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            print: Fingerprinter::default(),
            head: Vec::new(),
            small: Vec::new(),
            large: None,
        }
    }

    /// Forgets what came so far: the body comes again from its start.
    pub fn restart(&mut self) {
        *self = Self::new(std::mem::take(&mut self.folder));
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// The file system's, such as a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.print.update(bytes);
        let wanted = SNIFF_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        if let Some(file) = &mut self.large {
            return file.write_all(bytes);
        }
        if self.small.len() + bytes.len() <= SMALL_BYTES_MAX {
            self.small.extend_from_slice(bytes);
            return Ok(());
        }
        let mut file = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempfile_in(&self.folder)?;
        file.write_all(&self.small)?;
        file.write_all(bytes)?;
        self.small = Vec::new();
        self.large = Some(file);
        Ok(())
    }

    /// The whole body.
    pub fn finish(self) -> Landed {
        let kind = FileKind::of(&self.head);
        let size = match &self.large {
            None => imagesize::blob_size(&self.small),
            Some(file) => imagesize::size(file.path()),
        };
        let size = size.ok().and_then(|size| {
            Some((
                u32::try_from(size.width).ok()?,
                u32::try_from(size.height).ok()?,
            ))
        });
        let body = self.large.map_or(Body::Small(self.small), Body::Large);
        Landed {
            print: self.print.finish(),
            kind,
            size,
            body,
        }
    }
}
