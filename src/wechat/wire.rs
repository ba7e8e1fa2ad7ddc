//! What WeChat's answers say, read leniently.
//!
//! Pure functions over bytes: the client reads answers with them, and whoever
//! reads a stored `raw.json` again reads it here too, so that both see the same
//! fields. Every field may be missing or null; numbers may be strings, flags may
//! be 0 and 1, and an empty string stands for none.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::message;
use crate::model::Section;
use crate::record::canonical::INTEGER_MAX;
use crate::record::lenient;
use crate::record::lenient::Repairs;
use crate::text::Message;
use crate::wechat::scan::item_slices;

/// The bytes are not what they should be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// They are no JSON, not even mended.
    #[error("{}", message!("wire-unreadable"))]
    Unreadable(#[from] lenient::Error),
    /// They are JSON of another shape than the one that this message names.
    #[error("{}", message!("wire-shape", wanted = Message::new(*.0)))]
    Shape(&'static str),
}

impl Error {
    /// Whether they are more, or say more, than memory should hold.
    pub(crate) fn is_too_large(&self) -> bool {
        use lenient::Error::{TooLong, TooMany};
        matches!(self, Self::Unreadable(TooLong(_) | TooMany))
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// The items, in the order of the page.
    pub items: Vec<PageItem>,
    /// How many items the list has, as this page says.
    pub total_count: Option<u64>,
    /// How many items this page has, as it says; an empty draft box does not.
    pub item_count: Option<u64>,
    /// The answer, byte for byte (after gzip).
    pub body: Bytes,
    /// What had to be mended before it could be read.
    pub repairs: Repairs,
}

impl Page {
    /// The bytes of an item of this page, exactly as they came.
    pub fn raw(&self, item: &PageItem) -> Bytes {
        self.body.slice(item.raw.clone())
    }
}

/// One item of a [`Page`].
#[derive(Debug)]
pub struct PageItem {
    /// Where its JSON object stands in the body.
    pub raw: Range<usize>,
    /// What it says.
    pub item: ListItem,
}

/// An item of a list, of either of the two shapes that lists have.
#[derive(Clone, Debug, PartialEq)]
pub enum ListItem {
    /// Of a list of pictures, voices or videos.
    Media(MediaItem),
    /// Of a list of news, drafts or publications.
    Articles(ArticleGroup),
}

impl ListItem {
    /// The `media_id` or `article_id`; empty where WeChat gave none.
    pub fn id(&self) -> &str {
        match self {
            Self::Media(item) => &item.media_id,
            Self::Articles(group) => &group.id,
        }
    }
}

/// A picture, voice or video as its list names it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MediaItem {
    /// Empty where WeChat gave none.
    pub media_id: String,
    /// Whatever the owner typed; names repeat, and may be empty.
    pub name: String,
    /// Unix seconds.
    pub update_time: Option<i64>,
    /// Where its bytes are, where the list says so. May be signed: not for logs.
    pub url: Option<String>,
    /// Of a video.
    pub description: Option<String>,
}

impl fmt::Debug for MediaItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaItem")
            .field("media_id", &self.media_id)
            .field("name", &self.name)
            .field("update_time", &self.update_time)
            .finish_non_exhaustive()
    }
}

/// The articles of one news, draft or publication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArticleGroup {
    /// The `media_id` or `article_id`; empty in the answer to a `get`, which does not repeat it.
    pub id: String,
    /// Unix seconds.
    pub create_time: Option<i64>,
    /// Unix seconds: of the content where it has one, else of the list item.
    pub update_time: Option<i64>,
    /// In reading order; none where a list gave the id alone.
    pub articles: Vec<ArticleFields>,
}

/// One article.
#[derive(Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names are WeChat's")]
pub struct ArticleFields {
    pub title: Option<String>,
    pub author: Option<String>,
    pub digest: Option<String>,
    /// HTML, or plain text in a `newspic`; lists of publications may leave it out.
    pub content: Option<String>,
    pub content_source_url: Option<String>,
    /// The cover.
    pub thumb_media_id: Option<String>,
    pub thumb_url: Option<String>,
    /// Its page; a draft's holds another `tempkey` in each answer.
    pub url: Option<String>,
    pub show_cover_pic: Option<bool>,
    pub need_open_comment: Option<bool>,
    pub only_fans_can_comment: Option<bool>,
    /// Only publications have it.
    pub is_deleted: Option<bool>,
    /// `news` or `newspic`; often left out.
    pub article_type: Option<String>,
    /// The pictures of a `newspic`, first is the cover.
    pub image_media_ids: Vec<String>,
    /// How the cover is cut, as it came.
    pub cover_info: Option<Value>,
    /// Goods, as it came.
    pub product_info: Option<Value>,
}

