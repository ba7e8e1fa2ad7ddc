//! The months of a long list: where each begins, so that a page can lead there.
//!
//! Months are those of China. A list is in the order of time, so each month is
//! one stretch of it.

use super::page::{Page, Place};
use super::views::{ITEMS_A_PAGE, List};
use super::words::{self, Both};
use crate::message;
use crate::model::china_date_time;
use crate::text::Value;

/// A month of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Year and month; none for what has no date.
    pub name: Option<(i16, i8)>,
    /// The page of the list on which it begins.
    pub page: usize,
    /// How many items it has.
    pub items: u64,
}

/// More months than these are not led to one by one: whoever made the times may
/// have meant to make an index longer than the list.
const MONTHS_MAX: usize = 240;

/// The months of a list whose items have these times, in the list's order.
pub fn months(times: impl IntoIterator<Item = i64>) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for (index, time) in times.into_iter().enumerate() {
        let name = month_of(time);
        match months.last_mut() {
            Some(last) if last.name == name => last.items += 1,
            _ => months.push(Month {
                name,
                page: index / ITEMS_A_PAGE + 1,
                items: 1,
            }),
        }
    }
    months
}

/// The month of a time in Unix seconds; none where it is no time, or 0.
pub(super) fn month_of(time: i64) -> Option<(i16, i8)> {
    let time = china_date_time(time).filter(|_| time > 0)?;
    Some((time.year(), time.month()))
}

/// The place of a month on a page of a list, as an id.
pub(super) fn anchor(name: Option<(i16, i8)>) -> String {
    match name {
        Some((year, month)) => format!("m{year:04}-{month:02}"),
        None => "m-none".to_owned(),
    }
}

/// `2023-05`.
pub(super) fn put_name(page: &mut Page, name: Option<(i16, i8)>) {
    match name {
        Some((year, month)) => page.put(format_args!("{year:04}-{month:02}")),
        None => page.put(words::NO_DATE),
    }
}

/// The way to each month of a list, folded away; nothing for a list of one.
pub(super) fn put_index(page: &mut Page, place: Place, list: List, months: &[Month]) {
    if months.len() < 2 {
        return;
    }
    page.put(format_args!(
        "<details class=\"months\"><summary>{}</summary>",
        words::BY_MONTH
    ));
    let mut year = None;
    for month in shown(months) {
        let this_year = month.name.map(|(year, _)| year);
        if year != Some(this_year) {
            if year.is_some() {
                page.put("</p>");
            }
            page.put("<p>");
            if let Some(year) = this_year {
                page.put(format_args!("<b>{year:04}</b>"));
            }
            year = Some(this_year);
        }
        page.put(format_args!(
            " <a href=\"{}#{}\">",
            place.to_list(list, month.page),
            anchor(month.name)
        ));
        match month.name {
            Some((_, month)) => page.put(format_args!("{month:02}")),
            None => page.put(words::NO_DATE),
        }
        page.put(format_args!(" <small>{}</small></a>", month.items));
    }
    page.put("</p></details>\n");
}

/// The months that the index leads to: all, or the newest of each year, or the
/// newest of all.
fn shown(months: &[Month]) -> Vec<Month> {
    if months.len() <= MONTHS_MAX {
        return months.to_vec();
    }
    let mut years = months.to_vec();
    years.dedup_by_key(|month| month.name.map(|(year, _)| year));
    years.truncate(MONTHS_MAX);
    years
}

/// The heading of a month on a page, with how many of it the whole list has.
pub(super) fn put_heading(page: &mut Page, name: Option<(i16, i8)>, months: &[Month]) {
    page.put(format_args!("<h2 id=\"{}\"><span>", anchor(name)));
    put_name(page, name);
    page.put("</span>");
    // Of what has no date there may be two stretches, at either end.
    if let Some(month) = months.iter().find(|month| month.name == name) {
        let items = month.items;
        page.put(format_args!(
            "<small>{}</small>",
            Both(message!("page-of-month", total = Value::digits(items)))
        ));
    }
    page.put("</h2>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(name: Option<(i16, i8)>, page: usize, items: u64) -> Month {
        Month { name, page, items }
    }

    #[test]
    fn a_month_begins_on_the_page_of_its_first_item() {
        // 2023-05 of China begins while it is April elsewhere.
        let may = 1_682_870_400;
        let times = std::iter::repeat_n(may, 600).chain([may - 1, may - 1, 0]);
        assert_eq!(
            months(times),
            [
                month(Some((2023, 5)), 1, 600),
                month(Some((2023, 4)), 2, 2),
                month(None, 2, 1)
            ]
        );
        assert_eq!(months([]), []);
    }

    #[test]
    fn an_index_is_never_longer_than_it_is_of_use() {
        let every = |count: i16| -> Vec<Month> {
            let names = (0..count).map(|n| (9000 - n / 12, i8::try_from(12 - n % 12).unwrap()));
            names.map(|name| month(Some(name), 1, 1)).collect()
        };
        assert_eq!(shown(&every(240)).len(), 240);
        assert_eq!(shown(&every(2400)).len(), 200);
        assert_eq!(shown(&every(24_000)).len(), 240);
    }
}
