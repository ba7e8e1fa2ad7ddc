//! What `--only` picks: `section=image,draft;date=2023-01..2023-06`.
//!
//! A selection is clauses with `;` between them; an item must fit every clause.
//! A clause is `key=values` with `,` between values; one of them must fit. A `\`
//! takes the meaning from the `,`, `;` or `\` behind it. Blanks around clauses,
//! keys and values do not count.
//!
//! | clause | an item fits when |
//! |---|---|
//! | `section=image,voice,video,news,draft,published` | it is of one of these sections |
//! | `id=ID` | that is its `media_id` or article id, or one of a draft's other ids |
//! | `title=TEXT` | its name or one of its titles holds the text; case does not matter |
//! | `date=DAY`, `date=DAY..DAY` | it was last updated then; one end of `..` may be left out |
//! | `since=DAY`, `until=DAY` | the same, with one end; that day included |
//!
//! A DAY is `2023`, `2023-05` or `2023-05-17`, in the time of China. An item
//! without a usable time has no date and fits no clause that asks for one.

use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use crate::archive::records::Item;
use crate::message;
use crate::model::human_name::usable_time;
use crate::model::{Section, UnknownSection};

/// Which items to give back. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    clauses: Vec<Clause>,
}

/// A clause; an item fits it by any of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Clause {
    Sections(Vec<Section>),
    Ids(Vec<String>),
    /// In lower case and NFC.
    Titles(Vec<String>),
    Dates(Vec<Days>),
}

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days {
    first: Date,
    last: Date,
}

/// The text is no selection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// A clause without `=`, or an empty one.
    #[error("{}", message!("select-no-clause", clause = .0))]
    NoClause(String),
    /// A clause that does not exist.
    #[error("{}", message!("select-unknown-key", key = .0))]
    UnknownKey(String),
    /// A clause with nothing to compare to.
    #[error("{}", message!("select-empty-value", key = .0))]
    EmptyValue(String),
    /// A section that does not exist.
    #[error(transparent)]
    UnknownSection(#[from] UnknownSection),
    /// Not a day, month or year, or no range of them.
    #[error("{}", message!("select-bad-date", date = .0))]
    BadDate(String),
}

impl Select {
    /// Whether it picks everything.
    pub fn is_all(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Narrows it to what `other` picks too.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.clauses.extend(other.clauses);
        self
    }

    /// Whether `item` fits every clause.
    pub fn picks(&self, item: &Item) -> bool {
        self.clauses.iter().all(|clause| clause.picks(item))
    }

    /// Whether some item of `section` could be picked.
    pub fn may_pick(&self, section: Section) -> bool {
        self.clauses.iter().all(|clause| match clause {
            Clause::Sections(sections) => sections.contains(&section),
            Clause::Ids(_) | Clause::Titles(_) | Clause::Dates(_) => true,
        })
    }
}

impl FromStr for Select {
    type Err = SelectError;

    fn from_str(text: &str) -> Result<Self, SelectError> {
        let clauses = split(text, ';')
            .into_iter()
            .map(|clause| Clause::parse(clause.trim()))
            .collect::<Result<_, _>>()?;
        Ok(Self { clauses })
    }
}

impl Clause {
    fn parse(text: &str) -> Result<Self, SelectError> {
        let Some((key, values)) = text.split_once('=') else {
            return Err(SelectError::NoClause(text.to_owned()));
        };
        let key = key.trim();
        let values: Vec<String> = split(values, ',')
            .into_iter()
            .map(|value| unescape(value.trim()))
            .collect();
        if values.iter().any(String::is_empty) {
            return Err(SelectError::EmptyValue(key.to_owned()));
        }
        let dates = |parse: fn(&str) -> Option<Days>| {
            values
                .iter()
                .map(|text| parse(text).ok_or_else(|| SelectError::BadDate(text.clone())))
                .collect::<Result<_, _>>()
                .map(Self::Dates)
        };
        match key {
            "section" => {
                let sections = values.iter().map(|section| section.parse());
                Ok(Self::Sections(sections.collect::<Result<_, _>>()?))
            }
            "id" => Ok(Self::Ids(values)),
            "title" => Ok(Self::Titles(values.iter().map(|text| fold(text)).collect())),
            "date" => dates(Days::parse),
            "since" => dates(|text| Days::parse(text).map(Days::and_later)),
            "until" => dates(|text| Days::parse(text).map(Days::and_earlier)),
            _ => Err(SelectError::UnknownKey(key.to_owned())),
        }
    }

