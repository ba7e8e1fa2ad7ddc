//! What a server may answer: any bytes, read as a list page, an item and a group.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use wxbackup::model::Section;
use wxbackup::record::lenient;
use wxbackup::wechat::wire;

fuzz_target!(|bytes: &[u8]| {
    let body = Bytes::copy_from_slice(bytes);
    for section in Section::ALL {
        if let Ok(page) = wire::parse_page(section, &body) {
            for item in &page.items {
                let raw = page.raw(item);
                // What is kept as the server's own bytes is a part of them.
                assert!(bytes.windows(raw.len().max(1)).any(|part| part == raw) || raw.is_empty());
            }
        }
    }
    let _ = wire::parse_media_item(bytes);
    let _ = wire::parse_article_group(bytes);
    let (text, _) = lenient::mend(bytes);
    if let Ok(reading) = lenient::read(bytes) {
        drop(reading);
        drop(text);
    }
});
