//! Pictures in WebP, which WeChat refuses, in a format that it takes.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use crate::model::FileKind;
use crate::upload::fit::{ARTICLE_PICTURE_BYTES, Unfit};

/// More than any picture of 10 MB needs.
const MEMORY_BYTES_MAX: u64 = 512 << 20;
/// No difference that an eye sees.
const JPEG_QUALITY: u8 = 92;

/// A WebP without loss as PNG; where that is too large for an article, as JPEG.
/// Of one that moves, the first picture.
pub(super) fn webp(bytes: &[u8]) -> Result<(Vec<u8>, FileKind), Unfit> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::WebP);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| Unfit::Damaged)?;
    let mut png = Cursor::new(Vec::new());
    picture
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|_| Unfit::PictureFormat)?;
    let png = png.into_inner();
    if (png.len() as u64) < ARTICLE_PICTURE_BYTES {
        return Ok((png, FileKind::Png));
    }
    let mut jpeg = Vec::new();
    DynamicImage::ImageRgb8(picture.into_rgb8())
        .write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY))
        .map_err(|_| Unfit::PictureFormat)?;
    Ok((jpeg, FileKind::Jpg))
}
