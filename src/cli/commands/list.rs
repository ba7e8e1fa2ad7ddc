//! `wxbackup list ARCHIVE`: what an archive holds, one record a line.
//!
//! A table on a terminal, lines with tabs in a pipe, CSV for spreadsheets, JSON
//! for programs. Records are read and written one by one, whatever their number.

use std::io::{self, Write};

use indicatif::BinaryBytes;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;
use wxbackup::archive::Archive;
use wxbackup::archive::records;
use wxbackup::archive::records::{Item, RecordError};
use wxbackup::event::{Event, Observer as _};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::{EntryPath, GapReason, ItemKind, ItemStatus, Section, china_date_time};
use wxbackup::record::run::Gap;
use wxbackup::text::{Language, Message};

use crate::cli::args::{Global, List};
use crate::cli::commands::Outcome;
use crate::cli::coverage::Coverage;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Ending, Report, cut, padded, safe};

/// Lists the records of an archive.
pub(crate) fn run(global: &Global, args: &List, report: &Report, interrupt: &Interrupt) -> Outcome {
    let keys = keys::to_read(global, &args.identity, [args.archive.as_path()], report)?;
    let archive = Archive::open(&args.archive, &keys)?;
    let document = records::archive_document(&archive)?;
    let completeness = records::completeness(&archive)?;
    let lines = Lines::that_suit(args, report);
    let wanted = |section| args.section.is_none_or(|wanted| wanted == section);
    let mut unreadable = 0_u64;

    report.screen().results(|out| {
        lines.begin(out)?;
        for item in records::items(&archive) {
            match item {
                Ok(item) if wanted(item.section()) => lines.row(out, &Row::of(&item))?,
                Ok(_) => {}
                Err(error) => {
                    unreadable += 1;
                    tell_unreadable(report, &error);
                }
            }
            if interrupt.is_set() {
                break;
            }
        }
        Ok::<(), io::Error>(())
    })?;
    for gap in records::gaps(&archive) {
        match gap {
            Ok(gap) if args.section.is_none_or(|section| is_about(&gap, section)) => {
                tell_gap(report, &gap);
            }
            Ok(_) => {}
            Err(error) => {
                unreadable += 1;
                tell_unreadable(report, &error);
            }
        }
    }

    let exit = if unreadable == 0 {
        ExitCode::Done
    } else {
        ExitCode::Damage
    };
    let coverage = Coverage::of(&completeness);
    let ending = Ending::new(exit).facts(&Facts {
        archive: archive.name(),
        appid: document.account.appid.as_str(),
        run_id: &document.run.id,
        unreadable_records: unreadable,
        coverage: &coverage,
    });
    Ok(coverage.words().into_iter().fold(ending, Ending::says))
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    archive: &'a str,
    appid: &'a str,
    run_id: &'a str,
    unreadable_records: u64,
    coverage: &'a Coverage<'a>,
}

fn tell_unreadable(report: &Report, error: &RecordError) {
    report.event(&Event::Warning {
        code: "unreadable_record",
        about: "",
        message: &Message::said(error),
    });
}

fn tell_gap(report: &Report, gap: &Gap) {
    let detail = gap.detail.as_deref().map(Message::verbatim);
    report.event(&Event::Gap {
        kind: &gap.kind,
        id: &gap.id,
        name: "",
        class: &gap.class,
        reason: &gap.reason,
        detail: detail.as_ref(),
    });
}

/// Whether a gap is of `section`, as far as it says: one of an article or an
/// asset may be of any section that has articles.
fn is_about(gap: &Gap, section: Section) -> bool {
    match gap.kind.as_str() {
        "section" => gap.id == section.as_str(),
        "asset" => section.item_kind() == ItemKind::Article,
        kind => kind == section.item_kind().as_str(),
    }
}

