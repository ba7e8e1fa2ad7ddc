//! What WeChat answers, or whoever answers in its name.
//!
//! What must hold beside that nothing panics: the bytes that are kept of an
//! item say the same, read alone, as in the page that they came in.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use wxbackup::model::Section;
use wxbackup::record::check::article_contents;
use wxbackup::record::lenient;
use wxbackup::wechat::wire::{self, ListItem};

fuzz_target!(|input: &[u8]| {
    let (text, repairs) = lenient::mend(input);
    if repairs.is_none() {
        assert_eq!(text.as_bytes(), input);
    }
    let _ = lenient::read(input);
    let _ = article_contents(input);
    let _ = wire::parse_media_item(input);
    let _ = wire::parse_article_group(input);
    let body = Bytes::copy_from_slice(input);
    for section in [
        Section::Image,
        Section::News,
        Section::Draft,
        Section::Published,
    ] {
        let Ok(page) = wire::parse_page(section, &body) else {
            continue;
        };
        for item in &page.items {
            let raw = page.raw(item);
            match &item.item {
                ListItem::Media(media) => {
                    assert_eq!(&wire::parse_media_item(&raw).unwrap(), media);
                }
                ListItem::Articles(group) => {
                    let alone = wire::parse_article_group(&raw).unwrap_or_default();
                    assert_eq!(&alone, group);
                }
            }
        }
    }
});
