//! What a run of bytes is, told by the bytes alone.
//!
//! The table is frozen for format 1.x (format 5): the extension of a blob is
//! part of its name, so the same bytes must give the same extension for ever.
//! A server's Content-Type is recorded but decides nothing.

/// How many of the first bytes decide.
pub const SNIFF_BYTES: usize = 1024;

/// The kind of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the name of a file format")]
pub enum FileKind {
    Jpg,
    Png,
    Gif,
    Webp,
    Wav,
    Bmp,
    Avif,
    Heic,
    M4a,
    Mov,
    Mp4,
    Mp3,
    Awb,
    Amr,
    Silk,
    Ogg,
    Flac,
    Mkv,
    Flv,
    Asf,
    Pdf,
    Svg,
    /// Nothing that the table knows.
    Bin,
}

impl FileKind {
    const ALL: [Self; 23] = [
        Self::Jpg,
        Self::Png,
        Self::Gif,
        Self::Webp,
        Self::Wav,
        Self::Bmp,
        Self::Avif,
        Self::Heic,
        Self::M4a,
        Self::Mov,
        Self::Mp4,
        Self::Mp3,
        Self::Awb,
        Self::Amr,
        Self::Silk,
        Self::Ogg,
        Self::Flac,
        Self::Mkv,
        Self::Flv,
        Self::Asf,
        Self::Pdf,
        Self::Svg,
        Self::Bin,
    ];

    /// The kind of a body whose first bytes are `head`; only the first
    /// [`SNIFF_BYTES`] of them are looked at.
    pub fn of(head: &[u8]) -> Self {
        let head = &head[..head.len().min(SNIFF_BYTES)];
        let starts = |magic: &[u8]| head.starts_with(magic);
        let at = |offset: usize, magic: &[u8]| {
            head.get(offset..)
                .is_some_and(|rest| rest.starts_with(magic))
        };
        if starts(b"\xff\xd8\xff") {
            Self::Jpg
        } else if starts(b"\x89PNG\r\n\x1a\n") {
            Self::Png
        } else if starts(b"GIF87a") || starts(b"GIF89a") {
            Self::Gif
        } else if starts(b"RIFF") && at(8, b"WEBP") {
            Self::Webp
        } else if starts(b"RIFF") && at(8, b"WAVE") {
            Self::Wav
        } else if at(4, b"ftyp") {
            match head.get(8..12) {
                Some(b"avif" | b"avis") => Self::Avif,
                Some(b"heic" | b"heix" | b"mif1") => Self::Heic,
                Some(b"M4A ") => Self::M4a,
                Some(b"qt  ") => Self::Mov,
                _ => Self::Mp4,
            }
        } else if starts(b"ID3") || is_mpeg_audio(head) {
            Self::Mp3
        } else if starts(b"#!AMR-WB\n") {
            Self::Awb
        } else if starts(b"#!AMR\n") {
            Self::Amr
        } else if starts(b"\x02#!SILK") || starts(b"#!SILK") {
            Self::Silk
        } else if starts(b"OggS") {
            Self::Ogg
        } else if starts(b"fLaC") {
            Self::Flac
        } else if starts(b"\x1a\x45\xdf\xa3") {
            Self::Mkv
        } else if starts(b"FLV") {
            Self::Flv
        } else if starts(b"\x30\x26\xb2\x75") {
            Self::Asf
        } else if starts(b"%PDF") {
            Self::Pdf
        } else if is_svg(head) {
            Self::Svg
        } else if starts(b"BM") {
            // Behind the longer signatures: two letters prove the least.
            Self::Bmp
        } else {
            Self::Bin
        }
    }