impl fmt::Debug for ArticleFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArticleFields")
            .field("title", &self.title)
            .field("article_type", &self.article_type)
            .finish_non_exhaustive()
    }
}

/// What `get_material` says of a video.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are WeChat's")]
pub struct VideoInfo {
    pub title: Option<String>,
    pub description: Option<String>,
    /// A signed file, or the web page of the video; not for logs.
    pub down_url: Option<String>,
    pub cover_url: Option<String>,
    pub vid: Option<String>,
    /// The answer, byte for byte.
    pub body: Bytes,
}

impl fmt::Debug for VideoInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VideoInfo")
            .field("title", &self.title)
            .field("vid", &self.vid)
            .finish_non_exhaustive()
    }
}

/// How many items of each kind the library holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct MaterialCounts {
    pub voice: u64,
    pub video: u64,
    /// Thumbs are counted here too, and have no list.
    pub image: u64,
    pub news: u64,
}

/// The day's quota of one API path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls a day.
    pub daily_limit: u64,
    /// Calls made today, by anyone.
    pub used: u64,
    /// Calls left today.
    pub remain: u64,
    /// Calls allowed in so many seconds, where the path has such a limit.
    pub rate_limit: Option<RateLimit>,
}

/// So many calls in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are WeChat's")]
pub struct RateLimit {
    pub call_count: u64,
    pub refresh_second: u64,
}

/// A token as the token endpoint gives it.
pub(crate) struct TokenGrant {
    pub(crate) access_token: String,
    pub(crate) expires_in: u64,
}

/// Reads one item of a list of pictures, voices or videos.
///
/// # Errors
///
/// Where the bytes are no JSON object.
pub fn parse_media_item(bytes: &[u8]) -> Result<MediaItem, Error> {
    Ok(media_item(&object(bytes, "wire-item")?.0))
}

/// Reads the articles of one news, draft or publication: an item of a list, or
/// the whole answer to a `get`.
///
/// # Errors
///
/// Where the bytes are no JSON object, or one with neither an id nor articles.
pub fn parse_article_group(bytes: &[u8]) -> Result<ArticleGroup, Error> {
    article_group(object(bytes, "wire-group")?.0)
}

/// Reads the answer of a list call, of the shape that `section` has.
///
/// # Errors
///
/// Where the bytes are no JSON object, or an item of the list is none.
pub fn parse_page(section: Section, body: &Bytes) -> Result<Page, Error> {
    let (fields, repairs) = object(body, "wire-page")?;
    page(section, body.clone(), fields, repairs)
}

pub(crate) fn page(
    section: Section,
    body: Bytes,
    mut fields: Map<String, Value>,
    repairs: Repairs,
) -> Result<Page, Error> {
    const WANTED: Error = Error::Shape("wire-page");
    // Neither a count nor a list: some other answer, not an empty page.
    if !fields.contains_key("item") && !fields.contains_key("total_count") {
        return Err(WANTED);
    }
    let slices = item_slices(&body).ok_or(WANTED)?;
    let elements = match fields.remove("item") {
        Some(Value::Array(elements)) => elements,
        None | Some(Value::Null) => Vec::new(),
        Some(_) => return Err(WANTED),
    };
    if slices.len() != elements.len() {
        return Err(WANTED);
    }
    let items = slices
        .into_iter()
        .zip(elements)
        .map(|(raw, element)| {
            let Value::Object(fields) = element else {
                return Err(WANTED);
            };
            let item = match section {
                Section::Image | Section::Voice | Section::Video => {
                    ListItem::Media(media_item(&fields))
                }
                Section::News | Section::Draft | Section::Published => {
                    // One odd group must not cost the page; without an id it is
                    // counted, and that is all that can be done.
                    ListItem::Articles(article_group(fields).unwrap_or_default())
                }
            };
            Ok(PageItem { raw, item })
        })
        .collect::<Result<_, _>>()?;
    Ok(Page {
        items,
        total_count: count(&fields, "total_count"),
        item_count: count(&fields, "item_count"),
        body,
        repairs,
    })
}

