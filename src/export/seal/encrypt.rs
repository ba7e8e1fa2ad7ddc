//! The age file of an archive: made of the finished zip, read back, and given
//! its name in the output folder. The zip itself never gets a name there.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::publish::{Partial, archive_name};
use super::sidecars;
use crate::archive;
use crate::archive::{FileRange, OpenError, Recipient, Source, WriteError};
use crate::error::PathContext as _;
use crate::error::system;
use crate::event::{Event, Phase};
use crate::export::{Error, PLAIN_COPIES, Run};
use crate::fs;
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::{Fingerprint, Fingerprinter, Sha256};
use crate::record::receipt::{AGE, Encryption, Receipt};
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
    /// Encrypts the zip in `plain`, which was found sound with that length and
    /// digest, and reads back what was written: by its digest, and with a key, where one opens
    /// it, to the last byte of the zip.
    pub(super) fn make(
        run: &Run,
        plain: &File,
        (plain_bytes, plain_sha256): (u64, &Sha256),
    ) -> Result<Self, Error> {
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
        let verified = (plain_bytes, *plain_sha256);
        let print = write(
            plain,
            verified,
            &run.options.recipients,
            &file,
            &run.interrupt,
        )?;
        file.sync_all().at("sync", &made.path)?;
        (made.bytes, made.sha256) = (print.bytes, print.sha256);
        let read_back = archive::file_sha256(&file, &run.interrupt);
        run.check_interrupt()?;
        let read_back = read_back.at("read", &made.path)?;
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
            print: Fingerprinter::default(),
        };
        let read = io::copy(&mut plain, &mut io::sink());
        run.check_interrupt()?;
        if read.is_err() || plain.print.finish().sha256 != *plain_sha256 {
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
        receipt: impl Fn(String, Option<Encryption>) -> Receipt,
    ) -> Result<Receipt, Error> {
        let (output, app_id) = (&run.options.output, &run.options.app_id);
        let mut stamp = run.id;
        let receipt = loop {
            let name = archive_name(app_id, stamp);
            let encrypted = format!("{name}.age");
            let to = output.join(&encrypted);
            let receipt = receipt(name.clone(), Some(self.encryption(run, encrypted)));
            sidecars::promise(run, &receipt);
            if (self.is_readable || plain.keep(&name)?) && self.publish_as(&to)? {
                break receipt;
            }
            stamp = stamp.next();
        };
        let kept = (!self.is_readable).then_some(receipt.file_name.as_str());
        forget_copies(run, kept);
        Ok(receipt)
    }

    /// What the receipt says of it.
    fn encryption(&self, run: &Run, file_name: String) -> Encryption {
        let recipients = run.options.recipients.iter();
        Encryption {
            scheme: AGE.to_owned(),
            file_name,
            file_bytes: self.bytes,
            file_sha256: self.sha256,
            recipients: recipients.map(ToString::to_string).collect(),
        }
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

/// Encrypts `plain` into `to`: the length and the digest of what was written.
/// It is read once more than it was `verified`, and must be the same again.
fn write(
    plain: &File,
    verified: (u64, Sha256),
    recipients: &[Recipient],
    to: impl Write,
    interrupt: &Interrupt,
) -> Result<Fingerprint, Error> {
    let mut zip = Watched {
        range: FileRange::new(plain, 0, u64::MAX),
        interrupt,
        print: Fingerprinter::default(),
    };
    let to = Hashed {
        file: to,
        print: Fingerprinter::default(),
    };
    let written = archive::encrypt(&mut zip, recipients, to);
    if interrupt.is_set() {
        return Err(Error::Interrupted);
    }
    let written = written.map_err(|error| Error::Write(WriteError::Write(error)))?;
    let read = zip.print.finish();
    if (read.bytes, read.sha256) != verified {
        return Err(Error::ReadBack(message!("export-changed-since")));
    }
    Ok(written.print.finish())
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

/// A reader that hashes what it gives, and ends when someone asks to stop.
struct Watched<'a> {
    range: FileRange<'a>,
    interrupt: &'a Interrupt,
    print: Fingerprinter,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.interrupt.is_set() {
            return Err(io::ErrorKind::Other.into());
        }
        let read = self.range.read(buffer)?;
        self.print.update(&buffer[..read]);
        Ok(read)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_that_is_no_longer_what_was_verified_is_not_encrypted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let recipient = age::x25519::Identity::generate().to_public().to_string();
        let recipients = [recipient.parse().unwrap()];
        let interrupt = Interrupt::default();
        fs::write_atomic(&path, b"as it was").unwrap();
        let verified = (9, Sha256::of(b"as it was"));
        for (text, is_same) in [
            (&b"as it was"[..], true),
            (b"as it is!", false),
            (b"as it wa", false),
            (b"as it was.", false),
        ] {
            fs::write_atomic(&path, text).unwrap();
            let plain = File::open(&path).unwrap();
            let mut to = Vec::new();
            let written = write(&plain, verified, &recipients, &mut to, &interrupt);
            match written {
                Ok(print) if is_same => assert_eq!(print.sha256, Sha256::of(&to)),
                Err(Error::ReadBack(_)) if !is_same => {}
                other => panic!("{text:?}: {other:?}"),
            }
        }
    }
}
