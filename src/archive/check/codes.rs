//! The codes of findings about the file, its container and its contents, one
//! sentence each. They are stable: scripts match on them. The M codes of lines
//! stand in [`record::manifest`](crate::record::manifest), the R codes with the
//! check of records.

macro_rules! codes {
    ($($name:ident = $code:literal: $sentence:literal,)+) => {
        $(#[doc = $sentence] pub(crate) const $name: &str = $code;)+

        /// Every code of this module with its sentence.
        pub const CODES: &[(&str, &str)] = &[$(($code, $sentence)),+];
    };
}

codes! {
    TRUNCATED = "S01": "the file ends before the archive does",
NOT_AS_RECEIPT = "S02": "the file is not the one that its receipt or checksum file describes",
    UNREADABLE = "S03": "a part of the file cannot be read from the disk",
    UNDECIPHERABLE = "S04": "a part of the encrypted file is damaged, so that what it holds cannot be decrypted",
    END_RECORD = "Z02": "the end record does not fit the directory, or has a comment",
    ZIP64_OR_START = "Z08": "the archive does not begin at byte 0, or its zip64 records are missing, needless or wrong",
    METHOD = "Z12": "an entry is not plainly stored: version, flags or method differ",
    TIME = "Z13": "an entry has another time than 1980-01-01 00:00",
    ATTRIBUTES = "Z15": "a directory record has a comment, or other attributes than those of a plain file",
    ZIP64_EXTRA = "Z17": "a zip64 extra field is missing, needless or wrong",
    EXTRA = "Z18": "an entry has an extra field",
    NAME_LENGTH = "Z20": "a name is longer than 200 bytes",
    NAME = "Z22": "a name is not made of plain segments",
    ORDER = "Z23": "entries are out of order, or the first is not bagit.txt",
    BASE_FOLDER = "Z24": "an entry lies outside of the one base folder",
    DUPLICATE = "Z25": "two names are the same but for letter case, or a file is also a folder",
    TRAILING = "Z27": "there are bytes behind the end record",
    LIMIT = "Z28": "the archive is over a limit of the format",
    OFFSET = "Z30": "a directory record does not point at an entry of its own",
    NAMES_DIFFER = "Z32": "header and directory disagree in a name or in the order",
    SIZES_DIFFER = "Z39": "header and directory disagree in checksum or size",
    UNACCOUNTED = "Z41": "bytes belong to no entry, or an entry stands in no directory record",
    NO_MANIFEST = "M05": "bagit.txt or a manifest is missing",
    UNLISTED = "C01": "a file stands in no manifest",
    BAD_CRC = "C02": "the bytes of a file are not those of its CRC-32",
    CHANGED = "C03": "the bytes of a file are not those of the manifest",
    MISSING = "C05": "a file that a manifest lists is missing",
    MISNAMED = "C06": "a blob is not named by the digest of its bytes",
    NO_FILE = "C07": "something in the folder is neither a file nor a folder",
}