pub(crate) fn material_counts(fields: &Map<String, Value>) -> Result<MaterialCounts, Error> {
    let all = || {
        Some(MaterialCounts {
            voice: count(fields, "voice_count")?,
            video: count(fields, "video_count")?,
            image: count(fields, "image_count")?,
            news: count(fields, "news_count")?,
        })
    };
    all().ok_or(Error::Shape("wire-counts"))
}

pub(crate) fn total_count(fields: &Map<String, Value>) -> Result<u64, Error> {
    count(fields, "total_count").ok_or(Error::Shape("wire-count"))
}

pub(crate) fn quota(fields: &Map<String, Value>) -> Result<Quota, Error> {
    let quota = || {
        let quota = fields.get("quota")?.as_object()?;
        let rate_limit = quota.get("rate_limit").and_then(|limit| {
            let limit = limit.as_object()?;
            Some(RateLimit {
                call_count: count(limit, "call_count")?,
                refresh_second: count(limit, "refresh_second")?,
            })
        });
        Some(Quota {
            daily_limit: count(quota, "daily_limit")?,
            used: count(quota, "used")?,
            remain: count(quota, "remain")?,
            rate_limit,
        })
    };
    quota().ok_or(Error::Shape("wire-quota"))
}

pub(crate) fn token_grant(fields: &Map<String, Value>) -> Result<TokenGrant, Error> {
    let access_token = text(fields, "access_token").ok_or(Error::Shape("wire-token"))?;
    // It goes into a query string and is searched for in texts: a token of
    // another alphabet than the printable one is some other thing.
    if !access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::Shape("wire-token"));
    }
    Ok(TokenGrant {
        access_token,
        expires_in: count(fields, "expires_in").unwrap_or_default(),
    })
}

/// What a JSON answer of `get_material` is.
pub(crate) enum MaterialJson {
    Video(VideoInfo),
    News,
}

/// `None` for JSON that is neither a video nor news: then it is somebody's file.
pub(crate) fn material_json(fields: &Map<String, Value>, body: &Bytes) -> Option<MaterialJson> {
    let has = |key: &str| fields.contains_key(key);
    if fields.get("news_item").is_some_and(Value::is_array) {
        Some(MaterialJson::News)
    } else if has("down_url") || (has("title") && has("vid")) {
        Some(MaterialJson::Video(VideoInfo {
            title: text(fields, "title"),
            description: text(fields, "description"),
            down_url: text(fields, "down_url"),
            cover_url: text(fields, "cover_url"),
            vid: text(fields, "vid"),
            body: body.clone(),
        }))
    } else {
        None
    }
}

/// The error that an answer carries: `errcode` present and not 0. An `errcode`
/// that is no number counts as an unknown error.
pub(crate) fn refusal(fields: &Map<String, Value>) -> Option<(i64, String)> {
    let errcode = match fields.get("errcode")? {
        Value::Null => return None,
        value => integer_of(value).unwrap_or(i64::MIN),
    };
    let errmsg = text(fields, "errmsg").unwrap_or_default();
    (errcode != 0).then_some((errcode, errmsg))
}

/// Reads a JSON object.
pub(crate) fn object(
    bytes: &[u8],
    wanted: &'static str,
) -> Result<(Map<String, Value>, Repairs), Error> {
    let reading = lenient::read(bytes)?;
    match reading.value {
        Value::Object(fields) => Ok((fields, reading.repairs)),
        _ => Err(Error::Shape(wanted)),
    }
}

fn media_item(fields: &Map<String, Value>) -> MediaItem {
    MediaItem {
        media_id: text(fields, "media_id").unwrap_or_default(),
        name: text(fields, "name").unwrap_or_default(),
        update_time: integer(fields, "update_time"),
        url: text(fields, "url"),
        description: text(fields, "description"),
    }
}

