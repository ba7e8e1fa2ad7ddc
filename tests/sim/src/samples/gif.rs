//! GIF: one frame of eight colours, its codes never growing; padding in a
//! comment extension.

use crate::samples::mosaic::Mosaic;

const CLEAR: u16 = 8;
const END: u16 = 9;
/// Pixels after which the decoder's codes would grow to five bits.
const RUN: usize = 6;
/// Introducer, label and terminator of a comment.
const COMMENT: usize = 3;

pub(super) fn encode(mosaic: &Mosaic, filler: &[u8]) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend(mosaic.width.to_le_bytes());
    file.extend(mosaic.height.to_le_bytes());
    file.extend([0xf2, 0, 0]);
    for bits in 0..8 {
        file.extend(mosaic.colour(bits));
    }
    comment(&mut file, filler);
    file.extend([0x2c, 0, 0, 0, 0]);
    file.extend(mosaic.width.to_le_bytes());
    file.extend(mosaic.height.to_le_bytes());
    file.extend([0, 3]);
    for block in codes(mosaic).chunks(255) {
        sub_block(&mut file, block);
    }
    file.extend([0, 0x3b]);
    file
}

fn comment(file: &mut Vec<u8>, mut filler: &[u8]) {
    if filler.len() < COMMENT + 2 {
        return;
    }
    file.extend([0x21, 0xfe]);
    filler = &filler[COMMENT..];
    while filler.len() >= 2 {
        let mut take = filler.len().min(256);
        // A rest of one byte would be a length without content.
        if filler.len() - take == 1 {
            take -= 1;
        }
        sub_block(file, &filler[1..take]);
        filler = &filler[take..];
    }
    file.push(0);
}

fn sub_block(file: &mut Vec<u8>, block: &[u8]) {
    file.push(u8::try_from(block.len()).expect("blocks hold 255 bytes at most"));
    file.extend(block);
}

/// Four bits a code, from the lowest up, with a clear code often enough that
/// four bits stay enough.
fn codes(mosaic: &Mosaic) -> Vec<u8> {
    let pixels: Vec<u16> = (0..mosaic.height)
        .flat_map(|y| (0..mosaic.width).map(move |x| u16::from(mosaic.bits(x, y))))
        .collect();
    let mut codes: Vec<u16> = Vec::new();
    for run in pixels.chunks(RUN) {
        codes.push(CLEAR);
        codes.extend(run);
    }
    codes.push(END);
    let nibble = |code: &u16| u8::try_from(*code).expect("codes are below 16");
    codes
        .chunks(2)
        .map(|pair| nibble(&pair[0]) | pair.get(1).map_or(0, nibble) << 4)
        .collect()
}
