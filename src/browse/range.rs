//! Parts of a file, as players ask for them (RFC 9110, 14).

/// What a `Range` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it: there is no such header, or one that a server may pass over.
    All,
    /// So many bytes from there on; at least one.
    Part { start: u64, bytes: u64 },
    /// Nothing that there is.
    Nothing,
}

/// Reads the header of a request for a file of `length` bytes. Several ranges
/// in one request are not served as such: no player asks for them.
pub(super) fn wanted(header: Option<&str>, length: u64) -> Wanted {
    let spec = header.and_then(|header| header.trim().split_once('='));
    let Some((unit, spec)) = spec else {
        return Wanted::All;
    };
    let Some((first, last)) = spec.trim().split_once('-') else {
        return Wanted::All;
    };
    if !unit.eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return Wanted::All;
    }
    let bounds = match (number(first), number(last)) {
        (Some(Bound::At(start)), Some(Bound::At(last))) if start <= last => {
            (start, length.min(last.saturating_add(1)))
        }
        (Some(Bound::At(start)), Some(Bound::Open)) => (start, length),
        (Some(Bound::Open), Some(Bound::At(suffix))) => (length.saturating_sub(suffix), length),
        _ => return Wanted::All,
    };
    match bounds {
        (start, end) if start < end => Wanted::Part {
            start,
            bytes: end - start,
        },
        _ => Wanted::Nothing,
    }
}

enum Bound {
    At(u64),
    Open,
}

/// A number of digits alone; one beyond all files is as good as the largest.
fn number(text: &str) -> Option<Bound> {
    if text.is_empty() {
        return Some(Bound::Open);
    }
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| Bound::At(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_range_is_read_as_the_rfc_has_it() {
        let part = |start, bytes| Wanted::Part { start, bytes };
        let table = [
            ("bytes=0-", part(0, 10)),
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-4", part(2, 3)),
            ("Bytes=9-9", part(9, 1)),
            ("bytes=5-99", part(5, 5)),
            ("bytes=5-99999999999999999999999", part(5, 5)),
            ("bytes=-3", part(7, 3)),
            ("bytes=-99", part(0, 10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=10-12", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=4-2", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=", Wanted::All),
            ("bytes", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("bytes=0-1,3-4", Wanted::All),
            ("items=0-1", Wanted::All),
        ];
        for (header, expected) in table {
            assert_eq!(wanted(Some(header), 10), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Wanted::All);
        assert_eq!(wanted(Some("bytes=0-"), 0), Wanted::Nothing);
        assert_eq!(wanted(Some("bytes=-1"), 0), Wanted::Nothing);
    }
}