fn article_group(mut fields: Map<String, Value>) -> Result<ArticleGroup, Error> {
    let id = text(&fields, "media_id").or_else(|| text(&fields, "article_id"));
    let listed_at = integer(&fields, "update_time");
    let mut content = match fields.remove("content") {
        Some(Value::Object(content)) => content,
        // The answer to a `get` has no `content` around it.
        _ => fields,
    };
    let articles = match content.remove("news_item") {
        Some(Value::Array(articles)) => articles,
        // A list named it, with nothing in it that can be read: that is for a
        // `get` to fill.
        _ if id.is_some() => Vec::new(),
        _ => return Err(Error::Shape("wire-group")),
    };
    let articles = articles
        .into_iter()
        .map(|article| match article {
            Value::Object(fields) => article_fields(fields),
            // It counts, and has no text.
            _ => ArticleFields::default(),
        })
        .collect();
    Ok(ArticleGroup {
        id: id.unwrap_or_default(),
        create_time: integer(&content, "create_time"),
        update_time: integer(&content, "update_time").or(listed_at),
        articles,
    })
}

fn article_fields(mut fields: Map<String, Value>) -> ArticleFields {
    // Content can be a megabyte: moved, not copied.
    let content = match fields.remove("content") {
        // A picture post may have no text; that is not an answer without one.
        Some(Value::String(content)) => Some(content),
        _ => None,
    };
    let image_media_ids = fields
        .get("image_info")
        .and_then(|info| info.get("image_list"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|image| text(image.as_object()?, "image_media_id"))
        .collect();
    ArticleFields {
        title: text(&fields, "title"),
        author: text(&fields, "author"),
        digest: text(&fields, "digest"),
        content,
        content_source_url: text(&fields, "content_source_url"),
        thumb_media_id: text(&fields, "thumb_media_id"),
        thumb_url: text(&fields, "thumb_url"),
        url: text(&fields, "url"),
        show_cover_pic: flag(&fields, "show_cover_pic"),
        need_open_comment: flag(&fields, "need_open_comment"),
        only_fans_can_comment: flag(&fields, "only_fans_can_comment"),
        is_deleted: flag(&fields, "is_deleted"),
        article_type: text(&fields, "article_type"),
        image_media_ids,
        cover_info: fields.remove("cover_info").filter(|info| !info.is_null()),
        product_info: fields.remove("product_info").filter(|info| !info.is_null()),
    }
}

/// A text; empty is none. An id may come as a number.
fn text(fields: &Map<String, Value>, key: &str) -> Option<String> {
    match fields.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An integer that a record can hold; one beyond that is no time and no count.
fn integer(fields: &Map<String, Value>, key: &str) -> Option<i64> {
    integer_of(fields.get(key)?).filter(|number| number.unsigned_abs() <= INTEGER_MAX)
}

/// An integer written as a number, as `45103.0`, or as a string of either.
fn integer_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only numbers that an f64 holds exactly come through"
)]
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

fn count(fields: &Map<String, Value>, key: &str) -> Option<u64> {
    u64::try_from(integer(fields, key)?).ok()
}

