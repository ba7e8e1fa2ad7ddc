//! The names that files of ours have in a folder of archives (format 2.1).
//!
//! A name is read strictly: what is one letter off is somebody else's file.

use std::fmt;

use crate::model::RunStamp;

/// Longest part of a name that stands for an account.
const STEM_BYTES_MAX: usize = 32;

/// What the files of one archive share: `wxbackup-<account>-<stamp>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name {
    /// The account, as [`AppId::file_stem`](crate::model::AppId::file_stem) writes it.
    pub(super) stem: String,
    /// The start of the run, or some seconds later where that name was taken.
    pub(super) stamp: RunStamp,
}

/// What a file of ours is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The archive.
    Archive,
    /// Its digest, in the format of coreutils.
    Checksum,
    /// Its receipt, or that of a run that found nothing new.
    Receipt,
    /// The archive, encrypted.
    Encrypted,
    /// What a run is writing, or has left behind.
    Unfinished,
}

const ENDINGS: [(&str, Kind); 7] = [
    (".zip", Kind::Archive),
    (".zip.sha256", Kind::Checksum),
    (".receipt.json", Kind::Receipt),
    (".zip.age", Kind::Encrypted),
    (".zip.age.sha256", Kind::Checksum),
    (".zip.partial", Kind::Unfinished),
    (".zip.age.partial", Kind::Unfinished),
];

impl Name {
    /// Reads a file's name; `None` where no run of ours gives such a name.
    pub(super) fn parse(file_name: &str) -> Option<(Self, Kind)> {
        let rest = file_name.strip_prefix("wxbackup-")?;
        let (stem, rest) = rest.split_once('-')?;
        let (stamp, ending) = rest.split_at_checked(rest.find('.')?)?;
        let kind = ENDINGS.iter().find(|(known, _)| *known == ending)?.1;
        let stamp = parse_stamp(stamp)?;
        is_stem(stem).then(|| {
            let stem = stem.to_owned();
            (Self { stem, stamp }, kind)
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wxbackup-{}-{}", self.stem, self.stamp)
    }
}

/// Whether a text can stand for an account in names.
pub(super) fn is_stem(text: &str) -> bool {
    (1..=STEM_BYTES_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A stamp in the one way that we write it.
pub(super) fn parse_stamp(text: &str) -> Option<RunStamp> {
    let stamp: RunStamp = text.parse().ok()?;
    (stamp.to_string() == text).then_some(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_an_archive_is_known_by_its_ending() {
        for (ending, kind) in ENDINGS {
            let file_name = format!("wxbackup-wx01-20261122T170600Z{ending}");
            let (name, found) = Name::parse(&file_name).unwrap();
            assert_eq!(
                (name.stem.as_str(), name.stamp.to_string().as_str(), found),
                ("wx01", "20261122T170600Z", kind)
            );
            assert_eq!(format!("{name}{ending}"), file_name);
        }
    }

    #[test]
    fn a_name_that_is_nearly_ours_is_not_ours() {
        for name in [
            "wxbackup-wx01-20261122T170600Z.zip.bak",
            "wxbackup-wx01-20261122T170600Z.ZIP",
            "wxbackup-wx01-20261122T170600Z (1).zip",
            "wxbackup-wx01-20261122T170600Z",
            "wxbackup-wx01-2026-11-22.zip",
            "wxbackup-wx01-20261322T170600Z.zip",
            "wxbackup-wx01-+0261122T170600Z.zip",
            "wxbackup-wx01-copy-20261122T170600Z.zip",
            "wxbackup-WX01-20261122T170600Z.zip",
            "wxbackup--20261122T170600Z.zip",
            "wxbackup-wx012345678901234567890123456789012-20261122T170600Z.zip",
            "copy of wxbackup-wx01-20261122T170600Z.zip",
            "wxbackup-春-20261122T170600Z.zip",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }
}
