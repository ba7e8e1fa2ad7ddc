//! An archive in pieces, each of which a test may change, and put together
//! again byte by byte. It shares no code with the product's writer: what that
//! would refuse to write can be made here.

use std::collections::BTreeMap;

use wxbackup::model::{EntryPath, Sha256, layout};

/// A zip in pieces.
#[derive(Clone, Debug)]
pub(crate) struct Forge {
    pub(crate) before: Vec<u8>,
    pub(crate) entries: Vec<Piece>,
    /// Put between the directory and the end record.
    pub(crate) zip64: Vec<u8>,
    /// Changes of the end record: place and bytes.
    pub(crate) end: Vec<(usize, Vec<u8>)>,
    pub(crate) after: Vec<u8>,
    /// Whether offsets count from the start of the file, or from the first entry.
    pub(crate) offsets_know_prefix: bool,
}

/// An entry: header, bytes, what lies behind them, and its record in the directory.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) local: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) behind: Vec<u8>,
    /// None to leave it out of the directory.
    pub(crate) record: Option<Vec<u8>>,
    /// Where the record says that it is, if not where it is.
    pub(crate) offset: Option<u32>,
}

impl Forge {
    /// Takes a canonical archive without zip64 apart.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut entries = Vec::new();
        let mut at = 0;
        while bytes[at..].starts_with(b"PK\x03\x04") {
            let name_bytes = usize::from(u16::from_le_bytes([bytes[at + 26], bytes[at + 27]]));
            let size = u32::from_le_bytes(bytes[at + 18..at + 22].try_into().unwrap());
            let data = at + 30 + name_bytes;
            let end = data + size as usize;
            entries.push(Piece::new(&bytes[at + 30..data], &bytes[data..end]));
            at = end;
        }
        let forge = Self {
            before: Vec::new(),
            entries,
            zip64: Vec::new(),
            end: Vec::new(),
            after: Vec::new(),
            offsets_know_prefix: true,
        };
        assert!(forge.bytes() == bytes, "it is canonical");
        forge
    }

    /// The name of the base folder.
    pub(crate) fn base(&self) -> String {
        let name = self.entries[0].name();
        name.split_once('/').unwrap().0.to_owned()
    }

    /// The place of an entry, by its name without the base folder.
    #[track_caller]
    pub(crate) fn place(&self, name: &str) -> usize {
        let name = format!("{}/{name}", self.base());
        let place = self.entries.iter().position(|it| it.name() == name);
        place.unwrap_or_else(|| panic!("there is no {name}"))
    }

    /// An entry, by its name without the base folder.
    #[track_caller]
    pub(crate) fn piece(&mut self, name: &str) -> &mut Piece {
        let place = self.place(name);
        &mut self.entries[place]
    }

    /// The last entry, a blob.
    pub(crate) fn last(&mut self) -> &mut Piece {
        self.entries.last_mut().unwrap()
    }

    /// The bytes of entries, by name without the base folder.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let base = self.base() + "/";
        let files = self.entries.iter();
        files
            .filter_map(|it| Some((it.name().strip_prefix(&base)?.to_owned(), it.body.clone())))
            .collect()
    }

    /// Puts a file in where it belongs, or before the blobs if it belongs nowhere.
    pub(crate) fn insert(&mut self, name: &str, body: &[u8]) {
        let base = self.base() + "/";
        let is_behind = |it: &Piece| {
            let other = it.name();
            let other: Option<EntryPath> = other
                .strip_prefix(&base)
                .and_then(|other| other.parse().ok());
            match (name.parse::<EntryPath>(), other) {
                (Ok(name), Some(other)) => layout::order(&name, &other).is_lt(),
                (Err(_), Some(other)) => layout::is_blob(&other),
                _ => false,
            }
        };
        let place = self.entries.iter().position(is_behind);
        let full = name.strip_prefix("raw:").map(str::to_owned);
        let full = full.unwrap_or_else(|| format!("{base}{name}"));
        let piece = Piece::new(full.as_bytes(), body);
        self.entries
            .insert(place.unwrap_or(self.entries.len()), piece);
    }

    /// Gives a file other bytes, with headers that fit.
    #[track_caller]
    pub(crate) fn replace(&mut self, name: &str, body: &[u8]) {
        let piece = self.piece(name);
        *piece = Piece::new(piece.name().as_bytes(), body);
    }

    /// Makes both manifests anew, so that every digest is true.
    pub(crate) fn seal(&mut self) {
        self.seal_payload();
        self.seal_tags();
    }

    pub(crate) fn seal_payload(&mut self) {
        let manifest = self.manifest(|name| name.starts_with("data/"));
        self.replace(layout::MANIFEST, &manifest);
    }

    pub(crate) fn seal_tags(&mut self) {
        let manifest = self.manifest(|name| {
            !name.starts_with("data/") && name != layout::TAGMANIFEST && name != layout::SIGNATURE
        });
        self.replace(layout::TAGMANIFEST, &manifest);
    }

    fn manifest(&self, is_listed: impl Fn(&str) -> bool) -> Vec<u8> {
        let files = self.files();
        let listed = files.iter().filter(|(name, _)| is_listed(name));
        let lines = listed.map(|(name, body)| format!("{}  {name}\n", Sha256::of(body)));
        lines.collect::<String>().into_bytes()
    }

    /// The zip.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let prefix = if self.offsets_know_prefix {
            0
        } else {
            self.before.len()
        };
        let mut out = self.before.clone();
        let mut records = Vec::new();
        let mut count: u16 = 0;
        for piece in &self.entries {
            let offset = u32::try_from(out.len() - prefix).unwrap();
            if let Some(record) = &piece.record {
                let at = records.len();
                records.extend_from_slice(record);
                let offset = piece.offset.unwrap_or(offset);
                records[at + 42..at + 46].copy_from_slice(&offset.to_le_bytes());
                count += 1;
            }
            out.extend_from_slice(&piece.local);
            out.extend_from_slice(&piece.body);
            out.extend_from_slice(&piece.behind);
        }
        let start = u32::try_from(out.len() - prefix).unwrap();
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&u32::try_from(records.len()).unwrap().to_le_bytes());
        end.extend_from_slice(&start.to_le_bytes());
        end.extend_from_slice(&[0, 0]);
        for (at, bytes) in &self.end {
            end[*at..*at + bytes.len()].copy_from_slice(bytes);
        }
        out.extend_from_slice(&records);
        out.extend_from_slice(&self.zip64);
        out.extend_from_slice(&end);
        out.extend_from_slice(&self.after);
        out
    }
}