    fn picks(&self, item: &Item) -> bool {
        match self {
            Self::Sections(sections) => sections.contains(&item.section()),
            Self::Ids(ids) => ids.iter().any(|id| item.ids().any(|of_item| of_item == id)),
            Self::Titles(texts) => item.titles().any(|title| {
                let title = fold(title);
                texts.iter().any(|text| title.contains(text))
            }),
            Self::Dates(ranges) => usable_time(item.update_time()).is_some_and(|time| {
                let day = time.date();
                ranges
                    .iter()
                    .any(|days| (days.first..=days.last).contains(&day))
            }),
        }
    }
}

impl Days {
    /// `2023`, `2023-05`, `2023-05-17`, or two of them with `..` between, one
    /// of which may be left out.
    fn parse(text: &str) -> Option<Self> {
        match text.split_once("..") {
            None => Self::one(text),
            Some(("", "")) => None,
            Some((first, "")) => Self::one(first).map(Self::and_later),
            Some(("", last)) => Self::one(last).map(Self::and_earlier),
            Some((first, last)) => {
                let (first, last) = (Self::one(first)?.first, Self::one(last)?.last);
                (first <= last).then_some(Self { first, last })
            }
        }
    }

    fn one(text: &str) -> Option<Self> {
        let is_number =
            |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        let (first, span) = match parts[..] {
            [year] if is_number(year, 4) => (Date::new(year.parse().ok()?, 1, 1), 1.year()),
            [year, month] if is_number(year, 4) && is_number(month, 2) => (
                Date::new(year.parse().ok()?, month.parse().ok()?, 1),
                1.month(),
            ),
            [year, month, day]
                if is_number(year, 4) && is_number(month, 2) && is_number(day, 2) =>
            {
                let (month, day) = (month.parse().ok()?, day.parse().ok()?);
                (Date::new(year.parse().ok()?, month, day), 1.day())
            }
            _ => return None,
        };
        let first = first.ok()?;
        let next = first.checked_add(span);
        let last = next.map_or(Date::MAX, |next| next.yesterday().unwrap_or(first));
        Some(Self { first, last })
    }

    fn and_later(self) -> Self {
        Self {
            last: Date::MAX,
            ..self
        }
    }

    fn and_earlier(self) -> Self {
        Self {
            first: Date::MIN,
            ..self
        }
    }
}

/// The parts of `text` between separators that no `\` stands before.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == separator {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}