/// What a list tells of one item.
#[derive(Debug, Serialize)]
struct Row<'a> {
    message_type: &'static str,
    section: Section,
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    articles: Option<u32>,
    #[serde(skip_serializing_if = "is_zero")]
    update_time: i64,
    status: ItemStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl<'a> Row<'a> {
    fn of(item: &'a Item) -> Self {
        let mut row = Self {
            message_type: "item",
            section: item.section(),
            id: item.id(),
            title: item.title(),
            articles: None,
            update_time: item.update_time(),
            status: item.status(),
            bytes: None,
            mime: None,
            sha256: None,
            path: None,
            reason: None,
        };
        match item {
            Item::Media(media) => {
                row.bytes = media.bytes;
                row.mime = media.mime.as_deref();
                row.sha256 = media.sha256.as_ref().map(ToString::to_string);
                row.path = media.path.as_ref().map(EntryPath::as_str);
                row.reason = media.reason.as_ref().map(GapReason::as_str);
            }
            Item::Article(article) => {
                row.articles = Some(article.count);
                row.path = article.raw_path.as_ref().map(EntryPath::as_str);
                row.sha256 = article.raw_sha256.as_ref().map(ToString::to_string);
                row.reason = article.reason.as_ref().map(GapReason::as_str);
            }
        }
        row
    }

    /// In the time of China, where WeChat and its users are; empty where no time is known.
    fn updated(&self, format: &str) -> String {
        if self.update_time == 0 {
            return String::new();
        }
        china_date_time(self.update_time)
            .map(|time| time.strftime(format).to_string())
            .unwrap_or_default()
    }

    fn status(&self) -> &'static str {
        match self.status {
            ItemStatus::Stored => "stored",
            ItemStatus::Missing => "missing",
            ItemStatus::Retired => "retired",
        }
    }

    /// The title as people see it, and how many articles stand behind the first,
    /// in the language of the program or in that which scripts know.
    fn shown_title(&self, language: Language) -> String {
        let more = self.articles.unwrap_or(1).saturating_sub(1);
        let title = safe(self.title);
        if more == 0 {
            title.into_owned()
        } else {
            let more = more.to_string();
            message!("list-more-articles", title = title, more = more).in_language(language)
        }
    }
}

/// In which form rows are written.
#[derive(Clone, Copy, Debug)]
enum Lines {
    /// In columns, cut to a terminal of so many of them.
    Table(usize),
    /// With tabs in between.
    Tabs,
    Csv,
    Json,
}

/// Columns before the title of a table.
const COLUMNS_BEFORE_TITLE: usize = 9 + 2 + 16 + 2 + 11 + 2 + 7 + 2;

/// Columns that a title should have before an id is shown beside it; ids are
/// long and mean nothing to people.
const TITLE_COLUMNS_MIN: usize = 20;

impl Lines {
    fn that_suit(args: &List, report: &Report) -> Self {
        if report.is_json() {
            Self::Json
        } else if args.csv {
            Self::Csv
        } else if let Some(columns) = report.place().stdout_columns {
            Self::Table(columns.into())
        } else {
            Self::Tabs
        }
    }

    fn begin(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Table(_) => {
                let head = before_title(
                    &say!("head-section"),
                    &say!("head-updated"),
                    &say!("head-size"),
                    &say!("head-status"),
                );
                writeln!(out, "{head}{}", say!("head-title"))
            }
            Self::Csv => {
                // Without the mark, Excel takes UTF-8 for the system's old encoding.
                out.write_all("\u{feff}".as_bytes())?;
                write_csv(
                    out,
                    &[
                        "section", "id", "title", "articles", "updated", "status", "bytes", "mime",
                        "sha256", "path", "reason",
                    ]
                    .map(str::to_owned),
                )
            }
            Self::Tabs | Self::Json => Ok(()),
        }
    }

    fn row(self, out: &mut dyn Write, row: &Row<'_>) -> io::Result<()> {
        let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
        match self {
            Self::Table(columns) => writeln!(out, "{}", table_line(row, columns)),
            Self::Tabs => writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}",
                row.section,
                row.updated("%Y-%m-%d %H:%M:%S"),
                number(row.bytes),
                row.status(),
                safe(row.id),
                row.shown_title(Language::En)
            ),
            Self::Csv => write_csv(
                out,
                &[
                    row.section.to_string(),
                    cell(row.id),
                    cell(row.title),
                    number(row.articles.map(u64::from)),
                    row.updated("%Y-%m-%d %H:%M:%S"),
                    row.status().to_owned(),
                    number(row.bytes),
                    cell(row.mime.unwrap_or_default()),
                    row.sha256.clone().unwrap_or_default(),
                    cell(row.path.unwrap_or_default()),
                    cell(row.reason.unwrap_or_default()),
                ],
            ),
            Self::Json => {
                serde_json::to_writer(&mut *out, row)?;
                writeln!(out)
            }
        }
    }
}

/// The columns before the title, and the blanks that end the last of them.
fn before_title(section: &str, updated: &str, size: &str, status: &str) -> String {
    let size_blanks = " ".repeat(11_usize.saturating_sub(size.width()));
    format!(
        "{}  {}  {size_blanks}{size}  {}  ",
        padded(section, 9),
        padded(updated, 16),
        padded(status, 7)
    )
}

