//! What our script looks through: files of rows beside the pages, `titles-0001.js`
//! and `texts-0001.js` (format 8.8).
//!
//! A page that was opened from a folder may read no file but by running it, so a
//! file of rows is one call of a function of ours with one list of JSON.
//! Strangers' text stands in it inside of JSON strings alone, and what could mean
//! something to any reader of a script is escaped there.

use serde::Serialize;

use super::views::{
    ArticleGroupView, ArticleLine, Facts, ImageView, List, MissingView, Stored, VideoView,
    VoiceView, article_key,
};
use crate::model::{Akey, ItemKind, ItemStatus, Section};

/// A file is ended when it has so many bytes.
const FILE_BYTES: usize = 1 << 20;

/// What all files of rows begin and end with, around their number and list.
const CALL: &str = "wxbackupRows(";
const CALL_END: &str = "\n]);\n";

/// Rows on their way into files, of titles or of texts.
#[derive(Debug)]
pub struct RowFiles {
    kind: &'static str,
    files: usize,
    open: String,
}

/// A file of rows, for `data/view/`.
#[derive(Debug, PartialEq, Eq)]
pub struct RowFile {
    /// `titles-0001.js`.
    pub name: String,
    /// What it holds.
    pub text: String,
}

/// An item or an article, as the script lists it: kind, state, time, title, what
/// else may be searched, its file, its cover, and its place in a list. Addresses
/// are relative to `data/view/`, and empty where there is none.
#[derive(Debug, Serialize)]
pub struct TitleRow<'a>(
    &'static str,
    &'static str,
    i64,
    &'a str,
    String,
    String,
    String,
    String,
);

/// The text of an article: its key, which ends its place in the list, and the text.
#[derive(Debug, Serialize)]
pub struct TextRow<'a>(String, &'a str);

impl RowFiles {
    /// No file of titles yet.
    pub fn of_titles() -> Self {
        Self::new("titles")
    }

    /// No file of texts yet.
    pub fn of_texts() -> Self {
        Self::new("texts")
    }

    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            files: 0,
            open: String::new(),
        }
    }

    /// Adds a row of a title; gives the file that is full with it.
    pub fn title(&mut self, row: &TitleRow<'_>) -> Option<RowFile> {
        self.push(row)
    }

    /// Adds a row of a text; gives the file that is full with it.
    pub fn text(&mut self, row: &TextRow<'_>) -> Option<RowFile> {
        self.push(row)
    }

    fn push(&mut self, row: &impl Serialize) -> Option<RowFile> {
        if self.open.is_empty() {
            self.files += 1;
            self.open = format!("{CALL}\"{}\",{},[\n", self.kind, self.files);
        } else {
            self.open.push_str(",\n");
        }
        let json = serde_json::to_string(row).expect("texts and numbers are JSON");
        push_escaped(&mut self.open, &json);
        if self.open.len() < FILE_BYTES {
            return None;
        }
        self.finish()
    }

    /// The last file, if it has a row.
    pub fn finish(&mut self) -> Option<RowFile> {
        if self.open.is_empty() {
            return None;
        }
        let mut text = std::mem::take(&mut self.open);
        text.push_str(CALL_END);
        Some(RowFile {
            name: format!("{}-{:04}.js", self.kind, self.files),
            text,
        })
    }

    /// How many files there are, the open one with them.
    pub fn files(&self) -> usize {
        self.files
    }
}

/// JSON as a script holds it: what could end an element or, in an old engine, a
/// line is spelled by number. All of it stands in strings alone.
fn push_escaped(script: &mut String, json: &str) {
    let needs_care = |c: char| matches!(c, '<' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    let mut rest = json;
    while let Some(at) = rest.find(needs_care) {
        script.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        script.push_str(match after.next() {
            Some('<') => "\\u003c",
            Some('\u{2028}') => "\\u2028",
            Some('\u{2029}') => "\\u2029",
            _ => "\\ufeff",
        });
        rest = after.as_str();
    }
    script.push_str(rest);
}

/// Whether `script` is nothing but one call of ours with a list of JSON: such a
/// script does nothing but hand over rows, whoever wrote it.
pub fn is_row_file(script: &[u8]) -> bool {
    let list = std::str::from_utf8(script).ok().and_then(|script| {
        let arguments = script.strip_prefix(CALL)?.strip_suffix(");\n")?;
        // A script may not spell these out where JSON may.
        let is_plain = !arguments.contains(['\u{2028}', '\u{2029}', '<']);
        is_plain.then(|| format!("[{arguments}]"))
    });
    list.is_some_and(|list| {
        serde_json::from_str::<(serde::de::IgnoredAny, u64, Vec<serde::de::IgnoredAny>)>(&list)
            .is_ok()
    })
}

/// The row of a picture on page `page` of its list.
pub fn image_row(image: &ImageView, page: usize) -> TitleRow<'_> {
    let facts = &image.facts;
    TitleRow(
        Section::Image.as_str(),
        state(facts.status),
        facts.time,
        &image.name,
        String::new(),
        file(&image.stored),
        String::new(),
        place_of(Section::Image, facts, page),
    )
}

/// The row of a voice.
pub fn voice_row(voice: &VoiceView, page: usize) -> TitleRow<'_> {
    let facts = &voice.facts;
    TitleRow(
        Section::Voice.as_str(),
        state(facts.status),
        facts.time,
        &voice.name,
        String::new(),
        file(&voice.stored),
        String::new(),
        place_of(Section::Voice, facts, page),
    )
}

