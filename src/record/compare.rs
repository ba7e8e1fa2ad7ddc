//! Two records of one item, from two archives or from two nights: do they say
//! the same of the library, and if not, in which fields do they differ?
//!
//! What WeChat answers anew with each call never counts (format 12): addresses,
//! tags, the `tempkey` of a draft. Nor does what follows from other fields, such
//! as paths and media types, or is no word of the library, such as the number of
//! missing pictures of an article, which are records of their own.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::{EntryPath, ItemKind, ItemStatus, Sha256};
use crate::record::canonical;
use crate::record::item::{ArticleRecord, AssetRecord, MediaRecord, RawForm};
use crate::record::lenient;
use crate::record::mark::Mark;
use crate::record::run::{Change, ChangeOp};

/// What WeChat gives another value on each call, at any depth of an article.
const VOLATILE: [&str; 4] = ["url", "thumb_url", "tags", "down_url"];

/// What counts of one record, in the size of a few digests, so that those of a
/// hundred thousand items fit in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What became of the item.
    pub status: ItemStatus,
    /// The digest of its blob; none of an article.
    pub sha256: Option<Sha256>,
    /// The bytes of an article, where the archive has them.
    pub raw: Option<Box<RawFacts>>,
    name: Mark,
    title: Mark,
    description: Mark,
    cover: Option<Sha256>,
    create_time: Option<i64>,
    update_time: i64,
    count: u32,
}

/// The bytes of an article group that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFacts {
    /// Where they are.
    pub path: EntryPath,
    /// Their digest.
    pub sha256: Sha256,
    /// Of which call they come.
    pub form: Option<RawForm>,
}

impl Facts {
    /// What counts of a picture, voice or video.
    pub fn of_media(record: &MediaRecord) -> Self {
        Self {
            sha256: record.sha256,
            name: Mark::of(&record.name),
            title: mark_of(record.title.as_deref()),
            description: mark_of(record.description.as_deref()),
            cover: record.cover.as_ref().map(|cover| cover.sha256),
            update_time: record.update_time,
            ..Self::of_nothing(record.status)
        }
    }

    /// What counts of a news, draft or publication.
    pub fn of_article(record: &ArticleRecord) -> Self {
        let raw = record.raw_path.as_ref().zip(record.raw_sha256);
        Self {
            raw: raw.map(|(path, sha256)| {
                Box::new(RawFacts {
                    path: path.clone(),
                    sha256,
                    form: record.raw_form,
                })
            }),
            create_time: record.create_time,
            update_time: record.update_time,
            count: record.count,
            ..Self::of_nothing(record.status)
        }
    }

    /// What counts of an asset.
    pub fn of_asset(record: &AssetRecord) -> Self {
        Self {
            sha256: record.sha256,
            ..Self::of_nothing(record.status)
        }
    }

    fn of_nothing(status: ItemStatus) -> Self {
        let nothing = mark_of(None);
        Self {
            status,
            sha256: None,
            raw: None,
            name: nothing,
            title: nothing,
            description: nothing,
            cover: None,
            create_time: None,
            update_time: 0,
            count: 0,
        }
    }

    /// The digest of what stands for the item: its blob, or the bytes of the article.
    pub fn digest(&self) -> Option<Sha256> {
        self.sha256
            .or_else(|| self.raw.as_ref().map(|raw| raw.sha256))
    }

    /// The fields in which the record itself differs from a newer one of the
    /// same item, whatever stands in the bytes of an article.
    fn differing(&self, new: &Self) -> impl Iterator<Item = &'static str> {
        [
            ("count", self.count != new.count),
            ("cover", self.cover != new.cover),
            ("create_time", self.create_time != new.create_time),
            ("description", self.description != new.description),
            ("name", self.name != new.name),
            ("sha256", self.sha256 != new.sha256),
            ("status", self.status != new.status),
            ("title", self.title != new.title),
            ("update_time", self.update_time != new.update_time),
        ]
        .into_iter()
        .filter_map(|(field, differs)| differs.then_some(field))
    }
}

fn mark_of(text: Option<&str>) -> Mark {
    Mark::of(text.unwrap_or_default())
}

