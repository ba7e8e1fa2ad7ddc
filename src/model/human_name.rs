//! Names that a person can read, made when an archive is restored.
//!
//! Inside an archive nothing is named by a title. Here it is, and a title may
//! hold anything; what comes out is one path segment that Windows, macOS and
//! Linux all take, that never hides its direction or its end, and that stays
//! the same from one restore to the next.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization as _;

use super::entry_path::is_windows_device;
use super::{ItemKind, Sha256, china_date_time};

/// Longest title in the name of an item, in bytes.
pub const TITLE_BYTES_MAX: usize = 80;

/// What stands for a title of which nothing is left.
const UNTITLED: &str = "untitled";

/// The folder of items without a usable time.
const UNDATED: &str = "undated";

/// No name needs more of a title; what is behind is not looked at.
const TITLE_CHARS_READ: usize = 4096;

/// The name of an item without extension: `20230517-101500_<title>_<8 hex>`.
///
/// Two items of one kind differ in the suffix even where time and title agree.
/// An item without a usable time has no time in its name.
pub fn item_name(kind: ItemKind, id: &str, title: &str, update_time: i64) -> String {
    let title = title_part(title, TITLE_BYTES_MAX);
    let suffix = suffix(kind, id);
    match usable_time(update_time) {
        Some(time) => format!("{}_{title}_{suffix}", time.strftime("%Y%m%d-%H%M%S")),
        None => format!("{title}_{suffix}"),
    }
}

/// The folder of an item by its time in China: `2023-05`, or `undated`.
pub fn month_folder(update_time: i64) -> String {
    usable_time(update_time).map_or_else(
        || UNDATED.to_owned(),
        |time| time.strftime("%Y-%m").to_string(),
    )
}

/// The civil time in China of a time that the API gave. `None` for 0, which
/// stands for no time, and for what lies before 1970 or behind year 9999.
pub fn usable_time(update_time: i64) -> Option<jiff::civil::DateTime> {
    (update_time > 0)
        .then(|| china_date_time(update_time))
        .flatten()
}

