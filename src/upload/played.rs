//! How long a voice plays, told by its bytes: WeChat takes no more than a minute.

use crate::model::FileKind;

/// In milliseconds; `None` where the format does not say so plainly, and WeChat
/// has to be asked.
pub(super) fn millis(kind: FileKind, bytes: &[u8]) -> Option<u64> {
    match kind {
        FileKind::Amr => amr(bytes),
        FileKind::Mp3 => mp3(bytes),
        FileKind::Wav => wav(bytes),
        _ => None,
    }
}

/// Frames of 20 ms, whose first byte says how long they are.
fn amr(bytes: &[u8]) -> Option<u64> {
    const FRAME_BYTES: [usize; 9] = [13, 14, 16, 18, 20, 21, 27, 32, 6];
    let frames = bytes.strip_prefix(b"#!AMR\n")?;
    let (mut at, mut count) = (0, 0);
    while let Some(head) = frames.get(at) {
        // Modes that are not used hold no sound.
        at += FRAME_BYTES
            .get(usize::from(head >> 3 & 15))
            .copied()
            .unwrap_or(1);
        count += 1;
    }
    Some(count * 20)
}

/// Frames of Layer III behind tags that may stand before them.
fn mp3(bytes: &[u8]) -> Option<u64> {
    const KBITS: [[u64; 16]; 2] = [
        [
            0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0,
        ],
        [
            0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0,
        ],
    ];
    const RATES: [u64; 3] = [44_100, 48_000, 32_000];
    let mut at = 0;
    while bytes.get(at..)?.starts_with(b"ID3") {
        let size = bytes.get(at + 6..at + 10)?;
        let size = size
            .iter()
            .fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        at += 10 + size;
    }
    let mut micros = 0;
    while let Some(&[0xff, version, rates, _]) = bytes.get(at..at + 4) {
        // MPEG 1 has 3, 2 has 2 and 2.5 has 0; the layer's bits are 1.
        let (divisor, table, samples) = match (version >> 3 & 3, version >> 1 & 3) {
            (3, 1) => (1, 0, 1152),
            (2, 1) => (2, 1, 576),
            (0, 1) => (4, 1, 576),
            _ => break,
        };
        let kbits = KBITS[table][usize::from(rates >> 4)];
        let Some(rate) = RATES.get(usize::from(rates >> 2 & 3)) else {
            break;
        };
        if kbits == 0 {
            break;
        }
        let rate = rate / divisor;
        let padding = u64::from(rates >> 1 & 1);
        let frame = samples / 8 * kbits * 1000 / rate + padding;
        at += usize::try_from(frame).ok()?.max(4);
        micros += samples * 1_000_000 / rate;
    }
    (micros > 0).then_some(micros / 1000)
}

/// Bytes of sound by bytes a second.
fn wav(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize| -> Option<u64> {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_le_bytes(four)))
    };
    let mut at = 12;
    let mut a_second = None;
    loop {
        let size = number(at + 4)?;
        match bytes.get(at..at + 4)? {
            b"fmt " => a_second = Some(number(at + 16)?),
            b"data" => return (size * 1000).checked_div(a_second?),
            _ => {}
        }
        at = at.checked_add(8 + usize::try_from(size + size % 2).ok()?)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_in_the_frames() {
        let amr = [&b"#!AMR\n"[..], &[0x3c; 1], &[0; 31], &[0x3c; 1], &[0; 31]].concat();
        assert_eq!(millis(FileKind::Amr, &amr), Some(40));
        let frame = [&[0xff, 0xfb, 0x10, 0xc0][..], &[0; 100]].concat();
        let mp3 = [b"ID3\x03\0\0\0\0\0\x02xx".to_vec(), frame.repeat(100)].concat();
        assert_eq!(millis(FileKind::Mp3, &mp3), Some(2612));
        // MPEG 2, 24 kbit/s, 22.05 kHz: 78 bytes for 26 ms.
        let frame = [&[0xff, 0xf3, 0x30, 0xc0][..], &[0; 74]].concat();
        assert_eq!(millis(FileKind::Mp3, &frame.repeat(10)), Some(261));
        let wav = [
            &b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"[..],
            &8000_u32.to_le_bytes(),
            &16_000_u32.to_le_bytes(),
            b"\x02\0\x10\0data",
            &32_000_u32.to_le_bytes(),
        ]
        .concat();
        assert_eq!(millis(FileKind::Wav, &wav), Some(2000));
        for bytes in [&b""[..], b"ID3", b"RIFF", b"\xff\xfb", b"#!AM"] {
            for kind in [FileKind::Amr, FileKind::Mp3, FileKind::Wav, FileKind::Asf] {
                assert_eq!(millis(kind, bytes), None);
            }
        }
    }
}
