//! Lines of Chinese help, broken where Chinese may be broken.
//!
//! clap breaks lines at blanks, of which Chinese has few. So it renders Chinese
//! help without breaking any, and this does it afterwards: the text of a flag
//! goes on below its beginning.

use unicode_linebreak::linebreaks;
use unicode_width::UnicodeWidthStr as _;

/// What marks of colour begin with.
const ESCAPE: char = '\u{1b}';

/// The least that is left for a text beside a flag; where there is less, it
/// goes on below the flag.
const BESIDE_COLUMNS_MIN: usize = 30;

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
    let at = beginning(line, columns);
    let (first, text) = line.split_at(at);
    // clap breaks no usage either; it is the one line with colours in its text.
    if shown(line) <= columns || text.contains(ESCAPE) {
        return line.to_owned();
    }
    let indent = shown(first);
    let room = columns.saturating_sub(indent);
    let mut wrapped = first.to_owned();
    let mut taken = 0;
    let mut begin = 0;
    for (end, _) in linebreaks(text).filter(|(at, _)| may_break(&text[..*at])) {
        let part = &text[begin..end];
        if taken > 0 && taken + part.trim_end().width() > room {
            wrapped.truncate(wrapped.trim_end().len());
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            taken = 0;
        }
        wrapped.push_str(part);
        taken += part.width();
        begin = end;
    }
    wrapped
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

/// Where the text of a line begins: behind the blanks that stand it off from
/// what it explains, a flag or an example, else behind those at the beginning.
fn beginning(line: &str, columns: usize) -> usize {
    let blanks = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let begin = blanks(line);
    line[begin..]
        .find("  ")
        .map(|at| begin + at + blanks(&line[begin + at..]))
        .filter(|at| *at < line.len() && shown(&line[..*at]) + BESIDE_COLUMNS_MIN <= columns)
        .unwrap_or(begin)
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
    fn a_text_with_no_room_beside_goes_on_below_the_flag() {
        let line = "  wxbackup export --output DIR  从头开始，不保留已删除的内容\n";
        assert_eq!(
            wrap(line, 44),
            "  wxbackup export --output DIR  从头开始，不\n  保留已删除的内容\n"
        );
    }
}
