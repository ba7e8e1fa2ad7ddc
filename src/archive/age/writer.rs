//! Writes an age file.

use std::io::{self, Read, Write};

use super::Recipient;

/// Encrypts all that `from` gives for `recipients`, of whom there is at least
/// one, into `to`. The bytes are not yet forced to the disk.
///
/// # Errors
///
/// Where either side fails: then what was written is no age file.
pub fn encrypt<W: Write>(from: &mut impl Read, recipients: &[Recipient], to: W) -> io::Result<W> {
    let keys = recipients.iter().map(|it| &it.0 as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(keys).map_err(io::Error::other)?;
    let mut writer = encryptor.wrap_output(to)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return writer.finish(),
            Ok(read) => writer.write_all(&buffer[..read])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
