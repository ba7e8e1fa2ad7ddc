//! JPEG: baseline, 4:4:4, one DC value a block; padding in COM segments.
//!
//! Blocks of one colour need no cosine transform: with a quantiser of 8 the
//! DC coefficient is the sample less 128, and all others are 0.

use crate::samples::mosaic::CELL;
use crate::samples::mosaic::Mosaic;

/// Code lengths 2 (one), 3 (five), then one each: the DC table of Annex K.
const DC_COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
/// The code of each size category and its length.
const DC_CODES: [(u32, u32); 12] = [
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b1_1110, 5),
    (0b11_1110, 6),
    (0b111_1110, 7),
    (0b1111_1110, 8),
    (0b1_1111_1110, 9),
];
/// A COM segment's marker and length field.
const COMMENT: usize = 4;
const COMMENT_MAX: usize = 65_533;

pub(super) fn encode(mosaic: &Mosaic, filler: &[u8]) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    comments(&mut file, filler);
    let mut quantisers = vec![0];
    quantisers.extend([8; 64]);
    segment(&mut file, 0xdb, &quantisers);
    let mut frame = vec![8];
    frame.extend(mosaic.height.to_be_bytes());
    frame.extend(mosaic.width.to_be_bytes());
    frame.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    segment(&mut file, 0xc0, &frame);
    let mut dc = vec![0x00];
    dc.extend(DC_COUNTS);
    dc.extend(0..12);
    segment(&mut file, 0xc4, &dc);
    // The only AC code is "end of block", one bit long.
    let mut ac = vec![0x10, 1];
    ac.extend([0; 15]);
    ac.push(0);
    segment(&mut file, 0xc4, &ac);
    segment(&mut file, 0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    file.extend(scan(mosaic));
    file.extend([0xff, 0xd9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let len = u16::try_from(content.len() + 2).expect("a segment is below 64 KiB");
    file.extend([0xff, marker]);
    file.extend(len.to_be_bytes());
    file.extend(content);
}

fn comments(file: &mut Vec<u8>, mut filler: &[u8]) {
    while filler.len() >= COMMENT {
        let mut take = filler.len().min(COMMENT_MAX + COMMENT);
        // A rest too short for a segment would be lost.
        if (1..COMMENT).contains(&(filler.len() - take)) {
            take -= COMMENT;
        }
        segment(file, 0xfe, &filler[COMMENT..take]);
        filler = &filler[take..];
    }
}

fn scan(mosaic: &Mosaic) -> Vec<u8> {
    let mut bits = Bits::default();
    let mut before = [0; 3];
    for y in (0..mosaic.height).step_by(CELL.into()) {
        for x in (0..mosaic.width).step_by(CELL.into()) {
            let samples = luminance_first(mosaic.colour(mosaic.bits(x, y)));
            for (sample, before) in samples.into_iter().zip(&mut before) {
                difference(&mut bits, sample - *before);
                *before = sample;
                bits.push(0, 1);
            }
        }
    }
    bits.finish()
}

/// Y, Cb and Cr, each less 128.
fn luminance_first([red, green, blue]: [u8; 3]) -> [i32; 3] {
    let [red, green, blue] = [red, green, blue].map(i32::from);
    let clamp = |value: i32| value.clamp(-128, 127);
    [
        clamp((299 * red + 587 * green + 114 * blue) / 1000 - 128),
        clamp((-169 * red - 331 * green + 500 * blue) / 1000),
        clamp((500 * red - 419 * green - 81 * blue) / 1000),
    ]
}

fn difference(bits: &mut Bits, value: i32) {
    let category = 32 - value.unsigned_abs().leading_zeros();
    let (code, len) = DC_CODES[category as usize];
    bits.push(code, len);
    let mask = (1 << category) - 1;
    let magnitude = if value < 0 { value - 1 } else { value };
    bits.push(magnitude.cast_unsigned() & mask, category);
}

/// Bits from the highest down, with a zero byte after each 0xff.
#[derive(Default)]
struct Bits {
    file: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, len: u32) {
        self.held = self.held << len | value;
        self.count += len;
        while self.count >= 8 {
            self.count -= 8;
            let byte = (self.held >> self.count).to_le_bytes()[0];
            self.file.push(byte);
            if byte == 0xff {
                self.file.push(0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0x7f, 7);
        self.file
    }
}
