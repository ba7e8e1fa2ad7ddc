//! Documents for people: what an article's HTML names, and pages that show the
//! library offline.
//!
//! Pure text in and out: nothing here reads a file, a clock or a record. Pages
//! are functions of the library alone (format 3), in Chinese and English, and open
//! from a double click without a network. Articles are HTML that anyone may have
//! written, so no tag of theirs is passed on: it is read, judged and written anew.

mod article;
mod article_words;
mod attributes;
mod both;
mod boxes;
mod details;
mod elements;
mod embeds;
pub mod entry_links;
mod escape;
mod find;
mod flow;
mod items;
mod lacks;
mod links;
mod lists;
mod lookup;
mod months;
mod overview;
mod page;
mod reader;
mod references;
mod rewrite;
mod rows;
mod served;
mod style_urls;
mod text;
mod upload_urls;
mod views;
mod words;

#[cfg(test)]
mod tests;

pub use article::{ArticleView, Presence, article_page};
pub use attributes::Role;
pub use embeds::{Embed, EmbedKind};
pub use find::{FindView, find_page};
pub use flow::{Place, Places, markdown, plain_text};
pub use links::ArticleLink;
pub use lists::{articles_page, gallery_page, missing_page, videos_page, voices_page};
pub use lookup::{Lookup, Missing, Resolved};
pub use months::{Month, months};
pub use overview::{STYLE_SHEET, VIEW_SCRIPT, index_page};
pub use page::behind_policy;
pub use references::{Reference, References, references};
pub use rows::{
    RowFile, RowFiles, TextRow, TitleRow, article_rows, image_row, is_row_file, missing_row,
    text_row, video_row, voice_row,
};
pub use served::{
    About, CoverageView, FailedCheck, GapLine, Hit, Piece, SEARCH_MAX, SERVED_STYLE_SHEET,
    SearchView, SectionFacts, coverage_page, note_page, search_page, start_page, welcome_page,
};
pub use text::text_of;
pub use upload_urls::{Readdressed, readdressed};
pub use views::{
    ArticleGroupView, ArticleLine, Count, Facts, ITEMS_A_PAGE, ImageView, List, ListPage,
    MissingView, Overview, PageOf, SectionView, Stored, VideoView, VoiceView,
};
