//! WebP: lossless, in the extended file format; padding in a chunk of a kind
//! that readers skip.

use crate::samples::mosaic::Mosaic;

const CHUNK: usize = 8;

pub(super) fn encode(mosaic: &Mosaic, filler: &[u8]) -> Vec<u8> {
    let mut chunks = Vec::new();
    let mut canvas = vec![0; 4];
    canvas.extend(&u32::from(mosaic.width - 1).to_le_bytes()[..3]);
    canvas.extend(&u32::from(mosaic.height - 1).to_le_bytes()[..3]);
    chunk(&mut chunks, *b"VP8X", &canvas);
    chunk(&mut chunks, *b"VP8L", &bitstream(mosaic));
    if filler.len() > CHUNK {
        chunk(&mut chunks, *b"wxPd", &filler[CHUNK..]);
    }
    let mut file = b"RIFF".to_vec();
    let len = u32::try_from(chunks.len() + 4).expect("samples are far below 4 GiB");
    file.extend(len.to_le_bytes());
    file.extend(b"WEBP");
    file.extend(chunks);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let len = u32::try_from(content.len()).expect("samples are far below 4 GiB");
    file.extend(kind);
    file.extend(len.to_le_bytes());
    file.extend(content);
    if len % 2 == 1 {
        file.push(0);
    }
}

/// Two values a channel make prefix codes of one bit, which the format can
/// state without code lengths.
fn bitstream(mosaic: &Mosaic) -> Vec<u8> {
    let mut bits = Bits {
        file: vec![0x2f],
        ..Bits::default()
    };
    bits.push(u32::from(mosaic.width - 1), 14);
    bits.push(u32::from(mosaic.height - 1), 14);
    // No alpha, version 0, no transform, no colour cache, no meta codes.
    bits.push(0, 1 + 3 + 1 + 1 + 1);
    for channel in [1, 0, 2] {
        bits.push(0b111, 3);
        bits.push(mosaic.low[channel].into(), 8);
        bits.push(mosaic.high[channel].into(), 8);
    }
    // Alpha is 255 everywhere; distances, which do not occur, are 0.
    bits.push(0b101, 3);
    bits.push(255, 8);
    bits.push(0b001, 3);
    bits.push(0, 1);
    for y in 0..mosaic.height {
        for x in 0..mosaic.width {
            let [red, green, blue] = [0, 1, 2].map(|channel| mosaic.bits(x, y) >> channel & 1);
            bits.push((green | red << 1 | blue << 2).into(), 3);
        }
    }
    bits.finish()
}

/// Bits from the lowest up.
#[derive(Default)]
struct Bits {
    file: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, len: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += len;
        while self.count >= 8 {
            self.file.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        self.file
    }
}