/// The form in which titles are compared.
fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2023-05-17 10:15 in China.
    const TIME: i64 = 1_684_289_700;

    fn image(id: &str, name: &str, update_time: i64) -> Item {
        let record = serde_json::json!({
            "kind": "image", "media_id": id, "name": name, "status": "stored",
            "update_time": update_time,
        });
        Item::Media(serde_json::from_value(record).unwrap())
    }

    fn draft(titles: &[&str]) -> Item {
        let folder = "data/articles/00112233445566778899";
        let articles: Vec<_> = (1..)
            .zip(titles)
            .map(|(idx, title)| {
                serde_json::json!({
                    "idx": idx, "title": title, "assets": 0, "gaps": 0,
                    "meta_path": format!("{folder}/{idx:02}/meta.json"),
                    "html_path": format!("{folder}/{idx:02}/index.html"),
                })
            })
            .collect();
        let record = serde_json::json!({
            "kind": "article", "source": "draft", "id": "d2", "aliases": ["d1"],
            "akey": "00112233445566778899", "update_time": TIME, "status": "stored",
            "count": titles.len(), "articles": articles,
        });
        Item::Article(serde_json::from_value(record).unwrap())
    }

    fn picks(select: &str, item: &Item) -> bool {
        select.parse::<Select>().unwrap().picks(item)
    }

    #[test]
    fn an_item_is_picked_when_it_fits_every_clause() {
        let cat = image("m1", "Caf\u{e9} CAT, sleeping.jpg", TIME);
        let news = draft(&["周报", "第二篇"]);
        let answers = [
            ("section=image", true, false),
            ("section=voice,draft", false, true),
            ("section=image;section=draft", false, false),
            ("id=m1", true, false),
            ("id=x,d1", false, true),
            ("id=M1", false, false),
            ("title=cat", true, false),
            ("title=CAFE\u{301}", true, false),
            ("title=cat\\, sleep", true, false),
            ("title=dog,第二", false, true),
            ("section=image; title=周报", false, false),
            ("section=draft; title=周报", false, true),
            (" section = voice, draft ; date = 2023 ", false, true),
            ("date=2023", true, true),
            ("date=2023-05-17", true, true),
            ("date=2023-05-16", false, false),
            ("date=2023-01..2023-06", true, true),
            ("date=2022,2023-05", true, true),
            ("since=2023-05-17", true, true),
            ("since=2023-06", false, false),
            ("until=2023-05-16", false, false),
            ("until=2023-05", true, true),
            ("since=2023;until=2023", true, true),
            ("date=..2023-05", true, true),
            ("date=2024..", false, false),
        ];
        for (select, of_cat, of_news) in answers {
            let answer = (picks(select, &cat), picks(select, &news));
            assert_eq!(answer, (of_cat, of_news), "{select}");
        }
        assert!(Select::default().picks(&cat) && Select::default().is_all());
    }

    #[test]
    fn a_day_is_a_day_in_china() {
        // 2023-05-17 00:30 in China is still the 16th in UTC.
        let early = image("m", "", 1_684_254_600);
        assert!(picks("date=2023-05-17", &early));
        assert!(!picks("date=2023-05-16", &early));
    }

    #[test]
    fn an_item_without_a_time_fits_no_date() {
        for select in ["date=..2024", "since=0001", "until=9999", "date=1970"] {
            assert!(!picks(select, &image("m", "", 0)), "{select}");
        }
    }

    #[test]
    fn a_selection_that_means_nothing_is_refused_with_what_is_allowed() {
        let errors = [
            (
                "",
                "`` is no clause; clauses look like section=image,draft or title=TEXT",
            ),
            (
                "image",
                "`image` is no clause; clauses look like section=image,draft or title=TEXT",
            ),
            (
                "id=a;",
                "`` is no clause; clauses look like section=image,draft or title=TEXT",
            ),
            (
                "size=3",
                "`size` cannot be selected by; use section, id, title, date, since or until",
            ),
            ("id=", "`id=` has an empty value"),
            ("id=a,,b", "`id=` has an empty value"),
            (
                "section=thumb",
                "`thumb` is no section; sections are image, voice, video, news, draft, published",
            ),
            (
                "date=2023-13",
                "`2023-13` is no date; dates look like 2023, 2023-05, 2023-05-17 or 2023-01..2023-06",
            ),
        ];
        for (text, message) in errors {
            assert_eq!(text.parse::<Select>().unwrap_err().to_string(), message);
        }
        for date in [
            "2023-6",
            "2023-06..2023-01",
            "..",
            "1..2..3",
            "-2023",
            "20230517",
            "2023-02-30",
            "+023",
            "",
        ] {
            assert!(format!("date={date}").parse::<Select>().is_err(), "{date}");
        }
    }

    #[test]
    fn the_last_year_that_there_is_ends_with_it() {
        assert_eq!(Days::one("9999").unwrap().last, Date::MAX);
    }
}