fn table_line(row: &Row<'_>, columns: usize) -> String {
    let size = row
        .bytes
        .map(|bytes| BinaryBytes(bytes).to_string())
        .unwrap_or_default();
    let mut line = before_title(
        &names::section(row.section).in_language(language()),
        &row.updated("%Y-%m-%d %H:%M"),
        &size,
        &say!("item-status", status = row.status()),
    );
    let room = columns.saturating_sub(COLUMNS_BEFORE_TITLE);
    let id = safe(row.id);
    let room_beside_id = room.saturating_sub(id.width() + 2);
    if room_beside_id >= TITLE_COLUMNS_MIN {
        let title = cut(&row.shown_title(language()), room_beside_id);
        let padding = room_beside_id - title.width();
        line.push_str(&title);
        line.extend(std::iter::repeat_n(' ', padding + 2));
        line.push_str(&id);
    } else {
        line.push_str(&cut(&row.shown_title(language()), room));
    }
    line.truncate(line.trim_end().len());
    line
}

/// A cell that a spreadsheet takes for text: what begins like a formula would be
/// run by it, and titles are other people's.
fn cell(text: &str) -> String {
    let text = safe(text);
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}

fn write_csv(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    let mut line = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    line.write_record(cells)?;
    let bytes = line.into_inner().map_err(csv::IntoInnerError::into_error)?;
    out.write_all(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(title: &'a str, id: &'a str) -> Row<'a> {
        Row {
            message_type: "item",
            section: Section::Image,
            id,
            title,
            articles: None,
            update_time: 1_684_289_700,
            status: ItemStatus::Stored,
            bytes: Some(123_456),
            mime: Some("image/jpeg"),
            sha256: None,
            path: None,
            reason: None,
        }
    }

    fn written(lines: Lines, row: &Row<'_>) -> String {
        let mut out = Vec::new();
        lines.row(&mut out, row).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_chinese_title_takes_two_columns_a_character() {
        let title = "春天来了".repeat(20);
        for columns in [0, 1, 51, 60, 80, 81, 200] {
            let line = table_line(&row(&title, "m1"), columns);
            assert!(
                line.width() <= columns.max(COLUMNS_BEFORE_TITLE),
                "{columns}: {line}"
            );
        }
        assert_eq!(
            table_line(&row(&title, &"m".repeat(64)), 62),
            "image      2023-05-17 10:15   120.56 KiB  stored   春天来了春…"
        );
    }

    #[test]
    fn an_id_is_shown_where_there_is_room_for_a_title_too() {
        assert_eq!(
            table_line(&row("春天", "m1"), 75),
            "image      2023-05-17 10:15   120.56 KiB  stored   春天                  m1"
        );
        assert!(!table_line(&row("春天", "m1"), 72).contains("m1"));
    }

    #[test]
    fn no_title_moves_the_cursor_or_breaks_the_line() {
        let hostile = row("a\tb\n\u{1b}[2Jc", "m\n1");
        assert_eq!(
            written(Lines::Tabs, &hostile),
            "image\t2023-05-17 10:15:00\t123456\tstored\tm\\u{a}1\ta\\u{9}b\\u{a}\\u{1b}[2Jc\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for title in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(cell(title), format!("'{title}"));
        }
        assert_eq!(
            written(Lines::Csv, &row("=HYPERLINK(\"x\",\"y\")", "-m1")),
            "image,'-m1,\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",,2023-05-17 10:15:00,stored,123456,image/jpeg,,,\r\n"
        );
    }

    #[test]
    fn a_table_for_excel_begins_with_its_mark() {
        let mut out = Vec::new();
        Lines::Csv.begin(&mut out).unwrap();
        assert!(out.starts_with(b"\xef\xbb\xbfsection,id,title,"));
        assert!(out.ends_with(b",reason\r\n"));
    }

    #[test]
    fn further_articles_are_counted_behind_the_title() {
        let mut row = row("头条", "a1");
        row.articles = Some(3);
        assert_eq!(row.shown_title(Language::En), "头条 (+2)");
        assert_eq!(row.shown_title(Language::Zh), "头条（另 2 篇）");
    }

    #[test]
    fn a_line_for_programs_leaves_out_what_is_not_known() {
        let mut row = row("a", "m1");
        (row.update_time, row.bytes, row.mime) = (0, None, None);
        (row.status, row.reason) = (ItemStatus::Missing, Some("http_404"));
        assert_eq!(
            written(Lines::Json, &row),
            "{\"message_type\":\"item\",\"section\":\"image\",\"id\":\"m1\",\"title\":\"a\",\"status\":\"missing\",\"reason\":\"http_404\"}\n"
        );
    }
}
