//! MP4 files: one real clip, told apart by a box that players skip.
//!
//! `clip.mp4` (two seconds, 64 x 48, H.264 baseline and AAC) was made once:
//! `ffmpeg -f lavfi -i testsrc=size=64x48:rate=5:duration=2 -f lavfi -i
//! sine=frequency=440:duration=2 -c:v libx264 -profile:v baseline -pix_fmt
//! yuv420p -crf 40 -c:a aac -b:a 8k -ac 1 -ar 16000 -movflags +faststart
//! -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact`

use axum::body::Bytes;

use crate::samples::source::Source;
use crate::seed::Seed;

static CLIP: &[u8] = include_bytes!("clip.mp4");
/// Size and kind of a box.
const BOX: u64 = 8;
/// What tells two clips apart, in the box.
const MARK: usize = 16;

/// A video, described well enough to be made again with the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clip {
    /// What tells it from others.
    pub seed: u64,
    /// The size that the file is padded to; 0 changes nothing. The server
    /// makes the padding while it sends, so large ones cost no memory.
    pub size_bytes: u64,
}

impl Clip {
    /// The bare clip, 5 KB.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            size_bytes: 0,
        }
    }

    /// How long it plays.
    pub const MILLIS: u64 = 2_000;

    /// The file, as the server streams it.
    pub fn source(&self) -> Source {
        let bare = CLIP.len() as u64 + BOX + MARK as u64;
        let padding = self.size_bytes.saturating_sub(bare);
        let mut head = CLIP.to_vec();
        // Sizes of boxes have 32 bits: there the padding ends.
        let padding = padding.min(u64::from(u32::MAX) - BOX - MARK as u64);
        let len = u32::try_from(BOX + MARK as u64 + padding).unwrap_or(u32::MAX);
        head.extend(len.to_be_bytes());
        head.extend(b"free");
        head.extend(Seed::new(self.seed, "clip", 0).filler(MARK));
        Source::padded(Bytes::from(head), self.seed, padding)
    }
}

#[cfg(test)]
mod tests {
    use super::Clip;

    #[test]
    fn boxes_fill_the_file_to_its_end() {
        for size_bytes in [0, 1_000_000] {
            let source = Clip {
                seed: 9,
                size_bytes,
            }
            .source();
            let file = source.to_vec();
            let mut kinds = Vec::new();
            let mut at = 0;
            while at < file.len() {
                let len = u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
                kinds.push(String::from_utf8(file[at + 4..at + 8].to_vec()).unwrap());
                at += len as usize;
            }
            assert_eq!(at, file.len());
            assert_eq!(kinds, ["ftyp", "moov", "free", "mdat", "free"]);
            assert!(size_bytes == 0 || file.len() as u64 == size_bytes);
        }
    }
}
