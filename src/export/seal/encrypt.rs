//! The age file of an archive: made of the finished zip, read back, and given
//! its name in the output folder. The zip itself never gets a name there.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::publish::{Partial, archive_name};
use crate::archive;
use crate::archive::{FileRange, OpenError, Source, WriteError};
use crate::error::PathContext as _;
use crate::error::system;
use crate::event::{Event, Phase};
use crate::export::{Error, PLAIN_COPIES, Run};
use crate::fs;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{Fingerprinter, Sha256};
use crate::record::receipt::{AGE, Encryption};
use crate::text::Message;

/// An age file before it has its name. Dropped unpublished, it is gone.
pub(super) struct Encrypted {
    path: PathBuf,
    bytes: u64,
    sha256: Sha256,
    /// Whether this host can read it, and needs no plain copy to build on.
    is_readable: bool,
    is_published: bool,
}

impl Encrypted {
    /// Encrypts the zip in `plain`, whose digest is `plain_sha256`, and reads
    /// back what was written: by its digest, and with a key, where one opens
    /// it, to the last byte of the zip.
    pub(super) fn make(
        run: &Run,
        plain: &File,
        name: &Path,
        plain_sha256: &Sha256,
    ) -> Result<Self, Error> {
        let plain_bytes = plain.metadata().at("read", name)?.len();
        run.observer.event(&Event::Phase {
            phase: Phase::Seal,
            section: None,
            items_total: None,
            bytes_total: Some(plain_bytes),
        });
        let file_name = archive_name(&run.options.app_id, run.id);
        let path = run.options.output.join(format!("{file_name}.age.partial"));
        let file = fs::create_new(&path)?;
        let mut made = Self {
            path,
            bytes: 0,
            sha256: Sha256::of(b""),
            is_readable: false,
            is_published: false,
        };
        let mut zip = Watched {
            range: FileRange::new(plain, 0, plain_bytes),
            interrupt: &run.interrupt,
        };
        let to = Hashed {
            file: &file,
            print: Fingerprinter::default(),
        };
        let written = archive::encrypt(&mut zip, &run.options.recipients, to);
        run.check_interrupt()?;
        let print = written
            .map_err(|error| Error::Write(WriteError::Write(error)))?
            .print
            .finish();
        file.sync_all().at("sync", &made.path)?;
        (made.bytes, made.sha256) = (print.bytes, print.sha256);
        let read_back = archive::file_sha256(&file).at("read", &made.path)?;
        if read_back != made.sha256 {
            return Err(Error::ReadBack(message!("export-encrypted-differs")));
        }
        made.is_readable = made.decrypts(run, file, plain_sha256)?;
        Ok(made)
    }

    /// Whether one of the keys opens it; then it must hold the zip.
    fn decrypts(&self, run: &Run, file: File, plain_sha256: &Sha256) -> Result<bool, Error> {
        let name = self.path.display().to_string();
        let source = match Source::of_file(file, &name, &run.options.identities) {
            Ok(source) => source,
            Err(OpenError::Encrypted { .. } | OpenError::NoKeyFits { .. }) => return Ok(false),
            Err(error) => return Err(Error::ReadBack(Message::said(&error))),
        };
        let mut plain = Watched {
            range: FileRange::new(&source, 0, source.bytes()),
            interrupt: &run.interrupt,
        };
        let mut print = Hashed {
            file: io::sink(),
            print: Fingerprinter::default(),
        };
        let read = io::copy(&mut plain, &mut print);
        run.check_interrupt()?;
        if read.is_err() || print.print.finish().sha256 != *plain_sha256 {
            return Err(Error::ReadBack(message!("export-encrypted-differs")));
        }
        Ok(true)
    }

    /// Gives it its name. Without a key for it the zip is kept for the next run,
    /// under that name, before the age file has its own: whatever stops the run
    /// in between leaves one to build on.
    pub(super) fn publish(
        mut self,
        run: &Run,
        plain: &mut Partial,
    ) -> Result<(String, Encryption), Error> {
        let (output, app_id) = (&run.options.output, &run.options.app_id);
        let mut stamp = run.id;
        let file_name = loop {
            let name = archive_name(app_id, stamp);
            if (self.is_readable || plain.keep(&name)?)
                && self.publish_as(&output.join(format!("{name}.age")))?
            {
                break name;
            }
            stamp = stamp.next();
        };
        forget_copies(run, (!self.is_readable).then_some(file_name.as_str()));
        let encryption = Encryption {
            scheme: AGE.to_owned(),
            file_name: format!("{file_name}.age"),
            file_bytes: self.bytes,
            file_sha256: self.sha256,
            recipients: run
                .options
                .recipients
                .iter()
                .map(ToString::to_string)
                .collect(),
        };
        Ok((file_name, encryption))
    }

    /// `false` where the name is taken.
    fn publish_as(&mut self, to: &Path) -> Result<bool, Error> {
        match fs::publish(&self.path, to) {
            Ok(()) => {
                self.is_published = true;
                Ok(true)
            }
            Err(error) if error.source.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Encrypted {
    fn drop(&mut self) {
        if !self.is_published {
            // Nothing more can be done about it here; the next run removes it.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Removes the plain copies but the one of this name: a newer archive stands.
pub(super) fn forget_copies(run: &Run, but: Option<&str>) {
    let folder = run.folder.join(PLAIN_COPIES);
    let Ok(listed) = std::fs::read_dir(&folder) else {
        return;
    };
    for copy in listed.flatten() {
        let is_zip = copy.path().extension().is_some_and(|it| it == "zip");
        if !is_zip || but.is_some_and(|name| copy.file_name() == *name) {
            continue;
        }
        if let Err(error) = std::fs::remove_file(copy.path()) {
            run.observer.event(&Event::Warning {
                code: "old_copy",
                about: &copy.path().display().to_string(),
                message: &message!("export-old-copy", error = system(&error)),
            });
        }
    }
}

/// A reader that ends when someone asks to stop.
struct Watched<'a> {
    range: FileRange<'a>,
    interrupt: &'a Interrupt,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interrupt.is_set() {
            return Err(io::ErrorKind::Other.into());
        }
        self.range.read(buffer)
    }
}

/// A writer that hashes what goes through.
struct Hashed<W> {
    file: W,
    print: Fingerprinter,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.print.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