/// The fields in which two records of one item differ, sorted, each once.
///
/// `raw` reads the bytes of an article; it is called, for both sides, only where
/// both have such bytes and they are not the same.
///
/// # Errors
///
/// Those of `raw`.
pub fn fields<E>(
    old: &Facts,
    new: &Facts,
    mut raw: impl FnMut(Side, &RawFacts) -> Result<Vec<u8>, E>,
) -> Result<Vec<String>, E> {
    let mut fields: BTreeSet<String> = old.differing(new).map(str::to_owned).collect();
    match (&old.raw, &new.raw) {
        (None, None) => {}
        (Some(old), Some(new)) if old.sha256 == new.sha256 => {}
        (Some(old), Some(new)) => {
            let (old_bytes, new_bytes) = (raw(Side::Old, old)?, raw(Side::New, new)?);
            let keys = if old.form == new.form {
                Keys::OfEither
            } else {
                Keys::OfBoth
            };
            fields.extend(article_fields(&old_bytes, &new_bytes, keys));
        }
        _ => {
            fields.insert(RAW.to_owned());
        }
    }
    Ok(fields.into_iter().collect())
}

/// Whether the bytes of two article groups say the same (format 12). Of two
/// answers of different calls, what both say counts: each leaves out other keys.
pub fn are_same_articles(
    old: &[u8],
    old_form: Option<RawForm>,
    new: &[u8],
    new_form: Option<RawForm>,
) -> bool {
    let keys = if old_form == new_form {
        Keys::OfEither
    } else {
        Keys::OfBoth
    };
    let count = |bytes| news_items(bytes).map(|items| items.len());
    old == new || (count(old) == count(new) && article_fields(old, new, keys).is_empty())
}

/// A digest of what the bytes of an article group say, volatile keys aside: the
/// same for the same content under another id. `None` where they hold no articles.
pub fn content_digest(raw: &[u8]) -> Option<Sha256> {
    let said: Vec<Value> = news_items(raw)?.into_iter().map(without_volatile).collect();
    (!said.is_empty()).then(|| Sha256::of(&canonical::line(&said)))
}

fn without_volatile(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let said = fields.into_iter().filter(|(key, value)| {
                let is_nothing = value.is_null() || value.as_str() == Some("");
                !is_volatile(key) && !is_nothing
            });
            Value::Object(
                said.map(|(key, value)| (key, without_volatile(value)))
                    .collect(),
            )
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_volatile).collect()),
        // A float has no canonical spelling; its own will do for a digest.
        Value::Number(number) if number.is_f64() => Value::String(number.to_string()),
        value => value,
    }
}

/// One of two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    Old,
    New,
}

/// The difference between two records of one item, of which one may not be
/// there; `None` where there is no difference. `fields` are those of [`fields()`].
///
/// An item that was retired and is listed again counts as added; one that is
/// known only as retired, as retired.
pub fn change(
    kind: ItemKind,
    id: &str,
    old: Option<&Facts>,
    new: Option<&Facts>,
    fields: Vec<String>,
) -> Option<Change> {
    let is_retired = |facts: &Facts| facts.status == ItemStatus::Retired;
    let op = match (old.map(is_retired), new.map(is_retired)) {
        (None, None) => return None,
        (Some(_), None) => ChangeOp::Removed,
        (None | Some(false), Some(true)) => ChangeOp::Retired,
        (None | Some(true), Some(false)) => ChangeOp::Added,
        (Some(false), Some(false)) | (Some(true), Some(true)) if fields.is_empty() => return None,
        (Some(false), Some(false)) | (Some(true), Some(true)) => ChangeOp::Changed,
    };
    Some(Change {
        op,
        kind: kind.as_str().to_owned(),
        id: id.to_owned(),
        old_sha256: old.and_then(Facts::digest),
        new_sha256: new.and_then(Facts::digest),
        fields,
    })
}

/// What is said to differ where bytes do and nothing in them can be named.
const RAW: &str = "raw";

/// Which keys of two articles are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// All.
    OfEither,
    /// Those that both have: a list and a `get` call leave out different ones.
    OfBoth,
}

/// The keys of WeChat in which the articles of two groups differ.
fn article_fields(old: &[u8], new: &[u8], keys: Keys) -> BTreeSet<String> {
    let (Some(old), Some(new)) = (news_items(old), news_items(new)) else {
        return BTreeSet::from([RAW.to_owned()]);
    };
    let mut fields = BTreeSet::new();
    for (old, new) in old.iter().zip(&new) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => note_differing(old, new, keys, &mut fields),
            _ if old == new => {}
            _ => {
                fields.insert(RAW.to_owned());
            }
        }
    }
    fields
}