    /// The extension of a blob of this kind, lower case, without a dot.
    pub fn extension(self) -> &'static str {
        self.names().0
    }

    /// The media type that records carry for this kind.
    pub fn mime(self) -> &'static str {
        self.names().1
    }

    /// The kind whose [`extension`](Self::extension) is `extension`.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.extension() == extension)
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Jpg => ("jpg", "image/jpeg"),
            Self::Png => ("png", "image/png"),
            Self::Gif => ("gif", "image/gif"),
            Self::Webp => ("webp", "image/webp"),
            Self::Wav => ("wav", "audio/wav"),
            Self::Bmp => ("bmp", "image/bmp"),
            Self::Avif => ("avif", "image/avif"),
            Self::Heic => ("heic", "image/heic"),
            Self::M4a => ("m4a", "audio/mp4"),
            Self::Mov => ("mov", "video/quicktime"),
            Self::Mp4 => ("mp4", "video/mp4"),
            Self::Mp3 => ("mp3", "audio/mpeg"),
            Self::Awb => ("awb", "audio/amr-wb"),
            Self::Amr => ("amr", "audio/amr"),
            Self::Silk => ("silk", "audio/x-silk"),
            Self::Ogg => ("ogg", "audio/ogg"),
            Self::Flac => ("flac", "audio/flac"),
            Self::Mkv => ("mkv", "video/x-matroska"),
            Self::Flv => ("flv", "video/x-flv"),
            Self::Asf => ("asf", "video/x-ms-asf"),
            Self::Pdf => ("pdf", "application/pdf"),
            Self::Svg => ("svg", "image/svg+xml"),
            Self::Bin => ("bin", "application/octet-stream"),
        }
    }
}

/// An MPEG audio frame header: eleven sync bits, then a version, layer, bit
/// rate and sample rate that are not the reserved ones.
fn is_mpeg_audio(head: &[u8]) -> bool {
    let [0xff, second, third, ..] = head else {
        return false;
    };
    second & 0xe0 == 0xe0
        && second >> 3 & 3 != 1
        && second >> 1 & 3 != 0
        && third >> 4 != 15
        && third >> 2 & 3 != 3
}

/// `<svg` at the start, or `<?xml` and then `<svg` within the bytes looked at.
fn is_svg(head: &[u8]) -> bool {
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let names_svg = |text: &[u8]| {
        text.strip_prefix(b"<svg")
            .is_some_and(|rest| !matches!(rest.first(), Some(b) if b.is_ascii_alphanumeric()))
    };
    names_svg(text)
        || (text.starts_with(b"<?xml") && (0..text.len()).any(|at| names_svg(&text[at..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signature_of_the_table_is_told() {
        let table: [(&[u8], &str); 34] = [
            (b"\xff\xd8\xff\xe0", "jpg"),
            (b"\x89PNG\r\n\x1a\n", "png"),
            (b"GIF87a", "gif"),
            (b"GIF89a", "gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
            (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
            (b"BM\x36\0", "bmp"),
            (b"\0\0\0\x20ftypavif", "avif"),
            (b"\0\0\0\x20ftypavis", "avif"),
            (b"\0\0\0\x20ftypheic", "heic"),
            (b"\0\0\0\x20ftypmif1", "heic"),
            (b"\0\0\0\x20ftypM4A ", "m4a"),
            (b"\0\0\0\x20ftypqt  ", "mov"),
            (b"\0\0\0\x20ftypisom", "mp4"),
            (b"ID3\x04", "mp3"),
            (b"\xff\xfb\x90\0", "mp3"),
            (b"\xff\xf3\x40\0", "mp3"),
            (b"\xff\xf1\x50\x80", "bin"),
            (b"#!AMR-WB\n", "awb"),
            (b"#!AMR\n\x3c", "amr"),
            (b"\x02#!SILK_V3", "silk"),
            (b"#!SILK_V3", "silk"),
            (b"OggS\0", "ogg"),
            (b"fLaC", "flac"),
            (b"\x1a\x45\xdf\xa3", "mkv"),
            (b"FLV\x01", "flv"),
            (b"\x30\x26\xb2\x75\x8e", "asf"),
            (b"%PDF-1.7", "pdf"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "svg"),
            (
                b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><svg/>",
                "svg",
            ),
            (b"<svgx>", "bin"),
            (b"<!DOCTYPE html><html>", "bin"),
            (b"", "bin"),
            (b"PK\x03\x04", "bin"),
        ];
        for (head, extension) in table {
            assert_eq!(FileKind::of(head).extension(), extension, "{head:?}");
        }
    }

    #[test]
    fn what_comes_after_the_first_1024_bytes_decides_nothing() {
        let mut late = b"<?xml version='1.0'?>".to_vec();
        late.resize(SNIFF_BYTES, b' ');
        late.extend_from_slice(b"<svg>");
        assert_eq!(FileKind::of(&late), FileKind::Bin);
    }

    #[test]
    fn every_kind_is_found_by_its_extension() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::of_extension(kind.extension()), Some(kind));
        }
    }
}
