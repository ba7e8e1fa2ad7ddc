//! Articles as editors of WeChat leave them: HTML with every way in which it
//! names a file.

mod forms;
mod press;
pub(crate) mod saved;

pub(crate) use press::Press;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::account::BIZ;
use crate::seed::Seed;

/// A list of postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    News,
    Draft,
    Published,
}

impl Section {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Draft => "draft",
            Self::Published => "published",
        }
    }
}

/// The address of an article; of a draft, all but its `tempkey`.
pub(crate) fn address(seed: u64, section: Section, index: u64, at: usize) -> String {
    let mut stream = Seed::new(seed, section.word(), index << 8 | at as u64);
    let (sn, chksm) = (stream.hex(32), stream.hex(84));
    if section == Section::Draft {
        return format!("http://mp.weixin.qq.com/s?__biz={BIZ}&chksm={chksm}#rd");
    }
    let mid = match section {
        Section::News => 400_000_000,
        Section::Draft | Section::Published => 2_247_483_000,
    } + index % (1 << 24);
    format!(
        "http://mp.weixin.qq.com/s?__biz={BIZ}&mid={mid}&idx={}&sn={sn}&chksm={chksm}#rd",
        at + 1
    )
}

/// The id under which a voice stands in HTML: base64 of `<account>_<number>`.
pub(crate) fn file_id(seed: u64, kind: &str, index: u64) -> String {
    // Numbers of 10 and of 11 digits: the latter end in `=`.
    let digits = if index.is_multiple_of(2) {
        10_u64.pow(9)
    } else {
        10_u64.pow(10)
    };
    let number = Seed::new(seed, kind, index).below(9 * digits) + digits;
    STANDARD.encode(format!("{BIZ}_{number}"))
}
