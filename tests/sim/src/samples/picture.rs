//! A picture of the library or of an article, in one of WeChat's formats.

use crate::samples::gif;
use crate::samples::jpeg;
use crate::samples::mosaic::Mosaic;
use crate::samples::png;
use crate::samples::source::Source;
use crate::samples::svg;
use crate::samples::webp;
use crate::seed::Seed;

/// The formats that article pages name in `wx_fmt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PictureKind {
    /// 8-bit RGB.
    Png,
    /// Baseline, three components.
    Jpeg,
    /// One frame of eight colours.
    Gif,
    /// Lossless, extended file format.
    Webp,
    /// A file of rectangles, with no script.
    Svg,
}

impl PictureKind {
    /// All of them, in the order in which generated libraries use them.
    pub const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp, Self::Svg];

    /// As `wx_fmt` spells it.
    pub fn wx_fmt(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Svg => "svg",
        }
    }

    /// The part of a CDN path after `mmbiz`; WebP pictures stand under `png`.
    pub(crate) fn family(self) -> &'static str {
        match self {
            Self::Png | Self::Webp => "mmbiz_png",
            Self::Jpeg => "mmbiz_jpg",
            Self::Gif => "mmbiz_gif",
            Self::Svg => "mmbiz_svg",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            other => other.wx_fmt(),
        }
    }
}

/// A picture, described well enough to be made again with the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// Its format.
    pub kind: PictureKind,
    /// What it shows.
    pub seed: u64,
    /// Cells of 8 pixels, across and down.
    pub cells: (u16, u16),
    /// The size that the file is padded to, by means that the format allows.
    /// 0, or a size within a few bytes of the bare picture, changes nothing.
    pub size_bytes: u64,
}

impl Picture {
    /// A picture of 48 x 32 pixels.
    pub fn new(kind: PictureKind, seed: u64) -> Self {
        Self {
            kind,
            seed,
            cells: (6, 4),
            size_bytes: 0,
        }
    }

    /// What the CDN sends for a smaller size: half, or a quarter for `/300`.
    #[must_use]
    pub fn shrunk(&self, divisor: u16) -> Self {
        Self {
            cells: (
                (self.cells.0 / divisor).max(1),
                (self.cells.1 / divisor).max(1),
            ),
            size_bytes: 0,
            ..self.clone()
        }
    }

    /// What the CDN sends for `tp=webp`.
    #[must_use]
    pub fn as_webp(&self) -> Self {
        Self {
            kind: PictureKind::Webp,
            ..self.clone()
        }
    }

    /// Width and height in pixels.
    pub fn pixels(&self) -> (u16, u16) {
        (self.cells.0 * 8, self.cells.1 * 8)
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        let bare = self.encode(&[]);
        let missing = usize::try_from(self.size_bytes)
            .unwrap_or(usize::MAX)
            .saturating_sub(bare.len());
        if missing == 0 {
            return bare;
        }
        let filler = Seed::new(self.seed, "padding", self.size_bytes).filler(missing);
        self.encode(&filler)
    }

    /// The file, as the server streams it.
    pub fn source(&self) -> Source {
        Source::from(self.file())
    }

    /// `filler` is what may be added in all, the cost of wrapping it included.
    fn encode(&self, filler: &[u8]) -> Vec<u8> {
        let mosaic = Mosaic::new(self.seed, self.cells.0, self.cells.1);
        match self.kind {
            PictureKind::Png => png::encode(&mosaic, filler),
            PictureKind::Jpeg => jpeg::encode(&mosaic, filler),
            PictureKind::Gif => gif::encode(&mosaic, filler),
            PictureKind::Webp => webp::encode(&mosaic, filler),
            PictureKind::Svg => svg::encode(&mosaic, filler),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Picture;
    use super::PictureKind;

    #[test]
    fn a_picture_is_padded_to_the_size_asked_for() {
        for kind in PictureKind::ALL {
            for size_bytes in [4_000, 100_000, 300_000] {
                let picture = Picture {
                    size_bytes,
                    ..Picture::new(kind, 11)
                };
                assert_eq!(picture.file().len() as u64, size_bytes, "{kind:?}");
            }
        }
    }

    #[test]
    fn another_seed_is_another_file() {
        for kind in PictureKind::ALL {
            assert_eq!(Picture::new(kind, 1).file(), Picture::new(kind, 1).file());
            assert_ne!(Picture::new(kind, 1).file(), Picture::new(kind, 2).file());
        }
    }

    #[test]
    fn sizes_are_those_of_the_file_itself() {
        for kind in [
            PictureKind::Png,
            PictureKind::Jpeg,
            PictureKind::Gif,
            PictureKind::Webp,
        ] {
            for picture in [Picture::new(kind, 5), Picture::new(kind, 5).shrunk(2)] {
                let size = imagesize::blob_size(&picture.file()).unwrap();
                let (width, height) = picture.pixels();
                assert_eq!(
                    (size.width, size.height),
                    (width.into(), height.into()),
                    "{kind:?}"
                );
            }
        }
    }
}
