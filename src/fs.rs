//! The few ways in which the program changes a disk.
//!
//! Nothing is truncated, nothing is replaced unless that is the purpose, and
//! what must survive a power cut is made durable before it gets its name.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use crate::error::{PathContext as _, PathError};
use crate::message;

/// Creates a file that must not exist yet, readable by its owner alone.
///
/// # Errors
///
/// Names the path; `AlreadyExists` where something has that name.
pub fn create_new(path: &Path) -> Result<File, PathError> {
    owner_only()
        .read(true)
        .write(true)
        .create_new(true)
        .open(path)
        .at("create", path)
}

/// Opens a file for reading and appending; creates it, for its owner alone, where there is none.
///
/// # Errors
///
/// Names the path; also where it is a link.
pub fn open_append(path: &Path) -> Result<File, PathError> {
    owner_only()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .at("open", path)
}

/// Opens a file for reading and writing; creates it, for its owner alone, where there is none.
///
/// # Errors
///
/// Names the path; also where it is a link.
pub fn open_read_write(path: &Path) -> Result<File, PathError> {
    owner_only()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .at("open", path)
}

/// Writes some of `bytes` at `offset`, wherever the file's position is; gives how many.
///
/// # Errors
///
/// The system's.
pub fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_at(file, bytes, offset);
    #[cfg(windows)]
    return std::os::windows::fs::FileExt::seek_write(file, bytes, offset);
}

/// Fills `bytes` from `offset` on, without moving the file's position.
///
/// # Errors
///
/// `UnexpectedEof` where the file ends before.
pub fn read_exact_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
    }
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            match std::os::windows::fs::FileExt::seek_read(
                file,
                &mut bytes[done..],
                offset + done as u64,
            )? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        Ok(())
    }
}

/// Makes a folder and those above it; the last one for its owner alone.
///
/// # Errors
///
/// Names the path.
pub fn create_private_dir(path: &Path) -> Result<(), PathError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).at("create-folder", path)
}

/// Makes a folder of the program's own, for its owner alone, in one that is
/// there and that others may write into. A link in its place is refused: whoever
/// planted it would choose where things are written.
///
/// # Errors
///
/// Names the path.
pub fn create_own_dir(path: &Path) -> Result<(), PathError> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.at("create-folder", path),
    }
    if path.symlink_metadata().at("read", path)?.is_symlink() {
        let reason = message!("path-is-a-link");
        let refused = io::Error::new(io::ErrorKind::NotADirectory, reason);
        return Err(refused).at("open-folder", path);
    }
    Ok(())
}

/// Gives a finished file its final name, replacing nothing, and makes both durable.
///
/// # Errors
///
/// `AlreadyExists` where `to` exists; then `from` is still there.
pub fn publish(from: &Path, to: &Path) -> Result<(), PathError> {
    rename_new(from, to).at("rename", to)?;
    sync_parent(to)
}

/// Writes a small file as a whole: whoever reads `path` sees the old bytes or
/// the new ones. A file of that name is replaced.
///
/// # Errors
///
/// Names the path; then `path` is as it was.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    whole_file(path, bytes)?
        .persist(path)
        .map_err(|error| error.error)
        .at("write", path)?;
    sync_parent(path)
}

/// As [`write_atomic`], for a file that every user of the machine may read.
///
/// # Errors
///
/// Names the path; then `path` is as it was.
pub fn write_atomic_for_all(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    let file = whole_file(path, bytes)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file()
            .set_permissions(mode)
            .at("change-the-mode-of", path)?;
    }
    file.persist(path)
        .map_err(|error| error.error)
        .at("write", path)?;
    sync_parent(path)
}

/// Writes a small file as a whole, readable by its owner alone, under a name
/// that must be free.
///
/// # Errors
///
/// Names the path; `AlreadyExists` where something has that name. Then `path`
/// is as it was.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), PathError> {
    whole_file(path, bytes)?
        .persist_noclobber(path)
        .map_err(|error| error.error)
        .at("create", path)?;
    sync_parent(path)
}

/// A file with these bytes, on disk, that has no name to stay yet.
fn whole_file(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, PathError> {
    let folder = parent(path);
    let mut file = tempfile::Builder::new()
        .prefix(".wxbackup-")
        .tempfile_in(folder)
        .at("create-a-file-in", folder)?;
    file.write_all(bytes).at("write", path)?;
    file.as_file().sync_all().at("write", path)?;
    Ok(file)
}

/// Makes the names in the folder of `path` durable.
///
/// # Errors
///
/// Names the folder.
pub fn sync_parent(path: &Path) -> Result<(), PathError> {
    let folder = parent(path);
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .at("sync-folder", folder)
    } else {
        Ok(())
    }
}

/// Bytes that the file system of `folder` has left for us.
///
/// # Errors
///
/// Names the folder.
pub fn available_bytes(folder: &Path) -> Result<u64, PathError> {
    fs4::available_space(folder).at("ask-for-free-space-in", folder)
}

/// Whether this user may write into `folder`, as far as that shows without doing it.
///
/// # Errors
///
/// Says why not.
pub fn may_write(folder: &Path) -> Result<(), PathError> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        let result = access(folder, Access::WRITE_OK | Access::EXEC_OK);
        result.map_err(io::Error::from).at("write-into", folder)
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(folder).map(drop).at("read", folder)
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn owner_only() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let no_link = rustix::fs::OFlags::NOFOLLOW.bits();
        options.mode(0o600).custom_flags(no_link.cast_signed());
    }
    options
}

#[cfg(target_os = "linux")]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Old kernels and some network file systems know no flags.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            rename_by_link(from, to)
        }
        result => Ok(result?),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_by_link(from, to)
}

/// A hard link fails where the name is taken, which a rename does not.
fn rename_by_link(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // No hard links here (FAT, some network folders): look, then rename. The
        // account's lock keeps other runs of ours away in between.
        Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that renames"
        )]
        Err(_) => std::fs::rename(from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishing_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a.partial"), folder.path().join("a"));
        for rename in [rename_new, rename_by_link] {
            write_atomic(&from, b"new").unwrap();
            write_atomic(&to, b"old").unwrap();
            assert_eq!(
                rename(&from, &to).unwrap_err().kind(),
                io::ErrorKind::AlreadyExists
            );
            assert_eq!(
                (std::fs::read(&from).unwrap(), std::fs::read(&to).unwrap()),
                (b"new".to_vec(), b"old".to_vec())
            );
            std::fs::remove_file(&to).unwrap();
            rename(&from, &to).unwrap();
            assert_eq!(std::fs::read(&to).unwrap(), b"new");
            assert!(!from.exists());
        }
    }

    #[test]
    fn a_file_that_is_written_anew_replaces_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_new(&path, b"old").unwrap();
        let error = write_new(&path, b"new").unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_created_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        create_private_dir(&folder.path().join("a/b")).unwrap();
        create_new(&folder.path().join("f")).unwrap();
        write_new(&folder.path().join("g"), b"").unwrap();
        assert_eq!(
            ["a/b", "f", "g"].map(|name| mode(&folder.path().join(name))),
            [0o700, 0o600, 0o600]
        );
        let error = create_new(&folder.path().join("f")).unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::AlreadyExists);
    }
}