fn flag(fields: &Map<String, Value>, key: &str) -> Option<bool> {
    match fields.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) if word == "true" => Some(true),
        Value::String(word) if word == "false" => Some(false),
        value => integer_of(value).map(|number| number != 0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(fields) => fields,
            _ => panic!("{value} is no object"),
        }
    }

    #[test]
    fn numbers_and_flags_are_read_in_every_form_they_were_seen_in() {
        let forms = fields(json!({
            "int": 7, "float": 45103.0, "text": "7", "float_text": " 40001.0 ", "big": 4e18,
            "half": 0.5, "word": "x", "null": null, "true": true, "one": 1, "zero": "0",
        }));
        let read = |key| integer(&forms, key);
        assert_eq!(
            [
                "int",
                "float",
                "text",
                "float_text",
                "big",
                "half",
                "word",
                "null",
                "absent"
            ]
            .map(read),
            [
                Some(7),
                Some(45103),
                Some(7),
                Some(40001),
                None,
                None,
                None,
                None,
                None
            ]
        );
        let read = |key| flag(&forms, key);
        assert_eq!(
            ["true", "one", "zero", "word", "null"].map(read),
            [Some(true), Some(true), Some(false), None, None]
        );
    }

    #[test]
    fn an_error_is_an_errcode_that_is_present_and_not_0() {
        for (answer, expected) in [
            (json!({"media_id": "x"}), None),
            (json!({"errcode": 0, "errmsg": "ok"}), None),
            (json!({"errcode": "0"}), None),
            (json!({"errcode": null}), None),
            (json!({"errmsg": "ok"}), None),
            (
                json!({"errcode": 40007.0, "errmsg": "no"}),
                Some((40007, "no")),
            ),
            (json!({"errcode": "-1"}), Some((-1, ""))),
            (json!({"errcode": "what"}), Some((i64::MIN, ""))),
        ] {
            let expected = expected.map(|(code, text): (i64, &str)| (code, text.to_owned()));
            assert_eq!(refusal(&fields(answer.clone())), expected, "{answer}");
        }
    }

    #[test]
    fn a_group_keeps_the_time_of_its_content_first_and_of_the_list_second() {
        let time = |group: Value| {
            let group = parse_article_group(group.to_string().as_bytes()).unwrap();
            (group.id, group.create_time, group.update_time)
        };
        let inner = json!({"news_item": [], "create_time": 1, "update_time": 2});
        let bare = json!({"news_item": []});
        for (group, expected) in [
            (
                json!({"media_id": "m", "content": inner, "update_time": 3}),
                ("m", Some(1), Some(2)),
            ),
            (
                json!({"article_id": "a", "content": bare, "update_time": 3}),
                ("a", None, Some(3)),
            ),
            (inner, ("", Some(1), Some(2))),
            (
                json!({"media_id": "m", "update_time": 3}),
                ("m", None, Some(3)),
            ),
        ] {
            let (id, create_time, update_time) = expected;
            assert_eq!(time(group), (id.to_owned(), create_time, update_time));
        }
        assert!(parse_article_group(b"{\"errmsg\":\"ok\"}").is_err());
    }

    #[test]
    fn a_page_of_tens_of_megabytes_of_html_is_read() {
        let html = "<p style='a:b'>[1,2,{3}],</p>".repeat(7_000);
        let articles = vec![json!({"title": "x", "content": html}); 8];
        let group = json!({"media_id": "m", "content": {"news_item": articles}});
        let page = json!({"item": vec![group; 20], "total_count": 20});
        let body = Bytes::from(page.to_string());
        assert!(body.len() > 30_000_000, "{}", body.len());
        let page = parse_page(Section::Draft, &body).unwrap();
        assert_eq!(page.items.len(), 20);
        for item in &page.items {
            let ListItem::Articles(group) = &item.item else {
                panic!("{item:?}");
            };
            let contents = group.articles.iter().map(|it| it.content.as_deref());
            assert!(contents.eq([Some(html.as_str()); 8]));
        }
    }

    #[test]
    fn some_other_answer_is_no_empty_page() {
        for body in [
            "{}",
            "{\"errcode\":0}",
            "[]",
            "{\"item\":{}}",
            "{\"item\":[1]}",
        ] {
            assert!(
                parse_page(Section::Image, &Bytes::from(body)).is_err(),
                "{body}"
            );
        }
        let page = parse_page(Section::Draft, &Bytes::from("{\"total_count\":0}")).unwrap();
        assert_eq!((page.items.len(), page.item_count), (0, None));
    }

    proptest! {
        #[test]
        fn an_item_reads_the_same_from_its_slice_as_from_its_page(
            names in prop::collection::vec(
                prop::collection::vec(
                    prop_oneof![any::<u8>(), 0_u8..0x20, Just(b'\\'), Just(b'{'), Just(b']')],
                    0..24,
                ),
                0..6,
            )
        ) {
            let mut body = b"\xef\xbb\xbf{\"item\":[".to_vec();
            for (index, name) in names.iter().enumerate() {
                let name: Vec<u8> = name.iter().copied().filter(|byte| *byte != b'"').collect();
                body.extend_from_slice(if index == 0 { b"" } else { b", " });
                body.extend_from_slice(b"{\"media_id\":\"m\",\"name\":\"");
                body.extend_from_slice(&name);
                // The blank keeps a backslash at the end from escaping the quote.
                body.extend_from_slice(b" \"}");
            }
            body.extend_from_slice(b"],\"total_count\":6}\0");
            let page = parse_page(Section::Image, &Bytes::from(body)).unwrap();
            prop_assert_eq!(page.items.len(), names.len());
            for item in &page.items {
                let again = parse_media_item(&page.raw(item)).unwrap();
                prop_assert_eq!(ListItem::Media(again), item.item.clone());
            }
        }
    }
}