/// What of a title can stand in a file name, in at most `bytes_max` bytes;
/// never empty.
pub fn title_part(title: &str, bytes_max: usize) -> String {
    let mut text = String::new();
    let mut in_blank = false;
    let shown = title
        .chars()
        .take(TITLE_CHARS_READ)
        .filter(|c| c.is_whitespace() || is_shown(*c))
        .nfc();
    for c in shown {
        if text.len() > bytes_max {
            break;
        }
        if c.is_whitespace() {
            in_blank = true;
            continue;
        }
        if std::mem::take(&mut in_blank) && !text.is_empty() {
            text.push('_');
        }
        // A leading dot hides a file, a leading dash is taken for a flag.
        if text.is_empty() && is_trimmed(c) {
            continue;
        }
        text.push(if r#"<>:"/\|?*"#.contains(c) { '_' } else { c });
    }
    cut(&mut text, bytes_max);
    if text.is_empty() {
        text.push_str(UNTITLED);
    } else if is_windows_device(&text) {
        text.insert(0, '_');
        cut(&mut text, bytes_max);
    }
    text
}

/// Cuts between characters and takes away what may not stand at the end.
fn cut(text: &mut String, bytes_max: usize) {
    let mut end = bytes_max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.truncate(text.trim_end_matches(is_trimmed).len());
}

/// The 8 hex digits that keep two items apart: the first of the SHA-256 of
/// `kind:id`, as in the item's [`GapId`](super::GapId).
pub fn suffix(kind: ItemKind, id: &str) -> String {
    Sha256::of(format!("{kind}:{id}").as_bytes()).to_string()[..8].to_owned()
}

fn is_trimmed(c: char) -> bool {
    matches!(c, '.' | ' ' | '-')
}

/// Whether a character has a shape. Controls and format characters, such as
/// those that turn the direction of text, have none and make names that lie.
fn is_shown(c: char) -> bool {
    !matches!(
        get_general_category(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn part(title: &str) -> String {
        title_part(title, TITLE_BYTES_MAX)
    }

    #[test]
    fn titles_become_names_that_every_system_takes() {
        let names = [
            ("春节 放假\t通知", "春节_放假_通知"),
            ("a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("...", "untitled"),
            (". - .", "untitled"),
            ("", "untitled"),
            ("\u{0}\u{7}\r\n", "untitled"),
            ("  -rf  ", "rf"),
            (".bashrc", "bashrc"),
            ("end...", "end"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("COM¹", "_COM¹"),
            ("console", "console"),
            ("abc\u{202e}gpj.exe", "abcgpj.exe"),
            ("zero\u{200b}\u{feff}width", "zerowidth"),
            ("two\u{2028}lines\u{2029}", "two_lines"),
            ("e\u{301}t\u{e9}", "\u{e9}t\u{e9}"),
            ("e\u{200d}\u{301}", "\u{e9}"),
            ("全角：？", "全角：？"),
        ];
        for (title, name) in names {
            assert_eq!(part(title), name, "{title:?}");
        }
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(part(&"x".repeat(300)), "x".repeat(80));
        assert_eq!(part(&"字".repeat(300)), "字".repeat(26));
        assert_eq!(part(&"😀".repeat(50)), "😀".repeat(20));
        assert_eq!(part(&format!("{}. 1", "x".repeat(79))), "x".repeat(79));
        assert_eq!(part(&"y".repeat(10 << 20)), "y".repeat(80));
    }

    #[test]
    fn an_item_is_named_by_its_time_in_china_its_title_and_its_id() {
        assert_eq!(
            item_name(ItemKind::Image, "m1", "猫", 1_684_289_700),
            format!("20230517-101500_猫_{}", suffix(ItemKind::Image, "m1"))
        );
        assert_eq!(month_folder(1_684_289_700), "2023-05");
        assert_eq!(suffix(ItemKind::Image, "m1").len(), 8);
        let gap = super::super::GapId::of("image", "m1");
        assert_eq!(gap.as_str()[2..10], suffix(ItemKind::Image, "m1"));
    }

    #[test]
    fn an_item_without_a_usable_time_is_undated() {
        for time in [0, -1, i64::MIN, i64::MAX, 1_684_289_700_000] {
            assert_eq!(month_folder(time), "undated", "{time}");
            assert!(
                item_name(ItemKind::Voice, "m", "t", time).starts_with("t_"),
                "{time}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_name_never_escapes_is_never_reserved_and_keeps_its_limit(
            title in any::<String>(), bytes_max in 16_usize..100
        ) {
            let name = title_part(&title, bytes_max);
            prop_assert!((1..=bytes_max).contains(&name.len()));
            prop_assert!(!name.starts_with(is_trimmed) && !name.ends_with(is_trimmed));
            prop_assert!(!name.contains(['/', '\\', ':', '\0', '<', '>', '"', '|', '?', '*']));
            prop_assert!(name.chars().all(|c| is_shown(c) && !c.is_whitespace()));
            prop_assert!(!is_windows_device(&name));
            prop_assert_eq!(&title_part(&name, bytes_max), &name);
        }

        #[test]
        fn items_with_one_title_and_time_differ_by_their_ids(
            title in any::<String>(), time in any::<i64>(), left in "[a-zA-Z0-9_-]{1,64}", right in "[a-zA-Z0-9_-]{1,64}"
        ) {
            prop_assume!(left != right);
            let name = |id: &str| item_name(ItemKind::Image, id, &title, time);
            prop_assert_ne!(name(&left).to_lowercase(), name(&right).to_lowercase());
            prop_assert_eq!(name(&left), name(&left));
            prop_assert!(name(&left).len() <= 16 + TITLE_BYTES_MAX + 9);
        }
    }
}