/// The articles in the bytes of a group: an item of a list, or the answer of a
/// `get` call. `None` where there are none to be found.
fn news_items(bytes: &[u8]) -> Option<Vec<Value>> {
    let mut item = lenient::read(bytes).ok()?.value;
    let holder = match item.get_mut("content") {
        Some(content @ Value::Object(_)) => content,
        _ => &mut item,
    };
    match holder.get_mut("news_item").map(Value::take) {
        Some(Value::Array(list)) => Some(list),
        _ => None,
    }
}

fn note_differing(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    keys: Keys,
    fields: &mut BTreeSet<String>,
) {
    for key in old.keys().chain(new.keys()) {
        let is_in_both = old.contains_key(key) && new.contains_key(key);
        let counts = keys == Keys::OfEither || is_in_both;
        if counts && !is_volatile(key) && !are_same(old.get(key), new.get(key)) {
            fields.insert(key.clone());
        }
    }
}

fn is_volatile(key: &str) -> bool {
    VOLATILE.contains(&key)
}

/// Whether two values say the same: volatile keys aside, and with an empty text,
/// a null and no value at all for one thing, as WeChat takes them.
fn are_same(old: Option<&Value>, new: Option<&Value>) -> bool {
    let is_something = |value: &&Value| !(value.is_null() || value.as_str() == Some(""));
    match (old.filter(is_something), new.filter(is_something)) {
        (None, None) => true,
        (Some(Value::Object(old)), Some(Value::Object(new))) => old
            .keys()
            .chain(new.keys())
            .all(|key| is_volatile(key) || are_same(old.get(key), new.get(key))),
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| are_same(Some(old), Some(new)))
        }
        (old, new) => old == new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::convert::Infallible;

    use ChangeOp::{Added, Changed, Removed, Retired};

    use crate::record::samples;

    fn stored(kind: ItemKind, bytes: &[u8]) -> MediaRecord {
        let mut record = samples::media(kind, "m1");
        (record.status, record.retired_in) = (ItemStatus::Stored, None);
        record.sha256 = Some(Sha256::of(bytes));
        record
    }

    fn no_raw(_: Side, _: &RawFacts) -> Result<Vec<u8>, Infallible> {
        panic!("it has no raw bytes that differ")
    }

    fn media_fields(old: &MediaRecord, new: &MediaRecord) -> Vec<String> {
        let Ok(fields) = fields(&Facts::of_media(old), &Facts::of_media(new), no_raw);
        fields
    }

    #[test]
    fn what_wechat_gives_anew_for_a_picture_does_not_count() {
        let old = stored(ItemKind::Image, b"x");
        let mut new = old.clone();
        new.url = Some("http://mmbiz.qpic.cn/other".to_owned());
        new.raw = Some("{\"tags\":[]}".to_owned());
        new.suspect = true;
        assert_eq!(media_fields(&old, &new), Vec::<String>::new());
    }

    #[test]
    fn every_field_of_a_video_that_differs_is_named() {
        let old = stored(ItemKind::Video, b"x");
        let mut new = stored(ItemKind::Video, b"y");
        new.name = "n".to_owned();
        new.title = Some("t".to_owned());
        new.description = Some("d".to_owned());
        new.update_time = 1;
        new.status = ItemStatus::Missing;
        assert_eq!(
            media_fields(&old, &new),
            [
                "description",
                "name",
                "sha256",
                "status",
                "title",
                "update_time"
            ]
        );
    }

    #[test]
    fn an_op_is_told_by_what_is_listed_and_what_is_kept() {
        let facts = |status| {
            let mut record = stored(ItemKind::Image, b"x");
            record.status = status;
            Facts::of_media(&record)
        };
        let (stored, missing, retired) = (
            &facts(ItemStatus::Stored),
            &facts(ItemStatus::Missing),
            &facts(ItemStatus::Retired),
        );
        let op = |old: Option<&Facts>, new: Option<&Facts>| {
            let fields = match (old, new) {
                (Some(old), Some(new)) => {
                    let Ok(fields) = fields(old, new, no_raw);
                    fields
                }
                _ => Vec::new(),
            };
            change(ItemKind::Image, "m1", old, new, fields).map(|change| change.op)
        };
        assert_eq!(op(None, Some(stored)), Some(Added));
        assert_eq!(op(None, Some(missing)), Some(Added));
        assert_eq!(op(None, Some(retired)), Some(Retired));
        assert_eq!(op(Some(stored), Some(stored)), None);
        assert_eq!(op(Some(stored), Some(missing)), Some(Changed));
        assert_eq!(op(Some(stored), Some(retired)), Some(Retired));
        assert_eq!(op(Some(retired), Some(retired)), None);
        assert_eq!(op(Some(retired), Some(stored)), Some(Added));
        assert_eq!(op(Some(stored), None), Some(Removed));
        assert_eq!(op(Some(retired), None), Some(Removed));
    }

    const GROUP: &str = r#"{"media_id":"d1","content":{"news_item":[{"title":"春","content":"<p>1</p>","url":"http://a/?tempkey=1","thumb_url":"http://b/1","digest":"","image_info":{"image_list":[{"image_media_id":"m1","url":"u1"}]},"need_open_comment":0}]},"update_time":5}"#;

    fn told(old: &str, new: &str, keys: Keys) -> Vec<String> {
        article_fields(old.as_bytes(), new.as_bytes(), keys)
            .into_iter()
            .collect()
    }

    #[test]
    fn what_wechat_gives_anew_for_a_draft_does_not_count_at_any_depth() {
        let new = GROUP
            .replace("tempkey=1", "tempkey=2")
            .replace("http://b/1", "http://b/2")
            .replace("\"u1\"", "\"u2\"")
            .replace("\"digest\":\"\",", "\"author\":null,");
        assert_eq!(told(GROUP, &new, Keys::OfEither), Vec::<String>::new());
    }

    #[test]
    fn every_key_of_an_article_that_differs_is_named() {
        for (from, to, key) in [
            ("春", "夏", "title"),
            ("<p>1</p>", "<p>2</p>", "content"),
            ("\"m1\"", "\"m2\"", "image_info"),
            ("open_comment\":0", "open_comment\":1", "need_open_comment"),
            ("\"digest\":\"\"", "\"digest\":\"d\"", "digest"),
        ] {
            let new = GROUP.replace(from, to);
            assert_eq!(told(GROUP, &new, Keys::OfEither), [key]);
            assert_eq!(told(&new, GROUP, Keys::OfEither), [key]);
        }
    }

    #[test]
    fn a_draft_is_known_by_what_it_says_whatever_its_id() {
        let other_id = GROUP
            .replace("\"d1\"", "\"d2\"")
            .replace("tempkey=1", "tempkey=2")
            .replace("\"digest\":\"\",", "");
        assert_eq!(
            content_digest(GROUP.as_bytes()),
            content_digest(other_id.as_bytes())
        );
        let edited = GROUP.replace("<p>1</p>", "<p>2</p>");
        assert_ne!(
            content_digest(GROUP.as_bytes()),
            content_digest(edited.as_bytes())
        );
        assert_eq!(content_digest(b"{\"news_item\":[]}"), None);
    }

    #[test]
    fn a_list_and_a_single_answer_are_compared_by_what_both_say() {
        let answer = r#"{"news_item":[{"title":"夏","content":"<p>1</p>"}]}"#;
        assert_eq!(told(GROUP, answer, Keys::OfBoth), ["title"]);
        assert_eq!(told(answer, GROUP, Keys::OfBoth), ["title"]);
    }

    #[test]
    fn bytes_that_cannot_be_read_differ_as_bytes() {
        assert_eq!(told(GROUP, "\u{1}\u{2}", Keys::OfEither), ["raw"]);
        assert_eq!(told("{}", GROUP, Keys::OfEither), ["raw"]);
    }

    #[test]
    fn the_bytes_of_an_article_are_read_only_where_they_differ() {
        let mut old = samples::article("d1");
        let path: EntryPath = "data/articles/00112233445566778899/raw.json"
            .parse()
            .unwrap();
        (old.raw_path, old.raw_sha256) = (Some(path), Some(Sha256::of(b"old")));
        let (mut new, mut bare) = (old.clone(), old.clone());
        let of = |record: &ArticleRecord| Facts::of_article(record);
        assert_eq!(fields(&of(&old), &of(&new), no_raw), Ok(Vec::new()));
        bare.raw_path = None;
        assert_eq!(
            fields(&of(&old), &of(&bare), no_raw),
            Ok(vec!["raw".to_owned()])
        );
        new.raw_sha256 = Some(Sha256::of(b"new"));
        let raw = |side, _: &RawFacts| match side {
            Side::Old => Ok::<_, Infallible>(GROUP.into()),
            Side::New => Ok(GROUP.replace('春', "夏").into()),
        };
        assert_eq!(
            fields(&of(&old), &of(&new), raw),
            Ok(vec!["title".to_owned()])
        );
    }
}
