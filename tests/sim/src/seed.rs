//! Numbers, ids and filler that depend on the seed alone.
//!
//! Each thing draws from a stream of its own, named by what it is and where
//! it stands, so that asking for more voices changes no picture.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A stream of numbers (`SplitMix64`).
#[derive(Clone, Debug)]
pub(crate) struct Seed(u64);

impl Seed {
    /// The stream of the `index`-th thing of a kind.
    pub(crate) fn new(seed: u64, kind: &str, index: u64) -> Self {
        let mut state = seed ^ 0x5851_f42d_4c95_7f2d;
        for byte in kind.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        // Mixed, because streams a step apart would be the same, a step apart.
        Self(Self(state.wrapping_add(index)).next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A number between 0 and 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).expect("32 bits are left")) / 4_294_967_296.0
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let index = self.below(among.len() as u64);
        &among[usize::try_from(index).expect("below a length")]
    }

    /// `len` characters of the alphabet of media ids (base64url).
    pub(crate) fn id(&mut self, len: usize) -> String {
        (0..len)
            .map(|_| char::from(ALPHABET[usize::from(self.byte() & 63)]))
            .collect()
    }

    /// `len` hexadecimal digits.
    pub(crate) fn hex(&mut self, len: usize) -> String {
        (0..len)
            .map(|_| char::from(b"0123456789abcdef"[usize::from(self.byte() & 15)]))
            .collect()
    }

    /// `len` letters and digits: they are safe in a comment of any format.
    ///
    /// A short run repeats, so that large fillers cost a copy and no more.
    pub(crate) fn filler(&mut self, len: usize) -> Vec<u8> {
        let mut filler = Vec::with_capacity(len);
        filler.extend((0..len.min(251)).map(|_| ALPHABET[usize::from(self.byte()) % 62]));
        while filler.len() < len {
            let more = filler.len().min(len - filler.len());
            filler.extend_from_within(..more);
        }
        filler
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Seed;

    #[test]
    fn streams_repeat_and_differ_by_kind_and_index() {
        let draw = |kind: &str, index| Seed::new(7, kind, index).id(20);
        assert_eq!(draw("image", 3), draw("image", 3));
        assert_ne!(draw("image", 3)[8..], draw("image", 4)[..12]);
        assert_ne!(draw("image", 3)[1..], draw("image", 4)[..19]);
        assert_ne!(draw("image", 3), draw("voice", 3));
    }

    #[test]
    fn filler_has_the_length_asked_for() {
        for len in [0, 1, 251, 252, 10_000] {
            assert_eq!(Seed::new(1, "filler", 0).filler(len).len(), len);
        }
    }
}
