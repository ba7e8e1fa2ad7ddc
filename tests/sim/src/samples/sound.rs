//! Sounds as the voice library gives them back.

use crate::samples::source::Source;
use crate::seed::Seed;

/// The formats that voices come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SoundKind {
    /// A tag and frames of MPEG-1 Layer III: silence.
    Mp3,
    /// Frames of AMR, 12.2 kbit/s: noise.
    Amr,
}

/// A sound, described well enough to be made again with the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sound {
    /// Its format.
    pub kind: SoundKind,
    /// What tells it from others.
    pub seed: u64,
    /// Its length: frames of 26 ms (MP3) or 20 ms (AMR).
    pub frames: u16,
}

impl Sound {
    /// A sound of one to two seconds.
    pub fn new(kind: SoundKind, seed: u64) -> Self {
        let more = Seed::new(seed, "sound", 0).byte() % 30;
        Self {
            kind,
            seed,
            frames: 50 + u16::from(more),
        }
    }

    /// How long it plays.
    pub fn millis(&self) -> u64 {
        match self.kind {
            // 1152 samples at 44100 a second.
            SoundKind::Mp3 => u64::from(self.frames) * 1_152_000 / 44_100,
            SoundKind::Amr => u64::from(self.frames) * 20,
        }
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        match self.kind {
            SoundKind::Mp3 => self.mp3(),
            SoundKind::Amr => self.amr(),
        }
    }

    /// The file, as the server streams it.
    pub fn source(&self) -> Source {
        Source::from(self.file())
    }

    pub(crate) fn extension(&self) -> &'static str {
        match self.kind {
            SoundKind::Mp3 => "mp3",
            SoundKind::Amr => "amr",
        }
    }

    fn mp3(&self) -> Vec<u8> {
        let title = format!("\0sound {:016x}", self.seed);
        let title_len = u8::try_from(title.len()).expect("a short title");
        // ID3v2.3 with one frame; sizes below 128 are the same in both codings.
        let mut file = b"ID3\x03\0\0\0\0\0".to_vec();
        file.push(title_len + 10);
        file.extend(b"TIT2\0\0\0");
        file.extend([title_len, 0, 0]);
        file.extend(title.as_bytes());
        for _ in 0..self.frames {
            // 32 kbit/s, 44.1 kHz, mono: 104 bytes, with side information
            // that names no main data.
            file.extend([0xff, 0xfb, 0x10, 0xc0]);
            file.extend([0; 100]);
        }
        file
    }

    fn amr(&self) -> Vec<u8> {
        let mut stream = Seed::new(self.seed, "amr", 0);
        let mut file = b"#!AMR\n".to_vec();
        for _ in 0..self.frames {
            // Mode 7, good quality; 244 bits and four of stuffing.
            file.push(0x3c);
            file.extend((0..30).map(|_| stream.byte()));
            file.push(stream.byte() & 0xf0);
        }
        file
    }
}

/// How long a sound plays, where its bytes are AMR or MPEG-1 Layer III.
pub(crate) fn played_millis(file: &[u8]) -> Option<u64> {
    if let Some(frames) = file.strip_prefix(b"#!AMR\n") {
        // Bytes of a frame behind its first, by its mode.
        const SIZES: [usize; 16] = [12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0];
        let (mut at, mut count) = (0, 0);
        while let Some(head) = frames.get(at) {
            at += 1 + SIZES[usize::from(head >> 3 & 15)];
            count += 1;
        }
        return Some(count * 20);
    }
    let tag = if file.starts_with(b"ID3") {
        let size = file.get(6..10)?;
        10 + size
            .iter()
            .fold(0, |len, byte| len << 7 | usize::from(byte & 0x7f))
    } else {
        0
    };
    let (mut at, mut samples, mut rate) = (tag, 0_u64, 44_100);
    while let Some(&[0xff, second, third, _]) = file.get(at..at + 4) {
        if second & 0xfe != 0xfa {
            break;
        }
        let kbits = [
            0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0,
        ][usize::from(third >> 4)];
        rate = [44_100, 48_000, 32_000, 44_100][usize::from(third >> 2 & 3)];
        if kbits == 0 {
            break;
        }
        at +=
            144_000 * kbits / usize::try_from(rate).unwrap_or(44_100) + usize::from(third >> 1 & 1);
        samples += 1152;
    }
    (samples > 0).then(|| samples * 1000 / rate)
}

#[cfg(test)]
mod tests {
    use super::Sound;
    use super::SoundKind;
    use super::played_millis;

    #[test]
    fn the_time_that_a_sound_plays_is_in_its_bytes() {
        for kind in [SoundKind::Mp3, SoundKind::Amr] {
            for frames in [1, 70, 3_001] {
                let sound = Sound {
                    frames,
                    ..Sound::new(kind, 3)
                };
                assert_eq!(played_millis(&sound.file()), Some(sound.millis()));
            }
        }
    }

    #[test]
    fn mp3_frames_follow_the_tag_without_a_gap() {
        let sound = Sound::new(SoundKind::Mp3, 3);
        let file = sound.file();
        let frames = &file[10 + usize::from(file[9])..];
        assert_eq!(frames.len(), usize::from(sound.frames) * 104);
        assert!(frames.chunks(104).all(|frame| frame[..2] == [0xff, 0xfb]));
    }

    #[test]
    fn amr_frames_have_the_size_of_their_mode() {
        let sound = Sound::new(SoundKind::Amr, 3);
        let file = sound.file();
        assert!(file.starts_with(b"#!AMR\n"));
        assert_eq!(file.len(), 6 + usize::from(sound.frames) * 32);
        assert!(file[6..].chunks(32).all(|frame| frame[0] == 0x3c));
    }
}