/// The row of a video.
pub fn video_row(video: &VideoView, page: usize) -> TitleRow<'_> {
    let facts = &video.facts;
    TitleRow(
        Section::Video.as_str(),
        state(facts.status),
        facts.time,
        &video.title,
        video.description.clone().unwrap_or_default(),
        file(&video.stored),
        video.cover_href.as_deref().map(up).unwrap_or_default(),
        place_of(Section::Video, facts, page),
    )
}

/// The rows of a group of articles: one for each, or one for a group without any.
pub fn article_rows(
    group: &ArticleGroupView,
    page: usize,
) -> impl Iterator<Item = TitleRow<'_>> + use<'_> {
    let place = List::Articles(group.source).file_name(page);
    let none = group.articles.is_empty().then(|| {
        TitleRow(
            group.source.as_str(),
            state(group.status),
            group.time,
            &group.id,
            String::new(),
            String::new(),
            String::new(),
            format!("{place}#a{}", group.akey),
        )
    });
    let articles = group.articles.iter();
    none.into_iter()
        .chain(articles.map(move |article| article_row(group, article, &place)))
}

fn article_row<'a>(
    group: &ArticleGroupView,
    article: &'a ArticleLine,
    place: &str,
) -> TitleRow<'a> {
    let (author, digest) = (article.author.as_deref(), article.digest.as_deref());
    let more: Vec<&str> = author.into_iter().chain(digest).collect();
    TitleRow(
        group.source.as_str(),
        state(group.status),
        group.time,
        &article.title,
        more.join("\n"),
        article.href.as_deref().map(up).unwrap_or_default(),
        article.cover_href.as_deref().map(up).unwrap_or_default(),
        format!("{place}#a{}", group.key_of(article)),
    )
}

/// The row of an asset of articles that is missing; what else is missing has a
/// row of its section.
pub fn missing_row(missing: &MissingView, page: usize) -> Option<TitleRow<'_>> {
    (missing.kind == ItemKind::Asset).then(|| {
        TitleRow(
            ItemKind::Asset.as_str(),
            state(ItemStatus::Missing),
            missing.time,
            &missing.name,
            String::new(),
            String::new(),
            String::new(),
            format!(
                "{}#{}",
                List::Missing.file_name(page),
                missing.missing.gap_id.as_str()
            ),
        )
    })
}

/// The text of article `idx` of a group.
pub fn text_row<'a>(akey: &Akey, idx: u32, text: &'a str) -> TextRow<'a> {
    TextRow(article_key(akey, idx), text)
}

fn state(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Stored => "stored",
        ItemStatus::Missing => "missing",
        ItemStatus::Retired => "retired",
    }
}

fn place_of(section: Section, facts: &Facts, page: usize) -> String {
    let page = List::of(section).file_name(page);
    format!("{page}#{}", facts.anchor(section))
}

fn file(stored: &Stored) -> String {
    match stored {
        Stored::File { href, .. } => up(href),
        Stored::Missing(_) | Stored::Nothing => String::new(),
    }
}

/// A path under `data/`, seen from `data/view/`.
fn up(href: &str) -> String {
    format!("../{href}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</script><!--\u{2028}\u{2029}\\\"'];alert(1)//\u{0}";

    #[test]
    fn a_hostile_text_stays_inside_of_its_string() {
        let akey = Akey::of(Section::Draft, "x");
        let mut files = RowFiles::of_texts();
        assert_eq!(files.text(&text_row(&akey, 1, HOSTILE)), None);
        let file = files.finish().unwrap();
        assert_eq!(
            file.text,
            format!(
                "wxbackupRows(\"texts\",1,[\n[\"{akey}-01\",\"\\u003c/script>\\u003c!--\\u2028\\u2029\\\\\\\"'];alert(1)//\\u0000\"]\n]);\n"
            )
        );
        assert_eq!(file.name, "texts-0001.js");
        assert!(is_row_file(file.text.as_bytes()));
        assert_eq!((files.finish(), files.files()), (None, 1));
    }

    #[test]
    fn a_full_file_is_followed_by_another() {
        let akey = Akey::of(Section::Draft, "x");
        let mut files = RowFiles::of_texts();
        let text = "字".repeat(200_000);
        let row = || text_row(&akey, 1, &text);
        assert_eq!(files.text(&row()), None);
        let full = files.text(&row()).unwrap();
        assert_eq!((full.name.as_str(), files.files()), ("texts-0001.js", 1));
        assert!(is_row_file(full.text.as_bytes()));
        assert_eq!(files.text(&row()), None);
        assert_eq!(files.finish().unwrap().name, "texts-0002.js");
        assert_eq!(RowFiles::of_titles().finish(), None);
    }

    #[test]
    fn a_script_that_does_anything_else_is_no_file_of_rows() {
        for script in [
            "alert(1);\n",
            "wxbackupRows(\"texts\",1,[\n[alert(1)]\n]);\n",
            "wxbackupRows(\"texts\",1,[]);alert(1);\n",
            "wxbackupRows(\"texts\",1,[\n]);\nalert(1);\n",
            "wxbackupRows(\"texts\",1,[]),alert([]);\n",
            "wxbackupRows(\"texts\",1,[\"\u{2028}\"]);\n",
            "wxbackupRows(\"texts\",1,[\"</script>\"]);\n",
            "wxbackupRows(1);\n",
            "",
        ] {
            assert!(!is_row_file(script.as_bytes()), "{script}");
        }
        assert!(is_row_file(b"wxbackupRows(\"titles\",1,[\n[1]\n]);\n"));
    }
}
