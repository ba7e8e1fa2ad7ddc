//! The pattern that all picture formats show: cells of one colour each.
//!
//! A channel of a cell is either low or high, so eight colours at most. That
//! keeps every encoder here short, and a cell of 8 x 8 pixels is one block of
//! a JPEG.

use crate::seed::Seed;

/// Pixels along the side of a cell.
pub(super) const CELL: u16 = 8;

#[derive(Debug)]
pub(super) struct Mosaic {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) low: [u8; 3],
    pub(super) high: [u8; 3],
    cells: Vec<u8>,
}

impl Mosaic {
    pub(super) fn new(seed: u64, columns: u16, rows: u16) -> Self {
        let mut stream = Seed::new(seed, "mosaic", 0);
        let low = [(); 3].map(|()| stream.byte() & 0x7f);
        let high = [(); 3].map(|()| stream.byte() | 0x80);
        let cells = (0..usize::from(columns) * usize::from(rows))
            .map(|_| stream.byte() & 7)
            .collect();
        Self {
            width: columns * CELL,
            height: rows * CELL,
            low,
            high,
            cells,
        }
    }

    /// Which of the three channels are high at a pixel, as bits: red, green,
    /// blue from the lowest.
    pub(super) fn bits(&self, x: u16, y: u16) -> u8 {
        let columns = usize::from(self.width / CELL);
        self.cells[usize::from(y / CELL) * columns + usize::from(x / CELL)]
    }

    pub(super) fn colour(&self, bits: u8) -> [u8; 3] {
        [0, 1, 2].map(|channel| {
            if bits >> channel & 1 == 1 {
                self.high[channel]
            } else {
                self.low[channel]
            }
        })
    }
}
