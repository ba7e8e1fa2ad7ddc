//! The end of a run in lines for people, as chats and pings show it.

use std::time::Duration;

use unicode_general_category::{GeneralCategory, get_general_category};

use crate::message;
use crate::notify::facts::{Archive, Counts, Facts, Outcome};
use crate::text::{Language, Message, Value};

/// Error messages may quote a server, and a server may say anything.
const LINE_CHARS_MAX: usize = 300;

/// The lines that tell of a run; the first says whose, and how it ended.
pub(super) fn lines(facts: &Facts, language: Language) -> Vec<String> {
    let mut lines = vec![headline(facts)];
    if facts.outcome == Outcome::Test {
        lines.push(message!("notify-is-test"));
        return in_words(&lines, language);
    }
    if facts.outcome != Outcome::Done {
        lines.push(message!(
            "notify-meaning",
            meaning = &facts.meaning,
            code = facts.exit_code.to_string()
        ));
    }
    let names = message!("between-names").in_language(language);
    if let Some(archive) = &facts.archive {
        lines.extend(of_archive(archive, language));
    }
    if !facts.missing_titles.is_empty() {
        let notes = message!("between-notes").in_language(language);
        let titles = facts.missing_titles.join(&notes);
        lines.push(message!("notify-titles", titles = titles));
    }
    if !facts.trouble.is_empty() {
        let causes = message!("between-causes").in_language(language);
        let error = facts.trouble.join(&causes);
        lines.push(message!("notify-error", error = error));
    }
    if let Some(step) = &facts.next_step {
        lines.push(message!("notify-next", step = step));
    }
    let left: Vec<String> = facts
        .quota_left
        .iter()
        .map(|(api, left)| message!("notify-quota", api = api, left = left.to_string()))
        .map(|quota| quota.in_language(language))
        .collect();
    if !left.is_empty() {
        lines.push(message!("notify-quota-left", quotas = left.join(&names)));
    }
    lines.push(message!("notify-took", time = duration(facts.took)));
    in_words(&lines, language)
}

fn in_words(lines: &[Message], language: Language) -> Vec<String> {
    let line = |line: &Message| clean(&line.in_language(language));
    lines.iter().map(line).collect()
}

fn headline(facts: &Facts) -> Message {
    let outcome = message!("notify-outcome", outcome = facts.outcome.word());
    let whose = match (&facts.account, &facts.app_id) {
        (Some(name), Some(app_id)) => {
            message!("notify-whose", name = name, appid = app_id.as_str()).into()
        }
        (Some(name), None) => Value::from(name),
        (None, Some(app_id)) => Value::from(app_id.as_str()),
        // The word that a chat robot can be told to ask for comes first.
        (None, None) => return message!("notify-headline-of-nobody", outcome = outcome),
    };
    message!("notify-headline", whose = whose, outcome = outcome)
}

fn of_archive(archive: &Archive, language: Language) -> Vec<Message> {
    let mut lines = vec![message!(
        "notify-archive",
        name = archive.file_name(),
        size = bytes(archive.bytes),
        status = message!("name-status", status = archive.status.as_str())
    )];
    if let Some(run) = &archive.unchanged_since {
        lines.push(message!("notify-unchanged", run = run));
    }
    let row = |parts: Vec<Message>| {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| part.in_language(language))
            .collect();
        parts.join(&message!("between-names").in_language(language))
    };
    let counted = |count: fn(&Counts) -> u64| -> Vec<Message> {
        let counts = archive.counts.iter();
        counts
            .filter(|(_, counts)| count(counts) > 0)
            .map(|(section, counts)| count_of(count(counts), section_name(section)))
            .collect()
    };
    let stored = counted(|counts| counts.stored);
    if !stored.is_empty() {
        lines.push(message!("notify-stored", counts = row(stored)));
    }
    let missing = counted(|counts| counts.missing);
    if !missing.is_empty() {
        lines.push(message!("notify-missing", counts = row(missing)));
    }
    let unlisted: Vec<Message> = archive
        .counts
        .iter()
        .filter(|(_, counts)| !counts.listed)
        .map(|(section, _)| section_name(section))
        .collect();
    if !unlisted.is_empty() {
        lines.push(message!("notify-not-listed", sections = row(unlisted)));
    }
    let reasons: Vec<String> = archive
        .gaps_by_reason
        .iter()
        .map(|(reason, count)| {
            let reason = message!("name-reason", reason = reason);
            message!("coverage-gap", count = count.to_string(), reason = reason)
        })
        .map(|reason| reason.in_language(language))
        .collect();
    if !reasons.is_empty() {
        let reasons = reasons.join(&message!("between-reasons").in_language(language));
        lines.push(message!("notify-gaps", reasons = reasons));
    }
    lines
}

fn section_name(section: &str) -> Message {
    message!("name-section", section = section)
}

fn count_of(count: u64, what: Message) -> Message {
    message!("notify-count", count = count.to_string(), what = what)
}

/// `text` on one line, without what could reverse or hide a part of it, and not too long.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned: String = text
        .chars()
        .map(|c| if is_plain(c) { c } else { ' ' })
        .take(LINE_CHARS_MAX + 1)
        .collect();
    if cleaned.chars().count() > LINE_CHARS_MAX {
        cleaned.pop();
        cleaned.push('…');
    }
    cleaned
}

