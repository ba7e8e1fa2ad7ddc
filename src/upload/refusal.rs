//! What WeChat's refusals of an upload mean, a sentence each.

use crate::message;
use crate::text::Message;

/// What an error code of `add_material`, `uploadimg`, `draft/add` or a deletion
/// means, in words; for a code that nobody foresaw, that.
pub fn sentence(errcode: i64) -> Message {
    if KNOWN.contains(&errcode) {
        Message::new(format!("upload-refused-{errcode}"))
    } else {
        message!("upload-refused-unknown")
    }
}

/// Every code that has a sentence of its own.
pub const KNOWN: [i64; 47] = [
    40004, 40005, 40006, 40007, 40009, 40010, 40011, 40012, 40033, 40035, 40113, 40114, 40128,
    40137, 41005, 41006, 41039, 44001, 44002, 44003, 45001, 45002, 45003, 45004, 45005, 45007,
    45008, 45060, 45110, 45161, 45166, 46001, 47001, 47002, 48005, 48010, 48014, 53402, 53404,
    53405, 53406, 53503, 53504, 53505, 65318, 87009, 88000,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_known_code_has_a_sentence_of_its_own() {
        let sentences: HashSet<_> = KNOWN
            .iter()
            .map(|code| sentence(*code).to_string())
            .collect();
        assert_eq!(sentences.len(), KNOWN.len());
        assert!(!sentences.contains(&sentence(1).to_string()));
    }
}