impl Piece {
    pub(crate) fn new(name: &[u8], body: &[u8]) -> Self {
        let bytes = u32::try_from(body.len()).unwrap();
        let (local, record) = headers(name, crc32fast::hash(body), bytes);
        Self {
            local,
            body: body.to_vec(),
            behind: Vec::new(),
            record: Some(record),
            offset: None,
        }
    }

    pub(crate) fn name(&self) -> String {
        let name_bytes = usize::from(u16::from_le_bytes([self.local[26], self.local[27]]));
        String::from_utf8_lossy(&self.local[30..30 + name_bytes]).into_owned()
    }

    pub(crate) fn set_local(&mut self, at: usize, bytes: &[u8]) {
        self.local[at..at + bytes.len()].copy_from_slice(bytes);
    }

    pub(crate) fn set_record(&mut self, at: usize, bytes: &[u8]) {
        let record = self.record.as_mut().unwrap();
        record[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The same field of both headers; it stands two bytes later in the record.
    pub(crate) fn set_both(&mut self, at: usize, bytes: &[u8]) {
        self.set_local(at, bytes);
        self.set_record(at + 2, bytes);
    }

    pub(crate) fn add_extra(&mut self, extra: &[u8], to_local: bool, to_record: bool) {
        let bytes = u16::try_from(extra.len()).unwrap().to_le_bytes();
        if to_local {
            self.set_local(28, &bytes);
            self.local.extend_from_slice(extra);
        }
        if to_record {
            self.set_record(30, &bytes);
            self.record.as_mut().unwrap().extend_from_slice(extra);
        }
    }
}

/// The header of an entry and its record in the directory, whose offset is 0.
pub(crate) fn headers(name: &[u8], crc32: u32, bytes: u32) -> (Vec<u8>, Vec<u8>) {
    let (crc32, size) = (crc32.to_le_bytes(), bytes.to_le_bytes());
    let name_bytes = u16::try_from(name.len()).unwrap().to_le_bytes();
    // Flags, method, time, date.
    let fixed = [0, 0, 0, 0, 0, 0, 0x21, 0];
    let mut local = b"PK\x03\x04\x0a\0".to_vec();
    let mut record = b"PK\x01\x02\x0a\x03\x0a\0".to_vec();
    for header in [&mut local, &mut record] {
        for part in [&fixed[..], &crc32, &size, &size, &name_bytes, &[0, 0]] {
            header.extend_from_slice(part);
        }
    }
    record.extend_from_slice(&[0; 6]);
    record.extend_from_slice(&(0o100_644_u32 << 16).to_le_bytes());
    record.extend_from_slice(&[0; 4]);
    local.extend_from_slice(name);
    record.extend_from_slice(name);
    (local, record)
}

/// A zip64 end record and its locator.
pub(crate) fn zip64_end(entries: u64, bytes: u64, offset: u64, at: u64) -> Vec<u8> {
    let mut end = b"PK\x06\x06".to_vec();
    end.extend_from_slice(&44_u64.to_le_bytes());
    end.extend_from_slice(&[0x2d, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [entries, entries, bytes, offset] {
        end.extend_from_slice(&number.to_le_bytes());
    }
    end.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    end.extend_from_slice(&at.to_le_bytes());
    end.extend_from_slice(&1_u32.to_le_bytes());
    end
}
