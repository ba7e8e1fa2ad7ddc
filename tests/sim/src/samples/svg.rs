//! SVG: a rectangle a cell; padding in a comment.

use std::fmt::Write;

use crate::samples::mosaic::CELL;
use crate::samples::mosaic::Mosaic;

/// `<!--` and `-->`.
const COMMENT: usize = 7;

pub(super) fn encode(mosaic: &Mosaic, filler: &[u8]) -> Vec<u8> {
    let (width, height) = (mosaic.width, mosaic.height);
    let mut text = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">"#
    );
    for y in (0..height).step_by(CELL.into()) {
        for x in (0..width).step_by(CELL.into()) {
            let [red, green, blue] = mosaic.colour(mosaic.bits(x, y));
            write!(
                text,
                r##"<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="#{red:02x}{green:02x}{blue:02x}"/>"##
            )
            .expect("a string takes every character");
        }
    }
    let mut file = text.into_bytes();
    if filler.len() >= COMMENT {
        file.extend(b"<!--");
        file.extend(&filler[COMMENT..]);
        file.extend(b"-->");
    }
    file.extend(b"</svg>");
    file
}
