//! PNG: 8-bit RGB, one IDAT; padding in a private ancillary chunk.

use std::io::Write;

use flate2::Compression;
use flate2::Crc;
use flate2::write::ZlibEncoder;

use crate::samples::mosaic::Mosaic;

/// What a chunk costs besides its content.
const CHUNK: usize = 12;

pub(super) fn encode(mosaic: &Mosaic, filler: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(u32::from(mosaic.width).to_be_bytes());
    head.extend(u32::from(mosaic.height).to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &head);
    if filler.len() > CHUNK {
        chunk(&mut file, *b"wxPd", &filler[CHUNK..]);
    }
    chunk(&mut file, *b"IDAT", &pixels(mosaic));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn pixels(mosaic: &Mosaic) -> Vec<u8> {
    let colours: Vec<[u8; 3]> = (0..8).map(|bits| mosaic.colour(bits)).collect();
    let mut rows = Vec::new();
    for y in 0..mosaic.height {
        rows.push(0);
        for x in 0..mosaic.width {
            rows.extend_from_slice(&colours[usize::from(mosaic.bits(x, y))]);
        }
    }
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&rows).expect("a vector takes every byte");
    zlib.finish().expect("a vector takes every byte")
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let len = u32::try_from(content.len()).expect("samples are far below 4 GiB");
    let mut crc = Crc::new();
    crc.update(&kind);
    crc.update(content);
    file.extend(len.to_be_bytes());
    file.extend(kind);
    file.extend(content);
    file.extend(crc.sum().to_be_bytes());
}
