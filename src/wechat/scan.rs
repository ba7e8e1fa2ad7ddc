//! Finds the items of a list answer in its very bytes.
//!
//! What a list said of an item is stored byte for byte, so the slices are cut
//! from the body as it came, before anything is mended. Only strings, escapes
//! and depth are understood here; [`record::lenient`](crate::record::lenient)
//! judges the text as a whole.

use std::ops::Range;

use crate::record::lenient::DEPTH_MAX;

/// Where the elements of the array under the key `item` of the outermost object
/// stand. Of several such keys the last counts, as in [`serde_json`].
///
/// `None` where the bytes are no such object; no list where it has no such array.
pub(crate) fn item_slices(body: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut scan = Scan { body, at: 0 };
    if body.starts_with(b"\xef\xbb\xbf") {
        scan.at = 3;
    }
    let mut items = Vec::new();
    scan.expect(b'{')?;
    if scan.peek()? == b'}' {
        return Some(items);
    }
    loop {
        scan.peek().filter(|byte| *byte == b'"')?;
        let key = scan.value()?;
        scan.expect(b':')?;
        if body[key] == *b"\"item\"" && scan.peek()? == b'[' {
            items = scan.elements()?;
        } else {
            scan.value()?;
        }
        match scan.next()? {
            b',' => {}
            b'}' => return Some(items),
            _ => return None,
        }
    }
}

struct Scan<'a> {
    body: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        let blanks = self.body[self.at..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
            .count();
        self.at += blanks;
        self.body.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    fn elements(&mut self) -> Option<Vec<Range<usize>>> {
        let mut elements = Vec::new();
        self.expect(b'[')?;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(elements);
        }
        loop {
            elements.push(self.value()?);
            match self.next()? {
                b',' => {}
                b']' => return Some(elements),
                _ => return None,
            }
        }
    }

    /// Where the next value stands; goes behind it.
    fn value(&mut self) -> Option<Range<usize>> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.nested()?,
            _ => {
                let rest = &self.body[self.at..];
                let length = rest
                    .iter()
                    .position(|byte| b",]} \t\r\n".contains(byte))
                    .filter(|length| *length > 0)?;
                self.at += length;
            }
        }
        Some(start..self.at)
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.body.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
    }

    fn nested(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.body.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            match depth {
                0 => return Some(()),
                DEPTH_MAX.. => return None,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slices(body: &[u8]) -> Option<Vec<&[u8]>> {
        let ranges = item_slices(body)?;
        Some(ranges.into_iter().map(|range| &body[range]).collect())
    }

    #[test]
    fn each_item_is_cut_out_with_its_own_blanks_and_escapes() {
        let body = b"\xef\xbb\xbf { \"x\":{\"item\":[1]}, \"item\" : [ {\"a\":\"]}\\\"\\\\\"} ,{ \"b\" : [ { } ] }], \"n\":-1.5e3}\0";
        assert_eq!(
            slices(body).unwrap(),
            [&b"{\"a\":\"]}\\\"\\\\\"}"[..], b"{ \"b\" : [ { } ] }"]
        );
    }

    #[test]
    fn bytes_that_must_be_mended_stay_as_they_came() {
        let body = b"{\"item\":[{\"t\":\"\x07\xcd\xf5\\x\"}]}";
        assert_eq!(slices(body).unwrap(), [&b"{\"t\":\"\x07\xcd\xf5\\x\"}"[..]]);
    }

    #[test]
    fn no_item_key_is_an_empty_list_and_no_object_is_none() {
        assert_eq!(slices(b"{\"total_count\":0}"), Some(vec![]));
        assert_eq!(slices(b"{}"), Some(vec![]));
        assert_eq!(slices(b"{\"item\":null}"), Some(vec![]));
        for body in [
            &b"[]"[..],
            b"",
            b"{\"item\":[{}",
            b"{\"item\":[{]}",
            b"{\"item\":[{}}",
            b"{\"item\":[,]}",
            b"{item:[]}",
            b"{\"item\":[\"\\",
        ] {
            assert_eq!(slices(body), None, "{}", body.escape_ascii());
        }
        let deep = [b"{\"item\":[".as_slice(), &b"[".repeat(100_000)].concat();
        assert_eq!(slices(&deep), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\item ".to_vec())], 0..64)
        ) {
            let body = [b"{\"item\":[".as_slice(), &body].concat();
            if let Some(ranges) = item_slices(&body) {
                for range in ranges {
                    prop_assert!(range.end <= body.len());
                }
            }
        }
    }
}
