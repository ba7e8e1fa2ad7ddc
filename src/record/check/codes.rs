//! The R codes: what can be wrong with the records of an archive.
//!
//! Codes are stable: one that is given up is never used for something else. The
//! format document has the same table, and a test compares them.

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal: $sentence:literal,)+) => {
        $(
            #[doc = $sentence]
            pub const $name: &str = $code;
        )+

        /// Every R code with its sentence, in order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $sentence)),+];
    };
}

codes! {
    BLOBS = "R01": "a blob that a record names is absent, or no record names a blob",
    ABSENT = "R02": "a file that every archive has is absent",
    PLACE = "R03": "a file lies where the format has no place for it",
    SPELLING = "R04": "a document or record is not in canonical form",
    PROOF = "R05": "the gaps, counts or equations of the completeness proof do not follow from the records",
    SHAPE = "R06": "a document or record cannot be read: a field is missing or of a wrong type, or it is too long",
    ORDER = "R07": "records are out of their order, or one stands twice",
    FIELDS = "R08": "a field of a record contradicts its kind, its status or another field",
    IDENTITY = "R09": "a name that is made from an id is not the one that the id gives",
    BLOB = "R10": "the digest, kind, media type or length of a blob is not what its name and its records say",
    SEQUENCE = "R11": "entries are not in the order of the format, or blobs not in reading order",
    FILES = "R12": "the files of an article are not those that its record names",
    TEXT = "R13": "what a record says is not what the bytes that WeChat sent say",
    ASSETS = "R14": "articles and asset records do not name the same assets",
    STATUS = "R15": "the status is not the one that follows from counts, equations and gaps",
    SUMS = "R16": "what archive.json or bag-info.txt says of the archive is not so",
    BAG = "R17": "bagit.txt or bag-info.txt is not in its form",
    PROVENANCE = "R18": "the lines of provenance are not one for each blob and item that has it",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_without_a_hole() {
        for (place, (code, _)) in ALL.iter().enumerate() {
            assert_eq!(*code, format!("R{:02}", place + 1));
        }
    }
}
