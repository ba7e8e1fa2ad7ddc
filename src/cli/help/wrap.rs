//! Lines of Chinese help, broken where Chinese may be broken.
//!
//! clap breaks lines at blanks, of which Chinese has few. So it renders Chinese
//! help without breaking any, and this does it afterwards: the text of a flag
//! goes on below its beginning.

use unicode_linebreak::linebreaks;
use unicode_width::UnicodeWidthStr as _;

/// What marks of colour begin with.
const ESCAPE: char = '\u{1b}';

/// The least that is left for a text beside a flag or an example; where there
/// is less, or less than what must stay in one piece, it begins below.
const BESIDE_COLUMNS_MIN: usize = 30;

/// How far a text below is set in, as clap does it.
const BELOW_INDENT: usize = 8;

/// The same text with no line wider than `columns`, as far as it can be broken.
pub(super) fn wrap(text: &str, columns: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let (line, end) = match line.strip_suffix('\n') {
                Some(line) => (line, "\n"),
                None => (line, ""),
            };
            wrapped(line, columns) + end
        })
        .collect()
}

fn wrapped(line: &str, columns: usize) -> String {
    if shown(line) <= columns {
        return line.to_owned();
    }
    let begin = blanks(line);
    let Some(at) = text_beside(line) else {
        // clap breaks no usage either; it is the one line with colours in its text.
        return if line.contains(ESCAPE) {
            line.to_owned()
        } else {
            filled(&line[..begin], &line[begin..], columns)
        };
    };
    let (first, text) = line.split_at(at);
    let widest = parts(text).map(|part| part.trim_end().width()).max();
    let least = widest.unwrap_or_default().max(BESIDE_COLUMNS_MIN);
    if shown(first) + least <= columns {
        return filled(first, text, columns);
    }
    let indent = " ".repeat(begin + BELOW_INDENT);
    format!("{}\n{}", first.trim_end(), filled(&indent, text, columns))
}

/// Where the text of a line begins that explains what is before it, a flag or
/// an example: behind the blanks that set it off.
fn text_beside(line: &str) -> Option<usize> {
    let begin = blanks(line);
    let at = begin + line[begin..].find("  ")?;
    Some(at + blanks(&line[at..])).filter(|at| *at < line.len())
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// The text behind `first`, and below it where it needs more than a line.
fn filled(first: &str, text: &str, columns: usize) -> String {
    let indent = shown(first);
    let room = columns.saturating_sub(indent);
    let mut filled = first.to_owned();
    let mut taken = 0;
    for part in parts(text) {
        if taken > 0 && taken + part.trim_end().width() > room {
            filled.truncate(filled.trim_end().len());
            filled.push('\n');
            filled.extend(std::iter::repeat_n(' ', indent));
            taken = 0;
        }
        filled.push_str(part);
        taken += part.width();
    }
    filled
}

/// The parts of a text that stay in one piece, each with the blanks behind it.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let ends = linebreaks(text).map(|(at, _)| at);
    ends.filter(|at| may_break(&text[..*at]))
        .scan(0, move |begin, end| {
            Some(&text[std::mem::replace(begin, end)..end])
        })
}

/// Whether a line may end with `text`: not inside of a path, nor inside of the
/// words at the beginning of a bracket, `[环境变量：`.
fn may_break(text: &str) -> bool {
    let in_label = text
        .rfind('[')
        .is_some_and(|at| !text[at..].contains(['：', ']']));
    !in_label && !text.ends_with('/')
}

/// How many columns a text takes, with marks of colour in it, which take none.
fn shown(text: &str) -> usize {
    console::measure_text_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_below_its_beginning() {
        let line = "  -o, --output <目录>  存放归档的目录，可以放任意多个账号的归档 [默认值：配置中的 output]\n";
        assert_eq!(
            wrap(line, 53),
            "  -o, --output <目录>  存放归档的目录，可以放任意多个\n\
             \x20                      账号的归档 [默认值：配置中的\n\
             \x20                      output]\n"
        );
    }

    #[test]
    fn labels_and_paths_stay_whole() {
        let text = "配置文件，代替 /etc/wxbackup/config.toml [环境变量：WXBACKUP_CONFIG]";
        for columns in 30..80 {
            let wrapped = wrap(text, columns);
            assert_eq!(wrapped.replace(['\n', ' '], ""), text.replace(' ', ""));
            for whole in [
                "/etc/wxbackup/config.toml",
                "[环境变量：",
                "WXBACKUP_CONFIG]",
            ] {
                assert!(wrapped.contains(whole), "{columns}: {wrapped}");
            }
        }
    }

    #[test]
    fn no_line_begins_with_a_mark_that_ends_one() {
        let text = "各个时段保留，指定的份数，".repeat(20);
        for columns in 20..60 {
            for line in wrap(&text, columns).lines() {
                assert!(!line.starts_with('，'), "{columns}: {line}");
                assert!(shown(line) <= columns);
            }
        }
    }

    #[test]
    fn colours_take_no_room() {
        let line = "  \u{1b}[36m-q\u{1b}[0m  一二三四五六七八九十一二三四五六七八九十\n";
        assert_eq!(
            wrap(line, 36),
            "  \u{1b}[36m-q\u{1b}[0m  一二三四五六七八九十一二三四五\n      六七八九十\n"
        );
    }

    #[test]
    fn a_text_with_no_room_beside_begins_below() {
        let line = "      \u{1b}[36m--fresh\u{1b}[0m  丢弃上次中断的运行已下载的内容，从头开始\n";
        assert_eq!(
            wrap(line, 44),
            "      \u{1b}[36m--fresh\u{1b}[0m\n\
             \x20             丢弃上次中断的运行已下载的内\n\
             \x20             容，从头开始\n"
        );
    }
}