fn is_plain(c: char) -> bool {
    use GeneralCategory as G;
    !matches!(
        get_general_category(c),
        G::Control | G::Format | G::LineSeparator | G::ParagraphSeparator | G::PrivateUse
    )
}

/// `text` in at most so many bytes.
pub(super) fn cut_to_bytes(text: &str, bytes_max: usize) -> String {
    const MARK: char = '…';
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let mut end = bytes_max.saturating_sub(MARK.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut cut = text[..end].to_owned();
    cut.push(MARK);
    cut
}

/// `12.3 MiB`.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if count < 1024 {
        return format!("{count} B");
    }
    // In tenths of the unit, rounded down.
    let mut tenths = count.saturating_mul(10) / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// `1 h 2 min 3 s`.
fn duration(took: Duration) -> Message {
    let seconds = took.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let text = |number: u64| number.to_string();
    match seconds {
        3600.. => message!(
            "notify-hours",
            hours = text(hours),
            minutes = text(minutes),
            seconds = text(seconds % 60)
        ),
        60.. => message!(
            "notify-minutes",
            minutes = text(minutes),
            seconds = text(seconds % 60)
        ),
        _ => message!("notify-seconds", seconds = text(seconds)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use crate::model::{RunStatus, Timestamp};

    /// A run that wrote an archive with gaps.
    pub(in crate::notify) fn with_gaps() -> Facts {
        let counts = |listed, stored, missing| Counts {
            listed,
            stored,
            missing,
        };
        Facts {
            account: Some("小店".into()),
            app_id: Some("wx0123456789abcdef".parse().unwrap()),
            outcome: Outcome::Gaps,
            exit_code: 3,
            meaning: message!("exit-gaps"),
            ended_at: Timestamp::from_second(1_763_841_600).unwrap(),
            took: Duration::from_millis(3_723_500),
            archive: Some(Archive {
                path: "/b/wxbackup-wx0123456789abcdef-20251122T200000Z.zip".into(),
                bytes: 12_900_000,
                status: RunStatus::CompleteWithGaps,
                unchanged_since: Some("20251120T200000Z".into()),
                counts: BTreeMap::from([
                    ("image", counts(true, 12, 1)),
                    ("published", counts(false, 0, 0)),
                    ("voice", counts(true, 0, 0)),
                ]),
                gaps_by_reason: BTreeMap::from([
                    ("http_404".into(), 1),
                    ("no_permission".into(), 1),
                ]),
            }),
            trouble: Vec::new(),
            next_step: None,
            missing_titles: Vec::new(),
            quota_left: BTreeMap::new(),
        }
    }

    /// A run that failed.
    pub(in crate::notify) fn failed() -> Facts {
        Facts {
            outcome: Outcome::Refused,
            exit_code: 4,
            meaning: message!("exit-person"),
            took: Duration::from_secs(2),
            archive: None,
            trouble: vec![
                "cannot get a token".into(),
                "WeChat\r\nrefused <b>\u{202e}it".into(),
            ],
            next_step: Some("copy the secret".into()),
            ..with_gaps()
        }
    }

    #[test]
    fn a_run_is_told_in_lines() {
        let mut facts = with_gaps();
        facts.missing_titles = vec!["春天".into(), "b".into()];
        facts.quota_left = BTreeMap::from([("material/get_material".into(), 7)]);
        assert_eq!(
            lines(&facts, Language::En),
            [
                "wxbackup: 小店 (wx0123456789abcdef): gaps",
                "the archive is written and valid, but lacks some items; each is listed (exit code 3)",
                "archive: wxbackup-wx0123456789abcdef-20251122T200000Z.zip, 12.3 MiB, complete-with-gaps",
                "unchanged since: 20251120T200000Z",
                "stored: 12 image",
                "missing: 1 image",
                "not listed: published",
                "gaps: 1 http_404, 1 no_permission",
                "titles: 春天; b",
                "quota left: material/get_material 7",
                "took: 1 h 2 min 3 s",
            ]
        );
        assert_eq!(
            lines(&failed(), Language::En),
            [
                "wxbackup: 小店 (wx0123456789abcdef): refused",
                "credentials, permission, IP allow-list, frozen account: a person must act (exit code 4)",
                "error: cannot get a token: WeChat  refused <b> it",
                "next: copy the secret",
                "took: 2 s",
            ]
        );
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut_to_bytes("春天", 6), "春天");
        assert_eq!(cut_to_bytes("春天天", 8), "春…");
        assert_eq!(cut_to_bytes("春天天", 6), "春…");
        assert_eq!(clean(&"x".repeat(400)).chars().count(), LINE_CHARS_MAX + 1);
        assert_eq!(clean(&"x".repeat(300)), "x".repeat(300));
    }

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        assert_eq!(
            [0, 1023, 1024, 1_048_575, 1_048_576, 1 << 51].map(bytes),
            [
                "0 B",
                "1023 B",
                "1.0 KiB",
                "1023.9 KiB",
                "1.0 MiB",
                "2048.0 TiB"
            ]
        );
    }
}
